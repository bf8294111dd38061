"""The word lists of the casualty grammar, read once from words.toml beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources

_FILE = tomllib.loads(resources.files("monitor.text").joinpath("words.toml").read_text(encoding="utf-8"))


def _pairs(words: str) -> Iterator[tuple[str, str]]:
    """Singular and plural of each entry."""
    for entry in words.split():
        singular, colon, plural = entry.partition(":")
        if colon:
            yield singular, plural
        elif singular.endswith(("man", "woman")):
            yield singular, singular[:-2] + "en"
        elif singular.endswith("y") and singular[-2] not in "aeiou":
            yield singular, singular[:-1] + "ies"
        elif singular.endswith(("s", "sh", "ch", "x")):
            yield singular, singular + "es"
        else:
            yield singular, singular + "s"


def _nouns(section: str, name: str) -> tuple[frozenset[str], frozenset[str]]:
    pairs = list(_pairs(_FILE[section][name]))
    return frozenset(s for s, _ in pairs), frozenset(p for _, p in pairs)


VICTIM_ONE, VICTIM_MANY = _nouns("people", "victims")
MILITANT_ONE, MILITANT_MANY = _nouns("people", "militants")
THING_ONE, THING_MANY = _nouns("people", "things")
BOMBERS = frozenset(_FILE["people"]["bombers"].split())
COLLECTIVES = frozenset(_FILE["people"]["collectives"].split())
PREPOSITIONS = frozenset(_FILE["grammar"]["prepositions"].split())
AUXILIARIES = frozenset(_FILE["grammar"]["auxiliaries"].split())
BREAKS = frozenset(_FILE["grammar"]["breaks"].split())
ADVERBS = frozenset(_FILE["grammar"]["adverbs"].split())
MODALS = frozenset(_FILE["grammar"]["modal"].split())
NEGATIONS = frozenset(_FILE["grammar"]["negations"].split())
MONTHS = frozenset(_FILE["grammar"]["months"].split())

ADJECTIVES = frozenset(_FILE["grammar"]["adjectives"].split())
NUMBER_STARTS = frozenset(_FILE["grammar"]["number_starts"].split())
KINDS = frozenset(_FILE["people"]["kinds"].split())
RULERS = frozenset(_FILE["people"]["rulers"].split())
NO_PERSON = frozenset(_FILE["grammar"]["no_person"].split())

PEOPLE_ONE = VICTIM_ONE | MILITANT_ONE
PEOPLE_MANY = VICTIM_MANY | MILITANT_MANY
PEOPLE = PEOPLE_ONE | PEOPLE_MANY
THINGS = THING_ONE | THING_MANY
MILITANTS = MILITANT_ONE | MILITANT_MANY


def _forms(name: str) -> dict[str, str]:
    """Each verb form of a list → "base" (also third person), "past" (also participle) or "ing"."""
    forms: dict[str, str] = {}
    for line in _FILE["verbs"][name].strip().splitlines():
        base, third, past, participle, gerund = line.split()
        forms |= {base: "base", third: "base", gerund: "ing", past: "past", participle: "past"}
    return forms


def known_words() -> list[str]:
    """Every word of the lists, with a capital too."""
    words = PEOPLE | THINGS | COLLECTIVES | PREPOSITIONS | AUXILIARIES | BREAKS | ADVERBS | MODALS | MONTHS | ADJECTIVES | NUMBER_STARTS
    words |= frozenset(KILL) | frozenset(DIE) | frozenset(INJURE)
    return sorted(words | {word.capitalize() for word in words})


KILL, DIE, INJURE = _forms("kill"), _forms("die"), _forms("injure")
