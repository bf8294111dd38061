"""The quick way through a well-formed feed against feedparser: the same entries, or no answer."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.entries import Entry
from monitor.feeds.parse import _judged_entries
from monitor.feeds.plain import plain_entries
from monitor.model import Feed, Fetched

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
FEED = Feed(name="wire", url="https://wire.example/rss", timezone="Asia/Karachi")
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def fetched(body: bytes, content_type: str = "application/rss+xml") -> Fetched:
    return Fetched(
        url=FEED.url, final_url=FEED.url, status=200, headers={"content-type": content_type}, body=body, fetched_at=NOW, elapsed_s=0
    )


def judged(one: Fetched) -> list[Entry] | None:
    try:
        return _judged_entries(one, FEED, one.body.lstrip())
    except ParseError:
        return None


def both(body: bytes, content_type: str = "application/rss+xml") -> tuple[list[Entry] | None, list[Entry] | None]:
    one = fetched(body, content_type)
    return plain_entries(one, FEED), judged(one)


def rss(items: str, *, namespaces: str = NAMESPACES, channel: str = "<title>Wire</title><link>https://wire.example/</link>") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {namespaces}><channel>{channel}{items}</channel></rss>'.encode()


def atom(entries: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><id>x</id>{entries}</feed>'
    ).encode()


WORDPRESS = rss(
    "<item><title>Blast in Quetta &#8211; five &amp; more dead</title><link>https://wire.example/?p=1&amp;utm=2&amp;copy=3</link>"
    "<comments>https://wire.example/1#respond</comments><dc:creator><![CDATA[Desk]]></dc:creator>"
    "<pubDate>Tue, 10 Mar 2026 08:00:00 +0000</pubDate><category><![CDATA[News]]></category>"
    '<guid isPermaLink="false">https://wire.example/?p=1</guid><description><![CDATA[<p>A blast &amp; fire.</p>]]></description>'
    "<content:encoded><![CDATA[<p>A blast.</p>\n<p>Aé ’</p>]]></content:encoded><wfw:commentRss>x</wfw:commentRss>"
    '<slash:comments>0</slash:comments><post-id xmlns="com-wordpress:feed-additions:1">1</post-id></item>',
    channel='<title>Wire</title><atom:link href="https://wire.example/feed/" rel="self" type="application/rss+xml" />'
    "<link>https://wire.example</link><description>All</description><lastBuildDate>Tue, 10 Mar 2026 08:00:00 +0000</lastBuildDate>"
    "<language>en-US</language><sy:updatePeriod>hourly</sy:updatePeriod><generator>https://wordpress.org/?v=6</generator>"
    "<image><url>https://wire.example/i.png</url><title>Wire</title><link>https://wire.example</link></image>",
)
PLAIN_RSS = rss(
    "<item><title>One</title><description>x</description><link> https://wire.example/1 </link><guid>https://wire.example/g1</guid>"
    '<pubDate>Tue, 10 Mar 2026 08:00:00 GMT</pubDate><media:thumbnail width="9" url="https://wire.example/t.jpg"/>'
    '<source url="https://other.example/rss">Other</source></item><item><title>Two</title><guid>https://wire.example/2</guid></item>'
)
BLOG = atom(
    "<entry><id>tag:wire.example,2026:1</id><published>2026-03-10T08:00:00.000+05:00</published><updated>2026-03-10T09:00:00Z</updated>"
    "<category scheme='http://x.example/' term='news'/><title type='text'>Blast &amp;amp; fire</title>"
    "<content type='html'>&lt;p&gt;Two died.&lt;/p&gt;</content><link rel='replies' type='application/atom+xml' href='https://c.example/'/>"
    "<link rel='alternate' type='text/html' href='https://wire.example/1.html' title='Blast'/>"
    "<author><name>Desk</name><uri>https://wire.example/d</uri><email>d@wire.example</email></author></entry>"
    "<entry><id>urn:2</id><title>Two</title><link href='/2'/><updated>2026-03-09</updated><summary>Said so.</summary></entry>"
)


@pytest.mark.parametrize(
    "body", [WORDPRESS, PLAIN_RSS, BLOG, rss(""), atom("")], ids=["WordPress", "RSS", "Atom", "no items", "no entries"]
)
@pytest.mark.parametrize("content_type", ["application/rss+xml", "text/xml", "text/xml; charset=UTF-8", "text/html", ""])
def test_usual_feeds_take_the_quick_way(body: bytes, content_type: str) -> None:
    """And give what feedparser gives."""
    plain, entries = both(body, content_type)
    assert plain is not None
    assert plain == entries


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(rss("<item><title>a</title><title>b</title></item>"), "", id="two titles"),
        pytest.param(rss("<item><title>a <b>c</b></title></item>"), "", id="markup that is not escaped"),
        pytest.param(rss("<item><title>a</title><itunes:x xmlns:itunes='u'>1</itunes:x></item>"), "", id="an element nobody knows"),
        pytest.param(rss("<item xml:base='https://b.example/'><title>a</title></item>"), "", id="a base address"),
        pytest.param(rss("<item><media:title>m</media:title><title>a</title></item>"), "", id="a title of a picture"),
        pytest.param(rss("<item><title>a&nbsp;b</title></item>"), "", id="an entity of HTML"),
        pytest.param(rss("<item><title>a</title>"), "", id="cut short"),
        pytest.param(rss("<item><title>é</title></item>"), "text/xml; charset=iso-8859-1", id="two encodings"),
        pytest.param(rss("<item><title>é</title></item>").decode().encode("utf-16"), "", id="UTF-16"),
        pytest.param(rss("<item><title>\x93a\x94</title></item>"), "", id="Windows quotes"),
        pytest.param(b"<!DOCTYPE rss [<!ENTITY a 'x'>]>" + rss("<item><title>&a;</title></item>")[39:], "", id="a DTD"),
        pytest.param(
            rss("<item><title>a</title></item>", namespaces="xmlns:dc='http://search.yahoo.com/mrss/'"), "", id="a prefix misused"
        ),
        pytest.param(rss("<item><link>https:///a.example/</link></item>"), "", id="slashes"),
        pytest.param(rss("<item><title>a</title><item><title>b</title></item></item>"), "", id="an item in an item"),
        pytest.param(atom("<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a</div></title></entry>"), "", id="XHTML"),
        pytest.param(b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "", id="RDF"),
    ],
)
def test_whatever_is_odd_is_left_to_feedparser(body: bytes, content_type: str) -> None:
    """The quick way gives no answer at all."""
    assert plain_entries(fetched(body, content_type), FEED) is None


def test_the_example_feeds_of_this_repository_come_out_alike() -> None:
    """All XML that the tests and the demo have."""
    root = Path(__file__).parent.parent
    files = [*root.glob("tests/**/*.xml"), *root.glob("monitor/**/*.xml")]
    for file in files:
        plain, entries = both(file.read_bytes())
        assert plain is None or plain == entries, file


# ---------------------------------------------------------------- generated feeds

VALUES = (
    "",
    " ",
    "Blast in Quetta",
    "<p>Two &amp; <b>three</b> died</p>",
    "a & b < c",
    "&lt;i&gt;x&lt;/i&gt;",
    "&#8217; &nbsp; &bogus;",
    "https://wire.example/1?a=1&b=2&copy;=3",
    "https:///wire.example/1",
    "HTTP://Wire.example//x",
    "/relative path",
    "tag:wire.example,2026:1",
    "کوئٹہ میں دھماکہ",
    "CafÃ© â\x80\x99",
    "naïve café",
    "\x85 \x93quoted\x94",
    "line one\n\n line two\t",
    "Tue, 10 Mar 2026 08:00:00 PST",
    "2026-03-10T08:00:00+05:00",
    "yesterday",
    "\u200bhidden\ufeff",
    "x" * 3000,
)
RSS_CHILDREN = (
    "title link description guid pubDate author category comments enclosure source dc:creator dc:date dc:subject dc:title dc:description "
    "content:encoded media:thumbnail media:content media:group media:title media:description atom:link atom:updated slash:comments "
    "wfw:commentRss feedburner:origLink summary content body image lastBuildDate expirationDate unknown TITLE Link pubdate"
).split()
ATOM_CHILDREN = "title link id published updated summary content author category contributor source rights issued unknown".split()
ATTRIBUTES = (
    'isPermaLink="false" isPermaLink="true" ISPERMALINK="false" url="https://o.example/rss" href="https://wire.example/a" rel="self" '
    'rel="alternate" rel="Alternate" rel="enclosure" type="html" type="text" type="xhtml" type="text/html" type="application/json" '
    'xml:lang="ur" xml:base="https://b.example/" mode="escaped" domain="x" term="y"'
).split()


def element(dice: random.Random, names: list[str], *, depth: int = 0) -> str:
    name = dice.choice(names)
    given = {one.partition("=")[0].lower(): one for one in dice.choices(ATTRIBUTES, k=dice.choice([0, 0, 0, 1, 1, 2]))}
    if name in ("link", "atom:link") and dice.random() < 0.5:
        given["href"] = f"href={quoteattr(dice.choice(VALUES))}"
    value = dice.choice(VALUES)
    value = f"<![CDATA[{value}]]>" if dice.random() < 0.3 else escape(value)
    if depth < 2 and dice.random() < 0.08:
        value += element(dice, names, depth=depth + 1) + dice.choice(["", "<!-- note -->", "<?php x ?>"])
    return f"<{name} {' '.join(given.values())}>{value}</{name}>" if value or dice.random() < 0.5 else f"<{name}/>"


def generated(seed: int) -> tuple[bytes, str]:
    """A feed that is mostly as it should be, and each time odd in another way."""
    dice = random.Random(seed)
    usual = dice.random() < 0.5
    is_atom = dice.random() < 0.35
    names = (ATOM_CHILDREN[:9] if usual else ATOM_CHILDREN) if is_atom else (RSS_CHILDREN[:13] if usual else RSS_CHILDREN)
    entries = []
    for _ in range(dice.randint(0, 3)):
        children = [element(dice, names) for _ in range(dice.randint(0, 5))]
        if usual:
            children = list(
                {one[1 : min(n for n in (one.find(" "), one.find(">"), one.find("/>")) if n > 0)]: one for one in children}.values()
            )
        tag = "entry" if is_atom else "item"
        inside = "\n".join(children)
        entries.append(f"<{tag}>{inside}</{tag}>" if dice.random() < 0.95 else f"<{tag} rdf='x'>{inside}</{tag}>")
    channel = "".join(element(dice, ["title", "link", "description", "image", "language", "generator"]) for _ in range(dice.randint(0, 3)))
    if is_atom:
        text = f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>{channel}{"".join(entries)}</feed>'
    else:
        text = f'<rss version="2.0" {NAMESPACES}><channel>{channel}{"".join(entries)}</channel></rss>'
    head = dice.choice(
        ["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>', '\n<?xml version="1.0"?>', "\n", "<!-- x -->"]
    )
    if dice.random() < 0.05:
        text = text.replace('xmlns:dc="http://purl.org/dc/elements/1.1/"', 'xmlns:dc="http://search.yahoo.com/mrss/"')
    body = (head + text).encode("utf-8", "surrogatepass")
    if dice.random() < 0.08:
        at = dice.randrange(len(body))
        body = body[:at] + dice.choice([b"", b"&", b"\xff", b"<", b"\x00"]) + body[at + dice.randint(0, 2) :]
    if dice.random() < 0.05:
        body = b"\xef\xbb\xbf" + body
    kinds = ["application/rss+xml", "text/xml", "text/xml; charset=utf-8", "application/xml; charset=ISO-8859-1", "text/html", ""]
    return body, dice.choice(kinds)


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_generated_feeds_come_out_alike(seed: int) -> None:
    """Whatever the shape: the same entries as feedparser's, or none."""
    body, content_type = generated(seed)
    plain, entries = both(body, content_type)
    assert plain is None or plain == entries


