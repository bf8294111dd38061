"""What a sentence states of casualties: one figure with its bounds, its words and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal["killed", "injured", "militants_killed", "militants_injured"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One casualty figure of a sentence. `count` None: people, but not how many. `start` and `end` are characters of the sentence.

    `total`: told as a running total ("taking the toll to 17"). `adds`: on top of those told before ("another", "two more").
    `late`: died of wounds after the first reports. `part`: a part of a total. `named`: known by a name only.
    `generic`: "people", "persons", which may cover all victims. `also`: told as one more group of victims.
    `taliban`: members of the Taliban, who are militants or, where they rule, victims. `admitted`: brought to a hospital.
    `partly`: of a list, some of whom are not counted ("two girls and their parents").
    """

    field: Field
    count: int | None
    low: int | None
    high: int | None
    start: int
    end: int
    text: str
    total: bool = False
    adds: bool = False
    late: bool = False
    part: bool = False
    named: bool = False
    generic: bool = False
    also: bool = False
    taliban: bool = False
    admitted: bool = False
    partly: bool = False
