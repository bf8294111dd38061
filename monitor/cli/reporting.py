"""The report of a time, from a database to a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.cli.common import count, note

if TYPE_CHECKING:
    from monitor.report.past import Entry
    from monitor.store.database import Database

# An alert that waited for its toll to settle is decided this long after the report.
_AFTER = dt.timedelta(days=1)
# An incident that was told of late still gets its own day on the timeline, if it is not too far back.
_BEFORE = dt.timedelta(days=14)


def write_report(
    db: Database, file: Path, *, begin: dt.datetime | None, end: dt.datetime | None, now: dt.datetime, timezone: str, **more: Any
) -> None:
    """Write the incidents first seen from `begin` to `end` (None: open), and the alerts on them, as one page.

    `more` are the other fields of `Past`. An older file stays until the page is whole.
    """
    from monitor.report.page import page
    from monitor.report.past import Past, entry_of, gravest, told_of
    from monitor.store.alerts import alerts
    from monitor.store.copies import whole_or_nothing
    from monitor.store.incidents import incidents_between

    raised = [a for a in alerts(db, since=begin, until=end + _AFTER if end else None) if a.state != "suppressed" or a.held == "backfilled"]
    rank = gravest(raised)
    entries = tuple(entry_of(one, rank=rank.get(one.id, -1), timezone=timezone) for one in incidents_between(db, begin, end))
    known = {entry.id for entry in entries}
    told = tuple(told_of(alert) for alert in raised if alert.kind == "surge" or alert.incident_id in known)
    first, last = _days(entries, begin, end, now=now, timezone=timezone)
    past = Past(begin=first, end=last, made_at=now, timezone=timezone, entries=entries, alerts=told, **more)
    text = page(past)
    with whole_or_nothing(file) as partial:
        partial.write_text(text, "utf-8", errors="replace")
    note(f"{file}: {count(len(entries), 'incident')}, {count(len(told), 'alert')}, {len(text.encode()) / 1e6:,.1f} MB")


def _days(
    entries: Sequence[Entry], begin: dt.datetime | None, end: dt.datetime | None, *, now: dt.datetime, timezone: str
) -> tuple[dt.date, dt.date]:
    zone = ZoneInfo(timezone)
    days = [entry.day for entry in entries]
    low = begin.astimezone(zone).date() if begin else min(days, default=now.astimezone(zone).date())
    high = (end - dt.timedelta(microseconds=1)).astimezone(zone).date() if end else max([low, *days])
    return min([low, *(day for day in days if low - _BEFORE <= day)]), max(low, high)
