"""Identity: which addresses, GUIDs and words make the same item."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.items import canonical_link, content_hash, identify, names_a_story

STORY = "https://dawn.example/news/1780001/blast-near-tank"
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"]), max_size=60)
paths = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8), max_size=4)
queries = st.lists(st.tuples(st.sampled_from(["id", "p", "page", "a", "b", "s"]), st.text(max_size=6)), max_size=4)
hosts = st.sampled_from(["news.example", "www.news.example", "NEWS.example", "news.example:8080", "خبر.example", "[2001:db8::1]"])


@st.composite
def links(draw: st.DrawFn) -> str:
    path = "/".join(quote(part, safe="") if draw(st.booleans()) else part.replace("?", "").replace("#", "") for part in draw(paths))
    query = urlencode(draw(queries), errors="surrogatepass")
    fragment = draw(st.sampled_from(["", "#top", "#comments-3"]))
    return f"{draw(st.sampled_from(['http', 'https', 'HTTPS']))}://{draw(hosts)}/{path}" + (f"?{query}" if query else "") + fragment


def key(**given_parts: str | None) -> str:
    parts = {"feed_url": "https://f.example/rss", "guid": None, "link": None, "title": "Blast", "summary": "", "content": ""} | given_parts
    return identify(**parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        "http://dawn.example/news/1780001/blast-near-tank",
        "HTTPS://DAWN.example/news/1780001/blast-near-tank",
        "https://www.dawn.example/news/1780001/blast-near-tank/",
        "https://dawn.example:443/news/1780001/blast-near-tank#comments",
        "https://dawn.example./news//1780001/blast-near-tank",
        "https://dawn.example/news/1780001/blast%2Dnear-t%61nk",
        f"{STORY}?utm_source=rss&utm_medium=feed&UTM_Campaign=x",
        f"{STORY}?fbclid=abc&gclid=def&mc_cid=1&igshid=2",
        f"{STORY}?at_medium=RSS&at_campaign=KARANGA",
        f"{STORY}?ref=rss",
        f"{STORY}?source=twitter-feed&",
        f"  {STORY}\n",
    ],
)
def test_one_page_has_one_canonical_link(other: str) -> None:
    """Scheme, host spelling, port, slash, fragment and tracking say nothing of the page."""
    assert canonical_link(other) == canonical_link(STORY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://n.example/?p=12", "https://n.example/?p=13", id="the query names the page"),
        pytest.param("https://n.example/story?id=1&page=2", "https://n.example/story?id=1", id="a second page"),
        pytest.param("https://n.example/story?ref=A17", "https://n.example/story?ref=A18", id="a ref that is no way of arriving"),
        pytest.param("https://n.example/Story", "https://n.example/story", id="case of the path"),
        pytest.param("https://n.example/a%2Fb", "https://n.example/a/b", id="an escaped slash"),
        pytest.param("https://urdu.n.example/1", "https://n.example/1", id="another host"),
        pytest.param("https://n.example:8443/1", "https://n.example/1", id="another port"),
        pytest.param("https://www.example/1", "https://example/1", id="www as the whole name"),
        pytest.param("https://" + "\u00e9" * 70 + ".example/1", "https://" + "\u00e9" * 71 + ".example/1", id="a host that is no name"),
    ],
)
def test_different_pages_keep_different_links(one: str, other: str) -> None:
    """What can name a page is never dropped."""
    assert canonical_link(one) != canonical_link(other)


def test_the_order_of_a_query_says_nothing() -> None:
    """Sorted by name, with the order of equal names kept."""
    assert canonical_link("https://n.example/?b=2&a=1&b=1") == canonical_link("http://n.example?a=1&b=2&b=1")
    assert canonical_link("https://n.example/?b=2&b=1") != canonical_link("https://n.example/?b=1&b=2")


@pytest.mark.parametrize("text", ["", "urn:uuid:1", "mailto:a@b.example", "http://[broken", "not a link"])
def test_what_is_no_web_address_is_left(text: str) -> None:
    """Only the white space around it goes."""
    assert canonical_link(f" {text} ") == text


@given(links())
def test_canonical_links_are_stable(link: str) -> None:
    """Applying it twice changes nothing."""
    assert canonical_link(canonical_link(link)) == canonical_link(link)


@given(links(), st.sampled_from(["utm_source=x", "fbclid=1", "gclid=a%20b", "at_medium=RSS", "ref=rss"]))
def test_tracking_parameters_never_change_a_link(link: str, tracking: str) -> None:
    """Wherever they stand in the query."""
    address, _, fragment = link.partition("#")
    base, _, query = address.partition("?")
    tracked = f"{base}?{tracking}&{query}" if query else f"{base}?{tracking}"
    assert canonical_link(f"{tracked}#{fragment}") == canonical_link(link)
    assert key(link=tracked) == key(link=link)
    assert key(guid=tracked) == key(guid=address)


# ---------------------------------------------------------------- keys


def test_a_key_is_short_and_plain() -> None:
    """32 hex digits."""
    assert len(key(guid="1")) == 32
    assert int(key(guid="1"), 16) >= 0


def test_a_guid_decides_over_link_and_words() -> None:
    """An edit of title, text or link leaves the key."""
    assert key(guid="1", link=STORY, title="A") == key(guid="1", link="https://other.example/2", title="B")
    assert key(guid="1") != key(guid="2")


def test_a_guid_counts_within_its_feed() -> None:
    """Two sites may both call a story 17."""
    assert key(guid="17") != key(guid="17", feed_url="https://g.example/rss")


def test_without_a_guid_the_link_decides_in_every_feed() -> None:
    """The same page in two feeds is one item, whatever is said about it."""
    assert key(link=STORY, title="A") == key(link=f"{STORY}?utm_source=y", title="B", feed_url="https://g.example/rss")


@pytest.mark.parametrize("link", ["https://dawn.example", "http://www.dawn.example/", "https://dawn.example/?utm_source=rss", "", None])
def test_a_home_page_is_nobodys_identity(link: str | None) -> None:
    """Feeds that link every entry to the front page give items told apart by their words."""
    assert not names_a_story(link or "")
    assert key(link=link, title="A") != key(link=link, title="B")
    assert key(link=link, title="A") == key(link=None, title="A")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(f"{STORY}#0", f"{STORY}#3", True, id="a counter raised with each edit"),
        pytest.param(STORY, f"{STORY}#1", True, id="a counter added"),
        pytest.param(f"{STORY}#block-a1", f"{STORY}#block-a2", False, id="two entries of a live page"),
        pytest.param(f"{STORY}#20230929", f"{STORY}#20230930", False, id="a long number"),
        pytest.param("https://n.example/#1", "https://n.example/#2", False, id="fragments of a home page"),
        pytest.param("Tag 7#1", "Tag 7#2", False, id="no address"),
        pytest.param(" 1780001 ", "1780001", True, id="white space"),
    ],
)
def test_a_guid_that_is_an_address_is_compared_as_one(one: str, other: str, same: bool) -> None:
    """Its tracking and edit counter go, its entry's fragment stays."""
    assert (key(guid=one) == key(guid=other)) is same


