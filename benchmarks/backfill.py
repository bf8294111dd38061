"""Items a second of a backfill by one process, by a pool of two, by a local Dask cluster of two workers, and how each grows.

    nice python benchmarks/backfill.py [--items 20000 200000] [--engines process pool dask] [--json | --page | --keep DIR | --growth DIR]

News of seven outlets is made up (fixed seed): 200 items a day, one in ten on an attack, six reports an attack, 90 words an item. Each
run is `monitor backfill FILE --json` with the shipped rules on an empty database on disk, in a process of its own; all must print the same
alerts, byte for byte. CPU time is what the processes of a run used together, and what the one that writes used alone, which is what bounds
any number of workers; what a run over a single item costs, the start, is taken off both. Memory is the peak of resident memory of the one
that writes, and of all its processes together. No network beyond the loopback interface.

On a machine that has other work, runs that are minutes apart do not compare. `--keep DIR` leaves the databases there, and
`--growth DIR` then takes 20,000 items from an empty one, and as many that follow on those of each in DIR, in turn.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from poll import KINDS, OPENINGS, PLACES, REPORTS, SPEAKERS, _sentence

from monitor.backfill import in_order, replay
from monitor.config import load_config, read_rule_files
from monitor.feeds.articles import parse_page
from monitor.feeds.documents import parse_jsonl_line
from monitor.model import Item
from monitor.rules.load import load_rules
from monitor.store.database import open_database
from monitor.store.items import count_items
from monitor.text.read import build_reader

START = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
A_DAY = 200
RELEVANT = 10  # one in so many
OUTLETS = 7
SAMPLE_S = 0.5
COMMAND = (sys.executable, "-m", "monitor")


def write_items(path: Path, count: int) -> None:
    rng = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            file.write(json.dumps(_story(n, rng)) + "\n")


def _story(n: int, rng: random.Random) -> dict[str, str]:
    at = START + dt.timedelta(days=n / A_DAY)
    title, text = _sentence(rng), " ".join(_sentence(rng) for _ in range(8))
    if n % RELEVANT == 0:
        event = n // RELEVANT // REPORTS
        dice = random.Random(event)
        place, kind, killed, injured = PLACES[event % len(PLACES)], dice.choice(KINDS), dice.randint(1, 30), dice.randint(1, 60)
        title = f"{killed} killed in {place} attack"
        opening = rng.choice(OPENINGS).format(killed=killed, injured=injured)
        text = f"{place.upper()}: {opening} when {kind} {place} on {at:%A}, {rng.choice(SPEAKERS)} said. {text}"
    outlet = n % OUTLETS
    return {
        "id": f"i{n}",
        "title": title,
        "content": text,
        "link": f"https://outlet{outlet}.example/{n}",
        "published": at.isoformat(),
        "feed": f"outlet{outlet}",
        "outlet": f"Outlet {outlet}",
    }


def page(n: int, rng: random.Random) -> bytes:
    """A story between a menu and teasers of others."""
    menu = "".join(f'<li><a href="/s/{i}">Section {i}</a></li>' for i in range(120))
    story = "".join(f"<p>{' '.join(_sentence(rng) for _ in range(4))}</p>" for _ in range(10))
    teasers = "".join(f'<div class="teaser"><a href="/x/{i}"><h3>{_sentence(rng)}</h3></a></div>' for i in range(30))
    meta = '<meta property="article:published_time" content="2024-03-04T18:30:00+05:00">'
    return (
        f'<html lang="en"><head><title>Story {n}</title>{meta}</head><body><nav><ul>{menu}</ul></nav><article><h1>Story {n}</h1>{story}'
        f"</article><aside>{teasers}</aside><footer>All rights reserved</footer></body></html>"
    ).encode()


def ms_a_page(count: int = 200) -> float:
    rng = random.Random(1)
    pages = [page(n, rng) for n in range(count)]
    parse_page(pages[0], name="warm")
    begun = time.process_time()
    for n, body in enumerate(pages):
        parse_page(body, name=str(n))
    return (time.process_time() - begun) / count * 1000


# ---------------------------------------------------------------- runs


@dataclass
class Tree:
    """CPU seconds and resident bytes of a process and all that it started, by looking now and then."""

    root: psutil.Process
    also: list[psutil.Process] = field(default_factory=list)
    cpu_s: dict[int, float] = field(default_factory=dict)
    own_peak: int = 0
    all_peak: int = 0

    def look(self) -> None:
        resident = 0
        for top in (self.root, *self.also):
            with contextlib.suppress(psutil.Error):
                for process in (top, *top.children(recursive=True)):
                    with contextlib.suppress(psutil.Error):
                        spent = process.cpu_times()
                        self.cpu_s[process.pid] = spent.user + spent.system
                        size = process.memory_info().rss
                        resident += size
                        if process.pid == self.root.pid:
                            self.own_peak = max(self.own_peak, size)
        self.all_peak = max(self.all_peak, resident)


def run(engine: str, items: Path, count: int, folder: Path) -> dict[str, Any]:
    desk = folder / f"{engine}-{count}"
    subprocess.run([*COMMAND, "init", str(desk)], check=True, capture_output=True)
    with (
        cluster(folder) if engine == "dask" else contextlib.nullcontext((("--workers", "2" if engine == "pool" else "1"), [])) as (
            words,
            others,
        )
    ):
        begun = time.monotonic()
        with (desk / "alerts.jsonl").open("wb") as alerts, (desk / "said.txt").open("wb") as said:
            before = {p.pid: sum(p.cpu_times()[:2]) for other in others for p in (other, *other.children(recursive=True))}
            process = psutil.Popen(
                [*COMMAND, "--config", str(desk / "config.toml"), "backfill", str(items), "--json", *words],
                stdout=alerts,
                stderr=said,
            )
            tree = Tree(root=process, also=others)
            while process.poll() is None:
                tree.look()
                time.sleep(SAMPLE_S)
        wall_s = time.monotonic() - begun
    if process.returncode != 0:
        said_last = "\n".join((desk / "said.txt").read_text(errors="replace").splitlines()[-20:])
        raise SystemExit(f"{engine}: the backfill ended with status {process.returncode}:\n{said_last}")
    spent = {pid: seconds - before.get(pid, 0.0) for pid, seconds in tree.cpu_s.items()}
    found = (desk / "alerts.jsonl").read_bytes()
    return {
        "engine": engine,
        "items": count,
        "alerts": found.count(b"\n"),
        "digest": hashlib.sha256(found).hexdigest()[:16],
        "wall_s": round(wall_s, 1),
        "cpu_s": round(sum(spent.values()), 1),
        "writer_cpu_s": round(spent[process.pid], 1),
        "writer_mb": round(tree.own_peak / 1e6),
        "all_mb": round(tree.all_peak / 1e6),
        "database_mb": round((desk / "monitor.db").stat().st_size / 1e6),
    }


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[tuple[tuple[str, ...], list[psutil.Process]]]:
    """A scheduler and two workers of one thread on the loopback interface, as the `dask` command starts them."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    where = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    started = [psutil.Popen([*dask, "scheduler", "--port", "0", *where], **quiet)]
    try:
        started += [psutil.Popen([*dask, "worker", "--nthreads", "1", *where], **quiet) for _ in range(2)]
        until = time.monotonic() + 120
        while not file.exists() or not file.stat().st_size:
            if time.monotonic() > until:
                raise SystemExit("the Dask scheduler did not start")
            time.sleep(0.2)
        address = json.loads(file.read_text())["address"]
        yield ("--engine", "dask", "--scheduler", address), started
    finally:
        for process in reversed(started):
            for one in [*process.children(recursive=True), process]:
                with contextlib.suppress(psutil.Error):
                    one.terminate()
        psutil.wait_procs(started, timeout=20)


