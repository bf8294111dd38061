"""Feeds as a user handles them: found from a page, filtered, taken from and given to other readers, and how they do."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_cli import Folder, make_folder
from support_daemon import rig, rss, run
from support_pipeline import desk, reading
from support_server import Reply, ScriptedServer

from monitor.cli.subscriptions import _STRINGS, _VALUES
from monitor.config import load_config
from monitor.config.sections import FeedSection, section_keys
from monitor.model import FeedState
from monitor.pipeline import store_poll
from monitor.store.database import open_database

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


def page(*links: str) -> Reply:
    head = "".join(f'<link rel="alternate" type="application/rss+xml" title="{link.strip("/")}" href="{link}">' for link in links)
    return Reply(body=f"<!doctype html><html><head><title>Courier</title>{head}</head><body></body></html>".encode(), headers=HTML)


# ---------------------------------------------------------------- add


def test_the_feed_of_a_page_is_found_and_added(server: ScriptedServer, tmp_path: Path) -> None:
    """Comments feeds and dead addresses are passed over."""
    server.script("/", page("/dead", "/feed", "/comments/feed"))
    server.script("/feed", Reply(body=rss("one", "two")))
    folder = make_folder(tmp_path / "desk", config="# mine\n")
    result = folder.run("feeds", "add", server.url("/"), "--allow-private", "--name", "courier", "--include", "blast*", "--full-text")
    assert result.exit_code == 0, result.output
    assert f"a feed with 2 items, newest 2026-03-10 17:00 at {server.url('/feed')}" in result.stderr
    text = folder.config.read_text()
    assert text.startswith("# mine\n")
    assert f'url = "{server.url("/feed")}" # seen {dt.datetime.now(dt.UTC):%Y-%m-%d}\ninclude = ["blast*"]\nfull_text = true\n' in text


def test_a_page_with_several_feeds_gets_them_listed(server: ScriptedServer, tmp_path: Path) -> None:
    """And none is added: which one is meant is the user's to say."""
    server.script("/", page("/home", "/world"))
    server.script("/home", Reply(body=rss("one")))
    server.script("/world", Reply(body=rss("one", "two", "three")))
    folder = make_folder(tmp_path / "desk")
    result = folder.run("feeds", "add", server.url("/"), "--allow-private")
    assert (result.exit_code, folder.config.read_text()) == (2, "")
    assert [line.split()[:3] for line in result.stdout.splitlines()[2:]] == [
        [server.url("/home"), "home", "1"],
        [server.url("/world"), "world", "3"],
    ]
    assert "offers 2 feeds; none was added; add one of these by its address" in result.stderr


def test_where_a_page_names_none_the_usual_addresses_are_tried(server: ScriptedServer, tmp_path: Path) -> None:
    """Up to the first that answers as a feed."""
    server.script("/", page())
    server.script("/rss.xml", Reply(body=rss("one")))
    folder = make_folder(tmp_path / "desk")
    result = folder.run("feeds", "add", server.url("/"), "--allow-private")
    assert result.exit_code == 0, result.output
    assert f'url = "{server.url("/rss.xml")}"' in folder.config.read_text()
    assert [asked.path for asked in server.requests] == ["/", "/feed/", "/rss.xml"]


def test_a_page_without_any_feed_says_so(server: ScriptedServer, tmp_path: Path) -> None:
    """With what was met there."""
    server.script("/", page())
    folder = make_folder(tmp_path / "desk")
    result = folder.run("feeds", "add", server.url("/"), "--allow-private")
    assert (result.exit_code, folder.config.read_text()) == (1, "")
    assert 'is an HTML page titled "Courier", not a feed' in result.stderr
    assert result.stderr.endswith("not added; it leads to no feed: add the feed's own address\n")


