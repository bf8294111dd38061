"""Messages handed to a real SMTP server and a real webhook, and what is said when they refuse."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest
from support_channels import Hook, Mailbox, smtp_server, webhook_server

from monitor.alerts.deliver import Target, check_target, deliver
from monitor.errors import DeliveryError
from monitor.model import Message

MESSAGE = Message(
    title="HIGH bombing in Testabad: 12 killed\r\nBcc: thief@example.org",
    text="At least 12 killed <here> & there.\nSource: https://news.example.org/a?x=1&y=2",
    html='<p>At least <b>12</b> killed &lt;here&gt;.</p><p><a href="https://news.example.org/a">Gazette</a></p>',
    slack="*At least 12 killed* &lt;!channel&gt; <https://news.example.org/a|Gazette>",
    thread="incident 4f2a",
)
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_server() as server:
        yield server


@pytest.fixture
def slack(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A Slack target whose web service is the loopback webhook."""
    monkeypatch.setattr("apprise.plugins.slack.NotifySlack.webhook_url", f"http://127.0.0.1:{hook.port}/services")
    return check_target(SLACK)


def refusal(target: Target, *, timeout_s: float = 5) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(MESSAGE, target, timeout_s=timeout_s)
    return caught.value


def test_a_mail_arrives_with_html_and_the_messages_own_plain_part(box: Mailbox) -> None:
    """Who reads mail as text gets the text with its links, not what is left of the HTML."""
    deliver(MESSAGE, check_target(box.url), timeout_s=5)
    (mail,) = box.mails
    parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
    assert parts["text/plain"].splitlines() == MESSAGE.text.splitlines()
    assert parts["text/html"].strip() == MESSAGE.html


def test_a_title_stays_one_header_line(box: Mailbox) -> None:
    """A line break in a headline must not become a header."""
    deliver(MESSAGE, check_target(box.url), timeout_s=5)
    assert box.mails[0]["Subject"] == "HIGH bombing in Testabad: 12 killed Bcc: thief@example.org"
    assert box.mails[0]["Bcc"] is None


def test_mails_of_one_incident_share_a_thread(box: Mailbox) -> None:
    """All mails of one incident refer to one id, each has its own Message-ID, and both come without a pause in between."""
    target = check_target(box.url)
    started = time.monotonic()
    deliver(MESSAGE, target, timeout_s=5)
    deliver(MESSAGE, target, timeout_s=5)
    assert time.monotonic() - started < 4
    first, second = box.mails
    assert first["References"] == second["References"] == "<incident-4f2a@incident.monitor.invalid>"
    assert first["In-Reply-To"] == first["References"]
    assert len(first.get_all("Message-ID", [])) == 1
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_message_may_bring_its_own_headers(box: Mailbox) -> None:
    """What a message asks for wins over the default, a name that is no header's is left out, a value stays on its line."""
    message = Message(
        title="t",
        text="x",
        html="<p>x</p>",
        slack="x",
        thread="a",
        headers={"References": "<a@b>\r\nX-Evil: 1", "Bad Name": "x", "X-Rule": "r"},
    )
    deliver(message, check_target(box.url), timeout_s=5)
    assert box.mails[0]["References"] == "<a@b> X-Evil: 1"
    assert box.mails[0]["X-Rule"] == "r"
    assert box.mails[0]["X-Evil"] is None


def test_format_text_makes_a_mail_of_one_plain_part(box: Mailbox) -> None:
    """A channel whose format is "text" gets no HTML."""
    deliver(MESSAGE, check_target(box.url, format="text"), timeout_s=5)
    assert box.mails[0].get_content_type() == "text/plain"


def test_a_webhook_gets_text_and_the_thread_of_its_incident(hook: Hook) -> None:
    """The JSON carries title, text and what tells one incident's messages from another's; nothing of it is escaped."""
    deliver(MESSAGE, check_target(hook.url), timeout_s=5)
    (post,) = hook.posts
    assert post["message"] == MESSAGE.text
    assert post["title"] == "HIGH bombing in Testabad: 12 killed Bcc: thief@example.org"
    assert post["thread"] == "incident 4f2a"


def test_slack_gets_its_own_markup_as_it_was_rendered(hook: Hook, slack: Target) -> None:
    """Bold and links arrive as written, what was escaped stays escaped, and the headline stands there once."""
    deliver(MESSAGE, slack, timeout_s=5)
    (post,) = hook.posts
    assert post["attachments"][0]["text"] == MESSAGE.slack
    assert post["mrkdwn"] is True
    assert not post["attachments"][0]["title"]
    assert "<!channel>" not in str(post)


def test_a_text_that_begins_with_its_title_says_it_once(hook: Hook) -> None:
    """The title goes where the service shows titles, and the text goes on after it."""
    deliver(Message(title="Twelve killed", text="Twelve killed\n\nIn Testabad.", html="", slack=""), check_target(hook.url), timeout_s=5)
    assert (hook.posts[0]["title"], hook.posts[0]["message"]) == ("Twelve killed", "In Testabad.")


