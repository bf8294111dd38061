"""A saved web page → its article as an `Item`. Pure; the only module that knows trafilatura.

trafilatura tells the article from what surrounds it. The time of publication is looked for first where outlets state it to the minute
(meta tags, JSON-LD), since items are run in the order of their times; trafilatura itself knows days alone.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import ParseError
from monitor.feeds.dates import parse_date
from monitor.feeds.entries import MAX_NAME, MAX_TEXT, web_link
from monitor.items import content_hash, identify
from monitor.markup import plain_text
from monitor.model import Item

NOON = 12  # of a page that gives its day alone
_HEAD = 200_000  # characters in which a page says what it is
_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)")
_LANGUAGE = re.compile(r"(?i)<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([a-z]{2,3})\b")
_META = re.compile(r"(?i)<meta\b[^>]{0,1000}>")
_NAME = re.compile(r"(?i)\b(?:property|name|itemprop)\s*=\s*[\"']([^\"']{1,60})[\"']")
_CONTENT = re.compile(r"(?i)\bcontent\s*=\s*[\"']([^\"']{1,60})[\"']")
_JSON_LD = re.compile(r'"datePublished"\s*:\s*"([^"]{4,60})"')
_TIME = re.compile(r"(?i)<time\b[^>]{0,300}?\bdatetime\s*=\s*[\"']([^\"']{4,60})[\"']")
_PUBLISHED = frozenset(
    "article:published_time og:article:published_time og:published_time datepublished parsely-pub-date publishdate publish-date "
    "pubdate publication_date dc.date.issued dcterms.issued sailthru.date article.published cxenseparse:recs:publishtime".split()
)


def parse_page(body: bytes, *, name: str, url: str | None = None, content_type: str = "", timezone: str = "UTC") -> Item:
    """Take the article of one HTML page; `name` becomes its id where the page has no address.

    The address is `url`, else the one that the page calls canonical. Without a date of its own `published_at` is None.

    Raises:
        ParseError: there is no text in it that looks like an article.
    """
    html = decoded(body, content_type)
    found = _extracted(html, url)
    if found is None or not (found.text or "").strip():
        raise ParseError("no article found in the page; expected a page with a story's text")
    link = web_link(url, "") or web_link(found.url, "")
    title = " ".join(plain_text((found.title or "")[:MAX_TEXT]).split())
    content = _without_headline(plain_text(found.text[:MAX_TEXT]), title)
    outlet = " ".join((found.sitename or "").split())[:MAX_NAME] or (urlsplit(link).hostname or "" if link else "")
    language = _LANGUAGE.search(html[:_HEAD])
    return Item(
        key=identify(feed_url="", guid=None, link=link, title=title, summary="", content=content),
        id=link or name,
        title=title,
        content=content,
        link=link,
        published_at=_stated_time(html[:_HEAD], timezone) or parse_date(found.date, date_only_hour=NOON),
        outlet=outlet,
        language=language[1].lower() if language else "en",
        timezone=timezone,
        content_hash=content_hash(title, "", content),
    )


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a page: by its own mark, the server's word, the page's meta tag, else UTF-8, else what old pages are written in."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    stated = re.search(r"(?i)charset=[\"']?([\w-]+)", content_type)
    meta = _CHARSET.search(body[:4096])
    for charset in (stated[1] if stated else "", meta[1].decode("ascii", "replace") if meta else "", "utf-8"):
        try:
            if charset:
                return body.removeprefix(b"\xef\xbb\xbf").decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("cp1252", "replace")


def _extracted(html: str, url: str | None) -> Any:
    import trafilatura  # a second to import; most backfills have no pages

    # Dates found in running text are those of events, not of publication.
    dates = {"original_date": True, "extensive_search": False}
    return trafilatura.bare_extraction(
        html, url=url, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=dates
    )


def _stated_time(head: str, timezone: str) -> Any:
    for tag in _META.findall(head):
        name, content = _NAME.search(tag), _CONTENT.search(tag)
        if name and content and name[1].lower() in _PUBLISHED and (at := parse_date(content[1], timezone=timezone, date_only_hour=NOON)):
            return at
    for pattern in (_JSON_LD, _TIME):
        stated = pattern.search(head)
        if stated and (at := parse_date(stated[1], timezone=timezone, date_only_hour=NOON)):
            return at
    return None


def _without_headline(content: str, title: str) -> str:
    """The text without the title that the page repeats above it: its toll would be read twice."""
    first, _, rest = content.partition("\n")
    return rest.strip() if title and rest and " ".join(first.split()) == title else content
