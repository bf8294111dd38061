"""The clock is set while the daemon runs: polls and messages go on as if it had not been, neither all at once nor never."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from support_daemon import NOW, InlineWorker, Outward, Rig, rss, run, write_config
from support_server import Asked, Reply, ScriptedServer
from support_store import opened, store_incident, store_settled_alert

import monitor.daemon as daemon_module
from monitor.alerts.quiet import QuietHours, quiet_until
from monitor.alerts.slots import Schedule, latest_slot
from monitor.daemon import Daemon
from monitor.errors import DeliveryError
from monitor.in_force import load_all
from monitor.store import outbox
from monitor.store.clock import clock_was_ahead

STEP_S = 20.0
INTERVAL_S = 300.0


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def in_london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own clock on the wall, where the hour changes twice a year."""
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


SPRING, AUTUMN = dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)  # at one o'clock UTC


@pytest.mark.usefixtures("in_london")
@pytest.mark.parametrize(
    ("hours", "begin"),
    [
        pytest.param(-1, NOW, id="an hour back"),
        pytest.param(1, NOW, id="an hour on"),
        pytest.param(87_600, NOW, id="ten years on"),
        pytest.param(0, SPRING, id="summer time begins"),
        pytest.param(0, AUTUMN, id="summer time ends"),
    ],
)
def test_a_clock_that_is_set_changes_nothing(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, begin: dt.datetime
) -> None:
    """Twelve feeds, asked every five minutes for half an hour before and after: no feed is left out, none is asked sooner than by plan,
    they do not come all at once, and a message that waited goes out when it should have."""
    assert hours or begin.astimezone().utcoffset() != (begin + dt.timedelta(hours=1)).astimezone().utcoffset()
    passed = [0.0]  # seconds of the monotonic clock
    offset = [dt.timedelta()]
    asked: list[tuple[float, str]] = []

    def wall() -> dt.datetime:
        return begin + dt.timedelta(seconds=passed[0]) + offset[0]

    def answer(one: Asked) -> Reply:
        asked.append((passed[0], one.path))
        return Reply(body=rss("calm", at=begin))

    monkeypatch.setattr(daemon_module, "utc_now", wall)
    monkeypatch.setattr(daemon_module, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    server.script("*", answer)
    names = [f"f{n}" for n in range(12)]

    async def story() -> None:
        config = write_config(tmp_path, {name: server.url(f"/{name}") for name in names})
        config.write_text(config.read_text().replace("[alerts]\n", '[alerts]\ntimezone = "Europe/London"\n'))
        out = Outward()
        async with Daemon.opened(
            load_all(config),
            clock=wall,
            rng=random.Random(3),
            send=out,
            make_worker=InlineWorker,  # type: ignore[arg-type]
        ) as daemon:
            r = Rig(daemon=daemon, server=server, out=out, config=config, now=[])

            async def go_on(seconds: float) -> None:
                until = passed[0] + seconds
                while passed[0] < until:
                    passed[0] += STEP_S
                    await r.poll()
                    await r.deliver()

            await go_on(1800)
            await r.daemon.db.call(_alert, wall())
            out.error = DeliveryError("JSON: answered 500")
            await r.deliver()
            out.error = None
            set_at = passed[0]
            offset[0] = dt.timedelta(hours=hours)
            await go_on(60)
            assert len(out.to("desk")) == 1, "the message that was to be tried again after half a minute"
            await go_on(1740)
            assert out.to("ops") == (["Monitor: the clock was set by 3650 days"] if hours > 24 else [])
            for name in names:
                times = [at for at, path in asked if path == f"/{name}"]
                gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
                assert max(gaps) <= 2 * INTERVAL_S + STEP_S, (name, times)
                assert times[-1] >= 3600 - 1.5 * INTERVAL_S
                assert min(gap for gap, at in zip(gaps, times[1:], strict=True) if at > set_at + 2 * INTERVAL_S) >= INTERVAL_S - STEP_S
            moments = [at for at, _ in asked if at > set_at]
            assert max(moments.count(at) for at in moments) <= 6, "no burst of twelve"

    run(story())


def _alert(db: object, now: dt.datetime) -> None:
    store_incident(db, "i1")  # type: ignore[arg-type]
    store_settled_alert(db, "i1", at=now, channels=("desk",))  # type: ignore[arg-type]


def test_what_a_wrong_clock_put_off_for_years_goes_out_at_the_next_start(tmp_path: Path) -> None:
    """A machine that came up ten years ahead and was put right while the daemon was down."""
    ahead = NOW + dt.timedelta(days=3650)
    with opened(tmp_path / "monitor.db") as db:
        _alert(db, ahead)
        store_incident(db, "i2")
        (number,) = store_settled_alert(db, "i2", at=NOW)
        claimed = outbox.claim(db, NOW, lease_s=60, owner="x")
        assert claimed is not None
        assert claimed[0].id == number
        outbox.mark_failed(db, number, "x", retry_at=ahead)
        assert clock_was_ahead(db, now=NOW) == 2
        assert {row.due_at for row in outbox.deliveries(db)} == {NOW}
        assert clock_was_ahead(db, now=NOW) == 0


def test_quiet_hours_and_waits_of_today_are_left_alone_at_a_start(tmp_path: Path) -> None:
    """Only what no clock that is right could have written is changed."""
    with opened(tmp_path / "monitor.db") as db:
        store_incident(db, "i1")
        (number,) = store_settled_alert(db, "i1", at=NOW)
        assert outbox.claim(db, NOW, lease_s=60, owner="x") is not None
        outbox.release(db, number, due_at=NOW + dt.timedelta(hours=11))
        assert clock_was_ahead(db, now=NOW) == 0


# ---------------------------------------------------------------- summer time


@pytest.mark.parametrize(("first", "days"), [(dt.date(2026, 3, 27), 5), (dt.date(2026, 10, 23), 5)], ids=["spring", "autumn"])
@pytest.mark.parametrize("at", [dt.time(1, 30), dt.time(0, 30), dt.time(8)], ids=str)
def test_a_digest_comes_once_a_day_over_a_change_of_summer_time(first: dt.date, days: int, at: dt.time) -> None:
    """Also at half past one in London, which comes twice in October and not at all in March."""
    schedule = Schedule(name="daily", channel="desk", at=at, days=frozenset(range(7)), timezone="Europe/London")
    now = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC)
    end = now + dt.timedelta(days=days)
    slots = set()
    while now < end:
        slots.add(latest_slot(schedule, now))
        now += dt.timedelta(minutes=5)
    dates = sorted(slot.astimezone(ZoneInfo("Europe/London")).date() for slot in slots)
    assert dates == [dates[0] + dt.timedelta(days=n) for n in range(len(dates))]
    assert len(dates) >= days


@pytest.mark.parametrize("day", [dt.date(2026, 3, 28), dt.date(2026, 10, 24)], ids=["spring", "autumn"])
def test_quiet_hours_end_in_the_morning_of_a_change_of_summer_time(day: dt.date) -> None:
    """At seven by the clock on the wall, whatever the length of the night."""
    quiet = QuietHours(begin=dt.time(22), end=dt.time(7), timezone="Europe/London")
    now = dt.datetime.combine(day, dt.time(23, 30), tzinfo=dt.UTC)
    until = quiet_until(quiet, now)
    assert until is not None
    summer = day.month == 3
    assert until == dt.datetime.combine(day + dt.timedelta(days=1), dt.time(6 if summer else 7), tzinfo=dt.UTC)
    assert quiet_until(quiet, until) is None
