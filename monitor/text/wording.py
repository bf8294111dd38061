"""Whether a report is worded as news of an attack or as talk about attacks, by weights learned from the project's own reports.

A linear model: the log-odds of news are the sum of the weights of the report's words and pairs of words, in the title, in the
first sentence, in the next two, in the rest and anywhere. Names of places and groups, figures and days stand for their kind ("PLACE",
"NOW" for the last two days), so that what counts is how it is told. `scripts/fit_wording.py` learns the weights.

It has the last word on what `frame` judged, both ways, where it is sure enough.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from itertools import repeat
from typing import Protocol

from monitor.text.clean import CleanText, Sentence
from monitor.text.dates import When, find_dates
from monitor.text.draft import Draft
from monitor.text.frame import Verdict
from monitor.text.fresh import cues
from monitor.text.newness import deeds, is_new, tolls, totals

# Weights are kept as whole numbers, in thousandths of log-odds.
SCALE = 1000
# Below these log-odds a report is no news, however much it tells. It takes more to doubt a bare headline, whose few words can hardly
# speak for it, more a story that begins with its day, place and dead, or a new toll, which comes among words of mourning, and most such a
# story whose title names attack and place.
AGAINST = -1.3
AGAINST_FIRM = -2.1
AGAINST_A_LEAD = -2.8
AGAINST_A_TITLED_LEAD = -5.5
AGAINST_A_TOLL = -4.0
# Above these a report is news, though no rule saw why.
IN_FAVOUR = 1.1
IN_FAVOUR_FIRM = 1.2  # where no word of its sentences is one of violence
IN_FAVOUR_OF_KNOWN = 2.6  # where the rules saw something else than an attack of these days
# Of an article, which has room for several things, by what the rules saw.
IN_FAVOUR_OF_LONG = {"": 3.0, "follow-up": 4.0, "history": 4.0, "accident": 6.0}
# Beyond so many words there are more weights than the limits were set for.
_ARTICLE_WORDS = 600
# Reasons that a report is no news which say only that nothing was seen, not what it is instead.
_UNSURE = ("nothing", "sport", "politics", "drill", "opinion")
_KNOWN = ("follow-up", "history", "accident")

# Title, first sentence, next two, rest; the weights have an "A" besides, for standing anywhere.
_PARTS = "TLMB"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d[\d,.]*|[?!:;\"]")
_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9][0-9,.]*|[?!:;\"]")  # the same of a text in small ASCII letters, in half the time
_NUMBERS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
    thirty forty fifty sixty dozen dozens scores
    """.split()
)


