"""The gazetteer: every district and province of the two countries is known, with its place in the hierarchy."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_places import mention, places

from monitor.text.gazetteer import COUNTRIES, Entry, entries
from monitor.text.names import NameIndex, key_of

# The boxes that hold the two countries, with a margin: south, north, west, east.
BOXES = {"Pakistan": (23.5, 37.2, 60.8, 77.9), "Afghanistan": (29.3, 38.6, 60.4, 75.0)}
DISTRICTS = [entry for entry in entries() if entry.kind == "district"]
PROVINCES = [entry for entry in entries() if entry.kind == "province"]


def test_tables_hold_both_countries_whole():
    """41 provinces and territories; some 160 districts of Pakistan and 400 of Afghanistan."""
    assert len(PROVINCES) == 34 + 7
    assert sum(entry.country == "Pakistan" for entry in DISTRICTS) >= 160
    assert sum(entry.country == "Afghanistan" for entry in DISTRICTS) >= 400


@pytest.mark.parametrize("entry", DISTRICTS, ids=lambda entry: f"{entry.name}, {entry.province}")
def test_every_district_resolves_in_its_province(entry: Entry):
    """A district named with its province is that district, whatever others bear its name."""
    text = f"Two men were shot dead in {entry.name} district of {entry.province} province, {entry.country}."
    found = next(m for m in places().find(text) if m.start == text.index(entry.name))
    assert (found.place.district, found.place.province, found.place.country) == (entry.district, entry.province, entry.country)


@pytest.mark.parametrize("entry", PROVINCES, ids=lambda entry: entry.name)
def test_every_province_resolves(entry: Entry):
    """A province named as one is a province, even where a city has its name."""
    found = mention(f"A bomb went off in {entry.name} province on Friday.", entry.name)
    assert (found.level, found.place.province, found.place.country) == ("province", entry.province, entry.country)


def test_coordinates_are_inside_the_country():
    """No coordinate is swapped or out of its country, and none is missing."""
    outside = []
    for entry in entries():
        if entry.country in COUNTRIES:
            south, north, west, east = BOXES[entry.country]
            inside = entry.lat is not None and entry.lon is not None and south < entry.lat < north and west < entry.lon < east
            outside += [] if inside else [(entry.name, entry.lat, entry.lon)]
    assert outside == []


def test_towns_name_districts_that_exist():
    """A town's district is a district of its province, or of Karachi's kind: a city of several districts."""
    known = {(entry.province, entry.name) for entry in DISTRICTS}
    assert [e.name for e in entries() if e.kind == "town" and (e.province, e.district) not in known] == []


@pytest.mark.parametrize(
    ("written", "district", "province"),
    [
        ("Noshki", "Nushki", "Balochistan"),
        ("D.I. Khan", "Dera Ismail Khan", "Khyber Pakhtunkhwa"),
        ("D. I. Khan", "Dera Ismail Khan", "Khyber Pakhtunkhwa"),
        ("DI Khan", "Dera Ismail Khan", "Khyber Pakhtunkhwa"),
        ("Miramshah", "North Waziristan", "Khyber Pakhtunkhwa"),
        ("Miran Shah", "North Waziristan", "Khyber Pakhtunkhwa"),
        ("N Waziristan", "North Waziristan", "Khyber Pakhtunkhwa"),
        ("Wana", "Lower South Waziristan", "Khyber Pakhtunkhwa"),
        ("Turbat", "Kech", "Balochistan"),
        ("Parachinar", "Kurram", "Khyber Pakhtunkhwa"),
        ("Bolan", "Kachhi", "Balochistan"),
        ("Nawabshah", "Shaheed Benazirabad", "Sindh"),
        ("Lyari", "Karachi", "Sindh"),
        ("Safoora Goth", "Karachi", "Sindh"),
        ("Mazar-i-Sharif", "Mazar-e-Sharif", "Balkh"),
        ("Mazar-e Sharif", "Mazar-e-Sharif", "Balkh"),
        ("Jalalabad", "Jalalabad", "Nangarhar"),
        ("Lashkargah", "Lashkar Gah", "Helmand"),
        ("Gereshk", "Nahri Saraj", "Helmand"),
        ("Pol-e Khomri", "Puli Khumri", "Baghlan"),
        ("Qila Saifullah", "Killa Saifullah", "Balochistan"),
        ("Dera Allahyar", "Jafarabad", "Balochistan"),
        ("Darra Adamkhel", "Kohat", "Khyber Pakhtunkhwa"),
        ("Haska Mina", "Deh Bala", "Nangarhar"),
        ("Muzaffarabad", "Muzaffarabad", "Azad Kashmir"),
        ("Chilas", "Diamer", "Gilgit-Baltistan"),
        ("Hayatabad", "Peshawar", "Khyber Pakhtunkhwa"),
        ("Sariab Road", "Quetta", "Balochistan"),
        ("Peshawer", "Peshawar", "Khyber Pakhtunkhwa"),
        ("Rawalpendi", "Rawalpindi", "Punjab"),
        ("Her'at", "Herat", "Herat"),
        ("Gomal Zam dam", "Lower South Waziristan", "Khyber Pakhtunkhwa"),
    ],
    ids=lambda value: value,
)
def test_spellings_in_use_resolve(written: str, district: str, province: str):
    """Reports spell names as they hear them, and use towns' and former names."""
    found = mention(f"Three people died in {written} on Friday.", written)
    assert (found.place.district, found.place.province) == (district, province)


NAME = st.from_regex(re.compile(r"[A-Z][a-z]{2,8}( [A-Z][a-z]{2,8}){0,2}"), fullmatch=True)


@given(st.lists(NAME, min_size=1, max_size=8, unique_by=key_of), st.text(alphabet="abc XYZ.,-", max_size=20))
def test_index_finds_every_name_at_word_bounds_and_longest_wins(names: list[str], noise: str):
    """Each name is found where it stands, no other inside it, and never inside a longer word."""
    index = NameIndex([(name, n) for n, name in enumerate(names)])
    for n, name in enumerate(names):
        text = f"{noise} {name} {noise}"
        inside = [hit for hit in index.find(text) if hit.start == len(noise) + 1]
        assert inside
        assert inside[0].end >= len(noise) + 1 + len(name)
        assert all(hit.value != n for hit in index.find(f"x{name}x"))


@given(st.text(max_size=200))
def test_index_offsets_slice_the_text_as_given(text: str):
    """Whatever characters a text has, a hit's offsets cut the name out of it."""
    index = NameIndex([("Quetta", 0), ("Mazar-i-Sharif", 1)], [("IS", 2)])
    for hit in index.find(f"{text} Quetta Mazar–i–Sharif IS {text}"):
        assert key_of(f"{text} Quetta Mazar–i–Sharif IS {text}"[hit.start : hit.end]) in {"quetta", "mazar i sharif", "is"}
