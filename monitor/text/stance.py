"""What a text says of armed groups and an attack: claimed, denied, suspected, or merely mentioned.

Each sentence is read clause by clause with its group names as symbols, so that one small grammar serves all groups. A
claim counts for the account that its sentence is about, never for another attack in the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from monitor.model import GroupMention, Place, Stance
from monitor.text.groups import STATE_WORDS, FoundGroup, settled
from monitor.text.other_attacks import speaks_of_an_earlier_attack, speaks_of_another_attack, speaks_of_several
from monitor.text.responsibility import Said, said_of
from monitor.text.symbols import Clause, clauses_of, may_speak_of_them

# A claim outweighs a denial only where one text carries both for one group; a denial outweighs a suspicion.
_RANK: dict[Stance, int] = {"claimed": 3, "denied": 2, "suspected": 1, "mentioned": 0}
_ISLAMIC_STATE = frozenset({"is", "iskp", "ispp"})
RULERS = frozenset({"afghan-taliban", "taliban"})
_WORD = re.compile(r"[a-z]{4,}")


NO_PARENTS: Mapping[str, str | None] = MappingProxyType({})


class Told(NamedTuple):
    """A sentence by its offsets, and the index of the account that it is about (None: of no attack in particular)."""

    start: int
    end: int
    about: int | None


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one sentence says of one group; `definite` where it speaks of responsibility, not only of a deed."""

    group: FoundGroup
    stance: Stance
    definite: bool
    sentence: int


def stances(
    text: str,
    sentences: Sequence[Told],
    found: Sequence[FoundGroup],
    *,
    countries: Sequence[str | None],
    fresh: Sequence[bool],
    places: Sequence[Place | None] = (),
    kinds: Sequence[str | None] = (),
    taliban_rule: bool = False,
    parents: Mapping[str, str | None] = NO_PARENTS,
) -> tuple[tuple[GroupMention, ...], ...]:
    """For each account, the groups tied to it with their stance and the sentence that says so.

    `sentences` are all sentences of the text in order; `about` indexes the accounts, fresh and recalled ones alike, so
    that a claim for a recalled attack stays there. A sentence about None that speaks of responsibility ("The group
    claimed responsibility", "denied both attacks") is given to the account before it, to the one whose place it names,
    or to all fresh ones. `countries`, `fresh`, `places` and `kinds` (attack types) have one entry per account: the country
    settles a bare "Taliban".
    `parents` names the group that a group is part of. `taliban_rule`: they govern Afghanistan, so that what they say of an attack there is
    a government's word.
    """
    if not countries or not found:
        return tuple(() for _ in countries)
    best: list[dict[str, tuple[Stance, str, str]]] = [{} for _ in countries]
    spoken_of = [
        (
            finding,
            _of_that_kind(_sentence(text, sentences, finding), finding, fresh, kinds)
            or _accounts_of(text, sentences, finding, fresh, places),
        )
        for finding in _findings(text, sentences, found)
    ]
    for finding, named in _without_overviews(text, sentences, spoken_of):
        accounts = _without_unmentioned(text, sentences, finding, named, fresh)
        sentence = _sentence(text, sentences, finding)
        of_last_week = _OF_LAST_WEEK.search(sentence) is not None
        for account in accounts:
            if of_last_week and fresh[account]:
                continue  # "claimed last week's blast in Kabul": not the news beside it
            group = settled(finding.group, countries[account], found, sentence)
            known = best[account].get(group.id)
            if known is None or _RANK[finding.stance] > _RANK[known[0]]:
                best[account][group.id] = (finding.stance, group.name, sentence.strip())
    for country, groups in zip(countries, best, strict=True):
        if taliban_rule and country == "Afghanistan":
            _without_governing(groups)
        _without_official_guess(groups)
        _without_umbrellas(groups, parents)
    return tuple(
        tuple(
            GroupMention(id=group_id, name=name, stance=stance, sentence=sentence) for group_id, (stance, name, sentence) in groups.items()
        )
        for groups in best
    )


