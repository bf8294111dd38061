"""`config.toml` → `Config`, or all of its problems at once, each with its line and column."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from monitor import __version__
from monitor.alerts.quiet import QuietHours
from monitor.alerts.slots import Schedule
from monitor.alerts.storm import StormSettings
from monitor.config.files import decoded, shown
from monitor.config.positions import positions
from monitor.config.problems import Checker, Marks
from monitor.config.sections import Alerts, ChannelSection, Document, FeedSection, Health, Log, Polling, Rules, Text, WebSub
from monitor.errors import InvalidInput, Location, Problem
from monitor.model import SEVERITIES, AlertSettings, Feed
from monitor.rules.filters import Filter

_HOW_TO_MAKE = 'make one with "monitor init DIR", or name yours with --config PATH or MONITOR_CONFIG'
_MAX_CONFIG_BYTES = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place where alerts go. `url` is an Apprise URL or a reference (`file:` made absolute); both stay out of `repr`."""

    name: str
    url: str = field(repr=False)
    format: Literal["auto", "text", "html", "slack"] = "auto"
    timeout_s: float = 20.0
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A config file, checked. Paths are absolute; durations are seconds.

    `feeds` holds those that are on, `feeds_off` the rest. `warnings` never stop the program.
    """

    source: Path
    database: Path
    rules: Path
    feeds: tuple[Feed, ...] = ()
    feeds_off: tuple[Feed, ...] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)  # feed name → what is taken of it; none for those that are taken whole
    channels: Mapping[str, Channel] = field(default_factory=dict)
    polling: Polling = field(default_factory=Polling)
    alerts: Alerts = field(default_factory=Alerts)
    digests: tuple[Schedule, ...] = ()
    text: Text = field(default_factory=Text)
    health: Health = field(default_factory=Health)
    websub: WebSub = field(default_factory=WebSub)
    log: Log = field(default_factory=Log)
    warnings: tuple[Problem, ...] = ()
    marks: Marks = field(default_factory=dict, repr=False)
    feed_index: Mapping[str, int] = field(default_factory=dict, repr=False)  # feed name → its place among all [[feeds]]

    @property
    def operator(self) -> tuple[str, ...]:
        """The channels that hear of the program's own troubles."""
        return self.alerts.operator

    @property
    def heartbeat(self) -> Schedule | None:
        """When a channel is to hear that the program lives; None where none is."""
        health = self.health
        if not health.heartbeat:
            return None
        return Schedule(
            name="health:heartbeat", channel=health.heartbeat, at=health.heartbeat_at, days=health.heartbeat_days, timezone=self.timezone
        )

    @property
    def storm(self) -> StormSettings:
        """Past how many messages a channel's alerts go together."""
        return StormSettings(messages=self.alerts.storm.messages, within_s=self.alerts.storm.within_s)

    @property
    def timezone(self) -> str:
        """For display and `--since` (IANA)."""
        return self.alerts.timezone

    @property
    def user_agent(self) -> str:
        """Name, version and the contact of `[polling]`, as servers ask for."""
        return user_agent(self.polling.contact)

    def alert_settings(self) -> AlertSettings:
        """What the decisions need of `[alerts]`."""
        return alert_settings(self.alerts)

    def locate(self, *path: str | int) -> Location:
        """Where a key's value stands, or its nearest table, for messages about it."""
        while path and path not in self.marks:
            path = path[:-1]
        if not path:
            return Location(shown(self.source))
        return Location(shown(self.source), *self.marks[path].value)


def load_config(path: Path) -> Config:
    """Read and check a config file; a folder stands for the `config.toml` in it.

    Raises:
        InvalidInput: no such file, no TOML, or any number of problems in it, each with its place.
    """
    if path.is_dir():
        path = path / "config.toml"
    text = _read_config_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput([_syntax_problem(path, text, str(error))]) from error
    except RecursionError as error:
        raise InvalidInput([Problem(Location(shown(path)), "lists or tables nested too deep to read")]) from error
    marks = positions(text)
    check = Checker(shown(path), data, marks)
    document: Document | None = None
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        check.problems += [check.translated(e) for e in error.errors(include_url=False)]
    check.references()
    if document is None or check.problems:
        raise InvalidInput(check.problems)
    config = _config(path.absolute(), document, marks)
    return replace(config, warnings=tuple(sorted(_warnings(config))))


