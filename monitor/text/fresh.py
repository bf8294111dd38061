"""What a sentence and a report are: news, a follow-up, history, a count of many attacks, or no attack at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib import resources

_CUES = tomllib.loads(resources.files("monitor.text").joinpath("cues.toml").read_text(encoding="utf-8"))


def _pattern(pieces: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(pieces) + r")(?![\w])", re.IGNORECASE)


EVENT = _pattern(_CUES["event"]["words"])
ASSERTION = _pattern(_CUES["assertion"]["words"])
FIGHTERS = _pattern(_CUES["fighters"]["words"])
HOSTILE = _pattern(_CUES["hostile"]["words"])
FRAME = {name: _pattern(pieces) for name, pieces in _CUES["frame"].items()}
SENTENCE = {name: _pattern(pieces) for name, pieces in _CUES["sentence"].items() if name != "aside"}
# Asides run to the end of the sentence and may begin with a comma, so they are no whole words.
ASIDE = re.compile("|".join(_CUES["sentence"]["aside"]), re.IGNORECASE)


def hits(name: str, text: str) -> int:
    """How often a cue of a report's kind stands in a text."""
    return len(FRAME[name].findall(text))
