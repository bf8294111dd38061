"""Where a text speaks of: every place it names, what part the name plays, and which place an attack happened in.

Three steps, each of use alone: `PlaceFinder.find` names the places and their roles, `chains` joins neighbours ("Matta
tehsil of Swat"), `combine` makes one `Place` of them; `scene` does all of it for one account. They live in `joining` and
`scenes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.model import Place, WatchedPlace
from monitor.text.capitals import is_part_of_name, is_place_name, kind_word
from monitor.text.gazetteer import COUNTRIES, Entry, Kind, entries
from monitor.text.joining import chains, combine, joined
from monitor.text.landmarks import across_the_border, in_their_city
from monitor.text.mentions import Level, PlaceMention, Role
from monitor.text.names import NameIndex, key_of
from monitor.text.namesakes import Named, contradicted, same_entry, settled
from monitor.text.regions import regions
from monitor.text.roles import Cues, dateline_ends, role_of
from monitor.text.scenes import scene
from monitor.text.spellings import Spellings
from monitor.text.unknown import unknown_names

__all__ = ["PlaceFinder", "PlaceMention", "Role", "chains", "combine", "scene"]

# A foreign country is where it happened only if the text says "in"; else it is whose embassy, troops or engineers were hit.
_ADJECTIVAL = re.compile(
    r"\.?[ \t]+(?!on\b|in\b|when\b|where\b|after\b|before\b|and\b|last\b|by\b|as\b|at\b|has\b|is\b|was\b|since\b|over\b|during\b|with\b"
    r"|that\b|to\b|for\b|(?:\w+[ \t]+)?(?:attack|blast|bombing|explosion|shooting|massacre|siege)\b)[A-Za-z]|-"
)
_IN = re.compile(
    r"\b(?:in|at|near|inside|across|outside)\s+(?:the\s+)?(?:[A-Z][a-z]+\s+)?(?:[a-z][\w-]*\s+){0,3}$|['’]s\s+(?:[a-z][\w-]*\s+){0,2}$|\n\s*$|\bFrom\s+$"
)
_CALLED = re.compile(r"\b(?:city|town|district|tehsil)\s+of\s+$")
_WORD_BEFORE = re.compile(r"\b[A-Z][a-z]+ $")
_TAIL = re.compile(r"\s+(?:tehsil|town|Agency|city|tribal\s+(?:district|region|agency)|district|[Pp]rovince|Bazaa?r)$")
_FOREIGN_OWNER = re.compile(
    r"\b(?:Indian|India['’]s|Iran['’]s|Iranian|Indian-(?:administered|held|controlled|occupied))\s+"
    r"(?:\w+\s+)?(?:(?:\w+\s+)?(?:city|town|state|province|district|region)\s+of\s+)?$"
)
_LIST = re.compile(r"(?:,\s+(?:and\s+)?|[-–—]|\s+to\s+(?:the\s+(?:\w+\s+){0,3}(?:town|city)\s+of\s+)?|\s+and\s+|\s+or\s+|/)(?:the\s+)?")
_INSIDE = re.compile(r"(?:\s+(?:district|city|town|province|area))?(?:\s+of|,|\s+in)\s+(?:the\s+)?")
_LEVELS: dict[Kind, Level] = {"country": "country", "province": "province", "district": "district", "town": "town", "foreign": "town"}


class PlaceFinder:
    """Finds the places of the built-in gazetteer and of the rule files, whose entries win over the gazetteer's."""

    def __init__(self, places: Sequence[WatchedPlace] = ()) -> None:
        own = [_with_spellings(_watched(place)) for place in places]
        taken = {(key_of(entry.name), entry.country) for entry in own if entry.kind != "town"}
        rest = [entry for entry in entries() if (key_of(entry.name), entry.country) not in taken or entry.kind == "province"]
        self._meanings, loose, exact = _meanings([*own, *rest])
        self._index = NameIndex(loose, exact)
        twins = [entry.name.split(", ") for entry in rest if ", " in entry.name and not entry.name.endswith(entry.country)]
        self._twins = {key_of(region): key_of(name) for name, region in twins}
        self._spellings = Spellings([*own, *rest])

    def find(self, text: str) -> list[PlaceMention]:
        """All mentions in order, none overlapping, whatever their role."""
        phrases = regions(text)
        names = [name for name in self._names(text) if not any(p.start < name.end and name.start < p.end for p in phrases)]
        found = settled(text, names)
        cues = Cues(text)
        mentions = []
        for number, (name, entry) in enumerate(zip(names, found, strict=True)):
            around = contradicted(text, names, found, number)
            meant = entry if around is None else self._another(text[name.start : name.end], name.kind_word, around)
            mentions.append(_mention(text, name, meant, cues))
        filed = _with_datelines(text, list(mentions))
        mentions = _with_datelines(text, across_the_border(in_their_city(mentions, filed)) + phrases)
        mentions += [
            known
            for mention in unknown_names(text, mentions)
            if (known := self._recognised(text, _with_role(text, mention, cues), mentions))
        ]
        mentions.sort(key=lambda mention: mention.start)
        return _carried_on(text, _beyond_the_border(text, mentions))

    def _names(self, text: str) -> Iterable[Named]:
        hits = []
        for start, end, value in self._index.find(text):
            candidates, kind = self._meanings[value], kind_word(text, end)
            part = is_part_of_name(text, start, end, candidates, kind=kind) or self._ends_longer(text, start, end, kind)
            hits.append((start, end, key_of(text[start:end]), candidates, kind, part))
        # Who is called by a place's name once is meant by it again: "Pacha Khan Zadran … Zadran said".
        persons = {key for _, _, key, _, _, part in hits if part}
        # "HYDERABAD, India: …" or a word of Telangana tells which Hyderabad the rest of the report means.
        foreign = {key_of(entry.name.split(",")[0]) for _, _, _, candidates, *_ in hits for entry in candidates if "," in entry.name}
        foreign |= {self._twins[key] for _, _, key, *_ in hits if key in self._twins}
        beyond = any(word in text for word in _HELD_WORDS) and _HELD.search(text) is not None
        for start, end, key, candidates, kind, part in hits:
            if part or not is_place_name(text, start, end, key, kind=kind, person=key in persons):
                continue
            held = beyond and any("," in entry.name or entry.province == "Azad Kashmir" for entry in candidates)
            abroad = held or key in foreign or _FOREIGN_OWNER.search(text, max(0, start - 40), start) is not None
            yield Named(start, end, tuple(_abroad(entry) for entry in candidates) if abroad else candidates, kind)

    def _ends_longer(self, text: str, start: int, end: int, kind: str) -> bool:
        """Whether the name is the end of a district's that is spelled unusually: "Sherin Tagab district" is Shirin Tagab, not Tagab."""
        before = (
            _WORD_BEFORE.search(text, max(0, start - 20), start) if kind in ("district", "tehsil") and " " not in text[start:end] else None
        )
        whole = self._spellings.anywhere(text[before.start() : end]) if before else None
        return whole is not None and " " in whole.name

    def _another(self, name: str, kind: str, around: Entry) -> Entry:
        """A place of this name inside `around`: the one known there, else one that has the name alone."""
        known = self._spellings.within(name, around.province or "")
        if known is not None and (around.kind == "province" or known.district == around.district):
            return known
        if around.kind == "district":
            return Entry("town", name, around.district, around.province, around.country, around.lat, around.lon)
        if kind in ("district", "agency"):
            return Entry("district", name, name, around.province, around.country, None, None)
        return Entry("town", name, None, around.province, around.country, None, None)

    def _recognised(self, text: str, mention: PlaceMention, known: Sequence[PlaceMention]) -> PlaceMention | None:
        """An unknown name as the known one that it only spells differently: "Dialaram district, Nimroz", "Shengal district".

        None for a province that is none of ours: its name is no place inside one.
        """
        if kind_word(text, mention.end) == "province":
            province = self._spellings.province(mention.text)
            return None if province is None else replace(mention, place=replace(_place(province), name=mention.text), level="province")
        around = next((m.place for m in known if m.start >= mention.end and m.place.province and joined(text, mention.end, m.start)), None)
        if around is None:
            entry = self._spellings.by_consonants(mention.text)
            if entry is None and (kind_word(text, mention.end) or " " in mention.text or _CALLED.search(text[: mention.start][-20:])):
                entry = self._spellings.anywhere(mention.text)
            named = {m.place.province for m in known if m.level == "province"}
            entry = entry if entry is None or not named or entry.province in named else None
        else:
            entry = self._spellings.within(mention.text, around.province or "")
        if entry is None and kind_word(text, mention.end) == "agency":
            return None  # all seven that are places are known: the rest are offices
        if entry is None or (around and around.district not in (None, entry.district, around.province)):
            return mention
        return replace(mention, place=replace(_place(entry), name=mention.text), level=_LEVELS[entry.kind])


