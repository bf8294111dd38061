"""What a report tells of: incidents and alerts as flat entries, small enough that years of them fit in memory. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.alerts.explain import why
from monitor.alerts.inert import cut, plain, web_link
from monitor.alerts.wording import course, kind_words, place_words, reason_words, title, toll_words
from monitor.model import SEVERITIES, Alert, Incident, Toll

WOULD = "would have been sent"

_REPORTS, _QUOTES, _CHARS = 12, 4, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report of an incident. `link` is (address, host) where it may be followed."""

    outlet: str
    title: str
    at: dt.datetime
    link: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One incident as the report shows it. `day` is its date, else that of the first report (`dated` is False then).

    `counted` is False where it was taken back or dismissed. `rank` is the place in SEVERITIES of its gravest alert, -1 without one.
    """

    id: str
    day: dt.date
    dated: bool
    place: str
    district: str
    province: str
    country: str
    lat: float | None
    lon: float | None
    killed: int | None
    injured: int | None
    militants: int | None
    killed_words: str
    injured_words: str
    militants_words: str
    attack: str
    target: str
    groups: tuple[tuple[str, str, str], ...]  # id, name, stance; mere mentions left out
    outlets: tuple[str, ...]
    sources: tuple[Source, ...]
    more_sources: int
    quotes: tuple[str, ...]
    course: str
    counted: bool
    state: str
    rank: int

    @property
    def week(self) -> dt.date:
        """The Monday of its week."""
        return self.day - dt.timedelta(days=self.day.weekday())


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert as the report shows it; `state` says in words what became of it."""

    id: str
    incident: str
    at: dt.datetime
    change: str
    severity: str
    rank: int
    title: str
    why: tuple[str, ...]
    reason: str
    rules: tuple[str, ...]
    channels: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """One alert that other rules would tell otherwise: `verdict` is added, gone or changed, `rule` the one that makes the difference."""

    verdict: str
    alert: Told
    why: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All that one report holds. `about` are lines on where it comes from; `compared` says with what the differences are."""

    begin: dt.date
    end: dt.date
    made_at: dt.datetime
    timezone: str
    entries: tuple[Entry, ...]
    alerts: tuple[Told, ...]
    about: tuple[str, ...] = ()
    compared: str = ""
    differences: tuple[Differing, ...] = ()
    same: int = 0


def entry_of(incident: Incident, *, rank: int, timezone: str) -> Entry:
    """`rank` is that of its gravest alert; `timezone` places an incident without a date on the day of its first report."""
    place = incident.place
    told = [filing for filing in incident.filings if filing.role != "reference"]
    quotes = dict.fromkeys(cut(plain(e.sentence), _CHARS) for filing in told for e in filing.account.evidence if e.sentence)
    return Entry(
        id=incident.id,
        day=incident.date or incident.first_seen.astimezone(ZoneInfo(timezone)).date(),
        dated=incident.date is not None,
        place=place_words(place),
        district=(place.district or "") if place else "",
        province=(place.province or "") if place else "",
        country=(place.country or "") if place else "",
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        killed=_count(incident.killed),
        injured=_count(incident.injured),
        militants=_count(incident.militants_killed),
        killed_words=_words(incident.killed),
        injured_words=_words(incident.injured),
        militants_words=_words(incident.militants_killed),
        attack=kind_words(incident),
        target=incident.target or "",
        groups=tuple((g.id, plain(g.name), g.stance) for g in incident.groups if g.stance != "mentioned"),
        outlets=tuple(plain(outlet) for outlet in incident.outlets),
        sources=tuple(
            Source(
                outlet=plain(filing.outlet or filing.feed or filing.item_id),
                title=cut(plain(filing.title), 200),
                at=filing.published_at or filing.at,
                link=web_link(filing.link),
            )
            for filing in told[:_REPORTS]
        ),
        more_sources=max(len(told) - _REPORTS, 0),
        quotes=tuple(quotes)[:_QUOTES],
        course=course(incident),
        counted=not (incident.retracted or incident.dismissed),
        state=incident.taken_back,
        rank=rank,
    )


def told_of(alert: Alert) -> Told:
    return Told(
        id=alert.id,
        incident=alert.incident_id or "",
        at=alert.due_at,
        change=alert.change,
        severity=alert.severity,
        rank=SEVERITIES.index(alert.severity),
        title=title(alert),
        why=tuple(why(alert)),
        reason=reason_words(alert),
        rules=tuple(plain(match.rule) for match in alert.matches),
        channels=tuple(plain(channel) for channel in alert.channels),
        state=_state(alert),
    )


def gravest(alerts: Iterable[Alert]) -> Mapping[str, int]:
    """Incident → the place in SEVERITIES of its gravest alert."""
    found: dict[str, int] = {}
    for alert in alerts:
        if alert.incident_id is not None:
            found[alert.incident_id] = max(SEVERITIES.index(alert.severity), found.get(alert.incident_id, -1))
    return found


def _state(alert: Alert) -> str:
    if alert.state == "suppressed":
        return WOULD if alert.held == "backfilled" else f"held back: {plain(alert.held or 'no reason kept')}"
    if alert.state == "pending":
        return "not due yet"
    return "backfilled and sent" if alert.backfilled else "sent"


def _count(toll: Toll | None) -> int | None:
    return None if toll is None else toll.count


def _words(toll: Toll | None) -> str:
    return "" if toll is None else toll_words(toll)
