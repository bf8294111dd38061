"""Filters of feeds: what is taken and what is not."""

from __future__ import annotations

import pytest

from monitor.model import Item
from monitor.rules.filters import Filter, passes, taken
from monitor.rules.values import search


def chosen(include: list[object] | None = None, exclude: list[object] | None = None) -> Filter:
    return Filter(include=tuple(map(search, include or [])), exclude=tuple(map(search, exclude or [])))


@pytest.mark.parametrize(
    ("include", "exclude", "text", "expected"),
    [
        pytest.param([], [], "anything", True, id="no filter"),
        pytest.param(["blast*"], [], "Two BLASTS in Quetta", True, id="any ending, any case"),
        pytest.param(["blast"], [], "Two blasts in Quetta", False, id="whole words"),
        pytest.param(["bomb", "road side"], [], "a road-side device", True, id="one of several; signs between words"),
        pytest.param([{"words": "killed quetta"}], [], "In Quetta two were killed", True, id="any order"),
        pytest.param([{"re": r"\b\d+ killed"}], [], "12 killed in Bannu", True, id="expression"),
        pytest.param([{"re": r"\b\d+ killed"}], [], "many killed in Bannu", False, id="expression not met"),
        pytest.param([], ["cricket"], "Cricket: a blast of runs", False, id="left out"),
        pytest.param(["blast"], ["cricket"], "Cricket: a blast of runs", False, id="exclude wins"),
        pytest.param(["بم"], [], "کوئٹہ میں بم دھماکہ", True, id="other scripts"),
    ],
)
def test_an_item_passes_or_not(include: list[object], exclude: list[object], text: str, expected: bool) -> None:
    """One of include and none of exclude."""
    assert passes(text, chosen(include, exclude)) is expected


def test_title_summary_and_content_are_searched_and_the_order_stays() -> None:
    """Whatever part has the word."""
    items = [Item(key="1", id="1", title="blast"), Item(key="2", id="2", title="x"), Item(key="3", id="3", title="x", content="a blast")]
    assert [item.key for item in taken(items, chosen(["blast"]))] == ["1", "3"]


def test_the_digest_changes_with_the_filter_alone() -> None:
    """Nothing for a filter that takes everything, so that feeds without one are not fetched anew."""
    assert chosen().digest == ""
    assert chosen(["a"]).digest == chosen(["a"]).digest != chosen([], ["a"]).digest
