"""What a feed's body says of how it wants to be polled: `ttl`, `skipHours`, `skipDays`, `sy:updatePeriod`, its hub. Pure.

The body's head is searched, not parsed: these elements stand before the first entry, where a broken entry cannot hide them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from monitor.model import Hints

_HEAD_BYTES = 100_000
# Every repetition is bounded and none stands beside another of the same characters: this runs in the daemon's loop, on a stranger's text.
_ENTRY = re.compile(r"<(?:\w{1,40}:)?(?:item|entry)[\s>/]")
_ASIDE = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ELEMENT = r"<(?:\w{{1,40}}:)?{name}(?:\s[^<>]{{0,300}})?>"
_TTL = re.compile(_ELEMENT.format(name="ttl"))
_PERIOD = re.compile(_ELEMENT.format(name="updatePeriod"))
_FREQUENCY = re.compile(_ELEMENT.format(name="updateFrequency"))
_VALUE_CHARS = 200  # of an element, its white space and CDATA marks included
_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
_HOUR = re.compile(r"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour>")
_SKIP_DAYS = re.compile(r"<skipDays>(.{0,2000}?)</skipDays>", re.DOTALL)
_DAY = re.compile(r"<day>\s{0,20}([A-Za-z]{1,20})\s{0,20}</day>")
_LINK = re.compile(r"<(?:\w{1,40}:)?link\b([^<>]{1,4000})>")
_ATTRIBUTE = re.compile(r"\b(rel|href)\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)')")
_HEADER_LINK = re.compile(r"<([^<>]{1,2000})>\s{0,20}((?:;[^,;]{0,200}){1,10})")
_REL = re.compile(r";\s{0,20}rel\s{0,20}=\s{0,20}\"?([^\";]{1,200})\"?", re.IGNORECASE)

_PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 7 * 86_400.0, "monthly": 30 * 86_400.0, "yearly": 365 * 86_400.0}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_hints(body: bytes, headers: Mapping[str, str], *, base: str) -> Hints:
    """What the body and the Link headers of an answer say; what cannot be read is not there.

    Hours that skip the whole day, or days that skip the whole week, are a mistake and count as none.
    """
    head = _head(body)
    links = _header_links(headers.get("link", ""))
    if head.startswith(("{", "[")):
        links += _json_links(head, body)
        head = ""
    links += _element_links(head)
    hub, topic = (next((_web_address(base, href) for rel, href in links if rel == wanted and href), None) for wanted in ("hub", "self"))
    return Hints(
        ttl_s=_times(_number(_TTL, head), 60.0),
        update_s=_update_s(head),
        skip_hours=_hours(head),
        skip_days=_days(head),
        hub=hub,
        topic=topic,
    )


def _web_address(base: str, href: str) -> str | None:
    try:
        address = urljoin(base, href)
        return address if urlsplit(address).scheme in ("http", "https") else None
    except ValueError:  # "http://[" and the like
        return None


def _head(body: bytes) -> str:
    start = body[:_HEAD_BYTES]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = start.decode("utf-16", "replace")
    else:
        text = start.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    text = _ASIDE.sub("", text).lstrip()
    first = _ENTRY.search(text)
    return text[: first.start()] if first else text


def _value(pattern: re.Pattern[str], head: str) -> str | None:
    """The text of the first such element that has one."""
    for found in pattern.finditer(head):
        text, closed, _ = head[found.end() : found.end() + _VALUE_CHARS].partition("</")
        text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip()
        if closed and 1 <= len(text) <= 40 and "<" not in text and "]" not in text:
            return text
    return None


def _number(pattern: re.Pattern[str], head: str) -> float | None:
    try:
        value = float(_value(pattern, head) or -1.0)
    except ValueError:
        return None
    return value if 0 < value < 1e9 else None


def _times(number: float | None, unit_s: float) -> float | None:
    return None if number is None else number * unit_s


def _update_s(head: str) -> float | None:
    period_s = _PERIODS.get((_value(_PERIOD, head) or "").lower())
    return None if period_s is None else period_s / max(1.0, _number(_FREQUENCY, head) or 1.0)


def _hours(head: str) -> tuple[int, ...]:
    found = _HOURS.search(head)
    # 24 is midnight in the oldest of the formats.
    hours = sorted({int(hour) % 24 for hour in _HOUR.findall(found[1]) if int(hour) <= 24}) if found else []
    return tuple(hours) if len(hours) < 24 else ()


def _days(head: str) -> tuple[int, ...]:
    found = _SKIP_DAYS.search(head)
    days = sorted({_DAYS.index(day.lower()) for day in _DAY.findall(found[1]) if day.lower() in _DAYS}) if found else []
    return tuple(days) if len(days) < 7 else ()


def _element_links(head: str) -> list[tuple[str, str]]:
    links = []
    for attributes in _LINK.findall(head):
        found = {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(attributes)}
        links += [(rel, found.get("href", "").strip()) for rel in found.get("rel", "").lower().split()]
    return links


def _header_links(value: str) -> list[tuple[str, str]]:
    """Of RFC 8288: `<address>; rel="hub", <address>; rel=self`."""
    links = []
    for target, parameters in _HEADER_LINK.findall(value[:8000]):
        rel = _REL.search(parameters)
        links += [(word, target.strip()) for word in (rel[1].lower().split() if rel else ())]
    return links


def _json_links(head: str, body: bytes) -> list[tuple[str, str]]:
    if '"hubs"' not in head:
        return []
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return []
    hubs = feed.get("hubs") if isinstance(feed, dict) else None
    if not isinstance(hubs, list):
        return []
    links = [("hub", hub["url"]) for hub in hubs if isinstance(hub, dict) and isinstance(hub.get("url"), str)]
    return [*links, ("self", feed["feed_url"])] if isinstance(feed.get("feed_url"), str) else links
