"""Names of places that no table knows, told by the words around them: "in the Samo Kali area", "Wanda Madat, Paktika"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import Place
from monitor.text.mentions import PlaceMention

_KIND = (
    r"areas?|villages?|towns?|city|tehsils?|districts?|sub-?districts?|neighbou?rhoods?|locality|localities|valley|sub-?divisions?"
    r"|mohallah?s?|union\s+council|suburbs?|hamlet|agency"
    r"|settlement|cantonment|taluka|taluqa|region"
)
_NAMED_KIND = (
    r"chowk|road|bazaa?r|market|square|bypass|flyover|colony|town|goth|killi|kalay|kalley|street|gate|bridge|mor|morr|adda"
    r"|link\s+road|junction|phatak|interchange|roundabout|camp|dam|pass|crossing"
)
_WORD = r"[A-Z][\w'’`]*"
_RUN = rf"{_WORD}(?:[ -](?:(?:e|i|ul|wa|al|o|jo)[ -])?{_WORD}){{0,6}}"
_BEFORE = re.compile(rf"(?P<name>{_RUN})\s+(?:(?i:(?P<kind>{_KIND}))|(?P<named>(?i:{_NAMED_KIND})))\b")
_OF = re.compile(
    rf"\b(?i:(?P<kind>village|town|tehsil|district|area|neighbou?rhood|locality|hamlet|settlement))\s+(?:of|named"
    rf"|called)\s+(?P<name>{_RUN})"
)
# "in Wanda Madat, Lakki Marwat": a name between a word of place and a place that is known.
_BETWEEN = re.compile(
    rf"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Aa]round|[Ff]rom)\s+(?:the\s+)?(?P<name>{_RUN}),?\s*(?:(?:in"
    rf"|of)\s+(?:the\s+)?)?$"
)
# "in Moinabad": nothing but the word itself says that it is a place.
_BARE = re.compile(rf"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Tt]owards?)\s+(?:the\s+)?(?P<name>{_RUN})")
_PLACE_LIKE = re.compile(
    r"(?:abad|abaad|pur|pura|khel|kheil|kot|goth|garh|garhi|gram|wala|nagar|kalay|kalai|kalley|killi|killay|qala|qalah|dara|darra|tangi"
    r"|kalan|khurd|ganj|kach|shahr|kandao|ghundi|banda|mela|warsak|raghzai)$"
    r"|^(?:Killi|Goth|Basti|Kot|Garhi|Chak|Dera|Wanda|Banda|Mohallah|Qala|Kalay|Tando|Shahr|Deh|Pul|Dasht|Bala|Chah|Khwaja)[ -]",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[A-Z][a-z]{3,}(?:[ -][A-Z][a-z]{2,})?")
_STOPS = re.compile(
    r"[.,;]|\s+(?:on|when|where|while|after|before|late|early|and|killing|injuring|wounding|damaging|was|were|yesterday|today|last"
    r"|this)\b|\s*$"
)
_NO_NAME = frozenset(
    "the a an this that these those his her their its our in on at of from to by for with and or but after before during when while"
    " where police security military army navy air force afghan pakistani"
    " pakistan afghanistan india indian iranian iran us american british nato isaf taliban shia shiite sunni hazara baloch pashtun sikh"
    " christian muslim ahmadi january february march april may june july"
    " august september october november december monday tuesday wednesday thursday friday saturday sunday frontier corps levies rangers"
    " national provincial federal district tehsil city local western eastern"
    " northern southern central upper lower another several many other some one two three four five six seven eight nine ten border"
    " tribal red busy main old new green residential same entire different"
    " nearby surrounding adjacent mountainous remote neighbouring neighboring adjoining rural urban gunmen militants assailants"
    " unidentified unknown suspected bomb blast attack suicide explosion officials"
    " meanwhile later earlier according no deputy commissioner officer station house government civil hospital high court prime minister"
    " chief counter terrorism department un united nations"
    " fc isi ctd ttp bla bomber diplomatic commercial industrial business shopping both each every all first second third under ramadan"
    " ramazan muharram ashura eid pashto urdu dari persian arabic english islam parliament congress telegram twitter facebook whatsapp"
    " god allah friday amaq x geneva senate assembly rangers parliament front islamabad-based mosque masjid masses operation interior"
    " foreign defence defense home ministry police agency agencies company companies headquarters quran koran bible christmas easter"
    " no-go buffer control restricted sensitive administered held".split()
)


def unknown_names(text: str, known: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Mentions of names that `known` does not cover; their places have a name alone, to be joined to a known neighbour."""
    taken = [(mention.start, mention.end) for mention in known]
    found: list[PlaceMention] = []
    for pattern in (_BEFORE, _OF):
        for match in pattern.finditer(text):
            start, end = _trimmed(text, *match.span("name"))
            if start >= end:
                continue
            named = pattern is _BEFORE and match["named"]
            if named and match["named"][0].isupper():
                end = match.end("named")
            elif named:
                continue
            _take(text, start, end, taken, found)
    for mention in known:
        if mention.role == "scene" and mention.level in ("district", "province", "town"):
            window = max(0, mention.start - 70)
            between = _BETWEEN.search(text[window : mention.start])
            if between and "," in between.group():
                _take(text, *_trimmed(text, window + between.start("name"), window + between.end("name")), taken, found)
    for match in _BARE.finditer(text):
        start, end = _trimmed(text, *match.span("name"))
        if _PLACE_LIKE.search(text[start:end]):
            _take(text, start, end, taken, found)
        elif _ALONE.fullmatch(text[start:end]) and _STOPS.match(text, end):
            _take(text, start, end, taken, found, weight=0.35)
    return found


def _take(text: str, start: int, end: int, taken: list[tuple[int, int]], found: list[PlaceMention], *, weight: float = 0.6) -> None:
    if end - start < 3 or any(a < end and start < b for a, b in taken):
        return
    name = text[start:end]
    if name.isupper() and len(name) < 5:
        return
    taken.append((start, end))
    found.append(PlaceMention(start, end, name, Place(name=name), "scene", weight, "area"))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The run of capitals without the ordinary words that it begins with."""
    while start < end:
        first = re.match(r"[\w'’`-]+", text[start:end])
        if first is None or first.group().lower() not in _NO_NAME:
            break
        start += first.end()
        while start < end and not text[start].isalnum():
            start += 1
    return start, end
