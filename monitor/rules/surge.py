"""More incidents than usual in one district, province or country, or by one group: each small, together news.

The counts come from incidents that the caller looked up; nothing here knows a database.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.model import Incident, Place, Reason, Severity
from monitor.rules.conditions import Age, Condition, Publishers, ReportIs, Rule, Surge, leaves
from monitor.rules.judge import Facts, canonical, midnight, truth
from monitor.rules.ruleset import RuleSet

# The usual number is the mean of this many windows before the present one, and of two at the least.
WINDOWS = 8
FEWEST_WINDOWS = 2

_LEVELS = ("district", "province", "country")

Fired = Mapping[tuple[str, str], dt.datetime]
Counted = tuple[dt.datetime, tuple[tuple[str, str], ...]]  # when; each key, and how it is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The incidents of one place or group within a rule's window, oldest first, and the usual number (None: not known yet)."""

    shown: str
    recent: tuple[Incident, ...]
    usual: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeMatch:
    """A surge rule that holds for one place or group. `key` is stable; with the rule's name it tells when it last fired."""

    rule: str
    severity: Severity
    surge: Surge
    key: str
    shown: str
    incidents: tuple[Incident, ...]
    usual: float | None
    reasons: tuple[Reason, ...]
    notify: tuple[str, ...] | None = None


def lookback_days(ruleset: RuleSet) -> float:
    """How far back incidents are needed; 0 where no rule looks for a surge."""
    return max((rule.surge.within_days * (WINDOWS + 1) for rule in ruleset.surges if rule.surge), default=0.0)


def looks_at_reports(rule: Rule) -> bool:
    """Whether the facts of an incident are not enough to judge the rule's other conditions."""
    return any(isinstance(leaf, ReportIs | Publishers) for leaf in leaves(rule.when))


