"""The daemon under its scheduler, in this process: signals, the watchdog, a clock that is set, a stop with a send under way."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support_daemon import Rig, rig, rss, run, until
from support_server import Reply, ScriptedServer

from monitor import daemon as daemon_module
from monitor import sender as sender_module
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.store import outbox


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks of 20 ms, so that no test waits for a second."""
    monkeypatch.setattr(daemon_module, "TICK_S", 0.02)


@contextlib.asynccontextmanager
async def serving(r: Rig) -> AsyncIterator[asyncio.Task[int]]:
    task = asyncio.create_task(r.daemon.serve())
    await asyncio.sleep(0.05)
    try:
        yield task
    finally:
        r.daemon.stop()
        await task


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a_signal_ends_it_with_status_0(server: ScriptedServer, tmp_path: Path, number: signal.Signals) -> None:
    """As systemd and a terminal send them."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r, serving(r) as task:
            await until(lambda: r.worker.parsed)
            os.kill(os.getpid(), number)
            assert await asyncio.wait_for(task, 5) == 0

    run(story())


def test_hangup_reloads_and_a_second_hangup_reloads_again(server: ScriptedServer, tmp_path: Path) -> None:
    """SIGHUP takes the files as they are then."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r, serving(r):
            for _ in range(2):
                force = r.daemon.force
                os.kill(os.getpid(), signal.SIGHUP)
                await until(lambda force=force: r.daemon.force is not force)

    run(story())


def test_a_reload_that_hits_a_bug_ends_nothing(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a reload raises is logged, and the next one works."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r, serving(r) as task:
            tried: list[int] = []

            async def broken() -> bool:
                tried.append(1)
                raise RuntimeError("a bug")

            with monkeypatch.context() as patch:
                patch.setattr(r.daemon, "reload", broken)
                os.kill(os.getpid(), signal.SIGHUP)
                await until(lambda: tried)
            force = r.daemon.force
            os.kill(os.getpid(), signal.SIGHUP)
            await until(lambda: r.daemon.force is not force)
            assert not task.done()

    run(story())


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[str]]]:
    """What systemd has been told so far."""
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def listen() -> list[str]:
            with contextlib.suppress(BlockingIOError):
                while True:
                    heard.extend(sock.recv(4096).decode().split("\n"))
            return heard

        yield listen


def test_the_watchdog_is_fed_while_the_ticks_run_and_not_when_one_hangs(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, systemd: Callable[[], list[str]]
) -> None:
    """A delivery tick that hangs (a database that does not answer) must starve the watchdog, though the loop is alive."""
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r, serving(r):
            await until(lambda: "WATCHDOG=1" in systemd())
            stuck = asyncio.Event()

            async def hang(*_: Any, **__: Any) -> Any:
                stuck.set()
                await asyncio.Event().wait()

            monkeypatch.setattr(r.daemon.sender, "tick", hang)
            await asyncio.wait_for(stuck.wait(), 5)
            await asyncio.sleep(0.4)  # what was fed before the hang still counts for half the interval
            systemd().clear()
            await asyncio.sleep(0.5)
            assert "WATCHDOG=1" not in systemd()

    run(story())


def test_systemd_gets_a_status_line(server: ScriptedServer, tmp_path: Path, systemd: Callable[[], list[str]]) -> None:
    """How many feeds, how many failing, what was sent and what waits."""
    server.script("/dawn", Reply(status=500))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            await r.daemon.housekeeping()
            assert "STATUS=1 feeds, 1 failing; 1 polls; 0 messages sent, 0 waiting, 0 given up" in systemd()

    run(story())


def log_bytes(folder: Path) -> int:
    (log,) = folder.rglob("*.db-wal")
    return log.stat().st_size


def test_tidying_takes_the_log_back_into_the_database(server: ScriptedServer, tmp_path: Path) -> None:
    """What the polls wrote to the log beside the database is in the database, and the log is empty."""
    server.script("/dawn", Reply(status=500))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            assert log_bytes(tmp_path) > 0
            await r.daemon.tidy()
            assert log_bytes(tmp_path) == 0

    run(story())


