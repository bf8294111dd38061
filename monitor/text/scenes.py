"""Which place an attack happened in, out of all the places that a text names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Place
from monitor.text.gazetteer import COUNTRIES, TRIBAL_AREAS, TRIBAL_DISTRICTS
from monitor.text.mentions import PlaceMention

_LONGEST_CHAIN = 6  # area, village, tehsil, district, province, country
MERGER = dt.date(2018, 5, 31)  # the day on which the tribal areas became part of Khyber Pakhtunkhwa

_KINDS = (
    r"(?:areas?|villages?|towns?|city|tehsils?|districts?|provinces?|agency|sub-?districts?|neighbou?rhoods?|locality|bazaa?r|markets?"
    r"|valley|sub-?divisions?|cantonment|cantt|region|mohallah?|union\s+council"
    r"|taluka|suburbs?|outskirts|road|chowk|tribal)"
)
_ADJECTIVES = (
    r"(?:the|its|restive|volatile|troubled|remote|southern|northern|eastern|western|central|south-?western|north-?western"
    r"|south-?eastern|north-?eastern|bordering|tribal|Pakistani|Afghan|provincial|capital|port|militancy-hit|neighbou?ring|nearby|city|town"
    r"|district|district's|province)"
)
_JOINT = re.compile(
    rf"\s*(?:['’]s)?\s*(?:{_KINDS}\b\s*){{0,3}}(?:\([^)]{{0,30}}\)\s*)?(?:,|/)?\s*(?:(?:of|in|in\s+the|near|on\s+the\s+outskirts\s+of"
    rf"|outside|within|at|falling\s+in|located\s+in|situated\s+in|a\s+(?:town|village|district|city|area)\s+(?:in|of)"
    rf"|the\s+capital\s+of)\s+)?(?:{_ADJECTIVES}\s+){{0,4}}(?:of\s+)?",
    re.IGNORECASE,
)
_COUNTRY_OF = {"Pakistani": "Pakistan", "Pak": "Pakistan", "Afghan": "Afghanistan"}
_PEOPLE = re.compile(r"\b(?:Pakistani|Pak|Afghan)\b")
_PRECISE = {"area": 5, "town": 4, "district": 3, "province": 2, "region": 1, "country": 0}
_TRIBAL_AREAS = re.compile(r"(?:Federally[\s-]Administered|FATA)", re.IGNORECASE)
_ANOTHER_TIME = re.compile(
    r"\b(?:in|since|of)\s+(?:(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)(?:\s+of)?,?\s+)?(?:19|20)\d\d\b"
    r"|\blast\s+(?:year|month|week)\b|\b(?:years?|months?|weeks?|days?)\s+(?:ago|earlier|before)\b|\bearlier\s+this\s+(?:year|month|week)\b"
    r"|\bIn\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
)
_ANOTHER_ATTACK = re.compile(
    r"\b(?:two|three|several)\s+(?:more|other)\s+(?:\w+\s+)?(?:attacks?|blasts?|bombings?|explosions?)\b|\b(?:another|separate|second"
    r"|different)\s+(?:\w+\s+){0,2}?(?:attack|blast|bombing|explosion|incident)\b",
    re.IGNORECASE,
)
# "was shot dead in X", of several places in one sentence.
_DEED_BEFORE = re.compile(
    r"\b(?:killed|dead|died|martyred|martyrdom|wounded|injured|attack\w*|explo\w+|blast|ambush\w*|fire|gunned\s+down|went\s+off"
    r"|detonat\w+|hit|bomb\w*|kidnapped"
    r"|abducted|targeted)\b[^.;,]{0,50}\b(?:in|at|near|outside|on)\s+(?:the\s+)?(?:[\w'’-]+\s+){0,3}$",
    re.IGNORECASE,
)
_NEAR_BEFORE = re.compile(r"\b(?:near|outside(?:\s+of)?|close\s+to)\s+(?:the\s+)?$", re.IGNORECASE)
_IN_BEFORE = re.compile(r"\b(?:in|at)\s+(?:the\s+)?$", re.IGNORECASE)
_WITHIN_CITY = re.compile(
    r"\b(?:the|this)\s+(?:provincial\s+capital|city|metropolis|port\s+city|town|twin\s+cities|garrison\s+city|capital)\b", re.IGNORECASE
)
# Bureaus: reports about half a province are filed there.
_BUREAUS = frozenset(
    {
        "Islamabad",
        "Peshawar",
        "Quetta",
        "Karachi",
        "Lahore",
        "Rawalpindi",
        "Kabul",
        "Kandahar",
        "Jalalabad",
        "Mazar-e-Sharif",
        "Herat",
        "Kunduz",
        "Khost",
        "Hyderabad",
        "Multan",
    }
)


def joined(text: str, end: int, start: int) -> bool:
    """Whether the words from `end` to `start` join two names into one place: "Matta tehsil of Swat", "Wana, South Waziristan"."""
    return start - end <= 70 and _JOINT.fullmatch(text, end, start) is not None


def chains(text: str, mentions: Sequence[PlaceMention]) -> list[list[PlaceMention]]:
    """Mentions that the text joins into one place, most precise first or last: "Serai Naurang area of Lakki Marwat".

    Names of one role only; a list of equals ("in Bannu and Tank", "Zhob, Loralai and Ziarat") stays apart.
    """
    out: list[list[PlaceMention]] = []
    for mention in mentions:
        last = out[-1][-1] if out else None
        if (
            last is not None
            and last.role == mention.role
            and len(out[-1]) < _LONGEST_CHAIN
            and joined(text, last.end, mention.start)
            and _compatible(out[-1], mention)
        ):
            out[-1].append(mention)
        else:
            out.append([mention])
    return out


def _compatible(chain: Sequence[PlaceMention], mention: PlaceMention) -> bool:
    """Whether the name can be inside, around or beside all of the chain without contradiction."""
    for other in chain:
        a, b = other.place, mention.place
        if a.country and b.country and a.country != b.country:
            return False
        if a.province and b.province and a.province != b.province:
            return False
        if a.district and b.district and not _one_district(a.district, b.district):
            if mention.level == other.level == "district":
                return _namesake(other) or _namesake(mention)
            if "district" not in (mention.level, other.level):
                return False
    return True


def _one_district(a: str, b: str) -> bool:
    """Whether two names may be of one district: "South Waziristan" is the Upper and the Lower one, as the press goes on to call them."""
    return a == b or a.endswith(f" {b}") or b.endswith(f" {a}")


def _namesake(mention: PlaceMention) -> bool:
    """Whether a district bears its province's name, so that the name may mean either: Kabul, Ghazni, Kandahar."""
    return mention.place.district == mention.place.province


