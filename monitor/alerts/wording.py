"""The words for an incident's facts and for what changed in them; all of it plain text, nothing escaped yet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from monitor.alerts.inert import cut, plain
from monitor.model import Alert, GroupMention, Incident, Place, Stance, Toll

MAY_BE_A_REPEAT = "This message may be a repeat: an earlier try broke off and may have arrived."
TITLE_CHARS = 150  # a subject line; longer ones are folded or cut by mail clients

_SAFE_COUNT = re.compile(
    r"(?:over|more than|at least|nearly|about|around|almost|up to|as many as|some|roughly|approximately)? ?\d{1,3}(?:,?\d{3})*",
    re.IGNORECASE,
)
_KIND_WORDS = {"rocket or mortar": "rocket or mortar attack", "drone": "drone attack"}
_STANCE_WORDS: dict[Stance, str] = {"claimed": "claimed by", "denied": "denied by", "suspected": "blamed on"}
_REASON_WORDS = {
    "surge": "there are more attacks than usual",
    "severity-rose": "a graver rule now holds",
    "toll-step-passed": "the toll passed a step",
    "claim-came": "a group claimed it",
    "denial-came": "a group denied it",
    "place-became-precise": "the place is now known",
    "toll-settled": "the toll has settled at another figure",
    "toll-fell-below-step": "the toll was lowered",
    "claim-withdrawn": "a claim was withdrawn",
    "retraction-withdrawn": "it was taken back, and is now confirmed",
    "retracted": "there was no attack, by a later report",
    "found-to-be-one": "two incidents told before are one attack",
    "found-to-be-two": "it had been told to be one with another incident, and is an attack of its own",
    "dismissed": "an analyst decided that there was no attack",
    "set-by-hand": "an analyst put it right",
}
Change = tuple[str, str, str]  # what, before, after


def title(
    alert: Alert, *, first_on_channel: bool = False, told: Incident | None = None, may_repeat: bool = False, width: int = TITLE_CHARS
) -> str:
    """One line of at most `width` characters: severity, attack type, place, toll; the kind of message before it where it is no first one.

    Who claims, denies or is blamed comes last. `told`: the facts last told; an update then says what is new: "9 → 17 killed; claimed by
    the BLA". `may_repeat` is said at the end.
    """
    mark = " (may be a repeat)" if may_repeat else ""
    return cut(_title(alert, first_on_channel=first_on_channel, told=told), width - len(mark)) + mark


def _title(alert: Alert, *, first_on_channel: bool, told: Incident | None) -> str:
    if alert.kind == "surge":
        return f"{alert.severity.upper()}: surge of attacks: {surge_words(alert)}"
    incident = alert.incident
    kind = {"update": "" if first_on_channel else "UPDATE ", "correction": "CORRECTION ", "retraction": "RETRACTED "}.get(alert.change, "")
    if alert.change == "retraction":
        return f"RETRACTED: {kind_words(incident)} in {place_words(incident.place)}"
    where = f"{kind}{alert.severity.upper()}: {kind_words(incident)} in {place_words(incident.place)}"
    if told is None or not kind:
        return f"{where} — {tolls_words(incident)}{_stances_words(incident.groups)}"
    known = {(group.id, group.stance) for group in told.groups}
    new = [group for group in incident.groups if (group.id, group.stance) not in known]
    moved = _told_elsewhere(told, incident) if alert.change == "correction" else ""
    return f"{where}{moved} — {_tolls_since(told, incident)}{_stances_words(new)}"


def _told_elsewhere(told: Incident, now: Incident) -> str:
    """ " (not Bannu)", where another district was told; "" where it is the same or none was."""
    before, after = (incident.place.district if incident.place else None for incident in (told, now))
    return f" (not {plain(before)})" if before and before != after else ""


def surge_words(alert: Alert) -> str:
    """ "6 in Balochistan within 7 days, usually 1.2": what the rule of a surge counted."""
    return next((plain(str(reason.value)) for match in alert.matches for reason in match.reasons), "")


def kind_words(incident: Incident) -> str:
    kind = incident.attack_type
    return _KIND_WORDS.get(kind, kind) if kind else "attack"


def place_words(place: Place | None) -> str:
    """From the name up to the province; the country only where no province is known."""
    if place is None:
        return "a place not named"
    parts = [place.name, place.district, place.province] if place.province else [place.name, place.district, place.country]
    return ", ".join(dict.fromkeys(plain(part) for part in parts if part)) or plain(place.country or "") or "a place not named"


def toll_words(toll: Toll) -> str:
    """ "over 50", "at least 5", "nearly 60", "12": the words of the text where they are a plain count, else from the bounds."""
    said = " ".join(toll.text.split()).lower()
    if _SAFE_COUNT.fullmatch(said) and int(re.sub(r"\D", "", said)) == toll.count:
        return said
    if toll.min is not None and toll.max is None:
        return f"at least {toll.count}"
    if toll.max is not None and toll.min is None:
        return f"up to {toll.max}"
    if toll.min is not None and toll.max is not None and toll.min < toll.max:
        return f"{toll.min} to {toll.max}"
    return str(toll.count)


def tolls_words(incident: Incident) -> str:
    """ "over 50 killed, 100 injured, 3 militants killed"; what nobody stated is left out."""
    said = []
    if incident.killed is not None:
        said.append("nobody killed" if incident.killed.count == 0 else f"{toll_words(incident.killed)} killed")
    if incident.injured is not None and (incident.injured.count or incident.killed is None):
        said.append("nobody injured" if incident.injured.count == 0 else f"{toll_words(incident.injured)} injured")
    if incident.militants_killed is not None and incident.militants_killed.count:
        said.append(f"{toll_words(incident.militants_killed)} militants killed")
    return ", ".join(said) or "toll not known yet"


def _tolls_since(told: Incident, now: Incident) -> str:
    """The tolls with what they were: "9 → 17 killed, 34 injured"."""
    pairs = ((told.killed, now.killed), (told.injured, now.injured), (told.militants_killed, now.militants_killed))
    said = tolls_words(now)
    for (before, after), what in zip(pairs, ("killed", "injured", "militants killed"), strict=True):
        if before is not None and after is not None and before.count and after.count and before.count != after.count:
            said = said.replace(f"{toll_words(after)} {what}", f"{before.count} → {toll_words(after)} {what}", 1)
    return said


def _stances_words(groups: Iterable[GroupMention]) -> str:
    """ "; claimed by X; denied by Y", to go after the tolls; "" where nobody claims, denies or is blamed."""
    named = [(words, [plain(g.name) for g in groups if g.stance == stance]) for stance, words in _STANCE_WORDS.items()]
    return "".join(f"; {words} {_and(names)}" for words, names in named if names)


def claims_words(incident: Incident) -> str:
    """Who claims, denies or is blamed, in one sentence."""
    said = []
    for stance, words in _STANCE_WORDS.items():
        names = [plain(g.name) for g in incident.groups if g.stance == stance]
        if names:
            said.append(f"{words} {_and(names)}")
    if not any(g.stance == "claimed" for g in incident.groups):
        said.insert(0, "no claim known")
    sentence = "; ".join(said)
    return sentence[0].upper() + sentence[1:] + "."


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def reason_words(alert: Alert) -> str:
    """Why this message was sent, in words; the slug itself where it is not known here."""
    return _REASON_WORDS.get(alert.reason, alert.reason.replace("-", " "))


_DECISIONS = {
    "merge": "made one with another incident",
    "split": "split from or into another incident",
    "dismiss": "dismissed as no attack",
    "undismiss": "taken up again",
}


def rulings_words(incident: Incident) -> list[str]:
    """What analysts decided on it, with who and why: "killed set by amna: the hospital called"."""
    names = {f"group:{group.id}": plain(group.name) for group in incident.groups}
    said = []
    for one in incident.rulings:
        what = names.get(one.what) or one.what.removeprefix("group:").replace("_", " ")
        words = f"{_DECISIONS.get(one.what) or f'{what} set'} by {plain(one.actor)}"
        said.append(words[0].upper() + words[1:] + (f": {plain(one.why)}" if one.why else ""))
    return said


def changes(before: Incident, now: Incident) -> list[Change]:
    """What differs between two states of an incident, as (what, before, after)."""
    pairs = [
        ("Killed", _said(before.killed), _said(now.killed)),
        ("Injured", _said(before.injured), _said(now.injured)),
        ("Militants killed", _said(before.militants_killed), _said(now.militants_killed)),
        ("Attack", kind_words(before), kind_words(now)),
        ("Target", before.target or "not known", now.target or "not known"),
        ("Place", place_words(before.place), place_words(now.place)),
        ("Date", _day(before.date), _day(now.date)),
        *_stances(before, now),
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _stances(before: Incident, now: Incident) -> list[Change]:
    """The word on each group, before and after; a bare mention is no word."""
    was = {g.id: g for g in before.groups if g.stance in _STANCE_WORDS}
    is_now = {g.id: g for g in now.groups if g.stance in _STANCE_WORDS}
    named = was | is_now
    return [
        (plain(named[i].name), was[i].stance if i in was else "no word", is_now[i].stance if i in is_now else "no word")
        for i in sorted(named, key=lambda i: named[i].name)
    ]


def _said(toll: Toll | None) -> str:
    return "not stated" if toll is None else toll_words(toll)


def _day(date: dt.date | None) -> str:
    return "not known" if date is None else f"{date:%a} {date.day} {date:%b %Y}"


def day_words(date: dt.date | None) -> str:
    return _day(date)


def course(incident: Incident) -> str:
    """How the toll came about: "9 → 17 → 23 killed"; "" where it never changed."""
    said = []
    for what, tolls in (("killed", [e.killed for e in incident.history]), ("injured", [e.injured for e in incident.history])):
        counts = [t.count for t in tolls if t is not None]
        steps = [count for i, count in enumerate(counts) if i == 0 or count != counts[i - 1]]
        if len(steps) > 1:
            said.append(" → ".join(map(str, steps)) + f" {what}")
    return ", ".join(said)


def time_words(at: dt.datetime, zone: dt.tzinfo) -> str:
    """ "29 Sep 2023 13:10" in the given zone."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y %H:%M}"
