"""The disk and the database when things break: killed while migrating, power lost, locked, read-only, damaged.

A full disk under the running daemon is in test_end_to_end_trouble.py, kills in the middle of transactions in test_store_transactions.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_daemon import rig, rss, run, write_config
from support_disk import failing_disk, small_disk
from support_server import Reply, ScriptedServer
from support_store import opened, store_item
from test_store_upgrade import older_database

from monitor.daemon import Daemon
from monitor.errors import StoreError
from monitor.in_force import load_all
from monitor.store import database
from monitor.store.database import open_database, schema_version, writing
from monitor.store.items import count_items
from monitor.store.maintenance import check, refuse_damage
from monitor.store.schema import SCHEMA_VERSION


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


# ---------------------------------------------------------------- a migration that is killed

_MIGRATE = """
import os, sys
from pathlib import Path
from monitor.store.database import open_database
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        open_database(Path(line.strip()))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def test_a_migration_that_is_killed_leaves_the_old_database_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill -9 at 25 moments of it: what is found is whole and of one schema, and the next start goes on to the new one."""
    older = tmp_path / "older.db"
    older_database(older, version=4, monkeypatch=monkeypatch)
    with contextlib.closing(sqlite3.connect(older)) as db:
        db.executemany("INSERT INTO meta VALUES (?, ?)", [(f"k{n}", "x" * 500) for n in range(2000)])
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    dice, cut = random.Random(5), 0
    with subprocess.Popen([sys.executable, "-c", _MIGRATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forks:
        assert forks.stdin is not None
        assert forks.stdout is not None
        longest_s = 0.0
        for n in range(26):
            path = tmp_path / f"{n}.db"
            shutil.copy(older, path)
            forks.stdin.write(f"{path}\n")
            forks.stdin.flush()
            child, begun = int(forks.stdout.readline()), time.monotonic()
            if n:  # the first may finish, to see how long it takes
                time.sleep(dice.uniform(0, longest_s))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            status = int(forks.stdout.readline())
            longest_s = longest_s or time.monotonic() - begun
            with contextlib.closing(sqlite3.connect(path)) as db:
                version = db.execute("PRAGMA user_version").fetchone()[0]
                assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert version in (4, SCHEMA_VERSION)
            cut += status == -signal.SIGKILL and version == 4
            with opened(path) as db:
                assert schema_version(db) == SCHEMA_VERSION
                assert check(db, full=True) == []
                assert db.execute("SELECT count(*) FROM meta WHERE key LIKE 'k%'").fetchone() == (2000,)
                assert db.execute("SELECT count(*) FROM feeds").fetchone() == (1,)
        forks.stdin.close()
    assert cut >= 5, "the kills fell beside the migration"


# ---------------------------------------------------------------- power that is lost


def test_what_was_committed_survives_a_loss_of_power_at_any_byte(tmp_path: Path) -> None:
    """The log as it is on the disk when the power goes: whole up to some byte, perhaps rubbish after it.

    Each commit had the log flushed to a known length (synchronous=FULL); whatever came later may be missing. So of a log cut anywhere, all
    commits are there that it was flushed for, and none in part.
    """
    path = tmp_path / "monitor.db"
    log = tmp_path / "monitor.db-wal"
    with opened(path) as db:
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        db.execute("PRAGMA wal_autocheckpoint=0")
        flushed = [log.stat().st_size]
        for n in range(20):
            with writing(db):
                for part in range(3):
                    store_item(db, f"k{n}-{part}", content="word " * 100)
            flushed.append(log.stat().st_size)
        main, whole = path.read_bytes(), log.read_bytes()
    dice = random.Random(7)
    cuts = sorted({*flushed, *(size - 1 for size in flushed[1:]), *(dice.randrange(flushed[0], len(whole)) for _ in range(40))})
    for n, cut in enumerate(cuts):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / "monitor.db").write_bytes(main)
        (folder / "monitor.db-wal").write_bytes(whole[:cut] + (dice.randbytes(5000) if n % 2 else b""))
        with opened(folder / "monitor.db") as db:
            promised = sum(size <= cut for size in flushed[1:])
            found = [count for (count,) in db.execute("SELECT count(*) FROM items GROUP BY substr(key, 1, instr(key, '-'))")]
            assert found == [3] * promised, f"cut at {cut}"
            assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)


def test_what_was_committed_survives_a_loss_of_power_while_the_log_is_copied_back(tmp_path: Path) -> None:
    """The log is flushed first, and kept until the database is: of the pages written back, any may be old, new or half when the power
    goes."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        db.execute("PRAGMA wal_autocheckpoint=0")
        with writing(db):
            for n in range(100):
                store_item(db, f"old{n}", content="word " * 100)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = path.read_bytes()
        with writing(db):
            for n in range(100):
                store_item(db, f"new{n}", content="other " * 150)
        log = (tmp_path / "monitor.db-wal").read_bytes()
        db.execute("PRAGMA wal_checkpoint(FULL)")
        after = path.read_bytes()
    dice, size = random.Random(11), 4096
    for n in range(25):
        pages = [bytearray((after if dice.random() < 0.5 else before)[at : at + size]) for at in range(0, len(after), size)]
        half = dice.randrange(len(pages))
        pages[half] = bytearray(after[half * size : half * size + 1000] + before[half * size + 1000 : (half + 1) * size])
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / "monitor.db").write_bytes(b"".join(bytes(page).ljust(size, b"\0") for page in pages))
        (folder / "monitor.db-wal").write_bytes(log)
        with opened(folder / "monitor.db") as db:
            assert count_items(db) == 200
            assert check(db, full=True) == []


