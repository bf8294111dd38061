"""Names of places that no table knows, told by the words around them: "in the Samo Kali area", "Wanda Madat, Paktika"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import Place
from monitor.text.capitals import titled
from monitor.text.mentions import PlaceMention
from monitor.text.names import Hit, NameIndex
from monitor.text.regions import PEOPLES

_KIND, _NAMED, _SITE, _PREPOSITION = range(4)
_KINDS = (
    "area areas village villages town towns city tehsil tehsils district districts sub-district subdistrict neighbourhood neighborhood"
    " neighbourhoods neighborhoods locality localities valley sub-division subdivision mohallah mohalla suburb suburbs hamlet agency"
    " settlement cantonment taluka taluqa region union-council province"
).split()
# These belong to the name: "Sariab Road", "Bacha Khan Chowk".
_NAMED_KINDS = (
    "chowk road bazaar bazar market square bypass flyover colony goth killi kalay kalley street gate bridge mor morr adda link-road"
    " junction phatak interchange roundabout camp dam pass crossing"
).split()
# These too, in lower case as well: "the Shah Kamal shrine".
_SITES = "shrine mosque masjid imambargah imambara church temple dam toll-plaza seminary madrassa coalmine".split()
_BEFORE_NAMES = "in at near outside toward towards".split()
_INDEX = NameIndex(
    [
        *((kind, _KIND) for kind in _KINDS),
        *((kind, _NAMED) for kind in _NAMED_KINDS if kind not in _SITES),
        *((kind, _SITE) for kind in _SITES),
        *((word, _PREPOSITION) for word in _BEFORE_NAMES),
    ]
)
_WORD = r"\b[A-Z][\w'’`]{0,40}"
_SMALL_ENDS = tuple("khel kheil kalay killi banda dara qala kot".split())
_RUN = (
    rf"{_WORD}(?:[ -](?:(?:e|ye|i|ul|wa|va|al|o|jo)[ -])?{_WORD}|-(?:[a-z]{{3,12}}|\d{{1,2}})\b"
    rf"| (?:{'|'.join(_SMALL_ENDS)})\b){{0,6}}"
)
_RUN_BEFORE = re.compile(rf"(?<![\w-])(?P<name>{_RUN})\s+$")
# "Sia Pushta, a village in Uruzgan"
_APPOSED = re.compile(rf"(?<![\w-])(?P<name>{_RUN}),\s+an?\s+(?:[a-z][\w-]*\s+){{0,3}}$")
_LYING = re.compile(r"\s+(?:in|of|near|on|outside|some|about)\b")
_OF = re.compile(rf"\s+(?:of|named|called)\s+(?P<name>{_RUN})")
# "in Wanda Madat, Lakki Marwat": a name between a word of place and a place that is known.
_BETWEEN = re.compile(
    rf"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Aa]round|[Ff]rom)\s+(?:the\s+)?(?P<name>{_RUN}),?\s*(?:(?:in"
    rf"|of)\s+(?:the\s+)?)?$"
)
# "at the Customs Department in Khost": whose house it is, no name of the spot.
_OFFICE = re.compile(
    r"(?:Department|Ministry|Directorate|Commission|Authority|Company|Corporation|Party|Court|Corps|Constabulary|Police|Forces?|Army|Embassy"
    r"|Consulate|Assembly|Council|Shura|Agency|Organi[sz]ation|Foundation|Headquarters|Government|Committee|Khan|Ahmed|Ali|Shah)$"
)
# "shot at Malik": whom, not where.
_AIMED = re.compile(
    r"\b(?:shot|shots|fired?|shooting|firing|aimed|thrown?|threw|hurled|lobbed|hacked|looked|directed)\s+at$", re.IGNORECASE
)
_ROCKETS = re.compile(r"\b(?:rockets?|missiles?|mortars?|shells?)\b", re.IGNORECASE)
_GENERIC = re.compile(
    r"(?:^(?:Stadium|Mess|Charge|College|School|University|Hospital|Club|Hotel|Airport|Palace)|Office|Secretariat|Rifles|Scouts|Regiment"
    r"|Wing|Brigade|Unit|Mission|Team|Bank|Factory|Mills?|Plant|Agha|Jan|Gul|Begum|Bibi|Baloch|Haqqani)$"
    r"|^(?:Maulvi|Mawlawi|Mullah|Haji|Malik|Sardar|Nawab|Qari|Mufti|Maulana|Syed|General|Colonel|Captain|Major|Commander)\b"
)
_OWNED = re.compile(rf"['’]s\s+(?P<name>{_RUN})")
_INNER = re.compile(r"['’]s\s+|\b(?:In|At|Near|Outside|Inside|On|From|After|During)\s+")
# "in Moinabad": nothing but the word itself says that it is a place.
_BARE = re.compile(rf"\s+(?:the\s+)?(?P<name>{_RUN})")
_PLACE_LIKE = re.compile(
    r"\bKhel\b|(?:abad|abaad|pur|pura|khel|kheil|kot|goth|garh|garhi|gram|wala|nagar|kalay|kalai|kalley|killi|killay|qala|qalah|dara|darra|tangi"
    r"|kalan|khurd|ganj|kach|shahr|kandao|ghundi|banda|mela|warsak|raghzai)$"
    r"|^(?:Killi|Goth|Basti|Kot|Garhi|Chak|Dera|Wanda|Banda|Mohallah|Qala|Kalay|Tando|Shahr|Deh|Pul|Dasht|Bala|Chah|Khwaja)[ -]",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[A-Z][a-z]{3,}(?:[ -][A-Z][a-z]{2,})?")
_STOPS = re.compile(
    r"[.,;]|\s+(?:in|of|outside|near|on|when|where|while|after|before|late|early|and|killing|injuring|wounding|damaging|was|were|yesterday|today|last"
    r"|this|as|railway\s+station|bus\s+(?:stand|stop)|police\s+(?:station|post)|check-?post|along|close|just|some|about)\b|\s*$"
)
_NO_NAME = frozenset(
    "the a an this that these those his her their its our in on at near inside outside around of from to by for with and or but after"
    " before during when while"
    " where police security military army navy air force afghan pakistani"
    " pakistan afghanistan india indian iranian iran us american british nato isaf taliban shia shiite sunni hazara baloch pashtun sikh"
    " christian catholic protestant muslim ahmadi january february march april may june july"
    " august september october november december monday tuesday wednesday thursday friday saturday sunday frontier corps levies rangers"
    " national provincial federal district tehsil city local western eastern"
    " northern southern central upper lower another several many other some one two three four five six seven eight nine ten border"
    " tribal red busy main old new green residential same entire different"
    " nearby surrounding adjacent mountainous remote neighbouring neighboring adjoining rural urban gunmen militants assailants"
    " unidentified unknown suspected bomb blast attack suicide explosion officials"
    " meanwhile later earlier according no deputy commissioner officer station house government civil hospital high court prime minister"
    " chief counter terrorism department un united nations"
    " fc isi ctd ttp bla bomber diplomatic commercial industrial business shopping both each every all first second third under ramadan"
    " intelligence"
    " ramazan muharram ashura eid pashto urdu dari persian arabic english islam parliament congress telegram twitter facebook whatsapp"
    " god allah friday amaq x geneva senate assembly rangers parliament front islamabad-based mosque masjid masses operation interior"
    " foreign defence defense home ministry police agency agencies company companies headquarters quran koran bible christmas easter"
    " daesh taliban ttp bla blf iskp nrf aff"
    " former ex wave blasts attacks convoy bodies pro no-go buffer control restricted sensitive administered held".split()
) | {people.lower() for people in PEOPLES}


def unknown_names(text: str, known: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Mentions of names that `known` does not cover; their places have a name alone, to be joined to a known neighbour."""
    taken = [(mention.start, mention.end) for mention in known]
    found: list[PlaceMention] = []
    hits = _INDEX.find(text)
    for hit in hits:
        if hit.value != _PREPOSITION:
            _around_kind(text, hit, taken, found)
    for mention in known:
        _behind_possessive(text, mention, taken, found)
        if mention.role == "scene" and mention.level in ("region", "district", "province", "town"):
            window = max(0, mention.start - 70)
            between = _BETWEEN.search(text[window : mention.start])
            if between is None:
                continue
            start, end = _trimmed(text, window + between.start("name"), window + between.end("name"))
            spot = " " in text[start:end] and not _OFFICE.search(text[start:end]) and not titled(text, start)
            if spot or "," in between.group():
                _take(text, start, end, taken, found)
    for _, after, kind in hits:
        if kind == _PREPOSITION:
            _behind_preposition(text, after, taken, found)
    return found


