"""Why an alert was raised, why then, and why to a channel, in words."""

from __future__ import annotations

import dataclasses

import pytest
from support_store import HOUR, MINUTE, NOON, an_alert, an_incident

from monitor.alerts.explain import why, why_channel, why_not, why_now
from monitor.model import AlertSettings, Match

SETTINGS = AlertSettings(routes={"high": ("slack", "mail"), "critical": ("phone",)})
ALERT = an_alert(an_incident(), reason="first-alert")
ROUTED = dataclasses.replace(ALERT, matches=(Match(rule="any-attack", severity="high"),))


def test_each_condition_that_was_met_is_named_with_its_sentence() -> None:
    """Rule, severity, condition, value, and the words that say it."""
    assert why(ALERT) == ['rule any-attack, high: killed >= 1 (5): "Five people died."']
    assert why(ROUTED) == ["rule any-attack, high"]
    assert why(dataclasses.replace(ALERT, matches=())) == ["no rule holds now; what was told before is put right"]


@pytest.mark.parametrize(
    ("changes", "settings", "words"),
    [
        pytest.param({"due_at": NOON, "severity": "critical"}, {}, "critical, so at once", id="critical"),
        pytest.param({"due_at": NOON + MINUTE / 2}, {}, "it waited 30 seconds, so that the first reports agree", id="not all of the wait"),
        pytest.param({"due_at": NOON}, {"wait_s": 0}, "at once", id="no wait"),
        pytest.param({"due_at": NOON + 3 * MINUTE}, {}, "it waited 3 minutes, so that the first reports agree", id="the wait"),
        pytest.param(
            {"due_at": NOON + 3 * MINUTE, "change": "retraction", "reason": "dismissed"},
            {},
            "it waited 3 minutes, as further reports may change it",
            id="the wait of what is no first alert",
        ),
        pytest.param(
            {"due_at": NOON + 2 * HOUR}, {"cooldown_s": 7200.0}, "it waited 2 hours, for the cooldown since the last alert", id="cooldown"
        ),
        pytest.param(
            {"due_at": NOON + 5 * HOUR, "reason": "toll-settled"},
            {},
            "it waited 5 hours until the new toll had stood for 6 hours",
            id="a toll that settled",
        ),
    ],
)
def test_what_an_alert_waited_for_is_told(changes: dict[str, object], settings: dict[str, float], words: str) -> None:
    """After what made it due."""
    alert = dataclasses.replace(ALERT, **changes)  # type: ignore[arg-type]
    assert why_now(alert, dataclasses.replace(SETTINGS, **settings)).endswith(f"; {words}")  # type: ignore[arg-type]


def test_a_single_pass_is_said_not_to_have_waited() -> None:
    """What "run --once" sends before it is due did not wait; what the daemon sends after it did."""
    alert = dataclasses.replace(ALERT, due_at=NOON + 3 * MINUTE)
    assert why_now(alert, SETTINGS, tried_at=NOON + MINUTE / 60).endswith(
        "; at once, as a single pass (run --once) takes the wait of 3 minutes as over"
    )
    assert why_now(alert, SETTINGS, tried_at=NOON + 3 * MINUTE).endswith("; it waited 3 minutes, so that the first reports agree")


@pytest.mark.parametrize(
    ("alert", "channel", "words"),
    [
        pytest.param(ALERT, "slack", "rule any-attack names it (notify)", id="notify"),
        pytest.param(ROUTED, "mail", "[alerts.routes] high leads there", id="a route"),
        pytest.param(dataclasses.replace(ROUTED, change="correction"), "phone", "the incident had been told there before", id="put right"),
        pytest.param(ROUTED, "phone", "a route or a rule led there when the alert was raised", id="another config"),
        pytest.param(
            dataclasses.replace(ALERT, matches=(), severity="critical"), "phone", "[alerts.routes] critical leads there", id="no rule"
        ),
    ],
)
def test_why_a_channel_gets_it_is_told(alert: object, channel: str, words: str) -> None:
    """By the config as it is."""
    assert why_channel(alert, channel, SETTINGS) == words  # type: ignore[arg-type]


def test_why_nothing_goes_out_is_told() -> None:
    """A slug in words, other reasons as they are."""
    assert why_not(ALERT) is None
    held = dataclasses.replace(ALERT, state="suppressed", held="too-old")
    assert why_not(held) == "the attack lies further back than max_age"
    assert why_not(dataclasses.replace(held, held="older than --notify")) == "older than --notify"
