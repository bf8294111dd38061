"""The worker on real child processes: what runs away, eats memory or dies costs nobody else."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import support_worker
from support_server import rss, rss_item

from monitor.errors import ParseError, ReadingFailed
from monitor.model import Feed, Fetched, Group, Item, Lexicon, Report
from monitor.worker import InlineReader, ReadingWorker, _Turns

NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
LEXICON = Lexicon(groups=(Group(id="x", name="Group X"),))
FEED = Feed(name="wire", url="https://wire.example/feed", outlet="Wire")


def item(title: str) -> Item:
    return Item(key=title, id=title, title=title)


def fetched(body: bytes) -> Fetched:
    return Fetched(url=FEED.url, final_url=FEED.url, status=200, headers={}, body=body, fetched_at=NOW, elapsed_s=0)


def run(
    use: Callable[[ReadingWorker], Awaitable[None]], *, build=support_worker.build, timeout_s=20.0, warm_up_s=60.0, processes=1, max_tasks=0
) -> None:
    """Run a test's steps with a worker that is closed at the end, all within a minute."""

    async def steps() -> None:
        worker = ReadingWorker(
            LEXICON,
            build=build,
            timeout_s=timeout_s,
            warm_up_s=warm_up_s,
            processes=processes,
            max_tasks=max_tasks,
            memory_bytes=150_000_000,
        )
        try:
            async with asyncio.timeout(60):
                await use(worker)
        finally:
            worker.close()

    asyncio.run(steps())


def reason(result: Report | ReadingFailed) -> str:
    return str(result) if isinstance(result, ReadingFailed) else "read"


def test_items_are_read_in_a_child_in_their_order() -> None:
    """Results stand in the items' order, over several batches, and come from another process with the worker's lexicon."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        results = await worker.read([item(f"raise {n}" if n % 10 == 3 else "plain") for n in range(40)])
        assert [reason(r) for r in results] == [f"ValueError: {n}" if n % 10 == 3 else "read" for n in range(40)]
        read = [r for r in results if isinstance(r, Report)]
        assert {r.vocabulary_hash for r in read} == {LEXICON.digest}
        assert str(os.getpid()) not in {r.reader_version for r in read}

    run(use)


def test_a_body_is_parsed_in_a_child() -> None:
    """The child gives items and bad items; a page that is no feed raises the parser's own error."""

    async def use(worker: ReadingWorker) -> None:
        items, bad, _ = await worker.parse(fetched(rss(rss_item("One", guid="1"), "<item/>")), FEED)
        assert [i.title for i in items] == ["One"]
        assert len(bad) == 1
        with pytest.raises(ParseError, match="HTML page"):
            await worker.parse(fetched(b"<!doctype html><title>Log in</title>"), FEED)

    run(use)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        pytest.param("spin", "stopped after 1 s", id="runs away inside C code"),
        pytest.param("die", "its process was killed by SIGSEGV", id="crashes"),
    ],
)
def test_an_item_that_breaks_its_process_is_told_apart(title: str, words: str) -> None:
    """Of a batch only the item that did it fails, with the cause in words; its neighbours are read."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        results = await worker.read([item("a"), item(title), item("b")])
        assert [reason(r) for r in results] == ["read", words, "read"]

    run(use, timeout_s=1.0)


def test_an_item_that_eats_memory_is_stopped_at_the_limit() -> None:
    """The memory limit ends the child, not the machine, and the next item finds a new child."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        assert reason((await worker.read([item("eat")]))[0]) == "memory over 0.15 GB"
        assert reason((await worker.read([item("plain")]))[0]) == "read"

    run(use)


