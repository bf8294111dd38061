"""Slack by a bot's token, against a Web API on the loopback interface: threads, edits, and what is said when it refuses."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support_slack import PLACE, TOKEN, URL, Slack, slack_server

from monitor.alerts import slack_bot
from monitor.alerts.deliver import check_target, deliver
from monitor.errors import DeliveryError, UsageError
from monitor.model import Message, Reply

FIRST = Message(title="t", text="x", html="<p>x</p>", slack="*HIGH bombing in Testabad* &lt;!channel&gt; @here https://a.example.org")


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slack]:
    with slack_server() as server:
        monkeypatch.setattr(slack_bot, "BASE_URL", server.base_url)
        yield server


def update(to: str | None, *, broadcast: bool = False) -> Message:
    return replace(
        FIRST, slack="12 killed → 20 killed", reply=Reply(to=to or "", now="*SEVERE bombing in Testabad, 20 killed*", broadcast=broadcast)
    )


def send(message: Message, *, timeout_s: float = 5) -> str | None:
    return deliver(message, check_target(URL), timeout_s=timeout_s)


def refusal(message: Message = FIRST, *, timeout_s: float = 5) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(message, timeout_s=timeout_s)
    return caught.value


def test_the_first_message_opens_a_thread_and_is_inert(slack: Slack) -> None:
    """It arrives as it was rendered; Slack is told to unfold no page and to make no name a mention."""
    root = send(FIRST)
    ((method, body),) = slack.calls
    assert method == "chat.postMessage"
    assert root == f"{PLACE}/{next(iter(slack.messages))}"
    assert body == {
        "channel": PLACE,
        "text": FIRST.slack,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": True,
    }


def test_an_update_answers_in_the_thread_and_edits_its_first_message(slack: Slack) -> None:
    """Who reads the channel sees one message with the current facts; the thread tells how it came to them."""
    root = send(FIRST)
    assert send(update(root)) == root
    (shown,) = slack.channel
    assert shown["text"] == "*SEVERE bombing in Testabad, 20 killed*"
    assert slack.thread(str(root).partition("/")[2]) == ["12 killed → 20 killed"]


def test_graver_news_shows_in_the_channel_too(slack: Slack) -> None:
    """An answer that is broadcast stands in the thread and in the channel."""
    root = send(FIRST)
    send(update(root, broadcast=True))
    assert [m["text"] for m in slack.channel] == ["*SEVERE bombing in Testabad, 20 killed*", "12 killed → 20 killed"]


@pytest.mark.parametrize("to", ["C9999ZZZZ/1700000000.000001", "", f"{PLACE}/1600000000.000001"], ids=["elsewhere", "nothing", "deleted"])
def test_where_there_is_nothing_to_answer_a_new_thread_is_opened(slack: Slack, to: str) -> None:
    """The channel was changed, or the first message deleted: the next one is whole in itself."""
    root = send(update(to))
    (shown,) = slack.channel
    assert shown["text"] == "*SEVERE bombing in Testabad, 20 killed*"
    assert root == f"{PLACE}/{next(iter(slack.messages))}"


def test_a_message_that_may_not_be_edited_is_answered_all_the_same(slack: Slack) -> None:
    """A workspace may forbid late edits; the news goes out."""
    root = send(FIRST)
    slack.fail("chat.update", "edit_window_closed")
    assert send(update(root)) == root
    assert slack.thread(str(root).partition("/")[2]) == ["12 killed → 20 killed"]


def test_an_update_that_fails_half_way_is_answered_once_when_tried_again(slack: Slack) -> None:
    """The edit comes first, as doing it twice does no harm."""
    root = send(FIRST)
    slack.fail("chat.postMessage", "internal_error")
    assert not refusal(update(root)).permanent
    slack.refuse.clear()
    send(update(root))
    assert len(slack.messages) == 2


@pytest.mark.parametrize(
    ("error", "permanent", "words"),
    [
        pytest.param("invalid_auth", True, "Slack: refused it (invalid_auth); check the bot's token", id="token"),
        pytest.param(
            "channel_not_found",
            True,
            "Slack: refused it (channel_not_found); check the channel's id, and invite the bot there",
            id="channel",
        ),
        pytest.param("not_in_channel", True, "Slack: refused it (not_in_channel); invite the bot to the channel", id="not invited"),
        pytest.param("missing_scope", True, "Slack: refused it (missing_scope); give the bot the scope chat:write", id="scope"),
        pytest.param(
            "restricted_action",
            True,
            "Slack: refused it (restricted_action); the workspace does not let the bot write there",
            id="restricted",
        ),
        pytest.param("internal_error", False, "Slack: refused it (internal_error)", id="passing"),
    ],
)
def test_slacks_reason_decides_whether_waiting_helps(slack: Slack, error: str, permanent: bool, words: str) -> None:
    """The words name the reason and the remedy."""
    slack.fail("chat.postMessage", error)
    refused = refusal()
    assert (str(refused), refused.permanent, refused.ambiguous) == (words, permanent, False)
    assert len(slack.calls) == 1


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("soon", 30.0), ("-1", 30.0), ("inf", 30.0)])
def test_the_wait_that_slack_asks_for_is_kept(slack: Slack, header: str, seconds: float) -> None:
    """429 with Retry-After, in seconds; one that is no number of seconds counts as thirty."""
    slack.fail("chat.postMessage", "ratelimited", status=429, Retry_After=header)
    refused = refusal()
    assert (refused.retry_after_s, refused.permanent) == (seconds, False)


@pytest.mark.parametrize("status", [200, 502], ids=["200", "502"])
def test_an_answer_that_is_no_json_may_hide_a_message_that_arrived(slack: Slack, status: int) -> None:
    """A gateway's page says nothing of the message."""
    slack.refuse["chat.postMessage"] = (status, b"<html>Bad Gateway</html>", {})
    refused = refusal()
    assert (refused.permanent, refused.ambiguous) == (False, True)


