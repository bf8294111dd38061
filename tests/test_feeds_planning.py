"""How often and when feeds are polled: rates, the budget, times of the day, faster polls after an incident."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.boost import Breaking, belongs, boosted
from monitor.feeds.budget import Claim, claim, shares
from monitor.feeds.outlook import outlook, reasons
from monitor.feeds.placing import GRID_S, placed
from monitor.feeds.plan import DAY_S, Faster, Plan, next_poll
from monitor.feeds.planning import budgeted, day_plan
from monitor.feeds.rates import Rates, as_of, by_hour, common_hours, first_rates, items_a_day, learned
from monitor.feeds.timetable import Timetable
from monitor.model import Feed, FeedState, Hints

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from polling import measured

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
OLD = NOW - 30 * DAY


def feed(name: str = "a", **keys: object) -> Feed:
    return Feed(name=name, url=f"https://{name}.example/", **({"adaptive": True, "max_delay_s": 1800.0, "least_s": 150.0} | keys))  # type: ignore[arg-type]


def rates(a_day: float, *, hours: range = range(24), days: float = 14.0) -> Rates:
    each = a_day * days / len(hours)
    return Rates(at=NOW, days=days, hours=tuple(each if hour in hours else 0.0 for hour in range(24)))


# ---------------------------------------------------------------- rates


def test_a_first_body_tells_of_the_days_that_it_spans() -> None:
    """Twenty items over five days are about four a day; a date to come, or long ago, tells nothing."""
    known = first_rates([NOW - 6 * HOUR * n for n in range(20)] + [NOW + DAY, NOW - 400 * DAY], now=NOW)
    assert items_a_day(known) == pytest.approx(4.2, abs=0.3)


def test_a_first_body_of_one_hour_is_not_taken_for_a_usual_one() -> None:
    """A feed that gives all its items the same date has not published forty an hour."""
    assert items_a_day(first_rates([NOW] * 40, now=NOW)) < 40


def test_new_items_count_in_their_hour_and_a_late_one_now() -> None:
    """Twenty past nine is nine; what was dated before the last poll appeared since."""
    known = learned(Rates(at=NOW - DAY), [NOW - 3 * HOUR + dt.timedelta(minutes=20), NOW - 9 * DAY, NOW + DAY], now=NOW)
    assert (known.hours[9], known.hours[12], known.items) == (1.0, 2.0, 3.0)


def test_old_habits_fade_in_two_weeks_and_silence_lowers_the_rate() -> None:
    """Counts and time watched fade alike, so that a steady feed keeps its rate and one that stopped loses it."""
    known = rates(10.0)
    later = as_of(known, NOW + 14 * DAY)
    assert later.items == pytest.approx(known.items / 2)
    assert items_a_day(later) < items_a_day(known)
    steady = known
    for day in range(1, 60):
        steady = learned(steady, [NOW + day * DAY - dt.timedelta(minutes=n) for n in range(10)], now=NOW + day * DAY)
    assert items_a_day(steady) == pytest.approx(10, rel=0.05)
    assert as_of(known, NOW - DAY) is known


def test_a_feed_that_told_little_has_the_hours_of_all() -> None:
    """One that told much has its own; both add up to the rate."""
    common = common_hours([rates(50.0, hours=range(6, 18)) for _ in range(5)])
    assert sum(common[6:18]) > 0.9
    little, much = rates(0.2, hours=range(3)), rates(50.0, hours=range(3))
    assert sum(by_hour(little, common)[6:18]) / items_a_day(little) > 0.8
    own = by_hour(much, common)
    assert (own[23] + sum(own[:4])) / items_a_day(much) > 0.9
    for known in (little, much):
        assert sum(by_hour(known, common)) == pytest.approx(items_a_day(known))
    assert common_hours([]) == pytest.approx((1 / 24,) * 24)


# ---------------------------------------------------------------- the budget


def test_polls_go_by_the_root_of_rate_and_weight() -> None:
    """A feed with four times the rate, or four times the weight, is polled twice as often."""
    flat = (1.0,) * 24
    claims = [
        claim(flat, weight=1, least=1, most=1000),
        claim([4.0] * 24, weight=1, least=1, most=1000),
        claim(flat, weight=4, least=1, most=1000),
    ]
    assert shares(claims, 100) == pytest.approx([20, 40, 40], rel=1e-6)


@given(
    st.lists(st.tuples(st.floats(0, 1e4), st.floats(1, 50), st.floats(1, 600)), max_size=20),
    st.floats(0, 20_000),
)
def test_a_share_keeps_its_bounds_and_all_keep_the_budget(parts: list[tuple[float, float, float]], total: float) -> None:
    """The budget is spent to the last poll unless the bounds forbid it."""
    claims = [Claim(root=root, least=min(least, most), most=most) for root, least, most in parts]
    found = shares(claims, total)
    assert all(one.least <= polls <= one.most for one, polls in zip(claims, found, strict=True))
    if claims and sum(one.least for one in claims) <= total <= sum(one.most for one in claims if one.root > 1e-3):
        assert sum(found) == pytest.approx(total, rel=1e-3)


# ---------------------------------------------------------------- times of the day


def waiting(times: tuple[float, ...], rate: list[float]) -> float:
    """Mean wait in seconds of items that come at this rate, reckoned minute by minute."""
    total = whole = 0.0
    for minute in range(1440):
        at = minute * 60 + 30.0
        nearest = next((time - at for time in times if time >= at), times[0] + DAY_S - at)
        total, whole = total + rate[minute // 60] * nearest, whole + rate[minute // 60]
    return total / whole


BUSY_DAY = [0.1 if hour < 7 or hour > 20 else 1 + 3 * math.sin((hour - 6) / 14 * math.pi) for hour in range(24)]


@pytest.mark.parametrize("count", [2, 5, 12, 24, 60, 150])
def test_polls_lie_where_items_wait_least(count: int) -> None:
    """Better than even ones by far on a day with a night, and no neighbour's place is better for any of them."""
    times = placed(BUSY_DAY, count, phase=0.3)
    even = tuple((n + 0.3) * DAY_S / count for n in range(count))
    assert len(set(times)) == count
    assert times == tuple(sorted(times))
    assert waiting(times, BUSY_DAY) < 0.85 * waiting(even, BUSY_DAY)
    if count <= 60:
        best = waiting(times, BUSY_DAY)
        for n in range(count):
            for step in (-GRID_S, GRID_S):
                other = tuple(sorted((*times[:n], (times[n] + step) % DAY_S, *times[n + 1 :])))
                assert waiting(other, BUSY_DAY) > 0.99 * best


