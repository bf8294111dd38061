"""How a feed does: in words for `monitor feeds status`, and what of it the operator should hear. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from monitor.feeds.redirects import polled_url
from monitor.model import Feed, FeedState

Health = Literal["ok", "new", "late", "failing", "page", "silent", "gone"]
Trouble = Literal["failing", "page", "silent"]

LATE_AFTER = dt.timedelta(minutes=10)  # past its due time: the daemon is down or behind
SILENT_AFTER = dt.timedelta(days=3)  # where no habit is known: the usual feed of a newspaper changes hourly
FAILING_AFTER = dt.timedelta(hours=6)
FAILURES = 5  # in a row, before the operator hears of it
PAGES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """`status` for programs, `words` for people: what is wrong, since when, and what to do where something can be done."""

    status: Health
    words: str


def health(
    state: FeedState,
    feed: Feed,
    *,
    now: dt.datetime,
    last_item_at: dt.datetime | None = None,
    silence_limit: dt.timedelta | None = None,
) -> FeedHealth:
    """Judge one feed; `last_item_at` is when its newest item came, `silence_limit` how long it may bring none, where that is known."""
    if state.gone:
        return FeedHealth(status="gone", words=state.last_error or "the server says that this feed is gone for good; remove it")
    if state.last_polled_at is None:
        return FeedHealth(status="new", words="not polled yet")
    if state.failures:
        return FeedHealth(status="page" if state.last_status == "page" else "failing", words=_failing(state, now))
    if state.next_due_at is not None and now - state.next_due_at > LATE_AFTER:
        words = f"was due {ago(state.next_due_at, now=now)}; last polled {ago(state.last_polled_at, now=now)}; is the daemon running?"
        return FeedHealth(status="late", words=words)
    if last_item_at is not None and _silence(state, last_item_at) > (silence_limit or SILENT_AFTER):
        return FeedHealth(status="silent", words=f"answers, but its last new item came {ago(last_item_at, now=now)}")
    words = f"{state.last_status or 'ok'}, polled {ago(state.last_polled_at, now=now)}"
    if state.filtered:
        words += f", {state.filtered} left out by its filter"
    moved_to = polled_url(state, feed)
    return FeedHealth(status="ok", words=words if moved_to == feed.url else f"{words}; moved to {moved_to}, change its address")


def trouble(
    state: FeedState, *, now: dt.datetime, last_item_at: dt.datetime | None = None, silence_limit: dt.timedelta | None = None
) -> Trouble | None:
    """What the operator should hear of: a web page in place of the feed (twice in a row), failures for long (5 in a row over 6 hours),
    or a silence far beyond the feed's habit. A feed whose habit is not known is never silent.
    """
    if state.gone:
        return None
    if state.failures:
        if state.last_status == "page" and state.failures >= PAGES:
            return "page"
        for_long = state.last_success_at is None or now - state.last_success_at >= FAILING_AFTER
        return "failing" if state.failures >= FAILURES and for_long else None
    if last_item_at is not None and silence_limit is not None and _silence(state, last_item_at) > silence_limit:
        return "silent"
    return None


def _silence(state: FeedState, last_item_at: dt.datetime) -> dt.timedelta:
    """Up to the last answer: while nobody asked, nobody was silent."""
    return (state.last_success_at or last_item_at) - last_item_at


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
