"""Fit the weights of `monitor/incidents/weights.py` to labelled items, and print them beside those in force.

    python scripts/fit_weights.py headlines.jsonl summaries.jsonl [--apart headlines.jsonl] [--pull 1.5]

Each line is an item as `monitor analyze` reads it, with `labels.event` (or one entry in `labels.incidents`) naming its incident. The items
are replayed in the order of publication with the true incidents as candidates; the weights are those under which each report most often
chooses its own incident, or none where it is the first (a multinomial logit by gradient ascent). `--pull` is how strongly a weight is
drawn to the one in force, so that a kind seen twice does not run away. `--apart` replays a file once more by itself.

What is printed is advice: kinds with few cases, or whose order makes no sense, keep the weight that was set by hand.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from monitor.incidents.assign import role_of, weighed
from monitor.incidents.compare import Clue
from monitor.incidents.merge import merged
from monitor.incidents.weights import PRIOR, WEIGHTS
from monitor.markup import plain_text
from monitor.model import Filing, Incident, Item
from monitor.rules.load import load_rules
from monitor.text.read import Reader, build_reader

RULES = Path(__file__).parent.parent / "rules"
NEAREST = 50  # candidates, as many as the store hands out


@dataclass(frozen=True)
class Choice:
    """One report: the clues of each candidate, and which of them is its own incident (None: none of them)."""

    clues: list[tuple[Clue, ...]]
    own: int | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--apart", action="append", type=Path, default=[])
    parser.add_argument("--pull", type=float, default=1.5)
    args = parser.parse_args()
    reader = build_reader(load_rules({f.name: f.read_text("utf-8") for f in sorted(RULES.glob("*.yaml"))}).lexicon)
    choices = choices_of(rows_of(args.files), reader)
    for path in args.apart:
        choices += choices_of(rows_of([path]), reader)
    show(choices, *fitted(choices, pull=args.pull))


def rows_of(files: list[Path]) -> list[dict[str, Any]]:
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines() if line.strip()]
    return sorted(rows, key=lambda row: moment(row["published"]))


def moment(text: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def event_of(row: dict[str, Any]) -> str | None:
    labels = row["labels"]
    own = [labels["event"]] if "event" in labels else labels.get("incidents", [])
    return own[0] if len(own) == 1 else None


def choices_of(rows: list[dict[str, Any]], reader: Reader) -> list[Choice]:
    """Replay the rows, each report choosing among the true incidents so far."""
    known: dict[str, Incident] = {}
    choices = []
    for row in rows:
        event, filing = event_of(row), filing_of(row, reader)
        if event is None or filing is None:
            continue
        rated = weighed(filing, nearest(filing, known), role_of(filing), now=filing.at)
        own = next((n for n, one in enumerate(rated) if one.incident.id == event), None)
        choices.append(Choice([one.clues for one in rated], own))
        known[event] = merged(event, [*(known[event].filings if event in known else ()), filing])
    return choices


def filing_of(row: dict[str, Any], reader: Reader) -> Filing | None:
    """The first account of an item, as the pipeline would file it."""
    at = moment(row["published"]).astimezone(dt.UTC)
    texts = {part: plain_text(row.get(part) or "") for part in ("title", "summary", "content")}
    outlet = row.get("outlet") or ""
    item = Item(key=row["id"], id=row["id"], published_at=at, outlet=outlet, publisher=outlet, **texts)
    report = reader.read(item)
    accounts = (*report.incidents, *report.background)
    if not accounts:
        return None
    role = "report" if accounts[0].fresh else "follow-up"
    return Filing(
        item_key=item.key,
        item_id=item.id,
        role=role,  # type: ignore[arg-type]
        account=accounts[0],
        at=at,
        published_at=at,
        outlet=outlet,
        publisher=outlet,
        title=item.title,
        text=item.text,
    )


def nearest(filing: Filing, known: dict[str, Incident]) -> list[Incident]:
    """The candidates by place, then by day: about what the store would hand out."""
    place = filing.account.place

    def far(incident: Incident) -> tuple[int, float]:
        there = incident.place
        days = abs((incident.first_seen - filing.at).total_seconds())
        if place is None or there is None or not there.country:
            return 2, days
        if place.district and there.district:
            return (0 if place.district == there.district else 3), days
        return (1 if not place.province or not there.province or place.province == there.province else 3), days

    ranked = sorted((far(incident), incident.id) for incident in known.values())
    return [known[name] for (rank, _), name in ranked if rank < 3][:NEAREST]


def fitted(choices: list[Choice], *, pull: float, steps: int = 400) -> tuple[list[str], np.ndarray]:
    """The kinds met and their weights, the prior last."""
    kinds = sorted({clue.kind for choice in choices for one in choice.clues for clue in one})
    column = {kind: n for n, kind in enumerate(kinds)}
    rows, owner, right = [], [], []
    for n, choice in enumerate(choices):
        for j, one in enumerate(choice.clues):
            row = np.zeros(len(kinds) + 1)
            for clue in one:
                row[column[clue.kind]] += clue.amount
            row[-1] = 1
            rows.append(row)
            owner.append(n)
            right.append(float(choice.own == j))
    clues, chosen, taken = np.array(rows), np.array(owner), np.array(right)
    start = np.array([WEIGHTS[kind] for kind in kinds] + [PRIOR])
    weights, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for _ in range(steps):
        odds = np.exp(np.clip(clues @ weights, -30, 30))
        likely = odds / (np.bincount(chosen, odds, minlength=len(choices)) + 1)[chosen]
        slope = clues.T @ (taken - likely) - pull * (weights - start)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights = weights + 0.05 * mean / (np.sqrt(square) + 1e-8)
    return kinds, weights


def show(choices: list[Choice], kinds: list[str], weights: np.ndarray) -> None:
    met = collections.Counter(clue.kind for choice in choices for one in choice.clues for clue in one)
    own = collections.Counter(clue.kind for choice in choices if choice.own is not None for clue in choice.clues[choice.own])
    print(f"{'kind':44}{'in force':>9}{'fitted':>8}{'met':>8}{'own':>6}")
    for kind, weight in zip([*kinds, "PRIOR"], weights, strict=True):
        print(f"{kind:44}{WEIGHTS.get(kind, PRIOR):9.1f}{weight:8.1f}{met[kind]:8}{own[kind]:6}")


if __name__ == "__main__":
    main()
