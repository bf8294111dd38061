"""Casualty phrases of Urdu, in its own script and in Roman letters, as they stand in mixed reports: "3 afraad jaan bahaq"."""

from __future__ import annotations

import re

from monitor.text.verbs import What

_NUMBERS = {
    "aik": 1, "ek": 1, "do": 2, "teen": 3, "tin": 3, "char": 4, "chaar": 4, "paanch": 5, "panch": 5, "chhe": 6, "chay": 6, "chhay": 6,
    "saat": 7, "sat": 7, "aath": 8, "ath": 8, "nau": 9, "no": 9, "das": 10, "gyarah": 11, "barah": 12,
    "ایک": 1, "دو": 2, "تین": 3, "چار": 4, "پانچ": 5, "چھ": 6, "سات": 7, "آٹھ": 8, "نو": 9, "دس": 10,
}  # fmt: skip
_WHO = (
    r"(?:(?:cops?|policem[ae]n|soldiers?|troops|personnel|persons?|people|men|officials?|civilians?|children|workers?|labou?rers?|afraad|afrad|log|ahalkar|ahalkaar|shehri|bachay|jawan|mazdoor|khawateen|khatoon|aurat|auratein|khandan|muhafiz|ghair|police|fc|levies|rangers|sipahi"
    r"|افراد|افرد|اہلکار|لوگ|شہری|بچے|جوان|مزدور|خواتین|خاتون|ورکرز|پولیس)\s+){0,3}"
)
_COUNT = r"(?P<n>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_KILLED = re.compile(rf"(?<!\w){_COUNT}\s+{_WHO}(?:ja+n[- ]?ba?haq|shaheed|halak|qatal|جاں\s?بحق|جاں‌بحق|شہید|ہلاک|قتل)", re.IGNORECASE)
_INJURED = re.compile(rf"(?<!\w){_COUNT}\s+{_WHO}(?:zakhmi|zakhmee|inj(?:rd|d)?(?![\w])|زخمی)", re.IGNORECASE)
_HINT = re.compile(r"ba?haq|\binj(?:rd|d)?\b|zakhm|shaheed|halak|qatal|بحق|زخمی|شہید|ہلاک|قتل", re.IGNORECASE)

_ROMAN = ("haq", "zakhm", "shaheed", "halak", "qatal")
_SHORT = re.compile(r" inj(?:rd|d)?\b")


def read_urdu(text: str) -> list[tuple[What, int, int, int]]:
    """Statements as (field, count, start, end) in characters of the sentence; empty where there is no Urdu casualty word."""
    lower = text.lower() if text.isascii() else ""
    if not (any(word in lower for word in _ROMAN) or _SHORT.search(lower) if lower else _HINT.search(text)):
        return []
    found: list[tuple[What, int, int, int]] = []
    fields: tuple[tuple[What, re.Pattern[str]], ...] = (("killed", _KILLED), ("injured", _INJURED))
    for field, pattern in fields:
        for match in pattern.finditer(text):
            word = match["n"].lower()
            found.append((field, int(word) if word.isdigit() else _NUMBERS[word], match.start(), match.end()))
    return found
