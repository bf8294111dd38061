"""The report page: complete in itself, inert whatever a feed wrote, its sums and marks those of the incidents."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from support_store import MASTUNG, NOON, a_filing, an_account, an_alert, an_incident, an_item

from monitor.model import Evidence, GroupMention, HistoryEntry, Incident, Place, Reason, Toll
from monitor.report import listings, timeline
from monitor.report.district_map import district_map, ring, shade, unplaced
from monitor.report.elements import Html, el
from monitor.report.outlines import outlines
from monitor.report.page import page
from monitor.report.past import Differing, Entry, Past, entry_of, gravest, told_of
from monitor.report.plane import HEIGHT, WIDTH, on_plane
from monitor.report.sums import by_district, by_group, by_province, by_week, total
from monitor.text.gazetteer import entries as places

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" ' {{7*7}} &amp; javascript:alert(1) \x1b[31m \u202e"
ZONE = "Asia/Karachi"


def incident(incident_id: str = "i1", **changes: Any) -> Incident:
    return an_incident(incident_id, **({"filings": (a_filing(an_item(f"k-{incident_id}")),)} | changes))


def entry(incident_id: str = "i1", *, rank: int = 2, **changes: Any) -> Entry:
    return entry_of(incident(incident_id, **changes), rank=rank, timezone=ZONE)


def past(*entries: Entry, **changes: Any) -> Past:
    return Past(
        **{
            "begin": NOON.date() - dt.timedelta(days=10),
            "end": NOON.date() + dt.timedelta(days=10),
            "made_at": NOON,
            "timezone": ZONE,
            "entries": entries,
            "alerts": (told_of(an_alert(incident())),),
            "about": ("12 items run through the rules of the config.",),
        }
        | changes
    )


class Page(HTMLParser):
    """The elements of a page, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data + "\n"

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [attrs for name, attrs in self.found if name == tag and wanted.items() <= attrs.items()]


def hostile() -> Past:
    """Every text that a feed, a rule file or an analyst has a hand in is an attack on the reader."""
    item = an_item("h", title=HOSTILE, outlet=HOSTILE, link="https://real.example/<script>", feed=HOSTILE)
    account = an_account(evidence=(Evidence(field="killed", sentence=HOSTILE, start=0, end=1),))
    links = ("javascript:alert(1)", "data:text/html,x", "https://paper.example@evil.example/", "https://paper.example/story")
    filings = tuple(a_filing(replace(item, key=str(n), link=link), account=account) for n, link in enumerate(links))
    place = Place(name=HOSTILE, district=HOSTILE, province=HOSTILE, country=HOSTILE, lat=30, lon=67)
    group = GroupMention(id=HOSTILE, name=HOSTILE, stance="claimed", sentence=HOSTILE)
    bad = an_incident("h1", place=place, groups=(group,), filings=filings, attack_type=HOSTILE, target=HOSTILE)
    rule = an_alert(bad).matches[0]
    match = replace(rule, rule=HOSTILE, reasons=(Reason(rule=HOSTILE, condition=HOSTILE, value=HOSTILE, text=HOSTILE),))
    alert = told_of(replace(an_alert(bad), matches=(match,), channels=(HOSTILE,), state="suppressed", held=HOSTILE))
    differing = Differing(verdict="added", alert=alert, why=(HOSTILE,), rule=HOSTILE)
    one = entry_of(bad, rank=1, timezone=ZONE)
    return past(one, alerts=(alert,), about=(HOSTILE,), compared=HOSTILE, differences=(differing,))


def test_nothing_that_a_feed_wrote_becomes_markup() -> None:
    """One script and one style sheet, those of the page; no handler, no image, no address but the checked one."""
    found = Page(page(hostile()))
    assert len(found.all("script")) == len(found.all("style")) == 1
    assert not [attrs for _, attrs in found.found if any(name.startswith("on") or name == "style" for name in attrs)]
    assert not found.all("img")
    addresses = {attrs["href"] for attrs in found.all("a")}
    assert {address for address in addresses if address and not address.startswith("#")} == {"https://paper.example/story"}
    assert "paper.example" in found.text
    assert not [c for c in found.text if not c.isprintable() and c != "\n"]


