"""Builders of accounts, filings, incidents and matches for tests; every text is invented."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitor.incidents.assign import assign
from monitor.incidents.merge import merged
from monitor.model import Account, Evidence, Filing, GroupMention, Incident, Match, Place, Reason, Severity, Told, Toll

DAY = dt.date(2026, 3, 4)
NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)

MASTUNG = Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85)
QUETTA = Place(name="Quetta", district="Quetta", province="Balochistan", country="Pakistan", lat=30.18, lon=67.0)
SARIAB = Place(name="Sariab Road", district="Quetta", province="Balochistan", country="Pakistan")
AIRPORT_ROAD = Place(name="Airport Road", district="Quetta", province="Balochistan", country="Pakistan")
BALOCHISTAN = Place(province="Balochistan", country="Pakistan")
PAKISTAN = Place(country="Pakistan")
BANNU = Place(name="Bannu", district="Bannu", province="Khyber Pakhtunkhwa", country="Pakistan", lat=32.99, lon=70.6)
CHAMAN = Place(name="Chaman", district="Chaman", province="Balochistan", country="Pakistan", lat=30.92, lon=66.45)
SPIN_BOLDAK = Place(name="Spin Boldak", district="Spin Boldak", province="Kandahar", country="Afghanistan", lat=31.0, lon=66.4)

BLA = ("bla", "Baloch Liberation Army")
TTP = ("ttp", "Tehreek-e-Taliban Pakistan")


def exactly(count: int) -> Toll:
    return Toll(count=count, min=count, max=count, text=str(count))


def at_least(count: int) -> Toll:
    return Toll(count=count, min=count, max=None, text=f"at least {count}")


def mention(group: tuple[str, str], stance: Any, sentence: str = "") -> GroupMention:
    return GroupMention(id=group[0], name=group[1], stance=stance, sentence=sentence)


def account(
    *, killed: int | Toll | None = None, injured: int | Toll | None = None, said: str = "", dated: bool = False, **facts: Any
) -> Account:
    """A fresh account of a bombing in Mastung on 4 March 2026; `said` is the sentence of its toll, `dated` that it names the day."""
    evidence = []
    if said:
        evidence += [Evidence(field=field, sentence=said) for field in ("killed", "injured", "retracts")]
    if dated:
        evidence.append(Evidence(field="date", sentence="on Wednesday"))
    known: dict[str, Any] = {"fresh": True, "date": DAY, "place": MASTUNG, "attack_type": "bombing", "target": None} | facts
    for field in ("attack_type", "target"):
        if known[field]:
            evidence.append(Evidence(field=field, sentence=f"It was told as a case of {known[field]}."))
    return Account(
        **known,
        killed=exactly(killed) if isinstance(killed, int) else killed,
        injured=exactly(injured) if isinstance(injured, int) else injured,
        evidence=tuple(evidence),
    )


def filing(key: str, told: Account | None = None, *, minutes: float = 0, outlet: str | None = None, **facts: Any) -> Filing:
    """An item's account, given `minutes` after noon by the outlet of that name (by default its own outlet)."""
    told = told if told is not None else account()
    at = NOON + dt.timedelta(minutes=minutes)
    role = "reference" if told.relation == "recalled" else "report" if told.fresh else "follow-up"
    known: dict[str, Any] = {"item_id": key, "role": role, "published_at": at, "seen_at": at, "publisher": outlet or f"outlet of {key}"}
    known["outlet"] = known["publisher"]
    return Filing(item_key=key, account=told, at=at, **known | facts)


def incident(*filings: Filing, name: str = "known") -> Incident:
    return merged(name, filings)


def follow_up(**facts: Any) -> Account:
    return account(**{"fresh": False, "relation": "follow-up", **facts})


def recalled(**facts: Any) -> Account:
    return account(**{"fresh": False, "relation": "recalled", **facts})


def matched(severity: Severity = "high", *, rule: str = "some-rule", notify: tuple[str, ...] | None = None) -> Match:
    reason = Reason(rule=rule, condition="killed >= 1", value=5, text="Police said five people had died.")
    return Match(rule=rule, severity=severity, reasons=(reason,), notify=notify)


def told_of(incident: Incident, *, severity: Severity = "high", at: dt.datetime = NOON, channels: tuple[str, ...] = ()) -> Told:
    return Told(alert_id="known-1", at=at, severity=severity, incident=incident, channels=channels)


def filed(filings: list[Filing]) -> dict[str, list[Filing]]:
    """Assign filings one after the other, as the pipeline does: incident id → its filings."""
    places: dict[str, list[Filing]] = {}
    for n, one in enumerate(filings):
        known = [merged(name, members) for name, members in places.items()]
        assignment = assign(one, known, now=one.at)
        if assignment is not None:
            places.setdefault(assignment.incident_id or f"i{n}", []).append(one)
    return places
