"""`monitor incidents merge`, `split`, `set`, `dismiss`, `undismiss`, `undo`: what an analyst knows better."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.common import by_option, config_option, local, note, now_utc, opened, say, the_config
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.incidents.overrides import Value
    from monitor.model import Incident
    from monitor.pipeline import Desk
    from monitor.rules.ruleset import RuleSet
    from monitor.store.database import Database
    from monitor.store.decisions import Decided
    from monitor.unions import Decider

F = TypeVar("F", bound=Callable[..., Any])
UNKNOWN = "unknown"
NONE = "none"


def why_option(*, required: bool) -> Callable[[F], F]:
    default: dict[str, Any] = {} if required else {"default": ""}
    return click.option("--why", metavar="TEXT", required=required, help="The reason, kept in the incident's history.", **default)


@click.command("merge", short_help="Two incidents are one: make OTHER part of KEEP.")
@click.argument("keep", metavar="KEEP")
@click.argument("others", metavar="OTHER...", nargs=-1, required=True)
@by_option
@why_option(required=False)
@config_option
@click.pass_context
def merge(ctx: click.Context, /, *, keep: str, others: tuple[str, ...], author: str, why: str) -> None:
    """Make OTHER part of KEEP: two incidents are one attack.

    KEEP keeps its id, OTHER's leads there. Nobody is alerted a second time; where both were told, a correction says that they are one.
    """
    from monitor import by_hand

    with _deciding(ctx, author=author, why=why) as (db, desk, decider, config):
        kept = _find(db, keep).id
        for other in [_find(db, words).id for words in others]:
            by_hand.merge(db, desk, kept, other, decider)
            say(f"{other} is part of {kept} now")
        _say_what_follows(db, [kept], config, since=decider.at)


@click.command("split", short_help="One incident is two: move reports to another.")
@click.argument("incident_id", metavar="ID")
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@by_option
@why_option(required=False)
@config_option
@click.pass_context
def split(ctx: click.Context, /, *, incident_id: str, items: tuple[str, ...], author: str, why: str) -> None:
    """Move reports of ID to an incident of their own: one incident is two attacks.

    ITEM is a report's id or key, as "monitor incidents show ID --json" names it. ID keeps its id and what was told of it.
    """
    from monitor import by_hand

    with _deciding(ctx, author=author, why=why) as (db, desk, decider, config):
        incident = _find(db, incident_id)
        keys = [key for words in items for key in _item_keys(incident, words)]
        other = by_hand.split(db, desk, incident.id, keys, decider)
        say(f"{other} has {len(set(keys))} of the reports of {incident.id} now")
        _say_what_follows(db, [incident.id, other], config, since=decider.at)


@click.command("set", short_help="Say what is so, whatever is reported.")
@click.argument("incident_id", metavar="ID")
@click.argument("assignments", metavar="FIELD=VALUE...", nargs=-1, required=True)
@by_option
@why_option(required=False)
@config_option
@click.pass_context
def set_command(ctx: click.Context, /, *, incident_id: str, assignments: tuple[str, ...], author: str, why: str) -> None:
    """Say what is so, whatever is reported: killed=12 place="Chaman, Balochistan" group=ttp:denied.

    Fields: killed, injured, militants_killed (a number), place (a name of the gazetteer or of places.yaml), date (YYYY-MM-DD),
    attack_type, target, group (ID:claimed, denied, suspected or mentioned; ID:none takes it out). "unknown" says that nobody knows;
    nothing after the "=" gives the field back to the reports.
    """
    from monitor import by_hand
    from monitor.cli.loading import rules_for

    ruleset = rules_for(the_config(ctx))
    values, given_back = parse_assignments(assignments, ruleset)
    with _deciding(ctx, author=author, why=why, ruleset=ruleset) as (db, desk, decider, config):
        incident = _find(db, incident_id)
        by_hand.set_values(db, desk, incident.id, values, decider, given_back=given_back)
        from monitor.alerts.wording import changes
        from monitor.store.incidents import incident as read

        now = read(db, incident.id)
        differs = changes(incident, now) if now else []
        for what, before, after in differs:
            say(f"{what}: {before} → {after}")
        if not differs:
            say("set; it is what the reports say")
        _say_what_follows(db, [incident.id], config, since=decider.at)


@click.command("dismiss", short_help="Set an incident aside as none.")
@click.argument("incident_id", metavar="ID")
@by_option
@why_option(required=True)
@config_option
@click.pass_context
def dismiss(ctx: click.Context, /, *, incident_id: str, author: str, why: str) -> None:
    """Set an incident aside as none: no more alerts, and a retraction where something was sent."""
    _dismissal(ctx, incident_id, author=author, why=why, dismissed=True)


@click.command("undismiss", short_help="Take a dismissed incident up again.")
@click.argument("incident_id", metavar="ID")
@by_option
@why_option(required=False)
@config_option
@click.pass_context
def undismiss(ctx: click.Context, /, *, incident_id: str, author: str, why: str) -> None:
    """Take a dismissed incident up again; where a retraction was sent, a correction says so."""
    _dismissal(ctx, incident_id, author=author, why=why, dismissed=False)


def _dismissal(ctx: click.Context, incident_id: str, *, author: str, why: str, dismissed: bool) -> None:
    from monitor import by_hand

    with _deciding(ctx, author=author, why=why) as (db, desk, decider, config):
        incident = _find(db, incident_id)
        by_hand.dismiss(db, desk, incident.id, decider, dismissed=dismissed)
        say(f"{incident.id} is {'dismissed' if dismissed else 'taken up again'}")
        _say_what_follows(db, [incident.id], config, since=decider.at)


@click.command("undo", short_help="Take back a decision by its number.")
@click.argument("number", metavar="NUMBER", type=click.IntRange(1))
@by_option
@why_option(required=False)
@config_option
@click.pass_context
def undo(ctx: click.Context, /, *, number: int, author: str, why: str) -> None:
    """Take a decision back, yours or Monitor's own merge or split; NUMBER stands in "monitor incidents show ID"."""
    from monitor import by_hand

    with _deciding(ctx, author=author, why=why) as (db, desk, decider, config):
        changed = by_hand.undo(db, desk, number, decider)
        say(f"decision {number} is undone: {', '.join(changed)}")
        _say_what_follows(db, changed, config, since=decider.at)


