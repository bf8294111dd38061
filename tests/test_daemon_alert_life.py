"""The daemon with all that can hold a message back, and what it sends of its own accord."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support_channels import smtp_server
from support_daemon import NOW, InlineWorker, Outward, Rig, rss, run, write_config
from support_server import Reply, ScriptedServer

from monitor.alerts.silence import Silence
from monitor.daemon import Daemon
from monitor.errors import DeliveryError
from monitor.in_force import load_all
from monitor.store import alerts, holds, outbox
from monitor.store.acknowledgements import acknowledge
from monitor.store.dispatches import dispatches
from monitor.store.silences import add_silence

DAY = dt.timedelta(days=1)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@contextlib.asynccontextmanager
async def life(
    folder: Path,
    server: ScriptedServer,
    *,
    extra: str = "",
    desk: str = "",
    alerts: str = "",
    mail: str | None = None,
    at: dt.datetime = NOW,
) -> AsyncIterator[Rig]:
    """A daemon over the feed `/dawn`: `desk` are more lines of that channel, `alerts` of [alerts]; `mail` is a real mail channel."""
    config = write_config(folder, {"dawn": server.url("/dawn")}, extra=extra, channels=("desk", "ops", "phone"))
    text = config.read_text().replace("[channels.ops]", f"{desk}\n[channels.ops]").replace("[alerts]\n", f"[alerts]\n{alerts}\n")
    config.write_text(text + (f'\n[channels.mail]\nurl = "{mail}"\n' if mail else ""))
    now, out = [at], Outward()
    async with Daemon.opened(
        load_all(config),
        clock=lambda: now[0],
        rng=random.Random(1),
        send=None if mail else out,
        make_worker=InlineWorker,  # type: ignore[arg-type]
    ) as daemon:
        made = Rig(daemon=daemon, server=server, out=out, config=config, now=now)
        made.later(seconds=61)
        yield made


async def tend(r: Rig, **how_much: float) -> None:
    """Let time pass, keep house, deliver."""
    r.later(**how_much)
    await r.daemon.housekeeping()
    await r.deliver()


def test_quiet_hours_of_the_config_put_a_message_off(server: ScriptedServer, tmp_path: Path) -> None:
    """At five in the afternoon in Karachi a channel that is quiet until seven gets it at seven."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with life(tmp_path, server, desk='quiet = "16:00-19:00"') as r:
            await r.poll()
            await tend(r, minutes=5)
            assert r.out.sent == []
            (delivery,) = await r.daemon.db.call(outbox.deliveries)
            (hold,) = await r.daemon.db.call(holds.holds, delivery.id)
            assert (hold.why, hold.until) == ("quiet hours", NOW + dt.timedelta(hours=2))
            await tend(r, hours=1)
            assert r.out.sent == []
            await tend(r, hours=1)
            assert len(r.out.to("desk")) == 1

    run(story())


def test_quiet_hours_let_a_critical_alert_through(server: ScriptedServer, tmp_path: Path) -> None:
    """Sixty dead do not wait for the morning."""
    server.script("/dawn", Reply(body=rss("60 killed in Mastung")))

    async def story() -> None:
        async with life(tmp_path, server, desk='quiet = "16:00-19:00"') as r:
            await r.poll()
            await tend(r, seconds=1)
            assert len(r.out.to("desk")) == 1

    run(story())


def test_a_silence_made_while_the_daemon_runs_is_obeyed(server: ScriptedServer, tmp_path: Path) -> None:
    """It is read when a message's turn comes, without a reload; what changes after its end is told."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")), Reply(body=rss("22 killed in Mastung")))

    async def story() -> None:
        async with life(tmp_path, server) as r:
            await r.poll()
            end = r.now[0] + dt.timedelta(minutes=30)
            made = Silence(matcher={"district": "Mastung"}, author="Sana", reason="exercise", created_at=NOW, starts_at=NOW, ends_at=end)
            await r.daemon.db.call(add_silence, made)
            await tend(r, minutes=10)
            assert r.out.sent == []
            await r.round(minutes=40)
            await tend(r, minutes=10)
            (title,) = r.out.to("desk")
            assert "22 killed" in title
            assert "UPDATE" not in title

    run(story())


def test_a_silence_that_means_nothing_any_more_is_told_to_the_operator(server: ScriptedServer, tmp_path: Path) -> None:
    """Whoever relies on it must know; the alert goes out."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with life(tmp_path, server) as r:
            await r.poll()
            gone = Silence(matcher={"group": "gone"}, author="Sana", reason="exercise", created_at=NOW, starts_at=NOW)
            number = (await r.daemon.db.call(add_silence, gone)).id
            await tend(r, minutes=10)
            assert len(r.out.to("desk")) == 1
            assert r.out.to("ops") == [f"Monitor: silence {number} means nothing any more"]

    run(story())


