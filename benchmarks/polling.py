"""How long items wait to be found, at the same number of requests: polled evenly, in proportion to the posting rate, and as Monitor does.

python benchmarks/polling.py [--feeds 600] [--polls 24] [--days 21] [--seed 1] [--json]

Feeds are generated: log-normal posting rates, each feed with a day of its own (a night, a peak, a time zone). Monitor's schedule is
that of the daemon, by the same functions (rates, budget, placing, next poll), learned from the polls that it made itself: the first two
weeks are for learning, the last one is measured. "proportional" is Miniflux's entry_frequency: a week divided by the items of the last
week, times one factor, here the one that spends the same budget. It is told the true counts of the week before. Both keep the same least
and most wait.
"""

from __future__ import annotations

import argparse
import bisect
import datetime as dt
import json
import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from statistics import NormalDist

from monitor.feeds.plan import FIXED, Plan, next_poll
from monitor.feeds.planning import budgeted, day_plan
from monitor.feeds.rates import Rates, first_rates, learned
from monitor.model import Feed, FeedState

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
DAY_S = 86_400.0
MEASURED_D = 7
TARGETS = {1.0: 22.0, 1.5: 40.0, 2.0: 55.0}


def profile(rng: random.Random) -> list[float]:
    """Shares of the day's 24 hours (UTC): a newsroom with a night, a peak, and a zone, most of them the same few."""
    zone = rng.choice([5, 5, 5, 4.5, 3, 0, -5])
    peak, width, night = rng.uniform(9, 17), rng.uniform(3.5, 7), rng.uniform(0.03, 0.25)
    hours = []
    for hour in range(24):
        away = min(abs((hour + zone) % 24 - peak), 24 - abs((hour + zone) % 24 - peak))
        hours.append(night + math.exp(-((away / width) ** 2)))
    whole = sum(hours)
    return [one / whole for one in hours]


def posts(a_day: float, hours: Sequence[float], *, days: int, rng: random.Random) -> list[float]:
    """Seconds since the start at which one feed publishes: a Poisson process with its profile."""
    found: list[float] = []
    for hour in range(24 * days):
        expected, at = a_day * hours[hour % 24], 0.0
        while expected > 0 and (at := at + rng.expovariate(expected)) < 1:
            found.append((hour + at) * 3600)
    return found


def delays(published: Sequence[float], polls: Sequence[float], *, begin: float, end: float) -> list[float]:
    found = []
    for at in published[bisect.bisect_left(published, begin) : bisect.bisect_left(published, end)]:
        n = bisect.bisect_left(polls, at)
        found.append((polls[n] if n < len(polls) else end + DAY_S) - at)
    return found


def evenly(interval_s: float, *, begin: float, end: float, rng: random.Random) -> list[float]:
    at, found = begin + rng.uniform(0, interval_s), []
    while at < end + interval_s:
        found.append(at)
        at += interval_s
    return found


def proportional(weekly: Sequence[int], *, total_a_day: float, least_s: float, most_s: float) -> list[float]:
    """Intervals in seconds: a week over the items of a week times one factor for all, between the bounds."""

    def intervals(factor: float) -> list[float]:
        return [min(max(7 * DAY_S / (count * factor), least_s), most_s) if count else most_s for count in weekly]

    low, high = 1e-6, 1e6
    for _ in range(100):
        middle = math.sqrt(low * high)
        if sum(DAY_S / one for one in intervals(middle)) < total_a_day:
            low = middle
        else:
            high = middle
    return intervals(high)


def ours(
    published: Sequence[Sequence[float]], *, polls_a_day: float, days: int, least_s: float, max_delay_s: float, seed: int
) -> list[list[float]]:
    """Each feed's polls by Monitor's schedule, planned anew each day from what its own polls found."""
    interval_s = DAY_S / polls_a_day
    feeds = [
        Feed(
            name=str(n),
            url=f"https://{n}.example/",
            adaptive=True,
            interval_s=interval_s,
            least_s=least_s,
            max_delay_s=max_delay_s,
        )
        for n in range(len(published))
    ]
    rng = random.Random(seed)
    at = [START + dt.timedelta(seconds=rng.uniform(0, interval_s)) for _ in feeds]
    rates: dict[str, Rates] = {}
    states: dict[str, FeedState] = {}
    polls: list[list[float]] = [[] for _ in feeds]
    seen = [0] * len(feeds)
    for day in range(days + 1):
        now = START + dt.timedelta(days=day)
        given = budgeted(feeds, rates, states, now=now)
        plans: dict[str, Plan] = {url: day_plan(url, share) for url, share in given.items()}
        for n, feed in enumerate(feeds):
            plan = plans.get(feed.url, FIXED)
            while at[n] < now + dt.timedelta(days=1):
                passed_s = (at[n] - START).total_seconds()
                polls[n].append(passed_s)
                first, seen[n] = seen[n], bisect.bisect_right(published[n], passed_s)
                arrived = [START + dt.timedelta(seconds=one) for one in published[n][first : seen[n]]]
                known = rates.get(feed.url)
                rates[feed.url] = first_rates(arrived, now=at[n]) if known is None else learned(known, arrived, now=at[n])
                if feed.url not in states:
                    states[feed.url] = FeedState(url=feed.url, first_success_at=at[n])
                at[n], _ = next_poll(plan, feed, now=at[n], rng=rng)
    return polls


