"""Finds the phrases that name people in a sentence, with how many they are: "at least five soldiers", "his son", "Constable Ali".

A small grammar over tokens: no trained model, so that every count can be explained by its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.text import lexis
from monitor.text.counted import counted_people
from monitor.text.nlp import Words
from monitor.text.nouns import MAX_MODIFIERS, VERBS, People, Side, is_governed, noun_end, side_of
from monitor.text.numbers import cardinal, number_at
from monitor.text.ordinals import ORDINALS
from monitor.text.parts import mark_parts, outside_relative_clauses

__all__ = ["People", "Side", "find_people"]

_DETERMINERS = frozenset("a an another one the his her their its each every".split())
_UNCOUNTED = frozenset("several many multiple numerous some few various other these those the unspecified countless".split())
_NAME_STOP = frozenset("fitna i we you us our my the a an in on at of and but police security officials official".split())


_STARTERS = lexis.NUMBER_STARTS | _DETERMINERS | _UNCOUNTED | lexis.PEOPLE | {"him", "her", "he", "she"}


def find_people(words: Words) -> list[People]:
    """Every phrase that names people, left to right, not overlapping."""
    found: list[People] = []
    i, end = 0, len(words)
    lower, raw = words.lower, words.raw
    while i < end:
        if not _may_begin(raw[i]):
            i += 1
            continue
        phrase = _at(words, i)
        if phrase is None:
            i += 1
        else:
            if lower[phrase.end : phrase.end + 2] == ["of", "police"]:
                phrase = replace(phrase, end=phrase.end + 2)
            found.append(_pair(lower, phrase))
            i = max(phrase.end, i + 1)
    return mark_parts(words, outside_relative_clauses(words, found))


def _pair(lower: Sequence[str], person: People) -> People:
    """ "Couple shot dead" is two people; so are a headline's "brothers" as a rule."""
    last = lower[person.end - 1]
    if last == "couple" and person.count == 1:
        return replace(person, count=2, low=2, high=2, plural=True)
    if person.end == 1 and last in _SIBLINGS and lower[1:2] and lower[1] in VERBS | {"gunned"}:
        return replace(person, count=2, low=2)
    return person


_SIBLINGS = frozenset("brothers sisters twins siblings".split())


@lru_cache(maxsize=8_192)
def _may_begin(word: str) -> bool:
    """Whether a phrase may begin with this word: most are refused here."""
    return word.lower() in _STARTERS or word[0].isupper() or word[0].isdigit() or "-" in word


def _is_capital(token: str) -> bool:
    """ "Khan", "ex-Senator"."""
    return token[0].isupper() or (token.startswith(("ex-", "vice-", "deputy-")) and token[token.index("-") + 1 :][:1].isupper())


def _at(words: Words, i: int) -> People | None:
    lower, raw = words.lower, words.raw
    token = lower[i]
    first = token[0]
    # Cheap refusals first: most tokens begin nothing.
    number = number_at(lower, i) if (first.isdigit() or token in lexis.NUMBER_STARTS or "-" in token) else None
    if number is not None:
        return counted_people(words, number)
    if (
        token in ("him", "her")
        and i
        and lower[i - 1] in _OBJECT_VERBS
        and (token == "him" or lower[i + 1 : i + 2] in ([], ["and"], ["."], [","], ["in"], ["dead"], ["at"], ["as"]))
    ):
        return People(i, i + 1, 1, 1, 1, False, "unknown", head=False)
    selfed = 1 if token in ("he", "she") else 2 if token == "the" else 0
    if selfed and lower[i + selfed : i + selfed + 2] in (["himself", "and"], ["herself", "and"]):
        return People(
            i, i + selfed + 1, 1, 1, 1, False, "victim", head=False
        )  # "he himself and his two brothers", "the deputy himself and"
    if (
        token in ("he", "she")
        and lower[i + 1 : i + 2]
        and (lower[i + 1] == "and" or lower[i + 1] in ("was", "died", "later", "also", "succumbed"))
    ):
        return People(i, i + 1, 1, 1, 1, False, "unknown", name=lower[i + 1] != "and", head=False)
    if token in ("another", "one") or token in _DETERMINERS:
        return _determined(words, i)
    if token in _UNCOUNTED:
        stop, head = noun_end(words, i + 1)
        if head is not None and lower[head] in lexis.PEOPLE_MANY:
            return People(i, head + 1, None, None, None, True, side_of(lower[i + 1 : head + 1]), governed=is_governed(words, i))
        if token in ("several", "many", "some", "few") and (stop == i + 1):
            return People(i, i + 1, None, None, None, True, "unknown", governed=is_governed(words, i), bare=True)
        return None
    if _is_capital(raw[i]) and token not in _NAME_STOP and token not in lexis.AUXILIARIES and token not in lexis.PREPOSITIONS:
        return _named(words, i)
    if token in lexis.PEOPLE:
        stop, head = noun_end(words, i)
        if head is None:
            return None
        last = lower[head]
        if last not in lexis.PEOPLE or (last in _OF_A_KIND and stop > head + 1):
            return None
        # "Two wounded personnel" are counted before the verb.
        several = head == i and i > 1 and lower[i - 1] in ("wounded", "injured") and (cardinal(lower[i - 2]) or 0) > 1
        plural = last in lexis.PEOPLE_MANY and (several or last not in lexis.PEOPLE_ONE)
        side = side_of(lower[i : head + 1])
        count = None if plural else 1
        return People(i, head + 1, count, count, count, plural, side, governed=is_governed(words, i), bare_noun=not plural)
    return None


