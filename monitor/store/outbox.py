"""The outbox: one row is one alert on its way to one channel. At least once, and a repeat says that it may be one.

waiting → claimed → sent
   ↑         ├────→ waiting (to be tried again) | dead | suppressed
   │         └────→ waiting, ambiguous (the lease ran out: a crash, perhaps after sending)
   └ dead (by hand)           waiting → collapsed (a newer row of the same incident and channel says it all)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from monitor.model import Alert, Delivery
from monitor.store.alert_rows import alert_from_row
from monitor.store.columns import moment, moment_or_none, packed, stamp, storable
from monitor.store.database import Database, change, insert, row, rows, scalar, writing

# ---------------------------------------------------------------- filling


def add_delivery(db: Database, alert: Alert, channel: str, *, created_at: dt.datetime, due_at: dt.datetime) -> int:
    """Put one row into the outbox; the alert must be stored. Returns its id. A row that is there already is left as it is."""
    with writing(db):
        found = scalar(db, "SELECT id FROM deliveries WHERE alert_id = ? AND channel = ?", [alert.id, channel])
        if found is not None:
            return int(found)
        return insert(
            db,
            "deliveries",
            {
                "alert_id": alert.id,
                "incident_id": alert.incident_id,
                "channel": channel,
                "state": "waiting",
                "created_at": stamp(created_at),
                "due_at": stamp(due_at),
            },
        )


# ---------------------------------------------------------------- claiming


def claim(
    db: Database, now: dt.datetime, *, lease_s: float, owner: str, channels: Collection[str] | None = None
) -> tuple[Delivery, Alert] | None:
    """Take the longest due row, a critical one first, for `lease_s` seconds; None where nothing is due on these channels (None: on any).

    An incident has at most one row under way on a channel: while one is claimed, or waits to be tried again, later ones wait
    behind it. When its turn comes, only the newest due row is taken; older ones, due or not, are `collapsed`. A lease that ran
    out frees its row, which is then `ambiguous`: the message may have gone out.
    """
    with writing(db):
        turns = _turns(db, now, channels=channels, limit=1)
        return _take(db, turns[0], now, lease_s=lease_s, owner=owner) if turns else None


def due(db: Database, now: dt.datetime, *, channel: str, limit: int) -> list[tuple[Delivery, Alert]]:
    """The rows that could be claimed on the channel now, critical ones first, then the longest due.

    Older ones of the same incidents are `collapsed`.
    Whoever decides on them does so in one transaction with this.
    """
    with writing(db):
        found = [_row(db, newest) for newest in _turns(db, now, channels=[channel], limit=limit)]
        return [(_delivery(values), _alert_of(db, values)) for values in found]


def take(db: Database, delivery_ids: Collection[int], now: dt.datetime, *, lease_s: float, owner: str) -> list[tuple[Delivery, Alert]]:
    """Claim these rows, which `due` has just given."""
    with writing(db):
        return [_take(db, number, now, lease_s=lease_s, owner=owner) for number in delivery_ids]


def _turns(db: Database, now: dt.datetime, *, channels: Collection[str] | None, limit: int) -> list[int]:
    """Whose turn it is: of each incident the newest due row on the channel, once older ones are collapsed into it."""
    at = stamp(now)
    free_expired(db, now)
    found: list[int] = []
    for turn in rows(db, _TURN, {"now": at, "channels": None if channels is None else packed(list(channels)), "limit": limit}):
        newest = turn["id"] if turn["incident_id"] is None else _newest_due(db, turn, at)
        if newest in found:
            continue
        found.append(newest)
        change(
            db,
            "UPDATE deliveries SET state = 'collapsed', collapsed_into = :newest "
            "WHERE state = 'waiting' AND incident_id = :incident AND channel = :channel AND id < :newest",
            {"newest": newest, "incident": turn["incident_id"], "channel": turn["channel"]},
        )
    return found


def _take(db: Database, delivery_id: int, now: dt.datetime, *, lease_s: float, owner: str) -> tuple[Delivery, Alert]:
    change(
        db,
        "UPDATE deliveries SET state = 'claimed', attempts = attempts + 1, lease_until = ?, lease_owner = ? WHERE id = ?",
        [stamp(now + dt.timedelta(seconds=lease_s)), owner, delivery_id],
    )
    claimed = _row(db, delivery_id)
    attempt = {"delivery_id": delivery_id, "attempt": _next_attempt(db, delivery_id), "owner": owner, "begun_at": stamp(now)}
    insert(db, "delivery_attempts", attempt)
    return _delivery(claimed), _alert_of(db, claimed)


def _alert_of(db: Database, values: dict[str, Any]) -> Alert:
    return alert_from_row(rows(db, "SELECT * FROM alerts WHERE id = ?", [values["alert_id"]])[0])


# The longest due row, critical ones first, whose incident has nothing under way on its channel: nothing claimed, no earlier row that
# waits to be tried again.
_TURN = """
SELECT d.id, d.incident_id, d.channel FROM deliveries d JOIN alerts a ON a.id = d.alert_id
WHERE d.state = 'waiting' AND d.due_at <= :now
  AND (:channels IS NULL OR d.channel IN (SELECT value FROM json_each(:channels)))
  AND NOT EXISTS (
    SELECT 1 FROM deliveries o
    WHERE o.incident_id = d.incident_id AND o.channel = d.channel AND o.id <> d.id
      AND (o.state = 'claimed' OR (o.state = 'waiting' AND o.attempts > 0 AND o.due_at > :now AND o.id < d.id)))
