"""One function's tab: what people write, the answer, and the labelled steps between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from addin.native import convert
from addin.native.expression import ROW, E, Value, blank, failed, when
from addin.native.rulebook import NoNative, RuleBook
from addin.registry.entry import Arg, Entry, Kind
from sheets_schema.grid.address import letters

RANGE_CELLS = 10
"""Columns that stand for a range argument: one row of the tab is one call."""


class Form(StrEnum):
    """How an answer is shown."""

    PLAIN = "General"
    DAY = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"
    PERCENT = "0.##%"


@dataclass
class TabColumn:
    """One column; without a formula people write in it."""

    title: str
    note: str = ""
    formula: E | None = None
    form: Form = Form.PLAIN
    is_answer: bool = False


@dataclass
class Tab:
    """A function's tab while its formulas are put together."""

    entry: Entry
    book: RuleBook
    answers: int = 1
    pairs: tuple[str, ...] = ()
    """Range arguments whose cells stand in pairs."""
    columns: list[TabColumn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.written: list[list[E]] = []
        for arg in self.entry.args:
            self.written.append([self._input(arg, place) for place in self._cells(arg)])
        self._first_answer = len(self.columns)
        self.columns += [
            TabColumn(f"{self.entry.alias_zh} {self.entry.name}", is_answer=True) for _ in range(self.answers)
        ]

    def _cells(self, arg: Arg) -> range:
        return range(RANGE_CELLS if arg.kind is Kind.RANGE else 1)

    def _input(self, arg: Arg, place: int) -> E:
        title = arg.name
        if arg.kind is Kind.RANGE:
            title += f" {place // 2 + 1}{'AB'[place % 2]}" if arg.name in self.pairs else f" {place + 1}"
        note = f"{arg.zh}\n{arg.en}" + ("\n(可不填 / optional)" if arg.optional else "")
        return self._add(TabColumn(title, note))

    def _add(self, column: TabColumn) -> E:
        self.columns.append(column)
        return E(f"${letters(len(self.columns) - 1)}{ROW}")

    def step(self, title: str, formula: Value, form: Form = Form.PLAIN) -> E:
        """A column of its own for a formula that others use; its reference."""
        formula = formula if isinstance(formula, E) else E(str(formula))
        return self._add(TabColumn(title, formula=formula, form=form))

    def range_of(self, place: int) -> E:
        """The cells of a range argument."""
        cells = self.written[place]
        return E(f"{cells[0]}:{cells[-1]}")

    def arguments(self) -> list[E]:
        """Every argument as the rule takes it, read in a column beside it; a range as its cells."""
        return [
            self.range_of(place) if arg.kind is Kind.RANGE else self._read(arg, self.written[place][0])
            for place, arg in enumerate(self.entry.args)
        ]

    def numbers_of(self, place: int) -> list[E]:
        """Each cell of a range read as a number, in columns side by side; ``""`` for a blank."""
        name, cells = self.entry.args[place].name, self.written[place]
        formulas = [self._number(f"{name} {i}", raw) for i, raw in enumerate(cells, 1)]
        return [self.step(f"{name} {i} 数字", formula) for i, formula in enumerate(formulas, 1)]

    def number(self, name: str, raw: E) -> E:
        """A cell read as a number, in columns beside it."""
        return self.step(f"{name} 数字", self._number(name, raw))

    def _number(self, name: str, raw: E) -> E:
        clean = self.step(f"{name} 文字", convert.cleaned(raw))
        body = self.step(f"{name} 去符号", convert.without_sign(clean))
        return convert.a_number(raw, clean, body, self.book)

    def day(self, name: str, raw: E, clean: E | None = None, *, whole_day: bool = True) -> E:
        """A cell read as a day, or as a moment, in columns beside it."""
        clean = clean or self.step(f"{name} 文字", convert.cleaned(raw))
        marks = self.step(f"{name} 写法", convert.date_marks(clean))
        date = self.step(f"{name} 年月日", convert.written_date(marks), Form.DAY)
        time = self.step(f"{name} 钟点", convert.clock_text(clean, marks))
        serial = self.step(f"{name} 读数", convert.a_moment(raw, clean, marks, date, time, self.book))
        checked = convert.in_calendar(serial, self.book, whole_day=whole_day)
        return self.step(f"{name} 日期", checked, Form.DAY if whole_day else Form.MOMENT)

    def _read(self, arg: Arg, raw: E) -> E:
        book, name = self.book, arg.name
        if arg.kind in (Kind.DATE, Kind.MOMENT):
            return self.day(name, raw, whole_day=arg.kind is Kind.DATE)
        if arg.kind in (Kind.NUMBER, Kind.INTEGER):
            number = self.number(name, raw)
            return self.step(f"{name} 整数", convert.an_integer(number, book)) if arg.kind is Kind.INTEGER else number
        if arg.kind in (Kind.TEXT, Kind.YES_NO, Kind.TIME):
            clean = self.step(f"{name} 文字", convert.cleaned(raw))
            if arg.kind is Kind.YES_NO:
                return self.step(f"{name} 是否", convert.a_yes_no(raw, clean, book))
            return self.step(f"{name} 时间", convert.a_time(raw, clean, book)) if arg.kind is Kind.TIME else clean
        raise NoNative(f"参数 {name} 是公式", f"the argument {name} is a formula")

    def guarded(self, arguments: list[E], answer: Value) -> E:
        """An answer after its arguments were looked at, in order, as the registry does it."""
        guards: list[tuple[E, Value]] = []
        for arg, value in zip(self.entry.args, arguments, strict=True):
            if arg.kind is Kind.RANGE:
                continue
            if arg.optional or arg.blank_counts:
                guards.append((failed(value), value))
            else:
                guards.append((blank(value), ""))
        return when(*guards, otherwise=answer)

    def answer(self, formulas: list[E], titles: tuple[str, ...], forms: tuple[Form, ...]) -> None:
        """Writes the answer's columns."""
        for place, formula in enumerate(formulas):
            column = self.columns[self._first_answer + place]
            column.formula = formula
            column.form = forms[min(place, len(forms) - 1)]
            if titles:
                column.title = titles[place]
            column.note = f"{self.entry.zh}\n{self.entry.en}"
