"""What it takes to find a report's incident among the open ones alone, and with a hundred times as many of the past behind them.

    python benchmarks/assigning.py [--stored 100000] [--open 1000] [--reports 600] [--json]

Two databases are made up on disk (fixed seed). Both hold the same incidents of the last 30 days, each told by two outlets; the larger
holds the past as well, at the same rate over the years before. Then the same reports are filed in both, in turn, so that both meet the
same load: what a third outlet tells of open incidents, new attacks, follow-ups, look-backs at attacks of the last four months, and
reports that name no more than the province or the country. "look-up" is the search for incidents that a report may belong to, "filed"
the whole way: near copies, look-up, assigning, merging, storing. Milliseconds of CPU of one process; no network.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.filing import file_report
from monitor.items import content_hash, identify
from monitor.model import Account, Item, Place, Relation, Report, Toll
from monitor.store.database import Database, open_database, writing
from monitor.store.incidents import candidates, count_incidents
from monitor.store.items import insert_item, save_report
from monitor.text.gazetteer import entries

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
OPEN_FOR = dt.timedelta(days=30)
RECALLED_FOR = dt.timedelta(days=120)
BATCH = 500
KINDS = ("bombing", "suicide bombing", "shooting", "roadside bomb")
TARGETS = ("police", "soldiers", "civilians", "religious")
STEMS = "ban dar gul jan khel pur wal zai tor mir sor bagh kot dher shah nau lal tal rud koh".split()
WORDS = tuple(one + two for one in STEMS for two in STEMS)
SORTS = ("another report", "new attack", "follow-up", "look-back", "province only", "country only")


@dataclass(frozen=True, slots=True)
class Attack:
    number: int
    at: dt.datetime
    place: Place
    kind: str
    target: str
    killed: int


def attacks(count: int, open_: int, *, first: int = 0) -> Iterator[Attack]:
    """The latest `count` attacks, the latest first; the same number is the same attack."""
    districts = [e for e in entries() if e.kind == "district" and e.lat is not None]
    for number in range(first, first + count):
        dice = random.Random(number)
        at = dice.choice(districts)
        place = Place(name=at.name, district=at.name, province=at.province, country=at.country, lat=at.lat, lon=at.lon)
        yield Attack(number, NOW - number * (OPEN_FOR / open_), place, dice.choice(KINDS), dice.choice(TARGETS), dice.randint(1, 40))


def told(
    attack: Attack, outlet: str, at: dt.datetime, *, relation: Relation | None = None, place: Place | None = None
) -> tuple[Item, Report]:
    """What an outlet says of the attack: words of the attack's own and words of the outlet's own, and what is read in them."""
    dice = random.Random(f"{attack.number} {outlet}")
    own = random.Random(f"words {attack.number}").sample(WORDS, 10)
    title = f"{attack.killed} killed in {attack.place.name} {' '.join(own[:3])}"
    text = " ".join(dice.sample([*own, *dice.sample(WORDS, 40)], 50))
    link = f"https://{outlet}.example/{attack.number}"
    key = identify(feed_url=f"https://{outlet}.example/rss", guid=None, link=link, title=title, summary="", content=text)
    hashed = content_hash(title, "", text)
    item = Item(key=key, id=link, title=title, content=text, link=link, published_at=at, feed=outlet, outlet=outlet, publisher=outlet)
    account = Account(
        fresh=relation is None,
        relation=relation,
        date=attack.at.date(),
        place=place or attack.place,
        killed=Toll(count=attack.killed, min=attack.killed, max=attack.killed, text=str(attack.killed)),
        attack_type=attack.kind,
        target=attack.target,
    )
    report = Report(
        kind="attack" if relation is None else "follow-up",
        incidents=(account,) if relation is None else (),
        background=(account,) if relation is not None else (),
    )
    return dataclasses.replace(item, content_hash=hashed), report


def filed(db: Database, item: Item, report: Report, at: dt.datetime) -> None:
    insert_item(db, item, seen_at=at, clock_at=at, may_alert=True)
    save_report(db, item.key, report, read_at=at)
    file_report(db, item, report, former=(), clock=at, seen_at=at)


def made(path: Path, count: int, open_: int) -> Database:
    """A database in which the latest `count` attacks were filed, as they came."""
    db = open_database(path)
    known = list(attacks(count, open_))[::-1]
    for first in range(0, count, BATCH):
        with writing(db):
            for attack in known[first : first + BATCH]:
                for n, outlet in enumerate(("north", "south")):
                    at = attack.at + dt.timedelta(minutes=15 * n)
                    filed(db, *told(attack, outlet, at), at)
        print(f"\r{path.stem}: {min(first + BATCH, count):,} attacks", end="", file=sys.stderr)
    db.execute("ANALYZE")
    print(f", {count_incidents(db):,} incidents", file=sys.stderr)
    return db


def reports(count: int, open_: int) -> Iterator[tuple[str, Item, Report]]:
    """The same reports for both databases, a sort at a time in turn. What looks back finds its attack in the larger one alone."""
    dice = random.Random(1)
    open_ones = list(attacks(open_, open_))
    four_months = open_ * (RECALLED_FOR // OPEN_FOR)
    new = attacks(count, open_, first=10**6)
    for n in range(count):
        sort, outlet, at = SORTS[n % len(SORTS)], f"outlet-{n}", NOW + dt.timedelta(minutes=n)
        attack = dice.choice(open_ones)
        relation: Relation | None = None
        place: Place | None = None
        match sort:
            case "new attack":
                attack = dataclasses.replace(next(new), at=at)
            case "follow-up":
                relation = "follow-up"
            case "look-back":
                attack, relation = next(attacks(1, open_, first=dice.randrange(four_months))), "recalled"
            case "province only":
                place = Place(name=attack.place.province, province=attack.place.province, country=attack.place.country)
            case "country only":
                place = Place(name=attack.place.country, country=attack.place.country)
        yield sort, *told(attack, outlet, at, relation=relation, place=place)


def measured(databases: Mapping[str, Database], some: Sequence[tuple[str, Item, Report]]) -> dict[str, dict[str, dict[str, float]]]:
    """Mean milliseconds of CPU, by sort of report and by database, of the look-up and of the whole."""
    spent: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for n, (sort, item, report) in enumerate(some):
        at = item.published_at or NOW
        account = (*report.incidents, *report.background)[0]
        # Who comes first in a pair finds the caches cold.
        for name in list(databases)[:: 1 if n % 2 else -1]:
            db = databases[name]
            started = time.process_time()
            candidates(db, account, at=at)
            looked_up = time.process_time()
            with writing(db):
                filed(db, item, report, at)
            spent[name, sort, "look-up"].append((looked_up - started) * 1000)
            spent[name, sort, "filed"].append((time.process_time() - looked_up) * 1000)
    for name in databases:
        for part in ("look-up", "filed"):
            spent[name, "all", part] = [value for sort in SORTS for value in spent[name, sort, part]]
    return {
        sort: {name: {part: statistics.mean(spent[name, sort, part]) for part in ("look-up", "filed")} for name in databases}
        for sort in (*SORTS, "all")
    }


def table(figures: Mapping[str, Mapping[str, Mapping[str, float]]], some: Sequence[tuple[str, Item, Report]]) -> str:
    sorts = Counter(sort for sort, _, _ in some)
    small, large = figures["all"]
    lines = [
        f"| ms of CPU | reports | look-up, {small} | {large} | growth | filed, {small} | {large} | growth |",
        "| --- |" + " ---: |" * 7,
    ]
    for sort, by_database in figures.items():
        cells = [sort, str(sorts.get(sort, len(some)))]
        for part in ("look-up", "filed"):
            one, other = (by_database[name][part] for name in (small, large))
            cells += [f"{one:.2f}", f"{other:.2f}", f"× {other / one:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--stored", type=int, default=100_000, help="incidents of the larger database (default 100,000)")
    options.add_argument("--open", type=int, default=1_000, help="incidents of the last 30 days, in both (default 1,000)")
    options.add_argument("--reports", type=int, default=600, help="reports filed in each (default 600)")
    options.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    chosen = options.parse_args()
    some = list(reports(chosen.reports, chosen.open))
    with tempfile.TemporaryDirectory() as folder:
        sizes = {f"{count:,}": count for count in (chosen.open, chosen.stored)}
        databases = {name: made(Path(folder) / f"{count}.db", count, chosen.open) for name, count in sizes.items()}
        figures = measured(databases, some)
        for db in databases.values():
            db.close()
    print(json.dumps(figures) if chosen.json else table(figures, some))
    return 0


if __name__ == "__main__":
    sys.exit(main())
