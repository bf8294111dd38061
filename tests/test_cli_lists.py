"""What was stored, as the commands show it: to people, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from support_cli import Folder, fill, make_folder, renamed, week
from support_pipeline import NOON, account, reading

from monitor.model import Place

CONFIG = '[channels.desk]\nurl = "json://127.0.0.1:1/s3cret"\n[alerts.routes]\nnotice = ["desk"]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A week's worth of items, incidents and alerts."""
    monkeypatch.chdir(tmp_path)
    made = make_folder(tmp_path / "desk", config=CONFIG)
    fill(made, week())
    return made


def the_incident(folder: Folder) -> str:
    return str(folder.lines("incidents", "--json")[0]["id"])


def test_incidents_are_one_json_object_a_line_with_the_keys_of_the_interface(folder: Folder) -> None:
    """Scripts go by these keys; `list` may be left out."""
    (incident,) = folder.lines("incidents", "--json")
    keys = {
        "id",
        "first_seen",
        "last_seen",
        "date",
        "place",
        "killed",
        "injured",
        "militants_killed",
        "groups",
        "attack_type",
        "target",
        "outlets",
        "items",
        "history",
    }
    assert keys <= set(incident)
    assert incident["killed"] == {"count": 52, "min": 52, "max": 52, "text": "52"}
    assert [item["id"] for item in incident["items"]] == ["a1", "a2", "a3"]
    assert set(incident["items"][0]) >= {"id", "feed", "outlet", "link", "published"}
    assert set(incident["history"][0]) == {"at", "item", "killed", "injured"}
    assert folder.lines("incidents", "list", "--json") == [incident]


def test_incidents_are_a_table_for_people(folder: Folder) -> None:
    """Place, toll, stance and publishers in one line each; the count does not stand among the data."""
    result = folder.run("incidents")
    assert "2026-03-10" in result.stdout
    assert "Mastung, Balochistan" in result.stdout
    assert "52 killed, 12 injured" in result.stdout
    assert "ttp denied" in result.stdout
    assert result.stderr == "1 incident\n"


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        pytest.param("2026-03-10", None, 1, id="that day"),
        pytest.param("2026-03-11", None, 0, id="the day after"),
        pytest.param(None, "2026-03-10", 0, id="before that day"),
        pytest.param("2026-03-10T16:59", None, 1, id="a minute before, in the config's zone"),
        pytest.param("2026-03-10T17:01", None, 0, id="a minute after, in the config's zone"),
        pytest.param("2026-03-10T12:01Z", None, 0, id="a minute after, in UTC"),
        pytest.param("3650d", None, 1, id="ten years back"),
        pytest.param(None, "10y", None, id="no unit"),
        pytest.param("yesterday", None, None, id="a word"),
    ],
)
def test_since_and_until_bound_the_list(folder: Folder, since: str | None, until: str | None, count: int | None) -> None:
    """Dates and times are of the config's zone, durations go back from now; anything else is bad usage."""
    words = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
    result = folder.run("incidents", "--json", *words)
    if count is None:
        assert result.exit_code == 2
        assert result.stderr.startswith(
            f'monitor: {words[0]} is "{words[1]}"; expected a date such as 2023-09-29, a time in ISO 8601, or a duration such as 7d'
        )
    else:
        assert result.stdout.count("\n") == count


def test_incidents_as_csv_and_geojson(folder: Folder) -> None:
    """A spreadsheet and a map read them."""
    (row,) = csv.DictReader(io.StringIO(folder.run("incidents", "--csv").stdout))
    assert (row["district"], row["killed"], row["injured"], row["denied"]) == ("Mastung", "52", "12", "ttp")
    collection = json.loads(folder.run("incidents", "--geojson").stdout)
    assert collection["features"][0]["geometry"] == {"type": "Point", "coordinates": [66.85, 29.8]}
    result = folder.run("incidents", "--csv", "--json")
    assert (result.exit_code, result.stderr) == (2, "monitor: --json, --csv and --geojson are three forms; expected one\n")


