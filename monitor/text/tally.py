"""One figure out of what several sentences say of one attack's victims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.model import Toll
from monitor.text.fresh import cues, stands
from monitor.text.guarded import guarded
from monitor.text.lines import Line
from monitor.text.numbers import cardinal
from monitor.text.tolls import Field, Statement

_DENIED = re.compile(
    r"\bden(?:y|ied|ies)\b.{0,40}\b(?:casualt|loss|died|dead|deaths?|killed)|\b(?:not|n't) acknowledge\b.{0,30}\bcasualt"
    r"|\breject(?:s|ed)\b.{0,40}\b(?:figures?|number|count|claims?)|\bnone of (?:our|its|their|the) [\w ]{0,24}(?:was|were|died)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A toll with the statement and the line that gave it."""

    toll: Toll
    line: Line
    statement: Statement


def choose(lines: Sequence[Line], field: Field) -> Chosen | None:
    """The toll of one attack.

    A running total ("taking the toll to 17") wins, then the body's first plain figure, then summary and headline;
    a figure that an armed group claims or one known only by a name comes last. What is said to come on top is added.
    """
    told = [(line, s) for line in lines for s in line.statements if s.field == field]
    figures = [(line, s) for line, s in told if s.count is not None]
    if field == "killed":
        figures = _without_militants(figures, lines)
    if field == "injured":
        figures = _still_alive(figures, lines)
    if not figures:
        return None
    plain = [(line, s) for line, s in figures if s.count and not s.part and not is_boast(line, s)]
    plain = [(line, s) for line, s in plain if not _was_put_at(line, s)] or plain
    if field != "militants_killed" and _nobody_but_bystanders(figures):
        plain = []
    if totals := _totals(plain):
        return _chosen(*max(totals, key=lambda pair: pair[1].count or 0))
    body = [(line, s) for line, s in plain if line.sentence.part != "title"]
    title = [(line, s) for line, s in plain if line.sentence.part == "title"]
    first = _first(body) or _first(title)
    if first is not None and first[1].admitted:
        return _less_the_dead(first, lines, body if first[0].sentence.part != "title" else title)
    if first is None:
        return _of_what_is_left(figures, field, lines)
    head = _first(title)
    if head is not None and not head[1].adds and first[1].adds and (head[1].count or 0) > (first[1].count or 0):
        return _chosen(*head)  # "16 dead": "Four more succumb"
    if head is not None and _says_more(head, first, body):
        first = head
    first = _counted_exactly(_fuller(first, body), body)
    if field == "injured" and (sides := _both_sides(lines, body)) is not None:
        return sides
    general = next(
        (
            (line, s)
            for line, s in body
            if s.generic
            and not s.adds
            and not s.also
            and not line.apart
            and not _by_bystanders(line, s)
            and (s.count or 0) > (first[1].count or 0)
            and not first[1].generic
            and not (s.admitted and _dead_among(line))
        ),
        None,
    )
    if general is not None and first[0].sentence.part != "title" and general[0].sentence.n <= first[0].sentence.n + 3:
        first = general
    if field == "killed" and (victims := _less_the_militants(*first, figures, lines)) is not None:
        return _chosen(*victims)
    chosen = _with_more(first, body if first[0].sentence.part != "title" else title)
    return _with_the_dead_of_the_injured(chosen, figures) if field == "killed" else chosen


_OF_THE_INJURED = guarded(r"\b(?:one|two|three|four|\d) of (?:them|the (?:injured|wounded)(?: \w+)?)$", re.IGNORECASE)
_LATER = guarded(r"\b(?:later|subsequently|afterwards|overnight|on the way)\b", re.IGNORECASE)


