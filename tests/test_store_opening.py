"""Opening, making, migrating and refusing a database."""

from __future__ import annotations

import dataclasses
import multiprocessing
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Migrations
from support_disk import small_disk
from support_store import opened, store_incident, store_item, store_settled_alert

from monitor.errors import SchemaTooNew, StoreError
from monitor.model import FeedState
from monitor.store import database, items, schema
from monitor.store.database import data_version, database_path, open_database, schema_version, writing
from monitor.store.maintenance import tidy


def test_a_new_database_is_private_durable_and_complete(tmp_path):
    """Made with mode 0600, WAL, synchronous=FULL, foreign keys on, the newest schema."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        settings = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
        assert schema_version(db) == schema.SCHEMA_VERSION
        assert database_path(db) == path
        with writing(db):
            store_item(db)
        assert stat.S_IMODE((tmp_path / "monitor.db-wal").stat().st_mode) == 0o600


def test_a_database_in_memory_has_no_path():
    """`None` opens a fresh one with the same schema."""
    with opened() as db:
        assert database_path(db) is None
        assert schema_version(db) == schema.SCHEMA_VERSION


def test_what_was_stored_is_there_after_opening_again(tmp_path):
    """Opening an up-to-date database changes nothing in it."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        store_item(db)
    before = path.read_bytes()
    with opened(path) as db:
        assert items.count_items(db) == 1
    assert path.read_bytes() == before


def test_every_migration_is_numbered_and_counted():
    """The schema's number is that of its last step, so an older program can compare it."""
    names = [migration.name for migration in schema.MIGRATIONS._migrations]
    assert [int(name[:4]) for name in names] == list(range(1, schema.SCHEMA_VERSION + 1))


def test_a_database_of_an_older_schema_is_brought_up_to_date(tmp_path, monkeypatch):
    """A step added since runs once, in order, and what was stored stays."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        store_item(db)
    later = Migrations("monitor")
    for migration in schema.MIGRATIONS._migrations:
        later(name=migration.name)(migration.fn)
    later(name="0002_colour")(lambda db: db.execute("ALTER TABLE items ADD COLUMN colour TEXT"))
    monkeypatch.setattr(database, "MIGRATIONS", later)
    monkeypatch.setattr(database, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    for _ in range(2):
        with opened(path) as db:
            assert schema_version(db) == schema.SCHEMA_VERSION + 1
            assert db.execute("SELECT key, colour FROM items").fetchall() == [("k1", None)]


def test_a_migration_that_fails_leaves_the_old_database(tmp_path, monkeypatch):
    """All steps are one transaction: after an error the old schema is in force, whole."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        store_item(db)
    broken = Migrations("monitor")
    for migration in schema.MIGRATIONS._migrations:
        broken(name=migration.name)(migration.fn)

    @broken(name="0002_half")
    def _half(db):
        db.execute("ALTER TABLE items ADD COLUMN colour TEXT")
        raise RuntimeError("power went")

    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", broken)
        patch.setattr(database, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
        with pytest.raises(RuntimeError, match="power went"):
            open_database(path)
    with opened(path) as db:
        assert schema_version(db) == schema.SCHEMA_VERSION
        assert "colour" not in db["items"].columns_dict


def test_a_newer_schema_is_refused_and_untouched(tmp_path):
    """A program older than its database says so, names both numbers and what to do, and writes nothing."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        db.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(SchemaTooNew) as caught:
            open_database(path, read_only=read_only)
        assert str(caught.value) == (
            f"{path}: schema {schema.SCHEMA_VERSION + 1} was written by a newer Monitor; this program knows up to {schema.SCHEMA_VERSION}; "
            "upgrade it, or open a backup from before the upgrade"
        )
    assert path.read_bytes() == before


def test_a_missing_database_is_made_only_when_asked(tmp_path):
    """Commands that read say in words that there is none."""
    path = tmp_path / "monitor.db"
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(StoreError, match=r"monitor\.db: no such database; `monitor run` and"):
            open_database(path, **options)
        assert not path.exists()


def test_a_missing_folder_is_named(tmp_path):
    """A database is not made in a folder that is not there."""
    with pytest.raises(StoreError, match=rf"the folder {re.escape(str(tmp_path / 'nowhere'))} does not exist; make it or"):
        open_database(tmp_path / "nowhere" / "monitor.db")


def test_a_database_that_is_being_made_by_another_program_is_waited_for(tmp_path, monkeypatch):
    """The switch to WAL fails at once while somebody has the file for himself; it is tried again, and given up in words."""
    path = tmp_path / "monitor.db"
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked by another program"):
            open_database(path)
        monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 20)
        timer = threading.Timer(0.3, other.execute, ("ROLLBACK",))
        timer.start()
        with opened(path) as db:
            assert schema_version(db) == schema.SCHEMA_VERSION
        timer.join()


def test_a_folder_that_takes_no_file_is_named(tmp_path):
    """A file where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"monitor\.db: cannot make the database: not a directory"):
        open_database(tmp_path / "file" / "monitor.db")


