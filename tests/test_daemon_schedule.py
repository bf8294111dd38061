"""The daemon's adaptive schedule: what it learns, keeps over a restart, explains, and does when something grave happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support_cli import Folder
from support_daemon import NOW, rig, rss, run
from support_server import Reply, ScriptedServer

from monitor.store import feeds as feed_rows
from monitor.store import rates as rate_rows


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def test_a_busy_feed_is_polled_more_often_than_a_quiet_one_after_a_day(server: ScriptedServer, tmp_path: Path) -> None:
    """Learned from what came, and known again after a restart."""
    count = [0]

    def busy(_: object) -> Reply:
        count[0] += 4
        return Reply(body=rss(*(f"calm {n}" for n in range(max(0, count[0] - 20), count[0])), at=NOW))

    server.script("/busy", busy)
    server.script("/quiet", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "busy", "quiet", interval="1h") as r:
            for _ in range(26):
                await r.round(hours=1, minutes=7)
        before = len(server.asked("/busy")), len(server.asked("/quiet"))
        async with rig(tmp_path, server, "busy", "quiet", interval="1h", begin=r.now[0]) as r:
            rates = await r.daemon.db.call(rate_rows.feed_rates)
            assert rates.get(server.url("/busy")).items > 20 * rates.get(server.url("/quiet")).items
            await r.daemon.plan_tick()
            for _ in range(48):
                await r.round(minutes=30)
            state = await r.daemon.db.call(feed_rows.feed_state, server.url("/busy"))
            assert (state.due_why or "").startswith("by its habit")
        polls = len(server.asked("/busy")) - before[0], len(server.asked("/quiet")) - before[1]
        assert polls[0] > 2 * polls[1]
        assert sum(polls) < 52

    run(story())


def test_a_grave_incident_makes_the_feeds_of_its_place_faster_for_a_while(server: ScriptedServer, tmp_path: Path) -> None:
    """Those whose tags name the place; the others go on as they did, and after an hour so do these."""
    server.script("/dawn", Reply(body=rss("calm")), Reply(body=rss("99 killed in Mastung")))
    for name in ("local", "far"):
        server.script(f"/{name}", Reply(body=rss(f"calm {name}")))

    async def story() -> None:
        async with rig(
            tmp_path, server, "dawn", "local", "far", interval="20m", tags={"local": ["balochistan"]}, polling='boost_from = "notice"\n'
        ) as r:
            await r.poll()
            await r.round(minutes=23)
            assert {len(server.asked(f"/{name}")) for name in ("dawn", "local", "far")} == {2}
            await r.daemon.housekeeping()
            for _ in range(3):
                await r.round(minutes=11)
            assert (len(server.asked("/local")), len(server.asked("/far"))) == (5, 3)
            state = await r.daemon.db.call(feed_rows.feed_state, server.url("/local"))
            assert "incident" in (state.due_why or "")
            r.later(hours=1)
            await r.daemon.housekeeping()
            await r.poll()
            state = await r.daemon.db.call(feed_rows.feed_state, server.url("/local"))
            assert state.due_why == "every interval"

    run(story())


def test_schedule_says_when_and_why(server: ScriptedServer, tmp_path: Path) -> None:
    """Of one feed with its next polls, of all in a line each; in words and as JSON."""
    server.script("/dawn", Reply(body=rss("calm"), headers={"Cache-Control": "max-age=7200"}))
    server.script("/dusk", Reply(status=410))

    async def story() -> Path:
        async with rig(tmp_path, server, "dawn", "dusk", interval="1h") as r:
            await r.poll()
            return r.config

    folder = Folder(run(story()).parent)
    words = folder.run("feeds", "schedule", "dawn", "--polls", "3")
    assert words.exit_code == 0, words.output
    assert "max-age" in words.output
    (form,) = folder.lines("feeds", "schedule", "dawn", "--json", "--polls", "3")
    assert (form["name"], len(form["next"]), form["not_before_why"]) == ("dawn", 3, "max-age")
    all_lines = folder.lines("feeds", "schedule", "--json")
    assert [one["name"] for one in all_lines] == ["dawn", "dusk"]
    assert all_lines[1]["next"] == []
    assert "it is gone" in folder.run("feeds", "schedule").output
    unknown = folder.run("feeds", "schedule", "dwan")
    assert unknown.exit_code == 2
    assert 'did you mean "dawn"?' in unknown.output
