"""Quiet hours of a channel: a daily span by the clock of a time zone, over midnight or not."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_SPAN = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*(?:-|–|to)\s*([0-9]{1,2}):([0-9]{2})\s*")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `begin` until just before `end`, each day; where `end` is not after `begin`, until the next day. `timezone` is IANA."""

    begin: dt.time
    end: dt.time
    timezone: str

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M} {self.timezone}"


def clock_span(text: str) -> tuple[dt.time, dt.time]:
    """The two times of "22:00-06:30".

    Raises:
        ValueError: anything else, and a span that would last all day or no time at all.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no span of the day')
    begin, end = dt.time(int(found[1]), int(found[2])), dt.time(int(found[3]) % 24 if found[4] == "00" else int(found[3]), int(found[4]))
    if begin == end:
        raise ValueError(f'"{text}" begins when it ends')
    return begin, end


def quiet_until(quiet: QuietHours, now: dt.datetime) -> dt.datetime | None:
    """When the quiet hours that hold at `now` end (UTC); None where none do."""
    for begin, end in spans_around(quiet.begin, quiet.end, quiet.timezone, now):
        if begin <= now < end:
            return end
    return None


def spans_around(begin: dt.time, end: dt.time, timezone: str, now: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """The spans (UTC) that begin on the local day of `now`, on the day before or on the day after.

    Each end is a moment of its own: the hour that a clock change skips or repeats shortens or lengthens the night.
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    return [span_of(today + days * _DAY, begin, end, zone) for days in (-1, 0, 1)]


def span_of(day: dt.date, begin: dt.time, end: dt.time, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """The span (UTC) that begins on this local day."""
    last = day if end > begin else day + _DAY
    return (
        dt.datetime.combine(day, begin, tzinfo=zone).astimezone(dt.UTC),
        dt.datetime.combine(last, end, tzinfo=zone).astimezone(dt.UTC),
    )
