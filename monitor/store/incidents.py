"""Incidents and the accounts filed under them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from monitor.forms import account_form, account_from, history_form, history_from, incident_facts_form, incident_facts_from
from monitor.model import Account, Filing, Incident, Place
from monitor.store.columns import END, moment, moment_or_none, packed, stamp, stamp_or_none, storable, storable_or_none, unpacked
from monitor.store.database import Database, change, insert, reading, row, rows, scalar, writing
from monitor.store.identity import new_incident_id as new_incident_id  # noqa: PLC0414 (callers find it here)

# How long after the attack an incident is looked at for reports and follow-ups, and for what is recalled. No shorter than what
# `incidents.assign` allows, which judges each candidate itself.
OPEN_FOR = dt.timedelta(days=30)
RECALLED_FOR = dt.timedelta(days=120)
# A report is filed a little before or after the day that it gives to the attack.
SLACK = dt.timedelta(days=3)
# Half a degree is 55 km north and south, and 47 km east and west at 32° north: two sides of one frontier.
NEAR_DEGREES = 0.6
# Days that a step away counts for (near, province, country, nowhere): a month of one city must not keep out what has no place yet.
NEWS_STEP, FOLLOW_UP_STEP = 1, 3

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A filing with the paperwork: its account's ordinal in the item, the assignment's reason, whether it still counts."""

    incident_id: str
    filing: Filing
    n: int
    reason: str
    in_force: bool = True
    superseded_at: dt.datetime | None = None


# ---------------------------------------------------------------- candidates


def candidates(db: Database, account: Account, *, at: dt.datetime, limit: int = 50) -> list[Incident]:
    """Incidents that the account could belong to, each with its filings in force; the nearest by place and date together first.

    Which one it is, if any, `incidents.assign` decides. Taken are incidents dated (undated: first reported) within 30 days before
    `at`, 120 where the account is no news, or up to 30 days after it, as an import may bring the earlier report later. Of
    these, by place: those in the same district, by their merged place or by any account; those within about 55 km or of the same
    name; those known no nearer than the same province or country, or not at all. A vaguer account takes all within what it names.
    Dismissed and retracted ones are among them, merged ones are not. At most `limit`.
    """
    sql, parameters = candidates_query(account, at=at, limit=limit)
    with reading(db):
        return _whole(db, [found["id"] for found in rows(db, sql, parameters)])


def candidates_query(account: Account, *, at: dt.datetime, limit: int) -> tuple[str, dict[str, Any]]:
    """The SELECT behind `candidates`, apart so that a test can ask SQLite for its plan."""
    place = account.place or Place()
    arms = [
        f"SELECT id, {far} AS far, date, first_seen FROM incidents INDEXED BY {index} WHERE merged_into IS NULL AND {where} "
        "AND first_seen BETWEEN :earliest AND :latest"
        for far, index, where in _places(place)
    ]
    if place.district:
        arms.append(
            "SELECT i.id, 0, i.date, i.first_seen FROM filings f INDEXED BY filings_district JOIN incidents i ON i.id = f.incident_id "
            "WHERE f.in_force = 1 AND f.role <> 'reference' AND f.district = :district AND f.at BETWEEN :earliest AND :latest "
            "AND i.merged_into IS NULL"
        )
    if account.date is not None:
        # An undated item of an import was first seen today, whatever the day of its attack.
        compatible = " OR ".join(f"({where})" for _far, _index, where in _places(place))
        arms.append(
            "SELECT id, 4, date, first_seen FROM incidents INDEXED BY incidents_date "
            f"WHERE merged_into IS NULL AND date BETWEEN :day_before AND :day_after AND ({compatible})"
        )
    sql = (
        f"SELECT id, min(far) AS far FROM ({' UNION ALL '.join(arms)}) WHERE coalesce(date, substr(first_seen, 1, 10)) >= :oldest "
        "GROUP BY id ORDER BY min(far) * :days_a_step + abs(julianday(coalesce(date, first_seen)) - julianday(:near)), first_seen DESC, id "
        "LIMIT :limit"
    )
    return sql, {
        "district": place.district,
        "province": place.province,
        "country": place.country,
        "place": place.name,
        "south": None if place.lat is None else place.lat - NEAR_DEGREES,
        "north": None if place.lat is None else place.lat + NEAR_DEGREES,
        "west": None if place.lon is None else place.lon - NEAR_DEGREES,
        "east": None if place.lon is None else place.lon + NEAR_DEGREES,
    } | _times(account, at) | {"limit": limit}


