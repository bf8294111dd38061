"""The article of a short item that could be about an attack, for feeds with `full_text`: asked for once, politely, within a bound.

Whatever goes wrong, the item is read as the feed gave it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.errors import FetchError, ParseError, ReadingFailed
from monitor.feeds.articles import parse_page
from monitor.feeds.fetch import Fetcher
from monitor.feeds.mask import masked
from monitor.feeds.robots import MAX_BYTES, allowed, has_no_rules
from monitor.items import clock_of
from monitor.log import logger
from monitor.model import Feed, FeedState, Fetched, Item
from monitor.store.articles import article_tries, keep_article_try
from monitor.text.triggers import has_trigger
from monitor.worker import ReadingWorker
from monitor.writer import Writer

TEASER = 1_500  # characters; a longer item is an article already
MAX_ARTICLES = 8  # a poll
MAX_TRIES = 3  # an item, over its versions
PATIENCE_S = 20.0  # that all articles of a poll may take: an alert waits no longer for them
ROBOTS_FOR_S = 24 * 3600.0
NO_ROBOTS_FOR_S = 3600.0
MAX_SITES = 500
LONGEST_DELAY_S = 5.0


@dataclass(slots=True)
class _Site:
    """A site's robots.txt until it is to be asked for again, and when its next page may be fetched."""

    lock: asyncio.Lock
    robots: bytes = b""
    closed: str = ""  # why the site is left alone, where its rules could not be had
    until: float = 0.0
    next_at: float = 0.0


class FullText:
    """Keeps the robots.txt of the sites that it has asked."""

    def __init__(self, db: Writer, *, clock: Callable[[], dt.datetime], patience_s: float = PATIENCE_S) -> None:
        self._db = db
        self._clock = clock
        self._patience_s = patience_s
        self._sites: dict[str, _Site] = {}

    async def with_articles(
        self, feed: Feed, items: Sequence[Item], *, fetcher: Fetcher, worker: ReadingWorker, first_fetch: bool
    ) -> list[Item]:
        """The items in their order, those that matter with the article in place of their content.

        An item keeps the hash of the feed's own words, by which an edit is known. Its article is asked for once a version.
        """
        now = self._clock()
        wanted = [item for item in items if _matters(item) and clock_of(item, seen_at=now, backfill=False, first_fetch=first_fetch)[1]]
        if not wanted:
            return list(items)
        tries = await self._db.call(article_tries, [item.key for item in wanted])
        wanted = [item for item in wanted if tries.get(item.key, 0) < MAX_TRIES][:MAX_ARTICLES]
        asked = {item.key: asyncio.create_task(self._article(feed, item, fetcher, worker)) for item in wanted}
        try:
            if asked:
                await asyncio.wait(asked.values(), timeout=self._patience_s)
        finally:
            for task in asked.values():
                task.cancel()
            await asyncio.gather(*asked.values(), return_exceptions=True)
        return [await self._filled(feed, item, asked[item.key]) if item.key in asked else item for item in items]

    async def _filled(self, feed: Feed, item: Item, asked: asyncio.Task[str]) -> Item:
        text, error = "", f"the article was not there within {self._patience_s:g} s"
        if not asked.cancelled():
            failure = asked.exception()
            if failure is None:
                text, error = asked.result(), ""
            elif isinstance(failure, FetchError | ParseError | ReadingFailed):
                error = str(failure)
            else:  # a bug met by one page must not stop the feed
                error = f"{type(failure).__name__}: {failure}"
        if not error and len(text) <= len(item.text):
            error = "the article says no more than the feed"
        await self._db.call(keep_article_try, item.key, error or None, at=self._clock())
        words = {"error": error} if error else {"characters": len(text)}
        logger().info("article", feed=feed.name, item=masked(item.id), status="left" if error else "taken", **words)
        return item if error else replace(item, content=text)

    async def _article(self, feed: Feed, item: Item, fetcher: Fetcher, worker: ReadingWorker) -> str:
        link = item.link or ""
        await self._leave(feed, link, fetcher, worker)
        page = Feed(name=feed.name, url=link, allow_private=feed.allow_private)
        fetched = await fetcher.fetch(page, FeedState(url=link), now=self._clock(), full=True)
        if not isinstance(fetched, Fetched):
            raise FetchError("the article's address answers without an article")
        if _origin(fetched.final_url) != _origin(link):
            await self._leave(feed, fetched.final_url, fetcher, worker)
        return await worker.do(_text_of, fetched.body, fetched.final_url, fetched.headers.get("content-type", ""))

    async def _leave(self, feed: Feed, url: str, fetcher: Fetcher, worker: ReadingWorker) -> None:
        """Wait until the address's site lets it be fetched. Raises FetchError where it does not."""
        site = await self._site(feed, url, fetcher)
        if site.closed:
            raise FetchError(f"the site's robots.txt, which may forbid the article, cannot be had: {site.closed}")
        may, delay_s = await worker.do(allowed, site.robots, url)
        if not may:
            raise FetchError("the site's robots.txt does not allow the article")
        if delay_s > LONGEST_DELAY_S:
            raise FetchError(f"the site's robots.txt wants {delay_s:g} s between two visits, more than news can wait")
        async with site.lock:  # the pause is kept between any two
            pause_s = site.next_at - time.monotonic()
            if pause_s > 0:
                await asyncio.sleep(pause_s)
            site.next_at = time.monotonic() + delay_s

    async def _site(self, feed: Feed, url: str, fetcher: Fetcher) -> _Site:
        """The rules of an address's site, asked for at most once a day."""
        origin = _origin(url)
        site = self._sites.get(origin)
        if site is None:
            if len(self._sites) >= MAX_SITES:
                self._sites.pop(min(self._sites, key=lambda name: self._sites[name].until))
            site = self._sites[origin] = _Site(asyncio.Lock())
        async with site.lock:
            if time.monotonic() < site.until:
                return site
            address = f"{origin}/robots.txt"
            try:
                ask = Feed(name=feed.name, url=address, allow_private=feed.allow_private)
                answer = await fetcher.fetch(ask, FeedState(url=address), now=self._clock(), full=True)
                site.robots, site.closed = (answer.body[:MAX_BYTES] if isinstance(answer, Fetched) else b""), ""
                kept_s = ROBOTS_FOR_S
            except FetchError as error:
                if error.barred:
                    raise  # this feed may not go there; another may
                site.robots, site.closed = b"", "" if has_no_rules(error.status) else str(error)
                kept_s = NO_ROBOTS_FOR_S
            site.until = time.monotonic() + kept_s
        return site


def _matters(item: Item) -> bool:
    return item.link is not None and len(item.text) < TEASER and has_trigger(item.title, item.summary, item.content)


def _text_of(body: bytes, url: str, content_type: str) -> str:
    return parse_page(body, name=url, url=url, content_type=content_type).content


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
