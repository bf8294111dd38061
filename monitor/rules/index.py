"""Which rules could hold for an incident at all, so that ten thousand rules cost little more than a hundred.

For each rule one thing is picked that it cannot do without: a group, a place, a word, a toll. Rules are found by what the incident has
of these; only they are judged. A rule that can do without anything nameable is judged every time.
"""

from __future__ import annotations

import bisect
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.rules.conditions import (
    All,
    Any,
    Condition,
    Count,
    Is,
    Leaf,
    Mention,
    NearPlace,
    Not,
    Pattern,
    Publishers,
    ReportIs,
    Rule,
    Watched,
    Where,
)
from monitor.rules.judge import Facts

# What an incident must have at least one of: (kind, value), or (tally, least number).
Token = tuple[str, str] | tuple[str, float]
Need = frozenset[Token]

# A rule on a toll up to this is likely to be met; those above are found only by the tolls that reach them.
USUAL_TOLL = 10
_WORD = re.compile(r"\w+")
# Words with a star are looked up by so many first letters.
_HEAD = 4


@dataclass(frozen=True, slots=True)
class Index:
    """Token → numbers of the rules that need it; per tally the least numbers in order, with their rules; and rules that need nothing."""

    always: tuple[int, ...] = ()
    by_token: Mapping[Token, tuple[int, ...]] = field(default_factory=dict)
    least: Mapping[str, tuple[tuple[float, ...], tuple[int, ...]]] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()


def build_index(rules: Sequence[Rule]) -> Index:
    """Give each rule the rarest of its needs. Rules for surges are left out."""
    needs = {number: list(_needs(rule.when)) for number, rule in enumerate(rules) if rule.surge is None}
    counts = Counter(token for options in needs.values() for need in options for token in need if isinstance(token[1], str))
    low_tolls = Counter(
        token[0]
        for options in needs.values()
        for need in options
        for token in need
        if isinstance(token[1], float) and token[1] <= USUAL_TOLL
    )
    always: list[int] = []
    by_token: dict[Token, list[int]] = {}
    least: dict[str, list[tuple[float, int]]] = {}
    for number, options in needs.items():
        if not options:
            always.append(number)
            continue
        rarest = min(options, key=lambda need: sum(counts[t] if isinstance(t[1], str) else low_tolls[t[0]] for t in need))
        for kind, value in rarest:
            if isinstance(value, float):
                least.setdefault(kind, []).append((value, number))
            else:
                by_token.setdefault((kind, value), []).append(number)
    ladders = {kind: tuple(zip(*sorted(steps), strict=True)) for kind, steps in least.items()}
    return Index(
        always=tuple(always),
        by_token={token: tuple(numbers) for token, numbers in by_token.items()},
        least=ladders,  # type: ignore[arg-type]  # zip turned pairs into two columns
        kinds=frozenset(token[0] for token in by_token),
    )


def candidates(index: Index, facts: Facts) -> list[int]:
    """The numbers of all rules that may hold, in order."""
    found = set(index.always)
    for token in _tokens_of(facts, index.kinds):
        found.update(index.by_token.get(token, ()))
    for kind, (steps, numbers) in index.least.items():
        count = facts.tally(kind)
        if count is not None:
            found.update(numbers[: bisect.bisect_right(steps, count)])
    return sorted(found)


# ---------------------------------------------------------------- what a rule needs


def _needs(condition: Condition) -> Iterable[Need]:
    """Each need by itself is necessary: where an incident has nothing of one, the condition is not met."""
    match condition:
        case All(parts):
            for part in parts:
                yield from _needs(part)
        case Any(parts):
            # Every branch must need something, else the condition may be met without.
            narrowest = [min(_needs(part), key=len, default=None) for part in parts]
            together = frozenset[Token]().union(*(need for need in narrowest if need is not None))
            if None not in narrowest:
                yield together
        case Not():
            return
        case _:
            yield from _needs_of(condition)


