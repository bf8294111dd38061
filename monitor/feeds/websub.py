"""WebSub: a feed's hub is asked to send what is new, and what it sends is believed only where it is signed. Pure.

A subscription begins `asked`; the hub then asks back at the callback, whose last part nobody else knows, whether it was meant, and it is
`active` for as long as the hub leases it. Who is not wanted any more is `leaving` until the hub has asked back about that.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from monitor.feeds.mask import masked
from monitor.feeds.plan import Plan
from monitor.feeds.redirects import polled_url
from monitor.model import Feed, FeedState

LEASE_S = 10 * 86_400  # asked for
UNNAMED_LEASE = "86400"
LONGEST_LEASE_S = 30 * 86_400.0
RENEW_AT = 0.7  # of a lease
FIRST_RETRY = dt.timedelta(minutes=15)
LONGEST_RETRY = dt.timedelta(days=1)
LEAVE_TRIES = 3
MISSES = 1  # polls in a row that found what the hub had not sent: it is not relied on until it sends again
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}

State = Literal["asked", "active", "denied", "leaving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A hub, and the address that it knows the feed by."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What is known of a feed at its hub. `next_at`: when to ask again; `missed`: polls in a row that found what was not sent."""

    url: str
    hub: str
    topic: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    state: State
    asked_at: dt.datetime
    next_at: dt.datetime
    lease_until: dt.datetime | None = None
    pushed_at: dt.datetime | None = None
    pushes: int = 0
    missed: int = 0
    failures: int = 0
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a question of a hub is answered, and what the subscription is then; None: it is over."""

    status: int
    body: bytes = b""
    after: Subscription | None = None


def offered(feed: Feed, state: FeedState) -> Offer | None:
    """The feed's hub, where it may be asked: by https, or for a private feed by http too; no secret of the feed's address goes to it."""
    hub, topic = state.hints.hub, state.hints.topic or polled_url(state, feed)
    if hub is None or state.gone or masked(hub) != hub or masked(topic) != topic:
        return None
    if urlsplit(hub).scheme != "https" and not feed.allow_private:
        return None  # the secret would go in the clear
    return Offer(hub=hub, topic=topic)


def begun(url: str, offer: Offer, *, token: str, secret: str, now: dt.datetime) -> Subscription:
    return Subscription(url=url, hub=offer.hub, topic=offer.topic, token=token, secret=secret, state="asked", asked_at=now, next_at=now)


def ended(subscription: Subscription, *, now: dt.datetime) -> Subscription | None:
    """Not wanted any more: a hub that sends is to be told."""
    if subscription.state == "leaving":
        return subscription
    return replace(subscription, state="leaving", next_at=now, failures=0) if is_live(subscription, now=now) else None


def asked(subscription: Subscription, *, now: dt.datetime) -> Subscription | None:
    """To be kept before the hub is asked, which may ask back before it answers. None: it was told often enough that it may stop.

    The pause to the next time doubles until the hub confirms.
    """
    if subscription.state == "leaving" and subscription.failures >= LEAVE_TRIES:
        return None
    pause = min(FIRST_RETRY * 2**subscription.failures, LONGEST_RETRY)
    state: State = "asked" if subscription.state == "denied" else subscription.state
    return replace(subscription, state=state, asked_at=now, next_at=now + pause, failures=min(subscription.failures + 1, 10))


def refused(subscription: Subscription, error: str, *, retry_after_s: float | None, now: dt.datetime) -> Subscription:
    """The hub did not take the question; a pause that it asks for is kept, of at most a day."""
    pause = dt.timedelta(seconds=min(retry_after_s or 0.0, LONGEST_RETRY.total_seconds()))
    return replace(subscription, last_error=error, next_at=max(subscription.next_at, now + pause))


def question(subscription: Subscription, *, callback: str) -> dict[str, str]:
    """The form for the hub."""
    form = {
        "hub.mode": "unsubscribe" if subscription.state == "leaving" else "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": f"{callback.rstrip('/')}/{subscription.token}",
        # Older hubs refuse who does not say it (https://github.com/Automattic/pushpress/issues/2), others pass over it.
        "hub.verify": "async",
    }
    if subscription.state != "leaving":
        form |= {"hub.lease_seconds": str(LEASE_S), "hub.secret": subscription.secret}
    return form


def confirmed(subscription: Subscription, query: str, *, now: dt.datetime) -> Verdict:
    """The answer to a hub that asks back whether a subscription, or its end, was meant, or says that it denies it.

    Only what was asked for is confirmed: that topic, and a lease in whole seconds (a hub that names none gives a day). Anything else is a
    404, as the standard has it.
    """
    no = Verdict(status=404, after=subscription)
    try:
        asked = {name: values[0] for name, values in parse_qs(query, max_num_fields=30).items()}
    except ValueError:
        return no
    mode, challenge = asked.get("hub.mode"), asked.get("hub.challenge", "")
    if asked.get("hub.topic") != subscription.topic:
        return no
    if mode == "denied" and subscription.state != "leaving":
        reason = "".join(c for c in asked.get("hub.reason", "") if c.isprintable())[:200]
        words = "the hub denies it" + (f": {reason}" if reason else "")
        after = replace(subscription, state="denied", lease_until=None, next_at=now + LONGEST_RETRY, last_error=words)
        return Verdict(status=200, after=after)
    if not challenge:
        return no
    if mode == "unsubscribe" and subscription.state == "leaving":
        return Verdict(status=200, body=challenge.encode())
    lease = asked.get("hub.lease_seconds", UNNAMED_LEASE)
    if (
        mode != "subscribe"
        or subscription.state not in ("asked", "active")
        or not (lease.isascii() and lease.isdigit() and int(lease[:12]))
    ):
        return no
    lease_s = min(float(lease[:12]), LONGEST_LEASE_S)
    after = replace(
        subscription,
        state="active",
        lease_until=now + dt.timedelta(seconds=lease_s),
        # However short its leases, a hub is not asked more often than that.
        next_at=now + max(dt.timedelta(seconds=RENEW_AT * lease_s), FIRST_RETRY),
        failures=0,
        last_error=None,
    )
    return Verdict(status=200, body=challenge.encode(), after=after)


def is_signed(subscription: Subscription, signature: str, body: bytes) -> bool:
    """Whether `X-Hub-Signature: METHOD=HEX` is that of the body by the subscription's secret; compared in constant time."""
    method, _, given = signature.strip().partition("=")
    digest = _HASHES.get(method.lower())
    if digest is None:
        return False
    meant = hmac.new(subscription.secret.encode(), body, digest).hexdigest()
    return hmac.compare_digest(meant.encode(), given.strip().lower().encode())