def _watched(place: WatchedPlace) -> Entry:
    """A rule file's place as an entry: a district or province where its name says so, else a town."""
    kind: Kind
    if place.district and key_of(place.name) == key_of(place.district):
        kind = "district"
    elif place.province and key_of(place.name) == key_of(place.province) and not place.district:
        kind = "province"
    elif place.country and place.country not in COUNTRIES:
        kind = "foreign"
    elif place.country and key_of(place.name) == key_of(place.country):
        kind = "country"
    else:
        kind = "town"
    spellings = tuple(s for s in place.spellings if not (s.isupper() and len(s) < 5))
    exact = tuple(s for s in place.spellings if s.isupper() and len(s) < 5)
    return Entry(
        kind=kind,
        name=place.name,
        district=place.district,
        province=place.province,
        country=place.country or "Pakistan",
        lat=place.latitude,
        lon=place.longitude,
        spellings=spellings,
        exact=exact,
        watched=True,
    )


def _with_spellings(own: Entry) -> Entry:
    """A rule file's district with the gazetteer's spellings of it beside its own."""
    if own.kind != "district":
        return own
    same = next((e for e in entries() if e.kind == "district" and (e.name, e.country) == (own.name, own.country)), None)
    return own if same is None else replace(own, spellings=own.spellings + same.spellings, exact=own.exact + same.exact)


