"""Finds the words that say someone was hurt without a verb of wounding: "sustained burns", "is in hospital", "lost a leg"."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.numbers import number_at
from monitor.text.verbs import Predicate, What, hypothetical, verb_number

_SUFFER = frozenset(
    "took takes sustained sustain sustains suffered suffers suffer received receives receive suffering sustaining receiving"
    " nursing nurses nursed".split()
)
_HURTS = frozenset("injuries wounds burns injury wound bullet splinter pellet bullets burn shrapnel splinters".split())


def lose_part(words: Words, i: int) -> Predicate | None:
    """ "lost a leg", "lost his sight"."""
    after = words.lower[i + 1 : i + 4]
    whose = after[:1] in (["a"], ["an"], ["his"], ["her"], ["their"], ["both"])
    part = next((n for n, word in enumerate(after) if word in _LOST_PARTS), None)
    return Predicate(i, i + 2 + part, "injured", "subject") if whose and part is not None else None


def _carry(words: Words, i: int) -> Predicate | None:
    """ "Fourteen guests carry splinters"."""
    lower = words.lower
    end = next(
        (k for k in range(i + 1, min(i + 4, len(lower))) if lower[k] in ("splinters", "shrapnel", "pellets", "wounds", "burns")), None
    )
    return None if end is None else Predicate(i, end + 1, "injured", "subject")


def _suffer(words: Words, i: int) -> Predicate | None:
    """ "sustained minor injuries", "received two bullets"."""
    lower = words.lower
    if hypothetical(words, i):
        return None
    for k in range(i + 1, min(i + 7, len(lower))):
        if lower[k] in _HURTS:
            what: What = "killed" if "fatal" in lower[i + 1 : k] else "injured"
            return Predicate(i, k + 1, what, "subject", zero="no" in lower[i + 1 : k])
        if lower[k] in (".", ",", ";"):
            break
    return None


def _has_wounds(words: Words, i: int) -> Predicate | None:
    """ "three constables have minor injuries": of one person it is said besides what was told."""
    end = next((k for k in range(i + 1, min(i + 4, len(words))) if words.lower[k] in _HURTS), None)
    if end is None or not _NO_HAVING.isdisjoint(words.lower[i + 1 : end]) or hypothetical(words, i):
        return None
    return Predicate(i, end + 1, "injured", "subject")


_NO_HAVING = frozenset("no been a the to said that told his her their these caused".split())


def _hit_in_the_body(words: Words, i: int) -> Predicate | None:
    """ "was hit in the leg", "was struck by two bullets"."""
    lower = words.lower
    if "tied" in lower and not {"hands", "hand"}.isdisjoint(lower):
        return None  # "had their hands tied and had been shot in the head": so they were found
    told_before = lower[max(0, i - 2) : i - 1] in (["he"], ["she"])  # how somebody died
    if lower[i + 1 : i + 2] == ["by"] and not told_before and not _MISSILES.isdisjoint(lower[i + 2 : i + 5]):
        passive, singular = verb_number(words, i)
        return Predicate(i, i + 2, "injured", "passive" if passive else "open", singular)
    lived = lower[i + 1 : i + 3] == ["but", "survived"]
    if not lived and (lower[i + 1 : i + 2] != ["in"] or not any(w in _BODY for w in lower[i + 2 : i + 5])):
        return None
    passive, singular = verb_number(words, i)
    return Predicate(i, i + 1, "injured", "passive" if passive else "open", singular)


def _with_wounds(words: Words, i: int) -> Predicate | None:
    """ "leaving two dead and six with gunshot injuries", "eleven were left with splinters in their legs"."""
    lower = words.lower
    first = i + 1
    if lower[i] == "left":
        if lower[i + 1 : i + 2] != ["with"] or not verb_number(words, i)[0]:
            return None
        first = i + 2
    elif not any(w in ("left", "leaving", "leaves") for w in lower[max(0, i - 25) : i]):
        people = lower[i] == "with" and i and lower[i - 1] in lexis.PEOPLE_MANY and not any(w in lexis.DIE for w in lower[i : i + 12])
        if not people:  # "eleven passengers with injuries"
            return None
    hurts = _LOST_PARTS if lower[i] == "without" else _WOUNDS_IN
    for k in range(first, min(first + 4, len(lower))):
        if lower[k] in hurts:
            return Predicate(i, k + 1, "injured", "passive" if lower[i] == "left" else "adjective")
        if lower[k] in (",", ".", ";"):
            break
    return None


def _admitted(words: Words, i: int) -> Predicate | None:
    brought_in = words.lower[i : i + 2] == ["brought", "in"]
    if not (words.lower[i] in _HOSPITALISED or brought_in or _hospital_near(words.lower, i)) or hypothetical(words, i):
        return None
    passive, singular = verb_number(words, i)
    return Predicate(i, i + 1, "injured", "passive", singular, admitted=True) if passive else None


def _in_the_flesh(words: Words, i: int) -> Predicate | None:
    """ "crawled back with a bullet in his foot", "are on drips with splinters in their legs", "have broken bones"."""
    lower = words.lower
    if lower[i] == "broken":
        bones = lower[i + 1 : i + 2] in (["bones"], ["ribs"], ["legs"], ["arms"]) and lower[i - 1 : i] in (["have"], ["has"], ["had"])
        return Predicate(i, i + 2, "injured", "subject") if bones else None
    k = i + 1 + (lower[i + 1 : i + 2] in (["a"], ["two"], ["three"]))
    held = (
        lower[k : k + 1]
        and lower[k] in _MISSILES
        and lower[k + 1 : k + 3] in (["in", "his"], ["in", "her"], ["in", "their"], ["in", "the"])
    )
    return Predicate(i, k + 3, "injured", "subject") if held and lower[k + 3 : k + 4] and lower[k + 3] in _BODY else None


def _survives(words: Words, i: int) -> Predicate | None:
    """ "survived with three bullet wounds", "is fighting for his life"."""
    lower = words.lower
    if lower[i] in _FIGHTS:
        life = next((k for k in range(i + 2, min(i + 4, len(lower))) if lower[k] in ("life", "lives")), None)
        return Predicate(i, life + 1, "injured", "subject") if life is not None and lower[i + 1] == "for" else None
    near = lower[i + 1 : i + 6]
    end = next((k for k, word in enumerate(near) if word in _WOUNDS or near[max(0, k - 1) : k + 1] == ["broken", "bones"]), None)
    return Predicate(i, i + 2 + end, "injured", "subject") if near[:1] == ["with"] and end is not None else None


def _takes_in(words: Words, i: int) -> Predicate | None:
    """ "had treated four wounded women", "the hospital received 18 people"."""
    lower = words.lower
    if verb_number(words, i)[0] and not lower[i].endswith("ing"):
        return None
    number = number_at(lower, i + 1)
    if number is None:
        return None
    if lower[number.end : number.end + 1] in (["wounded"], ["injured"]):
        return Predicate(i, i + 1, "injured", "active")
    people = any(w in lexis.PEOPLE_MANY for w in lower[number.end : number.end + 2])
    return Predicate(i, i + 1, "injured", "active", admitted=True) if people and _hospital_near(lower, i) else None


def _in_treatment(words: Words, i: int) -> Predicate | None:
    """ "were under treatment", "is in a coma", "were being treated"."""
    lower = words.lower
    passive, singular = verb_number(words, i)
    if not passive:
        # "34 under treatment"
        return Predicate(i, i + 2, "injured", "adjective") if lower[i : i + 2] == ["under", "treatment"] else None
    if lower[i] in _MOVED and (lower[i] != "found" or lower[i + 1 : i + 2] == ["with"]):
        near = lower[i + 1 : i + 9]
        end = next((k for k, word in enumerate(near) if word in _WOUNDS), None)
        return Predicate(i, i + 2 + end, "injured", "passive", singular) if "with" in near and end is not None else None
    if lower[i] in ("treated", "grazed"):
        if lower[i + 1 : i + 2] in (["well"], ["badly"], ["as"], ["like"], ["with"], ["humanely"], ["kindly"], ["fairly"]):
            return None
        being = "being" in lower[max(0, i - 2) : i] or lower[i] == "grazed"
        for_wounds = lower[i + 1 : i + 2] == ["for"] and not _WOUNDS.isdisjoint(lower[i + 2 : i + 6])
        return Predicate(i, i + 1, "injured", "passive", singular) if (being or for_wounds) and not hypothetical(words, i) else None
    end = _end_of_care(lower, i)
    if end is None:
        return None
    at_hospital = lower[i] == "in" and lower[end - 1] in ("hospital", "hospitals")
    wounded = not _WOUNDS.isdisjoint(lower[end : end + 6])  # "in hospital with a wound"
    return Predicate(i, end, "injured", "passive", singular, admitted=at_hospital and not wounded)


def _end_of_care(lower: list[str], i: int) -> int | None:
    """Where "in hospital", "in critical condition" or "in a coma" ends that begins at token `i`."""
    if lower[i] == "in":
        hospital = next((k for k in range(i + 1, min(i + 6, len(lower))) if lower[k] in ("hospital", "hospitals", "to")), None)
        if hospital is not None and lower[hospital] != "to" and lower[hospital + 1 : hospital + 4] != ["at", "the", "time"]:
            return hospital + 1
        state = next((k for k in range(i + 2, min(i + 5, len(lower))) if lower[k] in ("condition", "state")), None)
        if state is not None and any(w in _GRAVE for w in lower[i + 1 : state]):
            return state + 1
    return next((i + len(phrase) for phrase in _IN_CARE if lower[i : i + len(phrase)] == phrase), None)


_FIGHTS = frozenset("fighting battling struggling fights fight".split())
_TAKES_IN = frozenset("treated treating received receiving admitted handled".split())
_GRAVE = frozenset("critical serious stable precarious grave".split())
_MOVED = frozenset("pulled flown airlifted shifted evacuated rushed found brought taken moved".split())
_WOUNDS = frozenset("wound wounds injury injuries burns bullets bullet fracture fractures bruises cuts scratches".split())
_MISSILES = frozenset("bullet bullets splinters shrapnel pellets gunfire".split())
_WOUNDS_IN = _WOUNDS | {"splinters", "shrapnel", "pellets"}
_IN_CARE = (
    ["in", "the", "intensive", "care", "unit"],
    ["under", "treatment"],
    ["under", "medical", "treatment"],
    ["in", "a", "coma"],
    ["in", "coma"],
    ["in", "intensive", "care"],
)


_LOST_PARTS = frozenset("leg legs arm arms hand hands foot feet eye eyes eyesight sight limb limbs finger fingers".split())
_BODY = frozenset(
    """
    jaw head mouth hip groin spine ribs belly forehead wrist ankle leg legs arm arms foot feet hand hands shoulder shoulders
    thigh abdomen stomach neck back chest knee face
    """.split()
)
_ADMITTED = frozenset("brought taken rushed admitted treated carried conveyed ferried shifted moved referred transferred".split())
_HOSPITALISED = frozenset("hospitalised hospitalized".split())


def _hospital_near(lower: list[str], i: int) -> bool:
    return any(w in ("hospital", "hospitals", "clinic", "emergency") for w in lower[i : i + 10]) or "hospital" in lower[: min(i, 12)]


# What reads each word, with the words that it reads, in the order of trying.
HURT: tuple[tuple[Callable[[Words, int], Predicate | None], Iterable[str]], ...] = (
    (_carry, ("carry", "carries", "carrying")),
    (_suffer, _SUFFER),
    (_has_wounds, ("have",)),
    (_hit_in_the_body, ("hit", "struck", "shot")),
    (_survives, ("survived", "survives", "escaped", "alive", *_FIGHTS)),
    (_takes_in, _TAKES_IN),
    (_in_treatment, ("under", "in", "treated", "grazed", *_MOVED)),
    (_in_the_flesh, ("with", "broken")),
    (_with_wounds, ("with", "left", "without")),
    (_admitted, _ADMITTED | _HOSPITALISED),
)
