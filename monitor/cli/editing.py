"""Edits of the config's feeds that keep its comments (tomlkit); an edit that would break the config is not written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from monitor.cli.probe import replace_file
from monitor.config import load_config
from monitor.errors import InvalidInput, MonitorError, Problem, UsageError


def add_feed(path: Path, table: Mapping[str, Any], *, tested_on: dt.date | None) -> None:
    """Append one `[[feeds]]`.

    Raises:
        UsageError: the config would have a problem with it (its name or address is taken, a key is wrong).
        MonitorError: the file cannot be written.
    """
    before = path.read_bytes()
    document = tomlkit.parse(before.decode("utf-8-sig"))
    entry = tomlkit.table()
    for key, value in table.items():
        entry.add(key, list(value) if isinstance(value, tuple) else value)
    entry["url"].comment(f"seen {tested_on.isoformat()}" if tested_on else "untested")
    feeds = document.get("feeds")
    if not isinstance(feeds, AoT):
        if feeds is not None:
            raise UsageError(f"{path}: feeds is a list in one line; expected [[feeds]] tables; rewrite it so")
        document["feeds"] = tomlkit.aot()
        feeds = document["feeds"]
    text = before.decode("utf-8-sig")
    # Appended as text: tomlkit would put it after the last table and before the comments that follow it.
    addition = tomlkit.document()
    aot = tomlkit.aot()
    aot.append(entry)
    addition["feeds"] = aot
    newline = "\r\n" if "\r\n" in text else "\n"
    appended = tomlkit.dumps(addition).replace("\n", newline)
    _write(path, before, text.rstrip() + 2 * newline + appended, refused="not added")


def remove_feed(path: Path, index: int) -> None:
    """Take the `index`-th `[[feeds]]` out, counted from 0 over all of them."""
    before = path.read_bytes()
    document = tomlkit.parse(before.decode("utf-8-sig"))
    feeds = document["feeds"]
    del feeds[index]  # type: ignore[union-attr, arg-type]
    _write(path, before, tomlkit.dumps(document), refused="not removed")


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
