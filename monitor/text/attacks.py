"""Which kind of attack an account tells of, and whom it hit: the phrases of the vocabulary vote, one answer wins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.model import Phrases
from monitor.text.any_case import AnyCase
from monitor.text.guarded import guarded
from monitor.text.names import NameIndex

# A more special type stands above the general one that its phrases also speak for: a suicide bombing is a bombing.
_OVER: Mapping[str, tuple[str, ...]] = {
    "suicide bombing": ("bombing", "armed assault", "drone"),
    "drone": ("bombing", "rocket or mortar"),
    "rocket or mortar": ("bombing",),
    "kidnapping": ("hostage taking",),
    "hostage taking": ("armed assault", "bombing"),
    "assassination": ("armed assault",),
}


class PhraseHit(NamedTuple):
    """A phrase at [start, end) of a sentence that speaks for `name`; `words` long."""

    start: int
    end: int
    name: str
    words: int


class PhraseBook:
    """Finds the phrases of the attack types or the targets in a text."""

    def __init__(self, entries: Sequence[Phrases]) -> None:
        self._names = [entry.name for entry in entries]
        names: dict[tuple[str, int], None] = {}
        for index, entry in enumerate(entries):
            for phrase in entry.phrases:
                for form in _forms(phrase):
                    names[form, index] = None
        by_phrase: dict[str, list[int]] = defaultdict(list)
        for form, index in names:
            by_phrase[form].append(index)
        self._shared = list(by_phrase.items())
        self._index = NameIndex([(form, n) for n, (form, _) in enumerate(self._shared)])
        # Each account of a text, and each step of its reading, asks for the same sentences.
        self.find = lru_cache(maxsize=256)(self._find)

    def _find(self, text: str) -> tuple[PhraseHit, ...]:
        found: list[PhraseHit] = []
        for start, end, n in self._index.find(text):
            form, owners = self._shared[n]
            words = form.count(" ") + form.count("-") + 1
            found += [PhraseHit(start, end, self._names[owner], words) for owner in owners]
        return tuple(found)


def _forms(phrase: str) -> list[str]:
    """A phrase and its plural."""
    last = phrase.rsplit(" ", 1)[-1]
    if last.endswith(("s", "ed", "ing")) or not last.isalpha():
        return [phrase]
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return [phrase, phrase[:-1] + "ies"]
    return [phrase, phrase + ("es" if last.endswith(("ch", "sh", "x")) else "s")]


def votes(hits: Sequence[tuple[PhraseHit, float]]) -> dict[str, float]:
    """Votes for each name: the weight of the sentence, more for longer phrases, less for each repetition of one name."""
    tally: dict[str, float] = defaultdict(float)
    seen: dict[str, int] = defaultdict(int)
    for hit, weight in hits:
        seen[hit.name] += 1
        tally[hit.name] += weight * (1.0 + 0.6 * (hit.words - 1)) / seen[hit.name]
    return dict(tally)


# Militants began it: what follows is no operation of the security forces but an attack.
_THEY_BEGAN = guarded(
    r"\b(?:militants?|terrorists?|gunm[ae]n|assailants?|perpetrators?|rebels?|attackers?|insurgents?|khwarij|khawarij|fighters"
    r"|armed men|bombers?|they)\b"
    r"(?:\W+\w+){0,4}?\W+(?:attacked|stormed|storm|rammed|ram|opened fire|open fire|ambushed|attempted|tried|hurled"
    r"|fired|attack|targeted|raided|laid)"
    r"|\b(?:attack|assault|ambush) (?:on|in|at|near|by)\b|\b(?:was|were|came under|came) (?:attack|attacked|ambushed|targeted|fire)\b"
    r"|\bambush\b|\bsuicide (?:attack|bomb)",
    re.IGNORECASE,
)
_FIGHTERS_BEGAN = guarded(
    r"\b(?:militants?|terrorists?|insurgents?|khwarij|khawarij|fighters)\b[^.;]{0,90}"
    r"\b(?:attack(?:ed|s)?|fired|opened fire|storm(?:ed)?|raid(?:ed)?|assault\w*|ambush\w*)\b"
    r"|\b(?:attack|raid|assault)s? (?:by (?:\w+ )?(?:militants|terrorists|insurgents)"
    r"|on \w+[\w ]{0,30} (?:posts?|checkposts?) (?:repulsed|foiled))",
    re.IGNORECASE,
)
_ARMIES_CLASH = guarded(
    r"\bpakistan\w*\b[^.;]{0,50}\b(?:afghan\w*|taliban)\b[^.;]{0,40}\b(?:trad\w+|exchang\w+|clash\w*)\b"
    r"|\b(?:afghan\w*|taliban)\b[^.;]{0,50}\bpakistan\w*\b[^.;]{0,40}\b(?:trad\w+|exchang\w+|clash\w*)\b"
    r"|\b(?:border clash\w*|exchanges? of fire) (?:with|between) (?:pakistan\w*|afghan\w*)"
    r"|\bclash\w* between (?:the )?(?:afghan|taliban)\b[^.;]{0,30}\band pakistan\w*",
    re.IGNORECASE,
)
_CALLED_ON = re.compile(r"\bsurrender\b|(?<!clearance )(?<!search )\b(?:raid|operation) (?:near|in|on|at)\b", re.IGNORECASE)
_DESTROYED = guarded(
    r"\b(?:blew up|blown up|blow up|blows up|blast(?:ed)? (?:the|a)|dynamited|destroy(?:ed|ing)|damag(?:ed|ing))\b", re.IGNORECASE
)
_BUILDINGS = re.compile(
    r"\b(?:school|college|pipeline|pylons?|towers?|railway|rail|track|bridge|transmission|clinic|health unit)\b", re.IGNORECASE
)


# A train that was hit was the target; a line that was cut beneath none is sabotage.
_DERAILED = guarded(
    r"\bderail\w*|\b(?:coach(?:es)?|bogies|carriages?|engine|train) (?:\w+ ){0,3}?(?:overturned|left the (?:track|rails))", re.IGNORECASE
)
_SET_ALIGHT = guarded(
    r"\b(?:set|setting)\b[^.;]{0,50}\b(?:on\s+fire|ablaze|alight|afire)\b|\btorch(?:ed|es|ing)?\b|\bburn(?:t|ed)\s+(?:down|them|it|the)\b",
    re.IGNORECASE,
)
_FROM_THE_AIR = guarded(
    r"\b(?:air\s?strikes?|air\s?raids?|aerial\s+\w+|jets|warplanes?|bombardments?|strikes?\s+(?:on|in|hit|killed))\b", re.IGNORECASE
)
_FROM_BEYOND = guarded(
    r"\bdrones?\b.{0,60}\b(?:durand line|other side of the (?:border|line|frontier)|across the border)", re.IGNORECASE | re.DOTALL
)
_SHELLED_FROM_BEYOND = guarded(
    r"\b(?:mortars?|artillery|shell(?:s|ing|ed)?|rockets?|gunfire|missiles?)\b[^.;]{0,50}\bfrom\s+(?:the\s+)?(?:pakistan|afghanistan|afghan\s+side|pakistani\s+side)\b",
    re.IGNORECASE,
)
_AT_GUNPOINT = guarded(r"\b(?:took|taken|take|picked\s+up|whisked)\b[^.;]{0,50}\bat\s+gunpoint\b", re.IGNORECASE)
# People taken, told before anybody killed: "Two inspectors abducted, sepoy shot dead".
_SEIZED = guarded(
    r"^(?:(?!\b(?:kill|shot|gun|storm|martyr|dead|die)\w*)[^.;])*\b(?:kidnapped|abducted|(?:taken|whisked|spirited) away|abduct|kidnap)\b",
    re.IGNORECASE,
)
_ROCKET_FIRED = guarded(
    r"\b(?:rockets?|mortars?)(?: shells?)? (?:was |were )?fired (?:at|on|upon|towards?|into)\b|\brockets (?:rain|land)", re.IGNORECASE
)
_STATE_RAIDS = guarded(
    r"\b(?:directorate|special unit|islamic emirate forces|intelligence forces|counter[- ]terrorism department|ctd)\b"
    r"[^.;]{0,40}\braid(?:s|ed)?\b",
    re.IGNORECASE,
)
_OF_THE_BOMBER = guarded(r"\bbomber(?:['’]s| was| had| who)\b", re.IGNORECASE)
_LADEN = (
    r"(?:(?:explosives?|bomb)[-\s](?:laden|filled|packed|rigged)\s+\w+|(?:\w+\s+)?(?:vehicle|truck|car|lorry|van|pick-?up)\s+"
    r"(?:laden|packed|filled|loaded)\s+with\s+explosives)"
)
_DROVE = r"(?:rammed|ramm?(?:s|ing)?|drove|driven|drives?|driving|crashed|crashes|crashing|ploughed|plowed|smashed)"
_DRIVEN_BOMB = guarded(
    rf"\b{_DROVE}\s+(?:\w+\s+){{0,2}}?{_LADEN}|\b{_LADEN}\s+(?:\w+\s+){{0,2}}?(?:{_DROVE}\s+into|hit|struck)\b", re.IGNORECASE
)
_FOREIGN_AIR_FORCE = re.compile(
    r"\bpakistan(?:i|['’]s)?\s+(?:\w+\s+){0,2}?(?:air\s?strikes?|strikes?|jets|military|forces|army|warplanes?|planes|bombardment|raid)\b"
    r"|\b(?:accus|blam)\w+\s+(?:the\s+)?pakistan\w*",
    re.IGNORECASE,
)


def weigh_types(tally: Mapping[str, float], sentences: Sequence[str], *, victims: bool, militants: bool, slain: bool) -> dict[str, float]:
    """Correct the votes by what happened: who began it, whether anyone was hurt.

    `sentences` are those of the account in reading order; `victims` and `militants` whether any were killed or injured,
    `slain` whether any victim was killed.
    """
    scores = dict(tally)
    first = " ".join(sentences[:3])
    _weigh_operation(scores, first, militants=militants, slain=slain)
    if scores.get("cross-border clash") and _FIGHTERS_BEGAN.search(first):
        # Fighters who came over a border, no army.
        scores["armed assault"] = scores.get("armed assault", 0.0) + 0.7 * scores["cross-border clash"]
        scores["cross-border clash"] *= 0.3
    if _ARMIES_CLASH.search(first):
        scores["cross-border clash"] = scores.get("cross-border clash", 0.0) + 3.0
    _weigh_fire(scores, first, slain=slain)
    for pattern, of_votes, name, more in _SAYS_OUTRIGHT:
        if (not of_votes or scores.get(of_votes)) and pattern.search(first):
            scores[name] = scores.get(name, 0.0) + more
    if _comes_from_beyond(first, " ".join(sentences), drone="drone" in scores):
        scores["cross-border clash"] = scores.get("cross-border clash", 0.0) + sum(scores.values()) + 1.0
    if not victims and scores.get("kidnapping"):
        scores["kidnapping"] += scores.pop("armed assault", 0.0)  # "armed men abducted three labourers"
    a_thing = not slain and not militants and _DESTROYED.search(first) and _BUILDINGS.search(first) and not _DERAILED.search(first)
    if a_thing and scores.get("bombing"):
        scores["arson or sabotage"] = scores.get("arson or sabotage", 0.0) + scores["bombing"]
    return scores


_KILLED_BY_A_BOMB = guarded(
    r"\b(?:killed|dead|die[ds]?|injured|wounded|hurt|martyred)\b (?:in|by) (?:[\w'’-]+ ){0,4}?"
    r"(?:blasts?|explosions?|bombings?|bombs?|(?:land)?mines?|ieds?|explosives|devices?)\b",
    re.IGNORECASE,
)
_FROM_ABOVE = guarded(
    r"\b(?:jets?|(?:war)?planes?|gunships?|helicopters?|choppers?|drones?|air ?(?:force|craft|raids?|strikes?))\b", re.IGNORECASE
)
# Words of the first sentences that say how it was done; the type that must have votes already, "" for none; what they speak for.
_SAYS_OUTRIGHT = (
    (_AT_GUNPOINT, "", "kidnapping", 3.0),
    (_SEIZED, "", "kidnapping", 4.0),
    (_ROCKET_FIRED, "", "rocket or mortar", 3.0),
    (_STATE_RAIDS, "security operation", "security operation", 3.0),
    (_OF_THE_BOMBER, "bombing", "suicide bombing", 1.0),
    (_DRIVEN_BOMB, "", "suicide bombing", 3.0),
    (_DERAILED, "bombing", "bombing", 2.0),
)


def _weigh_operation(scores: dict[str, float], first: str, *, militants: bool, slain: bool) -> None:
    """An operation is one that the forces began, and in which no bomb killed whoever was killed."""
    if _KILLED_BY_A_BOMB.search(first) and not _FROM_ABOVE.search(first):
        # "Foreign troops killed in blast", "Insurgents killed by own mine"
        scores.pop("security operation", None)
        scores.setdefault("bombing", 1.0)
        return
    began = _THEY_BEGAN.search(first) is not None
    if "security operation" in scores:
        if began and not _CALLED_ON.search(first):
            if slain and set(scores) <= {"security operation", "armed assault"}:
                # "12 terrorists killed as attack on posts repulsed"
                scores["armed assault"] = max(scores.get("armed assault", 0.0), scores["security operation"])
            scores["security operation"] *= 0.15 if slain else 0.3
        elif militants:
            scores["security operation"] *= 1.6
    if militants and not slain and not began:
        scores["security operation"] = scores.get("security operation", 0.0) + 3.0


def _weigh_fire(scores: dict[str, float], first: str, *, slain: bool) -> None:
    """Fire is the attack, or what was done besides: "opened fire on a convoy, killing two, and set four trucks ablaze"."""
    besides = bool(scores.get("kidnapping")) or (slain and bool(scores.get("armed assault") or scores.get("bombing")))
    if besides and scores.get("arson or sabotage"):
        scores["arson or sabotage"] *= 0.4
    if _SET_ALIGHT.search(first):
        scores["arson or sabotage"] = scores.get("arson or sabotage", 0.0) + (0.5 if slain or besides else 3.0)
    if slain and not besides and scores.get("arson or sabotage") and _THEY_BEGAN.search(first):
        # "attacked a post, killing two men, and set it on fire"
        scores["armed assault"] = scores.get("armed assault", 0.0) + scores["arson or sabotage"] + 1.0


def _comes_from_beyond(first: str, whole: str, *, drone: bool) -> bool:
    """Whether another country's planes or guns did it, not fighters who came from there."""
    if _SHELLED_FROM_BEYOND.search(first) and not _FIGHTERS_BEGAN.search(first):
        return True
    if drone:
        return _FROM_BEYOND.search(whole) is not None
    return _FROM_THE_AIR.search(whole) is not None and _FOREIGN_AIR_FORCE.search(whole) is not None


