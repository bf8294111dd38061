"""When a feed is next due, and what a poll leaves behind. Pure: the clock and the dice are arguments.

The site's wishes stand above all: the earliest time that they allow is kept, and a poll by hand heeds it too. Below them the feed's
plan chooses (by habit, faster for a while after an incident, or a fixed interval), and failures make every poll rarer.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

from monitor.errors import FetchError, MonitorError, ParseError, ReadingFailed
from monitor.feeds.plan import FIXED, Plan, next_poll
from monitor.feeds.redirects import moved, polled_url
from monitor.feeds.wishes import MAX_WISH_S, after_skipped, not_before
from monitor.model import Feed, FeedState, Fetched, Hints, NotModified

MAX_BACKOFF_S = 6 * 3600.0
DISOWN_AFTER = 3  # failures in a row of an adopted address
SPREAD = 0.1  # of a wait is added at random, so that feeds do not stay in step
FULL_EVERY = dt.timedelta(days=1)  # what sites allow of requests without validators
MAX_TRUST_D = 8


def is_due(state: FeedState, *, now: dt.datetime) -> bool:
    """A feed that was never polled is due at once, one that is gone never."""
    return not state.gone and (state.next_due_at is None or state.next_due_at <= now)


def asked_to_wait(state: FeedState, *, now: dt.datetime) -> tuple[dt.datetime, str] | None:
    """Until when the site wants not to be asked, and by which of its wishes; None where it may be."""
    if state.not_before_at is not None and state.not_before_at > now:
        return state.not_before_at, state.not_before_why or "its site"
    open_at = after_skipped(now, state.hints)
    return (open_at, "skipDays" if now.weekday() in state.hints.skip_days else "skipHours") if open_at > now else None


def wants_full(state: FeedState, *, now: dt.datetime) -> bool:
    """Whether to leave the validators out this once.

    Some servers answer 304 though the feed has changed: a feed without a body for `trust_d` days is asked for a whole one, and so is one
    whose last body was no feed. At most once a day.
    """
    if state.etag is None and state.last_modified is None:
        return False
    if state.full_at is not None and now - state.full_at < FULL_EVERY:
        return False
    if state.bad_body:
        return True
    return state.body_at is not None and now - state.body_at >= dt.timedelta(days=state.trust_d)


def after_success(
    state: FeedState,
    feed: Feed,
    fetched: Fetched | NotModified,
    *,
    now: dt.datetime,
    rng: random.Random,
    hints: Hints | None = None,
    plan: Plan = FIXED,
    full: bool = False,
) -> FeedState:
    """What to remember after a body was taken, or a 304; to be stored in one transaction with the items.

    `hints` are what the body says, None where it was not read (they stay as they were); `full`: it was asked without validators.
    `last_status` is "ok", "unchanged" (the same bytes again) or "not modified".
    """
    proven = not (isinstance(fetched, NotModified) and state.bad_body)
    moved_to, moved_seen = moved(state, feed, fetched.permanent_url)
    state = dataclasses.replace(
        state,
        last_polled_at=now,
        last_success_at=now,
        first_success_at=state.first_success_at or now,
        # A 304 after a body that was no feed proves nothing: that body may have had the same validators.
        last_error=None if proven else state.last_error,
        failures=0 if proven else state.failures,
        bad_body=not proven,
        gone=False,
        moved_to=moved_to,
        moved_seen=moved_seen,
        hints=state.hints if hints is None else hints,
    )
    state = _with_body(state, fetched, now=now, full=full)
    not_before_at, not_before_why = not_before(fetched.headers, state.hints, now=now)
    due_at, why = next_poll(plan, feed, now=now, rng=rng)
    if not_before_at is not None and not_before_at > due_at:
        # Later by a little: a server's clock and ours differ, and feeds of one site shall not come back in step.
        due_at, why = _later(now, (not_before_at - now).total_seconds(), rng), f"the site asks to wait ({not_before_why})"
    return _due(state, due_at, why, not_before_at=not_before_at, not_before_why=not_before_why)


def _with_body(state: FeedState, fetched: Fetched | NotModified, *, now: dt.datetime, full: bool) -> FeedState:
    if isinstance(fetched, NotModified):
        return dataclasses.replace(
            state,
            last_status="not modified",
            # A 304 may bring newer validators for the same body.
            etag=fetched.headers.get("etag", state.etag),
            last_modified=fetched.headers.get("last-modified", state.last_modified),
        )
    partial = fetched.status == 226
    unchanged = fetched.body_hash == state.body_hash
    trust_d = state.trust_d
    if full and state.body_hash is not None:
        lied = not unchanged and (fetched.etag, fetched.last_modified) == (state.etag, state.last_modified)
        trust_d = 1 if lied else min(2 * trust_d, MAX_TRUST_D) if unchanged else trust_d
    return dataclasses.replace(
        state,
        last_status="unchanged" if unchanged else "ok",
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        # A part (226) says nothing of what the whole looks like.
        body_hash=None if partial else fetched.body_hash,
        body_at=now,
        full_at=now if full or not (state.etag or state.last_modified) else state.full_at,
        trust_d=trust_d,
    )


def after_failure(
    state: FeedState,
    feed: Feed,
    error: MonitorError,
    *,
    now: dt.datetime,
    rng: random.Random,
    max_backoff_s: float = MAX_BACKOFF_S,
    full: bool = False,
) -> FeedState:
    """What to remember after a poll that failed to fetch, to parse or to be read.

    The wait doubles with each failure in a row, from the feed's interval to `max_backoff_s`, and never ends; a Retry-After within a day is
    honoured. Only a 410 stops a feed. Validators and body hash stay as they were: a captive portal's page must not replace them.
    """
    failures = state.failures + 1
    page = isinstance(error, ParseError) and error.page
    state = dataclasses.replace(
        state,
        last_polled_at=now,
        last_status="page" if page else "failed",
        last_error=str(error),
        failures=failures,
        bad_body=state.bad_body or isinstance(error, (ParseError, ReadingFailed)),
        full_at=now if full else state.full_at,
    )
    adopted = polled_url(state, feed) != feed.url
    gone = isinstance(error, FetchError) and error.gone
    if adopted and (gone or failures >= DISOWN_AFTER):
        # The old address may know a newer one.
        again_at = _later(now, feed.interval_s, rng)
        return _due(dataclasses.replace(state, moved_to=None, moved_seen=0), again_at, "back to the address in the config")
    if gone:
        words = f"{error}: the server says that this feed is gone for good; it is not polled again, remove it or change its address"
        return dataclasses.replace(state, last_status="gone", last_error=words, gone=True, next_due_at=None, due_why=None)
    wait_s = min(feed.interval_s * 2.0 ** min(failures - 1, 20), max(max_backoff_s, feed.interval_s))
    why = "after a failure" if failures == 1 else f"after {failures} failures in a row"
    asked_s = error.retry_after_s if isinstance(error, FetchError) else None
    if asked_s is None:
        return _due(state, _later(now, wait_s, rng), why)
    asked_s = min(asked_s, MAX_WISH_S)
    if asked_s > wait_s:
        wait_s, why = asked_s, "the site asks to wait (Retry-After)"
    until = now + dt.timedelta(seconds=asked_s)
    return _due(state, _later(now, wait_s, rng), why, not_before_at=until, not_before_why="Retry-After")


def _due(
    state: FeedState, due_at: dt.datetime, why: str, *, not_before_at: dt.datetime | None = None, not_before_why: str | None = None
) -> FeedState:
    open_at = after_skipped(due_at, state.hints)
    if open_at > due_at:
        due_at, why = open_at, "the site asks not to be asked at those hours"
    return dataclasses.replace(state, next_due_at=due_at, due_why=why, not_before_at=not_before_at, not_before_why=not_before_why)


def _later(now: dt.datetime, wait_s: float, rng: random.Random) -> dt.datetime:
    return now + dt.timedelta(seconds=wait_s * (1 + rng.uniform(0, SPREAD)))
