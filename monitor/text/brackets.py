"""Leaves out what stands before and beside a sentence's words: its dateline, and brackets that only explain.

"KABUL (Pajhwok): Three workers (from Nepal and India) and their interpreter were killed" is read as if neither were there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text import lexis
from monitor.text.guarded import guarded
from monitor.text.nlp import Words
from monitor.text.numbers import cardinal

_LONGEST = 90
_TELLS = frozenset(lexis.KILL) | frozenset(lexis.DIE) | frozenset(lexis.INJURE) | lexis.MILITANTS | {"dead", "toll", "bodies"}


_DATELINE = 10  # tokens


def without_dateline(words: Words) -> Words:
    """The words after "KABUL:" or "KHAR, Pakistan —"; a headline's "Badghis:" too."""
    raw = words.raw if words.raw is not words.lower else words.lower
    end = next((k for k in range(1, min(_DATELINE, len(words) - 1)) if words.lower[k] in (":", "):", "—", "–", "-")), None)
    if end is None or not raw[0][0].isupper() or any(word in _TELLS for word in words.lower[:end]):
        return words
    capital = all(not word[0].isalpha() or word[0].isupper() for word in raw[:end])
    if not capital or (words.lower[end] not in (":", "):") and not raw[0].isupper()):
        return words
    return only_tokens(words, range(end + 1, len(words)))


# "two officers, and not three as first announced, had died": the figure is taken back.
_TAKEN_BACK = guarded(
    r",\s(?:(?:and|but)\s)?(?:not|rather than|instead of|(?:fewer|less|more|lower|higher) than|(?:up|down) from)\s(?:the\s)?"
    r"(?:\w+\s){1,3}?(?:as\s|that\s|which\s)?(?:was\s|were\s|had been\s)?"
    r"(?:at first|first|earlier|initially|previously|originally|reported|announced|stated|claimed|said|given|put out)\b"
    r"[^,.;]{0,40}"
    # "Five people, all civilians, were wounded": whoever they all were, it is those five
    r"|,\s(?:all|both)(?!\sof\b)\s[a-z][\w'’ -]{2,50},(?=\s(?:were|was|are|have|had|died|lost|embraced|received|sustained|suffered|got)\b)"
    # "over 50 others injured some of them critically, when": said of a part of them, without a comma too
    r"|,?\s(?:some|many|most|several|two|three|four|five|six)\sof\sthem\s(?:critically|seriously|severely|in\s(?:a\s)?(?:critical|serious)\scondition)"
    r"(?:\s(?:injured|wounded|hurt))?(?=[,.;]|\s(?:when|as|in|after|while)\b)"
    # "Nine people, not 11, were killed", "seven persons, and not six, had died"
    r"|,\s(?:and\s)?not\s(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty)(?:\s(?:people|persons))?,",
    re.IGNORECASE,
)


def without_taken_back(words: Words) -> Words:
    """The words without a figure that the sentence itself takes back."""
    found = _TAKEN_BACK.search(words.text) if "," in words.lower or "them" in words.lower else None
    if found is None:
        return words
    return only_tokens(words, [k for k, start in enumerate(words.starts) if not found.start() <= start < found.end()])


_OF_A_SUM = frozenset("including among mostly all many some of".split())


def without_ages(words: Words) -> Words:
    """The words without the age of whoever was just named: "her brother, 11, was killed", "Karim, 34, and his cousin, 28, were shot"."""
    lower, raw = words.lower, words.raw
    dropped: set[int] = set()
    for k in range(1, len(lower) - 3):
        if lower[k] != "," or lower[k + 2] != "," or not lower[k + 1].isdigit() or len(lower[k + 1]) > 2:
            continue
        someone = lower[k - 1] in lexis.PEOPLE_ONE or (raw[k - 1][0].isupper() and lower[k + 3] not in _OF_A_SUM)
        if someone:
            ends = lower[k + 3] == "and" or lower[k + 3] in lexis.AUXILIARIES
            dropped |= {k, k + 1, k + 2} if ends else {k, k + 1}
    return only_tokens(words, [k for k in range(len(words)) if k not in dropped]) if dropped else words


def without_registers(words: Words) -> Words:
    """The words of a police note without belt numbers, fathers and homes: "Constable Ayaz No. 1187 s/o Mir Ajab r/o Tittar Khel"."""
    lower, raw = words.lower, words.raw
    if "/" not in lower and "no" not in lower:
        return words
    dropped: set[int] = set()
    for k, word in enumerate(lower):
        if word in _KIN and lower[k + 1 : k + 3] == ["/", "o"]:
            end = k + 3
            while end < len(lower) and raw[end][:1].isupper():
                end += 1
            dropped |= set(range(k, end))
        elif word == "no" and lower[k + 1 : k + 2] == ["."] and lower[k + 2 : k + 3] and lower[k + 2].isdigit():
            dropped |= {k, k + 1, k + 2}
    return only_tokens(words, [k for k in range(len(words)) if k not in dropped]) if dropped else words


_KIN = frozenset("sdwrc")  # son, daughter, wife, resident, care of
_MEN_OF = frozenset("personnel men man soldiers soldier officials official jawans sepoys guards cops employees workers".split())


def without_owners(words: Words) -> Words:
    """The words without the mark of "Two Rangers' personnel", whose number is the personnel's, and whose "proxy" a group is said to be."""
    lower = words.lower
    if "'" not in lower and "proxy" not in lower:
        return words
    marks = [
        k
        for k in range(1, len(lower) - 1)
        if (lower[k] == "'" and lower[k - 1].endswith("s") and lower[k + 1] in _MEN_OF) or lower[k : k + 2] == ["indian", "proxy"]
    ]
    return only_tokens(words, [k for k in range(len(lower)) if k not in marks]) if marks else words


def without_brackets(words: Words) -> Words:
    """The words outside brackets; what tells of casualties or attackers ("(three of them militants)", "(5 dead)") stays."""
    lower = words.lower
    if "(" not in lower:
        return words
    dropped: set[int] = set()
    i = 0
    while i < len(lower):
        if lower[i] == "(":
            end = next((k for k in range(i + 1, min(i + _LONGEST, len(lower))) if lower[k] in "()"), None)
            if end is not None and lower[end] == ")":
                if _only_explains(lower[i + 1 : end]):
                    dropped.update(range(i, end + 1))
                i = end
        i += 1
    if not dropped or len(dropped) == len(lower):
        return words
    return only_tokens(words, [k for k in range(len(lower)) if k not in dropped])


def only_tokens(words: Words, kept: Sequence[int]) -> Words:
    lower = words.lower
    return Words(
        words.text,
        [lower[k] for k in kept],
        [words.raw[k] for k in kept],
        [words.starts[k] for k in kept],
        [words.ends[k] for k in kept],
    )


def _only_explains(inside: list[str]) -> bool:
    if any(word in _TELLS for word in inside):
        return False
    # "12 (3) killed" and a figure alone are no explanation.
    return not (len(inside) == 1 and cardinal(inside[0]) is not None and cardinal(inside[0]) < 10)  # type: ignore[operator]
