"""`monitor status`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_option, count, emit, json_option, local, note, now_utc, opened, safe, say, show_pairs, the_config
from monitor.forms import time_form, time_from

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.maintenance import Figures
    from monitor.vitals import Spread

DELAYS_OVER = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """All that is told: figures of the database, feeds by health, what is in force, delays, troubles."""

    now: dt.datetime
    running: bool
    figures: Figures
    feeds: dict[str, int]
    in_force: dict[str, Any]
    refused: dict[str, Any] | None
    silences: int
    delays: dict[str, Spread | None]
    oldest_pending_at: dt.datetime | None
    troubles: tuple[str, ...]


@click.command("status")
@config_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool) -> None:
    """Say how everything stands: the daemon, the feeds and rules, what was stored and sent, how fast, what waits.

    The exit status is 1 where all is not well, with what is not on stderr.
    """
    config = the_config(ctx)
    standing = _looked_up(config, now=now_utc())
    if as_json:
        emit(_form(config, standing))
    else:
        _show(config, standing)
        for trouble in standing.troubles:
            note(f"not well: {trouble}")
    if standing.troubles:
        ctx.exit(1)


def _looked_up(config: Config, *, now: dt.datetime) -> _Standing:
    import json
    from collections import Counter

    from monitor.alerts.silence import state
    from monitor.feeds.health import health
    from monitor.model import FeedState
    from monitor.store.delays import delays, given_up, oldest_pending, stuck_since
    from monitor.store.feeds import feed_states
    from monitor.store.items import last_item_times
    from monitor.store.lock import is_locked
    from monitor.store.maintenance import figures
    from monitor.store.meta import IN_FORCE, RELOAD_REFUSED, meta
    from monitor.store.silences import silences
    from monitor.vitals import GIVEN_UP, UNSENT, Vitals, spread, troubles

    running = is_locked(config.database)
    with opened(config) as db:
        found = figures(db)
        states = feed_states(db)
        last_items = last_item_times(db)
        silent = [silence for silence in silences(db, at=now) if state(silence, now) == "active"]
        # Of a daemon that has ended nothing is in force.
        kept = meta(db, RELOAD_REFUSED) if running else None
        in_force = json.loads(meta(db, IN_FORCE) or "{}")
        took = delays(db, since=now - DELAYS_OVER)
        oldest = oldest_pending(db)
        stuck = stuck_since(db, before=now - UNSENT)
        lost = given_up(db, since=now - GIVEN_UP)
    feeds: Counter[str] = Counter(
        health(states.get(feed.url) or FeedState(url=feed.url), feed, now=now, last_item_at=last_items.get(feed.name)).status
        for feed in config.feeds
    )
    vitals = Vitals(
        expected=not in_force.get("once", False),
        running=running,
        started_at=time_from(in_force.get("started")),
        feeds=feeds,
        reload_refused=kept is not None,
        stuck_since=stuck,
        given_up=lost,
    )
    return _Standing(
        now=now,
        running=running,
        figures=found,
        feeds=dict(feeds),
        in_force=in_force,
        refused=None if kept is None else json.loads(kept),
        silences=len(silent),
        delays={"published_to_seen": spread(took.seen), "seen_to_sent": spread(took.sent), "published_to_sent": spread(took.whole)},
        oldest_pending_at=oldest,
        troubles=troubles(vitals, now=now),
    )


def _form(config: Config, standing: _Standing) -> dict[str, Any]:
    from monitor import __version__

    found, in_force = standing.figures, standing.in_force
    return {
        "healthy": not standing.troubles,
        "troubles": list(standing.troubles),
        "version": __version__,
        "running": standing.running,
        "running_version": in_force.get("version") if standing.running else None,
        "started": in_force.get("started") if standing.running else None,
        "config": str(config.source),
        "rules": {key: in_force[key] for key in ("rules", "digest", "since")} if standing.running and in_force else None,
        "reload_refused": standing.refused,
        "database": str(config.database),
        "schema": found.schema,
        "bytes": found.size + found.log_size,
        "feeds": standing.feeds,
        "last_poll": time_form(found.last_poll_at),
        "delays": {
            name: None if one is None else {"count": one.count, "median_s": one.median_s, "p95_s": one.p95_s}
            for name, one in standing.delays.items()
        },
        "items": found.items,
        "copies": found.sightings,
        "unread": found.unread,
        "last_item": time_form(found.last_item_at),
        "incidents": found.incidents,
        "dismissed": found.dismissed,
        "alerts": found.alerts,
        "deliveries": found.deliveries,
        "oldest_pending": time_form(standing.oldest_pending_at),
        "oldest_waiting": time_form(found.oldest_waiting_at),
        "dead_letters": found.deliveries.get("dead", 0),
        "silences": standing.silences,
    }


def _show(config: Config, standing: _Standing) -> None:
    from monitor import __version__
    from monitor.feeds.health import ago

    found, now = standing.figures, standing.now
    waiting = found.deliveries.get("waiting", 0) + found.deliveries.get("claimed", 0)
    oldest = f", the oldest since {ago(found.oldest_waiting_at, now=now)}" if found.oldest_waiting_at else ""
    pending = found.alerts.get("pending", 0)
    dead = found.deliveries.get("dead", 0)
    polled = f"; last poll {ago(found.last_poll_at, now=now)}" if found.last_poll_at else "; never polled"
    show_pairs(
        [
            ("monitor", f"version {__version__}"),
            ("daemon", _daemon(standing, config.timezone)),
            ("rules", _rules(standing, config.timezone)),
            ("reload", _refusal(standing.refused, config.timezone) if standing.refused else ""),
            ("feeds", (", ".join(f"{number} {state}" for state, number in sorted(standing.feeds.items())) or "none") + polled),
            (
                "items",
                f"{found.items:,}, {found.sightings:,} copies"
                + (f"; the last came {ago(found.last_item_at, now=now)}" if found.last_item_at else ""),
            ),
            ("unread", f"{found.unread:,}: monitor items reread tries again" if found.unread else ""),
            ("incidents", f"{found.incidents:,}" + (f", {found.dismissed:,} dismissed" if found.dismissed else "")),
            ("alerts", ", ".join(f"{number:,} {state}" for state, number in sorted(found.alerts.items())) or "none"),
            ("sent", f"{found.deliveries.get('sent', 0):,}"),
            ("delays", _delays(standing.delays)),
            (
                "pending",
                f"the oldest alert waits since {ago(standing.oldest_pending_at, now=now)}"
                if pending and standing.oldest_pending_at
                else "",
            ),
            ("waiting", f"{waiting:,}{oldest}" if waiting else ""),
            ("silences", f"{count(standing.silences, 'silence')} in force: monitor silences list" if standing.silences else ""),
            ("given up", f"{count(dead, 'message')}: monitor alerts list --failed, monitor alerts retry ID" if dead else ""),
            ("database", f"{config.database} ({(found.size + found.log_size) / 1e6:,.1f} MB)"),
            ("config", str(config.source)),
        ]
    )
    if standing.refused:
        say("\n".join(safe(problem) for problem in standing.refused["problems"]))
    if standing.feeds.keys() & {"failing", "page", "gone", "late", "silent"}:
        say("monitor feeds status says what is wrong with the feeds")


def _daemon(standing: _Standing, timezone: str) -> str:
    if not standing.running:
        return "not running"
    since = time_from(standing.in_force.get("started"))
    return f"running since {local(since, timezone)}, version {standing.in_force['version']}" if since else "running"


def _rules(standing: _Standing, timezone: str) -> str:
    in_force = standing.in_force
    if not standing.running or not in_force:
        return ""
    return f"{count(in_force['rules'], 'rule')} in force since {local(time_from(in_force['since']), timezone)} ({in_force['digest'][:12]})"


def _delays(delays: dict[str, Spread | None]) -> str:
    """ "published to seen 4 min (95 %: 12 min), …", over the last week."""
    from monitor.feeds.health import duration

    shown = [
        f"{name.replace('_', ' ')} {duration(dt.timedelta(seconds=one.median_s))} (95 %: {duration(dt.timedelta(seconds=one.p95_s))})"
        for name, one in delays.items()
        if one is not None
    ]
    return ", ".join(shown) + f"; median over {DELAYS_OVER.days} days" if shown else ""


def _refusal(refused: dict[str, Any], timezone: str) -> str:
    since = local(time_from(refused["at"]), timezone)
    return f"refused since {since}, as said below; the config and rules from before stay in force"
