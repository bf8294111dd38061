"""What armed groups say of an attack in their own words: "its fighters hit the van", "it was our work", "we had no part in it".

A clause of symbols is cut into who speaks and what is said; what is said owns to the attack, denies it, or does neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from monitor.model import Stance
from monitor.text.any_case import AnyCase
from monitor.text.stance_words import any_of
from monitor.text.symbols import ACTOR, PRONOUN, SYMBOL, symbols_in

_W = r"[\w\ue000-\uf8ff'’-]+"
_ATTACKS, _DEEDS, _MEN = any_of("attacks"), any_of("deeds"), any_of("own_men")
_SAID = AnyCase(rf"\b{any_of('said')}\b")

_NOT_NOW = r"(?:was|were|been|being|not|never|no|nor|will|would|could|may|might|should|cannot|did|does|be)\b"
_BETWEEN = rf"(?:\s+(?!{_NOT_NOW}){_W}){{0,5}}?"
# "its fighters", "a unit of the front", "one of our bombers".
_OURS = (
    rf"(?:(?:its|their|our)\s+(?:\w+\s+)?{SYMBOL}|(?:its|their|our|{PRONOUN}(?:['’]s)?)\s+(?:(?!{_NOT_NOW}){_W}\s+){{0,3}}?{_MEN}|(?:an?|one|several|\w+)\s+(?:\w+\s+)?{_MEN}\s+of\s+"
    rf"(?:its|their|ours?|theirs|the\s+caliphate|{PRONOUN})(?:\s+{_W})?|(?:one|two|some)\s+of\s+(?:its|their|our)\s+{_MEN}"
    rf"|(?:the\s+)?(?:mujahideen|fighters|sarmachars|guerrillas|soldiers\s+of\s+the\s+caliphate))"
)
_SELF = (
    rf"(?:it|they|we|i|{PRONOUN}|{_OURS}|(?:his|their|its|our)\s+(?:organi[sz]ation|group|outfit|front|army|movement|party)|outfit|group)"
)
_PAST = rf"(?!{any_of('harmless')}\b)(?:\w{{2,}}(?:ed|wn)|{any_of('done')})"
_OWNS = re.compile(
    rf"(?<!\w){_SELF}(?!\w){_BETWEEN}\s+(?:had\s+|has\s+|have\s+)?{_DEEDS}(?!\w)"
    rf"|(?<!\w){_OURS}(?!\w)(?:\s+(?!{_NOT_NOW}){_W}){{0,4}}?\s+(?:had\s+|has\s+|have\s+)?(?:\w+ly\s+)?{_PAST}\b"
    rf"|(?<!\w)(?:{_SELF})(?!\w)\s+(?:was|were|is|are)\s+(?:behind|responsible)\b|\b(?:was|were|is)\s+(?:also\s+)?behind\s+it\b"
    rf"|\b(?:its|our|their)\s+(?:{_W}\s+)?{_MEN}\s+(?:were|are|had\s+been)\s+(?:inside|holding|holed|in\s+control|aiming|after|targeting|firing|shooting)\b"
    rf"|\b(?:was|were|is|are|had\s+been|came|call\w*|an?|in)\b[^;]{{0,70}}?\bby\s+(?:one\s+of\s+)?(?:its|our|their|us|{PRONOUN}|an?\s+(?:{_W}\s+)?"
    rf"(?:detachment|squad|unit|cell|team|mujahid|fidayee|martyrdom[\s-]?seeker|istishhadi|soldier\s+of\s+the\s+caliphate))(?!\w)"
    r"|\b(?:was|were|is|had\s+been)\s+(?:theirs|ours|(?:its|our|their)\s+(?:\w+\s+)?(?:work|doing|operation|action|deed)|(?:the\s+)?(?:work|doing|handiwork)\s+of\s+"
    rf"(?:its|our|their|his\s+(?:group|men|fighters|outfit|organi[sz]ation)|{PRONOUN}))(?!\w)"
    r"|\b(?:bomber|attacker|gunm[ae]n)s?\s+(?:was|were)\s+(?:its|their|our|one\s+of\s+(?:its|their|our))\s+(?:own\s+)?(?:m[ae]n|members?|fighters?)\b"
    rf"|\b(?:bombs?|mines?|device|rockets?|grenade|target|{_ATTACKS})\s+(?:was|were|had\s+been)\s+(?:\w+\s+)?(?:meant|intended|aimed)\b"
    r"|\b(?:bomb|mine|parcel|device|grenade|rocket|it|this)\s+(?:was|were|had\s+been)\s+its\s+own\b"
    rf"|\b(?:{_ATTACKS}|it|this|that|these)\s+(?:(?:was|were|is|are|came|had\s+been|as|to\s+be|be|had|has)\s+)?(?:(?:in|an?|as|its|part\s+of|meant|only|the|to|taken)\s+){{0,3}}?(?:\w+\s+)?"
    rf"(?:{any_of('revenge')}\s+(?:for|to|against)|aveng\w+)\b"
    r"|\b(?:men|victims?|dead|passengers|labou?rers|workers|miners|he|they|those\s+killed|targets?)\s+(?:was|were|as|had\s+been|are)\s+"
    rf"(?:{_W}\s+){{0,4}}?(?:{any_of('called_guilty')}|punished|executed|given\s+(?:the\s+|their\s+|due\s+)?punishment)\b"
    r"|\bin\s+(?:its|their|our)\s+(?:custody|captivity|hands)\b|\b(?:men|drivers|workers|they|officials|officers|captives|persons|labou?rers)\s+(?:are|were)\s+(?:now\s+)?in\s+its\s*$|\b(?:is|was|were|are)\s+holding\s+(?:him|her|them|the)\b"
    r"|\b(?:post|checkpost|check\s?point|camp|base|fort|outpost|town|bazaar|highway|station)\s+(?:had\s+been|was|were)\s+(?:conquered|captured|seized|overrun|taken)\b"
    rf"|\b(?:verdict|sentence|punishment)[\"”]?[^;]{{0,60}}\b(?:had|has)\s+been\s+carried\s+out\b"
    rf"|\b{any_of('their_due')}\b|\b(?:was|were)\s+(?:its|their|our)\s+(?:\w+\s+)?targets?\b|(?<!\w){_SELF}(?!\w)\s+(?:had\s+)?[\"“]?(?:punished|executed)\s"
    rf"|(?<!\w)(?:its|{PRONOUN}(?:['’]s)?|second|third|another|new|latest|what\s+it\s+called)\s+(?:{_W}\s+){{0,4}}?(?:first|second|third|latest|new)?\s*"
    rf"{_ATTACKS}\s*(?:at|in|on|of|against|inside|named|called|[.,]|$)",
    re.IGNORECASE,
)
# "The front said that three Taliban members were killed": what a group at war tells of the other side's dead.
_ENEMY = rf"(?:{SYMBOL}|enem(?:y|ies)|soldiers?|troops|personnel|police(?:m[ae]n)?|officers?|guards?|intelligence)"
_TELLS_DEAD = re.compile(
    rf"\b(?:\d+|a|one|two|three|four|five|six|seven|eight|nine|ten|a\s+dozen|several|many|dozens\s+of|at\s+least\s+\w+)\s+(?:{_W}\s+){{0,2}}?{_ENEMY}"
    rf"(?:['’]s?)?\s+(?:(?!of\b|not\b|by\b){_W}\s+){{0,2}}?(?:were\s+|was\s+|had\s+been\s+|dead\b|killed\b)(?:\w+\s+and\s+)?(?:killed|wounded|injured|eliminated|shot)?"
    r"(?!\s+(?:by|in\s+(?:air|drone|pakistani)))",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:was|were|is|are)(?:\s+not|n['’]t|\s+in\s+no\s+way|\s+neither)\s+(?:\w+\s+)?(?:behind|involved|responsible|its|their|our|theirs|ours|part|linked"
    r"|connected|the\s+work\s+of)\b"
    r"|\b(?:had|has|have|having)\s+(?:no|nothing|never|not)\b(?!\s+(?:\w+\s+)?(?:casualt|loss|injur|wounded|dead|option|choice))|\bno\s+(?:role|hand|link|connection|involvement|part)\b|\bnothing\s+to\s+do\b"
    r"|\b(?:did|do|does)(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:carry|conduct|do|plant|fire|order|send|kill\s+(?:them|him|her|the)|attack\s+(?:the|this|it))\b"
    r"|\bnone\s+of\s+(?:its|our|their)\s+(?:\w+\s+)?(?:was|were|had|is|are)\s+(?!\w*\s*(?:hurt|killed|injured|wounded|harmed|lost|hit)\b)|\bnot\s+(?:part\s+of\s+)?(?:its|their|our)\s+(?:\w+\s+)?(?:way|policy|goals?|work|target|doing|action|operation|attack|men|fighters)\b"
    rf"|\b(?:work|doing|handiwork|act)\s+of\s+(?!its\b|our\b|their\b|his\b|{PRONOUN})(?:{_W}\s+){{0,4}}?{any_of('somebody_else')}\b"
    rf"|\bnot\s+(?:\w+\s+)?(?:present|active|operating|there)\b|\b(?:was|were|is|are|as)\s+(?:\w+\s+)?{any_of('lies')}\b"
    rf"|\bneither\s+(?:ordered|planned|approved|authori[sz]ed|sanctioned|carried\s+out|claimed)\b|\bneither\s+(?:it|{PRONOUN})(?!\w)|\brejected\s+(?:the\s+)?(?:charge|accusation|allegation|claim|report)",
    re.IGNORECASE,
)
_DISAVOWS = re.compile(
    r"\b(?:did|do|does)(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:target|attack|kill|align|represent|reflect|believe\s+in|support)\b|\bagainst\s+(?:its|their|our)\s+(?:policy|code)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:will|would|vow\w*|threaten\w*|going\s+to|pledg\w+)\b", re.IGNORECASE)
_ENDS_SPEECH = re.compile(r",\s*$")
_SPEAKER_AFTER = re.compile(rf"\s+(?:{_W}\s+){{0,5}}?(?P<who>{ACTOR})")
# "…, a spokesman for the TTP": who speaks when the words came first.
_BEFORE_SPEAKER = re.compile(rf",[\"”]?\s+(?:{_W}\s+){{0,5}}?{ACTOR}[^;]{{0,60}}$")


# "According to the TTP, its fighters …", "…, according to a statement of the TTP".
_ACCORDING = re.compile(rf"\baccording\s+to\s+(?:[\w-]+\s+){{0,5}}?(?P<who>{ACTOR})", re.IGNORECASE)


# Verbs of saying in a clause, and characters around each, that are read: no sentence of the press has more.
_VERBS, _REACH = 8, 300


def speeches(text: str, subjects: Callable[[str, int], Sequence[str]]) -> Iterator[tuple[str, Stance]]:
    """(symbol, claimed or denied) of each group that speaks in the clause; `subjects` tells who does what a verb says."""
    for verb in islice(_SAID.finditer(text), _VERBS):
        before, after = text[max(0, verb.start() - _REACH) : verb.start()], text[verb.end() : verb.end() + _REACH]
        # "killed nine Taliban, including a commander called …": nobody speaks.
        first = None if verb.group().lower().startswith("call") else _BEFORE_SPEAKER.search(before)
        heard = [(subjects(text, verb.start()), (after, before[: first.start()]) if first else (after,))]
        inverted = _SPEAKER_AFTER.match(after) if _ENDS_SPEECH.search(before) else None
        if inverted:
            heard.append(((inverted["who"],), (before,)))
        for who, words in heard:
            yield from _of_speakers(who, words)
    for source in islice(_ACCORDING.finditer(text), _VERBS):
        said = text[source.end() : source.end() + _REACH], text[max(0, source.start() - _REACH) : source.start()]
        yield from _of_speakers((source["who"],), said)


def _of_speakers(who: Sequence[str], words: Sequence[str]) -> Iterator[tuple[str, Stance]]:
    for symbol in who:
        stance = next((s for part in words if (s := _stance_of(_as_its_own(part, symbol)))), None)
        if stance:
            yield symbol, stance


def _as_its_own(words: str, speaker: str) -> str:
    """The words with the speaker as "it"; the only name that "the group" says is its own."""
    names = set(symbols_in(words))
    if speaker == PRONOUN and len(names) == 1:
        return words.replace(names.pop(), PRONOUN)
    return words.replace(speaker, PRONOUN)


def _stance_of(words: str) -> Stance | None:
    """Whether what a group says owns to the attack or denies it."""
    if _DENIES.search(words):
        return "denied"
    owned = _OWNS.search(words) or _TELLS_DEAD.search(words)
    if owned and not _NOT_YET.search(words[: owned.end()]):
        return "claimed"
    return "denied" if _DISAVOWS.search(words) else None