ORDER BY a.severity = 'critical' DESC, d.due_at, d.id LIMIT :limit"""


def _newest_due(db: Database, turn: dict[str, Any], at: str) -> int:
    # Named, as the planner would rather walk through everything that is due.
    sql = (
        "SELECT max(id) FROM deliveries INDEXED BY deliveries_incident "
        "WHERE incident_id = ? AND channel = ? AND state = 'waiting' AND due_at <= ?"
    )
    return int(scalar(db, sql, [turn["incident_id"], turn["channel"], at]))


def _next_attempt(db: Database, delivery_id: int) -> int:
    return 1 + int(scalar(db, "SELECT count(*) FROM delivery_attempts WHERE delivery_id = ?", [delivery_id]))


def free_expired(db: Database, now: dt.datetime) -> int:
    """Put rows whose lease ran out back in the queue, as ambiguous; returns how many."""
    with writing(db):
        expired = rows(db, "SELECT id FROM deliveries WHERE state = 'claimed' AND lease_until <= ?", [stamp(now)])
        for values in expired:
            _end_attempt(db, values["id"], now, "lease ran out", None)
            change(
                db,
                "UPDATE deliveries SET state = 'waiting', ambiguous = 1, lease_until = NULL, lease_owner = NULL WHERE id = ?",
                [values["id"]],
            )
    return len(expired)


# ---------------------------------------------------------------- what became of a claim


def mark_sent(db: Database, delivery_id: int, sent_at: dt.datetime, *, thread: str | None = None) -> None:
    """The message went out. True whatever has become of the row in the meantime; the first time told stands.

    `thread` is what the service calls the message that opens the incident's thread, where later ones can answer it.
    """
    with writing(db):
        _end_attempt(db, delivery_id, sent_at, "sent", None)
        change(
            db,
            "UPDATE deliveries SET state = 'sent', sent_at = ?, lease_until = NULL, lease_owner = NULL, collapsed_into = NULL, thread = ? "
            "WHERE id = ? AND state <> 'sent'",
            [stamp(sent_at), None if thread is None else storable(thread), delivery_id],
        )


def mark_failed(
    db: Database,
    delivery_id: int,
    error: str,
    *,
    retry_at: dt.datetime | None,
    at: dt.datetime | None = None,
    owner: str | None = None,
    ambiguous: bool = False,
    counts: bool = True,
) -> bool:
    """The try failed; the row waits until `retry_at`, or with None keeps its turn.

    `ambiguous`: it may have arrived all the same (a time-out while reading the answer). `counts` False: the try says nothing of this
    message, as the service took nothing at all.

    False where the row is not this claim's any more (its lease ran out, or another `owner` has it); nothing is changed then.
    """
    return _end_claim(
        db,
        delivery_id,
        "waiting",
        "failed",
        at=at,
        owner=owner,
        values={
            "due_at": None if retry_at is None else stamp(retry_at),
            "last_error": storable(error),
            "maybe": ambiguous,
            "counts": counts,
        },
        sets="due_at = coalesce(:due_at, due_at), last_error = :last_error, ambiguous = max(ambiguous, :maybe), "
        "attempts = attempts - NOT :counts",
    )


def mark_dead(db: Database, delivery_id: int, error: str, *, at: dt.datetime | None = None, owner: str | None = None) -> bool:
    """No more tries: it failed for good or too often. `retry` revives it. False as for `mark_failed`."""
    return _end_claim(
        db, delivery_id, "dead", "dead", at=at, owner=owner, values={"last_error": storable(error)}, sets="last_error = :last_error"
    )


def withhold(db: Database, delivery_id: int, reason: str, *, at: dt.datetime | None = None, owner: str | None = None) -> bool:
    """A claimed row is not to be sent, now or later (a silence); the reason is kept. False as for `mark_failed`."""
    return _end_claim(
        db,
        delivery_id,
        "suppressed",
        "withheld",
        at=at,
        owner=owner,
        values={"last_error": storable(reason)},
        sets="last_error = :last_error",
    )


def release(db: Database, delivery_id: int, *, due_at: dt.datetime, at: dt.datetime | None = None, owner: str | None = None) -> bool:
    """Put a claimed row back untried until `due_at` (quiet hours, a shutdown before sending). False as for `mark_failed`."""
    return _end_claim(
        db,
        delivery_id,
        "waiting",
        "released",
        at=at,
        owner=owner,
        values={"due_at": stamp(due_at)},
        sets="due_at = :due_at, attempts = attempts - 1",
    )


def retry(db: Database, delivery_id: int, *, now: dt.datetime) -> bool:
    """By hand: a dead or waiting row is due at once, its tries counted anew. False for a row in any other state."""
    with writing(db):
        return (
            change(
                db,
                "UPDATE deliveries SET state = 'waiting', due_at = ?, attempts = 0 WHERE id = ? AND state IN ('dead', 'waiting')",
                [stamp(now), delivery_id],
            )
            > 0
        )


def _end_claim(
    db: Database,
    delivery_id: int,
    state: str,
    outcome: str,
    *,
    at: dt.datetime | None,
    owner: str | None,
    values: dict[str, Any],
    sets: str,
) -> bool:
    with writing(db):
        ours = change(
            db,
            f"UPDATE deliveries SET state = :state, lease_until = NULL, lease_owner = NULL, {sets} "
            "WHERE id = :id AND state = 'claimed' AND (:owner IS NULL OR lease_owner = :owner)",
            values | {"state": state, "id": delivery_id, "owner": owner},
        )
        if ours:
            _end_attempt(db, delivery_id, at, outcome, values.get("last_error"))
    return ours > 0


def _end_attempt(db: Database, delivery_id: int, at: dt.datetime | None, outcome: str, error: str | None) -> None:
    change(
        db,
        "UPDATE delivery_attempts SET ended_at = ?, outcome = ?, error = ? WHERE delivery_id = ? AND outcome = 'under way'",
        [None if at is None else stamp(at), outcome, error, delivery_id],
    )


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at a delivery: `outcome` is "under way", "sent", "failed", "dead", "withheld", "released" or "lease ran out"."""

    attempt: int
    owner: str
    begun_at: dt.datetime
    ended_at: dt.datetime | None
    outcome: str
    error: str | None


