"""Items: identity, edits, copies, what could not be read, search, order."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_store import DAY, HOUR, MINUTE, NOON, a_report, an_item, opened, store_item

from monitor.model import Item, Known
from monitor.store import items
from monitor.store.columns import moment, packed, stamp, storable, unpacked
from monitor.store.database import rows, writing

# ---------------------------------------------------------------- columns


@given(st.lists(st.tuples(st.datetimes(dt.datetime(1000, 1, 2), dt.datetime(9999, 12, 30)), st.integers(-14, 14)), min_size=2, max_size=5))
def test_stored_times_sort_as_times_do(times):
    """With and without a fraction of a second, at any offset: the text order is the order in time."""
    offset = [at.replace(tzinfo=dt.timezone(dt.timedelta(hours=hours))) for at, hours in times]
    assert sorted(offset) == [moment(text) for text in sorted(stamp(at) for at in offset)]


def test_a_time_without_a_zone_is_refused():
    """Nobody knows when "noon" was."""
    with pytest.raises(ValueError, match="2024-03-05T12:00:00: a time without a zone cannot be stored"):
        stamp(NOON.replace(tzinfo=None))


@given(st.text(st.characters(), max_size=20))
def test_any_text_survives_as_json_and_can_be_stored(text):
    """Lone surrogates, which a JSON feed may carry, neither crash the store nor change JSON columns."""
    with_half = text + "\ud83d"
    assert unpacked(packed([with_half])) == [with_half]
    packed([with_half]).encode()
    storable(with_half).encode()
    assert storable(text.encode("utf-8", "ignore").decode()) == text.encode("utf-8", "ignore").decode()


# ---------------------------------------------------------------- identity


def test_known_items_are_told_from_unknown_ones():
    """Only what is stored comes back, with what a decision on it needs."""
    with opened() as db:
        item = store_item(db, "k1")
        assert items.known(db, ["k1", "k2", "k1"]) == {
            "k1": Known(
                key="k1",
                content_hash="hash-k1",
                first_seen_at=NOON,
                published_at=item.published_at,
                feed="valley",
                link=item.link,
                changes=0,
            )
        }
        assert items.known(db, []) == {}


def test_many_keys_are_looked_up_at_once():
    """More keys than one statement takes."""
    with opened() as db:
        with writing(db):
            for n in range(0, 1203, 2):
                store_item(db, f"k{n}")
        assert len(items.known(db, (f"k{n}" for n in range(1203)))) == 602


def test_an_edit_is_counted_and_dated():
    """Known says how often an item changed and when last, so that a page with a clock in it can be slowed down."""
    with opened() as db:
        store_item(db, "k1")
        for n in (1, 2):
            items.update_item(db, an_item("k1", content_hash=f"h{n}"), seen_at=NOON + n * HOUR)
        known = items.known(db, ["k1"])["k1"]
        assert (known.changes, known.changed_at, known.content_hash, known.first_seen_at) == (2, NOON + 2 * HOUR, "h2", NOON)


def test_an_edit_keeps_the_clock_unless_it_is_given():
    """An item without a date does not become news again by an edit; a caller that knows better may say so."""
    with opened() as db:
        store_item(db, "k1")
        items.update_item(db, an_item("k1", content_hash="h1"), seen_at=NOON + HOUR)
        stored = items.stored_item(db, "k1")
        assert stored is not None
        assert (stored.clock_at, stored.may_alert, stored.first_seen_at) == (NOON, True, NOON)
        items.update_item(db, an_item("k1", content_hash="h2"), seen_at=NOON + HOUR, clock_at=NOON + DAY, may_alert=False)
        stored = items.stored_item(db, "k1")
        assert stored is not None
        assert (stored.clock_at, stored.may_alert, stored.version) == (NOON + DAY, False, 3)


def test_the_same_words_under_another_key_are_found_within_the_window():
    """The earliest item with these words, within the window, but not the item itself."""
    with opened() as db:
        store_item(db, "old", at=NOON - 9 * DAY, content_hash="same")
        store_item(db, "first", at=NOON - 2 * DAY, content_hash="same")
        store_item(db, "second", at=NOON - DAY, content_hash="same")
        since = NOON - 7 * DAY

        def key(**options):
            found = items.known_copy(db, "same", since, **options)
            return found and found.key

        assert key() == "first"
        assert key(other_than="first") == "second"
        assert key(until=NOON - 3 * DAY) is None
        assert items.known_copy(db, "other", since) is None
        assert items.known_copy(db, "", since) is None


# ---------------------------------------------------------------- copies


def test_a_copy_is_stored_once_and_known_from_then_on():
    """A sighting keeps where it was seen; its text is the item's; its next poll finds it known."""
    with opened() as db:
        original = store_item(db, "k1")
        copy = an_item("k2", feed="city", link="https://city.example/9", content_hash="hash-k1", title="ignored")
        for _ in range(2):
            items.add_sighting(db, "k1", copy, seen_at=NOON + HOUR, clock_at=NOON + MINUTE)
        assert items.count_items(db) == 1
        (sighting,) = items.sightings(db, "k1")
        words = {name: getattr(original, name) for name in ("title", "summary", "content")}
        assert sighting.item == dataclasses.replace(copy, **words)
        assert (sighting.copy_of, sighting.first_seen_at, sighting.clock_at) == ("k1", NOON + HOUR, NOON + MINUTE)
        assert items.stored_item(db, "k2") == sighting
        assert items.known(db, ["k2"])["k2"].content_hash == "hash-k1"


