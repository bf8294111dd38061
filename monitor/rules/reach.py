"""Whether any incident at all could meet a condition: two parts that exclude each other make a rule that never fires."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.rules.comparisons import Comparison
from monitor.rules.conditions import All, Any, Condition, Count, Is, Leaf, Not, Publishers, Where

# Conditions of people have a handful of alternatives; beyond this many the question is left open.
MAX_WAYS = 500


@dataclass(frozen=True, slots=True)
class _Term:
    """A leaf that must hold, or (negative) must not."""

    leaf: Leaf
    positive: bool

    @property
    def written(self) -> str:
        return self.leaf.written if self.positive else f"not {self.leaf.written}"


def clash(condition: Condition) -> str | None:
    """Two parts that exclude each other, in words, where that is so in every way to meet the condition; else None."""
    first: str | None = None
    for number, way in enumerate(_ways(condition, positive=True)):
        found = _clash_in(way)
        if found is None or number >= MAX_WAYS:
            return None
        first = first or found
    return first


def _ways(condition: Condition, *, positive: bool) -> Iterator[tuple[_Term, ...]]:
    """Every way to meet the condition (or not to), as terms that must all be so."""
    match condition:
        case Not(part):
            yield from _ways(part, positive=not positive)
        case All(parts) | Any(parts):
            if isinstance(condition, All) is positive:
                yield from _together(parts, positive=positive)
            else:
                for part in parts:
                    yield from _ways(part, positive=positive)
        case Count() | Publishers() if not positive:
            # "not in 5..10" is "below 5" or "above 10".
            for bounds in _outside(condition.comparison):
                yield (_Term(replace(condition, comparison=bounds, written=f"not {condition.written}"), True),)
        case _:
            yield (_Term(condition, positive),)


def _together(parts: tuple[Condition, ...], *, positive: bool) -> Iterator[tuple[_Term, ...]]:
    if not parts:
        yield ()
        return
    for first in _ways(parts[0], positive=positive):
        for rest in _together(parts[1:], positive=positive):
            yield first + rest


def _outside(bounds: Comparison) -> Iterator[Comparison]:
    if bounds.low > -math.inf:
        yield Comparison(high=bounds.low, high_open=not bounds.low_open)
    if bounds.high < math.inf:
        yield Comparison(low=bounds.high, low_open=not bounds.high_open)


def _clash_in(terms: tuple[_Term, ...]) -> str | None:
    for number, one in enumerate(terms):
        if one.positive and isinstance(one.leaf, Count | Publishers) and _nobody(one.leaf.comparison):
            return f'no number meets "{one.written}"'
        for other in terms[number + 1 :]:
            if _exclude(one, other):
                return f'"{one.written}" and "{other.written}" exclude each other'
    return None


def _exclude(one: _Term, other: _Term) -> bool:
    if one.leaf == other.leaf and one.positive != other.positive:
        return True
    match one.leaf, other.leaf:
        case Count() as left, Count() as right:
            return _counts_exclude(left, right) or _counts_exclude(right, left)
        case Publishers() as left, Publishers() as right:
            return _apart(left.comparison, right.comparison)
        case Is() as left, Is() as right if left.trait == right.trait:
            return _sets_exclude(left.values, one.positive, right.values, other.positive)
        case Where() as left, Where() as right if left.level == right.level != "place":
            return _sets_exclude(left.names, one.positive, right.names, other.positive)
    return False


def _sets_exclude(left: frozenset[str], left_positive: bool, right: frozenset[str], right_positive: bool) -> bool:
    if left_positive and right_positive:
        return not left & right
    if left_positive:
        return left <= right
    return right_positive and right <= left


def _counts_exclude(left: Count, right: Count) -> bool:
    if left.tally == right.tally:
        return _apart(left.comparison, right.comparison)
    # The killed and the injured are among the casualties.
    return left.tally in ("killed", "injured") and right.tally == "casualties" and _whole(left.comparison)[0] > _whole(right.comparison)[1]


def _whole(bounds: Comparison) -> tuple[float, float]:
    """The smallest and the largest whole number within."""
    low = bounds.low if math.isinf(bounds.low) else (math.floor(bounds.low) + 1 if bounds.low_open else math.ceil(bounds.low))
    high = bounds.high if math.isinf(bounds.high) else (math.ceil(bounds.high) - 1 if bounds.high_open else math.floor(bounds.high))
    return max(low, 0), high


def _apart(left: Comparison, right: Comparison) -> bool:
    (low, high), (other_low, other_high) = _whole(left), _whole(right)
    return max(low, other_low) > min(high, other_high)


def _nobody(bounds: Comparison) -> bool:
    low, high = _whole(bounds)
    return low > high
