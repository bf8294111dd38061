"""The polling loop: feeds that are due are fetched, parsed, read and stored, each by itself; one bad feed never stops the others."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import heapq
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor import pipeline
from monitor.alerts.notice import unread_notice
from monitor.errors import FetchError, ParseError, ReadingFailed, StoreError
from monitor.feeds.boost import boosted
from monitor.feeds.fetch import Fetcher
from monitor.feeds.health import health
from monitor.feeds.hints import read_hints
from monitor.feeds.mask import masked
from monitor.feeds.pace import Pace, host_of, is_paced
from monitor.feeds.plan import Plan
from monitor.feeds.redirects import polled_url
from monitor.feeds.schedule import after_failure, after_success, asked_to_wait, wants_full
from monitor.feeds.timetable import Timetable
from monitor.full_text import FullText
from monitor.in_force import InForce
from monitor.items import dated
from monitor.log import logger
from monitor.metrics import Metrics
from monitor.model import SEVERITIES, Feed, FeedState, Fetched, Item, NotModified
from monitor.pipeline import Reading
from monitor.rules.filters import Filter, taken
from monitor.saving import Saving
from monitor.store import feeds as feed_rows
from monitor.store import items as item_rows
from monitor.store import rates as rate_rows
from monitor.worker import ReadingWorker
from monitor.writer import Writer

MAX_ATTEMPTS = 2  # at reading one item, over all polls
# While the database refuses, one feed at a time tries whether it takes something again.
FIRST_HOLD_S = 5.0
LONGEST_HOLD_S = 60.0

_EVERYTHING = Filter()

Notice = Callable[[InForce, str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll came to. `ok` is False where the feed could not be had."""

    status: str
    new: int = 0
    changed: int = 0
    copies: int = 0
    bad: int = 0
    unread: int = 0
    filtered: int = 0
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