def test_an_edited_copy_becomes_an_item_of_its_own():
    """Its first version is the text that it repeated, its clock that of the sighting."""
    with opened() as db:
        original = store_item(db, "k1")
        items.add_sighting(db, "k1", an_item("k2", content_hash="hash-k1"), seen_at=NOON + HOUR)
        edited = an_item("k2", content="The toll rose to seven.", content_hash="new")
        assert items.update_item(db, edited, seen_at=NOON + 2 * HOUR) == 2
        stored = items.stored_item(db, "k2")
        assert stored is not None
        assert (stored.item, stored.copy_of, stored.clock_at, stored.changed_at) == (edited, None, NOON + HOUR, NOON + 2 * HOUR)
        assert [text.content for text in items.item_texts(db, "k2")] == [original.content, edited.content]
        assert items.sightings(db, "k1") == []


def test_a_copy_keeps_the_text_that_it_repeated_when_the_original_is_edited():
    """The sighting refers to a version of the item."""
    with opened() as db:
        original = store_item(db, "k1")
        items.add_sighting(db, "k1", an_item("k2"), seen_at=NOON)
        items.update_item(db, an_item("k1", content="Edited.", content_hash="x"), seen_at=NOON + HOUR)
        assert items.sightings(db, "k1")[0].item.content == original.content


def test_an_edit_of_what_was_never_stored_is_refused():
    """A mistake of the caller's, said as one."""
    with opened() as db, pytest.raises(ValueError, match="item 'k1' is not stored; insert it first"):
        items.update_item(db, an_item("k1"), seen_at=NOON)


# ---------------------------------------------------------------- reading


def test_an_item_that_could_not_be_read_waits_until_it_is():
    """Unread items are listed with the reason; a report takes them off the list and forgets the attempts."""
    with opened() as db:
        item = store_item(db)
        assert items.record_attempt(db, "k1", "time-out") == 1
        assert items.record_attempt(db, "k1", "out of memory", at=NOON) == 2
        assert items.attempts(db, ["k1", "k2"]) == {"k1": 2}
        items.mark_unread(db, "k1", "out of memory")
        (unread,) = items.unread_items(db)
        assert (unread.item, unread.state, unread.error) == (item, "unread", "out of memory")
        items.save_report(db, "k1", a_report(), NOON)
        assert items.unread_items(db) == []
        assert items.attempts(db, ["k1"]) == {}
        items.record_attempt(db, "https://feed.example/", "time-out")
        items.clear_attempts(db, "https://feed.example/")
        assert items.attempts(db, ["https://feed.example/"]) == {}


