"""Names of incidents and alerts, made of what they come from, so that two runs over the same items can be compared."""

from __future__ import annotations

import hashlib


def new_incident_id(item_key: str, n: int, *, again: int = 0) -> str:
    """The id of the incident that account `n` of an item opens: 12 hex digits.

    `again` counts up where that id is taken by an incident that others have joined since (the item was edited to another attack).
    """
    return hashlib.sha256(f"incident\n{item_key}\n{n}\n{again}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def new_alert_id(incident_id: str, n: int) -> str:
    """The id of the `n`th alert on an incident, counting from 1: readable, and sorted with its incident."""
    return f"{incident_id}-{n}"


def new_surge_id(rule: str, key: str, n: int) -> str:
    """The id of the `n`th alert of a surge rule for one place or group, counting from 1."""
    return f"{surge_prefix(rule, key)}{n}"


def surge_prefix(rule: str, key: str) -> str:
    """How the ids of all alerts of a surge rule for one place or group begin."""
    digest = hashlib.sha256(f"surge\n{rule}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"surge-{digest}-"
