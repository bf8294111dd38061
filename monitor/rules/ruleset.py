"""All rules in force and what they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.errors import Problem
from monitor.model import Lexicon
from monitor.rules.build import Span
from monitor.rules.conditions import Example, Rule
from monitor.rules.index import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """What `load_rules` made of the rule files.

    `lexicon` teaches the reader, `rules` are in the order of files and lines, `examples` are the texts that stand with them, `calendar`
    gives the spans of each named day. `warnings` stop nothing. `digest` changes with any entry. `aliases` turns a folded spelling of a
    place into its folded name, `index` finds the rules that may hold for an incident, `surges` are those that look at many of them,
    `parents` names the group that a group is part of.
    """

    lexicon: Lexicon
    rules: tuple[Rule, ...] = ()
    calendar: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    warnings: tuple[Problem, ...] = ()
    digest: str = ""
    aliases: dict[str, str] = field(default_factory=dict)
    index: Index = field(default_factory=Index, repr=False)
    surges: tuple[Rule, ...] = field(init=False, repr=False)
    parents: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "surges", tuple(rule for rule in self.rules if rule.surge is not None))
        object.__setattr__(self, "parents", {g.id: g.parent for g in self.lexicon.groups if g.parent})
