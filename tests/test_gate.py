"""The gate before the outbox: what is dropped, put off, sent together or alone; and that nothing else is lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_pipeline import GROUPS, RULES
from support_store import DAY, HOUR, MINUTE, NOON, opened, store_incident, store_settled_alert

from monitor.alerts.quiet import QuietHours, quiet_until
from monitor.alerts.silence import Silence
from monitor.alerts.storm import MOST_IN_ONE, StormSettings
from monitor.gate import Gate
from monitor.model import Alert, Delivery
from monitor.rules.load import load_rules
from monitor.store import holds, outbox
from monitor.store import incidents as incident_rows
from monitor.store.database import Database, writing
from monitor.store.moves import mark_merged
from monitor.store.silences import add_silence, end_silence

RULESET = load_rules({"alerts.yaml": RULES, "groups.yaml": GROUPS})
OFF = StormSettings(messages=0)
NIGHT = QuietHours(begin=dt.time(22), end=dt.time(6, 30), timezone="Asia/Karachi")
LATE = dt.datetime(2024, 3, 5, 18, tzinfo=dt.UTC)  # 23:00 in Karachi


@dataclass
class Desk:
    """A channel that is served whenever somebody looks."""

    db: Database
    quiet: QuietHours | None = None
    storm: StormSettings = OFF
    gate: Gate = field(default_factory=Gate)
    messages: list[tuple[dt.datetime, list[str]]] = field(default_factory=list)

    def take(self, now: dt.datetime) -> list[tuple[Delivery, Alert]]:
        return self.gate.take(self.db, "slack", now=now, lease_s=60, owner="t", ruleset=RULESET, quiet=self.quiet, storm=self.storm)

    def serve(self, now: dt.datetime) -> None:
        """Send all that may go, one message after the other."""
        while claimed := self.take(now):
            self.messages.append((now, [alert.id for _, alert in claimed]))
            if len(claimed) > 1:
                holds.mark_sent_together(self.db, [delivery.id for delivery, _ in claimed], "slack", now)
            else:
                outbox.mark_sent(self.db, claimed[0][0].id, now)

    @property
    def told(self) -> list[str]:
        return [alert for _, alerts in self.messages for alert in alerts]


@pytest.fixture
def db() -> Iterator[Database]:
    with opened() as database:
        yield database


def raised(db: Database, incident_id: str, n: int = 1, *, at: dt.datetime = NOON, severity: str = "high", **changes: object) -> int:
    if n == 1:
        store_incident(db, incident_id)
    return store_settled_alert(db, incident_id, n, at=at, severity=severity, **changes)[0]


def silence(db: Database, matcher: dict[str, object], *, until: dt.datetime = NOON + HOUR) -> Silence:
    made = Silence(matcher=matcher, author="Sana", reason="exercise", created_at=NOON, starts_at=NOON - HOUR, ends_at=until)
    return add_silence(db, made)


def held(db: Database, delivery_id: int) -> list[tuple[str, dt.datetime | None]]:
    return [(hold.why, hold.until) for hold in holds.holds(db, delivery_id)]


# ---------------------------------------------------------------- silences


def test_a_silenced_alert_is_recorded_and_never_sent(db: Database) -> None:
    """Not when the silence has ended either; who asked and why stands with it."""
    number = raised(db, "i1")
    one = silence(db, {"district": "Mastung"})
    desk = Desk(db)
    desk.serve(NOON)
    desk.serve(NOON + DAY)
    assert desk.told == []
    delivery = outbox.delivery(db, number)
    assert delivery is not None
    assert (delivery.state, delivery.last_error) == ("suppressed", f"silence {one.id} by Sana: exercise")
    assert held(db, number) == [("silence", None)]


def test_a_change_after_the_end_of_a_silence_is_told_as_the_first_word(db: Database) -> None:
    """The channel knows nothing of the incident yet, so the message must be whole in itself."""
    raised(db, "i1")
    one = silence(db, {"incident": "i1"})
    desk = Desk(db)
    desk.serve(NOON)
    assert end_silence(db, one.id, at=NOON + MINUTE, by="Ali")
    raised(db, "i1", 2, at=NOON + 2 * MINUTE)
    assert outbox.first_on_channel(db, "i1", "slack")
    desk.serve(NOON + 2 * MINUTE)
    assert desk.told == ["i1-2"]


def test_a_silence_holds_for_what_it_names_alone(db: Database) -> None:
    """Another severity goes out."""
    raised(db, "i1", severity="notice")
    raised(db, "i2", severity="critical")
    silence(db, {"severity": "notice"})
    desk = Desk(db)
    desk.serve(NOON)
    assert desk.told == ["i2-1"]


def test_a_silence_goes_with_an_incident_that_is_merged_into_another(db: Database) -> None:
    """Whoever silenced one of two names of an attack meant the attack."""
    raised(db, "i1")
    silence(db, {"incident": "i2"})
    store_incident(db, "i2")
    mark_merged(db, "i2", "i1")
    desk = Desk(db)
    desk.serve(NOON)
    assert desk.told == []


def test_a_retraction_of_a_merged_incident_goes_where_either_was_told(db: Database) -> None:
    """What was sent on the one belongs to the other."""
    desk = Desk(db)
    raised(db, "i2")
    desk.serve(NOON)
    store_incident(db, "i1")
    mark_merged(db, "i2", "i1")
    raised(db, "i1", 2, at=NOON + HOUR, change="retraction")
    desk.serve(NOON + HOUR)
    assert desk.told == ["i2-1", "i1-2"]


def test_a_silence_whose_group_went_holds_nothing_back_and_is_told(db: Database) -> None:
    """An alert too many is better than one that nobody gets."""
    raised(db, "i1")
    one = silence(db, {"group": "gone"})
    desk = Desk(db)
    desk.serve(NOON)
    assert desk.told == ["i1-1"]
    assert list(desk.gate.broken) == [one.id]
    assert f"silence {one.id}:1:" in desk.gate.broken[one.id]


def test_the_gate_forgets_what_silences_meant_before_it_grows_without_end(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years of silences and rule changes do not fill a daemon's memory."""
    monkeypatch.setattr("monitor.gate._KEPT_MATCHERS", 2)
    gate = Gate()
    for district in ("Quetta", "Mastung", "Sibi", "Turbat", "Quetta"):
        assert gate.matcher(silence(db, {"district": district}), RULESET) is not None
        assert len(gate.matchers) <= 2


