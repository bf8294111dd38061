"""Feeds as an enemy would serve them, each by a server of its own, and a daemon that polls them all beside a sound one.

Used by test_faults_feeds.py and, at full length, by benchmarks/faults.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gzip
import os
import random
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import support_worker
from support_daemon import NOW, Outward, rss, write_config
from support_server import Asked, Reply, ScriptedServer, gzip_bomb

from monitor.daemon import Daemon
from monitor.in_force import load_all
from monitor.store import feeds as feed_rows
from monitor.worker import ReadingWorker

SOUND = "sound"
_WHOLE = rss("one", "two", "three")
_XML = '<?xml version="1.0" encoding="{}"?>'
_LAUGHS = "".join("<!ENTITY l{} '{}'>".format(n, f"&l{n - 1};" * 10) for n in range(1, 10))
_GZIP = {"Content-Encoding": "gzip"}


@dataclass(frozen=True)
class Hostile:
    """What is served, and what the poll must come to: `words` of its error, or `items` taken (None: either)."""

    reply: Reply | Callable[[Asked], Reply]
    words: str | None = None
    items: int | None = None


def _feed(*items: str, head: str = "", dtd: str = "") -> str:
    return f"{dtd}<rss version='2.0'><channel><title>x</title>{head}{''.join(items)}</channel></rss>"


def _item(n: int, inside: str = "") -> str:
    return f"<item><guid isPermaLink='false'>{n}</guid><title>Item {n}</title>{inside}</item>"


def hostile_feeds(*, drip_s: float = 0.2) -> dict[str, Hostile]:
    """Name → what it does. `drip_s` lies between the bytes of the slow one."""
    laughs = _feed(_item(1, "<description>&l9;</description>"), dtd=f'<!DOCTYPE rss [<!ENTITY l0 "ha">{_LAUGHS}]>')
    quadratic = "<!DOCTYPE rss [<!ENTITY a '{}'>]>".format("a" * 50_000)
    attributes = " ".join(f"a{n}='1'" for n in range(100_000))
    odd = "<title>twice</title>"  # sends a feed to feedparser
    return {
        "truncated": Hostile(Reply(body=_WHOLE[:150], length=len(_WHOLE)), words="cut short"),
        "gzip-truncated": Hostile(Reply(body=gzip.compress(_WHOLE)[:60], headers=_GZIP), words="cut short"),
        "length-too-small": Hostile(Reply(body=_WHOLE, length=20), words="perhaps it was cut off"),
        "length-too-large": Hostile(Reply(body=_WHOLE, length=5000), words="cut short"),
        "length-no-number": Hostile(Reply(body=_WHOLE, length=-1, headers={"Content-Length": "many"}), words="no HTTP"),
        "endless": Hostile(Reply(chunks=(b"<item>" * 20_000,) * 1000, length=-1), words="too large: more than 10 MB"),
        "one-byte-at-a-time": Hostile(Reply(chunks=(b"<",) * 3600, pause_s=drip_s), words="time-out"),
        "silent": Hostile(Reply(delay_s=60), words="time-out"),
        "gzip-in-gzip": Hostile(Reply(body=gzip.compress(gzip.compress(_WHOLE)), headers=_GZIP), words="is no feed"),
        "gzip-twice-said": Hostile(Reply(body=b"x", headers={"Content-Encoding": "gzip, gzip"}), words="was not asked for"),
        "zeros-in-gzip": Hostile(Reply(body=gzip_bomb(100_000_000), headers=_GZIP), words="too large: more than 10 MB"),
        "zeros": Hostile(Reply(chunks=(bytes(1_000_000),) * 100, length=-1), words="too large: more than 10 MB"),
        "zeros-just-allowed": Hostile(Reply(body=gzip_bomb(10_000_000), headers=_GZIP), words=""),
        "redirects": Hostile(lambda asked: Reply(status=302, headers={"Location": f"{asked.path}x"}), words="more than 5 redirects"),
        "plain-behind-tls": Hostile(Reply(body=_WHOLE), words="TLS failure"),
        "entity-bomb": Hostile(Reply(body=laughs.encode())),
        "entity-bomb-utf16": Hostile(Reply(body=(_XML.format("utf-16") + laughs).encode("utf-16"))),
        "entity-quadratic": Hostile(Reply(body=_feed(_item(1, f"<description>{'&a;' * 50_000}</description>"), dtd=quadratic).encode())),
        "author-quadratic": Hostile(Reply(body=_feed(_item(1, f"{odd}<author>{'a' * 300_000}</author>")).encode()), words="stopped after"),
        "author-plain": Hostile(Reply(body=_feed(_item(1, f"<author>{'a' * 300_000}</author>")).encode()), items=1),
        "attributes": Hostile(Reply(body=_feed(f"<item {attributes}/>").encode())),
        "namespaces": Hostile(Reply(body=_feed(_item(1), head="xmlns:" * 300_000).encode())),
        "deep": Hostile(Reply(body=_feed("<item><title>" + "<a>" * 300_000).encode())),
        "deep-well-formed": Hostile(Reply(body=_feed(f"<item>{'<a>' * 300_000}{'</a>' * 300_000}</item>").encode())),
        "deep-json": Hostile(Reply(body=b'{"items":' + b"[" * 1_000_000), words="JSON"),
        "ttl-of-spaces": Hostile(Reply(body=_feed(_item(1), head="<ttl>" + " " * 90_000 + "</ttl>").encode()), items=1),
        "links-without-end": Hostile(Reply(body=b"<html>" + b"<link " * 16_000 + b"<title>" * 3000), words="HTML"),
        "hundred-thousand-items": Hostile(Reply(body=_feed(*(_item(n) for n in range(100_000))).encode()), items=5000),
        "hundred-thousand-odd": Hostile(Reply(body=_feed(_item(0, odd), *(_item(n) for n in range(1, 60_000))).encode())),
        "deadly-item": Hostile(Reply(body=rss("die", "plain")), items=2),
        "not-utf8": Hostile(Reply(body=_feed(_item(1)).replace("Item", "\udcff\udcfe Item").encode("utf-8", "surrogateescape")), items=1),
        "utf16": Hostile(Reply(body=(_XML.format("utf-16") + _feed(_item(1))).encode("utf-16")), items=1),
        "utf16-said-to-be-utf8": Hostile(Reply(body=(_XML.format("utf-8") + _feed(_item(1))).encode("utf-16-le"))),
        "nuls": Hostile(Reply(body=_feed(_item(1)).replace("Item", "It\0em").encode()), items=1),
        "no-charset-known": Hostile(Reply(body=(_XML.format("klingon") + _feed(_item(1))).encode()), items=1),
    }


@dataclass
class Outcome:
    """What a daemon made of hostile feeds: times in seconds, sizes in bytes."""

    errors: dict[str, str | None] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)
    sound_s: list[float] = field(default_factory=list)
    lag_s: float = 0.0
    grown: int = 0
    children: int = 0  # the largest child, at its largest
    children_before: int = 0  # the largest one before anything hostile came
    all_grown: int = 0  # the daemon and its children together, what they share counted once
    notices: list[str] = field(default_factory=list)


def rss_bytes(pid: int | str = "self", *, name: str = "VmRSS") -> int:
    """Resident memory of a process; 0 where it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


