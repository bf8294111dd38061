"""How an attack was made and whom it hit, weighed from the phrases in its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from monitor.model import Evidence
from monitor.text.attacks import PhraseBook, PhraseHit, best_target, best_type, made_on, speaks, votes, weigh_types
from monitor.text.draft import Draft
from monitor.text.fresh import cues
from monitor.text.guarded import guarded
from monitor.text.lines import Line
from monitor.text.tally import Chosen


class Harm(NamedTuple):
    """What an account says of its dead and hurt."""

    killed: Chosen | None
    injured: Chosen | None
    militants: Chosen | None


def attack_type(draft: Draft, book: PhraseBook, harm: Harm) -> tuple[str | None, Evidence | None]:
    """How the attack was made, by the phrases of `book`, with a sentence that says so."""
    hits = _weighted(draft, book)
    tally = votes([(hit, weight) for hit, weight, _ in hits])
    tally = weigh_types(
        tally,
        [line.sentence.text for line in sorted(draft.lines, key=lambda line: line.sentence.n)],
        victims=bool(_count(harm.killed) or _count(harm.injured)),
        militants=bool(_count(harm.militants)),
        slain=bool(_count(harm.killed)),
    )
    name = best_type(tally)
    if name is None and (_count(harm.killed) or _count(harm.injured)) and any(_ATTACK.search(line.sentence.text) for line in draft.lines):
        name = "armed assault"  # "Two more soldiers hurt in the camp attack died": nothing says how
    if name == "armed assault" and harm.killed is not None and _singled_out(harm.killed):
        name = "assassination"
    return name, _phrase_evidence("attack_type", name, hits)


def target(
    draft: Draft, book: PhraseBook, harm: Harm, *, made: str | None, beside: Sequence[Line], named: Sequence[tuple[int, int]]
) -> tuple[str | None, Evidence | None]:
    """Whom the attack hit, by the phrases of `book`, with a sentence that says so.

    `beside`: further sentences that may tell who the victims were. `made`: the attack type. `named`: characters of the text
    that are names, of places or groups, and so tell nobody's trade ("Liberation Army").
    """
    killed, injured = harm.killed, harm.injured
    slight = 1.0 if made == "cross-border clash" else 0.4  # what children count for, who are anywhere
    hits = [
        (hit, weight * _as_part(line, hit) * _as_helper(line, hit) * (slight if _is_anybody(line.sentence.text, hit) else 1.0), line)
        for hit, weight, line in _weighted(draft, book)
        if not speaks(line.sentence.text, hit) and not _within(line, hit, named)
    ]
    for line in draft.lines:
        told = _told_of(line, book)
        objects = made_on(line.sentence.text) if told else ()
        hits += [
            (hit, 2.5 if line is draft.lines[0] or line.sentence.part == "title" else 1.2, line)
            for hit in (told if objects else ())
            if any(start <= hit.start < end for start, end in objects) and not _within(line, hit, named)
        ]
    for chosen, weight in ((killed, 3.0), (injured, 1.5)):
        if chosen is not None and chosen.toll.count:
            # Whom it hit tells most of all whom it was meant for.
            near = weight * (0.3 if _BY_CHANCE.search(chosen.statement.text) else 1.0)
            # Of a list the first are most often the most, or the meant: "nine soldiers and two civilians".
            named_first = book.find(chosen.statement.text)
            hits += [
                (hit, near * (1.3 if n == 0 else 1.0) * (slight if _is_anybody(chosen.statement.text, hit) else 1.0), chosen.line)
                for n, hit in enumerate(named_first)
                if hit.name != "minority"
            ]
            # "five Hazara passengers": who they were is why they were hit, and counts before what else names them.
            hits = [(hit, near * 2.5, chosen.line) for hit in named_first if hit.name == "minority"] + hits
    hits += [(hit, 8.0, line) for line in draft.lines for hit in _of_a_community(line, book)]
    # Who sabotages a line means the line, whoever was on the train.
    rails = [line for line in draft.lines if _RAILS.search(line.sentence.text)]
    hits += [(hit, 5.0, line) for line in rails for hit in book.find(line.sentence.text) if hit.name == "infrastructure"]
    hits += [(hit, 8.0, line) for line in beside for hit in _of_a_community(line, book, only_all=True)]
    for line in draft.lines:
        if killed is not None and (match := _ALL_WERE.search(line.sentence.text)):
            start, end = match.span("whom")
            hits += [(hit, 4.0, line) for hit in book.find(line.sentence.text) if start <= hit.start < end]
        if line.sentence.part == "title":
            hits += [(hit, 1.5, line) for s in line.statements if s.field == "killed" for hit in book.find(s.text)]
    if made != "security operation" and (_count(killed) or _count(injured)):
        hits = [(hit, weight, line) for hit, weight, line in hits if hit.name != "militants"]  # they were killed besides
    name = best_target(votes([(hit, weight) for hit, weight, _ in hits])) if any(weight > _ASIDE for _, weight, _ in hits) else None
    if name is None and any(c is not None and c.toll.count for c in (killed, injured)):
        taliban = killed is not None and killed.statement.taliban
        name = "security forces" if taliban else "civilians"  # whom nothing is said of
    if made == "security operation":
        name = "militants"
    return name, _phrase_evidence("target", name, hits)


def _weighted(draft: Draft, book: PhraseBook) -> list[tuple[PhraseHit, float, Line]]:
    """The phrases in a draft's lines; the first lines and those with its casualties weigh more."""
    out = []
    for n, line in enumerate(sorted(draft.lines, key=lambda line: line.sentence.n)):
        weight = (2.0 if n == 0 else 1.5 if n == 1 else 0.6) + (0.5 if line.tells else 0.0)
        out += [(hit, weight, line) for hit in _told_of(line, book)]
    return out


