"""Values ↔ what a column holds: times that sort as text, JSON that any text survives."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
END = "~"  # after every time that `stamp` writes


def stamp(at: dt.datetime) -> str:
    """ISO 8601 in UTC, always with six decimals: "…00Z" would sort after "…00.5Z".

    Raises:
        ValueError: the time has no zone, so nobody knows when it is.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()}: a time without a zone cannot be stored")
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def stamp_or_none(at: dt.datetime | None) -> str | None:
    return None if at is None else stamp(at)


def moment(text: str) -> dt.datetime:
    """The time that `stamp` wrote."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def moment_or_none(text: str | None) -> dt.datetime | None:
    return None if text is None else moment(text)


def packed(form: Any) -> str:
    """Compact JSON, other scripts readable; a lone half of a surrogate pair, which UTF-8 cannot hold, stays an escape."""
    text = json.dumps(form, ensure_ascii=False, separators=(",", ":"))
    return text if _encodable(text) else json.dumps(form, separators=(",", ":"))


def unpacked(text: str) -> Any:
    return json.loads(text)


def storable(text: str) -> str:
    """The text with lone surrogates replaced: a JSON feed may carry them, and the database takes UTF-8 only."""
    return text if _encodable(text) else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def storable_or_none(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
