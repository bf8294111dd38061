"""The report as one HTML page that needs nothing besides itself: no network, no other file. Pure."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable, Sequence
from importlib.resources import files
from zoneinfo import ZoneInfo

from monitor.alerts.wording import time_words
from monitor.model import SEVERITIES
from monitor.report.district_map import STEPS, district_map, ring, unplaced
from monitor.report.elements import Child, Html, el
from monitor.report.listings import alerts_table, differences_section, incidents_table
from monitor.report.past import Entry, Past
from monitor.report.sums import NOBODY, Sum, by_district, by_group, by_province, by_week, day_name, province_key, province_name, total
from monitor.report.timeline import timeline

_MAP_WORDS = (
    "Areas within a province are what lies nearest to each district's centre: they are no legal boundaries. Outlines of provinces: Natural "
    "Earth, as of about 2012, with the frontiers as they are held; no position on disputed ones is taken."
)
_METHOD = (
    "An incident is one attack, put together from every report of it; its figures are what the reports say, not what is known to be true.",
    'Killed and injured are victims, militants are counted apart. "?" means that no report states it: it adds nothing to a sum.',
    "Where a report gives a bound (“over 50”), the number is counted and the words stand below it.",
    "Sums leave out incidents that their reports withdrew or that an analyst dismissed; the list of incidents shows them struck out.",
    "An attack that several groups claim, or are blamed for, counts for each of them in the table of groups.",
    "Paper shows what the screen shows: the lines that are filtered in, and the details of those that stand open.",
    "A quotation is the words of an outlet, and a link leads to the host that stands beside it.",
)


def page(past: Past) -> str:
    style, script = (files(__package__).joinpath(name).read_text("utf-8") for name in ("page.css", "page.js"))
    title = f"Incidents, {day_name(past.begin)} to {day_name(past.end)}"
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="robots", content="noindex"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("style", Html(style)),
    )
    body = el(
        "body",
        el("a", "to the incidents", href="#incidents", class_="skip"),
        _header(past, title),
        el("main", _filters(past.entries), _body(past)),
        _footer(past),
        el("script", Html(script)),
    )
    return f'<!doctype html>\n<html lang="en">\n{head}\n{body}\n</html>\n'


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _header(past: Past, title: str) -> Html:
    whole = total(past.entries)
    tiles = [
        ("incidents", whole.incidents, "n"),
        ("killed", whole.killed, "k"),
        ("injured", whole.injured, "i"),
        ("militants killed", whole.militants, "m"),
        ("alerts", len(past.alerts), "a"),
    ]
    return el(
        "header",
        el("h1", title),
        [el("p", line, class_="about") for line in past.about],
        el(
            "dl",
            [el("div", el("dt", name), el("dd", f"{number:,}", data_tile=key, data_all=number)) for name, number, key in tiles],
            class_="tiles",
        ),
    )


def _filters(entries: Sequence[Entry]) -> Html:
    def select(name: str, label: str, choices: Sequence[tuple[str, str]]) -> Html:
        options = [el("option", "all", value=""), *(el("option", words, value=value) for value, words in choices)]
        return el("label", label, el("select", options, name=name))

    def bounded(name: str, label: str, kind: str, **more: str | int) -> Html:
        return el("label", label, el("input", type=kind, name=name, **more))

    provinces = sorted({(province_key(e), province_name(e)) for e in entries}, key=lambda p: p[1])
    groups = sorted({(group, name) for e in entries for group, name, _ in e.groups}, key=lambda g: g[1].lower())
    attacks = sorted({e.attack for e in entries})
    return el(
        "form",
        bounded("text", "Words", "search", placeholder="place, outlet, words …"),
        bounded("from", "From", "date"),
        bounded("to", "To", "date"),
        select("province", "Province", provinces),
        select("district", "District", [(one.key, one.name) for one in sorted(by_district(entries), key=lambda s: s.name)]),
        select("group", "Group", [*groups, ("-", NOBODY)]),
        select("attack", "Attack", [(attack, attack) for attack in attacks]),
        bounded("killed", "Killed, at least", "number", min=0, step=1),
        select("rank", "Alert, at least", [(str(n), name) for n, name in enumerate(SEVERITIES)]),
        el("button", "Clear", type="reset"),
        el("output", "", id="shown", aria_live="polite"),
        id="filters",
        hidden=True,
        aria_label="Filter everything below",
    )


def _body(past: Past) -> list[Child]:
    vague, off = unplaced(past.entries)
    missing = [
        f"{vague:,} known by province only stand in its middle, dashed." if vague else "",
        f"{off:,} have no place on the map." if off else "",
    ]
    return [
        el(
            "section",
            el("h2", "Where"),
            el(
                "div",
                el(
                    "figure",
                    el("div", district_map(past.entries), class_="frame"),
                    el("figcaption", _legend(), el("p", " ".join([_MAP_WORDS, *missing]))),
                ),
                _sum_table("district", "By district", by_district(past.entries), named="District", tall=True),
                class_="beside",
            ),
            id="where",
        ),
        el(
            "section",
            el("h2", "When"),
            el(
                "figure",
                el("div", timeline(past.entries, begin=past.begin, end=past.end), class_="frame wide"),
                el("figcaption", "One disc an incident, its area by the killed, its colour by the gravest alert: ", _severities()),
            ),
            id="when",
        ),
        el(
            "section",
            el("h2", "How many"),
            el(
                "div",
                _sum_table("week", "By week", by_week(past.entries), named="Week from", tall=True),
                _sum_table("province", "By province", by_province(past.entries), named="Province", tall=True),
                _sum_table("group", "By group", by_group(past.entries), named="Group", stances=True, tall=True),
                class_="sums-grid",
            ),
            id="sums",
        ),
        differences_section(past),
        el("section", el("h2", "Alerts"), el("div", alerts_table(past), class_="scroll"), id="alerts"),
        el("section", el("h2", "Incidents"), el("div", incidents_table(past), class_="scroll"), id="incidents"),
    ]


def _legend() -> Html:
    bounds = [f"{low} to {high - 1}" for low, high in itertools.pairwise(STEPS)] + [f"{STEPS[-1]} and more"]
    shades = [("k0", "none known"), *((f"k{n}", words) for n, words in enumerate(bounds, 1))]
    rings = [el("circle", cx=60 * n + 40, cy=32, r=round(ring(killed) * 0.55, 1)) for n, killed in enumerate((1, 10, 50))]
    words = [el("text", killed, x=60 * n + 40, y=78) for n, killed in enumerate((1, 10, 50))]
    return el(
        "div",
        el("b", "Killed in a district: "),
        [el("span", el("i", class_=f"swatch {name}"), said, class_="key") for name, said in shades],
        el("b", "in one incident: "),
        el("svg", rings, words, viewBox="0 0 200 84", class_="ring-key", role="img", aria_label="rings for 1, 10 and 50 killed"),
        class_="legend",
    )


def _severities() -> list[Html]:
    names = ("no alert", *SEVERITIES)
    return [el("span", el("i", class_=f"swatch s{n}"), name, class_="key") for n, name in enumerate(names)]


def _sum_table(by: str, caption: str, sums: Sequence[Sum], *, named: str, stances: bool = False, tall: bool = False) -> Html:
    columns: list[tuple[str, str, Callable[[Sum], int]]] = [("n", "Incidents", lambda s: s.incidents)]
    if stances:
        columns += [("c", "Claimed", lambda s: s.claimed), ("s", "Blamed", lambda s: s.suspected), ("d", "Denied", lambda s: s.denied)]
    columns += [("k", "Killed", lambda s: s.killed), ("i", "Injured", lambda s: s.injured)]
    if not stances:
        columns.append(("m", "Militants", lambda s: s.militants))
    most = max((one.killed for one in sums), default=0) or 1
    rows = (
        el(
            "tr",
            el("th", el("button", one.name, type="button", class_="pick"), scope="row", data_v=one.key if by == "week" else one.name),
            [el("td", f"{value(one):,}", class_="num", data_c=key, data_v=value(one)) for key, _, value in columns],
            el("td", _bar(one.killed / most), class_="bar"),
            data_key=one.key or "-",
        )
        for one in sums
    )
    heads = [el("th", named, scope="col"), *(el("th", name, scope="col", class_="num") for _, name, _ in columns)]
    table = el(
        "table",
        el("caption", caption),
        el("thead", el("tr", heads, el("td", el("span", "killed, as a bar", class_="hidden"), class_="bar"))),
        el("tbody", rows),
        class_="sums",
        data_by=by,
    )
    return el("div", table, class_="scroll tall" if tall else "scroll")


def _bar(share: float) -> Html:
    return el("svg", el("rect", width=f"{share * 100:.1f}%", height=10), width="100%", height=10, aria_hidden="true")


def _footer(past: Past) -> Html:
    made = time_words(past.made_at, ZoneInfo(past.timezone))
    return el(
        "footer",
        el("h2", "How to read this"),
        el("ul", [el("li", line) for line in _METHOD]),
        el("p", f"Made by Monitor on {made}; times are those of {past.timezone}. This page loads nothing and sends nothing."),
    )
