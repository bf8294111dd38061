"""Backups, checks and figures."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.store.database import explained


def copy_into(source: Path, target: Path) -> None:
    """Copy a database, in use or not, as of its last commit, into a file; the source's schema is copied as it is."""
    with (
        explained(str(source)),
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy)
