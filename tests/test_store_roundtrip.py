"""What is stored comes back as it was."""

from __future__ import annotations

import dataclasses

from support_store import HOUR, MINUTE, NOON, a_filing, a_report, an_alert, an_incident, an_item, opened, store_incident, store_item

from monitor.model import FeedState
from monitor.store import alerts, feeds, incidents, items, outbox
from monitor.store.database import writing


def test_a_feed_never_polled_has_a_fresh_state():
    """An unknown address is a feed that starts from nothing."""
    with opened() as db:
        assert feeds.feed_state(db, "https://a.example/rss") == FeedState(url="https://a.example/rss")


def test_a_feed_state_comes_back_as_saved():
    """Every field of the state survives, and saving again replaces it."""
    state = FeedState(
        url="https://a.example/rss",
        etag='W/"x"',
        last_modified="Tue, 05 Mar 2024 12:00:00 GMT",
        body_hash="00",
        first_success_at=NOON,
        last_polled_at=NOON + HOUR,
        last_success_at=NOON + MINUTE,
        next_due_at=NOON + 2 * HOUR,
        last_status="failed",
        last_error="time-out",
        failures=3,
        gone=True,
        moved_to="https://b.example/rss",
        moved_seen=2,
    )
    with opened() as db:
        feeds.save_feed_state(db, FeedState(url=state.url, etag="old"))
        feeds.save_feed_state(db, state)
        assert feeds.feed_state(db, state.url) == state
        assert feeds.feed_states(db) == {state.url: state}


def test_an_item_comes_back_as_stored():
    """Every field of an item survives, tags and times included."""
    with opened() as db:
        stored = store_item(db)
        assert items.item(db, "k1") == stored
        assert items.item(db, "k2") is None


def test_a_report_comes_back_as_saved():
    """A report is kept whole: evidence with its offsets, background, what read it."""
    with opened() as db:
        store_item(db)
        items.save_report(db, "k1", a_report(cut=True), NOON)
        assert items.report_of(db, "k1") == a_report(cut=True)


def test_an_incident_comes_back_with_its_filings_and_history():
    """Facts, filings in the order filed, each with its item's text, and the history."""
    with opened() as db:
        stored = store_incident(db, keys=("k1", "k2"))
        assert incidents.incident(db, "i1") == stored
        assert incidents.incidents(db) == [stored]
        assert incidents.incidents_by_id(db, ["nobody", "i1"]) == [stored]


def test_an_account_may_be_filed_before_its_incident_is_computed():
    """The incident's row may follow within the transaction."""
    with opened() as db:
        filing = a_filing(store_item(db))
        with writing(db):
            incidents.file_account(db, "i1", filing, n=0, reason="opens")
            assert incidents.filings(db, "i1") == [filing]
            incidents.save_incident(db, an_incident())
        assert incidents.incident(db, "i1") == an_incident(filings=(filing,))


def test_an_alert_comes_back_as_saved_but_for_the_texts():
    """An alert keeps its incident with filings and history; the items' texts stay with the items."""
    with opened() as db:
        incident = store_incident(db, keys=("k1",))
        alert = an_alert(incident)
        alerts.save_alert(db, alert)
        bare = tuple(dataclasses.replace(filing, text="") for filing in incident.filings)
        expected = dataclasses.replace(alert, incident=dataclasses.replace(incident, filings=bare))
        assert alerts.alert(db, alert.id) == expected
        assert alerts.pending_alert(db, "i1") == expected
        assert alerts.due_alerts(db, NOON) == []
        assert alerts.due_alerts(db, alert.due_at) == [expected]
        assert alerts.next_due(db) == alert.due_at


def test_a_settled_alert_can_be_claimed_once_on_each_channel():
    """Settling freezes the alert and releases one delivery a channel."""
    with opened() as db:
        incident = store_incident(db, keys=("k1",))
        alert = an_alert(incident)
        alerts.save_alert(db, alert)
        alerts.settle(db, alert, at=NOON)
        claims = [outbox.claim(db, NOON, lease_s=60, owner="a") for _ in range(3)]
        assert [claim and claim[0].channel for claim in claims] == ["slack", "mail", None]
        assert all(claim is None or claim[1].state == "settled" for claim in claims)
        told = alerts.told(db, "i1")
        assert told is not None
        assert (told.alert_id, told.incident) == (alert.id, dataclasses.replace(incident, filings=(), history=()))


def test_an_edit_keeps_the_old_text():
    """An edited item has its new text in force and its old one on record."""
    with opened() as db:
        first = store_item(db)
        second = an_item(summary="Seven people died.", content_hash="other")
        assert items.update_item(db, second, seen_at=NOON + HOUR) == 2
        assert items.item_texts(db, "k1") == [first, second]
