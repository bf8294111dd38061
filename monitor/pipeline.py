"""The order of the steps between a read item and a settled alert; every decision is made elsewhere.

poll      unread → (the caller reads) → store_poll: identify, store, assign, merge, match, decide, feed state; one transaction,
          or for hundreds of items several, the feed's state in the last
replay    the same, item by item, with `settle_due` before each
delivery  settle_due → (the caller claims, renders, delivers, marks)
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.alerts.decide import decide, revised
from monitor.feeds.rates import Rates, first_rates, learned
from monitor.filing import Touched, file_copy, file_report
from monitor.incidents.filings import of_catalogue
from monitor.incidents.words import one_of_several
from monitor.items import Standing, classify, clock_of, dated
from monitor.model import Alert, AlertSettings, FeedState, Item, Known, Report
from monitor.rules.load import RuleSet
from monitor.rules.match import match
from monitor.store import alerts as alert_rows
from monitor.store import feeds as feed_rows
from monitor.store import incidents as incident_rows
from monitor.store import items as item_rows
from monitor.store import rates as rate_rows
from monitor.store.database import Database, writing
from monitor.surges import raise_surges

# How far back the same words under another address are looked for; an incident takes reports for as long.
COPY_WINDOW = dt.timedelta(days=30)
PART = 200  # items of a poll in one transaction: half a second of the one thread that writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the decisions need besides the database. `replay` is set while the past is run again:
    alerts raised then are suppressed, and count as told only within a replay."""

    ruleset: RuleSet
    settings: AlertSettings
    replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An item with what the reader says of it; `error` instead of a report where it could not be read."""

    item: Item
    report: Report | None = None
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of the items of one transaction, by count, and the incidents that they touched.

    `delays_s`: of each new item that may alert, from its publication to `seen_at`.
    """

    new: int = 0
    changed: int = 0
    sightings: int = 0
    seen: int = 0
    restless: int = 0  # of those seen: edits that were passed over, as they come too often
    unread: int = 0
    incidents: set[str] = field(default_factory=set)
    arrived: list[dt.datetime] = field(default_factory=list)  # when what is new, copies too, was published
    rates: Rates | None = None
    delays_s: list[float] = field(default_factory=list)


def unread(db: Database, items: Sequence[Item], *, now: dt.datetime) -> list[Item]:
    """The items that are new or changed, so that only they are read; looked at again inside the transaction."""
    known = item_rows.known(db, [item.key for item in items])
    fresh = []
    for item in items:
        copy = None if item.key in known else item_rows.known_copy(db, item.content_hash, now - COPY_WINDOW)
        if classify(item, known.get(item.key), copy, now=now) in ("new", "changed"):
            fresh.append(item)
    return fresh


def parts(readings: Iterable[Reading], *, seen_at: dt.datetime) -> list[list[Reading]]:
    """The readings of a poll in the order in which they are taken, in parts that leave the database to others in between; one at least."""
    in_order = sorted(readings, key=lambda r: (r.item.published_at or seen_at, r.item.key))
    return [in_order[start : start + PART] for start in range(0, len(in_order), PART)] or [[]]


def store_part(db: Database, desk: Desk, readings: Sequence[Reading], *, seen_at: dt.datetime, first_fetch: bool, taken: Taken) -> Taken:
    """Take items of a poll in one transaction, without the feed's state: until that is stored, the poll comes again."""
    with writing(db):
        # An edit of an item without a date must not make it news again.
        known = item_rows.known(db, [reading.item.key for reading in readings])
        alone = len({reading.item.key for reading in readings}) == len(readings)  # nothing here makes another's key known
        for reading in sorted(readings, key=lambda r: (r.item.published_at or seen_at, r.item.key)):
            first_seen_at = known[reading.item.key].first_seen_at if reading.item.key in known else seen_at
            item = dated(reading.item, first_seen_at=first_seen_at)
            clock, may_alert = clock_of(item, seen_at=seen_at, backfill=False, first_fetch=first_fetch)
            take(db, desk, reading, clock=clock, may_alert=may_alert, seen_at=seen_at, taken=taken, known=known if alone else None)
    return taken


