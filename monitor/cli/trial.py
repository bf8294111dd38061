"""One channel looked at or tried, with its error as a value: the others are still to be tried."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.cli.common import local, now_utc
from monitor.config import Channel, resolve_secret
from monitor.errors import DeliveryError, SecretMissing, UsageError
from monitor.model import Message

if TYPE_CHECKING:
    from monitor.alerts.deliver import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a channel came to; `shown` is where it leads, without its secrets; `error` None where all is well."""

    name: str
    shown: str = ""
    error: str | None = None


def looked_at(channel: Channel) -> Outcome:
    """The channel as it stands, nothing sent."""
    target, error = _target(channel)
    return Outcome(name=channel.name, shown=target.shown if target else "", error=error)


def tried(channel: Channel) -> Outcome:
    """Send one test message."""
    target, error = _target(channel)
    if target is None:
        return Outcome(name=channel.name, error=error)
    from monitor.alerts.deliver import deliver

    try:
        deliver(_message(channel.name), target, timeout_s=channel.timeout_s)
    except DeliveryError as refused:
        return Outcome(name=channel.name, shown=target.shown, error=str(refused))
    return Outcome(name=channel.name, shown=target.shown)


def _target(channel: Channel) -> tuple[Target | None, str | None]:
    from monitor.alerts.deliver import check_target

    try:
        return check_target(resolve_secret(channel.url), format=channel.format), None
    except (SecretMissing, UsageError) as error:
        return None, str(error)


def _message(name: str) -> Message:
    lines = (
        f'This is a test of the channel "{name}", sent at {local(now_utc(), "UTC")} UTC.',
        "Alerts will arrive here. There is nothing to do.",
    )
    return Message(
        title="Monitor: test message",
        text="\n".join(lines),
        html="".join(f"<p>{html.escape(line)}</p>" for line in lines),
        slack="\n".join(("*Monitor: test message*", *lines)),
        thread="test",
    )
