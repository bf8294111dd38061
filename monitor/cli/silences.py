"""`monitor silences`."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    ListByDefault,
    Styled,
    by_option,
    config_option,
    count,
    emit,
    json_option,
    local,
    note,
    now_utc,
    opened,
    say,
    show_table,
    the_config,
)
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.alerts.silence import Silence, Weekly
    from monitor.config import Config
    from monitor.rules.matcher import Matcher
    from monitor.rules.ruleset import RuleSet
    from monitor.store.database import Database

_STYLES = {"active": "bold green", "pausing": "cyan", "to come": "cyan", "over": "dim"}
_TRIED_ON = dt.timedelta(days=7)


@click.group("silences", cls=ListByDefault)
@config_option
def command() -> None:
    """Hold alerts back for a while: what is silenced is recorded and never sent."""


@command.command("list")
@click.option("--all", "with_past", is_flag=True, help="Also those that are over.")
@json_option
@config_option
@click.pass_context
def list_silences(ctx: click.Context, /, *, with_past: bool, as_json: bool) -> None:
    """The silences in the order made."""
    config = the_config(ctx)
    from monitor.alerts.silence import state
    from monitor.rules.matcher import written
    from monitor.store.silences import silences

    now = now_utc()
    with opened(config) as db:
        found = [one for one in silences(db) if with_past or state(one, now) != "over"]
    if as_json:
        for one in found:
            emit(silence_line(one, now=now))
        return
    if not found:
        say("no silences")
        return
    rows = [
        (
            one.id,
            Styled(now_is := state(one, now), _STYLES[now_is]),
            written(one.matcher),
            local(one.starts_at, config.timezone),
            _until(one, config),
            f"{one.author}: {one.reason}",
        )
        for one in found
    ]
    show_table(("id", "state", "holds back", "from", "until", "by"), rows, right=("id",))
    note(count(len(found), "silence"))


def _until(silence: Silence, config: Config) -> str:
    end = local(silence.ends_at, config.timezone) if silence.ends_at else "ended by hand"
    if silence.ended_by:
        end += f" by {silence.ended_by}"
    return f"{end}; {silence.weekly}" if silence.weekly else end


@command.command("add")
@click.argument("conditions", metavar="CONDITION...", nargs=-1, required=True)
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with every alert that it holds back.")
@by_option
@click.option("--for", "duration", metavar="DURATION", help='How long, from its start: "8h", "2d".')
@click.option("--until", metavar="WHEN", help="Until a date or a time.")
@click.option("--start", metavar="WHEN", help='From a date, a time or a while from now ("2h"). Default: now.')
@click.option("--weekly", metavar="SPAN", help='Only at these hours of each week: "sat,sun 22:00-06:00", "daily 00:00-06:00", "fri".')
@click.option("--timezone", metavar="ZONE", help="Whose clock --weekly goes by. Default: that of [alerts].")
@json_option
@config_option
@click.pass_context
def add(
    ctx: click.Context,
    /,
    *,
    conditions: tuple[str, ...],
    reason: str,
    author: str,
    duration: str | None,
    until: str | None,
    start: str | None,
    weekly: str | None,
    timezone: str | None,
    as_json: bool,
) -> None:
    """Hold back alerts that meet every CONDITION: a condition of the rule files, or severity, rule, incident or channel.

    \b
    monitor silences add 'district: Quetta' 'severity: [info, notice]' --for 8h --reason 'exercise'
    monitor silences add 'rule: any-attack' --weekly 'sat,sun 00:00-08:00' --reason 'no night desk'
    """
    config = the_config(ctx)
    from monitor.alerts.silence import Silence
    from monitor.cli.loading import rules_for
    from monitor.rules.matcher import parse_matcher
    from monitor.store.silences import add_silence

    now = now_utc()
    if not reason.strip():
        raise UsageError("--reason is empty; say why, for whoever misses an alert")
    ruleset = rules_for(config)
    matcher = parse_matcher("\n".join(conditions), ruleset, channels=config.channels, where="condition")
    starts_at = coming(start, timezone=config.timezone, option="--start", now=now) or now
    with opened(config, write=True) as db:
        values = _with_whole_ids(db, matcher)
        silence = Silence(
            matcher=values,
            author=author,
            reason=reason.strip(),
            created_at=now,
            starts_at=starts_at,
            ends_at=_end(duration, until, weekly, starts_at=starts_at, config=config, now=now),
            weekly=_weekly(weekly, timezone or config.timezone) if weekly else None,
        )
        silence = add_silence(db, silence)
        if as_json:
            emit(silence_line(silence, now=now))
            return
        end = _until(silence, config)
        say(f"silence {silence.id}: {matcher.written}; from {local(silence.starts_at, config.timezone)} until {end}")
        note(_tried(db, matcher, ruleset, now=now))


def _with_whole_ids(db: Database, matcher: Matcher) -> dict[str, Any]:
    """The conditions with incidents by their whole ids: the first digits may fit another one tomorrow."""
    from monitor.cli.incidents import find_incident

    values = dict(matcher.values)
    if matcher.incidents is not None:
        values["incident"] = sorted(find_incident(db, prefix).id for prefix in matcher.incidents)
    return values


def _end(
    duration: str | None, until: str | None, weekly: str | None, *, starts_at: dt.datetime, config: Config, now: dt.datetime
) -> dt.datetime | None:
    if duration and until:
        raise UsageError("--for and --until are two ends; expected one")
    if not (duration or until or weekly):
        raise UsageError("a silence needs an end, lest it be forgotten; add --for 8h or --until 2023-09-30")
    end = starts_at + _duration(duration, "--for") if duration else coming(until, timezone=config.timezone, option="--until", now=now)
    if end is not None and end <= max(starts_at, now):
        raise UsageError(f"it would end at {local(end, config.timezone)}, before it begins")
    return end


def _duration(text: str, option: str) -> dt.timedelta:
    from monitor.config import duration_s

    try:
        return dt.timedelta(seconds=duration_s(text))
    except (ValueError, OverflowError) as error:
        raise UsageError(f'{option} is "{text}"; expected a duration such as "90m", "8h" or "2d"') from error


def coming(text: str | None, *, timezone: str, option: str, now: dt.datetime) -> dt.datetime | None:
    """A date (its midnight in the zone), a time in ISO 8601, or a duration from now.

    Raises:
        UsageError: none of these.
    """
    from zoneinfo import ZoneInfo

    if text is None:
        return None
    if re.fullmatch(r"[\d.]+\s*[a-z].*", text):
        return now + _duration(text, option)
    try:
        at = dt.datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(timezone))).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f'{option} is "{text}"; expected a date such as 2023-09-29, a time in ISO 8601, or a duration from now such as 8h'
        ) from error


def _weekly(text: str, timezone: str) -> Weekly:
    """ "sat,sun 22:00-06:00"; without a span whole days, without days every day."""
    from zoneinfo import ZoneInfo

    from monitor.alerts.quiet import clock_span
    from monitor.alerts.silence import DAYS, Weekly

    expected = f'--weekly is "{text}"; expected days and hours such as "sat,sun 22:00-06:00", "daily 00:00-06:00" or "fri"'
    words = text.lower().replace(", ", ",").split()
    days: frozenset[int] = frozenset(range(7))
    if words and words[0][0].isalpha():
        first = words.pop(0)
        if first != "daily":
            names = [name[:3] for name in first.split(",")]
            if not all(name in DAYS for name in names):
                raise UsageError(expected)
            days = frozenset(DAYS.index(name) for name in names)
    begin = end = dt.time(0)
    if words:
        try:
            begin, end = clock_span(" ".join(words))
        except ValueError as error:
            raise UsageError(expected) from error
    try:
        ZoneInfo(timezone)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f'--timezone is "{timezone}"; expected an IANA time zone such as "Asia/Karachi"') from error
    return Weekly(days=days, begin=begin, end=end, timezone=timezone)


def _tried(db: Database, matcher: Matcher, ruleset: RuleSet, *, now: dt.datetime) -> str:
    """What it would have held back of late, so that a slip is seen at once."""
    from monitor.rules.matcher import matches
    from monitor.store.alerts import alerts
    from monitor.store.incidents import incident

    recent = alerts(db, since=now - _TRIED_ON, states=["settled"])
    held = sum(
        any(
            matches(
                matcher,
                alert,
                (alert.incident_id and incident(db, alert.incident_id)) or alert.incident,
                channel=c,
                now=now,
                aliases=ruleset.aliases,
            )
            for c in alert.channels
        )
        for alert in recent
    )
    return f"of the {count(len(recent), 'alert')} of the last 7 days it would have held back {held}"


@command.command("end")
@click.argument("silence_ids", metavar="ID...", nargs=-1, required=True, type=int)
@by_option
@config_option
@click.pass_context
def end(ctx: click.Context, /, *, silence_ids: tuple[int, ...], author: str) -> None:
    """End a silence now. What it held back stays held back; what changes from now on is told."""
    config = the_config(ctx)
    from monitor.store.silences import end_silence, silence

    now = now_utc()
    with opened(config, write=True) as db:
        unknown = [number for number in silence_ids if silence(db, number) is None]
        if unknown:
            raise UsageError(f"no silence {unknown[0]}; monitor silences list names them")
        for number in silence_ids:
            say(f"silence {number}: " + ("ended" if end_silence(db, number, at=now, by=author) else "was over already"))


def silence_line(silence: Silence, *, now: dt.datetime) -> dict[str, Any]:
    """One line of `monitor silences --json`."""
    from monitor.alerts.silence import state
    from monitor.forms import time_form

    return {
        "id": silence.id,
        "state": state(silence, now),
        "when": silence.matcher,
        "author": silence.author,
        "reason": silence.reason,
        "created": time_form(silence.created_at),
        "start": time_form(silence.starts_at),
        "end": time_form(silence.ends_at),
        "weekly": str(silence.weekly) if silence.weekly else None,
        "ended_by": silence.ended_by,
    }
