"""The fetcher against a real server on loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import itertools
import logging
import ssl
from collections.abc import Sequence
from typing import Any

import httpcore
import pytest
from support_server import Asked, Reply, ScriptedServer, gzip_bomb

from monitor.errors import FetchError
from monitor.feeds.fetch import Fetcher
from monitor.feeds.hosts import Slots
from monitor.model import Feed, FeedState, Fetched, NotModified
from monitor.waits import retry_after_s

NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
ODD_ETAG = 'W/"a b,\u00e9;2"'


@pytest.fixture
def server():
    with ScriptedServer() as running:
        yield running


def fetch(url: str, *, state: dict[str, Any] | None = None, full: bool = False, allow_private: bool = True, times: int = 1, **options: Any):
    """GET one address `times` times with one fetcher; the last answer."""
    (answer,) = fetch_all([url] * times, state=state, full=full, allow_private=allow_private, together=False, **options)[-1:]
    if isinstance(answer, Exception):
        raise answer
    return answer


def fetch_all(
    urls: Sequence[str],
    *,
    state: dict[str, Any] | None = None,
    full: bool = False,
    allow_private: bool = True,
    together: bool = True,
    **options: Any,
) -> list[Fetched | NotModified | FetchError]:
    async def steps() -> list[Any]:
        fetcher = Fetcher(**({"user_agent": "monitor/1 (+mailto:desk@example.org)", "deadline_s": 5, "spacing_s": 0} | options))
        try:
            calls = [
                fetcher.fetch(
                    Feed(name="wire", url=url, allow_private=allow_private), FeedState(url=url, **(state or {})), now=NOW, full=full
                )
                for url in urls
            ]
            if together:
                return list(await asyncio.gather(*calls, return_exceptions=True))
            answers = []
            for call in calls:
                (answer,) = await asyncio.gather(call, return_exceptions=True)
                answers.append(answer)
            return answers
        finally:
            await fetcher.aclose()

    async def bounded() -> list[Any]:
        async with asyncio.timeout(30):
            return await steps()

    return asyncio.run(bounded())


# ---------------------------------------------------------------- what is asked


def test_a_first_request_is_polite_and_bare(server: ScriptedServer) -> None:
    """It says who asks and that gzip is welcome; no validators, cookies or referrer are made up."""
    answer = fetch(server.script("/feed", Reply(body=b"x")))
    assert isinstance(answer, Fetched)
    assert (answer.body, answer.status, answer.fetched_at) == (b"x", 200, NOW)
    asked = server.requests[0]
    assert asked.header("User-Agent") == "monitor/1 (+mailto:desk@example.org)"
    assert asked.header("Accept-Encoding") == "gzip"
    assert {name.lower() for name, _ in asked.headers} <= {"host", "connection", "user-agent", "accept", "accept-encoding"}


def test_validators_go_back_byte_for_byte(server: ScriptedServer) -> None:
    """An odd ETag and a malformed date are the server's own business."""
    url = server.script("/feed", Reply(body=b"x", headers={"ETag": ODD_ETAG, "Last-Modified": "yesterday, 9ish"}), Reply(status=304))
    first = fetch(url)
    assert isinstance(first, Fetched)
    second = fetch(url, state={"etag": first.etag, "last_modified": first.last_modified})
    assert isinstance(second, NotModified)
    assert server.requests[1].header("If-None-Match") == ODD_ETAG
    assert server.requests[1].header("If-Modified-Since") == "yesterday, 9ish"


def test_the_new_entries_alone_are_asked_for_where_there_is_an_etag(server: ScriptedServer) -> None:
    """RFC 3229: a server that can tell them from the ETag answers 226; without one it could not."""
    url = server.script("/feed", Reply(status=226, body=b"part", headers={"IM": "feed", "ETag": '"2"'}))
    assert fetch(url, state={"etag": '"1"'}).status == 226
    fetch(url, state={"last_modified": "x"})
    assert [asked.header("A-IM") for asked in server.requests] == ["feed", None]


