"""`monitor incidents merge|split|set|dismiss|undo` in a user's folder, beside a database that the pipeline filled."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from support_cli import Folder, fill, make_folder
from support_pipeline import NOON, account, reading

from monitor.model import Place

BANNU = Place(name="Bannu", district="Bannu", province="Khyber Pakhtunkhwa", country="Pakistan", lat=32.99, lon=70.6)
PLACES = """
places:
  - name: Dasht Bridge
    spellings: [Dasht Pul]
    district: Mastung
    province: Balochistan
    country: Pakistan
    latitude: 29.9
    longitude: 66.7
    source: [own]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Two incidents of two days ago, one of them with two reports; nothing has been sent."""
    made = make_folder(tmp_path / "news")
    (made.path / "rules" / "places.yaml").write_text(PLACES)
    first = reading("m1", account(killed=5), words="Blast in Mastung kills five", outlet="Courier")
    again = reading(
        "m2", account(killed=5), words="Five die in Mastung blast", outlet="Herald", feed="herald", at=NOON + dt.timedelta(hours=1)
    )
    other = reading("b1", account(killed=3, place=BANNU), words="Blast in Bannu kills three", outlet="Wire", feed="wire")
    fill(made, [first, again, other])
    return made


def ids(folder: Folder) -> dict[str, str]:
    """Each incident's id by its first item."""
    return {line["items"][0]["id"]: line["id"] for line in folder.lines("incidents", "--json")}


def shown(folder: Folder, incident: str) -> dict:
    (line,) = folder.lines("incidents", "show", incident, "--json")
    return line


def test_two_incidents_are_merged_and_parted_again(folder):
    """The one that was named first stays; its history says who merged it and why; undo brings the other back."""
    known = ids(folder)
    done = folder.run("incidents", "merge", known["m1"][:6], known["b1"], "--by", "amna", "--why", "one convoy")
    assert done.exit_code == 0, done.output
    assert f"{known['b1']} is part of {known['m1']} now" in done.stdout
    line = shown(folder, known["m1"])
    assert line["merged"] == [known["b1"]]
    (decided,) = line["decisions"]
    assert {k: decided[k] for k in ("by", "by_hand", "kind", "other", "why")} == {
        "by": "amna",
        "by_hand": True,
        "kind": "merge",
        "other": known["b1"],
        "why": "one convoy",
    }
    assert shown(folder, known["b1"])["merged_into"] == known["m1"]
    text = folder.run("incidents", "show", known["m1"]).stdout
    assert f"amna: {known['b1']} merged into {known['m1']}: one convoy" in text
    assert f"part of {known['m1']}" in folder.run("incidents", "show", known["b1"]).stdout
    assert folder.run("incidents", "undo", str(decided["decision"])).exit_code == 0
    assert ids(folder) == known
    assert "undone by" in folder.run("incidents", "show", known["m1"]).stdout


def test_a_report_is_split_off(folder):
    """The named report gets an incident of its own, of which the command names the id."""
    incident = ids(folder)["m1"]
    done = folder.run("incidents", "split", incident, "m2", "--why", "another bridge")
    assert done.exit_code == 0, done.output
    other = done.stdout.split()[0]
    assert [item["id"] for item in shown(folder, other)["items"]] == ["m2"]
    assert [item["id"] for item in shown(folder, incident)["items"]] == ["m1"]


def test_values_are_set_and_shown_with_their_source(folder):
    """An analyst's number and place win, and `show` says whose they are, beside what the reports say."""
    incident = ids(folder)["m1"]
    done = folder.run("incidents", "set", incident, "killed=12", "place=dasht pul", "group=ttp:denied", "date=2026-03-09", "--by", "amna")
    assert done.exit_code == 0, done.output
    assert "Killed: 5 → 12" in done.stdout
    line = shown(folder, incident)
    assert (line["killed"]["count"], line["place"]["name"], line["date"]) == (12, "Dasht Bridge", "2026-03-09")
    assert [(g["id"], g["stance"]) for g in line["groups"]] == [("ttp", "denied")]
    assert (line["sources"]["killed"]["source"], line["sources"]["killed"]["by"]) == ("analyst", "amna")
    assert line["sources"]["attack_type"]["reports"] == 2
    assert line["history"][-1]["item"] == "analyst"
    text = folder.run("incidents", "show", incident).stdout
    assert "killed: analyst amna" in text
    assert "attack type: Courier and 1 more" in text
    assert "group:ttp set to denied" in text
    assert folder.run("incidents", "set", incident, "killed=", "target=unknown").exit_code == 0
    line = shown(folder, incident)
    assert (line["killed"]["count"], line["target"]) == (5, None)


