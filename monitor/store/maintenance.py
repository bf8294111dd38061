"""Backups, checks and figures of a database."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.columns import moment_or_none
from monitor.store.copies import checked_copy, copy_into, flush, whole_or_nothing
from monitor.store.database import Database, database_path, open_database, reading, row, rows, scalar, schema_version, writing
from monitor.store.lock import daemon_lock
from monitor.store.outbox import count_by_state, oldest_waiting
from monitor.store.refusals import damaged_words, explained, primary_code

# ---------------------------------------------------------------- copies


def backup(db: Database, file: Path) -> int:
    """Write a checked copy of the database as of its last commit; the daemon may go on writing. Returns its size in bytes.

    `file` appears only when the copy is whole, has been checked and is on the disk; an older file of that name stays until then.
    It can be read by its owner alone, and opened from a read-only disk.

    Raises:
        StoreError: the copy cannot be written, or what was copied is damaged.
    """
    if (own := database_path(db)) is not None and file.exists() and file.samefile(own):
        raise StoreError(f"{file}: a backup cannot take the place of the database itself; name another file")
    checked_copy(db.conn, file)
    return file.stat().st_size


def restore(file: Path, database: Path, *, now: dt.datetime) -> Path | None:
    """Put a backup in the place of the database, which need not be readable any more; returns where the old one went (None: there
    was none). Its log goes with it: beside another file it would be taken for that file's own, and spoil it.

    Raises:
        StoreError: `file` is no sound database of Monitor's, or cannot be copied; nothing is changed then.
        AlreadyRunning: a daemon has the database open.
    """
    with daemon_lock(database):
        with closing(open_database(file, read_only=True, older=True)) as saved:
            if damage := check(saved):
                raise StoreError(f"{file}: not restored: it is damaged itself ({'; '.join(damage[:3])}); try an older backup")
            with whole_or_nothing(database.with_name(f"{database.name}.restored")) as partial, explained(str(database)):
                copy_into(saved.conn, partial)
        aside = database.with_name(f"{database.name}.replaced-{now:%Y%m%dT%H%M%SZ}") if database.exists() else None
        if aside is not None:
            for tail in ("-wal", "-shm", ""):
                part = database.with_name(database.name + tail)
                if part.exists():
                    part.replace(aside.with_name(aside.name + tail))
        database.with_name(f"{database.name}.restored").replace(database)
        flush(database.parent)
    return aside


# ---------------------------------------------------------------- checks and care


def check(db: Database, *, full: bool = False) -> list[str]:
    """What is damaged, in words; empty where all is well. `full` also compares every index with its table (minutes for gigabytes)."""
    try:
        damage = [str(found[0]) for found in db.execute(f"PRAGMA {'integrity_check' if full else 'quick_check'}(20)").fetchall()]
        damage = [words for words in damage if words != "ok"]
        for table, number, parent, _key in db.execute("PRAGMA foreign_key_check").fetchall():
            damage.append(f"{table}: row {number or 'without a number'} refers to a row of {parent} that is missing")
    except sqlite3.DatabaseError as error:
        return [f"reading stopped: {error}"]
    try:
        # Written as a change, it is none: the index is compared with the items.
        db.execute("INSERT INTO items_search (items_search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            damage.append(f"items_search: cannot be checked: {error}")
    except sqlite3.DatabaseError:
        damage.append("items_search: the search index does not fit the items; `monitor db rebuild-search` makes it anew")
    return damage


def refuse_damage(db: Database, *, within_s: float = 3.0) -> None:
    """Look for damaged pages for so long at most: what is found at a start can still be mended before more is written on top.

    Raises:
        StoreError: there is one; names the way back.
    """
    stop = threading.Timer(within_s, db.conn.interrupt)
    stop.start()
    try:
        damage = [str(found[0]) for found in db.execute("PRAGMA quick_check(1)").fetchall()]
    except sqlite3.DatabaseError as error:
        if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
            return  # too large to look at whole; a page that is met later is told by whoever meets it
        damage = [str(error)]
    finally:
        stop.cancel()
    if damage != ["ok"]:
        raise StoreError(damaged_words(str(database_path(db) or "the database"), damage[0].splitlines()[-1]))


def rebuild_search(db: Database) -> None:
    """Make the search index anew from the items."""
    with writing(db):
        db.execute("INSERT INTO items_search (items_search) VALUES ('rebuild')")


def tidy(db: Database) -> None:
    """What a daemon does now and then: let SQLite renew its statistics, and take the log back into the file.

    Takes milliseconds; where a reader is in the way of the log, it is left for the next time.
    """
    with explained(_shown(db)):
        (busy_ms,) = db.execute("PRAGMA busy_timeout").fetchone()
        db.execute("PRAGMA busy_timeout=100").fetchall()
        try:
            db.execute("PRAGMA analysis_limit=400").fetchall()
            db.execute("PRAGMA optimize").fetchall()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            db.execute(f"PRAGMA busy_timeout={busy_ms}").fetchall()


def vacuum(db: Database) -> int:
    """Rewrite the file without its empty pages, which needs as much free space again; returns the bytes saved."""
    with explained(_shown(db)):
        before = _bytes(db)
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return before - _bytes(db)


# ---------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the database stands; times are None where nothing has happened yet, sizes are in bytes."""

    schema: int
    size: int
    log_size: int
    items: int
    unread: int
    sightings: int
    last_item_at: dt.datetime | None
    incidents: int
    dismissed: int
    alerts: dict[str, int] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    oldest_waiting_at: dt.datetime | None = None
    feeds: int = 0
    feeds_failing: int = 0
    last_poll_at: dt.datetime | None = None


