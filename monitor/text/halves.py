"""Parts a sentence that tells of two attacks at two places: "A soldier was killed in Bannu while two boys died in Tirah"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.text.clean import CleanText, Sentence
from monitor.text.fresh import cues
from monitor.text.places import PlaceMention

_JOINT = re.compile(r";\s+|,?\s+(?:while|whereas)\s+", re.IGNORECASE)


def told_apart(text: CleanText, places: Sequence[PlaceMention]) -> CleanText:
    """The text with such sentences cut in two; each half names a place of its own and tells of casualties."""
    out: list[Sentence] = []
    changed = False
    for sentence in text.sentences:
        halves = _halves(sentence, places)
        changed = changed or len(halves) > 1
        out += halves
    if not changed:
        return text
    return replace(text, sentences=tuple(replace(sentence, n=n) for n, sentence in enumerate(out)))


def _halves(sentence: Sentence, places: Sequence[PlaceMention]) -> list[Sentence]:
    joint = _JOINT.search(sentence.text)
    if joint is None or (";" in joint.group() and sentence.part != "title"):
        return [sentence]
    first, second = sentence.text[: joint.start()], sentence.text[joint.end() :]
    if not all({"casualty", "event"} <= cues(half) for half in (first, second)):
        return [sentence]
    middle = sentence.start + joint.end()
    before = {m.place.district for m in places if sentence.start <= m.start < middle and m.role == "scene" and m.place.district}
    after = {m.place.district for m in places if middle <= m.start < sentence.end and m.role == "scene" and m.place.district}
    if not before or not after or before & after:
        return [sentence]
    return [
        replace(sentence, end=sentence.start + joint.start(), text=first),
        replace(sentence, start=middle, text=second),
    ]