def _needs_of(leaf: Leaf) -> Iterable[Need]:
    match leaf:
        case Count():
            if leaf.comparison.low > -math.inf:
                yield frozenset([(leaf.tally, float(leaf.comparison.low))])
        case Mention():
            if leaf.groups is not None:
                yield frozenset(("group", group) for group in leaf.groups)
            if leaf.stances is not None:
                yield frozenset(("stance", stance) for stance in leaf.stances)
        case Where():
            yield frozenset((leaf.level, name) for name in leaf.names)
        case Watched():
            yield frozenset(("place", name) for spot in leaf.spots for name in spot.names)
        case Is():
            yield frozenset((leaf.trait, value) for value in leaf.values)
        case NearPlace():
            yield frozenset(("cell", cell) for lat, lon, _ in leaf.points for cell in _cells_around(lat, lon, leaf.km))
        case ReportIs():
            yield from _needs_of_report(leaf)
        case Publishers():
            if leaf.comparison.low >= 1:
                yield frozenset([("outlets", float(leaf.comparison.low))])


def _needs_of_report(leaf: ReportIs) -> Iterable[Need]:
    for kind, names in (
        ("feed", leaf.feeds),
        ("outlet", leaf.outlets),
        ("language", leaf.languages),
        ("tag", leaf.tags),
        ("kind", leaf.kinds),
    ):
        if names is not None:
            yield frozenset((kind, name) for name in names)
    if leaf.texts is not None:
        words = [_word_of(pattern) for pattern in leaf.texts]
        known = [word for word in words if word is not None]
        if len(known) == len(words):
            yield frozenset(known)


def _word_of(pattern: Pattern) -> Token | None:
    """The longest word that a text must have for this search; None for a regular expression, whose words nobody knows."""
    longest = max(pattern.words, key=len, default="")
    if longest.endswith("*"):
        head = longest[:-1].casefold()
        return ("head", head[:_HEAD]) if len(head) >= _HEAD else None
    return ("word", longest.casefold()) if longest else None


# ---------------------------------------------------------------- what an incident has


def _tokens_of(facts: Facts, kinds: frozenset[str]) -> Iterable[Token]:
    incident = facts.incident
    for mention in incident.groups:
        yield ("group", mention.id)
        yield ("stance", mention.stance)
    for level, name in facts.names.items():
        yield (level, name)
        # The condition `place` takes any level.
        yield ("place", name)
    for trait, value in (("attack_type", incident.attack_type), ("target", incident.target)):
        if value is not None:
            yield (trait, value.casefold())
    place = incident.place
    if "cell" in kinds and place is not None and place.lat is not None and place.lon is not None:
        for cell in _cells_of(place.lat, place.lon):
            yield ("cell", cell)
    yield from _tokens_of_reports(facts, kinds)


def _tokens_of_reports(facts: Facts, kinds: frozenset[str]) -> Iterable[Token]:
    for filing in facts.filings:
        for kind, value in (
            ("feed", filing.feed),
            ("outlet", filing.outlet),
            ("outlet", filing.publisher),
            ("language", filing.language),
            ("kind", filing.kind),
        ):
            yield (kind, value.casefold())
        for tag in filing.tags:
            yield ("tag", tag.casefold())
    if "word" in kinds or "head" in kinds:
        words = {word.casefold() for text in facts.texts for word in _WORD.findall(text)}
        for word in words:
            yield ("word", word)
            yield ("head", word[:_HEAD])


# ---------------------------------------------------------------- the map in squares

# Degrees. A small circle is looked up in small squares: a city of 10,000 watched bazaars has its own for each quarter.
_SMALL, _LARGE = 0.1, 2.0
_SMALL_KM = 30.0


def _cells_of(lat: float, lon: float) -> Iterable[str]:
    return (_cell(lat, lon, _SMALL), _cell(lat, lon, _LARGE))


def _cell(lat: float, lon: float, size: float) -> str:
    return f"{size}:{math.floor(lat / size)},{math.floor((lon + 180) % 360 / size)}"


def _cells_around(lat: float, lon: float, km: float) -> set[str]:
    """The squares that a circle may touch. A degree of latitude has 111 km, one of longitude less towards the poles."""
    size = _SMALL if km <= _SMALL_KM else _LARGE
    south_north = km / 110.0
    widest = abs(lat) + south_north
    west_east = 180.0 if widest >= 89 else min(180.0, km / (110.0 * math.cos(math.radians(widest))))
    rows = _steps(lat - south_north, lat + south_north, size)
    columns = _steps(lon - west_east, lon + west_east, size)
    return {_cell(row, column, size) for row in rows for column in columns}


def _steps(low: float, high: float, size: float) -> list[float]:
    """Numbers from low to high, at most `size` apart, both ends among them."""
    count = math.ceil((high - low) / size)
    return [low + number * size for number in range(count)] + [high]
