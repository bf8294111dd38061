"""How well and how fast reports are read.

    python benchmarks/reading.py --scorer score.py wire-attacks.jsonl gtd.jsonl …
    python benchmarks/reading.py --speed

The first form reads labelled items (JSON Lines with a `labels` object, as the scorer describes it), runs the scorer over the answers and
prints its table; `--clean` passes the scorer's flag of that name, `--misses N` shows misses. The second form measures speed in CPU time, on
texts of this file alone, side by side with spaCy's blank tokenizer over the same text. The project holds no labelled data.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from monitor.feeds.documents import parse_jsonl_line
from monitor.forms import report_form
from monitor.model import Alias, BadItem, Group, Item, Lexicon
from monitor.rules.load import load_rules
from monitor.text.read import Reader, build_reader

ROOT = Path(__file__).parent.parent

QUIET = (
    "The provincial board announced the results of the annual examination and girls took all three top positions. The chief guest "
    "praised the teachers and promised new laboratories for the college before the end of the season. Farmers in the valley expect"
    " a good harvest of apples and apricots, although the price of fertiliser has doubled. The municipal committee will plant two "
    "thousand trees along the canal road. "
)
# One report of some 430 words as an agency files it: the attack, who says what, and what came before. No sentence comes twice, and each
# item has its own figures, places and names, so that nothing is remembered from one to the next but words.
BUSY = Path(__file__).with_name("report.txt").read_text(encoding="utf-8").strip()
PLACES = "Quetta Mastung Khuzdar Turbat Kalat Bannu Hangu Peshawar Swat Kohat Mardan Chaman Zhob Gwadar Panjgur Sibi Karachi Multan".split()
NAMES = "Akbar Rasheed Farooq Jameel Nadeem Waheed Sajjad Tariq Yasir Zubair Haroon Kamran Latif Mansoor Naveed Qadir".split()
FAMILIES = "Kakar Durrani Bugti Mengal Khattak Yousafzai Afridi Tareen Achakzai Baloch Wazir Mohmand Orakzai".split()
QUARTERS = "Sariab Satellite-Town Kharotabad Nawan-Killi Hazar-Ganji Spinny Jinnah-Town Pashtunabad Brewery Zarghoon Samungli".split()


def shipped_lexicon() -> Lexicon:
    return load_rules({path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules").glob("*.yaml"))}).lexicon


def item_of(row: dict[str, object]) -> Item:
    item = parse_jsonl_line(json.dumps(row), where=str(row["id"]))
    if isinstance(item, BadItem):
        raise ValueError(f"{item.where} {item.reason}")
    return item


def score(reader: Reader, data: Path, scorer: Path, flags: list[str]) -> None:
    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines() if line.strip()]
    start = time.process_time()
    forms = [json.dumps(report_form(str(row["id"]), reader.read(item_of(row)))) for row in rows]
    spent = time.process_time() - start
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as answers:
        answers.write("\n".join(forms))
        answers.flush()
        print(f"\n{data.name}: {len(rows)} items, {len(rows) / spent:.0f}/s of CPU time", flush=True)
        subprocess.run([sys.executable, str(scorer), "reports", str(data), answers.name, *flags], check=False)


def per_item(work: object, items: list[Item], *, rounds: int) -> float:
    """CPU milliseconds an item: the best of several rounds, the first not counted."""
    best = float("inf")
    for round_ in range(rounds + 1):
        start = time.process_time()
        for item in items:
            work(item)  # type: ignore[operator]
        spent = (time.process_time() - start) * 1000 / len(items)
        best = min(best, spent) if round_ else best
    return best


def report(n: int) -> str:
    """The n-th of the busy reports; figures, places and names differ from the next."""

    def one(words: list[str], step: int) -> str:
        return words[(n * step + step) % len(words)]

    def figure(low: int, spread: int, step: int) -> int:
        return low + n * step % spread

    return BUSY.format(
        place=one(PLACES, 1),
        town=one(PLACES, 3),
        village=f"{one(NAMES, 5)}abad",
        quarter=one(QUARTERS, 1).replace("-", " "),
        name=f"{one(NAMES, 1)} {one(FAMILIES, 1)}",
        other=f"{one(NAMES, 3)} {one(FAMILIES, 2)}",
        third=f"{one(NAMES, 7)} {one(FAMILIES, 3)}",
        few=figure(3, 9, 1),
        many=figure(12, 31, 1),
        some=figure(2, 7, 3),
        kilos=figure(4, 23, 5),
        cars=figure(2, 8, 3),
        days=figure(2, 6, 1),
        held=figure(5, 17, 3),
        earlier=figure(4, 11, 5),
        rest=figure(3, 13, 7),
        total=figure(210, 400, 17),
    )


def filled(text: str, words: int) -> str:
    """A text repeated to so many words."""
    return " ".join((text.split() * (words // len(text.split()) + 1))[:words])


def speed(lexicon: Lexicon) -> None:
    import spacy

    tokenizer = spacy.blank("en")
    reader = build_reader(lexicon)
    at = dt.datetime(2026, 5, 20, tzinfo=dt.UTC)

    def items(texts: list[str]) -> list[Item]:
        return [Item(key=str(n), id=str(n), title="A report", content=text, published_at=at) for n, text in enumerate(texts)]

    quiet, busy = items([filled(QUIET, 400)] * 400), items([report(n) for n in range(400)])
    base = per_item(lambda item: tokenizer.make_doc(item.content), busy, rounds=5)
    relevant = per_item(reader.read, busy, rounds=3)
    idle = per_item(reader.read, quiet, rounds=5)
    many = Group(id="many", name="Many", aliases=tuple(Alias(f"Front number {n} of Nowhere") for n in range(10_000)))
    few = Group(id="many", name="Many", aliases=many.aliases[:100])
    with_few = per_item(build_reader(Lexicon(**{**_fields(lexicon), "groups": (*lexicon.groups, few)})).read, busy, rounds=5)
    with_many = per_item(build_reader(Lexicon(**{**_fields(lexicon), "groups": (*lexicon.groups, many)})).read, busy, rounds=5)
    print(f"400-word items, CPU time of one core; spaCy's blank tokenizer over the same text {base:.3f} ms")
    print(f"no trigger word       {idle:8.3f} ms  {1000 / idle:8.0f}/s")
    print(f"relevant              {relevant:8.3f} ms  {1000 / relevant:8.0f}/s   {relevant / base:.2f} x the tokenizer")
    print(f"10,000 aliases        {with_many:8.3f} ms  {with_many / with_few:.2f} x of 100 aliases")


def memory(lexicon: Lexicon, count: int) -> None:
    """Memory in use, and at most, as `count` different items are read."""
    reader = build_reader(lexicon)
    at = dt.datetime(2026, 5, 20, tzinfo=dt.UTC)
    for n in range(count + 1):
        if n in (0, 1_000) or n % max(1, count // 10) == 0:
            pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{n:8} items: {pages * resource.getpagesize() / 2**20:.0f} MB, {most:.0f} MB at most", flush=True)
        reader.read(
            Item(key=str(n), id=str(n), content=f"Constable Name{n} of village{n * 7} was killed by gunmen on Tuesday.", published_at=at)
        )


def _fields(lexicon: Lexicon) -> dict[str, object]:
    return {name: getattr(lexicon, name) for name in ("groups", "places", "attack_types", "targets")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path, help="labelled items, JSON Lines")
    parser.add_argument("--scorer", type=Path, help="the scorer to run over the answers")
    parser.add_argument("--clean", action="store_true", help="leave out items labelled clean: false")
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--memory", type=int, metavar="ITEMS", help="read that many items and print the peak memory")
    args = parser.parse_args()
    lexicon = shipped_lexicon()
    if args.data:
        if args.scorer is None:
            parser.error("data needs --scorer PATH")
        flags = (["--clean"] if args.clean else []) + (["--misses", str(args.misses)] if args.misses else [])
        reader = build_reader(lexicon)
        for data in args.data:
            score(reader, data, args.scorer, flags)
    if args.speed:
        speed(lexicon)
    if args.memory:
        memory(lexicon, args.memory)


if __name__ == "__main__":
    main()
