"""`monitor rules explain`: for each rule what held, what did not, what is not known, with the sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_cli import Folder, fill, make_folder, week
from support_pipeline import NOON, TTP, account, reading

RULES = """
rules:
  - name: many
    when: {killed: ">= 50", country: Pakistan}
    severity: critical
  - name: more
    when: {killed: ">= 90", country: Pakistan}
    severity: critical
  - name: soldiers
    when:
      any: [{militants_killed: ">= 1"}, {group: ttp, stance: claimed}]
      not: {target: police}
    severity: high
  - name: wave
    when: {surge: {by: province, incidents: 5, within: 7d}}
    severity: high
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = make_folder(tmp_path / "desk")
    (made.path / "rules/alerts.yaml").write_text(RULES)
    # Months later, and filed nowhere: nothing of it is news.
    recalled = account(killed=9, place=None, fresh=False, relation="recalled", date=None, groups=(TTP,))
    fill(made, [*week(), reading("essay", recalled, at=NOON), reading("weather", at=NOON)])
    return made


def the_id(folder: Folder) -> str:
    [form] = folder.lines("incidents", "--json")
    return str(form["id"])


def test_a_rule_that_holds_is_told_with_its_sentence(folder: Folder) -> None:
    """Each condition, what it found, and who says so."""
    text = folder.run("rules", "explain", the_id(folder)).stdout
    held = text[text.index("many (critical): held") : text.index("more (critical)")]
    assert '  + killed >= 50 [52]\n      "52 people were killed, police said."' in held
    assert "  + country: Pakistan [Pakistan]" in held


def test_a_rule_that_does_not_hold_says_what_is_in_its_way(folder: Folder) -> None:
    """And nothing of what was met; unknown is told apart from not met."""
    text = folder.run("rules", "explain", the_id(folder)).stdout
    missed = text[text.index("more (critical): not") : text.index("soldiers")]
    assert "  - killed >= 90 [52]" in missed
    assert "country" not in missed
    soldiers = text[text.index("soldiers (high): unknown") : text.index("wave")]
    assert "  ? militants_killed >= 1\n" in soldiers
    assert "  - group: ttp, stance: claimed [ttp denied]\n" in soldiers
    assert "wave (high): not; surge: {by: province, incidents: 5, within: 7d} looks at many incidents, not at one" in text


def test_all_shows_every_condition_of_every_rule(folder: Folder) -> None:
    """As deep as they are written."""
    text = folder.run("rules", "explain", the_id(folder), "--all").stdout
    assert "more (critical): not\n  - killed >= 90 [52]" in text
    assert "  + country: Pakistan [Pakistan]" in text[text.index("more (critical)") :]
    assert "    ? militants_killed >= 1\n    - group: ttp, stance: claimed" in text
    assert "  + not\n    - target: police [civilians]" in text


def test_one_rule_alone(folder: Folder) -> None:
    """`--rule` shows all of it; one that is not there is an error."""
    text = folder.run("rules", "explain", the_id(folder), "--rule", "more").stdout
    assert "many" not in text
    assert "  + country: Pakistan [Pakistan]" in text
    result = folder.run("rules", "explain", the_id(folder), "--rule", "most")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, 'monitor: no rule "most"; monitor rules list names them')


def test_an_item_is_judged_by_the_incident_it_belongs_to(folder: Folder) -> None:
    """By id or key; it says why it is there. The first story told of five, the incident stands at 52."""
    text = folder.run("rules", "explain", "a1").stdout
    assert text.splitlines()[0].startswith(the_id(folder))
    assert "; report: " in text.splitlines()[1]
    assert "many (critical): held" in text
    forms = folder.lines("rules", "explain", "a1", "--json")
    verdicts = {"many": "held", "more": "not", "soldiers": "unknown", "wave": "not"}
    assert {form["rule"]: form["verdict"] for form in forms} == verdicts
    assert forms[0]["incident"] == the_id(folder)
    assert forms[0]["filed"].startswith("report: ")
    assert [f["condition"] for f in forms[1]["obstacles"]] == ["killed >= 90"]
    copy = folder.lines("rules", "explain", week()[1].item.key, "--json")
    assert copy[0]["incident"] == the_id(folder)


def test_an_item_that_is_filed_nowhere_is_judged_alone(folder: Folder) -> None:
    """What it recalls is shown as such: the rules would hold, and nobody is alerted of history."""
    text = folder.run("rules", "explain", "essay").stdout
    assert "recalled, filed under no incident and so not alerted: judged alone" in text
    assert "many (critical): not" in text
    assert "  - killed >= 50 [9]" in text


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("weather", 'weather: no attack was read in it as "other", so no rule was asked; monitor items show says what was read'),
        ("a4", "a4: it could not be read (RuntimeError: no vowels), so no rule was asked; monitor items reread tries again"),
        ("zzz", 'no incident or item "zzz"; monitor incidents list and monitor items list name them'),
    ],
    ids=["no attack", "unread", "unknown"],
)
def test_where_there_is_nothing_to_judge_it_says_why(folder: Folder, item: str, words: str) -> None:
    """With status 2."""
    result = folder.run("rules", "explain", item)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"monitor: {words}")


def test_other_rules_can_be_asked(folder: Folder, tmp_path: Path) -> None:
    """Before they are in force."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.yaml").write_text("rules: [{name: any, when: {killed: '>= 1'}, severity: high}]\n")
    assert "any (high): held" in folder.run("rules", "explain", "a1", "--rules", str(tmp_path / "other")).stdout
