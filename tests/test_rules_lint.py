"""Doubtful rule files: loaded, with a warning that says what looks wrong."""

from __future__ import annotations

import pytest
from support_rules import WORLD

from monitor.rules.load import load_rules

GROUPS = "groups:\n  - {id: one, name: One Front, aliases: [OF]}\n"


def warnings_of(rules: str, *, before: str = WORLD) -> list[str]:
    """What is said of these rules, one a line, each as YAML in braces; the lines count from 1."""
    files = {
        "rules/a-world.yaml": before,
        "rules/x.yaml": "rules:\n" + "".join(f"  - {line}\n" for line in rules.splitlines() if line.strip()),
    }
    return [str(warning).removeprefix("rules/x.yaml:") for warning in load_rules(files).warnings]


# Conditions, and the two parts of them that are named.
CANNOT_FIRE = {
    "two tolls apart": ('{killed: ">= 10", all: [{killed: "< 5"}]}', "killed >= 10", "killed < 5"),
    "no whole number between": ('{killed: "> 4", all: [{killed: "< 5"}]}', "killed > 4", "killed < 5"),
    "a toll and its opposite": ('{killed: ">= 10", not: {killed: ">= 5"}}', "killed >= 10", "not killed >= 5"),
    "more killed than casualties": ('{killed: ">= 10", casualties: "< 10"}', "killed >= 10", "casualties < 10"),
    "two types": (
        "{attack_type: bombing, all: [{attack_type: [drone, kidnapping]}]}",
        "attack_type: bombing",
        "attack_type: [drone, kidnapping]",
    ),
    "a type and not it": ("{target: police, not: {target: [police, media]}}", "target: police", "not target: [police, media]"),
    "not it, and then it": (
        "{all: [{not: {attack_type: [bombing, drone]}}, {attack_type: drone}]}",
        "not attack_type: [bombing, drone]",
        "attack_type: drone",
    ),
    "two countries": ("{country: Pakistan, all: [{country: Afghanistan}]}", "country: Pakistan", "country: Afghanistan"),
    "a group and not it": ("{group: ttp, not: {group: ttp}}", "group: ttp", "not group: ttp"),
    "every branch of an any": ('{killed: "< 5", any: [{killed: 7}, {killed: ">= 9"}]}', "killed < 5", "killed = 7"),
    "publishers": ('{outlets: ">= 3", all: [{outlets: 1}]}', "outlets >= 3", "outlets = 1"),
}
CAN_FIRE = {
    "one branch of an any": '{killed: "< 5", any: [{killed: 7}, {injured: ">= 9"}]}',
    "touching tolls": '{killed: ">= 5", all: [{killed: "<= 5"}]}',
    "killed within casualties": '{killed: ">= 10", casualties: ">= 10"}',
    "a parent without one child": "{group: is, not: {group: iskp}}",
    "a range cut in two": '{killed: ">= 1", not: {killed: 5..10}}',
    "places at two levels": "{country: Pakistan, place: Mastung}",
    "two names at any level": "{place: Mastung, all: [{place: Balochistan}]}",
}


@pytest.mark.parametrize(("when", "one", "other"), CANNOT_FIRE.values(), ids=CANNOT_FIRE)
def test_a_rule_that_nothing_can_meet_is_told(when: str, one: str, other: str) -> None:
    """Both parts that exclude each other are named."""
    words = f'"{one}" and "{other}" exclude each other'
    assert warnings_of(f"{{name: x, when: {when}, severity: high}}") == [
        f'2:5: warning: rule "x" can never fire: {words}; remove one of the two'
    ]


def test_a_number_below_none_is_told() -> None:
    """No toll is negative."""
    [told] = warnings_of('{name: x, when: {killed: "< 0"}, severity: high}')
    assert told == '2:5: warning: rule "x" can never fire: no number meets "killed < 0"; remove it'


@pytest.mark.parametrize("when", CAN_FIRE.values(), ids=CAN_FIRE)
def test_a_rule_that_something_can_meet_is_left_alone(when: str) -> None:
    """No false alarm."""
    assert warnings_of(f"{{name: x, when: {when}, severity: high}}") == []


