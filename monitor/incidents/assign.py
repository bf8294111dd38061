"""Where an account belongs: to an incident that is known, to a new one, or nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.incidents.compare import (
    VETO,
    Clue,
    date_clue,
    group_clue,
    place_clue,
    target_clue,
    toll_clue,
    total,
    type_clue,
)
from monitor.incidents.filings import speaks, spoken_at
from monitor.incidents.words import NEAR_DUPLICATE, rarity, reprint_share, telling_words
from monitor.model import Assignment, Filing, Incident, Place, Role, Toll

OPEN_FOR = dt.timedelta(days=30)  # after the attack an incident takes no more reports
RECALLED_FOR = dt.timedelta(days=120)  # what is recalled still finds its incident

JOIN = 3.0  # log odds that a report needs to join; calibrated on labelled headlines
FOLLOW = 2.0  # a follow-up means some incident, if any is known: less is needed
RECALL = 4.0


@dataclass(frozen=True, slots=True)
class Rated:
    """A candidate with the sum of its clues."""

    incident: Incident
    score: float
    clues: tuple[Clue, ...]


def assign(filing: Filing, candidates: Sequence[Incident], *, now: dt.datetime) -> Assignment | None:
    """Join the likeliest known incident, open a new one, or, for what is no news and matches nothing, belong nowhere.

    A fresh account may open an incident; a follow-up or a retraction only joins; what is recalled is listed as a reference.
    Two accounts of one item never share an incident. `candidates` may be more than can match: what is too old is left out here.
    """
    role = _role(filing)
    rated = [_rated(filing, incident, role) for incident in candidates if _open(incident, filing, role, now=now)]
    plausible = [r for r in rated if r.score > VETO]
    if plausible:
        weights = rarity(_words(r.incident) for r in plausible)
        plausible = [_with_words(r, filing, weights) for r in plausible]
        # A tie goes to the incident that was heard of last, then to the smaller id: the same answer in every run.
        best = max(plausible, key=lambda r: (r.score, r.incident.last_seen, r.incident.id))
        if best.score >= _needed(role):
            return Assignment(incident_id=best.incident.id, role=role, reason=_reason("joins", best), score=round(best.score, 2))
    if role != "report" or filing.account.retracts or not _worth_an_incident(filing):
        return None
    if not plausible:
        return Assignment(incident_id=None, role=role, reason="opens an incident: no known one fits its place and date")
    best = max(plausible, key=lambda r: (r.score, r.incident.last_seen, r.incident.id))
    return Assignment(
        incident_id=None, role=role, reason=_reason("opens an incident: too little ties it to", best), score=round(best.score, 2)
    )


def _role(filing: Filing) -> Role:
    account = filing.account
    if account.relation == "recalled":
        return "reference"
    return "report" if account.fresh else "follow-up"


def _needed(role: Role) -> float:
    return {"report": JOIN, "follow-up": FOLLOW, "reference": RECALL}[role]


def _worth_an_incident(filing: Filing) -> bool:
    """Whether an account says enough to be found again: where, how many, or who."""
    account = filing.account
    return bool(account.place or account.killed or account.injured or account.militants_killed or account.groups)


def _open(incident: Incident, filing: Filing, role: Role, *, now: dt.datetime) -> bool:
    """Whether an incident still takes accounts of this kind, and has none of this item yet."""
    happened = incident.date or incident.first_seen.date()
    span = RECALLED_FOR if role == "reference" else OPEN_FOR
    if now.date() - happened > span:
        return False
    return all(member.item_key != filing.item_key for member in incident.filings)


def _rated(filing: Filing, incident: Incident, role: Role) -> Rated:
    """The clues of the facts; those of the words come later, for the candidates that the facts leave."""
    account = filing.account
    across = "cross-border clash" in (account.attack_type, incident.attack_type)
    place = max(
        (place_clue(account.place, other, across_border=across) for other in _places(incident)), key=lambda c: c.score, default=Clue(0.0)
    )
    clues = [place, _date(filing, incident, role)]
    if total(clues) > VETO:
        clues += [
            toll_clue(account, _tolls(incident)),
            type_clue(account.attack_type, incident.attack_type),
            target_clue(account.target, incident.target),
            group_clue(account.groups, incident.groups),
        ]
    return Rated(incident, total(clues), tuple(clues))


def _places(incident: Incident) -> list[Place | None]:
    """Every place that the incident's accounts gave, the merged one first."""
    return list(dict.fromkeys([incident.place, *(f.account.place for f in incident.filings if speaks(f) and f.account.place is not None)]))


