"""Whether two incidents are one, or one is two, now that another report has come. Cautious: what is joined wrongly is told wrongly.

Both questions are put to `assign`, the judge of single reports, so that there is one idea of what speaks for one attack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from monitor.incidents.assign import SAME_PLACE, assign
from monitor.incidents.compare import place_clue, target_clue, type_clue
from monitor.incidents.filings import speaks, target_told_of, type_told_of
from monitor.incidents.merge import depth_of, merged
from monitor.incidents.words import one_of_several
from monitor.model import Account, Assignment, Evidence, Filing, Incident, Toll

# Log odds, in both directions, that what one incident is known for is the other: e to the fourth is 55 to 1. Among 592 attacks of
# two months and their 756 headlines, as crowded as it gets, two that are none came up to 3.1.
# Where the latest report fits both, less is enough: there none of those that came near was another attack.
ALIKE = 4.0
ALIKE_LINKED = 3.5
# The latest report fits the other incident as well as that.
LINKED = 2.0
# What fits three incidents alike has log odds of -1.1 for each.
TORN = -1.5
# A report goes over that fits the other attack better by so much, besides giving its number of dead.
APART = 1.0
FEW_SHARE = 3
# What a single report may have got wrong, incidents have settled: two spots of a district are two attacks.
_OTHER_PLACES = frozenset(
    {
        "place: elsewhere",
        "place: other spots of a district",
        "place: far spots of a district",
        "place: neighbouring districts",
        "place: other names in the province",
    }
)
# Words are compared with so many reports of an incident: the first ones and the last.
_WORDS_OF = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """Two incidents that are one: the elder keeps its id."""

    keep: str
    other: str
    why: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Reports, by item key, that speak of the second attack."""

    items: tuple[str, ...]
    why: str


def one_attack(
    touched: Incident, known: Sequence[Incident], *, now: dt.datetime, latest: Filing | None = None, apart: Collection[str] = ()
) -> Union | None:
    """The one of `known` that the incident, with what the `latest` report has added, is found to be the same as; None for none.

    They must agree in something that few attacks share: a toll, the words of a report, or the latest report, which fits both; and
    be as alike as their reports would have to be to join, or have the very same numbers.
    `apart` are ids that an analyst has told from it. Two incidents that one article tells apart stay apart, and so do those
    only one of which was dismissed, and those that two groups claim.
    """
    linked = _also_fits(latest, [other for other in known if other.id != touched.id], now=now) if latest is not None else None
    rivals = [o for o in known if o.id not in apart and _may_be_one(touched, o) and (o.id == linked or _agree(touched, o))]
    twin = next((other for other in rivals if _same_facts(touched, other)), None)
    if twin is not None:
        return _union(touched, twin, score=ALIKE)
    around = [touched, *(other for other in known if other.id != touched.id)] if rivals else []
    scored = [
        (score, other)
        for other in rivals
        if (score := _alike(touched, other, around, now=now, needed=ALIKE_LINKED if other.id == linked else ALIKE)) is not None
    ]
    if not scored:
        return None
    score, other = max(scored, key=lambda pair: (pair[0], pair[1].id))
    return _union(touched, other, score=score)


def torn(assignment: Assignment) -> bool:
    """Whether a report that opens an incident was near to joining one, as what two incidents pull at alike is. (0 is the score of
    one that fits nothing.)"""
    return assignment.incident_id is None and assignment.score >= TORN and assignment.score != 0


def bridged(filing: Filing, known: Sequence[Incident], *, now: dt.datetime, apart: Callable[[str], Collection[str]]) -> Union | None:
    """Two known incidents that a report which opens a third would have joined, either had it been the only one, and which are one
    with what the report says; None for none. `apart` gives the ids that an analyst has told from an id."""
    if filing.role != "report":
        return None
    fitting = [(found.score, other) for other in known if (found := assign(filing, [other], now=now)) and found.incident_id == other.id]
    best = [other for score, other in sorted(fitting, key=lambda pair: (-pair[0], pair[1].id)) if score >= LINKED][:2]
    if len(best) < 2 or not _may_be_one(*best) or best[1].id in apart(best[0].id):
        return None
    for one, other in (best, best[::-1]):
        with_report = merged(one.id, [*one.filings, filing])
        if not _may_be_one(with_report, other):
            continue
        around = [with_report, *(i for i in known if i.id != one.id)]
        same = _same_facts(with_report, other)
        score = ALIKE if same else _alike(with_report, other, around, now=now, needed=ALIKE_LINKED)
        if score is not None:
            return _union(with_report, other, score=score)
    return None


