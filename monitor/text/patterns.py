"""Patterns that take linear time whatever the text (RE2), typed for the rest of the package."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2

_RE2: Any = re2
# Bytes for the automata that RE2 builds as it reads; beyond, it starts anew.
_MAX_MEM = 64 << 20


def linear(pattern: str) -> Any:
    """A compiled pattern with the methods of `re.Pattern`, without look-around."""
    return _RE2.compile(pattern, _options())


def all_at_once(patterns: Iterable[str]) -> Any:
    """One automaton for many patterns: its `Match(text)` gives the numbers of those found, or None."""
    together = _RE2.Set.SearchSet(_options())
    for pattern in patterns:
        together.Add(pattern)
    together.Compile()
    return together


def _options() -> Any:
    options = _RE2.Options()
    options.max_mem = _MAX_MEM
    return options
