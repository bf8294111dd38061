"""Plain documents and lines of JSON Lines."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_reading import reader

from monitor.feeds.documents import parse_document, parse_jsonl_line
from monitor.model import BadItem, Item

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
NOON = dt.datetime(2023, 11, 7, 12, tzinfo=dt.UTC)


def line(**form: object) -> Item:
    item = parse_jsonl_line(json.dumps(form), where="x.jsonl:1")
    assert isinstance(item, Item), item
    return item


def bad(text: str) -> BadItem:
    item = parse_jsonl_line(text, where="x.jsonl:7")
    assert isinstance(item, BadItem), item
    return item


@pytest.mark.parametrize(
    "text",
    [
        "date 2023-11-07 Two men were shot in Wana.",
        " date 2023-11-07 Two men were shot in Wana.",
        "\ufeff  date 2023-11-07 Two men were shot in Wana.",
        "\n\ndate 2023-11-07\nTwo men were shot in Wana.",
        "date: 2023-11-07\n\nTwo men were shot in Wana.",
        "November 7, 2023\n\nTwo men were shot in Wana.",
        "\ufeffNov. 7th, 2023\r\nTwo men were shot in Wana.",
        "7 November 2023\n3 min read\nTwo men were shot in Wana.",
        "Published on Tuesday, November 7, 2023\nTwo men were shot in Wana.",
    ],
)
def test_a_documents_head_gives_its_date(text: str) -> None:
    """Noon UTC of that day, and the head is no part of the text."""
    item = parse_document(text, name="one.txt")
    assert (item.id, item.published_at, item.title, item.content) == ("one.txt", NOON, "", "Two men were shot in Wana.")


@pytest.mark.parametrize(
    "text",
    [
        "Two men were shot in Wana on November 7, 2023.",
        "date 2023-13-45 Two men were shot in Wana.",
        "update 2023-11-07 Two men were shot in Wana.",
        "November 7, 2023, was a quiet day in Wana.",
        "date 2023-11-077",
        "May 2023 was quiet.",
        "February 30, 2023\nThe day that never was.",
    ],
)
def test_a_date_within_the_text_is_not_the_documents(text: str) -> None:
    """Only a head dates a document; all of the text is kept."""
    item = parse_document(text, name="one.txt")
    assert (item.published_at, item.text.split()) == (None, text.split())


@pytest.mark.parametrize(
    ("text", "title", "content"),
    [
        pytest.param("Shots In Wana\nTwo men were shot.", "Shots In Wana", "Two men were shot.", id="headline"),
        pytest.param(
            "date 2023-11-07 Shots In Wana\nTwo men were shot.", "Shots In Wana", "Two men were shot.", id="headline behind a date"
        ),
        pytest.param("Two men were shot.\nPolice came.", "", "Two men were shot.\nPolice came.", id="a sentence"),
        pytest.param("Shots In Wana", "", "Shots In Wana", id="nothing follows"),
        pytest.param("word " * 50 + "\nPolice came.", "", "word " * 49 + "word\nPolice came.", id="a paragraph"),
        pytest.param("<h1>Shots In Wana</h1><p>Two men were shot.</p>", "Shots In Wana", "Two men were shot.", id="HTML"),
        pytest.param("", "", "", id="empty"),
    ],
)
def test_a_short_first_line_is_the_title(text: str, title: str, content: str) -> None:
    """As long as text follows it and it is no sentence."""
    item = parse_document(text, name="one.txt")
    assert (item.title, item.content) == (title, content)


def test_a_documents_key_is_its_words() -> None:
    """The same text under two names is one story; another text is another."""
    one, copy, other = (parse_document(text, name=name) for text, name in (("A b.", "1"), ("A  b.", "2"), ("C d.", "1")))
    assert one.key == copy.key
    assert one.key != other.key


@given(st.text(max_size=200))
def test_every_text_is_a_document(text: str) -> None:
    """Whatever stands in a file."""
    assert parse_document(text, name="n").id == "n"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five documents are not beside this checkout (../shared/seeds)")
def test_the_five_documents_have_the_dates_that_the_domain_names() -> None:
    """A, D and E are dated by their heads, B and C are not."""
    dates = [parse_document(path.read_text("utf-8"), name=path.name).published_at for path in sorted(SEEDS.glob("*.txt"))]
    assert [date and date.date().isoformat() for date in dates] == ["2023-11-07", None, None, "2023-09-29", "2022-03-12"]


# ---------------------------------------------------------------- JSON Lines


def test_a_line_gives_an_item_under_its_own_id() -> None:
    """The keys of the stable interface, with texts made plain; labels and others are ignored."""
    item = line(
        id="x1",
        title="Shots &#8211; in\nWana",
        summary="<p>Two hurt.</p>",
        content=None,
        link="https://n.example/1?utm_source=x",
        guid="g1",
        published="2023-11-07T17:00:00+05:00",
        feed="wire",
        outlet="The Wire",
        labels={"killed": 0},
    )
    assert (item.id, item.title, item.summary, item.content) == ("x1", "Shots \u2013 in Wana", "Two hurt.", "")
    assert (item.link, item.guid, item.feed, item.outlet) == ("https://n.example/1?utm_source=x", "g1", "wire", "The Wire")
    assert item.published_at == NOON


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2023-11-07", NOON),
        ("2023-11-07T12:00:00", NOON),
        ("2023-11-07T12:00:00Z", NOON),
        ("Tue, 07 Nov 2023 12:00:00 GMT", NOON),
        ("last Tuesday", None),
        (None, None),
    ],
)
def test_a_lines_date_is_utc_or_none(published: str | None, expected: dt.datetime | None) -> None:
    """A bare day is noon; what is no date makes an item without one, which is read and never alerted."""
    assert line(title="x", published=published).published_at == expected


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"id": "a", "guid": "g", "link": "https://n.example/1"}, "a"),
        ({"id": 17}, "17"),
        ({"guid": "g", "link": "https://n.example/1"}, "g"),
        ({"link": "https://n.example/1"}, "https://n.example/1"),
    ],
)
def test_an_item_is_called_as_its_line_calls_it(form: dict[str, object], name: str) -> None:
    """Its id, else its GUID, else its link, else its key."""
    assert line(title="x", **form).id == name


def test_an_item_without_any_name_is_called_by_its_key() -> None:
    """So that it can still be referred to."""
    item = line(title="x")
    assert item.id == item.key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param({"id": "a", "title": "x"}, {"id": "a", "title": "x"}, True, id="the same line"),
        pytest.param({"id": "a", "title": "x"}, {"id": "b", "title": "y"}, False, id="different words and ids"),
        pytest.param({"id": "a", "title": "x"}, {"id": "a", "title": "y"}, False, id="different words, one id in two files"),
        pytest.param({"id": "a", "title": "x"}, {"id": "b", "title": "x"}, False, id="a headline that repeats"),
        pytest.param(
            {"title": "x", "published": "2013-01-01"},
            {"title": "x", "published": "2014-01-01"},
            False,
            id="a headline that repeats without ids",
        ),
        pytest.param({"id": "a", "title": "x", "guid": "g"}, {"id": "b", "title": "y", "guid": "g"}, True, id="one GUID: an edit"),
        pytest.param({"title": "x", "guid": "g", "feed": "f"}, {"title": "x", "guid": "g", "feed": "h"}, False, id="one GUID in two feeds"),
        pytest.param(
            {"id": "a", "title": "x", "link": "https://n.example/1"},
            {"id": "b", "title": "y", "link": "http://n.example/1/"},
            True,
            id="one page",
        ),
    ],
)
def test_lines_are_as_different_as_they_look(one: dict[str, str], other: dict[str, str], same: bool) -> None:
    """GUID or page make one item of two lines, bare words do not."""
    assert (line(**one).key == line(**other).key) is same


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ('{"id": "a", "title": \n', "at the end; expected one object a line"),
        ('{"id": "a", "title": x}\n', "is no JSON: expecting value at column 22; expected one object a line"),
        ("[" * 100_000, "is no JSON"),
        ("[1]", "is [1]; expected an object"),
        ("null", "is null; expected an object"),
        ('{"id": "a"}', "has no text; expected a title, a summary or a content"),
        ('{"title": " ", "content": "<p></p>"}', "has no text"),
        ('{"title": ["x"]}', 'title is ["x"]; expected a string'),
        ('{"title": "x", "published": 1695988800}', "published is 1695988800; expected a string"),
        ('{"title": "x", "link": {}}', "link is {}; expected a string"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(text: str, reason: str) -> None:
    """With its place, so that the user finds it."""
    found = bad(text)
    assert found.where == "x.jsonl:7"
    assert reason in found.reason


@given(st.dictionaries(st.sampled_from(["id", "title", "content", "link", "guid", "published", "feed"]), st.text(max_size=30)))
def test_no_line_of_strings_breaks_the_reader(form: dict[str, str]) -> None:
    """An item, or a reason."""
    assert isinstance(parse_jsonl_line(json.dumps(form), where="x:1"), Item | BadItem)


def test_a_weekday_soon_after_midnight_in_pakistan_is_not_a_week_back():
    """Monday evening in UTC is Tuesday where it is written."""
    words = "Two rockets landed near the airport in Peshawar shortly after midnight on Tuesday, killing a porter."
    item = line(content=words, published="2026-06-02T02:20:00+05:00")
    assert reader().read(item).incidents[0].date == dt.date(2026, 6, 2)
