"""Places as a person writes them on a command line."""

from __future__ import annotations

import pytest

from monitor.model import Place, WatchedPlace
from monitor.text.gazetteer import entries
from monitor.text.named import full_name, places_named

WATCHED = (
    WatchedPlace(name="Dasht Bridge", spellings=("Dasht Pul",), district="Mastung", province="Balochistan", country="Pakistan"),
    WatchedPlace(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", latitude=1.0, longitude=2.0),
    WatchedPlace(name="Balochistan", province="Balochistan", country="Pakistan"),
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("chaman", ["Chaman district, Balochistan, Pakistan"]),
        ("Chaman, Balochistan", ["Chaman district, Balochistan, Pakistan"]),
        ("Baluchistan", ["Balochistan province, Pakistan"]),
        ("Kabul", ["Kabul province, Afghanistan", "Kabul district, Kabul, Afghanistan"]),
        ("Kabul district", ["Kabul district, Kabul, Afghanistan"]),
        ("Pakistan", ["Pakistan"]),
        ("Sariab", ["Sariab, Quetta, Balochistan, Pakistan"]),
        ("Chaman, Afghanistan", []),
        ("Nowhereabad", []),
    ],
    ids=str,
)
def test_a_name_gives_the_places_that_are_called_so(words, expected):
    """Case, spelling and what lies around it are taken as people write them; what is not known gives nothing."""
    assert [full_name(place) for place in places_named(words)] == expected


def test_a_place_of_the_rule_files_wins():
    """A local name, and the own point of a place that the gazetteer knows too."""
    assert places_named("dasht pul", WATCHED)[0].name == "Dasht Bridge"
    assert [place.lat for place in places_named("Mastung", WATCHED)] == [1.0]
    assert full_name(places_named("Balochistan province", WATCHED)[0]) == "Balochistan province, Pakistan"


def test_a_full_name_leads_back_to_its_place():
    """Whatever the command proposes can be typed in: each fiftieth entry of the hand-written gazetteer."""
    for entry in [one for one in entries() if one.listed][::50]:
        for place in places_named(entry.name):
            assert place in places_named(full_name(place))


def test_a_place_without_any_name_has_none():
    """Nothing to write is an empty line, not an error."""
    assert full_name(Place()) == ""
