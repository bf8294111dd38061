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

from monitor.alerts.decide import decide
from monitor.config import read_rule_files, shipped
from monitor.feeds.parse import parse_feed
from monitor.incidents.assign import assign
from monitor.incidents.merge import merged
from monitor.items import identify
from monitor.model import AlertSettings, Feed, FeedState, Fetched
from monitor.pipeline import Desk, Reading, store_poll, unread
from monitor.rules.load import load_rules
from monitor.rules.match import match
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
OPENINGS = (
    "At least {killed} people were killed and {injured} others injured",
    "{killed} people lost their lives and {injured} were wounded",
    "A total of {killed} persons died and {injured} sustained injuries",
)
SPEAKERS = ("police", "rescue workers", "a hospital official", "the deputy commissioner")
# Sentences are drawn from these, so that no two stories share more than an outlet's habits.
WORDS = (
    "assembly board road rupee rain squad court bridge market school teacher farmer wheat cotton harvest minister budget treaty port canal "
    "festival museum railway station engineer doctor clinic vaccine river valley orchard export tariff election ballot speaker committee "
    "survey census water power grid solar tender contract pension strike union factory textile cement price fuel transport airline "
    "tourism trek glacier snow forest juniper wildlife cricket hockey final captain coach stadium novel poet film singer exhibition "
    "student exam scholarship start-up bank loan interest reserve tax revenue customs border trade visa embassy summit talks"
).split()
VERBS = "discussed opened delayed approved questioned visited measured announced reviewed repaired extended praised".split()
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
    filler = " ".join(_sentence(rng) for _ in range(6))
    title, text = _sentence(rng), filler
    if event >= 0:
        dice = random.Random(event)
        place, kind, killed, injured = PLACES[event % len(PLACES)], dice.choice(KINDS), dice.randint(1, 30), dice.randint(1, 60)
        title = f"{killed} killed in {place} attack"
        text = (
            f"{place.upper()}: {rng.choice(OPENINGS).format(killed=killed, injured=injured)} when {kind} {place} on {at:%A}, "
            f"{rng.choice(SPEAKERS)} said. {filler}"
        )
    return (
        f"<item><guid isPermaLink='false'>{name}</guid><title>{title}</title><link>https://outlet.example/{name}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    )


def _sentence(rng: random.Random) -> str:
    one, two, three, four = rng.sample(WORDS, 4)
    return f"The {one} {two} {rng.choice(VERBS)} the {three} {four} {rng.randint(2, 90)} days ago."


class Stopwatch:
    """CPU seconds by stage; what runs in a stage within a stage counts for the inner one alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inner: list[float] = [0.0]

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._inner.append(0.0)
        started = time.process_time()
        try:
            yield
        finally:
            elapsed = time.process_time() - started
            self.seconds[name] += elapsed - self._inner.pop()
            self._inner[-1] += elapsed

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            with self.stage(name):
                return function(*args, **options)

        return wrapped


INNER = {"assign, merge": (assign, merged), "match, decide": (match, decide)}


@contextlib.contextmanager
def inner_stages(watch: Stopwatch) -> Iterator[None]:
    """Time the pure steps that `store_poll` takes, wherever they were imported to; what is left of it is the store."""
    changed: list[tuple[Any, str, Any]] = []
    modules = [module for name, module in sys.modules.items() if name.startswith("monitor.")]
    for stage, functions in INNER.items():
        for function in functions:
            timed = watch.timed(stage, function)
            for module in modules:
                for name, value in list(vars(module).items()):
                    if value is function and module.__name__ != function.__module__:
                        changed.append((module, name, function))
                        setattr(module, name, timed)
    try:
        yield
    finally:
        for module, name, original in changed:
            setattr(module, name, original)


def measured(items: int, size: int, attacks: float, desk: Desk, reader: Any) -> dict[str, Any]:
    """Take `items` new items, then the same again changed by a byte, then the same again."""
    made = polls(items, size, attacks, random.Random(1))
    new, known = Stopwatch(), Stopwatch()
    with tempfile.TemporaryDirectory() as folder, inner_stages(new):
        db = open_database(Path(folder) / "bench.db")
        for poll in made:
            _take(db, desk, reader, poll, new)
        again_at = made[-1].at + dt.timedelta(hours=1)
        for poll in made:
            _take(db, desk, reader, Poll(feed=poll.feed, body=poll.body + b"\n", at=again_at), known)
        incidents = db.execute("SELECT count(*) FROM incidents").fetchone()[0]
        db.close()
    started = time.process_time()
    for poll in made:
        _ = _fetched(poll).body_hash
    unchanged_s = time.process_time() - started
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
    with watch.stage("store"):
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
    started = time.process_time()
    reader = build_reader(ruleset.lexicon)
    built_s = time.process_time() - started
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