# ---------------------------------------------------------------- dismissals


def test_what_waits_when_its_incident_is_dismissed_is_not_sent(db: Database) -> None:
    """It settled before the analyst looked."""
    number = raised(db, "i1")
    incident = incident_rows.incident(db, "i1")
    assert incident is not None
    with writing(db):
        incident_rows.save_incident(db, dataclasses.replace(incident, dismissed=True))
    desk = Desk(db)
    desk.serve(NOON)
    assert (desk.told, held(db, number)) == ([], [("dismissed", None)])


def test_a_retraction_goes_where_something_was_said_and_nowhere_else(db: Database) -> None:
    """A channel whose message was silenced does not hear that it was wrong."""
    desk = Desk(db)
    raised(db, "i1")
    raised(db, "i2")
    silence(db, {"incident": "i2"})
    desk.serve(NOON)
    raised(db, "i1", 2, at=NOON + 2 * HOUR, change="retraction")
    silent = raised(db, "i2", 2, at=NOON + 2 * HOUR, change="retraction")
    desk.serve(NOON + 2 * HOUR)
    assert desk.told == ["i1-1", "i1-2"]
    assert held(db, silent) == [("nothing to take back", None)]


def test_a_retraction_goes_where_an_earlier_message_may_have_arrived(db: Database) -> None:
    """A try that timed out counts as told."""
    desk = Desk(db)
    number = raised(db, "i1")
    desk.take(NOON)
    outbox.mark_failed(db, number, "timed out", retry_at=NOON + HOUR, ambiguous=True)
    raised(db, "i1", 2, at=NOON + HOUR, change="retraction")
    desk.serve(NOON + HOUR)
    assert desk.told == ["i1-2"]


# ---------------------------------------------------------------- quiet hours


def test_quiet_hours_put_off_what_is_not_critical(db: Database) -> None:
    """Critical ones go at once, the others when the night is over."""
    high = raised(db, "i1", at=LATE)
    raised(db, "i2", at=LATE, severity="critical")
    desk = Desk(db, quiet=NIGHT)
    desk.serve(LATE)
    assert desk.told == ["i2-1"]
    morning = dt.datetime(2024, 3, 6, 1, 30, tzinfo=dt.UTC)
    assert held(db, high) == [("quiet hours", morning)]
    desk.serve(morning - MINUTE)
    assert desk.told == ["i2-1"]
    desk.serve(morning)
    assert desk.told == ["i2-1", "i1-1"]
    delivery = outbox.delivery(db, high)
    assert delivery is not None
    assert delivery.attempts == 1


