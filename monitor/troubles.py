"""Feeds that fall silent, fail for long or turn into web pages: the operator hears of each once, and once more when it is over.

What was told stands in the database, and the message goes through the queue of dispatches: a restart repeats nothing and loses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from monitor.alerts.inert import for_text
from monitor.feeds.habit import WINDOW, silence_limit
from monitor.feeds.health import Trouble, ago, health, trouble
from monitor.feeds.mask import masked
from monitor.forms import time_form
from monitor.model import Feed, FeedState
from monitor.store import feeds as feed_rows
from monitor.store import items as item_rows
from monitor.store.addresses import stored_address
from monitor.store.database import Database, writing
from monitor.store.dispatches import add_dispatch

MAX_LINES = 30
_TITLES = {"failing": "fails for long", "page": "answers with a web page", "silent": "is silent far beyond its habit"}


def look_at_feeds(db: Database, feeds: Sequence[Feed], *, channels: Collection[str], now: dt.datetime) -> list[str]:
    """Queue one message to each channel on what has changed since the last look; the titles of the messages made.

    Feeds that the config has no longer are forgotten without a word.
    """
    states, last_items, told = feed_rows.feed_states(db), item_rows.last_item_times(db), feed_rows.told_troubles(db)
    met: list[tuple[Feed, Trouble, str]] = []
    over: list[tuple[Feed, str]] = []
    for feed in feeds:
        state = states.get(feed.url)
        if state is None:
            continue
        last_item_at = last_items.get(feed.name)
        limit = _limit(db, feed, state, last_item_at, now=now)
        found = trouble(state, now=now, last_item_at=last_item_at, silence_limit=limit)
        known = stored_address(feed.url) in told
        if found is not None and not known:
            words = health(state, feed, now=now, last_item_at=last_item_at, silence_limit=limit).words
            met.append((feed, found, words))
        elif found is None and known and not state.failures:
            over.append((feed, f"its last new item came {ago(last_item_at, now=now)}" if last_item_at else "it answers again"))
    gone = told.keys() - {stored_address(feed.url) for feed in feeds}
    if not met and not over and not gone:
        return []
    with writing(db):
        for feed, found, _ in met:
            feed_rows.keep_trouble(db, feed.url, found, at=now)
        for url in (*gone, *(feed.url for feed, _ in over)):
            feed_rows.end_trouble(db, url)
        made = [(_title(met), _lines(met))] if met else []
        made += [(_back(over), _lines([(feed, "back", words) for feed, words in over]))] if over else []
        for number, (title, text) in enumerate(made):
            for channel in channels:
                key = f"feeds {time_form(now)} {channel}" + (f" {number + 1}" if number else "")
                add_dispatch(db, key=key, kind="notice", channel=channel, details={"title": title, "text": text}, at=now)
    return [title for title, _ in made]


def _limit(db: Database, feed: Feed, state: FeedState, last_item_at: dt.datetime | None, *, now: dt.datetime) -> dt.timedelta | None:
    """The habit is worth reading only of a feed that has been quiet for a day."""
    if last_item_at is None or state.last_success_at is None or state.last_success_at - last_item_at < dt.timedelta(days=1):
        return None
    return silence_limit(feed_rows.arrivals(db, feed.name, since=last_item_at - WINDOW))


def _title(met: Sequence[tuple[Feed, Trouble, str]]) -> str:
    if len(met) == 1:
        return f"feed {met[0][0].name} {_TITLES[met[0][1]]}"
    return f"{len(met)} feeds are in trouble"


def _back(over: Sequence[tuple[Feed, str]]) -> str:
    return f"feed {over[0][0].name} is back" if len(over) == 1 else f"{len(over)} feeds are back"


def _lines(told: Sequence[tuple[Feed, str, str]]) -> str:
    """The words quote what a server says: no address in them becomes a link. `monitor feeds status` has them to be copied."""
    lines = [f"{feed.name} ({masked(feed.url)}): {for_text(words)}" for feed, _, words in told[:MAX_LINES]]
    if len(told) > MAX_LINES:
        lines.append(f"and {len(told) - MAX_LINES} more: monitor feeds status")
    return "\n".join(lines)
