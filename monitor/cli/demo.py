"""`monitor demo`."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.errors import UsageError


@click.command("demo")
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), help="Keep config, rules and database here.")
@click.pass_context
def command(ctx: click.Context, /, *, folder: Path | None) -> None:
    """Play a recorded news week through the real daemon and show each alert as it is raised.

    A server on this machine plays four feeds; nothing leaves it. Takes less than half a minute.
    """
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; expected a new folder, so that nothing of yours is overwritten")
    from monitor import demo

    ctx.exit(demo.run(folder=folder))
