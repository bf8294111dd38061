"""Incidents: filings in force, edits, ids, and which ones an account could belong to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
from support_store import DAY, HOUR, MASTUNG, NOON, a_filing, an_account, an_incident, an_item, opened, store_incident, store_item

from monitor.model import Incident, Place
from monitor.store import incidents, items
from monitor.store.database import Database, rows, writing
from monitor.store.identity import new_alert_id, new_incident_id

HANGU = Place(name="Hangu", district="Hangu", province="Khyber Pakhtunkhwa", country="Pakistan", lat=33.53, lon=71.06)
KOHAT = Place(name="Kohat", district="Kohat", province="Khyber Pakhtunkhwa", country="Pakistan", lat=33.58, lon=71.44)
KHOST = Place(name="Khost", district="Khost", province="Khost", country="Afghanistan", lat=33.33, lon=69.92)
KURRAM = Place(name="Parachinar", district="Kurram", province="Khyber Pakhtunkhwa", country="Pakistan", lat=33.9, lon=70.1)
BALOCHISTAN = Place(name="Balochistan", province="Balochistan", country="Pakistan")
PAKISTAN = Place(name="Pakistan", country="Pakistan")


def ids_for(db: Database, *, place: Place | None, at: dt.datetime = NOON, limit: int = 50, **account: object) -> list[str]:
    return [found.id for found in incidents.candidates(db, an_account(place=place, **account), at=at, limit=limit)]


def store_at(db: Database, incident_id: str, place: Place | None, *, at: dt.datetime = NOON, **changes: object) -> None:
    changes = {"date": at.date()} | changes
    store_incident(db, incident_id, place=place, first_seen=at, last_seen=at, **changes)


# ---------------------------------------------------------------- ids


def test_ids_come_from_the_items_so_that_two_runs_can_be_compared():
    """The same item and account give the same id, others give others, and ids of alerts count up."""
    assert new_incident_id("k1", 0) == new_incident_id("k1", 0)
    ids = {new_incident_id("k1", 0), new_incident_id("k1", 1), new_incident_id("k2", 0), new_incident_id("k1", 0, again=1)}
    assert len(ids) == 4
    assert all(len(one) == 12 and int(one, 16) >= 0 for one in ids)
    assert new_incident_id("\ud800", 0)
    assert new_alert_id("i1", 3) == "i1-3"


def test_an_id_is_taken_up_again_only_when_nothing_is_filed_under_it():
    """An edited item gets its own incident back if nobody else joined it, and a new one if somebody did."""
    with opened() as db:
        first = incidents.fresh_incident_id(db, "k1", 0)
        assert first == new_incident_id("k1", 0)
        store_incident(db, first, keys=("k1", "k2"))
        assert incidents.fresh_incident_id(db, "k1", 0) == new_incident_id("k1", 0, again=1)
        incidents.supersede(db, "k1")
        incidents.supersede(db, "k2")
        assert incidents.fresh_incident_id(db, "k1", 0) == first


def test_an_incident_is_found_by_the_beginning_of_its_id():
    """Nobody types twelve digits; percent signs mean themselves."""
    with opened() as db:
        for one in ("ab12", "ab34", "cd56"):
            store_incident(db, one)
        assert incidents.find_incident_ids(db, "ab") == ["ab12", "ab34"]
        assert incidents.find_incident_ids(db, "cd56") == ["cd56"]
        assert incidents.find_incident_ids(db, "%") == []


# ---------------------------------------------------------------- filings


def test_an_edited_item_supersedes_its_own_filings_only():
    """The old account goes out of force and stays on record with its old words; others stand."""
    with opened() as db:
        store_incident(db, "i1", keys=("k1", "k2"))
        old = incidents.filings(db, "i1")[0]
        items.update_item(db, an_item("k1", content="Seven died.", content_hash="x"), seen_at=NOON + HOUR)
        assert incidents.supersede(db, "k1", at=NOON + HOUR) == ["i1"]
        assert incidents.supersede(db, "k1") == []
        assert [filing.item_key for filing in incidents.filings(db, "i1")] == ["k2"]
        new = a_filing(an_item("k1", content="Seven died."), account=an_account(killed=None))
        incidents.file_account(db, "i1", new, n=0, reason="stays where it was")
        assert [filing.text for filing in incidents.filings(db, "i1")] == [incidents.filings(db, "i1")[0].text, new.text]
        record = incidents.filed(db, "i1")
        assert [(entry.filing.item_key, entry.in_force, entry.reason) for entry in record] == [
            ("k1", False, "opens an incident"),
            ("k2", True, "opens an incident"),
            ("k1", True, "stays where it was"),
        ]
        assert record[0].filing == old
        assert record[0].superseded_at == NOON + HOUR


def test_a_copy_is_filed_with_the_words_of_its_original():
    """The copy's filing has its own key, outlet and link; its text is found with the item that it repeats."""
    with opened() as db:
        original = store_item(db, "k1")
        copy = an_item("k2", outlet="City Post", link="https://city.example/1")
        items.add_sighting(db, "k1", copy, seen_at=NOON)
        filing = dataclasses.replace(a_filing(copy), duplicate_of="k1", text=original.text)
        with writing(db):
            incidents.file_account(db, "i1", filing, n=0, reason="the same words")
            incidents.save_incident(db, an_incident())
        assert incidents.filings(db, "i1") == [filing]
        incidents.supersede(db, "k1")
        assert incidents.filings(db, "i1") == [filing]