def test_a_message_without_html_is_mailed_as_text(box: Mailbox) -> None:
    """A notice of the program itself has text only."""
    deliver(Message(title="Monitor: disk full", text="The disk is full.", html="", slack=""), check_target(box.url), timeout_s=5)
    assert box.mails[0].get_content_type() == "text/plain"
    assert box.mails[0].get_content().strip() == "The disk is full."


def test_format_slack_sends_its_markup_to_other_services(hook: Hook) -> None:
    """Services that understand Slack's markup get it unchanged."""
    deliver(MESSAGE, check_target(hook.url, format="slack"), timeout_s=5)
    assert hook.posts[0]["message"] == MESSAGE.slack


def test_a_text_beyond_the_limit_is_cut_between_words(hook: Hook) -> None:
    """A very long text is one message with a mark at its end, not many and not a refused one."""
    long = Message(title="t", text="word " * 20_000, html="", slack="", thread="x")
    deliver(long, check_target(hook.url), timeout_s=5)
    (post,) = hook.posts
    assert post["message"].endswith("word\n[…]")
    assert len(post["message"]) <= 20_000


@pytest.mark.parametrize(
    ("status", "permanent", "words"),
    [
        pytest.param(302, False, "JSON: answered 302, a redirect, which is not followed", id="redirect"),
        pytest.param(401, True, "JSON: answered 401 (Unauthorized); check the channel's URL", id="unauthorized"),
        pytest.param(404, True, "JSON: answered 404 (Not Found); check the channel's URL", id="not found"),
        pytest.param(410, True, "JSON: answered 410 (Gone); check the channel's URL", id="gone"),
        pytest.param(429, False, "JSON: answered 429 (Too Many Requests)", id="too many requests"),
        pytest.param(500, False, "JSON: answered 500", id="server error"),
        pytest.param(503, False, "JSON: answered 503", id="unavailable"),
    ],
)
def test_a_webhooks_refusal_is_permanent_only_where_waiting_cannot_help(hook: Hook, status: int, permanent: bool, words: str) -> None:
    """The status decides, a redirect is no success, and each refusal is one request."""
    hook.status, hook.headers = status, {"Location": f"http://127.0.0.1:{hook.port}/elsewhere"}
    error = refusal(check_target(hook.url))
    assert error.permanent is permanent
    assert str(error).startswith(words)
    assert "s3cr3t-path" not in str(error)
    assert hook.requests == [("POST", "/hooks/s3cr3t-path")]


@pytest.mark.parametrize(
    ("status", "body", "permanent", "words"),
    [
        pytest.param(404, b"no_service", True, "Slack: refused it (no_service)", id="webhook removed"),
        pytest.param(403, b"action_prohibited", True, "Slack: refused it (action_prohibited)", id="forbidden"),
        pytest.param(200, b'{"ok": false, "error": "channel_not_found"}', True, "Slack: refused it (channel_not_found)", id="status 200"),
        pytest.param(429, b"rate_limited", False, "Slack: refused it (rate_limited)", id="too fast"),
        pytest.param(500, b"rollup_error", False, "Slack: refused it (rollup_error)", id="server error"),
        pytest.param(502, b"<html>Bad Gateway</html>", False, "Slack: answered 502", id="gateway"),
    ],
)
def test_slacks_own_words_are_passed_on(hook: Hook, slack: Target, status: int, body: bytes, permanent: bool, words: str) -> None:
    """Slack names the reason in its body, whatever the status."""
    hook.status, hook.body = status, body
    error = refusal(slack)
    assert str(error).startswith(words)
    assert error.permanent is permanent


@pytest.mark.parametrize(
    ("reply", "permanent", "words"),
    [
        pytest.param("550 no such user here", True, "E-Mail: the server refused it (550, no such mailbox)", id="unknown mailbox"),
        pytest.param("451 come back later", False, "E-Mail: the server refused it (451)", id="greylisted"),
    ],
)
def test_a_mail_servers_refusal_is_permanent_from_500_up(box: Mailbox, reply: str, permanent: bool, words: str) -> None:
    """SMTP's own classes decide."""
    box.reply = reply
    error = refusal(check_target(box.url))
    assert str(error).startswith(words)
    assert error.permanent is permanent
    assert not box.mails


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("mailto://", "mailtos://", "E-Mail: the server offers no STARTTLS; use mailto:// or mode=ssl", id="no STARTTLS"),
        pytest.param("://", "://user:s3cret@", "E-Mail: the server takes no user name and password; leave them out", id="no AUTH"),
    ],
)
def test_what_a_mail_server_cannot_do_is_permanent(box: Mailbox, old: str, new: str, words: str) -> None:
    """A URL that asks for what the server lacks is a configuration error, and its password stays hidden."""
    error = refusal(check_target(box.url.replace(old, new, 1)))
    assert (str(error), error.permanent) == (words, True)