def test_a_full_fetch_leaves_the_validators_out(server: ScriptedServer) -> None:
    """For feeds whose ETag lies."""
    fetch(server.script("/feed", Reply(body=b"x")), state={"etag": '"1"', "last_modified": "x"}, full=True)
    assert server.requests[0].header("If-None-Match") is None
    assert server.requests[0].header("If-Modified-Since") is None


def test_no_cookie_is_kept(server: ScriptedServer) -> None:
    """A cookie set by one answer is not sent with the next request."""
    fetch(server.script("/feed", Reply(body=b"x", headers={"Set-Cookie": "id=7; Path=/"})), times=2)
    assert [asked.header("Cookie") for asked in server.requests] == [None, None]


def test_the_environment_names_no_proxy(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable would lead around the address check."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert isinstance(fetch(server.script("/feed", Reply(body=b"x"))), Fetched)


def test_at_most_two_requests_are_open_to_one_host(server: ScriptedServer) -> None:
    """Ten feeds of one host are asked two by two."""
    for n in range(10):
        server.script(f"/{n}", Reply(body=b"x", delay_s=0.03))
    answers = fetch_all([server.url(f"/{n}") for n in range(10)])
    assert all(isinstance(answer, Fetched) for answer in answers)
    assert server.most_at_once == 2


def test_the_total_bounds_requests_over_all_hosts(server: ScriptedServer) -> None:
    """With a total of one, two hosts are asked one after the other."""
    for name in ("127.0.0.1", "localhost"):
        server.script(f"/{name}", Reply(body=b"x", delay_s=0.05))
    fetch_all([server.url(f"/{name}", host=name) for name in ("127.0.0.1", "localhost")], total=1)
    assert server.most_at_once == 1


def test_hosts_that_nobody_asks_for_are_forgotten() -> None:
    """Years of changing feeds must not fill the memory; hosts in use are kept."""

    async def steps() -> int:
        slots = Slots(total=9, per_host=2, spacing_s=0)
        async with slots.slot("kept"):
            for n in range(3000):
                async with slots.slot(f"h{n}"):
                    pass
            assert "kept" in slots._hosts
        return len(slots._hosts)

    assert asyncio.run(steps()) <= 1001


def test_starts_on_one_public_host_are_spaced() -> None:
    """Readers that come in bursts are banned; the pause is kept between starts, whatever the answers take."""

    async def steps() -> list[float]:
        slots, starts = Slots(total=9, per_host=2, spacing_s=0.05), []

        async def one(host: str) -> None:
            async with slots.slot(host):
                starts.append(asyncio.get_running_loop().time())

        await asyncio.gather(*(one("a") for _ in range(4)))
        return starts

    starts = asyncio.run(steps())
    assert all(later - earlier >= 0.045 for earlier, later in itertools.pairwise(starts))


# ---------------------------------------------------------------- what is taken


def test_a_gzipped_body_is_inflated(server: ScriptedServer) -> None:
    """The body arrives as the server meant it."""
    answer = fetch(server.script("/feed", Reply(body=gzip.compress(b"news" * 100), headers={"Content-Encoding": "gzip"})))
    assert isinstance(answer, Fetched)
    assert answer.body == b"news" * 100


def test_a_partial_answer_counts_as_a_body(server: ScriptedServer) -> None:
    """226 says that only what is new was sent."""
    answer = fetch(server.script("/feed", Reply(status=226, body=b"x")))
    assert isinstance(answer, Fetched)
    assert answer.status == 226


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        pytest.param(Reply(status=404), "HTTP 404 Not Found", id="404"),
        pytest.param(Reply(status=503), "HTTP 503 Service Unavailable", id="503"),
        pytest.param(Reply(status=999), "HTTP 999", id="unknown status"),
        pytest.param(Reply(status=204), "HTTP 204 No Content", id="204"),
        pytest.param(Reply(status=304), "HTTP 304 Not Modified to a request without validators", id="304 unasked"),
        pytest.param(Reply(status=302), "HTTP 302 Found without a Location", id="redirect nowhere"),
        pytest.param(Reply(hang_up=True), "cut short or is no HTTP", id="hangs up"),
        pytest.param(Reply(body=b"abc", length=10), "cut short", id="shorter than its length"),
        pytest.param(Reply(body=b"x", headers={"Content-Encoding": "br"}), "content encoding 'br'", id="brotli"),
        pytest.param(Reply(body=gzip_bomb(3_000_000), headers={"Content-Encoding": "gzip"}), "too large: more than 1 MB", id="gzip bomb"),
        pytest.param(Reply(body=b"x", length=30_000_000), "too large: 30 MB declared", id="declared too large"),
        pytest.param(Reply(chunks=(b"x" * 600_000,) * 3, length=-1), "too large: more than 1 MB", id="undeclared too large"),
        pytest.param(Reply(chunks=(b"x",) * 100, pause_s=0.05), "time-out after 0.5 s", id="slow drip"),
        pytest.param(Reply(body=b"x", delay_s=9), "time-out", id="no answer"),
    ],
)
def test_a_failure_is_told_in_words(server: ScriptedServer, reply: Reply, words: str) -> None:
    """Every way to fail has its own message, and none takes longer than the deadline."""
    with pytest.raises(FetchError, match=words.replace("(", r"\(")):
        fetch(server.script("/feed", reply), deadline_s=0.5, max_bytes=1_000_000)