def test_an_address_in_a_private_network_gets_the_option_that_allows_it(server: ScriptedServer, tmp_path: Path) -> None:
    """Not the key of a config in which the feed does not stand yet; and it works."""
    server.script("/feed", Reply(body=rss("one")))
    folder = make_folder(tmp_path / "desk")
    refused = folder.run("feeds", "add", server.url("/feed"))
    assert (refused.exit_code, folder.config.read_text(), server.requests) == (1, "", [])
    assert "leads to 127.0.0.1, this machine; " in refused.stderr
    assert refused.stderr.endswith("not added; --allow-private, if that is meant, adds it so\n")
    assert folder.run("feeds", "add", server.url("/feed"), "--allow-private").exit_code == 0
    assert "allow_private = true\n" in folder.config.read_text()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["--include", "re:(x"], "include is no regular expression that google-re2 takes: missing ): (x", id="expression"),
        pytest.param(["--exclude", "…"], 'exclude is "…"; expected at least one word', id="no word"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(tmp_path: Path, words: list[str], expected: str) -> None:
    """The config stays as it was."""
    folder = make_folder(tmp_path / "desk")
    result = folder.run("feeds", "add", "http://a.example.org/", "--untested", *words)
    assert (result.exit_code, folder.config.read_text()) == (2, "")
    assert expected in result.stderr


# ---------------------------------------------------------------- OPML

CONFIG = """# our desk
[[feeds]]
name = "courier"
url = "https://courier.example/rss?key=1&token=abc" # the editor's own
outlet = "The Courier"
publisher = "Courier Group"
language = "ur"
tags = ["News", "Pakistan"]
interval = "10m"
max_delay = "2h"
weight = 2.5
timezone = "Asia/Kabul"
include = ["blast*", {re = 'a\\.b "c"'}]
exclude = [{words = "cricket cup"}]
full_text = true
allow_private = true
enabled = false

[[feeds]]
name = "gazette"
url = "https://gazette.example/rss"
"""


def test_a_list_goes_out_and_comes_back_as_it_was(tmp_path: Path) -> None:
    """All but allow_private, which no list may set."""
    folder = make_folder(tmp_path / "desk", config=CONFIG)
    file = tmp_path / "list.opml"
    result = folder.run("feeds", "export", str(file))
    assert result.exit_code == 0, result.output
    assert "a password or key in them are written as they are: courier" in result.stderr
    assert folder.run("feeds", "export", "-").stdout == folder.run("feeds", "export").stdout
    assert folder.run("feeds", "export").stdout.split("<body>")[1] == file.read_text().split("<body>")[1]
    other = make_folder(tmp_path / "other", config='[log]\nlevel = "info" # theirs\n')
    result = other.run("feeds", "import", str(file))
    assert (result.exit_code, result.stdout.startswith("added 2 feeds to ")) == (0, True), result.output
    wanted = {one["name"]: one for one in folder.lines("feeds", "--json")}
    assert {one["name"]: one for one in other.lines("feeds", "--json")} == wanted
    assert other.config.read_text().startswith('[log]\nlevel = "info" # theirs\n\n[[feeds]]\n')
    given, taken = load_config(folder.config), load_config(other.config)
    assert taken.filters == given.filters
    assert taken.feeds == given.feeds
    assert taken.feeds_off == tuple(dataclasses.replace(feed, allow_private=False) for feed in given.feeds_off)
    before = other.config.read_bytes()
    assert other.run("feeds", "import", str(file)).stdout == "0 feeds to add; 2 are there already\n"
    assert other.config.read_bytes() == before


def test_a_foreign_list_is_taken_as_far_as_it_goes(tmp_path: Path) -> None:
    """Names are made to fit and to differ; what is no feed is named and left out; a rehearsal changes nothing."""
    folder = make_folder(tmp_path / "desk", config='[[feeds]]\nname = "A B"\nurl = "http://a.example/"\n')
    body = (
        '<opml version="1.0"><body><outline text="Folder"><outline text="a/b" xmlUrl="https://b.example/"/>'
        '<outline xmlUrl="https://www.c.example/x"/><outline text="A" xmlUrl="HTTPS://A.example/"/></outline>'
        '<outline text="bad" type="rss"/></body></opml>'
    )
    result = folder.run("feeds", "import", "-", "--dry-run", "--tag", "new", stdin=body)
    assert result.stdout.splitlines() == [
        "a b-2  https://b.example/  Folder, new",
        "c  https://www.c.example/x  Folder, new",
        "2 feeds to add; 1 is there already",
    ]
    assert 'outline "bad" has no xmlUrl' in result.stderr
    assert folder.run("feeds", "import", "-", stdin=body).exit_code == 0
    assert [one["name"] for one in folder.lines("feeds", "--json")] == ["A B", "a b-2", "c"]


def test_every_key_of_a_feed_but_one_goes_out() -> None:
    """A key that a feed gets later is not forgotten here."""
    in_opml = {"name", "url", "outlet", "language", "tags"}
    assert in_opml | {*_STRINGS, *_VALUES} == {*section_keys(FeedSection)} - {"allow_private"}


def test_a_value_of_a_list_that_no_feed_may_have_is_refused(tmp_path: Path) -> None:
    """With its place, and nothing is added: one mistake in a list of hundreds is mended in the list."""
    folder = make_folder(tmp_path / "desk", config="# mine\n")
    body = (
        '<opml version="2.0" xmlns:m="urn:incident-monitor:feed"><body>'
        '<outline text="a" xmlUrl="https://a.example/" m:weight="5000"/><outline text="b" xmlUrl="https://b.example/" m:weight="much"/>'
        "</body></opml>"
    )
    result = folder.run("feeds", "import", "-", stdin=body)
    assert (result.exit_code, folder.config.read_text()) == (2, "# mine\n")
    assert 'feed "a": weight is 5000; expected a number from 0.01 to 100' in result.stderr
    assert 'feed "b": its weight cannot be read; added without' in result.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [pytest.param("config.toml", "no XML here", id="no OPML"), pytest.param("none.opml", "cannot be read (No such file", id="no file")],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, words: str) -> None:
    """With status 2, and nothing changed."""
    folder = make_folder(tmp_path / "desk", config="# mine\n")
    result = folder.run("feeds", "import", str(folder.path / name))
    assert (result.exit_code, words in result.stderr, folder.config.read_text()) == (2, True, "# mine\n")