def _sentence(text: str, sentences: Sequence[Told], finding: _Finding) -> str:
    told = sentences[finding.sentence]
    return text[told.start : told.end]


def _without_overviews(
    text: str, sentences: Sequence[Told], spoken_of: Sequence[tuple[_Finding, Sequence[int]]]
) -> Iterable[tuple[_Finding, Sequence[int]]]:
    """Leave out a claim of several attacks that does not say which, where a later sentence says it: "claims two of the three attacks"."""
    for finding, accounts in spoken_of:
        if len(accounts) > 1 and _does_not_say_which(_sentence(text, sentences, finding)):
            told = [
                own
                for other, own in spoken_of
                if other.group.id == finding.group.id and other.stance == finding.stance and len(own) == 1 and own[0] in accounts
            ]
            if told:
                continue
        yield finding, accounts


def _without_unmentioned(
    text: str, sentences: Sequence[Told], finding: _Finding, accounts: Sequence[int], fresh: Sequence[bool]
) -> Sequence[int]:
    """The accounts of a claim but for the one it passes over: "It had hit the eatery. It made no reference to the railway line"."""
    lead = [n for n, is_fresh in enumerate(fresh) if is_fresh]
    if not finding.definite or len(lead) < 2 or not set(accounts) <= set(lead):
        return accounts
    end = sentences[min(finding.sentence + 1, len(sentences) - 1)].end
    passed_over = _PASSES_OVER.search(text, sentences[finding.sentence].start, end)
    if passed_over is None:
        return accounts
    shared = {n: len(_words(passed_over["what"]) & _words_of(text, sentences, n)) for n in lead}
    most = [n for n in lead if shared[n] == max(shared.values())]
    left = [n for n in lead if n not in most]
    return left if len(most) == 1 and most[0] in accounts else accounts


_PASSES_OVER = re.compile(
    r"\b(?:made no (?:reference to|mention of)|did not (?:mention|refer to|speak of)|said nothing (?:of|about)|silent (?:on|about))\b"
    r"(?P<what>[^.;,]*)",
    re.IGNORECASE,
)


def _does_not_say_which(sentence: str) -> bool:
    return _SOME_OF_THEM.search(sentence) is not None or not speaks_of_several(sentence)


_SOME_OF_THEM = re.compile(r"\b(?:one|two|three|four|some|most|several) of (?:the|these|those|them|\w+)\b", re.IGNORECASE)


def _without_governing(groups: dict[str, tuple[Stance, str, str]]) -> None:
    """What the rulers say and what their guards do is no claim, unless they own to the attack outright, and no suspicion."""
    for group_id in RULERS & groups.keys():
        stance, name, sentence = groups[group_id]
        owned = stance == "claimed" and _OUTRIGHT.search(sentence) is not None
        disowned = stance == "denied" and _INVOLVED.search(sentence) is not None  # not "rejecting a claim that five had died"
        if stance != "mentioned" and not owned and not disowned:
            groups[group_id] = ("mentioned", name, sentence)


def _without_umbrellas(groups: dict[str, tuple[Stance, str, str]], parents: Mapping[str, str | None]) -> None:
    """ "A faction of Baloch separatists, the BRG, said it had …": who is named says more than what they are part of."""
    for group_id, (stance, _, _) in list(groups.items()):
        above = parents.get(group_id)
        if above not in groups or not groups[above][1].split()[-1].islower():
            continue  # a name of its own ("Tehreek-e-Taliban Pakistan") is no mere kind ("Baloch separatists")
        if stance != "mentioned" and _RANK[stance] >= _RANK[groups[above][0]] and groups[above][0] != "mentioned":
            del groups[above]


_INVOLVED = re.compile(r"\b(?:involve\w*|accus\w+|charges?|role|hand|responsib\w+|behind|part)\b", re.IGNORECASE)


_OUTRIGHT = re.compile(r"\b(?:claim(?:ed|s|ing)?|took|taken|takes|accept(?:ed|s)) (?:full )?(?:responsibility|credit)\b", re.IGNORECASE)


