"""What analysts decide on incidents holds, can be undone, and is told where it matters."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_pipeline import MASTUNG, NOON, TTP, account, desk, reading, toll

from monitor import by_hand
from monitor.backfill import in_order, replay
from monitor.errors import UsageError
from monitor.model import FeedState, GroupMention, Incident, Place, Report
from monitor.pipeline import Reading, settle_due, store_poll
from monitor.store import alerts as alert_rows
from monitor.store import decisions as decision_rows
from monitor.store import incidents as incident_rows
from monitor.store import moves, outbox
from monitor.store.database import Database, open_database

MINUTE = dt.timedelta(minutes=1)
STATE = FeedState(url="https://courier.example.org/rss")
QUETTA = Place(name="Quetta", district="Quetta", province="Balochistan", country="Pakistan", lat=30.18, lon=67.0)
BANNU = Place(name="Bannu", district="Bannu", province="Khyber Pakhtunkhwa", country="Pakistan", lat=32.99, lon=70.6)
HEADLINE = "Blast in {} kills {}, says {}"


@pytest.fixture
def db():
    database = open_database(None)
    yield database
    database.close()


def story(name: str, place: Place, killed: int, *, outlet: str = "", **facts) -> Reading:
    outlet = outlet or f"Outlet {name}"
    words = HEADLINE.format(place.name, killed, outlet)
    return reading(name, account(killed=killed, place=place, **facts), words=words, outlet=outlet, feed=outlet.replace(" ", "-").lower())


def poll(db: Database, *readings: Reading, minutes: float = 0):
    return store_poll(db, desk(), readings, state=STATE, seen_at=NOON + minutes * MINUTE, first_fetch=False)


def analyst(minutes: float, why: str = "seen on site"):
    return by_hand.analyst("amna", at=NOON + minutes * MINUTE, why=why)


def sent(db: Database, *, minutes: float) -> list[tuple[str, str]]:
    """Send all that is due, as a daemon would: change and reason of what went out."""
    at = NOON + minutes * MINUTE
    settle_due(db, at)
    gone = []
    while (claimed := outbox.claim(db, at, lease_s=60, owner="test")) is not None:
        delivery, alert = claimed
        outbox.mark_sent(db, delivery.id, at)
        gone.append((alert.change, alert.reason))
    return gone


def standing(db: Database) -> dict[str, list[str]]:
    return {i.id: sorted(f.item_id for f in i.filings) for i in incident_rows.incidents(db)}


def one(db: Database, incident_id: str) -> Incident:
    found = incident_rows.incident(db, incident_id)
    assert found is not None
    return found


def key_of(db: Database, incident_id: str, item_id: str) -> str:
    return next(f.item_key for f in one(db, incident_id).filings if f.item_id == item_id)


# ---------------------------------------------------------------- merge


def test_a_merge_by_hand_keeps_the_id_that_was_named_first(db):
    """The analyst chooses which id stays, be it the younger; the other leads there."""
    poll(db, story("a", MASTUNG, 3))
    poll(db, story("b", QUETTA, 5), minutes=5)
    elder, younger = standing(db)
    by_hand.merge(db, desk(), younger, elder, analyst(10))
    assert standing(db) == {younger: ["a", "b"]}
    assert decision_rows.standing_id(db, elder) == younger


def test_a_merge_of_two_that_were_sent_says_so_once(db):
    """Readers who had two messages get one correction."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 3))
    first, second = standing(db)
    assert len(sent(db, minutes=4)) == 2
    by_hand.merge(db, desk(), first, second, analyst(10))
    assert sent(db, minutes=15) == [("correction", "found-to-be-one")]
    assert sent(db, minutes=60) == []


