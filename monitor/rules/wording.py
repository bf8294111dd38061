"""pydantic's errors → problems in the words of the house, each at the line and column where the mistake stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.errors import Problem
from monitor.rules import schema
from monitor.rules.positions import Node, key_at, steps_in, value_at
from monitor.rules.values import meant, shown

Steps = Sequence[str | int]

# Which model checks what stands under a key, so that a wrong key can be compared with the right ones.
_UNDER: dict[str, type[BaseModel]] = {
    "when": schema.When,
    "any": schema.When,
    "all": schema.When,
    "not": schema.When,
    "near_place": schema.NearPlaceEntry,
    "near": schema.NearEntry,
    "surge": schema.SurgeEntry,
    "examples": schema.RuleExamples,
    "fires": schema.ExampleEntry,
    "silent": schema.ExampleEntry,
    "reports": schema.SampleEntry,
    "aliases": schema.AliasEntry,
    "dates": schema.SpanEntry,
}
# Words that people reach for, and ours.
_SYNONYMS = {
    ours: theirs.split()
    for ours, theirs in {
        "killed": "dead deaths fatalities kills death_toll",
        "injured": "wounded hurt",
        "casualties": "victims",
        "attack_type": "type attack weapon",
        "target": "targets victim",
        "severity": "level priority",
        "why": "description reason comment",
        "notify": "channel channels to",
        "when": "condition conditions if match",
        "name": "id title",
        "group": "groups actor perpetrator",
        "any": "or",
        "all": "and",
        "not": "none",
        "aliases": "spellings names alias",
        "spellings": "aliases names",
        "latitude": "lat",
        "longitude": "lon lng long",
        "km": "kilometres kilometers radius distance",
        "re": "regex regexp pattern",
        "text": "keywords contains words",
        "source": "sources",
        "outlets": "publishers",
        "province": "state region",
        "place": "city town location",
        "phrases": "words keywords aliases",
    }.items()
}


def named(kind: str, name: object, ordinal: int) -> str:
    """How messages call an entry: by its name, else by its place in the list."""
    if not isinstance(name, str) or not name.strip():
        return f"{kind} number {ordinal}"
    return f"{kind} {shown(name)}"


def entry_problems(path: str, node: Node, subject: str, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Every mistake of one entry."""
    return [_problem(path, node, subject, model, dict(one)) for one in error.errors(include_url=False)]


def _problem(path: str, node: Node, subject: str, model: type[BaseModel], error: dict[str, Any]) -> Problem:
    steps: tuple[str | int, ...] = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        return Problem(key_at(path, node, steps), f"{subject}: unknown key {shown(str(steps[-1]))}", *_instead(steps, model))
    if error["type"] == "missing":
        inner = key_name(steps[:-1])
        found = f"{subject}: {inner} has no {steps[-1]}" if inner else f"{subject} has no {steps[-1]}"
        return Problem(value_at(path, node, steps[:-1]), found, remedy=f'add "{steps[-1]}: …"')
    context = error.get("ctx") or {}
    if error["type"] == "words":
        found, expected, remedy = str(context["found"]), str(context["expected"]), str(context["remedy"])
        if "index" in context:
            steps = (*steps, int(context["index"]))
    else:
        found, expected, remedy = f"is {shown(error.get('input'))}", _expected(str(error["msg"])), ""
    return Problem(value_at(path, node, steps), told(subject, steps_in(node, steps), found), expected, remedy)


def told(subject: str, steps: Steps, found: str) -> str:
    """'rule "x": killed is "five"'."""
    key = key_name(steps)
    return f"{subject}: {key} {found}" if key else f"{subject} {found}"


def key_name(steps: Steps) -> str:
    """The last key, with the number of the value where it is one of a list: "group[2]"."""
    name = next((step for step in reversed(steps) if isinstance(step, str)), "")
    number = steps[-1] if steps and isinstance(steps[-1], int) else None
    return f"{name}[{number + 1}]" if number is not None else name


def _expected(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Value should be ").lower()


def _instead(steps: Steps, model: type[BaseModel]) -> tuple[str, str]:
    """What was expected instead of a wrong key, and what to do."""
    key = str(steps[-1])
    parent = next((step for step in reversed(steps[:-1]) if isinstance(step, str)), None)
    here = _UNDER.get(parent, model) if parent else model
    keys = keys_of(here)
    if model is schema.RuleEntry and here is model and key in keys_of(schema.When):
        return "", "conditions belong under when:"
    if here is schema.When and key in keys_of(schema.RuleEntry):
        return "", "it belongs to the rule, beside when:"
    ours = next((ours for ours in keys if key.lower() in _SYNONYMS.get(ours, ())), None)
    if ours is not None:
        return "", f'did you mean "{ours}"?'
    close = meant(key, keys)
    return ("", close) if close else (f"one of: {', '.join(keys)}", "")


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in model.model_fields.items())
