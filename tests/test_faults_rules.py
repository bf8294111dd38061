"""Rule files that would do harm: expressions that run away, files that name others."""

from __future__ import annotations

import time

import pytest
from test_rules_broken import BASE, problems_of

from monitor.rules.filters import Filter, passes
from monitor.rules.values import search

RULE = "rules:\n  - {{name: a, when: {{{}}}, severity: high}}\n"


@pytest.mark.parametrize("expression", [r"(a+)+$", r"(a|aa)+$", r"(.*a){20}b", r"(\w+\s?)+!", r"^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_an_expression_of_a_rule_takes_linear_time(expression: str) -> None:
    """What would take Python's own engine the age of the universe."""
    chosen = Filter(include=(search({"re": expression}),), exclude=())
    begun = time.process_time()
    passes("a" * 100_000 + "\N{GREEK SMALL LETTER ALPHA}", chosen)
    assert time.process_time() - begun < 30


@pytest.mark.parametrize("expression", ["(a{1000}){1000}", "(" * 2000 + "a" + ")" * 2000, "((a{30}){30}){30}"])
def test_an_expression_that_would_take_much_memory_is_refused_at_its_place(expression: str) -> None:
    """A program of a gigabyte from twenty characters."""
    begun = time.process_time()
    found = problems_of({"rules/base.yaml": BASE, "rules/x.yaml": RULE.format(f'text: {{re: "{expression}"}}')})
    assert time.process_time() - begun < 30
    assert found.startswith("rules/x.yaml:2:")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("rules: !include /etc/passwd\n", id="a tag"),
        pytest.param("include: ../../etc/passwd\n", id="a section"),
        pytest.param("rules: !!python/object/apply:os.system [id]\n", id="a call"),
        pytest.param("<<: !file secret.yaml\n", id="a merge"),
    ],
)
def test_a_rule_file_cannot_name_another_file(text: str) -> None:
    """There is no include: what asks for one is refused at its line, and nothing of the file asked for is shown."""
    found = problems_of({"rules/base.yaml": BASE, "rules/x.yaml": text})
    assert found.startswith("rules/x.yaml:1:")
    assert "root:" not in found
