"""Alerts as they were decided: pending until due, then settled or suppressed for good."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from monitor.alerts.decide import ONE_ATTACK
from monitor.forms import incident_facts_from
from monitor.model import Alert, Told
from monitor.store.alert_rows import alert_from_row, values_of
from monitor.store.columns import moment, moment_or_none, packed, stamp, storable, unpacked
from monitor.store.database import Database, Row, change, insert, row, rows, scalar, writing
from monitor.store.decisions import FAMILY, family, merged_at, stays_in_others
from monitor.store.identity import new_alert_id
from monitor.store.outbox import add_delivery

# ---------------------------------------------------------------- reading


def alert(db: Database, alert_id: str) -> Alert | None:
    found = row(db, "SELECT * FROM alerts WHERE id = ?", [alert_id])
    return None if found is None else alert_from_row(found)


def pending_alert(db: Database, incident_id: str) -> Alert | None:
    """The alert on the incident that is not settled yet; there is at most one."""
    found = row(db, "SELECT * FROM alerts WHERE incident_id = ? AND state = 'pending'", [incident_id])
    return None if found is None else alert_from_row(found)


def due_alerts(db: Database, now: dt.datetime, *, backfilled: bool | None = None, limit: int | None = None) -> list[Alert]:
    """Pending alerts whose time has come, the longest due first; `backfilled` narrows to those that a replay raised, or the rest."""
    found = rows(
        db,
        f"SELECT * FROM alerts WHERE state = 'pending' AND due_at <= ? {_raised_by(backfilled)} ORDER BY due_at, number LIMIT ?",
        [stamp(now), -1 if limit is None else limit],
    )
    return [alert_from_row(values) for values in found]


def next_due(db: Database, *, backfilled: bool | None = None) -> dt.datetime | None:
    """When the next pending alert is due; None where none is pending. `backfilled` as for `due_alerts`."""
    return moment_or_none(scalar(db, f"SELECT min(due_at) FROM alerts WHERE state = 'pending' {_raised_by(backfilled)}"))


def _raised_by(backfilled: bool | None) -> str:
    return "" if backfilled is None else f"AND backfilled = {int(backfilled)}"


def told(db: Database, incident_id: str, *, in_replay: bool = False) -> Told | None:
    """What the last settled alert on the incident, or on one merged into it, said. Suppressed ones do not count, as nobody was told;
    but `in_replay` counts what a replay settled and held back, so that it goes on from there as if it had been sent.
    """
    replayed = "OR (a.state = 'suppressed' AND a.backfilled = 1 AND a.settled_at IS NOT NULL)" if in_replay else ""
    found = rows(
        db,
        f"{FAMILY} SELECT a.* FROM family CROSS JOIN alerts a ON a.incident_id = family.id WHERE a.state = 'settled' {replayed} "
        "ORDER BY a.settled_at, a.number",
        [incident_id],
    )
    if not found:
        return None
    last = found[-1]
    return Told(
        alert_id=last["id"],
        at=moment(last["settled_at"]),
        severity=last["severity"],
        incident=incident_facts_from(unpacked(last["incident"])["facts"]),
        channels=tuple(dict.fromkeys(channel for values in found for channel in unpacked(values["channels"]))),
        twins=_twins(db, incident_id, found),
        parted=_parted(db, incident_id, found),
    )


def _twins(db: Database, incident_id: str, found: Sequence[Row]) -> tuple[str, ...]:
    """The ids under which the incident was told besides its first, where no message has said yet that they are one."""
    last = {values["incident_id"]: values for values in found}
    standing = [told_id for told_id, values in last.items() if values["change"] != "retraction"]
    if len(standing) < 2:
        return ()
    first = incident_id if incident_id in standing else standing[0]
    said = max((values["settled_at"] for values in found if values["reason"] == ONE_ATTACK), default="")
    return tuple(other for other in standing if other != first and merged_at(db, other) > said)


def _parted(db: Database, incident_id: str, found: Sequence[Row]) -> tuple[str, ...]:
    """The incidents that it was said to be one with while it was part of them, where nothing has been told of it since it is not."""
    told_at = max(values["settled_at"] for values in found)
    return tuple(
        dict.fromkeys(
            one.other
            for one in stays_in_others(db, incident_id)
            if one.left_at >= told_at
            and scalar(
                db,
                "SELECT 1 FROM alerts WHERE incident_id = ? AND reason = ? AND settled_at > ? AND settled_at <= ? LIMIT 1",
                [one.other, ONE_ATTACK, one.joined_at, one.left_at],
            )
        )
    )


def alerts(
    db: Database,
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    incident_id: str | None = None,
    states: Collection[str] | None = None,
    limit: int | None = None,
) -> list[Alert]:
    """Alerts created at or after `since` and before `until`, in the order created; with a limit, the latest of them.

    Those of an incident are also those on the incidents that were merged into it.
    """
    conditions, parameters = ["true"], list[Any]()
    if since is not None:
        conditions.append("created_at >= ?")
        parameters.append(stamp(since))
    if until is not None:
        conditions.append("created_at < ?")
        parameters.append(stamp(until))
    if incident_id is not None:
        conditions.append("incident_id IN (SELECT value FROM json_each(?))")
        parameters.append(packed(family(db, incident_id)))
    if states is not None:
        conditions.append("state IN (SELECT value FROM json_each(?))")
        parameters.append(packed(list(states)))
    sql = f"SELECT * FROM alerts WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, number DESC LIMIT ?"
    return [alert_from_row(values) for values in reversed(rows(db, sql, [*parameters, -1 if limit is None else limit]))]


def next_alert_id(db: Database, incident_id: str) -> str:
    """An id for the incident's next alert: its own and a number, the same in every run over the same items."""
    return new_alert_id(incident_id, 1 + scalar(db, "SELECT count(*) FROM alerts WHERE incident_id = ?", [incident_id]))