def _all_bytes() -> int:
    """Memory of this process and all below it, each page once (PSS)."""
    total = 0
    for pid in (str(os.getpid()), *_children()):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def _children() -> Iterator[str]:
    """All processes below this one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[path.parent.name] = path.read_text().rpartition(")")[2].split()[1]
    below = {str(os.getpid())}
    while found := {pid for pid, parent in parents.items() if parent in below} - below:
        yield from found
        below |= found


async def poll_hostile(
    folder: Path, feeds: Mapping[str, Hostile], *, deadline_s: float = 3.0, timeout_s: float = 3.0, at_once: bool = True
) -> Outcome:
    """Poll each hostile feed, all at once or one after the other, while a sound feed is polled again and again."""
    found = Outcome()
    with contextlib.ExitStack() as stack:
        addresses = {}
        for n, (name, hostile) in enumerate(feeds.items(), start=1):
            server = stack.enter_context(ScriptedServer(host=f"127.0.1.{n}"))
            server.script("*", hostile.reply)
            addresses[name] = server.url("/feed").replace("http:", "https:" if "tls" in name else "http:")
        sound = stack.enter_context(ScriptedServer())
        numbers = iter(range(1_000_000))
        sound.script("*", lambda _: Reply(body=rss(f"plain {next(numbers)}")))
        addresses[SOUND] = sound.url("/feed")
        config = write_config(folder, addresses, polling=f'deadline = "{deadline_s:g}s"\n')
        async with Daemon.opened(
            load_all(config),
            clock=lambda: NOW + dt.timedelta(seconds=61),
            rng=random.Random(1),
            send=(out := Outward()),
            make_worker=lambda force: ReadingWorker(force.desk.ruleset.lexicon, build=support_worker.build, timeout_s=timeout_s),
        ) as daemon:
            force = daemon.force
            by_name = {feed.name: feed for feed in force.config.feeds}
            poller = daemon.poller
            for _ in range(3):
                await poller._poll(force, by_name[SOUND])
            base = rss_bytes()
            found.children_before, all_before = max(rss_bytes(pid) for pid in _children()), _all_bytes()

            async def hostile_one(name: str) -> None:
                begun = time.monotonic()
                polled = await poller._poll(force, by_name[name])
                found.items[name] = polled.new + polled.copies
                found.took_s[name] = time.monotonic() - begun

            async def hostile_all() -> None:
                if at_once:
                    await asyncio.gather(*(hostile_one(name) for name in feeds))
                else:
                    for name in feeds:
                        await hostile_one(name)

            async def look() -> None:
                looked = 0.0
                while True:
                    begun = time.monotonic()
                    await asyncio.sleep(0.02)
                    found.lag_s = max(found.lag_s, time.monotonic() - begun - 0.02)
                    found.grown = max(found.grown, rss_bytes() - base)
                    if begun > looked + 0.5:
                        found.children = max([found.children, *(rss_bytes(pid, name="VmHWM") for pid in _children())])
                        found.all_grown = max(found.all_grown, _all_bytes() - all_before)
                        looked = begun

            looking = asyncio.create_task(look())
            hostility = asyncio.create_task(hostile_all())
            while not hostility.done():
                begun = time.monotonic()
                await poller._poll(force, by_name[SOUND])
                found.sound_s.append(time.monotonic() - begun)
                await asyncio.sleep(0.05)
            await hostility
            looking.cancel()
            for name in feeds:
                state = await daemon.db.call(feed_rows.feed_state, by_name[name].url)
                found.errors[name] = state.last_error
            await daemon.delivery_tick()
            await daemon.sender.idle(timeout_s=5)
            found.notices = out.to("ops")
    return found


def self_signed(folder: Path) -> ssl.SSLContext | None:
    """A server's context with a certificate that nobody vouches for, made by the machine's openssl; None where there is none."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(words, capture_output=True, timeout=30, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
