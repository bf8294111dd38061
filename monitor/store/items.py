"""Items, their older texts, their copies under other addresses, and what was read in them."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from monitor.forms import kept_report_form, report_from
from monitor.model import Item, Known, Report
from monitor.store.columns import END, moment, packed, stamp, stamp_or_none, storable, unpacked
from monitor.store.database import Database, change, insert, joining, reading, row, rows, scalar, writing
from monitor.store.item_rows import COPIES, KNOWN, item_values, known_from_row, stored_from_row
from monitor.store.item_rows import StoredItem as StoredItem  # noqa: PLC0414 (callers find it here)

# So many hits are ranked, the latest of them; to rank a word that stands in every one of a million items takes a second.
RANKED = 50_000

# SQLite's limit of parameters is 32,766 in old builds; a feed's items are far fewer.
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit of a search: `snippet` is the passage, the words found between « and »."""

    stored: StoredItem
    snippet: str


# ---------------------------------------------------------------- identity


def known(db: Database, keys: Iterable[str]) -> dict[str, Known]:
    """What is known of each key, as an item or as a sighting; unknown keys are left out."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        for values in rows(
            db,
            f"{KNOWN} WHERE key IN ({marks}) UNION ALL "
            "SELECT key, content_hash, seen_at AS first_seen_at, NULL AS changed_at, published_at, feed, link, 1 AS version "
            f"FROM sightings WHERE key IN ({marks})",
            [*chunk, *chunk],
        ):
            found[values["key"]] = known_from_row(values)
    return found


def known_copy(
    db: Database, content_hash: str, since: dt.datetime, *, until: dt.datetime | None = None, other_than: str = ""
) -> Known | None:
    """The earliest item whose clock is at or after `since` (and at or before `until`) that has the same words, under a key other
    than `other_than`.
    """
    if not content_hash:
        return None
    parameters = {"words": content_hash, "since": stamp(since), "until": stamp(until) if until else END, "other": other_than}
    at = "clock_at BETWEEN :since AND :until"
    found = row(db, f"{KNOWN} WHERE content_hash = :words AND {at} AND key <> :other ORDER BY clock_at, number LIMIT 1", parameters)
    return None if found is None else known_from_row(found)


def had_words(db: Database, item: Item) -> bool:
    """Whether an older version of the item had these words and this date."""
    sql = "SELECT 1 FROM item_versions WHERE item_key = ? AND content_hash = ? AND published_at IS ?"
    return row(db, sql, [item.key, item.content_hash, stamp_or_none(item.published_at)]) is not None


# ---------------------------------------------------------------- writing


def insert_item(db: Database, item: Item, *, seen_at: dt.datetime, clock_at: dt.datetime, may_alert: bool) -> None:
    """Store a new item. Its key must not be an item's already; that of a sighting is taken over."""
    with joining(db):
        change(db, "DELETE FROM sightings WHERE key = ?", [item.key])
        insert(db, "items", item_values(item) | _arrival(seen_at, clock_at, may_alert))


def update_item(
    db: Database, item: Item, *, seen_at: dt.datetime, clock_at: dt.datetime | None = None, may_alert: bool | None = None
) -> int:
    """Store an edited item's new text and keep the old one; returns its new version.

    The item's clock and whether it may alert stay as they were unless given. A copy that is edited becomes an item of its own, whose
    first version is the text that it repeated.
    """
    with writing(db):
        old = row(db, "SELECT * FROM items WHERE key = ?", [item.key])
        if old is None:
            old = _promoted(db, item.key)
        insert(
            db,
            "item_versions",
            {name: old[name] for name in ("version", "title", "summary", "content", "published_at", "content_hash")}
            | {"item_key": item.key, "replaced_at": stamp(seen_at)},
        )
        values = item_values(item) | {"version": old["version"] + 1, "changed_at": stamp(seen_at), "state": "read", "error": None}
        if clock_at is not None:
            values["clock_at"] = stamp(clock_at)
        if may_alert is not None:
            values["may_alert"] = may_alert
        _update(db, item.key, values)
        return int(values["version"])


