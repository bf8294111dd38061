"""What is news of an attack, and what only sounds like it."""

from __future__ import annotations

import pytest
from reading_news_table import NEWS
from reading_traps_table import NEWS_ALL_THE_SAME, NO_NEWS
from support_reading import read, tolls


@pytest.mark.parametrize(("title", "content", "expected"), [row[1:] for row in NEWS], ids=[row[0] for row in NEWS])
def test_a_report_gives_its_fresh_incidents_and_no_others(title, content, expected):
    """Incidents in Pakistan and Afghanistan only; one elsewhere may be read but is marked as elsewhere."""
    report = read(content, title=title)
    here = [n for n, a in enumerate(report.incidents) if a.place is None or a.place.country in (None, "Pakistan", "Afghanistan")]
    assert [tolls(report)[n] for n in here] == expected


@pytest.mark.parametrize(("title", "content"), NO_NEWS, ids=[row[0][:40] for row in NO_NEWS])
def test_what_only_speaks_of_attacks_is_no_news(title, content):
    """Courts, mourners, figures of years, plots, hoaxes, accidents, crime, sport, drills, and attacks in other countries."""
    incidents = read(content, title=title).incidents
    assert [a for a in incidents if a.place is None or a.place.country in (None, "Pakistan", "Afghanistan")] == []


@pytest.mark.parametrize(("title", "content", "killed", "injured"), NEWS_ALL_THE_SAME, ids=[row[0][:40] for row in NEWS_ALL_THE_SAME])
def test_an_attack_is_news_whatever_else_its_report_speaks_of(title, content, killed, injured):
    (incident,) = read(content, title=title).incidents
    assert (incident.killed and incident.killed.count, incident.injured and incident.injured.count) == (killed, injured)


def test_a_match_follows_up_no_attack():
    """Its "attack" and its injured are of no incident in the city where it was played."""
    report = read(
        "A fine day: the pace attack ripped through the batting in Lahore on Tuesday. Two batsmen were hit by bouncers and retired hurt."
    )
    assert not report.incidents
    assert not report.background


def test_an_accident_of_another_day_follows_up_no_attack():
    """It would be filed with a bombing in the same town."""
    text = "MASTUNG: Two people were killed when a gas cylinder exploded in a hotel in Mastung on Tuesday."
    report = read(text, title="Two killed as cylinder explodes in Mastung hotel")
    assert report.incidents == () == report.background
