"""Patterns behind the words that they need."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re

import pytest
from support_corpus import CORPUS

import monitor.text
from monitor.text.guarded import Guarded, guarded
from monitor.text.sentences import split_sentences


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\b(?:attack|raid)s?\b", "two raids"),
        (r"\b(?:attack|raid)s?\b", "two RAIDS"),
        (r"fir(?:ed|ing) (?:on|at)", "firing at a van"),
        (r"(?:un)?known (?:arm|mask)ed men", "known armed men"),
        (r"gr[ae]y van|blue (?:\w+ )?car", "a blue old car"),
        (r"(?:bomb ){2}", "bomb bomb "),
        (r"(?!x)shot(?<=t) dead$", "he was shot dead"),
        (r"\d+ (?i:killed)", "12 Killed"),
    ],
)
def test_a_guarded_pattern_finds_what_the_pattern_finds(pattern, text):
    """The words asked for first are words that the match has."""
    plain = re.compile(pattern, re.IGNORECASE)
    found = guarded(pattern, re.IGNORECASE)
    assert found.search(text) is not None
    assert found.search(text).span() == plain.search(text).span()
    assert [m.span() for m in found.finditer(text)] == [m.span() for m in plain.finditer(text)]
    assert found.search("nothing of it stands here") is None
    assert list(found.finditer("nothing of it stands here")) == []


def test_a_text_that_was_seen_before_meets_a_later_pattern():
    """What is remembered of a text is forgotten when a pattern comes with words of its own."""
    text = "a quokka by the road"
    assert guarded("wombat").search(text) is None
    assert guarded("quokka").search(text) is not None


def test_both_of_the_words_that_a_pattern_needs_are_asked_for():
    """One of two is not enough to try the pattern, in whatever order they stand."""
    found = guarded(r"(?:mortar|rocket)s?\b.{0,50}\bfrom afghanistan")
    assert found.search("rockets that came from afghanistan") is not None
    assert found.search("rockets from nowhere") is None


@pytest.mark.parametrize("pattern", [r"\w+ed\b", r"(?:attack|at)", r"(?:bomb)?", r"(?:\d\d|bomb)", "[a-z]+(?:x{3,}|y)", r"(?:bomb){0,3}"])
def test_a_pattern_that_needs_no_word_is_refused(pattern):
    """What could match without any word of three letters cannot be guarded."""
    with pytest.raises(ValueError, match="needs no word of 3 letters"):
        guarded(pattern)


def test_no_guard_of_the_reader_hides_a_match():
    """On every sentence of the corpora, each guarded pattern finds what it finds without its guard."""
    modules = [importlib.import_module(f"monitor.text.{module.name}") for module in pkgutil.iter_modules(monitor.text.__path__)]
    patterns = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Guarded)}
    rows = [json.loads(line) for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [str(row.get(key) or "") for row in rows for key in ("title", "summary", "content")][::3]
    sentences = {text[start:end] for text in texts for start, end in split_sentences(text)}
    assert len(patterns) > 20
    hidden = [s for found in patterns.values() for s in sentences if found.pattern.search(s) and found.search(s) is None]
    assert hidden == []
