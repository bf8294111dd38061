"""Sentences with their group names as symbols, cut into clauses: what the grammar of responsibility reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.text.any_case import small
from monitor.text.groups import BARE_STATE_WORD, FoundGroup
from monitor.text.guarded import guarded

# One private-use character stands for one group; PRONOUN for "the group", "its spokesman", "it".
_FIRST = 0xE000
SYMBOL = "[\ue000-\uefff]"
PRONOUN = "\uf8ff"
ACTOR = "[\ue000-\uefff\uf8ff]"

_OUTLAWED = (
    r"(?:banned|outlawed|proscribed|militant|terrorist|extremist|jihadist|jihadi|separatist|insurgent|rebel|armed|sectarian"
    r"|so-called|defunct|[\"“”'‘’])"
)
_QUALIFIED = re.compile(
    rf"\b(?:(?:the|a)\s+)?(?:{_OUTLAWED}\s+)+(?:(?:group|outfit|organi[sz]ation|network|faction|party|movement|militia)s?\s+"
    rf"|[-–—]\s*)?[\"“‘'(]?(?={SYMBOL})|\b(?:group|outfit|organi[sz]ation)\s+(?={SYMBOL})",
    re.IGNORECASE,
)
_SAME_AGAIN = re.compile(
    rf"({SYMBOL})[\"”’']?\s*(?:\(\s*(?:the\s+)?({SYMBOL})[^)]{{0,20}}\)|,?\s+or\s+(?:the\s+)?({SYMBOL})\b,?|/\s*({SYMBOL}))"
)
_BRACKETS = re.compile(rf"({SYMBOL})\s*\([^)\ue000-\uefff]{{1,25}}\)")
# "Islamic State's regional chapter, known as ISKP, claimed": the name that it goes by is the more precise one.
_KNOWN_AS = re.compile(
    rf"({SYMBOL})(?:['’]s)?(?:\s+[\w'’-]+){{0,3}},?\s+(?:also\s+)?(?:known|called|dubbed)\s+(?:as\s+)?(?:the\s+)?({SYMBOL}),?\s*",
    re.IGNORECASE,
)
_APPOSITION = re.compile(
    rf"({SYMBOL})((?:['’]s)?(?:\s+[\w'’-]+){{0,2}}),\s+(?:a|an|the|which|who|also|once|formerly|then|known|part|one|an?|led|considered"
    rf"|designated|allied|whose|long)\b[^,;{PRONOUN}]{{3,110}}?,(?=\s)",
    re.IGNORECASE,
)
_THEY = re.compile(
    rf"\b(?:the|that|this|a)\s+(?:{_OUTLAWED}\s+){{0,2}}(?:group|outfit|organi[sz]ation|faction|front|militia|network|insurgents"
    rf"|separatists|brigade|movement)\b(?:['’]s?)?(?!\s+(?:of|led)\b)|\bits\s+(?=spokes\w+)|^\s*(?:It|They)\b(?=\s+(?:\w+\s+)?(?:said"
    rf"|says|claim\w*|den(?:y|ied|ies)|also|later|has\s+not|had|took)\b)"
    r"|^\s*In\s+an?\s+(?:[\w-]+\s+)?(?:statement|message|post|e-?mail|note)\b[^,;]{0,40}?,?\s(?:it|they)\b(?=\s+(?:said|says|claimed|put|wrote)\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r",\s*(?:meanwhile|however|in\s+turn|too|also|though|for\s+its\s+part|in\s+a\s+(?:\w+\s+)?(?:statement|message)|through\s+its\s+\w+"
    r"|on\s+\w+day)\s*,\s*",
    re.IGNORECASE,
)
# "Jamaat-ul-Ahrar, a splinter of the TTP", "a faction of the TTP, Jamaat-ul-Ahrar": whose kin the group is.
_KIN = (
    r"(?:an?|the|one|its)\s+(?:[\w'’-]+\s+){0,3}?(?:faction|splinter|breakaway|offshoot|affiliate|ally|allies|wing|front|branch|chapter|arm|umbrella)"
    r"(?:\s+(?:group|faction|outfit|organi[sz]ation|party))?\s+(?:of|from|to|for|linked\s+to|allied\s+(?:to|with))\s+(?:the\s+)?"
)
_KIN_AFTER = re.compile(rf"({SYMBOL}),\s+(?:which\s+is\s+)?{_KIN}{SYMBOL}(?=[,.;\s]|$)", re.IGNORECASE)
_KIN_BEFORE = re.compile(rf"\b{_KIN}{SYMBOL},\s+(?:(?:the|called|named|known\s+as)\s+)*({SYMBOL})", re.IGNORECASE)
# "the front, which has claimed several attacks this year": its habit, not this deed.
_HABIT = re.compile(
    r",\s+(?:which|who)\s+(?:has|have|had|is|are|often|regularly|frequently|routinely|usually)\b[^,;]*?\b(?:several|many|most|numerous|similar|other"
    r"|previous|dozens|scores|past|earlier|before|attacks|bombings|killings)\b[^,;.]*",
    re.IGNORECASE,
)
# Quotation marks only say who is speaking; an apostrophe stays.
_QUOTES = re.compile(r"[\"“”„«»]|(?<![\w\ue000-\uefff])['‘’]|['’](?!\w)(?<!s['’])")
_BREAK = re.compile(r";\s*|,?\s+\b(?:but|however|although|though|whereas|meanwhile|while)\b[,\s]*|\s+[–—]\s+|\n+", re.IGNORECASE)
_BREAK_WORDS = (";", "but", "however", "though", "whereas", "while", "–", "—", "\n")

# One of these stands in every sentence in which _THEY may be found.
_THEIR_WORDS = guarded(r"group|outfit|organi|faction|front|militia|network|insurgents|separatists|brigade|movement|spokes", re.IGNORECASE)
_OPENS_WITH_THEM = re.compile(r"\s*(?:it|they|,|in an? [\w-]+ )", re.IGNORECASE).match
# "The group said nothing of the drone, but told reporters that …": who speaks stands before.
_SAYS = re.compile(r"\s*(?:has\s+|had\s+|later\s+|also\s+)*(?:told|said|denied|claimed|disowned|rejected|added)\b", re.IGNORECASE)
has_actor = re.compile(ACTOR).search
symbols_in = re.compile(SYMBOL).findall


def may_speak_of_them(text: str, start: int, end: int) -> bool:
    """Whether a sentence without any group's name may still speak of one ("the group", "they"): a quick test that never misses."""
    if _OPENS_WITH_THEM(text, start, end) or (not text.isascii() and has_actor(text, start, end)):
        return True
    return _THEIR_WORDS.search(text[start:end]) is not None


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as symbols; `groups` are its names in order, `start` is its offset in the text."""

    start: int
    symbols: str
    by_symbol: dict[str, FoundGroup]

    @property
    def groups(self) -> list[FoundGroup]:
        return list(self.by_symbol.values())


def clauses_of(text: str, start: int, end: int, groups: Sequence[FoundGroup]) -> list[Clause]:
    """The clauses of the sentence at `start` to `end`; those without a group's name are kept, as they may say "the group"."""
    by_symbol = {chr(_FIRST + n): group for n, group in enumerate(groups[:200])}
    written, offsets, at = [], [], start
    for symbol, group in by_symbol.items():
        written.append(text[at : group.start] + symbol)
        at = group.end
    written.append(text[at:end])
    sentence = _folded("".join(written), by_symbol)
    clauses: list[Clause] = []
    begin = 0
    breaks = _BREAK.finditer(sentence) if any(word in small(sentence) for word in _BREAK_WORDS) else ()
    for match in [*breaks, None]:
        piece = sentence[begin : match.start() if match else len(sentence)]
        if clauses and _SAYS.match(piece) and (speaker := has_actor(clauses[-1].symbols)):
            piece = f"{speaker.group()} {piece}"
        own = {symbol: by_symbol[symbol] for symbol in dict.fromkeys(symbols_in(piece))}
        offsets.append(min((group.start for group in own.values()), default=end))
        if piece.strip():
            clauses.append(Clause(start=offsets[-1], symbols=piece, by_symbol=own))
        begin = match.end() if match else 0
    return clauses


