"""When a feed is next due, and what a poll leaves behind. Pure: the clock and the dice are arguments."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import random
import re

from monitor.errors import FetchError, MonitorError, ParseError
from monitor.feeds.redirects import moved, polled_url
from monitor.model import Feed, FeedState, Fetched, NotModified

# A server may ask for fewer polls, within reason: a year's max-age on a news feed is a mistake of its set-up.
MAX_HINT_S = 6 * 3600.0
MAX_BACKOFF_S = 6 * 3600.0
MAX_RETRY_AFTER_S = 24 * 3600.0
DISOWN_AFTER = 3  # failures in a row of an adopted address
SPREAD = 0.1  # of a wait is added at random, so that feeds do not stay in step
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})")


def is_due(state: FeedState, *, now: dt.datetime) -> bool:
    """A feed that was never polled is due at once, one that is gone never."""
    return not state.gone and (state.next_due_at is None or state.next_due_at <= now)


def after_success(state: FeedState, feed: Feed, fetched: Fetched | NotModified, *, now: dt.datetime, rng: random.Random) -> FeedState:
    """What to remember after a body was taken, or a 304; to be stored in one transaction with the items.

    The next poll comes after the feed's interval, or later where the server's max-age or Expires asks for it (6 hours at most).
    `last_status` is "ok", "unchanged" (the same bytes again) or "not modified".
    """
    wait_s = max(feed.interval_s, fresh_for_s(fetched.headers, now=now))
    moved_to, moved_seen = moved(state, feed, fetched.permanent_url)
    state = dataclasses.replace(
        state,
        last_polled_at=now,
        last_success_at=now,
        first_success_at=state.first_success_at or now,
        next_due_at=_later(now, wait_s, rng),
        last_error=None,
        failures=0,
        gone=False,
        moved_to=moved_to,
        moved_seen=moved_seen,
    )
    if isinstance(fetched, NotModified):
        return dataclasses.replace(
            state,
            last_status="not modified",
            # A 304 may bring newer validators for the same body.
            etag=fetched.headers.get("etag", state.etag),
            last_modified=fetched.headers.get("last-modified", state.last_modified),
        )
    return dataclasses.replace(
        state,
        last_status="unchanged" if fetched.body_hash == state.body_hash else "ok",
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        body_hash=fetched.body_hash,
    )


def after_failure(
    state: FeedState, feed: Feed, error: MonitorError, *, now: dt.datetime, rng: random.Random, max_backoff_s: float = MAX_BACKOFF_S
) -> FeedState:
    """What to remember after a poll that failed to fetch, to parse or to be read.

    The wait doubles with each failure in a row, from the feed's interval to `max_backoff_s`, and never ends; a Retry-After within a day is
    honoured. Only a 410 stops a feed. Validators and body hash stay as they were: a captive portal's page must not replace them.
    """
    failures = state.failures + 1
    page = isinstance(error, ParseError) and error.page
    state = dataclasses.replace(
        state, last_polled_at=now, last_status="page" if page else "failed", last_error=str(error), failures=failures
    )
    adopted = polled_url(state, feed) != feed.url
    gone = isinstance(error, FetchError) and error.gone
    if adopted and (gone or failures >= DISOWN_AFTER):
        # The old address may know a newer one.
        return dataclasses.replace(state, moved_to=None, moved_seen=0, next_due_at=_later(now, feed.interval_s, rng))
    if gone:
        words = f"{error}: the server says that this feed is gone for good; it is not polled again, remove it or change its address"
        return dataclasses.replace(state, last_status="gone", last_error=words, gone=True, next_due_at=None)
    wait_s = min(feed.interval_s * 2.0 ** min(failures - 1, 20), max(max_backoff_s, feed.interval_s))
    asked_s = error.retry_after_s if isinstance(error, FetchError) else None
    if asked_s is not None:
        wait_s = max(wait_s, min(asked_s, MAX_RETRY_AFTER_S))
    return dataclasses.replace(state, next_due_at=_later(now, wait_s, rng))


def fresh_for_s(headers: dict[str, str], *, now: dt.datetime) -> float:
    """Seconds for which the server asks not to be asked again: max-age, else Expires; 0 where it does not, 6 hours at most."""
    control = headers.get("cache-control", "").lower()
    if found := _MAX_AGE.search(control):
        return min(float(found[1]), MAX_HINT_S)
    if "no-cache" in control or "no-store" in control:
        return 0.0
    expires = _http_date(headers.get("expires"))
    if expires is None:
        return 0.0
    # By the server's own clock where it tells it: the two may differ by hours.
    sent_at = _http_date(headers.get("date")) or now
    return min(max(0.0, (expires - sent_at).total_seconds()), MAX_HINT_S)


def _http_date(value: str | None) -> dt.datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)


def _later(now: dt.datetime, wait_s: float, rng: random.Random) -> dt.datetime:
    return now + dt.timedelta(seconds=wait_s * (1 + rng.uniform(0, SPREAD)))