# ---------------------------------------------------------------- filters and figures, from a running daemon


def test_a_filter_leaves_items_out_and_says_how_many(server: ScriptedServer, tmp_path: Path) -> None:
    """What a wider filter lets in is fetched again, though the body is the same; the figures are there to see."""
    server.script("/courier", Reply(body=rss("blast in Quetta", "cricket", "rain"), headers={"ETag": '"1"'}), Reply(status=304))
    folder = Folder(tmp_path)

    async def story() -> None:
        async with rig(tmp_path, server, "courier") as made:
            text = made.config.read_text()
            made.config.write_text(text + 'include = ["blast"]\n')
            assert await made.daemon.reload()
            made.later(seconds=61)
            await made.poll()
            (one,) = folder.lines("feeds", "status", "--json")
            assert (one["filtered"], [item["title"] for item in folder.lines("items", "--json")]) == (2, ["blast in Quetta"])
            server.script("/courier", Reply(body=rss("blast in Quetta", "cricket", "rain"), headers={"ETag": '"1"'}), Reply(status=304))
            made.config.write_text(text + 'include = ["blast", "rain"]\n')
            assert await made.daemon.reload()
            await made.round(hours=1)
            await made.round(hours=1)
            assert [asked.header("If-None-Match") for asked in server.requests] == [None, None, '"1"']
            assert {item["title"] for item in folder.lines("items", "--json")} == {"blast in Quetta", "rain"}
            (one,) = folder.lines("feeds", "status", "--json")
            assert one["filtered"] == 1

    run(story())


def test_status_says_how_many_and_how_late(tmp_path: Path) -> None:
    """Of the items since the first fetch; a table for people, figures for programs."""
    folder = make_folder(tmp_path / "desk", config='[[feeds]]\nname = "courier"\nurl = "http://a.example/"\n')
    now = dt.datetime.now(dt.UTC)
    hours = dt.timedelta(hours=1)
    state = FeedState(
        url="http://a.example/", first_success_at=now - 48 * hours, last_polled_at=now, last_success_at=now, last_status="ok", filtered=3
    )
    read = [reading(f"story {n}", at=now - (4 + n) * hours) for n in range(4)]
    db = open_database(folder.path / "monitor.db")
    store_poll(db, desk(), read, state=state, seen_at=now - 3 * hours, first_fetch=False)
    db.close()
    (one,) = folder.lines("feeds", "status", "--json")
    assert (one["status"], one["items_a_day"], one["delay_s"]) == ("ok", 2.0, 3 * 3600)
    assert one["last_success"] is not None
    table = folder.run("feeds", "status").stdout
    assert ("3 left out by its filter" in table, " 2.0 " in table, " 3 h " in table) == (True, True, True)
