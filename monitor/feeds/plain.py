"""A well-formed RSS 2.0 or Atom feed of the usual elements → entries, by expat; everything else is left to feedparser. Pure.

feedparser takes some 8 ms of CPU for 50 entries, expat with the walk below a thirtieth. It may only answer where both give the same, so
whatever is not known here to make no difference (an element, an attribute, a second title, a DTD, another encoding, a base address)
ends the attempt. tests/test_feeds_plain.py compares the two.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from monitor.feeds.dates import parse_date
from monitor.feeds.entries import Entry
from monitor.model import Feed, Fetched

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_MEDIA: Final = ("{http://search.yahoo.com/mrss/}", "{http://search.yahoo.com/mrss}")
_THREAD: Final = "{http://purl.org/syndication/thread/1.0}"
_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ORIGINAL: Final = "{http://rssnamespace.org/feedburner/ext/1.0}origLink"
# What an entry may hold besides and feedparser puts nowhere near its texts, its address, its name and its dates.
_IDLE: Final = frozenset(
    [
        *("author", "category", "comments", "enclosure", f"{_DC}creator", f"{_DC}subject"),
        *(f"{_ATOM}{name}" for name in ("author", "category", "name", "uri", "email")),
        *(f"{media}{name}" for media in _MEDIA for name in ("content", "thumbnail", "credit", "group", "keywords", "rating")),
        "{http://purl.org/rss/1.0/modules/slash/}comments",
        "{http://wellformedweb.org/CommentAPI/}commentRss",
        "{com-wordpress:feed-additions:1}post-id",
        f"{_THREAD}total",
    ]
)
# What has elements in it, of those that stand beside the entries.
_NESTED: Final = frozenset(["image", "textInput", "skipHours", "skipDays", f"{_ATOM}author", f"{_ATOM}contributor"])
_HTML_TYPES: Final = frozenset(["text/html", "html", "xhtml", "application/xhtml+xml"])
# The prefixes by which feedparser knows namespaces: bound to another one they would mislead it.
_PREFIXES: Final = {
    "content": {"http://purl.org/rss/1.0/modules/content/"},
    "dc": {"http://purl.org/dc/elements/1.1/"},
    "feedburner": {"http://rssnamespace.org/feedburner/ext/1.0"},
    "media": {"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"},
    "slash": {"http://purl.org/rss/1.0/modules/slash/"},
    "wfw": {"http://wellformedweb.org/commentapi/"},
    "atom": {"http://www.w3.org/2005/atom"},
    "sy": {"http://purl.org/rss/1.0/modules/syndication/"},
    "itunes": {"http://www.itunes.com/dtds/podcast-1.0.dtd"},
    "georss": {"http://www.georss.org/georss"},
    "geo": {"http://www.w3.org/2003/01/geo/wgs84_pos#"},
    "thr": {"http://purl.org/syndication/thread/1.0"},
    "opensearch": {"http://a9.com/-/spec/opensearchrss/1.0/", "http://a9.com/-/spec/opensearch/1.1/"},
    "blogger": {"http://schemas.google.com/blogger/2008"},
    "gd": {"http://schemas.google.com/g/2005"},
    "a10": {"http://www.w3.org/2005/atom"},
}
_BINDING: Final = re.compile(rb"""xmlns:([^\s=]*)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MOST_BINDINGS: Final = 1000
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["'][^>]*?\?>""")
_CHARSET: Final = re.compile(r"(?i);\s*charset\s*=\s*[\"']?([^\s\"';]*)")
_BASE: Final = re.compile(rb"(?i)[\s:]base\s*=")
_C1: Final = re.compile("[\x80-\x9f]")
_SLASHES: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+-.]*:///")  # as feedparser's pattern has it
_QUERY: Final = re.compile("&([A-Za-z0-9_]+);")
_UTF8: Final = frozenset(["utf-8", "utf8"])
_OF_ASCII: Final = _UTF8 | {"us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "latin-1", "windows-1252"}


class _OddError(Exception):
    """Something that only feedparser may judge."""


def plain_entries(fetched: Fetched, feed: Feed) -> list[Entry] | None:
    """The feed's entries as `monitor.feeds.parse` makes them of feedparser's result; None where feedparser has to be asked."""
    body = fetched.body.removeprefix(b"\xef\xbb\xbf")
    if not _usual(body, fetched.headers.get("content-type", "")):
        return None
    # Without a DTD nothing expands.
    parser = XMLParser(target=TreeBuilder(), encoding="utf-8")  # noqa: S314
    try:
        parser.feed(body)
        root = parser.close()
        parents, take = _entries(root)
        return [take(one, feed, fetched.final_url) for one in parents]
    except (ParseError, ValueError, _OddError):
        return None


def _usual(body: bytes, content_type: str) -> bool:
    """What can be told from the bytes: UTF-8 all around, no DTD, no base address, prefixes that mean what they usually do."""
    if body.count(b"xmlns:") > _MOST_BINDINGS:  # more than a person writes: the expression below would take their square
        return False
    if b"\0" in body or b"<!DOCTYPE" in body or b"<!ENTITY" in body or _BASE.search(body):
        return False
    declared = _DECLARED.match(body)
    charset = _CHARSET.search(content_type)
    encodings = {charset[1].lower()} if charset else set()
    encodings |= {declared[1].decode("latin-1").lower()} if declared else set()
    if not encodings <= (_OF_ASCII if body.isascii() else _UTF8):
        return False
    bound: dict[bytes, bytes] = {}
    for prefix, one, other in _BINDING.findall(body):
        address = one or other
        if bound.setdefault(prefix, address) != address:
            return False
        if address.decode("latin-1").lower() not in _PREFIXES.get(prefix.decode("latin-1").lower(), ()):
            return False
    return True


_Take = Callable[[Element, Feed, str], Entry]


def _entries(root: Element) -> tuple[list[Element], _Take]:
    take: _Take
    if root.tag == "rss":
        channel = root.find("channel")
        if channel is None or len(root) != 1:
            raise _OddError
        parent, name, take = channel, "item", _rss_entry
    elif root.tag == f"{_ATOM}feed":
        parent, name, take = root, f"{_ATOM}entry", _atom_entry
    else:
        raise _OddError
    found = parent.findall(name)
    for one in parent:
        if one.tag != name and len(one) and (one.tag not in _NESTED or any(len(inner) for inner in one)):
            raise _OddError
    # None deeper than they belong, and none under another spelling or namespace.
    names = [tag.rpartition("}")[2].lower() for one in root.iter() if isinstance(tag := one.tag, str)]
    if sum(one in ("item", "entry") for one in names) != len(found):
        raise _OddError
    if "body" in names or "fullitem" in names or "svg" in names or "math" in names:
        raise _OddError
    return found, take


def _rss_entry(item: Element, feed: Feed, base: str) -> Entry:
    texts: dict[str, str] = {}
    source_url = ""
    permalink = False
    if item.attrib:
        raise _OddError
    for child in item:
        tag = child.tag
        if tag in _IDLE:
            _check_idle(child)
            continue
        if tag == f"{_ATOM}link":
            _idle_link(child)
            continue
        if tag in texts or len(child):
            raise _OddError
        if tag == "guid":
            permalink = _permalink(child)
        elif tag == "source":
            if child.attrib.keys() - {"url"}:
                raise _OddError
            source_url = child.attrib.get("url", "")
        elif child.attrib or tag not in ("title", "link", "description", "pubDate", f"{_DC}date", _CONTENT, _ORIGINAL):
            raise _OddError
        texts[tag] = _value(child)
    content = texts.get(_CONTENT, "")
    guid = _address(texts["guid"]) if "guid" in texts and permalink else texts.get("guid", "")
    link = guid if permalink else ""
    if "link" in texts:
        link = _QUERY.sub(r"&\g<1>", _address(texts["link"]).replace("&amp;", "&"))
    return Entry(
        title=texts.get("title", ""),
        # feedparser takes a content for the summary where there is none.
        summary=texts.get("description", content),
        content=content,
        link=texts.get(_ORIGINAL) or link or None,
        guid=guid or None,
        published_at=_first_date(feed, texts.get("pubDate"), texts.get(f"{_DC}date")),
        base=base,
        source_name=texts.get("source", ""),
        source_url=source_url,
    )


def _atom_entry(entry: Element, feed: Feed, base: str) -> Entry:
    texts: dict[str, str] = {}
    link = ""
    if entry.attrib:
        raise _OddError
    for child in entry:
        tag = child.tag
        if tag in _IDLE:
            _check_idle(child)
            continue
        if tag == f"{_ATOM}link":
            link = _alternate(child) or link
            continue
        name = tag.removeprefix(_ATOM)
        if name in texts or len(child) or (name == tag and tag != _ORIGINAL):
            raise _OddError
        if name in ("title", "summary", "content"):
            if child.attrib.keys() - {"type"} or child.attrib.get("type", "text").lower() not in (
                "text",
                "html",
                "text/html",
                "text/plain",
            ):
                raise _OddError
        elif child.attrib or name not in ("id", "published", "updated", _ORIGINAL):
            raise _OddError
        texts[name] = _value(child)
    content = texts.get("content", "")
    guid = _address(texts.get("id", ""))
    return Entry(
        title=texts.get("title", ""),
        summary=texts.get("summary", content),
        content=content,
        link=texts.get(_ORIGINAL) or link or guid or None,
        guid=guid or None,
        published_at=_first_date(feed, texts.get("published"), texts.get("updated")),
        base=base,
    )


def _value(element: Element) -> str:
    """The text as feedparser gives it: stripped, and UTF-8 that was taken for Latin-1 mended."""
    text = (element.text or "").strip()
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    if _C1.search(text):
        raise _OddError
    return text


def _address(text: str) -> str:
    if _SLASHES.match(text):
        raise _OddError
    return text


def _first_date(feed: Feed, *texts: str | None) -> dt.datetime | None:
    dates = (parse_date(text, timezone=feed.timezone) for text in texts if text is not None)
    return next((date for date in dates if date is not None), None)


def _permalink(guid: Element) -> bool:
    """Whether a GUID stands for the link, which it does unless it says otherwise."""
    if len(guid.attrib) > 1 or any(name.lower() != "ispermalink" for name in guid.attrib):
        raise _OddError
    return all(value == "true" for value in guid.attrib.values())


def _alternate(link: Element) -> str:
    """The address of an Atom link that leads to the entry's page; "" of any other."""
    given = {name.lower(): value for name, value in link.attrib.items()}
    if (
        len(given) != len(link.attrib)
        or not given.get("href")
        or "url" in given
        or "uri" in given
        or len(link)
        or (link.text or "").strip()
    ):
        raise _OddError
    relation = given.get("rel", "alternate").lower()
    if relation == "alternate" and given.get("type", "text/html").lower() in _HTML_TYPES:
        return _address(given["href"])
    if relation == "alternate":
        raise _OddError
    return ""


def _idle_link(link: Element) -> None:
    """An Atom link in RSS that is not the item's page: to itself, to its comments."""
    if _alternate(link):
        raise _OddError


def _check_idle(element: Element) -> None:
    for one in element.iter():
        if one.tag not in _IDLE:
            raise _OddError
