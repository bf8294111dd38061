"""Finds the people of each verb: those before a passive, those after an active one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.nouns import VERBS
from monitor.text.parties import Party, are_the_injured
from monitor.text.people import People
from monitor.text.verbs import Predicate

Found = tuple[int, Party]  # a party with its index

_SKIPPED_BEFORE_VERB = frozenset(
    "lay lie lies lying found declared pronounced shot brought confirmed who himself herself themselves".split()
)
_COUNTING_ADVERBS = frozenset("all both each only just".split())
_ENDS_GAP = frozenset((".", ";", ","))
_WHERE = frozenset("in at on near under outside inside beside behind to".split())
_MOVED = frozenset("taken shifted moved brought rushed referred carried admitted transferred evacuated airlifted".split())
_ENDS_COMPANY = frozenset((".", ";", "and", "while", "when", "who"))


@dataclass(slots=True)
class Clauses:
    """A sentence's verbs and parties. `taken`: the parties that a verb has got already."""

    words: Words
    predicates: Sequence[Predicate]
    parties: Sequence[Party]
    taken: set[int] = field(default_factory=set)

    def next_of(self, n: int) -> Predicate | None:
        return self.predicates[n + 1] if n + 1 < len(self.predicates) else None


def people_of(clauses: Clauses, n: int) -> Found | None:
    """The party that predicate `n` speaks of, or None."""
    predicate = clauses.predicates[n]
    if predicate.form in ("active", "of"):
        return _object(clauses, n)
    if predicate.form == "back":
        found = _antecedent(clauses, predicate)
        return found if found is not None and found[1].plural == ("them" in clauses.words.lower[predicate.start : predicate.end]) else None
    floor = _clause_start(clauses, n)
    if predicate.form == "open":
        after = _object_right_after(clauses, n)
        before = _subject_right_before(clauses, predicate)
        if after is not None and not (before is not None and _feeds_next(clauses, after[1], n)):
            return after
        return before or _left_so(clauses, predicate) or _subject(clauses, predicate, floor)
    if predicate.form == "adjective":
        return _left(clauses, predicate, close=True) or _subject_right_before(clauses, predicate, left=True) or _left(clauses, predicate)
    if predicate.form == "subject" and (found := _who_did(clauses, predicate)) is not None:
        return found
    return _subject(clauses, predicate, floor)


def _who_did(clauses: Clauses, predicate: Predicate) -> Found | None:
    """ "The minister paid tribute to Captain Noor and two sepoys who laid down their lives": those right before "who"."""
    if clauses.words.lower[predicate.start - 1 : predicate.start] != ["who"]:
        return None
    before = ((g, party) for g, party in enumerate(clauses.parties) if party.end == predicate.start - 1 and g not in clauses.taken)
    return next(before, None)


def only_tells_which(clauses: Clauses, n: int) -> bool:
    """ "Two more soldiers injured in the attack embraced martyrdom": the first verb only says which soldiers."""
    predicate, following = clauses.predicates[n], clauses.next_of(n)
    if predicate.what != "injured" or following is None:
        return False
    if predicate.form != "open" and "who" not in clauses.words.lower[max(0, predicate.start - 4) : predicate.start]:
        return False
    if following.form != "subject" or following.what != "killed":
        return False
    between = clauses.words.lower[predicate.end : following.start]
    if "," in clauses.words.lower[max(0, predicate.start - 4) : predicate.start] and between[-1:] == [","]:
        between = between[:-1]  # "the pupil, also wounded in the blast, died", "Khan, who was wounded, died"
    return not any(w in (",", "and", ";", "while", "but") for w in between) and not any(
        predicate.end <= party.start < following.start and not party.governed for party in clauses.parties
    )


def company_of(clauses: Clauses, start: int) -> list[tuple[int, tuple[People, ...]]]:
    """The people after "was killed along with …", with the index of the party that they stand in."""
    lower = clauses.words.lower
    for j in range(start, min(start + 16, len(lower))):
        along = lower[j : j + 2] in (["along", "with"], ["together", "with"]) or lower[j : j + 3] == ["as", "well", "as"]
        if (
            along
            or (lower[j] in ("alongside", "besides") and not _tells_of_the_dead(lower, j))
            or (lower[j : j + 2] in (["as", "were"], ["as", "was"], ["as", "did"], ["as", "had"]) and j <= start + 1)
        ):
            return [(g, people) for g, people in _beginning(clauses.parties, j) if not are_the_injured(clauses.words, people[-1])]
        if lower[j] == "and" and not {"between", ";", "."} & set(lower[start:j]):
            return _without_verb(clauses, start, j)
        if lower[j] in _ENDS_COMPANY or lower[j] in lexis.KILL or lower[j] in lexis.INJURE:
            break
    return []