def _around_kind(text: str, hit: Hit, taken: list[tuple[int, int]], found: list[PlaceMention]) -> None:
    """The capitals before a kind word, or behind "village of"; "Sariab Road" keeps its kind word."""
    at, after, kind = hit
    window, named = max(0, at - 70), kind != _KIND
    run = _RUN_BEFORE.search(text[window:at]) if _may_end_run(text[window:at]) else None
    if run is not None and (kind != _NAMED or text[at].isupper()):
        start, end = _trimmed(text, window + run.start("name"), window + run.end("name"))
        if start < end:
            _take(text, start, after if named else end, taken, found)
    elif not named and (inside := _OF.match(text, after)):
        _take(text, *_trimmed(text, *inside.span("name")), taken, found)
    elif not named and _LYING.match(text, after) and (beside := _APPOSED.search(text[window:at])):
        _take(text, *_trimmed(text, window + beside.start("name"), window + beside.end("name")), taken, found)


def _may_end_run(before: str) -> bool:
    """Whether the last word could be a name's: a quick look, as most words before "area" or "district" have no capital."""
    last = before.split()[-1:]
    return bool(last) and (last[0] != last[0].lower() or last[0].endswith(_SMALL_ENDS))


def _behind_possessive(text: str, mention: PlaceMention, taken: list[tuple[int, int]], found: list[PlaceMention]) -> None:
    """ "in Landi Kotal's Bacha Mena": the spot of a town where something happened."""
    if mention.role == "scene" and mention.level in ("district", "town") and mention.weight >= 0.9:
        match = _OWNED.match(text, mention.end)
        if match is not None and _STOPS.match(text, match.end()):
            start, end = match.span("name")
            if not (_OFFICE.search(match["name"]) or _GENERIC.search(match["name"])) and _trimmed(text, start, end) == (start, end):
                _take(text, start, end, taken, found)


