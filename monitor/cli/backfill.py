"""`monitor backfill`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    config_option,
    count,
    json_option,
    moment,
    note,
    now_utc,
    published_at,
    safe,
    since_options,
    the_config,
)
from monitor.cli.gathering import Gathering, Work, progress, stoppable, work_options
from monitor.cli.outcomes import Ran, Wanted, outcome_options
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.backfill import Outcome
    from monitor.config import Config
    from monitor.engines import Engine
    from monitor.model import Alert
    from monitor.rules.load import RuleSet
    from monitor.spool import Spool
    from monitor.store.database import Database

_NOTIFY_SINCE = "24h"


@click.command("backfill")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@since_options
@click.option("--published", metavar="DATE", help="The date of items that have none.")
@outcome_options
@click.option("--rules", "rules_dir", metavar="DIR", type=click.Path(path_type=Path), help="Try these rules; implies --dry-run.")
@click.option("--dry-run", is_flag=True, help="Write nothing at all; show what would have been raised.")
@click.option("--notify", is_flag=True, help="Send the alerts on incidents that are young enough, as if they were live.")
@click.option("--notify-since", metavar="DURATION", help=f"How young an incident must be for --notify.  [default: {_NOTIFY_SINCE}]")
@work_options
@json_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    sources: tuple[str, ...],
    notify: bool,
    notify_since: str | None,
    dry_run: bool,
    since: str | None,
    until: str | None,
    published: str | None,
    rules_dir: Path | None,
    **options: Any,
) -> None:
    """Run the past through the same pipeline, in the order of the items' own times, and show each alert that it raises.

    SOURCE is a feed of the config by name, with its archive (RFC 5005, WordPress); a URL; a file: .jsonl (one item a line, its keys as in
    monitor analyze --help), .csv (columns by --column; exports of ACLED and GTD are known), .warc or .warc.gz (a news crawl), .xml (a
    feed), .html (a saved page), any other (a document); a folder of them; or - for the standard input. Without one, what is stored is run
    again in a copy, and nothing is written.

    With --against, the alerts that the rules of --rules (else the config's) tell otherwise are shown instead, by rule and with the reasons.

    Nothing is sent without --notify. Ctrl-C stops between two items; the same command goes on where it was.
    """
    shown = {name: options.pop(name) for name in ("as_json", "as_csv", "as_geojson", "report", "against")}
    dry_run = dry_run or rules_dir is not None or shown["against"] is not None or not (sources or options["reports"])
    if notify and dry_run:
        raise UsageError("--notify sends and a dry run writes nothing; expected one of the two")
    if notify_since and not notify:
        raise UsageError("--notify-since says what --notify is to send; give both, or none")
    young = _duration(notify_since or _NOTIFY_SINCE) if notify else None
    config = the_config(ctx)
    wanted = Wanted(config, **shown)
    gathering = Gathering(
        config,
        sources,
        Work(**options),
        now=now_utc(),
        since=moment(since, timezone=config.timezone, option="--since"),
        until=moment(until, timezone=config.timezone, option="--until"),
        published=published_at(published),
        kept=not dry_run,
        wanted=(since, until, published, options["columns"]),
    )
    plan = _Plan(config, gathering, dry_run=dry_run, alone=rules_dir is not None or wanted.against is not None)
    outcome = plan.run(wanted, rules_dir, notify_since=young)
    _summarize(outcome, plan, notify=notify)
    ctx.exit(1 if outcome.stopped or (gathering.bad and not outcome.items) else 0)


def _duration(text: str) -> dt.timedelta:
    from monitor.config import duration_s

    try:
        return dt.timedelta(seconds=duration_s(text))
    except (ValueError, OverflowError) as error:
        raise UsageError(f'--notify-since is "{text}"; expected {error}') from error


class _Plan:
    """One backfill: on which database it runs, by which rules, once or, to compare two rule sets, twice."""

    def __init__(self, config: Config, gathering: Gathering, *, dry_run: bool, alone: bool) -> None:
        """`alone`: the items are judged from an empty desk, as what is known would raise nothing."""
        self.config = config
        self.gathering = gathering
        self.dry_run = dry_run
        self.alone = alone or not gathering.sources

    def run(self, wanted: Wanted, rules_dir: Path | None, *, notify_since: dt.timedelta | None) -> Outcome:
        from monitor.backfill import Outcome

        ruleset = self._rules(rules_dir)
        with ExitStack() as stack:
            stopped = stack.enter_context(stoppable())
            engine = stack.enter_context(self._engine(ruleset))
            items = stack.enter_context(self.gathering.gathered(engine, stopped))
            if wanted.others is not None and not stopped():
                others = self._rules(wanted.others)
                with self._engine(others) as other, self._database() as db:
                    self._replayed(db, items, others, other, stopped, on_alert=wanted.took_before)
            if stopped():
                return Outcome(stopped=True)
            db = stack.enter_context(self._database())
            outcome = self._replayed(db, items, ruleset, engine, stopped, on_alert=wanted.took, notify_since=notify_since)
            if not outcome.stopped:
                if not self.dry_run:
                    self.gathering.walked(db, items)
                wanted.write(db, self._ran(ruleset, rules_dir, items, outcome))
            return outcome

    def _rules(self, folder: Path | None) -> RuleSet:
        from monitor.cli.loading import rules_for

        return rules_for(self.config, folder)

    def _engine(self, ruleset: RuleSet) -> Engine:
        return self.gathering.work.opened(ruleset.lexicon, model=self.config.text.model or None)

    def _ran(self, ruleset: RuleSet, rules_dir: Path | None, items: Spool, outcome: Outcome) -> Ran:
        first, last = items.span or (None, None)
        begin = self.gathering.since or first
        end = self.gathering.until or (last and last + dt.timedelta(microseconds=1))
        return Ran(ruleset=ruleset, rules_dir=rules_dir, items=outcome.items, begin=begin, end=end, now=self.gathering.now)

    def _replayed(
        self,
        db: Database,
        items: Spool,
        ruleset: RuleSet,
        engine: Engine,
        stopped: Callable[[], bool],
        *,
        on_alert: Callable[[Alert], None],
        notify_since: dt.timedelta | None = None,
    ) -> Outcome:
        from monitor.backfill import replay
        from monitor.engines import Lazy
        from monitor.text.read import build_reader

        before = items.progress.taken
        with progress(len(items)) as on_progress:

            def taken(done: int) -> None:
                on_progress(done)
                if not self.dry_run:
                    items.progress.taken = before + done
                    items.save()

            return replay(
                db,
                items,
                ruleset=ruleset,
                settings=self.config.alert_settings(),
                reader=Lazy(partial(build_reader, ruleset.lexicon, model=self.config.text.model or None)),
                engine=engine,
                now=self.gathering.now,
                notify_since=notify_since,
                on_alert=on_alert,
                on_progress=taken,
                should_stop=stopped,
            )

    @contextmanager
    def _database(self) -> Iterator[Database]:
        from monitor.backfill import scratch_copy
        from monitor.store.database import open_database

        if self.dry_run:
            with scratch_copy(None if self.alone else self.config.database) as db:
                yield db
            return
        db = open_database(self.config.database)
        try:
            yield db
        finally:
            db.close()


def _summarize(outcome: Outcome, plan: _Plan, *, notify: bool) -> None:
    taken = outcome.taken
    parts = [count(outcome.items, "item"), f"{taken.new:,} new"]
    parts += [f"{n:,} {words}" for n, words in ((taken.changed, "changed"), (taken.sightings, "copies"), (taken.seen, "known")) if n]
    parts += [count(len(taken.incidents), "incident"), count(outcome.alerts, "alert")]
    note(", ".join(parts) + ("; nothing was written" if plan.dry_run else ""))
    if outcome.undated:
        named = ", ".join(safe(name) for name in outcome.some_undated) + (", …" if outcome.undated > len(outcome.some_undated) else "")
        note(f"{count(outcome.undated, 'item')} without a date that can be believed (missing, unreadable, or in the future): {named}")
        note("  stored and read, never alerted; --published DATE dates them, --column published=COLUMN says where a table has its dates")
    if taken.unread:
        note(f"{count(taken.unread, 'item')} could not be read; monitor items list --unread")
    if plan.gathering.outside:
        note(f"{count(plan.gathering.outside, 'item')} left out by --since or --until")
    if plan.gathering.filtered:
        note(f"{count(plan.gathering.filtered, 'item')} left out by the filter of their feed")
    if plan.gathering.bad:
        note(f"{count(plan.gathering.bad, 'record')} left out, as said above")
    if outcome.stopped:
        note("stopped; the same command goes on where it was")
    elif notify:
        waits = f"{count(outcome.released, 'alert')} {'waits' if outcome.released == 1 else 'wait'}"
        note(f"{waits} in the outbox; the daemon, or monitor run --once, sends what is there")