def test_a_runaway_item_does_not_hold_up_another_feed() -> None:
    """While one child spins until its time-out, the other serves."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        spinning = asyncio.create_task(worker.read([item("spin")]))
        await asyncio.sleep(0.1)
        assert reason((await worker.read([item("plain")]))[0]) == "read"
        assert not spinning.done()
        assert reason((await spinning)[0]) == "stopped after 2 s"

    run(use, timeout_s=2.0, processes=2)


def test_a_child_killed_while_idle_is_replaced() -> None:
    """Nobody was reading when it was killed from outside, so nobody is told."""

    async def use(worker: ReadingWorker) -> None:
        (first,) = await worker.read([item("plain")])
        assert isinstance(first, Report)
        os.kill(int(first.reader_version), signal.SIGKILL)
        await asyncio.sleep(0.3)
        (second,) = await worker.read([item("plain")])
        assert isinstance(second, Report)
        assert second.reader_version != first.reader_version

    run(use)


def test_a_child_is_replaced_after_its_share_of_jobs() -> None:
    """What its libraries leak ends with it."""

    async def use(worker: ReadingWorker) -> None:
        pids = [r.reader_version for _ in range(4) for r in await worker.read([item("plain")]) if isinstance(r, Report)]
        assert len(pids) == 4
        assert len(set(pids)) == 2

    run(use, max_tasks=2)


def test_children_ignore_the_signals_meant_for_the_daemon() -> None:
    """A Ctrl-C or a reload sent to the whole process group leaves the reading alone."""

    async def use(worker: ReadingWorker) -> None:
        (first,) = await worker.read([item("plain")])
        assert isinstance(first, Report)
        os.kill(int(first.reader_version), signal.SIGINT)
        os.kill(int(first.reader_version), signal.SIGHUP)
        await asyncio.sleep(0.2)
        (second,) = await worker.read([item("plain")])
        assert isinstance(second, Report)
        assert second.reader_version == first.reader_version

    run(use)


def test_a_reader_that_cannot_be_built_is_told_in_words() -> None:
    """A start says why, and so does every item."""

    async def use(worker: ReadingWorker) -> None:
        with pytest.raises(ReadingFailed, match="cannot be built: RuntimeError: no vocabulary"):
            await worker.start()
        assert "cannot be built" in reason((await worker.read([item("plain")]))[0])

    run(use, build=support_worker.build_nothing)


def test_children_that_die_at_birth_are_given_up() -> None:
    """No endless row of starts: the item fails, and the words send to the log."""

    async def use(worker: ReadingWorker) -> None:
        assert "lost again and again" in reason((await worker.read([item("plain")]))[0])

    run(use, build=support_worker.build_and_die)


def test_a_child_that_is_not_ready_in_time_is_told() -> None:
    """A reader whose vocabulary takes for ever to build."""

    async def use(worker: ReadingWorker) -> None:
        with pytest.raises(ReadingFailed, match=r"no reader was ready within 0\.3 s"):
            await worker.start()

    run(use, build=support_worker.build_slowly, warm_up_s=0.3)


def test_closing_kills_what_runs_within_a_second() -> None:
    """The job under way ends in ReadingFailed, and so does every later one."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        spinning = asyncio.create_task(worker.read([item("spin")]))
        await asyncio.sleep(0.2)
        begun = time.monotonic()
        worker.close()
        assert time.monotonic() - begun < 1.0
        assert reason((await spinning)[0]) == "the reader was stopped"
        assert reason((await worker.read([item("plain")]))[0]) == "the reader is stopped"

    run(use)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills children with their parent")
