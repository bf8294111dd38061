"""Where an account belongs: to an incident that is known, to a new one, or nowhere."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.incidents.compare import Clue, date_clue, group_clue, place_clue, spot_of, target_clue, toll_clues, type_clue
from monitor.incidents.filings import (
    came_to_nothing,
    harmless,
    of_catalogue,
    speaks,
    spoken_at,
    target_told_of,
    told_target,
    told_type,
    type_told_of,
)
from monitor.incidents.merge import depth_of
from monitor.incidents.regions import country_named, lies_in, part_named
from monitor.incidents.weights import NEVER, WEIGHTS, weigh, weight_of
from monitor.incidents.words import (
    HOW,
    NEAR_DUPLICATE,
    WHOM,
    Rarity,
    brings_up_to_date,
    one_of_several,
    rarity,
    reprint_share,
    telling_words,
)
from monitor.model import Account, Assignment, Filing, Incident, Place, Role

OPEN_FOR = dt.timedelta(days=30)  # after the attack an incident takes no more reports
FEW_HOURS = dt.timedelta(hours=6)
RECALLED_FOR = dt.timedelta(days=120)  # what is recalled still finds its incident

WHOLE_STORY = 10  # telling words
MUCH = 20.0  # words shared beyond this say no more
NO_WORDS = "words: nothing to compare"
SAME_PLACE = frozenset(
    {"place: same spot", "place: one names a spot of the district", "place: same district", "place: two sides of a frontier"}
)
_LIKE_TYPES = frozenset({"type: same", "type: same, seldom", "type: both bombings"})
_OTHER_TYPES = frozenset({"type: other", "type: assault or else"})
_PINNED = frozenset({"recalled: same day", "killed: same, 3 to 9", "killed: same, 10 or more", "killed: within the words"})
# Log odds that an account needs to join: about even, for a report. A follow-up means some incident, if any is known,
# so less is enough.
NEEDED: Mapping[Role, float] = {"report": -0.2, "follow-up": -1.0, "reference": -1.0}


@dataclass(frozen=True, slots=True)
class Rated:
    """A candidate with the sum of its clues."""

    incident: Incident
    role: Role
    score: float
    clues: tuple[Clue, ...]


def assign(filing: Filing, candidates: Sequence[Incident], *, now: dt.datetime) -> Assignment | None:
    """Join the likeliest known incident, open a new one, or, for what is no news and matches nothing, belong nowhere.

    A fresh account may open an incident, and so does a bid that came to nothing, of which nobody is alerted; a follow-up or a
    retraction only joins; what is recalled is listed as a reference.
    Two accounts of one item never share an incident. `candidates` may be more than can match: what is too old is left out here.
    """
    role = role_of(filing)
    if role == "follow-up" and came_to_nothing(filing):
        # It is news of a bid, though of no attack: it is one with what other reports tell of its day.
        assignment = _assigned(filing, candidates, "report", now=now)
        return replace(assignment, role=role) if assignment else None
    assignment = _assigned(filing, candidates, role, now=now)
    # A look back at an attack that takes no more follow-ups is still listed with it.
    if assignment is None and role == "follow-up" and not filing.account.retracts:
        return _assigned(filing, candidates, "reference", now=now)
    return assignment


def _assigned(filing: Filing, candidates: Sequence[Incident], role: Role, *, now: dt.datetime) -> Assignment | None:
    plausible = weighed(filing, candidates, role, now=now)
    if not plausible:
        opens = role == "report" and _worth_an_incident(filing)
        return Assignment(incident_id=None, role=role, reason="opens an incident: no known one fits its place and date") if opens else None
    # A tie goes to the incident that was heard of last, then to the greater id: the same answer in every run.
    best = max(plausible, key=lambda r: (r.score, r.incident.last_seen, r.incident.id))
    odds = _odds(best, plausible)
    if odds >= NEEDED[role]:
        return Assignment(incident_id=best.incident.id, role=role, reason=_reason("joins", best), score=round(odds, 2))
    if role != "report" or not _worth_an_incident(filing):
        return None
    return Assignment(incident_id=None, role=role, reason=_reason("opens an incident: too little ties it to", best), score=round(odds, 2))


def weighed(filing: Filing, candidates: Sequence[Incident], role: Role, *, now: dt.datetime) -> list[Rated]:
    """The candidates that nothing rules out, each with its clues and their sum."""
    rated = [_rated(filing, incident, role) for incident in candidates if _open(incident, filing, role, now=now)]
    weights = rarity(_words(incident) for incident in candidates)
    home = _home(filing, candidates)
    return [_with_part(_with_outlet(_with_words(r, filing, weights), filing, home), filing) for r in rated if r.score > NEVER]


def _odds(best: Rated, plausible: Sequence[Rated]) -> float:
    """Log odds of the best candidate against all others and none of them: what fits five incidents alike belongs to none."""
    others = sum(math.exp(min(r.score, 50.0)) for r in plausible if r is not best)
    return best.score - math.log1p(others)


def role_of(filing: Filing) -> Role:
    """What an account can be to an incident, whatever it was filed as."""
    account = filing.account
    # That there was no attack is told of an incident, however the text brings the attack up.
    if account.retracts:
        return "follow-up"
    if account.relation == "recalled":
        return "reference"
    return "report" if account.fresh else "follow-up"


def _worth_an_incident(filing: Filing) -> bool:
    """Whether an account says enough to be found again: where, how many, who, or what."""
    account = filing.account
    tolls = account.killed or account.injured or account.militants_killed
    return bool(account.place or tolls or account.groups or account.attack_type or account.target)


def _open(incident: Incident, filing: Filing, role: Role, *, now: dt.datetime) -> bool:
    """Whether an incident still takes accounts of this kind, and has none of this item yet."""
    happened = _day_of(incident)
    if now.date() - happened > (RECALLED_FOR if role == "reference" else OPEN_FOR):
        return False
    return all(member.item_key != filing.item_key for member in incident.filings)


def _rated(filing: Filing, incident: Incident, role: Role) -> Rated:
    """The clues of the facts; those of the words come later, for the candidates that the facts leave."""
    account = filing.account
    across = "cross-border clash" in (account.attack_type, incident.attack_type)
    places = [place_clue(account.place, other, across_border=across) for other in _places(incident)]
    nearest = max(places, key=lambda clue: WEIGHTS[clue.kind])
    if nearest.kind == "place: other spots of a district" and _names_its_spot(filing, incident):
        nearest = Clue("place: one names a spot of the district", f"{nearest.words}, which one report names both")
    clues = [nearest, _date(filing, incident, role)]
    if weigh(clues) > NEVER:
        clues += [
            *toll_clues(account, _stated(incident)),
            type_clue(told_type(account), type_told_of(incident)),
            target_clue(told_target(account), target_told_of(incident)),
            group_clue(account.groups, incident.groups),
            *_thwarted(filing, incident),
        ]
        clues += _another_altogether(clues)
    if role == "report":
        clues += [*_catalogued(filing, incident), *_within_hours(filing, incident, clues)]
        if _updates(filing):
            # "A wounded constable dies" says how many more have died, not how many in all.
            clues = [clue for clue in clues if not clue.kind.endswith(", less")]
            # The toll of a bombing is not that of a man who was shot in the same town.
            if not any(clue.kind in _OTHER_TYPES for clue in clues):
                where = (
                    "elsewhere" if clues[0].kind not in SAME_PLACE else "a day off" if clues[1].kind == "date: a day off" else "same place"
                )
                clues.append(Clue(f"update: {where}", "brings a toll up to date"))
    if role == "follow-up" and clues[0].kind in SAME_PLACE:
        clues.append(Clue("follow-up: same place"))
    if role == "follow-up" and any(clue.kind in _NOT_THAT_TOLL for clue in clues):
        # Who looks back at an attack knows how many died in it; a funeral may be of one of many.
        clues.append(Clue("follow-up: another toll"))
    if role == "reference" and not _clearly(clues):
        clues.append(Clue("recalled: neither day nor toll"))
    return Rated(incident, role, weigh(clues), tuple(clues))


def _names_its_spot(filing: Filing, incident: Incident) -> bool:
    """Whether one report names the other's spot beside its own: "near Hazar Ganji on the Western Bypass"."""
    ours = spot_of(filing.account.place) if filing.account.place else ""
    told = [f for f in incident.filings if speaks(f) and f.role == "report"]
    theirs = {spot_of(f.account.place) for f in told if f.account.place} - {""}
    return any(name in _text(filing) for name in theirs) or (bool(ours) and any(ours in _text(f) for f in told))


