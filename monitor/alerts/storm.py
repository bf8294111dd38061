"""Storm control: how a channel's due messages go out when there are more of them than anybody can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# How many alerts one message lists: in the 2,000 characters that Discord takes each has a line of its own.
MOST_IN_ONE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StormSettings:
    """At most `messages` in `within_s` seconds one by one; past that they go together. 0 messages: never."""

    messages: int = 20
    within_s: float = 600.0

    @property
    def window(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.within_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`one`: the longest due goes out by itself. `together`: all in one message. `hold`: nothing goes before `until`."""

    how: Literal["one", "together", "hold"]
    until: dt.datetime | None = None


def pace(sent: Sequence[dt.datetime], *, due: int, critical: int, now: dt.datetime, settings: StormSettings) -> Pace:
    """How the `due` alerts of a channel go out, of which `critical` are; `sent` is when its last messages went out.

    What one by one would pass the limit goes together. Where the limit is reached already it is held until the window allows one
    message again; critical alerts are never held, and take the others that are due with them.
    """
    if not settings.messages:
        return Pace(how="one")
    recent = sorted(at for at in sent if at > now - settings.window)
    if len(recent) + due <= settings.messages:
        return Pace(how="one")
    if critical or len(recent) < settings.messages:
        return Pace(how="together")
    # The message that must leave the window before one more fits.
    return Pace(how="hold", until=recent[len(recent) - settings.messages] + settings.window)
