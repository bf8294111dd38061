"""A place as a person writes it on a command line: its name, and after commas what it lies in where others are called so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.model import Place, WatchedPlace
from monitor.text.gazetteer import Entry, entries
from monitor.text.names import key_of

_KINDS = ("district", "province")


def places_named(words: str, watched: Sequence[WatchedPlace] = ()) -> list[Place]:
    """The places that "Chaman", "Chaman, Balochistan" or "Kabul province" may mean; those of the rule files win over the gazetteer's,
    and its hand-written ones over the rest. Empty where none is called so."""
    first, *around = (part.strip() for part in words.split(","))
    for tier in _tiers(watched):
        found = [place for kind, names, place in tier if _is(first, kind, names) and _lies_in(place, around)]
        if found:
            return list(dict.fromkeys(found))
    return []


def full_name(place: Place) -> str:
    """The words by which `places_named` finds this place and no other: "Kabul district, Kabul, Afghanistan"."""
    name = place.name or place.province or place.country or ""
    if place.district and key_of(name) == key_of(place.district):
        return ", ".join(part for part in (f"{name} district", place.province, place.country) if part)
    if place.province and key_of(name) == key_of(place.province):
        return ", ".join(part for part in (f"{name} province", place.country) if part)
    return ", ".join(dict.fromkeys(part for part in (name, place.district, place.province, place.country) if part))


_Named = tuple[str, frozenset[str], Place]


def _tiers(watched: Sequence[WatchedPlace]) -> Iterator[list[_Named]]:
    yield [_of_rules(place) for place in watched]
    known = entries()
    yield [_of_gazetteer(entry) for entry in known if entry.listed]
    yield [_of_gazetteer(entry) for entry in known if not entry.listed]


def _of_rules(place: WatchedPlace) -> _Named:
    kind = "district" if place.name == place.district else "province" if place.name == place.province and not place.district else "town"
    names = frozenset(map(key_of, (place.name, *place.spellings)))
    return kind, names, Place(name=place.name, district=place.district, province=place.province, country=place.country,
                              lat=place.latitude, lon=place.longitude)  # fmt: skip


def _of_gazetteer(entry: Entry) -> _Named:
    name = None if entry.kind == "country" or entry.name == entry.country else entry.name
    place = Place(name=name, district=entry.district, province=entry.province, country=entry.country, lat=entry.lat, lon=entry.lon)
    return entry.kind, frozenset(map(key_of, (entry.name, *entry.spellings, *entry.exact))), place


def _is(words: str, kind: str, names: frozenset[str]) -> bool:
    key = key_of(words)
    if key in names:
        return True
    return any(kind == one and key.removesuffix(f" {one}") in names and key.endswith(f" {one}") for one in _KINDS)


def _lies_in(place: Place, around: Sequence[str]) -> bool:
    known = {key_of(part) for part in (place.district, place.province, place.country) if part}
    return all(key_of(part) in known for part in around)
