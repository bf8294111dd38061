"""A loopback HTTP server that answers by script and records what it was asked.

    with ScriptedServer() as server:
        server.script("/feed", Reply(body=RSS, headers={"ETag": '"1"'}), Reply(status=304))
        … GET server.url("/feed") …
        assert server.requests[1].header("If-None-Match") == '"1"'

The last reply of a path repeats. An unscripted path answers 404. Every wait inside ends when the server is closed.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came in; `at` is seconds of the monotonic clock."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    at: float

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One scripted answer.

    `chunks` are sent one by one with `pause_s` between them (a slow drip) in place of `body`. `length` is the Content-Length to claim,
    right or wrong; None claims the true one, -1 claims none. `delay_s` passes before the first byte. `hang_up` closes without a word.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    chunks: tuple[bytes, ...] = ()
    pause_s: float = 0.0
    delay_s: float = 0.0
    length: int | None = None
    hang_up: bool = False


type_of_script = Reply | Callable[[Asked], Reply]


class ScriptedServer:
    """A threaded server on a free loopback port; use as a context manager."""

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        self.requests: list[Asked] = []
        self.most_at_once = 0
        self.most_by_host: dict[str, int] = {}
        self._open_by_host: Counter[str] = Counter()
        self._open = 0
        self._lock = threading.Lock()
        self._scripts: dict[str, list[type_of_script]] = {}
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer((host, 0), self._handler())
        self._server.daemon_threads = True
        self.host, self.port = host, self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    def script(self, path: str, *replies: type_of_script) -> str:
        """Set the answers of a path, in order; a function makes the answer from the request. Returns the path's address."""
        with self._lock:
            self._scripts[path] = list(replies)
        return self.url(path)

    def asked(self, path: str) -> list[Asked]:
        return [request for request in self.requests if request.path == path]

    def _next(self, asked: Asked) -> Reply:
        with self._lock:
            self.requests.append(asked)
            script = self._scripts.get(asked.path) or self._scripts.get("*")
            if not script:
                return Reply(status=404)
            reply = script.pop(0) if len(script) > 1 else script[0]
        return reply(asked) if callable(reply) else reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            server_version = "Scripted"
            sys_version = ""

            def do_GET(self) -> None:
                host = self.headers.get("Host", "")
                with outer._lock:
                    outer._open += 1
                    outer._open_by_host[host] += 1
                    outer.most_at_once = max(outer.most_at_once, outer._open)
                    outer.most_by_host[host] = max(outer.most_by_host.get(host, 0), outer._open_by_host[host])
                try:
                    self._answer()
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                finally:
                    with outer._lock:
                        outer._open -= 1
                        outer._open_by_host[host] -= 1

            def _answer(self) -> None:
                asked = Asked(method=self.command, path=self.path, headers=tuple(self.headers.items()), at=time.monotonic())
                reply = outer._next(asked)
                if reply.delay_s:
                    outer._closing.wait(reply.delay_s)
                if reply.hang_up:
                    self.close_connection = True
                    return
                if "Date" in reply.headers:  # a server whose clock is wrong
                    self.send_response_only(reply.status)
                else:
                    self.send_response(reply.status)
                size = sum(len(chunk) for chunk in reply.chunks) if reply.chunks else len(reply.body)
                length = size if reply.length is None else reply.length
                if length != size:
                    self.close_connection = True
                if length >= 0 and reply.status != 304:
                    self.send_header("Content-Length", str(length))
                if self.close_connection:
                    self.send_header("Connection", "close")
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for chunk in reply.chunks or (reply.body,):
                    self.wfile.write(chunk)
                    self.wfile.flush()
                    if reply.pause_s and outer._closing.wait(reply.pause_s):
                        return

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def gzip_bomb(size: int, *, member: int = 1_000_000) -> bytes:
    """`size` zero bytes, gzipped in members of `member` bytes: about a thousandth of its inflated size."""
    one = gzip.compress(bytes(member), 9)
    return one * (size // member)


def rss(*items: str, title: str = "Test wire", extra: str = "") -> bytes:
    """An RSS 2.0 document around the given item elements."""
    body = "".join(items)
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>{extra}{body}</channel></rss>'.encode()


def rss_item(title: str, *, guid: str = "", link: str = "", date: str = "", description: str = "") -> str:
    """One RSS item; the parts left empty are left out. Texts must be escaped already."""
    parts = [f"<title>{title}</title>"]
    if guid:
        parts.append(f'<guid isPermaLink="false">{guid}</guid>')
    if link:
        parts.append(f"<link>{link}</link>")
    if date:
        parts.append(f"<pubDate>{date}</pubDate>")
    if description:
        parts.append(f"<description>{description}</description>")
    return f"<item>{''.join(parts)}</item>"
