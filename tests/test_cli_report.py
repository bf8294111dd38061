"""`backfill --against`, `--report`, `--csv`, `--geojson`: what other rules tell otherwise, and a time to hand on."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from support_cli import Answers, Folder, fill, make_folder, week

STRICT = """
rules:
  - name: any-attack
    why: Every attack with a victim.
    when: {casualties: ">= 1", country: [Pakistan, Afghanistan]}
    severity: high
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A config, a reader that answers from the week's list, and the week in the database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("monitor.cli.common.SYSTEM_CONFIG", tmp_path / "none" / "none.toml")
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: Answers(week()))
    made = make_folder(tmp_path / "desk")
    fill(made, week())
    other = tmp_path / "other"
    other.mkdir()
    (other / "alerts.yaml").write_text(STRICT)
    (other / "groups.yaml").write_text((made.path / "rules" / "groups.yaml").read_text())
    return made


def test_rules_are_compared_with_the_configs_by_rule_and_with_the_reasons(folder: Folder) -> None:
    """The update that the mass-casualty rule raised is weaker; the first alert is graver."""
    result = folder.run("backfill", "--rules", "other", "--against", "current")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line for line in lines if not line.startswith(" ") and ": " in line and "-03-" not in line] == [
        "any-attack: 1 changed",
        "mass-casualty: 1 changed",
    ]
    assert "         severity: notice → high" in lines
    assert "         no longer mass-casualty: these rules do not have it" in lines
    assert "against current: 2 changed; 0 alerts the same" in result.stderr
    assert "nothing was written" in result.stderr


def test_what_is_gone_and_what_is_added_mirror_each_other(folder: Folder) -> None:
    """The config against no rule that holds, and the other way round."""
    (Path("other") / "alerts.yaml").write_text(STRICT.replace(">= 1", ">= 1000"))
    gone = folder.lines("backfill", "--rules", "other", "--against", "current", "--json")
    added = folder.lines("backfill", "--against", "other", "--json")
    assert [one["verdict"] for one in gone] == ["gone"] * len(gone)
    assert [one["verdict"] for one in added] == ["added"] * len(gone)
    assert len(gone) >= 2
    assert [one["alert"] for one in gone] == [one["alert"] for one in added]
    assert all(one["why"] and one["rule"] in ("any-attack", "mass-casualty") for one in (*gone, *added))
    assert {one["would"] is None for one in gone} == {one["was"] is None for one in added} == {True}


def test_the_same_rules_tell_the_same(folder: Folder) -> None:
    """Nothing on stdout, the count on stderr."""
    result = folder.run("backfill", "--against", "current")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "against current: nothing differs; 2 alerts the same" in result.stderr


def test_a_report_is_a_whole_private_page(folder: Folder) -> None:
    """Beside the alerts; an older file stays until it is written, none is left half."""
    file = Path("month.html")
    file.write_text("older")
    result = folder.run("backfill", "--report", str(file))
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == 2
    assert "month.html: 1 incident, 2 alerts" in result.stderr
    text = file.read_text()
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>\n")
    assert "Blast in Mastung kills five" in text
    assert "4 items run through the rules of the config (2 rules" in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in Path().iterdir() if "partial" in path.name] == []


def test_a_report_of_a_comparison_holds_it(folder: Folder) -> None:
    """With what it is compared, and each difference."""
    folder.run("backfill", "--rules", "other", "--against", "current", "--report", "both.html")
    text = Path("both.html").read_text()
    assert "Compared with the rules of the config: 0 added, 0 gone, 2 changed" in text
    assert "run through the rules in other" in text


def test_a_report_of_a_quiet_time_is_written_too(folder: Folder) -> None:
    """With its first and last day, and no incident."""
    result = folder.run("backfill", "--since", "2026-01-01", "--until", "2026-01-08", "--report", "quiet.html")
    assert result.exit_code == 0, result.output
    assert "<h1>Incidents, 1 Jan 2026 to 7 Jan 2026</h1>" in Path("quiet.html").read_text()
    Path("empty.jsonl").write_text("")
    assert folder.run("backfill", "empty.jsonl", "--report", "none.html").exit_code == 0


def test_incidents_come_as_csv_or_geojson_in_place_of_the_alerts(folder: Folder) -> None:
    """One line an incident, one collection."""
    (row,) = csv.DictReader(io.StringIO(folder.run("backfill", "--csv").stdout))
    assert (row["district"], row["killed"]) == ("Mastung", "52")
    (collection,) = [json.loads(line) for line in folder.run("backfill", "--geojson").stdout.splitlines()]
    assert [feature["properties"]["killed"]["count"] for feature in collection["features"]] == [52]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--csv", "--json"), "expected one"),
        (("--report", "missing/month.html"), "no such folder"),
        (("--against", "missing"), 'expected a folder of rules, or "current"'),
        (("--against", "current", "--notify"), "--notify sends and a dry run writes nothing"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(folder: Folder, words: tuple[str, ...], said: str) -> None:
    """As a mistake of usage."""
    result = folder.run("backfill", *words)
    assert result.exit_code == 2
    assert said in result.stderr
