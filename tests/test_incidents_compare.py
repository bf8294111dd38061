"""What kind of clue two facts give."""

from __future__ import annotations

import datetime as dt

import pytest
from support_incidents import (
    AIRPORT_ROAD,
    BALOCHISTAN,
    BANNU,
    BLA,
    CHAMAN,
    DAY,
    MASTUNG,
    PAKISTAN,
    QUETTA,
    SARIAB,
    SPIN_BOLDAK,
    TTP,
    account,
    at_least,
    exactly,
    mention,
)

from monitor.incidents.compare import date_clue, group_clue, place_clue, same_name, target_clue, toll_clues, type_clue
from monitor.incidents.weights import WEIGHTS
from monitor.model import Account, Place, Toll

MOHMAND = Place(name="Ghalanai", district="Mohmand", province="Khyber Pakhtunkhwa", country="Pakistan")
MOHMAND_AGENCY = Place(name="Mohmand", province="Federally Administered Tribal Areas", country="Pakistan")
GHAZNI = Place(name="Ghazni", district="Ghazni", province="Ghazni", country="Afghanistan", lat=33.55, lon=68.42)
ANDAR = Place(name="Andar", district="Andar", province="Ghazni", country="Afghanistan", lat=33.3, lon=68.42)
KALAT = Place(name="Kalat", district="Kalat", province="Balochistan", country="Pakistan", lat=29.03, lon=66.59)
NEAR_MASTUNG = Place(name="Kanak", district="Quetta", province="Balochistan", country="Pakistan", lat=29.85, lon=66.8)
FAR_IN_MASTUNG = Place(name="Isplinji", district="Mastung", province="Balochistan", country="Pakistan", lat=29.6, lon=67.1)
DASHT = Place(name="Dasht", district="Mastung", province="Balochistan", country="Pakistan", lat=29.85, lon=66.9)
OTHER_DASHT = Place(name="Dasht", district="Kech", province="Balochistan", country="Pakistan", lat=26.0, lon=63.0)
SOMEWHERE = Place(name="Dasht", country="Pakistan")

PLACES: dict[str, tuple[Place | None, Place | None, str]] = {
    "one unknown": (MASTUNG, None, "place: one not given"),
    "nothing in either": (Place(), Place(), "place: one not given"),
    "two countries": (QUETTA, GHAZNI, "place: elsewhere"),
    "two provinces": (BALOCHISTAN, Place(province="Sindh", country="Pakistan"), "place: elsewhere"),
    "two districts": (MASTUNG, KALAT, "place: elsewhere"),
    "one district": (MASTUNG, MASTUNG, "place: same district"),
    "a district and a spot in it": (QUETTA, SARIAB, "place: one names a spot of the district"),
    "one spot": (SARIAB, SARIAB, "place: same spot"),
    "two spots of a district": (SARIAB, AIRPORT_ROAD, "place: other spots of a district"),
    "two spots far apart": (DASHT, FAR_IN_MASTUNG, "place: far spots of a district"),
    "a spot that two districts claim": (DASHT, OTHER_DASHT, "place: same spot"),
    "one spot, its district unknown to one": (DASHT, SOMEWHERE, "place: same spot"),
    "neighbours": (MASTUNG, NEAR_MASTUNG, "place: neighbouring districts"),
    "a province named like its capital": (GHAZNI, ANDAR, "place: province or its capital"),
    "a tribal district before and after 2018": (MOHMAND, MOHMAND_AGENCY, "place: one names a spot of the district"),
    "a village of an unknown district": (
        Place(name="Kirdgap", province="Balochistan", country="Pakistan"),
        MASTUNG,
        "place: other names in the province",
    ),
    "a village of another province": (Place(name="Kirdgap", province="Sindh", country="Pakistan"), MASTUNG, "place: elsewhere"),
    "the province alone, twice": (BALOCHISTAN, BALOCHISTAN, "place: both name the province"),
    "the province and a district": (BALOCHISTAN, MASTUNG, "place: one names the province"),
    "the country alone, twice": (PAKISTAN, PAKISTAN, "place: both name the country"),
    "the country and a district": (PAKISTAN, MASTUNG, "place: one names the country"),
}


@pytest.mark.parametrize(("a", "b", "kind"), PLACES.values(), ids=PLACES)
def test_places_are_compared_as_precisely_as_both_allow(a: Place | None, b: Place | None, kind: str):
    """The kind is the same whichever place comes first, and has a weight."""
    assert place_clue(a, b).kind == kind
    assert place_clue(b, a).kind == kind
    assert kind in WEIGHTS