def rules_folder(path: Path) -> Path | None:
    """Where a config's rules lie, whatever else is wrong in it; None where that cannot be told."""
    if path.is_dir():
        path = path / "config.toml"
    try:
        data = tomllib.loads(_read_config_text(path))
    except (InvalidInput, tomllib.TOMLDecodeError, RecursionError):
        return None
    section = data.get("rules", {})
    named = section.get("path", Rules().path) if isinstance(section, dict) else None
    return path.absolute().parent / Path(named).expanduser() if isinstance(named, str) and named and "\0" not in named else None


def user_agent(contact: str = "") -> str:
    contact = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()")
    return f"incident-monitor/{__version__}" + (f" (+{contact})" if contact else "")


def alert_settings(alerts: Alerts) -> AlertSettings:
    routes = {severity: getattr(alerts.routes, severity) for severity in SEVERITIES}
    return AlertSettings(
        wait_s=alerts.wait_s,
        max_age_d=alerts.max_age_s / 86400.0,
        cooldown_s=alerts.cooldown_s,
        toll_steps_killed=alerts.toll_steps.killed,
        toll_steps_injured=alerts.toll_steps.injured,
        toll_settled_s=alerts.toll_steps.settled_after_s,
        toll_settled_share=alerts.toll_steps.settled_share,
        routes={severity: channels for severity, channels in routes.items() if channels},
    )


# ---------------------------------------------------------------- reading the file


def _read_config_text(path: Path) -> str:
    place = Location(shown(path))
    try:
        with path.open("rb") as file:
            body = file.read(_MAX_CONFIG_BYTES + 1)
    except FileNotFoundError as error:
        raise InvalidInput([Problem(place, "no such config file", remedy=_HOW_TO_MAKE)]) from error
    except OSError as error:
        raise InvalidInput([Problem(place, f"the config cannot be read ({error.strerror})", remedy="check its permissions")]) from error
    if len(body) > _MAX_CONFIG_BYTES:
        raise InvalidInput([Problem(place, "the config is too large", expected=f"at most {_MAX_CONFIG_BYTES // 1_000_000} MB")])
    return decoded(body, shown(path))


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if found:
        line, column = int(found[1]), int(found[2])
    else:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    reason = re.sub(r" \(at [^)]*\)$", "", message)
    words = f"no TOML here: {reason[:1].lower()}{reason[1:]}"
    place = Location(shown(path), line, column)
    # The value itself may be a secret, and is not repeated.
    bare = _BARE_TEXT.match(next(iter(text.splitlines()[line - 1 : line]), ""))
    if bare is not None and reason.startswith(("Invalid value", "Expected newline")):
        return Problem(place, words, f"text in quotes as the value of {bare[1]}", f'write {bare[1]} = "…"')
    if reason.startswith(("Illegal character '\\n'", "Found invalid character '\\n'", "Unterminated string")):
        return Problem(place, words, "a closing quote", "close the quote at the end of the text")
    return Problem(place, words)


# "interval = 5m": a value without quotes that is no number, list, table or truth.
_BARE_TEXT = re.compile(r"""\s*([\w.-]+)\s*=\s*(?!true\b|false\b)(?:[^\s"'\[{\d#]|\d[\d.]*[a-z])""", re.IGNORECASE)


# ---------------------------------------------------------------- from the document to the result


