"""Judges the report as a whole: is it news of an attack, a follow-up, history, a count, a hoax, or no attack at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Relation
from monitor.text.clean import CleanText
from monitor.text.drafts import Draft
from monitor.text.fresh import FRAME
from monitor.text.lines import Line


@dataclass(frozen=True, slots=True)
class Verdict:
    """For each draft whether it is news, and else how it comes up. `retracts`: the text says there was no attack."""

    fresh: tuple[bool, ...]
    relations: tuple[Relation, ...]
    retracts: bool = False
    history: bool = False
    reason: str = ""


def judge(text: CleanText, lines: Sequence[Line], drafts: Sequence[Draft], published: dt.date | None) -> Verdict:
    """Decide for every draft. The title and the first two sentences tell what a report is about; a date within the fresh days overrules."""
    title = text.title
    lead = " ".join(s.text for s in [s for s in text.sentences if s.part != "title"][:2])
    whole = text.text
    reason = _not_an_attack(title, lead, whole)
    followed = reason == "" and _is_follow_up(title, lead, lines)
    fresh, relations = [], []
    for draft in drafts:
        news = not draft.recalled and not reason and not followed
        fresh.append(news)
        relations.append("recalled" if draft.recalled or reason in ("history", "statistics", "opinion") else "follow-up")
    return Verdict(
        tuple(fresh), tuple(relations), retracts=reason == "hoax", history=bool(reason), reason=reason or ("follow-up" if followed else "")
    )


def _hits(name: str, text: str) -> int:
    return len(FRAME[name].findall(text))


def _not_an_attack(title: str, lead: str, whole: str) -> str:
    head = f"{title}. {lead}"
    if _hits("hoax", head) >= 1:
        return "hoax"
    if _hits("anniversary", head):
        return "history"
    if _hits("drill", head):
        return "drill"
    if _hits("accident", head):
        return "accident"
    if _hits("crime", head):
        return "crime"
    if _hits("foiled", title):
        return "foiled"
    if _hits("statistics", head):
        return "statistics"
    if title and _hits("opinion", title):
        return "opinion"
    if _hits("sport", head) >= 2:
        return "sport"
    return ""


def _is_follow_up(title: str, lead: str, lines: Sequence[Line]) -> bool:
    if any(s.total for line in lines[:4] for s in line.statements):
        return False
    first = [line for line in lines if line.sentence.part != "title"][:1]
    return bool(title) and _hits("follow_up", title) > 0 or any(line.back for line in first)