def add_sighting(
    db: Database, item_key: str, item: Item, *, seen_at: dt.datetime, clock_at: dt.datetime | None = None, may_alert: bool = True
) -> None:
    """Store that `item` repeats the words of the item `item_key` under another address. Once is enough; again changes nothing.

    `clock_at` is the copy's own time in the pipeline, `seen_at` by default.
    """
    values = item_values(item)
    for name in ("title", "summary", "content"):
        del values[name]
    values |= {"item_key": item_key, "seen_at": stamp(seen_at), "clock_at": stamp(clock_at or seen_at), "may_alert": may_alert}
    with writing(db):
        values["version"] = scalar(db, "SELECT version FROM items WHERE key = ?", [item_key])
        if row(db, "SELECT 1 FROM sightings WHERE key = ?", [item.key]) is None:
            insert(db, "sightings", values)


def mark_unread(db: Database, item_key: str, error: str) -> None:
    """Set a stored item aside as one that could not be read, with the reason; `save_report` takes the mark off."""
    with writing(db):
        _update(db, item_key, {"state": "unread", "error": storable(error)})


def save_report(db: Database, item_key: str, report: Report, read_at: dt.datetime) -> None:
    """Keep what was read in the item's present text, in place of an earlier reading of the same text."""
    values = {
        "item_key": item_key,
        "kind": report.kind,
        "form": packed(kept_report_form(report)),
        "reader_version": report.reader_version,
        "vocabulary_hash": report.vocabulary_hash,
        "read_at": stamp(read_at),
    }
    with joining(db):
        values["version"] = scalar(db, "SELECT version FROM items WHERE key = ?", [item_key])
        insert(db, "reports", values, replace_on="item_key, version")
        change(db, "UPDATE items SET state = 'read', error = NULL WHERE key = ? AND state = 'unread'", [item_key])
        change(db, "DELETE FROM attempts WHERE key = ?", [item_key])


# ---------------------------------------------------------------- reading


def item(db: Database, key: str) -> Item | None:
    stored = stored_item(db, key)
    return None if stored is None else stored.item


def stored_item(db: Database, key: str) -> StoredItem | None:
    """The item or sighting that has this key."""
    found = row(db, "SELECT * FROM items WHERE key = ?", [key]) or row(db, f"{COPIES} WHERE s.key = ?", [key])
    return None if found is None else stored_from_row(found)


def items_by_id(db: Database, item_id: str) -> list[StoredItem]:
    """The items that their input called so; a JSON Lines `id` need not be unique."""
    return [stored_from_row(found) for found in rows(db, "SELECT * FROM items WHERE id = ? OR key = ? ORDER BY number", [item_id, item_id])]


def items_between(
    db: Database, since: dt.datetime | None, until: dt.datetime | None, *, copies: bool = True, chunk: int = 200
) -> Iterator[StoredItem]:
    """All items with `since` <= clock < `until`, in clock order, and among equals as stored; `None` is open.

    With `copies`, sightings stand in the same order, each with the text that it repeats. Read a chunk at a time: no cursor stays
    open, and writing between two items is safe.
    """
    streams = [_in_clock_order(db, "SELECT * FROM items i WHERE true", "i", since=since, until=until, chunk=chunk)]
    if copies:
        streams.append(_in_clock_order(db, f"{COPIES} WHERE true", "s", since=since, until=until, chunk=chunk))
    # Of one instant, items come before copies: merge is stable.
    for values in heapq.merge(*streams, key=lambda values: str(values["clock_at"])):
        yield stored_from_row(values)


def _in_clock_order(
    db: Database, select: str, table: str, *, since: dt.datetime | None, until: dt.datetime | None, chunk: int
) -> Iterator[dict[str, Any]]:
    # Two queries, each along its own index, merged by the caller: one UNION would sort all that is left for every chunk.
    at, number = (stamp(since) if since else ""), -1
    while True:
        page = rows(
            db,
            f"{select} AND ({table}.clock_at, {table}.number) > (:at, :number) AND {table}.clock_at < :high "
            f"ORDER BY {table}.clock_at, {table}.number LIMIT :chunk",
            {"at": at, "number": number, "high": stamp(until) if until else END, "chunk": chunk},
        )
        yield from page
        if len(page) < chunk:
            return
        at, number = page[-1]["clock_at"], page[-1]["number"]


def latest_items(db: Database, *, limit: int, feed: str | None = None) -> list[StoredItem]:
    """The items that came in last, newest first; `feed` narrows to one by name."""
    choice = "ORDER BY number DESC" if feed is None else "WHERE feed = :feed ORDER BY first_seen_at DESC, number DESC"
    found = rows(db, f"SELECT * FROM items {choice} LIMIT :limit", {"feed": feed, "limit": limit})
    return [stored_from_row(values) for values in found]


