"""Patterns that are tried only on texts which have a word that they need.

Most grammars miss most sentences, and a miss costs a search from every letter on. The words are drawn from the pattern itself, so
that they never fall behind it: of "(?:attack|raid)s? on", every match has "attack" or "raid".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

# The parser of `re`: no public module tells what a pattern is made of.
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from sys import maxsize
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.text.any_case import AnyCase, is_small, small

# Shorter pieces stand in most sentences, and so many of them that a search is as cheap.
_SHORTEST = 3
_MOST = 200
# Of the sets that a pattern needs, so many are asked for: a third seldom refuses what two let through.
_ASKED = 2

Pieces = frozenset[str]


class _Index:
    """The pieces of all patterns in one automaton, so that a text is looked through once for all of them."""

    def __init__(self) -> None:
        self._needs = 0
        self._met_by: dict[str, int] = {}
        self._engine: Any = None
        self._bits: list[int] = []
        self.met = lru_cache(maxsize=256)(self._met)

    def add(self, pieces: Pieces) -> int:
        """The bit that stands for a text's having one of these pieces."""
        bit = 1 << self._needs
        self._needs += 1
        for piece in pieces:
            if not any(other in piece for other in pieces if other != piece):
                self._met_by[piece] = self._met_by.get(piece, 0) | bit
        self._engine = None
        self.met.cache_clear()
        return bit

    def _met(self, text: str) -> int:
        """The bits of all needs that a text meets."""
        if self._engine is None:
            self._engine = AhoCorasick(list(self._met_by), matchkind=MatchKind.Standard)
            self._bits = list(self._met_by.values())
        bits = 0
        for index, _, _ in self._engine.find_matches_as_indexes(small(text), overlapping=True):
            bits |= self._bits[index]
        return bits


# Filled as the modules with the patterns are imported.
_INDEX = _Index()


class Guarded:
    """A pattern with the methods of `re.Pattern` that are in use; a text is first asked for the words without which nothing matches."""

    def __init__(self, pattern: re.Pattern[str] | AnyCase, needs: Sequence[Pieces]) -> None:
        self.pattern = pattern
        self._needs = sum(map(_INDEX.add, needs))

    def may_match(self, text: str) -> bool:
        """Whether a text has what each match has: a quick test that never misses."""
        return self._needs & ~_INDEX.met(text) == 0

    def search(self, text: str, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        return self.pattern.search(text, start, end) if self._needs & ~_INDEX.met(text) == 0 else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text) if self._needs & ~_INDEX.met(text) == 0 else iter(())


def guarded(pattern: str, flags: int = 0) -> Guarded:
    """The compiled pattern behind its words.

    Raises:
        ValueError: the pattern needs no word that is worth looking for.
    """
    needs = _rarest(_needs(parser.parse(pattern, flags)))
    if not needs:
        raise ValueError(f"the pattern {pattern!r} needs no word of {_SHORTEST} letters; expected one in each of its branches")
    any_case = flags & re.IGNORECASE and is_small(pattern)
    return Guarded(AnyCase(pattern, flags) if any_case else re.compile(pattern, flags), needs[:_ASKED])


def _needs(parsed: Iterable[tuple[Any, Any]]) -> list[Pieces]:
    """Sets of pieces of which each match has one in every set, in small letters."""
    found: list[Pieces] = []
    run: Pieces = frozenset(("",))
    for kind, value in parsed:
        if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        whole = _all_texts(kind, value)
        if whole is not None and len(run) * len(whole) <= _MOST:
            run = frozenset(map("".join, product(run, whole)))
            continue
        found += [run, *_inside(kind, value)]
        run = frozenset(("",)) if whole is None else whole
    return [*found, run]


def _inside(kind: Any, value: Any) -> list[Pieces]:
    """What the parts of a repeated, grouped or branched part need."""
    if kind is op.SUBPATTERN:
        return _needs(value[-1])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _needs(value[2]) if value[0] else []
    if kind is op.BRANCH:
        branches = [_rarest(_needs(branch))[:1] for branch in value[1]]
        return [frozenset().union(*(pieces for need in branches for pieces in need))] if all(branches) else []
    return []


def _all_texts(kind: Any, value: Any) -> Pieces | None:
    """All that a part can match, in small letters, where that is little; else None."""
    if kind is op.LITERAL:
        return frozenset((chr(value).lower(),))
    if kind is op.IN:
        return frozenset(chr(code).lower() for _, code in value) if all(k is op.LITERAL for k, _ in value) else None
    if kind is op.SUBPATTERN:
        return _in_turn(value[-1])
    if kind is op.BRANCH:
        return _union(map(_in_turn, value[1]))
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] == 1:
        once = _in_turn(value[2])
        return once if once is None or value[0] else once | {""}
    return None


def _in_turn(parsed: Iterable[tuple[Any, Any]]) -> Pieces | None:
    """All that parts in a row can match."""
    texts: Pieces = frozenset(("",))
    for kind, value in parsed:
        if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        whole = _all_texts(kind, value)
        if whole is None or len(texts) * len(whole) > _MOST:
            return None
        texts = frozenset(map("".join, product(texts, whole)))
    return texts


def _union(sets: Iterable[Pieces | None]) -> Pieces | None:
    together: Pieces = frozenset()
    for pieces in sets:
        if pieces is None or len(together | pieces) > _MOST:
            return None
        together |= pieces
    return together


def _rarest(needs: Sequence[Pieces]) -> list[Pieces]:
    """The sets that are worth looking for, those of few and long pieces first, which the fewest texts meet."""
    able = {pieces for pieces in needs if pieces and min(map(len, pieces)) >= _SHORTEST}
    return sorted(able, key=lambda pieces: (sum(4.0 ** -len(piece) for piece in pieces), sorted(pieces)))