def store_poll(
    db: Database,
    desk: Desk,
    readings: Sequence[Reading],
    *,
    state: FeedState,
    seen_at: dt.datetime,
    first_fetch: bool,
    rates: Rates | None = None,
    taken: Taken | None = None,
) -> Taken:
    """Take all items of one poll and the feed's new state in one transaction.

    The state, and with it the ETag, is written last: a crash before the commit repeats the poll,
    and no item is lost behind a 304. `rates` are what the feed's habits were known to be; what they are now is in the result.
    `taken` is what came of the poll's other parts, where it has several.
    """
    taken = taken or Taken()
    with writing(db):
        store_part(db, desk, readings, seen_at=seen_at, first_fetch=first_fetch, taken=taken)
        # Of what a first fetch, or a changed filter, brings nobody knows when it came: only its dates say so.
        if rates is None:
            taken.rates = first_rates(taken.arrived, now=seen_at)
        else:
            taken.rates = learned(rates, [] if first_fetch else taken.arrived, now=seen_at)
        if rates is None or taken.arrived:
            rate_rows.save_rates(db, state.url, taken.rates)
        feed_rows.save_feed_state(db, state)
    return taken


def take(
    db: Database,
    desk: Desk,
    reading: Reading,
    *,
    clock: dt.datetime,
    may_alert: bool,
    seen_at: dt.datetime,
    taken: Taken,
    read_late: Callable[[Item], Reading] | None = None,
    known: Mapping[str, Known] | None = None,
) -> None:
    """Store one item and all that follows from it; call inside `writing`.

    `clock` is the item's time: when it was seen live, when it was published in a replay. `read_late` reads an item that was thought to
    be known and turns out, now that those before it are taken, to be new or changed. `known` is what is stored under its key, where
    that was looked up in this transaction.
    """
    item = reading.item
    stored = (item_rows.known(db, [item.key]) if known is None else known).get(item.key)
    standing, copy = _standing(db, item, stored, clock=clock, replay=desk.replay)
    if standing in ("new", "changed") and reading.report is None and reading.error is None and read_late is not None:
        reading = read_late(item)
    match standing:
        case "seen":
            taken.seen += 1
            taken.restless += stored is not None and stored.content_hash != item.content_hash
            return
        case "sighting":
            taken.sightings += 1
            taken.arrived.append(item.published_at or seen_at)
            if copy is not None:
                item_rows.add_sighting(db, copy.key, item, seen_at=seen_at, clock_at=clock, may_alert=may_alert)
                file_copy(db, copy.key, item, clock=clock, seen_at=seen_at)
            return
        case "changed":
            taken.changed += 1
            item_rows.update_item(db, item, seen_at=seen_at)
            former = incident_rows.supersede(db, item.key)
        case "new":
            taken.new += 1
            taken.arrived.append(item.published_at or seen_at)
            item_rows.insert_item(db, item, seen_at=seen_at, clock_at=clock, may_alert=may_alert)
            if may_alert and item.published_at is not None and not desk.replay:
                taken.delays_s.append((seen_at - item.published_at).total_seconds())
            former = []
    if reading.report is None:
        taken.unread += 1
        item_rows.mark_unread(db, item.key, reading.error or "not read")
    else:
        item_rows.save_report(db, item.key, reading.report, read_at=seen_at)
    # What was filed for an older version that can be read no more stays known until something else is reported.
    touched = Touched(withdrawn=dict.fromkeys(former))
    if reading.report is not None:
        touched = file_report(db, item, reading.report, former=former, clock=clock, seen_at=seen_at)
    for incident_id, withdrawn in touched.withdrawn.items():
        evaluate(db, desk, incident_id, now=clock, may_alert=may_alert, withdrawn=withdrawn)
    ids = list(touched.withdrawn)
    taken.incidents.update(ids)
    if may_alert:
        raise_surges(db, desk.ruleset, desk.settings, ids, now=clock, replay=desk.replay)


def _standing(db: Database, item: Item, known: Known | None, *, clock: dt.datetime, replay: bool) -> tuple[Standing, Known | None]:
    """What an item is against what is stored, and the item whose words it repeats, if any."""
    # Rows of a catalogue that say "one of six similar attacks" in the same words are six attacks.
    repeats = not (of_catalogue(item) and one_of_several(item.text))
    copy = item_rows.known_copy(db, item.content_hash, clock - COPY_WINDOW, until=clock) if repeats and not known else None
    standing = classify(item, known, copy, now=clock)
    if standing == "changed" and replay and item_rows.had_words(db, item):
        # An older version, which this replay or an earlier one has taken: it came before the present one.
        return "seen", copy
    return standing, copy


