"""The last look before a message goes out: what holds an alert back, and whether it goes by itself or with others.

In this order: dismissed, silenced (for good); quiet hours (sent after); storm (sent together). One transaction looks at all that is
due on a channel and claims what may go.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from monitor.alerts.quiet import QuietHours, quiet_until
from monitor.alerts.silence import Silence, silence_words, state
from monitor.alerts.storm import MOST_IN_ONE, StormSettings, pace
from monitor.errors import InvalidInput
from monitor.model import Alert, Delivery, Incident
from monitor.rules.matcher import Matcher, matches, parse_matcher
from monitor.rules.ruleset import RuleSet
from monitor.store import holds, outbox
from monitor.store import incidents as incident_rows
from monitor.store.columns import packed
from monitor.store.database import Database, writing
from monitor.store.decisions import family, standing_id
from monitor.store.silences import silences

_KEPT_MATCHERS = 1_000
_MOST_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why a delivery does not go now. `until` None: it never will."""

    why: holds.Why
    words: str
    until: dt.datetime | None = None


@dataclass(slots=True)
class Gate:
    """Remembers what the conditions of silences mean under the rules in force. `broken` has those that mean nothing under them."""

    matchers: dict[tuple[str, str], Matcher | None] = field(default_factory=dict)
    broken: dict[int, str] = field(default_factory=dict)

    def take(
        self,
        db: Database,
        channel: str,
        *,
        now: dt.datetime,
        lease_s: float,
        owner: str,
        ruleset: RuleSet,
        quiet: QuietHours | None = None,
        storm: StormSettings,
    ) -> list[tuple[Delivery, Alert]]:
        """Claim what goes out on the channel next, in one message: one alert, or several in a storm; empty where nothing may go.

        What is held back is recorded with its reason.
        """
        # A transaction for each look: a storm of thousands must not keep other writers waiting for seconds.
        while True:
            with writing(db):
                claimed = self._look(db, channel, now=now, lease_s=lease_s, owner=owner, ruleset=ruleset, quiet=quiet, storm=storm)
            if claimed is not None:
                return claimed

    def _look(
        self,
        db: Database,
        channel: str,
        *,
        now: dt.datetime,
        lease_s: float,
        owner: str,
        ruleset: RuleSet,
        quiet: QuietHours | None,
        storm: StormSettings,
    ) -> list[tuple[Delivery, Alert]] | None:
        """What is claimed of the first that are due; None where some were held back, so that there may be others."""
        active = [s for s in silences(db, at=now) if state(s, now) == "active"]
        look = min(max(storm.messages + 1, MOST_IN_ONE), _MOST_LOOKED_AT)
        due = outbox.due(db, now, channel=channel, limit=look)
        free = [one for one in due if not self._held(db, *one, active=active, now=now, ruleset=ruleset, quiet=quiet)]
        if len(free) < len(due):
            return None
        if not free:
            return []
        sent = holds.sent_since(db, channel, now - storm.window)
        critical = sum(alert.severity == "critical" for _, alert in free)
        how = pace(sent, due=len(free), critical=critical, now=now, settings=storm)
        if how.until is not None:
            # At once for all, also those not looked at: each is judged when its turn comes.
            holds.put_all_off(db, channel, "storm", _storm_words(storm), at=now, until=how.until)
            return None
        wanted = free[:1] if how.how == "one" else _gravest_first(free)[:MOST_IN_ONE]
        return outbox.take(db, [delivery.id for delivery, _ in wanted], now, lease_s=lease_s, owner=owner)

    def _held(
        self,
        db: Database,
        delivery: Delivery,
        alert: Alert,
        *,
        active: list[Silence],
        now: dt.datetime,
        ruleset: RuleSet,
        quiet: QuietHours | None,
    ) -> bool:
        incident = _standing(db, alert)
        hold = (
            _dismissed(db, delivery, alert, incident)
            or _silenced(self._silencing(db, alert, incident, delivery.channel, active, now=now, ruleset=ruleset))
            or _quiet(alert, quiet, now)
        )
        if hold is None:
            return False
        if hold.until is None:
            holds.drop(db, delivery.id, hold.why, hold.words, at=now)
        else:
            holds.put_off(db, delivery.id, hold.why, hold.words, at=now, until=hold.until)
        return True

    def silence_of(self, db: Database, alert: Alert, *, channel: str, now: dt.datetime, ruleset: RuleSet) -> Silence | None:
        """The silence that holds this alert back on the channel, or None."""
        active = [s for s in silences(db, at=now) if state(s, now) == "active"]
        incident = _standing(db, alert) if active else alert.incident
        return self._silencing(db, alert, incident, channel, active, now=now, ruleset=ruleset)

    def _silencing(
        self, db: Database, alert: Alert, incident: Incident, channel: str, active: list[Silence], *, now: dt.datetime, ruleset: RuleSet
    ) -> Silence | None:
        for silence in active:
            matcher = self.matcher(silence, ruleset)
            if matcher is None:
                continue
            merged = family(db, incident.id) if matcher.incidents else ()
            if matches(matcher, alert, incident, channel=channel, now=now, aliases=ruleset.aliases, merged=merged):
                return silence
        return None

    def matcher(self, silence: Silence, ruleset: RuleSet) -> Matcher | None:
        """What the silence means under these rules; None where they no longer have what it names, so that it holds nothing back."""
        text = packed(silence.matcher)
        key = (ruleset.digest, text)
        if key not in self.matchers:
            if len(self.matchers) >= _KEPT_MATCHERS:
                self.matchers.clear()
            try:
                self.matchers[key] = parse_matcher(text, ruleset, where=f"silence {silence.id}", strict=False)
            except InvalidInput as error:
                self.matchers[key] = None
                self.broken[silence.id] = str(error)
        return self.matchers[key]


def _standing(db: Database, alert: Alert) -> Incident:
    """The incident as it is now, under the one that it was found to be part of; as told where it is not stored."""
    found = incident_rows.incident(db, standing_id(db, alert.incident_id)) if alert.incident_id else None
    return found or alert.incident


def _dismissed(db: Database, delivery: Delivery, alert: Alert, incident: Incident) -> Hold | None:
    if alert.change != "retraction":
        if incident.dismissed:
            return Hold(why="dismissed", words="an analyst dismissed the incident")
        return None
    if alert.incident_id is not None and not holds.may_have_told(db, incident.id, delivery.channel):
        return Hold(why="nothing to take back", words="nothing was said of the incident here that it could take back")
    return None


def _silenced(silence: Silence | None) -> Hold | None:
    return None if silence is None else Hold(why="silence", words=silence_words(silence))


def _quiet(alert: Alert, quiet: QuietHours | None, now: dt.datetime) -> Hold | None:
    until = quiet_until(quiet, now) if quiet is not None and alert.severity != "critical" else None
    if until is None or quiet is None:
        return None
    return Hold(why="quiet hours", words=f"quiet hours {quiet}", until=until)


def _storm_words(storm: StormSettings) -> str:
    return (
        f"{storm.messages} messages within {storm.within_s / 60:g} minutes were sent already; it goes together with what comes until then"
    )


def _gravest_first(free: list[tuple[Delivery, Alert]]) -> list[tuple[Delivery, Alert]]:
    """Where one message does not hold them all, critical ones come first; else in the order due."""
    return sorted(free, key=lambda one: one[1].severity != "critical")
