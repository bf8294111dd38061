"""The delivery loop: what is due is settled, claimed, rendered, sent, marked.

Channels are served side by side, each one message after the other. Sends run in threads that do not keep the process
alive: one that hangs is left to its lease.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from monitor import duties, pipeline
from monitor.alerts.bundle import Entry, render_together
from monitor.alerts.notice import render_notice
from monitor.alerts.outage import GIVE_UP_AFTER, TELL_AFTER, Outage, after_failure, is_held
from monitor.alerts.render import render
from monitor.errors import DeliveryError, StoreError
from monitor.gate import Gate
from monitor.in_force import InForce
from monitor.log import logger, masked
from monitor.metrics import Metrics
from monitor.model import Alert, Delivery, Incident, Message, Reply
from monitor.store import alerts as alert_rows
from monitor.store import channels as channel_rows
from monitor.store import dispatches, holds, outbox
from monitor.store.database import Database
from monitor.store.decisions import standing_id
from monitor.troubles import look_at_feeds
from monitor.writer import Writer

if TYPE_CHECKING:
    from monitor.alerts.deliver import Target

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 3600.0
MAX_TRIES = 20  # of one message, with the pauses above in half a day; a channel that takes nothing is judged by `outage`
# A lease outlasts the longest send, so that it runs out only when the process died.
LEASE_SPARE_S = 60.0
MARK_AGAIN_S = 2.0
OPERATOR_TRIES = 5
OPERATOR_REPEAT_S = 3600.0

_OWNER = "daemon:"

Send = Callable[..., str | None]
# What readers of a channel must not miss for having closed a thread.
_BROADCAST_REASONS = frozenset({"severity-rose", "retraction-withdrawn"})


def pause_s(attempts: int, *, asked_s: float | None = None) -> float:
    """Seconds until the next try: 30, 60, 120 … 3,600; never less than the service asked for (a day at most)."""
    pause = min(FIRST_PAUSE_S * 2.0 ** (max(attempts, 1) - 1), LONGEST_PAUSE_S)
    return max(pause, min(asked_s or 0.0, 86_400.0))


class Sender:
    """Sends what the outbox holds. `send` is `monitor.alerts.deliver.deliver` or what a test puts in its place."""

    def __init__(self, db: Writer, *, clock: Callable[[], dt.datetime], metrics: Metrics, send: Send | None = None) -> None:
        self._db = db
        self._clock = clock
        self._send = send
        self._gate = Gate()
        self._metrics = metrics
        self._owner = f"{_OWNER}{os.getpid()}:{time.time_ns()}"
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._notices: set[asyncio.Task[None]] = set()
        self._noticed: dict[str, float] = {}
        self._stopping = False
        self.sent = 0
        self.failed = 0

    async def recover(self) -> None:
        """Take up what a daemon that was killed left claimed: with the daemon's lock held, nobody else can be sending it.

        Raises:
            StoreError: the database refuses.
        """
        freed = await self._db.call(_freed_orphans, self._clock())
        if freed:
            logger().warning("deliver", status="taken up", messages=freed, remedy="sent again; each says that it may be a repeat")

    async def tick(self, force: InForce, *, ahead: dt.timedelta = dt.timedelta()) -> list[Alert]:
        """Settle what is due (with what will be, so far `ahead`) and wake the channels; returns what was settled.

        Does not wait for the sends.

        Raises:
            StoreError: the database refuses.
        """
        settled = await self._db.call(pipeline.settle_due, self._clock(), ahead=ahead)
        for alert in settled:
            logger().info(
                "alert", id=alert.id, change=alert.change, severity=alert.severity, reason=alert.reason, channels=",".join(alert.channels)
            )
        due_at = await self._db.call(_next_due, tuple(force.targets))
        if due_at is None or due_at > self._clock() or self._stopping:
            return settled
        for channel in force.targets:
            if channel not in self._busy:
                self._busy[channel] = asyncio.create_task(self._serve(force, channel), name=f"channel {channel}")
        return settled

    async def arrange(self, force: InForce) -> None:
        """Queue the digests whose time has come, and critical alerts again that nobody acknowledged. Never raises StoreError."""
        now = self._clock()
        alerts = force.config.alerts
        try:
            made = await self._db.call(duties.arrange_digests, force.config.digests, now=now)
            if alerts.escalate_after_s is not None:
                made += await self._db.call(
                    duties.arrange_escalations,
                    after_s=alerts.escalate_after_s,
                    channel=alerts.escalate_to,
                    max_age_d=force.desk.settings.max_age_d,
                    now=now,
                    silenced=lambda db, alert: (
                        self._gate.silence_of(db, alert, channel=alerts.escalate_to, now=now, ruleset=force.desk.ruleset) is not None
                    ),
                )
        except StoreError as error:
            logger().error("arrange", status="held", error=str(error))
        else:
            for name in made:
                logger().info("arrange", what=name)

    async def look_at_feeds(self, force: InForce) -> None:
        """Queue what the operator should hear of the feeds. Never raises StoreError."""
        channels = [channel for channel in force.config.operator if channel in force.targets]
        try:
            made = await self._db.call(look_at_feeds, force.config.feeds, channels=channels, now=self._clock())
        except StoreError as error:
            logger().error("feeds", status="held", error=str(error))
        else:
            for title in made:
                logger().warning("feeds", what=title)

    async def idle(self, *, timeout_s: float | None = None) -> bool:
        """Wait for the sends under way; False if they took longer than `timeout_s`."""
        tasks = [*self._busy.values(), *self._notices]
        if not tasks:
            return True
        _, pending = await asyncio.wait(tasks, timeout=timeout_s)
        return not pending

    async def stop(self, *, grace_s: float) -> None:
        """Begin no further send; give those under way `grace_s` seconds, then leave them to their lease."""
        self._stopping = True
        await self.idle(timeout_s=grace_s)
        for task in [*self._busy.values(), *self._notices]:
            task.cancel()
        await self.idle(timeout_s=1.0)

    def notice(self, force: InForce, title: str, text: str, *, but: Collection[str] = (), again: bool = False) -> None:
        """Tell the operator's channels of the program's own trouble, the same title at most once an hour, or `again`.

        Never raises, never waits.
        """
        recent = not again and time.monotonic() - self._noticed.get(title, -OPERATOR_REPEAT_S) < OPERATOR_REPEAT_S
        if not force.config.operator or recent:
            return
        self._noticed[title] = time.monotonic()
        message = render_notice(masked(title, force.secrets), masked(text, force.secrets).splitlines())
        for channel in force.config.operator:
            if channel in force.targets and channel not in but:
                task = asyncio.create_task(self._tell(force, channel, message))
                self._notices.add(task)
                task.add_done_callback(self._notices.discard)

    async def _tell(self, force: InForce, channel: str, message: Message) -> None:
        for attempt in range(1, OPERATOR_TRIES + 1):
            try:
                await self._in_thread(message, force.targets[channel], timeout_s=force.config.channels[channel].timeout_s)
            except DeliveryError as error:
                logger().warning("notice", channel=channel, status="failed", error=str(error), attempt=attempt)
                if error.permanent or self._stopping:
                    return
                await asyncio.sleep(pause_s(attempt, asked_s=error.retry_after_s))
            else:
                logger().info("notice", channel=channel, status="sent", title=message.title)
                return

    async def _serve(self, force: InForce, channel: str) -> None:
        """Send all that is due on one channel, one after the other; a channel that takes nothing is left alone for a while."""
        lease_s = force.config.channels[channel].timeout_s + LEASE_SPARE_S
        try:
            while not self._stopping:
                away = await self._db.call(channel_rows.outage, channel)
                if is_held(away, self._clock()):
                    return
                claimed = await self._db.call(
                    self._gate.take,
                    channel,
                    now=self._clock(),
                    lease_s=lease_s,
                    owner=self._owner,
                    ruleset=force.desk.ruleset,
                    quiet=force.config.channels[channel].quiet,
                    storm=force.config.storm,
                )
                self._tell_broken_silences(force)
                if self._stopping:
                    for delivery, _ in claimed:
                        await self._db.call(outbox.release, delivery.id, due_at=delivery.due_at, at=self._clock(), owner=self._owner)
                    return
                if claimed:
                    await self._deliver(force, claimed, away)
                elif not await self._dispatch(force, channel, away, lease_s=lease_s):
                    return
        except StoreError as error:
            logger().error("deliver", channel=channel, status="held", error=str(error))
        except Exception:  # the next tick serves the channel again
            logger().exception("deliver", channel=channel, status="bug")
        finally:
            self._busy.pop(channel, None)

    async def _deliver(self, force: InForce, claimed: Sequence[tuple[Delivery, Alert]], away: Outage | None) -> None:
        """Send one alert, or in a storm several, as one message."""
        started = time.monotonic()
        channel = claimed[0][0].channel
        error: DeliveryError | None = None
        thread: str | None = None
        try:
            if len(claimed) > 1:
                message = await self._db.call(_rendered_together, claimed, now=self._clock(), timezone=force.config.timezone)
            else:
                delivery, alert = claimed[0]
                message = await self._db.call(_rendered, alert, delivery, now=self._clock(), timezone=force.config.timezone)
            thread = await self._in_thread(message, force.targets[channel], timeout_s=force.config.channels[channel].timeout_s)
        except DeliveryError as refused:
            error = refused
        except StoreError:
            raise
        except Exception as unforeseen:  # one alert that cannot be rendered must not stop the channel
            logger().exception("deliver", channel=channel, alert=claimed[0][1].id, status="bug")
            error = DeliveryError(f"{type(unforeseen).__name__}: {unforeseen}", ambiguous=True)
        if error is None:
            self.sent += 1
            await self._mark_sent(claimed, self._clock(), thread=thread)
        words: dict[str, Any] = {"error": masked(str(error), force.secrets)} if error else {}
        if len(claimed) > 1:
            words["together"] = len(claimed)
        say = logger().info if error is None else logger().warning
        for delivery, alert in claimed:
            status = "sent" if error is None else await self._mark_failed(force, delivery, alert, error)
            self._metrics.tried(status, decided_s=(self._clock() - alert.created_at).total_seconds() if error is None else None)
            say(
                "deliver",
                channel=channel,
                alert=alert.id,
                status=status,
                attempt=delivery.attempts,
                ms=round((time.monotonic() - started) * 1000),
                **words,
            )
        await self._judge(force, channel, away, error, what=f"alert {claimed[0][1].id}")

    async def _judge(self, force: InForce, channel: str, away: Outage | None, error: DeliveryError | None, *, what: str) -> None:
        """Keep whether the channel takes messages; the operator hears of an outage that lasts, and of its end."""
        now = self._clock()
        if error is None:
            if away is not None:
                await self._db.call(channel_rows.end_outage, channel, now=now)
                if away.told:
                    text = f"It took nothing since {away.since:%Y-%m-%d %H:%M} UTC. What waited goes out now."
                    self.notice(force, f"channel {channel} takes messages again", text, again=True)
            return
        if error.permanent:
            return
        words = masked(str(error), force.secrets)
        now_away = after_failure(away, what=what, words=words, down=error.down, asked_s=error.retry_after_s, now=now)
        if not now_away.told and now_away.until is not None and now - now_away.since >= TELL_AFTER:
            now_away = replace(now_away, told=True)
            since = f"{now_away.since:%Y-%m-%d %H:%M} UTC"
            text = f"{words}\nNothing was taken since {since}. What waits is kept in its order and tried again by itself."
            self.notice(force, f"channel {channel} takes nothing", text, but=(channel,), again=True)
        await self._db.call(channel_rows.save_outage, channel, now_away)
        if now_away.until is not None:
            logger().warning("channel", channel=channel, status="away", until=f"{now_away.until:%Y-%m-%dT%H:%M:%SZ}", error=words)

    async def _dispatch(self, force: InForce, channel: str, away: Outage | None, *, lease_s: float) -> bool:
        """Send a digest or a repeat that is due on the channel; False where none is."""
        now = self._clock()
        one = await self._db.call(dispatches.claim_dispatch, now, lease_s=lease_s, owner=self._owner, channel=channel)
        if one is None:
            return False
        error: DeliveryError | None = None
        try:
            message = await self._db.call(duties.written, one, now=now, timezone=force.config.timezone)
            if message is None:
                await self._db.call(dispatches.end_dispatch, one.id, "withdrawn", at=now, error="acknowledged in the meantime")
                return True
            await self._in_thread(message, force.targets[channel], timeout_s=force.config.channels[channel].timeout_s)
        except DeliveryError as refused:
            error = refused
        except StoreError:
            raise
        except Exception as unforeseen:  # as for an alert
            logger().exception("dispatch", channel=channel, key=one.key, status="bug")
            error = DeliveryError(f"{type(unforeseen).__name__}: {unforeseen}", ambiguous=True)
        now = self._clock()
        if error is None:
            await self._db.call(dispatches.end_dispatch, one.id, "sent", at=now)
            logger().info("dispatch", channel=channel, key=one.key, status="sent")
            await self._judge(force, channel, away, None, what=one.key)
            return True
        words = masked(str(error), force.secrets)
        given_up = _given_up(error, one.attempts, since=one.created_at, now=now)
        await self._db.call(
            dispatches.end_dispatch,
            one.id,
            "dead" if given_up else "waiting",
            at=now,
            error=words,
            retry_at=None if given_up else now + dt.timedelta(seconds=pause_s(one.attempts, asked_s=error.retry_after_s)),
            ambiguous=error.ambiguous,
        )
        logger().warning("dispatch", channel=channel, key=one.key, status="dead" if given_up else "failed", error=words)
        if given_up:
            title = f"channel {channel} does not take a {one.kind}"
            self.notice(force, title, f"It was given up at try {one.attempts}: {words}", but=(channel,))
        await self._judge(force, channel, away, error, what=one.key)
        return True

    def _tell_broken_silences(self, force: InForce) -> None:
        """A silence that names what the rules no longer have holds nothing back; whoever relies on it must know."""
        while self._gate.broken:
            number, words = self._gate.broken.popitem()
            logger().warning("silence", id=number, status="broken", error=words)
            self.notice(force, f"silence {number} means nothing any more", f"{words}\nIt holds nothing back: end it and add a new one.")

    async def _mark_failed(self, force: InForce, delivery: Delivery, alert: Alert, error: DeliveryError) -> str:
        now = self._clock()
        self.failed += 1
        words = masked(str(error), force.secrets)
        if _given_up(error, delivery.attempts, since=delivery.due_at, now=now):
            await self._db.call(outbox.mark_dead, delivery.id, words, at=now, owner=self._owner)
            self.notice(
                force,
                f"channel {delivery.channel} does not take an alert",
                f"Alert {alert.id} was given up at try {delivery.attempts}: {words}\nWhen it is mended: monitor alerts retry {alert.id}",
                but=(delivery.channel,),
            )
            return "dead"
        # Where the service takes nothing, the message keeps its turn: it goes first when the service is back.
        retry_at = None if error.down else now + dt.timedelta(seconds=pause_s(delivery.attempts, asked_s=error.retry_after_s))
        await self._db.call(
            outbox.mark_failed,
            delivery.id,
            words,
            retry_at=retry_at,
            at=now,
            owner=self._owner,
            ambiguous=error.ambiguous,
            counts=not error.down,
        )
        return "failed"

    async def _mark_sent(self, claimed: Sequence[tuple[Delivery, Alert]], sent_at: dt.datetime, *, thread: str | None) -> None:
        """Say so in the database, and again while its lease lasts: unsaid, the message would go out twice."""
        for _ in range(int(LEASE_SPARE_S / MARK_AGAIN_S)):
            try:
                if len(claimed) > 1:
                    ids = [delivery.id for delivery, _ in claimed]
                    await self._db.call(holds.mark_sent_together, ids, claimed[0][0].channel, sent_at)
                else:
                    await self._db.call(outbox.mark_sent, claimed[0][0].id, sent_at, thread=thread)
            except StoreError as error:
                delivery, alert = claimed[0]
                logger().error("deliver", channel=delivery.channel, alert=alert.id, status="sent, not marked", error=str(error))
                await asyncio.sleep(MARK_AGAIN_S)
            else:
                return

    def _in_thread(self, message: Message, target: Target, *, timeout_s: float) -> Awaitable[str | None]:
        """Run the blocking send in a thread of its own that dies with the process (a pool's threads are waited for at exit)."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[str | None] = loop.create_future()

        def finish(error: BaseException | None, thread: str | None) -> None:
            if done.done():
                return
            if error is None:
                done.set_result(thread)
            else:
                done.set_exception(error)

        def run() -> None:
            error: BaseException | None = None
            thread: str | None = None
            try:
                thread = (self._send or _deliver)(message, target, timeout_s=timeout_s)
            except BaseException as refused:
                error = refused
            if not loop.is_closed():
                loop.call_soon_threadsafe(finish, error, thread)

        threading.Thread(target=run, name="monitor-send", daemon=True).start()
        return done


def _given_up(error: DeliveryError, attempts: int, *, since: dt.datetime, now: dt.datetime) -> bool:
    """Whether a message is not tried any more: refused for good, refused too often, or too long on a channel that takes nothing."""
    if error.down:
        return now - since >= GIVE_UP_AFTER
    return error.permanent or attempts >= MAX_TRIES


def _deliver(message: Message, target: Target, *, timeout_s: float) -> str | None:
    from monitor.alerts.deliver import deliver

    return deliver(message, target, timeout_s=timeout_s)


def _rendered(db: Database, alert: Alert, delivery: Delivery, *, now: dt.datetime, timezone: str) -> Message:
    message = render(
        alert,
        first_on_channel=_first_on_channel(db, alert, delivery.channel),
        now=now,
        timezone=timezone,
        sent_at=now,
        may_repeat=delivery.ambiguous,
        backfilled=alert.backfilled,
        told=_told_before(db, alert, delivery.channel),
    )
    opened = outbox.thread_on_channel(db, standing_id(db, alert.incident_id) if alert.incident_id else None, delivery.channel)
    if opened is None:
        return message
    whole = render(alert, first_on_channel=True, now=now, timezone=timezone, sent_at=now, backfilled=alert.backfilled)
    broadcast = alert.change in ("correction", "retraction") or alert.reason in _BROADCAST_REASONS
    return replace(message, reply=Reply(to=opened, now=whole.slack, broadcast=broadcast))


def _first_on_channel(db: Database, alert: Alert, channel: str) -> bool:
    """Whether nothing is known to have arrived there on the incident, under whatever id it stands now."""
    return outbox.first_on_channel(db, standing_id(db, alert.incident_id) if alert.incident_id else None, channel)


def _rendered_together(db: Database, claimed: Sequence[tuple[Delivery, Alert]], *, now: dt.datetime, timezone: str) -> Message:
    entries = [
        Entry(
            alert=alert,
            first_on_channel=_first_on_channel(db, alert, delivery.channel),
            told=_told_before(db, alert, delivery.channel),
            may_repeat=delivery.ambiguous,
        )
        for delivery, alert in claimed
    ]
    return render_together(entries, now=now, timezone=timezone)


def _next_due(db: Database, channels: Collection[str]) -> dt.datetime | None:
    """When there is next something to send: an alert, or what goes out besides."""
    times = [at for at in (outbox.next_delivery_due(db), dispatches.next_dispatch_due(db, channels)) if at is not None]
    return min(times, default=None)


def _told_before(db: Database, alert: Alert, channel: str) -> Incident | None:
    """The facts as the channel last had them; None where this is its first message on the incident."""
    if alert.incident_id is None:
        return None
    for earlier in reversed(alert_rows.alerts(db, incident_id=alert.incident_id, states=["settled"])):
        if earlier.id != alert.id and outbox.deliveries(db, alert_id=earlier.id, channel=channel, states=["sent"]):
            return earlier.incident
    return None


def _freed_orphans(db: Database, now: dt.datetime) -> int:
    freed = dispatches.free_claimed(db, owners=_OWNER)
    for delivery in outbox.deliveries(db, states=["claimed"]):
        owner = outbox.attempts_at(db, delivery.id)[-1].owner
        if owner.startswith(_OWNER):
            freed += outbox.mark_failed(db, delivery.id, "the daemon was killed", retry_at=None, at=now, owner=owner, ambiguous=True)
    return freed
