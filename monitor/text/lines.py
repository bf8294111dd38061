"""Reads each sentence for itself: what it tells, of when, of where, and whether it is news or history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.text.clean import Sentence
from monitor.text.dates import When
from monitor.text.fresh import cues, position
from monitor.text.guarded import guarded
from monitor.text.numbers import cardinal
from monitor.text.places import PlaceMention
from monitor.text.tolls import Statement

# An incident is news up to this many days before publication.
FRESH_DAYS = 14

# "police said on Friday": the day of the saying.
_SAID_ON = re.compile(
    r"\b(?:said|says|told (?:\w+ ){1,3}|announced|confirmed|reported|added|claimed(?: responsibility)?|statement|denied|condemned"
    r"|according to [\w' ]{3,40}?)"
    r"(?: in a statement| late| early)?,?(?: on| late on)?\s*$",
    re.IGNORECASE,
)

# "KARACHI, Nov 27:", "QUETTA, Pakistan, March 3 (Wire) -": the day of the filing.
_FILED_ON = re.compile(
    r"[A-Z][A-Za-z /.'-]{2,30}(?:, ?[A-Z][a-z]+| ?\[[A-Z][a-z]+\])?,? ?"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?"
    r"(?: ?\([^)]{2,30}\))? ?(?::|--?|[–—])"
)

# "The nation on Wednesday observed the anniversary of the attack in which 147 died": the day is that of observing it.
_CEREMONY = re.compile(
    r"\b(?:observ|mark|commemorat|remember|recall|honou?r|paid tribute|pays? tribute|gather|mourn|held|light|lit)\w*\b[^.;]{0,80}?"
    r"\banniversary of\b|\bon the (?:\w+ )?anniversary of\b",
    re.IGNORECASE,
)

# No one attack here has killed or hurt so many: it is the toll of years.
_WARS = 1_000

# What the main clause came to.
_SO_ENDING = re.compile(
    r",\s*(?:killing|wounding|injuring|leaving|martyring)\b[^,;]*(?: and (?:wounding|injuring)\b[^,;]*)?$", re.IGNORECASE
)

# "… in Quetta, marking another tragic incident": the same; "the TTP are a separate group": no attack
_MARKS = re.compile(
    r"\bmark(?:s|ed|ing) (?:yet )?another\b|\bin yet another\b|\ba separate (?:group|organi[sz]ation|entity|faction|movement|outfit)\b",
    re.IGNORECASE,
)
# "Earlier, officials had put the number of dead at nine": of the same attack
_PUT_EARLIER = re.compile(
    r"Earlier,? (?:[\w-]+ ){1,5}(?:had )?(?:put|said|reported|confirmed|given)\b[^.;]{0,40}\b(?:toll|dead|deaths|killed|casualties)\b"
)
# "Moreover, a roadside bomb blew up a vehicle"
_MORE_OF_IT = re.compile(
    r"(?:Moreover|Furthermore|In addition|Likewise|Similarly),? (?:an?|unidentified|unknown|gunmen|militants|armed)\b"
    r"|Similarly,? (?:two|three|four|five|another)\b"
)
# "An hour later, two constables lost their lives when gunmen fired at a picket"
_SOON_AFTER = re.compile(
    r"(?:About |Around |Nearly |Barely |Some |Half )?(?:an|one|two|three|four) hours? (?:later|after that|afterwards),?\s", re.IGNORECASE
)
# "at the funeral of an officer who was killed in a strike the day before"
_KILLED_BEFORE = re.compile(
    r"\bwho (?:was|were|had(?: been)?)\b[^.;]{0,90}?\b(?:(?:the|a) (?:day|night|week) (?:before|earlier)|the previous (?:day|night)"
    r"|earlier (?:in the day|that day|on \w+day|the same day))\b",
    re.IGNORECASE,
)
# "a sit-in after the kidnapping and the methane explosion that claimed 12 lives"
_MISHAP_BEFORE = guarded(
    r"\b(?:after|and|since|following|over) (?:the|a|an) (?:\w+ )?(?:methane|gas|boiler|cylinder|mine)(?: gas)?"
    r" (?:explosion|blast|leak\w*|collapse)"
    r" (?:that|which|in which)\b",
    re.IGNORECASE,
)
# "killed two children on Monday while six bodies found the day before were identified"
_FOUND_BEFORE = guarded(
    r"\b(?:while|and|after) (?:the )?\w+ bodies (?:that were |which were )?(?:found|recovered)"
    r" (?:the day before|a day earlier|earlier|the previous day)\b",
    re.IGNORECASE,
)
_NAME = 40  # characters before it: whom it tells of
_NOWHERE: frozenset[str] = frozenset()
Era = Literal["now", "open", "after", "past", "count"]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with what was found in it.

    `era`: "now" is dated within the fresh days, "open" is not dated, "past" is told as history,
    "after" is history where news came before it, "count" adds up many attacks.
    `apart`: its wording sets it apart from the attack told before. `day`: the day it names, where it names one.
    `asserts`: it says that something was done, not only that there are attacks.
    `refers`: it speaks of "the attack".
    `back`: it points back at an attack that is known already ("Tuesday's attack").
    `by_group`: it goes on with what an armed group's spokesman said in the sentence before.
    """

    sentence: Sentence
    statements: tuple[Statement, ...]
    whens: tuple[When, ...]
    scenes: tuple[PlaceMention, ...]
    event: bool
    asserts: bool
    era: Era
    apart: bool
    back: bool
    refers: bool
    day: dt.date | None
    published: dt.date | None = None
    by_group: bool = False

    @property
    def districts(self) -> frozenset[str]:
        if not self.scenes:
            return _NOWHERE
        return frozenset(
            m.place.district or m.place.name or "" for m in self.scenes if m.level in ("district", "town", "area") and m.weight >= 0.4
        ) - {""}

    @property
    def provinces(self) -> frozenset[str]:
        return frozenset(m.place.province for m in self.scenes if m.place.province) if self.scenes else _NOWHERE

    @property
    def tells(self) -> bool:
        """Whether it states casualties."""
        return bool(self.statements) and any(s.count != 0 and not s.part for s in self.statements)


