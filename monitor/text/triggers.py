"""Tells in one pass whether an item can report an attack at all: most of a news feed cannot, and is not read further."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# Stems that every report of an attack has at least one of. Substrings on purpose: "gunmen", "militancy", "car-bomb".
_STEMS = (
    "kill martyr shaheed slain murder assassin behead execut massacre dead died dies death toll injur wound hurt casualt fatalit bodies body of lives bomb blast explo detonat blew up blown up "
    "suicide attack assault ambush gunm firing opened fire open fire shoot shot dead shot at gunned shelling shell mortar rocket missile grenade landmine land mine ied drone quadcopter "
    "kidnap abduct hostage hijack militant terroris insurgen khwarij khawarij rebel clash encounter operation raid torch set ablaze set on fire sabotag airstrike air strike jaan bahaq jan bahaq zakhmi dhamaka succumb beheaded lynch "
    "ttp bla iskp taliban isis daesh gunfire armed men armed assailants stormed"
)
_SINGLE = sorted(
    {
        word
        for word in _STEMS.split()
        if len(word) > 3
        and word
        not in ("down", "fire", "open", "opened", "land", "mine", "body", "lives", "blown", "blew", "shot", "dead", "dies", "died", "raid")
    }
)
_PHRASES = [
    "blew up",
    "blown up",
    "shot dead",
    "shot at",
    "opened fire",
    "open fire",
    "body of",
    "lives",
    " died",
    " dies",
    " dead",
    "set ablaze",
    "set on fire",
    " raid",
    " shot ",
    " ied ",
    "lives were",
    " ttp",
    " bla ",
    "iskp",
    "isis",
]
_CASUALTY = re.compile(
    r"kill|hospital|clinic|\b(?:hit|struck) in\b|martyr|slain|slay|slew|murder|assassinat|behead|execut|massacre|slaughter|lynch|eliminat|neutrali[sz]|decapitat|strangl|hang(?:ed|s|ing)|\bdie[sd]?\b|\bdying\b|perish|succumb|\bdead\b|\bdeaths?\b|fatalit|casualt"
    r"|injur|wound|\bhurts?\b|maim|\blives\b|\blife\b|bod(?:y|ies)\b|corpse|\btoll\b|tally|sent to hell|breathed|shot |gunn?e?d?s? down|stabbed|hacked|beaten|burnt|\bharm\b|victims|\bloss\b|jaan bahaq|jan bahaq|zakhmi|halak|بحق|زخمی|شہید|ہلاک",
    re.IGNORECASE,
)


@cache
def _automaton() -> Any:
    from ahocorasick_rs import AhoCorasick, MatchKind

    return AhoCorasick(_SINGLE + _PHRASES, matchkind=MatchKind.Standard)


def has_trigger(*texts: str) -> bool:
    """Whether any text holds a word that a report of an attack would have. Case does not matter; about 10 µs per 1,000 characters."""
    automaton = _automaton()
    return any(text and automaton.find_matches_as_indexes(" " + text[:200_000].lower() + " ") for text in texts)


def casualty_words(sentence: str) -> bool:
    """Whether a sentence can state casualties, so that its grammar is worth reading."""
    return _CASUALTY.search(sentence) is not None
