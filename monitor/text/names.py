"""Find thousands of names in a text at once, at word boundaries, with offsets into the text as given.

Names are compared as words: letters without case and accents, everything else as one space. "Lashkar-e-Jhangvi",
"Lashkar e Jhangvi" and "lashkar–e–jhangvi" are one name. An exact name keeps its case: "IS" is no "is".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind


class Hit(NamedTuple):
    """A name in a text: character offsets, and the value it was given for."""

    start: int
    end: int
    value: int


def _plain_letter(code: int) -> str:
    """One character for one: the letter without its accent, or a space. Offsets stay what they were."""
    character = chr(code)
    if not character.isalnum():
        return " "
    base = unicodedata.normalize("NFKD", character)[:1]
    return base if base.isalnum() else character


class _Words(dict[int, str]):
    """A table for `str.translate` that learns a character when it first meets it."""

    def __missing__(self, code: int) -> str:
        self[code] = letter = _plain_letter(code)
        return letter


class _LowerWords(_Words):
    def __missing__(self, code: int) -> str:
        lower = _plain_letter(code).lower()
        self[code] = letter = lower if len(lower) == 1 else _plain_letter(code)
        return letter


_WORDS, _LOWER_WORDS = _Words(), _LowerWords()


# Several indexes look through the same text, one after the other.
@lru_cache(maxsize=128)
def words_of(text: str) -> str:
    """The text as lower-case words, as long as it was: for look-ups that need the same offsets."""
    return text.translate(_LOWER_WORDS)


@lru_cache(maxsize=128)
def _exact_words_of(text: str) -> str:
    return text.translate(_WORDS)


def key_of(name: str) -> str:
    """The form under which a name is found: "D. I. Khan" and "D.I. Khan" give "d i khan"."""
    return " ".join(words_of(name).split())


class NameIndex:
    """Names and what they stand for; `find` gives the longest at each place, none overlapping."""

    def __init__(self, names: Iterable[tuple[str, int]], exact: Iterable[tuple[str, int]] = ()) -> None:
        """`names` match in any case, `exact` in theirs. The first value given for a name wins."""
        self._any_case = _Automaton(names, words_of)
        self._exact = _Automaton(exact, _exact_words_of)

    def find(self, text: str) -> list[Hit]:
        hits = self._any_case.find(text) + self._exact.find(text)
        if len(hits) < 2:
            return hits
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        longest: list[Hit] = []
        for hit in hits:
            if not longest or hit.start >= longest[-1].end:
                longest.append(hit)
            elif hit.end - hit.start > longest[-1].end - longest[-1].start:
                longest[-1] = hit
        return longest


class _Automaton:
    """One Aho-Corasick automaton. The spaces around each pattern are the word boundaries, found at no cost in Python."""

    def __init__(self, names: Iterable[tuple[str, int]], words_of: Callable[[str], str]) -> None:
        self._words_of = words_of
        patterns: dict[str, int] = {}
        for name, value in names:
            # "D.I. Khan" has two spaces between its words, "D. I. Khan" four and "DI-Khan" one; a text may have any.
            spelled = words_of(name).strip()
            for form in {spelled, " ".join(spelled.split()), words_of(name.replace(".", ". ").replace("  ", " ")).strip()} - {""}:
                patterns.setdefault(f" {form} ", value)
        self._values = list(patterns.values())
        self._engine = AhoCorasick(list(patterns), matchkind=MatchKind.Standard) if patterns else None

    def find(self, text: str) -> list[Hit]:
        if self._engine is None:
            return []
        words = f" {self._words_of(text)} "
        found = self._engine.find_matches_as_indexes(words, overlapping=True)
        return [Hit(start, end - 2, self._values[index]) for index, start, end in found]
