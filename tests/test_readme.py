"""The README tells the truth: its lines, its examples and its links."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from monitor.cli import COMMANDS, cli
from monitor.config import load_config
from monitor.rules.load import load_rules

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "systemd/README.md", "benchmarks/README.md", "docs/architecture.md")]


def _block(kind: str, containing: str) -> str:
    blocks = re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)
    return next(block for block in blocks if containing in block)


def test_the_rules_of_the_readme_load_beside_the_shipped_ones() -> None:
    """They name groups, targets and channels that exist."""
    files = {path.name: path.read_text() for path in (ROOT / "rules").glob("*.yaml")}
    ruleset = load_rules(files | {"readme.yaml": _block("yaml", "rules:")}, channels=["mail"])
    assert {"police-in-bannu", "claimed-by-iskp"} <= {rule.name for rule in ruleset.rules}


def test_the_channels_of_the_readme_are_toml_that_routes_to_what_it_names() -> None:
    """Every channel that a severity leads to is there."""
    config = tomllib.loads(_block("toml", "[channels.slack]"))
    assert {name for names in config["alerts"]["routes"].values() for name in names} <= set(config["channels"])


def test_what_the_readme_says_of_hearing_less_is_a_config_without_a_mistake(tmp_path: Path) -> None:
    """Quiet hours, repeats, storms and digests as written there."""
    (tmp_path / "config.toml").write_text(_block("toml", "[digests.weekly]"))
    config = load_config(tmp_path)
    assert [digest.name for digest in config.digests] == ["weekly"]
    assert (config.alerts.escalate_after_s, config.storm.messages) == (1800.0, 20)
    assert config.channels["slack"].quiet is not None


def test_the_example_of_analyze_gives_what_the_readme_shows() -> None:
    """The same item, through the program."""
    line = re.search(r"echo '(\{.*?\})' \| monitor analyze -", README)
    assert line is not None
    done = CliRunner().invoke(cli, ["analyze", "-"], input=line[1])
    assert done.exit_code == 0, done.output
    incident = json.loads(done.stdout)["incidents"][0]
    assert (incident["date"], incident["place"]["name"], incident["killed"]["count"]) == ("2026-03-06", "Bannu", 5)
    assert [(g["id"], g["stance"]) for g in incident["groups"]] == [("ttp", "claimed")]
    assert (incident["attack_type"], incident["target"]) == ("bombing", "police")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    """`monitor WORD` in code is a command, and `monitor WORD WORD` a command of its group."""
    text = page.read_text()
    code = "\n".join(re.findall(r"`([^`\n]+)`", text) + re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL))
    for first, second in re.findall(r"(?:^|[$&|] |-u monitor )monitor (?:--config \S+ )?([a-z]+)(?: ([a-z][a-z-]+))?", code, re.MULTILINE):
        assert first in COMMANDS, f"{page.name}: monitor {first}"
        with click.Context(cli) as context:
            command = cli.get_command(context, first)
        if second and isinstance(command, click.Group):
            assert second in command.commands, f"{page.name}: monitor {first} {second}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_links_to_exists(page: Path) -> None:
    """Links within the repository lead somewhere."""
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_ci_finds_the_test_line_of_the_readme() -> None:
    """`.ci/run` pastes the line after the marker; it ends in the gate."""
    marked = README.split("<!-- test -->")[1]
    line = next(line for line in marked.splitlines() if line.startswith("python3 "))
    assert line.endswith("&& .ci/gate")
    assert "--no-deps --require-hashes -r requirements.lock" in line


def test_the_lock_has_every_requirement_of_the_project() -> None:
    """A dependency that is added to pyproject.toml is added to the lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=\[; ]", name)[0].lower() for name in [*project["dependencies"], *project["optional-dependencies"]["test"]]}
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert wanted <= locked


def test_shipped_yaml_is_what_the_wheel_carries() -> None:
    """The build includes the folder of rules and the example config from the top of the repository, and they are there."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for source in build:
        assert (ROOT / source).exists()
    assert all(yaml.safe_load(path.read_text()) for path in (ROOT / "rules").glob("*.yaml"))
