"""Where the scanner says that keys and values of a TOML document stand."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.positions import positions


@pytest.mark.parametrize(
    ("text", "path", "key", "value"),
    [
        pytest.param('a = "x"', ("a",), (1, 1), (1, 5), id="top key"),
        pytest.param('# c = 1\n\n  a   =   "x" # b = 2', ("a",), (3, 3), (3, 11), id="blanks and comments"),
        pytest.param("[t]\na = 1", ("t",), (1, 1), (1, 1), id="table"),
        pytest.param("[t]\na = 1", ("t", "a"), (2, 1), (2, 5), id="key of a table"),
        pytest.param("[t.u]\na = 1", ("t", "u", "a"), (2, 1), (2, 5), id="table in a table"),
        pytest.param("[[f]]\na = 1\n[[f]]\na = 2", ("f", 1, "a"), (4, 1), (4, 5), id="second of an array of tables"),
        pytest.param("[[f]]\n[[f.g]]\na = 1\n[[f]]\n[[f.g]]\na = 2", ("f", 1, "g", 0, "a"), (6, 1), (6, 5), id="arrays of tables nested"),
        pytest.param("[[f]]\n[f.t]\na = 1\n[[f]]\n[f.t]\na = 2", ("f", 1, "t", "a"), (6, 1), (6, 5), id="table of an element"),
        pytest.param("a.b = 1", ("a", "b"), (1, 3), (1, 7), id="dotted key"),
        pytest.param("\"a b\".'c.d' = 1", ("a b", "c.d"), (1, 7), (1, 15), id="quoted keys"),
        pytest.param('"\\u0041" = 1', ("A",), (1, 1), (1, 12), id="escaped key"),
        pytest.param('a = [1, "two", # 3\n  [4, 5]]', ("a", 2, 1), (2, 7), (2, 7), id="nested list"),
        pytest.param("a = { b = 1, c = { d = 2 } }", ("a", "c", "d"), (1, 20), (1, 24), id="inline tables"),
        pytest.param('a = """x = 1\ny"" = "2"""\nb = 1', ("b",), (3, 1), (3, 5), id="after a multi-line string"),
        pytest.param('a = """"quoted""""\nb = 1', ("b",), (2, 1), (2, 5), id="quotes at a string's ends"),
        pytest.param("a = '''x = '1'\n''' # c\nb = 1", ("b",), (3, 1), (3, 5), id="after a multi-line literal"),
        pytest.param('a = "\\"#]" # x\nb = 1', ("b",), (2, 1), (2, 5), id="escapes in a string"),
        pytest.param("a = 2023-09-29 10:00:00Z # t\r\nb = 1", ("b",), (2, 1), (2, 5), id="dates and CRLF"),
    ],
)
def test_keys_and_values_are_found(text: str, path: tuple[str | int, ...], key: tuple[int, int], value: tuple[int, int]) -> None:
    """Every way to write a key leads to its line and column, counted from 1."""
    tomllib.loads(text)
    mark = positions(text)[path]
    assert (mark.key, mark.value) == (key, value)


@pytest.mark.parametrize(
    ("text", "path", "last_line"),
    [
        pytest.param('[[f]]\na = 1\nb = """x\ny"""\n\n# of the next\n[[f]]\na = 2', ("f", 0), 4, id="table"),
        pytest.param("[[f]]\n[f.t]\na = [1,\n2]\n# end", ("f", 0), 4, id="table with a table"),
        pytest.param("[[f]]\n# nothing\n[[f]]\na = 1", ("f", 0), 1, id="empty table"),
        pytest.param("[[f]]\na = 1\n[other]\n[[f]]\nb = 2", ("f", 1), 5, id="after another table"),
    ],
)
def test_a_table_ends_with_its_last_key(text: str, path: tuple[str | int, ...], last_line: int) -> None:
    """Comments and blank lines after it belong to what follows, so that it can be cut out without them."""
    tomllib.loads(text)
    assert positions(text)[path].last_line == last_line


NAMES = st.text("abcAB-_. \"'#=[]éß", min_size=1, max_size=4)
STRINGS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.one_of(STRINGS, st.integers(-9, 9), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)


def quoted(text: str) -> str:
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'


def written(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)} = {written(v)}" for k, v in value.items()) + "}"
    return str(value)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path for path in [path] if path}.union(*(paths(v, (*path, k)) for k, v in inner))


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_every_path_of_the_data_has_a_place_and_no_other_has(data: dict[str, Any]) -> None:
    """Whatever the document holds, the places are those of exactly its keys, tables and elements, each on its own line."""
    text = "\n".join(f"{quoted(key)} = {written(value)} # {written(value)}" for key, value in data.items())
    assert tomllib.loads(text) == data
    marks = positions(text)
    assert set(marks) == paths(data)
    for line, key in enumerate(data, start=1):
        assert marks[(key,)].key == (line, 1)


@given(st.text("ab=\"'[]{}#.,\n 1", max_size=24))
def test_any_text_that_is_toml_is_scanned_to_its_end(text: str) -> None:
    """The scanner never fails where tomllib does not."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(positions(text)) == paths(data)
