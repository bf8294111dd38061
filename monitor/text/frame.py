"""Judges what a report is: news of an attack, a follow-up, history, a count, a hoax, or no attack at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Relation
from monitor.text.clean import CleanText
from monitor.text.drafts import Draft
from monitor.text.fresh import cues, found, hits, position
from monitor.text.guarded import guarded
from monitor.text.lines import Line
from monitor.text.newness import deeds, is_new, is_proven, tells, tolls, totals
from monitor.text.tally import is_boast


@dataclass(frozen=True, slots=True)
class Verdict:
    """For each draft whether it is news, how it comes up otherwise, and the reason in a word. `retracts`: there was no attack."""

    fresh: tuple[bool, ...]
    relations: tuple[Relation, ...]
    reasons: tuple[str, ...]
    retracts: bool = False

    def over(self, drafts: Sequence[Draft]) -> list[tuple[Draft, bool, Relation | None]]:
        """Each draft with its verdict."""
        return [
            (draft, fresh, None if fresh else relation) for draft, fresh, relation in zip(drafts, self.fresh, self.relations, strict=True)
        ]

    @property
    def history(self) -> bool:
        return any(self.reasons)


@dataclass(frozen=True, slots=True)
class _Head:
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


def _head(text: CleanText, lines: Sequence[Line]) -> _Head:
    body = [line for line in lines if line.sentence.part != "title"]
    told = any(s.count and not s.named for line in lines if line.sentence.part == "title" for s in line.statements)
    news = any(line.day is not None and not line.back and line.era == "now" and _states_outright(line) for line in body[:3])
    return _Head(
        text.title, " ".join(line.sentence.text for line in body[:2]), bool(text.title), told, news, hits("roundup", text.title) > 0
    )


def _states_outright(line: Line) -> bool:
    """Whether a sentence's main clause says that people were killed or hurt: "A policeman was shot dead in Tank on Tuesday"."""
    return "follow_up_lead" not in cues(line.sentence.text) and tolls(line)


def judge(text: CleanText, lines: Sequence[Line], drafts: Sequence[Draft], published: dt.date | None) -> Verdict:
    """Decide for every draft whether it is news. `published` is the day of publication where the outlet is."""
    head = _head(text, lines)
    about = _report_kind(head, lines, published)
    reasons = [_draft_kind(draft, head, about, lines, drafts) for draft in drafts]
    if head.titled and not text.long and not all(reasons) and not is_proven(lines, roundup=head.gathers):
        reasons = [reason or "nothing" for reason in reasons]
    if head.titled and reasons[:1] == ["follow-up"]:
        # What a follow-up tells besides is of the same attack, unless it has a place of its own.
        known = drafts[0].districts
        reasons = [
            "follow-up" if not reason and (not draft.districts or draft.districts <= known) else reason
            for reason, draft in zip(reasons, drafts, strict=True)
        ]
    if head.titled and not head.gathers and reasons and reasons[0] in ("accident", "crime", "foiled"):
        # So is what is told besides such an event, unless it has a day of its own.
        reasons = [reason or ("" if any(map(is_new, draft.lines)) else reasons[0]) for reason, draft in zip(reasons, drafts, strict=True)]
    relations: list[Relation] = [
        "recalled" if reason in ("recalled", "history", "statistics", "opinion") else "follow-up" for reason in reasons
    ]
    return Verdict(tuple(not r for r in reasons), tuple(relations), tuple(reasons), retracts=about == "hoax")


def _bare(lines: Sequence[Line]) -> bool:
    """Whether there is a headline and nothing else, whose few words must do."""
    return all(line.sentence.part == "title" for line in lines)


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


