"""Item → Report: which attacks an item tells of, as news and as background, each with its facts and their evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model import Account, Evidence, GroupMention, Item, Kind, Lexicon, Place, Relation, Report
from monitor.text import lexis
from monitor.text.attacks import PhraseBook
from monitor.text.clean import MAX_CHARS, CleanText, Sentence, clean
from monitor.text.dates import find_dates
from monitor.text.draft import Draft
from monitor.text.drafts import group_lines
from monitor.text.frame import Verdict, judge
from monitor.text.fresh import cues
from monitor.text.groups import FoundGroup, GroupFinder
from monitor.text.guarded import guarded
from monitor.text.halves import told_apart
from monitor.text.heads import is_roundup
from monitor.text.kinds import Harm, attack_type, target
from monitor.text.lines import (
    Line,
    carried_on,
    of_a_count,
    of_an_update,
    of_many_stories,
    of_one_of_them,
    read_line,
    told_of_attackers,
    without_corrected,
    without_the_attacker,
)
from monitor.text.nlp import Tokenizer, build_pipeline, common_words
from monitor.text.places import PlaceFinder, PlaceMention, scene
from monitor.text.stance import RULERS, Told, stances
from monitor.text.tally import Chosen, beside_the_dead, choose
from monitor.text.tolls import Field, Statement, read_statements
from monitor.text.triggers import has_trigger
from monitor.text.wording import Weights, features, tempered, worded

_SURROGATE = re.compile("[\ud800-\udfff]")
_WHILE = guarded(r",? (?:while|whereas)\b")

READER_VERSION = "11"

# What a sentence says may depend on those around it. In this order.
_OVER_ALL_LINES = (
    without_the_attacker,
    without_corrected,
    carried_on,
    of_an_update,
    of_one_of_them,
    of_a_count,
    of_many_stories,
)


class Reader:
    """Reads items with one lexicon. Slow to build, so keep it; reading is pure and deterministic."""

    def __init__(self, lexicon: Lexicon, *, model: str | None = None, weights: Weights | None = None) -> None:
        self._tokens = Tokenizer(build_pipeline(model), lexis.known_words() + common_words())
        self._places = PlaceFinder(lexicon.places)
        self._groups = GroupFinder(lexicon.groups)
        self._types = PhraseBook(lexicon.attack_types)
        self._targets = PhraseBook(lexicon.targets)
        self._weights = weights or Weights()
        self._parents = {group.id: group.parent for group in lexicon.groups}
        self._hash = lexicon.digest

    def read(self, item: Item) -> Report:
        """What the item says. An item without `published_at` leaves relative dates unknown."""
        fields = [_sound(field) for field in (item.title, item.summary, item.content)]
        if not has_trigger(*(field[:MAX_CHARS] for field in fields)):
            return self._report("other", item, (), cut=sum(map(len, fields)) > MAX_CHARS)
        whole = clean(*fields)
        published = _local_day(item)
        places = self._places.find(whole.text)
        text = told_apart(whole, places)
        lines = _settle_taliban(self._lines(text, places, published), text, places, published)
        drafts = group_lines(lines, roundup=is_roundup(text.title))
        found = self._groups.find(text.text)
        verdict = judge(text, lines, drafts, published)
        verdict = tempered(verdict, drafts, text, lambda: self._weights.odds(worded(whole, places, found, published)))
        beside = [line for line in lines if line not in drafts[0].lines] if len(drafts) == 1 else []
        accounts = [
            self._account(text, draft, fresh, relation, beside=beside, places=places, found=found, published=published)
            for draft, fresh, relation in verdict.over(drafts)
        ]
        if verdict.retracts and accounts:
            accounts[0] = replace(accounts[0], retracts=True)
        ruled = published is not None and published >= _TALIBAN_RULE
        accounts = _news_by_claim(self._with_groups(text, lines, drafts, accounts, found, taliban_rule=ruled), verdict)
        incidents = tuple(a for a in accounts if a.fresh)
        own = [_is_another_event(reason, draft) for reason, draft in zip(verdict.reasons, drafts, strict=True)]
        background = tuple(a for a, other in zip(accounts, own, strict=True) if not a.fresh and not other and _worth_keeping(a))
        names = tuple(
            dict.fromkeys(m.place.name or m.text for m in places if m.role in ("scene", "hospital", "direction", "dateline", "origin"))
        )
        groups = tuple(dict.fromkeys(f.id for f in found))
        return self._report(_kind(incidents, background, verdict), item, incidents, background, groups=groups, places=names, cut=text.cut)

    def wordings(self, item: Item) -> frozenset[str]:
        """What of an item the weights of `wording` are for."""
        text = clean(*(_sound(field) for field in (item.title, item.summary, item.content)))
        return features(text, self._places.find(text.text), self._groups.find(text.text), _local_day(item))

    def _report(
        self,
        kind: Kind,
        item: Item,
        incidents: tuple[Account, ...],
        background: tuple[Account, ...] = (),
        *,
        groups: tuple[str, ...] = (),
        places: tuple[str, ...] = (),
        cut: bool = False,
    ) -> Report:
        return Report(
            kind=kind,
            language=item.language,
            incidents=incidents,
            background=background,
            group_mentions=groups,
            place_mentions=places,
            reader_version=READER_VERSION,
            vocabulary_hash=self._hash,
            cut=cut,
        )

    def _lines(self, text: CleanText, places: Sequence[PlaceMention], published: dt.date | None) -> list[Line]:
        lines: list[Line] = []
        n = 0
        cued = [cues(sentence.text) for sentence in text.sentences]
        words = iter(self._tokens.words([s.text for s, said in zip(text.sentences, cued, strict=True) if "casualty" in said]))
        for sentence, said in zip(text.sentences, cued, strict=True):
            while n < len(places) and places[n].start < sentence.start:
                n += 1
            first = n
            while n < len(places) and places[n].start < sentence.end:
                n += 1
            scenes = [m for m in places[first:n] if m.role == "scene" and m.weight > 0]
            event = "event" in said
            statements = read_statements(next(words)) if "casualty" in said else []
            whens = find_dates(sentence.text, published) if event or statements else ()
            if lines and statements:
                statements = told_of_attackers(statements, lines[-1], sentence.text)
            lines.append(read_line(sentence, statements, whens, scenes, event=event, published=published))
        for step in _OVER_ALL_LINES:
            lines = step(lines)
        return lines

    def _account(
        self,
        text: CleanText,
        draft: Draft,
        fresh: bool,
        relation: Relation | None,
        *,
        beside: Sequence[Line],
        found: Sequence[FoundGroup],
        places: Sequence[PlaceMention],
        published: dt.date | None,
    ) -> Account:
        killed, injured, militants = (choose(draft.lines, f) for f in ("killed", "injured", "militants_killed"))
        spans = _spans(draft, killed or injured or militants)
        injured = beside_the_dead(killed, injured)
        place, _ = scene(text.text, places, spans, published=published)
        place = _elsewhere(place, places)
        harm = Harm(killed, injured, militants)
        made, type_evidence = attack_type(draft, self._types, harm)
        named = [(m.start, m.end) for m in places if m.level in ("district", "province", "town")]
        # To the last word, "Liberation Army"; but "Taliban" may be who was hit: "a Taliban post".
        named += [(f.start, f.end + 1) for f in found if f.id not in RULERS]
        whom, target_evidence = target(draft, self._targets, harm, made=made, beside=beside, named=named)
        evidence = [
            _evidence(name, chosen)
            for name, chosen in (("killed", killed), ("injured", injured), ("militants_killed", militants))
            if chosen
        ]
        evidence += [e for e in (type_evidence, target_evidence) if e]
        if not evidence and draft.lines:
            evidence = [Evidence(field="attack_type", sentence=draft.lines[0].sentence.text)]
        return Account(
            fresh=fresh,
            relation=relation,
            date=_day(draft),
            place=place,
            killed=killed.toll if killed else None,
            injured=injured.toll if injured else None,
            militants_killed=militants.toll if militants else None,
            attack_type=made,
            target=whom,
            evidence=tuple(evidence),
        )

    def _with_groups(
        self,
        text: CleanText,
        lines: Sequence[Line],
        drafts: Sequence[Draft],
        accounts: list[Account],
        found: Sequence[Any],
        *,
        taliban_rule: bool,
    ) -> list[Account]:
        if not found or not accounts:
            return accounts
        about = {line.sentence.n: n for n, draft in enumerate(drafts) for line in draft.lines}
        _carry_on(about, lines, drafts)
        told = [told for s in text.sentences for told in _told(s, about.get(s.n), drafts, lines)]
        mentions = stances(
            text.text,
            told,
            found,
            countries=[a.place.country if a.place else None for a in accounts],
            fresh=[a.fresh for a in accounts],
            places=[a.place for a in accounts],
            kinds=[a.attack_type for a in accounts],
            taliban_rule=taliban_rule,
            parents=self._parents,
        )
        return [_with(account, groups) for account, groups in zip(accounts, mentions, strict=True)]


def build_reader(lexicon: Lexicon, *, model: str | None = None) -> Reader:
    """A reader for a lexicon: spaCy's blank English with the project's components, or the trained pipeline that `model` names."""
    return Reader(lexicon, model=model)


# What an army says that it killed are militants.
_KILLED_BY_FORCES = re.compile(r"\b(?:pakistan\w*|military|army|ispr|troops|security forces)\b.{0,80}\bkill(?:ed|s|ing)\b", re.IGNORECASE)
# Since this day the Taliban rule Afghanistan: their dead are an attack's victims.
_THEIR_OWN = re.compile(r"\btaliban (?:\w+ )?(?:vehicle|convoy|patrol|post|outpost|checkpoint|ranger|base|vehicles)\b", re.IGNORECASE)
# "Taliban officials confirmed the attack but said two of their fighters had been killed".
_BY_THEM = re.compile(
    r"\btaliban\b[^.;]{0,80}\b(?:said|says|confirmed|told)\b[^.;]{0,60}"
    r"\b(?:their|its|our) (?:\w+ )?(?:fighters|forces|men|members|soldiers)\b"
    r"|\b(?:our|their|two|three|four|five|several|\d+) (?:\w+ )?(?:mujahideen|mujahids?)\b",
    re.IGNORECASE,
)
_THEIR_DEED = re.compile(r"\b(?:raided|stormed|attacked|killing|wounding|surrounded|struck|targeted|captured)\b", re.IGNORECASE)
_TALIBAN_RULE = dt.date(2021, 8, 15)


def _settle_taliban(lines: list[Line], text: CleanText, places: Sequence[PlaceMention], published: dt.date | None) -> list[Line]:
    """Count dead Taliban as victims where they rule, as militants elsewhere and before."""
    if (
        not any(s.taliban or s.field == "militants_killed" for line in lines for s in line.statements)
        or published is None
        or published < _TALIBAN_RULE
    ):
        return lines
    countries = [m.place.country for m in places if m.role in ("scene", "dateline")]
    if countries.count("Afghanistan") <= countries.count("Pakistan"):
        return lines
    renamed: dict[Field, Field] = {"militants_killed": "killed", "militants_injured": "injured"}
    return [
        replace(
            line,
            statements=tuple(
                _as_victims(s, line, renamed) if not _KILLED_BY_FORCES.search(line.sentence.text) else s for s in line.statements
            ),
        )
        for line in lines
    ]


_ELLIPSIS = 60  # characters


def _as_victims(statement: Statement, line: Line, renamed: dict[Field, Field]) -> Statement:
    """A statement on Taliban as one on victims; who was hit beside them is added: "a Taliban commander and two bodyguards"."""
    own = _BY_THEM.search(line.sentence.text, 0, statement.end)
    # "its forces raided a house, killing four": not its forces
    of_theirs = own is not None and _THEIR_DEED.search(line.sentence.text, own.end(), max(own.end(), statement.start)) is None
    of_theirs = of_theirs or (
        statement.text.lower().endswith(("members", "fighters")) and _THEIR_OWN.search(line.sentence.text) is not None
    )
    # "Three members of the group were killed and two wounded"
    of_theirs = of_theirs or (
        " " not in statement.text
        and any(s.text.lower().endswith("members") and 0 < statement.start - s.start < _ELLIPSIS for s in line.statements)
        and _THEIR_OWN.search(line.sentence.text) is not None
    )
    if statement.taliban or of_theirs:
        return replace(statement, field=renamed.get(statement.field, statement.field))
    beside = any(s.taliban and renamed.get(s.field) == statement.field and abs(s.end - statement.end) < 60 for s in line.statements)
    return replace(statement, also=True) if beside and statement.count else statement


def _with(account: Account, groups: tuple[GroupMention, ...]) -> Account:
    return replace(account, groups=groups) if groups else account


def _news_by_claim(accounts: list[Account], verdict: Verdict) -> list[Account]:
    """What was taken for a crime or an accident is an attack where a group claims it: "officials spoke of an enmity, the front said …"."""
    return [
        replace(account, fresh=True, relation=None)
        if reason in ("crime", "accident") and any(g.stance == "claimed" for g in account.groups)
        else account
        for account, reason in zip(accounts, verdict.reasons, strict=True)
    ]


def _elsewhere(place: Place | None, places: Sequence[PlaceMention]) -> Place | None:
    """An unknown name in a report that names another country, and no place of this one, lies in that country."""
    if place is None:
        return None
    here = ("Pakistan", "Afghanistan")
    # "the Shohin district of Tajikistan", "Tajikistan's Shohin district": the country beside the name is its own.
    own = [m for m in places if m.place.name == place.name and m.role == "scene" and m.place.country is None]
    beside = next(
        (m for m in places if m.role == "foreign" and any(0 <= m.start - o.end < 30 or 0 <= o.start - m.end <= 3 for o in own)), None
    )
    if beside is not None:
        return beside.place
    if place.country is not None or any(m.place.country in here and m.role == "scene" for m in places):
        return place
    return next((m.place for m in places if m.place.country not in (None, *here) and m.role in ("foreign", "dateline")), place)


def _sound(text: str) -> str:
    """The text without lone surrogates, which no other library takes."""
    return text if text.isascii() or not _SURROGATE.search(text) else text.encode("utf-8", "replace").decode("utf-8")


def _local_day(item: Item) -> dt.date | None:
    """The day of publication where the outlet is."""
    if item.published_at is None:
        return None
    try:
        return item.published_at.astimezone(ZoneInfo(item.timezone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return item.published_at.astimezone(dt.UTC).date()


_BLAME = guarded(
    r"responsib|hallmark|\bhand in\b|\bbehind\b|blam|claim|\bden(?:y|ied|ies)\b|suspect|involv|accus|linked"
    r"|perpetrat|carried out|work of|doing of|signs? (?:lead|point)|modus operandi|attribut|masterm|disown|reject",
    re.IGNORECASE,
)


# "The attack comes two weeks after a bomb killed nine in Herat": what follows goes on about the attack.
_COMES_AFTER = re.compile(
    r"(?:the|this|it|\w+day['’]s) (?:[\w'’-]+ ){0,3}?(?:comes?|came|follow(?:s|ed)|is|was the (?:second|third|latest))\b",
    re.IGNORECASE,
)


def _carry_on(about: dict[int, int], lines: Sequence[Line], drafts: Sequence[Draft]) -> None:
    """Let a sentence that blames or claims without naming the attack ("It bears the hallmark of …") be about the one told before it."""
    last: int | None = None
    part = ""
    for line in lines:
        n = line.sentence.n
        if line.sentence.part != part:
            part = line.sentence.part
            # A headline of several attacks does not say which of them the next part begins with.
            if last is not None and sum(not draft.recalled for draft in drafts) > 1:
                last = None
        if n in about:
            last = about[n]
            if drafts[last].recalled and _COMES_AFTER.match(line.sentence.text):
                last = next((k for k, draft in enumerate(drafts) if not draft.recalled), last)
        elif line.era == "count":
            last = None
        elif last is not None and _BLAME.search(line.sentence.text):
            told = drafts[last].lines[-1].sentence
            # A new paragraph after a recalled attack returns to the news.
            if not drafts[last].recalled or told.paragraph == line.sentence.paragraph:
                about[n] = last


def _told(sentence: Sentence, about: int | None, drafts: Sequence[Draft], lines: Sequence[Line]) -> list[Told]:
    """What a sentence is about; one that sets two attacks against each other ("…, while in Hangu …") is told in two halves."""
    whole = [Told(sentence.start, sentence.end, about)]
    match = None if about is None else _WHILE.search(sentence.text)
    if match is None:
        return whole
    scenes = lines[sentence.n].scenes
    middle = sentence.start + match.start()
    later = {m.place.district for m in scenes if m.start >= middle and m.place.district}
    other = next((n for n, draft in enumerate(drafts) if n != about and later & draft.districts and not draft.recalled), None)
    return whole if other is None else [Told(sentence.start, middle, about), Told(middle, sentence.end, other)]


def _spans(draft: Draft, lead: Chosen | None) -> list[tuple[int, int]]:
    """The draft's sentences, the one with its toll first; a headline that names a province at most, or several places, comes last."""
    ordered = sorted(draft.lines, key=lambda line: (line.sentence.part == "title" and _is_wide(line), line.sentence.n))
    spans = [(line.sentence.start, line.sentence.end) for line in ordered]
    if lead is not None:
        first = (lead.line.sentence.start, lead.line.sentence.end)
        spans = [first] + [s for s in spans if s != first]
    return spans


