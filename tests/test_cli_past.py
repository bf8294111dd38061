"""`analyze` and `backfill`: documents and JSON Lines through the reader and the pipeline."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support_cli import Answers, Folder, clean_environment, make_folder, week
from support_pipeline import NOON

from monitor.model import Item, Report


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A config, and a reader that answers from the week's list."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("monitor.cli.common.SYSTEM_CONFIG", tmp_path / "none" / "none.toml")
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: Answers(week()))
    return make_folder(
        tmp_path / "desk", config='[channels.desk]\nurl = "json://127.0.0.1:1"\n[alerts.routes]\nnotice = ["desk"]\ncritical = ["desk"]\n'
    )


def week_lines() -> str:
    """The week as JSON Lines, newest first, with keys that are not read."""
    forms = [
        {
            "id": one.item.id,
            "title": one.item.title,
            "published": one.item.published_at.isoformat() if one.item.published_at else None,
            "outlet": one.item.outlet,
            "feed": one.item.feed,
            "link": one.item.link,
            "labels": {"fresh": True},
        }
        for one in week()[:3]
    ]
    return "".join(json.dumps(form) + "\n" for form in reversed(forms))


@pytest.fixture
def lines(folder: Folder) -> Path:
    path = Path("items.jsonl")
    path.write_text(week_lines())
    return path


# ---------------------------------------------------------------- analyze


def test_analyze_gives_one_line_an_item_in_input_order(folder: Folder, lines: Path) -> None:
    """The shape of the interface, whatever the order of the dates."""
    forms = folder.lines("analyze", str(lines))
    assert [form["id"] for form in forms] == ["a3", "a2", "a1"]
    assert set(forms[0]) == {"id", "kind", "language", "incidents", "background", "mentions"}
    assert forms[0]["incidents"][0]["killed"] == {"count": 52, "min": 52, "max": 52, "text": "52"}
    assert folder.lines("analyze", str(lines), "--json") == forms


def test_analyze_needs_no_config(folder: Folder, lines: Path) -> None:
    """It reads with the rules that the package carries."""
    result = folder.run("analyze", str(lines), config=False)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 3)


def test_analyze_reads_the_standard_input(folder: Folder) -> None:
    """By "-", or when nothing is named and something is piped in."""
    assert folder.run("analyze", "-", stdin=week_lines()).stdout == folder.run("analyze", stdin=week_lines()).stdout
    assert folder.run("analyze", "-", stdin=week_lines()).stdout.count("\n") == 3


def test_analyze_tells_what_it_leaves_out(folder: Folder) -> None:
    """Broken lines are named with their place, the others are read, and the status is 1."""
    text = week_lines() + 'nonsense\n\n{"title": ""}\n{"id": "a4", "title": "Unreadable"}\n'
    result = folder.run("analyze", "-", stdin=text)
    assert result.exit_code == 1
    assert result.stdout.count("\n") == 3
    places = [line.split(" ")[0] for line in result.stderr.splitlines()]
    assert result.stderr.splitlines()[0].startswith("standard input:4: is no JSON")
    assert result.stderr.splitlines()[1] == "standard input:6: has no text; expected a title, a summary or a content"
    assert result.stderr.splitlines()[2] == "a4: cannot be read (RuntimeError: no vowels)"
    assert places[-1] == "monitor:"


def test_analyze_dates_what_has_no_date(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A date line, then --published; a date of its own stays."""
    seen: dict[str, Any] = {}

    class Watching:
        def read(self, item: Item) -> Report:
            seen[item.id] = item.published_at.isoformat() if item.published_at else None
            return Report(kind="other")

    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: Watching())
    Path("dated.txt").write_text("date 2018-07-13\nA blast.\nPolice said so.")
    Path("old.txt").write_bytes("Caf\xe9 blast.".encode("latin-1"))
    Path("a.jsonl").write_text('{"id": "own", "title": "x", "published": "2020-01-01T00:00:00Z"}\n{"id": "none", "title": "y"}\n')
    folder.lines("analyze", "dated.txt", "old.txt", "a.jsonl", "--published", "2022-03-08")
    assert seen == {
        "dated.txt": "2018-07-13T12:00:00+00:00",
        "old.txt": "2022-03-08T12:00:00+00:00",
        "own": "2020-01-01T00:00:00+00:00",
        "none": "2022-03-08T12:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["none.jsonl"], "monitor: none.jsonl: no such file; expected a file, or - for the standard input", id="no file"),
        pytest.param(["desk"], "monitor: desk: a folder; expected a file, or - for the standard input", id="folder"),
        pytest.param(["-", "--published", "soon"], 'monitor: --published is "soon"; expected a date such as 2023-09-29', id="date"),
        pytest.param(["-", "--rules", "nowhere"], "nowhere: no such rules folder", id="rules"),
    ],
)
def test_analyze_names_what_it_cannot_take(folder: Folder, words: list[str], expected: str) -> None:
    """With status 2, before anything is read."""
    result = folder.run("analyze", *words)
    assert (result.exit_code, expected in result.stderr) == (2, True), result.stderr


