"""Reads one sentence's casualty statements: who was killed or injured, and how many.

Each predicate looks for its people: a passive before it, an active verb after it. People joined by commas and "and" are
added up, a name with its apposition is one person, parts of a total ("including five children") are left out, a lone
bomber never counts, and attackers are kept apart from victims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.numbers import number_at
from monitor.text.people import People, Side, find_people
from monitor.text.predicates import Predicate, What, find_predicates
from monitor.text.urdu import read_urdu

Field = Literal["killed", "injured", "militants_killed", "militants_injured"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One casualty figure of a sentence. `count` None: people, but not how many. `start` and `end` are characters of the sentence.

    `total`: told as a running total ("taking the toll to 17"). `adds`: on top of those told before ("another", "two more").
    `boast`: what an armed group says of its own deed. `late`: died of wounds after the first reports. `part`: a part of a total. `named`: known by a name only. `generic`: "people", "persons", which
    may cover all victims. `also`: told as one more group of victims. `taliban`: members of the
    Taliban, who are militants or, where they rule, victims. `admitted`: brought to a hospital.
    """

    field: Field
    count: int | None
    low: int | None
    high: int | None
    start: int
    end: int
    text: str
    total: bool = False
    adds: bool = False
    boast: bool = False
    late: bool = False
    part: bool = False
    named: bool = False
    generic: bool = False
    also: bool = False
    taliban: bool = False
    admitted: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    """People joined into one subject or object."""

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


_AND = frozenset(("and", "&", "plus"))
_SECURITY_AGENTS = frozenset(
    "troops forces police army soldiers commandos policemen cops ctd personnel rangers levies airstrike airstrikes jets military".split()
)
_NO_ONE = (("no", "one"), ("nobody",), ("none",), ("no-one",), ("noone",))
_ZERO_NOUNS = frozenset("casualties casualty injuries fatalities deaths victims loss harm".split())
_TOLL_HEADS = frozenset("toll tally".split())


def read_statements(words: Words) -> list[Statement]:
    """Every casualty statement of a sentence, in reading order."""
    found = _fixed(words) + [Statement(f, n, n, n, a, b, words.text[a:b]) for f, n, a, b in read_urdu(words.text)]
    predicates = find_predicates(words)
    if predicates:
        covered = [(s.start, s.end) for s in found]
        people = find_people(words)
        groups = _join(words, people, {k for p in predicates for k in range(p.start, p.end)})
        found += [s for s in _attach(words, predicates, groups) if not any(a < s.end and s.start < b for a, b in covered)]
    found.sort(key=lambda s: s.start)
    return [replace(s, adds=False) if s.adds and _others_of_another_kind(s, found) else s for s in found]


def _others_of_another_kind(statement: Statement, found: Sequence[Statement]) -> bool:
    """ "Five killed and 14 others wounded": the others are those not killed, nothing is added to the wounded."""
    before = [s for s in found if s.start < statement.start]
    return bool(before) and all(s.field != statement.field for s in before)


# ---------------------------------------------------------------- joining people


def _join(words: Words, people: Sequence[People], verbs: set[int]) -> list[_Group]:
    groups: list[_Group] = []
    current: list[People] = []
    last_end = 0
    for i, person in enumerate(people):
        apart = not current or any(k in verbs for k in range(last_end, person.start))
        link = "none" if apart else _link(words, current[-1], last_end, person, people[i + 1] if i + 1 < len(people) else None)
        if link == "none":
            if current:
                groups.append(_Group(current[0].start, last_end, tuple(current)))
            current, last_end = [person], person.end
        elif link == "same":
            current[-1] = replace(current[-1], apposed=not person.name, listing=person.name and (current[-1].count or 0) > 1)
            last_end = person.end
        else:
            current.append(person)
            last_end = person.end
    if current:
        groups.append(_Group(current[0].start, last_end, tuple(current)))
    return [_without_breakdown(words, group) for group in groups]


def _without_breakdown(words: Words, group: _Group) -> _Group:
    """ "Two workers, one Indian and one Afghan": the list repeats the number before it."""
    first, rest = group.people[0], group.people[1:]
    if (
        len(rest) > 1
        and (first.count or 0) > 1
        and sum(p.count or 0 for p in rest) == first.count
        and all(not p.adds and words.lower[p.start] not in ("a", "an", "his", "her", "the") for p in rest)
    ):
        return _Group(group.start, group.end, (first,))
    return group


