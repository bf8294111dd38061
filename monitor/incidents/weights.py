"""What each kind of clue weighs, in natural log odds: +0.7 makes one attack twice as likely, -inf rules it out.

A weight is added for each clue; `PRIOR` stands for how rarely an account of a day means a given attack of that day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from monitor.incidents.compare import Clue

NEVER = -math.inf
PRIOR = -3.0

WEIGHTS: dict[str, float] = {
    "place: same spot": 4.0,
    "place: one names a spot of the district": 3.2,
    "place: same district": 3.2,
    "place: two sides of a frontier": 2.5,
    "place: other spots of a district": 1.0,
    "place: far spots of a district": -1.0,
    "place: neighbouring districts": 0.5,
    "place: both name the province": 1.3,
    "place: one names the province": 1.0,
    "place: other names in the province": -0.5,
    "place: both name the country": 0.3,
    "place: one names the country": 0.0,
    "place: one not given": -0.3,
    "place: elsewhere": NEVER,
    "date: same": 1.5,
    "date: a day off": -0.5,
    "date: another": NEVER,
    "day: same": 1.0,
    "day: next": 0.3,
    "day: before": -0.5,
    "day: two later": -1.0,
    "day: some later": -2.0,
    "day: weeks later": -4.0,
    "killed: same, nobody": 0.4,
    "killed: same, 1 or 2": 0.9,
    "killed: same, 3 to 9": 1.8,
    "killed: same, 10 or more": 3.0,
    "killed: within the words": 0.6,
    "killed: near": 0.3,
    "killed: up to threefold": -0.3,
    "killed: far": -1.8,
    "killed: nobody or some": -1.0,
    "killed: one not given": 0.0,
    "injured: same, nobody": 0.3,
    "injured: same, 1 or 2": 0.6,
    "injured: same, 3 to 9": 1.2,
    "injured: same, 10 or more": 2.0,
    "injured: within the words": 0.4,
    "injured: near": 0.2,
    "injured: up to threefold": -0.2,
    "injured: far": -1.2,
    "injured: nobody or some": -0.6,
    "injured: one not given": 0.0,
    "type: same": 0.8,
    "type: both bombings": 0.6,
    "type: alike": -0.3,
    "type: assault or else": -0.5,
    "type: other": -1.5,
    "type: one not given": 0.0,
    "target: same": 0.7,
    "target: civilians": 0.3,
    "target: alike": -0.2,
    "target: other": -1.0,
    "target: one not given": 0.0,
    "group: shared": 0.7,
    "group: other claims": -1.2,
    "group: no word": 0.0,
    "words: a copy": 4.0,
    "words: a reprint": 3.0,
    "words: most": 2.0,
    "words: many": 1.2,
    "words: some": 0.4,
    "words: few": -0.3,
    "words: none": -0.8,
    "follow-up: same day": 1.5,
    "follow-up: days later": 0.3,
    "follow-up: weeks later": -1.0,
    "follow-up: before": NEVER,
    "recalled: same day": 1.5,
    "recalled: no day": -0.5,
}


def weigh(clues: Iterable[Clue]) -> float:
    """The log odds that an account means an incident, by its clues."""
    return PRIOR + sum(WEIGHTS[clue.kind] for clue in clues)
