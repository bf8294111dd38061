"""`monitor alerts`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    SEVERITY_STYLES,
    ListByDefault,
    Styled,
    by_option,
    config_option,
    count,
    emit,
    json_option,
    limit_option,
    local,
    moment,
    note,
    now_utc,
    opened,
    safe,
    say,
    show_table,
    since_options,
    the_config,
)
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.model import Alert, Delivery
    from monitor.store.database import Database
    from monitor.store.holds import Hold


# The line of times as it would be if the alert were sent now.
_SENT = re.compile(r", sent [^,\n]*?(?= \()")


@click.group("alerts", cls=ListByDefault)
@config_option
def command() -> None:
    """List and explain alerts; acknowledge one, send one again."""


@command.command("list")
@since_options
@click.option(
    "--state", "states", multiple=True, type=click.Choice(["pending", "settled", "suppressed"]), help="Only these; may be repeated."
)
@click.option("--failed", is_flag=True, help="Only those that a channel did not take.")
@limit_option(50)
@json_option
@config_option
@click.pass_context
def list_alerts(
    ctx: click.Context, /, *, since: str | None, until: str | None, states: tuple[str, ...], failed: bool, limit: int, as_json: bool
) -> None:
    """The latest alerts, the oldest first, and what became of them."""
    config = the_config(ctx)
    from monitor.store.acknowledgements import noted
    from monitor.store.alerts import alerts
    from monitor.store.outbox import deliveries

    low, high = (moment(text, timezone=config.timezone, option=name) for text, name in ((since, "--since"), (until, "--until")))
    with opened(config) as db:
        found = alerts(db, since=low, until=high, states=states or None, limit=None if failed else limit)
        sent = {alert.id: deliveries(db, alert_id=alert.id) for alert in found}
        tracks = {alert.id: [track(db, delivery) for delivery in sent[alert.id]] for alert in found} if not as_json else {}
        told = {alert.id: _told_before(db, alert) for alert in found if alert.change != "new"} if not as_json else {}
        acknowledged = {alert.id for alert in found if any(a.at >= alert.created_at for a in noted(db, alert))}
    if failed:
        found = [alert for alert in found if any(d.state == "dead" for d in sent[alert.id])][-limit:]
    if as_json:
        for alert in found:
            emit(alert_line(alert, sent[alert.id]))
        return
    if not found:
        say("no alerts")
        return
    from monitor.alerts.render import title

    rows = [
        (
            local(alert.created_at, config.timezone),
            Styled(title(alert, told=before.incident if (before := told.get(alert.id)) else None), SEVERITY_STYLES[alert.severity]),
            became_of(alert, tracks[alert.id], timezone=config.timezone) + (", acknowledged" if alert.id in acknowledged else ""),
            alert.id,
        )
        for alert in found
    ]
    show_table(("raised", "alert", "became of it", "id"), rows)
    note(count(len(found), "alert"))


@command.command("show")
@click.argument("alert_id", metavar="ID")
@json_option
@config_option
@click.pass_context
def show(ctx: click.Context, /, *, alert_id: str, as_json: bool) -> None:
    """One alert as it reads, and why: why it was raised, why then, why to each channel, what held it back, each try to send it."""
    config = the_config(ctx)
    from monitor.store.acknowledgements import noted
    from monitor.store.dispatches import dispatches
    from monitor.store.outbox import attempts_at, deliveries

    with opened(config) as db:
        alert = _find(db, alert_id)
        sent = deliveries(db, alert_id=alert.id)
        tracks = [track(db, delivery) for delivery in sent]
        tries = {delivery.id: attempts_at(db, delivery.id) for delivery in sent}
        seen = [a for a in noted(db, alert) if a.at >= alert.created_at]
        repeats = dispatches(db, alert_id=alert.id, kind="escalation")
        told = _told_before(db, alert)
    settings = config.alert_settings()
    tried_at = min((one.begun_at for begun in tries.values() for one in begun), default=None)
    from monitor.alerts.explain import why, why_channel, why_not, why_now

    if as_json:
        from monitor.alerts.wording import changes
        from monitor.forms import time_form

        emit(
            alert_line(alert, sent)
            | {
                "told_before": told.id if told else None,
                "changes": [
                    {"what": what, "before": before, "after": after}
                    for what, before, after in (changes(told.incident, alert.incident) if told else ())
                ],
                "why_now": why_now(alert, settings, tried_at=tried_at),
                "why_not": why_not(alert),
                "acknowledged": [{"at": time_form(a.at), "by": a.author} for a in seen],
                "repeats": [{"channel": d.channel, "state": d.state, "sent": time_form(d.sent_at)} for d in repeats],
                "deliveries": [
                    delivery_line(one.delivery)
                    | {
                        "why": why_channel(alert, one.delivery.channel, settings),
                        "held": [{"why": h.why, "at": time_form(h.at), "until": time_form(h.until), "words": h.words} for h in one.holds],
                        "together_with": [other for other in one.bundle if other != alert.id],
                        "collapsed_into": one.collapsed_into,
                        "tries": [{"at": time_form(t.begun_at), "outcome": t.outcome, "error": t.error} for t in tries[one.delivery.id]],
                    }
                    for one in tracks
                ],
            }
        )
        return
    from monitor.alerts.render import render

    message = render(
        alert,
        first_on_channel=told is None,
        now=now_utc(),
        timezone=config.timezone,
        sent_at=next((d.sent_at for d in sent if d.sent_at), None),
        backfilled=alert.backfilled,
        told=told.incident if told else None,
    )
    never_sent = not any(delivery.sent_at for delivery in sent)
    say(_SENT.sub("", message.text, count=1) if never_sent else message.text)
    say("why")
    for line in why(alert):
        say(f"  {safe(line)}")
    say("why now")
    say(f"  raised {local(alert.created_at, config.timezone)}: {why_now(alert, settings, tried_at=tried_at)}")
    if alert.backfilled:
        say("  raised by a backfill, from the past")
    if (not_sent := why_not(alert)) is not None:
        say(f"held back: {safe(alert.held or 'for good')}")
        say(f"  {safe(not_sent)}")
    elif alert.state == "pending":
        say(f"  not sent yet: it waits for further reports until {local(alert.due_at, config.timezone)}")
    for one in tracks:
        say(f"channel {one.delivery.channel}: {one_became(one, timezone=config.timezone)}")
        say(f"  why there: {why_channel(alert, one.delivery.channel, settings)}")
        for hold in one.holds:
            until = f" until {local(hold.until, config.timezone)}" if hold.until else " for good"
            say(f"  {local(hold.at, config.timezone)}  held back{until}: {safe(hold.words)}")
        for attempt in tries[one.delivery.id]:
            say(f"  {local(attempt.begun_at, config.timezone)}  {attempt.outcome}" + (f": {safe(attempt.error)}" if attempt.error else ""))
        if len(one.bundle) > 1:
            say(f"  in one message with {', '.join(other for other in one.bundle if other != alert.id)}")
    for note_taken in seen[:1]:
        say(f"acknowledged {local(note_taken.at, config.timezone)} by {safe(note_taken.author)}")
    for repeat in repeats:
        at = f" {local(repeat.sent_at, config.timezone)}" if repeat.sent_at else ""
        say(f"repeated to {repeat.channel}: {repeat.state}{at}" + (f", {safe(repeat.last_error)}" if repeat.last_error else ""))


@command.command("ack")
@click.argument("alert_ids", metavar="ID...", nargs=-1, required=True)
@by_option
@config_option
@click.pass_context
def ack(ctx: click.Context, /, *, alert_ids: tuple[str, ...], author: str) -> None:
    """Say that somebody has taken note, of the alert and all told of its incident so far; it is repeated no more."""
    config = the_config(ctx)
    from monitor.store.acknowledgements import acknowledge, noted

    with opened(config, write=True) as db:
        for alert in [_find(db, alert_id) for alert_id in alert_ids]:
            if acknowledge(db, alert, at=now_utc(), author=author):
                say(f"{alert.id}: acknowledged by {author}")
            else:
                first = next(a for a in noted(db, alert) if a.at >= alert.created_at)
                say(f"{alert.id}: was acknowledged {local(first.at, config.timezone)} by {safe(first.author)}")


@command.command("retry")
@click.argument("alert_ids", metavar="ID...", nargs=-1, required=True)
@config_option
@click.pass_context
def retry(ctx: click.Context, /, *, alert_ids: tuple[str, ...]) -> None:
    """Put an alert that was not sent back into the outbox, due at once; the daemon sends it."""
    config = the_config(ctx)
    from monitor.store.channels import end_outage
    from monitor.store.lock import is_locked
    from monitor.store.outbox import deliveries
    from monitor.store.outbox import retry as revive

    with opened(config, write=True) as db:
        found = [_find(db, alert_id) for alert_id in alert_ids]
        revived = []
        for alert in found:
            again = [d.channel for d in deliveries(db, alert_id=alert.id, states=["dead", "waiting"]) if revive(db, d.id, now=now_utc())]
            for channel in again:  # whoever asks knows that it is mended, or wants to see
                end_outage(db, channel, now=now_utc())
            revived += again
            say(
                f"{alert.id}: "
                + (
                    f"goes out again to {', '.join(again)}"
                    if again
                    else f"nothing to send again ({became_of(alert, [], timezone=config.timezone)})"
                )
            )
    if revived and not is_locked(config.database):
        note('the daemon is not running; "monitor run --once" sends what waits')


def _find(db: Database, alert_id: str) -> Alert:
    from monitor.store.alerts import alert

    found = alert(db, alert_id)
    if found is None:
        raise UsageError(f'no alert "{alert_id}"; monitor alerts list names them')
    return found


def _told_before(db: Database, alert: Alert) -> Alert | None:
    """The alert on the incident that had been told when this one was raised."""
    from monitor.store.alerts import alerts

    if alert.incident_id is None:
        return None
    # Those of a backfill are never sent; each follows the one before it as if they had been.
    states = ["settled", "suppressed"] if alert.backfilled else ["settled"]
    earlier = alerts(db, until=alert.created_at, incident_id=alert.incident_id, states=states)
    return next((one for one in reversed(earlier) if one.id != alert.id and (one.state == "settled" or one.backfilled)), None)


def alert_line(alert: Alert, sent: Sequence[Delivery]) -> dict[str, Any]:
    """One line of `monitor alerts --json`: as `monitor backfill --json`, with what became of it."""
    from monitor.alerts.render import title
    from monitor.forms import alert_form, time_form

    return alert_form(alert, title=title(alert)) | {
        "reason": alert.reason,
        "state": alert.state,
        "held": alert.held,
        "backfilled": alert.backfilled,
        "created": time_form(alert.created_at),
        "deliveries": [delivery_line(d) for d in sent],
    }


def delivery_line(delivery: Delivery) -> dict[str, Any]:
    from monitor.forms import time_form

    return {
        "channel": delivery.channel,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "sent": time_form(delivery.sent_at),
        "error": delivery.last_error,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A delivery and what happened to it on its way. `bundle`: the alerts of the one message in which it went."""

    delivery: Delivery
    holds: Sequence[Hold]
    bundle: Sequence[str]
    collapsed_into: str | None