def _without_official_guess(groups: dict[str, tuple[Stance, str, str]]) -> None:
    """Where another group claims the attack, the army's word for its enemies is only a word, and its own other name no second group."""
    claimed = {group_id for group_id, (stance, _, _) in groups.items() if stance == "claimed"}
    if claimed:
        for group_id, (stance, name, sentence) in groups.items():
            bare = group_id == "is" and len(claimed & _ISLAMIC_STATE) > 1
            if bare or (
                stance == "suspected" and (STATE_WORDS.search(sentence) or (group_id in _ISLAMIC_STATE and claimed & _ISLAMIC_STATE))
            ):
                groups[group_id] = ("mentioned", name, sentence)


def _findings(text: str, sentences: Sequence[Told], found: Sequence[FoundGroup]) -> Iterable[_Finding]:
    """What each sentence says, in order. A name without an actor ("the Taliban-run ministry") says nothing."""
    actors = [group for group in found if group.actor]
    before: list[FoundGroup] = []
    for number, told in enumerate(sentences):
        inside = [group for group in actors if told.start <= group.start < told.end]
        if not inside and not may_speak_of_them(text, told.start, told.end):
            continue
        for clause in clauses_of(text, told.start, told.end, inside):
            said = said_of(clause, antecedent=_antecedent(clause, inside, before, actors))
            yield from _of_clause(clause, said, number)
        before += inside


def _antecedent(
    clause: Clause, inside: Sequence[FoundGroup], before: Sequence[FoundGroup], actors: Sequence[FoundGroup]
) -> FoundGroup | None:
    """Whom "the group" or "its spokesman" means: the name before it, else the only one that the text has."""
    earlier = [group for group in inside if group.end <= clause.start]
    if earlier:
        return earlier[-1]
    if before:
        # The Taliban are spoken of in what others claim against them.
        others = [group for group in before if group.id not in RULERS]
        return others[-1] if others and before[-1].id in RULERS else before[-1]
    return actors[0] if len({group.id for group in actors}) == 1 else None


def _of_clause(clause: Clause, said: Sequence[Said], number: int) -> Iterable[_Finding]:
    named = {id(item.group) for item in said}
    for item in said:
        yield _Finding(item.group, item.stance, item.definite, number)
    for group in clause.groups:
        if id(group) not in named:
            stance: Stance = "suspected" if STATE_WORDS.search(group.text) else "mentioned"
            yield _Finding(group, stance, False, number)


def _accounts_of(
    text: str, sentences: Sequence[Told], finding: _Finding, fresh: Sequence[bool], places: Sequence[Place | None]
) -> Sequence[int]:
    """The accounts that a finding speaks of; none where it speaks of attacks in general or of one that has no account."""
    told = sentences[finding.sentence]
    sentence = _without_more(text[told.start : told.end], finding.group.start - told.start)
    lead = [n for n, is_fresh in enumerate(fresh) if is_fresh] or [0]
    if not finding.definite:
        if finding.stance == "suspected" and (_FORMER.search(sentence) or speaks_of_an_earlier_attack(sentence)):
            return []
        if told.about is None and _opens_with_the_states_word(finding):
            return lead
        if told.about is None and finding.stance == "suspected" and len(lead) == 1 and fresh[lead[0]] and _of_the_same_men(sentence):
            return lead
        return [] if told.about is None else [told.about]
    if speaks_of_another_attack(sentence, dated=told.about is None):
        return []
    if speaks_of_several(sentence) and len(lead) > 1 and (told.about is None or told.about in lead):
        return lead
    if len(lead) > 1 and (named := _named_by_place(sentence, lead, places)) and told.about not in named:
        return named
    if told.about is not None and not (
        _a_claim_alone(sentences, told.about, sentence, fresh, places) or _recalls_at_its_end(sentence, told, fresh)
    ):
        return [told.about]
    return _nearest(text, sentences, finding.sentence, lead, places)


