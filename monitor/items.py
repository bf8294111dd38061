"""Which item is which: identity, links, content, and what an item is against what is known. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import quote, urlsplit

from monitor.model import Item, Known

Standing = Literal["new", "changed", "seen", "sighting"]

# A clock that runs a little ahead is forgiven; more is a wrong date (a wrong zone, a typing error, an event's date).
AHEAD: Final = dt.timedelta(minutes=10)
EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
FIRST_FETCH: Final = dt.timedelta(hours=24)
OLD_NEWS: Final = dt.timedelta(days=14)

FREE_CHANGES: Final = 24
CHANGE_PAUSE: Final = dt.timedelta(hours=1)
# Fewer words than these come again by themselves ("Blast in Quetta"), so that only a short time apart they are one story.
TELLING_WORDS: Final = 30
SHORT_COPY: Final = dt.timedelta(days=3)

# ---------------------------------------------------------------- identity


def identify(*, feed_url: str, guid: str | None, link: str | None, title: str, summary: str, content: str) -> str:
    """The key of an item, 32 hex digits: its feed and GUID, else its canonical link, else its words.

    Stable over edits as long as there is a GUID or a link. A link to a home page names no story and is passed over.
    """
    if guid and guid.strip():
        basis = f"guid\0{feed_url}\0{_canonical_guid(guid)}"
    elif link and names_a_story(link):
        basis = f"link\0{canonical_link(link)}"
    else:
        basis = f"words\0{content_hash(title, summary, content)}"
    return _digest(basis)


def _canonical_guid(guid: str) -> str:
    """A GUID that is an address loses its tracking parameters. Its fragment stays (a live page's entries differ by it),
    but for a bare counter of one or two digits: some outlets raise it with each edit."""
    guid = " ".join(guid.split())
    if not guid.lower().startswith(("http://", "https://")):
        return guid
    address, _, fragment = guid.partition("#")
    kept = "" if re.fullmatch(r"\d{0,2}", fragment) and names_a_story(address) else f"#{fragment}"
    return canonical_link(address) + kept


def names_a_story(link: str) -> bool:
    """Whether an address is more than a site's home page."""
    canonical = canonical_link(link)
    if not canonical.startswith("https://"):
        return bool(canonical)
    _, _, rest = canonical.removeprefix("https://").partition("/")
    return bool(rest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


# ---------------------------------------------------------------- links

_TRACKING_PREFIXES: Final = (
    "utm_",
    "at_",
    "ns_",
    "_hs",
    "mtm_",
    "pk_",
    "piwik_",
    "matomo_",
    "hsa_",
    "oly_",
    "vero_",
    "itm_",
    "trk_",
    "wt.",
)
# fmt: off
_TRACKING: Final = frozenset([
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid", "li_fat_id", "igshid",
    "igsh", "mc_cid", "mc_eid", "mkt_tok", "s_cid", "ncid", "cmpid", "cmp", "icid", "ocid", "ito", "xtor", "__twitter_impression",
    "__s", "_ga", "_gl", "ref_src", "ref_url", "rss", "feedtype", "srnd", "spm", "sc_campaign", "smid", "smtyp", "guccounter",
    "guce_referrer", "guce_referrer_sig", "soc_src", "soc_trk", "wprov", "amp", "outputtype",
])
# fmt: on
# These often carry meaning, so that only values that name a way of arriving are dropped.
_MAYBE_TRACKING: Final = frozenset(["ref", "source", "src", "from", "via", "partner", "campaign", "medium", "origin", "cid"])
_WAY_OF_ARRIVING: Final = re.compile(
    r"(?i)(rss|feed|atom|twitter|facebook|whatsapp|telegram|newsletter|email|share|social|homepage|widget)"
)
_ESCAPE: Final = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@lru_cache(maxsize=4096)
def canonical_link(link: str) -> str:
    """One spelling for all addresses of a page, for comparing and not for following; applying it twice changes nothing.

    Scheme and `www.` are made equal, host case, default port, fragment, user name, trailing slash and tracking parameters go,
    what is left of the query is put in order. What is no http address comes back without the white space around it.
    """
    link = link.strip()
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError:
        return link
    if parts.scheme.lower() not in ("http", "https") or not host:
        return link
    host = _canonical_host(host)
    if port is not None and port not in (80, 443):
        host += f":{port}"
    path = re.sub(r"/{2,}", "/", _spelled(parts.path)).rstrip("/")
    pairs = sorted((pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)), key=lambda pair: pair.partition("=")[0])
    query = "&".join(_spelled(pair) for pair in pairs)
    return f"https://{host}{path}" + (f"{'' if path else '/'}?{query}" if query else "")


def _canonical_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = quote(host)
    while host.startswith("www.") and host.count(".") > 1:
        host = host.removeprefix("www.")
    return f"[{host}]" if ":" in host else host


def _spelled(part: str) -> str:
    """Percent escapes in capitals, none where the letter needs none, all letters beyond ASCII escaped."""
    part = quote(part, safe="!#$%&'()*+,/:;=?@[]~", errors="surrogatepass")

    def spell(escape: re.Match[str]) -> str:
        letter = chr(int(escape[1], 16))
        return letter if letter in _UNRESERVED else escape[0].upper()

    return _ESCAPE.sub(spell, part)


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    return name in _MAYBE_TRACKING and _WAY_OF_ARRIVING.search(value) is not None


# ---------------------------------------------------------------- content

_WORD: Final = re.compile(r"\w+")
# A page's own clock and counters change at every poll and say nothing; a toll never looks like these.
_CLOCKS: Final = re.compile(
    r"""
    \d\d\d\d-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?\b
  | \d\d?:\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?(?:\s*(?:gmt|utc|pkt|pst|aft|ist|bst|est|edt|cet|cest|hrs|hours)\b)?
  | \d\d?\s*[ap]\.?m\b\.?
  | \d+\s+(?:second|sec|minute|min|hour|hr)s?\s+ago\b
  | \d[\d,.]*k?\s+(?:views?|reads?|shares?|comments?|likes?|retweets?|followers|clicks|mins?\s+read|minutes?\s+read)\b
    """,
    re.VERBOSE,
)
_AGES: Final = re.compile(r"\b(?:a few|an?)\s+(?:second|sec|minute|min|hour|hr)s?\s+ago\b")
_NUMBER: Final = re.compile(r"\d+")


def content_hash(title: str, summary: str, content: str) -> str:
    """32 hex digits over an item's words: blind to white space, case, punctuation, clocks and counters of the page.

    Where a word stands (title, summary or content) does not matter, its place in the order of words does.
    """
    return _digest(" ".join(_words(title, summary, content)))


def _words(*parts: str) -> list[str]:
    text = unicodedata.normalize("NFKC", " ".join(parts)).casefold()
    if " ago" in text:
        text = _AGES.sub(" ", text)
    return _WORD.findall(_without_clocks(text))


def _without_clocks(text: str) -> str:
    """Every clock begins with a number; looking only there takes a third of the time of one expression over a whole news text."""
    kept, end = [], 0
    for number in _NUMBER.finditer(text):
        start = number.start()
        if start < end or (start and text[start - 1].isalnum()):
            continue
        clock = _CLOCKS.match(text, start)
        if clock is not None:
            kept.append(text[end:start])
            end = clock.end()
    return " ".join((*kept, text[end:])) if kept else text


# ---------------------------------------------------------------- standing


def classify(item: Item, known: Known | None, copy_of: Known | None, *, now: dt.datetime | None = None) -> Standing:
    """What an item is: `new`, `changed` (an edit of what is stored under its key), `seen`, or a `sighting` of another item's words.

    `known` is what is stored under the item's key, `copy_of` another item with the same words. The same
    page in other words is an item of its own: it may be the one with the new toll.
    After 24 changes of one item only one an hour is taken, so that a page with a clock in it costs little (`now` None: all are taken).
    """
    if known is not None:
        if known.content_hash == item.content_hash:
            return "seen"
        restless = known.changes >= FREE_CHANGES and known.changed_at is not None and now is not None
        return "seen" if restless and now - known.changed_at < CHANGE_PAUSE else "changed"  # type: ignore[operator]
    if copy_of is None:
        return "new"
    if copy_of.content_hash != item.content_hash:
        return "new"
    return "sighting" if _same_page(item, copy_of) or _tells_one_story(item, copy_of) else "new"


def _same_page(item: Item, other: Known) -> bool:
    if not item.link or not other.link or not names_a_story(item.link):
        return False
    return canonical_link(item.link) == canonical_link(other.link)


def _tells_one_story(item: Item, other: Known) -> bool:
    """Whether equal words mean the same story: always for a text, for a bare headline only within 3 days."""
    if item.published_at is None or other.published_at is None:
        return True
    if abs(item.published_at - other.published_at) <= SHORT_COPY:
        return True
    return len(_words(item.title, item.summary, item.content)) >= TELLING_WORDS


# ---------------------------------------------------------------- time


def usable_time(published_at: dt.datetime | None, *, seen_at: dt.datetime) -> dt.datetime | None:
    """A publication time that can be believed: neither before 1990 nor more than ten minutes after it was seen."""
    if published_at is None or published_at < EARLIEST or published_at > seen_at + AHEAD:
        return None
    return published_at


def dated(item: Item, *, first_seen_at: dt.datetime) -> Item:
    """The item as it is read and judged live: without a usable date of its own it was published when it was first seen."""
    if usable_time(item.published_at, seen_at=first_seen_at) is not None:
        return item
    return replace(item, published_at=first_seen_at)


def clock_of(
    item: Item, *, seen_at: dt.datetime, backfill: bool, first_fetch: bool = False, max_age: dt.timedelta = OLD_NEWS
) -> tuple[dt.datetime, bool]:
    """The item's time for every decision about it, and whether it may raise an alert.

    Live it is the time it was first seen: pass the same `seen_at` for its later versions, so that an item without a date does not become
    news again. In a backfill it is the time published, and what has no usable one is stored and read, never alerted.
    A feed's first fetch alerts only on what was published in the last 24 hours; later on, what was published more than
    `max_age` ago is old news that came back.
    """
    published_at = usable_time(item.published_at, seen_at=seen_at)
    if backfill:
        return (seen_at, False) if published_at is None else (published_at, True)
    if first_fetch:
        return seen_at, published_at is not None and seen_at - published_at <= FIRST_FETCH
    return seen_at, published_at is None or seen_at - published_at <= max_age
