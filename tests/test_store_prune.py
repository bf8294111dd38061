"""Old items go; incidents, their reports with every word, alerts and what was sent stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from support_store import DAY, HOUR, NOON, a_filing, a_report, an_item, opened, store_incident, store_item, store_settled_alert

from monitor.store import incidents, items
from monitor.store import prune as pruning
from monitor.store.alerts import alerts
from monitor.store.database import Database, writing
from monitor.store.maintenance import check
from monitor.store.outbox import deliveries
from monitor.store.prune import Pruned, prune
from monitor.store.signatures import save_signature, signature

LATER = NOON + 400 * DAY
YEAR = LATER - 365 * DAY


@pytest.fixture
def db(tmp_path) -> Iterator[Database]:
    with opened(tmp_path / "monitor.db") as database:
        yield database


def keys(db: Database) -> set[str]:
    return {one.item.key for one in items.items_between(db, None, None)}


def test_what_no_incident_is_built_on_goes_and_the_rest_stays(db: Database) -> None:
    """With its older texts, its reading, its copies; nothing is left behind that refers to it."""
    store_incident(db, keys=("filed",))
    store_settled_alert(db, "i1")
    before = incidents.incident(db, "i1")
    old = store_item(db, "old")
    items.update_item(db, old, seen_at=NOON + HOUR)
    items.save_report(db, "old", a_report(), NOON)
    items.add_sighting(db, "old", an_item("copy"), seen_at=NOON + HOUR)
    items.record_attempt(db, "old", "out of time")
    store_item(db, "young", at=LATER)
    assert prune(db, before=YEAR) == Pruned(items=1, copies=1)
    assert keys(db) == {"filed", "young"}
    assert items.search_items(db, "old") == []
    assert incidents.incident(db, "i1") == before
    assert len(alerts(db)) == len(deliveries(db)) == 1
    assert items.attempts(db, ["old"]) == {}
    assert check(db, full=True) == []
    assert prune(db, before=YEAR) == Pruned()
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.mark.parametrize("what", ["seen again", "edited", "copied", "a copy is filed"])
def test_what_lives_on_stays(db: Database, what: str) -> None:
    """An old item that came in, was edited or copied within the time, or whose copy an incident is built on."""
    item = store_item(db, "old")
    match what:
        case "seen again":
            db.execute("UPDATE items SET first_seen_at = '2025-04-01T00:00:00.000000Z'")
        case "edited":
            items.update_item(db, item, seen_at=LATER)
        case "copied":
            items.add_sighting(db, "old", an_item("copy"), seen_at=LATER)
        case _:
            items.add_sighting(db, "old", an_item("copy"), seen_at=NOON)
            store_incident(db, "i1")
            with writing(db):
                incidents.file_account(db, "i1", a_filing(an_item("copy"), duplicate_of="old"), n=0, reason="a copy")
    stored = keys(db)
    assert prune(db, before=YEAR) == Pruned()
    assert keys(db) == stored
    assert "old" in stored


def test_an_item_without_a_date_is_known_again(db: Database) -> None:
    """Its feed may bring it for years, and each time it would be taken for news of the day."""
    item = store_item(db, "undated", published_at=None)
    items.update_item(db, item, seen_at=NOON + HOUR)
    known = items.known(db, ["undated"])
    assert prune(db, before=YEAR) == Pruned(emptied=1)
    assert items.known(db, ["undated"]) == known
    assert items.item(db, "undated").content == ""
    assert items.search_items(db, "rescue") == []
    assert prune(db, before=YEAR) == Pruned()
    assert check(db, full=True) == []


def test_old_signatures_go_whoever_has_them(db: Database) -> None:
    """Reprints are looked for within a week."""
    store_incident(db, keys=("filed",))
    store_item(db, "young", at=LATER)
    with writing(db):
        for key in ("filed", "young"):
            save_signature(db, key, range(128), range(-16, 16), scheme="s")
    assert prune(db, before=YEAR) == Pruned(signatures=1)
    assert signature(db, "filed", scheme="s") is None
    assert signature(db, "young", scheme="s") == tuple(range(128))
    assert db.execute("SELECT count(*) FROM signature_bands").fetchone() == (32,)


def test_it_works_in_slices_and_can_be_stopped(db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A daemon beside it writes between two of them; what it files meanwhile stays."""
    monkeypatch.setattr(pruning, "_CHUNK", 20)
    for n in range(150):
        store_item(db, f"k{n:03}")
    asked = []

    def stopped() -> bool:
        asked.append(len(keys(db)))
        if len(asked) == 4:
            with opened(tmp_path / "monitor.db") as other, writing(other):
                incidents.save_incident(other, _incident())
                incidents.file_account(other, "i9", a_filing(an_item("k149")), n=0, reason="late")
        return len(asked) > 5

    first = prune(db, before=YEAR, stopped=stopped)
    assert 0 < first.items < 150
    rest = prune(db, before=YEAR)
    assert first.items + rest.items == 149
    assert keys(db) == {"k149"}
    assert check(db) == []


def _incident():
    from support_store import an_incident

    return an_incident("i9", first_seen=NOON, last_seen=NOON, date=dt.date(2024, 3, 5))
