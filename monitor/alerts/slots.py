"""When a digest is due: a time of the day on some days of the week, by the clock of a time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One digest of the config. `days` has 0 for Monday; `timezone` is IANA."""

    name: str
    channel: str
    at: dt.time
    days: frozenset[int]
    timezone: str


def latest_slot(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The last time at or before `now` (UTC) at which the digest was due.

    A time that a clock change skips comes an hour later on that day; one that comes twice counts the first time.
    """
    zone = ZoneInfo(schedule.timezone)
    today = now.astimezone(zone).date()
    for back in range(9):
        day = today - back * _DAY
        if day.weekday() in schedule.days:
            slot = dt.datetime.combine(day, schedule.at, tzinfo=zone).astimezone(dt.UTC)
            if slot <= now:
                return slot
    raise ValueError(f"digest {schedule.name!r} has no day")


def slot_before(schedule: Schedule, slot: dt.datetime) -> dt.datetime:
    """The time at which it was due before."""
    return latest_slot(schedule, slot - dt.timedelta(microseconds=1))
