"""An alert ↔ its row."""

from __future__ import annotations

import dataclasses
from typing import Any

from monitor.forms import (
    filing_form,
    filing_from,
    history_form,
    history_from,
    incident_facts_form,
    incident_facts_from,
    match_form,
    match_from,
)
from monitor.model import Alert
from monitor.store.columns import moment, packed, stamp, storable_or_none, unpacked


def values_of(alert: Alert) -> dict[str, Any]:
    incident = alert.incident
    return {
        "id": alert.id,
        "incident_id": alert.incident_id,
        "kind": alert.kind,
        "change": alert.change,
        "reason": alert.reason,
        "severity": alert.severity,
        "created_at": stamp(alert.created_at),
        "due_at": stamp(alert.due_at),
        "matches": packed([match_form(match) for match in alert.matches]),
        "channels": packed(list(alert.channels)),
        # Whole but for the items' texts: what was told stays told, whatever becomes of the incident.
        "incident": packed(
            {
                "facts": incident_facts_form(incident),
                "filings": [filing_form(filing) for filing in incident.filings],
                "history": [history_form(entry) for entry in incident.history],
            }
        ),
        "state": alert.state,
        "held": storable_or_none(alert.held),
        "backfilled": alert.backfilled,
    }


def alert_from_row(values: dict[str, Any]) -> Alert:
    """The alert of a row of the table `alerts`; its incident's filings come without the items' texts."""
    kept = unpacked(values["incident"])
    return Alert(
        id=values["id"],
        incident_id=values["incident_id"],
        change=values["change"],
        reason=values["reason"],
        created_at=moment(values["created_at"]),
        due_at=moment(values["due_at"]),
        severity=values["severity"],
        matches=tuple(match_from(match) for match in unpacked(values["matches"])),
        channels=tuple(unpacked(values["channels"])),
        incident=dataclasses.replace(
            incident_facts_from(kept["facts"]),
            filings=tuple(filing_from(filing) for filing in kept["filings"]),
            history=tuple(history_from(entry) for entry in kept["history"]),
        ),
        state=values["state"],
        held=values["held"],
        kind=values["kind"],
        backfilled=bool(values["backfilled"]),
    )
