"""What proves that a sentence tells an attack as news: somebody did it, in a clause of its own, not in what is said of something else.

News brings its attack in ("gunmen killed two"); everything else refers to one that is known ("the killing of two", "two men who were
killed", "March, when two were killed", "like a bomb").
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.text.dates import find_dates
from monitor.text.fresh import cues, spans
from monitor.text.guarded import guarded
from monitor.text.lines import Line
from monitor.text.statements import Statement
from monitor.text.tally import is_boast

# An attack that a report brings in is at most this many days old; a weekly one has a week.
NEW_DAYS = 4

_WINDOW = 160
# A relative clause behind a comma runs to the next comma; one without, for a few words.
_ASIDE = re.compile(r"[,–—(]\s*(?:(?:in|of|to|by|for|at|during|after) )?(?:who|whom|whose|which|where)\b[^,;–—)]*$", re.IGNORECASE)
_RESTRICTED = re.compile(r"\b(?:who|whom|whose|which)\b[^,.;–—]{0,45}$|\bwhere\b[^,.;–—]{0,110}$", re.IGNORECASE)
# "an attack that killed five", not "he said that a bomb killed five".
_NOUN_THAT = re.compile(
    r"(?<!said)(?<!says)(?<!told)(?<!added)(?<!confirmed)(?<!reported)(?<!stated)(?<!claimed)(?<!announced)"
    r"(?<!day)(?<!night)(?<!morning)(?<!evening)(?<!afternoon)(?<!reporters)(?<!statement) that (?:\w+ ){0,3}$",
    re.IGNORECASE,
)
# "in March, when", "the day when", "ten years ago, when": what follows tells which time is meant.
_THEN = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:19|20)\d\d|ago|earlier|year|month"
    r"|week|weeks|months|years|winter|summer|spring|autumn|the (?:day|night|morning|moment|time)|was (?:\w+ ){0,3}(?:old|nine|ten|\w+teen))"
    r",? when\b[^;.]{0,100}$",
    re.IGNORECASE,
)
# What is spoken of, as the object of a word for speaking, mourning, judging or counting.
_GOVERNED = re.compile(
    r"\b(?:over|against|about|of|for|in connection with|connected (?:to|with)|linked to|related to|amid|like|despite|from|between"
    r"|(?:wanted|sought|held|arrested|caught|tried|convicted|jailed|hanged|sentenced|indicted|charged|accused) (?:for|over|in|with|of)"
    r"|(?:anger|shock|grief|outrage|dismay|horror|sorrow|concern|alarm|regret|anguish|protest|mourning) (?:\w+ )?(?:at|in|over)"
    r"|reports?|rumou?rs|claims?|as if|as though)\b[^,.;:]{0,45}$",
    re.IGNORECASE,
)
_NOMINAL = re.compile(
    r"\b(?:killings?|murders?|deaths?|abductions?|kidnappings?|assassinations?|martyrdoms?|slayings?|shootings?|beheadings?|bombings?|loss"
    r"|massacres?|ambush(?:es)?|attacks?|raids?|hijackings?|torching|burning|lynching|injuring|wounding) (?:of|on|upon)\b[^,.;]{0,60}$",
    re.IGNORECASE,
)
# "dismissed a statement that jets had killed nine"
_REFUSED = re.compile(
    r"\b(?:dismiss|den(?:y|ied|ies)\b|reject|rebut|refut|contradict|debunk|disput|apologi[sz]|withdr[ae]w)\w*[^,.;]{0,110}$"
    r"|\b(?:rubbish(?:es|ed)|fairy tales?|fabricat\w+|a lie\b|rumou?rs?\b)(?:(?!,? (?:but|and) (?:said|added|confirmed))[^.;]){0,140}$"
    r"|\bwho (?:had )?(?:told|claimed|said|reported|alleged|complained)\b[^.;]{0,140}$",
    re.IGNORECASE,
)
# "like a bomb attack", "what they took for gunfire".
_MISTAKEN = re.compile(
    r"\b(?:like|as if|as though) (?:an? |the )?(?:\w+ ){0,2}(?:attack|bomb|bomber|blast|explosion|ambush|raid|grenade|rocket)s?\b"
    r"|\b(?:took|mistook|mistaken|taken) (?:\w+ ){0,3}for (?:an? |the )?(?:\w+ )?(?:attack|bomb|blast|explosion|gunfire|gunshot|shot"
    r"|firing|militants|terrorists|robbers|gunm[ae]n)s?\b",
    re.IGNORECASE,
)
# 'Gunmen', 'killed': a word in quotes that is not meant. ('Terrorists' are so quoted by papers that mean them.)
_SCARE = re.compile(
    r"(?<!\w)['\"](?:gunm[ae]n|explosions?|blasts?|attack(?:s|ed|ers?)?|bomb(?:s|ed|ers?|ings?)?|hostages?|killed|kidnap(?:ped|pings?)|abduct(?:ed|ions?)"
    r"|shot|dead|gunshots?|gunfire|shooting|ambush(?:ed)?|hijack(?:ed|ing)|captured|capture|massacre|siege|raid)['\"](?!\w)",
    re.IGNORECASE,
)
# "six men it says murdered tourists"
_SAID_OF = re.compile(r"\b(?:says?|said|believed?s?|alleges?d?|suspects?) (?:had |have |has |to have )?$", re.IGNORECASE)
_SINCE = re.compile(r"\bsince\b[^,.;]{0,60}$", re.IGNORECASE)
_OPENERS = (_ASIDE, _RESTRICTED, _NOUN_THAT, _THEN, _SINCE, _REFUSED)
# "The body of an abducted headmaster was found"
_BODY = re.compile(r"\b(?:bod(?:y|ies)|corpses?|remains) of (?:[\w'-]+ ){1,6}(?:was |were )?$", re.IGNORECASE)
# "Relative of a governor kidnapped", "Primary school for boys blown up": a headline's subject, with what belongs to it.
_SUBJECT = re.compile(
    r"(?:^|: )(?:(?!of\b|for\b)[\w'-]+ ){0,3}(?:relatives?|sons?|brothers?|father|nephew|cousin|uncle|wife|daughter|famil(?:y|ies)|guards?"
    r"|driver|house|home|hujra|residence|office|school|shops?|leader|head|chief|member|members|owner|director|workers?|vehicle|car|convoy|group|party|team)"
    r" (?:of|for) [^,.;:]{1,40}$",
    re.IGNORECASE,
)
_ACTIVE = re.compile(r"\W*(?:derailed|exploded|went off|blew|detonated|opened fire|stormed|overran|died)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:was|were|(?:has|have|had) been|came) (?:under )?(?:\w+ly )?$")
# A second verb of the clause before: "burnt eight of them and killed a driver".
_NEW_VERB = re.compile(r"\b(?:and|then|but) (?:then )?(?:$|\w{2,}ed|shot|blew|hit|struck|burnt|left|took|set|threw|fled)", re.IGNORECASE)
# "thirty women read the names of 53 classmates killed", "a tournament for students killed when": no figure of the sentence's own.
_OF_OTHERS = guarded(
    r"\b(?:names?|portraits?|pictures?|photographs?|graves?|families|relatives|memory|honou?r|killers?) of\b"
    r"|\b(?:for|to|after|over|remember\w*) (?:[\w-]+ ){1,5}(?<!was )(?<!were )(?<!been )(?<!had )(?<!have )"
    r"(?:killed|slain|martyred|murdered|wounded|maimed|shot) (?:when|in|by|as|on|at|during|there)\b",
    re.IGNORECASE,
)
_SO_ENDING = re.compile(r"(?:killing|wounding|injuring|leaving|martyring)\b(?! of\b)", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:who|whom|whose|which)\b", re.IGNORECASE)
# "Rizwan, who was shot in both legs, bowled an over"
_WHO_WAS = re.compile(
    r",? (?:who|whose|whom) [^,;]*?\b(?:killed|shot|wounded|injured|hurt|died|martyred|slain|murdered|lost|abducted|kidnapped)\b", re.I
)
_NAMED_DEED = re.compile(r"(?:ing|ion|ings|ions|attacks?|ambush|raids?|strikes?|murders?)$", re.IGNORECASE)
_OF = re.compile(r"\s+(?:of|on|upon|against)\b", re.IGNORECASE)
_DEFINITE = re.compile(
    r"\b(?:the|this|that|these|those|both|his|her|their|its|our|such|any|every|each|\w+['’]s?)\s+(?:[\w-]+\s+){0,2}\W?$", re.IGNORECASE
)
_NOUN = re.compile(
    r"\W*(?:attacks?|blasts?|explosions?|bombs?|raids?|strikes?|firing|shooting|ambush|bombings?|killings?)\b", re.IGNORECASE
)
# "Blast in Quetta" tells it in a headline only.
_NOUN_AT = re.compile(
    r"(?:bomb|blast|attack|explosion|ied|grenade|firing|ambush|bombing|shooting|raid|landmine|rocket|drone)s?"
    r" (?:in|at|on|near|outside|inside|before)",
    re.IGNORECASE,
)
# Papers are thrown, too.
_THROWN = re.compile(r"\W*(?:threw|thrown|hurled|lobbed|tossed|planted|launched)\b", re.IGNORECASE)
# "as the house debated the killing of eight"
_KNOWN = re.compile(
    r"\b(?:the|this|that|\w+['’]s) (?:[\w-]+ ){0,2}(?:killing|murder|death|abduction|kidnapping|bombing|massacre|attack|blast)s?\b",
    re.IGNORECASE,
)
_DISCOVERY = re.compile(r"\W*(?:found|discovered|recovered|defused|seized)\b", re.IGNORECASE)
_OF_THE_DEAD = re.compile(
    r"\b(?:bod(?:y|ies)|corpses?|dead|headless|beheaded|remains|bullet-riddled|found (?:\w+ )?(?:shot|murdered|hanged|killed))\b",
    re.IGNORECASE,
)
_CONDUCTED = re.compile(r"\W*(?:conducted|carried out)\b", re.IGNORECASE)
_OF_FORCE = re.compile(r"\b(?:killed|operation|attack|raid|strike|ambush|bombing|blast)s?\b", re.IGNORECASE)
# "No attack", "not kidnapped", "would kill", "to attack", "if it explodes".
_UNREAL = re.compile(
    r"\b(?:no|not|never|nor|neither|without|to|would|could|might|may|will|can|should|must|if|unless|could have|would have|be|being"
    r"|tried to|planned to|wanted to)\s+(?:\w+ly\s+)?(?:be\s+|have\s+|been\s+)*$|n['’]t\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_NOT_ONE = re.compile(r"\bnot (?:one|a single|any)\b[^,.;]{0,20}$", re.IGNORECASE)
# A headline's main verb: "Bombing of a convoy kills 15", "Blast after firing near a mosque wounds two".
_HEADLINE_VERB = re.compile(r"(?:kills?|wounds?|injures?|maims?|leaves?|claims?|martyrs?)\b", re.IGNORECASE)
_BROUGHT_IN = re.compile(r"\b(?:when|after|as|while|before)\b(?P<between>[^,.;]{0,90})$", re.IGNORECASE)
# "two weeks after gunmen killed 12"
_SO_LONG = re.compile(r"\b(?:days?|weeks?|months?|years?|decades?|fortnight)\s*$", re.IGNORECASE)
_VICTIM_BEFORE = re.compile(
    r"\b(?:killed|slain|murdered|martyred|wounded|injured|maimed|shot|shot dead|gunned down|lost|died|hurt)\s*(?:[\w-]+ ){0,4}$",
    re.IGNORECASE,
)
_INDEFINITE = re.compile(
    r"^\s*(?:late on \w+\s+)?(?:an?|some|two|three|four|five|six|seven|eight|nine|ten|several|dozens of|at least|unknown|unidentified"
    r"|armed|masked|suspected|gunm[ae]n|militants|insurgents|terrorists|assailants|attackers|men|motorcyclists|rebels|fighters|bombs?|rockets?"
    r"|mortars?|explosives|shells|taliban|tehreek|baloch|islamic state|separatists|security forces|troops|forces|\d+)\b",
    re.IGNORECASE,
)


def deeds(line: Line, *, brought_in: bool = True) -> bool:
    """Whether a sentence says in a clause of its own that an attack was made.

    `brought_in`: also in a clause that follows another ("talks ended when a bomb went off").
    """
    text = line.sentence.text
    if not line.asserts:
        return False
    headline = line.sentence.part != "body"
    places = [start for start, end in spans("assertion", text) if _is_deed(text, start, end, headline=headline)]
    places = [_verb_before(text, start) if _SO_ENDING.match(text, start) else start for start in places]
    return any(_is_own(text, start, brought_in=brought_in, headline=headline) for start in places)


def tolls(line: Line, *, brought_in: bool = True) -> bool:
    """Whether a sentence says in a clause of its own that people were killed or hurt."""
    text = line.sentence.text
    figures = [s for s in line.statements if s.count and not s.late and not s.part and not is_boast(line, s)]
    title = line.sentence.part == "title"
    figures = [
        s
        for s in figures
        if _RELATIVE.search(s.text) is None and _WHO_WAS.match(text, s.end) is None and (title or _OF_OTHERS.search(text, s.start) is None)
    ]
    return any(_is_own(text, _place_of(text, s), brought_in=brought_in, headline=title) for s in figures)


def _place_of(text: str, figure: Statement) -> int:
    """Where it is decided whether a figure is the sentence's own: at the verb before ", wounding two", else at its words."""
    if _SO_ENDING.match(text, figure.start) is not None:
        return _verb_before(text, figure.start)
    return max(figure.start, text.find(figure.text, figure.start))


