"""The rules as shipped: they load without a word, each says why and since which document, and each example is as it says."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from support_rules import MASTUNG, NOW, SHIPPED, incident, mention

from monitor.model import SEVERITIES, Place, Severity
from monitor.rules.conditions import Example
from monitor.rules.examples import run_examples
from monitor.rules.load import RuleSet, load_rules
from monitor.rules.match import match
from monitor.rules.schema import json_schemas
from monitor.text.read import Reader, build_reader

LAHORE = Place(name="Lahore", district="Lahore", province="Punjab", country="Pakistan", lat=31.5, lon=74.3)
DOCUMENTS = {
    "000_99ec456bff19c493.txt",
    "001_8df78887bf68dca2.txt",
    "002_d618d07b8339e8c7.txt",
    "003_31f16b21a16693e3.txt",
    "004_4066d30c1cf974a5.txt",
}


def shipped() -> RuleSet:
    return load_rules({f"rules/{path.name}": path.read_text() for path in SHIPPED.glob("*.yaml")})


SET = shipped()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return build_reader(SET.lexicon)


def severity_of(**fields: Any) -> Severity | None:
    """The gravest of the shipped rules that fire."""
    found = match(SET, incident(**fields), now=NOW)
    return max((one.severity for one in found), key=SEVERITIES.index, default=None)


def test_the_shipped_files_have_no_problem_and_no_warning() -> None:
    """Whoever starts from them starts clean."""
    assert [str(warning) for warning in SET.warnings] == []
    assert len(SET.rules) >= 10


@pytest.mark.parametrize("rule", SET.rules, ids=lambda rule: rule.name)
def test_a_shipped_rule_says_why_and_names_its_documents(rule: Any) -> None:
    """An analyst can see where it comes from; no channel is named, so that routes decide."""
    assert rule.why
    assert rule.source
    assert set(rule.source) <= DOCUMENTS
    assert rule.notify is None


@pytest.mark.parametrize("name", [rule.name for rule in SET.rules])
def test_a_shipped_rule_has_examples_of_both_kinds(name: str) -> None:
    """One on which it fires and one on which it must not."""
    kinds = {example.fires for example in SET.examples if example.rule == name}
    assert kinds == {True, False}


@pytest.mark.parametrize(
    "example", SET.examples, ids=lambda example: f"{example.rule}-{'fires' if example.fires else 'silent'}-{example.at.line}"
)
def test_an_example_of_the_files_is_as_it_says(example: Example, reader: Reader) -> None:
    """Read by the real reader, matched by the real rules."""
    from dataclasses import replace

    [outcome] = run_examples(replace(SET, examples=(example,)), reader.read)
    assert outcome.met, f"{example.at}: {outcome.why}"


LADDER = [
    ({"injured": 1}, "notice"),
    ({"killed": 4}, "notice"),
    ({"killed": 5}, "high"),
    ({"injured": 9}, "notice"),
    ({"injured": 10}, "high"),
    ({"killed": 19}, "high"),
    ({"killed": 20}, "severe"),
    ({"killed": 49}, "severe"),
    ({"killed": 50}, "critical"),
    ({}, None),
    ({"killed": 0, "injured": 0}, None),
    ({"militants_killed": 12}, None),
    ({"groups": (mention("ttp", "claimed"),)}, "high"),
    ({"groups": (mention("ttp", "denied"),)}, None),
    ({"groups": (mention("ttp", "suspected"),)}, None),
    ({"groups": (mention("ttp", "suspected"),), "killed": 1}, "high"),
    ({"groups": (mention("iskp", "suspected"),), "injured": 1}, "high"),
    ({"groups": (mention("ttp", "mentioned"),), "killed": 1}, "notice"),
    ({"groups": (mention("bla", "claimed"),)}, "notice"),
    ({"target": "religious procession or site", "injured": 1}, "severe"),
    ({"target": "religious procession or site", "injured": 1, "date": dt.date(2023, 12, 1)}, "high"),
    ({"target": "political", "injured": 1, "date": dt.date(2023, 12, 1)}, "high"),
    ({"target": "political", "injured": 1, "date": dt.date(2018, 7, 10)}, "severe"),
    ({"target": "police", "killed": 3}, "high"),
    ({"target": "police", "killed": 2}, "notice"),
    ({"attack_type": "suicide bombing", "injured": 1}, "high"),
]


@pytest.mark.parametrize(("fields", "severity"), LADDER, ids=[str(n) for n in range(len(LADDER))])
def test_the_ladder_is_the_one_of_the_documents(fields: dict[str, Any], severity: Severity | None) -> None:
    """In Lahore, which is no hotspot, on the Prophet's birthday of 2023 where no other date is given."""
    assert severity_of(**({"place": LAHORE, "date": dt.date(2023, 9, 29)} | fields)) == severity


@pytest.mark.parametrize("district", ["Mastung", "Hangu", "Bannu", "Peshawar"])
def test_one_death_in_a_hotspot_is_high(district: str) -> None:
    """And one injured is not."""
    place = Place(district=district, country="Pakistan")
    assert severity_of(place=place, killed=1) == "high"
    assert severity_of(place=place, injured=1) == "notice"


NOT_OURS = {
    "retracted": {"retracted": True, "place": MASTUNG},
    "elsewhere": {"place": Place(name="Baghdad", country="Iraq")},
    "nowhere": {},
}


@pytest.mark.parametrize("fields", NOT_OURS.values(), ids=NOT_OURS)
def test_hoaxes_and_other_countries_are_not_ours(fields: dict[str, Any]) -> None:
    """Nor an attack of which nobody says where."""
    assert severity_of(killed=60, injured=60, groups=(mention("is", "claimed"),), target="police", attack_type="bombing", **fields) is None


def test_the_schema_beside_the_files_is_the_one_of_the_program() -> None:
    """Made by `monitor rules schema --dir rules`; editors complete by it."""
    assert json.loads((SHIPPED / "rules.schema.json").read_text()) == json_schemas()["rules"]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.name)
def test_a_shipped_file_names_the_schema(path: Any) -> None:
    """In its first line, as the YAML language server reads it."""
    assert path.read_text().splitlines()[0] == "# yaml-language-server: $schema=rules.schema.json"
