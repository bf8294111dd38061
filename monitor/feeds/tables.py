"""One row of a table (CSV) → an `Item`. Pure.

The columns are named by the user, or known: exports of ACLED and of the GTD, and any table whose columns have an item's own names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import UsageError
from monitor.feeds.dates import parse_date
from monitor.feeds.entries import MAX_TEXT, web_link
from monitor.items import content_hash, identify
from monitor.markup import plain_text
from monitor.model import BadItem, Item

FIELDS = ("id", "title", "summary", "content", "link", "guid", "published", "feed", "outlet", "language")
NOON = 12  # of a date without a time, UTC
_TEXTS = ("title", "summary", "content")
_DAY_IN_WORDS = re.compile(r"\d{1,2} [A-Za-z]+ \d{4}|[A-Za-z]+ \d{1,2},? \d{4}")
# What people call an item's fields; a column of one of these names needs no flag.
_OTHER_NAMES = {
    "url": "link",
    "headline": "title",
    "text": "content",
    "body": "content",
    "date": "published",
    "published_at": "published",
    "pubdate": "published",
    "source": "outlet",
    "publisher": "outlet",
    "description": "summary",
}

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns make which field of an item; several columns of one field are put one below the other."""

    of: Mapping[str, tuple[str, ...]]
    known: str = ""  # "ACLED" or "GTD" where the header is one of theirs and the user named no columns


