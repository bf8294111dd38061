"""How others can tell that the daemon lives: an HTTP listener, a ping to a dead-man's switch, a heartbeat on a channel.

All of them go by what was really done: a tick that ran, a poll that ended, a text that was read, a row that was written. A thread
that says "alive" while nothing goes on would be worse than silence.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import json
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from monitor import __version__, duties
from monitor.errors import FetchError, ReadingFailed, StoreError
from monitor.feeds.fetch import Fetcher
from monitor.forms import time_form, time_from
from monitor.in_force import InForce
from monitor.listener import Listener, Request, Response
from monitor.log import logger, masked
from monitor.metrics import CONTENT_TYPE, Levels, Metrics
from monitor.model import Feed, FeedState, Item
from monitor.poller import Poller
from monitor.store import outbox
from monitor.store.database import Database
from monitor.store.delays import given_up, oldest_pending, stuck_since
from monitor.store.maintenance import bytes_used
from monitor.store.meta import IN_FORCE, RELOAD_REFUSED, meta, set_meta
from monitor.vitals import FIRST_POLL, GIVEN_UP, UNSENT, Vitals, troubles
from monitor.writer import Writer

TICKS_S = 30.0  # the ticks run each second; past this they are stuck
STALLED_S = 180.0  # beyond the longest fetch: what parsing and reading one item may take
PING_S = 10.0
FIRST_PING_S = 5.0  # between two looks whether a first poll has ended
_PROBED = "written at the last pulse"
_PROBE = Item(key="pulse", id="pulse", title="A bomb killed five policemen in Bannu on Friday, officials said.")


class Pulse:
    """Looks at what the daemon does, and tells. `ticked` is called when a tick has run to its end; `force` gives what is in force now."""

    def __init__(
        self, db: Writer, poller: Poller, *, force: Callable[[], InForce], clock: Callable[[], dt.datetime], metrics: Metrics
    ) -> None:
        self._db = db
        self._poller = poller
        self._force = force
        self._clock = clock
        self._metrics = metrics
        self._ticked = {"poll": time.monotonic(), "delivery": time.monotonic()}
        self._started_at = clock()
        self._listener: Listener | None = None
        self._fetcher: Fetcher | None = None
        self._well = True

    # ---------------------------------------------------------------- what is looked at

    def ticked(self, name: str) -> None:
        self._ticked[name] = time.monotonic()

    def silent_s(self) -> float:
        """For how many seconds one of the ticks has not ended."""
        return time.monotonic() - min(self._ticked.values())

    def stuck(self, *, ticks_s: float = TICKS_S) -> tuple[str, ...]:
        """What does not go on, by the monotonic clock alone: cheap, and true also when the database hangs."""
        now = time.monotonic()
        found = [f"no {name} tick has ended for {now - ran:.0f} s" for name, ran in self._ticked.items() if now - ran > ticks_s]
        stalled_s = self._poller.stalled_s()
        if stalled_s > STALLED_S + self._force().config.polling.deadline_s:
            found.append(f"no poll has ended for {stalled_s:.0f} s")
        return tuple(found)

    async def vitals(self) -> Vitals:
        """How it stands. A database that refuses is a finding, not an error."""
        now = self._clock()
        known = Vitals(
            running=True, started_at=self._started_at, feeds=self._poller.healths(self._force()), store_trouble=self._poller.trouble
        )
        try:
            return await self._db.call(_with_messages, known, now=now)
        except StoreError as error:
            return replace(known, store_trouble=str(error))

    async def _progressed(self) -> tuple[str, ...]:
        """What has not really gone on: a poll, a reading, a write, a delivery. Reads a sentence and writes a row to find out."""
        found = list(self.stuck())
        worker, failed = self._poller.worker, await self._cannot_read()
        if failed and worker is not self._poller.worker:  # a reload has put another in its place meanwhile
            failed = await self._cannot_read()
        if failed:
            found.append(f"reading fails: {failed}")
        with contextlib.suppress(StoreError):  # `vitals` meets the same and says so
            await self._db.call(set_meta, _PROBED, time_form(self._clock()))
        vitals = await self.vitals()
        # What is lost or refused stays so however well everything goes on; the operator has been told.
        return (*found, *troubles(replace(vitals, given_up=0, reload_refused=False), now=self._clock()))

    async def _cannot_read(self) -> str:
        try:
            (report,) = await self._poller.worker.read([_PROBE])
        except ReadingFailed as error:
            return str(error)
        return str(report) if isinstance(report, ReadingFailed) else ""

    # ---------------------------------------------------------------- asked: the listener

    async def listen(self) -> int | None:
        """Open the listener of `[health]`, in place of the one before; its port.

        Raises:
            MonitorError: the address cannot be had.
        """
        await self.close_listener()
        address = self._force().config.health.listen
        if address is None:
            return None
        listener = Listener(self.answer)
        port = await listener.open(*address)
        self._listener = listener
        return port

    async def close_listener(self) -> None:
        if self._listener is not None:
            await self._listener.close()
        self._listener = None

    async def answer(self, request: Request) -> Response:
        """`/healthz`: it goes on. `/readyz`: and the database takes what it is given. `/metrics`: for Prometheus."""
        if not _to_this_machine(request.headers.get("host", "")):
            return Response(status=403)  # a page in somebody's browser that had its name resolved to this machine
        if request.path not in ("/healthz", "/readyz", "/metrics"):
            return Response(status=404)
        if request.method not in ("GET", "HEAD"):
            return Response(status=405, headers={"Allow": "GET, HEAD"})
        if request.path == "/metrics":
            return Response(body=self._metrics.exposition(await self._levels(), now=self._clock()), type=CONTENT_TYPE)
        found = self.stuck()
        if request.path == "/readyz" and not found:
            trouble = (await self.vitals()).store_trouble
            found = (f"the database refuses: {trouble}",) if trouble else ()
        return Response(status=503 if found else 200, body=("\n".join(found or ("ok",)) + "\n").encode())

    async def _levels(self) -> Levels:
        vitals = await self.vitals()
        known = Levels(
            feeds={"ok": 0, "new": 0, "late": 0, "failing": 0, "gone": 0} | dict(vitals.feeds),
            last_poll_at=self._poller.ended_at,
            store_refuses=vitals.store_trouble is not None,
            reload_refused=vitals.reload_refused,
            troubles=len(troubles(vitals, now=self._clock())),
            rules=len(self._force().desk.ruleset.rules),
        )
        try:
            return await self._db.call(_with_levels, known)
        except StoreError:
            return known

    # ---------------------------------------------------------------- unasked: the ping

    async def keep_pinging(self) -> None:
        """Ping for as long as the daemon runs, where `[health]` names an address; never raises."""
        while True:
            every_s = self._force().config.health.ping_every_s
            try:
                if await self.ping() is None:
                    every_s = min(every_s, FIRST_PING_S)
            except Exception:  # the daemon goes on; the switch, which hears nothing, goes off
                logger().exception("ping", status="bug")
            await asyncio.sleep(every_s)

    async def ping(self) -> bool | None:
        """Tell the dead-man's switch that polls, reading and the outbox went on, or by `/fail` that they did not.

        None without an address, and in the first minutes while no poll has ended: nothing is known then.
        """
        force = self._force()
        just_begun = not self._poller.polls and force.config.feeds and self._clock() - self._started_at < FIRST_POLL
        if force.ping is None or just_begun:
            return None
        found = await self._progressed()
        url = force.ping if not found else _failing(force.ping)
        if self._fetcher is None:
            self._fetcher = Fetcher(user_agent=force.config.user_agent, deadline_s=PING_S, max_bytes=100_000, spacing_s=0)
        say = logger().warning if found else logger().info if not self._well else logger().debug
        words = {"error": "; ".join(found)} if found else {}
        self._well = not found
        try:
            await self._fetcher.fetch(Feed(name="ping", url=url, allow_private=True), FeedState(url=url), now=self._clock(), full=True)
        except FetchError as error:
            logger().warning("ping", status="not taken", reason=masked(str(error), force.secrets), **words)
        else:
            say("ping", status="well" if not found else "not well", **words)
        return not found

    # ---------------------------------------------------------------- unasked: the heartbeat

    async def heartbeat(self) -> None:
        """Queue the message "Monitor is alive" when its time has come. Never raises StoreError."""
        schedule = self._force().config.heartbeat
        if schedule is None:
            return
        vitals = await self.vitals()
        now = self._clock()
        with contextlib.suppress(StoreError):  # the next delivery tick says so
            lines = await self._db.call(duties.heartbeat_lines, dict(vitals.feeds), troubles(vitals, now=now), version=__version__, now=now)
            await self._db.call(duties.arrange_heartbeat, schedule, lines, now=now)

    async def close(self) -> None:
        await self.close_listener()
        if self._fetcher is not None:
            await self._fetcher.aclose()
            self._fetcher = None


def _with_messages(db: Database, known: Vitals, *, now: dt.datetime) -> Vitals:
    return replace(
        known,
        stuck_since=stuck_since(db, before=now - UNSENT),
        given_up=given_up(db, since=now - GIVEN_UP),
        reload_refused=meta(db, RELOAD_REFUSED) is not None,
    )


def _with_levels(db: Database, known: Levels) -> Levels:
    in_force = json.loads(meta(db, IN_FORCE) or "{}")
    states = {"waiting": 0, "claimed": 0, "sent": 0, "dead": 0, "collapsed": 0, "suppressed": 0}
    return replace(
        known,
        messages=states | outbox.count_by_state(db),
        oldest_pending_at=oldest_pending(db),
        rules_since=time_from(in_force.get("since")),
        database_bytes=bytes_used(db),
    )


def _failing(url: str) -> str:
    """The address that says so: healthchecks' `/fail` at the end of the path."""
    parts = urlsplit(url)
    return parts._replace(path=parts.path.rstrip("/") + "/fail").geturl()


def _to_this_machine(host: str) -> bool:
    """Whether a Host header names this machine, as it does for whoever asked by the listener's own address. A browser always sends one."""
    name = urlsplit(f"//{host}").hostname or "localhost"
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
