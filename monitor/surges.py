"""After a report: whether its incident makes one too many, and the alert on that. No decision but the order of the steps.

Only rules and places or groups that the report touches are looked at, and the record of weeks only where enough incidents lie in the
rule's own window.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from monitor.alerts.surge import surge_alert
from monitor.model import Alert, AlertSettings, Incident
from monitor.rules.conditions import Rule
from monitor.rules.ruleset import RuleSet
from monitor.rules.surge import WINDOWS, SurgeMatch, counted_under, find_surges, looks_at_reports
from monitor.store import alerts as alert_rows
from monitor.store import incidents as incident_rows
from monitor.store import surges as surge_rows
from monitor.store.database import Database

Key = tuple[str, str]  # a rule's name, a place or group


def raise_surges(
    db: Database, ruleset: RuleSet, settings: AlertSettings, incident_ids: Iterable[str], *, now: dt.datetime, replay: bool
) -> list[Alert]:
    """Raise, revise or withdraw the alerts on surges that these incidents are part of; call inside `writing`."""
    if not ruleset.surges:
        return []
    touched = incident_rows.incidents_by_id(db, incident_ids)
    wanted = {key for incident in touched for key in counted_under(ruleset, incident, now=now)}
    pending = {_key(alert): alert for alert in surge_rows.pending_surges(db, backfilled=replay)} if touched else {}
    wanted |= pending.keys()
    if not wanted:
        return []
    raised = []
    holding = {(found.rule, found.key): found for found in _holding(db, ruleset, wanted, now=now, replay=replay)}
    for key, found in holding.items():
        before = pending.get(key)
        alert = surge_alert(
            _whole(db, found),
            alert_id=before.id if before else surge_rows.next_surge_id(db, found.rule, found.key),
            now=now,
            settings=settings,
            before=before,
            backfilled=replay,
        )
        alert_rows.save_alert(db, alert)
        raised.append(alert)
    # Reports were taken back, or joined into one incident, before anybody was told.
    for key in pending.keys() - holding.keys():
        alert_rows.suppress(db, pending[key].id, held="no surge any more")
    return raised


def _key(alert: Alert) -> Key:
    return alert.matches[0].rule, alert.incident.id


def _holding(db: Database, ruleset: RuleSet, wanted: set[Key], *, now: dt.datetime, replay: bool) -> list[SurgeMatch]:
    """The wanted rules and keys that hold now and were not told of within their cooldown."""
    fired = {key: last for key in wanted if (last := surge_rows.last_fired(db, key[0], key[1], now=now, in_replay=replay)) is not None}
    names = {rule for rule, _ in wanted}
    rules = [rule for rule in ruleset.surges if rule.name in names]

    def among(rules: Sequence[Rule], keys: set[Key], windows: int) -> list[SurgeMatch]:
        some = dataclasses.replace(ruleset, rules=tuple(rules))
        incidents = _incidents(db, rules, windows=windows, now=now)
        return list(find_surges(some, incidents, now=now, since=surge_rows.record_since(db), fired=fired, wanted=keys))

    # First whether there are enough of them at all, which a week's incidents tell; then whether they are more than usual.
    enough = {(found.rule, found.key) for found in among([_without_usual(rule) for rule in rules], wanted, 1)}
    names = {rule for rule, _ in enough}
    return among([rule for rule in rules if rule.name in names], enough, WINDOWS + 1) if enough else []


def _without_usual(rule: Rule) -> Rule:
    return rule if rule.surge is None else dataclasses.replace(rule, surge=dataclasses.replace(rule.surge, over_usual=1.0))


def _incidents(db: Database, rules: Sequence[Rule], *, windows: int, now: dt.datetime) -> list[Incident]:
    longest = max(rule.surge.within_days for rule in rules if rule.surge is not None)
    facts = surge_rows.incidents_of_days(db, now - dt.timedelta(days=longest * windows), now)
    if any(looks_at_reports(rule) for rule in rules):
        return incident_rows.incidents_by_id(db, [incident.id for incident in facts])
    return facts


def _whole(db: Database, found: SurgeMatch) -> SurgeMatch:
    """With the reports of the incidents, which the message names."""
    return dataclasses.replace(found, incidents=tuple(incident_rows.incidents_by_id(db, [i.id for i in found.incidents])))
