"""Random rows for every function: ordinary ones, boundary days, blanks, wrong words, and inputs outside."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from addin.native.rulebook import FIRST_DAY, LAST_DAY
from addin.native.tab import RANGE_CELLS
from addin.registry.entry import Arg, Entry, Kind
from rules.policy.dated import dated_below
from rules.policy.models import Rules
from sheets_schema.cells import to_serial
from tests.addin.native.words import PAIRS, WINDOWS, WORDS, numbers_of

_MARGIN = timedelta(days=365)
"""So far from the ends of the listed calendar no ordinary answer leaves it."""


_TYPED = "0159 -/.:,;%+'\"*?~_()aeTXzé年月日时分个装款站类部《》、１ａ　￥$\u00a0"
"""Letters that a mistyped cell gets."""


@dataclass(frozen=True)
class Row:
    """The cells of one call; `outside` where the native formula may answer an error instead."""

    cells: list[Any]
    outside: bool = False


def rows(entry: Entry, policy: Rules, count: int, seed: int) -> list[Row]:
    """So many rows for a function, the same for the same seed."""
    maker = _Maker(entry, policy, random.Random(f"{seed} {entry.name}"))
    return [maker.row() for _ in range(count)]


class _Maker:
    def __init__(self, entry: Entry, policy: Rules, dice: random.Random) -> None:
        self.entry = entry
        self.dice = dice
        firsts = {first for _, number in dated_below(policy, "rules") for first in number.values}
        self.days = sorted({first + timedelta(days=step) for first in firsts for step in (-1, 0, 1)})
        self.days += list(_edges())
        self.days = [day for day in self.days if FIRST_DAY + _MARGIN < day < LAST_DAY - _MARGIN]

    def row(self) -> Row:
        mode = self.dice.random()
        cells: list[Any] = [self.good(arg) for arg in self.entry.args]
        outside = False
        if mode < 0.12:
            self.spoil(cells, self.bad)
        elif mode < 0.20:
            self.spoil(cells, self.blank)
        elif mode < 0.24:
            cells = [self.dice.choice([self.good, self.bad, self.blank])(arg) for arg in self.entry.args]
        elif mode < 0.28:
            outside = True
            self.spoil(cells, self.beyond)
        elif mode < 0.36:
            outside = True
            self.spoil(cells, self.mistyped)
        flat: list[Any] = []
        for cell in cells:
            flat += cell if isinstance(cell, list) else [cell]
        return Row(flat, outside)

    def spoil(self, cells: list[Any], how: Any) -> None:
        place = self.dice.randrange(len(cells))
        cells[place] = how(self.entry.args[place])

    def blank(self, arg: Arg) -> Any:
        blanks = [self.dice.choice([None, "", "  "]) for _ in range(RANGE_CELLS)]
        return blanks if arg.kind is Kind.RANGE else blanks[0]

    def day(self, arg: Arg) -> date:
        window = WINDOWS.get(arg.name)
        if window and self.dice.random() < 0.7:
            return window[0] + timedelta(days=self.dice.randrange(window[1]))
        if self.dice.random() < 0.4:
            return self.dice.choice(self.days)
        return date(2024, 6, 1) + timedelta(days=self.dice.randrange(900))

    def good(self, arg: Arg) -> Any:
        if arg.optional and self.dice.random() < 0.3:
            return [None] * RANGE_CELLS if arg.kind is Kind.RANGE else None
        return self.written(arg)

    def written(self, arg: Arg) -> Any:
        """An ordinary cell of the argument."""
        dice = self.dice
        words = WORDS.get((self.entry.name, arg.name)) or WORDS.get(("", arg.name))
        if words:
            return dice.choice(words[0])
        match arg.kind:
            case Kind.RANGE:
                return [self.in_range(arg, place) for place in range(RANGE_CELLS)]
            case Kind.DATE | Kind.MOMENT:
                return self.spelled(self.day(arg), timed=arg.kind is Kind.MOMENT or dice.random() < 0.1)
            case Kind.NUMBER | Kind.INTEGER:
                return self.number(arg)
            case Kind.YES_NO:
                return dice.choice([True, False, "YES", "no", "是", "否", "换", "不换", 1, 0, "1", "True"])
            case Kind.TIME:
                minute = dice.randrange(24 * 60)
                text = f"{minute // 60:02d}:{minute % 60:02d}"
                return dice.choice([text, f"{minute // 60}:{minute % 60:02d}", minute / 1440, f"{text}:30"])
        raise AssertionError(f"no words for {self.entry.name} {arg.name}")

    def in_range(self, arg: Arg, place: int) -> Any:
        """A cell of a range: mostly numbers, some blanks."""
        if arg.name in PAIRS:
            return self.dice.choice(PAIRS[arg.name][place % 2])
        return self.dice.choice([None, "", *self.dice.choices(numbers_of(self.entry.name, arg.name), k=6)])

    def number(self, arg: Arg) -> Any:
        dice = self.dice
        value = dice.choice(numbers_of(self.entry.name, arg.name))
        if arg.kind is Kind.INTEGER:
            value = int(value)
        shape = dice.random()
        if shape < 0.7 or value != round(value, 4):
            return value
        text = f"{value:.4f}".rstrip("0").rstrip(".")
        wide = text.translate({ord(str(digit)): chr(ord("０") + digit) for digit in range(10)})
        return dice.choice([text, f" {text} ", wide, f"{float(text) * 100:g}%" if abs(value) < 100 else text])

    def spelled(self, day: date, *, timed: bool) -> Any:
        dice = self.dice
        minute = dice.choice([0, 1, 719, 839, 840, 841, 1079, 1080, 1081, 1439, dice.randrange(1440)])
        clock = f" {minute // 60:02d}:{minute % 60:02d}" if timed else ""
        fraction = minute / 1440 if timed else 0
        return dice.choice(
            [
                int(to_serial(day)) + fraction,
                int(to_serial(day)) + fraction,
                f"{day.isoformat()}{clock}",
                f"{day.year}/{day.month}/{day.day}{clock}",
                f"{day.year}.{day.month}.{day.day}{clock}",
                f"{day.year}年{day.month}月{day.day}日{clock}",
                f" {day.isoformat()}{clock.replace(' ', 'T')}",
            ]
        )

    def mistyped(self, arg: Arg) -> Any:
        """An ordinary cell as text with one or two letters too many, missing or other ones."""
        cell = self.written(arg)
        if isinstance(cell, list) or cell is None:
            return cell
        text = str(cell)
        for _ in range(self.dice.choice([1, 1, 2])):
            place = self.dice.randrange(len(text) + 1)
            text = text[:place] + self.dice.choice(["", *_TYPED]) + text[place + self.dice.randrange(2) :]
        return text

    def bad(self, arg: Arg) -> Any:
        """A cell that can't mean the argument."""
        dice = self.dice
        words = WORDS.get((self.entry.name, arg.name)) or WORDS.get(("", arg.name))
        if words:
            return dice.choice([*words[1], True, *([12] if arg.name != "month_or_day" else [])])
        match arg.kind:
            case Kind.DATE | Kind.MOMENT:
                return dice.choice(
                    [
                        *["不是日期", "2025-02-30", "4/3", True, -5, 0, 3000000, "2025-13-01", "2025-04-03 25:00"],
                        *["2025月4年3日", "2025月4月3日", "2025年4年3日"],
                    ]
                )
            case Kind.NUMBER | Kind.INTEGER:
                return dice.choice(["约30", "1,2", True, "1.2.3", "12a", "-", "%", ".", -1, -0.5, 2.5, "2-3", "12:30"])
            case Kind.RANGE:
                cells = [self.in_range(arg, place) for place in range(RANGE_CELLS)]
                cells[dice.randrange(RANGE_CELLS)] = dice.choice(["很久", True, -5])
                return cells
            case Kind.YES_NO:
                return dice.choice(["也许", 2, "2", -1, "yess"])
            case Kind.TIME:
                return dice.choice(["下午", "25:00", "14:60", 45750, -0.5, True, "14", "14:5"])
        return dice.choice(["不认识", 12, True])

    def beyond(self, arg: Arg) -> Any:
        """A cell that only the add-in reads, or a day beyond the listed calendar."""
        dice = self.dice
        match arg.kind:
            case Kind.RANGE:
                return self.good(arg)
            case Kind.DATE | Kind.MOMENT:
                return dice.choice([5, 40, 61, "1899-12-31", 30000, "2022-12-31", "2031-01-01", 60000, "2025-4-3 9:5"])
            case Kind.NUMBER | Kind.INTEGER:
                return dice.choice(["1,200", "¥5", "1e3", "1E2", "$1,200.50", 123456789])
            case Kind.TIME:
                return dice.choice(["0.5", "2025-04-03 14:00", 45750.25])
        words = WORDS.get((self.entry.name, arg.name)) or WORDS.get(("", arg.name))
        return dice.choice(words[2]) if words and words[2] else self.good(arg)


def _edges() -> Iterator[date]:
    for year in range(2023, 2031):
        for month in range(1, 13):
            first = date(year, month, 1)
            yield first
            yield first - timedelta(days=1)
    for year, month, day in (
        (2025, 1, 26), (2025, 1, 28), (2025, 2, 4), (2025, 2, 5), (2025, 4, 4), (2025, 4, 13), (2025, 4, 17),
        (2025, 4, 18), (2025, 4, 20), (2025, 4, 27), (2025, 4, 30), (2025, 5, 5), (2025, 10, 1), (2025, 10, 8),
        (2025, 12, 12), (2025, 12, 25), (2026, 4, 2), (2026, 2, 17), (2024, 2, 29), (2028, 2, 29), (2025, 2, 3),
    ):  # fmt: skip
        yield date(year, month, day)
