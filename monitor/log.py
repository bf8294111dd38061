"""One line a poll, one line a delivery: `poll feed=dawn status=ok new=3 bad=0 ms=412`, on stderr, secrets masked."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Literal, TextIO

import structlog

from monitor.feeds.mask import masked as addresses_masked

# Apprise addresses and webhooks carry their secret in the path or before the "@".
_USERINFO = re.compile(r"(?<=://)[^\s/@]+@")
_WEBHOOK = re.compile(r"(?i)(hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks|api\.telegram\.org)/[^\s\"'<>]+")
_TOKEN_SCHEME = re.compile(r"(?i)\b(slack|discord|tgram|msteams|pover|ntfys?|gotifys?|workflows?|xmpps?|matrixs?)://[^\s\"'<>]+")
# sd-daemon(3): the journal reads the priority from the line's start and stamps the time itself.
_PRIORITY = {"critical": "<2>", "error": "<3>", "warning": "<4>", "info": "<6>", "debug": "<7>"}
_BARE = re.compile(r"[^\s\"=]+")
# C0 but the line break, DEL, C1, and what reverses or hides text: a feed's words must not steer the terminal that shows the log.
_CONTROL = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ud800-\\udfff]")

Event = MutableMapping[str, Any]


def configure(
    *, style: Literal["auto", "text", "json"] = "auto", level: str = "info", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Set up logging for the process.

    `style` "auto" is text on a terminal, one JSON object a line elsewhere: for the journal and for whoever reads a pipe.
    `secrets` are values to be masked wherever they turn up; addresses with credentials are masked without being named.
    Other libraries' lines come from "warning" up, through the same mask: httpx and Apprise log addresses whole.
    """
    out = stream if stream is not None else sys.stderr
    floor = logging.getLevelNamesMapping()[level.upper()]
    journal = _is_journal(out)
    as_json = style == "json" or (style == "auto" and not out.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True, key="at"),
        structlog.processors.format_exc_info,
        _mask_with(tuple(s for s in secrets if len(s) > 3)),
    ]
    last = _json_line(journal=journal) if as_json else _line(journal=journal)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(floor, logging.WARNING))
    logging.getLogger("monitor").setLevel(floor)
    # A web server's refusal is the poll's own line; a missed tick is the daemon's.
    for chatty in ("apscheduler", "httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def logger() -> Any:
    """The program's logger: `logger().info("poll", feed="dawn", status="ok", new=3)`."""
    return structlog.stdlib.get_logger("monitor")


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the secrets and without what addresses carry of them."""
    for secret in secrets:
        text = text.replace(secret, "***")
    text = _USERINFO.sub("***@", text)
    text = addresses_masked(text)
    text = _WEBHOOK.sub(r"\1/***", text)
    return _TOKEN_SCHEME.sub(r"\1://***", text)


def _mask_with(secrets: tuple[str, ...]) -> structlog.typing.Processor:
    def mask(_logger: Any, _method: str, event: Event) -> Event:
        for key, value in event.items():
            if isinstance(value, str):
                event[key] = masked(value, secrets)
        return event

    return mask


def _is_journal(out: TextIO) -> bool:
    """Whether this stream leads into the journal, as systemd says by its device and inode: a child's output may lead elsewhere."""
    try:
        found = os.fstat(out.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM", "") == f"{found.st_dev}:{found.st_ino}"


def _json_line(*, journal: bool) -> structlog.typing.Processor:
    def render(_logger: Any, _method: str, event: Event) -> str:
        ordered = {name: event.pop(name) for name in ("at", "level", "event") if name in event} | dict(event)
        line = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(ordered, ensure_ascii=False, default=str))
        return f"{_PRIORITY.get(ordered.get('level', 'info'), '<6>')}{line}" if journal else line

    return render


def _line(*, journal: bool) -> structlog.typing.Processor:
    def render(_logger: Any, _method: str, event: Event) -> str:
        level, at = event.pop("level", "info"), event.pop("at", "")
        # Another library's line can quote what came from outside, line breaks included.
        name, trace = str(event.pop("event", "")).replace("\n", "\\n"), event.pop("exception", None)
        head = f"{_PRIORITY.get(level, '<6>')}" if journal else f"{at} {level:<7} "
        pairs = " ".join(f"{key}={_value(value)}" for key, value in event.items())
        line = f"{head}{name} {pairs}".rstrip() + "".join(f"\n  {part}" for part in (trace or "").splitlines())
        return _CONTROL.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), line)

    return render


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    if _BARE.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
