"""Texts that nobody writes: bounded time, a stated cut, no crash."""

from __future__ import annotations

import time

import pytest
from support_reading import read

from monitor.text.clean import MAX_CHARS

HOSTILE = {
    "one-word": "bomb" * 2_500_000,
    "one-word-spaced": "killed " * 1_400_000,
    "no-sentence-end": "five people were killed and " * 300_000,
    "numbers": "12 " * 500_000,
    "commas": "a man, " * 200_000 + "were killed",
    "brackets": "(" * 200_000 + "five killed" + ")" * 200_000,
    "quotes": "\"'" * 200_000,
    "controls": "\x00\x07\x1b[31mfive killed\x00 " * 20_000,
    "line-breaks": "killed\n" * 100_000,
    "full-stops": "." * 1_000_000,
    "capitals": "KHAN " * 200_000 + "was killed",
    "months": "March last year " * 60_000,
    "who": "Khan, who " * 100_000 + "was killed",
    "at-least": "at least " * 200_000 + "five killed",
    "surrogates": "\ud800 five killed " * 1_000,
    "astral": "💣 killed " * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_in_bounded_time(text):
    """A report comes back, and says that it is cut where the text is longer than the limit."""
    start = time.process_time()
    report = read(text)
    assert time.process_time() - start < 60
    assert report.cut or len(text) <= MAX_CHARS


def test_what_lies_beyond_the_limit_is_not_read():
    """The cut is stated, so nobody takes silence for absence."""
    report = read("The board met on Tuesday. " * 6_000 + "A bomb killed nine people in Quetta.")
    assert report.cut
    assert report.incidents == ()
