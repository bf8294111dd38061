"""Which critical alerts nobody took note of, and when they are to be repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from monitor.alerts.inert import cut, for_html, for_slack, for_text
from monitor.alerts.wording import TITLE_CHARS
from monitor.model import Alert, Message

# What makes an incident critical, or critical again: later news on one that somebody has in hand does not ask for a new word.
_RAISES = frozenset({"severity-rose", "retraction-withdrawn"})


def unanswered(alerts: Sequence[Alert], acknowledged: Sequence[dt.datetime]) -> Alert | None:
    """The critical alert on one incident that waits for an acknowledgement, or None. `alerts` are its settled ones in order.

    It counts from the alert that made the incident critical; the latest one is what is repeated. What was taken back, dismissed or
    is critical no more waits for nobody.
    """
    since = critical_from(alerts)
    if since is None or any(at >= since for at in acknowledged):
        return None
    return alerts[-1]


def critical_from(alerts: Sequence[Alert]) -> dt.datetime | None:
    """When the incident became critical, as told by its settled alerts in order; None where it is not."""
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
    since = critical_from(alerts)
    if since is None:
        return None
    return max([since, *(at for at in repeats if at >= since)]) + dt.timedelta(seconds=after_s)


def as_repeat(message: Message, alert: Alert, *, waited: dt.timedelta, number: int) -> Message:
    """The alert's own message, with a line above it that says why it comes again and how to stop that. `number` counts from 1."""
    minutes = max(round(waited.total_seconds() / 60), 1)
    span = f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes" if minutes > 1 else "a minute"
    line = f"Nobody has acknowledged this for {span} (repeat {number}). To stop it: monitor alerts ack {alert.id}"
    title = for_text(cut(f"UNACKNOWLEDGED {message.title}", TITLE_CHARS))
    _, _, rest = message.text.partition("\n")
    head, tag, body = message.html.partition("<h1 ")
    return replace(
        message,
        title=title,
        text=f"{title}\n\n{for_text(line)}\n{rest}",
        html=f'{head}<p style="margin:0;padding:10px 18px;background:#fef3c7">{for_html(line)}</p>\n{tag}{body}',
        slack=f"*UNACKNOWLEDGED* {for_slack(line)}\n\n{message.slack}",
    )