@settings(max_examples=60)
@given(
    st.lists(st.floats(0, 50), min_size=24, max_size=24),
    st.integers(1, 300),
    st.floats(60, 3600),
    st.floats(300, 43_200),
    st.floats(0, 0.999),
)
def test_no_two_polls_lie_nearer_or_further_than_the_bounds(
    rate: list[float], count: int, least_s: float, most_s: float, phase: float
) -> None:
    """Where the count cannot keep them the polls are even."""
    times = placed(rate, count, least_s=least_s, most_s=most_s, phase=phase)
    gaps = [b - a for a, b in zip(times, (*times[1:], times[0] + DAY_S), strict=True)]
    assert len(times) == count
    assert all(0 <= at < DAY_S for at in times)
    assert min(gaps) >= min(least_s, DAY_S / count) - 2
    assert max(gaps) <= max(most_s, DAY_S / count) + 2


def test_a_feed_that_publishes_nothing_is_polled_evenly() -> None:
    """There is nothing to go by."""
    times = placed([0.0] * 24, 8, phase=0.5)
    assert [b - a for a, b in itertools.pairwise(times)] == pytest.approx([10_800.0] * 7)


def test_a_feed_that_publishes_in_one_hour_only_is_polled_in_it() -> None:
    """Also where the day begins with hours without anything."""
    times = placed([0.0] * 23 + [9.0], 6)
    assert sum(at >= 23 * 3600 for at in times) >= 5


