"""When a feed is next due, and what is remembered of a poll."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FetchError, MonitorError, ParseError, ReadingFailed
from monitor.feeds.health import ago, duration, health
from monitor.feeds.redirects import polled_url
from monitor.feeds.schedule import after_failure, after_success, asked_to_wait, is_due, wants_full
from monitor.feeds.wishes import after_skipped, fresh_for_s, not_before
from monitor.model import Feed, FeedState, Fetched, Hints, NotModified

NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
FEED = Feed(name="wire", url="https://wire.example/rss", interval_s=300)
FRESH = FeedState(url=FEED.url)
DATE = "Fri, 01 Mar 2024 12:00:00 GMT"


def fetched(body: bytes = b"x", *, permanent_url: str | None = None, **headers: str) -> Fetched:
    return Fetched(
        url=FEED.url,
        final_url=FEED.url,
        status=200,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body,
        fetched_at=NOW,
        elapsed_s=0.1,
        permanent_url=permanent_url,
    )


def not_modified(*, permanent_url: str | None = None, **headers: str) -> NotModified:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return NotModified(url=FEED.url, headers=named, fetched_at=NOW, elapsed_s=0.1, permanent_url=permanent_url)


def success(state: FeedState, answer: Fetched | NotModified, *, now: dt.datetime = NOW, feed: Feed = FEED) -> FeedState:
    return after_success(state, feed, answer, now=now, rng=random.Random(1))


def failure(state: FeedState, error: MonitorError, *, now: dt.datetime = NOW, feed: Feed = FEED, **options: float) -> FeedState:
    return after_failure(state, feed, error, now=now, rng=random.Random(1), **options)


def wait_s(state: FeedState, *, since: dt.datetime = NOW) -> float:
    assert state.next_due_at is not None
    return (state.next_due_at - since).total_seconds()


# ---------------------------------------------------------------- success


def test_a_success_remembers_the_validators_and_the_body() -> None:
    """What the server sent, as it sent it."""
    state = success(FRESH, fetched(b"one", etag='W/"1"', last_modified="then"))
    assert (state.etag, state.last_modified, state.last_status, state.failures) == ('W/"1"', "then", "ok", 0)
    assert state.first_success_at == state.last_success_at == state.last_polled_at == NOW
    assert state.body_hash == fetched(b"one").body_hash


def test_validators_that_the_server_no_longer_sends_are_dropped() -> None:
    """An old ETag does not belong to a new body."""
    state = success(success(FRESH, fetched(b"one", etag='"1"')), fetched(b"two"))
    assert (state.etag, state.last_modified) == (None, None)


@pytest.mark.parametrize(
    ("answer", "status"),
    [(fetched(b"one"), "unchanged"), (fetched(b"two"), "ok"), (not_modified(), "not modified")],
    ids=["same bytes", "other bytes", "304"],
)
def test_a_status_says_what_came(answer: Fetched | NotModified, status: str) -> None:
    """So that a user can tell a quiet feed from one that is always sent whole."""
    assert success(success(FRESH, fetched(b"one")), answer).last_status == status


def test_a_304_keeps_the_validators_unless_it_brings_newer_ones() -> None:
    """And the body's hash in any case."""
    before = success(FRESH, fetched(b"one", etag='"1"', last_modified="then"))
    after = success(before, not_modified(etag='"2"'))
    assert (after.etag, after.last_modified, after.body_hash) == ('"2"', "then", before.body_hash)


