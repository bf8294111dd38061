"""The program's own messages as their readers get them: troubles, items set aside, heartbeats."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_store import DAY, HOUR, MINUTE, NOON, an_item, opened, store_incident, store_item, store_settled_alert

from monitor.alerts.notice import render_notice, unread_notice
from monitor.alerts.slots import Schedule
from monitor.duties import arrange_digests, arrange_heartbeat, heartbeat_lines, written
from monitor.model import Feed, FeedState, Message
from monitor.store import outbox
from monitor.store.database import Database
from monitor.store.dispatches import Dispatch, claim_dispatch, free_claimed
from monitor.store.feeds import save_feed_state
from monitor.troubles import look_at_feeds

GOLDEN = Path(__file__).parent / "golden"
EVERY_DAY = Schedule(name="daily", channel="ops", at=dt.time(8), days=frozenset(range(7)), timezone="UTC")
COURIER = Feed(name="courier", url="https://courier.example/rss?token=abc123", outlet="Quetta Courier")
WIRE = Feed(name="wire", url="https://wire.example/feed", outlet="Indus Wire")
PAGE = 'is an HTML page titled "Sign in at https://evil.example @channel", not a feed; check the address in a browser'


@pytest.fixture
def db() -> Iterator[Database]:
    with opened() as database:
        yield database


def told(db: Database) -> Dispatch:
    """The one message that waits, claimed by a daemon."""
    one = claim_dispatch(db, NOON, lease_s=60, owner="daemon:1", channel="ops")
    assert one is not None
    return one


def said(db: Database, one: Dispatch) -> Message:
    message = written(db, one, now=NOON, timezone="UTC")
    assert message is not None
    return message


def feeds_in_trouble(db: Database) -> Message:
    """One fails for long, one answers with a page whose title would lead elsewhere."""
    failing = FeedState(url=WIRE.url, last_polled_at=NOON, last_success_at=NOON - 9 * HOUR, next_due_at=NOON + HOUR, failures=7)
    save_feed_state(db, dataclasses.replace(failing, last_status="failed", last_error="connection refused by wire.example"))
    page = FeedState(url=COURIER.url, last_polled_at=NOON, last_success_at=NOON - 2 * HOUR, next_due_at=NOON + HOUR, failures=2)
    save_feed_state(db, dataclasses.replace(page, last_status="page", last_error=PAGE))
    assert look_at_feeds(db, [WIRE, COURIER], channels=["ops"], now=NOON) == ["2 feeds are in trouble"]
    return said(db, told(db))


def an_item_set_aside(_db: Database) -> Message:
    title, text = unread_notice(an_item("k7", title="Toll rises: see www.evil.example <!here>"), "stopped after 20 s")
    return render_notice(title, text.splitlines())


def a_heartbeat(db: Database, *, troubles: tuple[str, ...] = ()) -> Message:
    store_incident(db, "i1", keys=("k1",))
    store_item(db, "k2", at=NOON + MINUTE, published_at=NOON - 3 * MINUTE)
    (number,) = store_settled_alert(db, "i1", at=NOON - HOUR)
    outbox.claim(db, NOON - HOUR, lease_s=60, owner="daemon:1")
    outbox.mark_sent(db, number, NOON - HOUR + 40 * dt.timedelta(seconds=1))
    lines = heartbeat_lines(db, {"ok": 11, "failing": 1}, troubles, version="1.2.3", now=NOON + 2 * MINUTE)
    assert not arrange_heartbeat(db, EVERY_DAY, lines, now=NOON - DAY)
    assert arrange_heartbeat(db, EVERY_DAY, lines, now=NOON)
    return said(db, told(db))


MESSAGES = {
    "notice-feeds": feeds_in_trouble,
    "notice-unread-item": an_item_set_aside,
    "heartbeat": a_heartbeat,
    "heartbeat-not-well": lambda db: a_heartbeat(db, troubles=("7 of 12 feeds fail", "1 message was given up in the last week")),
}


@pytest.mark.parametrize("form", ["txt", "slack"])
@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_the_programs_own_reads_as_the_golden_file(db: Database, name: str, form: str) -> None:
    """A mail of them is the text; MONITOR_WRITE_GOLDEN=1 writes the files anew, to be looked at."""
    message = MESSAGES[name](db)
    text = {"txt": message.text, "slack": message.slack}[form]
    assert message.html == ""
    path = GOLDEN / f"{name}.{form}"
    if os.environ.get("MONITOR_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["notice", "heartbeat", "digest"])
def test_whatever_may_come_twice_says_so(db: Database, kind: str) -> None:
    """Not only alerts: a daemon that is killed in the middle of sending any message leaves open whether it arrived."""
    if kind == "notice":
        save_feed_state(db, FeedState(url=WIRE.url, last_polled_at=NOON, failures=9, last_status="failed", last_error="no answer"))
        look_at_feeds(db, [WIRE], channels=["ops"], now=NOON)
    for now in (NOON - DAY, NOON):
        if kind == "heartbeat":
            arrange_heartbeat(db, EVERY_DAY, ["All is well."], now=now)
        if kind == "digest":
            arrange_digests(db, [EVERY_DAY], now=now)
    first = told(db)
    assert first.kind == kind
    assert "may be a repeat" not in str(said(db, first))
    free_claimed(db, owners="daemon:")
    second = said(db, told(db))
    assert ["may be a repeat" in one for one in (second.text, second.slack)] == [True, True]
    assert kind != "digest" or "may be a repeat" in second.html
