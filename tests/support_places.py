"""What the place and group tests share: finders with the shipped rules, and short forms of what they find."""

from __future__ import annotations

import datetime as dt
from functools import cache

from support_reading import shipped_lexicon

from monitor.model import Place
from monitor.text.groups import GroupFinder
from monitor.text.mentions import PlaceMention
from monitor.text.places import PlaceFinder, scene


@cache
def places() -> PlaceFinder:
    return PlaceFinder(shipped_lexicon().places)


@cache
def groups() -> GroupFinder:
    return GroupFinder(shipped_lexicon().groups)


def found(text: str) -> list[tuple[str, str]]:
    """(name as written, role) of each mention."""
    return [(mention.text, mention.role) for mention in places().find(text)]


def role(text: str, name: str) -> str:
    """The role of the one mention of `name`, "" where it is none."""
    return next((mention.role for mention in places().find(text) if mention.text == name), "")


def mention(text: str, name: str) -> PlaceMention:
    return next(m for m in places().find(text) if m.text == name)


def scene_of(text: str, *, published: dt.date | None = None) -> Place | None:
    """The scene of a text that tells of one attack in all its sentences."""
    return scene(text, places().find(text), [(0, len(text))], published=published)[0]


def short(place: Place | None) -> tuple[str | None, str | None, str | None, str | None]:
    return (place.name, place.district, place.province, place.country) if place else (None, None, None, None)
