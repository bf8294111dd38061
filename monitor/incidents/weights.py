"""What each kind of clue weighs, in natural log odds: +0.7 makes one attack twice as likely, -inf rules it out.

A weight is added for each clue; `PRIOR` stands for how rarely an account of a day means a given attack of that day. Within a family the
kind that says nothing weighs 0.

Fitted as in scripts/fit_weights.py to 756 headlines and 592 summaries of two months (both countries, 2013) and to 1,350 invented news
reports, the candidates being the incidents that the program had formed of them itself, with a pull of 15 to the older weights, then
rounded: drawn less, one month's weights did worse on the other month. Later than the rest, by the same way, came those of kinds of attack
that are seldom the same and of targets that are told. Set by hand are groups, follow-ups, updates, recalled attacks,
"facts" and a stated day that is one off (by `benchmarks/crowded.py`), kinds with fewer than 25 cases, and "story", which is text without a
title: there that was a catalogue in set phrases.
A clue with an amount (the share of a headline that another report tells, how much the shared words tell) counts so many times.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from monitor.incidents.compare import Clue

NEVER = -math.inf
PRIOR = -4.0

WEIGHTS: dict[str, float] = {
    "place: same spot": 2.6,
    "place: one names a spot of the district": 2.2,
    "place: same district": 1.8,
    "place: two sides of a frontier": 2.5,
    "place: other spots of a district": 0.9,
    "place: far spots of a district": -0.9,
    "place: neighbouring districts": 0.9,
    "place: province or its capital": 2.7,
    "place: both name the province": 1.4,
    "place: one names the province": 2.2,
    "place: other names in the province": 0.9,
    "place: both name the country": 1.1,
    "place: one names the country": 1.2,
    "place: one not given": -0.1,
    "place: elsewhere": NEVER,
    "date: same": 2.0,
    "date: a day off": -0.3,
    "date: another": NEVER,
    "day: same": 1.1,
    "day: next": 0.1,
    "day: before": -0.7,
    "day: two later": -1.0,
    "day: some later": -2.9,
    "day: weeks later": -5.5,
    "killed: same, nobody": -0.5,
    "killed: same, 1 or 2": 0.7,
    "killed: same, 3 to 9": 0.7,
    "killed: same, 10 or more": 1.8,
    "killed: within the words": 0.9,
    "killed: same with the attackers": 1.0,
    "killed: same with the injured": 0.7,
    "killed: injured alone": -1.4,
    "killed: injured alone there": -1.2,
    "killed: near, more": 0.8,
    "killed: near, less": 0.5,
    "killed: up to threefold, more": -0.2,
    "killed: up to threefold, less": -0.7,
    "killed: far, more": -0.6,
    "killed: far, less": -1.4,
    "killed: nobody or some": -0.6,
    "killed: one not given": -0.1,
    "injured: same, nobody": 0.0,
    "injured: same, 1 or 2": 1.8,
    "injured: same, 3 to 9": 0.9,
    "injured: same, 10 or more": 1.4,
    "injured: within the words": 1.0,
    "injured: near, more": 0.5,
    "injured: near, less": -0.1,
    "injured: up to threefold, more": -0.3,
    "injured: up to threefold, less": -1.0,
    "injured: far, more": -0.9,
    "injured: far, less": -1.5,
    "injured: nobody or some": -1.2,
    "injured: one not given": 0.0,
    "facts: kind and toll differ": -2.5,
    "facts: target and toll differ": -1.5,
    "fighters: same, 1 or 2": 2.1,
    "fighters: same, 3 or more": 1.3,
    "fighters: other": -0.6,
    "fighters: one not given": 0.0,
    "thwarted: both": 0.5,
    "thwarted: one of them": -1.9,
    "whom: shared": 0.2,
    "whom: other": -0.9,
    "catalogue: a row of its own": -4.3,
    "catalogue: listed there": 2.9,
    "how: shared": 0.2,
    "how: other": -1.0,
    "type: same": 0.7,
    "type: same, seldom": 1.2,
    "type: both bombings": 0.2,
    "type: alike": -0.3,
    "type: assault or else": -0.4,
    "type: other": -0.5,
    "type: one not given": 0.0,
    "target: same": 0.3,
    "target: civilians": 0.3,
    "target: alike": -0.6,
    "target: other": -0.8,
    "target: one not given": 0.0,
    "group: shared": 0.9,
    "group: other claims": -1.5,
    "group: no word": 0.0,
    "words: a copy": 4.0,
    "words: a reprint": 3.0,
    "headline: words": -0.7,
    "headline: words that tell": 0.3,
    "headline: share told": 3.1,
    "story: words": -4.5,
    "story: words that tell": 0.13,
    "story: share told": 2.5,
    "words: nothing to compare": 1.5,
    "words: each is one of several": -3.0,
    "words: used there": 0.9,
    "words: used elsewhere": -2.0,
    "outlet: reports from there": 0.7,
    "outlet: reports from elsewhere": -3.5,
    "outlet: no word": 0.0,
    "part: it lies there": 1.1,
    "part: it lies elsewhere": -3.5,
    "hours: a rising toll": 0.6,
    "update: same place": 3.5,
    "update: a day off": 1.5,
    "update: elsewhere": 1.0,
    "follow-up: same day": 3.1,
    "follow-up: a day off": 1.5,
    "follow-up: soon": 1.0,
    "follow-up: days later": -0.5,
    "follow-up: weeks later": -3.0,
    "follow-up: before": NEVER,
    "follow-up: same place": 1.2,
    "follow-up: another toll": -1.2,
    "recalled: same day": 1.5,
    "recalled: neither day nor toll": NEVER,
    "recalled: no day": -0.5,
}


def weigh(clues: Iterable[Clue]) -> float:
    """The log odds that an account means an incident, by its clues."""
    return PRIOR + sum(map(weight_of, clues))


def weight_of(clue: Clue) -> float:
    """What one clue adds to the log odds."""
    return WEIGHTS[clue.kind] * clue.amount
