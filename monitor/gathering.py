"""From sources to items in the order of time: fetch, cut, parse, spool. What was gathered is kept when the user stops it."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from monitor.engines import Engine, parsed
from monitor.feeds.records import ReadItem
from monitor.model import BadItem, Item
from monitor.sources import Reach, kind_of, records_of
from monitor.sources.archive import ArchiveWalk
from monitor.spool import Clocked, Spool

# What was fetched may have changed by then; what lies in files is known by their size and time.
FETCHED_FOR = dt.timedelta(days=1)
LEFT_FOR_S = 7 * 86_400.0


def gather(
    spool: Spool,
    sources: Sequence[str],
    reach: Reach,
    engine: Engine,
    *,
    place: Callable[[Item], Clocked | None],
    on_bad: Callable[[BadItem], None],
    on_progress: Callable[[int], None] = lambda _: None,
) -> bool:
    """Put every item of the sources into the spool; False where it was stopped before the end. Goes on where it was stopped.

    `place` gives an item its time, or None to leave it out.
    """
    done = spool.progress
    for number, source in enumerate(sources):
        if number < done.sources_done:
            continue
        walked = ArchiveWalk(**done.walk)
        found = parsed(records_of(source, reach, walked), engine)
        # A file is cut anew, up to where it was left; an archive goes on at the page where it was.
        for one in itertools.islice(found, done.within if not walked.page else 0, None):
            done.within += 1
            if isinstance(one, BadItem):
                done.bad += 1
                on_bad(one)
            elif (clocked := place(one.item if isinstance(one, ReadItem) else one)) is not None:
                spool.add(replace(clocked, report=one.report) if isinstance(one, ReadItem) else clocked)
                on_progress(done.items)
            if reach.stopped() and not walked.page:
                break
        if reach.stopped():
            done.walk = asdict(walked) if walked.next_url else {}
            spool.flush()
            return False
        if walked.covered is not None:
            feed = next((feed for feed in reach.feeds if source in (feed.name, feed.url)), None)
            done.covered[feed.url if feed else source] = walked.covered.isoformat()
        done.walk, done.within, done.sources_done = {}, 0, number + 1
    done.gathered = True
    spool.flush()
    return True


def place_kept(folder: Path, sources: Sequence[str], reach: Reach, *options: object) -> tuple[Path, str] | None:
    """Where a backfill of these sources keeps what it has gathered, and the key that says that they are the same still.

    None where nobody could tell: the standard input comes once.
    """
    kinds = [kind_of(source, reach.feeds) for source in sources]
    if "stdin" in kinds:
        return None
    named = [source if kind in ("feed", "url") else str(Path(source).resolve()) for source, kind in zip(sources, kinds, strict=True)]
    name = hashlib.sha256(json.dumps([named, *map(str, options)]).encode()).hexdigest()[:16]
    states = [_state(Path(source)) for source, kind in zip(sources, kinds, strict=True) if kind in ("folder", "file")]
    return folder / name, hashlib.sha256(json.dumps(states).encode()).hexdigest()[:16]


def _state(path: Path) -> list[object]:
    """What changes when a file, or one in a folder, does."""
    files: Iterable[Path] = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return [[str(file), found.st_size, found.st_mtime_ns] for file in files for found in [file.stat()]]


def forget_old(folder: Path, *, name: str, fetched: bool) -> None:
    """Remove what nobody has gone on with for a week, and what this backfill fetched too long ago."""
    if not folder.is_dir():
        return
    for kept in folder.iterdir():
        progress = kept / "progress.json"
        try:
            age_s = time.time() - progress.stat().st_mtime
        except OSError:
            continue
        if age_s > LEFT_FOR_S or (fetched and kept.name == name and age_s > FETCHED_FOR.total_seconds()):
            shutil.rmtree(kept, ignore_errors=True)


def forgotten(spool: Spool, folder: Path | None) -> None:
    """The backfill is over: remove what it kept, and the folder when nothing else is in it."""
    spool.done()
    if folder is not None:
        try:
            folder.rmdir()
        except OSError:
            return
