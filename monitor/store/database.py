"""Open the database, write to it in transactions, and say in words why it refuses.

Every connection has autocommit on (`isolation_level=None`), so that nothing but `writing` ever opens a transaction: Python's
implicit ones lose rows (an `INSERT … RETURNING` read by `fetchall` stays open, and all that follows goes with it).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database
from sqlite_utils.utils import dedupe_keys

from monitor.errors import SchemaTooNew, StoreError
from monitor.store.copies import checked_copy
from monitor.store.lock import running_elsewhere
from monitor.store.refusals import BUSY_TIMEOUT_S, explained, primary_code, refusal_of
from monitor.store.schema import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION

__all__ = ["Database", "data_version", "database_path", "open_database", "reading", "ready_for_long_work", "writing"]

# A log that one long replay has blown up is cut back to this many bytes.
LOG_LIMIT = 16 * 2**20
# What a connection that writes for hours keeps in memory at most, in KiB, and how many pages of 4 KiB it leaves in the log.
_BUSY_CACHE_KIB = 65_536
_BUSY_LOG_PAGES = LOG_LIMIT // 4096

Result = TypeVar("Result")
Row = dict[str, Any]
Parameters = Mapping[str, Any] | Sequence[Any]


# ---------------------------------------------------------------- opening


def open_database(path: Path | None, *, create: bool = True, read_only: bool = False, older: bool = False) -> Database:
    """Open, and where needed make or migrate, the database; `None` is a fresh one in memory.

    WAL with synchronous=FULL: what has been committed survives a loss of power. A new file can be read by its owner alone.
    Use a connection in the thread that opened it. `read_only` neither makes nor migrates anything; with
    `older`, a file of an older schema is opened as it is, to be copied.

    Before a migration a checked copy of the file is kept beside it, as `monitor.db.schema-4`.

    Raises:
        SchemaTooNew: a newer Monitor wrote it.
        StoreError: it is missing (without `create`), corrupt, no database of Monitor's, or cannot be opened.
    """
    if path is None:
        db = _wrap(sqlite3.connect(":memory:", isolation_level=None))
        _settle_schema(db, shown="the database in memory", read_only=False)
        return db
    if read_only:
        return _open_read_only(path, older=older)
    if not path.exists():
        if not create:
            raise _missing(path)
        _make_private_file(path)
    with explained(str(path)):
        db = _wrap(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None))
        try:
            _check_header(db, str(path))
            _use_wal(db)
            db.execute("PRAGMA synchronous=FULL")
            db.execute(f"PRAGMA journal_size_limit={LOG_LIMIT}")
            _settle_schema(db, shown=str(path), read_only=False)
        except BaseException:
            db.close()
            raise
    return db


def ready_for_long_work(db: Database) -> None:
    """For a connection that writes item after item: the pages that each item touches are kept in memory and go to the file more seldom,
    so that an item costs the same however large the database is. Nothing is less safe."""
    db.execute(f"PRAGMA cache_size=-{_BUSY_CACHE_KIB}")
    db.execute(f"PRAGMA wal_autocheckpoint={_BUSY_LOG_PAGES}").fetchall()


def new_database(path: Path, schema: int, fill: Callable[[Database], Result]) -> Result:
    """Make a database as it was at an older schema, let `fill` put rows in, and bring it up to today's.

    All or nothing, but not on the disk yet; foreign keys are not enforced meanwhile.
    """
    db = _wrap(sqlite3.connect(path, isolation_level=None))
    try:
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "journal_mode=MEMORY"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        steps = [step.name for step in MIGRATIONS.pending(db)]
        with writing(db):
            MIGRATIONS.apply(db, stop_before=steps[schema:])
            result = fill(db)
            MIGRATIONS.apply(db)
            db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        return result
    finally:
        db.close()


def _open_read_only(path: Path, *, older: bool) -> Database:
    if not path.exists():
        raise _missing(path)
    with explained(str(path)):
        log = path.with_name(path.name + "-wal")
        try:
            # As the last one out, a reader that may write takes the -wal and -shm away that it had to make; `mode=ro` leaves them.
            # Where a log is there already, a daemon runs or was killed: then nothing is to be put in order here.
            return _connect_read_only(path, "mode=ro" if log.exists() else "mode=rw", older=older)
        except sqlite3.OperationalError as error:
            # A WAL database needs its -shm beside it; where that cannot be made (a read-only mount, a backup owned by
            # somebody else), the file alone may be read, provided that no log holds commits that it lacks.
            if primary_code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            if log.exists() and log.stat().st_size:
                raise StoreError(
                    f"{path}: its folder cannot be written and {log.name} holds commits that are not in the file yet; "
                    "copy both files to a folder of your own and open the copy"
                ) from error
            return _connect_read_only(path, "mode=ro&immutable=1", older=older)


def _connect_read_only(path: Path, mode: str, *, older: bool) -> Database:
    db = _wrap(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None))
    try:
        db.execute("PRAGMA query_only=ON")
        _check_header(db, str(path))
        _settle_schema(db, shown=str(path), read_only=True, older=older)
    except BaseException:
        db.close()
        raise
    return db


def _wrap(connection: sqlite3.Connection) -> Database:
    connection.execute("PRAGMA foreign_keys=ON")
    # No plugins: what an analyst installed for the sqlite-utils command must not change the daemon.
    return Database(connection, execute_plugins=False)


def _missing(path: Path) -> StoreError:
    return StoreError(f"{path}: no such database; `monitor run` and `monitor backfill` make it, or set [storage] path to where it is")


def _make_private_file(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass  # another process was quicker, and makes it in the same way
    except FileNotFoundError as error:
        raise StoreError(f"{path}: the folder {path.parent} does not exist; make it or set [storage] path to another place") from error
    except OSError as error:
        raise StoreError(f"{path}: cannot make the database: {(error.strerror or str(error)).lower()}") from error


def _check_header(db: Database, shown: str) -> None:
    """Refuse what is no database, or somebody else's, before anything is written to it."""
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if tables and application != APPLICATION_ID:
        raise StoreError(f"{shown}: a database, but not one of Monitor's; set [storage] path to another file")


