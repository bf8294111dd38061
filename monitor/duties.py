"""What the daemon sends of its own accord: digests by schedule, and critical alerts again that nobody took note of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from monitor.alerts.digest import chart_begin, render_digest, summarize
from monitor.alerts.escalate import as_repeat, critical_from, next_repeat, unanswered
from monitor.alerts.notice import render_notice
from monitor.alerts.render import render
from monitor.alerts.slots import Schedule, latest_slot
from monitor.alerts.wording import MAY_BE_A_REPEAT
from monitor.feeds.health import duration
from monitor.forms import time_form, time_from
from monitor.model import Alert, Message
from monitor.store import acknowledgements as ack_rows
from monitor.store import alerts as alert_rows
from monitor.store import incidents as incident_rows
from monitor.store import outbox
from monitor.store.database import Database, writing
from monitor.store.decisions import standing_id
from monitor.store.delays import delays
from monitor.store.dispatches import Dispatch, add_dispatch, digest_through, dispatches, set_digest_through
from monitor.vitals import spread

_DAY = dt.timedelta(days=1)
_WELL = "All is well."


def arrange_digests(db: Database, schedules: Collection[Schedule], *, now: dt.datetime) -> list[str]:
    """Queue every digest whose time has come since it last told; their names.

    One that was missed (the daemon was off) is made up for by one message over the whole time. A digest that is new in the config
    begins with the time since its last slot.
    """
    made = []
    for schedule in schedules:
        slot = latest_slot(schedule, now)
        with writing(db):
            through = digest_through(db, schedule.name)
            if through is not None and slot <= through:
                continue
            set_digest_through(db, schedule.name, slot)
            if through is None:
                continue
            key = f"digest {schedule.name} {time_form(slot)}"
            details = {"name": schedule.name, "from": time_form(through), "to": time_form(slot), "timezone": schedule.timezone}
            if add_dispatch(db, key=key, kind="digest", channel=schedule.channel, details=details, at=now):
                made.append(schedule.name)
    return made


def arrange_heartbeat(db: Database, schedule: Schedule, lines: Collection[str], *, now: dt.datetime) -> bool:
    """Queue the message that says that Monitor is alive, when its time has come; a new schedule begins with its next time."""
    slot = latest_slot(schedule, now)
    with writing(db):
        through = digest_through(db, schedule.name)
        if through is not None and slot <= through:
            return False
        set_digest_through(db, schedule.name, slot)
        if through is None:
            return False
        return add_dispatch(
            db, key=f"heartbeat {time_form(slot)}", kind="heartbeat", channel=schedule.channel, details={"lines": list(lines)}, at=now
        )


def heartbeat_lines(db: Database, feeds: dict[str, int], troubles: Collection[str], *, version: str, now: dt.datetime) -> list[str]:
    """What a heartbeat says: whether all is well, and the last day in figures."""
    since = now - _DAY
    took = delays(db, since=since)
    lines = [f"Not well: {trouble}" for trouble in troubles] or [_WELL]
    lines.append(f"Feeds: {', '.join(f'{number} {state}' for state, number in sorted(feeds.items())) or 'none'}")
    for words, seconds in (("Items since yesterday", took.seen), ("Messages since yesterday", took.sent)):
        found = spread(seconds)
        if found is None:
            lines.append(f"{words}: none")
        else:
            median, most = (duration(dt.timedelta(seconds=s)) for s in (found.median_s, found.p95_s))
            lines.append(f"{words}: {found.count}, after {median} (95 %: {most})")
    lines.append(f"Version {version}")
    return lines


def arrange_escalations(
    db: Database,
    *,
    after_s: float,
    channel: str,
    max_age_d: float,
    now: dt.datetime,
    silenced: Callable[[Database, Alert], bool] = lambda _db, _alert: False,
) -> list[str]:
    """Queue a repeat of every critical alert that has gone unacknowledged for `after_s` seconds since it, or its last repeat; their ids.

    A surge is repeated like an incident. What `silenced` says of is not repeated while it does.
    """
    made = []
    since = now - dt.timedelta(days=max_age_d)
    incidents = dict.fromkeys(standing_id(db, one) for one in ack_rows.critical_incidents(db, since=since))
    for told in (*(_Told(incident_id=one) for one in incidents), *(_Told(surge=one) for one in ack_rows.critical_surges(db, since=since))):
        with writing(db):
            settled = told.settled(db)
            alert = _waits(db, told, settled)
            if alert is None:
                continue
            repeats = [d for one in settled for d in dispatches(db, alert_id=one.id, kind="escalation")]
            # One that is still on its way is repeat enough.
            if any(d.state in ("waiting", "claimed") for d in repeats):
                continue
            due_at = next_repeat(settled, [d.created_at for d in repeats], after_s=after_s)
            if due_at is None or due_at > now or silenced(db, alert):
                continue
            number = 1 + sum(d.created_at >= settled[0].due_at for d in repeats)
            key = f"escalation {alert.id} {1 + len(repeats)}"
            if add_dispatch(db, key=key, kind="escalation", channel=channel, alert_id=alert.id, details={"number": number}, at=now):
                made.append(alert.id)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What alerts are about: an incident, or a surge, which is one alert and about none."""

    incident_id: str | None = None
    surge: str = ""

    def settled(self, db: Database) -> list[Alert]:
        """What was told of it, also under the ids of incidents that were found to be part of it."""
        if self.incident_id is None:
            found = alert_rows.alert(db, self.surge)
            return [found] if found is not None and found.state == "settled" else []
        told = alert_rows.alerts(db, incident_id=self.incident_id, states=["settled"])
        return sorted(told, key=lambda alert: (alert.due_at, alert.created_at))


