"""Silences: who asked not to be told of what, and whether that holds now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

from monitor.alerts.quiet import span_of

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = dt.timedelta(days=1)

State = Literal["active", "pausing", "to come", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """The hours of the week in which alone a silence holds: from `begin` until just before `end` (perhaps of the next day) on each
    of `days` (0 is Monday), by the clock of `timezone`. `begin` equal to `end` is a whole day."""

    days: frozenset[int]
    begin: dt.time
    end: dt.time
    timezone: str

    def __str__(self) -> str:
        days = "daily" if len(self.days) == 7 else ",".join(DAYS[day] for day in sorted(self.days))
        return f"{days} {self.begin:%H:%M}-{self.end:%H:%M} {self.timezone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """`matcher` holds conditions as `monitor.rules.matcher` reads them. `ends_at` None: until it is ended by hand."""

    matcher: dict[str, Any]
    author: str
    reason: str
    created_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime | None = None
    weekly: Weekly | None = None
    ended_by: str | None = None
    id: int = field(default=0, compare=False)


def state(silence: Silence, now: dt.datetime) -> State:
    """Whether it holds (`active`), will hold again (`pausing`, `to come`), or never will."""
    if silence.ends_at is not None and now >= silence.ends_at:
        return "over"
    if now < silence.starts_at:
        return "to come"
    if silence.weekly is None:
        return "active"
    return "active" if window_end(silence.weekly, now) else "pausing"


def window_end(weekly: Weekly, now: dt.datetime) -> dt.datetime | None:
    """When the window that holds at `now` ends (UTC); None where none does."""
    zone = ZoneInfo(weekly.timezone)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today, today + _DAY):
        if day.weekday() not in weekly.days:
            continue
        begin, end = span_of(day, weekly.begin, weekly.end, zone)
        if begin <= now < end:
            return end
    return None


def silence_words(silence: Silence) -> str:
    """The reason kept with what it withheld."""
    return f"silence {silence.id} by {silence.author}: {silence.reason}"
