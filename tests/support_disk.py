"""A real file system of 2 MB, to fill and to mount read-only."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    path: Path

    def fill(self) -> None:
        """Use up every byte; `free` gives them back."""
        with (self.path / "ballast").open("ab", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                return

    def free(self) -> None:
        (self.path / "ballast").unlink()

    def remount(self, *options: str) -> None:
        subprocess.run(["mount", "-o", ",".join(("remount", *options)), str(self.path)], check=True, timeout=20)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mounted under `folder`; the test is skipped where a file system cannot be mounted, as without root or in most containers."""
    path = folder / "disk"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(path)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, timeout=20, check=False).returncode:
        pytest.skip("needs the right to mount a small tmpfs; the page limit's test covers a full database file")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True, timeout=20)


@contextmanager
def failing_disk(folder: Path) -> Iterator[SmallDisk]:
    """An ext4 of 8 MB in a file, as a real disk; `remount("abort")` is what the kernel does when a disk fails: from then on read-only.

    Skipped where a loop device cannot be had.
    """
    path, image = folder / "disk", folder / "image"
    path.mkdir()
    image.write_bytes(bytes(8 * 2**20))
    for command in (["mkfs.ext4", "-q", str(image)], ["mount", "-o", "loop", str(image), str(path)]):
        if shutil.which(command[0]) is None or subprocess.run(command, capture_output=True, timeout=20, check=False).returncode:
            pytest.skip("needs the right to mount a loop device")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True, timeout=20)
