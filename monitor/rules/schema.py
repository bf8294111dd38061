"""What may stand in a rule file, as pydantic models: one check for `check`, start-up and reload, and the editors' JSON Schema.

Values are checked by `values`; names that refer to other entries by `load`, which sees all files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from monitor.model import ATTACK_TYPES, SEVERITIES, STANCES, TARGETS
from monitor.rules import values
from monitor.rules.comparisons import Comparison
from monitor.rules.conditions import Pattern
from monitor.rules.values import one_or_many, shown, wrong

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_COUNT_PATTERN = r"^\s*(>=|<=|==|=|>|<)?\s*[0-9][0-9,]*\s*((\.\.|-|to)\s*[0-9][0-9,]*)?\s*$"
_COUNT: Schema = {
    "oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _COUNT_PATTERN}],
    "description": 'A comparison of persons or publishers: ">= 5", "< 3", 5, or a range "5..10".',
}  # fmt: skip
_SPAN: Schema = {"type": "string", "pattern": r"^\s*[0-9.]+\s*(m|min|h|d|w|(minute|hour|day|week)s?)\s*$"}
_AGE: Schema = {
    "type": "string",
    "pattern": r"^\s*(>=|<=|==|=|>|<)?\s*[0-9.]+\s*[a-z]*\s*((\.\.|-)\s*[0-9.]+\s*[a-z]+)?\s*$",
    "description": 'A comparison with a span of time: "< 3d", "<= 36h", "1d..2w".',
}
_DATE: Schema = {"type": "string", "format": "date"}
_SEARCH: Schema = {
    "oneOf": [
        _TEXT,
        {
            "type": "object",
            "properties": {"phrase": _TEXT, "words": _TEXT, "re": _TEXT},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        },
    ]
}


def _enum(names: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(names)}


def _suggested(names: tuple[str, ...]) -> Schema:
    """Names that editors complete, and others besides."""
    return {"anyOf": [_enum(names), _TEXT]}


def _many(one: Schema) -> Schema:
    return {"oneOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _by(check: Callable[[object], Any], schema: Schema) -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(check), WithJsonSchema(schema)


Text = Annotated[str, *_by(values.text, _TEXT)]
Name = Annotated[str, *_by(values.word, _TEXT | {"maxLength": 80})]
Slug = Annotated[str, *_by(values.slug, {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})]
Texts = Annotated[tuple[str, ...], *_by(one_or_many(values.text), _many(_TEXT))]
SomeTexts = Annotated[tuple[str, ...] | None, *_by(one_or_many(values.text), _many(_TEXT))]
SomeNames = Annotated[tuple[str, ...] | None, *_by(one_or_many(values.word), _many(_TEXT))]
Stances = Annotated[tuple[str, ...] | None, *_by(one_or_many(values.stance), _many(_enum(STANCES)))]
Kinds = Annotated[tuple[str, ...] | None, *_by(one_or_many(values.kind), _many(_enum(values.KINDS)))]
AttackTypes = Annotated[tuple[str, ...] | None, *_by(one_or_many(values.text), _many(_suggested(ATTACK_TYPES)))]
Targets = Annotated[tuple[str, ...] | None, *_by(one_or_many(values.text), _many(_suggested(TARGETS)))]
Counted = Annotated[Comparison | None, *_by(values.count, _COUNT)]
Aged = Annotated[Comparison | None, *_by(values.age, _AGE)]
Searches = Annotated[tuple[Pattern, ...] | None, *_by(one_or_many(values.search), _many(_SEARCH))]
Span = Annotated[float, *_by(values.span, _SPAN)]
SeverityName = Annotated[str, *_by(values.severity, _enum(SEVERITIES))]
SomeText = Annotated[str | None, *_by(values.text, _TEXT)]
SomeName = Annotated[str | None, *_by(values.word, _TEXT)]
SomeSlug = Annotated[str | None, *_by(values.slug, _TEXT)]
Latitude = Annotated[float | None, *_by(values.number(-90, 90, "degrees"), {"type": "number", "minimum": -90, "maximum": 90})]
Longitude = Annotated[float | None, *_by(values.number(-180, 180, "degrees"), {"type": "number", "minimum": -180, "maximum": 180})]
Kilometres = Annotated[float, *_by(values.number(0.1, 2000, "kilometres"), {"type": "number", "minimum": 0.1, "maximum": 2000})]


class Entry(BaseModel):
    """The base of all models here: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _mapping(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise wrong(f"is {shown(value)}", "a mapping")
        return value


def _list(value: object) -> object:
    if not isinstance(value, list):
        raise wrong(f"is {shown(value)}", "a list", 'begin each entry with "- "')
    if not value:
        raise wrong("is an empty list", "at least one entry")
    return value


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


# ---------------------------------------------------------------- conditions


class NearPlaceEntry(Entry):
    """Within `km` kilometres of a point, or of a place that the rule files or the gazetteer give a point."""

    km: Kilometres
    lat: Latitude = None
    lon: Longitude = None
    latitude: Latitude = None
    longitude: Longitude = None
    place: SomeNames = None

    @model_validator(mode="after")
    def _one_centre(self) -> Self:
        if self.place is None and self.point is None:
            raise wrong("has no centre", "lat and lon, or place")
        if self.place is not None and any(v is not None for v in (self.lat, self.lon, self.latitude, self.longitude)):
            raise wrong("has two centres", "lat and lon, or place", "remove one")
        return self

    @property
    def point(self) -> tuple[float, float] | None:
        lat = self.lat if self.lat is not None else self.latitude
        lon = self.lon if self.lon is not None else self.longitude
        return None if lat is None or lon is None else (lat, lon)


class NearEntry(Entry):
    """Within `days` days of a day of the calendar."""

    date: Annotated[tuple[str, ...], *_by(one_or_many(values.text), _many(_TEXT))]
    days: Annotated[int, *_by(values.whole(0, 60), {"type": "integer", "minimum": 0, "maximum": 60})] = 0


_BY = ("district", "province", "country", "group")


class SurgeEntry(Entry):
    """At least `incidents` within a span at one place or by one group, and so many times the usual number."""

    by: Annotated[str, *_by(values.one_of(_BY, called="one of"), _enum(_BY))]
    incidents: Annotated[int, *_by(values.whole(2, 1000), {"type": "integer", "minimum": 2, "maximum": 1000})]
    within: Span
    over_usual: Annotated[float, *_by(values.number(1, 100), {"type": "number", "minimum": 1, "maximum": 100})] = 1.0
    cooldown: Annotated[float | None, *_by(values.span, _SPAN)] = None


class When(Entry):
    """Conditions on an incident: keys are joined by AND, a list under a key by OR; any, all and not nest."""

    killed: Counted = None
    injured: Counted = None
    casualties: Counted = None
    militants_killed: Counted = None
    group: SomeNames = None
    stance: Stances = None
    place: SomeNames = None
    district: SomeNames = None
    province: SomeNames = None
    country: SomeNames = None
    watch: SomeNames = None
    near_place: Annotated[NearPlaceEntry | None, BeforeValidator(values.mapping("place: Mastung, km: 20"))] = None
    attack_type: AttackTypes = None
    target: Targets = None
    text: Searches = None
    feed: SomeNames = None
    outlet: SomeNames = None
    language: SomeNames = None
    tag: SomeNames = None
    outlets: Counted = None
    kind: Kinds = None
    age: Aged = None
    near: Annotated[NearEntry | None, BeforeValidator(values.mapping("date: eid-milad, days: 3"))] = None
    surge: Annotated[SurgeEntry | None, BeforeValidator(values.mapping("by: province, incidents: 5, within: 7d"))] = None
    any_: Annotated[tuple[When, ...] | None, BeforeValidator(_list), Field(alias="any")] = None
    all_: Annotated[tuple[When, ...] | None, BeforeValidator(_list), Field(alias="all")] = None
    not_: Annotated[tuple[When, ...] | None, BeforeValidator(_listed), Field(alias="not")] = None

    @model_validator(mode="before")
    @classmethod
    def _something(cls, value: object) -> object:
        if not isinstance(value, dict) or not value:
            raise wrong(f"is {'empty' if value == {} else shown(value)}", "at least one condition", 'for example killed: ">= 5"')
        return value


# ---------------------------------------------------------------- entries


def _example(value: object) -> object:
    return value if isinstance(value, dict) else {"text": values.text(value)}


class SampleEntry(Entry):
    """A report as an example tells it."""

    text: Text
    title: SomeText = None
    published: Annotated[dt.date | None, *_by(values.date, _DATE)] = None


class ExampleEntry(Entry):
    """A text, and (beside `fires` and `silent` of a rule) what is expected of it; `reports` are several, each on an attack of its own."""

    text: SomeText = None
    title: SomeText = None
    published: Annotated[dt.date | None, *_by(values.date, _DATE)] = None
    reports: Annotated[tuple[Annotated[SampleEntry, BeforeValidator(_example)], ...] | None, BeforeValidator(_list)] = None

    @model_validator(mode="after")
    def _one_or_many(self) -> Self:
        if self.reports is None and self.text is None:
            raise wrong("has no text", "", 'add "text: …"')
        if self.reports is not None and not (self.text is None and self.title is None and self.published is None):
            raise wrong("has a text and reports", "one of the two", "move the text into a report")
        return self


class RuleExamples(Entry):
    """Texts on which the rule must fire, and texts on which it must not."""

    fires: Annotated[tuple[Annotated[ExampleEntry, BeforeValidator(_example)], ...], BeforeValidator(_list)] = ()
    silent: Annotated[tuple[Annotated[ExampleEntry, BeforeValidator(_example)], ...], BeforeValidator(_list)] = ()


class RuleEntry(Entry):
    """One rule: what to look for, and how grave it is."""

    name: Name
    severity: SeverityName
    when: When
    why: SomeText = None
    source: SomeTexts = None
    notify: SomeNames = None
    examples: Annotated[RuleExamples | None, BeforeValidator(values.mapping("fires: [...], silent: [...]"))] = None


class AliasEntry(Entry):
    """A spelling of a name; `case: exact` for acronyms that are words as well, such as IS."""

    text: Text
    case: Annotated[str, *_by(values.one_of(("exact", "any"), called="one of"), _enum(("exact", "any")))] = "any"


def _alias(value: object) -> object:
    return value if isinstance(value, dict) else {"text": values.text(value)}


class GroupEntry(Entry):
    """An armed group with every spelling that it goes by."""

    id: Slug
    name: Name
    aliases: Annotated[tuple[Annotated[AliasEntry, BeforeValidator(_alias)], ...], BeforeValidator(_list)] = ()
    kind: SomeText = None
    parent: SomeSlug = None
    country: SomeName = None
    source: SomeTexts = None
    note: SomeText = None


class PlaceEntry(Entry):
    """A place that is watched, or a local name that the gazetteer lacks."""

    name: Name
    spellings: SomeNames = None
    district: SomeName = None
    province: SomeName = None
    country: SomeName = None
    latitude: Latitude = None
    longitude: Longitude = None
    watch: SomeSlug = None
    source: SomeTexts = None
    note: SomeText = None

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise wrong("has one coordinate", "latitude and longitude, or neither")
        return self


class PhrasesEntry(Entry):
    """An attack type or a target and the phrases that speak for it."""

    name: Name
    phrases: Texts
    source: SomeTexts = None
    note: SomeText = None


class SpanEntry(Entry):
    """Days from `from` to `to`, both included."""

    from_: Annotated[dt.date, *_by(values.date, _DATE), Field(alias="from")]
    to: Annotated[dt.date, *_by(values.date, _DATE)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise wrong("ends before it begins", "from before to", "swap them")
        return self


def _span_of_one(value: object) -> object:
    if isinstance(value, dict):
        return value
    day = values.date(value).isoformat()
    return {"from": day, "to": day}


class CalendarEntry(Entry):
    """Days of raised risk: elections and observances, by date, every year, or by the Islamic calendar."""

    name: Slug
    why: SomeText = None
    dates: Annotated[tuple[Annotated[SpanEntry, BeforeValidator(_span_of_one)], ...], BeforeValidator(_list)] = ()
    yearly: Annotated[
        tuple[str, ...] | None, *_by(one_or_many(values.month_day), _many({"type": "string", "pattern": r"^[0-9]{2}-[0-9]{2}$"}))
    ] = None
    islamic: Annotated[
        tuple[str, ...] | None, *_by(one_or_many(values.month_day), _many({"type": "string", "pattern": r"^[0-9]{2}-[0-9]{2}$"}))
    ] = None
    source: SomeTexts = None
    note: SomeText = None

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        if not (self.dates or self.yearly or self.islamic):
            raise wrong("has no day", "dates, yearly or islamic")
        return self


# The top-level keys of a rule file, and what an entry under each is called and checked by.
SECTIONS: dict[str, tuple[str, type[Entry], str]] = {
    "groups": ("group", GroupEntry, "id"),
    "places": ("place", PlaceEntry, "name"),
    "attack_types": ("attack type", PhrasesEntry, "name"),
    "targets": ("target", PhrasesEntry, "name"),
    "calendar": ("calendar day", CalendarEntry, "name"),
    "rules": ("rule", RuleEntry, "name"),
}


class RuleFile(BaseModel):
    """A file of the rules folder: any of these lists, merged with those of the other files."""

    model_config = ConfigDict(extra="forbid")

    groups: list[GroupEntry] = []
    places: list[PlaceEntry] = []
    attack_types: list[PhrasesEntry] = []
    targets: list[PhrasesEntry] = []
    calendar: list[CalendarEntry] = []
    rules: list[RuleEntry] = []


def json_schemas() -> dict[str, dict[str, Any]]:
    """File kind → JSON Schema (draft 2020-12) as the YAML language server takes it. `rules` fits every file of the folder."""
    schema = _without_null(RuleFile.model_json_schema(by_alias=True, mode="validation"))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return {"rules": schema}


def _without_null(schema: Any) -> Any:
    """Optional here means that a key may be left out, not that it may be empty."""
    if isinstance(schema, list):
        return [_without_null(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("default", ...) is None:
        schema = {key: value for key, value in schema.items() if key != "default"}
    options = [part for part in schema.get("anyOf", []) if part != {"type": "null"}]
    if len(options) == 1 and len(schema.get("anyOf", [])) == 2:
        schema = {key: value for key, value in schema.items() if key != "anyOf"} | options[0]
    return {key: _without_null(value) for key, value in schema.items()}
