"""`monitor backfill`."""

from __future__ import annotations

import datetime as dt
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import FrameType
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
from monitor.cli.outcomes import Ran, Wanted, outcome_options
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.backfill import Clocked, Outcome
    from monitor.config import Config
    from monitor.model import Alert, BadItem
    from monitor.store.database import Database


@click.command("backfill")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@since_options
@click.option("--published", metavar="DATE", help="The date of items that have none.")
@outcome_options
@click.option("--rules", "rules_dir", metavar="DIR", type=click.Path(path_type=Path), help="Try these rules; implies --dry-run.")
@click.option("--dry-run", is_flag=True, help="Write nothing at all; show what would have been raised.")
@click.option("--notify", is_flag=True, help="Send the alerts on incidents younger than max_age, as if they were live.")
@json_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    sources: tuple[str, ...],
    notify: bool,
    as_json: bool,
    against: str | None,
    report: Path | None,
    as_csv: bool,
    as_geojson: bool,
    **options: Any,
) -> None:
    """Run the past through the same pipeline, in the order of the items' own times, and show each alert that it raises.

    SOURCE is a feed of the config by name, a URL, or a file: .jsonl (one item a line), .xml (a feed), any other (a document), a folder
    of them, or - for JSON Lines on the standard input. Without one, what is stored is run again in a copy, and nothing is written.

    With --against, the alerts that the rules of --rules (else the config's) tell otherwise are shown instead, by rule and with the reasons.

    Nothing is sent without --notify. Ctrl-C stops between two items; the same command goes on where it was.
    """
    dry_run = options["dry_run"] or options["rules_dir"] is not None or against is not None or not sources
    if notify and dry_run:
        raise UsageError("--notify sends and a dry run writes nothing; expected one of the two")
    config = the_config(ctx)
    wanted = Wanted(config, as_json=as_json, as_csv=as_csv, as_geojson=as_geojson, report=report, against=against)
    plan = _Plan(config, sources, dry_run=dry_run, wanted=wanted, **{k: v for k, v in options.items() if k != "dry_run"})
    if wanted.others is not None:
        plan.run(notify=False, rules_dir=wanted.others, on_alert=wanted.took_before)
    outcome = plan.run(notify=notify, rules_dir=plan.rules_dir, on_alert=wanted.took, then=wanted.write)
    _summarize(outcome, plan, notify=notify)
    ctx.exit(1 if outcome.stopped or (plan.bad and not outcome.items) else 0)


class _Plan:
    """One backfill: where its items come from, on which database it runs, how it shows what it does."""

    def __init__(
        self,
        config: Config,
        sources: tuple[str, ...],
        *,
        dry_run: bool,
        wanted: Wanted,
        since: str | None,
        until: str | None,
        published: str | None,
        rules_dir: Path | None,
    ) -> None:
        self.config = config
        self.sources = sources
        self.dry_run = dry_run
        self.wanted = wanted
        self.now = now_utc()
        self.since, self.until = (
            moment(text, timezone=config.timezone, option=name) for text, name in ((since, "--since"), (until, "--until"))
        )
        self.published = published_at(published)
        self.rules_dir = rules_dir
        self.bad = 0

    def run(
        self,
        *,
        notify: bool,
        rules_dir: Path | None,
        on_alert: Callable[[Alert], None],
        then: Callable[[Database, Ran], None] | None = None,
    ) -> Outcome:
        """`then` gets the database as the run has left it, before it is thrown away."""
        from monitor.backfill import replay
        from monitor.cli.loading import rules_for
        from monitor.text.read import build_reader

        ruleset = rules_for(self.config, rules_dir)
        items = self.items
        reader = build_reader(ruleset.lexicon, model=self.config.text.model or None)
        settings = self.config.alert_settings()
        with self._database() as db, progress(len(items)) as on_progress, stoppable() as stopped:
            outcome = replay(
                db,
                items,
                ruleset=ruleset,
                settings=settings,
                reader=reader,
                now=self.now,
                notify_since=dt.timedelta(days=settings.max_age_d) if notify else None,
                on_alert=on_alert,
                on_progress=on_progress,
                should_stop=stopped,
            )
            if then is not None and not outcome.stopped:
                begin = self.since or (items[0].clock if items else None)
                end = self.until or (items[-1].clock + dt.timedelta(microseconds=1) if items else None)
                then(db, Ran(ruleset=ruleset, rules_dir=rules_dir, items=len(items), begin=begin, end=end, now=self.now))
            return outcome

    @cached_property
    def items(self) -> list[Clocked]:
        from monitor.backfill import in_order, stored_in_order
        from monitor.sources import items_of
        from monitor.store.database import open_database

        feeds = (*self.config.feeds, *self.config.feeds_off)
        if self.sources:
            found = [
                item
                for source in self.sources
                for item in items_of(source, feeds=feeds, user_agent=self.config.user_agent, on_bad=self._note, now=self.now)
            ]
        else:
            db = open_database(self.config.database, create=False, read_only=True)
            try:
                return stored_in_order(db, since=self.since, until=self.until, published=self.published)
            finally:
                db.close()
        return in_order(found, now=self.now, since=self.since, until=self.until, published=self.published)

    @contextmanager
    def _database(self) -> Iterator[Database]:
        from monitor.backfill import scratch_copy
        from monitor.store.database import open_database

        if self.dry_run:
            # Other rules, and what is stored already, are judged from an empty desk: what is known would raise nothing.
            known = None if self.rules_dir or self.wanted.against or not self.sources else self.config.database
            with scratch_copy(known) as db:
                yield db
            return
        db = open_database(self.config.database)
        try:
            yield db
        finally:
            db.close()

    def _note(self, bad: BadItem) -> None:
        self.bad += 1
        note(f"{safe(bad.where)}: {safe(bad.reason)}")


def _summarize(outcome: Outcome, plan: _Plan, *, notify: bool) -> None:
    taken = outcome.taken
    parts = [count(outcome.items, "item"), f"{taken.new:,} new"]
    parts += [f"{n:,} {words}" for n, words in ((taken.changed, "changed"), (taken.sightings, "copies"), (taken.seen, "known")) if n]
    parts += [count(len(taken.incidents), "incident"), count(outcome.alerts, "alert")]
    note(", ".join(parts) + ("; nothing was written" if plan.dry_run else ""))
    if outcome.undated:
        note(f"{count(outcome.undated, 'item')} without a date: stored and read, never alerted; --published DATE dates them")
    if taken.unread:
        note(f"{count(taken.unread, 'item')} could not be read; monitor items list --unread")
    if plan.bad:
        note(f"{count(plan.bad, 'record')} left out, as said above")
    if outcome.stopped:
        note("stopped; the same command goes on where it was")
    elif notify and outcome.alerts:
        note("what is to be sent waits in the outbox; the daemon, or monitor run --once, sends it")


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM ask for a stop between two items; a second Ctrl-C is as hard as ever."""
    asked = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        note("stopping …")

    before = {which: signal.signal(which, stop) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("items"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # rich would send what is printed to its own console, standard error, also where a file is waiting for it.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("items", total=total)
        yield lambda done: bar.update(task, completed=done)
