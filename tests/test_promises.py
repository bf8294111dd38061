"""The documents on security, operations and reliability name tests that exist, and alert rules that Prometheus takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["docs/security.md", "docs/operations.md", "docs/reliability.md"])
def test_every_test_that_a_promise_names_is_there(page: str) -> None:
    """A promise without its test would be a wish."""
    named = re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", (ROOT / page).read_text())
    assert len(named) > 10
    for path, name in named:
        text = (ROOT / path).read_text()
        assert f"def {name or 'test_'}" in text, f"{path}::{name}"


def test_alert_rules_have_what_prometheus_asks_for() -> None:
    """Group, name, expression, duration, severity and words; each stands in the table of what to do."""
    (group,) = yaml.safe_load((ROOT / "systemd/prometheus-rules.yaml").read_text())["groups"]
    table = (ROOT / "docs/operations.md").read_text()
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names)) == 13
    for rule in group["rules"]:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert set(rule["annotations"]) <= {"summary", "description"}
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
        assert rule["alert"] in table
