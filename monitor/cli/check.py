"""`monitor check`."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import Styled, config_option, config_path, count, emit, json_option, local, note, now_utc, say, show_table
from monitor.errors import InvalidInput, Location, MonitorError, Problem

if TYPE_CHECKING:
    from monitor.cli.probe import Probe
    from monitor.config import Config
    from monitor.in_force import InForce


@click.command("check")
@click.option("--online", is_flag=True, help="Fetch each feed once, and offer to send a test message to each channel.")
@click.option("--yes", is_flag=True, help="With --online: send the test messages without asking.")
@config_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, *, online: bool, yes: bool, as_json: bool) -> None:
    """Check the config, the rules and the channels as the daemon does: "ok", or every problem as file:line:column.

    Nothing is sent and nothing is fetched without --online. A dead feed is a warning; where none can be fetched, it fails.
    """
    from monitor.in_force import load_all

    path = config_path(ctx)
    try:
        force = load_all(path)
    except InvalidInput as error:
        if as_json:
            for problem in error.problems:
                emit(_form(problem))
            ctx.exit(2)
        raise
    warnings = [*force.warnings, *_model_problem(force.config)]
    for problem in warnings:
        emit(_form(problem)) if as_json else note(str(problem))
    failed: list[str] = []
    if online:
        reached = _feeds(force.config, as_json=as_json)
        unsent = _channels(force.config, yes=yes, as_json=as_json)
        failed += [f"not sent: {', '.join(unsent)}"] if unsent else []
        failed += [] if reached else ["no feed could be fetched; see the warnings, and whether this machine is online"]
    if failed:
        raise MonitorError("; ".join(failed))
    if not as_json:
        say(_summary(force, len(warnings)))


def _summary(force: InForce, warnings: int) -> str:
    parts = (
        count(len(force.config.feeds), "feed"),
        count(len(force.config.channels), "channel"),
        count(len(force.desk.ruleset.rules), "rule"),
        count(len(force.desk.ruleset.lexicon.groups), "group"),
    )
    return f"ok: {', '.join(parts)}" + (f"; {count(warnings, 'warning')}" if warnings else "")


def _model_problem(config: Config) -> list[Problem]:
    import importlib.util

    if not config.text.model or importlib.util.find_spec(config.text.model) is not None:
        return []
    what = f'[text]: model is "{config.text.model}", which is not installed'
    raise InvalidInput([Problem(config.locate("text", "model"), what, remedy='install it, or leave model = ""')])


def _form(problem: Problem) -> dict[str, Any]:
    at: Location = problem.location
    return {
        "path": at.path,
        "line": at.line or None,
        "column": at.column or None,
        "warning": problem.warning,
        "what": problem.what,
        "expected": problem.expected,
        "remedy": problem.remedy,
    }


# ---------------------------------------------------------------- online


def _feeds(config: Config, *, as_json: bool) -> bool:
    """Fetch each feed once and tell how it went; whether any could be fetched (or there is none)."""
    from monitor.cli.probe import mark_seen, probe_all

    if not config.feeds:
        return True
    note(f"fetching {count(len(config.feeds), 'feed')} …")
    probes = asyncio.run(probe_all(config, now=now_utc()))
    if as_json:
        for probe in probes:
            emit({"feed": probe.feed.name, "ok": probe.ok, "status": probe.status, "items": probe.items, "newest": _iso(probe.newest)})
    else:
        rows = [
            (
                p.feed.name,
                Styled(p.status, "green" if p.ok else "red"),
                p.items if p.ok else "",
                local(p.newest, config.timezone) if p.ok else "",
            )
            for p in probes
        ]
        show_table(("feed", "status", "items", "newest"), rows, right=("items",))
        say("")
    for probe in probes:
        if not probe.ok:
            note(str(_dead(config, probe)))
    seen = mark_seen(config, [probe.feed.name for probe in probes if probe.ok], on=now_utc().date())
    if seen:
        note(f"{config.source}: noted today's date beside {count(seen, 'address', 'addresses')}")
    return any(probe.ok for probe in probes)


def _dead(config: Config, probe: Probe) -> Problem:
    place = config.locate("feeds", config.feed_index[probe.feed.name], "url")
    return Problem(place, f'feed "{probe.feed.name}": {probe.status}', remedy="check its address, or set enabled = false", warning=True)


def _iso(at: dt.datetime | None) -> str | None:
    from monitor.forms import time_form

    return time_form(at)


def _channels(config: Config, *, yes: bool, as_json: bool) -> list[str]:
    """Offer to send; the names of the channels that did not take a message."""
    from monitor.cli.trial import looked_at, tried

    found = [looked_at(channel) for channel in config.channels.values()]
    ready = [one for one in found if one.error is None]
    if not ready:
        return []
    note("about to send one test message to each of: " + ", ".join(f"{one.name} ({one.shown})" for one in ready))
    if not yes and not (sys.stdin.isatty() and click.confirm("Send them?", err=True)):
        note("nothing sent; --yes sends without asking")
        return []
    failed = []
    for one in ready:
        outcome = tried(config.channels[one.name])
        if as_json:
            emit({"channel": one.name, "ok": outcome.error is None, "status": outcome.error or "sent"})
        else:
            say(f"{one.name}: {outcome.error or f'sent to {outcome.shown}'}")
        if outcome.error is not None:
            failed.append(one.name)
    return failed
