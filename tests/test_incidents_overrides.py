"""An analyst's values over the reports', and where each standing value comes from."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_incidents import BANNU, BLA, DAY, MASTUNG, NOON, TTP, account, exactly, filing, incident, mention

from monitor.incidents.overrides import FIELDS, SetValue, as_set, value_form, value_from
from monitor.incidents.provenance import sources

HOUR = dt.timedelta(hours=1)


def course(found) -> list[tuple[str, int | None, int | None]]:
    return [(e.item_id, e.killed and e.killed.count, e.injured and e.injured.count) for e in found.history]


def rising():
    """Nine dead, seventeen two hours later, twenty-three after four."""
    return incident(
        filing("a", account(killed=9, injured=4)),
        filing("b", account(killed=17, injured=4), minutes=120),
        filing("c", account(killed=23, injured=8), minutes=240),
    )


def set_at(hours: float, field: str, value) -> SetValue:
    return SetValue(field=field, value=value, at=NOON + hours * HOUR)


def test_history_goes_from_the_reports_to_the_analyst():
    """What was reported before stays; from then on the dead are the analyst's, while the injured go on as reported."""
    found = as_set(rising(), [set_at(3, "killed", exactly(12))])
    assert found.killed == exactly(12)
    assert course(found) == [("a", 9, 4), ("b", 17, 4), ("analyst", 12, 4), ("c", 12, 8)]


def test_the_last_word_of_analysts_wins():
    """Two values of one field count in the order set, whatever the order in which they are given."""
    values = [set_at(5, "killed", exactly(13)), set_at(3, "killed", exactly(12))]
    assert as_set(rising(), values).killed == exactly(13)
    assert [e[1] for e in course(as_set(rising(), values))] == [9, 17, 12, 12, 13]


def test_a_toll_can_be_unknown_from_the_start():
    """An incident without any number gets one, and loses it again."""
    bare = incident(filing("a", account()))
    found = as_set(bare, [set_at(1, "injured", exactly(2))])
    assert course(found) == [("analyst", None, 2)]
    assert as_set(found, [set_at(2, "injured", None)]).injured is None


def test_groups_are_set_one_by_one():
    """One group's stance is replaced, another's stands; the order is that of the stances."""
    told = incident(filing("a", account(groups=(mention(BLA, "suspected"), mention(TTP, "mentioned")))))
    found = as_set(told, [set_at(1, "group:ttp", mention(TTP, "claimed")), set_at(2, "group:bla", None)])
    assert [(g.id, g.stance) for g in found.groups] == [("ttp", "claimed")]
    assert [g.id for g in as_set(told, [set_at(1, "group:ttp", mention(TTP, "claimed"))]).groups] == ["ttp", "bla"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("killed", exactly(12)),
        ("place", BANNU),
        ("date", DAY),
        ("attack_type", "drone"),
        ("target", None),
        ("group:ttp", mention(TTP, "denied")),
        ("group:ttp", None),
    ],
    ids=str,
)
def test_a_value_survives_the_store(field, value):
    """What was set comes back from its JSON as it was."""
    assert value_from(field, value_form(value)) == value


def test_a_field_that_no_incident_has_cannot_be_read():
    """A row of a later version names a field that this one does not know."""
    with pytest.raises(ValueError, match="colour"):
        value_from("colour", "red")


@given(st.permutations([set_at(n, field, None) for n, field in enumerate(FIELDS)]))
def test_fields_are_independent(values):
    """Whatever the order, each field has its own last value, and the filings are untouched."""
    found = as_set(rising(), values)
    assert all(getattr(found, field) is None for field in FIELDS)
    assert found.filings == rising().filings


def test_each_value_names_the_reports_that_give_it():
    """The standing toll comes from the last report, the place from all, a group from the one that names it; references are no source."""
    told = incident(
        filing("a", account(killed=9, injured=4)),
        filing("b", account(killed=23, injured=4, groups=(mention(TTP, "claimed"),)), minutes=60),
        filing("r", account(killed=23, fresh=False, relation="recalled"), minutes=90),
    )
    found = sources(told)
    assert {field: [f.item_key for f in filings] for field, filings in found.items()} == {
        "killed": ["b"],
        "injured": ["a", "b"],
        "place": ["a", "b"],
        "date": ["a", "b"],
        "attack_type": ["a", "b"],
        "group:ttp": ["b"],
    }
    assert told.place == MASTUNG
