"""Rule files → a rule set, or every problem of all of them at once. The one parser of `check`, start-up and reload."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from pydantic import ValidationError

from monitor.errors import InvalidInput, Location, Problem
from monitor.model import Alias, Group, Lexicon, Phrases, WatchedPlace
from monitor.rules.build import Complain, Known, Names, Span, build_rule, names_of
from monitor.rules.calendar import spans_of
from monitor.rules.conditions import Example, Rule, Sample, fold_name
from monitor.rules.index import build_index
from monitor.rules.lint import lint_lexicon, lint_rules
from monitor.rules.positions import Node, key_at, plain, read_yaml, steps_in, value_at
from monitor.rules.ruleset import RuleSet
from monitor.rules.schema import (
    SECTIONS,
    CalendarEntry,
    Entry,
    ExampleEntry,
    GroupEntry,
    PhrasesEntry,
    PlaceEntry,
    RuleEntry,
    SampleEntry,
)
from monitor.rules.values import meant, shown
from monitor.rules.wording import entry_problems, named, told

__all__ = ["RuleSet", "load_rules"]

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Written(Generic[E]):
    """One entry as checked, and where it stands."""

    section: str
    path: str
    node: Node
    subject: str
    entry: E

    @property
    def at(self) -> Location:
        return Location(self.path, self.node.line, self.node.column)


@dataclass(slots=True)
class _Reading:
    """What has been read so far. `unread` are the names of entries with mistakes: nobody is blamed for referring to them."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    entries: dict[str, list[Written[Entry]]] = field(default_factory=lambda: {section: [] for section in SECTIONS})
    names: dict[tuple[str, str], Location] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    half_right: list[Written[RuleEntry]] = field(default_factory=list)


def load_rules(
    files: Mapping[str, str],
    *,
    channels: Collection[str] | None = None,
    consequence: str = "no rules loaded",
) -> RuleSet:
    """Read all rule files (path as shown → text) into one rule set.

    `channels` are the config's channel names; without them `notify` is not checked.

    Raises:
        InvalidInput: every problem of all files, as path:line:column, with `consequence` at the end.
    """
    reading = _Reading()
    if not files:
        reading.problems.append(Problem(Location("rules"), "no rule files", "at least one .yaml file", "copy the shipped ones"))
    for path, text in sorted(files.items()):
        _read_file(path, text, reading)
    lexicon = _lexicon(reading)
    calendar = {one.entry.name: spans_of(one.entry) for one in _of(reading, "calendar", CalendarEntry)}
    known = Known(lexicon=lexicon, calendar=calendar, channels=channels, unread=frozenset(reading.unread))
    names = names_of(known)
    rules = tuple(_rules(reading, names))
    if reading.problems:
        raise InvalidInput(reading.problems, consequence=consequence)
    if not rules:
        reading.warnings.append(Problem(Location(min(files)), "no rule in any file", remedy="nothing will raise an alert", warning=True))
    places = {(section, key): at for (section, key), at in reading.names.items()}
    warnings = [*reading.warnings, *lint_lexicon(lexicon, places), *lint_rules(rules)]
    return RuleSet(
        lexicon=lexicon,
        rules=rules,
        calendar=calendar,
        examples=tuple(_examples(reading)),
        warnings=tuple(sorted(warnings)),
        digest=_digest(lexicon, rules, calendar),
        aliases=names.aliases,
        index=build_index(rules),
    )


def _digest(lexicon: Lexicon, rules: tuple[Rule, ...], calendar: Mapping[str, tuple[Span, ...]]) -> str:
    """16 hex digits that change with any entry, not with comments or the place of an entry in its file."""
    return hashlib.sha256(repr((lexicon, rules, sorted(calendar.items()))).encode()).hexdigest()[:16]


# ---------------------------------------------------------------- files → entries


def _read_file(path: str, text: str, reading: _Reading) -> None:
    root, problems = read_yaml(path, text)
    reading.problems += problems
    if root is None:
        return
    if not isinstance(root.value, dict):
        reading.problems.append(
            Problem(Location(path, root.line, root.column), f"the file is {shown(plain(root))}", f"keys such as {', '.join(SECTIONS)}")
        )
        return
    for section, node in root.value.items():
        if section not in SECTIONS:
            expected = f"one of: {', '.join(SECTIONS)}"
            reading.problems.append(
                Problem(key_at(path, root, (section,)), f"unknown key {shown(section)}", expected, meant(section, SECTIONS))
            )
        elif isinstance(node.value, list):
            for number, child in enumerate(node.value, start=1):
                _read_entry(path, section, number, child, reading)
        elif node.value is not None:
            reading.problems.append(
                Problem(value_at(path, node, ()), f"{section} is {shown(plain(node))}", "a list", 'begin each entry with "- "')
            )


def _read_entry(path: str, section: str, number: int, node: Node, reading: _Reading) -> None:
    kind, model, key = SECTIONS[section]
    raw = plain(node)
    name = raw.get(key) if isinstance(raw, dict) else None
    subject = named(kind, name, number)
    try:
        entry = model.model_validate(raw)
    except ValidationError as error:
        reading.problems += entry_problems(path, node, subject, model, error)
        if isinstance(raw, dict):
            reading.unread |= {str(value).casefold() for value in (raw.get("id"), raw.get("name")) if value is not None}
            # Places of one name may lie apart: which is which stands in keys that may be the wrong ones.
            if isinstance(name, str) and model is not PlaceEntry:
                _is_first(
                    reading, section, subject, name if model is GroupEntry else name.casefold(), Location(path, node.line, node.column)
                )
            if model is RuleEntry:
                reading.half_right += [Written(section, path, node, subject, rest) for rest in _what_is_right(raw, error)]
        return
    written = Written(section, path, node, subject, entry)
    if _is_first(reading, section, subject, _identity(entry), written.at):
        reading.entries[section].append(written)


