"""When a sentence is set, against the day of publication (Wednesday, 20 May 2026)."""

from __future__ import annotations

import datetime as dt

import pytest
from support_reading import item, read, reader

from monitor.text.dates import find_dates

_TODAY = dt.date(2026, 5, 20)

DAYS = [
    ("weekday-before", "The attack took place on Monday.", "2026-05-18"),
    ("weekday-of-today", "Gunmen opened fire on Wednesday.", "2026-05-20"),
    ("weekday-after-is-last-week", "Gunmen opened fire on Thursday.", "2026-05-14"),
    ("last-weekday", "Six men were killed last Wednesday.", "2026-05-13"),
    ("late-on", "The post was attacked late on Tuesday night.", "2026-05-19"),
    ("early-hours", "The blast came in the early hours of Tuesday.", "2026-05-19"),
    ("possessive", "Tuesday's attack was the second this week.", "2026-05-19"),
    ("month-day", "The bomb went off on May 17.", "2026-05-17"),
    ("day-month", "The bomb went off on 17 May.", "2026-05-17"),
    ("ordinal", "The bomb went off on the 17th of May.", "2026-05-17"),
    ("month-day-year", "The bomb went off on March 4, 2022.", "2022-03-04"),
    ("iso", "The bomb went off on 2022-03-04.", "2022-03-04"),
    ("december-read-in-may", "The bomb went off on December 28.", "2025-12-28"),
    ("today", "A bomb went off today.", "2026-05-20"),
    ("this-morning", "A bomb went off this morning.", "2026-05-20"),
    ("yesterday", "A bomb went off yesterday.", "2026-05-19"),
    ("a-day-earlier", "The post had been attacked a day earlier.", "2026-05-19"),
    ("two-days-ago", "The post was attacked two days ago.", "2026-05-18"),
    ("three-days-earlier", "The post was attacked three days earlier.", "2026-05-17"),
]
SPANS = [
    ("month-year", "in March 2022", "2022-03-01", "2022-03-31"),
    ("march-last-year", "in March last year", "2025-03-01", "2025-03-31"),
    ("last-month", "last month", "2026-04-01", "2026-04-30"),
    ("last-year", "last year", "2025-01-01", "2025-12-31"),
    ("in-year", "in 2014", "2014-01-01", "2014-12-31"),
    ("this-year", "this year", "2026-01-01", "2026-05-20"),
    ("last-week", "last week", "2026-05-07", "2026-05-19"),
]


@pytest.mark.parametrize(("sentence", "day"), [row[1:] for row in DAYS], ids=[row[0] for row in DAYS])
def test_a_day_is_settled_by_the_day_of_publication(sentence, day):
    """A weekday is the latest one up to that day."""
    assert find_dates(sentence, _TODAY)[0].day == dt.date.fromisoformat(day)


@pytest.mark.parametrize(("words", "first", "last"), [row[1:] for row in SPANS], ids=[row[0] for row in SPANS])
def test_a_span_has_its_first_and_last_day(words, first, last):
    """Months and years are spans, never a day."""
    (found, *_) = find_dates(f"Nine people were killed {words}.", _TODAY)
    assert (str(found.first), str(found.last), found.day) == (first, last, None)


@pytest.mark.parametrize(
    "sentence", ["The order came in at 3 pm.", "He may be arrested.", "The march went on.", "Section 144 was imposed."]
)
def test_what_is_no_time_gives_none(sentence):
    """A modal, a walk and a paragraph of the law."""
    assert find_dates(sentence, _TODAY) == ()


def test_without_a_publication_time_relative_days_stay_unknown():
    """Nothing is guessed."""
    assert find_dates("Gunmen opened fire on Monday.", None)[0].day is None
    assert read("A bomb killed five people in Quetta on Monday.", published=None).incidents[0].date is None


def test_the_outlet_s_zone_settles_the_day():
    """One in the morning on Thursday in Karachi is still Wednesday in London."""
    at = dt.datetime(2026, 5, 20, 20, 30, tzinfo=dt.UTC)
    text = "A bomb killed five people in Quetta today."
    karachi, london = (
        reader().read(item(text, published=at, timezone=zone)).incidents[0].date for zone in ("Asia/Karachi", "Europe/London")
    )
    assert (str(karachi), str(london)) == ("2026-05-21", "2026-05-20")
