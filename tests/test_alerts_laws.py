"""However reports are ordered, repeated or interrupted: laws of the whole way from a poll to what a channel was handed.

The texts are read by the real reader; polls, timers, the gate and the outbox work on a database file that is left in the middle of a
statement and opened again, as by a daemon that was killed.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from support_pipeline import desk
from support_reading import reader

from monitor.alerts.storm import StormSettings
from monitor.backfill import replay, stored_in_order
from monitor.gate import Gate
from monitor.items import content_hash, identify
from monitor.model import Alert, FeedState, Item, Report
from monitor.pipeline import Reading, Taken, settle_due, store_part, store_poll, unread
from monitor.store import alerts as alert_rows
from monitor.store import incidents as incident_rows
from monitor.store import outbox
from monitor.store.database import Database, open_database

MORNING = dt.datetime(2026, 3, 10, 5, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
LEASE_S = 60.0
DESK = desk()
STATE = FeedState(url="https://wire.example.org/rss")

# Five attacks of one day, as outlets tell them: (attacks, outlet, title, text). Two are in one town, two stories repeat the words of others
# under addresses of their own, one only claims an attack, and the last tells of two.
STORIES = (
    (
        "market",
        "Courier",
        "Nine killed in Mastung market blast",
        "A bomb tore through a vegetable market in Mastung on Tuesday, killing nine people and wounding 20, the deputy commissioner said.",
    ),
    (
        "market",
        "Herald",
        "Toll of Mastung bombing rises to 12",
        "Twelve people were killed and 24 injured when a bomb exploded in a market in Mastung on Tuesday, hospital officials said.",
    ),
    (
        "market",
        "Wire",
        "14 dead in blast at Mastung market",
        "Fourteen people died and 31 were injured in a bomb blast at a market in Mastung on Tuesday, rescuers said between the stalls.",
    ),
    (
        "market",
        "Morning Mail",
        "14 dead in blast at Mastung market",
        "Fourteen people died and 31 were injured in a bomb blast at a market in Mastung on Tuesday, rescuers said between the stalls.",
    ),
    (
        "checkpost",
        "Courier",
        "Gunmen kill four policemen in Bannu",
        "Gunmen on motorcycles opened fire on a checkpost in Bannu on Tuesday and killed four policemen, police said.",
    ),
    (
        "checkpost",
        "Frontier Post Bag",
        "Bannu checkpost attack leaves five policemen dead",
        "Five policemen were killed when gunmen attacked a checkpost in Bannu on Tuesday, a police spokesman said.",
    ),
    (
        "checkpost",
        "Evening Star",
        "Bannu checkpost attack leaves five policemen dead",
        "Five policemen were killed when gunmen attacked a checkpost in Bannu on Tuesday, a police spokesman said.",
    ),
    (
        "mosque",
        "Herald",
        "Suicide bomber kills 55 at Peshawar mosque",
        "A suicide bomber blew himself up in a full mosque in Peshawar on Tuesday, killing 55 people and wounding 120, officials said.",
    ),
    (
        "mosque",
        "Wire",
        "Peshawar mosque bombing kills 61",
        "A suicide bombing at a mosque in Peshawar on Tuesday killed 61 people and injured 140, the city's main hospital said.",
    ),
    (
        "gate",
        "Asia Desk",
        "Seven killed outside ministry in Kabul",
        "A bomb went off at the gate of a ministry in Kabul on Tuesday, killing seven people and wounding 15, the interior ministry said.",
    ),
    (
        "gate",
        "Kabul Letter",
        "Kabul blast kills eight",
        "Eight people were killed and 18 injured in an explosion at a ministry's gate in Kabul on Tuesday, residents and doctors said.",
    ),
    (
        "checkpost",
        "Kabul Letter",
        "TTP claims Bannu checkpost attack",
        "The Tehreek-e-Taliban Pakistan claimed responsibility on Tuesday for the attack on a checkpost in Bannu, a spokesman said.",
    ),
    (
        "elder",
        "Courier",
        "Tribal elder shot dead in Mastung",
        "Two men on a motorcycle shot dead a tribal elder outside his house in Mastung on Tuesday, police said.",
    ),
    (
        "elder",
        "Morning Mail",
        "Mastung tribal elder gunned down",
        "A tribal elder was gunned down at his door in Mastung on Tuesday by two men who escaped, the local station house officer said.",
    ),
    (
        "checkpost gate",
        "Asia Desk",
        "Policemen in Bannu, passers-by in Kabul: a bloody Tuesday",
        "Gunmen killed five policemen at a checkpost in Bannu on Tuesday.\n\nIn Kabul, a bomb at a ministry's gate killed eight people and "
        "wounded 18 on Tuesday.",
    ),
)
ATTACKS_OF = {f"s{n}": set(attacks.split()) for n, (attacks, *_) in enumerate(STORIES)}


def item(n: int) -> Item:
    """One story, as its feed carries it at every poll. It came out an hour before the first one of them."""
    _, outlet, title, text = STORIES[n]
    feed = outlet.lower().replace(" ", "-")
    link = f"https://{feed}.example.org/stories/{title.lower().replace(' ', '-')}-{n}"
    return Item(
        key=identify(feed_url=f"https://{feed}.example.org/rss", guid=f"s{n}", link=link, title=title, summary=text, content=""),
        id=f"s{n}",
        title=title,
        summary=text,
        link=link,
        guid=f"s{n}",
        published_at=MORNING - 60 * MINUTE + n * MINUTE,
        feed=feed,
        outlet=outlet,
        publisher=outlet,
        content_hash=content_hash(title, text, ""),
    )


@cache
def read(n: int) -> Reading:
    return Reading(item=item(n), report=reader().read(item(n)))


@cache
def empty_database() -> bytes:
    """A database with its tables and nothing in them: making them takes longer than a poll."""
    with tempfile.TemporaryDirectory() as folder:
        open_database(Path(folder) / "empty.db").close()
        return (Path(folder) / "empty.db").read_bytes()


class Answers:
    """The reader's answers, known by the items' ids."""

    def read(self, item: Item) -> Report:
        report = read(int(item.id[1:])).report
        assert report is not None
        return report


@dataclass
class Program:
    """What a daemon does, on a fake clock; `kill_after` so many hundred steps of SQLite's machine, it is killed and started again."""

    path: Path
    now: dt.datetime = MORNING
    handed: list[tuple[str, bool]] = field(default_factory=list)  # to the channel: alert, and whether it said that it may be a repeat
    cuts: Counter[str] = field(default_factory=Counter)
    gate: Gate = field(default_factory=Gate)

    def __post_init__(self) -> None:
        self.path.write_bytes(empty_database())
        self.db = open_database(self.path)

    def start_again(self) -> None:
        self.db.close()
        self.db = open_database(self.path)

    def killed_in(self, what: str, work: Callable[[], object], *, kill_after: int) -> None:
        """Do it, unless the process ends first; then the work is not done, or done and nobody heard of it."""
        steps = iter(range(kill_after))
        self.db.conn.set_progress_handler(lambda: next(steps, None) is None, 100)
        try:
            work()
        except Exception:
            self.cuts[what] += 1
        self.start_again()

    @property
    def polled_at(self) -> dt.datetime:
        return self.now + dt.timedelta(seconds=1)  # timers run, then feeds are asked: never at one instant

    def poll(self, stories: list[int]) -> None:
        wanted = {one.key for one in unread(self.db, [item(n) for n in stories], now=self.polled_at)}
        readings = [read(n) if item(n).key in wanted else Reading(item=item(n)) for n in stories]
        store_poll(self.db, DESK, readings, state=STATE, seen_at=self.polled_at, first_fetch=False)

    def poll_in_part(self, stories: list[int]) -> None:
        """The first of a large poll's transactions; the process ends before the others."""
        store_part(self.db, DESK, [read(n) for n in stories], seen_at=self.polled_at, first_fetch=False, taken=Taken())
        self.start_again()

    def settle(self) -> None:
        settle_due(self.db, self.now)

    def send(self, *, lose_mark_of: int | None = None) -> None:
        """Hand over all that may go; the process ends after so many, before it notes that the last was sent."""
        sent = 0
        while claimed := self.gate.take(
            self.db,
            "desk",
            now=self.now,
            lease_s=LEASE_S,
            owner="daemon",
            ruleset=DESK.ruleset,
            storm=StormSettings(messages=0),
        ):
            (delivery, alert) = claimed[0]
            self.handed.append((alert.id, delivery.ambiguous))
            if sent == lose_mark_of:
                self.cuts["mark"] += 1
                self.start_again()
                return
            outbox.mark_sent(self.db, delivery.id, self.now)
            sent += 1