_OF_A_KIND = lexis.KINDS - {"police", "army"}  # "a local channel"; "the police outfit" is people
_OBJECT_VERBS = frozenset(
    "killing killed shot wounding wounded injuring injured shooting hitting beheading beheaded executed murdered".split()
)


_OF_SOMEWHERE = frozenset("resident native inhabitant citizen father mother breadwinner member".split())


def _determined(words: Words, i: int) -> People | None:
    lower = words.lower
    token = lower[i]
    if token in ("a", "the") and lower[i + 1 : i + 2] and lower[i + 1] in _OF_SOMEWHERE and lower[max(0, i - 1) : i] == ["and"]:
        before = lower[max(0, i - 4) : i - 1]
        if before[-1:] and before[-1].isdigit() and "aged" in before:
            return None  # "Naik Iqbal, aged 34 and a resident of Karak"
    if lower[i + 1 : i + 2] and lower[i + 1] in ORDINALS and token in ("a", "the") and _stands_alone(lower, i + 2):
        return People(i, i + 2, 1, 1, 1, False, "unknown", adds=token == "a", bare=True)
    stop, head = noun_end(words, i + 1)
    if head is not None:
        last = lower[head]
        if last in _OF_A_KIND and stop > head + 1:
            return None  # "a local channel"
        if last in lexis.COLLECTIVES or last in lexis.THINGS:
            by_trade = stop > head + 1 and _BY_TRADE.search(lower[stop - 1]) is not None
            return People(i, stop, 1, 1, 1, False, "unknown", governed=is_governed(words, i)) if by_trade else None
        if last in lexis.PEOPLE_ONE and (last not in lexis.PEOPLE_MANY or token in ("a", "an", "another", "one")):
            return People(
                i,
                head + 1,
                1,
                1,
                1,
                False,
                side_of(lower[i : head + 1]),
                governed=is_governed(words, i),
                adds=token == "another",
                definite=token not in ("a", "an", "one"),
            )
        if last in lexis.PEOPLE_MANY and token in ("a", "an") and last.endswith("men"):
            return People(i, head + 1, 1, 1, 1, False, side_of(lower[i : head + 1]), governed=is_governed(words, i))  # "a policemen"
        if last in lexis.PEOPLE_MANY:
            return People(
                i, head + 1, None, None, None, True, side_of(lower[i + 1 : head + 1]), governed=is_governed(words, i), definite=True
            )
    if token in ("another", "one") and stop == i + 1:
        return People(i, i + 1, 1, 1, 1, False, "unknown", governed=is_governed(words, i), adds=token == "another", bare=True)
    if (
        (token in ("a", "an", "another", "his", "her") or (token in ("the", "their") and _BY_TRADE.search(lower[stop - 1])))
        and stop > i + 1
        and lower[stop - 1].isalpha()
        and not any(w in lexis.NO_PERSON for w in lower[i + 1 : stop])
        and not _of_what(words, stop)
    ):
        return People(i, stop, 1, 1, 1, False, "unknown", governed=is_governed(words, i), adds=token == "another", head=False)
    return None


def _stands_alone(lower: Sequence[str], i: int) -> bool:
    """Whether a verb follows at once: "a third was wounded", "a fourth critically injured"."""
    i += i < len(lower) and lower[i].endswith("ly")
    return i < len(lower) and (lower[i] in VERBS or lower[i] in ("was", "is", "has", "sustained", "suffered", "received", "remains"))