def _may_be_one(a: Incident, b: Incident) -> bool:
    if a.id == b.id or a.dismissed != b.dismissed or a.retracted or b.retracted:
        return False
    if _told_of(a) & _told_of(b):
        return False
    if place_clue(a.place, b.place).kind in _OTHER_PLACES:
        return False
    # "The second of two blasts": both are told in the same words and numbers.
    if any(one_of_several(f.text or f.title) for f in (*a.filings, *b.filings) if speaks(f)):
        return False
    claims = _claimed(a), _claimed(b)
    return not all(claims) or bool(claims[0] & claims[1])


def _also_fits(latest: Filing, others: Sequence[Incident], *, now: dt.datetime) -> str | None:
    """The other incident that the latest report would have joined, had the one it joined not been there."""
    found = assign(latest, others, now=now)
    return found.incident_id if found is not None and found.score >= LINKED else None


def _same_facts(a: Incident, b: Incident) -> bool:
    """Whether two incidents of one place and day have numbers in common that hardly come twice: three or more killed and injured,
    or ten or more killed. However different the words are, they tell of one attack."""
    if place_clue(a.place, b.place).kind not in SAME_PLACE or _day(a) != _day(b):
        return False
    if (
        type_clue(type_told_of(a), type_told_of(b)).kind == "type: other"
        or target_clue(target_told_of(a), target_told_of(b)).kind == "target: other"
    ):
        return False
    killed, injured = (_shared(getattr(a, field), getattr(b, field)) for field in ("killed", "injured"))
    if a.injured is not None and b.injured is not None:
        return killed >= FEW_SHARE and injured >= FEW_SHARE
    return killed >= 10


def _day(incident: Incident) -> dt.date:
    return incident.date or incident.first_seen.date()


def _shared(a: Toll | None, b: Toll | None) -> int:
    """The number that both give; 0 where they differ or one is not known."""
    return a.count if a is not None and b is not None and a.count == b.count else 0


def _told_of(incident: Incident) -> set[str]:
    return {f.item_key for f in incident.filings if speaks(f)}


def _claimed(incident: Incident) -> set[str]:
    return {g.id for g in incident.groups if g.stance == "claimed"}


def _agree(a: Incident, b: Incident) -> bool:
    """Whether the dead were once, or the injured, the same number of three or more in both (one or two are killed every day), or a
    report of one repeats one of the other."""
    for field in ("killed", "injured"):
        ours, theirs = _counts(a, field), _counts(b, field)
        if ours & theirs:
            return True
    keys = _told_of(b)
    return any(f.duplicate_of in keys for f in a.filings) or any(f.duplicate_of in _told_of(a) for f in b.filings)


def _counts(incident: Incident, field: str) -> set[int]:
    told = [getattr(incident, field), *(getattr(f.account, field) for f in incident.filings if speaks(f))]
    return {toll.count for toll in told if toll is not None and toll.count >= FEW_SHARE}


def _alike(a: Incident, b: Incident, around: Sequence[Incident], *, now: dt.datetime, needed: float) -> float | None:
    """How surely each one's facts, in the words of its reports, would have joined the other; the less sure direction counts.
    None where that is not enough."""
    there = _fits(a, b, around, now=now)
    if there is None or there < needed:
        return None
    back = _fits(b, a, around, now=now)
    return None if back is None or back < needed else min(there, back)