def test_a_dismissal_is_listed(folder):
    """The list marks what was dismissed; it can be taken up again."""
    incident = ids(folder)["b1"]
    assert folder.run("incidents", "dismiss", incident, "--why", "a gas cylinder").exit_code == 0
    assert shown(folder, incident)["dismissed"]
    assert "dismissed" in folder.run("incidents").stdout
    assert folder.run("incidents", "undismiss", incident).exit_code == 0
    assert not shown(folder, incident)["dismissed"]


def test_a_dismissal_of_what_was_sent_waits_in_the_outbox(tmp_path):
    """The command says that a retraction goes out and to which channel; without a daemon, how to send it."""
    made = make_folder(tmp_path / "news", config='[channels.desk]\nurl = "json://127.0.0.1:9/"\n[alerts.routes]\nnotice = ["desk"]\n')
    fill(made, [reading("m1", account(killed=5), words="Blast in Mastung kills five")], notify=True)
    (line,) = made.lines("incidents", "--json")
    done = made.run("incidents", "dismiss", line["id"], "--why", "a gas cylinder")
    assert done.exit_code == 0, done.output
    assert "retraction goes out" in done.stdout
    assert "to desk: an analyst decided that there was no attack" in done.stdout
    assert "monitor run --once" in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["set", "{m1}", "killed=many"], 'killed is "many"; expected a whole number', id="no number"),
        pytest.param(["set", "{m1}", "kiled=4"], '"kiled" cannot be set; expected one of killed', id="no such field"),
        pytest.param(["set", "{m1}", "killed"], '"killed" sets nothing', id="no value"),
        pytest.param(["set", "{m1}", "killed=1", "killed=2"], '"killed" is set twice', id="twice"),
        pytest.param(["set", "{m1}", "place=Nowhereabad"], 'no place "Nowhereabad"', id="no such place"),
        pytest.param(["set", "{m1}", "place=Kabul"], '"Kabul province, Afghanistan"', id="two places"),
        pytest.param(["set", "{m1}", "attack_type=bomb"], 'attack_type is "bomb"; expected one of: suicide bombing', id="no such type"),
        pytest.param(["set", "{m1}", "date=yesterday"], 'date is "yesterday"; expected YYYY-MM-DD', id="no date"),
        pytest.param(["set", "{m1}", "group=xyz:denied"], '"xyz" is no group', id="no such group"),
        pytest.param(["set", "{m1}", "group=ttp"], "expected ttp: and one of claimed", id="no stance"),
        pytest.param(["merge", "{m1}", "{m1}"], "is one incident already", id="itself"),
        pytest.param(["merge", "{m1}", "zzz"], 'no incident "zzz"', id="nobody"),
        pytest.param(["split", "{m1}", "zzz"], 'no report "zzz"', id="no such report"),
        pytest.param(["split", "{m1}", "m1", "m2"], "one at least on each side", id="all reports"),
        pytest.param(["dismiss", "{m1}"], "--why", id="no reason"),
        pytest.param(["undo", "77"], "no decision 77", id="no such decision"),
    ],
)
def test_a_mistake_is_refused_in_words(folder, words, expected):
    """Exit status 2, what was found and what was expected; nothing is decided."""
    incident = ids(folder)["m1"]
    result = folder.run("incidents", *(word.format(m1=incident) for word in words))
    assert result.exit_code == 2
    assert expected in result.stderr
    assert shown(folder, incident)["decisions"] == []