def _with_the_dead_of_the_injured(chosen: Chosen, killed: Sequence[tuple[Line, Statement]]) -> Chosen:
    """ "Two were killed and four injured … The injured were taken to hospital, where one of them later died": three."""
    line, toll = chosen.line, chosen.toll
    injured = max((s.count or 0 for s in line.statements if s.field == "injured" and not s.part), default=0)
    for other, s in killed:
        text, count = other.sentence.text, s.count or 0
        of_the_injured = s.late and not s.total and _OF_THE_INJURED.search(s.text) and re.search("injured|wounded", text, re.IGNORECASE)
        apart = other.sentence.n > line.sentence.n and not _ON_THE_SPOT.search(text)
        if of_the_injured and apart and 0 < count < injured and _LATER.search(text):
            low, high = (None if bound is None else bound + count for bound in (toll.min, toll.max))
            return replace(chosen, toll=Toll(count=toll.count + count, min=low, max=high, text=f"{toll.text} + {s.text}"))
    return chosen


def beside_the_dead(killed: Chosen | None, injured: Chosen | None) -> Chosen | None:
    """The injured of the later sentence that gives the exact number of the dead: "more than 20 dead and 30 wounded … 21 and 33"."""
    if killed is None or injured is None or killed.line.sentence.n <= injured.line.sentence.n or killed.line.sentence.part != "body":
        return injured
    told = [s for s in injured.line.statements if s.field == "killed" and s.count and s.count < killed.toll.count]
    exact = [s for s in killed.line.statements if s.field == "injured" and s.count and not (s.part or s.late or s.adds or s.also)]
    if not told or len(exact) != 1 or (exact[0].count or 0) <= injured.toll.count:
        return injured
    count, low, high = exact[0].count or 0, exact[0].low, exact[0].high
    return Chosen(Toll(count=count, min=low, max=high, text=exact[0].text), killed.line, exact[0])


def _without_militants(killed: list[tuple[Line, Statement]], lines: Sequence[Line]) -> list[tuple[Line, Statement]]:
    """The killed without those who are militants, whose bodies they are."""
    if any(s.field == "militants_killed" and s.count for line in lines for s in line.statements):
        killed = [(line, s) for line, s in killed if not s.text.lower().endswith(("bodies", "corpses"))]
    return [(line, s) for line, s in killed if not _of_the_militants(s, lines)]


_INCLUDING = re.compile(r",? (?:including|among them) (?:at least )?(?P<count>\w+)\b", re.IGNORECASE)


def _less_the_militants(
    line: Line, total: Statement, killed: Sequence[tuple[Line, Statement]], lines: Sequence[Line]
) -> tuple[Line, Statement] | None:
    """ "Nine people, including four policemen, have been killed. Five militants died": the four, who with the five make nine."""
    militants = {s.count for line in lines for s in line.statements if s.field == "militants_killed" and s.count}
    text = line.sentence.text
    after = max(text.find(total.text, total.start), 0) + len(total.text)
    if militants and total.generic and (named := _INCLUDING.match(text, after)) is not None:
        count = cardinal(named["count"].lower()) or 0
        if count and (total.count or 0) - count in militants:
            return line, replace(total, count=count, low=count, high=count)
    fits = ((line, s) for line, s in killed if s.part and s.count and (total.count or 0) - s.count in militants)
    return next(fits, None) if militants and total.generic else None


# The first word on a toll, where a later one is told beside it: "initially put the toll at 15".
_AT_FIRST = guarded(
    r"\b(?:initial(?:ly)?|at first|preliminary|(?:earlier|first) reports?|(?:had )?earlier (?:said|put|reported|given|confirmed))\b"
    r"(?:(?!\b(?:but|later|now)\b)[^.;]){0,70}$|^(?:Initially|Earlier|At first)\b(?:(?!\b(?:but|later|now)\b)[^.;]){0,190}$",
    re.IGNORECASE,
)


# "raising an earlier toll of three"
_EARLIER_TOLL = re.compile(r"\b(?:earlier|previous|initial|first|preliminary) (?:death )?(?:toll|count|figure)\b", re.IGNORECASE)
_ALONE = re.compile(r"\b(?:ward|hospital|facility|centre|center|clinic) alone\b", re.IGNORECASE)


