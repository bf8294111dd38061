"""Transactions: all or nothing, one writer at a time, nothing lost by a crash, a full disk survived."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from support_disk import small_disk
from support_store import NOON, opened, store_item

from monitor.errors import StoreError
from monitor.store import database, incidents, items
from monitor.store.database import change, insert, reading, row, writing
from monitor.store.meta import meta, set_meta


class CrashError(Exception):
    """Whatever goes wrong in the middle of a poll."""


def _store_and_crash(db, *keys, error=CrashError):
    with writing(db):
        for key in keys:
            store_item(db, key)
        raise error


def _store_a_lot(db):
    for n in range(1000):
        store_item(db, f"big{n}", content="word " * 5000)


def test_an_exception_undoes_the_whole_transaction():
    """Either all of a poll is stored or none of it."""
    with opened() as db:
        with pytest.raises(CrashError):
            _store_and_crash(db, "k1", "k2")
        assert items.count_items(db) == 0
        assert not db.conn.in_transaction


def test_an_inner_transaction_is_undone_alone():
    """One that fails and is caught inside another takes nothing else with it."""
    with opened() as db:
        with writing(db):
            store_item(db, "k1")
            with pytest.raises(CrashError):
                _store_and_crash(db, "k2")
            store_item(db, "k3")
        assert set(items.known(db, ["k1", "k2", "k3"])) == {"k1", "k3"}


def test_an_interrupt_undoes_the_transaction():
    """Ctrl-C in the middle of a write leaves no transaction open."""
    with opened() as db:
        with pytest.raises(KeyboardInterrupt):
            _store_and_crash(db, "k1", error=KeyboardInterrupt)
        assert not db.conn.in_transaction
        assert items.count_items(db) == 0


def test_an_inserted_row_that_is_returned_is_not_lost(tmp_path):
    """With Python's implicit transactions, a RETURNING read by fetchall left a transaction open, and all that followed was lost."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        db.execute("INSERT INTO meta VALUES ('a', '1') RETURNING key").fetchall()
        assert not db.conn.in_transaction
        set_meta(db, "b", "2")
    with opened(path) as db:
        assert (meta(db, "a"), meta(db, "b")) == ("1", "2")


def test_a_filing_under_no_incident_does_not_commit():
    """The deferred reference is checked at the end of the transaction, which then is undone."""
    with opened() as db:
        from support_store import a_filing

        filing = a_filing(store_item(db))
        with pytest.raises(sqlite3.IntegrityError), writing(db):
            incidents.file_account(db, "nowhere", filing, n=0, reason="")
        assert not db.conn.in_transaction
        assert incidents.filed(db, "nowhere") == []


def test_a_mistake_in_the_program_is_not_dressed_up():
    """A wrong statement is a bug and stays sqlite3's own error."""
    with opened() as db:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            row(db, "SELECT * FROM nowhere")
        with pytest.raises(sqlite3.IntegrityError), writing(db):
            change(db, "INSERT INTO items (key) VALUES ('k')")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(
            sqlite3.SQLITE_FULL, r"the disk is full \(\d+ kB free in /\); nothing of this step was stored; free some space", id="full"
        ),
        pytest.param(
            sqlite3.SQLITE_BUSY_SNAPSHOT, "locked by another program for 10 s; try again, or end that program", id="busy, extended"
        ),
        pytest.param(sqlite3.SQLITE_LOCKED, "locked by another program", id="locked"),
        pytest.param(
            sqlite3.SQLITE_READONLY_DBMOVED, "read-only; this command writes; run it as the user that owns the file", id="read-only"
        ),
        pytest.param(sqlite3.SQLITE_CANTOPEN, "cannot be opened; see that the folder exists", id="cannot open"),
        pytest.param(
            sqlite3.SQLITE_IOERR_FSYNC, "the disk reports an error .*; see the kernel's log, then run `monitor db check`", id="disk"
        ),
        pytest.param(sqlite3.SQLITE_CORRUPT_VTAB, "damaged .*put the last backup in its place", id="damaged"),
        pytest.param(sqlite3.SQLITE_NOTADB, "not a database; put the last backup in its place", id="no database"),
        pytest.param(sqlite3.SQLITE_NOMEM, "out of memory", id="memory"),
    ],
)
def test_every_refusal_says_what_to_do(code, words):
    """By SQLite's code, extended or not: the file, what is wrong, the remedy."""
    error = sqlite3.OperationalError("out of memory")
    error.sqlite_errorcode = code
    with pytest.raises(StoreError, match=f"^/monitor.db: {words}"), database.explained("/monitor.db"):
        raise error


def test_a_connection_that_is_closed_is_a_mistake_in_the_program():
    """It is not said to be the database's fault."""
    with opened() as db:
        db.close()
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            items.count_items(db)
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            store_item(db)


