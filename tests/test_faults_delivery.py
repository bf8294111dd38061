"""Delivery when things break: kills, time-outs, refusals, outages. Nothing is lost, little comes twice, and that says so.

Receivers are real servers on the loopback interface, sends are Apprise's own. A stop in the middle of a send and a second daemon on one
database are in test_end_to_end_alerts.py and test_daemon_serve.py.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support_channels import Hook, webhook_server
from support_daemon import NOW, InlineWorker, run, write_config
from support_faults import kill_rounds
from support_pipeline import toll
from support_store import store_incident, store_settled_alert

from monitor.daemon import Daemon
from monitor.in_force import load_all
from monitor.model import Delivery
from monitor.store import outbox
from monitor.store.channels import end_outage, outage
from monitor.store.database import Database

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as server:
        yield server


@pytest.fixture
def ops() -> Iterator[Hook]:
    with webhook_server() as server:
        yield server


class Desk:
    """A daemon without feeds, with real channels and a clock that stands until it is moved."""

    def __init__(self, daemon: Daemon, now: list[dt.datetime]) -> None:
        self.daemon, self.now, self.alerts = daemon, now, 0

    async def alert(self, *channels: str, severity: str = "high") -> str:
        """An attack of its own, due now; returns the alert's id."""
        self.alerts += 1
        name = f"r{self.alerts}"

        def made(db: Database) -> None:
            store_incident(db, name, killed=toll(1000 + self.alerts))
            store_settled_alert(db, name, at=self.now[0], channels=channels or ("desk",), severity=severity)

        await self.daemon.db.call(made)
        return f"{name}-1"

    async def later(self, **how_much: float) -> None:
        self.now[0] += dt.timedelta(**how_much)
        await self.daemon.delivery_tick()
        await self.daemon.sender.idle(timeout_s=20)

    async def rows(self) -> list[Delivery]:
        return await self.daemon.db.call(outbox.deliveries)


@contextlib.asynccontextmanager
async def desk(folder: Path, channels: dict[str, str], *, storm: str = '"off"') -> AsyncIterator[Desk]:
    config = write_config(folder, {}, channels=("desk", "ops"), extra=f"[alerts.storm]\nmessages = {storm}\n")
    text = config.read_text()
    for name, url in channels.items():
        text = text.replace(f'url = "json://127.0.0.1:9/{name}"', f'url = "{url}"\ntimeout = "1s"')
    config.write_text(text)
    now = [NOW]
    async with Daemon.opened(
        load_all(config),
        clock=lambda: now[0],
        rng=random.Random(1),
        make_worker=InlineWorker,  # type: ignore[arg-type]
    ) as daemon:
        yield Desk(daemon, now)


def named(hook: Hook) -> list[str]:
    """The alerts that arrived, in order, repeats included."""
    return [post["message"].rsplit("alert ", 1)[1].strip() for post in hook.posts]


# ---------------------------------------------------------------- kill -9


@pytest.mark.timeout(600)
def test_a_hundred_kills_lose_no_alert_and_repeat_none_more_than_once(tmp_path: Path) -> None:
    """Kill -9 at a random moment, 100 times, with a real SMTP server and a real webhook: every alert arrives on both, none more than
    twice, a second time only where a kill cut its send off, and a second copy says that it may be one."""
    for seed in (20, 21, 22):  # a machine may be so quick that no kill falls between a send and its note
        tally = kill_rounds(tmp_path / f"site-{seed}", rounds=100, seed=seed)
        assert (tally.lost, tally.unmarked, tally.unexplained) == ([], [], []), str(tally)
        assert tally.most_copies <= 2, str(tally)
        assert tally.cuts.total() >= 20, f"the kills fell beside the sends: {tally}"
        if tally.repeats:
            break
    assert tally.repeats, f"nothing came twice, so no mark was looked at: {tally}"