def best_type(tally: Mapping[str, float]) -> str | None:
    """The attack type with the most votes, a special type before the general ones it implies."""
    if not tally:
        return None
    scores = dict(tally)
    for special, generals in _OVER.items():
        if scores.get(special, 0.0) >= 1.0:
            for general in generals:
                if scores.get(general, 0.0) > 0 and scores[special] * 4 >= scores[general]:
                    scores[special] = max(scores[special], scores[general] + 0.1)
    return max(sorted(scores), key=lambda name: scores[name])


_SPEAKERS = frozenset(("police", "government", "education or health", "security forces", "political"))
_SAYS = AnyCase(
    r"[\w'’-]*,?(?:(?!\b(?:was|were|been|killed|died|injured|wounded|martyred|when|after|hit|attacked|and|vehicle|van|post|station)\b)[^.;:])"
    r"{0,60}?\b(?:said|says?|told|confirmed|added|announced|stated|reported|informed|condemned|revised|claimed|informs?|puts?|gave|blamed)\b"
)
_SAID_STEMS = ("said", "says", "according", "told", "quot")
_SAID_BY = AnyCase(r"\b(?:said|says|according to|told|quoting|quoted)\b[^,.;]{0,60}(?:,[^,.;]{0,40})?$")


def speaks(sentence: str, hit: PhraseHit) -> bool:
    """Whether a phrase names who tells of the attack, not whom it hit: "police said", "the provincial minister told reporters"."""
    if hit.name not in _SPEAKERS:
        return False
    if _SAYS.match(sentence, hit.end) is not None:
        return True
    before = sentence[: hit.start].lower()
    return any(stem in before for stem in _SAID_STEMS) and _SAID_BY.search(sentence, 0, hit.start) is not None