_OF_LAST_WEEK = re.compile(r"\b(?:claim\w*|responsib\w+|credit)\b[^.;]{0,40}\blast (?:week|month|year)['’]s\b", re.IGNORECASE)
_NAMED_KINDS = (
    (re.compile(r"\bthe (?:\w+ )?(?:bombing|blast|explosion)\b", re.IGNORECASE), ("bombing", "suicide bombing")),
    (re.compile(r"\bthe (?:\w+ )?(?:shooting|ambush|firing|gun attack)\b(?! of)", re.IGNORECASE), ("armed assault", "assassination")),
    (re.compile(r"\bthe (?:\w+ )?(?:rockets?|rocket attack|shelling)\b", re.IGNORECASE), ("rocket or mortar",)),
    (re.compile(r"\bthe (?:\w+ )?(?:drone|quadcopter)\b", re.IGNORECASE), ("drone",)),
    (re.compile(r"\bthe (?:\w+ )?(?:kidnapping|abduction)\b", re.IGNORECASE), ("kidnapping", "hostage taking")),
)


def _named_by_place(sentence: str, lead: Sequence[int], places: Sequence[Place | None]) -> Sequence[int]:
    """The attacks of the news whose own places a sentence names: "claimed the Kharan and Mashkel attacks"."""
    said = _SAYS_NOTHING.split(sentence)[0]
    names = [(n, {place.name, place.district} - {None}) for n in lead if n < len(places) and (place := places[n]) is not None]
    return [n for n, own in names if any(name and name in said and all(name not in other for m, other in names if m != n) for name in own)]


# "It claimed the blast in Kalat; it did not refer to Turbat"
_SAYS_NOTHING = re.compile(r";|\b(?:did not|said nothing|made no)\b")


def _of_that_kind(sentence: str, finding: _Finding, fresh: Sequence[bool], kinds: Sequence[str | None]) -> Sequence[int]:
    """The one account of the news that is what a claim calls it: "claimed the bombing; it did not mention the shooting"."""
    lead = [n for n, is_fresh in enumerate(fresh) if is_fresh]
    if not finding.definite or len(lead) < 2 or not kinds or speaks_of_another_attack(sentence, dated=True):
        return ()
    said = [names for pattern, names in _NAMED_KINDS if pattern.search(sentence)]
    fits = [n for n in lead if len(said) == 1 and kinds[n] in said[0]]
    return fits if len(fits) == 1 else ()


def _opens_with_the_states_word(finding: _Finding) -> bool:
    """Whether one of the first sentences names the army's enemies: "Troops killed 12 khwarij in two operations"."""
    return finding.stance == "suspected" and finding.sentence < _OPENING and STATE_WORDS.search(finding.group.text) is not None


# Title, summary and first sentence.
_OPENING = 3


def _without_more(sentence: str, at: int) -> str:
    """The sentence without what its end tells of somebody, of a motive or of other attacks: "blamed the group, which grew since 2021".

    `at`: where the group stands.
    """
    sentence = _ASIDE.sub("", sentence)
    clause = _TELLS_MORE.search(sentence)
    if clause and clause.start() > at and "," not in sentence[clause.end() :]:
        sentence = sentence[: clause.start()]
    beyond = _BEYOND.search(sentence, at)
    return sentence[: beyond.start()] if beyond else sentence


_ASIDE = re.compile(r",\s+(?:which|who|whose)\b[^,;]{3,110},")
_TELLS_MORE = re.compile(r",\s+(?:who|which|whose|where)\b")
_BEYOND = re.compile(
    r"\b(?:as well as|in addition to|along with|besides)\s+(?:\w+\s+){0,2}?(?:others?|more|earlier|previous|two|three|four|five|several)\b"
    r"|,\s+(?:as\s+(?:with|in|for)|like|along\s+with)\s+(?:\w+\s+)?(?:other|earlier|previous|similar|past)\b"
    r"|,\s+adding\b|\bin (?:response|retaliation|revenge|reprisal) (?:to|for)\b|\bto avenge\b|\b(?:revenge|retaliation|retribution) for\b",
    re.IGNORECASE,
)
# "Many of its fighters are former members of the TTP": what they were, not who did it.
_FORMER = re.compile(r"\bformer(?:ly)?\b", re.IGNORECASE)


