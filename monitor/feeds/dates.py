"""Dates as feeds write them → aware UTC. Pure; never "now", never a guess."""

from __future__ import annotations

import datetime as dt
import email.utils
import itertools
import re
import zoneinfo
from functools import lru_cache
from typing import Any

from feedparser.datetimes import _parse_date as _parse_foreign

# Hours east of UTC. email.utils knows North America's names only, and takes every other for no zone at all.
_ZONES = {
    **{"UTC": 0.0, "GMT": 0.0, "UT": 0.0, "Z": 0.0, "WET": 0.0, "WEST": 1.0, "BST": 1.0, "CET": 1.0, "CEST": 2.0, "EET": 2.0, "EEST": 3.0},
    **{"MSK": 3.0, "IRST": 3.5, "GST": 4.0, "AFT": 4.5, "PKT": 5.0, "PKST": 6.0, "IST": 5.5, "HKT": 8.0, "SGT": 8.0, "JST": 9.0},
    **{"AEST": 10.0, "AEDT": 11.0, "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0},
}
_LOCAL_ZONES = {"Asia/Karachi": {"PST": 5.0}}
_ZONE_NAME = re.compile(r"(?<=[\d\sMm])([A-Z]{1,4})$")
_ISO = re.compile(r"\d{4}(-?)\d\d\1\d\d(?!\d)|\d{4}/\d\d/\d\d(?!\d)")
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d")
_EPOCH = re.compile(r"\d{9,10}|\d{12,13}")
_HALF_DAY = re.compile(r"(?i)(?<=\d)\s*([ap])\.?m\b\.?")
_WEEKDAY = re.compile(r"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?")
_NOISE = re.compile(r"(?i)[,|]|\bat\b|(?<=\s)-(?=\s)|(?<=\d)(?:st|nd|rd|th)\b|(?<=sep)t\b|(?<=[a-z]{3})\.")
_DAYS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y-%m-%d")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M %z", " %H:%M:%S %z", " %I:%M %p %z", " %I:%M:%S %p %z")
_FORMATS = tuple(day + time for day, time in itertools.product(_DAYS, _TIMES))


def parse_date(text: str | None, *, timezone: str = "UTC", date_only_hour: int | None = None) -> dt.datetime | None:
    """Read one date; None where it is missing, is no date, or could be two (day and month in figures).

    A time without a zone is in `timezone` (IANA), and so are the letters PST in a feed of Pakistan, where they do not mean the Pacific.
    A bare ISO date is the start of that day there, or `date_only_hour` UTC. ISO 8601, RFC 822 and its many dialects, dates in English
    words, epoch seconds or milliseconds, and the Greek, Hungarian and Korean forms that feedparser knows.
    """
    text = " ".join((text or "").split())
    if not text or len(text) > 100:
        return None
    try:
        found = _parsed(text, timezone, date_only_hour)
        if found is not None and found.tzinfo is None:
            found = found.replace(tzinfo=_zone(timezone))
        return None if found is None else found.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError, KeyError, AttributeError):
        return None


def _parsed(text: str, timezone: str, date_only_hour: int | None) -> dt.datetime | None:
    if date_only_hour is not None and _DATE_ONLY.fullmatch(text):
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(date_only_hour), tzinfo=dt.UTC)
    if _EPOCH.fullmatch(text):
        return dt.datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), tz=dt.UTC)
    if not text.isascii():
        # Only for these: it reads "2023/09/29" as November and "29-09-2023" as 2029. Figures of other scripts it takes for a year.
        if any(letter.isdigit() and not letter.isascii() for letter in text):
            return None
        foreign: Any = _parse_foreign(text)  # type: ignore[no-untyped-call]
        return None if foreign is None else dt.datetime(*foreign[:6]).replace(tzinfo=dt.UTC)
    text = _with_offset(text, timezone)
    half_day = _HALF_DAY.search(text) is not None
    if not half_day and _ISO.match(text):
        return dt.datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text.replace("/", "-")))
    # email.utils passes over "pm" and would be twelve hours off.
    return (None if half_day else _rfc822(text)) or _in_words(text)


def _with_offset(text: str, timezone: str) -> str:
    """Write a zone's name at the end as its offset; a name that is not known is left."""
    named = _ZONE_NAME.search(text)
    if named is None:
        return text
    hours = _LOCAL_ZONES.get(timezone, {}).get(named[1], _ZONES.get(named[1]))
    if hours is None:
        return text
    minutes = abs(round(hours * 60))
    return f"{text[: named.start()].rstrip()} {'-' if hours < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"


def _rfc822(text: str) -> dt.datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    # "-0000" says that the time is UTC and the place unknown.
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None and text.endswith("-0000") else found


def _in_words(text: str) -> dt.datetime | None:
    plain = _HALF_DAY.sub(lambda half: f" {half[1]}m", _NOISE.sub(" ", _WEEKDAY.sub(" ", text)))
    plain = " ".join(plain.split())
    for form in _FORMATS:
        try:
            return dt.datetime.strptime(plain, form)
        except ValueError:
            continue
    return None


@lru_cache(maxsize=64)
def _zone(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return dt.UTC
