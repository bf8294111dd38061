"""Times to come that a clock wrote which was wrong: without this, what waits for them would wait for hours or for years."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from monitor.store.channels import outages, save_outage
from monitor.store.columns import moment, stamp
from monitor.store.database import Database, change, rows, writing

# No message waits longer by itself: quiet hours end within a day, and a service's wish is kept for a day.
LONGEST_WAIT = dt.timedelta(days=1)
_WAITING = (("alerts", "pending"), ("deliveries", "waiting"), ("dispatches", "waiting"))


def clock_set_back(db: Database, step: dt.timedelta, *, now: dt.datetime) -> int:
    """The clock was set back by `step`: what waits waits as long as it would have; returns how much did.

    Quiet hours go by the clock on the wall, and are looked at again when their message is due.
    """
    moved = 0
    with writing(db):
        for table, state in _WAITING:
            for found in rows(db, f"SELECT rowid AS n, due_at FROM {table} WHERE state = ? AND due_at > ?", [state, stamp(now)]):
                due_at = stamp(moment(found["due_at"]) - step)
                moved += change(db, f"UPDATE {table} SET due_at = ? WHERE rowid = ?", [due_at, found["n"]])
        for channel, away in outages(db).items():
            if away.until is not None:
                save_outage(db, channel, replace(away, until=away.until - step))
    return moved


def clock_was_ahead(db: Database, *, now: dt.datetime) -> int:
    """At a start: what a clock made that was ahead of this one, or put off beyond any wait there is, is due now; returns how much was."""
    freed = 0
    with writing(db):
        for table, state in _WAITING:
            too_late = "" if table == "alerts" else "OR due_at > :latest"
            freed += change(
                db,
                f"UPDATE {table} SET due_at = :now WHERE state = :state AND due_at > :now AND (created_at > :now {too_late})",
                {"state": state, "now": stamp(now), "latest": stamp(now + LONGEST_WAIT)},
            )
    return freed
