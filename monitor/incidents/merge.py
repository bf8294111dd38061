"""One incident's facts out of all its filings, whatever the order in which they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from monitor.incidents.filings import authority, came_to_nothing, in_one_voice, in_order, speaks, told_target, told_type
from monitor.incidents.tolls import standing_toll, toll_history
from monitor.model import STANCES, Filing, GroupMention, Incident, Place, Stance

Value = TypeVar("Value", bound=Hashable)

# Words that name the same kind of act more and less closely: the votes of a family count together, then the closest word wins.
_FAMILIES: dict[str, tuple[str, ...]] = {
    "bombing": ("suicide bombing", "bombing"),
    "shooting": ("assassination", "armed assault"),
    "captives": ("hostage taking", "kidnapping"),
}
_FAMILY_OF = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}


def merged(incident_id: str, filings: Sequence[Filing], *, dismissed: bool = False) -> Incident:
    """Compute an incident from its filings in force.

    Official counts win over a group's boast, later over earlier, specific over vague, several publishers over one.
    References (what is recalled) are listed and add nothing. The result does not depend on the order of `filings`.

    Raises:
        ValueError: there is no filing.
    """
    if not filings:
        raise ValueError(f"incident {incident_id!r} has no filing; expected at least one in force")
    filed = in_order(filings)
    # A story printed by ten outlets is one voice.
    ordered = in_one_voice(filed)
    heard = tuple(f for f in ordered if speaks(f)) or ordered
    voting = tuple(f for f in heard if not f.account.retracts) or heard
    # A follow-up speaks of the attack in passing: it decides only what no report says.
    reports = tuple(f for f in voting if f.role == "report") or voting
    history = toll_history(ordered)
    return Incident(
        id=incident_id,
        first_seen=min(f.at for f in heard),
        last_seen=max(f.at for f in heard),
        date=_date(reports) or _date(voting),
        place=_place(reports) or _place(voting),
        killed=standing_toll(ordered, "killed"),
        injured=standing_toll(ordered, "injured"),
        militants_killed=standing_toll(ordered, "militants_killed"),
        groups=_groups(tuple(f for f in ordered if speaks(f))),
        attack_type=_attack_type(reports) or _attack_type(voting),
        target=_target(reports) or _target(voting),
        retracted=_retracted(heard) or all(f.role == "follow-up" and came_to_nothing(f) for f in heard),
        dismissed=dismissed,
        filings=filed,
        history=history,
    )


def _elected(votes: Iterable[tuple[str, Value | None]]) -> Value | None:
    """The value that most voices gave; each voice has one vote a value, a tie goes to the value given first."""
    voices: dict[Value, set[str]] = {}
    for voice, value in votes:
        if value is not None:
            voices.setdefault(value, set()).add(voice)
    return max(voices, key=lambda value: len(voices[value])) if voices else None


def _date(filings: Sequence[Filing]) -> dt.date | None:
    """The date that most voices gave; a tie goes to the earliest day, as late reports tend to carry their own day."""
    voices: dict[dt.date, set[str]] = {}
    for filing in filings:
        if filing.account.date is not None:
            voices.setdefault(filing.account.date, set()).add(filing.voice)
    return min(voices, key=lambda day: (-len(voices[day]), day)) if voices else None


def _place(filings: Sequence[Filing]) -> Place | None:
    """The most precise place that the voices support: their country, then province, district, and name within it."""
    places = [(f.voice, f.account.place) for f in filings if f.account.place is not None]
    for part in ("country", "province", "district"):
        chosen = _elected((voice, getattr(place, part)) for voice, place in places)
        if chosen is not None:
            places = [(voice, place) for voice, place in places if getattr(place, part) in (chosen, None)]
    if not places:
        return None
    depth = max(depth_of(place) for _, place in places)
    return _elected((voice, place) for voice, place in places if depth_of(place) == depth)


def depth_of(place: Place | None) -> int:
    """How far down a place is named: 4 a name within a district, 3 a district, 2 a province or a name in it, 1 a country, 0 nothing."""
    if place is None:
        return 0
    if place.district:
        return 4 if place.name and place.name != place.district else 3
    return 2 if place.name or place.province else 1 if place.country else 0


def _attack_type(filings: Sequence[Filing]) -> str | None:
    votes = [(f.voice, kind) for f in filings if (kind := told_type(f.account))]
    votes = votes or [(f.voice, f.account.attack_type) for f in filings if f.account.attack_type]
    family = _elected((voice, _FAMILY_OF.get(kind, kind)) for voice, kind in votes)
    if family is None:
        return None
    said = {kind for _, kind in votes}
    return next((kind for kind in _FAMILIES.get(family, ()) if kind in said), family)


def _target(filings: Sequence[Filing]) -> str | None:
    """Whom most voices say that it hit; only where none says so, whom they are taken to mean."""
    return _elected((f.voice, told_target(f.account)) for f in filings) or _elected((f.voice, f.account.target) for f in filings)


def _groups(filings: Sequence[Filing]) -> tuple[GroupMention, ...]:
    """Each group with its standing stance: what it says itself wins over what others say, its last word over its first."""
    standing: dict[str, GroupMention] = {}
    for filing in filings:
        for mention in filing.account.groups:
            known = standing.get(mention.id)
            if known is None or _overrides(mention.stance, known.stance):
                standing[mention.id] = mention
    return tuple(sorted(standing.values(), key=lambda g: STANCES.index(g.stance)))


def _overrides(stance: Stance, known: Stance) -> bool:
    """Whether a later stance replaces an earlier one: a claim and a denial replace all, a suspicion only a bare mention."""
    if stance in ("claimed", "denied"):
        return stance != known
    return stance == "suspected" and known == "mentioned"


def _retracted(filings: Sequence[Filing]) -> bool:
    """Whether the last word is that there was no attack.

    It takes an official's word, the word of one who had reported the attack, or two voices. A later report on an
    official's word puts the attack back.
    """
    believed, doubters, reporters = False, set[str](), set[str]()
    for filing in filings:
        if filing.account.retracts:
            doubters.add(filing.voice)
            official = max(authority(filing, e.field) for e in filing.account.evidence) if filing.account.evidence else 1
            believed = believed or official == 2 or filing.voice in reporters or len(doubters) > 1
        elif filing.role == "report":
            reporters.add(filing.voice)
            if believed and filing.duplicate_of is None and authority(filing, "killed") == 2:
                believed, doubters = False, set()
    return believed
