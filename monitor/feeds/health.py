"""How a feed does, in words for `monitor feeds status`. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from monitor.feeds.redirects import polled_url
from monitor.model import Feed, FeedState

Health = Literal["ok", "new", "late", "failing", "silent", "gone"]

LATE_AFTER = dt.timedelta(minutes=10)  # past its due time: the daemon is down or behind
SILENT_AFTER = dt.timedelta(days=3)  # without a new body or item: the usual feed of a newspaper changes hourly


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """`status` for programs, `words` for people: what is wrong, since when, and what to do where something can be done."""

    status: Health
    words: str


def health(state: FeedState, feed: Feed, *, now: dt.datetime, last_item_at: dt.datetime | None = None) -> FeedHealth:
    """Judge one feed; `last_item_at` is when its newest item came, where that is known."""
    if state.gone:
        return FeedHealth(status="gone", words=state.last_error or "the server says that this feed is gone for good; remove it")
    if state.last_polled_at is None:
        return FeedHealth(status="new", words="not polled yet")
    if state.failures:
        return FeedHealth(status="failing", words=_failing(state, now))
    if state.next_due_at is not None and now - state.next_due_at > LATE_AFTER:
        words = f"was due {ago(state.next_due_at, now=now)}; last polled {ago(state.last_polled_at, now=now)}; is the daemon running?"
        return FeedHealth(status="late", words=words)
    if last_item_at is not None and now - last_item_at > SILENT_AFTER:
        return FeedHealth(status="silent", words=f"answers, but its last new item came {ago(last_item_at, now=now)}")
    words = f"{state.last_status or 'ok'}, polled {ago(state.last_polled_at, now=now)}"
    moved_to = polled_url(state, feed)
    return FeedHealth(status="ok", words=words if moved_to == feed.url else f"{words}; moved to {moved_to}, change its address")


def _failing(state: FeedState, now: dt.datetime) -> str:
    times = "once" if state.failures == 1 else f"{state.failures} times in a row"
    since = f"last success {ago(state.last_success_at, now=now)}" if state.last_success_at else "never a success"
    retry = f", next try in {duration(state.next_due_at - now)}" if state.next_due_at and state.next_due_at > now else ""
    return f"failed {times} ({since}{retry}): {state.last_error or 'no reason known'}"


def ago(at: dt.datetime, *, now: dt.datetime) -> str:
    """`5 min ago`, `3 h ago`, `2 days ago`; `just now` below half a minute."""
    return "just now" if now - at < dt.timedelta(seconds=30) else f"{duration(now - at)} ago"


def duration(span: dt.timedelta) -> str:
    """One unit, rounded: seconds to 90 s, minutes to 90 min, hours to 36 h, then days."""
    seconds = max(0.0, span.total_seconds())
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} days"
