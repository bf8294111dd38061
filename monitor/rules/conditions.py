"""What a rule may ask of an incident, as values: leaves, and `All`, `Any`, `Not` above them.

Each leaf knows how it is written (`written`), as reasons and explanations show it. How a leaf is judged stands in `judge`.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from monitor.errors import Location
from monitor.model import Severity
from monitor.rules.comparisons import Comparison

Tally = Literal["killed", "injured", "casualties", "militants_killed"]
Level = Literal["place", "district", "province", "country"]
Trait = Literal["attack_type", "target"]


@dataclass(frozen=True, slots=True)
class Count:
    """A toll compared. `casualties` is killed and injured together."""

    written: str
    tally: Tally
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of a group: `groups` (ids, children included) and `stances`; None leaves that side open."""

    written: str
    groups: frozenset[str] | None
    stances: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Where:
    """Names of one level, folded by `fold_name`. The level `place` holds for any part of the incident's place."""

    written: str
    level: Level
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of `places.yaml` that is watched, folded. `covers` are the levels at which the name may stand."""

    names: frozenset[str]
    covers: frozenset[Level]
    province: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A place whose watch level is one of those asked for."""

    written: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class NearPlace:
    """Within `km` kilometres of one of the points (latitude, longitude in degrees, shown name)."""

    written: str
    points: tuple[tuple[float, float, str], ...]
    km: float


@dataclass(frozen=True, slots=True)
class Is:
    """The attack type or the target is one of these."""

    written: str
    trait: Trait
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text search: each of `patterns` (google-re2's syntax) must be found. `words` are those that a text cannot do without,
    a star for any ending; none where that is not known. `written` is as the rule has it."""

    written: str
    patterns: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportIs:
    """What one report in force must satisfy as a whole. None leaves a side open; names are casefolded."""

    written: str
    feeds: frozenset[str] | None = None
    outlets: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    tags: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    texts: tuple[Pattern, ...] | None = None


@dataclass(frozen=True, slots=True)
class Publishers:
    """How many publishers report it."""

    written: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Age:
    """The clock minus the begin of the incident's day at its place, compared in days."""

    written: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class NearDate:
    """Within `days` days of a day of the calendar. `spans` are first and last days, `name` is the calendar's."""

    written: str
    name: str
    days: int
    spans: tuple[tuple[dt.date, dt.date], ...]


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Leaf = Count | Mention | Where | Watched | NearPlace | Is | ReportIs | Publishers | Age | NearDate
Condition = Leaf | All | Any | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """More incidents than usual: at least `incidents` of one `by` within `within_days`, and `over_usual` times the usual number."""

    written: str
    by: Literal["district", "province", "country", "group"]
    incidents: int
    within_days: float
    over_usual: float = 1.0
    cooldown_days: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the rule files. `when` filters the incidents that count where `surge` is set. `at` is where it stands."""

    name: str
    severity: Severity
    when: Condition
    why: str = ""
    source: tuple[str, ...] = ()
    notify: tuple[str, ...] | None = None
    surge: Surge | None = None
    at: Location = field(default=Location(""), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A report of an example. `published` is its day."""

    text: str
    title: str = ""
    published: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What stands with a rule to try it: the rule must fire on these reports (`fires`) or must not."""

    rule: str
    fires: bool
    reports: tuple[Sample, ...]
    at: Location = field(default=Location(""), compare=False, repr=False)


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf of the tree, from left to right."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


_SUFFIX = re.compile(r" (?:district|agency|tehsil|division|province|city)\Z")


# The same few thousand names come back with every incident.
@functools.lru_cache(maxsize=8192)
def fold_name(name: str) -> str:
    """The form in which place names are compared: no case, accents, hyphens, spaces, nor a final "district" or the like."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    words = " ".join("".join(c if c.isalnum() else "" if c in "'’ʿʾ`" else " " for c in bare).split())
    return (_SUFFIX.sub("", words) or words).replace(" ", "")