def _was_put_at(line: Line, statement: Statement) -> bool:
    text = line.sentence.text
    if _EARLIER_TOLL.search(text, max(0, statement.start - 12), statement.end) or _ALONE.search(text, 0, statement.start):
        return True
    return _AT_FIRST.search(line.sentence.text, 0, statement.start + 8 if statement.total else statement.start) is not None


# Residents put another figure beside the officials'.
_RESIDENTS = re.compile(
    r"\b(?:villagers?|residents?|locals|elders?|tribesmen|relatives|witnesses|neighbours?)\b[^.;]{0,60}\bputs?\b", re.IGNORECASE
)


# Who was there says another figure than those who counted.
_BYSTANDERS = guarded(
    r"\b(?:villagers?|residents?|locals|tribesmen|relatives|(?:eye)?witness(?:es)?|neighbours?|survivors?)\b[^.;]{0,40}\b(?:said|told|claimed|put)\b",
    re.IGNORECASE,
)


def _nobody_but_bystanders(figures: Sequence[tuple[Line, Statement]]) -> bool:
    """ "A passer-by said he saw two bodies, but the hospital said nobody had died"."""
    others = [s for line, s in figures if not s.part and not is_boast(line, s) and not _by_bystanders(line, s)]
    return bool(others) and not any(s.count for s in others)


def _of_what_is_left(figures: Sequence[tuple[Line, Statement]], field: Field, lines: Sequence[Line]) -> Chosen | None:
    """Where nothing plain is told: that nobody was hurt, else what a group boasts of."""
    zero = next(((line, s) for line, s in figures if s.count == 0), None)
    if zero is not None and field != "militants_killed":
        return _chosen(*zero)
    if any(_DENIED.search(line.sentence.text) for line in lines):
        return None
    if field == "militants_killed" and any(s.field == "killed" and not s.part for line in lines for s in line.statements):
        figures = [(line, s) for line, s in figures if not is_boast(line, s)]  # "nobody was killed; the NRF spoke of five dead"
    boasts = [
        (line, s) for line, s in figures if s.count and not s.part and not (field == "injured" and _boast_is_outdone(line, lines))
    ] or [(line, s) for line, s in figures if s.count and s.text.lower().endswith(_OF_THEM)]
    return _chosen(*boasts[0]) if boasts else None


