"""Finds the words that say someone was killed or injured, and the form they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.numbers import number_at

What = Literal["killed", "injured"]
# active: takes the people after it; passive: the people before it; open: either; subject: the people before it (they died);
# adjective: the people right before it; of: the people after "of".
# self: the word itself is one person's; back: "them", the people told before.
Form = Literal["active", "passive", "open", "subject", "adjective", "of", "self", "back"]

_TO_DEATH = frozenset(
    "shot shoot shoots shooting gunned guns gun gunning stabbed stabs stabbing hacked beaten beat burnt burned stoned "
    "tortured mowed mown crushed trampled blown bludgeoned bombed clubbed knifed".split()
)
_LIFE = frozenset("life lives".split())
_LOSE = frozenset("lost lose loses losing laid sacrificed lay sacrificing sacrifice gave given giving".split())
_TAKE = frozenset("took taking takes take claimed claiming claims cost costing".split())
_SUFFER = frozenset(
    "took takes sustained sustain sustains suffered suffers suffer received receives receive suffering sustaining receiving".split()
)
_HURTS = frozenset("injuries wounds burns injury wound bullet splinter pellet bullets burn shrapnel splinters".split())
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


def find_predicates(words: Words) -> list[Predicate]:
    """Every killing or wounding that the sentence states as fact, left to right. Threats, wishes and hypotheses are left out."""
    found: list[Predicate] = []
    i, lower = 0, words.lower
    while i < len(lower):
        predicate = _at(words, i) if lower[i] in _READERS else None
        if predicate is None:
            i += 1
        else:
            found.append(predicate)
            i = predicate.end
    return found


def _at(words: Words, i: int) -> Predicate | None:
    for read in _READERS.get(words.lower[i], ()):
        predicate = read(words, i)
        if predicate is not None:
            return predicate
    return None


def _kill(words: Words, i: int) -> Predicate | None:
    return _transitive(words, i, "killed", lexis.KILL[words.lower[i]])


def _injure(words: Words, i: int) -> Predicate | None:
    return _transitive(words, i, "injured", lexis.INJURE[words.lower[i]])


def _die(words: Words, i: int) -> Predicate | None:
    lower = words.lower
    if _hypothetical(words, i) or lower[i] == "dying":
        return None
    late = lower[i] == "succumbed" or (lower[i] == "died" and "injuries" in lower[i + 1 : i + 5]) or lower[i - 1 : i] == ["later"]
    return Predicate(i, i + 1, "killed", "subject", late=late)


def _lose_life(words: Words, i: int) -> Predicate | None:
    """ "lost their lives", "laid down his life"."""
    if _hypothetical(words, i):
        return None
    reach = 6 if "battle" in words.lower[i + 1 : i + 4] or "fight" in words.lower[i + 1 : i + 4] else 4
    end = next((k + 1 for k in range(i + 1, min(i + reach, len(words))) if words.lower[k] in _LIFE), None)
    if end:
        return Predicate(i, end, "killed", "subject")
    return _lose_part(words, i) or (_lose_men(words, i) if words.lower[i] in ("lost", "lose", "loses", "losing") else None)


def _lose_part(words: Words, i: int) -> Predicate | None:
    """ "lost a leg", "lost his sight"."""
    after = words.lower[i + 1 : i + 4]
    whose = after[:1] in (["a"], ["an"], ["his"], ["her"], ["their"], ["both"])
    part = next((n for n, word in enumerate(after) if word in _LOST_PARTS), None)
    return Predicate(i, i + 2 + part, "injured", "subject") if whose and part is not None else None


def _lose_men(words: Words, i: int) -> Predicate | None:
    """ "Rangers lose two men": a force's own."""
    lower = words.lower
    number = number_at(lower, i + 1)
    if number is None:
        return None
    return Predicate(i, i + 1, "killed", "active") if any(w in _MEN for w in lower[number.end : number.end + 3]) else None


