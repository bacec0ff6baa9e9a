"""Rows of cells drawn as a table."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any
from unicodedata import east_asian_width

from PIL import Image, ImageDraw, ImageFont

from addin.commands.fonts import chinese_font
from addin.commands.picture_codes import K_TOO_LARGE
from rules.errors import Error

MOST_PIXELS = 40_000_000

LONGEST = 40
"""Characters of a cell that are shown, a Han character counting twice."""

_SIZE, _PAD_X, _PAD_Y = 26, 14, 9
_LINE, _HEAD, _INK, _PAPER, _ERROR = "#b7bdc6", "#e8eef7", "#1f2329", "#ffffff", "#c0392b"


def drawn(rows: list[list[Any]], heads: set[int]) -> bytes:
    """Rows of cells as a PNG: columns as wide as their texts, numbers to the right, header rows shaded.

    Raises K-051 for more than `MOST_PIXELS`.
    """
    font = chinese_font(_SIZE)
    texts = [[shown(cell) for cell in row] for row in rows]
    widths = [max(40, *(round(font.getlength(row[at])) for row in texts)) + 2 * _PAD_X for at in range(len(texts[0]))]
    height = _SIZE + 2 * _PAD_Y
    size = sum(widths) + 1, height * len(rows) + 1
    if size[0] * size[1] > MOST_PIXELS:
        raise Error(K_TOO_LARGE, found=f"{size[0]}×{size[1]} px", expected=f"{MOST_PIXELS:,} px")
    image = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(image)
    for number, (row, said) in enumerate(zip(rows, texts, strict=True)):
        x, y = 0, number * height
        for value, text, width in zip(row, said, widths, strict=True):
            fill = _HEAD if number in heads else None
            pen.rectangle((x, y, x + width, y + height), outline=_LINE, fill=fill)
            _write(pen, font, text, value, (x, y, width))
            x += width
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _write(
    pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, text: str, value: Any, place: tuple[int, int, int]
) -> None:
    x, y, width = place
    right = isinstance(value, (int, float, date)) and not isinstance(value, bool)
    at = x + width - _PAD_X - font.getlength(text) if right else x + _PAD_X
    pen.text((at, y + _PAD_Y - 3), text, font=font, fill=_ERROR if text.startswith("#") else _INK)


def shown(value: Any) -> str:
    """A cell's value in one line, long texts cut.

    >>> shown(1234.50), shown(True), shown(None)
    ('1234.5', 'TRUE', '')
    >>> from datetime import date
    >>> shown(date(2025, 4, 3)), shown("两\\n行")
    ('2025-04-03', '两 行')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return _cut(" ".join(str(value).split()))


def _cut(text: str) -> str:
    width = 0
    for at, char in enumerate(text):
        width += 2 if east_asian_width(char) in "WF" else 1
        if width > LONGEST:
            return text[:at] + "…"
    return text