def read_line(
    sentence: Sentence,
    statements: Sequence[Statement],
    whens: Sequence[When],
    scenes: Sequence[PlaceMention],
    *,
    event: bool,
    published: dt.date | None,
) -> Line:
    """Put together what is known of one sentence and decide its era."""
    text = sentence.text
    said = plain = cues(text)
    aside = position("aside", text)
    if aside is not None:
        plain = cues(text[:aside])
        then = next((w.start for w in whens if w.start >= aside and _is_old(w, published)), len(text))
        statements = [s for s in statements if s.start < then]  # "is the second to die; in 2023 a bomb killed 13"
        whens = [w for w in whens if w.start < aside]
    ceremony = _CEREMONY.search(text) if "anniversary" in text.lower() else None
    if ceremony is not None and "assertion" in cues(text[: ceremony.start()]):
        ceremony = None  # "A bomb went off near a march that marked the anniversary"
    if ceremony is not None:
        whens = [w for w in whens if w.start >= ceremony.end()]
    filed = _FILED_ON.match(text) if whens else None
    whens = _of_the_main_clause(text, [w for w in whens if filed is None or w.start >= filed.end()], statements)
    if statements and "who " in text and (before := _KILLED_BEFORE.search(text)) is not None:
        statements = [s for s in statements if not before.start() - _NAME <= s.start < before.end()]
        whens = [w for w in whens if not before.start() <= w.start < before.end()]
    if statements and (mishap := _MISHAP_BEFORE.search(text)) is not None:
        statements = [s for s in statements if s.start < mishap.start()]
    if statements and (found := _FOUND_BEFORE.search(text)) is not None and any(s.end <= found.start() for s in statements):
        statements = [s for s in statements if s.end <= found.start() or s.start >= found.end()]
        whens = [w for w in whens if w.start < found.start() or w.start >= found.end()]
    recent, old = _recent_and_old(whens, published) if whens else ((), ())
    if recent and old:
        statements = [s for s in statements if not _of_then(text, s, recent, old)]
    own = [w for w in recent if w.back or not _SAID_ON.search(text, max(0, w.start - 60), w.start)]
    era: Era = "open"
    if (event or statements) and "located" not in said:
        era = "past" if ceremony else _era(text, plain, statements, scenes, recent=recent, old=old, own=own)
        if statements and not own and any(_is_this_year(w, published) for w in whens):
            era = "count"  # "54 policemen killed in Karachi in 2012", of that year
    day = next((w.day for w in own if w.day is not None and (w.back or _attack_of(text, w))), None)
    if day is None and own and not any(s.total or s.late for s in statements):  # "On Monday the toll rose": not the attack's day
        day = next((w.day for w in own if w.day is not None), None)
    return Line(
        sentence,
        tuple(statements),
        tuple(whens),
        tuple(scenes),
        event,
        event and "assertion" in said,
        era,
        ("apart" in said and _MARKS.search(text) is None and _PUT_EARLIER.match(text) is None)
        or sentence.other
        or (bool(statements) and (_SOON_AFTER.match(text) or _MORE_OF_IT.match(text)) is not None),
        any(w.back for w in recent) or "back" in said,
        "reference" in said,
        day,
        published,
    )


