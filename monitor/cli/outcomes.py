"""What comes out of a backfill: its alerts as lines, what other rules tell otherwise, its incidents as tables, the report."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.common import count, emit, json_line, local, note, safe, say
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model import Alert
    from monitor.proving import Difference
    from monitor.rules.ruleset import RuleSet
    from monitor.store.database import Database

F = TypeVar("F", bound=Callable[..., Any])

CURRENT = "current"


def outcome_options(command: F) -> F:
    """What is to come out, besides --json."""
    against = click.option(
        "--against",
        metavar="DIR|current",
        help="Show what the rules tell otherwise than those of DIR, or of the config; implies --dry-run.",
    )
    report = click.option(
        "--report",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write one HTML page, complete in itself: map, timeline, tolls, alerts, incidents.",
    )
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="The incidents as CSV on stdout, in place of the alerts.")
    as_geojson = click.option("--geojson", "as_geojson", is_flag=True, help="The incidents as GeoJSON on stdout, in place of the alerts.")
    return against(report(as_csv(as_geojson(command))))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What was run: by which rules (None: the config's), over how many items from `begin` to `end`."""

    ruleset: RuleSet
    rules_dir: Path | None
    items: int
    begin: dt.datetime | None
    end: dt.datetime | None
    now: dt.datetime


class Wanted:
    """What the user asked to see; it is told of each alert, and of the end."""

    def __init__(self, config: Config, *, as_json: bool, as_csv: bool, as_geojson: bool, report: Path | None, against: str | None) -> None:
        if as_json + as_csv + as_geojson > 1:
            raise UsageError("--json, --csv and --geojson are three forms; expected one")
        if report is not None and not report.absolute().parent.is_dir():
            raise UsageError(f"--report {report}: no such folder {report.absolute().parent}; make it first")
        self.config = config
        self.as_json, self.as_csv, self.as_geojson = as_json, as_csv, as_geojson
        self.report = report
        self.against = against
        self.others = None if against is None else config.rules if against == CURRENT else Path(against)
        if self.others is not None and not self.others.is_dir():
            raise UsageError(f'--against is "{against}"; expected a folder of rules, or "{CURRENT}" for those of the config')
        self._before: list[Alert] = []
        self._after: list[Alert] = []

    def took_before(self, alert: Alert) -> None:
        """An alert that the rules of --against raise."""
        self._before.append(alert)

    def took(self, alert: Alert) -> None:
        if self.against is not None:
            self._after.append(alert)
        elif not (self.as_csv or self.as_geojson):
            self._show(alert)

    def write(self, db: Database, ran: Ran) -> None:
        """Print and write what can be said at the end alone. `db` is as the run has left it."""
        found: Sequence[Difference] = ()
        same = 0
        if self.against is not None:
            from monitor.proving import differences

            found, same = differences(self._before, self._after, ran.ruleset, scratch=db)
            if not (self.as_csv or self.as_geojson):
                self._show_differences(found, same)
        if self.as_csv or self.as_geojson:
            self._tables(db, ran)
        if self.report is not None:
            self._report(db, ran, self.report, found, same)

    def _show(self, alert: Alert) -> None:
        from monitor.alerts.render import title
        from monitor.forms import alert_form

        if self.as_json:
            print_line(json_line(alert_form(alert, title=title(alert))))
        else:
            rules = ", ".join(match.rule for match in alert.matches)
            print_line(f"{local(alert.due_at, self.config.timezone)}  {safe(title(alert))}" + (f"  [{safe(rules)}]" if rules else ""))

    def _show_differences(self, found: Sequence[Difference], same: int) -> None:
        from monitor.cli.proving import emit_difference, tell_difference
        from monitor.proving import deciding_rule

        by_rule: dict[str, list[Difference]] = {}
        for one in found:
            by_rule.setdefault(deciding_rule(one), []).append(one)
        for rule in sorted(by_rule):
            if not self.as_json:
                say(f"{safe(rule)}: {_verdicts(by_rule[rule])}")
            for one in by_rule[rule]:
                emit_difference(one) if self.as_json else tell_difference(one, self.config.timezone)
        note(f"against {self.against}: {_verdicts(found) or 'nothing differs'}; {count(same, 'alert')} the same")

    def _tables(self, db: Database, ran: Ran) -> None:
        from monitor.report.tables import incidents_csv, incidents_geojson
        from monitor.store.incidents import incidents_between

        found = incidents_between(db, ran.begin, ran.end)
        if self.as_geojson:
            emit(incidents_geojson(found))
            return
        for line in incidents_csv(found):
            click.echo(line, nl=False)

    def _report(self, db: Database, ran: Ran, file: Path, found: Sequence[Difference], same: int) -> None:
        from monitor.cli.reporting import write_report
        from monitor.proving import deciding_rule
        from monitor.report.past import Differing, told_of

        rules = "the rules of the config" if ran.rules_dir is None else f"the rules in {ran.rules_dir}"
        differing = tuple(Differing(verdict=d.verdict, alert=told_of(d.alert), why=d.why, rule=deciding_rule(d)) for d in found)
        write_report(
            db,
            file,
            begin=ran.begin,
            end=ran.end,
            now=ran.now,
            timezone=self.config.timezone,
            about=(f"{count(ran.items, 'item')} run through {rules} ({count(len(ran.ruleset.rules), 'rule')}, {ran.ruleset.digest}).",),
            compared="" if self.against is None else f"the rules {'of the config' if self.against == CURRENT else f'in {self.against}'}",
            differences=differing,
            same=same,
        )


def _verdicts(found: Sequence[Difference]) -> str:
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in ("added", "gone", "changed")}
    return ", ".join(f"{number:,} {verdict}" for verdict, number in counts.items() if number)


def print_line(line: str) -> None:
    # Not by click, which goes around rich: on a terminal the line belongs above the bar.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
