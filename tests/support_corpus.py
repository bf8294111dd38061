"""Compare what the reader says of labelled items with their labels, field by field."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support_reading import reader

from monitor.feeds.documents import parse_jsonl_line
from monitor.model import Account, BadItem

CORPUS = Path(__file__).parent / "corpus"
HERE = (None, "Pakistan", "Afghanistan")
SAME_GROUP = {"islamic state": "iskp", "is": "iskp", "hafiz gul bahadur group": "hgb", "lashkar-e-jhangvi": "lej", "lashkar-e-islam": "lei"}
SAME_GROUP |= {"jamaat-ul-ahrar": "jua", "afghan taliban": "afghan-taliban"}
SAME_DISTRICT = {"kurram": {"lower kurram", "upper kurram"}, "karachi": {"karachi west", "karachi east", "malir"}}
SAME_DISTRICT |= {"south waziristan": {"lower south waziristan", "upper south waziristan"}, "faizabad": {"fayzabad"}}


@dataclass
class Score:
    """How often a field was found right (`hits`), found wrongly (`extra`) and not found (`missed`)."""

    hits: int = 0
    extra: int = 0
    missed: int = 0

    def add(self, expected: set[Any], found: set[Any]) -> None:
        self.hits += len(expected & found)
        self.extra += len(found - expected)
        self.missed += len(expected - found)

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.extra)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.extra + self.missed)


def measure(kind: str) -> Mapping[str, Score]:
    """Read every item of the corpus files of a kind ("wire", "traps") and compare its fresh incidents with the labels."""
    scores: dict[str, Score] = defaultdict(Score)
    for line in (line for path in sorted(CORPUS.glob(f"{kind}*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()):
        labels = json.loads(line)["labels"]
        item = parse_jsonl_line(line, where=kind)
        if isinstance(item, BadItem):
            raise ValueError(f"{item.where}: {item.reason}")
        found = [a for a in reader().read(item).incidents if a.place is None or a.place.country in HERE]
        expected = labels["mentions"] if labels.get("fresh", labels.get("alert")) else []
        scores["fresh"].add({1} if expected else set(), {1} if found else set())
        for gold, account in _pairs(expected, found):
            _compare(scores, gold, account)
    return scores


def _pairs(expected: Sequence[Mapping[str, Any]], found: Sequence[Account]) -> Iterator[tuple[Mapping[str, Any] | None, Account | None]]:
    """Each labelled incident with the one found at its place, else any other; then what is left over on either side."""
    waiting, left = list(expected), list(found)
    for test in (_right_place, lambda _gold, _account: True):
        for gold in list(waiting):
            match = next((account for account in left if test(gold, account)), None)
            if match is not None:
                waiting.remove(gold)
                left.remove(match)
                yield gold, match
    yield from ((gold, None) for gold in waiting)
    yield from ((None, account) for account in left)


def _compare(scores: Mapping[str, Score], gold: Mapping[str, Any] | None, account: Account | None) -> None:
    for field in ("killed", "injured", "militants_killed"):
        if gold is None or field in gold:
            value = getattr(account, field) if account else None
            scores[field].add(_number(gold and gold[field]), {value.count} - {None, 0} if value else set())
    stances = {(g.id, str(g.stance)) for g in account.groups} if account else set()
    labelled = {(SAME_GROUP.get(g["group"].lower(), g["group"].lower()), g["stance"]) for g in gold["groups"]} if gold else set()
    scores["stance"].add(_stated(labelled), _stated({(SAME_GROUP.get(name, name), stance) for name, stance in stances}))
    scores["place"].add(
        {"place"} if gold else set(), {"place" if gold and _right_place(gold, account) else "elsewhere"} if account else set()
    )
    for field in ("attack_type", "target"):
        if gold and account and field in gold:
            scores[field].add({gold[field]}, {getattr(account, field)})


def _number(stated: Any) -> set[int]:
    return {stated["min"] if isinstance(stated, dict) else stated} - {None, 0}


def _stated(stances: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Stances but mere mentions."""
    return {(name, stance) for name, stance in stances if stance != "mentioned"}


def _right_place(gold: Mapping[str, Any], account: Account | None) -> bool:
    """Whether an incident lies in the labelled place or district; a label without a district fits any."""
    if gold["district"] is None:
        return True
    place = account.place if account else None
    if place is None:
        return False
    labelled = _near({gold["district"], gold["place"] or gold["district"]})
    return bool(labelled & _near({name for name in (place.name, place.district) if name}))


def _near(names: set[str]) -> set[str]:
    folded = {name.lower().replace("-", " ") for name in names}
    return folded | {whole for whole, parts in SAME_DISTRICT.items() if folded & parts}
