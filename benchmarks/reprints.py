"""How fast a text is signed, and how long it takes to find the stories it reprints among five thousand and among many more.

    python benchmarks/reprints.py [--few 5000] [--many 60000] [--json]

Texts of 150 made-up words (fixed seed), a tenth of them reprints with one word in twenty changed, spread over as many days as 3,000 a day
fill; looked for within seven days, as the program does. One process, a database on disk, no network.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

from monitor.incidents.signature import SCHEME, bands, likeness, signed
from monitor.model import Item
from monitor.store.database import open_database, writing
from monitor.store.items import insert_item
from monitor.store.signatures import save_signature, sharing_a_band

BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
A_DAY = 3_000
WINDOW = dt.timedelta(days=7)
RUNS = 300


def text(dice: random.Random) -> str:
    return " ".join("".join(dice.choices("abcdefghijklmnoprstuvw", k=6)) for _ in range(150))


def reprint(story: str, dice: random.Random) -> str:
    return " ".join("changed" if dice.random() < 0.05 else word for word in story.split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--few", type=int, default=5_000)
    parser.add_argument("--many", type=int, default=60_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    dice = random.Random(7)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "monitor.db")
        stored, began = 0, time.perf_counter()
        stories: list[tuple[str, dt.datetime]] = []
        for size in (chosen.few, chosen.many):
            while stored < size:
                with writing(db):
                    for _ in range(min(2_000, size - stored)):
                        at = BEGAN + dt.timedelta(days=stored / A_DAY)
                        story = reprint(stories[-1][0], dice) if stories and stored % 10 == 9 else text(dice)
                        stories = [*stories[-RUNS:], (story, at)]
                        item = Item(key=f"k{stored}", id=f"k{stored}", title=str(stored))
                        insert_item(db, item, seen_at=at, clock_at=at, may_alert=True)
                        numbers = signed(story)
                        if numbers is not None:
                            save_signature(db, item.key, numbers, bands(numbers), scheme=SCHEME)
                        stored += 1
            figures[f"store, µs each, up to {size:,}"] = round((time.perf_counter() - began) / stored * 1e6)
            looked, found = [], 0
            for story, at in stories[-RUNS:]:
                numbers = signed(reprint(story, dice))
                if numbers is None:
                    continue
                start = time.perf_counter()
                near = sharing_a_band(db, bands(numbers), scheme=SCHEME, since=at - WINDOW, until=at, other_than="")
                found += any(likeness(numbers, other) >= 0.35 for _, other in near)
                looked.append((time.perf_counter() - start) * 1e3)
            figures[f"find, ms, among {size:,}"] = round(statistics.median(looked), 3)
            figures[f"found of 100, among {size:,}"] = round(100 * found / len(looked), 1)
        db.close()
    start = time.perf_counter()
    for story, _ in stories[-RUNS:]:
        signed(story)
    figures["sign, texts a second"] = round(min(RUNS, len(stories)) / (time.perf_counter() - start))
    for name, figure in figures.items():
        print(json.dumps({name: figure}) if chosen.json else f"{name:<40} {figure:>12,}")


if __name__ == "__main__":
    main()
