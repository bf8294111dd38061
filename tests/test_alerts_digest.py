"""Digests and messages of many alerts: what they count, what they list, and that they fit."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_store import DAY, HOUR, NOON, a_filing, an_alert, an_incident, an_item

from monitor.alerts.bundle import Entry, render_together
from monitor.alerts.chart import HEIGHT, WIDTH, bar_chart
from monitor.alerts.digest import chart_begin, render_digest, summarize
from monitor.alerts.escalate import as_repeat
from monitor.alerts.render import render
from monitor.alerts.storm import MOST_IN_ONE
from monitor.model import GroupMention, Incident, Match, Message, Place, Reason, Toll

RED, AMBER = (153, 27, 27), (245, 158, 11)
ZONE = "Asia/Karachi"


def told(name: str, *, at: dt.datetime = NOON, killed: int | None = 5, injured: int | None = 10, **changes: object) -> Incident:
    return an_incident(
        name,
        first_seen=at,
        last_seen=at,
        date=at.date(),
        killed=None if killed is None else Toll(count=killed, min=killed, max=killed),
        injured=None if injured is None else Toll(count=injured, min=injured, max=injured),
        filings=(a_filing(an_item(name)),),
        **changes,
    )


QUETTA = Place(name="Quetta", district="Quetta", province="Balochistan", country="Pakistan")
BLAMED = GroupMention(id="iskp", name="ISKP", stance="suspected")
CLAIMED = GroupMention(id="iskp", name="ISKP", stance="claimed")


# ---------------------------------------------------------------- counting


def test_incidents_are_counted_by_district_group_and_day() -> None:
    """Unknown tolls count as none; a group is counted once an incident for each stance."""
    week = [
        told("a"),
        told("b", at=NOON - DAY, killed=None, injured=3, groups=(CLAIMED,)),
        told("c", at=NOON - DAY, killed=20, place=QUETTA, groups=(BLAMED, CLAIMED)),
        told("d", killed=1, injured=None, place=Place(province="Balochistan", country="Pakistan"), groups=()),
        told("e", killed=0, injured=0, place=None, groups=()),
    ]
    summary = summarize(week, begin=NOON - 7 * DAY, end=NOON + HOUR, timezone=ZONE)
    assert [(r.name, r.incidents, r.killed, r.injured) for r in summary.districts] == [
        ("Quetta, Balochistan", 1, 20, 10),
        ("Mastung, Balochistan", 2, 5, 13),
        ("Balochistan, district not named", 1, 1, 0),
        ("place not named", 1, 0, 0),
    ]
    assert [(r.name, r.claimed, r.suspected, r.denied) for r in summary.groups] == [("ISKP", 2, 1, 0), ("TTP", 0, 0, 1)]
    assert [(r.name, r.incidents, r.killed) for r in summary.dates] == [("Mon 4 Mar", 2, 20), ("Tue 5 Mar", 3, 6)]
    assert (summary.total.incidents, summary.total.killed, summary.total.injured) == (5, 26, 23)
    assert [i.id for i in summary.incidents] == ["c", "a", "d", "b", "e"]


def test_a_digest_leaves_out_what_turned_out_to_be_none() -> None:
    """Dismissed and withdrawn incidents are said to be so, and not counted; what nobody reports as news is none."""
    recalled = dataclasses.replace(told("r"), filings=(a_filing(an_item("r"), role="reference"),))
    found = [told("a"), told("b", retracted=True), told("c", dismissed=True), recalled]
    summary = summarize(found, begin=NOON - DAY, end=NOON + HOUR, timezone=ZONE)
    assert ([i.id for i in summary.incidents], summary.taken_back) == (["a"], 2)
    message = render_digest(summary, name="daily", now=NOON + HOUR, timezone=ZONE)
    assert "2 reports taken back or dismissed, not counted here" in message.text


def test_a_district_that_is_called_as_its_province_is_named_once() -> None:
    """Kabul lies in Kabul."""
    kabul = Place(name="Kabul", district="Kabul", province="Kabul", country="Afghanistan")
    summary = summarize([told("a", place=kabul)], begin=NOON - DAY, end=NOON + HOUR, timezone=ZONE)
    assert [row.name for row in summary.districts] == ["Kabul"]


def test_slack_has_the_latest_days_where_not_all_fit() -> None:
    """By district, group and day, as in the mail."""
    month = [told(f"i{n:02}", at=NOON - n * DAY, killed=n) for n in range(20)]
    message = render_digest(
        summarize(month, begin=NOON - 30 * DAY, end=NOON + HOUR, timezone=ZONE), name="monthly", now=NOON, timezone=ZONE
    )
    days = message.slack.split("*By day*\n")[1]
    assert "• Tue 5 Mar: 1 incident, 10 injured\n" in days
    assert "and 8 more" in days
    assert "Mon 19 Feb" not in days


def test_earlier_incidents_stand_in_the_chart_alone() -> None:
    """Two weeks of bars, though the digest tells of one day."""
    summary = summarize([told("a"), told("b", at=NOON - 5 * DAY)], begin=NOON - DAY, end=NOON + HOUR, timezone=ZONE)
    assert [i.id for i in summary.incidents] == ["a"]
    assert {day: row.killed for day, row in summary.days if row.killed} == {NOON.date(): 5, (NOON - 5 * DAY).date(): 5}
    assert len(summary.days) == 15


@given(begin=st.integers(1, 100), seen=st.lists(st.tuples(st.integers(0, 150 * 24), st.integers(0, 30), st.sampled_from([None, QUETTA]))))
@settings(max_examples=50)
def test_every_incident_of_the_span_is_in_one_row_of_each_table(begin: int, seen: list[tuple[int, int, Place | None]]) -> None:
    """The rows add up to the totals, whatever came when."""
    incidents = [told(f"i{n}", at=NOON - hours * HOUR, killed=killed, place=place) for n, (hours, killed, place) in enumerate(seen)]
    summary = summarize(incidents, begin=NOON - begin * DAY, end=NOON, timezone=ZONE)
    for rows in (summary.districts, summary.dates):
        assert sum(r.incidents for r in rows) == len(summary.incidents)
        assert sum(r.killed for r in rows) == summary.total.killed
    assert chart_begin(summary.begin, summary.end) <= NOON - 14 * DAY
    assert len(summary.days) <= 32


# ---------------------------------------------------------------- the message


class Outline(HTMLParser):
    """The tags of a mail, balanced, and what it loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.rows = 0
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "link", "iframe")
        if tag == "img":
            self.images.append(dict(attrs))
        elif tag not in ("meta", "br"):
            self.open.append(tag)
        self.rows += tag == "tr"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_digest_has_tables_in_each_form_and_a_chart_in_the_mail() -> None:
    """The picture is the mail's own, with its numbers in words for whoever does not see it."""
    summary = summarize([told("a", groups=(CLAIMED,)), told("b", place=QUETTA)], begin=NOON - 7 * DAY, end=NOON + HOUR, timezone=ZONE)
    message = render_digest(summary, name="weekly", now=NOON + HOUR, timezone=ZONE)
    assert message.title == "Weekly digest, 27 Feb to 5 Mar 2024: 2 incidents, 10 killed, 20 injured"
    page = Outline(message.html)
    (image,) = page.images
    (picture,) = message.pictures
    assert image["src"] == f"cid:{picture.name}"
    assert image["alt"] == "Tue 5 Mar: 10 killed, 20 injured"
    assert page.rows == 3 + 3 + 2
    for heading in ("By district", "By group", "By day"):
        assert heading in message.text
        assert heading in message.html
    assert "  Quetta, Balochistan           1       5       10" in message.text
    assert "*By group*\n• ISKP: 1 claimed\n• TTP: 1 denied" in message.slack
    assert "<https://news.example/a|news.example>" in message.slack


