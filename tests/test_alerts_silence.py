"""Silences: whether one holds at a time, and what its conditions mean."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_pipeline import GROUPS, RULES
from support_store import MASTUNG, a_filing, an_alert, an_incident, an_item

from monitor.alerts.silence import Silence, Weekly, silence_words, state, window_end
from monitor.errors import InvalidInput
from monitor.model import Place
from monitor.rules.load import load_rules
from monitor.rules.matcher import matches, parse_matcher

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)  # a Tuesday
HOUR = dt.timedelta(hours=1)
RULESET = load_rules({"alerts.yaml": RULES, "groups.yaml": GROUPS})


def silence(**changes: Any) -> Silence:
    values = {"matcher": {"district": "Mastung"}, "author": "Sana", "reason": "exercise", "created_at": NOW, "starts_at": NOW}
    return Silence(**values | changes)


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        pytest.param(NOW, NOW + HOUR, "active", id="from its start"),
        pytest.param(NOW - HOUR, NOW, "over", id="not at its end"),
        pytest.param(NOW + HOUR, NOW + 2 * HOUR, "to come", id="not before"),
        pytest.param(NOW - HOUR, None, "active", id="without an end"),
    ],
)
def test_a_silence_holds_from_its_start_until_its_end(starts: dt.datetime, ends: dt.datetime | None, expected: str) -> None:
    """The end is not part of it."""
    assert state(silence(starts_at=starts, ends_at=ends), NOW) == expected


def test_a_weekly_silence_holds_in_its_hours_alone() -> None:
    """Over midnight it belongs to the day on which it begins."""
    nights = Weekly(days=frozenset({5, 6}), begin=dt.time(22), end=dt.time(6), timezone="Asia/Karachi")
    saturday_night = dt.datetime(2026, 3, 14, 23, tzinfo=dt.timezone(5 * HOUR))
    assert window_end(nights, saturday_night.astimezone(dt.UTC)) == dt.datetime(2026, 3, 15, 1, tzinfo=dt.UTC)
    assert state(silence(weekly=nights), saturday_night) == "active"
    assert state(silence(weekly=nights), saturday_night - 2 * HOUR) == "pausing"
    monday_early = dt.datetime(2026, 3, 16, 5, tzinfo=dt.timezone(5 * HOUR))
    assert state(silence(weekly=nights), monday_early) == "active"
    assert state(silence(weekly=nights), monday_early + 24 * HOUR) == "pausing"
    assert state(silence(weekly=nights, ends_at=NOW + HOUR), saturday_night) == "over"


@given(days=st.sets(st.integers(0, 6), min_size=1), begin=st.times(), end=st.times(), hours=st.integers(0, 24 * 14))
def test_a_weekly_window_ends_within_two_days(days: set[int], begin: dt.time, end: dt.time, hours: int) -> None:
    """And never before the moment at which it holds."""
    weekly = Weekly(days=frozenset(days), begin=begin, end=end, timezone="Asia/Kabul")
    now = NOW + hours * HOUR
    until = window_end(weekly, now)
    assert until is None or now < until <= now + 25 * HOUR


def test_silences_are_said_in_words() -> None:
    """As they stand with what they held back, and in lists."""
    assert silence_words(silence(id=7)) == "silence 7 by Sana: exercise"
    weekly = Weekly(days=frozenset({5, 6}), begin=dt.time(22), end=dt.time(6), timezone="Asia/Karachi")
    assert str(weekly) == "sat,sun 22:00-06:00 Asia/Karachi"
    assert str(Weekly(days=frozenset(range(7)), begin=dt.time(0), end=dt.time(0), timezone="UTC")) == "daily 00:00-00:00 UTC"


# ---------------------------------------------------------------- what the conditions mean


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("district: Mastung", True, id="the district"),
        pytest.param("district: Quetta", False, id="another district"),
        pytest.param("district: [Quetta, Mastung]", True, id="one of two"),
        pytest.param("severity: high", True, id="the severity"),
        pytest.param("severity: [info, notice]", False, id="another severity"),
        pytest.param("district: Mastung\nseverity: notice", False, id="both must hold"),
        pytest.param("{district: Mastung, severity: high}", True, id="in braces"),
        pytest.param("rule: any-attack", True, id="the rule"),
        pytest.param("incident: i1", True, id="the incident"),
        pytest.param("incident: i2", False, id="another incident"),
        pytest.param("channel: desk", True, id="the channel"),
        pytest.param("channel: phone", False, id="another channel"),
        pytest.param('killed: ">= 5"', True, id="a toll"),
        pytest.param('militants_killed: ">= 1"', False, id="what is not known is not met"),
        pytest.param("not: {district: Quetta}", True, id="not"),
        pytest.param("any: [{district: Quetta}, {text: bus stop}]", True, id="words of a report"),
    ],
)
def test_conditions_pick_the_alerts_that_are_meant(text: str, holds: bool) -> None:
    """The language is that of the rule files, with the alert's own sides beside it."""
    item = an_item()
    incident = an_incident(filings=(a_filing(item),))
    matcher = parse_matcher(text, RULESET, channels=["desk", "phone"])
    assert matches(matcher, an_alert(incident), incident, channel="desk", now=NOW, aliases=RULESET.aliases) is holds


