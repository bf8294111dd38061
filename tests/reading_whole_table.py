# ruff: noqa: E501 (a row is easier to compare on one line)
"""Whole reports, and the fields of each incident that a row is about: (id, title, text, incidents).

An incident names only what it checks: "place", "district", "date", "killed", "injured", "fighters" (militants killed), "type", "target".
An empty list means that nothing is reported as news. Invented; published on Wednesday, 20 May 2026.
"""

from __future__ import annotations

from typing import Any

WHOLE: list[tuple[str, str, str, list[dict[str, Any]]]] = [
    # ---- days
    (
        "the-day-of-the-sum-is-that-of-each",
        "Militants strike twice in Balochistan",
        "QUETTA: Five people were killed in two attacks in Balochistan on Tuesday. Three policemen died when gunmen opened fire on a post in Parom.\n\nIn Kanak, a bomb killed two soldiers.",
        [{"place": "Parom", "killed": 3, "date": "2026-05-19"}, {"place": "Kanak", "killed": 2, "date": "2026-05-19"}],
    ),
    (
        "the-day-of-filing-is-none-of-the-attack",
        "Policemen killed in Bannu",
        "BANNU, May 20 (Valley Wire) - Gunmen shot dead two policemen near the Domel crossing, a spokesman said.",
        [{"killed": 2, "date": None}],
    ),
    (
        "the-day-before-which-was-said",
        "Driver shot dead in Hub",
        "HUB: Gunmen shot dead a driver on the coastal highway, police said two days ago.",
        [{"killed": 1, "date": "2026-05-18"}],
    ),
    # ---- places
    (
        "victims-die-in-a-hospital-of-another-city",
        "More lives lost in police school attack",
        "NOWSHERA: Eleven recruits are now known to have been martyred in Tuesday's attack on the police school in Nowshera, officials said, after four of the wounded lost their fight for life at the Lady Reading Hospital overnight.",
        [{"district": "Nowshera", "place": "Nowshera", "killed": 11}],
    ),
    # ---- kinds and targets
    (
        "what-a-crowd-attacked-afterwards",
        "Clash in Mand",
        "TURBAT: Gunmen shot dead a herdsman in Mand on Tuesday. Angry protesters later torched a checkpoint and pelted the police station with stones.",
        [{"killed": 1, "type": "armed assault", "target": "civilians"}],
    ),
    (
        "where-the-injured-were-taken",
        "Two hurt in blast",
        "TANK: A bomb hurt two people near Jandola on Tuesday. The two were rushed to a hospital.",
        [{"injured": 2, "target": "civilians"}],
    ),
    # ---- several attacks
    (
        "an-abduction-then-a-shooting-of-its-own",
        "Miner abducted in Duki, elder shot in Pishin",
        "QUETTA: Gunmen took away a miner in Duki and shot dead an elder in Pishin on Tuesday.\n\nIn Duki, ten men came to the pits on motorcycles and led away Gul Khan. They burned an excavator.\n\nIn Pishin, Malik Raza was fired at while he sat outside his shop in Khanozai. His son and two customers were injured.",
        [{"district": "Duki", "type": "kidnapping", "killed": None}, {"district": "Pishin", "killed": 1, "injured": 3}],
    ),
    (
        "two-sentences-with-no-space-between",
        "Traders shot dead in Mand",
        "Gunmen shot dead two traders in Mand on Tuesday.Three passers-by were hurt in Panjgur when a bomb exploded.",
        [{"district": "Kech", "killed": 2, "injured": None}, {"district": "Panjgur", "injured": 3}],
    ),
]
