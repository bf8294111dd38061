"""A Slack on the loopback interface: keeps what was posted, edits and answers as the Web API does, refuses when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "xoxb-1111-2222-s3cr3tt0ken"
PLACE = "C0123ABCD"
URL = f"slack-bot://{TOKEN}/{PLACE}"


@dataclass
class Slack:
    """`calls` is every request; `refuse` is what a method answers in place of doing it: status, body, headers."""

    port: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)  # by ts
    refuse: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    hold: threading.Event | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def channel(self) -> list[dict[str, Any]]:
        """What readers of the channel see, threads folded."""
        return [m for m in self.messages.values() if "thread_ts" not in m or m.get("reply_broadcast")]

    def thread(self, ts: str) -> list[str]:
        return [m["text"] for m in self.messages.values() if m.get("thread_ts") == ts]

    def fail(self, method: str, error: str, *, status: int = 200, **headers: str) -> None:
        self.refuse[method] = (
            status,
            json.dumps({"ok": False, "error": error}).encode(),
            {k.replace("_", "-"): v for k, v in headers.items()},
        )

    def answer(self, method: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        if token != f"Bearer {TOKEN}":
            return {"ok": False, "error": "invalid_auth"}
        if body.get("channel") != PLACE:
            return {"ok": False, "error": "channel_not_found"}
        if method == "chat.postMessage":
            ts = f"1700000000.{len(self.calls):06d}"
            self.messages[ts] = body
            return {"ok": True, "channel": PLACE, "ts": ts}
        if method == "chat.update" and body["ts"] in self.messages:
            self.messages[body["ts"]] = self.messages[body["ts"]] | {"text": body["text"]}
            return {"ok": True, "channel": PLACE, "ts": body["ts"]}
        return {"ok": False, "error": "message_not_found" if method == "chat.update" else "unknown_method"}


@contextmanager
def slack_server() -> Iterator[Slack]:
    slack = Slack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            method = self.path.removeprefix("/api/")
            slack.calls.append((method, body))
            if slack.hold is not None:
                slack.hold.wait(10)
            status, sent, headers = slack.refuse.get(method) or (200, b"", {})
            sent = sent if method in slack.refuse else json.dumps(slack.answer(method, body, self.headers["Authorization"])).encode()
            with suppress(OSError):  # the sender may have given up
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    slack.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield slack
    finally:
        if slack.hold is not None:
            slack.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
