"""The only SQL: one file a table group, on sqlite-utils."""

from __future__ import annotations

import importlib
import sys


def _import_without_numpy() -> None:
    """sqlite-utils imports numpy where it is installed, to store numpy's numbers, of which there are none here: 0.2 s of every command."""
    if "numpy" in sys.modules or "sqlite_utils" in sys.modules:
        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # makes an import of it fail
    try:
        importlib.import_module("sqlite_utils")
    finally:
        del sys.modules["numpy"]


_import_without_numpy()