def test_an_undone_merge_restores_both(db):
    """Facts, filings and what was told are as before, and the program does not merge them again."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 5))
    first, second = standing(db)
    before = {i: one(db, i) for i in (first, second)}
    by_hand.merge(db, desk(), first, second, analyst(10))
    (decided,) = decision_rows.decisions_on(db, [first])
    assert by_hand.undo(db, desk(), decided.number, analyst(20)) == [first, second]
    assert {i: one(db, i) for i in (first, second)} == before
    assert decision_rows.kept_apart(db, first) == {second}
    assert sent(db, minutes=60) == [("new", "first-alert"), ("new", "first-alert")]


@pytest.mark.parametrize("how", ["undo", "split"])
def test_a_merge_that_was_told_and_is_taken_back_is_told_too(db, how):
    """Who read that two attacks are one reads, once, that the other is one of its own after all; merged again, that they are one."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 3))
    first, second = standing(db)
    (item,) = standing(db)[second]
    sent(db, minutes=4)
    by_hand.merge(db, desk(), first, second, analyst(10))
    assert sent(db, minutes=15) == [("correction", "found-to-be-one")]
    if how == "undo":
        by_hand.undo(db, desk(), decision_rows.decisions_on(db, [first])[0].number, analyst(20))
    else:
        assert by_hand.split(db, desk(), first, [key_of(db, first, item)], analyst(20)) == second
    assert alert_rows.pending_alert(db, second).incident_id == second
    assert sent(db, minutes=30) == [("correction", "found-to-be-two")]
    poll(db, story("c", QUETTA, 3), minutes=40)
    assert sent(db, minutes=60) == []
    by_hand.merge(db, desk(), first, second, analyst(70))
    assert sent(db, minutes=80) == [("correction", "found-to-be-one")]


def test_a_merge_that_nobody_was_told_of_is_taken_back_in_silence(db):
    """It was undone before its correction went out."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 3))
    first, second = standing(db)
    sent(db, minutes=4)
    by_hand.merge(db, desk(), first, second, analyst(10))
    by_hand.undo(db, desk(), decision_rows.decisions_on(db, [first])[0].number, analyst(11))
    assert sent(db, minutes=30) == []


def test_an_edited_item_stays_where_an_analyst_put_it(db):
    """A new version that fits the incident it was taken from is filed where the analyst put the old one."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 5))
    first, second = sorted(standing(db), key=lambda i: standing(db)[i])
    poll(db, story("c", QUETTA, 5), minutes=5)
    by_hand.merge(db, desk(), first, second, analyst(10))
    poll(db, story("b", BANNU, 7), minutes=20)
    assert standing(db) == {first: ["a", "b", "c"]}


@pytest.mark.parametrize("names", [("x", "x"), ("x", "gone"), ("gone", "x"), ("x", "nobody")])
def test_what_cannot_be_merged_is_refused(db, names):
    """One incident twice, one that is merged already, one that is not there."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 5))
    first, second = standing(db)
    by_hand.merge(db, desk(), first, second, analyst(1))
    ids = {"x": first, "gone": second, "nobody": "ffffffffffff"}
    with pytest.raises(UsageError, match=r"one incident already|was merged into|no incident"):
        by_hand.merge(db, desk(), ids[names[0]], ids[names[1]], analyst(2))


# ---------------------------------------------------------------- split


def mixed(db: Database) -> str:
    """One incident with three reports, two of one publisher each."""
    poll(db, story("a", MASTUNG, 5), story("b", MASTUNG, 5), story("c", MASTUNG, 6))
    (incident,) = standing(db)
    return incident


def test_a_split_gives_the_reports_an_incident_of_their_own(db):
    """The id stays with those that are left; the new one is told as a new attack, the old one is not told again."""
    incident = mixed(db)
    assert sent(db, minutes=4) == [("new", "first-alert")]
    other = by_hand.split(db, desk(), incident, [key_of(db, incident, "c")], analyst(10))
    assert standing(db) == {incident: ["a", "b"], other: ["c"]}
    assert sent(db, minutes=20) == [("new", "first-alert")]
    assert [d.kind for d in decision_rows.decisions_on(db, [incident])] == ["split"]


def test_the_program_never_joins_what_an_analyst_has_split(db):
    """Both go on having one place, day and toll; further reports do not make them one again."""
    poll(db, story("a", MASTUNG, 14, injured=30), story("b", MASTUNG, 14, injured=30))
    (incident,) = standing(db)
    other = by_hand.split(db, desk(), incident, [key_of(db, incident, "b")], analyst(10))
    for n in range(4):
        poll(db, story(f"d{n}", MASTUNG, 14 + n, injured=30), minutes=20 + n)
    assert {incident, other} <= set(standing(db))
    assert not [d for d in decision_rows.decisions_on(db, [incident, other]) if d.kind == "merge"]


def test_copies_go_with_the_words_that_they_repeat(db):
    """The same words under another address move with their original."""
    incident = mixed(db)
    original = story("c", MASTUNG, 6)
    copy = reading("c2", account(killed=6), words=original.item.title, outlet="Mirror", feed="mirror")
    poll(db, copy, minutes=5)
    other = by_hand.split(db, desk(), incident, [key_of(db, incident, "c")], analyst(10))
    assert standing(db) == {incident: ["a", "b"], other: ["c", "c2"]}


def test_a_split_of_what_was_merged_brings_the_old_id_back(db):
    """The reports of an incident that was merged by mistake go back under the id that they had."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 5))
    first, second = standing(db)
    names = standing(db)
    by_hand.merge(db, desk(), first, second, analyst(10))
    keys = [key_of(db, first, name) for name in names[second]]
    assert by_hand.split(db, desk(), first, keys, analyst(20)) == second
    assert standing(db) == names


