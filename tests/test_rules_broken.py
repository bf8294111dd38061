"""Mistakes in rule files: each is told at its line and column, with what was found, what was expected and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_rules import SHIPPED

from monitor.errors import InvalidInput
from monitor.rules.load import load_rules
from monitor.rules.positions import MAX_BYTES

BROKEN = Path(__file__).parent / "rules_broken"
BASE = (BROKEN / "base.yaml").read_text()
CASES = sorted(path for path in BROKEN.glob("*.yaml") if path.stem != "base")


def problems_of(files: dict[str, str], **options: object) -> str:
    with pytest.raises(InvalidInput) as refused:
        load_rules(files, **options)  # type: ignore[arg-type]
    return str(refused.value)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_in_these_words(path: Path) -> None:
    """One mistake a file, and the whole message beside it."""
    found = problems_of({"rules/base.yaml": BASE, f"rules/{path.name}": path.read_text()}, channels=["mail", "slack"])
    assert found == path.with_suffix(".txt").read_text().rstrip("\n")


def test_the_broken_files_are_many() -> None:
    """The table is at least as long as the promise."""
    assert len(CASES) >= 40


def test_the_base_of_the_broken_files_is_not_broken() -> None:
    """What each case is refused for is its own mistake."""
    assert load_rules({"rules/base.yaml": BASE}).warnings == ()


def test_all_problems_of_all_files_come_in_one_list() -> None:
    """Every broken file at once: nothing hides behind another file's mistake, and the list is in order of place."""
    files = {
        f"rules/{path.stem}.yaml": path.read_text() for path in CASES if path.stem not in ("rule-of-another-file", "group-defined-twice")
    }
    lines = problems_of({"rules/0-base.yaml": BASE} | files, channels=["mail", "slack"]).splitlines()
    told = {line.split(":")[0].removeprefix("rules/").removesuffix(".yaml") for line in lines[:-1]}
    assert told >= {Path(name).stem for name in files}
    assert lines[-1] == f"{len(lines) - 1} problems; no rules loaded"


def test_one_rule_tells_all_its_mistakes_at_once() -> None:
    """A wrong number, an unknown group and a missing severity of one rule need one run to find."""
    found = problems_of(
        {"rules/base.yaml": BASE, "rules/x.yaml": "rules:\n  - name: kurram\n    when: {killed: five, group: [ttp, tpp]}\n"}
    )
    assert found.splitlines() == [
        'rules/x.yaml:2:5: rule "kurram" has no severity; add "severity: …"',
        'rules/x.yaml:3:20: rule "kurram": killed is "five"; expected a comparison such as ">= 5"',
        'rules/x.yaml:3:39: rule "kurram": group[2] is "tpp"; expected the id of a group in the rule files; did you mean "ttp"?',
        "3 problems; no rules loaded",
    ]


def test_a_group_with_a_mistake_is_not_unknown_too() -> None:
    """One mistake gives one problem: whoever refers to the broken entry is not blamed."""
    group = "groups:\n  - {id: jua, name: Jamaat-ul-Ahrar, aliases: [JuA], colour: red}\n"
    text = f"{group}rules:\n  - {{name: a, when: {{group: jua}}, severity: high}}\n"
    found = problems_of({"rules/x.yaml": text})
    expected = "one of: id, name, aliases, kind, parent, country, source, note"
    assert found.splitlines()[:-1] == [f'rules/x.yaml:2:54: group "jua": unknown key "colour"; expected {expected}']


def test_the_consequence_stands_at_the_end() -> None:
    """On a reload the last line says that the rules before stay in force."""
    found = problems_of({"rules/x.yaml": "rules: 5\n"}, consequence="no rules loaded, the previous rules stay in force")
    assert found.endswith("1 problem; no rules loaded, the previous rules stay in force")


def test_no_file_at_all_is_a_problem() -> None:
    """A folder that is suddenly empty is no empty rule set."""
    assert "no rule files" in problems_of({})


def test_a_huge_file_is_refused_unread() -> None:
    """Two megabytes are the bound."""
    found = problems_of({"rules/x.yaml": "# " + "x" * MAX_BYTES})
    assert found.splitlines()[0] == "rules/x.yaml: file has 2,000,002 bytes; expected at most 2,000,000; split it into several files"


def test_nesting_without_end_costs_no_stack() -> None:
    """A hundred thousand brackets are refused like forty-one."""
    assert "nested more than 40 deep" in problems_of({"rules/x.yaml": "rules: " + "[" * 100_000})


def test_words_that_other_yaml_readers_turn_into_values_stay_words() -> None:
    """`no` is a word, a date is text, and a leading zero makes no octal number."""
    text = "rules:\n  - {name: no, why: 2023-09-29, when: {outlet: [on, yes], killed: 010}, severity: high}\n"
    rule = load_rules({"rules/x.yaml": text}).rules[0]
    assert (rule.name, rule.why) == ("no", "2023-09-29")


def test_a_byte_order_mark_is_no_mistake() -> None:
    """Some editors begin a file with one."""
    assert load_rules({"rules/x.yaml": "\ufeffrules:\n  - {name: a, when: {killed: 1}, severity: high}\n"}).rules[0].name == "a"


def test_an_anchor_saves_writing_a_list_twice() -> None:
    """Aliases within the bound are taken, and a mistake is shown where the alias stands."""
    first = "rules:\n  - {name: a, when: {group: &both [ttp, iskp]}, severity: high}\n"
    text = f"{first}  - {{name: b, when: {{group: *both, killed: 1}}, severity: high}}\n"
    ruleset = load_rules({"rules/base.yaml": BASE, "rules/x.yaml": text})
    assert [rule.name for rule in ruleset.rules] == ["base", "a", "b"]


def test_places_and_days_with_mistakes_are_not_unknown_too() -> None:
    """Whoever measures from a place or a day that is broken is not blamed."""
    broken = "places:\n  - {name: Lost Bazaar, latitude: 1}\ncalendar:\n  - {name: polling}\n"
    rules = "rules:\n  - {name: a, when: {near_place: {place: Lost Bazaar, km: 5}, near: {date: polling}}, severity: high}\n"
    assert len(problems_of({"rules/x.yaml": broken + rules}).splitlines()) == 3


def test_the_rules_of_the_design_page_load_with_the_shipped_files() -> None:
    """As an analyst would write them into a file of their own."""
    shipped = {f"rules/{path.name}": path.read_text() for path in SHIPPED.glob("*.yaml") if path.name != "alerts.yaml"}
    rules = """
rules:
  - name: any-attack
    why: Every attack.
    when: {any: [{casualties: ">= 1"}, {stance: claimed}], country: [Pakistan, Afghanistan]}
    severity: notice
  - name: attributed
    when: {group: [iskp, ispp, ttp], stance: [claimed, suspected]}
    severity: high
  - name: procession-season
    when: {target: religious procession or site, near: {date: eid-milad, days: 3}}
    severity: high
  - name: surge
    when: {surge: {by: province, incidents: 5, within: 7d, over_usual: 2.0}}
    severity: high
"""
    ruleset = load_rules(shipped | {"rules/alerts.yaml": rules})
    assert ([rule.name for rule in ruleset.rules], ruleset.warnings) == (["any-attack", "attributed", "procession-season", "surge"], ())