def _verb_before(text: str, start: int) -> int:
    """The last deed before a place that is no participle, else the place itself."""
    verbs = [first for first, last in spans("assertion", text) if first < start and not text[first:last].lower().endswith("ing")]
    return verbs[-1] if verbs else start


def is_unmeant(line: Line) -> bool:
    """Whether a sentence speaks of an attack that was none: in quotes, in a comparison, by a mistake."""
    text = line.sentence.text
    return "figure" in cues(text) or _MISTAKEN.search(text) is not None or _SCARE.search(text) is not None


def tells(line: Line, *, brought_in: bool = True) -> bool:
    """Whether a sentence says in a clause of its own that an attack was made or that people were hurt."""
    return tolls(line, brought_in=brought_in) or deeds(line, brought_in=brought_in)


def _is_deed(text: str, start: int, end: int, *, headline: bool) -> bool:
    word = text[start:end]
    if _SAID_OF.search(text[max(0, start - 40) : start]) or (not headline and _NOUN_AT.fullmatch(word)):
        return False
    if _THROWN.match(word) and not {"means", "bombed"} & cues(text):
        return False
    if _DISCOVERY.match(word) and not (_OF_THE_DEAD.search(text) or "bombed" in cues(text)):
        return False
    if _CONDUCTED.match(word) and not _OF_FORCE.search(text):
        return False
    if _NAMED_DEED.search(word) and _OF.match(text, end):
        return False
    if _NOUN.match(word) and _DEFINITE.search(text[:start]):
        return False
    before = text[max(0, start - 40) : start]
    return _UNREAL.search(before) is None and _NOT_ONE.search(before) is None


