"""From one schema to the next: a copy first, and nothing that an older or a newer program could lose."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Migrations
from support_pipeline import NOON as NOW

from monitor.errors import StoreError
from monitor.model import FeedState
from monitor.store import copies, database, schema
from monitor.store.database import open_database, schema_version
from monitor.store.dispatches import add_dispatch, dispatches
from monitor.store.feeds import feed_state, feed_states, forget_feed_state, move_feed_state, save_feed_state
from monitor.store.lock import daemon_lock
from monitor.store.maintenance import check, restore

SECRET_URL = "https://desk:pa55word@example.org/rss?token=t0ken"


def older_database(path: Path, *, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database as the program of that schema left it, with one feed."""
    steps = Migrations("monitor")
    for migration in schema.MIGRATIONS._migrations[:version]:
        steps(name=migration.name)(migration.fn)
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", steps)
        patch.setattr(database, "SCHEMA_VERSION", version)
        with closing(open_database(path)) as db:
            db.execute("INSERT INTO feeds (url, etag) VALUES (?, 'e')", [SECRET_URL])
            db.execute(
                "INSERT INTO dispatches (key, kind, channel, details, state, created_at, due_at) "
                "VALUES ('digest daily', 'digest', 'desk', '{}', 'sent', ?, ?)",
                [NOW.isoformat(), NOW.isoformat()],
            )


def test_a_migration_keeps_a_checked_copy_of_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy beside the database has the old schema and the old rows, can be read by its owner alone, and can be put back."""
    path = tmp_path / "monitor.db"
    older_database(path, version=4, monkeypatch=monkeypatch)
    with closing(open_database(path)) as db:
        assert schema_version(db) == schema.SCHEMA_VERSION
        assert check(db, full=True) == []
        assert [d.key for d in dispatches(db)] == ["digest daily"]
        assert add_dispatch(db, key="heartbeat 1", kind="heartbeat", channel="desk", details={}, at=NOW)
    kept = tmp_path / "monitor.db.schema-4"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with closing(open_database(kept, read_only=True, older=True)) as db:
        assert schema_version(db) == 4
        assert db.execute("SELECT count(*) FROM feeds").fetchone() == (1,)
    restore(kept, path, now=NOW)
    with closing(open_database(path)) as db:
        assert schema_version(db) == schema.SCHEMA_VERSION
        assert [d.key for d in dispatches(db)] == ["digest daily"]


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    """Nothing was there to be kept."""
    open_database(tmp_path / "monitor.db").close()
    assert [p.name for p in tmp_path.iterdir() if "schema" in p.name] == []


def test_without_a_copy_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room for the copy leaves the database as it was, and says so."""
    path = tmp_path / "monitor.db"
    older_database(path, version=4, monkeypatch=monkeypatch)

    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(copies, "flush", full)
        with pytest.raises(StoreError, match=r"not brought up to schema \d+, as no copy could be kept: .*no space left on device"):
            open_database(path)
    assert not (tmp_path / "monitor.db.schema-4").exists()
    with closing(open_database(path, read_only=True, older=True)) as db:
        assert schema_version(db) == 4


def test_a_damaged_database_is_not_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is checked before anything is changed: a copy that is damaged is none, and an older one stays."""
    path = tmp_path / "monitor.db"
    older_database(path, version=4, monkeypatch=monkeypatch)
    with closing(sqlite3.connect(path)) as db:
        db.executemany("INSERT INTO meta VALUES (?, ?)", [(f"k{n}", "x" * 500) for n in range(200)])
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'meta'").fetchone()
    kept = tmp_path / "monitor.db.schema-4"
    kept.write_bytes(b"of yesterday")
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096 + 100)
        file.write(b"\xff" * 3000)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"not brought up to schema \d+, as no copy could be kept: .*the database is damaged \("):
        open_database(path)
    assert kept.read_bytes() == b"of yesterday"
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.glob("*partial*")) == []


def test_a_database_in_use_by_an_older_daemon_is_not_migrated_under_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer command beside a daemon that has not been restarted refuses; the daemon itself, which holds the lock, migrates."""
    path = tmp_path / "monitor.db"
    older_database(path, version=4, monkeypatch=monkeypatch)
    hold = (
        "import sys, pathlib; from monitor.store.lock import daemon_lock\n"
        "with daemon_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=rf"older Monitor \(process {other.pid}\) runs on it; restart that one"):
            open_database(path)
        other.communicate(timeout=10)
    with daemon_lock(path), closing(open_database(path)) as db:
        assert schema_version(db) == schema.SCHEMA_VERSION


def test_a_feeds_secrets_are_not_in_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address with a password or a token is known by what may be shown of it and a digest; what an older schema kept goes."""
    path = tmp_path / "monitor.db"
    older_database(path, version=4, monkeypatch=monkeypatch)
    with closing(open_database(path)) as db:
        assert feed_state(db, SECRET_URL).etag == "e"
        save_feed_state(db, FeedState(url=SECRET_URL, etag="f", moved_to=SECRET_URL + "&page=2", moved_seen=3))
        found = feed_states(db)
        assert found.get("https://example.org/other") is None
        state = found.get(SECRET_URL)
        assert (state.url, state.etag, state.moved_to, state.moved_seen) == (SECRET_URL, "f", None, 0)
        assert feed_state(db, SECRET_URL.replace("t0ken", "another")).etag is None
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        for file in (path, tmp_path / "monitor.db-wal"):
            assert b"pa55word" not in file.read_bytes()
            assert b"t0ken" not in file.read_bytes()
        move_feed_state(db, SECRET_URL, "https://example.org/new")
        assert feed_state(db, "https://example.org/new").etag == "f"
        move_feed_state(db, "https://example.org/new", SECRET_URL)
        assert forget_feed_state(db, SECRET_URL)
        assert feed_states(db) == {}
