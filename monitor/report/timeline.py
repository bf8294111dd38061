"""The timeline: a lane for each province, a disc for each incident, and the killed of each day or week below. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence

from monitor.report.district_map import toll_line
from monitor.report.elements import Html, el
from monitor.report.past import Entry
from monitor.report.sums import Sum, by_province, day_name, province_key

_Place = Callable[[dt.date], float]

WIDTH = 1200
_LEFT, _RIGHT = 260, 24
_LANE, _BARS, _AXIS = 40, 90, 26
_LANES = 9
_LABELLED = 8
VAGUE = "province not known"


def timeline(entries: Sequence[Entry], *, begin: dt.date, end: dt.date) -> Html:
    """`begin` and `end` are its first and last day."""
    lanes = _lanes(entries)
    days = max((end - begin).days + 1, 1)
    floor = _floor(lanes)

    def x(day: dt.date) -> float:
        return _LEFT + ((min(max(day, begin), end) - begin).days + 0.5) / days * (WIDTH - _LEFT - _RIGHT)

    return el(
        "svg",
        el("title", "Timeline: incidents by day and province, the killed below"),
        el("desc", "The table of incidents says the same in words."),
        el("g", _ticks(begin, end, x=x, floor=floor), class_="ticks"),
        el("g", _lane_lines(lanes), class_="lanes"),
        el("g", _discs(entries, lanes, x=x), class_="discs"),
        el("g", _columns(entries, begin=begin, end=end, x=x, floor=floor), class_="columns"),
        el("g", _labels(entries, lanes, x=x), class_="labels", aria_hidden="true"),
        viewBox=f"0 0 {WIDTH} {floor + _AXIS + 8}",
        role="img",
        id="timeline",
    )


def _lanes(entries: Sequence[Entry]) -> dict[str, tuple[int, str]]:
    """Key of a province → its lane and the lane's name; the gravest first, the rest share the last."""
    # What is known no nearer than a country comes last, however grave.
    sums: list[Sum] = sorted(by_province(entries), key=lambda one: one.key.endswith("|"))
    named = sum(not one.key.endswith("|") for one in sums)
    kept = named if named <= _LANES else _LANES - 1
    lanes = {}
    for n, one in enumerate(sums):
        if one.key.endswith("|"):
            lanes[one.key] = (min(named, _LANES), VAGUE)
        else:
            lanes[one.key] = (n, one.name) if n < kept else (kept, "other provinces")
    return lanes


def _lane_lines(lanes: dict[str, tuple[int, str]]) -> Iterator[Html]:
    for n, name in dict(lanes.values()).items():
        y = n * _LANE + _LANE / 2
        yield el("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y)
        yield el("text", name, x=_LEFT - 14, y=y + 5)
    yield el("text", "killed", x=_LEFT - 14, y=_floor(lanes) - 4)


def _floor(lanes: dict[str, tuple[int, str]]) -> int:
    """Where the columns stand."""
    return max((n + 1 for n, _ in lanes.values()), default=0) * _LANE + _BARS


def _discs(entries: Sequence[Entry], lanes: dict[str, tuple[int, str]], *, x: _Place) -> Iterator[Html]:
    for n, entry in sorted(enumerate(entries), key=lambda pair: -(pair[1].killed or 0)):
        if entry.counted:
            yield el(
                "circle",
                el("title", f"{day_name(entry.day)}: {entry.attack}, {entry.place}; {toll_line(entry)}"),
                cx=round(x(entry.day), 1),
                cy=_middle(entry, lanes),
                r=_radius(entry),
                class_=f"s{entry.rank + 1}",
                data_n=n,
            )


def _labels(entries: Sequence[Entry], lanes: dict[str, tuple[int, str]], *, x: _Place) -> Iterator[Html]:
    """The gravest by name, where one label does not lie on another."""
    taken: list[tuple[float, float]] = []
    grave = [(n, entry) for n, entry in enumerate(entries) if entry.counted and (entry.killed or 0) >= 10]
    for n, entry in sorted(grave, key=lambda pair: -(pair[1].killed or 0))[: 2 * _LABELLED]:
        at, y = x(entry.day), _middle(entry, lanes)
        if len(taken) == _LABELLED or any(abs(at - other) < 110 and y == level for other, level in taken):
            continue
        taken.append((at, y))
        right = at < WIDTH - _RIGHT - 130
        beside = _radius(entry) + 4
        name = entry.district or entry.place.split(",")[0]
        start = round(at + (beside if right else -beside), 1)
        yield el("text", f"{name} {entry.killed}", x=start, y=y + 5, class_=None if right else "left", data_n=n)


def _columns(entries: Sequence[Entry], *, begin: dt.date, end: dt.date, x: _Place, floor: int) -> Iterator[Html]:
    span = 1 if (end - begin).days <= 200 else 7
    sums: dict[dt.date, int] = {}
    for entry in entries:
        if entry.counted and entry.killed:
            first = begin + dt.timedelta(days=(entry.day - begin).days // span * span)
            sums[first] = sums.get(first, 0) + entry.killed
    most = max(sums.values(), default=1)
    tallest = _BARS - 24
    width = max((x(end) - x(begin)) / max((end - begin).days, 1) * span * 0.7, 1.0)
    for first, killed in sorted(sums.items()):
        tall = round(killed / most * tallest, 1)
        words = day_name(first) if span == 1 else f"week from {day_name(first)}"
        yield el(
            "rect",
            el("title", f"{words}: {killed} killed"),
            x=round(x(first) - (width / 2 if span == 1 else 0), 1),
            y=floor - tall,
            width=round(min(width, 26), 1),
            height=tall,
            data_from=first.isoformat(),
            data_to=(first + dt.timedelta(days=span - 1)).isoformat(),
        )
    if sums:
        peak = max(sums, key=lambda day: sums[day])
        yield el("text", str(most), x=round(x(peak), 1), y=floor - tallest - 5)


def _ticks(begin: dt.date, end: dt.date, *, x: _Place, floor: int) -> Iterator[Html]:
    for day, words in _marks(begin, end):
        at = round(x(day), 1)
        yield el("line", x1=at, x2=at, y1=0, y2=floor)
        yield el("text", words, x=at, y=floor + 18)


def _marks(begin: dt.date, end: dt.date) -> Iterator[tuple[dt.date, str]]:
    days = (end - begin).days + 1
    if days <= 14:
        yield from ((begin + dt.timedelta(days=n), _short(begin + dt.timedelta(days=n))) for n in range(days))
    elif days <= 120:
        step = 7 if days <= 75 else 14
        first = -begin.weekday() % 7
        yield from ((begin + dt.timedelta(days=n), _short(begin + dt.timedelta(days=n))) for n in range(first, days, step))
    else:
        months = 1 if days <= 500 else 3 if days <= 1500 else 12
        for year in range(begin.year, end.year + 1):
            for month in range(1, 13, months):
                if begin <= (day := dt.date(year, month, 1)) <= end:
                    yield (
                        day,
                        f"{day:%Y}" if months == 12 else f"{day:%b %Y}" if month == 1 or day.month == begin.month + 1 else f"{day:%b}",
                    )


def _short(day: dt.date) -> str:
    return f"{day.day} {day:%b}"


def _middle(entry: Entry, lanes: dict[str, tuple[int, str]]) -> float:
    return lanes[province_key(entry)][0] * _LANE + _LANE / 2


def _radius(entry: Entry) -> float:
    return round(min(3 + 1.9 * math.sqrt(entry.killed or 0), _LANE * 0.48), 1)