def _use_wal(db: Database) -> None:
    # The switch needs the file for itself for a moment and does not wait for it, whatever the busy time-out.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if primary_code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _settle_schema(db: Database, *, shown: str, read_only: bool, older: bool = False) -> None:
    found = schema_version(db)
    if found == SCHEMA_VERSION:
        return
    if found > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{shown}: schema {found} was written by a newer Monitor; this program knows up to {SCHEMA_VERSION}; "
            "upgrade it, or open a backup from before the upgrade"
        )
    if read_only and older:
        return
    if read_only:
        raise StoreError(
            f"{shown}: schema {found} is older than this program's {SCHEMA_VERSION}; any command that writes brings it up to date"
        )
    path = database_path(db)
    if found and path is not None and (number := running_elsewhere(path)) is not None:
        raise StoreError(
            f"{shown}: schema {found} is older than this program's {SCHEMA_VERSION}, and the daemon of an older Monitor (process {number}) "
            "runs on it; restart that one, which brings it up to date"
        )
    # One transaction for all steps, taken at once: of two programs that start together the second finds the work done.
    with writing(db):
        found = schema_version(db)
        if found == SCHEMA_VERSION:
            return
        if found and path is not None:
            _keep_a_copy(path, found)
        MIGRATIONS.apply(db)
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _keep_a_copy(path: Path, found: int) -> None:
    """Before a migration: the database as it was, checked, beside it. Whoever calls this keeps others from writing meanwhile.

    Raises:
        StoreError: there is no room for it, or what was copied is damaged; nothing is migrated then.
    """
    kept = path.with_name(f"{path.name}.schema-{found}")
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as original:
            checked_copy(original, kept)
    except StoreError as error:
        raise StoreError(f"{path}: not brought up to schema {SCHEMA_VERSION}, as no copy could be kept: {error}") from error


def schema_version(db: Database) -> int:
    """The number of the newest migration that the file has seen; 0 for an empty file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def data_version(db: Database) -> int:
    """A number that changes when another connection has committed; not for this connection's own commits."""
    with _explained_for(db):
        return int(db.execute("PRAGMA data_version").fetchone()[0])


