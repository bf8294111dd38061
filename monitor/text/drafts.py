"""Groups the lines of a report into attacks: a report may tell of three and recall five."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from monitor.text.draft import Draft, same_count
from monitor.text.fresh import cues
from monitor.text.history import goes_on, is_long_ago, is_of_the_day_before, is_older
from monitor.text.homes import (
    CONFIRMS,
    IN_THE_NTH,
    NAMES_THEM,
    NTH,
    at_another_spot,
    at_the_same_place,
    claims_them,
    home_of,
    of_fighters,
    opens_with_its_place,
)
from monitor.text.lines import Line
from monitor.text.newness import totals
from monitor.text.statements import Statement
from monitor.text.sums import adds_up, is_overview, shares, sums


def group_lines(lines: Sequence[Line], *, roundup: bool = False) -> list[Draft]:
    """Fresh attacks and recalled ones, in the order in which they come up. Lines that only count many attacks belong to none.

    `roundup`: each paragraph of the report is a story of its own.
    """
    teasers = [line for line in lines if line.sentence.part == "summary"]
    sorting = _sorted(lines, roundup, heads=("title", "summary") if teasers else ("title",))
    heads: tuple[str, ...] = ("title", "summary")
    if teasers and not _at_several_places([draft for draft in sorting.fresh if any(line.statements for line in draft.lines)]):
        # A teaser of several attacks says of neither enough to begin with; that of one is its first sentence.
        heads = ("title",)
        sorting = _sorted(lines, roundup, heads=heads)
    sorting.fresh = _with_their_teasers(_without_each_others(_without_sums(sorting.fresh)))
    if sorting.told_one_by_one:
        sorting.fresh = [_with_its_share(draft) for draft in sorting.fresh]
    body = [line for line in lines if line.sentence.part not in heads]
    counted = not sorting.fresh and not sorting.recalled and any(line.era == "count" and line.statements for line in body)
    if not (roundup and sorting.fresh) and not counted:
        _add_headlines([line for line in lines if line.sentence.part in heads], sorting.fresh, sorting.recalled)
    return sorting.fresh + sorting.recalled


def _with_their_teasers(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with what a teaser says of one of them: "Sepoy martyred in Tirah", told in full further down."""
    out = list(drafts)
    for teaser in [draft for draft in drafts if all(line.sentence.part == "summary" for line in draft.lines)]:
        told = next((d for d in out if d is not teaser and d.districts & teaser.districts and _has_body(d)), None)
        if told is not None:
            out = [d for d in out if d is not teaser]
            told.lines.extend(replace(line, statements=()) for line in teaser.lines)
    return out


def _has_body(draft: Draft) -> bool:
    return any(line.sentence.part == "body" for line in draft.lines)


_OF_ALL = re.compile(r"\w+ of (?:them|these|those|whom)", re.IGNORECASE)


def _with_its_share(draft: Draft) -> Draft:
    """ "Twelve were killed in two operations. In Kulachi, troops found khwarij. Seven of them were killed": all that were, there."""
    plain = {s.field for line in draft.lines for s in line.statements if s.count and not s.part}
    lines = [
        replace(line, statements=tuple(replace(s, part=False) if _is_share(s) and s.field not in plain else s for s in line.statements))
        for line in draft.lines
    ]
    return replace(draft, lines=lines)


def _is_share(statement: Statement) -> bool:
    return statement.part and bool(statement.count) and _OF_ALL.match(statement.text) is not None


