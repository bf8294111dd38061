"""Names that stand together in a text as one address, and the one place that they make."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Place
from monitor.text.gazetteer import TRIBAL_AREAS, TRIBAL_DISTRICTS
from monitor.text.mentions import PlaceMention

_LONGEST_CHAIN = 6  # area, village, tehsil, district, province, country
MERGER = dt.date(2018, 5, 31)  # the day on which the tribal areas became part of Khyber Pakhtunkhwa
_KINDS = (
    r"(?:areas?|villages?|towns?|city|tehsils?|districts?|provinces?|agency|sub-?districts?|neighbou?rhoods?|locality|bazaa?r|markets?"
    r"|valley|sub-?divisions?|cantonment|cantt|region|mohallah?|union\s+council"
    r"|taluka|suburbs?|outskirts|road|chowk|tribal)"
)
_ADJECTIVES = (
    r"(?:the|its|restive|volatile|troubled|remote|southern|northern|eastern|western|central|south-?western|north-?western"
    r"|south-?eastern|north-?eastern|bordering|tribal|Pakistani|Afghan|provincial|capital|port|militancy-hit|neighbou?ring|nearby|city|town"
    r"|district|district's|province)"
)
_JOINT = re.compile(
    rf"\s*(?:['’]s)?\s*(?:{_KINDS}\b\s*){{0,3}}(?:\([^)]{{0,30}}\)\s*)?(?:,|/)?\s*(?:(?:of|in|in\s+the"
    rf"|within|at|falling\s+in|located\s+in|situated\s+in|a\s+(?:town|village|district|city|area)\s+(?:in|of)"
    rf"|the\s+capital\s+of)\s+)?(?:{_ADJECTIVES}\s+){{0,4}}(?:of\s+)?",
    re.IGNORECASE,
)
PRECISE = {"area": 5, "town": 4, "district": 3, "province": 2, "region": 1, "country": 0}
_TRIBAL_AREAS = re.compile(r"(?:Federally[\s-]Administered|FATA)", re.IGNORECASE)


def joined(text: str, end: int, start: int) -> bool:
    """Whether the words from `end` to `start` join two names into one place: "Matta tehsil of Swat", "Wana, South Waziristan"."""
    return start - end <= 70 and _JOINT.fullmatch(text, end, start) is not None


def chains(text: str, mentions: Sequence[PlaceMention]) -> list[list[PlaceMention]]:
    """Mentions that the text joins into one place, most precise first or last: "Serai Naurang area of Lakki Marwat".

    Names of one role only; a list of equals ("in Bannu and Tank", "Zhob, Loralai and Ziarat") stays apart.
    """
    out: list[list[PlaceMention]] = []
    for mention in mentions:
        last = out[-1][-1] if out else None
        if (
            last is not None
            and last.role == mention.role
            and len(out[-1]) < _LONGEST_CHAIN
            and joined(text, last.end, mention.start)
            and _compatible(out[-1], mention)
        ):
            out[-1].append(mention)
        else:
            out.append([mention])
    return out


def _compatible(chain: Sequence[PlaceMention], mention: PlaceMention) -> bool:
    """Whether the name can be inside, around or beside all of the chain without contradiction."""
    for other in chain:
        a, b = other.place, mention.place
        if a.country and b.country and a.country != b.country:
            return False
        if a.province and b.province and a.province != b.province:
            return False
        if a.district and b.district and not _one_district(a.district, b.district):
            if mention.level == other.level == "district":
                return namesake(other) or namesake(mention)
            if "district" not in (mention.level, other.level):
                return False
    return True


def _one_district(a: str, b: str) -> bool:
    """Whether two names may be of one district: "South Waziristan" is the Upper and the Lower one, as the press goes on to call them."""
    return a == b or a.endswith(f" {b}") or b.endswith(f" {a}")


def namesake(mention: PlaceMention) -> bool:
    """Whether a district bears its province's name, so that the name may mean either: Kabul, Ghazni, Kandahar."""
    return mention.place.district == mention.place.province


