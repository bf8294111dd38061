"""Subscriptions at feeds' hubs (WebSub): who is asked when, what they ask back, and what they send. What is decided is in `feeds.websub`.

What is sent goes the way of a poll's body. Polls go on, more seldom while a hub is known to send.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import secrets
from collections.abc import Callable, Collection

from monitor.errors import FetchError, StoreError
from monitor.feeds import websub
from monitor.feeds.mask import masked
from monitor.feeds.websub import Offer, Subscription, Verdict
from monitor.in_force import InForce
from monitor.listener import Listener, Request, Response
from monitor.log import logger
from monitor.model import Feed, Fetched
from monitor.poller import Poller
from monitor.store import hubs as rows
from monitor.store.addresses import stored_address
from monitor.store.meta import meta, set_meta
from monitor.writer import Writer

MOST_ASKED = 20  # at one tick
MAX_BODY = 2_000_000  # bytes; a larger feed is polled
PATIENCE_S = 5.0  # for which a hub waits to hear that what it sent was taken
_CALLBACK = "websub callback"


class Hubs:
    """Keeps all subscriptions in memory as they are in the database. Does nothing while `[websub] callback` is off."""

    def __init__(self, db: Writer, poller: Poller, *, force: Callable[[], InForce], clock: Callable[[], dt.datetime]) -> None:
        self._db = db
        self._poller = poller
        self._force = force
        self._clock = clock
        self._known = rows.Subscriptions()
        self._tokens: dict[str, str] = {}  # the last part of a callback → what is stored of the feed's address
        self._callback: str | None = None  # the one that the known subscriptions were made for
        self._mapped: tuple[InForce | None, dict[str, Feed]] = None, {}
        self._private: dict[str, bool] = {}  # by what is stored of the address: whether the feed may lead into private networks
        self._pauses: dict[str, dt.datetime] = {}  # hubs that asked to be left alone
        self._changing = asyncio.Lock()  # hubs ask back and send while others are asked
        self._listener: Listener | None = None
        self._taking: set[asyncio.Task[str]] = set()

    async def listen(self) -> int | None:
        """Open the listener of `[websub]`, in place of the one before; its port.

        Raises:
            MonitorError: the address cannot be had, or the database refuses.
        """
        await self._close_listener()
        settings = self._force().config.websub
        if settings.callback is None:
            return None
        await self._load(settings.callback)  # hubs may send at once
        listener = Listener(self.answer, max_body=self._takes)
        port = await listener.open(*settings.listen)
        self._listener = listener
        return port

    async def close(self) -> None:
        await self._close_listener()
        for task in self._taking:
            task.cancel()
        if self._taking:
            await asyncio.wait(list(self._taking), timeout=1.0)

    async def _close_listener(self) -> None:
        if self._listener is not None:
            await self._listener.close()
        self._listener = None

    # ---------------------------------------------------------------- asking

    async def tick(self) -> None:
        """Ask the hubs whose time has come, and let feeds be polled more seldom whose hub sends. Never raises StoreError."""
        with contextlib.suppress(StoreError):  # a poll that meets the same trouble says so
            await self._tick()

    async def _tick(self) -> None:
        force, now = self._force(), self._clock()
        callback = force.config.websub.callback
        news, self._poller.found_news = self._poller.found_news, set()
        if callback is None:
            self._poller.slow_down(force, {})
            return
        await self._load(callback)
        wanted = await self._compare(news, now=now)
        self._pauses = {hub: until for hub, until in self._pauses.items() if until > now}
        askable = [one for url, one in self._known.items() if one.state == "leaving" or url in wanted]
        due = [one for one in askable if one.next_at <= now and one.hub not in self._pauses]
        due.sort(key=lambda one: one.next_at)
        await asyncio.gather(*(self._ask(one, callback, now=now) for one in due[:MOST_ASKED]))
        mapped = self._feeds()
        feeds = [mapped[url] for url in self._known if url in mapped]
        every_s = force.config.websub.poll_every_s
        self._poller.slow_down(force, websub.slower(feeds, self._known, every_s=every_s, now=self._clock()))

    async def _load(self, callback: str) -> None:
        """Take up what is stored; of another callback nothing, as its hubs send elsewhere."""
        async with self._changing:
            if callback == self._callback:
                return
            if await self._db.call(meta, _CALLBACK) != callback:
                await self._db.call(rows.forget_all)
                await self._db.call(set_meta, _CALLBACK, callback)
            known = await self._db.call(rows.subscriptions)
            # Nobody knows whether a hub has given up meanwhile: until it sends again it is not relied on.
            self._known = rows.Subscriptions((url, websub.unproven(one)) for url, one in known.items())
            self._tokens = {one.token: url for url, one in self._known.items()}
            self._callback = callback

    def _feeds(self) -> dict[str, Feed]:
        """The feeds in force by what is stored of their addresses; reckoned once a config."""
        force = self._force()
        if self._mapped[0] is not force:
            self._mapped = force, {stored_address(feed.url): feed for feed in force.config.feeds}
        return self._mapped[1]

    async def _compare(self, news: set[str], *, now: dt.datetime) -> Collection[str]:
        """Begin what feeds offer, end what they offer no more, and note where a poll was first; who offers a hub now."""
        states = self._poller.states()
        wanted = {}
        for url, feed in self._feeds().items():
            state = states.get(feed.url)
            if state is not None and (offer := websub.offered(feed, state)) is not None:
                wanted[url] = offer
                self._private[url] = feed.allow_private
        for url in list(self._known):
            await self._change(url, functools.partial(self._compared, offer=wanted.get(url), now=now))
        for url, offer in wanted.items():
            if url not in self._known:
                token, secret = secrets.token_urlsafe(32), secrets.token_hex(32)
                async with self._changing:
                    await self._keep(websub.begun(url, offer, token=token, secret=secret, now=now))
        for address in news:
            await self._change(stored_address(address), lambda one: websub.missed(one) if websub.is_live(one, now=now) else one)
        return wanted

    def _compared(self, one: Subscription, *, offer: Offer | None, now: dt.datetime) -> Subscription | None:
        if offer is None and one.url in self._feeds() and websub.is_live(one, now=now):
            return one  # one answer may have left the hub out: its lease ends by itself
        if offer is None or (offer.hub, offer.topic) != (one.hub, one.topic):
            return websub.ended(one, now=now)
        return one if one.state != "leaving" else websub.begun(one.url, offer, token=one.token, secret=one.secret, now=now)

    async def _ask(self, one: Subscription, callback: str, *, now: dt.datetime) -> None:
        # Kept first, as the hub may ask back before it answers.
        asked = await self._change(one.url, lambda one: websub.asked(one, now=now))
        if asked is None:
            return
        feed = Feed(name="hub", url=one.hub, allow_private=self._private.get(one.url, False))
        try:
            await self._poller.fetcher.post(feed, one.hub, websub.question(asked, callback=callback), now=now)
        except FetchError as error:
            logger().warning("hub", hub=masked(one.hub), topic=masked(one.topic), status="refused", error=str(error))
            if error.status in (429, 503) and error.retry_after_s is not None:
                self._pauses[one.hub] = now + min(dt.timedelta(seconds=error.retry_after_s), websub.LONGEST_RETRY)
            refused = functools.partial(websub.refused, error=str(error), retry_after_s=error.retry_after_s, now=self._clock())
            await self._change(one.url, lambda now_known: refused(now_known) if now_known.failures else now_known)
        else:
            logger().info(
                "hub", hub=masked(one.hub), topic=masked(one.topic), status="asked to stop" if asked.state == "leaving" else "asked"
            )

    async def _change(self, url: str, change: Callable[[Subscription], Subscription | None]) -> Subscription | None:
        """Change what is known of a subscription, one after the other; what it is then, None where it is over."""
        async with self._changing:
            before = self._known.get_stored(url)
            if before is None:
                return None
            after = change(before)
            if after is None:
                await self._db.call(rows.forget_subscription, before)
                del self._known[url]
                self._tokens.pop(before.token, None)
            elif after is not before:
                await self._keep(after)
            return after

    async def _keep(self, one: Subscription) -> None:
        """In the database first: what a hub is told must not be forgotten."""
        await self._db.call(rows.save_subscription, one)
        self._known[one.url] = one
        self._tokens[one.token] = one.url

    # ---------------------------------------------------------------- asked back, and sent to

    def _of(self, request: Request) -> Subscription | None:
        url = self._tokens.get(request.path.rpartition("/")[2])
        return None if url is None else self._known.get_stored(url)

    def _takes(self, request: Request) -> int:
        """Bytes that are read of a request's body: none from whoever does not know a callback."""
        return MAX_BODY if self._of(request) is not None else 0

    async def answer(self, request: Request) -> Response:
        """A hub's question whether a subscription was meant, or what it sends. Nobody else is told more than a 404."""
        one = self._of(request)
        if one is None:
            return Response(status=404)
        try:
            if request.method == "POST":
                return await self._sent(one, request)
            if request.method != "GET":
                return Response(status=405, headers={"Allow": "GET, POST"})
            return await self._asked_back(one, request)
        except StoreError:
            return Response(status=503, headers={"Retry-After": "60"})

    async def _asked_back(self, one: Subscription, request: Request) -> Response:
        verdict = Verdict(status=404)

        def judged(known: Subscription) -> Subscription | None:
            nonlocal verdict
            verdict = websub.confirmed(known, request.query, now=self._clock())
            return verdict.after

        after = await self._change(one.url, judged)
        if verdict.status == 200:
            logger().info("hub", hub=masked(one.hub), topic=masked(one.topic), status="ended" if after is None else after.state)
        return Response(status=verdict.status, body=verdict.body)

    async def _sent(self, one: Subscription, request: Request) -> Response:
        feed = self._feeds().get(one.url)
        if feed is None or one.state != "active":
            return Response(status=410 if feed is None or one.state == "leaving" else 404)
        if not websub.is_signed(one, request.headers.get("x-hub-signature", ""), request.body):
            logger().warning("push", feed=feed.name, status="ignored", error="its signature is not that of the hub")
            return Response(status=202)  # as the standard has it: whoever guesses learns nothing
        task = asyncio.create_task(self._take(one, feed, request), name=f"push {feed.name}")
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)
        done, _ = await asyncio.wait([task], timeout=PATIENCE_S)
        if done and task.result() == "held":
            return Response(status=503, headers={"Retry-After": "60"})
        return Response(status=200 if done else 202)

    async def _take(self, one: Subscription, feed: Feed, request: Request) -> str:
        now = self._clock()
        sent = Fetched(
            url=feed.url,
            final_url=one.topic,
            status=226,  # what is not in it is not gone
            headers={"content-type": request.headers.get("content-type", "")},
            body=request.body,
            fetched_at=now,
            elapsed_s=0.0,
        )
        polled = await self._poller.push(self._force(), feed, sent)
        if polled.ok:
            with contextlib.suppress(StoreError):
                await self._change(one.url, lambda known: websub.pushed(known, now=now) if known.state == "active" else known)
        return polled.status
