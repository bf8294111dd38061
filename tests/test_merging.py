"""Two incidents that turn out to be one, one that turns out to be two, reprints: through the real pipeline on a real database."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from support_pipeline import MASTUNG, NOON, account, desk, reading

from monitor.backfill import in_order, replay
from monitor.items import content_hash
from monitor.model import Alert, FeedState, Item, Place, Report
from monitor.pipeline import Reading, settle_due, store_poll
from monitor.store import alerts as alert_rows
from monitor.store import decisions as decision_rows
from monitor.store import incidents as incident_rows
from monitor.store import items as item_rows
from monitor.store import moves, outbox
from monitor.store.database import Database, open_database

MINUTE = dt.timedelta(minutes=1)
STATE = FeedState(url="https://courier.example.org/rss")
PAKISTAN = Place(country="Pakistan")
QUETTA = Place(name="Quetta", district="Quetta", province="Balochistan", country="Pakistan", lat=30.18, lon=67.0)

STORY = (
    "The driver lost a leg and was flown to a hospital in the provincial capital, where doctors fought for his life through the night. "
    "Elders blamed an old feud over grazing land between two clans and asked the government for a jirga before more blood is shed."
)
HANDCART = (
    "A bomb hidden in a handcart went off beside the Dasht bridge in Mastung and tore a bus of wedding guests apart, "
    "the deputy commissioner said after a visit to the ward where the survivors are treated."
)


@pytest.fixture
def db():
    database = open_database(None)
    yield database
    database.close()


def poll(db: Database, *readings: Reading, minutes: float = 0):
    at = NOON + minutes * MINUTE
    return store_poll(db, desk(), readings, state=STATE, seen_at=at, first_fetch=False)


def post(*args: Any, **facts: Any) -> Reading:
    """An item without a title, as a channel posts it: its words are all in its text."""
    titled = reading(*args, **facts)
    return dataclasses.replace(titled, item=dataclasses.replace(titled.item, title="", content=titled.item.title))


def vague(killed: int = 9, injured: int = 20) -> Reading:
    """A first report that names no place."""
    return post("a", account(killed=killed, injured=injured, place=PAKISTAN), words=f"Blast hits bus. {STORY}", outlet="Ant", feed="ant")


def precise(**facts: int) -> Reading:
    """Another outlet's, of the same attack, in its own words."""
    return post("b", account(**({"killed": 14, "injured": 30} | facts)), words=HANDCART, outlet="Bee", feed="bee", at=NOON + 30 * MINUTE)


def connecting() -> Reading:
    """The first outlet's story again, with the place and the toll of the second."""
    return post(
        "c", account(killed=14, injured=30), words=f"Blast hits bus in Mastung. {STORY}", outlet="Cow", feed="cow", at=NOON + 60 * MINUTE
    )


def standing(db: Database) -> dict[str, list[str]]:
    """Each incident that stands, with the items filed under it."""
    return {i.id: sorted(f.item_id for f in i.filings) for i in incident_rows.incidents(db)}


def sent(db: Database, *, minutes: float) -> list[str]:
    """Send all that is due, as a daemon would; the changes that went out."""
    at = NOON + minutes * MINUTE
    settle_due(db, at)
    gone = []
    while (claimed := outbox.claim(db, at, lease_s=60, owner="test")) is not None:
        delivery, alert = claimed
        outbox.mark_sent(db, delivery.id, at)
        gone.append(alert.change)
    return gone


# ---------------------------------------------------------------- two are one


def test_a_report_that_ties_two_incidents_makes_them_one(db):
    """What is vague and what is precise turn out to be one attack: the elder id stays, history says so, one alert goes out."""
    poll(db, vague())
    poll(db, precise(), minutes=30)
    elder, younger = standing(db)
    poll(db, connecting(), minutes=60)
    assert standing(db) == {elder: ["a", "b", "c"]}
    assert moves.merged_into(db, younger) == elder
    (decided,) = decision_rows.decisions_on(db, [elder])
    assert (decided.kind, decided.incident_id, decided.other_id, decided.by_hand) == ("merge", elder, younger, False)
    assert "14 killed, 30 injured, in Mastung" in decided.why
    assert sent(db, minutes=120) == ["new"]