COMMANDS = (merge, split, set_command, dismiss, undismiss, undo)

# ---------------------------------------------------------------- what is set


def parse_assignments(assignments: Sequence[str], ruleset: RuleSet) -> tuple[dict[str, Value], list[str]]:
    """The values by field, and the fields to give back to the reports.

    Raises:
        UsageError: with every mistake.
    """
    values: dict[str, Value] = {}
    given_back: list[str] = []
    problems: list[str] = []
    for words in assignments:
        field, equals, text = (part.strip() for part in words.partition("="))
        try:
            if not equals:
                raise UsageError(f'"{words}" sets nothing; expected FIELD=VALUE such as killed=12')
            name, value = _group(text, ruleset) if field == "group" else (field, _value(field, text, ruleset))
            if name in values or name in given_back:
                raise UsageError(f'"{name}" is set twice; expected once')
            if text:
                values[name] = value
            else:
                given_back.append(name)
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems))
    return values, given_back


def _value(field: str, text: str, ruleset: RuleSet) -> Value:
    from monitor.incidents.overrides import FIELDS, TOLLS
    from monitor.model import ATTACK_TYPES, TARGETS

    if field not in FIELDS:
        raise UsageError(f'"{field}" cannot be set; expected one of {", ".join(FIELDS)}, group')
    if not text or text == UNKNOWN:
        return None
    if field in TOLLS:
        return _toll(field, text)
    if field == "place":
        return _place(text, ruleset)
    if field == "date":
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise UsageError(f'date is "{text}"; expected YYYY-MM-DD') from error
    known = ATTACK_TYPES if field == "attack_type" else TARGETS
    if text not in known:
        raise UsageError(f'{field} is "{text}"; expected one of: {"; ".join(known)}')
    return text


def _toll(field: str, text: str) -> Value:
    from monitor.model import Toll

    if not re.fullmatch(r"\d{1,6}", text):
        raise UsageError(f'{field} is "{text}"; expected a whole number, or "{UNKNOWN}"')
    number = int(text)
    return Toll(count=number, min=number, max=number, text=str(number))


