"""Judges what a report is: news of an attack, a follow-up, history, a count, a hoax, or no attack at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Relation
from monitor.text.clean import CleanText
from monitor.text.drafts import Draft
from monitor.text.fresh import cues, hits
from monitor.text.lines import Line
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
    """The title and the first sentences, where a report says what it is about."""

    title: str
    lead: str
    titled: bool

    @property
    def text(self) -> str:
        return f"{self.title}. {self.lead}"


def judge(text: CleanText, lines: Sequence[Line], drafts: Sequence[Draft], published: dt.date | None) -> Verdict:
    """Decide for every draft whether it is news. `published` is the day of publication where the outlet is."""
    body = [s for s in text.sentences if s.part != "title"]
    head = _Head(text.title, " ".join(s.text for s in body[:2]), bool(text.title))
    about = _report_kind(head, lines, drafts)
    reasons = [_draft_kind(draft, head, about, lines, drafts) for draft in drafts]
    if head.titled and reasons[:1] == ["follow-up"]:
        # What a follow-up tells besides is of the same attack, unless it has a place of its own.
        known = drafts[0].districts
        reasons = [
            "follow-up" if not reason and (not draft.districts or draft.districts <= known) else reason
            for reason, draft in zip(reasons, drafts, strict=True)
        ]
    relations: list[Relation] = [
        "recalled" if reason in ("recalled", "history", "statistics", "opinion") else "follow-up" for reason in reasons
    ]
    return Verdict(tuple(not r for r in reasons), tuple(relations), tuple(reasons), retracts=about == "hoax")


def _report_kind(head: _Head, lines: Sequence[Line], drafts: Sequence[Draft]) -> str:
    """What the whole report is, "" where it may be news."""
    told = any(s.count and not s.named for line in lines if line.sentence.part == "title" for s in line.statements)
    hoax = hits("hoax", head.title) * 2 + hits("hoax", head.lead)
    if hoax >= 2:
        return "hoax"
    if hits("anniversary", head.title) or (
        hits("anniversary", head.lead) and not any(line.era == "now" and line.asserts for line in lines[:3])
    ):
        return "history" if head.titled else ""
    if hits("drill", head.title) or hits("drill", head.lead) >= 2:
        return "drill"
    if head.titled and hits("opinion", head.title) and not told:
        return "opinion"
    counted = sum(line.era == "count" for line in lines)
    if (
        head.titled
        and counted
        and hits("statistics", head.text) >= 2
        and not told
        and not any(line.era == "now" and line.asserts for line in lines)
    ):
        return "statistics"
    if head.titled and not told and hits("politics", head.text) >= 2 and "fighters" not in cues(head.text):
        return "politics"
    if hits("sport", head.text) >= 3 and not (told or hits("fighters", head.text) > 1):
        return "sport"
    return ""


def _draft_kind(draft: Draft, head: _Head, about: str, lines: Sequence[Line], drafts: Sequence[Draft]) -> str:
    """Why a draft is no news, "" where it is."""
    if draft.recalled:
        return "recalled"
    if about:
        return about
    if not any(line.asserts or line.tells for line in draft.lines):
        return "nothing"
    own = " ".join(line.sentence.text for line in draft.lines)
    leads = any(line.sentence.n <= 2 for line in draft.lines)
    near = f"{head.title}. {own}" if leads else own
    if reason := _no_attack(draft, near, head if leads else _Head("", "", False)):
        return reason
    if head.titled and not leads and "hostile" not in cues(own) and not (draft.lines[0].apart and draft.tells):
        return "nothing"
    if leads and _followed_up(draft, head, lines):
        return "follow-up"
    return ""


def _no_attack(draft: Draft, near: str, head: _Head) -> str:
    """An accident, a crime or a thwarted plan, by weighing its cues against those of an attack."""
    hostile = hits("hostile", near) + 3 * hits("bombed", near)
    if head.titled and not {"hostile", "violence"} & cues(near):
        return "nothing"
    first = draft.lines[0].sentence.text if draft.lines else ""
    accident = hits("accident", head.title) * 2 + hits("accident", first) * 2 + hits("accident", near)
    if accident >= 2 and accident > hostile * (1 if head.titled else 4):
        return "accident"
    crime = hits("crime", head.title) * 2 + hits("crime", first) + hits("crime", near)
    if crime >= 2 and crime >= hostile * (1 if head.titled else 4):
        return "crime"
    if head.titled and hits("outlaws", head.text) >= 2:
        return "crime"
    if head.titled and hits("crime", head.text) and "fighters" not in cues(head.text):
        return "crime"
    harmed = any(s.count for line in draft.lines for s in line.statements)
    if head.titled and not harmed and (hits("foiled", head.title) or hits("foiled", first)):
        return "foiled"
    if head.titled and not harmed and hits("warning", head.text):
        return "warning"
    return ""


def _followed_up(draft: Draft, head: _Head, lines: Sequence[Line]) -> bool:
    """Whether the report tells what came after an attack that is known, without a new toll."""
    if any(s.total for line in draft.lines for s in line.statements):
        return False
    titles = [line for line in lines if line.sentence.part == "title"]
    first = next((line for line in lines if line.sentence.part != "title"), None)
    told = any(s.count and not is_boast(line, s) for line in titles for s in line.statements)
    news = first is not None and first.asserts and first.day is not None and not first.back
    if head.titled and hits("follow_up", head.title) and not (told and news):
        return True
    if head.titled and hits("follow_up_strong", head.title) and first is not None and hits("follow_up_lead", first.sentence.text):
        return True
    lead = next((line for line in draft.lines if line.tells), draft.lines[0])
    if not head.titled and lead.back:
        return True
    if first is not None and first.back and not (told and titles and not hits("follow_up", head.title)):
        return True
    return bool(head.titled and not told and first is not None and hits("follow_up_lead", first.sentence.text) and not first.tells)
