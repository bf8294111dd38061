"""How long the questions of an analyst take on a database of a million items.

    python benchmarks/past.py [--items 1000000] [--database FILE] [--runs 3] [--json]

Makes a database of made-up items (fixed seed, sixty words each; one in ten reports an attack, four reports an incident, an alert with two
deliveries for each incident), or takes FILE if it is there, and keeps it then. Then runs each command as a person would, as a process
of its own, and prints the median of its times: by the clock, and of CPU, which other programs on the machine disturb least.
No network; a million items take 1.8 GB of disk and some minutes to make.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from monitor.model import Account, Alert, Filing, HistoryEntry, Incident, Match, Place, Reason, Report, Toll
from monitor.store import alerts, incidents
from monitor.store.columns import stamp
from monitor.store.database import Database, open_database, writing
from monitor.store.items import save_report
from monitor.text.gazetteer import entries

ENDS = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
A_DAY = 3_000
EACH = 4  # reports an incident
BATCH = 20_000
FEEDS = 200

COMMANDS = {
    "status": ("status",),
    "search, a rare word": ("items", "search", "w19998"),
    "search, two words": ("items", "search", "bazaar", "w17"),
    "search, a word in one item of ten": ("items", "search", "blast"),
    "search, a word in every item": ("items", "search", "police"),
    "items, the latest": ("items",),
    "items of a week": ("items", "list", "--since", "2026-05-25"),
    "incidents, the latest": ("incidents",),
    "incidents of a week": ("incidents", "list", "--since", "2026-05-25"),
    "incidents of a week, JSON": ("incidents", "list", "--since", "2026-05-25", "--json"),
    "alerts, the latest": ("alerts",),
    "feeds status": ("feeds", "status"),
}


def fill(db: Database, total: int) -> None:
    """Items straight into their table, what was read in them through the store."""
    dice = random.Random(7)
    words = [f"w{n}" for n in range(20_000)]
    common = words[:300]
    places = [e for e in entries() if e.kind == "district" and e.lat is not None]
    began = ENDS - dt.timedelta(days=total / A_DAY)
    step = dt.timedelta(days=1) / A_DAY
    made = 0
    while made < total:
        upto = min(made + BATCH, total)
        with writing(db):
            db.conn.executemany(
                "INSERT INTO items (key, id, feed, guid, link, title, summary, content, published_at, first_seen_at, clock_at, may_alert, "
                "language, outlet, publisher, timezone, tags, content_hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,1,'en',?,?,'UTC','[]',?)",
                [_row(n, began + n * step, dice, words, common) for n in range(made, upto)],
            )
            # In threes and fours around one day, as reports come in.
            for first in range(made, upto, 10 * EACH):
                _attack(db, list(range(first, min(first + 10 * EACH, upto), 10)), began, step, dice.choice(places), dice)
        made = upto
        print(f"{made:,} items", file=sys.stderr)
    db.execute("ANALYZE")


def _row(n: int, at: dt.datetime, dice: random.Random, words: list[str], common: list[str]) -> tuple[str, ...]:
    body = dice.choices(common, k=40) + dice.choices(words, k=20)
    text = " ".join(body)
    feed = f"feed-{n % FEEDS:03}"
    title = f"police {'blast bazaar ' if n % 10 == 0 else ''}{' '.join(body[:6])}"
    time_ = stamp(at)
    link = f"https://{feed}.example/{n}"
    return (f"{n:024x}", link, feed, link, link, title, text[:120], text, time_, time_, time_, feed, feed, f"{n:032x}")


def _attack(db: Database, numbers: list[int], began: dt.datetime, step: dt.timedelta, entry: object, dice: random.Random) -> None:
    place = Place(
        name=entry.name,  # type: ignore[attr-defined]
        district=entry.name,  # type: ignore[attr-defined]
        province=entry.province,  # type: ignore[attr-defined]
        country=entry.country,  # type: ignore[attr-defined]
        lat=entry.lat,  # type: ignore[attr-defined]
        lon=entry.lon,  # type: ignore[attr-defined]
    )
    killed = Toll(count=dice.randrange(1, 60), min=1, text="killed")
    at = began + numbers[0] * step
    account = Account(fresh=True, date=at.date(), place=place, killed=killed, attack_type="bombing", target="police")
    incident_id = f"{numbers[0]:012x}"
    filings = []
    for n in numbers:
        key = f"{n:024x}"
        save_report(db, key, Report(kind="attack", incidents=(account,), reader_version="1", vocabulary_hash="0"), began + n * step)
        feed = f"feed-{n % FEEDS:03}"
        filings.append(
            Filing(item_key=key, item_id=key, role="report", account=account, at=began + n * step, feed=feed, outlet=feed, publisher=feed)
        )
    incident = Incident(
        id=incident_id,
        first_seen=at,
        last_seen=filings[-1].at,
        date=account.date,
        place=place,
        killed=killed,
        attack_type="bombing",
        target="police",
        filings=tuple(filings),
        history=(HistoryEntry(at=at, item_id=filings[0].item_id, killed=killed),),
    )
    incidents.save_incident(db, incident)
    for filing in filings:
        incidents.file_account(db, incident_id, filing, n=0, reason="opens an incident")
    alert = Alert(
        id=f"{incident_id}-1",
        incident_id=incident_id,
        change="new",
        reason="first-report",
        created_at=at,
        due_at=at,
        severity="high",
        matches=(Match(rule="any-attack", severity="high", reasons=(Reason(rule="any-attack", condition="killed >= 1", value=5),)),),
        channels=("slack", "mail"),
        incident=incident,
    )
    alerts.save_alert(db, alert)
    alerts.settle(db, alert, at=at)
    db.execute("UPDATE deliveries SET state = 'sent', sent_at = due_at WHERE alert_id = ?", [alert.id])


def measured(config: Path, arguments: tuple[str, ...], runs: int) -> dict[str, float]:
    """Median seconds, by the clock and of CPU, of a command run as a process."""
    clock, work = [], []
    command = [sys.executable, "-m", "monitor", "--config", str(config), *arguments]
    for _ in range(runs):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, check=False, capture_output=True, timeout=300)
        # A status of 1 says that no daemon runs here.
        if done.returncode and arguments[0] != "status":
            raise SystemExit(f"{' '.join(arguments)} failed: {done.stderr.decode()}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock.append(time.perf_counter() - began)
        work.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"clock_s": round(statistics.median(clock), 2), "work_s": round(statistics.median(work), 2)}


def figures(config: Path, runs: int) -> Iterator[tuple[str, dict[str, float]]]:
    yield "a command that reads nothing (--version)", measured(config, ("--version",), runs)
    for name, arguments in COMMANDS.items():
        yield name, measured(config, arguments, runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = (chosen.database or Path(folder) / "monitor.db").absolute()
        if not database.exists():
            db = open_database(database)
            # Nobody would miss it.
            db.execute("PRAGMA synchronous=OFF")
            fill(db, chosen.items)
            db.close()
        # One that an older version made is brought up to date.
        open_database(database).close()
        repository = Path(__file__).parents[1]
        config = Path(folder) / "config.toml"
        feeds = "".join(f'[[feeds]]\nname = "feed-{n:03}"\nurl = "https://feed-{n:03}.example/rss"\n' for n in range(FEEDS))
        config.write_text(f'[rules]\npath = "{repository / "rules"}"\n[storage]\npath = "{database}"\n{feeds}')
        for name, figure in figures(config, chosen.runs):
            print(
                json.dumps({"command": name, **figure})
                if chosen.json
                else f"{name:45} {figure['clock_s']:6.2f} s {figure['work_s']:6.2f} s"
            )


if __name__ == "__main__":
    main()
