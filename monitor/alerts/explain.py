"""Why there is an alert, why at that time, and why it goes to a channel, in words."""

from __future__ import annotations

import datetime as dt

from monitor.alerts.inert import plain
from monitor.alerts.wording import reason_words
from monitor.model import SEVERITIES, Alert, AlertSettings

_NOW = {
    "first-alert": "nothing had been told of the incident yet, and a rule holds",
    "retracted": "it had been told, and a later report says that there was no attack",
    "dismissed": "it had been told, and an analyst decided that there was no attack",
}
_NOT = {
    "backfilled": "a backfill raised it from the past: it is recorded, and never sent",
    "no-rule-matches": "no rule holds any more",
    "nothing-changed": "what had changed was changed back before it was due",
    "too-old": "the attack lies further back than max_age",
    "not-live": "its items came too late to speak by themselves (a feed's first fetch, or without a date)",
    "dismissed": "an analyst dismissed the incident before it was due",
    "dismissed-untold": "an analyst dismissed the incident before anything was told",
    "retracted-untold": "it was taken back before anything was told",
    "already-retracted": "it had been taken back already",
    "already-dismissed": "it had been taken back already",
}


def why(alert: Alert) -> list[str]:
    """One line a condition that was met: rule, condition, value, and the sentence that says it."""
    lines = []
    for match in alert.matches:
        for reason in match.reasons:
            value = "" if reason.value is None else f" ({reason.value})"
            text = f': "{plain(reason.text)}"' if reason.text else ""
            lines.append(f"rule {match.rule}, {match.severity}: {reason.condition}{value}{text}")
        if not match.reasons:
            lines.append(f"rule {match.rule}, {match.severity}")
    return lines or ["no rule holds now; what was told before is put right"]


def why_now(alert: Alert, settings: AlertSettings, *, tried_at: dt.datetime | None = None) -> str:
    """What made it due, and what it waited for. `tried_at` is when it was first tried to be sent."""
    return f"{_NOW.get(alert.reason) or reason_words(alert)}; {_waited(alert, settings, tried_at)}"


def _waited(alert: Alert, settings: AlertSettings, tried_at: dt.datetime | None) -> str:
    seconds = (alert.due_at - alert.created_at).total_seconds()
    if tried_at is not None and tried_at < alert.due_at and seconds >= 1:
        return f"at once, as a single pass (run --once) takes the wait of {_span(seconds)} as over"
    if seconds < 1:
        return "critical, so at once" if alert.severity == "critical" else "at once"
    if alert.reason == "toll-settled":
        return f"it waited {_span(seconds)} until the new toll had stood for {_span(settings.toll_settled_s)}"
    if seconds > settings.wait_s + 1 and settings.cooldown_s:
        return f"it waited {_span(seconds)}, for the cooldown since the last alert"
    expected = "so that the first reports agree" if alert.change == "new" else "as further reports may change it"
    return f"it waited {_span(seconds)}, {expected}"


def _span(seconds: float) -> str:
    delta = dt.timedelta(seconds=round(seconds))
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if delta.total_seconds() >= 2 * size:
            return f"{delta.total_seconds() / size:.3g} {unit}"
    return f"{delta.total_seconds():g} second{'' if delta.total_seconds() == 1 else 's'}"


def why_channel(alert: Alert, channel: str, settings: AlertSettings) -> str:
    """Which route or rule leads to the channel, under the config as it is."""
    named = [match.rule for match in alert.matches if match.notify is not None and channel in match.notify]
    if named:
        return f"rule {', '.join(named)} names it (notify)"
    routed = [match.severity for match in alert.matches if match.notify is None]
    severity = max(routed, key=SEVERITIES.index) if routed else alert.severity
    if channel in settings.routes.get(severity, ()):
        return f"[alerts.routes] {severity} leads there"
    if alert.change in ("correction", "retraction"):
        return "the incident had been told there before"
    return "a route or a rule led there when the alert was raised"


def why_not(alert: Alert) -> str | None:
    """Why nothing of it goes out at all; None where it does, or may."""
    if alert.state != "suppressed":
        return None
    return _NOT.get(alert.held or "", alert.held or "not known")
