"""Filings that go from one incident to another, with what was told of it: the rows behind a merge and a split."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from monitor.store.columns import packed, stamp, storable
from monitor.store.database import Database, change, insert, row, rows, scalar, writing
from monitor.store.decisions import Placed, family

# ---------------------------------------------------------------- filings


def move_filings(
    db: Database, source: str, target: str, *, at: dt.datetime, reason: str, items: Collection[tuple[str, int]] | None = None
) -> list[Placed]:
    """File what is in force under `source` under `target` instead; `items` narrows to these (item key, account). Returns where all
    filings in force of both are then.

    The rows that were there stay, out of force. Reports by copies go where the accounts that they copy go only if named.
    """
    with writing(db):
        stay = [Placed(item_key=f["item_key"], n=f["n"], incident_id=target, moved=False) for f in _in_force(db, target)]
        for values in _in_force(db, source):
            if items is not None and (values["item_key"], values["n"]) not in items:
                stay.append(Placed(item_key=values["item_key"], n=values["n"], incident_id=source, moved=False))
                continue
            change(db, "UPDATE filings SET in_force = 0, superseded_at = ? WHERE number = ?", [stamp(at), values["number"]])
            n = _free_ordinal(db, target, values["item_key"], values["n"])
            insert(
                db,
                "filings",
                {name: value for name, value in values.items() if name != "number"}
                | {"incident_id": target, "n": n, "reason": storable(reason)},
            )
            stay.append(Placed(item_key=values["item_key"], n=n, incident_id=target, moved=True))
    return stay


def _in_force(db: Database, incident_id: str) -> list[dict[str, Any]]:
    return rows(db, "SELECT * FROM filings WHERE incident_id = ? AND in_force = 1 ORDER BY number", [incident_id])


def _free_ordinal(db: Database, incident_id: str, item_key: str, n: int) -> int:
    """The account's own ordinal, as long as no other account of the item has it there."""
    found = rows(db, "SELECT n FROM filings WHERE incident_id = ? AND item_key = ? AND in_force = 1", [incident_id, item_key])
    taken = {values["n"] for values in found}
    return n if n not in taken else max(taken) + 1


def accounts_of(db: Database, incident_id: str, item_keys: Collection[str]) -> set[tuple[str, int]]:
    """The accounts in force under the incident of these items, and of the exact copies of their words."""
    found = rows(
        db,
        "SELECT item_key, n FROM filings WHERE incident_id = :incident AND in_force = 1 "
        "AND (item_key IN (SELECT value FROM json_each(:keys)) OR text_key IN (SELECT value FROM json_each(:keys)))",
        {"incident": incident_id, "keys": packed(list(item_keys))},
    )
    return {(values["item_key"], values["n"]) for values in found}


def came_live(db: Database, incident_id: str) -> bool:
    """Whether an item that is filed under the incident came from a feed as news, and not from an import or an old feed."""
    found = row(
        db,
        "SELECT 1 FROM filings f JOIN items i ON i.key = f.text_key WHERE f.incident_id = ? AND f.in_force = 1 "
        "AND i.may_alert = 1 AND i.clock_at = i.first_seen_at LIMIT 1",
        [incident_id],
    )
    return found is not None


# ---------------------------------------------------------------- incidents


def merged_into(db: Database, incident_id: str) -> str | None:
    """The incident that this one was directly merged into; None where it stands."""
    found = scalar(db, "SELECT merged_into FROM incidents WHERE id = ?", [incident_id])
    return None if found is None else str(found)


def mark_merged(db: Database, other: str, keep: str) -> None:
    """`other` is `keep` from now on, and what was sent or waits to be sent on it belongs there.

    Raises:
        ValueError: one of them is merged already, or they are the same.
    """
    if other == keep or merged_into(db, other) or merged_into(db, keep):
        raise ValueError(f"incident {other!r} cannot be merged into {keep!r}: one of them is merged already, or they are the same")
    with writing(db):
        _leave_one_message(db, keep, other)
        change(db, "UPDATE incidents SET merged_into = ? WHERE id = ?", [keep, other])
        change(db, "UPDATE deliveries SET incident_id = ? WHERE incident_id = ?", [keep, other])


def unmark_merged(db: Database, other: str) -> None:
    """`other` stands by itself again, with what was sent on it."""
    with writing(db):
        change(db, "UPDATE incidents SET merged_into = NULL WHERE id = ?", [other])
        change(
            db,
            "UPDATE deliveries SET incident_id = ? WHERE alert_id IN "
            "(SELECT id FROM alerts WHERE incident_id IN (SELECT value FROM json_each(?)))",
            [other, packed(family(db, other))],
        )


def _leave_one_message(db: Database, keep: str, other: str) -> None:
    """Of two incidents that are one, no channel gets a first message on each: what is not sent yet gives way to what is, and of two
    that wait the older to the newer. An alert that thereby goes nowhere was never told."""
    waiting = rows(
        db,
        "SELECT d.id, d.channel, d.incident_id, d.alert_id FROM deliveries d JOIN alerts a ON a.id = d.alert_id "
        "WHERE d.incident_id IN (?, ?) AND d.state = 'waiting' AND d.ambiguous = 0 AND a.change = 'new' ORDER BY d.id",
        [keep, other],
    )
    for values in waiting:
        twin = other if values["incident_id"] == keep else keep
        told = row(
            db,
            "SELECT d.id FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE d.incident_id = ? AND d.channel = ? AND a.change <> "
            "'retraction' AND (d.state IN ('sent', 'claimed') OR (d.state = 'waiting' AND (d.ambiguous = 1 OR d.id > ?))) LIMIT 1",
            [twin, values["channel"], values["id"]],
        )
        if told is None:
            continue
        change(
            db,
            "UPDATE deliveries SET state = 'collapsed', collapsed_into = ?, last_error = ? WHERE id = ?",
            [told["id"], f"one with incident {twin}", values["id"]],
        )
        change(
            db,
            "UPDATE alerts SET state = 'suppressed', held = ?, settled_at = NULL WHERE id = ? AND state = 'settled' "
            "AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.alert_id = alerts.id AND d.state NOT IN ('collapsed', 'suppressed'))",
            [f"one with incident {twin}", values["alert_id"]],
        )


def revivable(db: Database, incident_id: str, items: Collection[tuple[str, int]]) -> str | None:
    """The incident that was merged into this one and once had exactly these accounts: a split of them brings it back."""
    wanted = sorted(items)
    found = rows(db, "SELECT id FROM incidents WHERE merged_into = ? ORDER BY id", [incident_id])
    for values in found:
        had = rows(db, "SELECT DISTINCT item_key, n FROM filings WHERE incident_id = ?", [values["id"]])
        if sorted((one["item_key"], one["n"]) for one in had) == wanted:
            return str(values["id"])
    return None
