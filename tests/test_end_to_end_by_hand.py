"""An analyst decides at the command line while the daemon runs; the channel hears of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support_channels import webhook_server
from support_end_to_end import Desk, bombing, news, wait_for
from support_server import Reply, ScriptedServer

pytestmark = pytest.mark.timeout(300)


def test_a_dismissal_beside_the_daemon_sends_a_retraction(tmp_path: Path) -> None:
    """An analyst sets another toll of what the daemon told, then dismisses it: an update and a retraction go out, once each."""
    desk = Desk(tmp_path / "news")
    with ScriptedServer() as site, webhook_server() as hook:
        desk.write({"courier": site.script("/courier", Reply(body=news(bombing("Seven"))))}, {"hook": hook.url})
        with desk.running() as daemon:
            wait_for(lambda: hook.posts, words="the alert")
            listed = desk.command("incidents", "--json")
            incident = json.loads(listed.stdout)["id"]
            changed = desk.command("incidents", "set", incident, "killed=23", "--by", "amna")
            assert changed.returncode == 0, changed.stderr
            assert "update goes out" in changed.stdout
            wait_for(lambda: len(hook.posts) == 2, words="the update")
            dismissed = desk.command("incidents", "dismiss", incident, "--why", "a gas cylinder", "--by", "amna")
            assert dismissed.returncode == 0, dismissed.stderr
            assert "not running" not in dismissed.stderr
            wait_for(lambda: len(hook.posts) == 3, words="the retraction")
            polls = len(daemon.lines(r" poll feed=courier"))
            daemon.wait_for_line(r" poll feed=courier", times=polls + 2)
            titles = [post["title"] for post in hook.posts]
    assert "23 killed" in titles[1]
    assert titles[1].startswith("UPDATE")
    assert titles[2].startswith("RETRACTED")
    assert len(titles) == 3
