"""The way of an item from a reading to a settled alert, on a real database."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from support_pipeline import NOON, TTP, account, desk, reading

from monitor.model import FeedState, Place
from monitor.pipeline import Reading, settle_due, store_poll, unread
from monitor.store import alerts as alert_rows
from monitor.store import feeds as feed_rows
from monitor.store import incidents as incident_rows
from monitor.store import items as item_rows
from monitor.store import outbox
from monitor.store.database import Database, open_database

MINUTE = dt.timedelta(minutes=1)
STATE = FeedState(url="https://courier.example.org/rss", etag='"one"')


@pytest.fixture
def db():
    database = open_database(None)
    yield database
    database.close()


def town(name: str) -> Place:
    return Place(name=name, district=name, province="Balochistan", country="Pakistan")


def poll(db: Database, *readings: Reading, at: dt.datetime = NOON, first_fetch: bool = False, wait_s: float = 180.0):
    return store_poll(db, desk(wait_s=wait_s), readings, state=STATE, seen_at=at, first_fetch=first_fetch)


def test_one_attack_in_three_outlets_makes_one_alert(db):
    """Three reports join one incident, and one alert settles after the wait."""
    poll(db, reading("a", account(killed=3)), reading("b", account(killed=3), outlet="Herald", feed="herald"))
    poll(db, reading("c", account(killed=4), outlet="Wire", feed="wire"), at=NOON + MINUTE)
    assert settle_due(db, NOON + MINUTE) == []
    settled = settle_due(db, NOON + 4 * MINUTE)
    assert [(a.change, a.incident.killed.count, a.channels) for a in settled] == [("new", 4, ("desk",))]
    assert len(incident_rows.incidents(db)) == 1
    assert settle_due(db, NOON + 60 * MINUTE) == []


def test_a_critical_alert_does_not_wait(db):
    """Fifty killed settle at the moment of the poll."""
    poll(db, reading("a", account(killed=55)))
    assert [a.severity for a in settle_due(db, NOON)] == ["critical"]


def test_a_toll_that_passes_a_step_is_an_update(db):
    """Three killed and then twelve are a new alert and one update on the same incident."""
    poll(db, reading("a", account(killed=3)))
    settle_due(db, NOON + 4 * MINUTE)
    later = NOON + 60 * MINUTE
    poll(db, reading("b", account(killed=12), at=later, outlet="Herald", feed="herald"), at=later)
    (update,) = settle_due(db, later + 4 * MINUTE)
    assert (update.change, update.reason, update.incident.killed.count) == ("update", "toll-step-passed", 12)


def test_the_same_words_elsewhere_are_a_sighting(db):
    """A reprint under another address adds an item to the incident and no second voice."""
    words = "A bomb on a fruit cart went off beside the bus stand in Mastung and three people died"
    poll(db, reading("a", account(killed=3), words=words))
    taken = poll(db, reading("b", account(killed=3), words=words, outlet="Herald", feed="herald"))
    (incident,) = incident_rows.incidents(db)
    assert taken.sightings == 1
    assert item_rows.count_items(db) == 1
    assert [f.item_id for f in incident.filings] == ["a", "b"]
    assert incident.outlets == ("Courier",)


def test_an_edited_item_supersedes_its_own_report_only(db):
    """A new version with another toll replaces the old version's account; the other outlet's stands."""
    poll(db, reading("a", account(killed=3)), reading("b", account(killed=3), outlet="Herald", feed="herald"))
    taken = poll(db, reading("a", account(killed=9), words="Story a, updated: nine are dead now"), at=NOON + MINUTE)
    (incident,) = incident_rows.incidents(db)
    assert taken.changed == 1
    assert sorted(f.account.killed.count for f in incident.filings) == [3, 9]
    assert incident.killed.count == 9


def test_a_story_edited_in_place_leaves_its_old_toll_in_the_history(db):
    """What was told of is not forgotten, the incident grows no younger, and a figure taken back is taken back."""
    poll(db, reading("a", account(killed=3)))
    for minutes, killed in ((20, 9), (40, 9), (60, 4)):
        poll(db, reading("a", account(killed=killed), words=f"Story a at {minutes}: now {killed}"), at=NOON + minutes * MINUTE)
    later = NOON + 90 * MINUTE
    poll(db, reading("b", account(killed=4), outlet="Herald", feed="herald", at=later), at=later)
    (incident,) = incident_rows.incidents(db)
    assert [(entry.at - NOON, entry.item_id, entry.killed.count) for entry in incident.history] == [
        (0 * MINUTE, "a", 3),
        (20 * MINUTE, "a", 9),
        (60 * MINUTE, "a", 4),
    ]
    assert (incident.first_seen, incident.killed.count) == (NOON, 4)


def test_a_toll_that_only_an_edit_takes_back_ends_the_history_with_what_stands(db):
    """One outlet edits its higher figure away; the other's lower one, which was passed over before, is in force again."""
    poll(db, reading("a", account(killed=3)))
    poll(db, reading("b", account(killed=9), outlet="Herald", feed="herald"), at=NOON + 20 * MINUTE)
    poll(db, reading("b", account(), words="Story b, corrected", outlet="Herald", feed="herald"), at=NOON + 40 * MINUTE)
    (incident,) = incident_rows.incidents(db)
    assert [(entry.at - NOON, entry.item_id, entry.killed.count) for entry in incident.history] == [
        (0 * MINUTE, "a", 3),
        (20 * MINUTE, "b", 9),
        (40 * MINUTE, "b", 3),
    ]


