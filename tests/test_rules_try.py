"""Rules tried on the past: what they would have told against what was told is what a full backfill with them says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support_cli import Answers, Folder, make_folder
from support_pipeline import GROUPS, NOON, RULES, TTP, account, desk, reading

from monitor.alerts.render import title
from monitor.backfill import in_order, replay
from monitor.cli import cli
from monitor.forms import alert_form
from monitor.model import Alert, Place
from monitor.pipeline import Reading, settle_due, store_poll
from monitor.proving import KeptReadings, Trial, items_for, replayed, try_rules
from monitor.rules.load import load_rules
from monitor.rules.ruleset import RuleSet
from monitor.store import alerts as alert_rows
from monitor.store import feeds as feed_rows
from monitor.store.database import Database, open_database

WIRE = Path(__file__).parents[2] / "shared/data/wire-attacks.dev.jsonl"
DAY = dt.timedelta(days=1)
NOW = NOON + 60 * DAY
WAVE = "  - {name: wave, when: {surge: {by: province, incidents: 3, within: 7d, cooldown: 2d}}, severity: high}\n"


def rules(text: str = RULES) -> RuleSet:
    return load_rules({"rules/alerts.yaml": text, "rules/groups.yaml": GROUPS})


def attacks(seed: int, number: int = 15) -> list[Reading]:
    """Attacks and their rising tolls over some weeks, told by several papers."""
    chance = random.Random(seed)
    found = []
    for n in range(number):
        place = Place(name=f"Town {n}", district=f"Town {n}", province=f"Province {n % 2}", country="Pakistan", lat=20 + n, lon=60)
        at = NOON + dt.timedelta(hours=chance.uniform(0, 800))
        killed = chance.choice([0, 1, 2, 4, 7, 12, 30, 49, 50, 90])
        for report in range(chance.randint(1, 4)):
            groups = (dataclasses.replace(TTP, stance="claimed"),) if chance.random() < 0.2 else ()
            told = account(killed=killed, place=place, date=at.date(), groups=groups)
            later = at + dt.timedelta(hours=report * chance.uniform(0.01, 8))
            found.append(reading(f"{n}-{report}", told, at=later, outlet=f"Paper {report}", feed=f"paper{report}"))
            killed += chance.choice([0, 0, 1, 5, 20])
    return found


@pytest.fixture
def db() -> Iterator[Database]:
    database = open_database(None)
    yield database
    database.close()


def run(db: Database, readings: list[Reading], ruleset: RuleSet) -> list[Alert]:
    """A full backfill."""
    told: list[Alert] = []
    items = in_order([r.item for r in readings], now=NOW)
    replay(db, items, ruleset=ruleset, settings=desk().settings, reader=Answers(readings), now=NOW, on_alert=told.append)
    return told


def tried(db: Database, readings: list[Reading], ruleset: RuleSet, *, since: dt.datetime = NOON - DAY, **options: Any) -> Trial:
    until = options.get("until")
    return try_rules(
        db,
        items_for(db, ruleset, since=since, until=until),
        ruleset=ruleset,
        settings=desk().settings,
        reader=Answers(readings),
        now=NOW,
        since=since,
        **options,
    )


def forms(alerts: list[Alert]) -> dict[str, Any]:
    """What a backfill prints, by alert."""
    return {alert.id: alert_form(alert, title=title(alert)) for alert in alerts}


def applied(was: list[Alert], trial: Trial) -> dict[str, Any]:
    """What was told, with the differences made."""
    result = forms(was)
    for one in trial.differences:
        result.pop(one.alert.id, None)
        if one.would is not None:
            result |= forms([one.would])
    return result


CHANGED = {
    "raised": RULES.replace(">= 50", ">= 60"),
    "lowered": RULES.replace(">= 50", ">= 10"),
    "removed": RULES[: RULES.index("  - name: mass")],
    "renamed": RULES.replace("mass-casualty", "very-many"),
    "narrowed": RULES.replace('casualties: ">= 1"', 'casualties: ">= 6"'),
    "another severity": RULES.replace("severity: critical", "severity: severe"),
    "other channels": RULES.replace("severity: critical", "severity: critical\n    notify: [phone]"),
    "by words": RULES.replace('killed: ">= 50"', "text: Story 3*"),
    "a surge": RULES + WAVE,
    "nothing at all": "rules: []\n",
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED.keys())
def test_what_was_told_with_the_differences_made_is_a_full_backfill(db: Database, changed: str) -> None:
    """Exactly, to every figure and reason; and nothing is a difference that is none."""
    readings = attacks(1, 25)
    was = run(db, readings, rules())
    trial = tried(db, readings, rules(changed))
    other = open_database(None)
    would = run(other, readings, rules(changed))
    other.close()
    assert {key: form["severity"] for key, form in applied(was, trial).items()} == {a.id: a.severity for a in would}
    for one in trial.differences:
        if one.would is not None:
            assert forms([one.would])[one.alert.id] == forms(would)[one.alert.id]
    before, after = {a.id for a in was}, {a.id for a in would}
    by = {verdict: {d.alert.id for d in trial.differences if d.verdict == verdict} for verdict in ("added", "gone", "changed")}
    assert (by["gone"], by["added"]) == (before - after, after - before)
    assert trial.same == len(before & after) - len(by["changed"])


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), step=st.integers(2, 120), start=st.integers(0, 700), hours=st.integers(1, 400))
@example(seed=260, step=13, start=255, hours=12)
@example(seed=259, step=13, start=114, hours=400)
def test_within_a_window_it_is_a_full_backfill_too(seed: int, step: int, start: int, hours: int) -> None:
    """From any time to any time: what began before the window is known in it."""
    readings = attacks(seed, 12)
    changed = rules(RULES.replace(">= 50", f">= {step}") + WAVE)
    since, until = NOON + dt.timedelta(hours=start), NOON + dt.timedelta(hours=start + hours)
    db, other = open_database(None), open_database(None)
    try:
        was, would = run(db, readings, rules()), run(other, readings, changed)
        trial = tried(db, readings, changed, since=since, until=until)
    finally:
        db.close()
        other.close()
    gone = {d.alert.id for d in trial.differences if d.verdict == "gone"}
    added = {d.alert.id for d in trial.differences if d.verdict == "added"}
    # One that the other rules tell too, though outside the window, is changed: it would come sooner or later.
    assert gone == {a.id for a in was if since <= a.due_at < until} - {a.id for a in would}
    assert added == {a.id for a in would if since <= a.due_at < until} - {a.id for a in was}


def test_rules_without_a_change_make_no_difference(db: Database) -> None:
    """All alerts are as before."""
    readings = attacks(3)
    was = run(db, readings, rules(RULES + WAVE))
    trial = tried(db, readings, rules(RULES + WAVE))
    assert (trial.differences, trial.same) == ((), len(was))


def test_nothing_is_written(db: Database) -> None:
    """The database holds what it held."""
    readings = attacks(4)
    run(db, readings, rules())
    before = list(db.conn.iterdump())
    tried(db, readings, rules(CHANGED["lowered"]))
    assert list(db.conn.iterdump()) == before


def test_what_a_daemon_told_is_compared_too(db: Database) -> None:
    """Alerts that were sent, not only those that a backfill found."""
    readings = sorted(attacks(5, 8), key=lambda r: r.item.published_at or NOW)
    for one in readings:
        at = one.item.published_at or NOW
        settle_due(db, at)
        store_poll(db, desk(), [one], state=feed_rows.feed_state(db, "https://x.example.org"), seen_at=at, first_fetch=False)
    settle_due(db, NOW)
    sent = {alert.id for alert in alert_rows.alerts(db, states=["settled"])}
    trial = tried(db, readings, rules("rules: []\n"))
    assert {d.alert.id for d in trial.differences} == sent != set()
    assert {d.verdict for d in trial.differences} == {"gone"}


def test_a_lost_alert_says_what_was_not_met(db: Database) -> None:
    """The rule, its condition, the value."""
    readings = [reading("one", account(killed=3))]
    run(db, readings, rules())
    [lost] = tried(db, readings, rules(RULES.replace('">= 1"', '">= 4"'))).differences
    assert (lost.verdict, lost.why) == ("gone", ("any-attack: casualties >= 4 is not met (3)",))
    [without] = tried(db, readings, rules("rules: []\n")).differences
    assert without.why == ("any-attack: these rules do not have it",)


def test_an_alert_that_others_stand_in_for_says_so(db: Database) -> None:
    """The first is told later and with the higher toll, so that there is no second."""
    readings = [reading("one", account(killed=3)), reading("two", account(killed=11), at=NOON + dt.timedelta(hours=3), outlet="Herald")]
    run(db, readings, rules())
    changed, gone = tried(db, readings, rules(RULES.replace('">= 1"', '">= 4"'))).differences
    assert (changed.verdict, changed.why) == ("changed", ("killed: 3 → 11",))
    assert (gone.verdict, gone.was and gone.was.change, gone.why) == ("gone", "update", ("the other alerts on the incident say it",))


def test_words_that_read_otherwise_are_told_from_rules(db: Database) -> None:
    """Nothing is in the way of what was told, but the reports say other things by the changed words."""
    run(db, [reading("one", account(killed=3))], rules())
    [gone] = tried(db, [reading("one")], rules()).differences
    assert gone.why == ("any-attack: the reports make no incident of their own any more",)
    [gone] = tried(db, [reading("one", account(killed=0))], rules()).differences
    assert gone.why == ("any-attack: casualties >= 1 is not met (0), as the reports are read now",)


def test_what_was_taken_back_has_nothing_to_be_taken_back_from(db: Database) -> None:
    """Without a first alert there is no retraction."""
    hoax = account(killed=3, retracts=True)
    readings = [reading("one", account(killed=3)), reading("two", hoax, at=NOON + dt.timedelta(hours=3))]
    assert [a.change for a in run(db, readings, rules())] == ["new", "retraction"]
    first, second = tried(db, readings, rules("rules: []\n")).differences
    assert first.why == ("any-attack: these rules do not have it",)
    assert second.why == ("nothing else is told of the incident, so there is nothing to add or to take back",)


def test_a_lost_surge_names_the_condition_it_lacks(db: Database) -> None:
    """More are asked for than there were."""
    readings = attacks(1, 25)
    assert any(a.kind == "surge" for a in run(db, readings, rules(RULES + WAVE)))
    trial = tried(db, readings, rules(RULES + WAVE.replace("incidents: 3", "incidents: 30")))
    assert {d.why for d in trial.differences} == {("wave: surge: {by: province, incidents: 30, within: 7d} was not met",)}


def test_a_new_alert_says_what_met_the_rule(db: Database) -> None:
    """The condition and the value, as a backfill's reasons do."""
    readings = [reading("one", account(killed=3))]
    run(db, readings, rules("rules: []\n"))
    [new] = tried(db, readings, rules()).differences
    assert (new.verdict, new.was, new.why[0].split(":")[0]) == ("added", None, "any-attack")
    assert "casualties >= 1 (3)" in new.why[0]


