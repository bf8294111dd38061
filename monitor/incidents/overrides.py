"""What an analyst has set by hand wins over what the reports say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor.forms import date_from, group_form, group_from, place_form, place_from, toll_form, toll_from
from monitor.model import STANCES, GroupMention, HistoryEntry, Incident, Place, Toll

Value = Toll | Place | GroupMention | dt.date | str | None

TOLLS = ("killed", "injured", "militants_killed")
FIELDS = (*TOLLS, "place", "date", "attack_type", "target")
GROUP = "group:"  # before a group's id
ANALYST = "analyst"  # who speaks, in an incident's history


@dataclass(frozen=True, slots=True, kw_only=True)
class SetValue:
    """A field's value since `at`; None says that it is not known, and of a group that it has nothing to do with the incident."""

    field: str
    value: Value
    at: dt.datetime


def as_set(incident: Incident, values: Sequence[SetValue]) -> Incident:
    """The incident with the values in the order in which they were set; its history says when the toll became the analyst's."""
    for one in sorted(values, key=lambda value: value.at):
        if one.field.startswith(GROUP):
            incident = replace(incident, groups=_groups(incident.groups, one.field.removeprefix(GROUP), one.value))
        else:
            changed: dict[str, Any] = {one.field: one.value}
            incident = replace(incident, **changed)
        if one.field in ("killed", "injured"):
            incident = replace(incident, history=_history(incident.history, one))
    return incident


def _groups(groups: Sequence[GroupMention], group_id: str, value: Value) -> tuple[GroupMention, ...]:
    others = [mention for mention in groups if mention.id != group_id]
    named = [*others, value] if isinstance(value, GroupMention) else others
    return tuple(sorted(named, key=lambda mention: STANCES.index(mention.stance)))


def _history(history: Sequence[HistoryEntry], one: SetValue) -> tuple[HistoryEntry, ...]:
    """What was reported before stands as it was; from then on the field is the analyst's, whatever is reported."""
    toll = one.value if isinstance(one.value, Toll) else None
    before = [entry for entry in history if entry.at <= one.at]
    last = before[-1] if before else HistoryEntry(at=one.at, item_id=ANALYST)
    changed: dict[str, Any] = {one.field: toll}
    own = replace(last, at=one.at, item_id=ANALYST, **changed)
    after = [replace(entry, **changed) for entry in history if entry.at > one.at]
    entries = [*before]
    for entry in (own, *after):
        if not entries or (entry.killed, entry.injured) != (entries[-1].killed, entries[-1].injured):
            entries.append(entry)
    return tuple(entries)


def value_form(value: Value) -> Any:
    """The value as JSON, for the store."""
    if isinstance(value, Toll):
        return toll_form(value)
    if isinstance(value, Place):
        return place_form(value)
    if isinstance(value, GroupMention):
        return group_form(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def value_from(field: str, form: Any) -> Value:
    """The value that `value_form` made JSON of.

    Raises:
        ValueError: there is no such field.
    """
    if field in TOLLS:
        return toll_from(form)
    if field == "place":
        return place_from(form)
    if field == "date":
        return date_from(form)
    if field.startswith(GROUP):
        return None if form is None else group_from(form)
    if field not in FIELDS:
        raise ValueError(f"field {field!r} cannot be set; expected {', '.join(FIELDS)} or {GROUP}ID")
    return None if form is None else str(form)
