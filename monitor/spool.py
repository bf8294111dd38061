"""Items go in in any order and come out by time, however many: sorted runs on disk, merged. What was gathered survives a stop.

The memory needed is one run's bytes, and one item a run while they are merged. The folder is private and ours alone.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import heapq
import itertools
import json
import os
import pickle
import shutil
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from monitor.errors import StoreError, UsageError
from monitor.model import Item, Report

RUN_BYTES = 16_000_000
MOST_RUNS = 64  # merged at once: each is an open file
_HEAD = struct.Struct("<qQI?")  # microseconds, place in the input, bytes of the item, may_alert
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """An item with its place in time; `may_alert` is False where it has no date of its own. `report` where it was read elsewhere."""

    clock: dt.datetime
    item: Item
    may_alert: bool
    report: Report | None = None


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a stopped backfill leaves to the next run of the same command. `taken` counts items in the order of time."""

    key: str = ""
    sources_done: int = 0
    within: int = 0  # of the source under way, how many items and bad records came out of it
    walk: dict[str, Any] = field(default_factory=dict)  # of the archive under way
    covered: dict[str, str] = field(default_factory=dict)  # feed → down to when its archive was gathered
    gathered: bool = False
    first: int | None = None  # microseconds since 1970 of the oldest item, and of the newest
    last: int | None = None
    items: int = 0
    bad: int = 0
    taken: int = 0
    runs: list[str] = field(default_factory=list)
    version: int = _VERSION


class Spool:
    """`add` items, `flush`, then iterate, as often as wanted. Use as a context manager; `done` removes the folder, leaving keeps it."""

    def __init__(self, folder: Path, *, key: str = "", run_bytes: int = RUN_BYTES) -> None:
        self._folder = folder
        self._run_bytes = run_bytes
        self._held: list[tuple[int, int, bool, bytes]] = []
        self._bytes = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise UsageError("the same backfill is under way already; wait for it, or stop it first") from error
        self.progress = self._found(key)
        for path in folder.glob("*.run"):
            if path.name not in self.progress.runs:
                path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def _found(self, key: str) -> Progress:
        """Where an earlier run was stopped, if it was of the same command; else a new beginning."""
        try:
            form = json.loads((self._folder / "progress.json").read_text())
            found = Progress(**form)
            if found.version == _VERSION and found.key == key and all((self._folder / run).is_file() for run in found.runs):
                return found
        except (OSError, ValueError, TypeError):
            pass
        return Progress(key=key)

    def add(self, clocked: Clocked) -> None:
        body = pickle.dumps((clocked.item, clocked.report), protocol=5)
        at = (clocked.clock - _EPOCH) // _MICROSECOND
        self._held.append((at, self.progress.items, clocked.may_alert, body))
        first, last = self.progress.first, self.progress.last
        self.progress.first, self.progress.last = min(at, at if first is None else first), max(at, at if last is None else last)
        self.progress.items += 1
        self._bytes += len(body) + 200
        if self._bytes >= self._run_bytes:
            self.flush()

    def flush(self) -> None:
        """Put what is held on the disk, and note how far the work has come."""
        if self._held:
            self._held.sort(key=lambda one: one[:2])
            with self._new_run() as run:
                for at, place, may_alert, body in self._held:
                    run.write(_HEAD.pack(at, place, len(body), may_alert))
                    run.write(body)
            self._held, self._bytes = [], 0
        while len(self.progress.runs) >= MOST_RUNS:
            self._merge(self.progress.runs[:MOST_RUNS])
        self.save()

    def save(self) -> None:
        """Keep `progress`, whole or not at all."""
        partial = self._folder / "progress.partial"
        partial.write_text(json.dumps(asdict(self.progress)))
        partial.replace(self._folder / "progress.json")

    def __len__(self) -> int:
        return self.progress.items - self.progress.taken

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """The times of the oldest item and of the newest; None where there is none."""
        first, last = self.progress.first, self.progress.last
        return None if first is None or last is None else (_EPOCH + first * _MICROSECOND, _EPOCH + last * _MICROSECOND)

    def __iter__(self) -> Iterator[Clocked]:
        """All items by time, among equals as they came, without those that an earlier run has taken. `flush` first."""
        merged = _merged(self._folder, self.progress.runs)
        for at, _, may_alert, body in itertools.islice(merged, self.progress.taken, None):
            item, report = pickle.loads(body)  # noqa: S301 - written by this program into its own private folder
            yield Clocked(clock=_EPOCH + at * _MICROSECOND, item=item, may_alert=may_alert, report=report)

    def done(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _new_run(self) -> IO[bytes]:
        taken = {path.name for path in self._folder.glob("*.run")}
        name = next(f"{n:06}.run" for n in range(len(taken) + 1, 10**7) if f"{n:06}.run" not in taken)
        self.progress.runs.append(name)
        try:
            return os.fdopen(os.open(self._folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        except OSError as error:
            raise StoreError(f"{self._folder}: cannot be written: {error.strerror}; it holds the items until they are in order") from error

    def _merge(self, runs: list[str]) -> None:
        with self._new_run() as target:
            for at, place, may_alert, body in _merged(self._folder, runs):
                target.write(_HEAD.pack(at, place, len(body), may_alert))
                target.write(body)
        self.progress.runs = [run for run in self.progress.runs if run not in runs]
        self.save()
        for run in runs:
            (self._folder / run).unlink()


def _merged(folder: Path, runs: list[str]) -> Iterator[tuple[int, int, bool, bytes]]:
    files = [(folder / run).open("rb") for run in runs]
    try:
        yield from heapq.merge(*(_read(file) for file in files), key=lambda one: one[:2])
    finally:
        for file in files:
            file.close()


def _read(file: IO[bytes]) -> Iterator[tuple[int, int, bool, bytes]]:
    while head := file.read(_HEAD.size):
        at, place, length, may_alert = _HEAD.unpack(head)
        yield at, place, may_alert, file.read(length)