def _places(place: Place) -> list[tuple[int, str, str]]:
    """How far the match is, the index to go by, the condition to meet; the nearest first."""
    arms: list[tuple[int, str, str]] = []
    if not (place.district or place.province or place.country or place.name):
        return [(3, "incidents_near", "true")]
    if place.district:
        arms.append((0, "incidents_district", "district = :district"))
    if place.name and place.name not in (place.province, place.country):
        arms.append((0, "incidents_place", "place = :place"))
    if place.lat is not None and place.lon is not None and place.district:
        arms.append((1, "incidents_near", "lat BETWEEN :south AND :north AND lon BETWEEN :west AND :east"))
    if place.province:
        arms.append((2, "incidents_province", "province = :province" + (" AND district IS NULL" if place.district else "")))
    if place.country:
        vaguer = " AND province IS NULL AND district IS NULL" if place.district or place.province else ""
        arms.append((3, "incidents_country", "country = :country" + vaguer))
    return [*arms, (4, "incidents_nowhere", "country IS NULL")]


def _times(account: Account, at: dt.datetime) -> dict[str, str | int]:
    span = OPEN_FOR if account.fresh else RECALLED_FOR
    oldest = at.date() - span
    times: dict[str, str | int] = {
        "earliest": stamp(at - span - SLACK),
        "latest": stamp(at + OPEN_FOR),
        "oldest": oldest.isoformat(),
        "near": account.date.isoformat() if account.date else stamp(at),
        "days_a_step": NEWS_STEP if account.fresh else FOLLOW_UP_STEP,
    }
    if account.date is not None:
        times["day_before"] = (account.date - SLACK).isoformat()
        times["day_after"] = (account.date + SLACK).isoformat()
    return times


# ---------------------------------------------------------------- reading


def incident(db: Database, incident_id: str) -> Incident | None:
    """The incident with its filings in force and its history."""
    with reading(db):
        found = _whole(db, [incident_id])
    return found[0] if found else None


def incidents(
    db: Database,
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    dismissed: bool = True,
    limit: int | None = None,
) -> list[Incident]:
    """Incidents first seen at or after `since` and before `until`, in that order. Merged ones are left out."""
    return list(itertools.islice(incidents_between(db, since, until, dismissed=dismissed), limit))


def incidents_between(
    db: Database, since: dt.datetime | None, until: dt.datetime | None, *, dismissed: bool = True, chunk: int = 200
) -> Iterator[Incident]:
    """As `incidents`, a chunk at a time: years of incidents with all their texts do not fit in memory."""
    wanted = "" if dismissed else "AND dismissed = 0"
    at, last = (stamp(since) if since else ""), ""
    while True:
        with reading(db):
            page = rows(
                db,
                f"SELECT id, first_seen FROM incidents WHERE merged_into IS NULL {wanted} AND (first_seen, id) > (:at, :last) "
                "AND first_seen < :end ORDER BY first_seen, id LIMIT :chunk",
                {"at": at, "last": last, "end": stamp(until) if until else END, "chunk": chunk},
            )
            whole = _whole(db, [found["id"] for found in page])
        yield from whole
        if len(page) < chunk:
            return
        at, last = page[-1]["first_seen"], page[-1]["id"]


def latest_incidents(db: Database, *, limit: int) -> list[Incident]:
    """The incidents first seen last, in the order seen. Merged ones are left out."""
    with reading(db):
        found = rows(db, "SELECT id FROM incidents WHERE merged_into IS NULL ORDER BY first_seen DESC, id DESC LIMIT ?", [limit])
        return _whole(db, [values["id"] for values in reversed(found)])


def count_incidents(db: Database) -> int:
    return int(scalar(db, "SELECT count(*) FROM incidents WHERE merged_into IS NULL"))


def incidents_by_id(db: Database, ids: Iterable[str]) -> list[Incident]:
    """The incidents with these ids, in this order; ids that are not stored are left out."""
    with reading(db):
        return _whole(db, ids)


def filings(db: Database, incident_id: str) -> list[Filing]:
    """The filings in force, in the order filed."""
    found = rows(db, f"{_FILINGS} WHERE f.incident_id = ? AND f.in_force = 1 ORDER BY f.number", [incident_id])
    return [_filing(values) for values in found]