def test_a_night_of_updates_is_one_message_in_the_morning(db: Database) -> None:
    """Only the newest of an incident is told."""
    raised(db, "i1", at=LATE)
    desk = Desk(db, quiet=NIGHT)
    desk.serve(LATE)
    raised(db, "i1", 2, at=LATE + HOUR)
    desk.serve(LATE + HOUR)
    desk.serve(LATE + DAY - 12 * HOUR)
    assert desk.told == ["i1-2"]


# ---------------------------------------------------------------- storms


def test_past_the_limit_alerts_go_together(db: Database) -> None:
    """Ten at once on a channel that takes three: one message lists them all, and each is marked as sent by it."""
    numbers = [raised(db, f"i{n}") for n in range(10)]
    desk = Desk(db, storm=StormSettings(messages=3))
    desk.serve(NOON)
    assert [len(alerts) for _, alerts in desk.messages] == [10]
    assert all(sorted(holds.bundle_of(db, number)) == sorted(desk.told) for number in numbers)
    assert {delivery.state for delivery in outbox.deliveries(db)} == {"sent"}


def test_a_storm_holds_the_rest_until_the_window_allows_one_more(db: Database) -> None:
    """Three went by themselves; the next four come in one message ten minutes after the first."""
    desk = Desk(db, storm=StormSettings(messages=3, within_s=600))
    for n in range(7):
        number = raised(db, f"i{n}", at=NOON + n * MINUTE)
        desk.serve(NOON + n * MINUTE)
    assert [len(alerts) for _, alerts in desk.messages] == [1, 1, 1]
    assert held(db, number) == [("storm", NOON + 10 * MINUTE)]
    desk.serve(NOON + 10 * MINUTE)
    assert desk.messages[-1] == (NOON + 10 * MINUTE, ["i3-1", "i4-1", "i5-1", "i6-1"])


def test_a_critical_alert_does_not_wait_for_a_storm_to_pass(db: Database) -> None:
    """It goes at once, with what is due beside it."""
    desk = Desk(db, storm=StormSettings(messages=2, within_s=600))
    for n in range(3):
        raised(db, f"i{n}")
        desk.serve(NOON)
    assert len(desk.messages) == 2
    raised(db, "grave", at=NOON + MINUTE, severity="critical")
    raised(db, "other", at=NOON + MINUTE)
    desk.serve(NOON + MINUTE)
    assert sorted(desk.messages[-1][1]) == ["grave-1", "other-1"]


def test_what_one_message_cannot_hold_goes_in_the_next(db: Database) -> None:
    """Critical ones stand in the first."""
    for n in range(MOST_IN_ONE + 5):
        raised(db, f"i{n:02}", severity="critical" if n > MOST_IN_ONE else "high")
    desk = Desk(db, storm=StormSettings(messages=3))
    desk.serve(NOON)
    assert [len(alerts) for _, alerts in desk.messages] == [MOST_IN_ONE, 5]
    assert {f"i{n}-1" for n in range(MOST_IN_ONE + 1, MOST_IN_ONE + 5)} <= set(desk.messages[0][1])


def test_a_message_of_many_that_was_marked_twice_counts_once(db: Database) -> None:
    """The sender says so again when the database refused the first time."""
    numbers = [raised(db, f"i{n}") for n in range(3)]
    desk = Desk(db, storm=StormSettings(messages=2))
    claimed = desk.take(NOON)
    for _ in range(2):
        holds.mark_sent_together(db, [delivery.id for delivery, _ in claimed], "slack", NOON)
    assert holds.sent_since(db, "slack", NOON - HOUR) == [NOON]
    assert len(holds.bundle_of(db, numbers[0])) == 3


def test_a_message_of_many_that_a_crash_cut_off_comes_again_whole(db: Database) -> None:
    """When the lease is over all of them go once more, in one message, each as one that may be a repeat."""
    for n in range(3):
        raised(db, f"i{n}")
    desk = Desk(db, storm=StormSettings(messages=2))
    assert len(desk.take(NOON)) == 3
    assert desk.take(NOON + MINUTE / 2) == []
    again = desk.take(NOON + 2 * MINUTE)
    assert [(delivery.ambiguous, delivery.attempts) for delivery, _ in again] == [(True, 2)] * 3


def test_what_another_has_claimed_in_the_meantime_is_neither_put_off_nor_dropped(db: Database) -> None:
    """A row that does not wait any more is not changed, and nothing is noted of it."""
    number = raised(db, "i1")
    outbox.claim(db, NOON, lease_s=60, owner="other")
    assert not holds.put_off(db, number, "storm", "later", at=NOON, until=NOON + HOUR)
    assert not holds.drop(db, number, "silence", "never", at=NOON)
    assert held(db, number) == []


