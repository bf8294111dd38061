"""The documents on security, operations and reliability name tests that exist, and alert rules that Prometheus takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


PAGES = ["docs/security.md", "docs/operations.md", "docs/reliability.md"]
NAMED = re.compile(r"`(tests/\w+\.py)(?:::(\w+))?`")


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_promise_names_is_there(page: str) -> None:
    """A promise without its test would be a wish."""
    named = NAMED.findall((ROOT / page).read_text())
    assert len(named) > 10
    for path, name in named:
        text = (ROOT / path).read_text()
        assert re.search(rf"^(?:async )?def {name}\(" if name else r"^def test_", text, re.MULTILINE), f"{path}::{name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_line_of_a_table_of_promises_names_a_test(page: str) -> None:
    """None is added to a table without what shows it."""
    shown, without = False, []
    for line in (ROOT / page).read_text().splitlines():
        if not line.startswith("|"):
            shown = False
        elif line.rstrip("| ").endswith("shown by"):
            shown = True
        elif shown and not line.startswith("| ---") and not NAMED.search(line.rsplit("|", 2)[1]):
            without.append(line)
    assert without == []


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
