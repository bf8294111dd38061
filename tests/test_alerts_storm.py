"""Storm control: how many messages go one by one, together or later."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.storm import Pace, StormSettings, pace

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
THREE = StormSettings(messages=3, within_s=600)


def ago(*minutes: float) -> list[dt.datetime]:
    return [NOW - dt.timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("sent", "due", "critical", "how"),
    [
        pytest.param([], 3, 0, Pace(how="one"), id="as many as may go"),
        pytest.param([], 4, 0, Pace(how="together"), id="one more at once"),
        pytest.param([1, 2], 1, 0, Pace(how="one"), id="the last one of the window"),
        pytest.param([1, 2], 2, 0, Pace(how="together"), id="two for one place"),
        pytest.param([1, 2, 3], 1, 0, Pace(how="hold", until=NOW + dt.timedelta(minutes=7)), id="the window is full"),
        pytest.param([1, 2, 3, 9], 1, 0, Pace(how="hold", until=NOW + dt.timedelta(minutes=7)), id="more than full"),
        pytest.param([1, 2, 10], 1, 0, Pace(how="one"), id="the oldest has left the window"),
        pytest.param([1, 2, 3], 1, 1, Pace(how="together"), id="a critical one is never held"),
        pytest.param([1, 2, 3], 5, 1, Pace(how="together"), id="nor are those that go with it"),
    ],
)
def test_how_alerts_go_out(sent: list[float], due: int, critical: int, how: Pace) -> None:
    """At most three in ten minutes one by one."""
    assert pace(ago(*sent), due=due, critical=critical, now=NOW, settings=THREE) == how


def test_storm_control_can_be_off() -> None:
    """Zero messages mean no limit."""
    off = StormSettings(messages=0)
    assert pace(ago(*[1] * 50), due=500, critical=0, now=NOW, settings=off) == Pace(how="one")


@given(
    sent=st.lists(st.integers(0, 1200)),
    due=st.integers(1, 50),
    messages=st.integers(2, 10),
)
def test_what_is_held_may_go_when_its_time_has_come(sent: list[int], due: int, messages: int) -> None:
    """Until then the window is full, and at that moment it is not: nothing is held twice unless more was sent meanwhile."""
    settings = StormSettings(messages=messages, within_s=600)
    times = [NOW - dt.timedelta(seconds=one) for one in sent]
    first = pace(times, due=due, critical=0, now=NOW, settings=settings)
    if first.until is not None:
        assert NOW < first.until <= NOW + settings.window
        assert pace(times, due=due, critical=0, now=first.until, settings=settings).how != "hold"
