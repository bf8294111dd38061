"""Totals told by an ordinal: "the blast claims a fifth life", "sixth victim dies", "a ninth body was pulled out"."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.numbers import TENS, UNITS, cardinal

_ENDINGS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
_UNITS = {_ENDINGS.get(word, word + "th"): n for word, n in UNITS.items() if n > 1}
_TENS = {word[:-1] + "ieth": n for word, n in TENS.items()}
ORDINALS: dict[str, int] = (
    _UNITS
    | _TENS
    | {f"{tens}-{_ENDINGS.get(unit, unit + 'th')}": t + u for tens, t in TENS.items() for unit, u in UNITS.items() if 0 < u < 10}
    | {f"{n}{'th' if n // 10 == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}": n for n in range(2, 100)}
)

_TAKEN = frozenset("claims claimed claim claiming takes took taking costs cost".split())
_LOST = frozenset("victim casualty fatality death martyr".split())
_BODIES = frozenset("body corpse".split())
_FOUND = frozenset("found pulled recovered retrieved discovered extracted dug unearthed brought".split())
_DIES = frozenset(lexis.DIE) | frozenset("expires expired breathes breathed loses lost passes passed death embraces embraced".split())
_IS = frozenset("is was became becomes becoming as being marks marked".split())
_DESCRIBES = frozenset("injured wounded critically badly seriously".split())
# "The fifth journalist to die this year": a count of many attacks.
_GOES_ON = frozenset(", – — - . ; later in at on of".split())
_SPANS = frozenset("year years month months week weeks days decade since".split())
_BREAKS = frozenset((".", ";", "while", "whereas"))


def nth_of_the_dead(words: Words, i: int) -> tuple[int, int, int] | None:
    """(first token, end, count) where the ordinal at token `i` counts the dead of one attack, else None."""
    lower = words.lower
    count = ORDINALS.get(lower[i])
    if count is None:
        return None
    clause = lower[i : _clause_end(lower, i)]
    if _is_one_more(lower, i, count):
        return i, i + 1, count
    if not _SPANS.isdisjoint(clause):
        return None
    if clause[1:2] == ["life"]:
        return (i, i + 2, count) if not _TAKEN.isdisjoint(lower[max(0, i - 4) : i]) else None
    if clause[1:2] in (["to"], ["in"]) or (clause[2:3] == ["to"] and clause[1] in lexis.PEOPLE_ONE):
        return (i, i + 1, count) if _is_the_nth_death(lower, i, clause) else None
    noun = next((k for k in range(1, min(4, len(clause))) if clause[k] not in _DESCRIBES), len(clause))
    if noun == len(clause) or clause[noun] in lexis.MILITANTS:
        return None
    return (i, i + noun + 1, count) if _says_death(lower, i, clause, noun) else None


def _is_one_more(lower: Sequence[str], i: int, count: int) -> bool:
    """ "Four passengers died at the scene and a fifth, a woman, in hospital"."""
    if lower[i - 1 : i] != ["a"]:
        return False
    before = lower[max(0, i - 16) : i - 1]
    verbs = [k for k, word in enumerate(before) if word in _DIES or word in lexis.KILL or word in lexis.INJURE or word == "dead"]
    if not verbs or before[verbs[-1]] in lexis.INJURE or ";" in before[verbs[-1] :]:
        return False
    if lower[i + 1 : i + 2] and lower[i + 1] not in _GOES_ON and lower[i + 1] not in _DIES:
        return False  # "a fourth was bleeding"
    if lower[i + 1 : i + 3] == [",", "who"] and _DIES.isdisjoint(lower[i : _clause_end(lower, i)]):
        return False  # "two were killed and a third, who had been taken away, was set free"
    told = any(cardinal(word) == count - 1 for word in before[: verbs[-1]])
    return told and not any(word in lexis.INJURE for word in lower[i + 1 : i + 10])


def _clause_end(lower: Sequence[str], i: int) -> int:
    return next((k for k in range(i, len(lower)) if lower[k] in _BREAKS), len(lower))


def _is_the_nth_death(lower: Sequence[str], i: int, clause: Sequence[str]) -> bool:
    """ "the eighth to die of the bombing", "the eighth person to lose her life", "her death is the eleventh in the attack"."""
    if clause[1] == "in":
        return "death" in lower[max(0, i - 4) : i]
    verb = clause[2:5] if clause[1] == "to" else clause[3:6]
    return verb[:1] == ["die"] or verb[:2] == ["be", "killed"] or (verb[:1] == ["lose"] and verb[2:] == ["life"])


def _says_death(lower: Sequence[str], i: int, clause: Sequence[str], noun: int) -> bool:
    """Whether the nth person, victim or body is said to be dead."""
    word, after = clause[noun], clause[noun + 1 :]
    if word in _LOST:
        told = not _IS.isdisjoint(lower[max(0, i - 3) : i]) or lower[max(0, i - 1) : i] in ([","], [":"]) or i == 0
        return word in ("fatality", "death", "martyr") or not _DIES.isdisjoint(after) or (told and "injured" not in clause)
    if word in _BODIES:
        return not _FOUND.isdisjoint(after)
    if word in _DIES:  # "and a fourth died in hospital"
        return True
    if word not in lexis.PEOPLE_ONE:
        return False
    died = next((k for k, w in enumerate(after) if w in _DIES), None)
    return died is not None and not any(w in (",", "and", "who", "when", "as") for w in after[:died])
