"""The past as a proving ground: what other rules would have told on stored items, against what was told.

The items run through the same replay as a backfill with those rules, on a database to throw away. It begins long enough before the
time asked about that incidents, copies and usual numbers are known by then.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.backfill import replay, scratch_copy, stored_in_order
from monitor.engines import CanRead
from monitor.model import SEVERITIES, Alert, AlertSettings, Filing, Incident, Item, Match, Report, Toll
from monitor.rules.match import Explanation, Finding, explain
from monitor.rules.ruleset import RuleSet
from monitor.rules.surge import lookback_days
from monitor.spool import Clocked
from monitor.store import alerts as alert_rows
from monitor.store import incidents as incident_rows
from monitor.store import items as item_rows
from monitor.store.database import Database

# An incident takes reports for 30 days, and so does the one that its first report might have joined.
RUN_UP = dt.timedelta(days=90)
_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
NO_RULE = "no rule"

Verdict = Literal["added", "gone", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One alert that the rules tell otherwise: `was` None where it is added, `would` None where it is gone, `why` in words.

    `alert` is what would be told; where it is gone, what was.
    """

    verdict: Verdict
    alert: Alert
    was: Alert | None = None
    would: Alert | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of trying rules: the differences by time, how many alerts are as they were, items run, and whether it was stopped."""

    differences: tuple[Difference, ...]
    same: int
    items: int
    stopped: bool = False


class KeptReadings:
    """Takes the stored report of an item that was read by this reader with these words; reads what was not.

    `build` makes the reader when it is first needed: rules that differ in their thresholds alone need none.
    """

    def __init__(self, db: Database, *, vocabulary_hash: str, reader_version: str, build: Callable[[], CanRead]) -> None:
        self._db = db
        self._wanted = (reader_version, vocabulary_hash)
        self._build = build
        self._reader: CanRead | None = None

    def read(self, item: Item) -> Report:
        kept = item_rows.report_of(self._db, item.key) if item.published_at is not None else None
        if kept is not None and (kept.reader_version, kept.vocabulary_hash) == self._wanted:
            return kept
        self._reader = self._reader or self._build()
        return self._reader.read(item)


def try_rules(
    db: Database,
    items: Sequence[Clocked],
    *,
    ruleset: RuleSet,
    settings: AlertSettings,
    reader: CanRead,
    now: dt.datetime,
    since: dt.datetime,
    until: dt.datetime | None = None,
    against: Sequence[Alert] | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Trial:
    """Compare what the rules would have told from `since` to `until` with what was told, or with the alerts `against`.

    `items` are those of `items_for`. Reads `db` alone and writes nothing to it. Alerts are taken for one by their id, which is made of
    the incident's first item and counts its alerts.
    """
    was = told(db, since=since - RUN_UP) if against is None else against
    would: list[Alert] = []
    with scratch_copy(None) as scratch:
        outcome = replay(
            scratch,
            items,
            ruleset=ruleset,
            settings=settings,
            reader=reader,
            now=now,
            on_alert=would.append,
            on_progress=on_progress,
            should_stop=should_stop,
        )
        differences, same = _compared(was, would, ruleset, db=db, scratch=scratch, since=since, until=until)
    return Trial(differences=differences, same=same, items=outcome.items, stopped=outcome.stopped)


def replayed(items: Sequence[Clocked], *, ruleset: RuleSet, settings: AlertSettings, reader: CanRead, now: dt.datetime) -> list[Alert]:
    """What rules would have told, to compare other rules with."""
    raised: list[Alert] = []
    with scratch_copy(None) as scratch:
        replay(scratch, items, ruleset=ruleset, settings=settings, reader=reader, now=now, on_alert=raised.append)
    return raised


def items_for(db: Database, *rulesets: RuleSet, since: dt.datetime, until: dt.datetime | None = None) -> list[Clocked]:
    """The stored items that decide what rules tell from `since` to `until`, by their own time."""
    run_up = max(RUN_UP, *(dt.timedelta(days=lookback_days(ruleset)) for ruleset in rulesets))
    return stored_in_order(db, since=since - run_up, until=until)


def told(db: Database, *, since: dt.datetime) -> list[Alert]:
    """What was told, is about to be, or was found by a backfill; not what was withdrawn before it was told."""
    return [alert for alert in alert_rows.alerts(db, since=since) if alert.state != "suppressed" or alert.held == "backfilled"]


def differences(was: Sequence[Alert], would: Sequence[Alert], ruleset: RuleSet, *, scratch: Database) -> tuple[tuple[Difference, ...], int]:
    """Of two replays of the same items: how `would`, which `ruleset` raised in `scratch`, differs from `was`; how many are the same."""
    return _compared(was, would, ruleset, db=scratch, scratch=scratch, since=_FIRST, until=None)


def deciding_rule(one: Difference) -> str:
    """The rule that makes the difference: of those that hold on one side only, else of all, the gravest."""
    sides = [[] if alert is None else list(alert.matches) for alert in (one.was, one.would)]
    names = [{match.rule for match in side} for side in sides]
    either = sides[1] + sides[0]
    candidates = [match for match in either if match.rule in names[0] ^ names[1]] or either
    return max(candidates, key=lambda match: SEVERITIES.index(match.severity)).rule if candidates else NO_RULE


# ---------------------------------------------------------------- what differs, and why


def _compared(
    was: Sequence[Alert],
    would: Sequence[Alert],
    ruleset: RuleSet,
    *,
    db: Database,
    scratch: Database,
    since: dt.datetime,
    until: dt.datetime | None,
) -> tuple[tuple[Difference, ...], int]:
    def within(alert: Alert | None) -> bool:
        return alert is not None and alert.due_at >= since and (until is None or alert.due_at < until)

    before, after = {alert.id: alert for alert in was}, {alert.id: alert for alert in would}
    found, same = [], 0
    for alert_id in dict.fromkeys((*before, *after)):
        old, new = before.get(alert_id), after.get(alert_id)
        # An alert that was told at another time than it would be is one alert, wherever the window cuts.
        if not (within(old) or within(new)):
            continue
        if old is None and new is not None:
            found.append(Difference(verdict="added", alert=new, would=new, why=tuple(_held(new.matches))))
        elif new is None and old is not None:
            found.append(Difference(verdict="gone", alert=old, was=old, why=_why_gone(old, ruleset, would, db=db, scratch=scratch)))
        elif old is not None and new is not None and (why := tuple(_changes(old, new, ruleset, db=db, scratch=scratch))):
            found.append(Difference(verdict="changed", alert=new, was=old, would=new, why=why))
        else:
            same += 1
    return tuple(sorted(found, key=lambda one: (one.alert.due_at, one.alert.id))), same


def _changes(was: Alert, would: Alert, ruleset: RuleSet, *, db: Database, scratch: Database) -> Iterator[str]:
    """What an alert says otherwise, and the rules that make it so."""
    pairs = [
        ("change", was.change, would.change),
        ("severity", was.severity, would.severity),
        ("channels", ", ".join(was.channels) or "none", ", ".join(would.channels) or "none"),
        ("killed", _count(was.incident.killed), _count(would.incident.killed)),
        ("injured", _count(was.incident.injured), _count(would.incident.injured)),
    ]
    yield from (f"{name}: {old} → {new}" for name, old, new in pairs if old != new)
    old_rules, new_rules = {match.rule for match in was.matches}, {match.rule for match in would.matches}
    yield from (f"also {line}" for line in _held(match for match in would.matches if match.rule not in old_rules))
    yield from (f"no longer {line}" for line in _missed(was, old_rules - new_rules, ruleset, db=db, scratch=scratch))


def _count(toll: Toll | None) -> str:
    return "not known" if toll is None else str(toll.count)


def _held(matches: Iterable[Match]) -> Iterator[str]:
    """A rule that holds, with what met it."""
    for match in matches:
        grounds = (reason.condition if reason.value is None else f"{reason.condition} ({reason.value})" for reason in match.reasons)
        yield f"{match.rule}: {'; '.join(grounds)}"


def _missed(was: Alert, rules: Collection[str], ruleset: RuleSet, *, db: Database, scratch: Database) -> Iterator[str]:
    """Rules that held and do not any more, with what stands in their way: the rules first, then what the reports are read as by now."""
    as_told = _explained(_with_texts(was.incident, db), ruleset, now=was.created_at)
    incident = incident_rows.incident(scratch, was.incident_id) if was.incident_id else None
    as_read = _explained(incident, ruleset, now=was.created_at)
    for name in (match.rule for match in was.matches if match.rule in rules):
        one = as_told.get(name)
        if one is None:
            yield f"{name}: these rules do not have it"
        elif one.rule.surge is not None:
            yield f"{name}: {one.rule.surge.written} was not met"
        elif one.verdict != "held":
            yield f"{name}: {_in_the_way(one)}"
        elif incident is None:
            yield f"{name}: the reports make no incident of their own any more"
        elif as_read[name].verdict != "held":
            yield f"{name}: {_in_the_way(as_read[name])}, as the reports are read now"


def _explained(incident: Incident | None, ruleset: RuleSet, *, now: dt.datetime) -> dict[str, Explanation]:
    return {} if incident is None else {one.rule.name: one for one in explain(ruleset, incident, now=now)}


def _in_the_way(one: Explanation) -> str:
    return "; ".join(f"{finding.condition} is {_unmet(finding)}" for finding in one.obstacles) or one.note


def _unmet(finding: Finding) -> str:
    if finding.verdict == "unknown":
        return "not known"
    return f"not met ({'none' if finding.value is None else finding.value})"


def _why_gone(was: Alert, ruleset: RuleSet, would: Iterable[Alert], *, db: Database, scratch: Database) -> tuple[str, ...]:
    why = tuple(_missed(was, {match.rule for match in was.matches}, ruleset, db=db, scratch=scratch))
    if why:
        return why
    if any(alert.incident_id == was.incident_id for alert in would):
        return ("the other alerts on the incident say it",)
    return ("nothing else is told of the incident, so there is nothing to add or to take back",)


def _with_texts(incident: Incident, db: Database) -> Incident:
    """An alert keeps its reports without their words, which conditions on text look into."""

    def filled(filing: Filing) -> Filing:
        item = item_rows.item(db, filing.item_key)
        return filing if item is None else dataclasses.replace(filing, text=item.text)

    return dataclasses.replace(incident, filings=tuple(filled(filing) for filing in incident.filings))
