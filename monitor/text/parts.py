"""Which people of a sentence are parts of a total told beside them, or only tell more of somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.nouns import VERBS, People, Side
from monitor.text.numbers import cardinal

_PART_OPENERS = frozenset(
    "including incl incl. inc. includes include included comprising mostly namely particularly mainly predominantly".split()
)


def mark_parts(words: Words, found: Sequence[People]) -> list[People]:
    """Flag phrases inside "including …", "among them …", "most of them …" as parts of a total."""
    regions = [(i, _part_end(words.lower, i)) for i, word in enumerate(words.lower) if word in _MAY_OPEN and _opens_part(words.lower, i)]
    found = _among_the_total(words.lower, found)
    regions += _before_among(words.lower, found)
    return [
        replace(p, part=True) if any(a < p.start < b for a, b in regions) or _is_among(words.lower, p) else p
        for p in found
        if not _is_included(words.lower, p)
    ]


def _among_the_total(lower: Sequence[str], found: Sequence[People]) -> list[People]:
    """ "DSP among three martyred", "two were among the six killed": the number after "among" is the whole, of the side named before."""
    if "among" not in lower and "amongst" not in lower:
        return list(found)
    out: list[People] = []
    for given in found:
        person = given
        whole = lower[person.start - 1 : person.start] in (["among"], ["amongst"]) and (person.count or 0) > 1
        if whole and any(
            w in VERBS or w in _DEEDS or (w == "lost" and lower[person.end] == "who")
            for w in lower[person.end : person.end + (4 if lower[person.end : person.end + 1] == ["who"] else 2)]
        ):
            named = [p for p in out if p.end >= person.start - 12 and not p.governed]
            out = [replace(p, part=True) if p.end >= person.start - 12 and _same_clause(lower[p.end : person.start]) else p for p in out]
            person = replace(person, governed=False, side=_side_of_the_whole(lower, person, named))
        out.append(person)
    return out


def _before_among(lower: Sequence[str], found: Sequence[People]) -> list[tuple[int, int]]:
    """Where "a colonel and a major" of "Eleven men, a colonel and a major among them," stands."""
    regions = []
    for before, person in pairwise(found):
        listed = lower[before.end : person.start] in (["and"], [","]) and lower[before.start - 1 : before.start] == [","]
        if listed and lower[person.end : person.end + 1] in (["among"], ["amongst"]) and _is_among(lower, person):
            regions.append((before.start - 1, before.end))
    return regions


def _same_clause(between: Sequence[str]) -> bool:
    """Not "A civilian was killed while a sepoy was among eight injured": the civilian has a verb of their own."""
    return ";" not in between and VERBS.isdisjoint(between)


def _side_of_the_whole(lower: Sequence[str], whole: People, named: Sequence[People]) -> Side:
    """ "Ringleader among three killed": who is led is on the same side; "four militants among nine killed" tells nothing of the rest."""
    if whole.side != "unknown" or not named:
        return whole.side
    fighters = [p for p in named if p.side in ("militant", "taliban")]
    if not fighters:
        return "unknown" if any(p.side == "bomber" for p in named) else "victim"
    return fighters[0].side if any(w in _LEADERS for p in fighters for w in lower[p.start : p.end]) else "unknown"


def _is_included(lower: Sequence[str], person: People) -> bool:
    """ "20 people, civilians included, were wounded": an aside on the total."""
    return lower[person.start - 1 : person.start] == [","] and lower[person.end : person.end + 1] == ["included"]


def _is_among(lower: Sequence[str], person: People) -> bool:
    """ "six children, who are among the wounded"."""
    end = person.end
    if lower[end + 1 : end + 2] == ["among"] and lower[end] in ("were", "was", "are", "is"):
        return True  # "Four teachers were among those who died"
    if lower[end : end + 1] in (["among"], ["amongst"]) and lower[end + 1 : end + 2] in (["them"], ["whom"]):
        return True  # "four people, guards among them, were killed"
    return lower[end : end + 1] == [","] and lower[end + 1 : end + 2] in (["who"], ["all"]) and "among" in lower[end : end + 5]


def _opens_part(lower: Sequence[str], i: int) -> bool:
    word, following = lower[i], lower[i + 1 : i + 3]
    if word in _PART_OPENERS:
        return lower[max(0, i - 1) : i] not in (["casualties"], ["losses"])  # "casualties included three dead": all of them
    if word in ("among", "amongst"):
        return following[:1] in (["them"], ["those"], ["whom"])
    return word in _SHARES and following[:1] == ["of"] and following[1:] in (["them"], ["whom"], ["these"], ["those"])


def _part_end(lower: Sequence[str], i: int) -> int:
    """Where the part that opens at token `i` ends: at a bracket, a dash, or the verb of the whole."""
    for j in range(i + 1, len(lower)):
        following = lower[j + 1] if j + 1 < len(lower) else ""
        if lower[j] in _ENDS or (following in ("injured", "wounded") and cardinal(lower[j]) is not None):
            return j
        if lower[j] == "," and (
            following in lexis.AUXILIARIES
            or following in VERBS
            or following in _OTHER_VERBS
            or following in _LEAVES
            or (
                following in ("and", "as", "while")
                and (any(w in VERBS or w in _LEAVES for w in lower[j + 2 : j + 4]) or _new_clause(lower, j + 2))
            )
        ):
            return j
        if lower[j] == "and" and (following in VERBS or following in _LEAVES):
            return j
        if (lower[j] in _OTHER_VERBS or lower[j] in lexis.DIE) and lower[j - 1] not in ("who", "that", "later", "had"):
            return j
    return len(lower)


_DEEDS = frozenset("gunned martyred blown burnt burned hacked feared left laid".split())
_LEADERS = frozenset("commander commanders ringleader ringleaders leader leaders chief kingpin mastermind emir head".split())
_OTHER_VERBS = frozenset("lost embraced sustained suffered received perished succumbed laid".split())
_LEAVES = frozenset(("left", "leaves", "leaving", "injuries"))
_SHARES = frozenset("most many some all half majority".split())
_MAY_OPEN = _PART_OPENERS | _SHARES | {"among", "amongst"}
_ENDS = frozenset(") ; — – when while after were was have had has".split())


def _new_clause(lower: Sequence[str], i: int) -> bool:
    """Whether a subject and its verb follow: "…, and 30 were wounded"."""
    if lower[i : i + 1] in (["several"], ["many"], ["some"]):
        return False  # "including A, B and several others were killed": the list's last
    for j in range(i, min(i + 8, len(lower))):
        if lower[j] in ("were", "was"):
            return True
        if lower[j] in (",", ";", "and"):
            return False
    return False


def _of_whom(lower: Sequence[str]) -> list[tuple[int, int]]:
    """Where ", five of whom were soldiers," stands: it says what some of them were."""
    spans = []
    for i in range(len(lower) - 4):
        if lower[i] == "," and lower[i + 2 : i + 4] == ["of", "whom"] and lower[i + 4] in ("were", "are", "was"):
            end = next((k for k in range(i + 5, min(i + 15, len(lower))) if lower[k] == ","), None)
            if end is not None and lower[end + 1 : end + 2] and lower[end + 1] in lexis.AUXILIARIES and VERBS.isdisjoint(lower[i:end]):
                spans.append((i, end))
    return spans


def outside_relative_clauses(words: Words, found: Sequence[People]) -> list[People]:
    """Drop whom a clause such as ", who led a force against militants, and" names: it only tells more of the person before it."""
    lower = words.lower
    if not {"who", "whose", "whom"} & set(lower):
        return list(found)
    spans = _of_whom(lower)
    for i in range(len(lower) - 2):
        if lower[i] == "," and lower[i + 1] in ("who", "whose"):
            end = next((k for k in range(i + 2, min(i + 25, len(lower))) if lower[k] == ","), None)
            if (
                end is not None
                and not any(w in VERBS for w in lower[i:end])
                and lower[end + 1 : end + 2]
                and (lower[end + 1] in lexis.AUXILIARIES or lower[end + 1] in VERBS or lower[end + 1] == "and")
            ):
                spans.append((i, end))
    return [p for p in found if not any(a < p.start < b for a, b in spans)] if spans else list(found)