def _link(words: Words, before: People, before_end: int, after: People, beyond: People | None) -> str:
    """How two phrases hang together: "and" (added), "same" (an apposition) or "none"."""
    gap = words.lower[before_end : after.start]
    if before.part != after.part:
        return "none"
    if len(gap) > 3 and gap[0] == "," and gap[1] in ("who", "whose") and gap[-2:] == [",", "and"]:
        return "and"
    if len(gap) > 12:
        return "none"
    if gap == [","] and before.bare_noun and after.bare_noun:
        return "and"  # a headline's "elder, nephew"
    if gap[-3:] == ["as", "well", "as"] and not any(w in lexis.AUXILIARIES for w in gap):
        return "and"
    if before.listing and after.name and (gap[-1:] == ["and"] or gap == [","]):
        return "same"
    if before.governed and not after.governed and gap[-2:] == [",", "and"] and _has_verb(words, after):
        return "none"
    if any(
        w in lexis.KILL
        or w in lexis.INJURE
        or w in lexis.DIE
        or (w in lexis.AUXILIARIES and w != "'s")
        or w in lexis.BREAKS
        or w in ("who", "dead", ";", ".", ":", "whom")
        for w in gap
    ):
        return "none"
    if (
        after.name
        and gap[-2:] in (["identified", "as"], ["known", "as"], ["named", "as"])
        or gap[-1:] in (["named"], ["alias"], ["namely"])
    ):
        return "same"
    if gap and gap[0] == "," and len(gap) > 2 and gap[1].isdigit() and gap[2] == ",":  # ", 34 ," an age
        gap = gap[2:]
    if not gap:
        return "same" if (after.name and not before.name) else "none"
    commas = gap.count(",")
    joined = (
        gap[-1] in _AND
        or gap[-2:] in (["as", "well"], ["and", "also"], [",", "also"])
        or gap[-3:] == ["as", "well", "as"]
        or gap[-2:] in (["along", "with"], ["together", "with"], ["and", "the"])
    )
    if joined:
        if after.start < len(words) and any(w.endswith("ing") and w not in lexis.PEOPLE for w in gap[:-1]) and len(gap) > 6:
            return "none"
        if after.bare_noun and before.apposed:
            return "same"
        return "and"
    if gap in ([","], [",", "the"], ["("], ["-"], ["—"], ["–"]) or (
        gap and gap[0] in ("of", "from", "in") and gap[-1] == "," and commas == 1
    ):
        if before.name and not after.name and beyond is not None and (beyond.bare_noun or _apposed(words, beyond)):
            return "same"
        if words.lower[after.start] in ("his", "her", "their") and beyond is not None and _continues(words, after, beyond):
            return "and"
        if before.governed and before.name and not after.name and words.lower[before.start - 1] in _LOCATIVE:
            return "none"  # "In Wana, a teacher was killed"
        if before.name and not before.listing and after.plural:
            return "none"  # "according to the governor of Nimroz, five policemen": one name is no five people
        # "A, B and C" adds; "Wahid, a tribal elder," and "two policemen, Ali and Gul," say the same again.
        if (
            before.name
            and not after.name
            and (beyond is None or not _continues(words, after, beyond) or (after.definite and words.lower[after.start] == "the"))
        ):
            return "same"
        if before.name and not after.name and _closed_by_comma(words, after):
            return "same"
        if (
            not before.name
            and after.name
            and (before.count or 0) >= 1
            and not (
                gap == [","]
                and beyond is not None
                and _continues(words, after, beyond)
                and before.count == 1
                and not before.definite
                and before.head
                and after.head
            )
        ):
            return "same"
        if beyond is not None and _continues(words, after, beyond):
            return "and"
        return "same" if not after.plural and not before.plural else "none"
    return "none"


def _has_verb(words: Words, person: People) -> bool:
    """Whether the phrase is followed by its own passive: "four officers were injured"."""
    return words.lower[person.end : person.end + 1] in (["were"], ["was"])


def _continues(words: Words, after: People, beyond: People) -> bool:
    gap = words.lower[after.end : beyond.start]
    return (
        len(gap) <= 6
        and bool(gap)
        and (gap[-1] in _AND or gap == [","] or gap[-3:] == ["as", "well", "as"])
        and not any(w in lexis.KILL or w in lexis.INJURE or w in lexis.AUXILIARIES for w in gap)
    )