def _report_kind(head: _Head, lines: Sequence[Line], published: dt.date | None) -> str:
    """What the whole report is, "" where it may be news."""
    if hits("hoax", head.title) * 2 + hits("hoax", head.lead) >= 2 or _NEVER_DONE.search(head.title):
        return "hoax"
    if hits("drill", head.title) or hits("drill", head.lead) >= 2:
        return "drill"
    if (_OF_A_NAMESAKE.search(head.text) or any(_LOWER_EXPANSION.search(line.sentence.text) for line in lines[:6])) and not {
        "cause"
    } & cues(_ACRONYM.sub("", head.text)):
        return "namesake"
    if not head.told and any(_FIGHTS.search(match["whole"]) is None for match in _SPELLED_OUT.finditer(head.text)):
        return "namesake"
    if _is_sport(head, lines) or ({"figure", "arts"} & cues(head.title) and not head.told and not head.news):
        return "sport"
    if not head.titled or head.gathers:
        return ""
    if any("republished" in cues(line.sentence.text) and _names_old_day(line.sentence.text, published) for line in lines[:4]):
        return "history"
    remembers, years = hits("remembrance", head.text), hits("anniversary", head.title) + hits("anniversary", head.lead)
    years += not head.news and _OLD_ATTACK.search(head.title) is not None and _names_old_day(head.title, published)
    years += not head.told and bool(remembers) and _names_old_day(head.lead, published)
    # "Anniversary march bombed in Quetta", or a first sentence that leaves no doubt
    struck = head.news and (({"bombed", "violence"} & cues(head.lead) and _STRUCK.search(head.title)) or _begins_with_news(lines))
    succumbed = any(s.late and s.count for line in lines if line.sentence.part == "title" for s in line.statements)
    remembering = (hits("remembrance", head.title) and not head.news and not succumbed) or remembers + years >= 2
    if not struck and (remembering or (years and not (head.news and head.told))):
        return "history"
    if not head.told and (hits("byline", head.lead) or (hits("opinion", head.title) and not head.news and not _begins_with_news(lines))):
        return "opinion"
    if _counts_many(head, lines):
        return "statistics"
    if not head.told and hits("politics", head.text) >= 2 and "fighters" not in cues(head.text):
        return "politics"
    if not head.told and not head.news and hits("peace_talks", head.text) >= 2 and not any(line.tells for line in lines[:4]):
        return "politics"  # also where the other side are militants
    return ""


def _begins_with_news(lines: Sequence[Line]) -> bool:
    """Whether one of the first sentences says what armed men or their weapons did on a recent day."""
    body = [line for line in lines if line.sentence.part == "body"]
    return any(is_new(line) and {"means", "cause"} & cues(line.sentence.text) for line in body[:2])


def _is_sport(head: _Head, lines: Sequence[Line]) -> bool:
    """Whether it is a match, a film or a market that is "bombed" and "killed"."""
    if head.told or (head.news and "fighters" in cues(head.lead)) or {"bombed", "hostile"} <= cues(head.title) & cues(head.lead):
        return False
    if {"bombed", "means"} <= cues(head.lead) and any(tolls(line) for line in lines[:4]):
        return False  # "Final abandoned": "Grenade kills ball boy"
    if hits("sport", head.title) and sum(hits("sport", line.sentence.text) for line in lines[:6]) >= 4:
        return True
    return hits("sport", head.text) >= 3 and hits("fighters", head.text) < 2


def _counts_many(head: _Head, lines: Sequence[Line]) -> bool:
    """Whether the report's figures are those of months or years."""
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


def _asserts_outright(line: Line) -> bool:
    return not line.back and deeds(line)


def _outright(line: Line) -> bool:
    """Whether a sentence tells an attack as its own news, rather than speaking of one that is known."""
    return totals(line) or (not line.back and (tells(line) or any(s.count == 0 for s in line.statements)))


