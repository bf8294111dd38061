"""Fit the weights of `monitor/text/wording.py` to labelled reports, and show what they change.

    python scripts/fit_wording.py [--write] [ITEMS.jsonl ...]

Needs scikit-learn, which Monitor does not (`pip install scikit-learn`). It learns from this project's own reports: `scripts/wording/*`,
`tests/corpus/*.jsonl` and the tables `tests/reading_traps_table.py` and `tests/reading_news_table.py`. Printed is how well reports are
told from talk: by the rules alone, and with the weights, first for the reports of `scripts/wording`, each weighed by what the others
taught (six folds; ten neighbours stay together, as many are pairs), then for the files given. `--write` writes `monitor/text/wording.tsv`.

A report is read as news where it has a fresh incident in Pakistan or Afghanistan, or with no country.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import json
import runpy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from monitor.model import Item
from monitor.rules.load import load_rules
from monitor.text import wording
from monitor.text.read import Reader
from monitor.text.wording import Weights

HERE = Path(__file__).parent
RULES = HERE.parent / "rules"
SEED = 1
FOLDS = 6
TABLES_DAY = "2026-05-20"  # when the rows of the tables were published
TOGETHER = 10  # neighbours in a file, often the two of a pair
PULL = 0.15  # how strongly the words may speak: the inverse of the L2 penalty
SEEN = 2  # reports that a wording must stand in
LEAST = 0.01  # lighter weights are left out


@dataclass(frozen=True)
class Case:
    """A report, whether it is news, and its wordings."""

    item: Item
    news: bool
    told: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    said = Said()
    reader = Reader(load_rules({f.name: f.read_text("utf-8") for f in sorted(RULES.glob("*.yaml"))}).lexicon, weights=said)
    cases = cases_of(sorted((HERE / "wording").glob("*.jsonl")), reader)
    corpus = cases_of(sorted((HERE.parent / "tests" / "corpus").glob("*.jsonl")), reader) + cases_of_the_tables(reader)
    print("| reports | news | rules: precision | recall | with wording: precision | recall |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    show("each by the others", cases, reader, said, odds_by_the_others(cases, corpus))
    weights = fitted([*cases, *corpus])
    for path in args.files:
        given = cases_of([path], reader)
        show(path.name, given, reader, said, [odds(weights, case) for case in given])
    kept = {name: round(weight * wording.SCALE) for name, weight in weights.items() if abs(weight) >= LEAST or name == "bias"}
    print(f"\n{len(cases)} reports of scripts/wording, {len(corpus)} of tests; {len(kept)} weights")
    if args.write:
        table = "".join(f"{name}\t{weight}\n" for name, weight in sorted(kept.items()))
        Path(wording.__file__).with_suffix(".tsv").write_text(table, encoding="utf-8")


def cases_of(paths: Sequence[Path], reader: Reader) -> list[Case]:
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Case(item_of(row), is_news(row), reader.wordings(item_of(row))) for row in rows]


def cases_of_the_tables(reader: Reader) -> list[Case]:
    """What the tests hold to be talk and to be news, reports with a title and a body."""
    traps, news = (runpy.run_path(str(HERE.parent / "tests" / f"reading_{name}_table.py")) for name in ("traps", "news"))
    told = [(*row[:2], False) for row in traps["NO_NEWS"]] + [(*row[:2], True) for row in traps["NEWS_ALL_THE_SAME"]]
    told += [(title, content, bool(expected)) for _, title, content, expected in news["NEWS"]]
    rows = [
        {"id": title, "title": title, "content": content, "published": TABLES_DAY, "news": is_told}
        for title, content, is_told in told
        if title and content
    ]
    return [Case(item_of(row), is_news(row), reader.wordings(item_of(row))) for row in rows]


def is_news(row: dict[str, Any]) -> bool:
    labels = row.get("labels", row)
    return bool(next(labels[name] for name in ("alert", "fresh", "news") if name in labels))


def item_of(row: dict[str, Any]) -> Item:
    published = dt.datetime.fromisoformat(row["published"])
    return Item(
        key=row["id"],
        id=row["id"],
        title=row.get("title") or "",
        summary=row.get("summary") or "",
        content=row.get("content") or "",
        published_at=published if published.tzinfo else published.replace(hour=12, tzinfo=dt.UTC),
    )


def fitted(cases: Sequence[Case]) -> dict[str, float]:
    often = collections.Counter(name for case in cases for name in case.told)
    columns = DictVectorizer()
    seen = columns.fit_transform([{name: 1.0 for name in case.told if often[name] >= SEEN} for case in cases])
    model = LogisticRegression(C=PULL, max_iter=3000).fit(seen, [case.news for case in cases])
    return {"bias": float(model.intercept_[0])} | dict(zip(columns.get_feature_names_out(), map(float, model.coef_[0]), strict=True))


def odds(weights: dict[str, float], case: Case) -> float:
    return weights["bias"] + sum(weights.get(name, 0.0) for name in case.told)


def odds_by_the_others(cases: Sequence[Case], corpus: Sequence[Case]) -> list[float]:
    blocks = [range(start, min(start + TOGETHER, len(cases))) for start in range(0, len(cases), TOGETHER)]
    np.random.default_rng(SEED).shuffle(blocks)
    found = [0.0] * len(cases)
    for fold in range(FOLDS):
        apart = {n for block in blocks[fold::FOLDS] for n in block}
        weights = fitted([*(case for n, case in enumerate(cases) if n not in apart), *corpus])
        for n in apart:
            found[n] = odds(weights, cases[n])
    return found


def show(name: str, cases: Sequence[Case], reader: Reader, said: Said, weighed: Sequence[float]) -> None:
    """One row. Log-odds of 0 are sure of nothing and leave it to the rules."""
    news = [case.news for case in cases]
    by_rules = [reads_news(case, reader, said, 0.0) for case in cases]
    with_words = [reads_news(case, reader, said, log_odds) for case, log_odds in zip(cases, weighed, strict=True)]
    figures = [*precision_recall(by_rules, news), *precision_recall(with_words, news)]
    print(f"| {name} ({len(cases)}) | {sum(news)} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")


class Said(Weights):
    """In the place of weights: what is said of the next report."""

    log_odds = 0.0

    def odds(self, told: Iterable[str]) -> float:
        return self.log_odds


def reads_news(case: Case, reader: Reader, said: Said, log_odds: float) -> bool:
    said.log_odds = log_odds
    report = reader.read(case.item)
    return any(a.place is None or a.place.country in (None, "", "Pakistan", "Afghanistan") for a in report.incidents)


def precision_recall(said: Sequence[bool], true: Sequence[bool]) -> tuple[float, float]:
    both = sum(s and t for s, t in zip(said, true, strict=True))
    return both / max(1, sum(said)), both / max(1, sum(true))


if __name__ == "__main__":
    main()