_LOCATIVE = frozenset("in near at from outside inside on to around across".split())


def _apposed(words: Words, person: People) -> bool:
    """Whether an apposition follows a name: "Sabir Ali, a head constable"."""
    return (
        person.name
        and words.lower[person.end : person.end + 1] == [","]
        and words.lower[person.end + 1 : person.end + 2] in (["a"], ["an"], ["the"])
    )


def _closed_by_comma(words: Words, after: People) -> bool:
    """Whether a comma ends the phrase before "and": "Abdullah, a tribal elder, and his son"."""
    for j in range(after.end, min(after.end + 6, len(words))):
        if words.lower[j] == ",":
            return j + 1 < len(words) and words.lower[j + 1] in _AND
        if words.lower[j] in _AND:
            return False
    return False


# ---------------------------------------------------------------- predicates and their people


def _attach(words: Words, predicates: Sequence[Predicate], groups: Sequence[_Group]) -> list[Statement]:
    found: list[Statement] = []
    used: dict[int, int] = {}  # group → predicate that took it
    side_before: Side = "victim"
    for n, predicate in enumerate(predicates):
        group = _arguments(words, predicate, predicates, n, groups, used)
        if predicate.zero or _says_no_one(words, predicate, predicates[n - 1] if n else None):
            found.append(_zero(words, predicate))
            continue
        if group is None:
            continue
        g, people = group
        if _only_tells_which(words, predicate, predicates[n + 1] if n + 1 < len(predicates) else None, groups):
            continue
        used[g] = n
        for extra, company in _company(words, max(predicate.end, people.end), groups):
            used[extra] = n
            people = _Group(people.start, groups[extra].end, people.people + company)
        agent = _agent(words, predicate, predicates[n - 1].end if n else 0)
        statements = _count(words, predicate, people, side_before, agent)
        statements = _less_attackers(words, statements, people, groups)
        found += statements
        if statements:
            side_before = "militant" if all(s.field.startswith("militants") for s in statements) else "victim"
    return found


def _arguments(
    words: Words, predicate: Predicate, predicates: Sequence[Predicate], n: int, groups: Sequence[_Group], used: dict[int, int]
) -> tuple[int, _Group] | None:
    before, after = _boundaries(words, predicate, predicates, n)
    if predicate.form in ("active", "of"):
        return _object(words, predicate, groups, used, after, predicates)
    if predicate.form == "open":
        taken = _object(words, predicate, groups, used, after, predicates, near=True)
        subject = _subject(words, predicate, groups, used, before, adjacent=True)
        if taken is not None and not (subject is not None and _feeds_next(words, taken[1], predicates, n)):
            return taken
        return subject or _subject(words, predicate, groups, used, before)
    if predicate.form == "adjective":
        return _subject(words, predicate, groups, used, before, adjacent=True, governed_too=True) or _left(words, predicate, groups, used)
    return _subject(words, predicate, groups, used, before)


def _only_tells_which(words: Words, predicate: Predicate, following: Predicate | None, groups: Sequence[_Group]) -> bool:
    """ "Two more soldiers injured in the attack embraced martyrdom": the first verb only says which soldiers."""
    if (
        predicate.what != "injured"
        or predicate.form != "open"
        or following is None
        or following.form != "subject"
        or following.what != "killed"
    ):
        return False
    between = words.lower[predicate.end : following.start]
    return not any(w in (",", "and", ";", "while", "but") for w in between) and not any(
        predicate.end <= g.start < following.start and not g.governed for g in groups
    )


def _less_attackers(words: Words, statements: list[Statement], people: _Group, groups: Sequence[_Group]) -> list[Statement]:
    """ "15 people, including four of the gunmen": eleven victims and four attackers."""
    if len(statements) != 1 or statements[0].field != "killed" or statements[0].count is None or people.part:
        return statements
    whole = statements[0]
    for group in groups:
        if not group.part or not people.end <= group.start <= people.end + 4:
            continue
        attackers = [p for p in group.people if p.side in ("militant", "bomber") and p.count]
        count = sum(p.count or 0 for p in attackers)
        if 0 < count < (whole.count or 0):
            fighters = sum(p.count or 0 for p in attackers if p.side == "militant" or (p.count or 0) > 1)
            low = None if whole.low is None else whole.low - count
            high = None if whole.high is None else whole.high - count
            less = [
                replace(whole, count=(whole.count or 0) - count, low=low, high=high, text=words.span(people.start, group.end), generic=True)
            ]
            return less + (
                [
                    replace(
                        whole,
                        field="militants_killed",
                        count=fighters,
                        low=fighters,
                        high=fighters,
                        text=words.span(group.start, group.end),
                    )
                ]
                if fighters
                else []
            )
    return statements


