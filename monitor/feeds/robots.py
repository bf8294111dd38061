"""What a site's robots.txt lets us fetch (RFC 9309). Pure; the only module that knows protego.

The standard library's parser knows neither wildcards nor that the longest rule wins, and would read most newspapers' files wrongly.
A pattern of many stars takes very long to match: ask in a process that can be killed.
"""

from __future__ import annotations

from protego import Protego

AGENT = "incident-monitor"
MAX_BYTES = 512_000  # what RFC 9309 wants read; the rest is ignored


def allowed(robots: bytes, url: str) -> tuple[bool, float]:
    """Whether a file as it was served lets us fetch an address, and the seconds that it wants between two requests.

    What cannot be understood in it forbids nothing.
    """
    text = robots[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    try:
        rules = Protego.parse(text)
        return bool(rules.can_fetch(url, AGENT)), max(0.0, float(rules.crawl_delay(AGENT) or 0.0))
    except ValueError:
        return True, 0.0


def has_no_rules(status: int | None) -> bool:
    """Of a site without the file: "not found" and "not for you" are no rules; one that fails may have some, and is left alone."""
    return status is not None and 400 <= status < 500 and status != 429
