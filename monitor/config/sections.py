"""The shape of `config.toml`: every section, key, default and range, as frozen pydantic models.

A validator's ValueError says what was expected; `problems` adds the place, the object and what was found. Durations
become seconds, so that the attribute has the unit the key's value spells out.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from monitor.alerts.quiet import clock_span
from monitor.alerts.silence import DAYS
from monitor.model import HOME_TIMEZONE, SEVERITIES, Severity
from monitor.rules.conditions import Pattern
from monitor.rules.values import search, wrong

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_FORMATS = Literal["auto", "text", "html", "slack"]
REFERENCES = ("credential:", "env:", "file:")


def duration_s(text: str) -> float:
    """Seconds of a duration such as "90s", "5m", "1h30m", "14d" or "2w".

    Raises:
        ValueError: anything else, a bare number included; its text says what was expected.
    """
    compact = text.replace(" ", "")
    parts = _DURATION.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError('a duration with its unit (s, m, h, d, w) such as "90s", "5m" or "14d"')
    return float(sum(float(number) * _UNITS[unit] for number, unit in parts))


def _duration(low: str, high: str) -> BeforeValidator:
    def seconds(value: object) -> float:
        expected = f'a duration from "{low}" to "{high}", with its unit (s, m, h, d, w)'
        if not isinstance(value, str):
            raise ValueError(expected)
        try:
            found = duration_s(value)
        except ValueError as error:
            raise ValueError(expected) from error
        if not duration_s(low) <= found <= duration_s(high):
            raise ValueError(expected)
        return found

    return BeforeValidator(seconds)


def _whole(low: int, high: int) -> BeforeValidator:
    def whole(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return BeforeValidator(whole)


def _number(low: float, high: float) -> BeforeValidator:
    def number(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return float(value)

    return BeforeValidator(number)


def _text(expected: str, test: Callable[[str], bool]) -> BeforeValidator:
    def text(value: object) -> str:
        if not isinstance(value, str) or not test(value):
            raise ValueError(expected)
        return value

    return BeforeValidator(text)


def _strings(expected: str) -> BeforeValidator:
    def strings(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(part, str) and part for part in value):
            raise ValueError(expected)
        return tuple(dict.fromkeys(value))

    return BeforeValidator(strings)


def _one_of(*choices: str) -> BeforeValidator:
    return _text("one of " + ", ".join(f'"{choice}"' for choice in choices), choices.__contains__)


def _steps(value: object) -> tuple[int, ...]:
    expected = "a list of whole numbers from 1, each higher than the one before, such as [1, 5, 10]"
    if not isinstance(value, list | tuple) or not all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in value):
        raise ValueError(expected)
    if list(value) != sorted(set(value)):
        raise ValueError(expected)
    return tuple(value)


def _off_or(low: int, high: int) -> BeforeValidator:
    def whole(value: object) -> int:
        if value == "off":
            return 0
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f'a whole number from {low} to {high}, or "off"')
        return value

    return BeforeValidator(whole)


def _off_or_duration(low: str, high: str) -> BeforeValidator:
    def seconds(value: object) -> float | None:
        if value == "off":
            return None
        expected = f'"off", or a duration from "{low}" to "{high}", with its unit (s, m, h, d, w)'
        try:
            found = duration_s(value) if isinstance(value, str) else -1.0
        except ValueError as error:
            raise ValueError(expected) from error
        if not duration_s(low) <= found <= duration_s(high):
            raise ValueError(expected)
        return found

    return BeforeValidator(seconds)


def _auto_or(other: BeforeValidator) -> BeforeValidator:
    """`"auto"`, which is None, or what `other` takes."""

    def either(value: object) -> object:
        if value is None or value == "auto":
            return None
        try:
            return other.func(value)  # type: ignore[call-arg]
        except ValueError as error:
            raise ValueError(f'"auto", or {error}') from error

    return BeforeValidator(either)


def _clock_span(value: object) -> tuple[dt.time, dt.time] | None:
    expected = 'a span of the day such as "22:00-06:30", or "off"'
    if value == "off":
        return None
    try:
        if isinstance(value, str):
            return clock_span(value)
    except ValueError as error:
        raise ValueError(expected) from error
    raise ValueError(expected)


def _clock(value: object) -> dt.time:
    expected = 'a time of the day in quotes such as "08:00"'
    if not isinstance(value, str) or re.fullmatch(r"[0-9]{2}:[0-9]{2}", value) is None:
        raise ValueError(expected)
    try:
        return dt.time.fromisoformat(value)
    except ValueError as error:
        raise ValueError(expected) from error


def _days(value: object) -> frozenset[int]:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(day, str) and day in DAYS for day in value):
        raise ValueError('a list of "mon", "tue", "wed", "thu", "fri", "sat", "sun"')
    return frozenset(DAYS.index(day) for day in value)


def _searches(value: object) -> tuple[Pattern, ...]:
    """As `text` in rules: phrases, `{words = …}`, `{re = …}`; an error says which one of the list is wrong."""
    if not isinstance(value, list | tuple):
        raise wrong(
            f"is {value!r}" if isinstance(value, str) else "is no list", 'a list of words or expressions such as ["blast*", {re = "…"}]'
        )
    found = []
    for index, one in enumerate(value):
        try:
            found.append(search(one))
        except PydanticCustomError as error:
            raise PydanticCustomError("words", "{found}", (error.context or {}) | {"index": index}) from None
    return tuple(found)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false, without quotes")
    return value


def _zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        return False
    return bool(text)


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text and parts.port != 0
    except ValueError:
        return False


def _pinged(text: str) -> bool:
    return text == "off" or is_web_address(text) or (text.startswith(REFERENCES) and bool(text.partition(":")[2].strip()))


def _loopback(value: object) -> tuple[str, int] | None:
    expected = '"off", or an address of this machine and a port such as "127.0.0.1:9464" or "[::1]:9464"'
    if value == "off":
        return None
    try:
        host, port = _address(value)
    except ValueError as error:
        raise ValueError(expected) from error
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError(expected)
    return host, port


def _public(value: object) -> str | None:
    expected = '"off", or the http:// or https:// address at which hubs reach [websub] listen, such as "https://news.example.org/hubs"'
    if value == "off":
        return None
    if not isinstance(value, str) or not is_web_address(value) or {"?", "#", "@"} & set(value):
        raise ValueError(expected)
    return value.rstrip("/")


def _address(value: object) -> tuple[str, int]:
    expected = 'an address of this machine and a port such as "127.0.0.1:9465" or "[::]:9465"'
    host, _, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        number = int(port) if port.isascii() and port.isdigit() else 0
    except ValueError as error:
        raise ValueError(expected) from error
    if not 0 < number < 65_536 or host.startswith("[") != (address.version == 6):
        raise ValueError(expected)
    return str(address), number


def _destination(text: str) -> bool:
    if text.startswith(REFERENCES):
        return bool(text.partition(":")[2].strip())
    return "://" in text and text.isprintable()


def _feed_name(text: str) -> bool:
    return bool(text.strip()) and text == text.strip() and len(text) <= 80 and text.isprintable() and not set(text) & set('/\\:"')


Zone = Annotated[str, _text('an IANA time zone such as "Asia/Karachi"', _zone)]
Flag = Annotated[bool, BeforeValidator(_yes_no)]
Words = Annotated[str, _text("a string in quotes, on one line", str.isprintable)]
ChannelNames = Annotated[tuple[str, ...], _strings('a list of channel names such as ["desk"]')]


class Section(BaseModel):
    """A table of the config: unknown keys are refused, values are final."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FeedSection(Section):
    """One `[[feeds]]`."""

    name: Annotated[str, _text('a name of at most 80 characters without / \\ : "', _feed_name)]
    url: Annotated[str, _text("an http:// or https:// address", is_web_address)]
    outlet: Words = ""
    publisher: Words = ""
    language: Annotated[
        str, _text('a language code such as "en" or "ur"', lambda text: re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) is not None)
    ] = "en"
    tags: Annotated[tuple[str, ...], _strings('a list of words such as ["pakistan"]')] = ()
    interval_s: Annotated[float | None, _auto_or(_duration("1s", "7d"))] = Field(default=None, alias="interval")
    max_delay_s: Annotated[float | None, _auto_or(_duration("1s", "7d"))] = Field(default=None, alias="max_delay")
    weight: Annotated[float, _number(0.01, 100)] = 1.0
    timezone: Zone = HOME_TIMEZONE
    include: Annotated[tuple[Pattern, ...], BeforeValidator(_searches)] = ()
    exclude: Annotated[tuple[Pattern, ...], BeforeValidator(_searches)] = ()
    full_text: Flag = False
    allow_private: Flag = False
    enabled: Flag = True