def _boast_is_outdone(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a group's boast of killed and injured stands beside somebody else's figure of the killed."""
    told = [(other, s) for other in lines for s in other.statements if s.field == "killed" and s.count and not s.part]
    own = any(other is line and is_boast(other, s) for other, s in told)
    return own and any(other is not line and other.sentence.part != "title" and not is_boast(other, s) for other, s in told)


def _fuller(first: tuple[Line, Statement], body: Sequence[tuple[Line, Statement]]) -> tuple[Line, Statement]:
    """A summary may tell of one victim where the story's first figure is of two: "Activist killed": "… killed him and a guard".

    So may a story's first sentence: "The head of the department was killed": "He and one of his bodyguards".
    """
    if first[1].count != 1:
        return first
    if first[0].sentence.part != "summary":
        return next((pair for pair in body if _HIS_OWN.search(pair[1].text) and not (pair[0].apart or pair[1].adds)), first)
    told = next((pair for pair in body if pair[0].sentence.part == "body" and pair[0].era == "now"), first)
    s = told[1]
    plain = not (s.adds or s.also or s.late or s.admitted or s.named or told[0].apart or _by_bystanders(*told))
    return told if plain and _exact(s) and (s.count or 0) > 1 else first


_HIS_OWN = guarded(
    r"\w (?:and|along with|together with|with) (?:\w+ ){0,2}(?:of )?(?:his|her) (?:\w+ )?"
    r"(?:bodyguards?|guards?|drivers?|gunners?|companions?|relatives?|sons?|brothers?|nephews?|wife)\b",
    re.IGNORECASE,
)

# "dozens", for want of a count.
_VAGUE = re.compile(r"\b(?:dozens|scores|hundreds)\b", re.IGNORECASE)


def _is_sum(whole: Statement, body: Sequence[tuple[Line, Statement]]) -> bool:
    """Whether a sentence of the body gives two figures that make up a title's."""
    by_line: dict[int, list[int]] = {}
    for line, s in body:
        if line.sentence.part == "body" and s.count and not s.part:
            by_line.setdefault(line.sentence.n, []).append(s.count)
    return any(len(counts) > 1 and sum(counts) == whole.count for counts in by_line.values())


def _says_more(head: tuple[Line, Statement], first: tuple[Line, Statement], body: Sequence[tuple[Line, Statement]]) -> bool:
    """Whether a headline's exact figure counts more than the first one below it, which comes late or tells of some of them."""
    below, told = first[0].sentence, first[1]
    if below.part == "title" or not _exact(head[1]) or (head[1].count or 0) <= (told.count or 0):
        return False
    if _is_sum(head[1], body):
        return True  # "Eight martyred": "Six soldiers … while a woman and her son"
    return below.n > 2 or told.partly or told.named or told.also


_MORE_THAN = re.compile(r"(?:more than|over) \d", re.IGNORECASE)


_AT_LEAST = re.compile(r"at least\b", re.IGNORECASE)
_RECEIVED = guarded(
    r"\bhospital\b[^.;]{0,60}\breceived\b|\bbodies\b[^.;]{0,40}\b(?:brought|taken|shifted)\b[^.;]{0,30}\bhospital\b", re.IGNORECASE
)


def _counted_exactly(first: tuple[Line, Statement], body: Sequence[tuple[Line, Statement]]) -> tuple[Line, Statement]:
    """ "A bomb wounded dozens, officials said … A doctor said 37 had been brought in": the one who counted is right.

    So is the one who says 21 after "more than 20", and the hospital that "received four bodies" after "at least two".
    """
    if _AT_LEAST.match(first[1].text):
        bodies = [p for p in body if (p[1].count or 0) > (first[1].count or 0) and _RECEIVED.search(p[0].sentence.text) and not p[0].apart]
        bodies = [p for p in bodies if p[1].text.lower().endswith(("bodies", "injured", "wounded")) and not (p[1].adds or p[1].also)]
        if bodies:
            return bodies[0]
    if _MORE_THAN.match(first[1].text):
        least = first[1].count or 0
        near = [
            p
            for p in body
            if _exact(p[1]) and least < (p[1].count or 0) <= least * 1.2 and not (p[0].apart or p[1].part or p[1].adds or p[1].also)
        ]
        return near[0] if near else first
    if not _VAGUE.search(first[1].text):
        return first
    counted = [
        pair
        for pair in body
        if (pair[1].count or 0) >= 12
        and not (pair[0].apart or pair[1].adds or pair[1].also)
        and not _VAGUE.search(pair[1].text)
        and "boast" not in cues(pair[0].sentence.text)
    ]
    return counted[0] if counted else first


def _by_bystanders(line: Line, statement: Statement) -> bool:
    turn = max(line.sentence.text.rfind(word, 0, statement.start) for word in (" but ", " while ", ";"))
    return _BYSTANDERS.search(line.sentence.text, max(turn, 0), statement.start) is not None


def _totals(plain: Sequence[tuple[Line, Statement]]) -> list[tuple[Line, Statement]]:
    """The running totals, without those of residents where the body has a figure of somebody else."""
    told = any(not s.total and line.sentence.part != "title" for line, s in plain)
    most = max((s.count or 0 for _, s in plain if not s.late), default=0)
    plain = [(line, s) for line, s in plain if not s.late or (s.count or 0) >= most]  # "the second victim" of twelve
    return [
        (line, s)
        for line, s in plain
        if s.total and not (told and (_RESIDENTS.search(line.sentence.text, 0, s.start) or _REFUTED.search(line.sentence.text, s.end)))
    ]


_REFUTED = re.compile(
    r"\b(?:denied|rejected|dismissed|disputed|refuted)\s+(?:it|this|that|the\s+(?:figure|number|count|claim))\b", re.IGNORECASE
)


_ALL_OF_THEM = re.compile(r"(?:all|the) (?:of )?(?:the )?[\w-]+(?: of them)?", re.IGNORECASE)


def _of_the_militants(statement: Statement, lines: Sequence[Line]) -> bool:
    """ "CTD shot five militants. All five were found dead": the same five."""
    return (_ALL_OF_THEM.fullmatch(statement.text) is not None or cardinal(statement.text.lower()) is not None) and any(
        s.field == "militants_killed" and s.count == statement.count for line in lines for s in line.statements
    )


_THEIRS = re.compile(r"\b(?:his|her)\b", re.IGNORECASE)


def _first(pairs: Sequence[tuple[Line, Statement]]) -> tuple[Line, Statement] | None:
    strong = [(line, s) for line, s in pairs if not s.named and not s.late and not s.admitted and not _in_a_quote(line, s)]
    pick = (strong or list(pairs))[:1]
    if pick and (pick[0][1].also or pick[0][1].adds or _THEIRS.search(pick[0][1].text)):
        # "Major Ahmad was killed. Four others were also killed." The one with the name is the first.
        before = [pair for pair in pairs if pair[1].named and not pair[1].late and pair[0].sentence.n < pick[0][0].sentence.n]
        if before:
            return before[0]
    if pick and (pick[0][1].adds or (pick[0][1].also and pick[0][0].sentence.part == "summary")) and len(strong) > 1:
        plain = [pair for pair in strong if not pair[1].adds and not pair[1].also]
        return plain[0] if plain else pick[0]
    return pick[0] if pick else None


# "That guard is dead," she said: what one saw of all.
_QUOTED = re.compile(r"[,.?!][\"”] (?:she|he|they) (?:said|says|recalled|remembered)\b")


def _in_a_quote(line: Line, statement: Statement) -> bool:
    return statement.count == 1 and _QUOTED.search(line.sentence.text, statement.end) is not None


_IS_HIT = re.compile(
    r"(?:he|she) (?:was|had been|is) (?:hit|shot|struck)\b"
    r"|[^.;,]{0,60}\b(?:hit|shot|struck) in (?:the|his|her) \w+ and (?:died|succumbed)\b"
    r"|[^.;,]{0,40},? (?:sustain|suffer|receiv)(?:ed|ing) [^.;,]{0,40},? (?:and |later |but )*(?:died|succumbed|expired)\b",
    re.IGNORECASE,
)


def _still_alive(injured: list[tuple[Line, Statement]], lines: Sequence[Line]) -> list[tuple[Line, Statement]]:
    """The injured without the one who has died: who was hurt before the toll rose, "The sepoy was martyred. He was hit in the neck"."""
    killed = [s for line in lines for s in line.statements if s.field == "killed"]
    if any(s.total for s in killed) and any(s.late or s.adds for s in killed):
        return [(line, s) for line, s in injured if s.count != 1]
    if any(s.late for s in killed) and all(s.count in (1, None) for s in killed):
        return [(line, s) for line, s in injured if s.count != 1]  # "was shot and injured. He succumbed on the way"
    if killed:
        return [(line, s) for line, s in injured if s.count != 1 or not _IS_HIT.match(line.sentence.text, s.start)]
    return injured


def _exact(statement: Statement) -> bool:
    return statement.low is not None and statement.low == statement.high


def is_boast(line: Line, statement: Statement) -> bool:
    """Whether an armed group says the figure of its own deed."""
    return line.by_group or _boasts(line.sentence.text[: statement.start])


# Each step of the choice asks for the same figures again.
@lru_cache(maxsize=256)
def _boasts(before: str) -> bool:
    """Whether the words before a figure are a group's own."""
    if _ITS_FIGURE.search(before) is not None:
        return True
    if stands("officially", _AS_A_TARGET.sub("", before)[-70:]):
        return _CLAIMING.search(before[-40:]) is not None  # "the attack on a military convoy, claiming that over 40 were killed"
    return stands("boast", before[-90:]) or _THEY_SAY.search(before) is not None


# "its fighters had overrun an army post and killed": the army is whom they hit, and says nothing.
_AS_A_TARGET = re.compile(
    r"\b(?:army|police|military|security forces|troops|levies|fc)(?= (?:posts?|camps?|convoys?|vehicles?|check-?posts?|checkpoints?|bases?"
    r"|vans?|patrols?|trucks?|stations?|pickets?|outposts?)\b)",
    re.IGNORECASE,
)
_CLAIMING = re.compile(r"\bclaiming (?:that |to have )?(?:(?:killed|it killed|wounded) )?$", re.IGNORECASE)
_GROUP = (
    r"\b(?:NRF|AFF|TTP|BLA|BLF|BRG|BRA|UBA|SRA|ISKP|ISIS|IS|Daesh|[Gg]roup|[Ff]ront|Army|Guards|[Oo]utfit|[Ff]action|[Mm]ilitants"
    r"|[Ss]eparatists)\b\)?"
)
# "The Resistance Front (NRF) said on Monday that its men attacked a checkpoint in …, killing seven"; "a TTP spokesman claimed the ambush,
# putting the dead at seven"; "BLF claims nine killed".
_THEY_SAY = guarded(
    _GROUP + r",? (?i:said|says|claim(?:s|ed))(?: (?:on|late|early) [\w ]{3,20}?)? (?i:that )?(?i:it|its|they|their)\b[^.;]{0,180}$"
    rf"|{_GROUP}(?:(?!\b(?i:said|told|but|while)\b)[^.;]){{0,60}}\b(?i:claimed|accepted|owned)\b[^.;]{{0,90}}\b(?i:putting|killing|leaving)\b[^.;]{{0,40}}$"
    rf"|{_GROUP},? (?i:which (?:had )?(?:said|claimed) that (?:its|their|it|they))\b[^.;]{{0,120}}$"
)
# "Gul Bahadur group says 19 soldiers killed", "BLF claims nine killed", "NRF claim of five dead", and with a colon, or after a claim of
# responsibility: it accepts that for the bombing, claims seven killed.
_LEAST = r"(?:(?:at least|over|more than|up to) )?$"
_ITS_FIGURE = re.compile(
    rf"{_GROUP}(?: (?:says?|claims?|boasts)(?: of)?|:) {_LEAST}"
    rf"|{_GROUP} (?:has )?(?:accept(?:s|ed)|claim(?:s|ed)|own(?:s|ed)|t(?:akes|ook)|assum(?:es|ed)) "
    rf"(?:responsibility|credit|[^.;]{{0,40}}\battack)\b[^.;]{{0,80}}(?:,| and) claim(?:s|ed|ing)(?: that)? {_LEAST}"
)


def _both_sides(lines: Sequence[Line], injured: Sequence[tuple[Line, Statement]]) -> Chosen | None:
    """ "Five were killed on both sides. Three died and 11 were wounded in Chaman; two were killed and seven wounded beyond."

    Where the killed of later sentences add up to the first figure, their injured add up too.
    """
    killed = [
        (line, s)
        for line in lines
        for s in line.statements
        if s.field == "killed" and s.count and not s.part and line.sentence.part != "title"
    ]
    if len(killed) < 3:
        return None
    total = killed[0][1].count
    for first in range(1, len(killed) - 1):
        for last in range(first + 1, len(killed)):
            shares = killed[first : last + 1]
            if sum(s.count or 0 for _, s in shares) != total or len({line.sentence.n for line, _ in shares}) < 2:
                continue
            numbers = {line.sentence.n for line, _ in shares}
            parts = [(line, s) for line, s in injured if line.sentence.n in numbers]
            if len(parts) > 1 and not any(line.sentence.n == killed[0][0].sentence.n for line, _ in injured):
                count = sum(s.count or 0 for _, s in parts)
                exact = all(_exact(s) for _, s in parts)
                text = " + ".join(s.text for _, s in parts)
                return Chosen(Toll(count=count, min=count if exact else None, max=count if exact else None, text=text), *parts[0])
    return None


def _less_the_dead(admitted: tuple[Line, Statement], lines: Sequence[Line], pairs: Sequence[tuple[Line, Statement]]) -> Chosen | None:
    """ "Eighteen were brought in, three of them dead": fifteen injured. Bodies that are brought in are no injured."""
    line, statement = admitted
    dead = [s for other in lines for s in other.statements if s.field == "killed" and s.count]
    count = statement.count or 0
    of_them = _dead_among(line) or [s.count or 0 for s in dead if s.text.lower().endswith(_OF_THEM)]
    if of_them and of_them[0] < count:
        count -= of_them[0]
    elif any(s.count == count for s in dead) and "other" not in statement.text.lower():
        return None
    # "four others were moved to"; not "the other 31", who are those that are left
    count += sum(s.count or 0 for _, s in pairs if s.admitted and s.adds and s is not statement and s.count != count)
    exact = statement.low == statement.high == statement.count == count
    return Chosen(Toll(count=count, min=count if exact else None, max=count if exact else None, text=statement.text), line, statement)


_OF_THEM = ("of them", "of whom")


def _dead_among(line: Line) -> list[int]:
    """ "received 42 people, of whom 11 were dead", "seven of whom were dead on arrival"."""
    text = line.sentence.text.lower()
    dead = [s for s in line.statements if s.field == "killed" and s.count]
    return [s.count or 0 for s in dead if s.text.lower().endswith(_OF_THEM) or text[: s.start].rstrip().endswith(_OF_THEM)]


def _with_more(first: tuple[Line, Statement], pairs: Sequence[tuple[Line, Statement]]) -> Chosen:
    """Add what the text says came on top: "another officer was killed", "two other policemen"."""
    line, base = first
    if base.named and (again := next(((o, s) for o, s in pairs if _names_with_others(base, s)), None)) is not None:
        return _chosen(*again)
    extra = [
        s
        for other, s in pairs
        if s is not base
        and (
            s.adds
            or (s.also and not base.generic)
            or (base.named and _THEIRS.search(s.text))
            or (other is line and _one_more_name(base, s))
            or (other is line and (_died_after(line, base, s) or _and_another(line, base, s)))
        )
        and not s.total
        and not _the_same_people(base, s)
        and (not s.late or _died_after(line, base, s) or _and_another(line, base, s))
        and other.sentence.n >= line.sentence.n
        and s.count
        and (
            other is line
            or (other.sentence.part == line.sentence.part and s.text != base.text)
            or _told_again(base, other)
            or _retold(line, base, other, pairs)
        )
    ]
    if not extra or _adds_up_to(base, extra, pairs):
        return _chosen(line, base)
    count = (base.count or 0) + sum(s.count or 0 for s in extra)
    low = None if base.low is None or any(s.low is None for s in extra) else base.low + sum(s.low or 0 for s in extra)
    high = None if base.high is None or any(s.high is None for s in extra) else base.high + sum(s.high or 0 for s in extra)
    text = " + ".join([base.text, *(s.text for s in extra)])
    return Chosen(Toll(count=count, min=low, max=high, text=text), line, base)


def _the_same_people(base: Statement, told: Statement) -> bool:
    """ "… killing two soldiers. Both bombers were blown up and two soldiers were also martyred"; "11 wounded … Eleven others were"."""
    if base.count != told.count:
        return False
    ours, theirs = base.text.lower().split(), told.text.lower().split()
    if theirs[-1] == "others":
        return len(ours) == 1
    return told.also and not told.adds and ours[-1] == theirs[-1]


def _adds_up_to(base: Statement, extra: Sequence[Statement], pairs: Sequence[tuple[Line, Statement]]) -> bool:
    """Whether what comes on top is on top of a part of the first figure: "Seven were killed. In Mir Ali six …, in Spinwam one more"."""
    parts = [s.count or 0 for _, s in pairs if s.count and not s.part and not s.adds and s.count != base.count and s is not base]
    for line in {id(line): line for line, s in pairs if s in extra}.values():
        told = [s.count or 0 for other, s in pairs if other is line and s is not base and s.count]
        if len(told) > 1 and base not in line.statements and sum(told) == base.count:
            return True  # "one of the two succumbed on the spot while one other died in hospital"
    more = sum(s.count or 0 for s in extra)
    return (base.count or 0) > _FEW and any(sum(parts[:n]) + more == base.count for n in range(1, len(parts) + 1))


_FEW = 3  # so many come about by chance


# They died there, so that who died later is none of them.
_ON_THE_SPOT = re.compile(
    r"\b(?:on the spot|at the (?:scene|spot|site)|instantly|instantaneously|there and then|at once|immediately)\b", re.IGNORECASE
)


# "A police officer was martyred and a civilian lost his life": one more, told with a verb of its own
_AND = re.compile(r"[^.;,]{0,60}?,?\s(?:and|while)\s$")
_SOMEBODY = re.compile(r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s(?!of\b)", re.IGNORECASE)


def _and_another(line: Line, base: Statement, told: Statement) -> bool:
    if base.generic or base.total or told.part or told.total or told.start <= base.end or not _SOMEBODY.match(told.text):
        return False
    return _SOMEBODY.match(base.text) is not None and _AND.fullmatch(line.sentence.text, base.end, told.start) is not None


def _died_after(line: Line, base: Statement, told: Statement) -> bool:
    """ "Three constables died on the spot, while the inspector succumbed to his injuries in hospital"."""
    return told.late and told.start > base.end and _ON_THE_SPOT.search(line.sentence.text, base.start, told.start) is not None


def _one_more_name(base: Statement, told: Statement) -> bool:
    """ "Constable Ali died on the spot and Constable Raza in hospital": two names in one sentence are two people."""
    one, other = base.text.lower().split(), told.text.lower().split()
    return base.named and told.named and base.count == told.count == 1 and one[-1] != other[-1] and min(len(one), len(other)) > 1


def _names_with_others(base: Statement, told: Statement) -> bool:
    """ "Ramazan was killed … Both Ramazan and his bodyguard were killed": the second figure has the first in it."""
    surname = base.text.rsplit(" ", 1)[-1]
    return (
        (told.count or 0) > (base.count or 0) and not told.named and re.search(rf"\b{re.escape(surname)}\b(?!['’]s)", told.text) is not None
    )


def _retold(line: Line, base: Statement, other: Line, pairs: Sequence[tuple[Line, Statement]]) -> bool:
    """Whether the body has told a summary's figure in its own words before this line of it."""
    if line.sentence.part != "summary" or other.sentence.part != "body":
        return False
    return any(told.sentence.part == "body" and told.sentence.n < other.sentence.n and s.count == base.count for told, s in pairs)


def _told_again(base: Statement, line: Line) -> bool:
    """Whether a line of the body repeats a figure of the summary before it adds to it."""
    return any(s.text == base.text and s.field == base.field for s in line.statements)


def _chosen(line: Line, statement: Statement) -> Chosen:
    return Chosen(Toll(count=statement.count or 0, min=statement.low, max=statement.high, text=statement.text), line, statement)
