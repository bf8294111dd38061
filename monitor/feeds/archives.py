"""Where a feed's older entries are: by RFC 5005's links, JSON Feed's `next_url` or WordPress's pages. Pure."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_LINK = re.compile(rb"(?is)<(?:\w+:)?link\b([^>]{1,2000})>")
_ATTRIBUTE = re.compile(rb"(?is)\b(rel|href)\s*=\s*(\"[^\"]*\"|'[^']*')")
_ENTRY = re.compile(rb"(?is)<(?:\w+:)?(?:entry|item)[\s>]")
_WORDPRESS = re.compile(rb"(?is)<generator\b[^>]{0,300}>?[^<]{0,300}wordpress")
_NEXT_URL = re.compile(rb'"next_url"\s*:\s*("(?:[^"\\]|\\.){1,2000}")')
# In this order: an archive's documents never change, a paged feed's entries move from page to page. There, "next" is older.
_OLDER = (b"prev-archive", b"next", b"prev-page")


def older_page(body: bytes, *, url: str, page: int) -> str | None:
    """The address of the document with the entries before this one's; None where it names none.

    `url` is the document's own address, `page` its number in the walk, from 1. WordPress names no older page but has one
    as long as there are entries: the end is its 404, or a page that brings nothing.
    """
    if body.lstrip()[:1] == b"{":
        stated = _NEXT_URL.search(body)
        return _absolute(url, json.loads(stated[1])) if stated else None
    head = _head(body)
    links = _links(head)
    for rel in _OLDER:
        if href := links.get(rel):
            return _absolute(url, href)
    if _WORDPRESS.search(head) and _ENTRY.search(body):
        return _paged(url, page + 1)
    return None


def _absolute(url: str, href: str) -> str | None:
    address = urljoin(url, href)
    return address if address.startswith(("http://", "https://")) and address != url else None


def _head(body: bytes) -> bytes:
    """What stands before the first entry, where a feed speaks of itself; some put their links at the end."""
    first = _ENTRY.search(body)
    if first is None:
        return body
    last = max(body.rfind(b"</entry>"), body.rfind(b"</item>"))
    return body[: first.start()] + (body[last:] if last > 0 else b"")


def _links(head: bytes) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for attributes in _LINK.findall(head):
        values = {name.lower(): value[1:-1] for name, value in _ATTRIBUTE.findall(attributes)}
        if b"rel" in values and b"href" in values:
            href = values[b"href"].decode("utf-8", "replace").strip().replace("&amp;", "&")
            for rel in values[b"rel"].lower().split():
                found.setdefault(rel.removeprefix(b"http://www.iana.org/assignments/relation/"), href)
    return found


def _paged(url: str, page: int) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(page))])))
