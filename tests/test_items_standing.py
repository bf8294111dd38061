"""What an item is against what is known, and its clock: old news never floods."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_server import rss, rss_item

from monitor.feeds.parse import parse_feed
from monitor.items import classify, clock_of, content_hash
from monitor.model import Feed, Fetched, Item, Known

NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
TEXT = " ".join(f"word{n}" for n in range(40))
moments = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))


def item(title: str = "Blast in Quetta", *, key: str = "k", content: str = "", **fields: object) -> Item:
    made = Item(key=key, id=key, title=title, content=content, feed="wire", content_hash=content_hash(title, "", content))
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


def known(of: Item, **fields: object) -> Known:
    made = Known(key=of.key, content_hash=of.content_hash, first_seen_at=NOW, published_at=of.published_at, feed=of.feed, link=of.link)
    return dataclasses.replace(made, **fields)  # type: ignore[arg-type]


# ---------------------------------------------------------------- standing


def test_what_nobody_knows_is_new() -> None:
    """Neither its key nor its words are stored."""
    assert classify(item(), None, None) == "new"


def test_an_item_that_returns_is_seen() -> None:
    """Dropped from the feed and back again months later, it is the same."""
    assert classify(item(), known(item(), first_seen_at=NOW - 200 * DAY), None, now=NOW) == "seen"


def test_an_edit_is_a_change_of_the_same_item() -> None:
    """A new toll under the same key."""
    assert classify(item("Quetta blast kills 7"), known(item("Quetta blast kills 5")), None, now=NOW) == "changed"


@pytest.mark.parametrize(
    ("changes", "since", "standing"),
    [(0, 60, "changed"), (23, 60, "changed"), (24, 60, "seen"), (500, 3599, "seen"), (24, 3600, "changed")],
)
def test_a_restless_item_is_taken_once_an_hour(changes: int, since: int, standing: str) -> None:
    """A clock that the hash does not know costs one reading an hour, and a toll that rises is still seen."""
    before = known(item("at noon"), changes=changes, changed_at=NOW - dt.timedelta(seconds=since))
    assert classify(item("at one"), before, None, now=NOW) == standing


@pytest.mark.parametrize(
    ("here", "there", "standing"),
    [
        pytest.param(item(content=TEXT), item(content=TEXT, key="o"), "sighting", id="a long text again"),
        pytest.param(
            item(content=TEXT, published_at=NOW),
            item(content=TEXT, key="o", published_at=NOW - 90 * DAY),
            "sighting",
            id="redated long text",
        ),
        pytest.param(item(published_at=NOW), item(key="o", published_at=NOW - 2 * DAY), "sighting", id="a headline two days later"),
        pytest.param(item(published_at=NOW), item(key="o", published_at=NOW - 30 * DAY), "new", id="a headline a month later"),
        pytest.param(item(), item(key="o", published_at=NOW), "sighting", id="a headline without a date"),
        pytest.param(
            item(published_at=NOW, link="https://d.example/1?utm_source=x"),
            item(key="o", published_at=NOW - 30 * DAY, link="https://d.example/1"),
            "sighting",
            id="the same page redated",
        ),
        pytest.param(
            item("Other words", link="https://d.example/1", feed="local"),
            item(key="o", link="https://d.example/1"),
            "new",
            id="the same page in other words",
        ),
        pytest.param(
            item("Other words", link="https://d.example/live"),
            item(key="o", link="https://d.example/live"),
            "new",
            id="another entry of a live page",
        ),
        pytest.param(
            item("Other words", link="https://d.example/"), item(key="o", link="https://d.example/"), "new", id="the same home page"
        ),
        pytest.param(item("Other words"), item(key="o"), "new", id="other words"),
    ],
)
def test_a_story_under_another_key_is_a_sighting(here: Item, there: Item, standing: str) -> None:
    """Stored once; but words that come again by themselves are no copy, and losing news is worse than keeping it twice."""
    assert classify(here, None, known(there), now=NOW) == standing


# ---------------------------------------------------------------- the clock


@pytest.mark.parametrize(
    ("published", "first_fetch", "may_alert"),
    [
        pytest.param(NOW - HOUR, False, True, id="an hour old"),
        pytest.param(NOW - 13 * DAY, False, True, id="within the age of news"),
        pytest.param(NOW - 15 * DAY, False, False, id="old news that came back"),
        pytest.param(None, False, True, id="undated"),
        pytest.param(NOW + HOUR, False, True, id="future counts as undated"),
        pytest.param(dt.datetime(1970, 1, 1, tzinfo=dt.UTC), False, True, id="1970 counts as undated"),
        pytest.param(NOW - 23 * HOUR, True, True, id="first fetch, today"),
        pytest.param(NOW - 25 * HOUR, True, False, id="first fetch, older"),
        pytest.param(None, True, False, id="first fetch, undated"),
        pytest.param(NOW + HOUR, True, False, id="first fetch, future"),
    ],
)
def test_a_live_item_goes_by_the_time_it_was_seen(published: dt.datetime | None, first_fetch: bool, may_alert: bool) -> None:
    """The clock is the first sight; whether it may alert depends on what its date says."""
    assert clock_of(item(published_at=published), seen_at=NOW, backfill=False, first_fetch=first_fetch) == (NOW, may_alert)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        pytest.param(NOW - 3000 * DAY, (NOW - 3000 * DAY, True), id="years ago"),
        pytest.param(None, (NOW, False), id="undated"),
        pytest.param(NOW + DAY, (NOW, False), id="future"),
        pytest.param(dt.datetime(1989, 12, 31, tzinfo=dt.UTC), (NOW, False), id="before the web"),
    ],
)
def test_a_backfilled_item_goes_by_the_time_it_was_published(published: dt.datetime | None, expected: tuple[dt.datetime, bool]) -> None:
    """Without a usable date it is stored and read, never alerted."""
    assert clock_of(item(published_at=published), seen_at=NOW, backfill=True) == expected


@given(st.none() | moments, moments, st.booleans(), st.booleans())
def test_no_clock_runs_ahead_of_what_was_seen(published: dt.datetime | None, seen_at: dt.datetime, backfill: bool, first: bool) -> None:
    """A bad date never moves an item into the future, and never alerts in a backfill or a first fetch."""
    clock, may_alert = clock_of(item(published_at=published), seen_at=seen_at, backfill=backfill, first_fetch=first)
    assert clock <= seen_at + dt.timedelta(minutes=10)
    if published is None and (backfill or first):
        assert not may_alert


# ---------------------------------------------------------------- floods: polls of a feed against a small memory


class Memory:
    """What a store keeps of a feed, in a dict: enough to run polls against."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.first = True

    def poll(self, body: bytes, at: dt.datetime) -> list[str]:
        """Titles of the items that are new or changed and may alert."""
        feed = Feed(name="wire", url="https://wire.example/rss")
        fetched = Fetched(url=feed.url, final_url=feed.url, status=200, headers={}, body=body, fetched_at=at, elapsed_s=0)
        raised = []
        for one in parse_feed(fetched, feed)[0]:
            before = self.known.get(one.key)
            copy = next((k for k in self.known.values() if k.content_hash == one.content_hash and k.key != one.key), None)
            standing = classify(one, before, None if before else copy, now=at)
            first_seen_at = before.first_seen_at if before else at
            _, may_alert = clock_of(one, seen_at=first_seen_at, backfill=False, first_fetch=self.first)
            if standing in ("new", "changed") and may_alert:
                raised.append(one.title)
            if standing != "seen":
                changes = before.changes + 1 if before else 0
                self.known[one.key] = known(one, first_seen_at=first_seen_at, changed_at=at if before else None, changes=changes)
        self.first = False
        return raised