def test_an_incident_is_shown_whole(folder: Folder) -> None:
    """Facts, how the toll rose, each report with the sentences that say it, each alert with why; a few digits are enough."""
    incident = the_incident(folder)
    text = folder.run("incidents", "show", incident[:5]).stdout
    for words in (
        incident,
        "bombing on Tue 10 Mar 2026",
        "5 → 52 killed",
        "52 people were killed, police said.",
        "Herald (report, a copy)",
        "backfilled",
    ):
        assert words in text
    (form,) = folder.lines("incidents", "show", incident, "--json")
    assert form["id"] == incident
    assert [alert["change"] for alert in form["alerts"]] == ["new", "update"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["incidents", "show", "zzz"], 'monitor: no incident "zzz"; monitor incidents list names them', id="incident"),
        pytest.param(["alerts", "show", "zzz"], 'monitor: no alert "zzz"; monitor alerts list names them', id="alert"),
        pytest.param(["alerts", "retry", "zzz"], 'monitor: no alert "zzz"; monitor alerts list names them', id="alert to retry"),
        pytest.param(["items", "show", "zzz"], 'monitor: no item "zzz"; monitor items list and search name them by key', id="item"),
        pytest.param(
            ["items", "reread", "zzz"],
            'monitor: no item "zzz"; monitor items list --unread names those that were set aside',
            id="item to reread",
        ),
        pytest.param(
            ["rules", "explain", "zzz"],
            'monitor: no incident or item "zzz"; monitor incidents list and monitor items list name them',
            id="to explain",
        ),
    ],
)
def test_what_is_not_stored_is_named(folder: Folder, words: list[str], expected: str) -> None:
    """With status 2 and where to look."""
    result = folder.run(*words)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, expected)


def test_alerts_are_listed_with_what_became_of_them(folder: Folder) -> None:
    """The keys of a backfill's line, and the state with its reason."""
    new, update = folder.lines("alerts", "--json")
    keys = {
        "kind",
        "alert",
        "incident",
        "change",
        "at",
        "severity",
        "rules",
        "channels",
        "title",
        "killed",
        "place",
        "items",
        "reasons",
        "state",
        "held",
        "deliveries",
    }
    assert keys <= set(new)
    assert (new["change"], update["change"], update["severity"]) == ("new", "update", "critical")
    assert {new["held"], update["held"]} == {"backfilled"}
    assert "held back: backfilled" in folder.run("alerts").stdout
    assert folder.lines("alerts", "--json", "--state", "settled") == []
    assert folder.lines("alerts", "--json", "--limit", "1") == [update]


def test_an_alert_is_shown_as_it_reads(folder: Folder) -> None:
    """The message itself, without a time of sending where it was never sent, and why it was raised."""
    (new, _) = folder.lines("alerts", "--json")
    text = folder.run("alerts", "show", new["alert"]).stdout
    assert new["title"].removeprefix("NOTICE: ") in text
    assert "held back: backfilled" in text
    assert ", sent " not in text


def test_a_dead_alert_can_be_sent_again(tmp_path: Path) -> None:
    """It waits in the outbox again; without a daemon the command says what sends it."""
    from monitor.store import outbox
    from monitor.store.database import open_database

    folder = make_folder(tmp_path / "desk", config=CONFIG)
    fill(folder, [renamed(one, published_at=NOON) for one in week()[:1]], notify=True)
    db = open_database(folder.path / "monitor.db")
    (delivery,) = outbox.deliveries(db)
    claimed = outbox.claim(db, NOON.replace(year=2027), lease_s=60, owner="test")
    assert claimed is not None
    outbox.mark_dead(db, delivery.id, "no such channel", owner="test")
    db.close()
    assert [alert["deliveries"][0]["state"] for alert in folder.lines("alerts", "--failed", "--json")] == ["dead"]
    assert "given up   1 message" in folder.run("status").stdout
    result = folder.run("alerts", "retry", delivery.alert_id)
    assert result.stdout == f"{delivery.alert_id}: goes out again to desk\n"
    assert result.stderr == 'the daemon is not running; "monitor run --once" sends what waits\n'
    assert [alert["deliveries"][0]["state"] for alert in folder.lines("alerts", "--json")] == ["waiting"]
    assert "no such channel" in folder.run("alerts", "show", delivery.alert_id).stdout


