"""At which times of the day a feed is polled so many times, so that its items wait least. Pure.

The times begin where the root of the rate divides the day into equal parts, and are then moved one by one, each to the best place between
its neighbours on a grid of 5 minutes, as long as that helps. No two lie nearer than `least_s` or further apart than `most_s`.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

from monitor.feeds.plan import DAY_S

GRID_S = 300.0
SLOTS = 288
MAX_ROUNDS = 30
FINE = 96  # from so many polls a day on the grid is too coarse, and the parts are good enough


def placed(by_hour: Sequence[float], count: int, *, least_s: float = 0.0, most_s: float = DAY_S, phase: float = 0.0) -> tuple[float, ...]:
    """`count` seconds of the day, rising; `by_hour` are items to be expected in each of its 24 hours.

    `phase` (0 to 1) is the feed's own, so that feeds which are alike are not polled at one time. Where `count` polls cannot keep the
    bounds they are as even as can be.
    """
    least_s, most_s = min(least_s, DAY_S / count), max(most_s, DAY_S / count)
    times = _begun(by_hour, count, least_s=least_s, most_s=most_s, phase=phase)
    if count == 1 or count >= FINE:
        return times
    return _moved(by_hour, times, least_s=least_s, most_s=most_s, phase=phase)


def _begun(by_hour: Sequence[float], count: int, *, least_s: float, most_s: float, phase: float) -> tuple[float, ...]:
    """Equal parts of the root of the rate, evened out as far as the bounds ask for."""
    roots = [math.sqrt(max(rate, 0.0)) for rate in by_hour]
    if not any(roots):
        roots = [1.0] * 24
    mean = math.fsum(roots) / 24
    for even in (n / 10 for n in range(10)):
        density = [(1 - even) * root / mean + even for root in roots]
        times = _parts(density, count, phase)
        gaps = [b - a for a, b in zip(times, (*times[1:], times[0] + DAY_S), strict=True)]
        if min(gaps) >= least_s - 1 and max(gaps) <= most_s + 1:
            return times
    return _parts([1.0] * 24, count, phase)


def _parts(density: Sequence[float], count: int, phase: float) -> tuple[float, ...]:
    reached = [0.0]
    for one in density:
        reached.append(reached[-1] + one)
    whole = reached[-1]
    times = []
    for n in range(count):
        wanted = whole * (n + phase) / count
        hour = min(bisect.bisect_left(reached, wanted, 1) - 1, 23)
        part = (wanted - reached[hour]) / density[hour] if density[hour] > 0 else 0.0
        times.append((hour + part) * 3600.0)
    return tuple(sorted(at % DAY_S for at in times))


def _moved(by_hour: Sequence[float], times: tuple[float, ...], *, least_s: float, most_s: float, phase: float) -> tuple[float, ...]:
    """Coordinate descent. A poll at t between polls at a and b makes the items wait t·(A(t)-A(a)) - b·A(t), less what does not depend
    on t, where A counts the items since the day began."""
    counted = _counted(by_hour)
    least, most = math.ceil(least_s / GRID_S), math.floor(most_s / GRID_S)
    slots = [math.floor(at / GRID_S) for at in times]
    if not _fits(slots, least, most):
        return times
    for _ in range(MAX_ROUNDS):
        helped = False
        for n, at in enumerate(slots):
            before = slots[n - 1] - (SLOTS if n == 0 else 0)
            after = slots[(n + 1) % len(slots)] + (SLOTS if n == len(slots) - 1 else 0)
            first, last = max(before + least, after - most, before + 1), min(after - least, before + most, after - 1)
            best, best_wait = at, _wait(counted, before, at, after)
            for t in range(first, last + 1):
                wait = _wait(counted, before, t, after)
                if wait < best_wait - 1e-9:
                    best, best_wait = t, wait
            if best != at:
                slots[n], helped = best, True
        if not helped:
            break
    within_s = phase * GRID_S
    return tuple(sorted((slot % SLOTS) * GRID_S + within_s for slot in slots))


def _fits(slots: list[int], least: int, most: int) -> bool:
    gaps = [b - a for a, b in zip(slots, (*slots[1:], slots[0] + SLOTS), strict=True)]
    return min(gaps) >= max(least, 1) and max(gaps) <= most


def _counted(by_hour: Sequence[float]) -> list[float]:
    """Items counted from a day before to a day after, at each slot."""
    counted = [0.0]
    for slot in range(3 * SLOTS):
        counted.append(counted[-1] + by_hour[slot % SLOTS // 12] / 12)
    return counted


def _wait(counted: list[float], before: int, at: int, after: int) -> float:
    a, t = counted[before + SLOTS], counted[at + SLOTS]
    return at * (t - a) - after * (t - counted[SLOTS])
