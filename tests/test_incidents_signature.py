"""Reprints are found by their signatures."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_store import NOON, opened, store_item

from monitor.incidents import words
from monitor.incidents.signature import BANDS, SCHEME, bands, likeness, signed
from monitor.store.signatures import save_signature, sharing_a_band, signature

SYLLABLES = "ba de fi go lu mar nes ot pri qua ril sten tov ul vek wim".split()


def story(seed: int, *, words: int = 150) -> str:
    """A text of invented words that shares next to no run of three with that of another seed."""
    dice = random.Random(seed)
    return " ".join("".join(dice.choices(SYLLABLES, k=3)) for _ in range(words))


def edited(text: str, *, every: int) -> str:
    """The text with one word in `every` replaced."""
    return " ".join("changed" if n % every == 0 else word for n, word in enumerate(text.split()))


def meet(a: str, b: str) -> bool:
    one, other = signed(a), signed(b)
    assert one is not None
    assert other is not None
    return bool(set(bands(one)) & set(bands(other)))


@pytest.mark.parametrize(
    "reprint",
    [
        pytest.param(lambda text: text + " reporting by the evening desk", id="another by-line"),
        pytest.param(lambda text: edited(text, every=25), id="one word in 25 changed"),
        pytest.param(lambda text: " ".join(text.split()[:110]), id="its first three quarters"),
    ],
)
def test_a_reprint_shares_a_band(reprint):
    """Small edits leave at least one band of twenty stories out of twenty as it was."""
    texts = [story(seed) for seed in range(20)]
    assert all(meet(text, reprint(text)) for text in texts)


def test_strangers_share_no_band():
    """Of 190 pairs of different stories not one meets."""
    texts = [story(seed) for seed in range(20)]
    assert not any(meet(a, b) for n, a in enumerate(texts) for b in texts[:n])


def test_a_short_text_has_no_signature():
    """A headline is too short to tell a reprint from a story like it."""
    assert signed("Blast in Mastung kills five") is None


def test_the_scheme_names_what_the_library_computes():
    """A release of the library that signs otherwise must change the scheme: stored signatures would be compared in vain."""
    found = signed(story(1))
    assert found is not None
    assert (SCHEME, found[:3], len(found)) == ("words-3/r2/128/1", GOLDEN, 128)


GOLDEN = (225419472, 2104025257, 22868220)


@given(st.integers(0, 10_000), st.integers(2, 40))
def test_likeness_is_symmetric_and_full_for_oneself(seed, every):
    """Any text is wholly like itself, and as like another as the other is like it."""
    a, b = signed(story(seed, words=60)), signed(edited(story(seed, words=60), every=every))
    assert a is not None
    assert b is not None
    assert likeness(a, a) == 1.0
    assert 0.0 <= likeness(a, b) == likeness(b, a) <= 1.0
    assert len(set(bands(a))) == BANDS


def test_the_store_finds_who_shares_a_band_within_the_days():
    """Of two like items only the one of these days is found; an item never finds itself, another scheme finds nothing."""
    text = story(7)
    numbers = signed(text)
    assert numbers is not None
    with opened() as db:
        for key, at in (("old", NOON - dt.timedelta(days=30)), ("new", NOON)):
            store_item(db, key, at=at)
            save_signature(db, key, numbers, bands(numbers), scheme=SCHEME)
        days = {"since": NOON - dt.timedelta(days=7), "until": NOON}
        assert sharing_a_band(db, bands(numbers), scheme=SCHEME, other_than="mine", **days) == [("new", numbers)]
        assert sharing_a_band(db, bands(numbers), scheme=SCHEME, other_than="new", **days) == []
        assert sharing_a_band(db, bands(numbers), scheme="another", other_than="mine", **days) == []


def test_an_edited_item_is_found_by_its_new_words_only():
    """The bands of the text that an item had before do not lead to it any more."""
    before, after = signed(story(1)), signed(story(2))
    assert before is not None
    assert after is not None
    with opened() as db:
        store_item(db, "k")
        save_signature(db, "k", before, bands(before), scheme=SCHEME)
        save_signature(db, "k", after, bands(after), scheme=SCHEME, former_bands=bands(before))
        days = {"scheme": SCHEME, "since": NOON, "until": NOON, "other_than": ""}
        assert sharing_a_band(db, bands(before), **days) == []
        assert sharing_a_band(db, bands(after), **days) == [("k", after)]
        assert signature(db, "k", scheme=SCHEME) == after
        with pytest.raises(ValueError, match="not stored"):
            save_signature(db, "nobody", after, bands(after), scheme=SCHEME)


def test_the_words_of_a_busy_month_are_made_once() -> None:
    """A thousand reports, title and text, asked for in turn as with every report that comes: none is made anew."""
    texts = [f"{'title' if n % 2 else 'text'} {n // 2} of a report on a blast in Wana" for n in range(2_000)]
    for text in texts:
        words.telling_words(text)
    made = words._telling_words.cache_info().misses
    for text in texts:
        words.telling_words(text)
    assert words._telling_words.cache_info().misses == made