class Polling(Section):
    """`[polling]`: how feeds are fetched. Seconds and bytes."""

    contact: Words = ""
    interval_s: Annotated[float, _duration("1s", "7d")] = Field(default=300.0, alias="interval")
    schedule: Annotated[Literal["adaptive", "fixed"], _one_of("adaptive", "fixed")] = "adaptive"
    min_interval_s: Annotated[float | None, _auto_or(_duration("1s", "7d"))] = Field(default=None, alias="min_interval")
    max_delay_s: Annotated[float | None, _auto_or(_duration("1s", "7d"))] = Field(default=None, alias="max_delay")
    requests_a_day: Annotated[int | None, _auto_or(_whole(1, 100_000_000))] = None
    boost: Annotated[float, _number(1, 10)] = 2.0
    boost_for_s: Annotated[float, _duration("1m", "6h")] = Field(default=3600.0, alias="boost_for")
    boost_from: Annotated[Severity, _one_of(*SEVERITIES)] = "high"
    deadline_s: Annotated[float, _duration("1s", "10m")] = Field(default=30.0, alias="deadline")
    max_bytes: Annotated[int, _whole(10_000, 100_000_000)] = 10_000_000
    per_host: Annotated[int, _whole(1, 10)] = 2
    spacing_s: Annotated[float, _duration("0s", "5m")] = Field(default=1.0, alias="spacing")
    concurrency: Annotated[int, _whole(1, 200)] = 50
    backoff_max_s: Annotated[float, _duration("1m", "7d")] = Field(default=21600.0, alias="backoff_max")


