"""Parts a sentence that tells of two attacks at two places: "A soldier was killed in Bannu while two boys died in Tirah"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, takewhile

from monitor.model import Place
from monitor.text.clean import CleanText, Sentence
from monitor.text.fresh import cues
from monitor.text.guarded import guarded
from monitor.text.places import PlaceMention

_JOINT = re.compile(r";\s+|,?\s+(?:while|whereas|as|(?:just\s+|only\s+)?(?:hours?|minutes)\s+after)\s+", re.IGNORECASE)
_JOINT_WORDS = (";", "while", "whereas", "after", " as ")
_COMMA = re.compile(r",\s+")
_AND = re.compile(r",?\s+and\s+")
_OF_THEN = guarded(
    r"\b(?:last|previous|this|past) (?:week|month|year)|\bago\b|\bearlier\b|\b(?:in|since|of) (?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december)\b|\b(?:in|since|of) (?:19|20)\d\d\b",
    re.IGNORECASE,
)
_SAME_SUBJECT = re.compile(r"(?:later |then |also )?(?:\w+(?:ed|ing)|hurt|left|fled|shot|were|was|had|has|his|her|their|its|that)\b")
# "Gunmen took away a miner in Duki and shot dead an elder in Pishin"; not "was shot in Khuzdar and died in Quetta"
_NEXT_DEED = re.compile(
    r"(?:shot dead|shot and killed|killed|gunned down|abducted|kidnapped|torched|blew up|bombed|ambushed|attacked|set fire|burn(?:t|ed))\b"
    r"(?! (?:in|at|near|by|when|while|on|as)\b)"
)
_SEPARATE = guarded(
    r"\b(?:in|by|during)\s+(?:two\s+)?separate\s+(?:\w+\s+)?(?:attacks|incidents|blasts|bombings|assaults|shootings)\b", re.IGNORECASE
)


# "Four were killed and six others injured in separate attacks": one sum of all.
_ONLY_HURT = re.compile(r"(?:[\w-]+ ){1,4}?(?:were |was )?(?:injured|wounded|hurt)\b", re.IGNORECASE)


def told_apart(text: CleanText, places: Sequence[PlaceMention]) -> CleanText:
    """The text with such sentences cut in two; each half names a place of its own and tells of casualties."""
    out: list[Sentence] = []
    changed = False
    for sentence in text.sentences:
        halves = _halves(sentence, places)
        changed = changed or len(halves) > 1
        out += halves
    if not changed:
        return text
    return replace(text, sentences=tuple(replace(sentence, n=n) for n, sentence in enumerate(out)))


def _halves(sentence: Sentence, places: Sequence[PlaceMention]) -> list[Sentence]:
    if "event" not in cues(sentence.text):
        return [sentence]  # in both halves there must be one
    said = sentence.text.lower()
    scenes = _scenes(sentence, places)
    for between in _JOINT.finditer(sentence.text) if any(word in said for word in _JOINT_WORDS) else ():
        if ";" in between.group() and sentence.part != "title":
            continue
        told_so = between.group().strip().lower() != "as" or _TOLL_ROSE.search(sentence.text, 0, between.start())
        rose = between.group().strip(" ,").lower() == "as" and bool(told_so) and _OTHERS_DEED.match(sentence.text, between.end())
        by_others = rose or (told_so and _by_others(sentence, between))
        elsewhere = _ELSEWHERE.search(sentence.text, between.end()) and _both_tell(sentence, between)
        if by_others or elsewhere or _at_two_places(sentence, between, scenes):
            return _cut(sentence, between)
    if sentence.part == "title":
        joint = next((m for m in _COMMA.finditer(sentence.text) if _at_two_places(sentence, m, scenes)), None)
        return [sentence] if joint is None else _cut(sentence, joint)
    if " and " not in said:
        return [sentence]
    separate = _SEPARATE.search(sentence.text) is not None
    if (len(scenes) < 2 and not separate) or _OF_THEN.search(sentence.text):
        return [sentence]  # both halves may be of then
    joints = (
        m
        for m in _AND.finditer(sentence.text)
        if not _SAME_SUBJECT.match(sentence.text, m.end()) or (not separate and _NEXT_DEED.match(sentence.text, m.end()))
    )
    joint = next(
        (
            m
            for m in joints
            if (
                _both_tell(sentence, m) and not _ONLY_HURT.match(sentence.text, m.end())
                if separate
                else _at_two_places(sentence, m, scenes)
            )
        ),
        None,
    )
    return [sentence] if joint is None else _cut(sentence, joint)


def _scenes(sentence: Sentence, places: Sequence[PlaceMention]) -> list[PlaceMention]:
    """The mentions in a sentence, of all in the order of the text, that may be where something happened."""
    first = bisect_left(places, sentence.start, key=lambda m: m.start)
    inside = takewhile(lambda m: m.start < sentence.end, islice(places, first, None))
    return [m for m in inside if m.role == "scene" and m.weight >= 0.4 and (m.place.district or m.place.province)]


def _cut(sentence: Sentence, joint: re.Match[str]) -> list[Sentence]:
    before = replace(sentence, end=sentence.start + joint.start(), text=sentence.text[: joint.start()])
    return [before, replace(sentence, start=sentence.start + joint.end(), text=sentence.text[joint.end() :], other=True)]


_DEED = re.compile(
    r"\b(?:kill(?:ed|s|ing)?|died|dies?|dead|martyr(?:ed|s)|martyrdom|lost (?:his|her|their) lives|claimed the lives|slain|gunned down"
    r"|neutrali[sz]ed|eliminated|sent to hell|met their fate"
    r"|wound(?:ed|s|ing)|injur(?:ed|es|ies|ing)|hurts?|succumbed|behead(?:ed|s)|shot|abduct(?:ed|s)|kidnapp?(?:ed|s)|torch(?:ed|es)"
    r"|burnt(?: down)?|burned down|blown up|set on fire|set ablaze|whisked away|took away|taken hostage|bombed|razed|dynamited)\b",
    re.IGNORECASE,
)
# "…, while a bomb on a track injured nine": another's deed, wherever it was.
_OTHERS_DEED = re.compile(
    r"(?:an?|another) (?:[\w-]+ ){0,2}(?:bomb|blast|mine|explosion|grenade|rocket|mortar|drone|device|ied|attack|ambush|bomber"
    r"|landmine)\b|(?:unidentified |unknown )?(?:gunmen|armed men|assailants|militants|insurgents)\b",
    re.IGNORECASE,
)


# "The toll from an ambush rose to 11 on Monday, as gunmen killed a shopkeeper in Peshawar"
_TOLL_ROSE = guarded(r"\btoll\b[^.;]{0,120}\b(?:rose|climbed|jumped|reached|went up)\b", re.IGNORECASE)
# "…, while five policemen were wounded in a neighbouring district"
_ELSEWHERE = guarded(
    r"\b(?:in|of) (?:a |an |the )?(?:neighbou?ring|nearby|adjoining|adjacent|another|different) (?:tribal )?"
    r"(?:district|province|town|city)\b",
    re.IGNORECASE,
)


# "One died at a hospital in Peshawar, while four died at Combined Military Hospital": where the wounded were taken
AT_HOSPITAL = guarded(
    r"\b(?:died|dies|succumbed|admitted|shifted|brought|treated|taken)\b[^.;]{0,40}\b(?:hospital|complex|cmh|lrh|clinic)\b", re.IGNORECASE
)


def _both_tell(sentence: Sentence, joint: re.Match[str]) -> bool:
    halves = sentence.text[: joint.start()], sentence.text[joint.end() :]
    if all(map(AT_HOSPITAL.search, halves)):
        return False
    return all(map(_DEED.search, halves)) and all("event" in cues(half) for half in halves)


def _by_others(sentence: Sentence, joint: re.Match[str]) -> bool:
    return _OTHERS_DEED.match(sentence.text, joint.end()) is not None and _both_tell(sentence, joint)


def _at_two_places(sentence: Sentence, joint: re.Match[str], scenes: Sequence[PlaceMention]) -> bool:
    middle = sentence.start + joint.end()
    before, after = [m.place for m in scenes if m.start < middle], [m.place for m in scenes if m.start >= middle]
    if not before or not after:
        return False
    if any(_overlap(_below_province(a), _below_province(b)) and _overlap(a.province, b.province) for a in before for b in after):
        return False
    return _both_tell(sentence, joint)


def _below_province(place: Place) -> str | None:
    """The district, where its name is not the province's: "in Ghazni … in Andar district" is one place."""
    return None if place.district == place.province else place.district


def _overlap(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other
