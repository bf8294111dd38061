"""Where a text speaks of: every place it names, what part the name plays, and which place an attack happened in.

Three steps, each of use alone: `PlaceFinder.find` names the places and their roles, `chains` joins neighbours ("Matta
tehsil of Swat"), `combine` makes one `Place` of them; `scene` does all of it for one account. The last three live in
`monitor.text.scenes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from monitor.model import Place, WatchedPlace
from monitor.text.gazetteer import COUNTRIES, TRIBAL_DISTRICTS, Entry, Kind, entries
from monitor.text.mentions import Level, PlaceMention, Role
from monitor.text.names import NameIndex, key_of
from monitor.text.roles import dateline_ends, role_of
from monitor.text.scenes import chains, combine, joined, scene
from monitor.text.unknown import unknown_names

__all__ = ["PlaceFinder", "PlaceMention", "Role", "chains", "combine", "scene"]

# "northwest Pakistan" means a province to every wire service; so do a few names of regions.
_BEARINGS = r"(?P<ns>north|south)[-\s]?(?P<ew>east|west)?(?:ern)?|(?P<only>east|west)(?:ern)?"
_REGION = re.compile(
    rf"\b(?:{_BEARINGS})\s+(?:\w+\s+)?(?P<country>Pakistan|Afghanistan)\b"
    rf"|\b(?P<whose>Pakistan|Afghanistan)['’]s\s+(?:\w+\s+)?(?:(?P<ns2>north|south)[-\s]?(?P<ew2>east|west)?(?:ern)?)\b(?!\s+(?:province|city|town|district|region)\s+of)",
    re.IGNORECASE,
)
_PROVINCE_OF_BEARING = {("north", "west"): "Khyber Pakhtunkhwa", ("south", "west"): "Balochistan"}
_TRIBAL = re.compile(
    r"\b(?:former(?:ly)?\s+|erstwhile\s+|ex-)?(?:Federally[\s-]Administered\s+Tribal\s+(?:Areas?|Agenc\w+|Regions?)|FATA|[Tt]ribal\s+(?:belt|areas|districts?|regions?|agencies))\b"
)
_WAZIRISTAN = re.compile(r"\bWaziristan\b(?:\s+(?:region|district|agency))?", re.IGNORECASE)

# Names that are more often something else: taken only where the words beside them say that a place is meant.
_WARY = frozenset(
    "bagh bara bela bori chak dana dand dara darband daska dasht dina doaba dori drosh farsi ghazi gomal habib hala himmat hub johan kach kama kang karak kausar kel kot khar khash"
    " kalam lal lalian lakhi malik mal mand matta mayar miran mirpur moro munda nagar nag nal nala nari nawa nazir nika omna pai rustam sada safar safi sagi sami shor shah spin sui suri"
    " tank tani tera terri thor titan topi toru usta wari winder zari safa reg haveli mandal jabar badar bader esha gat matak sewai dogra nawab kandar shahpur hussainabad islamabad? bagan"
    " langar sangar duab banu sarni chinar khanpur alipur sultan rasul agra company prang ambar sipah kulla kohi burki mola gaz gazg manna wam kahan marwar kund teri dak buto samir"
    " kakar shinwari zadran suri safi tani sherani khogyani mandozai salarzai raisani sateen tangi pabbi jund rawat dir poonch kargil zone pishi shahi harnai? mastak sur".replace(
        "?", ""
    ).split()
)
_NOT_WARY = frozenset({"islamabad", "harnai", "karak", "hub", "tank", "khar", "sui"})
_KIND_WORD = re.compile(
    r"\s*(?P<kind>province|provincial\s+capital|district|agency|tribal\s+(?:district|agency|region)|tehsil|sub-?division|sub-?district|town|city|village|area|neighbou?rhood|locality|bazaa?r|valley|cantonment|cantt|region|metropolis)s?\b",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|around|outside|from|within|to|of)\s+(?:the\s+)?(?:(?:restive|volatile|troubled|remote|southern|northern|eastern|western|central|southwestern|northwestern|bordering|tribal|upper|lower|city|town|district|village|area|tehsil)\s+)*(?:of\s+)?$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:[\s,]*(?:[A-Z][\w'’-]*|areas?|village|town|tehsil|district|city|camp|bazaa?r|sub-?division|neighbou?rhood|of|in|the|near)\b)+[\s,]*"
)
# A capital word before a name makes it a person's, unless it is one of these or begins its sentence.
_BEFORE_NAME = re.compile(r"(?P<edge>^|[.!?:\n\"“”'‘—–-]\s*|\)\s)?\b(?P<word>[A-Z][a-z]+)\s$")
_NOT_FIRST_NAMES = frozenset(
    "lower upper north south east west central new old greater district tehsil city commissioner frontier levies police killi goth village pakistani afghan saturday sunday monday tuesday"
    " wednesday thursday friday in at near from the and of on provincial northern southern eastern western chief minister governor brigade corps court division region valley airport"
    " officer camp mir? outside around inside main town area agency sub-division constabulary university college hospital station force forces chowk road bazaar balochistan? headquarters".replace(
        "?", ""
    ).split()
)
_LONGER = re.compile(
    r"(?:[-‐–](?:e|i|ul|ye|al)?[-‐–\s]?|\s(?:e|i)[-\s]|\s)(?!(?:Tehsil|District|City|Town|Bazaa?r|Police|Road|Hospital|Cantt?|Cantonment|Agency|Area|Valley|College|University|Airport|Phase|Check|Checkpost|Market"
    r"|Chowk|Levies|Jail|Press|Civil|Scouts|Fort|Camp|Border|Bypass|Highway|Division|Sub|Women|Girls|Boys|Government|High|Middle|Primary|School|Mosque|Madrassa|Village|Station|Railway|Industrial|Province|Dam|Frontier"
    r"|Junction|Post|Gas|Field|Forest|Medical|General|Link|Pakistan|Afghanistan|Balochistan|Sindh|Punjab|Khyber|On|In|At|And|But|The|A|By|For|With|To|After|When|While|As|Is|Was|Has|January|February|March|April"
    r"|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)[A-Z][a-z]+"
)
# A foreign country is where it happened only if the text says "in"; else it is whose embassy, troops or engineers were hit.
_ADJECTIVAL = re.compile(
    r"\.?\s+(?!on\b|in\b|when\b|where\b|after\b|before\b|and\b|last\b|by\b|as\b|at\b|has\b|is\b|was\b|since\b|over\b|during\b|with\b|that\b|to\b|for\b)[A-Za-z]|-"
)
_IN = re.compile(r"\b(?:in|at|near|inside|across|outside)\s+(?:the\s+)?(?:[a-z][\w-]*\s+){0,3}$|['’]s\s+(?:[a-z][\w-]*\s+){0,2}$|\n\s*$")
_TAIL = re.compile(r"\s+(?:tehsil|town|Agency|city|tribal\s+(?:district|region|agency)|district|Bazaa?r)$")
_TRIBAL_HOMES = frozenset({"Khyber Pakhtunkhwa", "Federally Administered Tribal Areas"})
_SMALL_WORDS = frozenset(
    "e i a al ul us os o wa va aw and ye jo of y airport airfield airbase valley base prison border dam field station area areas town city village bazaar market shrine camp gas air tehsil".split()
)
_FOREIGN_OWNER = re.compile(r"\b(?:Indian|India['’]s|Iran['’]s|Iranian|Indian-(?:administered|held|controlled|occupied))\s+(?:\w+\s+)?$")


@dataclass(frozen=True, slots=True)
class _Raw:
    """A name before it is known which of the places of that name is meant."""

    start: int
    end: int
    candidates: tuple[Entry, ...]
    kind_word: str


class PlaceFinder:
    """Finds the places of the built-in gazetteer and of the rule files, whose entries win over the gazetteer's."""

    def __init__(self, places: Sequence[WatchedPlace] = ()) -> None:
        own = [_watched(place) for place in places]
        taken = {(key_of(entry.name), entry.country) for entry in own if entry.kind != "town"}
        rest = [entry for entry in entries() if (key_of(entry.name), entry.country) not in taken or entry.kind == "province"]
        self._meanings, loose, exact = _meanings([*own, *rest])
        self._index = NameIndex(loose, exact)
        self._guesses: dict[str, Entry | None] = {}
        self._districts = {
            key_of(name): entry for entry in reversed(rest) if entry.kind == "district" for name in (entry.name, *entry.spellings)
        }
        self._by_province: dict[str, dict[str, Entry]] = {}
        for entry in (*own, *rest):
            if entry.kind in ("district", "town") and entry.province:
                spelled = self._by_province.setdefault(entry.province, {})
                for name in (entry.name, *entry.spellings):
                    spelled.setdefault(key_of(name), entry)

    def find(self, text: str) -> list[PlaceMention]:
        """All mentions in order, none overlapping, whatever their role."""
        raws = list(self._raws(text))
        regions = _regions(text)
        covered = [(m.start, m.end) for m in regions]
        raws = [raw for raw in raws if not any(a < raw.end and raw.start < b for a, b in covered)]
        found = _settled(text, raws)
        found = [self._at_odds(text, raws, found, number) or entry for number, entry in enumerate(found)]
        mentions = [_mention(text, raw, entry) for raw, entry in zip(raws, found, strict=True)]
        mentions = _with_datelines(text, mentions + regions)
        mentions += [self._recognised(text, mention, mentions) for mention in unknown_names(text, mentions)]
        mentions.sort(key=lambda mention: mention.start)
        return _carried_on(text, mentions)

    def _at_odds(self, text: str, raws: Sequence[_Raw], found: Sequence[Entry], number: int) -> Entry | None:
        """A name that the text puts into another province is another place of that name: "Safa area, Garmser district, Helmand"."""
        raw, entry = raws[number], found[number]
        for later in range(number + 1, min(number + 4, len(raws))):
            if not _linked(text, raws[later - 1].end, raws[later].start):
                return None
            around, between = found[later], text[raws[later - 1].end : raws[later].start]
            inside = later == number + 1 and around.kind == "district" and _WITHIN.search(between) is not None
            said = (
                around.kind == "province" or inside or (bool(raw.kind_word) and raws[later].kind_word in ("province", "district", "agency"))
            )
            if said and entry.kind in ("district", "town") and _elsewhere(entry, around, inside=inside):
                return self._another(text[raw.start : raw.end], around, district=raw.kind_word in ("district", "agency"))
        return None

    def _another(self, name: str, around: Entry, *, district: bool) -> Entry:
        """A place of this name in the province of `around`: the one known there, else one that has the name alone."""
        known = self._like(name, around.province or "")
        if known is not None and (around.kind == "province" or known.district == around.district):
            return known
        if around.kind == "district":
            return Entry("town", name, around.district, around.province, around.country, around.lat, around.lon)
        return Entry("district" if district else "town", name, name if district else None, around.province, around.country, None, None)

    def _recognised(self, text: str, mention: PlaceMention, known: Sequence[PlaceMention]) -> PlaceMention:
        """An unknown name as the known one of its province that it only spells differently: "Dialaram district, Nimroz"."""
        around = next((m.place for m in known if m.start >= mention.end and m.place.province and joined(text, mention.end, m.start)), None)
        if around is None and _KIND_WORD.match(text, mention.end):
            entry = self._anywhere(mention.text)
        else:
            entry = self._like(mention.text, around.province) if around and around.province else None
        if entry is None or (around and around.district and entry.district != around.district and around.district != around.province):
            return mention
        return replace(mention, place=replace(_place(entry), name=mention.text), level="district" if entry.kind == "district" else "town")

    def _like(self, name: str, province: str) -> Entry | None:
        """The district or town of a province whose name is spelled most like this one, if any is."""
        spelled = self._by_province.get(province, {})
        close = get_close_matches(key_of(name), spelled, n=1, cutoff=0.84)
        return spelled[close[0]] if close else None

    def _anywhere(self, name: str) -> Entry | None:
        """The one district of either country that is spelled most like a name that stands alone: "Shengal district"."""
        if name not in self._guesses:
            if len(self._guesses) > 5_000:
                self._guesses.clear()
            close = get_close_matches(key_of(name), self._districts, n=1, cutoff=0.86)
            self._guesses[name] = self._districts[close[0]] if close else None
        return self._guesses[name]

    def _raws(self, text: str) -> Iterable[_Raw]:
        for start, end, value in self._index.find(text):
            if not _capitalised(text[start:end]):
                continue
            kind = _KIND_WORD.match(text, end)
            word = kind["kind"].lower() if kind else ""
            key = key_of(text[start:end])
            if (
                key in _WARY
                and key not in _NOT_WARY
                and not word
                and not _PLACE_BEFORE.search(text, max(0, start - 60), start)
                and not _in_list(text, start, end)
            ):
                continue
            candidates = self._meanings[value]
            if not _titled(text, start) and _part_of_name(text, start, end, candidates, known=bool(word)):
                continue
            if _FOREIGN_OWNER.search(text, max(0, start - 40), start):
                candidates = tuple(_abroad(entry) for entry in candidates)
            yield _Raw(start, end, candidates, word)