def test_items_are_listed_and_searched(folder: Folder) -> None:
    """By time, with copies and what could not be read marked; search finds words whatever their endings."""
    listed = folder.lines("items", "--json", "--copies")
    assert [item["id"] for item in listed] == ["a1", "a2", "a3", "a4"]
    assert folder.lines("items", "--json") == [listed[0], *listed[2:]]
    assert folder.lines("items", "--json", "--since", "2026-03-10") == folder.lines("items", "--json")
    assert (listed[1]["copy_of"], listed[3]["state"]) == (listed[0]["key"], "unread")
    assert [item["id"] for item in folder.lines("items", "--json", "--limit", "2")] == ["a3", "a4"]
    assert [item["id"] for item in folder.lines("items", "--json", "--feed", "courier")] == ["a1"]
    assert [item["id"] for item in folder.lines("items", "--json", "--unread")] == ["a4"]
    assert [item["id"] for item in folder.lines("items", "search", "toll", "rising", "--json")] == ["a3"]
    assert "Mastung «toll» rises to 52" in folder.run("items", "search", "toll").stdout
    assert folder.run("items", "search", "nothing").stderr == "0 items\n"


def test_an_item_is_shown_with_what_was_read_and_where_it_was_filed(folder: Folder) -> None:
    """By its input's id or by its key."""
    (form,) = folder.lines("items", "show", "a1", "--json")
    assert form["report"]["incidents"][0]["killed"]["count"] == 5
    assert form["filed"][0]["incident"] == the_incident(folder)
    assert [copy["id"] for copy in form["copies"]] == ["a2"]
    assert folder.lines("items", "show", form["key"], "--json") == [form]
    text = folder.run("items", "show", "a1").stdout
    assert f"filed under incident {the_incident(folder)} as report" in text
    assert '"count": 5' in text


def test_items_that_were_set_aside_are_read_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they say reaches the incident; one that fails again is named, with status 1."""
    import monitor.cli.rereading as rereading
    from monitor.errors import ReadingFailed

    async def still_not(wanted, lexicon, *, model):
        return [ReadingFailed("out of memory") for _ in wanted]

    async def now_it_can(wanted, lexicon, *, model):
        return [reading("x", account(killed=60)).report for _ in wanted]

    monkeypatch.setattr(rereading, "_read", still_not)
    result = folder.run("items", "reread")
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "0 items read, 1 still not\n",
        "a4: still cannot be read: out of memory\n",
    )
    monkeypatch.setattr(rereading, "_read", now_it_can)
    assert folder.run("items", "reread").stdout == "1 item read\n"
    assert folder.lines("incidents", "--json")[0]["killed"]["count"] == 60
    assert folder.run("items", "reread").stdout == "0 items read\n"


def test_status_says_how_everything_stands(folder: Folder) -> None:
    """For people the words, for programs the figures."""
    (form,) = folder.lines("status", "--json", status=1)
    assert (form["running"], form["items"], form["copies"], form["unread"], form["incidents"]) == (False, 3, 1, 1, 1)
    assert form["alerts"] == {"suppressed": 2}
    text = folder.run("status").stdout
    assert "daemon     not running" in text
    assert "unread     1: monitor items reread tries again" in text


def test_rules_are_explained_for_an_incident(folder: Folder) -> None:
    """Each condition with its verdict, its value and the sentence; those that do not hold on request."""
    incident = the_incident(folder)
    text = folder.run("rules", "explain", incident).stdout
    assert "mass-casualty (critical): held" in text
    assert "+ killed >= 50 [52]" in text
    forms = folder.lines("rules", "explain", incident, "--json")
    assert [(form["rule"], form["verdict"]) for form in forms] == [("any-attack", "held"), ("mass-casualty", "held")]


def test_nothing_stored_yet_is_said_so(tmp_path: Path) -> None:
    """A missing database is an error that names what makes one; an empty one is an empty list."""
    folder = make_folder(tmp_path / "desk")
    result = folder.run("incidents")
    assert result.exit_code == 1
    assert "no such database; `monitor run` and `monitor backfill` make it" in result.stderr
    fill(folder, [])
    assert folder.run("incidents").stdout == "no incidents\n"
    assert folder.run("alerts").stdout == "no alerts\n"
    assert folder.run("items").stdout == "no items\n"
    assert folder.lines("incidents", "--json") == []


def test_a_database_of_a_newer_program_is_refused(folder: Folder) -> None:
    """Status 1 and what to do."""
    from monitor.store.database import open_database

    db = open_database(folder.path / "monitor.db")
    db.execute("PRAGMA user_version=99")
    db.close()
    result = folder.run("incidents")
    assert result.exit_code == 1
    assert "schema 99 was written by a newer Monitor" in result.stderr


def test_feed_text_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Escapes, reversed text and rich's markup arrive as plain words."""
    folder = make_folder(tmp_path / "desk")
    nasty = "Blast \x1b[2J\x9b31m[red]in[/red] \u202eMastung\u200b\r\nkills"
    fill(folder, [renamed(reading("a1", account(killed=5)), title=nasty, outlet="Gaz\x1b]0;x\x07ette")])
    for words in (["items"], ["items", "show", "a1"], ["items", "search", "kills"], ["incidents"]):
        text = folder.run(*words).stdout
        assert not set(text) & set("\x1b\x9b\x07\r\u202e\u200b"), words
    assert "[red]in[/red] Mastung kills" in folder.run("items").stdout
    text = folder.run("items", "--json").stdout
    assert not set(text) & set("\x1b\x9b\x07\r\u202e"), "JSON keeps them as escapes"
    assert "\x9b" in json.loads(text)["title"]


