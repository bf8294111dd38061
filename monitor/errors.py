"""Everything that can go wrong, as one small tree.

MonitorError                 anything this program raises on purpose
├── UsageError               the command's words are off                       exit status 2
├── InvalidInput             problems in a config or rule file, all of them    exit status 2
├── FetchError               a feed could not be fetched this time             retried by the poller
├── ParseError               a fetched body is no feed                         retried by the poller
├── ReadingFailed            an item could not be read in its time or memory   tried twice, then set aside
├── StoreError               the database refuses                              exit status 1
│   └── SchemaTooNew         written by a newer program                        exit status 1
├── AlreadyRunning           another daemon holds the lock                     exit status 1
├── SecretMissing            a secret reference leads nowhere
└── DeliveryError            a channel did not take a message                  retried unless permanent
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file the user edits; line and column count from 1, 0 where unknown."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}" if self.column else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it is, what was found, what was expected, what to do.

    `what` names the object and what was found; `expected` and `remedy` may be empty.
    A warning never stops the program.
    """

    location: Location
    what: str
    expected: str = ""
    remedy: str = ""
    warning: bool = False

    def __str__(self) -> str:
        text = f"{self.location}: {'warning: ' if self.warning else ''}{self.what}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.remedy:
            text += f"; {self.remedy}"
        return text


class MonitorError(Exception):
    """The root: `except MonitorError` catches all that this program raises on purpose."""


class UsageError(MonitorError):
    """The command's words are off."""


class InvalidInput(MonitorError):
    """Files the user edits have problems; `problems` lists every one of them in file order."""

    def __init__(self, problems: Iterable[Problem], *, consequence: str = "") -> None:
        self.problems = tuple(sorted(problems))
        self.consequence = consequence
        count = len(self.problems)
        lines = [str(problem) for problem in self.problems]
        lines.append(f"{count} problem{'s' if count != 1 else ''}" + (f"; {consequence}" if consequence else ""))
        super().__init__("\n".join(lines))


class FetchError(MonitorError):
    """A GET failed. `status` is the HTTP status or None; `retry_after_s` is what the server asked for; `gone` is a 410;
    `barred`: the address may not be asked at all; `private`: as it leads into a private network, or to this machine.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        gone: bool = False,
        barred: bool = False,
        private: bool = False,
    ) -> None:
        super().__init__(message)
        self.barred = barred or private
        self.private = private
        self.status = status
        self.retry_after_s = retry_after_s
        self.gone = gone


class ParseError(MonitorError):
    """A body is no feed: HTML (`page`), empty, or nothing that any feed format knows."""

    def __init__(self, message: str, *, page: bool = False) -> None:
        super().__init__(message)
        self.page = page


class ReadingFailed(MonitorError):
    """The worker was stopped or failed while it parsed or read; `cause` says by what."""


class StoreError(MonitorError):
    """The database refuses: full disk, corrupt page, locked, read-only."""


class SchemaTooNew(StoreError):
    """The database was written by a newer program."""


class AlreadyRunning(MonitorError):
    """Another daemon holds the lock of this database."""


class SecretMissing(MonitorError):
    """A secret reference (`credential:`, `env:`, `file:`) leads nowhere."""


class DeliveryError(MonitorError):
    """A channel did not take a message.

    `permanent`: trying again cannot help; `ambiguous`: it may have arrived all the same; `down`: the fault is the service's, not
    this message's, so that any other would fail there now too.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after_s: float | None = None, ambiguous: bool = False, down: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.ambiguous = ambiguous
        self.down = down
