"""What a word that kills or wounds is in its sentence: the form it stands in, whether it is stated as fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from monitor.text import lexis
from monitor.text.nlp import Words

What = Literal["killed", "injured"]
# active: takes the people after it; passive: the people before it; open: either; subject: the people before it (they died);
# adjective: the people right before it; of: the people after "of".
# self: the word itself is one person's; back: "them", the people told before.
Form = Literal["active", "passive", "open", "subject", "adjective", "of", "self", "back"]
_BE = frozenset("is are was were be been being get gets got getting 's".split())


@dataclass(frozen=True, slots=True)
class Predicate:
    """Tokens [start, end). `zero`: said not to have happened. `late`: died of wounds told before.
    `admitted`: brought to a hospital, which says that they are hurt, or worse. `named`: tells who those were that are told before."""

    start: int
    end: int
    what: What
    form: Form
    singular: bool | None = None  # the number of the verb, where it shows
    zero: bool = False
    late: bool = False
    admitted: bool = False
    named: bool = False


def hypothetical(words: Words, i: int) -> bool:
    """Whether a modal, "to", a plot or a threat stands right before the verb."""
    lower = words.lower
    for j in range(i - 1, max(-1, i - 5), -1):
        word = lower[j]
        if word == "have" and j > 0 and lower[j - 1] in ("could", "would", "might", "may"):
            # "may have been injured" is reported as what happened; "could have killed" is not.
            return lower[j - 1] in ("could", "would")
        if word == "and" and j > 1:  # "tried to kidnap and kill"
            return any(w in lexis.MODALS for w in lower[max(0, j - 3) : j])
        if word == "may" and lower[j + 1] in ("was", "were", "is", "are", "has", "had"):
            return False  # the month
        if word in lexis.MODALS:
            # "hanged to death", "claimed to have killed": a perfect infinitive states a fact.
            return not (word == "to" and ("have" in lower[j + 1 : i] or lower[max(0, j - 1) : j] == ["had"]))
        if word not in lexis.ADVERBS and word not in _BE and word not in ("have", "and", "or"):
            return False
    return False


def negated(words: Words, i: int) -> bool:
    lower = words.lower
    for j in range(i - 1, max(-1, i - 4), -1):
        if lower[j] in ("not", "n't", "never", "neither"):
            return True
        if lower[j] not in lexis.AUXILIARIES and lower[j] not in lexis.ADVERBS:
            return False
    return False


def verb_number(words: Words, i: int) -> tuple[bool, bool | None]:
    """Whether an auxiliary of the passive stands before token `i`, and whether it is singular."""
    lower = words.lower
    j = i - 1
    while j >= 0 and (lower[j] in lexis.ADVERBS or lower[j] in ("been", "being", "have", "had") or lower[j].endswith("ly")):
        if lower[j] in ("been", "being"):
            before = lower[j - 1] if j else ""
            return True, {"was": True, "is": True, "has": True, "were": False, "are": False, "have": False}.get(before)
        j -= 1
    if j < 0:
        return False, None
    word = lower[j]
    if word == "and" and j > 1 and lower[j - 1].endswith("ed") and lower[j - 2] in _PASSIVES:
        return verb_number(words, j - 1)  # "was abducted and killed"
    if word in ("was", "is", "'s", "gets"):
        return True, True
    if word in ("were", "are"):
        return True, False
    if word in ("remain", "remains"):
        return True, word == "remains"
    return word in ("be", "get", "got", "remained"), None


_PASSIVES = frozenset("was were been being is are".split())
