"""What is allowed in rule files and yet looks like a mistake: warnings, never refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from monitor.errors import Location, Problem
from monitor.model import ATTACK_TYPES, SEVERITIES, TARGETS, Alias, Lexicon
from monitor.rules.conditions import All, Any, Condition, Count, Mention, Not, Rule, leaves
from monitor.rules.reach import clash
from monitor.rules.values import meant
from monitor.text.names import key_of

Places = Mapping[tuple[str, str], Location]


def lint_lexicon(lexicon: Lexicon, places: Places) -> list[Problem]:
    """Groups that hardly a text can name, names claimed twice, kinds that nobody else knows. `places` says where each entry stands."""
    return [
        *_unnamed(lexicon, places),
        *_aliases_claimed_twice(lexicon, places),
        *_new_kinds(lexicon, places),
    ]


def _unnamed(lexicon: Lexicon, places: Places) -> Iterator[Problem]:
    for group in lexicon.groups:
        if not group.aliases:
            yield _warning(places[("groups", group.id)], f'group "{group.id}" has no alias', "only its full name will be found in a text")


def _aliases_claimed_twice(lexicon: Lexicon, places: Places) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for group in lexicon.groups:
        for alias in (Alias(group.name), *group.aliases):
            owner = owners.setdefault(alias.text if alias.exact_case else key_of(alias.text), group.id)
            if owner != group.id:
                what = f'group "{group.id}": "{alias.text}" is claimed by group "{owner}" too'
                yield _warning(places[("groups", group.id)], what, "the one read first is taken; remove the other")


def _new_kinds(lexicon: Lexicon, places: Places) -> Iterator[Problem]:
    for section, called, entries, known in (
        ("attack_types", "attack type", lexicon.attack_types, ATTACK_TYPES),
        ("targets", "target", lexicon.targets, TARGETS),
    ):
        for entry in entries:
            if entry.name not in known:
                what = f'{called} "{entry.name}" is not one of those that come with the program'
                yield _warning(
                    places[(section, entry.name.casefold())],
                    what,
                    meant(entry.name, known) or "scripts that read the output may not know it",
                )


# ---------------------------------------------------------------- rules


def lint_rules(rules: tuple[Rule, ...]) -> list[Problem]:
    """Rules that nothing can meet, that repeat another, whose thresholds and severities run against each other, whose stance is loose."""
    return [*_each(rules, _unreachable), *_each(rules, _loose_stance), *_repeated(rules), *_out_of_order(rules)]


def _each(rules: Iterable[Rule], look: Callable[[Rule], str | None]) -> Iterator[Problem]:
    for rule in rules:
        found = look(rule)
        if found:
            what, _, remedy = found.partition("; ")
            yield _warning(rule.at, f'rule "{rule.name}" {what}', remedy)


def _unreachable(rule: Rule) -> str | None:
    found = clash(rule.when)
    if not found:
        return None
    return f"can never fire: {found}; remove {'one of the two' if 'exclude' in found else 'it'}"


def _loose_stance(rule: Rule) -> str | None:
    """`group` beside `any: [{stance: …}]`: the stance may then be that of another group."""
    for part in _parts(rule.when):
        if isinstance(part, All):
            groups = [p for p in part.parts if isinstance(p, Mention) and p.stances is None]
            nested = [leaf for p in part.parts if isinstance(p, All | Any) for leaf in leaves(p)]
            stances = [leaf for leaf in nested if isinstance(leaf, Mention) and leaf.groups is None]
            if groups and stances:
                asks = f'asks for "{stances[0].written}" of any group, not of "{groups[0].written}"'
                return f"{asks}; write both keys in one condition to bind them"
    return None


def _parts(condition: Condition) -> Iterator[Condition]:
    yield condition
    if isinstance(condition, All | Any):
        for part in condition.parts:
            yield from _parts(part)
    elif isinstance(condition, Not):
        yield from _parts(condition.part)


def _repeated(rules: tuple[Rule, ...]) -> Iterator[Problem]:
    first: dict[tuple[object, ...], Rule] = {}
    for rule in rules:
        other = first.setdefault((rule.when, rule.surge, rule.notify), rule)
        if other is not rule:
            yield _warning(
                rule.at, f'rule "{rule.name}" has the conditions of rule "{other.name}" at {_shown(other.at, rule.at)}', "remove one"
            )


def _out_of_order(rules: tuple[Rule, ...]) -> Iterator[Problem]:
    """Of two rules that differ in one lower bound alone, the one that asks for more should not be the milder."""
    ladders: dict[str, list[tuple[float, Rule]]] = {}
    for rule in rules:
        if rule.surge is None and rule.notify is None:
            step = _step(rule)
            if step:
                ladders.setdefault(step[0], []).append((step[1], rule))
    for ladder in ladders.values():
        ladder.sort(key=lambda step: step[0])
        gravest = ladder[0][1]
        for _, rule in ladder[1:]:
            if SEVERITIES.index(rule.severity) < SEVERITIES.index(gravest.severity):
                what = f'rule "{rule.name}" asks for more than rule "{gravest.name}" at {_shown(gravest.at, rule.at)} and is less severe'
                yield _warning(rule.at, f"{what} ({rule.severity} below {gravest.severity})", "swap the severities")
            else:
                gravest = rule


def _step(rule: Rule) -> tuple[str, float] | None:
    """The rule's shape with its one lower bound left out, and the bound."""
    counts = [leaf for leaf in leaves(rule.when) if isinstance(leaf, Count)]
    if len(counts) != 1 or counts[0].comparison.high != float("inf"):
        return None
    return repr(rule.when).replace(repr(counts[0]), f"<{counts[0].tally}>"), counts[0].comparison.low


def _shown(other: Location, here: Location) -> str:
    return f"line {other.line}" if other.path == here.path else f"{other.path}:{other.line}"


def _warning(at: Location, what: str, remedy: str) -> Problem:
    return Problem(at, what, remedy=remedy, warning=True)
