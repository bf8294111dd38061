"""Whether an incident is worth an alert now, and why: one named reason for every answer.

The rules stand in the order in which they are asked. `told` is what was last said of the incident, `None` if nothing was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from monitor.model import SEVERITIES, AlertSettings, Change, Decision, Incident, Match, Severity, Stance, Told, Toll

SET_BY_HAND = "set-by-hand"
NO_PARENTS: Mapping[str, str] = MappingProxyType({})
TWO_ATTACKS = "found-to-be-two"
ONE_ATTACK = "found-to-be-one"  # the reason of a correction that the store looks for: it is said once


def decide(
    incident: Incident,
    matches: Sequence[Match],
    told: Told | None,
    *,
    now: dt.datetime,
    settings: AlertSettings,
    may_alert: bool = True,
    parents: Mapping[str, str] = NO_PARENTS,
) -> Decision:
    """Compare an incident with what was last told of it.

    `may_alert` is False for an item too old to speak by itself (a feed's first fetch, an undated import). `due_at` is `now` for
    critical alerts, else `now` plus the wait; for a toll that must first settle it is the moment when it will have stood long enough.
    `parents` names the group that a group is part of: what one of them says, the other has said.
    """
    change, reason = _change(incident, matches, told, now=now, settings=settings, may_alert=may_alert, parents=parents)
    severity = _severity(matches, told)
    if change is None:
        return Decision(change=None, reason=reason, severity=severity)
    return Decision(
        change=change,
        reason=reason,
        severity=severity,
        due_at=_due_at(incident, reason, severity, told, now=now, settings=settings),
        channels=_channels(change, matches, told, severity, settings=settings),
    )


def revised(decision: Decision, *, pending_due_at: dt.datetime) -> Decision:
    """The decision as it takes the place of one that waits: more reports never put an alert off, only a toll that moves again does."""
    if decision.due_at is None or decision.reason == "toll-settled":
        return decision
    return replace(decision, due_at=min(decision.due_at, pending_due_at))


def _change(
    incident: Incident,
    matches: Sequence[Match],
    told: Told | None,
    *,
    now: dt.datetime,
    settings: AlertSettings,
    may_alert: bool,
    parents: Mapping[str, str],
) -> tuple[Change | None, str]:
    # An analyst said that this is nothing: take back what was sent, send nothing else.
    if incident.dismissed:
        if told is None:
            return None, "dismissed-untold"
        return (None, "already-dismissed") if told.incident.dismissed or told.incident.retracted else ("retraction", "dismissed")
    # The attack lies further back than any alert may.
    if _age_d(incident, now=now) > settings.max_age_d:
        return None, "too-old"
    # There was no attack: take back what was sent, once.
    if incident.retracted:
        if told is None:
            return None, "retracted-untold"
        return (None, "already-retracted") if told.incident.retracted else ("retraction", "retracted")
    # The item came too late to speak by itself: its facts are kept, nobody is alerted.
    if not may_alert:
        return None, "not-live"
    if told is None:
        # Nothing was said yet: a rule must hold.
        return ("new", "first-alert") if matches else (None, "no-rule-matches")
    return _news_since(incident, matches, told, settings=settings, parents=parents)


def _news_since(
    incident: Incident, matches: Sequence[Match], told: Told, *, settings: AlertSettings, parents: Mapping[str, str]
) -> tuple[Change | None, str]:
    before = told.incident
    # What was taken back turns out to be true after all.
    if before.retracted or before.dismissed:
        return ("correction", "retraction-withdrawn") if matches else (None, "no-rule-matches")
    # Two incidents were told that turn out to be one: readers must not count them twice.
    if told.twins:
        return "correction", ONE_ATTACK
    # It was told to be one with another, and is an attack of its own after all: readers must count it again.
    if told.parted:
        return "correction", TWO_ATTACKS
    if (reason := _no_longer_true(before, incident, settings=settings, parents=parents)) is not None:
        return "correction", reason
    # An analyst knows better than what was told, or takes such a word back; that a graver rule holds is then said below.
    if (ruled := _ruled(before, incident)) and not _graver(matches, told):
        return ("correction" if any(_contradicts(before, incident, what) for what in ruled) else "update"), SET_BY_HAND
    # From here on a rule must still hold for the incident.
    if not matches:
        return None, "no-rule-matches"
    # A graver rule holds.
    if _graver(matches, told):
        return "update", "severity-rose"
    # A toll passed a step of the ladder.
    if _steps(before, settings=settings, down_from=incident):
        return "update", "toll-step-passed"
    # A group owned the attack, or disowned it.
    if _beyond(incident, before, "claimed", parents):
        return "update", "claim-came"
    if _beyond(incident, before, "denied", parents):
        return "update", "denial-came"
    # Only the country or the province was known when the last alert went out.
    if _district(incident) and not _district(before):
        return "update", "place-became-precise"
    # No step was passed, yet the last figure sent is off by a fifth: say so once the new one has stood for a while.
    if _differs(incident.killed, before.killed, share=settings.toll_settled_share) or _differs(
        incident.injured, before.injured, share=settings.toll_settled_share
    ):
        return "update", "toll-settled"
    return None, "nothing-changed"


def _ruled(before: Incident, incident: Incident) -> list[str]:
    """The facts that differ from what was told since an analyst set them, or gave them back to the reports."""
    was, now = ({one.what: one.number for one in side.rulings} for side in (before, incident))
    decided = [what for what in {**was, **now} if was.get(what) != now.get(what) and what not in _NO_FACT]
    return [what for what in decided if _fact(before, what) != _fact(incident, what)]


_NO_FACT = frozenset({"merge", "split", "dismiss", "undismiss"})


def _fact(incident: Incident, what: str) -> object:
    if what.startswith("group:"):
        return next((group.stance for group in incident.groups if f"group:{group.id}" == what), None)
    value = getattr(incident, what)
    return value.count if isinstance(value, Toll) else value


def _contradicts(before: Incident, incident: Incident, what: str) -> bool:
    """Whether what was told was wrong: not where it was silent, and not where a toll has only risen."""
    told, now = _fact(before, what), _fact(incident, what)
    return told is not None and not (isinstance(told, int) and isinstance(now, int) and now > told)


def _no_longer_true(before: Incident, incident: Incident, *, settings: AlertSettings, parents: Mapping[str, str]) -> str | None:
    """What readers must not go on believing: a claim that was withdrawn, or a toll that was too high."""
    if _beyond(before, incident, "claimed", parents):
        return "claim-withdrawn"
    return "toll-fell-below-step" if _steps(incident, settings=settings, down_from=before) else None


def _graver(matches: Sequence[Match], told: Told) -> bool:
    return bool(matches) and SEVERITIES.index(_severity(matches, None)) > SEVERITIES.index(told.severity)


def _severity(matches: Sequence[Match], told: Told | None) -> Severity:
    """The gravest of the rules that hold; where none does, the one last told."""
    if matches:
        return max((m.severity for m in matches), key=SEVERITIES.index)
    return told.severity if told else "info"


def _age_d(incident: Incident, *, now: dt.datetime) -> int:
    return (now.date() - (incident.date or incident.first_seen.date())).days


def _beyond(one: Incident, other: Incident, stance: Stance, parents: Mapping[str, str]) -> set[str]:
    """The groups with a stance in `one` of which none above, below or equal has it in `other`."""
    lines = [_line(group.id, parents) for group in other.groups if group.stance == stance]
    ours = (group.id for group in one.groups if group.stance == stance)
    return {name for name in ours if not any(name in line or line[0] in _line(name, parents) for line in lines)}


def _line(group: str, parents: Mapping[str, str]) -> list[str]:
    """A group and all above it, itself first."""
    line = [group]
    while (above := parents.get(line[-1])) is not None and above not in line:
        line.append(above)
    return line


def _district(incident: Incident) -> str | None:
    return incident.place.district if incident.place else None


def _step(toll: Toll | None, steps: tuple[int, ...]) -> int:
    """How many steps of the ladder a toll has reached; an unknown toll none."""
    return 0 if toll is None else sum(toll.count >= step for step in steps)


def _steps(low: Incident, *, settings: AlertSettings, down_from: Incident) -> bool:
    """Whether `low` stands on a lower step than `down_from`, by killed or by injured; an unknown toll stands on none."""
    pairs = (
        (low.killed, down_from.killed, settings.toll_steps_killed),
        (low.injured, down_from.injured, settings.toll_steps_injured),
    )
    return any(_step(a, steps) < _step(b, steps) for a, b, steps in pairs)


def _differs(toll: Toll | None, before: Toll | None, *, share: float) -> bool:
    if toll is None or before is None:
        return False
    return toll.count != before.count and abs(toll.count - before.count) >= share * before.count


def _toll_since(incident: Incident) -> dt.datetime:
    """Since when the present toll stands."""
    return incident.history[-1].at if incident.history else incident.last_seen


def _due_at(
    incident: Incident, reason: str, severity: Severity, told: Told | None, *, now: dt.datetime, settings: AlertSettings
) -> dt.datetime:
    if reason == "toll-settled":
        return max(now, _toll_since(incident) + dt.timedelta(seconds=settings.toll_settled_s))
    if severity == "critical":
        return now
    due = now + dt.timedelta(seconds=settings.wait_s)
    # Less than the cooldown since the last message, and nothing grave or false in between: this one waits for its end.
    if told is not None and reason not in ("severity-rose", "retracted", "dismissed", "retraction-withdrawn"):
        due = max(due, told.at + dt.timedelta(seconds=settings.cooldown_s))
    return due


def _channels(
    change: Change, matches: Sequence[Match], told: Told | None, severity: Severity, *, settings: AlertSettings
) -> tuple[str, ...]:
    """The route of the gravest rule without a `notify`, then what the rules name themselves, each once.

    What takes something back also goes wherever it had been said.
    """
    routed = [m.severity for m in matches if m.notify is None]
    routes = settings.routes.get(max(routed, key=SEVERITIES.index), ()) if routed else () if matches else settings.routes.get(severity, ())
    named = [channel for m in matches if m.notify is not None for channel in m.notify]
    told_there: tuple[str, ...] = ()
    if told is not None and change in ("correction", "retraction"):
        told_there = told.channels or settings.routes.get(told.severity, ())
    return tuple(dict.fromkeys((*routes, *named, *told_there)))