# "Further attacks on a station resulted in 11 deaths"
_CAME_OF_IT = re.compile(r"\bresulted in (?:the )?(?:\w+ ){0,4}$", re.IGNORECASE)


# Several steps of the judgement ask for the same sentences.
@lru_cache(maxsize=256)
def _is_own(text: str, start: int, *, brought_in: bool, headline: bool = False) -> bool:
    before = text[max(0, start - _WINDOW) : start]
    if _CAME_OF_IT.search(before):
        return True
    if any(opener.search(before) for opener in _OPENERS):
        return False
    if headline and (_HEADLINE_VERB.match(text, start) or _SUBJECT.search(before)):
        return True
    if any(_governs(governor.search(before), before, text[start:]) for governor in (_GOVERNED, _NOMINAL)):
        return False
    clause = _BROUGHT_IN.search(before)
    if clause is None:
        return True
    if _SO_LONG.search(before, 0, clause.start()) is not None:
        return False
    if not brought_in or _INDEFINITE.match(clause["between"] + text[start:]) is None:
        return False
    # "a prayer for those killed when gunmen stormed": the clause belongs to what is spoken of.
    victim = _VICTIM_BEFORE.search(before, 0, clause.start())
    return victim is None or _is_own(text, start - len(before) + victim.start(), brought_in=brought_in)


