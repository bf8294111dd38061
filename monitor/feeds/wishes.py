"""When a server, by its headers and its feed's own words, does not want to be asked. Pure."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from collections.abc import Mapping

from monitor.model import Hints

# A year's max-age on a news feed is a mistake of its set-up: asking once a day offends nobody.
MAX_WISH_S = 24 * 3600.0
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})")


def not_before(headers: Mapping[str, str], hints: Hints, *, now: dt.datetime) -> tuple[dt.datetime | None, str | None]:
    """The earliest time at which the server may be asked again, and which of its wishes says so; None where it has none.

    The longest wish counts, of at most a day; then what lies in skipped hours or days moves to their end.
    """
    wishes = [
        (fresh_for_s(headers, now=now), "max-age" if _MAX_AGE.search(headers.get("cache-control", "").lower()) else "Expires"),
        (hints.ttl_s or 0.0, "ttl"),
        (hints.update_s or 0.0, "sy:updatePeriod"),
    ]
    wait_s, why = max(wishes, key=lambda wish: wish[0])
    at = now + dt.timedelta(seconds=min(wait_s, MAX_WISH_S))
    open_at = after_skipped(at, hints)
    if open_at > at:
        return open_at, "skipDays" if at.weekday() in hints.skip_days else "skipHours"
    return (at, why) if wait_s > 0 else (None, None)


def after_skipped(at: dt.datetime, hints: Hints) -> dt.datetime:
    """`at`, or the end of the skipped hours and days (UTC) that it lies in."""
    if not hints.skip_hours and not hints.skip_days:
        return at
    for _ in range(24 * 7):
        if at.weekday() not in hints.skip_days and at.hour not in hints.skip_hours:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    return at


def fresh_for_s(headers: Mapping[str, str], *, now: dt.datetime) -> float:
    """Seconds for which the answer is fresh by max-age (less the Age it came with), else by Expires; 0 where neither is told."""
    control = headers.get("cache-control", "").lower()
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        return max(0.0, float(found[1]) - (float(age[:10]) if age.isascii() and age.isdigit() else 0.0))
    if "no-cache" in control or "no-store" in control:
        return 0.0
    expires = _http_date(headers.get("expires"))
    if expires is None:
        return 0.0
    # By the server's own clock where it tells it: the two may differ by hours.
    sent_at = _http_date(headers.get("date")) or now
    return max(0.0, (expires - sent_at).total_seconds())


def _http_date(value: str | None) -> dt.datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
