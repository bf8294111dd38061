"""Text from feeds made inert: whatever it holds, no channel runs it, links it or calls everybody by it."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

# Zero-width characters split what a channel would act on and are not seen.
_JOINER = "\u2060"
_MASS_MENTION = re.compile(r"@(?=(?:channel|here|everyone|all)\b)", re.IGNORECASE)
_SCHEME = re.compile(r"\b(https?|ftp|javascript|data|file|mailto|slack)(?=:)", re.IGNORECASE)
_PROGRAM = re.compile(r"\b(javascript|vbscript|data|file|slack)(?=:)", re.IGNORECASE)
_BARE_HOST = re.compile(r"\b(www|[a-z0-9-]{2,63})\.(?=[a-z]{2,24}\b)", re.IGNORECASE)
# Slack's mark-up: bold, italic, strike, code, quote, and emoji between colons.
_MARKS = re.compile(r"([*_~`])")
_EMOJI = re.compile(r":(?=[a-z0-9_+-]+:)", re.IGNORECASE)


def plain(text: str, *, keep: str = "") -> str:
    """One line of printable text: no control, no escape sequence, no direction override, no private or unassigned character."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or c in keep or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split())


def cut(text: str, length: int) -> str:
    """At most `length` characters; what is cut ends in an ellipsis, at a word's end where one is near."""
    if len(text) <= length:
        return text
    head = text[: max(length - 1, 0)]
    space = head.rfind(" ")
    return (head[:space] if space > length * 0.7 else head).rstrip(" ,;:–—-") + "…"


def for_html(text: str) -> str:
    """Text inside an HTML element or attribute. A word joiner in a bare address keeps mail clients from making a link of it."""
    return html.escape(_unlinked(plain(text)), quote=True)


def for_slack(text: str) -> str:
    """Text inside Slack's mrkdwn: the three control characters escaped, no mention, no link, no mark-up, no emoji."""
    return _escaped_for_slack(_unlinked(plain(text)))


def own_for_slack(text: str) -> str:
    """As `for_slack`, for the program's own words: names of files, commands and addresses in them stay whole.

    What they quote has been made inert by `for_text`, whose joiners are kept.
    """
    return _escaped_for_slack(_harmless(plain(text, keep=_JOINER)))


def own_for_text(text: str) -> str:
    """As `for_text`, for the program's own words."""
    return _MASS_MENTION.sub("@" + _JOINER, _harmless(plain(text, keep=_JOINER)))


def _harmless(text: str) -> str:
    """Addresses of the web stay; those of programs, and the markdown that gives a link another name, are broken."""
    return _PROGRAM.sub(r"\1" + _JOINER, text).replace("](", "]" + _JOINER + "(")


def _escaped_for_slack(text: str) -> str:
    inert = _MASS_MENTION.sub("@" + _JOINER, text)
    inert = _MARKS.sub(_JOINER + r"\1" + _JOINER, inert)
    inert = _EMOJI.sub(":" + _JOINER, inert)
    return inert.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def for_text(text: str) -> str:
    """Text in a plain message: one printable line; chat services and mail clients read mentions and addresses even in plain text."""
    return _MASS_MENTION.sub("@" + _JOINER, _unlinked(plain(text)))


def _unlinked(text: str) -> str:
    broken = _SCHEME.sub(r"\1" + _JOINER, text).replace("://", f":{_JOINER}//")
    return _BARE_HOST.sub(r"\1" + _JOINER + ".", broken)


def web_link(link: str | None) -> tuple[str, str] | None:
    """(address, host) of a link that may be shown: http or https, with a host, free of spaces and controls. Else None.

    A user name before an `@` can pose as the host, so an address that has one is refused. A host with letters beyond ASCII is
    shown in its IDNA form, as look-alikes would pass for another site.
    """
    if not link or len(link) > 2_000 or any(c.isspace() or not c.isprintable() or c in "<>\"'`|\\{}^" for c in link):
        return None
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    netloc = (f"[{host}]" if ":" in host else host) + port
    return parts._replace(netloc=netloc).geturl(), host
