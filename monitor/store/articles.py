"""Which items' articles were asked for, so that each is asked for once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from monitor.store.columns import packed, stamp, storable_or_none
from monitor.store.database import Database, insert, row, rows, scalar, writing


def article_tries(db: Database, keys: Collection[str]) -> dict[str, int]:
    """How often each item's article was asked for; items whose never was are left out."""
    found = rows(db, "SELECT item_key, tries FROM articles WHERE item_key IN (SELECT value FROM json_each(?))", [packed(list(keys))])
    return {values["item_key"]: values["tries"] for values in found}


def keep_article_try(db: Database, key: str, error: str | None, *, at: dt.datetime) -> None:
    """Count one; `error` says why the item is read without its article."""
    with writing(db):
        tries = 1 + int(scalar(db, "SELECT tries FROM articles WHERE item_key = ?", [key]) or 0)
        values = {"item_key": key, "tries": tries, "tried_at": stamp(at), "error": storable_or_none(error)}
        insert(db, "articles", values, replace_on="item_key")


def article_note(db: Database, key: str) -> str | None:
    """What became of an item's article, in words; None where it was not asked for."""
    found = row(db, "SELECT error FROM articles WHERE item_key = ?", [key])
    return None if found is None else found["error"] or "read with its article"
