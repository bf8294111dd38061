"""What a text says of armed groups and an attack: claimed, denied, suspected, or merely mentioned.

Each sentence is read with its group names as symbols, so that one small grammar serves all groups. It works on the
sentence that says it: a claim counts for the account its sentence is about, never for another attack in the same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.model import GroupMention
from monitor.text.groups import FoundGroup


class Told(NamedTuple):
    """A sentence by its offsets, and the index of the account that it is about (None: of no attack in particular)."""

    start: int
    end: int
    about: int | None


def stances(
    text: str,
    sentences: Sequence[Told],
    found: Sequence[FoundGroup],
    *,
    countries: Sequence[str | None],
    fresh: Sequence[bool],
) -> tuple[tuple[GroupMention, ...], ...]:
    """For each account, the groups tied to it with their stance and the sentence that says so.

    `sentences` are all sentences of the text in order; `about` indexes the accounts, fresh and recalled ones alike, so
    that a claim for a recalled attack stays there. A sentence about None that speaks of responsibility ("The group
    claimed responsibility", "denied both attacks") is given to the account before it, or to all fresh ones.
    `countries` and `fresh` have one entry per account: the country settles a bare "Taliban".
    """
    return tuple(() for _ in countries)
