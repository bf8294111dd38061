"""Several alerts as one message, for a storm: every one of them has its line, whatever has to be left out."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.alerts.frame import COLOURS, H2, mail, paragraph, small
from monitor.alerts.inert import cut, for_html, for_slack, for_text, web_link
from monitor.alerts.render import SLACK_CHARS
from monitor.alerts.surge import surge_lead
from monitor.alerts.wording import changes, claims_words, reason_words, time_words, title
from monitor.model import SEVERITIES, Alert, Incident, Message

_LIST_CHARS = 1_850  # services cut plain text at 2,000 characters and more; what follows the list may be cut
_TEXT_CHARS = 18_000
_HTML_CHARS = 30_000  # mails above 32,000 go out as text
# What is kept as there are more of them: characters of the headline; 2 with all that is known, 1 with a link, 0 by itself.
_SIZES = ((150, 2), (120, 1), (150, 0), (110, 0), (85, 0), (60, 0))
_SHOWN_OUTLETS = 4
_WHY = "There were more alerts than this channel takes one by one, so they come in one message. None is left out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alert of the message. `first_on_channel`: the channel knows nothing of the incident; `told`: the facts as it last had them;
    `may_repeat`: it may have had this."""

    alert: Alert
    first_on_channel: bool = True
    told: Incident | None = None
    may_repeat: bool = False


def render_together(entries: Sequence[Entry], *, now: dt.datetime, timezone: str) -> Message:
    """All alerts, the gravest first. For up to 20 of them the Slack form has at most 4,000 characters, and the text names each within
    the first 2,000.

    Raises:
        ValueError: there is nothing to tell.
    """
    if not entries:
        raise ValueError("a message of no alerts")
    ordered = sorted(entries, key=lambda e: (-SEVERITIES.index(e.alert.severity), e.alert.due_at, e.alert.id))
    gravest = title(ordered[0].alert, first_on_channel=ordered[0].first_on_channel)
    heading = cut(f"{len(ordered)} alerts at once, the gravest {gravest}", 150)
    footer = f"Sent {time_words(now, ZoneInfo(timezone))} ({timezone})"
    return Message(
        title=for_text(heading),
        text=_as_text(heading, ordered, footer),
        html=_fitted(lambda width, more: _as_html(heading, ordered, footer, width, more=more), _HTML_CHARS),
        slack=_fitted(lambda width, more: _as_slack(heading, ordered, footer, width, more=more), SLACK_CHARS),
    )


def _fitted(write: Callable[[int, int], str], limit: int) -> str:
    written = ""
    for width, more in _SIZES:
        written = write(width, more)
        if len(written) <= limit:
            break
    return written


def _headline(entry: Entry, width: int) -> str:
    return title(entry.alert, first_on_channel=entry.first_on_channel, told=entry.told, may_repeat=entry.may_repeat, width=width)


def _more(entry: Entry) -> list[str]:
    """What else is worth a line: what changed, who claims it, who reports it, what to ask for."""
    alert = entry.alert
    lines = []
    if alert.change in ("correction", "retraction") or (alert.change == "update" and not entry.first_on_channel):
        why = reason_words(alert)
        lines.append(why[0].upper() + why[1:] + ".")
        if entry.told is not None and alert.change != "retraction" and (found := changes(entry.told, alert.incident)):
            lines.append("; ".join(f"{what}: {before} → {after}" for what, before, after in found))
    if alert.kind == "surge":
        lines += surge_lead(alert)[1:]
    elif alert.change != "retraction":
        lines.append(claims_words(alert.incident))
    outlets = list(alert.incident.outlets)
    if outlets:
        rest = f" and {len(outlets) - _SHOWN_OUTLETS} more" if len(outlets) > _SHOWN_OUTLETS else ""
        lines.append(
            f"Reported by {', '.join(outlets[:_SHOWN_OUTLETS])}{rest}; rules: {', '.join(m.rule for m in alert.matches) or 'none'}."
        )
    lines.append(f"Alert {alert.id}")
    return lines


def _link(entry: Entry) -> tuple[str, str] | None:
    links = (web_link(f.link) for f in entry.alert.incident.filings if f.role != "reference")
    return next((link for link in links if link), None)


def _as_text(heading: str, entries: Sequence[Entry], footer: str) -> str:
    """First every headline, then what else is known of each."""
    listed = _fitted(lambda width, _: "\n".join(f"* {for_text(_headline(entry, width))}" for entry in entries), _LIST_CHARS)
    blocks = [for_text(heading), listed, _WHY]
    for entry in entries:
        lines = [for_text(_headline(entry, 150)), *(f"  {for_text(line)}" for line in _more(entry))]
        if link := _link(entry):
            lines.append(f"  {link[0]}")
        blocks.append("\n".join(lines))
    whole = "\n\n".join([*blocks, footer]) + "\n"
    return whole if len(whole) <= _TEXT_CHARS else "\n\n".join([*blocks[:3], footer]) + "\n"


def _as_slack(heading: str, entries: Sequence[Entry], footer: str, width: int, *, more: int) -> str:
    blocks = [f"*{for_slack(heading)}*", for_slack(_WHY)]
    for entry in entries:
        lines = [f"• {for_slack(_headline(entry, width))}"]
        link = _link(entry)
        if more and link:
            lines[0] += f" (<{link[0].replace('&', '&amp;')}|{link[1]}>)"
        if more == 2:
            lines += [f"    {for_slack(line)}" for line in _more(entry)]
        blocks.append("\n".join(lines))
    return "\n".join([*blocks, for_slack(footer)])


def _as_html(heading: str, entries: Sequence[Entry], footer: str, width: int, *, more: int) -> str:
    parts = [paragraph(_WHY)]
    for entry in entries:
        parts.append(f"<h2 {H2}>{for_html(_headline(entry, width))}</h2>")
        if more:
            lines = "<br>".join(for_html(line) for line in _more(entry) if more == 2)
            if link := _link(entry):
                anchor = f'<a href="{html.escape(link[0], quote=True)}" style="color:#1d4ed8">{html.escape(link[1])}</a>'
                lines = f"{lines}<br>{anchor}" if lines else anchor
            parts.append(f'<p style="margin:0 0 12px">{lines}</p>')
    return mail(heading, [*parts, small([footer])], colour=COLOURS[entries[0].alert.severity], label="Alerts")
