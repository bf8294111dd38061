"""Feeds and their archives, served by a real server on the loopback interface: how far a backfill goes, and how politely."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from pathlib import Path

import pytest
from support_cli import Answers, Folder, make_folder
from support_server import Asked, Reply, ScriptedServer, rss, rss_item

from monitor.feeds.archives import older_page

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
A_PAGE = 3
LINK = "application/rss+xml"


@pytest.fixture
def server():
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> Folder:
    """A feed `wire` at /feed, and a reader that knows nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("monitor.text.read.build_reader", lambda *_args, **_options: Answers([]))
    monkeypatch.setattr("monitor.sources.archive.FIRST_PAUSE_S", 0.01)
    feed = f'[[feeds]]\nname = "wire"\nurl = "{server.url("/feed")}"\nallow_private = true\n'
    return make_folder(tmp_path / "desk", config=feed)


def entry(n: int) -> str:
    """Entry `n`, published on day `n` of the record."""
    at = email.utils.format_datetime(START + dt.timedelta(days=n))
    return rss_item(f"Story {n}", guid=f"g{n}", link=f"https://wire.example/{n}", date=at)


def entries(page: int, pages: int) -> list[str]:
    """The entries of page `page` (1 is the newest) of so many pages, the newest first."""
    top = (pages - page + 1) * A_PAGE
    return [entry(n) for n in range(top - 1, top - 1 - A_PAGE, -1)]


def rfc5005(server: ScriptedServer, pages: int, *, rel: str = "prev-archive") -> None:
    """/feed, then /archive/2 … linked one to the next."""
    for page in range(1, pages + 1):
        path = "/feed" if page == 1 else f"/archive/{page}"
        link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{rel}" href="/archive/{page + 1}"/>' if page < pages else ""
        server.script(path, Reply(body=rss(*entries(page, pages), extra=link), headers={"Content-Type": LINK}))


def wordpress(server: ScriptedServer, pages: int) -> None:
    """/feed and /feed?paged=N, and 404 behind the last one."""
    extra = "<generator>https://wordpress.org/?v=6.5</generator>"
    for page in range(1, pages + 1):
        path = "/feed" if page == 1 else f"/feed?paged={page}"
        server.script(path, Reply(body=rss(*entries(page, pages), extra=extra), headers={"Content-Type": LINK}))


def stored(folder: Folder) -> list[str]:
    return sorted(json.loads(line)["id"] for line in folder.run("items", "list", "--json", "--limit", "1000").stdout.splitlines())


@pytest.mark.parametrize("rel", ["prev-archive", "next", "prev-page"])
def test_an_archive_by_rfc_5005_is_taken_to_its_end(folder: Folder, server: ScriptedServer, rel: str) -> None:
    """Page after page by the links, each once, and stored under the keys that polling gives."""
    rfc5005(server, 4, rel=rel)
    result = folder.run("backfill", "wire")
    assert result.exit_code == 0
    assert result.stderr.startswith("12 items, 12 new")
    assert [asked.path for asked in server.requests] == ["/feed", "/archive/2", "/archive/3", "/archive/4"]
    assert stored(folder) == sorted(f"g{n}" for n in range(12))


def test_wordpress_is_asked_for_page_after_page_until_there_is_none(folder: Folder, server: ScriptedServer) -> None:
    """Its 404 is the end, not a failure."""
    wordpress(server, 3)
    result = folder.run("backfill", "wire")
    assert (result.exit_code, result.stderr) == (0, "9 items, 9 new, 0 incidents, 0 alerts\n")
    assert [asked.path for asked in server.requests] == ["/feed", "/feed?paged=2", "/feed?paged=3", "/feed?paged=4"]


def test_a_server_that_knows_no_pages_is_asked_once_more_only(folder: Folder, server: ScriptedServer) -> None:
    """It gives the same page under every number."""
    extra = "<generator>https://wordpress.org/?v=6.5</generator>"
    server.script("*", Reply(body=rss(*entries(1, 1), extra=extra), headers={"Content-Type": LINK}))
    assert folder.run("backfill", "wire").stderr.startswith("3 items, 3 new")
    assert len(server.requests) == 2


