"""Known places by the look of their names: reports spell them as they hear them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from monitor.text.gazetteer import Entry
from monitor.text.names import key_of

_REMEMBERED = 5_000  # guesses kept: a search over all districts takes milliseconds


class Spellings:
    """Looks up districts and towns by names that are spelled almost like theirs."""

    def __init__(self, every: Sequence[Entry]) -> None:
        self._guesses: dict[str, Entry | None] = {}
        self._districts: dict[str, Entry] = {}
        self._by_province: dict[str, dict[str, Entry]] = {}
        self._provinces = {key_of(name): e for e in every if e.kind == "province" for name in (e.name, *e.spellings)}
        for entry in every:
            if entry.kind not in ("district", "town") or not entry.province:
                continue
            for name in (entry.name, *entry.spellings):
                self._by_province.setdefault(entry.province, {}).setdefault(key_of(name), entry)
                if entry.kind == "district":
                    self._districts.setdefault(key_of(name), entry)

    def within(self, name: str, province: str) -> Entry | None:
        """The place of a province whose name is most like this one: "Dialaram" in Nimroz is Dilaram."""
        return self._closest(f"{province}/{name}", name, self._by_province.get(province, {}), 0.84)

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
            close = get_close_matches(key_of(name), known, n=1, cutoff=cutoff)
            self._guesses[remembered] = known[close[0]] if close else None
        return self._guesses[remembered]