def _company(words: Words, start: int, groups: Sequence[_Group]) -> list[tuple[int, tuple[People, ...]]]:
    """The people after "was killed along with …", with the group that they stand in."""
    lower = words.lower
    for j in range(start, min(start + 16, len(lower))):
        if (
            lower[j : j + 2] in (["along", "with"], ["together", "with"])
            or lower[j : j + 3] == ["as", "well", "as"]
            or lower[j] == "alongside"
        ):
            return _beginning(groups, j)
        if j == start and lower[j : j + 2] in (["as", "were"], ["as", "was"]):
            return _beginning(groups, j)
        if lower[j] in (".", ";", "and", "while", "when", "who") or lower[j] in lexis.KILL or lower[j] in lexis.INJURE:
            break
    return []


def _beginning(groups: Sequence[_Group], j: int) -> list[tuple[int, tuple[People, ...]]]:
    found = []
    for g, group in enumerate(groups):
        people = tuple(p for p in group.people if p.start > j)
        if people and people[0].start <= j + 3:
            found.append((g, people))
    return found


def _left(words: Words, predicate: Predicate, groups: Sequence[_Group], used: dict[int, int]) -> tuple[int, _Group] | None:
    """ "left 46 members of the community dead": the first people after the verb of leaving."""
    lower = words.lower
    for j in range(predicate.start - 1, max(-1, predicate.start - 14), -1):
        if lower[j] in ("left", "leaving", "leaves"):
            return next(((g, group) for g, group in enumerate(groups) if j < group.start <= j + 3 and g not in used), None)
        if lower[j] in (";", ".") or lower[j] in lexis.BREAKS:
            return None
    return None


def _boundaries(words: Words, predicate: Predicate, predicates: Sequence[Predicate], n: int) -> tuple[int, int]:
    """The clause around a predicate: token bounds before it and after it."""
    lower = words.lower
    before = 0
    floor = predicates[n - 1].end if n else 0
    for j in range(predicate.start - 1, floor - 1, -1):
        if (
            lower[j] in lexis.BREAKS
            and lower[j] not in ("said", "after")
            or lower[j] in (";", ":")
            or (lower[j] == "after" and j + 1 < predicate.start - 2)
        ):
            before = j + 1
            break
    after = predicates[n + 1].start if n + 1 < len(predicates) else len(lower)
    return before, after


def _feeds_next(words: Words, group: _Group, predicates: Sequence[Predicate], n: int) -> bool:
    """ "Five killed 12 injured": the people after this predicate belong to the next one."""
    if n + 1 >= len(predicates):
        return False
    following = predicates[n + 1]
    gap = words.lower[group.end : following.start]
    return all(w in lexis.AUXILIARIES or w in lexis.ADVERBS for w in gap) and following.form in ("open", "passive", "adjective", "subject")


def _object(
    words: Words,
    predicate: Predicate,
    groups: Sequence[_Group],
    used: dict[int, int],
    limit: int,
    predicates: Sequence[Predicate],
    *,
    near: bool = False,
) -> tuple[int, _Group] | None:
    """The people after a verb. `near`: right after it, as in "killed five"."""
    lower = words.lower
    j = predicate.end
    while j < limit and (
        lower[j] in lexis.ADVERBS
        and lower[j] not in ("all", "both", "each", "only", "just")
        or lower[j] in ("or", "and", "the")
        and not near
        or lower[j] == "by"
        and near is None
    ):
        j += 1
    # "killed and wounded seven": one object for both verbs.
    if j < len(lower) and lower[predicate.end : predicate.end + 1] in (["and"], ["or"]):
        return None
    for g, group in enumerate(groups):
        if group.start < predicate.end:
            continue
        if group.start > j + (0 if near else 1) and not _only_adjectives(words, j, group):
            break
        if (
            near
            and group.people[0].name
            and lower[predicate.end - 1] in ("injured", "wounded", "hurt", "killed", "martyred")
            and not _has_subject_before(words, predicate)
        ):
            return None
        return g, group
    if predicate.end < len(lower) and lower[predicate.end] in ("him", "her", "them") and not near:
        earlier = [(g, group) for g, group in enumerate(groups) if group.end <= predicate.start and g not in used and _victims(group)]
        if earlier:
            return earlier[-1]
    return None


