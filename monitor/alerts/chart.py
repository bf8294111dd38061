"""A bar chart as a PNG, small and without a drawing library: stacked bars, a scale of whole numbers, a label under each bar."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

Colour = tuple[int, int, int]

WIDTH, HEIGHT = 1120, 420  # shown at half that, so that it is sharp on any screen
_LEFT, _RIGHT, _TOP, _BOTTOM = 104, 24, 16, 44
_WHITE: Colour = (255, 255, 255)
_GRID: Colour = (217, 221, 227)
_INK: Colour = (75, 85, 99)
_SCALE = 3  # pixels a dot of the font

# Rows of five dots, the left one the highest bit.
_FONT = {
    "0": (14, 17, 19, 21, 25, 17, 14),
    "1": (4, 12, 4, 4, 4, 4, 14),
    "2": (14, 17, 1, 6, 8, 16, 31),
    "3": (31, 2, 4, 2, 1, 17, 14),
    "4": (2, 6, 10, 18, 31, 2, 2),
    "5": (31, 16, 30, 1, 1, 17, 14),
    "6": (6, 8, 16, 30, 17, 17, 14),
    "7": (31, 1, 2, 4, 8, 8, 8),
    "8": (14, 17, 17, 14, 17, 17, 14),
    "9": (14, 17, 17, 15, 1, 2, 12),
    "-": (0, 0, 0, 14, 0, 0, 0),
    "/": (1, 1, 2, 4, 8, 16, 16),
}


def bar_chart(bars: Sequence[tuple[str, Sequence[int]]], colours: Sequence[Colour]) -> bytes:
    """Stacked bars, each with a label of digits, "-" and "/"; part n of a bar has colour n. At most 62 bars.

    Raises:
        ValueError: no bar, too many, or a part below 0 or without a colour.
    """
    if not 0 < len(bars) <= 62:
        raise ValueError(f"{len(bars)} bars; expected 1 to 62")
    if any(part < 0 for _, parts in bars for part in parts) or any(len(parts) > len(colours) for _, parts in bars):
        raise ValueError("a bar has a part below 0 or without a colour")
    rows = [bytearray(bytes(_WHITE) * WIDTH) for _ in range(HEIGHT)]
    step = _step(max(sum(parts) for _, parts in bars))
    top = step * max(-(-max(sum(parts) for _, parts in bars) // step), 1)
    floor, height = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP
    for value in range(0, top + 1, step):
        y = floor - round(value / top * height)
        _fill(rows, (_LEFT, y - 1, WIDTH - _RIGHT, y + 1), _INK if value == 0 else _GRID)
        _write(rows, str(value), right=_LEFT - 10, y=y - 10)
    pitch = (WIDTH - _LEFT - _RIGHT) / len(bars)
    every = -(-_text_width("00-00") * len(bars) // (WIDTH - _LEFT - _RIGHT)) if len(bars) > 1 else 1
    for number, (label, parts) in enumerate(bars):
        left, right = _LEFT + round(number * pitch + pitch * 0.15), _LEFT + round((number + 1) * pitch - pitch * 0.15)
        base = 0
        for part, colour in zip(parts, colours, strict=False):
            y0, y1 = (floor - round((base + n) / top * height) for n in (part, 0))
            _fill(rows, (left, min(y0, y1 - 2) if part else y1, max(right, left + 2), y1 - (base == 0)), colour)
            base += part
        # Counted from the last bar, which is today.
        if (len(bars) - 1 - number) % every == 0:
            _write(rows, label, right=(left + right + _text_width(label)) // 2, y=floor + 14)
    return _png(rows)


def _step(largest: int) -> int:
    """1, 2 or 5 times a power of ten, so that the scale has at most five lines above zero."""
    power = 1
    while True:
        for unit in (1, 2, 5):
            if unit * power * 5 >= largest:
                return unit * power
        power *= 10


def _fill(rows: list[bytearray], box: tuple[int, int, int, int], colour: Colour) -> None:
    """Paint the dots from (left, top) until before (right, bottom)."""
    left, top, right, bottom = max(box[0], 0), box[1], min(box[2], WIDTH), box[3]
    if right <= left:
        return
    for y in range(max(top, 0), min(bottom, HEIGHT)):
        rows[y][left * 3 : right * 3] = bytes(colour) * (right - left)


def _text_width(text: str) -> int:
    return len(text) * 6 * _SCALE


def _write(rows: list[bytearray], text: str, *, right: int, y: int) -> None:
    left = right - _text_width(text) + _SCALE
    for place, letter in enumerate(text):
        for line, dots in enumerate(_FONT[letter]):
            for column in range(5):
                if dots >> (4 - column) & 1:
                    x = left + (place * 6 + column) * _SCALE
                    _fill(rows, (x, y + line * _SCALE, x + _SCALE, y + (line + 1) * _SCALE), _INK)


def _png(rows: Sequence[bytes | bytearray]) -> bytes:
    """Eight bits a colour, no filter, as the PNG specification (third edition, 2025) has it; 144 dots an inch."""
    pixels = b"".join(b"\0" + row for row in rows)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", 5669, 5669, 1)),
            _chunk(b"IDAT", zlib.compress(pixels, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
