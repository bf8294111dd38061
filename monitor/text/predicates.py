"""Finds the words that say someone was killed or injured, and the form they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from monitor.text import lexis
from monitor.text.nlp import Words

What = Literal["killed", "injured"]
# active: takes the people after it; passive: the people before it; open: either; subject: the people before it (they died);
# adjective: the people right before it; of: the people after "of".
Form = Literal["active", "passive", "open", "subject", "adjective", "of"]

_TO_DEATH = frozenset(
    "shot shoot shoots shooting gunned guns gun gunning stabbed stabs stabbing hacked beaten beat burnt burned stoned tortured mowed mown crushed trampled blown bludgeoned bombed clubbed knifed".split()
)
_LIFE = frozenset("life lives".split())
_LOSE = frozenset("lost lose loses losing laid sacrificed lay sacrificing sacrifice gave given giving".split())
_TAKE = frozenset("took taking takes take claimed claiming claims cost costing".split())
_SUFFER = frozenset("sustained sustain sustains suffered suffers suffer received receives receive suffering sustaining receiving".split())
_HURTS = frozenset("injuries wounds burns injury wound bullet splinter pellet bullets burn shrapnel splinters".split())
_BE = frozenset("is are was were be been being get gets got getting 's".split())
_LEAVE = frozenset("left leaving leaves leave".split())
_FUTURE_OK = frozenset("dead".split())


@dataclass(frozen=True, slots=True)
class Predicate:
    """Tokens [start, end). `zero`: said not to have happened. `late`: died of wounds told before.
    `admitted`: brought to a hospital, which says that they are hurt, or worse."""

    start: int
    end: int
    what: What
    form: Form
    singular: bool | None = None  # the number of the verb, where it shows
    zero: bool = False
    late: bool = False
    admitted: bool = False


def find_predicates(words: Words) -> list[Predicate]:
    """Every killing or wounding that the sentence states as fact, left to right. Threats, wishes and hypotheses are left out."""
    found: list[Predicate] = []
    i = 0
    while i < len(words):
        predicate = _at(words, i)
        if predicate is None:
            i += 1
        else:
            found.append(predicate)
            i = predicate.end
    return found


def _at(words: Words, i: int) -> Predicate | None:
    lower = words.lower
    token = lower[i]
    following = lower[i + 1] if i + 1 < len(lower) else ""
    if token in _TO_DEATH and (told := _to_death(words, i)) is not None:
        return told
    if token in lexis.KILL:
        return _transitive(words, i, "killed", lexis.KILL[token])
    if token in lexis.INJURE:
        return _transitive(words, i, "injured", lexis.INJURE[token])
    if token in lexis.DIE:
        if _hypothetical(words, i) or token == "dying":
            return None
        if token == "succumbed" or (token == "died" and "injuries" in lower[i + 1 : i + 5]) or lower[i - 1 : i] == ["later"]:
            return Predicate(i, i + 1, "killed", "subject", late=True)
        return Predicate(i, i + 1, "killed", "subject")
    if token == "dead":
        return _dead(words, i)
    if token in _LOSE and any(w in _LIFE for w in lower[i + 1 : i + 4]) and not _hypothetical(words, i):
        end = next(k for k in range(i + 1, i + 4) if lower[k] in _LIFE) + 1
        return Predicate(i, end, "killed", "subject")
    if token in ("embraced", "embrace", "embraces", "embracing", "attained", "achieved") and following in (
        "martyrdom",
        "shahadat",
        "shahdat",
    ):
        return Predicate(i, i + 2, "killed", "subject")
    if token == "sent" and lower[i + 1 : i + 3] == ["to", "hell"]:
        return Predicate(i, i + 3, "killed", "passive")
    if token == "breathed" and "last" in lower[i + 1 : i + 4]:
        return Predicate(i, i + 3, "killed", "subject")
    if token in _SUFFER and not _hypothetical(words, i):
        for k in range(i + 1, min(i + 7, len(lower))):
            if lower[k] in _HURTS:
                return Predicate(i, k + 1, "injured", "subject", zero="no" in lower[i + 1 : k])
            if lower[k] in (".", ",", ";"):
                break
        return None
    if token in ("hit", "struck", "shot") and following == "in" and any(w in _BODY for w in lower[i + 2 : i + 5]):
        passive, singular = _verb_number(words, i)
        return Predicate(i, i + 1, "injured", "passive" if passive else "open", singular)
    if token in _ADMITTED and _hospital_near(lower, i) and not _hypothetical(words, i):
        passive, singular = _verb_number(words, i)
        if passive:
            return Predicate(i, i + 1, "injured", "passive", singular, admitted=True)
        return None
    if token in ("death", "deaths", "murder", "martyrdom", "assassination", "killings", "murders") and following == "of":
        if any(w in _IN_ANSWER_TO for w in lower[max(0, i - 4) : i]):
            return None
        return Predicate(i, i + 2, "killed", "of")
    if token == "lives" and following == "of" and any(w in _TAKE for w in lower[max(0, i - 3) : i]):
        return Predicate(i, i + 2, "killed", "of")
    if token in ("injury", "injuries", "wounding") and following in ("of", "to"):
        return Predicate(i, i + 2, "injured", "of")
    if token in ("body", "bodies", "corpses", "corpse") and following == "of":
        return Predicate(i, i + 2, "killed", "of")
    return None


_IN_ANSWER_TO = frozenset(
    "following after since over against avenge revenge retaliation response mourn mourned condemned protest anniversary".split()
)
_BODY = frozenset("leg legs arm arms foot feet hand hands shoulder shoulders thigh abdomen stomach neck back chest knee face".split())
_ADMITTED = frozenset("brought taken rushed admitted treated".split())


def _hospital_near(lower: list[str], i: int) -> bool:
    return any(w in ("hospital", "hospitals", "clinic", "emergency") for w in lower[i : i + 10]) or "hospital" in lower[: min(i, 12)]


def _hypothetical(words: Words, i: int) -> bool:
    """Whether a modal, "to", a plot or a threat stands right before the verb."""
    lower = words.lower
    for j in range(i - 1, max(-1, i - 5), -1):
        word = lower[j]
        if word == "have" and j > 0 and lower[j - 1] in ("could", "would", "might", "may"):
            # "may have been injured" is reported as what happened; "could have killed" is not.
            return lower[j - 1] in ("could", "would")
        if word == "and" and j > 1:  # "tried to kidnap and kill"
            if any(w in lexis.MODALS for w in lower[max(0, j - 3) : j]):
                return True
            return False
        if word in lexis.MODALS:
            # "hanged to death", "claimed to have killed": a perfect infinitive states a fact.
            return not (word == "to" and "have" in lower[j + 1 : i])
        if word not in lexis.ADVERBS and word not in _BE and word not in ("have", "and", "or"):
            return False
    return False


def _negated(words: Words, i: int) -> bool:
    lower = words.lower
    for j in range(i - 1, max(-1, i - 4), -1):
        if lower[j] in ("not", "n't", "never", "neither"):
            return True
        if lower[j] not in lexis.AUXILIARIES and lower[j] not in lexis.ADVERBS:
            return False
    return False


def _verb_number(words: Words, i: int) -> tuple[bool, bool | None]:
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
    if word in ("was", "is", "'s", "gets"):
        return True, True
    if word in ("were", "are"):
        return True, False
    return word in ("be", "get", "got"), None


def _transitive(words: Words, i: int, what: What, form: str) -> Predicate | None:
    lower = words.lower
    following = lower[i + 1] if i + 1 < len(lower) else ""
    before = lower[i - 1] if i else ""
    if _hypothetical(words, i) or _is_adjective(words, i):
        return None
    if following == "off":  # a match, a species
        return None
    end = i + 1
    if form == "ing":
        if (
            before in ("the", "of", "over", "for", "in", "after", "'s", "target", "mass", "against")
            and following != "of"
            and before != "in"
        ):
            return None
        if following == "of":
            return Predicate(i, i + 2, what, "of")
        return Predicate(i, end, what, "active")
    if form == "base":
        if lower[i] in ("wound", "wounds", "murder", "murders", "hang", "execute", "kill", "hurt") and before in (
            "a",
            "the",
            "bullet",
            "gunshot",
            "his",
            "her",
            "of",
            "gun",
            "over",
            "mass",
            "double",
        ):
            return None
        if lower[i] == "hurt":
            passive, singular = _verb_number(words, i)
            return Predicate(i, end, what, "passive" if passive else "open", singular, zero=_negated(words, i))
        return Predicate(i, end, what, "active")
    passive, singular = _verb_number(words, i)
    zero = _negated(words, i)
    if passive:
        return Predicate(i, end, what, "passive", singular, zero=zero)
    if before in ("has", "have", "had"):
        return Predicate(i, end, what, "active")
    return Predicate(i, end, what, "open", zero=zero)


def _is_adjective(words: Words, i: int) -> bool:
    """ "the injured policeman", "wounded soldiers": a participle before the noun, not a statement."""
    lower = words.lower
    before = lower[i - 1] if i else ""
    following = lower[i + 1] if i + 1 < len(lower) else ""
    if lower[i] not in ("injured", "wounded", "slain", "martyred", "murdered", "assassinated", "killed", "executed", "hurt"):
        return False
    if before in lexis.PREPOSITIONS or before.startswith(("visit", "treat", "evacuat", "airlift", "shift")):
        return True  # "the families of killed soldiers", "visits injured"
    if before in ("the", "a", "an", "his", "her", "their", "its", "those", "of", "these", "and", "other", "among"):
        if before in ("the", "those", "these", "of", "among"):
            return True
        if before == "and":
            return False
        return following in lexis.PEOPLE or words.raw[i + 1 : i + 2] != [] and words.raw[i + 1][0].isupper() and before != "and"
    if i == 0 or before in (".", ":", "-"):
        return following in lexis.PEOPLE
    return False


def _to_death(words: Words, i: int) -> Predicate | None:
    lower = words.lower
    if _hypothetical(words, i):
        return None
    passive, singular = _verb_number(words, i)
    after = lower[i + 1 : i + 3]
    width = 0
    if after[:1] == ["dead"] or (after[:1] == ["down"] and lower[i].startswith(("gun", "mow"))):
        width = 2
    elif after == ["to", "death"]:
        width = 3
    elif after == ["and", "killed"] or after == ["and", "killing"]:
        width = 3
    elif after == ["and", "wounded"] or after == ["and", "injured"]:
        return Predicate(i, i + 3, "injured", "passive" if passive else "open", singular)
    if not width:
        return None
    gerund = lower[i].endswith("ing")
    form: Form = "active" if gerund or lower[i] in ("shoot", "shoots", "guns", "gun") else "passive" if passive else "open"
    return Predicate(i, i + width, "killed", form, singular)


def _dead(words: Words, i: int) -> Predicate | None:
    lower = words.lower
    before = lower[i - 1] if i else ""
    if (
        before in ("the", "of", "among", "brain", "its", "their", "his", "left-for")
        or lower[i + 1 : i + 2] in (["body"], ["bodies"], ["end"], ["line"], ["sea"], ["and"])
        and before in ("the", "of")
    ):
        return None
    if _hypothetical(words, i):
        return None
    passive, singular = _verb_number(words, i)
    if passive or before in ("found", "declared", "pronounced", "confirmed", "arrived"):
        return Predicate(i, i + 1, "killed", "passive", singular)
    return Predicate(i, i + 1, "killed", "adjective")