def test_the_first_success_is_remembered_for_good() -> None:
    """It tells a first fetch from all later ones."""
    later = NOW + dt.timedelta(days=1)
    assert success(success(FRESH, fetched()), fetched(), now=later).first_success_at == NOW


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, 0, id="nothing asked"),
        pytest.param({"cache-control": "public, max-age=900"}, 900, id="max-age"),
        pytest.param({"cache-control": 'Max-Age="900"'}, 900, id="max-age quoted"),
        pytest.param({"cache-control": "s-maxage=900"}, 0, id="a shared cache's age"),
        pytest.param({"cache-control": "max-age=31536000"}, 31536000, id="a year"),
        pytest.param({"cache-control": "max-age=900", "age": "600"}, 300, id="what a cache has held for a while"),
        pytest.param({"cache-control": "max-age=900", "age": "6000"}, 0, id="held for longer"),
        pytest.param({"cache-control": "max-age=0", "expires": "Fri, 01 Mar 2024 13:00:00 GMT"}, 0, id="max-age decides over Expires"),
        pytest.param({"cache-control": "no-cache", "expires": "Fri, 01 Mar 2024 13:00:00 GMT"}, 0, id="no-cache"),
        pytest.param({"expires": "Fri, 01 Mar 2024 12:30:00 GMT", "date": DATE}, 1800, id="Expires"),
        pytest.param(
            {"expires": "Fri, 01 Mar 2024 08:30:00 GMT", "date": "Fri, 01 Mar 2024 08:00:00 GMT"}, 1800, id="by the server's clock"
        ),
        pytest.param({"expires": "Fri, 01 Mar 2024 12:10:00 GMT"}, 600, id="Expires without a Date"),
        pytest.param({"expires": "Thu, 01 Jan 1970 00:00:00 GMT", "date": DATE}, 0, id="Expires long ago"),
        pytest.param({"expires": "0", "cache-control": "private"}, 0, id="no date"),
    ],
)
def test_a_server_may_ask_for_fewer_polls(headers: dict[str, str], seconds: float) -> None:
    """max-age, else Expires."""
    assert fresh_for_s(headers, now=NOW) == seconds


NOON_OPEN = NOW.replace(hour=14)


@pytest.mark.parametrize(
    ("headers", "hints", "at", "why"),
    [
        pytest.param({}, Hints(), None, None, id="no wish"),
        pytest.param({"cache-control": "max-age=31536000"}, Hints(), NOW + dt.timedelta(days=1), "max-age", id="a year is a mistake"),
        pytest.param({"expires": "Fri, 01 Mar 2024 12:10:00 GMT"}, Hints(), NOW + dt.timedelta(minutes=10), "Expires", id="Expires"),
        pytest.param({}, Hints(ttl_s=3600), NOW + dt.timedelta(hours=1), "ttl", id="ttl"),
        pytest.param({"cache-control": "max-age=60"}, Hints(ttl_s=3600), NOW + dt.timedelta(hours=1), "ttl", id="the longest"),
        pytest.param({}, Hints(update_s=7200), NOW + dt.timedelta(hours=2), "sy:updatePeriod", id="updatePeriod"),
        pytest.param({}, Hints(skip_hours=(12, 13)), NOON_OPEN, "skipHours", id="in a skipped hour"),
        pytest.param({}, Hints(skip_days=(4, 5)), dt.datetime(2024, 3, 3, tzinfo=dt.UTC), "skipDays", id="on skipped days"),
        pytest.param({}, Hints(ttl_s=3600, skip_hours=(13,)), NOON_OPEN, "skipHours", id="a wish that ends in a skipped hour"),
    ],
)
def test_the_longest_wish_of_a_site_counts(headers: dict[str, str], hints: Hints, at: dt.datetime | None, why: str | None) -> None:
    """Of at most a day, then moved out of the hours and days that it names."""
    assert not_before(headers, hints, now=NOW) == (at, why)


def test_hours_and_days_that_are_skipped_end_together() -> None:
    """Friday noon, no Fridays and no mornings: Saturday noon."""
    assert after_skipped(NOW, Hints(skip_days=(4,), skip_hours=tuple(range(12)))) == dt.datetime(2024, 3, 2, 12, tzinfo=dt.UTC)
    assert after_skipped(NOW, Hints(skip_hours=tuple(range(24)))) == dt.datetime(2024, 3, 8, 12, tzinfo=dt.UTC), "a week is the most"


def test_a_feeds_own_words_count_on_a_304_too() -> None:
    """They stand in a body that is not sent again."""
    state = after_success(FRESH, FEED, fetched(b"one", etag='"1"'), now=NOW, rng=random.Random(1), hints=Hints(update_s=3600))
    assert state.hints == Hints(update_s=3600)
    assert 3600 <= wait_s(success(state, not_modified())) <= 3960
    assert "sy:updatePeriod" in (success(state, not_modified()).due_why or "")