@pytest.mark.timeout(600)
def test_kills_that_fall_on_the_repeat_too_lose_no_alert(tmp_path: Path) -> None:
    """A machine that crashes again and again: each crash in the middle of a send can cost one copy more, and nothing else."""
    tally = kill_rounds(tmp_path / "site", rounds=15, seed=21, again_at_once=True)
    assert (tally.lost, tally.unmarked, tally.unexplained) == ([], [], []), str(tally)


# ---------------------------------------------------------------- what a service answers


def test_a_receiver_that_took_it_and_never_answered_gets_one_repeat_that_says_so(tmp_path: Path, hook: Hook) -> None:
    """The time-out leaves open whether it arrived: it is sent once more, marked."""
    hook.hold = threading.Event()

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url}) as d:
            await d.alert()
            await d.later()
            (waiting,) = await d.rows()
            assert (waiting.state, waiting.ambiguous) == ("waiting", True)
            assert hook.hold is not None
            hook.hold.set()
            for _ in range(10):
                await d.later(minutes=1)
            assert [row.state for row in await d.rows()] == ["sent"]

    run(story())
    first, second = hook.posts
    assert "may be a repeat" not in first["message"].lower()
    assert "may be a repeat" in second["message"].lower()


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_asked_for_is_kept_and_so_is_the_order(tmp_path: Path, hook: Hook, status: int) -> None:
    """Retry-After counts for the whole channel: one request until then, also over a restart, and afterwards all in their order."""
    hook.status, hook.headers = status, {"Retry-After": "600"}

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url}) as d:
            for _ in range(3):
                await d.alert()
            await d.later()
            for _ in range(4):
                await d.later(minutes=1)
        async with desk(tmp_path, {"desk": hook.url}) as d:
            d.now[0] = NOW + 5 * MINUTE
            d.alerts = 3
            await d.alert()
            await d.later(minutes=4)
            assert len(hook.requests) == 1, "left alone for ten minutes"
            hook.status = 200
            hook.posts.clear()
            await d.later(minutes=1)
            assert named(hook) == ["r1-1", "r2-1", "r3-1", "r4-1"]
            assert [row.attempts for row in await d.rows()] == [1, 1, 1, 1], "what the service asked for is no failed try"

    run(story())


def test_a_wish_in_the_form_of_a_date_is_kept_too(tmp_path: Path, hook: Hook) -> None:
    """RFC 9110 has two forms."""
    at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1000)
    hook.status, hook.headers = 429, {"Retry-After": at.strftime("%a, %d %b %Y %H:%M:%S GMT")}

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url}) as d:
            await d.alert()
            await d.later()
            away = await d.daemon.db.call(outage, "desk")
            assert away is not None
            assert away.until is not None
            assert 900 < (away.until - NOW).total_seconds() < 1001

    run(story())


def test_a_service_that_fails_is_tried_again_until_it_is_well(tmp_path: Path, hook: Hook) -> None:
    """500s: the first two messages tell that it is the service, the rest wait in their order."""
    hook.status = 500

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url}) as d:
            for _ in range(6):
                await d.alert()
            await d.later()
            assert len(hook.requests) == 2, "the others are not thrown after them"
            for _ in range(10):
                await d.later(minutes=1)
            hook.status = 200
            hook.posts.clear()
            for _ in range(10):
                await d.later(minutes=1)
            assert sorted(named(hook)) == [f"r{n}-1" for n in range(1, 7)]
            assert [one for one in named(hook) if one not in ("r1-1", "r2-1")] == [f"r{n}-1" for n in range(3, 7)], "those that waited"

    run(story())


def test_a_message_that_a_service_chokes_on_holds_no_other_up(tmp_path: Path, hook: Hook, ops: Hook) -> None:
    """One that is refused with 500 each time is retried by itself and given up in the end; all others go at once."""
    hook.refuse = lambda post: 500 if "alert r1-1" in post["message"] else None

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url, "ops": ops.url}) as d:
            for _ in range(4):
                await d.alert()
            await d.later()
            for _ in range(24):
                await d.later(hours=1)
            assert [(row.alert_id, row.state) for row in await d.rows()] == [
                ("r1-1", "dead"),
                *((f"r{n}-1", "sent") for n in range(2, 5)),
            ]
            assert all(row.sent_at == NOW for row in (await d.rows())[1:])

    run(story())