def _another_altogether(clues: Sequence[Clue]) -> list[Clue]:
    """Two accounts that agree neither on how it was done nor on how many were killed and injured tell of two attacks."""
    kinds = {clue.kind for clue in clues}
    if not any(kind in _OTHER_TOLL for kind in kinds if kind.startswith("killed: ")) or not any(
        kind in _OTHER_TOLL for kind in kinds if kind.startswith("injured: ")
    ):
        return []
    if kinds & _OTHER_KIND:
        return [Clue("facts: kind and toll differ", "another kind of attack, with other dead and injured")]
    fell = any(kind.endswith(", less") for kind in kinds if kind in _OTHER_TOLL)
    if "target: other" in kinds and fell:
        return [Clue("facts: target and toll differ", "on another target, with other dead and injured")]
    return []


_OTHER_TOLL = frozenset(
    f"{what}: {size}, {way}" for what in ("killed", "injured") for size in ("near", "up to threefold", "far") for way in ("more", "less")
)
_NOT_THAT_TOLL = frozenset({"killed: near, more", "killed: up to threefold, more", "killed: far, more", "killed: up to threefold, less"})
_OTHER_KIND = frozenset({"type: other", "type: assault or else", "type: alike"})


def _within_hours(filing: Filing, incident: Incident, clues: Sequence[Clue]) -> list[Clue]:
    """Within hours a toll rises from what was first feared; the greater number of a like attack in one place is most often that."""
    kinds = {clue.kind for clue in clues}
    if (
        not kinds & SAME_PLACE
        or not kinds & {"type: same", "type: same, seldom", "type: both bombings"}
        or not any(kind.endswith(", more") for kind in kinds)
    ):
        return []
    gaps = [abs(spoken_at(filing) - spoken_at(f)) for f in incident.filings if speaks(f)]
    # Reports of exactly one moment bear no time of their own: a catalogue's, a list of headlines by day.
    return [Clue("hours: a rising toll", "told within six hours")] if any(dt.timedelta() < gap <= FEW_HOURS for gap in gaps) else []