class Named(Protocol):
    """A name found at characters [start, end) of the clean text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Weights:
    """Log-odds of news by wording. `table` is in thousandths, by `features` and "bias"; None is the one shipped."""

    def __init__(self, table: Mapping[str, int] | None = None) -> None:
        self._bias, by_part = shipped() if table is None else _by_part(table)
        self._anywhere = by_part.get("A", {})
        # Most of the cost is finding words in tables that no processor's cache holds: so one look-up gives both weights of a word.
        self._together = {part: _sums(self._anywhere, by_part.get(part, {})) for part in _PARTS}

    def odds(self, told: Mapping[str, Set[str]]) -> float:
        """The log-odds that a report with these `worded` words is news."""
        total, seen = self._bias, set[str]()
        for part, words in told.items():
            again = words & seen  # what stands in several parts counts once for standing anywhere
            total += sum(map(self._together[part].get, words, repeat(0))) - sum(map(self._anywhere.get, again, repeat(0)))
            seen |= words
        return total / SCALE


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """The sum of two weights for each word that has either."""
    return {word: one.get(word, 0) + other.get(word, 0) for word in one.keys() | other.keys()}


def tempered(verdict: Verdict, drafts: Sequence[Draft], text: CleanText, odds: Callable[[], float]) -> Verdict:
    """The verdict where the wording agrees or is not sure; else what the wording says.

    `odds` are asked for only where they can change something. A text without a title is an entry of a register, from which the weights
    have not learned, and so are the longest articles; one of several things takes more to be brought in.
    """
    headline = all(sentence.part == "title" for sentence in text.sentences)
    if not text.title or headline or text.words > _ARTICLE_WORDS or not drafts or verdict.retracts:
        return verdict
    if any(verdict.fresh):
        firm = _titled_so(drafts) or _TOLL_OF_TITLE.search(text.title) is not None
        sure = _new_toll(drafts, verdict) or (text.long and _of_a_day(drafts, verdict)) or _as_titled(drafts, verdict)
        leads = _leads_with_it(drafts, verdict, text)
        if leads and any(line.asserts and line.districts for draft in drafts for line in draft.lines if line.sentence.part == "title"):
            lowest = AGAINST_A_TITLED_LEAD
        else:
            lowest = AGAINST_A_TOLL if sure else AGAINST_A_LEAD if leads else AGAINST_FIRM if firm else AGAINST
        if odds() >= lowest:
            return verdict
        remembers = bool({"remembrance", "anniversary"} & cues(text.title))
        kept = [remembers and fresh and _stands_alone(draft) for draft, fresh in zip(drafts, verdict.fresh, strict=True)]
        reasons = tuple("" if keep else reason or "wording" for keep, reason in zip(kept, verdict.reasons, strict=True))
        return replace(verdict, fresh=tuple(kept), reasons=reasons)
    able = [n for n, draft in enumerate(drafts) if verdict.reasons[n] in _UNSURE + _KNOWN and _may_be_attack(draft)]
    told = next((n for n in able if _is_violent(drafts[n])), next(iter(able), None))
    if told is None:
        return verdict
    known = verdict.reasons[told] in _KNOWN
    strong = known or "follow_up_strong" in cues(text.title)
    needed = IN_FAVOUR_OF_KNOWN if strong else IN_FAVOUR if _is_violent(drafts[told]) else IN_FAVOUR_FIRM
    if text.long:
        needed = max(needed, IN_FAVOUR_OF_LONG[verdict.reasons[told] if known else ""])
    if odds() < needed:
        return verdict
    reasons = tuple("" if n == told else reason for n, reason in enumerate(verdict.reasons))
    return replace(verdict, fresh=tuple(not reason for reason in reasons), reasons=reasons)


def _may_be_attack(draft: Draft) -> bool:
    """Whether a draft tells of something, and names no illness, weather or mishap without naming violence."""
    told = any(line.tells or line.asserts for line in draft.lines)
    return told and (_is_violent(draft) or not any("accident" in cues(line.sentence.text) for line in draft.lines))


def _stands_alone(draft: Draft) -> bool:
    """Whether it has a place and a day of its own beside what the report remembers: "A policeman was shot dead in Tank on Tuesday"."""
    return any(line.sentence.part == "body" and line.districts and is_new(line) and tolls(line) for line in draft.lines)


def _is_violent(draft: Draft) -> bool:
    return any({"hostile", "violence", "bombed"} & cues(line.sentence.text) for line in draft.lines)


_SAY = re.compile(r"\b(?:say|says|said|accuses?)\b[^.;]{0,60}\b(?:kill(?:s|ed)?|dead|die[sd]?)\b", re.IGNORECASE)
# "12 dead in two attacks": a sum, which is no draft's own.
_TOLL_OF_TITLE = re.compile(
    r"\b(?:killed|dead|die|martyred)\b[^.;]{0,30}\battacks\b|\battacks\b[^.;]{0,40}\b(?:kill|leave|claim)\b", re.IGNORECASE
)


def _titled_so(drafts: Sequence[Draft]) -> bool:
    """Whether the title says outright that people were killed or hurt: "Bomb wounds three in Khuzdar"."""
    titles = [line for draft in drafts for line in draft.lines if line.sentence.part == "title"]
    # "Blast at mosque kills many" gives no figure and leaves no doubt.
    if any(tolls(line) or (deeds(line) and any(s.count is None for s in line.statements)) for line in titles):
        return True
    # "Kabul says strikes kill nine civilians": told by one side
    return any(
        _SAY.search(line.sentence.text) and any(s.field == "killed" and (s.count or 0) > 1 for s in line.statements) for line in titles
    )


def _new_toll(drafts: Sequence[Draft], verdict: Verdict) -> bool:
    """Whether the first attack that is news has a new running total."""
    first = next(draft for draft, fresh in zip(drafts, verdict.fresh, strict=True) if fresh)
    return any(map(totals, first.lines))


_ABDUCTED = re.compile(r"\b(?:kidnapped|abducted)\b", re.IGNORECASE)


def _leads_with_it(drafts: Sequence[Draft], verdict: Verdict, text: CleanText) -> bool:
    """Whether the story begins with its day and place, and its dead there or in the next sentence, or whom it took away."""
    told = (draft for draft, fresh in zip(drafts, verdict.fresh, strict=True) if fresh)
    body = [line for draft in told for line in draft.lines if line.sentence.part == "body"][:2]
    first = next((sentence for sentence in text.sentences if sentence.part == "body"), None)
    if not body or body[0].sentence is not first or not is_new(body[0]) or not body[0].districts:
        return False
    return (
        tolls(body[0])
        or _ABDUCTED.search(body[0].sentence.text) is not None
        or any(tolls(line) and s.field == "killed" for line in body[1:] for s in line.statements)
    )


def _of_a_day(drafts: Sequence[Draft], verdict: Verdict) -> bool:
    """Whether an attack that is news is told with its day and its dead: "an attack on March 4 that killed 64", in an analysis."""
    told = (draft for draft, fresh in zip(drafts, verdict.fresh, strict=True) if fresh)
    return any(line.day and line.tells and tolls(line) for draft in told for line in draft.lines)


def _as_titled(drafts: Sequence[Draft], verdict: Verdict) -> bool:
    """Whether the story says with day and province what its title says: "Five die in shelling": "Five were killed on Monday when …"."""
    told = [line for draft, fresh in zip(drafts, verdict.fresh, strict=True) if fresh for line in draft.lines]
    titled = {
        s.count for line in told if line.sentence.part == "title" for s in line.statements if s.field == "killed" and (s.count or 0) > 1
    }
    return any(line.day and line.provinces and any(s.field == "killed" and s.count in titled for s in line.statements) for line in told)


def features(text: CleanText, places: Iterable[Named], groups: Iterable[Named], published: dt.date | None) -> frozenset[str]:
    """The words and pairs of a report, each with where it stands: "T:over", "A:in_PLACE"."""
    told = worded(text, places, groups, published)
    told["A"] = set().union(*told.values())
    return frozenset(f"{part}:{word}" for part, words in told.items() for word in words)


def worded(text: CleanText, places: Iterable[Named], groups: Iterable[Named], published: dt.date | None) -> dict[str, set[str]]:
    """The words and pairs of words by part: title (T), first sentence (L), next two (M) and rest (B)."""
    names = sorted([(name.start, name.end, "PLACE") for name in places] + [(name.start, name.end, "GROUP") for name in groups])
    found: dict[str, set[str]] = defaultdict(set)
    n = 0
    for sentence in text.sentences:
        if sentence.part == "title":
            part = "T"
        else:
            n += 1
            part = "L" if n == 1 else "M" if n <= 3 else "B"
        inside = names[bisect_left(names, (sentence.start,)) : bisect_left(names, (sentence.end,))]
        words = _words(sentence, inside, published)
        found[part].update(words, map("_".join, zip(["^", *words], [*words, "$"], strict=True)))
    return found


def _words(sentence: Sentence, names: Sequence[tuple[int, int, str]], published: dt.date | None) -> list[str]:
    """The words of a sentence in small letters, with kinds in the place of the `names` in it, of days and figures."""
    spans = [(start - sentence.start, end - sentence.start, kind) for start, end, kind in names]
    spans += [(when.start, when.end, _kind_of_day(when, published)) for when in find_dates(sentence.text, published)]
    words: list[str] = []
    position = 0
    for start, end, kind in sorted(spans):
        if start < position:
            continue
        words += _plain(sentence.text[position:start])
        words.append(kind)
        position = end
    return words + _plain(sentence.text[position:])


def _plain(text: str) -> list[str]:
    lower = text.lower()
    words = (_ASCII_WORD if lower.isascii() else _WORD).findall(lower)
    return ["NUMBER" if word[0].isdigit() or word in _NUMBERS else word for word in words]


def _kind_of_day(when: When, published: dt.date | None) -> str:
    if when.last is None or published is None:
        return "DAY"
    if when.since:
        return "SINCE"
    age_days = (published - when.last).days
    return "AHEAD" if age_days < -1 else "NOW" if age_days <= 2 and not when.coarse else "RECENT" if age_days <= 14 else "LONG-AGO"


@lru_cache(maxsize=1)
def shipped() -> tuple[int, Mapping[str, Mapping[str, int]]]:
    """The bias and the weights of wording.tsv, by part and word."""
    lines = resources.files("monitor.text").joinpath("wording.tsv").read_text(encoding="utf-8").splitlines()
    return _by_part({name: int(weight) for name, weight in (line.split("\t") for line in lines)})


def _by_part(table: Mapping[str, int]) -> tuple[int, Mapping[str, Mapping[str, int]]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for name, weight in table.items():
        part, _, word = name.partition(":")
        found[part][word] = weight
    return found.pop("bias", {}).get("", 0), found
