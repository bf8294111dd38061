"""Parts of Afghanistan that headlines name instead of a province."""

from __future__ import annotations

import pytest
from support_incidents import PAKISTAN, account, filing, incident

from monitor.incidents.assign import assign
from monitor.incidents.regions import country_named, lies_in, part_named
from monitor.model import Place
from monitor.text.gazetteer import entries

PARTS = {
    "Bomb kills two in eastern Afghanistan": "e",
    "Blast in S. Afghanistan": "s",
    "Official shot dead in Afghan north": "n",
    "Clash in Afghanistan's southeast": "se",
    "Three die in north-eastern Afghan province": "ne",
    "Bomb kills two in Afghanistan": "",
    "Bomb kills two in eastern Pakistan": "",
}


@pytest.mark.parametrize(("text", "part"), PARTS.items())
def test_part_of_the_country_is_read(text: str, part: str):
    """The points of the compass before or after the country's name."""
    assert part_named(text) == part


def test_every_afghan_province_has_its_part():
    """The table knows the provinces by the names that the gazetteer gives them."""
    provinces = {e.province for e in entries() if e.kind == "province" and e.country == "Afghanistan" and e.province}
    assert len(provinces) == 34
    assert {p for p in provinces if lies_in(p, "") is None} == set()


def test_part_tells_two_incidents_apart():
    """Two attacks alike but for their province: "in the Afghan east" means the one that lies there."""
    helmand = Place(name="Gereshk", district="Gereshk", province="Helmand", country="Afghanistan")
    kunar = Place(name="Asadabad", district="Asadabad", province="Kunar", country="Afghanistan")
    known = [
        incident(
            filing("a", account(killed=4, place=helmand, target="police"), title="Roadside bomb kills four policemen in Helmand"),
            name="south",
        ),
        incident(
            filing("b", account(killed=4, place=kunar, target="police"), title="Roadside bomb kills four policemen in Kunar"), name="east"
        ),
    ]
    vague = account(killed=4, place=Place(country="Afghanistan"), target="police")
    told = filing("c", vague, minutes=60, title="Roadside bomb kills four policemen in eastern Afghanistan")
    assignment = assign(told, known, now=told.at)
    assert assignment is not None
    assert assignment.incident_id == "east"
    assert "Kunar lies there" in assignment.reason


def test_part_says_nothing_of_pakistan():
    """Parts of Pakistan are read as provinces, so the table has none of them."""
    assert lies_in("Sindh", "s") is None
    assert lies_in(PAKISTAN.country or "", "n") is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        pytest.param("PTI worker shot dead", "Pakistan", id="a party"),
        pytest.param("Grenade hurled at Levies post", "Pakistan", id="a force"),
        pytest.param("ISAF convoy hit by mine", "Afghanistan", id="foreign troops"),
        pytest.param("ANA soldier and Levies man hurt", "", id="both"),
        pytest.param("ANP man shot dead", "", id="a name that both have"),
        pytest.param("Rangers", "Pakistan", id="one word"),
        pytest.param("Bomb kills two", "", id="neither"),
    ],
)
def test_a_country_is_known_by_what_only_it_has(text: str, country: str):
    """Parties, forces and ranks stand for the country that a headline leaves out."""
    assert country_named(text) == country


def test_what_only_one_country_has_tells_two_incidents_apart():
    """Two attacks alike but for their country: the one with the mine under the Levies is the Pakistani one."""
    here = Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan")
    there = Place(name="Gereshk", district="Gereshk", province="Helmand", country="Afghanistan")
    first = incident(filing("a", account(killed=2, place=here), title="Mine kills two men on patrol"), name="a")
    second = incident(filing("b", account(killed=2, place=there), title="Mine kills two men on patrol"), name="b")
    report = filing("c", account(killed=2, place=None), title="Mine kills two Levies men on patrol")
    found = assign(report, [first, second], now=report.at)
    assert found is not None
    assert found.incident_id == "a"
    assert "words used in Pakistan" in found.reason
