"""The HTTP listener, asked over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from monitor import listener
from monitor.errors import MonitorError
from monitor.listener import Handler, Listener, MaxBody, Request, Response


async def echo(request: Request) -> Response:
    if request.path == "/bug":
        raise RuntimeError("a mistake")
    words = f"{request.method} {request.path} {request.query} {request.headers.get('x-word', '-')} ".encode()
    return Response(body=words + request.body)


@asynccontextmanager
async def listening(handler: Handler = echo, *, max_body: MaxBody = 0, request_s: float = 5.0) -> AsyncIterator[int]:
    one = Listener(handler, max_body=max_body, request_s=request_s)
    try:
        yield await one.open("127.0.0.1", 0)
    finally:
        await one.close()


async def asked(port: int, words: bytes) -> bytes:
    """What comes back for these bytes, up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(words)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("words", "status", "body"),
    [
        (b"GET /a%20b?x=1&y=%2F HTTP/1.1\r\nHost: h\r\nX-Word: yes\r\n\r\n", b"200", b"GET /a%20b x=1&y=%2F yes "),
        (b"GET / HTTP/1.0\r\n\r\n", b"200", b"GET /  - "),
        (b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", b"200", b""),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody", b"200", b"POST /  - body"),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", b"200", b"POST /  - body"),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n", b"413", b"413 Request Entity Too Large\n"),
        (
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nelevenbytes\r\n0\r\n\r\n",
            b"413",
            b"413 Request Entity Too Large\n",
        ),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", b"400", b"400 Bad Request\n"),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 60_000 + b"\r\n\r\n", b"431", b"431 Request Header Fields Too Large\n"),
        (b"\x16\x03\x01\x02\x00\x01 a TLS hello\r\n\r\n", b"400", b"400 Bad Request\n"),
        (b"GET /bug HTTP/1.1\r\nHost: h\r\n\r\n", b"500", b"500 Internal Server Error\n"),
    ],
    ids=["query", "http 1.0", "head", "body", "chunks", "large", "large chunks", "length", "large head", "no http", "bug"],
)
def test_a_request_is_answered_and_the_connection_closed(words: bytes, status: bytes, body: bytes) -> None:
    """Whatever comes in, one answer goes out, and a mistake in the handler shows nothing of itself."""

    async def story() -> bytes:
        async with listening(max_body=10) as port:
            return await asked(port, words)

    head, _, found = asyncio.run(story()).partition(b"\r\n\r\n")
    assert head.split()[1] == status
    assert found == body
    assert b"connection: close" in head.lower()


def test_a_bound_may_go_by_the_head_of_the_request() -> None:
    """A body is read only from whoever knows where to send it."""

    def most(request: Request) -> int:
        return 10 if request.path == "/known" else 0

    async def story() -> list[bytes]:
        async with listening(max_body=most) as port:
            words = b"POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
            return [await asked(port, words % path) for path in (b"/known", b"/guessed")]

    known, guessed = asyncio.run(story())
    assert known.endswith(b"POST /known  - body")
    assert guessed.startswith(b"HTTP/1.1 413")


def test_who_says_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drip or a silence holds a connection for its time, not for ever; others are answered meanwhile, up to the limit."""
    monkeypatch.setattr(listener, "MOST_AT_ONCE", 2)

    async def story() -> tuple[bytes, bytes, bytes]:
        async with listening(request_s=0.5) as port:
            silent = asyncio.create_task(asked(port, b"GET / HT"))
            await asyncio.sleep(0.1)
            answer = await asked(port, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            other = asyncio.create_task(asked(port, b""))
            await asyncio.sleep(0.1)
            one_too_many = await asked(port, b"")
            await other
            return await silent, answer, one_too_many

    silent, answer, one_too_many = asyncio.run(story())
    assert (silent, one_too_many) == (b"", b"")
    assert answer.startswith(b"HTTP/1.1 200")


def test_an_address_that_cannot_be_had_is_named() -> None:
    """Address, reason, remedy."""

    async def story() -> None:
        async with listening() as port:
            await Listener(echo).open("127.0.0.1", port)

    with pytest.raises(MonitorError, match=r"cannot listen on 127\.0\.0\.1:\d+: .*in use.*; free the port, or name another"):
        asyncio.run(story())