def test_a_refused_connection_is_told_in_words() -> None:
    """Nobody listens on port 9 here."""
    with pytest.raises(FetchError, match=r"connection refused by 127\.0\.0\.1"):
        fetch("http://127.0.0.1:9/feed")


def test_a_tls_failure_is_told_in_words(server: ScriptedServer) -> None:
    """A plain server under an https address cannot shake hands."""
    with pytest.raises(FetchError, match=r"TLS failure: 127\.0\.0\.1"):
        fetch(server.url("/feed").replace("http:", "https:"))


def test_a_certificate_that_is_not_accepted_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL's reason, without its place in OpenSSL's source."""
    refused = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1006)")
    refused.verify_message = "self-signed certificate"

    class Refusing(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, *_: Any, **__: Any) -> Any:
            try:
                raise refused
            except ssl.SSLError as error:
                raise httpcore.ConnectError(error) from error

    monkeypatch.setattr("monitor.feeds.fetch.CheckedBackend", lambda *_, **__: Refusing())
    with pytest.raises(FetchError) as failure:
        fetch("https://news.example/feed")
    assert str(failure.value) == "TLS failure: news.example: certificate not accepted: self-signed certificate"


def test_a_host_that_accepts_no_connection_is_given_up_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead host costs its connect time-out, not the whole deadline."""

    class Silent(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, host: str, port: int, timeout: float | None = None, **_: Any) -> Any:  # noqa: ASYNC109
            raise httpcore.ConnectTimeout(f"after {timeout} s")

    monkeypatch.setattr("monitor.feeds.fetch.CheckedBackend", lambda *_, **__: Silent())
    with pytest.raises(FetchError) as failure:
        fetch("http://news.example/feed", deadline_s=30)
    assert str(failure.value) == "time-out after 10 s: news.example does not accept a connection"


def test_repeated_headers_are_joined(server: ScriptedServer) -> None:
    """Cache-Control may come in several lines."""
    raw = Reply(body=b"x", headers={"Cache-Control": "public\r\nCache-Control: max-age=60", "ETag": '"1"\r\nETag: "2"'})
    answer = fetch(server.script("/feed", raw))
    assert (answer.headers["cache-control"], answer.etag) == ("public, max-age=60", '"1"')


def test_a_name_without_an_address_is_told_in_words() -> None:
    """A resolver that answers with nothing."""

    async def nothing(host: str, port: int) -> list[str]:
        return []

    with pytest.raises(FetchError, match=r"DNS failure: news\.example: no address"):
        fetch("http://news.example/feed", resolve=nothing)


def test_a_name_that_does_not_resolve_is_told_in_words() -> None:
    """The resolver's own words are kept."""

    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(FetchError, match=r"DNS failure: news\.example: Name or service not known"):
        fetch("http://news.example/feed", resolve=nowhere)


@pytest.mark.parametrize("url", ["ftp://x/feed", "file:///etc/passwd", "feed", "http://", "http://[::1/feed", "http://x:99999/"])
def test_an_address_that_is_not_for_the_web_is_refused(url: str) -> None:
    """Nothing but http and https is ever opened."""
    with pytest.raises(FetchError, match=r"refused|cannot be read"):
        fetch(url)


