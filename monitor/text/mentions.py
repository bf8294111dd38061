"""A place's name in a text, and the part that it plays there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from monitor.model import Place

# scene: it may have happened there. dateline: filed there. hospital: victims were taken there. direction: a distance, a
# bearing, a border or a route is measured from there. origin: somebody comes from there. foreign: another country.
# name: part of a team, an institution, a person, a government ("Quetta Shura", "Islamabad blamed Kabul").
Role = Literal["scene", "dateline", "hospital", "direction", "origin", "foreign", "name"]

# From the widest to the most precise. A region is a phrase such as "northwest Pakistan"; an area is a name that no table
# knows, or one inside a town.
Level = Literal["country", "region", "province", "district", "town", "area"]
LEVELS: tuple[Level, ...] = ("country", "region", "province", "district", "town", "area")


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place's name at `start` to `end` of the text.

    `weight` 0 to 1: how well the words around it speak for it as the scene. `place` of a region phrase has the province
    that it usually means, and no name; an unknown name's has no district.
    """

    start: int
    end: int
    text: str
    place: Place
    role: Role
    weight: float
    level: Level
