"""What one sentence states of casualties."""

from __future__ import annotations

import pytest
from reading_tolls_table import TOLLS
from support_reading import statements


@pytest.mark.parametrize(("sentence", "killed", "injured", "militants"), [row[1:] for row in TOLLS], ids=[row[0] for row in TOLLS])
def test_a_report_of_one_sentence_gives_its_casualties(sentence, killed, injured, militants):
    """The sentence alone, chosen among its own statements as a report's would be."""
    from monitor.text.clean import clean
    from monitor.text.lines import read_line
    from monitor.text.tally import choose

    text = clean("", "", sentence)
    lines = [read_line(s, statements(s.text), (), (), event=True, published=None) for s in text.sentences]

    def count(field):
        chosen = choose(lines, field)
        return chosen.toll.count if chosen else None

    assert (count("killed"), count("injured"), count("militants_killed")) == (killed, injured, militants)
