"""Whole reports, read as a reader would: places, days, tolls, kinds and targets of what they report as news."""

from __future__ import annotations

from typing import Any

import pytest
from reading_whole_table import WHOLE
from support_reading import read

from monitor.model import Account


def _field(account: Account, name: str) -> Any:
    if name in ("place", "district"):
        return account.place and (account.place.name if name == "place" else account.place.district)
    if name == "date":
        return account.date and account.date.isoformat()
    if name in ("killed", "injured", "fighters"):
        toll = getattr(account, "militants_killed" if name == "fighters" else name)
        return toll and toll.count
    return {"type": account.attack_type, "target": account.target}[name]


@pytest.mark.parametrize(("title", "text", "expected"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_the_fields_of_each_incident(title: str, text: str, expected: list[dict[str, Any]]):
    """Of each incident what the row names, in the report's order."""
    found = read(text, title=title).incidents
    assert [{name: _field(account, name) for name in row} for account, row in zip(found, expected, strict=False)] == expected
    assert len(found) == len(expected)
