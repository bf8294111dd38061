"""How alike two texts are, by the words that set a story apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’-](?=[^\W_]))*")
# A near-duplicate shares this much of its three-word runs with the shorter text (reprints measured: .90 and more; strangers .01).
NEAR_DUPLICATE = 0.5
_LEAD_CHARS = 1_200
# Texts whose words are kept at hand: those of a busy month. Each holds some ten kB, so that more would be the largest part of the memory.
_AT_HAND = 1_024
# Of each report of the last month two are asked for again and again, title and text: were they more, each would be made anew for every
# report that comes. Five kB each, as their words are shared.
_LEADS_AT_HAND = 4_096
_STOP = (
    "a about after again all also an and another any are as at be been before but by did do for from had has have he her his "
    "how if in into is it its more most no not of off on one or other our out over say says said she so some such than that "
    "the their them they this to two three four five six seven eight nine ten up was were when where which while who whose "
    "will with would you"
)
_STOP_WORDS = frozenset(_STOP.split())
# Said of nearly every attack: they tell one from another least of all.
_TRADE = (
    "attack attacked attacks blast blasts bomb bombed bomber bombing bombings dead death deaths die died dies explosion "
    "explosive explosives fire fired firing gunman gunmen hurt injure injured injures injuring injury kill killed killing "
    "kills leave leaves left militant militants official officials pakistan pakistani afghan afghanistan people person "
    "persons police security suicide target targeted terrorist terrorists toll wound wounded wounds area district province "
    "city incident reported report claimed responsibility group injuries casualties"
)


# Headlines say one thing in many words; the first of a line stands for all of it.
_SAME = """
police cop cops policeman policemen constable constables asi dsp sho
soldier soldiers troop troops army military trooper troopers serviceman servicemen jawan jawans fc paramilitary
nato isaf coalition foreign
kidnap kidnapped kidnapping kidnappers abduct abducted abduction abducts hostage hostages missing
school schools schoolgirl schoolgirls student students teacher teachers principal headmaster college
election elections electoral poll polls polling vote voter voters voting ballot
candidate candidates nominee contestant
mosque mosques imambargah masjid madrassa seminary worshippers prayers shrine
shia shias shiite shiites hazara hazaras sectarian imambargah
doctor doctors medic medics physician hospital clinic
vehicle vehicles car van bus truck truckers tanker tankers container containers convoy convoys
checkpost checkposts checkpoint checkpoints post outpost picket
roadside landmine mine ied improvised
grenade grenades
rocket rockets mortar mortars missile
tower towers pylon pylons gas pipeline transmission
judge judges lawyer lawyers court prosecutor attorney
governor district chief
elder elders tribal malik jirga peace committee lashkar militia
journalist journalists reporter media
child children kids minor minors boy boys girl girls
woman women female lady
house home residence compound hujra
office offices headquarters
shop shops market bazaar
polio vaccination vaccinator vaccinators
gun gunned shot shooting gunbattle gunfight firing shootout ambush ambushed
dead death die dies died kill killed kills killing slain martyred perish
blast blasts bomb bombs bombing bombings explosion explosions explosive detonated detonates blown
injure injured injures wounded wounds wound hurt hurts
defuse defused diffused defuses bds
attack attacks attacked assault raid storm stormed
suicide bomber bombers
leader leaders activist activists worker workers member members
taliban taleban militants insurgents insurgent rebels terrorists
"""
_WHOM = "police soldier nato school candidate mosque shia doctor judge governor elder journalist child woman polio truck leader"
_HOW = "kidnap grenade rocket suicide roadside gun"


def telling_words(text: str) -> frozenset[str]:
    """The content words and the numbers of the first 1,200 characters: folded, plural and tense gone, synonyms made one."""
    return _telling_words(text[:_LEAD_CHARS])


@lru_cache(maxsize=_LEADS_AT_HAND)
def _telling_words(lead: str) -> frozenset[str]:
    lead = lead.casefold().replace("’", "'")
    words = (match.group().removesuffix("'s") for match in _WORD.finditer(lead))
    found = {_CONCEPT.get(word) or _stem(word) for word in words if len(word) > 1 and word not in _STOP_WORDS}
    return frozenset(intern(word) for word in found if len(word) > 2) | _numbers(lead)


def _numbers(text: str) -> frozenset[str]:
    """Numbers from three on, in digits whatever the text writes: one and two are everywhere."""
    digits = {int(n) for n in re.findall(r"(?<![\d,.])\d{1,3}(?![\d,.:-])", text)}
    spelt = {_NUMBER[word] for word in re.findall(r"[a-z]+", text) if word in _NUMBER}
    return frozenset(f"#{n}" for n in digits | spelt if n >= 3)


def _stem(word: str) -> str:
    if len(word) > 5:
        for ending in ("ing", "ed", "es", "s"):
            if word.endswith(ending):
                return word[: -len(ending)]
    return word.removesuffix("s") if len(word) > 3 else word


_NUMBER = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
        "twenty".split()
    )
}
_CONCEPT = {word: f"={line.split()[0]}" for line in reversed(_SAME.split("\n")) if line for word in line.split()}
# Whom, and with what: headlines of one attack seldom name two that have nothing in common.
WHOM = frozenset(_CONCEPT[word] for word in _WHOM.split())
HOW = frozenset(_CONCEPT[word] for word in _HOW.split())
_TRADE_STEMS = frozenset(_CONCEPT.get(word) or _stem(word) for word in _TRADE.split())


_SEVERAL = re.compile(
    r"\b(?:(?:one|first|second|third|last) of (?:at least )?|across (?:all )?)"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|several|\d+)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=_AT_HAND)
def one_of_several(text: str) -> bool:
    """Whether a text says that its attack is one of several of a kind ("the second of two blasts")."""
    return _SEVERAL.search(text) is not None


_FOUND = r"(?:bomb|explosives?|weapon|device|vest|ied|cache)s?\b[^.;]{0,40}\b(?:found|discovered|recovered)"
_THWARTED = re.compile(
    r"\b(?:(?:de|dif)fus(?:e|es|ed|ing)|foil(?:s|ed|ing)?|thwart(?:s|ed|ing)?|avert(?:s|ed|ing)?|neutrali[sz](?:es?|ed)|seiz(?:e|es|ed)"
    rf"|(?:held|caught|arrested|recovered) with|{_FOUND})\b",
    re.IGNORECASE,
)
_OPENING_CHARS = 200


@lru_cache(maxsize=_AT_HAND)
def thwarted(text: str) -> bool:
    """Whether a headline, or a text's first words, say that an attack came to nothing: a bomb defused, a bid foiled, explosives seized."""
    return _THWARTED.search(text[:_OPENING_CHARS]) is not None


