"""Where an account belongs: to an incident that is known, to a new one, or nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.incidents.compare import Clue, date_clue, group_clue, place_clue, target_clue, toll_clues, type_clue
from monitor.incidents.filings import speaks, spoken_at
from monitor.incidents.weights import NEVER, WEIGHTS, weigh
from monitor.incidents.words import NEAR_DUPLICATE, rarity, reprint_share, telling_words
from monitor.model import Assignment, Filing, Incident, Place, Role, Toll

OPEN_FOR = dt.timedelta(days=30)  # after the attack an incident takes no more reports
RECALLED_FOR = dt.timedelta(days=120)  # what is recalled still finds its incident

# Log odds that an account needs to join: even, for a report. A follow-up means some incident, if any is known, so less is enough.
NEEDED: Mapping[Role, float] = {"report": 0.0, "follow-up": -1.0, "reference": 1.0}


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
    plausible = [r for r in rated if r.score > NEVER]
    if plausible:
        weights = rarity(_words(r.incident) for r in plausible)
        plausible = [_with_words(r, filing, weights) for r in plausible]
        # A tie goes to the incident that was heard of last, then to the smaller id: the same answer in every run.
        best = max(plausible, key=lambda r: (r.score, r.incident.last_seen, r.incident.id))
        if best.score >= NEEDED[role]:
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


def _worth_an_incident(filing: Filing) -> bool:
    """Whether an account says enough to be found again: where, how many, or who."""
    account = filing.account
    return bool(account.place or account.killed or account.injured or account.militants_killed or account.groups)


def _open(incident: Incident, filing: Filing, role: Role, *, now: dt.datetime) -> bool:
    """Whether an incident still takes accounts of this kind, and has none of this item yet."""
    happened = _day_of(incident)
    span = RECALLED_FOR if role == "reference" else OPEN_FOR
    if now.date() - happened > span:
        return False
    return all(member.item_key != filing.item_key for member in incident.filings)


def _rated(filing: Filing, incident: Incident, role: Role) -> Rated:
    """The clues of the facts; those of the words come later, for the candidates that the facts leave."""
    account = filing.account
    across = "cross-border clash" in (account.attack_type, incident.attack_type)
    places = [place_clue(account.place, other, across_border=across) for other in _places(incident)]
    clues = [max(places, key=lambda clue: WEIGHTS[clue.kind]), _date(filing, incident, role)]
    if weigh(clues) > NEVER:
        clues += [
            *toll_clues(account, _tolls(incident)),
            type_clue(account.attack_type, incident.attack_type),
            target_clue(account.target, incident.target),
            group_clue(account.groups, incident.groups),
        ]
    return Rated(incident, weigh(clues), tuple(clues))


def _places(incident: Incident) -> list[Place | None]:
    """Every place that the incident's accounts gave, the merged one first."""
    return list(dict.fromkeys([incident.place, *(f.account.place for f in incident.filings if speaks(f) and f.account.place is not None)]))


def _tolls(incident: Incident) -> list[tuple[Toll | None, Toll | None]]:
    return [(incident.killed, incident.injured), *((f.account.killed, f.account.injured) for f in incident.filings if speaks(f))]


def _date(filing: Filing, incident: Incident, role: Role) -> Clue:
    stated, happened = filing.account.date, _day_of(incident)
    if role == "report":
        return date_clue(stated or spoken_at(filing).date(), happened, sure=stated is not None and incident.date is not None)
    same = stated is not None and abs((stated - happened).days) <= 1
    if role == "reference":
        if stated is None:
            return Clue("recalled: no day")
        return Clue("recalled: same day", f"both on {happened.isoformat()}") if same else Clue("date: another")
    # A follow-up often gives no date; it speaks of the last such attack before it.
    since = (spoken_at(filing).date() - happened).days
    if since < -1:
        return Clue("follow-up: before", "the incident came later")
    if same:
        return Clue("follow-up: same day", f"both on {happened.isoformat()}")
    if stated is not None and abs((stated - happened).days) > 2:
        return Clue("date: another", f"{abs((stated - happened).days)} days apart")
    return Clue("follow-up: days later" if since <= 5 else "follow-up: weeks later", f"{since} days later")


def _day_of(incident: Incident) -> dt.date:
    """The day of the attack, or of its first report where nobody gave the day."""
    return incident.date or min((spoken_at(f) for f in incident.filings if speaks(f)), default=incident.first_seen).date()


def _words(incident: Incident) -> frozenset[str]:
    return frozenset().union(*(telling_words(_text(f)) for f in incident.filings if speaks(f)))


def _text(filing: Filing) -> str:
    return filing.text or filing.title


def _with_words(rated: Rated, filing: Filing, weights: Mapping[str, float]) -> Rated:
    clues = [_word_clue(filing, member, weights) for member in rated.incident.filings if speaks(member)]
    if not clues:
        return rated
    clue = max(clues, key=lambda one: WEIGHTS[one.kind])
    return replace(rated, score=rated.score + WEIGHTS[clue.kind], clues=(*rated.clues, clue))


def _word_clue(filing: Filing, member: Filing, weights: Mapping[str, float]) -> Clue:
    """How much the wording of one report says that it tells the story of the other."""
    if filing.duplicate_of is not None and filing.duplicate_of in (member.item_key, member.duplicate_of):
        return Clue("words: a copy", f"a copy of {member.item_id}")
    share = reprint_share(_text(filing), _text(member))
    if share >= NEAR_DUPLICATE:
        return Clue("words: a reprint", f"{share:.0%} of the words of {member.item_id}")
    unseen = max(weights.values(), default=1.0)
    head, other_head = telling_words(filing.title or filing.text), telling_words(member.title or member.text)
    shared = (head & telling_words(_text(member))) | (other_head & telling_words(_text(filing)))
    both = sum(max(weights.get(w, unseen), 0.05) for w in shared)
    possible = min(sum(max(weights.get(w, unseen), 0.05) for w in words) for words in (head, other_head)) or 1.0
    share = both / possible
    size = "most" if share >= 0.75 else "many" if share >= 0.5 else "some" if share >= 0.25 else "few" if share > 0.08 else "none"
    best = sorted(shared, key=lambda w: (-weights.get(w, unseen), w))[:4]
    return Clue(f"words: {size}", "shared words " + ", ".join(best) if best else "")


def _reason(verb: str, rated: Rated) -> str:
    """The clues in words, the weightiest first."""
    said = [c for c in sorted(rated.clues, key=lambda c: -abs(WEIGHTS[c.kind])) if c.words]
    return f"{verb} {rated.incident.id}: " + "; ".join(c.words for c in said)
