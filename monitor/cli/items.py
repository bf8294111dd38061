"""`monitor items`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    ListByDefault,
    config_option,
    count,
    emit,
    json_option,
    limit_option,
    local,
    moment,
    note,
    now_utc,
    opened,
    safe,
    say,
    show_pairs,
    show_table,
    since_options,
    the_config,
)
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.store.database import Database
    from monitor.store.items import StoredItem


@click.group("items", cls=ListByDefault)
@config_option
def command() -> None:
    """Search and show what was stored."""


@command.command("list")
@since_options
@click.option("--feed", metavar="NAME", help="Only of this feed.")
@click.option("--copies", is_flag=True, help="Also those that repeat another one's words.")
@click.option("--unread", is_flag=True, help="Only those that could not be read.")
@limit_option(50)
@json_option
@config_option
@click.pass_context
def list_items(
    ctx: click.Context, /, *, since: str | None, until: str | None, feed: str | None, copies: bool, unread: bool, limit: int, as_json: bool
) -> None:
    """The latest items, the newest last."""
    config = the_config(ctx)
    from monitor.store.items import items_between, latest_between, latest_items, unread_items

    low, high = (moment(text, timezone=config.timezone, option=name) for text, name in ((since, "--since"), (until, "--until")))
    with opened(config) as db:
        if unread:
            stored: Iterable[StoredItem] = unread_items(db)
        elif low is None and high is None and not copies:
            stored = reversed(latest_items(db, limit=limit, feed=feed))
        elif not copies:
            stored = reversed(latest_between(db, low, high, limit=limit, feed=feed))
        else:
            stored = items_between(db, low, high, copies=copies)
        wanted = (
            one
            for one in stored
            if (feed is None or one.item.feed == feed) and (low is None or one.clock_at >= low) and (high is None or one.clock_at < high)
        )
        found = list(deque(wanted, maxlen=limit))
    _print(found, config, as_json=as_json)


@command.command("search")
@click.argument("words", metavar="WORDS...", nargs=-1, required=True)
@limit_option(20)
@json_option
@config_option
@click.pass_context
def search(ctx: click.Context, /, *, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Items that hold all the words, best first.

    Words between double quotes must stand together, as in '"car bomb" Quetta'; word endings do not matter.
    """
    config = the_config(ctx)
    from monitor.store.items import search_items

    with opened(config) as db:
        hits = search_items(db, " ".join(words), limit=limit)
    if as_json:
        for hit in hits:
            emit(item_line(hit.stored) | {"snippet": hit.snippet})
        return
    for hit in hits:
        item = hit.stored.item
        say(f"{local(item.published_at or hit.stored.first_seen_at, config.timezone)}  {safe(item.outlet or item.feed or '-')}  {item.key}")
        say(f"  {safe(item.title)}")
        say(f"  {safe(hit.snippet)}\n")
    note(count(len(hits), "item"))


def _print(found: Sequence[StoredItem], config: Config, *, as_json: bool) -> None:
    if as_json:
        for one in found:
            emit(item_line(one))
        return
    if not found:
        say("no items")
        return
    rows = [
        (
            local(one.item.published_at, config.timezone),
            one.item.outlet or one.item.feed,
            one.item.title or one.item.text[:80],
            "a copy" if one.copy_of else one.error or "" if one.state == "unread" else "",
            one.item.key,
        )
        for one in found
    ]
    show_table(("published", "outlet", "title", "", "key"), rows)
    note(count(len(found), "item"))


@command.command("show")
@click.argument("key", metavar="KEY|ID")
@json_option
@config_option
@click.pass_context
def show(ctx: click.Context, /, *, key: str, as_json: bool) -> None:
    """One item, what was read in it, where it was filed."""
    config = the_config(ctx)
    from monitor.forms import report_form
    from monitor.store.articles import article_note
    from monitor.store.incidents import filings_of_item
    from monitor.store.items import report_of, sightings

    with opened(config) as db:
        one = _find(db, key)
        text_key = one.copy_of or one.item.key
        report = report_of(db, text_key)
        copies = sightings(db, one.item.key)
        article = article_note(db, one.item.key)
        filed = filings_of_item(db, one.item.key)
    form = report_form(one.item.id, report) if report else None
    if as_json:
        incidents = [{"incident": f.incident_id, "role": f.filing.role, "reason": f.reason} for f in filed]
        texts = {"summary": one.item.summary, "content": one.item.content}
        emit(item_line(one) | texts | {"copies": [item_line(copy) for copy in copies], "report": form, "filed": incidents})
        return
    show_pairs(
        [
            ("key", one.item.key),
            ("id", one.item.id if one.item.id != one.item.key else ""),
            ("title", one.item.title),
            ("outlet", one.item.outlet),
            ("feed", one.item.feed),
            ("link", one.item.link),
            ("published", local(one.item.published_at, config.timezone)),
            ("first seen", local(one.first_seen_at, config.timezone)),
            ("version", one.version if one.version > 1 else ""),
            ("copy of", one.copy_of),
            ("article", article),
            ("copies", ", ".join(copy.item.outlet or copy.item.feed or copy.item.key for copy in copies)),
            ("not read", one.error if one.state == "unread" else ""),
            ("read as", report.kind if report else ""),
        ]
    )
    for f in filed:
        say(f"filed under incident {f.incident_id} as {f.filing.role}: {safe(f.reason)}")
    say("")
    for paragraph in "\n\n".join(part for part in (one.item.summary, one.item.content) if part).split("\n"):
        say(safe(paragraph))
    if form:
        import json

        say("\nwhat was read")
        for line in json.dumps(form["incidents"] + form["background"], ensure_ascii=False, indent=2).splitlines():
            say(safe(line) if line.strip() == line else " " * (len(line) - len(line.lstrip())) + safe(line.lstrip()))


@command.command("reread")
@click.argument("keys", metavar="[KEY|ID]...", nargs=-1)
@config_option
@click.pass_context
def reread(ctx: click.Context, /, *, keys: tuple[str, ...]) -> None:
    """Read again what could not be read.

    All items that were set aside, or those named, whether set aside or not; alerts on what they say.
    """
    from monitor.cli.rereading import reread_items

    config = the_config(ctx)
    done = reread_items(config, keys, now=now_utc())
    for item_id, words in done.failed:
        note(f"{safe(item_id)}: still cannot be read: {safe(words)}")
    say(f"{count(done.read, 'item')} read" + (f", {len(done.failed)} still not" if done.failed else ""))
    ctx.exit(1 if done.failed else 0)


def _find(db: Database, key: str) -> StoredItem:
    from monitor.store.items import items_by_id, stored_item

    one = stored_item(db, key)
    if one is not None:
        return one
    found = items_by_id(db, key)
    if len(found) > 1:
        raise UsageError(f'several items have the id "{key}"; give the key of one: {", ".join(f.item.key for f in found)}')
    if not found:
        raise UsageError(f'no item "{key}"; monitor items list and search name them by key')
    return found[0]


def item_line(one: StoredItem) -> dict[str, Any]:
    """One line of `monitor items --json`."""
    from monitor.forms import time_form

    item = one.item
    return {
        "key": item.key,
        "id": item.id,
        "title": item.title,
        "feed": item.feed,
        "outlet": item.outlet,
        "publisher": item.publisher,
        "language": item.language,
        "link": item.link,
        "published": time_form(item.published_at),
        "first_seen": time_form(one.first_seen_at),
        "state": one.state,
        "error": one.error,
        "version": one.version,
        "copy_of": one.copy_of,
    }
