"""`monitor feeds schedule`: when feeds are polled next, and why."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_option, emit, json_option, local, now_utc, opened, say, show_pairs, show_table, the_config
from monitor.errors import UsageError

if TYPE_CHECKING:
    import datetime as dt

    from monitor.config import Config
    from monitor.feeds.plan import Plan
    from monitor.feeds.planning import Share
    from monitor.feeds.timetable import Timetable
    from monitor.feeds.websub import Subscription
    from monitor.model import Feed, FeedState

_BARS = " ▁▂▃▄▅▆▇█"


@click.command("schedule")
@click.argument("name", required=False)
@click.option("--polls", default=12, show_default=True, type=click.IntRange(1, 500), help="How many polls ahead, of one feed.")
@json_option
@config_option
@click.pass_context
def schedule(ctx: click.Context, /, *, name: str | None, polls: int, as_json: bool) -> None:
    """When NAME is polled next, and why; without NAME a line for each feed.

    Reckoned from what the database knows now, as the daemon does it each hour.
    """
    config = the_config(ctx)
    if name is not None and name not in {feed.name for feed in config.feeds}:
        close = difflib.get_close_matches(name, [feed.name for feed in config.feeds], n=1)
        raise UsageError(f'no feed "{name}" is on in {config.source}' + (f'; did you mean "{close[0]}"?' if close else ""))
    from monitor.feeds.websub import in_words

    now = now_utc()
    table, states, hubs = _reckoned(config, now)
    if name is None:
        _all(config, table, states, now=now, as_json=as_json)
        return
    feed = next(feed for feed in config.feeds if feed.name == name)
    hub = in_words(hubs[feed.url], now=now) if feed.url in hubs and config.websub.callback is not None else None
    _one(config, feed, table, states[feed.url], now=now, polls=polls, as_json=as_json, hub=hub)


def _reckoned(config: Config, now: dt.datetime) -> tuple[Timetable, dict[str, FeedState], dict[str, Subscription]]:
    import datetime as dt

    from monitor.feeds.boost import boosted
    from monitor.feeds.timetable import Timetable
    from monitor.feeds.websub import slower
    from monitor.model import SEVERITIES, FeedState
    from monitor.store.feeds import feed_states
    from monitor.store.hubs import subscriptions
    from monitor.store.rates import breaking, feed_rates, joined_incidents

    polling = config.polling
    lasting = dt.timedelta(seconds=polling.boost_for_s)
    with opened(config) as db:
        stored, rates, hubs = feed_states(db), feed_rates(db), subscriptions(db)
        grave = SEVERITIES[SEVERITIES.index(polling.boost_from) :]
        found, joined = breaking(db, since=now - lasting, severities=grave), joined_incidents(db)
    states = {feed.url: stored.get(feed.url) or FeedState(url=feed.url) for feed in config.feeds}
    table = Timetable()
    table.rates = {feed.url: known for feed in config.feeds if (known := rates.get(feed.url)) is not None}
    if config.websub.callback is not None:
        table.slower = slower(config.feeds, hubs, every_s=config.websub.poll_every_s, now=now)
    others = [feed for feed in config.feeds if feed.url not in table.slower]
    table.take(table.renewed(others, states, now=now, requests_a_day=polling.requests_a_day))
    table.faster = boosted(config.feeds, found, joined, now=now, factor=polling.boost, lasting=lasting)
    return table, states, {feed.url: one for feed in config.feeds if (one := hubs.get(feed.url)) is not None}


def _all(config: Config, table: Timetable, states: dict[str, FeedState], *, now: dt.datetime, as_json: bool) -> None:
    from monitor.feeds.outlook import outlook

    rows = []
    for feed in config.feeds:
        share, plan = table.shares.get(feed.url), table.plan(feed, now=now)
        ahead = outlook(feed, states[feed.url], plan, now=now, count=1)
        if as_json:
            emit(_form(feed, states[feed.url], share, plan, ahead))
            continue
        rows.append(
            (
                feed.name,
                f"{share.items_a_day:.3g}" if share else "-",
                f"{_polls_a_day(feed, share, plan):.0f}",
                share.limit if share else "",
                local(ahead[0][0], config.timezone) if ahead else "never",
                ahead[0][1] if ahead else "it is gone",
            )
        )
    if not as_json:
        if not rows:
            say("no feed is on")
            return
        show_table(("feed", "items a day", "polls a day", "limit", "next poll", "why"), rows, right=("items a day", "polls a day"))


def _one(
    config: Config, feed: Feed, table: Timetable, state: FeedState, *, now: dt.datetime, polls: int, as_json: bool, hub: str | None
) -> None:
    from monitor.feeds.outlook import outlook, reasons

    share, plan = table.shares.get(feed.url), table.plan(feed, now=now)
    ahead, why = outlook(feed, state, plan, now=now, count=polls), reasons(feed, state, share, plan)
    if as_json:
        emit(_form(feed, state, share, plan, ahead) | {"hub": hub, "reasons": why})
        return
    show_pairs(
        [
            ("feed", feed.name),
            ("last poll", f"{local(state.last_polled_at, config.timezone)} ({state.last_status or 'never'})"),
            ("not before", f"{local(state.not_before_at, config.timezone)} ({state.not_before_why})" if state.not_before_at else ""),
            ("hub", hub or ""),
            ("publishes", _bars(share.by_hour) + "  0 to 24 h UTC" if share else ""),
        ]
    )
    for reason in why:
        say(reason)
    if not ahead:
        say("It is gone, and is not polled any more.")
        return
    show_table(("next polls", "why"), [(local(at, config.timezone), why) for at, why in ahead])


def _form(feed: Feed, state: FeedState, share: Share | None, plan: Plan, ahead: list[tuple[dt.datetime, str]]) -> dict[str, Any]:
    from monitor.forms import time_form

    return {
        "name": feed.name,
        "adaptive": share is not None,
        "items_a_day": round(share.items_a_day, 2) if share else None,
        "polls_a_day": round(_polls_a_day(feed, share, plan), 2),
        "limit": (share.limit or None) if share else None,
        "by_hour": [round(rate, 3) for rate in share.by_hour] if share else None,
        "last_polled": time_form(state.last_polled_at),
        "not_before": time_form(state.not_before_at),
        "not_before_why": state.not_before_why,
        "next": [{"at": time_form(at), "why": why} for at, why in ahead],
    }


def _polls_a_day(feed: Feed, share: Share | None, plan: Plan) -> float:
    from monitor.feeds.plan import DAY_S

    return share.polls_a_day if share else DAY_S / (plan.every_s or feed.interval_s)


def _bars(by_hour: tuple[float, ...]) -> str:
    most = max(by_hour) or 1.0
    return "".join(_BARS[round(8 * rate / most)] for rate in by_hour)
