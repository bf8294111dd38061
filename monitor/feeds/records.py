"""A piece of a source as it was found → items and bad items. Pure, so that any process of any machine may do it.

Whoever reads a source cuts it into these; `parse_record` makes items of them, whatever they are.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.errors import MonitorError
from monitor.feeds.articles import decoded, parse_page
from monitor.feeds.documents import parse_document, parse_jsonl_line
from monitor.feeds.parse import parse_feed
from monitor.feeds.tables import Columns, parse_row
from monitor.forms import item_from, report_from
from monitor.model import BadItem, Feed, Fetched, Item, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of JSON Lines; `where` is its file and number."""

    where: str
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of a table."""

    where: str
    values: tuple[str, ...]
    header: tuple[str, ...]
    columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBody:
    """A feed's document, from a file, a server or an archive."""

    where: str
    body: bytes
    url: str
    feed: Feed
    at: dt.datetime
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An HTML page; `url` None where it was saved without its address."""

    where: str
    body: bytes
    url: str | None = None
    content_type: str = ""
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Plain text, whose first line may be its date."""

    where: str
    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One line that `monitor analyze --full` printed, on whatever machine."""

    where: str
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """An item that was read elsewhere."""

    item: Item
    report: Report


Record = Line | TableRow | FeedBody | Page | Document | ReadLine
Parsed = list[Item | BadItem | ReadItem]


def parse_records(records: Sequence[Record]) -> list[Parsed]:
    """What each record holds, in order; one that cannot be taken is a `BadItem` and costs the others nothing."""
    return [parse_record(record) for record in records]


def parse_record(record: Record) -> Parsed:
    try:
        return _parsed(record)
    except MemoryError:
        raise
    except MonitorError as error:
        return [BadItem(where=record.where, reason=str(error))]
    except Exception as error:
        return [BadItem(where=record.where, reason=f"cannot be parsed: {type(error).__name__}: {error}")]


def _parsed(record: Record) -> Parsed:
    match record:
        case Line():
            return [parse_jsonl_line(record.text.decode("utf-8", "replace"), where=record.where)]
        case TableRow():
            if len(record.values) != len(record.header):
                return [
                    BadItem(where=record.where, reason=f"has {len(record.values)} cells; expected {len(record.header)}, as in the header")
                ]
            return [parse_row(dict(zip(record.header, record.values, strict=True)), record.columns, where=record.where)]
        case FeedBody():
            return _of_feed(record)
        case Page():
            name = record.where.rpartition("/")[2]
            return [parse_page(record.body, name=name, url=record.url, content_type=record.content_type, timezone=record.timezone)]
        case Document():
            return [parse_document(decoded(record.body), name=record.name)]
        case ReadLine():
            return [_read_elsewhere(record)]


def _of_feed(record: FeedBody) -> Parsed:
    fetched = Fetched(
        url=record.feed.url,
        final_url=record.url,
        status=200,
        headers={"content-type": record.content_type} if record.content_type else {},
        body=record.body,
        fetched_at=record.at,
        elapsed_s=0.0,
    )
    items, bad = parse_feed(fetched, record.feed)
    return [*items, *(BadItem(where=f"{record.where}: {one.where}", reason=one.reason) for one in bad)]


def _read_elsewhere(record: ReadLine) -> ReadItem | BadItem:
    try:
        form = json.loads(record.text)
        if isinstance(form, dict) and "item" not in form and "incidents" in form:
            return BadItem(where=record.where, reason="has no item; expected what monitor analyze --full prints")
        return ReadItem(item=item_from(form["item"]), report=report_from(form["report"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"
        return BadItem(where=record.where, reason=f"is no item that was read ({why}); expected what monitor analyze --full prints")
