"""`monitor channels`."""

from __future__ import annotations

import click

from monitor.cli.common import ListByDefault, Styled, config_option, emit, json_option, say, show_table, the_config
from monitor.cli.trial import Outcome, looked_at, tried
from monitor.errors import MonitorError, UsageError


@click.group("channels", cls=ListByDefault)
@config_option
def command() -> None:
    """List the channels; send a test message."""


@command.command("list")
@config_option
@json_option
@click.pass_context
def list_channels(ctx: click.Context, /, *, as_json: bool) -> None:
    """Each channel with its service, and what is wrong with it. Nothing is sent."""
    config = the_config(ctx)
    found = [looked_at(channel) for channel in config.channels.values()]
    routes = config.alert_settings().routes
    severities = {name: [severity for severity, channels in routes.items() if name in channels] for name in config.channels}
    if as_json:
        for one in found:
            form = {"name": one.name, "target": one.shown, "ok": one.error is None, "error": one.error}
            emit(form | {"severities": severities[one.name], "operator": one.name in config.operator})
        return
    if not found:
        say("no channels; add a [channels.NAME] table to the config")
        return
    rows = [
        (
            one.name,
            one.shown,
            ", ".join(severities[one.name]),
            "yes" if one.name in config.operator else "",
            one.error or Styled("ok", "green"),
        )
        for one in found
    ]
    show_table(("channel", "leads to", "severities", "operator", "state"), rows)


@command.command("test")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@config_option
@json_option
@click.pass_context
def test(ctx: click.Context, /, *, names: tuple[str, ...], as_json: bool) -> None:
    """Send one test message to each NAME, now."""
    config = the_config(ctx)
    for name in names:
        if name not in config.channels:
            known = ", ".join(sorted(config.channels)) or "none"
            raise UsageError(f'no channel "{name}" in {config.source}; expected one of: {known}')
    sent: list[Outcome] = []
    for name in names:
        outcome = tried(config.channels[name])
        sent.append(outcome)
        if as_json:
            emit({"name": outcome.name, "target": outcome.shown, "ok": outcome.error is None, "error": outcome.error})
        else:
            say(f"{name}: {outcome.error or f'sent to {outcome.shown}'}")
    failed = [outcome.name for outcome in sent if outcome.error is not None]
    if failed:
        raise MonitorError(f"not sent: {', '.join(failed)}")
