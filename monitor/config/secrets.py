"""Secrets by reference: `credential:NAME`, `env:NAME`, `file:PATH`. Nothing here is ever printed."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

from monitor.config.files import shown
from monitor.config.load import Channel, Config
from monitor.errors import Problem, SecretMissing

_MAX_SECRET_BYTES = 65_536
_NAME = re.compile(r"[A-Za-z0-9_.@-]{1,255}")
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
        raise SecretMissing(f"{reference}: the secret is empty; expected an Apprise URL in it")
    return lines[0]


def secret_problems(config: Config) -> list[Problem]:
    """What is amiss with the channels' secrets: references that lead nowhere, and files that everyone can read.

    A `credential:` outside the unit is a warning, as only the unit can read it.
    """
    problems: list[Problem] = []
    for channel in config.channels.values():
        place = config.locate("channels", channel.name, "url")
        try:
            resolve_secret(channel.url)
        except SecretMissing as error:
            outside = channel.url.startswith("credential:") and not os.environ.get("CREDENTIALS_DIRECTORY")
            problems.append(Problem(place, f"[channels.{channel.name}]: {error}", warning=outside))
            continue
        exposed = _exposed(channel, config.source)
        if exposed is not None:
            what = f"[channels.{channel.name}]: {shown(exposed)} holds a secret and everyone can read it"
            problems.append(Problem(place, what, remedy=f"chmod o= {shown(exposed)}", warning=True))
    return problems


def _exposed(channel: Channel, source: Path) -> Path | None:
    """The file that holds the channel's secret, if others than its owner and group may read it."""
    if channel.url.startswith("file:"):
        path = Path(channel.url.removeprefix("file:"))
    elif "://" in channel.url and carries_secret(channel.url):
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
