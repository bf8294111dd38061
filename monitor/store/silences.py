"""Silences: what somebody asked not to be told of, kept for good, also when they have ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitor.alerts.silence import Silence, Weekly
from monitor.store.columns import moment, moment_or_none, packed, stamp, stamp_or_none, storable, unpacked
from monitor.store.database import Database, change, insert, row, rows, writing


def add_silence(db: Database, silence: Silence) -> Silence:
    """Store a new silence; its `id` is given here."""
    weekly = silence.weekly
    with writing(db):
        number = insert(
            db,
            "silences",
            {
                "matcher": packed(silence.matcher),
                "author": storable(silence.author),
                "reason": storable(silence.reason),
                "created_at": stamp(silence.created_at),
                "starts_at": stamp(silence.starts_at),
                "ends_at": stamp_or_none(silence.ends_at),
                "weekly": None
                if weekly is None
                else packed(
                    {
                        "days": sorted(weekly.days),
                        "from": weekly.begin.isoformat(),
                        "to": weekly.end.isoformat(),
                        "timezone": weekly.timezone,
                    }
                ),
            },
        )
        return _found(db, number)


def end_silence(db: Database, silence_id: int, *, at: dt.datetime, by: str) -> bool:
    """End it now; one that has not begun never begins. False where it is over already or unknown."""
    with writing(db):
        return (
            change(
                db,
                "UPDATE silences SET ends_at = :at, ended_by = :by, starts_at = min(starts_at, :at) "
                "WHERE id = :id AND (ends_at IS NULL OR ends_at > :at)",
                {"at": stamp(at), "by": storable(by), "id": silence_id},
            )
            > 0
        )


def silence(db: Database, silence_id: int) -> Silence | None:
    found = row(db, "SELECT * FROM silences WHERE id = ?", [silence_id])
    return None if found is None else _silence(found)


def silences(db: Database, *, at: dt.datetime | None = None) -> list[Silence]:
    """All in the order made; with `at`, those alone whose time has come and is not over then (a weekly one may pause)."""
    if at is None:
        return [_silence(values) for values in rows(db, "SELECT * FROM silences ORDER BY id")]
    sql = "SELECT * FROM silences WHERE starts_at <= :at AND (ends_at IS NULL OR ends_at > :at) ORDER BY id"
    return [_silence(values) for values in rows(db, sql, {"at": stamp(at)})]


def _found(db: Database, number: int) -> Silence:
    return _silence(rows(db, "SELECT * FROM silences WHERE id = ?", [number])[0])


def _silence(values: dict[str, Any]) -> Silence:
    weekly = None if values["weekly"] is None else unpacked(values["weekly"])
    return Silence(
        id=values["id"],
        matcher=unpacked(values["matcher"]),
        author=values["author"],
        reason=values["reason"],
        created_at=moment(values["created_at"]),
        starts_at=moment(values["starts_at"]),
        ends_at=moment_or_none(values["ends_at"]),
        weekly=None
        if weekly is None
        else Weekly(
            days=frozenset(weekly["days"]),
            begin=dt.time.fromisoformat(weekly["from"]),
            end=dt.time.fromisoformat(weekly["to"]),
            timezone=weekly["timezone"],
        ),
        ended_by=values["ended_by"],
    )
