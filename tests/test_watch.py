"""Changes of the config and the rule files: seen once they lie still, and only where words changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.watch import Watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text("[rules]\n")
    (tmp_path / "rules/more").mkdir(parents=True)
    (tmp_path / "rules/alerts.yaml").write_text("rules: []\n")
    (tmp_path / "rules/more/groups.yaml").write_text("groups: []\n")
    return tmp_path


def watch(folder: Path) -> Watch:
    return Watch(folder / "config.toml", folder / "rules")


def later(path: Path, seconds: int = 5) -> None:
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + seconds * 10**9))


def edit(folder: Path) -> None:
    (folder / "rules/alerts.yaml").write_text("rules: [{}]\n")


def edit_the_config(folder: Path) -> None:
    (folder / "config.toml").write_text("[rules]\n# a comment\n")


def edit_below(folder: Path) -> None:
    (folder / "rules/more/groups.yaml").write_text("groups: [{}]\n")


def same_size_and_time(folder: Path) -> None:
    path = folder / "rules/alerts.yaml"
    before = path.stat()
    new = folder / "rules/.alerts.yaml.swp"
    new.write_text("rules: {}\n")
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(path)


def add(folder: Path) -> None:
    (folder / "rules/new.yaml").write_text("rules: []\n")


def rename(folder: Path) -> None:
    (folder / "rules/alerts.yaml").rename(folder / "rules/other.yaml")


def remove(folder: Path) -> None:
    (folder / "rules/alerts.yaml").unlink()


def empty(folder: Path) -> None:
    shutil.rmtree(folder / "rules")


@pytest.mark.parametrize(
    "change",
    [edit, edit_the_config, edit_below, same_size_and_time, add, rename, remove, empty],
    ids=lambda change: change.__name__.replace("_", " "),
)
def test_a_change_is_told_once_and_when_it_lies_still(folder: Path, change: Callable[[Path], None]) -> None:
    """Not at the first look, which may be in the middle of a save; at the second; not again."""
    files = watch(folder)
    assert [files.changed(), files.changed()] == [False, False]
    change(folder)
    assert [files.changed(), files.changed(), files.changed()] == [False, True, False]


def test_while_a_file_is_being_written_nothing_is_told(folder: Path) -> None:
    """Each look finds it longer; only then it stays."""
    files = watch(folder)
    for number in range(4):
        with (folder / "rules/alerts.yaml").open("a") as file:
            file.write(f"# {number}\n")
        assert not files.changed()
    assert files.changed()


def test_a_file_that_was_saved_as_it_was_is_no_change(folder: Path) -> None:
    """Another time and the same words; the change after it is told."""
    files = watch(folder)
    later(folder / "rules/alerts.yaml")
    assert [files.changed(), files.changed(), files.changed()] == [False, False, False]
    edit(folder)
    assert [files.changed(), files.changed()] == [False, True]


@pytest.mark.parametrize("name", [".alerts.yaml.swp", ".#alerts.yaml", "alerts.yaml~", "README.md", ".git/x.yaml"])
def test_what_is_no_rule_file_is_not_watched(folder: Path, name: str) -> None:
    """An editor's own files beside the rules, and the documents there."""
    files = watch(folder)
    path = folder / "rules" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert [files.changed(), files.changed()] == [False, False]


def test_what_was_taken_is_no_change_any_more(folder: Path) -> None:
    """A reload that was asked for in the meantime has read it."""
    files = watch(folder)
    edit(folder)
    assert not files.changed()
    files.take(folder / "config.toml", folder / "rules")
    assert [files.changed(), files.changed()] == [False, False]


def test_a_change_that_is_taken_back_between_two_looks_is_none(folder: Path) -> None:
    """The words are those in force."""
    files = watch(folder)
    edit(folder)
    assert not files.changed()
    (folder / "rules/alerts.yaml").write_text("rules: []\n")
    later(folder / "rules/alerts.yaml")
    assert [files.changed(), files.changed()] == [False, False]


def test_a_pipe_or_a_device_among_the_rules_is_a_change_and_not_read(folder: Path) -> None:
    """The daemon's look at its files waited for them for ever."""
    files = watch(folder)
    os.mkfifo(folder / "rules/pipe.yaml")
    (folder / "rules/zero.yaml").symlink_to("/dev/zero")
    assert [files.changed(), files.changed(), files.changed()] == [False, True, False]
