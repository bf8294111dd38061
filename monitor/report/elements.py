"""HTML and SVG by elements: what is not markup already is escaped, so that no text can become any. Pure."""

from __future__ import annotations

import html
from collections.abc import Iterable

_VOID = frozenset({"meta", "input", "br", "link"})


class Html(str):
    """Markup, made by `el` or written by hand; every other string is text."""

    __slots__ = ()


Child = str | int | float | None | Iterable["Child"]


def el(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Html:
    """One element. `class_` is the attribute `class`, `data_day` is `data-day`; None and False leave one out, True gives it no value."""
    parts = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        shown = key.rstrip("_").replace("_", "-")
        parts.append(shown if value is True else f'{shown}="{html.escape(_shown(value), quote=True)}"')
    start = f"<{' '.join(parts)}>"
    return Html(start if name in _VOID else f"{start}{inside(children)}</{name}>")


def inside(children: Child) -> Html:
    """Children one after the other; None is nothing."""
    if children is None:
        return Html("")
    if isinstance(children, Html):
        return children
    if isinstance(children, str | int | float):
        return Html(html.escape(_shown(children), quote=False))
    return Html("".join(inside(child) for child in children))


def _shown(value: str | float) -> str:
    """Numbers in short; text without control characters and without what turns the direction of reading."""
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if text.isprintable() else "".join(c for c in text if c.isprintable() or c == "\n")
