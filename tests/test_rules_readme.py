"""rules/README.md teaches nothing that does not work: every block of YAML in it is loaded and tried."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from support_rules import NOW, SHIPPED, WORLD, filing, incident, mention

from monitor.model import Incident, Place
from monitor.rules.comparisons import Comparison
from monitor.rules.load import RuleSet, load_rules
from monitor.rules.match import match
from monitor.rules.schema import SECTIONS, When
from monitor.rules.surge import find_surges

README = (SHIPPED / "README.md").read_text()
BLOCKS = re.findall(r"^### (\d+)\. .*?\n(?:(?!^###).*\n)*?```yaml\n((?:.*\n)*?)```", README, flags=re.M)
ALL_BLOCKS = re.findall(r"```yaml\n((?:.*\n)*?)```", README)
QUETTA = {"district": "Quetta", "province": "Balochistan", "country": "Pakistan"}

# Rule → an incident on which it fires, and one on which it is silent.
TRIED: dict[str, tuple[Incident, Incident]] = {
    "many-killed": (incident(killed=5), incident(killed=4, injured=50)),
    "bombing-of-soldiers-or-police": (
        incident(attack_type="bombing", target="police", place=Place(country="Pakistan")),
        incident(attack_type="bombing", target="civilians", place=Place(country="Pakistan")),
    ),
    "victims-but-not-many": (incident(killed=2), incident(injured=3)),
    "claimed-by-ttp": (
        incident(groups=(mention("ttp", "claimed"),)),
        incident(groups=(mention("ttp", "denied"), mention("iskp", "claimed"))),
    ),
    "around-chaman-crossing": (
        incident(injured=1, place=Place(name="Chaman", lat=30.92, lon=66.46)),
        incident(injured=1, place=Place(name="Quetta", lat=30.19, lon=67.01)),
    ),
    "tribal-belt": (
        incident(killed=1, place=Place(name="Parachinar", district="Kurram", country="Pakistan")),
        incident(killed=1, place=Place(name="Lahore", district="Lahore", country="Pakistan")),
    ),
    "death-at-a-watched-place": (
        incident(killed=1, place=Place(name="Example Bazaar", **QUETTA)),
        incident(killed=1, place=Place(name="Hazar Ganji", **QUETTA)),
    ),
    "drones-in-the-local-press": (
        incident(filings=(filing("Quadcopters were seen.", outlet="Dawn"),)),
        incident(filings=(filing("Quadcopters were seen.", outlet="Geo"), filing("Rain.", key="two", outlet="Dawn"))),
    ),
    "confirmed-and-new": (
        incident(killed=3, date=dt.date(2023, 9, 29), filings=(filing(), filing(key="two"))),
        incident(killed=3, date=dt.date(2023, 9, 29), filings=(filing(), filing(key="two", duplicate_of="one"))),
    ),
    "election-week": (
        incident(target="political", date=dt.date(2024, 4, 14)),
        incident(target="political", date=dt.date(2024, 4, 13)),
    ),
}  # fmt: skip


def loaded(block: str) -> RuleSet:
    return load_rules({"rules/world.yaml": WORLD, "rules/readme.yaml": block}, channels=["duty-phone"])


def test_there_are_ten_examples() -> None:
    """Numbered from one to ten."""
    assert [int(number) for number, _ in BLOCKS] == list(range(1, 11))


@pytest.mark.parametrize("block", ALL_BLOCKS, ids=lambda block: block.split()[-1])
def test_every_block_loads(block: str) -> None:
    """Without a problem; its own attack type and target give the one warning that they should."""
    warnings = [str(warning) for warning in loaded(block).warnings]
    assert all("not one of those that come with the program" in w or "no rule in any file" in w for w in warnings), warnings


@pytest.mark.parametrize(("number", "block"), BLOCKS[:9], ids=[number for number, _ in BLOCKS[:9]])
def test_an_example_does_what_the_text_says(number: str, block: str) -> None:
    """Each rule of it fires on one incident and is silent on its neighbour."""
    ruleset = loaded(block)
    assert ruleset.rules
    for rule in ruleset.rules:
        fires, silent = TRIED[rule.name]
        now = NOW if number != "9" else dt.datetime(2024, 4, 22, tzinfo=dt.UTC)
        assert [found.rule for found in match(ruleset, fires, now=now) if found.rule == rule.name] == [rule.name]
        assert rule.name not in [found.rule for found in match(ruleset, silent, now=now)]


def test_the_example_of_a_wave_finds_one() -> None:
    """Five attacks in a week where one a fortnight is usual."""
    day = dt.timedelta(days=1)
    place = Place(name="Hangu", district="Hangu", province="Khyber Pakhtunkhwa", country="Pakistan")

    def attack(number: int, days_ago: float) -> Incident:
        return incident(id=f"{number}", first_seen=NOW - days_ago * day, killed=1, place=place)

    wave = [attack(n, n + 0.5) for n in range(5)]
    usual = [attack(10 + n, 10 + 14 * n) for n in range(4)]
    [found] = find_surges(loaded(BLOCKS[9][1]), wave + usual, now=NOW, since=None, fired={})
    assert (found.rule, found.shown, len(found.incidents), found.usual) == ("wave-in-a-province", "Khyber Pakhtunkhwa", 5, 0.5)
    assert not find_surges(loaded(BLOCKS[9][1]), wave[:4] + usual, now=NOW, since=None, fired={})


def test_the_tables_name_every_condition_and_every_section() -> None:
    """Nothing that may be written is left untold."""
    conditions = README.split("## All conditions")[1].split("## All entries")[0]
    assert {info.alias or name for name, info in When.model_fields.items()} <= set(re.findall(r"`(\w+)`", conditions))
    assert all(f"`{section}:`" in README for section in SECTIONS)


def test_the_rule_about_notify_overrides_the_route() -> None:
    """The match carries the channels."""
    fires, _ = TRIED["election-week"]
    [found] = match(loaded(BLOCKS[8][1]), fires, now=NOW)
    assert found.notify == ("duty-phone",)


def test_comparisons_of_the_first_example_mean_what_it_says() -> None:
    """A bare number is exact, two dots include both ends."""
    from monitor.rules.comparisons import count_comparison

    assert count_comparison(5) == Comparison(5, 5, written="= 5")
    assert count_comparison("5..10") == Comparison(5, 10, written="5..10")
