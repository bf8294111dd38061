"""One fetch of a feed to see whether it answers; nothing is stored."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from monitor.config import Config
from monitor.errors import FetchError, ParseError
from monitor.feeds.fetch import Fetcher
from monitor.feeds.parse import parse_feed
from monitor.model import Feed, FeedState, Fetched

_SEEN = re.compile(r"#\s*(?:untested|seen \d{4}-\d\d-\d\d)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a feed came to: `status` is "ok" or the reason in words; `newest` is its newest item's date."""

    feed: Feed
    ok: bool
    status: str
    items: int = 0
    newest: dt.datetime | None = None


async def probe_all(config: Config, *, now: dt.datetime) -> list[Probe]:
    """Fetch every feed of the config once, politely, side by side; in their order."""
    fetcher = Fetcher(
        user_agent=config.user_agent,
        deadline_s=config.polling.deadline_s,
        max_bytes=config.polling.max_bytes,
        per_host=config.polling.per_host,
        total=config.polling.concurrency,
    )
    try:
        return list(await asyncio.gather(*(probe(fetcher, feed, now=now) for feed in config.feeds)))
    finally:
        await fetcher.aclose()


async def probe(fetcher: Fetcher, feed: Feed, *, now: dt.datetime) -> Probe:
    try:
        fetched = await fetcher.fetch(feed, FeedState(url=feed.url), now=now, full=True)
        if not isinstance(fetched, Fetched):
            return Probe(feed=feed, ok=False, status="answered 304 to a request without validators")
        items, bad = await asyncio.to_thread(parse_feed, fetched, feed)
    except (FetchError, ParseError) as error:
        return Probe(feed=feed, ok=False, status=str(error))
    if not items:
        return Probe(feed=feed, ok=False, status=f"no item that can be taken ({bad[0].reason})" if bad else "a feed without items")
    newest = max((item.published_at for item in items if item.published_at), default=None)
    return Probe(feed=feed, ok=True, status="ok", items=len(items), newest=newest)


def mark_seen(config: Config, names: Collection[str], *, on: dt.date) -> int:
    """Turn the comment "untested" (or an older date) beside an address into "seen" and today's date; how many were changed.

    Only such comments are touched, and nothing where the file cannot be written or has changed since it was read.
    """
    try:
        before = config.source.read_bytes()
        lines = before.decode("utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        return 0
    changed = 0
    for name in names:
        mark = config.marks.get(("feeds", config.feed_index[name], "url"))
        if mark is None or mark.value[0] > len(lines):
            continue
        line = lines[mark.value[0] - 1]
        body, ending = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
        seen = _SEEN.sub(f"# seen {on.isoformat()}", body)
        if seen != body and '"' in body:
            lines[mark.value[0] - 1] = seen + ending
            changed += 1
    return changed if changed and replace_file(config.source, before, "".join(lines).encode()) else 0


def replace_file(path: Path, before: bytes, after: bytes) -> bool:
    """Put `after` in place of `before` at once and for good, keeping owner and mode; False where that is not possible."""
    try:
        if path.read_bytes() != before:
            return False
        status = path.stat()
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), status.st_mode & 0o7777)
                if os.geteuid() == 0:
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
                Path(file.name).replace(path.resolve())
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError:
        return False
    return True
