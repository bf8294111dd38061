"""Finds the phrases that name people in a sentence, with how many they are: "at least five soldiers", "his son", "Constable Ali".

A small grammar over tokens: no trained model, so that every count can be explained by its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.numbers import Number, cardinal, number_at

Side = Literal["victim", "militant", "taliban", "bomber", "unknown"]

_DETERMINERS = frozenset("a an another one the his her their its each every".split())
_UNCOUNTED = frozenset("several many multiple numerous some few various other these those the unspecified countless".split())
_STOP = (
    lexis.PREPOSITIONS
    | (lexis.AUXILIARIES - {"'s"})
    | lexis.BREAKS
    | frozenset(", ; : . ! ? - – — ( ) [ ] \" ' who whom whose which and or & / plus not no".split())
)
_VERBS = (
    frozenset(lexis.KILL)
    | frozenset(lexis.DIE)
    | frozenset(lexis.INJURE)
    | {"dead", "shot", "opened", "attacked", "fired", "stormed", "ambushed"}
)
_MONEY = frozenset("rs rs. $ pkr usd us$ aed £ €".split())
_NOT_COUNTS_BEFORE = frozenset(
    "aged age operation no no. number phase section article chapter route highway block sector unit ward gate page flight".split()
)
_UNITS_AFTER = frozenset("percent % per am pm a.m. p.m. o'clock mm cm mw kw bn mn am, st nd rd th".split())
_PART_OPENERS = frozenset("including includes include included comprising mostly namely particularly mainly predominantly".split())
_NAME_STOP = frozenset("i we you us our my the a an in on at of and but police security officials official".split())
_MAX_MODIFIERS = 7


@dataclass(frozen=True, slots=True)
class People:
    """Tokens [start, end) that name people. `count` None: not said how many.

    `governed`: after a preposition, hence no subject. `part`: a part of a total told beside it.
    `adds`: "another", "three more". `head`: the last word is a known noun for people. `bare`: a number alone.
    `bare_noun`: a singular noun without article or name. `apposed`: more is said of the same people after a comma.
    `listing`: their names follow.
    """

    start: int
    end: int
    count: int | None
    low: int | None
    high: int | None
    plural: bool
    side: Side
    governed: bool = False
    part: bool = False
    adds: bool = False
    bare: bool = False
    name: bool = False
    head: bool = True
    definite: bool = False
    bare_noun: bool = False
    apposed: bool = False
    listing: bool = False


def _side(words: Sequence[str]) -> Side:
    """Whose side a phrase names, by any word in it: "Taliban commander" is a militant, "police commander" is not."""
    if words and words[-1] in ("gunman", "gunmen") and words[0] in ("his", "her", "their", "its", "'s"):
        return "victim"  # in police reports a bodyguard is his officer's gunman
    told = [w for w in words if not w.startswith(("anti-", "counter-"))]
    if "anti" in told or ("counter" in told and ("terrorism" in told or "terrorist" in told)):
        return "victim"
    if (told and told[-1] in lexis.BOMBERS) or "bombers" in told:
        return "bomber"
    hostile = [w for w in told if w in lexis.MILITANTS]
    if any(w in ("taliban", "talib") for w in hostile) and all(w in ("taliban", "talib", "fighter", "fighters") for w in hostile):
        # Where they rule they have officials and police; who else "a Taliban" is, the reader settles by time and place.
        return "victim" if told[-1] in lexis.RULERS else "taliban"
    if hostile:
        return "militant"
    return "victim"


def _noun_end(words: Words, i: int, *, limit: int = _MAX_MODIFIERS) -> tuple[int, int | None]:
    """Walk a noun phrase from token `i`: (where it stops, index of its head noun or None)."""
    lower, raw = words.lower, words.raw
    j, head, end = i, None, len(lower)
    depth_end = None
    while j < end and j - i < limit:
        word = lower[j]
        if word == "(":
            depth_end = next((k for k in range(j + 1, min(j + 6, end)) if lower[k] == ")"), None)
            if depth_end is None:
                break
            j = depth_end + 1
            continue
        if (
            word in _STOP
            or word in _VERBS
            or (
                word.endswith(("ed", "ing"))
                and word not in lexis.PEOPLE
                and word not in lexis.ADJECTIVES
                and not raw[j][0].isupper()
                and not (j == i and j + 1 < end and lower[j + 1] in lexis.PEOPLE)  # "three abducted policemen"
            )
        ):
            break
        if j > i and cardinal(word) is not None:
            break
        if word in lexis.PEOPLE or word in lexis.THINGS or word in lexis.COLLECTIVES:
            head = j
        j += 1
    return j, head


def find_people(words: Words) -> list[People]:
    """Every phrase that names people, left to right, not overlapping."""
    found: list[People] = []
    i, end = 0, len(words)
    while i < end:
        phrase = _at(words, i)
        if phrase is None:
            i += 1
        else:
            found.append(phrase)
            i = max(phrase.end, i + 1)
    return _mark_parts(words, _outside_relative_clauses(words, found))


def _outside_relative_clauses(words: Words, found: list[People]) -> list[People]:
    """Drop whom a clause such as ", who led a force against militants, and" names: it only tells more of the person before it."""
    lower = words.lower
    spans = []
    for i in range(len(lower) - 2):
        if lower[i] == "," and lower[i + 1] in ("who", "whose"):
            end = next((k for k in range(i + 2, min(i + 25, len(lower))) if lower[k] == ","), None)
            if (
                end is not None
                and not any(w in _VERBS for w in lower[i:end])
                and lower[end + 1 : end + 2]
                and (lower[end + 1] in lexis.AUXILIARIES or lower[end + 1] in _VERBS or lower[end + 1] == "and")
            ):
                spans.append((i, end))
    return [p for p in found if not any(a < p.start < b for a, b in spans)] if spans else found


def _governed(words: Words, start: int) -> bool:
    j = start - 1
    while j >= 0 and words.lower[j] in ("the", "both", "all", "'s", "its", "their", "his"):
        j -= 1
    if j < 0:
        return False
    before = words.lower[j]
    return before in lexis.PREPOSITIONS or (before.endswith("ing") and len(before) > 4 and before not in ("evening", "morning", "during"))


def _at(words: Words, i: int) -> People | None:
    lower, raw = words.lower, words.raw
    token = lower[i]
    first = token[0]
    # Cheap refusals first: most tokens begin nothing.
    number = number_at(lower, i) if (first.isdigit() or token in lexis.NUMBER_STARTS or "-" in token) else None
    if number is not None:
        return _numbered(words, number)
    if (
        token in ("him", "her")
        and i
        and lower[i - 1] in _OBJECT_VERBS
        and (token == "him" or lower[i + 1 : i + 2] in ([], ["and"], ["."], [","], ["in"], ["dead"], ["at"], ["as"]))
    ):
        return People(i, i + 1, 1, 1, 1, False, "unknown", head=False)
    if (
        token in ("he", "she")
        and lower[i + 1 : i + 2]
        and (lower[i + 1] == "and" or lower[i + 1] in ("was", "died", "later", "also", "succumbed"))
    ):
        return People(i, i + 1, 1, 1, 1, False, "unknown", name=lower[i + 1] != "and", head=False)
    if token in ("another", "one") or token in _DETERMINERS:
        return _determined(words, i)
    if token in _UNCOUNTED:
        stop, head = _noun_end(words, i + 1)
        if head is not None and lower[head] in lexis.PEOPLE_MANY:
            return People(i, head + 1, None, None, None, True, _side(lower[i + 1 : head + 1]), governed=_governed(words, i))
        if token in ("several", "many", "some", "few") and (stop == i + 1):
            return People(i, i + 1, None, None, None, True, "unknown", governed=_governed(words, i), bare=True)
        return None
    if raw[i][0].isupper() and token not in _NAME_STOP and token not in lexis.AUXILIARIES and token not in lexis.PREPOSITIONS:
        return _named(words, i)
    if token in lexis.PEOPLE:
        stop, head = _noun_end(words, i)
        if head is None:
            return None
        last = lower[head]
        if last not in lexis.PEOPLE:
            return None
        plural = last in lexis.PEOPLE_MANY and last not in lexis.PEOPLE_ONE
        side = _side(lower[i : head + 1])
        count = None if plural else 1
        return People(i, head + 1, count, count, count, plural, side, governed=_governed(words, i), bare_noun=not plural)
    return None


_OBJECT_VERBS = frozenset(
    "killing killed shot wounding wounded injuring injured shooting hitting beheading beheaded executed murdered".split()
)


def _is_count(words: Words, number: Number) -> bool:
    """Whether a number can count people: not money, an age, a date, a time, a unit, a year."""
    lower = words.lower
    i, j = number.start, number.end
    before = lower[i - 1] if i else ""
    after = lower[j] if j < len(lower) else ""
    if before in _MONEY or before in _NOT_COUNTS_BEFORE or after in _UNITS_AFTER:
        return False
    if before in lexis.MONTHS or (after in lexis.MONTHS and j - i == 1):
        return False
    if 1900 <= number.count <= 2100 and j - i == 1 and after not in lexis.PEOPLE:
        return False
    # ", 34," after a name is an age.
    return not (before == "," and after in (",", ".", "") and j - i == 1 and i > 1 and words.raw[i - 2][0].isupper() and lower[i].isdigit())


def _numbered(words: Words, number: Number) -> People | None:
    if not _is_count(words, number):
        return None
    lower = words.lower
    if lower[number.start : number.end] == ["both"]:
        following = lower[number.end] if number.end < len(lower) else ""
        if (
            following not in lexis.PEOPLE_MANY
            and following not in lexis.AUXILIARIES
            and following not in ("died", "killed", "the", "of")
            and not following.endswith("s")
        ):
            return None
    start, j = number.start, number.end
    if lower[start] in ("his", "her", "their", "its", "the", "these", "those", "all"):
        definite = True
    else:
        definite = False
    if lower[j : j + 2] in (["of", "them"], ["of", "whom"], ["of", "those"], ["of", "these"]):
        return People(start, j + 2, number.count, number.low, number.high, number.count > 1, "unknown", part=True, bare=True)
    if lower[j : j + 1] == ["of"]:
        j += 1
        if lower[j : j + 1] in (["the"], ["its"], ["their"], ["his"], ["our"]):
            j += 1
    stop, head = _noun_end(words, j)
    side: Side = "unknown"
    known = False
    if head is not None:
        last = lower[head]
        if last in lexis.PEOPLE or (last in lexis.COLLECTIVES and last == "family"):
            side, known = _side(lower[j : head + 1]), True
            end = head + 1
        else:
            return None
    elif stop == j:
        end = number.end
    else:
        # An unknown noun ("three hydrologists"): people unless something says otherwise.
        tail = lower[stop - 1]
        if not tail.isalpha() and "-" not in tail:
            return None
        # "one dead", "three critically": a number before an adverb is bare.
        if all(w in lexis.ADVERBS or w.endswith("ly") for w in lower[j:stop]):
            end = number.end
        elif any(w in _VAGUE_NOUNS for w in lower[j:stop]):
            return None
        else:
            end = stop
    return People(
        start,
        end,
        number.count,
        number.low,
        number.high,
        number.count != 1,
        side,
        governed=_governed(words, start),
        adds=number.more or (known and lower[end - 1] == "others"),
        bare=end == number.end,
        head=known,
        definite=definite,
    )


_VAGUE_NOUNS = frozenset("times other-time times- injuries wounds casualties fatalities deaths lives bodies killings martyrs-".split())


def _determined(words: Words, i: int) -> People | None:
    lower = words.lower
    token = lower[i]
    stop, head = _noun_end(words, i + 1)
    if head is not None:
        last = lower[head]
        if last in lexis.COLLECTIVES or last in lexis.THINGS:
            return None
        if last in lexis.PEOPLE_ONE and (last not in lexis.PEOPLE_MANY or token in ("a", "an", "another", "one")):
            return People(
                i,
                head + 1,
                1,
                1,
                1,
                False,
                _side(lower[i : head + 1]),
                governed=_governed(words, i),
                adds=token == "another",
                definite=token not in ("a", "an", "one"),
            )
        if last in lexis.PEOPLE_MANY and token in ("a", "an") and last.endswith("men"):
            return People(i, head + 1, 1, 1, 1, False, _side(lower[i : head + 1]), governed=_governed(words, i))  # "a policemen"
        if last in lexis.PEOPLE_MANY:
            return People(i, head + 1, None, None, None, True, _side(lower[i + 1 : head + 1]), governed=_governed(words, i), definite=True)
    if token in ("another", "one") and stop == i + 1:
        return People(i, i + 1, 1, 1, 1, False, "unknown", governed=_governed(words, i), adds=token == "another", bare=True)
    if (
        token in ("a", "an", "another", "his", "her")
        and stop > i + 1
        and lower[stop - 1].isalpha()
        and not any(w in lexis.NO_PERSON for w in lower[i + 1 : stop])
    ):
        return People(i, stop, 1, 1, 1, False, "unknown", governed=_governed(words, i), adds=token == "another", head=False)
    return None


_COMPOUND = re.compile(
    r"-(?:run|led|based|backed|born|held|controlled|linked|era|affiliated|bound|dominated|majority|owned|made|style|allied|inspired)$"
)
_OPENERS = frozenset(
    "later earlier meanwhile however elsewhere separately additionally soon nearby overall today yesterday there here most many some several such once".split()
)


def _opens_sentence(lower: Sequence[str]) -> bool:
    """Whether a capital at the start of a sentence is only that: "Later, five people …"."""
    if lower[0] in _OPENERS or lower[0].endswith("ly"):
        return True
    following = lower[1] if len(lower) > 1 else ""
    return not (
        following in lexis.AUXILIARIES
        or following in ("and", ",", "died", "dies", "succumbed", "sustained", "suffered", "also", "(")
        or lower[0] in lexis.PEOPLE
    )


def _named(words: Words, i: int) -> People | None:
    """A name with or without a rank: "Lance Naik Imtiaz Gul", "Governor Daud"; or a capitalised noun ("Soldiers", "Taliban")."""
    lower, raw = words.lower, words.raw
    j, end = i, len(words)
    while (
        j < end
        and j - i < _MAX_MODIFIERS
        and (raw[j][0].isupper() or (j > i and lower[j] in ("ur", "ul", "al", "bin", "bint", "e-", "din")))
        and lower[j] not in _NOT_NAMES
        and lower[j] not in _VERBS
    ):
        j += 1
    while j > i and lower[j - 1] in _FULL_MONTHS:
        j -= 1
    if j > i and _COMPOUND.search(lower[j - 1]):
        return None
    if j == i or (i == 0 and j == 1 and _opens_sentence(lower)):
        return None
    # "Frontier Corps soldiers", "Taliban fighters", "Shia worshippers": the noun after the capitals decides.
    stop, head = _noun_end(words, i)
    if head is not None and head >= j - 1 and lower[head] in lexis.PEOPLE | lexis.COLLECTIVES | lexis.THINGS:
        last = lower[head]
        if last not in lexis.PEOPLE:
            return None
        if last in lexis.PEOPLE_MANY:
            return People(i, head + 1, None, None, None, True, _side(lower[i : head + 1]), governed=_governed(words, i))
        return People(i, head + 1, 1, 1, 1, False, _side(lower[i : head + 1]), governed=_governed(words, i), name=j - i > 1)
    inside = lower[i:j]
    if any(w in lexis.THINGS or w in lexis.COLLECTIVES for w in inside):
        return None
    if inside[-1] in ("taliban",) or (len(inside) == 1 and inside[0] in lexis.PEOPLE_MANY):
        return People(i, j, None, None, None, True, _side(inside), governed=_governed(words, i))
    plural = inside[0] in lexis.PEOPLE_MANY and inside[0] not in lexis.PEOPLE_ONE
    return People(
        i,
        j,
        1,
        1,
        1,
        False,
        _side(inside),
        governed=_governed(words, i),
        name=True,
        head=not plural and inside[0] in lexis.PEOPLE_ONE,
    )


_FULL_MONTHS = frozenset(m for m in lexis.MONTHS if len(m) > 4)
_NOT_NAMES = _FULL_MONTHS | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday the a an in on at and but of he she they it this that two three four five six seven eight nine ten no one".split()
)


def _new_clause(lower: Sequence[str], i: int) -> bool:
    """Whether a subject and its verb follow: "…, and 30 were wounded"."""
    for j in range(i, min(i + 8, len(lower))):
        if lower[j] in ("were", "was"):
            return True
        if lower[j] in (",", ";", "and"):
            return False
    return False


def _mark_parts(words: Words, found: list[People]) -> list[People]:
    """Flag phrases inside "including …", "among them …", "most of them …" as parts of a total."""
    lower = words.lower
    regions: list[tuple[int, int]] = []
    for i, word in enumerate(lower):
        opens = word in _PART_OPENERS or (
            word in ("among", "amongst") and lower[i + 1 : i + 2] and lower[i + 1] in ("them", "those", "whom")
        )
        if (
            word in ("most", "many", "some", "all", "half", "majority")
            and lower[i + 1 : i + 2] == ["of"]
            and lower[i + 2 : i + 3]
            and lower[i + 2] in ("them", "whom", "these", "those")
        ):
            opens = True
        if not opens:
            continue
        j = i + 1
        while j < len(lower):
            if lower[j] in (")", ";", "—", "–", "when", "while", "after") or lower[j] in ("were", "was", "have", "had", "has"):
                break
            if (
                lower[j] == ","
                and j + 1 < len(lower)
                and (
                    lower[j + 1] in lexis.AUXILIARIES
                    or lower[j + 1] in _VERBS
                    or (lower[j + 1] in ("and", "as", "while") and any(w in _VERBS for w in lower[j + 2 : j + 4]))
                )
            ):
                break
            if lower[j] == "and" and j + 1 < len(lower) and lower[j + 1] in _VERBS:
                break
            if lower[j] == "," and lower[j + 1 : j + 2] in (["and"], ["while"]) and _new_clause(lower, j + 2):
                break
            j += 1
        regions.append((i, j))
    if not regions:
        return found
    return [replace(p, part=True) if any(a < p.start < b for a, b in regions) else p for p in found]
