"""Milliseconds to match one incident against a hundred and ten thousand rules, and to read an item with as many names; seconds to load.

    python benchmarks/rules.py [--few 100] [--many 10000] [--kind KIND] [--json]

Rules on as many groups, districts, words, points and tolls are made up (fixed seed). The incident has five reports of about
300 words. Each kind of rule is measured by itself and then all kinds mixed; the median of the runs counts. At the end the reading of an
item of 300 words by a reader that knows as many groups, each with an alias, and as many places. One process, no network.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable

from monitor.model import Account, Filing, GroupMention, Incident, Item, Place, Toll
from monitor.rules.load import load_rules
from monitor.rules.match import match
from monitor.text.read import build_reader

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
KINDS: dict[str, Callable[[int, random.Random], str]] = {
    "group": lambda n, _: f"{{group: g{n}, stance: claimed, country: Pakistan}}",
    "place": lambda n, _: f'{{place: Village {n}, killed: ">= 1"}}',
    "text": lambda n, _: f"{{text: [word{n} bomb*, other{n}], country: Pakistan}}",
    "point": lambda _, r: f'{{near_place: {{lat: {r.uniform(24, 37):.3f}, lon: {r.uniform(61, 75):.3f}, km: 5}}, killed: ">= 1"}}',
    "toll": lambda n, _: f'{{killed: ">= {53 + n}", country: [Pakistan, Afghanistan]}}',
    "any": lambda n, _: f"{{any: [{{group: g{n}}}, {{district: D{n}}}], not: {{attack_type: drone}}}}",
}


def incident() -> Incident:
    """Fifty-two killed in Mastung, five reports."""
    text = "A blast tore through the market near the old mosque, officials said, and rescuers searched the rubble for hours. " * 16
    filings = tuple(
        Filing(item_key=f"k{n}", item_id=f"k{n}", role="report", account=Account(fresh=True), at=NOW, outlet=f"outlet {n}", text=text)
        for n in range(5)
    )
    return Incident(
        id="incident",
        first_seen=NOW,
        last_seen=NOW,
        date=NOW.date(),
        place=Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85),
        killed=Toll(count=52),
        injured=Toll(count=60),
        groups=(GroupMention(id="g1", name="Group 1", stance="claimed"),),
        attack_type="bombing",
        target="religious procession or site",
        filings=filings,
    )


def rule_files(kind: str, number: int) -> dict[str, str]:
    chance = random.Random(11)
    kinds = list(KINDS.values()) if kind == "mixed" else [KINDS[kind]]
    groups = "".join(f"  - {{id: g{n}, name: Group {n}, aliases: [Band {n}]}}\n" for n in range(number))
    places = "".join(f"  - {{name: Village {n}, district: D{n}}}\n" for n in range(number))
    rules = "".join(f"  - {{name: r{n}, when: {kinds[n % len(kinds)](n, chance)}, severity: high}}\n" for n in range(number))
    sections = {"groups": groups, "places": places, "rules": rules}
    return {f"rules/{section}.yaml": f"{section}:\n{entries}" for section, entries in sections.items()}


def measured(kind: str, number: int, runs: int) -> dict[str, float]:
    files = rule_files(kind, number)
    began = time.perf_counter()
    ruleset = load_rules(files)
    load_s = time.perf_counter() - began
    of, times = incident(), []
    found = match(ruleset, of, now=NOW)
    for _ in range(runs):
        began = time.perf_counter()
        match(ruleset, of, now=NOW)
        times.append((time.perf_counter() - began) * 1e3)
    return {"load_s": round(load_s, 2), "match_ms": round(statistics.median(times), 3), "matches": len(found)}


def read_measured(number: int, runs: int) -> dict[str, float]:
    """The same item read by a reader with so many groups and places of its own, beside those of the gazetteer."""
    ruleset = load_rules(rule_files("group", number))
    began = time.perf_counter()
    reader = build_reader(ruleset.lexicon)
    load_s = time.perf_counter() - began
    content = "A bomb killed five people in Mastung on Monday, police said. Band 7 claimed responsibility near Village 9. " * 3
    content += incident().filings[0].text
    times = []
    for run in range(runs + 1):
        item = Item(key=f"k{run}", id=f"k{run}", title="Bomb kills five in Mastung", content=content, published_at=NOW)
        began = time.perf_counter()
        report = reader.read(item)
        times.append((time.perf_counter() - began) * 1e3)
    return {"load_s": round(load_s, 2), "match_ms": round(statistics.median(times[1:]), 3), "matches": len(report.group_mentions)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--kind", choices=[*KINDS, "mixed", "read"], help="only this one")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}", file=sys.stderr)
    for kind in [options.kind] if options.kind else (*KINDS, "mixed", "read"):
        few, many = (
            read_measured(number, options.runs) if kind == "read" else measured(kind, number, options.runs)
            for number in (options.few, options.many)
        )
        ratio = round(many["match_ms"] / few["match_ms"], 2)
        if options.json:
            print(json.dumps({"kind": kind, "few": few, "many": many, "ratio": ratio}))
        else:
            what, found = ("groups", "named") if kind == "read" else ("rules", "held")
            print(
                f"{kind:6}  {options.few:,} {what} {few['match_ms']:.3f} ms ({few['matches']:g} {found}), "
                f"{options.many:,} {what} {many['match_ms']:.3f} ms ({many['matches']:g} {found}, loaded in {many['load_s']} s): {ratio} ×"
            )


if __name__ == "__main__":
    main()
