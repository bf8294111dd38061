"""Landmarks that many cities have by one name: which city's one is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.text.mentions import PlaceMention

# What every city has one of.
_LANDMARK = re.compile(
    r"\b(?:mosque|masjid|eidgah|eid\s+gah|imambargah|shrine|church|temple|hotel|hospital|university|college|school|madrassa|bazaa?r|market"
    r"|chowk|square|park|stadium|club|court|jail|prison|airport|station|colony|cantonment|road|plaza|gate"
    r"|mandi|town|bypass|stop|society|phatak|garden|assembly|headquarters|exchange|complex|lines|cent(?:re|er)|tower|consulate|bank"
    r"|gali|saddar)s?$",
    re.IGNORECASE,
)


def in_their_city(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Each landmark that is called like one of another city, in the city that the text names: "a Marriott Hotel" of Karachi."""
    scenes = [m for m in mentions if m.role == "scene" and m.weight >= 0.6 and m.place.district and not _LANDMARK.search(m.text)]
    cities = {m.place.district: m.place for m in scenes if m.level in ("district", "town")}
    if len(cities) != 1:
        return list(mentions)
    ((district, city),) = cities.items()
    named = {m.place.district for m in mentions if not _LANDMARK.search(m.text)} | {
        m.place.province for m in mentions if m.level == "province"
    }
    return [
        replace(m, place=replace(city, name=m.text))
        if m.level == "town" and m.place.district not in (None, district) and m.place.district not in named and _LANDMARK.search(m.text)
        else m
        for m in mentions
    ]