def test_a_channel_that_was_down_for_a_day_gets_everything_in_its_order(tmp_path: Path, ops: Hook) -> None:
    """24 hours of refused connections, an alert each hour: nothing is given up, the operator hears of it once and of its end, and
    within five minutes of the service's return all have arrived."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async def story() -> list[str]:
        async with desk(tmp_path, {"desk": f"json://127.0.0.1:{port}/hook", "ops": ops.url}) as d:
            for _ in range(24):
                await d.alert()
                for _ in range(6):
                    await d.later(minutes=10)
            assert {row.state for row in await d.rows()} == {"waiting"}
            with webhook_server(port=port) as hook:
                await d.later(minutes=5)
                assert {row.state for row in await d.rows()} == {"sent"}
                assert not any(row.ambiguous for row in await d.rows())
                return named(hook)

    assert run(story()) == [f"r{n}-1" for n in range(1, 25)]
    assert [post["title"] for post in ops.posts] == ["Monitor: channel desk takes nothing", "Monitor: channel desk takes messages again"]


@pytest.mark.parametrize("status", [401, 404])
def test_what_is_refused_for_good_is_a_dead_letter_that_the_operator_hears_of_elsewhere(
    tmp_path: Path, hook: Hook, ops: Hook, status: int
) -> None:
    """No second try; the operator's notice goes by another channel and says how to send it again, which then works."""
    hook.status = status

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url, "ops": ops.url}) as d:
            alert_id = await d.alert()
            await d.later()
            await d.later(hours=2)
            assert len(hook.requests) == 1
            (dead,) = await d.rows()
            assert dead.state == "dead"
            (notice,) = ops.posts
            assert str(status) in notice["message"]
            assert f"monitor alerts retry {alert_id}" in notice["message"]
            hook.status = 200
            await d.daemon.db.call(outbox.retry, dead.id, now=d.now[0])
            await d.later()
            assert [row.state for row in await d.rows()] == ["sent"]

    run(story())


def test_of_two_channels_only_the_one_that_failed_is_tried_again(tmp_path: Path, hook: Hook, ops: Hook) -> None:
    """The one that took it is left in peace."""
    hook.status = 503

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url, "ops": ops.url}) as d:
            await d.alert("desk", "ops")
            await d.later()
            hook.status = 200
            for _ in range(10):
                await d.later(minutes=1)
            assert len(hook.requests) == 2
            assert named(ops) == ["r1-1"]

    run(story())


def test_a_retry_by_hand_does_not_wait_for_the_pause_of_its_channel(tmp_path: Path, hook: Hook) -> None:
    """`monitor alerts retry` ends the outage: whoever asks knows that it is mended."""
    hook.status, hook.headers = 429, {"Retry-After": "3600"}

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url}) as d:
            await d.alert()
            await d.later()
            hook.status = 200
            await d.daemon.db.call(end_outage, "desk", now=d.now[0])
            await d.later(seconds=1)
            assert [row.state for row in await d.rows()] == ["sent"]

    run(story())


def test_five_hundred_alerts_in_a_minute_are_few_messages_that_list_them_all(tmp_path: Path, hook: Hook) -> None:
    """Storm control with its default limit: no reader is flooded, and none of the alerts is missing."""

    async def story() -> None:
        async with desk(tmp_path, {"desk": hook.url}, storm="20") as d:
            for _ in range(500):
                await d.alert()
            for _ in range(120):
                await d.later(minutes=1)
                if all(row.state == "sent" for row in await d.rows()):
                    break
            assert {row.state for row in await d.rows()} == {"sent"}

    run(story())
    text = "\n".join(post["title"] + "\n" + post["message"] for post in hook.posts)
    assert [n for n in range(1, 501) if f" {1000 + n} killed" not in text] == []
    assert len(hook.posts) <= 50
