"""The demo: a recorded week played through the real daemon, and the recording itself."""

from __future__ import annotations

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.console import Console

from monitor import demo
from monitor.config import load_config
from monitor.feeds.parse import parse_feed
from monitor.model import Feed, Fetched, Item
from monitor.store.database import open_database
from monitor.store.incidents import incidents

NOW = dt.datetime(2026, 11, 22, 11, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the demo prints, and the folder that it leaves."""
    folder = tmp_path_factory.mktemp("demo") / "week"
    out = io.StringIO()
    assert demo.run(folder=folder, console=Console(file=out, width=200, highlight=False), now=NOW) == 0
    return out.getvalue(), folder


def _titles(text: str) -> list[str]:
    return [line.split("  ", 1)[1] for line in text.splitlines() if re.match(r"[A-Z][a-z]{2} \d\d:\d\d  ", line)]


def test_each_attack_of_the_week_is_told_once_and_then_only_updated(screen: tuple[str, Path]) -> None:
    """One first message an incident, whatever the number of articles; every other message says that it is an update."""
    first = [title for title in _titles(screen[0]) if not title.startswith(("UPDATE", "RETRACTED", "CORRECTION"))]
    places = [
        next(place for place in ("Quetta", "Parachinar", "Karachi", "Mastung", "Kabul", "Miran Shah") if place in title) for title in first
    ]
    assert sorted(places) == ["Kabul", "Karachi", "Mastung", "Miran Shah", "Parachinar", "Quetta"]


def test_a_rising_toll_raises_the_severity_step_by_step(screen: tuple[str, Path]) -> None:
    """Parachinar: 11 killed is high, 27 severe, 52 critical."""
    told = [title for title in _titles(screen[0]) if "Parachinar" in title and "killed" in title]
    steps = [(re.search(r"HIGH|SEVERE|CRITICAL", t), re.search(r"(\d+) killed", t)) for t in told]
    assert [(level[0], toll[1]) for level, toll in steps if level and toll][:3] == [("HIGH", "11"), ("SEVERE", "27"), ("CRITICAL", "52")]


def test_what_was_a_gas_cylinder_is_taken_back(screen: tuple[str, Path]) -> None:
    """The blast in Karachi is told and retracted."""
    assert [title for title in _titles(screen[0]) if title.startswith("RETRACTED")] == ["RETRACTED: bombing in Saddar, Karachi, Sindh"]


@pytest.mark.parametrize("place", ["Khuzdar", "Swat", "Peshawar", "Ziarat", "Colombo"])
def test_accidents_history_and_other_news_raise_nothing(screen: tuple[str, Path], place: str) -> None:
    """A bus in a ravine, a flood, an essay on old attacks, saplings, sport."""
    assert not [title for title in _titles(screen[0]) if place in title]


def test_every_alert_says_why(screen: tuple[str, Path]) -> None:
    """Rule, severity and the condition with its value stand under each alert that is not a retraction."""
    told = [title for title in _titles(screen[0]) if not title.startswith("RETRACTED")]
    assert len(re.findall(r"^ +any-attack \(notice\): .*casualties >= 1 \(\d+\)", screen[0], re.MULTILINE)) == len(told)


def test_the_summary_counts_and_says_where_the_database_is(screen: tuple[str, Path]) -> None:
    """Articles, alerts, incidents; the folder has a config that loads and the database that was filled."""
    text, folder = screen
    found = re.search(r"(\d+) articles → (\d+) alerts on (\d+) incidents", text)
    assert found is not None
    articles, alerts, count = (int(n) for n in found.groups())
    assert articles == 33 - 1, "an edit is no new article"
    assert alerts == len(_titles(text)) < articles
    assert str(folder) in text
    assert load_config(folder / "config.toml").database == folder / "monitor.db"
    db = open_database(folder / "monitor.db")
    assert len(incidents(db)) == count
    db.close()


# ---------------------------------------------------------------- the recording


def _items(recording: demo.Recording, now: dt.datetime) -> list[Item]:
    fetched = Fetched(
        url="http://x.example/", final_url="http://x.example/", status=200, headers={}, body=recording.at(now), fetched_at=now, elapsed_s=0
    )
    items, bad = parse_feed(fetched, Feed(name=recording.name, url="http://x.example/"))
    assert bad == []
    return items


@pytest.mark.parametrize("recording", demo.recordings(now=NOW), ids=lambda r: r.name)
def test_the_recording_ends_within_the_last_week_and_keeps_its_weekdays(recording: demo.Recording) -> None:
    """Moved by whole weeks: an item that says "on Monday" is still published on a Monday or the day after."""
    assert recording.shift % dt.timedelta(weeks=1) == dt.timedelta()
    assert NOW - dt.timedelta(days=15) < recording.ups[0] <= recording.ups[-1] < NOW
    for item in _items(recording, NOW):
        assert item.published_at is not None
        assert abs(item.published_at - NOW) < dt.timedelta(days=15)


@pytest.mark.parametrize("recording", demo.recordings(now=NOW), ids=lambda r: r.name)
def test_entries_come_up_at_their_time_and_carry_no_stage_directions(recording: demo.Recording) -> None:
    """Before the first one the feed is sound and empty; at the end it has all, and nothing of the demo's own namespace."""
    before = recording.at(recording.ups[0] - dt.timedelta(seconds=1))
    assert [e for e in ET.fromstring(before).iter() if e.tag.rpartition("}")[2] in ("item", "entry")] == []
    assert len(_items(recording, recording.ups[0])) == 1
    assert b"urn:monitor:demo" not in recording.at(NOW)


def test_an_edited_entry_is_shown_in_its_latest_version_only() -> None:
    """The Courier's first story is edited two hours later, under the same id."""
    courier = next(r for r in demo.recordings(now=NOW) if r.name == "quetta-courier")
    first, edited = (_items(courier, at)[0] for at in courier.ups[:2])
    assert (first.key, first.title[:5], edited.title[:5]) == (edited.key, "Three", "Seven")
    assert len(_items(courier, courier.ups[1])) == 1