def _tells_of_the_dead(lower: Sequence[str], j: int) -> bool:
    """ "… were wounded besides the 18 or more killed in the attack": those have been told before."""
    return lower[j + 1 : j + 2] == ["the"] and any(w in lexis.KILL or w in ("dead", "wounded", "injured") for w in lower[j + 2 : j + 7])


def with_whom(clauses: Clauses, n: int, party: Party) -> Found | None:
    """ "Apart from three policemen, a cyclist was killed": the people before the comma."""
    lower = clauses.words.lower
    g, first = next(((g, p) for g, p in enumerate(clauses.parties)), (0, party))
    opener = tuple(lower[: first.start])
    known = opener in _BESIDES and first.end < party.start and lower[first.end : first.end + 1] == [","] and g not in clauses.taken
    counted = all(p.count is not None and not p.definite and p.side in ("victim", "unknown") for p in first.people)
    return (g, first) if known and counted and n == 0 else None


_BESIDES = frozenset(
    {("besides",), ("alongside",), ("apart", "from"), ("aside", "from"), ("along", "with"), ("together", "with")}
    | {("in", "addition", "to"), ("as", "well", "as")}
)


def _without_verb(clauses: Clauses, start: int, j: int) -> list[tuple[int, tuple[People, ...]]]:
    """ "The driver died at the wheel and a guard on the road": people whose verb is that of the people before them."""
    lower = clauses.words.lower
    while start < j and (lower[start] in lexis.AUXILIARIES or lower[start] in _MOVED):
        start += 1
    if lower[start] not in lexis.PREPOSITIONS:
        return []
    found = next(((g, p) for g, p in enumerate(clauses.parties) if p.start == j + 1 and g not in clauses.taken), None)
    if found is None or any(p.count is None or p.side not in ("victim", "unknown") for p in found[1].people):
        return []
    last = found[1].people[-1].end
    resumes = _past_who(lower, last)
    end = next((k for k in range(resumes, len(lower)) if lower[k] in _ENDS_GAP), len(lower))
    if any(w in lexis.AUXILIARIES or w in VERBS or w in lexis.BREAKS or w in _ENDS_GAP for w in (*lower[j:last], *lower[resumes:end])):
        return []
    return [(found[0], found[1].people)] if resumes < end and lower[resumes] in _WHERE else []


def _past_who(lower: Sequence[str], i: int) -> int:
    """The token after a clause such as ", who was guarding her," at token `i`; `i` itself where there is none."""
    if list(lower[i : i + 2]) not in ([",", "who"], [",", "whose"]):
        return i
    return next((k + 1 for k in range(i + 2, min(i + 15, len(lower))) if lower[k] == ","), i)


def _beginning(parties: Sequence[Party], j: int) -> list[tuple[int, tuple[People, ...]]]:
    """The people that begin within three tokens after `j`, and who is joined to them."""
    after = [(g, tuple(p for p in party.people if p.start > j)) for g, party in enumerate(parties)]
    return [(g, people) for g, people in after if people and people[0].start <= j + 3]


# ---------------------------------------------------------------- after the verb


def _object(clauses: Clauses, n: int) -> Found | None:
    """The people after an active verb, over a conjunction too: "killing, among others, …" is not read."""
    predicate, lower = clauses.predicates[n], clauses.words.lower
    following = clauses.next_of(n)
    limit = following.start if following else len(lower)
    j = predicate.end
    while j < limit and ((lower[j] in lexis.ADVERBS and lower[j] not in _COUNTING_ADVERBS) or lower[j] in ("or", "and", "the")):
        j += 1
    if lower[predicate.end : predicate.end + 1] in (["and"], ["or"]):
        return None  # "killed and wounded seven"
    for g, party in enumerate(clauses.parties):
        if party.start >= predicate.end:
            if party.start <= j + 1 or _only_adjectives(clauses.words, j, party):
                return g, party
            break
    if lower[predicate.end : predicate.end + 1] in (["him"], ["her"], ["them"]):
        return _antecedent(clauses, predicate)
    return None


def _object_right_after(clauses: Clauses, n: int) -> Found | None:
    """The people right after a verb that may be passive: "killed five"."""
    predicate, lower = clauses.predicates[n], clauses.words.lower
    j = predicate.end
    while j < len(lower) and lower[j] in lexis.ADVERBS and lower[j] not in _COUNTING_ADVERBS:
        j += 1
    for g, party in enumerate(clauses.parties):
        if party.start >= predicate.end:
            if party.start > j and not _only_adjectives(clauses.words, j, party):
                return None
            # ", killed Ali Khan" after a comma tells of somebody else.
            named = party.people[0].name and lower[predicate.start - 1 : predicate.start] in ([], [","])
            named = named and not any(w in ("which", "who") for w in lower[max(0, predicate.start - 14) : predicate.start])
            return None if named else (g, party)
    return None


