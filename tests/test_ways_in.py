"""Where the program can be led to connect: no spelling of an address, no name and no hop leads into a private network."""

from __future__ import annotations

import ast
import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpcore
import pytest
from support_cli import make_folder
from support_daemon import NOW, rig, rss, run
from support_server import Reply, ScriptedServer

from monitor.errors import FetchError
from monitor.feeds import network
from monitor.feeds.fetch import Fetcher
from monitor.model import Feed, FeedState
from monitor.store import items as item_rows
from monitor.store.articles import article_note

ROOT = Path(__file__).parents[1]
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The addresses to which a connection was tried; none is made."""
    tried: list[tuple[str, int]] = []

    async def connect(_self: Any, host: str, port: int, *_: Any, **__: Any) -> Any:
        tried.append((host, port))
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return tried


def fetched(url: str, *, allow_private: bool = False, resolve: Any = None) -> Any:
    async def steps() -> Any:
        fetcher = Fetcher(user_agent="t", spacing_s=0, deadline_s=5, resolve=resolve)
        try:
            return await fetcher.fetch(Feed(name="a", url=url, allow_private=allow_private), FeedState(url=url), now=NOW)
        finally:
            await fetcher.aclose()

    return asyncio.run(steps())


# Each of these is an address of this machine, of a private network or of a cloud's metadata, in some spelling that a client may take.
SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.01",
    "0.0.0.0",
    "0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fe80::1%lo]",
    "[fd00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[fd00:ec2::254]",
    "10.0.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "168.63.129.16",
    "100.100.100.200",
    "100.64.0.1",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_leads_into_a_private_network(connected: list[tuple[str, int]], host: str) -> None:
    """Decimal, octal, hexadecimal, short, mapped, tunnelled, with a zone or in other digits: no socket is opened."""
    with pytest.raises(FetchError):
        fetched(f"http://{host}:8080/feed")
    assert connected == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "[::ffff:127.0.0.1]", "10.0.0.1"])
def test_a_feed_of_an_intranet_may_be_allowed_by_itself(connected: list[tuple[str, int]], host: str) -> None:
    """`allow_private = true` on the feed, and on no other."""
    with pytest.raises(FetchError, match="nobody there"):
        fetched(f"http://{host}:8080/feed", allow_private=True)
    assert [port for _, port in connected] == [8080]


def test_a_name_that_is_rebound_is_judged_at_each_connection(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Public at the first question, private at the second: what is connected to is what was judged, each time anew."""
    server.script("/feed", Reply(status=302, headers={"Location": f"http://news.example:{server.port}/again", "Connection": "close"}))
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    async def resolve(_host: str, _port: int) -> list[str]:
        return next(answers)

    public_loopback(monkeypatch)
    with pytest.raises(FetchError, match=r"news\.example leads to 10\.0\.0\.1, a private address"):
        fetched(f"http://news.example:{server.port}/feed", resolve=resolve)
    assert [asked.path for asked in server.requests] == ["/feed"]


def test_of_several_addresses_only_the_public_ones_are_tried(connected: list[tuple[str, int]]) -> None:
    """A name with a public and a private address is no way in when the public one does not answer."""

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["1.2.3.4", "127.0.0.1", "::1", "169.254.169.254", "5.6.7.8"]

    with pytest.raises(FetchError):
        fetched("http://news.example/feed", resolve=resolve)
    assert connected == [("1.2.3.4", 80), ("5.6.7.8", 80)]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "unix:/run/x", "http:///x", "//a.example/x", "data:,x"]
)
def test_only_the_web_is_asked(connected: list[tuple[str, int]], url: str) -> None:
    """http and https, with a host."""
    with pytest.raises(FetchError):
        fetched(url)
    assert connected == []


