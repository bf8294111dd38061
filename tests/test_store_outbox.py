"""The outbox: claimed once, in order, collapsed, freed after a crash, never lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support_store import DAY, HOUR, MINUTE, NOON, opened, store_incident, store_settled_alert

from monitor.model import Alert, Delivery
from monitor.store import outbox
from monitor.store.database import Database, open_database, rows

LEASE_S = 60.0
LEASE = dt.timedelta(seconds=LEASE_S)


def claim(db: Database, now: dt.datetime = NOON, *, owner: str = "a", channels: list[str] | None = None) -> tuple[Delivery, Alert] | None:
    return outbox.claim(db, now, lease_s=LEASE_S, owner=owner, channels=channels)


def claimed_alert(db: Database, now: dt.datetime = NOON, **options: object) -> str | None:
    found = claim(db, now, **options)
    return None if found is None else found[1].id


def states(db: Database) -> list[str]:
    return [row.state for row in outbox.deliveries(db)]


def test_a_claim_takes_a_row_for_the_length_of_its_lease():
    """Nobody else gets it meanwhile, and its try is on record."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        found = claim(db)
        assert found is not None
        delivery, alert = found
        assert alert.id == "i1-1"
        assert delivery == Delivery(
            id=row, alert_id="i1-1", channel="slack", state="claimed", due_at=NOON, attempts=1, lease_until=NOON + LEASE
        )
        assert outbox.delivery(db, row) == delivery
        assert claim(db, NOON + LEASE - MINUTE / 60, owner="b") is None
        (attempt,) = outbox.attempts_at(db, row)
        assert (attempt.attempt, attempt.owner, attempt.begun_at, attempt.outcome) == (1, "a", NOON, "under way")


def test_nothing_is_claimed_before_it_is_due_or_for_another_channel():
    """Each channel's sender takes its own rows."""
    with opened() as db:
        store_incident(db)
        store_settled_alert(db, "i1")
        assert claim(db, NOON - MINUTE) is None
        assert claim(db, channels=["mail"]) is None
        assert claim(db, channels=[]) is None
        assert claimed_alert(db, channels=["mail", "slack"]) == "i1-1"


def test_the_longest_due_goes_first():
    """On one channel rows are served in the order due."""
    with opened() as db:
        for n, minutes in enumerate((2, 1, 3)):
            store_incident(db, f"i{n}")
            store_settled_alert(db, f"i{n}", at=NOON + minutes * MINUTE)
        assert [claimed_alert(db, NOON + HOUR) for _ in range(4)] == ["i1-1", "i0-1", "i2-1", None]


def test_a_sent_row_is_sent_once():
    """It is never claimed again, and its time is kept."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        assert outbox.first_on_channel(db, "i1", "slack")
        claim(db)
        outbox.mark_sent(db, row, NOON + MINUTE)
        outbox.mark_sent(db, row, NOON + HOUR)
        sent = outbox.delivery(db, row)
        assert sent is not None
        assert (sent.state, sent.sent_at, sent.lease_until) == ("sent", NOON + MINUTE, None)
        assert claim(db, NOON + DAY) is None
        assert not outbox.first_on_channel(db, "i1", "slack")
        assert outbox.first_on_channel(db, "i1", "mail")
        assert outbox.first_on_channel(db, None, "slack")
        assert [attempt.outcome for attempt in outbox.attempts_at(db, row)] == ["sent"]


def test_a_failed_row_waits_for_its_next_try():
    """Not before `retry_at`, with the error and the number of tries."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        claim(db)
        assert outbox.mark_failed(db, row, "429 Too Many Requests", retry_at=NOON + HOUR, at=NOON)
        failed = outbox.delivery(db, row)
        assert failed is not None
        assert (failed.state, failed.due_at, failed.last_error, failed.ambiguous) == (
            "waiting",
            NOON + HOUR,
            "429 Too Many Requests",
            False,
        )
        assert claim(db, NOON + MINUTE) is None
        again = claim(db, NOON + HOUR)
        assert again is not None
        assert again[0].attempts == 2
        assert [(a.outcome, a.error) for a in outbox.attempts_at(db, row)] == [("failed", "429 Too Many Requests"), ("under way", None)]


