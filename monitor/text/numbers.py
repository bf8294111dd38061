"""Numbers as reports write them: digits, words, dozens, ranges, and the words that bound them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

UNITS = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve "
        "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
TENS["fourty"] = 40
# What a vague plural counts as: the convention of the stable interface.
VAGUE = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000}
GROUPS = {"duo": 2, "trio": 3, "threesome": 3, "quartet": 4, "quintet": 5}
MULTIPLES = {"dozen": 12, "score": 20, "hundred": 100, "thousand": 1000}

_DIGITS = re.compile(r"\d{1,3}(?:,\d{2,3})+|\d+")
_PLUS = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)\+")
_HYPHENATED = re.compile(r"([a-z]+)-([a-z]+)")
_SPAN = re.compile(r"(\d{1,4})[-–—](\d{1,4})")

# Bounds by the words before a number. "low": at least that many; "high": at most; "about": either side.
_BEFORE: dict[tuple[str, ...], str] = {
    ("at", "least"): "low",
    ("atleast",): "low",
    ("more", "than"): "low",
    ("over",): "low",
    ("above",): "low",
    ("not", "less", "than"): "low",
    ("no", "less", "than"): "low",
    ("no", "fewer", "than"): "low",
    ("not", "fewer", "than"): "low",
    ("a", "minimum", "of"): "low",
    ("upwards", "of"): "low",
    ("upward", "of"): "low",
    ("well", "over"): "low",
    ("minimum",): "low",
    ("nearly",): "high",
    ("almost",): "high",
    ("close", "to"): "high",
    ("up", "to"): "high",
    ("upto",): "high",
    ("as", "many", "as"): "high",
    ("less", "than"): "high",
    ("fewer", "than"): "high",
    ("just", "under"): "high",
    ("under",): "high",
    ("about",): "about",
    ("around",): "about",
    ("approximately",): "about",
    ("roughly",): "about",
    ("some",): "about",
    ("an", "estimated"): "about",
    ("estimated",): "about",
    ("possibly",): "about",
    ("reportedly",): "exact",
    ("all",): "exact",
    ("exactly",): "exact",
    ("another",): "exact",
    ("a", "further"): "exact",
    ("further",): "exact",
    ("an", "additional"): "exact",
    ("additional",): "exact",
    ("a", "total", "of"): "exact",
    ("total",): "exact",
    ("the", "other"): "exact",
    ("other",): "exact",
    ("remaining",): "exact",
    ("the", "remaining"): "exact",
    ("the",): "exact",
    ("these",): "exact",
    ("those",): "exact",
    ("his",): "exact",
    ("her",): "exact",
    ("their",): "exact",
    ("its",): "exact",
    ("only",): "exact",
    ("just",): "exact",
    ("a",): "exact",
}
_LONGEST = max(len(words) for words in _BEFORE)
_BEFORE_FIRST = frozenset(words[0] for words in _BEFORE)


@dataclass(frozen=True, slots=True)
class Number:
    """A count in tokens [start, end); `low` and `high` are the bounds the words give, None where open."""

    start: int
    end: int
    count: int
    low: int | None
    high: int | None
    more: bool = False  # "another three", "three further": added to a count told before


# A text asks for the same few thousand words over and over.
@lru_cache(maxsize=8_192)
def cardinal(token: str) -> int | None:
    """The number that one lower-case token states: "12", "1,200", "twelve", "twenty-three"; else None."""
    if token in UNITS:
        return UNITS[token]
    if token in TENS:
        return TENS[token]
    if _DIGITS.fullmatch(token):
        return int(token.replace(",", "")) if len(token) <= 11 else None
    if match := _HYPHENATED.fullmatch(token):
        tens, unit = TENS.get(match[1]), UNITS.get(match[2])
        if tens is not None and unit is not None and 0 < unit < 10:
            return tens + unit
    return None


def _bare(tokens: Sequence[str], i: int) -> tuple[int, int, int, int | None, int | None] | None:
    """A number without the words before it: (start, end, count, low, high)."""
    token = tokens[i]
    end = len(tokens)
    if token in VAGUE:
        count = VAGUE[token]
        return i, i + 1, count, None, None
    if token in MULTIPLES and token != "score":
        return i, i + 1, MULTIPLES[token], MULTIPLES[token], MULTIPLES[token]
    if token == "half" and tokens[i + 1 : i + 3] == ["a", "dozen"]:
        return i, i + 3, 6, 6, 6
    if token == "half-a-dozen":
        return i, i + 1, 6, 6, 6
    if token in ("a", "an") and i + 1 < end:
        following = tokens[i + 1]
        if following in MULTIPLES:
            return i, i + 2, MULTIPLES[following], MULTIPLES[following], MULTIPLES[following]
        if tokens[i + 1 : i + 3] == ["couple", "of"] or tokens[i + 1 : i + 3] == ["pair", "of"]:
            return i, i + 3, 2, 2, 2
        return None
    if token in GROUPS and tokens[i + 1 : i + 2] == ["of"]:
        return i, i + 2, GROUPS[token], GROUPS[token], GROUPS[token]
    if token == "both":
        return i, i + 1, 2, 2, 2
    if match := _PLUS.fullmatch(token):
        count = int(match[1].replace(",", ""))
        return i, i + 1, count, count, None
    if match := _SPAN.fullmatch(token):
        low, high = int(match[1]), int(match[2])
        return (i, i + 1, low, low, high) if low < high else None
    value = cardinal(token)
    if value is None:
        return None
    value, j = _compound(tokens, i, value)
    return i, j, value, value, value


def _compound(tokens: Sequence[str], i: int, value: int) -> tuple[int, int]:
    """Go on after the first token: "two dozen", "one hundred and ten", "twenty three" → (value, end)."""
    j = i + 1
    while j < len(tokens):
        word = tokens[j]
        if word in ("hundred", "thousand", "dozen", "score"):
            value *= MULTIPLES[word]
        elif word == "lakh":
            value *= 100_000
        elif j == i + 1 and tokens[i] in TENS and 0 < UNITS.get(word, 0) < 10:
            value += UNITS[word]
        elif (
            word == "and"
            and tokens[j - 1] in ("hundred", "thousand")
            and j + 1 < len(tokens)
            and (cardinal(tokens[j + 1]) or 0) in range(1, 100)
        ):
            value += cardinal(tokens[j + 1]) or 0
            j += 1
        else:
            break
        j += 1
    return value, j


def number_at(tokens: Sequence[str], i: int) -> Number | None:
    """The number that begins at token `i`, with its bounding words: "at least five", "8 to 10", "three or four".

    `tokens` are lower-case. A range counts its lower end. Returns None where no number begins, as at the end.
    """
    if i >= len(tokens) or (tokens[i] == "1122" and tokens[i - 1 : i] == ["rescue"]):
        return None  # the ambulance service, "Rescue 1122"
    for width in range(_LONGEST, 0, -1) if tokens[i] in _BEFORE_FIRST else ():
        words = tuple(tokens[i : i + width])
        if words in _BEFORE and i + len(words) < len(tokens) and words != ("a",):
            inner = number_at(tokens, i + len(words))
            return None if inner is None else _bounded(_BEFORE[words], i, inner, inner.more or words[-1] in _MORE)
    if tokens[i] == "between":
        return _between(tokens, i)
    bare = _bare(tokens, i)
    if bare is None:
        return None
    _, end, count, low, high = bare
    if end + 1 < len(tokens) and tokens[end] in ("to", "or", "-", "–"):
        second = _bare(tokens, end + 1)
        if second is not None and count < second[2] <= max(3 * count, count + 10):
            return Number(i, second[1], count, count, second[2])
    if end + 1 < len(tokens) and tokens[end] == "or" and tokens[end + 1] in ("more", "so"):
        return Number(i, end + 2, count, count if tokens[end + 1] == "more" else None, None)
    return Number(i, end, count, low, high, end < len(tokens) and tokens[end] in _MORE)


_MORE = frozenset("another more further additional other others".split())


def _between(tokens: Sequence[str], i: int) -> Number | None:
    """ "between 8 and 10"."""
    first = _bare(tokens, i + 1) if i + 1 < len(tokens) else None
    if first is None or first[1] + 1 >= len(tokens) or tokens[first[1]] not in ("and", "to", "-", "–"):
        return None
    second = _bare(tokens, first[1] + 1)
    return Number(i, second[1], first[2], first[2], second[2]) if second and second[2] > first[2] else None


def _bounded(kind: str, start: int, inner: Number, more: bool) -> Number:
    if kind == "exact":
        return Number(start, inner.end, inner.count, inner.low, inner.high, more)
    if kind == "low":
        return Number(start, inner.end, inner.count, inner.count, None, more)
    if kind == "high":
        return Number(start, inner.end, inner.count, None, inner.high if inner.high is not None else inner.count, more)
    return Number(start, inner.end, inner.count, None, None, more)
