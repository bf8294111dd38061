"""WebSub, decided: who is asked, what is confirmed, whose signature counts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import hmac
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.websub import (
    LEAVE_TRIES,
    MISSES,
    Offer,
    Subscription,
    asked,
    begun,
    confirmed,
    ended,
    in_words,
    is_live,
    is_signed,
    missed,
    offered,
    pushed,
    question,
    refused,
    slower,
)
from monitor.model import Feed, FeedState, Hints

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
FEED = Feed(name="wire", url="https://wire.example/feed")
HUB, TOPIC = "https://hub.example/", "https://wire.example/self"
ASKED = begun(FEED.url, Offer(hub=HUB, topic=TOPIC), token="t0ken", secret="s3cret", now=NOW)
ACTIVE = dataclasses.replace(ASKED, state="active", lease_until=NOW + DAY)
LEAVING = dataclasses.replace(ACTIVE, state="leaving")
DENIED = dataclasses.replace(ASKED, state="denied")


@pytest.mark.parametrize(
    ("hints", "keys", "offer"),
    [
        pytest.param(Hints(hub=HUB, topic=TOPIC), {}, Offer(hub=HUB, topic=TOPIC), id="hub and self"),
        pytest.param(Hints(hub=HUB), {}, Offer(hub=HUB, topic=FEED.url), id="no self: the feed's address"),
        pytest.param(Hints(), {}, None, id="no hub"),
        pytest.param(Hints(hub="http://hub.example/", topic=TOPIC), {}, None, id="in the clear"),
        pytest.param(
            Hints(hub="http://10.0.0.1/", topic=TOPIC), {"allow_private": True}, Offer(hub="http://10.0.0.1/", topic=TOPIC), id="private"
        ),
        pytest.param(Hints(hub=HUB), {"url": "https://wire.example/feed?token=abc"}, None, id="a secret in the feed's address"),
        pytest.param(Hints(hub=HUB + "?key=abc", topic=TOPIC), {}, None, id="a secret in the hub's address"),
    ],
)
def test_a_hub_is_asked_only_where_no_secret_is_given_away(hints: Hints, keys: dict[str, object], offer: Offer | None) -> None:
    """By https; by http only for a feed that may be private. A feed that is gone is not asked for."""
    feed = dataclasses.replace(FEED, **keys)  # type: ignore[arg-type]
    assert offered(feed, FeedState(url=feed.url, hints=hints)) == offer
    assert offered(feed, FeedState(url=feed.url, hints=hints, gone=True)) is None


def test_the_form_names_mode_topic_callback_lease_and_secret() -> None:
    """Who leaves names no secret."""
    assert question(ASKED, callback="https://news.example.org/hubs/") == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://news.example.org/hubs/t0ken",
        "hub.verify": "async",
        "hub.lease_seconds": "864000",
        "hub.secret": "s3cret",
    }
    leaving = question(LEAVING, callback="https://news.example.org/hubs")
    assert (leaving["hub.mode"], "hub.secret" in leaving) == ("unsubscribe", False)


def asks(**words: str) -> str:
    return urlencode({f"hub.{name}": word for name, word in ({"topic": TOPIC, "challenge": "c", "lease_seconds": "86400"} | words).items()})


@pytest.mark.parametrize(
    ("one", "query", "status"),
    [
        pytest.param(ASKED, asks(mode="subscribe"), 200, id="asked for"),
        pytest.param(ACTIVE, asks(mode="subscribe"), 200, id="renewed"),
        pytest.param(ASKED, asks(mode="subscribe", topic="https://other.example/"), 404, id="another topic"),
        pytest.param(ASKED, asks(mode="subscribe", lease_seconds="-5"), 404, id="a lease below zero"),
        pytest.param(ASKED, asks(mode="subscribe", lease_seconds="0"), 404, id="a lease of nothing"),
        pytest.param(ASKED, asks(mode="subscribe", lease_seconds="ten"), 404, id="no number"),
        pytest.param(ASKED, asks(mode="subscribe", lease_seconds="¹"), 404, id="a number of another kind"),
        pytest.param(ASKED, asks(mode="subscribe", challenge=""), 404, id="no challenge"),
        pytest.param(ASKED, asks(mode="unsubscribe"), 404, id="an end that nobody asked for"),
        pytest.param(LEAVING, asks(mode="subscribe"), 404, id="not wanted any more"),
        pytest.param(LEAVING, asks(mode="denied"), 404, id="denied, but not asked for"),
        pytest.param(LEAVING, asks(mode="unsubscribe"), 200, id="the end"),
        pytest.param(DENIED, asks(mode="subscribe"), 404, id="denied before"),
        pytest.param(ASKED, asks(mode="publish"), 404, id="no such mode"),
        pytest.param(ASKED, "&".join(f"a{n}=1" for n in range(99)), 404, id="too many words"),
        pytest.param(ASKED, "", 404, id="nothing"),
    ],
)
def test_only_what_was_asked_for_is_confirmed(one: Subscription, query: str, status: int) -> None:
    """By repeating the challenge; anything else changes nothing."""
    verdict = confirmed(one, query, now=NOW)
    assert verdict.status == status
    if status == 404:
        assert (verdict.body, verdict.after) == (b"", one)
    else:
        assert verdict.body == b"c"
        assert verdict.after is None if one is LEAVING else verdict.after is not None and is_live(verdict.after, now=NOW)


def test_a_lease_is_renewed_before_it_ends_and_never_in_haste() -> None:
    """At seven tenths of it; one of seconds after a quarter of an hour, one of years after three weeks."""

    def after(lease: str) -> Subscription:
        found = confirmed(dataclasses.replace(ASKED, failures=3), asks(mode="subscribe", lease_seconds=lease), now=NOW).after
        assert found is not None
        return found

    usual, short, long, unnamed = after("864000"), after("10"), after("9" * 30), after("")
    assert unnamed.lease_until == NOW + DAY
    assert (usual.lease_until, usual.next_at, usual.failures) == (NOW + 10 * DAY, NOW + 7 * DAY, 0)
    assert (short.lease_until, short.next_at) == (NOW + dt.timedelta(seconds=10), NOW + 15 * MINUTE)
    assert (long.lease_until, long.next_at) == (NOW + 30 * DAY, NOW + 21 * DAY)


def test_a_denial_is_kept_with_its_reason_and_asked_about_again_after_a_day() -> None:
    """The reason is a stranger's: bounded, and without what could steer a terminal."""
    denied = confirmed(ACTIVE, asks(mode="denied", reason="no \x1b[31mthanks" + "!" * 500), now=NOW).after
    assert denied is not None
    assert (denied.state, denied.next_at, denied.lease_until) == ("denied", NOW + DAY, None)
    assert (denied.last_error or "").startswith("the hub denies it: no [31mthanks!!!")
    assert len(denied.last_error or "") < 250
    again = asked(denied, now=NOW + DAY)
    assert again is not None
    assert again.state == "asked"
    assert confirmed(ASKED, asks(mode="denied"), now=NOW).after == dataclasses.replace(
        ASKED, state="denied", next_at=NOW + DAY, last_error="the hub denies it"
    )


