"""Reads one sentence's casualty statements: who was killed or injured, and how many.

Each verb looks for its people: a passive before it, an active one after it. People joined by commas and "and" are
added up, a name with its apposition is one person, parts of a total ("including five children") are left out, a lone
bomber never counts, and attackers are kept apart from victims.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.text import lexis
from monitor.text.arguments import Clauses, company_of, one_person, only_tells_which, people_of, with_whom
from monitor.text.brackets import without_ages, without_brackets, without_dateline, without_owners, without_registers, without_taken_back
from monitor.text.injured_of import of_the_injured, with_the_injured
from monitor.text.nlp import Words
from monitor.text.numbers import cardinal
from monitor.text.parties import Party, join_people
from monitor.text.people import People, Side, find_people
from monitor.text.predicates import find_predicates
from monitor.text.statements import Field, Statement
from monitor.text.toll_phrases import read_phrases
from monitor.text.urdu import read_urdu
from monitor.text.verbs import Predicate

__all__ = ["Field", "Statement", "read_statements"]

_SIMPLER = (without_dateline, without_registers, without_owners, without_brackets, without_taken_back, without_ages)
_SECURITY_AGENTS = frozenset(
    "troops forces police army soldiers commandos policemen cops ctd personnel rangers levies airstrike airstrikes jets military".split()
)
_AMONG = frozenset(("among", "amongst"))
_OPENS_A_PART = frozenset(("including", "incl", "incl.", "among", "amongst"))
_NO_ONE = (("no", "one"), ("nobody",), ("none",), ("no-one",), ("noone",))
_NO = frozenset(words[0] for words in _NO_ONE)
_GENERIC = frozenset("people persons person victims individuals casualties martyrs".split())


def read_statements(words: Words) -> list[Statement]:
    """Every casualty statement of a sentence, in reading order."""
    for step in _SIMPLER:
        words = step(words)
    words, injured = of_the_injured(words)
    found = read_phrases(words) + [Statement(f, n, n, n, a, b, words.text[a:b]) for f, n, a, b in read_urdu(words.text)]
    predicates = find_predicates(words)
    if predicates:
        covered = [(s.start, s.end) for s in found]
        parties = join_people(words, find_people(words), {k for p in predicates for k in range(p.start, p.end)})
        found += [s for s in _attach(Clauses(words, predicates, parties)) if not any(a < s.end and s.start < b for a, b in covered)]
    found = _of_two_hospitals(words, _as_many(words, sorted(found, key=lambda s: s.start)))
    found = with_the_injured(found, injured) if injured else found
    if any(s.total for s in found) and any(s.field == "militants_killed" for s in found) and not _victims_told(found):
        found = [replace(s, field="militants_killed") if s.total and s.field == "killed" and not s.late else s for s in found]
    found = [s for s in found if not _THOUGHT_FIRST.search(words.text[: s.start])]
    return [replace(s, adds=False) if s.adds and _others_of_another_kind(s, found) else s for s in found]


# "What began as a report of two fatalities had become six."
_THOUGHT_FIRST = re.compile(
    r"\b(?:began|begun|started)(?: out)? as (?:an? |the )?(?:\w+ )?(?:report|toll|count)s? of (?:at least )?$", re.IGNORECASE
)
# "None of its fighters was hurt" is said of the attackers.
_OWN_MEN = re.compile(
    r"\b(?:none|no one|nobody|not one|neither) of (?:its|our|their)(?: own)? (?:fighters|forces|men|members|mujahideen|comrades)\b",
    re.IGNORECASE,
)
_AS_MANY = re.compile(r"\b(?:as many|an equal number of|the same number of)(?! as\b)[\w ]*$", re.IGNORECASE)


def _as_many(words: Words, found: Sequence[Statement]) -> list[Statement]:
    """ "Three were killed and as many injured": the second figure is the first."""
    out: list[Statement] = []
    for s in found:
        told = next((t for t in reversed(out) if t.count), None)
        same = s.count is None and told is not None and _AS_MANY.search(words.text[: s.end])
        out.append(replace(s, count=told.count, low=told.low, high=told.high, adds=False) if same and told else s)
    return out


_LOSES = frozenset("lose loses lost losing".split())
_CARE = frozenset("hospital complex centre center cmh dhq lrh clinic facility".split())


def _of_two_hospitals(words: Words, found: Sequence[Statement]) -> list[Statement]:
    """ "The civil hospital received six bodies, and two dead were taken to the complex": what a second one has comes on top."""
    if sum(w in _CARE for w in words.lower) < 2 or len(found) < 2:
        return list(found)
    out: list[Statement] = []
    for s in found:
        earlier = [t for t in out if t.field == s.field and t.count]
        apart = earlier and s.count and not (s.total or s.part or s.late) and _cares_between(words, earlier[-1], s)
        out.append(replace(s, adds=True) if apart else s)
    return out


def _cares_between(words: Words, earlier: Statement, later: Statement) -> bool:
    """Whether each of two figures has a hospital of its own: one before or between them, one between or after."""
    at = [words.starts[k] for k, w in enumerate(words.lower) if w in _CARE]
    return any(c < later.start for c in at) and any(c > earlier.end for c in at) and not earlier.total


def _victims_told(found: Sequence[Statement]) -> bool:
    return any(s.field in ("killed", "injured") and not s.total for s in found)


def _others_of_another_kind(statement: Statement, found: Sequence[Statement]) -> bool:
    """ "Five killed and 14 others wounded": the others are those not killed, nothing is added to the wounded."""
    before = [s for s in found if s.start < statement.start]
    return bool(before) and all(s.field != statement.field for s in before)


def _attach(clauses: Clauses) -> list[Statement]:
    """The statements of all verbs, in order."""
    words, found = clauses.words, []
    side_before: Side = "victim"
    for n, predicate in enumerate(clauses.predicates):
        earlier = clauses.predicates[n - 1] if n else None
        if predicate.zero or _says_no_one(words, predicate, earlier):
            taken = people_of(clauses, n)
            if taken is not None:
                clauses.taken.add(taken[0])
            one = taken is not None and predicate.zero and not taken[1].plural and not _says_no_one(words, predicate, earlier)
            # "The groom was not hurt" says nothing of the others.
            if not one and not _OWN_MEN.search(words.text[: words.starts[predicate.start]]):
                found.append(_zero(words, predicate))
            continue
        if predicate.form == "self":
            found.append(_one_body(words, predicate))
            continue
        if (all_of_them := _all_of_them(clauses, n)) is not None:
            found.append(all_of_them)
            continue
        taken = people_of(clauses, n)
        if taken is None or only_tells_which(clauses, n):
            continue
        if _or_injured(words, predicate):
            clauses.taken.add(taken[0])
            continue
        g, party = taken
        clauses.taken.add(g)
        party = _whole(clauses, g, one_person(words, predicate, _counted_before(clauses, g, party)))
        for index, company in company_of(clauses, max(predicate.end, party.end)):
            clauses.taken.add(index)
            party = Party(party.start, clauses.parties[index].end, party.people + company)
        beside = with_whom(clauses, n, party)
        if beside is not None:
            clauses.taken.add(beside[0])
            party = Party(beside[1].start, party.end, beside[1].people + party.people)
        told_before = predicate.form == "open" and party.end <= predicate.start  # "the police spoke of six killed": not by them
        agent = "" if told_before else _agent(words, predicate, earlier.end if earlier else 0)
        side_before = _side_by_verb(words, predicate) or side_before
        inherited = "militant" if _of_the_attackers(clauses, g, party) else _side_of_whom(clauses, g, party) or side_before
        statements = _less_attackers(words, _count(words, predicate, party, inherited, agent), party, clauses.parties)
        found += statements
        if statements:
            side_before = _side_told(statements)
    return found


def _all_of_them(clauses: Clauses, n: int) -> Statement | None:
    """ "Opened fire on three barbers, killing all of them": as many as were told of last."""
    words, predicate = clauses.words, clauses.predicates[n]
    lower, end = words.lower, predicate.end
    if predicate.form != "active" or lower[end : end + 3] not in (["all", "of", "them"], ["both", "of", "them"]):
        return None
    told = [p for party in clauses.parties if party.end <= predicate.start for p in party.people if p.plural and p.side != "militant"]
    if not told or not told[-1].count:
        return None
    whom = told[-1]
    field: Field = predicate.what
    text = words.span(whom.start, whom.end)
    return Statement(field, whom.count, whom.low, whom.high, words.starts[predicate.start], words.ends[end + 2], text)


def _or_injured(words: Words, predicate: Predicate) -> bool:
    """ "Nine people were killed or injured", "leaving 20 dead and wounded", "Six dead, wounded": one figure of both says neither."""
    lower = words.lower
    if predicate.what == "injured" and lower[predicate.start - 1 : predicate.start] == ["or"] and lower[predicate.start - 2] in lexis.KILL:
        return True  # "kills or wounds nine"
    if predicate.what == "injured" and lower[predicate.start - 1 : predicate.start] == ["and"] and lower[predicate.start - 2] in lexis.KILL:
        return cardinal(lower[predicate.start - 3]) is not None  # "spoke of thirty killed and wounded"
    join = lower[predicate.end : predicate.end + 1]
    told = predicate.what == "killed" and (predicate.form in ("passive", "adjective", "open"))
    both = told and (join in (["or"], ["and"]) or (join == [","] and predicate.form != "passive"))
    if not both or predicate.end + 1 >= len(lower) or lower[predicate.end + 1] not in _HURT:
        return False
    following = lower[predicate.end + 2 : predicate.end + 4]
    if following in (["at", "least"], ["as", "many"], ["as", "few"], ["at", "most"]):
        return False  # "left five dead and wounded at least 12"
    return not following or following[0] in _ENDS_BOTH


def _side_by_verb(words: Words, predicate: Predicate) -> Side | None:
    """ "Nine militants killed, army loses two": its own; who is "sent to hell" is nobody's victim."""
    if words.lower[predicate.end - 1] == "hell":
        return "militant"
    return "victim" if words.lower[predicate.start] in _LOSES else None


