"""What was decided on incidents, by an analyst or by the program: merged, split, set, dismissed. Rows are never changed, only undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from monitor.model import Ruling
from monitor.store.columns import moment, moment_or_none, packed, stamp, storable, storable_or_none, unpacked
from monitor.store.database import Database, change, insert, row, rows, writing

Kind = Literal["merge", "split", "set", "dismiss", "undismiss"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a decision put one account of an item; `moved` is False where it was there before."""

    item_key: str
    n: int
    incident_id: str
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision.

    merge: `other_id` went into `incident_id`. split: some filings of `incident_id` went to `other_id`. set: `field` has `value`, a
    JSON form (None: the field is not known). `placed` is where the filings of both were then.
    """

    number: int
    at: dt.datetime
    actor: str
    by_hand: bool
    kind: Kind
    incident_id: str
    other_id: str | None = None
    field: str | None = None
    value: Any = None
    why: str = ""
    undone_at: dt.datetime | None = None
    undone_by: str | None = None
    undone_why: str | None = None


# ---------------------------------------------------------------- writing


def record(
    db: Database,
    kind: Kind,
    incident_id: str,
    *,
    at: dt.datetime,
    actor: str,
    by_hand: bool,
    why: str,
    other_id: str | None = None,
    field: str | None = None,
    value: Any = None,
    placed: Iterable[Placed] = (),
) -> int:
    """Store a decision; returns its number."""
    with writing(db):
        number = insert(
            db,
            "incident_decisions",
            {
                "at": stamp(at),
                "actor": storable(actor),
                "by_hand": by_hand,
                "kind": kind,
                "incident_id": incident_id,
                "other_id": other_id,
                "field": field,
                "value": None if field is None else packed(value),
                "why": storable(why),
            },
        )
        for one in placed:
            insert(
                db,
                "decision_filings",
                {"decision": number, "item_key": one.item_key, "n": one.n, "incident_id": one.incident_id, "moved": one.moved},
            )
    return number


def mark_undone(db: Database, number: int, *, at: dt.datetime, actor: str, why: str) -> None:
    with writing(db):
        change(
            db,
            "UPDATE incident_decisions SET undone_at = ?, undone_by = ?, undone_why = ? WHERE number = ? AND undone_at IS NULL",
            [stamp(at), storable(actor), storable_or_none(why or None), number],
        )


# ---------------------------------------------------------------- reading


def decision(db: Database, number: int) -> Decided | None:
    found = row(db, "SELECT * FROM incident_decisions WHERE number = ?", [number])
    return None if found is None else _decided(found)


def decisions_on(db: Database, incident_ids: Sequence[str]) -> list[Decided]:
    """Every decision that names one of these incidents, undone ones too, oldest first."""
    ids = packed(list(incident_ids))
    found = rows(
        db,
        "SELECT * FROM incident_decisions WHERE incident_id IN (SELECT value FROM json_each(:ids)) "
        "UNION SELECT * FROM incident_decisions WHERE other_id IN (SELECT value FROM json_each(:ids)) ORDER BY number",
        {"ids": ids},
    )
    return [_decided(values) for values in found]


def decided_by_hand(db: Database, incident_id: str) -> list[Decided]:
    """What analysts have decided, and not undone, on an incident and on those merged into it; oldest first."""
    return [one for one in decisions_on(db, family(db, incident_id)) if one.by_hand and one.undone_at is None]


def rulings(decided: Iterable[Decided]) -> tuple[Ruling, ...]:
    """What stands of analysts' decisions on one incident, in their order: each merge and split, of each field and of the dismissal
    the last word."""
    last: dict[str, Ruling] = {}
    for one in decided:
        what = one.field or one.kind
        key = f"{what} {one.number}" if one.other_id else "dismiss" if what == "undismiss" else what
        last.pop(key, None)
        last[key] = Ruling(number=one.number, what=what, actor=one.actor, why=one.why)
    return tuple(last.values())


def placed_by_hand(db: Database, item_key: str, n: int | None = None) -> list[str]:
    """The incidents where analysts have put an item's accounts (or its account `n`), each as it is called now; the last word first."""
    found = rows(
        db,
        "SELECT f.incident_id, f.n FROM decision_filings f JOIN incident_decisions d ON d.number = f.decision "
        "WHERE f.item_key = :item AND (:n IS NULL OR f.n = :n) AND d.by_hand = 1 AND d.undone_at IS NULL ORDER BY d.number DESC",
        {"item": item_key, "n": n},
    )
    last: dict[int, str] = {}
    for values in found:
        last.setdefault(values["n"], values["incident_id"])
    return list(dict.fromkeys(standing_id(db, incident_id) for incident_id in last.values()))


