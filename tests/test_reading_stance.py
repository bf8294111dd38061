"""Who is said to be behind an attack: claims, denials and suspicions in whole reports."""

from __future__ import annotations

import datetime as dt

import pytest
from reading_stance_table import LEADS, ROWS
from support_reading import read

PUBLISHED = dt.datetime(2026, 7, 14, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(("lead", "sentence", "expected"), ROWS, ids=[row[1][:50] for row in ROWS])
def test_a_sentence_after_the_news_tells_whose_work_it_was(lead: str, sentence: str, expected: dict[str, str]):
    """The one incident has each group's stance, mere mentions left out."""
    title, news = LEADS[lead]
    (incident,) = read(f"{news}\n\n{sentence}", title=title, published=PUBLISHED).incidents
    assert {group.id: group.stance for group in incident.groups if group.stance != "mentioned"} == expected
