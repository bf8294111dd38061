"""Whatever stands in a rule file, the answer is a rule set or a list of problems."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support_rules import NOW, SHIPPED, WORLD, incident

from monitor.errors import InvalidInput
from monitor.rules.load import RuleSet, load_rules
from monitor.rules.match import explain, match

BROKEN = Path(__file__).parent / "rules_broken"
TEXTS = [path.read_text()[:900] for path in (*sorted(SHIPPED.glob("*.yaml")), *sorted(BROKEN.glob("*.yaml")))]
PIECES = st.sampled_from(
    [
        "|",
        *"\t,\n,  ,- ,: ,[,],{,},&a ,*a,!!str ,!x ,',\",#,>,%,@,~,<<: ,\0,\ud800,\ufeff,---\n,1e999,.inf,0x1F,when:,é,دھماکہ".split(","),
    ]
)


def loaded(text: str) -> RuleSet | None:
    try:
        return load_rules({"rules/x.yaml": text}, channels=["slack"])
    except InvalidInput as refused:
        problems = refused.problems
    assert problems
    assert all(problem.what for problem in problems)
    return None


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.one_of(PIECES, st.text(max_size=3))), min_size=1, max_size=4),
)
def test_a_damaged_file_is_refused_in_words(text: str, damages: list[tuple[float, int, str]]) -> None:
    """Cut and insert anywhere: no other error comes out."""
    for where, cut, piece in damages:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + cut :]
    ruleset = loaded(text)
    if ruleset is not None:
        assert len(match(ruleset, incident(killed=5), now=NOW)) <= len(explain(ruleset, incident(killed=5), now=NOW))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
@example("\ud800")
@example("\x00")
@example("a: " + "9" * 5000)
@example("rules: [{name: x, severity: high, when: {killed: '>= " + "9" * 500 + "'}}]")
@example("? [a]\n: b")
@example("&a a: *a")
def test_any_text_at_all_is_refused_in_words_or_taken(text: str) -> None:
    """Lone surrogates, control characters and numbers without end too."""
    loaded(text)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 99),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", ">= 5", "re: (", "3d", "ttp", "Mastung", "2024-02-30"]),
)
INNER_KEYS = st.sampled_from("name when killed any not all text near date days km lat lon place surge by within incidents re words".split())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(INNER_KEYS, inner, max_size=4)),
    max_leaves=12,
)
KEYS = st.sampled_from("killed group stance place watch near_place text feed outlets kind age near surge any all not".split())


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_value_under_any_condition_is_refused_in_words_or_taken(when: dict[str, object]) -> None:
    """Lists for numbers, mappings for words, nothing for something."""
    import json

    rule = json.dumps({"name": "x", "severity": "high", "when": when}, ensure_ascii=False)
    ruleset = loaded(f"{WORLD}\nrules:\n  - {rule}\n")
    if ruleset is not None:
        explain(ruleset, incident(killed=5), now=NOW)
