"""Reading again what was set aside: each item in a child process that can be killed, its report filed as a live one."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.cli.common import opened
from monitor.cli.loading import rules_for
from monitor.config import Config
from monitor.errors import ReadingFailed, UsageError
from monitor.model import Lexicon, Report
from monitor.pipeline import Desk, Reading, take_again
from monitor.store.items import StoredItem, clear_attempts, items_by_id, unread_items
from monitor.worker import ReadingWorker


@dataclass(slots=True, kw_only=True)
class Reread:
    """How many items were read, and the ids of the others with the reason."""

    read: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def reread_items(config: Config, keys: Sequence[str], *, now: dt.datetime) -> Reread:
    """Read the unread items, or those named by key or id, whether unread or not, once more.

    Raises:
        UsageError: no item has that key or id.
    """
    done = Reread()
    ruleset = rules_for(config)
    desk = Desk(ruleset=ruleset, settings=config.alert_settings())
    with opened(config, write=True) as db:
        wanted = unread_items(db)
        if keys:
            found = [(key, items_by_id(db, key)) for key in keys]
            missing = [key for key, stored in found if not stored]
            if missing:
                raise UsageError(f'no item "{missing[0]}"; monitor items list --unread names those that were set aside')
            wanted = [one for _, stored in found for one in stored]
        if not wanted:
            return done
        results = asyncio.run(_read(wanted, ruleset.lexicon, model=config.text.model or None))
        for stored, result in zip(wanted, results, strict=True):
            failed = isinstance(result, ReadingFailed)
            reading = Reading(
                item=stored.item, report=None if isinstance(result, ReadingFailed) else result, error=str(result) if failed else None
            )
            take_again(db, desk, reading, clock=stored.clock_at, may_alert=stored.may_alert, now=now)
            if failed:
                done.failed.append((stored.item.id, str(result)))
            else:
                clear_attempts(db, stored.item.key)
                done.read += 1
    return done


async def _read(wanted: Sequence[StoredItem], lexicon: Lexicon, *, model: str | None) -> list[Report | ReadingFailed]:
    # An item that was set aside may hang or eat the memory again: it must not take the command with it.
    worker = ReadingWorker(lexicon, model=model, processes=1)
    try:
        return await worker.read([stored.item for stored in wanted])
    finally:
        worker.close()
