"""The grammar of responsibility: who claims, who denies, whom somebody blames. It reads one clause of symbols at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model import Stance
from monitor.text.groups import FoundGroup
from monitor.text.symbols import ACTOR, SYMBOL, Clause, has_actor

_ATTACKS = (
    r"(?:attacks?|bombings?|blasts?|explosions?|assaults?|ambush(?:es)?|killings?|shootings?|strikes?|raids?|kidnappings?|abductions?"
    r"|hijackings?|operations?|assassinations?|murders?|sieges?|firing|incidents?|both"
    r"|rockets?|violence|massacre|slaying|carnage|targeting|suicide|planting|bomb|ied)"
)
_DID = (
    r"(?:carried\s+(?:it\s+|this\s+|them\s+)?out|conducted|killed|killing|eliminated|attacked|attacking|targeted|targeting|ambushed|detonated|blown|blew|struck|planted|fired"
    r"|launched|executed|stormed|shot|captured|abducted|kidnapped|bombed|seized|hit|raided"
    r"|destroyed|overran|held|taken|occupied|overrun|torched|burned|beheaded|assassinated|gunned|staged|perpetrated|mounted|orchestrated|masterminded|planned|opened\s+fire)"
)
_CLAIM = re.compile(
    r"\b(?:claim(?:ed|s|ing)?|took|takes?|taken|taking|accept(?:ed|s|ing)?|assum(?:ed|es|ing)|assert(?:ed|s|ing)|own(?:ed|s)(?:\s+up)?|admit(?:ted|s)"
    r"|acknowledg\w+)\b"
    r"(?:\s+(?!no\b)[\w\ue000-\uf8ff'’\"“”-]+){0,6}?\s+(?:responsib\w+|credit|ownership|involvement)\b"
    rf"|\bclaim(?:ed|s|ing)\b(?:\s+(?!no\b)[\w\ue000-\uf8ff'’\"“”-]+){{0,6}}?\s+(?:having|{_ATTACKS})\b"
    rf"|\bclaim(?:ed|s|ing)\s+(?:that\s+|to\s+have\s+|it\s+|its\s+|they\s+)(?:[\w'’-]+\s+){{0,7}}?{_DID}\b"
    rf"|\b(?:own(?:ed|s)|accept(?:ed|s)|admit(?:ted|s))\s+(?:up\s+to\s+)?(?:the|this|that)\s+(?:[\w'’-]+\s+){{0,3}}?(?:{_ATTACKS}|act|deed|action)\b"
    rf"|\bclaim(?:ed|s|ing)\s+(?:the|this|that)\s+(?:act|deed|action|job|hit)\b"
    r"|\bzimm?[ae]dd?a*ri\b(?:\s+\w+){0,2}?\s+(?:qabo+l|le|li|lay)\b|\bown(?:s|ed)(?:\s+(?:it|up|this))?\s*$|\b(?:took|takes|taken)\s+(?:the\s+)?credit\b"
    rf"|\b(?:releas|issu|post|circulat|shar|publish)(?:ed|es|ing)\s+(?:\w+\s+){{0,3}}?(?:videos?|footage|clips?|pictures?|photographs?|photos?)\b"
    rf"[^;]{{0,40}}?\b(?:captives?|hostages?|abducted|kidnapped|is\s+heard|are\s+heard|held|(?:of|showing)\s+the\s+(?:attack|ambush|bomber|raid))"
    rf"|\bannounc\w+\b[^;]{{0,40}}?\b(?:its|second|third|another|new|latest|what\s+it\s+called)\s+(?:[\w'’\"“”-]+\s+){{0,4}}?{_ATTACKS}\b"
    rf"|\bsa(?:id|ys)\b[^;]{{0,60}}?\b(?:was|were|had\s+been)\s+(?:theirs|ours|its\s+(?:own\s+)?(?:work|doing)|their\s+(?:own\s+)?(?:work|doing)|laid\s+by\s+its)\b"
    rf"|\bboast\w*\s+(?:of|about)\s+(?:[\w'’-]+\s+){{0,3}}?{_ATTACKS}\b"
    r"|\b(?:made|issued)\s+(?:\w+\s+){0,2}?claims?\b(?!\s+(?:that|against|of\s+(?:torture|abuse)))"
    rf"|\bclaiming\s+(?:that\s+)?(?:over|at\s+least|more\s+than|\d+)|\bclaim(?:ed|s|ing)\s+(?:on|in|it|{_ATTACKS})\b|\bclaim(?:s|ed)\s*$",
    re.IGNORECASE,
)
_SELF = (
    r"(?:it|they|we|its|their|our|he|one\s+of\s+(?:its|their)|the\s+group['’]?s?|fighters|mujahideen|militants|detachment|squad"
    r"|bomber|guerrillas|sarmachars?|[\ue000-\uefff\uf8ff])"
)
_SAID = (
    r"(?:sa(?:id|ys|ying)|stat(?:ed|es|ing)|announc\w+|declar\w+|told|tells|confirm\w+|boast\w+|insist\w*|tweet\w*|post\w*|wrote"
    r"|maintain\w*)"
)
_SAID_DID = re.compile(
    rf"\b{_SAID}\b[^;]{{0,110}}?(?<!\w){_SELF}(?!\w)(?:\s+(?!(?:was|were|been|being)\b)[\w'’\"“”-]+){{0,5}}?\s+(?:(?:was|were|is|are)\s+behind|(?:was|were)\s+responsible"
    rf"|(?:had\s+|has\s+|have\s+)?{_DID})\b|\bwho\s+it\s+said\b[^;]{{0,30}}{_DID}|\bit\s+was\s+behind\b"
    rf"|\b{_SAID}\b[^;]{{0,80}}?\b(?:its|our|their)\s+(?:fighters|men|militants|bombers?)\s+(?:were|are|had\s+been)\s+"
    r"(?:inside|holding|holed|in\s+control|aiming|after|targeting|firing|shooting)\b"
    rf"|\b{_SAID}\b[^;]{{0,60}}?\b(?:the\s+)?(?:bombs?|mines?|device|rockets?|grenade|target|blast|attack)\s+(?:was|were|had\s+been)\s+"
    r"(?:meant|intended|aimed|theirs|its|a\s+(?:reply|revenge|response|gift|message))\b"
    rf"|\b{_SAID}\b[^;]{{0,60}}?\b(?:bomber|attacker|gunm[ae]n)s?\s+(?:was|were)\s+(?:its|their|our|one\s+of\s+(?:its|their))\s+"
    r"(?:own\s+)?(?:man|men|members?|fighters?)\b"
    rf"|\b{_SAID}\b[^;]{{0,60}}?\b(?:the\s+)?(?:men|victims?|dead|passengers|labou?rers|he|they|those\s+killed|targets?)\s+(?:was|were)\s+"
    r"(?:[\w'’-]+\s+){0,4}?(?:agents?|spies|spy|informers?|informants?|collaborators?|operatives?)\b"
    rf"|\b{_SAID}\b(?!\s+(?:that\s+)?(?:none|no|neither))[^;]{{0,80}}?\b(?<!none\sof\s)(?:its|our|their)\s+[\"“”'‘]?(?:[\w'’-]+\s+){{0,3}}?(?:squad|fighters|men|bombers?|mujahideen"
    rf"|detachment|brigade|unit|militants)[\"“”'’]?\s+(?:had|have)\s+(?!no\b|not\b)(?:\w+(?:ed|en|wn|t)|done)\b",
    re.IGNORECASE,
)
_SAID_NOT = re.compile(
    rf"\b{_SAID}\b[^;]{{0,130}}?\b(?:(?:was|were|is|are)\s+(?:not|in\s+no\s+way|neither)\s+(?:\w+\s+)?(?:behind|involved|responsible|its"
    rf"|their|our|part|linked|connected)|(?:had|has|have|having)\s+(?:no|nothing|never|not)\b"
    rf"|no\s+(?:role|hand|link|connection|involvement)\b|(?:did|do|does)\s+not\s+(?:\w+\s+)?(?:carry|target|attack|kill|align|represent"
    rf"|reflect|conduct|believe\s+in|support)|nothing\s+to\s+do|against\s+(?:its|their|our)\s+(?:policy|code)"
    rf"|not\s+(?:part\s+of\s+)?(?:its|their|our)\s+(?:\w+\s+)?(?:way|policy|goals?|work|target))",
    re.IGNORECASE,
)
_BLAME = r"(?:accusations?|accused|allegations?|charges?|blame|claims?|reports?)"
_DENY = re.compile(
    rf"\b(?:den(?:y|ied|ies|ying)|reject(?:ed|s|ing)?|disown(?:ed|s|ing)?|disavow(?:ed|s)?|d(?:is|is-)?associat\w+|repudiat\w+|refut\w+"
    rf"|disclaim\w*|distanc\w+)\b(?!\s+(?:suffering|any\s+losses|losses|harbou?ring|providing|sheltering|that\s+it\s+(?:harbou?r|shelter"
    rf"|provid)))"
    rf"(?:\s+[\w\ue000-\uf8ff'’-]+){{0,8}}?\s+(?:responsib\w+|involve\w+|role|hand|links?|part|connection|behind|carr\w+|being|having|it\b|{_ATTACKS}"
    rf"|{_BLAME})\b|\bdisown(?:s|ed)\b|\bden(?:ies|ied)\s*$",
    re.IGNORECASE,
)
_DENIED_BY = re.compile(rf"\bden(?:ied|ial)\b[^;]{{0,25}}?\b(?:by|from|of)\s+(?:the\s+)?{ACTOR}", re.IGNORECASE)
_CLAIMED_BY = re.compile(
    rf"\b(?:claimed|owned|accepted|admitted)\s+(?:\w+\s+)?by\s+(?:(?!police|officials)[\w'’-]+\s+){{0,6}}?{ACTOR}|\b(?:responsibility"
    rf"|credit)\b[^;]{{0,40}}?\b(?:claimed|accepted|taken|owned|assumed)\s+by\s+(?:[\w'’-]+\s+){{0,5}}?{ACTOR}"
    rf"|\bclaims?\b(?:\s+of\s+responsibility)?\s+(?:\w+\s+)?(?:by|from)\s+(?:[\w'’-]+\s+){{0,4}}?{ACTOR}"
    rf"|\bclaim\s+of\s+responsibility\b[^;]{{0,60}}?\b(?:by|from)\s+(?:the\s+)?{ACTOR}"
    rf"|{ACTOR}['’]s?\s+claim\b(?!\s+(?:that|was\s+rejected))|\bas\s+did\s+(?:the\s+)?{ACTOR}|\bjoint\s+(?:effort|operation"
    rf"|attack)\b[^;]{{0,40}}?{SYMBOL}"
    rf"|\bclaimed\b[^;]{{0,60}}?\b(?:on\s+behalf\s+of|in\s+the\s+name\s+of)\s+(?:the\s+)?{SYMBOL}"
    rf"|\bclaimed\s+(?:it|responsibility|the\s+{_ATTACKS})\s+for\s+(?:the\s+)?{SYMBOL}(?!\s+(?:attack|fighter))"
    rf"|\bwhich\s+(?:the\s+)?{ACTOR}\s+(?:(?:has|have|had|later)\s+)?claimed\b"
    rf"|^\W*(?:claiming|accepting|taking|owning)\s+(?:responsibility|credit)[^,;]{{0,80}},\s+(?:[\w'’-]+\s+){{0,4}}?{ACTOR}",
    re.IGNORECASE,
)
_FIGHTERS = (
    r"(?:militants?|fighters?|gunmen|gunman|insurgents?|terrorists?|bombers?|men|rebels?|guerrillas?|attackers?|assailants?"
    r"|commanders?|members?|squad|faction|operatives?|cell|raiders?|forces|affiliates?)"
)
_WHOM = rf"(?:[\w'’-]+\s+){{0,6}}?{ACTOR}"
_BLAMED = re.compile(
    rf"\b(?:blam(?:e[ds]?|ing)|accus(?:e[ds]?|ing)|suspect(?:s|ed|ing)?|suspicions?|implicat\w+|point(?:s|ed|ing)\s+(?:a\s+"
    rf"|the\s+)?fingers?|point(?:s|ed|ing)\s+to|held|holds|holding|nam(?:ed|es|ing))\b(?!\s+of\s+(?:harbou?r"
    rf"|shelter))[^;]{{0,70}}?(?:\b(?:on|at|to|of|by|that|upon|responsible)\s+)?{_WHOM}"
    rf"|\b(?:believ\w+|thinks?|thought|convinced|conclud\w+|reckon\w*|certain|sure)\s+(?:that\s+)?(?:the\s+)?(?:[\w'’-]+\s+){{0,3}}?{SYMBOL}"
    rf"(?=(?:['’]s)?\s+(?:{_FIGHTERS}\s+)?(?:is|are|was|were|has|had|have|did|may|might|carried|sent|planted|holds?)\b)"
    rf"|\b(?:took|takes?|taken)\s+(?:them|him|her|the\s+\w+)\s+(?:for|to\s+be)\s+[\"“]?{_WHOM}"
    rf"|{ACTOR},?\s+(?:which|whom|who)\s+(?:he|she|they|it|police|officials?|the\s+(?:\w+\s+){{0,3}}?\w+)\s+(?:has\s+|have\s+|had\s+)?(?:blamed|accused|held|named)\b"
    rf"|\b(?:attribut\w+|linked|trac(?:e[ds]?|ing)|ascrib\w+|connect(?:s|ed))\b[^;]{{0,80}}?\b(?:to|with)\s+{_WHOM}"
    rf"|\b(?:hallmarks?|signature|handiwork|work|involvement|fingerprints?|imprints?|stamp)\b[^;]{{0,25}}?\b(?:of|by)\s+{_WHOM}"
    rf"|\b(?:resembl\w+|similar\s+to|consistent\s+with)\b[^;]{{0,30}}?\b(?:of|by)\s+{_WHOM}"
    rf"|\b(?:suspicion|blame|finger)\s+(?:\w+\s+){{0,3}}?(?:falls?|fell|pointed|points|lies|centred|centered)\s+(?:\w+\s+){{0,2}}?(?:on"
    rf"|at|to|with)\s+{_WHOM}",
    re.IGNORECASE,
)
# "accused the Afghan Taliban of harbouring …": not of the attack.
_OF_HOSTING = re.compile(r"\s+of\s+(?:harbou?r|shelter|host|provid|back|support|fund|allow|giving|fail)", re.IGNORECASE)
_BY = re.compile(
    rf"\b(?:carried\s+out|conducted|orchestrated|perpetrated|staged|executed|launched|planned|masterminded|committed|mounted"
    rf"|undertaken|done)\s+(?:likely\s+|probably\s+)?(?:by\s+)?(?:the\s+)?(?:(?!police|troops|forces)[\w'’-]+\s+){{0,5}}?{SYMBOL}",
    re.IGNORECASE,
)
_THOUGHT = re.compile(
    rf"^\s+(?:did|had\s+done)\s+it\b|^\s+(?:that|which|who)\s[^;,]{{3,60}}\s(?:is|are|was|were)\s+(?:also\s+)?(?:behind|responsible|involved)\b|^(?:['’]s)?(?:\s+{_FIGHTERS})?\s+(?:(?:is|are|was|were|has\s+been|have\s+been|had\s+been|may|might|could"
    rf"|must)\s+(?:\w+\s+){{0,3}}?)(?:suspect\w*|believed|thought|blamed|accused|behind|responsible|involved|to\s+blame|carried\s+out"
    rf"|likely|probably|have\s+(?:carried|been\s+(?:behind|involved|responsible)))\b",
    re.IGNORECASE,
)
_HAND = re.compile(rf"^(?:['’]s)?(?:\s+{_FIGHTERS})?\s+(?:had|have|has)\s+(?:a|their|its|some)\s+(?:hand|role|part)\b", re.IGNORECASE)
_DEED = re.compile(
    rf"^(?:['’]s)?(?:[\s-](?:linked|affiliated|allied|backed|aligned))?(?:\s+(?:suicide|{_FIGHTERS})){{0,3}}(?:\s+(?!who\s+were\b|been\b|was\b"
    rf"|were\b|is\b|are\b|has\b|have\b)[\w'’-]+){{0,4}}?\s+(?:{_DID}|ramm\w+|explod\w+|torch\w+|set\s+fire|sprayed|lobbed|hurled|threw"
    rf"|clashed|intercepted|burn\w+|barged|infiltrat\w+|trying\s+to\s+infiltrate)\b",
    re.IGNORECASE,
)
_MEN_OF = re.compile(
    rf"\b(?:presence|hideouts?|hide-outs?|movement|infiltration|den|groups?|{_FIGHTERS}|khawarij|khwarij)\s+(?:\w+\s+)?(?:of|from|with"
    rf"|belonging\s+to|linked\s+to|linked\s+with|affiliated\s+with|associated\s+with|allied\s+to|owing\s+allegiance\s+to"
    rf"|loyal\s+to)\s+(?:the\s+)?(?:[\w'’-]+\s+){{0,3}}?{SYMBOL}",
    re.IGNORECASE,
)
_KILLED_THEM = re.compile(
    rf"\b(?:kill\w*|eliminat\w+|neutrali[sz]\w+|g[ou]n(?:s|ned|ning)?\s+down|dead|shot|slain|arrest\w*"
    rf"|sent\s+to\s+hell)\b(?:\s+[\w'’-]+){{0,5}}?\s+{SYMBOL}\s+{_FIGHTERS}",
    re.IGNORECASE,
)
_SUSPECTED_MEN = re.compile(
    rf"\bbelong(?:ed|s|ing)?\s+to\s+(?:the\s+)?{SYMBOL}|"
    rf"\b(?:suspected|alleged|believed\s+to\s+be|apparently|probably|likely|possibly)\s+(?:to\s+be\s+)?(?:from\s+|of\s+|by\s+"
    rf"|with\s+)?(?:the\s+)?(?:\w+\s+){{0,2}}?{SYMBOL}|{SYMBOL}(?:\s[^,;]{{0,60}})?\s(?:is|are|was|were)\s+(?:the\s+)?(?:prime|main|likely"
    rf"|chief)\s+suspects?|\b(?:arrest\w*|detain\w*|custody)\b[^;]{{0,40}}?{SYMBOL}[^;]{{0,40}}?\b(?:in\s+(?:relation"
    rf"|connection)\s+(?:to|with)|over)\b|\b(?:case|FIR)\b[^;]{{0,40}}?\bagainst\s+(?:[\w'’-]+\s+){{0,4}}?{SYMBOL}",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:no|not|none|nobody|neither|yet\s+to|without)\b(?:[\s,]+[\w\ue000-\uf8ff'’-]+){0,9}?[\s,]+(?:claim\w*|responsib\w+|credit|com(?:e"
    r"|ing)\s+forward)\b|\b(?:has|have|had|did|does|do)(?:\s+not|n['’]t)\s+(?:\w+\s+){0,3}?(?:claim\w*|comment\w*)\b|\bunclaimed\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:police|officials?|army|military|government|authorities|troops|forces|ministry|minister|ISPR|residents?|witnesses|analysts?"
    r"|experts?|president|governor|spokes\w+\s+(?:for|of)\s+the\s+(?:army|police|government|ministry))\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are)\s+(?:\w+\s+)?$", re.IGNORECASE)
_TOGETHER = re.compile(
    rf"({ACTOR})(?:['’]s)?(?:\s+{_FIGHTERS})?\s*(?:,|\band\b|&|,\s*and\b|\bor\b)\s*(?:the\s+|its\s+|an?\s+)?(?:ally\s+|rival\s+)?$",
    re.IGNORECASE,
)

_MANY = re.compile(
    r"\b(?:previous|past|similar|other|recent|several|many|numerous|most|some|dozens?|hundreds?|scores|string|series|spate|wave|surge"
    r"|majority|earlier|four|five|six|seven|eight|nine|ten|\d\d*)\s+(?:of\s+)?(?:(?!the\b|this\b)[\w'’-]+\s+){0,4}?(?:attacks"
    r"|bombings|assaults|killings|incidents|blasts|operations|explosions|ambushes|strikes)\b"
    r"|\b(?:most|majority|many|some|more\s+than\s+half|half|all)\s+of\s+(?:the|them|these|those|such)\b|\b(?:previously|regularly|often"
    r"|frequently|routinely|usually|repeatedly|in\s+the\s+past|in\s+recent\s+(?:years|months|weeks|days))\b"
    r"|\bsuch\s+(?:attacks|bombings|killings|assaults)\s+(?:are|have|were)\b"
    r"|\b(?:has|have)\s+(?:also\s+)?(?:been\s+(?:blamed|accused)|carried\s+out|claimed|targeted|attacked)\s+(?:\w+\s+){0,3}?(?:attacks"
    r"|bombings|assaults|schools|police|for)\b(?!\s+(?:the|this))",
    re.IGNORECASE,
)
_TOGETHER_ATTACKS = re.compile(
    r"\b(?:both|coordinated|twin|two|three|these|all\s+(?:two|three|four))\s+(?:of\s+)?(?:the\s+)?(?:[\w'’-]+\s+){0,2}?(?:attacks"
    r"|bombings|blasts|assaults|explosions|incidents)\b|\bboth\b",
    re.IGNORECASE,
)
# "two weeks after the suicide attack claimed by …": another attack, to which this one is compared.
_COMPARED = re.compile(
    r"\b(?:after|since|following|before|like|unlike|than|reminiscent\s+of|similar\s+to)\s+(?:the|a|an|another|last)\b[^;,]{0,90}$",
    re.IGNORECASE,
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
_ONE_THING = rf"\b(?:for|of|behind|claimed|out)\s+(?:an?|another|two|three|several)\s+(?:[\w'’-]+\s+){{0,4}}?{_ATTACKS}\b"
_ONE_OF_THEN = re.compile(rf"{_THEN}[^;]{{0,90}}{_ONE_THING}|{_ONE_THING}[^;]{{0,90}}{_THEN}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A pattern, and the pieces of words (lower case) of which one stands in all that it finds: looking for them is far cheaper."""

    pattern: re.Pattern[str]
    stems: tuple[str, ...]

    def find(self, text: str, lower: str) -> Iterable[re.Match[str]]:
        for stem in self.stems:
            if stem in lower:
                return self.pattern.finditer(text)
        return ()