def _told_of(line: Line, book: PhraseBook) -> list[PhraseHit]:
    """The phrases of a sentence that are said of its own attack."""
    text = line.sentence.text
    hits = list(book.find(text))
    if not hits:
        return hits
    if " after " in text and (beyond := _ANOTHER_BEFORE.search(text)) is not None:
        hits = [hit for hit in hits if hit.start < beyond.start()]
    if (crowd := _CROWD.search(text)) is not None:
        hits = [hit for hit in hits if hit.start < crowd.end()]
    for match in _SEIZED_ARMS.finditer(text):
        hits = [hit for hit in hits if not match.start() <= hit.start < match.end()]
    return [hit for hit in hits if not text[max(0, hit.start - _LONGEST_WOULD_BE) : hit.start].lower().endswith(_WOULD_BE)]


# "Suicide vests and rocket launchers seized": what a raid found, not how it was made.
_SEIZED_ARMS = guarded(
    r"\b(?:suicide (?:vests?|jackets?)|rocket launchers?|explosives|ammunition|weapons|(?:hand )?grenades|ieds)\b[^.;]{0,60}"
    r"\b(?:seized|recovered|confiscated|found with)\b",
    re.IGNORECASE,
)
# "Protesters torched a checkpoint": after the attack, no part of it.
_CROWD = guarded(
    r"\b(?:protesters|protestors|demonstrators|(?:angry|enraged|furious) (?:mob|crowd|residents|people|men|youths))\b (?!were |who were )",
    re.I,
)
_WOULD_BE = ("would-be ", "would be ", "aspiring ")
_LONGEST_WOULD_BE = max(map(len, _WOULD_BE))


# "killing three people, hours after a drone hit a police station elsewhere": what comes then is another attack.
_ANOTHER_BEFORE = guarded(
    r",?\s+(?:just |only |barely |some |few )*(?:a few |an? |two |three |four |several )?"
    r"(?:hours?|days?|weeks?|months?|minutes) after (?:an?|another|the)\s"
)
# Who the victims were, told by itself: "The dead all belonged to the Hazara community".
_ALL_WERE = guarded(
    r"\b(?:the|those|all) (?:of )?(?:the )?(?:dead|victims?|deceased|slain|killed|passengers|martyrs)\b[^.;]{0,50}?"
    r"\b(?:belong\w*|members? of|from the|were|was)\b(?P<whom>[^.;]{0,70})",
    re.IGNORECASE,
)


# "a teacher of the Ahmadi community", "the passengers, all Hazaras": who they were is why they were hit.
_OF_A_COMMUNITY = guarded(
    r"\b(?:of|from|belong\w* to|members? of) (?:the |a )?(?P<whom>(?:minority )?[\w'’]+) (?:religious )?(?:community|sect|faith|minority)\b"
    r"|\b(?:passengers|victims?|dead|deceased|slain|killed|miners|workers|labourers|men|travell?ers|worshippers|they|students|patients),?"
    r" (?:(?:were|are) )?(?:all|mostly|most of them|all of them) (?:members of the )?(?P<all>[\w'’]+)(?: community)?[,.;\s]",
    re.IGNORECASE,
)