def _meanings(every: Sequence[Entry]) -> tuple[list[tuple[Entry, ...]], list[tuple[str, int]], list[tuple[str, int]]]:
    """All entries that a name may stand for, by number, and the names with their numbers."""
    numbers: dict[str, int] = {}
    meanings: list[list[Entry]] = []
    loose: list[tuple[str, int]] = []
    exact: list[tuple[str, int]] = []
    for entry in every:
        for names, case in (((entry.name, *entry.spellings), loose), (entry.exact, exact)):
            for name in names:
                number = numbers.setdefault(key_of(name), len(meanings))
                if number == len(meanings):
                    meanings.append([])
                if not any(same_entry(entry, other) for other in meanings[number]):
                    meanings[number].append(entry)
                case.append((name, number))
    return [tuple(group) for group in meanings], loose, exact


# The other side of Kashmir has a Poonch of its own.
_HELD_WORDS = ("India", "IIOJK", "Jammu", "Srinagar")
_HELD = re.compile(r"\bIndian?[- ](?:held|occupied|administered|controlled)\b|\bIIOJK\b|\bJammu\b|\bSrinagar\b")


def _abroad(entry: Entry) -> Entry:
    return replace(entry, kind="foreign", district=None, province=None, country="India", lat=None, lon=None)


def _mention(text: str, name: Named, entry: Entry, cues: Cues) -> PlaceMention:
    role, weight = role_of(text, name.start, name.end, name=entry.name, wide=entry.kind in ("country", "province"), cues=cues)
    level = _LEVELS[entry.kind]
    if entry.kind == "foreign":
        if role == "scene" and (not _IN.search(text, max(0, name.start - 40), name.start) or _ADJECTIVAL.match(text, name.end)):
            weight = 0.3
        role = "foreign" if role in ("scene", "hospital", "dateline") else role
        level = "country" if entry.name == entry.country else "town"
    spelled = text[name.start : name.end]
    # The name as the report spells it, which its readers know; district and province are ours, so that reports can be compared.
    own = entry.kind in ("town", "district", "province") and not entry.watched and not spelled.isupper()
    return PlaceMention(name.start, name.end, spelled, _place(entry, called=_TAIL.sub("", spelled) if own else ""), role, weight, level)