# What an attack was made on tells whom it was meant for: "a grenade lobbed at a Rangers picket".
_MADE_ON = guarded(
    r"\b(?:attack(?:s|ed|ing)?|assault(?:s|ed)?|raid(?:s|ed)?|ambush(?:es|ed|ing)?|target(?:s|ed|ing)?|storm(?:s|ed|ing)?|overr[au]n"
    r"|hit(?:s|ting)?|struck|strik(?:es?|ing)|ramm(?:ed|ing)|fired|fire|lobbed|hurled|thrown|threw|tossed|bomb(?:ed|ing)|rocketed"
    r"|aimed|seized|besieged|surrounded|barged|landed|lands?|fell|intercepted|stopped|torch(?:ed|es)?|blew\s+up|blows?\s+up|meant\s+for|ripped\s+through|tore\s+through)"
    r"(?:\s+(?:[\w'’-]+\s+){0,3}?(?:grenades?|bombs?|rockets?|mortars?|shells?|devices?|crackers?|explosives|vehicle|car)(?=\s+(?:on|at|into|against)\b))?"
    r"(?:\s+(?:on|at|in|into|against|targeting|through|upon|near))?\s+(?!by\b|when\b|as\b|and\b)(?P<whom>(?:[\w'’-]+\s+){0,5}[\w'’-]+)",
    re.IGNORECASE,
)
_ENDS_OBJECT = re.compile(
    r"\s(?:in|on|at|near|when|while|as|after|before|by|with|killing|wounding|injuring|leaving|and|who|which|that|was|were)\s", re.IGNORECASE
)


def made_on(sentence: str) -> list[tuple[int, int]]:
    """The characters of a sentence that name what an attack was made on."""
    spans = []
    for match in _MADE_ON.finditer(sentence):
        start, end = match.span("whom")
        cut = _ENDS_OBJECT.search(sentence, start, end + 1)
        spans.append((start, cut.start() if cut else end))
    return spans


# A mosque of a minority is attacked as a mosque.
_SITE, _MINORITY = "religious procession or site", "minority"


def best_target(tally: Mapping[str, float]) -> str | None:
    """The target with the most votes; a congregation before the minority that gathers in it."""
    if not tally:
        return None
    best = max(sorted(tally), key=lambda name: tally[name])
    return _SITE if best == _MINORITY and tally.get(_SITE, 0.0) >= 0.5 * tally[best] else best
