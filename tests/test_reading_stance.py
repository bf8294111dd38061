"""Who is said to be behind an attack: claims, denials and suspicions in whole reports."""

from __future__ import annotations

import datetime as dt

import pytest
from reading_stance_table import LEADS, REPORTS, ROWS
from support_reading import read

PUBLISHED = dt.datetime(2026, 7, 14, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(("lead", "sentence", "expected"), ROWS, ids=[row[1][:50] for row in ROWS])
def test_a_sentence_after_the_news_tells_whose_work_it_was(lead: str, sentence: str, expected: dict[str, str]):
    """The one incident has each group's stance, mere mentions left out."""
    title, news = LEADS[lead]
    (incident,) = read(f"{news}\n\n{sentence}", title=title, published=PUBLISHED).incidents
    assert {group.id: group.stance for group in incident.groups if group.stance != "mentioned"} == expected


@pytest.mark.parametrize(("title", "text", "expected"), REPORTS, ids=[row[0][:50] for row in REPORTS])
def test_each_attack_of_a_report_has_its_own_groups(title: str, text: str, expected: list[dict[str, str]]):
    """A claim for another attack stays there, the group of a headline counts, and a claim makes news of what looked like a feud."""
    incidents = read(text, title=title, published=PUBLISHED).incidents
    assert [{g.id: g.stance for g in incident.groups if g.stance != "mentioned"} for incident in incidents] == expected