def public_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take 127.0.0.1 for public, as no test may reach a real public address."""
    real = network.refusal
    monkeypatch.setattr(network, "refusal", lambda address: None if address == "127.0.0.1" else real(address))


def test_the_article_behind_a_link_is_fetched_by_the_same_rules(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed of the internet cannot have this machine read its network by naming it in an entry."""
    public_loopback(monkeypatch)
    reached, real = list[str](), httpcore.AnyIOBackend.connect_tcp

    async def connect(self: Any, host: str, *words: Any, **more: Any) -> Any:
        reached.append(host)
        return await real(self, host, *words, **more)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    link = b"<link>http://[::ffff:10.0.0.1]/latest</link>"
    server.script("/dawn", Reply(body=rss("Blast: 5 killed in Mastung").replace(b"<pubDate>", link + b"<pubDate>")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            r.config.write_text(r.config.read_text().replace("allow_private = true", "full_text = true"))
            assert await r.daemon.reload()
            await r.round(minutes=6)
            (item,) = await r.daemon.db.call(item_rows.latest_items, limit=5)
            note = str(await r.daemon.db.call(article_note, item.item.key))
            assert ("public internet only" in note, "robots.txt" in note) == (True, False), "nothing of the site was asked for"

    run(story())
    assert set(reached) == {"127.0.0.1"}


@pytest.mark.parametrize(
    "words",
    [
        ["backfill", "{}", "--dry-run"],
        ["feeds", "add", "{}"],
        ["check", "--online"],
    ],
    ids=lambda words: words[0],
)
def test_commands_that_fetch_go_by_the_same_rules(server: ScriptedServer, tmp_path: Path, words: list[str]) -> None:
    """An address that somebody pasted leads no further than a feed's."""
    url = server.script("/feed", Reply(body=rss("calm")))
    folder = make_folder(tmp_path / "news", config=f'[[feeds]]\nname = "one"\nurl = "{url}"\n')
    result = folder.run(*(word.format(url.replace("127.0.0.1", "127.1")) for word in words))
    assert "this machine" in result.output, result.output
    assert server.requests == []


def test_no_proxy_of_the_environment_is_used(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would connect in the program's stead, and to whatever it likes."""
    for name in PROXIES:
        monkeypatch.setenv(name, server.url("/proxy"))
    with pytest.raises(FetchError, match="refused"):
        fetched("http://127.0.0.1:9/feed", allow_private=True)
    assert server.requests == []


OTHER_CLIENTS = {"requests", "urllib3", "aiohttp", "http.client", "urllib.request", "ftplib", "socketserver", "httpx2", "niquests"}
# What these may reach is the operator's choice: a channel of the config, and systemd's socket.
MAY = {"socket": {"monitor/notify.py", "monitor/feeds/network.py", "monitor/alerts/slack_bot.py"}}


def test_nothing_else_in_the_program_opens_connections() -> None:
    """One module fetches (an import contract holds that), and no module imports another client or a bare socket."""
    found = []
    for path in sorted((ROOT / "monitor").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found += [(name, module) for module in modules if module in OTHER_CLIENTS]
            found += [(name, module) for module in modules if module == "socket" and name not in MAY["socket"]]
            if isinstance(node, ast.Attribute) and node.attr in ("open_connection", "create_connection", "fetch_url", "urlopen"):
                found.append((name, node.attr))
    assert found == []


def test_a_stalled_or_endless_answer_ends(server: ScriptedServer) -> None:
    """A drip and an endless body are bounded in time and size, whoever sends them."""
    server.script("/drip", Reply(chunks=(b"x",) * 200, pause_s=0.1, length=-1))

    async def steps(url: str, **options: Any) -> None:
        fetcher = Fetcher(user_agent="t", spacing_s=0, **options)
        try:
            await fetcher.fetch(Feed(name="a", url=url, allow_private=True), FeedState(url=url), now=NOW)
        finally:
            await fetcher.aclose()

    begun = dt.datetime.now(dt.UTC)
    with pytest.raises(FetchError, match="time-out"):
        asyncio.run(steps(server.url("/drip"), deadline_s=0.5))
    assert dt.datetime.now(dt.UTC) - begun < dt.timedelta(seconds=5)