@pytest.mark.parametrize("hours", [-1, 24 * 365 * 10], ids=["an hour back", "ten years ahead"])
def test_the_ticks_go_on_when_the_clock_is_set(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """APScheduler goes by the wall clock: set back, its jobs would sleep for an hour; the watch wakes them at once."""
    server.script("/dawn", Reply(body=rss("calm")))
    offset = [dt.timedelta()]
    real = dt.datetime

    class SetClock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return real.now(tz) + offset[0]

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            for module in ("apscheduler.schedulers.base", "apscheduler.schedulers.asyncio", "apscheduler.executors.base"):
                patched = __import__(module, fromlist=["x"])
                if hasattr(patched, "datetime"):
                    monkeypatch.setattr(patched, "datetime", SetClock)
            monkeypatch.setattr(daemon_module, "utc_now", lambda: SetClock.now(dt.UTC))
            ticks: list[int] = []
            tick = r.daemon.poller.tick

            async def counted(force: Any) -> int:
                ticks.append(1)
                return await tick(force)

            monkeypatch.setattr(r.daemon.poller, "tick", counted)
            async with serving(r):
                await until(lambda: len(ticks) > 2)
                offset[0] = dt.timedelta(hours=hours)
                seen = len(ticks)
                await until(lambda: len(ticks) > seen + 5, timeout_s=5)

    run(story())


def test_a_stop_lets_a_send_finish_and_begins_no_other(server: ScriptedServer, tmp_path: Path) -> None:
    """The send under way is marked sent; what else was due waits for the next start."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))
    begun, gate = threading.Event(), threading.Event()

    def slow(message: Message, target: Any, *, timeout_s: float) -> None:
        begun.set()
        gate.wait(5)

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            r.daemon.sender._send = slow
            await r.poll()
            r.later(minutes=4)
            await r.daemon.delivery_tick()
            await until(begun.is_set)
            asyncio.get_running_loop().call_later(0.2, gate.set)
            await r.daemon.sender.stop(grace_s=5)
            assert await r.daemon.db.call(outbox.count_by_state) == {"sent": 1}
            await r.daemon.delivery_tick()
            assert await r.daemon.sender.idle(timeout_s=1)

    run(story())


def test_a_send_that_hangs_over_the_stop_is_taken_up_by_the_next_daemon_as_a_possible_repeat(
    server: ScriptedServer, tmp_path: Path
) -> None:
    """Left claimed, then sent again at the next start with the words that it may be a repeat."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))
    begun, gate = threading.Event(), threading.Event()

    def hang(message: Message, target: Any, *, timeout_s: float) -> None:
        begun.set()
        gate.wait(10)

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            r.daemon.sender._send = hang
            await r.poll()
            r.later(minutes=4)
            await r.daemon.delivery_tick()
            await until(begun.is_set)
            await r.daemon.sender.stop(grace_s=0.1)
            assert await r.daemon.db.call(outbox.count_by_state) == {"claimed": 1}
        gate.set()
        async with rig(tmp_path, server, "dawn") as r:
            r.later(minutes=5)
            await r.deliver()
            assert [channel for channel, _ in r.out.sent] == ["desk"]
            assert "repeat" in r.out.sent[0][1].text.lower()

    run(story())


def test_a_sent_message_whose_mark_is_refused_is_marked_again_not_sent_again(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up between sending and marking costs no second message."""
    monkeypatch.setattr(sender_module, "MARK_AGAIN_S", 0.05)
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            r.later(minutes=4)
            refusals = iter([True, True, False])
            mark = outbox.mark_sent

            def sometimes(db: Any, delivery_id: int, sent_at: dt.datetime, **more: Any) -> None:
                from monitor.errors import StoreError

                if next(refusals):
                    raise StoreError("the disk is full")
                mark(db, delivery_id, sent_at, **more)

            monkeypatch.setattr(outbox, "mark_sent", sometimes)
            await r.deliver()
            assert await r.daemon.db.call(outbox.count_by_state) == {"sent": 1}
            assert len(r.out.to("desk")) == 1

    run(story())


def test_an_alert_that_cannot_be_rendered_is_put_off_and_the_channel_goes_on(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug met by one alert is a failed try of that alert, no end of the channel."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            r.later(minutes=4)
            with monkeypatch.context() as patch:
                patch.setattr(sender_module, "render", lambda *_, **__: 1 / 0)
                await r.deliver()
            assert await r.daemon.db.call(outbox.count_by_state) == {"waiting": 1}
            r.later(minutes=1)
            await r.deliver()
            assert len(r.out.to("desk")) == 1

    run(story())


def test_a_notice_to_the_operator_is_tried_again_and_not_repeated_within_an_hour(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel is down at first; the same trouble twice is one notice."""
    monkeypatch.setattr(sender_module, "FIRST_PAUSE_S", 0.05)

    async def story() -> None:
        async with rig(tmp_path, server) as r:
            r.out.error = DeliveryError("JSON: connection refused")
            r.daemon.sender.notice(r.daemon.force, "feed x is gone", "it is")
            r.daemon.sender.notice(r.daemon.force, "feed x is gone", "it still is")
            await asyncio.sleep(0.02)
            r.out.error = None
            await r.daemon.sender.idle(timeout_s=5)
            assert r.out.to("ops") == ["Monitor: feed x is gone"]

    run(story())