def test_an_attempt_inside_a_transaction_is_refused():
    """Rolled back with the poll it would not count, and a poison item would be tried for ever."""
    with opened() as db:
        with writing(db), pytest.raises(RuntimeError, match="inside a transaction"):
            items.record_attempt(db, "k1", "time-out")
        assert items.attempts(db, ["k1"]) == {}


def test_a_report_belongs_to_the_text_that_was_read():
    """After an edit there is no report until the new text is read; reading the same text again replaces its report."""
    with opened() as db:
        store_item(db)
        items.save_report(db, "k1", a_report(kind="other"), NOON)
        items.save_report(db, "k1", a_report(), NOON)
        assert items.report_of(db, "k1") == a_report()
        items.update_item(db, an_item("k1", content_hash="x"), seen_at=NOON + HOUR)
        assert items.report_of(db, "k1") is None
        items.save_report(db, "k1", a_report(kind="follow-up"), NOON)
        assert items.report_of(db, "k1") == a_report(kind="follow-up")


def test_items_are_found_by_the_id_of_their_input():
    """By the input's id, which need not be unique, or by the key."""
    with opened() as db:
        store_item(db, "k1", id="x")
        store_item(db, "k2", id="x")
        assert [found.item.key for found in items.items_by_id(db, "x")] == ["k1", "k2"]
        assert [found.item.key for found in items.items_by_id(db, "k2")] == ["k2"]


def test_the_latest_items_come_newest_first():
    """Of all feeds or of one, at most as many as asked for."""
    with opened() as db:
        for n in range(4):
            store_item(db, f"k{n}", feed="even" if n % 2 == 0 else "odd")
        assert [stored.item.key for stored in items.latest_items(db, limit=3)] == ["k3", "k2", "k1"]
        assert [stored.item.key for stored in items.latest_items(db, limit=3, feed="even")] == ["k2", "k0"]


def test_the_last_item_of_each_feed_is_dated():
    """Copies count: a feed that only repeats others is not silent."""
    with opened() as db:
        assert items.last_item_times(db) == {}
        store_item(db, "k1", at=NOON, feed="a")
        store_item(db, "k2", at=NOON - DAY, feed="a")
        store_item(db, "k3", at=NOON, feed="")
        items.add_sighting(db, "k1", an_item("k4", feed="a"), seen_at=NOON + HOUR, clock_at=NOON)
        items.add_sighting(db, "k1", an_item("k5", feed="b"), seen_at=NOON + DAY)
        items.add_sighting(db, "k1", an_item("k6", feed=""), seen_at=NOON - DAY)
        assert items.last_item_times(db) == {"": NOON, "a": NOON + HOUR, "b": NOON + DAY}


# ---------------------------------------------------------------- order


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    clocks=st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=14),
    chunk=st.integers(1, 5),
    since=st.integers(-1, 7),
    until=st.integers(-1, 7),
)
def test_items_and_copies_come_in_the_order_of_their_clocks(clocks, chunk, since, until):
    """Whatever the chunk: each once, since inclusive, until exclusive, items before copies of the same instant."""
    with opened() as db:
        store_item(db, "first", at=NOON - DAY)
        for n, (minute, copied) in enumerate(clocks):
            at = NOON + minute * MINUTE
            if copied:
                items.add_sighting(db, "first", an_item(f"k{n}"), seen_at=NOON + DAY, clock_at=at)
            else:
                store_item(db, f"k{n}", at=at)
        found = items.items_between(db, NOON + since * MINUTE, NOON + until * MINUTE, chunk=chunk)
        expected = sorted((minute, copied, n) for n, (minute, copied) in enumerate(clocks) if since <= minute < until)
        assert [stored.item.key for stored in found] == [f"k{n}" for _, _, n in expected]


