"""Where a backfill's items come from: files, folders, feed addresses, what is stored. Reads, and decides nothing.

Every record that cannot be taken is handed to `on_bad` with its file and line; the rest goes on.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from monitor.errors import FetchError, ParseError, UsageError
from monitor.feeds.documents import parse_document, parse_jsonl_line
from monitor.feeds.parse import parse_feed
from monitor.model import BadItem, Feed, FeedState, Fetched, Item

DOCUMENT_SUFFIXES = (".txt", ".md", ".text")
FEED_SUFFIXES = (".xml", ".rss", ".atom", ".rdf", ".json")

OnBad = Callable[[BadItem], None]


def items_of(source: str, *, feeds: Sequence[Feed], user_agent: str, on_bad: OnBad, now: dt.datetime) -> Iterator[Item]:
    """All items of one source: `-`, a feed's name, a URL, a file or a folder.

    Raises:
        UsageError: the source is none of these, or a file of a kind that is not known.
    """
    named = next((feed for feed in feeds if feed.name == source), None)
    if named is not None:
        return _from_feed(named, user_agent=user_agent, on_bad=on_bad, now=now)
    if source.startswith(("http://", "https://")):
        return _from_feed(Feed(name=source, url=source), user_agent=user_agent, on_bad=on_bad, now=now)
    if source == "-":
        return _from_lines(sys.stdin, name="standard input", on_bad=on_bad)
    path = Path(source)
    if path.is_dir():
        return _from_folder(path, on_bad=on_bad, now=now)
    if path.is_file():
        return _from_file(path, on_bad=on_bad, now=now)
    raise UsageError(
        f'source "{source}" is unknown; expected a file, a folder, a URL or the name of a feed in the config; check the spelling'
    )


def _from_folder(folder: Path, *, on_bad: OnBad, now: dt.datetime) -> Iterator[Item]:
    """Every file below the folder whose kind is known, by name; hidden files and others are passed over and named."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        if path.suffix.lower() in (*DOCUMENT_SUFFIXES, *FEED_SUFFIXES, ".jsonl"):
            yield from _from_file(path, on_bad=on_bad, now=now)
        else:
            on_bad(BadItem(where=str(path), reason=f"a {path.suffix or 'file without a suffix'} is not read; expected {_known()}"))


def _known() -> str:
    return ", ".join((".jsonl", *FEED_SUFFIXES, *DOCUMENT_SUFFIXES))


def _from_file(path: Path, *, on_bad: OnBad, now: dt.datetime) -> Iterator[Item]:
    suffix = path.suffix.lower()
    try:
        if suffix == ".jsonl":
            with path.open(encoding="utf-8", errors="replace") as lines:
                yield from _from_lines(lines, name=str(path), on_bad=on_bad)
        elif suffix in FEED_SUFFIXES:
            yield from _from_feed_file(path, on_bad=on_bad, now=now)
        else:
            yield parse_document(path.read_text(encoding="utf-8", errors="replace"), name=path.name)
    except (OSError, ParseError) as error:
        on_bad(BadItem(where=str(path), reason=str(error)))


def _from_lines(lines: Iterator[str] | object, *, name: str, on_bad: OnBad) -> Iterator[Item]:
    for number, line in enumerate(lines, start=1):  # type: ignore[arg-type, var-annotated]
        if not line.strip():
            continue
        item = parse_jsonl_line(line, where=f"{name}:{number}")
        if isinstance(item, BadItem):
            on_bad(item)
        else:
            yield item


def _from_feed_file(path: Path, *, on_bad: OnBad, now: dt.datetime) -> Iterator[Item]:
    fetched = Fetched(
        url=path.resolve().as_uri(),
        final_url=path.resolve().as_uri(),
        status=200,
        headers={},
        body=path.read_bytes(),
        fetched_at=now,
        elapsed_s=0.0,
    )
    items, bad = parse_feed(fetched, Feed(name=path.stem, url=fetched.url))
    for one in bad:
        on_bad(BadItem(where=f"{path}: {one.where}", reason=one.reason))
    yield from items


def _from_feed(feed: Feed, *, user_agent: str, on_bad: OnBad, now: dt.datetime) -> Iterator[Item]:
    from monitor.feeds.fetch import Fetcher

    async def fetch() -> Fetched:
        fetcher = Fetcher(user_agent=user_agent)
        try:
            fetched = await fetcher.fetch(feed, FeedState(url=feed.url), now=now, full=True)
        finally:
            await fetcher.aclose()
        if not isinstance(fetched, Fetched):
            raise FetchError(f"{feed.url}: answered 304 to a request without validators")
        return fetched

    try:
        items, bad = parse_feed(asyncio.run(fetch()), feed)
    except (FetchError, ParseError) as error:
        on_bad(BadItem(where=feed.url, reason=str(error)))
        return
    for one in bad:
        on_bad(BadItem(where=f"{feed.url}: {one.where}", reason=one.reason))
    yield from items