def placed_in(db: Database, number: int) -> list[Placed]:
    """Where the filings of the incidents of a decision were, once it was carried out."""
    found = rows(db, "SELECT item_key, n, incident_id, moved FROM decision_filings WHERE decision = ?", [number])
    return [Placed(**(values | {"moved": bool(values["moved"])})) for values in found]


def kept_apart(db: Database, incident_id: str) -> set[str]:
    """The incidents that an analyst has said to be other attacks than this one: split from it, or a merge taken back."""
    with_merged = family(db, incident_id)
    found = rows(
        db,
        "SELECT incident_id, other_id FROM incident_decisions WHERE other_id IS NOT NULL "
        "AND (incident_id IN (SELECT value FROM json_each(:ids)) OR other_id IN (SELECT value FROM json_each(:ids))) "
        "AND ((kind = 'split' AND by_hand = 1 AND undone_at IS NULL) OR (kind = 'merge' AND undone_at IS NOT NULL))",
        {"ids": packed(with_merged)},
    )
    named = {one for values in found for one in (values["incident_id"], values["other_id"])}
    return {standing_id(db, one) for one in named - set(with_merged)} - {incident_id}


# ---------------------------------------------------------------- which incident is which

# An incident and all that were merged into it, directly or through others. Between two bounds that are one: for an equality SQLite
# makes a Bloom filter of all incidents first, 8 ms for 25,000 of them, where hardly any was merged.
FAMILY = (
    "WITH RECURSIVE family(id) AS (VALUES (?) UNION SELECT i.id FROM family CROSS JOIN incidents i INDEXED BY incidents_merged "
    "WHERE i.merged_into BETWEEN family.id AND family.id AND i.merged_into IS NOT NULL)"
)


def family(db: Database, incident_id: str) -> list[str]:
    """The incident, then those that were merged into it, directly or through others."""
    return [values["id"] for values in rows(db, f"{FAMILY} SELECT id FROM family", [incident_id])]


def standing_id(db: Database, incident_id: str) -> str:
    """The incident that this one was merged into in the end; itself where it stands."""
    while (found := row(db, "SELECT merged_into FROM incidents WHERE id = ?", [incident_id])) and found["merged_into"]:
        incident_id = found["merged_into"]
    return incident_id


def merged_at(db: Database, incident_id: str) -> str:
    """When the incident was last found to be part of another one, as stored; "" where it was not."""
    found = row(
        db,
        "SELECT max(CASE kind WHEN 'merge' THEN at ELSE undone_at END) AS at FROM incident_decisions WHERE other_id = ? "
        "AND ((kind = 'merge' AND undone_at IS NULL) OR (kind = 'split' AND undone_at IS NOT NULL))",
        [incident_id],
    )
    return str(found["at"] or "") if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """An incident was part of `other` for a time; times as stored."""

    other: str
    joined_at: str
    left_at: str


def stays_in_others(db: Database, incident_id: str) -> list[Stay]:
    """Where the incident was merged into another one and came out again: the merge was undone, or a split brought it back."""
    found = rows(
        db,
        "SELECT incident_id AS other, at AS joined_at, undone_at AS left_at FROM incident_decisions "
        "WHERE other_id = :id AND kind = 'merge' AND undone_at IS NOT NULL "
        "UNION ALL SELECT m.incident_id, m.at, s.at FROM incident_decisions s "
        "JOIN incident_decisions m ON m.other_id = s.other_id AND m.incident_id = s.incident_id AND m.number < s.number "
        "WHERE s.other_id = :id AND s.kind = 'split' AND s.undone_at IS NULL AND m.kind = 'merge'",
        {"id": incident_id},
    )
    return [Stay(**values) for values in found]


def _decided(values: dict[str, Any]) -> Decided:
    return Decided(
        number=values["number"],
        at=moment(values["at"]),
        actor=values["actor"],
        by_hand=bool(values["by_hand"]),
        kind=values["kind"],
        incident_id=values["incident_id"],
        other_id=values["other_id"],
        field=values["field"],
        value=None if values["value"] is None else unpacked(values["value"]),
        why=values["why"],
        undone_at=moment_or_none(values["undone_at"]),
        undone_by=values["undone_by"],
        undone_why=values["undone_why"],
    )