def test_a_failure_that_may_have_arrived_stays_ambiguous():
    """A time-out while reading the answer: the next message says that it may be a repeat, however later tries end."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        claim(db)
        outbox.mark_failed(db, row, "read time-out", retry_at=NOON, ambiguous=True)
        claim(db)
        outbox.mark_failed(db, row, "refused", retry_at=NOON)
        found = claim(db)
        assert found is not None
        assert found[0].ambiguous


def test_a_lease_that_ran_out_frees_the_row_as_ambiguous():
    """The sender died, perhaps after sending: somebody else sends it again and says so."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        claim(db)
        found = claim(db, NOON + LEASE, owner="b")
        assert found is not None
        assert (found[0].id, found[0].ambiguous, found[0].attempts) == (row, True, 2)
        assert [attempt.outcome for attempt in outbox.attempts_at(db, row)] == ["lease ran out", "under way"]


def test_a_sender_that_lost_its_lease_cannot_undo_what_another_does():
    """Its failure is void, but its success is the truth."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        claim(db, owner="a")
        claim(db, NOON + LEASE, owner="b")
        assert not outbox.mark_failed(db, row, "late", retry_at=NOON + DAY, owner="a")
        assert not outbox.mark_dead(db, row, "late", owner="a")
        assert not outbox.release(db, row, due_at=NOON, owner="a")
        assert not outbox.withhold(db, row, "late", owner="a")
        assert states(db) == ["claimed"]
        outbox.mark_sent(db, row, NOON + MINUTE)
        assert not outbox.mark_failed(db, row, "late", retry_at=NOON + DAY, owner="b")
        assert states(db) == ["sent"]


def test_a_dead_row_is_left_alone_until_it_is_revived_by_hand():
    """`retry` makes it due with its tries counted anew; other states are not touched."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        claim(db)
        assert not outbox.retry(db, row, now=NOON)
        assert outbox.mark_dead(db, row, "410 channel is archived")
        assert claim(db, NOON + DAY) is None
        assert outbox.count_by_state(db) == {"dead": 1}
        assert outbox.retry(db, row, now=NOON + HOUR)
        found = claim(db, NOON + HOUR)
        assert found is not None
        assert (found[0].attempts, found[0].last_error) == (1, "410 channel is archived")
        outbox.mark_sent(db, row, NOON)
        assert not outbox.retry(db, row, now=NOON)
        assert not outbox.retry(db, 99, now=NOON)


def test_a_row_put_back_untried_counts_no_try():
    """Quiet hours, or a shutdown before sending."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        claim(db)
        assert outbox.release(db, row, due_at=NOON + HOUR)
        released = outbox.delivery(db, row)
        assert released is not None
        assert (released.state, released.attempts, released.due_at, released.ambiguous) == ("waiting", 0, NOON + HOUR, False)


def test_a_withheld_row_is_over():
    """A silence is not made good later."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        claim(db)
        assert outbox.withhold(db, row, "silenced: exercise")
        assert claim(db, NOON + DAY) is None
        withheld = outbox.delivery(db, row)
        assert withheld is not None
        assert (withheld.state, withheld.last_error) == ("suppressed", "silenced: exercise")


def test_unsent_rows_of_an_incident_collapse_into_the_newest():
    """After an outage a channel hears the last word, not every step; other incidents and channels are not concerned."""
    with opened() as db:
        store_incident(db, "i1")
        store_incident(db, "i2")
        for n in (1, 2, 3):
            store_settled_alert(db, "i1", n, at=NOON + n * MINUTE, channels=("slack", "mail"))
        store_settled_alert(db, "i2", at=NOON)
        later = NOON + HOUR
        assert [claimed_alert(db, later, channels=["slack"]) for _ in range(3)] == ["i2-1", "i1-3", None]
        slack = {row.alert_id: row.state for row in outbox.deliveries(db, channel="slack")}
        assert slack == {"i1-1": "collapsed", "i1-2": "collapsed", "i1-3": "claimed", "i2-1": "claimed"}
        assert {row.state for row in outbox.deliveries(db, channel="mail")} == {"waiting"}
        into = rows(db, "SELECT collapsed_into FROM deliveries WHERE state = 'collapsed'")
        newest = outbox.deliveries(db, alert_id="i1-3", channel="slack")[0].id
        assert [values["collapsed_into"] for values in into] == [newest, newest]


