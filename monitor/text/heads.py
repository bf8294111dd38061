"""Judges a whole report by its title and first sentences: a hoax, a drill, a match, a look back, a count, or what may be news."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.text.clean import CleanText
from monitor.text.fresh import cues, hits
from monitor.text.guarded import guarded
from monitor.text.lines import Line
from monitor.text.newness import is_new, tolls, totals


@dataclass(frozen=True, slots=True)
class Head:
    """The title and the first sentences, where a report says what it is about.

    `told`: the title gives a figure of unnamed people. `news`: a first sentence says outright that people were killed or
    hurt on a recent day. `gathers`: it is a round-up, each of whose paragraphs may be news.
    """

    title: str
    lead: str
    titled: bool
    told: bool
    news: bool
    gathers: bool = False

    @property
    def text(self) -> str:
        return f"{self.title}. {self.lead}"


def head_of(text: CleanText, lines: Sequence[Line]) -> Head:
    """What a report's lines begin with."""
    body = [line for line in lines if line.sentence.part != "title"]
    told = any(s.count and not s.named for line in lines if line.sentence.part == "title" for s in line.statements)
    news = any(line.day is not None and not line.back and line.era == "now" and _states_outright(line) for line in body[:3])
    return Head(text.title, " ".join(line.sentence.text for line in _leads(body)), bool(text.title), told, news, is_roundup(text.title))


def _leads(body: Sequence[Line]) -> Sequence[Line]:
    """The first two sentences; three where a teaser tells what the story's first one does."""
    teaser = [line for line in body if line.sentence.part == "summary"][:2]
    story = [line for line in body if line.sentence.part == "body"]
    if teaser and len(story) > 1 and any(_same_figures(line, story[0]) for line in teaser):
        return [*teaser, *story[:2]]
    return body[:2]


def _same_figures(one: Line, other: Line) -> bool:
    """Whether a sentence states casualties, and the other the same ones."""
    figures = [{(s.field, s.count) for s in line.statements if s.count} for line in (one, other)]
    return bool(figures[0]) and figures[0] <= figures[1]


def is_roundup(title: str) -> bool:
    """Whether each paragraph may be news of its own: "News in brief", not "Live: gunmen in the district complex"."""
    said = cues(title)
    return "roundup" in said and not {"live", "event"} <= said


def _states_outright(line: Line) -> bool:
    """Whether a sentence's main clause says that people were killed or hurt: "A policeman was shot dead in Tank on Tuesday"."""
    return "follow_up_lead" not in cues(line.sentence.text) and tolls(line)


# "Balochistan Library Association (BLA)": short for something that fights nobody.
_SPELLED_OUT = re.compile(
    r"\b(?P<whole>(?:[A-Z][\w'’-]+\s+(?:(?:of|for|and)\s+(?:the\s+)?)?){2,6})\((?:BLA|BLF|BRA|BRG|UBA|SRA|TTP|NRF|AFF|IS|ISIS|ISKP|JUA|LEJ)\)"
)
_ACRONYM = re.compile(r"\b(?:BLA|BLF|BRA|BRG|UBA|SRA|TTP|NRF|AFF|IS|ISIS|ISKP|JUA|LEJ)\b")
# "TTP, a rare disorder of the blood"; "TTP cases".
_OF_A_NAMESAKE = re.compile(
    rf"{_ACRONYM.pattern}(?:,? (?:an?|the) (?:[\w-]+ ){{0,3}}(?:disorder|disease|condition|syndrome|programme|program|project|scheme"
    r"|course|app|agency|company|library|department|faculty|board|association|federation|test|exam)\b"
    r"| (?:cases?|patients?|students?|courses?|graduates|librar(?:y|ies)|shares?|exams?|syllabus|department|faculty|federation|coach"
    r"|squad)\b)"
)
# "A BLA, or biologics licence application"
_LOWER_EXPANSION = guarded(
    rf"{_ACRONYM.pattern},? (?:or|short for|which stands for|meaning) "
    r"(?!(?:[a-z]+ ){0,3}(?:gangs?|groups?|militants?|outfits?|criminals?|rivals?|else))(?:an? |the )?[a-z]"
)
_FIGHTS = re.compile(
    r"liberation|front|army|guards|tehr|taliban|state|resistance|freedom|lashkar|jama|sindhudesh|republican|khorasan|brigade|force",
    re.IGNORECASE,
)


