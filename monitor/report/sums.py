"""Tolls added up by week, place and group. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitor.report.past import Entry
from monitor.text.gazetteer import TRIBAL_AREAS

NOBODY = "nobody named"
NOWHERE = "not known"


@dataclass(slots=True, kw_only=True)
class Sum:
    """A line of a table: incidents and the people in them; where a toll is not known it adds nothing. `stances` counts incidents."""

    key: str
    name: str
    incidents: int = 0
    killed: int = 0
    injured: int = 0
    militants: int = 0
    claimed: int = 0
    suspected: int = 0
    denied: int = 0

    def add(self, entry: Entry) -> None:
        self.incidents += 1
        self.killed += entry.killed or 0
        self.injured += entry.injured or 0
        self.militants += entry.militants or 0


def total(entries: Iterable[Entry]) -> Sum:
    whole = Sum(key="", name="all")
    for entry in entries:
        if entry.counted:
            whole.add(entry)
    return whole


def by_week(entries: Sequence[Entry]) -> list[Sum]:
    """One line for each week from the first to the last, quiet ones too, unless that were more than five years of them."""
    sums = _by(entries, lambda e: [(e.week.isoformat(), day_name(e.week))])
    if sums:
        first, last = (dt.date.fromisoformat(edge(sums)) for edge in (min, max))
        if (last - first).days < 5 * 366:
            for n in range(0, (last - first).days, 7):
                week = first + dt.timedelta(days=n)
                sums.setdefault(week.isoformat(), Sum(key=week.isoformat(), name=day_name(week)))
    return [sums[key] for key in sorted(sums)]


def by_province(entries: Sequence[Entry]) -> list[Sum]:
    return _gravest_first(_by(entries, lambda e: [(province_key(e), province_name(e))]))


def by_district(entries: Sequence[Entry]) -> list[Sum]:
    """Districts by their province; what is known no nearer than a province or country is left out."""
    return _gravest_first(_by(entries, lambda e: [(district_key(e), e.district)] if e.district else []))


def by_group(entries: Sequence[Entry]) -> list[Sum]:
    """Groups that claimed an attack, deny one or are blamed for it. An attack counts for each group that claimed it or is blamed; one
    for which nobody is, for `NOBODY`.
    """

    def held(entry: Entry) -> list[tuple[str, str]]:
        return [(group, name) for group, name, stance in entry.groups if stance != "denied"] or [("", NOBODY)]

    sums = _by(entries, held)
    for entry in entries:
        for group, name, stance in entry.groups if entry.counted else ():
            one = sums.setdefault(group, Sum(key=group, name=name))
            one.claimed += stance == "claimed"
            one.suspected += stance == "suspected"
            one.denied += stance == "denied"
    return _gravest_first(sums)


def province_name(entry: Entry) -> str:
    return entry.province or (f"{entry.country}, no nearer" if entry.country else NOWHERE)


def province_key(entry: Entry) -> str:
    return f"{entry.country}|{entry.province}"


def district_key(entry: Entry) -> str:
    # A district keeps its place on the map whenever the tribal areas were spoken of.
    province = "Khyber Pakhtunkhwa" if entry.province == TRIBAL_AREAS else entry.province
    return f"{entry.country}|{province}|{entry.district}"


def day_name(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"


def _by(entries: Iterable[Entry], keys: Callable[[Entry], Iterable[tuple[str, str]]]) -> dict[str, Sum]:
    sums: dict[str, Sum] = {}
    for entry in entries:
        for key, name in dict(keys(entry)).items() if entry.counted else ():
            sums.setdefault(key, Sum(key=key, name=name)).add(entry)
    return sums


def _gravest_first(sums: dict[str, Sum]) -> list[Sum]:
    return sorted(sums.values(), key=lambda one: (-one.killed, -one.injured, -one.incidents, one.name))