def combine(mentions: Sequence[PlaceMention], *, published: dt.date | None = None) -> Place | None:
    """One place out of mentions of it: the most precise name, its district, province, country and coordinates.

    Places of the former tribal agencies have the province "Federally Administered Tribal Areas" in items `published`
    before 2018-05-31, when they joined Khyber Pakhtunkhwa. None where there are no mentions.
    """
    if not mentions:
        return None
    ordered = sorted(mentions, key=lambda mention: (-_PRECISE[mention.level], -mention.weight, mention.start))
    # "Shagai area, Jamrud tehsil": the town is what others call the place by; an area alone stands for itself.
    towns = [m for m in ordered if m.level == "town"]
    if towns and (ordered[0].level == "area" or len(towns) > 1):
        ordered.sort(key=lambda mention: (mention is not max(towns, key=lambda m: m.start), -_PRECISE[mention.level]))
    district = _district_of(ordered)
    best = next(
        (m for m in ordered if m.place.name and _in_district(m.place, district) and not _wider(m, ordered)),
        ordered[0],
    )
    around = [m for m in ordered if m is not best and _around(m.place, best.place, district)]
    place = best.place
    for mention in around:
        wider = mention.place
        place = replace(
            place,
            district=place.district or wider.district,
            province=place.province or wider.province,
            country=place.country or wider.country,
            lat=place.lat if place.lat is not None else wider.lat,
            lon=place.lon if place.lon is not None else wider.lon,
        )
    return _then(place, mentions, published)


def _district_of(ordered: Sequence[PlaceMention]) -> str | None:
    """The district that the mentions agree on: a named one before a town's own, a plain name before a province's namesake."""
    named = [m for m in ordered if m.place.district]
    if not named:
        return None
    return min(named, key=lambda m: (m.level != "district", _namesake(m), -m.weight, m.start)).place.district


def _in_district(place: Place, district: str | None) -> bool:
    return place.district is None or district is None or _one_district(place.district, district)


def _wider(mention: PlaceMention, others: Sequence[PlaceMention]) -> bool:
    """A province's namesake beside another district of that province means the province: "Andar district of Ghazni"."""
    return _namesake(mention) and any(
        other.place.district not in (None, mention.place.district) and other.place.province == mention.place.province for other in others
    )


def _around(wider: Place, inner: Place, district: str | None) -> bool:
    if wider.country and inner.country and wider.country != inner.country:
        return False
    if wider.province and inner.province and wider.province != inner.province:
        return False
    if not wider.district or not district or wider.district == wider.province:
        return True
    return _one_district(wider.district, district)