def _of_what(words: Words, stop: int) -> bool:
    """Whether "of gloom" follows a noun: a pall is no person, "a corporal of the guards" is one."""
    following = words.raw[stop + 1 : stop + 2] if words.lower[stop : stop + 1] == ["of"] else []
    return bool(following) and following[0].islower() and following[0] not in _DETERMINERS and following[0] not in lexis.PEOPLE


# Words for people that no list holds: "a dispenser", "an office-bearer", "the herbalist".
_BY_TRADE = re.compile(
    r"(?:[a-z]-bearer|[a-z]-holder|[a-z]-goer|dispenser|keeper|ologist|[a-z]{3}ist|ician|arian|grapher|maker|seller|practitioner|mender|healer)$"
)
_COMPOUND = re.compile(
    r"-$|-(?:language|speaking|run|led|based|backed|born|held|controlled|linked|era|affiliated|bound|dominated|majority|owned|made|style|allied|inspired)$"
)
_OPENERS = frozenset(
    "later earlier meanwhile however elsewhere separately additionally soon nearby overall today yesterday there here most many some "
    "several such once".split()
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


_HOSPITALS = frozenset("cmh dhq thq lrh hmc bmc pims jpmc".split())  # "at CMH Peshawar"


def _named(words: Words, i: int) -> People | None:
    """A name with or without a rank: "Lance Naik Imtiaz Gul", "Governor Daud"; or a capitalised noun ("Soldiers", "Taliban")."""
    lower, raw = words.lower, words.raw
    j, end = i, len(words)
    while (
        j < end
        and j - i < MAX_MODIFIERS
        and (_is_capital(raw[j]) or (j > i and lower[j] in ("ur", "ul", "al", "bin", "bint", "e-", "din")))
        and lower[j] not in _NOT_NAMES
        and lower[j] not in VERBS
    ):
        j += 1
    while j > i and lower[j - 1] in _FULL_MONTHS:
        j -= 1
    if j > i and _COMPOUND.search(lower[j - 1]):
        return None
    if j == i or (i == 0 and j == 1 and _opens_sentence(lower)) or _of_an_outlawed_group(words, i):
        return None
    # "Frontier Corps soldiers", "Taliban fighters", "Shia worshippers": the noun after the capitals decides.
    _, head = noun_end(words, i)
    if head is not None and head >= j - 1 and lower[head] in _NOUNS:
        last = lower[head]
        if last not in lexis.PEOPLE:
            return None
        if last in lexis.PEOPLE_MANY:
            return People(i, head + 1, None, None, None, True, side_of(lower[i : head + 1]), governed=is_governed(words, i))
        ranked = j - i > 1 and lower[i] in lexis.PEOPLE_ONE and lower[i] not in lexis.MILITANTS and raw[head][0].isupper()
        side: Side = "victim" if ranked else side_of(lower[i : head + 1])  # "Naik Mujahid Khan"
        governed = is_governed(words, i)
        # A capital may only open the sentence: "Captain, four soldiers killed".
        return People(i, head + 1, 1, 1, 1, False, side, governed=governed, name=j - i > 1, bare_noun=j - i == 1)
    inside = lower[i:j]
    if any(w in lexis.THINGS or w in lexis.COLLECTIVES for w in inside) or inside[0] in _HOSPITALS:
        return None
    if inside[-1] in ("taliban",) or (len(inside) == 1 and inside[0] in lexis.PEOPLE_MANY):
        return People(i, j, None, None, None, True, side_of(inside), governed=is_governed(words, i))
    plural = inside[0] in lexis.PEOPLE_MANY and inside[0] not in lexis.PEOPLE_ONE
    guard = inside[0] == "gunman" and len(inside) > 1  # "Gunman Shafqat Ali", an officer's
    return People(
        i,
        j,
        1,
        1,
        1,
        False,
        "victim" if guard else side_of(inside),
        governed=is_governed(words, i),
        name=True,
        head=not plural and inside[0] in lexis.PEOPLE_ONE,
    )


_NOUNS = lexis.PEOPLE | lexis.COLLECTIVES | lexis.THINGS
_FULL_MONTHS = frozenset(m for m in lexis.MONTHS if len(m) > 4)


def _of_an_outlawed_group(words: Words, i: int) -> bool:
    """ "the proscribed Tehreek-i-Taliban Pakistan": a group, no person."""
    while i and words.raw[i - 1][0].isupper():
        i -= 1
    return words.lower[i - 1 : i] in (["proscribed"], ["banned"], ["outlawed"], ["defunct"])


_NOT_NAMES = _FULL_MONTHS | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday the a an in on at and but of he she they it this that two three four five "
    "six seven eight nine ten no one".split()
)
