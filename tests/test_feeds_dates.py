"""Dates of feeds: read exactly or not at all."""

from __future__ import annotations

import datetime as dt
import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.dates import parse_date

KARACHI = "Asia/Karachi"
moments = st.datetimes(dt.datetime(1995, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC)).map(
    lambda at: at.replace(microsecond=0)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 29 Sep 2023 12:00:00 +0500", "2023-09-29T07:00"),
        ("Fri, 29 Sep 2023 12:00:00 GMT", "2023-09-29T12:00"),
        ("Fri, 29 Sep 2023 12:00:00 Z", "2023-09-29T12:00"),
        ("Fri, 29 Sep 2023 12:00:00 -0000", "2023-09-29T12:00"),
        ("Fri, 29 Sep 2023 12:00:00 PKT", "2023-09-29T07:00"),
        ("Fri, 29 Sep 2023 12:00:00 AFT", "2023-09-29T07:30"),
        ("Fri, 29 Sep 2023 12:00:00 CEST", "2023-09-29T10:00"),
        ("Fri, 29 Sep 2023 12:00 EST", "2023-09-29T17:00"),
        ("Fri, 29 Sep 2023 12:00 EDT", "2023-09-29T16:00"),
        ("29 Sep 23 12:00:00 +0000", "2023-09-29T12:00"),
        ("Fri,29 Sep 2023 12:00:00 GMT", "2023-09-29T12:00"),
        ("  Fri, 29 Sep 2023\n 12:00:00   GMT ", "2023-09-29T12:00"),
        ("Fri Sep 29 12:00:00 2023", "2023-09-29T12:00"),
        ("2023-09-29T12:00:00Z", "2023-09-29T12:00"),
        ("2023-09-29T12:00:00+05:00", "2023-09-29T07:00"),
        ("2023-09-29 12:00:00 +0500", "2023-09-29T07:00"),
        ("2023-09-29 12:00:00 PKT", "2023-09-29T07:00"),
        ("2023/09/29 12:00", "2023-09-29T12:00"),
        ("20230929T120000Z", "2023-09-29T12:00"),
        ("2023-09-29", "2023-09-29T00:00"),
        ("1695988800", "2023-09-29T12:00"),
        ("1695988800000", "2023-09-29T12:00"),
        ("September 29, 2023", "2023-09-29T00:00"),
        ("29th Sept. 2023", "2023-09-29T00:00"),
        ("Friday, September 29, 2023 - 12:30", "2023-09-29T12:30"),
        ("September 29, 2023 at 5:30 PM PKT", "2023-09-29T12:30"),
        ("Sep 29, 2023 5:30 p.m.", "2023-09-29T17:30"),
        ("2023-09-29 05:30 PM", "2023-09-29T17:30"),
    ],
)
def test_a_date_is_read_as_utc(text: str, expected: str) -> None:
    """The forms that feeds were seen to use; without a zone, UTC by default."""
    assert parse_date(text) == dt.datetime.fromisoformat(expected).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", None, "   ", "now", "today", "yesterday", "Friday", "12:30", "5:30 pm", "2023", "2023-09", "29", "1", "0000-00-00"),
        *("2023-13-45", "2023-02-30", "Fri, 32 Sep 2023 12:00:00 GMT", "Fri, 29 Sep 2023 25:00:00 GMT", "29/09/2023", "09-10-2023 10:00"),
        *("99999999-01-01", "9999999999999999", "Sun, 31 Dec 99999 23:59:59 GMT", "a" * 500, "0001-01-01T00:00:00+14:00", "\x00", "२०२३"),
    ],
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    """Nothing is guessed: not today, not a month for a day, not one of two readings."""
    assert parse_date(text, timezone=KARACHI) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Fri, 29 Sep 2023 12:00:00", "2023-09-29T07:00", id="no zone"),
        pytest.param("2023-09-29 12:00", "2023-09-29T07:00", id="ISO without a zone"),
        pytest.param("2023-09-29", "2023-09-28T19:00", id="a bare day begins there"),
        pytest.param("Fri, 29 Sep 2023 12:00:00 PST", "2023-09-29T07:00", id="PST is Pakistan's"),
        pytest.param("Fri, 29 Sep 2023 12:00:00 EST", "2023-09-29T17:00", id="EST stays American"),
    ],
)
def test_the_outlets_zone_fills_what_the_feed_leaves_out(text: str, expected: str) -> None:
    """An outlet of Karachi means its own clock."""
    assert parse_date(text, timezone=KARACHI) == dt.datetime.fromisoformat(expected).replace(tzinfo=dt.UTC)


def test_an_unknown_zone_counts_as_utc() -> None:
    """A typing error in a config is not found here; it must not lose dates."""
    assert parse_date("2023-09-29T12:00", timezone="Asia/Karaci") == dt.datetime(2023, 9, 29, 12, tzinfo=dt.UTC)


def test_foreign_dates_are_left_to_feedparser() -> None:
    """The Greek form that it knows."""
    assert parse_date("Παρ, 29 Σεπ 2023 12:00:00 GMT") == dt.datetime(2023, 9, 29, 12, tzinfo=dt.UTC)


@given(moments)
def test_every_moment_survives_both_standard_forms(at: dt.datetime) -> None:
    """RFC 822 and ISO 8601 are read back to the second."""
    assert parse_date(email.utils.format_datetime(at)) == at
    assert parse_date(at.isoformat()) == at


@given(st.text(max_size=120))
def test_no_text_makes_it_fail(text: str) -> None:
    """Whatever stands in a date's place, the answer is a UTC time or None."""
    found = parse_date(text)
    assert found is None or found.utcoffset() == dt.timedelta(0)
