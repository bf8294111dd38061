"""The daemon's ticks: what a poll stores, what is sent and when, and what goes on when something is broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_daemon import NOW, Rig, rig, rss, run
from support_server import Reply, ScriptedServer

from monitor.daemon import Every
from monitor.errors import DeliveryError
from monitor.sender import pause_s
from monitor.store import feeds as feed_rows
from monitor.store import items as item_rows
from monitor.store import outbox


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


async def _states(rig: Rig) -> dict[str, int]:
    return await rig.daemon.db.call(outbox.count_by_state)


def test_an_attack_in_a_feed_becomes_one_message_after_the_wait(server: ScriptedServer, tmp_path: Path) -> None:
    """Nothing goes out before the three minutes are over, one message then, none later."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            await r.deliver()
            assert r.out.sent == []
            await r.round(minutes=4)
            assert [title for title in r.out.to("desk") if "7 killed" in title] == r.out.to("desk") != []
            await r.round(hours=1)
            await r.round(hours=7)
            assert len(r.out.to("desk")) == 1

    run(story())


def test_an_unchanged_body_is_not_parsed_again(server: ScriptedServer, tmp_path: Path) -> None:
    """A server without ETags that sends the same bytes costs a fetch and nothing more."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            await r.round(minutes=10)
            assert len(server.asked("/dawn")) == 2
            assert r.worker.parsed == ["dawn"]

    run(story())


def test_validators_go_back_and_a_304_is_a_success(server: ScriptedServer, tmp_path: Path) -> None:
    """The ETag of the last body is sent with the next poll, byte for byte."""
    server.script("/dawn", Reply(body=rss("calm"), headers={"ETag": 'W/"x1"'}), Reply(status=304))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            await r.round(minutes=10)
            assert server.asked("/dawn")[1].header("If-None-Match") == 'W/"x1"'
            state = await r.daemon.db.call(feed_rows.feed_state, server.url("/dawn"))
            assert (state.last_status, state.failures) == ("not modified", 0)

    run(story())


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=500), "HTTP 500"),
        (Reply(body=b"<!doctype html><title>Please log in</title><p>hello"), "HTML"),
        (Reply(body=b""), "empty"),
        (Reply(hang_up=True), "cut short"),
    ],
    ids=["server error", "HTML instead of a feed", "empty body", "hung up"],
)
def test_one_broken_feed_does_not_stop_the_others(server: ScriptedServer, tmp_path: Path, reply: Reply, words: str) -> None:
    """The broken one is remembered as failed with the reason in words, and is tried again; the sound one is taken."""
    server.script("/broken", reply)
    server.script("/sound", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "broken", "sound") as r:
            await r.poll()
            state = await r.daemon.db.call(feed_rows.feed_state, server.url("/broken"))
            assert state.last_status in ("failed", "page")
            assert words.lower() in (state.last_error or "").lower()
            assert state.next_due_at is not None
            assert await r.daemon.db.call(item_rows.count_items) == 1
            await r.round(minutes=20)
            assert len(server.asked("/broken")) == 2

    run(story())


def test_a_feed_that_is_gone_is_no_longer_asked_and_the_operator_hears_of_it(server: ScriptedServer, tmp_path: Path) -> None:
    """410 stops the feed; one notice goes to the operator's channel."""
    server.script("/dawn", Reply(status=410))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            await r.deliver()
            await r.round(days=2)
            assert len(server.asked("/dawn")) == 1
            assert r.out.to("ops") == ["Monitor: feed dawn is gone"]

    run(story())


