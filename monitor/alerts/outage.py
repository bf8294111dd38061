"""A channel that takes nothing: how long it is left alone, so that what waits for it keeps its order and a service's wish is kept. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 300.0
LONGEST_WISH_S = 86_400.0
# So long a channel may be away before the operator hears of it; shorter ones mend themselves.
TELL_AFTER = dt.timedelta(minutes=15)
# What waited so long for a channel that takes nothing is given up.
GIVE_UP_AFTER = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Failures in a row on one channel. `until`: nothing is tried before; None: only one message was refused yet, perhaps for its own sake.

    `tries` counts the pauses begun; `what` failed last; `told`: the operator knows.
    """

    since: dt.datetime
    what: str
    words: str
    until: dt.datetime | None = None
    tries: int = 0
    told: bool = False


def after_failure(before: Outage | None, *, what: str, words: str, down: bool, asked_s: float | None, now: dt.datetime) -> Outage:
    """The channel is away when the failure says so (`down`), or when two different messages fail one after the other.

    Left alone 30 s, 60 s … 5 minutes: a short look costs a service little, and an alert is late by so much at most. What the
    service asked for is kept, up to a day.
    """
    since = before.since if before is not None else now
    told = before is not None and before.told
    if not down and asked_s is None and (before is None or before.what == what):
        return Outage(since=since, what=what, words=words, tries=before.tries if before else 0, told=told)
    tries = (before.tries if before else 0) + 1
    pause_s = max(min(FIRST_PAUSE_S * 2.0 ** min(tries - 1, 10), LONGEST_PAUSE_S), min(asked_s or 0.0, LONGEST_WISH_S))
    return Outage(since=since, what=what, words=words, until=now + dt.timedelta(seconds=pause_s), tries=tries, told=told)


def is_held(outage: Outage | None, now: dt.datetime) -> bool:
    """Whether the channel is to be left alone. A time too far ahead was written by a clock that was wrong."""
    if outage is None or outage.until is None:
        return False
    return now < outage.until <= now + dt.timedelta(seconds=LONGEST_WISH_S)