def test_a_hub_that_does_not_confirm_is_asked_ever_more_seldom() -> None:
    """After a quarter of an hour, half an hour, an hour ... a day; a pause that it asks for is kept, of at most a day."""
    one: Subscription | None = ASKED
    pauses = []
    for _ in range(12):
        assert one is not None
        one = asked(one, now=NOW)
        assert one is not None
        pauses.append(one.next_at - NOW)
    assert pauses[:4] == [15 * MINUTE, 30 * MINUTE, 60 * MINUTE, 120 * MINUTE]
    assert set(pauses[7:]) == {DAY}
    first = asked(ASKED, now=NOW)
    assert first is not None
    assert refused(first, "HTTP 503", retry_after_s=7200, now=NOW).next_at == NOW + 120 * MINUTE
    assert refused(first, "HTTP 503", retry_after_s=9e9, now=NOW).next_at == NOW + DAY
    assert refused(first, "HTTP 500", retry_after_s=None, now=NOW) == dataclasses.replace(first, last_error="HTTP 500")


def test_who_leaves_says_so_a_few_times_and_then_goes() -> None:
    """A hub that is silent about it will find nobody at the callback. One that denied, or whose lease is over, sends nothing anyway."""
    one: Subscription | None = ended(ACTIVE, now=NOW)
    assert one is not None
    assert (one.state, one.next_at) == ("leaving", NOW)
    assert ended(one, now=NOW + DAY) is one
    assert ended(DENIED, now=NOW) is None
    assert ended(ASKED, now=NOW) is None
    assert ended(ACTIVE, now=NOW + DAY) is None
    for _ in range(LEAVE_TRIES):
        assert one is not None
        one = asked(one, now=NOW)
    assert one is not None
    assert asked(one, now=NOW) is None


