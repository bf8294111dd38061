"""Surges: the incidents that one may be made of, and when each was last told. An alert's id begins with its rule and place or group."""

from __future__ import annotations

import datetime as dt
import functools

from monitor.forms import incident_facts_from
from monitor.model import Alert, Incident
from monitor.store.alert_rows import alert_from_row
from monitor.store.columns import moment_or_none, stamp, unpacked
from monitor.store.database import Database, rows, scalar
from monitor.store.identity import new_surge_id, surge_prefix

# The offset of any place: the day of an incident begins by so much earlier or later there.
_SLACK = dt.timedelta(days=1)


def incidents_of_days(db: Database, low: dt.datetime, high: dt.datetime) -> list[Incident]:
    """The incidents that happened, or where the day is not known were first seen, between these times, and a day around them.

    Facts alone, without reports and history; dismissed, retracted and merged ones are left out.
    """
    found = rows(
        db,
        "SELECT facts FROM incidents INDEXED BY incidents_date WHERE merged_into IS NULL AND date BETWEEN :first AND :last "
        "AND retracted = 0 AND dismissed = 0 UNION ALL "
        "SELECT facts FROM incidents INDEXED BY incidents_first_seen WHERE merged_into IS NULL AND date IS NULL "
        "AND first_seen BETWEEN :low AND :high AND retracted = 0 AND dismissed = 0",
        {
            "first": (low - _SLACK).date().isoformat(),
            "last": (high + _SLACK).date().isoformat(),
            "low": stamp(low),
            "high": stamp(high),
        },
    )
    return [_facts(values["facts"]) for values in found]


# The incidents of the last weeks are asked for with every report; what their facts are unpacked to cannot change.
@functools.lru_cache(maxsize=4096)
def _facts(packed_facts: str) -> Incident:
    return incident_facts_from(unpacked(packed_facts))


def last_fired(db: Database, rule: str, key: str, *, now: dt.datetime, in_replay: bool = False) -> dt.datetime | None:
    """When the rule was last told for this place or group, up to `now`. What only a replay found counts `in_replay` alone; what waits
    to be told does not count."""
    replayed = "OR (state = 'suppressed' AND backfilled = 1 AND settled_at IS NOT NULL)" if in_replay else ""
    prefix = surge_prefix(rule, key)
    return moment_or_none(
        scalar(
            db,
            f"SELECT max(created_at) FROM alerts WHERE id >= ? AND id < ? AND created_at <= ? AND (state = 'settled' {replayed})",
            [prefix, prefix + "~", stamp(now)],
        )
    )


def pending_surges(db: Database, *, backfilled: bool) -> list[Alert]:
    """Those that wait to be told: of a replay, or the rest."""
    # Along the few that are pending: left to itself SQLite reads every alert ever raised, in the order of their numbers.
    found = rows(
        db,
        "SELECT * FROM alerts INDEXED BY alerts_due WHERE state = 'pending' AND kind = 'surge' AND backfilled = ? ORDER BY number",
        [int(backfilled)],
    )
    return [alert_from_row(values) for values in found]


def next_surge_id(db: Database, rule: str, key: str) -> str:
    """An id for the rule's next alert for this place or group, the same in every run over the same items."""
    prefix = surge_prefix(rule, key)
    return new_surge_id(rule, key, 1 + int(scalar(db, "SELECT count(*) FROM alerts WHERE id >= ? AND id < ?", [prefix, prefix + "~"])))


def record_since(db: Database) -> dt.datetime | None:
    """When the record begins; None while there is none."""
    return moment_or_none(scalar(db, "SELECT min(clock_at) FROM items"))
