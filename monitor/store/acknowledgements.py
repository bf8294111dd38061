"""Who has taken note of which alert."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from monitor.model import Alert
from monitor.store.columns import moment, stamp, storable
from monitor.store.database import Database, insert, rows, writing
from monitor.store.decisions import family, standing_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    alert_id: str
    at: dt.datetime
    author: str


def acknowledge(db: Database, alert: Alert, *, at: dt.datetime, author: str) -> bool:
    """Note it. False where the alert, or a later one on its incident, was acknowledged before."""
    with writing(db):
        if any(earlier.at >= alert.created_at for earlier in noted(db, alert)):
            return False
        insert(
            db,
            "acknowledgements",
            {"alert_id": alert.id, "incident_id": alert.incident_id, "at": stamp(at), "author": storable(author)},
        )
    return True


def noted(db: Database, alert: Alert) -> list[Acknowledgement]:
    """All of the alert's incident; of a surge, which has none, those of the surge itself."""
    if alert.incident_id is not None:
        return acknowledgements(db, alert.incident_id)
    sql = "SELECT * FROM acknowledgements WHERE incident_id IS NULL AND alert_id = ? ORDER BY at, number"
    return [_acknowledgement(values) for values in rows(db, sql, [alert.id])]


def acknowledgements(db: Database, incident_id: str) -> list[Acknowledgement]:
    """All of the incident's alerts, those on incidents that are one with it too, the first one first."""
    ids = family(db, standing_id(db, incident_id))
    sql = f"SELECT * FROM acknowledgements WHERE incident_id IN ({', '.join('?' * len(ids))}) ORDER BY at, number"
    return [_acknowledgement(values) for values in rows(db, sql, ids)]


def _acknowledgement(values: dict[str, Any]) -> Acknowledgement:
    return Acknowledgement(alert_id=values["alert_id"], at=moment(values["at"]), author=values["author"])


def critical_incidents(db: Database, *, since: dt.datetime) -> list[str]:
    """Incidents on which, or on one that is one with them, a critical alert was settled since then."""
    sql = (
        "SELECT DISTINCT incident_id FROM alerts INDEXED BY alerts_critical "
        "WHERE severity = 'critical' AND state = 'settled' AND created_at >= ? AND incident_id IS NOT NULL ORDER BY incident_id"
    )
    return list(dict.fromkeys(standing_id(db, values["incident_id"]) for values in rows(db, sql, [stamp(since)])))


def critical_surges(db: Database, *, since: dt.datetime) -> list[str]:
    """The ids of critical alerts on no incident, a surge's, that were settled since then."""
    sql = (
        "SELECT id FROM alerts INDEXED BY alerts_critical "
        "WHERE severity = 'critical' AND state = 'settled' AND created_at >= ? AND incident_id IS NULL ORDER BY created_at, id"
    )
    return [values["id"] for values in rows(db, sql, [stamp(since)])]
