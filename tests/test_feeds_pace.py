"""Turns at a host: how far apart polls begin, and that a host which asks for a pause gets it."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor.feeds.pace import Pace, host_of, is_paced

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def test_turns_of_a_host_are_apart_and_other_hosts_do_not_wait() -> None:
    """Three at once get one second after the other; later, a turn is had at once."""
    pace = Pace(spacing_s=1.0)
    assert [pace.turn("a.example", now=NOW) for _ in range(3)] == [NOW, NOW + SECOND, NOW + 2 * SECOND]
    assert pace.turn("b.example", now=NOW) == NOW
    assert pace.turn("a.example", now=NOW + 60 * SECOND) == NOW + 60 * SECOND


def test_a_host_that_asked_for_a_pause_gives_no_turn_before_its_end() -> None:
    """The longest pause counts; a clock that was set makes all of it void."""
    pace = Pace(spacing_s=1.0)
    pace.hold("a.example", NOW + 600 * SECOND)
    pace.hold("a.example", NOW + 60 * SECOND)
    assert pace.held_until("a.example", now=NOW) == NOW + 600 * SECOND
    assert pace.held_until("a.example", now=NOW + 601 * SECOND) is None
    assert pace.turn("a.example", now=NOW) == NOW + 600 * SECOND
    pace.clear()
    assert pace.turn("a.example", now=NOW) == NOW


def test_what_is_past_is_forgotten_and_what_is_to_come_is_not() -> None:
    """Feeds come and go for years: the turns of their hosts must not pile up."""
    pace = Pace(spacing_s=1.0)
    for n in range(2500):
        pace.turn(f"{n}.example", now=NOW + n * SECOND)
    assert len(pace._free_at) <= 1000
    pace.hold("held.example", NOW + 9000 * SECOND)
    for n in range(2500, 4500):
        pace.turn(f"{n}.example", now=NOW + n * SECOND)
    assert pace.held_until("held.example", now=NOW + 4500 * SECOND) == NOW + 9000 * SECOND


@pytest.mark.parametrize(
    ("url", "paced"),
    [
        pytest.param("https://wire.example/feed", True, id="a name"),
        pytest.param("http://localhost:8080/feed", False, id="this machine"),
        pytest.param("http://127.0.0.1:8080/feed", False, id="a loopback address"),
        pytest.param("http://10.1.2.3/feed", False, id="a private address"),
        pytest.param("http://9.9.9.9/feed", True, id="a public address"),
    ],
)
def test_only_the_own_network_by_its_bare_address_is_not_paced(url: str, paced: bool) -> None:
    """And that only for a feed that may be private."""
    assert is_paced(url, allow_private=True) is paced
    assert is_paced(url, allow_private=False)
    assert host_of("https://WIRE.example:8443/x") == "wire.example"
