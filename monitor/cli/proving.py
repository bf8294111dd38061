"""`monitor rules try`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import (
    config_option,
    count,
    emit,
    json_option,
    local,
    moment,
    note,
    now_utc,
    opened,
    safe,
    say,
    since_options,
    the_config,
)
from monitor.cli.gathering import progress, stoppable
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.proving import Difference, KeptReadings, Trial
    from monitor.rules.ruleset import RuleSet
    from monitor.store.database import Database

_SINCE = "30d"


@click.command("try")
@click.argument("rules", metavar="FOLDER|FILE", type=click.Path(path_type=Path, exists=True))
@since_options
@click.option(
    "--against",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Compare with what these rules would have told, in place of what was told.",
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, /, *, rules: Path, since: str | None, until: str | None, against: Path | None, as_json: bool) -> None:
    """What changed rules would have told on the stored items, against what was told: added, gone, changed, and why.

    FOLDER takes the place of all rule files of the config, FILE that of the one of its name (else it is added). Without --since, the
    last 30 days. Nothing is written and nothing is sent; the same rules in a full backfill --rules tell the same.
    """
    config = the_config(ctx)
    low = moment(since or _SINCE, timezone=config.timezone, option="--since")
    high = moment(until, timezone=config.timezone, option="--until")
    if low is None or (high is not None and high <= low):
        raise UsageError("--until is not after --since; expected a later time")
    ruleset = _loaded(_files(config, rules), config)
    with opened(config) as db:
        trial = _tried(db, config, ruleset, since=low, until=high, against=against)
    for difference in trial.differences:
        emit_difference(difference) if as_json else tell_difference(difference, config.timezone)
    _summarize(trial)
    ctx.exit(1 if trial.stopped else 0)


def _files(config: Config, path: Path) -> Mapping[str, str]:
    """All rule files as they would be: path as shown → text."""
    from monitor.config import read_rule_files
    from monitor.config.files import decoded, shown

    if path.is_dir():
        return read_rule_files(path)
    if path.suffix != ".yaml":
        raise UsageError(f'"{path}" is no rule file; expected a folder, or a file whose name ends in .yaml')
    kept = {name: text for name, text in read_rule_files(config.rules).items() if Path(name).name != path.name}
    return kept | {shown(path): decoded(path.read_bytes(), shown(path))}


def _loaded(files: Mapping[str, str], config: Config) -> RuleSet:
    from monitor.rules.load import load_rules

    ruleset = load_rules(files, channels=config.channels, consequence="nothing was tried")
    for warning in ruleset.warnings:
        note(str(warning))
    return ruleset


def _tried(db: Database, config: Config, ruleset: RuleSet, *, since: dt.datetime, until: dt.datetime | None, against: Path | None) -> Trial:
    from monitor.config import read_rule_files
    from monitor.proving import items_for, replayed, try_rules

    now, settings = now_utc(), config.alert_settings()
    other = None if against is None else _loaded(read_rule_files(against), config)
    items = items_for(db, *([ruleset, other] if other else [ruleset]), since=since, until=until)
    before = None if other is None else replayed(items, ruleset=other, settings=settings, reader=_reader(db, config, other), now=now)
    with progress(len(items)) as on_progress, stoppable() as stopped:
        return try_rules(
            db,
            items,
            ruleset=ruleset,
            settings=settings,
            reader=_reader(db, config, ruleset),
            now=now,
            since=since,
            until=until,
            against=before,
            on_progress=on_progress,
            should_stop=stopped,
        )


def _reader(db: Database, config: Config, ruleset: RuleSet) -> KeptReadings:
    from monitor.proving import KeptReadings
    from monitor.text import read

    return KeptReadings(
        db,
        vocabulary_hash=ruleset.lexicon.digest,
        reader_version=read.READER_VERSION,
        build=lambda: read.build_reader(ruleset.lexicon, model=config.text.model or None),
    )


def emit_difference(difference: Difference) -> None:
    from monitor.alerts.render import title
    from monitor.forms import alert_form
    from monitor.proving import deciding_rule

    alert, was, would = difference.alert, difference.was, difference.would
    emit(
        {
            "verdict": difference.verdict,
            "alert": alert.id,
            "incident": alert.incident_id,
            "rule": deciding_rule(difference),
            "was": None if was is None else alert_form(was, title=title(was)),
            "would": None if would is None else alert_form(would, title=title(would)),
            "why": list(difference.why),
        }
    )


def tell_difference(difference: Difference, timezone: str) -> None:
    from monitor.alerts.render import title

    alert = difference.alert
    say(f"{difference.verdict:7}  {local(alert.due_at, timezone)}  {safe(title(alert))}  {alert.id}")
    for line in difference.why:
        say(f"         {safe(line)}")


def _summarize(trial: Trial) -> None:
    found = [difference.verdict for difference in trial.differences]
    parts = [f"{count(trial.items, 'item')} run again", f"{trial.same:,} as before"]
    parts += [f"{found.count(verdict):,} {verdict}" for verdict in ("added", "gone", "changed")]
    note(", ".join(parts) + ("; stopped before the end" if trial.stopped else ""))
