"""The parts of Afghanistan that headlines name instead of a province ("Afghan east", "S. Afghanistan").

The parts of Pakistan are read as the provinces they mean; an Afghan part has six to ten, so it can only speak for or against one.
"""

from __future__ import annotations

import re

# The points of the compass by which the press places each province.
_POINTS = {
    "Badakhshan": "ne",
    "Badghis": "nw",
    "Baghlan": "n",
    "Balkh": "n",
    "Bamyan": "c",
    "Daykundi": "cs",
    "Farah": "sw",
    "Faryab": "nw",
    "Ghazni": "cse",
    "Ghor": "cw",
    "Helmand": "s",
    "Herat": "w",
    "Jawzjan": "n",
    "Kabul": "ce",
    "Kandahar": "s",
    "Kapisa": "cne",
    "Khost": "se",
    "Kunar": "ne",
    "Kunduz": "ne",
    "Laghman": "e",
    "Logar": "ce",
    "Nangarhar": "e",
    "Nimroz": "sw",
    "Nuristan": "ne",
    "Paktia": "se",
    "Paktika": "se",
    "Panjshir": "cne",
    "Parwan": "cne",
    "Samangan": "n",
    "Sar-e-Pul": "n",
    "Takhar": "ne",
    "Uruzgan": "s",
    "Wardak": "ce",
    "Zabul": "se",
}
_PART = r"(north|south|east|west|n|s|e|w|central)[\s.-]*(east|west|e|w)?(?:ern)?\b\.?"
_NAMED = re.compile(rf"\b{_PART}[\s-]+afghan|\bafghan(?:istan)?(?:['’]s)?\s+{_PART}", re.IGNORECASE)


def part_named(text: str) -> str:
    """The points of the compass of the part of Afghanistan that a text names first: "s", "ne"; "" where it names none."""
    found = _NAMED.search(text)
    return "".join(group[0].lower() for group in found.groups() if group) if found else ""


def lies_in(province: str, part: str) -> bool | None:
    """Whether an Afghan province lies in a part of the country; None where the province is not known."""
    points = _POINTS.get(province)
    return None if points is None else all(point in points for point in part)
