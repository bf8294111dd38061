"""`monitor demo`: a recorded news week through the real daemon, on this machine alone.

A loopback server plays four feeds; a clock that runs ahead takes the daemon from one entry to the next. Alerts leave through the outbox
and Apprise to a webhook of the same server, and are shown as they arrive there.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import email.utils
import hashlib
import json
import random
import shutil
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from monitor import log
from monitor.config import shipped
from monitor.daemon import Daemon
from monitor.in_force import load_all
from monitor.model import HOME_TIMEZONE
from monitor.store import items as item_rows
from monitor.store import outbox
from monitor.store.alerts import alerts as stored_alerts
from monitor.store.incidents import incidents as stored_incidents

WEEK = Path(__file__).parent / "demo_week"
HERE = ZoneInfo(HOME_TIMEZONE)  # as the messages say them
WEEK_OVER = dt.datetime(2026, 3, 8, tzinfo=dt.UTC)  # the Sunday on which the recording ends
ENTRIES_SHOWN = 15
POLL_EVERY = dt.timedelta(minutes=5)
SETTLED_AFTER = dt.timedelta(minutes=4)  # the wait of [alerts], and a little
_AT = "{urn:monitor:demo}at"
_ATOM = "http://www.w3.org/2005/Atom"
_SEVERITY_STYLE = {"info": "white", "notice": "cyan", "high": "yellow", "severe": "red", "critical": "bold white on red"}
_FEEDS = (
    ("quetta-courier", "Quetta Courier", "Courier Media"),
    ("indus-wire", "Indus Wire", "Indus Wire"),
    ("margalla-herald", "Margalla Herald", "Margalla Press"),
    ("asia-desk", "Asia Desk", "Asia Desk"),
)

# ---------------------------------------------------------------- the recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One feed's document with every entry that ever came up in it; `ups` are the times at which its shape changes."""

    name: str
    document: bytes
    shift: dt.timedelta

    @property
    def ups(self) -> list[dt.datetime]:
        return sorted({_up(entry, self.shift) for entry in _entries(ET.fromstring(self.document))[1]})  # noqa: S314 (our own file)

    def at(self, now: dt.datetime) -> bytes:
        """The feed as it stood at `now`: its newest entries, of an edited one the latest version, dates moved to the week played."""
        root = ET.fromstring(self.document)  # noqa: S314
        holder, entries = _entries(root)
        latest: dict[str, ET.Element] = {}
        for entry in sorted(entries, key=lambda e: _up(e, self.shift)):
            holder.remove(entry)
            if _up(entry, self.shift) <= now:
                latest[_identity(entry)] = entry
        shown = sorted(latest.values(), key=lambda e: _up(e, self.shift), reverse=True)[:ENTRIES_SHOWN]
        for entry in shown:
            del entry.attrib[_AT]
        holder.extend(shown)
        for date in root.iter():
            _move_date(date, self.shift)
        body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return body


def recordings(*, now: dt.datetime) -> list[Recording]:
    """The recorded week, moved by whole weeks to the latest one that is over: "on Monday" stays true, and the end is near `now`."""
    weeks = (now - WEEK_OVER) // dt.timedelta(weeks=1)
    shift = dt.timedelta(weeks=weeks)
    return [Recording(name=name, document=(WEEK / f"{name}.xml").read_bytes(), shift=shift) for name, _, _ in _FEEDS]


def _entries(root: ET.Element) -> tuple[ET.Element, list[ET.Element]]:
    channel = root.find("channel")
    holder = root if channel is None else channel
    return holder, [*holder.findall("item"), *holder.findall(f"{{{_ATOM}}}entry")]


def _up(entry: ET.Element, shift: dt.timedelta) -> dt.datetime:
    return dt.datetime.fromisoformat(entry.attrib[_AT]) + shift


def _identity(entry: ET.Element) -> str:
    return entry.findtext("guid") or entry.findtext(f"{{{_ATOM}}}id") or ""


def _move_date(element: ET.Element, shift: dt.timedelta) -> None:
    name = element.tag.rpartition("}")[2]
    if not element.text:
        return
    if name == "pubDate":
        element.text = email.utils.format_datetime(email.utils.parsedate_to_datetime(element.text) + shift)
    elif name in ("published", "updated"):
        element.text = (dt.datetime.fromisoformat(element.text) + shift).isoformat().replace("+00:00", "Z")


# ---------------------------------------------------------------- the server


class _Stage:
    """What the server and the daemon share: the clock of the play, the feeds, and what came in by the webhook."""

    def __init__(self, feeds: list[Recording], start: dt.datetime, received: Callable[[dict[str, Any]], None]) -> None:
        self.now = start
        self.feeds = {recording.name: recording for recording in feeds}
        self.received = received

    def clock(self) -> dt.datetime:
        return self.now


