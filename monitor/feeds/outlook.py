"""When a feed will be polled next, and why, in words for `monitor feeds schedule`. Pure."""

from __future__ import annotations

import datetime as dt
import random

from monitor.feeds.plan import FIXED, Plan, next_poll
from monitor.feeds.planning import Share, ceiling_s, usual_wish_s
from monitor.feeds.wishes import after_skipped
from monitor.model import Feed, FeedState


class _Middle(random.Random):
    """Dice that always show the middle: what is added at random is not foreseen."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def outlook(feed: Feed, state: FeedState, plan: Plan, *, now: dt.datetime, count: int) -> list[tuple[dt.datetime, str]]:
    """The next `count` polls if nothing unforeseen happens; none of a feed that is gone."""
    if state.gone:
        return []
    at, why = state.next_due_at or now, state.due_why or "never polled"
    if at < now:
        at, why = now, f"due since {at:%H:%M} UTC"
    wish_s = usual_wish_s(state)
    found = [(at, why)]
    while len(found) < count:
        due_at, why = next_poll(plan, feed, now=at, rng=_Middle())
        if due_at < at + dt.timedelta(seconds=wish_s):
            due_at, why = at + dt.timedelta(seconds=wish_s), f"the site asks to wait ({state.not_before_why})"
        open_at = after_skipped(due_at, state.hints)
        if open_at > due_at:
            due_at, why = open_at, "the site asks not to be asked at those hours"
        found.append((due_at, why))
        at = due_at
    return found


def reasons(feed: Feed, state: FeedState, share: Share | None, plan: Plan = FIXED) -> list[str]:
    """Why the feed is polled as often as it is, a sentence each."""
    found = []
    if share is not None:
        found.append(f"It publishes about {share.items_a_day:.3g} items a day, and gets {share.polls_a_day:.0f} of the polls of a day.")
        if feed.weight != 1:
            found.append(f"Its weight is {feed.weight:g}.")
        if share.limit == "site":
            found.append(f"The budget would give it more: its site asks for {_span(share.least_s)} between two ({state.not_before_why}).")
        elif share.limit == "least":
            found.append(f"The budget would give it more: min_interval is {_span(share.least_s)}.")
        elif share.limit == "ceiling":
            found.append(f"The budget would give it less: max_delay is {_span(share.most_s)}.")
    elif plan.every_s is not None:
        found.append(f"It is polled every {_span(plan.every_s)}, {plan.why}.")
    elif not feed.adaptive:
        found.append(f"It is polled every {_span(feed.interval_s)}: its interval is set, or the schedule is fixed.")
    else:
        found.append(f"It is polled every {_span(feed.interval_s)} until it has been watched for a day.")
    wish_s = usual_wish_s(state)
    if wish_s > ceiling_s(feed):
        found.append(f"Its site asks for {_span(wish_s)} between two ({state.not_before_why}), which is more than max_delay: it is obeyed.")
    if state.hints.skip_hours or state.hints.skip_days:
        found.append("Its site names hours or days at which it is not to be asked.")
    if state.failures:
        found.append(f"It failed {state.failures} times in a row: each time the wait is doubled.")
    return found


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.3g} h"
