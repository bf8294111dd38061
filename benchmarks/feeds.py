"""What polling thousands of feeds costs, against a real nginx on this machine.

    python benchmarks/feeds.py [--part live|growth|compare ...] [--feeds 10000] [--seconds 120] [--sizes 1000 10000 50000] [--reader]

Needs nginx in the PATH (Debian: nginx-light). Each feed has a host name of its own, which a resolver of the benchmark leads to nginx, so
that the spacing of requests to one host is in force.

live     the daemon as it runs, under the real clock: `--feeds` feeds of 50 items, each due every ten minutes. Once with all of them
         unchanged (304); once with one in twenty that has a new item at each poll, one in a hundred that drips its body, one that
         fails and one that never answers.
growth   the same daemon under a clock that runs as fast as it can, with unchanged feeds, at each of `--sizes`.
compare  CPU seconds for 200 feeds of 50 items when they are new (every item read, filed and matched), when each has one item more, and
         when they answer 304. With `--reader`, reader 3.26 does the same beside it, in an environment of its own made by pip.

CPU time is that of all processes of the program under test, without nginx; memory is their PSS.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import functools
import http.client
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from poll import START, polls

from monitor import log
from monitor.config import read_rule_files, shipped
from monitor.daemon import Daemon, reading_worker
from monitor.feeds.fetch import Fetcher
from monitor.feeds.parse import parse_feed
from monitor.feeds.rates import first_rates
from monitor.in_force import InForce, load_all
from monitor.model import AlertSettings, Feed, FeedState, Fetched, Report
from monitor.pipeline import Desk, Reading, store_poll
from monitor.rules.load import load_rules
from monitor.store.database import Database, open_database, writing
from monitor.store.feeds import save_feed_state
from monitor.store.rates import save_rates

ITEMS = 50
BODIES = 200  # that the unchanged feeds share
INTERVAL_S = 600.0
START_S = 20.0
COMPARED = 200
PASSES = 5  # of the unchanged comparison
TICK_S = os.sysconf("SC_CLK_TCK")

# ---------------------------------------------------------------- the sites

CONF = """
worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; daemon on; worker_rlimit_nofile 20000;
events {{ worker_connections 8000; }}
http {{
  access_log off; types {{ application/rss+xml xml; }} keepalive_timeout 5;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4;
  scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port} backlog=4096; root {folder}/root;
    location /slow/ {{ alias {folder}/root/same/; etag off; if_modified_since off; add_header Last-Modified ""; limit_rate 4k; }}
    location /fails/ {{ return 500; }}
  }}
}}
"""


class Sites:
    """nginx on a free port, and a port beside it that takes connections and never answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.chmod(0o755)  # nginx's worker may be another user
        self.root = folder / "root"
        for name in ("same", "own", "compared"):
            (self.root / name).mkdir(parents=True)
        self._silent = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.silent_port = self._silent.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    def __enter__(self) -> Sites:
        conf = self._folder / "nginx.conf"
        conf.write_text(CONF.format(folder=self._folder, port=self.port))
        subprocess.run(["nginx", "-c", str(conf), "-p", str(self._folder)], check=True)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["nginx", "-c", str(self._folder / "nginx.conf"), "-p", str(self._folder), "-s", "stop"], check=False)
        self._silent.close()

    def validators(self, path: str) -> tuple[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("HEAD", path)
        answer = connection.getresponse()
        connection.close()
        return answer.headers["ETag"], answer.headers["Last-Modified"]

    def fill(self, folder: str, count: int, *, attacks: float, seed: int) -> None:
        for n, poll in enumerate(polls(count * ITEMS, ITEMS, attacks, random.Random(seed))):
            (self.root / folder / f"{n}.xml").write_bytes(poll.body)

    def add_item(self, folder: str, n: int, name: str, at: dt.datetime) -> None:
        """Put a new item on top, as a feed does; in a file of its own first, so that nobody is served half of it."""
        path = self.root / folder / f"{n}.xml"
        body = path.read_bytes()
        new = (
            f"<item><guid isPermaLink='false'>{folder}-{n}-{name}</guid><title>The board opens bridge {n} for {name}</title>"
            f"<link>https://outlet.example/{folder}/{n}/{name}</link><pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<description>The committee approved the {n}th tender {name}; work begins next week.</description></item>"
        ).encode()
        begin = body.index(b"<item>")
        beside = path.with_suffix(".new")
        beside.write_bytes(body[:begin] + new + body[begin : body.rindex(b"<item>")] + b"</channel></rss>")
        beside.replace(path)


def address(n: int, kind: str, sites: Sites) -> str:
    host = f"http://h{n}.example"
    if kind == "silent":
        return f"{host}:{sites.silent_port}/"
    return f"{host}:{sites.port}/" + {"own": f"own/{n}.xml", "slow": f"slow/{n % BODIES}.xml", "fails": "fails/"}.get(
        kind, f"same/{n % BODIES}.xml"
    )


def kind_of(n: int, *, mixed: bool) -> str:
    if not mixed:
        return "same"
    return "own" if n % 20 == 0 else {1: "slow", 2: "fails", 3: "silent"}.get(n % 100, "same")


async def resolve(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


# ---------------------------------------------------------------- a desk with feeds that were polled before


def write_desk(folder: Path, urls: Sequence[str]) -> Path:
    folder.mkdir()
    shutil.copytree(shipped("rules"), folder / "rules")
    routes = "".join(f'{severity} = ["desk"]\n' for severity in ("info", "notice", "high", "severe", "critical"))
    text = (
        '[polling]\ncontact = "mailto:bench@example.org"\ninterval = "10m"\n[channels.desk]\nurl = "json://127.0.0.1:9/desk"\n'
        f'[alerts]\noperator = ["desk"]\n[alerts.routes]\n{routes}'
    )
    text += "".join(f'[[feeds]]\nname = "f{n}"\nurl = "{url}"\nallow_private = true\n' for n, url in enumerate(urls))
    path = folder / "config.toml"
    path.write_text(text)
    return path


def as_polled_before(db: Database, sites: Sites, urls: Sequence[str], clock: Callable[[], dt.datetime]) -> None:
    """What the last poll of each feed left behind: the items of those that will have a new one, then states and rates of all."""
    dice, day, made_at = random.Random(3), dt.timedelta(days=1), clock()
    rates = first_rates([made_at - dt.timedelta(hours=1 + 3 * n) for n in range(ITEMS)], now=made_at)
    desk = Desk(ruleset=load_rules(read_rule_files(shipped("rules"))), settings=AlertSettings())
    for n, url in enumerate(urls):
        if "/own/" in url:
            body = (sites.root / "own" / f"{n}.xml").read_bytes()
            items, _ = parse_feed(_fetched(url, body), Feed(name=f"f{n}", url=url))
            readings = [Reading(item=item, report=Report(kind="other")) for item in items]
            store_poll(db, desk, readings, state=FeedState(url=url), seen_at=made_at, first_fetch=False, rates=rates)
    now, known = clock(), dict[str, tuple[str, str]]()
    with writing(db):
        for url in urls:
            path = "/" + url.split("/", 3)[3]
            if path.startswith(("/same/", "/own/")) and path not in known:
                known[path] = sites.validators(path)
            etag, modified = known.get(path, (None, None))
            file = sites.root / path.lstrip("/").replace("slow/", "same/")
            state = FeedState(
                url=url,
                etag=etag,
                last_modified=modified,
                body_hash=_hash(file.read_bytes()) if file.is_file() else None,
                first_success_at=now - 9 * day,
                last_polled_at=now,
                last_success_at=now,
                next_due_at=now + dt.timedelta(seconds=dice.uniform(0, INTERVAL_S)),
                body_at=now,
                full_at=now,
                last_status="ok",
            )
            save_feed_state(db, state)
            save_rates(db, url, rates)


def _fetched(url: str, body: bytes) -> Fetched:
    return Fetched(url=url, final_url=url, status=200, headers={}, body=body, fetched_at=START, elapsed_s=0.0)


@functools.lru_cache(BODIES)
def _hash(body: bytes) -> str:
    return _fetched("", body).body_hash


# ---------------------------------------------------------------- figures of a tree of processes


def tree() -> list[int]:
    """This process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int(_stat(int(entry.name))[1])
    found = [os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def cpu_s() -> float:
    """Of the tree, its dead included."""
    total = 0.0
    for pid in tree():
        with contextlib.suppress(OSError):
            total += sum(int(ticks) for ticks in _stat(pid)[11:15]) / TICK_S
    return total


def pss_mb() -> float:
    total = 0
    for pid in tree():
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


# ---------------------------------------------------------------- parts, each in a process of its own


def polite(force: InForce) -> Fetcher:
    polling = force.config.polling
    return Fetcher(
        user_agent=force.config.user_agent,
        deadline_s=polling.deadline_s,
        max_bytes=polling.max_bytes,
        per_host=polling.per_host,
        total=polling.concurrency,
        spacing_s=polling.spacing_s,
        resolve=resolve,
    )


def nowhere(*_: Any, **__: Any) -> None:
    """Where alerts go."""


def opened(config: Path, **options: Any) -> Any:
    log.configure(style="logfmt", level="info")
    return Daemon.opened(load_all(config), send=nowhere, make_fetcher=polite, make_worker=reading_worker, **options)


async def live(config: Path, seconds: float) -> dict[str, Any]:
    delays: list[float] = []
    lateness: list[float] = []

    async def watch_loop() -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(0.05)
            delays.append(loop.time() - begun - 0.05)

    began = time.perf_counter()
    async with opened(config) as daemon:
        started_s = time.perf_counter() - began
        serving = asyncio.create_task(daemon.serve())
        await asyncio.sleep(START_S)
        begin_s, begin_polls, begin_at = cpu_s(), daemon.poller.polls, time.monotonic()
        watching = asyncio.create_task(watch_loop())
        while time.monotonic() - begin_at < seconds:
            await asyncio.sleep(5)
            due_at = daemon.poller.next_at()
            if due_at is not None:
                lateness.append(max(0.0, (dt.datetime.now(dt.UTC) - due_at).total_seconds()))
        watching.cancel()
        elapsed_s = time.monotonic() - begin_at
        used_s, polled = cpu_s() - begin_s, daemon.poller.polls - begin_polls
        found = {
            "feeds": len(daemon.force.config.feeds),
            "start_s": started_s,
            "polls_a_second": polled / elapsed_s,
            "cpu_share": used_s / elapsed_s,
            "ms_a_poll": used_s / polled * 1000,
            "pss_mb": pss_mb(),
            "processes": len(tree()),
            "loop_p99_ms": statistics.quantiles(delays, n=100)[98] * 1000,
            "loop_worst_ms": max(delays) * 1000,
            "late_s": max(lateness, default=0.0),
            "healths": daemon.poller.healths(daemon.force),
        }
        daemon.stop()
        await serving
    return found


async def growth(config: Path, seconds: float, now: dt.datetime) -> dict[str, Any]:
    clock = [now]
    async with opened(config, clock=lambda: clock[0]) as daemon:
        planned_s = time.process_time()
        await daemon.plan_tick()
        planned_s = time.process_time() - planned_s
        looked_s = time.process_time()
        await daemon.feeds_tick()
        looked_s = time.process_time() - looked_s
        begin_s, begun = cpu_s(), daemon.poller.polls
        for _ in range(round(seconds)):
            clock[0] += dt.timedelta(seconds=1)
            while await daemon.poll_tick():
                await daemon.poller.idle()
        used_s, polled = cpu_s() - begin_s, daemon.poller.polls - begun
        return {
            "feeds": len(daemon.force.config.feeds),
            "polls_a_second": polled / seconds,
            "cpu_share": used_s / seconds,
            "ms_a_poll": used_s / polled * 1000,
            "plan_s": planned_s,
            "look_s": looked_s,
            "pss_mb": pss_mb(),
        }


async def compared(config: Path, now: dt.datetime) -> None:
    """Poll all feeds whenever a line comes in, and say what it cost."""
    clock = [now]
    async with opened(config, clock=lambda: clock[0]) as daemon:
        while await asyncio.to_thread(sys.stdin.readline):
            begin_s = cpu_s()
            polled = await daemon.poller.all_once(daemon.force)
            used_s = cpu_s() - begin_s
            clock[0] += dt.timedelta(minutes=10)
            print(json.dumps({"cpu_s": used_s, "new": sum(p.new for p in polled), "failed": sum(not p.ok for p in polled)}), flush=True)


READER = """
import json, os, resource, socket, sys
real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: real("127.0.0.1", *more, **named)
from reader import make_reader
reader = make_reader(sys.argv[1])
for url in open(sys.argv[2]).read().split():
    reader.add_feed(url)
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
for _ in sys.stdin:
    begin, new, failed = cpu(), 0, 0
    for result in reader.update_feeds_iter(scheduled=False):
        if isinstance(result.value, Exception):
            failed += 1
        elif result.value is not None:
            new += result.value.new
    print(json.dumps({"cpu_s": cpu() - begin, "new": new, "failed": failed}), flush=True)
"""


class Polled:
    """A program under comparison, which polls all feeds when it is told to."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def poll(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"a program under comparison ended with status {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()


def reader_python(folder: Path) -> str:
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "reader==3.26", "sgmllib3k"], check=True, stdout=sys.stderr)
    return python


# Not by this file's name: the children of the program under test would import the benchmark too.
ALONE = "import sys; sys.path.insert(0, sys.argv[1]); import feeds; feeds.do_inner(*sys.argv[2:])"


def inner(part: str, *words: object) -> list[str]:
    return [sys.executable, "-c", ALONE, str(Path(__file__).parent), part, *map(str, words)]


def run_inner(part: str, *words: object) -> dict[str, Any]:
    done = subprocess.run(inner(part, *words), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=3600)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def do_inner(part: str, config: str, *words: str) -> None:
    if part == "compared":
        asyncio.run(compared(Path(config), dt.datetime.fromisoformat(words[0])))
        return
    if part == "live":
        found = asyncio.run(live(Path(config), float(words[0])))
    else:
        found = asyncio.run(growth(Path(config), float(words[0]), dt.datetime.fromisoformat(words[1])))
    print(json.dumps(found))


# ---------------------------------------------------------------- the whole


def measure_live(folder: Path, sites: Sites, feeds: int, seconds: float, *, mixed: bool) -> dict[str, Any]:
    urls = [address(n, kind_of(n, mixed=mixed), sites) for n in range(feeds)]
    own = [n for n in range(feeds) if kind_of(n, mixed=mixed) == "own"]
    if own:
        for n, poll in zip(own, polls(len(own) * ITEMS, ITEMS, 0.05, random.Random(5)), strict=True):
            (sites.root / "own" / f"{n}.xml").write_bytes(poll.body)
    desk = folder / ("mixed" if mixed else "quiet")
    config = write_desk(desk, urls)
    db = open_database(desk / "monitor.db")
    # The daemon takes a while to start, and may not begin with a backlog.
    as_polled_before(db, sites, urls, lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=START_S))
    db.close()
    for n in own:
        sites.add_item("own", n, "a", dt.datetime.now(dt.UTC))
    return run_inner("live", config, seconds)


