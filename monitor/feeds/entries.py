"""One entry of a feed, whatever its format → an `Item`. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from monitor.feeds.mask import masked
from monitor.items import canonical_link, content_hash, identify, usable_time
from monitor.markup import plain_text
from monitor.model import BadItem, Feed, Item

MAX_ENTRIES = 5_000
MAX_TEXT = 400_000  # characters of markup in one field: some fifty times a long article
MAX_NAME = 2_000  # characters of a GUID, a link, a title's worth of a name
_WEB = ("http://", "https://")
# Absolute as it stands, with nothing that joining it to a base would spell otherwise.
_PLAIN_LINK = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9_~/%.-]*)?(?:\?[A-Za-z0-9_~/%.=&-]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an entry says of itself, still as markup; `base` is what its links are relative to.

    `source_name` and `source_url` name the outlet that an aggregator took it from.
    """

    title: str = ""
    summary: str = ""
    content: str = ""
    link: str | None = None
    guid: str | None = None
    published_at: dt.datetime | None = None
    base: str = ""
    source_name: str = ""
    source_url: str = ""


class EmptyEntryError(ValueError):
    """An entry without any text."""


def taken(entries: list[Entry]) -> tuple[list[Entry], list[BadItem]]:
    """Bound the number of entries. Of too many the newest are kept: the first ones, or the last ones where the dates rise."""
    if len(entries) <= MAX_ENTRIES:
        return entries, []
    first, last = entries[0].published_at, entries[-1].published_at
    rising = first is not None and last is not None and last > first
    kept = entries[-MAX_ENTRIES:] if rising else entries[:MAX_ENTRIES]
    reason = f"{len(entries):,} entries; the {'last' if rising else 'first'} {MAX_ENTRIES:,} were taken, the others left"
    return kept, [BadItem(where="feed", reason=reason)]


def with_sound_guids(entries: Iterable[Entry]) -> list[Entry]:
    """Take the GUID from entries that share it with an entry on another page: some feeds give all entries the same one."""
    entries = list(entries)
    pages: dict[str, set[str]] = {}
    for entry in entries:
        if entry.guid:
            pages.setdefault(entry.guid, set()).add(_page(entry))
    return [dataclasses.replace(entry, guid=None) if entry.guid and len(pages[entry.guid]) > 1 else entry for entry in entries]


def _page(entry: Entry) -> str:
    return canonical_link(entry.link) if entry.link else f"{entry.title}\0{entry.published_at}"


def items_of(entries: Iterable[tuple[str, Entry]], feed: Feed, *, seen_at: dt.datetime) -> tuple[list[Item], list[BadItem]]:
    """Turn entries, each with the words that name its place, into items; one that cannot be taken costs nobody else."""
    items: dict[str, Item] = {}
    bad: list[BadItem] = []
    for where, entry in entries:
        try:
            item = item_of(entry, feed, seen_at=seen_at)
        except MemoryError:
            raise
        except Exception as error:
            bad.append(BadItem(where=where, reason=str(error) or type(error).__name__))
            continue
        items.setdefault(item.key, item)
        bad.extend(_cuts(where, entry))
    return list(items.values()), bad


def item_of(entry: Entry, feed: Feed, *, seen_at: dt.datetime) -> Item:
    """Raises EmptyEntryError where neither title nor summary nor content has a word."""
    title = _headline(entry)
    summary = plain_text(entry.summary[:MAX_TEXT])
    content = plain_text(entry.content[:MAX_TEXT])
    if not (title or summary or content):
        raise EmptyEntryError("no title, summary or content")
    summary, content = _without_repeats(title, summary, content)
    link = web_link(entry.link, entry.base) or web_link(entry.guid, "")
    guid = " ".join(entry.guid.split())[:MAX_NAME] if entry.guid and entry.guid.strip() else None
    outlet, publisher = _voice(entry, feed)
    key = identify(feed_url=feed.url, guid=guid, link=link, title=title, summary=summary, content=content)
    return Item(
        key=key,
        id=guid or link or key,
        title=title,
        summary=summary,
        content=content,
        link=link,
        guid=guid,
        published_at=usable_time(entry.published_at, seen_at=seen_at),
        feed=feed.name,
        outlet=outlet,
        publisher=publisher,
        language=feed.language,
        timezone=feed.timezone,
        tags=feed.tags,
        content_hash=content_hash(title, summary, content),
    )


def _headline(entry: Entry) -> str:
    """The title on one line, without the outlet's name that aggregators hang on ("… - The Wire")."""
    title = " ".join(plain_text(entry.title[:MAX_TEXT]).split())
    outlet = " ".join(plain_text(entry.source_name[:MAX_NAME]).split())
    for dash in "-–—|":
        if outlet and title.endswith(f" {dash} {outlet}"):
            return title.removesuffix(f" {dash} {outlet}").rstrip()
    return title


def _without_repeats(title: str, summary: str, content: str) -> tuple[str, str]:
    """Drop a summary that only says the title, or the beginning of the content, again: its toll would be read twice."""
    opening = summary.rstrip("….[] \n").removesuffix("...").rstrip()
    flat = " ".join(content.split())
    if content and flat.startswith(" ".join(opening.split())):
        summary = ""
    if " ".join(summary.split()) == title:
        summary = ""
    return summary, "" if flat == title else content


def web_link(link: str | None, base: str) -> str | None:
    """An absolute http or https address, resolved against `base`; None for everything else (`javascript:`, `mailto:`, no host)."""
    if not link or not link.strip():
        return None
    if _PLAIN_LINK.fullmatch(link):
        return link[:MAX_NAME]
    try:
        absolute = urljoin(base, "".join(link.split())) if base else "".join(link.split())
        host = urlsplit(absolute).hostname
    except ValueError:
        return None
    return absolute[:MAX_NAME] if absolute.lower().startswith(_WEB) and host else None


def _voice(entry: Entry, feed: Feed) -> tuple[str, str]:
    """Outlet and publisher: the feed's, or for an aggregator's entry the outlet that the entry came from."""
    name = " ".join(plain_text(entry.source_name[:MAX_NAME]).split())
    if not name or name.casefold() == feed.outlet.casefold():
        return feed.outlet, feed.publisher
    if not entry.source_url:
        return (feed.outlet, feed.publisher) if feed.outlet else (name, name)
    return (feed.outlet, feed.publisher) if _site(entry.source_url) == _site(feed.url) else (name, name)


def _site(url: str) -> str:
    """The last two labels of a host, three below a country's second level (`tribune.com.pk`)."""
    try:
        labels = (urlsplit(url).hostname or "").lower().split(".")
    except ValueError:
        return ""
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if short else -2 :])


def _cuts(where: str, entry: Entry) -> Iterator[BadItem]:
    for name in ("title", "summary", "content"):
        size = len(getattr(entry, name))
        if size > MAX_TEXT:
            yield BadItem(where=where, reason=f"{name} has {size:,} characters; the first {MAX_TEXT:,} were taken")


def named(number: int, entry: Entry) -> str:
    """Where an entry stands, for a message: `entry 3 (https://…)`."""
    name = entry.guid or entry.link or " ".join(entry.title.split())
    return f"entry {number} ({masked(name)[:120]})" if name else f"entry {number}"
