"""The places that rules may name without a word in `places.yaml`: those of the program's own gazetteer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.rules.conditions import fold_name
from monitor.text.gazetteer import entries


@dataclass(frozen=True, slots=True)
class Known:
    """Folded names → points (degrees WGS84) where they have one; folded spellings → folded names; names as written, for suggestions.

    `regions` are the folded names of districts, provinces and countries; `levels` those of the districts and of the provinces alone.
    """

    points: Mapping[str, tuple[float, float]]
    aliases: Mapping[str, str]
    names: frozenset[str]
    regions: frozenset[str]
    levels: Mapping[str, frozenset[str]]
    written: tuple[str, ...]


@lru_cache(maxsize=1)
def known_places() -> Known:
    """All of it, once. Of two places with one name the hand-written one gives the point; a spelling never takes another's name."""
    points: dict[str, tuple[float, float]] = {}
    aliases: dict[str, str] = {}
    written = {entry.name: fold_name(entry.name) for entry in entries()}
    names = set(written.values())
    for entry in entries():
        name = written[entry.name]
        if entry.lat is not None and entry.lon is not None:
            points.setdefault(name, (entry.lat, entry.lon))
        for spelling in (*entry.spellings, *entry.exact):
            folded = fold_name(spelling)
            if folded not in names:
                aliases.setdefault(folded, name)
    regions = frozenset(written[entry.name] for entry in entries() if entry.kind in ("district", "province", "country"))
    levels = {
        "district": frozenset(fold_name(entry.district) for entry in entries() if entry.district),
        "province": frozenset(fold_name(entry.province) for entry in entries() if entry.province),
    }
    return Known(points, aliases, frozenset(names), regions, levels, tuple(written))