def latest_between(
    db: Database, since: dt.datetime | None, until: dt.datetime | None, *, limit: int, feed: str | None = None
) -> list[StoredItem]:
    """Of the items with `since` <= clock < `until`, those with the latest clock, latest first; `feed` narrows to one by name."""
    sql = "SELECT * FROM items WHERE clock_at >= :low AND clock_at < :high"
    sql += "" if feed is None else " AND feed = :feed"
    parameters = {"low": stamp(since) if since else "", "high": stamp(until) if until else END, "feed": feed, "limit": limit}
    return [stored_from_row(values) for values in rows(db, f"{sql} ORDER BY clock_at DESC, number DESC LIMIT :limit", parameters)]


def last_item_times(db: Database) -> dict[str, dt.datetime]:
    """When the newest item or copy of each feed came in, by the feed's name."""
    latest: dict[str, dt.datetime] = {}
    for table, column in (("items", "first_seen_at"), ("sightings", "seen_at")):
        # From one feed's name to the next along the index: a GROUP BY would read every row.
        found = rows(
            db,
            f"WITH RECURSIVE feed(name) AS (SELECT min(feed) FROM {table} "
            f"UNION ALL SELECT (SELECT min(feed) FROM {table} WHERE feed > name) FROM feed WHERE name IS NOT NULL) "
            f"SELECT name, (SELECT max({column}) FROM {table} WHERE feed = name) AS at FROM feed WHERE name IS NOT NULL",
        )
        for values in found:
            at = moment(values["at"])
            latest[values["name"]] = max(at, latest.get(values["name"], at))
    return latest


def unread_items(db: Database) -> list[StoredItem]:
    """Items that were set aside, oldest first."""
    return [stored_from_row(found) for found in rows(db, "SELECT * FROM items WHERE state = 'unread' ORDER BY first_seen_at, number")]


def item_texts(db: Database, key: str) -> list[Item]:
    """Every text the item has had, oldest first, the present one last."""
    with reading(db):
        found = row(db, "SELECT * FROM items WHERE key = ?", [key])
        older = rows(db, "SELECT * FROM item_versions WHERE item_key = ? ORDER BY version", [key])
    return [] if found is None else [stored_from_row(found | values).item for values in older] + [stored_from_row(found).item]


def sightings(db: Database, item_key: str) -> list[StoredItem]:
    """The copies of an item, in the order seen."""
    return [stored_from_row(found) for found in rows(db, f"{COPIES} WHERE s.item_key = ? ORDER BY s.number", [item_key])]


def report_of(db: Database, item_key: str) -> Report | None:
    """What was read in the item's present text; None where it has not been read."""
    form = scalar(
        db, "SELECT r.form FROM reports r JOIN items i ON i.key = r.item_key AND i.version = r.version WHERE i.key = ?", [item_key]
    )
    return None if form is None else report_from(unpacked(form))


def count_items(db: Database) -> int:
    return int(scalar(db, "SELECT count(*) FROM items"))


# ---------------------------------------------------------------- search


def waiting_follow_ups(
    db: Database, names: Collection[str], *, since: dt.datetime, until: dt.datetime, other_than: str, limit: int = 50
) -> list[StoredItem]:
    """Items of that time, in the order stored, that hold one of the names, were read as a follow-up and are filed under no incident."""
    query = " OR ".join(phrase for name in names if (phrase := fts_query(f'"{name}"')))
    if not query:
        return []
    # Numbers rise with time, so that the search index is read from the first of them on, however much lies before.
    found = rows(
        db,
        "SELECT i.* FROM items_search JOIN items i ON i.number = items_search.rowid "
        "JOIN reports r ON r.item_key = i.key AND r.version = i.version "
        "WHERE items_search MATCH :query AND items_search.rowid >= "
        "coalesce((SELECT number FROM items WHERE clock_at >= :since ORDER BY clock_at, number LIMIT 1), 0) "
        "AND i.clock_at >= :since AND i.clock_at <= :until AND i.key <> :key AND r.kind = 'follow-up' "
        "AND NOT EXISTS (SELECT 1 FROM filings f WHERE f.item_key = i.key AND f.in_force = 1) ORDER BY i.number LIMIT :limit",
        {"query": query, "since": stamp(since), "until": stamp(until), "key": other_than, "limit": limit},
    )
    return [stored_from_row(values) for values in found]