def test_nobody_is_told_twice_of_what_was_pending_on_both(db):
    """The alert that waits on the younger incident is withdrawn, and the one that stays is due no later."""
    poll(db, vague(), precise())
    elder, younger = standing(db)
    poll(db, connecting(), minutes=1)
    assert alert_rows.pending_alert(db, younger) is None
    (withdrawn,) = [a for a in alert_rows.alerts(db, incident_id=younger) if a.incident_id == younger]
    assert (withdrawn.state, withdrawn.held) == ("suppressed", f"one with incident {elder}")
    assert alert_rows.pending_alert(db, elder).due_at == NOON + 3 * MINUTE
    assert sent(db, minutes=4) == ["new"]


def test_what_only_the_younger_one_told_counts_for_the_one_that_stays(db):
    """The elder raised nothing, the younger was sent: what follows is an update at most, never a second first alert."""
    first = dataclasses.replace(vague(), report=dataclasses.replace(vague().report, incidents=(account(injured=0, place=PAKISTAN),)))
    poll(db, first)
    poll(db, precise(), minutes=30)
    elder, younger = standing(db)
    assert sent(db, minutes=40) == ["new"]
    poll(db, connecting(), minutes=60)
    assert list(standing(db)) == [elder]
    assert alert_rows.told(db, elder).alert_id.startswith(younger)
    assert "new" not in sent(db, minutes=90)


def test_two_that_were_told_are_corrected_once(db):
    """Both were sent as attacks of their own: one correction says that they are one, and no other message follows."""
    poll(db, vague())
    poll(db, precise(), minutes=30)
    elder, _ = standing(db)
    assert sent(db, minutes=40) == ["new", "new"]
    poll(db, connecting(), minutes=60)
    pending = alert_rows.pending_alert(db, elder)
    assert (pending.change, pending.reason) == ("correction", "found-to-be-one")
    assert sent(db, minutes=90) == ["correction"]
    poll(db, reading("d", account(killed=14, injured=30), outlet="Dog", feed="dog", words=f"{HANDCART} More follows."), minutes=100)
    assert sent(db, minutes=120) == []


def test_of_two_first_messages_in_the_outbox_one_goes_out(db):
    """Both alerts were settled and neither sent when the incidents became one: the channel gets one message."""
    poll(db, vague())
    poll(db, precise(), minutes=30)
    settle_due(db, NOON + 40 * MINUTE)
    poll(db, connecting(), minutes=60)
    assert sent(db, minutes=61) == ["new"]


def test_an_unsent_first_message_gives_way_to_what_was_sent(db):
    """One was sent and the other waits for its channel when they become one: the one that waits never goes out."""
    poll(db, vague())
    assert sent(db, minutes=10) == ["new"]
    poll(db, precise(), minutes=30)
    settle_due(db, NOON + 40 * MINUTE)
    poll(db, connecting(), minutes=60)
    assert sent(db, minutes=61) == []
    (held,) = [a for a in alert_rows.alerts(db) if a.state == "suppressed"]
    assert held.held.startswith("one with incident")


def test_a_report_that_fits_two_makes_them_one_rather_than_open_a_third(db):
    """Two outlets told one attack in words that share nothing; a third report has the words of both, and ties them."""
    poll(db, post("a", account(killed=14, injured=33), words=STORY, outlet="Ant", feed="ant"))
    poll(db, post("b", account(killed=14, injured=30), words=HANDCART, outlet="Bee", feed="bee"), minutes=10)
    assert len(standing(db)) == 2
    elder, _ = standing(db)
    tying = post("c", account(killed=14, injured=30), words=f"{STORY} {HANDCART}", outlet="Cow", feed="cow")
    poll(db, tying, minutes=20)
    assert standing(db) == {elder: ["a", "b", "c"]}
    assert sent(db, minutes=60) == ["new"]


def test_an_article_that_tells_two_attacks_apart_keeps_them_apart(db):
    """Two incidents share an item that reports both: equal numbers do not make them one."""
    twice = [account(killed=14, injured=30), account(killed=14, injured=30)]
    poll(db, reading("a", *twice, words="Twin bombs in Mastung kill 28 at a bridge and a bus stop", outlet="Ant", feed="ant"))
    poll(db, reading("b", account(killed=14, injured=30), words="Bomb at Mastung bridge kills 14, injures 30", outlet="Bee"), minutes=5)
    told_by_a = [i for i, items in standing(db).items() if "a" in items]
    assert len(told_by_a) == 2
    assert decision_rows.decisions_on(db, told_by_a) == []


