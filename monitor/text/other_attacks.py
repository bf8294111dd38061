"""Whether a sentence on responsibility speaks of the attack told, of several, or of attacks in general and at other times."""

from __future__ import annotations

import re

from monitor.text.any_case import AnyCase
from monitor.text.stance_words import any_of

_MANY = AnyCase(
    r"\b(?:previous|past|similar|other|recent|several|many|numerous|most|some|dozens?|hundreds?|scores|string|series|spate|wave|surge"
    r"|majority|earlier|four|five|six|seven|eight|nine|ten|\d\d*)\s+(?:of\s+)?(?:(?!the\b|this\b)[\w'’-]+\s+){0,4}?(?:attacks"
    r"|bombings|assaults|killings|incidents|blasts|operations|explosions|ambushes|strikes)\b"
    r"|\b(?:most|majority|many|some|more\s+than\s+half|half|all)\s+of\s+(?:the|them|these|those|such)\b|\b(?:previously(?!\s+(?:un|little))|regularly|often"
    r"|frequently|routinely|usually|repeatedly|in\s+the\s+past|in\s+recent\s+(?:years|months|weeks|days))\b"
    r"|\bsuch\s+(?:attacks|bombings|killings|assaults)\s+(?:are|have|were)\b"
    r"|\b(?:has|have)\s+(?:also\s+)?(?:(?:been\s+(?:blamed|accused)|carried\s+out|claimed|targeted|attacked)\s+(?:(?!the\b|these\b|both\b)\w+\s+){0,3}?(?:attacks"
    r"|bombings|assaults)|(?:targeted|attacked)\s+(?:\w+\s+)?(?:schools|police)|been\s+(?:blamed|accused)\s+(?:for|of))\b(?!\s+(?:the|this))"
)
_TOGETHER_ATTACKS = AnyCase(
    r"\b(?:both|coordinated|twin|two|three|these|all\s+(?:two|three|four))\s+(?:of\s+)?(?:the\s+)?(?:[\w'’-]+\s+){0,2}?(?:attacks"
    r"|bombings|blasts|assaults|explosions|incidents)\b|\bboth\b(?=\s*[.,;]|\s*$|\s+(?:of\s+them|in|on|at|were|was|had)\b)"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATED = re.compile(
    rf"\b(?:in|since|of|from|during)\s+(?:(?:early|late|mid-?)\s*)?(?:{_MONTH}(?:\s+of)?,?\s+)?(?:19|20)\d\d\b|\b(?:in|last"
    rf"|since)\s+{_MONTH}\b|\blast\s+(?:year|month)\b|\b(?:years?|months?)\s+(?:ago|earlier|before)\b|\b(?:19|20)\d\d\s+(?:attack"
    rf"|bombing|massacre|blast|siege|hijack\w*|assault)",
    re.IGNORECASE,
)
# "Last week the group claimed responsibility for an attack on a bus": "an attack" of another day.
_THEN = r"\b(?:last\s+(?:week|month|year)|earlier\s+this\s+(?:week|month|year)|(?:days?|weeks?|months?|years?)\s+(?:ago|earlier|before))\b"
_ONE_THING = rf"\b(?:for|of|behind|claimed|out)\s+(?:an?|another|two|three|several)\s+(?:[\w'’-]+\s+){{0,4}}?{any_of('attacks')}\b"
_ONE_OF_THEN = AnyCase(rf"{_THEN}[^;]{{0,90}}{_ONE_THING}|{_ONE_THING}[^;]{{0,90}}{_THEN}")


_EARLIER_ONE = AnyCase(
    r"\b(?:an|one|the)\s+(?:earlier|previous)\s+(?:\w+\s+){0,2}?(?:attack|bombing|blast|assault|killing|ambush|explosion|raid)\b"
)


def speaks_of_an_earlier_attack(sentence: str) -> bool:
    """Whether a sentence speaks of one attack before the one told: "the commander behind an earlier bombing"."""
    return _EARLIER_ONE.search(sentence) is not None


def speaks_of_another_attack(sentence: str, *, dated: bool) -> bool:
    """Whether a sentence speaks of attacks in general or, where `dated`, of one at another time."""
    if (
        (_MANY.search(sentence) and not _TOGETHER_ATTACKS.search(sentence))
        or _ONE_OF_THEN.search(sentence)
        or _EARLIER_ONE.search(sentence)
    ):
        return True
    return dated and _DATED.search(sentence) is not None


_THE_ATTACKS = re.compile(r"\bthe\s+(?:attacks|bombings|blasts)\b")


def speaks_of_several(sentence: str) -> bool:
    """Whether a sentence means more than one attack of the day: "denied responsibility for both attacks"."""
    return _TOGETHER_ATTACKS.search(sentence) is not None or _THE_ATTACKS.search(sentence) is not None