def track(db: Database, delivery: Delivery) -> Track:
    from monitor.store.holds import bundle_of, holds
    from monitor.store.outbox import collapsed_into

    return Track(
        delivery=delivery,
        holds=holds(db, delivery.id),
        bundle=bundle_of(db, delivery.id),
        collapsed_into=collapsed_into(db, delivery.id),
    )


def one_became(one: Track, *, timezone: str) -> str:
    """What became of one delivery, in a few words."""
    delivery = one.delivery
    last = one.holds[-1] if one.holds else None
    match delivery.state:
        case "sent":
            return "sent" + (f" with {count(len(one.bundle) - 1, 'other')}" if len(one.bundle) > 1 else "")
        case "suppressed":
            return f"held back ({last.why})" if last else f"held back ({delivery.last_error})"
        case "collapsed":
            return f"said by {one.collapsed_into}" if one.collapsed_into else "collapsed"
        case "waiting" if last is not None and last.until is not None and last.until == delivery.due_at:
            return f"put off until {local(last.until, timezone)} ({last.why})"
        case "dead":
            return "given up" + (f", {delivery.last_error}" if delivery.last_error else "")
        case _:
            return delivery.state + (f", {delivery.last_error}" if delivery.last_error else "")


def became_of(alert: Alert, tracks: Sequence[Track], *, timezone: str) -> str:
    if alert.state == "suppressed":
        return f"held back: {alert.held}"
    if alert.state == "pending":
        return "waits for further reports"
    return ", ".join(f"{one.delivery.channel} {one_became(one, timezone=timezone)}" for one in tracks) or "no channel"
