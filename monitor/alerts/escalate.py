"""Which critical alerts nobody took note of, and when they are to be repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from monitor.model import Alert

# What makes an incident critical, or critical again: later news on one that somebody has in hand does not ask for a new word.
_RAISES = frozenset({"severity-rose", "retraction-withdrawn"})


def unanswered(alerts: Sequence[Alert], acknowledged: Sequence[dt.datetime]) -> Alert | None:
    """The critical alert on one incident that waits for an acknowledgement, or None. `alerts` are its settled ones in order.

    It counts from the alert that made the incident critical; the latest one is what is repeated. What was taken back, dismissed or
    is critical no more waits for nobody.
    """
    since = _since(alerts)
    if since is None or any(at >= since for at in acknowledged):
        return None
    return alerts[-1]


def _since(alerts: Sequence[Alert]) -> dt.datetime | None:
    if not alerts or alerts[-1].severity != "critical" or alerts[-1].change == "retraction":
        return None
    since = alerts[-1].due_at
    for alert in reversed(alerts):
        if alert.severity != "critical" or alert.change == "retraction":
            break
        since = alert.due_at
        if alert.change == "new" or alert.reason in _RAISES:
            break
    return since


def next_repeat(alerts: Sequence[Alert], repeats: Sequence[dt.datetime], *, after_s: float) -> dt.datetime | None:
    """When an unanswered incident is due to be repeated (again); `repeats` is when that was done so far. None where it is not critical."""
    since = _since(alerts)
    if since is None:
        return None
    return max([since, *(at for at in repeats if at >= since)]) + dt.timedelta(seconds=after_s)
