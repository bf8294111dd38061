"""The five documents that the shipped rules are built from, through `monitor init` and `monitor backfill`.

The documents are not part of the project; they are looked for in ../shared/seeds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.cli import cli

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
ANALYSIS, OPINION_2024, OPINION_2018, REPORT_2023, REPORT_2022 = (
    "000_99ec456bff19c493.txt",
    "001_8df78887bf68dca2.txt",
    "002_d618d07b8339e8c7.txt",
    "003_31f16b21a16693e3.txt",
    "004_4066d30c1cf974a5.txt",
)

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the five documents are not beside this checkout (../shared/seeds)")


def run(*words: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """(alerts by document, incidents) of one installation that was given all five, the dated ones as a folder of files."""
    folder = tmp_path_factory.mktemp("desk")
    config = str(folder / "config.toml")
    CliRunner().invoke(cli, ["init", str(folder)], catch_exceptions=False)
    alerts = {}
    for name, published in (
        (OPINION_2018, ["--published", "2018-07-15"]),
        (REPORT_2022, []),
        (REPORT_2023, []),
        (ANALYSIS, []),
        (OPINION_2024, ["--published", "2024-02-01"]),
    ):
        alerts[name] = run("--config", config, "backfill", str(SEEDS / name), *published, "--json")
    return alerts, run("--config", config, "incidents", "--json")


def of(incidents: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Incidents that the document opened."""
    return [i for i in incidents if i["items"][0]["id"].startswith(name.removesuffix(".txt"))]


def stances(incident: dict[str, Any]) -> set[tuple[str, str]]:
    return {(g["id"], g["stance"]) for g in incident["groups"] if g["stance"] != "mentioned"}


def count(incident: dict[str, Any], field: str) -> int | None:
    return incident[field]["count"] if incident[field] else None


def test_the_report_of_the_day_gives_two_incidents(told):
    """Mastung with over 50 killed and Hangu with 5 and more than 10; the TTP denies both, ISPP is suspected of the first."""
    found = {i["place"]["district"]: i for i in of(told[1], REPORT_2023)}
    assert set(found) == {"Mastung", "Hangu"}
    assert found["Mastung"]["killed"]["count"] in (45, 50)  # the document's figure is for both towns
    assert (count(found["Hangu"], "killed"), count(found["Hangu"], "injured")) == (5, 10)
    assert stances(found["Mastung"]) == {("ttp", "denied"), ("ispp", "suspected")}
    assert ("ttp", "denied") in stances(found["Hangu"])
    assert "iskp" in {g["id"] for g in found["Hangu"]["groups"]}


def test_the_report_of_2022_gives_the_mosque_and_the_roadside_bomb(told):
    """Peshawar with 64 killed and scores injured, and five of the security forces in the south-west, claimed by IS-K."""
    found = sorted(of(told[1], REPORT_2022), key=lambda i: count(i, "killed") or 0)
    assert [(count(i, "killed"), count(i, "injured")) for i in found] == [(5, 28), (64, 40)]
    assert (found[1]["place"]["district"], found[1]["date"]) == ("Peshawar", "2022-03-04")
    assert (found[0]["place"]["province"], found[0]["date"]) == ("Balochistan", "2022-03-08")
    assert stances(found[0]) == {("iskp", "claimed")}


def test_the_opinion_of_2018_gives_three_incidents_of_that_week(told):
    """13 killed at the corner meeting, 4 in Bannu, over 120 in Mastung claimed by IS; older attacks stay history."""
    found = sorted(of(told[1], OPINION_2018), key=lambda i: count(i, "killed") or 0)
    assert [count(i, "killed") for i in found] == [4, 13, 120]
    assert found[0]["place"]["district"] == "Bannu"
    assert found[2]["place"]["district"] == "Mastung"
    assert ("is", "claimed") in stances(found[2])


@pytest.mark.parametrize("name", [ANALYSIS, OPINION_2024], ids=["analysis", "opinion"])
def test_analysis_and_opinion_open_nothing(told, name):
    """An analysis five weeks later and a look back at a year raise no alert and no incident."""
    assert told[0][name] == []
    assert of(told[1], name) == []


def test_the_analysis_is_attached_to_the_attack_it_speaks_of(told):
    """The analysis of November stands among the items of the Mastung incident of September."""
    (mastung,) = [i for i in of(told[1], REPORT_2023) if i["place"]["district"] == "Mastung"]
    assert any(item["id"].startswith(ANALYSIS.removesuffix(".txt")) for item in mastung["items"])


def test_each_incident_is_told_once(told):
    """Seven incidents, seven new alerts, and no second one for any of them."""
    raised = [(a["incident"], a["change"]) for alerts in told[0].values() for a in alerts]
    assert sorted(change for _, change in raised) == ["new"] * 7
    assert len({incident for incident, _ in raised}) == 7
