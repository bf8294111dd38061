"""Whether all is well, and in words what is not: for `monitor status`, readiness, the dead-man's switch and heartbeats. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from monitor.feeds.health import ago

# A first poll comes within a minute of the start, a first try at a message within seconds.
FIRST_POLL = dt.timedelta(minutes=10)
UNSENT = dt.timedelta(minutes=15)
GIVEN_UP = dt.timedelta(days=7)  # so long a message that was given up is a trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the program stands. `feeds` counts them by `feeds.health`; times are None where nothing of the kind is known.

    `stuck_since`: when the oldest message was made that should have gone `UNSENT` ago; quiet hours and `wait` hold nothing up.
    `given_up`: messages that were given up within `GIVEN_UP`.
    """

    expected: bool = True  # a daemon is; not where the last to run was a single pass
    running: bool
    started_at: dt.datetime | None = None
    feeds: Mapping[str, int] = field(default_factory=dict)
    reload_refused: bool = False
    store_trouble: str | None = None
    stuck_since: dt.datetime | None = None
    given_up: int = 0


def troubles(vitals: Vitals, *, now: dt.datetime) -> tuple[str, ...]:
    """What is not well, the gravest first; empty where all is.

    A feed that fails alone is no trouble of the program's: it is, once half of them fail, as then it is the network.
    """
    found = []
    feeds = vitals.feeds
    total = sum(feeds.values())
    failing = sum(feeds.get(state, 0) for state in ("failing", "page", "gone"))
    if vitals.expected and not vitals.running:
        found.append("the daemon is not running")
    if vitals.store_trouble is not None:
        found.append(f"the database refuses: {vitals.store_trouble}")
    if feeds.get("late"):
        found.append(f"{feeds['late']} of {total} feeds are polled late")
    if feeds.get("new") and vitals.running and vitals.started_at is not None and now - vitals.started_at > FIRST_POLL:
        found.append(f"{feeds['new']} of {total} feeds were never polled")
    if failing and failing * 2 >= total:
        found.append(f"{failing} of {total} feeds fail")
    if vitals.stuck_since is not None:
        found.append(f"a message waits to be sent since {ago(vitals.stuck_since, now=now)}")
    if vitals.given_up:
        found.append(f"{vitals.given_up} message{'s were' if vitals.given_up != 1 else ' was'} given up in the last week")
    if vitals.reload_refused:
        found.append("changed files have mistakes and are not in force")
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Of so many durations the middle one and that which 95 of 100 do not exceed, in seconds (nearest rank)."""

    count: int
    median_s: float
    p95_s: float


def spread(seconds: Collection[float]) -> Spread | None:
    """None where there are none."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    return Spread(count=len(ordered), median_s=_rank(ordered, 50), p95_s=_rank(ordered, 95))


def _rank(ordered: list[float], percent: int) -> float:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