def pushed(subscription: Subscription, *, now: dt.datetime) -> Subscription:
    return replace(subscription, pushed_at=now, pushes=subscription.pushes + 1, missed=0)


def missed(subscription: Subscription) -> Subscription:
    """A poll found what the hub had not sent."""
    return replace(subscription, missed=min(subscription.missed + 1, MISSES))


def unproven(subscription: Subscription) -> Subscription:
    """Not relied on until the hub sends again."""
    return replace(subscription, missed=MISSES)


def is_live(subscription: Subscription, *, now: dt.datetime) -> bool:
    return subscription.state == "active" and subscription.lease_until is not None and now < subscription.lease_until


def slower(feeds: Collection[Feed], subscriptions: Mapping[str, Subscription], *, every_s: float, now: dt.datetime) -> dict[str, Plan]:
    """Plans, by address, of the feeds whose hub is known to send what is new: polled only to be sure."""
    found = {}
    for feed in feeds:
        one = subscriptions.get(feed.url)
        if one is not None and is_live(one, now=now) and one.pushes and one.missed < MISSES and every_s > feed.interval_s:
            found[feed.url] = Plan(every_s=every_s, why="to be sure: its hub sends what is new (WebSub)")
    return found


def in_words(subscription: Subscription, *, now: dt.datetime) -> str:
    """How it stands, in a sentence without a secret."""
    host = urlsplit(subscription.hub).hostname
    if is_live(subscription, now=now) and subscription.lease_until is not None:
        sent = {0: "nothing sent yet", 1: "sent once"}.get(subscription.pushes, f"sent {subscription.pushes} times")
        words = f"{host} sends what is new until {subscription.lease_until:%Y-%m-%d %H:%M} UTC, {sent}"
        return words + (", but a poll found what it had not sent" if subscription.missed >= MISSES else "")
    known = {"asked": "not confirmed yet", "active": "its lease is over", "denied": "denied", "leaving": "asked to stop"}
    return f"{host}: {known[subscription.state]}" + (f" ({subscription.last_error})" if subscription.last_error else "")
