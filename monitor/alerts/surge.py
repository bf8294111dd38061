"""A surge as an alert: many incidents told as one, each of them with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from monitor.alerts.wording import day_words, kind_words, place_words, surge_words, tolls_words
from monitor.model import Alert, AlertSettings, GroupMention, Incident, Match, Place, Reason, Toll
from monitor.rules.surge import SurgeMatch

_LINES = 20
_LEVELS = ("district", "province", "country")


def surge_alert(
    found: SurgeMatch, *, alert_id: str, now: dt.datetime, settings: AlertSettings, before: Alert | None = None, backfilled: bool = False
) -> Alert:
    """The alert on a surge, due at once where it is critical, else after the wait; `before` is the one that waits and is revised.

    Its reasons are the rule's condition and then the incidents that it counts, oldest first. `incident` is all of them together: the
    place or group they have in common, the sum of their tolls, their reports.
    """
    due_at = now if found.severity == "critical" else now + dt.timedelta(seconds=settings.wait_s)
    reasons = (*found.reasons, *(_counted(found.rule, incident) for incident in found.incidents))
    return Alert(
        id=alert_id,
        incident_id=None,
        change="new",
        reason="surge",
        created_at=before.created_at if before else now,
        due_at=min(before.due_at, due_at) if before else due_at,
        severity=found.severity,
        matches=(Match(rule=found.rule, severity=found.severity, reasons=reasons, notify=found.notify),),
        channels=settings.routes.get(found.severity, ()) if found.notify is None else found.notify,
        incident=_together(found),
        kind="surge",
        backfilled=backfilled,
    )


def _counted(rule: str, incident: Incident) -> Reason:
    heard = [f for f in reversed(incident.filings) if f.role != "reference"]
    sentences = [e.sentence for f in heard for e in f.account.evidence if e.field in ("killed", "injured") and e.sentence]
    day = day_words(incident.date) if incident.date else f"seen {day_words(incident.first_seen.date())}"
    words = f"{day}: {kind_words(incident)} in {place_words(incident.place)} — {tolls_words(incident)}"
    return Reason(rule=rule, condition=f"incident {incident.id}", value=words, text=sentences[0] if sentences else "")


def _together(found: SurgeMatch) -> Incident:
    """What the incidents have in common, under the surge's key as its id."""
    incidents = found.incidents
    return Incident(
        id=found.key,
        first_seen=min(i.first_seen for i in incidents),
        last_seen=max(i.last_seen for i in incidents),
        place=_common_place([i.place for i in incidents], found.surge.by),
        killed=_sum(i.killed for i in incidents),
        injured=_sum(i.injured for i in incidents),
        militants_killed=_sum(i.militants_killed for i in incidents),
        groups=(GroupMention(id=found.key, name=found.shown, stance="suspected"),) if found.surge.by == "group" else (),
        filings=tuple(f for i in incidents for f in i.filings),
    )


def _common_place(places: list[Place | None], by: str) -> Place | None:
    """The levels that all incidents share, down to the one that is counted by."""
    wanted = _LEVELS[_LEVELS.index(by) :] if by in _LEVELS else _LEVELS
    names = {level: {getattr(place, level) if place else None for place in places} for level in wanted}
    shared = {level: found.pop() for level, found in names.items() if len(found) == 1}
    return Place(**shared) if any(shared.values()) else None


def _sum(tolls: Iterable[Toll | None]) -> Toll | None:
    """All tolls together; at least so many where one of them is open, or not known."""
    known = list(tolls)
    stated = [toll for toll in known if toll is not None]
    if not stated:
        return None
    low = sum(toll.count if toll.min is None else toll.min for toll in stated)
    high = None if len(stated) < len(known) else [toll.max for toll in stated]
    return Toll(
        count=sum(toll.count for toll in stated),
        min=low,
        max=None if high is None or None in high else sum(most for most in high if most is not None),
    )


# ---------------------------------------------------------------- words


def surge_lead(alert: Alert) -> tuple[str, ...]:
    """What there is more of than usual, then a line for each incident; past 20 the first ones are only counted."""
    lines = [str(reason.value) for reason in _incidents(alert)]
    left_out = f"• and {len(lines) - _LINES} before them" if len(lines) > _LINES else ""
    first = f"More attacks than usual: {surge_words(alert)}; together {tolls_words(alert.incident)}."
    return (first, *([left_out] if left_out else []), *(f"• {line}" for line in lines[-_LINES:]))


def surge_rules(alert: Alert) -> tuple[str, ...]:
    """The rule and its condition, without the incidents, which have their own lines."""
    return tuple(f"{m.rule} ({m.severity}): " + "; ".join(r.condition for r in m.reasons[:1]) for m in alert.matches)


def _incidents(alert: Alert) -> list[Reason]:
    return [reason for match in alert.matches for reason in match.reasons[1:]]
