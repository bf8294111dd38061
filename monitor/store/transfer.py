"""A whole installation as JSON Lines, and back: any table of any schema up to today's, row by row.

The first line says what it is, lines with `file` carry config and rules, lines with `table` a row each, the last one how many there were.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor import __version__
from monitor.errors import InvalidInput, Location, Problem, StoreError
from monitor.store.columns import packed, stamp
from monitor.store.copies import whole_or_nothing
from monitor.store.database import Database, new_database, open_database, reading, schema_version
from monitor.store.lock import daemon_lock
from monitor.store.refusals import explained
from monitor.store.schema import SCHEMA_VERSION

FORMAT = 1
_BATCH = 1_000
_CONSEQUENCE = "nothing was imported"
# Made anew from the others, or by the migrations.
_LEFT_OUT = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'items\\_search%' ESCAPE '\\'"
# The highest numbers that were ever given out, so that none is given out twice.
_SEQUENCE = "sqlite_sequence"

# What SQLite says of a value that it cannot take: a key that is there already, a number beyond 64 bits, half a character.
_UNFIT = (sqlite3.IntegrityError, OverflowError, UnicodeError)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An export, read as far as its files: `rows` gives each row with its table and line, and can be read once."""

    shown: str
    schema: int
    made_at: str
    files: Mapping[str, str]
    rows: Iterator[tuple[int, str, Row]]


# ---------------------------------------------------------------- out


def export_lines(db: Database, *, files: Mapping[str, str], now: dt.datetime) -> Iterator[str]:
    """The lines of an export, without their ends, as of one moment: a daemon may go on writing meanwhile."""
    yield packed({"monitor": "export", "format": FORMAT, "schema": schema_version(db), "made_at": stamp(now), "program": __version__})
    lines = 1
    for name, text in files.items():
        yield packed({"file": name, "text": text})
        lines += 1
    with reading(db):
        for table in _tables(db):
            cursor = db.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            for values in cursor:
                yield packed({"table": table, "row": {name: _out(value) for name, value in zip(names, values, strict=True)}})
                lines += 1
    yield packed({"end": lines})


def _tables(db: Database) -> list[str]:
    found = db.execute(f"SELECT name FROM sqlite_master WHERE type = 'table' AND {_LEFT_OUT} ORDER BY rowid").fetchall()
    return [str(name) for (name,) in found] + [_SEQUENCE]


