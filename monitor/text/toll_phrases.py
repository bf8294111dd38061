"""Casualties told by a phrase rather than a verb: "the death toll rose to 17", "claimed 13 lives", "no casualties", "five deaths"."""

from __future__ import annotations

from dataclasses import replace

from monitor.text import lexis
from monitor.text.nlp import Words
from monitor.text.numbers import number_at
from monitor.text.ordinals import ORDINALS, nth_of_the_dead
from monitor.text.statements import Field, Statement
from monitor.text.verbs import What

_ZERO_NOUNS = frozenset("casualties casualty injuries fatalities deaths victims loss harm".split())
_TOLL_HEADS = frozenset("toll tally".split())
_TO = frozenset(
    "to at reached reaches hit hits is stands crossed crosses climbed of was now touched touches remained remains stayed totalled".split()
)
_NEAR, _FAR = 18, 40  # tokens: "the toll from Thursday's attack on a convoy bound for … in … has risen to 10"
_RISING = frozenset("risen rose rises climbed climbs jumped increased mounted soared reached reaches gone".split())
_STAYS = frozenset("remained remains stayed".split())
_DEAD = frozenset("dead martyred fallen lost killed injured wounded fatalities deaths casualties martyrs".split())
_TAKEN = frozenset("claimed claiming took taking take takes taken lost cost costing claims lose losing consumed snuffed".split())
_TAKEN_IN = frozenset("received receiving treated treating admitted brought".split())
_COUNTED = frozenset("lives deaths fatalities bodies dead-bodies martyrs injuries corpses".split())
_FIGURES = frozenset("casualties fatalities deaths dead figure figures count number injured wounded".split())
# Every word that a phrase is read at.
_BEGINS = _TOLL_HEADS | _FIGURES | _ZERO_NOUNS | _COUNTED | ORDINALS.keys() | {"that", "makes", "now"}


def read_phrases(words: Words) -> list[Statement]:
    """The statements of a sentence that no verb makes, in reading order."""
    lower = words.lower
    found: list[Statement] = []
    for i in [i for i, word in enumerate(lower) if word in _BEGINS]:
        word = lower[i]
        if word in _TOLL_HEADS or (word in _FIGURES and (_revised(lower, i) or _counts_the_dead(lower, i))):
            found += _toll_phrase(words, i)
        elif word == "that" and lower[i + 1 : i + 4] in (["of", "the", "injured"], ["of", "the", "wounded"], ["of", "the", "dead"]):
            found += _that_of(words, i)
        elif word == "makes" and lower[i - 1 : i] == ["that"]:
            found += _makes(words, i)
        elif word == "now" and any(w in _DEAD or w == "martyred" for w in lower[max(0, i - 3) : i]):
            found += _now(words, i)
        elif word in _ZERO_NOUNS and (any(w in _NO for w in lower[max(0, i - 3) : i]) or _not_any(lower, i)):
            found += _no_casualties(words, i)
        elif word == "casualties" and any(w in _TAKEN_IN for w in lower[max(0, i - 5) : i]):
            found += [replace(s, field="injured", admitted=True) for s in _counted_noun(words, i)]
        elif word in ("injured", "wounded") and _were(lower, i):
            found += _injured_people(words, i)
        elif word in ORDINALS:
            found += _nth(words, i)
        elif word in _COUNTED:
            found += _counted_noun(words, i)
    return found


def _statement(words: Words, what: Field, start: int, end: int, number: tuple[int, int | None, int | None], **flags: bool) -> Statement:
    count, low, high = number
    return Statement(what, count, low, high, words.starts[start], words.ends[end - 1], words.span(start, end), **flags)


_REVISING = frozenset(
    "bring brings bringing brought taking pushing"
    " revise revises revised revising raise raises raised raising lower lowers lowered lowering cut cuts reduce reduces reduced reducing"
    " update updates updated correct corrects corrected".split()
)


def _revised(lower: list[str], i: int) -> bool:
    """Whether "revised" stands right before the figure at token `i`, and the new one after it: "revise casualties to seven"."""
    return not _REVISING.isdisjoint(lower[max(0, i - 5) : i]) and any(
        lower[k] in ("to", "at") and number_at(lower, k + 1) is not None for k in range(i + 1, min(i + 6, len(lower)))
    )


_RAISING = frozenset("raising taking bringing pushing".split())


def _raised(lower: list[str], i: int) -> bool:
    """Whether "raising to 19" stands before token `i`."""
    return any(lower[k] in _RAISING and lower[k + 1] == "to" for k in range(max(0, i - 5), i))


def _counts_the_dead(lower: list[str], i: int) -> bool:
    if lower[i] == "dead" and lower[i - 1 : i] in (["the"], ["their"], ["its"]) and lower[i + 1 : i + 2] == ["at"]:
        return number_at(lower, i + 2) is not None  # "officials put the dead at ten"
    return lower[i] in ("number", "count") and (lower[i + 1 : i + 2] == ["of"] or lower[i - 1 : i] == ["death"] or _raised(lower, i))