def test_a_digest_of_nothing_says_so() -> None:
    """A day without an attack is news as well."""
    message = render_digest(summarize([], begin=NOON - DAY, end=NOON, timezone=ZONE), name="daily", now=NOON, timezone=ZONE)
    assert message.title == "Daily digest, 5 Mar 2024: no incident"
    assert Outline(message.html).images[0]["alt"] == "nobody on any day"


def test_a_digest_of_hundreds_fits_every_form() -> None:
    """The gravest are listed, the rest is counted, and said where it is to be found; a mail is never too long to be one."""
    many = [
        told(f"i{n}", killed=n, place=Place(name=f"Town {n}", district=f"District {n}", province="Balochistan", country="Pakistan"))
        for n in range(300)
    ]
    summary = summarize(many, begin=NOON - DAY, end=NOON + HOUR, timezone=ZONE)
    message = render_digest(summary, name="daily", now=NOON, timezone=ZONE)
    assert len(message.slack) <= 4_000
    assert len(message.text) <= 20_000
    assert len(message.html) <= 32_000
    assert "and 275 more: monitor incidents list --since 2024-03-04" in message.text
    assert "271 others" in message.text
    assert "Town 299" in message.slack


def test_text_from_feeds_is_inert_in_a_digest() -> None:
    """A place, a group or a link cannot call everybody, make a link or run anything."""
    nasty = Place(name="<script>x</script> @channel", district="*bold* <!here>", province="evil.example", country="Pakistan")
    group = GroupMention(id="x", name="<b>@everyone</b>", stance="claimed")
    incident = dataclasses.replace(told("a", place=nasty, groups=(group,)), filings=(a_filing(an_item("a"), link="javascript:alert(1)"),))
    summary = summarize([incident], begin=NOON - DAY, end=NOON + HOUR, timezone=ZONE)
    bundle = render_together([Entry(alert=an_alert(incident))], now=NOON, timezone=ZONE)
    for message in (render_digest(summary, name="daily", now=NOON, timezone=ZONE), bundle):
        assert not Outline(message.html).open
        for form in (message.title, message.text, message.slack):
            assert "@channel" not in form
            assert "@everyone" not in form
            assert "javascript:" not in form
        assert "<!here>" not in message.slack
        assert "<script>" not in message.html


