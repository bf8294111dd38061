"""A rule's entry → the rule: names looked up in all files, each condition with the words that reasons show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from monitor.errors import Location
from monitor.model import ATTACK_TYPES, TARGETS, Lexicon, Severity, WatchedPlace
from monitor.rules import conditions as c
from monitor.rules.comparisons import Comparison
from monitor.rules.gazetteer import known_places
from monitor.rules.schema import NearEntry, NearPlaceEntry, RuleEntry, SurgeEntry, When
from monitor.rules.values import meant, shown

# Always known, so that a rule may stand before the first place has such a level.
WATCH_LEVELS = ("high", "elevated")

Span = tuple[dt.date, dt.date]
# steps to the value, what was found, expected, remedy
Complain = Callable[[tuple[str | int, ...], str, str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What conditions may refer to. `unread` are names declared by entries that have mistakes of their own."""

    lexicon: Lexicon
    calendar: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    channels: Collection[str] | None = None
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """Known names made ready once for all rules."""

    known: Known
    families: Mapping[str, frozenset[str]]
    group_words: Mapping[str, str]
    attack_types: tuple[str, ...]
    targets: tuple[str, ...]
    aliases: dict[str, str]
    points: Mapping[str, tuple[float, float]]
    watch_levels: frozenset[str]
    places: frozenset[str]


def names_of(known: Known) -> Names:
    lexicon = known.lexicon
    gazetteer = known_places()
    aliases = place_aliases(lexicon.places)
    points = dict(gazetteer.points)
    for place in lexicon.places:
        if place.latitude is not None and place.longitude is not None:
            points[aliases.get(c.fold_name(place.name), c.fold_name(place.name))] = (place.latitude, place.longitude)
    own = {c.fold_name(part) for place in lexicon.places for part in (place.name, place.district, place.province, place.country) if part}
    return Names(
        known=known,
        families=families(lexicon),
        group_words={word.casefold(): g.id for g in lexicon.groups for word in (g.name, *(a.text for a in g.aliases))},
        attack_types=tuple(dict.fromkeys([*ATTACK_TYPES, *(p.name for p in lexicon.attack_types)])),
        targets=tuple(dict.fromkeys([*TARGETS, *(p.name for p in lexicon.targets)])),
        aliases=aliases,
        points=points,
        watch_levels=frozenset(WATCH_LEVELS) | {p.watch for p in lexicon.places if p.watch},
        places=gazetteer.names | own,
    )