def test_a_ring_of_links_ends(folder: Folder, server: ScriptedServer) -> None:
    """A page that was there before is the end."""
    link = '<link rel="prev-archive" href="/feed"/>'
    rfc5005(server, 2)
    server.script("/archive/2", Reply(body=rss(*entries(2, 2), extra=link), headers={"Content-Type": LINK}))
    assert folder.run("backfill", "wire").stderr.startswith("6 items, 6 new")
    assert len(server.requests) == 2


def test_since_ends_the_walk_at_the_first_page_that_is_older(folder: Folder, server: ScriptedServer) -> None:
    """Pages beyond are not asked for, and what is older on the last page is left out."""
    rfc5005(server, 6)
    since = (START + dt.timedelta(days=10)).isoformat()
    assert folder.run("backfill", "wire", "--since", since).stderr.startswith("8 items, 8 new")
    assert [asked.path for asked in server.requests] == ["/feed", "/archive/2", "/archive/3", "/archive/4"]


def test_the_walk_ends_where_an_earlier_one_has_been(folder: Folder, server: ScriptedServer) -> None:
    """At the first page of known entries, as the archive was taken from there to its end before."""
    rfc5005(server, 4)
    folder.run("backfill", "wire")
    server.requests.clear()
    assert folder.run("backfill", "wire").stderr.startswith("6 items, 0 new, 6 known")
    assert [asked.path for asked in server.requests] == ["/feed", "/archive/2"]


def test_a_walk_further_back_is_not_ended_by_what_is_known(folder: Folder, server: ScriptedServer) -> None:
    """The first time went to some date; entries older than that are still to be had behind the known ones."""
    rfc5005(server, 4)
    folder.run("backfill", "wire", "--since", (START + dt.timedelta(days=7)).isoformat())
    assert len(stored(folder)) == 5
    folder.run("backfill", "wire")
    assert len(stored(folder)) == 12


def test_a_daemon_that_has_polled_the_feed_does_not_end_the_walk(folder: Folder, server: ScriptedServer) -> None:
    """The first page is known to it, as on most days, and older ones are not."""
    rfc5005(server, 3)
    server.script("/feed", Reply(body=rss(*entries(1, 3)), headers={"Content-Type": LINK}))
    folder.run("backfill", "wire")
    rfc5005(server, 3)
    folder.run("backfill", "wire")
    assert len(stored(folder)) == 9


def test_a_dry_run_leaves_no_note_of_how_far_it_went(folder: Folder, server: ScriptedServer) -> None:
    """The next run takes all of it."""
    rfc5005(server, 3)
    folder.run("backfill", "wire", "--dry-run")
    assert not (folder.path / "monitor.db").exists()
    assert folder.run("backfill", "wire").stderr.startswith("9 items, 9 new")


def test_the_filter_of_a_feed_is_that_of_its_archive(folder: Folder, server: ScriptedServer) -> None:
    """What polling would have left out is left out, and said; the walk ends where one with the same filter has been."""
    without = folder.config.read_text()
    folder.config.write_text(without + 'include = ["story 1", "story 10"]\n')
    rfc5005(server, 5)
    result = folder.run("backfill", "wire")
    assert stored(folder) == ["g1", "g10"]
    assert "13 items left out by the filter of their feed" in result.stderr
    folder.run("backfill", "wire")
    assert [asked.path for asked in server.requests[5:]] == ["/feed", "/archive/2"]
    folder.config.write_text(without)
    folder.run("backfill", "wire")
    assert len(stored(folder)) == 15