STORY = st.integers(0, len(STORIES) - 1)
POLL = st.tuples(
    st.lists(STORY, min_size=1, max_size=5, unique=True),
    st.sampled_from([0, 1, 2, 4, 30, 200]),
    st.one_of(
        st.none(),
        st.tuples(st.just("poll"), st.integers(0, 60)),
        st.tuples(st.just("part"), st.integers(1, 4)),
        st.tuples(st.just("settle"), st.integers(0, 12)),
        st.tuples(st.just("mark"), st.integers(0, 2)),
    ),
)


def live(program: Program, polls: list[tuple[list[int], int, tuple[str, int] | None]]) -> None:
    """Polls, each so many minutes after the one before; after a cut the same poll comes again a minute later, as after a restart."""
    for stories, minutes, cut in polls:
        program.now += minutes * MINUTE
        what, where = cut or ("", 0)
        if what == "settle":
            program.killed_in("settle", program.settle, kill_after=where)
        program.settle()
        program.send(lose_mark_of=where if what == "mark" else None)
        if what == "poll":
            program.killed_in("poll", lambda stories=stories: program.poll(stories), kill_after=where)
        if what == "part":
            program.poll_in_part(stories[:where])
        if cut is not None:
            program.now += MINUTE
            program.settle()
        program.poll(stories)
    for _ in range(3):  # what was lost with its lease, what waits for a toll to stand
        program.now += 12 * 60 * MINUTE
        program.settle()
        program.send()


