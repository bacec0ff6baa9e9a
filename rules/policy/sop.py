"""The SOP's own words, by line number, as `explain` and `qlc sop` quote them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_LONGEST_BLOCK = 4
"""Lines that the web export doubles in one go, at most."""


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


def numbers() -> tuple[int, ...]:
    """Every line that is not blank.

    >>> numbers()[0], numbers()[-1], len(numbers()), 536 in numbers()
    (1, 539, 538, False)
    """
    return tuple(number for number, text in enumerate(_lines(), 1) if text)


@cache
def repeats() -> dict[int, int]:
    """Lines that only repeat the lines just before them -> the line that they repeat.

    The web export doubles some lines, alone or a few at a time. Text that comes again elsewhere, as
    in the chapter on small deliveries, is no repetition.

    >>> repeats()[42], repeats()[212], 438 in repeats()
    (41, 208, False)
    """
    lines = _lines()
    found: dict[int, int] = {}
    for size in range(1, _LONGEST_BLOCK + 1):
        for start in range(len(lines) - 2 * size + 1):
            block = lines[start : start + size]
            if all(block) and block == lines[start + size : start + 2 * size]:
                for place in range(start, start + size):
                    found.setdefault(place + size + 1, place + 1)
    return found
