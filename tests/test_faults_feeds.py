"""Feeds as an enemy would serve them: each ends in bounded time and memory with a named error, and no other feed waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_busy import allowed_s, busy
from support_daemon import NOW, rig, rss, run
from support_hostile import Hostile, Outcome, hostile_feeds, poll_hostile, self_signed
from support_server import Reply, ScriptedServer

from monitor import pipeline
from monitor.errors import FetchError, ParseError, StoreError
from monitor.feeds.fetch import Fetcher
from monitor.feeds.parse import parse_feed
from monitor.feeds.plain import plain_entries
from monitor.model import Feed, FeedState, Fetched
from monitor.store import feeds as feed_rows
from monitor.store.items import count_items

MB = 1_000_000
LONG = "hundred-thousand-items"  # a second of parsing on an idle core
HEAVY = (LONG, "hundred-thousand-odd", "deep-well-formed", "namespaces", "entity-bomb-utf16")  # seconds each: benchmarks/faults.py feeds


@pytest.mark.timeout(300)
def test_hostile_feeds_end_in_words_and_hold_up_no_other(tmp_path: Path) -> None:
    """Thirty of them at once on one daemon: times, errors, memory, and a sound feed that is polled again and again meanwhile."""
    feeds = {name: hostile for name, hostile in hostile_feeds().items() if name not in HEAVY}
    busyness = busy()
    found = asyncio.run(poll_hostile(tmp_path / "site", feeds, deadline_s=3.0, timeout_s=2.0))
    busyness = max(busyness, busy())
    assert _wrong(found, feeds) == []
    assert found.notices == ["Monitor: item die could not be read"]
    assert found.grown < 100 * MB
    assert found.children - found.children_before < 150 * MB
    assert len(found.sound_s) >= 3
    assert max(found.sound_s) < allowed_s(1.0, busyness=busyness), f"on a machine that took {busyness:.1f} s for a second's work"


@pytest.mark.timeout(120)
def test_of_a_hundred_thousand_items_the_first_five_thousand_are_taken(tmp_path: Path) -> None:
    """By itself and with time enough: how long it takes is the machine's affair, that the items come is the feed's."""
    feeds = {LONG: hostile_feeds()[LONG]}
    found = asyncio.run(poll_hostile(tmp_path / "site", feeds, deadline_s=60.0, timeout_s=60.0))
    assert _wrong(found, feeds) == []
    assert len(found.sound_s) >= 3, "the sound feed was not polled meanwhile"


def _wrong(found: Outcome, feeds: dict[str, Hostile]) -> list[str]:
    """What came out otherwise than it should: an error without its words, items lost, neither an error nor an item."""
    wrong = []
    for name, hostile in feeds.items():
        error, items = found.errors[name], found.items[name]
        if hostile.words is not None and hostile.words not in (error or ""):
            wrong.append(f"{name}: {error}")
        elif hostile.items is not None and (items != hostile.items or error):
            wrong.append(f"{name}: {items} items, {error}")
        elif not error and not items and name != "attributes":
            wrong.append(f"{name}: nothing, and no word of it")
    return wrong


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """A real handshake with a self-signed certificate."""
    context = self_signed(tmp_path)
    if context is None:
        pytest.skip("needs openssl")

    async def story() -> None:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        fetcher = Fetcher(user_agent="tests", deadline_s=10)
        async with server:
            port = server.sockets[0].getsockname()[1]
            feed = Feed(name="x", url=f"https://127.0.0.1:{port}/", outlet="x", allow_private=True)
            with pytest.raises(FetchError, match=r"TLS failure: 127\.0\.0\.1: certificate not accepted: self-signed certificate"):
                await fetcher.fetch(feed, FeedState(url=feed.url), now=NOW)
        await fetcher.aclose()

    assert isinstance(context, ssl.SSLContext)
    run(story())


_LEVELS = "".join("<!ENTITY l{} '{}'>".format(n, f"&l{n - 1};" * 10) for n in range(1, 8))
_BOMB = f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{_LEVELS}]><rss version='2.0'><channel><item><title>&l7;</title></item></channel></rss>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_BOMB.encode(), id="as it is"),
        pytest.param(_BOMB.encode("utf-16"), id="UTF-16"),
        pytest.param(_BOMB.encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(b"\xef\xbb\xbf" + _BOMB.encode(), id="behind a byte order mark"),
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?>' + _BOMB.encode("utf-7"), id="UTF-7"),
        pytest.param(b'<?xml version="1.0" encoding="cp037"?>' + _BOMB.encode("cp037"), id="EBCDIC"),
        pytest.param(b"<!-- -->" + _BOMB.encode(), id="behind a comment"),
    ],
)
def test_the_quick_way_takes_no_entity_of_a_feeds_own(body: bytes) -> None:
    """expat would expand it, here to twenty million letters; what declares one is feedparser's to judge, which leaves it."""
    feed = Feed(name="x", url="https://x.example/", outlet="x")
    fetched = Fetched(url=feed.url, final_url=feed.url, status=200, headers={}, body=body, fetched_at=NOW, elapsed_s=0)
    assert plain_entries(fetched, feed) is None
    with contextlib.suppress(ParseError):
        items, _ = parse_feed(fetched, feed)
        assert sum(len(item.title) for item in items) < 1000


def test_a_poll_of_many_items_leaves_the_database_to_others_and_is_repeated_when_it_is_cut(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Part by part, the validators with the last: what was stored stays, what was not comes with the next poll, and is alerted once."""
    monkeypatch.setattr(pipeline, "PART", 2)
    titles = ["calm", "also calm", "7 killed in Mastung", "calm again", "the end"]
    server.script("/dawn", Reply(body=rss(*titles), headers={"ETag": '"one"'}))
    save, refusals = feed_rows.save_feed_state, [StoreError("the disk is full")]

    def refused_once(db, state):  # type: ignore[no-untyped-def]
        if state.etag and refusals:
            raise refusals.pop()
        save(db, state)

    monkeypatch.setattr(feed_rows, "save_feed_state", refused_once)

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            assert await r.daemon.db.call(count_items) == 4
            r.daemon.poller._held_until = 0.0
            await r.poll()
            assert server.asked("/dawn")[1].header("If-None-Match") is None
            assert await r.daemon.db.call(count_items) == 5
            await r.round(minutes=4)
            assert len(r.out.to("desk")) == 1

    run(story())
