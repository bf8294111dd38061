"""Rule files proposed from documents: what is found, what is left out, and that the proposal is a rule file."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from support_rules import SHIPPED

from monitor.feeds.documents import parse_document
from monitor.model import BadItem, Item, Lexicon
from monitor.rules.draft import Proposal, as_yaml, propose
from monitor.rules.draft_groups import Sighting, propose_groups
from monitor.rules.load import load_rules
from monitor.text.read import Reader, build_reader

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
WORDS = load_rules({"rules/vocabulary.yaml": (SHIPPED / "vocabulary.yaml").read_text()}).lexicon
NOTHING = Lexicon(attack_types=WORDS.attack_types, targets=WORDS.targets)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return build_reader(NOTHING)


def groups_in(*sentences: str) -> dict[str, tuple[str, ...]]:
    """Id → spellings of the groups found."""
    found = propose_groups([Sighting("doc.txt", sentence) for sentence in sentences], ())
    return {group.id: tuple(alias.text for alias in group.aliases) for group in found}


INTRODUCED = [
    ("The Tehreek-e-Example Pakistan (TEP) claimed the attack.", {"tep": {"Tehreek-e-Example Pakistan", "TEP"}}),
    ("The Misal Army Front (MAF), also known as the Misal Front, withdrew fighters.", {"maf": {"Misal Army Front", "MAF", "Misal Front"}}),
    ("Lashkar-e-Misal attacked the post.", {"lem": {"Lashkar-e-Misal"}}),
    ("Militants linked with al-Misal were held.", {"al-misal": {"al-Misal"}}),
    ("The Afghan Taliban condemned it.", {"afghan-taliban": {"Afghan Taliban"}}),
    ("Troops fought separatist rebels in Balochistan.", {"separatist-rebels-balochistan": {"separatist rebels in Balochistan"}}),
    ("The Misal Army claimed responsibility.", {"misal-army": {"Misal Army"}}),
    ("They have links with the Misal Army in West Example.", {"misal-army": {"Misal Army"}}),
    ("The Misal Army in Example (MAE) withdrew fighters.", {"mae": {"Misal Army in Example", "MAE"}}),
]  # fmt: skip
OTHERS = [
    "The Example Institute of Peace Studies (EIPS) counted the attacks.",
    "The Awami Misal Party (AMP) cancelled its rally after militants struck.",
    "The National Misal Plan (NMP) was not carried out.",
    "He claimed responsibility for the delay.",
    "Its anti-Taliban stance is known.",
    "Police claimed the attack was foiled.",
]


@pytest.mark.parametrize(("sentence", "groups"), INTRODUCED, ids=[f"{n}-{next(iter(groups))}" for n, (_, groups) in enumerate(INTRODUCED)])
def test_a_group_is_found_as_news_introduce_it(sentence: str, groups: dict[str, set[str]]) -> None:
    """With its short form and other names."""
    assert {name: set(aliases) for name, aliases in groups_in(sentence).items()} == groups


@pytest.mark.parametrize("sentence", OTHERS)
def test_what_is_no_armed_group_is_left_out(sentence: str) -> None:
    """Parties, institutes, plans and people."""
    assert groups_in(sentence) == {}


def test_spellings_of_one_group_come_together() -> None:
    """With and without hyphens, with and without "of" and "Province"."""
    found = groups_in(
        "The Misali State of Example Province (MSEP) claimed the blast.",
        "The Misali State–Example (MS-E) denied it.",
        "Misali State Example Province later claimed another attack.",
    )
    assert list(found) == ["msep"]
    assert {"MSEP", "MS-E", "Misali State of Example Province"} <= set(found["msep"])


def test_a_group_that_is_known_says_as_which() -> None:
    """By any of its spellings."""
    known = load_rules({"rules/groups.yaml": (SHIPPED / "groups.yaml").read_text()}).lexicon.groups
    [found] = propose_groups([Sighting("doc.txt", "The Tehreek-e-Taliban Pakistan (TTP) claimed it.")], known)
    assert found.known == "ttp"


DOCUMENT = """date 2024-02-06 A bomb went off in the bazaar of Parachinar on Monday, killing 23 people and injuring 61, police said.

