"""Alerts: one pending an incident, revised until settled, and what counts as told."""

from __future__ import annotations

import dataclasses

import pytest
from support_store import DAY, HOUR, MINUTE, NOON, an_alert, an_incident, opened, store_incident, store_settled_alert

from monitor.model import Toll
from monitor.store import alerts, outbox


def test_a_pending_alert_is_revised_in_place():
    """Later reports change what will be said; there is still one alert."""
    with opened() as db:
        incident = store_incident(db)
        alert = an_alert(incident)
        alerts.save_alert(db, alert)
        revised = dataclasses.replace(alert, severity="severe", incident=dataclasses.replace(incident, killed=Toll(count=20)))
        alerts.save_alert(db, revised)
        assert alerts.alerts(db) == [revised]
        assert alerts.pending_alert(db, "i1") == revised


def test_a_second_pending_alert_on_an_incident_is_refused():
    """Two would say the same thing twice."""
    with opened() as db:
        incident = store_incident(db)
        alerts.save_alert(db, an_alert(incident, 1))
        with pytest.raises(ValueError, match="alert 'i1-1' on incident 'i1' is pending; revise it"):
            alerts.save_alert(db, an_alert(incident, 2))


def test_a_settled_alert_cannot_be_changed_any_more():
    """What was told stays told."""
    with opened() as db:
        incident = store_incident(db)
        store_settled_alert(db, "i1")
        with pytest.raises(ValueError, match="alert 'i1-1' is settled; only a pending alert can be revised"):
            alerts.save_alert(db, an_alert(incident))
        with pytest.raises(ValueError, match="alert 'i1-1' is settled, not pending"):
            alerts.settle(db, an_alert(incident), at=NOON)
        with pytest.raises(ValueError, match="alert 'i1-1' is settled, not pending"):
            alerts.suppress(db, "i1-1", "dismissed")
        with pytest.raises(ValueError, match="alert 'i1-9' is not stored"):
            alerts.suppress(db, "i1-9", "dismissed")
        with pytest.raises(ValueError, match="save it pending and call settle"):
            alerts.save_alert(db, an_alert(incident, 2, state="settled"))


def test_settling_freezes_the_facts_as_given():
    """The incident changes afterwards; the alert does not."""
    with opened() as db:
        incident = store_incident(db)
        alert = an_alert(incident, channels=("slack", "mail", "slack"))
        alerts.save_alert(db, alert)
        final = dataclasses.replace(alert, incident=dataclasses.replace(incident, killed=Toll(count=7)))
        made = alerts.settle(db, final, at=NOON + HOUR)
        assert [(row.id, row.channel, row.state, row.due_at) for row in outbox.deliveries(db)] == [
            (made[0], "slack", "waiting", NOON + HOUR),
            (made[1], "mail", "waiting", NOON + HOUR),
        ]
        stored = alerts.alert(db, alert.id)
        assert stored is not None
        assert (stored.state, stored.incident.killed) == ("settled", Toll(count=7))
        assert alerts.pending_alert(db, "i1") is None
        assert alerts.due_alerts(db, NOON + DAY) == []


def test_an_alert_that_is_held_makes_no_delivery():
    """A silence, a replay: it is on record with the reason, and nothing goes out."""
    with opened() as db:
        alert = an_alert(store_incident(db))
        alerts.save_alert(db, alert)
        assert alerts.settle(db, alert, at=NOON, held="silenced by desk") == []
        stored = alerts.alert(db, alert.id)
        assert stored is not None
        assert (stored.state, stored.held) == ("suppressed", "silenced by desk")
        assert outbox.deliveries(db) == []


def test_told_is_the_last_settled_alert_and_everywhere_it_went():
    """Its facts are as told, and the channels are all that ever heard of the incident."""
    with opened() as db:
        store_incident(db)
        assert alerts.told(db, "i1") is None
        store_settled_alert(db, "i1", 1, at=NOON, channels=("slack",))
        store_settled_alert(db, "i1", 2, at=NOON + HOUR, channels=("mail", "slack"), severity="critical")
        told = alerts.told(db, "i1")
        assert told is not None
        assert (told.alert_id, told.at, told.severity, told.channels) == ("i1-2", NOON + HOUR, "critical", ("slack", "mail"))
        assert told.incident == an_incident(history=())
        assert alerts.next_alert_id(db, "i1") == "i1-3"


