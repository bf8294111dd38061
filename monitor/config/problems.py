"""What pydantic and the file's own references find, as problems with places and words for people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from monitor.config.positions import Mark
from monitor.config.sections import ChannelSection, DigestSection, Document, FeedSection, Routes, Storm, TollSteps, section_keys
from monitor.errors import Location, Problem
from monitor.feeds.mask import masked
from monitor.model import SEVERITIES

Marks = Mapping[tuple[str | int, ...], Mark]

_BEFORE_AT = re.compile(r"(?<=://).*@")
_CHANNEL_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Checker:
    """Turns pydantic's findings and the file's broken references into problems with places."""

    def __init__(self, name: str, data: dict[str, Any], marks: Marks) -> None:
        self.name = name
        self.data = data
        self.marks = marks
        self.problems: list[Problem] = []

    def place(self, path: tuple[str | int, ...], *, key: bool = False) -> Location:
        while path and path not in self.marks:
            path = path[:-1]
        if not path:
            return Location(self.name)
        mark = self.marks[path]
        return Location(self.name, *(mark.key if key else mark.value))

    def owner(self, path: tuple[str | int, ...]) -> str:
        """A table as a message names it: `feed "dawn"`, `[polling]`, `the config`."""
        if not path:
            return "the config"
        if path[0] == "feeds" and len(path) > 1 and isinstance(path[1], int):
            name = self.data["feeds"][path[1]].get("name") if isinstance(self.data["feeds"][path[1]], dict) else None
            return f'feed "{name}"' if isinstance(name, str) else f"feed {path[1] + 1}"
        return f"[{'.'.join(str(part) for part in path)}]"

    def translated(self, error: ErrorDetails) -> Problem:
        # Defaults of a table are named by attribute where the key is missing, by alias elsewhere: the file's spelling is the alias.
        path = tuple(error["loc"])
        table, key = path[:-1], path[-1]
        if error["type"] == "extra_forbidden":
            keys = list(section_keys(_section_of(table)))
            close = difflib.get_close_matches(str(key), keys, n=1, cutoff=0.6)
            remedy = f'did you mean "{close[0]}"?' if close else "remove it"
            return Problem(self.place(path, key=True), f'{self.owner(table)}: unknown key "{key}"', "one of " + ", ".join(keys), remedy)
        if error["type"] == "missing":
            what = f"{self.owner(table)}: {key} is missing"
            return Problem(self.place(table), what, remedy=f'add {key} = "…"')
        if error["type"] == "words":
            words = error.get("ctx", {})
            place = (*path, words["index"]) if "index" in words else path
            return Problem(self.place(place), f"{self.owner(table)}: {key} {words['found']}", words["expected"], words["remedy"])
        expected = {
            "value_error": str(error.get("ctx", {}).get("error", "")),
            "tuple_type": "[[feeds]] tables",
            "dict_type": f"a table for each {str(path[0]).removesuffix('s')}, [{path[0]}.NAME]",
        }.get(error["type"], "a table")
        if path[0] == "channels" and len(path) == 2:
            expected = f"a table [channels.{key}] with url"
        if path[0] == "digests" and len(path) == 2:
            expected = f"a table [digests.{key}] with channel"
        # A channel's address is a secret even when it is wrong, and in the wrong place.
        if path[0] == "channels" and (key == "url" or len(path) < 3):
            return Problem(self.place(path), f"{self.owner(table)}: {key} is none that can be used", expected)
        if path == ("health", "ping"):
            return Problem(self.place(path), f"{self.owner(table)}: {key} is none that can be used", expected)
        if path[0] == "feeds" and len(path) == 2:
            return Problem(self.place(path), f"the config: {self.owner(path)} is {_found(error['input'])}", "a [[feeds]] table")
        return Problem(self.place(path), f"{self.owner(table)}: {key} is {_found(error['input'])}", expected)

    def references(self) -> None:
        """Names that lead nowhere or stand twice; judged on the raw data, so that one broken value hides no other problem."""
        self._feeds_twice()
        channels = self.data.get("channels", {})
        if not isinstance(channels, dict):
            return
        for name in channels:
            if not _CHANNEL_NAME.fullmatch(name):
                what = f'channel name "{name}" cannot be used'
                self.problems.append(Problem(self.place(("channels", name), key=True), what, "letters, digits, - and _, at most 40"))
        alerts = self.data.get("alerts", {})
        if not isinstance(alerts, dict):
            return
        self._channels_exist(("alerts", "operator"), alerts.get("operator"), list(channels))
        self._escalation(alerts, list(channels))
        health = self.data.get("health", {})
        if isinstance(health, dict) and health.get("heartbeat"):
            self._channel_exists(("health", "heartbeat"), health["heartbeat"], list(channels))
        digests = self.data.get("digests", {})
        for name, digest in digests.items() if isinstance(digests, dict) else ():
            if not _CHANNEL_NAME.fullmatch(name):
                what = f'digest name "{name}" cannot be used'
                self.problems.append(Problem(self.place(("digests", name), key=True), what, "letters, digits, - and _, at most 40"))
            if isinstance(digest, dict):
                self._channel_exists(("digests", name, "channel"), digest.get("channel"), list(channels))
        routes = alerts.get("routes", {})
        for severity, names in routes.items() if isinstance(routes, dict) else ():
            if severity not in SEVERITIES:
                continue
            self._channels_exist(("alerts", "routes", severity), names, list(channels))

    def _escalation(self, alerts: Mapping[str, Any], channels: list[str]) -> None:
        """`escalate_after` and `escalate_to` make sense together alone."""
        after, to = alerts.get("escalate_after", "off"), alerts.get("escalate_to", "")
        if after != "off" and not to:
            what = "[alerts]: escalate_after is set while escalate_to names no channel"
            self.problems.append(Problem(self.place(("alerts", "escalate_after")), what, remedy='add escalate_to = "…"'))
        if to:
            self._channel_exists(("alerts", "escalate_to"), to, channels)
        if to and after == "off":
            what = "[alerts]: escalate_to is set while escalate_after is off"
            self.problems.append(Problem(self.place(("alerts", "escalate_to")), what, remedy='add escalate_after = "30m"'))

    def _channels_exist(self, path: tuple[str | int, ...], names: object, channels: list[str]) -> None:
        for index, name in enumerate(names if isinstance(names, list) else ()):
            self._channel_exists(path, name, channels, place=(*path, index))

    def _channel_exists(
        self, path: tuple[str | int, ...], name: object, channels: list[str], *, place: tuple[str | int, ...] | None = None
    ) -> None:
        if isinstance(name, str) and name not in channels:
            expected = "one of " + ", ".join(sorted(channels)) if channels else ""
            close = difflib.get_close_matches(name, channels, n=1)
            remedy = f'did you mean "{close[0]}"?' if close else f"add [channels.{name}] or remove the name"
            what = f'{self.owner(path[:-1])}: {path[-1]} names channel "{name}", which does not exist'
            self.problems.append(Problem(self.place(place or path), what, expected, remedy))

    def _feeds_twice(self) -> None:
        feeds = self.data.get("feeds", [])
        seen: dict[tuple[str, str], int] = {}
        for index, feed in enumerate(feeds if isinstance(feeds, list) else ()):
            for key in ("name", "url"):
                value = feed.get(key) if isinstance(feed, dict) else None
                if not isinstance(value, str):
                    continue
                same = value.casefold() if key == "name" else same_address(value)
                first = seen.setdefault((key, same), index)
                if first != index:
                    line = self.place(("feeds", first, key)).line
                    if key == "name":
                        problem = (f'feed "{value}" already defined at line {line}', "", "rename one")
                    else:
                        problem = (f"{self.owner(('feeds', index))}: url {value} is already that of line {line}", "", "remove one")
                    self.problems.append(Problem(self.place(("feeds", index, key)), *problem))


def same_address(url: str) -> str:
    """A URL as two feeds may not share it: scheme and host folded, default port and fragment gone."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "") + (f":{port}" if port not in (None, 80, 443) else "")
    return parts._replace(scheme=parts.scheme.replace("https", "http"), netloc=host, path=parts.path or "/", fragment="").geturl()


def _found(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # An address that cannot be used may be one because of what stands in its password.
        value = masked(_BEFORE_AT.sub("***@", value))
        text = value if len(value) <= 60 else value[:57] + "…"
        return '"' + text.encode("unicode_escape").decode() + '"' if not text.isprintable() else f'"{text}"'
    if isinstance(value, dict):
        return "a table"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _section_of(table: tuple[str | int, ...]) -> type[BaseModel]:
    named: dict[tuple[str | int, ...], type[BaseModel]] = {
        ("alerts", "toll_steps"): TollSteps,
        ("alerts", "routes"): Routes,
        ("alerts", "storm"): Storm,
    }
    if not table:
        return Document
    if table[0] == "feeds":
        return FeedSection
    if table[0] == "channels":
        return ChannelSection
    if table[0] == "digests":
        return DigestSection
    section = named.get(table) or Document.model_fields[str(table[0])].annotation
    return section if isinstance(section, type) and issubclass(section, BaseModel) else Document
