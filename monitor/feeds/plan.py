"""A feed's plan: at which times of the day it is polled, or how often, and why. Pure."""

from __future__ import annotations

import bisect
import datetime as dt
import random
from dataclasses import dataclass

from monitor.model import Feed

DAY_S = 86_400.0
SPREAD = 0.1  # of a fixed wait is added at random, so that feeds do not stay in step


@dataclass(frozen=True, slots=True, kw_only=True)
class Faster:
    """For a while a feed is polled every so many seconds."""

    until: dt.datetime
    every_s: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`times` are seconds of the UTC day, rising, and `most_s` the most between two polls that go by them; no times: polled every
    `every_s` seconds whatever the feed's ceiling, None for its interval."""

    times: tuple[float, ...] = ()
    most_s: float = DAY_S
    every_s: float | None = None
    why: str = "every interval"
    faster: Faster | None = None


FIXED = Plan()


def next_poll(plan: Plan, feed: Feed, *, now: dt.datetime, rng: random.Random) -> tuple[dt.datetime, str]:
    """When the plan wants the feed polled after a poll at `now`, and why."""
    if plan.faster is not None and now < plan.faster.until:
        due_at, why = now + dt.timedelta(seconds=plan.faster.every_s), plan.faster.why
        usual_at, usual_why = _usual(plan, feed, now=now, rng=rng)
        return (due_at, why) if due_at < usual_at else (usual_at, usual_why)
    return _usual(plan, feed, now=now, rng=rng)


def _usual(plan: Plan, feed: Feed, *, now: dt.datetime, rng: random.Random) -> tuple[dt.datetime, str]:
    if not plan.times:
        wait_s = (feed.interval_s if plan.every_s is None else plan.every_s) * (1 + rng.uniform(0, SPREAD))
        if plan.every_s is None and feed.max_delay_s is not None:
            wait_s = min(wait_s, feed.max_delay_s)
        return now + dt.timedelta(seconds=wait_s), plan.why
    wait_s = _until_next(plan.times, (now.hour * 60 + now.minute) * 60 + now.second + now.microsecond / 1e6)
    # A time that is left out must not make the wait longer than the ceiling.
    wait_s = max(min(wait_s, plan.most_s), feed.least_s)
    return now + dt.timedelta(seconds=wait_s), plan.why


def _until_next(times: tuple[float, ...], at_s: float) -> float:
    """Seconds to the next time of the day. One that lies nearer than half its gap is left out: the poll now took its place."""

    def nth(n: int) -> float:
        day, index = divmod(n, len(times))
        return times[index] + day * DAY_S

    first = bisect.bisect_right(times, at_s)
    is_far = nth(first) - at_s >= (nth(first) - nth(first - 1)) / 2
    return nth(first if is_far else first + 1) - at_s
