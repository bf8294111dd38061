"""What speaks for and against two accounts meaning one attack: each fact gives a clue of a named kind.

What a kind weighs stands in `weights`; here is only what kind it is, and the words to say it in.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from monitor.model import Account, GroupMention, Place, Toll

_EARTH_KM = 6_371.0
_TAILS = (" district", " city", " agency", " province", " tehsil", " area", " town", " village", " valley")
_BORDER_KM, _NEIGHBOUR_KM, _TOWN_KM = 60, 15, 20


@dataclass(frozen=True, slots=True)
class Clue:
    """`kind` is a key of `weights.WEIGHTS`; `words` say what was found, "" where it is not worth a word. `amount` is how much of it
    there is, where that can be measured: the weight counts so many times."""

    kind: str
    words: str = ""
    amount: float = 1.0


# ---------------------------------------------------------------- place


@lru_cache(maxsize=16_384)
def same_name(a: str, b: str) -> bool:
    """Whether two spellings name one place: equal once folded, one inside the other, or nine letters in ten alike."""
    a, b = folded(a), folded(b)
    if not a or not b or _told_apart(a, b):
        return False
    return a == b or f" {a} " in f" {b} " or f" {b} " in f" {a} " or SequenceMatcher(None, a, b).ratio() >= 0.85


def folded(name: str) -> str:
    """Without accents, tails ("district") and what spellings differ in: "Naseerabad" is "Nasirabad"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("-", " ").replace("'", "")
    for tail in _TAILS:
        plain = plain.removesuffix(tail)
    plain = plain.replace("ee", "i").replace("oo", "u")
    return _TWICE.sub(r"\1", " ".join(plain.split()))


_TWICE = re.compile(r"([a-z])\1")
# Names that letters alone make alike.
_OPPOSITES = (("north", "south"), ("east", "west"), ("uper", "lower"), ("new", "old"))
_ALIKE_NAMES = frozenset({frozenset({"paktia", "paktika"})})


def _told_apart(a: str, b: str) -> bool:
    """Whether two names lie on two sides of one region ("North" and "South Waziristan"), or are known to be two."""
    ours, theirs = a.split(), b.split()
    if any((one in ours and other in theirs) or (other in ours and one in theirs) for one, other in _OPPOSITES):
        return True
    return frozenset({a, b}) in _ALIKE_NAMES


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
        return Clue("place: one not given")
    apart = distance_km(a, b)
    if across_border and apart is not None and apart <= _BORDER_KM and a.district and b.district and a.country != b.country:
        return Clue("place: two sides of a frontier", f"two sides of one frontier, {apart:.0f} km apart")
    if a.country and b.country and a.country != b.country:
        return Clue("place: elsewhere", "different countries")
    if _district(a) and _district(b):
        return _districts(a, b, apart)
    if a.province and b.province and not _same_province(a.province, b.province):
        return Clue("place: elsewhere", "different provinces")
    if spot_of(a) and spot_of(b) and same_name(spot_of(a), spot_of(b)):
        return Clue("place: same spot", f"both in {spot_of(a)}")
    if a.province and b.province:
        both = bool(spot_of(a) or a.district) + bool(spot_of(b) or b.district)
        kind = ("both name the province", "one names the province", "other names in the province")[both]
        return Clue(f"place: {kind}", f"both in {a.province}")
    if a.country or b.country:
        both = bool(a.province or a.district or spot_of(a)) + bool(b.province or b.district or spot_of(b))
        return Clue("place: both name the country" if not both else "place: one names the country", f"both in {a.country or b.country}")
    return Clue("place: one not given")


def _districts(a: Place, b: Place, apart: float | None) -> Clue:
    spot_a, spot_b, district = (spot_of(a) if a.district else ""), (spot_of(b) if b.district else ""), _district(a)
    if not same_name(district, _district(b)):
        if spot_a and spot_b and same_name(spot_a, spot_b):
            return Clue("place: same spot", f"both in {spot_a}")
        if apart is not None and apart <= _NEIGHBOUR_KM:
            return Clue("place: neighbouring districts", f"neighbouring districts, {apart:.0f} km apart")
        # "Ghazni" is a province and its capital: a headline seldom says which.
        one_province = bool(a.province and b.province) and _same_province(a.province or "", b.province or "")
        if one_province and (_names_province(a) or _names_province(b)):
            return Clue("place: province or its capital", f"both in {a.province}")
        # A village whose district nobody knows may lie in the other's.
        if one_province and not (a.district and b.district):
            return Clue("place: other names in the province", f"{district} and {_district(b)}, both in {a.province}")
        return Clue("place: elsewhere", f"{district} is not {_district(b)}")
    if spot_a and spot_b:
        if same_name(spot_a, spot_b):
            return Clue("place: same spot", f"both in {spot_a}")
        if apart is not None and apart > _TOWN_KM:
            return Clue("place: far spots of a district", f"{spot_a} and {spot_b} are {apart:.0f} km apart")
        return Clue("place: other spots of a district", f"{spot_a} and {spot_b}, both in {district}")
    return Clue("place: one names a spot of the district" if spot_a or spot_b else "place: same district", f"both in {district}")


