"""A digest by schedule: what happened in a span of time, counted by district, group and day, as mail with a chart, text and Slack text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from monitor.alerts.chart import Colour, bar_chart
from monitor.alerts.frame import FIRST_H2, H2, mail, paragraph, small, table, text_table
from monitor.alerts.inert import cut, for_html, for_slack, for_text, plain, web_link
from monitor.alerts.render import SLACK_CHARS
from monitor.alerts.wording import MAY_BE_A_REPEAT, claims_words, day_words, kind_words, place_words, time_words, tolls_words
from monitor.model import Incident, Message, Picture

CHART_DAYS = 14
_CHART_MOST = 31
_LISTED = 25
_ROWS = 30
_KILLED: Colour = (153, 27, 27)
_INJURED: Colour = (245, 158, 11)
_DAY = dt.timedelta(days=1)
_CHART = "by-day.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: persons are those stated, an unknown toll counts as none."""

    name: str
    incidents: int = 0
    killed: int = 0
    injured: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """How often a group claimed, denied or was blamed."""

    name: str
    claimed: int = 0
    suspected: int = 0
    denied: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A span of time. `incidents` are those first reported in it, the gravest first; `taken_back` counts those that turned out to be
    none. `dates` has the days of its incidents; `days` are for the chart: every day up to the end of the span, also those without any,
    and also those before it."""

    begin: dt.datetime
    end: dt.datetime
    incidents: tuple[Incident, ...]
    districts: tuple[Row, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    dates: tuple[Row, ...] = ()
    days: tuple[tuple[dt.date, Row], ...] = ()
    taken_back: int = 0
    total: Row = field(default_factory=lambda: Row(name="all"))


def chart_begin(begin: dt.datetime, end: dt.datetime) -> dt.datetime:
    """From when on incidents are needed, so that the chart shows two weeks at least, a month at most."""
    return max(min(begin, end - CHART_DAYS * _DAY), end - _CHART_MOST * _DAY)


def summarize(incidents: Iterable[Incident], *, begin: dt.datetime, end: dt.datetime, timezone: str) -> Summary:
    """Count incidents first seen from `chart_begin` until `end`. An incident without a date counts on the day it was first seen."""
    zone = ZoneInfo(timezone)
    seen = [i for i in incidents if i.first_seen < end and any(f.role != "reference" for f in i.filings)]
    told = [i for i in seen if i.first_seen >= begin]
    real = sorted((i for i in told if _stands(i)), key=lambda i: (-_killed(i), -_injured(i), i.first_seen, i.id))
    return Summary(
        begin=begin,
        end=end,
        incidents=tuple(real),
        districts=_districts(real),
        groups=_groups(real),
        dates=_dates(real, zone=zone),
        days=_days([i for i in seen if _stands(i)], begin=begin, end=end, zone=zone),
        taken_back=len(told) - len(real),
        total=_row("all", real),
    )


def _stands(incident: Incident) -> bool:
    return not incident.retracted and not incident.dismissed


def _killed(incident: Incident) -> int:
    return incident.killed.count if incident.killed else 0


def _injured(incident: Incident) -> int:
    return incident.injured.count if incident.injured else 0


def _row(name: str, incidents: Sequence[Incident]) -> Row:
    return Row(name=name, incidents=len(incidents), killed=sum(map(_killed, incidents)), injured=sum(map(_injured, incidents)))


def _districts(incidents: Sequence[Incident]) -> tuple[Row, ...]:
    where: dict[str, list[Incident]] = {}
    for incident in incidents:
        where.setdefault(_district(incident), []).append(incident)
    rows = [_row(name, found) for name, found in where.items()]
    return tuple(sorted(rows, key=lambda r: (-r.killed, -r.incidents, -r.injured, r.name)))


def _district(incident: Incident) -> str:
    place = incident.place
    if place is None:
        return "place not named"
    region = place.province or place.country
    if place.district is None:
        return f"{plain(region)}, district not named" if region else "place not named"
    # Kabul lies in Kabul.
    return ", ".join(dict.fromkeys(plain(part) for part in (place.district, region) if part))


def _groups(incidents: Sequence[Incident]) -> tuple[GroupRow, ...]:
    counts: dict[str, dict[str, int]] = {}
    for incident in incidents:
        for name, stance in {(plain(g.name), g.stance) for g in incident.groups if g.stance != "mentioned"}:
            said = counts.setdefault(name, {})
            said[stance] = said.get(stance, 0) + 1
    rows = [
        GroupRow(name=name, claimed=said.get("claimed", 0), suspected=said.get("suspected", 0), denied=said.get("denied", 0))
        for name, said in counts.items()
    ]
    return tuple(sorted(rows, key=lambda r: (-r.claimed, -r.suspected, -r.denied, r.name)))


def _dates(incidents: Sequence[Incident], *, zone: ZoneInfo) -> tuple[Row, ...]:
    by_day: dict[dt.date, list[Incident]] = {}
    for incident in incidents:
        by_day.setdefault(_day_of(incident, zone), []).append(incident)
    return tuple(_row(_day_words(day), found) for day, found in sorted(by_day.items()))


def _day_of(incident: Incident, zone: ZoneInfo) -> dt.date:
    return incident.date or incident.first_seen.astimezone(zone).date()


def _day_words(day: dt.date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _days(incidents: Sequence[Incident], *, begin: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> tuple[tuple[dt.date, Row], ...]:
    first, last = chart_begin(begin, end).astimezone(zone).date(), end.astimezone(zone).date()
    by_day: dict[dt.date, list[Incident]] = {first + n * _DAY: [] for n in range((last - first).days + 1)}
    for incident in incidents:
        day = _day_of(incident, zone)
        if day in by_day:
            by_day[day].append(incident)
    return tuple((day, _row(_day_words(day), found)) for day, found in by_day.items())


# ---------------------------------------------------------------- the message


def render_digest(summary: Summary, *, name: str, now: dt.datetime, timezone: str, may_repeat: bool = False) -> Message:
    """Write a digest in its three forms; the mail carries the chart. The Slack form has at most 4,000 characters."""
    zone = ZoneInfo(timezone)
    heading = _heading(summary, name, zone)
    span = f"{time_words(summary.begin, zone)} to {time_words(summary.end, zone)} ({timezone})"
    chart = bar_chart([(f"{day:%m-%d}", (row.killed, row.injured)) for day, row in summary.days[-_CHART_MOST:]], (_KILLED, _INJURED))
    footer = [f"Digest {name}: incidents first reported from {span}", f"Written {time_words(now, zone)}"]
    if summary.taken_back:
        footer.insert(1, f"{_count(summary.taken_back, 'report')} taken back or dismissed, not counted here")
    if may_repeat:
        footer.insert(0, MAY_BE_A_REPEAT)
    return Message(
        title=for_text(heading),
        text=_as_text(summary, heading, footer),
        html=_as_html(summary, heading, footer),
        slack=_as_slack(summary, heading, footer),
        thread=f"digest-{name}",
        pictures=(Picture(name=_CHART, type="image/png", content=chart),),
    )


def _heading(summary: Summary, name: str, zone: ZoneInfo) -> str:
    first, last = summary.begin.astimezone(zone), summary.end.astimezone(zone)
    days = (
        f"{last.day} {last:%b %Y}" if last - first <= _DAY + dt.timedelta(hours=1) else f"{first.day} {first:%b} to {last.day} {last:%b %Y}"
    )
    return f"{name[:1].upper()}{name[1:]} digest, {days}: {_totals(summary)}"


def _totals(summary: Summary) -> str:
    total = summary.total
    if not total.incidents:
        return "no incident"
    return f"{_count(total.incidents, 'incident')}, {total.killed} killed, {total.injured} injured"


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _line(incident: Incident) -> str:
    kind = kind_words(incident)
    return f"{day_words(incident.date)}: {kind} in {place_words(incident.place)} — {tolls_words(incident)}"


def _link(incident: Incident) -> tuple[str, str] | None:
    return next((link for f in incident.filings if f.role != "reference" and (link := web_link(f.link))), None)


_PEOPLE = ("incidents", "killed", "injured")


def _tables(summary: Summary) -> list[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    """(heading, columns, rows) of each table that has any."""
    tables: list[tuple[str, tuple[str, ...], list[tuple[object, ...]]]] = [
        ("By district", ("district", *_PEOPLE), [(r.name, r.incidents, r.killed, r.injured) for r in summary.districts]),
        ("By group", ("group", "claimed", "blamed", "denied"), [(r.name, r.claimed, r.suspected, r.denied) for r in summary.groups]),
        ("By day", ("day", *_PEOPLE), [(r.name, r.incidents, r.killed, r.injured) for r in summary.dates]),
    ]
    return [(heading, columns, _shortened(rows)) for heading, columns, rows in tables if rows]


def _shortened(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """What does not fit is summed up in a last row."""
    if len(rows) <= _ROWS:
        return rows
    rest = rows[_ROWS - 1 :]
    sums = tuple(sum(value for row in rest if isinstance(value := row[n], int)) for n in range(1, len(rest[0])))
    return [*rows[: _ROWS - 1], (f"{len(rest)} others", *sums)]


def _as_text(summary: Summary, heading: str, footer: Sequence[str]) -> str:
    blocks = [for_text(heading)]
    if summary.incidents:
        lines = []
        for incident in summary.incidents[:_LISTED]:
            lines.append(f"* {for_text(_line(incident))}")
            lines.append(f"    {for_text(claims_words(incident))}" + (f" {link[0]}" if (link := _link(incident)) else ""))
        blocks.append("\n".join([*lines, *_rest(summary, _LISTED)]))
    for title, columns, rows in _tables(summary):
        plain_rows = [tuple(for_text(cell) if isinstance(cell, str) else cell for cell in row) for row in rows]
        blocks.append("\n".join([title, *(f"  {line}" for line in text_table(columns, plain_rows))]))
    blocks.append("\n".join(for_text(line) for line in footer))
    return "\n\n".join(blocks) + "\n"


def _rest(summary: Summary, listed: int) -> list[str]:
    more = len(summary.incidents) - listed
    return [f"and {more} more: monitor incidents list --since {summary.begin:%Y-%m-%d}"] if more > 0 else []


def _as_slack(summary: Summary, heading: str, footer: Sequence[str]) -> str:
    """Totals, the gravest incidents, districts, groups, the latest days: as many as fit."""
    for listed, rows in ((_LISTED, 12), (15, 10), (10, 8), (6, 6), (3, 4), (1, 2), (0, 0)):
        blocks = [f"*{for_slack(heading)}*"]
        lines = []
        for incident in summary.incidents[:listed]:
            link = _link(incident)
            lines.append(f"• {for_slack(cut(_line(incident), 200))}" + (f" (<{link[0].replace('&', '&amp;')}|{link[1]}>)" if link else ""))
        if summary.incidents:
            blocks.append("\n".join([*lines, *map(for_slack, _rest(summary, listed))]))
        for title, _columns, found in _tables(summary) if rows else ():
            shown = [for_slack(_said(title, row)) for row in (found[-rows:] if title == "By day" else found[:rows])]
            more = [f"and {len(found) - rows} more"] if len(found) > rows else []
            blocks.append("\n".join([f"*{title}*", *(f"• {line}" for line in shown), *more]))
        blocks.append("\n".join(for_slack(line) for line in footer))
        text = "\n\n".join(blocks)
        if len(text) <= SLACK_CHARS:
            return text
    return cut(text, SLACK_CHARS)


def _said(title: str, row: tuple[object, ...]) -> str:
    words = ("claimed", "blamed", "denied") if title == "By group" else ("incident" if row[1] == 1 else "incidents", "killed", "injured")
    return f"{row[0]}: " + ", ".join(f"{value} {word}" for value, word in zip(row[1:], words, strict=True) if value)


def _as_html(summary: Summary, heading: str, footer: Sequence[str]) -> str:
    parts: list[str] = []
    if summary.incidents:
        items = []
        for incident in summary.incidents[:_LISTED]:
            line = f"<strong>{for_html(_line(incident))}</strong><br>{for_html(claims_words(incident))}"
            if link := _link(incident):
                line += f' <a href="{for_href(link[0])}" style="color:#1d4ed8">{for_html(link[1])}</a>'
            items.append(f'<li style="margin:0 0 8px">{line}</li>')
        parts.append(
            f'<h2 {FIRST_H2}>Incidents, the gravest first</h2>\n<ul style="margin:0 0 12px;padding-left:20px">{"".join(items)}</ul>'
        )
        parts += [paragraph(line) for line in _rest(summary, _LISTED)]
    alt = "; ".join(f"{row.name}: {row.killed} killed, {row.injured} injured" for _, row in summary.days if row.incidents)
    key = "".join(
        f'<span style="display:inline-block;width:10px;height:10px;background:rgb{colour};margin:0 4px 0 0"></span>'
        f'<span style="margin:0 12px 0 0">{word}</span>'
        for colour, word in ((_KILLED, "killed"), (_INJURED, "injured"))
    )
    parts.append(
        f"<h2 {H2}>Killed and injured a day, the last {len(summary.days)} days</h2>\n"
        f'<p style="margin:0 0 6px;font-size:13px;color:#4b5563">{key}</p>\n'
        f'<img src="cid:{_CHART}" alt="{for_html(alt or "nobody on any day")}" width="560" '
        'style="display:block;width:100%;max-width:560px;height:auto;border:0">'
    )
    parts += [table(*one) for one in _tables(summary)]
    return mail(heading, [*parts, small(footer)], colour="#1f2937", label="Digest")


def for_href(address: str) -> str:
    """An address that `web_link` let through, as an attribute's value."""
    return address.replace("&", "&amp;")
