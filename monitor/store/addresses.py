"""Feeds' addresses as the database knows them: without the secrets in them."""

from __future__ import annotations

import hashlib

from monitor.feeds.mask import masked


def stored_address(url: str) -> str:
    """The address itself, or, where it has a password or a token in it, what may be shown of it and a digest of the whole."""
    shown = masked(url)
    return url if shown == url else f"{shown}#{hashlib.sha256(url.encode()).hexdigest()[:16]}"