def test_a_killed_daemon_leaves_no_child_behind() -> None:
    """Not even one that spins inside C code: the next daemon would compete with it for the processor."""
    command = [sys.executable, support_worker.__file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        child = int(daemon.stdout.readline())
        time.sleep(0.2)
        assert Path(f"/proc/{child}").exists()
        daemon.kill()
    until = time.monotonic() + 30
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()


def test_a_job_given_up_by_its_caller_is_killed() -> None:
    """A cancelled poll leaves no child that spins on: with one child, the next item is read soon."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        spinning = asyncio.create_task(worker.read([item("spin")]))
        await asyncio.sleep(0.2)
        spinning.cancel()
        begun = time.monotonic()
        assert reason((await worker.read([item("plain")]))[0]) == "read"
        assert time.monotonic() - begun < 5.0

    run(use)


def test_the_inline_reader_gives_the_same_answers_without_a_child() -> None:
    """Same shapes, same isolation of an item that fails, this very process."""
    reader = InlineReader(LEXICON, build=support_worker.build)
    items, bad, _ = reader.parse(fetched(rss(rss_item("One", guid="1"))), FEED)
    assert ([i.title for i in items], bad) == (["One"], [])
    good, failed = reader.read([item("plain"), item("raise no")])
    assert isinstance(good, Report)
    assert good.reader_version == str(os.getpid())
    assert reason(failed) == "ValueError: no"


HOSTILE = rss(f"<item><title>One</title><title>Two</title><author>{'a' * 200_000}</author></item>")
"""The second title sends it to feedparser, whose look for an address in an author takes the square of its length: minutes."""


def test_parses_that_run_away_are_stopped_and_hold_up_nobody() -> None:
    """As many as there are children, all of them from feeds that were sound before; another feed is parsed meanwhile."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        feeds = [Feed(name=name, url=f"https://{name}.example/", outlet=name) for name in ("wire", "evil", "worse", "worst")]
        for feed in feeds:
            await worker.parse(fetched(rss(rss_item("Calm", guid="1"))), feed)
        running = [asyncio.create_task(worker.parse(fetched(HOSTILE), feed)) for feed in feeds[1:]]
        await asyncio.sleep(0.1)
        items, *_ = await worker.parse(fetched(rss(rss_item("Two", guid="2"))), feeds[0])
        assert [i.title for i in items] == ["Two"]
        assert not any(one.done() for one in running)
        for one in running:
            one.cancel()

    run(use, timeout_s=60.0, processes=2)


def test_a_feed_that_was_slow_goes_aside_until_it_is_quick_again() -> None:
    """It costs the others no child the second time, and is none the worse for it when it has recovered."""

    async def use(worker: ReadingWorker) -> None:
        with pytest.raises(ReadingFailed, match="stopped after 1 s"):
            await worker.parse(fetched(HOSTILE), FEED)
        assert worker._parsing.slow == {FEED.name}
        with pytest.raises(ReadingFailed, match="stopped after 1 s"):
            await worker.parse(fetched(HOSTILE), FEED)
        await worker.parse(fetched(rss(rss_item("Calm", guid="1"))), FEED)
        assert (worker._parsing.slow, worker._parsing.proven) == (set(), {FEED.name})

    run(use, timeout_s=1.0)


def test_an_item_that_killed_its_process_kills_no_other_of_those_that_serve_all() -> None:
    """Its feed's items are read aside from then on, until a batch passes."""

    async def use(worker: ReadingWorker) -> None:
        await worker.start()
        (before,) = await worker.read([item("plain")])
        evil = [replace(item("die"), feed="evil"), replace(item("plain"), feed="evil")]
        for _ in range(2):
            assert [reason(r) for r in await worker.read(evil)] == ["its process was killed by SIGSEGV", "read"]
            assert worker._reading.slow == {"evil"}
        assert isinstance(before, Report)
        await worker.read(evil[1:])
        assert worker._reading.slow == set()

    run(use)


def test_those_who_are_known_go_first() -> None:
    """A turn that is given back goes to who waits, the known first; one who gave up waiting is passed over."""

    async def steps() -> None:
        turns, order = _Turns(1), []

        async def one(name: str, *, known: bool) -> None:
            async with turns.turn(known=known):
                order.append(name)
                await asyncio.sleep(0)

        async with turns.turn(known=False):
            waiting = [
                asyncio.create_task(one(name, known=known)) for name, known in (("a", False), ("b", True), ("c", True), ("d", False))
            ]
            await asyncio.sleep(0)
            waiting[2].cancel()
        await asyncio.wait(waiting)
        assert order == ["b", "a", "d"]
        async with asyncio.timeout(1), turns.turn(known=False):
            pass

    asyncio.run(steps())
