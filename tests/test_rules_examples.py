"""The runner of the examples in rule files: what it reads, and what it says when an example is not met."""

from __future__ import annotations

import datetime as dt

from support_rules import WORLD, mention

from monitor.model import Account, Item, Place, Report, Toll
from monitor.rules.examples import Outcome, run_examples
from monitor.rules.load import load_rules

RULE = """
rules:
  - name: five
    when: {killed: ">= 5", country: Pakistan, not: {stance: denied}}
    severity: high
    examples:
      fires: [SAYS]
      silent: [{text: Nothing happened., published: 2024-02-05}]
"""


def outcome_of(says: str, report: Report) -> Outcome:
    """The outcome of the first example of RULE, with a reader that finds `report` in it."""
    ruleset = load_rules({"rules/x.yaml": WORLD + RULE.replace("SAYS", says)})
    return run_examples(ruleset, lambda item: report if "Nothing" not in item.text else Report(kind="other"))[0]


def attack(**fields: object) -> Report:
    return Report(kind="attack", incidents=(Account(fresh=True, **fields),))  # type: ignore[arg-type]


PAKISTAN = Place(country="Pakistan")


def test_an_example_that_fires_is_met() -> None:
    """The text of it reaches the reader as an item of noon in Pakistan, with its title."""
    seen: list[Item] = []

    def read(item: Item) -> Report:
        seen.append(item)
        return attack(killed=Toll(count=5), place=PAKISTAN)

    ruleset = load_rules({"rules/x.yaml": WORLD + RULE.replace("SAYS", "{title: Five, text: Five died., published: 2024-02-05}")})
    fires, silent = run_examples(ruleset, read)
    assert (fires.met, silent.met) == (True, False)
    assert (seen[0].title, seen[0].published_at) == ("Five", dt.datetime(2024, 2, 5, 7, tzinfo=dt.UTC))


def test_an_example_without_a_day_is_read_without_one() -> None:
    """No date is made up for it."""
    seen: list[Item] = []

    def read(item: Item) -> Report:
        seen.append(item)
        return attack()

    run_examples(load_rules({"rules/x.yaml": WORLD + RULE.replace("SAYS", "Five died.")}), read)
    assert seen[0].published_at is None


def test_what_stood_in_the_way_is_said() -> None:
    """Each condition that failed, with the value found, and each that is unknown."""
    found = outcome_of("Four died.", attack(killed=Toll(count=4)))
    assert (found.met, found.why) == (False, "killed >= 5 is not met (4); country: Pakistan is unknown")


def test_a_text_without_an_attack_is_said_to_have_none() -> None:
    """So that nobody looks for the mistake in the rule."""
    found = outcome_of("It rained.", Report(kind="other"))
    assert (found.met, found.why) == (False, "no fresh attack was read in the text")


def test_a_rule_that_fires_where_it_should_not_says_on_what() -> None:
    """With the values that met it."""
    ruleset = load_rules({"rules/x.yaml": WORLD + RULE.replace("SAYS", "Five died.")})
    silent = run_examples(ruleset, lambda _: attack(killed=Toll(count=7), place=PAKISTAN))[1]
    assert (silent.met, silent.why) == (False, "it fired: killed >= 5 (7); country: Pakistan (Pakistan)")


def test_one_of_several_attacks_is_enough() -> None:
    """A text on two attacks fires if one of them meets the rule."""
    small, large = (Account(fresh=True, killed=Toll(count=count), place=PAKISTAN, groups=(mention("ttp", "claimed"),)) for count in (1, 6))
    assert outcome_of("Two attacks.", Report(kind="attack", incidents=(small, large))).met


def test_only_what_stands_in_the_way_is_said() -> None:
    """Of an `any` every branch that failed; of a `not` what should not have been met; nothing that was met."""
    when = '{killed: ">= 5", any: [{injured: ">= 3"}, {attack_type: drone}], not: [{stance: denied}, {killed: ">= 50"}]}'
    ruleset = load_rules(
        {"rules/x.yaml": WORLD + RULE.replace("SAYS", "X.").replace('{killed: ">= 5", country: Pakistan, not: {stance: denied}}', when)}
    )
    report = attack(killed=Toll(count=60), injured=Toll(count=2), groups=(mention("ttp", "denied"),))
    found = run_examples(ruleset, lambda _: report)[0]
    assert found.why.split("; ") == [
        "injured >= 3 is not met (2)",
        "attack_type: drone is unknown",
        "not stance: denied is not met (ttp denied)",
        "not killed >= 50 is not met (60)",
    ]


SURGE = """
rules:
  - name: wave
    when: {surge: {by: province, incidents: 3, within: 7d}, killed: ">= 2"}
    severity: high
    examples:
      SAYS:
        - reports:
            - {text: Two died., published: 2024-02-05}
            - {text: Three died., published: 2024-02-06}
            - {text: LAST, published: 2024-02-08}
"""


def _surge(says: str, last: str) -> Outcome:
    """Each report is read as an attack of its own on as many as it says."""
    ruleset = load_rules({"rules/x.yaml": WORLD + SURGE.replace("SAYS", says).replace("LAST", last)})
    tolls = {"Two": 2, "Three": 3, "One": 1}

    def read(item: Item) -> Report:
        count = tolls.get(item.text.split()[0])
        return (
            Report(kind="other")
            if count is None
            else attack(killed=Toll(count=count), place=Place(province="Balochistan", country="Pakistan"))
        )

    return run_examples(ruleset, read)[0]


def test_a_rule_on_surges_is_asked_of_all_reports_of_an_example_together() -> None:
    """Three attacks that count are a surge, two are none."""
    assert _surge("fires", "Two died.").met
    assert _surge("silent", "One died.").met


def test_an_example_of_a_surge_that_is_not_met_says_what_was_counted() -> None:
    """How many attacks were read, and how many of them counted where."""
    assert _surge("fires", "One died.").why == "3 attacks read, 2 counted in Balochistan"
    assert _surge("fires", "Nothing happened.").why == "2 attacks read, 2 counted in Balochistan"
    assert _surge("silent", "Two died.").why == "it fired: 3 in Balochistan within 7 days, usually 0.0"
