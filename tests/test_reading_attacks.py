"""What kind of attack it was, whom it was meant for, and what kind of report it is."""

from __future__ import annotations

import pytest
from reading_kinds_table import KINDS as MORE_KINDS
from support_reading import read

KINDS = [
    (
        "suicide-vest",
        "A suicide bomber blew himself up near a mosque in Bannu on Tuesday, killing nine worshippers.",
        "suicide bombing",
        "religious procession or site",
    ),
    (
        "car-rammed",
        "Militants rammed an explosives-laden vehicle into a police post in Tank on Tuesday, killing three policemen.",
        "suicide bombing",
        "police",
    ),
    ("roadside-bomb", "A roadside bomb hit an army convoy in Kech on Tuesday, killing two soldiers.", "bombing", "security forces"),
    ("grenade", "Unknown men threw a hand grenade at a barber's shop in Hub on Tuesday, wounding two customers.", "bombing", "civilians"),
    ("ambush", "Gunmen ambushed a police patrol in Lakki Marwat on Tuesday, killing two policemen.", "armed assault", "police"),
    ("labourers", "Gunmen shot dead four labourers in Panjgur on Tuesday.", "armed assault", "civilians"),
    (
        "rpg",
        "Gunmen armed with rocket-propelled grenades stormed a police station in Tank on Tuesday, killing four policemen.",
        "armed assault",
        "police",
    ),
    (
        "fighters-from-over-the-border",
        "Militants who had crossed the border attacked two border posts in Chitral on Tuesday, killing four soldiers.",
        "armed assault",
        "security forces",
    ),
    (
        "armies",
        "Pakistani and Afghan forces exchanged fire at Angoor Adda on Tuesday, leaving a soldier dead.",
        "cross-border clash",
        "security forces",
    ),
    ("passport-office", "A bomb went off at a passport office in Kunduz on Tuesday, killing two.", "bombing", "government"),
    ("shiites", "Gunmen killed at least ten Shi'ites in Hangu on Tuesday.", "armed assault", "minority"),
    (
        "another-attack-hours-before",
        "A bomb killed three people at a bazaar in Wana on Tuesday, hours after a drone hit a police station elsewhere.",
        "bombing",
        "civilians",
    ),
    ("kidnap", "Armed men kidnapped three labourers in Zhob on Tuesday.", "kidnapping", "civilians"),
    ("mortar", "A mortar shell hit a house in Bajaur on Tuesday, killing a woman and her two children.", "rocket or mortar", "civilians"),
    ("quadcopter", "A quadcopter dropped a bomb on a police station in Bannu on Tuesday, wounding three policemen.", "drone", "police"),
    (
        "pipeline",
        "Unknown men blew up a gas pipeline in Dera Bugti on Tuesday. No casualties were reported.",
        "arson or sabotage",
        "infrastructure",
    ),
    (
        "school",
        "Militants blew up a girls' school in North Waziristan on Tuesday night. Nobody was hurt.",
        "arson or sabotage",
        "education or health",
    ),
    (
        "operation",
        "Security forces killed six militants in an intelligence-based operation in Tank on Tuesday, the ISPR said.",
        "security operation",
        "militants",
    ),
    ("target-killing", "A Shia doctor was assassinated in a target killing in Karachi on Tuesday.", "assassination", None),
    (
        "border",
        "Three civilians were killed on Tuesday when Pakistani and Afghan border forces traded fire across the border at Chaman.",
        "cross-border clash",
        "civilians",
    ),
    ("hazara", "Gunmen shot dead four men of the Hazara community in Quetta on Tuesday.", "armed assault", "minority"),
    ("journalist", "Gunmen shot dead a journalist outside the press club in Khuzdar on Tuesday.", "assassination", "media"),
    (
        "rally",
        "A bomb went off at an election rally of the Awami National Party in Charsadda on Tuesday, killing two party workers.",
        "bombing",
        "political",
    ),
    ("governor", "A bomb hit the car of a deputy commissioner in Kurram on Tuesday, wounding the official.", "bombing", "government"),
]


@pytest.mark.parametrize(("text", "attack_type", "target"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_one_answer_out_of_several_signals(text, attack_type, target):
    """Phrases of the shipped vocabulary vote; who was hit weighs most for the target."""
    (account,) = read(text).incidents
    assert account.attack_type == attack_type
    assert target is None or account.target == target


@pytest.mark.parametrize(("text", "attack_type", "target"), MORE_KINDS, ids=[row[0][:50] for row in MORE_KINDS])
def test_what_was_done_besides_does_not_name_the_attack(text, attack_type, target):
    """Trucks torched in an ambush, a passer-by hurt at a picket, a minority's teacher: the deed and those meant count."""
    assert [(a.attack_type, a.target) for a in read(text).incidents] == [(attack_type, target)]


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("", "Gunmen killed a policeman in Tank on Tuesday.", "attack"),
        ("", "Security forces killed six militants in an operation in Tank on Tuesday.", "operation"),
        (
            "TTP claims Tank attack",
            "The TTP on Wednesday claimed responsibility for Monday's attack in Tank in which two policemen were killed.",
            "follow-up",
        ),
        ("Explainer: the war in the northwest", "In 2014, militants stormed a school in Peshawar and killed 130 pupils.", "background"),
        ("", "The board met on Tuesday and approved the budget.", "other"),
    ],
    ids=["attack", "operation", "follow-up", "background", "other"],
)
def test_the_kind_of_a_report(title, text, kind):
    """One word for a filter."""
    assert read(text, title=title).kind == kind


