"""The frame of a mail: at most 640 pixels, no script, no style sheet; readable without any of its styles."""

from __future__ import annotations

import html
from collections.abc import Sequence

from monitor.alerts.inert import for_html
from monitor.model import Severity

# Dark enough for white text (contrast at least 4.5 to 1).
COLOURS: dict[Severity, str] = {"info": "#4b5563", "notice": "#1d4ed8", "high": "#9a3412", "severe": "#b91c1c", "critical": "#7f1d1d"}
H2 = 'style="font-size:14px;margin:20px 0 6px;color:#374151"'
FIRST_H2 = 'style="font-size:14px;margin:0 0 6px;color:#374151"'
_P = 'style="margin:0 0 12px"'
_CELL = "border-bottom:1px solid #e5e7eb;vertical-align:top"
# Numbers reach the right edge, as the headings' lines do.
_SIDES = {"left": "padding:4px 10px 4px 0;text-align:left", "right": "padding:4px 0 4px 10px;text-align:right"}


def mail(heading: str, parts: Sequence[str], *, colour: str, label: str) -> str:
    """The whole page; `parts` are HTML, `heading` is text."""
    title = for_html(heading)
    body = "\n".join(parts)
    band = f"margin:0;padding:14px 18px;font-size:18px;line-height:1.35;color:#ffffff;background:{colour}"
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title></head>\n"
        '<body style="margin:0;padding:16px;background:#f3f4f6;color:#111827;font:15px/1.5 Arial,Helvetica,sans-serif">\n'
        f'<div role="article" aria-label="{html.escape(label)}" '
        # A word longer than the page, such as an address in a headline, breaks instead of widening it.
        'style="max-width:640px;margin:0 auto;background:#ffffff;border:1px solid #d1d5db;word-wrap:break-word;overflow-wrap:break-word">\n'
        f'<h1 style="{band}">{title}</h1>\n<div style="padding:16px 18px">\n{body}\n</div>\n</div>\n</body>\n</html>\n'
    )


def paragraph(text: str) -> str:
    return f"<p {_P}>{for_html(text)}</p>"


def small(lines: Sequence[str]) -> str:
    return '<p style="margin:20px 0 0;font-size:13px;color:#4b5563">' + "<br>".join(for_html(line) for line in lines) + "</p>"


def table(heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table with a heading; numbers stand at the right."""
    head = "".join(
        f'<th scope="col" style="{_CELL};{_SIDES[_side(rows, n)]};color:#374151">{for_html(c)}</th>' for n, c in enumerate(columns)
    )
    lines = "".join(
        "<tr>" + "".join(f'<td style="{_CELL};{_SIDES[_side(rows, n)]}">{for_html(str(cell))}</td>' for n, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return (
        f'<h2 {H2}>{html.escape(heading)}</h2>\n<table style="border-collapse:collapse;width:100%;font-size:14px;margin:0 0 12px">'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _side(rows: Sequence[Sequence[object]], column: int) -> str:
    return "right" if rows and all(isinstance(row[column], int) for row in rows) else "left"


def text_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The same as lines of plain text, in columns."""
    cells = [[str(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(columns))]
    right = [_side(rows, n) == "right" for n in range(len(columns))]
    return [
        "  ".join(cell.rjust(width) if side else cell.ljust(width) for cell, width, side in zip(row, widths, right, strict=True)).rstrip()
        for row in cells
    ]
