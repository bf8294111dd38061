"""The same pipeline over the past: each item's own time is the clock, alerts are reported and not sent.

A replay runs due timers before each item, so that it raises what a daemon would have raised then. It commits in slices of
at most a quarter of a second, so that a daemon beside it never waits long. Taking an item twice changes nothing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from monitor.engines import CanRead, Engine, InProcess, Pending, Readings, read_one
from monitor.items import clock_of, dated
from monitor.model import Alert, AlertSettings, Item, Report
from monitor.pipeline import Desk, Reading, Taken, settle_due, take, unread
from monitor.rules.load import RuleSet
from monitor.spool import Clocked
from monitor.store import items as item_rows
from monitor.store.copies import copy_into
from monitor.store.database import Database, open_database, ready_for_long_work, writing

SLICE_S = 0.25
NAMED = 5
BATCH = 64  # items read together, outside the transaction
INSTANT = dt.timedelta(microseconds=1)
END_OF_TIME = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a backfill did: items by what became of them, alerts raised, those of them that are to be sent, and whether it was stopped
    before the end."""

    items: int = 0
    alerts: int = 0
    released: int = 0
    undated: int = 0
    some_undated: list[str] = field(default_factory=list)  # the first of them, by id or title
    stopped: bool = False
    taken: Taken = field(default_factory=Taken)


def clocked(
    item: Item,
    *,
    now: dt.datetime,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    published: dt.datetime | None = None,
) -> Clocked | None:
    """An item with its own time; `published` dates one that has none. None where it lies before `since`, or not before `until`."""
    own = item if item.published_at or not published else dataclasses.replace(item, published_at=published)
    clock, may_alert = clock_of(own, seen_at=now, backfill=True)
    if (since is not None and clock < since) or (until is not None and clock >= until):
        return None
    return Clocked(clock=clock, item=own, may_alert=may_alert)


def in_order(
    items: Iterable[Item],
    *,
    now: dt.datetime,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    published: dt.datetime | None = None,
) -> list[Clocked]:
    """Items by their own time, oldest first, ties in input order; for so few that they fit in memory."""
    found = (clocked(item, now=now, since=since, until=until, published=published) for item in items)
    return sorted((one for one in found if one is not None), key=lambda one: one.clock)