_STRUCK = guarded(r"\b(?:bombed|attacked|hit by|shot up|shot at|fired (?:on|at)|ambushed|targeted|under (?:fire|attack))\b", re.IGNORECASE)
# "2014 siege", "attack of 2009"
_OLD_ATTACK = guarded(
    r"\b(?:19|20)\d\d (?:[\w-]+ ){0,2}(?:siege|attacks?|blasts?|bombings?|massacre|raids?|assault|killings?|explosion|ambush|tragedy)\b"
    r"|\b(?:siege|attacks?|blasts?|bombings?|massacre|raids?|assault|killings?|explosion|ambush|tragedy) (?:of|in) (?:\w+ )?"
    r"(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def _names_old_day(text: str, published: dt.date | None) -> bool:
    """Whether a text names a year before that of publication."""
    return published is not None and any(int(year) < published.year for year in _YEAR.findall(text))


# "19 were not killed in Attock"
_NEVER_DONE = guarded(
    r"\b(?:was|were|is|are|has|have|had|did|does|do)(?: not|n['’]t| never) (?:been )?(?:\w+ )?(?:kill|attack|bomb|shot|shoot|abduct|kidnap"
    r"|hit\b|blown|martyr|captur|overrun|ambush|hijack|explo|injur|wound|happen|take place|occur)",
    re.IGNORECASE,
)


# "not an act of terrorism but a gas leak"
_NOT_BUT = guarded(
    r"\bnot (?:an? )?(?:act of )?(?:terror\w*|sabotage|bomb|attack)\b[^.;]{0,30}\bbut\b[^.;]{0,40}"
    r"\b(?:gas|cylinder|leak\w*|boiler|transformer|short[- ]circuit|accident)\b"
    r"|\b(?:gas|cylinder|leak\w*|boiler|transformer|short[- ]circuit|accident)(?: explosion| blast)?, not (?:an? )?"
    r"(?:attack|bomb|terror\w*|sabotage)",
    re.IGNORECASE,
)
# "Malik Saadat Khan, 1959–2026"
_LIFE = re.compile(r"\b(?P<born>(?:19|20)\d\d) ?[–-] ?(?P<died>(?:19|20)\d\d)\b")


def _is_obituary(title: str) -> bool:
    life = _LIFE.search(title)
    return life is not None and int(life["died"]) - int(life["born"]) > 10


_FROM_THE_PAST = re.compile(
    r"(?:from (?:the |our )?(?:past pages|archives?|files|vaults?)|flashback|this day in history|on this day)\b", re.IGNORECASE
)
# "The exercise was held to test what the police would do", after the attack has been told in full
_EXERCISE = guarded(
    r"\bThe (?:mock |security |joint |two-day )?(?:exercise|drill|rehearsal|simulation)\b[^.;]{0,60}\b(?:was|is|were) "
    r"(?:held|conducted|staged|organi[sz]ed|meant|part|aimed|carried out)\b"
)
_CORRECTED = re.compile(r"(?:CORRECT(?:ED|ION)|REFILE|UPDATE \d)\b")


def _said_outright(head: Head, lines: Sequence[Line]) -> str:
    """A hoax, a life that has ended or a drill, where title or first sentences say so in so many words."""
    if _CORRECTED.match(head.title) and head.told and any(line.era == "now" and tolls(line) for line in lines[:5]):
        return ""  # a story put right: "CORRECTED-Blast kills six, not 16"
    denied = _NEVER_DONE.search(head.title) or _NOT_BUT.search(head.lead)
    if denied or (hits("hoax", head.title) * 2 + hits("hoax", head.lead) >= 2 and not any(map(totals, lines[:3]))):
        return "hoax"  # "Toll corrected to 11" is none
    if _is_obituary(head.title) or _FROM_THE_PAST.match(head.title):
        return "recalled"
    if any(_EXERCISE.search(line.sentence.text) for line in lines[:6]):
        return "drill"
    return "drill" if hits("drill", head.title) or hits("drill", head.lead) >= 2 else ""


def report_kind(head: Head, lines: Sequence[Line], published: dt.date | None) -> str:
    """What the whole report is, "" where it may be news."""
    if outright := _said_outright(head, lines):
        return outright
    if (_OF_A_NAMESAKE.search(head.text) or any(_LOWER_EXPANSION.search(line.sentence.text) for line in lines[:6])) and not {
        "cause"
    } & cues(_ACRONYM.sub("", head.text)):
        return "namesake"
    if not head.told and "(" in head.text and any(_FIGHTS.search(match["whole"]) is None for match in _SPELLED_OUT.finditer(head.text)):
        return "namesake"
    if (_is_sport(head, lines) and not head.gathers) or ({"figure", "arts"} & cues(head.title) and not head.told and not head.news):
        return "sport"
    if not head.titled or head.gathers:
        return ""
    if any("republished" in cues(line.sentence.text) and _names_old_day(line.sentence.text, published) for line in lines[:4]):
        return "recalled"
    remembers, years = hits("remembrance", head.text), hits("anniversary", head.title) + hits("anniversary", head.lead)
    years += not head.news and _OLD_ATTACK.search(head.title) is not None and _names_old_day(head.title, published)
    years += not head.told and bool(remembers) and _names_old_day(head.lead, published)
    # "Anniversary march bombed in Quetta", or a first sentence that leaves no doubt
    struck = head.news and (
        ({"bombed", "violence"} & cues(head.lead) and _STRUCK.search(head.title))
        or (_begins_with_news(lines) and not hits("anniversary", head.title))
    )
    succumbed = any(s.late and s.count for line in lines if line.sentence.part == "title" for s in line.statements)
    remembering = (hits("remembrance", head.title) and not head.news and not succumbed) or remembers + years >= 2
    if not struck and (remembering or (years and not (head.news and head.told))) and not (head.news and not remembers):
        return "history"
    if _LABELLED.match(head.title) or (not head.told and _exhorts(lines)):
        return "editorial"
    if not head.told and (hits("byline", head.lead) or (hits("opinion", head.title) and not head.news and not _begins_with_news(lines))):
        return "opinion"
    if _counts_many(head, lines):
        return "statistics"
    if not head.told and hits("politics", head.text) >= 2 and "fighters" not in cues(head.text):
        return "politics"
    if not head.told and not head.news and hits("peace_talks", head.text) >= 2 and not any(line.tells for line in lines[:4]):
        return "politics"  # also where the other side are militants
    return ""


# A title that says so: "Editorial: Bannu again".
_LABELLED = re.compile(r"(?:editorials?|opinion|op-?ed|comment(?:ary)?|column|letters?(?: to the editor)?|blog) ?[:|–—-] ", re.IGNORECASE)
_SAID = guarded(
    r"\b(?:said|says|told|added|demanded|urg(?:ed|ing)|call(?:ed|ing)|according|ask(?:ed|ing)|vow(?:ed|ing)|stress(?:ed|ing)|warn(?:ed|ing)"
    r"|direct(?:ed|ing)|order(?:ed|ing)|statement)\b",
    re.IGNORECASE,
)


def _exhorts(lines: Sequence[Line]) -> bool:
    """Whether a text of no place of filing tells, in its own name, what ought to be done: a leader on an attack of the week."""
    body = [line.sentence.text for line in lines if line.sentence.part != "title"]
    own = [sentence for sentence in body if "exhortation" in cues(sentence) and _SAID.search(sentence) is None]
    asks = sum(not any(mark in sentence for mark in '"“”') for sentence in own)
    return asks >= 2 and _FILED.match(body[0]) is None


# What begins with a place of filing: "BANNU: …", "QUETTA, March 3 (Wire) - …".
_FILED = re.compile(r"[A-Z][A-Z .'-]{3,}(?:[:,(]| [—–-] )|[A-Z][\w ]{2,24}(?:, [^.]{3,30})? ?(?:\([\w ]+\) ?)?[—–-] ")


def _begins_with_news(lines: Sequence[Line]) -> bool:
    """Whether one of the first sentences says what armed men or their weapons did on a recent day."""
    body = [line for line in lines if line.sentence.part == "body"]
    return any(is_new(line) and {"means", "cause"} & cues(line.sentence.text) for line in body[:3])


def _is_sport(head: Head, lines: Sequence[Line]) -> bool:
    """Whether it is a match, a film or a market that is "bombed" and "killed"."""
    if head.told or (head.news and "fighters" in cues(head.lead)) or {"bombed", "hostile"} <= cues(head.title) & cues(head.lead):
        return False
    if {"bombed", "means"} <= cues(head.lead) and any(tolls(line) for line in lines[:4]):
        return False  # "Final abandoned": "Grenade kills ball boy"
    if hits("sport", head.title) and sum(hits("sport", line.sentence.text) for line in lines[:6]) >= 4:
        return True
    return hits("sport", head.text) >= 3 and hits("fighters", head.text) < 2


def _one_half_is_news(title: str) -> bool:
    """ "Coverage at 94 per cent, team comes under fire in Domel"."""
    halves = [cues(half) for half in re.split(r"[,;:—–]\s", title)]
    return len(halves) > 1 and any("assertion" in said and "aggregate" not in said for said in halves)


def _counts_many(head: Head, lines: Sequence[Line]) -> bool:
    """Whether the report's figures are those of months or years."""
    if _one_half_is_news(head.title):
        lines = [line for line in lines if line.sentence.part != "title"]
    if any(line.era == "count" and line.sentence.part == "title" for line in lines):
        return not head.news
    figures = {s.count for line in lines if line.era == "count" for s in line.statements if s.count}
    if (
        not head.news
        and hits("statistics", head.text)
        and any(s.count in figures for line in lines if line.sentence.part == "title" for s in line.statements)
    ):
        return True  # "July deadliest month as 521 perish"
    counted = sum(line.era == "count" for line in lines)
    plain = not head.told and not any(line.era == "now" and line.asserts for line in lines)
    return counted > 0 and plain and hits("statistics", head.text) >= 2