def test_an_edited_toll_is_as_new_as_the_edit(db):
    """A story edited in place keeps its date; its new figure is later than another outlet's of half an hour ago."""
    poll(db, reading("a", account(killed=3)))
    half = NOON + 30 * MINUTE
    poll(db, reading("b", account(killed=5), outlet="Herald", feed="herald", at=half), at=half)
    poll(db, reading("a", account(killed=9), words="Story a, updated: nine are dead now"), at=half + 30 * MINUTE)
    (incident,) = incident_rows.incidents(db)
    assert incident.killed.count == 9
    poll(
        db,
        reading("b", account(killed=11), words="Story b, updated: eleven", outlet="Herald", feed="herald", at=half),
        at=half + 40 * MINUTE,
    )
    poll(db, reading("a", account(killed=9), words="Story a, updated: nine are dead, a comma mended"), at=half + 50 * MINUTE)
    (incident,) = incident_rows.incidents(db)
    assert incident.killed.count == 11


def test_an_item_edited_into_no_attack_takes_the_alert_back(db):
    """The only report of a blast is rewritten as no attack: one retraction goes out, once."""
    poll(db, reading("a", account(killed=2)))
    settle_due(db, NOON + 4 * MINUTE)
    poll(db, reading("a", words="Story a, corrected: the cylinder of a bakery burst"), at=NOON + 10 * MINUTE)
    assert [a.change for a in settle_due(db, NOON + 20 * MINUTE)] == ["retraction"]
    poll(db, reading("a", words="Story a, corrected again: an oven of a bakery burst"), at=NOON + 30 * MINUTE)
    assert settle_due(db, NOON + 60 * MINUTE) == []


def test_nobody_is_alerted_to_a_bomb_that_was_defused(db):
    """A foiled bid is kept as an incident that was none; a later report of a blast there is one of its own, and is told."""
    foiled = account(fresh=False, relation="follow-up")
    poll(db, reading("a", foiled, words="Bomb defused near the bus stand in Mastung"))
    assert settle_due(db, NOON + 4 * MINUTE) == []
    (incident,) = incident_rows.incidents(db)
    assert incident.retracted
    later = NOON + 60 * MINUTE
    poll(db, reading("b", account(killed=3), at=later, outlet="Herald", feed="herald"), at=later)
    assert [a.change for a in settle_due(db, later + 4 * MINUTE)] == ["new"]


def test_seen_again_changes_nothing(db):
    """The same poll twice stores nothing, files nothing and alerts nobody a second time."""
    first = [reading("a", account(killed=3)), reading("b", account(killed=1, place=None))]
    poll(db, *first)
    settle_due(db, NOON + 4 * MINUTE)
    before = [list(db[name].rows) for name in ("items", "filings", "alerts", "incidents")]
    taken = poll(db, *first, at=NOON + 5 * MINUTE)
    assert (taken.seen, taken.new) == (2, 0)
    assert [list(db[name].rows) for name in ("items", "filings", "alerts", "incidents")] == before


