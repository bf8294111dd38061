"""`monitor run` as a child process, with a config folder of its own and a log that can be waited for."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support_busy import allowed_s, busy

ROOT = Path(__file__).parents[1]
MONITOR = (sys.executable, "-m", "monitor")
SEVERITIES = ("info", "notice", "high", "severe", "critical")
PATIENCE_S = 100.0  # on a busy machine; costs nothing where all is well


def wait_for(what: Callable[[], object], *, timeout_s: float = PATIENCE_S, words: str = "") -> None:
    """Poll until `what()` is true.

    Raises:
        AssertionError: it was not, in time.
    """
    end = time.monotonic() + timeout_s
    while not what():
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout_s:g} s: {words or what}")
        time.sleep(0.02)


def news(*items: tuple[str, str, str], ago: timedelta = timedelta(minutes=20)) -> bytes:
    """An RSS feed of (guid, title, text), published so long ago."""
    at = (datetime.now(UTC) - ago).strftime("%a, %d %b %Y %H:%M:%S GMT")
    entries = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><pubDate>{at}</pubDate>"
        f"<description>{text}</description></item>"
        for guid, title, text in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Courier</title>{entries}</channel></rss>".encode()


def bombing(killed: str, injured: str = "20") -> tuple[str, str, str]:
    """A story of one bombing, the same whatever its toll; both numbers in words or digits."""
    return (
        "story-1",
        f"{killed} killed in Mastung blast",
        f"MASTUNG: {killed} people were killed and {injured} others were injured when a bomb exploded in a market in Mastung today, "
        "officials said.",
    )


@dataclass
class Desk:
    """A config folder, and how to run the program on it."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def write(self, feeds: dict[str, str], channels: dict[str, str], *, interval: str = "1s", wait: str = "0s", extra: str = "") -> None:
        """Feeds by name → address, channels by name → Apprise URL. All alerts go to all channels but `ops`, which is the operator's."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "rules").exists():
            shutil.copytree(ROOT / "rules", self.folder / "rules")
        told = "[" + ", ".join(f'"{name}"' for name in channels if name != "ops") + "]"
        text = f'[polling]\ncontact = "mailto:tests@example.org"\ninterval = "{interval}"\n[log]\nformat = "text"\n'
        text += "".join(f'[channels.{name}]\nurl = "{url}"\n' for name, url in channels.items())
        text += f'[alerts]\nwait = "{wait}"\n' + ('operator = ["ops"]\n' if "ops" in channels else "")
        text += "[alerts.routes]\n" + "".join(f"{severity} = {told}\n" for severity in SEVERITIES) + extra
        text += "".join(
            f'\n[[feeds]]\nname = "{name}"\nurl = "{url}"\npublisher = "{name}"\nallow_private = true\n' for name, url in feeds.items()
        )
        self.config.write_text(text)

    def once(self, *, timeout_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
        return self.command("run", "--once", timeout_s=timeout_s)

    def command(self, *words: str, timeout_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MONITOR, "--config", str(self.config), *words],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env=_environment(self.env),
            cwd=self.folder,
        )

    @contextmanager
    def running(self, *, ready: bool = True) -> Iterator[Running]:
        """The daemon as a child, killed at the end if it still runs."""
        log = self.folder / f"log-{time.monotonic_ns()}.txt"
        with log.open("wb") as stderr:
            process = subprocess.Popen(
                [*MONITOR, "--config", str(self.config), "run"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=_environment(self.env),
                cwd=self.folder,
            )
        child = Running(process=process, log_path=log)
        try:
            if ready:
                child.wait_for_line(r" start version=")
            yield child
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(10)


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    log_path: Path

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def lines(self, pattern: str) -> list[str]:
        return [line for line in self.log.splitlines() if re.search(pattern, line)]

    def wait_for_line(self, pattern: str, *, times: int = 1, timeout_s: float = PATIENCE_S) -> None:
        def there() -> bool:
            if self.process.poll() is not None and len(self.lines(pattern)) < times:
                raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.log}")
            return len(self.lines(pattern)) >= times

        try:
            wait_for(there, timeout_s=timeout_s, words=pattern)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log}") from error

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends_within(self, seconds: float) -> int:
        """Its status; waits longer where others keep this machine busy."""
        return self.process.wait(allowed_s(seconds, busyness=busy()))


def _environment(extra: dict[str, str]) -> dict[str, str]:
    kept: Sequence[str] = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONPATH": str(ROOT)} | extra
