"""What a sentence and a report are: news, a follow-up, history, a count of many attacks, or no attack at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

_CUES = tomllib.loads(resources.files("monitor.text").joinpath("cues.toml").read_text(encoding="utf-8"))


def _pattern(pieces: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(pieces) + r")(?![\w])", re.IGNORECASE)


EVENT = _pattern(_CUES["event"]["words"])
FRAME = {name: _pattern(pieces) for name, pieces in _CUES["frame"].items()}
SENTENCE = {name: _pattern(pieces) for name, pieces in _CUES["sentence"].items()}


@dataclass(frozen=True, slots=True)
class Frame:
    """How often each kind of cue stands in the title, in the first sentences and anywhere."""

    title: dict[str, int]
    lead: dict[str, int]
    all: dict[str, int]


def count_cues(text: str) -> dict[str, int]:
    """How often each cue of the report's kind stands in a text; cues that do not occur are left out."""
    return {name: n for name, pattern in FRAME.items() if (n := len(pattern.findall(text)))}
