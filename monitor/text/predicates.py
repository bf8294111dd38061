"""Finds the words that say someone was killed or injured, and the form they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.text import lexis
from monitor.text.hurt import HURT, lose_part
from monitor.text.nlp import Words
from monitor.text.numbers import cardinal, number_at
from monitor.text.verbs import Form, Predicate, What, hypothetical, negated, verb_number

_TO_DEATH = frozenset(
    "shot shoot shoots shooting gunned guns gun gunning stabbed stabs stabbing hacked beaten beat burnt burned stoned "
    "tortured done mowed mown crushed trampled blown bludgeoned bombed clubbed knifed".split()
)
_LIFE = frozenset("life lives".split())
_LOSE = frozenset("lost lose loses losing laid sacrificed lay sacrificing sacrifice gave given giving".split())
_ULTIMATE = frozenset("ultimate supreme highest greatest".split())
_TAKE = frozenset("took taking takes take claimed claiming claims cost costing".split())


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


_TIMBER = frozenset("tree trees timber wood poles pylons".split())


def _kill(words: Words, i: int) -> Predicate | None:
    if words.lower[i] == "felled" and not _TIMBER.isdisjoint(words.lower[max(0, i - 3) : i + 4]):
        return None  # "to mark trees felled by the storm"
    if words.lower[i : i + 2] == ["killing", "of"] and any(w in _WANTED for w in words.lower[max(0, i - 5) : i]):
        return None  # "wanted for the killing of 14 policemen"
    return _transitive(words, i, "killed", lexis.KILL[words.lower[i]])


def _injure(words: Words, i: int) -> Predicate | None:
    return _transitive(words, i, "injured", lexis.INJURE[words.lower[i]])


def _die(words: Words, i: int) -> Predicate | None:
    lower = words.lower
    if hypothetical(words, i) or lower[i] == "dying":
        return None
    late = (
        lower[i] in ("succumbed", "expired") or (lower[i] == "died" and "injuries" in lower[i + 1 : i + 5]) or lower[i - 1 : i] == ["later"]
    )
    return Predicate(i, i + 1, "killed", "subject", late=late)


def _lose_life(words: Words, i: int) -> Predicate | None:
    """ "lost their lives", "laid down his life"."""
    if hypothetical(words, i):
        return None
    reach = 6 if "battle" in words.lower[i + 1 : i + 4] or "fight" in words.lower[i + 1 : i + 4] else 4
    end = next((k + 1 for k in range(i + 1, min(i + reach, len(words))) if words.lower[k] in _LIFE), None)
    if end:
        return Predicate(i, end, "killed", "subject")
    return lose_part(words, i) or (_lose_men(words, i) if words.lower[i] in ("lost", "lose", "loses", "losing") else None)


def _pay_with_life(words: Words, i: int) -> Predicate | None:
    """ "paid with their lives", "paid the ultimate sacrifice"."""
    lower = words.lower
    with_life = lower[i + 1 : i + 2] == ["with"] and lower[i + 3 : i + 4] in (["life"], ["lives"])
    sacrifice = lower[i + 1 : i + 2] == ["the"] and lower[i + 3 : i + 4] in (["sacrifice"], ["price"]) and lower[i + 2] in _ULTIMATE
    return Predicate(i, i + 4, "killed", "subject") if (with_life or sacrifice) and not hypothetical(words, i) else None


def _beyond_help(words: Words, i: int) -> Predicate | None:
    """ "was beyond help", "bled to death"."""
    lower = words.lower
    if lower[i] == "bled":
        return Predicate(i, i + 3, "killed", "subject") if lower[i + 1 : i + 3] == ["to", "death"] else None
    passive, singular = verb_number(words, i)
    return Predicate(i, i + 2, "killed", "passive", singular) if passive and lower[i + 1 : i + 2] == ["help"] else None


def _lose_men(words: Words, i: int) -> Predicate | None:
    """ "Rangers lose two men", "killed 11 militants and lost a lieutenant", "army loses two in raid", "losing Sepoy Ali": a force's own."""
    lower = words.lower
    number = number_at(lower, i + 1)
    if number is None:
        one = lower[i + 1 : i + 2] in (["a"], ["an"]) and not _MAN.isdisjoint(lower[i + 2 : i + 5])
        ranked = not _MAN.isdisjoint(lower[i + 1 : i + 3]) and words.raw[i + 1][0].isupper() and "injury" not in lower[i + 3 : i + 8]
        return Predicate(i, i + 1, "killed", "active") if one or ranked else None
    if lower[number.end : number.end + 3] in (["of", "their", "own"], ["of", "its", "own"], ["of", "his", "own"]):
        return Predicate(i, i + 1, "killed", "active")
    alone = lower[number.end : number.end + 1] in ([], ["in"], [","], ["."]) and lower[i - 1 : i] and lower[i - 1] in _FORCES
    return Predicate(i, i + 1, "killed", "active") if alone or not _MEN.isdisjoint(lower[number.end : number.end + 3]) else None


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
        end = next((k + 1 for k in range(i + 2, min(i + 4, len(lower))) if lower[k] in _ENDS_MET), None)
        return Predicate(i, end, "killed", "subject") if end and lower[i + 1] in ("the", "their", "his", "her") else None
    if lower[i] in _RISES and (rank := next((k for k in range(i + 2, min(i + 7, len(lower))) if lower[k] in _MARTYRDOM), None)):
        return Predicate(i, rank + 1, "killed", "subject") if not _RANKS.isdisjoint(lower[i + 1 : rank]) else None
    if lower[i].startswith("pass"):
        return Predicate(i, i + 2, "killed", "subject", late=True) if lower[i + 1 : i + 2] == ["away"] else None
    if lower[i].startswith("breathe"):
        return Predicate(i, i + 3, "killed", "subject") if "last" in lower[i + 1 : i + 4] else None
    direct = lower[i] not in ("reached", "reaches") and not _MARTYRDOM.isdisjoint(lower[i + 1 : i + 2])
    return Predicate(i, i + 2, "killed", "subject") if direct else None


