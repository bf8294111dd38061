"""The five documents that the shipped rules rest on give what their digest says. They lie outside the repository; without them, skipped."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from support_reading import item, reader

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
PUBLISHED = {"000": "2023-11-07", "001": "2024-02-01", "002": "2018-07-15", "003": "2023-09-29", "004": "2022-03-12"}

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the five documents are not beside the repository (../shared/seeds)")


def document(number: str):
    (path,) = SEEDS.glob(f"{number}_*.txt")
    text = re.sub(r"^\s*date \d{4}-\d\d-\d\d\s", "", path.read_text(encoding="utf-8"))
    at = dt.datetime.fromisoformat(PUBLISHED[number]).replace(hour=12, tzinfo=dt.UTC)
    return reader().read(item(text, published=at, timezone="UTC"))


def stances(account):
    return {(g.id, g.stance) for g in account.groups if g.stance != "mentioned"}


def test_the_report_of_the_day_gives_mastung_and_hangu():
    """Two fresh incidents, both denied by the TTP, the first blamed on the ISPP."""
    mastung, hangu = document("003").incidents
    assert (mastung.place.district, mastung.place.province) == ("Mastung", "Balochistan")
    assert (mastung.killed.count, mastung.killed.min, mastung.killed.max) == (50, 50, None)
    assert mastung.target == "religious procession or site"
    assert {("ttp", "denied"), ("ispp", "suspected")} <= stances(mastung)
    assert (hangu.place.district, hangu.place.province) == ("Hangu", "Khyber Pakhtunkhwa")
    assert (hangu.killed.count, hangu.killed.min, hangu.injured.count, hangu.injured.min) == (5, 5, 10, 10)
    assert ("ttp", "denied") in stances(hangu)
    assert "iskp" in {g.id for g in hangu.groups}


def test_the_report_on_the_expansion_gives_peshawar_and_the_roadside_bomb():
    """Two dated incidents; nothing of the page below the article."""
    report = document("004")
    peshawar, bomb = report.incidents
    assert (peshawar.place.district, peshawar.killed.count, peshawar.killed.min, peshawar.injured.count) == ("Peshawar", 64, 64, 40)
    assert peshawar.date == dt.date(2022, 3, 4)
    assert peshawar.attack_type == "suicide bombing"
    assert (bomb.place.province, bomb.killed.count, bomb.injured.count) == ("Balochistan", 5, 28)
    assert bomb.date == dt.date(2022, 3, 8)
    assert ("iskp", "claimed") in stances(bomb)
    assert not {"Galwan", "Bangladesh"} & set(report.place_mentions)


def test_the_week_of_three_bombings_gives_three_and_recalls_the_rest():
    """Thirteen, four and a dozen, over 120; the older attacks are history."""
    report = document("002")
    meeting, bannu, mastung = report.incidents
    assert meeting.killed.count == 13
    assert (bannu.place.district, bannu.killed.count, bannu.injured.count) == ("Bannu", 4, 12)
    assert (mastung.place.district, mastung.killed.count, mastung.killed.min) == ("Mastung", 120, 120)
    assert ("is", "claimed") in stances(mastung)
    recalled = {a.killed.count for a in report.background if a.killed}
    assert {46, 50} <= recalled


def test_the_analysis_refers_to_the_bombings_and_reports_nothing_new():
    """It can be attached to what the report of the day told."""
    report = document("000")
    assert report.incidents == ()
    assert any(a.place and a.place.district == "Mastung" and a.killed and a.killed.count == 60 for a in report.background)


def test_the_opinion_piece_reports_nothing_new():
    """Past tolls and yearly totals only."""
    report = document("001")
    assert report.incidents == ()
    assert report.kind == "background"
