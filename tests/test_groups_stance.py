"""What a text says of a group and an attack: claimed, denied, suspected or merely mentioned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_places import groups

from monitor.model import Place
from monitor.text.stance import Told, stances

ATTACK = "A bomb killed four policemen in Bannu on Monday."


def told(*sentences: str, about: list[int | None] | None = None) -> tuple[str, list[Told]]:
    """A text and its sentences; all about the first account unless `about` says else."""
    text, spans, at = " ".join(sentences), [], 0
    for number, sentence in enumerate(sentences):
        spans.append(Told(at, at + len(sentence), about[number] if about else 0))
        at += len(sentence) + 1
    return text, spans


def stance_of(*sentences: str, country: str = "Pakistan", about: list[int | None] | None = None) -> set[tuple[str, str]]:
    """(group, stance) of the one account, mere mentions left out."""
    text, spans = told(*sentences, about=about)
    (mentions,) = stances(text, spans, groups().find(text), countries=[country], fresh=[True])
    return {(m.id, m.stance) for m in mentions if m.stance != "mentioned"}


STANCES = [
    # ---- claims
    ("claimed-responsibility", "The TTP claimed responsibility for the attack.", {("ttp", "claimed")}),
    ("has-claimed", "The Baloch Liberation Army has claimed the attack.", {("bla", "claimed")}),
    ("banned-outfit", "The banned outfit Jamaat-ul-Ahrar claimed responsibility.", {("jua", "claimed")}),
    ("headline", "BLA claims Quetta blast", {("bla", "claimed")}),
    ("spokesman", "A spokesman for the Balochistan Liberation Front claimed responsibility.", {("blf", "claimed")}),
    (
        "spokesman-told",
        "TTP spokesman Muhammad Khurasani told reporters that its fighters had carried out the attack.",
        {("ttp", "claimed")},
    ),
    ("claimed-by", "The blast was claimed by the Islamic State Khorasan Province.", {("iskp", "claimed")}),
    ("responsibility-claimed-by", "Responsibility was claimed by Lashkar-i-Jhangvi.", {("lej", "claimed")}),
    ("accepted", "The Hafiz Gul Bahadur group accepted responsibility.", {("hgb", "claimed")}),
    ("took-credit", "The United Baloch Army took credit for the blast.", {("uba", "claimed")}),
    ("said-behind", "The Baloch Liberation Army said it was behind the blast.", {("bla", "claimed")}),
    ("said-had-killed", "ISKP said on Telegram that its fighters had killed four policemen.", {("iskp", "claimed")}),
    ("said-its-squad", "The TTP said its special squad had settled an old score.", {("ttp", "claimed")}),
    ("claim-from", "A claim of responsibility came from Jamaat-ul-Ahrar.", {("jua", "claimed")}),
    ("on-behalf-of", "Their spokesman claimed the attack on behalf of the TTP.", {("ttp", "claimed")}),
    ("carried-it-out", "The TTP said in a message that its fighters had carried it out.", {("ttp", "claimed")}),
    ("prime-suspect", "The TTP has hit the town before and was the prime suspect.", {("ttp", "suspected")}),
    ("believes-they-hold", "We have reason to believe that the TTP is holding them, he said.", {("ttp", "suspected")}),
    ("behind-after-a-clause", "The network of the TTP that came across the border is behind it, an officer said.", {("ttp", "suspected")}),
    ("gun-down", "Police gun down four TTP militants", {("ttp", "suspected")}),
    (
        "clause-of-another-year",
        "Police blamed the TTP, who have been emboldened since the Afghan Taliban took power in 2021.",
        {("ttp", "suspected")},
    ),
    ("case-against", "Police registered a case against unknown TTP militants.", {("ttp", "suspected")}),
    ("an-attack-of-then", "Last week the BLA claimed responsibility for an attack on a bus in Khuzdar.", set()),
    (
        "apposition-of-the-same",
        "The Majeed Brigade, the suicide wing of the Baloch Liberation Army (BLA), claimed responsibility.",
        {("bla", "claimed")},
    ),
    ("apposition-of-another", "Jamaat-ul-Ahrar, a splinter of the TTP, claimed responsibility.", {("jua", "claimed")}),
    ("relative-clause", "The BLA, which the United States lists as terrorist, claimed responsibility.", {("bla", "claimed")}),
    ("both", "Both the TTP and Lashkar-e-Islam claimed responsibility.", {("ttp", "claimed"), ("lei", "claimed")}),
    (
        "as-did",
        "Lashkar-e-Jhangvi claimed responsibility, as did the Islamic Movement of Uzbekistan.",
        {("lej", "claimed"), ("imu", "claimed")},
    ),
    ("aside", "The TTP, meanwhile, claimed the attack.", {("ttp", "claimed")}),
    ("claim-with-a-boast", "The BLA claimed that it had killed forty soldiers.", {("bla", "claimed")}),
    # ---- denials
    ("denied-responsibility", "The TTP denied responsibility for the attack.", {("ttp", "denied")}),
    ("denied-any-hand", "The banned TTP denied any hand in the attack.", {("ttp", "denied")}),
    ("denied-involvement", "The NRF denied involvement.", {("nrf", "denied")}),
    ("disowns", "TTP disowns attack on polio team", {("ttp", "denied")}),
    ("distanced", "Jamaat-ul-Ahrar distanced itself from the attack.", {("jua", "denied")}),
    ("not-behind", "The TTP said its fighters were not behind the firing.", {("ttp", "denied")}),
    ("no-role", "The BLA said that it had no role in the blast.", {("bla", "denied")}),
    ("not-its-way", "The TTP said that such attacks do not align with its aims.", {("ttp", "denied")}),
    ("rejected", "The TTP rejected the accusation.", {("ttp", "denied")}),
    # ---- suspicions
    ("blamed", "Police blamed the Lashkar-e-Islam for the attack.", {("lei", "suspected")}),
    ("blamed-on", "Officials blamed the attack on the TTP.", {("ttp", "suspected")}),
    ("attributed", "Sources attributed the attack to the Baloch Liberation Army.", {("bla", "suspected")}),
    ("hallmarks", "The attack bears the hallmarks of the TTP, an official said.", {("ttp", "suspected")}),
    ("believed", "The attackers are believed to be from Islamic State.", {("is", "suspected")}),
    ("suspects", "Officials suspect the involvement of ISKP.", {("iskp", "suspected")}),
    ("is-suspected", "The TTP is suspected of the killing.", {("ttp", "suspected")}),
    ("militants-suspected", "Militants of the TTP are suspected to be involved.", {("ttp", "suspected")}),
    ("had-a-hand", "Rebels linked to the Resistance Front had a hand in this, the ministry said.", {("nrf", "suspected")}),
    ("carried-out-by", "The attack was likely carried out by ISPP, experts said.", {("ispp", "suspected")}),
    ("were-behind", "Terrorists of Fitna al-Khawarij were behind the act, police said.", {("ttp", "suspected")}),
    ("suspicion-falls", "Suspicion falls on IS-K.", {("iskp", "suspected")}),
    ("members-attacked", "TTP militants attacked the post and killed two.", {("ttp", "suspected")}),
    ("arrested-over-it", "Police arrested two members of the TTP in connection with the blast.", {("ttp", "suspected")}),
    ("state-word", "Three khwarij were killed in the operation.", {("ttp", "suspected")}),
    ("state-word-baloch", "Five terrorists of Fitna al-Hindustan were killed.", {("baloch-separatists", "suspected")}),
    # ---- neither
    ("nobody", "No group has claimed responsibility.", set()),
    ("nobody-of-them", "No group, including the TTP, claimed responsibility.", set()),
    ("not-yet", "The TTP has not claimed responsibility.", set()),
    ("no-comment", "The NRF has yet to comment.", set()),
    ("unclaimed-then-blamed", "No group claimed the attack, but officials blamed the TTP.", {("ttp", "suspected")}),
    ("unclaimed-then-attributed", "No group claimed it; however, police attributed it to ISKP.", {("iskp", "suspected")}),
    ("condemned", "The Afghan Taliban condemned the attack.", set()),
    ("history", "The area is a former stronghold of the Pakistani Taliban.", set()),
    ("police-claim", "Police claimed to have arrested two men after the TTP attack.", set()),
    ("claims-in-general", "ISKP has claimed several attacks in the province.", set()),
    ("string", "The TTP has claimed responsibility for a string of attacks.", set()),
    ("previously", "The BLA has previously claimed responsibility for similar attacks.", set()),
    ("government-denial", "The Taliban government denied harbouring militants.", set()),
    ("losses-denied", "The TTP denied suffering any losses.", set()),
    # ---- more of the press's ways to say it
    ("taken-responsibility", "The outlawed BLA has taken responsibility for the deadly attack.", {("bla", "claimed")}),
    ("owned-the-attack", "In a statement, the Tehreek-i-Taliban Pakistan (TTP) owned the attack.", {("ttp", "claimed")}),
    ("claiming-first", "Claiming responsibility, the TTP said the attack was revenge.", {("ttp", "claimed")}),
    ("which-it-claimed", "The attack, which the TTP claimed, came days after a truce.", {("ttp", "claimed")}),
    ("known-as", "The Islamic State's local chapter, known as ISKP, claimed responsibility.", {("iskp", "claimed")}),
    ("its-brigade", "The BLA later said that its Majeed Brigade had carried out the attack.", {("bla", "claimed")}),
    ("text-message", "Lashkar-e-Jhangvi said in a text message that it carried out the bombing.", {("lej", "claimed")}),
    ("disassociated", "The TTP's spokesman disassociated the group from the bombing.", {("ttp", "denied")}),
    ("group-not-involved", "A spokesman for the TTP, however, said the group was not involved in the attack.", {("ttp", "denied")}),
    ("group-rejected", "The ministry accused the NRF of the attack but the group rejected the claim.", {("nrf", "denied")}),
    ("work-of", "The minister said the attack was the work of Fitna al-Khawarij.", {("ttp", "suspected")}),
    ("pointed-to", "Security sources pointed to the Islamic State Khorasan.", {("iskp", "suspected")}),
    ("belonged-to", "According to police, the attackers belonged to the TTP.", {("ttp", "suspected")}),
    ("case-registered", "A case was registered against unknown terrorists of the banned TTP.", {("ttp", "suspected")}),
    ("blamed-with-a-gloss", "Authorities blamed the Pakistani Taliban, who are allied with the Afghan Taliban.", {("ttp", "suspected")}),
    ("usually-claimed", "Nobody has claimed it, though such bombings are usually claimed by the BLA.", set()),
    ("most-of-them", "Baloch separatists are behind most of the attacks in the province.", set()),
    ("similar-before", "It was not clear who was behind it, but the TTP has carried out similar attacks in the past.", set()),
    ("active-there", "IS-K, which is active in the area, is known to target Shias.", set()),
    ("harbouring", "Pakistan accuses the Afghan Taliban of harbouring the TTP, a charge Kabul denies.", set()),
    ("wanted-for-links", "Five of the dead were wanted for links with the TTP.", set()),
    ("compared", "It came two weeks after the attack on a university claimed by the BLA.", set()),
]


@pytest.mark.parametrize(("sentence", "expected"), [row[1:] for row in STANCES], ids=[row[0] for row in STANCES])
def test_stance_of_a_sentence(sentence: str, expected: set[tuple[str, str]]):
    """One sentence about the attack gives each group in it at most one stance."""
    assert stance_of(ATTACK, sentence) == expected


def test_a_denial_overrides_a_suspicion():
    """Officials blamed the TTP, it denied: a denial is what stands."""
    assert stance_of("Officials blamed the TTP for the attack.", "The outfit denied any role in it.") == {("ttp", "denied")}


def test_the_group_is_the_one_named_before():
    """ "The group" and "its spokesman" mean the last name."""
    assert stance_of("The Jamaat-ul-Ahrar sent a message.", "The group claimed responsibility.") == {("jua", "claimed")}
    assert stance_of("The BLA released a picture.", "Its spokesman said that it had carried out the attack.") == {("bla", "claimed")}


def test_a_claim_for_an_older_attack_stays_there():
    """A recalled bombing and its claim belong to another account, with or without one of their own."""
    sentences = (
        ATTACK,
        "There was no claim.",
        "In November 2024, a bombing killed 26 people.",
        "It was claimed by the Baloch Liberation Army.",
    )
    assert stance_of(*sentences, about=[0, None, None, None]) == set()
    text, spans = told(*sentences, about=[0, 0, 1, 1])
    fresh, recalled = stances(text, spans, groups().find(text), countries=["Pakistan", "Pakistan"], fresh=[True, False])
    assert fresh == ()
    assert [(m.id, m.stance) for m in recalled] == [("bla", "claimed")]


def test_a_denial_of_both_attacks_is_for_both():
    """ "Denied responsibility for both attacks" speaks of every fresh account."""
    text, spans = told(
        "Four died in Mastung.", "Five died in Hangu.", "The TTP denied responsibility for both attacks.", about=[0, 1, None]
    )
    mentions = stances(text, spans, groups().find(text), countries=["Pakistan", "Pakistan"], fresh=[True, True])
    assert [[(m.id, m.stance) for m in each] for each in mentions] == [[("ttp", "denied")], [("ttp", "denied")]]


def test_a_claim_goes_to_the_account_whose_place_it_names():
    """Of two attacks in one report, the named town tells which one is meant."""
    text, spans = told("Four died in Mastung.", "Five died in Hangu.", "The TTP claimed the attack in Hangu.", about=[0, 1, None])
    where = [Place(name="Mastung", country="Pakistan"), Place(name="Hangu", country="Pakistan")]
    first, second = stances(text, spans, groups().find(text), countries=["Pakistan", "Pakistan"], fresh=[True, True], places=where)
    assert (first, [m.stance for m in second]) == ((), ["claimed"])


def test_a_claim_of_another_group_outweighs_the_armys_word():
    """The army calls all attackers khwarij; the group that claims is the one to name."""
    found = stance_of("Khwarij attacked the camp, the army said.", "The Hafiz Gul Bahadur group claimed responsibility.")
    assert found == {("hgb", "claimed")}


@pytest.mark.parametrize(("country", "expected"), [("Pakistan", "ttp"), ("Afghanistan", "afghan-taliban")])
def test_taliban_claims_are_settled_by_the_account(country: str, expected: str):
    """A bare "Taliban" is whoever bears the name where the attack was."""
    assert stance_of(ATTACK, "The Taliban claimed responsibility for the attack.", country=country) == {(expected, "claimed")}


def test_taliban_beside_the_ttp_are_the_other_ones():
    """ "The TTP and the Taliban claimed" names two groups."""
    assert stance_of("The TTP and the Taliban claimed responsibility.") == {("ttp", "claimed"), ("afghan-taliban", "claimed")}


def test_the_sentence_that_says_it_is_kept():
    """An alert quotes the words."""
    text, spans = told(ATTACK, "The TTP claimed responsibility.")
    ((mention,),) = stances(text, spans, groups().find(text), countries=["Pakistan"], fresh=[True])
    assert mention.sentence == "The TTP claimed responsibility."


def test_no_accounts_and_no_groups_give_nothing():
    """Without accounts there is nobody to tie a group to, without groups nobody to tie."""
    text, spans = told("The TTP claimed responsibility.", about=[None])
    assert stances(text, spans, groups().find(text), countries=[], fresh=[]) == ()
    assert stances(text, spans, [], countries=["Pakistan"], fresh=[True]) == ((),)


@given(st.permutations([ATTACK, "The TTP claimed responsibility.", "The market was shut.", "Schools will open on Monday."]))
def test_order_of_sentences_does_not_change_a_claim(sentences: list[str]):
    """A claim that names its group holds wherever it stands in the account."""
    assert stance_of(*sentences) == {("ttp", "claimed")}


@given(
    st.lists(
        st.sampled_from(["TTP", "claimed", "denied", "the group", "responsibility", "by", "no", "and", "ISKP", "blamed", "said it"]),
        max_size=40,
    )
)
def test_any_order_of_the_grammars_words_is_read(words: list[str]):
    """No sentence of trigger words breaks the reading, and each group has one stance."""
    text, spans = told(" ".join(words) + ".")
    (mentions,) = stances(text, spans, groups().find(text), countries=["Pakistan"], fresh=[True])
    assert len({m.id for m in mentions}) == len(mentions)
