"""One polite GET, and a form for a hub (I/O): the only module that knows httpx."""

from __future__ import annotations

import asyncio
import datetime as dt
import http
import importlib.util
import logging
import ssl
import sys
import time
from collections.abc import Mapping
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import httpcore
import httpx

from monitor.errors import FetchError
from monitor.feeds.hosts import Slots
from monitor.feeds.inflate import Inflater
from monitor.feeds.mask import masked
from monitor.feeds.network import CheckedBackend, Resolver, SystemResolver
from monitor.feeds.pace import is_paced
from monitor.feeds.redirects import polled_url
from monitor.model import Feed, FeedState, Fetched, NotModified
from monitor.waits import retry_after_s

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
_PERMANENT = {301, 308}
_REDIRECTS = _PERMANENT | {302, 303, 307}
_SENT_AGAIN = {307, 308}  # with the form; any other redirect of a POST becomes a GET
_FORM = (b"Content-Type", b"application/x-www-form-urlencoded")
_BODIES = {200, 203, 226}  # 226: a server that speaks RFC 3229 sent only what is new

# httpcore looks for it six times a request: where it is absent, each look searches the path anew, a fifth of a request's time.
if importlib.util.find_spec("sniffio") is None:
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

# Both print whole addresses at INFO and DEBUG, tokens included.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Fetcher:
    """Fetches feeds: at most `total` at once, `per_host` to one host, starts `spacing_s` apart on one host.

    `deadline_s` bounds a whole fetch from its first byte out to its last byte in, redirects included; waiting for a turn is not counted.
    `max_bytes` bounds the body on the wire and inflated. Make one and keep it; close it in the loop it was used in.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        deadline_s: float = 30,
        max_bytes: int = 10_000_000,
        max_redirects: int = 5,
        per_host: int = 2,
        total: int = 50,
        spacing_s: float = 1.0,
        resolve: Resolver | None = None,
    ) -> None:
        named = {"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"}
        self._headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in named.items()]
        # The deadline bounds the whole; this only gives a dead host up earlier.
        self._connect_s = min(10.0, deadline_s)
        self._extensions = {"timeout": {"connect": self._connect_s}}
        self._deadline_s = deadline_s
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        self._total = total
        self._slots = Slots(total=total, per_host=per_host, spacing_s=spacing_s)
        self._own_resolver = SystemResolver() if resolve is None else None
        self._resolve: Resolver = resolve or self._own_resolver  # type: ignore[assignment]
        self._tls = httpx.create_ssl_context(trust_env=False)  # httpx's own list of authorities,
        self._tls.load_default_certs()  # and the machine's, where an organisation adds its own
        self._transports: dict[bool, _Transport] = {}

    async def fetch(self, feed: Feed, state: FeedState, *, now: dt.datetime, full: bool = False) -> Fetched | NotModified:
        """GET the feed's body, or learn that it has not changed; `full` leaves the validators out.

        Raises:
            FetchError: anything else than a body or a 304, in words, without the secrets of its address.
        """
        started = time.monotonic()
        try:
            return await self._follow(feed, state, now=now, started=started, full=full)
        except FetchError as error:
            known = {"status": error.status, "retry_after_s": error.retry_after_s, "gone": error.gone}
            known |= {"barred": error.barred, "private": error.private}
            raise FetchError(masked(str(error)), **known) from error  # type: ignore[arg-type]

    async def post(self, feed: Feed, url: str, form: Mapping[str, str], *, now: dt.datetime) -> None:
        """POST a form to an address that the feed named (its hub), where the feed itself might lead; a 307 or 308 is followed.

        Raises:
            FetchError: anything else than a 2xx, in words, without the form.
        """
        body = urlencode(form).encode()
        scheme = urlsplit(url).scheme
        for _ in range(self._max_redirects + 1):
            url = _checked(url)
            if scheme == "https" and urlsplit(url).scheme != "https":
                raise FetchError(f"redirect to {masked(url)} is refused; expected https as before", barred=True)
            async with self._slots.slot(_origin(url)[1], spaced=is_paced(url, allow_private=feed.allow_private)):
                hop = await self._request(feed, url, [_FORM], left_s=self._deadline_s, now=now, body=body)
            if not hop.target:
                return
            url = hop.target
        raise FetchError(f"more than {self._max_redirects} redirects, the last one to {masked(url)}")

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()
        if self._own_resolver is not None:
            self._own_resolver.close()

    async def _follow(self, feed: Feed, state: FeedState, *, now: dt.datetime, started: float, full: bool) -> Fetched | NotModified:
        validators = [] if full else _validators(state)
        left_s = self._deadline_s
        configured = _checked(feed.url)
        url, permanent = _checked(polled_url(state, feed)), True
        for _ in range(self._max_redirects + 1):
            async with self._slots.slot(_origin(url)[1], spaced=is_paced(url, allow_private=feed.allow_private)):
                begun = time.monotonic()
                hop = await self._request(feed, url, validators, left_s=left_s, now=now)
                left_s -= time.monotonic() - begun
            permanent_url = url if permanent and url != configured else None
            if hop.status in _REDIRECTS:
                permanent = permanent and hop.status in _PERMANENT and not (url.startswith("https:") and hop.target.startswith("http:"))
                url = hop.target
            elif hop.status == 304:
                return NotModified(
                    url=feed.url, headers=hop.headers, fetched_at=now, elapsed_s=time.monotonic() - started, permanent_url=permanent_url
                )
            else:
                return Fetched(
                    url=feed.url,
                    final_url=url,
                    status=hop.status,
                    headers=hop.headers,
                    body=hop.body,
                    fetched_at=now,
                    elapsed_s=time.monotonic() - started,
                    permanent_url=permanent_url,
                )
        raise FetchError(f"more than {self._max_redirects} redirects, the last one to {url}")

    async def _request(
        self, feed: Feed, url: str, more: list[tuple[bytes, bytes]], *, left_s: float, now: dt.datetime, body: bytes | None = None
    ) -> _Hop:
        """One request without following its redirect, a POST where it has a body; every failure becomes a FetchError in words."""
        host = urlsplit(url).hostname or url
        try:
            async with asyncio.timeout(max(left_s, 0.001)):
                method = "GET" if body is None else "POST"
                request = httpx.Request(method, url, headers=[*self._headers, *more], content=body, extensions=self._extensions)
                if request.url.userinfo:
                    request = next(httpx.BasicAuth(request.url.username, request.url.password).auth_flow(request))
                response = await self._transport(allow_private=feed.allow_private).handle_async_request(request)
                try:
                    return (
                        await self._hop(response, url, now=now, conditional=bool(more)) if body is None else _taken(response, url, now=now)
                    )
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise FetchError(f"time-out after {self._deadline_s:g} s: {host} did not finish its answer") from error
        except httpx.TimeoutException as error:
            raise FetchError(f"time-out after {self._connect_s:g} s: {host} does not accept a connection") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchError(_in_words(error, host)) from error

    async def _hop(self, response: httpx.Response, url: str, *, now: dt.datetime, conditional: bool) -> _Hop:
        headers = _headers(response)
        status = response.status_code
        location = response.headers.get("location")
        if status in _REDIRECTS and location:
            return _Hop(status, headers, target=_target(url, location))
        if status == 304 and conditional:
            return _Hop(status, headers)
        if status not in _BODIES:
            raise _refused(status, headers, now=now)
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self._max_bytes:
            raise FetchError(f"too large: {int(declared) / 1e6:.3g} MB declared, at most {self._max_bytes / 1e6:g} MB are taken")
        inflater = Inflater(headers.get("content-encoding", ""), max_bytes=self._max_bytes)
        async for piece in response.aiter_raw():
            inflater.feed(piece)
        return _Hop(status, headers, body=inflater.finish())

    def _transport(self, *, allow_private: bool) -> _Transport:
        """One for the public internet and one for feeds that may be private: their connections must not be shared.

        httpx's client, which would hold it, adds what is not wanted here (cookies, redirects, hooks) for a sixth of a request's time.
        """
        if allow_private not in self._transports:
            backend = CheckedBackend(self._resolve, allow_private=allow_private)
            self._transports[allow_private] = _Transport(self._tls, backend, connections=self._total)
        return self._transports[allow_private]


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's transport on our own network."""

    def __init__(self, tls: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend, *, connections: int) -> None:
        super().__init__(verify=tls, trust_env=False)
        # httpx has no parameter for httpcore's network backend.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=connections, max_keepalive_connections=20, keepalive_expiry=5, network_backend=backend
        )


