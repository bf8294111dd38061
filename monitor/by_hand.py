"""What an analyst decides on incidents: merge, split, set, dismiss, and take any of it back. Each is one transaction, and alerts
follow from it at once, through the outbox; later reports never overrule it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from monitor.errors import UsageError
from monitor.incidents.overrides import Value, value_form
from monitor.model import Alert, Incident
from monitor.pipeline import Desk, evaluate
from monitor.store import alerts as alert_rows
from monitor.store import decisions as decision_rows
from monitor.store import incidents as incident_rows
from monitor.store import moves
from monitor.store.database import Database, writing
from monitor.store.decisions import Decided
from monitor.unions import Decider, divide, recompute, unite


def analyst(actor: str, *, at: dt.datetime, why: str) -> Decider:
    return Decider(at=at, why=why, actor=actor, by_hand=True)


def merge(db: Database, desk: Desk, keep: str, other: str, by: Decider) -> None:
    """Make `other` part of `keep`, which keeps its id.

    Raises:
        UsageError: they are the same, or one of them is merged already.
    """
    with writing(db):
        _standing(db, keep)
        _standing(db, other)
        if keep == other:
            raise UsageError(f'"{keep}" is one incident already; name two')
        heard = _may_alert(db, desk, [keep, other])
        withdrawn = unite(db, keep, other, by)
        _evaluate(db, desk, [keep], by, heard=heard, withdrawn=withdrawn)


def split(db: Database, desk: Desk, incident_id: str, item_keys: Collection[str], by: Decider) -> str:
    """Move the reports of these items, with exact copies of their words, to an incident of their own; returns its id. One that was
    merged into this one and had just these reports comes back under its own id.

    Raises:
        UsageError: an item is not filed there, or no report would be left on one side.
    """
    with writing(db):
        incident = _standing(db, incident_id)
        filed = {f.item_key for f in incident.filings}
        for key in item_keys:
            if key not in filed:
                raise UsageError(
                    f'item "{key}" is not filed under incident "{incident_id}"; monitor incidents show {incident_id} lists what is'
                )
        items = moves.accounts_of(db, incident_id, item_keys)
        going = {key for key, _ in items}
        for side, keys in (("go", going), ("stay", filed - going)):
            if not any(f.item_key in keys and f.role != "reference" for f in incident.filings):
                raise UsageError(f'no report of incident "{incident_id}" would {side}; a split needs one at least on each side')
        first, n = min(items, key=lambda one: (one[0] not in item_keys, one))
        target = moves.revivable(db, incident_id, items) or incident_rows.fresh_incident_id(db, first, n)
        heard = _may_alert(db, desk, [incident_id])
        divide(db, incident_id, items, target, by)
        _evaluate(db, desk, [incident_id, target], by, heard=heard)
    return target


def set_values(
    db: Database, desk: Desk, incident_id: str, values: Mapping[str, Value], by: Decider, *, given_back: Iterable[str] = ()
) -> None:
    """Set fields to what the analyst knows (None: that it is not known), and give others back to the reports.

    Raises:
        UsageError: a field that is to be given back was never set, or a day is yet to come.
    """
    day = values.get("date")
    if isinstance(day, dt.date) and day > by.at.date() + dt.timedelta(days=1):  # tomorrow has begun elsewhere
        raise UsageError(f"date is {day.isoformat()}, which is yet to come; expected the day of the attack")
    with writing(db):
        _standing(db, incident_id)
        heard = _may_alert(db, desk, [incident_id])
        former = decision_rows.decided_by_hand(db, incident_id)
        for field in given_back:
            mine = [one for one in former if one.field == field]
            if not mine:
                raise UsageError(f'"{field}" of incident "{incident_id}" was not set by hand; there is nothing to give back')
            for one in mine:
                decision_rows.mark_undone(db, one.number, at=by.at, actor=by.actor, why=by.why)
        for field, value in values.items():
            decision_rows.record(
                db,
                "set",
                incident_id,
                at=by.at,
                actor=by.actor,
                by_hand=True,
                why=by.why,
                field=field,
                value=value_form(value),
            )
        recompute(db, incident_id)
        _evaluate(db, desk, [incident_id], by, heard=heard)


def dismiss(db: Database, desk: Desk, incident_id: str, by: Decider, *, dismissed: bool = True) -> None:
    """Set an incident aside as none, or (`dismissed` False) take it up again.

    Raises:
        UsageError: it is so already.
    """
    with writing(db):
        incident = _standing(db, incident_id)
        if incident.dismissed == dismissed:
            raise UsageError(f'incident "{incident_id}" is {"dismissed already" if dismissed else "not dismissed"}')
        heard = _may_alert(db, desk, [incident_id])
        incident_rows.save_incident(db, dataclasses.replace(incident, dismissed=dismissed))
        decision_rows.record(db, "dismiss" if dismissed else "undismiss", incident_id, at=by.at, actor=by.actor, by_hand=True, why=by.why)
        recompute(db, incident_id)
        _evaluate(db, desk, [incident_id], by, heard=heard)


# ---------------------------------------------------------------- taking back


def undo(db: Database, desk: Desk, number: int, by: Decider) -> list[str]:
    """Take a decision back, an analyst's or the program's; returns the incidents that it changes. The program does not decide so again.

    Raises:
        UsageError: there is no such decision, it is undone already, or a later one stands in the way.
    """
    with writing(db):
        decided = decision_rows.decision(db, number)
        if decided is None:
            raise UsageError(f"no decision {number}; monitor incidents show ID lists an incident's")
        if decided.undone_at is not None:
            raise UsageError(f"decision {number} was undone by {decided.undone_by} already")
        ids = [one for one in (decided.incident_id, decided.other_id) if one is not None]
        heard = _may_alert(db, desk, ids)
        withdrawn = _UNDO[decided.kind](db, decided, by)
        left = [one for one in ids if moves.merged_into(db, one) is None]
        _evaluate(db, desk, left, by, heard=heard, withdrawn=withdrawn)
    return left


def _undo_merge(db: Database, decided: Decided, by: Decider) -> Alert | None:
    keep, other = decided.incident_id, _other(decided)
    _standing(db, keep)
    if moves.merged_into(db, other) != keep:
        raise UsageError(f'incident "{other}" is not part of "{keep}" any more; undo what was decided after {decided.number} first')
    placed = decision_rows.placed_in(db, decided.number)
    stayed = {one.item_key for one in placed if not one.moved}
    came = {one.item_key for one in placed if one.moved} - stayed
    items = moves.accounts_of(db, keep, came) | {(one.item_key, one.n) for one in placed if one.moved}
    moves.unmark_merged(db, other)
    moves.move_filings(db, keep, other, at=by.at, reason=f"put back from {keep}; {by.why}", items=items)
    decision_rows.mark_undone(db, decided.number, at=by.at, actor=by.actor, why=by.why)
    recompute(db, keep)
    recompute(db, other)
    return None


def _undo_split(db: Database, decided: Decided, by: Decider) -> Alert | None:
    source, target = decided.incident_id, _other(decided)
    _standing(db, source)
    _standing(db, target)
    withdrawn = alert_rows.pending_alert(db, target)
    if withdrawn is not None:
        alert_rows.suppress(db, withdrawn.id, held=f"one with incident {source}")
    decision_rows.mark_undone(db, decided.number, at=by.at, actor=by.actor, why=by.why)
    moves.move_filings(db, target, source, at=by.at, reason=f"put back from {target}; {by.why}")
    moves.mark_merged(db, target, source)
    recompute(db, source)
    return withdrawn


def _undo_set(db: Database, decided: Decided, by: Decider) -> Alert | None:
    decision_rows.mark_undone(db, decided.number, at=by.at, actor=by.actor, why=by.why)
    recompute(db, decision_rows.standing_id(db, decided.incident_id))
    return None


def _undo_dismissal(db: Database, decided: Decided, by: Decider) -> Alert | None:
    incident = _standing(db, decided.incident_id)
    incident_rows.save_incident(db, dataclasses.replace(incident, dismissed=decided.kind == "undismiss"))
    decision_rows.mark_undone(db, decided.number, at=by.at, actor=by.actor, why=by.why)
    recompute(db, incident.id)
    return None


_UNDO = {"merge": _undo_merge, "split": _undo_split, "set": _undo_set, "dismiss": _undo_dismissal, "undismiss": _undo_dismissal}


def _other(decided: Decided) -> str:
    if decided.other_id is None:
        raise ValueError(f"decision {decided.number}, a {decided.kind}, names no second incident")
    return decided.other_id


# ---------------------------------------------------------------- what follows


def _standing(db: Database, incident_id: str) -> Incident:
    incident = incident_rows.incident(db, incident_id)
    if incident is None:
        raise UsageError(f'no incident "{incident_id}"; monitor incidents list names them')
    if (keep := decision_rows.standing_id(db, incident_id)) != incident_id:
        raise UsageError(f'incident "{incident_id}" was merged into "{keep}"; name that one')
    return incident


def _may_alert(db: Database, desk: Desk, ids: Iterable[str]) -> bool:
    """Whether a decision may be heard of: something was or is to be told of an incident, or it came as news and not by an import."""
    return any(
        alert_rows.told(db, one, in_replay=desk.replay) is not None
        or alert_rows.pending_alert(db, one) is not None
        or moves.came_live(db, one)
        for one in ids
    )


def _evaluate(db: Database, desk: Desk, ids: Iterable[str], by: Decider, *, heard: bool, withdrawn: Alert | None = None) -> None:
    # The wait leaves time to undo a slip. What an analyst says need not stand for hours first.
    soon = by.at + dt.timedelta(seconds=desk.settings.wait_s)
    for incident_id in ids:
        evaluate(db, desk, incident_id, now=by.at, may_alert=heard, withdrawn=withdrawn, no_later_than=soon)
        withdrawn = None