def test_the_database_is_backed_up_checked_and_shrunk(folder: Folder, tmp_path: Path) -> None:
    """Each says what it did; damage is status 1."""
    copy = tmp_path / "copy.db"
    assert folder.run("db", "backup", str(copy)).stdout.startswith(f"{copy}: 0.")
    assert folder.run("db", "check").stdout == f"{folder.path}/monitor.db: ok\n"
    assert folder.lines("db", "check", "--full", "--json") == [{"database": f"{folder.path}/monitor.db", "ok": True, "damage": []}]
    assert folder.run("db", "vacuum").stdout.endswith("MB saved\n")
    assert folder.run("db", "rebuild-search").stdout.endswith("search index rebuilt\n")
    result = folder.run("db", "backup", f"{folder.path}/monitor.db")
    assert (result.exit_code, "cannot take the place of the database itself" in result.stderr) == (1, True)


def test_a_backup_is_put_back_in_place_of_what_is_damaged(folder: Folder, tmp_path: Path) -> None:
    """Damage is status 1 and says what mends it; the damaged file is set aside."""
    copy, database = tmp_path / "copy.db", folder.path / "monitor.db"
    before = folder.lines("incidents", "--json")
    folder.run("db", "backup", str(copy))
    body = bytearray(database.read_bytes())
    body[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
    database.write_bytes(body)
    result = folder.run("db", "check")
    assert result.exit_code == 1
    assert f"{database}: " in result.stderr
    result = folder.run("db", "restore", str(copy))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{database}: restored from {copy}; the old one is {database}.replaced-")
    assert folder.lines("incidents", "--json") == before
    assert folder.run("db", "restore", "none.db").exit_code == 2


def test_a_table_shows_the_latest_incidents_and_says_how_many_there_are(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads years of them in a terminal; JSON and a time asked for are whole."""
    fill(
        folder,
        [
            reading(f"b{n}", account(killed=n, place=Place(name=f"T{n}", district=f"T{n}", province="P", country="Pakistan")))
            for n in (1, 2, 3)
        ],
    )
    assert len(folder.lines("incidents", "--json")) == 4
    monkeypatch.setattr("monitor.cli.incidents.TABLE_ROWS", 2)
    result = folder.run("incidents")
    assert "2 incidents\nthe latest of 4; --limit N shows more" in result.stderr
    assert "4 incidents" in folder.run("incidents", "--limit", "9").stderr
    assert "latest of" not in folder.run("incidents", "--since", "2020-01-01").stderr
    assert len(folder.lines("incidents", "--json", "--limit", "3")) == 3
    refused = folder.run("incidents", "--limit", "3", "--since", "7d")
    assert (refused.exit_code, "expected one of the two" in refused.stderr) == (2, True)