def _anchored(pattern: re.Pattern[str], stems: str) -> _Anchored:
    return _Anchored(pattern, tuple(stems.split()))


_SAID_STEMS = "sa stat announc declar told tells confirm boast insist tweet post wrote maintain"
_BY_CLAIM = _anchored(_CLAIMED_BY, "claim own accept admit responsib credit did joint")
_BY_DENIAL = _anchored(_DENIED_BY, "deni")
_OTHERS_WORDS = (
    _anchored(
        _BLAMED,
        "took take blam accus suspec suspic implicat point held hold nam attribut link trac ascrib connect hallmark signature work"
        " involvement print stamp resembl similar consistent finger believ think thought convinced conclud reckon certain sure",
    ),
    _anchored(
        _BY, "carried conducted orchestrated perpetrated staged executed launched planned masterminded committed mounted undertaken done"
    ),
    _anchored(_SUSPECTED_MEN, "belong suspect alleg believ apparent probabl likel possib arrest detain custody case fir"),
)
_THEIR_MEN = (
    _anchored(
        _MEN_OF,
        "presence hide movement infiltration den group militant fighter gunm insurgent terrorist bomber men rebel guerrilla"
        " attacker assailant commander member squad faction operative cell raider forces affiliate khawarij khwarij",
    ),
    _anchored(_KILLED_THEM, "kill eliminat neutrali gun dead shot slain arrest hell"),
)
# Their dead may be a country's soldiers: that they were killed does not tell that they attacked.
_OWN_WORDS: tuple[tuple[_Anchored, Stance], ...] = (
    (
        _anchored(
            _CLAIM,
            "claim responsib credit own zim involve accept admit boast video footage clip picture photo announc theirs ours work doing",
        ),
        "claimed",
    ),
    (_anchored(_SAID_NOT, _SAID_STEMS), "denied"),
    (_anchored(_DENY, "den reject disown disavow associat repudiat refut disclaim distanc"), "denied"),
    (_anchored(_SAID_DID, _SAID_STEMS + " behind"), "claimed"),
)
_SOLDIERS = frozenset({"afghan-taliban", "taliban", "haqqani"})
_KILLED_WITHOUT_OBJECT = re.compile(
    rf"{SYMBOL}(?:['’]s)?\s+{_FIGHTERS}\s+(?:killed|injured|wounded)(?:\s+(?:in|by|as|when|near|at|on|during|after)\b|\s*$)", re.IGNORECASE
)
_IS_ACTOR = re.compile(ACTOR).match


