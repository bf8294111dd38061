"""Incidents and rule sets for the tests of the rules, in a few words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from monitor.model import Account, Evidence, Filing, GroupMention, Incident, Place, Toll
from monitor.rules.load import RuleSet, load_rules

SHIPPED = Path(__file__).parent.parent / "rules"
NOW = dt.datetime(2023, 9, 29, 12, tzinfo=dt.UTC)
MASTUNG = Place(name="Mastung", district="Mastung", province="Balochistan", country="Pakistan", lat=29.8, lon=66.85)
WORLD = """
groups:
  - {id: is, name: Islamic State, aliases: [Islamic State, {text: IS, case: exact}]}
  - {id: iskp, name: Islamic State Khorasan Province, aliases: [ISKP], parent: is}
  - {id: iskp-kabul, name: Kabul cell, aliases: [Kabul cell], parent: iskp}
  - {id: ttp, name: Tehreek-e-Taliban Pakistan, aliases: [TTP]}
places:
  - {name: Mastung, district: Mastung, province: Balochistan, country: Pakistan, latitude: 29.8, longitude: 66.85, watch: high}
  - {name: Khyber Pakhtunkhwa, spellings: [KP, K-P, Pakhtunkhwa], country: Pakistan}
  - {name: Miran Shah, spellings: [Miramshah], district: North Waziristan, province: Khyber Pakhtunkhwa, country: Pakistan, watch: elevated}
calendar:
  - {name: eid-milad, dates: [2023-09-29]}
  - {name: polling, dates: [{from: 2024-02-05, to: 2024-02-08}]}
"""


def rules_of(when: str, *, severity: str = "high", name: str = "tested") -> RuleSet:
    """One rule with these conditions (YAML, in braces), among the groups, places and days of WORLD."""
    return load_rules({"rules/tested.yaml": f"{WORLD}\nrules:\n  - {{name: {name}, when: {when}, severity: {severity}}}\n"})


def filing(text: str = "", *, key: str = "one", **fields: Any) -> Filing:
    """A report in force; `text` is what it says."""
    defaults = {"item_id": key, "role": "report", "account": Account(fresh=True), "at": NOW, "outlet": f"outlet {key}", "text": text}
    return Filing(item_key=key, **(defaults | fields))


def incident(**fields: Any) -> Incident:
    """An incident of 29 September 2023 with one report; counts may be given as numbers."""
    for tally in ("killed", "injured", "militants_killed"):
        if isinstance(fields.get(tally), int):
            fields[tally] = Toll(count=fields[tally])
    return Incident(**({"id": "incident", "first_seen": NOW, "last_seen": NOW, "filings": (filing(),)} | fields))


def mention(group: str, stance: Any, sentence: str = "") -> GroupMention:
    return GroupMention(id=group, name=group, stance=stance, sentence=sentence)


def saying(field: str, sentence: str, **account: Any) -> Account:
    """An account with one piece of evidence."""
    return Account(fresh=True, evidence=(Evidence(field=field, sentence=sentence),), **account)
