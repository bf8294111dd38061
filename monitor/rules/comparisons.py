"""Comparisons as analysts write them: ">= 5", "< 3d", "5..10"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_SIGN = {">=": ">=", "≥": ">=", "=>": ">=", "<=": "<=", "≤": "<=", "=<": "<=", ">": ">", "<": "<", "=": "=", "==": "=", "": "="}
_COMPARISON = re.compile(r"\s*(>=|=>|≥|<=|=<|≤|==|=|>|<|)\s*([0-9]+(?:[.,][0-9]+)*)\s*([a-z]*)\s*\Z")
_RANGE = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)*)\s*([a-z]*)\s*(?:\.\.|-|–|\bto\b)\s*([0-9]+(?:[.,][0-9]+)*)\s*([a-z]*)\s*\Z")
# Days in one unit of time.
_UNITS = {
    "m": 1 / 1440, "min": 1 / 1440, "minute": 1 / 1440, "minutes": 1 / 1440, "h": 1 / 24, "hour": 1 / 24, "hours": 1 / 24,
    "d": 1.0, "day": 1.0, "days": 1.0, "w": 7.0, "week": 7.0, "weeks": 7.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Bounds of a number. `low_open` and `high_open` leave the bound itself out; `written` is the usual way to write it."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    written: str = ""

    def admits(self, number: float) -> bool:
        above = number > self.low if self.low_open else number >= self.low
        below = number < self.high if self.high_open else number <= self.high
        return above and below


def count_comparison(written: object) -> Comparison | None:
    """Whole numbers: ">= 5", "> 5", "<= 5", "< 5", "= 5", 5, "5..10" (both ends belong to it). None: it is no comparison."""
    return _comparison(written, duration=False)


def duration_comparison(written: object) -> Comparison | None:
    """Spans of time, compared in days: "< 3d", "<= 36h", "1d..2w". A unit (m, h, d, w) is needed. None: it is no comparison."""
    return _comparison(written, duration=True)


def days_of(written: object) -> float | None:
    """A span such as "7d" or "36h" in days. None: it is no span."""
    if not isinstance(written, str):
        return None
    hit = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\s*", written)
    return float(hit.group(1)) * _UNITS[hit.group(2)] if hit and hit.group(2) in _UNITS else None


def _comparison(written: object, *, duration: bool) -> Comparison | None:
    if isinstance(written, bool) or not isinstance(written, int | str):
        return None
    text = str(written).lower()
    hit = _COMPARISON.match(text)
    if hit:
        number = _number(hit.group(2), hit.group(3), duration=duration)
        return None if number is None else _one_sided(_SIGN[hit.group(1)], number, _shown(hit.group(2), hit.group(3)))
    hit = _RANGE.match(text)
    if not hit:
        return None
    # "1-3d" means days on both sides.
    low = _number(hit.group(1), hit.group(2) or hit.group(4), duration=duration)
    high = _number(hit.group(3), hit.group(4), duration=duration)
    if low is None or high is None or low > high:
        return None
    return Comparison(low, high, written=f"{_shown(hit.group(1), hit.group(2))}..{_shown(hit.group(3), hit.group(4))}")


def _one_sided(sign: str, number: float, shown: str) -> Comparison:
    written = f"{sign} {shown}"
    if sign == ">=":
        return Comparison(low=number, written=written)
    if sign == ">":
        return Comparison(low=number, low_open=True, written=written)
    if sign == "<=":
        return Comparison(high=number, written=written)
    if sign == "<":
        return Comparison(high=number, high_open=True, written=written)
    return Comparison(low=number, high=number, written=written)


def _number(digits: str, unit: str, *, duration: bool) -> float | None:
    """Days for a duration, else a whole number; "1,000" is a thousand."""
    if duration:
        return float(digits) * _UNITS[unit] if unit in _UNITS and re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits) else None
    if unit or not re.fullmatch(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+", digits):
        return None
    return float(digits.replace(",", ""))


def _shown(digits: str, unit: str) -> str:
    return digits.replace(",", "") + unit