def _waits(db: Database, told: _Told, settled: list[Alert]) -> Alert | None:
    """The alert that is to be repeated: critical, told or on its way to somebody, and noted by nobody."""
    if not settled:
        return None
    incident = incident_rows.incident(db, told.incident_id) if told.incident_id is not None else None
    if incident is not None and (incident.dismissed or incident.retracted):
        return None
    alert = unanswered(settled, [a.at for a in ack_rows.noted(db, settled[-1])])
    if alert is None:
        return None
    states = {delivery.state for delivery in outbox.deliveries(db, alert_id=alert.id)}
    return alert if states - {"suppressed"} else None


def written(db: Database, dispatch: Dispatch, *, now: dt.datetime, timezone: str) -> Message | None:
    """The message of a dispatch, which says so where it may be a repeat; None where it is no longer called for: somebody took note in the
    meantime.

    Raises:
        ValueError: what it is about is not stored.
    """
    if dispatch.kind == "digest":
        return _digest(db, dispatch, now=now)
    notes = [MAY_BE_A_REPEAT] if dispatch.ambiguous else []
    if dispatch.kind == "notice":
        return render_notice(dispatch.details["title"], [*dispatch.details["text"].splitlines(), *notes])
    if dispatch.kind == "heartbeat":
        title = "alive" if _WELL in dispatch.details["lines"] else "alive, but not well"
        return render_notice(title, [*dispatch.details["lines"], *notes])
    alert = alert_rows.alert(db, dispatch.alert_id or "")
    if alert is None:
        raise ValueError(f"dispatch {dispatch.key!r} is about an alert that is not stored")
    told = _Told(surge=alert.id) if alert.incident_id is None else _Told(incident_id=standing_id(db, alert.incident_id))
    settled = told.settled(db)
    latest = _waits(db, told, settled)
    if latest is None:
        return None
    message = render(latest, first_on_channel=True, now=now, timezone=timezone, sent_at=now, may_repeat=dispatch.ambiguous)
    waited = now - (critical_from(settled) or latest.due_at)
    return as_repeat(message, latest, waited=waited, number=int(dispatch.details["number"]))


def _digest(db: Database, dispatch: Dispatch, *, now: dt.datetime) -> Message:
    begin, end = time_from(dispatch.details["from"]), time_from(dispatch.details["to"])
    if begin is None or end is None:
        raise ValueError(f"dispatch {dispatch.key!r} has no span")
    timezone = dispatch.details["timezone"]
    incidents = incident_rows.incidents_between(db, min(begin, chart_begin(begin, end)), end)
    summary = summarize(incidents, begin=begin, end=end, timezone=timezone)
    return render_digest(summary, name=dispatch.details["name"], now=now, timezone=timezone, may_repeat=dispatch.ambiguous)
