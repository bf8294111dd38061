"""Rules × incident → the rules that hold, each with its reasons; and, for the curious, why each does or does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.model import Incident, Match, Reason
from monitor.rules.conditions import All, Any, Condition, Leaf, Not, Rule
from monitor.rules.index import candidates
from monitor.rules.judge import Facts, Judgement, Value, judge, truth
from monitor.rules.ruleset import RuleSet

Verdict = Literal["held", "not", "unknown"]
_VERDICTS: dict[bool | None, Verdict] = {True: "held", False: "not", None: "unknown"}


def match(ruleset: RuleSet, incident: Incident, *, now: dt.datetime) -> tuple[Match, ...]:
    """The rules that hold for this incident, in rule order. A retracted incident is none and meets no rule."""
    if incident.retracted:
        return ()
    facts = Facts(incident, now, ruleset.aliases)
    likely = (ruleset.rules[number] for number in candidates(ruleset.index, facts))
    return tuple(
        Match(rule=rule.name, severity=rule.severity, notify=rule.notify, reasons=tuple(_reasons(rule, facts)))
        for rule in likely
        if truth(rule.when, facts) is True
    )


def _reasons(rule: Rule, facts: Facts) -> Iterator[Reason]:
    """The conditions that made the rule hold: of an `any`, those that did; of a `not`, what was found instead."""
    seen = set()
    for written, judged in _grounds(rule.when, facts, wanted=True):
        if written not in seen:
            seen.add(written)
            yield Reason(rule=rule.name, condition=written, value=judged.value, text=judged.text)


def _grounds(condition: Condition, facts: Facts, *, wanted: bool) -> Iterator[tuple[str, Judgement]]:
    """The leaves that give a condition the verdict `wanted`, which it is known to have."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                if truth(part, facts) is wanted:
                    yield from _grounds(part, facts, wanted=wanted)
        case Not(part):
            yield from _grounds(part, facts, wanted=not wanted)
        case _:
            yield (condition.written if wanted else f"not {condition.written}"), judge(condition, facts)


# ---------------------------------------------------------------- explanations


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of an explanation: `depth` is how deep the condition stands in any, all and not."""

    condition: str
    verdict: Verdict
    value: Value = None
    text: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a rule does or does not hold: every condition, from the top.

    `obstacles` are the conditions alone that keep it from holding, a `not` before those that should not be met. `note` says what else
    stood in the way.
    """

    rule: Rule
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    obstacles: tuple[Finding, ...] = ()
    note: str = ""


def explain(ruleset: RuleSet, incident: Incident, *, now: dt.datetime) -> list[Explanation]:
    """Each rule, in rule order, with every condition judged, whether it decided or not."""
    facts = Facts(incident, now, ruleset.aliases)
    return [_explained(rule, facts) for rule in ruleset.rules]


def _explained(rule: Rule, facts: Facts) -> Explanation:
    verdict = _VERDICTS[truth(rule.when, facts)]
    note = ""
    if facts.incident.retracted:
        verdict, note = "not", f"the incident was {facts.incident.taken_back}"
    elif rule.surge is not None:
        verdict, note = "not", f"{rule.surge.written} looks at many incidents, not at one"
    findings, obstacles = tuple(_findings(rule.when, facts, 0)), tuple(_obstacles(rule.when, facts, wanted=True))
    return Explanation(rule=rule, verdict=verdict, findings=findings, obstacles=obstacles, note=note)


def _obstacles(condition: Condition, facts: Facts, *, wanted: bool) -> Iterator[Finding]:
    """The leaves by which a condition has another verdict than the one wanted."""
    verdict = truth(condition, facts)
    if verdict is wanted:
        return
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _obstacles(part, facts, wanted=wanted)
        case Not(part):
            yield from _obstacles(part, facts, wanted=not wanted)
        case _:
            judged = judge(condition, facts)
            holds = verdict if wanted or verdict is None else not verdict
            written = condition.written if wanted else f"not {condition.written}"
            yield Finding(condition=written, verdict=_VERDICTS[holds], value=judged.value, text=judged.text)


def _findings(condition: Condition, facts: Facts, depth: int) -> Iterator[Finding]:
    match condition:
        case All(parts) | Any(parts):
            # The keys under `when` are an `all` that nobody wrote.
            inner = depth
            if depth or isinstance(condition, Any):
                yield Finding(
                    condition="any" if isinstance(condition, Any) else "all", verdict=_VERDICTS[truth(condition, facts)], depth=depth
                )
                inner = depth + 1
            for part in parts:
                yield from _findings(part, facts, inner)
        case Not(part):
            yield Finding(condition="not", verdict=_VERDICTS[truth(condition, facts)], depth=depth)
            yield from _findings(part, facts, depth + 1)
        case _:
            yield _finding(condition, facts, depth)


def _finding(leaf: Leaf, facts: Facts, depth: int) -> Finding:
    judged = judge(leaf, facts)
    return Finding(condition=leaf.written, verdict=_VERDICTS[judged.holds], value=judged.value, text=judged.text, depth=depth)
