"""Files beside the config: the rule files as text, and what the package ships."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from monitor.errors import InvalidInput, Location, Problem

_MAX_FILE_BYTES = 5_000_000
_MAX_TOTAL_BYTES = 50_000_000
_MAX_FILES = 1_000


def shown(path: Path) -> str:
    """A path as messages name it: relative where it lies below the working directory."""
    if not path.is_absolute():
        return str(path)
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def decoded(body: bytes, name: str) -> str:
    """UTF-8, a byte order mark dropped.

    Raises:
        InvalidInput: at the first byte that is none.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8", "replace")
        place = Location(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise InvalidInput([Problem(place, f"byte 0x{body[error.start]:02x} is no UTF-8", remedy="save the file as UTF-8")]) from error


def read_rule_files(folder: Path) -> dict[str, str]:
    """The text of every `*.yaml` at any depth, by its path as shown to the user, in the order of the paths.

    Hidden files are left out. At most 1,000 files, 5 MB each, 50 MB in all.

    Raises:
        InvalidInput: the folder is missing, unreadable or without a rule file (never an empty rule set), a file is too
            large, unreadable or not UTF-8, or a symbolic link leads out of the folder.
    """
    where = Location(shown(folder))
    if not folder.is_dir():
        what = "the rules folder is a file" if folder.exists() else "no such rules folder"
        raise InvalidInput(
            [Problem(where, what, "a folder of *.yaml files", 'name it in [rules] path, or make one with "monitor init DIR"')]
        )
    root = folder.resolve()
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    total = 0
    for path in _rule_paths(folder, problems):
        name = Location(shown(path))
        try:
            real = Path(os.path.realpath(path, strict=True))
            if not real.is_relative_to(root):
                problems.append(Problem(name, "a link that leads out of the rules folder", remedy="put a copy in its place"))
                continue
            if not real.is_file():  # to open a pipe would wait for ever
                problems.append(Problem(name, "is a pipe, a socket or a device", "a file", "remove it"))
                continue
            with path.open("rb") as file:
                body = file.read(_MAX_FILE_BYTES + 1)
        except OSError as error:
            problems.append(Problem(name, f"the file cannot be read ({error.strerror})", remedy="check its permissions"))
            continue
        total += len(body)
        if len(body) > _MAX_FILE_BYTES:
            problems.append(Problem(name, "the file is too large", f"at most {_MAX_FILE_BYTES // 1_000_000} MB", "split it"))
        elif total > _MAX_TOTAL_BYTES or len(texts) >= _MAX_FILES:
            problems.append(Problem(where, "too many rule files", f"at most {_MAX_FILES:,}, of {_MAX_TOTAL_BYTES // 1_000_000} MB in all"))
            break
        else:
            try:
                texts[shown(path)] = decoded(body, shown(path))
            except InvalidInput as error:
                problems += error.problems
    if not texts and not problems:
        problems.append(
            Problem(where, "the rules folder is empty", "at least one *.yaml file", 'copy the shipped ones with "monitor init DIR"')
        )
    if problems:
        raise InvalidInput(problems, consequence="no rules loaded")
    return texts


def _rule_paths(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        problems.append(Problem(Location(shown(Path(error.filename))), f"the folder cannot be read ({error.strerror})"))

    found: list[Path] = []
    # Links to folders are not followed: a loop would never end.
    for parent, folders, files in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.startswith("."):
                continue
            if name.endswith(".yaml"):
                found.append(Path(parent) / name)
            elif name.endswith(".yml"):
                problems.append(Problem(Location(shown(Path(parent) / name)), "not read, as its name ends in .yml", "*.yaml", "rename it"))
    yield from sorted(found)


def shipped(name: str) -> Path:
    """A file or folder that the package carries: "rules" or "config.example.toml".

    In a wheel it lies in the package, in a source checkout at the top.

    Raises:
        FileNotFoundError: a broken installation.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "shipped", package.parent):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"the package lacks {name}; install it again")