def figures(db: Database) -> Figures:
    """Counts by table and state, for `monitor status`."""
    with reading(db):
        # The last one stored came last; a max() would read a whole index.
        last = scalar(db, "SELECT first_seen_at FROM items ORDER BY number DESC LIMIT 1")
        feeds = row(db, "SELECT count(*) AS n, total(failures > 0) AS failing, max(last_polled_at) AS last FROM feeds") or {}
        return Figures(
            schema=schema_version(db),
            size=_bytes(db),
            log_size=_log_bytes(db),
            items=scalar(db, "SELECT count(*) FROM items"),
            unread=scalar(db, "SELECT count(*) FROM items WHERE state = 'unread'"),
            sightings=scalar(db, "SELECT count(*) FROM sightings"),
            last_item_at=moment_or_none(last),
            incidents=scalar(db, "SELECT count(*) FROM incidents WHERE merged_into IS NULL"),
            dismissed=scalar(db, "SELECT count(*) FROM incidents WHERE dismissed = 1 AND merged_into IS NULL"),
            alerts={found["state"]: found["n"] for found in rows(db, "SELECT state, count(*) AS n FROM alerts GROUP BY state")},
            deliveries=count_by_state(db),
            oldest_waiting_at=oldest_waiting(db),
            feeds=feeds["n"],
            feeds_failing=int(feeds["failing"]),
            last_poll_at=moment_or_none(feeds["last"]),
        )


def sizes(db: Database) -> dict[str, int]:
    """Bytes of each table and index, the largest first; empty where this SQLite cannot tell."""
    try:
        found = db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY sum(pgsize) DESC, name").fetchall()
    except sqlite3.OperationalError:
        return {}
    return {str(name): int(size) for name, size in found}


def bytes_used(db: Database) -> int:
    """The database with its log, in bytes."""
    return _bytes(db) + _log_bytes(db)


def _log_bytes(db: Database) -> int:
    path = database_path(db)
    try:
        return path.with_name(path.name + "-wal").stat().st_size if path else 0
    except OSError:
        return 0


def _bytes(db: Database) -> int:
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    (page_size,) = db.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(page_size)


def _shown(db: Database) -> str:
    path = database_path(db)
    return str(path) if path else "the database"