def test_one_item_may_be_filed_under_several_incidents():
    """A report of two attacks has two accounts; where each went can be looked up by the item."""
    with opened() as db:
        filing = a_filing(store_item(db, "k1"))
        with writing(db):
            for n, incident_id in enumerate(("i2", "i1")):
                incidents.save_incident(db, an_incident(incident_id))
                incidents.file_account(db, incident_id, filing, n=n, reason=f"reason {n}")
        assert incidents.incident_ids_of_item(db, "k1") == ["i2", "i1"]
        assert [(entry.incident_id, entry.n, entry.reason) for entry in incidents.filings_of_item(db, "k1")] == [
            ("i2", 0, "reason 0"),
            ("i1", 1, "reason 1"),
        ]


def test_nothing_is_filed_for_an_item_that_is_not_stored():
    """A mistake of the caller's, said as one."""
    with opened() as db, pytest.raises(ValueError, match="item 'k1' is not stored; nothing can be filed for it"):
        incidents.file_account(db, "i1", a_filing(an_item("k1")), n=0, reason="")


def test_an_incident_is_revised_in_place():
    """Saving again replaces facts and history and leaves the filings."""
    with opened() as db:
        store_incident(db, "i1", keys=("k1",))
        changed = an_incident("i1", killed=None, place=HANGU, retracted=True, dismissed=True, last_seen=NOON + DAY, history=())
        incidents.save_incident(db, changed)
        found = incidents.incident(db, "i1")
        assert found == dataclasses.replace(changed, filings=tuple(incidents.filings(db, "i1")))
        assert len(found.filings) == 1


def test_incidents_are_listed_in_time_order_within_bounds():
    """Since is inclusive, until exclusive; merged ones are left out, dismissed ones on request."""
    with opened() as db:
        for n in range(4):
            store_at(db, f"i{n}", MASTUNG, at=NOON - n * DAY, dismissed=n == 1)
        db.execute("UPDATE incidents SET merged_into = 'i0' WHERE id = 'i3'")

        def listed(**options: object) -> list[str]:
            return [found.id for found in incidents.incidents(db, **options)]

        assert listed() == ["i2", "i1", "i0"]
        assert listed(since=NOON - DAY, until=NOON) == ["i1"]
        assert listed(dismissed=False) == ["i2", "i0"]
        assert listed(limit=1) == ["i2"]
        assert [found.id for found in incidents.incidents_between(db, None, None, chunk=1)] == ["i2", "i1", "i0"]


