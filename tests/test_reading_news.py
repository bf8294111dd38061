"""What is news of an attack, and what only sounds like it."""

from __future__ import annotations

import pytest
from reading_news_table import NEWS
from support_reading import read, tolls


@pytest.mark.parametrize(("title", "content", "expected"), [row[1:] for row in NEWS], ids=[row[0] for row in NEWS])
def test_a_report_gives_its_fresh_incidents_and_no_others(title, content, expected):
    """Incidents in Pakistan and Afghanistan only; one elsewhere may be read but is marked as elsewhere."""
    report = read(content, title=title)
    here = [n for n, a in enumerate(report.incidents) if a.place is None or a.place.country in (None, "Pakistan", "Afghanistan")]
    assert [tolls(report)[n] for n in here] == expected