def _updates(filing: Filing) -> bool:
    return brings_up_to_date(filing.title or filing.text)


def _thwarted(filing: Filing, incident: Incident) -> list[Clue]:
    """A bomb that was defused is told of as such, and is not one that went off."""
    ours = came_to_nothing(filing)
    theirs = harmless(incident) and any(came_to_nothing(f) for f in incident.filings if speaks(f))
    if ours != theirs:
        return [Clue("thwarted: one of them", "one was foiled, the other not")]
    return [Clue("thwarted: both", "both were foiled")] if ours else []


def _catalogued(filing: Filing, incident: Incident) -> list[Clue]:
    """A catalogue has one row an attack, and its rows are what the reports of its days tell of."""
    if not any(of_catalogue(f) for f in incident.filings if speaks(f)):
        return []
    if of_catalogue(filing):
        return [Clue("catalogue: a row of its own", "each has a row of its own")]
    return [Clue("catalogue: listed there", "listed in a catalogue")]


def _clearly(clues: Sequence[Clue]) -> bool:
    """Whether what is recalled is pinned down: the same place, and the same day or a toll that few attacks share."""
    kinds = {clue.kind for clue in clues}
    return bool(kinds & SAME_PLACE) and bool(kinds & _PINNED)


def _places(incident: Incident) -> list[Place | None]:
    """The merged place, and those of its accounts that are no vaguer: what only names the country fits everywhere and says nothing."""
    depth = depth_of(incident.place)
    told = [f.account.place for f in incident.filings if speaks(f) and depth_of(f.account.place) >= depth]
    return list(dict.fromkeys([incident.place, *told]))


