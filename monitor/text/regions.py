"""Phrases that stand for a part of a country without naming it: "northwest Pakistan", "the tribal belt"."""

from __future__ import annotations

import re

from monitor.model import Place
from monitor.text.mentions import PlaceMention
from monitor.text.names import NameIndex

# "northwest Pakistan" means a province to every wire service, as does "the country's northwest" once the country is named.
_COUNTRIES = ("Pakistan", "Afghanistan")
_BEARING_BEFORE = re.compile(r"\b(?:(?P<ns>north|south)[-\s]?(?P<ew>east|west)?|east|west)(?:ern)?\s+(?:\w+\s+)?$", re.IGNORECASE)
_BEARING_AFTER = re.compile(
    r"['’]s\s+(?:\w+\s+)?(?P<ns>north|south)[-\s]?(?P<ew>east|west)?(?:ern)?\b(?!\s+(?:province|city|town|district|region)\s+of)",
    re.IGNORECASE,
)
_ITS_BEARING = re.compile(r"\b[Tt]he\s+country['’]s\s+(?:\w+\s+)?(?P<ns>north|south)[-\s]?(?P<ew>east|west)(?:ern)?\b")
_PROVINCE_OF_BEARING = {("north", "west"): "Khyber Pakhtunkhwa", ("south", "west"): "Balochistan"}
_TRIBAL = re.compile(
    r"\b(?:former(?:ly)?\s+|erstwhile\s+|ex-)?(?:Federally[\s-]Administered\s+Tribal\s+(?:Areas?|Agenc\w+|Regions?)|FATA"
    r"|[Tt]ribal\s+(?:belt|areas|districts?|regions?|agencies))\b"
)
_WAZIRISTAN = re.compile(r"\bWaziristan\b(?:\s+(?:region|district|agency))?", re.IGNORECASE)


# "the Nigerian city of Jos": a country by the name of its people.
PEOPLES = {
    "Indian": "India", "Iranian": "Iran", "Iraqi": "Iraq", "Syrian": "Syria", "Turkish": "Turkey", "Bangladeshi": "Bangladesh",
    "Sri Lankan": "Sri Lanka", "Nepalese": "Nepal", "Chinese": "China", "Tajik": "Tajikistan", "Uzbek": "Uzbekistan",
    "Turkmen": "Turkmenistan", "Kyrgyz": "Kyrgyzstan", "Russian": "Russia", "Ukrainian": "Ukraine", "Saudi": "Saudi Arabia",
    "Emirati": "United Arab Emirates", "Qatari": "Qatar", "Omani": "Oman", "Yemeni": "Yemen", "Lebanese": "Lebanon", "Israeli": "Israel",
    "Palestinian": "Palestine", "Egyptian": "Egypt", "Libyan": "Libya", "Tunisian": "Tunisia", "Algerian": "Algeria",
    "Moroccan": "Morocco", "Somali": "Somalia", "Kenyan": "Kenya", "Nigerian": "Nigeria", "Nigerien": "Niger", "Malian": "Mali",
    "Burkinabe": "Burkina Faso", "Chadian": "Chad", "Cameroonian": "Cameroon", "Sudanese": "Sudan", "Ethiopian": "Ethiopia",
    "Mozambican": "Mozambique", "Ugandan": "Uganda", "Congolese": "DR Congo", "Tanzanian": "Tanzania", "South African": "South Africa",
    "British": "United Kingdom", "English": "United Kingdom", "Scottish": "United Kingdom", "French": "France", "German": "Germany",
    "Belgian": "Belgium", "Dutch": "Netherlands", "Spanish": "Spain", "Italian": "Italy", "Austrian": "Austria", "Swiss": "Switzerland",
    "Swedish": "Sweden", "Norwegian": "Norway", "Danish": "Denmark", "Polish": "Poland", "Greek": "Greece", "American": "United States",
    "US": "United States", "Canadian": "Canada", "Mexican": "Mexico", "Colombian": "Colombia", "Brazilian": "Brazil",
    "Australian": "Australia", "Indonesian": "Indonesia", "Philippine": "Philippines", "Filipino": "Philippines", "Malaysian": "Malaysia",
    "Thai": "Thailand", "Burmese": "Myanmar", "Japanese": "Japan", "Kurdish": "Iraq",
}  # fmt: skip
_NAMES = NameIndex((), exact=[(name, 0) for name in (*_COUNTRIES, *PEOPLES)])
_A_PLACE_OF_THEIRS = re.compile(
    r"\s+(?:(?!consul|embass|held\b|occup|admin|controll)[a-z][\w-]*\s+){0,2}"
    r"(?:city|capital|town|province|region|village|port|resort|island|suburb)\b"
)


def regions(text: str) -> list[PlaceMention]:
    """Phrases that stand for a province without naming it."""
    found = []
    countries = set()
    names = [(start, end, text[start:end]) for start, end, _ in _NAMES.find(text)]
    for start, end, country in names:
        if country not in _COUNTRIES:
            continue
        countries.add(country)
        before = _BEARING_BEFORE.search(text[max(0, start - 32) : start])
        after = _BEARING_AFTER.match(text, end)
        if before is not None:
            found.append(_bearing(text, start - len(before.group()), end, country, before))
        elif after is not None:
            found.append(_bearing(text, start, after.end(), country, after))
    if "he country" in text and (countries == {"Pakistan"} or (not countries and "Pakistani" in text)):
        found += [_bearing(text, match.start(), match.end(), "Pakistan", match) for match in _ITS_BEARING.finditer(text)]
    found += [
        PlaceMention(start, place.end(), text[start : place.end()], Place(country=PEOPLES[people]), "foreign", 0.8, "country")
        for start, end, people in names
        if people in PEOPLES and (place := _A_PLACE_OF_THEIRS.match(text, end))
    ]
    if "ribal" not in text and "FATA" not in text and "aziristan" not in text:
        return found
    for match in _TRIBAL.finditer(text):
        if match.group()[0].isupper() or "belt" in match.group() or "Pakistan" in text:
            found.append(_region(text, match.start(), match.end(), Place(province="Khyber Pakhtunkhwa", country="Pakistan")))
    for match in _WAZIRISTAN.finditer(text):
        if not re.search(r"\b(?:North|South|N\.?|S\.?|Upper|Lower)[\s-]+$", text[max(0, match.start() - 8) : match.start()], re.IGNORECASE):
            waziristan = Place(name="Waziristan", province="Khyber Pakhtunkhwa", country="Pakistan", lat=32.7, lon=69.8)
            found.append(_region(text, match.start(), match.end(), waziristan))
    return found


def _bearing(text: str, start: int, end: int, country: str, match: re.Match[str]) -> PlaceMention:
    bearing = ((match["ns"] or "").lower(), (match["ew"] or "").lower())  # "eastern Afghanistan" has neither
    province = _PROVINCE_OF_BEARING.get(bearing) if country == "Pakistan" else None
    return _region(text, start, end, Place(province=province, country=country))


def _region(text: str, start: int, end: int, place: Place) -> PlaceMention:
    return PlaceMention(start, end, text[start:end], place, "scene", 0.6, "region")