def test_analyze_runs_as_a_program(tmp_path: Path) -> None:
    """The real reader, the shipped rules, a pipe."""
    line = {
        "id": "é1",
        "title": "Blast kills 12 in Quetta",
        "content": "QUETTA: At least 12 people were killed when a bomb exploded in a market in Quetta on Monday, police said.",
        "published": "2024-03-04T10:00:00Z",
    }
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "analyze", "-"],
        input=json.dumps(line),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
        env=clean_environment() | {"LC_ALL": "C"},
    )
    form = json.loads(done.stdout)
    assert (form["id"], form["kind"], form["incidents"][0]["killed"]["count"]) == ("é1", "attack", 12)


# ---------------------------------------------------------------- backfill


class StoppingAt(Answers):
    """A reader at whose item of that id somebody presses Ctrl-C."""

    def __init__(self, item_id: str) -> None:
        super().__init__(week())
        self.item_id = item_id

    def read(self, item: Item) -> Report:
        if item.id == self.item_id:
            os.kill(os.getpid(), signal.SIGINT)
        return super().read(item)


def test_backfill_raises_alerts_in_the_order_of_time_and_sends_none(folder: Folder, lines: Path) -> None:
    """One line an alert with the keys of the interface; the database has all of it, the outbox nothing."""
    new, update = folder.lines("backfill", str(lines), "--json")
    keys = {"kind", "alert", "incident", "change", "at", "severity", "rules", "channels", "title", "killed", "place", "items", "reasons"}
    assert keys <= set(new)
    assert (new["change"], new["severity"], new["items"]) == ("new", "notice", ["a1"])
    assert (update["change"], update["severity"], update["items"]) == ("update", "critical", ["a1", "a2", "a3"])
    assert [one["id"] for one in folder.lines("incidents", "--json")] == [new["incident"]]
    (status,) = folder.lines("status", "--json", status=1)
    assert (status["deliveries"], status["items"], status["copies"]) == ({}, 2, 1)


def test_backfill_twice_changes_nothing(folder: Folder, lines: Path) -> None:
    """What is known raises no second alert."""
    folder.run("backfill", str(lines))
    before = folder.lines("incidents", "--json")
    result = folder.run("backfill", str(lines))
    assert result.stdout == ""
    assert result.stderr == "3 items, 0 new, 3 known, 0 incidents, 0 alerts\n"
    assert folder.lines("incidents", "--json") == before


def test_backfill_for_people(folder: Folder, lines: Path) -> None:
    """A line an alert on stdout, the sum on stderr."""
    result = folder.run("backfill", str(lines))
    assert result.stdout.splitlines()[0].startswith("2026-03-10 17:03  NOTICE: bombing in Mastung, Balochistan")
    assert result.stdout.splitlines()[0].endswith("[any-attack]")
    assert result.stderr == "3 items, 2 new, 1 copies, 1 incident, 2 alerts\n"


def held(folder: Folder) -> dict[str, bytes]:
    """Every file of the folder, with its bytes."""
    return {str(path.relative_to(folder.path)): path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}