def stories(count: int, *, guid: str = "g{n}", date: str = "Fri, 01 Mar 2024 10:00:00 GMT", text: str = "Story {n} of the day") -> bytes:
    return rss(*(rss_item(text.format(n=n), guid=guid.format(n=n), link=f"https://wire.example/{n}", date=date) for n in range(count)))


def test_a_first_fetch_raises_only_the_last_day() -> None:
    """A newly added feed with a year of entries is quiet but for today."""
    old = rss_item("Old", guid="o", date="Mon, 05 Feb 2024 10:00:00 GMT")
    assert Memory().poll(
        rss(old, rss_item("Undated", guid="u"), rss_item("Today", guid="t", date="Fri, 01 Mar 2024 10:00:00 GMT")), NOW
    ) == ["Today"]


@pytest.mark.parametrize("date", ["Sun, 01 Mar 2099 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "soon", ""])
def test_bad_dates_never_flood(date: str) -> None:
    """A feed whose dates are all wrong raises nothing at its first fetch, and each new entry once."""
    memory = Memory()
    assert memory.poll(stories(20, date=date), NOW) == []
    assert memory.poll(stories(21, date=date), NOW + HOUR) == ["Story 20 of the day"]
    assert memory.poll(stories(21, date=date), NOW + DAY) == []


def test_guids_that_all_change_never_flood() -> None:
    """A new GUID for every entry at every poll: the words are known."""
    memory = Memory()
    memory.poll(stories(20), NOW)
    assert [memory.poll(stories(20, guid=f"v{poll}-{{n}}"), NOW + poll * HOUR) for poll in range(1, 6)] == [[]] * 5


def test_dates_that_are_always_now_never_flood() -> None:
    """A feed that stamps every entry with the time of the request."""
    memory = Memory()
    memory.poll(stories(20, date="Fri, 01 Mar 2024 12:00:00 GMT"), NOW)
    assert memory.poll(stories(20, date="Fri, 01 Mar 2024 13:00:00 GMT"), NOW + HOUR) == []


def test_items_that_return_never_flood() -> None:
    """The feed is empty for a while, then everything is back."""
    memory = Memory()
    memory.poll(stories(20), NOW)
    assert memory.poll(rss(), NOW + HOUR) == []
    assert memory.poll(stories(20), NOW + 2 * HOUR) == []


def test_a_clock_in_the_body_never_floods() -> None:
    """A page that prints its own time changes at each poll and says nothing new."""
    memory = Memory()
    memory.poll(stories(20, text="Story {n}. Printed 12:00"), NOW)
    later = [memory.poll(stories(20, text=f"Story {{n}}. Printed {12 + poll}:05"), NOW + poll * HOUR) for poll in range(1, 9)]
    assert later == [[]] * 8


def test_a_clock_that_is_not_known_is_bounded() -> None:
    """A counter in words changes the item at every poll; after a day of it only one change an hour is taken."""
    memory = Memory()
    memory.poll(stories(1, text="Story {n}, edition zero"), NOW)
    raised = [
        memory.poll(stories(1, text=f"Story {{n}}, edition {'i' * poll}"), NOW + poll * 5 * dt.timedelta(minutes=1))
        for poll in range(1, 289)
    ]
    assert 24 < sum(map(len, raised)) <= 24 + 24


def test_a_toll_that_rises_is_raised_each_time() -> None:
    """The bound on changes never hides an edit of the first hours."""
    memory = Memory()
    memory.poll(stories(1, text="Blast {n} kills 5"), NOW)
    raised = [memory.poll(stories(1, text=f"Blast {{n}} kills {5 + poll}"), NOW + poll * HOUR) for poll in range(1, 20)]
    assert all(len(titles) == 1 for titles in raised)


def test_an_archive_put_back_online_is_old_news() -> None:
    """Entries of last year under new addresses, with their old dates, are stored and not raised."""
    memory = Memory()
    memory.poll(stories(3), NOW)
    assert memory.poll(stories(20, guid="archive-{n}", date="Wed, 01 Mar 2023 10:00:00 GMT", text="Last year {n}"), NOW + DAY) == []
