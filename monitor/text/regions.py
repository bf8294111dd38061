"""Phrases that stand for a part of a country without naming it: "northwest Pakistan", "the tribal belt"."""

from __future__ import annotations

import re

from monitor.model import Place
from monitor.text.mentions import PlaceMention

# "northwest Pakistan" means a province to every wire service; so do a few names of regions.
_BEARINGS = r"(?P<ns>north|south)[-\s]?(?P<ew>east|west)?(?:ern)?|(?P<only>east|west)(?:ern)?"
_REGION = re.compile(
    rf"\b(?:{_BEARINGS})\s+(?:\w+\s+)?(?P<country>Pakistan|Afghanistan)\b"
    rf"|\b(?P<whose>Pakistan|Afghanistan)['’]s\s+(?:\w+\s+)?(?:(?P<ns2>north|south)[-\s]?(?P<ew2>east|west)?(?:ern)?)\b(?!\s+(?:province"
    rf"|city|town|district|region)\s+of)",
    re.IGNORECASE,
)
_PROVINCE_OF_BEARING = {("north", "west"): "Khyber Pakhtunkhwa", ("south", "west"): "Balochistan"}
_TRIBAL = re.compile(
    r"\b(?:former(?:ly)?\s+|erstwhile\s+|ex-)?(?:Federally[\s-]Administered\s+Tribal\s+(?:Areas?|Agenc\w+|Regions?)|FATA"
    r"|[Tt]ribal\s+(?:belt|areas|districts?|regions?|agencies))\b"
)
_WAZIRISTAN = re.compile(r"\bWaziristan\b(?:\s+(?:region|district|agency))?", re.IGNORECASE)


def regions(text: str) -> list[PlaceMention]:
    """Phrases that stand for a province without naming it."""
    found = []
    for match in _REGION.finditer(text):
        country = (match["country"] or match["whose"]).capitalize()
        bearing = ((match["ns"] or match["ns2"] or "").lower(), (match["ew"] or match["ew2"] or match["only"] or "").lower())
        province = _PROVINCE_OF_BEARING.get(bearing) if country == "Pakistan" else None
        found.append(_region(text, match.start(), match.end(), Place(province=province, country=country)))
    for match in _TRIBAL.finditer(text):
        if match.group()[0].isupper() or "belt" in match.group() or "Pakistan" in text:
            found.append(_region(text, match.start(), match.end(), Place(province="Khyber Pakhtunkhwa", country="Pakistan")))
    for match in _WAZIRISTAN.finditer(text):
        if not re.search(r"\b(?:North|South|N\.?|S\.?|Upper|Lower)[\s-]+$", text[max(0, match.start() - 8) : match.start()], re.IGNORECASE):
            place = Place(name="Waziristan", province="Khyber Pakhtunkhwa", country="Pakistan", lat=32.7, lon=69.8)
            found.append(_region(text, match.start(), match.end(), place))
    return found


def _region(text: str, start: int, end: int, place: Place) -> PlaceMention:
    return PlaceMention(start, end, text[start:end], place, "scene", 0.6, "region")
