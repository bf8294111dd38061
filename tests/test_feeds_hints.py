"""What a feed's body and its Link headers say of how it wants to be polled."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_server import rss, rss_item

from monitor.feeds.hints import read_hints
from monitor.model import Hints

BASE = "https://wire.example/feed"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'>{}<entry><link rel='self' href='https://x.example/entry'/></entry></feed>"


def hints(extra: str, **headers: str) -> Hints:
    return read_hints(rss(rss_item("one"), extra=extra), headers, base=BASE)


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        pytest.param("<ttl>60</ttl>", Hints(ttl_s=3600), id="ttl"),
        pytest.param("<ttl> 60.5 </ttl>", Hints(ttl_s=3630), id="ttl with spaces"),
        pytest.param("<ttl><![CDATA[60]]></ttl>", Hints(ttl_s=3600), id="ttl in CDATA"),
        pytest.param("<ttl>soon</ttl>", Hints(), id="ttl in words"),
        pytest.param("<ttl>-5</ttl>", Hints(), id="ttl below zero"),
        pytest.param("<!-- <ttl>60</ttl> -->", Hints(), id="ttl in a comment"),
        pytest.param("<sy:updatePeriod>\n\thourly\t</sy:updatePeriod>", Hints(update_s=3600), id="hourly"),
        pytest.param(
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Hints(update_s=21600), id="4 a day"
        ),
        pytest.param("<s:updatePeriod>daily</s:updatePeriod>", Hints(update_s=86400), id="another prefix"),
        pytest.param("<sy:updatePeriod>often</sy:updatePeriod>", Hints(), id="no period"),
        pytest.param("<skipHours><hour>0</hour><hour>1</hour><hour>24</hour></skipHours>", Hints(skip_hours=(0, 1)), id="hours"),
        pytest.param("<skipHours><hour>25</hour></skipHours>", Hints(), id="no hour"),
        pytest.param(f"<skipHours>{''.join(f'<hour>{h}</hour>' for h in range(24))}</skipHours>", Hints(), id="all hours"),
        pytest.param("<skipDays><day>Saturday</day><day>sunday</day><day>Doomsday</day></skipDays>", Hints(skip_days=(5, 6)), id="days"),
        pytest.param(
            "<atom:link rel='hub' href='https://hub.example/'/><atom:link href=\"/feed?a=1&amp;b=2\" rel=\"self\" />",
            Hints(hub="https://hub.example/", topic="https://wire.example/feed?a=1&b=2"),
            id="hub and self",
        ),
        pytest.param("<atom:link rel='hub' href='javascript:alert(1)'/>", Hints(), id="no hub of the web"),
    ],
)
def test_a_channels_wishes_are_read(extra: str, expected: Hints) -> None:
    """From the elements before the first entry; what cannot be read is not there."""
    assert hints(extra) == expected


def test_an_entrys_elements_are_not_the_feeds() -> None:
    """An entry may carry a `ttl` or a self link of its own."""
    assert read_hints(rss("<item><ttl>60</ttl></item>"), {}, base=BASE) == Hints()
    assert read_hints(ATOM.format("").encode(), {}, base=BASE) == Hints()


@pytest.mark.parametrize("encode", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read(encode: str) -> None:
    """A byte order mark tells which."""
    assert read_hints("<rss><channel><ttl>60</ttl></channel></rss>".encode(encode), {}, base=BASE).ttl_s == 3600


def test_link_headers_count_before_the_body() -> None:
    """As WebSub has it."""
    found = hints(
        "<atom:link rel='hub' href='https://other.example/'/>",
        link='<https://hub.example/>; rel="hub", <https://wire.example/self>; rel=self',
    )
    assert (found.hub, found.topic) == ("https://hub.example/", "https://wire.example/self")


def test_a_json_feeds_hub_is_found() -> None:
    """In `hubs`, with `feed_url` as the topic."""
    body = b'{"feed_url": "https://wire.example/json", "hubs": [{"type": "WebSub", "url": "https://hub.example/"}], "items": []}'
    assert read_hints(body, {}, base=BASE) == Hints(hub="https://hub.example/", topic="https://wire.example/json")
    for odd in (b'{"hubs"', b'["hubs"]', b'{"hubs": {}}', b'{"hubs": [7]}'):
        assert read_hints(odd, {}, base=BASE) == Hints()


@given(st.binary(max_size=300) | st.text(alphabet="<>/!-[]=' \"abhiklnrtuxy", max_size=200).map(str.encode), st.text(max_size=60))
def test_nothing_that_a_server_sends_breaks_the_reading(body: bytes, link: str) -> None:
    """It is bytes of a stranger."""
    assert isinstance(read_hints(body, {"link": link}, base=BASE), Hints)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<ttl>" + b" " * 95_000, id="a value of spaces"),
        pytest.param(b"<ttl " * 20_000, id="tags without end"),
        pytest.param(b"<sy:updatePeriod>" + b"<![CDATA[ " * 9_000, id="marks without end"),
        pytest.param(b"<link " * 16_000, id="links without end"),
        pytest.param(b"<link " + b"rel=" * 20_000, id="attributes without end"),
        pytest.param(b"<skipHours>" * 9_000, id="hours without end"),
        pytest.param(b"<" + b"a" * 95_000, id="a name without end"),
    ],
)
def test_a_hostile_head_does_not_hold_the_daemon_up(body: bytes) -> None:
    """This runs in the daemon's loop: what took minutes there stopped every other feed, and the watchdog killed the daemon over it."""
    begun = time.process_time()
    assert read_hints(b"<rss><channel>" + body, {"link": "<" * 4000 + ";" * 4000}, base=BASE) == Hints()
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("href", ["http://[", "//[x/", "http://\u2100.example/"])
def test_an_address_that_is_none_is_no_hub(href: str) -> None:
    """It failed the whole feed, at every poll."""
    found = hints(f"<atom:link rel='hub' href='{href}'/><ttl>60</ttl>", link=f"<{href}>; rel=self")
    assert (found.hub, found.topic, found.ttl_s) == (None, None, 3600)
