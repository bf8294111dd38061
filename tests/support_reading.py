"""What the reading tests share: items in the project's own words, a reader with the shipped rules, short forms of its answers."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from monitor.model import Item, Lexicon, Report
from monitor.rules.load import load_rules
from monitor.text.nlp import Tokenizer, build_pipeline
from monitor.text.read import Reader, build_reader
from monitor.text.tolls import Statement, read_statements

ROOT = Path(__file__).parent.parent
# A Wednesday.
PUBLISHED = dt.datetime(2026, 5, 20, 10, 0, tzinfo=dt.UTC)


@cache
def shipped_lexicon() -> Lexicon:
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules").glob("*.yaml"))}
    return load_rules(files).lexicon


@cache
def reader() -> Reader:
    return build_reader(shipped_lexicon())


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer(build_pipeline())


def item(
    content: str = "", *, title: str = "", summary: str = "", published: dt.datetime | None = PUBLISHED, timezone: str = "Asia/Karachi"
) -> Item:
    return Item(key="k", id="k", title=title, summary=summary, content=content, published_at=published, timezone=timezone)


def read(content: str = "", *, title: str = "", summary: str = "", published: dt.datetime | None = PUBLISHED) -> Report:
    return reader().read(item(content, title=title, summary=summary, published=published))


def statements(sentence: str) -> list[Statement]:
    return read_statements(tokenizer().words([sentence])[0])


def tolls(report: Report) -> list[tuple[int | None, int | None, int | None]]:
    """Killed, injured and militants killed of each incident reported as news."""
    return [
        (
            a.killed.count if a.killed else None,
            a.injured.count if a.injured else None,
            a.militants_killed.count if a.militants_killed else None,
        )
        for a in report.incidents
    ]