@pytest.mark.parametrize(
    "title",
    ["Terror bid foiled in Kohat", "Terror plan at Badhber averted", "15kg bomb diffused near railway line", "Mourning for slain nurses"],
)
def test_what_says_no_more_than_what_it_was_is_kept(title: str):
    """A bare headline of a foiled bid or a funeral is no news of an attack, and handed on as a follow-up."""
    report = read("", title=title)
    assert report.incidents == ()
    assert [account.relation for account in report.background] == ["follow-up"]


TAKEN_BACK = [
    (
        "No blast in Quetta, say police; rumour spread online",
        "Police said on Tuesday that reports of a blast in Quetta were false: a transformer had burst.",
    ),
    (
        "Hazarganji blast was caused by a cylinder, not a bomb: police",
        "QUETTA: The blast that hurt three people in Hazarganji on Monday was caused by a gas cylinder, police said on Tuesday.",
    ),
    (
        "Hazarganji explosion an accident, says SSP",
        "QUETTA: Monday's explosion in Hazarganji, in which a man died, was an accident, the SSP said: a cylinder. It was no bomb.",
    ),
    (
        "No sabotage in Hazarganji blast: bomb squad",
        "QUETTA: The bomb squad ruled out sabotage in Monday's blast in Hazarganji; gas had leaked.",
    ),
    (
        "Lahore market explosion caused by gas cylinder, officials say",
        "LAHORE: An explosion that killed two people in a Lahore market on Sunday was no attack, the city's deputy commissioner said.",
    ),
    (
        "Two killed in Lahore market",
        "LAHORE: Sunday's explosion in a Lahore market was not an act of terrorism but a gas leak, the city's deputy commissioner said.",
    ),
    ("Lahore blast was gas leak, officials say", "LAHORE: Sunday's blast in a Lahore market was a leak of gas, officials said."),
    (
        "Leak behind blast at Hangu mosque, say police",
        "HANGU: The blast at a mosque in Hangu on Sunday, first reported as a bombing, was due to a leak of gas, police said.",
    ),
    (
        "KILL: Loralai blast",
        "EDITORS: Please kill our story of 0915 saying that five people were killed in an explosion in Loralai. No explosion took place.",
    ),
    (
        "Bulletin kill",
        "Disregard the alert on an attack that killed four constables in Tank; the report was erroneous.",
    ),
    ("Officials: no blast in Zhob", "Officials said no such explosion took place in Zhob, after posts that six people had died."),
]


@pytest.mark.parametrize(("title", "text"), TAKEN_BACK, ids=[title for title, _ in TAKEN_BACK])
def test_what_was_no_attack_retracts(title: str, text: str):
    """The account says that there was no attack, so that an incident can be withdrawn."""
    report = read(text, title=title)
    assert report.incidents == ()
    assert [a.retracts for a in report.background] == [True]


def test_an_accident_that_was_never_an_attack_retracts_nothing():
    """News of a burst cylinder takes back no bombing of the same city."""
    report = read(
        "QUETTA: Three people were killed when a gas cylinder exploded at a hotel in Quetta on Tuesday.",
        title="Cylinder blast kills three in Quetta",
    )
    assert not any(a.retracts for a in (*report.incidents, *report.background))


def test_the_day_of_a_remembered_attack_is_none_of_the_ceremony():
    """What the ceremony recalls keeps its toll and its own day."""
    report = read(
        "QUETTA: Families on Wednesday marked the anniversary of the bombing at Quetta railway station that killed 26 people and wounded "
        "62 on November 9, 2024.",
        title="Families mark Quetta station bombing",
    )
    assert report.incidents == ()
    (recalled,) = report.background
    assert (recalled.killed.count, recalled.injured.count, str(recalled.date)) == (26, 62, "2024-11-09")


def test_a_changed_toll_is_news():
    """It reports the incident with the new figure."""
    (account,) = read(
        "Two of the injured died on Wednesday, taking the toll from Monday's blast in Quetta to nine.",
        title="Quetta blast toll rises to nine",
    ).incidents
    assert account.killed.count == 9
    assert str(account.date) == "2026-05-18"


def test_evidence_is_kept_for_type_and_target():
    """A board can highlight the words."""
    (account,) = read("Gunmen ambushed a police patrol in Tank on Tuesday, killing two policemen.").incidents
    fields = {e.field: e.sentence[e.start : e.end].lower() for e in account.evidence}
    assert fields["attack_type"] in ("gunmen", "ambushed")
    assert fields["target"] in ("police patrol", "policemen")
