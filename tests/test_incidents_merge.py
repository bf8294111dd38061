"""One incident's facts out of many accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from support_incidents import (
    BALOCHISTAN,
    BLA,
    DAY,
    MASTUNG,
    NOON,
    PAKISTAN,
    QUETTA,
    SARIAB,
    TTP,
    account,
    at_least,
    exactly,
    filing,
    follow_up,
    mention,
    recalled,
)

from monitor.incidents.merge import merged
from monitor.model import Account, Filing, Place, Stance, Toll


def killed_course(*filings: Filing) -> list[int | None]:
    """The killed of each entry of the history."""
    return [entry.killed.count if entry.killed else None for entry in merged("i", filings).history]


SERIES: dict[str, tuple[list[Filing], list[int]]] = {
    "a rising toll": (
        [filing("a", account(killed=9)), filing("b", account(killed=17), minutes=60), filing("c", account(killed=23), minutes=120)],
        [9, 17, 23],
    ),
    "a toll taken back in words": (
        [
            filing("a", account(killed=30)),
            filing("b", account(killed=30), minutes=5),
            filing("c", account(killed=24, said="The ministry lowered the toll to 24."), minutes=60),
        ],
        [30, 24],
    ),
    "a toll lower a day later": (
        [filing("a", account(killed=30)), filing("b", account(killed=30)), filing("c", account(killed=24), minutes=1_440)],
        [30, 24],
    ),
    "one outlet corrects itself": (
        [filing("a", account(killed=30), outlet="Desk"), filing("b", account(killed=24), minutes=9, outlet="Desk")],
        [30, 24],
    ),
    "an older dispatch that comes late changes nothing": (
        [filing("a", account(killed=17)), filing("b", account(killed=17), minutes=10), filing("c", account(killed=9), minutes=20)],
        [17],
    ),
    "two outlets agree on less": (
        [
            filing("a", account(killed=17)),
            filing("b", account(killed=17), minutes=10),
            filing("c", account(killed=14), minutes=20),
            filing("d", account(killed=14), minutes=30),
        ],
        [17, 14],
    ),
    "a dozen or more does not undo a count": (
        [filing("a", account(killed=17)), filing("b", account(killed=at_least(12)), minutes=20)],
        [17],
    ),
    "dozens say no more than 42": (
        [filing("a", account(killed=42)), filing("b", account(killed=Toll(count=24, min=24, max=None, text="dozens")), minutes=20)],
        [42],
    ),
    "a funeral in passing": ([filing("a", account(killed=7)), filing("b", follow_up(killed=4), minutes=900)], [7]),
    "a funeral that says more, on nobody's word": ([filing("a", account(killed=7)), filing("b", follow_up(killed=9), minutes=900)], [7]),
    "a follow-up with an official's higher count": (
        [filing("a", account(killed=7)), filing("b", follow_up(killed=9, said="Nine have died, a hospital official said."), minutes=900)],
        [7, 9],
    ),
    "a follow-up that alone has a toll": ([filing("a", account()), filing("b", follow_up(killed=9), minutes=900)], [9]),
    "a report after such a follow-up": ([filing("a", follow_up(killed=9)), filing("b", account(killed=6), minutes=9)], [9, 6]),
    "what is recalled": ([filing("a", account(killed=9)), filing("b", recalled(killed=90), minutes=900)], [9]),
}


@pytest.mark.parametrize(("filings", "course"), SERIES.values(), ids=SERIES)
def test_history_shows_how_the_toll_came_about(filings: list[Filing], course: list[int]):
    """Each change of the figure that stands is one entry; the last one is the incident's toll."""
    assert killed_course(*filings) == course
    final = merged("i", filings).killed
    assert final is not None
    assert final.count == course[-1]


BOAST = "The Baloch Liberation Army said it had killed over 40 soldiers."
OFFICIAL = "Five soldiers were killed, police said."


def test_official_count_wins_over_a_boast_said_later():
    """A group's figure never replaces an official one."""
    filings = [filing("a", account(killed=5, said=OFFICIAL)), filing("b", account(killed=40, said=BOAST), minutes=60)]
    assert killed_course(*filings) == [5]


def test_official_count_replaces_a_boast_said_earlier():
    """Where only the group had spoken, the first official or neutral count takes over."""
    filings = [filing("a", account(killed=40, said=BOAST)), filing("b", account(killed=5, said=OFFICIAL), minutes=1)]
    assert killed_course(*filings) == [40, 5]


def test_boast_stands_while_nobody_else_counts():
    """A boast alone is better than nothing."""
    assert killed_course(filing("a", account(killed=40, said=BOAST))) == [40]


