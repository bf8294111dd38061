"""The examples that stand in the rule files, run as tests: each text is read like a news item and the rules are matched to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.incidents.merge import merged
from monitor.model import Account, Filing, Incident, Item, Report
from monitor.rules.conditions import Example, Rule, Sample
from monitor.rules.judge import Value
from monitor.rules.match import explain
from monitor.rules.ruleset import RuleSet
from monitor.rules.surge import find_surges, tallies


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An example and what became of it. `why` says in words what stood against the expectation; "" where it was met."""

    example: Example
    met: bool
    why: str = ""


def run_examples(ruleset: RuleSet, read: Callable[[Item], Report]) -> tuple[Outcome, ...]:
    """Every example in the order of the files. `read` is the reader's; each incident that it finds is judged by itself.

    A rule on surges is asked of all of an example's incidents together, of which each report has its own, as if there had been none
    in the weeks before. An example without a day is read without one: "on Monday" then stays unknown, and `age` and `near` with it.
    """
    rules = {rule.name: rule for rule in ruleset.rules}
    return tuple(_outcome(ruleset, rules[example.rule], example, read) for example in ruleset.examples)


def _outcome(ruleset: RuleSet, rule: Rule, example: Example, read: Callable[[Item], Report]) -> Outcome:
    incidents = tuple(incidents_of(example, read))
    now = max(_clock(sample) for sample in example.reports) + dt.timedelta(hours=1)
    fired, why = _surged(ruleset, rule, incidents, now) if rule.surge else _fired(ruleset, rule, incidents, now)
    return Outcome(example=example, met=fired is example.fires, why="" if fired is example.fires else why)


def _fired(ruleset: RuleSet, rule: Rule, incidents: Sequence[Incident], now: dt.datetime) -> tuple[bool, str]:
    """Whether the rule holds for one of the incidents, and what speaks for or against it."""
    alone = replace(ruleset, rules=(rule,))
    judged = [one for incident in incidents for one in explain(alone, incident, now=now)]
    held = [one for one in judged if one.verdict == "held"]
    if held:
        grounds = "; ".join(f"{f.condition} ({f.value})" for f in held[0].findings if f.verdict == "held" and f.value is not None)
        return True, f"it fired: {grounds}"
    if not judged:
        return False, "no fresh attack was read in the text"
    missed = (f"{f.condition} is {'unknown' if f.verdict == 'unknown' else f'not met ({_shown(f.value)})'}" for f in judged[0].obstacles)
    return False, "; ".join(missed)


def _surged(ruleset: RuleSet, rule: Rule, incidents: Sequence[Incident], now: dt.datetime) -> tuple[bool, str]:
    found = find_surges(replace(ruleset, rules=(rule,)), incidents, now=now, since=None, fired={})
    if found:
        return True, f"it fired: {found[0].reasons[0].value}"
    counted = tallies(rule, incidents, now=now, since=None, aliases=ruleset.aliases)
    most = max(counted.values(), key=lambda tally: len(tally.recent), default=None)
    read = f"{len(incidents)} attack{'' if len(incidents) == 1 else 's'} read"
    return False, f"{read}, none counted" if most is None else f"{read}, {len(most.recent)} counted in {most.shown}"


def _shown(value: Value) -> Value:
    return "none" if value is None else value


def incidents_of(example: Example, read: Callable[[Item], Report]) -> Iterator[Incident]:
    """What the program would make of each text if it were the only news there is."""
    for count, sample in enumerate(example.reports):
        clock = _clock(sample)
        name = f"example-{example.at}" + (f"-{count + 1}" if len(example.reports) > 1 else "")
        item = Item(
            key=name,
            id=name,
            title=sample.title,
            content=sample.text,
            published_at=clock if sample.published else None,
            outlet="example",
        )
        report = read(item)
        for number, account in enumerate(report.incidents, start=1):
            yield merged(f"{item.key}-{number}", [filing_of(item, account, report, clock)])


def _clock(sample: Sample) -> dt.datetime:
    """Noon in Pakistan of the report's day."""
    day = sample.published or dt.date(2024, 1, 1)
    return dt.datetime(day.year, day.month, day.day, 7, tzinfo=dt.UTC)


def filing_of(item: Item, account: Account, report: Report, clock: dt.datetime) -> Filing:
    """An account as news of an incident of its own, to be judged alone."""
    return Filing(
        item_key=item.key,
        item_id=item.id,
        role="report",
        account=account,
        at=clock,
        published_at=item.published_at,
        kind=report.kind,
        feed=item.feed,
        outlet=item.outlet,
        publisher=item.publisher,
        language=item.language,
        tags=item.tags,
        title=item.title,
        text=item.text,
    )