def figures(found: list[float], polls: int, *, feeds: int) -> dict[str, float]:
    found.sort()
    return {
        "mean_min": sum(found) / len(found) / 60,
        "p50_min": found[len(found) // 2] / 60,
        "p95_min": found[int(len(found) * 0.95)] / 60,
        "max_min": found[-1] / 60,
        "polls_a_day": polls / MEASURED_D / feeds,
    }


def measured(
    sigma: float, *, feeds: int, polls_a_day: float, days: int, seed: int, least_s: float, max_delay_s: float
) -> dict[str, dict[str, float]]:
    rng = random.Random(seed)
    published = []
    for n in range(feeds):
        # Evenly spread quantiles, so that one feed more or less among the busiest does not make the result.
        a_day = 12.0 * math.exp(sigma * NormalDist().inv_cdf((n + 0.5) / feeds) - sigma * sigma / 2)
        published.append(posts(a_day, profile(rng), days=days, rng=rng))
    begin, end = (days - MEASURED_D) * DAY_S, days * DAY_S
    weekly = [bisect.bisect_left(one, begin) - bisect.bisect_left(one, begin - 7 * DAY_S) for one in published]
    intervals = proportional(weekly, total_a_day=polls_a_day * feeds, least_s=least_s, most_s=max_delay_s)
    ways: dict[str, Callable[[], list[list[float]]]] = {
        "uniform": lambda: [evenly(DAY_S / polls_a_day, begin=begin, end=end, rng=rng) for _ in published],
        "proportional": lambda: [evenly(one, begin=begin, end=end, rng=rng) for one in intervals],
        "monitor": lambda: ours(published, polls_a_day=polls_a_day, days=days, least_s=least_s, max_delay_s=max_delay_s, seed=seed),
    }
    results = {}
    for name, way in ways.items():
        polls = way()
        waits = [one for feed, times in zip(published, polls, strict=True) for one in delays(feed, times, begin=begin, end=end)]
        made = sum(begin <= at < end for times in polls for at in times)
        results[name] = figures(waits, made, feeds=feeds)
    return results


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=600)
    options.add_argument("--polls", type=float, default=24.0, help="polls a day and feed")
    options.add_argument("--days", type=int, default=21)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--least", type=float, default=5.0, help="least minutes between two polls of a feed")
    options.add_argument("--max-delay", type=float, default=180.0, help="most minutes between two polls of a feed")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    missed = False
    for sigma, target in TARGETS.items():
        started = time.process_time()
        found = measured(
            sigma,
            feeds=chosen.feeds,
            polls_a_day=chosen.polls,
            days=chosen.days,
            seed=chosen.seed,
            least_s=60 * chosen.least,
            max_delay_s=60 * chosen.max_delay,
        )
        under = 100 * (1 - found["monitor"]["mean_min"] / found["uniform"]["mean_min"])
        worse = 100 * (found["monitor"]["p95_min"] / found["uniform"]["p95_min"] - 1)
        missed = missed or under < target or worse > 10
        if chosen.json:
            print(json.dumps({"sigma": sigma, "mean_under_uniform_percent": under, "p95_over_uniform_percent": worse} | found))
            continue
        words = f"mean {under:.1f} % under uniform (at least {target:g}), p95 {worse:+.1f} % (at most +10)"
        print(f"σ = {sigma:g}   {words}   {time.process_time() - started:.0f} s of CPU")
        print(f"  {'':14}{'mean':>8}{'p50':>8}{'p95':>8}{'max':>8} min{'polls a day':>14}")
        for name, row in found.items():
            waits = "".join(f"{row[key]:8.1f}" for key in ("mean_min", "p50_min", "p95_min", "max_min"))
            print(f"  {name:14}{waits}    {row['polls_a_day']:14.2f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