def test_claim_of_the_attack_is_no_boast():
    """ "The group said it was behind the blast that killed four" states a count that others gave."""
    said = "The outfit said it was behind the blast that killed four."
    assert killed_course(filing("a", account(killed=2)), filing("b", account(killed=4, said=said), minutes=60)) == [2, 4]


def test_more_specific_words_for_the_same_count_stay():
    """ "at least 22" and "22" are one figure; the exact one stands whichever comes last."""
    first, second = filing("a", account(killed=exactly(22))), filing("b", account(killed=at_least(22)), minutes=5)
    assert merged("i", [first, second]).killed == exactly(22)
    assert killed_course(first, second) == [22]


def test_item_seen_late_but_published_early_counts_as_early():
    """Order is by publication: an old dispatch from a slow feed does not pass for the latest word."""
    latest = filing("a", account(killed=17), minutes=600)
    slow = filing("b", account(killed=9), minutes=700, published_at=NOON)
    assert merged("i", [latest, slow]).killed == exactly(17)


def test_impossible_publication_date_is_not_trusted():
    """A publication date a year back does not make an item the earliest word."""
    first = filing("a", account(killed=9))
    second = filing("b", account(killed=17), minutes=60, published_at=NOON - dt.timedelta(days=365))
    assert merged("i", [first, second]).killed == exactly(17)


PLACES: dict[str, tuple[list[Place | None], Place | None]] = {
    "the province, then the district": ([BALOCHISTAN, MASTUNG], MASTUNG),
    "the district, then the country": ([MASTUNG, PAKISTAN, None], MASTUNG),
    "two against one": ([QUETTA, MASTUNG, MASTUNG], MASTUNG),
    "a part of the district that two agree on": ([SARIAB, QUETTA], SARIAB),
    "nobody knows": ([None, None], None),
}


@pytest.mark.parametrize(("places", "chosen"), PLACES.values(), ids=PLACES)
def test_place_is_the_most_precise_that_the_voices_support(places: list[Place | None], chosen: Place | None):
    """Precision within what most publishers say."""
    filings = [filing(str(n), account(place=place), minutes=n) for n, place in enumerate(places)]
    assert merged("i", filings).place == chosen


STANCES: dict[str, tuple[list[Stance], Stance]] = {
    "a claim after a suspicion": (["suspected", "claimed"], "claimed"),
    "a denial after a suspicion": (["suspected", "denied"], "denied"),
    "a suspicion after a denial": (["denied", "suspected"], "denied"),
    "a claim withdrawn": (["claimed", "denied"], "denied"),
    "a claim after a denial": (["denied", "claimed"], "claimed"),
    "a mention after a claim": (["claimed", "mentioned"], "claimed"),
    "a suspicion after a mention": (["mentioned", "suspected"], "suspected"),
}


@pytest.mark.parametrize(("stances", "standing"), STANCES.values(), ids=STANCES)
def test_group_speaks_for_itself(stances: list[Stance], standing: Stance):
    """What a group says of itself wins over what others say of it; its last word over its first."""
    filings = [filing(str(n), account(groups=(mention(TTP, stance),)), minutes=n) for n, stance in enumerate(stances)]
    assert [g.stance for g in merged("i", filings).groups] == [standing]


def test_strongest_stance_is_listed_first():
    """A claim by one group comes before the denial and the suspicion of others."""
    groups = (mention(TTP, "suspected"), mention(BLA, "claimed"))
    assert [g.id for g in merged("i", [filing("a", account(groups=groups))]).groups] == ["bla", "ttp"]


TYPES: dict[str, tuple[list[str | None], str | None]] = {
    "a bombing refined": (["bombing", "suicide bombing", "bombing"], "suicide bombing"),
    "a shooting refined": (["armed assault", "assassination"], "assassination"),
    "the majority": (["armed assault", "bombing", "bombing"], "bombing"),
    "the first of a tie": (["armed assault", "bombing"], "armed assault"),
    "nobody says": ([None], None),
}


@pytest.mark.parametrize(("types", "chosen"), TYPES.values(), ids=TYPES)
def test_attack_type_is_voted_within_its_kind(types: list[str | None], chosen: str | None):
    """Votes go to the kind of act; within it the closest word stands."""
    filings = [filing(str(n), account(attack_type=kind), minutes=n) for n, kind in enumerate(types)]
    assert merged("i", filings).attack_type == chosen


def test_whom_it_hit_is_voted_by_those_who_say_so():
    """Two headlines whose victims are only taken for civilians give way to one that knows them for policemen."""
    guessed = replace(account(killed=3, target="civilians"), evidence=())
    told = [filing("a", guessed), filing("b", guessed, minutes=5), filing("c", account(killed=3, target="police"), minutes=9)]
    assert merged("i", told).target == "police"
    assert merged("i", told[:2]).target == "civilians"


