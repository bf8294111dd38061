"""How busy this machine is with others' work: promises by the clock are meant for one that has time."""

from __future__ import annotations

import time


def busy() -> float:
    """How many seconds a second of work takes just now; 1 where nobody else works."""
    begun, cpu = time.monotonic(), time.process_time()
    while time.process_time() - cpu < 0.05:
        pass
    return (time.monotonic() - begun) / 0.05


def allowed_s(seconds: float, *, busyness: float) -> float:
    """The limit itself where the machine has time, else as much more as others take of it."""
    return seconds if busyness < 1.2 else 3.0 * seconds * busyness
