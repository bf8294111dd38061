"""What is remembered of each feed between polls, keyed by its address, of which no secret is stored."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from monitor.model import FeedState, Hints
from monitor.store.addresses import stored_address
from monitor.store.columns import moment, moment_or_none, packed, stamp, stamp_or_none, storable_or_none, unpacked
from monitor.store.database import Database, change, insert, row, rows, writing

_COLUMNS = tuple(field.name for field in dataclasses.fields(FeedState))
_TIMES = tuple(name for name in _COLUMNS if name.endswith("_at"))
_WORDS = ("etag", "last_modified", "last_error", "moved_to", "due_why", "not_before_why")


class FeedStates(dict[str, FeedState]):
    """States by what is stored of their addresses; `get` takes the address itself."""

    def get(self, url: str, default: Any = None) -> Any:
        found = super().get(stored_address(url))
        return default if found is None else dataclasses.replace(found, url=url)


def feed_state(db: Database, url: str) -> FeedState:
    """The feed's state; a fresh one for an address that was never polled."""
    found = row(db, "SELECT * FROM feeds WHERE url = ?", [stored_address(url)])
    return FeedState(url=url) if found is None else dataclasses.replace(_state(found), url=url)


def feed_states(db: Database) -> FeedStates:
    """All states, also of feeds that the config no longer names."""
    return FeedStates((found["url"], _state(found)) for found in rows(db, "SELECT * FROM feeds ORDER BY url"))


def save_feed_state(db: Database, state: FeedState) -> None:
    """Keep a state. Where a permanent redirect leads is kept unless that has a secret in it: then it is followed anew each time."""
    values: dict[str, Any] = {name: getattr(state, name) for name in _COLUMNS} | {"url": stored_address(state.url)}
    if state.moved_to is not None and stored_address(state.moved_to) != state.moved_to:
        values |= {"moved_to": None, "moved_seen": 0}
    values |= {name: stamp_or_none(values[name]) for name in _TIMES}
    values |= {name: storable_or_none(values[name]) for name in _WORDS}
    values["hints"] = None if state.hints == Hints() else packed(dataclasses.asdict(state.hints))
    with writing(db):
        insert(db, "feeds", values, replace_on="url")


def move_feed_state(db: Database, old_url: str, new_url: str) -> None:
    """Carry a feed's state to another address (an adopted redirect, an edited config). What the new address had is replaced."""
    old_url, new_url = stored_address(old_url), stored_address(new_url)
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
        return change(db, "DELETE FROM feeds WHERE url = ?", [stored_address(url)]) > 0


def _state(found: dict[str, Any]) -> FeedState:
    values = {name: found[name] for name in _COLUMNS}
    values |= {name: moment_or_none(values[name]) for name in _TIMES}
    values |= {name: bool(values[name]) for name in ("gone", "bad_body")}
    values["hints"] = Hints() if values["hints"] is None else _hints(unpacked(values["hints"]))
    return FeedState(**values)


def _hints(form: dict[str, Any]) -> Hints:
    return Hints(**(form | {name: tuple(form[name]) for name in ("skip_hours", "skip_days")}))


# ---------------------------------------------------------------- what came, and when


def arrivals(db: Database, feed: str, *, since: dt.datetime) -> list[dt.datetime]:
    """The polls since then that brought a new item or copy, rising; `feed` is its name."""
    found = rows(
        db,
        "SELECT first_seen_at AS at FROM items WHERE feed = :feed AND first_seen_at >= :since "
        "UNION SELECT seen_at FROM sightings WHERE feed = :feed AND seen_at >= :since ORDER BY 1",
        {"feed": feed, "since": stamp(since)},
    )
    return [moment(values["at"]) for values in found]


def came(db: Database, feed: str, *, since: dt.datetime) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """Arrival and publication of each item and copy of a feed since then."""
    found = rows(
        db,
        "SELECT first_seen_at AS at, published_at FROM items WHERE feed = :feed AND first_seen_at > :since "
        "UNION ALL SELECT seen_at, published_at FROM sightings WHERE feed = :feed AND seen_at > :since",
        {"feed": feed, "since": stamp(since)},
    )
    return [(moment(values["at"]), moment_or_none(values["published_at"])) for values in found]


# ---------------------------------------------------------------- what the operator was told


def told_troubles(db: Database) -> dict[str, str]:
    """The trouble of each address, as it is stored, that the operator was told of and that is not over."""
    return {values["url"]: values["trouble"] for values in rows(db, "SELECT url, trouble FROM feed_troubles")}


def keep_trouble(db: Database, url: str, trouble: str, *, at: dt.datetime) -> None:
    with writing(db):
        insert(db, "feed_troubles", {"url": stored_address(url), "trouble": trouble, "told_at": stamp(at)}, replace_on="url")


def end_trouble(db: Database, url: str) -> None:
    with writing(db):
        change(db, "DELETE FROM feed_troubles WHERE url = ?", [stored_address(url)])
