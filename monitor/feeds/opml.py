"""Subscription lists in OPML 2.0 (opml.org/spec2.opml), which every feed reader reads and writes. Pure.

Folders are tags: a feed in News > Pakistan has the tags News and Pakistan, and goes back into these folders. What OPML has no word
for (publisher, time zone, interval, filters) stands in attributes of a namespace of our own, which other readers pass over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from xml.etree import ElementTree
from xml.parsers import expat

from monitor.errors import InvalidInput, Location, Problem

NAMESPACE = "urn:incident-monitor:feed"
MAX_OUTLINES = 20_000
MAX_DEPTH = 50
_DOCTYPE = re.compile(r"(?i)<!(?:DOCTYPE|ENTITY)")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of a list. `own` holds this program's further keys by their name in the config, as text."""

    url: str
    name: str = ""
    outlet: str = ""
    language: str = ""
    page: str = ""
    tags: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


def read_opml(body: bytes, *, name: str) -> tuple[list[Subscription], list[Problem]]:
    """The feeds of a list in its order, each address once, and the outlines that are none (left out, with the reason).

    An outline with `xmlUrl` is a feed; any other is a folder of those inside it. `category` gives further tags.

    Raises:
        InvalidInput: no XML, or no OPML.
    """
    root = _root(body, name)
    trunk = root.find("body")
    if root.tag != "opml" or trunk is None:
        raise InvalidInput([Problem(Location(name), f"is XML with <{_local(root.tag)}>", "<opml> with a <body> of outlines")])
    found: dict[str, Subscription] = {}
    problems: list[Problem] = []
    for number, (outline, folders) in enumerate(_outlines(trunk), start=1):
        if number > MAX_OUTLINES:
            problems.append(Problem(Location(name), f"more than {MAX_OUTLINES:,} outlines; the rest was left out"))
            break
        given = {key.lower(): value if key.startswith("{") else " ".join(value.split()) for key, value in outline.items()}
        label = given.get("text") or given.get("title") or ""
        url = re.sub(r"(?i)^feed:(?=https?:)|^feed(?=:)", lambda scheme: "" if scheme[0].endswith(":") else "http", given.get("xmlurl", ""))
        if not url:
            if len(outline) == 0 and given.get("type", "").lower() in ("rss", "atom"):
                problems.append(Problem(Location(name), f'outline "{label}" has no xmlUrl', "a feed's address"))
            continue
        if not url.lower().startswith(("http://", "https://")):
            problems.append(Problem(Location(name), f'outline "{label}" has the address "{url}"', "http:// or https://"))
            continue
        one = _subscription(url, label, given, folders)
        before = found.get(url)
        # A feed that stands in several folders has the tags of all.
        found[url] = one if before is None else _with_tags(before, one.tags)
    return list(found.values()), problems


def write_opml(subscriptions: Iterable[Subscription], *, title: str, now: dt.datetime) -> str:
    """An OPML 2.0 document that `read_opml` reads back as it was, tags as folders in each other."""
    ElementTree.register_namespace("monitor", NAMESPACE)
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = _sound(title)
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(now.astimezone(dt.UTC), usegmt=True)
    trunk = ElementTree.SubElement(root, "body")
    folders: dict[tuple[str, ...], ElementTree.Element] = {(): trunk}
    for one in subscriptions:
        parent = trunk
        for depth in range(1, len(one.tags) + 1):
            path = one.tags[:depth]
            if path not in folders:
                folders[path] = ElementTree.SubElement(parent, "outline", text=_sound(path[-1]))
            parent = folders[path]
        given = {"text": one.name or one.url, "title": one.outlet, "type": "rss", "xmlUrl": one.url, "htmlUrl": one.page}
        given |= {"language": one.language} | {f"{{{NAMESPACE}}}{key}": value for key, value in one.own.items()}
        ElementTree.SubElement(parent, "outline", {key: _sound(value) for key, value in given.items() if value})
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _root(body: bytes, name: str) -> ElementTree.Element:
    if _DOCTYPE.search(body[:100_000].decode("latin-1").replace("\0", "")):
        raise InvalidInput([Problem(Location(name), "has a document type declaration", "plain OPML without <!DOCTYPE> or <!ENTITY>")])
    try:
        return ElementTree.fromstring(body.removeprefix(b"\xef\xbb\xbf").lstrip())  # noqa: S314
    except ElementTree.ParseError as error:
        line, column = error.position
        raise InvalidInput(
            [Problem(Location(name, line, column + 1), f"no XML here: {expat.ErrorString(error.code)}", "OPML 2.0")]
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise InvalidInput([Problem(Location(name), f"cannot be read: {error}", "OPML 2.0 in UTF-8")]) from error


def _outlines(trunk: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, tuple[str, ...]]]:
    """Every outline with the names of the folders around it, in the list's order."""
    stack: list[tuple[ElementTree.Element, tuple[str, ...]]] = [(one, ()) for one in reversed(trunk.findall("outline"))]
    while stack:
        outline, folders = stack.pop()
        yield outline, folders
        label = " ".join((outline.get("text") or outline.get("title") or "").split())
        inside = (*folders, label) if label and not outline.get("xmlUrl") and len(folders) < MAX_DEPTH else folders
        stack += [(one, inside) for one in reversed(outline.findall("outline"))]


def _subscription(url: str, label: str, given: Mapping[str, str], folders: tuple[str, ...]) -> Subscription:
    categories = [part.strip() for path in given.get("category", "").split(",") for part in path.split("/")]
    title = given.get("title", "")
    prefix = f"{{{NAMESPACE}}}"
    return Subscription(
        url=url,
        name=label,
        outlet=title if title != label else "",
        language=given.get("language", ""),
        page=given.get("htmlurl", ""),
        tags=tuple(dict.fromkeys(tag for tag in (*folders, *categories) if tag)),
        own={key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix)},
    )


def _with_tags(one: Subscription, more: tuple[str, ...]) -> Subscription:
    return Subscription(
        url=one.url,
        name=one.name,
        outlet=one.outlet,
        language=one.language,
        page=one.page,
        tags=tuple(dict.fromkeys((*one.tags, *more))),
        own=one.own,
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _sound(text: str) -> str:
    """XML has no way to write control characters and lone surrogates."""
    return _UNWRITABLE.sub("", text)
