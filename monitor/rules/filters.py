"""Which items of a feed are taken, by its `include` and `exclude` in the config. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model import Item
from monitor.rules.conditions import Pattern
from monitor.rules.values import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """An item is taken if one of `include` is found in it (or there is none), and none of `exclude`."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    @property
    def digest(self) -> str:
        """12 hex digits that change when the filter does; "" for one that takes everything."""
        if not self.include and not self.exclude:
            return ""
        written = ([one.written for one in self.include], [one.written for one in self.exclude])
        return hashlib.sha256(repr(written).encode()).hexdigest()[:12]


def taken(items: Iterable[Item], chosen: Filter) -> list[Item]:
    """The items that pass, in their order. Title, summary and content are searched, whatever the case."""
    return [item for item in items if passes(item.text, chosen)]


def passes(text: str, chosen: Filter) -> bool:
    if _any(chosen.exclude, text):
        return False
    return not chosen.include or _any(chosen.include, text)


def _any(patterns: Sequence[Pattern], text: str) -> bool:
    return any(all(compiled(part).search(text) for part in pattern.patterns) for pattern in patterns)