def test_a_ladder_out_of_order_is_told() -> None:
    """More killed and yet milder, with everything else alike."""
    rules = """
{name: fifty, when: {killed: ">= 50", country: [Pakistan]}, severity: high}
{name: twenty, when: {killed: ">= 20", country: Pakistan}, severity: severe}
{name: five, when: {killed: ">= 5", country: Pakistan}, severity: high}
"""
    expected = 'rule "fifty" asks for more than rule "twenty" at line 3 and is less severe (high below severe); swap the severities'
    assert warnings_of(rules) == [f"2:5: warning: {expected}"]


def test_ladders_of_different_things_are_not_compared() -> None:
    """Fifty injured may well be milder than twenty killed, and Kabul's ladder is not Pakistan's."""
    rules = """
{name: injured, when: {injured: ">= 50"}, severity: high}
{name: killed, when: {killed: ">= 20"}, severity: severe}
{name: kabul, when: {killed: ">= 50", country: Afghanistan}, severity: high}
{name: phone, when: {killed: ">= 60"}, severity: notice, notify: [phone]}
"""
    assert warnings_of(rules) == []


def test_two_rules_with_the_same_conditions_are_told() -> None:
    """The second one adds nothing."""
    rules = """
{name: one, when: {killed: ">= 5", country: [Pakistan]}, severity: high}
{name: two, when: {country: Pakistan, killed: ">=5"}, severity: high}
"""
    assert warnings_of(rules) == ['3:5: warning: rule "two" has the conditions of rule "one" at line 2; remove one']


def test_a_stance_that_is_not_bound_to_its_group_is_told() -> None:
    """Beside `any`, the stance may be that of another group."""
    loose = "{name: x, when: {group: ttp, any: [{stance: claimed}, {killed: 5}]}, severity: high}"
    words = 'asks for "stance: claimed" of any group, not of "group: ttp"; write both keys in one condition to bind them'
    assert warnings_of(loose) == [f'2:5: warning: rule "x" {words}']
    bound = "{name: x, when: {group: ttp, any: [{group: ttp, stance: claimed}, {killed: 5}]}, severity: high}"
    assert warnings_of(bound) == []


def test_a_name_of_two_groups_is_told() -> None:
    """In any spelling; an exact acronym is a name of its own."""
    twice = GROUPS + "  - {id: two, name: Two Front, aliases: [one-front, {text: oF, case: exact}]}\n"
    words = 'group "two": "one-front" is claimed by group "one" too; the one read first is taken; remove the other'
    assert warnings_of("{name: x, when: {killed: 1}, severity: high}", before=twice) == [f"rules/a-world.yaml:3:5: warning: {words}"]


def test_a_group_without_an_alias_is_told() -> None:
    """News hardly write the full name."""
    bare = "groups:\n  - {id: one, name: One Front}\n"
    [told] = warnings_of("{name: x, when: {killed: 1}, severity: high}", before=bare)
    assert told == 'rules/a-world.yaml:2:5: warning: group "one" has no alias; only its full name will be found in a text'


def test_a_place_that_nobody_knows_is_told() -> None:
    """With the name that was meant."""
    [told] = warnings_of("{name: x, when: {district: [Mastung, Kuram]}, severity: high}")
    assert told == '2:42: warning: rule "x": district[2] is "Kuram", which neither the gazetteer nor places: knows; did you mean "Kurram"?'


def test_a_misspelled_attack_type_of_the_vocabulary_is_told() -> None:
    """It would be a new type that no rule asks for."""
    before = "attack_types:\n  - {name: suicide bombng, phrases: [suicide vest]}\n"
    [told] = warnings_of("{name: x, when: {killed: 1}, severity: high}", before=before)
    assert told.endswith('attack type "suicide bombng" is not one of those that come with the program; did you mean "suicide bombing"?')


def test_rule_files_without_a_rule_are_told() -> None:
    """Such a folder reads and never alerts."""
    [told] = load_rules({"rules/a.yaml": GROUPS}).warnings
    assert str(told) == "rules/a.yaml: warning: no rule in any file; nothing will raise an alert"


def test_conditions_without_end_are_left_open() -> None:
    """Sixteen alternatives in each of sixteen parts are not all tried."""
    parts = ", ".join("{any: [" + ", ".join(f"{{killed: {16 * part + n}}}" for n in range(16)) + "]}" for part in range(16))
    assert warnings_of(f"{{name: x, when: {{injured: 5, all: [{parts}]}}, severity: high}}") == []
