"""Addresses as they may be shown: without the secrets in them. Pure."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_SECRET = re.compile(
    r"(?i)([?&;](?:[^=&#\s]*(?:token|secret|passw|auth|signature|session|credential|apikey|api_key)[^=&#\s]*|key|sig|pass|pwd|code|hash)=)[^&#\s]+"
)


def masked(text: str) -> str:
    """Hide user names, passwords and secret query values of every address in a text: `https://***@host/feed?token=***`."""
    return _SECRET.sub(r"\1***", _USERINFO.sub("***@", text))
