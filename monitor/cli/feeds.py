"""`monitor feeds`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from monitor.cli.common import (
    ListByDefault,
    Styled,
    config_option,
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
from monitor.errors import MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model import Feed

_HEALTH_STYLES = {"ok": "green", "failing": "red", "gone": "red", "late": "yellow", "silent": "yellow"}


@click.group("feeds", cls=ListByDefault)
@config_option
def command() -> None:
    """List, add and remove feeds; say how they do."""


@command.command("list")
@json_option
@config_option
@click.pass_context
def list_feeds(ctx: click.Context, /, *, as_json: bool) -> None:
    """The feeds of the config, those that are off too."""
    config = the_config(ctx)
    feeds = sorted((*config.feeds, *config.feeds_off), key=lambda feed: config.feed_index[feed.name])
    off = {feed.name for feed in config.feeds_off}
    if as_json:
        for feed in feeds:
            emit(
                {
                    "name": feed.name,
                    "url": feed.url,
                    "outlet": feed.outlet,
                    "publisher": feed.publisher,
                    "language": feed.language,
                    "tags": list(feed.tags),
                    "interval_s": feed.interval_s,
                    "timezone": feed.timezone,
                    "enabled": feed.name not in off,
                }
            )
        return
    if not feeds:
        say('no feeds; "monitor feeds add URL" adds one')
        return
    rows = [
        (feed.name, feed.outlet, feed.language, ", ".join(feed.tags), _shown_address(feed.url), "off" if feed.name in off else "")
        for feed in feeds
    ]
    show_table(("feed", "outlet", "language", "tags", "address", ""), rows)


@command.command("status")
@json_option
@config_option
@click.pass_context
def status(ctx: click.Context, /, *, as_json: bool) -> None:
    """How each feed does: when it was last polled, what went wrong, when it is next due."""
    config = the_config(ctx)
    from monitor.feeds.health import health
    from monitor.feeds.mask import masked
    from monitor.forms import time_form
    from monitor.model import FeedState
    from monitor.store.feeds import feed_states
    from monitor.store.items import last_item_times

    with opened(config) as db:
        states = feed_states(db)
        last_items = last_item_times(db)
    now = now_utc()
    found = []
    for feed in config.feeds:
        state = states.get(feed.url) or FeedState(url=feed.url)
        found.append((feed, state, health(state, feed, now=now, last_item_at=last_items.get(feed.name))))
    if as_json:
        for feed, state, well in found:
            emit(
                {
                    "name": feed.name,
                    "url": masked(feed.url),
                    "status": well.status,
                    "words": well.words,
                    "last_polled": time_form(state.last_polled_at),
                    "last_success": time_form(state.last_success_at),
                    "next_due": time_form(state.next_due_at),
                    "last_item": time_form(last_items.get(feed.name)),
                    "failures": state.failures,
                    "error": state.last_error,
                    "moved_to": state.moved_to,
                }
            )
        return
    if not found:
        say("no feed is on")
        return
    rows = [
        (
            feed.name,
            Styled(well.status, _HEALTH_STYLES.get(well.status, "")),
            well.words,
            local(last_items.get(feed.name), config.timezone),
            local(state.next_due_at, config.timezone),
        )
        for feed, state, well in found
    ]
    show_table(("feed", "status", "", "last item", "next due"), rows)


@command.command("add")
@click.argument("url")
@click.option("--name", help="Default: made from the address.")
@click.option("--outlet", default="", help="As alerts name it. Default: the name.")
@click.option("--publisher", default="", help="Who stands behind it. Default: the outlet.")
@click.option("--language", default="", help="A language code. Default: en.")
@click.option("--tag", "tags", multiple=True, help="May be repeated.")
@click.option("--interval", default="", help='Time between two polls, such as "5m".')
@click.option("--timezone", default="", help="Where the outlet writes (IANA). Default: Asia/Karachi.")
@click.option("--allow-private", is_flag=True, help="The address may lie in a private network.")
@click.option("--untested", is_flag=True, help="Add it without fetching it first.")
@config_option
@click.pass_context
def add(ctx: click.Context, /, *, url: str, name: str | None, untested: bool, **keys: object) -> None:
    """Fetch URL once, and add it to the config if it is a feed. Comments in the config stay."""
    from monitor.cli.editing import add_feed
    from monitor.config import load_config

    config = the_config(ctx)
    table = {key: value for key, value in _in_file_order(keys | {"name": name or _free_name(url, config), "url": url}) if value}
    if not untested:
        note(f"fetching {_shown_address(url)} …")
        _must_be_a_feed(url, config, allow_private=bool(keys["allow_private"]))
    add_feed(config.source, table, tested_on=None if untested else now_utc().date())
    for warning in load_config(config.source).warnings:
        if f'feed "{table["name"]}"' in warning.what:
            note(str(warning))
    say(f'added feed "{table["name"]}" to {config.source}; {_takes_effect(config)}')


def _must_be_a_feed(url: str, config: Config, *, allow_private: bool) -> None:
    from monitor.cli.probe import probe
    from monitor.feeds.fetch import Fetcher
    from monitor.model import Feed

    async def one() -> None:
        fetcher = Fetcher(user_agent=config.user_agent, deadline_s=config.polling.deadline_s, max_bytes=config.polling.max_bytes)
        try:
            found = await probe(fetcher, Feed(name="new", url=url, allow_private=allow_private), now=now_utc())
        finally:
            await fetcher.aclose()
        if not found.ok:
            raise MonitorError(f"{_shown_address(url)}: {found.status}; not added; --untested adds it all the same")
        newest = f", newest {local(found.newest, config.timezone)}" if found.newest else ""
        note(f"a feed with {found.items} items{newest}")

    asyncio.run(one())


@command.command("remove")
@click.argument("name")
@click.option("--forget", is_flag=True, help="Forget its state too; should it come back, it starts as a new feed.")
@config_option
@click.pass_context
def remove(ctx: click.Context, /, *, name: str, forget: bool) -> None:
    """Take a feed out of the config. Its items stay."""
    from monitor.cli.editing import remove_feed

    config = the_config(ctx)
    feed: Feed | None = next((feed for feed in (*config.feeds, *config.feeds_off) if feed.name == name), None)
    if feed is None:
        import difflib

        close = difflib.get_close_matches(name, list(config.feed_index), n=1)
        raise UsageError(f'no feed "{name}" in {config.source}' + (f'; did you mean "{close[0]}"?' if close else ""))
    remove_feed(config, name)
    if forget and config.database.exists():
        from monitor.store.feeds import forget_feed_state

        with opened(config, write=True) as db:
            forget_feed_state(db, feed.url)
    say(f'removed feed "{name}" from {config.source}; {_takes_effect(config)}')


def _in_file_order(keys: dict[str, object]) -> list[tuple[str, object]]:
    from monitor.config.sections import FeedSection, section_keys

    order = list(section_keys(FeedSection))
    return sorted(keys.items(), key=lambda pair: order.index(pair[0]))


def _takes_effect(config: Config) -> str:
    from monitor.store.lock import is_locked

    return "the running daemon takes it up within seconds" if is_locked(config.database) else "it counts from the next start"


def _free_name(url: str, config: Config) -> str:
    """A name out of the host, with a number where it is taken."""
    host = (urlsplit(url).hostname or "feed").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    base = host.split(".")[0]
    base = base if any(c.isalpha() for c in base) else "feed"
    taken = {name.casefold() for name in config.feed_index}
    return next(name for n in range(1, 10_000) if (name := base if n == 1 else f"{base}-{n}").casefold() not in taken)


def _shown_address(url: str) -> str:
    from monitor.feeds.mask import masked

    return masked(url)
