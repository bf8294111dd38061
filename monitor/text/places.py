"""Where a text speaks of: every place it names, what part the name plays, and which place an attack happened in.

Three steps, so that each can be used alone: `PlaceFinder.find` names the places and their roles, `chains` joins
neighbours ("Matta tehsil of Swat"), `combine` makes one `Place` of them. `scene` does all of it for one account.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.model import Place, WatchedPlace

# scene: it may have happened there. dateline: filed there. hospital: victims were taken there. direction: a distance, a
# bearing or a route is measured from there. origin: somebody comes from there. foreign: another country.
# name: part of a team, an institution, a person, a government ("Quetta Shura", "Islamabad blamed Kabul").
Role = Literal["scene", "dateline", "hospital", "direction", "origin", "foreign", "name"]
Level = Literal["country", "region", "province", "district", "town", "area"]


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place's name at `start` to `end` of the text.

    `weight` 0 to 1: how well the words around it speak for it as the scene. `level` is how precise it is; a `region` is a
    phrase such as "northwest Pakistan", whose `place` has the province it usually means.
    """

    start: int
    end: int
    text: str
    place: Place
    role: Role
    weight: float
    level: Level


class PlaceFinder:
    """Finds the places of the built-in gazetteer and of the rule files, whose entries win over the gazetteer's."""

    def __init__(self, places: Sequence[WatchedPlace] = ()) -> None:
        self._places = tuple(places)

    def find(self, text: str) -> list[PlaceMention]:
        """All mentions in order, none overlapping, whatever their role."""
        return []


def chains(text: str, mentions: Sequence[PlaceMention]) -> list[list[PlaceMention]]:
    """Mentions that the text joins into one place, most precise first or last: "Serai Naurang area of Lakki Marwat"."""
    return [[mention] for mention in mentions]


def combine(mentions: Sequence[PlaceMention], *, published: dt.date | None = None) -> Place | None:
    """One place out of mentions of it: the most precise name, its district, province, country and coordinates.

    Places of the former tribal agencies have the province "Federally Administered Tribal Areas" in items `published`
    before 2018-05-31, when they joined Khyber Pakhtunkhwa. None where no mention is in Pakistan or Afghanistan, unless
    all are foreign: then the foreign country.
    """
    return mentions[0].place if mentions else None


def scene(
    text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], *, published: dt.date | None = None
) -> tuple[Place | None, tuple[PlaceMention, ...]]:
    """The scene of an account that is told in `spans` (its sentences, the one with its toll first), and the mentions that say so.

    Looks at the spans in order, then fills in what they leave open (a district, a province) from the rest of the text and from the
    dateline. A place in another country is returned as such; None where the text names no place that could be it.
    """
    return None, ()
