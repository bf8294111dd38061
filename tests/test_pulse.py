"""How others can tell that the daemon lives: asked over HTTP, by a ping, by a heartbeat."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs
from support_daemon import Rig, rig, rss, run, until
from support_server import Reply, ScriptedServer

from monitor import pulse
from monitor.errors import ReadingFailed, StoreError
from monitor.listener import Request, Response
from monitor.store.meta import RELOAD_REFUSED, set_meta


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        made.script("/dawn", Reply(body=rss("5 killed in Mastung")))
        made.script("/ping", Reply(body=b"OK"))
        made.script("/ping/fail", Reply(body=b"OK"))
        yield made


async def asked(r: Rig, path: str, *, host: str = "127.0.0.1:9464", method: str = "GET") -> Response:
    return await r.daemon.pulse.answer(Request(method=method, path=path, headers={"host": host}))


async def got(r: Rig, path: str) -> tuple[int, str]:
    response = await asked(r, path)
    return response.status, response.body.decode()


def break_database(r: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> Any:
        raise StoreError("the disk is full")

    monkeypatch.setattr(r.daemon.db, "call", refuse)


def test_health_and_readiness_follow_what_goes_on(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that refuses makes it unready but not dead: restarting would not mend it; a tick that hangs makes it dead."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.round()
            assert await got(r, "/healthz") == (200, "ok\n")
            assert await got(r, "/readyz") == (200, "ok\n")
            with monkeypatch.context() as patch:
                break_database(r, patch)
                assert await got(r, "/healthz") == (200, "ok\n")
                assert await got(r, "/readyz") == (503, "the database refuses: the disk is full\n")
            r.daemon.pulse._ticked["delivery"] -= 40
            assert await got(r, "/healthz") == (503, "no delivery tick has ended for 40 s\n")
            assert (await got(r, "/readyz"))[0] == 503

    run(story())


def test_polls_that_all_hang_are_found_though_the_ticks_run(server: ScriptedServer, tmp_path: Path) -> None:
    """The watchdog and `/healthz` look at polls that end, not at a loop that turns."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            hang = asyncio.Event()

            async def fetch(*_: Any, **__: Any) -> Any:
                await hang.wait()

            r.daemon.poller.fetcher.fetch = fetch  # type: ignore[method-assign]
            await r.daemon.poll_tick()
            assert await got(r, "/healthz") == (200, "ok\n")
            r.daemon.poller._ended -= 300
            r.daemon.poller._idle_until -= 300
            assert await got(r, "/healthz") == (503, "no poll has ended for 300 s\n")
            r.worker.ended = time.monotonic()
            assert await got(r, "/healthz") == (200, "ok\n"), "a long reading is progress"

    run(story())


@pytest.mark.parametrize(
    ("path", "host", "method", "status"),
    [
        ("/metrics", "localhost", "GET", 200),
        ("/metrics", "[::1]:9464", "HEAD", 200),
        ("/metrics", "", "GET", 200),
        ("/metrics", "rebound.example.org", "GET", 403),
        ("/metrics", "10.0.0.1", "GET", 403),
        ("/healthz", "127.0.0.1", "POST", 405),
        ("/", "127.0.0.1", "GET", 404),
    ],
)
def test_only_this_machine_is_answered(server: ScriptedServer, tmp_path: Path, path: str, host: str, method: str, status: int) -> None:
    """A web page whose name resolves to 127.0.0.1 asks with its own name as the host."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            assert (await asked(r, path, host=host, method=method)).status == status

    run(story())


def samples(text: str) -> dict[str, float]:
    """Name and labels → value."""
    return {
        one.name + "".join(f" {key}={value}" for key, value in sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_metrics_count_what_happened_and_tell_how_it_stands(server: ScriptedServer, tmp_path: Path) -> None:
    """Prometheus' own parser reads them; units are base units; nothing is told by feed."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            server.script("/dawn", Reply(body=rss("5 killed in Mastung", "9 killed in Mastung", at=r.now[0])))
            await r.round(minutes=6)
            await r.round(minutes=4)
            text = (await got(r, "/metrics"))[1]
            found = samples(text)
            expected = {
                "monitor_polls_total status=ok": 2,
                "monitor_polls_total status=failed": 0,
                "monitor_items_total outcome=new": 2,
                "monitor_sends_total outcome=sent": r.daemon.sender.sent,
                "monitor_published_to_seen_seconds_count": 1,
                "monitor_published_to_seen_seconds_sum": 360,
                "monitor_decided_to_sent_seconds_count": r.daemon.sender.sent,
                "monitor_feeds health=ok": 1,
                "monitor_feeds health=failing": 0,
                "monitor_messages state=sent": r.daemon.sender.sent,
                "monitor_rules": 2,
                "monitor_reload_refused": 0,
                "monitor_store_refuses": 0,
                "monitor_troubles": 0,
                "monitor_oldest_pending_seconds": 0,
            }
            assert {name: found[name] for name in expected} == expected
            assert r.daemon.sender.sent > 0
            assert found["monitor_last_poll_timestamp_seconds"] == r.now[0].timestamp() - 240
            assert found["monitor_rules_since_timestamp_seconds"] < r.now[0].timestamp()
            assert found["monitor_database_size_bytes"] > 10_000
            assert found["process_resident_memory_bytes"] > 10_000_000
            assert "dawn" not in text
            await r.daemon.db.call(set_meta, RELOAD_REFUSED, "{}")
            assert samples((await got(r, "/metrics"))[1])["monitor_reload_refused"] == 1

    run(story())


