"""Where a backfill's items come from: files, folders, addresses, feeds and their archives, the standard input. Reads, and decides nothing.

A source is cut into records, which `monitor.feeds.records` turns into items, here or elsewhere. What cannot be taken comes out as
a `BadItem` with its file and line; the rest goes on. Nothing is held but the record at hand.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from monitor.feeds.records import Parsed, Record, parse_record
from monitor.model import BadItem, Feed, Item
from monitor.sources.archive import ArchiveWalk, Polite, walk
from monitor.sources.files import KINDS, records_of_file, records_of_reports, records_of_stream

if TYPE_CHECKING:
    from monitor.feeds.fetch import Fetcher

Found = Record | Item | BadItem
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What the sources of one backfill have in common: the feeds of the config, how to fetch, how far back to go.

    `columns` are the user's for tables. `since` bounds an archive; `known` says how many of some items are stored, `covered` down to
    when an earlier walk has taken all of a feed (by its address), `passes` whether a feed's filter takes an item. `parse` makes items
    of a page that the next step depends on.
    `reports` are those of the sources that hold what `analyze` printed.
    """

    feeds: Sequence[Feed]
    polite: Polite
    now: dt.datetime
    since: dt.datetime | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: Callable[[Sequence[Item]], int] = lambda _: 0
    covered: Callable[[str], dt.datetime | None] = lambda _: None
    passes: Callable[[Feed, Item], bool] = lambda _feed, _item: True
    parse: Callable[[Record], Parsed] = parse_record
    reports: frozenset[str] = frozenset()
    stopped: Stop = lambda: False


def kind_of(source: str, feeds: Sequence[Feed]) -> str:
    """`feed`, `url`, `stdin`, `folder` or `file`.

    Raises:
        UsageError: the source is none of these, or a file of a kind that is not known.
    """
    if any(feed.name == source for feed in feeds):
        return "feed"
    if source.startswith(("http://", "https://")):
        return "url"
    if source == "-":
        return "stdin"
    path = Path(source)
    if path.is_dir():
        return "folder"
    if path.is_file():
        return "file"
    raise UsageError(
        f'source "{source}" is unknown; expected a file, a folder, a URL or the name of a feed in the config; check the spelling'
    )


def records_of(source: str, reach: Reach, walked: ArchiveWalk | None = None) -> Iterator[Found]:
    """All that one source holds, in its own order. `walked` goes on where an archive was left, and learns how far it went.

    Raises:
        UsageError: the source is none, or a table has none of the chosen columns.
    """
    match kind := kind_of(source, reach.feeds):
        case "feed" | "url":
            feed = next((feed for feed in reach.feeds if source in (feed.name, feed.url)), None) or Feed(name=source, url=source)
            yield from walk(feed, reach, walked or ArchiveWalk(), address="" if kind == "feed" else source)
        case "stdin":
            yield from records_of_stream(sys.stdin.buffer, reach)
        case "file" if source in reach.reports:
            yield from records_of_reports(Path(source))
        case "folder":
            yield from _of_folder(Path(source), reach)
        case _:
            yield from records_of_file(Path(source), reach)


def _of_folder(folder: Path, reach: Reach) -> Iterator[Found]:
    """Every file below the folder whose kind is known, by name; hidden files are passed over, others named."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    if not files:
        yield BadItem(where=str(folder), reason=f"holds no file; expected some of {', '.join(KINDS)}")
    for path in files:
        if path.name.lower().endswith(KINDS):
            yield from records_of_file(path, reach)
        else:
            yield BadItem(where=str(path), reason=f"a {path.suffix or 'file without a suffix'} is not read; expected {', '.join(KINDS)}")


def items_of(path: str, *, now: dt.datetime, columns: Mapping[str, tuple[str, ...]] | None = None) -> Iterator[Item | BadItem]:
    """The items of a file or folder, parsed here; for commands that read a few files."""
    with Polite(make=_never) as polite:
        for found in records_of(path, Reach(feeds=(), polite=polite, now=now, columns=columns or {})):
            for one in [found] if isinstance(found, Item | BadItem) else parse_record(found):
                if isinstance(one, Item | BadItem):
                    yield one


def _never() -> Fetcher:
    raise UsageError("an address is no file; expected a file or a folder")
