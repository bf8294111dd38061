"""Bodies of every format, sound and broken, to items."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_server import rss, rss_item

from monitor.errors import ParseError
from monitor.feeds import entries
from monitor.feeds.parse import parse_feed
from monitor.model import BadItem, Feed, Fetched, Item

NOW = dt.datetime(2023, 9, 30, 8, tzinfo=dt.UTC)
URL = "https://wire.example/feeds/all.xml"
FEED = Feed(
    name="wire",
    url=URL,
    outlet="The Wire",
    publisher="Wire Group",
    language="en",
    tags=("kp", "daily"),
    timezone="Asia/Karachi",
)

RSS_2 = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>All</title>
<item><title>Van hit near &lt;b&gt;Tank&lt;/b&gt;</title><link>/tank?utm_source=rss</link><guid isPermaLink="false">t-1</guid>
<pubDate>Fri, 29 Sep 2023 12:00:00</pubDate><description>&lt;p&gt;Two drivers died.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>A van was hit.</p><p>Police came.</p>]]></content:encoded></item></channel></rss>"""
RSS_091 = b"""<rss version="0.91"><channel><title>Old</title><item><title>Van hit near Tank</title>
<link>https://wire.example/tank</link><description>Two drivers died.</description></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://wire.example/news/"><title>All</title><entry>
<id>tag:wire.example,2023:1</id><title type="html">Van hit near &lt;i&gt;Tank&lt;/i&gt;</title><link href="tank"/>
<link rel="enclosure" href="https://wire.example/a.mp3"/><updated>2023-09-29T09:00:00Z</updated><published>2023-09-29T07:00:00Z</published>
<summary>Two drivers died.</summary></entry></feed>"""
ATOM_03 = b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>All</title><entry><id>1</id><title>Van hit near Tank</title>
<link rel="alternate" type="text/html" href="https://wire.example/tank"/><issued>2023-09-29T12:00:00+05:00</issued></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://wire.example/"><title>All</title></channel>
<item rdf:about="https://wire.example/tank"><title>Van hit near Tank</title><link>https://wire.example/tank</link>
<dc:date>2023-09-29T12:00:00+05:00</dc:date></item></rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "All",
        "items": [
            {
                "id": 7,
                "url": "/tank",
                "title": "Van hit near Tank",
                "content_html": "<p>Two died.</p>",
                "date_published": "2023-09-29T07:00:00Z",
            }
        ],
    }
).encode()


def parsed(body: bytes, *, feed: Feed = FEED, headers: dict[str, str] | None = None, url: str = URL) -> tuple[list[Item], list[BadItem]]:
    fetched = Fetched(url=feed.url, final_url=url, status=200, headers=headers or {}, body=body, fetched_at=NOW, elapsed_s=0)
    return parse_feed(fetched, feed)


def only(body: bytes, **options) -> Item:
    items, bad = parsed(body, **options)
    assert bad == []
    (item,) = items
    return item


@pytest.mark.parametrize(
    ("body", "link", "guid", "published"),
    [
        pytest.param(RSS_2, "https://wire.example/tank?utm_source=rss", "t-1", "2023-09-29T07:00", id="RSS 2.0"),
        pytest.param(RSS_091, "https://wire.example/tank", None, None, id="RSS 0.91"),
        pytest.param(ATOM, "https://wire.example/news/tank", "tag:wire.example,2023:1", "2023-09-29T07:00", id="Atom"),
        pytest.param(ATOM_03, "https://wire.example/tank", "1", "2023-09-29T07:00", id="Atom 0.3"),
        pytest.param(RDF, "https://wire.example/tank", "https://wire.example/tank", "2023-09-29T07:00", id="RDF"),
        pytest.param(JSON, "https://wire.example/tank", "7", "2023-09-29T07:00", id="JSON Feed"),
        pytest.param(
            b"\xef\xbb\xbf\n  " + RSS_2[39:], "https://wire.example/tank?utm_source=rss", "t-1", "2023-09-29T07:00", id="BOM and blanks"
        ),
    ],
)
def test_every_format_gives_the_same_item(body: bytes, link: str, guid: str | None, published: str | None) -> None:
    """Title, absolute link, GUID and UTC date come out alike, whatever the format calls them."""
    item = only(body)
    assert (item.title, item.link, item.guid) == ("Van hit near Tank", link, guid)
    assert item.published_at == (dt.datetime.fromisoformat(published).replace(tzinfo=dt.UTC) if published else None)
    assert item.id == guid or item.id == link


def test_an_item_carries_what_the_config_says_of_its_feed() -> None:
    """Outlet, publisher, language, tags and time zone are the feed's; the texts are plain."""
    item = only(RSS_2)
    assert (item.feed, item.outlet, item.publisher, item.language, item.tags, item.timezone) == (
        "wire",
        "The Wire",
        "Wire Group",
        "en",
        ("kp", "daily"),
        "Asia/Karachi",
    )
    assert item.summary == "Two drivers died."
    assert item.content == "A van was hit.\n\nPolice came."


