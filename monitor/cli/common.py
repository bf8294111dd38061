"""What commands share: finding the config, the options that every command has, times, and output that no feed can disturb."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.config import Config
    from monitor.store.database import Database

F = TypeVar("F", bound=Callable[..., Any])

SYSTEM_CONFIG = Path("/etc/monitor/config.toml")
_NO_CONFIG = 'no config; make one with "monitor init DIR", or name yours with --config PATH or MONITOR_CONFIG'

# ---------------------------------------------------------------- options


def _remember(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta["monitor.config"] = value


def config_option(command: F) -> F:
    """`--config PATH` behind the command's name as well as before it."""
    option = click.option("--config", metavar="PATH", expose_value=False, callback=_remember, help="The config file.")
    return option(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="JSON Lines on stdout.")(command)


def since_options(command: F) -> F:
    until = click.option("--until", metavar="WHEN", help="A date, a time or how long ago; what began then is left out.")
    since = click.option("--since", metavar="WHEN", help='A date, a time or how long ago, such as 2023-09-29 or "7d".')
    return since(until(command))


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in a container
        return "somebody"


def by_option(command: F) -> F:
    return click.option("--by", "author", metavar="NAME", default=_user, help="Who does it. Default: this user.")(command)


def limit_option(default: int) -> Callable[[F], F]:
    return click.option("--limit", metavar="N", type=click.IntRange(1), default=default, show_default=True, help="At most so many.")


class ListByDefault(click.Group):
    """A group whose `list` may be left out: `monitor incidents --json` is `monitor incidents list --json`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        names = {*self.commands, *ctx.help_option_names}
        if not names.intersection(args):
            args = ["list", *args]
        return super().parse_args(ctx, args)


# ---------------------------------------------------------------- config and database


def find_config(ctx: click.Context) -> Path | None:
    """Where the config is: as named, else here, else the system's; None where there is none."""
    named = ctx.meta.get("monitor.config")
    if named:
        return Path(named)
    if Path("config.toml").is_file():
        return Path("config.toml")
    # The service's config is not everybody's: who may not read it works without.
    return SYSTEM_CONFIG if os.access(SYSTEM_CONFIG, os.R_OK) else None


def config_path(ctx: click.Context) -> Path:
    """Raises UsageError, with how to make one, where there is no config."""
    path = find_config(ctx)
    if path is not None:
        return path
    if SYSTEM_CONFIG.parent.is_dir():
        raise UsageError(f"{_NO_CONFIG}; that of the service, {SYSTEM_CONFIG}, can be read by sudo -u monitor monitor …")
    raise UsageError(_NO_CONFIG)


def the_config(ctx: click.Context) -> Config:
    """The config, checked.

    Raises:
        UsageError: there is none.
        InvalidInput: it has problems.
    """
    from monitor.config import load_config

    return load_config(config_path(ctx))


@contextmanager
def opened(config: Config, *, write: bool = False) -> Iterator[Database]:
    """The database of the config, which must be there. Raises StoreError."""
    from monitor.store.database import open_database

    db = open_database(config.database, create=False, read_only=not write)
    try:
        yield db
    finally:
        db.close()


# ---------------------------------------------------------------- times


def now_utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def moment(text: str | None, *, timezone: str, option: str) -> dt.datetime | None:
    """A date (its midnight in the zone), a time in ISO 8601, or a duration back from now.

    Raises:
        UsageError: none of these.
    """
    from zoneinfo import ZoneInfo

    if text is None:
        return None
    zone = ZoneInfo(timezone)
    if re.fullmatch(r"[\d.]+\s*[a-z]+.*", text):
        from monitor.config import duration_s

        try:
            return now_utc() - dt.timedelta(seconds=duration_s(text))
        except (ValueError, OverflowError):
            pass
    try:
        at = dt.datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f'{option} is "{text}"; expected a date such as 2023-09-29, a time in ISO 8601, or a duration such as 7d'
        ) from error


