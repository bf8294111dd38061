"""Quiet hours and the times of digests: spans of the day by the clock of a zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.quiet import QuietHours, clock_span, quiet_until
from monitor.alerts.slots import Schedule, latest_slot, slot_before

NIGHT = QuietHours(begin=dt.time(22), end=dt.time(6, 30), timezone="Asia/Karachi")
ZONES = st.sampled_from(["Asia/Karachi", "Asia/Kabul", "Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC"])
MOMENTS = st.datetimes(dt.datetime(2023, 1, 1), dt.datetime(2026, 12, 31), timezones=st.just(dt.UTC))
CLOCKS = st.times().map(lambda time: time.replace(second=0, microsecond=0))


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("2026-03-10T21:59+05:00", None, id="a minute before"),
        pytest.param("2026-03-10T22:00+05:00", "2026-03-11T06:30+05:00", id="as it begins"),
        pytest.param("2026-03-11T00:10+05:00", "2026-03-11T06:30+05:00", id="after midnight"),
        pytest.param("2026-03-11T06:29+05:00", "2026-03-11T06:30+05:00", id="a minute before the end"),
        pytest.param("2026-03-11T06:30+05:00", None, id="at the end"),
    ],
)
def test_a_night_over_midnight_ends_in_the_morning(at: str, until: str | None) -> None:
    """The begin is quiet, the end is not."""
    assert quiet_until(NIGHT, utc(at)) == (utc(until) if until else None)


def test_quiet_hours_within_a_day_leave_the_night_alone() -> None:
    """A span that does not pass midnight holds in it alone."""
    noon = QuietHours(begin=dt.time(12), end=dt.time(14), timezone="UTC")
    assert quiet_until(noon, utc("2026-03-10T13:00Z")) == utc("2026-03-10T14:00Z")
    assert quiet_until(noon, utc("2026-03-10T23:00Z")) is None


def test_a_night_with_a_change_of_the_clock_is_an_hour_shorter() -> None:
    """In London the clock goes forward at 1 on 29 March 2026: the morning comes at 05:30 UTC, not at 06:30."""
    night = QuietHours(begin=dt.time(22), end=dt.time(6, 30), timezone="Europe/London")
    assert quiet_until(night, utc("2026-03-28T23:00Z")) == utc("2026-03-29T05:30Z")


@given(begin=CLOCKS, end=CLOCKS, zone=ZONES, now=MOMENTS)
def test_quiet_hours_end_within_a_day_and_do_not_go_on_at_their_end(begin: dt.time, end: dt.time, zone: str, now: dt.datetime) -> None:
    """What is put off once is due within 25 hours, when the same hours do not hold any more: nothing is put off for ever."""
    if begin == end:
        return
    quiet = QuietHours(begin=begin, end=end, timezone=zone)
    until = quiet_until(quiet, now)
    if until is not None:
        assert now < until <= now + dt.timedelta(hours=25)
        assert quiet_until(quiet, until) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("22:00-06:30", (dt.time(22), dt.time(6, 30))),
        (" 7:00 to 9:15 ", (dt.time(7), dt.time(9, 15))),
        ("18:00–24:00", (dt.time(18), dt.time(0))),
    ],
)
def test_a_span_of_the_day_is_read(text: str, span: tuple[dt.time, dt.time]) -> None:
    """A dash of either kind, or "to"; 24:00 is midnight."""
    assert clock_span(text) == span


@pytest.mark.parametrize("text", ["", "22-6", "22:00", "25:00-06:00", "22:00-06:61", "06:00-06:00", "24:30-06:00"])
def test_what_is_no_span_of_the_day_is_refused(text: str) -> None:
    """Also one that would last all day."""
    with pytest.raises(ValueError, match=r".+"):
        clock_span(text)


# ---------------------------------------------------------------- the times of digests


def schedule(days: set[int] | None = None, at: dt.time = dt.time(8), zone: str = "Asia/Karachi") -> Schedule:
    return Schedule(name="daily", channel="mail", at=at, days=frozenset(range(7) if days is None else days), timezone=zone)


def test_the_latest_slot_of_a_weekly_digest_is_its_day() -> None:
    """On a Tuesday the last Monday's; on Monday before eight, that of the week before."""
    monday = schedule({0})
    assert latest_slot(monday, utc("2026-03-10T12:00+05:00")) == utc("2026-03-09T08:00+05:00")
    assert latest_slot(monday, utc("2026-03-09T07:59+05:00")) == utc("2026-03-02T08:00+05:00")


@given(days=st.sets(st.integers(0, 6), min_size=1), at=CLOCKS, zone=ZONES, now=MOMENTS)
def test_slots_are_in_order_at_most_eight_days_apart_and_on_their_days(days: set[int], at: dt.time, zone: str, now: dt.datetime) -> None:
    """Whatever the zone does to its clock."""
    one = schedule(days, at, zone)
    slot = latest_slot(one, now)
    before = slot_before(one, slot)
    assert before < slot <= now
    assert now - slot <= dt.timedelta(days=8)
    assert latest_slot(one, slot) == slot
    # A time that the clock skips may fall on the next day where the change is at midnight; none of these zones does that.
    assert slot.astimezone(ZoneInfo(zone)).weekday() in days


def test_a_schedule_without_a_day_is_refused() -> None:
    """It would never come, and nobody would notice."""
    with pytest.raises(ValueError, match="no day"):
        latest_slot(schedule(set()), utc("2026-03-10T12:00Z"))