_HURT = frozenset(("injured", "wounded", "hurt"))
_ENDS_BOTH = frozenset(". , ; in by when after at on as during near around".split())


def _counted_before(clauses: Clauses, g: int, party: Party) -> Party:
    """ "Three other wounded people were in stable condition": the number stands before the participle."""
    before = clauses.parties[g - 1] if g else None
    if before is None or g - 1 in clauses.taken or before.end != party.start - 1 or clauses.words.lower[before.end] not in _HURT:
        return party
    counted, told = before.people[-1], party.people[0]
    if len(party.people) > 1 or told.count is not None or counted.count is None:
        return party
    clauses.taken.add(g - 1)
    return Party(counted.start, party.end, (replace(counted, end=told.end, side=told.side, bare=False),))


def _whole(clauses: Clauses, g: int, party: Party) -> Party:
    """ "Guards were fired on, and three of them were killed": three of a number that is not told are all that is told."""
    lower = clauses.words.lower
    if len(party.people) > 1 or not party.people[0].part or lower[party.end - 2 : party.end] not in (["of", "them"], ["of", "whom"]):
        return party
    groups = [p for earlier in clauses.parties[:g] for p in earlier.people if p.plural]
    if not groups or groups[-1].count is not None or groups[-1].side == "militant":
        return party
    return Party(party.start, party.end, (replace(party.people[0], part=False),))


