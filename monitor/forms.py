"""The JSON of the stable interface, and the lossless forms that the store keeps.

Only shapes, no decisions: every function turns one value of `monitor.model` into plain JSON types or back.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitor.model import (
    Account,
    Alert,
    Evidence,
    Filing,
    GroupMention,
    HistoryEntry,
    Incident,
    Item,
    Match,
    Place,
    Reason,
    Report,
    Ruling,
    Toll,
)

Form = dict[str, Any]


_ITEM_TEXTS = (
    *("key", "id", "title", "summary", "content", "link", "guid", "feed", "outlet", "publisher", "language", "timezone"),
    "content_hash",
)


def time_form(at: dt.datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, to the second (to the microsecond where there is a fraction)."""
    return None if at is None else at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def time_from(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def date_from(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def toll_form(toll: Toll | None) -> Form | None:
    return None if toll is None else {"count": toll.count, "min": toll.min, "max": toll.max, "text": toll.text}


def toll_from(form: Form | None) -> Toll | None:
    return None if form is None else Toll(**form)


def place_form(place: Place | None) -> Form | None:
    if place is None:
        return None
    return {
        "name": place.name,
        "district": place.district,
        "province": place.province,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
    }


def place_from(form: Form | None) -> Place | None:
    return None if form is None else Place(**form)


def group_form(mention: GroupMention) -> Form:
    """The sentence is left out where there is none, as on merged incidents without a quote."""
    form: Form = {"id": mention.id, "name": mention.name, "stance": mention.stance}
    if mention.sentence:
        form["sentence"] = mention.sentence
    return form


def group_from(form: Form) -> GroupMention:
    return GroupMention(**form)


def _public_account(account: Account) -> Form:
    form: Form = {"fresh": account.fresh}
    if account.relation is not None:
        form["relation"] = account.relation
    if account.retracts:
        form["retracts"] = True
    return form | {
        "date": account.date.isoformat() if account.date else None,
        "place": place_form(account.place),
        "killed": toll_form(account.killed),
        "injured": toll_form(account.injured),
        "militants_killed": toll_form(account.militants_killed),
        "groups": [group_form(g) for g in account.groups],
        "attack_type": account.attack_type,
        "target": account.target,
        "evidence": list(dict.fromkeys(e.sentence for e in account.evidence)),
    }


def report_form(item_id: str, report: Report) -> Form:
    """One line of `monitor analyze`."""
    form: Form = {
        "id": item_id,
        "kind": report.kind,
        "language": report.language,
        "incidents": [_public_account(a) for a in report.incidents],
        "background": [_public_account(a) for a in report.background],
        "mentions": {"groups": list(report.group_mentions), "places": list(report.place_mentions)},
    }
    if report.cut:
        form["cut"] = True
    return form


def account_form(account: Account) -> Form:
    """Lossless: the public shape, with evidence whole instead of as bare sentences."""
    evidence = [{"field": e.field, "sentence": e.sentence, "start": e.start, "end": e.end} for e in account.evidence]
    return _public_account(account) | {"evidence": evidence}


def account_from(form: Form) -> Account:
    return Account(
        fresh=form["fresh"],
        relation=form.get("relation"),
        retracts=form.get("retracts", False),
        date=date_from(form["date"]),
        place=place_from(form["place"]),
        killed=toll_from(form["killed"]),
        injured=toll_from(form["injured"]),
        militants_killed=toll_from(form["militants_killed"]),
        groups=tuple(group_from(g) for g in form["groups"]),
        attack_type=form["attack_type"],
        target=form["target"],
        evidence=tuple(Evidence(**e) for e in form["evidence"]),
    )


def kept_report_form(report: Report) -> Form:
    """Lossless, for the store: accounts with their evidence whole, and what read them."""
    return {
        "kind": report.kind,
        "language": report.language,
        "incidents": [account_form(a) for a in report.incidents],
        "background": [account_form(a) for a in report.background],
        "group_mentions": list(report.group_mentions),
        "place_mentions": list(report.place_mentions),
        "reader_version": report.reader_version,
        "vocabulary_hash": report.vocabulary_hash,
        "cut": report.cut,
    }


def report_from(form: Form) -> Report:
    return Report(
        kind=form["kind"],
        language=form["language"],
        incidents=tuple(account_from(a) for a in form["incidents"]),
        background=tuple(account_from(a) for a in form["background"]),
        group_mentions=tuple(form["group_mentions"]),
        place_mentions=tuple(form["place_mentions"]),
        reader_version=form["reader_version"],
        vocabulary_hash=form["vocabulary_hash"],
        cut=form["cut"],
    )


def item_form(item: Item) -> Form:
    """Lossless."""
    form = {name: getattr(item, name) for name in _ITEM_TEXTS}
    return form | {"published_at": time_form(item.published_at), "tags": list(item.tags)}


def item_from(form: Form) -> Item:
    """Raises ValueError where a key is missing or of another kind."""
    texts = {name: form.get(name) for name in _ITEM_TEXTS}
    for name, value in texts.items():
        if not isinstance(value, str) and not (value is None and name in ("link", "guid")):
            raise ValueError(f"item has {value!r:.40} as {name}; expected a string")
    return Item(**texts, published_at=time_from(form.get("published_at")), tags=tuple(form.get("tags") or ()))  # type: ignore[arg-type]


def filing_form(filing: Filing) -> Form:
    """Lossless but for the item's text, which the store keeps once, with the item."""
    return {
        "item_key": filing.item_key,
        "item_id": filing.item_id,
        "role": filing.role,
        "account": account_form(filing.account),
        "at": time_form(filing.at),
        "published_at": time_form(filing.published_at),
        "seen_at": time_form(filing.seen_at),
        "kind": filing.kind,
        "feed": filing.feed,
        "outlet": filing.outlet,
        "publisher": filing.publisher,
        "language": filing.language,
        "tags": list(filing.tags),
        "link": filing.link,
        "title": filing.title,
        "duplicate_of": filing.duplicate_of,
    }


def filing_from(form: Form, *, text: str = "") -> Filing:
    at = time_from(form["at"])
    if at is None:
        raise ValueError(f"filing of item {form['item_key']!r} has no time")
    return Filing(
        item_key=form["item_key"],
        item_id=form["item_id"],
        role=form["role"],
        account=account_from(form["account"]),
        at=at,
        published_at=time_from(form["published_at"]),
        seen_at=time_from(form["seen_at"]),
        kind=form["kind"],
        feed=form["feed"],
        outlet=form["outlet"],
        publisher=form["publisher"],
        language=form["language"],
        tags=tuple(form["tags"]),
        link=form["link"],
        title=form["title"],
        text=text,
        duplicate_of=form["duplicate_of"],
    )


def match_form(match: Match) -> Form:
    return {
        "rule": match.rule,
        "severity": match.severity,
        "notify": None if match.notify is None else list(match.notify),
        "reasons": [{"rule": r.rule, "condition": r.condition, "value": r.value, "text": r.text} for r in match.reasons],
    }


def match_from(form: Form) -> Match:
    return Match(
        rule=form["rule"],
        severity=form["severity"],
        notify=None if form["notify"] is None else tuple(form["notify"]),
        reasons=tuple(Reason(**r) for r in form["reasons"]),
    )


def history_form(entry: HistoryEntry) -> Form:
    return {"at": time_form(entry.at), "item": entry.item_id, "killed": toll_form(entry.killed), "injured": toll_form(entry.injured)}


def history_from(form: Form) -> HistoryEntry:
    at = time_from(form["at"])
    if at is None:
        raise ValueError(f"history entry of item {form['item']!r} has no time")
    return HistoryEntry(at=at, item_id=form["item"], killed=toll_from(form["killed"]), injured=toll_from(form["injured"]))


def incident_facts_form(incident: Incident) -> Form:
    """An incident without its filings and history: what an alert froze, what a decision compares."""
    return {
        "id": incident.id,
        "first_seen": time_form(incident.first_seen),
        "last_seen": time_form(incident.last_seen),
        "date": incident.date.isoformat() if incident.date else None,
        "place": place_form(incident.place),
        "killed": toll_form(incident.killed),
        "injured": toll_form(incident.injured),
        "militants_killed": toll_form(incident.militants_killed),
        "groups": [group_form(g) for g in incident.groups],
        "attack_type": incident.attack_type,
        "target": incident.target,
        "retracted": incident.retracted,
        "dismissed": incident.dismissed,
        "rulings": [{"decision": one.number, "what": one.what, "by": one.actor, "why": one.why} for one in incident.rulings],
    }


def incident_facts_from(form: Form) -> Incident:
    first_seen, last_seen = time_from(form["first_seen"]), time_from(form["last_seen"])
    if first_seen is None or last_seen is None:
        raise ValueError(f"incident {form['id']!r} has no first_seen or last_seen")
    return Incident(
        id=form["id"],
        first_seen=first_seen,
        last_seen=last_seen,
        date=date_from(form["date"]),
        place=place_from(form["place"]),
        killed=toll_from(form["killed"]),
        injured=toll_from(form["injured"]),
        militants_killed=toll_from(form["militants_killed"]),
        groups=tuple(group_from(g) for g in form["groups"]),
        attack_type=form["attack_type"],
        target=form["target"],
        retracted=form["retracted"],
        dismissed=form["dismissed"],
        # Alerts of earlier releases are stored without them.
        rulings=tuple(Ruling(number=one["decision"], what=one["what"], actor=one["by"], why=one["why"]) for one in form.get("rulings", ())),
    )


def incident_form(incident: Incident) -> Form:
    """One line of `monitor incidents --json`."""
    form = incident_facts_form(incident)
    form["foiled"] = incident.foiled
    form["outlets"] = list(incident.outlets)
    form["items"] = [
        {
            "id": f.item_id,
            "feed": f.feed,
            "outlet": f.outlet,
            "link": f.link,
            "published": time_form(f.published_at),
            "role": f.role,
        }
        for f in incident.filings
    ]
    form["history"] = [history_form(entry) for entry in incident.history]
    return form


def alert_form(alert: Alert, *, title: str) -> Form:
    """One line of `monitor backfill --json`. `items` are all items of the incident so far, copies included."""
    return {
        "kind": alert.kind,
        "alert": alert.id,
        "incident": alert.incident_id,
        "change": alert.change,
        "at": time_form(alert.due_at),
        "severity": alert.severity,
        "rules": [m.rule for m in alert.matches],
        "channels": list(alert.channels),
        "title": title,
        "killed": toll_form(alert.incident.killed),
        "injured": toll_form(alert.incident.injured),
        "militants_killed": toll_form(alert.incident.militants_killed),
        "place": place_form(alert.incident.place),
        "items": list(dict.fromkeys(f.item_id for f in alert.incident.filings)),
        "reasons": [{"rule": r.rule, "condition": r.condition, "value": r.value, "text": r.text} for m in alert.matches for r in m.reasons],
    }
