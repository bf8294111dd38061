"""When feeds publish, as learned; and what tells which feed belongs to which place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from monitor.feeds.boost import Breaking
from monitor.feeds.rates import Rates
from monitor.store.addresses import stored_address
from monitor.store.columns import moment, packed, stamp, unpacked
from monitor.store.database import Database, insert, rows, writing

NEWEST_FILINGS = 20_000  # what came before says little of where a feed reports from, and would cost much to read


class RatesByAddress(dict[str, Rates]):
    """Rates by what is stored of the addresses; `get` takes the address itself."""

    def get(self, url: str, default: Any = None) -> Any:
        return super().get(stored_address(url), default)


def feed_rates(db: Database) -> RatesByAddress:
    return RatesByAddress(
        (found["url"], Rates(at=moment(found["at"]), days=found["days"], hours=tuple(unpacked(found["hours"]))))
        for found in rows(db, "SELECT * FROM feed_rates")
    )


def save_rates(db: Database, url: str, rates: Rates) -> None:
    hours = packed([round(count, 4) for count in rates.hours])
    values = {"url": stored_address(url), "at": stamp(rates.at), "days": round(rates.days, 6), "hours": hours}
    with writing(db):
        insert(db, "feed_rates", values, replace_on="url")


def joined_incidents(db: Database) -> dict[str, dict[str, int]]:
    """Feed's name → province → how many incidents there its newest items joined."""
    found: dict[str, dict[str, int]] = {}
    counted = rows(
        db,
        "SELECT f.feed, i.province, count(DISTINCT i.id) AS n FROM filings f JOIN incidents i ON i.id = f.incident_id "
        "WHERE f.number > (SELECT coalesce(max(number), 0) - ? FROM filings) AND f.in_force = 1 AND f.role <> 'reference' "
        "AND f.feed <> '' AND i.province IS NOT NULL GROUP BY f.feed, i.province",
        [NEWEST_FILINGS],
    )
    for values in counted:
        found.setdefault(values["feed"], {})[values["province"]] = values["n"]
    return found


def breaking(db: Database, *, since: dt.datetime, severities: Collection[str]) -> list[Breaking]:
    """Incidents that were found grave since then, with the time at which they first were; none that was dismissed or taken back."""
    marks = ", ".join("?" for _ in severities)
    found = rows(
        db,
        "SELECT a.incident_id AS id, min(a.created_at) AS at, i.district, i.province, i.country FROM alerts a "
        f"JOIN incidents i ON i.id = a.incident_id WHERE a.created_at >= ? AND a.severity IN ({marks}) AND a.kind = 'incident' "
        "AND a.change IN ('new', 'update') AND a.backfilled = 0 AND i.dismissed = 0 AND i.retracted = 0 "
        "AND NOT EXISTS (SELECT 1 FROM alerts e WHERE e.incident_id = a.incident_id AND e.created_at < ? "
        f"AND e.severity IN ({marks}) AND e.backfilled = 0) GROUP BY a.incident_id",
        [stamp(since), *severities, stamp(since), *severities],
    )
    return [
        Breaking(
            incident_id=values["id"],
            at=moment(values["at"]),
            district=values["district"],
            province=values["province"],
            country=values["country"],
        )
        for values in found
    ]