def _of_the_attackers(clauses: Clauses, g: int, party: Party) -> bool:
    """ "repulsed 15 terrorists, killing three of them"; "four of them were killed by their own accomplices"."""
    lower = clauses.words.lower
    alone = party.people[0] if len(party.people) == 1 else None
    if alone is not None and alone.bare and lower[alone.start] in ("all", "both", "the"):
        same = [p for earlier in clauses.parties[:g] for p in earlier.people if p.count == alone.count and p.side != "unknown"]
        return bool(same) and same[-1].side == "militant"  # "eight gunmen rushed in; all eight were killed"
    if not (len(party.people) == 1 and party.people[0].part and lower[party.end - 2 : party.end] in (["of", "them"], ["of", "whom"])):
        return False
    if "accomplices" in lower:
        return True
    groups = [p for earlier in clauses.parties[:g] for p in earlier.people if p.plural]
    return bool(groups) and groups[-1].side == "militant"


def _side_of_whom(clauses: Clauses, g: int, party: Party) -> Side | None:
    """ "Two assailants were shot by the guards, one of whom was killed": the guards are told last."""
    if clauses.words.lower[party.end - 2 : party.end] != ["of", "whom"] or not g:
        return None
    last = clauses.parties[g - 1].people[-1]
    return "victim" if last.plural and last.side == "victim" and party.start - clauses.parties[g - 1].end <= 2 else None


