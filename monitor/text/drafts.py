"""Groups the lines of a report into attacks: a report may tell of three and recall five."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.text.fresh import cues
from monitor.text.lines import Line


@dataclass(slots=True)
class Draft:
    """An attack in the making: the lines that tell of it, in reading order, the leading one first."""

    lines: list[Line] = field(default_factory=list)
    recalled: bool = False

    @property
    def districts(self) -> frozenset[str]:
        return frozenset().union(*(line.districts for line in self.lines))

    @property
    def days(self) -> frozenset[dt.date]:
        return frozenset(line.day for line in self.lines if line.day is not None)

    def counts(self, name: str) -> set[int | None]:
        return {s.count for line in self.lines for s in line.statements if s.field == name and s.count}

    @property
    def tells(self) -> bool:
        return any(line.tells for line in self.lines)


def group_lines(lines: Sequence[Line], *, roundup: bool = False) -> list[Draft]:
    """Fresh attacks and recalled ones, in the order in which they come up. Lines that only count many attacks belong to none.

    `roundup`: each paragraph of the report is a story of its own.
    """
    fresh: list[Draft] = []
    recalled: list[Draft] = []
    current: Draft | None = None
    last_recalled: tuple[int, Draft] | None = None
    headlines = [line for line in lines if line.sentence.part == "title"]
    body = [line for line in lines if line.sentence.part != "title"]
    shares = _shares(body)
    for line in body:
        if line.era == "count" or not (line.event or line.statements):
            continue
        if line.era == "past" or (
            line.era == "after"
            and line.sentence.n not in shares
            and any(d.tells for d in fresh)
            and (line.tells or "sequel" in cues(line.sentence.text))
            and not (line.statements and _same_counts(line, fresh))
        ):
            if last_recalled and last_recalled[0] == line.sentence.n - 1 and not line.tells:
                last_recalled[1].lines.append(line)
                last_recalled = (line.sentence.n, last_recalled[1])
            else:
                draft = Draft([line], recalled=True)
                recalled.append(draft)
                last_recalled = (line.sentence.n, draft)
            continue
        if _is_older(line, fresh):
            draft = Draft([line], recalled=True)
            recalled.append(draft)
            last_recalled = (line.sentence.n, draft)
            continue
        if (
            last_recalled
            and last_recalled[0] == line.sentence.n - 1
            and line.era != "now"
            and _goes_on(line, last_recalled[1])
            and line.sentence.part == "body"
        ):
            # History told over two sentences: "In 2014, … . The attackers killed 130 pupils."
            last_recalled[1].lines.append(line)
            last_recalled = (line.sentence.n, last_recalled[1])
            continue
        if not (line.tells or line.statements or line.asserts or line.refers):
            continue
        if roundup and current is not None and line.sentence.paragraph != current.lines[-1].sentence.paragraph:
            home = next((d for d in fresh if line.districts & d.districts), None)
        elif line.sentence.n in shares and current is not None:
            home = current
        else:
            home = _home(line, fresh, current)
        if home is None:
            home = Draft()
            fresh.append(home)
        home.lines.append(line)
        current = home
    if not (roundup and fresh):
        _add_headlines(headlines, fresh, recalled)
    return fresh + recalled


def _shares(lines: Sequence[Line]) -> set[int]:
    """The sentences right after the first figure whose killed add up to it: "Five died on both sides. Three …; two …"."""
    told = [
        (line, s.count)
        for line in lines
        for s in line.statements
        if s.field == "killed" and s.count and not s.part and line.era in ("now", "open", "after")
    ]
    if not told or told[0][1] < 2:
        return set()
    first, total = told[0]
    rest = [(line, count) for line, count in told[1:] if line.sentence.n <= first.sentence.n + 4 and count != total]
    for last in range(2, len(rest) + 1):
        if sum(count for _, count in rest[:last]) == total:
            return {line.sentence.n for line, _ in rest[:last]}
    return set()


def _goes_on(line: Line, recalled: Draft) -> bool:
    """Whether a line goes on with the history told right before it."""
    text = line.sentence.text.lower()
    if text.startswith(_POINTING) or _THAT_ATTACK.search(text):
        return True
    before = recalled.lines[-1].sentence
    return line.tells and not line.districts and line.sentence.paragraph == before.paragraph and line.sentence.part == before.part


_POINTING = ("this happened", "this took place", "that attack", "it happened")
_THAT_ATTACK = re.compile(r"\bthat (?:attack|siege|blast|bombing|incident|assault|explosion|ambush|day|year|time)\b")
# A day this long before publication is history where a later attack has been told.
_OLDER = dt.timedelta(days=3)


def _is_older(line: Line, fresh: Sequence[Draft]) -> bool:
    """ "On February 19, security forces had killed …" at the end of a report of today's attack."""
    if line.day is None or line.published is None or not line.tells or line.published - line.day < _OLDER:
        return False
    told = [draft for draft in fresh if draft.tells]
    return bool(told) and all(not draft.days or min(draft.days) > line.day for draft in told)