def test_the_search_for_better_times_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one round they are better already, if not best."""
    monkeypatch.setattr("monitor.feeds.placing.MAX_ROUNDS", 1)
    even = tuple((n + 0.3) * DAY_S / 12 for n in range(12))
    assert waiting(placed(BUSY_DAY, 12, phase=0.3), BUSY_DAY) < waiting(even, BUSY_DAY)


def test_feeds_that_are_alike_are_not_polled_at_one_time() -> None:
    """Each has a phase of its own."""
    given_to = {n: placed([1.0] * 24, 12, phase=n / 10) for n in range(10)}
    assert len({at for times in given_to.values() for at in times}) == 120


# ---------------------------------------------------------------- the next poll


def test_the_next_poll_is_the_next_time_of_the_day() -> None:
    """Past midnight too; a time that lies nearer than half its gap is left out, as the poll now took its place."""
    plan = Plan(times=(3600.0, 10 * 3600.0, 14 * 3600.0), why="habit")
    noon = NOW

    def after(now: dt.datetime) -> dt.datetime:
        return next_poll(plan, feed(), now=now, rng=random.Random(1))[0]

    assert after(noon - 2 * HOUR) == noon + 2 * HOUR
    assert after(noon + 1.5 * HOUR) == noon + 13 * HOUR
    assert after(noon + 2 * HOUR) == noon + 13 * HOUR
    assert after(noon + 13 * HOUR) == noon + 22 * HOUR


@given(st.lists(st.integers(0, 86_399), min_size=1, max_size=50, unique=True), st.integers(0, 86_399))
def test_the_next_poll_always_comes_and_never_too_soon(times: list[int], at: int) -> None:
    """Within a day and a half, and not within the feed's least wait."""
    now = NOW.replace(hour=0) + dt.timedelta(seconds=at)
    due_at, _ = next_poll(Plan(times=tuple(float(one) for one in sorted(times))), feed(), now=now, rng=random.Random(1))
    assert 150 <= (due_at - now).total_seconds() <= 1.5 * DAY_S


def test_a_time_that_is_left_out_makes_no_wait_longer_than_the_ceiling() -> None:
    """A poll that a boost or a restart put between two times takes the place of the next one, and the one after may be too far."""
    plan = Plan(times=tuple(3600.0 * n for n in range(24)), most_s=4000.0)
    assert next_poll(plan, feed(), now=NOW + HOUR / 2, rng=random.Random(1))[0] == NOW + HOUR
    assert next_poll(plan, feed(), now=NOW + HOUR / 1.9, rng=random.Random(1))[0] == NOW + HOUR / 1.9 + dt.timedelta(seconds=4000)


@pytest.mark.parametrize("interval_s", [7200.0, 600.0, 590.0])
def test_a_feed_has_its_own_longest_wait(interval_s: float) -> None:
    """Also where its interval is fixed, and whatever chance adds to it."""
    fixed = feed(adaptive=False, interval_s=interval_s, max_delay_s=600.0)
    waits = [next_poll(Plan(), fixed, now=NOW, rng=random.Random(seed))[0] - NOW for seed in range(50)]
    assert max(waits) == dt.timedelta(seconds=600)


# ---------------------------------------------------------------- all together


def known_state(one: Feed, **keys: object) -> FeedState:
    return FeedState(url=one.url, first_success_at=OLD, **keys)  # type: ignore[arg-type]


def test_a_busy_feed_gets_more_of_the_same_number_of_requests() -> None:
    """Between the least and the most wait, 288 a feed in all."""
    busy, quiet = feed("busy"), feed("quiet")
    found = budgeted(
        [busy, quiet],
        {busy.url: rates(100.0), quiet.url: rates(4.0)},
        {one.url: known_state(one) for one in (busy, quiet)},
        now=NOW,
    )
    assert found[busy.url].polls_a_day > 3 * found[quiet.url].polls_a_day
    assert sum(share.polls_a_day for share in found.values()) == pytest.approx(576, rel=1e-3)
    assert len(day_plan(busy.url, found[busy.url]).times) == pytest.approx(found[busy.url].polls_a_day, abs=1)


def test_a_new_feed_and_a_fixed_one_keep_the_usual_interval() -> None:
    """A day has to be watched first; one that is gone, or was never fetched, gets nothing."""
    new, fixed, gone, unknown, old = feed("new"), feed("fixed", adaptive=False), feed("gone"), feed("unknown"), feed("old")
    feeds = [new, fixed, gone, unknown, old]
    states = {one.url: known_state(one, gone=one is gone) for one in (fixed, gone, old)}
    states[new.url] = FeedState(url=new.url, first_success_at=NOW - 23 * HOUR)
    assert budgeted(feeds, {one.url: rates(10.0) for one in feeds}, states, now=NOW).keys() == {old.url}