@pytest.mark.parametrize(
    ("source", "feed_outlet", "voice"),
    [
        pytest.param('<source url="https://daily.example/rss">Daily</source>', "Aggregator", ("Daily", "Daily"), id="another site"),
        pytest.param('<source url="https://www.wire.example/rss">Wire Sports</source>', "Wire", ("Wire", "Group"), id="the same site"),
        pytest.param("<source>Daily</source>", "", ("Daily", "Daily"), id="no address, no outlet in the config"),
        pytest.param("<source>Daily</source>", "Wire", ("Wire", "Group"), id="no address, outlet in the config"),
        pytest.param('<source url="http://[bad">Daily</source>', "Wire", ("Daily", "Daily"), id="an address that cannot be read"),
        pytest.param("", "Wire", ("Wire", "Group"), id="no source"),
    ],
)
def test_an_aggregators_entry_speaks_for_its_own_outlet(source: str, feed_outlet: str, voice: tuple[str, str]) -> None:
    """Corroboration counts publishers, so an aggregator must not count as one."""
    feed = Feed(name="agg", url="https://wire.example/rss", outlet=feed_outlet, publisher="Group")
    item = only(rss(f"<item><title>One</title>{source}</item>"), feed=feed)
    assert (item.outlet, item.publisher) == voice


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Blast near Tank - Daily", "Blast near Tank"),
        ("Blast near Tank | Daily", "Blast near Tank"),
        ("Blast near Tank - Other", "Blast near Tank - Other"),
        ("Daily", "Daily"),
    ],
)
def test_an_aggregators_entry_loses_the_outlets_name_from_its_title(title: str, headline: str) -> None:
    """The same headline from the outlet's own feed has the same words."""
    assert only(rss(f'<item><title>{title}</title><source url="https://daily.example/rss">Daily</source></item>')).title == headline


def test_a_counted_link_gives_way_to_the_page_itself() -> None:
    """FeedBurner's links change; the page that they lead to does not."""
    origin = '<o:origLink xmlns:o="http://rssnamespace.org/feedburner/ext/1.0">https://wire.example/tank</o:origLink>'
    body = rss(f"<item><title>One</title><link>https://feeds.example/~r/x/~3/abc/</link>{origin}</item>")
    assert only(body).link == "https://wire.example/tank"


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        pytest.param("<pubDate>tomorrow-ish</pubDate>", None, id="unreadable"),
        pytest.param("<pubDate>Sat, 30 Sep 2023 09:00:00 GMT</pubDate>", None, id="an hour ahead"),
        pytest.param("<pubDate>Sat, 30 Sep 2023 08:05:00 GMT</pubDate>", "2023-09-30T08:05", id="a clock five minutes fast"),
        pytest.param("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", None, id="epoch zero"),
        pytest.param("", None, id="missing"),
    ],
)
def test_a_date_that_cannot_be_believed_is_no_date(dates: str, expected: str | None) -> None:
    """Neither the future nor 1970 ever becomes now."""
    item = only(rss(f"<item><title>One</title>{dates}</item>"))
    assert item.published_at == (dt.datetime.fromisoformat(expected).replace(tzinfo=dt.UTC) if expected else None)


def test_an_unreadable_publication_date_gives_way_to_the_update() -> None:
    """The second best date is better than none."""
    body = ATOM.replace(b"<published>2023-09-29T07:00:00Z", b"<published>none")
    assert only(body).published_at == dt.datetime(2023, 9, 29, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("summary", "content", "kept"),
    [
        pytest.param("A van was hit near Tank.", "", ("A van was hit near Tank.", ""), id="summary only"),
        pytest.param("A van was hit […]", "A van was hit near Tank.", ("", "A van was hit near Tank."), id="the content's beginning"),
        pytest.param("One", "", ("", ""), id="the title again"),
        pytest.param("Five hurt.", "A van was hit.", ("Five hurt.", "A van was hit."), id="something else"),
    ],
)
def test_a_summary_that_only_repeats_is_dropped(summary: str, content: str, kept: tuple[str, str]) -> None:
    """A toll said once must not be read twice."""
    form = {"items": [{"id": "1", "title": "One", "summary": summary, "content_text": content}]}
    item = only(json.dumps(form).encode())
    assert (item.summary, item.content) == kept


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "http://", "data:text/html,x", "http://[broken"])
def test_a_link_that_leads_nowhere_good_is_dropped(link: str) -> None:
    """An alert shows links; only http and https ones."""
    assert only(rss(f"<item><title>One</title><link>{link}</link></item>")).link is None