def test_reads_in_one_block_see_one_state(tmp_path):
    """A commit of another program between two reads is not seen by the second."""
    path = tmp_path / "monitor.db"
    with opened(path) as db, opened(path) as other:
        with reading(db):
            assert items.count_items(db) == 0
            store_item(other)
            assert items.count_items(db) == 0
        assert items.count_items(db) == 1


def test_a_lock_that_is_held_too_long_is_reported_in_words(tmp_path, monkeypatch):
    """After the time-out the second writer is told what is wrong, not "database is locked"."""
    path = tmp_path / "monitor.db"
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with opened(path) as db, opened(path) as other, writing(db):
        store_item(db)
        with pytest.raises(StoreError, match=r"monitor\.db: locked by another program"):
            store_item(other, "k2")


def _count_up(path: str, times: int) -> None:
    with opened(Path(path)) as db:
        for _ in range(times):
            # Read, then write: with a plain BEGIN the second process fails at once with BUSY_SNAPSHOT.
            with writing(db):
                set_meta(db, "count", str(int(meta(db, "count") or 0) + 1))


def test_two_processes_that_read_and_write_lose_no_update(tmp_path):
    """Each waits its turn: 2 × 200 increments make 400."""
    path = tmp_path / "monitor.db"
    with opened(path):
        pass
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_count_up, args=(str(path), 200)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    with opened(path) as db:
        assert meta(db, "count") == "400"


_WRITER = """
import sys
from pathlib import Path
from support_store import store_item
from monitor.store.database import open_database, writing
db = open_database(Path(sys.argv[1]))
n = int(sys.argv[2])
while True:
    with writing(db):
        for part in range(3):
            store_item(db, f"k{n}-{part}", content="word " * 500)
    print(n, flush=True)
    n += 1
"""


def test_a_killed_writer_loses_nothing_committed_and_leaves_no_half(tmp_path):
    """kill -9 at any moment: every batch that was reported is whole, and no batch is there in part."""
    path = tmp_path / "monitor.db"
    reported = -1
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_WRITER), str(path), str(reported + 2)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        seen = [first, *process.stdout.read().splitlines()]
        process.stdout.close()
        assert process.wait(20) == -signal.SIGKILL
        reported = int(seen[-1])
        with opened(path) as db:
            parts = db.execute("SELECT substr(key, 1, instr(key, '-')), count(*) FROM items GROUP BY 1").fetchall()
            assert {count for _, count in parts} == {3}
            assert f"k{reported}-" in {batch for batch, _ in parts}
            assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
            # The batch after the last one reported may have been committed too.
            reported = max(reported, *(int(batch[1:-1]) for batch, _ in parts))


def test_a_full_disk_is_reported_and_survived(tmp_path):
    """On a full disk a write fails in words, what was committed can be read, and with space it goes on."""
    with small_disk(tmp_path) as disk:
        path = disk.path / "monitor.db"
        with opened(path) as db:
            store_item(db, "k1")
            disk.fill()
            with pytest.raises(
                StoreError, match=r"monitor\.db: the disk is full \(\d+ kB free in .*\); nothing of this step was stored; free"
            ):
                _store_a_lot(db)
            assert not db.conn.in_transaction
            stored = items.count_items(db)
            assert items.item(db, "k1") is not None
            disk.free()
            store_item(db, "k2")
            assert items.count_items(db) == stored + 1
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_database_in_the_middle_of_a_poll_undoes_the_poll(tmp_path):
    """With a page limit in place of a disk: the error comes in the middle of a transaction, which SQLite may end by itself."""
    with opened(tmp_path / "monitor.db") as db:
        store_item(db, "k1")
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(StoreError, match="the disk is full"), writing(db):
            _store_a_lot(db)
        assert not db.conn.in_transaction
        assert items.count_items(db) == 1
        db.execute("PRAGMA max_page_count = 1073741823")
        store_item(db, "k2", at=NOON)
        assert items.count_items(db) == 2


def test_inserting_on_a_key_replaces_or_keeps():
    """The store's upsert changes every column but the key and those that it is told to keep."""
    with opened() as db, writing(db):
        insert(db, "attempts", {"key": "k", "attempts": 1, "last_error": "a", "last_at": "x"})
        insert(db, "attempts", {"key": "k", "attempts": 2, "last_error": "b", "last_at": "y"}, replace_on="key", keep=("last_at",))
        insert(db, "attempts", {"key": "k", "attempts": 3, "last_error": "c"}, replace_on="key", keep=("attempts", "last_error"))
        assert row(db, "SELECT * FROM attempts") == {"key": "k", "attempts": 2, "last_error": "b", "last_at": "x"}