def _governs(match: re.Match[str] | None, before: str, deed: str) -> bool:
    """Whether a word that governs what is spoken of reaches as far as a deed."""
    if match is None or _NEW_VERB.search(match.group()) or _BODY.search(before, 0, match.end()):
        return False
    # "Four coaches of the mail derailed", "an engineer of a firm was abducted": the verb is that of the subject's head.
    told = match.group().lower()
    return not ((told.startswith("of ") and _ACTIVE.match(deed)) or (told.startswith(("of ", "for ", "from ")) and _PASSIVE.search(told)))


def is_new(line: Line) -> bool:
    """Whether a sentence brings in an attack of the last days."""
    return not line.back and line.era in ("now", "open") and _says_a_new_day(line) and tells(line)


def leads(line: Line) -> bool:
    """Whether a sentence tells an attack as its main thing, of whatever day."""
    return not line.back and line.era in ("now", "open", "after") and tells(line, brought_in=False)


def totals(line: Line) -> bool:
    """Whether a sentence gives a new running total: no boast, and none that only stands."""
    text = line.sentence.text
    if _NOW_KNOWN.search(text) and any(s.field == "killed" and s.count and not s.part for s in line.statements):
        return True
    return any(
        s.total and s.count and s.field != "injured" and not is_boast(line, s) and not _STANDS.search(text, s.start, s.end)
        for s in line.statements
    )