@dataclass(frozen=True, slots=True)
class Said:
    """What a clause says of a group; `definite` where it speaks of responsibility, not only of a deed."""

    group: FoundGroup
    stance: Stance
    definite: bool


def speaks_of_another_attack(sentence: str, *, dated: bool) -> bool:
    """Whether a sentence speaks of attacks in general or, where `dated`, of one at another time."""
    if (_MANY.search(sentence) and not _TOGETHER_ATTACKS.search(sentence)) or _ONE_OF_THEN.search(sentence):
        return True
    return dated and _DATED.search(sentence) is not None


def speaks_of_several(sentence: str) -> bool:
    """Whether a sentence means more than one attack of the day: "denied responsibility for both attacks"."""
    return _TOGETHER_ATTACKS.search(sentence) is not None or re.search(r"\bthe\s+(?:attacks|bombings|blasts)\b", sentence) is not None


def said_of(clause: Clause, *, antecedent: FoundGroup | None) -> list[Said]:
    """What the clause says of each group in it; `antecedent` is whom "the group" means. At most one thing a group."""
    if not has_actor(clause.symbols):
        return []  # every pattern below needs somebody
    out: dict[str, Said] = {}
    for symbol, stance, definite in _readings(clause.symbols):
        group = clause.by_symbol.get(symbol, antecedent)
        if group is not None and not (group.id in _SOLDIERS and not definite and _KILLED_WITHOUT_OBJECT.search(clause.symbols)):
            out.setdefault(group.id + group.text if symbol in clause.by_symbol else group.id, Said(group, stance, definite))
    lower = clause.symbols.lower()
    for pattern in _THEIR_MEN:
        for match in pattern.find(clause.symbols, lower):
            men = clause.by_symbol[match.string[_who(match)]]
            if men.id not in _SOLDIERS:
                out.setdefault(men.id + men.text, Said(men, "suspected", False))
    return list(out.values())