The Lashkar-e-Misal claimed responsibility for the blast. In Kabul, officials condemned it.
"""


def proposal_of(text: str, reader: Reader, lexicon: Lexicon = NOTHING) -> Proposal:
    item = parse_document(text, name="news.txt")
    assert isinstance(item, Item)
    return propose([item], reader.read, lexicon)


def test_a_proposal_has_provenance(reader: Reader) -> None:
    """Each group, place and threshold names the document and quotes the sentence."""
    proposal = proposal_of(DOCUMENT, reader)
    assert [(g.id, g.sightings[0].document) for g in proposal.groups] == [("lem", "news.txt")]
    places = {place.name: place for place in proposal.places}
    assert (places["Parachinar"].watch, places["Parachinar"].killed, places["Kabul"].watch) == ("high", 23, "elevated")
    assert [(t.tally, t.least, t.severity) for t in proposal.thresholds] == [("killed", 20, "severe"), ("injured", 50, "severe")]
    assert "killing 23 people" in proposal.thresholds[0].grounds[0].sentence


def test_a_proposal_is_a_rule_file(reader: Reader) -> None:
    """Loaded without a problem, with every entry in it."""
    text = as_yaml(proposal_of(DOCUMENT, reader))
    ruleset = load_rules({"rules/draft.yaml": text})
    assert [rule.name for rule in ruleset.rules] == ["drafted-20-killed", "drafted-50-injured"]
    assert [group.id for group in ruleset.lexicon.groups] == ["lem"]
    assert "# news.txt: A bomb went off in the bazaar" in text


def test_what_is_known_is_only_a_comment(reader: Reader) -> None:
    """A second draft after the first was taken over proposes no group and no place again."""
    first = load_rules({"rules/draft.yaml": as_yaml(proposal_of(DOCUMENT, reader))}).lexicon
    text = as_yaml(proposal_of(DOCUMENT, reader, first))
    second = load_rules({"rules/draft.yaml": text})
    assert second.lexicon == Lexicon()
    assert "# known as lem: Lashkar-e-Misal" in text


def test_documents_without_attacks_propose_nothing(reader: Reader) -> None:
    """And the empty file loads."""
    text = as_yaml(proposal_of("The weather was fine.", reader))
    assert load_rules({"rules/draft.yaml": text}).rules == ()


def test_a_name_with_quotes_and_colons_is_text(reader: Reader) -> None:
    """Nothing of a document can break the file or become more than text."""
    hostile = 'The Misal Army: "Front" (MAF) claimed it: {x: y}. # The "Misal\'s Army" claimed responsibility.'
    load_rules({"rules/draft.yaml": as_yaml(proposal_of(hostile, reader))})


# ---------------------------------------------------------------- the five documents

DATES = {
    "001": dt.datetime(2024, 2, 1, tzinfo=dt.UTC),
    "002": dt.datetime(2018, 7, 15, tzinfo=dt.UTC),
    "004": dt.datetime(2022, 3, 12, tzinfo=dt.UTC),
}
GROUPS = {"iskp", "ispp", "is", "ttp", "afghan-taliban", "taliban", "lej", "al-qaida", "separatist-rebels-balochistan"}
PLACES = {
    "Mastung", "Hangu", "Bannu", "Peshawar", "Karachi", "Safoora Goth", "Khyber Pakhtunkhwa", "Balochistan", "Kabul", "Afghanistan",
    "India", "Gujarat", "Coimbatore", "Mangaluru", "Sri Lanka", "Dhaka",
}  # fmt: skip
TOLLS = {("killed", 5), ("killed", 20), ("killed", 50), ("injured", 10)}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five documents are not beside this repository")
def test_the_five_documents_propose_what_the_domain_page_lists(reader: Reader) -> None:
    """Every group, place and threshold of it, from an empty lexicon; a miss is named."""
    from dataclasses import replace

    items = []
    for path in sorted(SEEDS.glob("*.txt")):
        item = parse_document(path.read_text(), name=path.name)
        assert not isinstance(item, BadItem)
        items.append(replace(item, published_at=item.published_at or DATES.get(path.name[:3])))
    proposal = propose(items, reader.read, NOTHING)
    assert GROUPS - {group.id for group in proposal.groups} == set()
    assert PLACES - {place.name for place in proposal.places} == set()
    assert TOLLS - {(threshold.tally, threshold.least) for threshold in proposal.thresholds} == set()
    assert all(entry.sightings for entry in (*proposal.groups, *proposal.places))
    # Besides, only that ISIS is another name of IS is left to a person.
    assert {group.id for group in proposal.groups} - GROUPS == {"isis"}
    tolls = {place.name: place.killed for place in proposal.places}
    assert "Islamabad" not in {name for name, killed in tolls.items() if killed}
    load_rules({"rules/draft.yaml": as_yaml(proposal)})
    # The names of the documents stand in the file, so that an analyst can look them up.
    assert len(set(re.findall(r"00\d_[0-9a-f]{16}\.txt", as_yaml(proposal)))) == 5


def test_the_command_prints_a_rule_file(tmp_path: Path) -> None:
    """For files and folders, with the date given for those that have none; problems go to stderr."""
    from click.testing import CliRunner

    from monitor.cli import cli

    (tmp_path / "news.txt").write_text(DOCUMENT)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    result = CliRunner().invoke(cli, ["rules", "draft", str(tmp_path), "--rules", str(SHIPPED), "--published", "2024-02-07"])
    assert result.exit_code == 0, result.output
    assert "scan.pdf" in result.stderr
    drafted = load_rules({"rules/draft.yaml": result.stdout})
    assert [group.id for group in drafted.lexicon.groups] == ["lem"]
