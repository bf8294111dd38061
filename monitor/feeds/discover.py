"""The feeds that a web page offers. Pure: what to try, in which order; the caller fetches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor.feeds.entries import web_link
from monitor.markup import plain_text

MAX_PAGE = 2_000_000  # bytes of a page that are looked at; its head is at the beginning
MAX_OFFERS = 30
_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json")
_LOOKS_LIKE_ONE = re.compile(r"(?i)(?:\b|_)(?:rss\d?|feeds?|atom|rdf)(?:\b|_)")
_COMMENTS = re.compile(r"(?i)\bcomments?\b")
# What the usual publishing systems answer at, the commonest first.
_COMMON = ("feed/", "rss.xml", "rss", "feed.xml", "atom.xml", "index.xml", "feeds/", "feed.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An address that a page names as a feed of it; `title` as the page calls it, "" where it does not."""

    url: str
    title: str = ""


def offers(page: bytes, *, url: str) -> list[Offer]:
    """What a page declares in its head, in its order; where it declares nothing, its links that look like feeds of the same site.

    Feeds of comments are left out as long as there are others.
    """
    try:
        tree = LexborHTMLParser(page[:MAX_PAGE])
        base_node = tree.css_first("base[href]")
        base = web_link(base_node.attributes.get("href") if base_node else None, url) or url
        found = _offers(base, ((node.attributes, "") for node in tree.css("link[rel~=alternate i][href]")), declared=True)
        if not found:
            links = ((node.attributes, node.text(deep=True)) for node in tree.css("a[href]"))
            found = [one for one in _offers(base, links, declared=False) if _site(one.url) == _site(url)]
    except (SelectolaxError, ValueError):
        return []
    articles = [one for one in found if not _COMMENTS.search(f"{one.title} {urlsplit(one.url).path}")]
    return (articles or found)[:MAX_OFFERS]


def guesses(url: str) -> list[str]:
    """Where a site's feed usually is: below the page's own path first, then at the root."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    below = url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].rstrip("/") + "/"
    own = [urljoin(below, path) for path in _COMMON[:2]] if below != root else []
    return list(dict.fromkeys([*own, *(urljoin(root, path) for path in _COMMON)]))


def _offers(base: str, nodes: Iterable[tuple[dict[str, str | None], str]], *, declared: bool) -> list[Offer]:
    found: dict[str, Offer] = {}
    for attributes, text in nodes:
        href = attributes.get("href") or ""
        type_ = (attributes.get("type") or "").split(";")[0].strip().lower()
        if type_ not in _TYPES if declared else not _LOOKS_LIKE_ONE.search(f"{href} {attributes.get('type') or ''}"):
            continue
        if type_ == "application/json" and "wp-json" in href:  # every page of WordPress names its own record so
            continue
        address = web_link(href, base)
        if address is not None:
            title = " ".join(plain_text(attributes.get("title") or text).split())[:100]
            found.setdefault(address, Offer(url=address, title=title))
    return list(found.values())


def _site(url: str) -> Sequence[str]:
    return (urlsplit(url).hostname or "").removeprefix("www.").split(".")[-2:]