def test_a_failure_is_not_tried_again_in_skipped_hours() -> None:
    """The backoff ends at two, the hours that the feed names at four."""
    state = failure(FeedState(url=FEED.url, failures=4, hints=Hints(skip_hours=(12, 13, 14, 15))), FetchError("x"))
    assert state.next_due_at == NOW.replace(hour=16)


def test_a_site_that_asks_for_a_pause_has_it_whoever_asks() -> None:
    """A poll by hand heeds what the server asked for, not what the plan chose."""
    paused = failure(FRESH, FetchError("HTTP 429", status=429, retry_after_s=600))
    assert asked_to_wait(paused, now=NOW) == (NOW + dt.timedelta(minutes=10), "Retry-After")
    assert asked_to_wait(paused, now=NOW + dt.timedelta(minutes=10)) is None
    assert asked_to_wait(success(FRESH, fetched()), now=NOW) is None
    assert asked_to_wait(FeedState(url=FEED.url, hints=Hints(skip_hours=(12,))), now=NOW) == (NOW.replace(hour=13), "skipHours")


# ---------------------------------------------------------------- a 304 that is not believed


def held(days: float, state: FeedState) -> bool:
    return wants_full(state, now=NOW + dt.timedelta(days=days))


def test_a_feed_that_only_answers_304_is_asked_for_a_whole_body_after_a_day() -> None:
    """And at most once a day, whatever comes of it."""
    state = success(FRESH, fetched(b"one", etag='"1"'))
    assert [held(days, state) for days in (0.9, 1, 1.5)] == [False, True, True]
    later = NOW + dt.timedelta(days=1)
    for after in (
        after_success(state, FEED, fetched(b"two", etag='"1"'), now=later, rng=random.Random(1), full=True),
        after_failure(state, FEED, FetchError("HTTP 500"), now=later, rng=random.Random(1), full=True),
    ):
        assert [held(days, after) for days in (1.5, 1.99, 2)] == [False, False, True]


def test_an_honest_304_is_trusted_longer_each_time_and_a_lie_ends_it() -> None:
    """One, two, four, eight days; then the same ETag for another body, and it is one again."""
    state, at = success(FRESH, fetched(b"one", etag='"1"')), NOW
    for days in (1, 2, 4, 8, 8):
        at += dt.timedelta(days=days)
        assert not wants_full(state, now=at - dt.timedelta(minutes=1))
        assert wants_full(state, now=at)
        state = after_success(state, FEED, fetched(b"one", etag='"1"'), now=at, rng=random.Random(1), full=True)
    lied = after_success(state, FEED, fetched(b"two", etag='"1"'), now=at, rng=random.Random(1), full=True)
    assert (lied.trust_d, lied.body_hash) == (1, fetched(b"two").body_hash)


def test_a_feed_without_validators_is_never_asked_otherwise() -> None:
    """There is nothing to leave out."""
    assert not held(30, success(FRESH, fetched(b"one")))


def test_a_304_after_a_body_that_was_no_feed_proves_nothing() -> None:
    """The log-in page may have had the same ETag: it stays a failure until a body comes, which is asked for once a day."""
    state = failure(success(FRESH, fetched(b"one", etag='"1"')), ParseError("is an HTML page"))
    assert held(1, state)
    after = success(state, not_modified())
    assert (after.failures, after.last_error, after.bad_body) == (1, "is an HTML page", True)
    assert wait_s(after) <= 330
    assert success(after, fetched(b"two")).failures == 0
    assert success(failure(success(FRESH, fetched(b"one", etag='"1"')), FetchError("HTTP 500")), not_modified()).failures == 0


def test_a_part_of_a_feed_says_nothing_of_the_whole() -> None:
    """After a 226 the next whole body is read, whatever its bytes."""
    part = dataclasses.replace(fetched(b"one", etag='"2"'), status=226)
    assert (success(FRESH, part).body_hash, success(FRESH, part).etag) == (None, '"2"')


