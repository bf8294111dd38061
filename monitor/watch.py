"""Notice that the config or a rule file was changed, once whoever writes it has finished.

A file is looked at every few seconds, by its times and sizes; no library that waits for the kernel's word sees a network file system.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

_MOST_BYTES = 20_000_000  # beyond what is taken as a config or a rule file
Signature = tuple[tuple[str, int, int, int], ...]


class Watch:
    """Says when a config file or the rule files beside it differ from those taken into force, and lie still since the last look."""

    def __init__(self, config: Path, rules: Path) -> None:
        """What lies there now counts as taken."""
        self._config, self._rules = config, rules
        self.take(config, rules)

    def take(self, config: Path, rules: Path) -> None:
        """Watch these from now on; what lies there now is taken. Call it before they are read: a change in between is then seen."""
        self._config, self._rules = config, rules
        self._seen = self._taken = self._signature()
        self._words = self._digest()

    def changed(self) -> bool:
        """Look once. True where there is a change that was there at the last look already: an editor has finished writing."""
        now = self._signature()
        still = now == self._seen
        self._seen = now
        if not still or now == self._taken:
            return False
        self._taken = now
        # Saved without a change, or touched by a backup.
        words = self._digest()
        if words == self._words:
            return False
        self._words = words
        return True

    def _paths(self) -> Iterator[Path]:
        yield self._config
        # As the rules are read: any depth, hidden ones left out. A folder counts too, so that one that vanishes is a change.
        yield self._rules
        for parent, folders, files in os.walk(self._rules):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                    yield Path(parent) / name

    def _signature(self) -> Signature:
        found = []
        for path in self._paths():
            try:
                stat = path.stat()
            except OSError:
                continue
            # An editor's temporary files come and go beside the rules: a folder's own time and size say nothing.
            own = (0, 0, 0) if path == self._rules else (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            found.append((str(path), *own))
        return tuple(found)

    def _digest(self) -> str:
        found = hashlib.sha256()
        for path in self._paths():
            found.update(f"\n{path}\n".encode("utf-8", "surrogateescape"))
            try:
                found.update(_content(path) if path.is_file() else b"")  # a pipe or a device would be read without end
            except OSError as error:
                found.update(str(error.errno).encode())
        return found.hexdigest()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)