_ATTACK_ON = guarded(
    r"\b(?:attack|blast|bombing|explosion|ambush|assault|raid|shooting|siege|strike)\b(?:(?!\b(?:was|were|is|died|dies|said|and)\b)[^,;.]){0,60}"
    r"\b(?:on|of) $",
    re.IGNORECASE,
)
_OF_THE_ATTACK = re.compile(
    r" (?:[\w-]+ ){0,2}(?:attack|blast|bombing|explosion|ambush|assault|raid|shooting|siege|strike)\b", re.IGNORECASE
)


def _attack_of(text: str, when: When) -> bool:
    """Whether a day is that of an attack which is named: "the attack on the station on September 1", "the 1 September suicide attack"."""
    return _ATTACK_ON.search(text, max(0, when.start - 100), when.start) is not None or _OF_THE_ATTACK.match(text, when.end) is not None


def _is_this_year(when: When, published: dt.date | None) -> bool:
    """Whether it is the year of publication up to that day."""
    if not when.coarse or when.since or published is None or when.first is None or when.last is None:
        return False
    return when.first == dt.date(published.year, 1, 1) and when.last == published


def _recent_and_old(whens: Sequence[When], published: dt.date | None) -> tuple[list[When], list[When]]:
    """The days within the fresh ones before publication, and those before them; a span's beginning is neither."""
    dated = [w for w in whens if not w.since]
    if published is None:
        return [], [w for w in dated if w.coarse]
    oldest, newest = published - dt.timedelta(days=FRESH_DAYS), published + dt.timedelta(days=1)
    recent = [w for w in dated if not w.coarse and w.last is not None and oldest <= w.last <= newest]
    return recent, [w for w in dated if (w.last is not None and w.last < oldest) or (w.coarse and w.back)]


_SOME_OF_THEM = re.compile(r"(?:\w+|at least \w+) of them", re.IGNORECASE)
_ATTACKERS = re.compile(
    r"(?:The|Some|About|Nearly) (?:[\w-]+ ){0,3}?(?:gunmen|attackers|assailants|militants|terrorists|insurgents|intruders|raiders"
    r"|khawarij|khwarij)\b"
)


def of_an_update(lines: Sequence[Line]) -> list[Line]:
    """ "The elder died on Thursday. Two guards had been killed on the spot": in a new toll, what had happened is of the same attack."""
    if not any(s.late or s.total for line in lines[:4] for s in line.statements):
        return list(lines)
    return [
        replace(line, era="open")
        if line.era == "after"
        and not {"sequel", "recalled_after_news"} & cues(line.sentence.text)
        and not any(w.coarse for w in line.whens)
        else line
        for line in lines
    ]


# "WARDAK: At least eight soldiers were killed", after the story from Kunduz
_FILED = re.compile(r"[A-Z][A-Z.' -]{2,28}: (?=[A-Z])")


_ONE_OF_THEM = re.compile(r"In the (?:deadliest|worst|bloodiest|first|largest|biggest) of (?:them|these|those)\b")


def of_one_of_them(lines: Sequence[Line]) -> list[Line]:
    """ "Three attacks left 11 dead. In the deadliest of them, …": one of those that were just told of, no history."""
    return [
        replace(line, era="open")
        if line.era == "past"
        and not line.whens
        and _ONE_OF_THEM.match(line.sentence.text)
        and n > 0
        and lines[n - 1].era == "now"
        and "several" in cues(lines[n - 1].sentence.text)
        else line
        for n, line in enumerate(lines)
    ]


_THESE = ("These attacks", "Those attacks", "The attacks", "These incidents", "They resulted", "These left")


