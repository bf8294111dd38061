"""Joins the people of a sentence into the parties that its verbs speak of: lists are added up, appositions are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.nouns import VERBS
from monitor.text.people import People

# "and": one more of a list. "same": the same people told again. "none": another phrase.
# "inside": a name within the phrase before it ("chairman of the Board of Education in Karachi").
Link = Literal["and", "same", "inside", "none"]

_AND = frozenset(("and", "&", "plus"))
_VERBS = frozenset(lexis.KILL) | frozenset(lexis.DIE) | frozenset(lexis.INJURE) | {";", "."}
_LOCATIVE = frozenset("in near at from outside inside on to around across".split())
_AT = frozenset("in at near outside inside".split())
_FORMER = frozenset("former ex retired slain senior local prominent veteran tribal".split())
_MAX_GAP = 12


@dataclass(frozen=True, slots=True)
class Party:
    """People joined into one subject or object, tokens [start, end)."""

    start: int
    end: int
    people: tuple[People, ...]

    @property
    def plural(self) -> bool:
        return len(self.people) > 1 or self.people[0].plural

    @property
    def governed(self) -> bool:
        return self.people[0].governed

    @property
    def part(self) -> bool:
        return self.people[0].part


def join_people(words: Words, people: Sequence[People], verbs: set[int]) -> list[Party]:
    """The parties of a sentence in order. `verbs` are the tokens of its predicates, which part one party from the next."""
    parties: list[Party] = []
    current: list[People] = []
    last_end = 0
    for i, person in enumerate(people):
        apart = not current or any(k in verbs for k in range(last_end, person.start))
        link: Link = "none"
        if not apart:
            first, before = current[0], current[-1]
            if first.governed and not before.governed:
                before = replace(before, governed=True)
            link = _link(words, before, last_end, person, people[i + 1] if i + 1 < len(people) else None)
        if link == "same" and _names_of(words, current[-1], person):
            current[-1] = replace(person, start=current[-1].start, side=current[-1].side, governed=current[-1].governed, head=True)
        elif link == "same":
            # "twelve people, five of them attackers"
            side = person.side if current[-1].part and person.side in ("militant", "bomber") else current[-1].side
            current[-1] = replace(current[-1], side=side, apposed=not person.name, listing=person.name and (current[-1].count or 0) > 1)
        elif link == "and":
            current.append(person)
        elif link == "inside":
            pass
        else:
            if current:
                parties.append(Party(current[0].start, last_end, tuple(current)))
            current = [person]
        last_end = person.end
    if current:
        parties.append(Party(current[0].start, last_end, tuple(current)))
    return [_without_breakdown(words, party) for party in parties]


def _names_of(words: Words, before: People, after: People) -> bool:
    """ "constables Rehman and Asif", "the brothers Gul and Nur": as many as there are names."""
    known = before.definite and words.lower[before.end - 1] not in _KIN
    return before.plural and before.count is None and before.end == after.start and after.name and not known


_KIN = frozenset("brothers sisters twins siblings cousins".split())


def _without_breakdown(words: Words, party: Party) -> Party:
    """ "Two workers, one Indian and one Afghan": the list repeats the number before it."""
    first, rest = party.people[0], party.people[1:]
    if len(rest) < 2 or (first.count or 0) < 2 or sum(p.count or 0 for p in rest) != first.count or any(p.adds for p in rest):
        return party
    # "The two men, a guard and a driver" and "two people, a guard and a driver" are two; "two guards, a driver and a child" are four.
    articles = any(words.lower[p.start] in ("a", "an", "his", "her", "the") for p in rest)
    told_again = first.definite or words.lower[first.start] in ("the", "both") or words.lower[first.end - 1] in _ANYONE
    # "two tenants, a carpenter and a plumber, were shot"
    closed = words.lower[party.end : party.end + 1] == [","] and words.lower[party.end + 1 : party.end + 2] not in (["and"], ["while"])
    told_again = told_again or closed
    return Party(party.start, party.end, (first,)) if told_again or not articles else party


_ANYONE = frozenset("people persons individuals others victims".split())


def _link(words: Words, before: People, before_end: int, after: People, beyond: People | None) -> Link:
    """How two neighbouring phrases hang together; `beyond` is the phrase after them."""
    gap = words.lower[before_end : after.start]
    while len(gap) > 1 and gap[-1] in _FORMER and gap[-2] in ("and", ","):
        gap = gap[:-1]
    if (gap[-2:] == [",", "and"] and _does_something(words, after)) or are_the_injured(words, after):
        return "none"  # "bodies of two policemen and 12 wounded"
    if before.part != after.part:
        return _link_of_parts(words, before, after, gap)
    if _both_told_of(words, after, gap):
        return "and"
    aside = gap[1:] if gap[:1] == [","] else gap
    if len(aside) > 2 and aside[0] in ("who", "whose") and aside[-2:] == [",", "and"] and _VERBS.isdisjoint(aside):
        return "and"  # "Khan, who …, and his son"
    if len(gap) > _MAX_GAP:
        return "none"
    if gap[-3:] == ["as", "well", "as"] and not any(w in lexis.AUXILIARIES for w in gap):
        return "and"
    ranks = after.plural and after.count is None  # "… and constables Noor and Samad"
    if before.listing and (after.name or ranks) and (gap[-1:] == ["and"] or gap == [","]):
        return "same"
    inside = after.name and 0 < len(gap) <= 3 and gap[0] in ("of", "in", "for", "from")
    if inside and (after.governed or (len(gap) == 2 and gap[1] in lexis.THINGS)):
        return "inside"
    if gap == ["of"] and beyond is not None and _is_their_force(words, after):
        return "inside"  # "two constables of the guard and a clerk", "four soldiers of the Chitral Scouts and a shepherd"
    if _names_again(after, gap):
        return "same"
    if _parts_clauses(words, before, after, gap):
        return "none"
    return _by_gap(words, before, after, beyond, gap)


def _both_told_of(words: Words, after: People, gap: Sequence[str]) -> bool:
    """ "a farmer who went to look and a guard who followed him are dead"; "a soldier who had come home and his brother were shot"."""
    if len(gap) < 3 or gap[0] != "who" or gap[-1] not in _AND or not _VERBS.isdisjoint(gap):
        return False
    following = words.lower[after.end : after.end + 1]
    return following == ["who"] or (words.lower[after.start] in ("his", "her", "their") and following == ["were"])


def are_the_injured(words: Words, people: People) -> bool:
    """Whether a number alone counts wounded people: "12 injured"."""
    return people.bare and words.lower[people.end : people.end + 1] in (["injured"], ["wounded"])


def _by_gap(words: Words, before: People, after: People, beyond: People | None, gap: Sequence[str]) -> Link:
    """By what stands between two phrases: nothing, "and", a comma."""
    if len(gap) > 2 and gap[0] == "," and gap[1].isdigit() and gap[2] == ",":
        gap = gap[2:]  # ", 34 ," an age
    if not gap:
        return "same" if after.name and (not before.name or before.head) else "none"
    if _is_and(gap):
        return _by_and(words, before, after, gap)
    if gap in ([","], [",", "the"], ["("], ["-"], ["—"], ["–"]) or (
        gap[0] in ("of", "from", "in", "on") and gap[-1] == "," and gap.count(",") == 1
    ):
        return _by_comma(words, before, after, beyond, gap)
    return "none"


_FORCES = frozenset("police scouts levies rangers guards corps constabulary army militia force battalion regiment".split())


def _is_their_force(words: Words, after: People) -> bool:
    if words.lower[after.start] != "the" or after.name:
        return False
    return (after.definite and not after.plural) or words.lower[after.end - 1] in _FORCES


def _link_of_parts(words: Words, before: People, after: People, gap: Sequence[str]) -> Link:
    """Where one of two neighbours is a part of a total: "two of them Rangers personnel", "two of them and a guard"."""
    describes = not gap or (len(gap) == 1 and gap[0].isalpha() and gap != ["and"])
    if before.part and describes and words.lower[before.end - 1] == "them":
        return "same"
    of_them = before.part and before.bare and not after.part and after.count is not None
    return "and" if of_them and gap == ["and"] else "none"


def _parts_clauses(words: Words, before: People, after: People, gap: Sequence[str]) -> bool:
    """Whether a verb or the beginning of a clause stands between."""
    if (
        (before.governed or "by" in words.lower[max(0, before.start - 4) : before.start])
        and not after.governed
        and gap[-2:] == [",", "and"]
        and words.lower[after.end : after.end + 1] in (["were"], ["was"])
    ):
        return True
    return any(
        w in lexis.KILL
        or w in lexis.INJURE
        or w in lexis.DIE
        or (w in lexis.AUXILIARIES and w != "'s")
        or w in lexis.BREAKS
        or w in ("who", "dead", ";", ".", ":", "whom")
        for w in gap
    )


def _names_again(after: People, gap: Sequence[str]) -> bool:
    identified = gap[-2:] in (["identified", "as"], ["known", "as"], ["named", "as"])
    return (after.name and identified) or gap[-1:] in (["named"], ["alias"], ["namely"])


def _is_and(gap: Sequence[str]) -> bool:
    return gap[-1] in _AND or gap[-2:] in (
        ["as", "well"],
        ["and", "also"],
        [",", "also"],
        ["along", "with"],
        ["together", "with"],
        ["and", "the"],
    )


def _by_and(words: Words, before: People, after: People, gap: Sequence[str]) -> Link:
    if before.name and before.governed and not after.name and words.lower[before.start - 1] in (_LOCATIVE if len(gap) > 1 else _AT):
        return "none"  # "were killed in Gwadar on Tuesday and 11 others hurt"
    if _has_a_verb_of_its_own(words.lower, before, after):
        return "none"
    if len(gap) > 6 and any(w.endswith("ing") and w not in lexis.PEOPLE for w in gap[:-1]):
        return "none"
    return "same" if after.bare_noun and before.apposed else "and"


_ABOUT = frozenset("at least over about some nearly around more than up to another dead".split())


def _has_a_verb_of_its_own(lower: Sequence[str], before: People, after: People) -> bool:
    """ "A blast killed seven and over 30 others were injured": each has a verb, the one before it and the other after it."""
    verb = lower[after.end : after.end + 1] in (["were"], ["was"]) and any(w in VERBS for w in lower[after.end + 1 : after.end + 3])
    k = before.start - 1
    while k > 0 and lower[k] in _ABOUT:
        k -= 1
    return verb and k >= 0 and lower[k] in VERBS


def _does_something(words: Words, person: People) -> bool:
    """ "… of two barbers, and a third man walked into a post", "… and the third a girl, and eleven were wounded"."""
    following = words.lower[person.end : person.end + 1]
    if following and following[0].endswith("ing") and {"was", "were"} & set(words.lower[person.end + 1 : person.end + 6]):
        return True  # "… along with his guards, and a boy tending goats nearby was hurt"
    return not _DOES.isdisjoint(following) or (person.bare and following in (["were"], ["was"]))


_DOES = frozenset("walked escaped fled ran survived managed reached returned said told reported took got is remains went came".split())
_BESIDES = frozenset({("in", "addition", "to"), ("besides",), ("apart", "from"), ("aside", "from"), ("other", "than")})


def _by_comma(words: Words, before: People, after: People, beyond: People | None, gap: Sequence[str]) -> Link:
    """ "A, B and C" adds; "Wahid, a tribal elder," and "two policemen, Ali and Gul," say the same again."""
    if tuple(words.lower[: before.start]) in _BESIDES:
        return "none"  # "In addition to the bomber, one person was killed"
    goes_on = beyond is not None and _continues(words, after, beyond)
    if goes_on and beyond is not None and words.lower[beyond.end : beyond.end + 1] in (["said"], ["say"], ["told"], ["reported"]):
        return "none"  # "killing between eight and 10 people, officials and a doctor said"
    if before.name and before.governed and after.name and words.lower[before.start - 1] in _LOCATIVE:
        return "inside"  # "In Wana, South Waziristan, a teacher was killed"
    if before.bare:
        return "none"  # "wounding 50, police and doctors said"
    if (before.bare_noun or _ends_in_noun(words, before)) and after.bare_noun:
        return "and"  # a headline's "elder, nephew", "Awami Party man, wife and son"
    counted = (after.count or 0) > 1 and not after.bare if before.bare_noun else _counted_out(words, before) and after.bare_noun
    sides = (before.count or 0) > 1 and (after.count or 0) > 1 and before.side != after.side and not after.bare
    if (counted or sides) and gap == [","] and not before.name and _ends_a_headline_list(words, after.end):
        return "and"  # "Captain, four soldiers killed", "kills two engineers, guard", "three Taliban, six ISKP members killed"
    if before.name and after.plural and after.count is None and beyond is not None and beyond.name and beyond.start == after.end:
        return "and"  # "Head constable Gul, constables Noor and Zada and a cook"
    if before.name and not after.name:
        return _name_then_noun(words, before, after, beyond, goes_on)
    if before.name and not before.listing and after.plural:
        return "none"
    if not before.name and after.name and (before.count or 0) >= 1:
        one_more = gap == [","] and goes_on and before.count == 1 and not before.definite and before.head and after.head
        one_more = one_more and not _titled_again(words, before, after, beyond)
        return "and" if one_more else "same"
    if (before.count or 0) > 1 and after.plural and after.count is None and words.lower[after.end : after.end + 1] == ["of"]:
        return "same"  # "four Americans, employees of an oil company, and their driver"
    if goes_on or (words.lower[after.start] in ("his", "her", "their") and _is_named(after, beyond)):
        return "and"
    return "none" if after.plural or before.plural else "same"


def _titled_again(words: Words, before: People, after: People, beyond: People | None) -> bool:
    """ "A tribal elder, Malik Noor, and his driver", "an officer, Inspector Gul, and two men": a name with its title says who it was."""
    theirs = beyond is not None and words.lower[beyond.start] in ("his", "her", "their")
    return _closed_by_comma(words, after) and (theirs or words.lower[before.end - 1] in _WITH_TITLES)


_WITH_TITLES = frozenset("officer elder cleric scholar leader commander official politician soldier doctor preacher".split())


def _ends_in_noun(words: Words, person: People) -> bool:
    """Whether a phrase in capitals ends in a noun for a person: "Awami Party man"."""
    last = person.end - 1
    return person.name and words.raw[last].islower() and words.lower[last] in lexis.PEOPLE_ONE


def _counted_out(words: Words, person: People) -> bool:
    return (person.count or 0) > 1 or words.lower[person.start] == "one"


def _ends_a_headline_list(words: Words, end: int) -> bool:
    """Whether a verb, a preposition or the end follows."""
    following = words.lower[end : end + 1]
    return not following or following[0] in _LOCATIVE or following[0] in VERBS or following[0] in _ENDS_LIST


_ENDS_LIST = frozenset("; . embrace embraced lose lost gunned martyred laid blown hacked among".split())


def _name_then_noun(words: Words, before: People, after: People, beyond: People | None, goes_on: bool) -> Link:
    first = words.lower[after.start]
    if beyond is not None and (beyond.bare_noun or _apposed(words, beyond)):
        return "same"
    if first in ("his", "her", "their") and (goes_on or _is_named(after, beyond)):
        return "and"
    if first in ("a", "an") and beyond is not None and words.lower[beyond.start] in ("his", "her"):
        return "same"  # "Bahadar, a party man, his wife and a grandson"
    if before.governed and words.lower[before.start - 1] in _LOCATIVE:
        return "none"  # "In Wana, a teacher was killed"
    if not before.listing and after.plural:
        return "none"  # "according to the governor of Nimroz, five policemen": one name is no five people
    if not goes_on or (after.definite and first == "the") or _closed_by_comma(words, after):
        return "same"
    return "and"


def _is_named(person: People, beyond: People | None) -> bool:
    """Whether a name follows at once: "his driver Hashim"."""
    return beyond is not None and beyond.name and beyond.start == person.end


def _continues(words: Words, after: People, beyond: People) -> bool:
    """Whether a list goes on after a phrase: ", a driver and", "and his son"."""
    gap = words.lower[after.end : beyond.start]
    return (
        0 < len(gap) <= 6
        and not are_the_injured(words, beyond)
        and (gap[-1] in _AND or gap == [","] or gap[-3:] == ["as", "well", "as"])
        and not any(w in lexis.KILL or w in lexis.INJURE or w in lexis.AUXILIARIES for w in gap)
    )


def _apposed(words: Words, person: People) -> bool:
    """Whether an apposition follows a name: "Sabir Ali, a head constable"."""
    following = words.lower[person.end : person.end + 2]
    return person.name and following[:1] == [","] and following[1:] in (["a"], ["an"], ["the"])


def _closed_by_comma(words: Words, after: People) -> bool:
    """Whether a comma ends the phrase before "and": "Abdullah, a tribal elder, and his son"."""
    for j in range(after.end, min(after.end + 6, len(words))):
        if words.lower[j] == ",":
            return j + 1 < len(words) and words.lower[j + 1] in _AND
        if words.lower[j] in _AND:
            return False
    return False
