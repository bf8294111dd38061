"""Patterns that match letters of any case without the price of it.

Where it must ignore case, `re` takes two to four times as long: no letter tells it where a match can begin, nor which branch to try. So the
place is looked for in the text's small letters, and the match is made there in the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from sys import maxsize


# A sentence is asked for by one pattern after the other.
@lru_cache(maxsize=256)
def small(text: str) -> str:
    """The text in small letters, one for one, so that places in the one are places in the other."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[0] for letter in text)


class AnyCase:
    """A pattern with the methods of `re.Pattern` that are in use."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        """
        Raises:
            ValueError: the pattern is not written in small letters.
        """
        if not is_small(pattern):
            raise ValueError(f"the pattern {pattern!r} has a capital; expected small letters, which stand for both")
        self._either = re.compile(pattern, flags | re.IGNORECASE)
        self._small = re.compile(pattern, flags & ~re.IGNORECASE)

    def search(self, text: str, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        found = self._small.search(small(text), start, end)
        return None if found is None else self._either.match(text, found.start(), end)

    def match(self, text: str, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        return None if self._small.match(small(text), start, end) is None else self._either.match(text, start, end)

    def finditer(self, text: str, start: int = 0, end: int = maxsize) -> Iterator[re.Match[str]]:
        places = (found.start() for found in self._small.finditer(small(text), start, end))
        return (match for place in places if (match := self._either.match(text, place, end)) is not None)


_ESCAPED = re.compile(r"\\.|\(\?P<")


def is_small(pattern: str) -> bool:
    """Whether a pattern has no capitals but those of its own signs (`\\W`, `(?P<`)."""
    plain = _ESCAPED.sub("", pattern)
    return plain == plain.lower()
