"""The grammar of responsibility: who claims, who denies, whom somebody blames. It reads one clause of symbols at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model import Stance
from monitor.text.blame import blamed, men_of
from monitor.text.claims import own_words
from monitor.text.groups import FoundGroup
from monitor.text.symbols import PRONOUN, SYMBOL, Clause, has_actor, symbols_in

# Their dead may be a country's soldiers: that they were killed does not tell that they attacked.
_SOLDIERS = frozenset({"afghan-taliban", "taliban", "haqqani"})
_KILLED_WITHOUT_OBJECT = re.compile(
    rf"{SYMBOL}(?:['’]s)?\s+(?:[\w'’-]+\s+){{0,3}}?(?:killed|injured|wounded|shot|attacked|hit|ambushed|targeted)"
    r"(?:\s+(?:dead\s+)?(?:and\s+\w+\s+)?(?:in|by|as|when|near|at|on|during|after|while|outside|inside|overnight)\b|\s*[,.;]|\s*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a clause says of a group; `definite` where it speaks of responsibility, not only of a deed."""

    group: FoundGroup
    stance: Stance
    definite: bool


def said_of(clause: Clause, *, antecedent: FoundGroup | None) -> list[Said]:
    """What the clause says of each group in it; `antecedent` is whom "the group" means. At most one thing a group."""
    if not has_actor(clause.symbols):
        return []  # every pattern below needs somebody
    out: dict[str, Said] = {}
    for symbol, stance, definite in _readings(clause.symbols):
        group = clause.by_symbol.get(symbol) or _named_before(clause) or antecedent
        if group is not None and not (group.id in _SOLDIERS and not definite and _KILLED_WITHOUT_OBJECT.search(clause.symbols)):
            out.setdefault(group.id + group.text if symbol in clause.by_symbol else group.id, Said(group, stance, definite))
    for symbol in men_of(clause.symbols):
        men = clause.by_symbol[symbol]
        if men.id not in _SOLDIERS:
            out.setdefault(men.id + men.text, Said(men, "suspected", False))
    return list(out.values())


def _named_before(clause: Clause) -> FoundGroup | None:
    """Whom "its spokesman" means in a clause that names somebody before: "The front's fighters did it, its spokesman said"."""
    names = symbols_in(clause.symbols[: max(0, clause.symbols.find(PRONOUN))])
    return clause.by_symbol.get(names[-1]) if names else None


def _readings(text: str) -> Iterable[tuple[str, Stance, bool]]:
    """(symbol, stance, definite), the strongest reading first."""
    for symbol, stance in own_words(text):
        yield symbol, stance, True
    for symbol, definite in blamed(text):
        yield symbol, "suspected", definite
