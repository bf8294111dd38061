"""Where a text names armed groups: the longest name, acronyms in their case, and names that are not the group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_places import groups
from support_reading import shipped_lexicon

from monitor.model import Alias, Group
from monitor.text.groups import GroupFinder

FOUND = [
    ("ttp-full", "The Tehreek-e-Taliban Pakistan said so.", ["ttp"]),
    ("ttp-i", "The Tehrik-i-Taliban Pakistan said so.", ["ttp"]),
    ("ttp-mixed-joints", "The Tehrik-e Taliban Pakistan said so.", ["ttp"]),
    ("ttp-spaces", "The Tehreek e Taliban Pakistan said so.", ["ttp"]),
    ("ttp-acronym", "The TTP said so.", ["ttp"]),
    ("ttp-pakistani", "The Pakistani Taliban said so.", ["ttp"]),
    ("ttp-state-word", "Eight khwarij of Fitna al-Khawarij were killed.", ["ttp"]),
    ("iskp-full", "Islamic State Khorasan Province said so.", ["iskp"]),
    ("iskp-of", "Islamic State of Khorasan Province said so.", ["iskp"]),
    ("iskp-hyphen", "The Islamic State-Khorasan said so.", ["iskp"]),
    ("iskp-dash", "The Islamic State – Khorasan said so.", ["iskp"]),
    ("iskp-acronyms", "IS-K, ISKP and ISIS-K are one.", ["iskp", "iskp", "iskp"]),
    ("iskp-daesh", "Daesh fighters fled.", ["iskp"]),
    ("ispp", "The Islamic State Pakistan Province (ISPP) said so.", ["ispp", "ispp"]),
    ("is-bare", "Islamic State said so.", ["is"]),
    ("is-acronyms", "ISIS and IS are names of it.", ["is", "is"]),
    ("bla", "The Baloch Liberation Army (BLA) said so.", ["bla", "bla"]),
    ("majeed", "The Majeed Brigade said so.", ["bla"]),
    ("blf", "The Balochistan Liberation Front said so.", ["blf"]),
    ("bra-brg", "BRA and BRG differ.", ["bra", "brg"]),
    ("bras", "The Baloch Raji Aajoi Sangar said so.", ["bras"]),
    ("uba", "The United Baloch Army said so.", ["uba"]),
    ("jua", "Jamaat-ul-Ahrar said so.", ["jua"]),
    ("hgb", "A faction led by Hafiz Gul Bahadur said so.", ["hgb"]),
    ("lej", "Lashkar-i-Jhangvi said so.", ["lej"]),
    ("lej-alami", "Lashkar-e-Jhangvi Al-Alami said so.", ["lej"]),
    ("lei", "Lashkar-e-Islam said so.", ["lei"]),
    ("nrf", "The National Resistance Front (NRF) said so.", ["nrf", "nrf"]),
    ("aff", "The Afghanistan Freedom Front said so.", ["aff"]),
    ("sra", "The Sindhudesh Revolutionary Army said so.", ["sra"]),
    ("al-qaida", "Al-Qaeda and al-Qaida are one.", ["al-qaida", "al-qaida"]),
    ("afghan-taliban", "The Afghan Taliban said so.", ["afghan-taliban"]),
    ("hindustan", "Men of Fitna al-Hindustan were killed.", ["baloch-separatists"]),
    ("haqqani", "The Haqqani network said so.", ["haqqani"]),
    ("jaish", "Jaish al-Adl said so.", ["jaish-al-adl"]),
    ("possessive", "The BLA's spokesman spoke.", ["bla"]),
    # ---- traps
    ("isi-is-an-agency", "The ISI and the ISPR said so.", []),
    ("is-the-verb", "He is here. It is so.", []),
    ("is-in-capitals", "QUETTA IS UNDER ATTACK AGAIN", []),
    ("anti-taliban", "An anti-Taliban elder was shot.", []),
    ("ex-taliban", "A non-Taliban candidate spoke.", []),
    ("acronym-in-lower-case", "The sla and the aff were words.", []),
    ("inside-a-word", "The ISISX and TTPs were odd.", []),
    ("taliban-inside-ttp", "Tehreek-e-Taliban Pakistan is one name.", ["ttp"]),
]


@pytest.mark.parametrize(("text", "ids"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_groups_named_in_a_text(text: str, ids: list[str]):
    """Every spelling of a group gives its id, and nothing else does."""
    assert [mention.id for mention in groups().find(text)] == ids


@pytest.mark.parametrize(
    ("country", "expected"),
    [("Pakistan", "ttp"), ("Afghanistan", "afghan-taliban"), (None, "taliban"), ("Iran", "taliban")],
    ids=["pakistan", "afghanistan", "unknown", "elsewhere"],
)
def test_taliban_alone_means_what_the_country_makes_it(country: str | None, expected: str):
    """ "Taliban" is the TTP in Bannu and the Afghan Taliban in Kabul; without a country it stays ambiguous."""
    assert [m.id for m in groups().find("The Taliban said so.", country=country)] == [expected]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Afghanistan's Taliban-led government denied it.", False),
        ("The Taliban-run interior ministry spoke.", False),
        ("Taliban officials spoke.", False),
        ("The Taliban's defence ministry spoke.", False),
        ("Al-Shabaab, an al-Qaida ally, spoke.", False),
        ("Taliban fighters attacked.", True),
        ("The Taliban attacked.", True),
    ],
    ids=lambda value: str(value)[:28],
)
def test_a_government_or_a_friend_is_no_actor(text: str, actor: bool):
    """A name that only qualifies a ministry or an ally is a mention, not who did it."""
    assert [m.actor for m in groups().find(text)] == [actor]


def test_taliban_governments_are_the_afghan_taliban():
    """Whoever runs ministries rules in Kabul, also in a report from Pakistan."""
    assert [m.id for m in groups().find("The Taliban government said so.", country="Pakistan")] == ["afghan-taliban"]


def test_every_shipped_group_is_found_by_every_alias():
    """No alias is shadowed by another group's, and each gives its own group."""
    wrong = []
    for group in shipped_lexicon().groups:
        for alias in (Alias(group.name), *group.aliases):
            ids = {m.id for m in groups().find(f"Then {alias.text} said it, at last.")}
            if ids != {group.id} and not (group.id == "taliban" or "taliban" in ids):
                wrong.append((group.id, alias.text, ids))
    assert wrong == []


def test_every_shipped_group_names_its_sources():
    """An analyst sees where each entry comes from."""
    assert [group.id for group in shipped_lexicon().groups if not group.source] == []


def test_longest_alias_wins_over_one_inside_it():
    """ "Islamic State Khorasan" is not also Islamic State."""
    finder = GroupFinder([Group(id="a", name="Red Army"), Group(id="b", name="Red Army Faction")])
    assert [(m.id, m.text) for m in finder.find("the Red Army Faction and the Red Army")] == [("b", "Red Army Faction"), ("a", "Red Army")]


@given(st.text(alphabet=st.sampled_from("TP IS-KBLAtalibn.,'\n anti ISKP"), max_size=300))
def test_offsets_slice_to_the_text(text: str):
    """Whatever surrounds a name, its offsets cut it out, in order and apart."""
    last = 0
    for mention in groups().find(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= last
        last = mention.end
