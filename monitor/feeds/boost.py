"""Which feeds are polled faster for a while because something grave happened where they report from. Pure.

A feed belongs to a place by its tags (the name of the district, province or country), or because its items joined at least three incidents
of that province in the last weeks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.feeds.plan import Faster
from monitor.model import Feed

MOST_FEEDS = 50  # for one incident
AT_LEAST = 3  # incidents of a province that make a feed one of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """An incident that became grave at `at`."""

    incident_id: str
    at: dt.datetime
    district: str | None = None
    province: str | None = None
    country: str | None = None

    @property
    def where(self) -> str:
        return self.district or self.province or self.country or "an unknown place"


def boosted(
    feeds: Sequence[Feed],
    breaking: Sequence[Breaking],
    joined: Mapping[str, Mapping[str, int]],
    *,
    now: dt.datetime,
    factor: float,
    lasting: dt.timedelta,
) -> dict[str, Faster]:
    """The feeds to poll faster at `now`, by address.

    `joined`: feed's name → province → how many of its incidents the feed's items joined. For each incident at most 50 feeds, those that
    belong most closely first; until `lasting` after it became grave; `factor` times as often as usual, and never more than the feed allows.
    """
    found: dict[str, Faster] = {}
    if factor <= 1:
        return found
    for incident in sorted(breaking, key=lambda one: one.at, reverse=True):
        until = incident.at + lasting
        if until <= now:
            continue
        ranked = [(rank, feed) for feed in feeds if (rank := belongs(feed, incident, joined.get(feed.name, {}))) is not None]
        ranked.sort(key=lambda pair: (-pair[0][0], pair[1].name))
        for (_, why), feed in ranked[:MOST_FEEDS]:
            every_s = max(feed.interval_s / factor, feed.least_s)
            words = f"faster until {until:%H:%M} UTC: incident {incident.incident_id} in {incident.where} ({why})"
            found.setdefault(feed.url, Faster(until=until, every_s=every_s, why=words))
    return found


def belongs(feed: Feed, incident: Breaking, joined: Mapping[str, int]) -> tuple[float, str] | None:
    """How closely a feed belongs to an incident's place, and by what; None where it does not."""
    tags = {tag.casefold(): tag for tag in feed.tags}
    for rank, name in ((1000.0, incident.district), (500.0, incident.province)):
        if name and name.casefold() in tags:
            return rank, f'its tag "{tags[name.casefold()]}"'
    count = joined.get(incident.province, 0) if incident.province else 0
    if count >= AT_LEAST:
        return 1.0 + count / (count + 1), f"it told of {count} incidents in {incident.province}"
    if incident.country and incident.country.casefold() in tags:
        return 0.0, f'its tag "{tags[incident.country.casefold()]}"'
    return None
