"""The datagrams that systemd gets."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.notify import notify, watchdog_s


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket that stands for systemd."""
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(path))
        sock.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        yield sock


def test_states_arrive_in_one_datagram(listener: socket.socket) -> None:
    """systemd takes all assignments of one datagram together."""
    assert notify("READY=1", "STATUS=3 feeds") is True
    assert listener.recv(1000) == b"READY=1\nSTATUS=3 feeds"


def test_a_reload_carries_the_monotonic_time(listener: socket.socket) -> None:
    """systemd 253 refuses RELOADING=1 without MONOTONIC_USEC."""
    notify("RELOADING=1")
    state, stamp = listener.recv(1000).decode().split("\n")
    assert state == "RELOADING=1"
    assert int(stamp.removeprefix("MONOTONIC_USEC=")) > 0


def test_an_abstract_address_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leading @ stands for the NUL byte of the abstract namespace."""
    name = f"monitor-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(f"\0{name}")
        sock.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        assert notify("WATCHDOG=1") is True
        assert sock.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all"], ids=["not under systemd", "nobody listens"])
def test_without_a_listener_nothing_happens(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """A daemon on a terminal says nothing and does not fail."""
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert notify("READY=1") is False


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [("120000000", "", 120.0), ("120000000", "self", 120.0), ("120000000", "1", None), ("", "", None), ("soon", "", None), ("0", "", None)],
    ids=["set", "for this process", "for another", "unset", "no number", "zero"],
)
def test_the_watchdog_interval_is_in_seconds(monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, seconds: float | None) -> None:
    """Only what is meant for this process counts."""
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "self" else pid)
    assert watchdog_s() == seconds
