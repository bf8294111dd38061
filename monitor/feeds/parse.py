"""A fetched body → items and bad items. Pure; never given an address to fetch.

feedparser is the judge of everything XML: it reads what is broken; `plain` answers in its place where a feed is as it should be.
feedparser guesses what its argument is, so it only ever gets a BytesIO.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, NamedTuple
from xml.sax import SAXException

from feedparser.api import parse as parse_xml

from monitor.errors import ParseError
from monitor.feeds.dates import parse_date
from monitor.feeds.entries import Entry, items_of, named, taken, web_link, with_sound_guids
from monitor.feeds.jsonfeed import json_entries
from monitor.feeds.plain import plain_entries
from monitor.feeds.prints import PRINT, printed
from monitor.markup import plain_text
from monitor.model import BadItem, Feed, Fetched, Item

_HTML = re.compile(rb"(?i)<!doctype\s+html|<html[\s>]")
_FEED = re.compile(rb"(?i)<(?:\w+:)?(?:rss|feed|rdf|channel)[\s>]")
_TITLE = re.compile(rb"(?is)<title[^<>]{0,300}>([^<]{0,2000})</title>")
_ALTERNATE = re.compile(rb"(?is)<link\b[^<>]{0,1000}\btype=[\"']application/(?:rss|atom)\+xml[\"'][^<>]{0,1000}>")
_HREF = re.compile(rb"(?is)\bhref=[\"']([^\"']+)[\"']")
_DATES = ("published", "updated", "created")


class Parsed(NamedTuple):
    """`prints` tell what the body held; given with the feed's next body they leave out of it what is the same."""

    items: list[Item]
    bad: list[BadItem]
    prints: bytes = b""


def parse_feed(fetched: Fetched, feed: Feed) -> tuple[list[Item], list[BadItem]]:
    """Items in feed order, and what could not be taken with the reason.

    RSS 0.9x to 2.0, Atom, RDF and JSON Feed. A feed without entries is a feed. At most 5,000 entries are taken, of each text at
    most 400,000 characters; a cut is stated among the bad items. Dates that are missing, unreadable, before 1990 or in the future
    are None. Outlet, publisher, language, tags and time zone are the feed's; an aggregator's entry names its own outlet.

    Raises:
        ParseError: an HTML page, an empty body, or nothing that any feed format knows.
    """
    parsed = parse_news(fetched, feed)
    return parsed.items, parsed.bad


def parse_news(fetched: Fetched, feed: Feed, *, prints: bytes = b"") -> Parsed:
    """As `parse_feed`, without the entries that stood in the body that `prints` came with: most of a feed is what it was at the last
    poll, and to make items of that and look them up is most of the work.
    """
    body = fetched.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise ParseError(f"the body is empty ({len(fetched.body)} bytes); expected a feed")
    if body[:1] in (b"{", b"["):
        entries, bad = json_entries(body, feed, base=fetched.final_url)
    else:
        entries, bad = _xml_entries(fetched, feed, body), []
    entries, cut = taken(entries)
    entries = with_sound_guids(entries)
    marks = printed(entries)
    before = {prints[at : at + PRINT] for at in range(0, len(prints), PRINT)}
    fresh = [(named(n, entry), entry) for n, (entry, mark) in enumerate(zip(entries, marks, strict=True), start=1) if mark not in before]
    items, refused = items_of(fresh, feed, seen_at=fetched.fetched_at)
    # What was refused, or cut, is told again at the next poll.
    return Parsed(items, [*cut, *bad, *refused], b"" if refused else b"".join(mark for mark in marks if mark))


def _xml_entries(fetched: Fetched, feed: Feed, body: bytes) -> list[Entry]:
    if _HTML.search(body[:2000]) and not _FEED.search(body[:2000]):
        raise ParseError(_html_in_words(fetched, body), page=True)
    plain = plain_entries(fetched, feed)
    return _judged_entries(fetched, feed, body) if plain is None else plain


