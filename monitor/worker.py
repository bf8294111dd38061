"""Parsing and reading in processes that can be killed, awaited off the event loop.

A feed's body and an item's text come from outside: a parse can run away and a text can exhaust memory. Each job runs in a child with a
time-out and a memory limit; a job that breaks either takes its child with it and nobody else. spaCy is imported in the children only.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any, Final, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from monitor.errors import ReadingFailed
from monitor.feeds.parse import Parsed, parse_news
from monitor.model import Feed, Fetched, Item, Lexicon, Report

# What takes longer is begun anew where it holds up only its like. CPU time: a busy machine makes nothing slow.
PARSE_CPU_S: Final = 0.3
READ_CPU_S: Final = 3.0  # of a batch
BATCH: Final = 16  # items a job: enough to make the way there and back cheap, few enough to try one by one
REPEATS: Final = 2  # of a job whose process was lost through no fault of its own
MEMORY_EXIT: Final = 71  # EX_OSERR of sysexits.h; no library exits with it
_POLL_S: Final = 0.05
_T = TypeVar("_T")


class ReaderLike(Protocol):
    """What reads one item; `monitor.text.read.Reader`, or a stand-in of tests."""

    def read(self, item: Item) -> Report: ...


Build = Callable[[Lexicon], ReaderLike]
"""Makes a reader from a lexicon; a function of a module, so that a child can import it."""


def build_reader(lexicon: Lexicon, *, model: str | None = None) -> ReaderLike:
    """The reader of this project, imported where it is built."""
    from monitor.text.read import build_reader as build

    reader: ReaderLike = build(lexicon, model=model)
    return reader


class _HoldsUpError(Exception):
    """A job that used up its time in the quick lane."""


class ReadingWorker:
    """`processes` children that read, and as many that parse, started by the first job or `start`.

    Each job has `timeout_s` from its start in a child, and `memory_bytes` over the child's own size; `nice` lowers their priority. The
    children share the work; when one is killed the others go on and it is replaced, as it is after `max_tasks` jobs, which bounds what its
    libraries leak. A job that takes long or kills its child goes aside, to one child more, and so do that feed's next ones until one is
    quick: feeds that take long wait for each other, all others for at most PARSE_CPU_S.
    A new lexicon needs a new worker: start it, put it in place of the old one, close the old one when its last job is done.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        model: str | None = None,
        build: Build | None = None,
        processes: int = 2,
        timeout_s: float = 20.0,
        warm_up_s: float = 60.0,
        memory_bytes: int = 1_000_000_000,
        max_tasks: int = 2_000,
        nice: int = 5,
    ) -> None:
        self._lexicon = lexicon
        self._build = build or functools.partial(build_reader, model=model)
        self._timeout_s = timeout_s
        self._warm_up_s = warm_up_s
        self._memory_bytes = memory_bytes
        # The children hold one end, only this process the other; see _die_with.
        self._life, self._life_kept_open = _context().Pipe(duplex=False)
        limits = (memory_bytes, nice, self._life)
        reading = functools.partial(_Lane, max_tasks, _begin, (self._build, self._lexicon, *limits))
        parsing = functools.partial(_Lane, max_tasks, _begin_parsing, limits)
        self._reading = _Way(reading(processes), reading(1), READ_CPU_S)
        self._parsing = _Way(parsing(processes), parsing(1), PARSE_CPU_S)
        self._jobs: set[Future[Any]] = set()
        self._stopped = False
        self.ended = time.monotonic()  # when a job last ended, well or not

    async def start(self) -> None:
        """Wait until a child is warm. Raises ReadingFailed where no reader can be built."""
        await asyncio.gather(self._run(self._reading.quick, _ready), self._run(self._parsing.quick, _nothing))

    async def parse(self, fetched: Fetched, feed: Feed, prints: bytes = b"") -> Parsed:
        """`parse_news` in a child.

        Raises:
            ParseError: the body is no feed.
            ReadingFailed: the parse took too long or too much memory, with the cause in words.
        """
        return await self._apart(self._parsing, feed.name, _parse, fetched, feed, prints)

    async def read(self, items: Sequence[Item]) -> list[Report | ReadingFailed]:
        """One result an item, in order; an item that cannot be read gives its reason and costs the others nothing but time."""
        results: list[Report | ReadingFailed] = []
        for start in range(0, len(items), BATCH):
            results += await self._read_batch(items[start : start + BATCH])
        return results

    async def do(self, function: Callable[..., _T], *args: object) -> _T:
        """A pure function of a module, in a child. Raises ReadingFailed where it took too long or too much memory."""
        return await self._apart(self._parsing, "", _bounded, function, *args)

    def close(self) -> None:
        """Kill the children, idle or not, within a second; jobs under way end in ReadingFailed."""
        self._stopped = True
        for job in list(self._jobs):
            job.cancel()
        for way in (self._reading, self._parsing):
            _stop(way.quick.pool)
            _stop(way.aside.pool)
        self._life.close()
        self._life_kept_open.close()

    async def _read_batch(self, items: Sequence[Item], *, again: bool = False) -> list[Report | ReadingFailed]:
        try:
            return await self._apart(self._reading, items[0].feed, _read, list(items), forgive=not again)
        except ReadingFailed as error:
            if len(items) == 1 or self._stopped:
                return [error for _ in items]
        # One of them did it: alone each shows what it costs.
        return [result for item in items for result in await self._read_batch([item], again=True)]

    async def _apart(self, way: _Way, name: str, function: Callable[..., _T], *args: object, forgive: bool = True) -> _T:
        """One job for the feed of this name: in the quick lane, and where it is slow or deadly, or the last one was, aside."""
        if name not in way.slow:
            try:
                result: _T = await self._run(way.quick, _quickly, way.cpu_s, function, *args, known=name in way.proven)
            except (_HoldsUpError, ReadingFailed) as error:
                way.note(name, quick=False)
                if isinstance(error, ReadingFailed):
                    raise
            else:
                way.note(name, quick=True)
                return result
        timed: tuple[_T, float] = await self._run(way.aside, _timed, function, *args)
        result, cpu_s = timed
        if forgive and cpu_s < way.cpu_s / 2:
            way.note(name, quick=True)
        return result

    async def _run(self, lane: _Lane, function: Callable[..., _T], *args: object, known: bool = False) -> _T:
        """One job in a child, when its turn comes; what the function raises, or ReadingFailed."""
        async with lane.turns.turn(known=known):
            for _ in range(REPEATS + 1):
                pool = lane.pool
                try:
                    return await self._in_child(lane, pool, function, *args)
                except BrokenProcessPool:
                    # A child was killed while idle, or its start failed: pebble gives up the whole pool.
                    if pool is lane.pool:
                        lane.pool = lane.new_pool()
                    await asyncio.to_thread(_stop, pool)
            raise ReadingFailed("the process that reads was lost again and again; see the log for why")

    async def _in_child(self, lane: _Lane, pool: ProcessPool, function: Callable[..., _T], *args: object) -> _T:
        if self._stopped:
            raise ReadingFailed("the reader is stopped")
        try:
            if lane.begun is not pool:
                await asyncio.to_thread(getattr, pool, "active")  # starts the children, which takes a while
                lane.begun = pool
            job: Future[_T] = pool.schedule(function, args)
        except RuntimeError as error:
            raise BrokenProcessPool from error
        self._jobs.add(job)
        try:
            return await self._result(job)
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGVTALRM:
                raise _HoldsUpError from error
            raise ReadingFailed(self._expired_in_words(error)) from error
        finally:
            self.ended = time.monotonic()
            job.cancel()  # pebble kills the child of a job that is cancelled while it runs
            self._jobs.discard(job)

    async def _result(self, job: Future[_T]) -> _T:
        """Wait for a job with time-outs of our own: pebble's go by the wall clock, which can be set."""
        waiting = asyncio.wrap_future(job)
        queued, started = time.monotonic(), None
        while not waiting.done():
            now = time.monotonic()
            if started is None and job.running():
                started = now
            if started is None and now - queued > self._warm_up_s:
                raise ReadingFailed(f"no reader was ready within {self._warm_up_s:g} s")
            if started is not None and now - started >= self._timeout_s:
                raise ReadingFailed(f"stopped after {self._timeout_s:g} s")
            await asyncio.wait({waiting}, timeout=_POLL_S if started is None else self._timeout_s - (now - started))
        try:
            return waiting.result()
        except (asyncio.CancelledError, CancelledError):
            raise ReadingFailed("the reader was stopped") from None

    def _expired_in_words(self, error: ProcessExpired) -> str:
        if error.exitcode == MEMORY_EXIT:
            return f"memory over {self._memory_bytes / 1e9:g} GB"
        if error.exitcode < 0:
            number = -error.exitcode
            name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
            return f"its process was killed by {name}" + (", perhaps for lack of memory" if name in ("SIGKILL", "SIGABRT") else "")
        return f"its process ended with status {error.exitcode}"


