"""Which place an attack happened in, out of all the places that a text names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.model import Place
from monitor.text.any_case import AnyCase
from monitor.text.gazetteer import COUNTRIES
from monitor.text.joining import PRECISE, around, chains, combine, namesake
from monitor.text.mentions import PlaceMention
from monitor.text.patterns import linear

_COUNTRY_OF = {"Pakistani": "Pakistan", "Pak": "Pakistan", "Afghan": "Afghanistan"}
_PEOPLE = re.compile(r"\b(?:Pakistani|Pak|Afghan)\b")
_ANOTHER_TIME = linear(
    r"\b(?:in|since|of)\s+(?:(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)(?:\s+of)?,?\s+)?(?:19|20)\d\d\b"
    r"|\blast\s+(?:year|month|week)\b|\b(?:years?|months?|weeks?|days?)\s+(?:ago|earlier|before)\b|\bearlier\s+this\s+(?:year|month|week)\b"
    r"|\bIn\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
)
# "This was the second blast in Lahore on this day": the one told of is among those.
_THIS_AS_WELL = re.compile(r"\b(?:[Tt]his|[Ii]t|[Tt]hat)\s+(?:is|was|marks|marked)\s+(?:at\s+least\s+)?the\s+\w+\s")
_ANOTHER_ATTACK = linear(
    r"(?i)\b(?:two|three|several)\s+(?:more|other)\s+(?:\w+\s+)?(?:attacks?|blasts?|bombings?|explosions?)\b|\b(?:another|separate|second"
    r"|different|earlier|previous)\s+(?:\w+\s+){0,2}?(?:attack|blast|bombing|explosion|incident)\b"
)
# "was shot dead in X", of several places in one sentence.
_DEED_BEFORE = AnyCase(
    r"\b(?:killed|dead|died|martyred|martyrdom|wounded|injured|attack\w*|explo\w+|blast|ambush\w*|fire|gunned\s+down|went\s+off"
    r"|detonat\w+|hit|bomb\w*|kidnapped"
    r"|abducted|targeted)\b[^.;,]{0,50}\b(?:in|at|near|outside|on)\s+(?:the\s+)?(?:[\w'’-]+\s+){0,3}$"
)
_WAY_BEFORE = re.compile(r"\b(?:from|between|connecting|linking)\s+(?:the\s+)?$", re.IGNORECASE)
_SERVED_BEFORE = re.compile(r"\b(?:services?|supply|supplies|traffic)\s+(?:from|between)\s+$", re.IGNORECASE)
_WAY_AFTER = re.compile(r"[-–—](?!bound)[A-Z]|\s+to\s+[A-Z]|\s+(?:road|highway|motorway|bypass)\b")
_TOOK_PLACE = re.compile(
    r"\bThe\s+(?:\w+\s+){0,2}(?:attack|blast|bombing|explosion|incident|shooting|ambush|assault)\s+(?:took\s+place|occurred|happened|was\s+reported)"
    r"\s+(?:in|at|near|on|outside)\s+(?:the\s+)?(?:[a-z][\w-]*\s+){0,4}$"
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


_WIDE = ("country", "region", "province", "district")


def scene(
    text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], *, published: dt.date | None = None
) -> tuple[Place | None, tuple[PlaceMention, ...]]:
    """The scene of an account that is told in `spans` (its sentences, the one with its toll first), and the mentions that say so.

    Looks at the spans in order, then fills in what they leave open (a district, a province) from the rest of the text and from the
    dateline. A place in another country is returned as such; None where the text names no place that could be it.
    """
    if (elsewhere := _headed_abroad(text, mentions, spans)) is not None:
        return elsewhere.place, (elsewhere,)
    if (there := _told_abroad(text, mentions, spans)) is not None:
        return there.place, (there,)
    chosen = _chosen(text, mentions, spans)
    if not chosen and (abroad := _filed_abroad(mentions, spans)) is not None:
        return abroad.place, (abroad,)
    chosen = chosen or _filed_apart(mentions, spans) or _nearby(text, mentions, spans)
    lead = chosen[0] if chosen else None
    if (lead is None or lead.level in ("country", "region", "province")) and not _took_place(text, mentions, chosen):
        chosen = _with_dateline(text, mentions, spans, chosen)
    chosen = chosen or _aside(text, mentions)
    if not chosen:
        return _country_alone(text, mentions), ()
    full = _completed(text, chosen, mentions, spans)
    if all(m.place.country is None or m.level in _WIDE for m in full) and (road := _road(text, mentions, full, spans)):
        full.append(road)
    place = combine(full, published=published)
    beside = _beside(text, mentions, chosen, spans)
    if place is not None and beside is not None:
        place = replace(place, name=beside.place.name)
    if place is not None and place.country is None and (there := _titled_abroad(text, mentions)) is not None:
        return there.place, (there,)
    return place and _elsewhere_within(text, _as_headed(text, place, mentions), mentions, spans), tuple(chosen)


def _titled_abroad(text: str, mentions: Sequence[PlaceMention]) -> PlaceMention | None:
    """The other country that the title names, of a village that no table has: "Raiders burn Tanzanian village"."""
    titled = [m for m in mentions if m.start < text.find("\n\n")]
    if any(m.place.country in COUNTRIES and m.role == "scene" for m in titled):
        return None
    return next((m for m in titled if m.role == "foreign" and m.weight >= 0.5), None)


_ANOTHER_PART = re.compile(
    r"\b(?:(?:another|a different|other) (?:part|area|corner)s? of|elsewhere in) (?:the|that|this) (?:same )?"
    r"(?P<of>district|city|tehsil|province)\b",
    re.IGNORECASE,
)


def _elsewhere_within(text: str, place: Place, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> Place:
    """The district alone, or the province, of what is told to have happened in another part of it than what was told before."""
    start, end = spans[0] if spans else (0, 0)
    part = _ANOTHER_PART.search(text, start, end)
    if part is None:
        return place
    of_province = part["of"].lower() == "province"
    inside = ("area", "town", "district") if of_province else ("area", "town")
    if any(start <= m.start < end and m.role == "scene" and m.level in inside for m in mentions):
        return place
    if of_province:
        return replace(place, name=place.province, district=None, lat=None, lon=None)
    whole = next((m.place for m in mentions if m.level == "district" and m.place.district == place.district), None)
    return whole or replace(place, name=place.district, lat=None, lon=None)


def _as_headed(text: str, place: Place, mentions: Sequence[PlaceMention]) -> Place:
    """The place in the district that title and dateline name, where a table has its town in another one of the province: borders move."""
    title = text.find("\n\n")
    named = [m for m in mentions if m.level == "district" and ((m.start < title and m.role == "scene") or m.role == "dateline")]
    heads = {m.place.district for m in named}
    own = next((m for m in mentions if m.level == "town" and m.role == "scene" and m.place.name == place.name), None)
    if own is None or len(heads) != 1 or len({m.role for m in named}) != 2 or own.place.district in heads:
        return place
    home = named[0].place
    said = any(m.level == "district" and m.place.district == place.district for m in mentions)
    if home.province != place.province or home.name in _BUREAUS or said:
        return place
    return replace(place, district=home.district)


def _aside(text: str, mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """The best of the names that are no scene, where there is no other: a way's beginning, its end, a measure, a province."""
    aside = [m for m in mentions if m.role in ("direction", "hospital") and m.place.country in (None, *COUNTRIES)]
    return sorted(aside, key=lambda m: (m.place.country is None, m.place.district is None, not _begins_way(text, m), -m.weight))[:1]