def test_a_dry_run_writes_nothing_at_all(folder: Folder, lines: Path) -> None:
    """Not even an empty database, nor a file beside the one that is there, and the same alerts are shown."""
    dry = folder.lines("backfill", str(lines), "--json", "--dry-run")
    assert sorted(p.name for p in folder.path.iterdir()) == ["config.toml", "rules"]
    assert folder.lines("backfill", str(lines), "--json") == dry
    before = held(folder)
    folder.lines("backfill", str(lines), "--json", "--dry-run", "--report", "page.html")
    folder.lines("backfill", "--json", "--since", "2026-01-01")
    assert held(folder) == before


def test_other_rules_are_tried_without_a_trace(folder: Folder, lines: Path) -> None:
    """--rules implies a dry run, and judges also what is stored already."""
    folder.run("backfill", str(lines))
    before = (folder.path / "monitor.db").read_bytes()
    Path("other").mkdir()
    Path("other/r.yaml").write_text("rules:\n  - name: only\n    when: {killed: '>= 52'}\n    severity: severe\n")
    (only,) = folder.lines("backfill", str(lines), "--json", "--rules", "other")
    assert (only["rules"], only["change"], only["severity"]) == (["only"], "new", "severe")
    assert folder.lines("backfill", "--json", "--rules", "other") == [only]
    assert (folder.path / "monitor.db").read_bytes() == before


def test_without_a_source_what_is_stored_is_run_again_in_a_copy(folder: Folder, lines: Path) -> None:
    """It shows what the present rules make of it, and writes nothing."""
    first = folder.lines("backfill", str(lines), "--json")
    result = folder.run("backfill", "--json")
    assert [json.loads(line) for line in result.stdout.splitlines()] == first
    assert result.stderr.endswith("nothing was written\n")


def test_since_and_until_narrow_a_backfill(folder: Folder, lines: Path) -> None:
    """By the items' own times; what lies outside is counted, so that an empty answer explains itself."""
    none = folder.run("backfill", str(lines), "--since", "2026-03-11").stderr
    assert none.startswith("0 items")
    assert "3 items left out by --since or --until" in none
    assert folder.run("backfill", str(lines), "--until", NOON.isoformat()).stderr.startswith("0 items")
    assert folder.run("backfill", str(lines), "--since", "2026-03-10", "--until", "2026-03-11").stderr.startswith("3 items")


def test_what_has_no_date_is_stored_and_said_so(folder: Folder) -> None:
    """--published dates it."""
    Path("a.jsonl").write_text('{"id": "a3", "title": "Mastung toll rises to 52"}\n')
    assert "CRITICAL" in folder.run("backfill", "a.jsonl", "--published", "2026-03-10", "--dry-run").stdout
    result = folder.run("backfill", "a.jsonl")
    assert result.stdout == ""
    assert "1 item without a date that can be believed (missing, unreadable, or in the future): a3\n  stored and read, never alerted;" in (
        result.stderr
    )


def test_notify_puts_young_alerts_into_the_outbox(folder: Folder, lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On demand only, and the command says what sends them."""
    monkeypatch.setattr("monitor.cli.backfill.now_utc", lambda: NOON.replace(day=12))
    result = folder.run("backfill", str(lines), "--notify", "--notify-since", "14d")
    assert "2 alerts wait in the outbox" in result.stderr
    (status,) = folder.lines("status", "--json", status=1)
    assert status["deliveries"] == {"waiting": 2}
    assert "0 alerts wait in the outbox" in folder.run("backfill", str(lines), "--notify").stderr
    result = folder.run("backfill", str(lines), "--notify", "--dry-run")
    assert (result.exit_code, "expected one of the two" in result.stderr) == (2, True)


def test_a_source_that_is_none_is_bad_usage(folder: Folder) -> None:
    """It names what a source can be."""
    result = folder.run("backfill", "nothing")
    assert result.exit_code == 2
    assert 'source "nothing" is unknown; expected a file, a folder, a URL or the name of a feed in the config' in result.stderr


def test_what_could_not_be_read_is_left_for_later(folder: Folder) -> None:
    """One bad item costs nothing else."""
    Path("a.jsonl").write_text('{"id": "a4", "title": "Unreadable", "published": "2026-03-10"}\nnonsense\n')
    result = folder.run("backfill", "a.jsonl")
    assert result.exit_code == 0
    assert "1 item could not be read; monitor items list --unread" in result.stderr
    assert "1 record left out, as said above" in result.stderr
    Path("b.jsonl").write_text("nonsense\n")
    assert folder.run("backfill", "b.jsonl").exit_code == 1


def test_a_backfill_that_is_stopped_says_so_and_goes_on_next_time(folder: Folder, lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between two batches: status 1, and the same command finishes the work."""
    monkeypatch.setattr("monitor.backfill.BATCH", 1)
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: StoppingAt("a1"))
    result = folder.run("backfill", str(lines))
    assert result.exit_code == 1
    assert "stopped; the same command goes on where it was" in result.stderr
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: Answers(week()))
    assert folder.run("backfill", str(lines)).exit_code == 0
    assert folder.lines("incidents", "--json")[0]["killed"]["count"] == 52