def database_path(db: Database) -> Path | None:
    """Where the database is, None for one in memory."""
    for _number, name, file in db.execute("PRAGMA database_list").fetchall():
        if name == "main" and file:
            return Path(file)
    return None


# ---------------------------------------------------------------- transactions


@contextlib.contextmanager
def writing(db: Database) -> Iterator[None]:
    """All or nothing: BEGIN IMMEDIATE … COMMIT, and ROLLBACK on any exception. Inside itself it is a savepoint.

    BEGIN IMMEDIATE waits its turn (10 s); a plain BEGIN that reads first fails at once when another process wrote in between.

    Raises:
        StoreError: the disk is full, the database locked for too long, read-only, damaged or unreadable.
    """
    with _explained_for(db):
        if db.conn.in_transaction:
            with db.atomic():
                yield
            return
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if db.conn.in_transaction:
                db.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def joining(db: Database) -> Iterator[None]:
    """As `writing`, but inside a transaction no savepoint: for steps after whose failure the whole is given up."""
    if db.conn.in_transaction:
        yield
        return
    with writing(db):
        yield


@contextlib.contextmanager
def reading(db: Database) -> Iterator[None]:
    """Several reads that see one state of the database. Never write inside; keep it short, as it holds back the log's end."""
    with _explained_for(db):
        if db.conn.in_transaction:
            yield
            return
        db.execute("BEGIN")
        try:
            yield
        finally:
            if db.conn.in_transaction:
                db.execute("ROLLBACK")


# ---------------------------------------------------------------- statements, for the store's own modules


def rows(db: Database, sql: str, parameters: Parameters = ()) -> list[Row]:
    """All rows of a SELECT, as dictionaries. Read to the end, so that no open cursor holds a snapshot."""
    with _explained_for(db):
        if sql.startswith("SELECT"):
            # A third of the time: query() sets a savepoint around each statement, in case it writes.
            cursor = db.execute(sql, parameters)  # type: ignore[arg-type]
            names = dedupe_keys(column[0] for column in cursor.description)
            return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
        return list(db.query(sql, parameters))  # type: ignore[arg-type]


def row(db: Database, sql: str, parameters: Parameters = ()) -> Row | None:
    found = rows(db, sql, parameters)
    return found[0] if found else None


def scalar(db: Database, sql: str, parameters: Parameters = ()) -> Any:
    """The first column of the first row; None where there is no row."""
    found = row(db, sql, parameters)
    return None if found is None else next(iter(found.values()))


def change(db: Database, sql: str, parameters: Parameters = ()) -> int:
    """Run one INSERT, UPDATE or DELETE inside `writing`; returns how many rows it changed."""
    return db.execute(sql, parameters).rowcount  # type: ignore[arg-type]


def insert(db: Database, table: str, values: Row, *, replace_on: str = "", keep: Sequence[str] = ()) -> int:
    """Insert one row inside `writing` and return its rowid.

    `replace_on` names the columns of a unique key (with commas): a row that has it is updated in place, but for the columns in `keep`.
    """
    # Six times as fast as Table.insert and .upsert, which look the table up anew on each call.
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(':' + name for name in values)})"
    if replace_on:
        kept = {name.strip() for name in replace_on.split(",")} | set(keep)
        changes = ", ".join(f"{name} = excluded.{name}" for name in values if name not in kept)
        sql += f" ON CONFLICT ({replace_on}) DO UPDATE SET {changes}" if changes else f" ON CONFLICT ({replace_on}) DO NOTHING"
    return db.execute(sql, values).lastrowid or 0


@contextlib.contextmanager
def _explained_for(db: Database) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        path = database_path(db) if _is_open(db) else None
        refusal = refusal_of(error, str(path) if path else "the database")
        if refusal is None:
            raise
        raise refusal from error


def _is_open(db: Database) -> bool:
    try:
        db.conn.total_changes  # noqa: B018 (raises on a closed connection)
    except sqlite3.ProgrammingError:
        return False
    return True
