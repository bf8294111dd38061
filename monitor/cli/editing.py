"""Edits of the config's feeds that keep its comments (tomlkit); an edit that would break the config is not written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Array

from monitor.cli.probe import replace_file
from monitor.config import Config, load_config
from monitor.errors import InvalidInput, MonitorError, Problem, UsageError


def add_feeds(path: Path, tables: Iterable[Mapping[str, Any]], *, tested_on: dt.date | None) -> None:
    """Append one `[[feeds]]` for each table, in one edit.

    Raises:
        UsageError: the config would have a problem with one (its name or address is taken, a key is wrong).
        MonitorError: the file cannot be written.
    """
    before = path.read_bytes()
    text = before.decode("utf-8-sig")
    newline = "\r\n" if "\r\n" in text else "\n"
    feeds = tomlkit.aot()
    for table in tables:
        entry = tomlkit.table()
        for key, value in table.items():
            entry.add(key, in_one_line(value) if isinstance(value, list | tuple) else value)
        entry["url"].comment(f"seen {tested_on.isoformat()}" if tested_on else "untested")
        feeds.append(entry)
    # At the file's end, below whatever comments stand there: they belong to what is above them.
    added = tomlkit.dumps({"feeds": feeds}).replace("\n", newline)
    _write(path, before, f"{text.rstrip()}{newline * 2}{added}", refused="not added")


def in_one_line(values: Iterable[Any]) -> Array:
    """A list as it stands behind a key; tomlkit would make tables of their own of one that holds mappings alone."""
    array = tomlkit.array()
    for value in values:
        if isinstance(value, Mapping):
            inline = tomlkit.inline_table()
            inline.update(value)
            array.append(inline)
        else:
            array.append(value)
    return array


def remove_feed(config: Config, name: str) -> None:
    """Take one `[[feeds]]` out, from its header to its last key; comments before and after it stay.

    Raises:
        UsageError: it is no table of its own that could be cut out.
        MonitorError: the file cannot be written.
    """
    path = config.source
    before = path.read_bytes()
    lines = before.decode("utf-8-sig").splitlines(keepends=True)
    mark = config.marks[("feeds", config.feed_index[name])]
    first, last = mark.key[0] - 1, mark.last_line
    if not lines[first].lstrip().startswith("[["):
        raise UsageError(f"{path}: feeds is a list in one line; expected [[feeds]] tables; take the feed out by hand")
    while last < len(lines) and not lines[last].strip() and (first == 0 or not lines[first - 1].strip()):
        last += 1  # one gap between tables, not two
    _write(path, before, "".join(lines[:first] + lines[last:]), refused="not removed")


def _write(path: Path, before: bytes, text: str, *, refused: str) -> None:
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.touch(mode=0o600)
        draft.write_text(text, encoding="utf-8", newline="")
        load_config(draft)
    except InvalidInput as error:
        raise UsageError(f"{refused}: " + "; ".join(_words(problem) for problem in error.problems)) from error
    except OSError as error:
        raise MonitorError(f"{path}: cannot be written ({error.strerror}); {refused}") from error
    finally:
        draft.unlink(missing_ok=True)
    if not replace_file(path, before, text.encode()):
        raise MonitorError(f"{path}: cannot be written, or was changed at the same moment; {refused}")


def _words(problem: Problem) -> str:
    return str(problem).removeprefix(f"{problem.location}: ")