def test_frontier_counts_for_a_clash_alone():
    """Two towns on either side of a frontier are one scene of a clash, and two scenes of anything else."""
    assert place_clue(CHAMAN, SPIN_BOLDAK, across_border=True).kind == "place: two sides of a frontier"
    assert place_clue(CHAMAN, SPIN_BOLDAK).kind == "place: elsewhere"
    assert place_clue(BANNU, SPIN_BOLDAK, across_border=True).kind == "place: elsewhere"


NAMES = {
    ("Miranshah", "Miramshah"): True,
    ("Dera Ismail Khan", "Dera Ismail Khan District"): True,
    ("Hangu", "Hangu city"): True,
    ("Bannu", "Tank"): False,
    ("", "Tank"): False,
    ("Naseerabad", "Nasirabad"): True,
    ("Jhaloo Khel", "Jhalu Khel"): True,
    ("North Waziristan", "South Waziristan"): False,
    ("Quetta East", "Quetta West"): False,
    ("Upper Chitral", "Lower Chitral"): False,
    ("Paktia", "Paktika"): False,
}


@pytest.mark.parametrize(("names", "same"), NAMES.items())
def test_spellings_of_one_name(names: tuple[str, str], same: bool):
    """Spellings differ by a letter or by what kind of place they say it is."""
    assert same_name(*names) is same


DAYS: dict[str, tuple[int, bool, str]] = {
    "both stated, the same": (0, True, "date: same"),
    "both stated, a night between": (1, True, "date: a day off"),
    "both stated, two days": (2, True, "date: another"),
    "published the same day": (0, False, "day: same"),
    "published the day after": (1, False, "day: next"),
    "published two days after": (2, False, "day: two later"),
    "published five days after": (5, False, "day: some later"),
    "published six days after": (6, False, "day: weeks later"),
    "published the day before": (-1, False, "day: before"),
    "published two days before": (-2, False, "date: another"),
}


@pytest.mark.parametrize(("days", "sure", "kind"), DAYS.values(), ids=DAYS)
def test_days_are_compared(days: int, sure: bool, kind: str):
    """A stated day binds; a day of publication may lag."""
    assert date_clue(DAY + dt.timedelta(days=days), DAY, sure=sure).kind == kind
    assert kind in WEIGHTS


TOLLS: dict[str, tuple[Toll | None, Toll | None, str]] = {
    "unknown": (None, exactly(3), "killed: one not given"),
    "nobody, twice": (exactly(0), exactly(0), "killed: same, nobody"),
    "few, twice": (exactly(2), exactly(2), "killed: same, 1 or 2"),
    "some, twice": (exactly(7), exactly(7), "killed: same, 3 to 9"),
    "many, twice": (exactly(23), exactly(23), "killed: same, 10 or more"),
    "within open words": (exactly(23), at_least(20), "killed: within the words"),
    "dozens": (exactly(30), Toll(count=24, text="dozens"), "killed: within the words"),
    "nobody against some": (exactly(0), exactly(3), "killed: nobody or some"),
    "a little more": (exactly(11), exactly(9), "killed: near, more"),
    "a little less": (exactly(9), exactly(11), "killed: near, less"),
    "twice as many": (exactly(18), exactly(9), "killed: up to threefold, more"),
    "half as many": (exactly(9), exactly(18), "killed: up to threefold, less"),
    "ten times as many": (exactly(40), exactly(4), "killed: far, more"),
    "a tenth": (exactly(4), exactly(40), "killed: far, less"),
}


@pytest.mark.parametrize(("toll", "known", "kind"), TOLLS.values(), ids=TOLLS)
def test_tolls_are_compared_with_what_was_ever_stated(toll: Toll | None, known: Toll | None, kind: str):
    """The same figure says the more the larger it is; more says less against one attack than less does."""
    killed, *_ = toll_clues(account(killed=toll), [account(killed=known)])
    assert killed.kind == kind
    assert kind in WEIGHTS