# ---------------------------------------------------------------- failures with a wish


@pytest.mark.parametrize("status", [429, 503, 500, 403])
@pytest.mark.parametrize(("value", "seconds"), [("120", 120.0), ("Fri, 01 Mar 2024 12:05:00 GMT", 300.0)], ids=["seconds", "date"])
def test_retry_after_is_read_from_any_failure(server: ScriptedServer, status: int, value: str, seconds: float) -> None:
    """Both forms, whatever the status."""
    with pytest.raises(FetchError, match=f"asked to wait {seconds:g} s") as failure:
        fetch(server.script("/feed", Reply(status=status, headers={"Retry-After": value})))
    assert (failure.value.status, failure.value.retry_after_s, failure.value.gone) == (status, seconds, False)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param(None, None, id="missing"),
        pytest.param("", None, id="empty"),
        pytest.param("soon", None, id="words"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1.5", None, id="fraction"),
        pytest.param("99999999999999", 999999999.0, id="enormous"),
        pytest.param("Thu, 29 Feb 2024 12:00:00 GMT", 0.0, id="past date"),
        pytest.param("Fri, 01 Mar 2024 12:00:10", 10.0, id="date without a zone"),
    ],
)
def test_an_odd_retry_after_is_read_or_left(value: str | None, seconds: float | None) -> None:
    """What cannot be read counts as missing; a past date as at once."""
    assert retry_after_s(value, now=NOW) == seconds


def test_a_feed_that_is_gone_is_marked(server: ScriptedServer) -> None:
    """410 is the only failure that is final."""
    with pytest.raises(FetchError, match="HTTP 410 Gone") as failure:
        fetch(server.script("/feed", Reply(status=410)))
    assert failure.value.gone


# ---------------------------------------------------------------- redirects


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301,), True), ((308, 301), True), ((302,), False), ((307,), False), ((301, 302), False), ((303, 301), False)],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else str(value),
)
def test_only_a_wholly_permanent_chain_is_reported_as_such(server: ScriptedServer, statuses: tuple[int, ...], permanent: bool) -> None:
    """A chain is as permanent as its weakest hop."""
    for n, status in enumerate(statuses):
        server.script(f"/{n}", Reply(status=status, headers={"Location": f"/{n + 1}#part"}))
    end = server.script(f"/{len(statuses)}", Reply(body=b"x"))
    answer = fetch(server.url("/0"))
    assert isinstance(answer, Fetched)
    assert answer.final_url == end
    assert answer.permanent_url == (end if permanent else None)


def test_a_redirect_to_a_304_keeps_what_is_known(server: ScriptedServer) -> None:
    """Validators go along, and the permanent target is reported on a 304 too."""
    server.script("/old", Reply(status=301, headers={"Location": "/new"}))
    end = server.script("/new", Reply(status=304))
    answer = fetch(server.url("/old"), state={"etag": '"1"'})
    assert isinstance(answer, NotModified)
    assert answer.permanent_url == end
    assert [asked.header("If-None-Match") for asked in server.requests] == ['"1"', '"1"']


def test_an_adopted_redirect_is_asked_directly(server: ScriptedServer) -> None:
    """After three sightings the old address is left in peace."""
    new = server.script("/new", Reply(body=b"x"))
    fetch(server.url("/old"), state={"moved_to": new, "moved_seen": 3})
    assert [asked.path for asked in server.requests] == ["/new"]


def test_a_sixth_redirect_is_not_followed(server: ScriptedServer) -> None:
    """A loop ends in words."""
    url = server.script("/round", Reply(status=302, headers={"Location": "/round"}))
    with pytest.raises(FetchError, match="more than 5 redirects, the last one to"):
        fetch(url)
    assert len(server.requests) == 6


@pytest.mark.parametrize("location", ["ftp://example.org/x", "file:///etc/passwd", "javascript:alert(1)", "http://[::1"])
def test_a_redirect_out_of_the_web_is_refused(server: ScriptedServer, location: str) -> None:
    """http and https only, on every hop."""
    with pytest.raises(FetchError, match=r"refused|cannot be read"):
        fetch(server.script("/feed", Reply(status=302, headers={"Location": location})))


