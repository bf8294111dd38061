"""How often a feed publishes, by the hour of the day (UTC), learned from what came. Pure.

Counts fade: an item of two weeks ago weighs half of today's, and so does the time that was watched. A feed of which little is known is
taken to publish a little, in the hours in which feeds publish.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HALF_LIFE_D = 14.0
SEED_D = 14.0  # of a first body's past; what is older says little
PRIOR_A_DAY, PRIOR_D = 6.0, 0.5  # items a day, and for how many days of watching that counts
PRIOR_ITEMS = 24.0  # so many items say as much of the hours as all feeds together do
MAX_ITEMS_FOR_HOURS = 200.0  # of one feed, where the hours of all are reckoned
_FADE = math.log(2) / HALF_LIFE_D
FLAT = (1 / 24,) * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """`hours`: faded count of items in each hour of the day; `days`: faded time watched; `at`: until when."""

    at: dt.datetime
    days: float = 0.0
    hours: tuple[float, ...] = (0.0,) * 24

    @property
    def items(self) -> float:
        return math.fsum(self.hours)


def first_rates(published: Iterable[dt.datetime], *, now: dt.datetime) -> Rates:
    """What a first body tells of the past: its items are all that came since the oldest of them, but at most of two weeks."""
    times = [at for at in published if dt.timedelta() <= now - at <= dt.timedelta(days=SEED_D)]
    span_d = max([1.0, *((now - at).total_seconds() / 86_400 for at in times)])
    hours = [0.0] * 24
    for at in times:
        hours[at.hour] += math.exp(-_FADE * (now - at).total_seconds() / 86_400)
    return Rates(at=now, days=_watched(span_d), hours=tuple(hours))


def learned(rates: Rates, arrived: Sequence[dt.datetime], *, now: dt.datetime) -> Rates:
    """The rates after a poll at `now` that found items published at these times; a time outside the watch counts as now."""
    faded = as_of(rates, now)
    if not arrived:
        return faded
    hours = list(faded.hours)
    for at in arrived:
        hours[(at if rates.at < at <= now else now).hour] += 1.0
    return Rates(at=now, days=faded.days, hours=tuple(hours))


def as_of(rates: Rates, now: dt.datetime) -> Rates:
    """Faded to `now`, with the time since then as watched."""
    passed_d = (now - rates.at).total_seconds() / 86_400
    if passed_d <= 0:
        return rates
    left = math.exp(-_FADE * passed_d)
    return Rates(at=now, days=rates.days * left + _watched(passed_d), hours=tuple(count * left for count in rates.hours))


def items_a_day(rates: Rates) -> float:
    return (rates.items + PRIOR_A_DAY * PRIOR_D) / (rates.days + PRIOR_D)


def common_hours(all_rates: Iterable[Rates]) -> tuple[float, ...]:
    """In which hours feeds publish: shares of a day, of all feeds together; a busy one does not drown the rest."""
    total = [1.0] * 24
    for rates in all_rates:
        weight = min(1.0, MAX_ITEMS_FOR_HOURS / rates.items) if rates.items > 0 else 0.0
        for hour, count in enumerate(rates.hours):
            total[hour] += weight * count
    whole = math.fsum(total)
    return tuple(count / whole for count in total)


def by_hour(rates: Rates, common: Sequence[float] = FLAT) -> tuple[float, ...]:
    """Items to be expected in each hour of the day: the feed's own hours, smoothed, and those of all feeds while it has told little."""
    hours = rates.hours
    smooth = [(hours[h - 1] + 2 * hours[h] + hours[(h + 1) % 24]) / 4 for h in range(24)]
    whole = rates.items + PRIOR_ITEMS
    a_day = items_a_day(rates)
    return tuple(a_day * (own + PRIOR_ITEMS * share) / whole for own, share in zip(smooth, common, strict=True))


def _watched(days: float) -> float:
    """So many days up to now, faded."""
    return (1 - math.exp(-_FADE * days)) / _FADE
