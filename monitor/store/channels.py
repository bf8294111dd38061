"""What is known of channels that take nothing: kept, so that a restart neither knocks sooner than asked nor loses the order."""

from __future__ import annotations

import datetime as dt
import json

from monitor.alerts.outage import Outage
from monitor.store.columns import moment, moment_or_none, stamp, stamp_or_none
from monitor.store.database import Database, change, rows, writing
from monitor.store.meta import meta, set_meta

_KEY = "outage of "


def outage(db: Database, channel: str) -> Outage | None:
    kept = meta(db, _KEY + channel)
    return None if kept is None else _outage(kept)


def outages(db: Database) -> dict[str, Outage]:
    """By channel, in their order; channels that take messages are left out."""
    found = rows(db, "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ? ORDER BY key", [len(_KEY), _KEY])
    return {values["key"].removeprefix(_KEY): _outage(values["value"]) for values in found}


def save_outage(db: Database, channel: str, found: Outage) -> None:
    form = {
        "since": stamp(found.since),
        "what": found.what,
        "words": found.words,
        "until": stamp_or_none(found.until),
        "tries": found.tries,
        "told": found.told,
    }
    set_meta(db, _KEY + channel, json.dumps(form, ensure_ascii=False))


def end_outage(db: Database, channel: str, *, now: dt.datetime) -> None:
    """The channel takes messages again, or somebody says so: what failed on it is due at once, in the order in which it was made."""
    with writing(db):
        found = outage(db, channel)
        if found is None:
            return
        set_meta(db, _KEY + channel, None)
        if found.until is not None:
            change(
                db,
                "UPDATE deliveries SET due_at = min(created_at, :now) "
                "WHERE channel = :channel AND state = 'waiting' AND attempts > 0 AND due_at > :now",
                {"now": stamp(now), "channel": channel},
            )


def _outage(kept: str) -> Outage:
    form = json.loads(kept)
    return Outage(
        since=moment(form["since"]),
        what=form["what"],
        words=form["words"],
        until=moment_or_none(form["until"]),
        tries=form["tries"],
        told=form["told"],
    )
