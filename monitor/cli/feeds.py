"""`monitor feeds`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from monitor.cli.common import (
    ListByDefault,
    Styled,
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
from monitor.cli.schedule import schedule
from monitor.cli.subscriptions import export_opml, free_name, import_opml, name_of, takes_effect
from monitor.errors import MonitorError, UsageError

if TYPE_CHECKING:
    import datetime as dt

    from monitor.config import Config
    from monitor.feeds.habit import Figures
    from monitor.feeds.health import FeedHealth
    from monitor.model import Feed, FeedState
    from monitor.store.database import Database

_HEALTH_STYLES = {"ok": "green", "failing": "red", "page": "red", "gone": "red", "late": "yellow", "silent": "yellow"}


@click.group("feeds", cls=ListByDefault)
@config_option
def command() -> None:
    """List, find, add and remove feeds; say how they do; import and export OPML."""


for _command in (schedule, import_opml, export_opml):
    command.add_command(_command)


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
                    "url": _shown_address(feed.url),
                    "outlet": feed.outlet,
                    "publisher": feed.publisher,
                    "language": feed.language,
                    "tags": list(feed.tags),
                    "interval_s": feed.interval_s,
                    "timezone": feed.timezone,
                    "include": [one.written for one in config.filters[feed.name].include] if feed.name in config.filters else [],
                    "exclude": [one.written for one in config.filters[feed.name].exclude] if feed.name in config.filters else [],
                    "full_text": feed.full_text,
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
    """How each feed does: its last success, how late and how many its items come, what went wrong, its hub, when it is next due."""
    config = the_config(ctx)
    from monitor.feeds.health import duration
    from monitor.feeds.mask import masked
    from monitor.forms import time_form

    with opened(config) as db:
        found = _found(db, config)
    if as_json:
        for one in found:
            emit(
                {
                    "name": one.feed.name,
                    "url": masked(one.feed.url),
                    "status": one.well.status,
                    "words": one.well.words,
                    "last_polled": time_form(one.state.last_polled_at),
                    "last_success": time_form(one.state.last_success_at),
                    "next_due": time_form(one.state.next_due_at),
                    "last_item": time_form(one.last_item_at),
                    "items_a_day": None if one.figures is None else round(one.figures.items_a_day, 1),
                    "delay_s": None if one.figures is None or one.figures.delay is None else round(one.figures.delay.total_seconds()),
                    "filtered": one.state.filtered,
                    "failures": one.state.failures,
                    "error": one.state.last_error,
                    "moved_to": one.state.moved_to,
                    "hub": one.hub,
                }
            )
        return
    if not found:
        say("no feed is on")
        return
    rows = [
        (
            one.feed.name,
            Styled(one.well.status, _HEALTH_STYLES.get(one.well.status, "")),
            f"{one.well.words}; {one.hub}" if one.hub else one.well.words,
            local(one.state.last_success_at, config.timezone),
            local(one.last_item_at, config.timezone),
            f"{one.figures.items_a_day:.1f}" if one.figures else "",
            duration(one.figures.delay) if one.figures and one.figures.delay is not None else "",
            local(one.state.next_due_at, config.timezone),
        )
        for one in found
    ]
    show_table(
        ("feed", "status", "", "last success", "last item", "items a day", "delay", "next due"), rows, right=("items a day", "delay")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A feed with what the database knows of it; `hub`: how it stands with its hub (WebSub), in words."""

    feed: Feed
    state: FeedState
    well: FeedHealth
    last_item_at: dt.datetime | None
    figures: Figures | None
    hub: str | None


def _found(db: Database, config: Config) -> list[_Found]:
    from monitor.feeds.habit import FIGURES_WINDOW, WINDOW, figures, silence_limit
    from monitor.feeds.health import health
    from monitor.feeds.websub import in_words
    from monitor.model import FeedState
    from monitor.store.feeds import arrivals, came, feed_states
    from monitor.store.hubs import subscriptions
    from monitor.store.items import last_item_times

    states, last_items, now = feed_states(db), last_item_times(db), now_utc()
    hubs = subscriptions(db) if config.websub.callback is not None else {}
    found = []
    for feed in config.feeds:
        state = states.get(feed.url) or FeedState(url=feed.url)
        last, hub = last_items.get(feed.name), hubs.get(feed.url)
        limit = silence_limit(arrivals(db, feed.name, since=last - WINDOW)) if last else None
        # What came with the first fetch says nothing of how late it was.
        since = max(now - FIGURES_WINDOW, state.first_success_at) if state.first_success_at else None
        found.append(
            _Found(
                feed=feed,
                state=state,
                well=health(state, feed, now=now, last_item_at=last, silence_limit=limit),
                last_item_at=last,
                figures=figures(came(db, feed.name, since=since), since=since, now=now) if since else None,
                hub=in_words(hub, now=now) if hub else None,
            )
        )
    return found


