"""Kill -9 on a sender with real receivers, again and again: what is lost, what comes twice.

The sender is `monitor.sender.Sender` on the daemon's lock, outbox and channels, in a process of its own. A parent with the imports done
forks it anew for each round, so that a round costs milliseconds. No feeds and no reader: alerts are put into the database as the
pipeline puts them.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from support_channels import Hook, Mailbox, smtp_server, webhook_server
from support_pipeline import GROUPS, RULES

from monitor.in_force import InForce

_ALERT = re.compile(r"[Aa]lert (r\d+-1)\b")
_REPEAT = "may be a repeat"
PATIENCE_S = 120.0  # on a busy machine; costs nothing where all is well


@dataclass
class Tally:
    """What the rounds came to. `copies` counts messages by (channel, alert); `cuts` how often a kill met it under way."""

    rounds: int = 0
    alerts: int = 0
    copies: Counter[tuple[str, str]] = field(default_factory=Counter)
    cuts: Counter[tuple[str, str]] = field(default_factory=Counter)
    unmarked: list[tuple[str, str]] = field(default_factory=list)  # a second copy that does not say that it may be one
    lost: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return self.copies.total()

    @property
    def most_copies(self) -> int:
        return max(self.copies.values(), default=0)

    @property
    def repeats(self) -> int:
        return self.sent - len(self.copies)

    @property
    def unexplained(self) -> list[tuple[str, str]]:
        """More copies than a kill in the middle of a send accounts for."""
        return [one for one, count in self.copies.items() if count > 1 + self.cuts[one]]

    def __str__(self) -> str:
        return (
            f"{self.rounds} kills, {self.alerts} alerts to 2 channels: {len(self.lost)} lost, {self.sent} messages, {self.repeats} repeats "
            f"(of {self.cuts.total()} sends cut off), at most {self.most_copies} copies, {len(self.unmarked)} repeats without a mark"
        )


def write_site(folder: Path, *, hook: Hook, box: Mailbox) -> Path:
    """A config with a webhook and a mailbox, without storms, so that each alert is a message."""
    (folder / "rules").mkdir(parents=True)
    (folder / "rules/alerts.yaml").write_text(RULES)
    (folder / "rules/groups.yaml").write_text(GROUPS)
    config = folder / "config.toml"
    config.write_text(
        f'[channels.hook]\nurl = "{hook.url}"\n[channels.mail]\nurl = "{box.url}"\n[alerts.storm]\nmessages = "off"\n'
        '[alerts.routes]\nhigh = ["hook", "mail"]\n'
    )
    return config


def kill_rounds(folder: Path, *, rounds: int, seed: int, alerts_a_round: int = 2, again_at_once: bool = False) -> Tally:
    """Each round adds alerts, starts the sender and kills it at a random moment; a last sender may finish.

    In every other round the moment is reckoned from when a send is under way: on a busy machine all others may fall before the first.
    What a kill cut off is told again before the next kill falls, unless `again_at_once`: then kills fall at any moment, also on the repeat.
    """
    from support_store import opened, store_incident

    from monitor.store.alerts import save_alert
    from monitor.store.database import writing

    dice = random.Random(seed)
    tally = Tally(rounds=rounds)
    with webhook_server() as hook, smtp_server() as box:
        config = write_site(folder, hook=hook, box=box)
        database = folder / "monitor.db"
        with opened(database) as db, _zygote(config) as zygote, contextlib.closing(sqlite3.connect(database)) as watch:
            number = 0
            for one_of in range(rounds):
                with writing(db):
                    for _ in range(alerts_a_round):
                        save_alert(db, _due_alert(store_incident(db, f"r{number}")))
                        number += 1
                child = zygote.start()
                if not again_at_once:
                    zygote.until(lambda sender=child: _caught_up(watch, sender))
                if one_of % 2:
                    zygote.until(lambda: _sending(watch))
                time.sleep(dice.uniform(0, 0.3 if again_at_once else 0.02 * alerts_a_round))
                os.kill(child, signal.SIGKILL)
                zygote.ended()
                for one in watch.execute("SELECT channel, alert_id FROM deliveries WHERE state = 'claimed'"):
                    tally.cuts[one] += 1
            tally.alerts = number
            last = zygote.start()
            zygote.until(lambda: _sent(watch) == 2 * number, moving=lambda: _sent(watch))
            os.kill(last, signal.SIGKILL)
            zygote.ended()
            arrived = [("hook", post["message"]) for post in hook.posts] + [("mail", mail.as_string()) for mail in box.mails]
    for channel, text in arrived:
        found = _ALERT.search(text)
        if found is None:
            raise AssertionError(f"a message names no alert: {text}")
        one = (channel, found[1])
        if tally.copies[one] and _REPEAT not in text:
            tally.unmarked.append(one)
        tally.copies[one] += 1
    tally.lost = [one for n in range(number) for one in (("hook", f"r{n}-1"), ("mail", f"r{n}-1")) if one not in tally.copies]
    return tally


def _due_alert(incident):  # type: ignore[no-untyped-def]
    from support_store import an_alert

    now = dt.datetime.now(dt.UTC)
    return an_alert(incident, created_at=now, due_at=now, channels=("hook", "mail"))


def _caught_up(watch: sqlite3.Connection, sender: int) -> bool:
    """Whether this sender has begun, and what the last one was killed over is told."""
    begun = watch.execute("SELECT 1 FROM meta WHERE key = 'sender' AND value = ?", [str(sender)]).fetchone()
    left = watch.execute("SELECT 1 FROM deliveries WHERE ambiguous = 1 AND state <> 'sent' LIMIT 1").fetchone()
    return begun is not None and left is None


def _sending(watch: sqlite3.Connection) -> bool:
    """Whether a send is under way, or nothing is left to be sent."""
    found = {state for (state,) in watch.execute("SELECT DISTINCT state FROM deliveries")}
    pending = watch.execute("SELECT 1 FROM alerts WHERE state = 'pending' LIMIT 1").fetchone()
    return "claimed" in found or (pending is None and "waiting" not in found)


def _sent(watch: sqlite3.Connection) -> int:
    (count,) = watch.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()
    return int(count)


# ---------------------------------------------------------------- the sender, in a process of its own


class _Zygote:
    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self.process = process
        self._errors = errors

    def start(self) -> int:
        """Fork a sender; returns its process id."""
        return int(self._said("start\n"))

    def ended(self) -> None:
        """Wait until the sender that was killed is gone, and its lock with it."""
        self._said("wait\n")

    def until(self, there: Callable[[], bool], *, moving: Callable[[], int] = lambda: 0) -> None:
        """Wait for what the sender brings about, not a moment more where it failed, and as long as a busy machine may need while
        `moving` changes."""
        before, end = moving(), time.monotonic() + PATIENCE_S
        while not there():
            if (now := moving()) != before:
                before, end = now, time.monotonic() + PATIENCE_S
            if self._errors.stat().st_size or time.monotonic() > end:
                raise AssertionError(self._errors.read_text() or f"the sender runs, and for {PATIENCE_S:g} s it brought nothing about")
            time.sleep(0.005)

    def _said(self, word: str) -> str:
        if self.process.stdin is None or self.process.stdout is None:
            raise AssertionError("no pipes")
        self.process.stdin.write(word)
        self.process.stdin.flush()
        return self.process.stdout.readline()


@contextlib.contextmanager
def _zygote(config: Path) -> Iterator[_Zygote]:
    errors = config.with_name("errors")
    errors.touch()
    command = [sys.executable, __file__, str(config), str(errors)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield _Zygote(process, errors)
        finally:
            process.kill()


async def _send_for_ever(force: InForce) -> None:
    from monitor.metrics import Metrics
    from monitor.sender import Sender
    from monitor.store.lock import daemon_lock
    from monitor.store.meta import set_meta
    from monitor.writer import Writer

    with daemon_lock(force.config.database):
        writer = Writer(force.config.database)
        sender = Sender(writer, clock=lambda: dt.datetime.now(dt.UTC), metrics=Metrics())
        await sender.recover()
        await writer.call(set_meta, "sender", str(os.getpid()))
        parent = os.getppid()
        while os.getppid() == parent:  # none is left behind by a test that fails
            await sender.tick(force)
            await asyncio.sleep(0.005)


def _told(force: InForce, errors: Path) -> None:
    """Send until killed; what ends it otherwise is left for the parent to read."""
    try:
        asyncio.run(_send_for_ever(force))
    except BaseException:
        errors.write_text(traceback.format_exc())
    os._exit(1)


def main() -> None:
    """Fork senders as asked on stdin, until it ends."""
    import monitor.alerts.deliver
    import monitor.in_force
    import monitor.metrics
    import monitor.sender

    force = monitor.in_force.load_all(Path(sys.argv[1]))
    child = 0
    for word in sys.stdin:
        if word == "start\n":
            child = os.fork()
            if child == 0:
                os.closerange(0, 2)
                _told(force, Path(sys.argv[2]))
            print(child, flush=True)
        else:
            os.waitpid(child, 0)
            print("gone", flush=True)
    with contextlib.suppress(ProcessLookupError):
        if child:
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
