"""How a report is worded has the last word where it is sure, and only there."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from support_reading import item, reader, shipped_lexicon

from monitor.text.read import Reader
from monitor.text.wording import (
    AGAINST,
    AGAINST_A_LEAD,
    AGAINST_A_TITLED_LEAD,
    AGAINST_A_TOLL,
    AGAINST_FIRM,
    IN_FAVOUR,
    IN_FAVOUR_FIRM,
    IN_FAVOUR_OF_LONG,
    Weights,
    shipped,
)

ATTACK = "PESHAWAR: Gunmen opened fire on a police van in Bannu on Tuesday, killing three policemen, officials said."
UNDATED = ATTACK.replace(" on Tuesday", "")
TALK = "PESHAWAR: The families of three policemen killed when gunmen opened fire on a van in Bannu have asked for a road in their name."


@cache
def so_sure(log_odds: float) -> Reader:
    """A reader whose wording says the same of every report; the rules are the shipped ones."""
    return Reader(shipped_lexicon(), weights=Weights({"bias": round(log_odds * 1000)}))


def is_news(log_odds: float, content: str, title: str) -> bool:
    return bool(so_sure(log_odds).read(item(content, title=title)).incidents)


def test_a_wording_that_is_unsure_leaves_it_to_the_rules():
    """Log-odds between the two limits change nothing."""
    assert is_news(AGAINST + 0.1, ATTACK, "Three policemen killed in Bannu")
    assert not is_news(IN_FAVOUR - 0.1, TALK, "A road for three policemen")


def test_a_wording_that_is_sure_overrules_them_both_ways():
    """What the rules took for news is none, and the other way."""
    assert not is_news(AGAINST - 0.1, UNDATED, "A police van in Bannu")
    assert is_news(IN_FAVOUR + 0.1, TALK, "A road for three policemen")


@pytest.mark.parametrize(
    ("title", "content"),
    [("", ATTACK), ("Three policemen killed in Bannu", ATTACK + " The road was closed to all traffic, and shops stayed shut." * 70)],
    ids=["an entry without a title", "a long article"],
)
def test_what_it_has_not_learned_from_is_left_to_the_rules(title, content):
    """It has seen neither entries without a title nor the longest articles."""
    assert is_news(-9.0, content, title)


def test_an_article_is_doubted_like_a_report_and_brought_in_for_more():
    """With room for several things, it may well tell of an attack that is none of its news."""
    garden = " The gardener watered the roses, and the children of the quarter looked on from the wall of the school." * 16
    assert is_news(AGAINST + 0.1, UNDATED + garden, "A police van in Bannu")
    assert not is_news(AGAINST - 0.1, UNDATED + garden, "A police van in Bannu")
    # A day with its dead is doubted least of all.
    assert is_news(AGAINST_A_TOLL + 0.1, ATTACK + garden, "A police van in Bannu")
    assert not is_news(AGAINST_A_TOLL - 0.1, ATTACK + garden, "A police van in Bannu")
    assert not is_news(IN_FAVOUR_OF_LONG[""] - 0.1, TALK + garden, "A road for three policemen")
    assert is_news(IN_FAVOUR_OF_LONG[""] + 0.1, TALK + garden, "A road for three policemen")


def test_a_title_that_says_it_outright_is_harder_to_doubt():
    """A plain report of an attack may end in what its paper says of other days."""
    assert is_news(AGAINST - 0.1, UNDATED, "Three policemen killed in Bannu")
    assert not is_news(AGAINST_FIRM - 0.1, UNDATED, "Three policemen killed in Bannu")


def test_a_story_that_begins_with_day_place_and_dead_is_hard_to_doubt():
    """Most of all where its title names attack and place, as that of a plain report does, whatever else the paper adds."""
    assert is_news(AGAINST_A_LEAD + 0.1, ATTACK, "A police van")
    assert not is_news(AGAINST_A_LEAD - 0.1, ATTACK, "A police van")
    in_two = ATTACK.replace(", killing three policemen, officials said.", ". Three policemen were killed, officials said.")
    assert is_news(AGAINST_A_LEAD + 0.1, in_two, "A police van")
    assert is_news(AGAINST_A_TITLED_LEAD + 0.1, ATTACK, "Four policemen killed in Bannu")
    assert not is_news(AGAINST_A_TITLED_LEAD - 0.1, ATTACK, "Four policemen killed in Bannu")


def test_a_title_whose_dead_the_story_gives_a_day_and_a_place_is_hard_to_doubt():
    """The same figure twice is no slip of the grammar."""
    late = f"PESHAWAR: The road to Bannu is closed. {ATTACK.removeprefix('PESHAWAR: ')}"
    assert is_news(AGAINST_A_TOLL + 0.1, late, "Three policemen killed")
    assert not is_news(AGAINST_A_TOLL - 0.1, late, "Three policemen killed")
    assert not is_news(AGAINST_FIRM - 0.1, late, "Four policemen killed")


def test_a_bare_headline_is_not_doubted():
    """Its few words are too few to be weighed."""
    assert is_news(-9.0, "", "Three policemen killed in Bannu bombing")


def test_what_names_no_violence_takes_more():
    """An illness or the weather is not brought in at all."""
    road = "DAGGAR: A tailor died and his two sons lost their hands on Tuesday in Daggar."
    assert not is_news(IN_FAVOUR_FIRM - 0.05, road, "A road in Daggar")
    assert is_news(IN_FAVOUR_FIRM + 0.1, road, "A road in Daggar")
    assert not is_news(9.0, "PESHAWAR: Dengue killed three people in Peshawar on Tuesday.", "Dengue claims three more lives")


def test_a_new_toll_is_harder_to_doubt():
    """It comes among words of mourning."""
    content = "BANNU: The toll from Monday's bombing in Bannu rose to nine on Tuesday when two more of the wounded died, doctors said."
    assert is_news(AGAINST - 0.1, content, "Bannu bombing toll rises to nine")


def test_names_figures_and_days_stand_for_their_kind():
    """So that a wording counts wherever and whenever it happened."""
    told = reader().wordings(item("Gunmen killed seven men in Bannu on Tuesday.", title="TTP claims a raid"))
    assert {"L:NUMBER", "A:in_PLACE", "A:on_NOW", "T:^_GROUP"} <= told
    assert not any("bannu" in name or "tuesday" in name for name in told)


def test_the_shipped_weights_are_whole():
    """A weight for no report at all, and many more."""
    bias, by_part = shipped()
    assert bias
    assert set(by_part) == set("TLMBA")
    assert sum(map(len, by_part.values())) > 10_000


@pytest.mark.parametrize("last", "lost lose loses losing killed injured wounded died took claimed left between at least".split())
def test_a_sentence_may_end_at_any_verb(last):
    """Nothing follows the word that a figure is looked for after."""
    report = reader().read(
        item(f"A bomb went off in Bannu on Tuesday; two policemen {last}", published=dt.datetime(2026, 5, 20, tzinfo=dt.UTC))
    )
    assert report.language == "en"