def of_a_count(lines: Sequence[Line]) -> list[Line]:
    """ "May saw 85 attacks. These attacks resulted in 113 fatalities": the figures of all of them."""
    return [
        replace(line, era="count")
        if n > 0 and lines[n - 1].era == "count" and line.day is None and line.sentence.text.startswith(_THESE)
        else line
        for n, line in enumerate(lines)
    ]


def of_many_stories(lines: Sequence[Line]) -> list[Line]:
    """Sets apart what begins with a dateline of its own after the first story."""
    begun = next((line.sentence.paragraph for line in lines if line.sentence.part == "body"), 0)
    filed = {match.group() for line in lines if (match := _FILED.match(line.sentence.text))}
    if len(filed) < 2:
        return list(lines)
    return [
        replace(line, apart=True)
        if line.sentence.part == "body" and line.sentence.paragraph > begun and _FILED.match(line.sentence.text)
        else _headline_of_one(line, after)
        for line, after in zip(lines, [*lines[1:], None], strict=True)
    ]


def _headline_of_one(line: Line, after: Line | None) -> Line:
    """ "Levies vehicle hit by bomb", above a story of several: it tells nothing that the story does not."""
    text = line.sentence.text
    above = after is not None and line.sentence.part == after.sentence.part == "body" and _FILED.match(after.sentence.text) is not None
    return replace(line, event=False, asserts=False, statements=()) if above and len(text) < 90 and text[-1] not in ".!?\"'" else line


# "Six policemen, and not eight as reported earlier, were martyred"
_NOT_SO_MANY = re.compile(r",\s(?:and |but )?not (?P<count>\d+|[a-z]+)\b", re.IGNORECASE)


def without_corrected(lines: Sequence[Line]) -> list[Line]:
    """The lines without a number of dead that one of them takes back, however it is told elsewhere ("eight bodies")."""
    wrong = {
        cardinal(match["count"].lower())
        for line in lines
        if any(s.field == "killed" and s.count for s in line.statements)
        for match in _NOT_SO_MANY.finditer(line.sentence.text)
    } - {None}
    if not wrong:
        return list(lines)
    return [replace(line, statements=tuple(s for s in line.statements if s.field != "killed" or s.count not in wrong)) for line in lines]


# "One of the eight is what remains of the attacker"; "of the five bodies one is believed to be that of the bomber"
_ONE_ATTACKER = guarded(
    r"\bone\b(?: of (?:the \w+|them|those|these)(?: bodies| dead)?)?[^.;]{0,50}\b(?:is|was|belong\w*|believed|said|thought)\b[^.;]{0,30}"
    r"\b(?:the|an?) (?:suicide )?(?:attacker|bomber|assailant)\b(?!['’]s)",
    re.IGNORECASE,
)


def without_the_attacker(lines: Sequence[Line]) -> list[Line]:
    """The lines with the dead but for the one of whom it, or the sentence after it, says that he was the attacker."""
    out = list(lines)
    for n, line in enumerate(lines):
        if _ONE_ATTACKER.search(line.sentence.text) is None:
            continue
        told = next((k for k in (n, n - 1) if k >= 0 and any(map(_is_several_dead, out[k].statements))), None)
        if told is not None:
            out[told] = replace(out[told], statements=tuple(_one_less(s) if _is_several_dead(s) else s for s in out[told].statements))
    return out


def _is_several_dead(statement: Statement) -> bool:
    return statement.field == "killed" and (statement.count or 0) > 1 and not statement.part


def _one_less(statement: Statement) -> Statement:
    low, high = (None if n is None else n - 1 for n in (statement.low, statement.high))
    return replace(statement, count=(statement.count or 0) - 1, low=low, high=high)


_BAND = (
    r"(?:NRF|AFF|TTP|BLA|BLF|BRG|BRA|UBA|SRA|ISKP|Front|(?:Liberation|Republican|Revolutionary) (?:Army|Guards)|Pakistani Taliban"
    r"|[Gg]roup|[Oo]utfit)"
)
_SPOKESMAN = guarded(rf"\bspokes\w+ (?:for|of) (?:the )?[^.;,]{{0,50}}\b{_BAND}\b|\b{_BAND}(?:['’]s)?,? (?:[\w-]+ ){{0,2}}spokes\w+")
_GOES_ON = re.compile(
    r"(?:He|She|It|They|The (?:group|outfit|front|statement|spokes\w+)) (?:also )?(?:said|added|claimed|put|spoke|asserted)\b"
)


