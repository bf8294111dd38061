"""`monitor db`."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.common import config_option, emit, json_option, note, now_utc, opened, say, the_config
from monitor.cli.moving import export, import_, prune
from monitor.errors import StoreError


@click.group("db")
@config_option
def command() -> None:
    """Back up, restore, check, prune and move the database."""


for _command in (prune, export, import_):
    command.add_command(_command)


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
@click.pass_context
def backup(ctx: click.Context, /, *, file: Path) -> None:
    """Write a checked copy to FILE; the daemon may run on.

    An older FILE stays until the copy is whole.
    """
    from monitor.store.maintenance import backup as write

    config = the_config(ctx)
    with opened(config) as db:
        size = write(db, file)
    say(f"{file}: {size / 1e6:,.1f} MB, checked")


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@config_option
@click.pass_context
def restore(ctx: click.Context, /, *, file: Path) -> None:
    """Put a backup in the place of the database.

    The old one, damaged or not, is set aside under another name. The daemon must be stopped.
    """
    from monitor.store.maintenance import restore as put_back

    config = the_config(ctx)
    aside = put_back(file, config.database, now=now_utc())
    say(f"{config.database}: restored from {file}" + (f"; the old one is {aside}" if aside else ""))


@command.command("check")
@click.option("--full", is_flag=True, help="Compare every index with its table too; minutes for gigabytes.")
@config_option
@json_option
@click.pass_context
def check(ctx: click.Context, /, *, full: bool, as_json: bool) -> None:
    """Look for damage: "ok", or what is wrong."""
    from monitor.store.maintenance import check as look

    config = the_config(ctx)
    with opened(config, write=True) as db:
        damage = look(db, full=full)
    if as_json:
        emit({"database": str(config.database), "ok": not damage, "damage": damage})
    else:
        for words in damage:
            note(f"{config.database}: {words}")
    if damage:
        remedy = "monitor db restore puts a backup in its place; monitor db rebuild-search mends items_search alone"
        raise StoreError(f"{config.database}: damaged; {remedy}")
    if not as_json:
        say(f"{config.database}: ok")


@command.command("vacuum")
@config_option
@click.pass_context
def vacuum(ctx: click.Context, /) -> None:
    """Rewrite the file without its empty pages; needs as much free space again."""
    from monitor.store.maintenance import vacuum as rewrite

    config = the_config(ctx)
    with opened(config, write=True) as db:
        saved = rewrite(db)
    say(f"{config.database}: {saved / 1e6:,.1f} MB saved")


@command.command("rebuild-search")
@config_option
@click.pass_context
def rebuild_search(ctx: click.Context, /) -> None:
    """Make the search index anew from the items."""
    from monitor.store.maintenance import rebuild_search as rebuild

    config = the_config(ctx)
    with opened(config, write=True) as db:
        rebuild(db)
    say(f"{config.database}: search index rebuilt")