def test_an_open_range_yields_all_and_copies_can_be_left_out():
    """Without bounds everything stored comes, oldest clock first."""
    with opened() as db:
        store_item(db, "late", at=NOON + DAY)
        store_item(db, "early", at=NOON)
        items.add_sighting(db, "late", an_item("copy"), seen_at=NOON + HOUR)
        assert [stored.item.key for stored in items.items_between(db, None, None)] == ["early", "copy", "late"]
        assert [stored.item.key for stored in items.items_between(db, None, None, copies=False)] == ["early", "late"]


def test_writing_between_two_items_disturbs_nothing():
    """A replay stores what follows from each item while it goes through them."""
    with opened() as db:
        for n in range(6):
            store_item(db, f"k{n}", at=NOON + n * MINUTE)
        seen = []
        for stored in items.items_between(db, None, None, chunk=2):
            with writing(db):
                items.save_report(db, stored.item.key, a_report(), NOON)
            seen.append(stored.item.key)
        assert seen == [f"k{n}" for n in range(6)]


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("bazaar", ["k1"], id="a word"),
        pytest.param("BOMBS bazaars", ["k1"], id="case and endings aside"),
        pytest.param("Orakzaí", ["k2"], id="accents aside"),
        pytest.param('"bus stop"', ["k1", "k2"], id="words together"),
        pytest.param('"stop bus"', [], id="not in that order"),
        pytest.param("blast nowhere", [], id="all words or none"),
        pytest.param("مستونگ", ["k2"], id="another script"),
        pytest.param("", [], id="nothing"),
        pytest.param("  \t\n", [], id="white space"),
        pytest.param('"', [], id="a lone quote"),
        pytest.param('bazaar"', ["k1"], id="an open quote"),
        pytest.param('"" bazaar ""', ["k1"], id="empty quotes"),
        pytest.param("bazaar AND", [], id="AND is a word"),
        pytest.param("NOT bazaar", [], id="NOT is a word"),
        pytest.param("NEAR(bazaar, 2)", [], id="NEAR is a word"),
        pytest.param("bazaar*", ["k1"], id="a star is nothing"),
        pytest.param("title:bazaar", [], id="a column is two words"),
        pytest.param("(bazaar) ^ + - {x} '; --", [], id="punctuation with a word that is not there"),
        pytest.param("(bazaar) ^ + - {} '; --", ["k1"], id="punctuation is nothing"),
        pytest.param("baz\x00aar", [], id="NUL"),
        pytest.param("bazaar \ud800", ["k1"], id="half a surrogate pair"),
    ],
)
def test_any_text_can_be_searched_for(words, found):
    """What users type is taken as words; nothing in it is syntax or an error."""
    with opened() as db:
        store_item(db, "k1")
        store_item(db, "k2", title="Near a bus stop in Orakzai", summary="مستونگ میں دھماکہ", content="")
        assert sorted(hit.stored.item.key for hit in items.search_items(db, words)) == found


def test_no_text_breaks_the_search():
    """Whatever comes in, an answer comes out."""
    with opened() as db:

        @settings(max_examples=150, deadline=None)
        @given(st.text(st.characters(), max_size=30) | st.text("\"*^():{}-+ANDORTNEAR \x00'", max_size=20))
        def search(words):
            items.search_items(db, words)

        search()


def test_a_hit_shows_the_passage():
    """The words found stand between guillemets, on one line."""
    with opened() as db:
        store_item(db, content="One.\n\nRescue workers came to the bazaar.")
        (hit,) = items.search_items(db, "rescue")
        assert "«Rescue» workers came" in hit.snippet
        assert "\n" not in hit.snippet


