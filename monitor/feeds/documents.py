"""One plain document, or one line of a JSON Lines file → an `Item`. Pure."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from monitor.feeds.dates import parse_date
from monitor.feeds.entries import MAX_TEXT, web_link
from monitor.items import content_hash, identify
from monitor.markup import plain_text
from monitor.model import BadItem, Item

NOON = 12  # a document's date has no time: noon UTC is the same day from Greenland to Fiji
_DATE_LINE = re.compile(r"\s*date[ \t:]+(\d{4}-\d\d-\d\d)\b[ \t]*")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT_MONTHS = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_WRITTEN_DATE = re.compile(
    rf"(?i)(?:(?:published|updated|posted)(?:\s+on)?:?\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    rf"((?:{_MONTHS}|{_SHORT_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTHS}|{_SHORT_MONTHS})\.?,?\s+\d{{4}})"
)
_HEAD_NOISE = re.compile(r"(?i)(?:less than )?\d+\s+min(?:ute)?s?\s+read")
_TEXTS = ("title", "summary", "content")
_HEADLINE = 160  # characters; a longer first line is a paragraph


def parse_document(text: str, *, name: str) -> Item:
    """Take one plain document; `name` becomes its id.

    A first line that begins `date YYYY-MM-DD` gives its date and is left out of the text (blanks and a byte order mark before it are
    allowed); so does a first line that is nothing but a date in words ("March 12, 2022"), as page heads have it. `published_at` is then
    that day at 12:00 UTC, else None. A short first line without a full stop is the title, as long as more text follows it.
    """
    published_at, body = _dated(text.removeprefix("\ufeff"))
    title, content = _titled(plain_text(body[:MAX_TEXT]))
    return Item(
        key=identify(feed_url="", guid=None, link=None, title=title, summary="", content=content),
        id=name,
        title=title,
        content=content,
        published_at=published_at,
        content_hash=content_hash(title, "", content),
    )


def _dated(text: str) -> tuple[dt.datetime | None, str]:
    if line := _DATE_LINE.match(text):
        published_at = parse_date(line[1], date_only_hour=NOON)
        if published_at is not None:
            return published_at, text[line.end() :]
    first, _, rest = text.lstrip().partition("\n")
    if written := _WRITTEN_DATE.fullmatch(first.strip()):
        day = parse_date(written[1])
        if day is not None:
            return dt.datetime.combine(day.date(), dt.time(NOON), tzinfo=dt.UTC), rest
    return None, text


def _titled(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    while lines and (not lines[0] or _HEAD_NOISE.fullmatch(lines[0])):
        del lines[0]
    rest = "\n".join(lines[1:]).strip()
    if rest and len(lines[0]) <= _HEADLINE and lines[0][-1] not in ".!:;,…":
        return lines[0], rest
    return "", "\n".join(lines)


def parse_jsonl_line(line: str, *, where: str) -> Item | BadItem:
    """Take one line of JSON Lines; `where` names it in the message of a bad one.

    Keys: id, title, summary, content (one of the last three at least), link, guid, published (ISO 8601), feed, outlet; others are
    ignored, and null counts as missing. A date without a time is noon UTC, a time without a zone UTC. Whose day it was is
    not told, so it is Pakistan's: "on Tuesday", written there soon after midnight, is the day before in UTC. The key comes from feed
    and GUID, else from the link, else from id, date and words together: a file's lines are as different as they look.
    """
    try:
        form: Any = json.loads(line.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        # Its own message counts lines within this one.
        at = "the end" if error.pos >= len(line.rstrip()) else f"column {error.pos + 1}"
        return BadItem(where=where, reason=f"is no JSON: {error.msg.lower()} at {at}; expected one object a line")
    except (ValueError, RecursionError) as error:
        return BadItem(where=where, reason=f"is no JSON: {error}; expected one object a line")
    if not isinstance(form, dict):
        return BadItem(where=where, reason=f"is {json.dumps(form)[:60]}; expected an object")
    wrong = [name for name in (*_TEXTS, "link", "guid", "published", "feed", "outlet") if not isinstance(form.get(name, ""), str | None)]
    if wrong:
        return BadItem(where=where, reason=f"{wrong[0]} is {json.dumps(form[wrong[0]])[:60]}; expected a string")
    texts = {name: plain_text((form.get(name) or "")[:MAX_TEXT]) for name in _TEXTS}
    texts["title"] = " ".join(texts["title"].split())
    if not any(texts.values()):
        return BadItem(where=where, reason="has no text; expected a title, a summary or a content")
    return _line_item(form, texts)


def _line_item(form: dict[str, Any], texts: dict[str, str]) -> Item:
    guid, link, feed = (form.get(name) or None for name in ("guid", "link", "feed"))
    name = str(form["id"]) if form.get("id") not in (None, "") else None
    published_at = parse_date(form.get("published"), date_only_hour=NOON)
    key = identify(feed_url=feed or "", guid=guid, link=link, **texts)
    if not guid and key == identify(feed_url="", guid=None, link=None, **texts):
        # Bare headlines repeat over the years ("Blast in Quetta"): words alone would make them one item.
        when = published_at.isoformat() if published_at else ""
        key = identify(feed_url="", guid="\0".join((name or "", when, key)), link=None, **texts)
    return Item(
        key=key,
        id=name or guid or link or key,
        link=web_link(link, ""),
        guid=guid,
        published_at=published_at,
        feed=feed or "",
        outlet=form.get("outlet") or "",
        content_hash=content_hash(**texts),
        title=texts["title"],
        summary=texts["summary"],
        content=texts["content"],
    )
