"""From a page to its feeds."""

from __future__ import annotations

import pytest

from monitor.feeds.discover import guesses, offers

PAGE = "https://www.courier.example/news/"


def found(head: str, body: str = "", *, url: str = PAGE) -> list[tuple[str, str]]:
    return [(one.url, one.title) for one in offers(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=url)]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(
            '<link rel="alternate" type="application/rss+xml" title="Courier &amp; more" href="/feed/?a=1&amp;b=2">',
            [("https://www.courier.example/feed/?a=1&b=2", "Courier & more")],
            id="the usual form",
        ),
        pytest.param(
            "<LINK HREF='atom.xml' REL='Alternate Home' TYPE='application/atom+xml; charset=utf-8'>",
            [("https://www.courier.example/news/atom.xml", "")],
            id="capitals, two relations, a parameter",
        ),
        pytest.param(
            '<base href="//cdn.courier.example/x/"><link rel=alternate type=application/feed+json href=feed.json>',
            [("https://cdn.courier.example/x/feed.json", "")],
            id="a base",
        ),
        pytest.param(
            '<link rel=alternate type=application/rss+xml title="Courier" href=/feed/>'
            '<link rel=alternate type=application/rss+xml title="Courier: Comments Feed" href=/comments/feed/>'
            '<link rel=alternate type=application/json href="/wp-json/wp/v2/pages/2">',
            [("https://www.courier.example/feed/", "Courier")],
            id="comments and records of WordPress",
        ),
        pytest.param('<link rel=alternate hreflang=ur href="/ur/"><link rel=stylesheet href="/rss.css">', [], id="other languages"),
        pytest.param('<link rel=alternate type=application/rss+xml href="javascript:alert(1)">', [], id="no web address"),
    ],
)
def test_the_head_names_the_feeds(head: str, expected: list[tuple[str, str]]) -> None:
    """Addresses are absolute, each once, with the page's title for it."""
    assert found(head) == expected


def test_where_the_head_names_none_links_that_look_like_feeds_do() -> None:
    """Of the same site alone; words that only contain the letters do not count."""
    body = '<a href="/rss/top">Top <b>stories</b></a><a href="https://feeds.courier.example/a">All</a><a href="/feedback">x</a>'
    body += '<a href="https://elsewhere.example/rss">Partner</a>'
    assert found("", body) == [("https://www.courier.example/rss/top", "Top stories"), ("https://feeds.courier.example/a", "All")]


def test_the_usual_addresses_are_tried_below_the_page_first() -> None:
    """A section often has a feed of its own."""
    assert guesses("https://courier.example/world?x=1")[:3] == [
        "https://courier.example/world/feed/",
        "https://courier.example/world/rss.xml",
        "https://courier.example/feed/",
    ]
    assert guesses("https://courier.example")[0] == "https://courier.example/feed/"
    assert len(guesses("https://courier.example/world")) <= 12


@pytest.mark.parametrize("page", [b"", b"\x00\xff\xfe", b"<link rel=alternate" * 1000, b"<a href=" * 50_000])
def test_a_broken_page_offers_nothing(page: bytes) -> None:
    """And raises nothing."""
    assert offers(page, url=PAGE) == []
