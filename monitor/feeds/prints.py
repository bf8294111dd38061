"""By what an entry is known again in the next body of its feed. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from monitor.feeds.entries import Entry

PRINT: Final = 8  # bytes


def printed(entries: Sequence[Entry]) -> list[bytes]:
    """A print of each entry, of all that an item is made of; b"" where two have one GUID or link, and it is their order that counts."""
    guids = Counter(entry.guid for entry in entries if entry.guid)
    links = Counter(entry.link for entry in entries if entry.link)
    alone = (guids.get(entry.guid or "", 0) <= 1 >= links.get(entry.link or "", 0) for entry in entries)
    return [_print(entry) if one else b"" for entry, one in zip(entries, alone, strict=True)]


def _print(entry: Entry) -> bytes:
    parts = (
        entry.title,
        entry.summary,
        entry.content,
        entry.link or "",
        entry.guid or "",
        entry.published_at.isoformat() if entry.published_at else "",
        entry.base,
        entry.source_name,
        entry.source_url,
    )
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=PRINT).digest()