def _district(place: Place) -> str:
    """The district; where none is known, the name within a province, which may be one."""
    if place.district:
        return place.district
    return place.name if place.name and place.province and not same_name(place.name, place.province) else ""


def _names_province(place: Place) -> bool:
    return bool(place.district and place.province) and same_name(place.district or "", place.province or "") and not spot_of(place)


# The tribal areas joined the province in 2018; reports of the time after and before name either.
_TRIBAL = ("Federally Administered Tribal Areas", "Khyber Pakhtunkhwa")


def _same_province(a: str, b: str) -> bool:
    return same_name(a, b) or (a in _TRIBAL and b in _TRIBAL)


def spot_of(place: Place) -> str:
    """The name, where it says more than district, province or country do; else ""."""
    known = (place.district, place.province, place.country)
    return place.name if place.name and not any(part and same_name(place.name, part) for part in known) else ""


# ---------------------------------------------------------------- time


def date_clue(date: dt.date, incident_date: dt.date, *, sure: bool) -> Clue:
    """Compare two local dates. `sure`: both were stated; else a day of publication stands in, which may lag by some days."""
    days = (date - incident_date).days
    words = "both on " + date.isoformat() if days == 0 else f"{abs(days)} day{'s' if abs(days) > 1 else ''} apart"
    if sure:
        return Clue("date: same" if days == 0 else "date: a day off" if abs(days) == 1 else "date: another", words)
    if days < 0:
        return Clue("day: before" if days == -1 else "date: another", words)
    late = ("same", "next", "two later")[days] if days < 3 else "some later" if days <= 5 else "weeks later"
    return Clue(f"day: {late}", words if days < 6 else f"{days} days later")


# ---------------------------------------------------------------- toll


def toll_clues(account: Account, stated: Sequence[Account]) -> tuple[Clue, ...]:
    """Compare an account's toll with every toll ever stated of an incident: it may have risen since, or been revised."""
    killed = _number_clue(account.killed, [a.killed for a in stated if a.killed is not None], "killed")
    if killed.kind == _ONE_NOT_GIVEN and account.fresh:
        killed = _injured_alone(account, stated) or killed
    if killed.kind not in _AGREE and any(_all_dead(account) & _all_dead(other) for other in stated):
        killed = Clue("killed: same with the attackers", "the same number of dead, attackers among them")
    if killed.kind not in _AGREE and any(_one_number(account, other) or _one_number(other, account) for other in stated):
        killed = Clue("killed: same with the injured", "the same number of dead and injured together")
    injured = _number_clue(account.injured, [a.injured for a in stated if a.injured is not None], "injured")
    return killed, injured, _fighters_clue(account.militants_killed, [a.militants_killed for a in stated])


def _injured_alone(account: Account, stated: Sequence[Account]) -> Clue | None:
    """Who tells of injured and of no dead most often means that nobody died; a later report may know of one who did."""
    if account.killed is None and account.injured and account.injured.count and any(a.killed and a.killed.count for a in stated):
        return Clue("killed: injured alone", "only injured, where some were killed")
    if account.killed and account.killed.count and any(a.injured and a.injured.count for a in stated):
        return Clue("killed: injured alone there", "some killed, where only injured were known")
    return None


_ONE_NOT_GIVEN = "killed: one not given"
_AGREE = frozenset({"killed: same, nobody", "killed: same, 1 or 2", "killed: same, 3 to 9", "killed: same, 10 or more"})


def _all_dead(account: Account) -> set[int]:
    """The numbers of dead that a headline may give: the victims, and all with the attackers (a lone bomber is seldom counted apart)."""
    if account.killed is None or account.killed.count == 0:
        return set()
    attackers = account.militants_killed.count if account.militants_killed else 1 if account.attack_type == "suicide bombing" else 0
    return {account.killed.count, account.killed.count + attackers}


def _one_number(account: Account, other: Account) -> bool:
    """Whether one gives three or more victims as one number ("five dead, wounded") and the other the killed and the injured."""
    told = [toll.count for toll in (account.killed, account.injured) if toll is not None and toll.count]
    return len(told) == 1 and told[0] >= 3 and bool(other.killed and other.injured) and told[0] == _sum(other)


