"""Whether two incidents are one, or one is two, now that another report has come. Cautious: what is joined wrongly is told wrongly.

Both questions are put to `assign`, the judge of single reports, so that there is one idea of what speaks for one attack.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from monitor.incidents.assign import assign
from monitor.incidents.filings import speaks
from monitor.incidents.merge import depth_of, merged
from monitor.model import Account, Filing, Incident

# Log odds, in both directions, that what one incident is known for is the other: e to the fourth is 55 to 1. Among 592 attacks of
# two months and their 756 headlines, as crowded as it gets, two that are none came up to 3.1.
ALIKE = 4.0
# Reports that a split looks at must fit the other attack that well, against the one they are filed under.
APART = 2.0
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


def one_attack(touched: Incident, known: Sequence[Incident], *, now: dt.datetime, apart: Collection[str] = ()) -> Union | None:
    """The one of `known` that the incident, with what the latest report has added, is found to be the same as; None for none.

    `apart` are ids that an analyst has told from it. Two incidents that one article tells apart stay apart, and so do those
    that only one of which was dismissed, that two groups claim, or whose tolls never agreed.
    """
    rivals = [other for other in known if other.id not in apart and _may_be_one(touched, other)]
    around = [touched, *(other for other in known if other.id != touched.id)] if rivals else []
    scored = [(score, other) for other in rivals if (score := _alike(touched, other, around, now=now)) is not None and score >= ALIKE]
    if not scored:
        return None
    score, other = max(scored, key=lambda pair: (pair[0], pair[1].id))
    keep, gone = sorted((touched, other), key=lambda one: (one.first_seen, one.id))
    return Union(keep=keep.id, other=gone.id, why=_why(keep, gone), score=round(score, 2))


def _may_be_one(a: Incident, b: Incident) -> bool:
    if a.id == b.id or a.dismissed != b.dismissed or a.retracted or b.retracted:
        return False
    if _told_of(a) & _told_of(b):
        return False
    claims = _claimed(a), _claimed(b)
    if all(claims) and not claims[0] & claims[1]:
        return False
    return _agree(a, b)


def _told_of(incident: Incident) -> set[str]:
    return {f.item_key for f in incident.filings if speaks(f)}


def _claimed(incident: Incident) -> set[str]:
    return {g.id for g in incident.groups if g.stance == "claimed"}


def _agree(a: Incident, b: Incident) -> bool:
    """Whether the dead were once, or the injured, the same known number in both, or a report of one repeats one of the other."""
    for field in ("killed", "injured"):
        ours, theirs = _counts(a, field), _counts(b, field)
        if ours & theirs:
            return True
    keys = _told_of(b)
    return any(f.duplicate_of in keys for f in a.filings) or any(f.duplicate_of in _told_of(a) for f in b.filings)


def _counts(incident: Incident, field: str) -> set[int]:
    told = [getattr(incident, field), *(getattr(f.account, field) for f in incident.filings if speaks(f))]
    return {toll.count for toll in told if toll is not None and toll.count > 0}


def _alike(a: Incident, b: Incident, around: Sequence[Incident], *, now: dt.datetime) -> float | None:
    """How surely each one's facts, in the words of its reports, would have joined the other; the less sure direction counts."""
    there = _fits(a, b, around, now=now)
    if there is None or there < ALIKE:
        return None
    back = _fits(b, a, around, now=now)
    return None if back is None else min(there, back)


def _fits(one: Incident, other: Incident, around: Sequence[Incident], *, now: dt.datetime) -> float | None:
    rest = [incident for incident in around if incident.id != one.id]
    found = [assign(filing, rest, now=now) for filing in _as_filings(one)]
    return max((a.score for a in found if a is not None and a.incident_id == other.id), default=None)


def _as_filings(incident: Incident) -> list[Filing]:
    """The incident's facts as one report's, in the words of its first and its last ones."""
    told = [f for f in incident.filings if speaks(f) and f.duplicate_of is None] or [f for f in incident.filings if speaks(f)]
    if len(told) > _WORDS_OF:
        told = [*told[: _WORDS_OF // 2], *told[-_WORDS_OF // 2 :]]
    facts = Account(
        fresh=True,
        date=incident.date,
        place=incident.place,
        killed=incident.killed,
        injured=incident.injured,
        militants_killed=incident.militants_killed,
        groups=incident.groups,
        attack_type=incident.attack_type,
        target=incident.target,
    )
    return [replace(f, item_key=f"{incident.id} {f.item_key}", role="report", account=facts, duplicate_of=None) for f in told]


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
        why=f"{len(both)} report{'s' if len(both) > 1 else ''} tell two attacks apart: "
        f"{here.killed.count} killed in one, {opened.killed.count} in the other",
    )


def _goes_over(filing: Filing, here: Incident, there: Incident, *, now: dt.datetime) -> bool:
    killed = filing.account.killed
    if killed is None or here.killed is None or there.killed is None:
        return False
    if killed.count != there.killed.count or killed.count == here.killed.count:
        return False
    found = assign(replace(filing, duplicate_of=None), [here, there], now=now)
    return found is not None and found.incident_id == there.id and found.score >= APART