def test_the_search_follows_edits_and_keeps_to_its_limit():
    """An edited text is found by its new words only; the limit bounds the hits."""
    with opened() as db:
        store_item(db, "k1")
        items.update_item(db, an_item("k1", content="Clinics were full.", content_hash="x"), seen_at=NOON)
        assert items.search_items(db, "rescue") == []
        assert len(items.search_items(db, "clinics")) == 1
        for n in range(5):
            store_item(db, f"n{n}")
        assert len(items.search_items(db, "blast", limit=3)) == 3


def test_the_search_survives_a_vacuum(tmp_path):
    """VACUUM may renumber rows that have no explicit number, which would point the index at other items."""
    with opened(tmp_path / "monitor.db") as db:
        for n in range(20):
            store_item(db, f"k{n}", content=f"word{n}")
        db.execute("DELETE FROM items WHERE number % 2 = 0")
        db.execute("VACUUM")
        assert [hit.stored.item.key for hit in items.search_items(db, "word6")] == ["k6"]


def test_an_item_with_broken_text_is_stored_with_its_text_mended():
    """Half a surrogate pair in a feed must not fail the poll."""
    with opened() as db:
        broken: Item = an_item("k1", title="Blast \ud83d here", outlet="\udfff", guid="\ud800", tags=("\udc00",))
        items.insert_item(db, broken, seen_at=NOON, clock_at=NOON, may_alert=True)
        stored = items.item(db, "k1")
        assert stored is not None
        assert (stored.title, stored.outlet, stored.guid, stored.tags) == ("Blast \ufffd here", "\ufffd", "\ufffd", ("\udc00",))


@pytest.mark.parametrize(
    ("query", "index"),
    [
        pytest.param(
            "SELECT * FROM items WHERE content_hash = 'x' AND clock_at BETWEEN 'a' AND 'b' ORDER BY clock_at, number", "items_content"
        ),
        pytest.param(
            "SELECT * FROM items i WHERE true AND (i.clock_at, i.number) > ('a', 1) AND i.clock_at < 'b' ORDER BY 6, 1", "items_clock"
        ),
        pytest.param("SELECT * FROM items WHERE state = 'unread' ORDER BY first_seen_at, number", "items_unread"),
        pytest.param("SELECT * FROM items WHERE key IN ('a', 'b')", "sqlite_autoindex_items_1"),
    ],
)
def test_every_look_up_of_a_poll_goes_by_an_index(query, index):
    """At a million items a scan would stop the poller."""
    with opened() as db:
        plan = [values["detail"] for values in rows(db, f"EXPLAIN QUERY PLAN {query}")]
        assert any(f"USING INDEX {index}" in step for step in plan), plan
        assert not any(step.startswith("SCAN") for step in plan if index != "items_unread"), plan


def test_of_a_word_in_too_many_items_the_latest_are_ranked(monkeypatch):
    """A word in every one of a million items is answered at once: from the latest ones that have it."""
    monkeypatch.setattr(items, "RANKED", 3)
    with opened() as db:
        for n in range(6):
            # The older, the better it would fit.
            store_item(db, f"k{n}", title="rescue " * (6 - n))
        assert [hit.stored.item.key for hit in items.search_items(db, "rescue")] == ["k3", "k4", "k5"]
        assert [hit.stored.item.key for hit in items.search_items(db, "k1")] == []
        store_item(db, "k6", title="a single word: quarry")
        assert [hit.stored.item.key for hit in items.search_items(db, "quarry")] == ["k6"]


def test_the_latest_items_of_a_time_come_without_reading_the_others():
    """Latest first; a feed's own; the ends as everywhere: the first in, the last out."""
    with opened() as db:
        for n in range(5):
            store_item(db, f"k{n}", at=NOON + n * HOUR, feed="valley" if n % 2 else "hill")
        found = items.latest_between(db, NOON + HOUR, NOON + 4 * HOUR, limit=2)
        assert [one.item.key for one in found] == ["k3", "k2"]
        assert [one.item.key for one in items.latest_between(db, None, None, limit=9, feed="hill")] == ["k4", "k2", "k0"]
