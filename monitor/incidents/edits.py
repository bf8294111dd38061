"""What an incident keeps of reports that their outlets have edited since: when it was first heard of, and the tolls told then."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from monitor.model import HistoryEntry, Incident

Former = tuple[str, dt.datetime]  # an item's id and when its former words came


def remembering(incident: Incident, before: Incident, former: Collection[Former]) -> Incident:
    """The incident as computed from its filings in force, with what `before` knew by words that an edit has replaced.

    The facts stay those of the words in force. Without it, a story edited in place would make its incident young again and
    leave no trace of the toll that was alerted.
    """
    if not former:
        return incident
    kept = [entry for entry in before.history if (entry.item_id, entry.at) in former]
    history: list[HistoryEntry] = []
    for entry in sorted([*kept, *incident.history], key=lambda entry: entry.at):
        if not history or _figures(entry) != _figures(history[-1]):
            history.append(entry)
    standing = incident.history[-1:]
    if history and _figures(history[-1]) != (_figures(standing[0]) if standing else (None, None)):
        # An edit took back what was told last.
        ids = {item_id for item_id, _ in former}
        last = max(incident.filings, key=lambda filing: (filing.item_id in ids, filing.at))
        toll = {"killed": standing[0].killed, "injured": standing[0].injured} if standing else {}
        history.append(HistoryEntry(at=last.at, item_id=last.item_id, **toll))
    first_seen = min(incident.first_seen, *(at for _, at in former))
    return dataclasses.replace(incident, first_seen=first_seen, history=tuple(history))


def _figures(entry: HistoryEntry) -> tuple[object, object]:
    """What counts as a change of toll: the numbers, not their words."""
    return tuple(toll and (toll.count, toll.min, toll.max) for toll in (entry.killed, entry.injured))  # type: ignore[return-value]