# ---------------------------------------------------------------- candidates


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(MASTUNG, ["district", "province", "country", "nowhere"], id="a district, then what is known no nearer"),
        pytest.param(BALOCHISTAN, ["district", "province", "country", "nowhere"], id="a province takes its districts"),
        pytest.param(PAKISTAN, ["country", "district", "hangu", "province", "nowhere"], id="a country takes all in it"),
        pytest.param(None, ["country", "district", "hangu", "khost", "nowhere", "province"], id="no place takes all"),
        pytest.param(Place(), ["country", "district", "hangu", "khost", "nowhere", "province"], id="an empty place is none"),
        pytest.param(HANGU, ["hangu", "country", "nowhere"], id="not another district"),
        pytest.param(KHOST, ["khost", "nowhere"], id="not another country"),
    ],
)
def test_candidates_fit_the_place_as_far_as_it_is_known(place, expected):
    """Nearest first: the same district, the same province, the same country, nowhere."""
    with opened() as db:
        for incident_id, where in (("district", MASTUNG), ("province", BALOCHISTAN), ("country", PAKISTAN), ("nowhere", None)):
            store_at(db, incident_id, where)
        store_at(db, "hangu", HANGU)
        store_at(db, "khost", KHOST)
        assert ids_for(db, place=place) == expected


def test_a_neighbouring_district_is_a_candidate():
    """An attack on a boundary is put on either side of it: 35 km apart is near, 100 km is not."""
    with opened() as db:
        store_at(db, "kohat", KOHAT)
        store_at(db, "khost", KHOST)
        assert ids_for(db, place=HANGU) == ["kohat"]


def test_the_other_side_of_a_frontier_is_a_candidate():
    """A clash over a border is named after a town on each side, in two countries."""
    with opened() as db:
        store_at(db, "khost", dataclasses.replace(KHOST, lat=33.6))
        assert ids_for(db, place=KURRAM) == ["khost"]


def test_a_place_of_the_same_name_is_a_candidate():
    """One report puts a town into one district, the next into another."""
    with opened() as db:
        store_at(db, "i1", Place(name="Spinwam", district="North Waziristan", country="Pakistan"))
        assert ids_for(db, place=Place(name="Spinwam", district="Bannu", country="Pakistan")) == ["i1"]


def test_a_district_that_one_account_gave_is_enough():
    """The incident's district is what most accounts say; a further report may agree with the others."""
    with opened() as db:
        filing = a_filing(store_item(db, "k1"), account=an_account(place=HANGU))
        with writing(db):
            incidents.save_incident(db, an_incident("i1", place=MASTUNG))
            incidents.file_account(db, "i1", filing, n=0, reason="")
        assert ids_for(db, place=HANGU) == ["i1"]
        incidents.supersede(db, "k1")
        assert ids_for(db, place=HANGU) == []


@pytest.mark.parametrize(
    ("days", "relation", "found"),
    [
        pytest.param(0, None, True, id="today"),
        pytest.param(30, None, True, id="30 days ago"),
        pytest.param(31, None, False, id="31 days ago"),
        pytest.param(31, "follow-up", True, id="31 days ago, a look back"),
        pytest.param(31, "recalled", True, id="31 days ago, recalled"),
        pytest.param(120, "recalled", True, id="120 days ago, recalled"),
        pytest.param(121, "recalled", False, id="121 days ago, recalled"),
        pytest.param(-20, None, True, id="20 days later, as in an import"),
        pytest.param(-40, None, False, id="40 days later"),
    ],
)
def test_an_incident_takes_reports_for_30_days_and_mentions_for_120(days, relation, found):
    """Counted from the day of the attack."""
    with opened() as db:
        store_at(db, "i1", MASTUNG, at=NOON - days * DAY)
        assert ids_for(db, place=MASTUNG, relation=relation, fresh=relation is None) == (["i1"] if found else [])


def test_an_incident_heard_of_late_is_as_old_as_its_attack():
    """First seen this week, but dated two months ago: no candidate for today's report."""
    with opened() as db:
        store_at(db, "i1", MASTUNG, date=(NOON - 60 * DAY).date())
        assert ids_for(db, place=MASTUNG) == []


def test_an_account_finds_its_day_whenever_the_incident_was_first_seen():
    """An undated document of an import is stored today; a dated one of the same attack comes next."""
    with opened() as db:
        attack = NOON - 900 * DAY
        store_at(db, "i1", MASTUNG, date=attack.date())
        assert ids_for(db, place=MASTUNG, at=attack, date=attack.date() + DAY) == ["i1"]
        assert ids_for(db, place=HANGU, at=attack, date=attack.date()) == []


