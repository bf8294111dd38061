"""The spaCy pipeline: blank English with this project's components. No Doc leaves `monitor.text`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

# Hyphens stay inside words ("explosives-laden", "sub-inspector"); dashes between words and "..." part them.
_INFIXES = r"""\.\.+|…|[—–]|--+|(?<=[a-z])[.](?=[A-Z][a-z])|(?<=[A-Za-z])[,!?](?=[A-Za-z])|(?<=[A-Za-z])/(?=[A-Za-z])|[()\[\]"“”]"""


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of one sentence: `lower` and `raw` forms, `starts` and `ends` in characters of `text`.

    `raw` is lower-case too where capitals mark no names.
    """

    text: str
    lower: list[str]
    raw: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.lower)

    def span(self, start: int, end: int) -> str:
        """The text of tokens [start, end)."""
        return self.text[self.starts[start] : self.ends[end - 1]]


def build_pipeline(model: str | None = None) -> Any:
    """`spacy.blank("en")` with the project's tokenizer rules, or the trained pipeline that `model` names."""
    import spacy

    nlp = spacy.load(model) if model else spacy.blank("en")
    tokenizer: Any = nlp.tokenizer
    tokenizer.infix_finditer = re.compile(_INFIXES).finditer
    return nlp


_WARM_BATCH = 1_000


class Tokenizer:
    """Sentences → words, by a spaCy pipeline.

    The tokenizer keeps what it has tokenized only outside memory zones, and a text's words are mostly the same few thousand: so the
    first sentences are tokenized outside, until its cache is full; after them every so many sentences share a zone, and memory stays flat.
    """

    _SENTENCES_OUTSIDE = 10_000
    # One zone a sentence would make every name anew; a zone of this many costs a few MB.
    _SENTENCES_PER_ZONE = 5_000

    def __init__(self, nlp: Any, known: Iterable[str] = ()) -> None:
        """`known` words are tokenized once beforehand."""
        self._nlp = nlp
        warm = [form for word in known for form in (word, word + ",", word + ".")]
        for first in range(0, len(warm), _WARM_BATCH):
            nlp.make_doc(" ".join(warm[first : first + _WARM_BATCH]))
        self._zone: ExitStack | None = None
        self._left = self._SENTENCES_OUTSIDE

    def words(self, sentences: Sequence[str]) -> list[Words]:
        """The words of each sentence. All are tokenized as one Doc, which costs more than twenty words that it holds."""
        if self._left <= 0:
            if self._zone is not None:
                self._zone.close()
            self._zone = ExitStack()
            self._zone.enter_context(self._nlp.memory_zone())
            self._left = self._SENTENCES_PER_ZONE
        self._left -= len(sentences)
        return words_of(self._nlp.make_doc(" ".join(sentences)), sentences)


def common_words() -> list[str]:
    """The commonest words of English, with a capital too."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return sorted(STOP_WORDS | {word.capitalize() for word in STOP_WORDS})


def words_of(doc: Any, sentences: Sequence[str]) -> list[Words]:
    """The words of each of the sentences that the Doc holds with a space between them, without white space.

    By one copy of its offsets: a Token object a word costs more than the tokenizing.
    """
    offsets = doc.to_array(["IDX", "LENGTH"]).tolist() if len(doc) else []
    out = []
    token = first = 0
    for text in sentences:
        last = first + len(text)
        beyond = bisect_left(offsets, [last], token)
        spans = [(start - first, start - first + length) for start, length in offsets[token:beyond] if start >= first]
        spans = [(start, end) for start, end in spans if not text[start].isspace()]
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        plain = [text[start:end] for start, end in spans]
        token = beyond
        lower = list(map(str.lower, plain))
        out.append(Words(text, lower, lower if _capitals_mean_nothing(plain) else plain, starts, ends))
        first = last + 1
    return out


def _capitals_mean_nothing(raw: Sequence[str]) -> bool:
    """Whether a headline Has Every Word In Capitals, so that they mark no names."""
    enough_small = 0.15 * len(raw) + 1  # with so many small words the rest need not be looked at
    capitals = small = 0
    for word in raw:
        if len(word) > 3 and word[0].isalpha():
            if word[0].isupper():
                capitals += 1
            else:
                small += 1
                if small > enough_small:
                    return False
    return capitals + small >= 4 and capitals >= 0.85 * (capitals + small)
