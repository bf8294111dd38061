"""Files that change under a running daemon: taken up by themselves, refused aloud, and never a reason to send anything."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support_daemon import NOW, Rig, rig, rss, run
from support_pipeline import RULES, account, desk, reading
from support_server import Reply, ScriptedServer

from monitor.cli import cli
from monitor.model import Place
from monitor.pipeline import Desk, store_poll
from monitor.rules.load import load_rules
from monitor.store import alerts as alert_rows
from monitor.store import feeds as feed_rows
from monitor.store import incidents as incident_rows
from monitor.store import outbox
from monitor.store.database import Database
from monitor.store.lock import daemon_lock
from monitor.store.meta import RELOAD_REFUSED, meta


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        running.script("/dawn", Reply(body=rss("calm")))
        yield running


async def looks(r: Rig, number: int = 2) -> list[bool]:
    """So many looks at the files, a few seconds apart in a running daemon."""
    tried = [await r.daemon.files_tick() for _ in range(number)]
    await r.daemon.sender.idle(timeout_s=5)
    return tried


def break_rules(r: Rig, words: str = "[{name: x") -> None:
    (r.config.parent / "rules/alerts.yaml").write_text(f"rules: {words}")


def mend_rules(r: Rig) -> None:
    (r.config.parent / "rules/alerts.yaml").write_text(RULES)


def test_an_edit_is_taken_up_without_being_asked_for(server: ScriptedServer, tmp_path: Path) -> None:
    """At the second look, when the file lies still; a look later there is nothing more to do."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            (tmp_path / "rules/alerts.yaml").write_text(RULES.replace(">= 50", ">= 40"))
            before = r.daemon.force
            assert await looks(r, 3) == [False, True, False]
            assert r.daemon.force is not before
            assert r.out.to("ops") == []

    run(story())


