"""`monitor rules`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from monitor.cli.common import (
    SEVERITY_STYLES,
    ListByDefault,
    Styled,
    config_option,
    count,
    emit,
    json_option,
    note,
    now_utc,
    published_at,
    safe,
    say,
    show_table,
    the_config,
)
from monitor.cli.explaining import command as explain_command
from monitor.cli.loading import config_if_any, rules_for
from monitor.cli.proving import command as try_command
from monitor.errors import MonitorError, UsageError
from monitor.model import BadItem, Item

rules_dir_option = click.option(
    "--rules", "rules_dir", metavar="DIR", type=click.Path(path_type=Path), help="These rules in place of the config's."
)


@click.group("rules", cls=ListByDefault)
@config_option
def command() -> None:
    """Check, test, try and explain the rules."""


command.add_command(explain_command)
command.add_command(try_command)


@command.command("list")
@rules_dir_option
@json_option
@config_option
@click.pass_context
def list_rules(ctx: click.Context, /, *, rules_dir: Path | None, as_json: bool) -> None:
    """Each rule with its severity, its channels and why it is there."""
    config = None if rules_dir else the_config(ctx)
    ruleset = rules_for(config, rules_dir)
    routes = config.alert_settings().routes if config else {}
    if as_json:
        for rule in ruleset.rules:
            channels = list(rule.notify if rule.notify is not None else routes.get(rule.severity, ()))
            emit(
                {
                    "name": rule.name,
                    "severity": rule.severity,
                    "why": rule.why,
                    "channels": channels,
                    "source": list(rule.source),
                    "at": str(rule.at),
                }
            )
        return
    rows = [
        (
            rule.name,
            Styled(rule.severity, SEVERITY_STYLES[rule.severity]),
            ", ".join(rule.notify if rule.notify is not None else routes.get(rule.severity, ())),
            rule.why,
            f"{Path(rule.at.path).name}:{rule.at.line}",
        )
        for rule in ruleset.rules
    ]
    show_table(("rule", "severity", "channels", "why", "where"), rows)


@command.command("check")
@rules_dir_option
@config_option
@click.pass_context
def check(ctx: click.Context, /, *, rules_dir: Path | None) -> None:
    """ "ok", or every problem of every rule file as file:line:column."""
    ruleset = rules_for(None if rules_dir else the_config(ctx), rules_dir)
    lexicon = ruleset.lexicon
    parts = (
        count(len(ruleset.rules), "rule"),
        count(len(lexicon.groups), "group"),
        count(len(lexicon.places), "place"),
        count(len(lexicon.attack_types) + len(lexicon.targets), "list of words", "lists of words"),
    )
    say(f"ok: {', '.join(parts)}" + (f"; {count(len(ruleset.warnings), 'warning')}" if ruleset.warnings else ""))


@command.command("test")
@rules_dir_option
@json_option
@config_option
@click.pass_context
def test(ctx: click.Context, /, *, rules_dir: Path | None, as_json: bool) -> None:
    """Run the examples that stand in the rule files: each text is read, and its rule must fire or be silent as it says."""
    config = None if rules_dir else the_config(ctx)
    ruleset = rules_for(config, rules_dir)
    from monitor.rules.examples import run_examples
    from monitor.text.read import build_reader

    reader = build_reader(ruleset.lexicon, model=(config.text.model or None) if config else None)
    outcomes = run_examples(ruleset, reader.read)
    missed = [outcome for outcome in outcomes if not outcome.met]
    for outcome in outcomes if as_json else missed:
        example = outcome.example
        if as_json:
            emit(
                {"rule": example.rule, "at": str(example.at), "expected": _expected(example.fires), "met": outcome.met, "why": outcome.why}
            )
        else:
            note(f'{example.at}: rule "{example.rule}": an example that should be {_expected(example.fires)} is not: {safe(outcome.why)}')
    if missed:
        raise MonitorError(f"{count(len(missed), 'example')} of {len(outcomes)} not met")
    if not as_json:
        say(f"ok: {count(len(outcomes), 'example')}")
        kinds = {(outcome.example.rule, outcome.example.fires) for outcome in outcomes}
        without = [rule.name for rule in ruleset.rules if not {(rule.name, True), (rule.name, False)} <= kinds]
        if without:
            shown = ", ".join(without[:5]) + (", …" if len(without) > 5 else "")
            note(f"{count(len(without), 'rule')} without an example that fires and one that is silent: {safe(shown)}")


def _expected(fires: bool) -> str:
    return "fired on" if fires else "passed over"


@command.command("schema")
@click.argument("kind", required=False)
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write each schema to DIR/KIND.schema.json.")
def schema(kind: str | None, folder: Path | None) -> None:
    """The JSON Schema of the rule files, so that an editor can help.

    In VS Code and others with the YAML language server, begin a rule file with:
    # yaml-language-server: $schema=rules.schema.json
    """
    from monitor.rules.schema import json_schemas

    schemas = json_schemas()
    if kind is not None and kind not in schemas:
        raise UsageError(f'no schema "{kind}"; expected one of: {", ".join(schemas)}')
    wanted = {kind: schemas[kind]} if kind else schemas
    if folder is None:
        for form in wanted.values():
            say(json.dumps(form, indent=2, ensure_ascii=False))
        return
    for name, form in wanted.items():
        path = folder / f"{name}.schema.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(form, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise MonitorError(f"{path}: cannot be written ({error.strerror})") from error
        say(str(path))


@command.command("draft")
@click.argument("documents", metavar="DOCUMENT...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--published", metavar="DATE", help="The date of documents that have none.")
@rules_dir_option
@config_option
@click.pass_context
def draft(ctx: click.Context, /, *, documents: tuple[Path, ...], published: str | None, rules_dir: Path | None) -> None:
    """Propose groups, places and thresholds from documents: a rule file on stdout, for a person to review.

    Each entry has the documents and sentences that it comes from as comments; what the rules know already is a comment alone.
    """
    at = published_at(published)
    config = config_if_any(ctx) if rules_dir is None else None
    ruleset = rules_for(config, rules_dir)
    from monitor.rules.draft import as_yaml, propose
    from monitor.sources import items_of
    from monitor.text.read import build_reader

    found: list[Item] = []
    for path in documents:
        for one in items_of(str(path), now=now_utc()):
            if isinstance(one, BadItem):
                note(f"{one.where}: {one.reason}")
            else:
                found.append(one)
    dated = [dataclasses.replace(item, published_at=item.published_at or at) for item in found]
    reader = build_reader(ruleset.lexicon, model=(config.text.model or None) if config else None)
    say(as_yaml(propose(dated, reader.read, ruleset.lexicon)).rstrip("\n"))