def _phrase_of_death(words: Words, i: int) -> Predicate | None:
    """ "embraced martyrdom", "was sent to hell", "breathed his last"."""
    lower = words.lower
    if lower[i] in _SENT:
        if lower[i + 1 : i + 3] == ["to", "hell"]:
            return Predicate(i, i + 3, "killed", "passive")
        somebody = any(lower[k : k + 2] == ["to", "hell"] for k in range(i + 2, min(i + 9, len(lower) - 1)))
        return Predicate(i, i + 1, "killed", "active") if somebody else None
    if lower[i] == "fell":
        martyr = lower[i + 1 : i + 2] in (["martyr"], ["martyrs"]) or lower[i + 1 : i + 6] == ["in", "the", "line", "of", "duty"]
        return Predicate(i, i + 2, "killed", "subject") if martyr or lower[i + 1 : i + 3] == ["victim", "to"] else None
    if lower[i] in ("met", "meets"):
        return Predicate(i, i + 4, "killed", "subject") if lower[i + 1 : i + 4] == ["the", "same", "fate"] else None
    if lower[i].startswith("pass"):
        return Predicate(i, i + 2, "killed", "subject", late=True) if lower[i + 1 : i + 2] == ["away"] else None
    if lower[i].startswith("breathe"):
        return Predicate(i, i + 3, "killed", "subject") if "last" in lower[i + 1 : i + 4] else None
    return Predicate(i, i + 2, "killed", "subject") if lower[i + 1 : i + 2] in (["martyrdom"], ["shahadat"], ["shahdat"]) else None


def _suffer(words: Words, i: int) -> Predicate | None:
    """ "sustained minor injuries", "received two bullets"."""
    lower = words.lower
    if _hypothetical(words, i):
        return None
    for k in range(i + 1, min(i + 7, len(lower))):
        if lower[k] in _HURTS:
            return Predicate(i, k + 1, "injured", "subject", zero="no" in lower[i + 1 : k])
        if lower[k] in (".", ",", ";"):
            break
    return None


def _hit_in_the_body(words: Words, i: int) -> Predicate | None:
    """ "was hit in the leg"."""
    lower = words.lower
    if lower[i + 1 : i + 2] != ["in"] or not any(w in _BODY for w in lower[i + 2 : i + 5]):
        return None
    passive, singular = _verb_number(words, i)
    return Predicate(i, i + 1, "injured", "passive" if passive else "open", singular)


def _with_wounds(words: Words, i: int) -> Predicate | None:
    """ "leaving two dead and six with gunshot injuries", "eleven were left with splinters in their legs"."""
    lower = words.lower
    first = i + 1
    if lower[i] == "left":
        if lower[i + 1 : i + 2] != ["with"] or not _verb_number(words, i)[0]:
            return None
        first = i + 2
    elif not any(w in ("left", "leaving", "leaves") for w in lower[max(0, i - 25) : i]):
        return None
    for k in range(first, min(first + 4, len(lower))):
        if lower[k] in _WOUNDS or lower[k] in ("splinters", "shrapnel", "pellets"):
            return Predicate(i, k + 1, "injured", "passive" if lower[i] == "left" else "adjective")
        if lower[k] in (",", ".", ";"):
            break
    return None


def _admitted(words: Words, i: int) -> Predicate | None:
    if (words.lower[i] not in _HOSPITALISED and not _hospital_near(words.lower, i)) or _hypothetical(words, i):
        return None
    passive, singular = _verb_number(words, i)
    return Predicate(i, i + 1, "injured", "passive", singular, admitted=True) if passive else None