def delivery(db: Database, delivery_id: int) -> Delivery | None:
    found = row(db, "SELECT * FROM deliveries WHERE id = ?", [delivery_id])
    return None if found is None else _delivery(found)


def deliveries(
    db: Database,
    *,
    states: Collection[str] | None = None,
    alert_id: str | None = None,
    channel: str | None = None,
    limit: int | None = None,
) -> list[Delivery]:
    """Rows in the order made; with a limit, the latest of them."""
    conditions, parameters = ["true"], list[Any]()
    if states is not None:
        conditions.append("state IN (SELECT value FROM json_each(?))")
        parameters.append(packed(list(states)))
    if alert_id is not None:
        conditions.append("alert_id = ?")
        parameters.append(alert_id)
    if channel is not None:
        conditions.append("channel = ?")
        parameters.append(channel)
    sql = f"SELECT * FROM deliveries WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?"
    return [_delivery(values) for values in reversed(rows(db, sql, [*parameters, -1 if limit is None else limit]))]


def attempts_at(db: Database, delivery_id: int) -> list[Attempt]:
    """Every try at the row, the first one first."""
    found = rows(db, "SELECT * FROM delivery_attempts WHERE delivery_id = ? ORDER BY attempt", [delivery_id])
    return [
        Attempt(
            attempt=values["attempt"],
            owner=values["owner"],
            begun_at=moment(values["begun_at"]),
            ended_at=moment_or_none(values["ended_at"]),
            outcome=values["outcome"],
            error=values["error"],
        )
        for values in found
    ]


