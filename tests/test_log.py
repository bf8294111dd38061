"""What reaches the log, and what must not."""

from __future__ import annotations

import io
import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.log import configure, logger, masked

Say = Callable[[], str]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., io.StringIO]]:
    """Configure logging into a string; the root logger is put back afterwards."""
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def start(**options: Any) -> io.StringIO:
        stream = io.StringIO()
        configure(stream=stream, **({"style": "text"} | options))
        return stream

    yield start
    root.handlers[:] = before
    root.setLevel(level)


def test_a_poll_is_one_line_of_pairs(log: Callable[..., io.StringIO]) -> None:
    """The line of the style guide, with the time and the level before it."""
    stream = log()
    logger().info("poll", feed="dawn", status="ok", new=3, bad=0, ms=412)
    at, level, rest = stream.getvalue().split(maxsplit=2)
    assert at.endswith("Z")
    assert level == "info"
    assert rest == "poll feed=dawn status=ok new=3 bad=0 ms=412\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("dawn", "dawn"),
        ("two words", '"two words"'),
        ('say "no"', '"say \\"no\\""'),
        ("a\nb", '"a\\nb"'),
        (None, "-"),
        (True, "yes"),
        (1.50, "1.5"),
        ("", '""'),
    ],
    ids=["bare", "blank", "quote", "newline", "none", "bool", "float", "empty"],
)
def test_a_value_stays_on_its_line_and_can_be_split_again(log: Callable[..., io.StringIO], value: object, shown: str) -> None:
    """White space and quotes are quoted; a line break in a feed's error makes no second line."""
    stream = log()
    logger().info("poll", error=value)
    assert stream.getvalue().endswith(f" poll error={shown}\n")
    assert stream.getvalue().count("\n") == 1


def test_json_lines_carry_the_same_keys(log: Callable[..., io.StringIO]) -> None:
    """`[log] format = "json"`: one object a line."""
    stream = log(style="json")
    logger().warning("deliver", channel="desk", attempts=2)
    form = json.loads(stream.getvalue())
    assert {k: form[k] for k in ("event", "level", "channel", "attempts")} == {
        "event": "deliver",
        "level": "warning",
        "channel": "desk",
        "attempts": 2,
    }


def test_into_a_pipe_go_json_lines_unless_text_is_asked_for(log: Callable[..., io.StringIO]) -> None:
    """`format = "auto"`: whoever reads a pipe is a program."""
    stream = log(style="auto")
    logger().info("poll", feed="dawn")
    assert json.loads(stream.getvalue())["feed"] == "dawn"


@pytest.mark.parametrize(
    ("style", "line"),
    [("auto", '<4>{"at": "…", "level": "warning", "event": "poll", "feed": "dawn"}\n'), ("text", "<4>poll feed=dawn\n")],
)
def test_under_journald_the_line_begins_with_its_priority(
    tmp_path: Path, log: Any, monkeypatch: pytest.MonkeyPatch, style: str, line: str
) -> None:
    """The journal reads "<4>" as a warning and keeps what follows, JSON unless text is asked for; another stream is not the journal."""
    with (tmp_path / "journal").open("w+") as journal, (tmp_path / "other").open("w+") as other:
        found = os.fstat(journal.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        for stream in (journal, other):
            log()
            configure(stream=stream, style=style)  # type: ignore[arg-type]
            logger().warning("poll", feed="dawn")
        assert re.sub(r"\d{4}-[0-9T:-]+Z", "…", (tmp_path / "journal").read_text()) == line
        assert not (tmp_path / "other").read_text().startswith("<4>")


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_feeds_words_do_not_steer_the_terminal_that_shows_the_log(log: Callable[..., io.StringIO], style: str) -> None:
    """Escape sequences, C1 controls, reversed and hidden text are shown as escapes, in values and in tracebacks."""
    nasty = "a\x1b[2J\x9b31m\x07\u202eb\u200b\x00"
    stream = log(style=style)
    logger().warning("poll", error=nasty)
    try:
        raise ValueError(nasty)
    except ValueError:
        logger().exception("poll", status="bug")
    assert set(stream.getvalue()) & set("\x1b\x9b\x07\u202e\u200b\x00") == set()
    assert "[2J" in stream.getvalue()


def test_debug_lines_come_only_when_asked_for(log: Callable[..., io.StringIO]) -> None:
    """`level` is the floor."""
    stream = log(level="info")
    logger().debug("tick")
    assert stream.getvalue() == ""
    stream = log(level="debug")
    logger().debug("tick")
    assert "tick" in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("POST https://hooks.slack.com/services/T0/B0/abc failed", "POST https://hooks.slack.com/services/*** failed"),
        ("mailtos://desk:pa55@mail.example.org?to=a@b.c", "mailtos://***@mail.example.org?to=a@b.c"),
        ("slack://TokenA/TokenB/TokenC/#desk", "slack://***"),
        ("https://user:pw@feeds.example.org/rss", "https://***@feeds.example.org/rss"),
        ("GET https://feeds.example.org/rss?token=abc&n=1", "GET https://feeds.example.org/rss?token=***&n=1"),
        ("token is hush-hush", "token is ***"),
        ("nothing to hide", "nothing to hide"),
    ],
    ids=["slack webhook", "mail password", "slack url", "feed password", "feed token", "named secret", "plain"],
)
def test_secrets_are_masked(text: str, clean: str) -> None:
    """Known secrets, and the parts of an address that are secret by their form."""
    assert masked(text, ["hush-hush"]) == clean


def test_other_libraries_go_through_the_mask_too(log: Callable[..., io.StringIO]) -> None:
    """Apprise logs a malformed URL whole, httpx logs each address with its token."""
    stream = log(secrets=["hush-hush"])
    logging.getLogger("some.library").warning("failed for %s", "json://u:p@host/hush-hush")
    logging.getLogger("httpx").info("GET https://example.org/?key=hush-hush")
    text = stream.getvalue()
    assert "failed for json://***@host/***" in text
    assert "hush" not in text


def test_a_masked_traceback_follows_its_line(log: Callable[..., io.StringIO]) -> None:
    """An unforeseen error keeps its trace, set in so that nothing in it passes for a line, without the secret that it quotes."""
    stream = log(secrets=["hush-hush"])
    try:
        raise ValueError("refused hush-hush")
    except ValueError:
        logger().exception("deliver", channel="desk")
    first, *trace = stream.getvalue().splitlines()
    assert first.endswith("deliver channel=desk")
    assert trace[-1] == "  ValueError: refused ***"