def _in_treatment(words: Words, i: int) -> Predicate | None:
    """ "were under treatment", "is in a coma", "were being treated", "survived with three bullet wounds"."""
    lower = words.lower
    if lower[i] in ("survived", "survives", "escaped", "alive"):
        near = lower[i + 1 : i + 6]
        end = next((k for k, word in enumerate(near) if word in _WOUNDS), None)
        return Predicate(i, i + 2 + end, "injured", "subject") if near[:1] == ["with"] and end is not None else None
    if lower[i] == "fighting":
        return (
            Predicate(i, i + 4, "injured", "subject")
            if lower[i + 1 : i + 2] == ["for"] and any(w in _LIFE for w in lower[i + 3 : i + 4])
            else None
        )
    passive, singular = _verb_number(words, i)
    if not passive:
        number = number_at(lower, i + 1) if lower[i] in _TAKES_IN and i + 1 < len(lower) else None
        if number is not None and lower[number.end : number.end + 1] in (["wounded"], ["injured"]):
            return Predicate(i, i + 1, "injured", "active")  # "had treated four wounded women"
        if lower[i : i + 2] == ["under", "treatment"]:
            return Predicate(i, i + 2, "injured", "adjective")  # "34 under treatment"
        return None
    if lower[i] in _MOVED and (lower[i] != "found" or lower[i + 1 : i + 2] == ["with"]):
        near = lower[i + 1 : i + 9]
        end = next((k for k, word in enumerate(near) if word in _WOUNDS), None)
        return Predicate(i, i + 2 + end, "injured", "passive", singular) if "with" in near and end is not None else None
    if lower[i] in ("treated", "grazed"):
        if lower[i + 1 : i + 2] in (["well"], ["badly"], ["as"], ["like"], ["with"], ["humanely"], ["kindly"], ["fairly"]):
            return None
        being = "being" in lower[max(0, i - 2) : i] or lower[i] == "grazed"
        return Predicate(i, i + 1, "injured", "passive", singular) if being and not _hypothetical(words, i) else None
    if lower[i] == "in" and any(w in ("hospital", "hospitals") for w in lower[i + 1 : i + 6]) and "to" not in lower[i + 1 : i + 6]:
        end = next(k for k in range(i + 1, i + 6) if lower[k] in ("hospital", "hospitals"))
        return Predicate(i, end + 1, "injured", "passive", singular, admitted=True)
    if lower[i] == "in" and "condition" in lower[i + 2 : i + 5] and any(w in _GRAVE for w in lower[i + 1 : i + 4]):
        return Predicate(i, lower.index("condition", i) + 1, "injured", "passive", singular)
    for phrase in _IN_CARE:
        if lower[i : i + len(phrase)] == phrase:
            return Predicate(i, i + len(phrase), "injured", "passive", singular)
    return None


_TAKES_IN = frozenset("treated treating received receiving admitted handled".split())
_GRAVE = frozenset("critical serious stable precarious grave".split())
_MOVED = frozenset("flown airlifted shifted evacuated rushed found".split())
_WOUNDS = frozenset("wound wounds injury injuries burns bullets".split())
_IN_CARE = (["under", "treatment"], ["under", "medical", "treatment"], ["in", "a", "coma"], ["in", "coma"], ["in", "intensive", "care"])


def _body_of_one(words: Words, i: int) -> Predicate | None:
    """ "his body was found", "police discovered Khan's body"."""
    lower = words.lower
    owner = next((k for k in range(i - 1, max(-1, i - 4), -1) if lower[k] in ("'s", "his", "her", "'")), None)
    near = lower[max(0, i - 7) : i] + lower[i + 1 : i + 5]
    return Predicate(i, i + 1, "killed", "self") if owner is not None and not _FOUND.isdisjoint(near) else None


_SENT = frozenset("sent send sends sending dispatched dispatching".split())
_FOUND = frozenset("found recovered discovered dumped".split())


def _told_who(words: Words, i: int) -> Predicate | None:
    """ "The dead were two brothers and their cousin", "those killed have been identified as …"."""
    lower = words.lower
    others = lower[max(0, i - 3) : i - 1] == ["the", "other"] and number_at(lower, i - 1) is not None
    if others or lower[max(0, i - 2) : i] == ["those", "who"]:
        pass
    elif lower[i - 1 : i] not in (["the"], ["those"]) or lower[max(0, i - 2) : i - 1] in (["of"], ["among"], ["amongst"]):
        return None
    end = next((k for k in range(i + 1, min(i + 4, len(lower))) if lower[k] in ("were", "was", "are", "as")), None)
    if end is None or any(w in lexis.PREPOSITIONS for w in lower[i + 1 : end]):
        return None
    if lower[end + 1 : end + 3] in (["identified", "as"], ["named", "as"]):
        end += 2
    elif lower[end + 1 : end + 2] and (lower[end + 1].endswith("ed") or lower[end + 1] in ("among", "all", "in", "not")):
        return None
    what: What = "injured" if lower[i] in ("injured", "wounded", "hurt") else "killed"
    return Predicate(i, end + 1, what, "active", named=True)


_WHO = frozenset("died perished dead deceased killed slain martyred martyrs victims injured wounded hurt".split())


def _noun_of(words: Words, i: int) -> Predicate | None:
    """ "the deaths of", "the bodies of", "claimed the lives of", "the injury of"."""
    lower = words.lower
    token, following = lower[i], lower[i + 1 : i + 2]
    if token in _INJURY_NOUNS:
        return Predicate(i, i + 2, "injured", "of") if following in (["of"], ["to"]) else None
    if token == "body" and following != ["of"]:
        return _body_of_one(words, i)
    if following != ["of"]:
        return None
    if token == "lives" and not any(w in _TAKE for w in lower[max(0, i - 3) : i]):
        return None
    if token in _DEATH_NOUNS and any(w in _IN_ANSWER_TO for w in lower[max(0, i - 4) : i]):
        return None
    return Predicate(i, i + 2, "killed", "of")