def filed(db: Database, incident_id: str) -> list[Filed]:
    """All filings ever made under the incident, with their paperwork, in the order filed."""
    return [_filed(values) for values in rows(db, f"{_FILINGS} WHERE f.incident_id = ? ORDER BY f.number", [incident_id])]


def incident_ids_of_item(db: Database, item_key: str) -> list[str]:
    """The incidents under which the item has a filing in force, in the order filed."""
    found = rows(
        db, "SELECT incident_id FROM filings WHERE item_key = ? AND in_force = 1 GROUP BY incident_id ORDER BY min(number)", [item_key]
    )
    return [values["incident_id"] for values in found]


def filings_of_item(db: Database, item_key: str) -> list[Filed]:
    """Where each account of the item is filed, in the order filed; what a copy of the item repeats."""
    found = rows(db, f"{_FILINGS} WHERE f.item_key = ? AND f.in_force = 1 ORDER BY f.number", [item_key])
    return [_filed(values) for values in found]


def edited_since(db: Database, incident_id: str) -> set[tuple[str, dt.datetime]]:
    """Item ids, and when their words came, of filings that a later version of the same item has replaced under this incident."""
    found = rows(
        db,
        "SELECT f.item_id, f.at FROM filings f WHERE f.incident_id = ? AND f.in_force = 0 AND f.role <> 'reference' AND EXISTS ("
        "SELECT 1 FROM filings n WHERE n.incident_id = f.incident_id AND n.item_key = f.item_key AND n.in_force = 1 "
        "AND n.role <> 'reference' AND n.version > f.version)",
        [incident_id],
    )
    return {(values["item_id"], moment(values["at"])) for values in found}


def find_incident_ids(db: Database, prefix: str) -> list[str]:
    """Ids that begin so, for a command line where nobody types twelve digits; at most 10."""
    found = rows(db, "SELECT id FROM incidents WHERE id >= ? AND id < ? ORDER BY id LIMIT 10", [prefix, prefix + END])
    return [values["id"] for values in found]


# ---------------------------------------------------------------- writing


def fresh_incident_id(db: Database, item_key: str, n: int) -> str:
    """An id for the incident that account `n` of an item opens.

    The same for the same items in the same order. An incident that the item opened before and that nothing is filed under any
    more (the item was edited) is taken up again, so that what was told of it is revised, not told anew.
    """
    again = 0
    while True:
        incident_id = new_incident_id(item_key, n, again=again)
        taken = row(
            db,
            "SELECT merged_into, EXISTS (SELECT 1 FROM filings f WHERE f.incident_id = i.id AND f.in_force = 1) AS filed "
            "FROM incidents i WHERE id = ?",
            [incident_id],
        )
        if taken is None or not (taken["filed"] or taken["merged_into"]):
            return incident_id
        again += 1


def save_incident(db: Database, incident: Incident) -> None:
    """Store the incident's facts and history in place of what was there; its filings are stored by `file_account`."""
    place = incident.place
    values = {
        "id": incident.id,
        "first_seen": stamp(incident.first_seen),
        "last_seen": stamp(incident.last_seen),
        "date": incident.date.isoformat() if incident.date else None,
        "place": place.name if place else None,
        "district": place.district if place else None,
        "province": place.province if place else None,
        "country": place.country if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "killed": incident.killed.count if incident.killed else None,
        "injured": incident.injured.count if incident.injured else None,
        "militants_killed": incident.militants_killed.count if incident.militants_killed else None,
        "attack_type": incident.attack_type,
        "target": incident.target,
        "retracted": incident.retracted,
        "dismissed": incident.dismissed,
        "facts": packed(incident_facts_form(incident)),
        "history": packed([history_form(entry) for entry in incident.history]),
    }
    with writing(db):
        insert(db, "incidents", values, replace_on="id")