def test_a_blast_that_is_one_of_several_is_not_taken_for_another(db):
    """The first and the second of two blasts have one place, day and toll, and stay two."""
    poll(db, reading("a", account(killed=14, injured=30, place=PAKISTAN), words=f"First of two blasts. {STORY}", outlet="Ant", feed="ant"))
    poll(db, precise(), minutes=30)
    before = standing(db)
    poll(db, reading("c", account(killed=14, injured=30), words=f"First of two blasts in Mastung. {STORY}", outlet="Cow"), minutes=60)
    assert set(before) <= set(standing(db))


# ---------------------------------------------------------------- one is two


def test_a_roundup_that_tells_two_attacks_apart_parts_the_incident(db):
    """Twelve dead looked like five that had risen; an article that reports both attacks gives each its own report."""
    poll(
        db,
        reading(
            "a", account(killed=5, injured=9, place=QUETTA), words="Blast at Quetta vegetable market kills five", outlet="Ant", feed="ant"
        ),
    )
    poll(db, reading("b", account(killed=12, place=QUETTA), words="Blast in Quetta kills twelve", outlet="Bee", feed="bee"), minutes=30)
    (incident,) = standing(db)
    roundup = reading(
        "c",
        account(killed=12, place=QUETTA),
        account(killed=5, injured=9, place=QUETTA),
        words="Two attacks shake Quetta: twelve die at the railway station, five at the vegetable market",
        outlet="Cow",
        feed="cow",
    )
    poll(db, roundup, minutes=60)
    parted = standing(db)
    assert sorted(map(sorted, parted.values())) == [["a", "c"], ["b", "c"]]
    assert "b" in parted[incident]
    assert [(d.kind, d.incident_id) for d in decision_rows.decisions_on(db, [incident])] == [("split", incident)]
    assert sorted(i.killed.count for i in incident_rows.incidents(db)) == [5, 12]


# ---------------------------------------------------------------- reprints


def test_a_reprint_with_small_edits_is_no_second_voice(db):
    """Another outlet prints the story with its own headline: it is listed, its facts count, the publisher is one."""
    poll(db, reading("a", account(killed=3), words=f"Blast in Mastung. {STORY}", outlet="Ant", feed="ant"))
    poll(db, reading("b", account(killed=3), words=f"Blast in Mastung, by our desk. {STORY}", outlet="Bee", feed="bee"), minutes=5)
    (incident,) = incident_rows.incidents(db)
    first, second = incident.filings
    assert (first.duplicate_of, second.duplicate_of) == (None, first.item_key)
    assert incident.outlets == ("Ant",)
    assert second.text != first.text
    assert item_rows.count_items(db) == 2


def test_a_reprint_with_another_toll_is_not_swallowed(db):
    """The wire's own update, printed elsewhere, raises the toll although nearly all of its words are known."""
    poll(db, reading("a", account(killed=3), words=f"Blast in Mastung kills three. {STORY}", outlet="Ant", feed="ant"))
    assert sent(db, minutes=4) == ["new"]
    poll(db, reading("b", account(killed=12), words=f"Blast in Mastung kills twelve. {STORY}", outlet="Bee", feed="bee"), minutes=30)
    (incident,) = incident_rows.incidents(db)
    assert (incident.killed.count, incident.outlets) == (12, ("Ant",))
    assert sent(db, minutes=60) == ["update"]


def test_the_reprint_of_a_reprint_leads_to_the_first(db):
    """Three outlets print one story, each editing the one before: all are copies of the first."""
    for n, name in enumerate(("Ant", "Bee", "Cow")):
        words = f"Blast in Mastung, {name} reports. {STORY}" + " More is not known." * n
        poll(db, reading(name, account(killed=3), words=words, outlet=name, feed=name.lower()), minutes=n)
    (incident,) = incident_rows.incidents(db)
    first, *others = incident.filings
    assert {f.duplicate_of for f in others} == {first.item_key}
    assert incident.outlets == ("Ant",)


