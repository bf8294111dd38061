"""How many requests may be open at once: in all, and to one host; and how far apart they start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Host:
    open: asyncio.Semaphore
    users: int = 0
    start: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_start: float = 0.0


class Slots:
    """A slot is one request's leave to run. Hosts that nobody asks for are forgotten, but for those whose spacing still runs."""

    def __init__(self, *, total: int, per_host: int, spacing_s: float) -> None:
        self._total = asyncio.Semaphore(total)
        self._per_host = per_host
        self._spacing_s = spacing_s
        self._hosts: dict[str, _Host] = {}
        self._forget_at = 1000

    @asynccontextmanager
    async def slot(self, host: str, *, spaced: bool = True) -> AsyncIterator[None]:
        """Wait for a turn at this host, then for one of the total.

        In this order a slow host keeps only its own feeds waiting. `spaced=False` skips the pause between two starts.
        """
        entry = self._hosts.get(host)
        if entry is None:
            self._forget_idle()
            entry = self._hosts[host] = _Host(asyncio.Semaphore(self._per_host))
        entry.users += 1
        try:
            async with entry.open:
                if spaced and self._spacing_s > 0:
                    await self._space(entry)
                async with self._total:
                    yield
        finally:
            entry.users -= 1

    async def _space(self, entry: _Host) -> None:
        loop = asyncio.get_running_loop()
        async with entry.start:
            wait_s = entry.next_start - loop.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            entry.next_start = loop.time() + self._spacing_s

    def _forget_idle(self) -> None:
        if len(self._hosts) < self._forget_at:
            return
        now = asyncio.get_running_loop().time()
        self._hosts = {host: entry for host, entry in self._hosts.items() if entry.users or entry.next_start > now}
        self._forget_at = max(1000, 2 * len(self._hosts))  # seldom enough to cost nothing with 10,000 hosts in use