def _draft_kind(draft: Draft, head: _Head, about: str, lines: Sequence[Line], drafts: Sequence[Draft]) -> str:
    """Why a draft is no news, "" where it is."""
    if draft.recalled:
        return "recalled"
    if about:
        return about
    if not any(line.asserts or line.tells for line in draft.lines):
        return "nothing"
    # The first attack that a report tells of may come after an introduction.
    leads = head.gathers or any(line.sentence.n <= (4 if draft is drafts[0] else 2) for line in draft.lines)
    dated = not leads and any(line.day and line.tells for line in draft.lines)
    if head.titled and not dated and not any(_outright(line) for line in draft.lines):
        return "nothing"
    if head.titled and not dated and _story_of_old(draft, head, lines):
        return "nothing"
    if head.titled and not head.gathers and _set_long_ago(draft, lines):
        return "history"
    own = " ".join(line.sentence.text for line in draft.lines)
    near = f"{head.title}. {own}" if leads and not head.gathers else own
    if reason := _no_attack(
        draft, near, head if leads and not head.gathers else _Head("", "", titled=False, told=False, news=False), lines
    ):
        return reason
    if head.titled and not leads and not draft.tells and "foiled" in cues(own):
        return "foiled"  # "Separately, police in Sibi defused a bomb"
    if head.titled and not leads and "hostile" not in cues(own) and not (draft.lines[0].apart and draft.tells):
        return "nothing"
    if leads and _followed_up(draft, head, lines):
        return "follow-up"
    return ""


def _story_of_old(draft: Draft, head: _Head, lines: Sequence[Line]) -> bool:
    """Whether an attack comes up without a day in a report that begins with something else: a portrait, a street, a court's day."""
    if head.told or head.news or head.gathers or any(line.sentence.part == "title" and (line.asserts or line.tells) for line in lines):
        return False
    if any(line.sentence.part == "summary" and line.tells for line in lines):
        return False
    body = [line for line in lines if line.sentence.part == "body"]
    if (
        len(body) < 3
        or body[0].tells
        or _asserts_outright(body[0])
        or any(line.statements and "resistance" in cues(line.sentence.text) for line in draft.lines)
    ):
        return False
    timeless = not any(
        line.whens or "time" in cues(line.sentence.text) for line in [*body[:2], *draft.lines] if not _HABIT.search(line.sentence.text)
    )
    court = "aftermath" in cues(head.title) and hits("aftermath", body[0].sentence.text) > 0
    return timeless or court


def _set_long_ago(draft: Draft, lines: Sequence[Line]) -> bool:
    """Whether one of the first sentences sets what is told in the past, and nothing else has a recent day."""
    body = [line for line in lines if line.sentence.part == "body"]
    if any(line.era == "now" and (line.tells or line.asserts) for line in lines) or any(totals(line) for line in lines):
        return False
    return any(line.era == "past" and line.event for line in body[:3]) and not any(line.day for line in draft.lines)


# "Every Thursday she walks to the post": no day of an attack.
_HABIT = re.compile(r"\b(?:every|each) \w+\b", re.IGNORECASE)


_ARMED_MEN = guarded(
    r"\b(?:gunm[ae]n|militants|insurgents|(?:armed|unknown|unidentified) (?:men|persons|assailants)|attackers)\b[^.;]{0,40}"
    r"\b(?:fired|opened fire|ambushed|shot|stormed|attacked|killed|kidnapped|abducted|stopped|torched|burnt|blew|set|took|seized)\b",
    re.IGNORECASE,
)


def _no_attack(draft: Draft, near: str, head: _Head, lines: Sequence[Line]) -> str:
    """An accident, a crime or a thwarted plan, by weighing its cues against those of an attack."""
    harmed = any(s.count for line in draft.lines for s in line.statements)
    hostile = hits("hostile", near) + 3 * hits("bombed", near)
    if (
        head.titled
        and not {"hostile", "violence", "bombed"} & (cues(near) | cues(head.lead))
        and not any("embattled" in cues(s.text) for line in draft.lines for s in line.statements if s.count)
        and not (_bare(lines) and harmed and "embattled" in cues(near))
    ):
        return "nothing"
    first = draft.lines[0].sentence.text if draft.lines else ""
    if "no_accident" in cues(head.text) and any(deeds(line) for line in draft.lines):
        return ""
    if _is_accident(near, first, head, lines, hostile=hostile, harmed=harmed):
        return "accident"
    if _is_crime(near, first, head, lines, hostile=hostile, harmed=harmed):
        return "crime"
    victims = any(s.count and s.field in ("killed", "injured") for line in draft.lines for s in line.statements)
    if head.titled and not victims and "own_goal" in cues(near):
        return "foiled"
    if head.titled and not harmed and (hits("foiled", head.title) or hits("foiled", first)):
        return "foiled"
    if head.titled and not harmed and hits("warning", head.text) and not any(_asserts_outright(line) for line in draft.lines):
        return "warning"
    return ""


