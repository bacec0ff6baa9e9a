"""Why a cell says what it says (sync.md): by key, whoever owns it, from what the last rounds accepted and did."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Row

from rules.answer import Answer, Fault
from rules.errors import Code, Error, Text
from rules.policy.loader import Config
from sheets_schema.cells import Value
from sheets_schema.model import Column, Owner
from sheets_schema.sheets.stock import SEGMENTS
from sync.files.addends import Made, made_of
from sync.files.inbox import accepted, library_of
from sync.files.library import Library
from sync.files.theirs import theirs as theirs_of
from sync.files.told import FileRef, Seller, TheirsOfTab
from sync.ingest.meanings import meanings_of
from sync.plan.keys import Key
from sync.round.books import SeenBook, Stores, read_book
from sync.round.seen import Looks, seen
from sync.state.database import State
from sync.state.journal import key_of
from sync.state.packed import WrittenCell
from sync.tab import cover, status
from sync.tab.computed import FILLERS
from sync.tab.computed_why import why
from sync.tab.facts import DOUBTS, DayContext, Doubt, TabFacts, days_of, facts_of, their_rows
from sync.tab.fill import STATUS
from sync.tab.view import SheetView

C_CELL = Code(
    "C-013",
    "{found} 不是已同步的格子",
    "{found} is no synced cell",
    "写成 '库存数据!F12',要在表格范围内",
    "write it as '库存数据!F12', inside the table",
)

_CELL = re.compile(r"(.+)!\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")


@dataclass(frozen=True)
class ErpWord:
    """What the ERP says of a cell: value and newest file (None where it says nothing), and what it is made of."""

    value: Value
    source: FileRef | None
    made: Made
    shared: tuple[Seller, ...] = ()
    """The MSKUs that share the stock, where several do."""


@dataclass(frozen=True)
class Input:
    """A cell of the row that a computed one rests on."""

    title: str
    value: Value
    source: FileRef | None
    doubt: Text | None = None


@dataclass(frozen=True)
class Computed:
    """How a computed cell comes about: the rule's answer of the day of the data, what it rests on, what is missing.

    `now` is what it would be filled with now; where that differs from the cell, the next round changes it.
    """

    day: date | None
    now: Value
    answer: Answer | Fault | None
    inputs: tuple[Input, ...] = ()
    missing: tuple[tuple[str, tuple[Text, ...]], ...] = ()
    shared: tuple[tuple[Seller, float | None], ...] = ()
    words: tuple[tuple[str, Text], ...] = ()
    blank: Text | None = None
    """Why the rule was not asked at all."""


@dataclass(frozen=True)
class Told:
    """Everything that is known of one cell; what does not apply is None or empty."""

    tab: str
    cell: str
    key: Key
    title: str
    column: Column
    value: Value
    has_formula: bool
    agreed: Value
    is_key: bool
    erp: ErpWord | None = None
    computed: Computed | None = None
    looks: Looks | None = None
    conflict: Row[tuple[str, ...]] | None = None
    pinned: tuple[Value, ...] = ()
    history: tuple[WrittenCell, ...] = field(default=())


def explain(config: Config, state: State, workbook: str, cell: str, stores: Stores | None = None) -> Told:
    """Everything known of one cell of a configured workbook; `stores` are used instead of the configured ones.

    Raises:
        Error: C-013 when `cell` is no cell of a synced tab; the reader's code when the workbook can't be read.
    """
    book = next(book for book in config.site.workbooks if book.name == workbook)
    read = read_book(config, book, stores)
    name, view, row, title = _place(read, cell)
    key, column = view.key(row), view.sheet.by_title[title]
    base = state.bases.get(workbook, name)
    library = library_of(config, accepted(config, state))
    theirs = theirs_of(view.sheet, library, view.keys)
    erp = column.owner is Owner.ERP or column.prefill or title in view.sheet.key
    by_people = column.owner is Owner.PEOPLE and title not in view.sheet.key
    value = view.table.value(title, row)
    conflicts = (found for found in state.conflicts.open(workbook) if (found.tab, found.column) == (name, title))
    return Told(
        name,
        view.cell(row, title),
        key,
        title,
        column,
        value,
        view.has_formula(row, title),
        base.row(view.sheet.key, key).get(title) if base else None,
        title in view.sheet.key,
        _erp(view, theirs, library, row, title) if erp else None,
        _computed(config, view, theirs, row, column) if column.owner is Owner.COMPUTED else None,
        seen(config, state, book, name, key, title, value) if by_people else None,
        next((found for found in conflicts if key_of(found.key) == key), None),
        tuple(
            value
            for pin in state.pins.of(workbook, name)
            if (pin.key, pin.column) == (key, title)
            for value in pin.values
        ),
        tuple(state.journal.of_cell(workbook, name, key, title, verified_only=read.store.durable)),
    )


def _place(book: SeenBook, cell: str) -> tuple[str, SheetView, int, str]:
    """Our name of the tab, the tab, the row and the column's title of a written place."""
    match = _CELL.fullmatch(cell)
    if match is None:
        raise Error(C_CELL, found=cell)
    written, column, number = match[1].strip("'"), match[2].upper(), int(match[3])
    for name, view in book.views.items():
        if written in (name, view.tab) and number in view.numbers:
            row = view.numbers.index(number)
            for title in view.positions:
                if view.cell(row, title) == f"{column}{number}":
                    return name, view, row, title
    raise Error(C_CELL, found=cell)


