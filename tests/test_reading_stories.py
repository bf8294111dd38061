"""Whole stories put together from their parts: whatever attack, place, claim and joint, each incident keeps its own toll and place.

A story is a headline, a lead and some of the sentences that agencies add; the parts are few, their pairings many.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support_reading import read, tolls

# Town and its district, by the city that the report is filed from.
PLACES = {
    "QUETTA": [("Mastung", "Mastung"), ("Turbat", "Kech"), ("Panjgur", "Panjgur"), ("Mach", "Kachhi"), ("Dalbandin", "Chagai")],
    "PESHAWAR": [
        ("Mir Ali", "North Waziristan"),
        ("Bara", "Khyber"),
        ("Kulachi", "Dera Ismail Khan"),
        ("Matta", "Swat"),
        ("Sadda", "Kurram"),
    ],
    "KABUL": [("Jalalabad", "Jalalabad"), ("Kunduz", "Kunduz"), ("Herat", "Herat"), ("Khost", "Khost"), ("Gardez", "Gardez")],
}
WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 11: "eleven"}
ATTACKS = [
    "{k} policemen were killed and {i} others injured when a roadside bomb hit a van in {p}",
    "a bomb went off in {p}, killing {k} soldiers and wounding {i} others",
    "gunmen opened fire on a post in {p}, killing {k} labourers and injuring {i} others",
    "militants attacked a checkpoint in {p}, leaving {k} soldiers dead and {i} others wounded",
    "{k} civilians were killed and {i} others hurt in an attack in {p}",
]
JOINTS = [
    "In a separate incident, ",
    "Elsewhere in the province, ",
    "Separately, ",
    "In another attack, ",
    "Meanwhile, ",
    "Also on Tuesday, ",
    "Later in the day, ",
    "In a second attack, ",
    "Hours later, ",
    "In a similar incident, ",
]
# What is said of a group, and its stance.
SAID = [
    ("{} claimed responsibility for the attack.", "claimed"),
    ("Responsibility for the attack was claimed by {}.", "claimed"),
    ("In a statement on Telegram, {} said its fighters had carried out the attack.", "claimed"),
    ("A spokesman for {} told reporters by phone that the group was behind the attack.", "claimed"),
    ("{} denied involvement in the attack.", "denied"),
    ("A spokesman for {} said the group had nothing to do with the attack.", "denied"),
    ("Police blamed {} for the attack.", "suspected"),
    ("The attack bears the hallmarks of {}.", "suspected"),
    ("No group has claimed responsibility, but officials pointed the finger at {}.", "suspected"),
    ("Investigators believe {} was behind the attack.", "suspected"),
]
GROUPS = [
    ("the Baloch Liberation Army", "bla"),
    ("the banned Tehreek-e-Taliban Pakistan", "ttp"),
    ("Jamaat-ul-Ahrar", "jua"),
    ("the Hafiz Gul Bahadur group", "hgb"),
    ("Islamic State Khorasan", "iskp"),
    ("the National Resistance Front", "nrf"),
]
ASIDE = [
    "Police cordoned off the area and began a search.",
    "The chief minister condemned the attack and ordered an inquiry.",
    "A senior officer said the toll could rise as some of the wounded were in a critical condition.",
    "More than 60 people have been killed in such attacks this year, according to a think tank.",
]
numbers = st.sampled_from(sorted(WORDS))


def capital(words: str) -> str:
    return words[0].upper() + words[1:]


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(sorted(PLACES)), st.sampled_from(["\n\n", " "]))
def test_attacks_told_one_after_the_other_are_incidents_of_their_own(data, filed, between):
    """ "… on Tuesday, police said. In a similar incident, …": each with its district, killed and injured."""
    places = data.draw(st.lists(st.sampled_from(PLACES[filed]), min_size=2, max_size=3, unique=True))
    told, expected = [], set()
    for n, (place, district) in enumerate(places):
        killed, injured = data.draw(numbers), data.draw(numbers)
        attack = data.draw(st.sampled_from(ATTACKS)).format(k=WORDS[killed], i=WORDS[injured], p=place)
        joint = data.draw(st.sampled_from(JOINTS))
        told.append(f"{joint}{attack}." if n else f"{filed}: {capital(attack)} on Tuesday, police said.")
        expected.add((district, killed, injured))
    report = read(between.join(told), title=f"Attacks leave {sum(k for _, k, _ in expected)} dead")
    found = {(a.place.district if a.place else None, *tolls_of) for a, (*tolls_of, _) in zip(report.incidents, tolls(report), strict=True)}
    assert found == expected


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([(filed, *place) for filed, places in PLACES.items() for place in places]),
    st.sampled_from(ATTACKS),
    numbers,
    numbers,
    st.sampled_from(SAID),
    st.sampled_from(GROUPS),
    st.permutations(ASIDE).map(lambda lines: lines[:2]),
    st.integers(min_value=0, max_value=2),
    st.sampled_from(["{k} killed in {p} attack", "Attack in {p} kills {k}", "Deadly attack in {p}"]),
)
def test_a_story_keeps_its_toll_place_and_stance(where, attack, killed, injured, said, group, aside, position, headline):
    """Whatever a story adds, it is news of one attack, with the figures and the place of its lead and the group's stance."""
    (filed, place, district), (sentence, stance), (name, group_id) = where, said, group
    lead = f"{filed}: {capital(attack.format(k=WORDS[killed], i=WORDS[injured], p=place))} on Tuesday, police said."
    rest = list(aside)
    rest.insert(position, capital(sentence.format(name)))
    report = read("\n\n".join([lead, *rest]), title=headline.format(k=killed, p=place))
    assert tolls(report) == [(killed, injured, None)]
    (incident,) = report.incidents
    assert incident.place is not None
    assert incident.place.district == district
    assert (group_id, stance) in {(g.id, g.stance) for g in incident.groups}


# What agencies add to a lead that gives both figures, and how many more dead it makes; {n} is the lead's dead with those, {a} the more.
ADDED = [
    ("Later, {a} of the injured died in hospital, taking the death toll to {n}, a rescue official said.", 2),
    ("A hospital official later said the toll had risen to {n}.", 2),
    ("The dead include two women and a child.", 0),
    ("Two women were among the dead.", 0),
    ("Among the injured, two are in critical condition.", 0),
    ("The injured include three policemen and two children.", 0),
    ("Earlier, officials had put the number of dead at one.", 0),
    ("Initial reports had said two people were dead.", 0),
    ("The group that claimed the attack said it had killed 25 people.", 0),
    ("A second bomb was found nearby and defused.", 0),
    ("Two bodies were yet to be identified.", 0),
    ("The funeral prayers of three of the victims were offered in the evening.", 0),
]


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(sorted(WORDS)[1:]),
    st.sampled_from([12, 17, 21]),
    st.sampled_from(ADDED),
    st.sampled_from(["\n\n", " "]),
    st.sampled_from(["police said", "officials said", "a security official said"]),
)
def test_what_is_added_to_a_lead_keeps_or_raises_its_toll(killed, injured, added, between, source):
    """Parts, first reports and boasts change nothing; new totals and further dead do."""
    sentence, more = added
    harm = f"{capital(WORDS[killed])} people were killed and {injured} others injured"
    lead = f"BANNU: {harm} when a bomb went off in Domel on Tuesday, {source}."
    report = read(between.join([lead, sentence.format(n=killed + more, a="two")]), title="Blast in Domel")
    assert [toll[0] for toll in tolls(report)] == [killed + more]
    if not more:
        assert [toll[1] for toll in tolls(report)] == [injured]
