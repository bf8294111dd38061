"""The spaCy pipeline: blank English with this project's components. No Doc leaves `monitor.text`."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


class Tokenizer:
    """Sentences → words, by a spaCy pipeline.

    New words go into memory zones that end every so many sentences, so that memory stays flat.
    """

    # One zone a sentence would make every name anew; a zone of this many costs a few MB.
    _SENTENCES_PER_ZONE = 5_000

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp
        self._zone: ExitStack | None = None
        self._left = 0

    def words(self, sentence: str) -> Words:
        if self._left <= 0:
            if self._zone is not None:
                self._zone.close()
            self._zone = ExitStack()
            self._zone.enter_context(self._nlp.memory_zone())
            self._left = self._SENTENCES_PER_ZONE
        self._left -= 1
        return words_of(self._nlp.make_doc(sentence))


def words_of(doc: Any) -> Words:
    raw, starts = [], []
    for token in doc:
        raw.append(token.text)
        starts.append(token.idx)
    return _words(doc.text, raw, starts)


def _words(text: str, raw: Sequence[str], starts: Sequence[int]) -> Words:
    kept = [(r, s) for r, s in zip(raw, starts, strict=True) if not r.isspace()]
    plain = [r for r, _ in kept]
    if _capitals_mean_nothing(plain):
        plain = [r.lower() for r in plain]
    return Words(text, [r.lower() for r, _ in kept], plain, [s for _, s in kept], [s + len(r) for r, s in kept])


def _capitals_mean_nothing(raw: Sequence[str]) -> bool:
    """Whether a headline Has Every Word In Capitals, so that they mark no names."""
    words = [r for r in raw if r[0].isalpha() and len(r) > 3]
    return len(words) >= 4 and sum(w[0].isupper() for w in words) >= 0.85 * len(words)
