"""Which place of a name is meant: "Hyderabad", "Qarabagh" and "Khost" are several each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.text.gazetteer import TRIBAL_DISTRICTS, Entry
from monitor.text.joining import joined

_ADDRESS = re.compile(
    r"(?:[\s,]*(?:[A-Z][\w'’]*(?:-[\w'’]+)*(?:['’](?=\s)|\b)|(?:areas?|village|town|tehsil|district|city|camp|bazaa?r|sub-?division"
    r"|neighbou?rhood|of|in|the|near|downtown|central|(?:girls|boys)['’]?|high|middle|primary|secondary|school|mosque|shrine|market"
    r"|hospital|clinic)(?![\w-])))+[\s,]*"
)
_WITHIN = re.compile(r"\b(?:of|in)\b")
_TRIBAL_HOMES = frozenset({"Khyber Pakhtunkhwa", "Federally Administered Tribal Areas"})


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text with all the places that it may stand for, and the kind word after it."""

    start: int
    end: int
    candidates: tuple[Entry, ...]
    kind_word: str


def settled(text: str, names: Sequence[Named]) -> list[Entry]:
    """For each name the place that is meant: the one that its neighbours and the rest of the text speak for."""
    around: set[str] = set()
    for name in names:
        for told in ({entry.province for entry in name.candidates}, {entry.country for entry in name.candidates}):
            around |= {only for only in told if only and len(told) == 1}  # "Kabul" is city and province, of one country
    return [
        name.candidates[0]
        if len(name.candidates) == 1
        else max(name.candidates, key=lambda entry: _likelihood(text, names, number, entry, around))
        for number, name in enumerate(names)
    ]


def _likelihood(text: str, names: Sequence[Named], number: int, entry: Entry, around: set[str]) -> float:
    """How well a place fits its kind word, its neighbours, and the provinces and countries that the text names for certain."""
    name = names[number]
    score = {"district": 1.0, "province": 0.9, "town": 0.8 if entry.listed else 0.5, "country": 1.0, "foreign": 0.85}[entry.kind]
    word = name.kind_word
    if word == "province":
        score += 5 * (entry.kind == "province")
    elif word in ("district", "agency", "tribal district"):
        score += 2 * (entry.kind == "district") - 2 * (entry.kind == "province")
    elif word:
        score += (entry.kind in ("town", "district")) - 2 * (entry.kind == "province")
    for step in (-2, -1, 1, 2):
        if 0 <= number + step < len(names):
            other = names[number + step]
            first, second = (other, name) if step < 0 else (name, other)
            if "\n" in text[first.end : second.start]:
                continue  # a headline and the dateline below it are no address
            near = abs(step) == 1 and joined(text, first.end, second.start)
            reach = second.start - first.end < 45 or near
            if reach:
                score += (3.0 if near else 1.0) * max(_support(entry, candidate) for candidate in other.candidates)
    # A report filed in Peshawar may well tell of Khost in Afghanistan; of the village in Harnai it tells with its province.
    small = entry.kind == "town" and any(other.kind == "province" for other in name.candidates)
    return score + 1.5 * (entry.province in around) + (0.0 if small else 1.0) * (entry.country in around)


def _support(entry: Entry, other: Entry) -> float:
    """How far one place speaks for another beside it: inside it, around it, or in the same province."""
    if entry.country != other.country or same_entry(entry, other):
        return 0.0
    if other.kind == "district" and entry.district == other.district and entry.province == other.province:
        return 1.5
    if other.kind == "country":
        return 0.6
    if entry.province != other.province:
        return 0.1
    return 1.4 if entry.district and entry.district == other.district else 1.2


def same_entry(a: Entry, b: Entry) -> bool:
    return (a.kind, a.name, a.district, a.province, a.country) == (b.kind, b.name, b.district, b.province, b.country)


def contradicted(text: str, names: Sequence[Named], found: Sequence[Entry], number: int) -> Entry | None:
    """The place around a name that cannot hold the one found for it: in "Safa area, Garmser district, Helmand" no Safa of Zabul."""
    name, entry = names[number], found[number]
    if entry.district is not None and entry.district == entry.province and not name.kind_word:
        return None  # "attacks in Kabul, Nangarhar" lists two provinces
    for later in range(number + 1, min(number + 4, len(names))):
        if not _linked(text, names[later - 1].end, names[later].start):
            return None
        around, between = found[later], text[names[later - 1].end : names[later].start]
        inside = later == number + 1 and around.kind == "district" and _WITHIN.search(between) is not None
        called = names[later].kind_word in ("province", "district", "agency") or text[: names[later].end].endswith(" Agency")
        kinds = bool(name.kind_word) and called
        if (
            (around.kind == "province" or inside or kinds)
            and entry.kind in ("district", "town")
            and (_elsewhere(entry, around, inside=inside or (kinds and around.kind == "district")) or _part_of(name, entry, around))
        ):
            return around
    return None


def _elsewhere(entry: Entry, around: Entry, *, inside: bool) -> bool:
    """Whether a place cannot be inside the one that the text puts around it."""
    if around.province is None:
        return False
    if around.province == entry.province:
        return inside and entry.kind == "town" and around.district not in (entry.district, around.province)
    tribal = {around.province, entry.province} <= _TRIBAL_HOMES and entry.district in TRIBAL_DISTRICTS
    return not tribal


def _part_of(name: Named, entry: Entry, around: Entry) -> bool:
    """Whether a district is told as a part of the one that it was parted from: "the Taunsa tehsil of Dera Ghazi Khan district"."""
    return name.kind_word in ("tehsil", "town", "subdivision", "sub-division") and entry.kind == around.kind == "district"


def _linked(text: str, end: int, start: int) -> bool:
    """Whether two names stand in one address, perhaps with unknown names between them: "Bara camp, Mazari area, Turbat district"."""
    return joined(text, end, start) or (start - end <= 70 and _ADDRESS.fullmatch(text, end, start) is not None)
