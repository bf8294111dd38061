"""What is remembered of each feed between polls, keyed by its address."""

from __future__ import annotations

import dataclasses
from typing import Any

from monitor.model import FeedState
from monitor.store.columns import moment_or_none, stamp_or_none, storable_or_none
from monitor.store.database import Database, change, insert, row, rows, writing

_COLUMNS = tuple(field.name for field in dataclasses.fields(FeedState))
_TIMES = tuple(name for name in _COLUMNS if name.endswith("_at"))
_WORDS = ("etag", "last_modified", "last_error", "moved_to")


def feed_state(db: Database, url: str) -> FeedState:
    """The feed's state; a fresh one for an address that was never polled."""
    found = row(db, "SELECT * FROM feeds WHERE url = ?", [url])
    return FeedState(url=url) if found is None else _state(found)


def feed_states(db: Database) -> dict[str, FeedState]:
    """All states by address, also of feeds that the config no longer names."""
    return {found["url"]: _state(found) for found in rows(db, "SELECT * FROM feeds ORDER BY url")}


def save_feed_state(db: Database, state: FeedState) -> None:
    values: dict[str, Any] = {name: getattr(state, name) for name in _COLUMNS}
    values |= {name: stamp_or_none(values[name]) for name in _TIMES}
    values |= {name: storable_or_none(values[name]) for name in _WORDS}
    with writing(db):
        insert(db, "feeds", values, replace_on="url")


def move_feed_state(db: Database, old_url: str, new_url: str) -> None:
    """Carry a feed's state to another address (an adopted redirect, an edited config). What the new address had is replaced."""
    if old_url == new_url:
        return
    with writing(db):
        if row(db, "SELECT 1 FROM feeds WHERE url = ?", [old_url]) is None:
            return
        change(db, "DELETE FROM feeds WHERE url = ?", [new_url])
        change(db, "UPDATE feeds SET url = ?, moved_to = NULL, moved_seen = 0 WHERE url = ?", [new_url, old_url])


def forget_feed_state(db: Database, url: str) -> bool:
    """Drop a removed feed's state; its items stay. A feed that comes back starts as on its first fetch."""
    with writing(db):
        return change(db, "DELETE FROM feeds WHERE url = ?", [url]) > 0


def _state(found: dict[str, Any]) -> FeedState:
    values = {name: found[name] for name in _COLUMNS}
    values |= {name: moment_or_none(values[name]) for name in _TIMES}
    values["gone"] = bool(values["gone"])
    return FeedState(**values)
