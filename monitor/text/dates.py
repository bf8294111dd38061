"""Finds what a sentence says about when, and settles it against the time of publication.

All dates are calendar days local to the outlet. A reference is a range of days: "on Friday" is one, "last month" thirty.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.text.any_case import AnyCase
from monitor.text.fresh import cues
from monitor.text.names import NameIndex
from monitor.text.numbers import cardinal

_MONTHS = {
    m: n for n, m in enumerate("january february march april may june july august september october november december".split(), start=1)
}
_MONTHS |= {m[:3]: n for m, n in _MONTHS.items()} | {"sept": 9}
_WEEKDAYS = {d: n for n, d in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_COUNT = r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|some|a\s+few|a\s+couple\s+of|few)"
_FAR = dt.timedelta(days=365 * 30)


@dataclass(frozen=True, slots=True)
class When:
    """Days `first` to `last`, told by characters [start, end) of the sentence; None where the publication time is not known.

    `back`: the wording points back at something known ("Tuesday's attack", "last Thursday").
    `year`: only a year or a month is given, as history is told. `since`: the beginning of a span.
    """

    start: int
    end: int
    first: dt.date | None
    last: dt.date | None
    back: bool = False
    coarse: bool = False
    since: bool = False

    @property
    def day(self) -> dt.date | None:
        """The day, where the words give one day."""
        return self.first if self.first is not None and self.first == self.last else None


# What can stand around each kind of anchor word. The whole grammar at every word is dear; most of a sentence has no time in it.
_GRAMMAR = {
    "month": rf"""
    (?P<mdy>\b(?P<mdy_m>{_MONTH})\s+(?P<mdy_d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<mdy_y>(?:19|20)\d\d)\b)?(?P<mdy_poss>'s)?)
  | (?P<dmy>\b(?P<dmy_d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<dmy_m>{_MONTH})\b(?:,?\s+(?P<dmy_y>(?:19|20)\d\d)\b)?)
  | (?P<my>\b(?:(?P<my_last>in|last|since|from|during|of|on)\s+)?(?:(?P<my_part>early|mid|late)[- ])?(?P<my_m>{_MONTH})\b
      (?:,?\s+(?:of\s+)?(?:(?P<my_y>(?:19|20)\d\d)\b|(?P<my_rel>last\s+year|this\s+year)))(?P<my_poss>'s)?)
  | (?P<m>\b(?:in|last|since|from|during|of)\s+(?:early\s+|mid-?|late\s+)?(?P<m_m>{_MONTH})\b(?!\s+\d))
    """,
    "weekday": rf"""
    (?P<week>\b(?P<week_mod>last|next|this|the\s+previous|the\s+following|previous)?\s*\b(?P<week_d>{_DAY})(?P<week_s>s)?(?P<week_poss>'s)?
      (?:\s+(?P<week_part>morning|afternoon|evening|night))?\b(?P<week_poss2>'s)?)
    """,
    "unit": rf"""
    (?P<rel>\b(?:today|tonight|this\s+(?:morning|afternoon|evening)|earlier\s+in\s+the\s+day|in\s+the\s+day)(?P<rel_poss>'s)?\b)
  | (?P<yest>\byesterday(?P<yest_poss>'s)?\b|\blast\s+night(?P<night_poss>'s)?\b|\b(?:a|one)\s+day\s+(?:ago|earlier|before)\b
      |\bthe\s+(?:previous|day\s+before)\s*(?:day|night|evening)?\b)
  | (?P<ago>\b(?:about|nearly|almost|over|more\s+than|around|barely|some|just)?\s*(?P<ago_n>{_COUNT}|half\s+a|many)\s+
      (?P<ago_u>hour|day|week|fortnight|month|year|decade)s?\s+(?:ago|earlier|before|back|prior|since|after|on\b)
      (?!\s+(?:the\s+)?(?:dawn|noon|polling|election|iftar|sunrise|sunset|midnight)))
  | (?P<unit>\b(?P<unit_early>earlier\s+|late\s+|early\s+)?
      (?P<unit_mod>last|this|the\s+previous|the\s+past|the\s+last|previous|the\s+current)\s+
      (?P<unit_u>week|month|year|summer|winter|spring|autumn|decades?|ramazan|ramadan|muharram|eid)(?P<unit_poss>'s)?\b)
    """,
    "year": r"""
    (?P<iso>\b(?P<iso_y>(?:19|20)\d\d)-(?P<iso_m>\d\d)-(?P<iso_d>\d\d)\b)
  | (?P<years>\b(?:in|since|during|of|back\s+in|until|by|after|from|from\s+the|the|between|early|late|mid-?)\s+
      (?P<years_y>(?:19|20)\d\d)\b(?P<years_poss>'s)?)
  | (?P<bare>\b(?P<bare_y>(?:19[5-9]|20[0-4])\d)\b
      (?=[\s,.;:)](?!\s*(?:people|soldiers|troops|policemen|polling|families|rupees|houses))))
    """,
}
# All begin where a word does; said once before them, it spares the letters within words.
_PATTERNS = {anchor: AnyCase(rf"\b(?:{grammar})", re.VERBOSE) for anchor, grammar in _GRAMMAR.items()}
_UNITS = "hour day night week fortnight month year decade".split()
_ANCHORS = {
    "month": [*_MONTHS],
    "weekday": [form for day in _WEEKDAYS for form in (day, f"{day}s")],
    "unit": "today tonight yesterday morning afternoon evening summer winter spring autumn ramazan ramadan muharram eid".split()
    + [form for unit in _UNITS for form in (unit, f"{unit}s")],
    "year": [str(year) for year in range(1900, 2100)],
}
_KINDS = list(_ANCHORS)
_ANCHOR_WORDS = NameIndex([(word, _KINDS.index(kind)) for kind, words in _ANCHORS.items() for word in words])


# The reading of a sentence and the weighing of its words ask for the same ones.
@lru_cache(maxsize=256)
def find_dates(text: str, published: dt.date | None) -> tuple[When, ...]:
    """Every reference to a day, week, month or year in one sentence, in order.

    `published` is the day of publication where the outlet is; None leaves relative references without days.
    A weekday is the latest one up to the day of publication; a day and month without a year likewise.
    """
    if "time" not in cues(text):
        return ()
    found = []
    for match in _matches(text):
        settled = _SETTLERS[match.lastgroup or ""](match, published)  # the last group to close is the outermost
        if settled is not None:
            found.append(settled)
    return tuple(found)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """The references around anchor words, each by the grammar of its kind, none overlapping."""
    end = 0
    for anchor in _ANCHOR_WORDS.find(text):
        if anchor.start < end:
            continue
        start, stop = max(end, anchor.start - 40), min(len(text), anchor.end + 40)
        for match in _PATTERNS[_KINDS[anchor.value]].finditer(text, start, stop):
            if match.end() > anchor.start:
                yield match
                end = match.end()
                break


def _made(
    match: re.Match[str], first: dt.date | None, last: dt.date | None, *, back: bool = False, coarse: bool = False, since: bool = False
) -> When:
    return When(match.start(), match.end(), first, last, back, coarse, since)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _dated(match: re.Match[str], published: dt.date | None, prefix: str) -> When | None:
    month = _MONTHS[match[f"{prefix}_m"].lower().rstrip(".")]
    day = int(match[f"{prefix}_d"])
    year = match[f"{prefix}_y"]
    back = prefix == "mdy" and match["mdy_poss"] is not None
    if year:
        date = _date(int(year), month, day)
    elif published is None:
        date = None
    else:
        date = _date(published.year, month, day)
        if date is not None and date > published + dt.timedelta(days=2):
            # "on December 28", read in January; a near future date ("polls on March 20") is left as it stands.
            date = _date(published.year - 1, month, day) if date > published + dt.timedelta(days=150) else date
    if date is None and (year or published is not None):
        return None
    return _made(match, date, date, back=back)


def _iso(match: re.Match[str], published: dt.date | None) -> When | None:
    date = _date(int(match["iso_y"]), int(match["iso_m"]), int(match["iso_d"]))
    return _made(match, date, date) if date else None


def _month_range(year: int, month: int) -> tuple[dt.date, dt.date]:
    first = dt.date(year, month, 1)
    after = dt.date(year + month // 12, month % 12 + 1, 1)
    return first, after - dt.timedelta(days=1)


def _month_year(match: re.Match[str], published: dt.date | None) -> When | None:
    month = _MONTHS[match["my_m"].lower().rstrip(".")]
    if match["my_y"]:
        year = int(match["my_y"])
    elif published is None:
        return _made(match, None, None, coarse=True)
    else:
        year = published.year - (1 if match["my_rel"].lower().startswith("last") else 0)
    first, last = _month_range(year, month)
    return _made(match, first, last, coarse=True, back=match["my_poss"] is not None)


def _month_alone(match: re.Match[str], published: dt.date | None) -> When | None:
    if match["m_m"] in ("may", "march", "mar"):  # a verb, a walk, a name
        return None
    since = match["m"].lower().startswith(("since", "from"))
    if published is None:
        return _made(match, None, None, coarse=True, since=since)
    month = _MONTHS[match["m_m"].lower().rstrip(".")]
    year = published.year if month <= published.month else published.year - 1
    if match["m"].lower().startswith("last") and month == published.month:
        year -= 1
    first, last = _month_range(year, month)
    return _made(match, first, min(last, published), coarse=True, since=since)


def _weekday(match: re.Match[str], published: dt.date | None) -> When | None:
    mod = (match["week_mod"] or "").lower()
    back = match["week_poss"] is not None or match["week_poss2"] is not None or mod in ("last", "the previous", "previous")
    if published is None:
        return _made(match, None, None, back=back)
    if mod in ("next", "the following") or match["week_s"]:
        return None
    ago = (published.weekday() - _WEEKDAYS[match["week_d"].lower()]) % 7
    if mod in ("last", "the previous", "previous") and ago == 0:
        ago = 7
    date = published - dt.timedelta(days=ago)
    return _made(match, date, date, back=back)


def _today(match: re.Match[str], published: dt.date | None) -> When:
    return _made(match, published, published, back=match["rel_poss"] is not None)


def _yesterday(match: re.Match[str], published: dt.date | None) -> When:
    date = published - dt.timedelta(days=1) if published else None
    return _made(
        match,
        date,
        date,
        back=match["yest_poss"] is not None
        or match["night_poss"] is not None
        or not match["yest"].lower().startswith(("yesterday", "last")),
    )


_UNIT_DAYS = {"hour": 0, "day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365, "decade": 3650}


def _ago(match: re.Match[str], published: dt.date | None) -> When | None:
    unit = match["ago_u"].lower()
    text = match["ago_n"].lower()
    if match[0].lower().rstrip().endswith(" after") and match.start() > 60:
        return None  # "killed by a bomb one day after an operation": counted from something else
    if match[0].lower().rstrip().endswith(" on") and unit not in ("year", "decade", "month"):
        return None
    n = (
        {"a": 1, "an": 1, "several": 3, "some": 3, "a few": 3, "few": 3, "a couple of": 2, "half a": 1, "many": 5}.get(text)
        or cardinal(text)
        or 1
    )
    if unit == "hour":
        return (
            _made(match, published, published)
            if n < 12
            else _made(match, published - dt.timedelta(days=1) if published else None, published)
        )
    if published is None:
        return _made(match, None, None, back=True, coarse=unit != "day")
    days = min(_UNIT_DAYS[unit] * n, 40_000)
    date = published - dt.timedelta(days=days)
    slack = dt.timedelta(days={"day": 0, "week": 4, "fortnight": 7}.get(unit, _UNIT_DAYS[unit] // 3))
    return _made(match, date - slack, date + slack, back=True, coarse=unit not in ("day",))


def _unit(match: re.Match[str], published: dt.date | None) -> When | None:
    unit, mod = match["unit_u"].lower(), re.sub(r"\s+", " ", match["unit_mod"].lower())
    if published is None:
        return _made(match, None, None, coarse=True, back=mod != "this")
    if mod in ("the past", "the last") and unit != "week":
        return _made(match, published - dt.timedelta(days=_UNIT_DAYS.get(unit, 365)), published, coarse=True, since=True)
    back = True
    this = mod in ("this", "the current")
    if unit == "week":
        if this:
            return _made(match, published - dt.timedelta(days=published.weekday()), published)
        return _made(match, published - dt.timedelta(days=13), published - dt.timedelta(days=1), back=back)
    if unit == "month":
        first = published.replace(day=1)
        if this:
            return _made(match, first, published, coarse=True)
        last = first - dt.timedelta(days=1)
        return _made(match, last.replace(day=1), last, coarse=True, back=back)
    if this:
        return _made(match, dt.date(published.year, 1, 1), published, coarse=True)
    return _made(match, dt.date(published.year - 1, 1, 1), dt.date(published.year - 1, 12, 31), coarse=True, back=back)


def _year(match: re.Match[str], published: dt.date | None, name: str = "years") -> When | None:
    year = int(match[f"{name}_y"])
    since = match[0].lower().startswith(("since", "from", "after"))
    last = dt.date(year, 12, 31)
    if published is not None and year == published.year:
        last = published
    return _made(match, dt.date(year, 1, 1), last, coarse=True, since=since)


_SETTLERS: dict[str, Callable[[re.Match[str], dt.date | None], When | None]] = {
    "mdy": lambda m, p: _dated(m, p, "mdy"),
    "dmy": lambda m, p: _dated(m, p, "dmy"),
    "iso": _iso,
    "my": _month_year,
    "m": _month_alone,
    "week": _weekday,
    "rel": _today,
    "yest": _yesterday,
    "ago": _ago,
    "unit": _unit,
    "years": _year,
    "bare": lambda m, p: _year(m, p, "bare"),
}
