"""Copies of a database: whole, checked and on the disk, or none at all."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.refusals import explained


def copy_into(original: sqlite3.Connection, target: Path) -> None:
    """Copy what the connection sees, in use or not, as of its last commit, over a file. Nothing is checked or migrated; see `backup`."""
    with explained(str(target)), closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def checked_copy(original: sqlite3.Connection, file: Path) -> None:
    """Write what the connection sees to a file of its own; an older file of that name stays until the copy is whole.

    Raises:
        StoreError: the copy cannot be written, or what was copied is damaged.
    """
    with whole_or_nothing(file) as partial, explained(str(file)), closing(sqlite3.connect(partial, isolation_level=None)) as copy:
        # All pages in one step: readers and, in WAL, writers are not held up, and no write makes it start again.
        original.backup(copy)
        # One file: a copy in WAL mode would need its folder to be writable.
        copy.execute("PRAGMA journal_mode=DELETE")
        damage = [str(found[0]) for found in copy.execute("PRAGMA quick_check(5)").fetchall() if found[0] != "ok"]
        if damage:
            raise StoreError(f"{file}: no backup made: the database is damaged ({'; '.join(damage)}); keep the last good backup")


@contextmanager
def whole_or_nothing(file: Path) -> Iterator[Path]:
    """A private file beside `file` to be written; it takes its place when all went well and is removed otherwise."""
    partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        yield partial
        flush(partial)
        partial.replace(file)
        flush(file.parent)
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    finally:
        for leftover in (partial, partial.with_name(partial.name + "-journal")):
            leftover.unlink(missing_ok=True)


def flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
