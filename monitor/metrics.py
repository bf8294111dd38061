"""What the running daemon counts and measures, in Prometheus' form: the only module that knows prometheus_client.

Base units; no label per feed, channel or incident, so that the number of series stays the same however much is watched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import __version__

CONTENT_TYPE = CONTENT_TYPE_LATEST
_POLL_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_DELAY_S = (10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400)
_POLLS = ("ok", "not modified", "unchanged", "failed", "gone", "held", "pushed")
_ITEMS = ("new", "changed", "copies", "bad", "unread")
_SENDS = ("sent", "failed", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How things stand when they are asked for; times are None where there is nothing to tell."""

    feeds: Mapping[str, int] = field(default_factory=dict)
    messages: Mapping[str, int] = field(default_factory=dict)
    oldest_pending_at: dt.datetime | None = None
    last_poll_at: dt.datetime | None = None
    rules: int = 0
    rules_since: dt.datetime | None = None
    reload_refused: bool = False
    store_refuses: bool = False
    troubles: int = 0
    database_bytes: int = 0


class Metrics:
    """Counters from the start of the daemon on, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        own = self._registry
        self._polls = Counter("monitor_polls", "Polls that ended, by what they came to.", ["status"], registry=own)
        self._poll_s = Histogram(
            "monitor_poll_duration_seconds", "Time of a poll, from its turn to the commit.", buckets=_POLL_S, registry=own
        )
        self._items = Counter("monitor_items", "Entries of feeds, by what became of them.", ["outcome"], registry=own)
        self._sends = Counter("monitor_sends", "Tries at sending an alert, by outcome; dead: given up.", ["outcome"], registry=own)
        self._seen_s = Histogram(
            "monitor_published_to_seen_seconds", "From an item's publication to its poll.", buckets=_DELAY_S, registry=own
        )
        self._sent_s = Histogram(
            "monitor_decided_to_sent_seconds", "From an alert's decision to its delivery, waits included.", buckets=_DELAY_S, registry=own
        )
        for counter, values in ((self._polls, _POLLS), (self._items, _ITEMS), (self._sends, _SENDS)):
            for value in values:  # a series that is not there yet cannot be seen to rise
                counter.labels(value)

    def polled(self, status: str, *, seconds: float, items: Mapping[str, int]) -> None:
        """A poll ended."""
        self._polls.labels(status).inc()
        self._poll_s.observe(seconds)
        for outcome, number in items.items():
            self._items.labels(outcome).inc(number)

    def seen(self, delays_s: Iterable[float]) -> None:
        """New items were stored, each so long after its publication."""
        for delay_s in delays_s:
            self._seen_s.observe(max(0.0, delay_s))

    def tried(self, outcome: str, *, decided_s: float | None = None) -> None:
        """A try at sending ended; where it was sent, so long after it was decided."""
        self._sends.labels(outcome).inc()
        if decided_s is not None:
            self._sent_s.observe(max(0.0, decided_s))

    def exposition(self, levels: Levels, *, now: dt.datetime) -> bytes:
        """All of it, as text."""
        gauges = CollectorRegistry()
        gauges.register(_Gauges(levels, now))
        return generate_latest(self._registry) + generate_latest(gauges)


class _Gauges(Collector):
    def __init__(self, levels: Levels, now: dt.datetime) -> None:
        self._levels, self._now = levels, now

    def collect(self) -> Iterator[Metric]:
        levels = self._levels
        yield InfoMetricFamily("monitor_build", "The program.", value={"version": __version__})
        yield _by_label("monitor_feeds", "Feeds, by how they do.", "health", levels.feeds)
        yield _by_label("monitor_messages", "Alerts on their way to a channel, by state.", "state", levels.messages)
        waits_s = (self._now - levels.oldest_pending_at).total_seconds() if levels.oldest_pending_at else 0.0
        plain: list[tuple[str, str, float]] = [
            ("oldest_pending_seconds", "Age of the oldest alert that has not been sent everywhere; 0 where none waits.", max(0.0, waits_s)),
            ("last_poll_timestamp_seconds", "When a poll last ended.", _timestamp(levels.last_poll_at)),
            ("rules", "Rules in force.", levels.rules),
            ("rules_since_timestamp_seconds", "Since when those rules are in force.", _timestamp(levels.rules_since)),
            ("reload_refused", "1 while changed files have mistakes and the previous ones are in force.", levels.reload_refused),
            ("store_refuses", "1 while the database takes nothing.", levels.store_refuses),
            ("troubles", "What `monitor status` calls not well, by count.", levels.troubles),
            ("database_size_bytes", "The database and its log.", levels.database_bytes),
        ]
        for name, words, value in plain:
            yield GaugeMetricFamily(f"monitor_{name}", words, value=float(value))


def _by_label(name: str, words: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _timestamp(at: dt.datetime | None) -> float:
    return at.timestamp() if at else 0.0