def counted_under(ruleset: RuleSet, incident: Incident, *, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """The surge rules that count this incident now, each with the key that it counts under."""
    if incident.retracted or incident.dismissed:
        return ()
    facts = Facts(incident, now, ruleset.aliases)
    return tuple(
        (rule.name, key)
        for rule in ruleset.surges
        if rule.surge is not None and truth(rule.when, facts) is True
        for key, _ in _keys(rule.surge.by, facts)
    )


def find_surges(
    ruleset: RuleSet,
    incidents: Iterable[Incident],
    *,
    now: dt.datetime,
    since: dt.datetime | None,
    fired: Fired,
    wanted: Collection[tuple[str, str]] | None = None,
) -> tuple[SurgeMatch, ...]:
    """The surges of this moment, in rule order.

    `incidents` are those of the last `lookback_days`; `since` is when the record begins (None: longer ago than that). `fired` says
    when each rule and key last fired: within the rule's cooldown it is silent. `wanted` are the rules and keys to look at (None: all).
    """
    standing = [incident for incident in incidents if not incident.retracted and not incident.dismissed]
    found = []
    for rule, surge in ((rule, rule.surge) for rule in ruleset.surges if rule.surge is not None):
        keys = None if wanted is None else {key for name, key in wanted if name == rule.name and not _cooling(rule, key, now, fired)}
        some = standing if keys is None else _likely(surge, keys, standing, ruleset.aliases)
        counted = tallies(rule, some, now=now, since=since, aliases=ruleset.aliases)
        for key, tally in sorted(counted.items()):
            if (keys is None or key in keys) and holds(surge, len(tally.recent), tally.usual) and not _cooling(rule, key, now, fired):
                found.append(_match(rule, surge, key, tally))
    return tuple(found)


def _likely(surge: Surge, keys: Collection[str], incidents: Sequence[Incident], aliases: dict[str, str]) -> list[Incident]:
    """Those that can count under one of the keys, by a look at one name: weeks of incidents are asked about with every report."""
    if surge.by == "group":
        return [incident for incident in incidents if any(group.id in keys for group in incident.groups)]
    first = {key.split("/")[0] for key in keys}

    def named(place: Place | None) -> bool:
        name: str | None = getattr(place, surge.by) if place else None
        return name is not None and canonical(name, aliases) in first

    return [incident for incident in incidents if named(incident.place)] if first else []


def holds(surge: Surge, recent: int, usual: float | None) -> bool:
    """Enough of them, and enough over what is usual. While the usual number is not known, nothing is over it."""
    if recent < surge.incidents:
        return False
    return surge.over_usual <= 1 or (usual is not None and recent >= surge.over_usual * usual)


def tallies(
    rule: Rule, incidents: Iterable[Incident], *, now: dt.datetime, since: dt.datetime | None, aliases: dict[str, str]
) -> dict[str, Tally]:
    """Key → what one surge rule counts. Incidents that do not meet the rule's other conditions do not count."""
    if rule.surge is None:
        return {}
    window = dt.timedelta(days=rule.surge.within_days)
    begin = now - (WINDOWS + 1) * window
    windows = WINDOWS if since is None else min(WINDOWS, (now - window - since) / window)
    recent: dict[str, list[tuple[dt.datetime, Incident]]] = {}
    before: dict[str, int] = {}
    names: dict[str, str] = {}
    ages = any(isinstance(leaf, Age) for leaf in leaves(rule.when))
    for incident in incidents:
        if ages or incident.filings:
            at, keys = _counted(rule.when, rule.surge.by, incident, aliases, now)
        else:
            at, keys = _counted_once(_Same(rule.when), rule.surge.by, _Same(incident), _Same(aliases))
        if not begin < at <= now:
            continue
        for key, shown in keys:
            names.setdefault(key, shown)
            if at > now - window:
                recent.setdefault(key, []).append((at, incident))
            elif since is None or at >= since:
                before[key] = before.get(key, 0) + 1
    return {
        key: Tally(
            shown=names[key],
            recent=tuple(incident for _, incident in sorted(found, key=lambda one: (one[0], one[1].id))),
            usual=before.get(key, 0) / windows if windows >= FEWEST_WINDOWS else None,
        )
        for key, found in recent.items()
    }


def _counted(when: Condition, by: str, incident: Incident, aliases: dict[str, str], now: dt.datetime) -> Counted:
    """When the incident happened, and what it counts under; nothing where it does not meet the conditions."""
    facts = Facts(incident, now, aliases)
    return happened_at(facts), tuple(_keys(by, facts)) if truth(when, facts) is True else ()


class _Same:
    """Equal to another one of the same object: to look through an incident's facts would cost as much as to judge it."""

    __slots__ = ("it",)

    def __init__(self, it: Any) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it

    def __hash__(self) -> int:
        return id(self.it)


# The store gives the same incident again and again, with every report of nine weeks. Without its reports it is small, and what does not
# ask how long ago it was is judged alike whenever it is asked.
@functools.lru_cache(maxsize=4096)
def _counted_once(when: _Same, by: str, incident: _Same, aliases: _Same) -> Counted:
    return _counted(when.it, by, incident.it, aliases.it, incident.it.first_seen)


def happened_at(facts: Facts) -> dt.datetime:
    """The begin of the incident's day at its place; where the day is not known, when it was first seen."""
    date = facts.incident.date
    return facts.incident.first_seen if date is None else midnight(date, facts)


def _keys(by: str, facts: Facts) -> Iterator[tuple[str, str]]:
    """What the incident counts for: its district, province or country, or each group that claims it or is suspected."""
    if by == "group":
        for group in facts.incident.groups:
            if group.stance in ("claimed", "suspected"):
                yield group.id, group.name
    elif by in facts.names:
        # District names repeat in other provinces.
        parts = _LEVELS[_LEVELS.index(by) :]
        yield "/".join(facts.names.get(part, "") for part in parts), facts.shown[by]


def _cooling(rule: Rule, key: str, now: dt.datetime, fired: Fired) -> bool:
    last = fired.get((rule.name, key))
    return last is not None and rule.surge is not None and now - last < dt.timedelta(days=rule.surge.cooldown_days)


def _match(rule: Rule, surge: Surge, key: str, tally: Tally) -> SurgeMatch:
    usual = "" if tally.usual is None else f", usually {tally.usual:.1f}"
    value = f"{len(tally.recent)} in {tally.shown} within {surge.within_days:g} days{usual}"
    if surge.by == "group":
        value = f"{len(tally.recent)} by {tally.shown} within {surge.within_days:g} days{usual}"
    return SurgeMatch(
        rule=rule.name,
        severity=rule.severity,
        surge=surge,
        key=key,
        shown=tally.shown,
        incidents=tally.recent,
        usual=tally.usual,
        reasons=(Reason(rule=rule.name, condition=surge.written, value=value),),
        notify=rule.notify,
    )