def test_a_password_goes_no_further_than_its_origin(server: ScriptedServer) -> None:
    """It is sent again on the same origin, and dropped where a redirect leaves it."""
    server.script("/a", Reply(status=302, headers={"Location": "/b"}))
    server.script("/b", Reply(status=302, headers={"Location": server.url("/c")}))
    server.script("/c", Reply(status=302, headers={"Location": server.url("/d", host="localhost")}))
    server.script("/d", Reply(body=b"x"))
    answer = fetch(server.url("/a").replace("//", "//desk:sesame@"))
    assert isinstance(answer, Fetched)
    assert [asked.header("Authorization") is not None for asked in server.requests] == [True, True, True, False]


# ---------------------------------------------------------------- private networks


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"])
def test_this_machine_is_not_asked_unless_allowed(server: ScriptedServer, host: str) -> None:
    """However the address is spelled, nothing is sent."""
    with pytest.raises(FetchError, match="this machine"):
        fetch(server.url("/feed", host=host), allow_private=False)
    assert server.requests == []


def test_a_redirect_into_a_private_network_is_stopped(server: ScriptedServer) -> None:
    """The check holds on every hop: here the first host counts as public, the second does not."""
    server.script("/feed", Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}))
    asked_for: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked_for.append(host)
        return ["127.0.0.1"]

    with pytest.raises(FetchError, match=r"169\.254\.169\.254, a cloud metadata service"):
        with_public_loopback(lambda: fetch(server.url("/feed", host="news.example"), allow_private=False, resolve=resolve))
    assert asked_for == ["news.example"]


def with_public_loopback(use: Any) -> Any:
    """Take 127.0.0.1 for public, as no test may reach a real public address."""
    from monitor.feeds import network

    real = network.refusal
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "refusal", lambda address: None if address == "127.0.0.1" else real(address))
        return use()


def test_an_allowed_connection_is_not_lent_to_others(server: ScriptedServer) -> None:
    """A kept-alive connection of a feed that may be private is no way in for one that may not."""
    url = server.script("/feed", Reply(body=b"x"))

    async def steps() -> None:
        fetcher = Fetcher(user_agent="t", spacing_s=0)
        try:
            await fetcher.fetch(Feed(name="a", url=url, allow_private=True), FeedState(url=url), now=NOW)
            with pytest.raises(FetchError, match="this machine"):
                await fetcher.fetch(Feed(name="b", url=url), FeedState(url=url), now=NOW)
        finally:
            await fetcher.aclose()

    asyncio.run(steps())


def test_the_next_address_is_tried_when_one_is_dead(server: ScriptedServer) -> None:
    """A host with a broken first address is still reached."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    server.script("/feed", Reply(body=b"x"))
    answer = fetch(server.url("/feed", host="news.example"), resolve=resolve)
    assert isinstance(answer, Fetched)
    assert server.requests[0].header("Host") == f"news.example:{server.port}"


# ---------------------------------------------------------------- secrets


def test_no_message_or_log_line_shows_a_secret(server: ScriptedServer, caplog: pytest.LogCaptureFixture) -> None:
    """Passwords and tokens in an address are masked in errors, and httpx is silent."""
    server.script("*", Reply(status=302, headers={"Location": "/again?token=hush&x=1"}))
    url = server.url("/feed?api_key=hush").replace("//", "//desk:hush@")
    with caplog.at_level(logging.DEBUG), pytest.raises(FetchError, match=r"//\*\*\*@.*token=\*\*\*&x=1") as failure:
        fetch(url)
    assert "hush" not in str(failure.value)
    assert "hush" not in caplog.text


def test_a_scripted_server_records_what_it_was_asked(server: ScriptedServer) -> None:
    """The test server itself: functions make answers, the last reply repeats."""
    server.script("/f", Reply(status=500), lambda asked: Reply(body=asked.path.encode()))
    answers = fetch_all([server.url("/f")] * 3, together=False)
    assert [isinstance(answer, Fetched) for answer in answers] == [False, True, True]
    assert all(isinstance(asked, Asked) and asked.path == "/f" for asked in server.requests)