def test_the_generator_makes_both_kinds() -> None:
    """Or the comparison would say nothing."""
    answered = sum(plain_entries(fetched(*generated(seed)), FEED) is not None for seed in range(300))
    assert 45 < answered < 290


FRAGMENTS = (
    b"&amp;",
    b"&#x85;",
    b"<b>",
    b"</b>",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b' type="html"',
    b"<title/>",
    b"<link/>",
    b"<link href=''/>",
    b"\xc3\xa9",
    b"\xc2\x80",
    b"<guid>",
    b"<item>",
    b'xmlns="a"',
    b"\r\n",
    b"atom:",
    b"<?pi x?>",
)


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_damaged_feeds_come_out_alike(seed: int) -> None:
    """Bytes put in, taken out and doubled in feeds as sites send them."""
    dice = random.Random(seed)
    body = bytearray(dice.choice([WORDPRESS, PLAIN_RSS, BLOG]))
    for _ in range(dice.randint(1, 3)):
        at, other = dice.randrange(len(body)), dice.randrange(len(body))
        match dice.randrange(4):
            case 0:
                body[at:at] = dice.choice(FRAGMENTS)
            case 1:
                del body[at : at + dice.randint(1, 4)]
            case 2:
                body[at] = dice.randrange(256)
            case 3:
                body[at:at] = body[other : other + dice.randint(1, 60)]
    plain, entries = both(bytes(body))
    assert plain is None or plain == entries


@given(st.text(st.sampled_from("ab .-_/?=&%:;#@A1"), max_size=14), st.sampled_from(["https://a.example/x/y", "http://b.example/?q", ""]))
def test_an_absolute_link_is_taken_as_it_stands(rest: str, base: str) -> None:
    """Where it is not, it is what joining it to the base gives."""
    from urllib.parse import urljoin, urlsplit

    from monitor.feeds.entries import web_link

    link = f"https://w.example{rest}"
    try:
        joined = urljoin(base, "".join(link.split()))
        expected = joined if urlsplit(joined).hostname else None
    except ValueError:
        expected = None
    assert web_link(link, base) == expected
