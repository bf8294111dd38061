"""`monitor run`."""

from __future__ import annotations

import click

from monitor.cli.common import config_option, config_path


@click.command("run")
@click.option("--once", is_flag=True, help="One pass over all feeds, what came of it is sent at once, then exit; for cron.")
@config_option
@click.pass_context
def command(ctx: click.Context, /, *, once: bool) -> None:
    """Poll the feeds and send alerts, until stopped.

    Changed config and rule files take effect within seconds, or at once by SIGHUP, and send nothing twice; SIGTERM stops within ten
    seconds.
    """
    path = config_path(ctx)
    from monitor.daemon import run

    ctx.exit(run(path, once=once))