def _only_adjectives(words: Words, start: int, group: _Group) -> bool:
    """ "shot dead tribal leader Wahid": plain words between the verb and a noun without article."""
    gap = words.lower[start : group.start]
    return (
        len(gap) <= 2
        and group.people[0].bare_noun
        and all(
            w.isalpha() and w not in lexis.PREPOSITIONS and w not in lexis.BREAKS and w not in lexis.AUXILIARIES and w not in _AND
            for w in gap
        )
    )


def _has_subject_before(words: Words, predicate: Predicate) -> bool:
    return predicate.start > 0 and words.lower[predicate.start - 1] not in (",",)


def _victims(group: _Group) -> bool:
    return any(p.side in ("victim", "unknown") for p in group.people)


def _subject(
    words: Words,
    predicate: Predicate,
    groups: Sequence[_Group],
    used: dict[int, int],
    floor: int,
    *,
    adjacent: bool = False,
    governed_too: bool = False,
) -> tuple[int, _Group] | None:
    """The people before a verb: the nearest that nothing governs, that agree in number and no other verb has taken."""
    lower = words.lower
    j = predicate.start - 1
    while j >= 0 and (
        lower[j] in lexis.AUXILIARIES
        or lower[j] in lexis.ADVERBS
        or lower[j].endswith("ly")
        or lower[j] in ("found", "declared", "pronounced", "shot", "brought", "confirmed", "who")
    ):
        j -= 1
    if j >= 0 and lower[j] == "," and lower[j + 1] == "who":
        j -= 1
    near = [(g, group) for g, group in enumerate(groups) if group.end <= predicate.start and group.end >= j + 1]
    if near:
        g, group = near[-1]
        if g not in used or governed_too:
            agrees = predicate.singular is None or predicate.singular != group.plural
            told_of = (
                group.part and group.people[0].bare and predicate.form in ("passive", "subject", "adjective")
            )  # "three of them were dead"
            if (agrees and (not group.governed or governed_too)) and (told_of or adjacent or not group.part):
                return g, group
    if adjacent:
        return None
    candidates = [(g, group) for g, group in enumerate(groups) if group.end <= predicate.start and group.start >= floor]
    for strict in (True, False):
        for g, group in reversed(candidates):
            if g in used and used[g] is not None:
                continue
            if group.part or (strict and group.governed):
                continue
            if predicate.singular is True and group.plural:
                continue
            if predicate.singular is False and not group.plural:
                continue
            if predicate.singular is None and predicate.form == "passive" and group.people[0].bare and not strict:
                continue
            return g, group
    # "A member of a committee that is responsible for … was killed": the first people of the sentence.
    if predicate.form == "passive" and predicate.singular is not None:
        for g, group in enumerate(groups):
            if (
                group.end <= predicate.start
                and g not in used
                and not group.governed
                and not group.part
                and group.plural != predicate.singular
            ):
                return g, group
    # "four gunmen tried to enter but were killed": the subject stands before the conjunction.
    if j >= 0 and lower[j] in ("but", "and", "then", "being", "until", "before") and predicate.form == "passive":
        for g, group in reversed([(g, group) for g, group in enumerate(groups) if group.end <= j]):
            if (
                g not in used
                and not group.governed
                and not group.part
                and (predicate.singular is None or predicate.singular != group.plural)
            ):
                return g, group
    # "two policemen were wounded and later died": the same people as the verb before.
    if predicate.form == "subject" and used:
        g = max(used)
        gap = lower[groups[g].end : predicate.start]
        if len(gap) <= 12 and ("and" in gap or "later" in gap) and not any(w in (".", ";") for w in gap):
            return g, groups[g]
    return None