def _take_out(words: Words, i: int) -> Predicate | None:
    """ "Three khawarij were taken out", "troops took out two militants"."""
    lower = words.lower
    if lower[i + 1 : i + 2] != ["out"] or hypothetical(words, i) or not _of_fighters(lower, i):
        return None
    passive, singular = verb_number(words, i)
    return Predicate(i, i + 2, "killed", "passive" if passive else "active", singular)


def _not_live(words: Words, i: int) -> Predicate | None:
    """ "did not survive", "could not be saved", "did not get up again"."""
    lower = words.lower
    before = lower[max(0, i - 3) : i]
    if not any(w in ("not", "n't") for w in before) or "would" in before:
        return None
    if lower[i] in ("saved", "revived"):
        near = lower[max(0, i - 10) : i]
        if not any(w in lexis.PEOPLE or w in ("them", "whom", "him", "her") for w in near):
            return None
        return Predicate(i, i + 1, "killed", "passive") if before[-1] == "be" else None
    lives = any(lower[i + 1 : i + 1 + len(tail)] == tail for tail in _LIVES[lower[i]])
    return Predicate(i, i + 1, "killed", "subject") if lives and before[-1] in ("not", "n't") else None


_LIVES: dict[str, list[list[str]]] = {
    "survive": [[]],
    "make": [["it"]],
    "get": [["up"]],
    "rise": [["again"]],
    "wake": [["up"], ["again"]],
    "live": [["to"]],
}


def _body_of_one(words: Words, i: int) -> Predicate | None:
    """ "his body was found", "police discovered Khan's body"."""
    lower = words.lower
    owner = next((k for k in range(i - 1, max(-1, i - 4), -1) if lower[k] in ("'s", "his", "her", "'")), None)
    near = lower[max(0, i - 7) : i] + lower[i + 1 : i + 5]
    return Predicate(i, i + 1, "killed", "self") if owner is not None and not _FOUND.isdisjoint(near) else None


_MARTYRDOM = frozenset("martyrdom shahadat shahdat".split())
_RISES = frozenset("reached reaches attained achieved".split())
_RANKS = frozenset("rank status station degree position".split())
_SENT = frozenset("sent send sends sending dispatched dispatching".split())
_FOUND = frozenset("found recovered discovered dumped".split())


def _told_who(words: Words, i: int) -> Predicate | None:
    """ "The dead were two brothers and their cousin", "those killed have been identified as …"."""
    lower = words.lower
    what: What = "injured" if lower[i] in ("injured", "wounded", "hurt") else "killed"
    if lower[i + 1 : i + 2] == [":"] and (i == 0 or lower[:i] == ["the"]):  # "The dead: four constables and a cook"
        return Predicate(i, i + 2, what, "active", named=True)
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
    if token in _DEATH_NOUNS and any(w in _WANTED for w in lower[max(0, i - 5) : i]):
        return None
    return Predicate(i, i + 2, "killed", "of")


_WANTED = frozenset("wanted sought involved involvement convicted charged".split())
_MEN = frozenset("men personnel policemen soldiers cops jawans troops guards constables officers levies sepoys".split())
_MAN = frozenset("soldier sepoy lieutenant captain major havildar naik subedar constable policeman officer guard jawan".split())
_FORCES = frozenset("army military troops police fc rangers levies forces".split())
_DEATH_NOUNS = frozenset("death deaths murder martyrdom assassination killings murders".split())
_BODY_NOUNS = frozenset("body bodies corpse corpses lives".split())
_INJURY_NOUNS = frozenset("injury injuries wounding".split())
_IN_ANSWER_TO = frozenset(
    """
    following after since over against avenge revenge retaliation response mourn mourned condemned protest anniversary
    commemorating commemorate commemorated
    """.split()
)


