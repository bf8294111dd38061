"""Days of raised risk → the spans of dates that `near` measures from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from monitor.rules.schema import CalendarEntry

# Yearly and Islamic days are laid out for these years; `dates` may lie anywhere.
FIRST_YEAR, LAST_YEAR = 2000, 2060
# The moon is sighted, not computed: in Pakistan the observed day came up to two days after the computed one.
ISLAMIC_GRACE = dt.timedelta(days=2)

Span = tuple[dt.date, dt.date]


def spans_of(entry: CalendarEntry) -> tuple[Span, ...]:
    """All spans of one entry, first to last. A computed Islamic date is left out of a year that `dates` gives as observed."""
    given = [(span.from_, span.to) for span in entry.dates]
    spans = [*given, *_yearly(entry.yearly or ())]
    for first, last in _islamic(entry.islamic or ()):
        # Two Islamic years may touch one of ours; thirty days tell them apart.
        if not any(abs((first - observed).days) <= 30 for observed, _ in given):
            spans.append((first, last))
    return tuple(sorted(spans))


def _yearly(days: tuple[str, ...]) -> Iterator[Span]:
    for day in days:
        month, number = map(int, day.split("-"))
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            try:
                date = dt.date(year, month, number)
            except ValueError:
                continue
            yield date, date


def _islamic(days: tuple[str, ...]) -> Iterator[Span]:
    if not days:
        return
    from hijridate import Hijri

    for day in days:
        month, number = map(int, day.split("-"))
        # 1420 AH began in April 1999, 1484 AH in 2061.
        for year in range(1420, 1485):
            try:
                date = Hijri(year, month, number).to_gregorian()
            except ValueError:
                continue
            first = dt.date(date.year, date.month, date.day)
            yield first, first + ISLAMIC_GRACE
