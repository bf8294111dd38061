"""What held a delivery back when its turn came, and the messages that told several alerts at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.store.columns import moment, moment_or_none, packed, stamp, stamp_or_none, storable
from monitor.store.database import Database, change, insert, rows, scalar, writing
from monitor.store.outbox import mark_sent

Why = Literal["dismissed", "silence", "nothing to take back", "quiet hours", "storm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`until` None: for good."""

    at: dt.datetime
    why: Why
    until: dt.datetime | None
    words: str


def put_off(db: Database, delivery_id: int, why: Why, words: str, *, at: dt.datetime, until: dt.datetime) -> bool:
    """A waiting row is due at `until` instead. False where it does not wait any more."""
    with writing(db):
        if not change(db, "UPDATE deliveries SET due_at = ? WHERE id = ? AND state = 'waiting'", [stamp(until), delivery_id]):
            return False
        _record(db, delivery_id, why, words, at=at, until=until)
    return True


def put_all_off(db: Database, channel: str, why: Why, words: str, *, at: dt.datetime, until: dt.datetime) -> int:
    """All that is due on the channel is due at `until` instead, but for critical alerts; returns how many."""
    due = (
        "FROM deliveries d JOIN alerts a ON a.id = d.alert_id "
        "WHERE d.state = 'waiting' AND d.due_at <= :at AND d.channel = :channel AND a.severity <> 'critical'"
    )
    values = {"at": stamp(at), "until": stamp(until), "channel": channel, "why": why, "words": storable(words)}
    with writing(db):
        change(db, f"INSERT INTO delivery_holds (delivery_id, at, why, until, words) SELECT d.id, :at, :why, :until, :words {due}", values)
        return change(db, f"UPDATE deliveries SET due_at = :until WHERE id IN (SELECT d.id {due})", values)


def drop(db: Database, delivery_id: int, why: Why, words: str, *, at: dt.datetime) -> bool:
    """A waiting row is never to be sent. False where it does not wait any more."""
    with writing(db):
        if not change(
            db,
            "UPDATE deliveries SET state = 'suppressed', last_error = ? WHERE id = ? AND state = 'waiting'",
            [storable(words), delivery_id],
        ):
            return False
        _record(db, delivery_id, why, words, at=at, until=None)
    return True


def _record(db: Database, delivery_id: int, why: Why, words: str, *, at: dt.datetime, until: dt.datetime | None) -> None:
    insert(
        db,
        "delivery_holds",
        {"delivery_id": delivery_id, "at": stamp(at), "why": why, "until": stamp_or_none(until), "words": storable(words)},
    )


def holds(db: Database, delivery_id: int) -> list[Hold]:
    """All that held the row back, the first one first."""
    return [
        Hold(at=moment(found["at"]), why=found["why"], until=moment_or_none(found["until"]), words=found["words"])
        for found in rows(db, "SELECT * FROM delivery_holds WHERE delivery_id = ? ORDER BY number", [delivery_id])
    ]


# ---------------------------------------------------------------- several alerts in one message


def mark_sent_together(db: Database, delivery_ids: Sequence[int], channel: str, sent_at: dt.datetime) -> None:
    """One message told all of these. Saying so twice changes nothing."""
    with writing(db):
        wanted = packed(list(delivery_ids))
        unsaid = scalar(db, "SELECT count(*) FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) AND state <> 'sent'", [wanted])
        if not unsaid:
            return
        bundle = insert(db, "bundles", {"channel": channel, "sent_at": stamp(sent_at)})
        change(
            db,
            "UPDATE deliveries SET bundle_id = ? WHERE id IN (SELECT value FROM json_each(?)) AND state <> 'sent'",
            [bundle, wanted],
        )
        for delivery_id in delivery_ids:
            mark_sent(db, delivery_id, sent_at)


def bundle_of(db: Database, delivery_id: int) -> list[str]:
    """The alerts of the one message in which the row went out, itself included; empty where it went out alone."""
    sql = (
        "SELECT o.alert_id FROM deliveries d JOIN deliveries o ON o.bundle_id = d.bundle_id "
        "WHERE d.id = ? AND d.bundle_id IS NOT NULL ORDER BY o.id"
    )
    return [str(found["alert_id"]) for found in rows(db, sql, [delivery_id])]


def sent_since(db: Database, channel: str, since: dt.datetime) -> list[dt.datetime]:
    """When each message of alerts went out on the channel after `since`, the oldest first; one that told many counts once."""
    sql = (
        "SELECT sent_at FROM deliveries WHERE channel = :channel AND state = 'sent' AND sent_at > :since AND bundle_id IS NULL "
        "UNION ALL SELECT sent_at FROM bundles WHERE channel = :channel AND sent_at > :since ORDER BY sent_at"
    )
    return [moment(found["sent_at"]) for found in rows(db, sql, {"channel": channel, "since": stamp(since)})]


def may_have_told(db: Database, incident_id: str, channel: str) -> bool:
    """Whether anything on the incident went out on the channel, or may have."""
    sql = (
        "SELECT 1 AS one FROM deliveries WHERE incident_id = ? AND channel = ? "
        "AND (state = 'sent' OR (ambiguous = 1 AND state <> 'suppressed')) LIMIT 1"
    )
    return scalar(db, sql, [incident_id, channel]) is not None