class Poller:
    """Holds when each feed is due. Due times are in the database; the heap here is their order.

    `fetcher` and `worker` may be replaced between ticks (a reload); a poll keeps those that it began with.
    """

    def __init__(
        self,
        db: Writer,
        fetcher: Fetcher,
        worker: ReadingWorker,
        *,
        clock: Callable[[], dt.datetime],
        rng: random.Random,
        notice: Notice,
        metrics: Metrics,
    ) -> None:
        self.fetcher = fetcher
        self.worker = worker
        self._db = db
        self._saving = Saving(db)
        self._clock = clock
        self._rng = rng
        self._notice = notice
        self._metrics = metrics
        self._states: dict[str, FeedState] = {}
        self._prints: dict[str, bytes] = {}  # what stood in each feed's last body, since the start
        self._heap: list[tuple[dt.datetime, str]] = []
        self._due: dict[str, dt.datetime] = {}
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._full_text = FullText(db, clock=clock)
        self._pace = Pace(spacing_s=1.0)
        self._turns: set[str] = set()  # feeds that have their turn at their host
        self._open: Counter[str] = Counter()  # polls under way by host
        self._queues: dict[str, deque[Feed]] = {}  # feeds that wait until their host has answered others
        self._timetable = Timetable()
        self._joined: dict[str, dict[str, int]] = {}
        self.found_news: set[str] = set()  # addresses of feeds of which a poll brought something new; whoever looks empties it
        self._held_until = 0.0
        self._hold_s = 0.0
        self.trouble: str | None = None  # why the database takes nothing, while it does not
        self._stopping = False
        self.polls = 0
        self.ended_at: dt.datetime | None = None
        self._ended = self._idle_until = time.monotonic()
        self.copies = 0

    async def arm(self, force: InForce) -> None:
        """Take up the feeds of a config, at the start and after a reload; their states come from the database.

        Feeds that were never polled are spread over a few seconds, so that a start with hundreds is no burst.

        Raises:
            StoreError: the database refuses.
        """
        states = await self._db.call(feed_rows.feed_states)
        rates = await self._db.call(rate_rows.feed_rates)
        now = self._clock()
        self._timetable.rates = {feed.url: found for feed in force.config.feeds if (found := rates.get(feed.url)) is not None}
        self._states = {feed.url: states.get(feed.url) or FeedState(url=feed.url) for feed in force.config.feeds}
        self._heap, self._due, self._prints = [], {}, {}
        self._turns, self._queues = set(), {}
        self._pace = Pace(spacing_s=force.config.polling.spacing_s)
        for state in self._states.values():
            if state.not_before_at is not None and state.not_before_why == "Retry-After":
                self._pace.hold(host_of(state.moved_to or state.url), state.not_before_at)
        spread_s = min(len(self._states) / 20, 60.0)
        for feed in force.config.feeds:
            state = self._states[feed.url]
            if state.gone or feed.url in self._flying:
                continue
            due_at = state.next_due_at or now + dt.timedelta(seconds=self._rng.uniform(0, spread_s))
            # Beyond any interval that a schedule gives: the clock was wrong when it was written.
            self._at(feed.url, min(due_at, now + _longest(force, feed)))

    async def replan(self, force: InForce) -> None:
        """Divide the requests of a day anew, by what was learned; each feed goes by it from its next poll on."""
        # Those whose hub sends what is new leave their requests to the others.
        feeds, now = [feed for feed in force.config.feeds if feed.url not in self._timetable.slower], self._clock()
        with contextlib.suppress(StoreError):  # without it the feeds' tags still tell where they belong
            self._joined = await self._db.call(rate_rows.joined_incidents)
        budget = force.config.polling.requests_a_day
        self._timetable.take(await asyncio.to_thread(self._timetable.renewed, feeds, dict(self._states), now=now, requests_a_day=budget))

    async def look_for_breaking(self, force: InForce) -> None:
        """Poll the feeds of a place faster for a while where an incident there has become grave."""
        polling, now = force.config.polling, self._clock()
        if polling.boost <= 1:
            self._timetable.faster = {}
            return
        lasting = dt.timedelta(seconds=polling.boost_for_s)
        grave = SEVERITIES[SEVERITIES.index(polling.boost_from) :]
        try:
            found = await self._db.call(rate_rows.breaking, since=now - lasting, severities=grave)
        except StoreError:
            return
        # In a thread: twenty incidents and ten thousand feeds are a third of a second.
        faster = await asyncio.to_thread(boosted, force.config.feeds, found, self._joined, now=now, factor=polling.boost, lasting=lasting)
        begun = {feed.name: faster[feed.url] for feed in force.config.feeds if feed.url in faster.keys() - self._timetable.faster.keys()}
        self._timetable.faster = faster
        for name, one in begun.items():
            logger().info("boost", feed=name, every_s=round(one.every_s), why=one.why)
        for url, one in faster.items():
            state = self._states.get(url)  # a reload may have been quicker
            due_at = self._due.get(url)
            if due_at is None or state is None or state.failures or state.last_polled_at is None or url in self._turns:
                continue
            wait = asked_to_wait(state, now=now)
            sooner_at = max(now, state.last_polled_at + dt.timedelta(seconds=one.every_s), wait[0] if wait else now)
            if sooner_at < due_at:
                self._at(url, sooner_at)

    def states(self) -> dict[str, FeedState]:
        """What is known of each feed, by its address."""
        return dict(self._states)

    def slow_down(self, force: InForce, plans: dict[str, Plan]) -> None:
        """From their next poll on these feeds, by address, go by these plans; those that did so far are due as usual again."""
        now, before = self._clock(), self._timetable.slower
        self._timetable.slower = plans
        for feed in force.config.feeds:
            if feed.url not in before or feed.url in plans or feed.url not in self._due or self._states[feed.url].failures:
                continue
            wait = asked_to_wait(self._states[feed.url], now=now)
            soon = max(now + dt.timedelta(seconds=feed.interval_s * self._rng.random()), wait[0] if wait else now)
            self._at(feed.url, min(self._due[feed.url], soon))

    def rearm(self, force: InForce) -> None:
        """The clock was set: no feed waits longer from now than after a poll, and those that it made due do not come all at once."""
        now = self._clock()
        self._pace.clear()
        self._turns.clear()
        for feed in force.config.feeds:
            if feed.url in self._due:
                soon = now + dt.timedelta(seconds=feed.interval_s * self._rng.random())
                due_at = self._due[feed.url]
                self._at(feed.url, soon if due_at <= now else min(due_at, soon))

    async def tick(self, force: InForce) -> int:
        """Begin to poll what is due; returns how many polls began. Does not wait for them."""
        if self.trouble is not None and time.monotonic() < self._held_until:
            return 0
        if not self._flying:
            self._idle_until = time.monotonic()
        most = 1 if self.trouble is not None else 2 * force.config.polling.concurrency
        now, begun = self._clock(), 0
        feeds = {feed.url: feed for feed in force.config.feeds}
        while self._heap and self._heap[0][0] <= now and len(self._flying) < most:
            due_at, url = heapq.heappop(self._heap)
            if self._due.get(url) != due_at or url not in feeds or url in self._flying:
                continue
            del self._due[url]
            begun += self._begun(force, feeds[url], now=now)
        return begun

    def _begun(self, force: InForce, feed: Feed, *, now: dt.datetime) -> bool:
        """Begin one feed's poll, or give it its place in the row of its host: a slow or crowded host must not use up what all share."""
        url = polled_url(self._states[feed.url], feed)
        host = host_of(url)
        if self._open[host] >= force.config.polling.per_host:
            self._queues.setdefault(host, deque()).append(feed)
            return False
        if is_paced(url, allow_private=feed.allow_private) and feed.url not in self._turns:
            turn_at = self._pace.turn(host, now=now)
            if turn_at > now:
                self._turns.add(feed.url)
                self._at(feed.url, turn_at)
                return False
        self._turns.discard(feed.url)
        self._open[host] += 1
        self._flying[feed.url] = asyncio.create_task(self._one(force, feed, host), name=f"poll {feed.name}")
        return True

    def _next_of(self, force: InForce, host: str) -> None:
        """A poll of the host has ended: the feed that waited longest for it is next."""
        self._open[host] -= 1
        if self._open[host] <= 0:
            del self._open[host]
        queue = self._queues.get(host)
        if queue is None:
            return
        feed = queue.popleft()
        if not queue:
            del self._queues[host]
        if not self._stopping and feed.url in self._states and feed.url not in self._due and feed.url not in self._flying:
            self._begun(force, feed, now=self._clock())

    def next_at(self) -> dt.datetime | None:
        """When the next poll is due; None where none is waiting."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    async def all_once(self, force: InForce) -> list[Polled]:
        """Poll every feed now, whatever its due time, and wait; left out are feeds that are gone and those whose site asks for a pause."""
        now = self._clock()
        feeds = [feed for feed in force.config.feeds if not self._states[feed.url].gone]
        return list(await asyncio.gather(*(self._waiting(force, feed, now=now) or self._poll(force, feed) for feed in feeds)))

    def _waiting(self, force: InForce, feed: Feed, *, now: dt.datetime) -> Awaitable[Polled] | None:
        state = self._states[feed.url]
        asked = asked_to_wait(state, now=now)
        held_until = self._pace.held_until(host_of(polled_url(state, feed)), now=now)
        if held_until is not None and (asked is None or held_until > asked[0]):
            asked = held_until, "Retry-After"
        if asked is None:
            return None

        async def waits(until: dt.datetime, why: str) -> Polled:
            logger().info("poll", feed=feed.name, status="waits", until=until.strftime("%Y-%m-%dT%H:%M:%SZ"), why=why)
            return Polled(status="waits")

        return waits(*asked)

    async def push(self, force: InForce, feed: Feed, answer: Fetched) -> Polled:
        """Take what a hub sent as the body of a poll is taken; the feed's validators and due time stay as they are."""
        while (under_way := self._flying.get(feed.url)) is not None:
            await asyncio.wait([under_way])
        own = asyncio.current_task()
        if self._stopping or own is None or feed.url not in self._states:
            return Polled(status="held", error="it is no longer taken")
        self._flying[feed.url] = own
        try:
            return await self._told("push", force, feed, self._pushed(force, feed, answer))
        finally:
            self._flying.pop(feed.url, None)
            state = self._states.get(feed.url)
            if state is not None and not state.gone:  # a tick may have passed over it meanwhile
                self._at(feed.url, self._due.get(feed.url) or state.next_due_at or self._clock())

    async def idle(self) -> None:
        """Wait for the polls under way."""
        while self._flying:
            await asyncio.wait(list(self._flying.values()))

    def under_way(self) -> list[asyncio.Task[None]]:
        """The polls that have begun and not ended."""
        return list(self._flying.values())

    def counts(self) -> tuple[int, int]:
        """How many feeds there are, and how many of them failed last time."""
        return len(self._states), sum(state.failures > 0 for state in self._states.values())

    def healths(self, force: InForce) -> dict[str, int]:
        """How many feeds do how (`feeds.health`); that one is silent only the database knows."""
        now = self._clock()
        return dict(
            Counter(health(self._states[feed.url], feed, now=now).status for feed in force.config.feeds if feed.url in self._states)
        )

    def stalled_s(self) -> float:
        """For how many seconds polls have been under way of which none ended, nor any parse or reading; 0 where none is under way."""
        return time.monotonic() - max(self._ended, self._idle_until, self.worker.ended) if self._flying else 0.0

    async def stop(self) -> None:
        """Give up the polls under way. What is being committed is committed; the rest comes again with the next poll."""
        self._stopping = True
        for task in self._flying.values():
            task.cancel()
        if self._flying:
            await asyncio.wait(list(self._flying.values()), timeout=5.0)

    # ---------------------------------------------------------------- one feed

    async def _one(self, force: InForce, feed: Feed, host: str) -> None:
        polled: Polled | None = None
        try:
            polled = await self._poll(force, feed)
        finally:
            self._flying.pop(feed.url, None)
            state = self._states.get(feed.url)
            if state is not None and not state.gone:
                again_at = self._clock() if polled is None or polled.status == "held" else state.next_due_at
                self._at(feed.url, again_at or self._clock() + dt.timedelta(seconds=feed.interval_s))
            self._next_of(force, host)

    async def _poll(self, force: InForce, feed: Feed) -> Polled:
        return await self._told("poll", force, feed, self._polled(force, feed))

    async def _told(self, event: str, force: InForce, feed: Feed, work: Awaitable[Polled]) -> Polled:
        """One poll or push, with its log line. Every exception of a feed becomes a value here and nowhere else."""
        started = time.monotonic()
        try:
            polled = await work
            self._store_is_back()
        except StoreError as error:
            self._store_refuses(force, error)
            polled = Polled(status="held", error=str(error))
        self.polls += 1
        self.ended_at, self._ended = self._clock(), time.monotonic()
        items = {name: getattr(polled, name) for name in ("new", "changed", "copies", "bad", "unread")}
        kind = "pushed" if event == "push" and polled.ok else polled.status
        self._metrics.polled(kind, seconds=self._ended - started, items=items)
        self.copies += polled.copies
        words: dict[str, Any] = {"error": polled.error} if polled.error else {}
        if polled.filtered:
            words = {"filtered": polled.filtered} | words
        if polled.changed or polled.copies or polled.unread:
            words = {"changed": polled.changed, "copies": polled.copies, "unread": polled.unread} | words
        say = logger().info if polled.ok else logger().warning
        say(
            event,
            feed=feed.name,
            status=polled.status,
            new=polled.new,
            bad=polled.bad,
            ms=round((time.monotonic() - started) * 1000),
            **words,
        )
        return polled

    async def _polled(self, force: InForce, feed: Feed) -> Polled:
        state = self._states[feed.url]
        now = self._clock()
        full = wants_full(state, now=now)
        try:
            # What another filter left out stands in the old body: it is wanted once more.
            refiltered = state.filter_digest != _filter(force, feed).digest
            full = refiltered or full
            answer = await self.fetcher.fetch(feed, state, now=now, full=full)
            if isinstance(answer, NotModified):
                return await self._unchanged(feed, state, answer, "not modified")
            same = answer.body_hash == state.body_hash or (answer.status == 226 and not answer.body.strip())
            if same and not refiltered:
                return await self._unchanged(feed, state, answer, "unchanged", full=full)
            return await self._taken(force, feed, state, answer, now=now, full=full)
        except (FetchError, ParseError, ReadingFailed) as error:
            return await self._failed(force, feed, state, error, full=full)
        except StoreError:
            raise
        except Exception as error:  # a bug met by one feed must not stop the others
            logger().exception("poll", feed=feed.name, status="bug")
            return await self._failed(force, feed, state, FetchError(f'feed "{feed.name}": {type(error).__name__}: {error}'), full=full)

    async def _pushed(self, force: InForce, feed: Feed, answer: Fetched) -> Polled:
        state = self._states[feed.url]
        try:
            return await self._take(force, feed, state, answer, now=self._clock(), after=lambda _: state)
        except (ParseError, ReadingFailed) as error:
            return Polled(status="failed", error=str(error))
        except StoreError:
            raise
        except Exception as error:  # as of a poll
            logger().exception("push", feed=feed.name, status="bug")
            return Polled(status="failed", error=f'feed "{feed.name}": {type(error).__name__}: {error}')

    async def _unchanged(self, feed: Feed, state: FeedState, answer: Fetched | NotModified, status: str, *, full: bool = False) -> Polled:
        await self._save(after_success(state, feed, answer, now=self._clock(), rng=self._rng, plan=self._plan(feed), full=full))
        return Polled(status=status)

    async def _failed(
        self, force: InForce, feed: Feed, state: FeedState, error: FetchError | ParseError | ReadingFailed, *, full: bool = False
    ) -> Polled:
        polling = force.config.polling
        after = after_failure(state, feed, error, now=self._clock(), rng=self._rng, max_backoff_s=polling.backoff_max_s, full=full)
        await self._save(after)
        if after.not_before_at is not None and isinstance(error, FetchError) and error.status in (429, 503):
            self._pace.hold(host_of(polled_url(state, feed)), after.not_before_at)
        if after.gone and not state.gone:
            self._notice(
                force,
                f"feed {feed.name} is gone",
                f"{masked(feed.url)} answers 410 (Gone) and is no longer polled.\nRemove it, or set its new address.",
            )
        return Polled(status="gone" if after.gone else "failed", error=str(error))

    def _plan(self, feed: Feed) -> Plan:
        return self._timetable.plan(feed, now=self._clock())

    async def _save(self, state: FeedState) -> None:
        await self._saving.save(state)
        self._states[state.url] = state

    async def _taken(self, force: InForce, feed: Feed, state: FeedState, answer: Fetched, *, now: dt.datetime, full: bool) -> Polled:
        first_fetch = state.first_success_at is None

        def after(filtered: int) -> FeedState:
            hints = read_hints(answer.body, answer.headers, base=answer.final_url)
            after = after_success(state, feed, answer, now=self._clock(), rng=self._rng, hints=hints, plan=self._plan(feed), full=full)
            return replace(after, filter_digest=_filter(force, feed).digest, filtered=filtered)

        polled = await self._take(force, feed, state, answer, now=now, after=after)
        if polled.new and not first_fetch:
            self.found_news.add(feed.url)
        return polled

    async def _take(
        self, force: InForce, feed: Feed, state: FeedState, answer: Fetched, *, now: dt.datetime, after: Callable[[int], FeedState]
    ) -> Polled:
        """Parse, read and store a body; `after` gives the state to keep with it, told how many items the filter left out."""
        worker = self.worker
        chosen = _filter(force, feed)
        # How much a filter leaves out is told of the whole body.
        before = self._prints.get(feed.url, b"") if not chosen.digest else b""
        found, bad, prints = await worker.parse(answer, feed, before)
        for one in bad:
            logger().debug("bad", feed=feed.name, where=one.where, reason=one.reason)
        items = await asyncio.to_thread(taken, found, chosen) if chosen.digest else found
        # What a changed filter lets in may have stood in the feed for long.
        first_fetch = state.first_success_at is None or state.filter_digest != chosen.digest
        fresh = await self._db.call(pipeline.unread, items, now=now)
        if feed.full_text and fresh:
            fresh = await self._full_text.with_articles(feed, fresh, fetcher=self.fetcher, worker=worker, first_fetch=first_fetch)
        readings = {item.key: Reading(item=item) for item in items} | await self._read(force, worker, fresh)
        filtered = len(found) - len(items)
        kept_state = after(filtered)
        *earlier, last = pipeline.parts(readings.values(), seen_at=now)
        so_far = pipeline.Taken()
        for part in earlier:
            so_far = await self._db.call(pipeline.store_part, force.desk, part, seen_at=now, first_fetch=first_fetch, taken=so_far)
        kept = await self._db.call(
            pipeline.store_poll,
            force.desk,
            last,
            state=kept_state,
            seen_at=now,
            first_fetch=first_fetch,
            rates=self._timetable.rates.get(feed.url),
            taken=so_far,
        )
        self._states[feed.url] = kept_state
        # An edit that was passed over is to be looked at again.
        self._prints[feed.url] = b"" if kept.restless or answer.status == 226 else prints
        if kept.rates is not None:
            self._timetable.rates[feed.url] = kept.rates
        if not first_fetch:  # which finds what was published before anybody looked
            self._metrics.seen(kept.delays_s)
        return Polled(
            status="ok",
            new=kept.new,
            changed=kept.changed,
            copies=kept.sightings,
            bad=len(bad),
            unread=kept.unread,
            filtered=filtered,
        )

    async def _read(self, force: InForce, worker: ReadingWorker, items: Sequence[Item]) -> dict[str, Reading]:
        """Read each item in the worker. An item that fails twice, now or over several polls, is stored unread and the operator told."""
        readings: dict[str, Reading] = {}
        tries = await self._db.call(item_rows.attempts, [item.key for item in items])
        left = [item for item in items if tries.get(item.key, 0) < MAX_ATTEMPTS]
        for item in items:
            if tries.get(item.key, 0) >= MAX_ATTEMPTS:
                readings[item.key] = Reading(item=item, error="reading it failed twice before")
        while left:
            seen_at = self._clock()
            results = await worker.read([dated(item, first_seen_at=seen_at) for item in left])
            again: list[Item] = []
            for item, result in zip(left, results, strict=True):
                if not isinstance(result, ReadingFailed):
                    readings[item.key] = Reading(item=item, report=result)
                    continue
                failed = await self._db.call(item_rows.record_attempt, item.key, str(result), at=self._clock())
                if failed < MAX_ATTEMPTS:
                    again.append(item)
                    continue
                readings[item.key] = Reading(item=item, error=str(result))
                logger().error("item", id=item.id, feed=item.feed, status="unread", error=str(result))
                self._notice(force, *unread_notice(item, str(result)))
            left = again
        return readings

    # ---------------------------------------------------------------- due times, and a database that refuses

    def _at(self, url: str, due_at: dt.datetime) -> None:
        self._due[url] = due_at
        heapq.heappush(self._heap, (due_at, url))

    def _store_refuses(self, force: InForce, error: StoreError) -> None:
        if time.monotonic() >= self._held_until:  # polls that were under way together count once
            self._hold_s = min(max(self._hold_s * 2, FIRST_HOLD_S), LONGEST_HOLD_S)
            self._held_until = time.monotonic() + self._hold_s
        if self.trouble is None:
            logger().error("store", status="refuses", error=str(error))
            self._notice(force, "the database refuses", f"{error}\nPolling is paused and goes on by itself.")
        self.trouble = str(error)

    def _store_is_back(self) -> None:
        if self.trouble is not None:
            logger().info("store", status="takes again")
        self.trouble, self._hold_s, self._held_until = None, 0.0, 0.0


def _filter(force: InForce, feed: Feed) -> Filter:
    return force.config.filters.get(feed.name, _EVERYTHING)


def _longest(force: InForce, feed: Feed) -> dt.timedelta:
    """The longest pause that a schedule may give a feed: a server's wish is honoured up to a week."""
    return dt.timedelta(seconds=max(7 * 86_400.0, force.config.polling.backoff_max_s, 2 * feed.interval_s))
