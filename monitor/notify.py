"""Tell systemd how the daemon is (sd_notify); outside systemd nothing happens."""

from __future__ import annotations

import os
import socket
import time


def notify(*states: str) -> bool:
    """Send states such as "READY=1" or "STATUS=12 feeds" in one datagram.

    A state with RELOADING=1 gets the monotonic time stamp that systemd 253 wants with it.
    Returns False without `NOTIFY_SOCKET`, and when systemd does not listen: a status line is never worth a crash.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not states:
        return False
    if "RELOADING=1" in states:
        states = (*states, f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
    if address.startswith("@"):  # the abstract namespace
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.setblocking(False)
            sock.connect(address)
            sock.send("\n".join(states).encode())
    except OSError:
        return False
    return True


def watchdog_s() -> float | None:
    """How many seconds systemd waits for a WATCHDOG=1 before it kills this process; None where it does not."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    process = os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or (process and process != str(os.getpid())):
        return None
    return int(microseconds) / 1_000_000 or None