def test_a_budget_of_its_own_counts_all_requests() -> None:
    """What the others need at their interval is taken off first."""
    old, new = feed("old"), feed("new")
    states = {old.url: known_state(old), new.url: FeedState(url=new.url, first_success_at=NOW)}
    known = {one.url: rates(10.0) for one in (old, new)}
    assert budgeted([old, new], known, states, now=NOW, requests_a_day=388)[old.url].polls_a_day == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize(
    ("a_day", "state", "limit", "polls"),
    [
        pytest.param(1000.0, {}, "least", 576, id="min_interval"),
        pytest.param(0.0, {}, "ceiling", 48, id="max_delay"),
        pytest.param(
            1000.0,
            {"last_polled_at": NOW, "not_before_at": NOW + HOUR / 2, "not_before_why": "max-age"},
            "site",
            48,
            id="the site's wish",
        ),
        pytest.param(
            1000.0,
            {"last_polled_at": NOW, "not_before_at": NOW + 5 * HOUR, "not_before_why": "Retry-After"},
            "least",
            576,
            id="a pause asked for once",
        ),
    ],
)
def test_a_share_says_what_limits_it(a_day: float, state: dict[str, object], limit: str, polls: float) -> None:
    """And `monitor feeds schedule` tells it in words."""
    one, others = feed("one"), [feed(f"other-{n}") for n in range(8)]
    known = {one.url: rates(a_day)} | {other.url: rates(20.0) for other in others}
    states = {one.url: known_state(one, **state)} | {other.url: known_state(other) for other in others}
    share = budgeted([one, *others], known, states, now=NOW)[one.url]
    assert (share.limit, round(share.polls_a_day)) == (limit, polls)
    assert any(word in " ".join(reasons(one, states[one.url], share)) for word in ("min_interval", "max_delay", "max-age"))


def test_the_outlook_names_the_next_polls_and_why() -> None:
    """What the database says first, then the plan, the site's usual wish and its hours."""
    one = feed("one")
    state = known_state(
        one,
        last_polled_at=NOW,
        next_due_at=NOW + HOUR,
        due_why="by its habit",
        not_before_at=NOW + HOUR,
        not_before_why="max-age",
        hints=Hints(skip_hours=(15,)),
    )
    ahead = outlook(one, state, Plan(times=tuple(300.0 * n for n in range(288)), why="habit"), now=NOW, count=4)
    assert [at.hour for at, _ in ahead] == [13, 14, 16, 17]
    assert [why for _, why in ahead][1:3] == ["the site asks to wait (max-age)", "the site asks not to be asked at those hours"]
    assert outlook(one, FeedState(url=one.url), Plan(), now=NOW, count=1) == [(NOW, "never polled")]
    assert outlook(one, FeedState(url=one.url, next_due_at=NOW), Plan(), now=NOW, count=2)[1][0] == NOW + dt.timedelta(seconds=315)
    assert outlook(one, FeedState(url=one.url, gone=True), Plan(), now=NOW, count=1) == []
    assert outlook(one, FeedState(url=one.url, next_due_at=NOW - HOUR), Plan(), now=NOW, count=1)[0][1] == "due since 11:00 UTC"


@pytest.mark.parametrize(
    ("one", "state", "words"),
    [
        pytest.param(feed(adaptive=False, interval_s=7200.0), {}, "every 2 h: its interval is set", id="fixed"),
        pytest.param(feed(interval_s=90.0), {}, "every 90 s until it has been watched", id="new"),
        pytest.param(feed(weight=4.0), {}, "Its weight is 4", id="weight"),
        pytest.param(feed(), {"hints": Hints(skip_days=(6,))}, "names hours or days", id="closed"),
        pytest.param(feed(), {"failures": 3}, "failed 3 times in a row", id="failing"),
        pytest.param(
            feed(),
            {"last_polled_at": NOW, "not_before_at": NOW + 3 * HOUR, "not_before_why": "ttl"},
            "asks for 3 h between two (ttl), which is more than max_delay",
            id="a wish beyond the ceiling",
        ),
        pytest.param(
            feed(),
            {
                "last_polled_at": NOW,
                "not_before_at": NOW + HOUR,
                "not_before_why": "skipHours",
                "hints": Hints(ttl_s=5400, skip_hours=(12,)),
            },
            "asks for 90 min between two",
            id="a wish behind skipped hours",
        ),
    ],
)
def test_the_reasons_are_whole_sentences(one: Feed, state: dict[str, object], words: str) -> None:
    """Each tells one thing that makes the feed be polled as it is."""
    share = None
    if one.adaptive and one.interval_s != 90.0:
        share = budgeted([one], {one.url: rates(10.0)}, {one.url: known_state(one)}, now=NOW)[one.url]
    found = reasons(one, known_state(one, **state), share)
    assert any(words in sentence for sentence in found)
    assert all(sentence.endswith(".") for sentence in found)


