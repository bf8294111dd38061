"""Patterns in small letters that match letters of any case."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.any_case import AnyCase, is_small, small

TEXTS = st.text(alphabet="abAB İß'É.19 \n", max_size=30)


@pytest.mark.parametrize("pattern", [r"\ba+\b", r"(?:b|ab)(?P<rest>\w*)", r"(?<!\w)b$", r"a{1,3}?(?!b)[^b]", r"[a-b]\W\d"])
@given(text=TEXTS)
def test_it_matches_as_a_pattern_that_ignores_case(pattern, text):
    """The same places and the same words, as they are written; accents and letters without a small form do not move them."""
    plain, found = re.compile(pattern, re.IGNORECASE), AnyCase(pattern)
    for start in (0, 2):
        assert _told(found.search(text, start)) == _told(plain.search(text, start))
        assert _told(found.match(text, start, 9)) == _told(plain.match(text, start, 9))
    assert [_told(match) for match in found.finditer(text)] == [_told(match) for match in plain.finditer(text)]


def _told(match: re.Match[str] | None) -> object:
    return match and (match.span(), match.group(), match.groups(), match.string)


@given(text=st.text())
def test_small_letters_stand_where_the_text_has_its_own(text):
    """One for one, also where a capital's small form has two characters."""
    assert len(small(text)) == len(text)
    assert small("İstanbul") == "istanbul"


@pytest.mark.parametrize(
    ("pattern", "answer"), [(r"\bkilled\W", True), (r"(?P<count>\d+) dead", True), ("Killed", False), (r"[A-Z]\w+", False)]
)
def test_a_capital_is_refused(pattern, answer):
    """It would never be found in small letters."""
    assert is_small(pattern) is answer
    if not answer:
        with pytest.raises(ValueError, match="has a capital; expected small letters"):
            AnyCase(pattern)
