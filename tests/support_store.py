"""Values and rows for the store's tests: one attack in a made-up week, told by made-up outlets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from monitor.model import Account, Alert, Evidence, Filing, GroupMention, HistoryEntry, Incident, Item, Match, Place, Reason, Report, Toll
from monitor.store import alerts, incidents, items
from monitor.store.database import Database, open_database, writing

NOON = dt.datetime(2024, 3, 5, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

MASTUNG = Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85)


@contextmanager
def opened(path: Path | None = None, **options: Any) -> Iterator[Database]:
    """A database that is closed at the end, so that no test leaves a connection to the collector."""
    db = open_database(path, **options)
    try:
        yield db
    finally:
        db.close()


def an_item(key: str = "k1", **changes: Any) -> Item:
    return Item(
        **{
            "key": key,
            "id": f"id-{key}",
            "title": f"Blast near a bus stop, says {key}",
            "summary": "Five people died when a bomb went off in the bazaar.",
            "content": "Rescue workers took the injured to the district hospital.",
            "link": f"https://news.example/{key}",
            "guid": f"guid-{key}",
            "published_at": NOON - HOUR,
            "feed": "valley",
            "outlet": "Valley News",
            "publisher": "Valley Media",
            "language": "en",
            "timezone": "Asia/Karachi",
            "tags": ("pakistan", "security"),
            "content_hash": f"hash-{key}",
        }
        | changes
    )


def an_account(**changes: Any) -> Account:
    return Account(
        **{
            "fresh": True,
            "date": NOON.date(),
            "place": MASTUNG,
            "killed": Toll(count=5, min=5, max=5, text="five"),
            "injured": Toll(count=10, min=11, max=None, text="more than 10"),
            "groups": (GroupMention(id="ttp", name="TTP", stance="denied", sentence="The TTP denied it."),),
            "attack_type": "bombing",
            "target": "civilians",
            "evidence": (Evidence(field="killed", sentence="Five people died.", start=0, end=4),),
        }
        | changes
    )


def a_report(**changes: Any) -> Report:
    return Report(
        **{
            "kind": "attack",
            "incidents": (an_account(),),
            "background": (an_account(fresh=False, relation="recalled", date=dt.date(2018, 7, 13), groups=()),),
            "group_mentions": ("ttp",),
            "place_mentions": ("Mastung",),
            "reader_version": "1",
            "vocabulary_hash": "abc",
        }
        | changes
    )


def a_filing(item: Item, **changes: Any) -> Filing:
    return Filing(
        **{
            "item_key": item.key,
            "item_id": item.id,
            "role": "report",
            "account": an_account(),
            "at": NOON,
            "published_at": item.published_at,
            "seen_at": NOON,
            "feed": item.feed,
            "outlet": item.outlet,
            "publisher": item.publisher,
            "language": item.language,
            "tags": item.tags,
            "link": item.link,
            "title": item.title,
            "text": item.text,
        }
        | changes
    )


def an_incident(incident_id: str = "i1", **changes: Any) -> Incident:
    account = an_account()
    return Incident(
        **{
            "id": incident_id,
            "first_seen": NOON,
            "last_seen": NOON,
            "date": account.date,
            "place": account.place,
            "killed": account.killed,
            "injured": account.injured,
            "groups": account.groups,
            "attack_type": account.attack_type,
            "target": account.target,
            "history": (HistoryEntry(at=NOON, item_id="id-k1", killed=account.killed, injured=account.injured),),
        }
        | changes
    )


def an_alert(incident: Incident, n: int = 1, **changes: Any) -> Alert:
    return Alert(
        **{
            "id": f"{incident.id}-{n}",
            "incident_id": incident.id,
            "change": "new" if n == 1 else "update",
            "reason": "first-report",
            "created_at": NOON,
            "due_at": NOON + 3 * MINUTE,
            "severity": "high",
            "matches": (
                Match(
                    rule="any-attack",
                    severity="high",
                    reasons=(Reason(rule="any-attack", condition="killed >= 1", value=5, text="Five people died."),),
                    notify=("slack",),
                ),
            ),
            "channels": ("slack", "mail"),
            "incident": incident,
        }
        | changes
    )


def store_item(db: Database, key: str = "k1", *, at: dt.datetime = NOON, **changes: Any) -> Item:
    item = an_item(key, **changes)
    items.insert_item(db, item, seen_at=at, clock_at=at, may_alert=True)
    return item


def store_incident(db: Database, incident_id: str = "i1", *, keys: tuple[str, ...] = (), **changes: Any) -> Incident:
    """An incident with one filing for each item key; the items are stored too."""
    with writing(db):
        filings = [a_filing(store_item(db, key)) for key in keys]
        incident = an_incident(incident_id, filings=tuple(filings), **changes)
        incidents.save_incident(db, incident)
        for filing in filings:
            incidents.file_account(db, incident_id, filing, n=0, reason="opens an incident")
    return incident


def store_settled_alert(
    db: Database, incident_id: str, n: int = 1, *, at: dt.datetime = NOON, channels: tuple[str, ...] = ("slack",), **changes: Any
) -> list[int]:
    """An alert on a stored incident, settled at `at`; returns its deliveries."""
    incident = incidents.incident(db, incident_id)
    if incident is None:
        raise ValueError(incident_id)
    alert = an_alert(incident, n, created_at=at, due_at=at, channels=channels, **changes)
    with writing(db):
        alerts.save_alert(db, alert)
        return alerts.settle(db, alert, at=at)