class _Lane:
    """Children that do one kind of work."""

    def __init__(self, max_tasks: int, begin: Callable[..., None], args: tuple[Any, ...], processes: int) -> None:
        self._processes, self._max_tasks, self._begin, self._args = processes, max_tasks, begin, args
        self.turns = _Turns(processes)
        self.pool = self.new_pool()
        self.begun: ProcessPool | None = None

    def new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._processes, max_tasks=self._max_tasks, initializer=self._begin, initargs=self._args, context=_context()
        )


class _Way:
    """A quick lane, where a job may take `cpu_s`, and one aside; and which feeds have been quick, and which not."""

    def __init__(self, quick: _Lane, aside: _Lane, cpu_s: float) -> None:
        self.quick, self.aside, self.cpu_s = quick, aside, cpu_s
        self.proven: set[str] = set()
        self.slow: set[str] = set()

    def note(self, name: str, *, quick: bool) -> None:
        if name:
            (self.proven if quick else self.slow).add(name)
            (self.slow if quick else self.proven).discard(name)


class _Turns:
    """A semaphore at which those who are known go before those who are not."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._queues: dict[bool, deque[asyncio.Future[None]]] = {True: deque(), False: deque()}

    @contextlib.asynccontextmanager
    async def turn(self, *, known: bool) -> AsyncIterator[None]:
        if self._free:
            self._free -= 1
        else:
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queues[known].append(mine)
            try:
                await mine
            except asyncio.CancelledError:
                if not mine.cancelled():
                    self._pass_on()
                raise
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        for known in (True, False):
            while self._queues[known]:
                one = self._queues[known].popleft()
                if not one.done():
                    one.set_result(None)
                    return
        self._free += 1


class InlineReader:
    """The same two steps in this process, without time-out or memory limit; for a backfill and for `analyze`. Built on first use."""

    def __init__(self, lexicon: Lexicon, *, model: str | None = None, build: Build | None = None) -> None:
        self._lexicon = lexicon
        self._build = build or functools.partial(build_reader, model=model)
        self._reader: ReaderLike | None = None

    def parse(self, fetched: Fetched, feed: Feed, prints: bytes = b"") -> Parsed:
        """Raises ParseError where the body is no feed."""
        return parse_news(fetched, feed, prints=prints)

    def read(self, items: Sequence[Item]) -> list[Report | ReadingFailed]:
        """One result an item, in order."""
        if self._reader is None:
            self._reader = self._build(self._lexicon)
        return [_read_one(self._reader, item) for item in items]


def _read_one(reader: ReaderLike, item: Item) -> Report | ReadingFailed:
    try:
        return reader.read(item)
    except MemoryError:
        raise
    except Exception as error:
        return ReadingFailed(f"{type(error).__name__}: {error}")


# ---------------------------------------------------------------- in the child

_child_reader: ReaderLike | None = None
_child_trouble: str | None = None
_child_life: Connection | None = None


def _begin(build: Build, lexicon: Lexicon, memory_bytes: int, nice: int, life: Connection) -> None:
    """Make this process a child that reads. A reader that cannot be built is told to whoever asks, as pebble would only log it."""
    global _child_reader, _child_trouble  # noqa: PLW0603 - the state of a child process
    _be_a_child(nice, life)
    try:
        _child_reader = build(lexicon)
    except BaseException as error:
        _child_trouble = f"the reader cannot be built: {type(error).__name__}: {error}"
    _limit_memory(memory_bytes)


def _begin_parsing(memory_bytes: int, nice: int, life: Connection) -> None:
    """Make this process a child that parses: without a reader it is there in milliseconds, also after it was killed."""
    _be_a_child(nice, life)
    _limit_memory(memory_bytes)


def _be_a_child(nice: int, life: Connection) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # at once, even in the middle of a regular expression
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    _die_with(life)
    with contextlib.suppress(OSError):
        os.nice(nice)  # a daemon's loop comes first


def _nothing() -> None:
    """What a child does to show that it is there."""


def _quickly(cpu_s: float, function: Callable[..., _T], *args: object) -> _T:
    """Killed by SIGVTALRM, even in the middle of C code, after so much of this process's own time."""
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s)
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _timed(function: Callable[..., _T], *args: object) -> tuple[_T, float]:
    begun = time.process_time()
    return function(*args), time.process_time() - begun