# ---------------------------------------------------------------- signatures


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_body_is_believed_by_its_signature_alone(method: str) -> None:
    """Each of the standard's four hashes, in any case; not another body's, another secret's, or a part of it."""
    body = b"<rss/>"
    meant = hmac.new(b"s3cret", body, method).hexdigest()
    assert is_signed(ACTIVE, f"{method}={meant}", body)
    assert is_signed(ACTIVE, f" {method.upper()}={meant.upper()} ", body)
    assert not is_signed(ACTIVE, f"{method}={meant}", body + b" ")
    assert not is_signed(ACTIVE, f"{method}={meant[:-1]}", body)
    assert not is_signed(ACTIVE, f"{method}={hmac.new(b'other', body, method).hexdigest()}", body)
    assert not is_signed(ACTIVE, f"{method}={getattr(hashlib, method)(body).hexdigest()}", body)


@given(st.text(max_size=60), st.binary(max_size=60))
def test_no_stranger_signs(signature: str, body: bytes) -> None:
    """Missing, md5, not even ASCII: it is no signature, and no error."""
    assert not is_signed(ACTIVE, signature, body)
    assert not is_signed(ACTIVE, f"md5={hmac.new(b's3cret', body, 'md5').hexdigest()}", body)
    assert not is_signed(ACTIVE, f"sha256={signature}", body)


@given(st.text(max_size=200))
def test_no_strange_question_breaks_or_confirms(query: str) -> None:
    """It comes from the network."""
    assert confirmed(ACTIVE, query, now=NOW).status == 404


# ---------------------------------------------------------------- polls meanwhile


def slow(one: Subscription, *, now: dt.datetime = NOW, every_s: float = 3600.0) -> bool:
    return bool(slower([FEED, dataclasses.replace(FEED, url="https://other.example/")], {FEED.url: one}, every_s=every_s, now=now))


def test_polls_are_seldom_only_while_the_hub_is_known_to_send() -> None:
    """It has sent, its lease runs, and polls are not the first to find things."""
    sends = pushed(ACTIVE, now=NOW)
    assert slow(sends)
    assert not slow(ACTIVE), "it has not sent yet"
    assert not slow(sends, now=NOW + DAY), "its lease is over"
    assert not slow(dataclasses.replace(sends, state="denied"))
    assert not slow(sends, every_s=300.0), "that would be no slower"
    for _ in range(MISSES):
        assert slow(sends)
        sends = missed(sends)
    assert not slow(sends), "it does not send all"
    assert slow(pushed(sends, now=NOW)), "it sends again"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        pytest.param(ACTIVE, "hub.example sends what is new until 2026-03-11 12:00 UTC, nothing sent yet", id="nothing yet"),
        pytest.param(dataclasses.replace(ACTIVE, pushes=3, missed=1), "sent 3 times, but a poll found what it had not sent", id="misses"),
        pytest.param(ASKED, "hub.example: not confirmed yet", id="asked"),
        pytest.param(dataclasses.replace(ACTIVE, lease_until=NOW), "hub.example: its lease is over", id="over"),
        pytest.param(dataclasses.replace(DENIED, last_error="the hub denies it: no"), "denied (the hub denies it: no)", id="denied"),
    ],
)
def test_how_it_stands_is_said_without_secrets(one: Subscription, words: str) -> None:
    """Neither the callback's last part nor the key is in a sentence or a repr."""
    said = in_words(one, now=NOW)
    assert words in said
    assert not {"t0ken", "s3cret"} & set(said.split())
    assert "t0ken" not in repr(one)
    assert "s3cret" not in repr(one)