def test_dead_attackers_may_be_in_the_count():
    """ "Eight dead" and "six soldiers and two gunmen dead" are one toll; a lone bomber is often counted in."""
    told = account(killed=8, attack_type="armed assault")
    known = account(killed=6, attack_type="armed assault", militants_killed=exactly(2))
    assert toll_clues(told, [known])[0].kind == "killed: same with the attackers"
    bomber = account(killed=5, attack_type="suicide bombing")
    assert toll_clues(account(killed=6), [bomber])[0].kind == "killed: same with the attackers"


def test_five_dead_and_wounded_may_be_two_and_three():
    """One number for all victims is the sum of the two that another report gives; it is no second number of dead."""
    told, known = account(killed=5), account(killed=2, injured=3)
    assert toll_clues(told, [known])[0].kind == "killed: same with the injured"
    assert toll_clues(known, [told])[0].kind == "killed: same with the injured"
    assert toll_clues(account(injured=5), [account(killed=5)])[0].kind == "killed: injured alone"


def test_injured_alone_speak_against_an_attack_that_killed():
    """Who tells of injured and no dead means most often that nobody died; a visit to the injured says nothing of the dead."""
    hurt, killed = account(injured=3), account(killed=2)
    assert toll_clues(hurt, [killed])[0].kind == "killed: injured alone"
    assert toll_clues(killed, [hurt])[0].kind == "killed: injured alone there"
    assert toll_clues(account(injured=3, fresh=False, relation="follow-up"), [killed])[0].kind == "killed: one not given"


FIGHTERS: dict[str, tuple[int | None, int | None, str]] = {
    "one not given": (None, 6, "fighters: one not given"),
    "two in both": (2, 2, "fighters: same, 1 or 2"),
    "six in both": (6, 6, "fighters: same, 3 or more"),
    "six and nine": (6, 9, "fighters: other"),
}


@pytest.mark.parametrize(("told", "known", "kind"), FIGHTERS.values(), ids=FIGHTERS)
def test_fighters_killed_are_compared(told: int | None, known: int | None, kind: str):
    """A raid is told by the fighters it killed."""
    ours, theirs = (account(militants_killed=None if n is None else exactly(n)) for n in (told, known))
    assert toll_clues(ours, [theirs])[2].kind == kind
    assert kind in WEIGHTS


TYPES = {
    ("bombing", None): "type: one not given",
    ("bombing", "bombing"): "type: same",
    ("kidnapping", "kidnapping"): "type: same, seldom",
    ("bombing", "suicide bombing"): "type: both bombings",
    ("bombing", "rocket or mortar"): "type: alike",
    ("armed assault", "kidnapping"): "type: assault or else",
    ("bombing", "kidnapping"): "type: other",
}


@pytest.mark.parametrize(("types", "kind"), TYPES.items())
def test_types_are_compared_by_family(types: tuple[str | None, str | None], kind: str):
    """A bombing may turn out a suicide bombing; it does not turn out a kidnapping."""
    assert type_clue(*types).kind == kind
    assert kind in WEIGHTS


TARGETS = {
    ("police", None): "target: one not given",
    ("police", "police"): "target: same",
    ("civilians", "civilians"): "target: civilians",
    ("police", "security forces"): "target: alike",
    ("police", "media"): "target: other",
}


@pytest.mark.parametrize(("targets", "kind"), TARGETS.items())
def test_targets_are_compared_by_likeness(targets: tuple[str | None, str | None], kind: str):
    """Police and soldiers are easily taken for each other, policemen and journalists are not."""
    assert target_clue(*targets).kind == kind
    assert kind in WEIGHTS


GROUPS: dict[str, tuple[Account, Account, str]] = {
    "one group": (account(groups=(mention(TTP, "suspected"),)), account(groups=(mention(TTP, "denied"),)), "group: shared"),
    "two claims": (account(groups=(mention(TTP, "claimed"),)), account(groups=(mention(BLA, "claimed"),)), "group: other claims"),
    "a claim and a suspicion": (account(groups=(mention(TTP, "claimed"),)), account(groups=(mention(BLA, "suspected"),)), "group: no word"),
    "mere mentions": (account(groups=(mention(TTP, "mentioned"),)), account(groups=(mention(TTP, "mentioned"),)), "group: no word"),
}


@pytest.mark.parametrize(("a", "b", "kind"), GROUPS.values(), ids=GROUPS)
def test_groups_are_compared_by_what_is_said_of_them(a: Account, b: Account, kind: str):
    """Only a claim, a denial or a suspicion counts."""
    assert group_clue(a.groups, b.groups).kind == kind
    assert kind in WEIGHTS