def columns_from(choices: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`FIELD=COLUMN` as given on a command line, repeated for several.

    Raises:
        UsageError: another form, or a field that items do not have.
    """
    found: dict[str, tuple[str, ...]] = {}
    for choice in choices:
        field, equals, column = choice.partition("=")
        if not equals or field not in FIELDS or not column.strip():
            raise UsageError(f'column "{choice}"; expected FIELD=COLUMN with one of {", ".join(FIELDS)}, such as content=notes')
        found[field] = (*found.get(field, ()), column.strip())
    return found


def columns_of(header: Sequence[str], chosen: Mapping[str, tuple[str, ...]]) -> Columns:
    """How a table with this header is read; `chosen` wins over what its columns are called.

    Raises:
        UsageError: a chosen column is not there, or no column is known to hold a text.
    """
    names = [name.strip().removeprefix("\ufeff") for name in header]
    missing = [column for columns in chosen.values() for column in columns if column not in names]
    if missing:
        raise UsageError(f'has no column "{missing[0]}"; it has {_shown(names)}')
    lower = {name.lower() for name in names}
    if not chosen:
        for known, marks in _KNOWN_HEADERS.items():
            if marks <= lower:
                return Columns(of={}, known=known)
    of = dict(chosen)
    for name in names:
        field = name.lower() if name.lower() in FIELDS else _OTHER_NAMES.get(name.lower())
        if field is not None and field not in of:
            of[field] = (name,)
    if not any(field in of for field in _TEXTS):
        raise UsageError(
            f"no column is known to hold a text; it has {_shown(names)}; name one, as in --column content={names[0] if names else 'notes'}"
        )
    return Columns(of=of)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")


def parse_row(row: Row, columns: Columns, *, where: str) -> Item | BadItem:
    """Take one row; `where` names it in the message of a bad one. A date without a time is noon UTC."""
    if columns.known:
        fields = _SHAPES[columns.known]({name.strip().removeprefix("\ufeff").lower(): value for name, value in row.items()})
    else:
        fields = {field: "\n\n".join(filter(None, (row.get(name, "").strip() for name in names))) for field, names in columns.of.items()}
    texts = {name: plain_text(fields.get(name, "")[:MAX_TEXT]) for name in _TEXTS}
    texts["title"] = " ".join(texts["title"].split())
    if not any(texts.values()):
        return BadItem(where=where, reason=f"has no text in {_sought(columns)}")
    stated = fields.get("published", "")
    published_at = _date(stated)
    if stated and published_at is None:
        return BadItem(where=where, reason=f'published is "{stated[:40]}"; expected a date such as 2023-09-29 or 29 September 2023')
    name, link, guid = (fields.get(field) or None for field in ("id", "link", "guid"))
    # A row's own number tells two alike rows apart, and makes an edited one the same row.
    own = guid or (f"{columns.known}\0{name}" if columns.known and name else None)
    key = identify(feed_url=fields.get("feed", "") if guid else columns.known, guid=own, link=link, **texts)
    if not own and not link:
        when = published_at.isoformat() if published_at else ""
        key = identify(feed_url="", guid="\0".join((name or "", when, key)), link=None, **texts)
    return Item(
        key=key,
        id=name or guid or link or key,
        link=web_link(link, ""),
        guid=guid,
        published_at=published_at,
        feed=fields.get("feed", ""),
        outlet=fields.get("outlet", ""),
        language=fields.get("language") or "en",
        content_hash=content_hash(**texts),
        title=texts["title"],
        summary=texts["summary"],
        content=texts["content"],
    )


def _sought(columns: Columns) -> str:
    if columns.known:
        return f"the columns of a {columns.known} export"
    return " or ".join(name for field in _TEXTS for name in columns.of.get(field, ()))


def _date(text: str) -> dt.datetime | None:
    at = parse_date(text, date_only_hour=NOON)
    if at is not None and _DAY_IN_WORDS.fullmatch(text.strip()):
        return dt.datetime.combine(at.date(), dt.time(NOON), tzinfo=dt.UTC)
    return at


# ---------------------------------------------------------------- exports that are known by their header

_KNOWN_HEADERS = {
    "ACLED": frozenset({"event_id_cnty", "event_date", "notes"}),
    "GTD": frozenset({"eventid", "iyear", "imonth", "iday"}),
}
_FIGURES = re.compile(r"\A\d{1,2}/\d{1,2}/\d{4}\s*:\s*")


def _acled(row: Row) -> dict[str, str]:
    where = _joined(row, "location", "admin2", "admin1", "country")
    what = row.get("sub_event_type") or row.get("event_type") or "Event"
    return {
        "id": row.get("event_id_cnty", ""),
        "published": row.get("event_date", ""),
        "title": f"{what}: {where}" if where else what,
        "content": row.get("notes", ""),
        "outlet": row.get("source", ""),
    }


def _gtd(row: Row) -> dict[str, str]:
    where = _joined(row, "city", "provstate", "country_txt")
    what = row.get("attacktype1_txt") or "Attack"
    published = _gtd_day(row)
    day = _in_words(published)
    # The summaries begin with the day in figures, month first, which no outlet writes and a reader cannot know.
    summary = _FIGURES.sub(f"{day}: ", row.get("summary", "").strip()) if day else row.get("summary", "").strip()
    return {
        "id": row.get("eventid", ""),
        "published": published,
        "title": f"{what}: {where}" if where else what,
        "content": summary or _gtd_sentence(row, what, where, day),
        "outlet": "Global Terrorism Database",
    }


def _gtd_day(row: Row) -> str:
    """Empty where the day is not known (0): then the item has no date, rather than a wrong one."""
    parts = [row.get(name, "").strip() for name in ("iyear", "imonth", "iday")]
    if not all(part.isdigit() and int(part) for part in parts):
        return ""
    year, month, day = (int(part) for part in parts)
    return f"{year:04}-{month:02}-{day:02}"


def _in_words(day: str) -> str:
    """2018-11-23 as 23 November 2018; empty where it is no day."""
    try:
        date = dt.date.fromisoformat(day)
    except ValueError:
        return ""
    return f"{date.day} {date:%B} {date.year}"


def _gtd_sentence(row: Row, what: str, where: str, day: str) -> str:
    """What the figures say, for the rows that have no summary. The attackers' own dead are no victims."""
    killed, own, injured = (_number(row.get(name, "")) for name in ("nkill", "nkillter", "nwound"))
    victims = None if killed is None else max(0, killed - (own or 0))
    tolls = [f"{n} people were {verb}" for n, verb in ((victims, "killed"), (injured, "injured")) if n]
    if not tolls or not where:
        return ""
    return f"{' and '.join(tolls)} in an attack ({what.lower()}) in {where}{f' on {day}' if day else ''}."


def _number(text: str) -> int | None:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None


def _joined(row: Row, *names: str) -> str:
    found = (row.get(name, "").strip() for name in names)
    return ", ".join(dict.fromkeys(part for part in found if part and part.lower() != "unknown"))


_SHAPES: Mapping[str, Callable[[Row], dict[str, str]]] = {"ACLED": _acled, "GTD": _gtd}
