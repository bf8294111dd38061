"""The one thread that has the daemon's database connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from monitor.store.database import Database, open_database

P = ParamSpec("P")
T = TypeVar("T")


class Writer:
    """Calls functions of the store in a thread of its own, one after the other, so that the event loop never waits for a disk."""

    def __init__(self, path: Path) -> None:
        """Open the database; blocks until it is migrated.

        Raises:
            StoreError: it refuses, SchemaTooNew among it.
        """
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="monitor-database")
        try:
            self._db = self._thread.submit(open_database, path).result()
        except BaseException:
            self._thread.shutdown(wait=False)
            raise

    async def call(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **options: P.kwargs) -> T:
        """`function(db, …)` in the thread. Once begun it runs to its end, also when the caller is cancelled: a transaction is never cut."""
        return await asyncio.wrap_future(self._thread.submit(function, self._db, *args, **options))

    def close(self) -> None:
        """Finish what was begun, close the database, end the thread."""
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()
