"""The SOP's own words, by line number, as `explain` quotes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _lines() -> tuple[str, ...]:
    text = Path(__file__).with_name("sop.txt").read_text("utf-8")
    return tuple(line.strip() for line in text.split("\n"))


def line(number: int) -> str:
    """One line of the SOP (1 = first); empty where it has none.

    >>> line(276), line(9999)
    ('SKU命名规则', '')
    """
    lines = _lines()
    return lines[number - 1] if 1 <= number <= len(lines) else ""
