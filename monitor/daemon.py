"""The daemon: three jobs on a scheduler (poll, deliver, keep house), signals, systemd, one database.

A tick decides nothing and waits for nothing long: polls and sends run as tasks of their own. What is due stands in the database,
so that a daemon that was killed goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import json
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor import __version__, log
from monitor.errors import InvalidInput, MonitorError, ReadingFailed, StoreError
from monitor.feeds.fetch import Fetcher
from monitor.forms import time_form
from monitor.hubs import Hubs
from monitor.in_force import InForce, load_all, standing_form
from monitor.log import logger
from monitor.metrics import Metrics
from monitor.model import Alert
from monitor.notify import notify, watchdog_s
from monitor.poller import Poller
from monitor.pulse import Pulse
from monitor.sender import Send, Sender
from monitor.store import outbox
from monitor.store.clock import clock_set_back, clock_was_ahead
from monitor.store.lock import daemon_lock
from monitor.store.maintenance import refuse_damage, tidy
from monitor.store.meta import IN_FORCE, RELOAD_REFUSED, meta, set_meta
from monitor.watch import Watch
from monitor.worker import ReadingWorker
from monitor.writer import Writer

TICK_S = 1.0
HOUSEKEEPING_S = 20.0
TIDY_S = 3600.0
PLAN_S = 3600.0
HUBS_S = 10.0
FEEDS_S = 300.0  # between two looks at how the feeds do
WATCH_S = 3.0  # between two looks at the files; a change is taken up when it lies still at the next one
TELL_STEP = dt.timedelta(days=1)  # the operator hears of a clock that was set by so much
STEP_S = 30.0  # a wall clock that runs this far from the monotonic one was set
SEND_GRACE_S = 7.0  # of the 10 s in which a stop is promised

Clock = Callable[[], dt.datetime]
MakeWorker = Callable[[InForce], ReadingWorker]
MakeFetcher = Callable[[InForce], Fetcher]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def run(config_path: Path, *, once: bool = False) -> int:
    """Run until SIGTERM or SIGINT; `once`: poll every feed, send what came of it as if `wait` were over, and return.

    Returns the exit status: 0, or 1 where a feed or a delivery of a single pass failed.

    Raises:
        InvalidInput: the config or the rules have problems; nothing was started.
        AlreadyRunning: another daemon runs on the database.
        StoreError: the database refuses from the start.
    """
    force = load_all(config_path)
    log.configure(style=force.config.log.format, level=force.config.log.level, secrets=force.secrets)
    for problem in force.warnings:
        logger().warning("config", problem=str(problem))
    with daemon_lock(force.config.database):
        return asyncio.run(_run(force, once=once))


async def _run(force: InForce, *, once: bool) -> int:
    async with Daemon.opened(force, once=once) as daemon:
        return await (daemon.once() if once else daemon.serve())


class Every(BaseTrigger):
    """Fires so many seconds from now, and never catches up: APScheduler's own interval lists every missed run,
    which after a clock that jumped by years is millions."""

    def __init__(self, seconds: float) -> None:
        self.pause = dt.timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: dt.datetime | None, now: dt.datetime) -> dt.datetime:
        return now if previous is None else now + self.pause


class Daemon:
    """The parts of a running Monitor. `serve` drives them by the scheduler; a test or the demo may drive the ticks itself."""

    def __init__(
        self,
        force: InForce,
        db: Writer,
        fetcher: Fetcher,
        worker: ReadingWorker,
        *,
        clock: Clock,
        rng: random.Random,
        send: Send | None,
        make_worker: MakeWorker,
        once: bool,
        make_fetcher: MakeFetcher,
    ) -> None:
        self.force = force
        self._make_worker = make_worker
        self._make_fetcher = make_fetcher
        self.db = db
        self.clock = clock
        metrics = Metrics()
        self.sender = Sender(db, clock=clock, send=send, metrics=metrics)
        self.poller = Poller(db, fetcher, worker, clock=clock, rng=rng, notice=self.sender.notice, metrics=metrics)
        self.pulse = Pulse(db, self.poller, force=lambda: self.force, clock=clock, metrics=metrics)
        self.hubs = Hubs(db, self.poller, force=lambda: self.force, clock=clock)
        self._scheduler = AsyncIOScheduler(timezone=dt.UTC)
        self._stop = asyncio.Event()
        self._retired: set[asyncio.Task[None]] = set()
        self._store_trouble = False
        self._wall, self._mono = utc_now(), time.monotonic()
        self._files = Watch(force.config.source, force.config.rules)
        self._reloading = asyncio.Lock()
        self._refused = False
        self._once = once
        self._started_at = clock()

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(
        cls,
        force: InForce,
        *,
        clock: Clock = utc_now,
        rng: random.Random | None = None,
        send: Send | None = None,
        make_worker: MakeWorker | None = None,
        once: bool = False,
        make_fetcher: MakeFetcher | None = None,
    ) -> AsyncIterator[Daemon]:
        """A daemon with its worker, its database and its HTTP client, closed in order at the end.

        Raises:
            StoreError: the database refuses.
            ReadingFailed: no reader can be built.
        """
        make_worker, make_fetcher = make_worker or reading_worker, make_fetcher or polite_fetcher
        worker = make_worker(force)
        db: Writer | None = None
        fetcher = make_fetcher(force)
        daemon: Daemon | None = None
        try:
            db = Writer(force.config.database)
            daemon = cls(
                force,
                db,
                fetcher,
                worker,
                clock=clock,
                rng=rng or random.SystemRandom(),
                send=send,
                make_worker=make_worker,
                make_fetcher=make_fetcher,
                once=once,
            )
            await db.call(refuse_damage)
            await daemon.sender.recover()
            if freed := await db.call(clock_was_ahead, now=clock()):
                logger().warning("clock", status="was ahead", messages=freed, remedy="what waited for its times is due now")
            with contextlib.suppress(StoreError):
                await db.call(set_meta, RELOAD_REFUSED, None)
                await daemon._note_in_force()
            await daemon.poller.arm(force)
            await worker.start()
            yield daemon
        finally:
            if daemon is not None:
                await daemon._wind_up()
                fetcher, worker = daemon.poller.fetcher, daemon.poller.worker
            await fetcher.aclose()
            await asyncio.to_thread(worker.close)
            if db is not None:
                db.close()

    # ---------------------------------------------------------------- the ticks

    async def poll_tick(self) -> int:
        """Begin what polls are due; returns how many."""
        await self._look_at_clock()
        begun = await self.poller.tick(self.force)
        self.pulse.ticked("poll")
        return begun

    async def delivery_tick(self) -> list[Alert]:
        """Settle what is due and wake the channels; returns the alerts that were settled."""
        settled: list[Alert] = []
        try:
            settled = await self.sender.tick(self.force)
            self._store_trouble = False
        except StoreError as error:
            if not self._store_trouble:
                logger().error("deliver", status="held", error=str(error))
            self._store_trouble = True
        self.pulse.ticked("delivery")
        return settled

    async def housekeeping(self) -> None:
        """Queue what is to be sent by the clock (digests, repeats), and tell systemd in a line how things stand."""
        await self.sender.arrange(self.force)
        await self.pulse.heartbeat()
        await self.poller.look_for_breaking(self.force)
        with contextlib.suppress(StoreError):
            notify(f"STATUS={await self._status()}")

    async def feeds_tick(self) -> None:
        """Tell the operator of feeds that are in trouble, and of those that are back."""
        await self.sender.look_at_feeds(self.force)

    async def plan_tick(self) -> None:
        """Divide the day's requests among the feeds by what was learned of them."""
        await self.poller.replan(self.force)

    async def hubs_tick(self) -> None:
        """Ask hubs to send what is new."""
        await self.hubs.tick()

    async def tidy(self) -> None:
        """Let the database take its log back and renew its statistics, or its files grow for as long as the daemon lives."""
        with contextlib.suppress(StoreError):  # a poll or a delivery that meets the same trouble says so
            await self.db.call(tidy)

    async def files_tick(self) -> bool:
        """Reload where the config or a rule file was changed and lies still; whether that was tried."""
        if not await asyncio.to_thread(self._files.changed):
            return False
        logger().info("reload", status="a file was changed")
        await self.reload()
        return True

    async def _status(self) -> str:
        if self.poller.trouble is not None:
            return f"polling paused: {self.poller.trouble}"
        waiting = await self.db.call(outbox.count_by_state)
        unsent = waiting.get("waiting", 0) + waiting.get("claimed", 0)
        feeds, failing = self.poller.counts()
        messages = f"{self.sender.sent} messages sent, {unsent} waiting, {waiting.get('dead', 0)} given up"
        return f"{feeds} feeds, {failing} failing; {self.poller.polls} polls; {messages}"

    # ---------------------------------------------------------------- one pass

    async def once(self) -> int:
        """Poll every feed, settle what `wait` would have let through, send it; 1 where a feed or a send failed."""
        polled = await self.poller.all_once(self.force)
        await self.sender.arrange(self.force)
        await self.sender.look_at_feeds(self.force)
        ahead = dt.timedelta(seconds=self.force.desk.settings.wait_s)
        await self.sender.tick(self.force, ahead=ahead)
        await self.sender.idle()
        feeds_failed = sum(not p.ok for p in polled)
        logger().info(
            "pass", feeds=len(polled), failed=feeds_failed, new=sum(p.new for p in polled), sent=self.sender.sent, unsent=self.sender.failed
        )
        await self.pulse.ping()
        return 1 if feeds_failed or self.sender.failed else 0

    # ---------------------------------------------------------------- the service

    async def serve(self) -> int:
        """Run by the scheduler until SIGTERM or SIGINT; SIGHUP reloads."""
        loop = asyncio.get_running_loop()
        reload = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, reload.set)
        if (port := await self.pulse.listen()) is not None:
            logger().info("listen", port=port)
        if (port := await self.hubs.listen()) is not None:
            logger().info("listen", port=port, hubs="may send here")
        self._add_jobs()
        self._scheduler.start()
        pinging = asyncio.create_task(self.pulse.keep_pinging(), name="ping")
        watch = asyncio.create_task(self._watch(), name="watch")
        reloading = asyncio.create_task(self._reload_on(reload), name="reload")
        logger().info(
            "start", version=__version__, pid=os.getpid(), feeds=len(self.force.config.feeds), database=str(self.force.config.database)
        )
        notify("READY=1", f"STATUS={len(self.force.config.feeds)} feeds")
        try:
            await self._stop.wait()
        finally:
            notify("STOPPING=1")
            logger().info("stop")
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
            self._scheduler.shutdown(wait=False)
            for task in (watch, reloading, pinging):
                task.cancel()
            await asyncio.gather(watch, reloading, pinging, return_exceptions=True)
        return 0

    def stop(self) -> None:
        """As SIGTERM does."""
        self._stop.set()

    def _add_jobs(self) -> None:
        jobs: list[tuple[str, Callable[[], Any], float]] = [
            ("poll", self.poll_tick, TICK_S),
            ("deliver", self.delivery_tick, TICK_S),
            ("housekeeping", self.housekeeping, HOUSEKEEPING_S),
            ("feeds", self.feeds_tick, FEEDS_S),
            ("hubs", self.hubs_tick, HUBS_S),
            ("tidy", self.tidy, TIDY_S),
            ("plan", self.plan_tick, PLAN_S),
            ("watch", self.files_tick, WATCH_S),
        ]
        for name, job, seconds in jobs:
            # The defaults drop a run that is a second late.
            self._scheduler.add_job(
                job, Every(seconds), id=name, misfire_grace_time=None, coalesce=True, max_instances=1, next_run_time=utc_now()
            )

    async def _watch(self) -> None:
        """Feed systemd's watchdog from real progress, and notice when the wall clock is set: the scheduler relies on it."""
        limit_s = watchdog_s()
        fed = 0.0
        while True:
            await asyncio.sleep(TICK_S)
            await self._look_at_clock()
            now_mono = time.monotonic()
            if limit_s is None or now_mono - fed < limit_s / 4:
                continue
            if not self.pulse.stuck(ticks_s=limit_s / 2):
                notify("WATCHDOG=1")
                fed = now_mono

    async def _look_at_clock(self) -> None:
        """Whether the wall clock was set since the last look, by the monotonic one: what is due by it is put right."""
        now, mono = utc_now(), time.monotonic()
        step = (now - self._wall) - dt.timedelta(seconds=mono - self._mono)
        self._wall, self._mono = now, mono
        if abs(step) <= dt.timedelta(seconds=STEP_S):
            return
        logger().warning("clock", status="was set", seconds=round(step.total_seconds()))
        self.poller.rearm(self.force)
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=utc_now())
        if step < dt.timedelta():
            with contextlib.suppress(StoreError):  # a start puts it right as well
                await self.db.call(clock_set_back, -step, now=self.clock())
        if abs(step) >= TELL_STEP:
            text = f"It now says {now:%Y-%m-%d %H:%M} UTC.\nWhile it is wrong, new reports look too old to be told: set it right soon."
            self.sender.notice(self.force, f"the clock was set by {abs(step).days} days", text, again=True)

    # ---------------------------------------------------------------- reload

    async def _reload_on(self, asked: asyncio.Event) -> None:
        while True:
            await asked.wait()
            asked.clear()
            notify("RELOADING=1")
            try:
                await self.reload()
            except Exception:  # a reload that fails in an unforeseen way must not end the daemon
                logger().exception("reload", status="bug")
            notify("READY=1")

    async def reload(self) -> bool:
        """Take a new config and new rules into force, or, where they have problems, keep the old ones and tell the operator.

        Nothing is judged anew: an incident that the new rules hold for is looked at when its next report joins.
        """
        async with self._reloading:
            old = self.force
            await asyncio.to_thread(self._files.take, old.config.source, old.config.rules)
            try:
                new = await asyncio.to_thread(load_all, old.config.source)
                worker = await _warm(self._make_worker(new)) if _reads_differently(old, new) else self.poller.worker
            except (InvalidInput, ReadingFailed) as error:
                await self._refuse(old, error)
                return False
            log.configure(style=new.config.log.format, level=new.config.log.level, secrets=(*old.secrets, *new.secrets))
            if new.config.database != old.config.database:
                logger().warning("reload", database=str(new.config.database), remedy="restart the daemon to change the database")
            for problem in new.warnings:
                logger().warning("config", problem=str(problem))
            self._take(new, worker)
            await self._listen_anew(old, new)
            if new.config.rules != old.config.rules:
                await asyncio.to_thread(self._files.take, new.config.source, new.config.rules)
            await self.poller.arm(new)
            await self.poller.replan(new)
            rules = len(new.desk.ruleset.rules)
            logger().info("reload", status="ok", feeds=len(new.config.feeds), rules=rules, channels=len(new.targets))
            with contextlib.suppress(StoreError):
                await self._note_in_force()
            await self._mended(new)
            return True

    async def _listen_anew(self, old: InForce, new: InForce) -> None:
        listeners: list[tuple[str, bool, Callable[[], Awaitable[object]]]] = [
            ("health", new.config.health.listen == old.config.health.listen, self.pulse.listen),
            ("websub", new.config.websub == old.config.websub, self.hubs.listen),
        ]
        for name, same, listen in listeners:
            if same:
                continue
            try:
                await listen()
            except MonitorError as error:
                logger().error("listen", error=str(error))
                self.sender.notice(new, f"the {name} listener is off", str(error))

    async def _note_in_force(self) -> None:
        before = await self.db.call(meta, IN_FORCE)
        form = standing_form(self.force, now=self.clock(), once=self._once, started_at=self._started_at, before=before)
        await self.db.call(set_meta, IN_FORCE, form)

    async def _refuse(self, old: InForce, error: InvalidInput | ReadingFailed) -> None:
        """Say once what is wrong, and keep it for `monitor status` until it is mended."""
        problems = str(error).splitlines()
        for line in problems:
            logger().error("reload", problem=line)
        logger().error("reload", status="refused", remedy="the previous config and rules stay in force")
        if not self._refused:
            text = f"{error}\nThe previous config and rules stay in force."
            self.sender.notice(old, "reload refused", text, again=True)
        self._refused = True
        with contextlib.suppress(StoreError):
            kept = json.dumps({"at": time_form(self.clock()), "problems": problems}, ensure_ascii=False)
            await self.db.call(set_meta, RELOAD_REFUSED, kept)

    async def _mended(self, new: InForce) -> None:
        if not self._refused:
            return
        self._refused = False
        text = f"The config and {len(new.desk.ruleset.rules)} rules are in force as they stand in the files."
        self.sender.notice(new, "reload mended", text, again=True)
        with contextlib.suppress(StoreError):
            await self.db.call(set_meta, RELOAD_REFUSED, None)

    def _take(self, new: InForce, worker: ReadingWorker) -> None:
        """Put a new config into force; what polls under way still use is closed when they are done."""
        poller, old = self.poller, self.force
        under_way = poller.under_way()
        if worker is not poller.worker:
            self._retire(functools.partial(asyncio.to_thread, poller.worker.close), under_way)
            poller.worker = worker
        if (new.config.polling, new.config.user_agent) != (old.config.polling, old.config.user_agent):
            fetcher = poller.fetcher
            poller.fetcher = self._make_fetcher(new)
            self._retire(fetcher.aclose, under_way)
        self.force = new

    def _retire(self, close: Callable[[], Awaitable[None]], under_way: list[asyncio.Task[None]]) -> None:
        async def later() -> None:
            if under_way:
                await asyncio.wait(under_way)
            await close()

        task = asyncio.create_task(later())
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)

    async def _wind_up(self) -> None:
        """Stop polling at once, let a send under way finish, close what a reload replaced."""
        await asyncio.gather(self.poller.stop(), self.sender.stop(grace_s=SEND_GRACE_S), self.pulse.close(), self.hubs.close())
        if self._retired:
            await asyncio.wait(list(self._retired), timeout=1.0)


def _reads_differently(old: InForce, new: InForce) -> bool:
    return (old.desk.ruleset.lexicon.digest, old.config.text) != (new.desk.ruleset.lexicon.digest, new.config.text)


def reading_worker(force: InForce) -> ReadingWorker:
    return ReadingWorker(force.desk.ruleset.lexicon, model=force.config.text.model or None)


async def _warm(worker: ReadingWorker) -> ReadingWorker:
    """Wait until it can read; a worker that cannot is stopped."""
    try:
        await worker.start()
    except BaseException:
        await asyncio.to_thread(worker.close)
        raise
    return worker


def polite_fetcher(force: InForce) -> Fetcher:
    polling = force.config.polling
    return Fetcher(
        user_agent=force.config.user_agent,
        deadline_s=polling.deadline_s,
        max_bytes=polling.max_bytes,
        per_host=polling.per_host,
        total=polling.concurrency,
        spacing_s=polling.spacing_s,
    )