def test_one_bad_entry_does_not_fail_its_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry without text and one that breaks the code are reported with their place, the others are taken."""
    real = entries.plain_text

    def plain_text(markup: str) -> str:
        if "poison" in markup:
            raise ValueError("cannot be cleaned")
        return real(markup)

    monkeypatch.setattr(entries, "plain_text", plain_text)
    body = rss(rss_item("One", guid="1"), "<item><guid>2</guid></item>", rss_item("poison", guid="3"), rss_item("Four", guid="4"))
    items, bad = parsed(body)
    assert [item.title for item in items] == ["One", "Four"]
    assert bad == [
        BadItem(where="entry 2 (2)", reason="no title, summary or content"),
        BadItem(where="entry 3 (3)", reason="cannot be cleaned"),
    ]


def test_an_entry_given_twice_is_taken_once() -> None:
    """The same GUID and page again in one body is the same item."""
    body = rss(*[rss_item("One", guid="1", link="https://wire.example/1")] * 2)
    assert len(parsed(body)[0]) == 1


def test_a_guid_shared_by_different_pages_names_none_of_them() -> None:
    """A feed that gives all its entries one GUID still gives all its items, each by its link."""
    body = rss(*(rss_item(f"Story {n}", guid="0", link=f"https://wire.example/{n}") for n in range(3)))
    items, bad = parsed(body)
    assert (len({item.key for item in items}), bad) == (3, [])
    assert {item.guid for item in items} == {None}


def test_too_many_entries_are_cut_and_the_cut_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are kept: the first ones, or the last ones where dates rise."""
    monkeypatch.setattr(entries, "MAX_ENTRIES", 3)
    falling = [rss_item(f"S{n}", guid=str(n), date=f"{29 - n} Sep 2023 10:00:00 GMT") for n in range(5)]
    items, bad = parsed(rss(*falling))
    assert [item.title for item in items] == ["S0", "S1", "S2"]
    assert bad == [BadItem(where="feed", reason="5 entries; the first 3 were taken, the others left")]
    items, bad = parsed(rss(*reversed(falling)))
    assert [item.title for item in items] == ["S2", "S1", "S0"]
    assert "the last 3" in bad[0].reason


def test_an_endless_text_is_cut_and_the_cut_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile entry cannot fill the disk; the item itself is taken."""
    monkeypatch.setattr(entries, "MAX_TEXT", 100)
    items, bad = parsed(rss(rss_item("One", description="word " * 50)))
    assert len(items[0].summary) < 101
    assert bad[0].reason == "summary has 249 characters; the first 100 were taken"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", r"the body is empty \(0 bytes\)", id="empty"),
        pytest.param(b" \n ", r"the body is empty \(3 bytes\)", id="blank"),
        pytest.param(
            b"<!DOCTYPE html><title>Log &amp; in</title>", 'an HTML page titled "Log & in", not a feed; check the address', id="HTML"
        ),
        pytest.param(b"<HTML><body>hi", "an HTML page, not a feed", id="HTML without a title"),
        pytest.param(
            b'<html><link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">',
            r"names a feed at https://wire\.example/rss\?a=1&b=2",
            id="HTML that names its feed",
        ),
        pytest.param(b"Service unavailable", 'is no feed: 19 bytes that begin "Service unavailable"', id="plain text"),
        pytest.param(b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "is no feed", id="OPML"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "is no feed", id="image"),
        pytest.param(b'{"items": ', "begins like JSON and is none", id="broken JSON"),
        pytest.param(b'{"error": "quota"}', r"is JSON and no feed \(found error\)", id="JSON without items"),
        pytest.param(b"[1, 2]", r"is JSON and no feed \(found list\)", id="JSON list"),
        pytest.param(b"[" * 100_000, "begins like JSON and is none", id="nested JSON"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(body: bytes, words: str) -> None:
    """What was found, and what to do where that is known."""
    with pytest.raises(ParseError, match=words):
        parsed(body)


def test_a_parser_that_fails_is_told_as_a_feed_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """feedparser has raised odd errors on odd input; the daemon knows one kind. Only running out of memory is none of it."""

    def fails(error: BaseException) -> None:
        def parse(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("monitor.feeds.parse.parse_xml", parse)

    fails(RecursionError("too deep"))
    with pytest.raises(ParseError, match="cannot be parsed: RecursionError: too deep"):
        parsed(RDF)
    fails(MemoryError())
    with pytest.raises(MemoryError):
        parsed(RDF)


def test_running_out_of_memory_is_no_bad_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is of no more use, so that the entry must not be passed over."""

    def plain_text(markup: str) -> str:
        raise MemoryError

    monkeypatch.setattr(entries, "plain_text", plain_text)
    with pytest.raises(MemoryError):
        parsed(rss(rss_item("One")))


