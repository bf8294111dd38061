"""Subscription lists: what other readers write is read, what is written comes back as it was."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import InvalidInput
from monitor.feeds.opml import Subscription, read_opml, write_opml

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)

FOREIGN = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>From another reader</title></head><body>
<outline text="News" title="News">
  <outline text="Pakistan &amp; Kabul">
    <outline type="rss" text="Courier" title="The Courier" xmlUrl="https://courier.example/rss" htmlUrl="https://courier.example/"/>
  </outline>
  <outline type="rss" TEXT="Gazette" XMLURL="feed://gazette.example/rss"/>
</outline>
<outline type="rss" title="Herald" xmlUrl="feed:https://herald.example/rss" category="/Asia/Kabul,Daily" language="ps"/>
<outline text="Again"><outline text="Courier" xmlUrl="https://courier.example/rss"/></outline>
<outline type="rss" text="Lost"/>
<outline text="Mail" xmlUrl="mailto:desk@example.org"/>
<outline text="Empty folder"/>
</body></opml>"""


def test_folders_and_categories_become_tags() -> None:
    """Nested folders in their order, a feed that stands twice once with the tags of both, odd spellings of the attributes too."""
    found, _ = read_opml(FOREIGN, name="list.opml")
    assert [(one.name, one.url, one.tags) for one in found] == [
        ("Courier", "https://courier.example/rss", ("News", "Pakistan & Kabul", "Again")),
        ("Gazette", "http://gazette.example/rss", ("News",)),
        ("Herald", "https://herald.example/rss", ("Asia", "Kabul", "Daily")),
    ]
    assert (found[0].outlet, found[0].page, found[2].language) == ("The Courier", "https://courier.example/", "ps")


def test_what_is_no_feed_is_named() -> None:
    """An outline without an address and one with another kind of address; an empty folder is nothing to speak of."""
    _, problems = read_opml(FOREIGN, name="list.opml")
    assert [str(problem) for problem in problems] == [
        'list.opml: outline "Lost" has no xmlUrl; expected a feed\'s address',
        'list.opml: outline "Mail" has the address "mailto:desk@example.org"; expected http:// or https://',
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"no list", "list.opml:1:1: no XML here: syntax error; expected OPML 2.0", id="text"),
        pytest.param(b"<opml><body><outline text='a' & b'/></body></opml>", "list.opml:1:31: no XML here", id="bare ampersand"),
        pytest.param(b"<rss version='2.0'><channel/></rss>", "is XML with <rss>; expected <opml>", id="a feed"),
        pytest.param(b"<opml version='2.0'><head/></opml>", "expected <opml> with a <body>", id="no body"),
        pytest.param(b"<!DOCTYPE o [<!ENTITY a 'aa'>]><opml><body/></opml>", "document type declaration", id="entities"),
        pytest.param("<!DOCTYPE o [<!ENTITY a 'aa'>]><opml/>".encode("utf-16"), "document type declaration", id="entities in UTF-16"),
        pytest.param(b"<?xml version='1.0' encoding='klingon'?><opml/>", "cannot be read: unknown encoding", id="encoding"),
    ],
)
def test_what_is_no_list_is_refused_with_its_place(body: bytes, words: str) -> None:
    """The message says where, what was found and what was expected."""
    with pytest.raises(InvalidInput) as refused:
        read_opml(body, name="list.opml")
    assert words in str(refused.value)


def test_deep_folders_are_read_without_recursion() -> None:
    """The first fifty are tags."""
    body = (
        b"<opml><body>" + b"<outline text='x'>" * 5000 + b"<outline xmlUrl='http://a.example/'/>" + b"</outline>" * 5000 + b"</body></opml>"
    )
    (one,), _ = read_opml(body, name="deep")
    assert (one.url, one.tags) == ("http://a.example/", ("x",))


word = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=12)
own = st.dictionaries(
    st.sampled_from(["publisher", "include", "timezone"]), st.text(max_size=20).filter(lambda t: "\r" not in t), max_size=2
)


@given(
    st.lists(
        st.builds(
            Subscription,
            url=st.uuids().map(lambda u: f"https://{u}.example/?a=1&b=2"),
            name=word,
            outlet=word,
            language=st.sampled_from(["", "en", "ur"]),
            tags=st.lists(word, max_size=3, unique=True).map(tuple),
            own=own,
        ),
        max_size=6,
    )
)
def test_what_is_written_is_read_back(given_ones: list[Subscription]) -> None:
    """Names, tags in their order and our own keys; the list's order within a folder stays."""
    text = write_opml(given_ones, title="All", now=NOW)
    found, problems = read_opml(text.encode(), name="x")
    assert problems == []
    wanted = {one.url: _comparable(one) for one in given_ones}
    assert {one.url: _comparable(one) for one in found} == wanted


def _comparable(one: Subscription) -> tuple[object, ...]:
    kept = {key: "".join(c for c in value if c >= " " or c in "\t\n") for key, value in one.own.items()}
    kept = {key: value.replace("\ufffe", "").replace("\uffff", "") for key, value in kept.items()}
    return (one.name, one.outlet if one.outlet != one.name else "", one.language, one.tags, {k: v for k, v in kept.items() if v})
