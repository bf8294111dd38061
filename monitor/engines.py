"""Where the pure steps of a backfill are done: in this process, in a pool of them, or on a cluster (`monitor.cluster`).

All give the same results in the same order. `ahead` is how many batches may be under way while one is waited for.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from monitor.errors import ReadingFailed
from monitor.feeds.records import FeedBody, Page, Parsed, ReadItem, Record, parse_records
from monitor.model import BadItem, Item, Lexicon, Report
from monitor.worker import Build, ReadingWorker

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Readings = list[Report | ReadingFailed]

RECORDS = 256  # a batch, but pages are dear
PAGES = 8


class CanRead(Protocol):
    """What a replay needs of a reader."""

    def read(self, item: Item) -> Report: ...


class Pending(Protocol[T_co]):
    """Work under way; `result` waits for it."""

    def result(self) -> T_co: ...


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    value: T

    def result(self) -> T:
        return self.value


class Engine(Protocol):
    """Does batches of the pure steps. Use as a context manager."""

    ahead: int

    def parse(self, records: Sequence[Record]) -> Pending[list[Parsed]]: ...

    def read(self, items: Sequence[Item]) -> Pending[Readings]: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /) -> None: ...


def read_one(reader: CanRead, item: Item) -> Report | ReadingFailed:
    try:
        return reader.read(item)
    except MemoryError:
        raise
    except Exception as error:  # one item that cannot be read must not end the replay
        return ReadingFailed(f"{type(error).__name__}: {error}")


class Lazy:
    """A reader that is made when it is first needed: where others read, this process may never need one."""

    def __init__(self, make: Callable[[], CanRead]) -> None:
        self._make = make
        self._reader: CanRead | None = None

    def read(self, item: Item) -> Report:
        self._reader = self._reader or self._make()
        return self._reader.read(item)


class InProcess:
    """One process: each batch is done when it is asked for."""

    ahead = 0

    def __init__(self, reader: CanRead) -> None:
        self._reader = reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def parse(self, records: Sequence[Record]) -> Pending[list[Parsed]]:
        return Done(parse_records(records))

    def read(self, items: Sequence[Item]) -> Pending[Readings]:
        return Done([read_one(self._reader, item) for item in items])


class Pool:
    """Processes of this machine, each of which can be lost or stopped without the others; see `monitor.worker`."""

    def __init__(self, lexicon: Lexicon, *, processes: int, model: str | None = None, build: Build | None = None) -> None:
        self.ahead = 2 * processes + 1
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self._thread.start()
        self._worker: ReadingWorker = self._soon(self._started(lexicon, processes, model, build)).result()

    async def _started(self, lexicon: Lexicon, processes: int, model: str | None, build: Build | None) -> ReadingWorker:
        return ReadingWorker(lexicon, model=model, build=build, processes=processes, nice=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _soon(self, work: Coroutine[Any, Any, T]) -> Pending[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def parse(self, records: Sequence[Record]) -> Pending[list[Parsed]]:
        return self._soon(self._parsed(list(records)))

    async def _parsed(self, records: list[Record]) -> list[Parsed]:
        try:
            return await self._worker.do(parse_records, records)
        except ReadingFailed as error:
            if len(records) == 1:
                return [[BadItem(where=records[0].where, reason=f"cannot be parsed: {error}")]]
        # One of them did it: alone each shows what it costs.
        return [parsed for record in records for parsed in await self._parsed([record])]

    def read(self, items: Sequence[Item]) -> Pending[Readings]:
        return self._soon(self._worker.read(list(items)))


# ---------------------------------------------------------------- in order, with work ahead


def parsed(found: Iterable[Record | Item | BadItem], engine: Engine) -> Iterator[Item | BadItem | ReadItem]:
    """The items of records, in the order of the records, while later ones are being parsed."""
    waiting: deque[Pending[list[Parsed]]] = deque()
    for records, ready in _batches(found):
        waiting.append(engine.parse(records) if records else Done([ready]))
        if len(waiting) > engine.ahead:
            yield from _flat(waiting.popleft())
    while waiting:
        yield from _flat(waiting.popleft())


def _flat(pending: Pending[list[Parsed]]) -> Iterator[Item | BadItem | ReadItem]:
    for one in pending.result():
        yield from one


def _batches(found: Iterable[Record | Item | BadItem]) -> Iterator[tuple[list[Record], Parsed]]:
    """Neighbours of one kind: records, fewer where one is dear, or items that are ready. One of the two lists is empty."""
    records: list[Record] = []
    ready: Parsed = []
    for one in found:
        is_ready = isinstance(one, Item | BadItem)
        if (is_ready and records) or (not is_ready and ready) or _enough(records, ready):
            yield records, ready
            records, ready = [], []
        if isinstance(one, Item | BadItem):
            ready.append(one)
        else:
            records.append(one)
    if records or ready:
        yield records, ready


def _enough(records: list[Record], ready: Parsed) -> bool:
    return len(ready) >= RECORDS or (bool(records) and len(records) >= (PAGES if isinstance(records[-1], Page | FeedBody) else RECORDS))