def test_pages_of_one_host_are_as_far_apart_as_its_polls(folder: Folder, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `[polling] spacing`."""
    monkeypatch.setattr("monitor.feeds.fetch.is_paced", lambda *_args, **_options: True)
    folder.config.write_text('[polling]\nspacing = "2s"\n' + folder.config.read_text())
    rfc5005(server, 2)
    folder.run("backfill", "wire")
    first, second = server.requests
    assert second.at - first.at > 1.9


def test_a_server_that_asks_for_patience_gets_it(folder: Folder, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After, then a failure that passes: the page is asked for again, and named to the site by our User-Agent."""
    rfc5005(server, 2)
    page = Reply(body=rss(*entries(2, 2)), headers={"Content-Type": LINK})
    server.script("/archive/2", Reply(status=429, headers={"Retry-After": "1"}), Reply(status=503), page)
    assert folder.run("backfill", "wire").stderr.startswith("6 items, 6 new")
    first, second, _ = server.asked("/archive/2")
    assert second.at - first.at >= 1
    assert "incident-monitor" in (first.header("User-Agent") or "")


def test_a_page_that_cannot_be_had_is_named_and_what_was_found_is_kept(folder: Folder, server: ScriptedServer) -> None:
    """The next run goes for the older pages again: nothing says that they were taken."""
    rfc5005(server, 4)
    server.script("/archive/3", Reply(status=403))
    result = folder.run("backfill", "wire")
    assert f"{server.url('/archive/3')}: HTTP 403 Forbidden; older pages were not taken" in result.stderr
    assert len(stored(folder)) == 6
    rfc5005(server, 4)
    folder.run("backfill", "wire")
    assert len(stored(folder)) == 12


def test_a_walk_that_is_stopped_goes_on_at_its_page(folder: Folder, server: ScriptedServer) -> None:
    """Ctrl-C while an archive is fetched: what was fetched is kept, and is not asked for again."""
    import os
    import signal

    rfc5005(server, 4)
    whole = Reply(body=rss(*entries(2, 4), extra='<link rel="prev-archive" href="/archive/3"/>'), headers={"Content-Type": LINK})

    def stopping(_: Asked) -> Reply:
        os.kill(os.getpid(), signal.SIGINT)
        return whole

    server.script("/archive/2", stopping)
    result = folder.run("backfill", "wire")
    assert (result.exit_code, "stopped; the same command goes on where it was" in result.stderr) == (1, True)
    assert [asked.path for asked in server.requests] == ["/feed", "/archive/2"]
    result = folder.run("backfill", "wire")
    assert "going on with 6 items gathered before it was stopped" in result.stderr
    assert [asked.path for asked in server.requests][2:] == ["/archive/3", "/archive/4"]
    assert len(stored(folder)) == 12
    assert sorted(path.name for path in folder.path.iterdir() if "backfill" in path.name) == []


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        pytest.param("/items.jsonl", b'{"id": "x", "title": "A line", "published": "2026-03-01"}\n', "text/plain", id="lines"),
        pytest.param("/table.csv", b"id,title,date\nx,A row,2026-03-01\n", "text/csv", id="table"),
        pytest.param("/rss", rss(rss_item("An entry", guid="x")), LINK, id="feed"),
    ],
)
def test_an_address_is_a_source(folder: Folder, server: ScriptedServer, path: str, body: bytes, kind: str) -> None:
    """Of a feed, or of a file by its ending. A private address needs a feed of the config that allows it."""
    server.script(path, Reply(body=body, headers={"Content-Type": kind}))
    url = server.url(path)
    refused = folder.run("backfill", url)
    assert (refused.exit_code, server.requests) == (1, [])
    folder.config.write_text(folder.config.read_text() + f'[[feeds]]\nname = "file"\nurl = "{url}"\nallow_private = true\n')
    folder.run("backfill", url)
    assert stored(folder) == ["x"]


@pytest.mark.parametrize(
    ("body", "older"),
    [
        pytest.param(b'<feed><link rel="next" href="p2"/><entry/></feed>', "https://a.example/p2", id="paged"),
        pytest.param(b"<feed><link rel='next' href='p2'/><link rel='prev-archive' href='a'/></feed>", "https://a.example/a", id="archive"),
        pytest.param(b'<feed><entry><link rel="next" href="no"/></entry></feed>', None, id="of an entry"),
        pytest.param(b'<feed><entry></entry><link rel="next" href="p2"/></feed>', "https://a.example/p2", id="behind the entries"),
        pytest.param(b'<feed><link rel="next" href="javascript:x"/></feed>', None, id="no address"),
        pytest.param(b'<feed><link rel="next" href="?a=1&amp;b=2"/></feed>', "https://a.example/f?a=1&b=2", id="escaped"),
        pytest.param(b'{"items": [], "next_url": "https:\\/\\/a.example\\/2"}', "https://a.example/2", id="json feed"),
        pytest.param(b"<rss><generator>https://wordpress.org/?v=6</generator></rss>", None, id="no entries"),
    ],
)
def test_where_older_entries_are(body: bytes, older: str | None) -> None:
    """Links of the feed count, not those of its entries."""
    assert older_page(body, url="https://a.example/f", page=1) == older