# ---------------------------------------------------------------- what comes out

NAMES = {"process": "one process", "pool": "a pool of 2", "dask": "Dask, 2 workers"}


def report(runs: list[dict[str, Any]]) -> str:
    lines = [
        "| | items | items/s | CPU ms an item | of it, the writer | growth | memory, writer | memory, all | database |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in runs:
        first = next(r for r in runs if r["engine"] == one["engine"])
        each = {name: _each(one, name) for name in ("cpu_s", "writer_cpu_s")}
        growth = "" if first is one else f"× {each['cpu_s'] / _each(first, 'cpu_s'):.2f}"
        lines.append(
            f"| {NAMES[one['engine']]} | {one['items']:,} | {one['items'] / one['wall_s']:,.0f} | {each['cpu_s']:.2f} | "
            f"{each['writer_cpu_s']:.2f} | {growth} | {one['writer_mb']} MB | {one['all_mb']} MB | {one['database_mb']} MB |"
        )
    for count in dict.fromkeys(one["items"] for one in runs):
        digests = {one["digest"] for one in runs if one["items"] == count}
        alerts = next(one["alerts"] for one in runs if one["items"] == count)
        lines.append(f"\n{count:,} items: {alerts:,} alerts, {'the same, byte for byte,' if len(digests) == 1 else 'DIFFERENT'} by all.")
    return "\n".join(lines)


def _each(one: dict[str, Any], name: str) -> float:
    """Milliseconds an item, without the start."""
    return float(one[name] - one["start"][name]) / one["items"] * 1000


# ---------------------------------------------------------------- growth alone

IN_TURN = 1_000


def growth(folder: Path, count: int = 20_000) -> str:
    """CPU ms an item from an empty database, and of the items that follow on those of each database in the folder: a thousand of each in
    turn, so that what else the machine does is the same for all."""
    config = load_config(folder / "config.toml")
    ruleset = load_rules(read_rule_files(config.rules))
    reader = build_reader(ruleset.lexicon)
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name, contextlib.ExitStack() as stack:
        copies = [Path(name) / "empty.db", *(Path(shutil.copy(path, name)) for path in sorted(folder.glob("*.db")))]
        databases = [stack.enter_context(closing(open_database(path))) for path in copies]
        known = [count_items(db) for db in databases]
        found = [in_order(_following(n, count), now=now) for n in known]
        spent = [0.0] * len(known)
        for start in range(0, count, IN_TURN):
            for n, db in enumerate(databases):
                begun = time.process_time()
                part = found[n][start : start + IN_TURN]
                replay(db, part, ruleset=ruleset, settings=config.alert_settings(), reader=reader, now=now)
                spent[n] += time.process_time() - begun
    lines = ["| items stored before | CPU ms an item | |", "| ---: | ---: | ---: |"]
    each = sorted(zip(known, (seconds / count * 1000 for seconds in spent), strict=True))
    return "\n".join([*lines, *(f"| {n:,} | {ms:.2f} | × {ms / each[0][1]:.2f} |" for n, ms in each)])


def _following(known: int, count: int) -> list[Item]:
    rng = random.Random(7)
    forms = [_story(n, rng) for n in range(known + count)][known:]
    items = [parse_jsonl_line(json.dumps(form), where="") for form in forms]
    return [item for item in items if isinstance(item, Item)]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, nargs="+", default=[20_000, 200_000])
    options.add_argument("--engines", nargs="+", choices=list(NAMES), default=list(NAMES))
    options.add_argument("--json", action="store_true", help="one JSON object a run instead of a table")
    options.add_argument("--page", action="store_true", help="the cost of finding the article in a page, and nothing else")
    options.add_argument("--keep", type=Path, metavar="DIR", help="leave the databases of one process there, for --growth")
    options.add_argument("--growth", type=Path, metavar="DIR", help="the cost of an item by the size of the database, and nothing else")
    chosen = options.parse_args()
    if chosen.growth:
        print(growth(chosen.growth))
        return 0
    if chosen.page:
        print(f"{ms_a_page():.1f} ms of CPU time a page")
        return 0
    runs = []
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        single = folder / "1.jsonl"
        write_items(single, 1)
        starts = {engine: run(engine, single, 1, folder) for engine in chosen.engines}
        for count in chosen.items:
            items = folder / f"{count}.jsonl"
            write_items(items, count)
            for engine in chosen.engines:
                runs.append(run(engine, items, count, folder) | {"start": starts[engine]})
                if chosen.keep and engine == "process":
                    desk = folder / f"{engine}-{count}"
                    shutil.copytree(desk, chosen.keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("monitor.db*", "*.jsonl"))
                    shutil.copy(desk / "monitor.db", chosen.keep / f"{count}.db")
                print(json.dumps(runs[-1]), file=sys.stdout if chosen.json else sys.stderr, flush=True)
    if not chosen.json:
        print(report(runs))
    return 0 if all(len({one["digest"] for one in runs if one["items"] == count}) == 1 for count in chosen.items) else 1


if __name__ == "__main__":
    os.environ.pop("MONITOR_CONFIG", None)
    sys.exit(main())
