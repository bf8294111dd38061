"""What a backfill of real words shows afterwards: updates, foiled bids, days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support_cli import Folder, make_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A config with a few rules; texts are read by the real reader."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("monitor.cli.common.SYSTEM_CONFIG", tmp_path / "none" / "none.toml")
    return make_folder(tmp_path / "desk", config="")


def test_an_update_of_the_past_reads_as_one_and_what_is_foiled_is_called_so(folder: Folder) -> None:
    """`alerts show` compares with what a backfill raised before; a foiled bid is foiled in words, JSON and CSV, and stands by its day."""
    stories = [
        (
            "a",
            "2026-03-10T06:00:00Z",
            "Bomb kills 11 at Parachinar shrine",
            "A bomb killed 11 people at a shrine in Parachinar on Tuesday.",
        ),
        ("b", "2026-03-10T10:00:00Z", "Parachinar toll rises to 52", "The toll of Tuesday's bombing in Parachinar has risen to 52."),
        ("c", "2026-03-10T11:00:00Z", "Bomb defused in Tank", "Police defused an 8kg bomb near a bridge in Tank on Monday."),
    ]
    rows = ({"id": key, "published": at, "title": title, "content": text} for key, at, title, text in stories)
    Path("a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    folder.run("backfill", "a.jsonl")
    update = folder.lines("alerts", "list", "--json")[-1]
    shown = folder.run("alerts", "show", update["alert"]).stdout
    assert shown.startswith("UPDATE CRITICAL: attack in Parachinar")
    assert "What changed\n  A graver rule now holds.\n  Killed: 11 → 52" in shown
    listed = [line for line in folder.run("incidents", "list").stdout.splitlines() if line.startswith("2026")]
    assert [line.split()[0] for line in listed] == ["2026-03-09", "2026-03-10"]
    assert "foiled" in listed[0]
    assert [line["foiled"] for line in folder.lines("incidents", "list", "--json")].count(True) == 1
    assert [line.rsplit(",", 1)[1] for line in folder.run("incidents", "list", "--csv").stdout.splitlines()[1:]].count("1") == 1