def _of_the_same_men(sentence: str) -> bool:
    """Whether a sentence that names no attack speaks of those who made the one told: "These are the same khawarij", said an officer."""
    return _THESE_MEN.search(sentence) is not None and not speaks_of_another_attack(sentence, dated=True)


_THESE_MEN = re.compile(
    r"\b(?:these|those|they)\b[^.;]{0,20}?\b(?:are|were)\b|\bthe same (?:khaw|khwa|group|men|terrorists)", re.IGNORECASE
)


def _a_claim_alone(sentences: Sequence[Told], account: int, sentence: str, fresh: Sequence[bool], places: Sequence[Place | None]) -> bool:
    """Whether an account is only a claim's sentence: a follow-up without a place or day of its own beside the news that it follows up."""
    if fresh[account] or sum(fresh) != 1 or not places or speaks_of_another_attack(sentence, dated=True):
        return False
    alone = sum(told.about == account for told in sentences) == 1 and not _SOME_ATTACK.search(sentence)
    return places[account] is None or (alone and places[account] == places[fresh.index(True)])


def _recalls_at_its_end(sentence: str, told: Told, fresh: Sequence[bool]) -> bool:
    """Whether a sentence, cut by `_without_more`, recalls only in what was cut off: "…, adding that it killed five in 2024"."""
    cut = len(sentence.strip()) < told.end - told.start - 1
    return cut and told.about is not None and not fresh[told.about] and not speaks_of_another_attack(sentence, dated=True)


# "an attack", "on Saturday", "a man": what is told by itself, not what the news has told.
_SOME_ATTACK = re.compile(
    r"\b(?:an?|another|two|three|several)\s+(?:[\w'’-]+\s+){0,3}?(?:attack|blast|bomb\w*|explosion|ambush|raid|assault|convoy|bus|van|post|police\w*)s?\b"
    r"|\bon\s+\w+day\b|\b(?:last|earlier|previous\w*)\b",
    re.IGNORECASE,
)


def _nearest(text: str, sentences: Sequence[Told], number: int, lead: Sequence[int], places: Sequence[Place | None]) -> Sequence[int]:
    """The account of a sentence that names none: by its place, by the sentence before, by the words they share."""
    sentence = _SAYS_NOTHING.split(text[sentences[number].start : sentences[number].end])[0]
    known = {told.about for told in sentences[:number]} | {*lead}  # an attack that is recalled later is not spoken of yet
    by_place = [
        n
        for n, place in enumerate(places)
        if n in known and place and any(name and name in sentence for name in (place.name, place.district))
    ]
    if len(by_place) == 1 or (by_place and set(by_place) <= set(lead)):
        return by_place
    # Two halves of a headline tell of two attacks: neither is "the one before".
    apart = number == 2 and len({told.about for told in sentences[:2]} - {None}) > 1 and sentences[number].about is None
    for earlier in () if apart else reversed(sentences[max(0, number - 2) : number]):
        if earlier.about not in (None, *lead) and "\n" in text[earlier.end : sentences[number].start]:
            continue  # a new paragraph after a recalled attack returns to the news
        if earlier.about is not None:
            return [earlier.about]
        if speaks_of_another_attack(text[earlier.start : earlier.end], dated=True):
            return []
    if len(lead) == 1:
        return lead
    shared = {n: len(_words(sentence) & _words_of(text, sentences, n)) for n in lead}
    most = max(shared.values())
    return [n for n in lead if shared[n] == most][:1] if most > min(shared.values()) else lead


def _words_of(text: str, sentences: Sequence[Told], account: int) -> set[str]:
    return _words(" ".join(text[s.start : s.end] for s in sentences if s.about == account))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
