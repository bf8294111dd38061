"""The pure steps on a Dask cluster: many machines parse and read, one writes. The only module that knows distributed.

Each worker builds its reader once, when it joins. A worker that is lost costs time alone: its batches are done again by another, and the
results come in the order of the input whoever made them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, Self, TypeVar

from distributed import Client, Future, KilledWorker, WorkerPlugin

from monitor.engines import CanRead, Pending, Readings, read_one
from monitor.errors import MonitorError, ReadingFailed, UsageError
from monitor.feeds.records import Parsed, Record, parse_records
from monitor.model import BadItem, Item, Lexicon
from monitor.worker import Build, build_reader

T = TypeVar("T")

CONNECT_S = 15.0
JOIN_S = 120.0  # for the first worker; a cluster may be starting
TRIES = 3  # of a batch whose workers are lost
_PLUGIN = "monitor-reader"


class ReaderPlugin(WorkerPlugin):
    """Builds the reader on each worker, also on those that join later or are started again."""

    name = _PLUGIN

    def __init__(self, lexicon: Lexicon, model: str | None, build: Build | None) -> None:
        self._lexicon, self._model, self._build = lexicon, model, build

    def setup(self, worker: Any) -> None:
        global _reader, _lexicon_digest  # noqa: PLW0603 - the state of a worker process
        with _one_at_a_time:
            if _lexicon_digest != self._lexicon.digest:
                _reader = self._build(self._lexicon) if self._build else build_reader(self._lexicon, model=self._model)
                _lexicon_digest = self._lexicon.digest


# Workers may have several threads, a reader is for one.
_one_at_a_time = threading.Lock()
_reader: CanRead | None = None
_lexicon_digest = ""


def _read(items: list[Item], digest: str) -> Readings:
    with _one_at_a_time:
        if _reader is None or _lexicon_digest != digest:
            raise MonitorError("this worker has no reader, or that of another backfill; give each its own cluster")
        return [read_one(_reader, item) for item in items]


def _version() -> str:
    from monitor import __version__
    from monitor.text.read import READER_VERSION

    return f"{__version__}, reader {READER_VERSION}"


class Cluster:
    """The cluster at `scheduler`, such as tcp://10.0.0.1:8786.

    Raises:
        UsageError: nothing answers there, no worker joins, or a worker has another version of this program.
    """

    def __init__(self, scheduler: str, lexicon: Lexicon, *, model: str | None = None, build: Build | None = None) -> None:
        self._scheduler = scheduler
        self._digest = lexicon.digest
        try:
            self._client = Client(scheduler, timeout=CONNECT_S, name="monitor")
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"--scheduler {scheduler}: no Dask scheduler answers there ({error}); start one with: dask scheduler"
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=JOIN_S)
            self._must_agree()
            self._client.register_plugin(ReaderPlugin(lexicon, model, build))
        except TimeoutError as error:
            self._client.close()
            raise UsageError(f"--scheduler {scheduler}: has no workers; start some with: dask worker {scheduler} --nthreads 1") from error
        except BaseException:
            self._client.close()
            raise
        threads = sum(self._client.nthreads().values())
        self.ahead = 3 * max(threads, 1) + 1

    def _must_agree(self) -> None:
        own = _version()
        for address, version in self._client.run(_version, on_error="return").items():
            if isinstance(version, BaseException):
                raise UsageError(f"worker {address} cannot run this program ({version}); install the same version of it there")
            if version != own:
                raise UsageError(f"worker {address} has version {version}, this is {own}; install the same on both")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close(timeout=5)

    def parse(self, records: Sequence[Record]) -> Pending[list[Parsed]]:
        return _Batch(self, parse_records, list(records), _not_parsed)

    def read(self, items: Sequence[Item]) -> Pending[Readings]:
        return _Batch(self, _read, list(items), _not_read, self._digest)

    def submit(self, function: Callable[..., Any], *args: object) -> Future[Any]:
        # Not pure: equal batches are to be done twice rather than to be kept.
        return self._client.submit(function, *args, pure=False, retries=TRIES)

    def wait(self, future: Future[Any]) -> Any:
        """A future's result. Raises MonitorError where the scheduler is lost."""
        try:
            return future.result()
        except KilledWorker:
            raise
        except (OSError, asyncio.CancelledError) as error:
            raise MonitorError(f"the scheduler at {self._scheduler} was lost ({error}); the same command goes on where it was") from error


class _Batch(Generic[T]):
    """One batch on its way. Where it takes worker after worker down with it, each of its parts is tried alone: one of them did it."""

    def __init__(
        self,
        cluster: Cluster,
        function: Callable[..., list[T]],
        parts: list[Any],
        given_up: Callable[[Any, ReadingFailed], T],
        *args: object,
    ) -> None:
        self._cluster, self._function, self._parts, self._given_up, self._args = cluster, function, parts, given_up, args
        self._future = cluster.submit(function, parts, *args) if parts else None

    def result(self) -> list[T]:
        if self._future is None:
            return []
        try:
            found: list[T] = self._cluster.wait(self._future)
            return found
        except KilledWorker as error:
            if len(self._parts) == 1:
                return [self._given_up(self._parts[0], ReadingFailed(f"it ended every worker that tried it: {error}"))]
        alone = (_Batch(self._cluster, self._function, [part], self._given_up, *self._args) for part in self._parts)
        return [one for batch in alone for one in batch.result()]


def _not_parsed(record: Record, error: ReadingFailed) -> Parsed:
    return [BadItem(where=record.where, reason=f"cannot be parsed: {error}")]


def _not_read(_item: Item, error: ReadingFailed) -> ReadingFailed:
    return error
