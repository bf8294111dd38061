"""How a number of requests a day is divided among feeds so that the items of all wait least. Pure.

A feed that publishes at rate r and is polled m times a day makes its items wait r / 2m in all: least for m in proportion to the root of
weight and rate; with a rate that changes over the day, to the sum of the hours' roots.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_ROOT = 1e-6  # of a feed that publishes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One feed's part: its root, and between how many polls a day it must lie."""

    root: float
    least: float
    most: float


def claim(by_hour: Sequence[float], *, weight: float, least: float, most: float) -> Claim:
    """`by_hour`: items to be expected in each hour of the day."""
    root = math.sqrt(weight) * math.fsum(math.sqrt(rate) for rate in by_hour)
    return Claim(root=max(root, LEAST_ROOT), least=min(least, most), most=most)


def shares(claims: Sequence[Claim], total: float) -> list[float]:
    """Polls a day for each, in proportion to the roots and within each one's bounds, `total` in all where the bounds allow it."""
    if not claims:
        return []
    low, high = 0.0, max(one.most / max(one.root, LEAST_ROOT) for one in claims)
    for _ in range(60):
        middle = (low + high) / 2
        if math.fsum(_within(one, middle) for one in claims) < total:
            low = middle
        else:
            high = middle
    return [_within(one, high) for one in claims]


def _within(one: Claim, factor: float) -> float:
    return min(max(factor * one.root, one.least), one.most)
