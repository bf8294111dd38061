"""How often and when each feed is polled, from what is known of its habits. Pure; the daemon and the benchmark both plan by it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.feeds.budget import claim, shares
from monitor.feeds.placing import placed
from monitor.feeds.plan import DAY_S, Plan
from monitor.feeds.rates import Rates, as_of, by_hour, common_hours, items_a_day
from monitor.feeds.wishes import MAX_WISH_S
from monitor.model import Feed, FeedState

WATCH_FIRST = dt.timedelta(days=1)  # a new feed is polled at the usual interval until it has been watched so long
MOST_A_DAY = 2000.0

Limit = Literal["", "site", "least", "ceiling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A feed's part of the requests of a day. `limit` names what keeps it from being what the budget would give."""

    polls_a_day: float
    items_a_day: float
    by_hour: tuple[float, ...]
    least_s: float
    most_s: float
    limit: Limit = ""


def budgeted(
    feeds: Sequence[Feed],
    rates: Mapping[str, Rates],
    states: Mapping[str, FeedState],
    *,
    now: dt.datetime,
    requests_a_day: float | None = None,
) -> dict[str, Share]:
    """The shares of the feeds whose polls are to be learned and of which enough is known, by address.

    By default as many requests as the interval of each would make. A feed that is not in the result is polled at its interval.
    """
    known = {feed.url: as_of(rates[feed.url], now) for feed in feeds if _is_known(feed, rates, states.get(feed.url), now)}
    common = common_hours(known.values())
    chosen = [feed for feed in feeds if feed.url in known]
    hours = [by_hour(known[feed.url], common) for feed in chosen]
    bounds = [_bounds(feed, states.get(feed.url)) for feed in chosen]
    claims = [
        claim(rate, weight=feed.weight, least=DAY_S / most_s, most=DAY_S / least_s)
        for feed, rate, (least_s, most_s, _) in zip(chosen, hours, bounds, strict=True)
    ]
    total = sum(DAY_S / feed.interval_s for feed in chosen)
    if requests_a_day is not None:
        total = max(0.0, requests_a_day - sum(DAY_S / feed.interval_s for feed in feeds if feed.url not in known))
    found = {}
    for feed, rate, (least_s, most_s, asked), one, polls in zip(chosen, hours, bounds, claims, shares(claims, total), strict=True):
        limit: Limit = ""
        if polls >= one.most * 0.999:
            limit = "site" if asked else "least"
        elif polls <= one.least * 1.001:
            limit = "ceiling"
        found[feed.url] = Share(
            polls_a_day=polls,
            items_a_day=items_a_day(known[feed.url]),
            by_hour=rate,
            least_s=least_s,
            most_s=most_s,
            limit=limit,
        )
    return found


def day_plan(url: str, share: Share) -> Plan:
    """The times of the day for a share. A part of a poll is rounded up for as many feeds in a hundred as it has hundredths."""
    phase = int.from_bytes(hashlib.blake2b(url.encode(), digest_size=4).digest(), "big") / 2**32
    count = max(1, int(share.polls_a_day + (phase * 7919) % 1))
    # Not fewer than the ceiling asks for.
    count = max(count, -int(-DAY_S // share.most_s))
    times = placed(share.by_hour, count, least_s=share.least_s, most_s=share.most_s, phase=phase)
    why = f"by its habit: {share.items_a_day:.3g} items a day, polled {count} times"
    return Plan(times=times, most_s=share.most_s, why=why)


def ceiling_s(feed: Feed) -> float:
    """Longest wait that a plan may give the feed; the site's wishes may make it longer."""
    return max(feed.interval_s if feed.max_delay_s is None else feed.max_delay_s, feed.least_s)


def _bounds(feed: Feed, state: FeedState | None) -> tuple[float, float, bool]:
    """The least and the most seconds between two polls, and whether the least is the site's wish."""
    wish_s = usual_wish_s(state)
    least_s = max(feed.least_s, wish_s, DAY_S / MOST_A_DAY)
    return least_s, max(least_s, min(ceiling_s(feed), DAY_S)), wish_s > feed.least_s


def usual_wish_s(state: FeedState | None) -> float:
    """For how long the site usually asks to be left alone; what it asked for once, in trouble, is not usual."""
    if state is None or state.not_before_at is None or state.last_polled_at is None or state.not_before_why == "Retry-After":
        return 0.0
    if state.not_before_why in ("skipHours", "skipDays"):
        return min(max(state.hints.ttl_s or 0.0, state.hints.update_s or 0.0), MAX_WISH_S)
    return max(0.0, (state.not_before_at - state.last_polled_at).total_seconds())


def _is_known(feed: Feed, rates: Mapping[str, Rates], state: FeedState | None, now: dt.datetime) -> bool:
    if not feed.adaptive or feed.url not in rates or state is None or state.gone or state.first_success_at is None:
        return False
    return now - state.first_success_at >= WATCH_FIRST
