"""How a column of text writes its numbers: decided for the column as a whole, never cell by cell.

``1.234`` is 1234 pieces in a German report and a fraction in any other; ``29,99`` is a price there and
nothing here. A single cell can't tell, its column mostly can: a count has no decimals, and thousands are never
written in two ways in one column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any

from sheets_schema.cells import clean

_SIGN = r"[+-]?(?:[A-Z]{0,3}\s?[$€£¥]|[A-Z]{3})?\s*"
_END = r"(?:\s*(?:[€%]|[A-Z]{3}))?"
_DOTTED = re.compile(rf"{_SIGN}[1-9]\d{{0,2}}(?:\.\d{{3}})+{_END}")
"""Groups of three behind points: thousands, or three decimals."""
_DECIMAL_COMMA = re.compile(rf"{_SIGN}(?:\d+|\d{{1,3}}(?:\.\d{{3}})+),(?:\d{{1,2}}|\d{{4,}}){_END}")
_POINT = re.compile(rf"{_SIGN}(?:\d*\.\d+|\d+\.|\d{{1,3}}(?:,\d{{3}})+(?:\.\d*)?){_END}")
"""A decimal point, or commas between thousands."""
_PLAIN = re.compile(r"[+-]?\d+")


class Notation(Enum):
    """What points and commas mean in a column."""

    POINT = "1,234.5"
    COMMA = "1.234,5"
    UNCLEAR = "?"
    """Points that may be either: such cells are not taken."""


def notation_of(column: Iterable[Any], *, whole: bool) -> Notation:
    """The notation of a column; `whole` for counts, which have no decimals.

    >>> notation_of(["1.234", "30"], whole=True), notation_of(["1.234", "0.5"], whole=False).name
    (<Notation.COMMA: '1.234,5'>, 'POINT')
    >>> notation_of(["29,99", "1.000"], whole=False).name, notation_of(["1.000", "2.000"], whole=True).name
    ('COMMA', 'UNCLEAR')
    """
    texts = [clean(cell) for cell in set(column) if isinstance(cell, str) and ("." in cell or "," in cell)]
    dotted = [text for text in texts if _DOTTED.fullmatch(text)]
    if any(_DECIMAL_COMMA.fullmatch(text) for text in texts):
        points = any(_POINT.fullmatch(text) and text not in dotted for text in texts)
        return Notation.UNCLEAR if points else Notation.COMMA
    if not dotted or not whole:
        return Notation.POINT
    if any(text.count(".") > 1 for text in dotted) or any(not text.endswith("000") for text in dotted):
        mixed = any(_POINT.fullmatch(text) and text not in dotted for text in texts)
        return Notation.UNCLEAR if mixed or _long(column) else Notation.COMMA
    if any(_POINT.fullmatch(text) and text not in dotted for text in texts) or _long(column):
        return Notation.POINT  # 5.000 beside 12.50, 0.000 or 1234: three decimals
    plain = any(_PLAIN.fullmatch(clean(cell)) and cell.strip("0 ") for cell in _texts(column))
    return Notation.COMMA if plain else Notation.UNCLEAR


def with_point(text: str, notation: Notation) -> str | None:
    """A number of that notation as `parse_number` reads it; None for one that the notation leaves open.

    >>> with_point("1.234,5", Notation.COMMA), with_point("1.234", Notation.UNCLEAR), with_point("12", Notation.UNCLEAR)
    ('1234.5', None, '12')
    """
    if notation is Notation.POINT or ("." not in text and "," not in text):
        return text
    written = clean(text)
    if notation is Notation.COMMA and (_DOTTED.fullmatch(written) or _DECIMAL_COMMA.fullmatch(written)):
        return written.replace(".", "").replace(",", ".")
    return None


def _texts(column: Iterable[Any]) -> list[str]:
    return [cell for cell in set(column) if isinstance(cell, str)]


def _long(column: Iterable[Any]) -> bool:
    """Whether some thousands stand without any mark."""
    return any(_PLAIN.fullmatch(clean(cell)) and len(clean(cell).lstrip("+-0")) > 3 for cell in _texts(column))
