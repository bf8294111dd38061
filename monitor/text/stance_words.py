"""The word lists of the grammar of responsibility, from stance_words.toml beside this module."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

_LISTS: dict[str, str] = tomllib.loads(resources.files("monitor.text").joinpath("stance_words.toml").read_text(encoding="utf-8"))


def any_of(name: str) -> str:
    """A piece of a pattern that stands for any word of a list."""
    return "(?:" + "|".join(_LISTS[name].split()) + ")"


@dataclass(frozen=True, slots=True)
class Anchored:
    """A pattern, and the pieces of words (lower case) of which one stands in all that it finds: looking for them is far cheaper."""

    pattern: re.Pattern[str]
    stems: tuple[str, ...]

    def find(self, text: str, lower: str) -> Iterable[re.Match[str]]:
        for stem in self.stems:
            if stem in lower:
                return self.pattern.finditer(text)
        return ()


def anchored(pattern: re.Pattern[str], stems: str) -> Anchored:
    """A pattern with its stems, which `stems` lists with blanks between them."""
    return Anchored(pattern, tuple(stems.split()))