def test_the_longer_of_interval_and_wish_counts_on_a_304_too() -> None:
    """Never earlier than either, and at most a tenth later."""
    for answer in (fetched(cache_control="max-age=900"), not_modified(cache_control="max-age=900")):
        assert 900 <= wait_s(success(FRESH, answer)) <= 990
    assert 300 <= wait_s(success(FRESH, fetched(cache_control="max-age=60"))) <= 330


# ---------------------------------------------------------------- failure


def test_failures_double_the_wait_up_to_six_hours_and_never_stop() -> None:
    """A feed that was down for a week is found again within six hours and a bit."""
    state, waits = FRESH, []
    for _ in range(60):
        state = failure(state, FetchError("HTTP 500", status=500))
        waits.append(wait_s(state))
    assert 300 <= waits[0] <= 330
    assert 600 <= waits[1] <= 660
    assert all(21600 <= wait <= 23760 for wait in waits[8:])
    assert (state.failures, state.gone, state.last_status) == (60, False, "failed")


def test_the_longest_wait_can_be_set_and_never_cuts_the_interval() -> None:
    """A feed that is polled once a day is not polled more often because it fails."""
    state = FeedState(url=FEED.url, failures=50)
    assert 3600 <= wait_s(failure(state, FetchError("x"), max_backoff_s=3600)) <= 3960
    daily = Feed(name="d", url=FEED.url, interval_s=86_400)
    assert wait_s(failure(state, FetchError("x"), feed=daily)) >= 86_400


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [(7200.0, 7200, 7920), (10.0, 300, 330), (1e9, 86_400, 95_040), (0.0, 300, 330)],
    ids=["two hours", "shorter than the interval", "years", "at once"],
)
def test_retry_after_is_honoured_within_a_day(asked: float, least: float, most: float) -> None:
    """Never earlier than asked, never later than a day and a bit."""
    assert least <= wait_s(failure(FRESH, FetchError("HTTP 429", status=429, retry_after_s=asked))) <= most


@pytest.mark.parametrize("error", [ParseError("is an HTML page"), ReadingFailed("stopped after 20 s"), FetchError("HTTP 500")])
def test_a_failure_keeps_what_was_known(error: MonitorError) -> None:
    """A captive portal's page must not replace the validators; the words are kept for the status."""
    before = success(FRESH, fetched(b"one", etag='"1"', last_modified="then"))
    after = failure(before, error)
    assert (after.etag, after.last_modified, after.body_hash) == (before.etag, before.last_modified, before.body_hash)
    assert (after.last_error, after.last_success_at) == (str(error), NOW)


def test_a_success_ends_a_row_of_failures() -> None:
    """Counter and error go, the interval is back."""
    state = success(failure(failure(FRESH, FetchError("x")), FetchError("y")), fetched())
    assert (state.failures, state.last_error) == (0, None)
    assert wait_s(state) <= 330


def test_a_410_stops_the_feed_and_says_so() -> None:
    """It is not due again, and the words tell what to do."""
    state = failure(FRESH, FetchError("HTTP 410 Gone", status=410, gone=True))
    assert (state.gone, state.next_due_at, state.last_status) == (True, None, "gone")
    assert "remove it or change its address" in (state.last_error or "")
    assert not is_due(state, now=NOW + dt.timedelta(days=365))


def test_a_feed_is_due_when_its_time_has_come() -> None:
    """Never polled is due at once."""
    assert is_due(FRESH, now=NOW)
    state = success(FRESH, fetched())
    assert state.next_due_at is not None
    assert not is_due(state, now=NOW)
    assert is_due(state, now=state.next_due_at)


@given(st.integers(0, 10**6), st.integers(1, 100), st.floats(60, 86_400), st.one_of(st.none(), st.floats(0, 1e9)))
def test_no_wait_is_ever_shorter_than_the_interval(seed: int, failures: int, interval_s: float, asked: float | None) -> None:
    """Whatever fails, a server is not asked more often than the user allowed, and not forgotten either."""
    feed = Feed(name="f", url=FEED.url, interval_s=interval_s)
    state = FeedState(url=FEED.url, failures=failures)
    after = after_failure(state, feed, FetchError("x", retry_after_s=asked), now=NOW, rng=random.Random(seed))
    assert interval_s * 0.999 <= wait_s(after) <= 86_400 * 1.1 + 1


