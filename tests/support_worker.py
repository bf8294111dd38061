"""Readers for tests of the worker: they do what an item's title says. A module of its own, so that a child process can import it."""

from __future__ import annotations

import os
import re
import signal
import time

from monitor.model import Item, Lexicon, Report


class ScriptedReader:
    """Obeys titles: `sleep N`, `spin` (in one C call, where no Python signal handler runs), `eat` (memory), `die`, `raise WORDS`."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.digest = lexicon.digest

    def read(self, item: Item) -> Report:
        verb, _, rest = item.title.partition(" ")
        if verb == "sleep":
            time.sleep(float(rest))
        elif verb == "spin":
            re.match(r"(a+)+$", "a" * 60 + "b")
        elif verb == "eat":
            hoard = [bytearray(20_000_000) for _ in range(50)]
            hoard.clear()
        elif verb == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif verb == "raise":
            raise ValueError(rest)
        return Report(kind="other", vocabulary_hash=self.digest, reader_version=str(os.getpid()))


def build(lexicon: Lexicon) -> ScriptedReader:
    return ScriptedReader(lexicon)


def build_nothing(lexicon: Lexicon) -> ScriptedReader:
    raise RuntimeError("no vocabulary for this one")


def build_and_die(lexicon: Lexicon) -> ScriptedReader:
    os._exit(9)


def build_slowly(lexicon: Lexicon) -> ScriptedReader:
    time.sleep(30)
    return ScriptedReader(lexicon)


def main() -> None:
    """Be a daemon with a child that spins: print the child's process id, then wait to be killed."""
    import asyncio

    from monitor.worker import ReadingWorker

    async def steps() -> None:
        worker = ReadingWorker(Lexicon(), build=build, processes=1)
        (report,) = await worker.read([Item(key="a", id="a", title="plain")])
        print(report.reader_version, flush=True)  # type: ignore[union-attr]
        await worker.read([Item(key="b", id="b", title="spin")])

    asyncio.run(steps())


if __name__ == "__main__":
    main()
