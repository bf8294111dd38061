"""Names that many places have: which city's landmark is meant, and whether a small town can be the one that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Place
from monitor.text.mentions import PlaceMention

# What every city has one of.
_LANDMARK = re.compile(
    r"\b(?:mosque|masjid|eidgah|eid\s+gah|imambargah|shrine|church|temple|hotel|hospital|university|college|school|madrassa|bazaa?r|market"
    r"|chowk|square|park|stadium|club|court|jail|prison|airport|station|colony|cantonment|road|plaza|gate"
    r"|mandi|town|bypass|stop|society|phatak|garden|assembly|headquarters|exchange|complex|lines|cent(?:re|er)|tower|consulate|bank"
    r"|gali|saddar)s?$",
    re.IGNORECASE,
)


def in_their_city(mentions: Sequence[PlaceMention], filed: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Each landmark that is called like one of another city, in the city that the text names: "a Marriott Hotel" of Karachi.

    `filed`: the same mentions with their datelines known. Where the city is named only there, those of its province stay where they are:
    "PESHAWAR: A bomb exploded in Bannu Cantonment".
    """
    scenes = [m for m in mentions if m.role == "scene" and m.weight >= 0.6 and m.place.district and not _LANDMARK.search(m.text)]
    cities = {m.place.district: m.place for m in scenes if m.level in ("district", "town")}
    if len(cities) != 1:
        return list(mentions)
    ((district, city),) = cities.items()
    named = {m.place.district for m in mentions if not _LANDMARK.search(m.text)} | {
        m.place.province for m in mentions if m.level == "province"
    }
    only_filed = not any(m.role != "dateline" and m.place.district == district and not _LANDMARK.search(m.text) for m in filed)
    return [
        replace(m, place=replace(city, name=m.text))
        if m.level == "town"
        and m.place.district not in (None, district)
        and m.place.district not in named
        and _LANDMARK.search(m.text)
        and not (only_filed and m.place.province == city.province)
        else m
        for m in mentions
    ]


def across_the_border(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Each town that lies in the one country while all else lies in a province of the other: "Charbagh area" of Farah is no part of Swat.

    It stays as a name that no table knows.
    """
    sure = [m for m in mentions if m.role == "scene" and m.weight >= 0.6 and m.level in ("province", "district")]
    countries = {m.place.country for m in sure}
    if len(countries) != 1 or not any(m.level == "province" for m in sure):
        return list(mentions)
    named = {m.place.country for m in mentions if m.level != "town"}
    return [
        replace(m, place=Place(name=m.text), level="area", weight=min(m.weight, 0.6))
        if m.level == "town" and m.role == "scene" and m.place.province and m.place.country not in named
        else m
        for m in mentions
    ]