def _is_first(reading: _Reading, section: str, subject: str, identity: str, at: Location) -> bool:
    """Whether no other entry has this name; one that has is a problem."""
    first = reading.names.setdefault((section, identity), at)
    if first is at:
        return True
    where = f"line {first.line}" if first.path == at.path else str(first)
    remedy = "rename one" if section in ("rules", "groups", "calendar") else "merge the two"
    reading.problems.append(Problem(at, f"{subject} already defined at {where}", remedy=remedy))
    return False


def _what_is_right(raw: dict[str, Any], error: ValidationError) -> Iterator[RuleEntry]:
    """The rule without what is wrong with it, so that unknown names in the rest of it are told in the same run."""
    rest = copy.deepcopy(raw)
    # What is cut out of a list of conditions may leave an empty one, which is wrong again.
    for _ in range(4):
        for one in error.errors(include_url=False):
            _cut(rest, one["loc"])
        try:
            yield RuleEntry.model_validate({"name": "?", "severity": "info", "when": {"outlets": 0}} | rest)
            return
        except ValidationError as again:
            error = again


def _cut(value: Any, steps: tuple[str | int, ...]) -> None:
    """Take out what stands at the end of these steps, or the last key on the way there."""
    holder, key = None, ""
    for step in steps:
        if isinstance(value, dict) and step in value:
            holder, key = value, str(step)
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
    if holder is not None:
        del holder[key]


def _identity(entry: Entry) -> str:
    """What must be unique among the entries of one kind. Two places may share a name if they lie apart."""
    if isinstance(entry, GroupEntry):
        return entry.id
    if isinstance(entry, PlaceEntry):
        return "|".join(fold_name(part or "") for part in (entry.name, entry.district, entry.province, entry.country))
    return str(getattr(entry, "name", "")).casefold()


def _of(reading: _Reading, section: str, model: type[E]) -> list[Written[E]]:
    """The entries of one kind; `model` is the one that checked them."""
    return cast(list[Written[E]], reading.entries[section])


# ---------------------------------------------------------------- entries → what the reader and the rules use


def _lexicon(reading: _Reading) -> Lexicon:
    groups = _of(reading, "groups", GroupEntry)
    _check_parents(groups, reading)
    return Lexicon(
        groups=tuple(_group(one.entry) for one in groups),
        places=tuple(_place(one.entry) for one in _of(reading, "places", PlaceEntry)),
        attack_types=tuple(Phrases(name=one.entry.name, phrases=one.entry.phrases) for one in _of(reading, "attack_types", PhrasesEntry)),
        targets=tuple(Phrases(name=one.entry.name, phrases=one.entry.phrases) for one in _of(reading, "targets", PhrasesEntry)),
    )


def _group(entry: GroupEntry) -> Group:
    return Group(
        id=entry.id,
        name=entry.name,
        aliases=tuple(Alias(alias.text, exact_case=alias.case == "exact") for alias in entry.aliases),
        kind=entry.kind,
        parent=entry.parent,
        country=entry.country,
        source=entry.source or (),
    )


def _place(entry: PlaceEntry) -> WatchedPlace:
    return WatchedPlace(
        name=entry.name,
        spellings=entry.spellings or (),
        district=entry.district,
        province=entry.province,
        country=entry.country,
        latitude=entry.latitude,
        longitude=entry.longitude,
        watch=entry.watch,
        source=entry.source or (),
    )


def _check_parents(groups: list[Written[GroupEntry]], reading: _Reading) -> None:
    parents = {one.entry.id: one.entry.parent for one in groups}
    for one in groups:
        parent = one.entry.parent
        if parent is None or parent in reading.unread:
            continue
        where = value_at(one.path, one.node, ("parent",))
        if parent not in parents:
            what = told(one.subject, ("parent",), f"is {shown(parent)}")
            reading.problems.append(Problem(where, what, "the id of a group in the rule files", meant(parent, list(parents))))
        elif _is_own_ancestor(one.entry.id, parents):
            reading.problems.append(
                Problem(where, told(one.subject, ("parent",), f"is {shown(parent)}, which is below it"), remedy="break the circle")
            )


def _is_own_ancestor(group: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    above = parents.get(group)
    while above is not None and above not in seen:
        if above == group:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def _rules(reading: _Reading, names: Names) -> Iterator[Rule]:
    for half in reading.half_right:
        build_rule(half.entry, names, half.at, _teller(half, reading.problems), _teller(half, []))
    for one in _of(reading, "rules", RuleEntry):
        yield build_rule(one.entry, names, one.at, _teller(one, reading.problems), _teller(one, reading.warnings, warning=True))


def _examples(reading: _Reading) -> Iterator[Example]:
    for one in _of(reading, "rules", RuleEntry):
        examples = one.entry.examples
        for key, entries in (("fires", examples.fires), ("silent", examples.silent)) if examples else ():
            for number, entry in enumerate(entries):
                yield Example(
                    rule=one.entry.name,
                    fires=key == "fires",
                    reports=tuple(_sample(report) for report in (entry.reports or (entry,))),
                    at=value_at(one.path, one.node, ("examples", key, number)),
                )


def _sample(entry: ExampleEntry | SampleEntry) -> Sample:
    return Sample(text=entry.text or "", title=entry.title or "", published=entry.published)


def _teller(one: Written[RuleEntry], problems: list[Problem], *, warning: bool = False) -> Complain:
    def tell(steps: tuple[str | int, ...], found: str, expected: str, remedy: str) -> None:
        what = told(one.subject, steps_in(one.node, steps), found)
        problems.append(Problem(value_at(one.path, one.node, steps), what, expected, remedy, warning=warning))

    return tell