def _home(line: Line, fresh: Sequence[Draft], current: Draft | None) -> Draft | None:
    """The attack that a line belongs to; None opens a new one."""
    if not fresh or current is None:
        return None
    if len(fresh) > 1 and not line.tells and not line.districts:
        return _most_akin(line, fresh, current)
    same_place = _at_the_same_place(line, fresh)
    if line.day is not None and line.tells:
        for draft in fresh:
            if (
                line.day in draft.days
                and (not line.districts or not draft.districts or line.districts & draft.districts)
                and not line.apart
            ):
                return draft
        if all(d.days and line.day not in d.days for d in fresh) and not same_place and _contradicts(line, current):
            return None
    if same_place and not (line.apart and line.tells):
        return same_place[0]
    elsewhere = bool(line.districts and current.districts and not line.districts & current.districts)
    if line.apart and line.tells and any(d.tells for d in fresh) and (elsewhere or not _same_count(line, current)):
        return None
    if line.districts and line.tells and current.tells and not _same_count(line, current):
        if current.districts or any(
            s.field in ("killed", "militants_killed") and s.count and current.counts(s.field) for s in line.statements
        ):
            return None
    return current


_WORD = re.compile(r"[a-z]{5,}")
_COMMON = frozenset(
    "attack attacks attacked blast group claimed responsibility police security killed injured people their which after there officials saying said would other also about".split()
)


def _most_akin(line: Line, fresh: Sequence[Draft], current: Draft) -> Draft:
    """The draft that shares most words with a line such as "… claimed the checkpoint attack"; else the one told last."""
    words = set(_WORD.findall(line.sentence.text.lower())) - _COMMON
    shared = [(len(words & {w for told in draft.lines for w in _WORD.findall(told.sentence.text.lower())}), draft) for draft in fresh]
    most = max(count for count, _ in shared)
    best = [draft for count, draft in shared if count == most]
    return best[0] if most and current not in best else current


def _at_the_same_place(line: Line, fresh: Sequence[Draft]) -> list[Draft]:
    """The drafts that name a district of the line, by the order in which the line names them, the latest draft first."""
    ordered = [m.place.district or m.place.name for m in line.scenes if m.level in ("district", "town", "area")]
    return list({id(d): d for name in ordered for d in reversed(fresh) if name in d.districts}.values())


def _contradicts(line: Line, draft: Draft) -> bool:
    """Whether a line gives another figure for what the draft has a figure for."""
    return any(s.count and draft.counts(s.field) and s.count not in draft.counts(s.field) for s in line.statements)


def _same_count(line: Line, draft: Draft) -> bool:
    """Whether a line repeats a figure of the draft: the same attack told again."""
    return any(s.count and s.count in draft.counts(s.field) for s in line.statements)


def _same_counts(line: Line, fresh: Sequence[Draft]) -> bool:
    return any(_same_count(line, draft) for draft in fresh)


def _add_headlines(headlines: Sequence[Line], fresh: list[Draft], recalled: list[Draft]) -> None:
    for line in headlines:
        if not (line.event or line.statements) or line.era in ("count",):
            continue
        if line.era == "past" and (fresh or recalled):
            continue
        if not fresh:
            if not recalled:
                fresh.append(Draft([line], recalled=line.era == "past"))
            continue
        home = next((d for d in fresh if line.districts and line.districts & d.districts), None) or next(
            (d for d in fresh if _same_count(line, d)), fresh[0]
        )
        home.lines.append(line)