class _Hop:
    """One answer: a redirect with its target, a 304, or a body."""

    __slots__ = ("body", "headers", "status", "target")

    def __init__(self, status: int, headers: dict[str, str], *, target: str = "", body: bytes = b"") -> None:
        self.status, self.headers, self.target, self.body = status, headers, target, body


def _taken(response: httpx.Response, url: str, *, now: dt.datetime) -> _Hop:
    """What a form was answered with: taken, or to be sent again elsewhere. What else the answer says is not read."""
    headers, status, location = _headers(response), response.status_code, response.headers.get("location")
    if status in _SENT_AGAIN and location:
        return _Hop(status, headers, target=_target(url, location))
    if not 200 <= status < 300:
        raise _refused(status, headers, now=now)
    return _Hop(status, headers)


def _validators(state: FeedState) -> list[tuple[bytes, bytes]]:
    """ETag and Last-Modified as the server sent them, byte for byte, and never a made-up one."""
    headers = []
    if state.etag:
        headers.append((b"If-None-Match", state.etag.encode("latin-1", "replace")))
        headers.append((b"A-IM", b"feed"))  # RFC 3229: only the new entries, where the server can tell them
    if state.last_modified:
        headers.append((b"If-Modified-Since", state.last_modified.encode("latin-1", "replace")))
    return headers


