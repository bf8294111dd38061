"""Casualty wordings of desks and press wings that no plain verb carries, and attacks that a total adds up."""

from __future__ import annotations

import pytest
from support_reading import read, statements, tolls

KILLED, INJURED, MILITANTS = "killed", "injured", "militants_killed"
SENTENCES = {
    "headline-list": ("Major, three sepoys killed in Datta Khel", [(KILLED, 4)]),
    "headline-list-after-number": ("Blast kills two traders, guard", [(KILLED, 3)]),
    "among-a-total": ("Tehsil nazim among six killed in Matta", [(KILLED, 6)]),
    "as-many": ("Two rangers were killed and as many wounded in the blast.", [(KILLED, 2), (INJURED, 2)]),
    "same-fate": ("In Tirah, two khwarij met the same fate.", [(MILITANTS, 2)]),
    "force-loses-men": ("Levies lose three men in Sibi ambush", [(KILLED, 3)]),
    "under-treatment": ("The doctor said 14 people were under treatment.", [(INJURED, 14)]),
    "fighting-for-life": ("A girl was fighting for her life.", [(INJURED, 1)]),
    "lost-a-limb": ("The farmer lost a leg.", [(INJURED, 1)]),
    "of-them-and-another": ("The bomb hit their car, killing two of them and a cyclist.", [(KILLED, 3)]),
    "of-the-attackers": ("Guards repulsed an assault by ten militants, killing four of them.", [(MILITANTS, 4)]),
    "by-their-accomplices": ("Two of them were killed by the firing of their own accomplices.", [(MILITANTS, 2)]),
    "group-members": ("Three Daesh members were killed in the raid.", [(MILITANTS, 3)]),
    "who-told": ("The blast wounded 30, police and rescuers said.", [(INJURED, 30)]),
    "rank-of-police": ("An inspector of police and a driver were martyred.", [(KILLED, 2)]),
    "late-deaths": ("Two of the nine men who were wounded on Monday breathed their last.", [(KILLED, 2), (INJURED, 9)]),
    "rescue-1122": ("Rescue 1122 said three bodies were found.", [(KILLED, 3)]),
    "own-men-unhurt": ("It said none of its fighters was hurt.", []),
}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_a_wording_states_its_figures(sentence, expected):
    """Each figure is counted once and on the right side."""
    found = [(s.field, s.count) for s in statements(sentence) if not s.part or s.field == MILITANTS]
    assert found == expected


def test_attacks_that_a_total_adds_up_are_told_apart():
    """Three places of one country with tolls that make up the first figure are three incidents, not one."""
    report = read(
        "PESHAWAR: Militants struck twice on Wednesday, killing five people, officials said. In Tank, gunmen shot dead three policemen "
        "at a checkpost. In Bannu, a roadside bomb killed two soldiers and wounded six.",
        title="Militants strike twice in northwest, killing five",
    )
    assert sorted(tolls(report)) == [(2, 6, None), (3, None, None)]


def test_shares_of_one_clash_stay_one_incident():
    """What either side of a border lost in one exchange is added up."""
    report = read(
        "CHAMAN: Four people were killed on both sides when Pakistani and Afghan troops traded fire on Wednesday, officials said. "
        "One civilian died in Chaman. On the other side, three civilians were killed in Spin Boldak."
    )
    assert [killed for killed, _, _ in tolls(report)] == [4]


def test_a_group_calls_its_victims_agents():
    """A group that says in a statement that the dead were spies owns the killing."""
    report = read(
        "KHUZDAR: Gunmen shot dead two labourers near Wadh on Wednesday, police said. "
        "The Balochistan Liberation Front said in a statement that the men were undercover agents."
    )
    assert [(g.id, g.stance) for a in report.incidents for g in a.groups] == [("blf", "claimed")]


def test_a_town_in_the_second_sentence_opens_no_second_attack():
    """The lead names only a part of the country; what is said of some of its dead near a town is no attack of its own."""
    report = read(
        "A bomber drove a car into an army checkpoint in northwestern Pakistan on Wednesday, killing six people, officials said. "
        "The other two dead were a shepherd and his son who stood outside Mir Ali, an official said."
    )
    assert [killed for killed, _, _ in tolls(report)] == [6]


def test_an_operation_of_another_day_is_no_part_of_the_attack():
    """What the army says that it killed two days before stays out of the attack's figures."""
    report = read(
        "WANA: A bomb wounded two policemen in Wana on Wednesday. On Monday, the military said it killed 34 insurgents in raids.",
        title="Bomb wounds two policemen in Wana",
    )
    assert tolls(report) == [(None, 2, None)]


def test_the_rulers_own_count_stands_over_a_boast():
    """Taliban officials who give the number of their fighters killed are believed over the group that boasts of more."""
    report = read(
        "KABUL: The National Resistance Front (NRF) says it attacked a checkpoint in Baghlan on Tuesday, killing seven Taliban fighters. "
        "Taliban officials confirmed the attack but said two of their fighters had been killed and one wounded.",
        title="Resistance fighters attack Taliban checkpoint in Baghlan",
    )
    assert tolls(report) == [(2, 1, None)]


def test_who_tells_of_an_attack_is_not_its_target():
    """ "Police said" speaks for no police target."""
    report = read(
        "HANGU: A bomb killed four shoppers in a bazaar in Hangu on Wednesday, police said. District police officer Khan told reporters."
    )
    assert [a.target for a in report.incidents] == ["civilians"]