def families(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """Each group's id → itself and all below it. Circles are reported elsewhere and do no harm here."""
    children: dict[str, list[str]] = {}
    for group in lexicon.groups:
        if group.parent:
            children.setdefault(group.parent, []).append(group.id)
    found = {}
    for group in lexicon.groups:
        family, waiting = {group.id}, [group.id]
        while waiting:
            for child in children.get(waiting.pop(), ()):
                if child not in family:
                    family.add(child)
                    waiting.append(child)
        found[group.id] = frozenset(family)
    return found


def place_aliases(places: Iterable[WatchedPlace]) -> dict[str, str]:
    """Folded spelling → folded name. The rule files' spellings go before the gazetteer's.

    No spelling takes the name of another place of the rule files, nor that of a district or province: "Khyber" is one, whoever spells
    Khyber Pakhtunkhwa so.
    """
    known = known_places()
    taken = {c.fold_name(place.name) for place in places}
    own = {c.fold_name(spelling): c.fold_name(place.name) for place in places for spelling in place.spellings}
    spellings = {**known.aliases, **{spelling: name for spelling, name in own.items() if spelling not in known.regions}}
    return {spelling: name for spelling, name in spellings.items() if spelling not in taken and spelling != name}


# ---------------------------------------------------------------- a rule


def build_rule(entry: RuleEntry, names: Names, at: Location, complain: Complain, warn: Complain) -> c.Rule:
    """The rule; every name that leads nowhere is told to `complain`, every doubtful one to `warn`."""
    if names.known.channels is not None:
        for number, channel in enumerate(entry.notify or ()):
            if channel not in names.known.channels:
                known = sorted(names.known.channels)
                expected = f"one of: {', '.join(known)}" if known else "a channel of the config, which has none"
                complain(
                    ("notify", number), f"names the channel {shown(channel)}, which is not in the config", expected, meant(channel, known)
                )
    return c.Rule(
        name=entry.name,
        severity=_severity(entry.severity),
        when=_Builder(names, complain, warn).condition(entry.when, ("when",), top=True),
        why=entry.why or "",
        source=entry.source or (),
        notify=entry.notify,
        surge=_surge(entry.when.surge) if entry.when.surge else None,
        at=at,
    )


def build_condition(when: When, names: Names, complain: Complain, warn: Complain) -> c.Condition:
    """Conditions outside a rule, such as a silence's; without any of them an `All` of nothing, which always holds."""
    return _Builder(names, complain, warn).condition(when, (), top=True)


def _severity(name: str) -> Severity:
    return name  # type: ignore[return-value]  # checked by the schema


def _surge(entry: SurgeEntry) -> c.Surge:
    over = f", over_usual: {entry.over_usual:g}" if entry.over_usual > 1 else ""
    return c.Surge(
        written=f"surge: {{by: {entry.by}, incidents: {entry.incidents}, within: {entry.within:g}d{over}}}",
        by=entry.by,  # type: ignore[arg-type]  # checked by the schema
        incidents=entry.incidents,
        within_days=entry.within,
        over_usual=entry.over_usual,
        cooldown_days=entry.within if entry.cooldown is None else entry.cooldown,
    )


def _listed(names: Iterable[str]) -> str:
    shown_names = list(names)
    return shown_names[0] if len(shown_names) == 1 else f"[{', '.join(shown_names)}]"


@dataclass(frozen=True, slots=True)
class _Builder:
    names: Names
    complain: Complain
    warn: Complain

    def condition(self, when: When, steps: tuple[str | int, ...], *, top: bool = False) -> c.Condition:
        """All keys of one mapping; a single condition stands for itself."""
        if when.surge and not top:
            self.complain(
                (*steps, "surge"),
                "stands inside any, all or not",
                "surge directly under when:",
                "move it there, or make it a rule of its own",
            )
        parts: list[c.Condition] = [
            *self._counts(when),
            *self._mention(when, steps),
            *self._places(when, steps),
            *self._kinds(when, steps),
            *self._report(when),
            *self._dates(when, steps),
        ]
        if when.all_:
            parts += [self.condition(inner, (*steps, "all", n)) for n, inner in enumerate(when.all_)]
        if when.any_:
            parts.append(c.Any(tuple(self.condition(inner, (*steps, "any", n)) for n, inner in enumerate(when.any_))))
        if when.not_:
            parts += [c.Not(self.condition(inner, (*steps, "not", n))) for n, inner in enumerate(when.not_)]
        return parts[0] if len(parts) == 1 else c.All(tuple(parts))

    def _counts(self, when: When) -> list[c.Condition]:
        tallies: tuple[tuple[c.Tally, Comparison | None], ...] = (
            ("killed", when.killed),
            ("injured", when.injured),
            ("casualties", when.casualties),
            ("militants_killed", when.militants_killed),
        )
        counts: list[c.Condition] = [c.Count(f"{tally} {bounds.written}", tally, bounds) for tally, bounds in tallies if bounds is not None]
        if when.outlets is not None:
            counts.append(c.Publishers(f"outlets {when.outlets.written}", when.outlets))
        return counts

    def _mention(self, when: When, steps: tuple[str | int, ...]) -> list[c.Condition]:
        if when.group is None and when.stance is None:
            return []
        ids = None
        if when.group is not None:
            found: set[str] = set()
            for number, name in enumerate(when.group):
                family = self.names.families.get(name.casefold())
                if family is not None:
                    found |= family
                elif name.casefold() not in self.names.known.unread:
                    self.complain(
                        (*steps, "group", number), f"is {shown(name)}", "the id of a group in the rule files", self._group_meant(name)
                    )
            ids = frozenset(found)
        written = [f"group: {_listed(when.group)}"] if when.group else []
        written += [f"stance: {_listed(when.stance)}"] if when.stance else []
        return [c.Mention(", ".join(written), ids, None if when.stance is None else frozenset(when.stance))]

    def _group_meant(self, name: str) -> str:
        spelled = self.names.group_words.get(name.casefold())
        return f'did you mean "{spelled}"?' if spelled else meant(name, list(self.names.families))

    def _places(self, when: When, steps: tuple[str | int, ...]) -> list[c.Condition]:
        levels: tuple[tuple[c.Level, tuple[str, ...] | None], ...] = (
            ("place", when.place),
            ("district", when.district),
            ("province", when.province),
            ("country", when.country),
        )
        places: list[c.Condition] = []
        for level, wanted in levels:
            if wanted is None:
                continue
            for number, name in enumerate(wanted):
                self._check_place(name, level, (*steps, level, number))
            folded = frozenset(self._canonical(name) for name in wanted)
            places.append(c.Where(f"{level}: {_listed(wanted)}", level, folded))
        if when.watch is not None:
            places.append(self._watched(when.watch, (*steps, "watch")))
        if when.near_place is not None:
            places += self._near_place(when.near_place, (*steps, "near_place"))
        return places

    def _canonical(self, name: str) -> str:
        folded = c.fold_name(name)
        return self.names.aliases.get(folded, folded)

    def _check_place(self, name: str, level: str, steps: tuple[str | int, ...]) -> None:
        known, folded = known_places(), self._canonical(name)
        if name.casefold() in self.names.known.unread:
            return
        if folded not in self.names.places:
            self.warn(steps, f"is {shown(name)}, which neither the gazetteer nor places: knows", "", meant(name, known.written))
        elif level in known.levels and folded not in known.levels[level] | self._own(level):
            others = [one for one in known.written if c.fold_name(one) in known.levels[level]]
            remedy = "; ".join(filter(None, (f"write place: {name}", meant(name, others))))
            self.warn(steps, f"is {shown(name)}, which is a place but no {level}", "", remedy)

    def _own(self, level: str) -> frozenset[str]:
        """The folded names of the districts, or provinces, that the rule files' places name."""
        named = (place.district if level == "district" else place.province for place in self.names.known.lexicon.places)
        return frozenset(self._canonical(name) for name in named if name)

    def _watched(self, levels: tuple[str, ...], steps: tuple[str | int, ...]) -> c.Watched:
        for number, level in enumerate(levels):
            if level not in self.names.watch_levels and not self.names.known.unread:
                known = sorted(self.names.watch_levels)
                self.complain((*steps, number), f"is {shown(level)}", f"a watch level of places: {', '.join(known)}", meant(level, known))
        spots = tuple(_spot(place, self._canonical) for place in self.names.known.lexicon.places if place.watch in levels)
        return c.Watched(f"watch: {_listed(levels)}", spots)

    def _near_place(self, entry: NearPlaceEntry, steps: tuple[str | int, ...]) -> list[c.Condition]:
        if entry.point is not None:
            lat, lon = entry.point
            return [
                c.NearPlace(f"near_place: {{lat: {lat:g}, lon: {lon:g}, km: {entry.km:g}}}", ((lat, lon, f"{lat:g}, {lon:g}"),), entry.km)
            ]
        points = []
        for number, name in enumerate(entry.place or ()):
            point = self.names.points.get(self._canonical(name))
            if point is not None:
                points.append((*point, name))
            elif name.casefold() not in self.names.known.unread:
                self.complain(
                    (*steps, "place", number),
                    f"is {shown(name)}, whose point is not known",
                    "a place with latitude and longitude",
                    "add it to places:, or give lat and lon",
                )
        return [c.NearPlace(f"near_place: {{place: {_listed(entry.place or ())}, km: {entry.km:g}}}", tuple(points), entry.km)]

    def _kinds(self, when: When, steps: tuple[str | int, ...]) -> list[c.Condition]:
        traits: tuple[tuple[c.Trait, tuple[str, ...] | None, tuple[str, ...]], ...] = (
            ("attack_type", when.attack_type, self.names.attack_types),
            ("target", when.target, self.names.targets),
        )
        kinds: list[c.Condition] = []
        for trait, wanted, known in traits:
            if wanted is None:
                continue
            lower = {name.casefold() for name in known}
            for number, name in enumerate(wanted):
                if name.casefold() not in lower and name.casefold() not in self.names.known.unread:
                    self.complain((*steps, trait, number), f"is {shown(name)}", f"one of: {', '.join(known)}", meant(name, known))
            kinds.append(c.Is(f"{trait}: {_listed(wanted)}", trait, frozenset(name.casefold() for name in wanted)))
        return kinds

    def _report(self, when: When) -> list[c.Condition]:
        sides = (("feed", when.feed), ("outlet", when.outlet), ("language", when.language), ("tag", when.tag), ("kind", when.kind))
        written = [f"{key}: {_listed(wanted)}" for key, wanted in sides if wanted]
        if when.text:
            written.append(f"text: {_listed(search.written for search in when.text)}")
        if not written:
            return []
        feeds, outlets, languages, tags, kinds = (
            None if wanted is None else frozenset(w.casefold() for w in wanted) for _, wanted in sides
        )
        return [c.ReportIs(", ".join(written), feeds, outlets, languages, tags, kinds, when.text)]

    def _dates(self, when: When, steps: tuple[str | int, ...]) -> list[c.Condition]:
        dates: list[c.Condition] = []
        if when.age is not None:
            dates.append(c.Age(f"age {when.age.written}", when.age))
        if when.near is not None:
            dates.append(self._near(when.near, (*steps, "near")))
        return dates

    def _near(self, entry: NearEntry, steps: tuple[str | int, ...]) -> c.NearDate:
        calendar = self.names.known.calendar
        spans: list[Span] = []
        for number, name in enumerate(entry.date):
            if name in calendar:
                spans += calendar[name]
            elif name.casefold() not in self.names.known.unread:
                expected = f"one of: {', '.join(calendar)}" if calendar else "a name of calendar:, which is empty"
                self.complain((*steps, "date", number), f"is {shown(name)}", expected, meant(name, list(calendar)))
        return c.NearDate(
            f"near: {{date: {_listed(entry.date)}, days: {entry.days}}}", ", ".join(entry.date), entry.days, tuple(sorted(spans))
        )


def _spot(place: WatchedPlace, canonical: Callable[[str], str]) -> c.Spot:
    """A watched place that is its own district (Mastung) covers the whole district; likewise a province, a country."""
    name = canonical(place.name)
    covers: set[c.Level] = {"place"}
    if place.district is None or canonical(place.district) == name:
        covers.add("district")
    if place.district is None and (place.province is None or canonical(place.province) == name):
        covers.add("province")
    if place.district is None and place.province is None and (place.country is None or canonical(place.country) == name):
        covers.add("country")
    province = canonical(place.province) if place.province else None
    return c.Spot(frozenset({name}), frozenset(covers), province, canonical(place.country) if place.country else None)
