"""Items a second from a feed's body to a stored report, stage by stage, and how that grows with the database.

    python benchmarks/poll.py [--items 500] [--feed 50] [--attacks 0.3] [--json]

Feeds of `--feed` items each are made up (fixed seed), parsed, read and stored in a database on disk, one transaction a feed. Then the
same feeds come again: with one byte changed, so that they are parsed and every item is found known, and byte for byte, so
that they are not. Everything is done at `--items` and at ten times as many. One process, no network.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import platform
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from monitor import pipeline
from monitor.config import read_rule_files, shipped
from monitor.feeds.parse import parse_feed
from monitor.items import identify
from monitor.model import AlertSettings, Feed, FeedState, Fetched
from monitor.pipeline import Desk, Reading, store_poll, unread
from monitor.rules.load import load_rules
from monitor.store.database import open_database
from monitor.text.read import build_reader

START = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)
PLACES = (
    "Mastung Quetta Peshawar Hangu Bannu Karachi Kabul Parachinar Turbat Kandahar Wana Kohat Swat Mardan Nowshera Charsadda "
    "Khuzdar Kalat Zhob Loralai Sibi Gwadar Panjgur Chaman Pishin Tank Lahore Multan Sukkur "
    "Jalalabad Herat Kunduz Ghazni Khost Zaranj Mazar-i-Sharif"
).split()
KINDS = (
    "a roadside bomb hit a police van in",
    "gunmen opened fire on a check-post in",
    "a suicide bomber struck a mosque in",
    "a blast tore through a market in",
)
FILLER = (
    "The assembly passed the bill after a debate of three hours.",
    "Traders expect the rupee to hold its ground this week.",
    "Rain is forecast for the upper districts until the weekend.",
    "The board named fifteen players for the tour.",
    "Officials said the road would open again in April.",
)
STAGES = ("parse", "identify", "known?", "read", "store", "assign, merge", "match, decide")


REPORTS = 6  # of one attack, by as many outlets
EVENT_EVERY = dt.timedelta(hours=3)


@dataclass(frozen=True)
class Poll:
    """One feed as it stands at one time."""

    feed: Feed
    body: bytes
    at: dt.datetime


def polls(items: int, size: int, attacks: float, rng: random.Random) -> list[Poll]:
    """`items` stories in order of time, `size` a feed. A share `attacks` tells of attacks, each six times, by different outlets; ten
    times as many items are ten times as many attacks over ten times as long."""
    count = items // size
    told, made = 0, []
    for n in range(count):
        entries = []
        for slot in range(size):
            event, told = (told // REPORTS, told + 1) if rng.random() < attacks else (-1, told)
            at = START + EVENT_EVERY * (told / REPORTS)
            entries.append(_entry(f"{n}-{slot}", event, at, rng))
        feed = Feed(name=f"outlet{n}", url=f"https://outlet{n}.example/rss", publisher=f"outlet{n}")
        text = f"<rss version='2.0'><channel><title>Outlet {n}</title>{''.join(entries)}</channel></rss>"
        made.append(Poll(feed=feed, body=text.encode(), at=START + EVENT_EVERY * (told / REPORTS) + dt.timedelta(minutes=5)))
    return made


def _entry(name: str, event: int, at: dt.datetime, rng: random.Random) -> str:
    filler = " ".join(rng.choice(FILLER) for _ in range(6))
    title, text = f"Notes from the province, {name}", filler
    if event >= 0:
        dice = random.Random(event)
        place, kind, killed, injured = PLACES[event % len(PLACES)], dice.choice(KINDS), dice.randint(1, 30), dice.randint(1, 60)
        title = f"{killed} killed in {place} attack"
        text = (
            f"{place.upper()}: At least {killed} people were killed and {injured} others injured when {kind} {place} on {at:%A}, "
            f"police said. {filler}"
        )
    return (
        f"<item><guid isPermaLink='false'>{name}</guid><title>{title}</title><link>https://outlet.example/{name}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    )


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - started

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            with self.stage(name):
                return function(*args, **options)

        return wrapped


@contextlib.contextmanager
def inner_stages(watch: Stopwatch) -> Iterator[None]:
    """Time what `store_poll` calls; what is left of it is the store."""
    names = {"assign": "assign, merge", "merged": "assign, merge", "match": "match, decide", "decide": "match, decide"}
    originals = {name: getattr(pipeline, name) for name in names}
    for name, stage in names.items():
        setattr(pipeline, name, watch.timed(stage, originals[name]))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(pipeline, name, original)


def measured(items: int, size: int, attacks: float, desk: Desk, reader: Any) -> dict[str, Any]:
    """Take `items` new items, then the same again changed by a byte, then the same again."""
    made = polls(items, size, attacks, random.Random(1))
    new, known = Stopwatch(), Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "bench.db")
        for poll in made:
            _take(db, desk, reader, poll, new)
        again_at = made[-1].at + dt.timedelta(hours=1)
        for poll in made:
            _take(db, desk, reader, Poll(feed=poll.feed, body=poll.body + b"\n", at=again_at), known)
        incidents = db.execute("SELECT count(*) FROM incidents").fetchone()[0]
        db.close()
    started = time.perf_counter()
    for poll in made:
        _ = _fetched(poll).body_hash
    unchanged_s = time.perf_counter() - started
    total = len(made) * size
    return {
        "items": total,
        "incidents": incidents,
        "new": _per_item(new, total),
        "known": _per_item(known, total),
        "unchanged": {"us": unchanged_s / total * 1e6},
    }


def _take(db: Any, desk: Desk, reader: Any, poll: Poll, watch: Stopwatch) -> None:
    fetched = _fetched(poll)
    with watch.stage("parse"):
        items, _ = parse_feed(fetched, poll.feed)
    # A part of parsing, measured by itself a second time and taken off it.
    with watch.stage("identify"):
        for item in items:
            identify(feed_url=poll.feed.url, guid=item.guid, link=item.link, title=item.title, summary=item.summary, content=item.content)
    with watch.stage("known?"):
        fresh = unread(db, items, now=poll.at)
    with watch.stage("read"):
        reports = {item.key: reader.read(item) for item in fresh}
    readings = [Reading(item=item, report=reports.get(item.key)) for item in items]
    with watch.stage("store"), inner_stages(watch):
        store_poll(db, desk, readings, state=FeedState(url=poll.feed.url), seen_at=poll.at, first_fetch=False)


def _fetched(poll: Poll) -> Fetched:
    return Fetched(
        url=poll.feed.url,
        final_url=poll.feed.url,
        status=200,
        headers={"content-type": "application/rss+xml"},
        body=poll.body,
        fetched_at=poll.at,
        elapsed_s=0.0,
    )


def _per_item(watch: Stopwatch, items: int) -> dict[str, float]:
    """Microseconds an item by stage, each without the stages inside it, and items a second over all."""
    seconds = dict(watch.seconds)
    seconds["parse"] -= seconds.get("identify", 0.0)
    seconds["store"] -= seconds.get("assign, merge", 0.0) + seconds.get("match, decide", 0.0)
    form = {stage: seconds.get(stage, 0.0) / items * 1e6 for stage in STAGES}
    form["all"] = sum(form.values())
    form["items/s"] = 1e6 / form["all"]
    return form


def report(small: dict[str, Any], large: dict[str, Any]) -> str:
    lines = [
        f"{platform.python_version()} on {platform.machine()}; {small['items']:,} items ({small['incidents']:,} incidents) "
        f"and {large['items']:,} ({large['incidents']:,})",
        "",
        "| µs an item | new | new, 10 × | growth | known | known, 10 × | growth |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for stage in (*STAGES, "all"):
        cells = [f"{side[which][stage]:,.0f}" for which in ("new", "known") for side in (small, large)]
        growth = [_growth(small[which][stage], large[which][stage]) for which in ("new", "known")]
        lines.append(f"| {stage} | {cells[0]} | {cells[1]} | {growth[0]} | {cells[2]} | {cells[3]} | {growth[1]} |")
    rates = [f"{side[which]['items/s']:,.0f}" for which in ("new", "known") for side in (small, large)]
    lines.append(f"| **items/s** | **{rates[0]}** | **{rates[1]}** | | **{rates[2]}** | **{rates[3]}** | |")
    lines += [
        "",
        f"The same bytes again: {small['unchanged']['us']:.2f} and {large['unchanged']['us']:.2f} µs an item (a hash, nothing is parsed).",
    ]
    return "\n".join(lines)


def _growth(small: float, large: float) -> str:
    return f"× {large / small:.2f}" if small >= 1 else "–"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=500, help="items of the smaller run (default 500)")
    options.add_argument("--feed", type=int, default=50, help="items a feed (default 50)")
    options.add_argument("--attacks", type=float, default=0.3, help="share of stories on attacks (default 0.3)")
    options.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    chosen = options.parse_args()
    ruleset = load_rules(read_rule_files(shipped("rules")))
    started = time.perf_counter()
    reader = build_reader(ruleset.lexicon)
    built_s = time.perf_counter() - started
    desk = Desk(ruleset=ruleset, settings=AlertSettings())
    measured(chosen.feed, chosen.feed, chosen.attacks, desk, reader)  # warm
    small, large = (measured(n, chosen.feed, chosen.attacks, desk, reader) for n in (chosen.items, chosen.items * 10))
    if chosen.json:
        print(json.dumps({"reader_built_s": built_s, "small": small, "large": large}))
    else:
        print(f"reader built in {built_s:.1f} s\n{report(small, large)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
