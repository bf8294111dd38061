"""Break things for longer than the test suite may take, and count what came of it.

python benchmarks/faults.py kills [--rounds 500]     kill -9 at random moments, with a real SMTP server and a real webhook
python benchmarks/faults.py feeds                    hostile feeds on one daemon, all at once and each by itself: time, memory, delays
python benchmarks/faults.py fuzz [--minutes 10]      mutated feeds through parser and hints: crashes, and the slowest
python benchmarks/faults.py corpus [SDIST]           feedparser's own test feeds (its sdist, by pip where none is given)
python benchmarks/faults.py lock [--seconds 60]      another program holds the database

The exit status is 1 where something was lost, crashed or held others up.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

MB = 1e6


def kills(folder: Path, chosen: argparse.Namespace) -> bool:
    from support_faults import kill_rounds

    begun = time.monotonic()
    one = kill_rounds(folder / "one", rounds=chosen.rounds, seed=chosen.seed)
    print(f"each repeat may finish: {one}; {time.monotonic() - begun:.0f} s")
    two = kill_rounds(folder / "two", rounds=chosen.rounds // 5, seed=chosen.seed + 1, again_at_once=True)
    print(f"kills on the repeats too: {two}")
    return not (one.lost or two.lost or one.unmarked or two.unmarked or one.unexplained or two.unexplained or one.most_copies > 2)


def feeds(folder: Path, chosen: argparse.Namespace) -> bool:
    from support_hostile import hostile_feeds, poll_hostile

    hostile = hostile_feeds()
    together = asyncio.run(poll_hostile(folder / "together", hostile, deadline_s=chosen.deadline, timeout_s=chosen.timeout))
    print(f"{'feed':26} {'s':>6}  came to")
    good = True
    for name, one in hostile.items():
        error, items = together.errors[name], together.items[name]
        as_wanted = (one.words is None or one.words in (error or "")) and (one.items is None or (items == one.items and not error))
        good = good and as_wanted
        words = error.encode("ascii", "replace").decode()[:90] if error else f"{items:,} items"
        print(f"{name:26} {together.took_s[name]:6.2f}  {words}{'' if as_wanted else '  <- NOT AS IT SHOULD BE'}")
    waits = sorted(together.sound_s)
    print(
        f"all at once: a sound feed was polled {len(waits)} times meanwhile, in {sum(waits) / len(waits):.2f} s, at most {waits[-1]:.2f} s;"
    )
    print(f"the daemon grew by {together.grown / MB:.0f} MB, its loop stood still for at most {together.lag_s:.2f} s,")
    print(f"the largest child had {together.children / MB:.0f} MB, {together.children_before / MB:.0f} MB before;")
    print(f"daemon and children together grew by {together.all_grown / MB:.0f} MB; operator: {together.notices}")
    most, child = {}, {}
    for name in hostile:
        alone = asyncio.run(poll_hostile(folder / name, {name: hostile[name]}, deadline_s=chosen.deadline, timeout_s=chosen.timeout))
        most[name], child[name] = alone.grown, alone.children - alone.children_before
        good = good and alone.grown < 100 * MB and child[name] < 150 * MB
    for who, grown in (("the daemon", most), ("a child", child)):
        worst = sorted(grown, key=lambda name: -grown[name])[:3]
        print(f"alone, {who} grew most by " + ", ".join(f"{grown[name] / MB:.0f} MB ({name})" for name in worst))
    return good and together.grown < 100 * MB and waits[-1] < 1.0


def fuzz(folder: Path, chosen: argparse.Namespace) -> bool:
    from support_hostile import hostile_feeds
    from support_server import Reply

    from monitor.errors import ParseError
    from monitor.feeds.hints import read_hints

    bodies = [one.reply.body for one in hostile_feeds().values() if isinstance(one.reply, Reply) and 20 < len(one.reply.body) < 20_000]
    bodies += [path.read_bytes() for path in sorted((Path(__file__).parent.parent / "monitor").rglob("*.xml"))[:50]]
    bodies += [body for _, body, _ in _corpus(Path(chosen.sdist))] if chosen.sdist else []
    bits = [
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"<item>",
        b"</item>",
        b"<!DOCTYPE x [",
        b"\0",
        b"\xff\xfe",
        b"xmlns:",
        b'="',
        b"{",
        b"[",
        b"<ttl>",
    ]
    dice = random.Random(chosen.seed)
    end, tried, refused, crashes, slowest = time.monotonic() + chosen.minutes * 60, 0, 0, Counter[str](), (0.0, b"")
    while time.monotonic() < end:
        body = bytearray(dice.choice(bodies))
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(len(body) + 1)
            match dice.randrange(5):
                case 0:
                    body[at:at] = dice.choice(bits) * dice.choice((1, 1, 1, 2, 50))
                case 1:
                    del body[at : at + dice.randrange(1, 60)]
                case 2:
                    body[at : at + 4] = dice.randbytes(dice.randrange(1, 6))
                case 3:
                    other = dice.choice(bodies)
                    start = dice.randrange(len(other))
                    body[at:at] = other[start : start + dice.randrange(400)]
                case _:
                    body[at:at] = body[max(0, at - 80) : at] * dice.choice((1, 3))
        begun = time.process_time()
        try:
            read_hints(bytes(body), {}, base="https://x.example/")
            _parsed(bytes(body))
        except ParseError:
            refused += 1
        except Exception as error:
            crashes[f"{type(error).__name__}: {error}"[:120]] += 1
            (folder.parent / f"monitor-crash-{len(crashes)}").write_bytes(bytes(body))
        tried += 1
        slowest = max(slowest, (time.process_time() - begun, bytes(body[:100])))
    print(
        f"{tried:,} mutants of {len(bodies)} feeds in {chosen.minutes:g} minutes: {refused:,} refused in words, {crashes.total()} crashes"
    )
    print(f"the slowest took {slowest[0]:.2f} s of CPU; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    for words, count in crashes.most_common():
        print(f"  {count} x {words}")
    return not crashes


def corpus(folder: Path, chosen: argparse.Namespace) -> bool:
    from monitor.errors import ParseError

    sdist = Path(chosen.sdist) if chosen.sdist else None
    if sdist is None:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", ":all:", "--no-deps", "-d", str(folder), "feedparser"]
        subprocess.run(command, check=True, timeout=300)
        (sdist,) = folder.glob("feedparser-*.tar.gz")
    files = items = refused = 0
    crashes: Counter[str] = Counter()
    slowest = (0.0, "")
    for name, body, headers in _corpus(sdist):
        files += 1
        begun = time.process_time()
        try:
            items += len(_parsed(body, headers))
        except ParseError:
            refused += 1
        except Exception as error:
            crashes[f"{name}: {type(error).__name__}: {error}"] += 1
        slowest = max(slowest, (time.process_time() - begun, name))
    print(f"{files:,} files of {sdist.name}: {items:,} items, {refused} refused in words, {crashes.total()} crashes")
    print(f"the slowest took {slowest[0]:.2f} s of CPU: {slowest[1]}")
    for words in crashes:
        print(f"  {words}")
    return files > 0 and not crashes


def _corpus(sdist: Path) -> list[tuple[str, bytes, dict[str, str]]]:
    """Name, body and headers (they stand in a comment at the top) of each test feed of feedparser's sdist."""
    found = []
    with tarfile.open(sdist) as packed:
        for member in packed:
            path = member.name.partition("/")[2]
            if member.isfile() and path.startswith("tests/") and path.endswith((".xml", ".json", ".html", ".z", ".gz")):
                file = packed.extractfile(member)
                body = file.read() if file else b""
                said = re.search(rb"(?i)Header:\s*Content-type:\s*([^\r\n]+)", body[:2000])
                found.append((path, body, {"content-type": said[1].decode("latin-1").strip()} if said else {}))
    return found


