"""The articles of short items: asked for once, as the site allows, within a bound; the feed's own words otherwise."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_daemon import Rig, rig, run
from support_server import Reply, ScriptedServer

from monitor.feeds.robots import allowed, has_no_rules
from monitor.full_text import FullText
from monitor.model import Item
from monitor.store.articles import article_note
from monitor.store.items import latest_items

WORDS = "Rescue workers said that the blast went off near the main gate while traders were opening their shops in the old bazaar. "
STORY = "At least 12 killed in Mastung, officials said on Tuesday morning after the attack on a crowded market in the town. "


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


def article(text: str = STORY + WORDS) -> Reply:
    paragraphs = "".join(f"<p>{text} Paragraph {n}. {WORDS}</p>" for n in range(4))
    menu = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
    body = f"{menu}<article><h1>Blast</h1>{paragraphs}</article><footer>All rights</footer>"
    page = f"<html><head><title>Blast</title></head><body>{body}</body></html>"
    return Reply(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def feed(server: ScriptedServer, *stories: tuple[str, str]) -> Reply:
    """Stories as path and title, a moment old."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{path}</guid><title>{title}</title><link>{server.url(path)}</link>"
        "<pubDate>Tue, 10 Mar 2026 11:59:00 GMT</pubDate></item>"
        for path, title in stories
    )
    return Reply(body=f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode())


async def stored(made: Rig) -> dict[str, Item]:
    return {one.item.id: one.item for one in await made.daemon.db.call(latest_items, limit=20)}


async def note(made: Rig, name: str) -> str | None:
    return await made.daemon.db.call(article_note, (await stored(made))[name].key)


FULL = "full_text = true\n"


def with_full_text(story, server: ScriptedServer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    async def told() -> None:
        async with rig(tmp_path, server, "courier") as made:
            made.config.write_text(made.config.read_text() + FULL)
            assert await made.daemon.reload()
            made.later(seconds=61)
            await story(made)

    run(told())


def test_the_article_of_a_teaser_that_matters_is_read(server: ScriptedServer, tmp_path: Path) -> None:
    """Its toll stands in the article alone; a teaser on something else costs no request, nor does the same feed again."""
    server.script("/courier", feed(server, ("/blast", "Blast in the market"), ("/cricket", "Cricket team named")))
    server.script("/blast", article())

    async def story(made: Rig) -> None:
        await made.poll()
        items = await stored(made)
        assert "12 killed in Mastung" in items["/blast"].content
        assert "All rights" not in items["/blast"].content
        assert items["/cricket"].content == ""
        assert await note(made, "/blast") == "read with its article"
        await made.round(minutes=4)
        assert "12 killed" in made.out.sent[0][1].title
        server.script("/courier", feed(server, ("/blast", "Blast in the market"), ("/rain", "Rain")))
        await made.round(hours=1)
        assert [asked.path for asked in server.requests] == ["/courier", "/robots.txt", "/blast", "/courier"]
        assert all(asked.header("Cookie") is None and asked.header("Referer") is None for asked in server.requests)

    with_full_text(story, server, tmp_path)


def test_robots_txt_is_honoured_and_asked_for_once(server: ScriptedServer, tmp_path: Path) -> None:
    """The longest rule wins, wildcards count; what is forbidden is read as the feed gave it."""
    server.script("/robots.txt", Reply(body=b"User-agent: *\nDisallow: /blast\nAllow: /blast/open\n"))
    server.script("/courier", feed(server, ("/blast/closed", "Blast one"), ("/blast/open", "Blast two")))
    server.script("/blast/open", article())
    server.script("/blast/closed", article())

    async def story(made: Rig) -> None:
        await made.poll()
        items = await stored(made)
        assert (items["/blast/closed"].content, "12 killed" in items["/blast/open"].content) == ("", True)
        assert await note(made, "/blast/closed") == "the site's robots.txt does not allow the article"
        assert [asked.path for asked in server.requests if asked.path != "/courier"] == ["/robots.txt", "/blast/open"]

    with_full_text(story, server, tmp_path)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        pytest.param(Reply(status=404), "HTTP 404 Not Found", id="no page"),
        pytest.param(Reply(body=b"<html><body></body></html>"), "no article found in the page", id="no article"),
        pytest.param(Reply(body=b"<html><body><p>Log in to read.</p></body></html>"), "no more than the feed|no article", id="a wall"),
        pytest.param(Reply(hang_up=True), "cut short", id="hung up"),
    ],
)
def test_an_article_that_cannot_be_had_leaves_the_teaser(server: ScriptedServer, tmp_path: Path, reply: Reply, words: str) -> None:
    """The item is read all the same, and the reason kept."""
    import re

    server.script("/courier", feed(server, ("/blast", "Blast: 3 killed in Mastung")))
    server.script("/blast", reply)

    async def story(made: Rig) -> None:
        await made.round()
        assert (await stored(made))["/blast"].content == ""
        assert re.search(words, await note(made, "/blast") or "")
        await made.round(minutes=4)
        assert "3 killed" in made.out.sent[0][1].title

    with_full_text(story, server, tmp_path)