def _folded(sentence: str, by_symbol: dict[str, FoundGroup]) -> str:
    """The sentence with each group said once in a place, and without what only describes it."""
    if by_symbol:
        sentence = _QUALIFIED.sub("", sentence)
    if "," in sentence:
        sentence = _ASIDE.sub(" ", sentence)
    sentence = _QUOTES.sub("", sentence)
    if by_symbol:
        sentence = _each_once(sentence, by_symbol)
    if "," in sentence:
        sentence = _HABIT.sub("", sentence)
    if by_symbol and "," in sentence:
        sentence = _APPOSITION.sub(r"\1\2", sentence)
    return _THEY.sub(PRONOUN, sentence)


def _each_once(sentence: str, by_symbol: dict[str, FoundGroup]) -> str:
    """The sentence without a second name or a kinship of a group, where they stand beside its first."""

    def once(match: re.Match[str]) -> str:
        first, second = match[1], match[2] or match[3] or match[4]
        return first if by_symbol[first].id == by_symbol[second].id else match.group()

    for symbol, group in by_symbol.items():
        if BARE_STATE_WORD.match(group.text):
            sentence = re.sub(
                rf"(?<={SYMBOL})\s+{symbol}|{symbol}\s+(?:of|from|belonging\s+to|linked\s+(?:to|with))\s+(?:the\s+)?(?={SYMBOL})",
                "",
                sentence,
            )
    for _ in range(2):
        sentence = _SAME_AGAIN.sub(once, sentence)
    sentence = _KNOWN_AS.sub(r"\2 ", _BRACKETS.sub(r"\1", sentence))
    return _KIN_BEFORE.sub(r"\1", _KIN_AFTER.sub(r"\1", sentence))
