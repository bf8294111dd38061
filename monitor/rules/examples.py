"""The examples that stand in the rule files, run as tests: each text is read like a news item and the rules are matched to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.incidents.merge import merged
from monitor.model import Account, Filing, Incident, Item, Report
from monitor.rules.conditions import Example
from monitor.rules.judge import Value
from monitor.rules.match import explain
from monitor.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An example and what became of it. `why` says in words what stood against the expectation; "" where it was met."""

    example: Example
    met: bool
    why: str = ""


def run_examples(ruleset: RuleSet, read: Callable[[Item], Report]) -> tuple[Outcome, ...]:
    """Every example in the order of the files. `read` is the reader's; each incident that it finds is judged by itself.

    An example without a day is read without one: "on Monday" then stays unknown, and `age` and `near` with it.
    """
    return tuple(_outcome(ruleset, example, read) for example in ruleset.examples)


def _outcome(ruleset: RuleSet, example: Example, read: Callable[[Item], Report]) -> Outcome:
    incidents = tuple(incidents_of(example, read))
    now = _clock(example) + dt.timedelta(hours=1)
    judged = [one for incident in incidents for one in explain(ruleset, incident, now=now) if one.rule.name == example.rule]
    fired = [one for one in judged if one.verdict == "held"]
    if bool(fired) is example.fires:
        return Outcome(example=example, met=True)
    if fired:
        grounds = "; ".join(f"{f.condition} ({f.value})" for f in fired[0].findings if f.verdict == "held" and f.value is not None)
        return Outcome(example=example, met=False, why=f"it fired: {grounds}")
    if not judged:
        return Outcome(example=example, met=False, why="no fresh attack was read in the text")
    missed = (f"{f.condition} is {'unknown' if f.verdict == 'unknown' else f'not met ({_shown(f.value)})'}" for f in judged[0].obstacles)
    return Outcome(example=example, met=False, why="; ".join(missed))


def _shown(value: Value) -> Value:
    return "none" if value is None else value


def incidents_of(example: Example, read: Callable[[Item], Report]) -> Iterator[Incident]:
    """What the program would make of the text if it were the only news there is."""
    clock = _clock(example)
    item = Item(
        key=f"example-{example.at}",
        id=f"example-{example.at}",
        title=example.title,
        content=example.text,
        published_at=clock if example.published else None,
        outlet="example",
    )
    report = read(item)
    for number, account in enumerate(report.incidents, start=1):
        yield merged(f"{item.key}-{number}", [filing_of(item, account, report, clock)])


def _clock(example: Example) -> dt.datetime:
    """Noon in Pakistan of the example's day."""
    day = example.published or dt.date(2024, 1, 1)
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