def _judged_entries(fetched: Fetched, feed: Feed, body: bytes) -> list[Entry]:
    """By feedparser, which reads anything."""
    # Without a Content-Location feedparser leaves relative addresses as they are. It would resolve GUIDs too ("17"), and a redirect
    # to another host would change them all.
    headers = {"content-type": fetched.headers.get("content-type", "")}
    options: dict[str, Any] = {"response_headers": headers, "sanitize_html": False, "resolve_relative_uris": False}
    try:
        parsed: Any = parse_xml(BytesIO(fetched.body), **options)  # type: ignore[no-untyped-call]
    except MemoryError:
        raise
    except Exception as error:
        raise ParseError(f"cannot be parsed: {type(error).__name__}: {error}") from error
    if not parsed.entries and not parsed.get("version"):
        raise ParseError(_unknown_in_words(fetched, body, parsed))
    if not parsed.entries and isinstance(trouble := parsed.get("bozo_exception"), SAXException):
        raise ParseError(f"has no entry and is broken: {len(fetched.body):,} bytes; {trouble}; perhaps it was cut off")
    return [_entry(one, feed, fetched.final_url) for one in parsed.entries]


def _entry(one: Any, feed: Feed, final_url: str) -> Entry:
    dates = (parse_date(_text(one.get(name)), timezone=feed.timezone) for name in _DATES if name in one)
    source = one.get("source") or {}
    return Entry(
        title=_text(one.get("title")),
        summary=_text(one.get("summary")),
        content=_content(one),
        link=_link(one),
        guid=_text(one.get("id")) or None,
        published_at=next((date for date in dates if date is not None), None),
        base=_base(one, final_url),
        source_name=_text(source.get("title")),
        source_url=_text(source.get("href")) or _text(source.get("link")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _content(one: Any) -> str:
    """The longest textual content; Atom and Media RSS can carry several."""
    texts = [
        _text(part.get("value"))
        for part in one.get("content") or ()
        if str(part.get("type", "text")).startswith(("text", "application/xhtml"))
    ]
    return max(texts, key=len, default="")


def _link(one: Any) -> str | None:
    """The page that the entry is about: its own where a service counts clicks on another, its link, else its first alternate one."""
    if link := _text(one.get("feedburner_origlink")) or _text(one.get("link")):
        return link
    links = [_text(link.get("href")) for link in one.get("links") or () if link.get("rel", "alternate") == "alternate"]
    return next((link for link in links if link), None)


def _base(one: Any, final_url: str) -> str:
    """The `xml:base` in force at the entry's texts, else the feed's address."""
    details = (one.get(name) or {} for name in ("title_detail", "summary_detail"))
    return next((base for base in (web_link(_text(detail.get("base")), final_url) for detail in details) if base), final_url)


def _html_in_words(fetched: Fetched, body: bytes) -> str:
    title = _TITLE.search(body[:20_000])
    words = " ".join(plain_text(title[1].decode("utf-8", "replace")).split())[:100] if title else ""
    text = "is an HTML page" + (f' titled "{words}"' if words else "") + ", not a feed"
    alternate = _ALTERNATE.search(body[:100_000])
    href = _HREF.search(alternate[0]) if alternate else None
    address = web_link(href[1].decode("utf-8", "replace").replace("&amp;", "&"), fetched.final_url) if href else None
    if address:
        return f"{text}; the page names a feed at {address}, use that address"
    return f"{text}; check the address in a browser (a moved feed, a log-in or a block page looks like this)"


def _unknown_in_words(fetched: Fetched, body: bytes, parsed: Any) -> str:
    begin = " ".join(body[:60].decode("utf-8", "replace").split())
    kind = fetched.headers.get("content-type", "")
    text = (
        f'is no feed: {len(fetched.body):,} bytes{f" of {kind}" if kind else ""} that begin "{begin}"; expected RSS, Atom, RDF or JSON Feed'
    )
    trouble = parsed.get("bozo_exception")
    return f"{text} ({trouble})" if trouble else text
