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
    (
        "admitted-less-the-dead",
        "Shrine blast kills eight",
        "KABUL: A blast at a shrine in Kabul on Tuesday killed eight people and wounded a dozen, officials said. A hospital said it had received 20 people, seven of whom were dead on arrival.",
        [{"killed": 8, "injured": 12}],
    ),
    (
        "of-whom-so-many-were-dead",
        "Eleven dead in Samangan lodge blast",
        "The hospital of Aybak received 42 people after Tuesday's blast at a lodge in Samangan, of whom 11 were dead on arrival. The other 31 were wounded.",
        [{"killed": 11, "injured": 31}],
    ),
    (
        "a-number-that-is-taken-back",
        "Post attack: six martyrs, not eight",
        "ZHOB: Six policemen, and not eight as reported earlier, were martyred in the attack on a post in Sherani on Monday, the police chief said.\n\nEight bodies had been loaded on to two pickups in the dark, he said. Four others were wounded.",
        [{"district": "Sherani", "killed": 6, "injured": 4}],
    ),
    (
        "lives-between-them",
        "Five killed in Karak, Orakzai attacks",
        "PESHAWAR: Tuesday's two attacks have claimed five lives between them, after one of the soldiers wounded in Orakzai died at night.\n\nIn Karak, two men on a motorcycle fired at a polio team. Vaccinator Gul Bibi and Constable Tahir died on the spot.\n\nThe other three deaths are those of a captain, his driver and a naik, whose vehicle ran over a bomb at Mamozai in Orakzai. Two more wounded are being treated at Kohat. The TTP said that its men had planted the device.",
        [{"district": "Karak", "killed": 2}, {"district": "Orakzai", "killed": 3}],
    ),
    (
        "police-control-tells",
        "Police post overrun, school dynamited",
        "ZHOB: Dozens of armed men stormed a checkpost at Dhana Sar in Sherani district early on Tuesday. Police control in Zhob said eight policemen had been martyred.\n\nSeparately, explosives brought down four rooms of a girls' school in Tank at about 5am. No casualty was reported.",
        [{"district": "Sherani", "killed": 8}, {"district": "Tank", "killed": 0, "target": "education or health"}],
    ),
    (
        "an-official-tells-me",
        "Truck bomb at camp",
        "MIRAMSHAH, May 20, for all desks.\n\nTruck with explosives blew at the gate of an army camp in Spinwam today. Security official in Miramshah, no name please, tells me seven soldiers killed.",
        [{"place": "Spinwam", "killed": 7}],
    ),
    (
        "nobody-where-a-front-speaks-of-five",
        "Two hurt in Andarab firing",
        "PUL-E-KHUMRI: The police said on Wednesday that nobody had been killed when rebels fired on a post in Andarab on Tuesday, and that two soldiers were wounded. They spoke of a dream of the National Resistance Front, which had said that its guerrillas killed five.",
        [{"killed": 0, "injured": 2, "fighters": None}],
    ),
    (
        "a-new-toll-among-words-of-mourning",
        "Third engineer dies after Karachi bombing",
        "ISLAMABAD: A third engineer has died after a suicide bombing in Karachi, his embassy said on Wednesday, taking the death toll to four including a driver. The ambassador mourned him. Shares fell.",
        [{"district": "Karachi", "killed": 4}],
    ),
]