def _of_a_community(line: Line, book: PhraseBook, *, only_all: bool = False) -> list[PhraseHit]:
    """The minorities that a sentence says the victims were of; `only_all`: where it says so of all of them."""
    found = [m for m in _OF_A_COMMUNITY.finditer(line.sentence.text) if m["all"] or not only_all]
    spans = [m.span("whom") if m["whom"] else m.span("all") for m in found]
    if not spans:
        return []
    return [h for h in book.find(line.sentence.text) if h.name == "minority" and any(start <= h.start < end for start, end in spans)]


_RAILS = guarded(
    r"\bderail(?:s|ed|ing|ment)?\b|\b(?:left|leave|jumped|jump|off) the (?:rails|track)\b|\b(?:jump|jumped) track\b"
    r"|\bexpress (?:bombing|blast|explosion)\b"
    r"|\b(?:blast|bomb|explosion|explosives|device|blew|blown|exploded|planted)\b[^.;]{0,40}"
    r"\b(?:railway|railroad|rail|up|down) (?:track|line)\b",
    re.IGNORECASE,
)
_ATTACK = guarded(r"\b(?:attack|assault|siege)(?:s|ed)?\b|\bshot (?:in|at|by|on|near|outside|inside)\b", re.IGNORECASE)


def _singled_out(killed: Chosen) -> bool:
    """Whether those shot dead are somebody in office and whoever was along."""
    around = killed.line.sentence.text[max(0, killed.statement.start - 40) : killed.statement.end + 60]
    return killed.toll.count <= 3 and "former" not in around.lower() and "office" in cues(f"{killed.statement.text} {around}")


# Whom an attack hits without having been meant for them.
_BY_CHANCE = re.compile(r"\b(?:passers?-?by|passers-by|bystanders?|pedestrians?|onlookers?|fruit sellers?)\b", re.IGNORECASE)


def _as_part(line: Line, hit: PhraseHit) -> float:
    """Less for those who are a part of the victims: "four teachers were among the dead"."""
    return 0.4 if any(s.part and s.start <= hit.start < s.end for s in line.statements) else 1.0


# "A school bus was hit; three children were killed": they tell of no target.
_ANYBODY = frozenset(("children", "women and children", "infant", "minor", "teenager"))


def _is_anybody(text: str, hit: PhraseHit) -> bool:
    return text[hit.start : hit.end].lower() in _ANYBODY


_ASIDE = 0.2  # so little says only where the victims were taken
_HELPERS = frozenset(("hospital", "hospitals", "medical", "doctor", "doctors", "ambulance", "ambulances", "clinic"))
_BROUGHT = guarded(
    r"\b(?:taken|brought|shifted|moved|rushed|referred|airlifted|receiv\w+|treat\w*|admitted|superintendent|bodies"
    r"|succumb\w*|died at|ventilators?|evacuated|pronounced)\b",
    re.IGNORECASE,
)


def _as_helper(line: Line, hit: PhraseHit) -> float:
    """Less for a hospital that the victims were taken to, and for who only passed by."""
    text = line.sentence.text
    if _BY_CHANCE.fullmatch(text, hit.start, hit.end):
        return 0.3
    return 0.15 if text[hit.start : hit.end].lower() in _HELPERS and _BROUGHT.search(text) else 1.0


def _within(line: Line, hit: PhraseHit, names: Sequence[tuple[int, int]]) -> bool:
    """Whether a phrase is only part of a place's name: "Imam Sahib"."""
    first, last = line.sentence.start + hit.start, line.sentence.start + hit.end
    return any(start <= first and last < end for start, end in names)


def _count(chosen: Chosen | None) -> int:
    return chosen.toll.count if chosen else 0


def _phrase_evidence(field: str, name: str | None, hits: Sequence[tuple[PhraseHit, float, Line]]) -> Evidence | None:
    for hit, _, line in hits:
        if hit.name == name:
            return Evidence(field=field, sentence=line.sentence.text, start=hit.start, end=hit.end)
    return None