def test_an_outlets_own_update_is_no_reprint(db):
    """The same outlet writes its story on under a new address: it is one voice anyway."""
    poll(db, reading("a", account(killed=3), words=f"Blast in Mastung. {STORY}"))
    poll(db, reading("b", account(killed=4), words=f"Blast in Mastung, one more dies. {STORY}"), minutes=5)
    (incident,) = incident_rows.incidents(db)
    assert [f.duplicate_of for f in incident.filings] == [None, None]


def test_a_reprint_edited_into_its_own_words_becomes_a_voice(db):
    """A new version that shares little with the story is an outlet's own report."""
    poll(db, reading("a", account(killed=3), words=f"Blast in Mastung. {STORY}", outlet="Ant", feed="ant"))
    poll(db, reading("b", account(killed=3), words=f"Blast in Mastung, by our desk. {STORY}", outlet="Bee", feed="bee"), minutes=5)
    poll(
        db, reading("b", account(killed=3), words="Blast in Mastung kills three, our desk has learnt", outlet="Bee", feed="bee"), minutes=20
    )
    (incident,) = incident_rows.incidents(db)
    assert incident.outlets == ("Ant", "Bee")


def test_the_same_form_filled_in_for_another_town_is_another_incident(db):
    """Words alone never join: a bulletin with the same phrases on another district opens its own incident, with its own voice."""
    poll(db, reading("a", account(killed=3, place=MASTUNG), words=f"Blast in Mastung. {STORY}", outlet="Ant", feed="ant"))
    poll(db, reading("b", account(killed=3, place=QUETTA), words=f"Blast in Quetta. {STORY}", outlet="Bee", feed="bee"), minutes=5)
    assert len(standing(db)) == 2
    assert all(len(i.outlets) == 1 and i.filings[0].duplicate_of is None for i in incident_rows.incidents(db))


# ---------------------------------------------------------------- replay and live


class Answers:
    """A reader that knows its answers by the items' ids."""

    def __init__(self, readings: list[Reading]) -> None:
        self.reports = {one.item.id: one.report for one in readings}

    def read(self, item: Item) -> Report:
        report = self.reports[item.id]
        assert report is not None
        return report


def test_a_replay_merges_and_tells_as_the_daemon_did(db):
    """The same items, polled one after the other or replayed in one go, end in the same ids, decisions and alerts."""
    items = [vague(), precise(), connecting()]
    gone = []
    for n, one in enumerate(items):
        gone += sent(db, minutes=30 * n)
        poll(db, one, minutes=30 * n)
    gone += sent(db, minutes=600)
    replayed = open_database(None)
    try:
        told: list[Alert] = []
        rules = desk(replay=True)
        order = in_order([one.item for one in items], now=NOON + 600 * MINUTE)
        replay(
            replayed,
            order,
            ruleset=rules.ruleset,
            settings=rules.settings,
            reader=Answers(items),
            now=NOON + 600 * MINUTE,
            on_alert=told.append,
        )
        assert standing(replayed) == standing(db)
        assert decided_in(replayed) == decided_in(db)
        assert [alert.change for alert in told] == gone
    finally:
        replayed.close()


def decided_in(db: Database) -> list[tuple[str, str, str | None, dt.datetime]]:
    return [(d.kind, d.incident_id, d.other_id, d.at) for d in decision_rows.decisions_on(db, list(standing(db)))]


@pytest.mark.parametrize(("words", "attacks"), [("This was one of two such attacks. ", 2), ("", 1)], ids=["one of two", "a copy"])
def test_rows_of_a_catalogue_in_the_same_words_are_several_attacks_where_they_say_so(db, words: str, attacks: int):
    """A table tells six burnt masts by six equal rows; anything else that comes twice in the same words is a copy."""
    text = f"Assailants shelled a post near Mastung. {words}No group claimed it."
    for name in "ab":
        item = dataclasses.replace(reading(name).item, title="", link=None, outlet="", publisher="", feed="", content=text)
        item = dataclasses.replace(item, content_hash=content_hash("", "", text))
        poll(db, Reading(item=item, report=Report(kind="attack", incidents=(account(killed=2),))))
    assert len(standing(db)) == attacks
