"""An item, or a sighting of one, ↔ its row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from monitor.model import Item, Known
from monitor.store.columns import moment, moment_or_none, packed, stamp_or_none, storable, storable_or_none, unpacked

KNOWN = "SELECT key, content_hash, first_seen_at, changed_at, published_at, feed, link, version FROM items"

# A sighting with the text of the version that it repeats.
COPIES = """
SELECT s.*, s.seen_at AS first_seen_at, s.item_key AS copy_of, NULL AS changed_at, 'read' AS state, NULL AS error,
  coalesce(v.title, i.title) AS title, coalesce(v.summary, i.summary) AS summary, coalesce(v.content, i.content) AS content
FROM sightings s JOIN items i ON i.key = s.item_key
LEFT JOIN item_versions v ON v.item_key = s.item_key AND v.version = s.version"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item with what the store knows of it.

    `clock_at` is the item's time in the pipeline, `may_alert` whether it may raise an alert. `copy_of` is the key of the item
    whose words it repeats under another address: such an entry is a sighting, its text stored once.
    """

    item: Item
    first_seen_at: dt.datetime
    clock_at: dt.datetime
    may_alert: bool
    version: int = 1
    changed_at: dt.datetime | None = None
    state: Literal["read", "unread"] = "read"
    error: str | None = None
    copy_of: str | None = None


def item_values(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "id": storable(item.id),
        "feed": storable(item.feed),
        "guid": storable_or_none(item.guid),
        "link": storable_or_none(item.link),
        "title": storable(item.title),
        "summary": storable(item.summary),
        "content": storable(item.content),
        "published_at": stamp_or_none(item.published_at),
        "language": item.language,
        "outlet": storable(item.outlet),
        "publisher": storable(item.publisher),
        "timezone": item.timezone,
        "tags": packed(list(item.tags)),
        "content_hash": item.content_hash,
    }


def known_from_row(values: dict[str, Any]) -> Known:
    return Known(
        key=values["key"],
        content_hash=values["content_hash"],
        first_seen_at=moment(values["first_seen_at"]),
        changed_at=moment_or_none(values["changed_at"]),
        published_at=moment_or_none(values["published_at"]),
        feed=values["feed"],
        link=values["link"],
        changes=values["version"] - 1,
    )


def stored_from_row(values: dict[str, Any]) -> StoredItem:
    item = Item(
        key=values["key"],
        id=values["id"],
        title=values["title"],
        summary=values["summary"],
        content=values["content"],
        link=values["link"],
        guid=values["guid"],
        published_at=moment_or_none(values["published_at"]),
        feed=values["feed"],
        outlet=values["outlet"],
        publisher=values["publisher"],
        language=values["language"],
        timezone=values["timezone"],
        tags=tuple(unpacked(values["tags"])),
        content_hash=values["content_hash"],
    )
    return StoredItem(
        item=item,
        first_seen_at=moment(values["first_seen_at"]),
        clock_at=moment(values["clock_at"]),
        may_alert=bool(values["may_alert"]),
        version=values["version"],
        changed_at=moment_or_none(values["changed_at"]),
        state=values["state"],
        error=values["error"],
        copy_of=values.get("copy_of"),
    )
