"""Documents → a proposal of rule files: groups, places and thresholds, each with the document and the sentence that speak for it.

A proposal is for a person to review; nothing here writes a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Account, Item, Lexicon, Place, Report, Severity, Toll
from monitor.rules.conditions import fold_name
from monitor.rules.draft_groups import GroupProposal, Sighting, propose_groups
from monitor.text.clean import clean
from monitor.text.gazetteer import COUNTRIES
from monitor.text.places import PlaceFinder

# The steps that a threshold is rounded down to, and what each is worth on the ladder of the shipped rules.
KILLED_STEPS: tuple[tuple[int, Severity], ...] = ((1, "notice"), (5, "high"), (10, "high"), (20, "severe"), (50, "critical"))
INJURED_STEPS: tuple[tuple[int, Severity], ...] = ((1, "notice"), (10, "high"), (50, "severe"))
# Longer sentences are cut in comments.
MAX_QUOTED = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceProposal:
    """A place that documents name; `killed` is the highest toll of an attack there, `known` whether rule files have it already."""

    place: Place
    mentions: int
    sightings: tuple[Sighting, ...]
    killed: int | None = None
    known: bool = False

    @property
    def name(self) -> str:
        return self.place.name or self.place.district or self.place.province or self.place.country or ""

    @property
    def watch(self) -> str:
        """`high` where an attack killed, `elevated` for other places of the two countries, `background` for countries and elsewhere."""
        if self.place.country not in COUNTRIES or self.name == self.place.country:
            return "background"
        return "high" if self.place.district is not None and self.killed else "elevated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One attack's toll as a document states it."""

    document: str
    toll: Toll
    place: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdProposal:
    """A step of a toll, with the attacks that reach it and not the next one."""

    tally: str
    least: int
    severity: Severity
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """All that a set of documents proposes."""

    groups: tuple[GroupProposal, ...]
    places: tuple[PlaceProposal, ...]
    thresholds: tuple[ThresholdProposal, ...]


def propose(documents: Sequence[Item], read: Callable[[Item], Report], lexicon: Lexicon) -> Proposal:
    """What the documents (each an item; its `id` names it) would add to the rule files that gave `lexicon`.

    `read` is the reader's. Attacks that a document only recalls count as well: a threshold may rest on history.
    """
    reports = [(item.id, read(item)) for item in documents]
    accounts = [(name, account) for name, report in reports for account in (*report.incidents, *report.background)]
    sentences = [
        Sighting(item.id, sentence.text) for item in documents for sentence in clean(item.title, item.summary, item.content).sentences
    ]
    return Proposal(
        groups=propose_groups(sentences, lexicon.groups),
        places=_places(sentences, accounts, lexicon),
        thresholds=(*_thresholds("killed", KILLED_STEPS, accounts), *_thresholds("injured", INJURED_STEPS, accounts)),
    )


# ---------------------------------------------------------------- places


def _places(sentences: Iterable[Sighting], accounts: Sequence[tuple[str, Account]], lexicon: Lexicon) -> tuple[PlaceProposal, ...]:
    finder = PlaceFinder(lexicon.places)
    known = {fold_name(spelling) for place in lexicon.places for spelling in (place.name, *place.spellings)}
    found: dict[str, tuple[Place, list[Sighting]]] = {}
    for sighting in sentences:
        for mention in finder.find(sighting.sentence):
            name = mention.place.name or mention.place.district or mention.place.province or mention.place.country
            # "Islamabad blamed Kabul" names governments; a region phrase names no place of its own.
            if mention.role != "name" and mention.level != "region" and name:
                found.setdefault(fold_name(name), (mention.place, []))[1].append(sighting)
    tolls = _killed_by_place(accounts)
    proposals = [
        PlaceProposal(
            place=place,
            mentions=len(sightings),
            sightings=tuple({sighting.document: sighting for sighting in reversed(sightings)}.values())[::-1],
            killed=tolls.get(folded),
            known=folded in known,
        )
        for folded, (place, sightings) in found.items()
    ]
    order = ("high", "elevated", "background")
    return tuple(sorted(proposals, key=lambda p: (order.index(p.watch), -(p.killed or 0), -p.mentions, p.name)))


def _killed_by_place(accounts: Iterable[tuple[str, Account]]) -> dict[str, int]:
    """Folded name → the highest toll, for the place of an attack, its district and its province."""
    highest: dict[str, int] = {}
    for _, account in accounts:
        if account.place is None or account.killed is None:
            continue
        for name in {account.place.name, account.place.district, account.place.province} - {None}:
            folded = fold_name(name or "")
            highest[folded] = max(highest.get(folded, 0), account.killed.count)
    return highest


# ---------------------------------------------------------------- thresholds


