"""Known places by the look of their names: reports spell them as they hear them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from monitor.text.gazetteer import Entry
from monitor.text.names import key_of

_VOWELS = re.compile(r"[aeiouywh' -]|(.)(?=\1)")
_ENOUGH = 4  # consonants that tell a name
_REMEMBERED = 5_000  # guesses kept: a search over all districts takes milliseconds


class Spellings:
    """Looks up districts and towns by names that are spelled almost like theirs."""

    def __init__(self, every: Sequence[Entry]) -> None:
        self._guesses: dict[str, Entry | None] = {}
        self._districts: dict[str, Entry] = {}
        self._by_province: dict[str, dict[str, Entry]] = {}
        self._consonants: dict[str, Entry | None] = {}
        self._provinces = {key_of(name): e for e in every if e.kind == "province" for name in (e.name, *e.spellings)}
        for entry in every:
            if entry.kind not in ("district", "town") or not entry.province:
                continue
            for name in (entry.name, *entry.spellings):
                self._by_province.setdefault(entry.province, {}).setdefault(key_of(name), entry)
                if entry.listed:
                    self._remember(_consonants(name), entry)
                if entry.kind == "district":
                    self._districts.setdefault(key_of(name), entry)

    def within(self, name: str, province: str) -> Entry | None:
        """The place of a province whose name is most like this one: "Dialaram" in Nimroz is Dilaram."""
        return self._closest(f"{province}/{name}", name, self._by_province.get(province, {}), 0.84)

    def by_consonants(self, name: str) -> Entry | None:
        """The one place whose name has the same consonants: "Liquatabad", "Kahndahar". None where several have, or too few tell it."""
        return self._consonants.get(_consonants(name))

    def _remember(self, consonants: str, entry: Entry) -> None:
        if len(consonants) >= _ENOUGH:
            known = self._consonants.setdefault(consonants, entry)
            if known is not None and (known.district, known.province) != (entry.district, entry.province):
                self._consonants[consonants] = None

    def province(self, name: str) -> Entry | None:
        """The province whose name is most like this one: "Nagarhar province"."""
        return self._closest(f"province/{name}", name, self._provinces, 0.84)

    def anywhere(self, name: str) -> Entry | None:
        """The district of either country whose name is most like one that stands alone: "Shengal district"."""
        return self._closest(name, name, self._districts, 0.86)

    def _closest(self, remembered: str, name: str, known: dict[str, Entry], cutoff: float) -> Entry | None:
        if remembered not in self._guesses:
            if len(self._guesses) >= _REMEMBERED:
                self._guesses.clear()
            key = key_of(name)
            close = get_close_matches(key, [other for other in known if _begin_alike(key, other)], n=1, cutoff=cutoff)
            self._guesses[remembered] = known[close[0]] if close else None
        return self._guesses[remembered]


# Letters that the press takes for one another at the beginning of a name: "Qalat" and "Kalat", "Zhob" and "Jhob".
_ALIKE = {letter: alike[0] for alike in ("aeiouy", "cgkqx", "jsz", "bp", "dt", "vw") for letter in alike}


def _begin_alike(one: str, other: str) -> bool:
    """Whether two names may begin with one sound: looked at first, as it is cheap and few do."""
    first, second = one[:1], other[:1]
    return first == second or _ALIKE.get(first, first) == _ALIKE.get(second, second)


def _consonants(name: str) -> str:
    """A name's first letter and its consonants, doubles as one: what misspellings leave alone."""
    key = key_of(name)
    return key[:1] + _VOWELS.sub("", key[1:])
