"""What the program does when the world around it is broken."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_channels import Hook, webhook_server
from support_end_to_end import Desk, bombing, news, wait_for
from support_server import Reply, ScriptedServer

from monitor.store.database import open_database
from monitor.store.items import count_items

# Child processes on a busy machine of two cores: a start alone may take ten seconds there.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def site() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as receiver:
        yield receiver


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "news")


def test_unreachable_and_html_feeds_are_named_and_the_sound_one_is_alerted(site: ScriptedServer, hook: Hook, desk: Desk) -> None:
    """One line a failed feed, with the reason; exit status 1 says that something failed; the sound feed's alert goes out."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/feed"
        desk.write(
            {
                "dead": nobody,
                "portal": site.script(
                    "/portal", Reply(body=b"<!doctype html><html><title>Log in</title>", headers={"Content-Type": "text/html"})
                ),
                "courier": site.script("/courier", Reply(body=news(bombing("Seven")))),
            },
            {"hook": hook.url},
        )
        done = desk.once()
    assert done.returncode == 1
    lines = {
        name: next(line for line in done.stderr.splitlines() if f"poll feed={name} " in line) for name in ("dead", "portal", "courier")
    }
    assert "status=failed" in lines["dead"]
    assert "refused" in lines["dead"]
    assert "status=failed" in lines["portal"]
    assert "HTML" in lines["portal"]
    assert "status=ok new=1" in lines["courier"]
    assert len(hook.posts) == 1


def test_a_database_of_a_newer_program_is_left_alone(site: ScriptedServer, hook: Hook, desk: Desk) -> None:
    """Exit status 1 and a sentence, no traceback; the file is not touched."""
    desk.write({"courier": site.script("/courier", Reply(body=news(bombing("Seven"))))}, {"hook": hook.url})
    db = open_database(desk.folder / "monitor.db")
    db.execute("PRAGMA user_version = 999")
    db.close()
    done = desk.once()
    assert done.returncode == 1
    assert "newer" in done.stderr
    assert "Traceback" not in done.stderr
    assert site.requests == []


def test_systemd_hears_of_ready_reload_watchdog_and_stop(site: ScriptedServer, hook: Hook, desk: Desk, tmp_path: Path) -> None:
    """The datagrams in their order; the watchdog is fed while polls and deliveries run."""
    desk.write({"courier": site.script("/courier", Reply(body=news(("calm", "Calm day", "Nothing."))))}, {"hook": hook.url})
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(0.02)

        def listen(state: str) -> bool:
            with contextlib.suppress(TimeoutError):
                heard.extend(systemd.recv(4096).decode().split("\n"))
            return state in heard

        desk.env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "8000000"}
        with desk.running(ready=False) as daemon:
            wait_for(lambda: listen("READY=1"), words="READY=1")
            wait_for(lambda: listen("WATCHDOG=1"), words="WATCHDOG=1")
            heard.clear()
            daemon.signal(signal.SIGHUP)
            wait_for(lambda: listen("READY=1"), words="READY=1 after the reload")
            assert heard.index("RELOADING=1") < heard.index("READY=1")
            daemon.signal(signal.SIGTERM)
            wait_for(lambda: listen("STOPPING=1"), words="STOPPING=1")
            assert daemon.ends_within(10) == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes; skipped where this user may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, text=True, timeout=10, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a tmpfs here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], timeout=10, check=False)


def _ready(port: int) -> tuple[int, str]:
    """What the daemon answers to `/readyz`: status and words."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as asked:
        asked.request("GET", "/readyz")
        answer = asked.getresponse()
        return answer.status, answer.read().decode()


def _fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_full_disk_pauses_the_daemon_and_it_goes_on_by_itself(site: ScriptedServer, hook: Hook, desk: Desk, small_disk: Path) -> None:
    """It says so in the log and to whoever asks whether it is ready, takes nothing, and once there is room stores the poll that it could
    not store, and alerts."""
    ballast = small_disk / "ballast"
    desk.write({"courier": site.script("/courier", Reply(body=news(("calm", "Calm day", "Nothing happened."))))}, {"hook": hook.url})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ahead = f'[storage]\npath = "{small_disk / "monitor.db"}"\n[health]\nlisten = "127.0.0.1:{port}"\n'
    desk.config.write_text(ahead + desk.config.read_text())
    with desk.running() as daemon:
        daemon.wait_for_line(r" poll feed=courier status=ok new=1")
        assert _ready(port) == (200, "ok\n")
        _fill(ballast)
        site.script("/courier", Reply(body=news(bombing("Seven"), ("long", "A long read", "words " * 20_000))))
        daemon.wait_for_line(r" store status=refuses .*full")
        assert daemon.process.poll() is None
        status, words = _ready(port)
        assert status == 503
        assert "the disk is full" in words
        ballast.unlink()
        daemon.wait_for_line(r' store status="takes again"', timeout_s=30)
        assert _ready(port) == (200, "ok\n")
        wait_for(lambda: hook.posts, words="the alert")
        daemon.signal(signal.SIGTERM)
        assert daemon.ends_within(10) == 0
    db = open_database(small_disk / "monitor.db")
    assert count_items(db) == 3
    db.close()
