"""Feeds' subscriptions at their hubs, keyed by the feed's address, of which no secret is stored."""

from __future__ import annotations

import dataclasses
from typing import Any

from monitor.feeds.websub import Subscription
from monitor.store.addresses import stored_address
from monitor.store.columns import moment, moment_or_none, stamp_or_none, storable_or_none
from monitor.store.database import Database, change, insert, rows, writing


class Subscriptions(dict[str, Subscription]):
    """By what is stored of the feeds' addresses; `get` takes the address itself."""

    def get(self, url: str, default: Any = None) -> Any:
        return super().get(stored_address(url), default)

    def get_stored(self, url: str) -> Subscription | None:
        return super().get(url)


def subscriptions(db: Database) -> Subscriptions:
    return Subscriptions((found["url"], _subscription(found)) for found in rows(db, "SELECT * FROM hub_subscriptions ORDER BY url"))


def save_subscription(db: Database, subscription: Subscription) -> None:
    values = dataclasses.asdict(subscription)
    values |= {name: stamp_or_none(values[name]) for name in ("asked_at", "next_at", "lease_until", "pushed_at")}
    values["last_error"] = storable_or_none(values["last_error"])
    with writing(db):
        insert(db, "hub_subscriptions", values, replace_on="url")


def forget_subscription(db: Database, subscription: Subscription) -> None:
    with writing(db):
        change(db, "DELETE FROM hub_subscriptions WHERE url = ?", [subscription.url])


def forget_all(db: Database) -> None:
    with writing(db):
        change(db, "DELETE FROM hub_subscriptions", [])


def _subscription(found: dict[str, Any]) -> Subscription:
    values = dict(found)
    values |= {name: moment(values[name]) for name in ("asked_at", "next_at")}
    values |= {name: moment_or_none(values[name]) for name in ("lease_until", "pushed_at")}
    return Subscription(**values)
