"""Rules and readers for commands, with a config or without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import find_config, note

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.rules.load import RuleSet


def config_if_any(ctx: click.Context) -> Config | None:
    """The config where there is one; a config with problems raises InvalidInput all the same."""
    path = find_config(ctx)
    if path is None:
        return None
    from monitor.config import load_config

    return load_config(path)


def rules_for(config: Config | None, folder: Path | None = None) -> RuleSet:
    """The rules of `folder`, else of the config, else those that the package carries; warnings go to stderr.

    Raises:
        InvalidInput: with every problem.
    """
    from monitor.config import read_rule_files, shipped
    from monitor.rules.load import load_rules

    place = folder or (config.rules if config else shipped("rules"))
    ruleset = load_rules(read_rule_files(place), channels=config.channels if config and not folder else None)
    for warning in ruleset.warnings:
        note(str(warning))
    return ruleset
