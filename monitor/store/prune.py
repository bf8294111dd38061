"""Old items go, what was made of them stays: incidents with their reports and the items behind them, alerts and all that was sent."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

from monitor.store.columns import stamp
from monitor.store.database import Database, change, rows, writing
from monitor.store.signatures import SPAN_DAYS

_CHUNK = 500
# A daemon beside it waits no longer than this.
_SLICE_S = 0.2

# A filing holds its account, headline and link; its words are the item's.
_FILED = "EXISTS (SELECT 1 FROM filings f WHERE f.text_key = i.key)"
_COPY_FILED = "EXISTS (SELECT 1 FROM filings f WHERE f.item_key = s.key AND f.in_force = 1)"
_OLD_COPY = f"s.clock_at < :before AND s.seen_at < :before AND NOT {_COPY_FILED}"
_OLD_ITEM = (
    f"i.clock_at < :before AND i.first_seen_at < :before AND coalesce(i.changed_at, '') < :before AND NOT {_FILED} "
    "AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.item_key = i.key)"
)


@dataclass(slots=True, kw_only=True)
class Pruned:
    """How many went: items, copies, reprint signatures; `emptied` items lost their words alone."""

    items: int = 0
    copies: int = 0
    signatures: int = 0
    emptied: int = 0


def prune(db: Database, *, before: dt.datetime, stopped: Callable[[], bool] = lambda: False) -> Pruned:
    """Delete what came in before `before` and no incident is built on. In slices, so that a daemon goes on meanwhile; stopped, or
    killed, it has done a part, and the next run does the rest.

    An item without a date keeps its row, without its words: seen again in its feed, it would be taken for today's.
    """
    found = Pruned()
    at = {"before": stamp(before)}
    # SQLite would look for each item's children in tables that have no index for it. The conditions above see to them.
    db.execute("PRAGMA foreign_keys=OFF")
    try:
        found.signatures = _signatures(db, before.date().toordinal(), stopped)
        found.copies = _walk(db, "sightings s", _OLD_COPY, at=at, drop=_drop_copies, stopped=stopped)
        dated = f"{_OLD_ITEM} AND i.published_at IS NOT NULL"
        found.items = _walk(db, "items i", dated, at=at, drop=_drop_items, stopped=stopped)
        undated = f"{_OLD_ITEM} AND i.published_at IS NULL AND (i.summary <> '' OR i.content <> '')"
        found.emptied = _walk(db, "items i", undated, at=at, drop=_empty_items, stopped=stopped)
    finally:
        db.execute("PRAGMA foreign_keys=ON")
    return found


def _walk(
    db: Database,
    source: str,
    wanted: str,
    *,
    at: dict[str, str],
    drop: Callable[[Database, list[tuple[int, str]]], None],
    stopped: Callable[[], bool],
) -> int:
    """Go through a table by its row numbers; what is to be dropped is looked at again inside the transaction that drops it."""
    done, last, chunk = 0, -1, _CHUNK
    while not stopped():
        sql = f"SELECT number, key FROM {source} WHERE number > :last AND {wanted} ORDER BY number"
        ahead = rows(db, f"{sql} LIMIT :chunk", at | {"last": last, "chunk": chunk})
        if not ahead:
            break
        began = time.monotonic()
        with writing(db):
            still = rows(db, f"{sql} LIMIT :chunk", at | {"last": last, "chunk": chunk})
            drop(db, [(values["number"], values["key"]) for values in still])
        done += len(still)
        last = max([ahead[-1]["number"], *(values["number"] for values in still)])
        # As many as fit into a slice, whatever the disk.
        chunk = max(20, min(5_000, int(chunk * _SLICE_S / max(time.monotonic() - began, 0.001))))
    return done


def _drop_items(db: Database, found: list[tuple[int, str]]) -> None:
    for number, key in found:
        for table, column in (("reports", "item_key"), ("item_versions", "item_key"), ("signatures", "item_key"), ("attempts", "key")):
            change(db, f"DELETE FROM {table} WHERE {column} = ?", [key])
        change(db, "DELETE FROM items WHERE number = ?", [number])


def _drop_copies(db: Database, found: list[tuple[int, str]]) -> None:
    for number, key in found:
        change(db, "DELETE FROM attempts WHERE key = ?", [key])
        change(db, "DELETE FROM sightings WHERE number = ?", [number])


def _empty_items(db: Database, found: list[tuple[int, str]]) -> None:
    for number, key in found:
        change(db, "DELETE FROM item_versions WHERE item_key = ?", [key])
        change(db, "UPDATE items SET summary = '', content = '' WHERE number = ?", [number])


def _signatures(db: Database, before: int, stopped: Callable[[], bool]) -> int:
    """Reprints are looked for within days: an old signature serves nothing, whatever its item does."""
    done = 0
    last: tuple[int, ...] = (-(2**63), 0, 0, 0)
    while not stopped():
        ahead = rows(
            db,
            "SELECT span, band, day, item_number FROM signature_bands "
            "WHERE (span, band, day, item_number) > (?, ?, ?, ?) AND span <= ? AND day < ? "
            "ORDER BY span, band, day, item_number LIMIT 2000",
            [*last, before // SPAN_DAYS, before],
        )
        if not ahead:
            break
        with writing(db):
            for values in ahead:
                change(
                    db,
                    "DELETE FROM signature_bands WHERE span = :span AND band = :band AND day = :day AND item_number = :item_number",
                    values,
                )
        last = tuple(ahead[-1][name] for name in ("span", "band", "day", "item_number"))
    while not stopped():
        with writing(db):
            gone = change(
                db, "DELETE FROM signatures WHERE item_key IN (SELECT item_key FROM signatures WHERE day < ? LIMIT 1000)", [before]
            )
        done += gone
        if not gone:
            break
    return done
