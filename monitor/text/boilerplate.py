"""Cuts what a page puts around an article: related headlines, promotions, newsletter and copyright lines, author notes."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

from monitor.text.patterns import linear

_FILE: dict[str, list[str]] = tomllib.loads(resources.files("monitor.text").joinpath("boilerplate.toml").read_text(encoding="utf-8"))
_TAIL = re.compile(r"^\W*(?:" + "|".join(_FILE["tail"]) + ")", re.IGNORECASE)
_LINE = re.compile(r"^\W*(?:" + "|".join(_FILE["line"]) + ")", re.IGNORECASE)
_INLINE = re.compile(r"(?:(?<=[.!?\"')\s])|^)(?:" + "|".join(_FILE["inline"]) + ")")
_MAY_BE_INLINE = linear("|".join(_FILE["inline"]))  # the same without its boundary, in a tenth of the time
_MAX_LINE = 400
_HEADLINE = 140  # characters at most
_SENTENCE_END = re.compile(r"[.!?…:;\"'”’)\]|–—-]\W*$")


def body_without_boilerplate(text: str) -> list[str]:
    """The article's own paragraphs, in order.

    A heading such as "Previous Story" or "Latest from" ends the article. A line such as "Also read: …" goes alone, with the
    headline after it where it is a bare label.
    """
    kept: list[str] = []
    skip_headline = False
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            if kept and kept[-1]:
                kept.append("")
            continue
        if skip_headline:
            skip_headline = False
            if len(line) < 120 and line[-1] not in ".!?\"'":
                continue
        if len(line) <= _MAX_LINE:
            if _TAIL.match(line) and any(kept):
                break
            if _LINE.match(line):
                skip_headline = len(line) < 24 and line.rstrip(":|»> -").lower() in (
                    "also read",
                    "read more",
                    "read also",
                    "related",
                    "see also",
                    "must read",
                    "watch",
                    "recommended",
                )
                continue
        kept.append(_without_inline(line))
    return _paragraphs(kept)


def _without_inline(line: str) -> str:
    match = _INLINE.search(line) if _MAY_BE_INLINE.search(line) else None
    return line if match is None else line[: match.start()].rstrip()


def _paragraphs(lines: list[str]) -> list[str]:
    """A single line break keeps a paragraph apart too: wire texts have no blank lines.

    Two or more lines at the end that are no sentences are the page's other headlines.
    """
    own = [line for line in lines if line]
    end = len(own)
    while end and len(own[end - 1]) < _HEADLINE and _SENTENCE_END.search(own[end - 1]) is None:
        end -= 1
    told = sum(_SENTENCE_END.search(line) is not None for line in own[:end])
    return own[:end] if len(own) - end > 1 and told > 1 else own