def _less_attackers(words: Words, statements: list[Statement], party: Party, parties: Sequence[Party]) -> list[Statement]:
    """ "15 people, including four of the gunmen": eleven victims and four attackers."""
    if len(statements) != 1 or statements[0].field != "killed" or statements[0].count is None or party.part:
        return statements
    whole = statements[0]
    for other in parties:
        opened = {*words.lower[other.start - 1 : other.start], *words.lower[other.end : other.end + 1]}
        near = 14 if not opened.isdisjoint(_OPENS_A_PART) else 4
        if not other.part or not party.end <= other.start <= party.end + near:
            continue
        attackers = [p for p in other.people if p.side in ("militant", "bomber") and p.count]
        count = sum(p.count or 0 for p in attackers)
        if 0 < count < (whole.count or 0):
            fighters = sum(p.count or 0 for p in attackers if p.side == "militant" or (p.count or 0) > 1)
            low = None if whole.low is None else whole.low - count
            high = None if whole.high is None else whole.high - count
            less = [
                replace(whole, count=(whole.count or 0) - count, low=low, high=high, text=words.span(party.start, other.end), generic=True)
            ]
            return less + (
                [
                    replace(
                        whole,
                        field="militants_killed",
                        count=fighters,
                        low=fighters,
                        high=fighters,
                        text=words.span(other.start, other.end),
                    )
                ]
                if fighters
                else []
            )
    return statements


def _says_no_one(words: Words, predicate: Predicate, earlier: Predicate | None) -> bool:
    lower = words.lower
    window = lower[max(earlier.end if earlier else 0, predicate.start - 6) : predicate.start]
    for j in range(len(window)) if not _NO.isdisjoint(window) else ():
        for pattern in _NO_ONE:
            if tuple(window[j : j + len(pattern)]) == pattern:
                return True
        if window[j] == "no" and j + 1 < len(window) and window[j + 1] in lexis.PEOPLE:
            return True
    return lower[predicate.end : predicate.end + 2] == ["no", "one"] or lower[predicate.end : predicate.end + 1] == ["nobody"]


def _agent(words: Words, predicate: Predicate, floor: int) -> str:
    """ "security" where the state's forces do the killing, else ""."""
    if predicate.form not in ("active", "open") or floor or words.lower[predicate.start].startswith("martyr"):
        return ""
    lower = words.lower
    window = range(max(0, predicate.start - 8), predicate.start)
    agents = [k for k in window if lower[k] in _SECURITY_AGENTS and _AMONG.isdisjoint(lower[k : predicate.start])]
    others = [k for k in window if lower[k] in lexis.MILITANTS or lower[k] in lexis.THINGS]
    # "Police beat back militants, kill four": the first of them does it.
    if others and not (agents and agents[0] < others[0] and lower[others[0]] in lexis.MILITANTS):
        return ""
    governed = any(k and (lower[k - 1] in lexis.PREPOSITIONS or lower[k - 2 : k - 1] in (["carrying"], ["on"], ["of"])) for k in agents)
    return "security" if agents and not governed else ""


