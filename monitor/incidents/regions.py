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


# Parties, forces, ranks and offices that only one of the countries has. (ANP is a party in one and the police of the other.)
_USED_IN = {
    "Pakistan": "MQM|PTI|PPP|PML-?[NQF]|JUI-?[FS]?|JI|ASWJ|MPA|MNA|FC|ISPR|TTP|BLA|FATA|Fata|KP|K-P|IGP|DPO|SHO|DSP|ASI"
    "|Levies|Rangers|Khasadars?",
    "Afghanistan": "ANA|ALP|NDS|ISAF|Isaf|Karzai",
}
_SAID = {country: re.compile(rf"\b(?:{names})\b") for country, names in _USED_IN.items()}


def country_named(text: str) -> str:
    """The country whose parties, forces or offices a text names; "" where it names none or those of both."""
    found = [country for country, said in _SAID.items() if said.search(text)]
    return found[0] if len(found) == 1 else ""