def _stated(incident: Incident) -> list[Account]:
    """The accounts that have spoken of the incident, and one of its merged facts: they stand alone when a filing is being replaced."""
    facts = Account(
        fresh=True,
        killed=incident.killed,
        injured=incident.injured,
        militants_killed=incident.militants_killed,
        attack_type=incident.attack_type,
    )
    return [facts, *(f.account for f in incident.filings if speaks(f))]


def _date(filing: Filing, incident: Incident, role: Role) -> Clue:
    stated, happened = filing.account.date, _day_of(incident)
    if role == "report":
        # The day on which one of the wounded died, that of the report, is not that of the attack.
        late = stated is not None and happened < stated == spoken_at(filing).date() and _updates(filing)
        return date_clue(stated or spoken_at(filing).date(), happened, sure=stated is not None and incident.date is not None and not late)
    # Whatever is no report speaks of what came before it.
    since = (spoken_at(filing).date() - happened).days
    if since < -1:
        return Clue("follow-up: before", "the incident came later")
    same = stated is not None and abs((stated - happened).days) <= 1
    if role == "reference":
        if stated is None:
            return Clue("recalled: no day")
        return Clue("recalled: same day", f"both on {happened.isoformat()}") if same else Clue("date: another")
    if same and stated is not None:
        return Clue(
            "follow-up: same day" if stated == happened else "follow-up: a day off", f"{stated.isoformat()} and {happened.isoformat()}"
        )
    if stated is not None and abs((stated - happened).days) > 2:
        return Clue("date: another", f"{abs((stated - happened).days)} days apart")
    if since <= 1:
        return Clue("follow-up: soon", "told within two days")
    return Clue("follow-up: days later" if since <= 5 else "follow-up: weeks later", f"{since} days later")


def _day_of(incident: Incident) -> dt.date:
    """The day of the attack, or of its first report where nobody gave the day."""
    return incident.date or min((spoken_at(f) for f in incident.filings if speaks(f)), default=incident.first_seen).date()


def _words(incident: Incident) -> frozenset[str]:
    return frozenset().union(*(telling_words(_text(f)) for f in incident.filings if speaks(f)))


def _text(filing: Filing) -> str:
    return filing.text or filing.title


def _with_words(rated: Rated, filing: Filing, weights: Rarity) -> Rated:
    # What recalls an attack tells another story: only its facts can match.
    members = () if rated.role == "reference" else rated.incident.filings
    told = [_word_clues(filing, member, weights) for member in members if speaks(member)] or [(Clue(NO_WORDS),)]
    clues = max(told, key=lambda some: sum(map(weight_of, some)))
    return replace(rated, score=rated.score + sum(map(weight_of, clues)), clues=(*rated.clues, *clues))


