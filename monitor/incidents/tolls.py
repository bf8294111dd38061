"""One toll out of many: 9 → 17 → 23, and 30 → 24 when it is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from monitor.incidents.filings import authority, revises, speaks, spoken_at
from monitor.incidents.words import brings_up_to_date
from monitor.model import Filing, HistoryEntry, Toll

TollField = Literal["killed", "injured", "militants_killed"]

# A lower figure from one outlet, soon after several agreed on a higher one, is most often an older dispatch that comes late.
_LATE_DISPATCH = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Standing:
    """The figure that stands, on whose authority, and who has said it."""

    toll: Toll
    authority: int
    since: dt.datetime
    last_said: dt.datetime
    voices: frozenset[str] = field(default_factory=frozenset)
    by_follow_up: bool = False
    rival: tuple[int, str] | None = None  # a lower figure held back, and who said it: a second voice lets it in


def toll_history(filings: Sequence[Filing]) -> tuple[HistoryEntry, ...]:
    """Every change of killed or injured, oldest first; `filings` in the order of `in_order`."""
    entries: list[HistoryEntry] = []
    killed: Standing | None = None
    injured: Standing | None = None
    for filing in filings:
        killed, injured = _after(killed, filing, "killed"), _after(injured, filing, "injured")
        now = (killed.toll if killed else None, injured.toll if injured else None)
        before = (entries[-1].killed, entries[-1].injured) if entries else (None, None)
        if not (_same(now[0], before[0]) and _same(now[1], before[1])):
            entries.append(HistoryEntry(at=filing.at, item_id=filing.item_id, killed=now[0], injured=now[1]))
    return tuple(entries)


def standing_toll(filings: Sequence[Filing], field: TollField) -> Toll | None:
    """The figure in force after all filings; `filings` in the order of `in_order`."""
    standing: Standing | None = None
    for filing in filings:
        standing = _after(standing, filing, field)
    return standing.toll if standing else None


def _same(a: Toll | None, b: Toll | None) -> bool:
    return (a is None) == (b is None) and (a is None or b is None or (a.count, a.min, a.max) == (b.count, b.min, b.max))


def _after(standing: Standing | None, filing: Filing, field: TollField) -> Standing | None:
    toll: Toll | None = getattr(filing.account, field)
    if toll is None or not speaks(filing) or filing.account.retracts:
        return standing
    word = authority(filing, field)
    if standing is None:
        return _opened(toll, filing, word)
    # A group's boast never stands against an official's or an outlet's count, and gives way to the first of them.
    if word == 0 and standing.authority > 0:
        return standing
    if word > 0 and standing.authority == 0:
        return _opened(toll, filing, word)
    if toll.count == standing.toll.count:
        return _agreed(standing, toll, filing, word)
    # What a funeral or a condemnation says in passing is part of the toll, or an old one; a report's own figure replaces it.
    if standing.by_follow_up and filing.role == "report":
        return _opened(toll, filing, word)
    if filing.role == "follow-up" and not standing.by_follow_up and not (toll.count > standing.toll.count and word == 2):
        return standing
    if toll.count > standing.toll.count:
        return standing if _vaguer(toll, standing.toll) else _opened(toll, filing, max(word, 1) if standing.authority else word)
    return _lower(standing, toll, filing, word, field)


def _lower(standing: Standing, toll: Toll, filing: Filing, word: int, field: TollField) -> Standing:
    """A figure below the one that stands: a revision, a vaguer word for the same, or an older dispatch."""
    if revises(filing, field):
        return _opened(toll, filing, word)
    # "A wounded constable dies": how many more have died, not how many in all.
    if _vaguer(toll, standing.toll) or brings_up_to_date(filing.title or filing.text):
        return standing
    gap = spoken_at(filing) - standing.last_said
    if gap < _LATE_DISPATCH and _open_ended(toll):
        return standing
    own_words = filing.voice in standing.voices and len(standing.voices) == 1
    second_voice = standing.rival is not None and standing.rival[0] == toll.count and standing.rival[1] != filing.voice
    if gap >= _LATE_DISPATCH or own_words or second_voice or len(standing.voices) < 2:
        return _opened(toll, filing, word)
    return replace(standing, rival=(toll.count, filing.voice))


def _opened(toll: Toll, filing: Filing, word: int) -> Standing:
    said = spoken_at(filing)
    return Standing(toll, word, said, said, frozenset({filing.voice}), filing.role == "follow-up")


def _agreed(standing: Standing, toll: Toll, filing: Filing, word: int) -> Standing:
    """The same count again: the more specific words stay, the voices add up."""
    better = toll if _width(toll) < _width(standing.toll) else standing.toll
    voices = standing.voices if filing.duplicate_of else standing.voices | {filing.voice}
    return replace(
        standing,
        toll=better,
        authority=max(word, standing.authority),
        last_said=spoken_at(filing),
        voices=voices,
        by_follow_up=standing.by_follow_up and filing.role == "follow-up",
    )


def _width(toll: Toll) -> int:
    """How much the words leave open: 0 exact, 1 one bound, 2 none."""
    if toll.min is not None and toll.min == toll.max:
        return 0
    return 1 if (toll.min is None) != (toll.max is None) else 2 if toll.min is None else 1


def _open_ended(toll: Toll) -> bool:
    return toll.max is None


def _vaguer(toll: Toll, stands: Toll) -> bool:
    """Whether words without a number of their own ("dozens", "scores") only say the standing figure less well."""
    has_digits = any(c.isdigit() for c in toll.text)
    vague = not has_digits and any(word in toll.text.lower() for word in ("dozens", "scores", "hundreds", "several", "many", "some", "few"))
    fits = (toll.min is None or stands.count >= toll.min) and (toll.max is None or stands.count <= toll.max)
    return vague and fits
