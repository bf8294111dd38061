"""A daemon on a loopback server, driven tick by tick with a clock of its own and a reader that knows one sentence."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import random
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support_pipeline import GROUPS, MASTUNG, RULES, account
from support_server import ScriptedServer

from monitor.daemon import Daemon
from monitor.errors import ReadingFailed
from monitor.in_force import InForce, load_all
from monitor.model import Feed, Fetched, Item, Lexicon, Message, Report
from monitor.worker import InlineReader

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
_TOLL = re.compile(r"(\d+) killed in Mastung")


class OneSentenceReader:
    """Reads "N killed in Mastung"; fails on "poison"."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.digest = lexicon.digest

    def read(self, item: Item) -> Report:
        if "poison" in item.title:
            raise ValueError("cannot swallow it")
        found = _TOLL.search(item.text)
        if found is None:
            return Report(kind="other", vocabulary_hash=self.digest)
        return Report(
            kind="attack", incidents=(account(killed=int(found[1]), place=MASTUNG, date=NOW.date()),), vocabulary_hash=self.digest
        )


class InlineWorker:
    """A `ReadingWorker` without processes that counts what it is asked."""

    def __init__(self, force: InForce) -> None:
        self._inline = InlineReader(force.desk.ruleset.lexicon, build=OneSentenceReader)
        self.digest = force.desk.ruleset.lexicon.digest
        self.parsed: list[str] = []
        self.read_items: list[str] = []
        self.closed = False
        self.ended = 0.0

    async def start(self) -> None:
        if self.closed:
            raise ReadingFailed("closed")

    async def parse(self, fetched: Fetched, feed: Feed, prints: bytes = b"") -> Any:
        self.parsed.append(feed.name)
        return self._inline.parse(fetched, feed, prints)

    async def do(self, function: Any, *args: object) -> Any:
        return function(*args)

    async def read(self, items: Sequence[Item]) -> list[Report | ReadingFailed]:
        self.read_items += [item.title for item in items]
        return self._inline.read(items)

    def close(self) -> None:
        self.closed = True


@dataclass
class Outward:
    """Where messages go instead of to Apprise; `error` is raised for each, `gate` holds each back."""

    sent: list[tuple[str, Message]] = field(default_factory=list)
    error: Exception | None = None
    errors_for: dict[str, Exception] = field(default_factory=dict)

    def __call__(self, message: Message, target: Any, *, timeout_s: float) -> None:
        channel = target.url.rpartition("/")[2]
        error = self.errors_for.get(channel, self.error)
        if error is not None:
            raise error
        self.sent.append((channel, message))

    def to(self, channel: str) -> list[str]:
        return [message.title for name, message in self.sent if name == channel]


@dataclass
class Rig:
    """A daemon under test with all that it touches."""

    daemon: Daemon
    server: ScriptedServer
    out: Outward
    config: Path
    now: list[dt.datetime]

    @property
    def worker(self) -> Any:
        return self.daemon.poller.worker

    def later(self, **how_much: float) -> None:
        self.now[0] += dt.timedelta(**how_much)

    async def poll(self) -> None:
        """Poll what is due and wait for it."""
        await self.daemon.poll_tick()
        await self.daemon.poller.idle()

    async def deliver(self) -> None:
        await self.daemon.delivery_tick()
        await self.daemon.sender.idle(timeout_s=5)

    async def round(self, **how_much: float) -> None:
        """Let time pass, then poll and deliver."""
        self.later(**how_much)
        await self.poll()
        await self.deliver()


def rss(*items: str | tuple[str, str], at: dt.datetime = NOW) -> bytes:
    """A feed of titles; (guid, title) where the guid is not the title."""
    stamp = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    entries = ""
    for item in items:
        guid, title = (item, item) if isinstance(item, str) else item
        entries += f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><pubDate>{stamp}</pubDate></item>"
    return f"<rss version='2.0'><channel><title>Courier</title>{entries}</channel></rss>".encode()


def write_config(
    folder: Path,
    feeds: dict[str, str],
    *,
    extra: str = "",
    interval: str = "5m",
    channels: Sequence[str] = ("desk", "ops"),
    polling: str = "",
    tags: Mapping[str, list[str]] | None = None,
) -> Path:
    """A config with these feeds (name → address), alerts to `desk`, the program's own troubles to `ops`."""
    folder.mkdir(exist_ok=True)
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules/alerts.yaml").write_text(RULES)
    (folder / "rules/groups.yaml").write_text(GROUPS)
    text = f'[polling]\ncontact = "mailto:tests@example.org"\ninterval = "{interval}"\n{polling}'
    text += "".join(f'[channels.{name}]\nurl = "json://127.0.0.1:9/{name}"\n' for name in channels)
    routes = "".join(f'{severity} = ["desk"]\n' for severity in ("info", "notice", "high", "severe", "critical"))
    text += f'[alerts]\noperator = ["ops"]\n[alerts.routes]\n{routes}{extra}\n'
    for name, url in feeds.items():
        text += f'[[feeds]]\nname = "{name}"\nurl = "{url}"\nallow_private = true\ntags = {json.dumps((tags or {}).get(name, []))}\n'
    path = folder / "config.toml"
    path.write_text(text)
    return path


@contextlib.asynccontextmanager
async def rig(folder: Path, server: ScriptedServer, *feeds: str, begin: dt.datetime = NOW, **config_options: Any) -> AsyncIterator[Rig]:
    """A daemon over the feeds `/NAME` of the server, its clock at NOW, with the first polls due at once."""
    config = write_config(folder, {name: server.url(f"/{name}") for name in feeds}, **config_options)
    now = [begin]
    out = Outward()
    async with Daemon.opened(
        load_all(config),
        clock=lambda: now[0],
        rng=random.Random(1),
        send=out,
        make_worker=InlineWorker,  # type: ignore[arg-type]
    ) as daemon:
        made = Rig(daemon=daemon, server=server, out=out, config=config, now=now)
        made.later(seconds=61)  # the spread of first polls
        yield made


def run(coroutine: Any, *, timeout_s: float = 30.0) -> Any:
    """Run one test's coroutine, for at most so long."""

    async def bounded() -> Any:
        async with asyncio.timeout(timeout_s):
            return await coroutine

    return asyncio.run(bounded())


async def until(what: Callable[[], object], *, timeout_s: float = 10.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not what():  # noqa: ASYNC110 - what is waited for knows no events
            await asyncio.sleep(0.01)
