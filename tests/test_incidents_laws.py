"""Laws that hold for any reports in any order."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from support_incidents import (
    AIRPORT_ROAD,
    BALOCHISTAN,
    BANNU,
    BLA,
    CHAMAN,
    DAY,
    MASTUNG,
    NOON,
    PAKISTAN,
    QUETTA,
    SARIAB,
    SPIN_BOLDAK,
    TTP,
    at_least,
    exactly,
    filing,
    mention,
)

from monitor.alerts.decide import decide
from monitor.incidents.assign import assign
from monitor.incidents.merge import merged
from monitor.model import SEVERITIES, Account, AlertSettings, Evidence, Filing, Incident, Match, Reason, Told, Toll

TOLLS = st.none() | st.integers(0, 60).map(exactly) | st.integers(1, 60).map(at_least) | st.just(Toll(count=24, min=24, text="dozens"))
SENTENCES = st.sampled_from(
    ["", "Police said so.", "The outfit said it had killed many.", "The ministry lowered the toll.", "Residents said so."]
)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    relation = draw(st.sampled_from([None, None, None, "follow-up", "recalled"]))
    return Account(
        fresh=relation is None,
        relation=relation,
        date=draw(st.none() | st.integers(-2, 1).map(lambda days: DAY + dt.timedelta(days=days))),
        place=draw(st.sampled_from([None, PAKISTAN, BALOCHISTAN, MASTUNG, QUETTA, SARIAB, AIRPORT_ROAD, BANNU, CHAMAN, SPIN_BOLDAK])),
        killed=draw(TOLLS),
        injured=draw(TOLLS),
        groups=tuple(
            draw(st.lists(st.builds(mention, st.sampled_from([BLA, TTP]), st.sampled_from(["claimed", "denied", "suspected"])), max_size=2))
        ),
        attack_type=draw(st.sampled_from([None, "bombing", "suicide bombing", "armed assault", "cross-border clash"])),
        target=draw(st.sampled_from([None, "police", "civilians"])),
        retracts=draw(st.integers(0, 9)) == 0,
        evidence=(Evidence(field="killed", sentence=draw(SENTENCES)),),
    )


@st.composite
def news(draw: st.DrawFn, *, most: int = 8) -> list[Filing]:
    """Filings of one to `most` items over a day, some of two accounts, some of the same outlet, some published before they were seen."""
    filings = []
    for n in range(draw(st.integers(1, most))):
        minutes = draw(st.integers(0, 1_440))
        at = NOON + dt.timedelta(minutes=minutes)
        published = draw(st.none() | st.integers(0, 300).map(lambda late, at=at: at - dt.timedelta(minutes=late)))
        outlet = draw(st.sampled_from("xyz"))
        for told in draw(st.lists(accounts(), min_size=1, max_size=2)):
            filings.append(filing(f"item-{n}", told, minutes=minutes, outlet=outlet, published_at=published))
    return sorted(filings, key=lambda f: f.at)


@given(data=st.data(), filings=news())
@settings(max_examples=60, deadline=None)
def test_facts_do_not_depend_on_the_order_of_filings(data: st.DataObject, filings: list[Filing]):
    """Whatever order the store hands them in, an incident is the same."""
    shuffled = data.draw(st.permutations(filings))
    assert merged("i", shuffled) == merged("i", filings)


@given(filings=news())
@settings(max_examples=60, deadline=None)
def test_merging_again_changes_nothing(filings: list[Filing]):
    """The filings of a merged incident merge to the same incident, and the last entry of its history is its toll."""
    incident = merged("i", filings)
    assert merged("i", incident.filings) == incident
    if incident.history:
        last = incident.history[-1]
        assert ((last.killed and last.killed.count), (last.injured and last.injured.count)) == (
            incident.killed and incident.killed.count,
            incident.injured and incident.injured.count,
        )


@given(filings=news())
@settings(max_examples=60, deadline=None)
def test_every_toll_was_stated_by_someone(filings: list[Filing]):
    """Merging invents no number."""
    stated = {f.account.killed.count for f in filings if f.account.killed}
    killed = merged("i", filings).killed
    assert killed is None or killed.count in stated


@given(data=st.data(), filings=news())
@settings(max_examples=40, deadline=None)
def test_each_account_ends_in_exactly_one_place(data: st.DataObject, filings: list[Filing]):
    """An account joins one known incident, opens one, or belongs nowhere; the order of candidates does not matter, and no incident
    holds two accounts of one item."""
    places: dict[str, list[Filing]] = {}
    for n, one in enumerate(filings):
        known = [merged(name, members) for name, members in places.items()]
        assignment = assign(one, known, now=one.at)
        assert assign(one, data.draw(st.permutations(known)), now=one.at) == assignment
        if assignment is None:
            continue
        assert assignment.reason
        assert assignment.incident_id is None or assignment.incident_id in places
        if assignment.incident_id is None:
            assert one.account.fresh
            assert not one.account.retracts
        places.setdefault(assignment.incident_id or f"i{n}", []).append(replace(one, role=assignment.role))
    for members in places.values():
        keys = [one.item_key for one in members]
        assert len(keys) == len(set(keys))
        assert members[0].role == "report"


def rules_that_hold(incident: Incident) -> tuple[Match, ...]:
    """The ladder of a small rule set: any victim, 5, 20 and 50 killed."""
    killed = incident.killed.count if incident.killed else 0
    ladder = {"notice": 1, "high": 5, "severe": 20, "critical": 50}
    return tuple(
        Match(rule=severity, severity=severity, reasons=(Reason(rule=severity, condition=f"killed >= {step}", value=killed),))
        for severity, step in ladder.items()
        if killed >= step
    )


@given(filings=news(most=10), dismissed_after=st.none() | st.integers(0, 9))
@settings(max_examples=80, deadline=None)
def test_one_incident_gets_one_new_and_each_message_a_reason(filings: list[Filing], dismissed_after: int | None):
    """A simulated life: reports come, alerts wait, settle and are told. There is at most one `new`, it comes first, nothing is said
    twice, and a retraction is followed by nothing but its withdrawal."""
    told: Told | None = None
    pending: tuple[dt.datetime, Incident, str, str, str] | None = None
    said: list[tuple[str, str]] = []
    rules = AlertSettings(routes=dict.fromkeys(SEVERITIES, ("desk",)))

    def settle(now: dt.datetime) -> None:
        nonlocal told, pending
        if pending is not None and pending[0] <= now:
            due_at, incident, change, reason, severity = pending
            said.append((change, reason))
            told = Told(alert_id="a", at=due_at, severity=severity, incident=incident)  # type: ignore[arg-type]
            pending = None

    for n, one in enumerate(filings):
        settle(one.at)
        incident = merged("i", filings[: n + 1], dismissed=dismissed_after is not None and n >= dismissed_after)
        decision = decide(incident, rules_that_hold(incident), told, now=one.at, settings=rules)
        pending = None
        if decision.change is not None:
            assert decision.due_at is not None
            assert decision.due_at >= one.at
            pending = (decision.due_at, incident, decision.change, decision.reason, decision.severity)
    settle(NOON + dt.timedelta(days=10))

    changes = [change for change, _ in said]
    assert changes.count("new") == bool(changes)
    assert changes[:1] in ([], ["new"])
    assert not {reason for _, reason in said} & {"nothing-changed", "no-rule-matches", "not-live", "too-old"}
    for before, after in itertools.pairwise(said):
        if before[0] == "retraction":
            assert after == ("correction", "retraction-withdrawn")
    # What was told last is what is true now, as far as the ladder of tolls can tell.
    if told is not None:
        final = merged("i", filings, dismissed=dismissed_after is not None and len(filings) - 1 >= dismissed_after)
        again = decide(final, rules_that_hold(final), told, now=NOON + dt.timedelta(days=10), settings=rules)
        assert again.change is None
