"""States of feeds into the database, all that wait in one transaction: of thousands of unchanged feeds the commits are what costs."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from monitor.model import FeedState
from monitor.store.database import Database, writing
from monitor.store.feeds import save_feed_state
from monitor.writer import Writer


@dataclass(eq=False, slots=True)
class _Waiting:
    state: FeedState
    saved: bool = False


class Saving:
    def __init__(self, db: Writer) -> None:
        self._db = db
        self._waiting: deque[_Waiting] = deque()

    async def save(self, state: FeedState) -> None:
        """Keep the state; it is on disk when this returns.

        Raises:
            StoreError: the database refuses.
        """
        mine = _Waiting(state)
        self._waiting.append(mine)
        await self._db.call(_save, self._waiting, mine)


def _save(db: Database, waiting: deque[_Waiting], mine: _Waiting) -> None:
    """Save all that wait, unless an earlier call has saved `mine` with its own; where they cannot be saved together, each is alone."""
    if mine.saved:
        return
    together = [mine]
    while waiting:
        one = waiting.popleft()
        together += [one] if one is not mine else []
    for batch in (together, [mine]):
        try:
            with writing(db):
                for one in batch:
                    save_feed_state(db, one.state)
        except Exception:  # whose fault it is shows when each is alone
            if len(batch) == 1:
                raise
            continue
        for one in batch:
            one.saved = True
        return