@given(st.text(max_size=30), st.text(max_size=30), words, words, words)
def test_every_item_has_a_key(guid: str, link: str, title: str, summary: str, content: str) -> None:
    """Whatever stands in the fields, the key is the same each time."""
    parts = {"guid": guid, "link": link, "title": title, "summary": summary, "content": content}
    assert key(**parts) == key(**parts)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Blast near Tank", "  BLAST\n\nnear\u00a0tank ", id="space and case"),
        pytest.param("Blast: five hurt.", "Blast five hurt", id="punctuation"),
        pytest.param("Updated 12:45 blast", "Updated 13:10 blast", id="a clock"),
        pytest.param("Updated 12:45:09 PM PKT. Blast", "Updated 9:01 am PKT. Blast", id="a clock with its zone"),
        pytest.param("Blast. 5 minutes ago", "Blast. 2 hours ago", id="an age"),
        pytest.param("Blast. a few seconds ago", "Blast. 1 min ago", id="an age in words"),
        pytest.param("Blast. 1,204 views, 3 comments", "Blast. 9.1k views, 14 comments", id="counters"),
        pytest.param("Blast. 2 min read", "Blast. 3 mins read", id="a reading time"),
        pytest.param("at 2023-09-29T12:00:00Z a blast", "at 2023-09-29T13:30:00+05:00 a blast", id="a time stamp"),
        pytest.param("Caf\u00e9 blast", "Cafe\u0301 blast", id="accents"),
    ],
)
def test_what_is_no_news_does_not_change_the_hash(one: str, other: str) -> None:
    """A clock in the body must not make an item new at every poll."""
    assert content_hash(one, "", "") == content_hash(other, "", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("5 killed in blast", "7 killed in blast", id="a toll"),
        pytest.param("5 killed, 10 hurt", "5 killed, 12 hurt", id="the injured"),
        pytest.param("killed 3 people", "killed 13 people", id="a digit more"),
        pytest.param("Blast on 12 March", "Blast on 13 March", id="a date"),
        pytest.param("Blast in Tank", "Blast in Wana", id="a place"),
        pytest.param("IS claims blast", "IS denies blast", id="a stance"),
        pytest.param("a b", "b a", id="order"),
    ],
)
def test_what_is_news_changes_the_hash(one: str, other: str) -> None:
    """A toll that rises by one must be seen."""
    assert content_hash(one, "", "") != content_hash(other, "", "")


@given(words, words)
def test_where_the_words_stand_does_not_matter(title: str, rest: str) -> None:
    """A feed that moves its teaser from summary to content has not changed its stories."""
    assert content_hash(title, rest, "") == content_hash(title, "", rest)