def replay(
    db: Database,
    items: Iterable[Clocked],
    *,
    ruleset: RuleSet,
    settings: AlertSettings,
    reader: CanRead,
    now: dt.datetime,
    engine: Engine | None = None,
    notify_since: dt.timedelta | None = None,
    on_alert: Callable[[Alert], None] = lambda _: None,
    on_progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Run items through the pipeline in the order given. Holds a few batches of them, however many there are.

    `engine` reads, ahead of what is being taken (by default `reader`, here); `reader` reads the odd item whose turn shows that it
    has to be read after all. `notify_since` None sends nothing; else alerts on incidents that began within that time before `now` are
    released to their channels. `on_alert` gets each alert when it settles, `on_progress` the number of items done, once they are
    committed.
    """
    ready_for_long_work(db)
    desk = Desk(ruleset=ruleset, settings=settings, replay=True)
    outcome = Outcome()

    def hold(alert: Alert) -> str | None:
        began = alert.created_at if alert.kind == "surge" else alert.incident.first_seen
        recent = notify_since is not None and began >= now - notify_since
        return None if recent else "backfilled"

    def settle(until: dt.datetime) -> None:
        for alert in settle_due(db, until, backfilled=True, hold=hold):
            outcome.alerts += 1
            outcome.released += bool(alert.channels) and hold(alert) is None
            on_alert(alert)

    def read_late(item: Item) -> Reading:
        return _reading(item, read_one(reader, item))

    for batch, readings in _read_ahead(db, items, engine or InProcess(reader), now=now):
        if should_stop():
            outcome.stopped = True
            return outcome
        for part in _slices(list(zip(batch, readings, strict=True))):
            with writing(db):
                for one, reading in part:
                    # What is due at this very instant is not over: what else comes with it, as in one poll, is still part of it.
                    settle(one.clock - INSTANT)
                    take(
                        db,
                        desk,
                        reading,
                        clock=one.clock,
                        may_alert=one.may_alert,
                        seen_at=now,
                        taken=outcome.taken,
                        read_late=read_late,
                    )
        outcome.items += len(batch)
        outcome.taken.arrived.clear()  # serves a feed's habits, and would grow with the items
        undated = [one.item.title if one.item.id == one.item.key else one.item.id for one in batch if not one.may_alert]
        outcome.undated += len(undated)
        outcome.some_undated += undated[: NAMED - len(outcome.some_undated)]
        on_progress(outcome.items)
    # The items are over, the timers are not: what they still hold back would have been said soon after.
    settle(END_OF_TIME)
    return outcome


def _read_ahead(
    db: Database, items: Iterable[Clocked], engine: Engine, *, now: dt.datetime
) -> Iterator[tuple[Sequence[Clocked], list[Reading]]]:
    """Batches with their readings, in order, while the engine reads the next ones.

    Read is what is new or changed as the database stands when a batch is sent off: mostly that is so when its turn comes.
    """
    ahead: deque[tuple[list[Clocked], list[Item], Pending[Readings]]] = deque()
    for batch in _batches(items, BATCH):
        wanted = unread(db, [one.item for one in batch if one.report is None], now=now)
        ahead.append((batch, wanted, engine.read(wanted)))
        if len(ahead) > engine.ahead:
            yield _with_readings(*ahead.popleft())
    while ahead:
        yield _with_readings(*ahead.popleft())


def _with_readings(batch: list[Clocked], wanted: list[Item], pending: Pending[Readings]) -> tuple[list[Clocked], list[Reading]]:
    # By object: two versions of one item can stand in one batch.
    read = {id(item): _reading(item, result) for item, result in zip(wanted, pending.result(), strict=True)}
    return batch, [read.get(id(one.item)) or Reading(item=one.item, report=one.report) for one in batch]


def _reading(item: Item, result: Report | Exception) -> Reading:
    return Reading(item=item, report=result) if isinstance(result, Report) else Reading(item=item, error=str(result))


def _batches(items: Iterable[Clocked], size: int) -> Iterator[list[Clocked]]:
    batch: list[Clocked] = []
    for one in items:
        batch.append(one)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _slices(pairs: list[tuple[Clocked, Reading]]) -> Iterator[Iterator[tuple[Clocked, Reading]]]:
    """Cut the work into iterators that each end when their time is up, whatever an item costs."""
    rest = iter(pairs)
    left = len(pairs)
    while left:

        def part() -> Iterator[tuple[Clocked, Reading]]:
            nonlocal left
            started = time.monotonic()
            for pair in rest:
                left -= 1
                yield pair
                if time.monotonic() - started > SLICE_S:
                    return

        yield part()


@contextmanager
def scratch_copy(path: Path | None) -> Iterator[Database]:
    """A database to throw away that starts as a copy of the one at `path` (empty where None or absent).

    On disk beside other temporary files, so that a large one does not fill the memory; gone at the end whatever happens.
    """
    with tempfile.TemporaryDirectory(prefix="monitor-replay-") as folder:
        db = open_database(Path(folder) / "scratch.db")
        try:
            if path is not None and path.exists():
                db.conn.close()
                with closing(open_database(path, read_only=True, older=True)) as original:
                    copy_into(original.conn, Path(folder) / "scratch.db")
                db = open_database(Path(folder) / "scratch.db")
            yield db
        finally:
            db.conn.close()


def stored_in_order(
    db: Database, *, since: dt.datetime | None, until: dt.datetime | None, published: dt.datetime | None = None
) -> list[Clocked]:
    """What the database holds, by the clock that each item had when it was taken: seen live, published in an import.

    An item that came without a date and may not alert gets `published`, where given.
    """
    return sorted(stored(db, since=since, until=until, published=published), key=lambda one: one.clock)


def stored(
    db: Database, *, since: dt.datetime | None, until: dt.datetime | None, published: dt.datetime | None = None
) -> Iterator[Clocked]:
    """As `stored_in_order`, one at a time; in order but for those that `published` dates."""
    for row in item_rows.items_between(db, None if published else since, until):
        if row.may_alert:
            item = dated(row.item, first_seen_at=row.first_seen_at)
            one: Clocked | None = Clocked(clock=row.clock_at, item=item, may_alert=True)
        else:
            one = clocked(row.item, now=row.clock_at, published=published)
        if one is not None and (since is None or one.clock >= since):
            yield one
