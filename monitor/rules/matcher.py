"""What a silence holds back: the conditions of the rule files, and the alert's severity, rules, incident and channel besides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationError

from monitor.errors import InvalidInput, Location, Problem
from monitor.model import Alert, Incident
from monitor.rules import values
from monitor.rules.build import Known, build_condition, names_of
from monitor.rules.conditions import All, Condition
from monitor.rules.judge import Facts, truth
from monitor.rules.positions import as_written, plain, read_yaml, steps_in, value_at
from monitor.rules.ruleset import RuleSet
from monitor.rules.schema import SomeNames, When
from monitor.rules.values import meant, one_or_many, shown
from monitor.rules.wording import entry_problems, told

SUBJECT = "the silence"

Severities = Annotated[tuple[str, ...] | None, PlainValidator(one_or_many(values.severity))]


class MatcherEntry(When):
    """The keys of a silence: joined by AND, a list under a key by OR."""

    severity: Severities = None
    rule: SomeNames = None
    incident: SomeNames = None
    channel: SomeNames = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """A silence's conditions. None leaves a side open; `written` is how people read them, `values` what is stored."""

    written: str
    values: Mapping[str, Any]
    condition: Condition
    severities: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    incidents: frozenset[str] | None = None
    channels: frozenset[str] | None = None


def parse_matcher(
    text: str, ruleset: RuleSet, *, channels: Collection[str] | None = None, where: str = "silence", strict: bool = True
) -> Matcher:
    """Read conditions such as "district: Quetta", one a line (or a YAML mapping in braces).

    A name that leads nowhere silences nothing, which nobody would notice, so it is a problem; without `strict`, as for a silence that was
    added under other rules, it is passed over where it can be.

    Raises:
        InvalidInput: every problem, as `where`:line:column.
    """
    node, problems = read_yaml(where, text)
    if node is None or problems:
        raise InvalidInput(problems or [Problem(Location(where), f"{SUBJECT} has no condition", remedy='for example "district: Quetta"')])
    raw = plain(node)
    if isinstance(node.value, dict) and (incident := node.value.get("incident")) is not None:
        raw["incident"] = as_written(incident)
    try:
        entry = MatcherEntry.model_validate(raw)
    except ValidationError as error:
        raise InvalidInput(entry_problems(where, node, SUBJECT, MatcherEntry, error)) from error

    def complain(steps: tuple[str | int, ...], found: str, expected: str, remedy: str) -> None:
        problems.append(Problem(value_at(where, node, steps), told(SUBJECT, steps_in(node, steps), found), expected, remedy))

    if entry.surge is not None:
        complain(("surge",), "looks at many incidents, not at one", "", 'name the rule instead: "rule: NAME"')
    if strict:
        _known(entry.rule, "rule", [rule.name for rule in ruleset.rules], complain)
    if strict and channels is not None:
        _known(entry.channel, "channel", channels, complain)
    names = names_of(Known(lexicon=ruleset.lexicon, calendar=ruleset.calendar))
    condition = build_condition(entry, names, complain, complain if strict else lambda *_: None)
    if problems:
        raise InvalidInput(problems)
    return Matcher(
        written=written(raw),
        values=raw,
        condition=condition,
        severities=_set(entry.severity),
        rules=_set(entry.rule),
        incidents=_set(entry.incident),
        channels=_set(entry.channel),
    )


def _known(names: Collection[str] | None, key: str, known: Collection[str], complain: Any) -> None:
    for number, name in enumerate(names or ()):
        if name not in known:
            expected = f"one of: {', '.join(sorted(known))}" if known else ""
            complain((key, number), f"is {shown(name)}", expected, meant(name, sorted(known)))


def _set(names: Collection[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def written(raw: Mapping[str, Any]) -> str:
    """The conditions on one line, much as they were typed."""
    return ", ".join(f"{key}: {_value(value)}" for key, value in raw.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + written(value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return str(value)


def matches(
    matcher: Matcher,
    alert: Alert,
    incident: Incident,
    *,
    channel: str,
    now: dt.datetime,
    aliases: dict[str, str],
    merged: Collection[str] = (),
) -> bool:
    """Whether the alert, on its way to the channel, is one of those meant. What the incident does not say is not met.

    `merged` are the ids of incidents that were found to be part of this one: whoever meant them means it.
    """
    sides = (
        (matcher.severities, {alert.severity}),
        (matcher.rules, {match.rule for match in alert.matches}),
        (matcher.incidents, {incident.id, alert.incident_id, *merged}),
        (matcher.channels, {channel}),
    )
    if any(wanted is not None and not wanted & found for wanted, found in sides):
        return False
    return matcher.condition == All(()) or truth(matcher.condition, Facts(incident, now, aliases)) is True
