"""The same pipeline over the past: each item's own time is the clock, alerts are reported and not sent.

A replay runs due timers before each item, so that it raises what a daemon would have raised then. It commits in slices of
at most a quarter of a second, so that a daemon beside it never waits long. Taking an item twice changes nothing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from monitor.items import clock_of, dated
from monitor.model import Alert, AlertSettings, Item, Report
from monitor.pipeline import Desk, Reading, Taken, settle_due, take, unread
from monitor.rules.load import RuleSet
from monitor.store import items as item_rows
from monitor.store.copies import copy_into
from monitor.store.database import Database, open_database, writing

SLICE_S = 0.25
BATCH = 64  # items read together, outside the transaction
END_OF_TIME = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


class CanRead(Protocol):
    """What a replay needs of a reader."""

    def read(self, item: Item) -> Report: ...


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a backfill did: items by what became of them, alerts raised, and whether it was stopped before the end."""

    items: int = 0
    alerts: int = 0
    undated: int = 0
    stopped: bool = False
    taken: Taken = field(default_factory=Taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """An item with its place in time; `may_alert` is False where it has no date of its own."""

    clock: dt.datetime
    item: Item
    may_alert: bool


def in_order(
    items: Iterable[Item],
    *,
    now: dt.datetime,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    published: dt.datetime | None = None,
) -> list[Clocked]:
    """Items by their own time, oldest first, ties in input order; `published` dates those that have no date."""
    clocked = []
    for item in items:
        dated = item if item.published_at or not published else dataclasses.replace(item, published_at=published)
        clock, may_alert = clock_of(dated, seen_at=now, backfill=True)
        if (since is None or clock >= since) and (until is None or clock < until):
            clocked.append(Clocked(clock=clock, item=dated, may_alert=may_alert))
    return sorted(clocked, key=lambda c: c.clock)


def replay(
    db: Database,
    items: Sequence[Clocked],
    *,
    ruleset: RuleSet,
    settings: AlertSettings,
    reader: CanRead,
    now: dt.datetime,
    notify_since: dt.timedelta | None = None,
    on_alert: Callable[[Alert], None] = lambda _: None,
    on_progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Run items through the pipeline in the order given.

    `notify_since` None sends nothing; else alerts on incidents that began within that time before `now` are released
    to their channels. `on_alert` gets each alert when it settles, `on_progress` the number of items done.
    """
    desk = Desk(ruleset=ruleset, settings=settings, replay=True)
    outcome = Outcome()

    def hold(alert: Alert) -> str | None:
        began = alert.created_at if alert.kind == "surge" else alert.incident.first_seen
        recent = notify_since is not None and began >= now - notify_since
        return None if recent else "backfilled"

    def settle(until: dt.datetime) -> None:
        for alert in settle_due(db, until, backfilled=True, hold=hold):
            outcome.alerts += 1
            on_alert(alert)

    for batch in _batches(items, BATCH):
        if should_stop():
            outcome.stopped = True
            return outcome
        readings = _read(db, batch, reader, ruleset=ruleset, now=now)
        for part in _slices(list(zip(batch, readings, strict=True))):
            with writing(db):
                for clocked, reading in part:
                    settle(clocked.clock)
                    take(
                        db,
                        desk,
                        reading,
                        clock=clocked.clock,
                        may_alert=clocked.may_alert,
                        seen_at=now,
                        taken=outcome.taken,
                    )
        outcome.items += len(batch)
        outcome.undated += sum(not c.may_alert for c in batch)
        on_progress(outcome.items)
    # The items are over, the timers are not: what they still hold back would have been said soon after.
    settle(END_OF_TIME)
    return outcome


def _batches(items: Sequence[Clocked], size: int) -> Iterator[Sequence[Clocked]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


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


def _read(db: Database, batch: Sequence[Clocked], reader: CanRead, *, ruleset: RuleSet, now: dt.datetime) -> list[Reading]:
    """Read what is new or changed; a report made by the same reader with the same vocabulary is taken as it is."""
    wanted = {item.key for item in unread(db, [c.item for c in batch], now=now)}
    return [_reading(c.item, reader) if c.item.key in wanted else Reading(item=c.item) for c in batch]


def _reading(item: Item, reader: CanRead) -> Reading:
    try:
        return Reading(item=item, report=reader.read(item))
    except Exception as error:  # one item that cannot be read must not end the replay
        return Reading(item=item, error=f"{type(error).__name__}: {error}")


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
                copy_into(path, Path(folder) / "scratch.db")
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
    clocked = []
    for stored in item_rows.items_between(db, None if published else since, until):
        if stored.may_alert:
            item = dated(stored.item, first_seen_at=stored.first_seen_at)
            clocked.append(Clocked(clock=stored.clock_at, item=item, may_alert=True))
        else:
            clocked += in_order([stored.item], now=stored.clock_at, published=published)
    return sorted((c for c in clocked if since is None or c.clock >= since), key=lambda c: c.clock)
