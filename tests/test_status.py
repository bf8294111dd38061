"""Whether all is well: judged, measured, and told by `monitor status`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support_daemon import NOW, Rig, rig, rss, run
from support_server import Reply, ScriptedServer

from monitor import __version__
from monitor.cli import cli, status
from monitor.errors import DeliveryError
from monitor.store.delays import Delays, delays
from monitor.store.lock import daemon_lock
from monitor.vitals import Vitals, spread, troubles

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as made:
        yield made


@pytest.mark.parametrize(
    ("vitals", "words"),
    [
        (Vitals(running=True, feeds={"ok": 3, "silent": 1, "failing": 1}), ()),
        (Vitals(running=False, expected=False, feeds={"ok": 3}), ()),
        (Vitals(running=False), ("the daemon is not running",)),
        (Vitals(running=True, feeds={"ok": 2, "late": 1}), ("1 of 3 feeds are polled late",)),
        (Vitals(running=True, feeds={"ok": 2, "failing": 1, "gone": 1}), ("2 of 4 feeds fail",)),
        (Vitals(running=True, feeds={"new": 2}, started_at=NOW - 5 * MINUTE), ()),
        (Vitals(running=True, feeds={"new": 2}, started_at=NOW - 11 * MINUTE), ("2 of 2 feeds were never polled",)),
        (Vitals(running=True, stuck_since=NOW - 40 * MINUTE), ("a message waits to be sent since 40 min ago",)),
        (Vitals(running=True, given_up=1), ("1 message was given up in the last week",)),
        (Vitals(running=True, given_up=2), ("2 messages were given up in the last week",)),
        (Vitals(running=True, reload_refused=True), ("changed files have mistakes and are not in force",)),
        (Vitals(running=True, store_trouble="the disk is full"), ("the database refuses: the disk is full",)),
    ],
    ids=["well", "by cron", "stopped", "late", "half fail", "just begun", "never polled", "stuck", "lost", "two lost", "refused", "disk"],
)
def test_each_trouble_has_its_words(vitals: Vitals, words: tuple[str, ...]) -> None:
    """One failing feed among many is the feed's trouble; half of them is the network's."""
    assert troubles(vitals, now=NOW) == words


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_the_median_and_the_95th_are_durations_that_occurred(seconds: list[float]) -> None:
    """Nearest rank: at least 95 of 100 do not exceed the one, half do not exceed the other."""
    found = spread(seconds)
    assert found is not None
    assert {found.median_s, found.p95_s} <= set(seconds)
    assert sum(one <= found.p95_s for one in seconds) >= 0.95 * len(seconds)
    assert sum(one <= found.median_s for one in seconds) >= 0.5 * len(seconds)
    assert spread([]) is None


def told(r: Rig, monkeypatch: pytest.MonkeyPatch, *options: str) -> Any:
    """What `monitor status` says beside the running daemon, at the daemon's time."""
    monkeypatch.setattr(status, "now_utc", lambda: r.now[0])
    with daemon_lock(r.daemon.force.config.database):
        return CliRunner().invoke(cli, ["--config", str(r.config), "status", *options])


def test_delays_are_measured_from_published_to_seen_to_sent(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first fetch and what quiet hours held back say nothing of the speed and are left out."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            old = rss("calm", at=NOW - dt.timedelta(hours=9))
            server.script("/dawn", Reply(body=old))
            await r.poll()
            assert await r.daemon.db.call(delays, since=NOW - 7 * 24 * 60 * MINUTE) == Delays()
            r.later(minutes=10)
            server.script("/dawn", Reply(body=rss("5 killed in Mastung", at=r.now[0] - 4 * MINUTE)))
            await r.poll()
            await r.round(minutes=3)
            assert r.out.to("desk")
            assert await r.daemon.db.call(delays, since=NOW) == Delays(seen=(240.0,), sent=(180.0,), whole=(420.0,))
            result = told(r, monkeypatch, "--json")
            form = json.loads(result.stdout)
            assert (result.exit_code, form["healthy"], form["troubles"]) == (0, True, [])
            assert form["delays"]["published_to_sent"] == {"count": 1, "median_s": 420.0, "p95_s": 420.0}
            assert (form["version"], form["running_version"]) == (__version__, __version__)
            text = told(r, monkeypatch).stdout
            assert "published to seen 4 min (95 %: 4 min), seen to sent 3 min (95 %: 3 min)" in text
            assert f"daemon     running since 2026-03-10 17:00, version {__version__}" in text

    run(story())


def test_rules_are_in_force_since_they_changed(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reload with the same rules, and a restart, leave the time; other rules set it."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            first = json.loads(told(r, monkeypatch, "--json").stdout)["rules"]
            assert (first["rules"], first["since"]) == (2, "2026-03-10T12:00:00Z")
            r.later(minutes=1)
            assert await r.daemon.reload()
            assert json.loads(told(r, monkeypatch, "--json").stdout)["rules"] == first
            path = tmp_path / "rules/alerts.yaml"
            path.write_text(path.read_text().replace(">= 50", ">= 40"))
            assert await r.daemon.reload()
            second = json.loads(told(r, monkeypatch, "--json").stdout)["rules"]
            assert second["since"] == "2026-03-10T12:02:01Z"
            assert second["digest"] != first["digest"]
            assert f"2 rules in force since 2026-03-10 17:02 ({second['digest'][:12]})" in told(r, monkeypatch).stdout

    run(story())


def test_what_is_not_well_is_named_and_ends_with_status_1(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that a channel refuses is stuck after a quarter of an hour, and lost when it is given up."""
    server.script("/dawn", Reply(body=rss("5 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            r.out.errors_for["desk"] = DeliveryError("no answer")
            await r.round()
            await r.round(minutes=4)
            assert told(r, monkeypatch).exit_code == 0, "a first failure is tried again"
            form = json.loads(told(r, monkeypatch, "--json").stdout)
            assert form["oldest_pending"] == "2026-03-10T12:01:01Z"
            r.later(minutes=16)
            await r.poll()
            result = told(r, monkeypatch)
            assert (result.exit_code, result.stderr) == (1, "not well: a message waits to be sent since 16 min ago\n")
            r.out.errors_for["desk"] = DeliveryError("no such channel", permanent=True)
            await r.round(hours=1)
            await r.poll()
            result = told(r, monkeypatch)
            assert (result.exit_code, result.stderr) == (1, "not well: 1 message was given up in the last week\n")
            assert json.loads(told(r, monkeypatch, "--json").stdout)["dead_letters"] == 1
            r.later(days=8)
            await r.poll()
            assert told(r, monkeypatch).exit_code == 0

    run(story())


def test_a_stopped_daemon_is_not_well_but_a_single_pass_needs_none(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under cron nothing runs between two passes; then feeds that are late tell that no pass came."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            monkeypatch.setattr(status, "now_utc", lambda: r.now[0])
            words = ["--config", str(r.config), "status"]
            assert CliRunner().invoke(cli, words).stderr == "not well: the daemon is not running\n"
            r.daemon._once = True
            await r.daemon.reload()
            assert CliRunner().invoke(cli, words).exit_code == 0
            r.later(hours=1)
            assert CliRunner().invoke(cli, words).stderr == "not well: 1 of 1 feeds are polled late\n"

    run(story())