def test_no_answer_in_time_may_have_delivered(slack: Slack) -> None:
    """A Slack that hangs costs the time limit."""
    slack.hold = threading.Event()
    started = time.monotonic()
    refused = refusal(timeout_s=0.5)
    assert time.monotonic() - started < 20
    assert (refused.permanent, refused.ambiguous) == (False, True)


def test_a_closed_port_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent, so nothing can have arrived."""
    monkeypatch.setattr(slack_bot, "BASE_URL", "http://127.0.0.1:1/api/")
    refused = refusal()
    assert (str(refused), refused.permanent, refused.ambiguous) == ("Slack: connection refused", False, False)


def test_a_long_message_is_cut_where_slack_would_cut_it(slack: Slack) -> None:
    """Between words, with a mark."""
    send(replace(FIRST, slack="word " * 2_000))
    text = slack.calls[0][1]["text"]
    assert len(text) <= 4_000
    assert text.endswith("word\n[…]")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("slack-bot://hunter2/C0123ABCD", "no bot token", id="no token"),
        pytest.param(f"slack-bot://{TOKEN}", "no channel's id", id="no channel"),
        pytest.param(f"slack-bot://{TOKEN}/general", "no channel's id", id="a name"),
        pytest.param(f"slack-bot://{TOKEN}/{PLACE}?footer=no", "takes no options", id="options"),
    ],
)
def test_an_incomplete_url_is_a_problem_that_shows_no_secret(url: str, words: str) -> None:
    """Found by `monitor check`, before anything is sent."""
    with pytest.raises(UsageError, match=words) as caught:
        check_target(url)
    assert "s3cr3t" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_bot_takes_no_other_format() -> None:
    """A format that would be ignored is a mistake in the config."""
    with pytest.raises(UsageError, match='leave "format" out'):
        check_target(URL, format="html")
    assert check_target(URL, format="slack").shown == f"Slack (slack-bot://…/{PLACE})"


def test_without_slack_sdk_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is an extra of the package."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"incident-monitor\[slack\]"):
        check_target(URL)


def test_nothing_secret_reaches_any_log(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    """With logging wide open, neither the token nor a payload is written."""
    slack.fail("chat.postMessage", "internal_error")
    with caplog.at_level(logging.DEBUG):
        error = refusal()
    assert "s3cr3t" not in caplog.text + str(error) + repr(check_target(URL))
    assert "Testabad" not in caplog.text


def test_a_closed_thread_is_followed_by_a_new_one(slack: Slack) -> None:
    """A moderator may close a thread; the news is told in the channel, whole in itself."""
    root = send(FIRST)
    answer = slack.answer

    def locked(method: str, body: dict[str, object], token: str) -> dict[str, object]:
        return {"ok": False, "error": "restricted_action_thread_locked"} if "thread_ts" in body else answer(method, body, token)

    slack.answer = locked  # type: ignore[method-assign]
    assert send(update(root)) != root
    assert [m["text"] for m in slack.channel] == ["*SEVERE bombing in Testabad, 20 killed*"] * 2
