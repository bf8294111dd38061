"""What a feed usually does, and when the operator should hear of it."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor.feeds.habit import figures, silence_limit
from monitor.feeds.health import Trouble, trouble
from monitor.model import FeedState

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def every(pause: dt.timedelta, times: int) -> list[dt.datetime]:
    return [NOW + n * pause for n in range(times)]


@pytest.mark.parametrize(
    ("arrivals", "limit"),
    [
        pytest.param(every(HOUR, 4), None, id="too few"),
        pytest.param(every(HOUR, 30), DAY, id="a busy feed may be quiet for a day"),
        pytest.param(every(DAY, 10), 3 * DAY, id="a daily one three days"),
        pytest.param([*every(HOUR, 22), NOW + 9 * DAY], DAY, id="one holiday among twenty pauses"),
        pytest.param([*every(HOUR, 6), NOW + 9 * DAY], 3 * (9 * DAY - 5 * HOUR), id="one pause among few may be usual"),
    ],
)
def test_the_limit_of_a_silence_follows_from_the_habit(arrivals: list[dt.datetime], limit: dt.timedelta | None) -> None:
    """Three times the longest usual pause, a day at least."""
    assert silence_limit(arrivals) == limit


def test_figures_are_items_a_day_and_the_median_delay() -> None:
    """Undated items count, their delay is not known; a date in the future is no delay."""
    came = [(NOW, NOW - 9 * HOUR), (NOW, NOW - HOUR), (NOW, NOW + HOUR), (NOW, None)]
    found = figures(came, since=NOW - 2 * DAY, now=NOW)
    assert (found.items_a_day, found.delay) == (2.0, HOUR)
    assert figures([], since=NOW - HOUR, now=NOW).delay is None
    assert figures([(NOW, None)] * 3, since=NOW - HOUR, now=NOW).items_a_day == 3.0


@pytest.mark.parametrize(
    ("changes", "last_item_at", "expected"),
    [
        pytest.param({}, NOW - HOUR, None, id="well"),
        pytest.param({}, NOW - 4 * DAY, "silent", id="silent"),
        pytest.param({"last_success_at": NOW - 2 * DAY}, NOW - 4 * DAY, None, id="nobody asked since"),
        pytest.param({"failures": 4, "last_success_at": NOW - DAY}, None, None, id="failed four times"),
        pytest.param({"failures": 5, "last_success_at": NOW - DAY}, None, "failing", id="failed for a day"),
        pytest.param({"failures": 9, "last_success_at": NOW - 5 * HOUR}, None, None, id="failed often, not for long"),
        pytest.param({"failures": 5, "last_success_at": None}, None, "failing", id="never a success"),
        pytest.param({"failures": 1, "last_status": "page"}, None, None, id="one web page"),
        pytest.param({"failures": 2, "last_status": "page"}, None, "page", id="two web pages"),
        pytest.param({"gone": True, "failures": 9}, None, None, id="gone is told at once elsewhere"),
    ],
)
def test_what_the_operator_should_hear(changes: dict[str, object], last_item_at: dt.datetime | None, expected: Trouble | None) -> None:
    """With a habit of a day's pauses."""
    state = FeedState(url="http://a.example/", **({"last_success_at": NOW, "last_polled_at": NOW} | changes))  # type: ignore[arg-type]
    assert trouble(state, now=NOW, last_item_at=last_item_at, silence_limit=3 * DAY) == expected


def test_a_feed_without_a_habit_is_never_silent() -> None:
    """Nobody knows what it usually does."""
    state = FeedState(url="http://a.example/", last_success_at=NOW)
    assert trouble(state, now=NOW, last_item_at=NOW - 90 * DAY, silence_limit=None) is None
