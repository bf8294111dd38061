"""Rules × incident: which fire, in what order, with which reasons; and what an explanation shows."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from support_rules import MASTUNG, NOW, WORLD, filing, incident, mention, rules_of, saying

from monitor.model import Account, Evidence, Place, Reason, Toll
from monitor.rules.load import load_rules
from monitor.rules.match import explain, match

LADDER = f"""{WORLD}
rules:
  - {{name: any, when: {{any: [{{casualties: ">= 1"}}, {{stance: claimed}}], country: Pakistan}}, severity: notice}}
  - {{name: five, when: {{killed: ">= 5", country: Pakistan}}, severity: high, notify: [phone, mail]}}
  - {{name: fifty, when: {{killed: ">= 50", country: Pakistan}}, severity: critical}}
"""


def test_rules_fire_in_the_order_of_the_files() -> None:
    """Not by severity: that is for the decision to weigh."""
    found = match(load_rules({"rules/b.yaml": LADDER}), incident(killed=60, place=MASTUNG), now=NOW)
    assert [(one.rule, one.severity, one.notify) for one in found] == [
        ("any", "notice", None),
        ("five", "high", ("phone", "mail")),
        ("fifty", "critical", None),
    ]


def test_files_are_read_in_the_order_of_their_names() -> None:
    """However the folder was listed."""
    first, second = (f"rules:\n  - {{name: {name}, when: {{killed: 5}}, severity: high}}\n" for name in ("one", "two"))
    ruleset = load_rules({"rules/b.yaml": second, "rules/a.yaml": first})
    assert [rule.name for rule in ruleset.rules] == ["one", "two"]


def test_each_reason_has_condition_value_and_sentence() -> None:
    """As an alert shows them."""
    account = Account(
        fresh=True,
        killed=Toll(count=52),
        evidence=(Evidence(field="killed", sentence="The blast killed 52."), Evidence(field="place", sentence="It was in Mastung.")),
    )
    of = incident(killed=52, place=MASTUNG, filings=(filing(account=account),))
    fifty = match(load_rules({"rules/b.yaml": LADDER}), of, now=NOW)[-1]
    assert fifty.reasons == (
        Reason(rule="fifty", condition="killed >= 50", value=52, text="The blast killed 52."),
        Reason(rule="fifty", condition="country: Pakistan", value="Pakistan", text="It was in Mastung."),
    )


def test_the_sentence_is_that_of_the_toll_in_force() -> None:
    """Not an older report's, which states another number."""
    early = filing(account=saying("killed", "Five were killed.", killed=Toll(count=5)))
    late = filing(key="two", account=saying("killed", "The toll rose to eight.", killed=Toll(count=8)))
    [found] = match(rules_of('{killed: ">= 5"}'), incident(killed=8, filings=(late, early)), now=NOW)
    assert found.reasons[0].text == "The toll rose to eight."


def test_of_an_any_only_what_held_is_a_reason() -> None:
    """The claim is not mentioned where there is none."""
    [found] = match(rules_of('{any: [{killed: ">= 5"}, {stance: claimed}, {injured: ">= 3"}]}'), incident(killed=5, injured=3), now=NOW)
    assert [reason.condition for reason in found.reasons] == ["killed >= 5", "injured >= 3"]


def test_of_a_not_the_reason_is_what_was_found_instead() -> None:
    """With its value."""
    [found] = match(rules_of('{killed: ">= 1", not: {killed: ">= 5"}}'), incident(killed=3), now=NOW)
    assert [(reason.condition, reason.value) for reason in found.reasons] == [("killed >= 1", 3), ("not killed >= 5", 3)]


def test_a_retracted_incident_meets_no_rule() -> None:
    """Whatever its toll was said to be; and the explanation says why."""
    of = incident(killed=60, place=MASTUNG, retracted=True)
    ruleset = load_rules({"rules/b.yaml": LADDER})
    assert match(ruleset, of, now=NOW) == ()
    assert {(one.verdict, one.note) for one in explain(ruleset, of, now=NOW)} == {("not", "the incident was withdrawn by its reports")}