class Storage(Section):
    """`[storage]`: `path` as written, None for the default."""

    path: Annotated[str | None, _text("a path, not empty", lambda text: bool(text.strip()) and "\0" not in text)] = None


class ChannelSection(Section):
    """One `[channels.NAME]`. `url` is an Apprise URL or a reference to one, never shown."""

    url: Annotated[str, _text("an Apprise URL, or credential:NAME, env:NAME or file:PATH", _destination)] = Field(repr=False)
    format: Annotated[_FORMATS, _one_of("auto", "text", "html", "slack")] = "auto"
    timeout_s: Annotated[float, _duration("1s", "2m")] = Field(default=20.0, alias="timeout")
    quiet: Annotated[tuple[dt.time, dt.time] | None, BeforeValidator(_clock_span)] = None
    quiet_timezone: Zone | None = None


class TollSteps(Section):
    """`[alerts.toll_steps]`: persons. A toll that passes no step is told once it has stood for `settled_after_s` and differs from the one
    last told by `settled_share` of it."""

    killed: Annotated[tuple[int, ...], BeforeValidator(_steps)] = (1, 5, 10, 20, 50, 100, 200)
    injured: Annotated[tuple[int, ...], BeforeValidator(_steps)] = (10, 50, 100)
    settled_after_s: Annotated[float, _duration("0s", "7d")] = Field(default=6 * 3600.0, alias="settled_after")
    settled_share: Annotated[float, _number(0.01, 10)] = 0.2


class Storm(Section):
    """`[alerts.storm]`: past so many messages on one channel in so many seconds they go together; 0 messages: never."""

    messages: Annotated[int, _off_or(2, 1000)] = 20
    within_s: Annotated[float, _duration("1m", "24h")] = Field(default=600.0, alias="within")