def replayed(program: Program) -> tuple[list[Alert], dict[str, object]]:
    """What is stored, run again in an empty database: its alerts in their order, and the incidents."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "again.db"
        path.write_bytes(empty_database())
        db = open_database(path)
        try:
            told: list[Alert] = []
            rules = DESK
            replay(
                db,
                stored_in_order(program.db, since=None, until=None),
                ruleset=rules.ruleset,
                settings=rules.settings,
                reader=Answers(),
                now=program.now,
                on_alert=told.append,
            )
            return told, places_of(db)
        finally:
            db.close()


def places_of(db: Database) -> dict[str, object]:
    """Of each incident that stands: its facts, its history, and which account of which item is filed where and as what."""
    return {
        i.id: (
            i.killed and i.killed.count,
            i.injured and i.injured.count,
            i.place,
            i.history,
            sorted((f.item_id, f.role, f.duplicate_of or "") for f in i.filings),
        )
        for i in incident_rows.incidents(db)
    }


def essence(alert: Alert) -> tuple[object, ...]:
    toll = alert.incident.killed
    return (alert.id, alert.change, alert.reason, alert.severity, toll and toll.count, alert.channels, alert.due_at)


@pytest.mark.timeout(300)  # a database file is made and opened again many times
@settings(max_examples=20)
@example(polls=[([4], 0, None), ([12], 0, None)], rest=[1, 0, *range(2, len(STORIES))], size=1)  # one shot, then a risen toll of a bombing
@given(polls=st.lists(POLL, min_size=2, max_size=6), rest=st.permutations(range(len(STORIES))), size=st.integers(1, len(STORIES)))
def test_any_order_repeats_and_interruptions_give_one_new_an_incident(
    polls: list[tuple[list[int], int, tuple[str, int] | None]], rest: list[int], size: int
) -> None:
    """Each attack is one incident with one `new`, its first alert; each account is in force in one place; the channel is handed each alert
    once, or says that it may be a repeat; and what is stored, replayed, gives the same alerts, facts and history."""
    polls = [*polls, *((rest[start : start + size], 3, None) for start in range(0, len(rest), size))]
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Path(folder) / "monitor.db")
        try:
            live(program, polls)
            for what in program.cuts:
                event(f"killed in {what}")
            db = program.db

            standing = incident_rows.incidents(db)
            told_of = {i.id: frozenset.intersection(*(frozenset(ATTACKS_OF[f.item_id]) for f in i.filings)) for i in standing}
            assert sorted(sorted(attacks) for attacks in told_of.values()) == [["checkpost"], ["elder"], ["gate"], ["market"], ["mosque"]]

            filed = list(db.query("SELECT item_key, n, incident_id FROM filings WHERE in_force = 1"))
            assert len({(one["item_key"], one["n"]) for one in filed}) == len(filed)
            assert Counter(one["item_key"] for one in filed) == {item(n).key: len(ATTACKS_OF[f"s{n}"]) for n in range(len(STORIES))}
            for incident in standing:
                assert {entry.item_id for entry in incident.history} <= {one.item_id for one in incident.filings}

            said = alert_rows.alerts(db, states=["settled"])
            for incident in standing:
                changes = [alert.change for alert in said if alert.incident_id == incident.id]
                assert (changes[:1], changes.count("new")) == (["new"], 1)
            assert {alert.incident_id for alert in said} == {incident.id for incident in standing}

            surely = Counter(alert for alert, may_repeat in program.handed if not may_repeat)
            assert set(surely.values()) == {1}
            handed, spoken = {alert for alert, _ in program.handed}, {spoken_by(db, alert) for alert in said}
            assert spoken <= handed <= {alert.id for alert in said}
            # Handed over just before the end came, and then told once more by a newer one of the same incident.
            assert len(handed - spoken) <= program.cuts["mark"]

            again, places = replayed(program)
            assert [essence(alert) for alert in in_turn(again)] == [essence(alert) for alert in in_turn(said)]
            assert places == places_of(db)
        finally:
            program.db.close()


def spoken_by(db: Database, alert: Alert) -> str:
    """The alert that its channel was told in its place: a newer one of the same incident, or itself."""
    (delivery,) = outbox.deliveries(db, alert_id=alert.id)
    assert delivery.state in ("sent", "collapsed")
    other = outbox.collapsed_into(db, delivery.id)
    newer = alert_rows.alert(db, other) if other else None
    return spoken_by(db, newer) if newer else alert.id


def in_turn(alerts: list[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda alert: (alert.due_at, alert.id))