@contextlib.contextmanager
def _served(stage: _Stage) -> Iterator[str]:
    """Play the feeds and take alerts on a free loopback port; gives the address without a path."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            feed = stage.feeds.get(self.path.strip("/").removesuffix(".xml"))
            if feed is None:
                self.send_error(404)
                return
            body = feed.at(stage.now)
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            same = self.headers.get("If-None-Match") == etag
            self.send_response(304 if same else 200)
            self.send_header("ETag", etag)
            if not same:
                self.send_header("Content-Type", "application/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not same:
                self.wfile.write(body)

        def do_POST(self) -> None:
            form = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
            stage.received(form)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


# ---------------------------------------------------------------- the play


@dataclass(slots=True, kw_only=True)
class Played:
    """What a demo came to; `folder` has the config, the rules and the database."""

    folder: Path
    articles: int = 0
    copies: int = 0
    incidents: int = 0
    alerts: int = 0
    sent: int = 0
    polls: int = 0
    seconds: float = 0.0


def run(*, folder: Path | None = None, console: Console | None = None, now: dt.datetime | None = None) -> int:
    """Play the week and show each alert as it arrives. Returns the exit status.

    `folder` keeps config, rules and database (default: a new one under the system's temporary folder).
    """
    out = console or Console(highlight=False)
    played = play(folder=folder, now=now, show=lambda form, at: _show(out, form, at), say=out.print)
    out.rule(style="dim")
    out.print(
        f"[bold]{played.articles} articles → {played.alerts} alerts[/bold] on {played.incidents} incidents  "
        f"({played.copies} reprint{'s' if played.copies != 1 else ''}, {played.polls} polls, {played.seconds:.0f} s)"
    )
    out.print(f"The database, the config and the rules are in {escape(str(played.folder))}. Look around:", soft_wrap=True)
    program = sys.argv[0] if Path(sys.argv[0]).name == "monitor" else "monitor"
    for words in ("incidents", "alerts", "items search Parachinar"):
        out.print(f"  {escape(program)} --config {escape(str(played.folder / 'config.toml'))} {words}", soft_wrap=True)
    return 0


def play(
    *,
    folder: Path | None = None,
    now: dt.datetime | None = None,
    show: Callable[[dict[str, Any], dt.datetime], None],
    say: Callable[[str], None] = lambda _: None,
) -> Played:
    """Play the week through the daemon; `show` gets each alert as the webhook received it, with the time in the play."""
    started = time.monotonic()
    feeds = recordings(now=now or dt.datetime.now(dt.UTC))
    ups = sorted({up for feed in feeds for up in feed.ups})
    stage = _Stage(feeds, ups[0] - dt.timedelta(hours=1), lambda form: show(form, stage.now))
    played = Played(folder=folder or Path(tempfile.mkdtemp(prefix="monitor-demo-")))
    log.configure(style="text", level="error")
    with _served(stage) as address:
        config = _write_config(played.folder, address)
        say(
            f"Four outlets, {ups[0]:%A %-d %B} to {ups[-1]:%A %-d %B %Y}, played from http://{address}/ through the real daemon. "
            f"Outlets and events are invented. Times are those of {HERE.key}.\n"
        )
        asyncio.run(_play(stage, config, ups, played))
    played.seconds = time.monotonic() - started
    return played


async def _play(stage: _Stage, config: Path, ups: list[dt.datetime], played: Played) -> None:
    force = load_all(config)
    async with Daemon.opened(force, clock=stage.clock, rng=random.Random(2026)) as daemon:  # noqa: S311 (the same play each time)

        async def step(at: dt.datetime) -> None:
            stage.now = at
            await daemon.poller.all_once(daemon.force)
            await daemon.delivery_tick()
            await daemon.sender.idle()

        await step(stage.now)
        for up, following in zip(ups, [*ups[1:], ups[-1] + dt.timedelta(days=1)], strict=True):
            await step(up + POLL_EVERY)
            if following > up + POLL_EVERY + SETTLED_AFTER:
                await step(up + POLL_EVERY + SETTLED_AFTER)
        await step(ups[-1] + dt.timedelta(hours=7))  # a toll that has stood for six hours is told
        played.copies = daemon.poller.copies
        played.articles = await daemon.db.call(item_rows.count_items) + played.copies
        played.incidents = len(await daemon.db.call(stored_incidents))
        played.alerts = len(await daemon.db.call(stored_alerts, states=["settled"]))
        played.sent = (await daemon.db.call(outbox.count_by_state)).get("sent", 0)
        played.polls = daemon.poller.polls


def _write_config(folder: Path, address: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(shipped("rules"), folder / "rules", dirs_exist_ok=True)
    feeds = "".join(
        f'\n[[feeds]]\nname = "{name}"\nurl = "http://{address}/{name}.xml"\n'
        f'outlet = "{outlet}"\npublisher = "{publisher}"\nallow_private = true\n'
        for name, outlet, publisher in _FEEDS
    )
    severities = "".join(f'{severity} = ["screen"]\n' for severity in _SEVERITY_STYLE)
    path = folder / "config.toml"
    path.write_text(
        "# Written by `monitor demo`; its feeds were played by a server that has ended.\n"
        '[polling]\ncontact = "mailto:demo@example.org"\n\n'
        f'[channels.screen]\nurl = "json://{address}/screen"\n\n'
        f"[alerts.routes]\n{severities}{feeds}",
        encoding="utf-8",
    )
    return path


def _show(out: Console, form: dict[str, Any], at: dt.datetime) -> None:
    """One alert as the desk would get it, without its links and with one quote."""
    title, text = str(form.get("title", "")), str(form.get("message", ""))
    severity = next((name for name in _SEVERITY_STYLE if name.upper() in title.split(":", maxsplit=1)[0]), "info")
    out.print(f"[dim]{at.astimezone(HERE):%a %H:%M}[/dim]  [{_SEVERITY_STYLE[severity]}]{escape(title)}[/]", soft_wrap=True)
    heading, quotes = "", 0
    for line in text.splitlines():
        words = line.strip()
        if not words or words == title or words.startswith(("http://", "https://", "Incident ")):
            continue
        if not line.startswith(" ") and not words.endswith((".", ")")):
            heading = words
        quotes += words.startswith('"')
        if words.startswith('"') and quotes > 1:
            continue
        out.print(f"           [dim]{escape(line)}[/dim]" if heading == words else f"           {escape(line)}", soft_wrap=True)
    out.print()
