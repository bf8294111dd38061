"""Silences, acknowledgements and explanations, as the commands give them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support_cli import Folder, fill, make_folder, renamed, week
from support_pipeline import NOON

from monitor.alerts.quiet import QuietHours
from monitor.alerts.silence import Silence
from monitor.alerts.storm import StormSettings
from monitor.gate import Gate
from monitor.rules.load import load_rules
from monitor.store import holds, outbox
from monitor.store.database import Database, open_database
from monitor.store.dispatches import add_dispatch
from monitor.store.silences import add_silence

CONFIG = '[channels.desk]\nurl = "json://127.0.0.1:1/s3cret"\n[alerts.routes]\nnotice = ["desk"]\ncritical = ["desk"]\n'
LATER = NOON + dt.timedelta(days=2)
ADD = ("silences", "add", "--reason", "exercise", "--by", "Sana")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """One incident with an alert and its update, both settled and waiting to be sent."""
    monkeypatch.chdir(tmp_path)
    made = make_folder(tmp_path / "desk", config=CONFIG)
    fill(made, [renamed(one, published_at=one.item.published_at or NOON) for one in week()], notify=True)
    return made


@contextmanager
def database(folder: Folder) -> Iterator[Database]:
    db = open_database(folder.path / "monitor.db")
    try:
        yield db
    finally:
        db.close()


def take(db: Database, *, quiet: QuietHours | None = None) -> int | None:
    """What a daemon would do for the desk two days later; the delivery that it would send."""
    claimed = Gate().take(
        db, "desk", now=LATER, lease_s=60, owner="t", ruleset=load_rules({"a": "rules: []"}), quiet=quiet, storm=StormSettings()
    )
    return claimed[0][0].id if claimed else None


def refused(folder: Folder, *words: str) -> str:
    result = folder.run(*words)
    assert result.exit_code == 2, result.output
    return result.stderr.strip()


# ---------------------------------------------------------------- silences


def test_a_silence_is_added_listed_and_ended(folder: Folder) -> None:
    """With who asked and why; once ended it stands in the list of all alone."""
    added = folder.run(*ADD, "district: Mastung", "severity: [notice, high]", "--for", "8h")
    assert added.exit_code == 0, added.output
    assert added.stdout.startswith("silence 1: district: Mastung, severity: [notice, high]; from ")
    assert "alerts of the last 7 days it would have held back" in added.stderr
    listed = folder.run("silences").stdout
    assert "active" in listed
    assert "Sana: exercise" in listed
    assert "1 silence in force: monitor silences list" in folder.run("status").stdout
    assert folder.lines("status", "--json", status=1)[0]["silences"] == 1
    (line,) = folder.lines("silences", "--json")
    assert set(line) == {"id", "state", "when", "author", "reason", "created", "start", "end", "weekly", "ended_by"}
    assert line["when"] == {"district": "Mastung", "severity": ["notice", "high"]}
    assert folder.run("silences", "end", "1", "--by", "Ali").stdout == "silence 1: ended\n"
    assert folder.run("silences", "end", "1").stdout == "silence 1: was over already\n"
    assert folder.run("silences").stdout == "no silences\n"
    (line,) = folder.lines("silences", "list", "--all", "--json")
    assert (line["state"], line["ended_by"]) == ("over", "Ali")


def test_a_silence_is_kept_with_the_whole_id_of_its_incident(folder: Folder) -> None:
    """The first digits are enough to name it, and are not what is kept."""
    incident = folder.lines("incidents", "--json")[0]["id"]
    (line,) = folder.lines(*ADD, f"incident: {incident[:6]}", "--for", "1d", "--json")
    assert line["when"] == {"incident": [incident]}


@pytest.mark.parametrize(
    ("words", "weekly"),
    [
        ("sat,sun 22:00-06:00", "sat,sun 22:00-06:00 Asia/Karachi"),
        ("Saturday, Sunday 22:00-06:00", "sat,sun 22:00-06:00 Asia/Karachi"),
        ("daily 00:00-06:00", "daily 00:00-06:00 Asia/Karachi"),
        ("00:00-06:00", "daily 00:00-06:00 Asia/Karachi"),
        ("fri", "fri 00:00-00:00 Asia/Karachi"),
    ],
)
def test_a_silence_may_come_again_each_week(folder: Folder, words: str, weekly: str) -> None:
    """It needs no end then."""
    (line,) = folder.lines(*ADD, "rule: any-attack", "--weekly", words, "--json")
    assert (line["weekly"], line["end"]) == (weekly, None)


def test_a_silence_may_begin_later(folder: Folder) -> None:
    """Its duration counts from its start."""
    (line,) = folder.lines(*ADD, "rule: any-attack", "--start", "2h", "--for", "1h", "--json")
    begin, end = (dt.datetime.fromisoformat(line[key]) for key in ("start", "end"))
    assert (line["state"], end - begin) == ("to come", dt.timedelta(hours=1))
    (line,) = folder.lines(*ADD, "rule: any-attack", "--start", "2100-01-01", "--until", "2100-01-02T12:00", "--json")
    assert (line["start"], line["end"]) == ("2099-12-31T19:00:00Z", "2100-01-02T07:00:00Z")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["rule: any-attack"], "a silence needs an end, lest it be forgotten; add --for 8h or --until 2023-09-30", id="no end"),
        pytest.param(
            ["rule: any-attack", "--for", "1h", "--until", "2100-01-01"], "--for and --until are two ends; expected one", id="two"
        ),
        pytest.param(
            ["rule: any-attack", "--for", "soon"], '--for is "soon"; expected a duration such as "90m", "8h" or "2d"', id="no time"
        ),
        pytest.param(["rule: any-attack", "--until", "2020-01-01"], "it would end at 2020-01-01 00:00, before it begins", id="over"),
        pytest.param(["rule: any-attack", "--until", "later"], '--until is "later"; expected a date such as 2023-09-29', id="no date"),
        pytest.param(["rule: any-attack", "--weekly", "funday"], '--weekly is "funday"; expected days and hours', id="no day"),
        pytest.param(["rule: any-attack", "--weekly", "fri 9-10"], '--weekly is "fri 9-10"; expected days and hours', id="no hours"),
        pytest.param(
            ["rule: any-attack", "--weekly", "fri", "--timezone", "Moon"], '--timezone is "Moon"; expected an IANA time zone', id="no zone"
        ),
        pytest.param(["rule: any-atack", "--for", "1h"], 'condition:1:7: the silence: rule is "any-atack"; expected one of:', id="no rule"),
        pytest.param(["district: Mastung", "colour: red", "--for", "1h"], 'condition:2:1: the silence: unknown key "colour"', id="no key"),
        pytest.param(["channel: dsk", "--for", "1h"], 'condition:1:10: the silence: channel is "dsk"; expected one of: desk', id="channel"),
        pytest.param(["incident: zzz", "--for", "1h"], 'no incident "zzz"', id="no incident"),
        pytest.param(["rule: any-attack", "--for", "1h", "--reason", " "], "--reason is empty; say why", id="no reason"),
    ],
)
def test_a_mistake_in_a_silence_is_told_and_nothing_is_kept(folder: Folder, words: list[str], expected: str) -> None:
    """With what was expected."""
    assert refused(folder, *ADD, *words).removeprefix("monitor: ").startswith(expected)
    assert folder.lines("silences", "--json", "--all") == []


def test_an_unknown_silence_cannot_be_ended(folder: Folder) -> None:
    """And none of those named beside it is."""
    folder.run(*ADD, "rule: any-attack", "--for", "1h")
    assert refused(folder, "silences", "end", "1", "7") == "monitor: no silence 7; monitor silences list names them"
    assert len(folder.lines("silences", "--json")) == 1


# ---------------------------------------------------------------- why an alert came, and why not


def test_an_alert_is_explained(folder: Folder) -> None:
    """Why, why now, why there, and each try."""
    (new, update) = folder.lines("alerts", "--json")
    text = folder.run("alerts", "show", new["alert"]).stdout
    assert "why\n  rule any-attack, notice: casualties >= 1 (17)" in text
    assert "why now\n  raised 2026-03-10 17:00: nothing had been told of the incident yet, and a rule holds" in text
    assert "it waited 3 minutes, so that the first reports agree" in text
    assert "channel desk: waiting\n  why there: [alerts.routes] notice leads there" in text
    text = folder.run("alerts", "show", update["alert"]).stdout
    assert text.startswith("UPDATE CRITICAL: ")
    assert "What changed\n  A graver rule now holds.\n  Killed: 5 → 52" in text
    assert "a graver rule now holds; critical, so at once" in text
    (line,) = folder.lines("alerts", "show", update["alert"], "--json")
    assert line["told_before"] == new["alert"]
    assert {"what": "Killed", "before": "5", "after": "52"} in line["changes"]
    (line,) = folder.lines("alerts", "show", new["alert"], "--json")
    assert (line["told_before"], line["changes"]) == (None, [])


def test_what_held_an_alert_back_is_told(folder: Folder) -> None:
    """Each hold with its time and reason, in `show` and shortly in `list`; the newer alert says what the older one would have."""
    (new, update) = folder.lines("alerts", "--json")
    with database(folder) as db:
        add_silence(db, Silence(matcher={"severity": "critical"}, author="Sana", reason="exercise", created_at=NOON, starts_at=NOON))
        assert take(db) is None
    (first, second) = (folder.lines("alerts", "show", one["alert"], "--json")[0] for one in (new, update))
    assert first["deliveries"][0]["collapsed_into"] == update["alert"]
    (hold,) = second["deliveries"][0]["held"]
    assert (hold["why"], hold["until"], hold["words"]) == ("silence", None, "silence 1 by Sana: exercise")
    assert "held back for good: silence 1 by Sana: exercise" in folder.run("alerts", "show", update["alert"]).stdout
    listed = folder.run("alerts").stdout
    assert f"desk said by {update['alert']}" in listed
    assert "desk held back (silence)" in listed


def test_what_is_put_off_says_until_when(folder: Folder) -> None:
    """In the zone of the config."""
    with database(folder) as db:
        (number,) = [d.id for d in outbox.deliveries(db)][-1:]
        outbox.due(db, LATER, channel="desk", limit=5)
        holds.put_off(db, number, "quiet hours", "quiet hours 16:00-19:00 Asia/Karachi", at=LATER, until=LATER + dt.timedelta(hours=2))
    assert "desk put off until 2026-03-12 19:00 (quiet hours)" in folder.run("alerts").stdout


def test_alerts_of_one_message_name_each_other(folder: Folder) -> None:
    """In a storm."""
    with database(folder) as db:
        holds.mark_sent_together(db, [d.id for d in outbox.deliveries(db)], "desk", LATER)
    new, update = folder.lines("alerts", "--json")
    assert "desk sent with 1 other" in folder.run("alerts").stdout
    assert f"in one message with {update['alert']}" in folder.run("alerts", "show", new["alert"]).stdout


# ---------------------------------------------------------------- acknowledgements


def test_an_alert_is_acknowledged_once(folder: Folder) -> None:
    """Whoever comes second learns who was first; the alerts of the incident so far are noted with it."""
    new, update = folder.lines("alerts", "--json")
    assert folder.run("alerts", "ack", update["alert"], "--by", "Sana").stdout == f"{update['alert']}: acknowledged by Sana\n"
    again = folder.run("alerts", "ack", new["alert"], "--by", "Ali").stdout
    assert again.startswith(f"{new['alert']}: was acknowledged ")
    assert again.endswith(" by Sana\n")
    shown = folder.lines("alerts", "show", new["alert"], "--json")[0]
    assert [one["by"] for one in shown["acknowledged"]] == ["Sana"]
    assert folder.run("alerts").stdout.count("acknowledged") == 2
    assert "by Sana" in folder.run("alerts", "show", update["alert"]).stdout


def test_repeats_stand_with_the_alert(folder: Folder) -> None:
    """Where they went and what became of them."""
    _, update = folder.lines("alerts", "--json")
    with database(folder) as db:
        key = f"escalation {update['alert']} 1"
        add_dispatch(db, key=key, kind="escalation", channel="phone", alert_id=update["alert"], details={"number": 1}, at=LATER)
    shown = folder.run("alerts", "show", update["alert"])
    assert "repeated to phone: waiting" in shown.stdout
    assert json.loads(folder.run("alerts", "show", update["alert"], "--json").stdout)["repeats"][0]["channel"] == "phone"


def test_an_unknown_alert_cannot_be_acknowledged(folder: Folder) -> None:
    """With where to look."""
    assert refused(folder, "alerts", "ack", "zzz") == 'monitor: no alert "zzz"; monitor alerts list names them'