_LOST_PARTS = frozenset("leg legs arm arms hand hands foot feet eye eyes eyesight sight limb limbs finger fingers".split())
_MEN = frozenset("men personnel policemen soldiers cops jawans troops guards constables officers levies sepoys".split())
_DEATH_NOUNS = frozenset("death deaths murder martyrdom assassination killings murders".split())
_BODY_NOUNS = frozenset("body bodies corpse corpses lives".split())
_INJURY_NOUNS = frozenset("injury injuries wounding".split())
_IN_ANSWER_TO = frozenset(
    """
    following after since over against avenge revenge retaliation response mourn mourned condemned protest anniversary
    commemorating commemorate commemorated
    """.split()
)
_BODY = frozenset(
    """
    jaw head mouth hip groin spine ribs belly forehead wrist ankle leg legs arm arms foot feet hand hands shoulder shoulders
    thigh abdomen stomach neck back chest knee face
    """.split()
)
_ADMITTED = frozenset("brought taken rushed admitted treated".split())
_HOSPITALISED = frozenset("hospitalised hospitalized".split())


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
            return any(w in lexis.MODALS for w in lower[max(0, j - 3) : j])
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
    if word == "and" and j > 1 and lower[j - 1].endswith("ed") and lower[j - 2] in _PASSIVES:
        return _verb_number(words, j - 1)  # "was abducted and killed"
    if word in ("was", "is", "'s", "gets"):
        return True, True
    if word in ("were", "are"):
        return True, False
    return word in ("be", "get", "got"), None


_PASSIVES = frozenset("was were been being is are".split())


def _transitive(words: Words, i: int, what: What, form: str) -> Predicate | None:
    lower = words.lower
    following = lower[i + 1] if i + 1 < len(lower) else ""
    before = lower[i - 1] if i else ""
    if _hypothetical(words, i) or _is_adjective(words, i) or following == "off":  # "killed off the chase"
        return None
    if lower[i].startswith(("neutrali", "eliminat")) and not _of_fighters(lower, i):
        return None
    if form == "ing":
        if before == "without":
            return None
        if following == "of":
            return Predicate(i, i + 2, what, "of")
        return None if before in _NOUN_MARKERS else Predicate(i, i + 1, what, "active")
    if form == "base" and lower[i] != "hurt":
        return None if following == "of" or before in _BASE_NOUN_MARKERS else Predicate(i, i + 1, what, "active")
    passive, singular = _verb_number(words, i)
    if not passive and (before in ("has", "have", "had") or _number_of(lower, i + 1)):
        return Predicate(i, i + 1, what, "active")
    return Predicate(i, i + 1, what, "passive" if passive else "open", singular, zero=_negated(words, i))


def _number_of(lower: list[str], i: int) -> bool:
    """Whether "an undetermined number of" begins at token `i`."""
    return lower[i : i + 1] in (["a"], ["an"], ["the"]) and "number" in lower[i + 1 : i + 4]


def _of_fighters(lower: list[str], i: int) -> bool:
    """Whether those neutralised or eliminated are people who fight; bombs and threats are neutralised too."""
    near = lower[max(0, i - 8) : i + 8]
    return any(w in lexis.MILITANTS for w in near) and not any(w in _DEVICES for w in lower[max(0, i - 4) : i + 5])


_DEVICES = frozenset("bomb bombs device devices ied ieds explosive explosives mine mines landmine landmines threat threats".split())

# "the killing", "a target killing"; "a bullet wound", "the murder": nouns, no verbs.
_NOUN_MARKERS = frozenset("the of over for after 's target mass against".split())
_BASE_NOUN_MARKERS = frozenset("a the bullet gunshot his her of gun over mass double".split())
_PARTICIPLES = frozenset(
    "injured wounded slain martyred murdered assassinated killed executed hurt beheaded decapitated slaughtered".split()
)