def test_a_changed_alert_says_from_what_to_what(db: Database) -> None:
    """The severity, and the rule that made it."""
    readings = [reading("one", account(killed=52))]
    run(db, readings, rules())
    [changed] = tried(db, readings, rules(RULES.replace(">= 50", ">= 60"))).differences
    assert changed.verdict == "changed"
    assert changed.why == ("severity: critical → notice", "no longer mass-casualty: killed >= 60 is not met (52)")


def test_other_rules_can_stand_in_for_what_was_told(db: Database) -> None:
    """Nothing was told of a feed's first fetch; two rule folders can be compared on it."""
    readings = attacks(7)
    run(db, readings, rules("rules: []\n"))
    items = items_for(db, rules(), since=NOON - DAY)
    reader, told = Answers(readings), desk().settings
    before = replayed(items, ruleset=rules(), settings=told, reader=reader, now=NOW)
    trial = tried(db, readings, rules(CHANGED["raised"]), against=before)
    assert {d.verdict for d in trial.differences} == {"changed"}
    assert before


def test_a_kept_reading_is_taken_where_reader_and_words_are_the_same(db: Database) -> None:
    """Thresholds alone need no reading again; other words, or another reader, do."""
    readings = [
        Reading(item=one.item, report=dataclasses.replace(one.report, reader_version="1", vocabulary_hash="a"))
        for one in attacks(8, 3)
        if one.report is not None
    ]
    run(db, readings, rules())
    built: list[int] = []

    def build() -> Answers:
        built.append(1)
        return Answers(readings)

    def read_all(version: str, words: str) -> list[Any]:
        reader = KeptReadings(db, vocabulary_hash=words, reader_version=version, build=build)
        return [reader.read(r.item) for r in readings]

    assert read_all("1", "a") == [r.report for r in readings]
    assert built == []
    assert read_all("2", "a") == read_all("1", "b") == [r.report for r in readings]
    assert built == [1, 1]


