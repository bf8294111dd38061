"""`monitor alerts`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    SEVERITY_STYLES,
    ListByDefault,
    Styled,
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
    say,
    show_table,
    since_options,
    the_config,
)
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.model import Alert, Delivery
    from monitor.store.database import Database


# The line of times as it would be if the alert were sent now.
_SENT = re.compile(r", sent [^,\n]*?(?= \()")


@click.group("alerts", cls=ListByDefault)
@config_option
def command() -> None:
    """List and show alerts; send one again."""


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
    from monitor.store.alerts import alerts
    from monitor.store.outbox import deliveries

    low, high = (moment(text, timezone=config.timezone, option=name) for text, name in ((since, "--since"), (until, "--until")))
    with opened(config) as db:
        found = alerts(db, since=low, until=high, states=states or None, limit=None if failed else limit)
        sent = {alert.id: deliveries(db, alert_id=alert.id) for alert in found}
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
            Styled(title(alert), SEVERITY_STYLES[alert.severity]),
            became_of(alert, sent[alert.id]),
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
    """One alert as it reads, with each try to send it."""
    config = the_config(ctx)
    from monitor.store.outbox import attempts_at, deliveries

    with opened(config) as db:
        alert = _find(db, alert_id)
        sent = deliveries(db, alert_id=alert.id)
        tries = {delivery.id: attempts_at(db, delivery.id) for delivery in sent}
    if as_json:
        emit(alert_line(alert, sent))
        return
    from monitor.alerts.render import render
    from monitor.alerts.wording import reason_words

    message = render(
        alert,
        first_on_channel=True,
        now=now_utc(),
        timezone=config.timezone,
        sent_at=next((d.sent_at for d in sent if d.sent_at), None),
        backfilled=alert.backfilled,
    )
    never_sent = not any(delivery.sent_at for delivery in sent)
    say(_SENT.sub("", message.text, count=1) if never_sent else message.text)
    say(f"raised {local(alert.created_at, config.timezone)}: {reason_words(alert)}; {became_of(alert, sent)}")
    for delivery in sent:
        say(f"{delivery.channel}: {delivery.state}" + (f", {delivery.last_error}" if delivery.last_error else ""))
        for one in tries[delivery.id]:
            say(f"  {local(one.begun_at, config.timezone)}  {one.outcome}" + (f": {one.error}" if one.error else ""))


@command.command("retry")
@click.argument("alert_ids", metavar="ID...", nargs=-1, required=True)
@config_option
@click.pass_context
def retry(ctx: click.Context, /, *, alert_ids: tuple[str, ...]) -> None:
    """Put an alert that was not sent back into the outbox, due at once; the daemon sends it."""
    config = the_config(ctx)
    from monitor.store.lock import is_locked
    from monitor.store.outbox import deliveries
    from monitor.store.outbox import retry as revive

    with opened(config, write=True) as db:
        found = [_find(db, alert_id) for alert_id in alert_ids]
        revived = []
        for alert in found:
            again = [d.channel for d in deliveries(db, alert_id=alert.id, states=["dead", "waiting"]) if revive(db, d.id, now=now_utc())]
            revived += again
            say(f"{alert.id}: " + (f"goes out again to {', '.join(again)}" if again else f"nothing to send again ({became_of(alert, [])})"))
    if revived and not is_locked(config.database):
        note('the daemon is not running; "monitor run --once" sends what waits')


def _find(db: Database, alert_id: str) -> Alert:
    from monitor.store.alerts import alert

    found = alert(db, alert_id)
    if found is None:
        raise UsageError(f'no alert "{alert_id}"; monitor alerts list names them')
    return found


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
        "deliveries": [
            {"channel": d.channel, "state": d.state, "attempts": d.attempts, "sent": time_form(d.sent_at), "error": d.last_error}
            for d in sent
        ],
    }


def became_of(alert: Alert, sent: Sequence[Delivery]) -> str:
    if alert.state == "suppressed":
        return f"held back: {alert.held}"
    if alert.state == "pending":
        return "waits for further reports"
    return ", ".join(f"{d.channel} {d.state}" for d in sent) or "no channel"
