"""Who has taken note of which alert."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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
        if any(earlier.at >= alert.created_at for earlier in acknowledgements(db, alert.incident_id)):
            return False
        insert(
            db,
            "acknowledgements",
            {"alert_id": alert.id, "incident_id": alert.incident_id, "at": stamp(at), "author": storable(author)},
        )
    return True


def acknowledgements(db: Database, incident_id: str | None) -> list[Acknowledgement]:
    """All of the incident's alerts, those on incidents that are one with it too, the first one first."""
    ids = [None] if incident_id is None else family(db, standing_id(db, incident_id))
    found = rows(
        db,
        f"SELECT * FROM acknowledgements WHERE incident_id IS {' OR incident_id IS '.join('?' * len(ids))} ORDER BY at, number",
        ids,
    )
    return [Acknowledgement(alert_id=values["alert_id"], at=moment(values["at"]), author=values["author"]) for values in found]


def critical_incidents(db: Database, *, since: dt.datetime) -> list[str]:
    """Incidents on which, or on one that is one with them, a critical alert was settled since then."""
    sql = (
        "SELECT DISTINCT incident_id FROM alerts INDEXED BY alerts_critical "
        "WHERE severity = 'critical' AND state = 'settled' AND created_at >= ? AND incident_id IS NOT NULL ORDER BY incident_id"
    )
    return list(dict.fromkeys(standing_id(db, values["incident_id"]) for values in rows(db, sql, [stamp(since)])))