def test_a_commit_is_on_the_disk_before_it_is_reported(tmp_path: Path) -> None:
    """The kernel's own record of the order: after the last write to the log and before the program goes on, the log is flushed."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace")
    program = (
        "import os, sys, pathlib\n"
        "from monitor.store.database import open_database\n"
        "from monitor.store.meta import set_meta\n"
        "db = open_database(pathlib.Path(sys.argv[1]))\n"
        "set_meta(db, 'warm', '1')\n"
        "os.path.exists('/begin')\n"
        "set_meta(db, 'a', 'b')\n"
        "os.path.exists('/reported')\n"
    )
    trace = tmp_path / "trace"
    command = [strace, "-f", "-y", "-e", "trace=pwrite64,fdatasync,fsync,stat,newfstatat", "-o", str(trace)]
    done = subprocess.run(
        [*command, sys.executable, "-c", program, str(tmp_path / "monitor.db")], capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode and "ptrace" in done.stderr.lower():
        pytest.skip("tracing is not allowed here")
    lines = trace.read_text().splitlines()
    begun = next(n for n, line in enumerate(lines) if '"/begin"' in line)
    reported = next(n for n, line in enumerate(lines) if '"/reported"' in line)
    calls = [line for line in lines[begun:reported] if "monitor.db-wal" in line]
    assert any("pwrite64" in line for line in calls)
    assert "sync(" in calls[-1], calls


# ---------------------------------------------------------------- a disk that takes nothing


def test_a_read_only_disk_is_refused_at_the_start_in_words(tmp_path: Path, server: ScriptedServer) -> None:
    """The daemon cannot keep its promises there, and says so before it polls."""
    with small_disk(tmp_path) as disk:
        config = write_config(disk.path / "news", {"dawn": server.url("/dawn")})
        open_database(disk.path / "news/monitor.db").close()
        disk.remount("ro")
        command = [sys.executable, "-m", "monitor", "--config", str(config), "run"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "read-only file system" in done.stderr
    assert "Traceback" not in done.stderr
    assert server.requests == []


def test_a_disk_that_fails_under_the_daemon_pauses_it_and_the_operator_hears(tmp_path: Path, server: ScriptedServer) -> None:
    """The kernel makes a disk with errors read-only: polling pauses, messages still reach the operator, and what was stored can be read."""
    server.script("/dawn", Reply(body=rss("calm")), Reply(body=rss("calm", "7 killed in Mastung")))
    with failing_disk(tmp_path) as disk:

        async def story() -> None:
            async with rig(disk.path / "news", server, "dawn") as r:
                await r.poll()
                assert await r.daemon.db.call(count_items) == 1
                disk.remount("abort")
                await r.round(minutes=6)
                assert r.daemon.poller.trouble is not None
                assert await r.daemon.db.call(count_items) == 1
                assert r.out.to("ops") == ["Monitor: the database refuses"]

        with contextlib.suppress(StoreError):  # closing cannot write either
            run(story())


def test_a_lock_that_another_program_holds_pauses_polling_until_it_is_gone(
    tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has the database open in a tool and left a transaction open; here for a second and with a shorter patience.

    `benchmarks/faults.py lock` holds it for a minute.
    """
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)
    server.script("/dawn", Reply(body=rss("7 killed in Mastung"), headers={"ETag": '"one"'}))

    async def story() -> None:
        async with rig(tmp_path, server, "dawn") as r:
            with contextlib.closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                await r.poll()
                assert r.daemon.poller.trouble is not None
                assert "locked by another program" in r.daemon.poller.trouble
                await r.deliver()
                other.execute("ROLLBACK")
            r.daemon.poller._held_until = 0.0
            await r.poll()
            assert r.daemon.poller.trouble is None
            assert server.asked("/dawn")[1].header("If-None-Match") is None, "the answer that could not be stored is asked for again"
            await r.round(minutes=4)
            assert len(r.out.to("desk")) == 1

    run(story())


# ---------------------------------------------------------------- damage


def _filled(path: Path) -> None:
    with opened(path) as db:
        for n in range(60):
            store_item(db, f"k{n}", content="word " * 2000)


def _spoil_one_page(path: Path) -> None:
    """Rubbish over a page in the middle of a table."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'items'").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)


def test_a_damaged_page_refuses_the_start_and_names_the_way_back_which_works(tmp_path: Path, server: ScriptedServer) -> None:
    """Nothing is written on top of the damage; a backup that is put back by the command that is named runs."""
    config = write_config(tmp_path / "news", {"dawn": server.url("/dawn")})
    path, saved = tmp_path / "news/monitor.db", tmp_path / "backup.db"
    _filled(path)
    shutil.copy(path, saved)
    _spoil_one_page(path)

    async def begun() -> None:
        async with Daemon.opened(load_all(config), make_worker=lambda _force: _NoWorker()):  # type: ignore[arg-type, return-value]
            pass

    with pytest.raises(StoreError, match=r"monitor\.db: damaged \(.*\); stop the daemon .*monitor db restore FILE"):
        asyncio.run(begun())
    assert server.requests == []
    words = [sys.executable, "-m", "monitor", "--config", str(config), "db", "restore", str(saved)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    asyncio.run(begun())
    with opened(path) as db:
        assert count_items(db) == 60


def test_a_database_too_large_to_look_at_whole_does_not_hold_up_the_start(tmp_path: Path) -> None:
    """The look ends after its time; damage that it did not reach is told when it is met."""
    path = tmp_path / "monitor.db"
    with opened(path) as db:
        with writing(db):
            for n in range(3000):
                store_item(db, f"k{n}", content="word " * 200)
        begun = time.monotonic()
        refuse_damage(db, within_s=0.0001)
        assert time.monotonic() - begun < 20
        assert count_items(db) == 3000, "the connection goes on"


class _NoWorker:
    async def start(self) -> None: ...

    def close(self) -> None: ...