def _then(place: Place, mentions: Sequence[PlaceMention], published: dt.date | None) -> Place:
    """The province as it was at the time, unless the text names the one it has become part of."""
    if published is None or published >= MERGER or place.province != "Khyber Pakhtunkhwa":
        return place
    if any(m.level == "region" and _TRIBAL_AREAS.match(m.text) for m in mentions):
        return replace(place, province=TRIBAL_AREAS)
    named = any(m.level == "province" for m in mentions)
    return replace(place, province=TRIBAL_AREAS) if place.district in TRIBAL_DISTRICTS and not named else place


def scene(
    text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], *, published: dt.date | None = None
) -> tuple[Place | None, tuple[PlaceMention, ...]]:
    """The scene of an account that is told in `spans` (its sentences, the one with its toll first), and the mentions that say so.

    Looks at the spans in order, then fills in what they leave open (a district, a province) from the rest of the text and from the
    dateline. A place in another country is returned as such; None where the text names no place that could be it.
    """
    chosen = _chosen(text, mentions, spans) or _nearby(text, mentions, spans)
    lead = chosen[0] if chosen else None
    if lead is None or lead.level in ("country", "region", "province"):
        chosen = _with_dateline(text, mentions, spans, chosen)
    if not chosen:
        chosen = next(
            ([m] for m in mentions if m.role in ("direction", "hospital") and m.place.district and m.place.country in COUNTRIES), []
        )
    if not chosen:
        return _country_alone(text, mentions), ()
    place = combine(_completed(text, chosen, mentions, spans), published=published)
    beside = _beside(text, mentions, chosen, spans)
    if place is not None and beside is not None:
        place = replace(place, name=beside.place.name)
    return place, tuple(chosen)


def _beside(
    text: str, mentions: Sequence[PlaceMention], chosen: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]
) -> PlaceMention | None:
    """The name that no table knows, of "in Sattarabad, near Kandhkot": the known place tells only where that is."""
    first = chosen[0]
    if first.level not in ("town", "district") or not _NEAR_BEFORE.search(text, max(0, first.start - 40), first.start):
        return None
    sentence = next(((start, end) for start, end in spans if start <= first.start < end), None)
    if sentence is None:
        return None
    start, end = sentence
    unknown = (m for m in mentions if m.level == "area" and m.role == "scene" and m.place.country is None and start <= m.start < end)
    return next((m for m in unknown if _IN_BEFORE.search(text, max(0, m.start - 8), m.start)), None)


def _country_alone(text: str, mentions: Sequence[PlaceMention]) -> Place | None:
    """The one country of the two that a text names in whatever part or whose people it tells of, where it names no scene."""
    countries = {m.place.country for m in mentions if m.place.country in COUNTRIES}
    if not mentions:
        countries = {_COUNTRY_OF[match.group()] for match in _PEOPLE.finditer(text)}
    return Place(country=countries.pop()) if len(countries) == 1 else None