def test_a_newer_row_that_is_not_due_yet_holds_nothing_back():
    """The older one goes out in its time, the newer one after it."""
    with opened() as db:
        store_incident(db)
        store_settled_alert(db, "i1", 1, at=NOON)
        store_settled_alert(db, "i1", 2, at=NOON + HOUR)
        found = claim(db, NOON)
        assert found is not None
        assert found[1].id == "i1-1"
        outbox.mark_sent(db, found[0].id, NOON)
        assert claimed_alert(db, NOON + HOUR) == "i1-2"
        assert states(db) == ["sent", "claimed"]


def test_a_newer_row_that_goes_first_leaves_nothing_behind():
    """What was put off until the morning does not follow an urgent message of the night: the newer one has said it."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1", 1, at=NOON)
        claim(db)
        outbox.release(db, row, due_at=NOON + DAY)
        store_settled_alert(db, "i1", 2, at=NOON)
        assert claimed_alert(db) == "i1-2"
        assert states(db) == ["collapsed", "claimed"]


def test_while_one_row_is_being_sent_later_ones_of_its_incident_wait():
    """Otherwise an update could overtake the first message."""
    with opened() as db:
        store_incident(db, "i1")
        store_incident(db, "i2")
        store_settled_alert(db, "i1", 1, at=NOON)
        first = claim(db, NOON)
        store_settled_alert(db, "i1", 2, at=NOON)
        store_settled_alert(db, "i2", 1, at=NOON)
        assert [claimed_alert(db, NOON, owner="b") for _ in range(2)] == ["i2-1", None]
        assert first is not None
        outbox.mark_sent(db, first[0].id, NOON)
        assert claimed_alert(db, NOON) == "i1-2"


def test_a_row_that_waits_to_be_tried_again_holds_back_its_incident_only():
    """What the service asked for is kept; then the newest row goes and says it all."""
    with opened() as db:
        store_incident(db, "i1")
        store_incident(db, "i2")
        (row,) = store_settled_alert(db, "i1", 1, at=NOON)
        claim(db)
        outbox.mark_failed(db, row, "429", retry_at=NOON + HOUR)
        store_settled_alert(db, "i1", 2, at=NOON + MINUTE)
        store_settled_alert(db, "i2", 1, at=NOON + MINUTE)
        other = claim(db, NOON + MINUTE)
        assert other is not None
        assert other[1].id == "i2-1"
        outbox.mark_sent(db, other[0].id, NOON + MINUTE)
        assert claim(db, NOON + MINUTE) is None
        assert claimed_alert(db, NOON + HOUR) == "i1-2"
        assert states(db) == ["collapsed", "claimed", "sent"]


def test_a_collapsed_row_that_was_sent_after_all_says_so():
    """Its sender was slow, not dead: the truth is that it arrived."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1", 1, at=NOON)
        claim(db, owner="a")
        store_settled_alert(db, "i1", 2, at=NOON)
        assert claimed_alert(db, NOON + LEASE, owner="b") == "i1-2"
        assert states(db) == ["collapsed", "claimed"]
        outbox.mark_sent(db, row, NOON + MINUTE)
        assert states(db) == ["sent", "claimed"]
        assert rows(db, "SELECT collapsed_into FROM deliveries WHERE id = ?", [row]) == [{"collapsed_into": None}]


def test_an_alert_has_one_row_a_channel():
    """Adding it again changes nothing, so that a step that is repeated after a crash repeats no message."""
    with opened() as db:
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        alert = outbox.claim(db, NOON, lease_s=1, owner="a")
        assert alert is not None
        assert outbox.add_delivery(db, alert[1], "slack", created_at=NOON, due_at=NOON) == row
        assert len(outbox.deliveries(db)) == 1


def test_the_outbox_says_when_there_is_next_something_to_do():
    """The next due time or the end of the next lease, and since when the oldest row has been waiting."""
    with opened() as db:
        assert outbox.next_delivery_due(db) is None
        assert outbox.oldest_waiting(db) is None
        store_incident(db)
        (row,) = store_settled_alert(db, "i1")
        assert outbox.next_delivery_due(db) == NOON
        claim(db)
        assert outbox.next_delivery_due(db) == NOON + LEASE
        outbox.mark_failed(db, row, "x", retry_at=NOON + HOUR)
        assert outbox.next_delivery_due(db) == NOON + HOUR
        assert outbox.oldest_waiting(db) == NOON
        outbox.retry(db, row, now=NOON)
        claim(db)
        outbox.mark_sent(db, row, NOON)
        assert outbox.next_delivery_due(db) is None


