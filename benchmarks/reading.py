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

from monitor.forms import report_form
from monitor.markup import plain_text
from monitor.model import Alias, Group, Item, Lexicon
from monitor.rules.load import load_rules
from monitor.text.read import Reader, build_reader

ROOT = Path(__file__).parent.parent

QUIET = (
    "The provincial board announced the results of the annual examination and girls took all three top positions. The chief guest "
    "praised the teachers and promised new laboratories for the college before the end of the season. Farmers in the valley expect"
    " a good harvest of apples and apricots, although the price of fertiliser has doubled. The municipal committee will plant two "
    "thousand trees along the canal road. "
)
BUSY = (
    "QUETTA: At least five people were killed and 12 others injured when a bomb planted on a motorcycle went off near a police van"
    " in the Sariab Road area of Quetta on Tuesday evening, officials said. The wounded were taken to the Civil Hospital, where "
    "two of them were said to be in a critical condition. The banned Baloch Liberation Army claimed responsibility in a statement."
    " Shopkeepers pulled down their shutters and traffic was diverted to the bypass for several hours. The provincial government "
    "has promised compensation to the families and a new system of cameras on the main roads of the city. In March last year, "
    "eight policemen were martyred when a suicide bomber struck their truck in the same area. "
)


def shipped_lexicon() -> Lexicon:
    return load_rules({path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules").glob("*.yaml"))}).lexicon


def item_of(row: dict[str, object]) -> Item:
    def text(key: str) -> str:
        return plain_text(str(row.get(key) or ""))

    at = dt.datetime.fromisoformat(str(row["published"]).replace("Z", "+00:00")) if row.get("published") else None
    return Item(
        key=str(row["id"]), id=str(row["id"]), title=text("title"), summary=text("summary"), content=text("content"), published_at=at
    )


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


def numbered(text: str, words: int, n: int) -> str:
    """About `words` words of a text, made different from the next by a few numbers and names."""
    body: list[str] = []
    while len(body) < words:
        body += text.replace("Tuesday", ("Monday", "Tuesday")[n % 2]).replace("12", str(10 + n % 50)).split()
    return " ".join(body[:words])


def speed(lexicon: Lexicon) -> None:
    import spacy

    tokenizer = spacy.blank("en")
    reader = build_reader(lexicon)
    at = dt.datetime(2026, 5, 20, tzinfo=dt.UTC)

    def items(text: str, count: int) -> list[Item]:
        return [Item(key=str(n), id=str(n), title="A report", content=numbered(text, 400, n), published_at=at) for n in range(count)]

    quiet, busy = items(QUIET, 400), items(BUSY, 100)
    base = per_item(lambda item: tokenizer.make_doc(item.content), busy, rounds=5)
    relevant = per_item(reader.read, busy, rounds=5)
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
    """Peak memory as `count` different items are read."""
    reader = build_reader(lexicon)
    at = dt.datetime(2026, 5, 20, tzinfo=dt.UTC)
    for n in range(count + 1):
        if n in (0, 1_000) or n % max(1, count // 5) == 0:
            print(f"{n:8} items: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most", flush=True)
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