def _says_no_one(words: Words, predicate: Predicate, earlier: Predicate | None) -> bool:
    lower = words.lower
    window = lower[max(earlier.end if earlier else 0, predicate.start - 6) : predicate.start]
    for j in range(len(window)):
        for pattern in _NO_ONE:
            if tuple(window[j : j + len(pattern)]) == pattern:
                return True
        if window[j] == "no" and j + 1 < len(window) and window[j + 1] in lexis.PEOPLE:
            return True
    return lower[predicate.end : predicate.end + 2] == ["no", "one"] or lower[predicate.end : predicate.end + 1] == ["nobody"]


def _agent(words: Words, predicate: Predicate, floor: int) -> str:
    """ "security" where the state's forces do the killing, else ""."""
    if predicate.form not in ("active", "open") or floor:
        return ""
    lower = words.lower
    window = range(max(0, predicate.start - 8), predicate.start)
    if any(lower[k] in lexis.MILITANTS or lower[k] in lexis.THINGS for k in window):
        return ""
    agents = [k for k in window if lower[k] in _SECURITY_AGENTS]
    return (
        "security"
        if agents
        and not any(k and (lower[k - 1] in lexis.PREPOSITIONS or lower[k - 2 : k - 1] in (["carrying"], ["on"], ["of"])) for k in agents)
        else ""
    )


def _count(words: Words, predicate: Predicate, group: _Group, inherited: Side, agent: str) -> list[Statement]:
    """Victims and attackers of one group, each added up."""
    sides: dict[str, list[People]] = {}
    singles = len(group.people) == 1
    premature = predicate.what == "killed" and _own_bomb(words)
    for person in group.people:
        side = "militant" if premature else person.side
        if side == "bomber":
            if (person.count or 1) < 2:
                continue
            side = "militant"
        if side == "taliban":
            side = "taliban"
        elif side == "unknown" or (words.lower[person.end - 1] == "others" and singles):
            side = (
                "militant"
                if (agent == "security" and person.bare)
                or (inherited == "militant" and (person.bare or words.lower[person.end - 1] == "others"))
                else "victim"
            )
        sides.setdefault(side, []).append(person)
    made = []
    for side, people in sides.items():
        known = [p for p in people if p.count is not None]
        field: Field = predicate.what if side == "victim" else ("militants_killed" if predicate.what == "killed" else "militants_injured")
        start, end = min(p.start for p in people), max(p.end for p in people)
        if not known:
            count = low = high = None
        else:
            count = sum(p.count or 0 for p in known)
            low = None if any(p.low is None for p in known) else sum(p.low or 0 for p in known)
            high = None if len(known) < len(people) or any(p.high is None for p in known) else sum(p.high or 0 for p in known)
            if low is None and high is None and any(p.high is not None or p.low is not None for p in known) and len(known) > 1:
                low = sum(p.low or 0 for p in known) or None
        made.append(
            Statement(
                field,
                count,
                low,
                high,
                words.starts[min(start, predicate.start)] if predicate.start < start else words.starts[start],
                words.ends[max(end, predicate.end) - 1],
                words.span(start, end),
                adds=people[0].adds and singles,
                late=predicate.late,
                part=all(p.part for p in people) and not (predicate.form == "active" and people[0].bare),
                named=all(p.name for p in people),
                generic=singles and words.lower[people[0].end - 1] in _GENERIC,
                also=_also(words, predicate),
                taliban=side == "taliban",
                admitted=predicate.admitted,
            )
        )
    return made


def _own_bomb(words: Words) -> bool:
    """ "killed when the device they were planting went off prematurely": those killed are the attackers."""
    lower = words.lower
    return (
        "they" in lower
        and "when" in lower
        and ("planting" in lower or "plant" in lower)
        and ("prematurely" in lower or "exploded" in lower)
    )


_GENERIC = frozenset("people persons person victims individuals casualties martyrs".split())


def _also(words: Words, predicate: Predicate) -> bool:
    lower = words.lower
    near = lower[max(0, predicate.start - 4) : predicate.start] + lower[predicate.end : predicate.end + 2]
    return (
        "also" in near
        or lower[:1] in (["additionally"], ["also"])
        or lower[:2] == ["in", "addition"]
        or lower[predicate.end : predicate.end + 2] == ["as", "well"]
    )