def test_deliveries_are_listed_by_state_alert_and_channel():
    """In the order made; a limit keeps the latest."""
    with opened() as db:
        store_incident(db)
        store_settled_alert(db, "i1", 1, channels=("slack", "mail"))
        store_settled_alert(db, "i1", 2)
        assert [(row.alert_id, row.channel) for row in outbox.deliveries(db, states=["waiting"])] == [
            ("i1-1", "slack"),
            ("i1-1", "mail"),
            ("i1-2", "slack"),
        ]
        assert outbox.deliveries(db, states=["dead"]) == []
        assert [row.alert_id for row in outbox.deliveries(db, channel="slack", limit=1)] == ["i1-2"]
        assert [row.channel for row in outbox.deliveries(db, alert_id="i1-1")] == ["slack", "mail"]
        assert outbox.unsent_by_channel(db) == {"mail": 1, "slack": 2}
        outbox.mark_sent(db, 2, NOON)
        assert outbox.unsent_by_channel(db) == {"slack": 2}


def test_a_claim_goes_by_an_index():
    """Thousands of old rows do not slow the next one down."""
    with opened() as db:
        turn = {"now": "x", "channels": None, "limit": 1}
        plan = [values["detail"] for values in rows(db, f"EXPLAIN QUERY PLAN {outbox._TURN}", turn)]
        assert not any(step.startswith("SCAN") and " d" in step for step in plan), plan
        assert any("deliveries_state" in step for step in plan), plan


def _send_all(path: str, owner: str, queue: multiprocessing.Queue) -> None:
    db = open_database(Path(path))
    while (found := outbox.claim(db, NOON, lease_s=3600, owner=owner)) is not None:
        outbox.mark_sent(db, found[0].id, NOON)
        queue.put(found[0].id)
    db.close()
    queue.put(None)