# ---------------------------------------------------------------- writing


def save_alert(db: Database, alert: Alert) -> None:
    """Store a new alert, or a pending one's revision.

    Raises:
        ValueError: it is settled or suppressed already, or another alert on the incident is pending.
    """
    if alert.state == "settled":
        raise ValueError(f"alert {alert.id!r} is to be saved as settled; save it pending and call settle")
    with writing(db):
        found = row(db, "SELECT state FROM alerts WHERE id = ?", [alert.id])
        if found is not None and found["state"] != "pending":
            raise ValueError(f"alert {alert.id!r} is {found['state']}; only a pending alert can be revised")
        other = None if alert.incident_id is None or alert.state != "pending" else pending_alert(db, alert.incident_id)
        if other is not None and other.id != alert.id:
            raise ValueError(f"alert {other.id!r} on incident {alert.incident_id!r} is pending; revise it")
        insert(db, "alerts", values_of(alert), replace_on="id")


def settle(db: Database, alert: Alert, *, at: dt.datetime, held: str | None = None) -> list[int]:
    """Freeze a pending alert as it is given and put one delivery for each of its channels, due at once, into the outbox; returns
    their ids. With `held`, it is recorded as suppressed for that reason instead, and nothing goes out.

    Raises:
        ValueError: there is no such pending alert.
    """
    with writing(db):
        _must_be_pending(db, alert.id)
        final = dataclasses.replace(alert, state="suppressed" if held else "settled", held=held)
        insert(db, "alerts", values_of(final) | {"settled_at": stamp(at)}, replace_on="id")
        if held:
            return []
        return [add_delivery(db, final, channel, created_at=at, due_at=at) for channel in dict.fromkeys(final.channels)]


def suppress(db: Database, alert_id: str, held: str) -> None:
    """Withdraw a pending alert for good; `held` says why. It never counts as told, in a replay neither.

    Raises:
        ValueError: there is no such pending alert.
    """
    with writing(db):
        _must_be_pending(db, alert_id)
        change(db, "UPDATE alerts SET state = 'suppressed', held = ? WHERE id = ?", [storable(held), alert_id])


def _must_be_pending(db: Database, alert_id: str) -> None:
    state = scalar(db, "SELECT state FROM alerts WHERE id = ?", [alert_id])
    if state is None:
        raise ValueError(f"alert {alert_id!r} is not stored")
    if state != "pending":
        raise ValueError(f"alert {alert_id!r} is {state}, not pending")
