"""`monitor db prune`, `export` and `import`: keep a database small, and take an installation elsewhere."""

from __future__ import annotations

import datetime as dt
import gzip
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

import click

from monitor.cli.common import config_option, count, note, now_utc, opened, say, the_config
from monitor.errors import InvalidInput, MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.transfer import Exported

# `rules try` looks back 30 days, and 90 before them.
_LEAST_DAYS = 30
_GZIP = b"\x1f\x8b"


@click.command("prune")
@click.option("--keep", metavar="DURATION", required=True, help='How far back items stay, such as "365d"; at least 30d.')
@config_option
@click.pass_context
def prune(ctx: click.Context, /, *, keep: str) -> None:
    """Delete old items that no incident is built on. Incidents with their reports, alerts and what was sent stay.

    The daemon may run on. The space is used again; monitor db vacuum gives it back to the disk. Rules are tried and backfilled on
    what is left: rules try needs 120 days.
    """
    from monitor.cli.gathering import stoppable
    from monitor.config import duration_s
    from monitor.store.prune import prune as delete

    try:
        span = dt.timedelta(seconds=duration_s(keep))
    except (ValueError, OverflowError) as error:
        raise UsageError(f'--keep is "{keep}"; expected a duration such as 365d') from error
    if span < dt.timedelta(days=_LEAST_DAYS):
        raise UsageError(f'--keep is "{keep}"; expected at least {_LEAST_DAYS}d, as long as an incident takes reports')
    config = the_config(ctx)
    with opened(config, write=True) as db, stoppable() as stopped:
        found = delete(db, before=now_utc() - span, stopped=stopped)
        done = not stopped()
    say(f"{count(found.items, 'item')} and {count(found.copies, 'copy', 'copies')} deleted")
    if found.emptied:
        note(f"{count(found.emptied, 'item')} without a date lost the words alone, so that they are known when a feed brings them again")
    if not done:
        note("stopped; the same command goes on where it was")
        ctx.exit(1)


@click.command("export")
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@config_option
@click.pass_context
def export(ctx: click.Context, /, *, file: Path) -> None:
    """Write the whole installation as JSON Lines: config, rules, and every row of the database as of now.

    A name that ends in .gz is compressed. The daemon may run on. Files that the config refers to for secrets are not in it; what the
    config itself holds is.
    """
    from monitor.store.copies import whole_or_nothing
    from monitor.store.transfer import export_lines

    config = the_config(ctx)
    with opened(config) as db:
        lines = export_lines(db, files=_files(config), now=now_utc())
        if str(file) == "-":
            written = _write(sys.stdout.buffer, lines)
        else:
            with whole_or_nothing(file) as partial, _compressed(partial, wanted=file.suffix == ".gz") as out:
                written = _write(out, lines)
    size = "" if str(file) == "-" else f", {file.stat().st_size / 1e6:,.1f} MB"
    note(f"{file}: {count(written, 'line')}{size}; monitor db import takes it")


@click.command("import")
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--into", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="A new folder, for config and rules too.")
@config_option
@click.pass_context
def import_(ctx: click.Context, /, *, file: Path, into: Path | None) -> None:
    """Make an installation of an export, of this version or an older one.

    With --into in a new folder, whole. Without it, the database of the config, which must hold nothing yet; config and rules of the
    export are left out.
    """
    from monitor.store.transfer import import_rows, read_export

    if into is not None and into.exists() and any(into.iterdir()):
        raise UsageError(f"{into} is there already; name a new folder, or move it away")
    with _lines(file) as lines:
        exported = read_export(lines, shown=str(file))
        if into is None:
            database = the_config(ctx).database
            rows = import_rows(exported, database)
            if exported.files:
                note(f"config and rules of the export were left out; --into DIR takes {count(len(exported.files), 'file')}")
        else:
            with _new_folder(into):
                database = _settle(exported, into)
                rows = import_rows(exported, database)
    say(f"{database}: {count(rows, 'row')} imported, as exported at {exported.made_at}")


# ---------------------------------------------------------------- files


def _files(config: Config) -> dict[str, str]:
    """The config and the rules by their names in a new folder."""
    from monitor.config import read_rule_files
    from monitor.config.files import decoded, shown

    source = config.source.resolve()
    files = {"config.toml": decoded(source.read_bytes(), shown(config.source))}
    rules = config.rules.resolve()
    # A folder of rules that lies elsewhere is named as `init` names it.
    within = rules.relative_to(source.parent) if rules.is_relative_to(source.parent) else Path("rules")
    for name, text in read_rule_files(config.rules).items():
        files[(within / Path(name).resolve().relative_to(rules)).as_posix()] = text
    return files


def _settle(exported: Exported, folder: Path) -> Path:
    """Write config and rules into the folder; returns where the config has its database."""
    from monitor.config import load_config, secret_problems

    for name, text in exported.files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise UsageError(f'{exported.shown}: the file "{name}" would lie outside of {folder}; nothing was imported')
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o640)
        target.write_text(text, "utf-8")
    source = folder / "config.toml"
    if not source.exists():
        return folder / "monitor.db"
    try:
        config = load_config(source)
    except InvalidInput as error:
        note(f"{error}\nthe database goes to {folder / 'monitor.db'}")
        return folder / "monitor.db"
    for problem in secret_problems(config):
        note(str(problem))
    for what, option, place in (("rules", "[rules] path", config.rules), ("database", "[storage] path", config.database)):
        if not place.resolve().is_relative_to(folder.resolve()):
            note(f"{source}: {option} is {place}; the {what} of the export went into {folder}: change it, or move them there")
    return config.database if config.database.resolve().is_relative_to(folder.resolve()) else folder / "monitor.db"


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """What goes wrong leaves no half of an installation behind."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise MonitorError(f"{error.filename or folder}: cannot be written ({error.strerror})") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _compressed(path: Path, *, wanted: bool) -> Iterator[IO[bytes]]:
    with path.open("wb") as plain:
        if not wanted:
            yield plain
            return
        # Without a name and a time in it: the same export is the same file.
        with gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0, compresslevel=6) as out:
            yield out  # type: ignore[misc]


@contextmanager
def _lines(file: Path) -> Iterator[Iterator[bytes]]:
    if str(file) == "-":
        yield iter(sys.stdin.buffer)
        return
    try:
        with file.open("rb") as plain:
            compressed = plain.read(2) == _GZIP
            plain.seek(0)
            yield iter(gzip.GzipFile(fileobj=plain)) if compressed else iter(plain)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror})") from error


def _write(out: IO[bytes], lines: Iterator[str]) -> int:
    written = 0
    for line in lines:
        out.write(line.encode() + b"\n")
        written += 1
    return written
