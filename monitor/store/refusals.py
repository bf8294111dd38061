"""What SQLite refuses, in words for the operator: what happened, and what to do."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from monitor.errors import StoreError

BUSY_TIMEOUT_S = 10.0


@contextlib.contextmanager
def explained(shown: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        refusal = refusal_of(error, shown)
        if refusal is None:
            raise
        raise refusal from error


def primary_code(error: sqlite3.Error) -> int:
    """The primary result code; extended codes carry it in their low byte."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def refusal_of(error: sqlite3.DatabaseError, shown: str) -> StoreError | None:
    """What the operator needs to know; None for a mistake of the program's, which should be seen as one."""
    match primary_code(error):
        case sqlite3.SQLITE_FULL:
            return StoreError(
                f"{shown}: the disk is full{_free(shown)}; nothing of this step was stored; free some space and it goes on by itself"
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(f"{shown}: locked by another program for {BUSY_TIMEOUT_S:.0f} s; try again, or end that program")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreError(
                f"{shown}: read-only; this command writes; run it as the user that owns the file, on a disk mounted for writing"
            )
        case sqlite3.SQLITE_CANTOPEN:
            return StoreError(
                f"{shown}: cannot be opened; see that the folder exists, that this user may write in it, "
                "and that the disk is not mounted read-only"
            )
        case sqlite3.SQLITE_IOERR:
            return StoreError(f"{shown}: the disk reports an error ({error}); see the kernel's log, then run `monitor db check`")
        case sqlite3.SQLITE_CORRUPT:
            return StoreError(damaged_words(shown, str(error)))
        case sqlite3.SQLITE_NOTADB:
            return StoreError(
                f"{shown}: not a database; put the last backup in its place (monitor db restore FILE), "
                "or set [storage] path to another file"
            )
        case sqlite3.SQLITE_NOMEM | sqlite3.SQLITE_TOOBIG:
            return StoreError(f"{shown}: {error}")
        case _:
            return None


def damaged_words(shown: str, what: str) -> str:
    return (
        f"{shown}: damaged ({what}); stop the daemon and put the last backup in its place: monitor db restore FILE "
        "(the damaged file is kept beside it); monitor db check lists what is damaged"
    )


def _free(shown: str) -> str:
    folder = Path(shown).parent
    try:
        return f" ({shutil.disk_usage(folder).free // 1024} kB free in {folder})" if Path(shown).is_absolute() or folder.exists() else ""
    except OSError:
        return ""
