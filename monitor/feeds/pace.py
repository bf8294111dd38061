"""How far apart the polls of one host begin, by the wall clock. Pure but for what it remembers."""

from __future__ import annotations

import datetime as dt
import ipaddress
from urllib.parse import urlsplit

from monitor.feeds.addresses import refusal


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def is_paced(url: str, *, allow_private: bool) -> bool:
    """All hosts are, but for a feed's own machine or network where it is named by its bare address."""
    host = host_of(url)
    if not allow_private:
        return True
    if host == "localhost":
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return refusal(host) is None


class Pace:
    """Gives turns: on one host `spacing_s` seconds apart, and none while the host asks to be left alone."""

    def __init__(self, *, spacing_s: float) -> None:
        self._spacing = dt.timedelta(seconds=spacing_s)
        self._free_at: dict[str, dt.datetime] = {}
        self._held: dict[str, dt.datetime] = {}
        self._forget_at = 1000

    def turn(self, host: str, *, now: dt.datetime) -> dt.datetime:
        """When the next poll of this host may begin: now, or its place in the row. The turn is taken by asking for it."""
        self._forget_past(now)
        at = max(now, self._free_at.get(host, now), self._held.get(host, now))
        self._free_at[host] = at + self._spacing
        return at

    def hold(self, host: str, until: dt.datetime) -> None:
        """No turn before then: the host said that it has too much to do."""
        self._held[host] = max(until, self._held.get(host, until))

    def held_until(self, host: str, *, now: dt.datetime) -> dt.datetime | None:
        until = self._held.get(host)
        return until if until is not None and until > now else None

    def clear(self) -> None:
        """The clock was set: what was reckoned by it counts no more."""
        self._free_at.clear()
        self._held.clear()

    def _forget_past(self, now: dt.datetime) -> None:
        if len(self._free_at) < self._forget_at:
            return
        self._free_at = {host: at for host, at in self._free_at.items() if at > now}
        self._held = {host: at for host, at in self._held.items() if at > now}
        self._forget_at = max(1000, 2 * len(self._free_at))
