"""A small HTTP/1.1 listener (I/O): h11 reads the request, a handler answers it, and the connection is closed.

What comes in is a stranger's: heads, bodies, time and the number of connections are bounded, and nothing of a request is logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import http
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import h11

from monitor.errors import MonitorError
from monitor.log import logger

MAX_HEAD_BYTES = 16_384
LEFT_OVER_BYTES = 100_000
REQUEST_S = 10.0  # from the connection to the answer's last byte
MOST_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`path` and `query` as they came, percent-encoded; header names in lower case, of a repeated one the last counts."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer; `Content-Length` and `Connection` are added."""

    status: int = 200
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Awaitable[Response]]
MaxBody = int | Callable[[Request], int]  # bytes, or what says so of a request of which only the head is known


class Listener:
    """Listens once `opened`; `max_body` bounds a request's body in bytes."""

    def __init__(self, handler: Handler, *, max_body: MaxBody = 0, request_s: float = REQUEST_S) -> None:
        self._handler = handler
        self._max_body = max_body
        self._request_s = request_s
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> int:
        """Begin to listen; returns the port (the one that was given, or for 0 a free one).

        Raises:
            MonitorError: the address cannot be had.
        """
        try:
            self._server = await asyncio.start_server(self._connected, host, port, limit=MAX_HEAD_BYTES)
        except (OSError, OverflowError) as error:
            words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise MonitorError(f"cannot listen on {host}:{port}: {words.lower()}; free the port, or name another") from error
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and drop what is open."""
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        if self._open:
            await asyncio.wait(list(self._open), timeout=1.0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._open) >= MOST_AT_ONCE:
            writer.close()
            return
        self._open.add(task)
        try:
            async with asyncio.timeout(self._request_s):
                await self._answered(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):  # whoever asked is gone or too slow, or `close` ends it
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        head = False
        try:
            request = await self._request(connection, reader, writer)
            if request is None:
                return
            head = request.method == "HEAD"
            response = await self._handler(request)
        except h11.RemoteProtocolError as error:
            response = Response(status=error.error_status_hint)
        except _TooLarge:
            response = Response(status=413)
        except Exception:  # a mistake of ours, and one request must not end the listener
            logger().exception("listen", status="bug")
            response = Response(status=500)
        with contextlib.suppress(h11.LocalProtocolError):  # the request was broken beyond any answer
            _send(connection, writer, response, head=head)
        await writer.drain()
        writer.write_eof()
        # What is left unread when a socket is closed would take the answer back on its way.
        left = LEFT_OVER_BYTES
        while left > 0 and (piece := await reader.read(left)):
            left -= len(piece)

    async def _request(self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
        """The request, whole; None where nobody asked anything."""
        request: Request | None = None
        most = 0
        body = bytearray()
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                if connection.they_are_waiting_for_100_continue:
                    writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
                connection.receive_data(await reader.read(MAX_HEAD_BYTES))
            elif isinstance(event, h11.Request):
                request = _head(event)
                most = self._max_body if isinstance(self._max_body, int) else self._max_body(request)
                if int(request.headers.get("content-length", "0")) > most:
                    raise _TooLarge
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > most:
                    raise _TooLarge
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return replace(request, body=bytes(body))
            else:
                return None


class _TooLarge(Exception):
    """The body is larger than what the listener takes."""


def _head(asked: h11.Request) -> Request:
    target = urlsplit(asked.target.decode("ascii", "replace"))
    return Request(
        method=asked.method.decode("ascii", "replace"),
        path=target.path,
        query=target.query,
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in asked.headers},
    )


def _send(connection: h11.Connection, writer: asyncio.StreamWriter, response: Response, *, head: bool) -> None:
    body = response.body or (f"{response.status} {http.HTTPStatus(response.status).phrase}\n".encode() if response.status >= 400 else b"")
    headers = {
        "Content-Type": response.type,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
    } | dict(response.headers)
    writer.write(connection.send(h11.Response(status_code=response.status, headers=list(headers.items()))) or b"")
    if not head:
        writer.write(connection.send(h11.Data(data=body)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