_TOLL = r"(?:toll|death count|number of (?:dead|deaths|martyrs|victims)|fatalities)"
_MOVES = (
    r"(?:ris(?:es?|en|ing)|rose|climb(?:s|ed|ing)?|mount(?:s|ed|ing)?|jump(?:s|ed)?|soar(?:s|ed)?|surg(?:es?|ed)|swell(?:s|ed)?"
    r"|go(?:es)? up|went up|reach(?:es|ed|ing)?|hits|touches|revis(?:e[sd]?|ing)|lower(?:s|ed|ing)?"
    r"|corrected|put (?:back|up|down)|now|stands?)"
)
_HURT = r"(?:victims?|injured|wounded|hurt|survivors?|patients?|burnt)"
_DIES = r"(?:dies?|died|succumb(?:s|ed)?|passe[sd] away|breathe[sd] (?:his|her|their) last"
_DIES += r"|embrac(?:es?|ed) (?:martyrdom|shahadat)|(?:is|are|was|were) martyred|los(?:es?|t) (?:his|her|their) (?:life|lives|battle))"
_BROUGHT_UP_TO_DATE = re.compile(
    rf"\b{_TOLL}\b[^.;|]{{0,60}}\b{_MOVES}\b|\b{_MOVES} (?:the )?(?:death )?{_TOLL}\b|\bsuccumb(?:s|ed|ing)?\b|\bfound alive\b"
    rf"|\b{_HURT}\b[^.;|]{{0,60}}\b{_DIES}\b|\b(?:two|three|four|five|six|\d+) more (?:\w+ )?{_DIES}\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=_AT_HAND)
def brings_up_to_date(headline: str) -> bool:
    """Whether a headline brings the toll of a known attack up to date: a toll climbs or is corrected, one of the wounded dies."""
    return _BROUGHT_UP_TO_DATE.search(headline[:_OPENING_CHARS]) is not None


def runs_of_words(text: str) -> frozenset[tuple[str, ...]]:
    """All three-word runs, for telling a reprint from a new story."""
    words = [match.group().casefold() for match in _WORD.finditer(text)]
    return frozenset(zip(words, words[1:], words[2:], strict=False))


@lru_cache(maxsize=_AT_HAND)
def _hashed_runs(text: str) -> frozenset[int]:
    """As `runs_of_words`, in a fifth of the memory."""
    return frozenset(map(hash, runs_of_words(text)))


def reprint_share(a: str, b: str) -> float:
    """Jaccard of three-word runs, 0 to 1; 0 where either text is too short to tell (under 20 runs)."""
    runs_a, runs_b = _hashed_runs(a), _hashed_runs(b)
    if min(len(runs_a), len(runs_b)) < 20:
        return 0.0
    shared = len(runs_a & runs_b)
    return shared / (len(runs_a) + len(runs_b) - shared)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much each word tells; one that no known text has tells as much as the rarest."""

    weights: Mapping[str, float]
    unseen: float

    def of(self, words: Iterable[str]) -> float:
        """How much some words tell together."""
        weights, unseen = self.weights, self.unseen
        return sum([weights.get(word, unseen) for word in words])

    def best(self, words: Iterable[str], count: int) -> list[str]:
        """The words that tell most, the most telling first."""
        return sorted(words, key=lambda word: (-self.weights.get(word, self.unseen), word))[:count]


def rarity(texts: Iterable[frozenset[str]]) -> Rarity:
    """How much each word tells, from how few of the texts have it: ln((n + 1) / (df + ½)), trade words a third of that."""
    documents = list(texts)
    counts = Counter(word for words in documents for word in words)
    total = len(documents) + 1
    weights = {word: max(math.log(total / (df + 0.5)) * (1 / 3 if word in _TRADE_STEMS else 1.0), 0.05) for word, df in counts.items()}
    return Rarity(weights, max(weights.values(), default=1.0))