def test_a_denial_joins_and_is_told(db):
    """A follow-up with a denial updates the incident that was told."""
    poll(db, reading("a", account(killed=3)))
    settle_due(db, NOON + 4 * MINUTE)
    later = NOON + 5 * 60 * MINUTE
    denial = account(killed=None, fresh=False, relation="follow-up", groups=(TTP,))
    poll(db, reading("b", denial, at=later, outlet="Herald", feed="herald"), at=later)
    assert [(a.change, a.reason) for a in settle_due(db, later + 4 * MINUTE)] == [("update", "denial-came")]


def test_what_is_recalled_raises_nothing(db):
    """An article that recalls an attack of years ago opens no incident and raises no alert."""
    old = account(killed=120, fresh=False, relation="recalled", date=dt.date(2018, 7, 13))
    poll(db, reading("a", old))
    assert incident_rows.incidents(db) == []
    assert settle_due(db, NOON + 10 * MINUTE) == []


def test_a_first_fetch_alerts_only_on_the_last_day(db):
    """A feed seen for the first time stores its three-day-old attack without a word, and tells today's."""
    old_place = town("Kalat")
    old = reading("old", account(killed=3, place=old_place, date=(NOON - dt.timedelta(days=3)).date()), at=NOON - dt.timedelta(days=3))
    poll(db, old, reading("new", account(killed=2)), first_fetch=True)
    assert [a.incident.killed.count for a in settle_due(db, NOON + 4 * MINUTE)] == [2]
    assert len(incident_rows.incidents(db)) == 2


def test_an_item_that_could_not_be_read_is_kept(db):
    """An unread item is stored with its reason, and the feed's state commits with it."""
    taken = poll(db, reading("a", error="stopped after 20 s"))
    assert taken.unread == 1
    assert [stored.error for stored in item_rows.unread_items(db)] == ["stopped after 20 s"]
    assert feed_rows.feed_state(db, STATE.url).etag == '"one"'


def test_a_failure_in_the_middle_leaves_nothing_behind(db, monkeypatch):
    """When the last item of a poll fails, neither items nor the ETag are stored, so that the next poll brings all again."""
    good = reading("a", account(killed=3))
    monkeypatch.setattr(feed_rows, "save_feed_state", lambda *_: (_ for _ in ()).throw(RuntimeError("power lost")))
    with pytest.raises(RuntimeError, match="power lost"):
        poll(db, good)
    assert item_rows.count_items(db) == 0
    assert feed_rows.feed_state(db, STATE.url).etag is None
    assert len(unread(db, [good.item], now=NOON)) == 1


def test_two_attacks_in_one_item_are_two_incidents(db):
    """An article on two towns opens two incidents, each with its own toll."""
    poll(db, reading("a", account(killed=5), account(killed=2, place=town("Kalat"))))
    assert sorted(i.killed.count for i in incident_rows.incidents(db)) == [2, 5]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_order_of_reports_gives_one_new_alert(db, order):
    """However three reports of one attack come in, exactly one new alert is raised and the highest toll stands."""
    readings = [
        reading("a", account(killed=3)),
        reading("b", account(killed=3, injured=4), outlet="Herald", feed="herald"),
        reading("c", account(killed=3), outlet="Wire", feed="wire"),
    ]
    settled = []
    for n, index in enumerate(order):
        at = NOON + n * 10 * MINUTE
        poll(db, readings[index], at=at)
        settled += settle_due(db, at + 5 * MINUTE)
    assert [a.change for a in settled].count("new") == 1
    assert len(incident_rows.incidents(db)) == 1


def test_a_pending_alert_is_revised_and_not_put_off(db):
    """A later report changes the toll of the alert on its way, never its time."""
    poll(db, reading("a", account(killed=3)))
    poll(db, reading("b", account(killed=4), outlet="Herald", feed="herald"), at=NOON + 2 * MINUTE)
    (pending,) = alert_rows.due_alerts(db, NOON + 3 * MINUTE)
    assert (pending.due_at, pending.incident.killed.count) == (NOON + 3 * MINUTE, 4)


def test_settled_alerts_wait_in_the_outbox(db):
    """Each channel of a settled alert has one row to claim."""
    poll(db, reading("a", account(killed=3)))
    (alert,) = settle_due(db, NOON + 4 * MINUTE)
    claimed = outbox.claim(db, NOON + 4 * MINUTE, lease_s=60, owner="test")
    assert claimed is not None
    assert (claimed[0].channel, claimed[1].id) == ("desk", alert.id)
    assert outbox.claim(db, NOON + 4 * MINUTE, lease_s=60, owner="test") is None