def test_an_undone_split_restores_the_incident(db):
    """All reports are together again under the id that they had; what had been told of both is corrected."""
    incident = mixed(db)
    before = one(db, incident)
    other = by_hand.split(db, desk(), incident, [key_of(db, incident, "c")], analyst(10))
    assert len(sent(db, minutes=15)) == 2
    (decided,) = decision_rows.decisions_on(db, [other])
    by_hand.undo(db, desk(), decided.number, analyst(20))
    assert one(db, incident) == before
    assert decision_rows.standing_id(db, other) == incident
    assert sent(db, minutes=60) == [("correction", "found-to-be-one")]


def test_a_split_that_leaves_nothing_is_refused(db):
    """Every report, none that is filed there, or one that is not: nothing is changed."""
    incident = mixed(db)
    keys = [f.item_key for f in one(db, incident).filings]
    with pytest.raises(UsageError, match="one at least on each side"):
        by_hand.split(db, desk(), incident, keys, analyst(10))
    with pytest.raises(UsageError, match="is not filed under"):
        by_hand.split(db, desk(), incident, ["nobody"], analyst(10))
    assert len(standing(db)) == 1
    assert decision_rows.decisions_on(db, [incident]) == []


# ---------------------------------------------------------------- set


def test_a_value_set_by_hand_wins_over_later_reports(db):
    """An analyst counted twelve: reports of five before and twenty after change nothing, and the history says whose number it is."""
    incident = mixed(db)
    by_hand.set_values(db, desk(), incident, {"killed": toll(12), "place": BANNU}, analyst(10))
    poll(db, story("d", MASTUNG, 20), minutes=30)
    now = one(db, incident)
    assert "d" in standing(db)[incident]
    assert (now.killed.count, now.place) == (12, BANNU)
    assert [(e.item_id, e.killed.count) for e in now.history][-1] == ("analyst", 12)


def test_what_is_set_is_told(db):
    """Fifty dead by an analyst's word make a critical update of an incident that was told as a lesser one."""
    incident = mixed(db)
    sent(db, minutes=4)
    by_hand.set_values(db, desk(), incident, {"killed": toll(55)}, analyst(10))
    assert sent(db, minutes=10) == [("update", "severity-rose")]


def test_no_report_is_quoted_for_an_analysts_number(db):
    """A sentence that says four does not show that there were fifty-five."""
    incident = mixed(db)
    by_hand.set_values(db, desk(), incident, {"killed": toll(55)}, analyst(10))
    pending = alert_rows.pending_alert(db, incident)
    reasons = {r.condition: r.text for m in pending.matches for r in m.reasons}
    assert reasons["killed >= 50"] == reasons["casualties >= 1"] == ""