def _parsed(body: bytes, headers: dict[str, str] | None = None) -> list[object]:
    import datetime as dt

    from monitor.feeds.parse import parse_feed
    from monitor.model import Feed, Fetched

    feed = Feed(name="x", url="https://x.example/feed", outlet="X")
    now = dt.datetime.now(dt.UTC)
    fetched = Fetched(url=feed.url, final_url=feed.url, status=200, headers=headers or {}, body=body, fetched_at=now, elapsed_s=0)
    return list(parse_feed(fetched, feed)[0])


def lock(folder: Path, chosen: argparse.Namespace) -> bool:
    from support_daemon import rig, rss
    from support_server import Reply, ScriptedServer

    async def story() -> bool:
        server.script("/dawn", Reply(body=rss("7 killed in Mastung"), headers={"ETag": '"one"'}))
        async with rig(folder / "site", server, "dawn") as r:
            with contextlib.closing(sqlite3.connect(folder / "site/monitor.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                begun = time.monotonic()
                while time.monotonic() - begun < chosen.seconds:
                    await r.poll()
                    await r.deliver()
                    await asyncio.sleep(0.2)
                print(f"held for {time.monotonic() - begun:.0f} s, polls paused: {r.daemon.poller.trouble}")
                other.execute("ROLLBACK")
            begun = time.monotonic()
            while r.daemon.poller.trouble and time.monotonic() - begun < 120:
                await r.poll()
                await asyncio.sleep(0.2)
            print(f"free again: polled after {time.monotonic() - begun:.1f} s")
            await r.round(minutes=4)
            print(f"alerts: {r.out.to('desk')}")
            return len(r.out.to("desk")) == 1

    with ScriptedServer() as server:
        return asyncio.run(story())


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=["kills", "feeds", "fuzz", "corpus", "lock"])
    options.add_argument("sdist", nargs="?", help="feedparser's sdist; for fuzz, its feeds are mutated too")
    options.add_argument("--rounds", type=int, default=500)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--deadline", type=float, default=3.0, help="s that a fetch may take (30 in the daemon)")
    options.add_argument("--timeout", type=float, default=3.0, help="s that a parse may take (20 in the daemon)")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    from monitor import log

    log.configure(style="text", level="critical")
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        return 0 if globals()[chosen.what](Path(folder), chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