@command.command("add")
@click.argument("url", metavar="URL|PAGE")
@click.option("--name", help="Default: made from the address.")
@click.option("--outlet", default="", help="As alerts name it. Default: the name.")
@click.option("--publisher", default="", help="Who stands behind it. Default: the outlet.")
@click.option("--language", default="", help="A language code. Default: en.")
@click.option("--tag", "tags", multiple=True, help="May be repeated.")
@click.option("--interval", default="", help='Time between two polls, such as "5m".')
@click.option("--timezone", default="", help="Where the outlet writes (IANA). Default: Asia/Karachi.")
@click.option("--include", multiple=True, help='Take only items with these words, such as "blast*". May be repeated.')
@click.option("--exclude", multiple=True, help="Leave out items with these words. May be repeated.")
@click.option("--full-text", is_flag=True, help="Fetch the article where a short item matters.")
@click.option("--allow-private", is_flag=True, help="The address may lie in a private network.")
@click.option("--untested", is_flag=True, help="Add it without fetching it first.")
@config_option
@click.pass_context
def add(ctx: click.Context, /, *, url: str, name: str | None, untested: bool, **keys: object) -> None:
    """Fetch URL once, and add it to the config if it is a feed; of a web PAGE, the feed that it names. Comments in the config stay.

    A page that offers several feeds gets them listed, and none added.
    """
    from monitor.cli.editing import add_feeds
    from monitor.config import load_config

    config = the_config(ctx)
    if "://" not in url and "." in url.split("/", maxsplit=1)[0]:
        url = f"https://{url}"
    if not untested:
        note(f"fetching {_shown_address(url)} …")
        url = _the_feed(url, config, allow_private=bool(keys["allow_private"]))
    table = {
        key: value
        for key, value in _in_file_order(keys | {"name": name or free_name(name_of(url), config.feed_index), "url": url})
        if value
    }
    add_feeds(config.source, [table], tested_on=None if untested else now_utc().date())
    for warning in load_config(config.source).warnings:
        if f'feed "{table["name"]}"' in warning.what:
            note(str(warning))
    say(f'added feed "{table["name"]}" to {config.source}; {takes_effect(config)}')


def _the_feed(url: str, config: Config, *, allow_private: bool) -> str:
    """The address of the one feed that is meant."""
    from monitor.cli.finding import discover

    found = discover(url, config, allow_private=allow_private, now=now_utc(), say=note)
    if not found.feeds:
        remedy = "--allow-private, if that is meant, adds it so" if found.private else "--untested adds it all the same"
        if found.page:
            remedy = "it leads to no feed: add the feed's own address"
        raise MonitorError(f"{_shown_address(url)}: {found.why}; not added; {remedy}")
    if len(found.feeds) > 1:
        rows = [(one.feed.url, title, one.items, local(one.newest, config.timezone)) for one, title in found.feeds]
        show_table(("address", "title", "items", "newest"), rows, right=("items",))
        raise UsageError(f"{_shown_address(url)} offers {len(rows)} feeds; none was added; add one of these by its address")
    (one, _), *_ = found.feeds
    newest = f", newest {local(one.newest, config.timezone)}" if one.newest else ""
    at = "" if found.direct else f" at {_shown_address(one.feed.url)}"
    note(f"a feed with {count(one.items, 'item')}{newest}{at}")
    return one.feed.url


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
    say(f'removed feed "{name}" from {config.source}; {takes_effect(config)}')


def _in_file_order(keys: dict[str, object]) -> list[tuple[str, object]]:
    from monitor.config.sections import FeedSection, section_keys

    order = list(section_keys(FeedSection))
    return sorted(keys.items(), key=lambda pair: order.index(pair[0]))


def _shown_address(url: str) -> str:
    from monitor.feeds.mask import masked

    return masked(url)
