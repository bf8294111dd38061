"""Whether, when, why and to whom an alert goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from support_incidents import (
    BALOCHISTAN,
    BLA,
    DAY,
    MASTUNG,
    NOON,
    QUETTA,
    SARIAB,
    TTP,
    account,
    filing,
    incident,
    matched,
    mention,
    told_of,
)

from monitor.alerts.decide import decide, revised
from monitor.model import AlertSettings, Decision, Incident, Match, Severity

SETTINGS = AlertSettings(routes={"notice": ("log",), "high": ("desk",), "severe": ("desk", "mail"), "critical": ("desk", "mail", "phone")})
CLAIM, DENIAL = (mention(BLA, "claimed"),), (mention(BLA, "denied"),)


def one(**facts: object) -> Incident:
    return incident(filing("a", account(**facts)))  # type: ignore[arg-type]


def ask(
    now_is: Incident, was: Incident | None, *matches: Match, severity: Severity = "high", now: dt.datetime = NOON, **options: bool
) -> Decision:
    return decide(now_is, matches or (matched(),), told_of(was, severity=severity) if was else None, now=now, settings=SETTINGS, **options)


CHANGES: dict[str, tuple[dict[str, object], dict[str, object], str | None, str]] = {
    "nothing new": ({"killed": 9}, {"killed": 9}, None, "nothing-changed"),
    "a toll within a step, up by less than a fifth": ({"killed": 11}, {"killed": 13}, None, "nothing-changed"),
    "a killed step": ({"killed": 9}, {"killed": 17}, "update", "toll-step-passed"),
    "an injured step": ({"injured": 9}, {"injured": 12}, "update", "toll-step-passed"),
    "the first toll": ({}, {"killed": 2}, "update", "toll-step-passed"),
    "nobody killed is no step": ({}, {"killed": 0}, None, "nothing-changed"),
    "a claim": ({}, {"groups": CLAIM}, "update", "claim-came"),
    "a denial": ({}, {"groups": DENIAL}, "update", "denial-came"),
    "a second claim": ({"groups": CLAIM}, {"groups": (*CLAIM, mention(TTP, "claimed"))}, "update", "claim-came"),
    "a suspicion is no claim": ({}, {"groups": (mention(TTP, "suspected"),)}, None, "nothing-changed"),
    "a district": ({"place": BALOCHISTAN}, {"place": MASTUNG}, "update", "place-became-precise"),
    "a place at last": ({"place": None}, {"place": MASTUNG}, "update", "place-became-precise"),
    "a quarter of a known city": ({"place": QUETTA}, {"place": SARIAB}, None, "nothing-changed"),
    "a fall below a step": ({"killed": 30}, {"killed": 17}, "correction", "toll-fell-below-step"),
    "a fall of the injured below a step": ({"injured": 60}, {"injured": 45}, "correction", "toll-fell-below-step"),
    "a claim withdrawn": ({"groups": CLAIM}, {"groups": DENIAL}, "correction", "claim-withdrawn"),
    "a toll off by a fifth within a step": ({"killed": 12}, {"killed": 15}, "update", "toll-settled"),
    "a toll down by a fifth within a step": ({"killed": 18}, {"killed": 14}, "update", "toll-settled"),
    "a toll no longer stated": ({"killed": 12}, {}, "correction", "toll-fell-below-step"),
}


@pytest.mark.parametrize(("was", "now_is", "change", "reason"), CHANGES.values(), ids=CHANGES)
def test_change_is_named(was: dict[str, object], now_is: dict[str, object], change: str | None, reason: str):
    """Each difference from what was told has its change and its reason; small ones have silence and a reason."""
    decision = ask(one(**now_is), one(**was))
    assert (decision.change, decision.reason) == (change, reason)


IS, ISKP, ISPP = ("is", "Islamic State"), ("iskp", "Islamic State Khorasan"), ("ispp", "Islamic State Pakistan")
PARENTS = {"iskp": "is", "ispp": "is", "bla": "baloch", "baloch": "all", "all": "baloch"}


@pytest.mark.parametrize(
    ("was", "now_is", "reason"),
    [
        pytest.param([(ISKP, "claimed")], [(IS, "claimed")], "nothing-changed", id="the parent in place of the child"),
        pytest.param([(IS, "claimed")], [(ISKP, "claimed")], "nothing-changed", id="the child in place of the parent"),
        pytest.param([(ISKP, "claimed")], [(ISKP, "claimed"), (IS, "claimed")], "nothing-changed", id="the parent too"),
        pytest.param([(ISKP, "claimed")], [(ISKP, "claimed"), (ISPP, "claimed")], "claim-came", id="another child"),
        pytest.param([(ISKP, "claimed")], [(ISKP, "claimed"), (BLA, "claimed")], "claim-came", id="no kin, below a circle"),
        pytest.param([(ISKP, "claimed")], [(IS, "denied")], "claim-withdrawn", id="the parent denies"),
        pytest.param([(ISKP, "denied")], [(IS, "denied")], "nothing-changed", id="both deny"),
    ],
)
def test_a_group_speaks_for_the_one_it_is_part_of(was: list[tuple], now_is: list[tuple], reason: str):
    """A claim by the Islamic State after one by its branch is the same claim, whichever came first."""
    before, after = (one(groups=tuple(mention(group, stance) for group, stance in said)) for said in (was, now_is))
    told = told_of(before, severity="high")
    assert decide(after, (matched(),), told, now=NOON, settings=SETTINGS, parents=PARENTS).reason == reason


def test_first_match_raises_new():
    """Nothing was told and a rule holds."""
    decision = ask(one(killed=2), None)
    assert (decision.change, decision.reason, decision.severity) == ("new", "first-alert", "high")


def test_no_rule_no_alert():
    """An incident that no rule wants is silent, told or not."""
    assert decide(one(killed=2), (), None, now=NOON, settings=SETTINGS).reason == "no-rule-matches"
    told = told_of(one(killed=2))
    assert decide(one(killed=7), (), told, now=NOON, settings=SETTINGS).reason == "no-rule-matches"


def test_correction_needs_no_rule():
    """Whoever was told of thirty hears of seventeen, though no rule holds any more."""
    told = told_of(one(killed=30), severity="severe", channels=("desk", "mail"))
    decision = decide(one(killed=17), (), told, now=NOON, settings=SETTINGS)
    assert (decision.change, decision.severity, decision.channels) == ("correction", "severe", ("desk", "mail"))


def test_severity_that_rises_is_the_reason_given():
    """A graver rule outweighs the step that it comes with."""
    decision = ask(one(killed=25), one(killed=9), matched("high"), matched("severe"))
    assert (decision.change, decision.reason, decision.severity) == ("update", "severity-rose", "severe")


def test_severity_that_falls_alone_is_no_news():
    """Less grave, and nothing else new: silence."""
    assert ask(one(killed=9), one(killed=9), matched("notice"), severity="severe").reason == "nothing-changed"


@pytest.mark.parametrize(("days", "reason"), [(14, "first-alert"), (15, "too-old")])
def test_max_age_counts_from_the_day_of_the_attack(days: int, reason: str):
    """On day 14 an alert may still be raised, on day 15 none."""
    now = dt.datetime.combine(DAY, dt.time(12), dt.UTC) + dt.timedelta(days=days)
    assert ask(one(killed=9), None, now=now).reason == reason


def test_undated_incident_ages_from_its_first_report():
    """Without a date the first sight of it counts."""
    assert ask(one(killed=9, date=None), None, now=NOON + dt.timedelta(days=15)).reason == "too-old"


def test_item_that_may_not_speak_raises_nothing():
    """What a first fetch brings from last week is stored and stays silent."""
    assert ask(one(killed=9), None, may_alert=False).reason == "not-live"
    assert ask(one(killed=30), one(killed=9), may_alert=False).reason == "not-live"


RETRACTED = replace(one(killed=9), retracted=True)
DISMISSED = replace(one(killed=9), dismissed=True)
TAKEN_BACK: dict[str, tuple[Incident, Incident | None, str | None, str]] = {
    "retracted after it was told": (RETRACTED, one(killed=9), "retraction", "retracted"),
    "retracted before anything was told": (RETRACTED, None, None, "retracted-untold"),
    "retracted, and said so": (RETRACTED, RETRACTED, None, "already-retracted"),
    "dismissed after it was told": (DISMISSED, one(killed=9), "retraction", "dismissed"),
    "dismissed before anything was told": (DISMISSED, None, None, "dismissed-untold"),
    "dismissed, and said so": (DISMISSED, DISMISSED, None, "already-dismissed"),
    "dismissed after its retraction": (DISMISSED, RETRACTED, None, "already-dismissed"),
    "true after all": (one(killed=9), RETRACTED, "correction", "retraction-withdrawn"),
}


@pytest.mark.parametrize(("now_is", "was", "change", "reason"), TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_what_was_told_is_taken_back_once(now_is: Incident, was: Incident | None, change: str | None, reason: str):
    """A retraction goes out exactly where something had been said, and only once."""
    decision = ask(now_is, was)
    assert (decision.change, decision.reason) == (change, reason)


def test_retraction_comes_even_by_an_item_that_may_not_speak():
    """A false alert is not left standing because the debunking came by a first fetch."""
    assert ask(RETRACTED, one(killed=9), may_alert=False).change == "retraction"


def test_what_was_taken_back_is_confirmed_only_for_a_rule():
    """An incident put back that no rule wants stays silent."""
    assert decide(one(killed=9), (), told_of(RETRACTED), now=NOON, settings=SETTINGS).reason == "no-rule-matches"


@pytest.mark.parametrize(("severity", "wait_s"), [("high", 180), ("critical", 0)])
def test_critical_goes_at_once_the_rest_waits(severity: Severity, wait_s: int):
    """The wait lets first reports agree; a critical alert has none."""
    assert ask(one(killed=9), None, matched(severity)).due_at == NOON + dt.timedelta(seconds=wait_s)


def test_toll_settles_six_hours_after_its_last_change():
    """The due time of a settling toll is when it will have stood long enough."""
    was = one(killed=12)
    now_is = incident(filing("a", account(killed=12)), filing("b", account(killed=15), minutes=60))
    decision = ask(now_is, was, now=NOON + dt.timedelta(minutes=60))
    assert decision.due_at == NOON + dt.timedelta(hours=7)
    assert ask(now_is, was, now=NOON + dt.timedelta(hours=9)).due_at == NOON + dt.timedelta(hours=9)


def test_cooldown_delays_an_update_but_no_graver_one():
    """Within the cooldown an update waits for its end; a rise in severity does not."""
    settings = replace(SETTINGS, cooldown_s=3_600)
    told = told_of(one(killed=9))
    update = decide(one(killed=12), (matched(),), told, now=NOON, settings=settings)
    graver = decide(one(killed=25), (matched("severe"),), told, now=NOON, settings=settings)
    assert update.due_at == NOON + dt.timedelta(hours=1)
    assert graver.due_at == NOON + dt.timedelta(seconds=180)


ROUTES: dict[str, tuple[tuple[Match, ...], tuple[str, ...]]] = {
    "the route of the gravest rule": ((matched("notice"), matched("severe")), ("desk", "mail")),
    "a rule that names its channels": ((matched("severe", notify=("east",)),), ("east",)),
    "both, each channel once": ((matched("severe"), matched("notice", notify=("mail", "east"))), ("desk", "mail", "east")),
    "a severity without a route": ((matched("info"),), ()),
    "the route of those that name none": ((matched("critical", notify=("east",)), matched("high")), ("desk", "east")),
    "a rule that names none on purpose": ((matched("severe", notify=()),), ()),
}


@pytest.mark.parametrize(("matches", "channels"), ROUTES.values(), ids=ROUTES)
def test_channels_come_from_routes_and_rules(matches: tuple[Match, ...], channels: tuple[str, ...]):
    """Severity picks the route, `notify` replaces it for its rule; order is stable."""
    assert ask(one(killed=9), None, *matches).channels == channels


def test_correction_also_goes_where_the_first_word_went():
    """Whoever was woken by the alarm hears that it was too loud."""
    told = told_of(one(killed=60), severity="critical", channels=("desk", "mail", "phone", "old"))
    decision = decide(one(killed=30), (matched("high"),), told, now=NOON, settings=SETTINGS)
    assert decision.channels == ("desk", "mail", "phone", "old")


def test_correction_without_known_channels_takes_the_old_route():
    """Where the store cannot say who was told, the route of the old severity stands in."""
    told = told_of(one(killed=60), severity="critical")
    assert decide(one(killed=30), (matched("high"),), told, now=NOON, settings=SETTINGS).channels == ("desk", "mail", "phone")


def test_later_reports_never_put_a_waiting_alert_off():
    """An alert due in one minute stays due in one minute; only a toll that moves again starts its wait anew."""
    soon, late = NOON + dt.timedelta(minutes=1), NOON + dt.timedelta(hours=6)
    assert revised(Decision(change="update", reason="claim-came", due_at=late), pending_due_at=soon).due_at == soon
    assert revised(Decision(change="update", reason="toll-settled", due_at=late), pending_due_at=soon).due_at == late
    silent = Decision(change=None, reason="nothing-changed")
    assert revised(silent, pending_due_at=soon) == silent
