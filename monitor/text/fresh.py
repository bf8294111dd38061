"""The cues of cues.toml, found in a text: what a sentence or a report is, by its wordings.

All cues are one automaton (RE2), so a sentence is read once for all of them, in microseconds and linear time.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from monitor.text.patterns import all_at_once, linear
from monitor.text.triggers import CASUALTY

_FILE: dict[str, dict[str, list[str]]] = tomllib.loads(resources.files("monitor.text").joinpath("cues.toml").read_text(encoding="utf-8"))


def _whole_words(pieces: Sequence[str]) -> str:
    return r"(?i)(?:^|[^\w-])(?:" + "|".join(pieces) + r")(?:$|\W)"


def _patterns() -> dict[str, str]:
    """Each cue by its name; a section with one list named `words` gives its own name."""
    return {
        (section if name == "words" else name): _whole_words(pieces)
        for section, cues in _FILE.items()
        for name, pieces in cues.items()
        if name != "aside"
    }


_PATTERNS = _patterns()
# Asides run to the end of the sentence and may begin with a comma, so they are no whole words.
_PATTERNS["aside"] = "(?i)" + "|".join(_FILE["sentence"]["aside"])
_PATTERNS["casualty"] = CASUALTY
_NAMES = tuple(_PATTERNS)
_SET = all_at_once(_PATTERNS.values())
_EACH: dict[str, Any] = {name: linear(pattern) for name, pattern in _PATTERNS.items()}


@lru_cache(maxsize=256)
def cues(text: str) -> frozenset[str]:
    """The names of all cues that stand in a text."""
    return frozenset(_NAMES[n] for n in _SET.Match(text) or ()) if text else frozenset()


def stands(name: str, text: str) -> bool:
    """Whether one cue stands in a piece of a sentence, of which nothing else is asked."""
    return _EACH[name].search(text) is not None


def hits(name: str, text: str) -> int:
    """How often a cue stands in a text."""
    return sum(1 for _ in _EACH[name].finditer(text)) if name in cues(text) else 0


def found(name: str, text: str) -> frozenset[str]:
    """The different wordings of a cue that stand in a text, in small letters."""
    return (
        frozenset(match.group().strip(" .,:;'\"()-").lower() for match in _EACH[name].finditer(text)) if name in cues(text) else frozenset()
    )


def position(name: str, text: str) -> int | None:
    """Where a cue first stands in a text, as a character offset; None where it does not."""
    match = _EACH[name].search(text) if name in cues(text) else None
    return None if match is None else int(match.start())


@lru_cache(maxsize=256)
def spans(name: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where a cue stands in a text, as character offsets of its words without what bounds them."""
    if name not in cues(text):
        return ()
    return tuple(_inner(match) for match in _EACH[name].finditer(text))


def _inner(match: Any) -> tuple[int, int]:
    words = match.group()
    start = match.start() + len(words) - len(words.lstrip(_BOUNDS))
    return start, match.end() - (len(words) - len(words.rstrip(_BOUNDS)))


_BOUNDS = " .,:;!?'\"()[]–—-\n\t"