# ---------------------------------------------------------------- the chart


def pixels(png: bytes) -> list[bytes]:
    """The rows of a PNG as `bar_chart` makes it, each chunk's checksum tested."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    kinds = []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + content),)
        kinds.append(kind)
        data += content if kind == b"IDAT" else b""
        at += 12 + length
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    raw = zlib.decompress(data)
    assert len(raw) == HEIGHT * (WIDTH * 3 + 1)
    return [raw[n * (WIDTH * 3 + 1) + 1 : (n + 1) * (WIDTH * 3 + 1)] for n in range(HEIGHT)]


def tall(png: bytes, colour: tuple[int, int, int], part: float = 0.5) -> int:
    """How many dots high the colour stands at a share of the width between the scale and the right edge."""
    x = int(104 + (WIDTH - 104 - 24) * part) * 3
    return sum(row[x : x + 3] == bytes(colour) for row in pixels(png))


def test_bars_are_as_high_as_their_numbers() -> None:
    """Two to one, one above the other."""
    chart = bar_chart([("03-05", (20, 10))], (RED, AMBER))
    assert tall(chart, RED) == pytest.approx(2 * tall(chart, AMBER), abs=3)
    assert tall(chart, RED) > 100


def test_a_small_number_beside_a_large_one_is_seen() -> None:
    """One killed beside a thousand has a line at least; nobody has none."""
    chart = bar_chart([("03-04", (1000, 0)), ("03-05", (1, 0)), ("03-06", (0, 0))], (RED, AMBER))
    assert tall(chart, RED, 1 / 6) > 300
    assert tall(chart, RED, 3 / 6) >= 1
    assert tall(chart, RED, 5 / 6) == 0


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=31))
@settings(max_examples=15)
def test_any_numbers_make_a_chart(numbers: list[tuple[int, int]]) -> None:
    """From an empty fortnight to a war."""
    pixels(bar_chart([(f"03-{n + 1:02}", pair) for n, pair in enumerate(numbers)], (RED, AMBER)))


@pytest.mark.parametrize("bars", [[], [("1", (1,))] * 63, [("1", (-1,))], [("1", (1, 2, 3))]])
def test_what_is_no_chart_is_refused(bars: list[tuple[str, tuple[int, ...]]]) -> None:
    """No bar, too many, a negative part, a part without a colour."""
    with pytest.raises(ValueError, match="bar"):
        bar_chart(bars, (RED, AMBER))


# ---------------------------------------------------------------- many alerts in one message


def test_every_alert_of_a_storm_has_its_line_in_every_form() -> None:
    """Also within the 2,000 characters that the shortest services take, whatever the names are."""
    name = "A very long name of a town that goes on & on <beyond> what anybody would call a town"
    place = Place(name=name, district="Lower South Waziristan", province="Khyber Pakhtunkhwa", country="Pakistan")
    entries = [
        Entry(alert=an_alert(told(f"i{n}", killed=n, place=dataclasses.replace(place, name=f"{n:02} {name}"))), may_repeat=n == 3)
        for n in range(MOST_IN_ONE)
    ]
    message = render_together(entries, now=NOON, timezone=ZONE)
    Outline(message.html)
    assert len(message.slack) <= 4_000
    assert len(message.html) <= 32_000
    for n in range(MOST_IN_ONE):
        for form in (message.text[:2_000], message.slack, message.html):
            assert f" in {n:02} A very" in form
    assert message.title.startswith("20 alerts at once, the gravest HIGH: bombing in 00 A very long name")
    assert message.slack.count("may be a repeat") == 1


def test_the_gravest_alert_stands_first_and_says_what_changed() -> None:
    """A correction is told as one."""
    calm, grave = told("a"), told("b", killed=60)
    entries = [
        Entry(alert=an_alert(calm, severity="notice")),
        Entry(
            alert=an_alert(grave, 2, severity="critical", change="correction", reason="toll-fell-below-step"),
            first_on_channel=False,
            told=told("b", killed=70, injured=12),
        ),
    ]
    message = render_together(entries, now=NOON, timezone=ZONE)
    assert message.text.index("CORRECTION CRITICAL") < message.text.index("* NOTICE")
    for form in (message.text, message.html, message.slack):
        assert "The toll was lowered." in form
        assert "Killed: 70 → 60; Injured: 12 → 10" in form
    assert "https://news.example/b" in message.text
    assert "Alert b-2" in message.html


def test_the_first_word_on_a_channel_is_no_update_in_the_subject_either() -> None:
    """A channel that was silenced when the others were told knows of nothing that could be updated."""
    entry = Entry(alert=an_alert(told("a"), 2, change="update", reason="severity-rose"))
    message = render_together([entry, Entry(alert=an_alert(told("b"), severity="notice"))], now=NOON, timezone=ZONE)
    assert message.title.startswith("2 alerts at once, the gravest HIGH: ")
    assert "UPDATE" not in message.text + message.html + message.slack


def test_a_surge_in_a_storm_lists_its_incidents() -> None:
    """It has no claim of its own."""
    alert = an_alert(told("a"), kind="surge", incident_id=None)
    reasons = tuple(Reason(rule="surge", condition=f"incident {n}", value=f"Tue 5 Mar 2024: bombing {n}") for n in range(3))
    alert = dataclasses.replace(alert, matches=(Match(rule="surge", severity="high", reasons=reasons),))
    message = render_together([Entry(alert=alert), Entry(alert=an_alert(told("b")))], now=NOON, timezone=ZONE)
    assert "• Tue 5 Mar 2024: bombing 1" in message.text
    assert message.text.count("No claim known") == 1


def test_a_message_of_no_alerts_is_refused() -> None:
    """Nothing is sent in its name."""
    with pytest.raises(ValueError, match="no alerts"):
        render_together([], now=NOON, timezone=ZONE)


# ---------------------------------------------------------------- as a reader gets them

WEEK = [
    told("a", killed=23, injured=41, groups=(BLAMED,)),
    told("b", at=NOON - DAY, killed=2, injured=0, place=QUETTA, groups=(CLAIMED,)),
    told("c", at=NOON - 3 * DAY, killed=None, injured=7, groups=()),
]


def messages() -> dict[str, Message]:
    """Each kind that is not one alert by itself."""
    summary = summarize(WEEK, begin=NOON - 7 * DAY, end=NOON + HOUR, timezone=ZONE)
    first = dataclasses.replace(WEEK[0], killed=Toll(count=9, min=9, max=9), groups=())
    update = an_alert(WEEK[0], 2, severity="severe", reason="severity-rose")
    together = [
        Entry(alert=update, first_on_channel=False, told=first),
        *(Entry(alert=an_alert(incident)) for incident in WEEK[1:]),
    ]
    alert = an_alert(WEEK[0], severity="critical")
    repeat = render(alert, first_on_channel=True, now=NOON + HOUR, timezone=ZONE)
    return {
        "digest": render_digest(summary, name="weekly", now=NOON + HOUR, timezone=ZONE),
        "storm": render_together(together, now=NOON + HOUR, timezone=ZONE),
        "unacknowledged": as_repeat(repeat, alert, waited=HOUR, number=2),
    }


@pytest.mark.parametrize("form", ["txt", "html", "slack"])
@pytest.mark.parametrize("name", ["digest", "storm", "unacknowledged"])
def test_a_message_reads_as_the_golden_file(name: str, form: str) -> None:
    """MONITOR_WRITE_GOLDEN=1 writes the files anew, to be looked at."""
    message = messages()[name]
    text = {"txt": message.text, "html": message.html, "slack": message.slack}[form]
    path = Path(__file__).parent / "golden" / f"{name}.{form}"
    if os.environ.get("MONITOR_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
