"""A small WebSub hub on the loopback interface: takes subscriptions, asks back, sends signed bodies."""

from __future__ import annotations

import hmac
import socket
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def call(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body of a GET, or of a POST where there is a body."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/rss+xml"} | (headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


class Hub:
    """`asks_back`: "at once" (before it answers the subscriber), "later", "never", "denies". `subscribed`: callback → form."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, bytes]] = []
        self.subscribed: dict[str, dict[str, str]] = {}
        self.asks_back = "at once"
        self.lease = "864000"
        self.status = 202
        self.headers: dict[str, str] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = {name: values[0] for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
                outer.asked.append(form)
                if outer.status < 300 and outer.asks_back in ("at once", "denies"):
                    outer.ask_back(form)
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if outer.status < 300 and outer.asks_back == "later":
                    threading.Timer(0.05, outer.ask_back, [form]).start()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hub"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Hub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def ask_back(self, form: dict[str, str]) -> None:
        """As the standard has it: who answers with the challenge is subscribed, or no longer."""
        if self.asks_back == "denies":
            denial = {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": "not for you"}
            self.answers.append(call(f"{form['hub.callback']}?{urlencode(denial)}"))
            return
        question = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": f"c{len(self.answers)}"}
        if form["hub.mode"] == "subscribe":
            question["hub.lease_seconds"] = self.lease
        self.answers.append(call(f"{form['hub.callback']}?{urlencode(question)}"))
        if self.answers[-1] == (200, question["hub.challenge"].encode()):
            if form["hub.mode"] == "subscribe":
                self.subscribed[form["hub.callback"]] = form
            else:
                self.subscribed.pop(form["hub.callback"], None)

    def send(self, body: bytes, *, method: str = "sha256", secret: str | None = None) -> list[int]:
        """Send a body to all who are subscribed; their statuses."""
        return [
            call(
                callback,
                body,
                {"X-Hub-Signature": f"{method}={hmac.new((secret or form['hub.secret']).encode(), body, method).hexdigest()}"},
            )[0]
            for callback, form in list(self.subscribed.items())
        ]
