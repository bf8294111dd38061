"""An installation as JSON Lines and back: every row as it was, older schemas too, and a broken line named."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support_store import DAY, HOUR, NOON, a_report, an_item, opened, store_incident, store_item, store_settled_alert

from monitor.errors import AlreadyRunning, InvalidInput, StoreError
from monitor.model import FeedState, Place
from monitor.store import feeds, items
from monitor.store.database import Database, new_database, schema_version, writing
from monitor.store.lock import daemon_lock
from monitor.store.maintenance import check
from monitor.store.meta import set_meta
from monitor.store.schema import SCHEMA_VERSION
from monitor.store.signatures import save_signature, sharing_a_band
from monitor.store.transfer import export_lines, import_rows, read_export


def fill(db: Database) -> None:
    """Rows in most tables, with what text and numbers can be."""
    store_incident(db, keys=("k1", "k2"), place=Place(name="Mastung", district="Mastung", lat=29.123456789012345, lon=-0.1))
    store_incident(db, "i2", keys=("k3",))
    item = store_item(db, "odd", title='quote " back\\slash\nline \x00 nul \u2028 اردو 😀', summary="", link=None, published_at=None)
    items.update_item(db, item, seen_at=NOON + HOUR)
    items.add_sighting(db, "k1", an_item("copy"), seen_at=NOON + HOUR)
    items.save_report(db, "k1", a_report(), NOON)
    items.mark_unread(db, "odd", "out of time")
    items.record_attempt(db, "odd", "out of time", at=NOON)
    with writing(db):
        save_signature(db, "k1", range(128), range(32), scheme="s")
        feeds.save_feed_state(db, FeedState(url="https://valley.example/rss", etag='W/"1"', first_success_at=NOON))
        set_meta(db, "reload refused", "no")
    first = store_settled_alert(db, "i1", channels=("slack", "mail"))
    with writing(db):
        # A delivery that was given out and is gone: its number must not come again.
        db.execute(
            "INSERT INTO deliveries SELECT id + 100, alert_id, incident_id, 'gone', state, created_at, due_at, attempts, lease_until, "
            "lease_owner, sent_at, last_error, ambiguous, collapsed_into, bundle_id, thread FROM deliveries WHERE id = ?",
            [first[0]],
        )
        db.execute("DELETE FROM deliveries WHERE channel = 'gone'")


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Each row of each table, those that SQLite keeps for the search included."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {
            name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr)
            for name in names
            if name != "_sqlite_migrations" and not name.startswith(("items_search_", "sqlite_stat"))
        }


def exported(path: Path, **files: str) -> list[bytes]:
    with opened(path) as db:
        return [line.encode() for line in export_lines(db, files=files, now=NOON)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "old" / "monitor.db"
    path.parent.mkdir()
    with opened(path) as db:
        fill(db)
    return path


def test_an_import_is_the_database_that_was_exported(source: Path, tmp_path: Path) -> None:
    """Every row of every table, the search, the numbers given out; and again, byte for byte."""
    lines = exported(source)
    target = tmp_path / "monitor.db"
    count = import_rows(read_export(lines, shown="x"), target)
    assert everything(target) == everything(source)
    assert count == len(lines) - 2
    assert exported(target) == lines
    with opened(target) as db:
        assert check(db, full=True) == []
        assert [hit.stored.item.key for hit in items.search_items(db, "rescue", limit=9)]
        assert sharing_a_band(db, range(32), scheme="s", since=NOON - DAY, until=NOON + DAY, other_than="")[0][1] == tuple(range(128))
        assert store_settled_alert(db, "i2")[0] > 100
    assert not [path for path in tmp_path.iterdir() if "partial" in path.name]


def test_an_export_is_one_moment(source: Path) -> None:
    """What is written while it runs is in the next one."""
    with opened(source) as db, opened(source) as other:
        lines = export_lines(db, files={}, now=NOON)
        first = [next(lines), next(lines)]
        store_item(other, "later")
        rest = list(lines)
    assert "later" not in "".join(first + rest)
    assert any(b"later" in line for line in exported(source))


def test_the_first_line_says_what_it_is_and_the_last_how_long() -> None:
    """So that any program can tell."""
    with opened() as db:
        lines = list(export_lines(db, files={"config.toml": "x = 1"}, now=NOON))
    first = json.loads(lines[0])
    assert (first["monitor"], first["format"], first["schema"], first["made_at"]) == (
        "export",
        1,
        SCHEMA_VERSION,
        "2024-03-05T12:00:00.000000Z",
    )
    assert json.loads(lines[1]) == {"file": "config.toml", "text": "x = 1"}
    assert json.loads(lines[-1]) == {"end": len(lines) - 1}
    found = read_export([line.encode() for line in lines], shown="x")
    assert dict(found.files) == {"config.toml": "x = 1"}


@pytest.mark.parametrize("schema", range(1, SCHEMA_VERSION))
def test_an_older_schema_is_brought_up_to_date(tmp_path: Path, schema: int) -> None:
    """Its rows go in as they were, then the migrations run."""

    def old_rows(db: Database) -> list[bytes]:
        store_item(db, "k1")
        if schema >= 3:
            db.execute("INSERT INTO digests VALUES ('weekly', '2024-03-05T12:00:00.000000Z')")
        db.execute("UPDATE items SET title = 'of old'")
        lines = list(export_lines(db, files={}, now=NOON))
        head = json.loads(lines[0]) | {"schema": schema}
        return [json.dumps(head).encode(), *(line.encode() for line in lines[1:])]

    lines = new_database(tmp_path / "old.db", schema, old_rows)
    import_rows(read_export(lines, shown="x"), tmp_path / "new.db")
    with opened(tmp_path / "new.db", read_only=True) as db:
        assert schema_version(db) == SCHEMA_VERSION
        assert items.item(db, "k1").title == "of old"
        assert check(db) == []


# ---------------------------------------------------------------- what is refused


def changed(line: int, form: Callable[[dict[str, Any]], Any]) -> Callable[[list[bytes]], list[bytes]]:
    def change(lines: list[bytes]) -> list[bytes]:
        at = line if line >= 0 else len(lines) + line
        return [*lines[:at], json.dumps(form(json.loads(lines[at]))).encode(), *lines[at + 1 :]]

    return change


def in_row(**values: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda form: form | {"row": form["row"] | values}


def of_table(name: str, form: Callable[[dict[str, Any]], Any]) -> Callable[[list[bytes]], list[bytes]]:
    def change(lines: list[bytes]) -> list[bytes]:
        at = next(n for n, line in enumerate(lines) if json.loads(line).get("table") == name)
        return changed(at, form)(lines)

    return change


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda _lines: [], "x:1: this is no export of Monitor's"),
        (lambda _lines: [b'{"id": "x1", "title": "an item"}'], "x:1: this is no export"),
        (lambda _lines: [b"%PDF-1.4"], "x:1: no JSON"),
        (changed(0, lambda form: form | {"format": 2}), "x:1: written by a newer Monitor (format 2"),
        (changed(0, lambda form: form | {"schema": 999}), f"schema 999); expected format 1 and a schema up to {SCHEMA_VERSION}"),
        (changed(0, lambda form: form | {"schema": 0}), "x:1: this is no export"),
        (lambda lines: lines[:-1], "the export breaks off here"),
        (lambda lines: lines[:5] + lines[6:], "lines stand before the end"),
        (lambda lines: [*lines, lines[-1]], "something stands after the end"),
        (lambda lines: [*lines[:5], b"{", *lines[5:]], "x:6: no JSON"),
        (lambda lines: [*lines[:5], b"[]", *lines[5:]], "x:6: no object"),
        (lambda lines: [*lines[:5], b"{}", *lines[5:]], "x:6: neither a row nor the end"),
        (lambda lines: [lines[0], b'{"file": 5}', *lines[1:]], "x:2: a file without a name"),
        (of_table("items", lambda form: form | {"table": "item"}), 'no table "item" in schema'),
        (of_table("items", in_row(mood="good")), "a row of items has other columns: mood"),
        (of_table("items", lambda form: form | {"row": {"key": "k"}}), "a row of items has other columns: "),
        (of_table("items", in_row(title=None)), "a row that items cannot hold: NOT NULL constraint failed: items.title"),
        (of_table("items", in_row(title=["a"])), '["a"] in the place of a value'),
        (of_table("items", in_row(title={"base64": "%"})), "an object in the place of a value"),
        (of_table("items", in_row(title="\ud800")), "a row that items cannot hold"),
        (of_table("items", in_row(number=2**70)), "a row that items cannot hold"),
        (of_table("reports", in_row(item_key="nobody")), "a row of reports refers to a row of items that is not in it"),
    ],
    ids=range(22),
)
def test_a_broken_export_is_refused_with_its_line(
    source: Path, tmp_path: Path, broken: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    """And nothing is made of it."""
    target = tmp_path / "monitor.db"
    with pytest.raises(InvalidInput) as refused:
        import_rows(read_export(broken(exported(source)), shown="x"), target)
    assert said in str(refused.value)
    assert "nothing was imported" in str(refused.value)
    assert not target.exists()


def test_one_row_too_many_is_named(source: Path, tmp_path: Path) -> None:
    """Of a thousand that go in together, the one."""
    lines = exported(source)
    at = next(n for n, line in enumerate(lines) if json.loads(line).get("table") == "items")
    doubled = [*lines[: at + 2], lines[at], *lines[at + 2 :]]
    with pytest.raises(InvalidInput, match=f"x:{at + 3}: a row that items cannot hold: UNIQUE"):
        import_rows(read_export(doubled, shown="x"), tmp_path / "monitor.db")


def test_a_database_that_holds_something_is_kept(source: Path, tmp_path: Path) -> None:
    """One that is bare is replaced; one that a daemon runs on is not touched."""
    lines = exported(source)
    target = tmp_path / "monitor.db"
    with opened(target):
        pass
    with daemon_lock(target), pytest.raises(AlreadyRunning):
        import_rows(read_export(lines, shown="x"), target)
    import_rows(read_export(lines, shown="x"), target)
    assert everything(target) == everything(source)
    with pytest.raises(StoreError, match="holds items already"):
        import_rows(read_export(lines, shown="x"), target)
    assert everything(target) == everything(source)
