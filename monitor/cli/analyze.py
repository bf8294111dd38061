"""`monitor analyze`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from monitor.cli.common import config_option, emit, note, now_utc, published_at
from monitor.errors import MonitorError, UsageError
from monitor.model import BadItem, Item


@click.command("analyze")
@click.argument("files", metavar="[FILE|-]...", nargs=-1)
@click.option("--rules", "rules_dir", metavar="DIR", type=click.Path(path_type=Path), help="Read with these groups, places and words.")
@click.option("--published", metavar="DATE", help="The date of items that have none.")
@click.option("--full", is_flag=True, help="Also the item and all that was found in it, for monitor backfill --reports.")
@click.option("--column", "columns", metavar="FIELD=COLUMN", multiple=True, help="Which column of a .csv is what, as in content=notes.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines; the output is nothing else anyway.")
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    files: tuple[str, ...],
    rules_dir: Path | None,
    published: str | None,
    full: bool,
    columns: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say what each item reports: one JSON object a line, in the order of the input. Nothing is stored.

    A .jsonl file, and - for the standard input, hold one item a line with the keys id, title, summary, content, link, guid, published,
    feed, outlet; one of the texts is needed, other keys are ignored. Tables (.csv), web archives (.warc, .warc.gz), feeds (.xml) and saved
    pages (.html) are read as by backfill. Any other file is one plain document, whose first line may begin "date YYYY-MM-DD".
    """
    from monitor.cli.loading import config_if_any, rules_for

    at = published_at(published)
    if not files and sys.stdin.isatty():
        raise UsageError("nothing to analyze; expected files, or - for the standard input")
    for name in files:
        if name != "-" and not Path(name).is_file():
            raise UsageError(
                f"{name}: {'a folder' if Path(name).is_dir() else 'no such file'}; expected a file, or - for the standard input"
            )
    config = config_if_any(ctx)
    ruleset = rules_for(config, rules_dir)
    from monitor.feeds.tables import columns_from
    from monitor.forms import item_form, kept_report_form, report_form
    from monitor.text.read import build_reader

    reader = build_reader(ruleset.lexicon, model=(config.text.model or None) if config else None)
    bad = 0
    for item in _items(files or ("-",), columns_from(columns)):
        if isinstance(item, BadItem):
            note(f"{item.where}: {item.reason}")
            bad += 1
            continue
        dated = dataclasses.replace(item, published_at=at) if at and item.published_at is None else item
        try:
            report = reader.read(dated)
        except Exception as error:  # one item that cannot be read must not end the others
            note(f"{item.id}: cannot be read ({type(error).__name__}: {error})")
            bad += 1
            continue
        form = report_form(item.id, report)
        emit(form | {"item": item_form(dated), "report": kept_report_form(report)} if full else form)
    if bad:
        raise MonitorError(f"{bad} item{'s' if bad != 1 else ''} left out; see above")


def _items(files: tuple[str, ...], columns: dict[str, tuple[str, ...]]) -> Iterator[Item | BadItem]:
    from monitor.feeds.documents import parse_document
    from monitor.sources import items_of
    from monitor.sources.files import DOCUMENTS, KINDS

    for name in files:
        if name == "-":
            yield from _lines(sys.stdin.buffer, "standard input")
        elif name.endswith(".jsonl"):
            with Path(name).open("rb") as file:
                yield from _lines(file, name)
        elif name.lower().endswith(tuple(set(KINDS) - set(DOCUMENTS))):
            yield from items_of(name, now=now_utc(), columns=columns)
        else:
            yield parse_document(_decoded(Path(name).read_bytes()), name=Path(name).name)


def _lines(file: Iterator[bytes] | object, name: str) -> Iterator[Item | BadItem]:
    from monitor.feeds.documents import parse_jsonl_line

    for number, line in enumerate(file, start=1):  # type: ignore[arg-type, var-annotated]
        if line.strip():
            yield parse_jsonl_line(line.decode("utf-8", "replace"), where=f"{name}:{number}")


def _decoded(body: bytes) -> str:
    """UTF-8, else what old word processors write."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")