def combine(mentions: Sequence[PlaceMention], *, published: dt.date | None = None) -> Place | None:
    """One place out of mentions of it: the most precise name, its district, province, country and coordinates.

    Places of the former tribal agencies have the province "Federally Administered Tribal Areas" in items `published`
    before 2018-05-31, when they joined Khyber Pakhtunkhwa. None where there are no mentions.
    """
    if not mentions:
        return None
    ordered = sorted(mentions, key=lambda mention: (-PRECISE[mention.level], -mention.weight, mention.start))
    # "Shagai area, Jamrud tehsil": the town is what others call the place by; an area alone stands for itself, as does one that the
    # town is only told beside: "a Wana man was found in the Kotkai area".
    towns = [m for m in ordered if m.level == "town"]
    area = ordered[0] if ordered[0].level == "area" else None
    if (area and any(_beside(area, town) for town in towns)) or (area is None and len(towns) > 1):
        ordered.sort(key=lambda mention: (mention is not max(towns, key=lambda m: m.start), -PRECISE[mention.level]))
    district = _district_of(ordered)
    best = next(
        (m for m in ordered if m.place.name and _in_district(m.place, district) and not _wider(m, ordered)),
        ordered[0],
    )
    wider = [m for m in ordered if m is not best and around(m.place, best.place, district)]
    return _then(_filled(best.place, [m.place for m in wider]), mentions, published)


def _filled(place: Place, around: Sequence[Place]) -> Place:
    """The place with what it leaves open from those around it, the first of which to say it wins."""
    district, province, country, lat, lon = place.district, place.province, place.country, place.lat, place.lon
    for outer in around:
        district, province, country = district or outer.district, province or outer.province, country or outer.country
        lat, lon = outer.lat if lat is None else lat, outer.lon if lon is None else lon
    return Place(name=place.name, district=district, province=province, country=country, lat=lat, lon=lon)


def _beside(area: PlaceMention, town: PlaceMention) -> bool:
    """Whether a town is told in the same address: right before the area ("Wana's Karikot area") or in the words after it."""
    return 0 <= area.start - town.end <= 8 or 0 <= town.start - area.end <= 70


def _district_of(ordered: Sequence[PlaceMention]) -> str | None:
    """The district that the mentions agree on: a named one before a town's own, a plain name before a province's namesake."""
    named = [m for m in ordered if m.place.district]
    if not named:
        return None
    return min(named, key=lambda m: (m.level != "district", namesake(m), -m.weight, m.start)).place.district


def _in_district(place: Place, district: str | None) -> bool:
    return place.district is None or district is None or _one_district(place.district, district)


def _wider(mention: PlaceMention, others: Sequence[PlaceMention]) -> bool:
    """A province's namesake beside another district of that province means the province: "Andar district of Ghazni"."""
    return namesake(mention) and any(
        other.place.district not in (None, mention.place.district) and other.place.province == mention.place.province for other in others
    )


def around(wider: Place, inner: Place, district: str | None) -> bool:
    """Whether one place can lie around another, of which `district` is known or found."""
    if wider.country and inner.country and wider.country != inner.country:
        return False
    if wider.province and inner.province and wider.province != inner.province:
        return False
    if not wider.district or not district or wider.district == wider.province:
        return True
    return _one_district(wider.district, district)


def _then(place: Place, mentions: Sequence[PlaceMention], published: dt.date | None) -> Place:
    """The province as it was at the time, unless the text names the one it has become part of."""
    if published is None or published >= MERGER or place.province != "Khyber Pakhtunkhwa":
        return place
    if any(m.level == "region" and _TRIBAL_AREAS.match(m.text) for m in mentions):
        return replace(place, province=TRIBAL_AREAS)
    named = any(m.level == "province" for m in mentions)
    return replace(place, province=TRIBAL_AREAS) if place.district in TRIBAL_DISTRICTS and not named else place
