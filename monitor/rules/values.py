"""Single values of rule files: each function takes what YAML gave and returns it checked, or says what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, TypeVar, get_args

import re2
from pydantic_core import PydanticCustomError

from monitor.model import SEVERITIES, STANCES, Kind
from monitor.rules.comparisons import Comparison, count_comparison, days_of, duration_comparison
from monitor.rules.conditions import Pattern

T = TypeVar("T")
MAX_TEXT = 2_000
KINDS: tuple[str, ...] = get_args(Kind)


def wrong(found: str, expected: str = "", remedy: str = "") -> PydanticCustomError:
    """An error of ours: `found` goes on after the name of the key ("killed" + "is empty")."""
    # pydantic fills {…} in the message from the context: the words must not be read as a template.
    return PydanticCustomError("words", "{found}", {"found": found, "expected": expected, "remedy": remedy})


def shown(value: object) -> str:
    """A value as it is shown in a message."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value if len(value) <= 60 else value[:57] + "..."}"'
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return str(value)


def text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        if len(value) > MAX_TEXT:
            raise wrong(f"has {len(value):,} characters", f"at most {MAX_TEXT:,}")
        return value.strip()
    if isinstance(value, bool | int | float):
        raise wrong(f"is {shown(value)}", "text", f'write "{shown(value)}" in quotes')
    raise wrong(f"is {shown(value)}", "text")


def word(value: object) -> str:
    """A name that others refer to: one line, at most 80 characters."""
    name = text(value)
    if "\n" in name or len(name) > 80:
        raise wrong(f"is {shown(name)}", "one line of at most 80 characters")
    return name


def slug(value: object) -> str:
    name = text(value)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        suggestion = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
        raise wrong(f"is {shown(name)}", "lower-case letters, digits and hyphens", f'write "{suggestion}"' if suggestion else "")
    return name


