"""One report out of title, summary and content: repeats dropped, boilerplate cut, sentences with their place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from monitor.text.boilerplate import body_without_boilerplate
from monitor.text.sentences import split_sentences

Part = Literal["title", "summary", "body"]

# A reading is bounded: more characters than any article has; what lies beyond is not read and the report says so.
MAX_CHARS = 100_000
MAX_SENTENCES = 1_000
# A report on one event is seldom longer.
REPORT_WORDS = 250

_STRAIGHT = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‛": "'",
        "ʼ": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "\u2011": "-",
        "\u2010": "-",
    }
)
_CUT_SHORT = re.compile(r"\s*(?:\.{3,}|…|\[(?:\.{3}|…|&hellip;)\])\s*(?:\[?read more\]?)?\s*$", re.IGNORECASE)
# What systems write where nobody wrote a title.
_NO_TITLE = re.compile(r"\W*(?:no (?:title|subject|headline)|untitled|title|headline|none|null|n/a)\W*", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence at [start, end) of the clean text. `paragraph` counts from 0 within its part, `n` from 0 over all.

    `other`: the second half of a sentence that tells of two attacks.
    """

    n: int
    start: int
    end: int
    text: str
    part: Part
    paragraph: int
    other: bool = False


@dataclass(frozen=True, slots=True)
class CleanText:
    """What is read of an item: parts and paragraphs parted by a blank line, quotes straight. `cut`: there was more."""

    text: str
    sentences: tuple[Sentence, ...]
    cut: bool = False

    @property
    def title(self) -> str:
        return " ".join(s.text for s in self.sentences if s.part == "title")

    @property
    def long(self) -> bool:
        """Whether it is an article rather than a report: with room for an analysis and the attacks of a week."""
        return self.words > REPORT_WORDS

    @property
    def words(self) -> int:
        return self.text.count(" ")


def clean(title: str, summary: str, content: str) -> CleanText:
    """Join the three fields into one report that says each thing once.

    A summary that the content begins with (cut short by "..." or not) is dropped, so is a first paragraph or a summary
    that repeats the title. Boilerplate goes from the summary and the content. Quotes become straight, one character for one.
    """
    cut = len(title) + len(summary) + len(content) > MAX_CHARS
    if len(_BROKEN.findall(content[:MAX_CHARS])) >= _SET_IN_COLUMNS:
        title, summary, content = (_BROKEN.sub("", field) for field in (title, summary, content[:MAX_CHARS]))
    title = title[:1_000].translate(_STRAIGHT).strip()
    summary = summary[:MAX_CHARS].translate(_STRAIGHT).strip()
    content = content[: MAX_CHARS - len(summary)].translate(_STRAIGHT).strip()
    title = "" if _NO_TITLE.fullmatch(title) else title
    body = body_without_boilerplate(content)
    summary = "\n\n".join(body_without_boilerplate(summary))
    summary = _CUT_SHORT.sub("", summary)
    if body and title and _same(body[0], title):
        body = body[1:]
    if summary and (_same(summary, title) or _repeats(summary, " ".join(body))):
        summary = ""
    pieces: list[tuple[Part, int, str]] = [("title", 0, title)] if title else []
    pieces += [("summary", n, p) for n, p in enumerate(summary.split("\n\n")) if p]
    pieces += [("body", n, p) for n, p in enumerate(body) if p]
    return _assembled(pieces, cut=cut)


# A newspaper's page as text, whose narrow columns break words: "Three Levies person-\nnel".
_BROKEN = re.compile(r"(?<=[a-z])-\s+(?=[a-z])(?!and\b|or\b|to\b)|(?<=[A-Z])-\s+(?=[A-Z]{2})")
_SET_IN_COLUMNS = 3


def _assembled(pieces: list[tuple[Part, int, str]], *, cut: bool) -> CleanText:
    texts: list[str] = []
    sentences: list[Sentence] = []
    offset = 0
    for part, paragraph, piece in pieces:
        for start, end in split_sentences(piece):
            if len(sentences) >= MAX_SENTENCES:
                cut = True
                break
            sentences.append(Sentence(len(sentences), offset + start, offset + end, piece[start:end], part, paragraph))
        texts.append(piece)
        offset += len(piece) + 2
    return CleanText("\n\n".join(texts), tuple(sentences), cut)


def _tokens(text: str) -> list[str]:
    return [w.lower() for w in _WORD.findall(text)]


def _lower(match: re.Match[str]) -> str:
    return match.group().lower()


def _same(a: str, b: str) -> bool:
    one, other = (map(_lower, _WORD.finditer(text, 0, 2_000)) for text in (a, b))
    return all(word == same for word, same in zip_longest(one, other))  # most differ in the first word


def _repeats(summary: str, body: str) -> bool:
    """Whether the body begins with the summary, give or take a dateline or a cut last word."""
    short, long = _tokens(summary), _tokens(body[: len(summary) * 2 + 400])
    if len(short) < 4 or len(long) < len(short):
        return False
    short = short[:-1] if len(short) > 8 else short
    joined, searched = " " + " ".join(short) + " ", " " + " ".join(long) + " "
    return joined in searched