def _titled(text: str, at: int) -> bool:
    """Whether the line is a headline in title case, where capitals tell nothing."""
    left, right = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    words = re.findall(r"[A-Za-z][\w'’]*", text[left : right if right >= 0 else len(text)])
    long = [word for word in words if len(word) > 3]
    return len(long) > 2 and sum(word[0].isupper() for word in long) > 0.75 * len(long) and len(words) < 25


def _part_of_name(text: str, start: int, end: int, candidates: Sequence[Entry], *, known: bool) -> bool:
    """Whether capital words beside the name make it part of a person's or of a longer place's: "Akbar Mohmand", "Kot Mazari area"."""
    if any(entry.kind in ("country", "province", "foreign") for entry in candidates):
        return False
    small = all(entry.kind == "town" for entry in candidates)
    if small and _LONGER.match(text, end):
        return True
    before = _BEFORE_NAME.search(text[max(0, start - 30) : start])
    if before is None or known or before["edge"] is not None or " " in text[start:end]:
        return False
    return before["word"].lower() not in _NOT_FIRST_NAMES


_WITHIN = re.compile(r"\b(?:of|in)\b")


def _elsewhere(entry: Entry, around: Entry, *, inside: bool) -> bool:
    """Whether a place cannot be inside the one that the text puts around it."""
    if around.province is None:
        return False
    if around.province == entry.province:
        return inside and entry.kind == "town" and around.district not in (entry.district, around.province)
    tribal = {around.province, entry.province} <= _TRIBAL_HOMES and entry.district in TRIBAL_DISTRICTS
    return not tribal


