"""Whether one condition holds for one incident: True, False, or None where the incident does not say.

Three-valued: `not` turns unknown into unknown, `all` is false as soon as one part is, `any` true as soon as one part is.
A rule fires on True alone.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from monitor.model import Filing, GroupMention, Incident, Toll
from monitor.rules.conditions import (
    Age,
    All,
    Any,
    Condition,
    Count,
    Is,
    Leaf,
    Level,
    Mention,
    NearDate,
    NearPlace,
    Not,
    Publishers,
    ReportIs,
    Spot,
    Watched,
    Where,
    fold_name,
)
from monitor.rules.values import compiled

Value = str | int | float | None


class Judgement(NamedTuple):
    """`holds` None is unknown; `value` is what the incident has, `text` the sentence that says so ("" where there is none)."""

    holds: bool | None
    value: Value = None
    text: str = ""


class Facts:
    """One incident as conditions look at it: folded once, judged by thousands of rules."""

    def __init__(self, incident: Incident, now: dt.datetime, aliases: dict[str, str]) -> None:
        self.incident = incident
        self.now = now
        self.filings = tuple(f for f in incident.filings if f.role != "reference")
        place = incident.place
        named = {"place": place.name, "district": place.district, "province": place.province, "country": place.country} if place else {}
        self.names: dict[str, str] = {level: canonical(name, aliases) for level, name in named.items() if name}
        self.shown: dict[str, str] = {level: name for level, name in named.items() if name}
        self.texts = tuple(f.text if f.title in f.text else f"{f.title}\n\n{f.text}" for f in self.filings)

    def tally(self, name: str) -> int | None:
        """A toll's count; `casualties` counts a missing one of the two as none, `outlets` the publishers."""
        incident = self.incident
        if name == "outlets":
            return len(incident.outlets)
        if name == "casualties":
            tolls = [t for t in (incident.killed, incident.injured) if t is not None]
            return sum(t.count for t in tolls) if tolls else None
        toll: Toll | None = getattr(incident, name)
        return None if toll is None else toll.count

    def is_set(self, *tolls: str) -> bool:
        """Whether no report gives one of these figures, so that no sentence says it: an analyst has set it."""
        for toll in tolls:
            standing: Toll | None = getattr(self.incident, toll)
            given: list[Toll | None] = [getattr(f.account, toll) for f in self.filings]
            if standing is not None and given and not any(one is not None and one.count == standing.count for one in given):
                return True
        return False

    def sentence(self, *fields: str, count: int | None = None) -> str:
        """The newest sentence that gave one of these fields; with a count, one that states it."""
        other = ""
        for filing in reversed(self.filings):
            for evidence in filing.account.evidence:
                if evidence.field not in fields or not evidence.sentence:
                    continue
                toll = getattr(filing.account, evidence.field, None)
                if count is None or (isinstance(toll, Toll) and toll.count == count):
                    return evidence.sentence
                other = other or evidence.sentence
        return other


def canonical(name: str, aliases: dict[str, str]) -> str:
    """A place name folded, and a known spelling turned into its name."""
    folded = fold_name(name)
    return aliases.get(folded, folded)


def truth(condition: Condition, facts: Facts) -> bool | None:
    """The verdict alone."""
    match condition:
        case All(parts):
            return _every(truth(part, facts) for part in parts)
        case Any(parts):
            return _some(truth(part, facts) for part in parts)
        case Not(part):
            held = truth(part, facts)
            return None if held is None else not held
        case _:
            return judge(condition, facts).holds