def test_every_metric_of_the_alert_rules_is_one_that_is_told(server: ScriptedServer, tmp_path: Path) -> None:
    """A rule on a metric that does not exist would never fire."""

    async def story() -> str:
        async with rig(tmp_path, server, "dawn") as r:
            return (await got(r, "/metrics"))[1]

    told = {name.partition(" ")[0] for name in samples(run(story()))}
    rules = (Path(__file__).parents[1] / "systemd/prometheus-rules.yaml").read_text()
    asked_for = set(re.findall(r"\bmonitor_[a-z_]+", rules))
    assert len(asked_for) > 8
    assert asked_for <= told


PING = '[health]\nping = "{}"\n'


def pings(server: ScriptedServer) -> list[str]:
    return [one.path for one in server.requests if one.path.startswith("/ping")]


def test_the_ping_goes_out_after_real_work_only(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before a poll has ended; as /fail when reading, the database, the deliveries or most feeds fail."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn", extra=PING.format(server.url("/ping"))) as r:
            own = r.daemon.pulse
            assert await own.ping() is None
            await r.round()
            assert await own.ping() is True
            assert r.worker.read_items[-1].startswith("A bomb killed five policemen")
            assert pings(server) == ["/ping"]
            failing: list[str] = []
            with monkeypatch.context() as patch:

                async def cannot(_items: Any) -> Any:
                    return [ReadingFailed("stopped after 20 s")]

                patch.setattr(r.worker, "read", cannot)
                failing.append("reading")
                assert await own.ping() is False
            with monkeypatch.context() as patch:
                break_database(r, patch)
                failing.append("database")
                assert await own.ping() is False
            own._ticked["delivery"] -= 60
            failing.append("delivery")
            assert await own.ping() is False
            own.ticked("delivery")
            server.script("/dawn", Reply(status=500))
            await r.round(minutes=6)
            failing.append("feeds")
            assert await own.ping() is False
            server.script("/dawn", Reply(body=rss("calm")))
            await r.round(minutes=20)
            assert await own.ping() is True
            assert pings(server) == ["/ping", *["/ping/fail" for _ in failing], "/ping"]

    run(story())


def test_a_switch_that_does_not_answer_harms_nothing_and_its_address_stays_secret(server: ScriptedServer, tmp_path: Path) -> None:
    """A log line with the reason; the address, which would let anybody keep the alarm quiet, is not in it."""
    server.script("/secret-0123456789", Reply(status=503))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn", extra=PING.format(server.url("/secret-0123456789"))) as r:
            await r.round()
            assert await r.daemon.pulse.ping() is True

    with capture_logs() as said:
        run(story())
    assert [one["reason"] for one in said if one["event"] == "ping"] == ["HTTP 503 Service Unavailable"]
    assert "secret-0123456789" not in str(said)


def test_a_running_daemon_pings_and_listens(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both begin with the service, follow a reload, and end with it."""
    monkeypatch.setattr(pulse, "FIRST_PING_S", 0.05)

    async def story() -> None:
        with contextlib.closing(await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)) as taken:
            port = taken.sockets[0].getsockname()[1]
        async with rig(tmp_path, server, "dawn", extra=PING.format(server.url("/ping")) + 'ping_every = "10s"\n') as r:
            served = asyncio.create_task(r.daemon.serve())
            await until(lambda: "/ping" in pings(server))
            r.config.write_text(r.config.read_text().replace("ping_every", f'listen = "127.0.0.1:{port}"\nping_every'))
            assert await r.daemon.reload()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert (await reader.read()).endswith(b"\r\n\r\nok\n")
            writer.close()
            r.daemon.stop()
            assert await served == 0
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    run(story())


def test_a_listener_that_cannot_be_had_after_a_reload_is_told_and_the_daemon_goes_on(server: ScriptedServer, tmp_path: Path) -> None:
    """At the start it would end the program; a running one keeps polling."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            r.config.write_text(r.config.read_text() + f'[health]\nlisten = "127.0.0.1:{server.port}"\n')
            assert await r.daemon.reload()
            await r.daemon.sender.idle(timeout_s=5)
            assert r.out.to("ops") == ["Monitor: the health listener is off"]
            assert "cannot listen on" in r.out.sent[0][1].text

    run(story())


def test_a_heartbeat_says_that_it_lives_and_how_it_is(server: ScriptedServer, tmp_path: Path) -> None:
    """Once each day at its time, on one channel; missed ones are made up for by one."""
    extra = '[health]\nheartbeat = "ops"\nheartbeat_at = "18:00"\n'

    async def story() -> None:
        async with rig(tmp_path, server, "dawn", extra=extra) as r:
            await r.poll()
            await r.daemon.housekeeping()
            await r.round(minutes=50)
            await r.daemon.housekeeping()
            assert r.out.to("ops") == [], "17:51 in Karachi"
            for _ in range(2):
                await r.poll()
                r.later(minutes=15)
                await r.poll()
                await r.daemon.housekeeping()
                await r.deliver()
            assert r.out.to("ops") == ["Monitor: alive"]
            lines = r.out.sent[-1][1].text.splitlines()
            assert lines[1:3] == ["All is well.", "Feeds: 1 ok"]
            assert lines[4].startswith("Messages since yesterday: 1, after 50 min")
            server.script("/dawn", Reply(status=500))
            await r.round(days=3)
            await r.daemon.housekeeping()
            await r.deliver()
            assert r.out.to("ops") == ["Monitor: alive", "Monitor: alive, but not well"]
            assert r.out.sent[-1][1].text.splitlines()[1] == "Not well: 1 of 1 feeds fail"

    run(story())