def _chosen(text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> list[PlaceMention]:
    """The best chain of the spans: the most precise of the first span that has a place below the province."""
    best: list[PlaceMention] = []
    best_score = 0.0
    for order, (start, end) in enumerate(spans):
        inside = [m for m in mentions if start <= m.start < end and m.role in ("scene", "foreign")]
        for chain in chains(text, inside):
            if all(m.role == "foreign" and m.weight < 0.5 for m in chain):
                continue
            score = _worth(chain) - 0.12 * order + 0.06 * bool(_DEED_BEFORE.search(text, max(start, chain[0].start - 70), chain[0].start))
            if score > best_score and (not best or _worth(chain) >= _worth(best) or not _agree(best, chain)):
                best, best_score = chain, score
    return best


def _nearby(text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> list[PlaceMention]:
    """The chain nearest to spans that name no place: "A bomb went off in Kohat. | Two policemen were killed." """
    best: list[PlaceMention] = []
    best_score = 0.2
    for chain in chains(text, [m for m in mentions if m.role == "scene" and not _recalled(text, m)]):
        away = _away(chain[0].start, chain[-1].end, spans)
        # Further off the text speaks of something else: an opinion piece names one attack's town pages after another's.
        if away > 300 or not spans:
            continue
        score = _worth(chain) - 0.1 * away / 200
        if score > best_score:
            best, best_score = chain, score
    return best


def _worth(chain: Sequence[PlaceMention]) -> float:
    """How much a chain says as a scene: its best word for it, and how precise it is."""
    weight = max(m.weight for m in chain)
    foreign = all(m.role == "foreign" for m in chain)
    level = max(_PRECISE[m.level] for m in chain)
    known = any(m.place.country for m in chain)
    return weight * (0.3 + 0.15 * min(level, 4)) * (0.8 if foreign else 1.0) * (1.0 if known else 0.7)


def _agree(a: Sequence[PlaceMention], b: Sequence[PlaceMention]) -> bool:
    one, other = combine(a), combine(b)
    return one is not None and other is not None and _around(one, other, other.district)


def _with_dateline(
    text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], chosen: list[PlaceMention]
) -> list[PlaceMention]:
    """The dateline's town where the text stays inside it ("in the city"), or where nothing else is named."""
    filed = next((m for m in mentions if m.role == "dateline" and m.level in ("district", "town")), None)
    if filed is None:
        return chosen
    local = any(_WITHIN_CITY.search(text, start, end) for start, end in spans) or filed.place.name not in _BUREAUS
    if chosen and not _agree([filed], chosen):
        return chosen
    if chosen and any(m.level in ("region", "province") for m in chosen) and not local:
        return chosen
    return [filed]


def _completed(
    text: str, chosen: Sequence[PlaceMention], mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]
) -> list[PlaceMention]:
    """The chosen mentions, and from the rest of the text what they leave open: a district, a province, a country."""
    out = list(chosen)
    rest = [
        m for m in mentions if m not in chosen and m.role in ("scene", "dateline", "direction", "hospital") and m.place.country in COUNTRIES
    ]
    inside = [m for m in mentions if any(start <= m.start < end for start, end in spans)]
    place = combine(out)
    if place is None or (place.country and place.country not in COUNTRIES):
        return out
    if place.district is None or _vague(out):
        deeper = _deeper(text, place, [m for m in rest if m.role == "scene"], spans, vague=_vague(out)) if spans else None
        if deeper is not None:
            out.append(deeper)
            place = combine(out) or place
    if place.name in (place.district, place.province, None) or any(
        m.level in ("district", "province") and m.place.name == place.name for m in out
    ):
        finer = next((m for m in inside if m not in out and m.level in ("town", "area") and _finer(m, place)), None)
        if finer is not None:
            out.append(finer)
            place = combine(out) or place
    if place.province is None:
        wide = [m for m in rest if m.level in ("province", "region") and m.place.province and _around(m.place, place, place.district)]
        out += [m for m in wide if _away(m.start, m.end, spans) <= 600][:1]
        place = combine(out) or place
    if place.country is None:
        out += sorted((m for m in rest if _around(m.place, place, place.district)), key=lambda m: m.level != "country")[:1]
    return out


def _finer(mention: PlaceMention, place: Place) -> bool:
    """Whether a mention in the account's own sentences is a spot of the district, or a name inside the province, that was found."""
    if mention.role != "scene" or mention.weight < 0.6 or place.country not in COUNTRIES:
        return False
    if place.district is None:
        return mention.place.country is None and place.province is not None
    return mention.place.district == place.district or (mention.place.country is None and mention.level == "area")


def _vague(chosen: Sequence[PlaceMention]) -> bool:
    """Whether the only district is a province's namesake, which may mean the province."""
    return all(_namesake(m) or m.level in ("country", "region", "province") for m in chosen if m.place.country)


def _deeper(text: str, place: Place, rest: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], *, vague: bool) -> PlaceMention | None:
    """A mention elsewhere that says more precisely where: near the account's sentences, or the only district of the text."""
    fits = [
        m
        for m in rest
        if m.level in ("district", "town") and m.weight >= 0.6 and _fits(m.place, place, vague=vague) and not _recalled(text, m)
    ]
    named = [m for m in fits if m.place.district not in (place.district, None) or not vague]
    if not named:
        return None
    districts = {m.place.district for m in named}
    near = [m for m in named if _away(m.start, m.end, spans) <= (1500 if len(districts) == 1 else 300)]
    return near[0] if near and len(districts) <= 3 else None


def _away(start: int, end: int, spans: Sequence[tuple[int, int]]) -> int:
    """Characters between a mention and the nearest of the account's sentences."""
    return min((max(0, first - end, start - last) for first, last in spans), default=0)


def _fits(inner: Place, outer: Place, *, vague: bool) -> bool:
    if inner.country != (outer.country or inner.country):
        return False
    if outer.province and inner.province != outer.province:
        return False
    return vague or outer.district is None or inner.district == outer.district


def _recalled(text: str, mention: PlaceMention) -> bool:
    """Whether the mention's sentence speaks of another time or another attack."""
    left, right = max(0, mention.start - 400), mention.end + 400
    start = max(text.rfind(". ", left, mention.start), text.rfind("\n", left, mention.start), left - 1) + 1
    stop = min((n for n in (text.find(". ", mention.end, right), text.find("\n", mention.end, right)) if n >= 0), default=right)
    return _ANOTHER_TIME.search(text, start, stop) is not None or _ANOTHER_ATTACK.search(text, start, stop) is not None
