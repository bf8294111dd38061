"""Laws of reading that hold whatever the numbers, the names and the order."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_reading import read, statements, tolls

from monitor.text.numbers import UNITS, cardinal, number_at

_WORDS = [word for word, n in UNITS.items() if 2 <= n <= 19]
_HEDGES = ["", "at least ", "more than ", "nearly ", "about ", "as many as ", "some ", "over ", "up to "]
_VICTIMS = ["people", "soldiers", "policemen", "labourers", "worshippers", "children", "civilians"]
_PLACES = ["Quetta", "Peshawar", "Bannu", "Khuzdar", "Kabul", "Kandahar"]
_counts = st.integers(min_value=2, max_value=400)


@settings(max_examples=60, deadline=None)
@given(_counts, st.sampled_from(_HEDGES), st.sampled_from(_VICTIMS))
def test_bounds_enclose_the_count(count, hedge, who):
    """min ≤ count ≤ max, and the count is the number that the words state."""
    (report,) = [read(f"QUETTA: A bomb killed {hedge}{count} {who} in Quetta on Tuesday.")]
    killed = report.incidents[0].killed
    assert killed is not None
    assert killed.count == count
    assert killed.min is None or killed.min <= killed.count
    assert killed.max is None or killed.count <= killed.max


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(_WORDS), st.sampled_from(_VICTIMS))
def test_digits_and_words_agree(word, who):
    """ "twelve people" and "12 people" are one statement."""
    in_words, in_digits = (statements(f"A bomb killed {n} {who} and wounded {n} others.") for n in (word, str(cardinal(word))))
    assert [(s.field, s.count, s.low, s.high) for s in in_words] == [(s.field, s.count, s.low, s.high) for s in in_digits]


@settings(max_examples=40, deadline=None)
@given(_counts, _counts, st.sampled_from(_VICTIMS))
def test_the_order_of_clauses_does_not_matter(killed, injured, who):
    """Killed and injured, or injured and killed."""
    one = read(f"A bomb went off in Bannu on Tuesday, killing {killed} {who} and wounding {injured} people.")
    other = read(f"A bomb went off in Bannu on Tuesday, wounding {injured} people and killing {killed} {who}.")
    assert tolls(one) == tolls(other) == [(killed, injured, None)]


_BOILERPLATE = [
    "Also read: 40 killed in Karachi blast",
    "Read more: Suicide bomber kills 12 in Lahore",
    "Related stories\n\n23 soldiers martyred in Daraban\n\nBomb kills nine in Quetta",
    "Don't miss\n\nGunmen kill six in Panjgur",
    "Follow us on Facebook and Twitter.",
    "Copyright 2026. All rights reserved.",
    "Latest from -Top News\n\nFive killed as mortar hits wedding",
]


@settings(max_examples=40, deadline=None)
@given(_counts, st.sampled_from(_PLACES), st.lists(st.sampled_from(_BOILERPLATE), min_size=1, max_size=3))
def test_boilerplate_after_the_body_changes_nothing(killed, place, lines):
    """What the page puts below an article does not speak."""
    body = f"Gunmen killed {killed} people at a market in {place} on Tuesday, police said. A search operation was launched."
    assert tolls(read("\n\n".join([body, *lines]))) == tolls(read(body)) == [(killed, None, None)]


_RECALLED = [
    "In 2014, militants stormed a school in the city and killed 130 pupils.",
    "Last year, a bomb killed nine people at the same place.",
    "In March 2022, at least 64 people were killed when a suicide bomber struck a mosque.",
    "Two years ago, 31 people were killed in a similar attack.",
    "More than 500 people have been killed in such attacks this year.",
]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(min_value=2, max_value=60),
    st.sampled_from(_PLACES),
    st.lists(st.sampled_from(_RECALLED), min_size=1, max_size=3, unique=True),
)
def test_a_recalled_attack_after_the_body_changes_no_toll(killed, place, history):
    """History is told below today's attack and stays there."""
    body = f"A bomb killed {killed} people in {place} on Tuesday, officials said."
    assert tolls(read("\n\n".join([body, *history]))) == [(killed, None, None)]


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=999_999_999))
def test_a_number_in_digits_is_read_as_it_stands(n):
    """With and without commas."""
    for text in (str(n), f"{n:,}"):
        number = number_at([text], 0)
        assert number is not None
        assert number.count == n


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_error_and_alike_twice(text):
    """Reading is total and deterministic."""
    assert read(text, title=text[:50]) == read(text, title=text[:50])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "at least five people were killed and 12 , . injured by gunmen who a his including of in Quetta the dead Khan".split()
        ),
        max_size=30,
    )
)
def test_any_order_of_casualty_words_is_read_without_error(words):
    """The grammar meets every sequence of its own words, and evidence stays inside its sentence."""
    report = read(" ".join(words))
    for account in (*report.incidents, *report.background):
        for evidence in account.evidence:
            assert 0 <= evidence.start <= evidence.end <= len(evidence.sentence)


@pytest.mark.parametrize("published", [None, dt.datetime(2026, 5, 20, 10, tzinfo=dt.UTC)], ids=["undated", "dated"])
def test_evidence_quotes_the_words_of_the_toll(published):
    """The characters that evidence points at are the words of the figure."""
    report = read("A bomb killed at least nine soldiers and wounded 20 people in Bannu on Tuesday.", published=published)
    killed = next(e for e in report.incidents[0].evidence if e.field == "killed")
    assert "at least nine soldiers" in killed.sentence[killed.start : killed.end]
