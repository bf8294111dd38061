"""People with a number: "at least five soldiers", "three of them", "12 injured"; and numbers that count no people."""

from __future__ import annotations

from dataclasses import replace

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.nouns import People, Side, is_governed, noun_end, of_an_outfit, side_of
from monitor.text.numbers import Number, number_at

_MONEY = frozenset("rs rs. $ pkr usd us$ aed £ €".split())
_NOT_COUNTS_BEFORE = frozenset(
    "aged age operation no no. number phase section article chapter route highway block sector unit ward gate page flight".split()
)
_UNITS_AFTER = frozenset("percent % per am pm a.m. p.m. o'clock mm cm mw kw bn mn am, st nd rd th".split())
# After a number, these count something else or are counted elsewhere.
_NO_PEOPLE = frozenset("times injuries wounds casualties fatalities deaths lives bodies killings".split())
_OF_THE_TOLD = (["wounded"], ["injured"], ["dead"], ["deceased"], ["victims"], ["casualties"])
_OF_THOSE = (["of", "them"], ["of", "whom"], ["of", "those"], ["of", "these"])


def counted_people(words: Words, number: Number) -> People | None:
    """The people that a number counts; None where it counts none."""
    lower = words.lower
    if lower[number.end : number.end + 2] in (["year", "old"], ["years", "old"]):
        return _of_that_age(words, number)
    if not _is_count(words, number) or _both_and(words, number):
        return None
    start, j = number.start, number.end
    plural = number.count != 1
    if lower[j : j + 2] in _OF_THOSE:
        return People(start, j + 2, number.count, number.low, number.high, plural, "unknown", part=True, bare=True)
    if lower[j : j + 1] == ["of"] and lower[j + 1 : j + 2] == ["the"] and (inner := number_at(lower, j + 2)) is not None:
        # "One of the four soldiers hurt on Sunday": four were hurt.
        _, last = noun_end(words, inner.end)
        if (
            last is not None
            and lower[last] in lexis.PEOPLE
            and lower[last + 1 : last + 2] in (["hurt"], ["injured"], ["wounded"], ["killed"])
        ):
            those = counted_people(words, inner)
            return None if those is None else replace(those, governed=False)
    if lower[j : j + 1] == ["of"] and (whole := _out_of(words, number)) is not None:
        return whole
    if lower[j : j + 1] == ["of"]:
        j += 2 if lower[j + 1 : j + 2] in (["the"], ["its"], ["their"], ["his"], ["our"]) else 1
    stop, head = noun_end(words, j)
    side: Side = "unknown"
    if head is not None:
        if lower[head] not in lexis.PEOPLE and lower[head] != "family":
            return None
        side, end = side_of(lower[j : head + 1]), head + 1
        if side == "victim" and lower[head] in ("members", "commanders", "affiliates", "operatives") and of_an_outfit(lower, end):
            side = "militant"
    else:
        unknown = _unknown_end(words, j, stop)
        if unknown is None:
            return None
        end = unknown if unknown > j else number.end
    return People(
        start,
        end,
        number.count,
        number.low,
        number.high,
        plural,
        side,
        governed=is_governed(words, start),
        adds=number.more or (head is not None and lower[end - 1] == "others"),
        bare=end == number.end,
        head=head is not None,
        definite=lower[start] in ("his", "her", "their", "its", "the", "these", "those", "all"),
    )


def _out_of(words: Words, number: Number) -> People | None:
    """ "Cleric one of five killed in Chaman", "one of the four soldiers hurt on Sunday": the five, and the four; "nine of the wounded"."""
    lower, start, j = words.lower, number.start, number.end
    the = lower[j + 1 : j + 2] == ["the"]
    if the and lower[j + 2 : j + 3] in _OF_THE_TOLD:
        return People(start, j + 3, number.count, number.low, number.high, number.count != 1, "unknown", part=True, bare=True)
    whole = number_at(lower, j + 2 if the else j + 1)
    if whole is None:
        return None
    if start > 0 and lower[start - 1].isalpha() and lower[whole.end : whole.end + 1] in (["killed"], ["martyred"], ["dead"]):
        return People(whole.start, whole.end, whole.count, whole.low, whole.high, True, "unknown", bare=True)
    _, last = noun_end(words, whole.end) if the else (0, None)
    hurt = (
        last is not None and lower[last] in lexis.PEOPLE and lower[last + 1 : last + 2] in (["hurt"], ["injured"], ["wounded"], ["killed"])
    )
    those = counted_people(words, whole) if hurt else None
    return None if those is None else replace(those, governed=False)


def _of_that_age(words: Words, number: Number) -> People | None:
    """ "her thirteen year old grandson": one person, however old."""
    whose = words.lower[number.start]
    _, head = noun_end(words, number.end + 2)
    if whose not in ("a", "an", "the", "his", "her", "their", "another") or head is None or words.lower[head] not in lexis.PEOPLE_ONE:
        return None
    governed = is_governed(words, number.start)
    return People(
        number.start, head + 1, 1, 1, 1, False, side_of(words.lower[number.end : head + 1]), governed=governed, adds=whose == "another"
    )


def _unknown_end(words: Words, j: int, stop: int) -> int | None:
    """Where a phrase without a known noun ends: "three hydrologists" are people unless something says otherwise; `j` for none."""
    inside = words.lower[j:stop]
    # "one dead", "three critically": a number before a verb or an adverb stands alone.
    if not inside or all(w in lexis.ADVERBS or w.endswith("ly") for w in inside):
        return j
    tail = inside[-1]
    if (not tail.isalpha() and "-" not in tail) or any(w in _NO_PEOPLE for w in inside):
        return None
    return stop


def _both_and(words: Words, number: Number) -> bool:
    """Whether "both" is the conjunction ("both Khan and his brother") and not the number."""
    lower = words.lower
    if lower[number.start : number.end] != ["both"]:
        return False
    following = lower[number.end] if number.end < len(lower) else ""
    if following == "the":  # "both the driver and the cleaner"
        _, head = noun_end(words, number.end + 1)
        one = head is not None and lower[head] in lexis.PEOPLE_ONE and lower[head] not in lexis.PEOPLE_MANY
        return one and "and" in lower[number.end : number.end + 8]
    known = following in lexis.PEOPLE_MANY or following in lexis.AUXILIARIES or following in ("died", "killed", "the", "of")
    return not known and not following.endswith("s")


def _is_count(words: Words, number: Number) -> bool:
    """Whether a number can count people: not money, an age, a date, a time, a unit, a year."""
    lower = words.lower
    i, j = number.start, number.end
    before = lower[i - 1] if i else ""
    after = lower[j] if j < len(lower) else ""
    if before == "and" and "aged" in lower[max(0, i - 4) : i]:
        return False  # "aged five and eight"
    during = before == "operation" and lower[i - 2 : i - 1] in (["the"], ["an"], ["this"])  # "during the operation four khwarij were"
    if before in _MONEY or (before in _NOT_COUNTS_BEFORE and not during) or after in _UNITS_AFTER:
        return False
    if before in lexis.MONTHS or (after in lexis.MONTHS and j - i == 1):
        return False
    if 1900 <= number.count <= 2100 and j - i == 1 and after not in lexis.PEOPLE:
        return False
    # ", 34," after a name is an age.
    return not (before == "," and after in (",", ".", "") and j - i == 1 and i > 1 and words.raw[i - 2][0].isupper() and lower[i].isdigit())