def _antecedent(clauses: Clauses, predicate: Predicate) -> Found | None:
    earlier = [
        (g, party)
        for g, party in enumerate(clauses.parties)
        if party.end <= predicate.start and g not in clauses.taken and any(p.side in ("victim", "unknown") for p in party.people)
    ]
    return earlier[-1] if earlier else None


def _only_adjectives(words: Words, start: int, party: Party) -> bool:
    """ "shot dead tribal leader Wahid": plain words between the verb and a noun without article."""
    gap = [w for w in words.lower[start : party.start] if w not in ("'", '"')]
    return len(gap) <= 2 and party.people[0].bare_noun and all(w.isalpha() and w not in _NO_ADJECTIVES for w in gap)


_NO_ADJECTIVES = lexis.PREPOSITIONS | lexis.BREAKS | lexis.AUXILIARIES | {"and"}


def _feeds_next(clauses: Clauses, party: Party, n: int) -> bool:
    """ "Five killed 12 injured": the people after this predicate belong to the next one."""
    following = clauses.next_of(n)
    if following is None:
        return False
    gap = clauses.words.lower[party.end : following.start]
    return following.form not in ("active", "of") and all(w in lexis.AUXILIARIES or w in lexis.ADVERBS for w in gap)


# ---------------------------------------------------------------- before the verb


def _clause_start(clauses: Clauses, n: int) -> int:
    """The token at which the clause of predicate `n` begins."""
    lower = clauses.words.lower
    predicate = clauses.predicates[n]
    floor = clauses.predicates[n - 1].end if n else 0
    for j in range(predicate.start - 1, floor - 1, -1):
        counts = lower[j] == "as" and ("many" in lower[max(0, j - 1) : j + 2] or "well" in lower[max(0, j - 1) : j + 2])
        begins = lower[j] in lexis.BREAKS and lower[j] not in ("said", "after") and not counts
        if begins or lower[j] in (";", ":") or (lower[j] == "after" and j + 1 < predicate.start - 2):
            return j + 1
    return 0


def _before_auxiliaries(words: Words, predicate: Predicate) -> int:
    """The last token before a verb's auxiliaries and adverbs; -1 where there is none."""
    lower, j = words.lower, predicate.start - 1
    while j >= 0 and (
        lower[j] in lexis.AUXILIARIES or lower[j] in lexis.ADVERBS or lower[j].endswith("ly") or lower[j] in _SKIPPED_BEFORE_VERB
    ):
        j -= 1
    return j - 1 if j >= 0 and lower[j] == "," and lower[j + 1] == "who" else j


def _subject_right_before(clauses: Clauses, predicate: Predicate, *, left: bool = False) -> Found | None:
    """The people right before a verb. `left`: also those after a preposition or taken, as in "left five dead"."""
    j = _before_auxiliaries(clauses.words, predicate)
    near = [(g, party) for g, party in enumerate(clauses.parties) if j + 1 <= party.end <= predicate.start]
    if near and near[-1][1].part and _apposed_part(clauses.words, near[-1][1]):
        g = near[-1][0] - 1
        near = [(g, clauses.parties[g])] if g >= 0 and near[-1][1].start - clauses.parties[g].end <= 4 and g not in clauses.taken else []
    if not near or (near[-1][0] in clauses.taken and not left):
        return None
    party = near[-1][1]
    # "resulting in four khwarij being sent to hell"
    being = clauses.words.lower[party.end : predicate.start] == ["being"]
    spoken_of = predicate.form == "open" and clauses.words.lower[party.start - 1 : party.start] == ["of"]
    spoken_of = spoken_of and not _SPEAKS.isdisjoint(clauses.words.lower[max(0, party.start - 7) : party.start - 1])
    return near[-1] if _agrees(predicate, party) and (left or being or spoken_of or not party.governed) else None


# "The police spoke of six killed"
_SPEAKS = frozenset("speak speaks spoke speaking spoken talk talks talked talking word reports news".split())


def _apposed_part(words: Words, party: Party) -> bool:
    """ "four persons, two of them guards, were hurt": between commas, a part of those before it."""
    start = party.start
    while start > 0 and words.lower[start - 1] in _BEFORE_A_PART:
        start -= 1
    after = words.lower[party.end : party.end + 8]
    return start > 0 and words.lower[start - 1] == "," and "," in after


_BEFORE_A_PART = frozenset("them among amongst including incl incl. of whom".split())