def test_an_entry_of_another_kind_is_bad_by_itself() -> None:
    """A number among the objects of a JSON Feed."""
    items, bad = parsed(b'{"items": [7, {"id": "1", "title": "One"}]}')
    assert [item.title for item in items] == ["One"]
    assert bad == [BadItem(where="entry 1", reason="is int; expected an object")]


def test_a_feed_without_entries_is_a_feed() -> None:
    """A quiet day is no error."""
    assert parsed(rss()) == ([], [])
    assert parsed(b'{"version": "https://jsonfeed.org/version/1.1", "items": []}') == ([], [])


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        pytest.param(RSS_2.replace(b"</channel></rss>", b""), ["Van hit near Tank"], id="truncated behind an item"),
        pytest.param(rss(rss_item("Fine", guid="1"))[:-16] + b"<item><title>Half", ["Fine"], id="truncated within a title"),
        pytest.param(rss(rss_item("A &nbsp; B", guid="1")), ["A B"], id="an HTML entity"),
        pytest.param(rss(rss_item("Caf\u00e9", guid="1")).replace(b"\xc3\xa9", b"\xe9"), ["Caf\u00e9"], id="latin-1 under a utf-8 label"),
        pytest.param(rss(rss_item("bell\x07 rings", guid="1")), ["bell rings"], id="a control character"),
    ],
)
def test_a_broken_feed_gives_what_can_be_read(body: bytes, titles: list[str]) -> None:
    """feedparser's loose mode is the judge."""
    items, _ = parsed(body)
    assert [item.title for item in items] == titles


def test_a_bare_ampersand_in_a_link_is_kept() -> None:
    """Queries are often written without escaping."""
    assert only(rss(rss_item("One", link="https://w.example/?a=1&b=2"))).link == "https://w.example/?a=1&b=2"


def test_a_redirect_does_not_change_who_an_item_is() -> None:
    """GUIDs that look relative are no addresses: the key is the same from every host that serves the feed."""
    body = rss("<item><guid>17</guid><title>One</title></item>")
    assert only(body).key == only(body, url="https://cdn.example/v2/all.xml").key
    assert only(body).guid == "17"


@pytest.mark.parametrize("body", [b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:9/feed"])
def test_a_body_that_looks_like_an_address_is_not_opened(body: bytes) -> None:
    """feedparser would read the file or fetch the address, were it given the text."""
    with pytest.raises(ParseError, match="is no feed"):
        parsed(body)


def test_external_entities_are_not_read() -> None:
    """A document type that names a local file gives nothing of it."""
    head = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    items, _ = parsed(head + b'<rss version="2.0"><channel><item><title>a&x;b</title></item></channel></rss>')
    assert all("root:" not in item.text for item in items)


def test_nested_entities_are_not_expanded() -> None:
    """A billion laughs stay a few letters."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>'
    items, _ = parsed(head.encode() + b'<rss version="2.0"><channel><item><title>x &l9;</title></item></channel></rss>')
    assert all(len(item.text) < 1000 for item in items)


def test_the_charset_of_the_header_is_heeded() -> None:
    """A windows-1252 body under the right label keeps its letters."""
    body = rss(rss_item("Caf\u00e9 \u201chit\u201d", guid="1")).decode().replace(' encoding="utf-8"', "").encode("cp1252")
    assert only(body, headers={"content-type": "application/rss+xml; charset=windows-1252"}).title == "Caf\u00e9 \u201chit\u201d"


@given(st.binary(max_size=300))
def test_no_body_breaks_the_parser(body: bytes) -> None:
    """Whatever the bytes: items, or a ParseError."""
    try:
        items, bad = parsed(b"<rss version='2.0'><channel><item>" + body)
    except ParseError:
        return
    assert all(isinstance(item, Item) for item in items)
    assert all(isinstance(one, BadItem) for one in bad)


@given(
    st.dictionaries(
        st.sampled_from(["id", "url", "title", "summary", "content_html", "date_published"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=20), st.lists(st.integers(), max_size=2)),
    )
)
def test_no_json_entry_breaks_its_feed(form: dict) -> None:
    """Wrong types count as missing; the sound entry beside it is always taken."""
    items, bad = parsed(json.dumps({"items": [form, {"id": "sound-entry", "title": "Sound"}]}).encode())
    assert "Sound" in {item.title for item in items}
    assert len(items) + len(bad) == 2 or form.get("id") == "sound-entry"


def test_a_feed_that_was_cut_off_before_its_first_entry_is_no_success() -> None:
    """A server whose Content-Length is too small: feedparser knows the format from the first tag, and finds nothing in it."""
    with pytest.raises(ParseError, match="has no entry and is broken: 25 bytes"):
        parsed(b"<rss version='2.0'><chann")