def _headers(response: httpx.Response) -> dict[str, str]:
    """Lower-case names; latin-1 keeps every byte. Of a repeated header the values are joined, of a validator the first counts."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name not in ("etag", "last-modified", "date", "expires", "content-type", "content-length"):
            headers[name] += ", " + value
    return headers


def _checked(url: str) -> str:
    """The address without its fragment. Raises FetchError unless it is http or https with a host."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"address {url!r} cannot be read: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError(f"address {url!r} is refused; expected http:// or https:// and a host", barred=True)
    return urlunsplit(parts._replace(fragment=""))


def _target(url: str, location: str) -> str:
    """Where a redirect leads. A password goes along to the same origin only."""
    try:
        target = _checked(urljoin(url, location.strip()))
    except ValueError as error:
        raise FetchError(f"redirect to {location!r} cannot be read: {error}") from error
    before, after = urlsplit(url), urlsplit(target)
    if _origin(url) == _origin(target):
        if "@" in before.netloc and "@" not in after.netloc:
            userinfo = before.netloc.rpartition("@")[0]
            return urlunsplit(after._replace(netloc=f"{userinfo}@{after.netloc}"))
        return target
    return urlunsplit(after._replace(netloc=after.netloc.rpartition("@")[2]))


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def _refused(status: int, headers: dict[str, str], *, now: dt.datetime) -> FetchError:
    try:
        words = f"HTTP {status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        words = f"HTTP {status}"
    wait_s = retry_after_s(headers.get("retry-after"), now=now)
    if wait_s is not None:
        words += f", asked to wait {wait_s:g} s"
    if status in _REDIRECTS:
        words += " without a Location"
    elif status == 304:
        words += " to a request without validators"
    return FetchError(words, status=status, retry_after_s=wait_s, gone=status == 410)


def _in_words(error: Exception, host: str) -> str:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS failure: {host}: certificate not accepted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failure: {host}: {cause.reason or cause}"
        if isinstance(cause, ConnectionRefusedError):
            return f"connection refused by {host}"
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, TimeoutError):
            return f"connection to {host} failed: {cause.strerror}"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"the answer of {host} was cut short or is no HTTP: {error}"
    return f"connection to {host} failed: {error or type(error).__name__}"


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
