"""An incident's messages as one thread: in a mail client, and in Slack through a bot."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest
from support_channels import smtp_server
from support_daemon import NOW, InlineWorker, Outward, Rig, rss, run, write_config
from support_server import Reply, ScriptedServer
from support_slack import PLACE, URL, Slack, slack_server
from support_store import a_filing, an_alert, an_incident, an_item

from monitor.alerts import slack_bot
from monitor.alerts.deliver import check_target, deliver
from monitor.alerts.render import render
from monitor.daemon import Daemon
from monitor.in_force import load_all
from monitor.store import outbox
from monitor.store.channels import outage


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slack]:
    with slack_server() as running:
        monkeypatch.setattr(slack_bot, "BASE_URL", running.base_url)
        yield running


@contextlib.asynccontextmanager
async def daemon_to(url: str, folder: Path, server: ScriptedServer) -> AsyncIterator[Rig]:
    """A daemon over the feed `/dawn` that sends for good, its channel `desk` being `url`."""
    config = write_config(folder, {"dawn": server.url("/dawn")})
    config.write_text(config.read_text().replace("json://127.0.0.1:9/desk", url))
    now = [NOW]
    async with Daemon.opened(
        load_all(config),
        clock=lambda: now[0],
        rng=random.Random(1),
        make_worker=InlineWorker,  # type: ignore[arg-type]
    ) as daemon:
        made = Rig(daemon=daemon, server=server, out=Outward(), config=config, now=now)
        made.later(seconds=61)
        yield made


async def told(r: Rig, killed: int) -> None:
    """The one report is edited to this toll; what that calls for is sent once the wait is over."""
    r.server.script("/dawn", Reply(body=rss(("a", f"{killed} killed in Mastung"))))
    await r.round(minutes=6)
    await r.round(minutes=4)


# ---------------------------------------------------------------- mail


def threads(mails: Iterable[EmailMessage]) -> list[list[str]]:
    """The subjects by thread, as a mail client tells them: each mail hangs under the last of its references, known or not (JWZ)."""
    parent: dict[str, str] = {}
    named: dict[str, str] = {}

    def root(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    for mail in mails:
        own = mail["Message-ID"].strip()
        named[own] = mail["Subject"]
        chain = [*re.findall(r"<[^<>\s]+>", mail["References"] or mail["In-Reply-To"] or ""), own]
        for above, below in pairwise(chain):
            if below not in parent and root(above) != below:
                parent[below] = above
    found: dict[str, list[str]] = {}
    for own, subject in named.items():
        found.setdefault(root(own), []).append(subject)
    return list(found.values())


def test_the_mails_of_an_incident_are_one_thread_from_first_to_last(server: ScriptedServer, tmp_path: Path) -> None:
    """The daemon's own mails of one incident, as a real server took them: a client puts the updates with the first one."""

    async def story() -> None:
        with smtp_server() as box:
            async with daemon_to(box.url, tmp_path, server) as r:
                for killed in (7, 12, 60):
                    await told(r, killed)
            (thread,) = threads(box.mails)
            assert [re.findall(r"\d+ killed", subject) for subject in thread] == [["7 killed"], ["12 killed"], ["60 killed"]]
            assert len({mail["Message-ID"] for mail in box.mails}) == 3

    run(story())


def test_mails_of_two_incidents_are_two_threads_however_they_mix() -> None:
    """The synthetic id is the incident's own: neither the order nor a like subject joins two of them."""
    incidents = [an_incident(name, filings=(a_filing(an_item(name)),)) for name in ("left", "right")]
    first = [an_alert(one, id=f"{one.id}-1") for one in incidents]
    later = [replace(one, id=f"{one.incident_id}-2", change="update", reason="toll-step-passed") for one in first]
    with smtp_server() as box:
        target = check_target(box.url)
        for one in (later[1], *first, later[0]):
            deliver(render(one, first_on_channel=one.change == "new", now=NOW, timezone="UTC"), target, timeout_s=5)
        assert [len(thread) for thread in threads(box.mails)] == [2, 2]
        assert len({mail["References"] for mail in box.mails}) == 2


# ---------------------------------------------------------------- Slack


def test_a_bot_edits_the_first_message_and_answers_in_its_thread(slack: Slack, server: ScriptedServer, tmp_path: Path) -> None:
    """An update stands in the thread; one that makes the incident critical shows in the channel too; the first has today's toll."""

    async def story() -> None:
        async with daemon_to(URL, tmp_path, server) as r:
            await told(r, 7)
            (first,) = slack.messages
            assert "7 killed" in slack.messages[first]["text"]
            await told(r, 12)
            (shown,) = slack.channel
            assert "12 killed" in shown["text"].splitlines()[0]
            await told(r, 60)
            assert [("60 killed" in m["text"].splitlines()[0], "thread_ts" in m) for m in slack.channel] == [(True, False), (True, True)]
            update, rise = slack.thread(first)
            assert "7 → 12" in update
            assert "CRITICAL" in rise

    run(story())


def test_the_thread_outlives_the_daemon(slack: Slack, server: ScriptedServer, tmp_path: Path) -> None:
    """What Slack calls the first message is kept with the delivery, so that a daemon started anew answers it."""

    async def story() -> None:
        async with daemon_to(URL, tmp_path, server) as r:
            await told(r, 7)
        async with daemon_to(URL, tmp_path, server) as r:
            r.later(minutes=10)
            await told(r, 12)
            first, second = slack.messages
            assert slack.messages[second]["thread_ts"] == first

    run(story())


def test_a_refused_token_ends_in_a_dead_letter_and_a_wait_in_another_try(slack: Slack, server: ScriptedServer, tmp_path: Path) -> None:
    """The outbox goes by what Slack says: Retry-After puts off, invalid_auth gives up."""
    slack.fail("chat.postMessage", "ratelimited", status=429, Retry_After="120")

    async def story() -> None:
        async with daemon_to(URL, tmp_path, server) as r:
            await told(r, 7)
            (waiting,) = await r.daemon.db.call(outbox.deliveries)
            away = await r.daemon.db.call(outage, "desk")
            assert (waiting.state, away and away.until) == ("waiting", r.now[0] + dt.timedelta(minutes=2))
            slack.fail("chat.postMessage", "invalid_auth")
            r.later(minutes=3)
            await r.deliver()
            (dead,) = await r.daemon.db.call(outbox.deliveries)
            assert (dead.state, dead.last_error) == ("dead", "Slack: refused it (invalid_auth); check the bot's token")

    run(story())


def test_no_message_of_a_bot_is_lost_for_a_place_that_changed(slack: Slack, server: ScriptedServer, tmp_path: Path) -> None:
    """A thread in another Slack channel cannot be answered: the incident's next message opens one here."""

    async def story() -> None:
        async with daemon_to(URL, tmp_path, server) as r:
            await told(r, 7)
            (delivery,) = await r.daemon.db.call(outbox.deliveries)
            await r.daemon.db.call(lambda db: db.execute("UPDATE deliveries SET thread = 'C0LDPLACE/1.0' WHERE id = ?", [delivery.id]))
            await told(r, 12)
            assert [("thread_ts" in m, m["channel"]) for m in slack.channel] == [(False, PLACE), (False, PLACE)]

    run(story())
