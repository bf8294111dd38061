"""JSON Feed 1.0 and 1.1 → entries. Pure; source: jsonfeed.org/version/1.1."""

from __future__ import annotations

import json
from typing import Any

from monitor.errors import ParseError
from monitor.feeds.dates import parse_date
from monitor.feeds.entries import Entry
from monitor.model import BadItem, Feed


def json_entries(body: bytes, feed: Feed, *, base: str) -> tuple[list[Entry], list[BadItem]]:
    """Entries in feed order, and those that are no objects.

    Raises:
        ParseError: the body is no JSON, or JSON without a list of `items`.
    """
    try:
        document: Any = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise ParseError(f"begins like JSON and is none: {error}; expected a JSON Feed") from error
    found = document.get("items") if isinstance(document, dict) else None
    if not isinstance(found, list):
        keys = ", ".join(list(map(str, document))[:5]) if isinstance(document, dict) else type(document).__name__
        raise ParseError(f"is JSON and no feed (found {keys or 'nothing'}); expected a JSON Feed with a list of items")
    base = _text(document.get("home_page_url")) or base
    entries, bad = [], []
    for number, one in enumerate(found, start=1):
        if isinstance(one, dict):
            entries.append(_entry(one, feed, base))
        else:
            bad.append(BadItem(where=f"entry {number}", reason=f"is {type(one).__name__}; expected an object"))
    return entries, bad


def _entry(one: dict[str, Any], feed: Feed, base: str) -> Entry:
    dates = (parse_date(_text(one.get(name)), timezone=feed.timezone) for name in ("date_published", "date_modified"))
    return Entry(
        title=_text(one.get("title")),
        summary=_text(one.get("summary")),
        content=_text(one.get("content_html")) or _text(one.get("content_text")),
        link=_text(one.get("url")) or _text(one.get("external_url")) or None,
        guid=_text(one.get("id")) or None,
        published_at=next((date for date in dates if date is not None), None),
        base=base,
    )


def _text(value: object) -> str:
    """A string; numbers as text (the format allows them as an id), everything else as nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""