def _is_accident(near: str, first: str, head: _Head, lines: Sequence[Line], *, hostile: int, harmed: bool) -> bool:
    """Whether the words of an accident outweigh those of an attack, of which there are `hostile`."""
    opening = cues(f"{head.title}. {first}")
    if "remnant" in opening and "cause" not in cues(head.text) and head.titled:
        return True
    accident = hits("accident", head.title) * 2 + hits("accident", first) * 2 + hits("accident", near)
    sure = found("accident", near) - found("premises", near)
    if harmed and ((len(sure) < 2 and _ARMED_MEN.search(first)) or (not sure and "means" in opening)):
        accident = min(accident, 1)  # one word: "a convoy with relief for quake victims"; a place: "a bomb at a petrol pump"
    if hostile == 0 and head.titled and any("accident" in cues(line.sentence.text) for line in lines[:5]):
        return True
    return accident >= 2 and accident > hostile * (1 if head.titled else 4)


def _is_crime(near: str, first: str, head: _Head, lines: Sequence[Line], *, hostile: int, harmed: bool) -> bool:
    """Whether the words of a crime or a feud outweigh those of an attack, of which there are `hostile`."""
    crime = hits("crime", head.title) * 2 + hits("crime", first) + hits("crime", near)
    words = found("crime", f"{near} {head.lead}")
    if harmed and ((len(words) < 2 and "fighters" in cues(head.lead)) or (words <= found("premises", near) and "means" in cues(near))):
        crime = min(crime, 1)  # one word, however often: "poppy", "theft"
    if crime >= 2 and crime >= hostile * (1 if head.titled else 4):
        return True
    if not head.titled:
        return False
    outlawed = hits("outlaws", head.text) >= 2 or any(_is_private_matter(line.sentence.text) for line in lines)
    return outlawed or _is_private(head, near) or _is_theft(near, head, lines)


def _is_private_matter(sentence: str) -> bool:
    """Whether a sentence rules out an attack; "a personal enmity could not be ruled out" is one of two leads."""
    said = cues(sentence)
    return "not_terror" in said and "left_open" not in said


def _is_private(head: _Head, near: str) -> bool:
    """Whether people were killed over what is nobody's cause: a feud, a theft, a wedding's shots, and nothing speaks of fighters."""
    said = cues(head.text)
    words = found("crime", f"{near} {head.text}")
    if "means" in said and words <= found("premises", f"{near} {head.text}"):
        return False
    if "crime" in said and ("fighters" not in said or ("crime" in cues(head.title) and "cause" not in said | cues(near))):
        return True
    return "celebration" in said and "fighters" not in said and "means" not in cues(near)


def _is_theft(near: str, head: _Head, lines: Sequence[Line]) -> bool:
    """Whether one of the first sentences names a crime and nothing speaks of a cause or of what is made for war."""
    said = cues(near) | cues(head.text)
    if {"cause", "means"} & said or "hostile" in cues(head.title):
        return False
    if any("embattled" in cues(s.text) for line in lines[:2] for s in line.statements if s.count):
        return False
    return any("crime" in cues(line.sentence.text) and "cause" not in cues(line.sentence.text) for line in lines[:6])