def _transitive(words: Words, i: int, what: What, form: str) -> Predicate | None:
    lower = words.lower
    following = lower[i + 1] if i + 1 < len(lower) else ""
    before = lower[i - 1] if i else ""
    if hypothetical(words, i) or _is_adjective(words, i) or following == "off":  # "killed off the chase"
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
    passive, singular = verb_number(words, i)
    if not passive and (before in ("has", "have", "had") or _number_of(lower, i + 1)):
        return Predicate(i, i + 1, what, "active")
    return Predicate(i, i + 1, what, "passive" if passive else "open", singular, zero=negated(words, i))


def _number_of(lower: list[str], i: int) -> bool:
    """Whether "an undetermined number of" begins at token `i`."""
    return lower[i : i + 1] in (["a"], ["an"], ["the"]) and "number" in lower[i + 1 : i + 4]


def _of_fighters(lower: list[str], i: int) -> bool:
    """Whether those neutralised or eliminated are people who fight; bombs and threats are neutralised too."""
    near = lower[max(0, i - 22) : i + 8]
    counted = lower[max(0, i - 3) : i]
    if counted[-2:] in (["more", "were"], ["others", "were"]) and cardinal(counted[0]) and _DEVICES.isdisjoint(lower):
        return True  # "four more were neutralised"
    return any(w in lexis.MILITANTS for w in near) and not any(w in _DEVICES for w in lower[max(0, i - 4) : i + 5])


_DEVICES = frozenset("bomb bombs device devices ied ieds explosive explosives mine mines landmine landmines threat threats".split())

# "the killing", "a target killing"; "a bullet wound", "the murder": nouns, no verbs.
_ENDS_MET = frozenset("fate end death doom".split())
_NOUN_MARKERS = frozenset("the of over for after 's target mass against".split())
_BASE_NOUN_MARKERS = frozenset("a the bullet gunshot his her of gun over mass double for with".split())
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
    if cardinal(before) is not None and following in lexis.PEOPLE and any(w in lexis.DIE for w in lower[i + 2 : i + 4]):
        return True  # "two injured constables succumbed"
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
    if hypothetical(words, i):
        return None
    passive, singular = verb_number(words, i)
    after = lower[i + 1 : i + 3]
    width = 0
    if lower[i] == "shot" and lower[max(0, i - 3) : i] == ["lined", "up", "and"]:
        width = 1
    elif after[:1] == ["dead"] or (after[:1] == ["down"] and lower[i].startswith(("gun", "mow", "shot", "shoot"))):
        width = 2
    elif after in (["to", "death"], ["and", "killed"], ["and", "killing"]):
        width = 3
    elif after in (["and", "wounded"], ["and", "injured"]):
        return Predicate(i, i + 3, "injured", "passive" if passive else "open", singular)
    if not width:
        return _somebody_to_death(words, i) if not passive else None
    gerund = lower[i].endswith("ing")
    downed = lower[i].startswith("shot") and after[:1] == ["down"] and not passive  # "shot down a helicopter": nobody is meant
    form: Form = "active" if gerund or downed or lower[i] in ("shoot", "shoots", "guns", "gun") else "passive" if passive else "open"
    return Predicate(i, i + width, "killed", form, singular)


def _cut_throats(words: Words, i: int) -> Predicate | None:
    """ "cut the throats of two miners", "slit the throat of a guard"."""
    cut = not _CUTS.isdisjoint(words.lower[max(0, i - 3) : i])
    return Predicate(i, i + 2, "killed", "active") if cut and words.lower[i + 1 : i + 2] == ["of"] and not hypothetical(words, i) else None


_CUTS = frozenset("cut cuts cutting slit slits slitting slashed".split())


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
    if hypothetical(words, i):
        return None
    passive, singular = verb_number(words, i)
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
        (_cut_throats, ("throat", "throats")),
        (_lose_life, _LOSE),
        (_beyond_help, ("beyond", "past", "bled")),
        (_pay_with_life, ("pay", "paid", "pays", "paying", "made", "offered")),
        (
            _phrase_of_death,
            (
                "embraced",
                "embrace",
                "embraces",
                "embracing",
                "attained",
                "achieved",
                "reached",
                "reaches",
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
        (_take_out, ("taken", "took", "take", "takes", "taking")),
        (_not_live, ("saved", "revived", *_LIVES)),
        *HURT,
        (_noun_of, _DEATH_NOUNS | _BODY_NOUNS | _INJURY_NOUNS),
    )
    readers: dict[str, list[Callable[[Words, int], Predicate | None]]] = {}
    for read, tokens in table:
        for token in tokens:
            readers.setdefault(token, []).append(read)
    return readers


_READERS = _readers()
