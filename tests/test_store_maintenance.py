"""Backups, checks, care, figures, the daemon's lock."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from support_disk import small_disk
from support_store import HOUR, NOON, a_report, an_alert, an_item, opened, store_incident, store_item, store_settled_alert

from monitor.errors import AlreadyRunning, StoreError
from monitor.model import FeedState
from monitor.store import alerts, feeds, items, outbox
from monitor.store.copies import copy_into
from monitor.store.database import open_database, reading, ready_for_long_work, writing
from monitor.store.lock import daemon_lock, is_locked, lock_path
from monitor.store.maintenance import Figures, backup, check, figures, rebuild_search, restore, sizes, tidy, vacuum
from monitor.store.meta import meta, set_meta

# ---------------------------------------------------------------- backup


def test_a_backup_is_whole_private_and_one_file(tmp_path):
    """Made while the database is in use, it holds every commit, needs no log beside it, and is its owner's alone."""
    copy = tmp_path / "backup.db"
    with opened(tmp_path / "monitor.db") as db:
        store_incident(db, keys=("k1",))
        assert backup(db, copy) == copy.stat().st_size
        store_item(db, "later")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.db", "monitor.db"]
    with closing(sqlite3.connect(copy)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with opened(copy) as db:
        assert set(items.known(db, ["k1", "later"])) == {"k1"}
        assert check(db, full=True) == []


def test_a_backup_takes_the_place_of_the_last_one(tmp_path):
    """A nightly command names the same file each time."""
    with opened(tmp_path / "monitor.db") as db:
        for n in range(2):
            store_item(db, f"k{n}")
            backup(db, tmp_path / "backup.db")
    with opened(tmp_path / "backup.db") as db:
        assert items.count_items(db) == 2


def test_a_backup_never_takes_the_place_of_the_database(tmp_path):
    """By whatever name it goes."""
    with opened(tmp_path / "monitor.db") as db:
        (tmp_path / "link.db").symlink_to(tmp_path / "monitor.db")
        for name in ("monitor.db", "link.db"):
            with pytest.raises(StoreError, match="cannot take the place of the database itself"):
                backup(db, tmp_path / name)


def test_a_database_in_memory_can_be_saved(tmp_path):
    """So can one that was never on a disk."""
    with opened() as db:
        store_item(db)
        backup(db, tmp_path / "backup.db")
    with opened(tmp_path / "backup.db") as db:
        assert items.count_items(db) == 1


def test_a_backup_onto_a_full_disk_leaves_the_last_one(tmp_path):
    """It fails in words, and neither half a file nor a lost backup remains."""
    with small_disk(tmp_path) as disk, opened(tmp_path / "monitor.db") as db:
        store_item(db, "k1")
        target = disk.path / "backup.db"
        backup(db, target)
        for n in range(30):
            store_item(db, f"k{n + 2}", content="word " * 20_000)
        with pytest.raises(StoreError, match=r"backup\.db: the disk is full"):
            backup(db, target)
        assert [file.name for file in disk.path.iterdir()] == ["backup.db"]
        with opened(target, read_only=True) as saved:
            assert items.count_items(saved) == 1


def test_a_backup_into_a_folder_that_is_not_there_is_refused(tmp_path):
    """The path and the reason are named."""
    with opened() as db, pytest.raises(StoreError, match=r"nowhere/backup\.db: cannot be written: no such file or directory"):
        backup(db, tmp_path / "nowhere" / "backup.db")


def _damage(path: Path) -> None:
    """Rubbish over the last third of the file, where the texts are."""
    with path.open("r+b") as file:
        pages = path.stat().st_size // 4096
        for page in range(pages * 2 // 3, pages):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)


def test_a_damaged_database_is_found_out_and_not_backed_up(tmp_path):
    """The check names the damage; the last good backup stays."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        for n in range(30):
            store_item(db, f"k{n}", content="word " * 2000)
    _damage(path)
    (tmp_path / "backup.db").write_text("the last good one")
    with opened(path) as db:
        assert check(db) != []
        with pytest.raises(StoreError, match=r"backup\.db: (no backup made: the database is damaged|damaged)"):
            backup(db, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text() == "the last good one"
    assert len(list(tmp_path.glob(".*partial*"))) == 0


def test_a_backup_takes_the_place_of_a_damaged_database(tmp_path):
    """The damaged one is set aside with its log, and the restored one is private and sound."""
    path, saved = tmp_path / "monitor.db", tmp_path / "backup.db"
    with opened(path) as db:
        store_item(db, "k1")
        backup(db, saved)
        store_item(db, "k2")
        shutil.copy(tmp_path / "monitor.db-wal", tmp_path / "log")
    path.write_bytes(b"\xff" * 10_000)
    shutil.move(tmp_path / "log", tmp_path / "monitor.db-wal")
    aside = restore(saved, path, now=NOON)
    assert aside == tmp_path / "monitor.db.replaced-20240305T120000Z"
    assert aside.read_bytes() == b"\xff" * 10_000
    assert (tmp_path / f"{aside.name}-wal").stat().st_size > 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with opened(path) as db:
        assert set(items.known(db, ["k1", "k2"])) == {"k1"}
        assert check(db, full=True) == []
    assert saved.exists()


def test_a_backup_is_restored_where_there_is_no_database(tmp_path):
    """On a new machine nothing has to be set aside."""
    with opened(tmp_path / "old.db") as db:
        store_item(db)
        backup(db, tmp_path / "backup.db")
    assert restore(tmp_path / "backup.db", tmp_path / "monitor.db", now=NOON) is None
    with opened(tmp_path / "monitor.db", create=False) as db:
        assert items.count_items(db) == 1


def test_what_is_no_sound_backup_is_not_restored(tmp_path):
    """A damaged copy, another file, or a running daemon: the database stays as it is."""
    path, saved = tmp_path / "monitor.db", tmp_path / "backup.db"
    with opened(path) as db:
        for n in range(30):
            store_item(db, f"k{n}", content="word " * 2000)
        backup(db, saved)
    before = path.read_bytes()
    with daemon_lock(path), pytest.raises(AlreadyRunning):
        restore(saved, path, now=NOON)
    _damage(saved)
    with pytest.raises(StoreError, match=r"backup\.db: (not restored: it is damaged itself|damaged)"):
        restore(saved, path, now=NOON)
    saved.write_text("no database at all, but long enough to look like one. " * 100)
    with pytest.raises(StoreError, match="not a database"):
        restore(saved, path, now=NOON)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.db", "monitor.db", "monitor.db.lock"]


def test_a_plain_copy_takes_a_database_in_use(tmp_path):
    """What the log holds is copied too; the copy is a database of its own."""
    path, target = tmp_path / "monitor.db", tmp_path / "scratch.db"
    with opened(path) as db:
        store_item(db)
        copy_into(db.conn, target)
    with opened(target) as copy:
        store_item(copy, "k2")
        assert items.count_items(copy) == 2
    with opened(path) as db:
        assert items.count_items(db) == 1


# ---------------------------------------------------------------- checks and care


def test_a_sound_database_has_nothing_to_report(tmp_path):
    """Neither quickly nor in full, nor when it may only be read."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        store_incident(db, keys=("k1", "k2"))
        items.update_item(db, an_item("k1", content="Edited.", content_hash="x"), seen_at=NOON)
        assert check(db) == []
        assert check(db, full=True) == []
        tidy(db)
    with opened(path, read_only=True) as db:
        assert check(db) == []


def test_a_missing_row_is_named(tmp_path):
    """A reference that leads nowhere, as after a change by hand."""
    with opened(tmp_path / "monitor.db") as db:
        store_incident(db, keys=("k1",))
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DELETE FROM incidents")
        assert check(db) == ["filings: row 1 refers to a row of incidents that is missing"]


def test_a_search_index_that_does_not_fit_is_found_and_made_anew():
    """Items that were changed behind its back, by hand."""
    with opened() as db:
        store_item(db)
        db.execute("INSERT INTO items_search (items_search, rowid, title, summary, content) VALUES ('delete', 1, 'other', 'words', 'here')")
        assert check(db) == ["items_search: the search index does not fit the items; `monitor db rebuild-search` makes it anew"]
        rebuild_search(db)
        assert check(db) == []
        assert len(items.search_items(db, "bazaar")) == 1


def test_vacuum_gives_back_the_space_of_what_is_gone(tmp_path):
    """The file shrinks by what it says."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        for n in range(20):
            store_item(db, f"k{n}", content="word " * 5000)
        tidy(db)
        before = path.stat().st_size
        db.execute("DELETE FROM items")
        saved = vacuum(db)
        assert saved > 200_000
        assert before - path.stat().st_size == saved
        assert items.search_items(db, "word") == []


def test_tidying_takes_the_log_back_into_the_file(tmp_path):
    """The log does not grow for ever."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        store_item(db)
        assert figures(db).log_size > 0
        tidy(db)
        assert figures(db).log_size == 0


def test_long_work_leaves_a_log_that_tidying_takes_back(tmp_path):
    """More commits go into the log before it is taken back into the file, and a new connection is as ever."""
    path = tmp_path / "monitor.db"
    log = tmp_path / "monitor.db-wal"
    with opened(path) as db:
        ready_for_long_work(db)
        for n in range(400):
            store_item(db, f"k{n}", content="word " * 1000)
        assert log.stat().st_size > 2 * 1000 * 4096, "the log was taken back after 1,000 pages"
        tidy(db)
        assert log.stat().st_size == 0
    with opened(path) as db:
        assert db.execute("PRAGMA wal_autocheckpoint").fetchone() == (1000,)


def test_tidying_does_not_wait_for_a_reader(tmp_path):
    """Somebody's open report must not stop the poller: the log stays for the next time, and the time-out is as before."""
    path = tmp_path / "monitor.db"
    with opened(path) as db, opened(path) as reader:
        store_item(db, "k1")
        with reading(reader):
            items.count_items(reader)
            store_item(db, "k2")
            began = time.monotonic()
            tidy(db)
            assert time.monotonic() - began < 8
        assert db.execute("PRAGMA busy_timeout").fetchone() == (10_000,)
        assert figures(db).log_size > 0


# ---------------------------------------------------------------- figures


def test_the_figures_of_an_empty_database_are_zeros():
    """Nothing has happened yet."""
    with opened() as db:
        found = figures(db)
        assert (found.items, found.incidents, found.alerts, found.deliveries, found.last_item_at, found.last_poll_at) == (
            0,
            0,
            {},
            {},
            None,
            None,
        )
        assert found.oldest_waiting_at is None


def test_the_figures_count_every_table_by_state(tmp_path):
    """What `monitor status` shows."""
    with opened(tmp_path / "monitor.db") as db:
        with writing(db):
            store_incident(db, "i1", keys=("k1", "k2"))
            store_incident(db, "i2", dismissed=True)
            items.add_sighting(db, "k1", an_item("k3"), seen_at=NOON)
            items.mark_unread(db, "k2", "time-out")
            items.save_report(db, "k1", a_report(), NOON)
            store_settled_alert(db, "i1", channels=("slack", "mail"))
            alerts.save_alert(db, an_alert(store_incident(db, "i3")))
            feeds.save_feed_state(db, FeedState(url="a", last_polled_at=NOON, failures=2))
            feeds.save_feed_state(db, FeedState(url="b", last_polled_at=NOON + HOUR))
        outbox.mark_sent(db, 1, NOON)
        found = figures(db)
        assert found == Figures(
            schema=found.schema,
            size=found.size,
            log_size=found.log_size,
            items=2,
            unread=1,
            sightings=1,
            last_item_at=NOON,
            incidents=3,
            dismissed=1,
            alerts={"pending": 1, "settled": 1},
            deliveries={"sent": 1, "waiting": 1},
            oldest_waiting_at=NOON,
            feeds=2,
            feeds_failing=1,
            last_poll_at=NOON + HOUR,
        )
        assert found.size > 0
        assert "items" in sizes(db)


def test_single_values_are_kept_and_forgotten():
    """Set, set again, forget."""
    with opened() as db:
        assert meta(db, "cursor") is None
        set_meta(db, "cursor", "1")
        set_meta(db, "cursor", "2")
        assert meta(db, "cursor") == "2"
        set_meta(db, "cursor", None)
        assert meta(db, "cursor") is None


def test_a_feed_keeps_its_state_under_a_new_address():
    """An adopted redirect starts nothing anew; what the new address had is replaced."""
    with opened() as db:
        feeds.save_feed_state(db, FeedState(url="old", etag="x", first_success_at=NOON, moved_to="new", moved_seen=3))
        feeds.save_feed_state(db, FeedState(url="new", etag="y"))
        feeds.move_feed_state(db, "old", "new")
        assert feeds.feed_states(db) == {"new": FeedState(url="new", etag="x", first_success_at=NOON)}
        feeds.move_feed_state(db, "unknown", "new")
        feeds.move_feed_state(db, "new", "new")
        assert feeds.feed_state(db, "new").etag == "x"
        assert feeds.forget_feed_state(db, "new")
        assert not feeds.forget_feed_state(db, "new")


# ---------------------------------------------------------------- the daemon's lock


def test_a_second_daemon_is_refused_with_the_number_of_the_first(tmp_path):
    """Also within one process; afterwards the lock is free again."""
    database = tmp_path / "monitor.db"
    assert not is_locked(database)
    with daemon_lock(database) as path:
        assert path == lock_path(database) == tmp_path / "monitor.db.lock"
        assert path.read_text() == f"{os.getpid()}\n"
        assert is_locked(database)
        with (
            pytest.raises(AlreadyRunning, match=rf"monitor\.db: another monitor \(process {os.getpid()}\) is running on it; stop that one"),
            daemon_lock(database),
        ):
            pass
        assert is_locked(database)
    assert not is_locked(database)
    with daemon_lock(database):
        assert is_locked(database)


def test_a_lock_that_cannot_be_made_is_reported_in_words(tmp_path):
    """A missing folder, say."""
    with pytest.raises(StoreError, match="cannot make the lock file: no such file"), daemon_lock(tmp_path / "nowhere" / "monitor.db"):
        pass


_HOLDER = """
import os, sys, time
from pathlib import Path
from monitor.store.lock import daemon_lock
alive, tell = os.pipe()
with daemon_lock(Path(sys.argv[1])):
    child = os.fork()
    if child == 0:
        os.close(1)
        os.write(tell, b"x")
        time.sleep(30)
        os._exit(0)
    os.read(alive, 1)
    print(child, flush=True)
    time.sleep(30)
"""


def test_a_killed_daemon_leaves_no_lock_though_its_worker_lives_on(tmp_path):
    """A forked worker has a copy of the descriptor, and with it would hold the lock: it closes its copy."""
    database = tmp_path / "monitor.db"
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(database)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    worker = int(holder.stdout.readline())
    try:
        assert is_locked(database)
        holder.send_signal(signal.SIGKILL)
        holder.wait(20)
        os.kill(worker, 0)
        assert not is_locked(database)
    finally:
        os.kill(worker, signal.SIGKILL)
        holder.stdout.close()


def _hold(database: str, held, release) -> None:
    with daemon_lock(Path(database)):
        held.set()
        release.wait(30)


def test_the_lock_holds_between_processes(tmp_path):
    """The other daemon's number is in the message; a command that only looks sees it too."""
    database = tmp_path / "monitor.db"
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(str(database), held, release))
    process.start()
    try:
        assert held.wait(30)
        assert is_locked(database)
        with pytest.raises(AlreadyRunning, match=rf"\(process {process.pid}\)"), daemon_lock(database):
            pass
        with closing(open_database(database)):
            pass
    finally:
        release.set()
        process.join(20)
    assert not is_locked(database)
