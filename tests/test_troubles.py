"""Feeds in trouble reach the operator once, and once more when they are back, through a real queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support_daemon import Rig, rig, rss, run
from support_server import Reply, ScriptedServer

PAGE = Reply(body=b"<!doctype html><html><head><title>Log in</title></head></html>", headers={"Content-Type": "text/html"})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


async def look(made: Rig) -> list[str]:
    await made.daemon.feeds_tick()
    await made.deliver()
    return made.out.to("ops")


def test_a_feed_that_turned_into_a_page_is_told_once_and_once_when_it_is_back(server: ScriptedServer, tmp_path: Path) -> None:
    """Over a restart too; the operator's channel alone hears of it."""
    server.script("/courier", Reply(body=rss("one")), PAGE, PAGE, PAGE, PAGE, Reply(body=rss("one", "two")))

    async def story() -> None:
        async with rig(tmp_path, server, "courier") as made:
            await made.poll()
            assert await look(made) == []
            await made.round(hours=1)
            assert await look(made) == []
            await made.round(hours=1)
            assert await look(made) == ["Monitor: feed courier answers with a web page"]
            assert 'is an HTML page titled "Log in"' in made.out.sent[0][1].text
        async with rig(tmp_path, server, "courier") as made:
            made.later(hours=6)
            await made.poll()
            assert await look(made) == []
            await made.round(hours=7)
            await made.round(hours=7)
            assert await look(made) == ["Monitor: feed courier is back"]
            assert await look(made) == ["Monitor: feed courier is back"]
            assert made.out.to("desk") == []

    run(story())


def test_many_feeds_in_trouble_are_one_message(server: ScriptedServer, tmp_path: Path) -> None:
    """A network that is down must not flood the operator."""
    for name in ("courier", "gazette"):
        server.script(f"/{name}", Reply(body=rss(name)), Reply(status=500))

    async def story() -> None:
        async with rig(tmp_path, server, "courier", "gazette") as made:
            await made.poll()
            for _ in range(6):
                await made.round(hours=7)
            assert await look(made) == ["Monitor: 2 feeds are in trouble"]
            text = made.out.sent[-1][1].text
            assert ("courier" in text, "gazette" in text, "HTTP 500" in text) == (True, True, True)

    run(story())


def test_a_silence_far_beyond_the_habit_is_told(server: ScriptedServer, tmp_path: Path) -> None:
    """An hourly feed that has brought nothing for a day, though it answers."""
    titles = [f"story {n}" for n in range(8)]
    server.script("/courier", *(Reply(body=rss(*titles[: n + 1])) for n in range(8)))

    async def story() -> None:
        async with rig(tmp_path, server, "courier") as made:
            for _ in range(8):
                await made.round(hours=1)
            assert await look(made) == []
            for _ in range(3):
                await made.round(hours=9)
            assert await look(made) == ["Monitor: feed courier is silent far beyond its habit"]
            server.script("/courier", Reply(body=rss(*titles, "news")))
            await made.round(hours=1)
            assert (await look(made))[1:] == ["Monitor: feed courier is back"]

    run(story())


def test_a_message_that_the_channel_refuses_is_tried_again(server: ScriptedServer, tmp_path: Path) -> None:
    """It waits in the queue as an alert does."""
    from monitor.errors import DeliveryError

    server.script("/courier", PAGE)

    async def story() -> None:
        async with rig(tmp_path, server, "courier") as made:
            await made.poll()
            await made.round(hours=1)
            made.out.error = DeliveryError("HTTP 500")
            assert await look(made) == []
            made.out.error = None
            made.later(minutes=2)
            await made.deliver()
            assert made.out.to("ops") == ["Monitor: feed courier answers with a web page"]

    run(story())


def test_a_feed_that_left_the_config_is_forgotten_without_a_word(server: ScriptedServer, tmp_path: Path) -> None:
    """Should it come back, its trouble is news again."""
    from monitor.store.feeds import told_troubles

    server.script("/courier", PAGE)
    server.script("/gazette", Reply(body=rss("one")))

    async def story() -> None:
        async with rig(tmp_path, server, "courier", "gazette") as made:
            await made.poll()
            await made.round(hours=1)
            await look(made)
            text = made.config.read_text()
            made.config.write_text(text[: text.index("[[feeds]]")] + text[text.rindex("[[feeds]]") :])
            assert await made.daemon.reload()
            assert len(await look(made)) == 1
            assert await made.daemon.db.call(told_troubles) == {}

    run(story())
