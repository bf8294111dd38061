"""One daemon a database: a lock on a file beside it, which the kernel drops when the process dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from monitor.errors import AlreadyRunning, StoreError


def lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


@contextlib.contextmanager
def daemon_lock(database: Path) -> Iterator[Path]:
    """Hold the daemon's lock of this database; its file holds this process's number and stays behind, unlocked.

    Raises:
        AlreadyRunning: another daemon holds it.
        StoreError: the file cannot be made.
    """
    path = lock_path(database)
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: cannot make the lock file: {(error.strerror or str(error)).lower()}") from error
    held = _Held(file)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"{database}: another monitor{_number_in(file)} is running on it; stop that one first") from error
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield path
    finally:
        held.close()


def is_locked(database: Path) -> bool:
    """Whether a daemon runs on this database."""
    try:
        file = os.open(lock_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def running_elsewhere(database: Path) -> int | None:
    """The number of another process whose daemon runs on this database; None where there is none, or it is this process."""
    if not is_locked(database):
        return None
    try:
        number = int(lock_path(database).read_text().strip() or 0)
    except (OSError, ValueError):
        number = 0
    return None if number == os.getpid() else number


class _Held:
    """A descriptor that a forked child drops: a flock lives as long as any copy of it, and a worker may outlive a killed daemon."""

    def __init__(self, file: int) -> None:
        self._file: int | None = file
        os.register_at_fork(after_in_child=self.close)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _number_in(file: int) -> str:
    number = os.pread(file, 20, 0).decode("ascii", "replace").strip()
    return f" (process {number})" if number.isdigit() else ""