def test_a_stopped_backfill_goes_on_behind_the_last_item_that_it_took(folder: Folder, lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alerts of both runs are those of one; the sources are not read again, and nothing is left behind."""
    whole = folder.lines("backfill", str(lines), "--json", "--dry-run")
    monkeypatch.setattr("monitor.backfill.BATCH", 1)
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: StoppingAt("a3"))
    first = folder.run("backfill", str(lines), "--json")
    assert first.exit_code == 1
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: Answers(week()))
    kept = folder.path / "monitor.db.backfill"
    assert kept.is_dir()
    second = folder.run("backfill", str(lines), "--json")
    assert second.stderr.startswith("going on behind item 2 of 3, where it was stopped\n1 item, 1 new")
    assert [json.loads(line) for line in (first.stdout + second.stdout).splitlines()] == whole
    assert not kept.exists()


def test_a_changed_file_is_gathered_anew(folder: Folder, lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept of the old one is forgotten."""
    with monkeypatch.context() as stopping:
        stopping.setattr("monitor.text.read.build_reader", lambda *_args, **_options: StoppingAt("a1"))
        assert folder.run("backfill", str(lines)).exit_code == 1
    lines.write_text(lines.read_text() + '{"id": "more", "title": "Something else", "published": "2026-03-10"}\n')
    assert folder.run("backfill", str(lines)).stderr.startswith("4 items")


def test_an_edited_story_in_the_input_is_taken_once(folder: Folder) -> None:
    """Two versions of one story: a second run takes neither again, nor turns the newer one back into the older."""
    versions = [{"id": "a1", "guid": "g", "feed": "f", "title": title, "published": "2026-03-10"} for title in ("Old words", "New words")]
    Path("edits.jsonl").write_text("".join(json.dumps(form) + "\n" for form in versions))
    assert folder.run("backfill", "edits.jsonl").stderr.startswith("2 items, 1 new, 1 changed")
    assert folder.run("backfill", "edits.jsonl").stderr.startswith("2 items, 0 new, 2 known")
    assert [item["title"] for item in folder.lines("items", "list", "--json")] == ["New words"]


def test_notify_since_is_for_notify(folder: Folder, lines: Path) -> None:
    """A duration, and only together with it."""
    for words, expected in (
        (["--notify-since", "1d"], "give both, or none"),
        (["--notify", "--notify-since", "soon"], "expected a duration"),
    ):
        result = folder.run("backfill", str(lines), *words)
        assert (result.exit_code, expected in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize("piped", [True, False], ids=["into a file", "onto the terminal"])
def test_the_progress_bar_keeps_out_of_the_output(piped: bool) -> None:
    """Alerts go to the file that waits for them; on a terminal they stand above the bar, whole."""
    code = "from monitor.cli.backfill import progress\nfrom monitor.cli.outcomes import print_line as say\n"
    code += "with progress(3) as bar:\n    say('{}')\n    bar(2)\n    say('[]')"
    terminal, end = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE if piped else end,
            stderr=end,
            timeout=30,
            check=True,
            env=clean_environment() | {"TERM": "xterm"},
        )
        os.close(end)
        shown = os.read(terminal, 10_000).decode()
    finally:
        os.close(terminal)
    assert "items" in shown
    assert done.stdout == (b"{}\n[]\n" if piped else None)
    assert ("\x1b[2K{}" in shown) is not piped
