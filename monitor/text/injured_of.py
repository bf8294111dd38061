"""What "one of the 11 people injured on Friday has died" says: eleven were injured, and of them one has died."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.text import lexis
from monitor.text.brackets import only_tokens
from monitor.text.nlp import Words
from monitor.text.numbers import Number, number_at
from monitor.text.statements import Statement

_HURT = frozenset(("injured", "wounded", "hurt"))
_WHO_WERE = frozenset("who were had been critically seriously badly".split())
_REACH = 6  # tokens between the number and "injured"


def of_the_injured(words: Words) -> tuple[Words, list[Statement]]:
    """The words with "one of the 11 people injured" shortened to "one people", and how many were injured."""
    if "of" not in words.lower or _HURT.isdisjoint(words.lower):
        return words, []
    lower, dropped, found = words.lower, set[int](), list[Statement]()
    for of, word in enumerate(lower):
        region = _region(lower, of) if word == "of" and of and number_at(lower, of - 1) is not None else None
        if region is None:
            continue
        number, noun, end = region
        first = number.start
        found.append(
            Statement("injured", number.count, number.low, number.high, words.starts[first], words.ends[end - 1], words.span(first, end))
        )
        dropped |= {*range(of, number.end), *(k for k in range(number.end, end) if k != noun)}
    if not dropped:
        return words, []
    return only_tokens(words, [k for k in range(len(words)) if k not in dropped]), found


def _region(lower: Sequence[str], of: int) -> tuple[Number, int, int] | None:
    """The number after "of" at a token, the token of its noun (-1: none) and the end of "11 people who were injured", if that follows."""
    first = of + (2 if lower[of + 1 : of + 2] == ["the"] else 1)
    number = number_at(lower, first) if first < len(lower) else None
    if number is None or (number.count or 0) < 2:
        return None
    end = next((k + 1 for k in range(number.end, min(number.end + _REACH, len(lower))) if lower[k] in _HURT), None)
    if end is None:
        return None
    between = [k for k in range(number.end, end - 1) if lower[k] not in _WHO_WERE]
    if any(lower[k] not in lexis.PEOPLE for k in between) or len(between) > 2:
        return None
    if not between and lower[end : end + 1] and lower[end] in lexis.PEOPLE:
        return number, end, end + 1  # "the three wounded men"
    return number, between[-1] if between else -1, end


def with_the_injured(found: Sequence[Statement], injured: Sequence[Statement]) -> list[Statement]:
    """All statements, where how many were injured stands over how many of them are told more of: "two of the five injured are critical"."""
    rest = [s for s in found if s.field != "injured" or not any(s.start <= one.end and one.start - _NEAR <= s.end for one in injured)]
    return sorted([*(replace(s, late=True) if s.field == "killed" and _died_of_it(s, injured) else s for s in rest), *injured], key=_start)


_NEAR = 12  # characters of "two of the "


def _died_of_it(statement: Statement, injured: Sequence[Statement]) -> bool:
    return any(statement.start <= one.start <= statement.end for one in injured)


def _start(statement: Statement) -> int:
    return statement.start