def search_items(db: Database, words: str, *, limit: int = 50) -> list[Found]:
    """Items that hold all the words, best first (of the latest 50,000 that do); words between double quotes stand together. Word
    endings do not matter.

    Any text is taken as words, never as a query language: AND, NEAR, *, ^ and lone quotes mean themselves.
    """
    query = fts_query(words)
    if not query:
        return []
    # First which ones, then their words: a passage made for each hit would cost more than the search.
    found = rows(
        db,
        "WITH best AS MATERIALIZED (SELECT rowid AS number, rank AS place FROM items_search WHERE items_search MATCH :query AND rowid > "
        "coalesce((SELECT rowid FROM items_search WHERE items_search MATCH :query ORDER BY rowid DESC LIMIT 1 OFFSET :ranked), -1) "
        "ORDER BY rank, rowid DESC LIMIT :limit) "
        "SELECT i.*, snippet(items_search, -1, '«', '»', '…', 32) AS snippet "
        "FROM best CROSS JOIN items_search ON items_search.rowid = best.number JOIN items i ON i.number = best.number "
        "WHERE items_search MATCH :query ORDER BY best.place, i.number DESC",
        {"query": query, "limit": limit, "ranked": RANKED},
    )
    return [Found(stored=stored_from_row(values), snippet=" ".join(values["snippet"].split())) for values in found]


def fts_query(words: str) -> str:
    """Each word, or each passage in double quotes, as one quoted FTS5 phrase; empty where there is no letter or digit."""
    # FTS5 reads up to the first NUL and then misses the closing quote. Every second part stood between quotes.
    parts = storable(words).replace("\x00", " ").split('"')
    phrases = [phrase for n, part in enumerate(parts) for phrase in ([part] if n % 2 else part.split())]
    return " ".join(f'"{phrase}"' for phrase in phrases if any(character.isalnum() for character in phrase))


# ---------------------------------------------------------------- attempts at reading


def record_attempt(db: Database, key: str, error: str, *, at: dt.datetime | None = None) -> int:
    """Count a failed attempt at an item (or, by its address, at a feed's body) and return how many there are.

    In a transaction of its own, so that a poll that is rolled back has still been counted.

    Raises:
        RuntimeError: called inside `writing`.
    """
    if db.conn.in_transaction:
        raise RuntimeError("record_attempt was called inside a transaction, whose end would decide whether it counts")
    with writing(db):
        count = 1 + (scalar(db, "SELECT attempts FROM attempts WHERE key = ?", [key]) or 0)
        insert(
            db, "attempts", {"key": key, "attempts": count, "last_error": storable(error), "last_at": stamp_or_none(at)}, replace_on="key"
        )
        return int(count)


def attempts(db: Database, keys: Collection[str]) -> dict[str, int]:
    """How often each key has failed so far; keys that never did are left out."""
    wanted = list(keys)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        for values in rows(db, f"SELECT key, attempts FROM attempts WHERE key IN ({', '.join('?' * len(chunk))})", chunk):
            found[values["key"]] = values["attempts"]
    return found


def clear_attempts(db: Database, key: str) -> None:
    with writing(db):
        change(db, "DELETE FROM attempts WHERE key = ?", [key])


# ---------------------------------------------------------------- rows


def _arrival(seen_at: dt.datetime, clock_at: dt.datetime, may_alert: bool) -> dict[str, Any]:
    return {"first_seen_at": stamp(seen_at), "clock_at": stamp(clock_at), "may_alert": may_alert}


def _promoted(db: Database, key: str) -> dict[str, Any]:
    """Make an item of the sighting that has this key."""
    copy = row(db, f"{COPIES} WHERE s.key = ?", [key])
    if copy is None:
        raise ValueError(f"item {key!r} is not stored; insert it first")
    stored = stored_from_row(copy)
    insert_item(db, stored.item, seen_at=stored.first_seen_at, clock_at=stored.clock_at, may_alert=stored.may_alert)
    return rows(db, "SELECT * FROM items WHERE key = ?", [key])[0]


def _update(db: Database, key: str, values: dict[str, Any]) -> None:
    changes = ", ".join(f"{name} = :{name}" for name in values if name != "key")
    change(db, f"UPDATE items SET {changes} WHERE key = :key", values | {"key": key})