def _behind_preposition(text: str, after: int, taken: list[tuple[int, int]], found: list[PlaceMention]) -> None:
    """The capitals behind "in" or "near", where they look like a place's or nothing else follows them."""
    match = _BARE.match(text, after)
    if match is None:
        return
    start, end = _trimmed(text, *match.span("name"))
    if _PLACE_LIKE.search(text[start:end]):
        _take(text, start, end, taken, found)
    elif _looks_alone(text, start, end) and not _aimed(text, after):
        _take(text, start, end, taken, found, weight=0.35)


def _aimed(text: str, after: int) -> bool:
    """Whether "at" says whom somebody shot at; rockets are fired at places."""
    return _AIMED.search(text, max(0, after - 20), after) is not None and _ROCKETS.search(text, max(0, after - 60), after) is None


def _looks_alone(text: str, start: int, end: int) -> bool:
    name = text[start:end]
    return bool(_ALONE.fullmatch(name) and _STOPS.match(text, end)) and not (
        _GENERIC.search(name) or _OFFICE.search(name) or titled(text, start)
    )


def _take(text: str, start: int, end: int, taken: list[tuple[int, int]], found: list[PlaceMention], *, weight: float = 0.6) -> None:
    if end - start < 3 or any(a < end and start < b for a, b in taken):
        return
    name = text[start:end]
    if name.isupper() and len(name) < 5:
        return
    taken.append((start, end))
    found.append(PlaceMention(start, end, name, Place(name=name), "scene", weight, "area"))


_FIRST_WORD = re.compile(r"[\w'’`-]+")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The run of capitals without the ordinary words that it begins with, in a headline all up to "Near"."""
    start += max((match.end() for match in _INNER.finditer(text[start:end])), default=0)
    while start < end:
        first = _FIRST_WORD.match(text, start, end)
        if first is None or first.group().lower().removesuffix("'s") not in _NO_NAME:
            break
        start = first.end()
        while start < end and not text[start].isalnum():
            start += 1
    return start, end
