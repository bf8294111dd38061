"""Days of raised risk: given, yearly, and by the Islamic calendar as a fallback with grace."""

from __future__ import annotations

import datetime as dt

import pytest
from support_rules import NOW, incident

from monitor.rules.load import load_rules
from monitor.rules.match import match


def fires_on(entry: str, day: dt.date, *, days: int = 0) -> bool:
    """Whether a rule that asks for this calendar entry, so many days around, fires for an incident of the day."""
    rule = f"{{name: x, when: {{near: {{date: day, days: {days}}}}}, severity: high}}"
    ruleset = load_rules({"rules/x.yaml": f"calendar: [{{name: day, {entry}}}]\nrules: [{rule}]\n"})
    return bool(match(ruleset, incident(date=day), now=NOW))


@pytest.mark.parametrize(
    ("entry", "day", "fires"),
    [
        ("dates: [2024-02-08]", dt.date(2024, 2, 8), True),
        ("dates: [2024-02-08]", dt.date(2024, 2, 9), False),
        ("dates: [{from: 2024-02-05, to: 2024-02-08}]", dt.date(2024, 2, 6), True),
        ("yearly: 08-14", dt.date(2031, 8, 14), True),
        ("yearly: [08-14, 03-23]", dt.date(2019, 3, 23), True),
        ("yearly: 02-29", dt.date(2023, 2, 28), False),
        ("yearly: 02-29", dt.date(2024, 2, 29), True),
        # 12 Rabi al-awwal 1445 is computed as 27 September 2023, and was observed in Pakistan on the 29th.
        ("islamic: 03-12", dt.date(2023, 9, 26), False),
        ("islamic: 03-12", dt.date(2023, 9, 27), True),
        ("islamic: 03-12", dt.date(2023, 9, 29), True),
        ("islamic: 03-12", dt.date(2023, 9, 30), False),
        ("islamic: 03-12, dates: [2023-09-29]", dt.date(2023, 9, 27), False),
        ("islamic: 03-12, dates: [2023-09-29]", dt.date(2023, 9, 29), True),
        ("islamic: 03-12, dates: [2023-09-29]", dt.date(2024, 9, 15), True),
        # Month 12 of a short year has 29 days.
        ("islamic: 12-30", dt.date(2020, 8, 20), False),
    ],
)
def test_a_day_of_the_calendar_is_met(entry: str, day: dt.date, fires: bool) -> None:
    """On the day itself; an observed date puts the computed one of its year aside."""
    assert fires_on(entry, day) is fires


@pytest.mark.parametrize(("day", "fires"), [(dt.date(2023, 12, 30), True), (dt.date(2024, 1, 4), True), (dt.date(2024, 1, 5), False)])
def test_days_around_cross_the_year(day: dt.date, fires: bool) -> None:
    """Three days around New Year."""
    assert fires_on("yearly: 01-01", day, days=3) is fires
