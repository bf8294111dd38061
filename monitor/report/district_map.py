"""The map: districts shaded by their toll, a ring for each incident. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from monitor.report.elements import Html, el
from monitor.report.outlines import outlines
from monitor.report.past import Entry
from monitor.report.plane import HEIGHT, WIDTH, is_on_map, on_plane
from monitor.report.sums import by_district, day_name

# Lower bounds of the shades: the steps of the severity ladder that the shipped rules use.
STEPS = (1, 5, 10, 20, 50)
# A label needs so much room around its middle, in units a letter.
_ROOM_A_LETTER = 4.6


def district_map(entries: Sequence[Entry]) -> Html:
    """`entries` are numbered by their place in the sequence: `data-n` leads from a ring to its row."""
    provinces, districts = outlines()
    tolls = {one.key: one for one in by_district(entries)}
    areas = []
    for district in districts:
        key = f"{district.country}|{district.province}|{district.name}"
        found = tolls.get(key)
        words = f"{found.incidents} incidents, {found.killed} killed, {found.injured} injured" if found else "no incident"
        name = f"{district.name}, {district.province}"
        areas.append(
            el(
                "path",
                el("title", f"{name}: {words}"),
                d=district.path,
                class_=shade(found.killed if found else None),
                data_key=key,
                data_name=name,
            )
        )
    borders = [el("path", d=province.path) for province in provinces]
    names = [
        el("text", province.name, x=province.x, y=province.y, class_="small" if province.room < 90 else None)
        for province in provinces
        if province.room > len(province.name) * _ROOM_A_LETTER
    ]
    return el(
        "svg",
        el("title", "Map of Pakistan and Afghanistan: where the incidents were"),
        el("desc", "The tables of districts and of incidents say the same in words."),
        el("g", areas, class_="districts"),
        el("g", borders, class_="borders"),
        el("g", names, class_="names", aria_hidden="true"),
        el("g", _rings(entries), class_="rings"),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        id="map",
    )


def shade(killed: int | None) -> str:
    """The class of an area: k0 for incidents without a known death, kn by the n-th step, none without incidents."""
    return "k" if killed is None else f"k{sum(killed >= step for step in STEPS)}"


def ring(killed: int | None) -> float:
    """Its radius on the map in units: the area grows with the killed."""
    return 6 + 3.4 * math.sqrt(killed or 0)


def unplaced(entries: Sequence[Entry]) -> tuple[int, int]:
    """How many incidents are drawn in the middle of a province, as their district is not known; how many are not on the map at all."""
    counted = [entry for entry in entries if entry.counted]
    off = [entry for entry in counted if not _position(entry)]
    return sum(not entry.district for entry in counted) - sum(not entry.district for entry in off), len(off)


def _position(entry: Entry) -> tuple[float, float] | None:
    # What is known no nearer than a country would stand as a point in a desert.
    if entry.lat is None or entry.lon is None or not (entry.province or entry.district) or not is_on_map(entry.lat, entry.lon):
        return None
    return on_plane(entry.lat, entry.lon)


def _rings(entries: Sequence[Entry]) -> list[Html]:
    found = []
    # The small above the large, so that each can be pointed at.
    for n, entry in sorted(enumerate(entries), key=lambda pair: -(pair[1].killed or 0)):
        at = _position(entry) if entry.counted else None
        if at is not None:
            words = f"{day_name(entry.day)}: {entry.attack}, {entry.place}; {toll_line(entry)}"
            found.append(
                el(
                    "circle",
                    el("title", words),
                    cx=round(at[0], 1),
                    cy=round(at[1], 1),
                    r=round(ring(entry.killed), 1),
                    data_n=n,
                    class_=None if entry.district else "vague",
                )
            )
    return found


def toll_line(entry: Entry) -> str:
    said = [f"{entry.killed_words} killed"] if entry.killed is not None else []
    said += [f"{entry.injured_words} injured"] if entry.injured is not None else []
    said += [f"{entry.militants_words} militants killed"] if entry.militants else []
    return ", ".join(said) or "toll not known"