def _place(text: str, ruleset: RuleSet) -> Value:
    from monitor.text.named import full_name, places_named

    found = places_named(text, ruleset.lexicon.places)
    if not found:
        raise UsageError(f'no place "{text}" in the gazetteer or places.yaml; expected a name such as "Chaman" or "Chaman, Balochistan"')
    if len(found) > 1:
        several = "; ".join(f'"{full_name(place)}"' for place in found[:8])
        raise UsageError(f'several places are called "{text}": {several}; name one of them')
    return found[0]


def _group(text: str, ruleset: RuleSet) -> tuple[str, Value]:
    from monitor.incidents.overrides import GROUP
    from monitor.model import STANCES, GroupMention

    group_id, colon, stance = (part.strip() for part in text.partition(":"))
    names = {group.id: group.name for group in ruleset.lexicon.groups}
    if group_id not in names:
        raise UsageError(f'group is "{text}"; "{group_id}" is no group of groups.yaml; expected ID:STANCE such as ttp:denied')
    if stance == NONE:
        return GROUP + group_id, None
    chosen = next((one for one in STANCES if one == stance), None)
    if not colon or chosen is None:
        raise UsageError(f'group is "{text}"; expected {group_id}: and one of {", ".join(STANCES)}, {NONE}')
    return GROUP + group_id, GroupMention(id=group_id, name=names[group_id], stance=chosen)


# ---------------------------------------------------------------- shared


@contextmanager
def _deciding(
    ctx: click.Context, *, author: str, why: str, ruleset: RuleSet | None = None
) -> Iterator[tuple[Database, Desk, Decider, Config]]:
    config = the_config(ctx)
    from monitor.by_hand import analyst
    from monitor.cli.loading import rules_for
    from monitor.pipeline import Desk

    desk = Desk(ruleset=ruleset or rules_for(config), settings=config.alert_settings())
    with opened(config, write=True) as db:
        yield db, desk, analyst(author, at=now_utc(), why=why), config


def _find(db: Database, words: str) -> Incident:
    from monitor.cli.incidents import find_incident

    return find_incident(db, words)


def _item_keys(incident: Incident, words: str) -> list[str]:
    """The keys of the item that is called so, or whose key begins so.

    Raises:
        UsageError: none of the incident is, or several are.
    """
    named = [f.item_key for f in incident.filings if words in (f.item_id, f.item_key)]
    found = list(dict.fromkeys(named or [f.item_key for f in incident.filings if len(words) > 5 and f.item_key.startswith(words)]))
    if not found:
        raise UsageError(f'no report "{words}" in incident "{incident.id}"; monitor incidents show {incident.id} --json names them')
    if len(found) > 1:
        raise UsageError(f'several reports of incident "{incident.id}" are called "{words}": {", ".join(found)}; name one by its key')
    return found


def _say_what_follows(db: Database, ids: Iterable[str], config: Config, *, since: dt.datetime) -> None:
    from monitor.alerts.wording import reason_words
    from monitor.store.alerts import pending_alert
    from monitor.store.lock import is_locked

    pending = [alert for one in ids if (alert := pending_alert(db, one)) is not None]
    for alert in pending:
        where = f" to {', '.join(alert.channels)}" if alert.channels else ", to no channel"
        at = "at once" if alert.due_at <= since else f"at {local(alert.due_at, config.timezone)}"
        say(f"{alert.change} goes out {at}{where}: {reason_words(alert)}")
    if pending and not is_locked(config.database):
        note('the daemon is not running; "monitor run --once" sends what waits')


def decision_words(one: Decided) -> str:
    """One decision in a line, without when and by whom."""
    said = {
        "merge": f"{one.other_id} merged into {one.incident_id}",
        "split": f"{one.other_id} split from {one.incident_id}",
        "set": f"{one.field} set to {_value_words(one.value)}",
        "dismiss": "dismissed",
        "undismiss": "taken up again",
    }[one.kind]
    return said + (f": {one.why}" if one.why else "")


def _value_words(form: Any) -> str:
    if form is None:
        return UNKNOWN
    if isinstance(form, dict):
        return str(form.get("count", form.get("stance", form.get("name") or form.get("province") or form.get("country"))))
    return str(form)
