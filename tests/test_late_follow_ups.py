"""A claim, a denial or a funeral that is read before any report of its attack, through the real pipeline on a real database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from support_pipeline import MASTUNG, NOON, TODAY, account, desk, reading

from monitor.model import FeedState, GroupMention, Incident, Place
from monitor.pipeline import Reading, settle_due, store_poll
from monitor.store import incidents as incident_rows
from monitor.store.database import Database, open_database
from monitor.store.items import waiting_follow_ups

HOUR = dt.timedelta(hours=1)
STATE = FeedState(url="https://courier.example.org/rss")
CLAIMED = GroupMention(id="ttp", name="Tehreek-e-Taliban Pakistan", stance="claimed", sentence="The TTP claimed the attack.")
KALAT = Place(name="Kalat", district="Kalat", province="Balochistan", country="Pakistan", lat=29.03, lon=66.59)


@pytest.fixture
def db() -> Iterator[Database]:
    database = open_database(None)
    yield database
    database.close()


def poll(db: Database, *readings: Reading, hours: float = 0) -> None:
    store_poll(db, desk(), readings, state=STATE, seen_at=NOON + hours * HOUR, first_fetch=False)


def claim(*, place: Place = MASTUNG, words: str = "TTP claims the Mastung bombing", date: dt.date | None = TODAY) -> Reading:
    told = account(place=place, fresh=False, relation="follow-up", groups=(CLAIMED,), date=date)
    return reading("claim", told, words=words, outlet="Ant", feed="ant")


def report(**facts: int) -> Reading:
    return reading("report", account(**(facts or {"killed": 3})), outlet="Bee", feed="bee", at=NOON + HOUR / 2)


def one(db: Database) -> Incident:
    (incident,) = incident_rows.incidents(db)
    return incident


def test_a_claim_that_came_first_is_told_with_the_first_alert(db: Database) -> None:
    """It waits for its incident; the incident is as old as its first report, and the claim keeps its own time of being seen."""
    poll(db, claim())
    assert incident_rows.incidents(db) == []
    poll(db, report(), hours=1)
    (alert,) = settle_due(db, NOON + 2 * HOUR)
    assert [(g.id, g.stance) for g in alert.incident.groups] == [("ttp", "claimed")]
    incident = one(db)
    assert {(f.item_id, f.role, f.seen_at) for f in incident.filings} == {
        ("claim", "follow-up", NOON),
        ("report", "report", NOON + HOUR),
    }
    assert incident.first_seen == NOON + HOUR
    (filed,) = [one for one in incident_rows.filed(db, incident.id) if one.filing.item_id == "claim"]
    assert filed.reason.endswith("it came before any report of the attack")


def test_a_copy_of_what_waited_is_listed_with_it(db: Database) -> None:
    """It adds no voice."""
    poll(db, claim())
    copy = reading("copy", words="TTP claims the Mastung bombing", outlet="Cow", feed="cow")
    poll(db, copy, hours=0.5)
    poll(db, report(), hours=1)
    assert {f.item_id: f.duplicate_of is not None for f in one(db).filings} == {"claim": False, "copy": True, "report": False}
    assert [f.item_id for f in incident_rows.filings(db, one(db).id) if f.role == "report"] == ["report"]


@pytest.mark.parametrize(
    ("first", "hours"),
    [
        pytest.param(claim(date=TODAY - dt.timedelta(days=9)), 1, id="of another day"),
        pytest.param(claim(place=KALAT, words="TTP claims the Kalat bombing"), 1, id="of another place"),
        pytest.param(claim(place=KALAT, words="TTP claims the Kalat bombing, not that of Mastung"), 1, id="that only names the place"),
        pytest.param(claim(), 25, id="of more than a day ago"),
        pytest.param(reading("claim", words="A calm day in Mastung", outlet="Ant", feed="ant"), 1, id="nothing was told"),
    ],
)
def test_what_speaks_of_something_else_does_not_join(db: Database, first: Reading, hours: float) -> None:
    """Waiting makes it no likelier that it is this attack."""
    poll(db, first)
    poll(db, report(), hours=hours)
    assert [f.item_id for f in one(db).filings] == ["report"]


def test_what_is_filed_waits_no_longer(db: Database) -> None:
    """An account is in one place."""

    def waiting() -> list[str]:
        found = waiting_follow_ups(db, ["Mastung"], since=NOON - HOUR, until=NOON + 3 * HOUR, other_than="")
        return [stored.item.id for stored in found]

    poll(db, claim())
    assert waiting() == ["claim"]
    poll(db, report(), hours=1)
    assert waiting() == []
    assert waiting_follow_ups(db, ["", "…"], since=NOON - HOUR, until=NOON + HOUR, other_than="") == []


def test_a_report_that_names_no_district_takes_up_nothing(db: Database) -> None:
    """Any claim in the country would fit."""
    poll(db, claim())
    vague = reading("vague", account(killed=3, place=Place(country="Pakistan")), words="Blast in Pakistan", outlet="Bee", feed="bee")
    poll(db, vague, hours=1)
    assert [f.item_id for f in one(db).filings] == ["vague"]
