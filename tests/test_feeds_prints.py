"""Entries that stood in a feed's last body are left out of the next one, and nothing else is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_daemon import rig, run
from support_daemon import rss as titles
from support_server import Reply, ScriptedServer, rss, rss_item

from monitor.feeds.parse import Parsed, parse_news
from monitor.model import Feed, Fetched
from monitor.store.items import latest_items

FEED = Feed(name="courier", url="http://courier.example/rss", outlet="Courier")
NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def parsed(*items: str, prints: bytes = b"") -> Parsed:
    fetched = Fetched(url=FEED.url, final_url=FEED.url, status=200, headers={}, body=rss(*items), fetched_at=NOW, elapsed_s=0.0)
    return parse_news(fetched, FEED, prints=prints)


def entry(name: str, title: str = "", *, link: str = "") -> str:
    return rss_item(title or f"Story {name}", guid=name, link=link or f"http://courier.example/{name}")


def keys(found: Parsed) -> list[str]:
    return [item.id for item in found.items]


def test_what_stood_in_the_last_body_is_left_out() -> None:
    """What is new and what was edited is not, whatever the order."""
    first = parsed(entry("a"), entry("b"), entry("c"))
    assert keys(first) == ["a", "b", "c"]
    second = parsed(entry("d"), entry("b", "Story b, with a toll"), entry("a"), entry("c"), prints=first.prints)
    assert keys(second) == ["d", "b"]
    assert keys(parsed(entry("d"), entry("b"), entry("a"), prints=second.prints)) == ["b"]


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param(entry("a", "Another story", link="http://courier.example/a"), id="a GUID"),
        pytest.param(entry("z", "Another story", link="http://courier.example/a"), id="a link"),
    ],
)
def test_entries_that_share_a_name_are_always_taken(twin: str) -> None:
    """Of those that are one item the first counts; without the first the second would."""
    first = parsed(entry("a"), twin, entry("b"))
    again = parsed(entry("a"), twin, entry("b"), prints=first.prints)
    assert again.items == [item for item in first.items if item.id != "b"]


def test_a_body_with_a_bad_entry_is_taken_whole_again() -> None:
    """So that each poll tells of it."""
    first = parsed(entry("a"), "<item/>")
    again = parsed(entry("a"), "<item/>", prints=first.prints)
    assert (keys(again), again.bad) == (["a"], first.bad)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


def test_an_edit_and_its_withdrawal_are_both_stored(server: ScriptedServer, tmp_path: Path) -> None:
    """The words that an entry had two bodies ago are news again."""
    words = ["3 killed in Mastung", "5 killed in Mastung", "3 killed in Mastung"]
    server.script("/courier", *(Reply(body=titles(("a", title), "rest", f"filler {n}")) for n, title in enumerate(words)))

    async def story() -> None:
        async with rig(tmp_path, server, "courier") as made:
            seen = []
            for _ in words:
                await made.round(hours=1)
                found = await made.daemon.db.call(latest_items, limit=20)
                seen += [one.item.title for one in found if one.item.id == "a"]
            assert seen == words

    run(story())
