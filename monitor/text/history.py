"""What a report recalls beside its news: an attack of an earlier day, and the sentences that go on with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from monitor.text.draft import Draft, contradicts, same_count
from monitor.text.lines import Line, before_the_past


def goes_on(line: Line, recalled: Draft, fresh: Sequence[Draft]) -> bool:
    """Whether a line goes on with the history told right before it."""
    known = frozenset().union(*(draft.districts for draft in fresh))
    if line.districts & recalled.districts - known:
        return True
    text = line.sentence.text.lower()
    if _LAST_WEEKS.search(text) or _belies(line, fresh):
        return True
    fields = {s.field for s in line.statements if s.count}
    if fields == {"militants_killed"} and not line.districts and not any(draft.counts("militants_killed") for draft in fresh):
        return True  # "The train was hijacked in March. The military killed 33 attackers"
    if line.era == "now":
        return False
    if text.startswith(_POINTING) or _THAT_ATTACK.search(text):
        return True
    if not line.tells:
        return _TOOK_PLACE.match(text) is not None and line.sentence.paragraph == recalled.lines[-1].sentence.paragraph
    before = recalled.lines[-1].sentence
    if not line.districts and line.sentence.paragraph == before.paragraph and line.sentence.part == before.part:
        return True
    if not line.districts and all(_only_there(s.field, recalled, fresh) for s in line.statements if s.count):
        return True
    if line.apart or any(same_count(line, draft) for draft in fresh):
        return False
    if same_count(line, recalled):
        return True
    return _ALSO.search(text) is not None and not (line.districts & known - recalled.districts)


def _belies(line: Line, fresh: Sequence[Draft]) -> bool:
    """Whether it says that nobody was hurt, where the news is of victims: it goes on with the history before it."""
    nobody = bool(line.statements) and all(s.count == 0 for s in line.statements)
    return nobody and any(draft.counts(name) for draft in fresh for name in ("killed", "injured"))


_TOOK_PLACE = re.compile(
    r"the (?:attack|blast|explosion|bombing|shooting|assault|ambush|killings|murders) (?:took place|occurred|happened)\b"
)


def _only_there(name: str, recalled: Draft, fresh: Sequence[Draft]) -> bool:
    """Whether only the history has figures of such people: victims, where the news is of an operation."""
    kinds = ("militants_killed",) if name == "militants_killed" else ("killed", "injured")
    return any(recalled.counts(kind) for kind in kinds) and not any(draft.counts(kind) for draft in fresh for kind in kinds)


# "A blast at a hospital also injured 15", right after what is recalled
_ALSO = re.compile(r"\balso\b|\bhad\b")
_POINTING = ("this happened", "this took place", "that attack", "it happened")
_LAST_WEEKS = re.compile(
    r"\b(?:last|the previous|the earlier) (?:week|month|year)'s (?:\w+ ){0,2}"
    r"(?:attack|siege|blast|bombing|incident|assault|explosion|ambush|killing|murder)"
)
_THAT_ATTACK = re.compile(r"\bthat (?:attack|siege|blast|bombing|incident|assault|explosion|ambush|day|year|time)\b")
_LAST_WEEK = re.compile(r"Recently, |(?:Only |Just |Also )?(?:[Ll]ast (?:week|month)|[Ee]arlier (?:this|in the|last) (?:week|month)),? ")
_DAY_BEFORE = re.compile(r"(?:The|A) (?:day|night) (?:before|earlier),|The previous (?:day|night),")
# A day this long before publication is history where a later attack has been told.
_OLDER = dt.timedelta(days=3)


def is_of_the_day_before(line: Line) -> bool:
    """ "The day before, a gunman had killed a volunteer", after the sum of today's."""
    return line.tells and _DAY_BEFORE.match(line.sentence.text) is not None and before_the_past(line.sentence.text)


def is_long_ago(line: Line) -> bool:
    """Whether a line is of a day that is history where later ones are told."""
    return line.published is not None and line.day is not None and line.published - line.day >= _OLDER


def is_older(line: Line, fresh: Sequence[Draft], days: frozenset[dt.date]) -> bool:
    """ "On February 19, security forces had killed …" at the end of a report of today's attack."""
    if line.published is None or not line.tells or line.sentence.other:
        return False
    if line.day is None:
        return _LAST_WEEK.match(line.sentence.text) is not None and any(draft.tells and draft.days for draft in fresh)
    told = [draft for draft in fresh if draft.tells or draft.days or line.apart]
    if any(not draft.days and all(told.sentence.part != "body" for told in draft.lines) for draft in told) and not days:
        return False  # a summary's words do not tell of which day the story will be
    known = [draft for draft in told if draft.tells]
    if known and line.day < line.published and before_the_past(line.sentence.text) and all(contradicts(line, draft) for draft in known):
        return True  # "A bomber had rammed the gate of a station yesterday, killing 20", in a report of two
    if line.published - line.day < _OLDER and not _of_other_people(line, told, days):
        return False
    return bool(told) and all(min(draft.days or days, default=dt.date.max) > line.day for draft in told)


def _of_other_people(line: Line, told: Sequence[Draft], days: frozenset[dt.date]) -> bool:
    """ "On Sunday, the military said it killed 34 insurgents": no part of Tuesday's bombing."""
    fields = {s.field for s in line.statements if s.count and not s.part}
    ours, theirs = ("militants_killed",), ("killed", "injured")
    if not fields or line.back or not all(draft.days or days for draft in told):
        return False
    if fields <= set(ours):
        return not any(draft.counts(name) for draft in told for name in ours)
    # "On Saturday, eight had been martyred at a checkpoint", in a report of Sunday's operations
    return fields <= set(theirs) and not any(draft.counts(name) for draft in told for name in theirs)