def _zero(words: Words, predicate: Predicate) -> Statement:
    start = max(0, predicate.start - 3)
    return Statement(predicate.what, 0, 0, 0, words.starts[start], words.ends[predicate.end - 1], words.span(start, predicate.end))


# ---------------------------------------------------------------- fixed phrases


def _fixed(words: Words) -> list[Statement]:
    """Statements that are phrases rather than verbs: "the death toll rose to 17", "claimed 13 lives", "no casualties", "five deaths"."""
    lower = words.lower
    found: list[Statement] = []
    for i, word in enumerate(lower):
        if word in _TOLL_HEADS or (word in ("number", "count") and lower[i + 1 : i + 2] == ["of"]):
            found += _toll_phrase(words, i)
        elif word in ("lives", "deaths", "fatalities", "bodies", "dead-bodies", "martyrs", "injuries", "wounded", "injured", "corpses"):
            found += _counted_noun(words, i)
        elif word in _ZERO_NOUNS and any(w in ("no", "without", "zero") for w in lower[max(0, i - 3) : i]):
            found += _no_casualties(words, i)
    return found


def _statement(words: Words, what: Field, start: int, end: int, number: tuple[int, int | None, int | None], **flags: bool) -> Statement:
    count, low, high = number
    return Statement(what, count, low, high, words.starts[start], words.ends[end - 1], words.span(start, end), **flags)


def _toll_phrase(words: Words, i: int) -> list[Statement]:
    lower = words.lower
    around = lower[max(0, i - 2) : i + 5]
    what: What = "injured" if any(w in ("injured", "wounded", "injuries") for w in around) else "killed"
    if lower[i] in ("number", "count") and not any(
        w in ("dead", "killed", "injured", "wounded", "fatalities", "deaths", "casualties", "martyrs") for w in lower[i + 1 : i + 5]
    ):
        return []
    made: list[Statement] = []
    for j in range(i + 1, min(i + 12, len(lower))):
        if lower[j] in ("to", "at", "reached", "hit", "is", "stands", "crossed", "climbed", "of", "was", "now", "touched"):
            number = number_at(lower, j + 1) if j + 1 < len(lower) else None
            if number is not None and lower[number.end : number.end + 1] not in (["hours"], ["percent"], ["days"], ["am"], ["pm"]):
                if lower[j] == "of" and any(w in ("dead", "killed") for w in lower[number.end : number.end + 1]):
                    pass
                made.append(_statement(words, what, i, number.end, (number.count, number.low, number.high), total=True))
                break
        if lower[j] in (".", ";"):
            break
    return made


def _counted_noun(words: Words, i: int) -> list[Statement]:
    """ "13 lives", "five deaths", "three bodies", "12 injuries"."""
    lower = words.lower
    word = lower[i]
    for width in range(5, 0, -1):
        start = i - width
        if start < 0:
            continue
        number = number_at(lower, start)
        if number is None or number.end > i:
            continue
        between = lower[number.end : i]
        if len(between) > 2 or any(w in lexis.THINGS or w in lexis.PEOPLE or w in ("of", ",", "and") for w in between):
            continue
        if word in ("wounded", "injured"):
            return []
        if word == "lives" and not any(
            w
            in (
                "claimed",
                "claiming",
                "took",
                "taking",
                "take",
                "taken",
                "lost",
                "cost",
                "costing",
                "claims",
                "lose",
                "losing",
                "consumed",
                "snuffed",
            )
            for w in lower[max(0, start - 4) : i + 4]
        ):
            return []
        what: Field = "injured" if word == "injuries" else "killed"
        return [_statement(words, what, number.start, i + 1, (number.count, number.low, number.high), generic=True)]
    return []


def _no_casualties(words: Words, i: int) -> list[Statement]:
    lower = words.lower
    start = next(k for k in range(max(0, i - 3), i) if lower[k] in ("no", "without", "zero"))
    if any(w in ("further", "more", "other", "civilian", "additional", "information", "militant") for w in lower[start:i]):
        return []
    fields: tuple[Field, ...] = ("killed", "injured")
    if lower[i] in ("injuries",):
        fields = ("injured",)
    elif lower[i] == "loss" and "life" not in lower[i : i + 3]:
        return []
    elif lower[i] in ("deaths", "fatalities", "loss"):
        fields = ("killed",)
    return [_statement(words, field, start, i + 1, (0, 0, 0)) for field in fields]