def test_the_page_loads_nothing_and_its_policy_admits_its_own_script_alone() -> None:
    """The browser itself refuses whatever else should get in."""
    text = page(past(entry()))
    policy = Page(text).all("meta", http_equiv="Content-Security-Policy")[0]["content"] or ""
    script, style = (re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1] for tag in ("script", "style"))  # type: ignore[index]
    for name, body in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"(?:src|action|@import|url\()\s*[=(]?\s*[\"']?https?:", text)
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|innerHTML|eval\(|new Function|setAttribute\(\"style", script)


def test_an_incident_without_reports_has_its_line_all_the_same() -> None:
    """Its items may have gone to another one."""
    found = Page(page(past(entry(filings=()), entry("i2", filings=tuple(a_filing(an_item("x", link=None)) for _ in range(2))))))
    assert found.all("tr", id="i-i1")
    assert not [attrs for attrs in found.all("a") if not (attrs["href"] or "").startswith("#")]


def test_a_page_without_incidents_is_whole() -> None:
    """A quiet week has its report too."""
    found = Page(page(past(alerts=())))
    assert found.open == []
    assert found.all("dd", data_tile="n", data_all="0")


def test_each_incident_and_alert_has_a_line_that_can_be_sorted_and_filtered() -> None:
    """Numbers as numbers, unknown ones apart; the alert leads to its incident."""
    rising = tuple(HistoryEntry(at=NOON, item_id="k", killed=Toll(count=count)) for count in (5, 9))
    text = page(
        past(
            entry(history=rising),
            entry("i2", killed=None, injured=None, groups=(), place=None, date=None, target=None),
            alerts=(told_of(an_alert(incident())),),
        )
    )
    found = Page(text)
    first, second = (found.all("tr", id=f"i-{name}")[0] for name in ("i1", "i2"))
    assert (first["data-k"], first["data-day"], first["data-week"]) == ("5", "2024-03-05", "2024-03-04")
    assert (first["data-district"], first["data-denied"], first["data-groups"]) == ("Pakistan|Balochistan|Mastung", "ttp", "")
    assert "data-k" not in second
    assert second["data-district"] == ""
    assert found.all("a", href="#i-i1")
    assert "first report" in found.text
    assert "Toll as reported: 5 → 9 killed" in found.text
    assert 'title="not stated"' in text


def test_the_tiles_and_tables_add_up_what_counts() -> None:
    """A dismissed incident, and a toll that nobody stated, add nothing."""
    kept = [entry("i1"), entry("i2", killed=Toll(count=7), militants_killed=Toll(count=3)), entry("i3", killed=None)]
    void = [entry("i4", dismissed=True), entry("i5", retracted=True)]
    whole = total([*kept, *void])
    assert (whole.incidents, whole.killed, whole.militants) == (3, 12, 3)
    for sums in (by_week, by_province, by_district):
        assert sum(one.killed for one in sums([*kept, *void])) == 12
    assert "dismissed" in page(past(*kept, *void))


def test_quiet_weeks_stand_between_the_others() -> None:
    """A gap on paper is a gap in time; years of them are left out."""
    gap = [entry("i1", date=dt.date(2024, 3, 5)), entry("i2", date=dt.date(2024, 3, 26))]
    assert [one.incidents for one in by_week(gap)] == [1, 0, 0, 1]
    years = [entry("i1", date=dt.date(2014, 3, 5)), entry("i2", date=dt.date(2024, 3, 26))]
    assert [one.incidents for one in by_week(years)] == [1, 1]
    assert by_week([]) == []


def test_a_denial_does_not_lay_the_dead_at_a_groups_door() -> None:
    """An attack counts for who claims it or is blamed; a denial is counted as one."""
    groups = (GroupMention(id="ttp", name="TTP", stance="denied"), GroupMention(id="iskp", name="ISKP", stance="claimed"))
    sums = {one.key: one for one in by_group([entry(groups=groups), entry("i2", groups=groups[:1]), entry("i3", dismissed=True)])}
    assert (sums["iskp"].killed, sums["iskp"].claimed) == (5, 1)
    assert (sums["ttp"].killed, sums["ttp"].incidents, sums["ttp"].denied) == (0, 0, 2)
    assert sums[""].incidents == 1


def test_a_district_of_the_tribal_areas_is_one_on_the_map() -> None:
    """Reports before 2018 name the tribal areas, the map has the province of today."""
    old = Place(name="Wana", district="Khyber", province="Federally Administered Tribal Areas", country="Pakistan", lat=34, lon=71)
    (one,) = by_district([entry(place=old)])
    assert one.key == "Pakistan|Khyber Pakhtunkhwa|Khyber"
    assert [f'data-key="{one.key}"' in district_map([entry(place=old)])] == [True]


# ---------------------------------------------------------------- map and timeline


def test_the_map_has_every_district_of_the_gazetteer() -> None:
    """Each by the same names, so that an incident's district can be shaded."""
    known = {(e.country, e.province, e.name) for e in places() if e.kind == "district"}
    provinces, districts = outlines()
    assert {(d.country, d.province, d.name) for d in districts} == known
    assert {(d.country, d.province) for d in districts} == {(p.country, p.name) for p in provinces}
    assert all(re.fullmatch(r"(M-?\d+ -?\d+l(-?\d+[ -]?)+z)+", one.path) for one in (*provinces, *districts))


def test_most_districts_hold_their_centre() -> None:
    """The outlines and the gazetteer lie on one plane: nine in ten centres are within their area's box."""
    centres = {(e.country, e.province, e.name): (e.lat, e.lon) for e in places() if e.kind == "district"}
    inside = 0
    for district in outlines()[1]:
        x, y = on_plane(*centres[district.country, district.province, district.name])  # type: ignore[arg-type]
        xs, ys = _corners(district.path)
        inside += min(xs) - 2 <= x <= max(xs) + 2 and min(ys) - 2 <= y <= max(ys) + 2
    assert inside > 0.9 * len(centres)


def _corners(path: str) -> tuple[list[int], list[int]]:
    xs, ys = [], []
    for part in path.split("z")[:-1]:
        start, steps = part[1:].split("l")
        x, y = map(int, start.split())
        numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            xs.append(x)
            ys.append(y)
            x, y = x + dx, y + dy
    return xs, ys


@pytest.mark.parametrize(
    ("killed", "expected"), [(None, "k"), (0, "k0"), (1, "k1"), (4, "k1"), (5, "k2"), (49, "k4"), (50, "k5"), (900, "k5")]
)
def test_a_district_is_shaded_by_its_killed(killed: int | None, expected: str) -> None:
    """At the steps of the severity ladder."""
    assert shade(killed) == expected


def test_a_rings_area_grows_with_the_killed() -> None:
    """An eye compares areas: four times the dead is twice the radius, above the smallest."""
    least = ring(None)
    assert ring(0) == least
    assert ring(40) - least == pytest.approx(2 * (ring(10) - least))


def test_only_what_has_a_place_gets_a_ring() -> None:
    """A country alone is no point; what lies off the map is not drawn; a province alone is drawn as vague."""
    far = Place(name="Delhi", district="Delhi", province="Delhi", country="India", lat=28.6, lon=82.2)
    found = [
        entry("i1"),
        entry("i2", place=Place(country="Pakistan", lat=30, lon=70)),
        entry("i3", place=far),
        entry("i4", place=replace(MASTUNG, name=None, district=None)),
        entry("i5", dismissed=True),
        entry("i6", place=None),
    ]
    drawn = Page(district_map(found)).all("circle")
    assert sorted((one["data-n"], one.get("class")) for one in drawn) == [("0", None), ("3", "vague")]
    assert unplaced(found) == (1, 3)
    assert all(0 < float(one["cx"] or 0) < WIDTH and 0 < float(one["cy"] or 0) < HEIGHT for one in drawn)


@pytest.mark.parametrize("days", [1, 10, 60, 100, 300, 1000, 5000])
def test_a_timeline_of_any_length_has_its_marks(days: int) -> None:
    """From a day to decades: some marks, not too many, all within."""
    begin = dt.date(2010, 1, 5)
    svg = Page(timeline.timeline([entry(date=begin)], begin=begin, end=begin + dt.timedelta(days=days - 1)))
    marks = svg.text.splitlines()
    lines = [one for one in svg.all("line") if one.get("y1") == "0"]
    assert 1 <= len(lines) <= 20
    assert all(0 <= float(one["x1"] or 0) <= timeline.WIDTH for one in lines)
    assert "killed" in marks


def test_a_timeline_keeps_to_its_lanes() -> None:
    """Many provinces share the last lane, unknown ones have one of their own; an older incident stands at the edge."""
    begin = dt.date(2024, 3, 1)
    found = [
        entry(f"i{n}", date=begin + dt.timedelta(days=n % 9), killed=Toll(count=10 + n), place=replace(MASTUNG, province=f"Province {n}"))
        for n in range(14)
    ] + [entry("old", date=begin - dt.timedelta(days=400)), entry("void", dismissed=True), entry("vague", place=Place(country="Pakistan"))]
    svg = Page(timeline.timeline(found, begin=begin, end=begin + dt.timedelta(days=30)))
    assert {"other provinces", timeline.VAGUE} <= set(svg.text.splitlines())
    discs = svg.all("circle")
    assert len({one["cy"] for one in discs}) == 10
    assert len(discs) == 16
    labels = [one for one in svg.all("text") if "data-n" in one]
    assert 1 <= len(labels) <= 8


def test_a_label_at_the_right_edge_stands_on_the_left() -> None:
    """It would be cut off."""
    begin = dt.date(2024, 3, 1)
    svg = timeline.timeline(
        [entry(date=begin + dt.timedelta(days=30), killed=Toll(count=60))], begin=begin, end=begin + dt.timedelta(days=30)
    )
    assert 'class="left"' in svg


# ---------------------------------------------------------------- alerts, differences, size


def test_alerts_show_what_became_of_them_where_it_differs() -> None:
    """A column that says the same on every line is left out."""
    sent, told = an_alert(incident(), state="settled"), an_alert(incident(), 2, state="suppressed", held="backfilled")
    pending = an_alert(incident(), 3)
    surge = an_alert(incident(), 4, incident_id=None, kind="surge", channels=(), state="settled", backfilled=True)
    everything = Page(page(past(entry(), alerts=tuple(told_of(a) for a in (sent, told, pending, surge)))))
    lines = everything.text.splitlines()
    assert {"sent", "would have been sent", "not due yet", "backfilled and sent", "slack, mail", "none"} <= set(lines)
    alike = Page(page(past(entry(), alerts=(told_of(told),)))).text
    assert "Each of them would have been sent." in alike
    assert "State" not in alike.splitlines()


def test_the_gravest_alert_colours_an_incident() -> None:
    """Whatever its order; an alert on more attacks than usual belongs to none."""
    notice, critical = an_alert(incident(), severity="notice"), an_alert(incident(), 2, severity="critical")
    surge = an_alert(incident(), 3, incident_id=None, kind="surge")
    assert gravest([critical, notice, surge]) == {"i1": 4}


def test_differences_are_counted_by_rule_and_explained() -> None:
    """Added, gone and changed, each with why."""
    told = told_of(an_alert(incident()))
    found = [Differing(verdict=v, alert=told, why=(f"because {v}",), rule=r) for v, r in (("added", "a"), ("gone", "a"), ("changed", "b"))]
    text = Page(page(past(entry(), compared="the rules of the config", differences=tuple(found), same=1200))).text
    assert "Compared with the rules of the config: 1 added, 1 gone, 1 changed; 1,200 alerts are the same." in text
    assert {"because added", "because gone", "because changed"} <= set(text.splitlines())
    none = page(past(entry(), compared="the rules of the config", same=3))
    assert "0 added" in none
    assert "By the rule" not in none


def test_what_is_too_much_for_a_browser_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gravest stay, and the sums count all."""
    monkeypatch.setattr(listings, "MAX_ROWS", 2)
    found = [entry(f"i{n}", killed=Toll(count=n), date=NOON.date() - dt.timedelta(days=n)) for n in range(1, 5)]
    alerts = tuple(told_of(an_alert(incident(), n)) for n in range(1, 5))
    parsed = Page(page(past(*found, alerts=alerts)))
    assert [one["id"] for one in parsed.all("tr") if (one.get("id") or "").startswith("i-")] == ["i-i4", "i-i3"]
    assert "The 2 gravest of 4 incidents" in parsed.text
    assert "2 older ones are left out" in parsed.text
    assert parsed.all("dd", data_tile="k", data_all="10")


def test_long_stories_are_cut() -> None:
    """Twelve reports and four quotations an incident; the rest is counted."""
    filings = tuple(
        a_filing(
            an_item(f"k{n}", title="word " * 200),
            account=an_account(evidence=(Evidence(field="killed", sentence=f"{n} " + "word " * 300, start=0, end=1),)),
        )
        for n in range(20)
    )
    one = entry(filings=filings)
    assert (len(one.sources), one.more_sources, len(one.quotes)) == (12, 8, 4)
    assert all(len(text) <= 400 for text in (*one.quotes, *(source.title for source in one.sources)))
    assert "and 8 more" in page(past(one))


# ---------------------------------------------------------------- elements


def test_text_is_escaped_and_markup_is_not() -> None:
    """By its type, not by its look."""
    assert el("p", "<b>&", Html("<i></i>"), ["x", 1, None], title='"<') == '<p title="&quot;&lt;">&lt;b&gt;&amp;<i></i>x1</p>'
    assert el("input", type="number", hidden=True, name=None, disabled=False) == '<input type="number" hidden>'
    assert el("circle", cx=1.23456) == '<circle cx="1.235"></circle>'
