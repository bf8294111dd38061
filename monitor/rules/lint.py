"""What is allowed in rule files and yet looks like a mistake: warnings, never refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.errors import Location, Problem
from monitor.model import Lexicon
from monitor.rules.conditions import Rule


def lint_lexicon(lexicon: Lexicon, places: Mapping[tuple[str, str], Location]) -> list[Problem]:
    """Groups that no text can name, and names claimed by two groups. `places` is where each group's entry stands."""
    return [*_unnamed(lexicon, places), *_claimed_twice(lexicon, places)]


def _unnamed(lexicon: Lexicon, places: Mapping[tuple[str, str], Location]) -> Iterator[Problem]:
    for group in lexicon.groups:
        if not group.aliases:
            what = f'group "{group.id}" has no alias'
            yield Problem(places[("groups", group.id)], what, remedy="only its full name will be found in a text", warning=True)


def _claimed_twice(lexicon: Lexicon, places: Mapping[tuple[str, str], Location]) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for group in lexicon.groups:
        for alias in group.aliases:
            key = alias.text if alias.exact_case else alias.text.casefold()
            owner = claimed.setdefault(key, group.id)
            if owner != group.id:
                what = f'group "{group.id}": alias "{alias.text}" is claimed by group "{owner}" too'
                yield Problem(places[("groups", group.id)], what, remedy="the first of them is taken; remove one", warning=True)


def lint_rules(rules: tuple[Rule, ...]) -> list[Problem]:
    return []