def published_at(text: str | None) -> dt.datetime | None:
    """`--published`: a bare date is noon UTC, as for documents with a date line.

    Raises:
        UsageError: no date.
    """
    if text is None:
        return None
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'--published is "{text}"; expected a date such as 2023-09-29') from error
    if len(text) == 10:
        at = at.replace(hour=12)
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def local(at: dt.datetime | None, timezone: str) -> str:
    """A time for people, in the zone of [alerts]; "-" where unknown."""
    from zoneinfo import ZoneInfo

    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}" if at else "-"


# ---------------------------------------------------------------- output

# C0 but the line break, DEL and C1, and what reverses or hides text.
_CONTROL = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")
# Nor is this seen; Urdu and Persian need the joiners U+200C and U+200D.
_HIDDEN = re.compile("[\\u200b\\u2060-\\u2065\\u00ad]")
# All of it: in JSON an escape loses nothing.
_UNSEEN = re.compile(f"{_CONTROL.pattern[:-1]}\\u200b-\\u200d\\u2060-\\u2065\\u00ad]")
_IN_ONE_PIECE = frozenset({"id", "key", "date", "raised", "published", "severity", "feed", "rule", "channel", "where"})


def safe(text: object) -> str:
    """One line without control, bidirectional or invisible characters: feed text must not steer a terminal."""
    if str(text).isprintable():
        return str(text)
    kept = ("" if unicodedata.category(c) == "Cf" else c if c.isprintable() else " " for c in str(text))
    return " ".join("".join(kept).split())


def plain(text: str) -> str:
    """Lines without control characters: what steers a terminal is shown as an escape, what hides in words is left out."""
    if text.isprintable():
        return text
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), _HIDDEN.sub("", text))


def json_line(form: Any) -> str:
    """One line of JSON, other scripts readable; what UTF-8 cannot hold or a terminal would obey stays an escape."""
    text = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(form, ensure_ascii=False))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(form)
    return text


def emit(form: Any) -> None:
    click.echo(json_line(form))


def say(text: str) -> None:
    """A line on stdout, for people."""
    click.echo(plain(text))


def note(text: str) -> None:
    """A line on stderr: progress, warnings, what is to do."""
    click.echo(plain(text), err=True)


def count(number: int, one: str, many: str = "") -> str:
    """ "1 feed", "2 feeds"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def console() -> Console:
    """A console that never wraps in a pipe and marks nothing up."""
    from rich.console import Console

    wide = None if sys.stdout.isatty() else 10_000
    return Console(file=sys.stdout, width=wide, markup=False, highlight=False, emoji=False, soft_wrap=False)


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell with a rich style such as "bold red"."""

    text: object
    style: str


def _styled(cell: object) -> Styled:
    return cell if isinstance(cell, Styled) else Styled(cell, "")


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """A table on stdout; cells are plain text, whatever stands in them. `right` names columns of numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    filled = [tuple(row) for row in rows]
    # A column without a heading holds remarks; where nobody has one, it goes.
    kept = [n for n, column in enumerate(columns) if column or any(row[n] for row in filled)]
    for n in kept:
        # What is copied into the next command stays in one piece, however narrow the terminal.
        table.add_column(
            Text(columns[n]),
            justify="right" if columns[n] in right else "left",
            overflow="fold",
            no_wrap=columns[n] in _IN_ONE_PIECE,
        )
    for row in filled:
        cells = [_styled(row[n]) for n in kept]
        texts = ["-" if columns[n] and cell.text in (None, "") else cell.text for n, cell in zip(kept, cells, strict=True)]
        table.add_row(*(Text(safe(text), style=cell.style) for text, cell in zip(texts, cells, strict=True)))
    console().print(table)


def show_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair a line; empty values are left out."""
    kept = [(name, safe(value)) for name, value in pairs if value not in (None, "")]
    width = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        say(f"{name:<{width}}  {value}")


SEVERITY_STYLES: dict[str, str] = {"info": "dim", "notice": "cyan", "high": "yellow", "severe": "red", "critical": "bold red"}
