"""Surges on a real database: raised by the report that makes one too many, once, live as in a replay."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support_cli import make_folder
from support_daemon import rig, rss, run
from support_pipeline import GROUPS, MASTUNG, NOON, account, desk, reading
from support_server import Reply, ScriptedServer
from test_backfill import Answers

from monitor.alerts.render import render, title
from monitor.backfill import in_order, replay
from monitor.forms import alert_form
from monitor.model import Alert, FeedState, GroupMention, Place
from monitor.pipeline import Desk, Reading, settle_due, store_poll, take_again
from monitor.rules.load import load_rules
from monitor.store import alerts as alert_rows
from monitor.store import feeds as feed_rows
from monitor.store import incidents as incident_rows
from monitor.store import items as item_rows
from monitor.store import outbox
from monitor.store.database import Database, open_database

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
NOW = NOON + 60 * DAY
RULES = """
rules:
  - name: wave
    when: {surge: {by: province, incidents: 3, within: 7d%s}, casualties: ">= 1"%s}
    severity: high
"""
TOWNS = {
    "Mastung": MASTUNG,
    "Kalat": Place(name="Kalat", district="Kalat", province="Balochistan", country="Pakistan", lat=29.03, lon=66.59),
    "Khuzdar": Place(name="Khuzdar", district="Khuzdar", province="Balochistan", country="Pakistan", lat=27.8, lon=66.6),
    "Turbat": Place(name="Turbat", district="Kech", province="Balochistan", country="Pakistan", lat=26.0, lon=63.05),
    # Towns of their own: whether two attacks on one town are one is not asked here.
    **{
        f"Town {n}": Place(name=f"Town {n}", district=f"Town {n}", province="Balochistan", country="Pakistan", lat=20 + n, lon=62)
        for n in range(30)
    },
    "Hangu": Place(name="Hangu", district="Hangu", province="Khyber Pakhtunkhwa", country="Pakistan", lat=33.5, lon=71.06),
}


def wave_desk(surge: str = "", when: str = "", *, in_replay: bool = False, severity: str = "high") -> Desk:
    text = (RULES % (surge, when)).replace("severity: high", f"severity: {severity}")
    return dataclasses.replace(desk(replay=in_replay), ruleset=load_rules({"rules/a.yaml": text, "rules/g.yaml": GROUPS}))


def attack(town: str, *, days: float = 0, killed: int | None = 2, outlet: str = "Courier", **fields: Any) -> Reading:
    at = NOON + days * DAY
    told = account(killed=killed, place=TOWNS[town], date=at.date(), **fields)
    return reading(f"{town}-{days:g}-{outlet}", told, at=at, outlet=outlet, feed=outlet.lower())


@pytest.fixture
def db() -> Iterator[Database]:
    database = open_database(None)
    yield database
    database.close()


def live(db: Database, rules: Desk, readings: list[Reading], *, first_fetch: bool = False) -> list[Alert]:
    """Each item polled when it was published; what is due is settled before. The surges told, in order."""
    told: list[Alert] = []
    for one in sorted(readings, key=lambda r: r.item.published_at or NOW):
        at = one.item.published_at or NOW
        told += settle_due(db, at)
        store_poll(db, rules, [one], state=feed_rows.feed_state(db, "https://x.example.org"), seen_at=at, first_fetch=first_fetch)
    return [alert for alert in told + settle_due(db, NOW) if alert.kind == "surge"]


def replayed(db: Database, rules: Desk, readings: list[Reading], **options: Any) -> list[Alert]:
    told: list[Alert] = []
    items = in_order([r.item for r in readings], now=NOW)
    replay(db, items, ruleset=rules.ruleset, settings=rules.settings, reader=Answers(readings), now=NOW, on_alert=told.append, **options)
    return [alert for alert in told if alert.kind == "surge"]


def three() -> list[Reading]:
    return [attack("Mastung"), attack("Kalat", days=2, killed=3), attack("Khuzdar", days=4, killed=None, injured=4)]


def test_the_report_that_makes_one_too_many_raises_an_alert(db: Database) -> None:
    """After the wait, to the channels of its severity; it belongs to no single incident."""
    [alert] = live(db, wave_desk(), three())
    assert (alert.kind, alert.incident_id, alert.change, alert.severity, alert.channels) == ("surge", None, "new", "high", ("desk",))
    assert alert.created_at == NOON + 4 * DAY
    assert alert.due_at == alert.created_at + dt.timedelta(minutes=3)
    assert outbox.count_by_state(db) == {"waiting": 1}


def test_a_critical_surge_waits_for_nothing(db: Database) -> None:
    """As a critical incident does."""
    [alert] = live(db, wave_desk(severity="critical"), three())
    assert alert.due_at == alert.created_at


def test_two_incidents_or_three_in_two_provinces_are_none(db: Database) -> None:
    """Nor do several reports of one attack count as several."""
    again = [attack("Mastung", days=0.01, outlet="Herald"), attack("Mastung", days=0.02, outlet="Wire")]
    assert live(db, wave_desk(), [*three()[:2], attack("Hangu", days=4), *again]) == []


def test_incidents_that_the_rule_does_not_count_make_no_surge(db: Database) -> None:
    """The other conditions say which incidents count."""
    assert live(db, wave_desk(when=", killed: '>= 1'"), three()) == []


def test_conditions_on_the_reports_are_judged_on_the_reports(db: Database) -> None:
    """`outlet` and `text` look into items, which a count of facts does not hold."""
    assert live(db, wave_desk(when=", outlet: Herald"), three()) == []
    other = open_database(None)
    assert len(live(other, wave_desk(when=", outlet: Courier, text: Story"), three())) == 1
    other.close()


def test_within_its_cooldown_a_surge_is_silent(db: Database) -> None:
    """By default as long as its window; a fourth attack is no news within a day, a fifth after two days is."""
    later = [attack("Turbat", days=4.1), attack("Town 1", days=6)]
    assert [a.created_at - NOON for a in live(db, wave_desk(surge=", cooldown: 1d"), three() + later)] == [4 * DAY, 6 * DAY]
    other = open_database(None)
    assert [a.created_at - NOON for a in live(other, wave_desk(), three() + later)] == [4 * DAY]
    other.close()


def test_what_is_usual_is_no_surge(db: Database) -> None:
    """Three a week for four weeks are the usual; seven in the fifth week are twice as many."""
    weeks = [attack(f"Town {3 * week + n}", days=7 * week + n) for week in range(4) for n in range(3)]
    wave = [attack(f"Town {20 + n}", days=28 + n / 4) for n in range(8)]
    rules = wave_desk(surge=", over_usual: 2.0")
    assert live(db, rules, weeks) == []
    [alert] = live(db, rules, wave)
    assert alert.matches[0].reasons[0].value == "7 in Balochistan within 7 days, usually 3.1"


def test_an_attack_while_the_alert_waits_is_in_it(db: Database) -> None:
    """A fourth report within the three minutes revises what is about to be told."""
    [alert] = live(db, wave_desk(), [*three(), attack("Turbat", days=4.001)])
    assert alert.matches[0].reasons[0].value == "4 in Balochistan within 7 days"
    assert alert.due_at == NOON + 4 * DAY + dt.timedelta(minutes=3)


def test_a_surge_that_is_none_any_more_is_not_told(db: Database) -> None:
    """The third report is edited to an accident within the wait."""
    rules, readings = wave_desk(), three()
    at = NOON + 4 * DAY
    for one in readings:
        seen = one.item.published_at or NOW
        store_poll(db, rules, [one], state=feed_rows.feed_state(db, "https://x.example.org"), seen_at=seen, first_fetch=False)
    assert [a.state for a in alert_rows.alerts(db)] == ["pending"]
    nothing = Reading(item=readings[2].item, report=reading("n").report)
    take_again(db, rules, nothing, clock=at, may_alert=True, now=at)
    assert settle_due(db, NOW) == []
    assert [(a.state, a.held) for a in alert_rows.alerts(db)] == [("suppressed", "no surge any more")]


def test_the_first_fetch_of_a_feed_raises_none(db: Database) -> None:
    """What lies in a feed that was just added is no wave of today."""
    late = [dataclasses.replace(r, item=dataclasses.replace(r.item, published_at=NOON - 3 * DAY)) for r in three()]
    state = feed_rows.feed_state(db, "https://x.example.org")
    store_poll(db, wave_desk(), late, state=state, seen_at=NOON + 4 * DAY, first_fetch=True)
    assert settle_due(db, NOW) == []


def test_a_replay_finds_the_surges_that_a_daemon_would_have_told(db: Database) -> None:
    """The same alerts with the same ids; held back, and unknown to the daemon afterwards."""
    readings = [*three(), attack("Turbat", days=4.1), attack("Mastung", days=6), attack("Hangu", days=6)]
    then = replayed(db, wave_desk(), readings)
    other = open_database(None)
    now = live(other, wave_desk(), readings)
    other.close()
    assert [(a.id, a.created_at, a.due_at, a.matches) for a in then] == [(a.id, a.created_at, a.due_at, a.matches) for a in now] != []
    assert {a.held for a in alert_rows.alerts(db)} == {"backfilled"}
    [more] = live(db, wave_desk(), [attack("Khuzdar", days=6.5)])
    assert more.id not in {a.id for a in then}


def test_a_replay_that_notifies_releases_a_surge_of_today(db: Database) -> None:
    """By when it arose, not by its first incident."""
    ages = [(attack(town, days=60 - age)) for town, age in (("Mastung", 6), ("Kalat", 5), ("Khuzdar", 0.1))]
    replayed(db, wave_desk(), ages, notify_since=DAY)
    assert outbox.count_by_state(db) == {"waiting": 1}


def test_twice_raises_nothing_new(db: Database) -> None:
    """The same items again change nothing."""
    assert len(replayed(db, wave_desk(), three())) == 1
    assert replayed(db, wave_desk(), three()) == []
    assert len(alert_rows.alerts(db)) == 1


def test_dismissed_incidents_do_not_count(db: Database) -> None:
    """An analyst found that the first one is none."""
    readings = three()
    live(db, wave_desk(), readings[:2])
    [first, _] = incident_rows.incidents(db)
    incident_rows.save_incident(db, dataclasses.replace(first, dismissed=True))
    assert live(db, wave_desk(), readings[2:]) == []


def test_a_group_has_surges_of_its_own(db: Database) -> None:
    """Attacks that it claims or is suspected of, wherever they are; what it denies is not its own."""
    text = "rules:\n  - {name: wave, when: {surge: {by: group, incidents: 3, within: 7d}}, severity: high}\n"
    rules = dataclasses.replace(desk(), ruleset=load_rules({"rules/a.yaml": text, "rules/g.yaml": GROUPS}))
    own = GroupMention(id="ttp", name="Tehreek-e-Taliban Pakistan", stance="claimed", sentence="The TTP said so.")
    denied = dataclasses.replace(own, stance="denied")
    towns = [("Mastung", own), ("Hangu", own), ("Kalat", denied), ("Turbat", own)]
    [alert] = live(db, rules, [attack(town, days=n, groups=(group,)) for n, (town, group) in enumerate(towns)])
    assert title(alert) == "HIGH: surge of attacks: 3 by Tehreek-e-Taliban Pakistan within 7 days"


def test_the_form_of_a_surge_is_that_of_an_alert_without_an_incident(db: Database) -> None:
    """`incident` is null, `items` are those of all its incidents, each incident is one of the reasons."""
    [alert] = live(db, wave_desk(), three())
    form = alert_form(alert, title=title(alert))
    assert (form["kind"], form["incident"], form["rules"]) == ("surge", None, ["wave"])
    assert form["items"] == ["Mastung-0-Courier", "Kalat-2-Courier", "Khuzdar-4-Courier"]
    assert (form["killed"]["count"], form["injured"]["count"]) == (5, 4)
    assert form["place"] | {"lat": 0, "lon": 0} == {
        "name": None, "district": None, "province": "Balochistan", "country": "Pakistan", "lat": 0, "lon": 0,
    }  # fmt: skip
    first, *incidents = form["reasons"]
    assert first["condition"] == "surge: {by: province, incidents: 3, within: 7d}"
    assert first["value"] == "3 in Balochistan within 7 days"
    assert [r["value"].split(": ", 1)[1] for r in incidents] == [
        "bombing in Mastung, Balochistan — 2 killed",
        "bombing in Kalat, Balochistan — 3 killed",
        "bombing in Khuzdar, Balochistan — 4 injured",
    ]
    assert incidents[0]["text"] == "2 people were killed, police said."


def test_a_surge_reads_as_one_message(db: Database) -> None:
    """What there is more of, a line for each incident, the rule; the stored alert reads the same as the one just raised."""
    [raised] = live(db, wave_desk(), three())
    stored = alert_rows.alert(db, raised.id)
    assert stored is not None
    message = render(stored, first_on_channel=True, now=NOW, timezone="UTC")
    assert message.title == "HIGH: surge of attacks: 3 in Balochistan within 7 days"
    for form in (message.text, message.slack, message.html):
        assert "More attacks than usual: 3 in Balochistan within 7 days; together at least 5 killed, at least 4 injured." in form
        assert "Tue 10 Mar 2026: bombing in Mastung, Balochistan — 2 killed" in form
        assert form.count("bombing in Khuzdar") == 1
        assert "wave (high): surge: {by: province, incidents: 3, within: 7d}" in form


@pytest.mark.parametrize("form", ["txt", "html", "slack"])
def test_a_surge_reads_as_the_golden_file(db: Database, form: str) -> None:
    """MONITOR_WRITE_GOLDEN=1 writes the files anew, to be looked at."""
    [raised] = live(db, wave_desk(), three())
    message = render(raised, first_on_channel=True, now=NOW, timezone="Asia/Karachi")
    text = {"txt": message.text, "html": message.html, "slack": message.slack}[form]
    path = Path(__file__).parent / "golden" / f"surge.{form}"
    if os.environ.get("MONITOR_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_a_wave_of_fifty_names_the_latest_twenty(db: Database) -> None:
    """The rest is counted."""
    rules = wave_desk(severity="critical")
    ruleset = load_rules({"rules/a.yaml": (RULES % ("", "")).replace("incidents: 3", "incidents: 25"), "rules/g.yaml": GROUPS})
    readings = [attack(f"Town {n}", days=n / 5) for n in range(28)]
    [alert] = live(db, dataclasses.replace(rules, ruleset=ruleset), readings)
    text = render(alert, first_on_channel=True, now=NOW, timezone="UTC").text
    assert "• and 5 before them" in text
    assert text.count("• ") == 21


def test_without_a_rule_on_surges_nothing_is_looked_up(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule set that asks for none pays nothing."""
    monkeypatch.setattr("monitor.surges.incident_rows", None)
    monkeypatch.setattr("monitor.surges.surge_rows", None)
    assert live(db, desk(), three()) == []
    assert item_rows.count_items(db) == 3


