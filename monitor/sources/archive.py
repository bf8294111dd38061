"""A feed and its archive, page after page into the past, as politely as the daemon polls."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.feeds.archives import older_page
from monitor.feeds.mask import masked
from monitor.feeds.records import FeedBody, Page, Record
from monitor.model import BadItem, Feed, FeedState, Fetched, Item

if TYPE_CHECKING:
    from monitor.feeds.fetch import Fetcher
    from monitor.sources import Reach

MAX_PAGES = 20_000
TRIES = 4
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0  # what a server may ask for; a longer wait is left to the next run
_PASSING = (None, 408, 425, 429, 500, 502, 503, 504)
_FILES = (".jsonl", ".ndjson", ".csv", ".tsv", ".jsonl.gz", ".ndjson.gz", ".csv.gz", ".tsv.gz", ".warc", ".warc.gz")
# Down to its end.
WHOLE = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


@dataclass(slots=True, kw_only=True)
class ArchiveWalk:
    """How far a walk has come, so that one that was stopped goes on there. `covered` is the time down to which it has taken
    all there was (WHOLE: to the end), once it is over."""

    next_url: str = ""
    page: int = 0
    covered: dt.datetime | None = None


class Polite:
    """One fetcher for all pages of a backfill, with the limits of the daemon's; a page that fails for a while is tried again."""

    def __init__(self, *, make: Callable[[], Fetcher], stopped: Callable[[], bool] = lambda: False) -> None:
        self._make = make
        self._stopped = stopped
        self._runner = asyncio.Runner()
        self._fetcher: Fetcher | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        if self._fetcher is not None:
            self._runner.run(self._fetcher.aclose())
        self._runner.close()

    def get(self, feed: Feed, *, now: dt.datetime) -> Fetched:
        """The body at the feed's address. Raises FetchError when it cannot be had, also after the pauses that the server asked for."""
        if self._fetcher is None:
            self._fetcher = self._make()
        pause_s = FIRST_PAUSE_S
        for left in reversed(range(TRIES)):
            try:
                fetched = self._runner.run(self._fetcher.fetch(feed, FeedState(url=feed.url), now=now, full=True))
            except FetchError as error:
                wait_s = max(error.retry_after_s or 0.0, pause_s if error.retry_after_s is None else 0.0)
                if not left or error.barred or error.status not in _PASSING or wait_s > LONGEST_PAUSE_S or not self._rest(wait_s):
                    raise
                pause_s *= 4
                continue
            if isinstance(fetched, Fetched):
                return fetched
        raise FetchError("answered 304 to a request without validators")

    def _rest(self, seconds: float) -> bool:
        """Wait; False where the user asked to stop meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._stopped():
                return False
            time.sleep(min(left, 0.2))
        return True


def walk(feed: Feed, reach: Reach, walked: ArchiveWalk, *, address: str = "") -> Iterator[Record | Item | BadItem]:
    """The entries of a feed and of all older pages, as far as `since`, or as the first page whose entries are all stored already.

    The first page never ends the walk: a daemon has stored it. A known page ends it only where an earlier walk went on from there as far
    as this one is to go. `address` is what the user gave in place of a feed's name: it may also lead to a page or a file.
    """
    url, seen = walked.next_url or feed.url, {""}
    first: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    while url and walked.page < MAX_PAGES:
        if reach.stopped():
            return
        try:
            fetched = reach.polite.get(dataclasses.replace(feed, url=url), now=reach.now)
        except FetchError as error:
            if walked.page and error.status in (404, 410):
                walked.next_url, walked.covered = "", WHOLE  # the way WordPress ends
            else:
                yield BadItem(where=masked(url), reason=f"{error}; older pages were not taken" if walked.page else str(error))
            return
        if address and not walked.page and (other := _no_feed(fetched, address)):
            yield from _taken_whole(fetched, other, reach)
            return
        walked.page += 1
        body = FeedBody(
            where=masked(url),
            body=fetched.body,
            url=fetched.final_url,
            feed=feed,
            at=reach.now,
            content_type=fetched.headers.get("content-type", ""),
        )
        found = [one for one in reach.parse(body) if isinstance(one, Item | BadItem)]
        items = [one for one in found if isinstance(one, Item)]
        keys = frozenset(item.key for item in items)
        if keys and keys in (first, before):
            # The same page again under another number: the server knows no pages.
            walked.next_url, walked.covered = "", WHOLE
            return
        taken = [item for item in items if reach.passes(feed, item)]
        yield from (one for one in found if isinstance(one, BadItem))
        yield from taken
        seen.add(url)
        older = older_page(fetched.body, url=fetched.final_url, page=walked.page)
        if not older or older in seen:
            walked.next_url, walked.covered = "", WHOLE
            return
        first, before = first or keys, keys
        if (reached := _far_enough(feed, items, taken, reach, page=walked.page)) is not None:
            walked.next_url, walked.covered = "", reached
            return
        url = walked.next_url = older


def _far_enough(feed: Feed, items: list[Item], taken: list[Item], reach: Reach, *, page: int) -> dt.datetime | None:
    """The time down to which all is known, where that is as far as the walk is to go; else None. `taken` are those of a page's items
    that the feed's filter lets in."""
    times = [item.published_at for item in items if item.published_at is not None]
    if reach.since is not None and times and max(times) < reach.since:
        return reach.since
    covered = reach.covered(feed.url) if page > 1 and taken else None
    if covered is not None and covered <= (reach.since or WHOLE) and reach.known(taken) == len(taken):
        return covered
    return None


def _no_feed(fetched: Fetched, url: str) -> str:
    """What an address leads to instead of a feed: the ending of a file's name, ".html" for a page, "" for a feed."""
    path = urlsplit(url).path.lower()
    if ending := next((ending for ending in _FILES if path.endswith(ending)), ""):
        return ending
    begin = fetched.body[:2000].lower()
    return ".html" if b"<html" in begin or b"<!doctype html" in begin else ""


def _taken_whole(fetched: Fetched, ending: str, reach: Reach) -> Iterator[Any]:
    shown = masked(fetched.url)
    if ending == ".html":
        yield Page(where=shown, body=fetched.body, url=fetched.final_url, content_type=fetched.headers.get("content-type", ""))
        return
    from monitor.sources.files import records_of_file

    with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
        path = Path(folder) / f"fetched{ending}"
        path.write_bytes(fetched.body)
        yield from records_of_file(path, reach, name=shown)
