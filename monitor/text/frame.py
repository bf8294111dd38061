"""Judges each attack that a report tells of: news, a follow-up, history, an accident, a crime, or no attack at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Relation
from monitor.text.clean import CleanText
from monitor.text.draft import Draft
from monitor.text.fresh import cues, found, hits, position
from monitor.text.guarded import guarded
from monitor.text.heads import Head, head_of, report_kind
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


def judge(text: CleanText, lines: Sequence[Line], drafts: Sequence[Draft], published: dt.date | None) -> Verdict:
    """Decide for every draft whether it is news. `published` is the day of publication where the outlet is."""
    head = head_of(text, lines)
    about = report_kind(head, lines, published)
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
        "recalled" if reason in ("recalled", "history", "statistics", "opinion", "editorial") else "follow-up" for reason in reasons
    ]
    return Verdict(tuple(not r for r in reasons), tuple(relations), tuple(reasons), retracts=about == "hoax")


def _bare(lines: Sequence[Line]) -> bool:
    """Whether there is a headline and nothing else, whose few words must do."""
    return all(line.sentence.part == "title" for line in lines)


def _asserts_outright(line: Line) -> bool:
    return not line.back and deeds(line)


def _outright(line: Line) -> bool:
    """Whether a sentence tells an attack as its own news, rather than speaking of one that is known."""
    if line.sentence.other and line.tells:
        return True  # "… in Kunduz, and in Farah, where they killed four policemen"
    return totals(line) or (not line.back and (tells(line) or any(s.count == 0 for s in line.statements) or _is_operation(line)))


_OPERATION = re.compile(
    r"\b(?:operation|IBO|raid|engagement|encounter)\b[^.;]{0,60}\b(?:was|were|took place|conducted|carried out|launched)\b", re.IGNORECASE
)


def _is_operation(line: Line) -> bool:
    """ "An operation was conducted in Bara, in which nine khwarij were neutralised"."""
    return any(s.field == "militants_killed" and s.count for s in line.statements) and _OPERATION.search(line.sentence.text) is not None


def _draft_kind(draft: Draft, head: Head, about: str, lines: Sequence[Line], drafts: Sequence[Draft]) -> str:
    """Why a draft is no news, "" where it is."""
    if draft.recalled:
        return "recalled"
    if about and not (about == "history" and _beside_the_memory(draft, drafts)):
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
    near = f"{head.title}. {own}" if leads else own
    if head.gathers:
        reason = _no_attack(draft, own, Head("", "", titled=True, told=False, news=False), draft.lines)
    else:
        reason = _no_attack(draft, near, head if leads else Head("", "", titled=False, told=False, news=False), lines)
    if reason:
        return reason
    if head.titled and not leads and not draft.tells and "foiled" in cues(own):
        return "foiled"  # "Separately, police in Sibi defused a bomb"
    if (
        head.titled
        and not leads
        and not {"hostile", "bombed"} & cues(own)
        and not (draft.tells and (draft.lines[0].apart or _told_of_a_place(draft, drafts, lines)))
    ):
        return "nothing"
    if leads and _followed_up(draft, head, lines):
        return "follow-up"
    return ""


def _beside_the_memory(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """ "Meanwhile, a policeman was shot dead in Tank on Tuesday night", after a report on an anniversary elsewhere."""
    elsewhere = frozenset().union(*(other.districts for other in drafts if other is not draft))
    return bool(draft.districts - elsewhere) and any(line.sentence.part == "body" and is_new(line) and tolls(line) for line in draft.lines)


def _told_of_a_place(draft: Draft, drafts: Sequence[Draft], lines: Sequence[Line]) -> bool:
    """ "In Kalat, further attacks on a station resulted in 11 deaths", one of several that are announced or told place by place."""
    many = len(drafts) > 2 or (len(drafts) > 1 and any("several" in cues(line.sentence.text) for line in lines[:3]))
    return many and bool(draft.districts) and any("violence" in cues(line.sentence.text) for line in draft.lines)


def _story_of_old(draft: Draft, head: Head, lines: Sequence[Line]) -> bool:
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
    r"\b(?:fired|opened fire|ambushed|shot|stormed|attacked|killed|kidnapped|abducted|stopped|intercepted|waylaid"
    r"|torched|burnt|blew|set|took|led|seized)\b",
    re.IGNORECASE,
)


# It blew up, but nobody blew it up.
_CYLINDER = guarded(
    r"\b(?:cylinders?|boilers?|transformers?|heaters?|geysers?|tyres?|generators?)\b[^.;]{0,40}\b(?:blew|blown|blows) up\b", re.IGNORECASE
)


def _no_attack(draft: Draft, near: str, head: Head, lines: Sequence[Line]) -> str:
    """An accident, a crime or a thwarted plan, by weighing its cues against those of an attack."""
    harmed = any(s.count for line in draft.lines for s in line.statements)
    hostile = hits("hostile", near) + (0 if _CYLINDER.search(near) else 3 * hits("bombed", near))
    if (
        head.titled
        and not {"hostile", "violence", "bombed"} & (cues(near) | cues(head.lead))
        and not any("embattled" in cues(s.text) for line in draft.lines for s in line.statements if s.count)
        and not (_bare(lines) and any(line.statements for line in draft.lines) and {"embattled", "unrest"} & cues(near))
    ):
        return "nothing"
    if "animals" in cues(near) and not {"means", "cause"} & cues(near):
        return "animals"
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


# "The bomb disposal squad reported that a cylinder had leaked and burst; no explosives were found"
_FOUND_TO_BE = guarded(
    r"\bno traces? of (?:any )?explosives?\b"
    r"|\b(?:squad|experts?|investigators|rescuers|police|officials?|team)\b[^.]{0,110}\b(?:cylinder|gas|boiler|compressor|generator)\b[^.]{0,60}"
    r"\bno (?:trace of )?explosives?\b|\bno (?:trace of )?explosives?\b[^.]{0,40}\bfound\b[^.]{0,80}\b(?:cylinder|gas|boiler|compressor)\b",
    re.IGNORECASE,
)


def _is_accident(near: str, first: str, head: Head, lines: Sequence[Line], *, hostile: int, harmed: bool) -> bool:
    """Whether the words of an accident outweigh those of an attack, of which there are `hostile`."""
    opening = cues(f"{head.title}. {first}")
    if "remnant" in opening and "cause" not in cues(head.text) and head.titled:
        return True
    if head.titled and any(_FOUND_TO_BE.search(line.sentence.text) for line in lines[:10]):
        return True
    accident = hits("accident", head.title) * 2 + hits("accident", first) * 2 + hits("accident", near)
    sure = found("accident", near) - found("premises", near)
    if not sure and _ARMED_MEN.search(first):
        accident = 0  # "Armed men stopped a van of a cement factory"
    elif harmed and ((len(sure) < 2 and _ARMED_MEN.search(first)) or (not sure and "means" in opening)):
        accident = min(accident, 1)  # one word: "a convoy with relief for quake victims"; a place: "a bomb at a petrol pump"
    if hostile == 0 and head.titled and any(_is_of_accident(line.sentence.text) for line in lines[:5]):
        return True
    return accident >= 2 and accident > hostile * (1 if head.titled else 4)


def _is_of_accident(sentence: str) -> bool:
    """Whether a sentence has words of an accident and none of an attack: a bomb, too, "hits a van"."""
    said = cues(sentence)
    return "accident" in said and not {"means", "bombed"} & said


def _is_crime(near: str, first: str, head: Head, lines: Sequence[Line], *, hostile: int, harmed: bool) -> bool:
    """Whether the words of a crime or a feud outweigh those of an attack, of which there are `hostile`."""
    near, first = _NO_ENMITY.sub(" ", near), _NO_ENMITY.sub(" ", first)
    crime = hits("crime", head.title) * 2 + hits("crime", first) + hits("crime", near)
    words = found("crime", f"{near} {_NO_ENMITY.sub(' ', head.lead)}")
    if harmed and (
        (len(words) < 2 and ("fighters" in cues(head.lead) or _OF_WAR.search(head.text)))
        or (words <= found("premises", near) and {"means", "hostile"} & cues(near))
    ):
        crime = min(crime, 1)  # one word, however often: "poppy", "theft"
    if crime >= 2 and crime >= hostile * (1 if head.titled else 4):
        return True
    if not head.titled:
        return False
    outlawed = hits("outlaws", head.text) >= 2 or any(_is_private_matter(line.sentence.text) for line in lines)
    return outlawed or _is_private(head, near) or _is_theft(near, head, lines)


# "The deceased had no personal enmity, according to his son": so much for a feud.
_NO_ENMITY = re.compile(r"\b(?:no|any|nor) (?:[\w-]+ ){0,3}(?:enmity|enemies|feuds?|disputes?|rivalry)\b", re.IGNORECASE)


def _is_private_matter(sentence: str) -> bool:
    """Whether a sentence rules out an attack; "a personal enmity could not be ruled out" is one of two leads."""
    said = cues(_NO_ENMITY.sub(" ", sentence))
    return "not_terror" in said and "left_open" not in said


# What no family quarrel is fought with.
_OF_WAR = re.compile(
    r"\b(?:mortars?|shell(?:s|ing|ed)?|rockets?|missiles?|drones?|quadcopters?|landmines?|suicide|ieds?|artillery)\b", re.IGNORECASE
)


def _is_private(head: Head, near: str) -> bool:
    """Whether people were killed over what is nobody's cause: a feud, a theft, a wedding's shots, and nothing speaks of fighters."""
    said = cues(head.text)
    words = found("crime", f"{near} {head.text}")
    if {"means", "hostile"} & said and words <= found("premises", f"{near} {head.text}"):
        return False
    if len(words) < 2 and _OF_WAR.search(head.text):
        return False
    if "crime" in said and ("fighters" not in said or ("crime" in cues(head.title) and "cause" not in said | cues(near))):
        return True
    return "celebration" in said and "fighters" not in said and not {"means", "embattled"} & cues(near)


def _is_theft(near: str, head: Head, lines: Sequence[Line]) -> bool:
    """Whether one of the first sentences names a crime and nothing speaks of a cause or of what is made for war."""
    said = cues(near) | cues(head.text)
    if {"cause", "means"} & said or "hostile" in cues(head.title) or _OF_WAR.search(head.text):
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


_SECOND_HALF = re.compile(r";|,\s(?=[^,;]{0,40}\b(?:claims?|owns?|accepts?|takes?)\b[^,;]*$)")
# "Front says it killed five": short for one of those whose own word is the news.
_FRONT_SAYS = re.compile(r"\bfront(?: fighters)? (?:say|claim)", re.IGNORECASE)


def _known_by_their_word(draft: Draft, head: Head, first: Line) -> bool:
    """ "NRF claims ambush", "Outpost attacked": "The NRF has claimed an attack on Tuesday. It said two were killed": nobody else tells."""
    if not any(line.tells for line in draft.lines):
        return False
    named = "resistance" in cues(head.title) or ("resistance" in cues(head.lead) and _FRONT_SAYS.search(head.title) is not None)
    titled = any(line.asserts and line.sentence.part == "title" for line in draft.lines)
    return (named and not first.back) or (titled and first.day is not None and "resistance" in cues(first.sentence.text))


# "ISIS-K claims responsibility": "Local officials have put the death toll at eight"
_PUT_AT = guarded(r"\bput(?:s|ting)? (?:the|its|their) (?:[\w-]+ ){0,2}(?:toll|losses|dead|casualties)\b", re.IGNORECASE)


def _followed_up(draft: Draft, head: Head, lines: Sequence[Line]) -> bool:
    """Whether the report tells what came after an attack that is known, without a new toll."""
    claimed = hits("follow_up_strong", head.title) and not head.told
    if any(totals(line) and not (claimed and _PUT_AT.search(line.sentence.text)) for line in draft.lines):
        return False
    if not head.titled:
        told_first = next((line for line in draft.lines if line.tells), draft.lines[0])
        return told_first.back and not _back_by_the_way(told_first)
    first = next((line for line in lines if line.sentence.part != "title"), None)
    if draft.lines[0].sentence.n > 2 and draft.lines[0].day and _outright(draft.lines[0]):
        return False  # an introduction, then the news
    told = any(s.count and not is_boast(line, s) for line in lines if line.sentence.part == "title" for s in line.statements)
    # "Outpost overrun; three policemen laid to rest", "Pipeline blown up, BRG claims responsibility": the first half is the news.
    opening = _SECOND_HALF.split(head.title)[0]
    news_first = opening != head.title and "assertion" in cues(opening) and _is_news(opening)
    follows = 0 if news_first else hits("follow_up", head.title)
    if first is not None and _known_by_their_word(draft, head, first):
        return False
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