def _out(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


# ---------------------------------------------------------------- in


def read_export(lines: Iterable[bytes], *, shown: str) -> Exported:
    """Read an export up to its first row.

    Raises:
        InvalidInput: it is none, or of a newer Monitor. Reading `rows` raises it too, for a broken line and for a missing end.
    """
    numbered = _forms(lines, shown=shown)
    _, header = next(numbered, (1, {}))
    if header.get("monitor") != "export" or type(header.get("schema")) is not int or header["schema"] < 1:
        raise _refused(shown, 1, "this is no export of Monitor's", expected="the first line of monitor db export")
    if header.get("format") != FORMAT or header["schema"] > SCHEMA_VERSION:
        raise _refused(
            shown,
            1,
            f"written by a newer Monitor (format {header.get('format')}, schema {header['schema']})",
            expected=f"format {FORMAT} and a schema up to {SCHEMA_VERSION}",
            remedy="import it with that version, or upgrade this one",
        )
    files: dict[str, str] = {}
    for number, form in numbered:
        if "file" not in form:
            numbered = itertools.chain([(number, form)], numbered)
            break
        if not isinstance(form["file"], str) or not isinstance(form.get("text"), str):
            raise _refused(shown, number, "a file without a name or a text", expected='{"file": NAME, "text": TEXT}')
        files[form["file"]] = form["text"]
    return Exported(
        shown=shown, schema=header["schema"], made_at=str(header.get("made_at")), files=files, rows=_rows(numbered, len(files) + 1, shown)
    )


def import_rows(exported: Exported, database: Path) -> int:
    """Make a database of an export and bring it up to today's schema; returns the number of rows.

    Raises:
        InvalidInput: a line is broken, with its number; nothing is changed then.
        StoreError: `database` holds something already, or cannot be written.
        AlreadyRunning: a daemon has it open.
    """
    with daemon_lock(database):
        _must_be_bare(database)
        with whole_or_nothing(database) as partial, explained(str(database)):
            return new_database(partial, exported.schema, lambda db: _load(db, exported))


def _load(db: Database, exported: Exported) -> int:
    columns = {table: [str(found[1]) for found in db.execute(f"PRAGMA table_info({table})").fetchall()] for table in _tables(db)}
    # What the migrations put in is in the export too.
    for table in columns:
        db.execute(f"DELETE FROM {table}")
    count = 0
    for table, group in itertools.groupby(exported.rows, key=lambda row: row[1]):
        if table not in columns:
            number, _, _ = next(group)
            raise _refused(exported.shown, number, f'no table "{table}" in schema {exported.schema}', expected=", ".join(sorted(columns)))
        if table == _SEQUENCE:
            # The rows themselves have made entries by now.
            db.execute(f"DELETE FROM {_SEQUENCE}")
        known = columns[table]
        sql = f"INSERT INTO {table} ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})"
        while batch := list(itertools.islice(group, _BATCH)):
            _insert(db, sql, known, batch, shown=exported.shown)
            count += len(batch)
    for table, _row, parent, _key in db.execute("PRAGMA foreign_key_check").fetchall():
        raise InvalidInput(
            [Problem(Location(exported.shown), f"a row of {table} refers to a row of {parent} that is not in it", "", "export it again")],
            consequence=_CONSEQUENCE,
        )
    return count


def _insert(db: Database, sql: str, known: Sequence[str], batch: Sequence[tuple[int, str, Row]], *, shown: str) -> None:
    values = []
    for number, table, row in batch:
        if set(row) != set(known):
            odd = ", ".join(sorted(set(row) ^ set(known)))
            raise _refused(shown, number, f"a row of {table} has other columns: {odd}", expected=", ".join(known))
        values.append([_in(row[name], number, shown) for name in known])
    try:
        with db.atomic():
            db.conn.executemany(sql, values)
    except _UNFIT:
        # One after the other, to say which.
        for (number, table, _), row_values in zip(batch, values, strict=True):
            try:
                db.execute(sql, row_values)
            except _UNFIT as error:
                raise _refused(shown, number, f"a row that {table} cannot hold: {error}", expected="each row once, whole") from error


def _in(value: Any, number: int, shown: str) -> Any:
    if isinstance(value, dict):
        try:
            return base64.b64decode(value["base64"], validate=True)
        except (KeyError, TypeError, binascii.Error) as error:
            raise _refused(shown, number, "an object in the place of a value", expected='{"base64": …}, text, a number or null') from error
    if isinstance(value, list | bool):
        raise _refused(shown, number, f"{json.dumps(value)} in the place of a value", expected="text, a number or null")
    return value


def _rows(numbered: Iterator[tuple[int, Row]], before: int, shown: str) -> Iterator[tuple[int, str, Row]]:
    number = before
    for number, form in numbered:
        if "end" in form:
            if form["end"] != number - 1:
                raise _refused(
                    shown, number, f"{number - 1:,} lines stand before the end", expected=f"{form['end']}", remedy="export it again"
                )
            if (after := next(numbered, None)) is not None:
                raise _refused(shown, after[0], "something stands after the end", expected="one export a file")
            return
        if not isinstance(form.get("table"), str) or not isinstance(form.get("row"), dict):
            raise _refused(shown, number, "neither a row nor the end", expected='{"table": NAME, "row": {…}}')
        yield number, form["table"], form["row"]
    raise _refused(shown, number, "the export breaks off here", expected='a last line with "end"', remedy="copy or export it again")


def _forms(lines: Iterable[bytes], *, shown: str) -> Iterator[tuple[int, Row]]:
    """Line by line, numbered from 1."""
    reader = iter(lines)
    for number in itertools.count(1):
        try:
            line = next(reader, None)
        except (EOFError, OSError, ValueError) as error:  # a gzip file that was cut off
            raise _refused(shown, number, f"reading stopped: {error}", expected="a whole file", remedy="copy or export it again") from error
        if line is None:
            return
        try:
            form = json.loads(line)
        except ValueError as error:
            raise _refused(shown, number, f"no JSON ({error})", expected="one JSON object") from error
        if not isinstance(form, dict):
            raise _refused(shown, number, "no object", expected="one JSON object")
        yield number, form


def _must_be_bare(database: Path) -> None:
    """An absent database is; one that holds an item, an incident or an alert is not."""
    if not database.exists():
        return
    with closing(open_database(database)) as db:
        for table in ("items", "incidents", "alerts"):
            if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                remedy = "import into a new folder with --into, or move that database away"
                raise StoreError(f"{database}: holds {table} already, and an import would lose or mix them; {remedy}")


def _refused(shown: str, line: int, what: str, *, expected: str, remedy: str = "") -> InvalidInput:
    return InvalidInput([Problem(Location(shown, line), what, expected, remedy)], consequence=_CONSEQUENCE)