def _linked(text: str, end: int, start: int) -> bool:
    """Whether two names stand in one address, perhaps with names between them that no table knows: "Bara camp, Mazari area, Turbat district"."""
    return joined(text, end, start) or (start - end <= 70 and _ADDRESS.fullmatch(text, end, start) is not None)


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
                if not any(_same(entry, other) for other in meanings[number]):
                    meanings[number].append(entry)
                case.append((name, number))
    return [tuple(group) for group in meanings], loose, exact


def _same(a: Entry, b: Entry) -> bool:
    return (a.kind, a.name, a.district, a.province, a.country) == (b.kind, b.name, b.district, b.province, b.country)


def _capitalised(name: str) -> bool:
    """Whether every word but the small ones begins with a capital."""
    words = [word for word in re.split(r"[^\w]+", name) if word]
    return all(not word[0].islower() or (n > 0 and word.lower() in _SMALL_WORDS) for n, word in enumerate(words))


def _in_list(text: str, start: int, end: int) -> bool:
    """Whether a comma or a slash joins the name to a capitalised neighbour, as in "Bara, Khyber"."""
    return re.match(r"\s*(?:,\s+|/)[A-Z]", text[end : end + 4]) is not None and not re.search(
        r"[A-Z]\w*\s$", text[max(0, start - 20) : start]
    )


