"""What the owners of polled sites would say of the reader, and that they would say it of a rude one."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from support_daemon import rig, rss, run
from support_judge import HTML, START, Judge, Site, simulate
from support_server import Asked, Reply, ScriptedServer

from monitor.store import feeds as feed_rows

CONTACT = "mailto:tests@example.org"
HOUR_S = 3600.0


@pytest.mark.timeout(180)
def test_no_site_complains_in_two_days_of_polling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wish is heeded, nothing that a site showed is missed, and each kind of answer was really met. The second day is one on which
    one of the sites wants no polls."""
    monkeypatch.setattr("support_judge.START", START + dt.timedelta(days=1))
    score = run(simulate(tmp_path, days=2, interval="2h", interval_s=2 * HOUR_S), timeout_s=150)
    assert score.violations == []
    assert score.found == score.shown
    assert score.found > 0.9 * score.published
    assert score.statuses.keys() == {200, 226, 301, 302, 304, 410, 429, 500, 503}
    assert score.dead.keys() == {"nowhere.test", "secure.test"}


# ---------------------------------------------------------------- the judge judges


POLITE = {"User-Agent": f"x (+{CONTACT})", "Accept-Encoding": "gzip", "Host": "wire.test:1"}


def judged(site: Site, *requests: tuple[float, dict[str, str]], path: str | None = None) -> set[str]:
    """The rules that a reader breaks who asks at these hours with these headers."""
    site.host = "wire.test"
    site.publish(until=START, rng=random.Random(1))
    judge = Judge([site], interval_s=HOUR_S, contact=CONTACT)
    for hour, headers in requests:
        judge.now = START + dt.timedelta(hours=hour)
        judge.answer(Asked(method="GET", path=path or site.path, headers=tuple((POLITE | headers).items()), at=0.0))
    return {violation.rule for violation in judge.violations}


@pytest.mark.parametrize(
    ("site", "requests", "rule"),
    [
        pytest.param(Site(name="s"), [(0, {"Cookie": "track=1"})], "bare request", id="cookie"),
        pytest.param(Site(name="s"), [(0, {"Referer": "https://x.example/"})], "bare request", id="referrer"),
        pytest.param(Site(name="s"), [(0, {"Accept-Encoding": "identity"})], "gzip", id="no gzip"),
        pytest.param(Site(name="s"), [(0, {"User-Agent": "Mozilla/5.0"})], "User-Agent", id="no contact"),
        pytest.param(Site(name="s"), [(0, {"If-None-Match": '"made up"'})], "validators byte for byte", id="invented"),
        pytest.param(Site(name="s"), [(0, {}), (1, {"If-None-Match": '"s"'})], "validators byte for byte", id="changed"),
        pytest.param(Site(name="s"), [(0, {}), (1, {})], "conditional", id="unconditional twice a day"),
        pytest.param(Site(name="s", etag=False), [(0, {}), (0.001, {})], "interval", id="twice within a minute"),
        pytest.param(Site(name="s", etag=False), [(0, {}), (0.0001, {})], "spacing on a host", id="at once"),
        pytest.param(Site(name="s", etag=False, wait_s=7200, rule="max-age"), [(0, {}), (1, {})], "max-age", id="too early"),
        pytest.param(
            Site(name="s", etag=False, rule="skipHours", closed=lambda at: at.hour < 9), [(1, {})], "skipHours", id="skipped hour"
        ),
        pytest.param(Site(name="s", trouble=lambda *_: Reply(status=410)), [(0, {}), (1, {})], "410", id="gone"),
        pytest.param(
            Site(name="s", trouble=lambda *_: Reply(status=301, headers={"Location": "/"})),
            [(hour, {}) for hour in range(4)],
            "301 adopted",
            id="moved",
        ),
        pytest.param(
            Site(name="s", pause_s=7200, trouble=lambda *_: Reply(status=503)), [(0, {}), (1, {})], "Retry-After", id="Retry-After"
        ),
        pytest.param(Site(name="s", trouble=lambda *_: Reply(body=HTML)), [(h, {}) for h in (0, 1, 2)], "backing off", id="hammering"),
    ],
)
def test_a_rude_reader_is_caught(site: Site, requests: list[tuple[float, dict[str, str]]], rule: str) -> None:
    """Each rule has a reader that breaks it."""
    assert rule in judged(site, *requests)