def _readings(text: str) -> Iterable[tuple[str, Stance, bool]]:
    """(symbol, stance, definite), the strongest reading first."""
    yield from ((symbol, stance, True) for symbol, stance in _own_words(text))
    lower = text.lower()
    for pattern in _OTHERS_WORDS:
        for match in pattern.find(text, lower):
            who = _who(match)
            hosting = _OF_HOSTING.match(text, who + 1) or _OF_HOSTING.search(match.group())
            if not _NOBODY.search(match.group()) and not hosting:
                yield from ((symbol, "suspected", True) for symbol in _and_more(text, who))
    for match in re.finditer(SYMBOL, text):
        after = text[match.end() : match.end() + 200]
        if _THOUGHT.match(after) or _HAND.match(after):
            yield match.group(), "suspected", True
        elif _DEED.match(after):
            yield match.group(), "suspected", False


def _own_words(text: str) -> Iterable[tuple[str, Stance]]:
    """What groups say themselves: claims and denials."""
    lower = text.lower()
    for match in _BY_CLAIM.find(text, lower):
        if not _NOBODY.search(text[: match.end()]) and not _COMPARED.search(text[: match.start()]):
            yield from ((symbol, "claimed") for symbol in _with_partners(text, _who(match)))
    for match in _BY_DENIAL.find(text, lower):
        yield match.string[_who(match)], "denied"
    for pattern, stance in _OWN_WORDS:
        for match in pattern.find(text, lower):
            if stance == "claimed" and _NOBODY.search(text[max(0, match.start() - 60) : match.end()]):
                continue
            yield from ((symbol, stance) for symbol in _subjects(text, match.start()))