# ---------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    readings = attacks(9, 25)
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: Answers(readings))
    routes = "".join(f'{severity} = ["desk"]\n' for severity in ("info", "notice", "high", "severe", "critical"))
    made = make_folder(tmp_path / "desk", config=f'[channels.desk]\nurl = "json://127.0.0.1:1"\n[alerts.routes]\n{routes}')
    db = open_database(made.path / "monitor.db")
    run(db, readings, rules())
    db.close()
    shutil.copytree(made.path / "rules", tmp_path / "changed")
    (tmp_path / "changed/alerts.yaml").write_text(RULES.replace(">= 50", ">= 60").replace('">= 1"', '">= 3"'))
    return made


def test_the_command_says_what_a_backfill_with_those_rules_says(folder: Folder) -> None:
    """Line for line: what is gone is not among its alerts, what would be told is."""
    was = {form["alert"]: form for form in folder.lines("backfill", "--rules", "desk/rules", "--json")}
    would = {form["alert"]: form for form in folder.lines("backfill", "--rules", "changed", "--json")}
    lines = folder.lines("rules", "try", "changed", "--since", "2026-01-01", "--json")
    assert {line["alert"] for line in lines if line["verdict"] == "gone"} == was.keys() - would.keys() != set()
    assert {line["alert"] for line in lines if line["verdict"] == "added"} == would.keys() - was.keys()
    assert any(line["verdict"] == "changed" for line in lines)
    for line in lines:
        assert (line["was"] and line["was"]["items"]) == (was[line["alert"]]["items"] if line["alert"] in was else None)
        assert line["would"] == would.get(line["alert"])
        assert line["why"]


