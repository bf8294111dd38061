"""The noun phrases of people: how far one reaches, whose side it names, whether a preposition governs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.numbers import cardinal

Side = Literal["victim", "militant", "taliban", "bomber", "unknown"]

STOPS = (
    lexis.PREPOSITIONS
    | (lexis.AUXILIARIES - {"'s"})
    | lexis.BREAKS
    | frozenset(
        "took lost left fell fled came went told gave met rose blew ran drove threw kept paid laid wore stood sat broke saw carry".split()
    )
    | frozenset(", ; : . ! ? - – — ( ) [ ] \" ' who whom whose which and or & / plus not no".split())
)
VERBS = (
    frozenset(lexis.KILL)
    | frozenset(lexis.DIE)
    | frozenset(lexis.INJURE)
    | {"dead", "shot", "opened", "attacked", "fired", "stormed", "ambushed"}
)
MAX_MODIFIERS = 7


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


def side_of(words: Sequence[str]) -> Side:
    """Whose side a phrase names, by any word in it: "Taliban commander" is a militant, "police commander" is not."""
    if words and words[-1] in ("gunman", "gunmen") and {"his", "her", "their", "its", "'s"} & {*words[:-1]}:
        return "victim"  # in police reports a bodyguard is his officer's gunman
    told = [w for w in words if not w.startswith(("anti-", "counter-"))]
    if told[-1:] in (["militiaman"], ["militiamen"]) and any(w.startswith(("anti-", "pro-", "government")) for w in words):
        return "victim"
    if "anti" in told or ("counter" in told and ("terrorism" in told or "terrorist" in told)):
        return "victim"
    if (told and told[-1] in lexis.BOMBERS) or "bombers" in told:
        return "bomber"
    hostile = ["taliban" if w == "emirate" else w for w in told if w in lexis.MILITANTS or w == "emirate"]
    if any(w in ("taliban", "talib") for w in hostile) and all(w in ("taliban", "talib", "fighter", "fighters") for w in hostile):
        # Where they rule they have officials and police; who else "a Taliban" is, the reader settles by time and place.
        return "victim" if told[-1] in lexis.RULERS else "taliban"
    if told[-2:] in (["armed", "men"], ["armed", "persons"], ["armed", "assailants"]):
        return "militant"
    if hostile or (told and told[-1] in _OF_GROUPS and (any(w in _GROUPS for w in told[:-1]) or told[-3:-1] == ["islamic", "state"])):
        return "militant"
    return "victim"


# "Four Daesh members", "a TTP commander": short names of armed groups that stand before a noun.
_GROUPS = frozenset("daesh isis is-k iskp isil isis-k ttp bla blf brg bra sra uba nrf aff juk jua hgb lej lei".split())
_OF_GROUPS = frozenset(
    """
    suspect suspects operative operatives cadre cadres member members commander commanders affiliate affiliates man men
    associate associates leader leaders
    """.split()
)
_OUTFITS = frozenset("group outfit network organisation organization gang cell daesh ttp bla blf iskp isis".split())


def of_an_outfit(lower: Sequence[str], end: int) -> bool:
    """Whether "of the (banned) outfit" follows a noun that ends before token `end`."""
    if lower[end : end + 1] != ["of"]:
        return False
    ahead = list(lower[end + 1 : end + 7])
    if "taliban" in ahead and any(w in _OF_A_STATE for w in ahead[ahead.index("taliban") + 1 :][:3]):
        return False  # "members of the Taliban's security forces"
    if any(w in _FIGHT for w in lower[end + 1 : end + 7]) and not any(
        w in (",", ".", "and", "was", "were") for w in lower[end + 1 : end + 4]
    ):
        return True
    near = list(lower[end + 1 : end + 4])
    return any(w in _OUTFITS and all(v in _BEFORE_OUTFIT for v in near[:n]) for n, w in enumerate(near))


_FIGHT = frozenset(
    """
    liberation tehreek-e-taliban tehreek-i-taliban tehrik-i-taliban tehrik-e-taliban taliban lashkar-e-jhangvi
    jamaat-ul-ahrar khorasan khawarij
    """.split()
)
# What the Taliban have where they rule.
_OF_A_STATE = frozenset(
    "unit units special general directorate force forces security intelligence police army border ministry government administration"
    " regime".split()
)
_BEFORE_OUTFIT = frozenset("the a banned outlawed proscribed defunct militant terrorist same".split())


def noun_end(words: Words, i: int, *, limit: int = MAX_MODIFIERS) -> tuple[int, int | None]:
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
        if word in _INNER and (_joins_kinds(lower, i, j) or _inside_a_name(words, i, j)):
            j += 1
            continue
        kind = _kind_of(word)
        if kind == "end" and not _describes(lower, i, j):
            break
        if word == "accused" and lower[j + 1 : j + 2] in (["of"], ["in"]):
            break
        if j > i and word in ("the", "that", "this", "a", "an"):  # "two people the same day"
            break
        # "three abducted policemen" goes on, "policemen abducted" does not.
        if kind == "participle" and not raw[j][0].isupper() and not (j == i and j + 1 < end and lower[j + 1] in lexis.PEOPLE):
            break
        if j > i and cardinal(word) is not None:
            break
        if kind == "head" or (kind == "participle" and word in _HEADS):
            head = j
        j += 1
    return j, head


_HEADS = lexis.PEOPLE | lexis.THINGS | lexis.COLLECTIVES


# A text asks for the same few thousand words over and over.
@lru_cache(maxsize=8_192)
def _kind_of(word: str) -> Literal["end", "participle", "head", "modifier"]:
    """What a lower-case word can be in a noun phrase."""
    if word in STOPS or word in VERBS:
        return "end"
    if word.endswith(("ed", "ing")) and word not in lexis.PEOPLE and word not in lexis.ADJECTIVES:
        return "participle"
    return "head" if word in _HEADS else "modifier"


# What may join words within a phrase or a name.
_INNER = frozenset(("and", "or", "in", "of", "for", "'", "’"))


def _joins_kinds(lower: Sequence[str], i: int, j: int) -> bool:
    """Whether "and" at token `j` joins two words for one kind of people: "three Sunni and Shiite scholars"."""
    if not i < j < len(lower) - 2 or lower[j] not in ("and", "or") or lower[j - 1] not in lexis.KINDS or lower[j + 1] not in lexis.KINDS:
        return False
    return lower[j + 2] not in STOPS and any(w in lexis.PEOPLE for w in lower[j + 2 : j + 4])


def _describes(lower: Sequence[str], i: int, j: int) -> bool:
    """Whether a participle only describes: "two critically wounded workers", "four injured men"."""
    if lower[j] not in ("wounded", "injured") or lower[j + 1 : j + 2] == [] or lower[j + 1] not in lexis.PEOPLE:
        return False
    if j == i and lower[j + 1] in lexis.PEOPLE and any(w in lexis.DIE for w in lower[j + 2 : j + 4]):
        return True  # "two injured constables succumbed"
    return (j > i and lower[j - 1].endswith("ly")) or (
        j == i and i > 0 and cardinal(lower[i - 1]) is not None and any(w in _TAKES_IN for w in lower[max(0, i - 6) : i])
    )


_TAKES_IN = frozenset("treated treating received receiving admitted handled".split())


def _inside_a_name(words: Words, i: int, j: int) -> bool:
    """Whether token `j` joins the capitals around it: "four Assistance Mission in Afghanistan staff", "the Workers' Party chairman"."""
    lower, raw = words.lower, words.raw
    if not 0 < j < len(lower) - 1 or not (raw[j - 1][0].isupper() and raw[j + 1][0].isupper()):
        return False
    if lower[j] in ("'", "’"):
        return raw[j - 1].endswith("s")
    if lower[j] not in ("in", "of", "for") or not all(raw[k][0].isupper() or lower[k] in ("of", "for") for k in range(i, j)):
        return False
    k = next((k for k in range(j + 1, min(j + 5, len(lower))) if not raw[k][0].isupper()), None)
    return k is not None and lower[k] in lexis.PEOPLE


def _owner_is_governed(words: Words, j: int) -> bool:
    """Whether a preposition stands before the owner that ends at token `j`: "of the former minister Nawaz Sharif's League"."""
    for k in range(j - 1, max(-1, j - 8), -1):
        if words.lower[k] in lexis.PREPOSITIONS:
            return True
        if words.lower[k] in STOPS or words.lower[k] in VERBS:
            return False
    return False


_GUARDS = frozenset("guarding protecting escorting accompanying securing safeguarding".split())


def is_governed(words: Words, start: int) -> bool:
    j = start - 1
    while j >= 0 and words.lower[j] in ("the", "both", "all", "'s", "its", "their", "his"):
        if words.lower[j] == "'s":
            return _owner_is_governed(words, j)
        j -= 1
    if j < 0:
        return False
    before = words.lower[j]
    if not _GUARDS.isdisjoint(words.lower[max(0, j - 2) : j]) and before not in ("and", ",", "was", "were"):
        return True  # "a policeman guarding polio workers"
    return before in lexis.PREPOSITIONS or (before.endswith("ing") and len(before) > 4 and before not in ("evening", "morning", "during"))
