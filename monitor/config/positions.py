"""Where each key and value of a TOML document stands.

`tomllib` gives positions only for broken syntax. This scanner walks a document that `tomllib` has already accepted, so it
need not judge anything: it only keeps the place of every key and value, addressed as the parsed data is.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}#\n]*")
_STRINGS = (
    re.compile(r'"""(?:[^\\"]|\\.|"{1,2}(?!"))*"{3,5}', re.DOTALL),
    re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Line and column, counted from 1, of a key and of its value; a list's element has its value's place as both.

    `last_line` is the last one that belongs to it: of a table, to its keys, comments after them left out.
    """

    key: tuple[int, int]
    value: tuple[int, int]
    last_line: int = 0


def positions(text: str) -> Mapping[Path, Mark]:
    """Map the path of every key, table and list element of `text` to its place.

    A path is spelled as in the parsed data: `("feeds", 0, "url")`. A table's place is its (first) header. `text` must be
    TOML that `tomllib.loads` accepts; anything else gives unspecified places or ValueError.
    """
    scanner = _Scanner(text)
    scanner.document()
    return {path: replace(mark, last_line=scanner.last_lines[path]) for path, mark in scanner.marks.items()}


class _Scanner:
    def __init__(self, text: str) -> None:
        # The line breaks are made one character wide, as tomllib does.
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.marks: dict[Path, Mark] = {}
        self.last_lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # arrays of tables: how many elements so far
        self.starts = [0, *(m.end() for m in re.finditer("\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"no TOML at line {self.place(self.at)[0]}")
        self.at = found.end()
        return found.group()

    def document(self) -> None:
        table: Path = ()
        self.skip(_GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_GAP)

    def header(self) -> Path:
        start = self.at
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        parts = [part for part, _ in self.key()]
        self.skip(_BLANK)
        self.at += 2 if array else 1
        path: Path = ()
        for depth, part in enumerate(parts):
            path += (part,)
            self.note(path, start, start)
            if array and depth == len(parts) - 1:
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path += (self.tables[path] - 1,)
                self.note(path, start, start)
        return path

    def key(self) -> list[tuple[str, int]]:
        """The parts of a dotted key with their offsets."""
        parts: list[tuple[str, int]] = []
        while True:
            self.skip(_BLANK)
            start = self.at
            if self.text[start] in "\"'":
                parts.append((tomllib.loads(f"k = {self.string()}")["k"], start))
            else:
                parts.append((self.skip(_BARE), start))
            self.skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def pair(self, table: Path) -> None:
        parts = self.key()
        self.at += 1  # "="
        self.skip(_BLANK)
        path = table
        for part, offset in parts:
            path += (part,)
            self.note(path, offset, self.at)
        self.value(path)
        line = self.place(self.at - 1)[0]
        for depth in range(1, len(path) + 1):
            self.last_lines[path[:depth]] = max(line, self.last_lines[path[:depth]])

    def value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening in "\"'":
            self.string()
        elif opening == "[":
            self.array(path)
        elif opening == "{":
            self.inline_table(path)
        else:
            self.skip(_SCALAR)

    def array(self, path: Path) -> None:
        self.at += 1
        index = 0
        self.skip(_GAP)
        while self.text[self.at] != "]":
            self.note((*path, index), self.at, self.at)
            self.value((*path, index))
            index += 1
            self.comma()
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        self.skip(_GAP)
        while self.text[self.at] != "}":
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        self.skip(_GAP)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(_GAP)

    def string(self) -> str:
        for pattern in _STRINGS:
            found = pattern.match(self.text, self.at)
            if found is not None:
                self.at = found.end()
                return found.group()
        raise ValueError(f"no string at line {self.place(self.at)[0]}")

    def note(self, path: Path, key: int, value: int) -> None:
        # The first header or dotted key that names a table is where a reader looks for it.
        self.marks.setdefault(path, Mark(self.place(key), self.place(value)))
        self.last_lines.setdefault(path, self.place(value)[0])