def _toll_phrase(words: Words, i: int) -> list[Statement]:
    lower = words.lower
    figure = next((k for k in range(i + 2, min(i + 6, len(lower))) if lower[k - 1] in _TO and number_at(lower, k)), i + 5)
    around = lower[max(0, i - 2) : figure]
    what: Field = "injured" if any(w in ("injured", "wounded", "injuries") for w in around) else "killed"
    if what == "killed" and lower[i] == "number" and not lexis.MILITANTS.isdisjoint(lower[i + 1 : i + 5]):
        what = "militants_killed"  # "the number of militants killed in the raid had risen to 17"
    if lower[i] in ("number", "count") and not any(w in _DEAD for w in lower[i + 1 : i + 5]) and lower[i - 1 : i] != ["death"]:
        return []
    for start in range(max(0, i - 5), i):
        if lower[start] in _RAISING and lower[start + 1] == "to":
            number = number_at(lower, start + 2)
            if number is not None and number.end <= i:
                return [_statement(words, what, start, i + 1, (number.count, number.low, number.high), total=True)]
    for j in range(i + 1, min(i + _FAR, len(lower) - 1)):
        if lower[j] in _TO and (j < i + _NEAR or not _RISING.isdisjoint(lower[j - 2 : j + 1])):
            number = number_at(lower, j + 1)
            if number is not None and lower[number.end : number.end + 1] not in (["hours"], ["percent"], ["days"], ["am"], ["pm"]):
                if lower[number.end : number.end + 1] and lower[number.end] in lexis.THINGS:
                    return []  # "bringing the injured to four hospitals"
                lower_one = lower[i - 1 : i] in (["lower"], ["lesser"], ["smaller"])  # "gave a lower toll of three dead"
                total = lower[j] not in _STAYS and not lower_one
                return [_statement(words, what, i, number.end, (number.count, number.low, number.high), total=total, part=lower_one)]
        if lower[j] in (".", ";"):
            break
    return []


def _makes(words: Words, i: int) -> list[Statement]:
    """ "That makes three dead": a running total."""
    number = number_at(words.lower, i + 1)
    if number is None or words.lower[number.end : number.end + 1] not in (["dead"], ["killed"], ["deaths"]):
        return []
    return [_statement(words, "killed", i, number.end + 1, (number.count, number.low, number.high), total=True)]


def _that_of(words: Words, i: int) -> list[Statement]:
    """ "Put the number of dead at eight and that of the injured at 21"."""
    lower = words.lower
    number = number_at(lower, i + 5) if lower[i + 4 : i + 5] in (["at"], ["to"]) else None
    if number is None:
        return []
    what: Field = "killed" if lower[i + 3] == "dead" else "injured"
    return [_statement(words, what, i, number.end, (number.count, number.low, number.high), total=True)]


def _were(lower: list[str], i: int) -> bool:
    return lower[i + 1 : i + 2] != [] and lower[i + 1] in lexis.PEOPLE_MANY and lower[i + 2 : i + 3] in (["were"], ["are"], ["have"])


def _injured_people(words: Words, i: int) -> list[Statement]:
    """ "15 wounded persons were shifted to hospital"."""
    number = next((n for k in range(max(0, i - 4), i) if (n := number_at(words.lower, k)) is not None and n.end == i), None)
    if number is None or any(w in lexis.DIE for w in words.lower[i + 2 : i + 6]):
        return []
    return [_statement(words, "injured", number.start, i + 2, (number.count, number.low, number.high))]


def _nth(words: Words, i: int) -> list[Statement]:
    """ "claims sixth life": a running total, of those who die later."""
    told = nth_of_the_dead(words, i)
    if told is None:
        return []
    start, end, count = told
    return [_statement(words, "killed", start, end, (count, count, count), total=True, late=True)]


def _now(words: Words, i: int) -> list[Statement]:
    """ "martyred cops now four": a headline's running total."""
    number = number_at(words.lower, i + 1) if i + 1 < len(words) else None
    if number is None or words.lower[number.end : number.end + 1] not in ([], [","], [";"], ["."], ["as"], ["after"]):
        return []
    what: What = "injured" if any(w in ("injured", "wounded") for w in words.lower[max(0, i - 3) : i]) else "killed"
    return [_statement(words, what, max(0, i - 2), number.end, (number.count, number.low, number.high), total=True)]


def _counted_noun(words: Words, i: int) -> list[Statement]:
    """ "13 lives", "five deaths", "three bodies", "12 injuries"."""
    lower = words.lower
    for start in range(max(0, i - 5), i):
        number = number_at(lower, start)
        if number is None or number.end > i or any(number_at(lower, k) for k in range(number.end, i)):
            continue
        between = lower[number.end : i]
        if len(between) > 2 or any(w in lexis.THINGS or w in lexis.PEOPLE or w in ("of", ",", "and") for w in between):
            continue
        if lower[i] == "lives" and not any(w in _TAKEN for w in lower[max(0, start - 4) : i + 5]):
            return []
        what: Field = "injured" if lower[i] == "injuries" else "killed"
        total = lower[i] == "lives" and "now" in lower[max(0, start - 3) : start]  # "has now claimed three lives"
        return [_statement(words, what, number.start, i + 1, (number.count, number.low, number.high), generic=True, total=total)]
    return []


_NO = frozenset(("no", "without", "zero"))
_CAUSED = frozenset("cause caused result resulted claim inflict suffer lead report reported".split())


def _not_any(lower: list[str], i: int) -> bool:
    """ "did not cause any casualties"."""
    before = lower[max(0, i - 6) : i]
    return "any" in before[-3:] and ("not" in before or "n't" in before) and not _CAUSED.isdisjoint(before)


def _no_casualties(words: Words, i: int) -> list[Statement]:
    lower = words.lower
    start = next(k for k in range(max(0, i - 3), i) if lower[k] in _NO or lower[k] == "any")
    if any(w in ("further", "more", "other", "civilian", "additional", "information", "militant") for w in lower[start:i]):
        return []
    fields: tuple[Field, ...] = ("killed", "injured")
    if lower[i] == "injuries":
        fields = ("injured",)
    elif lower[i] in ("deaths", "fatalities", "loss"):
        fields = ("killed",) if lower[i] != "loss" or "life" in lower[i : i + 3] else ()
    return [_statement(words, field, start, i + 1, (0, 0, 0)) for field in fields]