def _config(source: Path, document: Document, marks: Marks) -> Config:
    folder = source.parent

    polling = document.polling
    # As often as half the usual interval, but no public site more than once a minute; as seldom as six times the interval.
    least_s = polling.min_interval_s if polling.min_interval_s is not None else min(polling.interval_s, max(60.0, polling.interval_s / 2))
    max_delay_s = polling.max_delay_s if polling.max_delay_s is not None else max(least_s, min(6 * polling.interval_s, 7 * 86_400.0))

    def feed(section: FeedSection) -> Feed:
        return Feed(
            name=section.name,
            url=section.url,
            outlet=section.outlet or section.name,
            publisher=section.publisher or section.outlet or section.name,
            language=section.language,
            tags=section.tags,
            interval_s=section.interval_s if section.interval_s is not None else polling.interval_s,
            timezone=section.timezone,
            allow_private=section.allow_private,
            adaptive=section.interval_s is None and polling.schedule == "adaptive",
            least_s=least_s,
            max_delay_s=section.max_delay_s if section.max_delay_s is not None else None if section.interval_s is not None else max_delay_s,
            weight=section.weight,
            full_text=section.full_text,
        )

    return Config(
        source=source,
        database=folder / Path(document.storage.path).expanduser() if document.storage.path else default_database(folder),
        rules=folder / Path(document.rules.path).expanduser(),
        feeds=tuple(feed(section) for section in document.feeds if section.enabled),
        feeds_off=tuple(feed(section) for section in document.feeds if not section.enabled),
        filters={
            section.name: Filter(include=section.include, exclude=section.exclude)
            for section in document.feeds
            if section.include or section.exclude
        },
        channels={name: _channel(name, section, folder, timezone=document.alerts.timezone) for name, section in document.channels.items()},
        polling=document.polling,
        alerts=document.alerts,
        digests=tuple(
            Schedule(
                name=name, channel=section.channel, at=section.at, days=section.days, timezone=section.timezone or document.alerts.timezone
            )
            for name, section in document.digests.items()
        ),
        text=document.text,
        health=document.health.model_copy(update={"ping": _absolute(document.health.ping, folder)}),
        websub=document.websub,
        log=document.log,
        marks=marks,
        feed_index={section.name: index for index, section in enumerate(document.feeds)},
    )


def default_database(folder: Path) -> Path:
    """`monitor.db` beside the config; in the service, or for a config below /etc, in the state directory."""
    state = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if state:
        return Path(state) / "monitor.db"
    # Analysts run the CLI beside the service without its environment: both must see one database.
    if folder.parts[:2] == ("/", "etc"):
        return Path("/var/lib/monitor/monitor.db")
    return folder / "monitor.db"


def _channel(name: str, section: ChannelSection, folder: Path, *, timezone: str) -> Channel:
    url = _absolute(section.url, folder)
    quiet = section.quiet and QuietHours(begin=section.quiet[0], end=section.quiet[1], timezone=section.quiet_timezone or timezone)
    return Channel(name=name, url=url, format=section.format, timeout_s=section.timeout_s, quiet=quiet)


def _absolute(reference: str, folder: Path) -> str:
    """`file:PATH` with its path below the config's folder; anything else as it is."""
    if reference.startswith("file:") and not reference.startswith("file://"):
        return f"file:{folder / Path(reference.removeprefix('file:')).expanduser()}"
    return reference


def _warnings(config: Config) -> Iterator[Problem]:
    """What the program runs with, and yet the user should know."""
    for feed in config.feeds:
        place = config.locate("feeds", config.feed_index[feed.name], "language")
        if feed.language.split("-")[0] != config.text.language:
            yield Problem(place, f'feed "{feed.name}": language is "{feed.language}": stored but not read yet', warning=True)
    if config.feeds and not config.polling.contact:
        what = "[polling]: contact is empty; servers ask for a way to reach you"
        yield Problem(config.locate("polling"), what, remedy='add contact = "mailto:you@example.org"', warning=True)
    if not config.feeds:
        yield Problem(config.locate(), "no feed is on: nothing is polled", remedy="add a [[feeds]] table", warning=True)
    routes = {severity: getattr(config.alerts.routes, severity) for severity in SEVERITIES}
    routed = [severity for severity in SEVERITIES if routes[severity]]
    place = config.locate("alerts", "routes")
    if not routed:
        yield Problem(place, "[alerts.routes]: no severity leads to a channel: alerts are recorded but not sent", warning=True)
    for severity in SEVERITIES[SEVERITIES.index(routed[0]) :] if routed else ():
        if not routes[severity]:
            what = f"[alerts.routes]: {severity} leads to no channel while {routed[0]} does"
            yield Problem(place, what, remedy=f'add {severity} = ["{routes[routed[0]][0]}"]', warning=True)
    if config.channels and not config.operator:
        what = "[alerts]: operator is empty: the program's own troubles stand in the log alone"
        yield Problem(config.locate("alerts"), what, remedy=f'add operator = ["{next(iter(config.channels))}"]', warning=True)