def one_or_many(check: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """One value or a list of them; never empty. A bad value of a list is named by its place."""

    def many(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            return (check(value),)
        if not value:
            raise wrong("is an empty list", "at least one value")
        checked = []
        for number, one in enumerate(value):
            try:
                checked.append(check(one))
            except PydanticCustomError as error:
                context = {"found": "", "expected": "", "remedy": ""} | (error.context or {})
                raise PydanticCustomError("words", "{found}", context | {"index": number}) from None
        return tuple(checked)

    return many


def one_of(allowed: Collection[str], *, called: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        name = text(value)
        if name.casefold() not in allowed:
            raise wrong(f"is {shown(name)}", f"{called}: {', '.join(allowed)}", meant(name, allowed))
        return name.casefold()

    return check


severity = one_of(SEVERITIES, called="one of")
stance = one_of(STANCES, called="one of")
kind = one_of(KINDS, called="one of")


def meant(name: str, known: Collection[str]) -> str:
    """ "did you mean" for a misspelled name, or nothing."""
    import difflib

    lower = {one.casefold(): one for one in known}
    if len(lower) > 500:
        # Among thousands of place names, comparing each with each letter by letter would take seconds.
        lower = {one: shown for one, shown in lower.items() if one[:1] == name[:1].casefold() and abs(len(one) - len(name)) <= 3}
    close = difflib.get_close_matches(name.casefold(), lower, n=1, cutoff=0.65)
    return f'did you mean "{lower[close[0]]}"?' if close else ""


def count(value: object) -> Comparison:
    comparison = count_comparison(value)
    turned = comparison is None and isinstance(value, str) and re.fullmatch(r"\s*([0-9]+)\s*(\.\.|-)\s*([0-9]+)\s*", value)
    if turned and int(turned.group(3)) < int(turned.group(1)):
        raise wrong(f"is {shown(value)}", "the smaller number first", f'write "{turned.group(3)}..{turned.group(1)}"')
    if comparison is None:
        raise wrong(f"is {shown(value)}", 'a comparison such as ">= 5"')
    return comparison


def age(value: object) -> Comparison:
    comparison = duration_comparison(value)
    if comparison is None:
        raise wrong(f"is {shown(value)}", 'a comparison with a span of time such as "< 3d" or "<= 36h"')
    return comparison


def span(value: object) -> float:
    days = days_of(value)
    if days is None or not 0 < days <= 366:
        raise wrong(f"is {shown(value)}", 'a span of time up to 366d such as "7d" or "36h"')
    return days


def whole(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise wrong(f"is {shown(value)}", f"a whole number from {low:,} to {high:,}")
        return value

    return check


def number(low: float, high: float, unit: str = "") -> Callable[[object], float]:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise wrong(f"is {shown(value)}", f"a number from {low:g} to {high:g}{unit and ' '}{unit}")
        return float(value)

    return check


def date(value: object) -> dt.date:
    try:
        if not isinstance(value, str):
            raise ValueError
        return dt.date.fromisoformat(value)
    except ValueError:
        raise wrong(f"is {shown(value)}", "a date such as 2023-09-29") from None


def month_day(value: object) -> str:
    """A day of a year: "02-29" is the 29th of the second month. Islamic months have at most 30 days."""
    hit = re.fullmatch(r"([0-9]{2})-([0-9]{2})", value) if isinstance(value, str) else None
    if hit is None or not 1 <= int(hit.group(1)) <= 12 or not 1 <= int(hit.group(2)) <= 31:
        raise wrong(f"is {shown(value)}", 'a month and a day such as "09-29"')
    return hit.group(0)


def mapping(such_as: str) -> Callable[[object], object]:
    def check(value: object) -> object:
        if not isinstance(value, dict):
            raise wrong(f"is {shown(value)}", f"a mapping such as {{{such_as}}}")
        return value

    return check


_LETTER = r"[\pL\pN_]"
_GAP = r"[\s\pZ\pP]+"


def search(value: object) -> Pattern:
    """A phrase, `{words: …}` for words in any order, or `{re: …}` for a regular expression of google-re2."""
    if isinstance(value, dict):
        if len(value) != 1 or next(iter(value)) not in ("phrase", "words", "re"):
            raise wrong(f"has {_keys(value)}", "one of phrase, words, re", meant(next(iter(value), ""), ("phrase", "words", "re")))
        key, inner = next(iter(value.items()))
        if key == "phrase":
            return _phrase(text(inner))
        return _all_words(text(inner)) if key == "words" else _expression(text(inner))
    written = text(value)
    return _expression(written[3:].strip()) if written.startswith("re:") else _phrase(written)


def _keys(value: dict[str, Any]) -> str:
    return "no key" if not value else "the keys " + ", ".join(value) if len(value) > 1 else f'the key "{next(iter(value))}"'


def _phrase(written: str) -> Pattern:
    words = _words(written)
    return Pattern(written, (_bounded(_GAP.join(map(_word, words))),), words)


def _all_words(written: str) -> Pattern:
    words = _words(written)
    return Pattern(f"{{words: {written}}}", tuple(_bounded(_word(word)) for word in words), words)


def _words(written: str) -> tuple[str, ...]:
    words: list[str] = re.findall(r"[\w]+\*?", written)
    if not words:
        raise wrong(f"is {shown(written)}", "at least one word", "for signs, write {re: …}")
    return tuple(words)


def _word(written: str) -> str:
    """A word; a star at its end stands for any ending."""
    bare = written.removesuffix("*")
    return re.escape(bare) + (_LETTER + "*" if written != bare else "")


def _bounded(pattern: str) -> str:
    return f"(?:^|[^\\pL\\pN_])(?P<hit>{pattern})(?:$|[^\\pL\\pN_])"


def _expression(written: str) -> Pattern:
    try:
        compiled(written)
    except re2.error as error:
        said = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise wrong(f"is no regular expression that google-re2 takes: {said}", "one without look-around and back-references") from None
    return Pattern(f"{{re: {written}}}", (written,))


@lru_cache(maxsize=20_000)
def compiled(pattern: str) -> Any:
    """The search itself; google-re2 is linear in the text, so no pattern of a user can hold the daemon up. Case is ignored."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile(pattern, options=options)  # type: ignore[no-untyped-call]
