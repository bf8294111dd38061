"""HTML or loosely marked-up text → plain text. A leaf: parsers and the reader share it."""

from __future__ import annotations

import html
import re
import unicodedata

import ftfy
from selectolax.lexbor import LexborHTMLParser

_TAG = re.compile(r"<[a-zA-Z/!]")
_SILENT = "script,style,noscript,template,iframe,svg,head"
_HAS_SILENT = re.compile("(?i)<(?:" + _SILENT.replace(",", "|") + ")")
# One of these that is never closed would silence all that follows it.
_LEFT_OPEN = tuple(
    (re.compile(rf"(?i)<{name}\b[^>]*>"), re.compile(rf"(?i)</{name}\b")) for name in ("svg", "iframe", "template", "noscript")
)
_BLOCK = "p,div,br,li,ul,ol,h1,h2,h3,h4,h5,h6,tr,table,blockquote,section,article,figure,figcaption,header,footer,hr"
# Zero-width and bidirectional controls, soft hyphens and BOMs hide words from a search and disguise links in an alert.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"[^\S\n]+")
# Words of ASCII with one space between them, or nothing at all: there is nothing to do.
_FINISHED = re.compile(r"(?:[!-%'-;=-~]+(?: [!-%'-;=-~]+)*)?")
_MOJIBAKE = re.compile(r"[ÂÃâØÙÐð]")


# A closing quote in mojibake whose last byte was lost on the way; ftfy would read a dagger.
_CUT_QUOTE = re.compile(r"â€(?=[\s,.;:!?)<]|$)")


def plain_text(markup: str) -> str:
    """Turn a title, summary or body as feeds carry it into plain text.

    Tags go, blocks end in a blank line, entities are resolved (twice, as many feeds escape twice), mojibake is mended,
    controls and invisible characters go, white space is collapsed. Idempotent on its own output for ordinary text.
    """
    if _FINISHED.fullmatch(markup):
        return markup
    text = markup.replace("\r\n", "\n").replace("\r", "\n") if "\r" in markup else markup
    if "&" in text and not _TAG.search(text):
        text = html.unescape(text)
    if _TAG.search(text):
        text = _without_tags(text)
    if "&" in text:
        text = html.unescape(text)
    # ftfy costs 100 µs a paragraph; only text with a tell-tale letter can be mojibake.
    if _MOJIBAKE.search(text):
        text = ftfy.fix_encoding(_CUT_QUOTE.sub("”", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    text = text.strip()
    if _FINISHED.fullmatch(text):
        return text
    text = _CONTROL.sub("", text)
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_tags(text: str) -> str:
    silent = _HAS_SILENT.search(text) is not None
    if silent:
        text = _without_open_ends(text)
    tree = LexborHTMLParser(text)
    if silent:
        for node in tree.css(_SILENT):
            node.decompose()
    for node in tree.css(_BLOCK):
        if node.tag == "br":
            node.insert_before("\n")
        else:
            node.insert_before("\n\n")
            node.insert_after("\n\n")
    root = tree.body or tree.root
    return root.text(deep=True, separator="") if root is not None else ""


def _without_open_ends(text: str) -> str:
    for opened, closed in _LEFT_OPEN:
        if len(opened.findall(text)) > len(closed.findall(text)):
            text = opened.sub(" ", text)
    return text
