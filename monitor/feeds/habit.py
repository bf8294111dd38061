"""What a feed usually does, told from when its items came: how often, how late, and how long a silence says nothing. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = dt.timedelta(days=30)  # of arrivals that a habit is learned from
FIGURES_WINDOW = dt.timedelta(days=7)
_LEAST = dt.timedelta(days=1)  # a shorter silence is nothing for an operator, however busy the feed
_ENOUGH = 5  # polls that brought something; fewer are no habit
_BEYOND = 3  # times the longest usual pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Over the last 7 days: items a day, and the median delay from publication to arrival (None where no item is dated)."""

    items_a_day: float
    delay: dt.timedelta | None = None


def silence_limit(arrivals: Sequence[dt.datetime]) -> dt.timedelta | None:
    """How long a feed may bring nothing before that is far beyond its habit: three times the longest of its usual pauses, a day at
    least. `arrivals` are the times of polls that brought an item, rising. None while they are too few.

    Of every twenty pauses the longest one is passed over: one holiday is no habit.
    """
    if len(arrivals) < _ENOUGH:
        return None
    pauses = sorted(after - before for before, after in itertools.pairwise(arrivals))
    usual = pauses[len(pauses) - 1 - len(pauses) // 20]
    return max(_LEAST, _BEYOND * usual)


def figures(came: Sequence[tuple[dt.datetime, dt.datetime | None]], *, since: dt.datetime, now: dt.datetime) -> Figures:
    """`came` holds arrival and publication of each item since `since`. A date after the arrival counts as no delay."""
    days = max((now - since) / dt.timedelta(days=1), 1.0)
    delays = sorted(max(arrived - published, dt.timedelta()) for arrived, published in came if published is not None)
    return Figures(items_a_day=len(came) / days, delay=delays[len(delays) // 2] if delays else None)
