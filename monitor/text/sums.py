"""Sentences that add up or announce several attacks, which the report then tells one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text.fresh import cues
from monitor.text.guarded import guarded
from monitor.text.lines import Line


def sums(body: Sequence[Line]) -> set[int]:
    """The sentences that add up attacks at several places of one country, told one by one after them: "nine killed. In Dir, three …"."""
    for name in ("killed", "militants_killed"):
        told = [
            (line, s.count)
            for line in body
            if line.era in ("now", "open", "after")
            for s in [next((s for s in line.statements if s.field == name and s.count and not s.part), None)]
            if s is not None
        ]
        if not told or (total := told[0][1] or 0) < 2:
            continue
        parts, found = 0, list[Line]()
        wholes = {line.sentence.n for line, count in told if count == total}
        for line, count in [pair for pair in told if pair[1] != total]:
            place = _where(line, body, wholes)
            close = bool(found) and not line.apart and line.sentence.n - found[-1].sentence.n <= _CLOSE
            if close and place and place == _where(found[-1], body, wholes):
                continue  # "two policemen in Swabi. One died on the spot and the other in hospital"
            parts += count or 0
            found.append(line)
            if parts >= total:
                break
        where = [_where(line, body, wholes) for line in found]
        known = frozenset().union(*where)
        if len(set(where)) < len(where) and adds_up(told[0][0]):
            where = [_spots(line, body, wholes) for line in found]  # "seven in two operations": four in Miran Shah, three in Spinwam
        countries = {m.place.country for line in found for m in line.scenes if m.place.country}
        if len(found) > 1 and parts == total and all(where) and len(set(where)) == len(where) and len(countries) < 2:
            early = found[0].sentence.n
            told = [(line, count) for line, count in told if not line.districts or line.districts & known or adds_up(line)]
            return {line.sentence.n for line, count in told if count == total and (line.sentence.n < early or len(line.districts) > 1)}
    return set()


_CLOSE = 2  # sentences


def _where(line: Line, body: Sequence[Line], wholes: set[int]) -> frozenset[str]:
    """The districts that a line names, else those of the line before it, unless that tells the whole."""
    if line.districts or line.sentence.n - 1 in wholes:
        return line.districts
    before = next((other for other in body if other.sentence.n == line.sentence.n - 1), None)
    return before.districts if before else frozenset()


def _spots(line: Line, body: Sequence[Line], wholes: set[int]) -> frozenset[str]:
    """As `_where`, by the names below the districts."""
    before = next((other for other in body if other.sentence.n == line.sentence.n - 1 and other.sentence.n not in wholes), None)
    told = line if line.scenes or before is None else before
    return frozenset(m.place.name for m in told.scenes if m.level in ("town", "area") and m.place.name)


def is_overview(line: Line, body: Sequence[Line]) -> bool:
    """Whether a line names the places of several attacks that are told one by one after it: "Posts attacked in Tump, Mach and Jiwani"."""
    if line.sentence.n > 3:
        return False
    # What is told after it need not be at a place that it names.
    wide = not line.districts or _A_SERIES.search(line.sentence.text) is not None
    if len(line.districts) < 2 and not (wide and not line.sentence.other and adds_up(line)):
        return False
    firsts = [other.sentence.n for other in body if other.sentence.n > line.sentence.n and "first_of_them" in cues(other.sentence.text)]
    if firsts and (len(line.provinces) > 1 or (adds_up(line) and firsts[0] <= line.sentence.n + 2)):
        return True
    series = wide and bool(line.districts) and line.tells  # it gives the first one's place itself
    told = ({line.districts} if series else set()) | {
        other.districts if wide else other.districts & line.districts
        for other in body
        if other.sentence.n > line.sentence.n
        and other.era in ("now", "open")
        and (other.tells or ((other.asserts or other.apart) and _opens_paragraph(other, body)))
        and other.districts
        and (wide or not line.districts <= other.districts)
    } - {frozenset()}
    return len(told) > 1 and len(frozenset().union(*told)) > 1


_NOWHERE: frozenset[str] = frozenset()
_A_SERIES = guarded(
    r"\b(?:series|string|spate|wave) of (?:[\w-]+ ){0,2}(?:attacks|explosions|blasts|bombings|assaults|incidents|ambushes|raids|strikes)\b",
    re.IGNORECASE,
)
# "struck in two southern districts", without naming them
_IN_SEVERAL = guarded(
    r"\b(?:in|across|at) (?:two|three|four|five|several|various|different|multiple|separate) (?:[\w-]+ ){0,2}"
    r"(?:districts|provinces|areas|places|towns|cities|parts|locations|incidents|attacks|tehsils)\b",
    re.IGNORECASE,
)


def _opens_paragraph(line: Line, body: Sequence[Line]) -> bool:
    return all(other.sentence.paragraph != line.sentence.paragraph or other.sentence.n >= line.sentence.n for other in body)


# "Tuesday's two attacks have claimed five lives between them"
_BETWEEN_THEM = guarded(r"\b(?:two|three|four|five|both) [^.;]{0,80}\b(?:lives|people|persons|dead|deaths) between them\b", re.IGNORECASE)


def adds_up(line: Line) -> bool:
    text = line.sentence.text
    return "several" in cues(text) or any(pattern.search(text) for pattern in (_IN_SEVERAL, _A_SERIES, _BETWEEN_THEM))


def shares(lines: Sequence[Line]) -> set[int]:
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
    # What happened at another place is no share of what happened at this one.
    rest = [(line, count) for line, count in rest if not (line.districts and first.districts) or line.districts & first.districts]
    for last in range(2, len(rest) + 1):
        if sum(count for _, count in rest[:last]) == total:
            return {line.sentence.n for line, _ in rest[:last]}
    return set()
