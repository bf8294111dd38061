"""What armed groups claim and deny, read from one clause of symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.model import Stance
from monitor.text.speech import speeches
from monitor.text.stance_words import Anchored, anchored, any_of
from monitor.text.symbols import ACTOR, SYMBOL

_ATTACKS, _DEEDS, _FIGHTERS = any_of("attacks"), any_of("deeds"), any_of("fighters")
_W = r"[\w\ue000-\uf8ff'’-]+"
_CLAIM = re.compile(
    r"\b(?:claim(?:ed|s|ing)?|took|takes?|taken|taking|accept(?:ed|s|ing)?|assum(?:ed|es|ing)|assert(?:ed|s|ing)|own(?:ed|s)(?:\s+up)?|admit(?:ted|s)"
    r"|acknowledg\w+)\b"
    rf"(?:\s+(?!no\b){_W}){{0,6}}?\s+(?:responsib\w+|credit|ownership|involvement)\b"
    rf"|\b(?:claim(?:ed|s|ing)|to\s+claim)\b(?:\s+(?!no\b){_W}){{0,6}}?\s+(?:having|{_ATTACKS})\b"
    rf"|\bclaim(?:ed|s|ing)\s+(?:that\s+|to\s+have\s+|it\s+|its\s+|they\s+)(?:[\w'’-]+\s+){{0,7}}?{_DEEDS}(?!\w)"
    rf"|\b(?:own(?:ed|s)|accept(?:ed|s)|admit(?:ted|s))\s+(?:(?:up\s+)?(?:(?:on|late)\s+\w+\s+)?to\s+)?(?:the|this|that)\s+(?:[\w'’-]+\s+){{0,3}}?(?:{_ATTACKS}|act|deed|action)\b"
    r"|\bin\s+(?:the\s+)?custody\s+of\s+(?:its|their)\s+\w+|\bin\s+(?:its|their)\s+custody\b"
    r"|\b(?:claim(?:ed|s|ing)|to\s+claim)\s+(?:the|this|that)\s+(?:act|deed|action|job|hit)\b"
    r"|\bzimm?[ae]dd?a*ri\b(?:\s+\w+){0,2}?\s+(?:qabo+l|le|li|lay)\b|\bown(?:s|ed)(?:\s+(?:it|up|this))?\s*$|\b(?:took|takes|taken)\s+(?:the\s+)?credit\b"
    rf"|\b(?:(?:releas|issu|post|circulat|shar|publish|upload|air)(?:ed|es|ing)|ran|put\s+out)\s+(?:\w+\s+){{0,3}}?(?:videos?|footage|clips?|pictures?|photographs?|photos?|statements?)\b"
    rf"[^;]{{0,40}}?\b(?:captives?|hostages?|abducted|kidnapped|is\s+heard|are\s+heard|held|being\s+(?:blown|hit|attacked|shot)|taking\s+(?:responsibility|credit)"
    rf"|(?:of|show(?:ing|ed|s)|about)\s+(?:what\s+\w+\s+(?:said|called)\s+(?:was\s+)?)?(?:the|its|his)\s+(?:{_W}\s+)?(?:{_ATTACKS}|bombers?|attackers?))"
    rf"|\bannounc\w+\b[^;]{{0,40}}?\b(?:its|second|third|another|new|latest|what\s+it\s+called)\s+(?:[\w'’\"“”-]+\s+){{0,4}}?{_ATTACKS}\b"
    rf"|\bboast\w*\s+(?:[\w'’-]+\s+){{0,5}}?of\s+(?:having\s+)?(?:{_DEEDS}|shooting|bombing|slaughtering)(?!\w)"
    rf"|\bboast\w*\s+(?:of|about)\s+(?:[\w'’-]+\s+){{0,3}}?{_ATTACKS}\b"
    r"|\b(?:named|identified|called)\s+(?:her|him|them|the\s+(?:bombers?|attackers?|fighters?|man|woman|men))\s+(?:as|by)\b"
    r"|\b(?:made|issued)\s+(?:\w+\s+){0,2}?claims?\b(?!\s+(?:that|against|of\s+(?:torture|abuse)))"
    r"|\bclaims\s+(?:(?:over|at\s+least|more\s+than|up\s+to)\s+)?\d+\s+(?:[\w'’-]+\s+){0,3}?(?:killed|dead|die|slain|casualties)\b"
    rf"|\bclaiming\s+(?:that\s+)?(?:over|at\s+least|more\s+than|\d+)|\bclaim(?:ed|s|ing)\s+(?:on|in|it|{_ATTACKS})\b|\bclaim(?:s|ed)\s*$",
    re.IGNORECASE,
)
_DENY = re.compile(
    rf"\b(?:den(?:y|ied|ies|ying)|reject(?:ed|s|ing)?|disown(?:ed|s|ing)?|disavow(?:ed|s)?|dis-?(?:as)?sociat\w+|repudiat\w+|refut\w+"
    rf"|disclaim\w*|distanc\w+|dismiss(?:ed|es|ing)|rul(?:ed|es|ing)\s+out)\b(?!\s+(?:suffering|any\s+losses|losses|harbou?ring|providing|sheltering|that\s+it\s+(?:harbou?r|shelter"
    rf"|provid)))"
    rf"(?:\s+{_W}){{0,8}}?\s+(?:responsib\w+|involve\w+|role|hand|links?|part|connection|behind|carr\w+|being|having|it\b|{_ATTACKS}|{_DEEDS}\b"
    rf"|accusations?|accused|allegations?|charges?|blame|claims?|reports?)\b"
    r"|\b(?:reject|den|dismiss|refut)(?:ed|ied)\s+(?:this|that)(?=\s+(?:within|as|and|in|on|later|soon|outright)\b|\s*(?:[.,;]|$))"
    rf"|\bdisown(?:s|ed)\b|\b(?:refus|declin)(?:ed|es)\s+to\s+(?:own|accept|take)\b|\bwash(?:ed|es)\s+(?:its|their|his)\s+hands\b|\bden(?:ies|ied)\s*$|\b(?:issued|sent|gave)\s+(?:a|its|an?\s+\w+)\s+denial\b",
    re.IGNORECASE,
)
_DENIED_BY = re.compile(
    rf"\b(?:den(?:ied|ial)|disowned|rejected|disavowed)\b[^;]{{0,25}}?\b(?:by|from|of)\s+(?:the\s+)?(?:(?!police|officials)[\w'’-]+\s+){{0,3}}?{ACTOR}"
    rf"|^\W*(?:denying|rejecting|disowning|disavowing)\s[^,;]{{0,80}},\s+(?:[\w'’-]+\s+){{0,4}}?{ACTOR}",
    re.IGNORECASE,
)
_CLAIMED_BY = re.compile(
    rf"\b(?:claimed|owned|accepted|admitted)\s+(?:(?!by\b)[\w-]+\s+){{0,4}}?by\s+(?:(?!police|officials)[\w'’-]+\s+){{0,6}}?{ACTOR}|\b(?:responsibility"
    rf"|credit)\b[^;]{{0,40}}?\b(?:claimed|accepted|taken|owned|assumed)\s+(?:[\w-]+\s+){{0,3}}?by\s+(?:[\w'’-]+\s+){{0,5}}?{ACTOR}"
    rf"|\bclaims?\b(?:\s+of\s+responsibility)?\s+(?:\w+\s+)?(?:(?:was|were|is|has\s+been|had\s+been)\s+)?(?:\w+\s+)?(?:by|from|on\s+behalf\s+of|in\s+the\s+name\s+of)\s+"
    rf"(?:[\w'’-]+\s+){{0,4}}?{ACTOR}"
    rf"|\bclaim\s+of\s+responsibility\b[^;]{{0,60}}?\b(?:by|from)\s+(?:the\s+)?{ACTOR}"
    rf"|{ACTOR}['’]s?\s+claim\b(?!\s+(?:that|was\s+rejected|to))|\bas\s+did\s+(?:the\s+)?{ACTOR}|\bjoint\s+(?:effort|operation"
    rf"|attack)\b[^;]{{0,40}}?{SYMBOL}"
    rf"|\b(?:notes?|letters?|chits?|pamphlets?|leaflets?|slips?)\s+(?:of|from|by|signed\s+by|in\s+the\s+name\s+of)\s+(?:the\s+)?{SYMBOL}[^;,]{{0,40}}?\b(?:left|found|pinned|lay|placed)\s+(?:\w+\s+)?(?:on|with|beside|near|by|at)\s+(?:\w+\s+){{0,3}}?(?:bod(?:y|ies)|them|him|spot|scene|chest|dead|site|wreck(?:age)?|van|vehicle|car|bus)"
    rf"|\bclaimed\b[^;]{{0,60}}?\b(?:on\s+behalf\s+of|in\s+the\s+name\s+of)\s+(?:the\s+)?{SYMBOL}"
    rf"|\bclaimed\s+(?:it|responsibility|the\s+{_ATTACKS})\s+for\s+(?:the\s+)?{SYMBOL}(?!\s+(?:attack|fighter))"
    rf"|{ACTOR},\s+(?:the|an?)\s+(?:[\w-]+\s+){{0,4}}(?:which|that|who)\s+(?:(?:has|have|had)\s+)?claimed\b"
    rf"|\bwhich\s+(?:the\s+)?{ACTOR}\s+(?:(?:has|have|had|later)\s+)?claimed\b"
    rf"|^\W*(?:claiming|accepting|taking|owning)\s+(?:responsibility|credit|(?:the|this)\s+{_ATTACKS})[^,;]{{0,80}},\s+(?:[\w'’-]+\s+){{0,4}}?{ACTOR}",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"\b(?:no|not|none|nobody|neither|yet\s+to|without)\b(?:[\s,]+[\w\ue000-\uf8ff'’-]+){0,9}?[\s,]+(?:claim\w*|responsib\w+|credit|com(?:e"
    r"|ing)\s+forward)\b|\b(?:has|have|had|did|does|do)(?:\s+not|n['’]t)\s+(?:\w+\s+){0,3}?(?:claim\w*|comment\w*)\b|\bunclaimed\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:police|officials?|army|military|government|authorities|troops|forces|ministry|minister|ISPR|residents?|witnesses|analysts?"
    r"|experts?|president|governor|spokes\w+\s+(?:for|of)\s+the\s+(?:army|police|government|ministry))\b",
    re.IGNORECASE,
)
# "the front's forces", ", blamed by the government,": no other speaker.
_OWN_FORCES = re.compile(r"^(?:['’]s)?\s+(?:forces|troops)\b|^,\s+(?:blamed|accused|suspected|named)\b[^,;]*,")
_PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are)\s+(?:\w+\s+)?$", re.IGNORECASE)
_TOGETHER = re.compile(
    rf"({ACTOR})(?:['’]s)?(?:\s+{_FIGHTERS})?\s*(?:,|\band\b|&|,\s*and\b|\bor\b)\s*(?:the\s+|its\s+|an?\s+)?(?:ally\s+|rival\s+)?$",
    re.IGNORECASE,
)
# "two weeks after the suicide attack claimed by …": another attack, to which this one is compared.
_COMPARED = re.compile(
    r"\b(?:after|since|following|before|like|unlike|than|reminiscent\s+of|similar\s+to)\s+(?:the|a|an|another|last)\b[^;,]{0,90}$",
    re.IGNORECASE,
)

# "It follows a suicide attack on a camp the previous day, claimed by …"
_EARLIER_ONE = re.compile(
    r"\b(?:after|since|following|follow(?:s|ed))\s+(?:a|an|another)\s[^;.]{0,160}\b(?:the\s+previous\s+(?:day|week|month)|a\s+day\s+(?:earlier|before)"
    r"|\w+\s+days\s+(?:earlier|ago|before)|last\s+(?:week|month|year)|earlier\s+this\s+(?:week|month|year)),?\s+(?:which\s+was\s+|that\s+was\s+)?$",
    re.IGNORECASE,
)

# "The country suffers attacks, mostly claimed by …"
_MOSTLY = re.compile(
    r"\b(?:mostly|often|usually|frequently|regularly|routinely|many|most|some|several)(?:\s+of\s+(?:them|which))?\s+(?:were\s+|are\s+)?$",
    re.I,
)

_BY_CLAIM = anchored(_CLAIMED_BY, "claim own accept admit responsib credit did joint note letter chit leaflet pamphlet slip")
_BY_DENIAL = anchored(_DENIED_BY, "deni deny disown reject disavow")
_OWN_WORDS: tuple[tuple[Anchored, Stance], ...] = (
    (
        anchored(
            _CLAIM,
            "claim responsib credit own zim involve accept admit boast custody video footage clip picture photo announc statement named"
            " identified called",
        ),
        "claimed",
    ),
    (anchored(_DENY, "den reject disown disavow sociat repudiat refut disclaim distanc dismiss rul refus declin wash"), "denied"),
)
_IS_ACTOR = re.compile(ACTOR).match


def own_words(text: str) -> Iterable[tuple[str, Stance]]:
    """(symbol, claimed or denied) of each group that claims or denies in a clause, the plainest words first."""
    lower = text.lower()
    for match in _BY_CLAIM.find(text, lower):
        if not NOBODY.search(text[: match.end()]) and not _of_another(text[: match.start()]):
            yield from ((symbol, "claimed") for symbol in _with_partners(text, last_symbol(match)))
    for match in _BY_DENIAL.find(text, lower):
        yield match.string[last_symbol(match)], "denied"
    for pattern, stance in _OWN_WORDS:
        for match in pattern.find(text, lower):
            if stance == "claimed" and NOBODY.search(text[max(0, match.start() - 60) : match.end()]):
                continue
            yield from ((symbol, stance) for symbol in _subjects(text, match.start()))
    yield from speeches(text, _subjects)


def _of_another(before: str) -> bool:
    return _COMPARED.search(before) is not None or _MOSTLY.search(before) is not None or _EARLIER_ONE.search(before) is not None


def last_symbol(match: re.Match[str]) -> int:
    """Where the symbol stands that a pattern ends in."""
    return max(n for n in range(match.start(), match.end()) if _IS_ACTOR(match.string[n]))


_AN_ACTOR = re.compile(ACTOR)


def _subjects(text: str, verb: int) -> Sequence[str]:
    """The groups that do what the verb at `verb` says: the last name before it, and those joined to that one by "and"."""
    last = None
    for match in _AN_ACTOR.finditer(text, 0, verb):
        last = match
    if (
        last is None
        or _OTHERS.search(_OWN_FORCES.sub("", text[last.end() : verb], count=1))
        or (_PASSIVE.search(text[:verb]) and not text.startswith(("to ", "in "), verb))
    ):
        return ()
    return _with_partners(text, last.start())


def _with_partners(text: str, at: int) -> Sequence[str]:
    """The symbol at `at` and those before it in one list: "Both A and B", "A, B and C"."""
    found = [text[at]]
    while partner := _TOGETHER.search(text[:at]):
        at = partner.start(1)
        found.append(text[at])
    return found