# ---------------------------------------------------------------- permanent redirects

NEW = "https://wire.example/v2/rss"


def seen(times: int, url: str = NEW, state: FeedState = FRESH) -> FeedState:
    for _ in range(times):
        state = success(state, fetched(permanent_url=url))
    return state


def test_a_permanent_redirect_is_adopted_after_three_sightings() -> None:
    """Twice may be a mistake of the site."""
    assert [polled_url(seen(times), FEED) for times in (1, 2, 3)] == [FEED.url, FEED.url, NEW]


def test_sightings_count_in_a_row_and_on_a_304() -> None:
    """A direct answer in between, or another target, starts again."""
    assert success(seen(2), not_modified(permanent_url=NEW)).moved_seen == 3
    assert (success(seen(2), fetched()).moved_to, success(seen(2), fetched()).moved_seen) == (None, 0)
    assert seen(1, "https://wire.example/v3", seen(2)).moved_seen == 1


def test_an_adopted_address_stays_while_it_answers() -> None:
    """It no longer redirects, which is no reason to go back."""
    assert polled_url(success(seen(3), fetched()), FEED) == NEW


@pytest.mark.parametrize("errors", [[FetchError("HTTP 404")] * 3, [FetchError("HTTP 410", gone=True)]], ids=["three failures", "410"])
def test_an_adopted_address_that_fails_is_given_up(errors: list[FetchError]) -> None:
    """The configured address may know a newer one; the feed is not stopped."""
    state = seen(3)
    for error in errors:
        state = failure(state, error)
    assert polled_url(state, FEED) == FEED.url
    assert not state.gone
    assert wait_s(state) <= 330


# ---------------------------------------------------------------- health


def days(count: float) -> dt.timedelta:
    return dt.timedelta(days=count)


@pytest.mark.parametrize(
    ("state", "at", "status", "words"),
    [
        pytest.param(FRESH, NOW, "new", "not polled yet", id="new"),
        pytest.param(success(FRESH, fetched()), NOW, "ok", "ok, polled just now", id="ok"),
        pytest.param(success(FRESH, fetched()), NOW + days(1), "late", "is the daemon running?", id="late"),
        pytest.param(
            failure(FRESH, FetchError("HTTP 500")),
            NOW,
            "failing",
            "failed once (never a success, next try in 5 min): HTTP 500",
            id="failing",
        ),
        pytest.param(
            failure(failure(success(FRESH, fetched()), FetchError("x")), ParseError("is an HTML page")),
            NOW + days(2),
            "failing",
            "failed 2 times in a row (last success 2 days ago): is an HTML page",
            id="failing for long",
        ),
        pytest.param(failure(FRESH, FetchError("HTTP 410 Gone", gone=True)), NOW + days(9), "gone", "remove it", id="gone"),
        pytest.param(seen(3), NOW, "ok", f"moved to {NEW}, change its address", id="moved"),
    ],
)
def test_health_is_told_in_words(state: FeedState, at: dt.datetime, status: str, words: str) -> None:
    """Each state of a feed has its own words."""
    told = health(state, FEED, now=at)
    assert told.status == status
    assert words in told.words


def test_a_feed_that_answers_and_brings_nothing_is_silent() -> None:
    """A 304 for weeks is no failure and yet no news."""
    state = success(FRESH, not_modified())
    assert health(state, FEED, now=NOW, last_item_at=NOW - days(5)).words == "answers, but its last new item came 5 days ago"
    assert health(state, FEED, now=NOW, last_item_at=NOW - days(1)).status == "ok"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (89, "89 s"), (300, "5 min"), (7200, "2 h"), (3 * 86_400, "3 days"), (-5, "0 s")]
)
def test_spans_are_told_in_one_unit(seconds: float, words: str) -> None:
    """Rounded, as people say it."""
    assert duration(dt.timedelta(seconds=seconds)) == words


def test_a_moment_ago_is_just_now() -> None:
    """Below half a minute nobody counts."""
    assert ago(NOW, now=NOW + dt.timedelta(seconds=20)) == "just now"
    assert ago(NOW, now=NOW + dt.timedelta(minutes=20)) == "20 min ago"