# ---------------------------------------------------------------- laws

EVENTS = st.lists(
    st.tuples(st.integers(0, 36 * 60), st.integers(0, 5), st.sampled_from(["notice", "high", "critical"])), min_size=1, max_size=14
)


def play(desk: Desk, events: list[tuple[int, int, str]]) -> dict[str, tuple[dt.datetime, str]]:
    """Raise each alert at its minute, look at the channel then and every 20 minutes, until a day after the last one."""
    counts: dict[int, int] = {}
    made: dict[str, tuple[dt.datetime, str]] = {}
    begin = LATE - 8 * HOUR
    moments = {minute for minute, _, _ in events} | set(range(0, 62 * 60, 20))
    for minute in sorted(moments):
        now = begin + minute * MINUTE
        for _, incident, severity in (event for event in events if event[0] == minute):
            counts[incident] = counts.get(incident, 0) + 1
            raised(desk.db, f"i{incident}", counts[incident], at=now, severity=severity)
            made[f"i{incident}-{counts[incident]}"] = (now, severity)
        desk.serve(now)
    return made


def said_by(db: Database, alert_id: str) -> str:
    """The alert that told it: itself, or the one it was collapsed into."""
    (delivery,) = outbox.deliveries(db, alert_id=alert_id)
    other = outbox.collapsed_into(db, delivery.id)
    return said_by(db, other) if other else alert_id


@settings(max_examples=25)
@given(events=EVENTS)
def test_quiet_hours_deliver_all_and_nothing_by_night(events: list[tuple[int, int, str]]) -> None:
    """Every alert is told once, by itself or by a newer one of its incident; critical ones at their minute."""
    with opened() as db:
        desk = Desk(db, quiet=NIGHT)
        made = play(desk, events)
        assert len(desk.told) == len(set(desk.told))
        assert {said_by(db, alert) for alert in made} == set(desk.told)
        for at, alerts in desk.messages:
            for alert in alerts:
                raised_at, severity = made[alert]
                assert at == raised_at if severity == "critical" else quiet_until(NIGHT, at) is None


@settings(max_examples=25)
@given(events=EVENTS, limit=st.integers(2, 4), night=st.booleans())
def test_storm_control_drops_nothing(events: list[tuple[int, int, str]], limit: int, night: bool) -> None:
    """Every alert is in one sent message, or a newer one of its incident is; no window has more than the limit but for critical ones."""
    storm = StormSettings(messages=limit, within_s=3600)
    with opened() as db:
        desk = Desk(db, storm=storm, quiet=NIGHT if night else None)
        made = play(desk, events)
        assert len(desk.told) == len(set(desk.told))
        assert {said_by(db, alert) for alert in made} == set(desk.told)
        assert not outbox.deliveries(db, states=["waiting", "claimed", "suppressed"])
        calm = [at for at, alerts in desk.messages if all(made[alert][1] != "critical" for alert in alerts)]
        for at in calm:
            assert sum(at - storm.window < sent <= at for sent, _ in desk.messages if sent in calm) <= limit
        for at, alerts in desk.messages:
            assert all(made[alert][0] == at for alert in alerts if made[alert][1] == "critical")


@settings(max_examples=25)
@given(events=EVENTS, begin=st.integers(0, 36 * 60), length=st.integers(1, 12 * 60), severity=st.sampled_from(["notice", "high"]))
def test_what_a_silence_met_is_never_sent_and_all_else_is(
    events: list[tuple[int, int, str]], begin: int, length: int, severity: str
) -> None:
    """Alerts of other severities, and those before and after, are told."""
    start = LATE - 8 * HOUR
    first, last = start + begin * MINUTE, start + (begin + length) * MINUTE
    with opened() as db:
        made_silence = Silence(
            matcher={"severity": severity}, author="Sana", reason="exercise", created_at=start, starts_at=first, ends_at=last
        )
        add_silence(db, made_silence)
        desk = Desk(db)
        made = play(desk, events)
        silenced = {alert for alert, (at, grave) in made.items() if grave == severity and first <= at < last}
        assert not silenced & set(desk.told)
        assert {said_by(db, alert) for alert in made} - silenced == set(desk.told)
        for alert in silenced & {said_by(db, alert) for alert in made}:
            (delivery,) = outbox.deliveries(db, alert_id=alert)
            assert [hold.why for hold in holds.holds(db, delivery.id)] == ["silence"]