def _ready() -> None:
    """Raises ReadingFailed where this child has no reader."""
    if _child_trouble is not None:
        raise ReadingFailed(_child_trouble)


def _read(items: list[Item]) -> list[Report | ReadingFailed]:
    _ready()
    if _child_reader is None:
        raise ReadingFailed("this process is no reader")
    with _memory_bound():
        return [_read_one(_child_reader, item) for item in items]


def _parse(fetched: Fetched, feed: Feed, prints: bytes) -> Parsed:
    with _memory_bound():
        return parse_news(fetched, feed, prints=prints)


def _bounded(function: Callable[..., _T], *args: object) -> _T:
    with _memory_bound():
        return function(*args)


@contextlib.contextmanager
def _memory_bound() -> Iterator[None]:
    """A process that once ran out of memory is of no more use: end it in a way that the parent knows."""
    try:
        yield
    except MemoryError:
        os._exit(MEMORY_EXIT)


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    except (ImportError, OSError, ValueError):
        return  # not Linux: the time-out still holds


def _die_with(life: Connection) -> None:
    """Have the kernel end this process when the daemon's end of a pipe closes: a killed daemon leaves nothing behind that runs away.

    A thread that looks after the daemon would not run while an expression runs away, and the parent is only the fork server.
    """
    global _child_life  # noqa: PLW0603 - closed when it is forgotten
    _child_life = life
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.fcntl(life.fileno(), fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(life.fileno(), fcntl.F_SETFL, fcntl.fcntl(life.fileno(), fcntl.F_GETFL) | os.O_ASYNC)


# ---------------------------------------------------------------- pools


def _context() -> BaseContext:
    """A fork server with the heavy imports done: safe beside threads, and a new child is warm in milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["spacy", "monitor.text.read", "monitor.worker"])
    return context


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    with contextlib.suppress(RuntimeError, OSError):
        pool.join()