def _count(words: Words, predicate: Predicate, party: Party, inherited: Side, agent: str) -> list[Statement]:
    """Victims and attackers of one group, each added up."""
    sides: dict[Side, list[People]] = {}
    singles = len(party.people) == 1
    premature = predicate.what == "killed" and _own_bomb(words)
    # "Shafi and two accomplices were killed": he is one of them.
    led = any(words.lower[p.end - 1] in ("accomplice", "accomplices") for p in party.people[1:])
    for person in party.people:
        side = _side_of(words, person, inherited, agent, alone=singles)
        if side == "bomber" and (person.count or 1) < 2:
            continue
        side = "militant" if premature or led or side == "bomber" else side
        if side == "militant" and person is not party.people[0] and _is_his_guard(words, person, party):
            side = "victim"
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
                late=predicate.late or (predicate.what == "killed" and words.lower[end - 3 : end] in _OF_THE_HURT),
                part=(predicate.what == "killed" and _the_others(words, people[0]))
                or (all(p.part for p in people) and not (predicate.form == "active" and people[0].bare)),
                named=predicate.named or all(p.name for p in people),
                generic=singles and words.lower[people[0].end - 1] in _GENERIC,
                also=_also(words, predicate),
                taliban=side == "taliban",
                admitted=predicate.admitted,
                partly=len(known) < len(people),
            )
        )
    return made


_OF_THE_HURT = (["of", "the", "wounded"], ["of", "the", "injured"])


def _is_his_guard(words: Words, person: People, party: Party) -> bool:
    """ "Assistant commissioner, driver, gunman slain": an official's gunman guards him."""
    guarded_one = not _WITH_GUARDS.isdisjoint(words.lower[party.start : person.start])
    return guarded_one and words.lower[person.end - 1] in ("gunman", "gunmen") and party.people[0].side == "victim"


_WITH_GUARDS = frozenset(
    "driver commissioner leader chief officer minister lawmaker mpa mna senator judge dsp sp sho inspector elder malik".split()
)


def _the_others(words: Words, person: People) -> bool:
    """ "Six were killed. The other two dead were …": a part of those told."""
    return words.lower[person.start : person.start + 2] == ["the", "other"] and (person.count or 0) > 1


def _side_told(statements: Sequence[Statement]) -> Side:
    if any(not s.field.startswith("militants") for s in statements):
        return "victim"
    return "taliban" if any(s.taliban for s in statements) else "militant"


def _side_of(words: Words, person: People, inherited: Side, agent: str, *, alone: bool) -> Side:
    """Whose side a person is on; "12" and "three others" are of the side told before, or of whom the security forces kill."""
    others = words.lower[person.end - 1] == "others" and alone
    if person.side != "unknown" and not others:
        return person.side
    if agent == "security" and person.bare:
        return "militant"
    if inherited in ("militant", "taliban") and (person.bare or others):
        return inherited
    return "victim"


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
        or any(lower[k : k + 3] == ["in", "addition", "to"] for k in range(max(0, predicate.start - 6), predicate.start))
        or lower[predicate.end : predicate.end + 2] == ["as", "well"]
    )


def _one_body(words: Words, predicate: Predicate) -> Statement:
    start, end = words.starts[predicate.start], words.ends[predicate.end - 1]
    return Statement("killed", 1, 1, 1, start, end, words.text[start:end], named=True)


def _zero(words: Words, predicate: Predicate) -> Statement:
    start = max(0, predicate.start - 3)
    return Statement(predicate.what, 0, 0, 0, words.starts[start], words.ends[predicate.end - 1], words.span(start, predicate.end))