def measure_growth(folder: Path, sites: Sites, feeds: int) -> dict[str, Any]:
    urls = [address(n, "same", sites) for n in range(feeds)]
    desk, now = folder / f"growth{feeds}", dt.datetime.now(dt.UTC)
    config = write_desk(desk, urls)
    db = open_database(desk / "monitor.db")
    as_polled_before(db, sites, urls, lambda: now)
    db.close()
    return run_inner("growth", config, max(60, round(60 * 10_000 / feeds)), now.isoformat())


def measure_compared(folder: Path, sites: Sites, attacks: float, python: str | None) -> dict[str, dict[str, float]]:
    """Feeds a CPU second, by what they are and by program."""
    sites.fill("compared", COMPARED, attacks=attacks, seed=9)
    urls = [f"http://h{n}.example:{sites.port}/compared/{n}.xml" for n in range(COMPARED)]
    config = write_desk(folder / "compared", urls)
    (folder / "urls").write_text("\n".join(urls))
    now = START + dt.timedelta(days=COMPARED * ITEMS * attacks / 48 + 1)
    programs = {"monitor": Polled(inner("compared", config, now.isoformat()))}
    if python:
        programs["reader"] = Polled([python, "-c", READER, str(folder / "reader.db"), str(folder / "urls")])
    found: dict[str, dict[str, float]] = {name: {} for name in ("new", "changed", "unchanged")}
    try:
        for state, passes in (("new", 1), ("changed", 2), ("unchanged", PASSES)):
            for name in programs:
                found[state][name] = 0.0
            for turn in range(passes):
                if state == "changed":
                    for n in range(COMPARED):
                        sites.add_item("compared", n, f"{state}{turn}", now + dt.timedelta(minutes=10 * turn))
                for name, program in programs.items():
                    polled = program.poll()
                    expected = {"new": COMPARED * ITEMS, "changed": COMPARED, "unchanged": 0}[state]
                    if polled["failed"] or abs(polled["new"] - expected) > expected / 50:
                        raise SystemExit(f"{name}: {state}: {polled}; expected {expected} new items")
                    found[state][name] += polled["cpu_s"]
            for name in programs:
                found[state][name] = COMPARED * passes / found[state][name]
    finally:
        for program in programs.values():
            program.close()
    return found