def test_the_command_reads_well(folder: Folder) -> None:
    """A line an alert with its time and title, why below, and the sum at the end."""
    result = folder.run("rules", "try", "changed", "--since", "2026-01-01")
    assert result.exit_code == 0
    assert any(line.startswith("gone     2026-") for line in result.stdout.splitlines())
    assert "\n         any-attack: casualties >= 3 is not met (" in result.stdout
    assert " as before, 0 added, " in result.stderr.replace("\n", " ")


def test_a_file_takes_the_place_of_the_one_of_its_name(folder: Folder) -> None:
    """The other files of the config stand; a file with a new name is one more."""
    whole = folder.lines("rules", "try", "changed", "--since", "2026-01-01", "--json")
    assert folder.lines("rules", "try", "changed/alerts.yaml", "--since", "2026-01-01", "--json") == whole
    Path("more.yaml").write_text("rules:\n  - {name: ttp, when: {group: ttp}, severity: critical}\n")
    more = folder.lines("rules", "try", "more.yaml", "--since", "2026-01-01", "--json")
    assert {line["verdict"] for line in more} <= {"changed", "gone", "added"}
    assert any("also ttp: group: ttp" in why for line in more for why in line["why"])


def test_against_other_rules(folder: Folder) -> None:
    """Against the very rules tried there is no difference."""
    assert folder.lines("rules", "try", "changed", "--against", "changed", "--since", "2026-01-01", "--json") == []
    assert folder.lines("rules", "try", "changed", "--against", "desk/rules", "--since", "2026-01-01", "--json") != []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nowhere"], "does not exist"),
        (["desk/config.toml"], '"desk/config.toml" is no rule file; expected a folder, or a file whose name ends in .yaml'),
        (["changed", "--since", "1d", "--until", "2d"], "--until is not after --since; expected a later time"),
        (["broken.yaml"], "broken.yaml:1:"),
        (["empty"], "the rules folder is empty"),
    ],
    ids=["no such path", "no rule file", "an empty window", "a mistake", "an empty folder"],
)
def test_the_command_refuses_in_words(folder: Folder, words: list[str], expected: str) -> None:
    """With status 2, and nothing tried."""
    Path("broken.yaml").write_text("rules: [{name: x, when: {kiled: 1}, severity: high}]\n")
    Path("empty").mkdir()
    result = folder.run("rules", "try", *words)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_raised_threshold_on_the_wire_set_loses_what_a_backfill_loses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real reader, the shipped rules, and two thresholds raised."""
    if not WIRE.exists():
        pytest.skip(f"{WIRE.name} is not beside the checkout")
    from click.testing import CliRunner

    monkeypatch.chdir(tmp_path)

    def lines(*words: str) -> list[Any]:
        result = CliRunner().invoke(cli, ["--config", "desk/config.toml", *words])
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    CliRunner().invoke(cli, ["init", "desk"])
    shutil.copytree("desk/rules", "changed")
    text = Path("changed/alerts.yaml").read_text()
    raised = text.replace('killed: ">= 20"', 'killed: ">= 30"').replace('{casualties: ">= 1"}, {stance: claimed}', '{casualties: ">= 6"}')
    assert raised != text
    Path("changed/alerts.yaml").write_text(raised)
    was = {form["alert"]: form for form in lines("backfill", str(WIRE), "--json")}
    would = {form["alert"]: form for form in lines("backfill", "--rules", "changed", "--json")}
    found = lines("rules", "try", "changed", "--since", "2000-01-01", "--json")
    assert {line["alert"] for line in found if line["verdict"] == "gone"} == was.keys() - would.keys() != set()
    assert {line["alert"] for line in found if line["verdict"] == "added"} == would.keys() - was.keys()
    changed = {key for key in was.keys() & would.keys() if was[key] | {"reasons": 0} != would[key] | {"reasons": 0}}
    assert {line["alert"] for line in found if line["verdict"] == "changed"} >= changed - {
        key for key in changed if was[key]["rules"] == would[key]["rules"]
    }
    assert all(line["would"] == would.get(line["alert"]) for line in found)
