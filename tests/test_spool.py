"""Items in any order in, by time out, also when the work was stopped in between."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.model import Item
from monitor.spool import Clocked, Spool

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def at(hours: int, name: str) -> Clocked:
    return Clocked(clock=START + dt.timedelta(hours=hours), item=Item(key=name, id=name, title="t" * 200), may_alert=True)


@given(hours=st.lists(st.integers(0, 20), max_size=60), run_bytes=st.integers(1, 3000))
@settings(max_examples=25)
def test_items_come_out_by_time_and_ties_as_they_came(hours: list[int], run_bytes: int) -> None:
    """However small the runs are, and however often they are merged: as a stable sort in memory."""
    put = [at(hour, str(n)) for n, hour in enumerate(hours)]
    with tempfile.TemporaryDirectory() as folder, Spool(Path(folder), run_bytes=run_bytes) as spool:
        for one in put:
            spool.add(one)
        spool.flush()
        assert list(spool) == sorted(put, key=lambda one: one.clock)
        assert len(spool) == len(put)


def test_many_runs_are_merged_so_that_few_files_are_open(tmp_path: Path) -> None:
    """A hundred runs become a few."""
    with Spool(tmp_path, run_bytes=1) as spool:
        for n in range(150):
            spool.add(at(150 - n, str(n)))
        assert len(list(tmp_path.glob("*.run"))) < 70
        assert [one.item.id for one in spool] == [str(n) for n in reversed(range(150))]


def test_what_was_gathered_is_found_again_by_the_same_command_alone(tmp_path: Path) -> None:
    """The key is what was to be gathered; `taken` items are passed over."""
    with Spool(tmp_path, key="same") as spool:
        for n in range(4):
            spool.add(at(n, str(n)))
        spool.progress.gathered, spool.progress.taken = True, 3
        spool.flush()
    with Spool(tmp_path, key="same") as again:
        assert again.progress.gathered
        assert [one.item.id for one in again] == ["3"]
    with Spool(tmp_path, key="other") as other:
        assert (len(other), list(other)) == (0, [])
        assert not list(tmp_path.glob("*.run"))


def test_a_spoiled_note_of_progress_is_a_new_beginning(tmp_path: Path) -> None:
    """Half a file, or one of another version."""
    for text in ('{"key": "same"', '{"key": "same", "version": 99}', '{"key": "same", "runs": ["gone.run"]}'):
        (tmp_path / "progress.json").write_text(text)
        with Spool(tmp_path, key="same") as spool:
            assert spool.progress.items == 0


def test_two_backfills_do_not_share_a_spool(tmp_path: Path) -> None:
    """The second says so."""
    with Spool(tmp_path), pytest.raises(UsageError, match="the same backfill is under way already"):
        Spool(tmp_path)
