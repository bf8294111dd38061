"""An alert as a message: plain text, HTML for mail, mrkdwn for Slack, from one outline so that all three say the same."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from monitor.alerts.frame import COLOURS, mail
from monitor.alerts.inert import cut, for_html, for_slack, for_text, web_link
from monitor.alerts.surge import surge_lead, surge_rules
from monitor.alerts.wording import (
    MAY_BE_A_REPEAT,
    changes,
    claims_words,
    course,
    day_words,
    kind_words,
    place_words,
    reason_words,
    rulings_words,
    time_words,
    title,
    tolls_words,
)
from monitor.model import Alert, Filing, Incident, Message, Severity

__all__ = ["render", "title"]

SLACK_CHARS = 4_000  # above it Slack cuts a message in two
_TEXT_CHARS = 20_000
_SOURCES, _QUOTES, _QUOTE_CHARS = 8, 3, 400


@dataclass(frozen=True, slots=True)
class Source:
    """One voice: the outlet, what it wrote, where; `copies` outlets carry the same words."""

    outlet: str
    headline: str
    link: tuple[str, str] | None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a report, and the outlet that wrote it, "" where that is not known."""

    sentence: str
    outlet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a message says, part by part, before any markup. Feed text in it is still raw."""

    title: str
    severity: Severity
    lead: tuple[str, ...]
    changed: tuple[str, ...] = ()
    rulings: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    more_sources: int = 0
    quotes: tuple[Quote, ...] = ()
    rules: tuple[str, ...] = ()
    times: str = ""
    notes: tuple[str, ...] = ()
    footer: str = ""


def render(
    alert: Alert,
    *,
    first_on_channel: bool,
    now: dt.datetime,
    timezone: str,
    sent_at: dt.datetime | None = None,
    may_repeat: bool = False,
    backfilled: bool = False,
    told: Incident | None = None,
) -> Message:
    """Write an alert in its three forms.

    `first_on_channel`: the channel knows nothing of the incident, so the message is whole in itself. `told`: the facts last told, for
    "from → to". `timezone` is an IANA name. `sent_at` None means now. A title has at most 150 characters, the Slack form 4,000.
    """
    outline = _outline(
        alert,
        first_on_channel=first_on_channel,
        zone=ZoneInfo(timezone),
        zone_name=timezone,
        sent_at=sent_at or now,
        may_repeat=may_repeat,
        backfilled=backfilled or alert.backfilled,
        told=told,
    )
    thread = f"incident-{alert.incident_id or alert.id}"
    return Message(
        title=for_text(outline.title),
        text=_fitted(_as_text, outline, _TEXT_CHARS),
        html=_as_html(outline),
        slack=_fitted(_as_slack, outline, SLACK_CHARS),
        thread=thread,
        # Every mail of an incident answers the same message, which never was: mail clients put them into one thread.
        headers=dict.fromkeys(("In-Reply-To", "References"), f"<{thread}@monitor.invalid>"),
    )


# ---------------------------------------------------------------- the outline


def _outline(
    alert: Alert,
    *,
    first_on_channel: bool,
    zone: dt.tzinfo,
    zone_name: str,
    sent_at: dt.datetime,
    may_repeat: bool,
    backfilled: bool,
    told: Incident | None,
) -> Outline:
    incident = alert.incident
    sources = _sources(incident)
    quotes = _quotes(alert)
    return Outline(
        title=title(alert, first_on_channel=first_on_channel, told=told, may_repeat=may_repeat),
        severity=alert.severity,
        lead=_lead(alert),
        changed=_changed(alert, told, first_on_channel=first_on_channel),
        rulings=tuple(rulings_words(incident)),
        sources=tuple(sources[:_SOURCES]),
        more_sources=max(len(sources) - _SOURCES, 0),
        quotes=tuple(quotes[:_QUOTES]),
        rules=_rules(alert),
        times=_times(alert, zone=zone, zone_name=zone_name, sent_at=sent_at),
        notes=_notes(may_repeat=may_repeat, backfilled=backfilled),
        footer=f"Incident {alert.incident_id}, alert {alert.id}" if alert.incident_id else f"Alert {alert.id}",
    )


def _lead(alert: Alert) -> tuple[str, ...]:
    incident = alert.incident
    if alert.kind == "surge":
        return surge_lead(alert)
    if alert.change == "retraction":
        return (f"What was reported as {kind_words(incident)} in {place_words(incident.place)} is withdrawn: {reason_words(alert)}.",)
    when = f" on {day_words(incident.date)}" if incident.date else ""
    target = f", target: {incident.target}" if incident.target else ""
    kind = kind_words(incident)
    first = f"{kind[0].upper()}{kind[1:]} in {place_words(incident.place)}{when}{target} — {tolls_words(incident)}."
    path = course(incident)
    return (first, claims_words(incident), *((f"The toll so far: {path}.",) if path else ()))


def _changed(alert: Alert, told: Incident | None, *, first_on_channel: bool) -> tuple[str, ...]:
    if alert.change in ("new", "retraction") or (alert.change == "update" and first_on_channel):
        return ()
    why = reason_words(alert)
    lines = [why[0].upper() + why[1:] + "."]
    if told is not None and not first_on_channel:
        lines += [f"{what}: {before} → {after}" for what, before, after in changes(told, alert.incident)]
    return tuple(lines)


def _sources(incident: Incident) -> list[Source]:
    """One entry a voice, in order of first report; copies by name under the story they copy."""
    told = [f for f in incident.filings if f.role != "reference"]
    voices: dict[str, list[Filing]] = {}
    for f in told:
        if f.duplicate_of is None:
            voices.setdefault(f.voice, []).append(f)
    copies: dict[str, list[str]] = {}
    for f in told:
        if f.duplicate_of is not None and f.voice not in voices:
            copies.setdefault(f.duplicate_of, []).append(_outlet(f))
    return [_source(written, copies) for written in voices.values()]


def _source(written: list[Filing], copies: Mapping[str, list[str]]) -> Source:
    """A voice by its latest report, as it knows most."""
    latest = next((f for f in reversed(written) if f.role == "report"), written[0])
    carried = dict.fromkeys(name for f in written for name in copies.get(f.item_key, ()))
    return Source(_outlet(latest), latest.title, web_link(latest.link), tuple(carried))


def _outlet(filing: Filing) -> str:
    return filing.outlet or filing.publisher or filing.feed or "document"


def _quotes(alert: Alert) -> list[Quote]:
    """The sentences that the rules stand on; where they name none, those that gave the toll. Of what is taken back, those that say so;
    the latest first."""
    heard = [f for f in reversed(alert.incident.filings) if f.role != "reference"]
    said = [] if alert.change == "retraction" else [r.text for m in alert.matches for r in m.reasons if r.text]
    if not said:
        heard = [f for f in heard if f.account.retracts == (alert.change == "retraction")]
        said = [e.sentence for f in heard for e in f.account.evidence if e.field in ("killed", "injured", "retracts") and e.sentence]
    writers = {e.sentence: _outlet(f) for f in heard for e in f.account.evidence}
    return [Quote(cut(" ".join(sentence.split()), _QUOTE_CHARS), writers.get(sentence, "")) for sentence in dict.fromkeys(said)]


def _rules(alert: Alert) -> tuple[str, ...]:
    if alert.kind == "surge":
        return surge_rules(alert)
    if alert.change == "retraction":
        return ()  # what had held of it holds no more
    lines = []
    for m in alert.matches:
        held = "; ".join(r.condition if r.value is None else f"{r.condition} ({r.value})" for r in m.reasons)
        lines.append(f"{m.rule} ({m.severity})" + (f": {held}" if held else ""))
    return tuple(lines)


def _times(alert: Alert, *, zone: dt.tzinfo, zone_name: str, sent_at: dt.datetime) -> str:
    told = [f for f in alert.incident.filings if f.role != "reference"]
    published = [f.published_at for f in told if f.published_at is not None]
    seen = [f.seen_at or f.at for f in told]
    parts = []
    if published:
        parts.append(f"published {time_words(max(published), zone)}")
    parts.append(f"seen {time_words(max(seen) if seen else alert.incident.last_seen, zone)}")
    parts.append(f"sent {time_words(sent_at, zone)}")
    line = ", ".join(parts)
    return f"{line[0].upper()}{line[1:]} ({zone_name})"


def _notes(*, may_repeat: bool, backfilled: bool) -> tuple[str, ...]:
    notes = []
    if may_repeat:
        notes.append(MAY_BE_A_REPEAT)
    if backfilled:
        notes.append("Raised from the past by a backfill, not from live news.")
    return tuple(notes)


# ---------------------------------------------------------------- the three forms


def _fitted(form: Callable[[Outline], str], outline: Outline, length: int) -> str:
    """The form at a length: quotes, then sources, then conditions get shorter until it fits, each cut said in the text."""
    text = form(outline)
    shorter = outline
    while len(text) > length:
        if len(shorter.quotes) > 1:
            shorter = replace(shorter, quotes=shorter.quotes[:-1])
        elif len(shorter.sources) > 1:
            shorter = replace(shorter, sources=shorter.sources[:-1], more_sources=shorter.more_sources + 1)
        elif len(shorter.rules) > 1:
            shorter = replace(shorter, rules=(*shorter.rules[:-2], "…") if shorter.rules[-1] == "…" else (*shorter.rules[:-1], "…"))
            if shorter.rules == ("…",):
                shorter = replace(shorter, rules=())
        else:
            return cut(text, length)
        text = form(shorter)
    return text


def _as_text(outline: Outline) -> str:
    blocks = [for_text(outline.title), "\n".join(map(for_text, outline.lead))]
    if outline.changed:
        blocks.append("What changed\n" + "\n".join(f"  {for_text(line)}" for line in outline.changed))
    if outline.rulings:
        blocks.append("Decided by an analyst\n" + "\n".join(f"  {for_text(line)}" for line in outline.rulings))
    if outline.quotes:
        blocks.append("In the words of the reports\n" + "\n".join(_quote_text(quote) for quote in outline.quotes))
    if outline.sources:
        blocks.append("Reported by\n" + "\n".join(_source_text(s) for s in outline.sources) + _more(outline, "\n  "))
    if outline.rules:
        blocks.append("Why this alert\n" + "\n".join(f"  {for_text(rule)}" for rule in outline.rules))
    blocks.append("\n".join(for_text(line) for line in (outline.times, *outline.notes, outline.footer)))
    return "\n\n".join(blocks) + "\n"


def _quote_text(quote: Quote) -> str:
    return f'  "{for_text(quote.sentence)}"' + (f" ({for_text(quote.outlet)})" if quote.outlet else "")


def _source_text(source: Source) -> str:
    line = f"  {for_text(source.outlet)}" + (f": {for_text(cut(source.headline, 200))}" if source.headline else "")
    if source.copies:
        line += f" (also {for_text(', '.join(source.copies))})"
    return line + (f"\n    {source.link[0]}" if source.link else "")


def _more(outline: Outline, before: str) -> str:
    return f"{before}{_more_words(outline)}" if outline.more_sources else ""


def _more_words(outline: Outline) -> str:
    return f"and {outline.more_sources} more outlet{'s' if outline.more_sources > 1 else ''}"


def _as_slack(outline: Outline) -> str:
    blocks = [f"*{for_slack(outline.title)}*", "\n".join(map(for_slack, outline.lead))]
    if outline.changed:
        blocks.append("*What changed*\n" + "\n".join(f"• {for_slack(line)}" for line in outline.changed))
    if outline.rulings:
        blocks.append("*Decided by an analyst*\n" + "\n".join(f"• {for_slack(line)}" for line in outline.rulings))
    if outline.quotes:
        blocks.append("\n".join(_quote_slack(quote) for quote in outline.quotes))
    if outline.sources:
        blocks.append("*Reported by*\n" + "\n".join(_source_slack(s) for s in outline.sources) + _more(outline, "\n• "))
    if outline.rules:
        blocks.append("*Why this alert*\n" + "\n".join(f"• {for_slack(rule)}" for rule in outline.rules))
    blocks.append("\n".join(for_slack(line) for line in (outline.times, *outline.notes, outline.footer)))
    return "\n\n".join(blocks)


def _quote_slack(quote: Quote) -> str:
    return f"&gt; {for_slack(quote.sentence)}" + (f" ({for_slack(quote.outlet)})" if quote.outlet else "")


def _source_slack(source: Source) -> str:
    """The outlet, its headline, and the host as the link's only words, so that no headline can pose as an address."""
    line = f"• {for_slack(source.outlet)}" + (f": {for_slack(cut(source.headline, 200))}" if source.headline else "")
    if source.copies:
        line += f" (also {for_slack(', '.join(source.copies))})"
    return line + (f" (<{source.link[0].replace('&', '&amp;')}|{source.link[1]}>)" if source.link else "")