def test_a_closed_port_is_worth_another_try() -> None:
    """A refused connection is neither permanent nor may the message have arrived."""
    error = refusal(check_target("json://127.0.0.1:1/s3cr3t-path"))
    assert (str(error), error.permanent, error.ambiguous) == ("JSON: connection refused", False, False)


def test_news_about_errors_is_not_taken_for_one(hook: Hook, slack: Target) -> None:
    """What the message itself says has no part in why it was refused."""
    words = "error=404. Read timed out (550, b'no') Response Details: b'invalid_auth'"
    message = Message(title=words, text=words, html="", slack=words)
    hook.status, hook.body = 503, b""
    for target in (slack, check_target(hook.url)):
        with pytest.raises(DeliveryError) as caught:
            deliver(message, target, timeout_s=5)
        assert str(caught.value) == f"{target.service}: answered 503 (Service Unavailable)"


def test_a_connection_that_breaks_may_have_delivered() -> None:
    """The other side took the request and hung up: nobody knows."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        error = refusal(check_target(f"json://127.0.0.1:{server.getsockname()[1]}/"))
        thread.join(5)
    assert str(error) in (
        "JSON: the connection was closed without an answer; it may have arrived",
        "JSON: the connection broke; it may have arrived",
    )
    assert (error.permanent, error.ambiguous) == (False, True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("json://desk.example.org/", "JSON: no such host", id="webhook"),
        pytest.param("mailto://mail.example.org/?from=a@example.org&to=b@example.org", "E-Mail: no such host", id="mail"),
    ],
)
def test_a_host_that_is_not_found_is_worth_another_try(monkeypatch: pytest.MonkeyPatch, url: str, words: str) -> None:
    """Names fail to resolve while the network is down."""
    import socket

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = refusal(check_target(url))
    assert (str(error), error.permanent, error.ambiguous) == (words, False, False)


def test_a_wrong_password_is_permanent_and_stays_hidden() -> None:
    """Waiting does not mend it."""
    with smtp_server(password="right") as box:
        good = box.url.replace("://", "://desk:right@", 1)
        deliver(MESSAGE, check_target(good), timeout_s=5)
        error = refusal(check_target(good.replace("right", "s3cret")))
    assert str(error) == "E-Mail: the server refused it (535, user name or password); check the channel's URL"
    assert error.permanent
    assert len(box.mails) == 1


def test_a_plugin_that_fails_is_an_error_like_any_other(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a service's code raises, its text stays inside: it may hold the address."""

    def fail(*_: object, **__: object) -> bool:
        raise KeyError("s3cr3t-path")

    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.send", fail)
    error = refusal(check_target(hook.url))
    assert (str(error), error.permanent) == ("JSON: failed with KeyError", False)


def test_an_answer_that_never_comes_ends_at_the_time_limit(hook: Hook) -> None:
    """A receiver that hangs costs the time limit, and the message may have arrived."""
    hook.hold = threading.Event()
    started = time.monotonic()
    error = refusal(check_target(hook.url), timeout_s=0.5)
    assert time.monotonic() - started < 20
    assert error.ambiguous
    assert not error.permanent


def test_optional_retry_and_redirect_in_a_url_change_nothing(hook: Hook) -> None:
    """Apprise's own switches would hide a failure, repeat the message, or follow a redirect to a false success."""
    hook.status, hook.headers = 302, {"Location": f"http://127.0.0.1:{hook.port}/elsewhere"}
    refusal(check_target(f"{hook.url}?optional=yes&retry=3&redirect=yes"))
    assert hook.requests == [("POST", "/hooks/s3cr3t-path")]


def test_nothing_secret_reaches_any_log(hook: Hook, slack: Target, caplog: pytest.LogCaptureFixture) -> None:
    """With logging wide open, neither Apprise nor what it is built on writes an address, a token or a payload."""
    hook.status = 500
    with caplog.at_level(logging.DEBUG):
        refusal(slack)
        refusal(check_target(hook.url))
        with pytest.raises(Exception, match="not complete"):
            check_target("slack://s3cr3t-path")
    assert "s3cr3t" not in caplog.text
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in caplog.text
    assert "12 killed" not in caplog.text


def test_two_sends_at_once_keep_their_reasons_apart(hook: Hook, box: Mailbox) -> None:
    """Each send reads its own log, so that one channel's refusal is not told of another."""
    hook.status, box.reply = 404, "451 later"
    errors: dict[str, DeliveryError] = {}

    def send(name: str, url: str) -> None:
        errors[name] = refusal(check_target(url))

    threads = [threading.Thread(target=send, args=pair) for pair in (("hook", hook.url), ("mail", box.url))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert "404" in str(errors["hook"])
    assert "451" in str(errors["mail"])
