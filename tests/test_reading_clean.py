"""One report out of three fields, split into sentences, without what the page puts around it."""

from __future__ import annotations

import pytest

from monitor.text.clean import clean
from monitor.text.sentences import split_sentences

SENTENCES = [
    ("dera-ismail-khan", "Police in D.I. Khan said so. He left.", ["Police in D.I. Khan said so.", "He left."]),
    ("rank", "Lt. Col. Ali was killed. Maj. Gen. Khan visited.", ["Lt. Col. Ali was killed.", "Maj. Gen. Khan visited."]),
    ("rupees", "He got Rs. 500 for it. It was late.", ["He got Rs. 500 for it.", "It was late."]),
    ("quote", '"We heard it." He ran.', ['"We heard it."', "He ran."]),
    ("initials", "U.S. forces left. So did he.", ["U.S. forces left.", "So did he."]),
    ("question", "Who did it? Nobody knows.", ["Who did it?", "Nobody knows."]),
    ("ellipsis-inside", "It was the latest attack on... the road.", ["It was the latest attack on... the road."]),
    ("decimal", "A bomb of 2.5kg went off. It was small.", ["A bomb of 2.5kg went off.", "It was small."]),
    ("time", "It came at 3 p.m. on Monday. He fled.", ["It came at 3 p.m. on Monday.", "He fled."]),
    ("urdu", "دھماکہ ہوا۔ تین زخمی ہیں۔", ["دھماکہ ہوا۔", "تین زخمی ہیں۔"]),
    ("line-break", "First line\nSecond line", ["First line", "Second line"]),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SENTENCES], ids=[row[0] for row in SENTENCES])
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    """Abbreviations of the region's press end none."""
    assert [text[start:end] for start, end in split_sentences(text)] == expected


def test_a_summary_that_the_body_begins_with_is_read_once():
    """Feeds cut the first sentence short."""
    body = "QUETTA: Five people were killed in a blast in Quetta on Monday, police said. A search was launched."
    text = clean("Blast in Quetta", "QUETTA: Five people were killed in a blast in Quetta on...", body)
    assert {s.part for s in text.sentences} == {"title", "body"}


def test_a_summary_of_its_own_is_kept():
    """It may hold what the body lacks."""
    text = clean("Blast in Quetta", "Two policemen among the dead", "QUETTA: A bomb went off on Monday.")
    assert [s.text for s in text.sentences if s.part == "summary"] == ["Two policemen among the dead"]


def test_a_title_repeated_as_summary_and_first_line_is_read_once():
    """Titles repeat."""
    text = clean("Blast in Quetta", "Blast in Quetta", "Blast in Quetta\n\nA bomb went off.")
    assert [s.text for s in text.sentences] == ["Blast in Quetta", "A bomb went off."]


@pytest.mark.parametrize(
    "line",
    [
        "Also read: 40 killed in Karachi",
        "READ MORE: Bomb kills nine",
        "Follow us on Twitter",
        "Copyright 2026 The Paper",
        "The writer is a retired ambassador.",
        "Published in The Paper, May 20th, 2026",
        "(Reporting by the Quetta bureau; Editing by A. Khan)",
        "Sign up for our newsletter",
    ],
)
def test_a_line_of_the_page_does_not_speak_and_the_article_goes_on(line):
    """What follows such a line still belongs to the article."""
    text = clean("", "", f"A bomb went off.\n\n{line}\n\nNobody was hurt.")
    assert [s.text for s in text.sentences] == ["A bomb went off.", "Nobody was hurt."]


@pytest.mark.parametrize(
    "heading",
    ["Related stories", "Previous Story", "Don't miss", "Latest from -Top News", "Trending", "Comments (41)", "You may also like"],
)
def test_nothing_after_a_heading_of_the_page_belongs_to_the_article(heading):
    """Headlines of other stories follow it."""
    text = clean("", "", f"A bomb went off.\n\n{heading}\n\nTwelve killed in Bannu")
    assert [s.text for s in text.sentences] == ["A bomb went off."]


def test_promotions_inside_a_paragraph_end_it():
    """Sites run them on without a break."""
    text = clean("", "", "A bomb went off. ALSO READ | 23 soldiers martyred ALSO READ | Nine killed")
    assert [s.text for s in text.sentences] == ["A bomb went off."]


def test_quotes_are_straightened_in_place():
    """Offsets stay those of the text that was given."""
    text = clean("", "", "Peshawar’s “old” city")
    assert text.text == 'Peshawar\'s "old" city'


def test_offsets_lead_back_to_the_sentence():
    """Every sentence stands at its offsets."""
    text = clean("A title", "A summary of its own kind", "First. Second.\n\nThird.")
    assert [text.text[s.start : s.end] for s in text.sentences] == [s.text for s in text.sentences]
