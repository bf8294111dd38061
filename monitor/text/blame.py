"""Whom officials, police, experts and the words of a report itself hold to be behind an attack, read from one clause of symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.text.claims import NOBODY, last_symbol
from monitor.text.stance_words import anchored, any_of
from monitor.text.symbols import ACTOR, SYMBOL

_DEEDS, _FIGHTERS = any_of("deeds"), any_of("fighters")
_WHOM = rf"(?:[\w'’-]+\s+){{0,6}}?{ACTOR}"
_SPOKEN = r"(?<!statement\s)(?<!message\s)(?<!claim\s)(?<!video\s)(?<!email\s)(?<!e-mail\s)(?<!post\s)(?<!leaflet\s)(?<!pamphlet\s)"
_BLAMED = re.compile(
    rf"\b(?:blam(?:e[ds]?|ing)|accus(?:e[ds]?|ing)|suspect(?:s|ed|ing)?|suspicions?|implicat\w+|point(?:s|ed|ing)\s+(?:a\s+"
    rf"|the\s+)?fingers?|fingers?\s+(?:\w+\s+){{0,3}}?point\w*|point(?:s|ed|ing)?\s+(?:to|towards?|at)|held|holds|holding|nam(?:ed|es|ing))\b(?!\s+of\s+(?:harbou?r"
    rf"|shelter))[^;]{{0,70}}?(?:\b(?:on|at|to|of|by|that|upon|responsible)\s+)?{_WHOM}"
    rf"|\b(?:believ\w+|thinks?|thought|convinced|conclud\w+|reckon\w*|certain|sure)\s+(?:that\s+)?(?:the\s+)?(?:[\w'’-]+\s+){{0,3}}?(?:{SYMBOL},?\s+(?:I\s+mean|or|that\s+is)\s+(?:the\s+)?)?{SYMBOL}"
    rf"(?=(?:['’]s)?\s+(?:[\w'’-]+\s+(?:group|faction|chapter|wing),?\s+)?(?:{_FIGHTERS}\s+)?(?:is|are|was|were|has|had|have|did|may|might|carried|sent|planted|holds?|to\s+(?:be|have))\b)"
    rf"|\b(?:treat(?:ing|ed|s)?|regard(?:ing|ed|s)?|see(?:s|ing|n)?)\s+(?:the\s+)?{_WHOM}\s+as\s+(?:\w+\s+){{0,3}}?suspects?\b"
    rf"|\blook(?:s|ed|ing)?\s+(?:at|into|towards?)\s+{_WHOM}(?=\s+(?:link|connection|hand|angle|involvement|cell)|[,.;]|$|\s+(?:but|said|and)\b)|\b(?:take|takes|taking|lead|leads|led|leading)\s+(?:us|them|investigators|police)\s+(?:to|towards?)\s+{_WHOM}"
    rf"|\b(?:took|takes?|taken)\s+(?:them|him|her|the\s+\w+)\s+(?:for|to\s+be)\s+[\"“]?{_WHOM}"
    rf"|{ACTOR},?\s+(?:blamed|accused|suspected|named)\s+(?:by|in|for)\b"
    rf"|{ACTOR},?\s+(?:which|whom|who)\s+(?:he|she|they|it|police|officials?|the\s+(?:\w+\s+){{0,3}}?\w+)\s+(?:has\s+|have\s+|had\s+)?(?:blamed|accused|held|named)\b"
    rf"|{_SPOKEN}\b(?:attribut\w+|linked|trac(?:e[ds]?|ing)|ascrib\w+|connect(?:s|ed))\b[^;]{{0,80}}?\b(?:to|with)\s+{_WHOM}"
    rf"|\b(?:hallmarks?|marks?|hand|signature|handiwork|work|doing|involvement|fingerprints?|imprints?|stamp|style|pattern|tactics?|methods?|modus\s+operandi|trademark)\b[^;]{{0,45}}?"
    rf"\b(?:of|by|used\s+by|matche[sd]|fit(?:s|ted)?|with|point\w*\s+to)\s+{_WHOM}"
    rf"|\b(?:kind|type|sort)\s+(?:of\s+\w+\s+)?(?:\w+\s+)?(?:used|favou?red|employed|planted)\s+by\s+{_WHOM}"
    rf"|\b(?:resembl\w+|similar\s+to|consistent\s+with|fit(?:s|ted)?|match(?:es|ed))\b[^;]{{0,40}}?\b(?:of|by)\s+{_WHOM}"
    rf"|\b(?:signs?|clues?|evidence|everything|trail)\s+(?:\w+\s+){{0,2}}?(?:leads?|led|points?)\s+to\s+{_WHOM}"
    rf"|\b(?:suspicion|blame|finger|needle)s?\s+(?:\w+\s+){{0,5}}?(?:falls?|fell|fall|pointed|points|lies|centred|centered|rests?)\s+(?:\w+\s+){{0,2}}?(?:on"
    rf"|at|to|with|towards?)\s+{_WHOM}",
    re.IGNORECASE,
)
# "accused the Afghan Taliban of harbouring …": not of the attack.
_OF_HOSTING = re.compile(r"\s+of\s+(?:harbou?r|shelter|host|provid|back|support|fund|allow|giving|fail)", re.IGNORECASE)
_NOT_THEM = re.compile(r"\b(?:not|rather than|instead of)\s+(?:the\s+)?$")
_BY = re.compile(
    rf"\b(?:carried\s+out|conducted|orchestrated|perpetrated|staged|executed|launched|planned|masterminded|committed|mounted"
    rf"|undertaken|done)\s+(?:(?!by\b)[\w'’-]+\s+){{0,4}}?by\s+(?:the\s+)?(?:(?!police|troops|forces)[\w'’-]+\s+){{0,5}}?{SYMBOL}"
    rf"|\b(?:planted|laid|detonated|placed|fired|set\s+off|thrown|lobbed|hurled)\s+by\s+(?:(?!police|troops|forces)[\w'’-]+\s+){{0,6}}?{SYMBOL}"
    rf"|\b(?:it|this)\s+(?:is|was)\s+(?:the\s+)?{SYMBOL}(?!['’]s|\s+(?:that|who|which)\s+(?!{_DEEDS}))"
    rf"|\b(?:was|were|been)\s+(?:\w+\s+)?(?:carried\s+out|perpetrated|committed)\s+(?:the\s+)?{SYMBOL}",
    re.IGNORECASE,
)
_SUSPECTED_MEN = re.compile(
    rf"\b(?:raided|raid(?:ing)?\s+(?:on|of)|stormed|storming|busted)\s+(?:an?|the|two|three)\s+(?:(?!of\b)[\w'’-]+\s+){{0,3}}?{SYMBOL}\s+(?:hideouts?|hide-outs?|dens?|camps?|bases?|compounds?|cells?|safe\s+houses?)|"
    rf"\b(?:dead|slain|killed|terrorists|militants|attackers?|assailants?|bodies|bombers?|men)\s+(?:was|were|are|is|had\s+been)\s+(?:associated|linked|affiliated|connected)\s+(?:with|to)\s+{_WHOM}"
    rf"|\bbelong(?:ed|s|ing)?\s+to\s+(?:the\s+)?{SYMBOL}"
    rf"|\bsaid\s+to\s+be\s+(?:(?:members?|fighters|men)\s+)?(?:of|from)\s+(?:the\s+)?(?:\w+\s+)?{SYMBOL}|"
    rf"\b(?:suspected|alleged|believed\s+to\s+be|apparently|probably|likely|possibly)\s+(?:to\s+be\s+)?(?:from\s+|of\s+|by\s+"
    rf"|with\s+)?(?:the\s+)?(?:\w+\s+){{0,2}}?{SYMBOL}|{SYMBOL}(?:\s[^,;]{{0,60}})?\s(?:is|are|was|were)\s+(?:the\s+)?(?:prime|main|likely"
    rf"|chief)\s+suspects?|\b(?:arrest\w*|detain\w*|custody)\b[^;]{{0,40}}?{SYMBOL}[^;]{{0,40}}?\b(?:in\s+(?:relation"
    rf"|connection)\s+(?:to|with)|over)\b|{SYMBOL}\s[^;]{{0,30}}\b(?:arrested|detained|held|captured)\b[^;]{{0,25}}\b(?:over|in\s+connection\s+with)\s+(?:the|this)\b|\b(?:case|FIR)\b[^;]{{0,40}}?\bagainst\s+(?:[\w'’-]+\s+){{0,4}}?{SYMBOL}"
    rf"|\b(?:attackers?|assailants?|gunm[ae]n|bombers?|(?:kidnapp|abduct)(?:ers?|ors?)|captors?|they|he|culprits?|killers?|men)\s+(?:was|were|are|is)\s+(?:(?!not\b)\w+\s+){{0,5}}?(?:{_FIGHTERS}\s+)?(?:of|from|with)\s+(?:the\s+)?(?:[\w'’-]+\s+){{0,4}}?{SYMBOL}",
    re.IGNORECASE,
)
_THOUGHT = re.compile(
    rf"^\s+(?:did|had\s+done|has\s+done)\s+(?:it|this|so)\b|^\s+(?:that|which|who)\s[^;,]{{3,60}}\s(?:is|are|was|were)\s+(?:also\s+)?(?:behind|responsible|involved)\b"
    rf"|^(?:['’]s|-(?:linked|affiliated|allied|backed))?(?:\s+(?:\w+\s+)?(?:{_FIGHTERS}|network|group|chapter|wing|branch))?\s+(?:(?:is|are|was|were|has\s+been|have\s+been|had\s+been|may|might|could"
    rf"|must)\s+(?:\w+\s+){{0,3}}?)(?:suspect\w*|believed|thought|blamed|accused|behind|responsible|involved|to\s+blame|carried\s+out"
    rf"|likely|probably|have\s+(?:carried|been\s+(?:behind|involved|responsible)))\b"
    r"|^\s+(?:is|are|was|were)\s+under\s+suspicion\b"
    r"|^(?:['’]s)?\s+(?:\w+\s+)?(?:seem|appear|look)\w*\s+to\s+(?:be\s+(?:behind|responsible|involved)|have\s)"
    rf"|^['’]s\s+(?:involvement|hand|role)\s+(?:can(?:not|['’]t|\s+not)|could(?:\s+not|n['’]t))\s+be\s+(?:ruled\s+out|excluded)\b"
    rf"|^[^;,.\ue000-\uf8ff]{{0,90}}\band\s+(?:is|was|were)\s+(?:\w+\s+)?(?:responsible|behind)\b"
    rf"|^[^;.\ue000-\uf8ff]{{0,90}}\b(?:this|it)\s+(?:is|was)\s+(?:his|their|its)\s+(?:doing|work|handiwork|job)\b",
    re.IGNORECASE,
)
# "but the group has hit shrines before"
_BEFORE_NOW = re.compile(r"^[^,;]*\b(?:has|have|had)\s[^,;]*\b(?:before|in\s+the\s+past|previously)\s*\W*$", re.IGNORECASE)
_HAND = re.compile(rf"^(?:['’]s)?(?:\s+{_FIGHTERS})?\s+(?:had|have|has)\s+(?:a|their|its|some)\s+(?:hand|role|part)\b", re.IGNORECASE)
# "asked whether the TTP was involved", "too early to say if …": nobody is blamed yet.
_OPEN_QUESTION = re.compile(r"\b(?:if|whether)\s+(?:(?!and\b)[\w\ue000-\uf8ff'’-]+\s+){0,8}$", re.IGNORECASE)
# "did not blame", "no evidence that", "stopped short of naming".
_NO_BLAME = re.compile(
    r"(?:\bnot|n['’]t|\bwithout|\bnobody|\bno\s+(?:evidence|proof|indication|sign)|\b(?:refus|declin)\w+\s+to|\bstopped\s+short\s+of|\b(?<!not\s)(?<!be\s)rul(?:ed|es|ing)\s+out"
    r"|\b(?:early|premature)\s+to)\b(?!\s+(?:be\s+)?(?:rule|exclude|doubt|surpris|only|clear\s+who))[^,;]{0,60}$",
    re.IGNORECASE,
)
# "a day after troops killed two … commanders": what came before the attack.
_EARLIER = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?)\s+(?:after|before|since)\b[^,;]{0,120}$", re.IGNORECASE)
_DEED = re.compile(
    rf"^(?:['’]s)?(?:[\s-](?:linked|affiliated|allied|backed|aligned))?(?:\s+(?:suicide|{_FIGHTERS})){{0,3}}(?:\s+(?!who\s+were\b|been\b|was\b"
    rf"|were\b|is\b|are\b|has\b|have\b|sa(?:y|id|ys)\b|claim|condemn|denounc|reject|mourn|regret|criticis|allegation|accusation|assertion)[\w'’-]+){{0,4}}?\s+(?:{_DEEDS}(?!\w)|ramm\w+|explod\w+|torch\w+|set\s+fire|sprayed|lobbed|hurled|threw"
    rf"|clashed|burn\w+|barged|infiltrat\w+|trying\s+to\s+infiltrate)\b",
    re.IGNORECASE,
)
# "Daesh bombing kills three": only where a clause opens with it, as headlines do.
_ITS_ATTACK = re.compile(
    rf"^(?:['’]s)?\s+(?:\w+\s+)?(?:{any_of('attacks')}\s+(?:on|in|at|near|kills?|leaves?|injures?|wounds?|claims?|targets?|hits?)"
    rf"|(?:{_FIGHTERS}\s+)?(?:kills?|bombs?|attacks?|ambush(?:es)?|hits?|storms?|targets?|abducts?|kidnaps?|guns?\s+down|shoots?|strikes?|blows?\s+up))\b",
    re.IGNORECASE,
)
# "condemned the attack by … terrorists".
_ATTACK_BY = re.compile(
    rf"\b(?:the|this|\w+['’]s)\s+(?:\w+\s+){{0,2}}?{any_of('attacks')}\s+(?:\w+\s+)?by\s+(?:the\s+)?(?:{_FIGHTERS}\s+of\s+(?:the\s+)?)?$",
    re.IGNORECASE,
)
_MEN_OF = re.compile(
    rf"\b(?:presence|hideouts?|hide-outs?|movement|infiltration|den|groups?|{_FIGHTERS}|khawarij|khwarij)\s+(?:\w+\s+)?(?:of|from|with"
    rf"|belonging\s+to|linked\s+to|linked\s+with|affiliated\s+with|associated\s+with|allied\s+to|owing\s+allegiance\s+to"
    rf"|loyal\s+to)\s+(?:the\s+)?(?:[\w'’-]+\s+){{0,3}}?{SYMBOL}",
    re.IGNORECASE,
)
# A hideout that was bombed from the air: whoever was in it attacked nobody.
_FROM_THE_AIR = re.compile(r"\b(?:drones?|air\s?strikes?|jets?|aircraft|bombed|struck|(?:was|were|been)\s+hit)\b", re.IGNORECASE)
_KILLED_THEM = re.compile(
    rf"\b(?:kill\w*|eliminat\w+|neutrali[sz]\w+|g[ou]n(?:s|ned|ning)?\s+down|dead|shot|slain|arrest\w*"
    rf"|sent\s+to\s+hell)\b(?:\s+[\w'’-]+){{0,5}}?\s+{SYMBOL}\s+{_FIGHTERS}",
    re.IGNORECASE,
)

_BLAMES = (
    anchored(
        _BLAMED,
        "took take blam accus suspec suspic implicat point held hold nam attribut link trac ascrib connect hallmark mark hand signature"
        " work doing style pattern tactic method modus trademark kind type sort involvement print stamp resembl similar consistent fit"
        " match finger needle"
        " believ think thought convinced conclud reckon certain sure treat regard see look take taking lead led",
    ),
    anchored(
        _BY,
        "carried conducted orchestrated perpetrated staged executed launched planned masterminded committed mounted undertaken done"
        " planted laid detonated placed fired set thrown lobbed hurled it is it was this is this was",
    ),
    anchored(
        _SUSPECTED_MEN,
        "associated linked affiliated connected belong said suspect alleg believ apparent probabl likel possib arrest detain custody case"
        " fir"
        " were was are is",
    ),
)
_MEN = (
    anchored(
        _MEN_OF,
        "presence hide movement infiltration den group militant fighter gunm insurgent terrorist bomber men rebel guerrilla"
        " attacker assailant commander member squad faction operative cell raider forces affiliate khawarij khwarij killer sniper",
    ),
    anchored(_KILLED_THEM, "kill eliminat neutrali gun dead shot slain arrest hell"),
)


_A_SYMBOL = re.compile(SYMBOL)


def blamed(text: str) -> Iterable[tuple[str, bool]]:
    """(symbol, definite) of each group that a clause blames; `definite` where it speaks of responsibility, not only of a deed."""
    lower = text.lower()
    for pattern in _BLAMES:
        for match in pattern.find(text, lower):
            who = last_symbol(match)
            if _NOT_THEM.search(text, match.start(), who):
                continue  # "suspect a criminal gang and not the Taliban"
            hosting = _OF_HOSTING.match(text, who + 1) or _OF_HOSTING.search(match.group())
            if not NOBODY.search(match.group()) and not hosting and not _is_open(text, match.start(), who):
                yield from ((symbol, True) for symbol in _and_more(text, who))
    for match in _A_SYMBOL.finditer(text):
        after = text[match.end() : match.end() + 200]
        if _is_open(text, match.start(), match.start()):
            continue
        if _THOUGHT.match(after) or _HAND.match(after):
            yield match.group(), True
        elif not _BEFORE_NOW.search(after) and (
            _DEED.match(after) or (match.start() < 3 and _ITS_ATTACK.match(after)) or _ATTACK_BY.search(text[: match.start()])
        ):
            yield match.group(), False


def men_of(text: str) -> Iterable[str]:
    """The symbols of groups whose men a clause tells of ("the hideout of …", "killed four … militants")."""
    if _FROM_THE_AIR.search(text):
        return
    lower = text.lower()
    for pattern in _MEN:
        for match in pattern.find(text, lower):
            if not _EARLIER.search(text[: match.start()]):
                yield match.string[last_symbol(match)]


def _is_open(text: str, verb: int, who: int) -> bool:
    """Whether the words before a blaming one leave open who did it, or tell of what came before the attack."""
    return bool(_OPEN_QUESTION.search(text[:who]) or _NO_BLAME.search(text[:verb]) or _EARLIER.search(text[:verb]))


_ONE_MORE = re.compile(rf"(?:\s*,\s*|\s+(?:and|or)\s+)(?:the\s+)?({SYMBOL})")


def _and_more(text: str, at: int) -> Sequence[str]:
    """The symbol at `at` and those that a list adds after it: "blamed A and B"."""
    found = [text[at]]
    while more := _ONE_MORE.match(text, at + 1):
        at = more.start(1)
        found.append(text[at])
    return found
