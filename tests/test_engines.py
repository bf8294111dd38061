"""One process, a pool, a Dask cluster: the same results in the same order, whoever does the work and whoever dies of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import support_worker
from support_cli import Folder, make_folder

from monitor.engines import InProcess, Lazy, Pool, parsed
from monitor.errors import ReadingFailed, UsageError
from monitor.feeds.records import Line
from monitor.model import BadItem, Item, Lexicon

LEXICON = Lexicon()


def item(title: str) -> Item:
    return Item(key=title, id=title, title=title)


def lines(count: int) -> list[Line | BadItem]:
    """Lines with a record that is bad before and after."""
    made = [Line(where=f"f:{n}", text=json.dumps({"id": str(n), "title": f"t{n}"}).encode()) for n in range(count)]
    return [BadItem(where="begin", reason="?"), *made, BadItem(where="end", reason="?")]


def told(found: Iterator[object]) -> list[str]:
    return [one.id if isinstance(one, Item) else one.where for one in found]  # type: ignore[attr-defined]


def test_a_pool_gives_what_one_process_gives_in_the_same_order() -> None:
    """Items and bad records come in the order of the input, over many batches."""
    one = InProcess(Lazy(lambda: support_worker.build(LEXICON)))
    with Pool(LEXICON, processes=2, build=support_worker.build) as pool:
        assert told(parsed(lines(700), pool)) == told(parsed(lines(700), one)) == ["begin", *map(str, range(700)), "end"]
        titles = [f"t{n}" for n in range(100)]
        (here, there) = ([report.kind for report in engine.read([item(t) for t in titles]).result()] for engine in (one, pool))
        assert here == there


def test_an_item_that_kills_its_process_costs_itself_alone() -> None:
    """The others of its batch are read."""
    with Pool(LEXICON, processes=1, build=support_worker.build) as pool:
        results = pool.read([item("a"), item("die"), item("b")]).result()
    assert [isinstance(one, ReadingFailed) for one in results] == [False, True, False]


# ---------------------------------------------------------------- Dask

pytest.importorskip("distributed", reason="the extra dask is not installed: pip install 'incident-monitor[dask]'")


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers of one thread, each a process without a nanny, so that one that is killed stays dead."""
    file = folder / "scheduler.json"
    here = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": os.environ | here, "cwd": folder}
    where = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    dask = [sys.executable, "-m", "dask"]
    started = [subprocess.Popen([*dask, "scheduler", "--port", "0", *where], **options)]  # type: ignore[call-overload]
    try:
        started += [
            subprocess.Popen([*dask, "worker", "--nthreads", "1", "--no-nanny", *where], **options)  # type: ignore[call-overload]
            for _ in range(workers)
        ]
        until = time.monotonic() + 60
        while not (file.exists() and file.stat().st_size) and time.monotonic() < until:
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait(10)


def test_a_worker_that_is_killed_in_the_middle_changes_no_result(tmp_path: Path) -> None:
    """Two workers, one is killed while both read: every item comes, in order."""
    from monitor.cluster import Cluster

    titles = [f"sleep 0.0{n % 3}" for n in range(200)]
    with cluster(tmp_path, 2) as (address, workers), Cluster(address, LEXICON, build=support_worker.build) as engine:
        pending = [engine.read([item(t) for t in titles[n : n + 10]]) for n in range(0, len(titles), 10)]
        first = pending[0].result()
        workers[0].send_signal(signal.SIGKILL)
        reports = [*first, *(one for batch in pending[1:] for one in batch.result())]
        readers = {report.reader_version for report in reports if not isinstance(report, ReadingFailed)}
        assert told(parsed(lines(600), engine)) == ["begin", *map(str, range(600)), "end"]
    assert [type(report).__name__ for report in reports] == ["Report"] * len(titles)
    assert readers <= {str(worker.pid) for worker in workers}


def test_an_item_that_ends_every_worker_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is set aside, as in a pool, and those beside it are read by the worker that is left."""
    from monitor.cluster import Cluster

    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    with cluster(tmp_path, 3) as (address, _), Cluster(address, LEXICON, build=support_worker.build) as engine:
        results = engine.read([item("a"), item("die"), item("b")]).result()
    assert [isinstance(one, ReadingFailed) for one in results] == [False, True, False]


def test_no_scheduler_is_bad_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to start one."""
    from monitor import cluster as module

    monkeypatch.setattr(module, "CONNECT_S", 0.5)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers .*; start one with: dask scheduler"):
        module.Cluster("tcp://127.0.0.1:9", LEXICON)


# ---------------------------------------------------------------- the command

PLACES = ("Quetta", "Peshawar", "Bannu", "Karachi", "Kabul")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    forms = [
        {
            "id": f"i{n}",
            "title": f"{3 + n % 4} killed in {PLACES[n // 4 % 5]} blast" if n % 2 else f"Notice {n} of the board of schools",
            "content": f"At least {3 + n % 4} people were killed when a bomb exploded in {PLACES[n // 4 % 5]}, police said."
            if n % 2
            else "",
            "published": f"2024-03-{1 + n // 10:02}T{n % 10 + 8:02}:00:00Z",
            "outlet": f"o{n % 3}",
        }
        for n in range(150)
    ]
    Path("news.jsonl").write_text("".join(json.dumps(form) + "\n" for form in forms))
    return make_folder(tmp_path / "desk")


def test_alerts_are_the_same_byte_for_byte_whoever_reads(folder: Folder, tmp_path: Path) -> None:
    """One process, a pool of two, a cluster of two, and reports that were made elsewhere."""
    words = ("backfill", "news.jsonl", "--dry-run", "--json")
    alone = folder.run(*words)
    assert alone.stdout.count("\n") > 10
    assert folder.run(*words, "--workers", "2").stdout == alone.stdout
    with cluster(tmp_path, 2) as (address, _):
        assert folder.run(*words, "--engine", "dask", "--scheduler", address).stdout == alone.stdout
    Path("read.jsonl").write_text(folder.run("analyze", "--full", "news.jsonl").stdout)
    assert folder.run("backfill", "--reports", "read.jsonl", "--dry-run", "--json").stdout == alone.stdout
    assert alone.stderr.startswith("150 items, 140 new, 10 copies")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--engine", "dask"], "--engine dask needs --scheduler ADDRESS"),
        (["--scheduler", "tcp://x:1"], "--scheduler is for --engine dask"),
        (["--engine", "dask", "--scheduler", "tcp://x:1", "--workers", "2"], "expected one of the two"),
    ],
)
def test_options_that_do_not_fit_are_bad_usage(folder: Folder, words: list[str], expected: str) -> None:
    """Before anything is gathered."""
    result = folder.run("backfill", "news.jsonl", *words)
    assert (result.exit_code, expected in result.stderr) == (2, True), result.stderr


def test_what_analyze_prints_without_full_is_refused_with_what_to_do(folder: Folder) -> None:
    """Each line is named; the whole is a failure."""
    Path("read.jsonl").write_text(folder.run("analyze", "news.jsonl").stdout.splitlines()[0] + "\n")
    result = folder.run("backfill", "--reports", "read.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("read.jsonl:1: has no item; expected what monitor analyze --full prints")