def _begins_way(text: str, mention: PlaceMention) -> bool:
    """Whether a road or a journey is told to begin there: "from Gilgit", "between Kabul and Ghazni", "the Quetta-Sibi road"."""
    if mention.role != "direction" or _SERVED_BEFORE.search(text, max(0, mention.start - 30), mention.start):
        return False
    return (
        _WAY_BEFORE.search(text, max(0, mention.start - 20), mention.start) is not None or _WAY_AFTER.match(text, mention.end) is not None
    )


def _road(
    text: str, mentions: Sequence[PlaceMention], chosen: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]
) -> PlaceMention | None:
    """The first town of a road that runs through the district or province which is all that is known, of a journey with both ends there."""
    known = combine(chosen)
    if known is None:
        return None
    ends = [m for m in mentions if m.role == "direction" and m.place.district and any(start <= m.start < end for start, end in spans)]
    first = next((m for m in ends if _fits(m.place, known, vague=False) and _begins_way(text, m)), None)
    if first is None or first.level == "district" == chosen[0].level:
        return None
    others = [m for m in ends if m.start > first.start and m.start - first.end < 40]
    from_there = "from" in text[max(0, first.start - 12) : first.start].lower()
    return first if not from_there or all(_fits(m.place, known, vague=False) for m in others) else None


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


