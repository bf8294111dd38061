"""What a filing is worth: when it spoke, on whose authority, and whether it is a voice of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from monitor.incidents.words import thwarted
from monitor.model import Account, Filing, Incident, Item

# A publisher's date is trusted as far back as a slow feed may lag; an older one is more likely a wrong year than old news.
_SLOWEST_FEED = dt.timedelta(days=3)

_OFFICIAL = re.compile(
    r"\b(?:police|officials?|officers?|hospitals?|doctors?|medics?|rescue|authorit(?:y|ies)|ministry|minister|ministerial|government|govt|"
    r"administration|commissioner|governor|spokes(?:man|woman|person)|army|military|ispr|inter-services|security (?:sources|forces)|"
    r"dpo|ssp|sp|rpo|dig|igp|levies|ctd|edhi|chhipa|unama|superintendent|surgeon|mortuary|morgue|deputy)\b",
    re.IGNORECASE,
)
# "The outfit said it had killed 40", not "the outfit, which said it was behind the blast that killed four".
_BOAST = re.compile(
    r"\b(?:group|outfit|militants?|insurgents?|rebels?|taliban|bla|blf|bra|brg|ttp|iskp|is-k|islamic state|lej|nrf|aff|front|fighters|amaq"
    r"|spokes\w+|jaish|lashkar)\b(?:\W+\w+){0,3}\W+(?:claim(?:s|ed|ing)?|boast(?:s|ed)?|sa(?:ys|id)|put|assert(?:s|ed)?)\b"
    r"(?![^.;]{0,60}\b(?:responsib\w+|behind|carried out)\b)[^.;]{0,60}\b(?:kill|dead|death|slain|casualt)"
    r"|\bclaim(?:s|ed|ing)? (?:to have |it |they |its \w+ )?(?:had )?kill(?:ed|ing)?",
    re.IGNORECASE,
)
_MILITANT_ARMY = re.compile(r"\b(?:baloch|balochistan|baluch|balochi) liberation (?:army|front)\b", re.IGNORECASE)
_REVISION = re.compile(
    r"\b(?:lower(?:s|ed|ing)?|revis(?:e|es|ed|ing)|correct(?:s|ed|ing|ion)|earlier (?:said|reported|put|figure|count|toll)|initial(?:ly)?|"
    r"down from|counted twice|double[- ]count\w*|more than one hospital|instead of|not \d+|reduc(?:ed|es)|put (?:back|down)|found alive)\b",
    re.IGNORECASE,
)


def spoken_at(filing: Filing) -> dt.datetime:
    """When the account was given: published, where that lies at most three days before it was seen; else seen."""
    published = filing.published_at
    if published is not None and filing.at - _SLOWEST_FEED <= published <= filing.at:
        return published
    return filing.at


def in_order(filings: Iterable[Filing]) -> tuple[Filing, ...]:
    """Filings as they were spoken. A total order, so that facts do not depend on the order in which filings are handed in."""
    return tuple(sorted(filings, key=lambda f: (spoken_at(f), f.at, f.item_key, f.role, repr(f.account))))


def in_one_voice(filings: tuple[Filing, ...]) -> tuple[Filing, ...]:
    """The filings with each copy and reprint under the name of the voice it repeats: its account counts, it is no second voice. Where
    the original is not among them, the first of its copies stands for it."""
    voices = {f.item_key: f.voice for f in filings if f.duplicate_of is None}
    for f in filings:
        if f.duplicate_of is not None:
            voices.setdefault(f.duplicate_of, f.voice)
    return tuple(f if f.duplicate_of is None else replace(f, publisher=voices[f.duplicate_of]) for f in filings)


_CATALOGUES = frozenset({"Global Terrorism Database"})
_ROW_CHARS = 700  # rows of two catalogues: 250 on average, 600 at most in one; few articles are shorter


def of_catalogue(told: Filing | Item) -> bool:
    """Whether it is a row of a table of attacks, which has one for each: its source is one, or it is a short text without title, address
    or outlet."""
    if told.outlet in _CATALOGUES:
        return True
    return not (told.title or told.link or told.outlet or told.feed) and len(told.text) <= _ROW_CHARS


def came_to_nothing(filing: Filing) -> bool:
    """Whether it tells of a bid that hurt nobody, as its bomb was found or its makers were caught."""
    return harmless(filing.account) and thwarted(filing.title or filing.text)


def harmless(told: Account | Incident) -> bool:
    """Whether nobody is said to have been killed or hurt."""
    return not any(toll is not None and toll.count for toll in (told.killed, told.injured, told.militants_killed))


def speaks(filing: Filing) -> bool:
    """Whether the filing adds facts: references stand in the list alone."""
    return filing.role != "reference"


def sentences(account: Account, field: str) -> str:
    """The sentences that gave a field, joined."""
    return " ".join(dict.fromkeys(e.sentence for e in account.evidence if e.field == field))


def authority(filing: Filing, field: str) -> int:
    """On whose word a field stands: 2 an official or a hospital, 1 the outlet's own, 0 an armed group's boast."""
    said = sentences(filing.account, field)
    if not said:
        return 1
    # "Army" and "spokesman" speak for an official; the Baloch Liberation Army's do not.
    plain = _MILITANT_ARMY.sub("group", said)
    if _BOAST.search(plain) and not _OFFICIAL.search(plain):
        return 0
    return 2 if _OFFICIAL.search(plain) else 1


def revises(filing: Filing, field: str) -> bool:
    """Whether the words say that an earlier figure is withdrawn ("lowered", "earlier said", "counted twice")."""
    return bool(_REVISION.search(f"{filing.title} {sentences(filing.account, field)}"))


def told_type(account: Account) -> str | None:
    """How the attack was made, where the text says so: what is only taken for an assault tells no attack from another."""
    return account.attack_type if _is_told(account, "attack_type") else None


def type_told_of(incident: Incident) -> str | None:
    """The incident's attack type, unless its reports only let it be taken for that."""
    accounts = [f.account for f in incident.filings if speaks(f)]
    taken = {account.attack_type for account in accounts} - {told_type(account) for account in accounts}
    return None if incident.attack_type in taken else incident.attack_type


def told_target(account: Account) -> str | None:
    """Whom it hit, where the text says so: "three killed" are only taken for civilians."""
    return account.target if _is_told(account, "target") else None


def target_told_of(incident: Incident) -> str | None:
    """The incident's target, unless its reports only let it be taken for that."""
    accounts = [f.account for f in incident.filings if speaks(f)]
    taken = {account.target for account in accounts} - {told_target(account) for account in accounts}
    return None if incident.target in taken else incident.target


def _is_told(account: Account, field: str) -> bool:
    return any(e.field == field for e in account.evidence)