def _agrees(predicate: Predicate, party: Party) -> bool:
    if predicate.singular is None or predicate.singular != party.plural:
        return True
    # "A driver and a guard was killed"; "Khan, a teacher and a poet, was killed".
    return predicate.singular and len(party.people) > 1 and all(p.count == 1 for p in party.people)


def one_person(words: Words, predicate: Predicate, party: Party) -> Party:
    """The party of a verb in the singular: what follows a first name or noun and a comma only tells more of that person."""
    first = party.people[0]
    if predicate.singular and len(party.people) > 1 and words.lower[first.end : first.end + 1] == [","]:
        return replace(party, people=(first,))
    return party


def _subject(clauses: Clauses, predicate: Predicate, floor: int) -> Found | None:
    """The people before a verb: right before it, else the nearest of its clause that nothing governs and no verb has taken."""
    near = _subject_right_before(clauses, predicate)
    if near is not None:
        told_of = near[1].people[0].bare and predicate.form in ("passive", "subject")  # "three of them were dead"
        told_of = told_of and not _apposed_part(clauses.words, near[1])
        if told_of or not near[1].part:
            return near
    free = [
        (g, p)
        for g, p in enumerate(clauses.parties)
        if p.end <= predicate.start and g not in clauses.taken and not p.part and _agrees(predicate, p)
    ]
    clause = [(g, p) for g, p in reversed(free) if p.start >= floor]
    nearest = next((found for found in clause if not found[1].governed), None)
    if nearest is None:
        nearest = next(
            (f for f in clause if not (predicate.singular is None and predicate.form == "passive" and f[1].people[0].bare)), None
        )
    if nearest is not None and nearest[1].governed and all(p.count is None for p in nearest[1].people):
        nearest = _far_subject(clauses, predicate, free) or nearest  # "two elders who were to meet the Taliban were killed"
    return nearest or _far_subject(clauses, predicate, free) or _shared_subject(clauses, predicate) or _opening_part(clauses, predicate)


def _opening_part(clauses: Clauses, predicate: Predicate) -> Found | None:
    """ "Seven of them, including a ringleader, were sent to hell": who the sentence begins with."""
    lower = clauses.words.lower
    first = next(iter(clauses.parties), None)
    if first is None or first.start != 0 or not first.part or 0 in clauses.taken or lower[first.end : first.end + 2] != [",", "including"]:
        return None
    return (0, first) if predicate.form == "passive" and _agrees(predicate, first) else None


def _far_subject(clauses: Clauses, predicate: Predicate, free: Sequence[Found]) -> Found | None:
    """A subject beyond the clause: "A member of a committee that is responsible for … was killed", "… tried to enter but were killed"."""
    if predicate.form != "passive":
        return None
    ungoverned = [found for found in free if not found[1].governed]
    if predicate.singular is not None and ungoverned:
        return ungoverned[0]
    j = _before_auxiliaries(clauses.words, predicate)
    if j >= 0 and clauses.words.lower[j] in ("but", "and", "then", "being", "until", "before"):
        return next((found for found in reversed(ungoverned) if found[1].end <= j), None)
    return None


def _shared_subject(clauses: Clauses, predicate: Predicate) -> Found | None:
    """ "two policemen were wounded and later died": the same people as the verb before."""
    if predicate.form != "subject" or not clauses.taken:
        return None
    g = max(clauses.taken)
    gap = clauses.words.lower[clauses.parties[g].end : predicate.start]
    if len(gap) <= 12 and ("and" in gap or "later" in gap) and not any(w in (".", ";") for w in gap):
        return g, clauses.parties[g]
    return None


def _left_so(clauses: Clauses, predicate: Predicate) -> Found | None:
    """ "leaving two policemen martyred": who was left stands right before the word that says how, which an active verb may be too."""
    found = _left(clauses, predicate, close=True)
    return found if found is not None and found[1].end >= _before_auxiliaries(clauses.words, predicate) else None


def _left(clauses: Clauses, predicate: Predicate, *, close: bool = False) -> Found | None:
    """ "left 46 members of the community dead": the first people after the verb of leaving. `close`: only right after it."""
    lower = clauses.words.lower
    for j in range(predicate.start - 1, max(-1, predicate.start - 22), -1):
        if lower[j] in ("left", "leaving", "leaves"):
            free = [(g, p) for g, p in enumerate(clauses.parties) if j < p.start and p.end <= predicate.start and g not in clauses.taken]
            near = next((found for found in free if found[1].start <= j + 3), None)
            if close or near:
                return near
            return next((found for found in free if not found[1].part and not found[1].governed and clauses.taken), None)
        if lower[j] in (";", ".") or lower[j] in lexis.BREAKS:
            return None
    return None
