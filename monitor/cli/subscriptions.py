"""`monitor feeds import` and `monitor feeds export`: subscription lists in OPML."""

from __future__ import annotations

import itertools
import os
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from monitor.cli.common import config_option, count, note, now_utc, say, the_config
from monitor.errors import MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.feeds.opml import Subscription

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MAX_BYTES = 20_000_000
# The keys of a feed that OPML has no word for, by how their values are written there: as they are, or as TOML.
_STRINGS = ("publisher", "interval", "max_delay", "timezone")
_VALUES = ("weight", "include", "exclude", "full_text", "enabled")


@click.command("import")
@click.argument("file", metavar="FILE|-")
@click.option("--tag", "tags", multiple=True, help="A further tag for all of them. May be repeated.")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and change nothing.")
@config_option
@click.pass_context
def import_opml(ctx: click.Context, /, *, file: str, tags: tuple[str, ...], dry_run: bool) -> None:
    """Add the feeds of a list in OPML, as feed readers export it; folders become tags. Those the config has already stay as they are.

    Nothing is fetched: "monitor check --online" tries them.
    """
    from monitor.cli.editing import add_feeds
    from monitor.config.problems import same_address
    from monitor.feeds.mask import masked
    from monitor.feeds.opml import read_opml

    config = the_config(ctx)
    found, problems = read_opml(_read(file), name="standard input" if file == "-" else file)
    for problem in problems:
        note(f"{problem}; left out")
    have = {same_address(feed.url) for feed in (*config.feeds, *config.feeds_off)}
    names = set(config.feed_index)
    tables: list[dict[str, Any]] = []
    for one in found:
        address = same_address(one.url)
        if address in have:
            continue
        have.add(address)
        table = _table(one, names, tags)
        names.add(table["name"])
        tables.append(table)
    known = len(found) - len(tables)
    also = f"; {count(known, 'is', 'are')} there already" if known else ""
    if dry_run or not tables:
        for table in tables:
            say(f"{table['name']}  {masked(table['url'])}" + (f"  {', '.join(table['tags'])}" if "tags" in table else ""))
        say(f"{count(len(tables), 'feed')} to add{also}")
        return
    add_feeds(config.source, tables, tested_on=None)
    say(f"added {count(len(tables), 'feed')} to {config.source}{also}; {takes_effect(config)}")


@click.command("export")
@click.argument("file", metavar="[FILE]", required=False)
@config_option
@click.pass_context
def export_opml(ctx: click.Context, /, *, file: str | None) -> None:
    """Write all feeds of the config, those that are off too, as OPML to FILE or stdout; tags become folders, one in the other.

    Everything comes back with "monitor feeds import" but allow_private, which a list from elsewhere must not set.
    """
    from monitor.feeds.mask import masked
    from monitor.feeds.opml import write_opml

    config = the_config(ctx)
    feeds = sorted((*config.feeds, *config.feeds_off), key=lambda feed: config.feed_index[feed.name])
    text = write_opml(_subscriptions(config), title="Monitor's feeds", now=now_utc())
    secret = [feed.name for feed in feeds if masked(feed.url) != feed.url]
    if secret:
        note(f"addresses with a password or key in them are written as they are: {', '.join(secret)}")
    if file in (None, "-"):
        click.echo(text, nl=False)
        return
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if secret else 0o666)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise MonitorError(f"{file}: cannot be written ({error.strerror})") from error
    note(f"wrote {count(len(feeds), 'feed')} to {file}")


def _read(file: str) -> bytes:
    try:
        if file == "-":
            body = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                body = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror})") from error
    if len(body) > MAX_BYTES:
        raise UsageError(f"{file}: is larger than {MAX_BYTES // 1_000_000} MB; expected a list of feeds in OPML")
    return body


# ---------------------------------------------------------------- a feed as the config has it ↔ as OPML has it


def _table(one: Subscription, names: set[str], tags: tuple[str, ...]) -> dict[str, Any]:
    from monitor.config.sections import FeedSection, section_keys

    name = " ".join(re.sub(r'[/\\:"]', " ", one.name).split())
    name = "".join(c for c in name if c.isprintable())[:70].strip()
    wanted: dict[str, Any] = {"name": free_name(name or name_of(one.url), names), "url": one.url, "outlet": one.outlet}
    if _LANGUAGE.fullmatch(one.language) and one.language != "en":
        wanted["language"] = one.language
    wanted["tags"] = list(dict.fromkeys((*one.tags, *tags)))
    for key, value in one.own.items():
        if key in _STRINGS:
            wanted[key] = value
        elif key in _VALUES:
            try:
                wanted[key] = tomllib.loads(f"value = {value}")["value"]
            except tomllib.TOMLDecodeError:
                note(f'feed "{wanted["name"]}": its {key} cannot be read; added without')
    order = list(section_keys(FeedSection))
    return {key: wanted[key] for key in order if wanted.get(key) not in (None, "", [])}


def _subscriptions(config: Config) -> list[Subscription]:
    """From the file itself: what stands at its default there is not spelled out."""
    import tomlkit

    from monitor.cli.editing import in_one_line
    from monitor.feeds.opml import Subscription

    given = tomllib.loads(config.source.read_bytes().decode("utf-8-sig")).get("feeds", [])
    found = []
    for feed in given:
        own = {key: feed[key] for key in _STRINGS if key in feed}
        values = {key: in_one_line(feed[key]) if isinstance(feed[key], list) else feed[key] for key in _VALUES if key in feed}
        own |= {key: tomlkit.item(value).as_string() for key, value in values.items()}
        found.append(
            Subscription(
                url=feed["url"],
                name=feed["name"],
                outlet=feed.get("outlet", ""),
                language=feed.get("language", ""),
                tags=tuple(feed.get("tags", ())),
                own=own,
            )
        )
    return found


# ---------------------------------------------------------------- what every edit of the list needs


def takes_effect(config: Config) -> str:
    from monitor.store.lock import is_locked

    return "the running daemon takes it up within seconds" if is_locked(config.database) else "it counts from the next start"


def name_of(url: str) -> str:
    """A name out of the host."""
    host = (urlsplit(url).hostname or "feed").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    base = host.split(".")[0]
    return base if any(c.isalpha() for c in base) else "feed"


def free_name(base: str, taken: Iterable[str]) -> str:
    """The name, with a number where it is taken."""
    folded = {name.casefold() for name in taken}
    return next(name for n in itertools.count(1) if (name := base if n == 1 else f"{base}-{n}").casefold() not in folded)