def take_again(db: Database, desk: Desk, reading: Reading, *, clock: dt.datetime, may_alert: bool, now: dt.datetime) -> list[str]:
    """File a stored item's new reading in place of its old one, and decide anew on the incidents that it touches; their ids.

    `clock` is the item's own time, `now` that of the decisions. Without a report nothing changes but the reason why it is unread.
    """
    key = reading.item.key
    with writing(db):
        if reading.report is None:
            item_rows.mark_unread(db, key, reading.error or "not read")
            return []
        former = incident_rows.supersede(db, key)
        item_rows.save_report(db, key, reading.report, read_at=now)
        touched = file_report(db, reading.item, reading.report, former=former, clock=clock, seen_at=now)
        for incident_id, withdrawn in touched.withdrawn.items():
            evaluate(db, desk, incident_id, now=now, may_alert=may_alert, withdrawn=withdrawn)
        ids = list(touched.withdrawn)
        if may_alert:
            raise_surges(db, desk.ruleset, desk.settings, ids, now=now, replay=desk.replay)
        return ids


def evaluate(
    db: Database,
    desk: Desk,
    incident_id: str,
    *,
    now: dt.datetime,
    may_alert: bool,
    withdrawn: Alert | None = None,
    no_later_than: dt.datetime | None = None,
) -> None:
    """Match the rules to an incident, decide, and write, revise or withdraw its pending alert; call inside `writing`.

    `withdrawn` was pending on an incident that this one has taken in: what it was to say is said no later for that.
    """
    incident = incident_rows.incident(db, incident_id)
    if incident is None:
        return
    own = alert_rows.pending_alert(db, incident_id)
    pending = own or withdrawn
    matches = match(desk.ruleset, incident, now=now)
    told = alert_rows.told(db, incident_id, in_replay=desk.replay)
    decision = decide(
        incident,
        matches,
        told,
        now=now,
        settings=desk.settings,
        may_alert=may_alert or pending is not None,
        parents=desk.ruleset.parents,
    )
    if (change := decision.change) is None:
        if own is not None:
            alert_rows.suppress(db, own.id, held=decision.reason)
        return
    for waiting in (own, withdrawn):
        if waiting is not None:
            decision = revised(decision, pending_due_at=waiting.due_at)
    alert = Alert(
        id=own.id if own else alert_rows.next_alert_id(db, incident_id),
        incident_id=incident_id,
        change=change,
        reason=decision.reason,
        created_at=pending.created_at if pending else now,
        due_at=min(filter(None, [decision.due_at, no_later_than]), default=now),
        severity=decision.severity,
        matches=matches,
        channels=decision.channels,
        incident=incident,
        # A replay may revise what a daemon is about to send, never hold it back.
        backfilled=desk.replay and all(waiting is None or waiting.backfilled for waiting in (own, withdrawn)),
    )
    alert_rows.save_alert(db, alert)


def settle_due(
    db: Database,
    now: dt.datetime,
    *,
    backfilled: bool = False,
    ahead: dt.timedelta = dt.timedelta(),
    hold: Callable[[Alert], str | None] = lambda _: None,
) -> list[Alert]:
    """Freeze every pending alert that is due and release its deliveries, oldest first; one transaction.

    A replay settles only what it raised itself (`backfilled`), a daemon only the rest. With `ahead`, what falls due so soon is
    settled now as well: a single pass takes the wait as elapsed. `hold` names why an alert is not
    to be sent: it is recorded as suppressed, and returned all the same.
    """
    settled: list[Alert] = []
    if (due := alert_rows.next_due(db, backfilled=backfilled)) is None or due > now + ahead:
        return settled
    with writing(db):
        for alert in alert_rows.due_alerts(db, now + ahead, backfilled=backfilled):
            incident = incident_rows.incident(db, alert.incident_id) if alert.incident_id else None
            final = dataclasses.replace(alert, incident=incident) if incident else alert
            if incident is not None and incident.dismissed and alert.change != "retraction":
                alert_rows.suppress(db, alert.id, held="dismissed")
                continue
            alert_rows.settle(db, final, at=alert.due_at if backfilled else now, held=hold(final))
            settled.append(final)
    return settled