def _erp(view: SheetView, theirs: TheirsOfTab, library: Library, row: int, title: str) -> ErpWord:
    at = their_rows(view, theirs)[row]
    sku = theirs.skus[at] if at is not None and theirs.skus else None
    source = theirs.source_of(at, title) if at is not None else None
    shared = source is not None and at is not None and title in theirs.shared and bool(theirs.shared[title][at])
    value = theirs.table.value(title, at) if at is not None and source is not None else None
    made = made_of(view.sheet, library, view.key(row), title, sku)
    return ErpWord(value, source, made, theirs.sellers.get(sku or "", ()) if shared else ())


def _computed(config: Config, view: SheetView, theirs: TheirsOfTab, row: int, column: Column) -> Computed:
    columns, at = {title: view.table.values(title) for title in view.table.columns}, their_rows(view, theirs)
    facts = facts_of(view, theirs, columns, at)
    day = days_of(view.sheet.anchor, theirs, at)[row]
    current, fill = facts.value(column.title, row), column.fill or ""
    if fill == STATUS:
        words = _words(facts, theirs, at[row], row, current, None if day is None else _context(config, day), view)
        return Computed(day, current, None, words=words)
    if day is None:
        return Computed(None, current, None)
    context = _context(config, day)
    rows, answer = cover.DayRows(facts, [row], context), why(fill, facts, row, context)
    shared = any(stock.shared for segment in column.rests for stock in SEGMENTS[segment])
    filling = view.sheet.fillings.get(fill)
    sellers = theirs.sellers.get(facts.sku(row) or "", ()) if shared else ()
    return Computed(
        day,
        FILLERS[fill](rows)[0],
        answer,
        tuple(_input(facts, theirs, at[row], row, title) for title in column.reads),
        tuple(rows.missing(column.rests)[0].items()),
        tuple((seller, cover.seller_daily(facts, seller, context)) for seller in sellers),
        blank=filling.blank(facts, row, context) if filling and filling.blank else None,
    )


def _context(config: Config, day: date) -> DayContext:
    return DayContext(config.rules, day, meanings_of(config.site))


def _input(facts: TabFacts, theirs: TheirsOfTab, at: int | None, row: int, title: str) -> Input:
    stock = any(title in stock.titles for stocks in SEGMENTS.values() for stock in stocks)
    doubt = DOUBTS[facts.doubts(title)[row]] if stock else Doubt.NO_COLUMN if title not in facts.columns else None
    source = theirs.source_of(at, title) if at is not None else None
    return Input(title, facts.value(title, row), source, doubt.of(title) if doubt else None)


def _words(
    facts: TabFacts,
    theirs: TheirsOfTab,
    at: int | None,
    row: int,
    current: Value,
    context: DayContext | None,
    view: SheetView,
) -> tuple[tuple[str, Text], ...]:
    """Each word of 同步状态 with its reason; those that a person typed say so."""
    said, typed = status.words_of(current if isinstance(current, str) else None)
    rests = {segment for title in view.positions for segment in view.sheet.by_title[title].rests}
    segments = [segment for segment in SEGMENTS if segment in rests]
    lacking = cover.DayRows(facts, [row], context).missing(segments)[0] if context is not None else {}
    answer: list[tuple[str, Text]] = []
    for word in said:
        if word == status.GONE:
            reason = Text("够完整的新导出里没有这一行", "a newer export that is whole enough does not list the row")
        elif word == status.UNPLACED:
            columns = [title for title, rows in theirs.unplaced.items() if at is not None and rows[at]]
            names = "、".join(columns)
            reason = Text(
                f"{names} 有货在没有归类的仓库里(site.warehouses)",
                f"goods of {names} lie in a warehouse that nobody placed (site.warehouses)",
            )
        else:
            reasons = lacking.get(word.removeprefix(status.MISSING), ())
            reason = Text(";".join(item.zh for item in reasons), "; ".join(item.en for item in reasons))
        answer.append((word, reason))
    return (*answer, *((word, Text("人写的", "typed by a person")) for word in typed))
