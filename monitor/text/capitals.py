"""Whether words with capitals are a place's name, or a person's, a longer place's, or an ordinary word's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text.gazetteer import Entry

# Names that are more often something else: taken only where the words beside them say that a place is meant.
_WARY = frozenset(
    "agra alipur ambar babar badar bader bagan bagh banu bara bela bori burki buto chak chinar company"
    " dak dana dand dara darband darra dasht daska dina dir doaba dogra dori drosh duab esha farsi gat gaz"
    " gazg ghazi gomal habib hala haveli himmat hujra hussainabad jabar johan jund kach kahan kakar kalam"
    " kama kandar kang kargil kausar kel khanpur khash khogyani kohi kot kulla kund lakhi lal lalian"
    " langar mal malik mand mandal mandozai manna marwar mastak matak matta mayar miran mirpur mola moro"
    " munda nag nagar nal nala nari nawa nawab nazir nika omna pabbi pai pishi poonch prang raisani rasul"
    " rawat reg rustam sada safa safar safi sagi salarzai sami samir sangar sarni sateen sewai shah shahi"
    " shahpur sherani shinwari shor sipah spin sultan sur suri tangi tani tera teri terri thor titan topi"
    " toru usta wam wari winder zadran zari zone".split()
)
KIND_WORD = re.compile(
    r"\s*(?P<kind>province|provincial\s+capital|district|agency|tribal\s+(?:district|agency|region)|tehsil|sub-?division|sub-?district"
    r"|town|city|village|area|neighbou?rhood|locality|bazaa?r|valley|cantonment|cantt|region|metropolis)s?\b",
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\b(?:in|at|near)\s+$", re.IGNORECASE)
_EVENT_AFTER = re.compile(
    r"\s+(?:(?:suicide|bomb|gun|drone|grenade|rocket|car|IED|roadside)\s+)?(?:attack|blast|bombing|explosion|ambush|firing|shooting|clash|operation"
    r"|police|check-?\s?post|post|mosque|shrine|hospital|jirga|suicide)\b",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|around|outside|from|within|to|of)\s+(?:the\s+)?(?:(?:restive|volatile|troubled|remote|southern|northern|eastern"
    r"|western|central|southwestern|northwestern|bordering|tribal|upper|lower|city|town|district|village|area|tehsil)\s+)*(?:of\s+)?$",
    re.IGNORECASE,
)
# A capital word before a name makes it a person's, unless it is one of these or begins its sentence.
_BEFORE_NAME = re.compile(
    r"(?P<edge>^|(?<!Mr)(?<!Ms)(?<!Dr)(?<!Mrs)(?<!Lt)(?<!Col)(?<!Maj)(?<!Gen)[.!?:\n\"“”'‘—–-]\s*|\)\s)?\b(?P<word>[A-Z][a-z]+)[^\S\n]$"
)
_CAPITAL_BEFORE = re.compile(r"[A-Z][a-z]+ $")  # what it needs at least
_NOT_FIRST_NAMES = frozenset(
    "lower upper north south east west central new old greater district tehsil city commissioner frontier levies police killi goth"
    " village pakistani afghan saturday sunday monday tuesday"
    " wednesday thursday friday in at near from the and of on provincial northern southern eastern western chief minister governor"
    " brigade corps court division region valley airport"
    " officer camp outside around inside main town area agency sub-division constabulary university college hospital station"
    " force forces chowk road bazaar headquarters lines line cantt cantonment club bar bureau"
    " dpo rpo dco dhq ctd jail complex colony garden"
    " residency secretariat house".split()
)
_LONGER = re.compile(
    r"(?:[-‐–](?:e|i|ul|ye|al)[-‐–\s]?|\s(?:e|i)[-\s]|\s)(?!(?:Tehsil|District|City|Town|Bazaa?r|Police|Road|Hospital|Cantt?|Cantonment"
    r"|Agency|Area|Valley|College|University|Airport|Phase|Check|Checkpost|Market"
    r"|Chowk|Levies|Jail|Press|Civil|Scouts|Fort|Camp|Border|Bypass|Highway|Division|Sub|Women|Girls|Boys|Government|High|Middle|Primary"
    r"|School|Mosque|Madrassa|Village|Station|Railway|Industrial|Province|Dam|Frontier"
    r"|Junction|Post|Railroad|Airbase|Airfield|Air|Base|Customs|Bus|Truck|Grid|Power|Cement|Bridge|Canal|River|Shrine|Church|Imambargah"
    r"|Stadium|Toll|Garrison|Cadet|Military|Army|Security|Tribal|Peace|Administration|Deputy|Gas|Field|Forest|Medical|General|Link"
    r"|Pakistan|Afghanistan|Balochistan|Sindh|Punjab|Khyber|On|In|At|And|But|The|A"
    r"|By|For|With|To|After|When|While|As|Is|Was|Has|January|February|March|April"
    r"|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)[A-Z][a-z]+"
)
# "Nawa-i-Waqt", "Isha'a", "Qasr-e-Abbas": one word of a name is none by itself.
_COMPOUND = re.compile(r"[-‐–](?:e|i|ul|al|o)[-‐–][A-Z]|['’`](?!s\b)[A-Za-z]")
_COMPOUND_BEFORE = re.compile(r"\w(?:[-‐–](?:e|i|ul|al|o)[-‐–]|['’`])$")
_SMALL_WORDS = frozenset(
    "e i a al ul us os o wa va aw and ye jo of y airport airfield airbase valley base prison border dam field station area areas town"
    " city village bazaar market shrine camp gas air tehsil"
    " township colony mosque road hospital university chowk gate square circle district province agency cantonment school tribal".split()
)
_HEADLINE = 200  # characters on either side, at most
_PARTS = re.compile(r"[\s./-]+")
_LETTERED = re.compile(r"[A-Za-z][\w'’]*")


def kind_word(text: str, end: int) -> str:
    """The word for a kind of place that follows a name: "district", "area"; "" where there is none."""
    match = KIND_WORD.match(text, end)
    return match["kind"].lower() if match else ""


def is_place_name(text: str, start: int, end: int, key: str, *, kind: str, person: bool = False) -> bool:
    """Whether the name at `start` to `end` is used as a place's; `key` is its folded form, `kind` its kind word.

    `person`: the text has it as a person's name elsewhere, so that it must be called a place here.
    """
    if not _capitalised(text[start:end]):
        return False
    called = bool(kind) or _EVENT_AFTER.match(text, end) is not None
    if key in _WARY and not (called or _PLACE_BEFORE.search(text, max(0, start - 60), start) or _in_list(text, start, end)):
        return False
    return not person or bool(kind) or _IN_BEFORE.search(text, max(0, start - 12), start) is not None


def is_part_of_name(text: str, start: int, end: int, candidates: Sequence[Entry], *, kind: str) -> bool:
    """Whether capital words beside the name make it part of a person's or of a longer place's: "Akbar Mohmand", "Kot Mazari area"."""
    return _part_of_name(text, start, end, candidates, known=bool(kind)) and not titled(text, start)


def _capitalised(name: str) -> bool:
    """Whether every word but the small ones begins with a capital."""
    words = [word for word in _PARTS.split(name) if word]
    return all(not word[0].islower() or (n > 0 and word.lower() in _SMALL_WORDS) for n, word in enumerate(words))


def titled(text: str, at: int) -> bool:
    """Whether the line is a headline in title case, where capitals tell nothing."""
    left, right = text.rfind("\n", max(0, at - _HEADLINE), at), text.find("\n", at, at + _HEADLINE)
    if (left < 0 and at > _HEADLINE) or (right < 0 and len(text) - at > _HEADLINE):
        return False
    words = _LETTERED.findall(text, left + 1, right if right >= 0 else len(text))
    long = [word for word in words if len(word) > 3]
    return len(long) > 2 and sum(word[0].isupper() for word in long) > 0.75 * len(long) and len(words) < 25


def _part_of_name(text: str, start: int, end: int, candidates: Sequence[Entry], *, known: bool) -> bool:
    if any(entry.kind in ("country", "province", "foreign") for entry in candidates):
        return False
    small = all(entry.kind == "town" for entry in candidates)
    if (_LONGER if small else _COMPOUND).match(text, end) or _COMPOUND_BEFORE.search(text[max(0, start - 8) : start]):
        return True
    left = max(0, start - 30)
    before = _BEFORE_NAME.search(text, left, start) if _CAPITAL_BEFORE.search(text, left, start) else None
    if before is None or (known and not small) or before["edge"] is not None or " " in text[start:end]:
        return False
    return before["word"].lower() not in _NOT_FIRST_NAMES


def _in_list(text: str, start: int, end: int) -> bool:
    """Whether a comma or a slash joins the name to a capitalised neighbour, as in "Bara, Khyber"."""
    return re.match(r"\s*(?:,\s+|/)[A-Z]", text[end : end + 4]) is not None and not re.search(
        r"[A-Z]\w*\s$", text[max(0, start - 20) : start]
    )
