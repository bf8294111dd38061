"""`monitor status`."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.common import config_option, count, emit, json_option, local, now_utc, opened, safe, say, show_pairs, the_config
from monitor.forms import time_form, time_from


@click.command("status")
@config_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool) -> None:
    """Say how everything stands: the daemon, the feeds, what was stored and sent, what waits."""
    config = the_config(ctx)
    import json
    from collections import Counter

    from monitor.alerts.silence import state
    from monitor.feeds.health import ago, health
    from monitor.model import FeedState
    from monitor.store.feeds import feed_states
    from monitor.store.items import last_item_times
    from monitor.store.lock import is_locked
    from monitor.store.maintenance import figures
    from monitor.store.meta import RELOAD_REFUSED, meta
    from monitor.store.silences import silences

    now = now_utc()
    running = is_locked(config.database)
    with opened(config) as db:
        found = figures(db)
        states = feed_states(db)
        last_items = last_item_times(db)
        silent = [silence for silence in silences(db, at=now) if state(silence, now) == "active"]
        # Of a daemon that has ended nothing is in force.
        kept = meta(db, RELOAD_REFUSED) if running else None
    refused = None if kept is None else json.loads(kept)
    feeds = Counter(
        health(states.get(feed.url) or FeedState(url=feed.url), feed, now=now, last_item_at=last_items.get(feed.name)).status
        for feed in config.feeds
    )
    if as_json:
        emit(
            {
                "running": running,
                "config": str(config.source),
                "reload_refused": refused,
                "database": str(config.database),
                "schema": found.schema,
                "bytes": found.size + found.log_size,
                "feeds": dict(feeds),
                "last_poll": time_form(found.last_poll_at),
                "items": found.items,
                "copies": found.sightings,
                "unread": found.unread,
                "last_item": time_form(found.last_item_at),
                "incidents": found.incidents,
                "dismissed": found.dismissed,
                "alerts": found.alerts,
                "deliveries": found.deliveries,
                "oldest_waiting": time_form(found.oldest_waiting_at),
                "silences": len(silent),
            }
        )
        return
    waiting = found.deliveries.get("waiting", 0) + found.deliveries.get("claimed", 0)
    oldest = f", the oldest since {ago(found.oldest_waiting_at, now=now)}" if found.oldest_waiting_at else ""
    dead = found.deliveries.get("dead", 0)
    polled = f"; last poll {ago(found.last_poll_at, now=now)}" if found.last_poll_at else "; never polled"
    show_pairs(
        [
            ("daemon", "running" if running else "not running"),
            ("reload", _refusal(refused, config.timezone) if refused else ""),
            ("feeds", (", ".join(f"{number} {state}" for state, number in sorted(feeds.items())) or "none") + polled),
            (
                "items",
                f"{found.items:,}, {found.sightings:,} copies"
                + (f"; the last came {ago(found.last_item_at, now=now)}" if found.last_item_at else ""),
            ),
            ("unread", f"{found.unread:,}: monitor items reread tries again" if found.unread else ""),
            ("incidents", f"{found.incidents:,}" + (f", {found.dismissed:,} dismissed" if found.dismissed else "")),
            ("alerts", ", ".join(f"{number:,} {state}" for state, number in sorted(found.alerts.items())) or "none"),
            ("sent", f"{found.deliveries.get('sent', 0):,}"),
            ("waiting", f"{waiting:,}{oldest}" if waiting else ""),
            ("silences", f"{count(len(silent), 'silence')} in force: monitor silences list" if silent else ""),
            ("given up", f"{count(dead, 'message')}: monitor alerts list --failed, monitor alerts retry ID" if dead else ""),
            ("database", f"{config.database} ({(found.size + found.log_size) / 1e6:,.1f} MB)"),
            ("config", str(config.source)),
        ]
    )
    if refused:
        say("\n".join(safe(problem) for problem in refused["problems"]))
    if feeds.get("failing") or feeds.get("gone") or feeds.get("late"):
        say("monitor feeds status says what is wrong with the feeds")


def _refusal(refused: dict[str, Any], timezone: str) -> str:
    since = local(time_from(refused["at"]), timezone)
    return f"refused since {since}, as said below; the config and rules from before stay in force"
