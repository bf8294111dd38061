"""A replay of the past, on a real database, with a reader that knows its answers."""

from __future__ import annotations

import datetime as dt

import pytest
from support_pipeline import NOON, account, desk, reading

from monitor import backfill
from monitor.backfill import in_order, replay
from monitor.model import Item, Report
from monitor.pipeline import Reading, settle_due, store_poll
from monitor.store import alerts as alert_rows
from monitor.store import feeds as feed_rows
from monitor.store import outbox
from monitor.store.database import Database, open_database

HOUR = dt.timedelta(hours=1)
NOW = NOON + dt.timedelta(days=30)


class Answers:
    """A reader that answers from a list."""

    def __init__(self, readings: list[Reading]) -> None:
        self.reports = {r.item.key: r.report for r in readings}

    def read(self, item: Item) -> Report:
        report = self.reports[item.key]
        if report is None:
            raise RuntimeError("no vowels")
        return report


@pytest.fixture
def db():
    database = open_database(None)
    yield database
    database.close()


def run(db: Database, readings: list[Reading], **options):
    alerts = []
    rules = desk(replay=True)
    outcome = replay(
        db,
        in_order([r.item for r in readings], now=NOW),
        ruleset=rules.ruleset,
        settings=rules.settings,
        reader=Answers(readings),
        now=NOW,
        on_alert=alerts.append,
        **options,
    )
    return outcome, alerts


def rising_toll() -> list[Reading]:
    """Three reports of one attack, hours apart, the last one first in the input."""
    return [
        reading("late", account(killed=22), at=NOON + 5 * HOUR, outlet="Wire", feed="wire"),
        reading("first", account(killed=3), at=NOON),
        reading("second", account(killed=11), at=NOON + 2 * HOUR, outlet="Herald", feed="herald"),
    ]


def test_replay_says_what_would_have_been_said_then(db):
    """Alerts come in the order of time, each with the toll as it was known when its wait was over."""
    _, alerts = run(db, rising_toll())
    assert [(a.change, a.incident.killed.count) for a in alerts] == [("new", 3), ("update", 11), ("update", 22)]
    assert [a.due_at for a in alerts] == [NOON + n * HOUR + dt.timedelta(minutes=3) for n in (0, 2, 5)]


def test_replay_equals_live(db):
    """Polled one after the other at the time of publication, the same items give the same alerts."""
    _, replayed = run(db, rising_toll())
    live_db = open_database(None)
    live = []
    for item in sorted(rising_toll(), key=lambda r: r.item.published_at):
        at = item.item.published_at
        live += settle_due(live_db, at)
        store_poll(live_db, desk(), [item], state=feed_rows.feed_state(live_db, "https://x.example.org"), seen_at=at, first_fetch=False)
    live += settle_due(live_db, NOW)
    live_db.close()
    assert [(a.id, a.change, a.severity, a.incident.killed, a.due_at) for a in replayed] == [
        (a.id, a.change, a.severity, a.incident.killed, a.due_at) for a in live
    ]


def test_nothing_is_sent_and_nothing_counts_as_told(db):
    """A replay leaves the outbox empty; a live report on a young incident is new to everybody."""
    run(db, rising_toll())
    assert outbox.count_by_state(db) == {}
    assert {a.held for a in alert_rows.alerts(db)} == {"backfilled"}
    later = NOON + 7 * HOUR
    more = reading("live", account(killed=30), at=later, outlet="Desk", feed="desk")
    store_poll(db, desk(), [more], state=feed_rows.feed_state(db, "https://x.example.org"), seen_at=later, first_fetch=False)
    assert [a.change for a in settle_due(db, later + HOUR)] == ["new"]


def test_twice_changes_nothing(db):
    """A second run over the same items raises no alert and writes nothing."""
    run(db, rising_toll())
    before = {name: list(db[name].rows) for name in ("items", "filings", "incidents", "alerts")}
    outcome, alerts = run(db, rising_toll())
    assert alerts == []
    assert outcome.taken.seen == 3
    assert {name: list(db[name].rows) for name in before} == before


def test_notify_releases_only_young_incidents(db):
    """With a limit of a day, last month's alert stays suppressed and today's goes to its channel."""
    readings = [*rising_toll(), reading("today", account(killed=7, date=NOW.date()), at=NOW - HOUR, outlet="Wire", feed="wire")]
    run(db, readings, notify_since=dt.timedelta(hours=24))
    assert outbox.count_by_state(db) == {"waiting": 1}


def test_an_undated_item_is_stored_and_never_alerted(db):
    """Without a date of its own an item raises nothing; --published gives it one."""
    undated = reading("undated", account(killed=9), at=None)  # type: ignore[arg-type]
    _, alerts = run(db, [undated])
    assert alerts == []
    dated = in_order([undated.item], now=NOW, published=NOON)
    assert [(c.clock, c.may_alert) for c in dated] == [(NOON, True)]


def test_an_item_that_cannot_be_read_does_not_end_the_replay(db):
    """The bad item is set aside, the others are told."""
    outcome, alerts = run(db, [reading("bad", error="?", at=NOON - HOUR), *rising_toll()])
    assert outcome.taken.unread == 1
    assert len(alerts) == 3


def test_a_stopped_replay_goes_on_where_it_was(db, monkeypatch):
    """Stopped after the first batch, a second run ends with the same alerts as one run."""
    monkeypatch.setattr(backfill, "BATCH", 1)
    done: list[int] = []
    outcome, first = run(db, rising_toll(), on_progress=done.append, should_stop=lambda: bool(done))
    assert outcome.stopped
    assert not alert_rows.due_alerts(db, NOW, backfilled=False)
    _, rest = run(db, rising_toll())
    assert [(a.change, a.incident.killed.count) for a in [*first, *rest]] == [("new", 3), ("update", 11), ("update", 22)]


def test_since_and_until_bound_the_replay():
    """`since` is inclusive, `until` is not."""
    items = [r.item for r in rising_toll()]
    assert [c.item.id for c in in_order(items, now=NOW, since=NOON + 2 * HOUR, until=NOON + 5 * HOUR)] == ["second"]
