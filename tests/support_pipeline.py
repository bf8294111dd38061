"""Readings made by hand, and a small rule set: the pipeline's tests need no reader."""

from __future__ import annotations

import datetime as dt

from monitor.items import content_hash, identify
from monitor.model import Account, AlertSettings, Evidence, GroupMention, Item, Place, Relation, Report, Toll
from monitor.pipeline import Desk, Reading
from monitor.rules.load import load_rules

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
TODAY = NOON.date()
MASTUNG = Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85)
TTP = GroupMention(id="ttp", name="Tehreek-e-Taliban Pakistan", stance="denied", sentence="The TTP denied it.")

RULES = """
rules:
  - name: any-attack
    why: Every attack with a victim.
    when: {casualties: ">= 1", country: [Pakistan, Afghanistan]}
    severity: notice
  - name: mass-casualty
    why: Fifty or more killed.
    when: {killed: ">= 50", country: [Pakistan, Afghanistan]}
    severity: critical
"""
GROUPS = """
groups:
  - id: ttp
    name: Tehreek-e-Taliban Pakistan
    aliases: [TTP]
    source: [own]
"""


def desk(*, replay: bool = False, wait_s: float = 180.0) -> Desk:
    ruleset = load_rules({"rules/alerts.yaml": RULES, "rules/groups.yaml": GROUPS})
    routes = dict.fromkeys(("info", "notice", "high", "severe", "critical"), ("desk",))
    return Desk(ruleset=ruleset, settings=AlertSettings(wait_s=wait_s, routes=routes), replay=replay)  # type: ignore[arg-type]


def toll(count: int) -> Toll:
    return Toll(count=count, min=count, max=count, text=str(count))


def account(
    *,
    killed: int | None = None,
    injured: int | None = None,
    place: Place | None = MASTUNG,
    fresh: bool = True,
    relation: Relation | None = None,
    groups: tuple[GroupMention, ...] = (),
    retracts: bool = False,
    date: dt.date | None = TODAY,
) -> Account:
    sentence = f"{killed} people were killed, police said."
    said = tuple(Evidence(field=field, sentence=sentence, start=0, end=2) for field in ("killed", "target")) if killed is not None else ()
    return Account(
        fresh=fresh,
        relation=relation,
        date=date,
        place=place,
        killed=None if killed is None else toll(killed),
        injured=None if injured is None else toll(injured),
        groups=groups,
        attack_type="bombing",
        target="civilians",
        retracts=retracts,
        evidence=said,
    )


def reading(
    name: str,
    *accounts: Account,
    at: dt.datetime = NOON,
    words: str = "",
    outlet: str = "Courier",
    feed: str = "courier",
    error: str | None = None,
) -> Reading:
    """An item called `name` with these accounts; `words` is its text (by default its own)."""
    title = words or f"Story {name} as told by {outlet}"
    link = f"https://{feed}.example.org/{name}"
    item = Item(
        key=identify(feed_url=f"https://{feed}.example.org/rss", guid=name, link=link, title=title, summary="", content=""),
        id=name,
        title=title,
        link=link,
        guid=name,
        published_at=at,
        feed=feed,
        outlet=outlet,
        publisher=outlet,
        content_hash=content_hash(title, "", ""),
    )
    if error:
        return Reading(item=item, error=error)
    news = tuple(a for a in accounts if a.fresh)
    rest = tuple(a for a in accounts if not a.fresh)
    kind = "attack" if news else "follow-up" if rest else "other"
    return Reading(item=item, report=Report(kind=kind, incidents=news, background=rest))  # type: ignore[arg-type]