def test_an_edit_of_the_config_is_taken_up_as_well(server: ScriptedServer, tmp_path: Path) -> None:
    """A feed that was added by `monitor feeds add` needs no signal."""
    server.script("/late", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            with r.config.open("a") as file:
                file.write(f'[[feeds]]\nname = "late"\nurl = "{server.url("/late")}"\nallow_private = true\n')
            assert await looks(r) == [False, True]
            await r.round(minutes=10)
            assert len(server.asked("/late")) == 1

    run(story())


def test_a_running_daemon_looks_by_itself(server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler does what the tests above do by hand."""
    from test_daemon_serve import serving, until

    monkeypatch.setattr("monitor.daemon.WATCH_S", 0.1)

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r, serving(r):
            before = r.daemon.force
            (tmp_path / "rules/alerts.yaml").write_text(RULES.replace(">= 50", ">= 40"))
            await until(lambda: r.daemon.force is not before)

    run(story())


def test_a_broken_edit_is_told_once_and_once_more_when_it_is_mended(server: ScriptedServer, tmp_path: Path) -> None:
    """However often it is saved in between, by whatever signal; broken again within the hour, it is told again."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            break_rules(r)
            assert await looks(r) == [False, True]
            break_rules(r, "[{name: x}]")
            assert await looks(r) == [False, True]
            assert await r.daemon.reload() is False
            await r.daemon.sender.idle(timeout_s=5)
            assert r.out.to("ops") == ["Monitor: reload refused"]
            mend_rules(r)
            assert await looks(r) == [False, True]
            assert await r.daemon.reload() is True
            await r.daemon.sender.idle(timeout_s=5)
            assert r.out.to("ops") == ["Monitor: reload refused", "Monitor: reload mended"]
            break_rules(r)
            await looks(r)
            mend_rules(r)
            await looks(r)
            assert r.out.to("ops") == ["Monitor: reload refused", "Monitor: reload mended"] * 2
            assert "rules/alerts.yaml:1:" in r.out.sent[0][1].text

    run(story())


def test_a_rules_folder_that_is_suddenly_empty_is_refused(server: ScriptedServer, tmp_path: Path) -> None:
    """Not a rule set without rules: an unmounted disk must not silence the desk."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            before = r.daemon.force
            for path in (tmp_path / "rules").iterdir():
                path.unlink()
            assert await looks(r) == [False, True]
            assert r.daemon.force is before
            assert "empty" in r.out.sent[0][1].text

    run(story())


def test_status_shows_what_is_wrong_until_it_is_mended(server: ScriptedServer, tmp_path: Path) -> None:
    """With file, line and column; nothing once it is mended, and nothing of a daemon that has ended."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            break_rules(r, "[{name: x, severity: high, when: {killed: many}}]")
            await looks(r)
            database = r.daemon.force.config.database

            def status(*options: str) -> str:
                return CliRunner().invoke(cli, ["--config", str(r.config), "status", *options]).stdout

            with daemon_lock(database):
                shown = status()
                form = json.loads(status("--json"))
            assert "refused since 2026-03-10" in shown
            assert "alerts.yaml:1:" in shown
            assert 'killed is "many"' in " ".join(shown.split())
            assert form["reload_refused"]["at"].startswith("2026-03-10T12:01")
            assert any('killed is "many"' in problem for problem in form["reload_refused"]["problems"])
            assert json.loads(status("--json"))["reload_refused"] is None, "no daemon runs"
            mend_rules(r)
            await looks(r)
            with daemon_lock(database):
                assert json.loads(status("--json"))["reload_refused"] is None

    run(story())


def test_a_daemon_that_starts_forgets_what_the_one_before_refused(server: ScriptedServer, tmp_path: Path) -> None:
    """It has read all files without a problem, or it would not run."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            break_rules(r)
            await looks(r)
            assert await r.daemon.db.call(meta, RELOAD_REFUSED)
            mend_rules(r)
        async with rig(tmp_path, server, "dawn") as r:
            assert await r.daemon.db.call(meta, RELOAD_REFUSED) is None

    run(story())


def _attacks(db: Database, rules: Desk, number: int) -> None:
    at = NOW - dt.timedelta(minutes=30)
    towns = [
        Place(name=f"Town {n}", district=f"Town {n}", province="Balochistan", country="Pakistan", lat=n % 170 - 85, lon=n // 170 * 50 - 170)
        for n in range(number)
    ]
    attacks = [reading(f"attack {n}", account(killed=1 + n % 60, place=town, date=NOW.date()), at=at) for n, town in enumerate(towns)]
    store_poll(db, rules, attacks, state=feed_rows.feed_state(db, "https://x.example.org"), seen_at=at, first_fetch=False)


def test_a_reload_with_a_thousand_open_incidents_sends_nothing(server: ScriptedServer, tmp_path: Path) -> None:
    """Every one meets the new rules, graver than before, and a surge: what was not told then waits for its next report."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            # Nothing was told: the rules of the past asked for more.
            silent = dataclasses.replace(
                desk(), ruleset=load_rules({"rules/a.yaml": RULES.replace('>= 1"', '>= 999"').replace("50", "999")})
            )
            await r.daemon.db.call(_attacks, silent, 1000)
            assert len(await r.daemon.db.call(incident_rows.incidents)) == 1000
            text = RULES.replace(">= 50", ">= 1") + (
                "  - name: wave\n    when: {surge: {by: country, incidents: 5, within: 7d}}\n    severity: critical\n"
            )
            (tmp_path / "rules/alerts.yaml").write_text(text)
            assert await looks(r) == [False, True]
            assert await r.daemon.reload() is True
            for _ in range(3):
                await r.round(minutes=10)
            assert r.out.sent == []
            assert await r.daemon.db.call(alert_rows.alerts) == []

    run(story())


def test_a_reload_leaves_told_what_was_told(server: ScriptedServer, tmp_path: Path) -> None:
    """Each was sent once under the old rules; the new ones are graver and send none of them again."""

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.daemon.db.call(_attacks, r.daemon.force.desk, 100)
            await r.deliver()
            while (await r.daemon.db.call(outbox.count_by_state)).get("waiting"):
                await r.round(minutes=10)
            sent = await r.daemon.db.call(outbox.count_by_state)
            told: list[Any] = await r.daemon.db.call(alert_rows.alerts)
            assert len(told) == 100
            (tmp_path / "rules/alerts.yaml").write_text(RULES.replace(">= 50", ">= 1"))
            assert await looks(r) == [False, True]
            before = len(r.out.sent)
            for _ in range(3):
                await r.round(minutes=10)
            assert len(r.out.sent) == before
            assert await r.daemon.db.call(outbox.count_by_state) == sent
            assert len(await r.daemon.db.call(alert_rows.alerts)) == 100

    run(story())