def _tells_before(line: Line) -> bool:
    """Whether a sentence states the toll of a day before it says what came of it: "A bomb killed two on Sunday, and the group denied …"."""
    after = position("follow_up_lead", line.sentence.text)
    toll = next((s.start for s in line.statements if s.count), None)
    return line.day is not None and not line.back and toll is not None and after is not None and toll < after


def _does_today(line: Line) -> bool:
    """Whether a sentence's main clause says that armed men did something on a recent day."""
    said = cues(line.sentence.text)
    armed = _ARMED_MEN.search(line.sentence.text) is not None
    return armed and not line.back and _asserts_outright(line) and not {"follow_up_lead", "foiled", "crime", "accident"} & said


def _is_news(clause: str) -> bool:
    return not {"follow_up", "follow_up_strong", "follow_up_lead"} & cues(clause)


# "the body of a tribesman who had gone missing last week": the day only tells which.
_TELLS_WHICH = re.compile(r"\b(?:who|whom|whose|that|which)\b[^,.;]{0,60}$", re.IGNORECASE)


def _back_by_the_way(line: Line) -> bool:
    whens = [w for w in line.whens if w.back]
    return bool(whens) and all(_TELLS_WHICH.search(line.sentence.text, max(0, w.start - 70), w.start) for w in whens)


def _found_dead(line: Line) -> bool:
    """ "The bodies of two men who went missing last week were found": the day only tells which men."""
    return _back_by_the_way(line) and any(s.field == "killed" and s.count and not s.late for s in line.statements)


# "Front says it killed five": short for one of those whose own word is the news.
_FRONT_SAYS = re.compile(r"\bfront(?: fighters)? (?:say|claim)", re.IGNORECASE)


def _followed_up(draft: Draft, head: _Head, lines: Sequence[Line]) -> bool:
    """Whether the report tells what came after an attack that is known, without a new toll."""
    if any(s.total for line in draft.lines for s in line.statements):
        return False
    if not head.titled:
        told_first = next((line for line in draft.lines if line.tells), draft.lines[0])
        return told_first.back and not _back_by_the_way(told_first)
    first = next((line for line in lines if line.sentence.part != "title"), None)
    if draft.lines[0].sentence.n > 2 and draft.lines[0].day and _outright(draft.lines[0]):
        return False  # an introduction, then the news
    told = any(s.count and not is_boast(line, s) for line in lines if line.sentence.part == "title" for s in line.statements)
    # "Outpost overrun; three policemen laid to rest": what comes before the semicolon is the news.
    opening = head.title.split(";")[0]
    follows = 0 if ";" in head.title and "assertion" in cues(opening) and _is_news(opening) else hits("follow_up", head.title)
    own_word = "resistance" in cues(head.title) or ("resistance" in cues(head.lead) and _FRONT_SAYS.search(head.title) is not None)
    if own_word and first is not None and not first.back and any(line.tells for line in draft.lines):
        return False  # "NRF claims ambush": nobody else tells of it
    if any(line.back and line.sentence.part == "title" for line in draft.lines) and not head.news:
        return True
    if first is not None and first.day is not None and not hits("follow_up_strong", head.title) and _does_today(first):
        follows = 0  # "Doctor kidnapped outside court", "Coal trucks burnt, drivers freed"
    if first is None and told and not hits("follow_up_strong", head.title) and any(map(_asserts_outright, draft.lines)):
        return False  # "Bomber kills 15 at court"
    if follows and not head.news and not (told and first is not None and first.asserts and first.day is not None and not first.back):
        return True
    if first is None:
        return False
    if follows and hits("follow_up_strong", head.title) and hits("follow_up_lead", first.sentence.text) and not _tells_before(first):
        return True
    # "The last week saw three blasts" sums up news; it does not point back at one attack.
    if first.back and first.era != "count" and not (told and not follows) and not head.news and not _found_dead(first):
        return True
    if hits("aftermath", head.lead) >= 2 and not head.news:
        return True
    return not told and not (tolls(first) or totals(first)) and hits("follow_up_lead", first.sentence.text) > 0
