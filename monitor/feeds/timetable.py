"""The plans of all feeds at one time: shares of the budget, times of the day, and who is polled faster. Pure but for what it keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.feeds.plan import FIXED, Faster, Plan
from monitor.feeds.planning import Share, budgeted, day_plan
from monitor.feeds.rates import Rates
from monitor.model import Feed, FeedState

KEEP = dt.timedelta(days=1)  # a day's times are reckoned anew after so long, or when the share has changed
CHANGED = 0.1


class Timetable:
    """`rates` are by the feed's address, and kept up by whoever polls."""

    def __init__(self) -> None:
        self.rates: dict[str, Rates] = {}
        self.shares: dict[str, Share] = {}
        self.faster: dict[str, Faster] = {}
        self.slower: dict[str, Plan] = {}  # feeds whose hub sends what is new
        self._made: dict[str, tuple[dt.datetime, float, Plan]] = {}

    def renewed(
        self, feeds: Sequence[Feed], states: Mapping[str, FeedState], *, now: dt.datetime, requests_a_day: float | None
    ) -> dict[str, Share]:
        """The shares as they should be now; to be put in place by `take`. Reads copies, so that it may run beside polls."""
        return budgeted(feeds, dict(self.rates), dict(states), now=now, requests_a_day=requests_a_day)

    def take(self, shares: dict[str, Share]) -> None:
        self.shares = shares
        self._made = {url: made for url, made in self._made.items() if url in shares}

    def plan(self, feed: Feed, *, now: dt.datetime) -> Plan:
        """The feed's plan now. The times of its day are reckoned when they are first asked for."""
        plan = self.slower.get(feed.url) or self._of_the_day(feed, now)
        faster = self.faster.get(feed.url)
        return plan if faster is None else replace(plan, faster=faster)

    def _of_the_day(self, feed: Feed, now: dt.datetime) -> Plan:
        share = self.shares.get(feed.url)
        if share is None:
            return FIXED
        made = self._made.get(feed.url)
        if made is not None and now - made[0] < KEEP and abs(made[1] - share.polls_a_day) <= CHANGED * share.polls_a_day:
            return made[2]
        plan = day_plan(feed.url, share)
        self._made[feed.url] = now, share.polls_a_day, plan
        return plan