def test_slow_articles_hold_nothing_up_beyond_the_bound(server: ScriptedServer, tmp_path: Path) -> None:
    """What is there in time is taken, the rest is left; no request is still open afterwards."""
    server.script("/courier", feed(server, ("/slow", "Blast: 3 killed in Mastung"), ("/blast", "Blast two")))
    server.script("/slow", Reply(delay_s=20))
    server.script("/blast", article())

    async def story(made: Rig) -> None:
        made.daemon.poller._full_text = FullText(made.daemon.db, clock=made.daemon.clock, patience_s=1.0)
        begun = time.monotonic()
        await made.poll()
        assert time.monotonic() - begun < 15
        items = await stored(made)
        assert (items["/slow"].content, "12 killed" in items["/blast"].content) == ("", True)
        assert await note(made, "/slow") == "the article was not there within 1 s"
        assert len(asyncio.all_tasks()) == 1

    with_full_text(story, server, tmp_path)


def test_an_edit_is_told_by_the_words_of_the_feed(server: ScriptedServer, tmp_path: Path) -> None:
    """And its article is asked for again, three times at most in all."""
    server.script("/blast", article())

    async def story(made: Rig) -> None:
        for n in range(5):
            server.script("/courier", feed(server, ("/blast", f"Blast in the market, report {n}")))
            await made.round(hours=1)
        assert len(server.asked("/blast")) == 3
        assert (await stored(made))["/blast"].content == ""

    with_full_text(story, server, tmp_path)


@pytest.mark.parametrize(
    ("robots", "url", "expected"),
    [
        pytest.param(b"", "https://a.example/x", (True, 0.0), id="empty"),
        pytest.param(b"User-agent: *\nDisallow: /*?print=\n", "https://a.example/x?print=1", (False, 0.0), id="wildcard"),
        pytest.param(b"User-agent: incident-monitor\nCrawl-delay: 7\n", "https://a.example/x", (True, 7.0), id="for us"),
        pytest.param(b"User-agent: other\nDisallow: /\n", "https://a.example/x", (True, 0.0), id="for others"),
        pytest.param(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /", "https://a.example/x", (False, 0.0), id="byte order mark"),
        pytest.param(b"<html>\xff\x00 not found", "https://a.example/x", (True, 0.0), id="a page"),
    ],
)
def test_what_robots_txt_allows(robots: bytes, url: str, expected: tuple[bool, float]) -> None:
    """By RFC 9309."""
    assert allowed(robots, url) == expected


@pytest.mark.parametrize(("status", "free"), [(404, True), (403, True), (429, False), (500, False), (None, False)])
def test_a_site_whose_file_cannot_be_had(status: int | None, free: bool) -> None:
    """No file, no rules; a site in trouble is left alone."""
    assert has_no_rules(status) is free


def test_a_site_in_trouble_is_left_alone_and_the_note_says_why(server: ScriptedServer, tmp_path: Path) -> None:
    """Nobody knows what its robots.txt forbids: the article is not asked for, and it is not said that it is forbidden."""
    server.script("/robots.txt", Reply(status=503))
    server.script("/courier", feed(server, ("/blast", "Blast: 3 killed in Mastung")))
    server.script("/blast", article())

    async def story(made: Rig) -> None:
        await made.poll()
        said = await note(made, "/blast")
        assert said == "the site's robots.txt, which may forbid the article, cannot be had: HTTP 503 Service Unavailable"
        assert server.asked("/blast") == []

    with_full_text(story, server, tmp_path)