class Routes(Section):
    """`[alerts.routes]`: severity → channel names."""

    info: ChannelNames = ()
    notice: ChannelNames = ()
    high: ChannelNames = ()
    severe: ChannelNames = ()
    critical: ChannelNames = ()


class Alerts(Section):
    """`[alerts]`: when to speak, and to whom. Seconds."""

    wait_s: Annotated[float, _duration("0s", "24h")] = Field(default=180.0, alias="wait")
    max_age_s: Annotated[float, _duration("1d", "60d")] = Field(default=14 * 86400.0, alias="max_age")
    cooldown_s: Annotated[float, _duration("0s", "7d")] = Field(default=0.0, alias="cooldown")
    toll_steps: TollSteps = TollSteps()
    timezone: Zone = HOME_TIMEZONE
    operator: ChannelNames = ()
    escalate_after_s: Annotated[float | None, _off_or_duration("1m", "7d")] = Field(default=None, alias="escalate_after")
    escalate_to: Words = ""
    routes: Routes = Routes()
    storm: Storm = Storm()


class DigestSection(Section):
    """One `[digests.NAME]`: a summary of what happened since the one before. `days` has 0 for Monday."""

    channel: Words
    at: Annotated[dt.time, BeforeValidator(_clock)] = dt.time(8)
    days: Annotated[frozenset[int], BeforeValidator(_days)] = frozenset(range(7))
    timezone: Zone | None = None


class Text(Section):
    """`[text]`: `model` names an installed spaCy pipeline, "" for the built-in reading; `language` is what is read."""

    model: Words = ""
    language: Annotated[Literal["en"], _one_of("en")] = "en"


class Rules(Section):
    """`[rules]`: the folder, as written."""

    path: Annotated[str, _text("a path, not empty", lambda text: bool(text.strip()) and "\0" not in text)] = "rules"


class Health(Section):
    """`[health]`: how others can tell that the program lives. `listen` is a loopback address and port; `ping` an address, never shown."""

    listen: Annotated[tuple[str, int] | None, BeforeValidator(_loopback)] = None
    ping: Annotated[str, _text('"off", an http:// or https:// address, or credential:NAME, env:NAME or file:PATH', _pinged)] = Field(
        default="off", repr=False
    )
    ping_every_s: Annotated[float, _duration("10s", "1d")] = Field(default=60.0, alias="ping_every")
    heartbeat: Words = ""
    heartbeat_at: Annotated[dt.time, BeforeValidator(_clock)] = dt.time(9)
    heartbeat_days: Annotated[frozenset[int], BeforeValidator(_days)] = frozenset(range(7))


class WebSub(Section):
    """`[websub]`: hubs send what is new. `callback` is public, None for off; `listen` is where what comes there arrives."""

    callback: Annotated[str | None, BeforeValidator(_public)] = None
    listen: Annotated[tuple[str, int], BeforeValidator(_address)] = ("127.0.0.1", 9465)
    poll_every_s: Annotated[float, _duration("5m", "1d")] = Field(default=3600.0, alias="poll_every")


class Log(Section):
    """`[log]`."""

    level: Annotated[Literal["debug", "info", "warning", "error"], _one_of("debug", "info", "warning", "error")] = "info"
    format: Annotated[Literal["auto", "text", "json"], _one_of("auto", "text", "json")] = "auto"


class Document(Section):
    """The whole file."""

    feeds: tuple[FeedSection, ...] = ()
    polling: Polling = Polling()
    storage: Storage = Storage()
    channels: dict[str, ChannelSection] = {}
    alerts: Alerts = Alerts()
    digests: dict[str, DigestSection] = {}
    text: Text = Text()
    rules: Rules = Rules()
    health: Health = Health()
    websub: WebSub = WebSub()
    log: Log = Log()


def section_keys(section: type[BaseModel]) -> dict[str, Any]:
    """The keys of a section as the file spells them, with their fields."""
    return {field.alias or name: field for name, field in section.model_fields.items()}
