"""`monitor init DIR`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from monitor.cli.common import say
from monitor.errors import MonitorError, UsageError


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write DIR/config.toml, with comments on every option and a starter list of feeds, and a copy of the rules.

    Nothing that is there already is overwritten.
    """
    from monitor.config import shipped

    config, rules = folder / "config.toml", folder / "rules"
    for path in (config, rules):
        if path.exists():
            raise UsageError(f"{path} is there already; name another folder, or move it away")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(shipped("rules"), rules)
        # It may hold secrets one day: nobody but its owner and group needs to read it.
        config.touch(mode=0o640, exist_ok=False)
        config.write_bytes(shipped("config.example.toml").read_bytes())
    except OSError as error:
        raise MonitorError(f"{error.filename or folder}: cannot be written ({error.strerror})") from error
    say(f"{config}: the feeds to watch, the channels for alerts; every option has a comment")
    say(f"{rules}: the groups, places, words and rules")
    say(f'next: name a contact and a channel in {config.name}, then "monitor --config {config} check --online"')
