"""Which Apprise URLs are taken as a channel, and with what words the others are refused."""

from __future__ import annotations

import pytest

from monitor.alerts.deliver import check_target
from monitor.errors import UsageError

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
MAIL = "mailto://user:s3cret@mail.example.org/?from=monitor@example.org"


@pytest.mark.parametrize(
    ("url", "service", "shown"),
    [
        pytest.param(SLACK, "Slack", "Slack (slack://…)", id="slack webhook with its own channel"),
        pytest.param(f"{SLACK}/#desk", "Slack", "Slack (slack://…)", id="slack with one channel"),
        pytest.param(f"{MAIL}&to=desk@example.org", "E-Mail", "mail to desk@example.org", id="mail with one recipient"),
        pytest.param(MAIL, "E-Mail", "mail to monitor@example.org", id="mail to its own sender"),
        pytest.param("json://127.0.0.1:8080/a?-token=x&+X-Key=y&:team=z", "JSON", "json://127.0.0.1:8080/…", id="webhook"),
    ],
)
def test_one_target_is_taken_and_shown_without_its_secret(url: str, service: str, shown: str) -> None:
    """A checked target names its service and shows neither tokens nor passwords, not even in its repr."""
    target = check_target(url)
    assert (target.service, target.shown, target.url) == (service, shown, url)
    assert url not in repr(target)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param(f"{SLACK}/#a/#b", "Slack: the URL has 2 targets; expected one; make a channel of each", id="two slack channels"),
        pytest.param(f"{MAIL}&to=a@example.org,b@example.org", "E-Mail: the URL has 2 targets", id="two recipients"),
        pytest.param(f"{MAIL}&to=a@example.org&cc=b@example.org", "E-Mail: cc and bcc are targets of their own", id="a copy"),
        pytest.param(f"{MAIL}&to=a@example.org&bcc=b@example.org", "E-Mail: cc and bcc are targets of their own", id="a blind copy"),
        pytest.param(f"{MAIL}&to=nobody", "E-Mail: a recipient is no address that can be used", id="no address"),
        pytest.param(f"{MAIL}&to=a@example.org,nobody", "E-Mail: a recipient is no address that can be used", id="one of two no address"),
        pytest.param("json://h.example.org/?token=abc", 'JSON: query key "token" would be dropped; expected -token', id="unprefixed key"),
        pytest.param("slak://a/b/c", '"slak" is no service that Apprise knows; did you mean "slack"?', id="unknown service"),
        pytest.param("slack://incomplete", "the slack:// URL is not complete", id="tokens missing"),
        pytest.param("desk@example.org", "not an Apprise URL; expected SERVICE://…", id="no URL"),
        pytest.param("", "not an Apprise URL", id="empty"),
    ],
)
def test_any_other_url_is_refused_in_words(url: str, words: str) -> None:
    """None and several targets are configuration errors, and so is a part that Apprise would silently leave out."""
    with pytest.raises(UsageError) as caught:
        check_target(url)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in str(caught.value)
