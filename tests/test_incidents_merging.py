"""When two incidents are one and when one is two, on plain values."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from support_incidents import BANNU, BLA, MASTUNG, NOON, PAKISTAN, QUETTA, TTP, account, filing, incident, mention

from monitor.incidents.merging import bridged, one_attack, two_attacks
from monitor.model import Filing, GroupMention, Incident, Place

NOW = NOON + dt.timedelta(hours=3)
BRIDGE = "A handcart bomb beside the Dasht bridge tore a wedding bus apart, the deputy commissioner said after a visit to the ward."
CLANS = "Elders blamed a feud over grazing land between two clans and asked for a jirga before more blood is shed in the valley."


def told(key: str, words: str, **facts) -> Filing:
    return filing(key, account(**({"killed": 14, "injured": 30} | facts)), title=words, text=words)


SPOT = Place(name="Kanak", district="Mastung", province="Balochistan", country="Pakistan", lat=29.98, lon=66.76)
BRIDGE_SPOT = Place(name="Dasht", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85)


def pair(**facts) -> tuple[Incident, Incident]:
    """Two incidents of one place, day and toll, told in different words; `facts` change the second."""
    return incident(told("a", CLANS), name="elder"), incident(dataclasses.replace(told("b", BRIDGE, **facts), at=NOW), name="younger")


def test_numbers_that_hardly_come_twice_make_two_incidents_one():
    """Fourteen dead and thirty hurt in one town on one day are one attack; the elder keeps its id, and the reason says why."""
    elder, younger = pair()
    for touched, other in ((elder, younger), (younger, elder)):
        found = one_attack(touched, [other], now=NOW)
        assert found is not None
        assert (found.keep, found.other) == ("elder", "younger")
        assert found.why == "one attack: 14 killed, 30 injured, in Mastung, on 2026-03-04"


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"place": QUETTA}, id="another district"),
        pytest.param({"place": PAKISTAN}, id="a place no nearer than the country"),
        pytest.param({"date": dt.date(2026, 3, 3)}, id="another day"),
        pytest.param({"killed": 5, "injured": 9}, id="other numbers"),
        pytest.param({"injured": 11}, id="other injured"),
        pytest.param({"attack_type": "kidnapping"}, id="another kind"),
        pytest.param({"killed": 2, "injured": 2}, id="numbers that come every day"),
    ],
)
def test_less_leaves_two_incidents_two(facts):
    """Any fact that is another, or tells too little, keeps incidents in different words apart."""
    elder, younger = pair(**facts)
    assert one_attack(elder, [younger], now=NOW) is None


def test_two_spots_of_a_district_are_two_attacks():
    """One rocket hit Kanak, another Dasht, with the same words and numbers: however alike, they stay apart."""
    a = incident(told("a", BRIDGE, place=SPOT), name="elder")
    b = incident(told("b", BRIDGE, place=BRIDGE_SPOT), name="younger")
    assert one_attack(a, [b], now=NOW, latest=told("c", BRIDGE, place=None)) is None


def test_ten_dead_are_enough_where_the_injured_are_not_known():
    """Without a number of injured, ten killed make the difference; nine do not."""
    for killed, one in ((10, True), (9, False)):
        a = incident(told("a", CLANS, killed=killed, injured=None), name="elder")
        b = incident(told("b", BRIDGE, killed=killed), name="younger")
        assert (one_attack(a, [b], now=NOW) is not None) is one


def claimed(group: tuple[str, str]) -> tuple[GroupMention, ...]:
    return (mention(group, "claimed"),)


@pytest.mark.parametrize(
    ("elder", "younger"),
    [
        pytest.param({"dismissed": True}, {}, id="one was dismissed"),
        pytest.param({"retracted": True}, {}, id="one was none"),
        pytest.param({"groups": claimed(BLA)}, {"groups": claimed(TTP)}, id="two groups claim"),
        pytest.param({}, {"id": "elder"}, id="itself"),
    ],
)
def test_what_speaks_for_two_attacks_outweighs_numbers(elder, younger):
    """Equal place, day and toll do not join what else is known to differ."""
    a, b = pair()
    assert one_attack(dataclasses.replace(a, **elder), [dataclasses.replace(b, **younger)], now=NOW) is None


def test_two_that_an_analyst_or_an_article_told_apart_stay_apart():
    """Named as apart, or told by one item as two attacks, or each as one of several."""
    a, b = pair()
    assert one_attack(a, [b], now=NOW, apart={"younger"}) is None
    shared = incident(told("b", BRIDGE), told("a", CLANS), name="younger")
    assert one_attack(a, [shared], now=NOW) is None
    first = incident(told("a", f"The first of two blasts. {CLANS}"), name="elder")
    assert one_attack(first, [b], now=NOW) is None


def test_groups_and_claims_that_agree_do_not_stand_in_the_way():
    """The same claim in both is named in the reason."""
    a, b = pair(groups=claimed(TTP))
    a = dataclasses.replace(a, groups=claimed(TTP))
    found = one_attack(a, [b], now=NOW)
    assert found is not None
    assert found.why.endswith(TTP[1])


def test_the_same_words_and_facts_are_one_whatever_the_numbers():
    """Stories alike in words, place and day, whose injured agree, are one by the clues of their reports."""
    a = incident(told("a", f"Wedding bus. {BRIDGE}", killed=4, injured=30, place=PAKISTAN), told("c", BRIDGE, injured=30), name="elder")
    b = incident(told("b", BRIDGE, killed=12, injured=30), name="younger")
    found = one_attack(a, [b], now=NOW, latest=told("c", BRIDGE, injured=30))
    assert found is not None
    assert found.keep == "elder"


def test_a_report_that_fits_two_alike_makes_them_one():
    """A third report with the words of both, which joins neither because it fits both, ties them."""
    a, b = pair()
    both = told("c", f"{CLANS} {BRIDGE}")
    found = bridged(both, [a, b], now=NOW, apart=lambda _: ())
    assert found is not None
    assert (found.keep, found.other) == ("elder", "younger")


@pytest.mark.parametrize("other", ["apart", "follow-up", "alone", "elsewhere"])
def test_a_report_ties_nothing_that_must_stay_apart(other):
    """An analyst's word, a follow-up, a single fitting incident, or one that the report does not fit."""
    a, b = pair()
    both = told("c", f"{CLANS} {BRIDGE}")
    known = [a] if other == "alone" else [a, dataclasses.replace(b, place=BANNU, filings=())] if other == "elsewhere" else [a, b]
    if other == "follow-up":
        both = dataclasses.replace(both, role="follow-up")
    assert bridged(both, known, now=NOW, apart=lambda _: {"elder", "younger"} if other == "apart" else ()) is None


