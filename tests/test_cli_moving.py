"""`monitor db export`, `import`, `prune`: an installation taken elsewhere, and kept small."""

from __future__ import annotations

import gzip
import json
import stat
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils.cli import cli as sqlite_utils_cli
from support_cli import Folder, fill, make_folder, week
from test_store_transfer import everything

from monitor.store.database import open_database

CONFIG = '[channels.desk]\nurl = "file:desk.secret"\n[alerts.routes]\nnotice = ["desk"]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A week's worth of items, incidents and alerts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("monitor.cli.common.SYSTEM_CONFIG", tmp_path / "none" / "none.toml")
    made = make_folder(tmp_path / "desk", config=CONFIG)
    (made.path / "rules" / "more").mkdir()
    (made.path / "rules" / "more" / "places.yaml").write_text("places: []\n")
    fill(made, week())
    return made


@pytest.mark.parametrize("name", ["desk.jsonl", "desk.jsonl.gz"])
def test_an_installation_moves_whole(folder: Folder, name: str) -> None:
    """Config, rules at any depth, and every row; what it lists there is what it listed here."""
    assert folder.run("db", "export", name).exit_code == 0
    assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600
    result = folder.run("db", "import", name, "--into", "new", config=False)
    assert result.exit_code == 0, result.output
    assert "desk.secret: cannot be read" in result.stderr
    for path in ("config.toml", "rules/alerts.yaml", "rules/groups.yaml", "rules/more/places.yaml"):
        assert (Path("new") / path).read_text() == (folder.path / path).read_text()
    assert everything(Path("new/monitor.db")) == everything(folder.path / "monitor.db")
    new = Folder(Path("new"))
    assert new.lines("incidents", "--json") == folder.lines("incidents", "--json")
    assert new.lines("alerts", "--json") == folder.lines("alerts", "--json")


def test_it_can_be_piped(folder: Folder) -> None:
    """From one machine to the other."""
    out = folder.run("db", "export", "-")
    assert out.exit_code == 0
    other = make_folder(Path("other"), config=CONFIG)
    taken = other.run("db", "import", "-", stdin=out.stdout_bytes)
    assert taken.exit_code == 0, taken.output
    assert "config and rules of the export were left out; --into DIR takes 4 files" in taken.stderr
    assert everything(Path("other/monitor.db")) == everything(folder.path / "monitor.db")


def test_an_import_never_mixes_two_databases(folder: Folder) -> None:
    """What is there stays as it is."""
    folder.run("db", "export", "desk.jsonl")
    before = everything(folder.path / "monitor.db")
    result = folder.run("db", "import", "desk.jsonl")
    assert (result.exit_code, "holds items already" in result.stderr) == (1, True)
    refused = folder.run("db", "import", "desk.jsonl", "--into", "desk")
    assert (refused.exit_code, "is there already" in refused.stderr) == (2, True)
    assert everything(folder.path / "monitor.db") == before


