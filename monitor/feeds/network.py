"""Connections for the fetcher: names resolved here, every address checked at the moment of connecting (I/O).

A check before the request has holes (a name that resolves differently the second time, redirects, odd spellings of an address); a check
where the socket is opened has none, and it holds on every hop.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from monitor.errors import FetchError
from monitor.feeds.addresses import refusal

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port → IP addresses, best first; raises OSError where the name is unknown."""

ATTEMPTS = 4
FIRST_ATTEMPT_S = 3.0


class SystemResolver:
    """The machine's own resolver on a few threads of its own, so that dead names cannot use up the loop's."""

    def __init__(self, *, threads: int = 16) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        found = await asyncio.get_running_loop().run_in_executor(self._threads, _getaddrinfo, host, port)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """httpcore's network, with a resolver that can be replaced and, unless `allow_private`, no way into private networks."""

    def __init__(self, resolve: Resolver, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that may be used and answers; at most 4 are tried.

        Raises:
            FetchError: the name is unknown, or leads only where a feed must not lead.
            httpcore.ConnectError, httpcore.ConnectTimeout: nobody answers there.
        """
        addresses = await self._addresses(host, port)
        for address in addresses[:-1]:
            patience = FIRST_ATTEMPT_S if timeout is None else min(timeout, FIRST_ATTEMPT_S)
            try:
                return await self._network.connect_tcp(address, port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found: Sequence[str] = [str(ipaddress.ip_address(host))]
        except ValueError:
            found = await self._resolved(host, port)
        if self._allow_private:
            return found[:ATTEMPTS]
        allowed = [address for address in found if refusal(address) is None]
        if not allowed:
            words = refusal(found[0])
            raise FetchError(
                f"{host} leads to {found[0]}, {words}; feeds are fetched from the public internet only, "
                "unless the config says allow_private = true of them",
                private=True,
            )
        return allowed[:ATTEMPTS]

    async def _resolved(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise FetchError(f"DNS failure: {host}: {words}") from error
        if not found:
            raise FetchError(f"DNS failure: {host}: no address")
        return found

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
