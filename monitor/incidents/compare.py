"""What speaks for and against two accounts meaning one attack: a clue for each fact, as log odds, and vetoes."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.model import Account, GroupMention, Place, Toll

VETO = -math.inf
_EARTH_KM = 6_371.0
_TAILS = (" district", " city", " agency", " province", " tehsil", " area", " town", " village", " valley")


@dataclass(frozen=True, slots=True)
class Clue:
    """`score` in natural log odds: +1 makes one attack 2.7 times as likely; -inf rules it out. `words` say why."""

    score: float
    words: str = ""


def total(clues: Iterable[Clue]) -> float:
    return sum(clue.score for clue in clues)


# ---------------------------------------------------------------- place


def same_name(a: str, b: str) -> bool:
    """Whether two spellings name one place: equal once folded, one inside the other, or nine letters in ten alike."""
    a, b = folded(a), folded(b)
    if not a or not b:
        return False
    return a == b or f" {a} " in f" {b} " or f" {b} " in f" {a} " or SequenceMatcher(None, a, b).ratio() >= 0.85


def folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("-", " ").replace("'", "")
    for tail in _TAILS:
        plain = plain.removesuffix(tail)
    return " ".join(plain.split())


def distance_km(a: Place, b: Place) -> float | None:
    """Great-circle distance, None where a coordinate is unknown."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    phi_a, phi_b = math.radians(a.lat), math.radians(b.lat)
    step = math.sin((phi_b - phi_a) / 2) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, step)))


def place_clue(a: Place | None, b: Place | None, *, across_border: bool = False) -> Clue:
    """Compare two places. `across_border`: the attack is a clash over a frontier, which each side names by its own town."""
    if a is None or b is None:
        return Clue(-0.3, "no place given")
    apart = distance_km(a, b)
    if across_border and apart is not None and apart <= 60 and a.district and b.district and a.district != b.district:
        return Clue(2.0, f"two sides of one frontier, {apart:.0f} km apart")
    if a.country and b.country and a.country != b.country:
        return Clue(VETO, "different countries")
    if a.district and b.district:
        return _districts(a, b, apart)
    if a.province and b.province and not same_name(a.province, b.province):
        return Clue(VETO, "different provinces")
    if a.name and b.name and a.name not in (a.province, a.country) and same_name(a.name, b.name):
        return Clue(3.0, f"both in {a.name}")
    if a.province and b.province:
        finer = a.district or b.district
        return Clue(1.0, f"both in {a.province}" + (f", one says {finer}" if finer else ""))
    return Clue(0.0, f"both in {a.country or b.country}" if (a.country or b.country) else "")


def _districts(a: Place, b: Place, apart: float | None) -> Clue:
    near = apart is not None and apart <= 15
    if not same_name(a.district or "", b.district or ""):
        if a.name and b.name and same_name(a.name, b.name):
            return Clue(2.0, f"both in {a.name}")
        if near:
            return Clue(0.5, f"neighbouring districts, {apart:.0f} km apart")
        return Clue(VETO, f"{a.district} is not {b.district}")
    finer_a, finer_b = _finer(a), _finer(b)
    if finer_a and finer_b:
        if same_name(finer_a, finer_b):
            return Clue(4.0, f"both in {finer_a}")
        if apart is not None and apart > 20:
            return Clue(-1.0, f"{finer_a} and {finer_b} are {apart:.0f} km apart")
        return Clue(1.0, f"both in {a.district}, at {finer_a} and {finer_b}")
    return Clue(3.0, f"both in {a.district}")


def _finer(place: Place) -> str | None:
    """The name, where it says more than the district."""
    return place.name if place.name and not same_name(place.name, place.district or "") else None


# ---------------------------------------------------------------- time


def date_clue(date: dt.date | None, incident_date: dt.date | None, *, slack_d: int) -> Clue:
    """Compare two local dates. `slack_d` days of difference are forgiven an account that may carry its own day instead."""
    if date is None or incident_date is None:
        return Clue(-0.5, "")
    days = abs((date - incident_date).days)
    if days == 0:
        return Clue(1.5, f"both on {date.isoformat()}")
    if days > slack_d:
        return Clue(VETO, f"{days} days apart")
    return Clue(0.4 - 0.9 * days, f"{days} day{'s' if days > 1 else ''} apart")