def _word_clues(filing: Filing, member: Filing, weights: Rarity) -> tuple[Clue, ...]:
    """How much the wording of one report says that it tells the story of the other."""
    if filing.duplicate_of is not None and filing.duplicate_of in (member.item_key, member.duplicate_of):
        return (Clue("words: a copy", f"a copy of {member.item_id}"),)
    series = one_of_several(_text(filing)) and one_of_several(_text(member))
    rows = of_catalogue(filing) and of_catalogue(member)
    share = reprint_share(_text(filing), _text(member))
    if share >= NEAR_DUPLICATE and not (series or rows):
        return (Clue("words: a reprint", f"{share:.0%} of the words of {member.item_id}"),)
    head, other_head = telling_words(filing.title or filing.text), telling_words(member.title or member.text)
    if not head or not other_head:
        return (Clue(NO_WORDS),)
    shared = (head & telling_words(_text(member))) | (other_head & telling_words(_text(filing)))
    best = weights.best(shared, 4)
    # Two whole stories of one attack share much; a headline, however long, may share little with either.
    untitled = not (filing.title or member.title)
    length = "story" if untitled and min(len(head), len(other_head)) >= WHOLE_STORY else "headline"
    words = "shared words " + ", ".join(word.lstrip("=#") for word in best) if best else ""
    # Each says that it is one of several alike: the others are told in the same words.
    several = (Clue("words: each is one of several", "each says it is one of several"),) if series else ()
    both = weights.of(shared)
    # How much of the headline the other report tells; of two stories, how much of the shorter.
    whole = min(weights.of(head), weights.of(other_head)) if length == "story" else weights.of(head)
    whole_text = telling_words(_text(member))
    told = both if length == "story" else weights.of(head & whole_text)
    return (
        Clue(f"{length}: words"),
        Clue(f"{length}: words that tell", words, min(both, MUCH)),
        Clue(f"{length}: share told", amount=min(told / (whole or 1.0), 1.0)),
        *several,
        *_named(head & WHOM, whole_text & WHOM, "whom"),
        *_named(head & HOW, whole_text & HOW, "how"),
    )


def _named(ours: frozenset[str], theirs: frozenset[str], what: str) -> tuple[Clue, ...]:
    """Whether a headline names a victim, or a weapon, that the other report names; nothing where one of them names none."""
    if not ours or not theirs:
        return ()
    return (Clue(f"{what}: shared" if ours & theirs else f"{what}: other"),)


def _home(filing: Filing, candidates: Sequence[Incident]) -> str | None:
    """The country that the outlet's other reports are from, where at least three are known and nine in ten agree."""
    countries = [i.place.country for i in candidates if i.place and i.place.country and any(f.voice == filing.voice for f in i.filings)]
    if len(countries) < 3:
        return None
    usual = max(dict.fromkeys(countries), key=countries.count)
    return usual if countries.count(usual) >= 0.9 * len(countries) else None


def _with_outlet(rated: Rated, filing: Filing, home: str | None) -> Rated:
    """Where an account names no country, its words and its outlet's other reports say which one is likely."""
    place, there = filing.account.place, rated.incident.place.country if rated.incident.place else None
    if (place is not None and place.country) or there is None:
        return rated
    clues = []
    if home is not None:
        clues.append(Clue("outlet: reports from there" if there == home else "outlet: reports from elsewhere"))
    used = country_named(filing.title or filing.text[:200])
    if used:
        clues.append(Clue("words: used there" if used == there else "words: used elsewhere", f"words used in {used}"))
    return replace(rated, score=rated.score + sum(map(weight_of, clues)), clues=(*rated.clues, *clues))


def _with_part(rated: Rated, filing: Filing) -> Rated:
    """Where an account names no province, a part of Afghanistan may be named in its headline or its first words."""
    place, there = filing.account.place, rated.incident.place
    if there is None or not there.province or (place is not None and place.province):
        return rated
    part = part_named(f"{filing.title} {filing.text[:200]}")
    inside = lies_in(there.province, part) if part else None
    if inside is None:
        return rated
    clue = Clue(
        "part: it lies there" if inside else "part: it lies elsewhere", f"{there.province} lies {'there' if inside else 'elsewhere'}"
    )
    return replace(rated, score=rated.score + weight_of(clue), clues=(*rated.clues, clue))


def _reason(verb: str, rated: Rated) -> str:
    """The clues in words, the weightiest first."""
    said = [c for c in sorted(rated.clues, key=lambda c: -abs(weight_of(c))) if c.words]
    return f"{verb} {rated.incident.id}: " + "; ".join(c.words for c in said)