def test_pending_withdrawn_and_held_alerts_do_not_count_as_told():
    """Nobody has heard of them."""
    with opened() as db:
        incident = store_incident(db)
        for n, held in ((1, "silenced"), (2, None)):
            alert = an_alert(incident, n)
            alerts.save_alert(db, alert)
            if held:
                alerts.settle(db, alert, at=NOON, held=held)
            else:
                alerts.suppress(db, alert.id, "no rule holds any more")
        alerts.save_alert(db, an_alert(incident, 3))
        assert alerts.told(db, "i1") is None


def test_a_replay_goes_on_from_what_it_held_back_and_a_live_report_does_not():
    """A replayed alert counts as told within a replay only; one that was withdrawn counts nowhere."""
    with opened() as db:
        incident = store_incident(db)
        replayed = an_alert(incident, 1, backfilled=True)
        alerts.save_alert(db, replayed)
        alerts.settle(db, replayed, at=NOON, held="backfilled")
        withdrawn = an_alert(incident, 2, backfilled=True)
        alerts.save_alert(db, withdrawn)
        alerts.suppress(db, withdrawn.id, "no rule holds any more")
        told = alerts.told(db, "i1", in_replay=True)
        assert told is not None
        assert told.alert_id == "i1-1"
        assert alerts.told(db, "i1") is None


def test_due_alerts_come_in_the_order_due_and_by_who_raised_them():
    """A daemon settles its own alerts, a replay its own."""
    with opened() as db:
        for n, backfilled in enumerate((False, True, False)):
            incident = store_incident(db, f"i{n}")
            alerts.save_alert(db, an_alert(incident, due_at=NOON + (3 - n) * MINUTE, backfilled=backfilled))
        due = NOON + 3 * MINUTE
        assert [alert.incident_id for alert in alerts.due_alerts(db, due)] == ["i2", "i1", "i0"]
        assert [alert.incident_id for alert in alerts.due_alerts(db, due, backfilled=False)] == ["i2", "i0"]
        assert [alert.incident_id for alert in alerts.due_alerts(db, due, backfilled=True)] == ["i1"]
        assert [alert.incident_id for alert in alerts.due_alerts(db, NOON + 2 * MINUTE)] == ["i2", "i1"]
        assert [alert.incident_id for alert in alerts.due_alerts(db, due, limit=1)] == ["i2"]
        assert alerts.next_due(db) == NOON + MINUTE
        assert alerts.next_due(db, backfilled=True) == NOON + 2 * MINUTE


def test_nothing_is_due_where_nothing_is_pending():
    """Settled alerts are over."""
    with opened() as db:
        store_incident(db)
        store_settled_alert(db, "i1")
        assert alerts.next_due(db) is None


def test_alerts_are_listed_by_time_incident_and_state():
    """In the order created; a limit keeps the latest."""
    with opened() as db:
        for n in range(3):
            store_incident(db, f"i{n}")
            store_settled_alert(db, f"i{n}", at=NOON + n * HOUR)
        pending = an_alert(an_incident("i0"), 2, created_at=NOON + 5 * HOUR)
        alerts.save_alert(db, pending)

        def listed(**options: object) -> list[str]:
            return [alert.id for alert in alerts.alerts(db, **options)]

        assert listed() == ["i0-1", "i1-1", "i2-1", "i0-2"]
        assert listed(since=NOON + HOUR, until=NOON + 5 * HOUR) == ["i1-1", "i2-1"]
        assert listed(incident_id="i0") == ["i0-1", "i0-2"]
        assert listed(states=["pending"]) == ["i0-2"]
        assert listed(states=[]) == []
        assert listed(limit=2) == ["i2-1", "i0-2"]


def test_a_surge_alert_belongs_to_no_incident():
    """Several may be pending at once, and each is delivered by itself."""
    with opened() as db:
        for n in (1, 2):
            surge = an_alert(an_incident("surge"), n, incident_id=None, kind="surge", channels=("slack",))
            alerts.save_alert(db, surge)
            alerts.settle(db, surge, at=NOON)
        assert [alert.kind for alert in alerts.alerts(db)] == ["surge", "surge"]
        claimed = [outbox.claim(db, NOON, lease_s=60, owner="a") for _ in range(3)]
        assert [claim and claim[1].id for claim in claimed] == ["surge-1", "surge-2", None]
