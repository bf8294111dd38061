"""The index leaves out no rule that holds, and lets thousands of rules cost little more than a hundred."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_rules import NOW, WORLD, filing, incident, mention

from monitor.model import Incident, Place
from monitor.rules.index import candidates
from monitor.rules.judge import Facts, truth
from monitor.rules.load import RuleSet, load_rules
from monitor.rules.match import match

LEAVES = (
    'killed: ">= 5"', "killed: 5..10", 'killed: "< 5"', 'injured: "> 10"', 'casualties: ">= 6"', 'militants_killed: ">= 1"', "group: ttp",
    "group: is", "stance: claimed", "group: [iskp, ttp], stance: [claimed, suspected]", "place: Mastung", "place: KP", "district: Mastung",
    "province: [Balochistan, KP]", "country: Pakistan", "watch: high", "watch: [high, elevated]", "attack_type: [Bombing, drone]",
    "target: police", "text: blast near", "text: [quad*, drone]", "text: {re: 'bl.st'}", "text: {words: mosque Blast}", "feed: dawn",
    "outlet: [Geo, AP]", "language: en", "tag: local", "kind: follow-up", 'outlets: ">= 2"', 'age: "< 2d"',
    "near: {date: eid-milad, days: 2}",
    "near_place: {lat: 29.8, lon: 66.8, km: 20}", "near_place: {lat: 31, lon: 68, km: 400}", "near_place: {place: Mastung, km: 0.5}",
)  # fmt: skip


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    many = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    return st.builds(lambda key, parts: f"{{{key}: [{parts}]}}", st.sampled_from(["any", "all", "not"]), many)


WHENS = st.recursive(st.sampled_from(LEAVES).map(lambda leaf: f"{{{leaf}}}"), _nested, max_leaves=5)
PLACES = st.sampled_from([
    None,
    Place(country="Pakistan"),
    Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85),
    Place(name="Dasht", district="Mastung", province="Balochistan", country="Pakistan", lat=29.9, lon=67.0),
    Place(name="Miramshah", district="North Waziristan", province="Khyber Pakhtunkhwa", country="Pakistan", lat=33.0, lon=70.07),
    Place(name="Kabul", country="Afghanistan", lat=34.5, lon=69.2),
])  # fmt: skip
FILINGS = st.lists(
    st.builds(
        filing,
        st.sampled_from(["", "A blast near the Mosque.", "Quadcopters fell", "BLASTS", "drone"]),
        key=st.sampled_from(["a", "b", "c"]),
        feed=st.sampled_from(["", "Dawn", "geo"]),
        publisher=st.sampled_from(["", "AP"]),
        tags=st.sampled_from([(), ("Local",)]),
        kind=st.sampled_from(["attack", "follow-up"]),
        role=st.sampled_from(["report", "reference"]),
    ),
    max_size=3,
).map(tuple)
COUNTS = st.sampled_from([None, 0, 1, 5, 11])
INCIDENTS = st.builds(
    incident,
    killed=COUNTS,
    injured=COUNTS,
    militants_killed=COUNTS,
    place=PLACES,
    groups=st.lists(
        st.builds(mention, st.sampled_from(["ttp", "iskp", "lej"]), st.sampled_from(["claimed", "denied", "suspected"])), max_size=2
    ).map(tuple),
    attack_type=st.sampled_from([None, "bombing", "drone"]),
    target=st.sampled_from([None, "police"]),
    date=st.sampled_from([None, dt.date(2023, 9, 29), dt.date(2023, 9, 20)]),
    filings=FILINGS,
)


def loaded(whens: list[str]) -> RuleSet:
    rules = "".join(f"  - {{name: rule {number}, when: {when}, severity: high}}\n" for number, when in enumerate(whens))
    return load_rules({"rules/x.yaml": f"{WORLD}\nrules:\n{rules}"})


@settings(max_examples=60, deadline=None)
@given(st.lists(WHENS, min_size=1, max_size=8), st.lists(INCIDENTS, min_size=1, max_size=6))
def test_every_rule_that_holds_is_found(whens: list[str], incidents: list[Incident]) -> None:
    """With the index and without, the same rules fire."""
    ruleset = loaded(whens)
    for of in incidents:
        facts = Facts(of, NOW, ruleset.aliases)
        held = [rule.name for rule in ruleset.rules if truth(rule.when, facts) is True]
        assert [found.rule for found in match(ruleset, of, now=NOW)] == held


@pytest.mark.parametrize("leaf", LEAVES)
def test_each_condition_alone_is_found(leaf: str) -> None:
    """No leaf of the language slips through."""
    ruleset = loaded([f"{{{leaf}}}"])
    for of in (_full_incident(), incident(killed=0, filings=())):
        held = truth(ruleset.rules[0].when, Facts(of, NOW, ruleset.aliases)) is True
        assert (len(match(ruleset, of, now=NOW)) == 1) is held


@pytest.mark.parametrize(
    ("lat", "lon", "km", "place"),
    [
        (29.8, 179.9, 50, (29.8, -179.9)),
        (29.8, -179.95, 20, (29.8, 179.95)),
        (85.0, 10.0, 900, (84.0, 100.0)),
        (-33.0, 151.0, 1, (-33.0, 151.0)),
        (0.0, 0.0, 30, (-0.2, -0.1)),
    ],
)
def test_a_circle_is_found_wherever_it_lies(lat: float, lon: float, km: float, place: tuple[float, float]) -> None:
    """Over the date line, by the pole, on the equator."""
    ruleset = loaded([f"{{near_place: {{lat: {lat}, lon: {lon}, km: {km}}}}}"])
    assert match(ruleset, incident(place=Place(lat=place[0], lon=place[1])), now=NOW)


def _full_incident() -> Incident:
    return incident(
        killed=7,
        injured=20,
        militants_killed=2,
        place=Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85),
        groups=(mention("iskp", "claimed"), mention("ttp", "denied")),
        attack_type="bombing",
        target="police",
        date=NOW.date(),
        filings=(
            filing("A blast near the mosque; a quadcopter.", feed="Dawn", publisher="AP", tags=("Local",)),
            filing(key="two", kind="follow-up"),
        ),
    )


def test_three_thousand_rules_leave_a_handful_to_judge() -> None:
    """Rules on other groups, places, words and tolls are not looked at, so matching does not grow with them."""
    chance = random.Random(7)

    def rule(number: int) -> str:
        kinds: tuple[Any, ...] = (
            f"{{group: g{number}, stance: claimed, country: Pakistan}}",
            f'{{text: word{number} bomb*, killed: ">= 1"}}',
            f"{{near_place: {{lat: {chance.uniform(24, 37):.3f}, lon: {chance.uniform(61, 77):.3f}, km: 5}}, country: Pakistan}}",
            f'{{killed: ">= {100 + number}", country: Pakistan}}',
            f"{{any: [{{group: g{number}}}, {{text: other{number}}}], target: police}}",
        )
        return str(kinds[number % len(kinds)])

    groups = "groups:\n" + "".join(f"  - {{id: g{n}, name: Group {n}, aliases: [Band {n}]}}\n" for n in range(3_000))
    rules = "rules:\n" + "".join(f"  - {{name: r{n}, when: {rule(n)}, severity: high}}\n" for n in range(3_000))
    ruleset = load_rules({"rules/many.yaml": groups + rules})
    assert len(candidates(ruleset.index, Facts(_full_incident(), NOW, ruleset.aliases))) < 20