def test_an_address_that_nobody_was_told_of_is_noticed() -> None:
    """A number that outwits caches is one."""
    assert judged(Site(name="s"), (0, {}), path="/feed?lang=en&_=17") == {"fixed address"}


# ---------------------------------------------------------------- a single pass, and a restart


@pytest.fixture
def server():
    with ScriptedServer() as running:
        yield running


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(Reply(status=429, headers={"Retry-After": "600"}), id="429"),
        pytest.param(Reply(status=503, headers={"Retry-After": "Tue, 10 Mar 2026 12:12:00 GMT"}), id="503"),
        pytest.param(Reply(body=rss("calm"), headers={"Cache-Control": "max-age=600"}), id="max-age"),
        pytest.param(Reply(body=rss("calm").replace(b"<item>", b"<ttl>10</ttl><item>", 1)), id="ttl"),
    ],
)
def test_a_single_pass_heeds_a_site_that_asked_for_a_pause(server: ScriptedServer, tmp_path: Path, first: Reply) -> None:
    """`run --once` from cron asks no earlier than the daemon would; a feed that waits is no failure."""
    server.script("/dawn", first, Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.daemon.once()
            r.later(minutes=9)
            assert await r.daemon.once() == 0
            assert len(server.asked("/dawn")) == 1
            r.later(minutes=3)
            assert await r.daemon.once() == 0
            assert len(server.asked("/dawn")) == 2

    run(story())


def test_a_pass_spares_the_other_feeds_of_a_host_that_has_too_much_to_do(server: ScriptedServer, tmp_path: Path) -> None:
    """A 429 is about who asks, not about which feed; it is remembered over a restart."""
    server.script("/dawn", Reply(status=429, headers={"Retry-After": "600"}))
    server.script("/dusk", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn", "dusk") as r:
            await r.daemon.once()
            r.later(minutes=5)
            await r.daemon.once()
            assert len(server.asked("/dusk")) == 1
        async with rig(tmp_path, server, "dawn", "dusk") as r:
            r.later(minutes=5)
            await r.daemon.once()
            assert len(server.asked("/dusk")) == 1

    run(story())


def test_a_restart_asks_no_earlier_than_the_daemon_would_have(server: ScriptedServer, tmp_path: Path) -> None:
    """Due times are in the database; ten restarts in a row are no ten requests."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
        for _ in range(3):
            async with rig(tmp_path, server, "dawn") as r:
                await r.round(minutes=1)
        assert len(server.asked("/dawn")) == 1
        async with rig(tmp_path, server, "dawn") as r:
            await r.round(minutes=7)
        assert len(server.asked("/dawn")) == 2

    run(story())


def test_a_feed_whose_etag_lies_is_read_whole_once_a_day(server: ScriptedServer, tmp_path: Path) -> None:
    """Its server says 304 for ever; what it published is found within a day all the same."""

    def lying(asked: Asked) -> Reply:
        if asked.header("If-None-Match"):
            return Reply(status=304)
        return Reply(body=rss("calm", f"new {len(server.requests)}"), headers={"ETag": '"same"'})

    server.script("/dawn", lying)

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            for _ in range(3 * 8):
                await r.round(hours=3)
            bare = [asked for asked in server.asked("/dawn") if asked.header("If-None-Match") is None]
            assert len(bare) == 3
            assert (await r.daemon.db.call(feed_rows.feed_state, server.url("/dawn"))).trust_d == 1

    run(story())
