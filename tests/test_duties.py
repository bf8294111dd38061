"""What goes out by the clock: digests once a slot, repeats until somebody takes note."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_store import DAY, HOUR, MINUTE, NOON, an_alert, an_incident, opened, store_incident, store_settled_alert

from monitor.alerts.escalate import next_repeat, unanswered
from monitor.alerts.slots import Schedule
from monitor.duties import arrange_digests, arrange_escalations, written
from monitor.model import Alert
from monitor.store import alerts, outbox
from monitor.store import incidents as incident_rows
from monitor.store.acknowledgements import acknowledge, acknowledgements
from monitor.store.database import Database, writing
from monitor.store.dispatches import (
    Dispatch,
    add_dispatch,
    claim_dispatch,
    digest_through,
    dispatches,
    end_dispatch,
    free_claimed,
    next_dispatch_due,
)
from monitor.store.moves import mark_merged

DAILY = Schedule(name="daily", channel="mail", at=dt.time(8), days=frozenset(range(7)), timezone="Asia/Karachi")
EIGHT = dt.datetime(2024, 3, 5, 3, tzinfo=dt.UTC)  # in Karachi


@pytest.fixture
def db() -> Iterator[Database]:
    with opened() as database:
        yield database


def claimed(db: Database, now: dt.datetime, channel: str = "mail") -> Dispatch | None:
    return claim_dispatch(db, now, lease_s=60, owner="daemon:1", channel=channel)


# ---------------------------------------------------------------- digests


def test_a_new_digest_begins_with_its_last_slot(db: Database) -> None:
    """Nothing is sent when it is configured; the next slot tells of the time since."""
    assert arrange_digests(db, [DAILY], now=EIGHT + HOUR) == []
    assert digest_through(db, "daily") == EIGHT
    assert arrange_digests(db, [DAILY], now=EIGHT + DAY - MINUTE) == []
    assert arrange_digests(db, [DAILY], now=EIGHT + DAY) == ["daily"]
    store_incident(db, "i1", keys=("k1",))
    one = claimed(db, EIGHT + DAY)
    assert one is not None
    message = written(db, one, now=EIGHT + DAY, timezone="UTC")
    assert message is not None
    assert message.title == "Daily digest, 6 Mar 2024: 1 incident, 5 killed, 10 injured"
    assert "from 5 Mar 2024 08:00 to 6 Mar 2024 08:00 (Asia/Karachi)" in message.text


def test_a_digest_that_was_missed_is_made_up_for_in_one_message(db: Database) -> None:
    """A daemon that was off for a week tells of the week once."""
    arrange_digests(db, [DAILY], now=EIGHT)
    assert arrange_digests(db, [DAILY], now=EIGHT + 7 * DAY + HOUR) == ["daily"]
    (one,) = dispatches(db, kind="digest")
    assert (one.details["from"], one.details["to"]) == ("2024-03-05T03:00:00Z", "2024-03-12T03:00:00Z")


@given(st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=30))
@settings(max_examples=20)
def test_digests_cover_the_time_without_gap_or_overlap(minutes: list[int]) -> None:
    """However often and irregularly the daemon looks, restarts included."""
    with opened() as db:
        arrange_digests(db, [DAILY], now=EIGHT)
        for minute in sorted(minutes):
            arrange_digests(db, [DAILY], now=EIGHT + minute * MINUTE)
        spans = [(one.details["from"], one.details["to"]) for one in dispatches(db)]
        edges = ["2024-03-05T03:00:00Z", *(end for _, end in spans)]
        assert [begin for begin, _ in spans] == edges[:-1]
        assert len(spans) <= max(minutes) // (24 * 60)


# ---------------------------------------------------------------- the queue


def test_a_dispatch_is_made_once_and_sent_once(db: Database) -> None:
    """Its key says what it is."""
    for _ in range(2):
        add_dispatch(db, key="digest daily x", kind="digest", channel="mail", details={}, at=NOON)
    assert next_dispatch_due(db, ["mail"]) == NOON
    assert next_dispatch_due(db, ["slack"]) is None
    assert claimed(db, NOON, "slack") is None
    one = claimed(db, NOON)
    assert one is not None
    assert claimed(db, NOON) is None
    end_dispatch(db, one.id, "sent", at=NOON + MINUTE)
    end_dispatch(db, one.id, "waiting", at=NOON + MINUTE, retry_at=NOON)
    (sent,) = dispatches(db)
    assert (sent.state, sent.sent_at, sent.attempts, sent.ambiguous) == ("sent", NOON + MINUTE, 1, False)


def test_a_dispatch_that_failed_is_tried_again_when_it_is_due(db: Database) -> None:
    """With the reason kept, and whether it may have arrived."""
    add_dispatch(db, key="digest daily x", kind="digest", channel="mail", details={}, at=NOON)
    one = claimed(db, NOON)
    assert one is not None
    end_dispatch(db, one.id, "waiting", at=NOON, error="timed out", retry_at=NOON + HOUR, ambiguous=True)
    assert claimed(db, NOON + MINUTE) is None
    again = claimed(db, NOON + HOUR)
    assert again is not None
    assert (again.attempts, again.last_error, again.ambiguous) == (2, "timed out", True)


def test_a_dispatch_of_a_killed_daemon_is_free_again(db: Database) -> None:
    """By the daemon that starts next at once, else when its lease runs out; either way it may have arrived."""
    add_dispatch(db, key="digest daily x", kind="digest", channel="mail", details={}, at=NOON)
    claimed(db, NOON)
    assert free_claimed(db, owners="command:") == 0
    assert free_claimed(db, owners="daemon:") == 1
    again = claimed(db, NOON + MINUTE)
    assert again is not None
    assert again.ambiguous
    assert next_dispatch_due(db, ["mail"]) == NOON + 2 * MINUTE
    assert claimed(db, NOON + 2 * MINUTE) is not None


# ---------------------------------------------------------------- which alerts wait for an answer


def alert(n: int, minute: int, severity: str = "critical", **changes: object) -> Alert:
    at = NOON + minute * MINUTE
    return an_alert(an_incident(), n, created_at=at, due_at=at, severity=severity, **changes)


@pytest.mark.parametrize(
    ("told", "noted", "waits"),
    [
        pytest.param([alert(1, 0)], [], "i1-1", id="a critical one"),
        pytest.param([alert(1, 0, "high")], [], None, id="no critical one"),
        pytest.param([alert(1, 0)], [5], None, id="acknowledged"),
        pytest.param([alert(1, 0), alert(2, 10, reason="claim-came")], [], "i1-2", id="the latest word is repeated"),
        pytest.param([alert(1, 0), alert(2, 10, reason="claim-came")], [5], None, id="an update of what is in hand"),
        pytest.param([alert(1, 0, "high"), alert(2, 10, reason="severity-rose")], [5], "i1-2", id="it became critical since"),
        pytest.param([alert(1, 0), alert(2, 10, change="retraction")], [], None, id="taken back"),
        pytest.param([alert(1, 0), alert(2, 10, "high", change="correction")], [], None, id="critical no more"),
        pytest.param(
            [alert(1, 0), alert(2, 10, change="retraction"), alert(3, 20, change="correction", reason="retraction-withdrawn")],
            [5],
            "i1-3",
            id="true after all",
        ),
        pytest.param([alert(1, 0, reason="claim-came", change="update")], [], "i1-1", id="its beginning is not known"),
        pytest.param([alert(1, 0, "high"), alert(2, 10, reason="claim-came")], [5], "i1-2", id="critical without a word of why"),
        pytest.param([], [], None, id="nothing told"),
    ],
)
def test_which_alert_waits_for_an_acknowledgement(told: list[Alert], noted: list[int], waits: str | None) -> None:
    """One that made its incident critical, until somebody took note after it."""
    found = unanswered(told, [NOON + minute * MINUTE for minute in noted])
    assert (found.id if found else None) == waits


def test_repeats_are_counted_from_the_alert_and_then_from_each_other() -> None:
    """Those for an earlier alarm on the incident do not count."""
    again = [alert(1, 0), alert(2, 10, "high"), alert(3, 60, reason="severity-rose")]
    assert next_repeat(again, [], after_s=1800) == NOON + 90 * MINUTE
    assert next_repeat(again, [NOON + 5 * MINUTE], after_s=1800) == NOON + 90 * MINUTE
    assert next_repeat(again, [NOON + 95 * MINUTE], after_s=1800) == NOON + 125 * MINUTE
    assert next_repeat([alert(1, 0, "high")], [], after_s=1800) is None


# ---------------------------------------------------------------- repeats


def arrange(db: Database, now: dt.datetime) -> list[str]:
    return arrange_escalations(db, after_s=1800, channel="phone", max_age_d=14, now=now)


def send(db: Database, now: dt.datetime) -> str | None:
    """The title of the repeat that is due, sent; None where none is, or it was withdrawn."""
    one = claimed(db, now, "phone")
    if one is None:
        return None
    message = written(db, one, now=now, timezone="UTC")
    end_dispatch(db, one.id, "sent" if message else "withdrawn", at=now)
    return message.title if message else None


def critical(db: Database, n: int = 1, *, at: dt.datetime = NOON, **changes: object) -> None:
    if n == 1:
        store_incident(db, "i1")
    for number in store_settled_alert(db, "i1", n, at=at, severity="critical", **changes):
        outbox.mark_sent(db, number, at)


def test_a_critical_alert_is_repeated_until_it_is_acknowledged(db: Database) -> None:
    """Every half hour, on the second channel, with the command that ends it."""
    critical(db)
    assert arrange(db, NOON + 29 * MINUTE) == []
    assert arrange(db, NOON + 30 * MINUTE) == ["i1-1"]
    assert arrange(db, NOON + 31 * MINUTE) == []
    one = claimed(db, NOON + 31 * MINUTE, "phone")
    assert one is not None
    message = written(db, one, now=NOON + 31 * MINUTE, timezone="UTC")
    assert message is not None
    assert message.title.startswith("UNACKNOWLEDGED CRITICAL: bombing in Mastung")
    for form in (message.text, message.html, message.slack):
        assert "Nobody has acknowledged this for 31 minutes (repeat 1). To stop it: monitor alerts ack i1-1" in form
    end_dispatch(db, one.id, "sent", at=NOON + 31 * MINUTE)
    assert arrange(db, NOON + 60 * MINUTE) == ["i1-1"]
    assert send(db, NOON + 60 * MINUTE)
    found = alerts.alert(db, "i1-1")
    assert found is not None
    assert acknowledge(db, found, at=NOON + 70 * MINUTE, author="Sana")
    assert not acknowledge(db, found, at=NOON + 80 * MINUTE, author="Ali")
    assert [(a.alert_id, a.author) for a in acknowledgements(db, "i1")] == [("i1-1", "Sana")]
    assert arrange(db, NOON + 5 * HOUR) == []


def critical_surge(db: Database, name: str, *, at: dt.datetime = NOON) -> Alert:
    surge = dataclasses.replace(
        an_alert(an_incident(), created_at=at, due_at=at), id=name, kind="surge", incident_id=None, severity="critical"
    )
    with writing(db):
        alerts.save_alert(db, surge)
        for number in alerts.settle(db, surge, at=at):
            outbox.mark_sent(db, number, at)
    return surge


def test_a_critical_surge_is_repeated_until_it_is_acknowledged(db: Database) -> None:
    """Like an incident; whoever has taken note of one surge has not of the other."""
    first, second = critical_surge(db, "wave-1"), critical_surge(db, "wave-2")
    assert arrange(db, NOON + 29 * MINUTE) == []
    assert acknowledge(db, first, at=NOON + 29 * MINUTE, author="Sana")
    assert not acknowledge(db, first, at=NOON + 29 * MINUTE, author="Ali")
    assert arrange(db, NOON + 30 * MINUTE) == ["wave-2"]
    assert (send(db, NOON + 30 * MINUTE) or "").startswith("UNACKNOWLEDGED")
    assert arrange(db, NOON + 60 * MINUTE) == ["wave-2"]
    assert acknowledge(db, second, at=NOON + 61 * MINUTE, author="Ali")
    assert send(db, NOON + 62 * MINUTE) is None
    assert arrange(db, NOON + 5 * HOUR) == []


def test_a_repeat_that_waits_when_the_alert_is_acknowledged_is_withdrawn(db: Database) -> None:
    """Nobody is called for what somebody has in hand."""
    critical(db)
    arrange(db, NOON + 30 * MINUTE)
    found = alerts.alert(db, "i1-1")
    assert found is not None
    acknowledge(db, found, at=NOON + 31 * MINUTE, author="Sana")
    assert send(db, NOON + 32 * MINUTE) is None
    assert [one.state for one in dispatches(db)] == ["withdrawn"]


def test_a_repeat_tells_the_latest_of_its_incident(db: Database) -> None:
    """An update in the meantime stands in it."""
    critical(db)
    incident = incident_rows.incident(db, "i1")
    assert incident is not None
    arrange(db, NOON + 30 * MINUTE)
    critical(db, 2, at=NOON + 31 * MINUTE, reason="claim-came")
    one = claimed(db, NOON + 32 * MINUTE, "phone")
    assert one is not None
    message = written(db, one, now=NOON + 32 * MINUTE, timezone="UTC")
    assert message is not None
    assert "Nobody has acknowledged this for 32 minutes" in message.text
    assert "monitor alerts ack i1-2" in message.text


def test_what_was_silenced_or_dismissed_is_not_repeated(db: Database) -> None:
    """Who is not to be told once is not to be told twice."""
    store_incident(db, "i1")
    (number,) = store_settled_alert(db, "i1", severity="critical")
    outbox.claim(db, NOON, lease_s=60, owner="t")
    outbox.withhold(db, number, "silence 1 by Sana: exercise")
    assert arrange(db, NOON + HOUR) == []
    incident = store_incident(db, "i2")
    store_settled_alert(db, "i2", severity="critical")
    with writing(db):
        incident_rows.save_incident(db, dataclasses.replace(incident, dismissed=True))
    assert arrange(db, NOON + HOUR) == []


def test_an_acknowledgement_holds_under_the_id_that_an_incident_was_merged_into(db: Database) -> None:
    """Nobody is called a second time because two incidents were one."""
    critical(db)
    found = alerts.alert(db, "i1-1")
    assert found is not None
    acknowledge(db, found, at=NOON + MINUTE, author="Sana")
    store_incident(db, "i2")
    mark_merged(db, "i1", "i2")
    assert arrange(db, NOON + HOUR) == []


def test_what_nobody_acknowledged_is_repeated_under_the_id_that_it_was_merged_into(db: Database) -> None:
    """Once, not under both."""
    critical(db)
    store_incident(db, "i2")
    mark_merged(db, "i1", "i2")
    assert arrange(db, NOON + HOUR) == ["i1-1"]
    assert send(db, NOON + HOUR)


def test_a_dispatch_about_an_unknown_alert_is_refused(db: Database) -> None:
    """The sender reports it as it would any mistake of the program."""
    store_incident(db, "i1")
    one = Dispatch(
        id=1,
        key="x",
        kind="escalation",
        channel="phone",
        alert_id="none",
        details={"number": 1},
        state="claimed",
        created_at=NOON,
        due_at=NOON,
        attempts=1,
        sent_at=None,
        last_error=None,
        ambiguous=False,
    )
    with pytest.raises(ValueError, match="not stored"):
        written(db, one, now=NOON, timezone="UTC")
    with pytest.raises(ValueError, match="no span"):
        written(db, dataclasses.replace(one, kind="digest", details={"from": None, "to": None}), now=NOON, timezone="UTC")