@pytest.mark.parametrize(
    ("text", "incidents"),
    [
        pytest.param("incident: 869624278076", {"869624278076"}, id="digits alone"),
        pytest.param("incident: [012345, 8e12, '77']", {"012345", "8e12", "77"}, id="first digits, as octal or with an exponent"),
    ],
)
def test_an_incidents_id_of_digits_is_no_number(text: str, incidents: set[str]) -> None:
    """One id in 280 has no letter; of the first six characters, one in 17."""
    assert parse_matcher(text, RULESET).incidents == incidents


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", 'condition: the silence has no condition; for example "district: Quetta"'),
        ("distrct: Quetta", 'condition:1:1: the silence: unknown key "distrct"; did you mean "district"?'),
        ("severity: hihg", 'condition:1:11: the silence: severity is "hihg"'),
        ("severity: high\nrule: any-atack", 'condition:2:7: the silence: rule is "any-atack"; expected one of: '),
        (
            "district: Qeutta",
            'condition:1:11: the silence: district is "Qeutta", which neither the gazetteer nor places: knows; did you mean "Quetta"?',
        ),
        ("channel: dsk", 'condition:1:10: the silence: channel is "dsk"; expected one of: desk'),
        ("surge: {by: province, incidents: 5, within: 7d}", "condition:1:8: the silence: surge looks at many incidents, not at one"),
        ("group: nobody", 'condition:1:8: the silence: group is "nobody"; expected the id of a group in the rule files'),
        ("- a", "condition:1:1: the silence is a list"),
        ("a: [", "condition:"),
    ],
)
def test_a_mistake_in_a_condition_is_told_with_its_place(text: str, problem: str) -> None:
    """A silence that means nothing would hold nothing back, and nobody would notice."""
    with pytest.raises(InvalidInput) as refused:
        parse_matcher(text, RULESET, channels=["desk"], where="condition")
    assert str(refused.value).startswith(problem)


def test_a_stored_silence_outlives_a_place_and_a_rule_that_went() -> None:
    """Read again under other rules it means what is left of it; only a group that went makes it mean nothing."""
    matcher = parse_matcher('{"district": "Nowhere", "rule": "gone"}', RULESET, strict=False)
    incident = an_incident(place=Place(name="Nowhere", district="Nowhere", province="Balochistan", country="Pakistan"))
    assert not matches(matcher, an_alert(incident), incident, channel="desk", now=NOW, aliases=RULESET.aliases)
    assert MASTUNG.district not in matcher.written
    with pytest.raises(InvalidInput, match="group"):
        parse_matcher('{"group": "gone"}', RULESET, strict=False)
