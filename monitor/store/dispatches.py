"""What goes out besides alerts: digests by schedule, alerts repeated because nobody took note, and what feeds come to, for the operator.

At least once, as the outbox.

waiting → claimed → sent | dead | withdrawn, or waiting again
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from monitor.store.columns import moment, moment_or_none, packed, stamp, storable, unpacked
from monitor.store.database import Database, change, insert, row, rows, scalar, writing

Kind = Literal["digest", "escalation", "heartbeat", "notice"]
State = Literal["waiting", "claimed", "sent", "dead", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """`details` is what the kind needs to be written; `attempts` counts tries begun."""

    id: int
    key: str
    kind: Kind
    channel: str
    alert_id: str | None
    details: dict[str, Any]
    state: State
    created_at: dt.datetime
    due_at: dt.datetime
    attempts: int
    sent_at: dt.datetime | None
    last_error: str | None
    ambiguous: bool


def add_dispatch(
    db: Database, *, key: str, kind: Kind, channel: str, details: dict[str, Any], at: dt.datetime, alert_id: str | None = None
) -> bool:
    """Put one into the queue, due at once. False where one of that key was made before."""
    with writing(db):
        if scalar(db, "SELECT 1 FROM dispatches WHERE key = ?", [key]) is not None:
            return False
        insert(
            db,
            "dispatches",
            {
                "key": key,
                "kind": kind,
                "channel": channel,
                "alert_id": alert_id,
                "details": packed(details),
                "state": "waiting",
                "created_at": stamp(at),
                "due_at": stamp(at),
            },
        )
    return True


def claim_dispatch(db: Database, now: dt.datetime, *, lease_s: float, owner: str, channel: str) -> Dispatch | None:
    """Take the longest due one of the channel for `lease_s` seconds; one whose lease ran out is free again, and ambiguous."""
    at = stamp(now)
    with writing(db):
        change(
            db,
            "UPDATE dispatches SET state = 'waiting', ambiguous = 1, lease_until = NULL, lease_owner = NULL "
            "WHERE state = 'claimed' AND lease_until <= ?",
            [at],
        )
        found = row(
            db,
            "SELECT id FROM dispatches WHERE state = 'waiting' AND due_at <= ? AND channel = ? ORDER BY due_at, id LIMIT 1",
            [at, channel],
        )
        if found is None:
            return None
        change(
            db,
            "UPDATE dispatches SET state = 'claimed', attempts = attempts + 1, lease_until = ?, lease_owner = ? WHERE id = ?",
            [stamp(now + dt.timedelta(seconds=lease_s)), owner, found["id"]],
        )
        return _dispatch(rows(db, "SELECT * FROM dispatches WHERE id = ?", [found["id"]])[0])


def end_dispatch(
    db: Database,
    dispatch_id: int,
    state: State,
    *,
    at: dt.datetime,
    error: str | None = None,
    retry_at: dt.datetime | None = None,
    ambiguous: bool = False,
) -> None:
    """What became of a claimed one. `waiting` needs `retry_at`; `error` says what failed, or why it was withdrawn."""
    with writing(db):
        change(
            db,
            "UPDATE dispatches SET state = :state, lease_until = NULL, lease_owner = NULL, last_error = coalesce(:error, last_error), "
            "due_at = coalesce(:retry_at, due_at), sent_at = CASE WHEN :state = 'sent' THEN :at ELSE sent_at END, "
            "ambiguous = max(ambiguous, :ambiguous) WHERE id = :id AND state <> 'sent'",
            {
                "state": state,
                "error": None if error is None else storable(error),
                "retry_at": None if retry_at is None else stamp(retry_at),
                "at": stamp(at),
                "ambiguous": ambiguous,
                "id": dispatch_id,
            },
        )


def free_claimed(db: Database, *, owners: str) -> int:
    """Put back what was claimed by somebody whose name begins so, as ambiguous; returns how many."""
    with writing(db):
        return change(
            db,
            "UPDATE dispatches SET state = 'waiting', ambiguous = 1, lease_until = NULL, lease_owner = NULL "
            "WHERE state = 'claimed' AND substr(lease_owner, 1, length(?)) = ?",
            [owners, owners],
        )


def dispatches(
    db: Database, *, alert_id: str | None = None, kind: Kind | None = None, states: Collection[str] | None = None
) -> list[Dispatch]:
    """Rows in the order made."""
    conditions, parameters = ["true"], list[Any]()
    if alert_id is not None:
        conditions.append("alert_id = ?")
        parameters.append(alert_id)
    if kind is not None:
        conditions.append("kind = ?")
        parameters.append(kind)
    if states is not None:
        conditions.append("state IN (SELECT value FROM json_each(?))")
        parameters.append(packed(list(states)))
    return [_dispatch(values) for values in rows(db, f"SELECT * FROM dispatches WHERE {' AND '.join(conditions)} ORDER BY id", parameters)]


def next_dispatch_due(db: Database, channels: Collection[str]) -> dt.datetime | None:
    """When there is next something to claim on one of the channels; None where nothing waits."""
    return moment_or_none(
        scalar(
            db,
            "SELECT min(CASE state WHEN 'waiting' THEN due_at ELSE lease_until END) FROM dispatches "
            "WHERE state IN ('waiting', 'claimed') AND channel IN (SELECT value FROM json_each(?))",
            [packed(list(channels))],
        )
    )


def _dispatch(values: dict[str, Any]) -> Dispatch:
    return Dispatch(
        id=values["id"],
        key=values["key"],
        kind=values["kind"],
        channel=values["channel"],
        alert_id=values["alert_id"],
        details=unpacked(values["details"]),
        state=values["state"],
        created_at=moment(values["created_at"]),
        due_at=moment(values["due_at"]),
        attempts=values["attempts"],
        sent_at=moment_or_none(values["sent_at"]),
        last_error=values["last_error"],
        ambiguous=bool(values["ambiguous"]),
    )


# ---------------------------------------------------------------- how far each digest has come


def digest_through(db: Database, name: str) -> dt.datetime | None:
    """The time up to which the digest has told; None where it never did."""
    return moment_or_none(scalar(db, "SELECT through FROM digests WHERE name = ?", [name]))


def set_digest_through(db: Database, name: str, through: dt.datetime) -> None:
    with writing(db):
        insert(db, "digests", {"name": name, "through": stamp(through)}, replace_on="name")