def _fits(one: Incident, other: Incident, around: Sequence[Incident], *, now: dt.datetime) -> float | None:
    rest = [incident for incident in around if incident.id != one.id]
    found = [assign(filing, rest, now=now) for filing in _as_filings(one)]
    return max((a.score for a in found if a is not None and a.incident_id == other.id), default=None)


def _as_filings(incident: Incident) -> list[Filing]:
    """The incident's facts as one report's, in the words of its first and its last ones."""
    told = [f for f in incident.filings if speaks(f) and f.duplicate_of is None] or [f for f in incident.filings if speaks(f)]
    if len(told) > _WORDS_OF:
        told = [*told[: _WORDS_OF // 2], *told[-_WORDS_OF // 2 :]]
    made, whom = type_told_of(incident), target_told_of(incident)
    facts = Account(
        fresh=True,
        date=incident.date,
        place=incident.place,
        killed=incident.killed,
        injured=incident.injured,
        militants_killed=incident.militants_killed,
        groups=incident.groups,
        attack_type=made,
        target=whom,
        evidence=tuple(Evidence(field=f, sentence=told[0].title) for f, v in (("attack_type", made), ("target", whom)) if v and told),
    )
    return [replace(f, item_key=f"{incident.id} {f.item_key}", role="report", account=facts, duplicate_of=None) for f in told]


def _union(a: Incident, b: Incident, *, score: float) -> Union:
    """The elder keeps its id; of two that began at one moment the one whose id sorts first."""
    keep, gone = sorted((a, b), key=lambda one: (one.first_seen, one.id))
    return Union(keep=keep.id, other=gone.id, why=_why(keep, gone), score=round(score, 2))


def _why(keep: Incident, gone: Incident) -> str:
    same = [
        f"{getattr(keep, field).count} {field}"
        for field in ("killed", "injured")
        if getattr(keep, field) and getattr(gone, field) and getattr(keep, field).count == getattr(gone, field).count
    ]
    precise = max((keep, gone), key=lambda one: depth_of(one.place)).place
    if precise is not None:
        same.append(f"in {precise.name or precise.district or precise.province or precise.country}")
    if keep.date is not None and keep.date == gone.date:
        same.append(f"on {keep.date.isoformat()}")
    groups = sorted({g.name for g in keep.groups} & {g.name for g in gone.groups})
    return "one attack: " + ", ".join([*same, *groups])


# ---------------------------------------------------------------- one is two


def two_attacks(incident: Incident, opened: Incident, *, now: dt.datetime, pinned: Collection[str] = ()) -> Division | None:
    """The reports of `incident` that speak of `opened`, which a report that tells both apart has just opened; None for none.

    A report goes over if its dead are the number of the other attack and not of this one, and it fits the other better. One at
    least must be left that fits here. `pinned` are items that an analyst has put where they are.
    """
    both = _told_of(incident) & _told_of(opened)
    if not both:
        return None
    roundup = [f for f in incident.filings if f.item_key in both and speaks(f)]
    here = merged(incident.id, roundup)
    if here.killed is None or opened.killed is None or here.killed.count == opened.killed.count:
        return None
    others = [f for f in incident.filings if speaks(f) and f.role == "report" and f.item_key not in both and f.item_key not in pinned]
    over = [f for f in others if _goes_over(f, here, opened, now=now)]
    left = [f for f in others if f not in over and f.duplicate_of not in {o.item_key for o in over}]
    if not over or not any(f.account.killed is not None and f.account.killed.count == here.killed.count for f in left):
        return None
    return Division(
        items=tuple(dict.fromkeys(f.item_key for f in over)),
        why=f"one report tells two attacks apart: {here.killed.count} killed in one, {opened.killed.count} in the other",
    )


def _goes_over(filing: Filing, here: Incident, there: Incident, *, now: dt.datetime) -> bool:
    killed = filing.account.killed
    if killed is None or here.killed is None or there.killed is None:
        return False
    if killed.count != there.killed.count or killed.count == here.killed.count:
        return False
    found = assign(replace(filing, duplicate_of=None), [here, there], now=now)
    return found is not None and found.incident_id == there.id and found.score >= APART