def file_account(db: Database, incident_id: str, filing: Filing, *, n: int, reason: str, text_key: str | None = None) -> None:
    """File account `n` of an item under an incident, which must be stored before the transaction ends; the item that has its words
    (`text_key`; by default the one that it is a copy of, else itself) must be stored already.

    `reason` is the assignment's. An account is in force under one incident at a time: `supersede` its older filing first.
    """
    text_key = text_key or filing.duplicate_of or filing.item_key
    values = {
        "incident_id": incident_id,
        "item_key": filing.item_key,
        "n": n,
        "text_key": text_key,
        "role": filing.role,
        "kind": filing.kind,
        "account": packed(account_form(filing.account)),
        "district": filing.account.place.district if filing.account.place else None,
        "reason": storable(reason),
        "at": stamp(filing.at),
        "published_at": stamp_or_none(filing.published_at),
        "seen_at": stamp_or_none(filing.seen_at),
        "item_id": storable(filing.item_id),
        "feed": storable(filing.feed),
        "outlet": storable(filing.outlet),
        "publisher": storable(filing.publisher),
        "language": filing.language,
        "tags": packed(list(filing.tags)),
        "link": storable_or_none(filing.link),
        "title": storable(filing.title),
        "duplicate_of": filing.duplicate_of,
    }
    with writing(db):
        version = scalar(db, "SELECT version FROM items WHERE key = ?", [text_key])
        if version is None:
            raise ValueError(f"item {text_key!r} is not stored; nothing can be filed for it")
        insert(db, "filings", values | {"version": version})


def supersede(db: Database, item_key: str, *, at: dt.datetime | None = None) -> list[str]:
    """Put an edited item's filings out of force; returns the incidents that must be computed anew. Its copies' filings stand."""
    with writing(db):
        affected = incident_ids_of_item(db, item_key)
        change(db, "UPDATE filings SET in_force = 0, superseded_at = ? WHERE item_key = ? AND in_force = 1", [stamp_or_none(at), item_key])
    return affected


# ---------------------------------------------------------------- rows

# Each with the words of the version of the item that it was read in.
_FILINGS = """
SELECT f.*, coalesce(v.title, i.title) AS words_title, coalesce(v.summary, i.summary) AS words_summary,
  coalesce(v.content, i.content) AS words_content
FROM filings f JOIN items i ON i.key = f.text_key
LEFT JOIN item_versions v ON v.item_key = f.text_key AND v.version = f.version"""


def _whole(db: Database, ids: Iterable[str]) -> list[Incident]:
    """The incidents with these ids, in this order, with their filings in force; ids that are not stored are left out."""
    wanted = list(ids)
    found: dict[str, Incident] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        filings: dict[str, list[Filing]] = {incident_id: [] for incident_id in chunk}
        for values in rows(db, f"{_FILINGS} WHERE f.incident_id IN ({marks}) AND f.in_force = 1 ORDER BY f.number", chunk):
            filings[values["incident_id"]].append(_filing(values))
        for values in rows(db, f"SELECT id, facts, history FROM incidents WHERE id IN ({marks})", chunk):
            found[values["id"]] = dataclasses.replace(
                incident_facts_from(unpacked(values["facts"])),
                filings=tuple(filings[values["id"]]),
                history=tuple(history_from(entry) for entry in unpacked(values["history"])),
            )
    return [found[incident_id] for incident_id in wanted if incident_id in found]


def _filing(values: dict[str, Any]) -> Filing:
    words = (values["words_title"], values["words_summary"], values["words_content"])
    return Filing(
        item_key=values["item_key"],
        item_id=values["item_id"],
        role=values["role"],
        account=_account(values["account"]),
        at=moment(values["at"]),
        published_at=moment_or_none(values["published_at"]),
        seen_at=moment_or_none(values["seen_at"]),
        kind=values["kind"],
        feed=values["feed"],
        outlet=values["outlet"],
        publisher=values["publisher"],
        language=values["language"],
        tags=_tags(values["tags"]),
        link=values["link"],
        title=values["title"],
        text="\n\n".join(part for part in words if part),
        duplicate_of=values["duplicate_of"],
    )


# The same filings come back for every account of a busy day; what they are unpacked to cannot change.
@functools.lru_cache(maxsize=4096)
def _account(packed_account: str) -> Account:
    return account_from(unpacked(packed_account))


@functools.lru_cache(maxsize=256)
def _tags(packed_tags: str) -> tuple[str, ...]:
    return tuple(unpacked(packed_tags))


def _filed(values: dict[str, Any]) -> Filed:
    return Filed(
        incident_id=values["incident_id"],
        filing=_filing(values),
        n=values["n"],
        reason=values["reason"],
        in_force=bool(values["in_force"]),
        superseded_at=moment_or_none(values["superseded_at"]),
    )
