"""States of feeds that wait for the database are saved together, and one that cannot be saved alone."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.model import FeedState
from monitor.saving import Saving
from monitor.store.database import Database
from monitor.store.feeds import feed_states
from monitor.writer import Writer

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "monitor.db")
    yield writer
    writer.close()


def state(n: int, at: dt.datetime = NOW) -> FeedState:
    return FeedState(url=f"http://a.example/{n}", last_polled_at=at)


def busy(_: Database) -> None:
    time.sleep(0.2)


def test_what_waits_is_saved_in_one_transaction(db: Writer) -> None:
    """Each commit waits for the disk."""
    commits: list[str] = []

    async def story() -> None:
        saving = Saving(db)
        await db.call(lambda one: one.conn.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None))
        blocked = asyncio.create_task(db.call(busy))
        await asyncio.gather(blocked, *(saving.save(state(n)) for n in range(20)))
        assert len(await db.call(feed_states)) == 20
        await saving.save(state(20))
        assert len(await db.call(feed_states)) == 21
        await db.call(lambda one: one.conn.set_trace_callback(None))

    asyncio.run(story())
    assert len(commits) == 2


def test_one_that_cannot_be_saved_costs_no_other(db: Writer) -> None:
    """A time without a zone is refused; those that waited beside it are kept."""

    async def story() -> list[BaseException | None]:
        saving = Saving(db)
        blocked = asyncio.create_task(db.call(busy))
        await asyncio.sleep(0)
        states = [state(0), state(1, NOW.replace(tzinfo=None)), state(2)]
        results = await asyncio.gather(*map(saving.save, states), return_exceptions=True)
        await blocked
        assert sorted(await db.call(feed_states)) == ["http://a.example/0", "http://a.example/2"]
        return results

    first, second, third = asyncio.run(story())
    assert (first, type(second), third) == (None, ValueError, None)