# "Eleven recruits and two cooks are now known to have been martyred"
_NOW_KNOWN = guarded(r"\bnow (?:known|confirmed|believed|feared) (?:to (?:have|be)\b|dead|killed)", re.IGNORECASE)
_STANDS = re.compile(r"\b(?:stands?|stood|remain(?:s|ed)?|unchanged)\b", re.IGNORECASE)


def is_proven(lines: Sequence[Line], *, roundup: bool = False) -> bool:
    """Whether a titled report brings in an attack anywhere: in its title or first sentence, or in a sentence that says the day.

    `roundup`: each paragraph has news of its own.
    """
    fancy = any(is_unmeant(line) for line in lines[:4])
    lines = [line for line in lines if not is_unmeant(line)]
    body = [line for line in lines if line.sentence.part != "title"]
    if any(totals(line) or is_new(line) for line in body) or any(s.total and s.late for line in lines for s in line.statements):
        return True
    if fancy:
        return False
    if any(leads(line) for line in lines if line.sentence.part == "title"):
        return True
    return any(leads(line) for line in body[: len(body) if roundup else 1]) or _by_its_neighbour(body)


def _by_its_neighbour(body: Sequence[Line]) -> bool:
    """Whether a story says the day in one sentence and the attack in the next: "The bridge was to be opened on Friday. A pot blew up."."""
    start = body[:6]
    old = next((n for n, line in enumerate(start) if line.era == "past" or _says_an_old_day(line)), len(start))
    told = [line.sentence.n for line in start[:old] if not line.back and line.era in ("now", "open") and tells(line)]
    return bool(told) and any(abs(line.sentence.n - n) <= 3 for line in start if _is_of_these_days(line) for n in told)


def _is_of_these_days(line: Line) -> bool:
    since = {"follow_up_lead", "aftermath", "remembrance"} & cues(line.sentence.text)
    known = _KNOWN.search(line.sentence.text) is not None and not tells(line)
    return line.era in ("now", "open") and not since and not known and _says_a_new_day(line)


def _says_an_old_day(line: Line) -> bool:
    """Whether a short sentence sets what was told before it long ago: "That was in August." """
    text = line.sentence.text
    if line.published is None or len(text) > 60 or "time" not in cues(text):
        return False
    oldest = line.published - dt.timedelta(days=NEW_DAYS)
    return any(w.last is not None and w.last < oldest for w in line.whens or find_dates(text, line.published))


def _says_a_new_day(line: Line) -> bool:
    if line.published is None or "time" not in cues(line.sentence.text):
        return False
    whens = line.whens or find_dates(line.sentence.text, line.published)
    oldest = line.published - dt.timedelta(days=NEW_DAYS)
    return any(w.last is not None and oldest <= w.last <= line.published and not w.back and not w.coarse for w in whens)