def _tolls(incident: Incident) -> list[tuple[Toll | None, Toll | None]]:
    return [(incident.killed, incident.injured), *((f.account.killed, f.account.injured) for f in incident.filings if speaks(f))]


def _date(filing: Filing, incident: Incident, role: Role) -> Clue:
    account, happened = filing.account, incident.date or incident.first_seen.date()
    if role == "reference":
        return date_clue(account.date, incident.date, slack_d=1)
    if role == "report":
        return date_clue(account.date, incident.date, slack_d=1 if _dated(filing) else 3)
    # A follow-up often gives no date or its own day; it speaks of the last such attack before it.
    if account.date is not None and account.date == incident.date:
        return Clue(1.5, f"both on {happened.isoformat()}")
    since = (spoken_at(filing).date() - happened).days
    if since < -1:
        return Clue(VETO, "the incident came later")
    if account.date is not None and _dated(filing) and abs((account.date - happened).days) > 1:
        return Clue(VETO, f"{abs((account.date - happened).days)} days apart")
    return Clue(0.5 - 0.25 * max(since, 0), f"{max(since, 0)} days later")


def _dated(filing: Filing) -> bool:
    """Whether the text itself gave the day, instead of the day of publication standing in."""
    return any(e.field == "date" for e in filing.account.evidence)


def _words(incident: Incident) -> frozenset[str]:
    return frozenset().union(*(telling_words(_text(f)) for f in incident.filings if speaks(f)))


def _text(filing: Filing) -> str:
    return filing.text or filing.title


def _with_words(rated: Rated, filing: Filing, weights: Mapping[str, float]) -> Rated:
    clue = max(
        (_word_clue(filing, member, weights) for member in rated.incident.filings if speaks(member)),
        key=lambda c: c.score,
        default=Clue(0.0),
    )
    return replace(rated, score=rated.score + clue.score, clues=(*rated.clues, clue))


def _word_clue(filing: Filing, member: Filing, weights: Mapping[str, float]) -> Clue:
    """How much the wording of one report says that it tells the story of the other."""
    if filing.duplicate_of is not None and filing.duplicate_of in (member.item_key, member.duplicate_of):
        return Clue(4.0, f"a copy of {member.item_id}")
    share = reprint_share(_text(filing), _text(member))
    if share >= NEAR_DUPLICATE:
        return Clue(3.0, f"{share:.0%} of the words of {member.item_id}")
    unseen = max(weights.values(), default=1.0)
    head, other_head = telling_words(filing.title or filing.text), telling_words(member.title or member.text)
    shared = (head & telling_words(_text(member))) | (other_head & telling_words(_text(filing)))
    both = sum(max(weights.get(w, unseen), 0.05) for w in shared)
    possible = min(sum(max(weights.get(w, unseen), 0.05) for w in words) for words in (head, other_head)) or 1.0
    score = 3.0 * min(both / possible, 1.0) - 0.8
    return Clue(score, "shared words " + ", ".join(sorted(shared, key=lambda w: (-weights.get(w, unseen), w))[:4]) if shared else "")


def _reason(verb: str, rated: Rated) -> str:
    """The clues in words, the weightiest first."""
    said = [c for c in sorted(rated.clues, key=lambda c: -abs(c.score)) if c.words]
    return f"{verb} {rated.incident.id}: " + "; ".join(c.words for c in said)