def test_a_broken_export_leaves_nothing_behind(folder: Folder) -> None:
    """Cut off on the way, compressed or not; or with a file that would lie elsewhere."""
    folder.run("db", "export", "desk.jsonl.gz")
    whole = Path("desk.jsonl.gz").read_bytes()
    Path("cut.gz").write_bytes(whole[: len(whole) // 2])
    lines = gzip.decompress(whole).splitlines(keepends=True)
    Path("cut.jsonl").write_bytes(b"".join(lines[:-3]))
    Path("away.jsonl").write_bytes(lines[0] + json.dumps({"file": "../evil.toml", "text": ""}).encode() + b"\n" + b"".join(lines[1:]))
    for name, said in (("cut.gz", "cut.gz:"), ("cut.jsonl", "breaks off here"), ("away.jsonl", "would lie outside of new")):
        result = folder.run("db", "import", name, "--into", "new", config=False)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output
        assert not Path("new").exists()
    assert not Path("evil.toml").exists()
    assert folder.run("db", "import", "missing.jsonl", "--into", "new", config=False).exit_code == 2


def test_paths_that_lie_elsewhere_are_said(folder: Folder, tmp_path: Path) -> None:
    """The config goes as it is, the rest stays together; its owner is told. What lies there is not touched."""
    folder.config.write_text(CONFIG + f'[storage]\npath = "{tmp_path / "elsewhere.db"}"\n')
    fill(folder, [])
    folder.run("db", "export", "desk.jsonl")
    with closing(open_database(tmp_path / "elsewhere.db")):
        pass
    assert folder.run("db", "export", "desk.jsonl").exit_code == 0
    result = folder.run("db", "import", "desk.jsonl", "--into", "new", config=False)
    assert result.exit_code == 0, result.output
    assert f"[storage] path is {tmp_path / 'elsewhere.db'}; the database of the export went into new" in result.stderr
    assert everything(Path("new/monitor.db")) == everything(tmp_path / "elsewhere.db")


def test_a_config_with_mistakes_moves_all_the_same(folder: Folder) -> None:
    """It is said what they are; the database goes beside it."""
    folder.run("db", "export", "desk.jsonl")
    lines = Path("desk.jsonl").read_bytes().splitlines(keepends=True)
    Path("bad.jsonl").write_bytes(
        lines[0] + json.dumps({"file": "config.toml", "text": "mood = 1\n"}).encode() + b"\n" + b"".join(lines[2:])
    )
    result = folder.run("db", "import", "bad.jsonl", "--into", "new", config=False)
    assert result.exit_code == 0, result.output
    assert "the database goes to new/monitor.db" in result.stderr
    Path("bare.jsonl").write_bytes(lines[0] + b"".join(lines[5:-1]) + json.dumps({"end": len(lines) - 5}).encode() + b"\n")
    assert folder.run("db", "import", "bare.jsonl", "--into", "bare", config=False).exit_code == 0
    assert Path("bare/monitor.db").exists()


def test_pruning_says_what_went_and_keeps_the_incidents(folder: Folder) -> None:
    """The week is of 2026; everything of it but the unread item is an incident's."""
    before = folder.lines("incidents", "--json")
    with closing(open_database(folder.path / "monitor.db")) as db:
        db.execute("UPDATE items SET clock_at = '2020-01-01T00:00:00.000000Z', first_seen_at = '2020-01-01T00:00:00.000000Z'")
    result = folder.run("db", "prune", "--keep", "365d")
    assert (result.exit_code, result.stdout) == (0, "1 item and 0 copies deleted\n")
    assert folder.lines("incidents", "--json") == before
    assert folder.run("db", "check").exit_code == 0
    assert folder.run("db", "vacuum").exit_code == 0


@pytest.mark.parametrize(("keep", "said"), [("7d", "expected at least 30d"), ("soon", "expected a duration such as 365d")])
def test_pruning_keeps_what_incidents_still_need(folder: Folder, keep: str, said: str) -> None:
    """An incident takes reports for 30 days."""
    result = folder.run("db", "prune", "--keep", keep)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_the_database_opens_in_sqlite_utils_with_readable_tables_and_views(folder: Folder) -> None:
    """As an analyst would: its own command, its views, foreign keys that hold, times that SQLite can read."""
    path = str(folder.path / "monitor.db")

    def asked(*words: str) -> list[dict[str, object]]:
        result = CliRunner().invoke(sqlite_utils_cli, words)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    views = {str(view["view"]) for view in asked("views", path)}
    assert {"incident_list", "alert_list", "delivery_list", "filing_list"} <= views
    (incident,) = asked("rows", path, "incident_list")
    assert (incident["district"], incident["killed"], incident["alerts_sent"]) == ("Mastung", 52, 0)
    assert asked(path, "PRAGMA foreign_key_check") == []
    sql = "SELECT date(first_seen) AS day, julianday(last_seen) - julianday(first_seen) AS days FROM incidents"
    (times,) = asked(path, sql)
    assert times["day"] == "2026-03-10"
    assert 0 < float(str(times["days"])) < 1
    with closing(open_database(folder.path / "monitor.db", read_only=True)) as db:
        named = {view for (view,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()}
        assert all(db.execute(f"SELECT * FROM {view} LIMIT 1").fetchall() is not None for view in named)