def collapsed_into(db: Database, delivery_id: int) -> str | None:
    """The alert that said it all in its stead; None where it was not collapsed."""
    found = scalar(db, "SELECT n.alert_id FROM deliveries d JOIN deliveries n ON n.id = d.collapsed_into WHERE d.id = ?", [delivery_id])
    return None if found is None else str(found)


def first_on_channel(db: Database, incident_id: str | None, channel: str) -> bool:
    """Whether nothing on the incident is known to have arrived on the channel, so that its next message must be whole in itself."""
    if incident_id is None:
        return True
    sent = row(db, "SELECT 1 FROM deliveries WHERE incident_id = ? AND channel = ? AND state = 'sent' LIMIT 1", [incident_id, channel])
    return sent is None


def thread_on_channel(db: Database, incident_id: str | None, channel: str) -> str | None:
    """What the channel's service calls the message that the incident's next one answers; None where there is none to answer."""
    if incident_id is None:
        return None
    found = scalar(
        db,
        "SELECT thread FROM deliveries WHERE incident_id = ? AND channel = ? AND state = 'sent' AND thread IS NOT NULL "
        "ORDER BY sent_at DESC, id DESC LIMIT 1",
        [incident_id, channel],
    )
    return None if found is None else str(found)


def next_delivery_due(db: Database) -> dt.datetime | None:
    """When there is next something to claim: a waiting row's time or the end of a lease; None where the outbox is empty."""
    return moment_or_none(
        scalar(
            db,
            "SELECT min(at) FROM (SELECT min(due_at) AS at FROM deliveries WHERE state = 'waiting' "
            "UNION ALL SELECT min(lease_until) FROM deliveries WHERE state = 'claimed')",
        )
    )


def oldest_waiting(db: Database) -> dt.datetime | None:
    """When the oldest unsent row was made; None where there is none."""
    return moment_or_none(scalar(db, "SELECT min(created_at) FROM deliveries WHERE state IN ('waiting', 'claimed')"))


def count_by_state(db: Database) -> dict[str, int]:
    """How many rows are in each state; states without rows are left out."""
    return {values["state"]: values["n"] for values in rows(db, "SELECT state, count(*) AS n FROM deliveries GROUP BY state")}


def unsent_by_channel(db: Database) -> dict[str, int]:
    """How many rows each channel has still to take; a channel that is not in the config any more shows up here."""
    found = rows(
        db, "SELECT channel, count(*) AS n FROM deliveries WHERE state IN ('waiting', 'claimed') GROUP BY channel ORDER BY channel"
    )
    return {values["channel"]: values["n"] for values in found}


def _row(db: Database, delivery_id: int) -> dict[str, Any]:
    return rows(db, "SELECT * FROM deliveries WHERE id = ?", [delivery_id])[0]


def _delivery(values: dict[str, Any]) -> Delivery:
    return Delivery(
        id=values["id"],
        alert_id=values["alert_id"],
        channel=values["channel"],
        state=values["state"],
        due_at=moment(values["due_at"]),
        attempts=values["attempts"],
        lease_until=moment_or_none(values["lease_until"]),
        sent_at=moment_or_none(values["sent_at"]),
        last_error=values["last_error"],
        ambiguous=bool(values["ambiguous"]),
    )