def test_an_analysts_number_need_not_stand_for_hours(db):
    """Nine instead of five passes no step; said by a report it would wait six hours, said by an analyst it goes out after the wait."""
    incident = mixed(db)
    assert len(sent(db, minutes=4)) == 1
    by_hand.set_values(db, desk(), incident, {"killed": toll(9)}, analyst(10))
    assert sent(db, minutes=12) == []
    assert sent(db, minutes=13) == [("update", "set-by-hand")]


WRONG = {
    "a place": ({"place": BANNU}, "correction"),
    "a day": ({"date": NOON.date() - dt.timedelta(days=1)}, "correction"),
    "a kind of attack": ({"attack_type": "drone"}, "correction"),
    "a target": ({"target": "police"}, "correction"),
    "a claim": ({"group:ttp": GroupMention(id="ttp", name=TTP.name, stance="claimed")}, "update"),
    "fewer dead, within a step": ({"killed": toll(5)}, "correction"),
    "that nobody knows where": ({"place": None}, "correction"),
}


@pytest.mark.parametrize(("values", "change"), WRONG.values(), ids=WRONG)
def test_whatever_is_set_against_what_was_told_is_told(db, values, change):
    """What was told and turns out wrong is corrected, what was not known is added; either way with who said so and why, and once."""
    incident = mixed(db)
    sent(db, minutes=4)
    by_hand.set_values(db, desk(), incident, values, analyst(10))
    assert sent(db, minutes=13) == [(change, "set-by-hand")]
    poll(db, story("d", MASTUNG, 6), minutes=60)
    assert sent(db, minutes=90) == []
    (ruling,) = one(db, incident).rulings
    assert (ruling.what, ruling.actor, ruling.why) == (*values, "amna", analyst(10).why)


def test_what_is_set_as_it_was_told_is_not_told_again(db):
    incident = mixed(db)
    sent(db, minutes=4)
    by_hand.set_values(db, desk(), incident, {"killed": one(db, incident).killed}, analyst(10))
    assert sent(db, minutes=13) == []


def test_no_attack_is_set_to_a_day_to_come(db):
    incident = mixed(db)
    with pytest.raises(UsageError, match="yet to come"):
        by_hand.set_values(db, desk(), incident, {"date": NOON.date() + dt.timedelta(days=2)}, analyst(10))
    assert decision_rows.decisions_on(db, [incident]) == []


def test_a_value_given_back_after_it_was_told_is_told(db):
    """Bannu was told by an analyst's word; when that is taken back, readers must not go on looking there."""
    incident = mixed(db)
    sent(db, minutes=4)
    by_hand.set_values(db, desk(), incident, {"place": BANNU}, analyst(10))
    sent(db, minutes=13)
    by_hand.set_values(db, desk(), incident, {}, analyst(20), given_back=["place"])
    assert sent(db, minutes=30) == [("correction", "set-by-hand")]
    assert one(db, incident).rulings == ()


def test_a_stance_can_be_set_and_taken_out(db):
    """A denial by an analyst's word stands over the claim that is reported; "none" takes the group out."""
    poll(db, story("a", MASTUNG, 5, groups=(GroupMention(id="ttp", name=TTP.name, stance="claimed"),)))
    (incident,) = standing(db)
    by_hand.set_values(db, desk(), incident, {"group:ttp": GroupMention(id="ttp", name=TTP.name, stance="denied")}, analyst(10))
    assert [(g.id, g.stance) for g in one(db, incident).groups] == [("ttp", "denied")]
    by_hand.set_values(db, desk(), incident, {"group:ttp": None}, analyst(11))
    assert one(db, incident).groups == ()


def test_a_field_can_be_given_back_and_a_setting_undone(db):
    """Either way the reports decide again."""
    incident = mixed(db)
    before = one(db, incident)
    by_hand.set_values(db, desk(), incident, {"killed": toll(12), "target": None}, analyst(10))
    assert (one(db, incident).killed.count, one(db, incident).target) == (12, None)
    by_hand.set_values(db, desk(), incident, {}, analyst(11), given_back=["killed"])
    (target,) = [d for d in decision_rows.decisions_on(db, [incident]) if d.field == "target"]
    by_hand.undo(db, desk(), target.number, analyst(12))
    assert one(db, incident) == before
    with pytest.raises(UsageError, match="was not set by hand"):
        by_hand.set_values(db, desk(), incident, {}, analyst(13), given_back=["killed"])