def _abroad(entry: Entry) -> Entry:
    return replace(entry, kind="foreign", district=None, province=None, country="India", lat=None, lon=None)


def _settled(text: str, raws: Sequence[_Raw]) -> list[Entry]:
    """For each name the place that is meant: the one that its neighbours and the rest of the text speak for."""
    certain = [raw.candidates[0] for raw in raws if len(raw.candidates) == 1]
    provinces = {entry.province for entry in certain} - {None}
    countries = {entry.country for entry in certain}
    return [
        raw.candidates[0]
        if len(raw.candidates) == 1
        else max(raw.candidates, key=lambda entry: _likelihood(text, raws, number, entry, provinces, countries))
        for number, raw in enumerate(raws)
    ]


def _likelihood(text: str, raws: Sequence[_Raw], number: int, entry: Entry, provinces: set[str | None], countries: set[str]) -> float:
    raw = raws[number]
    score = {"district": 1.0, "province": 0.9, "town": 0.8 if entry.listed else 0.5, "country": 1.0, "foreign": 0.3}[entry.kind]
    word = raw.kind_word
    if word == "province":
        score += 5 * (entry.kind == "province")
    elif word in ("district", "agency", "tribal district"):
        score += 2 * (entry.kind == "district") - 2 * (entry.kind == "province")
    elif word:
        score += (entry.kind in ("town", "district")) - 2 * (entry.kind == "province")
    for step in (-2, -1, 1, 2):
        if 0 <= number + step < len(raws):
            other = raws[number + step]
            first, second = (other, raw) if step < 0 else (raw, other)
            near = abs(step) == 1 and joined(text, first.end, second.start)
            reach = second.start - first.end < 45 or near
            if reach:
                score += (3.0 if near else 1.0) * max(_support(entry, candidate) for candidate in other.candidates)
    score += 1.5 * (entry.province in provinces and entry.province is not None) + 1.0 * (entry.country in countries)
    return score