def _who(match: re.Match[str]) -> int:
    """Where the symbol stands that a pattern ends in: its last one."""
    return max(n for n in range(match.start(), match.end()) if _IS_ACTOR(match.string[n]))


def _subjects(text: str, verb: int) -> Sequence[str]:
    """The groups that do what the verb at `verb` says: the last name before it, and those joined to that one by "and"."""
    last = None
    for match in re.finditer(ACTOR, text[:verb]):
        last = match
    if last is None or _OTHERS.search(text[last.end() : verb]) or _PASSIVE.search(text[:verb]):
        return ()
    return _with_partners(text, last.start())


def _with_partners(text: str, at: int) -> Sequence[str]:
    """The symbol at `at` and those before it in one list: "Both A and B", "A, B and C"."""
    found = [text[at]]
    while partner := _TOGETHER.search(text[:at]):
        at = partner.start(1)
        found.append(text[at])
    return found


def _and_more(text: str, at: int) -> Sequence[str]:
    """The symbol at `at` and those that a list adds after it: "blamed A and B"."""
    found = [text[at]]
    while more := re.match(rf"(?:\s*,\s*|\s+(?:and|or)\s+)(?:the\s+)?({SYMBOL})", text[at + 1 :]):
        at += 1 + more.start(1)
        found.append(text[at])
    return found