def test_one_publisher_has_one_vote():
    """Three items of one outlet do not outvote two outlets."""
    filings = [filing(f"a{n}", account(target="police"), outlet="Loud", minutes=n) for n in range(3)]
    filings += [filing(f"b{n}", account(target="civilians"), minutes=9 + n) for n in range(2)]
    assert merged("i", filings).target == "civilians"


def test_copies_are_one_voice_with_their_original():
    """A wire story printed by three more outlets, its original on file or not, does not outvote two that looked for themselves."""
    wire = [filing("w", account(target="police"), outlet="Wire")]
    wire += [filing(f"c{n}", account(target="police"), outlet=f"Paper {n}", duplicate_of="w", minutes=n) for n in range(3)]
    own = [filing(f"b{n}", account(target="civilians"), minutes=9 + n) for n in range(2)]
    assert merged("i", wire + own).target == "civilians"
    assert merged("i", wire[1:] + own).target == "civilians"


def test_copy_of_a_lower_toll_is_no_second_voice():
    """An older dispatch and its reprint do not together undo a figure that two outlets stand for."""
    filings = [filing("a", account(killed=17)), filing("b", account(killed=17), minutes=10)]
    filings += [filing("c", account(killed=9), minutes=20), filing("d", account(killed=9), minutes=30, duplicate_of="c")]
    assert killed_course(*filings) == [17]


def test_follow_up_decides_only_what_no_report_says():
    """Many condemnations that name the capital do not move the attack there."""
    filings = [filing("a", account(target=None))] + [
        filing(f"f{n}", follow_up(place=QUETTA, target="police"), minutes=60 + n) for n in range(3)
    ]
    incident = merged("i", filings)
    assert (incident.place, incident.target) == (MASTUNG, "police")


def test_day_that_most_give_is_the_day():
    """Late reports that carry their own day do not move the attack; a tie goes to the earlier day."""
    next_day = DAY + dt.timedelta(days=1)
    late = [filing("b", account(date=next_day), minutes=60), filing("a", account(date=DAY))]
    assert merged("i", late).date == DAY


def test_reference_adds_nothing_but_itself():
    """What is recalled stands in the list, and is no voice, no fact and no sign of life."""
    report = filing("a", account(killed=9))
    incident = merged("i", [report, filing("b", recalled(killed=90, place=QUETTA, groups=(mention(TTP, "claimed"),)), minutes=9_000)])
    assert (incident.last_seen, incident.place, incident.groups, incident.outlets) == (report.at, MASTUNG, (), ("outlet of a",))
    assert [f.item_key for f in incident.filings] == ["a", "b"]


RETRACTIONS: dict[str, tuple[list[tuple[str, Account]], bool]] = {
    "an official says it was a gas cylinder": (
        [("x", account()), ("y", account(retracts=True, said="Police said a gas cylinder had burst."))],
        True,
    ),
    "the outlet takes its own report back": ([("x", account()), ("x", account(retracts=True, said="This was wrong."))], True),
    "two other outlets say so": ([("x", account()), ("y", account(retracts=True)), ("z", account(retracts=True))], True),
    "one other outlet doubts it": ([("x", account()), ("y", account(retracts=True))], False),
    "officials confirm it after all": (
        [
            ("x", account()),
            ("x", account(retracts=True)),
            ("y", account(killed=2, said="Two people had died in the blast, police said.")),
        ],
        False,
    ),
    "a late reprint does not put it back": ([("x", account()), ("x", account(retracts=True)), ("y", account(killed=2))], True),
}


@pytest.mark.parametrize(("told", "retracted"), RETRACTIONS.values(), ids=RETRACTIONS)
def test_attack_is_retracted_on_a_word_that_counts(told: list[tuple[str, Account]], retracted: bool):
    """It takes an official, the outlet itself, or two voices; an official's confirmation puts it back."""
    filings = [filing(str(n), one, outlet=outlet, minutes=n) for n, (outlet, one) in enumerate(told)]
    assert merged("i", filings).retracted is retracted


def test_incident_without_filing_is_refused():
    """There is nothing to compute from, and the caller must say what becomes of the incident."""
    with pytest.raises(ValueError, match="incident 'i' has no filing"):
        merged("i", [])


def test_reprints_have_one_vote():
    """A story and its two reprints name one town, two other publishers another: the two voices win over the one."""
    story = filing("a", account(place=QUETTA), minutes=0)
    reprints = [filing(f"r{n}", account(place=QUETTA), minutes=n, duplicate_of="a") for n in (1, 2)]
    others = [filing(f"o{n}", account(place=MASTUNG), minutes=10 + n) for n in (1, 2)]
    found = merged("i", [story, *reprints, *others])
    assert found.place == MASTUNG
    assert [f.publisher for f in found.filings][1] == "outlet of r1"
    assert found.outlets == ("outlet of a", "outlet of o1", "outlet of o2")