def _support(entry: Entry, other: Entry) -> float:
    """How far one place speaks for another beside it: inside it, around it, or in the same province."""
    if entry.country != other.country or _same(entry, other):
        return 0.0
    if other.kind == "district" and entry.district == other.district and entry.province == other.province:
        return 1.5
    if other.kind == "country":
        return 0.6
    return 1.2 if entry.province == other.province else 0.1


def _mention(text: str, raw: _Raw, entry: Entry) -> PlaceMention:
    role: Role
    level: Level = {"country": "country", "province": "province", "district": "district", "town": "town", "foreign": "country"}[entry.kind]  # type: ignore[assignment]
    role, weight = role_of(text, raw.start, raw.end, name=entry.name, wide=entry.kind in ("country", "province"))
    if entry.kind == "foreign":
        if role == "scene" and (not _IN.search(text, max(0, raw.start - 40), raw.start) or _ADJECTIVAL.match(text, raw.end)):
            weight = 0.3
        role, level = "foreign" if role in ("scene", "hospital", "dateline") else role, "country" if entry.name == entry.country else "town"
    place = _place(entry)
    spelled = text[raw.start : raw.end]
    # The name as the report spells it, which its readers know; district and province are ours, so that reports can be compared.
    if place.name and entry.kind in ("town", "district", "province") and not entry.watched and not spelled.isupper():
        place = replace(place, name=_TAIL.sub("", spelled))
    return PlaceMention(raw.start, raw.end, spelled, place, role, weight, level)


def _place(entry: Entry) -> Place:
    """A country has no name of its own as a scene: "in Pakistan" says nothing more precise."""
    name = None if entry.kind == "country" or entry.name == entry.country else entry.name
    return Place(name=name, district=entry.district, province=entry.province, country=entry.country, lat=entry.lat, lon=entry.lon)


def _regions(text: str) -> list[PlaceMention]:
    """Phrases that stand for a province without naming it."""
    found = []
    for match in _REGION.finditer(text):
        country = (match["country"] or match["whose"]).capitalize()
        bearing = ((match["ns"] or match["ns2"] or "").lower(), (match["ew"] or match["ew2"] or match["only"] or "").lower())
        province = _PROVINCE_OF_BEARING.get(bearing) if country == "Pakistan" else None
        found.append(_region(text, match.start(), match.end(), Place(province=province, country=country)))
    for match in _TRIBAL.finditer(text):
        if match.group()[0].isupper() or "belt" in match.group() or "Pakistan" in text:
            found.append(_region(text, match.start(), match.end(), Place(province="Khyber Pakhtunkhwa", country="Pakistan")))
    for match in _WAZIRISTAN.finditer(text):
        if not re.search(r"\b(?:North|South|N\.?|S\.?|Upper|Lower)[\s-]+$", text[max(0, match.start() - 8) : match.start()], re.IGNORECASE):
            place = Place(name="Waziristan", province="Khyber Pakhtunkhwa", country="Pakistan", lat=32.7, lon=69.8)
            found.append(_region(text, match.start(), match.end(), place))
    return found


def _region(text: str, start: int, end: int, place: Place) -> PlaceMention:
    return PlaceMention(start, end, text[start:end], place, "scene", 0.6, "region")


def _with_datelines(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Mentions at the head of a line, up to where its dateline ends, are where the report was filed."""
    mentions.sort(key=lambda mention: mention.start)
    until = -1
    out = []
    for mention in mentions:
        line = text.rfind("\n", 0, mention.start) + 1
        ends = dateline_ends(text, line, mention.start, mention.end) if mention.start - line < 60 else None
        if ends is not None and ends > until:
            out = [replace(m, role="dateline", weight=0.1) if m.start >= line else m for m in out]
            until = ends
        out.append(replace(mention, role="dateline", weight=0.1) if mention.start < until else mention)
    return out


def _carried_on(text: str, mentions: list[PlaceMention]) -> list[PlaceMention]:
    """A list shares its first name's role: "natives of Swabi, Jhelum and Kohat"."""
    out: list[PlaceMention] = []
    for mention in mentions:
        last = out[-1] if out else None
        if (
            last is not None
            and last.role in ("origin", "direction", "hospital")
            and mention.role == "scene"
            and re.fullmatch(
                r"(?:,\s+(?:and\s+)?|[-–—]|\s+to\s+(?:the\s+(?:\w+\s+){0,3}(?:town|city)\s+of\s+)?|\s+and\s+|\s+or\s+|/|\s+(?:district|city|town|province|area)?(?:\s+of|,|\s+in)\s+)(?:the\s+)?",
                text[last.end : mention.start],
            )
        ):
            mention = replace(mention, role=last.role, weight=last.weight)
        out.append(mention)
    return out
