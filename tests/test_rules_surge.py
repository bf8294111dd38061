"""More than usual: what counts, what is usual, and how long a surge stays silent once told."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_rules import MASTUNG, NOW, incident, mention, rules_of

from monitor.model import GroupMention, Incident, Place
from monitor.rules.conditions import Surge
from monitor.rules.surge import SurgeMatch, find_surges, holds, lookback_days, tallies

DAY = dt.timedelta(days=1)
HANGU = Place(name="Hangu", district="Hangu", province="Khyber Pakhtunkhwa", country="Pakistan")


def attacks(number: int, *, days_ago: float = 1, place: Place | None = MASTUNG, **fields: Any) -> list[Incident]:
    seen = NOW - days_ago * DAY
    return [
        incident(id=f"{days_ago}-{n}-{place.name if place else ''}", first_seen=seen, killed=1, place=place, **fields)
        for n in range(number)
    ]


def surges(when: str, incidents: list[Incident], *, since: dt.datetime | None = None, fired: Any = ()) -> tuple[SurgeMatch, ...]:
    return find_surges(rules_of(when), incidents, now=NOW, since=since, fired=dict(fired))


FIVE = "{surge: {by: province, incidents: 5, within: 7d}}"
TWICE = "{surge: {by: province, incidents: 5, within: 7d, over_usual: 2.0}}"


def test_five_in_a_province_within_a_week_are_a_surge() -> None:
    """With the province, the incidents and the condition as written."""
    [found] = surges(FIVE, attacks(5))
    assert (found.rule, found.severity, found.shown, len(found.incidents)) == ("tested", "high", "Balochistan", 5)
    [reason] = found.reasons
    assert reason.condition == "surge: {by: province, incidents: 5, within: 7d}"
    assert reason.value == "5 in Balochistan within 7 days, usually 0.0"


@pytest.mark.parametrize("by", ["district", "province", "country", "group"])
def test_what_is_asked_for_is_what_a_look_at_everything_finds(by: str) -> None:
    """Of each place or group alone, and of none: the short cut changes no verdict, whatever the spelling of a name."""
    claimed = (GroupMention(id="ttp", name="TTP", stance="claimed"),)
    old_name = dataclasses.replace(HANGU, province="NWFP")
    many = [
        *attacks(6, groups=claimed),
        *attacks(3, place=HANGU, groups=claimed),
        *attacks(4, place=old_name, days_ago=2),
        *attacks(1, place=None),
    ]
    rules = dataclasses.replace(rules_of(f"{{surge: {{by: {by}, incidents: 5, within: 7d}}}}"), aliases={"nwfp": "khyberpakhtunkhwa"})
    everything = find_surges(rules, many, now=NOW, since=None, fired={})
    assert everything
    for one in everything:
        assert find_surges(rules, many, now=NOW, since=None, fired={}, wanted={(one.rule, one.key)}) == (one,)
    assert find_surges(rules, many, now=NOW, since=None, fired={}, wanted=set()) == ()


def test_how_long_ago_it_was_is_asked_anew_each_time() -> None:
    """What was young enough to count a week ago is not today; an incident as changed as can be counts as it is now."""
    rules = rules_of("{surge: {by: province, incidents: 5, within: 30d}, age: '<= 3d'}")
    five = [dataclasses.replace(one, date=NOW.date(), filings=()) for one in attacks(5, days_ago=0.1)]
    later = NOW + 7 * DAY
    assert find_surges(rules, five, now=NOW, since=None, fired={})
    assert not find_surges(rules, five, now=later, since=None, fired={})
    plain = rules_of("{surge: {by: province, incidents: 5, within: 30d}, killed: '>= 1'}")
    assert find_surges(plain, five, now=later, since=None, fired={})
    corrected = [dataclasses.replace(five[0], killed=None), *five[1:]]
    assert not find_surges(plain, corrected, now=later, since=None, fired={})


def test_four_are_none() -> None:
    """Nor four here and one elsewhere."""
    assert not surges(FIVE, attacks(4) + attacks(1, place=HANGU))


def test_older_ones_do_not_count() -> None:
    """The fifth was eight days ago."""
    assert not surges(FIVE, attacks(4) + attacks(1, days_ago=8))


def test_incidents_of_the_future_do_not_count() -> None:
    """A replay knows them already."""
    assert not surges(FIVE, attacks(4) + attacks(1, days_ago=-1))


def test_what_is_usual_in_a_province_is_no_surge() -> None:
    """Five a week for eight weeks: the sixth in the ninth is nothing; ten are."""
    usual = [one for week in range(1, 9) for one in attacks(5, days_ago=7 * week + 3)]
    assert not surges(TWICE, usual + attacks(6))
    [found] = surges(TWICE, usual + attacks(10))
    assert found.usual == 5


def test_while_the_record_is_short_nothing_is_over_the_usual() -> None:
    """A monitor that runs for ten days does not know what is usual; one of three weeks does."""
    assert not surges(TWICE, attacks(5), since=NOW - 10 * DAY)
    assert surges(TWICE, attacks(5), since=NOW - 21 * DAY)
    assert surges(FIVE, attacks(5), since=NOW - 10 * DAY)


def test_the_usual_of_a_short_record_is_the_mean_of_what_there_is() -> None:
    """Three weeks on record have two weeks before the present one."""
    [found] = surges(TWICE, attacks(5) + attacks(2, days_ago=10), since=NOW - 21 * DAY)
    assert found.usual == 1


def test_other_conditions_say_which_incidents_count() -> None:
    """Only those with a victim, or of one type."""
    mixed = attacks(3, attack_type="drone") + attacks(5, days_ago=2, attack_type="bombing")
    assert not surges("{surge: {by: province, incidents: 5, within: 7d}, attack_type: drone}", mixed)
    assert surges("{surge: {by: province, incidents: 5, within: 7d}, attack_type: bombing}", mixed)


def test_retracted_and_dismissed_incidents_do_not_count() -> None:
    """A hoax is no part of a wave."""
    assert not surges(FIVE, attacks(4) + attacks(1, days_ago=2, retracted=True))
    assert not surges(FIVE, attacks(4) + attacks(1, days_ago=2, dismissed=True))


def test_an_incident_without_a_province_counts_nowhere() -> None:
    """Five somewhere are no surge in a place."""
    assert not surges(FIVE, attacks(5, place=Place(country="Pakistan")))


def test_districts_of_one_name_in_two_provinces_are_two() -> None:
    """As the keys tell."""
    here = attacks(3, place=Place(name="a", district="Khyber", province="Khyber Pakhtunkhwa", country="Pakistan"))
    there = attacks(3, place=Place(name="b", district="Khyber", province="Balochistan", country="Pakistan"))
    found = surges("{surge: {by: district, incidents: 3, within: 7d}}", here + there)
    assert len({one.key for one in found}) == 2
    assert not surges("{surge: {by: district, incidents: 4, within: 7d}}", here + there)


def test_by_group_counts_what_it_claims_or_is_suspected_of() -> None:
    """Denials and mere mentions do not count."""
    claimed = attacks(2, groups=(mention("ttp", "claimed"), mention("iskp", "denied")))
    suspected = attacks(2, days_ago=2, groups=(mention("ttp", "suspected"), mention("iskp", "mentioned")))
    [found] = surges("{surge: {by: group, incidents: 4, within: 7d}}", claimed + suspected)
    assert (found.key, found.reasons[0].value) == ("ttp", "4 by ttp within 7 days, usually 0.0")
    assert not surges("{surge: {by: group, incidents: 2, within: 7d}, group: iskp, stance: claimed}", claimed + suspected)


@pytest.mark.parametrize(("days_ago", "silent"), [(1, True), (6.9, True), (7, False)])
def test_a_surge_that_was_told_is_silent_for_its_cooldown(days_ago: float, silent: bool) -> None:
    """The span itself, where nothing else is said."""
    [found] = surges(FIVE, attacks(5))
    again = surges(FIVE, attacks(5), fired={("tested", found.key): NOW - days_ago * DAY})
    assert (again == ()) is silent


def test_a_cooldown_of_its_own_is_kept() -> None:
    """One day instead of seven."""
    when = "{surge: {by: province, incidents: 5, within: 7d, cooldown: 1d}}"
    [found] = surges(when, attacks(5))
    assert surges(when, attacks(5), fired={("tested", found.key): NOW - 2 * DAY})


def test_the_lookback_covers_the_longest_rule() -> None:
    """Nine spans; nothing where no rule asks."""
    assert lookback_days(rules_of(FIVE)) == 63
    assert lookback_days(rules_of("{killed: 1}")) == 0


def test_the_order_of_incidents_does_not_matter() -> None:
    """And those of the surge come oldest first."""
    found = [one for days in (3, 1, 2) for one in attacks(2, days_ago=days)]
    assert surges(FIVE, found) == surges(FIVE, found[::-1])
    seen = [one.first_seen for one in surges(FIVE, found)[0].incidents]
    assert seen == sorted(seen)


@given(st.integers(2, 50), st.floats(1, 10), st.integers(0, 100), st.one_of(st.none(), st.floats(0, 50)))
def test_more_incidents_never_end_a_surge(least: int, over: float, recent: int, usual: float | None) -> None:
    """And below the least number there is none, whatever is usual."""
    surge = Surge(written="", by="province", incidents=least, within_days=7, over_usual=over)
    if holds(surge, recent, usual):
        assert holds(surge, recent + 1, usual)
        assert recent >= least


def test_rules_without_a_surge_find_none() -> None:
    """They are matched elsewhere."""
    assert surges("{killed: 1}", attacks(9)) == ()


def test_what_happened_before_the_record_began_is_not_counted_as_usual() -> None:
    """A backfill of one old month would make every week look quiet."""
    [found] = surges(TWICE, attacks(5) + attacks(9, days_ago=30), since=NOW - 21 * DAY)
    assert found.usual == 0


def test_a_rule_that_looks_for_no_surge_counts_nothing() -> None:
    """Whatever there is."""
    [rule] = rules_of('{killed: ">= 1"}').rules
    assert tallies(rule, attacks(5), now=NOW, since=None, aliases={}) == {}