def test_a_storm_goes_out_as_one_message_and_survives_a_failed_try(server: ScriptedServer, tmp_path: Path) -> None:
    """All are marked as sent by it; a try that failed brings them all again, in one message."""

    async def story() -> None:
        async with life(tmp_path, server, extra="[alerts.storm]\nmessages = 2\n") as r:
            await r.daemon.db.call(_five_alerts, r.now[0])
            r.out.error = DeliveryError("no answer", ambiguous=True)
            await tend(r)
            assert {d.state for d in await r.daemon.db.call(outbox.deliveries)} == {"waiting"}
            r.out.error = None
            await tend(r, minutes=2)
            (title,) = r.out.to("desk")
            assert title.startswith("5 alerts at once")
            assert r.out.sent[0][1].text.count("(may be a repeat)") == 10
            assert {d.state for d in await r.daemon.db.call(outbox.deliveries)} == {"sent"}

    run(story())


def _five_alerts(db: object, at: dt.datetime) -> None:
    from support_store import store_incident, store_settled_alert

    for n in range(5):
        store_incident(db, f"i{n}")  # type: ignore[arg-type]
        store_settled_alert(db, f"i{n}", at=at, channels=("desk",))  # type: ignore[arg-type]


def test_an_unacknowledged_critical_alert_is_repeated_on_the_second_channel(server: ScriptedServer, tmp_path: Path) -> None:
    """Until somebody says that they have it; the first channel hears it once."""
    server.script("/dawn", Reply(body=rss("60 killed in Mastung")))

    async def story() -> None:
        async with life(tmp_path, server, alerts='escalate_after = "30m"\nescalate_to = "phone"') as r:
            await r.poll()
            await tend(r, seconds=1)
            for _ in range(2):
                await tend(r, minutes=31)
            assert [title[:14] for title in r.out.to("phone")] == ["UNACKNOWLEDGED"] * 2
            (alert,) = await r.daemon.db.call(alerts.alerts)
            await r.daemon.db.call(acknowledge, alert, at=r.now[0], author="Sana")
            await tend(r, hours=5)
            assert (len(r.out.to("phone")), len(r.out.to("desk"))) == (2, 1)

    run(story())


def test_a_silence_stops_repeats_while_it_holds(server: ScriptedServer, tmp_path: Path) -> None:
    """Whoever silenced the incident is not called for it."""
    server.script("/dawn", Reply(body=rss("60 killed in Mastung")))

    async def story() -> None:
        async with life(tmp_path, server, alerts='escalate_after = "30m"\nescalate_to = "phone"') as r:
            await r.poll()
            await tend(r, seconds=1)
            made = Silence(
                matcher={"channel": "phone"}, author="Sana", reason="at it", created_at=NOW, starts_at=NOW, ends_at=NOW + DAY / 4
            )
            await r.daemon.db.call(add_silence, made)
            await tend(r, hours=5)
            assert r.out.to("phone") == []
            await tend(r, hours=2)
            assert len(r.out.to("phone")) == 1

    run(story())


def test_without_escalate_after_nothing_is_repeated(server: ScriptedServer, tmp_path: Path) -> None:
    """It is off unless asked for."""
    server.script("/dawn", Reply(body=rss("60 killed in Mastung")))

    async def story() -> None:
        async with life(tmp_path, server) as r:
            await r.poll()
            await tend(r, hours=48)
            assert (r.out.to("phone"), len(r.out.to("desk"))) == ([], 1)

    run(story())


def test_a_digest_that_a_channel_refuses_is_tried_again_and_then_given_up(server: ScriptedServer, tmp_path: Path) -> None:
    """The operator is told; alerts go on."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with life(tmp_path, server, extra='[digests.daily]\nchannel = "phone"\nat = "08:00"\n') as r:
            await tend(r)
            r.out.errors_for["phone"] = DeliveryError("no answer")
            await tend(r, hours=24)
            (one,) = await r.daemon.db.call(dispatches)
            assert (one.state, one.attempts, one.last_error) == ("waiting", 1, "no answer")
            r.out.errors_for["phone"] = DeliveryError("gone", permanent=True)
            await tend(r, minutes=5)
            (one,) = await r.daemon.db.call(dispatches)
            assert one.state == "dead"
            assert r.out.to("ops") == ["Monitor: channel phone does not take a digest"]

    run(story())


def test_a_digest_arrives_as_a_mail_with_its_chart(server: ScriptedServer, tmp_path: Path) -> None:
    """A real server: HTML with the picture inside it, the plain part with the tables, once a slot, restarts included."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story(mail: str) -> None:
        digest = '[digests.daily]\nchannel = "mail"\nat = "08:00"\n'
        async with life(tmp_path, server, extra=digest, mail=mail) as r:
            await tend(r)
            await r.poll()
            at = r.now[0]
        for _ in range(2):
            async with life(tmp_path, server, extra=digest, mail=mail, at=at + DAY) as r:
                await r.daemon.housekeeping()
                await r.deliver()

    with smtp_server() as box:
        run(story(box.url))
        mails = [mail for mail in box.mails if "digest" in mail["Subject"]]
    (mail,) = mails
    assert mail["Subject"] == "Daily digest, 11 Mar 2026: 1 incident, 7 killed, 0 injured"
    html = mail.get_body(("html",))
    assert html is not None
    assert '<img src="cid:by-day.png"' in html.get_content()
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "By district" in plain.get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<by-day.png>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True)[:8] == b"\x89PNG\r\n\x1a\n"