def test_the_nearest_dates_come_first_and_the_limit_holds():
    """Among equal places the day decides; an undated incident stands by its first report."""
    with opened() as db:
        for n in (5, 1, 3):
            store_at(db, f"i{n}", MASTUNG, at=NOON - n * DAY)
        store_at(db, "undated", MASTUNG, at=NOON - 2 * DAY, date=None)
        store_at(db, "nowhere", None)
        assert ids_for(db, place=MASTUNG) == ["i1", "undated", "i3", "nowhere", "i5"]
        assert ids_for(db, place=MASTUNG, limit=2) == ["i1", "undated"]
        assert ids_for(db, place=MASTUNG, date=(NOON - 3 * DAY).date())[0] == "i3"


def test_a_month_of_one_town_leaves_room_for_what_is_told_today():
    """Where more fit than are asked for, today's incident that nobody has placed comes before last week's of the same town."""
    with opened() as db:
        for n in range(20, 0, -1):
            store_at(db, f"i{n}", MASTUNG, at=NOON - n * DAY)
        store_at(db, "nowhere", None)
        assert ids_for(db, place=MASTUNG, limit=5) == ["i1", "i2", "i3", "nowhere", "i4"]
        follows_up = ids_for(db, place=MASTUNG, relation="follow-up", fresh=False)
        assert follows_up.index("nowhere") > 10


def test_dismissed_and_retracted_incidents_are_candidates_and_merged_ones_are_not():
    """A dismissed incident goes on to swallow its reports; a merged one has handed them over."""
    with opened() as db:
        store_at(db, "dismissed", MASTUNG, dismissed=True)
        store_at(db, "retracted", MASTUNG, retracted=True)
        store_at(db, "merged", MASTUNG)
        db.execute("UPDATE incidents SET merged_into = 'dismissed' WHERE id = 'merged'")
        assert sorted(ids_for(db, place=MASTUNG)) == ["dismissed", "retracted"]


def test_candidates_come_whole():
    """With their filings in force and history, as `incident` gives them; an incident without filings comes too."""
    with opened() as db:
        store_incident(db, "i1", keys=("k1", "k2"))
        store_incident(db, "i2")
        incidents.supersede(db, "k2")
        found = incidents.candidates(db, an_account(), at=NOON)
        assert sorted(found, key=lambda incident: incident.id) == [incidents.incident(db, "i1"), incidents.incident(db, "i2")]


def _many(db: Database, count: int) -> None:
    rng = random.Random(7)
    with writing(db):
        for n in range(count):
            district = f"District {rng.randrange(160)}"
            place = Place(name=district, district=district, province=f"P{rng.randrange(8)}", country="Pakistan", lat=30.0, lon=68.0)
            at = NOON - dt.timedelta(days=n / 8)
            incidents.save_incident(db, Incident(id=f"i{n}", first_seen=at, last_seen=at, date=at.date(), place=place))


def test_candidates_are_found_by_indices_however_many_incidents_there_are():
    """With 20,000 incidents stored, and statistics gathered or not, no step of any query reads a whole table."""
    accounts = [
        an_account(place=place, date=date, relation=relation, fresh=relation is None)
        for place in (MASTUNG, BALOCHISTAN, PAKISTAN, None)
        for date in (NOON.date(), None)
        for relation in (None, "recalled")
    ]
    with opened() as db:
        _many(db, 20_000)
        for statistics in (False, True):
            if statistics:
                db.execute("ANALYZE")
            for account in accounts:
                sql, parameters = incidents.candidates_query(account, at=NOON, limit=50)
                plan = [values["detail"] for values in rows(db, f"EXPLAIN QUERY PLAN {sql}", parameters)]
                assert [step for step in plan if step.startswith("SCAN") and "incidents" in step] == [], (account.place, plan)
                searched = [step for step in plan if step.startswith("SEARCH")]
                assert searched
                assert all("first_seen>?" in step or "date>?" in step or "at>?" in step or "(id=?)" in step for step in searched), plan
        assert len(incidents.candidates(db, an_account(place=PAKISTAN), at=NOON)) == 50


def test_whole_incidents_are_read_by_index():
    """Filings, words and older words are looked up, never scanned."""
    with opened() as db:
        plan = rows(db, f"EXPLAIN QUERY PLAN {incidents._FILINGS} WHERE f.incident_id IN ('a', 'b') AND f.in_force = 1 ORDER BY f.number")
        steps = [values["detail"] for values in plan]
        assert not any(step.startswith("SCAN") for step in steps), steps