def test_a_surge_leaves_through_the_outbox(tmp_path: Path) -> None:
    """Held back by nothing, it is sent once to the channel of its severity."""
    text = RULES % ("", "")

    async def story() -> None:
        with ScriptedServer() as server:
            server.script("/dawn", Reply(body=rss("calm")))
            async with rig(tmp_path, server, "dawn") as r:
                (tmp_path / "rules/alerts.yaml").write_text(text)
                assert await r.daemon.reload()
                told = [attack(town, days=0.001 * n) for n, town in enumerate(("Mastung", "Kalat", "Khuzdar"))]
                state = FeedState(url="https://x.example.org")
                await r.daemon.db.call(store_poll, r.daemon.force.desk, told, state=state, seen_at=r.now[0], first_fetch=False)
                for _ in range(3):
                    await r.round(minutes=4)
                assert r.out.to("desk") == ["HIGH: surge of attacks: 3 in Balochistan within 7 days"]

    run(story())


def test_commands_show_a_surge(tmp_path: Path) -> None:
    """Listed, shown with its reasons, acknowledged: it has no incident, and needs none."""
    folder = make_folder(tmp_path / "desk")
    db = open_database(folder.path / "monitor.db")
    [alert] = live(db, wave_desk(), three())
    db.close()
    [line] = folder.lines("alerts", "--json")
    assert (line["kind"], line["alert"], line["incident"]) == ("surge", alert.id, None)
    assert "surge of attacks: 3 in Balochistan" in " ".join(folder.run("alerts").stdout.split())
    shown = folder.run("alerts", "show", alert.id)
    assert shown.exit_code == 0, shown.output
    assert "More attacks than usual: 3 in Balochistan within 7 days" in shown.stdout
    assert folder.run("alerts", "show", alert.id, "--json").exit_code == 0
    assert folder.run("alerts", "ack", alert.id).exit_code == 0
    [noted] = folder.lines("alerts", "show", alert.id, "--json")
    assert len(noted["acknowledged"]) == 1
