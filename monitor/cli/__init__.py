"""The command line: one file a command group, no logic. Commands are imported when they are used, so that `--help` is quick."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from monitor import __version__
from monitor.errors import InvalidInput, MonitorError, UsageError

COMMANDS = {
    "run": "Poll the feeds and send alerts, until stopped.",
    "demo": "Play a recorded news week and show its alerts; needs no config.",
    "init": "Make a folder with a config and the rules.",
    "check": "Check config, rules and channels; with --online also feeds.",
    "analyze": "Say what each item reports, as JSON; needs no config.",
    "backfill": "Run the past through the same pipeline.",
    "items": "Search and show what was stored.",
    "rules": "Check, test, try and explain the rules.",
    "feeds": "List, find, add and remove feeds; say how they do; import and export OPML.",
    "incidents": "List and show incidents, as text, JSON, CSV or GeoJSON.",
    "alerts": "List, explain and acknowledge alerts; send one again.",
    "silences": "Hold alerts back for a while.",
    "channels": "List the channels; send a test message.",
    "status": "Say how everything stands.",
    "db": "Back up, restore, check, prune and move the database.",
}
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class Refused(click.ClickException):
    """An error in its own words, without a traceback and without click's prefix."""

    def __init__(self, message: str, *, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: Any = None) -> None:
        from monitor.cli.common import note

        note(self.message)


class Commands(click.Group):
    """The top command: knows every command's name and line of help, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"monitor.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=words) for name, words in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            close = difflib.get_close_matches(name, COMMANDS, n=1)
            raise click.UsageError(f'no command "{name}"' + (f'; did you mean "{close[0]}"?' if close else "; see monitor --help"), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError, KeyboardInterrupt):
            raise
        except InvalidInput as error:
            raise Refused(str(error), exit_code=2) from error
        except UsageError as error:
            raise Refused(f"monitor: {error}", exit_code=2) from error
        except MonitorError as error:
            raise Refused(f"monitor: {error}", exit_code=1) from error
        except Exception as error:
            if os.environ.get("MONITOR_TRACEBACK"):
                raise
            words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise Refused(f"monitor: a mistake in the program: {words}; MONITOR_TRACEBACK=1 shows where", exit_code=1) from error


@click.group(
    cls=Commands,
    context_settings=CONTEXT,
    epilog="Exit status: 0 done, 1 failed at run time, 2 bad usage, config or rules. MONITOR_CONFIG names the config as --config does. "
    'Completion in bash: eval "$(_MONITOR_COMPLETE=bash_source monitor)"; likewise zsh_source and fish_source.',
)
@click.option(
    "--config",
    "config_path",
    metavar="PATH",
    envvar="MONITOR_CONFIG",
    help="The config file. Default: config.toml here, else /etc/monitor/config.toml.",
)
@click.version_option(__version__, prog_name="monitor", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, /, *, config_path: str | None) -> None:
    """Watch news feeds and send one correct alert per attack in Pakistan and Afghanistan, kept current."""
    ctx.meta["monitor.config"] = config_path


def main() -> None:
    """The `monitor` command."""
    for stream in (sys.stdout, sys.stderr):
        # Other scripts in any locale; a half of a surrogate pair must not end a command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    cli(prog_name="monitor")
