"""From an address to its feed: fetched once; where it is a page, what the page offers is tried."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.cli.probe import Probe, probe
from monitor.config import Config
from monitor.errors import FetchError, ParseError
from monitor.feeds.discover import Offer, guesses, offers
from monitor.feeds.fetch import Fetcher
from monitor.feeds.parse import parse_feed
from monitor.model import Feed, FeedState, Fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """`feeds` are those that answer as a feed, each with the title its page gives it. Without any, `why` says what was met.

    `direct`: the address is itself a feed; `private`: it lies in a private network, and that was not allowed; `page`: it is a web page
    that leads to no feed.
    """

    feeds: tuple[tuple[Probe, str], ...] = ()
    direct: bool = False
    private: bool = False
    page: bool = False
    why: str = ""


def discover(url: str, config: Config, *, allow_private: bool, now: dt.datetime, say: Callable[[str], None]) -> Discovery:
    """Fetch an address and, where it is a web page, the feeds that it names, or else those at the usual paths."""

    async def found() -> Discovery:
        fetcher = Fetcher(user_agent=config.user_agent, deadline_s=config.polling.deadline_s, max_bytes=config.polling.max_bytes)
        try:
            return await _discovered(fetcher, Feed(name="new", url=url, allow_private=allow_private), now=now, say=say)
        finally:
            await fetcher.aclose()

    return asyncio.run(found())


async def _discovered(fetcher: Fetcher, page: Feed, *, now: dt.datetime, say: Callable[[str], None]) -> Discovery:
    try:
        fetched = await fetcher.fetch(page, FeedState(url=page.url), now=now, full=True)
    except FetchError as error:
        return Discovery(why=str(error), private=error.private)
    if not isinstance(fetched, Fetched):
        return Discovery(why="answered 304 to a request without validators")
    try:
        items, bad = await asyncio.to_thread(parse_feed, fetched, page)
    except ParseError as error:
        why, is_page = str(error), error.page
    else:
        if not items:
            return Discovery(why=f"no item that can be taken ({bad[0].reason})" if bad else "a feed without items")
        newest = max((item.published_at for item in items if item.published_at), default=None)
        return Discovery(feeds=((Probe(feed=page, ok=True, status="ok", items=len(items), newest=newest), ""),), direct=True)
    named = offers(fetched.body, url=fetched.final_url)
    if named:
        say(f"a web page that names {len(named)} feed{'s' if len(named) > 1 else ''} …")
        feeds = await _tried(fetcher, page, named, now=now)
        return Discovery(feeds=feeds, page=not feeds, why="a web page, and none of the feeds that it names answers as one")
    say("a web page that names no feed; trying the usual addresses …")
    feeds = await _tried(fetcher, page, [Offer(url=one) for one in guesses(fetched.final_url)], now=now, first_only=True)
    return Discovery(feeds=feeds, page=is_page and not feeds, why=why)


async def _tried(
    fetcher: Fetcher, page: Feed, named: Sequence[Offer], *, now: dt.datetime, first_only: bool = False
) -> tuple[tuple[Probe, str], ...]:
    """Those that are feeds, in order; `first_only` stops at the first one."""
    feeds = []
    for offer in named:
        one = await probe(fetcher, Feed(name="new", url=offer.url, allow_private=page.allow_private), now=now)
        if one.ok:
            feeds.append((one, offer.title))
            if first_only:
                break
    return tuple(feeds)