def _without_sums(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without what a lead adds up of all of them: "Six died and five were hurt in two attacks", told one by one after it."""
    if len(drafts) < 2:
        return list(drafts)
    wholes = {(name, whole) for name in ("killed", "injured", "militants_killed") if (whole := _whole(drafts, name))}
    if not wholes:
        return list(drafts)
    return [
        replace(
            draft,
            lines=[replace(line, statements=tuple(s for s in line.statements if (s.field, s.count) not in wholes)) for line in draft.lines],
        )
        for draft in drafts
    ]


def _without_each_others(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without what a lead tells of another of them: "A drone hit a station and gunmen killed two soldiers farther north"."""
    placed = [[(s.field, s.count) for line in draft.lines if line.districts for s in line.statements if s.count] for draft in drafts]
    out = []
    for n, draft in enumerate(drafts):
        own = {field for field, _ in placed[n]}
        others = {figure for m, figures in enumerate(placed) if m != n for figure in figures} - set(placed[n])
        lines = [
            line
            if line.districts or not line.statements
            else replace(line, statements=tuple(s for s in line.statements if s.field not in own or (s.field, s.count) not in others))
            for line in draft.lines
        ]
        out.append(replace(draft, lines=lines))
    return out


def _whole(drafts: Sequence[Draft], name: str) -> int:
    """The figure that adds up those of all drafts, where the first of them has one of its own beside it; else 0."""
    told = [[s.count for line in draft.lines for s in line.statements if s.field == name and s.count and not s.part] for draft in drafts]
    first = next((counts for counts in told if counts), [])
    rest = sum(counts[0] for counts in told if counts and counts is not first)
    running = {s.count for draft in drafts for line in draft.lines if totals(line) for s in line.statements if s.field == name}
    for whole in first if rest else ():
        if whole not in running and whole - rest in first and (whole > _FEW or _is_a_sum(whole, name, drafts)):
            return whole
    return 0


def _is_a_sum(whole: int, name: str, drafts: Sequence[Draft]) -> bool:
    """Whether a sentence that speaks of several attacks gives this figure."""
    lines = [line for draft in drafts for line in draft.lines if any(s.field == name and s.count == whole for s in line.statements)]
    return any(map(adds_up, lines))


_FEW = 3  # so many come about by chance


def _at_several_places(drafts: Sequence[Draft]) -> bool:
    named = [draft.districts for draft in drafts]
    return len(named) > 1 and all(named) and sum(map(len, named)) == len(frozenset().union(*named))


def _sorted(lines: Sequence[Line], roundup: bool, *, heads: Sequence[str]) -> _Sorting:
    """The attacks of the sentences outside the parts that are `heads`."""
    body = [line for line in lines if line.sentence.part not in heads]
    summed = sums(body)
    overviews = {line.sentence.n for line in body if is_overview(line, body)}
    days = frozenset(line.day for line in body if line.sentence.n in summed | overviews and line.day is not None)
    parts = set() if summed else shares(body)
    if any(map(adds_up, body[:2])):
        parts -= {line.sentence.n for line in body if line.apart}  # "An hour later, two constables": of the other attack
    if added := summed | overviews:
        body = [line if line.sentence.n in added else _share_of_the_sum(line) for line in body]
    sorting = _Sorting(parts, roundup, told_one_by_one=bool(added), days=days)
    for line in body:
        if line.era != "count" and (line.event or line.statements or line.apart) and line.sentence.n not in added:
            sorting.take(line)
        elif line.districts:
            sorting.turn_to(line)
    for draft in sorting.fresh if len(days) == 1 else ():
        draft.day = next(iter(days))
    return sorting


_OF_THE_VICTIMS = re.compile(r"\w+ of (?:the|\w+['’]s) (?:victims|dead|deaths|slain|killed|martyrs)", re.IGNORECASE)


def _share_of_the_sum(line: Line) -> Line:
    """ "Three of the victims were gunned down in Karachi", after a sum of several places: all that died there."""
    if not line.districts or not any(s.part and _OF_THE_VICTIMS.fullmatch(s.text) for s in line.statements):
        return line
    return replace(line, statements=tuple(replace(s, part=False) if _OF_THE_VICTIMS.fullmatch(s.text) else s for s in line.statements))


@dataclass(slots=True)
class _Sorting:
    """The lines taken so far. `shares`: sentences that divide up the first figure. `history`: where history was told last.
    `told_one_by_one`: the attacks of several places, which a total has added up before or after; `days`: those that the total names."""

    shares: set[int]
    roundup: bool
    told_one_by_one: bool = False
    days: frozenset[dt.date] = frozenset()
    fresh: list[Draft] = field(default_factory=list)
    recalled: list[Draft] = field(default_factory=list)
    current: Draft | None = None
    history: tuple[int, Draft] | None = None

    def take(self, line: Line) -> None:
        """Put one line where it belongs: to history, to an attack told before, or to a new one."""
        right_after = self.history is not None and self.history[0] == line.sentence.n - 1
        if self._is_history(line):
            self._recall(line, again=right_after and not line.tells)
        elif is_of_the_day_before(line):
            self._recall(line, again=False)
            self.history = None  # what comes next is of today
        elif is_older(line, self.fresh, self.days):
            self._recall(line, again=False)
        elif right_after and self.history and claims_them(line, self.history[1].lines[-1]):
            self._recall(line, again=True)  # "Two bombs hit the city in 2023. ISIS-K claimed both attacks."
        elif right_after and line.sentence.other and is_long_ago(line):
            self._recall(line, again=False)  # "On the 20th 26 pilgrims were killed, and three died on the 23rd"
        elif self.history and right_after and line.sentence.part == "body" and goes_on(line, self.history[1], self.fresh):
            self._recall(line, again=True)  # "In 2014, … . The attackers killed 130 pupils."
        elif line.tells or line.statements or line.asserts or line.refers or (line.apart and line.districts):
            self._report(line)

    def turn_to(self, line: Line) -> None:
        """ "In Dasht, masked men let the driver go. No one was hurt": what comes next is of the attack told there."""
        if len(self.fresh) > 1 and opens_with_its_place(line):
            self.current = next(iter(at_the_same_place(line, self.fresh)), self.current)

    def _is_history(self, line: Line) -> bool:
        if line.era == "past":
            return True
        if line.era != "after" or line.sentence.n in self.shares:
            return False
        sequel = "sequel" in cues(line.sentence.text)
        if not any(draft.tells or (sequel and draft.days) or draft.harmless for draft in self.fresh):
            return False
        speaks = line.tells or sequel
        told_again = line.statements and any(same_count(line, draft) for draft in self.fresh)
        other_day = sequel and line.day is not None and not any(line.day in draft.days for draft in self.fresh)
        return speaks and (other_day or not told_again)

    def _recall(self, line: Line, *, again: bool) -> None:
        if again and self.history is not None:
            draft = self.history[1]
            draft.lines.append(line)
        else:
            draft = Draft([line], recalled=True)
            self.recalled.append(draft)
        self.history = (line.sentence.n, draft)

    def _report(self, line: Line) -> None:
        home = self._home(line)
        if home is None:
            home = Draft()
            self.fresh.append(home)
        home.lines.append(of_fighters(line, home))
        self.current = home

    def _home(self, line: Line) -> Draft | None:
        current = self.current
        if current is None:
            return None
        if self.roundup and line.sentence.paragraph != current.lines[-1].sentence.paragraph:
            return next((draft for draft in self.fresh if line.districts & draft.districts), None)
        tells = line.asserts or line.tells
        known = current.tells or (bool(current.districts) and any(told.asserts for told in current.lines))
        if (nth := IN_THE_NTH.search(line.sentence.text)) is not None:
            told = [draft for draft in self.fresh if _has_body(draft)]
            at = NTH.index(nth["nth"].lower())
            if at < len(told) and (not line.districts or line.districts & told[at].districts):
                return told[at]
        of_it = NAMES_THEM.search(line.sentence.text) or (len(self.fresh) == 1 and CONFIRMS.search(line.sentence.text))
        if of_it and not line.apart:
            return current
        if self.told_one_by_one and tells and line.districts and known and not at_the_same_place(line, self.fresh):
            return None  # the place comes first, its toll in the next sentence
        if self.told_one_by_one and line.asserts and line.tells and known and at_another_spot(line, current):
            return None  # "At around 4:30pm, a bomb went off in Paniala", in the district of the first
        return current if line.sentence.n in self.shares else home_of(line, self.fresh, current)


def _uncounted(line: Line, fresh: Sequence[Draft]) -> Draft | None:
    """The one attack whose victims the text names without a number ("The passengers were killed"), where no other has any killed."""
    if any(draft.counts("killed") for draft in fresh) or not any(s.field == "killed" and s.count for s in line.statements):
        return None
    named = [draft for draft in fresh if any(s.field == "killed" and s.count is None for told in draft.lines for s in told.statements)]
    return named[0] if len(named) == 1 else None


def _wants(draft: Draft, line: Line) -> bool:
    """Whether a half of a headline gives the toll that an attack at its one place still lacks: "…; two shot dead in Tank"."""
    return len(line.districts) == 1 and line.districts <= draft.districts and not draft.tells


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
        if len(fresh) > 1 and line.statements and not any(same_count(line, d) or _wants(d, line) for d in fresh):
            if (home := _uncounted(line, fresh)) is not None:
                home.lines.append(line)
            continue  # "Eleven killed in a string of attacks": the sum of all
        home = next((d for d in fresh if line.districts & d.districts), None) or next((d for d in fresh if same_count(line, d)), fresh[0])
        # "Four police killed as rockets hit Peshawar airport": the figure of one attack, the place of the other.
        mixed = len(fresh) > 1 and line.tells and home.tells and not same_count(line, home)
        # A headline's sum of all may stand beside the figure of one.
        own = [s for s in line.statements if len(fresh) == 1 or s.count in home.counts(s.field) or not home.counts(s.field)]
        home.lines.append(replace(line, statements=() if mixed else tuple(own)))