def _is_adjective(words: Words, i: int) -> bool:
    """ "the injured policeman", "wounded soldiers": a participle before the noun, not a statement."""
    lower = words.lower
    if lower[i] not in _PARTICIPLES:
        return False
    before = lower[i - 1] if i else ""
    following = lower[i + 1] if i + 1 < len(lower) else ""
    if following in lexis.PEOPLE and (
        before in ("critically", "seriously", "badly", "severely") or lower[max(0, i - 2)] in ("treated", "treating")
    ):
        return True  # "two critically wounded workers"
    if before in lexis.PREPOSITIONS or before.startswith(("visit", "treat", "evacuat", "airlift", "shift")):
        return True  # "the families of killed soldiers", "visits injured"
    if before in ("the", "those", "these"):
        return True
    if before in ("a", "an", "his", "her", "their", "its", "other"):
        return following in lexis.PEOPLE or words.raw[i + 1 : i + 2] != [following]
    return (i == 0 or before in (".", ":", "-")) and following in lexis.PEOPLE


def _to_death(words: Words, i: int) -> Predicate | None:
    lower = words.lower
    if _hypothetical(words, i):
        return None
    passive, singular = _verb_number(words, i)
    after = lower[i + 1 : i + 3]
    width = 0
    if after[:1] == ["dead"] or (after[:1] == ["down"] and lower[i].startswith(("gun", "mow"))):
        width = 2
    elif after in (["to", "death"], ["and", "killed"], ["and", "killing"]):
        width = 3
    elif after in (["and", "wounded"], ["and", "injured"]):
        return Predicate(i, i + 3, "injured", "passive" if passive else "open", singular)
    if not width:
        return _somebody_to_death(words, i) if not passive else None
    gerund = lower[i].endswith("ing")
    form: Form = "active" if gerund or lower[i] in ("shoot", "shoots", "guns", "gun") else "passive" if passive else "open"
    return Predicate(i, i + width, "killed", form, singular)


def _somebody_to_death(words: Words, i: int) -> Predicate | None:
    """ "shot two people to death", "beat a shopkeeper to death"."""
    if words.lower[i + 1 : i + 3] in (["them", "dead"], ["him", "dead"], ["her", "dead"]):
        return Predicate(i, i + 3, "killed", "back")
    for k in range(i + 2, min(i + 10, len(words) - 1)):
        if words.lower[k : k + 2] == ["to", "death"]:
            return Predicate(i, i + 1, "killed", "active")
        if words.lower[k] in (",", ";", ".", "and", "when", "after", "as"):
            break
    return None


def _dead(words: Words, i: int) -> Predicate | None:
    lower = words.lower
    before = lower[i - 1] if i else ""
    if before in ("the", "of", "among", "brain", "its", "their", "his"):
        return None
    if _hypothetical(words, i):
        return None
    passive, singular = _verb_number(words, i)
    if passive or before in ("lay", "lie", "lies", "lying", "found", "declared", "pronounced", "confirmed", "arrived"):
        return Predicate(i, i + 1, "killed", "passive", singular)
    return Predicate(i, i + 1, "killed", "adjective")


def _readers() -> dict[str, list[Callable[[Words, int], Predicate | None]]]:
    """Each word that can begin a predicate, with what reads it there, in the order of trying."""
    table: tuple[tuple[Callable[[Words, int], Predicate | None], Iterable[str]], ...] = (
        (_told_who, _WHO),
        (_to_death, _TO_DEATH),
        (_kill, lexis.KILL),
        (_injure, lexis.INJURE),
        (_die, lexis.DIE),
        (_dead, ("dead",)),
        (_lose_life, _LOSE),
        (
            _phrase_of_death,
            (
                "embraced",
                "embrace",
                "embraces",
                "embracing",
                "attained",
                "achieved",
                "fell",
                "passed",
                "passes",
                *_SENT,
                "breathed",
                "breathe",
                "breathes",
                "met",
                "meets",
            ),
        ),
        (_suffer, _SUFFER),
        (_hit_in_the_body, ("hit", "struck", "shot")),
        (
            _in_treatment,
            ("under", "in", "treated", "treating", *_TAKES_IN, "grazed", "survived", "survives", "escaped", "alive", "fighting", *_MOVED),
        ),
        (_with_wounds, ("with", "left")),
        (_admitted, _ADMITTED | _HOSPITALISED),
        (_noun_of, _DEATH_NOUNS | _BODY_NOUNS | _INJURY_NOUNS),
    )
    readers: dict[str, list[Callable[[Words, int], Predicate | None]]] = {}
    for read, tokens in table:
        for token in tokens:
            readers.setdefault(token, []).append(read)
    return readers


_READERS = _readers()