# ---------------------------------------------------------------- toll


def toll_clue(account: Account, stated: Iterable[tuple[Toll | None, Toll | None]]) -> Clue:
    """Compare an account's toll with every (killed, injured) ever stated of an incident: a toll may have risen since, or been revised."""
    pairs = list(stated)
    killed = _number_clue(account.killed, [k for k, _ in pairs], "killed")
    injured = _number_clue(account.injured, [i for _, i in pairs], "injured")
    words = " and ".join(c.words for c in (killed, injured) if c.words)
    return Clue(killed.score + 0.7 * injured.score, words)


def _number_clue(toll: Toll | None, stated: list[Toll | None], what: str) -> Clue:
    known = [t for t in stated if t is not None]
    if toll is None or not known:
        return Clue(0.0)
    if any(t.count == toll.count for t in known):
        # Many attacks kill one; few kill twenty-three.
        return Clue(min(0.4 + 0.7 * math.log1p(toll.count), 3.0), f"{toll.count} {what} in both")
    if any(_fits(toll, t) or _fits(t, toll) for t in known):
        return Clue(0.6, f"{what} agree")
    nearest = min(known, key=lambda t: abs(t.count - toll.count))
    ratio = (max(nearest.count, toll.count) + 1) / (min(nearest.count, toll.count) + 1)
    return Clue(0.5 - 1.3 * math.log(ratio) - 0.2 * (nearest.count == 0 or toll.count == 0), f"{toll.count} {what} against {nearest.count}")


def _fits(number: Toll, bounds: Toll) -> bool:
    """Whether a number lies within the bounds that the other's words leave open."""
    if bounds.min is not None and bounds.max is not None and bounds.min == bounds.max:
        return False
    low, high = bounds.min if bounds.min is not None else 0, bounds.max if bounds.max is not None else 2 * bounds.count
    return low <= number.count <= high


# ---------------------------------------------------------------- kind, target, group

_BLASTS = frozenset({"suicide bombing", "bombing", "rocket or mortar", "drone", "arson or sabotage"})
_GUNS = frozenset({"armed assault", "assassination", "security operation", "cross-border clash", "hostage taking"})
_CAPTIVES = frozenset({"kidnapping", "hostage taking"})


def type_clue(a: str | None, b: str | None) -> Clue:
    if a is None or b is None:
        return Clue(0.0)
    if a == b:
        return Clue(0.8, f"both {a}")
    if {a, b} == {"suicide bombing", "bombing"}:
        return Clue(0.6, "both bombings")
    if {a, b} in ({"suicide bombing", "armed assault"}, {"armed assault", "bombing"}, {"armed assault", "security operation"}):
        return Clue(-0.5, f"{a} or {b}")
    if any({a, b} <= family for family in (_BLASTS, _GUNS, _CAPTIVES)):
        return Clue(-0.3, f"{a} or {b}")
    return Clue(-1.5, f"{a} is not {b}")


_ALIKE_TARGETS = (
    frozenset({"police", "security forces"}),
    frozenset({"security forces", "militants"}),
    frozenset({"political", "government"}),
    frozenset({"religious procession or site", "minority", "civilians"}),
    frozenset({"civilians", "education or health", "infrastructure", "media"}),
    frozenset({"civilians", "government", "political"}),
)


def target_clue(a: str | None, b: str | None) -> Clue:
    if a is None or b is None:
        return Clue(0.0)
    if a == b:
        return Clue(0.7, f"both against {a}")
    if any({a, b} <= alike for alike in _ALIKE_TARGETS):
        return Clue(-0.2, f"against {a} or {b}")
    return Clue(-1.0, f"against {a}, not {b}")


def group_clue(a: Iterable[GroupMention], b: Iterable[GroupMention]) -> Clue:
    """A shared group speaks for one attack; two claims by two groups speak a little against it."""
    ours, theirs = {g.id: g.stance for g in a if g.stance != "mentioned"}, {g.id: g.stance for g in b if g.stance != "mentioned"}
    shared = ours.keys() & theirs.keys()
    if shared:
        return Clue(0.7, "both name " + ", ".join(sorted(shared)))
    claims = {i for i, s in ours.items() if s == "claimed"}, {i for i, s in theirs.items() if s == "claimed"}
    return Clue(-1.2, "claimed by different groups") if all(claims) else Clue(0.0)