def _headed_abroad(text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> PlaceMention | None:
    """The other country in which the title sets it ("… kills seven Pakistanis in Iraq"), where the leading sentence names no place here."""
    title = text.find("\n\n")
    heads = [(0, title), *spans[:1]]
    within = [m for m in mentions if any(start <= m.start < end for start, end in heads)]
    if any(m.place.country in COUNTRIES and m.role != "dateline" and m.level != "country" for m in within):
        return None
    return next((m for m in within if m.role == "foreign" and m.weight >= 0.5 and m.start < title), None)


def _told_abroad(text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> PlaceMention | None:
    """Where the sentences below the title set the deed, if that is in another country and they name no place here: "Border at Taftan
    shut": "militants had attacked a post near Saravan"."""
    title = text.find("\n\n")
    within = [m for m in mentions if any(start > title and start <= m.start < end for start, end in spans)]
    if (filed := _filed_where_told(text, mentions, spans)) is not None:
        return filed
    if any(m.place.country in COUNTRIES and m.level != "country" and m.role == "scene" for m in within):
        return None
    struck = (m for m in within if m.role == "foreign" and m.weight >= 0.9)
    return next((m for m in struck if _DEED_BEFORE.search(text, max(0, m.start - 110), m.start)), None)


def _filed_where_told(text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> PlaceMention | None:
    """The dateline abroad that the leading sentence names again, where neither it nor the title sets the deed here: "SAMARRA: A bomb hit
    a bus that was carrying Pakistani pilgrims to Samarra"."""
    filed = _filed_abroad(mentions, spans)
    if filed is None or not spans:
        return None
    heads = [(0, text.find("\n\n")), spans[0]]
    leading = [m for m in mentions if any(start <= m.start < end for start, end in heads) and m is not filed]
    if any(m.place.country in COUNTRIES and m.level != "country" and m.role == "scene" for m in leading):
        return None
    return filed if any(m.place.name == filed.place.name and m.start >= spans[0][0] for m in leading) else None


def _dateline(mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> PlaceMention | None:
    """The dateline of the spans; a round-up has one for each of its stories. Else the report's."""
    filed = [m for m in mentions if m.role == "dateline" and m.level in ("district", "town")]
    own = (m for m in filed if any(start <= m.start < end for start, end in spans))
    return next(own, filed[0] if filed else None)


def _filed_apart(mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> list[PlaceMention]:
    """The dateline of one story of several that have each their own."""
    filed = [m for m in mentions if m.role == "dateline" and m.level in ("district", "town") and m.place.country in COUNTRIES]
    own = [m for m in filed if any(start <= m.start < end for start, end in spans)]
    return own[:1] if len(filed) > 2 else []


def _filed_abroad(mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> PlaceMention | None:
    """The dateline in another country of a report whose sentences on the attack name no place of the two."""
    filed = _dateline(mentions, spans)
    return filed if filed is not None and filed.level == "town" and filed.place.country not in (None, *COUNTRIES) else None


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
            stated = _TOOK_PLACE.search(text, max(start, chain[0].start - 70), chain[0].start) is not None
            score = (
                _worth(chain)
                + 0.3 * stated
                - 0.12 * order
                + 0.06 * bool(_DEED_BEFORE.search(text, max(start, chain[0].start - 70), chain[0].start))
            )
            if score > best_score and (not best or stated or _worth(chain) >= _worth(best) or not _agree(best, chain)):
                best, best_score = chain, score
    return best


def _took_place(text: str, mentions: Sequence[PlaceMention], chosen: Sequence[PlaceMention]) -> bool:
    """Whether a sentence of its own says where, inside what was found: "The attack took place in Ghotki"."""
    wide = combine(chosen)
    return wide is not None and any(
        m.role == "scene"
        and m.place.district
        and _fits(m.place, wide, vague=False)
        and _TOOK_PLACE.search(text, max(0, m.start - 70), m.start)
        for m in mentions
    )


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
    level = max(PRECISE[m.level] for m in chain)
    known = any(m.place.country for m in chain)
    return weight * (0.3 + 0.15 * min(level, 4)) * (0.8 if foreign else 1.0) * (1.0 if known else 0.7)


def _agree(a: Sequence[PlaceMention], b: Sequence[PlaceMention]) -> bool:
    one, other = combine(a), combine(b)
    return one is not None and other is not None and around(one, other, other.district)


def _with_dateline(
    text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], chosen: list[PlaceMention]
) -> list[PlaceMention]:
    """The dateline's town where the text stays inside it ("in the city"), or where nothing else is named."""
    filed = _dateline(mentions, spans)
    if filed is None:
        return chosen
    local = any(_WITHIN_CITY.search(text, start, end) for start, end in spans) or filed.place.name not in _BUREAUS
    if not local and (measured := _measured(text, mentions, spans, chosen)):
        return measured
    if chosen and not _agree([filed], chosen):
        return chosen
    if chosen and any(m.level in ("region", "province") for m in chosen) and not local:
        return chosen
    if chosen and (place := combine(chosen)) is not None:
        # "A mine exploded in Takhar province … The bus was crossing Chah Ab district": the text itself says where.
        named = [m for m in mentions if m.role == "scene" and m.place.district and m.place.district != m.place.province]
        if (deeper := _deeper(text, place, named, spans, vague=False)) is not None and deeper.level == "district":
            return [*chosen, deeper]
    return [filed]


_MEASURED_BEFORE = re.compile(r"\b(?:km|kilomet(?:re|er)s?|miles?)\b[^.;]{0,40}$|\bbetween\s$", re.IGNORECASE)


def _measured(
    text: str, mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], chosen: Sequence[PlaceMention]
) -> list[PlaceMention]:
    """The town of "30 km south of Turbat" or "on the road between Kunduz and Kabul", told by a bureau that names no nearer place."""
    if any(m.level not in ("country", "region", "province") for m in chosen):
        return []
    provinces = {m.place.province for m in chosen} - {None}
    return [
        m
        for m in mentions
        if m.role == "direction"
        and m.place.district
        and provinces <= {m.place.province}
        and any(start <= m.start < end for start, end in spans)
        and _MEASURED_BEFORE.search(text, max(0, m.start - 70), m.start)
    ][:1]


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
    if place.country is None and (home := _home(mentions, spans)) is not None:
        out.append(home)
        place = combine(out) or place
    if place.name in (place.district, place.province, None) or any(
        m.level in ("district", "province") and m.place.name == place.name for m in out
    ):
        finer = next((m for m in inside if m not in out and m.level in ("town", "area") and _finer(m, place)), None)
        if finer is not None:
            out.append(finer)
            place = combine(out) or place
    if place.province is None:
        wide = [m for m in rest if m.level in ("province", "region") and m.place.province and around(m.place, place, place.district)]
        out += [m for m in wide if _away(m.start, m.end, spans) <= 600][:1]
        place = combine(out) or place
    if place.country is None:
        out += sorted((m for m in rest if around(m.place, place, place.district)), key=lambda m: m.level != "country")[:1]
    return out


def _home(mentions: Sequence[PlaceMention], spans: Sequence[tuple[int, int]]) -> PlaceMention | None:
    """The district of a name that no table knows: that of the account's own dateline, where it is no bureau, and of no other one."""
    filed = _dateline(mentions, spans)
    if filed is None or filed.place.district is None or filed.place.name in _BUREAUS:
        return None
    inside = {m.place.district for m in mentions if m.role == "scene" and any(start <= m.start < end for start, end in spans)}
    return filed if inside <= {None, filed.place.district} else None


def _finer(mention: PlaceMention, place: Place) -> bool:
    """Whether a mention in the account's own sentences is a spot of the district, or a name inside the province, that was found."""
    if mention.role != "scene" or mention.weight < (0.35 if mention.level == "area" else 0.6) or place.country not in COUNTRIES:
        return False
    if place.district is None:
        return mention.place.country is None
    return mention.place.district == place.district or (mention.place.country is None and mention.level == "area")


def _vague(chosen: Sequence[PlaceMention]) -> bool:
    """Whether the only district is a province's namesake, which may mean the province."""
    return all(namesake(m) or m.level in ("country", "region", "province") for m in chosen if m.place.country)


def _deeper(text: str, place: Place, rest: Sequence[PlaceMention], spans: Sequence[tuple[int, int]], *, vague: bool) -> PlaceMention | None:
    """A mention elsewhere that says more precisely where: near the account's sentences, or the only district of the text."""
    fits = [
        m
        for m in rest
        if m.level in ("district", "town") and m.weight >= 0.6 and _fits(m.place, place, vague=vague) and not _recalled(text, m)
    ]
    named = [m for m in fits if m.place.district not in (place.district, None) or not vague]
    named = [m for m in named if not namesake(m)] or named  # "in Khost … in the Gurbuz district": no other district
    if not named:
        return _told_from(text, place, rest)
    districts = {m.place.district for m in named}
    near = [m for m in named if _away(m.start, m.end, spans) <= (1500 if len(districts) == 1 else 300)]
    return near[0] if near and len(districts) <= 3 else None


def _told_from(text: str, place: Place, rest: Sequence[PlaceMention]) -> PlaceMention | None:
    """The one district that its own police or administration tells from ("the police chief of Kohat"), where none is named as the scene."""
    if place.district is not None:
        return None
    tellers = [m for m in rest if m.level in ("district", "town") and m.place.district and m.place.name not in _BUREAUS and m.weight >= 0.3]
    tellers = [m for m in tellers if _fits(m.place, place, vague=False) and not _recalled(text, m)]
    return tellers[0] if len({m.place.district for m in tellers}) == 1 else None


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
    return _recalled_at(text, mention.start, mention.end)


# Each account of a text asks for the same mentions again.
@lru_cache(maxsize=256)
def _recalled_at(text: str, first: int, last: int) -> bool:
    left, right = max(0, first - 400), last + 400
    start = max(text.rfind(". ", left, first), text.rfind("\n", left, first), left - 1) + 1
    stop = min((n for n in (text.find(". ", last, right), text.find("\n", last, right)) if n >= 0), default=right)
    sentence = text[start:stop]
    another = _ANOTHER_ATTACK.search(sentence) is not None and not _THIS_AS_WELL.search(sentence)
    return another or _ANOTHER_TIME.search(sentence) is not None