def _every(verdicts: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for verdict in verdicts:
        if verdict is False:
            return False
        if verdict is None:
            result = None
    return result


def _some(verdicts: Iterable[bool | None]) -> bool | None:
    result: bool | None = False
    for verdict in verdicts:
        if verdict is True:
            return True
        if verdict is None:
            result = None
    return result


def judge(leaf: Leaf, facts: Facts) -> Judgement:
    """One leaf: the verdict, the value that met it or failed it, and the sentence."""
    match leaf:
        case Count():
            return _count(leaf, facts)
        case Mention():
            return _mention(leaf, facts)
        case Where():
            return _where(leaf, facts)
        case Watched():
            return _watched(leaf, facts)
        case NearPlace():
            return _near_place(leaf, facts)
        case Is():
            return _is(leaf, facts)
        case ReportIs():
            return _report_is(leaf, facts)
        case Publishers():
            number = len(facts.incident.outlets)
            return Judgement(leaf.comparison.admits(number), number)
        case Age():
            return _age(leaf, facts)
        case NearDate():
            return _near_date(leaf, facts)


# ---------------------------------------------------------------- tolls, groups, kinds of attack


def _count(leaf: Count, facts: Facts) -> Judgement:
    count = facts.tally(leaf.tally)
    fields = ("killed", "injured") if leaf.tally == "casualties" else (leaf.tally,)
    if count is None:
        return Judgement(None)
    return Judgement(leaf.comparison.admits(count), count, "" if facts.is_set(*fields) else facts.sentence(*fields, count=count))


def _mention(leaf: Mention, facts: Facts) -> Judgement:
    mentions = facts.incident.groups
    for mention in mentions:
        if (leaf.groups is None or mention.id in leaf.groups) and (leaf.stances is None or mention.stance in leaf.stances):
            return Judgement(True, _shown_mention(mention), mention.sentence or _quoted(mention, facts))
    # A text that names no group says that it names none: false, so that `not` holds.
    return Judgement(False, ", ".join(dict.fromkeys(map(_shown_mention, mentions))) or None)


def _shown_mention(mention: GroupMention) -> str:
    return f"{mention.id} {mention.stance}"


def _quoted(mention: GroupMention, facts: Facts) -> str:
    for filing in reversed(facts.filings):
        for other in filing.account.groups:
            if other.id == mention.id and other.stance == mention.stance and other.sentence:
                return other.sentence
    return ""


def _is(leaf: Is, facts: Facts) -> Judgement:
    value: str | None = getattr(facts.incident, leaf.trait)
    if value is None:
        return Judgement(None)
    return Judgement(value.casefold() in leaf.values, value, facts.sentence(leaf.trait))


# ---------------------------------------------------------------- places


def _where(leaf: Where, facts: Facts) -> Judgement:
    if leaf.level != "place":
        name = facts.names.get(leaf.level)
        if name is None:
            return Judgement(None)
        return Judgement(name in leaf.names, facts.shown[leaf.level], facts.sentence("place"))
    for level, name in facts.names.items():
        if name in leaf.names:
            return Judgement(True, facts.shown[level], facts.sentence("place"))
    return _elsewhere(facts)


def _elsewhere(facts: Facts) -> Judgement:
    """No part of the place is the one asked for. Where the precise name is missing, it may yet be there."""
    shown = next(iter(facts.shown.values()), None)
    return Judgement(False if "place" in facts.names else None, shown, facts.sentence("place"))


def _watched(leaf: Watched, facts: Facts) -> Judgement:
    for level in facts.names:
        if any(_in_spot(spot, level, facts) for spot in leaf.spots):
            return Judgement(True, facts.shown[level], facts.sentence("place"))
    return _elsewhere(facts)


def _in_spot(spot: Spot, level: str, facts: Facts) -> bool:
    if level not in spot.covers or facts.names[level] not in spot.names:
        return False
    # Names repeat: a Hassan Khel elsewhere is not the one that is watched.
    wanted: tuple[tuple[Level, str | None], ...] = (("province", spot.province), ("country", spot.country))
    return all(folded is None or facts.names.get(level, folded) == folded for level, folded in wanted)


def _near_place(leaf: NearPlace, facts: Facts) -> Judgement:
    place = facts.incident.place
    if place is None or place.lat is None or place.lon is None:
        return Judgement(None)
    nearest, name = min((kilometres(place.lat, place.lon, lat, lon), name) for lat, lon, name in leaf.points)
    return Judgement(nearest <= leaf.km, f"{nearest:.0f} km from {name}", facts.sentence("place"))


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance of two points in degrees, on a sphere of 6,371 km."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))


# ---------------------------------------------------------------- reports


def _report_is(leaf: ReportIs, facts: Facts) -> Judgement:
    if not facts.filings:
        return Judgement(None)
    for filing, text in zip(reversed(facts.filings), reversed(facts.texts), strict=True):
        found = _in_report(leaf, filing, text)
        if found is not None:
            return Judgement(True, *found)
    return Judgement(False, _shown_reports(leaf, facts))


def _in_report(leaf: ReportIs, filing: Filing, text: str) -> tuple[str, str] | None:
    """The value and the sentence, where this report satisfies every side."""
    sides = (
        (leaf.feeds, filing.feed),
        (leaf.outlets, filing.outlet),
        (leaf.languages, filing.language),
        (leaf.kinds, filing.kind),
    )
    values = []
    for wanted, value in sides:
        if wanted is None:
            continue
        # A publisher is an outlet to whoever writes a rule.
        if value.casefold() not in wanted and not (wanted is leaf.outlets and filing.publisher.casefold() in wanted):
            return None
        values.append(value)
    if leaf.tags is not None:
        tags = [tag for tag in filing.tags if tag.casefold() in leaf.tags]
        if not tags:
            return None
        values += tags
    sentence = ""
    if leaf.texts is not None:
        hit = next((hit for hit in (_search(pattern.patterns, text) for pattern in leaf.texts) if hit is not None), None)
        if hit is None:
            return None
        values.append(" ".join(text[hit[0] : hit[1]].split())[:200])
        sentence = sentence_around(text, *hit)
    return ", ".join(values), sentence


def _search(patterns: tuple[str, ...], text: str) -> tuple[int, int] | None:
    """Where the first of the patterns is found, if all are."""
    first: tuple[int, int] | None = None
    for pattern in patterns:
        search = compiled(pattern)
        hit = search.search(text)
        if hit is None:
            return None
        first = first or hit.span(search.groupindex.get("hit", 0))
    return first


_SENTENCE_END = re.compile(r"(?<=[.!?۔])\s+|\n\n")


def sentence_around(text: str, start: int, end: int, *, limit: int = 500) -> str:
    """The sentence that holds these characters, at most `limit` long."""
    left = max((m.end() for m in _SENTENCE_END.finditer(text, max(0, start - limit), start)), default=max(0, start - limit))
    right = _SENTENCE_END.search(text, end, min(len(text), end + limit))
    return " ".join(text[left : right.start() if right else min(len(text), end + limit)].split())[:limit]


def _shown_reports(leaf: ReportIs, facts: Facts) -> str | None:
    """What the reports have of the sides that the condition looks at."""
    shown: list[str] = []
    for filing in facts.filings:
        sides = ((leaf.feeds, filing.feed), (leaf.outlets, filing.outlet), (leaf.languages, filing.language), (leaf.kinds, filing.kind))
        parts = [value or "none" for wanted, value in sides if wanted is not None]
        if leaf.tags is not None:
            parts.append(" ".join(filing.tags) or "no tag")
        if parts:
            shown.append(", ".join(parts))
    return "; ".join(dict.fromkeys(shown)) or None


# ---------------------------------------------------------------- dates

# Neither country has had summer time since 2009.
_OFFSETS = {"pakistan": 5.0, "afghanistan": 4.5}


def midnight(date: dt.date, facts: Facts) -> dt.datetime:
    """The begin of a day where the incident is; UTC where that is not known."""
    offset = dt.timedelta(hours=_OFFSETS.get(facts.names.get("country", ""), 0.0))
    return dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC) - offset


def _age(leaf: Age, facts: Facts) -> Judgement:
    if facts.incident.date is None:
        return Judgement(None)
    days = (facts.now - midnight(facts.incident.date, facts)) / dt.timedelta(days=1)
    return Judgement(leaf.comparison.admits(days), f"{days:.1f} days")


def _near_date(leaf: NearDate, facts: Facts) -> Judgement:
    date = facts.incident.date
    if date is None:
        return Judgement(None)
    distances = [(max((first - date).days, (date - last).days, 0), first) for first, last in leaf.spans]
    if not distances:
        return Judgement(False)
    nearest, first = min(distances)
    return Judgement(
        nearest <= leaf.days, f"{nearest} day{'' if nearest == 1 else 's'} from {leaf.name} of {first.isoformat()}", facts.sentence("date")
    )