def test_two_processes_never_claim_the_same_row(tmp_path):
    """60 rows, two senders: each row is sent exactly once."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        for n in range(60):
            store_incident(db, f"i{n}")
            store_settled_alert(db, f"i{n}")
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=_send_all, args=(str(path), owner, queue)) for owner in "ab"]
    for process in processes:
        process.start()
    sent, ended = [], 0
    while ended < 2:
        row = queue.get(timeout=60)
        ended += row is None
        sent += [] if row is None else [row]
    for process in processes:
        process.join(20)
    assert sorted(sent) == list(range(1, 61))


# ---------------------------------------------------------------- any order of events


class Outbox(RuleBasedStateMachine):
    """Alerts settle, senders claim, fail, die and come back late, in any order. What must hold:

    a channel never has two rows of one incident under way; a message never overtakes an earlier one of its incident; a row that
    was sent is not claimed again; when the senders are well again, the newest alert of every incident has arrived on its channel.
    """

    INCIDENTS = ("i0", "i1")

    @initialize()
    def start(self):
        self.db = open_database(None)
        self.now = NOON
        self.settled = dict.fromkeys(self.INCIDENTS, 0)
        self.held: list[tuple[Delivery, Alert, str]] = []
        self.owners = 0
        self.arrived: dict[str, list[str]] = {incident_id: [] for incident_id in self.INCIDENTS}
        for incident_id in self.INCIDENTS:
            store_incident(self.db, incident_id)

    def teardown(self):
        if hasattr(self, "db"):
            try:
                self.all_is_sent_at_last()
            finally:
                self.db.close()

    @rule(incident_id=st.sampled_from(INCIDENTS), after=st.sampled_from([0, 5]))
    def settle(self, incident_id, after):
        self.settled[incident_id] += 1
        store_settled_alert(self.db, incident_id, self.settled[incident_id], at=self.now + after * MINUTE)

    @rule(minutes=st.sampled_from([1, 2, 10]))
    def wait(self, minutes):
        self.now += minutes * MINUTE

    @rule()
    def claim(self):
        self.owners += 1
        owner = f"o{self.owners}"
        found = outbox.claim(self.db, self.now, lease_s=90, owner=owner)
        if found is None:
            return
        delivery, alert = found
        assert delivery.state == "claimed"
        assert alert.id == delivery.alert_id
        assert int(alert.id.partition("-")[2]) >= max((int(a.partition("-")[2]) for a in self.arrived[alert.incident_id]), default=0)
        self.held.append((delivery, alert, owner))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), what=st.sampled_from(["sent", "failed", "unsure", "dead", "released", "killed"]))
    def end(self, data, what):
        delivery, alert, owner = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        before = outbox.delivery(self.db, delivery.id)
        ours = before.state == "claimed" and rows(self.db, "SELECT lease_owner FROM deliveries WHERE id = ?", [delivery.id]) == [
            {"lease_owner": owner}
        ]
        match what:
            case "sent":
                if ours:  # what arrives late, after its lease, may be out of order: that is what the lease's length is for
                    self.arrived[alert.incident_id].append(alert.id)
                outbox.mark_sent(self.db, delivery.id, self.now)
                assert outbox.delivery(self.db, delivery.id).state == "sent"
                return
            case "failed":
                ended = outbox.mark_failed(self.db, delivery.id, "x", retry_at=self.now + 3 * MINUTE, owner=owner)
            case "unsure":
                ended = outbox.mark_failed(self.db, delivery.id, "x", retry_at=self.now + MINUTE, owner=owner, ambiguous=True)
                assert not ended or outbox.delivery(self.db, delivery.id).ambiguous
            case "dead":
                ended = outbox.mark_dead(self.db, delivery.id, "x", owner=owner)
                if ended:
                    outbox.retry(self.db, delivery.id, now=self.now)
            case "released":
                ended = outbox.release(self.db, delivery.id, due_at=self.now, owner=owner)
            case _:
                return
        assert ended == ours
        if not ours:
            assert outbox.delivery(self.db, delivery.id) == before

    @invariant()
    def at_most_one_row_of_an_incident_is_under_way(self):
        if hasattr(self, "db"):
            sql = "SELECT incident_id FROM deliveries WHERE state = 'claimed' GROUP BY incident_id, channel HAVING count(*) > 1"
            assert rows(self.db, sql) == []

    @invariant()
    def a_collapsed_row_names_a_newer_one_of_its_incident(self):
        if hasattr(self, "db"):
            sql = (
                "SELECT d.id FROM deliveries d LEFT JOIN deliveries n ON n.id = d.collapsed_into "
                "WHERE d.state = 'collapsed' AND NOT (n.id > d.id AND n.incident_id = d.incident_id AND n.channel = d.channel)"
            )
            assert rows(self.db, sql) == []

    def all_is_sent_at_last(self):
        self.now += DAY
        while (found := outbox.claim(self.db, self.now, lease_s=90, owner="last")) is not None:
            outbox.mark_sent(self.db, found[0].id, self.now)
        assert set(outbox.count_by_state(self.db)) <= {"sent", "collapsed"}
        for incident_id, count in self.settled.items():
            if count:
                (newest,) = outbox.deliveries(self.db, alert_id=f"{incident_id}-{count}")
                assert newest.state == "sent"


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_an_alert_without_its_row_is_a_mistake_that_shows():
    """The delivery refers to an alert; the database keeps them together."""
    with opened() as db:
        store_incident(db)
        store_settled_alert(db, "i1")
        found = claim(db)
        assert found is not None
        stray = dataclasses.replace(found[1], id="nobody")
        with pytest.raises(Exception, match="FOREIGN KEY constraint failed"):
            outbox.add_delivery(db, stray, "slack", created_at=NOON, due_at=NOON)


def test_the_latest_thread_of_an_incident_is_the_one_to_answer():
    """A thread that was opened anew takes the place of the old one; another channel or incident has none of it."""
    with opened() as db:
        store_incident(db)
        store_incident(db, "i2")
        (first,) = store_settled_alert(db, "i1")
        assert outbox.thread_on_channel(db, "i1", "slack") is None
        outbox.mark_sent(db, first, NOON, thread="C1/1.0")
        assert outbox.thread_on_channel(db, "i1", "slack") == "C1/1.0"
        (second,) = store_settled_alert(db, "i1", 2)
        outbox.mark_sent(db, second, NOON + HOUR, thread="C1/2.0")
        assert outbox.thread_on_channel(db, "i1", "slack") == "C1/2.0"
        assert outbox.thread_on_channel(db, "i1", "mail") is None
        assert outbox.thread_on_channel(db, "i2", "slack") is None
        assert outbox.thread_on_channel(db, None, "slack") is None