def _is_wide(line: Line) -> bool:
    return len(line.districts) > 1 or (bool(line.scenes) and all(m.level in ("country", "region", "province") for m in line.scenes))


def _day(draft: Draft) -> dt.date | None:
    """The day that the lines name most; for history the day or the first day of the only span named."""
    days = [line.day for line in draft.lines if line.day is not None]
    if days:
        return max(dict.fromkeys(days), key=days.count)
    if draft.recalled:
        return next((w.day for line in draft.lines for w in line.whens if w.day is not None), None)
    return draft.day


def _evidence(field: str, chosen: Chosen) -> Evidence:
    return Evidence(field=field, sentence=chosen.line.sentence.text, start=chosen.statement.start, end=chosen.statement.end)


def _is_another_event(reason: str, draft: Draft) -> bool:
    """Whether it is a match or a film, or an accident or a crime of a day of its own, which follows up no attack."""
    return reason == "sport" or (
        reason in ("accident", "crime") and any(line.tells and line.day is not None and not line.back for line in draft.lines)
    )


def _worth_keeping(account: Account) -> bool:
    """A background account that could be attached to an incident: it has a place, a toll or a claim, or says what was done or to whom."""
    tolls = account.killed or account.injured or account.militants_killed
    return bool(account.place or tolls or account.groups or account.attack_type or account.target or account.retracts)


def _kind(incidents: Sequence[Account], background: Sequence[Account], verdict: Verdict) -> Kind:
    if incidents:
        operation = all(a.attack_type == "security operation" for a in incidents)
        return "operation" if operation else "attack"
    if any(a.relation == "follow-up" for a in background):
        return "follow-up"
    return "background" if background or verdict.history else "other"
