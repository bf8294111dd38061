"""`monitor rules explain`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    config_option,
    count,
    emit,
    json_line,
    json_option,
    local,
    note,
    opened,
    safe,
    say,
    the_config,
)
from monitor.cli.loading import rules_for
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model import Incident
    from monitor.rules.match import Explanation, Finding
    from monitor.store.database import Database
    from monitor.store.items import StoredItem

_SIGNS = {"held": "+", "not": "-", "unknown": "?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the rules are asked about: an incident, and of an item `filed` how it came there ("" where an incident was asked for)."""

    incident: Incident
    filed: str = ""


@click.command("explain")
@click.argument("what", metavar="ITEM|INCIDENT")
@click.option("--rules", "rules_dir", metavar="DIR", type=click.Path(path_type=Path), help="These rules in place of the config's.")
@click.option("--rule", "names", metavar="NAME", multiple=True, help="Only this rule, every condition of it; may be repeated.")
@click.option("--all", "show_all", is_flag=True, help="Every condition also of the rules that do not hold.")
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, /, *, what: str, rules_dir: Path | None, names: tuple[str, ...], show_all: bool, as_json: bool) -> None:
    """Why each rule does or does not hold: each condition with what it found and the sentence that says so.

    + held, - was not met, ? is not known. INCIDENT is an id or its first digits; an ITEM, by key or id, is judged by the incidents that
    it is filed under, else by what it says alone. Judged as of the last report, whose time `age` is counted to.
    """
    from monitor.rules.match import explain

    config = the_config(ctx)
    ruleset = rules_for(config, rules_dir)
    unknown = set(names) - {rule.name for rule in ruleset.rules}
    if unknown:
        raise UsageError(f'no rule "{min(unknown)}"; monitor rules list names them')
    with opened(config) as db:
        subjects = _subjects(db, what)
    for subject in subjects:
        found = [one for one in explain(ruleset, subject.incident, now=subject.incident.last_seen) if not names or one.rule.name in names]
        if as_json:
            for one in found:
                emit(_form(one, subject))
        else:
            _tell(subject, found, config, whole=show_all or bool(names))


# ---------------------------------------------------------------- what is asked about


def _subjects(db: Database, what: str) -> list[Subject]:
    """The incident, or those of the item.

    Raises:
        UsageError: neither is stored, or what is stored cannot be judged, with the reason.
    """
    from monitor.cli.incidents import find_incident
    from monitor.store.incidents import find_incident_ids
    from monitor.store.items import items_by_id, stored_item

    if find_incident_ids(db, what):
        return [Subject(incident=find_incident(db, what))]
    one = stored_item(db, what)
    items = [one] if one else items_by_id(db, what)
    if not items:
        raise UsageError(f'no incident or item "{what}"; monitor incidents list and monitor items list name them')
    found = [subject for item in items for subject in _of_item(db, item)]
    if not found:
        raise UsageError(f"{what}: {_why_nothing(db, items[0])}")
    return found


def _of_item(db: Database, one: StoredItem) -> Iterator[Subject]:
    from monitor.store.incidents import filings_of_item, incident

    filed = filings_of_item(db, one.item.key)
    for incident_id in dict.fromkeys(f.incident_id for f in filed):
        where = incident(db, incident_id)
        words = next(f"{f.filing.role}: {f.reason}" for f in filed if f.incident_id == incident_id)
        if where is not None:
            yield Subject(incident=where, filed=words)
    if not filed:
        yield from _alone(db, one)


def _alone(db: Database, one: StoredItem) -> Iterator[Subject]:
    """What a report would be judged as if it were the only news: it is filed nowhere."""
    from monitor.incidents.merge import merged
    from monitor.rules.examples import filing_of
    from monitor.store.items import report_of

    report = report_of(db, one.copy_of or one.item.key)
    if report is None:
        return
    for number, account in enumerate((*report.incidents, *report.background)):
        words = "news" if account.fresh else account.relation or "background"
        filing = filing_of(one.item, account, report, one.clock_at)
        silent = "" if account.fresh else " and so not alerted"
        filed = f"{words}, filed under no incident{silent}: judged alone"
        yield Subject(incident=merged(f"{one.item.key}-{number}", [filing]), filed=filed)


def _why_nothing(db: Database, one: StoredItem) -> str:
    from monitor.store.items import report_of

    if one.state == "unread":
        return f"it could not be read ({one.error}), so no rule was asked; monitor items reread tries again"
    report = report_of(db, one.copy_of or one.item.key)
    kind = f' as "{report.kind}"' if report else ""
    return f"no attack was read in it{kind}, so no rule was asked; monitor items show says what was read"


# ---------------------------------------------------------------- answers


def _form(one: Explanation, subject: Subject) -> dict[str, Any]:
    return {
        "incident": subject.incident.id,
        "filed": subject.filed or None,
        "rule": one.rule.name,
        "severity": one.rule.severity,
        "verdict": one.verdict,
        "note": one.note,
        "findings": [_finding_form(f) for f in one.findings],
        "obstacles": [_finding_form(f) for f in one.obstacles],
    }


def _finding_form(f: Finding) -> dict[str, Any]:
    return {"condition": f.condition, "verdict": f.verdict, "value": f.value, "text": f.text, "depth": f.depth}


def _tell(subject: Subject, found: Sequence[Explanation], config: Config, *, whole: bool) -> None:
    from monitor.alerts.wording import kind_words, place_words, tolls_words

    incident = subject.incident
    say(f"{incident.id}: {kind_words(incident)} in {safe(place_words(incident.place))}, {safe(tolls_words(incident))}")
    say(f"as of {local(incident.last_seen, config.timezone)}" + (f"; {safe(subject.filed)}" if subject.filed else "") + "\n")
    for one in found:
        if one.verdict == "held" or whole:
            _tell_whole(one)
    rest = [one for one in found if one.verdict != "held" and not whole]
    for one in rest:
        _tell_obstacles(one)
    if rest:
        note(f"{count(len(rest), 'rule')} not held; --all shows all their conditions, --rule NAME those of one")


def _head(one: Explanation) -> str:
    return f"{one.rule.name} ({one.rule.severity}): {one.verdict}" + (f"; {one.note}" if one.note else "")


def _tell_whole(one: Explanation) -> None:
    say(_head(one))
    for finding in one.findings:
        _tell_finding(finding)
    say("")


def _tell_obstacles(one: Explanation) -> None:
    """Only what keeps the rule from holding."""
    say(_head(one))
    for finding in () if one.note else one.obstacles:
        _tell_finding(finding)


def _tell_finding(finding: Finding) -> None:
    value = "" if finding.value is None else f" [{finding.value if isinstance(finding.value, str) else json_line(finding.value)}]"
    indent = "  " * (finding.depth + 1)
    say(f"{indent}{_SIGNS[finding.verdict]} {safe(finding.condition)}{safe(value)}")
    if finding.text:
        say(f'{indent}    "{safe(finding.text)}"')