def _sum(account: Account) -> int:
    killed, injured = (toll.count if toll else 0 for toll in (account.killed, account.injured))
    return killed + injured if killed and injured else 0


def _fighters_clue(toll: Toll | None, stated: Sequence[Toll | None]) -> Clue:
    counts = {other.count for other in stated if other is not None}
    if toll is None or not counts:
        return Clue("fighters: one not given")
    if toll.count in counts:
        return Clue("fighters: same, 1 or 2" if toll.count < 3 else "fighters: same, 3 or more", f"{toll.count} fighters killed in both")
    return Clue("fighters: other", f"{toll.count} fighters killed against {min(counts, key=lambda n: abs(n - toll.count))}")


def _number_clue(toll: Toll | None, stated: Sequence[Toll], what: str) -> Clue:
    if toll is None or not stated:
        return Clue(f"{what}: one not given")
    if any(t.count == toll.count for t in stated):
        # Many attacks kill one; few kill twenty-three.
        size = "nobody" if toll.count == 0 else "1 or 2" if toll.count < 3 else "3 to 9" if toll.count < 10 else "10 or more"
        return Clue(f"{what}: same, {size}", f"{toll.count} {what} in both")
    if any(_fits(toll, t) or _fits(t, toll) for t in stated):
        return Clue(f"{what}: within the words", f"{what} agree")
    nearest = min(stated, key=lambda t: abs(t.count - toll.count))
    words = f"{toll.count} {what} against {nearest.count}"
    if 0 in (nearest.count, toll.count):
        return Clue(f"{what}: nobody or some", words)
    ratio = max(nearest.count, toll.count) / min(nearest.count, toll.count)
    size = "near" if ratio <= 1.5 else "up to threefold" if ratio <= 3 else "far"
    # Tolls rise: a later report that says more is more likely the same attack than one that says less.
    return Clue(f"{what}: {size}, {'more' if toll.count > nearest.count else 'less'}", words)


_MANY = 12  # "dozens", "at least 20": from here the words leave much open; "at least five" is most often five


def _fits(number: Toll, bounds: Toll) -> bool:
    """Whether a number lies within the bounds that the other's words leave open."""
    if bounds.min is not None and bounds.min == bounds.max:
        return False
    low = bounds.min if bounds.min is not None else bounds.count / 2
    high = bounds.max if bounds.max is not None else bounds.count * (2 if bounds.count >= _MANY else 1.34)
    return low <= number.count <= high


# ---------------------------------------------------------------- kind, target, group

_BLASTS = frozenset({"suicide bombing", "bombing", "rocket or mortar", "drone", "arson or sabotage"})
_GUNS = frozenset({"armed assault", "assassination", "security operation", "cross-border clash", "hostage taking"})
_CAPTIVES = frozenset({"kidnapping", "hostage taking"})
# Most attacks are one of these: that two are says less than that both are kidnappings.
_COMMON = frozenset({"bombing", "armed assault"})


def type_clue(a: str | None, b: str | None) -> Clue:
    if a is None or b is None:
        return Clue("type: one not given")
    if a == b:
        return Clue("type: same" if a in _COMMON else "type: same, seldom", f"both {a}")
    if {a, b} == {"suicide bombing", "bombing"}:
        return Clue("type: both bombings", "both bombings")
    if any({a, b} <= family for family in (_BLASTS, _GUNS, _CAPTIVES)):
        return Clue("type: alike", f"{a} or {b}")
    if "armed assault" in (a, b):
        return Clue("type: assault or else", f"{a} or {b}")
    return Clue("type: other", f"{a} is not {b}")


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
        return Clue("target: one not given")
    if a == b:
        return Clue("target: civilians" if a == "civilians" else "target: same", f"both against {a}")
    if any({a, b} <= alike for alike in _ALIKE_TARGETS):
        return Clue("target: alike", f"against {a} or {b}")
    return Clue("target: other", f"against {a}, not {b}")


def group_clue(a: Iterable[GroupMention], b: Iterable[GroupMention]) -> Clue:
    """A shared group speaks for one attack; two claims by two groups speak against it."""
    ours, theirs = {g.id: g.stance for g in a if g.stance != "mentioned"}, {g.id: g.stance for g in b if g.stance != "mentioned"}
    shared = ours.keys() & theirs.keys()
    if shared:
        return Clue("group: shared", "both name " + ", ".join(sorted(shared)))
    claims = {i for i, s in ours.items() if s == "claimed"}, {i for i, s in theirs.items() if s == "claimed"}
    return Clue("group: other claims", "claimed by different groups") if all(claims) else Clue("group: no word")
