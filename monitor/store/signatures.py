"""Signatures of the items that report attacks, with an index by bands: what a text resembles is found without reading any other."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence

from monitor.store.columns import packed
from monitor.store.database import Database, change, insert, row, rows, writing

# A bulletin that is filled in like a form every day must not make a search long; more than these share a band with nothing but forms.
_MOST = 200
# Days that stand together in the index; as in the migration that made it.
SPAN_DAYS = 32


def save_signature(
    db: Database, item_key: str, signature: Sequence[int], bands: Sequence[int], *, scheme: str, former_bands: Sequence[int] = ()
) -> None:
    """Keep a stored item's signature, in place of an older one that had `former_bands`; call inside `writing`."""
    item = row(db, "SELECT number, clock_at FROM items WHERE key = ?", [item_key])
    if item is None:
        raise ValueError(f"item {item_key!r} is not stored; it cannot be signed")
    with writing(db):
        if (older := row(db, "SELECT day FROM signatures WHERE item_key = ?", [item_key])) is not None:
            change(
                db,
                "DELETE FROM signature_bands WHERE span = ? AND band IN (SELECT value FROM json_each(?)) AND day = ? AND item_number = ?",
                [older["day"] // SPAN_DAYS, packed(list(former_bands)), older["day"], item["number"]],
            )
        day = dt.date.fromisoformat(item["clock_at"][:10]).toordinal()
        kept = {"item_key": item_key, "scheme": scheme, "day": day, "signature": struct.pack(f"<{len(signature)}I", *signature)}
        insert(db, "signatures", kept, replace_on="item_key")
        change(
            db,
            "INSERT OR IGNORE INTO signature_bands (span, band, day, item_number) SELECT ?, value, ?, ? FROM json_each(?)",
            [day // SPAN_DAYS, day, item["number"], packed(list(bands))],
        )


def signature(db: Database, item_key: str, *, scheme: str) -> tuple[int, ...] | None:
    """The item's signature; None where it has none of this scheme."""
    found = row(db, "SELECT signature FROM signatures WHERE item_key = ? AND scheme = ?", [item_key, scheme])
    return None if found is None else _unpacked(found["signature"])


def sharing_a_band(
    db: Database, bands: Sequence[int], *, scheme: str, since: dt.datetime, until: dt.datetime, other_than: str
) -> list[tuple[str, tuple[int, ...]]]:
    """Keys and signatures of the items that share a band and whose clock falls between these days; in the order stored, 200 at most."""
    first, last = since.date().toordinal(), until.date().toordinal()
    found = rows(
        db,
        "SELECT i.key, s.signature FROM (SELECT DISTINCT b.item_number AS number FROM json_each(:spans) p CROSS JOIN json_each(:bands) j "
        "CROSS JOIN signature_bands b ON b.span = p.value AND b.band = j.value AND b.day BETWEEN :since AND :until "
        "ORDER BY 1 DESC LIMIT :most) n "
        "CROSS JOIN items i ON i.number = n.number JOIN signatures s ON s.item_key = i.key "
        "WHERE s.scheme = :scheme AND i.key <> :other ORDER BY i.number",
        {
            "spans": packed(list(range(first // SPAN_DAYS, last // SPAN_DAYS + 1))),
            "bands": packed(list(bands)),
            "since": first,
            "until": last,
            "most": _MOST,
            "scheme": scheme,
            "other": other_than,
        },
    )
    return [(values["key"], _unpacked(values["signature"])) for values in found]


def _unpacked(blob: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(blob) // 4}I", blob)