def test_a_poison_item_is_stored_unread_after_two_attempts_and_the_rest_is_read(server: ScriptedServer, tmp_path: Path) -> None:
    """An item that cannot be read holds nothing up: it is kept with its reason, the operator is told, its feed goes on."""
    server.script("/dawn", Reply(body=rss("poison", "7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            await r.round(minutes=4)
            assert r.worker.read_items.count("poison") == 2
            stored = (await r.daemon.db.call(item_rows.items_by_id, "poison"))[0]
            assert (stored.state, stored.error) == ("unread", "ValueError: cannot swallow it")
            assert len(r.out.to("desk")) == 1
            assert r.out.to("ops") == ["Monitor: item poison could not be read"]

    run(story())


def test_a_full_disk_pauses_polling_says_so_and_loses_nothing(server: ScriptedServer, tmp_path: Path) -> None:
    """The ETag of a poll that could not be stored is not remembered, so that the poll comes again once there is room."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung" + " and more" * 20_000), headers={"ETag": '"big"'}))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.daemon.db.call(lambda db: db.execute("PRAGMA max_page_count = 1").fetchall())
            await r.poll()
            assert r.daemon.poller.trouble is not None
            assert "full" in r.daemon.poller.trouble
            await r.deliver()
            assert r.out.to("ops") == ["Monitor: the database refuses"]
            await r.poll()
            assert len(server.asked("/dawn")) == 1, "polling is paused"
            await r.daemon.db.call(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())
            r.daemon.poller._held_until = 0.0
            await r.poll()
            assert r.daemon.poller.trouble is None
            assert server.asked("/dawn")[1].header("If-None-Match") is None
            assert await r.daemon.db.call(item_rows.count_items) == 1

    run(story())


def test_a_failed_send_is_tried_again_later(server: ScriptedServer, tmp_path: Path) -> None:
    """The row waits half a minute at least, then goes out once."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            r.out.error = DeliveryError("JSON: answered 503")
            await r.round(minutes=4)
            assert await _states(r) == {"waiting": 1}
            r.out.error = None
            r.later(seconds=20)
            await r.deliver()
            assert r.out.sent == []
            r.later(seconds=15)
            await r.deliver()
            assert await _states(r) == {"sent": 1}
            assert len(r.out.to("desk")) == 1

    run(story())


def test_a_permanent_refusal_is_a_dead_letter_and_the_operator_hears_of_it_elsewhere(server: ScriptedServer, tmp_path: Path) -> None:
    """Trying again cannot help: the row is given up, and the notice goes by another channel than the one that refused."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            r.out.errors_for["desk"] = DeliveryError("JSON: answered 404 (Not Found)", permanent=True)
            await r.round(minutes=4)
            assert await _states(r) == {"dead": 1}
            assert r.out.to("ops") == ["Monitor: channel desk does not take an alert"]

    run(story())


def test_an_edited_toll_is_one_update(server: ScriptedServer, tmp_path: Path) -> None:
    """The same GUID with a higher toll: one more message, an update, and no second incident."""
    server.script("/dawn", Reply(body=rss(("a", "7 killed in Mastung"))), Reply(body=rss(("a", "12 killed in Mastung"))))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            r.later(minutes=4)
            await r.deliver()
            await r.round(minutes=6)
            await r.round(minutes=4)
            first, second = r.out.to("desk")
            assert "7 killed" in first
            assert second.startswith("UPDATE")
            assert "12 killed" in second

    run(story())


def test_a_reload_takes_new_rules_and_sends_nothing_again(server: ScriptedServer, tmp_path: Path) -> None:
    """What was told stays told; a feed that is new in the config is polled."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))
    server.script("/late", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            await r.round(minutes=4)
            old = r.worker
            text = r.config.read_text() + f'[[feeds]]\nname = "late"\nurl = "{server.url("/late")}"\nallow_private = true\n'
            r.config.write_text(text)
            rules = tmp_path / "rules"
            (rules / "groups.yaml").write_text((rules / "groups.yaml").read_text().replace("[TTP]", "[TTP, Pakistani Taliban]"))
            assert await r.daemon.reload() is True
            await r.round(minutes=10)
            assert len(r.out.to("desk")) == 1
            assert r.worker is not old, "the reader knows the new spelling"
            assert len(server.asked("/late")) == 1

    run(story())


@pytest.mark.parametrize(
    ("file", "text"),
    [("rules/alerts.yaml", "rules: [{name: x"), ("config.toml", "nonsense = 1\n"), ("rules/alerts.yaml", None)],
    ids=["broken rules", "unknown key", "rules folder emptied"],
)
def test_a_broken_reload_leaves_the_old_in_force_and_tells_the_operator(
    server: ScriptedServer, tmp_path: Path, file: str, text: str | None
) -> None:
    """Alerts go on by the rules that were in force."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            before = r.daemon.force
            if text is None:
                for path in (tmp_path / "rules").iterdir():
                    path.unlink()
            else:
                (tmp_path / file).write_text(text)
            assert await r.daemon.reload() is False
            assert r.daemon.force is before
            await r.poll()
            await r.round(minutes=4)
            assert len(r.out.to("desk")) == 1
            assert r.out.to("ops") == ["Monitor: reload refused"]

    run(story())


def test_one_pass_takes_the_wait_as_elapsed_and_drains_the_outbox(server: ScriptedServer, tmp_path: Path) -> None:
    """For cron: poll, settle, send, report; a second pass has nothing to send."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            assert await r.daemon.once() == 0
            assert len(r.out.to("desk")) == 1
            assert await r.daemon.once() == 0
            assert len(r.out.to("desk")) == 1

    run(story())


def test_one_pass_fails_when_a_feed_fails_and_still_sends_the_rest(server: ScriptedServer, tmp_path: Path) -> None:
    """Exit status 1 tells cron; the sound feed's alert goes out."""
    server.script("/dawn", Reply(body=rss("7 killed in Mastung")))
    server.script("/broken", Reply(status=500))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn", "broken") as r:
            assert await r.daemon.once() == 1
            assert len(r.out.to("desk")) == 1

    run(story())


def test_after_the_clock_was_set_back_no_feed_waits_longer_than_its_interval(server: ScriptedServer, tmp_path: Path) -> None:
    """Due times that were written by a clock a day ahead are taken back."""
    server.script("/dawn", Reply(body=rss("calm")))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            await r.poll()
            r.later(days=-1)
            await r.round(minutes=6)
            assert len(server.asked("/dawn")) == 1
            r.daemon.poller.rearm(r.daemon.force)
            await r.round(minutes=6)
            assert len(server.asked("/dawn")) == 2

    run(story())


def test_the_trigger_never_lists_what_it_missed() -> None:
    """After a jump of years the next run is one pause from now, not the first of millions."""
    trigger = Every(1.0)
    assert trigger.get_next_fire_time(None, NOW) == NOW
    assert trigger.get_next_fire_time(NOW, NOW + dt.timedelta(days=4000)) == NOW + dt.timedelta(days=4000, seconds=1)


@pytest.mark.parametrize(
    ("attempts", "asked_s", "expected_s"),
    [(1, None, 30), (2, None, 60), (3, None, 120), (8, None, 3600), (20, None, 3600), (1, 90, 90), (9, 90, 3600), (1, 1e9, 86_400)],
)
def test_the_pause_doubles_up_to_an_hour_and_heeds_the_service(attempts: int, asked_s: float | None, expected_s: float) -> None:
    """30 s, 60 s, 120 s … 1 h; a Retry-After counts when it asks for more, up to a day."""
    assert pause_s(attempts, asked_s=asked_s) == expected_s