def carried_on(lines: Sequence[Line]) -> list[Line]:
    """ "A spokesman for the Liberation Army said that … . He said more than thirty were injured": the group's word, too."""
    out: list[Line] = []
    for line in lines:
        before = out[-1] if out else None
        speaks = before is not None and (before.by_group or _SPOKESMAN.search(before.sentence.text) is not None)
        out.append(replace(line, by_group=True) if speaks and _GOES_ON.match(line.sentence.text) else line)
    return out


_OWN_LOSS = re.compile(r"(?:\w+|at least \w+) of (?:its|their|our) (?:own )?(?:men|fighters|members|comrades|sarmachars?)", re.IGNORECASE)
_GROUP_SPEAKS = re.compile(
    r"\b(?:NRF|AFF|TTP|BLA|BLF|BRG|BRA|UBA|SRA|ISKP|Front|Army|[Gg]roup|[Oo]utfit)\b[^.;]{0,120}\b(?:said|says|admitted|announced)\b"
)


# "In Tank, four more were neutralised": of those whom the sentence before counts.
_NEUTRALISED = guarded(r"\bwere (?:neutrali[sz]ed|eliminated)\b", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"(?:another |some )?(?:\d+|[a-z]+(?:-[a-z]+)?)(?: more| others)?", re.IGNORECASE)


def told_of_attackers(statements: Sequence[Statement], before: Line, text: str) -> list[Statement]:
    """ "The gunmen held the town for hours. One of them was killed": who "they" are stands in the sentence before.

    What a group says of its own men is told of attackers, too.
    """
    if any(_OWN_LOSS.fullmatch(s.text) for s in statements) and _GROUP_SPEAKS.search(text):
        return [replace(s, field="militants_killed") if s.field == "killed" and _OWN_LOSS.fullmatch(s.text) else s for s in statements]
    only_militants = {s.field for s in before.statements} == {"militants_killed"} and any(s.count for s in before.statements)
    if (only_militants and "martyr" not in text.lower()) or _NEUTRALISED.search(text):
        statements = [
            replace(s, field="militants_killed") if s.field == "killed" and s.count and _is_bare_number(s.text) else s for s in statements
        ]
    if _ATTACKERS.match(before.sentence.text) is None:
        return _all_that_are_told(statements, before.sentence)
    return [replace(s, field="militants_killed") if s.field == "killed" and _SOME_OF_THEM.fullmatch(s.text) else s for s in statements]


def _is_bare_number(text: str) -> bool:
    return (
        _BARE_NUMBER.fullmatch(text) is not None and cardinal(re.sub(r"^(?:another|some) | (?:more|others)$", "", text.lower())) is not None
    )


_GUARDS = re.compile(
    r"\b(?:the|some|several) (?:[\w-]+ ){0,2}(?:guards|policemen|soldiers|labou?rers|workers|miners|passengers|villagers|shopkeepers|men"
    r"|drivers|students|worshippers|constables|personnel|officials|engineers|barbers|pilgrims|employees)\b",
    re.IGNORECASE,
)


def _all_that_are_told(statements: Sequence[Statement], before: Sentence) -> list[Statement]:
    """ "Gunmen entered a camp where the guards slept. Three of them were shot dead": of a number that is not told, all that are told."""
    if not any(s.part and s.count and _SOME_OF_THEM.fullmatch(s.text) for s in statements) or _GUARDS.search(before.text) is None:
        return list(statements)
    if _COUNTED.search(before.text):
        return list(statements)
    return [replace(s, part=False) if s.part and s.field == "killed" and _SOME_OF_THEM.fullmatch(s.text) else s for s in statements]


_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+) (?:[\w-]+ ){0,2}?(?:guards|policemen|soldiers|labou?rers|workers"
    r"|miners|passengers|villagers|shopkeepers|men|drivers|students|people|persons|worshippers|constables|personnel|officials|engineers"
    r"|barbers|pilgrims|employees|bodies)\b|\b(?:killed|wounded|injured|martyred|shot dead)\b",
    re.IGNORECASE,
)


def _is_old(when: When, published: dt.date | None) -> bool:
    return published is not None and when.last is not None and when.last < published - dt.timedelta(days=FRESH_DAYS)


# "…, who have been emboldened since the takeover in 2021": the day of what is only told of somebody.
_TELLS_MORE = re.compile(r",\s+(?:who|which|whose|where)\b")


