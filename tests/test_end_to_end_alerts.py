"""From a feed to the desk's mailbox and webhook, by the program itself as a child process."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_channels import Hook, Mailbox, smtp_server, webhook_server
from support_end_to_end import Desk, bombing, news, wait_for
from support_server import Reply, ScriptedServer

from monitor.store.database import open_database
from monitor.store.incidents import incidents

# Child processes on a busy machine of two cores: a start alone may take ten seconds there.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def site() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as receiver:
        yield receiver


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "news")


def _told(hook: Hook) -> list[str]:
    return [post["title"] for post in hook.posts]


def test_passes_send_each_alert_once_and_an_edited_toll_as_one_update(
    site: ScriptedServer, mailbox: Mailbox, hook: Hook, desk: Desk
) -> None:
    """First pass: one mail, one post, the right toll. Second pass: nothing. The toll is edited: one update in both. Fourth: nothing."""
    desk.write({"courier": site.script("/courier", Reply(body=news(bombing("Seven"))))}, {"mail": mailbox.url, "hook": hook.url})
    first = desk.once()
    assert first.returncode == 0, first.stderr
    assert len(mailbox.mails) == len(hook.posts) == 1
    assert "7 killed" in _told(hook)[0]
    assert "Mastung" in _told(hook)[0]
    assert "7 killed" in mailbox.mails[0]["Subject"]

    again = desk.once()
    assert again.returncode == 0, again.stderr
    assert (len(mailbox.mails), len(hook.posts)) == (1, 1), again.stderr

    site.script("/courier", Reply(body=news(bombing("Twelve"))))
    edited = desk.once()
    assert edited.returncode == 0, edited.stderr
    assert (len(mailbox.mails), len(hook.posts)) == (2, 2), edited.stderr
    assert _told(hook)[1].startswith("UPDATE")
    assert "12 killed" in _told(hook)[1]

    assert desk.once().returncode == 0
    assert (len(mailbox.mails), len(hook.posts)) == (2, 2)


def test_the_daemon_alerts_reloads_without_repeating_refuses_a_second_and_stops_cleanly(
    site: ScriptedServer, mailbox: Mailbox, hook: Hook, desk: Desk
) -> None:
    """The life of a service: one alert in both channels, SIGHUP sends nothing again, another daemon is refused, SIGTERM ends it in time."""
    desk.write({"courier": site.script("/courier", Reply(body=news(bombing("Seven"))))}, {"mail": mailbox.url, "hook": hook.url})
    with desk.running() as daemon:
        wait_for(lambda: mailbox.mails and hook.posts, words="the alert in both channels")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_line(r" reload status=ok")
        polls = len(daemon.lines(r" poll feed=courier"))
        daemon.wait_for_line(r" poll feed=courier", times=polls + 2)
        assert (len(mailbox.mails), len(hook.posts)) == (1, 1)

        second = desk.command("run")
        assert second.returncode == 1
        assert "another monitor" in second.stderr

        stopped = time.monotonic()
        daemon.signal(signal.SIGTERM)
        assert daemon.ends_within(10) == 0
        assert time.monotonic() - stopped < 10
    with desk.running() as daemon:
        daemon.wait_for_line(r" poll feed=courier")
        assert (len(mailbox.mails), len(hook.posts)) == (1, 1), "a restart repeats nothing"
        daemon.signal(signal.SIGINT)
        assert daemon.ends_within(10) == 0


def test_a_broken_rule_file_on_reload_leaves_the_old_rules_and_tells_the_operator(site: ScriptedServer, hook: Hook, desk: Desk) -> None:
    """Every problem is logged as file:line:column; the next attack is still alerted."""
    with webhook_server() as ops:
        desk.write(
            {"courier": site.script("/courier", Reply(body=news(("calm", "Calm day", "Nothing happened."))))},
            {"hook": hook.url, "ops": ops.url},
        )
        with desk.running() as daemon:
            daemon.wait_for_line(r" poll feed=courier")
            (desk.folder / "rules/broken.yaml").write_text("rules:\n  - name: x\n    when: {killed: five}\n")
            daemon.signal(signal.SIGHUP)
            daemon.wait_for_line(r" reload status=refused")
            assert daemon.lines(r"broken\.yaml:3:\d+: ")
            wait_for(lambda: ops.posts, words="the operator's notice")
            assert "stay in force" in ops.posts[0]["message"]
            site.script("/courier", Reply(body=news(bombing("Seven"))))
            wait_for(lambda: hook.posts, words="the alert by the old rules")


def test_kill_9_at_any_moment_of_a_poll_loses_nothing(site: ScriptedServer, hook: Hook, desk: Desk) -> None:
    """Killed before, during and after the poll's transaction and the send: the alert arrives, and a repeat says that it may be one."""
    desk.write({"courier": site.script("/courier", Reply(body=news(bombing("Seven"))))}, {"hook": hook.url})
    for delay_s in (0.0, 0.03, 0.1, 0.3):
        with desk.running() as daemon:
            asked = len(site.requests)
            wait_for(lambda asked=asked: len(site.requests) > asked, words="a poll")
            time.sleep(delay_s)
            daemon.signal(signal.SIGKILL)
            daemon.ends_within(5)
    with desk.running() as daemon:
        # A lease that a killed sender left runs out by itself; everything else goes out at once.
        daemon.wait_for_line(r" poll feed=courier", times=2)
        if not hook.posts:
            wait_for(lambda: hook.posts, timeout_s=100, words="the alert after the restart")
    for repeat in hook.posts[1:]:
        assert "may be a repeat" in repeat["message"].lower() or "repeat" in repeat["message"].lower()
    db = open_database(desk.folder / "monitor.db")
    found = incidents(db)
    db.close()
    assert [incident.killed.count for incident in found if incident.killed] == [7]
    assert len(found[0].filings) == 1


def test_a_hanging_channel_does_not_hold_up_the_stop(site: ScriptedServer, hook: Hook, desk: Desk) -> None:
    """SIGTERM while a send waits for its answer: the daemon ends within ten seconds and leaves the send to its lease."""
    import threading

    hook.hold = threading.Event()
    desk.write({"courier": site.script("/courier", Reply(body=news(bombing("Seven"))))}, {"hook": hook.url})
    with desk.running() as daemon:
        wait_for(lambda: hook.requests, words="the send to begin")
        daemon.signal(signal.SIGTERM)
        assert daemon.ends_within(10) == 0
    hook.hold.set()
