"""Secrets by reference: `credential:NAME`, `env:NAME`, `file:PATH`. Nothing here is ever printed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from monitor.config.files import shown
from monitor.config.load import Config
from monitor.config.sections import REFERENCES, is_web_address
from monitor.errors import Location, Problem, SecretMissing
from monitor.feeds.mask import masked

_MAX_SECRET_BYTES = 65_536
_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,255}")
# Long, or with a digit in it: no word of a path, and no address of a mailbox.
_TOKEN = re.compile(r"(?=.{20}|.*\d)[^@\s]{8,}")
# What goes to these carries no secret unless the URL has a password.
_OPEN_SCHEMES = {"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos", "syslog", "dbus", "gnome"}


def resolve_secret(reference: str) -> str:
    """What a channel's `url` stands for; an Apprise URL stands for itself.

    `credential:` is looked up in $CREDENTIALS_DIRECTORY (systemd's LoadCredential), `env:` in the environment, `file:` in a
    file. The first line that is not blank counts, without white space around it.

    Raises:
        SecretMissing: the reference leads nowhere; the message names it and the remedy.
    """
    kind, _, name = reference.partition(":")
    if kind == "credential":
        return _credential(name.strip())
    if kind == "env":
        value = os.environ.get(name.strip(), "")
        if not value.strip():
            raise SecretMissing(f"{reference}: the environment has no such variable; set {name.strip()}")
        return value.strip()
    if kind == "file" and not name.startswith("//"):
        return _first_line(Path(name.strip()), reference)
    return reference


def _credential(name: str) -> str:
    reference = f"credential:{name}"
    if not _NAME.fullmatch(name) or name in (".", ".."):
        raise SecretMissing(f"{reference}: no credential's name; expected letters, digits and . _ - @")
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if not folder:
        raise SecretMissing(f"{reference}: only the systemd unit can read it; expected $CREDENTIALS_DIRECTORY")
    return _first_line(Path(folder) / name, reference)


def _first_line(path: Path, reference: str) -> str:
    try:
        with path.open("rb") as file:
            body = file.read(_MAX_SECRET_BYTES)
    except OSError as error:
        remedy = "add a LoadCredential= line to the unit" if reference.startswith("credential:") else "check the path and its permissions"
        raise SecretMissing(f"{reference}: cannot be read ({error.strerror}); {remedy}") from error
    lines = [line.strip() for line in body.decode("utf-8", "replace").splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        raise SecretMissing(f"{reference}: the secret is empty; expected an address in it")
    return lines[0]


def secret_problems(config: Config) -> list[Problem]:
    """What is amiss with the secrets: references that lead nowhere, and files that everyone can read.

    A `credential:` outside the unit is a warning, as only the unit can read it.
    """
    problems: list[Problem] = []
    for owner, place, reference, secret in _secrets(config):
        try:
            value = resolve_secret(reference)
        except SecretMissing as error:
            outside = reference.startswith("credential:") and not os.environ.get("CREDENTIALS_DIRECTORY")
            problems.append(Problem(place, f"{owner}: {error}", warning=outside))
            continue
        if owner == "[health]" and not is_web_address(value):
            problems.append(Problem(place, f"{owner}: ping is none that can be used", "an http:// or https:// address"))
        exposed = _exposed(reference, config.source, secret=secret)
        if exposed is not None:
            what = f"{owner}: {shown(exposed)} holds a secret and everyone can read it"
            problems.append(Problem(place, what, remedy=f"chmod o= {shown(exposed)}", warning=True))
    return problems


def _secrets(config: Config) -> Iterator[tuple[str, Location, str, bool]]:
    """Whose it is, where it stands, the reference or the value itself, and whether that is secret in itself."""
    for channel in config.channels.values():
        place = config.locate("channels", channel.name, "url")
        yield f"[channels.{channel.name}]", place, channel.url, "://" in channel.url and carries_secret(channel.url)
    if config.health.ping != "off":
        # Whoever knows the address can keep the alarm from going off.
        yield "[health]", config.locate("health", "ping"), config.health.ping, True
    for feed in config.feeds:
        if masked(feed.url) != feed.url:
            yield f'feed "{feed.name}"', config.locate("feeds", config.feed_index[feed.name], "url"), feed.url, True


def _exposed(reference: str, source: Path, *, secret: bool) -> Path | None:
    """The file that holds the secret, if others than its owner and group may read it."""
    if reference.startswith("file:"):
        path = Path(reference.removeprefix("file:"))
    elif secret and not reference.startswith(REFERENCES):
        path = source
    else:
        return None
    try:
        return path if path.stat().st_mode & stat.S_IROTH else None
    except OSError:
        return None


def carries_secret(url: str) -> bool:
    """Whether an Apprise URL has something to hide: a password, or a token in place of a host (Slack and its like)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.password) or parts.scheme.lower() not in _OPEN_SCHEMES


def secret_parts(url: str) -> tuple[str, ...]:
    """An address, and what of it is secret by itself wherever it turns up: password, tokens in host, path and query; the longest first."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query)
    except ValueError:
        return (url,)
    pieces = [parts.password or "", *parts.path.split("/"), *(value for _, value in pairs)]
    if parts.scheme.lower() not in {*_OPEN_SCHEMES, "http", "https"}:
        pieces += re.split("[@:]", parts.netloc)
    tokens = [parts.password or "", *(piece for piece in pieces if _TOKEN.fullmatch(piece))]
    found = {url, *(form for piece in tokens if len(piece) > 3 for form in (piece, unquote(piece)))}
    return tuple(sorted(found, key=lambda piece: (-len(piece), piece)))