def _of_the_main_clause(text: str, whens: Sequence[When], statements: Sequence[Statement]) -> Sequence[When]:
    """The days of a sentence without those of a relative clause at its end that states no casualties."""
    clause = _TELLS_MORE.search(text) if whens else None
    if clause is None or any(s.count is not None and s.start > clause.start() for s in statements):
        return whens
    end = text.find(",", clause.end())
    return whens if end >= 0 else [w for w in whens if w.start < clause.start()]


def _of_then(text: str, statement: Statement, recent: Sequence[When], old: Sequence[When]) -> bool:
    """Whether a figure stands with an old date of a sentence that has a recent one too: "…, where 24 people died in 2015"."""

    def distance(when: When) -> int:
        return max(when.start - statement.end, statement.start - when.end, 0)

    if _SO_ENDING.search(text, 0, statement.end) and _first_is(recent, old):
        return False  # "A bomb went off on Friday near a march that marked ten years since the attack, killing three"
    return min(map(distance, old)) < min(map(distance, recent))


_BLAMES = re.compile(r"\bbehind\b|\bresponsib|\bsuspect", re.IGNORECASE)


def _era(
    text: str,
    said: frozenset[str],
    statements: Sequence[Statement],
    scenes: Sequence[PlaceMention],
    *,
    recent: Sequence[When],
    old: Sequence[When],
    own: Sequence[When],
) -> Era:
    """When a sentence about attacks is set: the first rule that holds. `said` are its cues without those of an aside,
    `own` the recent days that are not those of somebody's saying it."""
    update = any(s.total for s in statements)
    opens = "first_of_them" in said or (scenes and _SIMILAR.match(text))
    rules: tuple[tuple[Era, bool], ...] = (
        ("count", "aggregate" in said and not _dated_itself(text, statements, own)),
        ("count", any((s.count or 0) >= _WARS for s in statements)),
        ("count", not statements and "several" in said and _several_places(scenes)),
        ("past", bool(old) and ("aftermath" in said or not recent or not _first_is(recent, old))),
        ("after", "sequel" in said),
        ("now", bool(recent)),
        ("past", "recalled" in said and not update),
        ("past", "unlike" in said and not any(s.count for s in statements) and _BLAMES.search(text) is None),
        ("after", not update and not opens and ("recalled_after_news" in said or before_the_past(text))),
    )
    return next((era for era, holds in rules if holds), "open")


# "In a similar incident, gunmen opened fire on a post in Herat": another of these days, where no other day is named.
_SIMILAR = re.compile(r"In (?:a|another) similar (?:\w+ )?(?:incident|attack|shooting|blast|raid|ambush)\b")
# "a polio worker missing since May": how long it is of one person, no count of many attacks.
_OF_ONE = guarded(
    r"\b(?:missing|held|detained|abducted|kidnapped|captive|posted|employed|living|lived|serving|served|working|worked|closed|deployed|retired"
    r"|displaced|married)(?: \w+){0,3}\W$",
    re.IGNORECASE,
)


def _dated_itself(text: str, statements: Sequence[Statement], recent: Sequence[When]) -> bool:
    """Whether a figure stands nearer to a recent day than to the words that count many attacks ("in two months")."""
    days = [w.start for w in recent if w.day is not None]
    if not days and not _OF_ONE.may_match(text):
        return False
    counting = position("aggregate", text)
    if counting is not None and _OF_ONE.search(text, 0, counting + 1):
        return True
    if not days or counting is None or not statements:
        return bool(days)
    figure = statements[0].start
    return min(abs(day - figure) for day in days) <= abs(counting - figure)


def _several_places(scenes: Sequence[PlaceMention]) -> bool:
    return len({m.place.district for m in scenes if m.place.district}) > 1


_REPORTED = re.compile(
    r"\b(?:said|says|told|added|adding|confirmed|claimed|claims|reported|according to|stated|announced)\b", re.IGNORECASE
)


def before_the_past(text: str) -> bool:
    """Whether a sentence tells outright of what had happened: "A bomber had yesterday rammed the gate"."""
    start = position("pluperfect", text)
    return start is not None and _REPORTED.search(text, 0, start) is None


def _first_is(recent: Sequence[When], old: Sequence[When]) -> bool:
    return min(w.start for w in recent) < min(w.start for w in old)