def test_a_days_times_are_kept_while_the_share_stays() -> None:
    """So that a feed is not moved about each hour."""
    one, table = feed("one"), Timetable()
    table.rates = {one.url: rates(20.0)}
    table.take(table.renewed([one], {one.url: known_state(one)}, now=NOW, requests_a_day=None))
    first = table.plan(one, now=NOW)
    assert first.times
    assert table.plan(one, now=NOW + HOUR) is first
    assert table.plan(one, now=NOW + DAY) is not first
    table.take({})
    assert table.plan(one, now=NOW).times == ()


# ---------------------------------------------------------------- faster after an incident

QUETTA = Breaking(incident_id="123", at=NOW, district="Quetta", province="Balochistan", country="Pakistan")


@pytest.mark.parametrize(
    ("tags", "joined", "why"),
    [
        pytest.param(("quetta",), {}, "its tag", id="district"),
        pytest.param(("balochistan",), {}, "its tag", id="province"),
        pytest.param((), {"Balochistan": 3}, "it told of 3 incidents in Balochistan", id="history"),
        pytest.param(("pakistan",), {"Balochistan": 2}, 'its tag "pakistan"', id="country"),
        pytest.param(("sindh",), {"Balochistan": 2, "Sindh": 40}, None, id="elsewhere"),
    ],
)
def test_a_feed_belongs_to_a_place_by_its_tags_or_by_what_it_told(tags: tuple[str, ...], joined: dict[str, int], why: str | None) -> None:
    """The nearer the place of a tag the closer."""
    found = belongs(feed(tags=tags), QUETTA, joined)
    assert found is None if why is None else found is not None and why in found[1]


def test_a_boost_is_bounded_in_time_in_feeds_and_in_pace() -> None:
    """An hour, fifty feeds, the closest first, and none below its least wait."""
    feeds = [feed(f"{n:03}", tags=("pakistan",)) for n in range(80)] + [feed("near", tags=("quetta",))]
    found = boosted(feeds, [QUETTA], {}, now=NOW, factor=10, lasting=HOUR)
    assert len(found) == 50
    assert "https://near.example/" in found
    assert {one.every_s for one in found.values()} == {150.0}
    assert {one.until for one in found.values()} == {NOW + HOUR}
    assert boosted(feeds, [QUETTA], {}, now=NOW + HOUR, factor=10, lasting=HOUR) == {}
    assert boosted(feeds, [QUETTA], {}, now=NOW, factor=1, lasting=HOUR) == {}


def test_a_faster_feed_is_polled_so_only_until_its_end() -> None:
    """And not later than its plan would have it."""
    plan = Plan(times=(0.0, 43_200.0), faster=Faster(until=NOW + HOUR, every_s=300.0, why="incident"))
    assert next_poll(plan, feed(), now=NOW, rng=random.Random(1)) == (NOW + dt.timedelta(seconds=300), "incident")
    assert next_poll(plan, feed(), now=NOW + HOUR, rng=random.Random(1))[0] == NOW + 12 * HOUR


# ---------------------------------------------------------------- what it is worth


@pytest.mark.parametrize(("sigma", "under"), [(1.0, 22), (1.5, 40), (2.0, 55)])
def test_items_wait_far_less_than_with_even_polls(sigma: float, under: float) -> None:
    """At the same number of requests, learned from the past alone; the 95th percentile is worse by a tenth at most."""
    found = measured(sigma, feeds=60, polls_a_day=24, days=15, seed=3, least_s=300, max_delay_s=10_800)
    even, ours = found["uniform"], found["monitor"]
    assert ours["mean_min"] < (1 - under / 100) * even["mean_min"]
    assert ours["p95_min"] < 1.1 * even["p95_min"]
    assert ours["mean_min"] < found["proportional"]["mean_min"]
    assert ours["polls_a_day"] < 1.03 * even["polls_a_day"]
