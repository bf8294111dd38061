"""Cuts what a page puts around an article: related headlines, promotions, newsletter and copyright lines, author notes."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE

# From a line like this on, nothing belongs to the article any more.
_TAIL = re.compile(
    r"^\W*(?:previous story|next story|latest from|don'?t miss|related (?:stories|articles|news|posts|topics|content|coverage|items|links)|more (?:from|on this|in|stories|news|for you)\b"
    r"|you (?:may|might) (?:also )?like|recommended(?: for you| stories| reading)?$|recommended:|trending|most (?:read|popular|viewed|shared)|popular (?:stories|posts|now|news)|top stories|"
    r"also in (?:the )?news|in other news$|other (?:stories|headlines|news)|editor'?s? (?:picks?|choice)|go ?to ?top|back to top|comments?\s*(?:\(\d+\)|:|$)|leave a (?:comment|reply)|\d+ comments?$|post navigation|"
    r"read next|up next|what to read next|promoted|sponsored|partner content|paid content|around the web|latest (?:news|stories|headlines|videos?)(?:$|:)|breaking news:?$|must[- ]reads?|read our latest|"
    r"tags?\s*:|topics?\s*:|filed under|share this|follow us|about the author|popular on|watch next|our picks|headlines$|other headlines|more headlines|in case you missed)",
    _FLAGS,
)
# A line like this says nothing of the story, but the story may go on after it.
_LINE = re.compile(
    r"^\W*(?:(?:also|must|further) (?:read|watch|see)\b|read (?:more|also|full|the full|all|this|here|too|:|\|)|see also\b|see more|related\s*[:|»>]|watch\s*(?:live|now|video|more|[:|»>])|listen\s*(?:live|now|[:|»>])|"
    r"click (?:here|to)|tap (?:here|to)|sign up|subscribe|newsletter|get (?:the|our|all the|latest|breaking)\b.*(?:inbox|app|alerts?|updates?|newsletter)|download (?:the|our)|join (?:our|us|the)\b.*(?:whatsapp|telegram|channel|group|community)|"
    r"follow (?:us|@|\w+(?: \w+){0,3} on (?:facebook|twitter|x|instagram|whatsapp|google|youtube|telegram))|like us on|copyright|©|\(c\)\s*\d{4}|all rights reserved|published in\b.*\d{4}|published (?:by|on) |"
    r"views? expressed|the views|the (?:writer|author) (?:is|can|has|teaches|works)|(?:additional )?reporting by|\((?:additional )?reporting by|\(?(?:edited|editing|writing|compiled|translated) by|"
    r"(?:with|includes) (?:additional )?(?:input|inputs|reporting) from|photo(?:graph)?s?\s*[:(]|image\s*[:(]|file photo|picture:|video\s*[:|]|advertisement|ad$|story continues|(?:continue|keep) reading|"
    r"this (?:story|article|report) (?:was|has been|is|originally|first|appeared|will)\b.*(?:published|appear|updated|edited|syndicat|auto|generated|agenc)|source\s*:|disclaimer|share\b.{0,30}$|print$|email$|facebook$|twitter$|whatsapp$|"
    r"recommended\s*[:|»>]|editor'?s note|first published|last updated|updated (?:on|at)|\d+ mins? read|min read|by subscribing|cookies?\b|we use cookies|accept all|loading\b|prev(?:ious)?$|next$|home\s*[>»|/]|"
    r"published\s*[:|]|posted (?:on|by|in)\b|get more\b|for more\b.*(?:visit|follow|news|stories)|stay (?:tuned|updated|informed)|watch:|read:|more:|opinion:|explainer:|promo:|advert:|quiz:|poll:|podcast:|live:|>>)",
    _FLAGS,
)
# Inside a paragraph: from here to its end.
_INLINE = re.compile(
    r"(?:(?<=[.!?\"')\s])|^)(?:(?:ALSO|MUST) (?:READ|WATCH|SEE)\s*[:|»>–—-]|(?:also|must)[ -]read\s*[:|»>–—-]|READ (?:MORE|ALSO|NEXT|FULL)\b|Read (?:more|also|next)\s*[:|»>–—-]|WATCH\s*(?:LIVE)?\s*[:|»>]|DON'?T MISS\b|Don't miss\s*[:|»>]|"
    r"RELATED\s*[:|»>]|Related\s*[:|»>]|TRENDING\b|Trending\s*[:|]|SEE ALSO\b|Follow us on|Read all the Latest|Subscribe to|Sign up (?:for|to)|Views expressed in|Click here|\(Reporting by|\(Editing by|\(Additional reporting|Copyright ©|©|"
    r"Published in [A-Z][\w ,]{2,30}\d{4}|MORE\s*[:|»>]|LIVE\s*[:|»>]|YOU MAY (?:ALSO )?LIKE|RECOMMENDED\s*[:|»>]|Latest from)"
)
_MAX_LINE = 400


def body_without_boilerplate(text: str) -> list[str]:
    """The article's own paragraphs, in order.

    A heading such as "Previous Story" or "Latest from" ends the article. A line such as "Also read: …" goes alone, with the
    headline after it where it is a bare label.
    """
    kept: list[str] = []
    skip_headline = False
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            if kept and kept[-1]:
                kept.append("")
            continue
        if skip_headline:
            skip_headline = False
            if len(line) < 120 and line[-1] not in ".!?\"'":
                continue
        if len(line) <= _MAX_LINE:
            if _TAIL.match(line) and any(kept):
                break
            if _LINE.match(line):
                skip_headline = len(line) < 24 and line.rstrip(":|»> -").lower() in (
                    "also read",
                    "read more",
                    "read also",
                    "related",
                    "see also",
                    "must read",
                    "watch",
                    "recommended",
                )
                continue
        kept.append(_without_inline(line))
    return _paragraphs(kept)


def _without_inline(line: str) -> str:
    match = _INLINE.search(line)
    return line if match is None else line[: match.start()].rstrip()


def _paragraphs(lines: list[str]) -> list[str]:
    """A single line break keeps a paragraph apart too: wire texts have no blank lines."""
    return [line for line in lines if line]
