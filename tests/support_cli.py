"""A folder as a user has it, with a config, rules and a database filled through the real pipeline; commands run in this process."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from support_pipeline import GROUPS, NOON, RULES, TTP, account, desk, reading

from monitor.backfill import in_order, replay
from monitor.cli import cli
from monitor.model import Item, Report
from monitor.pipeline import Reading
from monitor.store.database import open_database

HOUR = dt.timedelta(hours=1)


@dataclass
class Folder:
    """A user's folder; `run` gives a command's result."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config.toml"

    def run(self, *words: str, stdin: str | bytes | None = None, config: bool = True) -> Result:
        before = ["--config", str(self.config)] if config else []
        return CliRunner().invoke(cli, [*before, *words], input=stdin, prog_name="monitor")

    def lines(self, *words: str, status: int = 0) -> list[Any]:
        """A command's JSON Lines; it must end with this exit status."""
        result = self.run(*words)
        assert result.exit_code == status, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]


def make_folder(path: Path, *, config: str = "") -> Folder:
    path.mkdir(parents=True, exist_ok=True)
    (path / "rules").mkdir()
    (path / "rules" / "alerts.yaml").write_text(RULES)
    (path / "rules" / "groups.yaml").write_text(GROUPS)
    (path / "config.toml").write_text(config)
    return Folder(path)


class Answers:
    """A reader that knows its answers by the items' ids; anything else reports nothing."""

    def __init__(self, readings: list[Reading]) -> None:
        self.reports = {one.item.id: one.report for one in readings}

    def read(self, item: Item) -> Report:
        report = self.reports.get(item.id, Report(kind="other"))
        if report is None:
            raise RuntimeError("no vowels")
        return report


def week() -> list[Reading]:
    """One bombing told three times, a copy of the first story, and an item that cannot be read."""
    first = reading("a1", account(killed=5, injured=12, groups=(TTP,)), outlet="Courier", words="Blast in Mastung kills five")
    copy = reading("a2", account(killed=5), outlet="Herald", feed="herald", words="Blast in Mastung kills five", at=NOON + HOUR)
    later = reading("a3", account(killed=52), outlet="Herald", feed="herald", words="Mastung toll rises to 52", at=NOON + 5 * HOUR)
    broken = reading("a4", outlet="Herald", feed="herald", words="Unreadable", at=NOON + 6 * HOUR, error="out of time")
    return [first, copy, later, broken]


def fill(folder: Folder, readings: list[Reading], *, notify: bool = False) -> None:
    """Run readings through the pipeline into the folder's database."""
    rules = desk(replay=True)
    db = open_database(folder.path / "monitor.db")
    try:
        replay(
            db,
            in_order([one.item for one in readings], now=NOON + dt.timedelta(days=1)),
            ruleset=rules.ruleset,
            settings=rules.settings,
            reader=Answers(readings),
            now=NOON + dt.timedelta(days=1),
            notify_since=dt.timedelta(days=14) if notify else None,
        )
    finally:
        db.close()


def renamed(one: Reading, **changes: Any) -> Reading:
    return dataclasses.replace(one, item=dataclasses.replace(one.item, **changes))


def clean_environment() -> dict[str, str]:
    """For child processes: no config of the machine's user."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MONITOR")} | {"TERM": "dumb"}