def _thresholds(
    tally: str, steps: tuple[tuple[int, Severity], ...], accounts: Sequence[tuple[str, Account]]
) -> Iterator[ThresholdProposal]:
    grounds = list(_grounds(tally, accounts))
    for number, (least, severity) in enumerate(steps):
        below = steps[number + 1][0] if number + 1 < len(steps) else None
        reached = tuple(ground for ground in grounds if ground.toll.count >= least and (below is None or ground.toll.count < below))
        if reached:
            yield ThresholdProposal(tally=tally, least=least, severity=severity, grounds=reached)


def _grounds(tally: str, accounts: Iterable[tuple[str, Account]]) -> Iterator[Ground]:
    seen = set()
    for document, account in accounts:
        toll: Toll | None = getattr(account, tally)
        sentence = next((evidence.sentence for evidence in account.evidence if evidence.field == tally), "")
        if toll is not None and (document, toll.count, sentence) not in seen:
            seen.add((document, toll.count, sentence))
            place = account.place
            yield Ground(document=document, toll=toll, place=(place.name or place.province or "" if place else ""), sentence=sentence)


# ---------------------------------------------------------------- a proposal as YAML


def as_yaml(proposal: Proposal) -> str:
    """A rule file with a comment on every entry. What rule files have already stands there as a comment alone."""
    lines = [
        "# yaml-language-server: $schema=rules.schema.json",
        "# A draft, made from documents. Review each entry, delete what is wrong, move the rest to its file.",
        *_section("groups", [_group_lines(group) for group in proposal.groups]),
        *_section("places", [_place_lines(place) for place in proposal.places]),
        *_section("rules", [_rule_lines(threshold) for threshold in proposal.thresholds]),
    ]
    return "\n".join(lines) + "\n"


def _section(name: str, entries: Sequence[list[str]]) -> list[str]:
    """A key with its entries; one with comments alone is allowed, and keeps them in their place."""
    return ["", f"{name}:", *(line for entry in entries for line in entry)] if entries else []


def _group_lines(group: GroupProposal) -> list[str]:
    quotes = _quotes(group.sightings)
    if group.known:
        return [f"  # known as {group.known}: {group.name} ({_times(group.mentions)})"]
    aliases = [f"{{text: {_text(alias.text)}, case: exact}}" if alias.exact_case else _text(alias.text) for alias in group.aliases]
    return [
        f"  # {_times(group.mentions)}",
        *quotes,
        f"  - id: {group.id}",
        f"    name: {_text(group.name)}",
        f"    aliases: [{', '.join(aliases)}]",
        f"    source: {_sources(group.sightings)}",
    ]


def _place_lines(proposal: PlaceProposal) -> list[str]:
    if proposal.known:
        return [f"  # known: {proposal.name} ({_times(proposal.mentions)})"]
    place = proposal.place
    toll = f"; {proposal.killed} killed in the gravest attack there" if proposal.killed else ""
    lines = [f"  # {_times(proposal.mentions)}{toll}", *_quotes(proposal.sightings), f"  - name: {_text(proposal.name)}"]
    for key, value in (("district", place.district), ("province", place.province), ("country", place.country)):
        if value and (value != proposal.name or key == "district"):
            lines.append(f"    {key}: {_text(value)}")
    if place.lat is not None and place.lon is not None:
        lines += [f"    latitude: {place.lat:.2f}", f"    longitude: {place.lon:.2f}"]
    return [*lines, f"    watch: {proposal.watch}", f"    source: {_sources(proposal.sightings)}"]


def _rule_lines(threshold: ThresholdProposal) -> list[str]:
    grounds = [f"  # {ground.document}: {_reason(ground)}: {_quoted(ground.sentence)}" for ground in threshold.grounds]
    documents = [Sighting(ground.document, "") for ground in threshold.grounds]
    return [
        *grounds,
        f"  - name: drafted-{threshold.least}-{threshold.tally}",
        f"    why: {_text(_quoted('; '.join(dict.fromkeys(map(_reason, threshold.grounds)))))}",
        f"    source: {_sources(documents)}",
        f'    when: {{{threshold.tally}: ">= {threshold.least}", country: [{", ".join(COUNTRIES)}]}}',
        f"    severity: {threshold.severity}",
    ]


def _reason(ground: Ground) -> str:
    return f"{ground.toll.text or ground.toll.count}{f' in {ground.place}' if ground.place else ''}"


def _quotes(sightings: Iterable[Sighting]) -> list[str]:
    return [f"  # {sighting.document}: {_quoted(sighting.sentence)}" for sighting in sightings]


def _quoted(sentence: str) -> str:
    plain = " ".join(sentence.split())
    return plain if len(plain) <= MAX_QUOTED else plain[: MAX_QUOTED - 3].rsplit(" ", 1)[0] + "..."


def _sources(sightings: Iterable[Sighting]) -> str:
    return f"[{', '.join(_text(name) for name in sorted({sighting.document for sighting in sightings}))}]"


def _times(number: int) -> str:
    return "named once" if number == 1 else f"named {number} times"


def _text(value: str) -> str:
    """A JSON string is YAML text, whatever is in it."""
    return json.dumps(value, ensure_ascii=False)
