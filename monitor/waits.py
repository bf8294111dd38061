"""How long a server asks to be left alone: the Retry-After of feeds and of channels (RFC 9110, 10.2.3). Pure."""

from __future__ import annotations

import datetime as dt
import email.utils


def retry_after_s(value: str | None, *, now: dt.datetime) -> float | None:
    """Seconds that a Retry-After asks for, from either of its forms; None where it is missing or unreadable, never negative."""
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - now).total_seconds())
