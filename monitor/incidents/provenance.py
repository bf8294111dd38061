"""Which report each standing value of an incident comes from."""

from __future__ import annotations

from collections.abc import Callable

from monitor.incidents.filings import in_order
from monitor.model import Account, Filing, Incident

# What an account must say to be a source of the incident's value.
_SAYS: dict[str, Callable[[Account, Incident], bool]] = {
    "killed": lambda a, i: a.killed is not None and i.killed is not None and a.killed.count == i.killed.count,
    "injured": lambda a, i: a.injured is not None and i.injured is not None and a.injured.count == i.injured.count,
    "militants_killed": lambda a, i: (
        a.militants_killed is not None and i.militants_killed is not None and a.militants_killed.count == i.militants_killed.count
    ),
    "place": lambda a, i: (
        a.place is not None and i.place is not None and (a.place.name, a.place.district) == (i.place.name, i.place.district)
    ),
    "date": lambda a, i: a.date is not None and a.date == i.date,
    "attack_type": lambda a, i: a.attack_type is not None and a.attack_type == i.attack_type,
    "target": lambda a, i: a.target is not None and a.target == i.target,
}


def sources(incident: Incident) -> dict[str, tuple[Filing, ...]]:
    """Field → the reports that give its standing value, as they were spoken; also `group:ID` for each group's stance. Fields that no
    report gives so are left out."""
    told = [f for f in in_order(incident.filings) if f.role != "reference" and not f.account.retracts]
    found = {field: tuple(f for f in told if says(f.account, incident)) for field, says in _SAYS.items()}
    for group in incident.groups:
        found[f"group:{group.id}"] = tuple(f for f in told if any((g.id, g.stance) == (group.id, group.stance) for g in f.account.groups))
    return {field: filings for field, filings in found.items() if filings}