def test_an_attack_elsewhere_meets_no_rule_for_the_two_countries() -> None:
    """Sixty killed in Baghdad are not this desk's."""
    assert match(load_rules({"rules/b.yaml": LADDER}), incident(killed=60, place=Place(name="Baghdad", country="Iraq")), now=NOW) == ()


def test_a_rule_for_surges_is_no_rule_for_one_incident() -> None:
    """Its filter alone would fire on everything."""
    ruleset = rules_of('{surge: {by: province, incidents: 5, within: 7d}, killed: ">= 1"}')
    assert match(ruleset, incident(killed=3), now=NOW) == ()
    [explanation] = explain(ruleset, incident(killed=3), now=NOW)
    assert "looks at many incidents" in explanation.note


def test_an_explanation_judges_every_condition() -> None:
    """Those after the first that fails too, with depth for the nested."""
    [found] = explain(
        rules_of('{killed: ">= 5", country: Pakistan, any: [{stance: claimed}, {not: {injured: "< 3"}}]}'), incident(killed=2), now=NOW
    )
    assert found.verdict == "not"
    assert [(f.depth, f.condition, f.verdict, f.value) for f in found.findings] == [
        (0, "killed >= 5", "not", 2),
        (0, "country: Pakistan", "unknown", None),
        (0, "any", "unknown", None),
        (1, "stance: claimed", "not", None),
        (1, "not", "unknown", None),
        (2, "injured < 3", "unknown", None),
    ]


def test_an_explanation_shows_what_was_found_instead() -> None:
    """A denial where a claim was asked for; another country; the reports' feeds."""
    of = incident(groups=(mention("ttp", "denied"),), place=MASTUNG, filings=(filing(feed="geo"), filing(key="two", feed="dawn")))
    [found] = explain(rules_of("{group: ttp, stance: claimed, country: Afghanistan, feed: tribune}"), of, now=NOW)
    assert [finding.value for finding in found.findings] == ["ttp denied", "Pakistan", "geo; dawn"]


def test_matching_reads_no_clock() -> None:
    """The same incident and now give the same matches, and another now another age."""
    ruleset = rules_of('{age: "< 3d"}')
    of = incident(date=dt.date(2023, 9, 29), place=MASTUNG)
    assert match(ruleset, of, now=NOW) == match(ruleset, of, now=NOW) != ()
    assert match(ruleset, of, now=NOW + dt.timedelta(days=5)) == ()


def test_the_digest_changes_with_a_rule_and_not_with_a_comment() -> None:
    """Lines that move and comments leave it."""
    before = load_rules({"rules/b.yaml": LADDER})
    assert load_rules({"rules/c.yaml": f"# a comment\n\n{LADDER}"}).digest == before.digest
    assert load_rules({"rules/b.yaml": LADDER.replace(">= 50", ">= 51")}).digest != before.digest
    assert load_rules({"rules/b.yaml": LADDER.replace("[ISKP]", "[ISKP, IS-K]")}).digest != before.digest


def test_the_digest_sees_a_changed_regular_expression() -> None:
    """The compiled pattern is no part of it, its text is."""
    assert rules_of("{text: {re: 'a+'}}").digest != rules_of("{text: {re: 'b+'}}").digest


@pytest.mark.parametrize("killed", range(48, 53))
def test_the_toll_compared_is_the_count_as_stated(killed: int) -> None:
    """ "Nearly 60" is 60 and "over 50" is 50: bounds do not matter."""
    of = incident(killed=Toll(count=killed, min=None, max=None), place=MASTUNG)
    fired = {one.rule for one in match(load_rules({"rules/b.yaml": LADDER}), of, now=NOW)}
    assert ("fifty" in fired) is (killed >= 50)


def test_a_dismissed_incident_still_matches() -> None:
    """Holding back what an analyst dismissed is the decision's, which must know the rules to take an alert back."""
    of = incident(killed=60, place=MASTUNG)
    ruleset = load_rules({"rules/b.yaml": LADDER})
    assert match(ruleset, dataclasses.replace(of, dismissed=True), now=NOW) == match(ruleset, of, now=NOW)