def test_what_was_set_goes_along_into_a_merge(db):
    """A number that an analyst set on an incident holds for the one that it turns out to be."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 5))
    first, second = standing(db)
    by_hand.set_values(db, desk(), second, {"killed": toll(9)}, analyst(10))
    by_hand.merge(db, desk(), first, second, analyst(20))
    assert one(db, first).killed.count == 9


# ---------------------------------------------------------------- dismiss


def test_a_dismissal_takes_back_what_was_sent(db):
    """One retraction goes out; later reports raise nothing."""
    incident = mixed(db)
    sent(db, minutes=4)
    by_hand.dismiss(db, desk(), incident, analyst(10, "a gas cylinder"))
    assert sent(db, minutes=20) == [("retraction", "dismissed")]
    poll(db, story("d", MASTUNG, 60), minutes=30)
    assert sent(db, minutes=60) == []
    assert one(db, incident).dismissed


def test_a_dismissal_of_what_nobody_was_told_is_silent(db):
    """The alert that waits is withdrawn, and nothing goes out."""
    incident = mixed(db)
    by_hand.dismiss(db, desk(), incident, analyst(1))
    assert sent(db, minutes=60) == []
    assert [a.held for a in alert_rows.alerts(db)] == ["dismissed-untold"]


def test_an_incident_can_be_taken_up_again(db):
    """After a retraction a correction says that it was an attack after all; the same by undoing the dismissal."""
    incident = mixed(db)
    sent(db, minutes=4)
    by_hand.dismiss(db, desk(), incident, analyst(10))
    sent(db, minutes=20)
    (decided,) = decision_rows.decisions_on(db, [incident])
    by_hand.undo(db, desk(), decided.number, analyst(30))
    assert sent(db, minutes=40) == [("correction", "retraction-withdrawn")]
    with pytest.raises(UsageError, match="not dismissed"):
        by_hand.dismiss(db, desk(), incident, analyst(50), dismissed=False)


def test_a_decision_is_undone_once(db):
    """A second time, an unknown number, and one that a later decision stands on are refused."""
    poll(db, story("a", MASTUNG, 3), story("b", QUETTA, 5), story("c", BANNU, 7))
    first, second, third = standing(db)
    by_hand.merge(db, desk(), first, second, analyst(1))
    by_hand.merge(db, desk(), third, first, analyst(2))
    lower, upper = decision_rows.decisions_on(db, [first])
    with pytest.raises(UsageError, match="was merged into"):
        by_hand.undo(db, desk(), lower.number, analyst(3))
    by_hand.undo(db, desk(), upper.number, analyst(4))
    by_hand.undo(db, desk(), lower.number, analyst(5))
    with pytest.raises(UsageError, match="already"):
        by_hand.undo(db, desk(), lower.number, analyst(6))
    with pytest.raises(UsageError, match="no decision 99"):
        by_hand.undo(db, desk(), 99, analyst(6))
    assert len(standing(db)) == 3


def test_an_import_of_the_past_alerts_nobody_by_a_decision(db):
    """What came by a replay and was told to nobody stays silent when an analyst sets a value."""

    class Told:
        def read(self, item):
            return story("a", MASTUNG, 3).report or Report(kind="other")

    rules = desk()
    items = in_order([story("a", MASTUNG, 3).item], now=NOON + 60 * MINUTE)
    replay(db, items, ruleset=rules.ruleset, settings=rules.settings, reader=Told(), now=NOON + 60 * MINUTE)
    (incident,) = standing(db)
    by_hand.set_values(db, rules, incident, {"killed": toll(60)}, analyst(70))
    assert sent(db, minutes=90) == []


# ---------------------------------------------------------------- laws

PLACES = (MASTUNG, QUETTA, BANNU)
STEPS = st.one_of(
    st.tuples(st.just("report"), st.integers(0, 5), st.integers(0, 2), st.integers(0, 3)),
    st.tuples(st.just("merge"), st.integers(0, 9), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("split"), st.integers(0, 9), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("undo"), st.integers(1, 9), st.just(0), st.just(0)),
    st.tuples(st.just("dismiss"), st.integers(0, 9), st.just(0), st.just(0)),
    st.tuples(st.just("send"), st.just(0), st.just(0), st.just(0)),
)


def step(db: Database, n: int, what: str, a: int, b: int, c: int) -> None:
    """One thing that happens, as far as it can: a refusal is one of the possible answers."""
    ids = list(standing(db))
    try:
        if what == "report":
            poll(db, story(f"i{a}", PLACES[b], (3, 5, 14, 60)[c]), minutes=10 * n)
        elif what == "send":
            sent(db, minutes=10 * n + 5)
        elif what == "undo":
            by_hand.undo(db, desk(), a, analyst(10 * n))
        elif ids and what == "merge":
            by_hand.merge(db, desk(), ids[a % len(ids)], ids[b % len(ids)], analyst(10 * n))
        elif ids and what == "dismiss":
            by_hand.dismiss(db, desk(), ids[a % len(ids)], analyst(10 * n))
        elif ids:
            incident = ids[a % len(ids)]
            filed = [f.item_key for f in one(db, incident).filings]
            if filed:
                by_hand.split(db, desk(), incident, [filed[b % len(filed)]], analyst(10 * n))
    except UsageError:
        pass


@settings(max_examples=40)
@given(st.lists(STEPS, max_size=14))
def test_whatever_is_decided_every_report_has_one_place_and_every_incident_one_first_alert(steps):
    """After any reports, merges, splits and undoings: an account is in force under one incident, which stands; ids once given stay;
    an incident has at most one first alert that was sent; its facts are those of its filings."""
    db = open_database(None)
    given_ids: set[str] = set()
    try:
        for n, (what, a, b, c) in enumerate(steps):
            step(db, n, what, a, b, c)
            given_ids |= set(standing(db))
        filed = list(db.query("SELECT item_key, n, incident_id FROM filings WHERE in_force = 1"))
        assert len({(f["item_key"], f["n"]) for f in filed}) == len(filed)
        assert all(moves.merged_into(db, f["incident_id"]) is None for f in filed)
        stored = {f["id"] for f in db.query("SELECT id FROM incidents")}
        assert given_ids <= stored
        assert all(decision_rows.standing_id(db, i) in standing(db) for i in stored)
        firsts = list(
            db.query(
                "SELECT a.incident_id FROM alerts a JOIN deliveries d ON d.alert_id = a.id WHERE a.change = 'new' AND d.state = 'sent' "
                "AND a.incident_id IS NOT NULL"
            )
        )
        assert len({f["incident_id"] for f in firsts}) == len(firsts)
        assert len(list(db.query("SELECT 1 FROM alerts WHERE state = 'pending' GROUP BY incident_id HAVING count(*) > 1"))) == 0
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        db.close()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=2, max_size=6), st.integers(0, 9), st.integers(0, 9))
def test_a_merge_undone_leaves_no_trace_in_the_facts(reports, a, b):
    """Whatever two incidents are merged by hand, undoing it gives both their facts, filings and history back."""
    db = open_database(None)
    try:
        for n, (place, killed) in enumerate(reports):
            poll(db, story(f"i{n}", PLACES[place], (3, 5, 14, 60)[killed]), minutes=n)
        ids = list(standing(db))
        keep, other = ids[a % len(ids)], ids[b % len(ids)]
        if keep == other:
            return
        before = {i: one(db, i) for i in ids}
        by_hand.merge(db, desk(), keep, other, analyst(60))
        number = max(d.number for d in decision_rows.decisions_on(db, [keep]))
        by_hand.undo(db, desk(), number, analyst(61))
        assert {i: one(db, i) for i in ids} == before
    finally:
        db.close()