def _with_role(text: str, mention: PlaceMention, cues: Cues) -> PlaceMention:
    """An unknown name with the part that it plays: a home, a way's end or a measure is no scene, known or not."""
    role, _ = role_of(text, mention.start, mention.end, name=mention.text, wide=False, cues=cues)
    if role != "scene":
        return replace(mention, role=role, weight=0.1)
    return replace(mention, weight=0.3) if text[: mention.start].endswith(("from ", "from the ")) else mention


def _place(entry: Entry, *, called: str = "") -> Place:
    """The place, by the name that it is `called`. A country has no name of its own as a scene: "in Pakistan" says nothing more precise."""
    name = None if entry.kind == "country" or entry.name == entry.country else called or entry.name
    return Place(name=name, district=entry.district, province=entry.province, country=entry.country, lat=entry.lat, lon=entry.lon)


def _with_datelines(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Mentions at the head of a line, up to where its dateline ends, are where the report was filed."""
    mentions.sort(key=lambda mention: mention.start)
    until = -1
    out: list[PlaceMention] = []
    for mention in mentions:
        line = text.rfind("\n", max(0, mention.start - 100), mention.start) + 1 or max(0, mention.start - 100)
        ends = dateline_ends(text, line, mention.start, mention.end) if mention.start - line < 60 else None
        if ends is not None and ends > until:
            out = [replace(m, role="dateline", weight=0.1) if m.start >= line else m for m in out]
            until = ends
        out.append(replace(mention, role="dateline", weight=0.1) if mention.start < until else mention)
    return out


# Provinces whose name another country's share.
_SHARED = {"Punjab": "India", "Balochistan": "Iran"}
_OURS = re.compile(r"\bPakistan(?:i|['’]s)\s+(?:[a-z][\w-]*\s+){0,3}$")


def _beyond_the_border(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """The mentions with "Punjab" in India and "Baluchistan" in Iran, where the report is filed there or names two of its places, and
    none of the province here."""
    abroad = {country for country in _SHARED.values() if any(m.place.country == country for m in mentions)}
    if not abroad:
        return mentions
    there = {province: country for province, country in _SHARED.items() if country in abroad and _speaks_of(country, province, mentions)}
    return [
        replace(
            m,
            place=Place(name=m.place.name, country=there[m.place.province]),
            role="foreign" if m.role == "scene" else m.role,
            level="town",
        )
        if m.level == "province" and m.place.province in there and not _OURS.search(text, max(0, m.start - 60), m.start)
        else m
        for m in mentions
    ]


def _speaks_of(country: str, province: str, mentions: Sequence[PlaceMention]) -> bool:
    there = [m for m in mentions if m.place.country == country and m.level != "country"]
    here = any(m.place.province == province and m.level in ("district", "town") and m.role == "scene" and m.weight >= 0.9 for m in mentions)
    return not here and (any(m.role == "dateline" for m in there) or len({m.place.name for m in there}) > 1)


def _carried_on(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """A list shares its first name's role: "natives of Swabi, Jhelum and Kohat"."""
    out: list[PlaceMention] = []
    for mention in mentions:
        last = out[-1] if out else None
        shared = last is not None and last.role in ("origin", "direction", "hospital") and mention.role == "scene"
        # "a resident of Matta in Swat" is one home; "east of Kabul in Surobi" is a bearing and a scene.
        apart = last is not None and last.place.province != mention.place.province and last.level == "province"
        inside = last is not None and last.role != "direction" and not apart and _INSIDE.fullmatch(text, last.end, mention.start)
        if last is not None and shared and (inside or _LIST.fullmatch(text, last.end, mention.start)):
            out.append(replace(mention, role=last.role, weight=last.weight))
        else:
            out.append(mention)
    return out