_P = 'style="margin:0 0 12px"'
_H2 = 'style="font-size:14px;margin:20px 0 6px;color:#374151"'
_UL = 'style="margin:0 0 12px;padding-left:20px"'


def _as_html(outline: Outline) -> str:
    parts = [f"<p {_P}>{for_html(line)}</p>" for line in outline.lead]
    if outline.changed:
        parts.append(_list_html("What changed", [for_html(line) for line in outline.changed]))
    if outline.rulings:
        parts.append(_list_html("Decided by an analyst", [for_html(line) for line in outline.rulings]))
    if outline.quotes:
        parts.append(f"<h2 {_H2}>In the words of the reports</h2>")
        quote_style = 'style="margin:0 0 10px;padding:0 0 0 12px;border-left:3px solid #d1d5db"'
        parts += [f"<blockquote {quote_style}>{_quote_html(quote)}</blockquote>" for quote in outline.quotes]
    if outline.sources:
        more = [_more_words(outline)] if outline.more_sources else []
        parts.append(_list_html("Reported by", [_source_html(s) for s in outline.sources] + more))
    if outline.rules:
        parts.append(_list_html("Why this alert", [for_html(rule) for rule in outline.rules]))
    small = "<br>".join(for_html(line) for line in (outline.times, *outline.notes, outline.footer))
    parts.append(f'<p style="margin:20px 0 0;font-size:13px;color:#4b5563">{small}</p>')
    return mail(outline.title, parts, colour=COLOURS[outline.severity], label="Alert")


def _quote_html(quote: Quote) -> str:
    return for_html(quote.sentence) + (
        f'<br><span style="font-size:13px;color:#4b5563">{for_html(quote.outlet)}</span>' if quote.outlet else ""
    )


def _list_html(heading: str, lines: list[str]) -> str:
    return f"<h2 {_H2}>{html.escape(heading)}</h2>\n<ul {_UL}>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def _source_html(source: Source) -> str:
    line = for_html(source.outlet) + (f": {for_html(cut(source.headline, 200))}" if source.headline else "")
    if source.copies:
        line += f" (also {for_html(', '.join(source.copies))})"
    if source.link:
        line += f' (<a href="{html.escape(source.link[0], quote=True)}" style="color:#1d4ed8">{html.escape(source.link[1])}</a>)'
    return line