def table(title: str, rows: Sequence[dict[str, Any]], columns: dict[str, Callable[[dict[str, Any]], str]]) -> None:
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{' ---: |' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(form(row) for form in columns.values())} |", flush=True)


COMMON: dict[str, Callable[[dict[str, Any]], str]] = {
    "feeds": lambda r: f"{r['feeds']:,}",
    "polls a second": lambda r: f"{r['polls_a_second']:.1f}",
    "of one core": lambda r: f"{r['cpu_share']:.1%}",
    "ms of CPU a poll": lambda r: f"{r['ms_a_poll']:.2f}",
    "PSS": lambda r: f"{r['pss_mb']:.0f} MB",
}
LIVE = {"": lambda r: r["name"], **COMMON} | {
    "loop's delay, p99": lambda r: f"{r['loop_p99_ms']:.0f} ms",
    "worst": lambda r: f"{r['loop_worst_ms']:.0f} ms",
    "latest": lambda r: f"{r['late_s']:.1f} s",
    "start": lambda r: f"{r['start_s']:.1f} s",
}
GROWTH = COMMON | {
    "to plan, once an hour": lambda r: f"{r['plan_s']:.2f} s",
    "to look for troubles": lambda r: f"{r['look_s']:.2f} s",
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--part", nargs="+", choices=("live", "growth", "compare"), default=("live", "growth", "compare"))
    options.add_argument("--feeds", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=120.0)
    options.add_argument("--sizes", type=int, nargs="+", default=(1_000, 10_000, 50_000))
    options.add_argument("--attacks", type=float, default=0.05, help="share of stories on attacks in the comparison (default 0.05)")
    options.add_argument("--reader", action="store_true", help="compare with reader 3.26, fetched by pip")
    options.add_argument("--reader-python", metavar="PATH", help="a Python that has reader, in place of --reader")
    chosen = options.parse_args()
    if shutil.which("nginx") is None:
        print("nginx is not in the PATH; expected a web server to poll (Debian: apt install nginx-light)", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as name, Sites(Path(name)) as sites:
        folder = Path(name)
        sites.fill("same", BODIES, attacks=0.05, seed=4)
        if "live" in chosen.part:
            rows = []
            for mixed in (False, True):
                found = measure_live(folder, sites, chosen.feeds, chosen.seconds, mixed=mixed)
                rows.append({"name": "mixed" if mixed else "unchanged", **found})
                print(rows[-1]["name"], rows[-1]["healths"], file=sys.stderr)
            table("Live", rows, LIVE)
        if "growth" in chosen.part:
            table("Growth", [measure_growth(folder, sites, size) for size in chosen.sizes], GROWTH)
        if "compare" in chosen.part:
            python = chosen.reader_python or (reader_python(folder / "reader") if chosen.reader else None)
            found = measure_compared(folder, sites, chosen.attacks, python)
            columns: dict[str, Callable[[dict[str, Any]], str]] = {"feeds a CPU second": lambda r: r["state"]}
            for program in next(iter(found.values())):
                columns[program] = lambda r, program=program: f"{r[program]:,.0f}"  # type: ignore[misc]
            if python:
                columns["times"] = lambda r: f"{r['monitor'] / r['reader']:.1f}"
            table("Compared", [{"state": state, **values} for state, values in found.items()], columns)
    return 0


if __name__ == "__main__":
    sys.exit(main())
