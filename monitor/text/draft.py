"""An attack in the making: the sentences of a report that tell of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from monitor.text.lines import Line


@dataclass(slots=True)
class Draft:
    """An attack in the making: the lines that tell of it, in reading order, the leading one first."""

    lines: list[Line] = field(default_factory=list)
    recalled: bool = False
    day: dt.date | None = None  # what a sentence says that adds up this attack and others

    @property
    def districts(self) -> frozenset[str]:
        return frozenset().union(*(line.districts for line in self.lines))

    @property
    def days(self) -> frozenset[dt.date]:
        return frozenset(line.day for line in self.lines if line.day is not None)

    def counts(self, name: str) -> set[int | None]:
        return {s.count for line in self.lines for s in line.statements if s.field == name and s.count}

    @property
    def tells(self) -> bool:
        return any(line.tells for line in self.lines)

    @property
    def harmless(self) -> bool:
        """Whether it says that nobody was hurt."""
        return any(s.count == 0 for line in self.lines for s in line.statements)


def contradicts(line: Line, draft: Draft) -> bool:
    """Whether a line gives another figure for what the draft has a figure for."""
    return any(s.count and draft.counts(s.field) and s.count not in draft.counts(s.field) for s in line.statements)


def same_count(line: Line, draft: Draft) -> bool:
    """Whether a line repeats a figure of the draft: the same attack told again."""
    return any(s.count and s.count in draft.counts(s.field) for s in line.statements)