def test_a_report_of_one_of_several_ties_nothing():
    """A report that says that its attack is the second of two does not make two incidents one."""
    a, b = pair()
    second = told("c", f"The second of two blasts. {CLANS} {BRIDGE}")
    assert bridged(second, [a, b], now=NOW, apart=lambda _: ()) is None


def test_a_report_that_fits_two_which_are_not_alike_ties_nothing():
    """The report repeats the words of both and no number; with four dead and forty they are too unlike for one attack."""
    a = incident(told("a", BRIDGE, killed=4, injured=6), name="elder")
    b = incident(told("b", BRIDGE, killed=40, injured=90), name="younger")
    both = told("c", BRIDGE, killed=None, injured=None)
    assert bridged(both, [a, b], now=NOW, apart=lambda _: ()) is None


def test_one_story_without_place_or_day_is_one_incident():
    """Two incidents that consist of one story's reprints, with the story's numbers, are one, though nobody says where or when."""
    nowhere = {"place": None, "date": None, "groups": claimed(TTP)}
    story = [told(f"a{n}", f"{BRIDGE} {CLANS}", **nowhere) for n in range(6)]
    again = [told(f"b{n}", f"{BRIDGE} {CLANS}", **nowhere) for n in range(2)]
    found = one_attack(incident(*story, name="elder"), [incident(*again, name="younger")], now=NOW)
    assert found is not None
    assert found.why == f"one attack: 14 killed, 30 injured, {TTP[1]}"


# ---------------------------------------------------------------- one is two

MARKET = "Blast at the vegetable market of Mastung kills five"
STATION = "Blast in Mastung kills twelve"
BOTH = "Two attacks in Mastung: twelve die at the station, five at the vegetable market"


def conflated(*others: Filing) -> tuple[Incident, Incident]:
    """An incident that took five dead and twelve for one attack, and the one that an article on both has opened."""
    reports = others or (told("m", MARKET, killed=5, injured=None), told("s", STATION, killed=12, injured=None))
    here = incident(*reports, told("r", BOTH, killed=12, injured=None), name="here")
    return here, incident(told("r", BOTH, killed=5, injured=None), name="there")


def test_a_report_of_the_other_attack_goes_over():
    """The report of five goes to the attack with five; that of twelve stays."""
    here, there = conflated()
    found = two_attacks(here, there, now=NOW)
    assert found is not None
    assert found.items == ("m",)
    assert found.why == "one report tells two attacks apart: 12 killed in one, 5 in the other"


def test_what_an_analyst_has_put_there_stays():
    """A pinned report is not moved, so nothing is left to part."""
    here, there = conflated()
    assert two_attacks(here, there, now=NOW, pinned={"m"}) is None


@pytest.mark.parametrize(
    "reports",
    [
        pytest.param((told("m", MARKET, killed=5, injured=None),), id="nothing would be left"),
        pytest.param((told("s", STATION, killed=12, injured=None),), id="nothing goes over"),
        pytest.param((told("m", MARKET, killed=None, injured=9), told("s", STATION, killed=12, injured=None)), id="no number of dead"),
        pytest.param((told("m", MARKET, killed=7, injured=None), told("s", STATION, killed=12, injured=None)), id="another number"),
    ],
)
def test_an_incident_is_not_parted_without_reports_on_both_sides(reports):
    """At least one report must speak clearly of each of the two attacks."""
    here, there = conflated(*reports)
    assert two_attacks(here, there, now=NOW) is None


def test_an_incident_that_the_article_does_not_tell_of_is_left_alone():
    """Another article's incident, or two attacks with one number, give no ground for parting anything."""
    here, there = conflated()
    assert two_attacks(incident(told("x", MARKET, killed=5)), there, now=NOW) is None
    alike = incident(told("r", BOTH, killed=12, injured=None), name="there")
    assert two_attacks(here, alike, now=NOW) is None


def test_injured_without_dead_make_no_pair():
    """Two incidents that agree in no number at all are not compared."""
    a, b = pair(killed=None, injured=None)
    assert one_attack(dataclasses.replace(a, killed=None, injured=None, filings=()), [b], now=NOW) is None


def test_place_of_nobody_is_no_place():
    """An incident without a place is never one with another by its numbers alone."""
    a, b = pair(place=None)
    assert one_attack(a, [dataclasses.replace(b, place=None)], now=NOW) is None
    assert one_attack(dataclasses.replace(a, place=Place()), [b], now=NOW) is None
    assert a.place == MASTUNG
