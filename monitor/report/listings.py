"""The report's long tables: incidents, alerts, differences. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from monitor.alerts.wording import time_words
from monitor.model import SEVERITIES
from monitor.report.elements import Child, Html, el
from monitor.report.past import Differing, Entry, Past, Source, Told
from monitor.report.sums import NOWHERE, day_name, district_key, province_key

# More rows than a browser scrolls through well; what is left out is said above the table.
MAX_ROWS = 5_000


def incidents_table(past: Past) -> Html:
    zone = ZoneInfo(past.timezone)
    shown = kept(past.entries)
    heads = [
        ("day", "Date", "num"),
        ("place", "Where", ""),
        ("attack", "Attack", ""),
        ("k", "Killed", "num"),
        ("i", "Injured", "num"),
        ("m", "Militants killed", "num"),
        ("g", "Groups", ""),
        ("sev", "Alert", ""),
        ("o", "Publishers", "num"),
    ]
    return el(
        "table",
        el("caption", left_out(len(past.entries), len(shown), "incidents") or "Each line opens to what the reports say."),
        _head(heads),
        el("tbody", (_incident_row(n, past.entries[n], zone) for n in shown)),
        class_="list",
        id="incidents-table",
    )


def kept(entries: Sequence[Entry]) -> list[int]:
    """The numbers of the entries that get a row, by day: all, else the gravest."""
    numbers = sorted(range(len(entries)), key=lambda n: (-(entries[n].killed or 0), -entries[n].rank, n))[:MAX_ROWS]
    return sorted(numbers, key=lambda n: (entries[n].day, n))


def left_out(all_of_them: int, shown: int, what: str) -> str:
    if all_of_them <= shown:
        return ""
    return f"The {shown:,} gravest of {all_of_them:,} {what}; --csv and --json write them all, and the sums above count them all."


def _incident_row(n: int, entry: Entry, zone: dt.tzinfo) -> Html:
    return el(
        "tr",
        el("td", _day(entry), data_v=entry.day.isoformat(), class_="day"),
        el("td", _where(entry), data_v=f"{entry.province} {entry.place}"),
        el("td", _attack(entry, zone)),
        _toll_cell(entry.killed, entry.killed_words),
        _toll_cell(entry.injured, entry.injured_words),
        _toll_cell(entry.militants, entry.militants_words),
        el("td", _groups(entry)),
        el("td", badge(entry.rank) if entry.rank >= 0 else el("span", "none", class_="muted"), data_v=entry.rank),
        el("td", len(entry.outlets), class_="num", title=", ".join(entry.outlets)),
        id=f"i-{entry.id}",
        class_=None if entry.counted else "void",
        data_n=n,
        data_day=entry.day.isoformat(),
        data_week=entry.week.isoformat(),
        data_province=province_key(entry),
        data_district=district_key(entry) if entry.district else "",
        data_groups=" ".join(group for group, _, stance in entry.groups if stance != "denied"),
        data_claimed=" ".join(group for group, _, stance in entry.groups if stance == "claimed") or None,
        data_suspected=" ".join(group for group, _, stance in entry.groups if stance == "suspected") or None,
        data_denied=" ".join(group for group, _, stance in entry.groups if stance == "denied") or None,
        data_attack=entry.attack,
        data_rank=entry.rank,
        data_k=entry.killed,
        data_i=entry.injured,
        data_m=entry.militants,
    )


def _day(entry: Entry) -> Child:
    day = el("time", day_name(entry.day), datetime=entry.day.isoformat())
    return day if entry.dated else [day, el("span", "first report", class_="sub")]


def _where(entry: Entry) -> Child:
    if not (entry.province or entry.country):
        return el("span", NOWHERE, class_="muted")
    name, _, rest = entry.place.partition(", ")
    return [name, el("span", rest, class_="sub")] if rest else name


def _attack(entry: Entry, zone: dt.tzinfo) -> Html:
    head = [
        entry.attack,
        f", {entry.target}" if entry.target else "",
        el("span", f" ({entry.state})", class_="muted") if entry.state else "",
    ]
    body: list[Child] = [el("blockquote", quote) for quote in entry.quotes]
    if entry.course:
        body.append(el("p", f"Toll as reported: {entry.course}"))
    if entry.sources:
        more = [el("li", f"and {entry.more_sources} more")] if entry.more_sources else []
        body.append(el("ul", [_source(source, zone) for source in entry.sources], more, class_="sources"))
    body.append(el("p", "incident ", el("code", entry.id), class_="muted"))
    return el("details", el("summary", head), body)


def _source(source: Source, zone: dt.tzinfo) -> Html:
    link: Child = None
    if source.link is not None:
        address, host = source.link
        link = [" ", el("a", host, href=address, rel="noopener noreferrer nofollow")]
    return el("li", el("b", source.outlet), f", {time_words(source.at, zone)}", f": {source.title}" if source.title else "", link)


def _toll_cell(count: int | None, words: str) -> Html:
    if count is None:
        return el("td", el("span", "?", title="not stated", class_="muted"), class_="num", data_v=-1)
    loose = words != str(count)
    return el("td", count, el("span", words, class_="sub") if loose else None, class_="num", data_v=count)


def _groups(entry: Entry) -> Child:
    if not entry.groups:
        return el("span", "none named", class_="muted")
    # Each on a line of its own, what is said of it after the name.
    said = {"claimed": "claimed it", "suspected": "blamed", "denied": "denies it"}
    return [
        el("span", name, " ", el("span", said.get(stance, stance), class_="sub inline"), class_="line") for _, name, stance in entry.groups
    ]


def badge(rank: int) -> Html:
    return el("span", SEVERITIES[rank], class_=f"badge s{rank + 1}")


# ---------------------------------------------------------------- alerts


def alerts_table(past: Past) -> Html:
    zone = ZoneInfo(past.timezone)
    days = {entry.id: n for n, entry in enumerate(past.entries)}
    shown = past.alerts[-MAX_ROWS:]
    states = {told.state for told in past.alerts}
    heads = [("at", "When", "num"), ("sev", "Severity", ""), ("what", "Alert", ""), ("r", "Rules", "")]
    # A column that says the same on each line says nothing.
    heads += [("c", "Channels", "")] if any(told.channels for told in past.alerts) else []
    heads += [("s", "State", "")] if len(states) > 1 else []
    words = [f"Each of them {next(iter(states))}." if len(states) == 1 else "", "Each line opens to why it was raised."]
    if missing := len(past.alerts) - len(shown):
        words.append(f"The latest {len(shown):,}; {missing:,} older ones are left out.")
    return el(
        "table",
        el("caption", " ".join(words).strip()),
        _head(heads),
        el("tbody", (_alert_row(told, days, zone, {key for key, _, _ in heads}) for told in shown)),
        class_="list",
        id="alerts-table",
    )


def _alert_row(told: Told, numbers: Mapping[str, int], zone: dt.tzinfo, columns: Collection[str]) -> Html:
    n = numbers.get(told.incident)
    to_incident = el("p", el("a", "the incident", href=f"#i-{told.incident}")) if n is not None else None
    return el(
        "tr",
        el("td", el("time", time_words(told.at, zone), datetime=told.at.isoformat()), data_v=told.at.isoformat(), class_="day"),
        el("td", badge(told.rank), data_v=told.rank),
        el(
            "td",
            el(
                "details",
                el("summary", told.title),
                el("p", f"Why now: {told.reason}."),
                el("ul", [el("li", line) for line in told.why]),
                to_incident,
            ),
        ),
        el("td", ", ".join(told.rules), class_="rules"),
        el("td", ", ".join(told.channels) or el("span", "none", class_="muted")) if "c" in columns else None,
        el("td", told.state) if "s" in columns else None,
        class_=f"change-{told.change}",
        data_incident="" if n is None else n,
        data_rank=told.rank,
        data_day=told.at.astimezone(zone).date().isoformat(),
    )


# ---------------------------------------------------------------- what other rules would tell otherwise


def differences_section(past: Past) -> Html | None:
    if not past.compared:
        return None
    found = past.differences
    counts = ", ".join(f"{sum(one.verdict == verdict for one in found):,} {verdict}" for verdict in ("added", "gone", "changed"))
    return el(
        "section",
        el("h2", "What the rules tell otherwise"),
        el("p", f"Compared with {past.compared}: {counts}; {past.same:,} alerts are the same."),
        _by_rule(found) if found else None,
        _differences(past) if found else None,
        id="differences",
    )


def _by_rule(found: Sequence[Differing]) -> Html:
    lines: dict[str, dict[str, int]] = {}
    for one in found:
        counts = lines.setdefault(one.rule, dict.fromkeys(("added", "gone", "changed"), 0))
        counts[one.verdict] += 1
    heads = [("r", "Rule", ""), ("a", "Added", "num"), ("g", "Gone", "num"), ("c", "Changed", "num")]
    rows = (
        el("tr", el("th", rule, scope="row"), (el("td", number, class_="num") for number in counts.values()))
        for rule, counts in sorted(lines.items())
    )
    return el("table", el("caption", "By the rule that makes the difference"), _head(heads), el("tbody", rows), class_="sums short")


def _differences(past: Past) -> Html:
    zone = ZoneInfo(past.timezone)
    heads = [("v", "Verdict", ""), ("at", "When", "num"), ("what", "Alert", ""), ("r", "Rule", ""), ("why", "Why", "")]
    return el("table", el("caption", "Each alert"), _head(heads), el("tbody", _difference_rows(past.differences, zone)), class_="list")


def _difference_rows(found: Sequence[Differing], zone: dt.tzinfo) -> Iterator[Html]:
    for one in found[:MAX_ROWS]:
        yield el(
            "tr",
            el("td", el("span", one.verdict, class_=f"verdict {one.verdict}")),
            el("td", time_words(one.alert.at, zone), data_v=one.alert.at.isoformat(), class_="day"),
            el("td", one.alert.title),
            el("td", one.rule),
            el("td", [el("span", line, class_="line") for line in one.why]),
        )


def _head(heads: Sequence[tuple[str, str, str]]) -> Html:
    return el("thead", el("tr", (el("th", name, scope="col", class_=kind or None) for _, name, kind in heads)))
