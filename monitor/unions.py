"""Two incidents become one, one becomes two: filings, alerts and what was decided change together; call inside `writing`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from monitor.incidents.edits import remembering
from monitor.incidents.merge import merged
from monitor.incidents.overrides import SetValue, as_set, value_from
from monitor.model import Alert, Incident
from monitor.store import alerts as alert_rows
from monitor.store import decisions as decision_rows
from monitor.store import incidents as incident_rows
from monitor.store import moves
from monitor.store.database import Database

PROGRAM = "monitor"  # who decides where no analyst does


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decides, when and why."""

    at: dt.datetime
    why: str
    actor: str = PROGRAM
    by_hand: bool = False


def recompute(db: Database, incident_id: str) -> Incident | None:
    """Compute an incident's facts again from its filings in force and what analysts have set. One that nothing reports any more was
    none; one that was merged into another is left as it is."""
    if moves.merged_into(db, incident_id):
        return None
    before = incident_rows.incident(db, incident_id)
    filings = before.filings if before else tuple(incident_rows.filings(db, incident_id))
    if filings:
        facts = merged(incident_id, filings, dismissed=before.dismissed if before else False)
        if before is not None:
            facts = remembering(facts, before, incident_rows.edited_since(db, incident_id))
    elif before is not None:
        facts = dataclasses.replace(before, retracted=True)
    else:
        return None
    decided = decision_rows.decided_by_hand(db, incident_id)
    values = [SetValue(field=one.field, value=value_from(one.field, one.value), at=one.at) for one in decided if one.field is not None]
    facts = dataclasses.replace(as_set(facts, values), rulings=decision_rows.rulings(decided))
    incident_rows.save_incident(db, facts)
    return facts


def unite(db: Database, keep: str, other: str, by: Decider) -> Alert | None:
    """Make `other` part of `keep`; returns the alert on `other` that was withdrawn, if one was pending.

    Its filings move, its id leads to the one that is kept, what is not sent on it gives way. To be evaluated by the caller.
    """
    withdrawn = alert_rows.pending_alert(db, other)
    if withdrawn is not None:
        alert_rows.suppress(db, withdrawn.id, held=f"one with incident {keep}")
    placed = moves.move_filings(db, other, keep, at=by.at, reason=f"was in {other}; {by.why}")
    moves.mark_merged(db, other, keep)
    decision_rows.record(db, "merge", keep, other_id=other, at=by.at, actor=by.actor, by_hand=by.by_hand, why=by.why, placed=placed)
    recompute(db, keep)
    return withdrawn


def divide(db: Database, source: str, items: Collection[tuple[str, int]], target: str, by: Decider) -> None:
    """Move the accounts (item key, ordinal) of `source` to `target`, which may be stored, merged into `source`, or new."""
    if moves.merged_into(db, target):
        moves.unmark_merged(db, target)
    placed = moves.move_filings(db, source, target, at=by.at, reason=f"was in {source}; {by.why}", items=items)
    decision_rows.record(db, "split", source, other_id=target, at=by.at, actor=by.actor, by_hand=by.by_hand, why=by.why, placed=placed)
    recompute(db, source)
    recompute(db, target)