def test_a_folder_is_no_database(tmp_path):
    """A path that leads to a folder is refused in words."""
    with pytest.raises(StoreError, match="cannot be opened"):
        open_database(tmp_path)


def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path):
    """A config that points at some other file must not cost that file."""
    path = tmp_path / "monitor.db"
    path.write_text("dear diary, " * 1000)
    with pytest.raises(StoreError, match="not a database"):
        open_database(path)
    assert path.read_text() == "dear diary, " * 1000


def test_somebody_elses_database_is_refused_and_untouched(tmp_path):
    """A SQLite file of another program gets no tables of ours."""
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE urls (url TEXT)")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StoreError, match="not one of Monitor's"):
            open_database(path, read_only=read_only)
    assert path.read_bytes() == before


def test_a_damaged_database_says_what_to_do(tmp_path):
    """A page of rubbish is a StoreError that names the file, the damage and the remedy, not a traceback of sqlite3."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        for n in range(50):
            store_item(db, f"k{n}", content="word " * 2000)
    with path.open("r+b") as file:
        for page in range(3, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    with (
        pytest.raises(StoreError, match=r"monitor\.db: damaged .*; stop the daemon and put the last backup .*monitor db restore FILE"),
        opened(path) as db,
    ):
        items.search_items(db, "word")


def test_a_reader_writes_nothing_and_sees_commits(tmp_path):
    """Read-only works beside a writer, and refuses to write in words."""
    path = tmp_path / "monitor.db"
    with opened(path) as db, opened(path, read_only=True) as reader:
        store_item(db)
        assert items.count_items(reader) == 1
        with pytest.raises(StoreError, match="read-only; this command writes"):
            store_item(reader, "k2")


def test_a_reader_leaves_no_file_behind(tmp_path):
    """What SQLite makes beside a database to read it is gone when the last reader is, and the database is as it was, byte for byte."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        store_item(db)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with opened(path, read_only=True) as reader, opened(path, read_only=True) as another:
        assert items.count_items(reader) == items.count_items(another) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["monitor.db"]
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_reader_puts_nothing_in_order_after_a_kill(tmp_path):
    """The log that a killed writer left is read, and stays for the next one that writes."""
    path, killed = tmp_path / "monitor.db", tmp_path / "killed"
    with opened(path) as db:
        tidy(db)
        store_item(db)
        killed.mkdir()
        for name in ("monitor.db", "monitor.db-wal"):
            shutil.copy(tmp_path / name, killed / name)
    before = {file.name: file.read_bytes() for file in killed.iterdir()}
    with opened(killed / "monitor.db", read_only=True) as reader:
        assert items.count_items(reader) == 1
    assert {name: (killed / name).read_bytes() for name in before} == before


def test_an_older_schema_is_not_migrated_by_a_reader(tmp_path):
    """Read-only says what brings the database up to date."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        db.execute("PRAGMA user_version = 0")
    with pytest.raises(StoreError, match="schema 0 is older than this program's"):
        open_database(path, read_only=True)


def test_a_database_on_a_disk_mounted_read_only_can_be_read(tmp_path):
    """A WAL file that was closed cleanly is read alone, as nothing is missing from it."""
    with small_disk(tmp_path) as disk:
        path = disk.path / "monitor.db"
        with opened(path) as db:
            store_item(db)
        disk.remount("ro")
        with opened(path, read_only=True) as db:
            assert items.count_items(db) == 1
        with pytest.raises(StoreError, match=r"cannot be opened; see that .* and that the disk is not mounted read-only"):
            open_database(path)


def test_a_log_that_cannot_be_opened_is_never_left_out(tmp_path, monkeypatch):
    """Where the folder cannot be written and the log holds commits, the file alone would show an old state: refuse."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        tidy(db)
        store_item(db)
        shutil.copytree(tmp_path, tmp_path / "copy")
    copy = tmp_path / "copy" / "monitor.db"
    assert (tmp_path / "copy" / "monitor.db-wal").stat().st_size > 0
    # As root no folder is read-only: the refusal that SQLite gives there is put in its place.
    real = database._connect_read_only

    def refused(path, mode, **how):
        if "immutable" not in mode:
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return real(path, mode, **how)

    monkeypatch.setattr(database, "_connect_read_only", refused)
    with pytest.raises(StoreError, match="holds commits that are not in the file yet; copy both files"):
        open_database(copy, read_only=True)
    (tmp_path / "copy" / "monitor.db-wal").unlink()
    with opened(copy, read_only=True) as db:
        assert database_path(db) == copy


