"""How a backfill gathers and reads: where its items come from, who does the work, how it shows how far it is."""

from __future__ import annotations

import datetime as dt
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

import click

from monitor.cli.common import count, note, safe
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.engines import Engine
    from monitor.model import BadItem, Feed, Item, Lexicon
    from monitor.sources import Reach
    from monitor.spool import Clocked, Spool
    from monitor.store.database import Database

F = TypeVar("F", bound=Callable[..., object])

NAMED_BAD = 200  # broken records named one by one; a file of the wrong kind has millions
SAID_EVERY_S = 30.0  # where there is no terminal for a bar


def work_options(command: F) -> F:
    """Who does the work, and how sources are read."""
    options = (
        click.option(
            "--reports",
            metavar="FILE",
            multiple=True,
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="Take what monitor analyze --full printed, here or on other machines: items with their reports.",
        ),
        click.option(
            "--column", "columns", metavar="FIELD=COLUMN", multiple=True, help="Which column of a .csv is what, as in content=notes."
        ),
        click.option("--workers", metavar="N", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that read."),
        click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="Who parses and reads."),
        click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, such as tcp://10.0.0.1:8786."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What `work_options` were given."""

    reports: tuple[Path, ...] = ()
    columns: tuple[str, ...] = ()
    workers: int = 1
    engine: str = "local"
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if self.engine == "dask" and not self.scheduler:
            raise UsageError("--engine dask needs --scheduler ADDRESS, such as tcp://10.0.0.1:8786")
        if self.engine != "dask" and self.scheduler:
            raise UsageError("--scheduler is for --engine dask; give both, or none")
        if self.engine == "dask" and self.workers > 1:
            raise UsageError("--workers is for this machine, --engine dask for a cluster; expected one of the two")

    def opened(self, lexicon: Lexicon, *, model: str | None) -> Engine:
        """Raises UsageError where the cluster cannot be had."""
        if self.engine == "dask":
            try:
                from monitor.cluster import Cluster
            except ImportError as error:
                raise UsageError(f"--engine dask needs the extra: pip install 'incident-monitor[dask]' ({error})") from error
            return Cluster(self.scheduler or "", lexicon, model=model)
        if self.workers > 1:
            from monitor.engines import Pool

            return Pool(lexicon, processes=self.workers, model=model)
        from monitor.engines import InProcess, Lazy
        from monitor.text.read import build_reader

        return InProcess(Lazy(partial(build_reader, lexicon, model=model)))


class Gathering:
    """The items of one backfill, gathered once, in the order of time; kept beside the database until they are all taken."""

    def __init__(
        self,
        config: Config,
        sources: tuple[str, ...],
        work: Work,
        *,
        now: dt.datetime,
        since: dt.datetime | None,
        until: dt.datetime | None,
        published: dt.datetime | None,
        kept: bool,
        wanted: tuple[object, ...] = (),
    ) -> None:
        """`kept`: a stopped backfill leaves what it has gathered to the next run of the same command, of which `wanted` are the
        options that choose items, as they were typed."""
        from monitor.feeds.tables import columns_from
        from monitor.sources import kind_of

        self.config = config
        self.sources = (*sources, *map(str, work.reports))
        self.work = work
        self.now, self.since, self.until, self.published = now, since, until, published
        self.bad = 0
        self.filtered = 0  # entries that the filter of their feed leaves out
        self.outside = 0  # items before `since`, or not before `until`
        self.columns = columns_from(work.columns)
        self._kept, self._wanted = kept, wanted
        self._folder: Path | None = None
        feeds = (*config.feeds, *config.feeds_off)
        self._kinds = [kind_of(source, feeds) for source in self.sources]

    @contextmanager
    def gathered(self, engine: Engine, stopped: Callable[[], bool]) -> Iterator[Spool]:
        """All items by time. Where the user stops it meanwhile, `stopped` says so, and there are none to be taken yet."""
        from monitor.gathering import forgotten, gather

        with ExitStack() as stack:
            spool = stack.enter_context(self._spool(stack, stopped))
            if spool.progress.gathered and spool.progress.taken:
                note(f"going on behind item {spool.progress.taken:,} of {spool.progress.items:,}, where it was stopped")
            elif spool.progress.items or spool.progress.walk:
                note(f"going on with {count(spool.progress.items, 'item')} gathered before it was stopped")
            if not spool.progress.gathered:
                with said("gathered") as on_progress:
                    if self.sources:
                        reach = self._reach(stack, stopped)
                        gather(spool, self.sources, reach, engine, place=self._place, on_bad=self._note, on_progress=on_progress)
                    else:
                        self._stored(spool)
            self.bad = spool.progress.bad
            if self.bad > NAMED_BAD:
                note(f"… and {self.bad - NAMED_BAD:,} more")
            yield spool
            if not stopped():
                forgotten(spool, self._folder)

    def walked(self, db: Database, spool: Spool) -> None:
        """Remember down to when the archives of feeds have been taken, now that their items are stored."""
        from monitor.store.meta import set_meta

        for url, covered in spool.progress.covered.items() if self.until is None else ():
            set_meta(db, self._covered_key(url), covered)

    def _spool(self, stack: ExitStack, stopped: Callable[[], bool]) -> Spool:
        from monitor.gathering import forget_old, place_kept
        from monitor.spool import Spool

        if self._kept:
            folder = self.config.database.with_name(self.config.database.name + ".backfill")
            found = place_kept(folder, self.sources, self._reach(stack, stopped), *self._wanted)
            if found is not None:
                self._folder = folder
                forget_old(folder, name=found[0].name, fetched=bool({"feed", "url"}.intersection(self._kinds)))
                return Spool(found[0], key=found[1])
        return Spool(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-backfill-"))))

    def _reach(self, stack: ExitStack, stopped: Callable[[], bool]) -> Reach:
        from monitor.feeds.fetch import Fetcher
        from monitor.pipeline import unread
        from monitor.sources import Reach
        from monitor.sources.archive import Polite
        from monitor.store.database import open_database
        from monitor.store.meta import meta

        polling = self.config.polling
        make = partial(
            Fetcher,
            user_agent=self.config.user_agent,
            deadline_s=polling.deadline_s,
            max_bytes=polling.max_bytes,
            per_host=polling.per_host,
            spacing_s=polling.spacing_s,
            total=polling.concurrency,
        )
        db: Database | None = None
        if {"feed", "url"}.intersection(self._kinds) and self.config.database.exists():
            db = open_database(self.config.database, create=False, read_only=True)
            stack.callback(db.close)

        def known(items: list[Item]) -> int:
            return 0 if db is None else len(items) - len(unread(db, items, now=self.now))

        def covered(url: str) -> dt.datetime | None:
            found = None if db is None else meta(db, self._covered_key(url))
            return None if found is None else dt.datetime.fromisoformat(found)

        return Reach(
            feeds=(*self.config.feeds, *self.config.feeds_off),
            polite=stack.enter_context(Polite(make=make, stopped=stopped)),
            now=self.now,
            since=self.since,
            columns=self.columns,
            known=known,  # type: ignore[arg-type]
            covered=covered,
            passes=self._passes,
            stopped=stopped,
            reports=frozenset(map(str, self.work.reports)),
        )

    def _covered_key(self, url: str) -> str:
        """Under which it is kept how far an archive was taken; what another filter left out was not."""
        name = next((feed.name for feed in (*self.config.feeds, *self.config.feeds_off) if feed.url == url), "")
        chosen = self.config.filters.get(name)
        return f"archive {url} {chosen.digest}" if chosen else f"archive {url}"

    def _passes(self, feed: Feed, item: Item) -> bool:
        from monitor.rules.filters import passes

        chosen = self.config.filters.get(feed.name)
        if chosen is None or passes(item.text, chosen):
            return True
        self.filtered += 1
        return False

    def _place(self, item: Item) -> Clocked | None:
        from monitor.backfill import clocked

        placed = clocked(item, now=self.now, since=self.since, until=self.until, published=self.published)
        self.outside += placed is None
        return placed

    def _stored(self, spool: Spool) -> None:
        from monitor.backfill import stored
        from monitor.store.database import open_database

        db = open_database(self.config.database, create=False, read_only=True)
        try:
            for one in stored(db, since=self.since, until=self.until, published=self.published):
                spool.add(one)
        finally:
            db.close()
        spool.progress.gathered = True
        spool.flush()

    def _note(self, bad: BadItem) -> None:
        self.bad += 1
        if self.bad <= NAMED_BAD:
            note(f"{safe(bad.where)}: {safe(bad.reason)}")


# ---------------------------------------------------------------- stopping, and how far it is


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM ask for a stop between two items; a second Ctrl-C is as hard as ever."""
    asked = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        note("stopping …")

    before = {which: signal.signal(which, stop) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """Done of `total`, the rate and the time left: a bar on a terminal, a line now and then elsewhere."""
    with said("items", total) as on_progress:
        yield on_progress


@contextmanager
def said(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """As `progress`, also where nobody knows how many there will be (`total` None)."""
    if not sys.stderr.isatty():
        yield _in_lines(what, total)
        return
    if total == 0:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    rate = TextColumn("{task.fields[rate]}")
    known = (BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(compact=True), TextColumn("left"))
    columns = (TextColumn(what), *(known if total else (SpinnerColumn(), TextColumn("{task.completed:,.0f}"), rate)))
    begun = time.monotonic()
    # rich would send what is printed to its own console, standard error, also where a file is waiting for it.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task(what, total=total, rate="")
        shown = 0.0

        def update(done: int) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown > 0.1:
                shown = now
                bar.update(task, completed=done, rate=f"{done / max(now - begun, 1e-6):,.0f}/s")

        yield update


def _in_lines(what: str, total: int | None) -> Callable[[int], None]:
    begun = last = time.monotonic()

    def update(done: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < SAID_EVERY_S:
            return
        last = now
        rate = done / (now - begun)
        of = "" if total is None else f" of {total:,}"
        left = "" if total is None else f", {_span((total - done) / rate if rate else 0.0)} left"
        note(f"{what}: {done:,}{of}, {rate:,.0f}/s{left}")

    return update


def _span(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{seconds} s"
