"""How long news takes: from published to seen, from seen to sent; and what has waited too long."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from monitor.store.columns import moment, moment_or_none, stamp
from monitor.store.database import Database, rows, scalar

_MOST = 20_000  # rows that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Seconds, one for each item or message. A message's `whole` delay is from the report that raised it."""

    seen: tuple[float, ...] = ()
    sent: tuple[float, ...] = ()
    whole: tuple[float, ...] = ()


def delays(db: Database, *, since: dt.datetime) -> Delays:
    """Of what was seen, and what was sent, since then.

    Left out is what says nothing of the program's speed: a feed's first fetch, imports, items without a date, and messages held back
    by quiet hours, a storm or a silence.
    """
    seen = rows(
        db,
        "SELECT i.published_at, i.first_seen_at FROM items i WHERE i.clock_at >= ? AND i.clock_at = i.first_seen_at AND i.may_alert = 1 "
        "AND i.published_at IS NOT NULL "
        "AND i.first_seen_at > (SELECT min(f.first_seen_at) FROM items f WHERE f.feed = i.feed) "
        "ORDER BY i.clock_at DESC LIMIT ?",
        [stamp(since), _MOST],
    )
    sent = rows(
        db,
        "SELECT a.created_at, d.sent_at, (SELECT f.published_at FROM filings f WHERE f.incident_id = a.incident_id "
        "AND f.seen_at <= a.created_at ORDER BY f.seen_at DESC, f.number DESC LIMIT 1) AS published_at "
        "FROM deliveries d JOIN alerts a ON a.id = d.alert_id "
        "WHERE d.state = 'sent' AND d.sent_at >= ? AND a.backfilled = 0 AND a.kind = 'incident' AND d.bundle_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM delivery_holds h WHERE h.delivery_id = d.id) ORDER BY d.sent_at DESC LIMIT ?",
        [stamp(since), _MOST],
    )
    return Delays(
        seen=tuple(_seconds(one["published_at"], one["first_seen_at"]) for one in seen),
        sent=tuple(_seconds(one["created_at"], one["sent_at"]) for one in sent),
        whole=tuple(_seconds(one["published_at"], one["sent_at"]) for one in sent if one["published_at"] is not None),
    )


def _seconds(begin: str, end: str) -> float:
    """Never negative: a publisher's clock may be ahead of ours."""
    return max(0.0, (moment(end) - moment(begin)).total_seconds())


def stuck_since(db: Database, *, before: dt.datetime) -> dt.datetime | None:
    """When the oldest message was made that was due before then, or was tried and failed, and has not gone; None where there is none.

    What is put off on purpose (quiet hours, `wait`) is due later and was never tried.
    """
    late = "created_at < :before AND (attempts > 0 OR due_at < :before)"
    return moment_or_none(
        scalar(
            db,
            f"SELECT min(at) FROM (SELECT min(created_at) AS at FROM deliveries WHERE state IN ('waiting', 'claimed') AND {late} "
            f"UNION ALL SELECT min(created_at) FROM dispatches WHERE state IN ('waiting', 'claimed') AND {late} "
            "UNION ALL SELECT min(created_at) FROM alerts WHERE state = 'pending' AND due_at < :before AND backfilled = 0)",
            {"before": stamp(before)},
        )
    )


def given_up(db: Database, *, since: dt.datetime) -> int:
    """How many messages were given up since then, and not sent after all."""
    return int(
        scalar(
            db,
            "SELECT (SELECT count(*) FROM deliveries d WHERE d.state = 'dead' AND EXISTS (SELECT 1 FROM delivery_attempts a "
            "WHERE a.delivery_id = d.id AND a.outcome = 'dead' AND a.ended_at >= :since)) "
            "+ (SELECT count(*) FROM dispatches WHERE state = 'dead' AND created_at >= :since)",
            {"since": stamp(since)},
        )
    )


def oldest_pending(db: Database) -> dt.datetime | None:
    """When the oldest alert was decided that has not been sent to every channel yet; None where nothing waits."""
    return moment_or_none(
        scalar(
            db,
            "SELECT min(at) FROM (SELECT min(created_at) AS at FROM alerts WHERE state = 'pending' AND backfilled = 0 "
            "UNION ALL SELECT min(a.created_at) FROM deliveries d JOIN alerts a ON a.id = d.alert_id "
            "WHERE d.state IN ('waiting', 'claimed'))",
        )
    )
