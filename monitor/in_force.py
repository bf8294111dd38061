"""What the daemon goes by: a config, its rules and its channels, read and checked as one, so that a reload takes all or nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.config import Channel, Config, load_config, read_rule_files, resolve_secret, rules_folder, secret_parts, secret_problems
from monitor.errors import InvalidInput, Problem, SecretMissing, UsageError
from monitor.feeds.mask import masked
from monitor.forms import time_form
from monitor.pipeline import Desk
from monitor.rules.load import load_rules

if TYPE_CHECKING:
    from monitor.alerts.deliver import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A config and rules without a mistake. `targets` has one entry a channel whose secret could be resolved; `ping` is where the
    dead-man's switch is.
    """

    config: Config
    desk: Desk
    targets: Mapping[str, Target]
    ping: str | None = field(default=None, repr=False)
    warnings: tuple[Problem, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be logged: the channels' and the ping's addresses, and those of feeds that have a password or a token."""
        feeds = [feed.url for feed in self.config.feeds if masked(feed.url) != feed.url]
        addresses = [*(target.url for target in self.targets.values()), *([self.ping] if self.ping else []), *feeds]
        return tuple(part for address in addresses for part in secret_parts(address))


def standing_form(force: InForce, *, now: dt.datetime, once: bool, started_at: dt.datetime, before: str | None) -> str:
    """What is in force, as kept for `monitor status`; rules that were in force `before` are so since then."""
    digest = force.desk.ruleset.digest
    kept = json.loads(before) if before else {}
    return json.dumps(
        {
            "version": __version__,
            "once": once,
            "started": time_form(started_at),
            "rules": len(force.desk.ruleset.rules),
            "digest": digest,
            "since": kept["since"] if kept.get("digest") == digest else time_form(now),
        }
    )


def load_all(config_path: Path) -> InForce:
    """Read the config, every rule file and every channel's secret.

    Raises:
        InvalidInput: with every problem of the config, the rules and, where the config has none of its own, the channels' secrets.
    """
    try:
        config = load_config(config_path)
    except InvalidInput as error:
        raise InvalidInput([*error.problems, *_rule_problems(config_path)]) from error
    problems: list[Problem] = []
    warnings = [*config.warnings]
    desk: Desk | None = None
    try:
        ruleset = load_rules(read_rule_files(config.rules), channels=config.channels)
        desk = Desk(ruleset=ruleset, settings=config.alert_settings())
        warnings += ruleset.warnings
    except InvalidInput as error:
        problems += error.problems
    for problem in secret_problems(config):
        (warnings if problem.warning else problems).append(problem)
    targets: dict[str, Target] = {}
    for channel in config.channels.values():
        try:
            targets[channel.name] = _target(channel)
        except UsageError as error:
            problems.append(Problem(config.locate("channels", channel.name, "url"), f"[channels.{channel.name}]: {error}"))
        except SecretMissing:
            continue  # secret_problems has it
    if problems or desk is None:
        raise InvalidInput(problems)
    return InForce(config=config, desk=desk, targets=targets, ping=_ping(config), warnings=tuple(warnings))


def _rule_problems(config_path: Path) -> tuple[Problem, ...]:
    """What is wrong with the rules of a config that is wrong itself, so that one run tells all."""
    folder = rules_folder(config_path)
    if folder is None:
        return ()
    try:
        load_rules(read_rule_files(folder))
    except InvalidInput as error:
        return tuple(error.problems)
    return ()


def _ping(config: Config) -> str | None:
    try:
        return None if config.health.ping == "off" else resolve_secret(config.health.ping)
    except SecretMissing:
        return None  # secret_problems has it


def _target(channel: Channel) -> Target:
    # Apprise takes a second to import; a daemon without channels, as in a dry run, does without it.
    from monitor.alerts.deliver import check_target

    return check_target(resolve_secret(channel.url), format=channel.format)