def test_another_writer_is_seen_by_the_data_version(tmp_path):
    """The number changes with others' commits, not with one's own."""
    path = tmp_path / "monitor.db"
    with opened(path) as db, opened(path) as other:
        before = data_version(db)
        store_item(db)
        assert data_version(db) == before
        store_item(other, "k2")
        assert data_version(db) != before


def _open_and_store(path: str, key: str, barrier) -> None:
    barrier.wait(20)
    with opened(Path(path)) as db:
        store_item(db, key)


def test_programs_that_start_together_make_one_database(tmp_path):
    """Four processes race to make and migrate the same file; each finds or makes the whole schema."""
    path = tmp_path / "monitor.db"
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    processes = [context.Process(target=_open_and_store, args=(str(path), f"k{n}", barrier)) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    with opened(path) as db:
        assert items.count_items(db) == 4
        assert db.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (schema.SCHEMA_VERSION,)


def test_the_feeds_table_has_a_column_for_each_field_of_a_state():
    """A field added to the model without a migration fails here, not in the daemon."""
    with opened() as db:
        assert set(db["feeds"].columns_dict) == {field.name for field in dataclasses.fields(FeedState)}


def test_the_views_show_people_what_the_tables_keep():
    """Each view has a row for what is stored, with names and counts and without JSON."""
    with opened() as db:
        store_incident(db, keys=("k1", "k2"))
        store_settled_alert(db, "i1")

        def shown(view: str) -> list[dict[str, object]]:
            return list(db.query(f"SELECT * FROM {view}"))

        (incident,) = shown("incident_list")
        assert (incident["district"], incident["killed"], incident["filings"], incident["alerts_sent"]) == ("Mastung", 5, 2, 1)
        (alert,) = shown("alert_list")
        assert (alert["id"], alert["severity"], alert["place"], alert["state"]) == ("i1-1", "high", "Mastung", "settled")
        (delivery,) = shown("delivery_list")
        assert (delivery["channel"], delivery["state"], delivery["change"]) == ("slack", "waiting", "new")
        assert [(filing["item_key"], filing["reason"]) for filing in shown("filing_list")] == [
            ("k1", "opens an incident"),
            ("k2", "opens an incident"),
        ]


def test_every_table_column_and_view_is_described():
    """docs/database.md has a section for each table and view and a row for each column of a table."""
    page = (Path(__file__).parent.parent / "docs" / "database.md").read_text()
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", page, flags=re.M | re.S))
    with opened() as db:
        tables = [name for name in db.table_names() if not name.startswith(("items_search_", "_sqlite", "sqlite_"))]
        assert set(sections) == {*tables, *db.view_names()}
        for table in set(tables) - {"items_search"}:
            described = set(re.findall(r"^\| `(\w+)` \|", sections[table], flags=re.M))
            assert described == set(db[table].columns_dict), table


def test_every_foreign_key_is_described_and_no_other():
    """docs/database.md names each column that refers to another table's, and which."""
    page = (Path(__file__).parent.parent / "docs" / "database.md").read_text()
    described = set(re.findall(r"^\| `(\w+)\.(\w+)` \| `(\w+)\.(\w+)` \|$", page, flags=re.M))
    with opened() as db:
        declared = {(key.table, key.column, key.other_table, key.other_column) for table in db.tables for key in table.foreign_keys}
    assert described == declared


def test_the_store_does_without_numpy_and_leaves_it_to_others():
    """A fifth of a second of every command; spaCy gets it all the same."""
    code = "import sys, monitor.store.database; assert 'numpy' not in sys.modules; import numpy; print(numpy.arange(3).sum())"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60).stdout == "3\n"
