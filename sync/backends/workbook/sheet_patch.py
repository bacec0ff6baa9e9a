"""One tab's edits: which cells may be written, and the splices that write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_schema.grid.address import Range, cell_name, letters, parse_cell, parse_range
from sheets_schema.grid.agrees import agrees
from sheets_schema.grid.codes import X_ARRAY, X_CHANGED, X_LOCKED, X_ROW_TAKEN
from sheets_schema.grid.contents import TableInfo
from sheets_schema.grid.edits import UNSET, Cached, CellEdit, CellRefusal, Formula, RowAppend
from sheets_schema.grid.shift import shift
from sheets_schema.grid.writable import Unwritable
from sync.backends.workbook import xml
from sync.backends.workbook.cell_types import typed
from sync.backends.workbook.cellxml import BLANK, Content, content, shown
from sync.backends.workbook.codes import X_LIVE, X_NO_FORMULA, X_NO_STYLE, X_SHARED_MASTER
from sync.backends.workbook.growth import blocks, sheet_splices
from sync.backends.workbook.holders import Held
from sync.backends.workbook.markup import Splice, attributes, with_attribute, without
from sync.backends.workbook.obstacles import obstacles, replaces, whole_arrays
from sync.backends.workbook.styles import Styles
from sync.backends.workbook.stylesheet import StyleSheet
from sync.backends.workbook.survey_parts import Cell, Row, Survey
from sync.backends.workbook.tables import Refusal, Renaming, TableTexts, renaming

_INLINE = re.compile(rb'<is><t(?: xml:space="preserve")?>([^<&\r]*)</t></is>')
_DROPPED = ("t", "cm", "vm")
_VALUE_ONLY = ("t", "vm")
"""Of a formula that stays, ``cm`` stays too: it makes the formula a dynamic array."""
_NOT_COPIED = ("r", "spans", "hidden", "collapsed")


Decided = tuple[Any, Content, str | None]
"""A value to write, how it is written, and the cell's new style (None: as it is)."""


@dataclass(frozen=True)
class SharedParts:
    """What all tabs of a workbook share while it is patched."""

    styles: Styles
    sheet: StyleSheet
    date1904: bool
    strings: Callable[[set[int]], Mapping[int, str]]
    used_in: Callable[[TableTexts, str], str | None]
    allow_locked: bool


@dataclass
class SheetPatch:
    """One tab being patched.

    `asked` are the columns of each row; `edits` by (row, column), the last of each; `appends` by row. After `decide`: `written` holds the value of
    each written cell, `appended` the rows that were added, `unchained` the cells that lose a formula.
    """

    tab: str
    asked: dict[int, tuple[int, ...]]
    edits: dict[tuple[int, int], CellEdit]
    appends: dict[int, RowAppend]
    survey: Survey
    tables: tuple[TableInfo, ...]
    texts: tuple[TableTexts, ...]
    held: tuple[Held, ...]
    book: SharedParts
    written: dict[tuple[int, int], Any] = field(default_factory=dict)
    appended: set[int] = field(default_factory=set)
    created: set[int] = field(default_factory=set)
    refused: list[CellRefusal] = field(default_factory=list)
    unchained: set[str] = field(default_factory=set)
    splices: list[Splice] = field(default_factory=list)
    renamings: dict[str, Renaming] = field(default_factory=dict)

    def decide(self) -> None:
        """Checks every cell, row by row, and makes the splices."""
        self._protected = self._is_protected()
        self._texts = self.book.strings(self._wanted_strings())
        self._blocked = obstacles(self.survey, self.asked, self.edits, self.held)
        self._freed = self._shared_masters()
        self._in_tables = self._rename()
        self.unchained |= {cell_name(*place) for place in whole_arrays(self.survey, self.edits)}
        for number in sorted(self.asked):
            row = self.survey.rows.pop(number)
            decided: dict[int, Decided] = {}
            for column in self.asked[number]:
                edit = self.edits.get((number, column))
                if edit:
                    try:
                        decided[column] = self._cell(row, column, edit.value, edit.expect, edit.like)
                    except Unwritable as no:
                        self._refuse(number, column, no)
            if number in self.appends:
                decided |= self._append(row, self.appends[number])
            if decided:
                self._splice_row(row, dict(sorted(decided.items())))
        if self.written:
            self._grow()

    def _refuse(self, row: int, column: int, no: Unwritable) -> None:
        self.refused.append(CellRefusal(self.tab, row, column, no.code, no.facts))

    def _cell(
        self, row: Row, column: int, value: Any, expect: Any = UNSET, like: tuple[int, int] | None = None
    ) -> Decided:
        """What a cell will hold; raises `Unwritable`."""
        keeps = isinstance(value, Cached)
        found = shown(value.value, self.book.date1904) if keeps else content(value, self.book.date1904)
        cell = row.cell(column)
        blocked = self._blocked.get((row.number, column))
        formula = cell.parts()[0] if cell else None
        if blocked and blocked[0] is X_LIVE and (keeps or formula is None):
            blocked = None
        if blocked and not (keeps and blocked[0] is X_ARRAY):
            raise Unwritable(blocked[0], found=blocked[1])
        if keeps:
            if not blocked and not (cell and cell.formula()):
                raise Unwritable(X_NO_FORMULA)
        elif formula is not None and formula.get("t") == "shared" and "ref" in formula:
            area = parse_range(formula["ref"])
            if area is None or (area.size > 1 and (row.number, column) not in self._freed):
                raise Unwritable(X_SHARED_MASTER, found=formula["ref"])
        style = cell.get("s") if cell else self._new_style(row, column, like)
        if self._protected and not keeps and style not in self.book.styles.unlocked:
            raise Unwritable(X_LOCKED)
        if expect is not UNSET:
            now = self._value(cell)
            if not agrees(now, expect):
                raise Unwritable(X_CHANGED, found=_shown(now), expected=_shown(expect))
        refusal = self._in_tables.get((row.number, column))
        if refusal:
            raise Unwritable(refusal[0], **refusal[1])
        if found.dated:
            if not self.book.sheet.usable:
                raise Unwritable(X_NO_STYLE, found=str(value.value if keeps else value))
            dated = self.book.sheet.dated(style, found.dated)
            return value, found, dated if dated != style or cell is None else None
        return value, found, None if cell else style

    def _value(self, cell: Cell | None) -> Any:
        if cell is None:
            return None
        kind, is_date = cell.get("t"), cell.get("s") in self.book.styles.dates
        if kind == "inlineStr":
            if plain := _INLINE.fullmatch(cell.inner):
                return xml.unescape(plain[1].decode())
            tree = xml.parse(b"<c>" + cell.inner + b"</c>", self.tab)
            runs = [*tree.iterfind("is/t"), *tree.iterfind("is/r/t")]
            return xml.unescape("".join(run.text or "" for run in runs))
        text = cell.parts()[2]
        if text is None:
            return None
        if kind == "s":
            return self._texts.get(int(text)) if text.strip().isdigit() else None
        return typed("" if kind == "n" else kind, xml.unescape(text), is_date, self.book.date1904)

    def _wanted_strings(self) -> set[int]:
        wanted = set()
        for (row, column), edit in self.edits.items():
            cell = self.survey.rows[row].cell(column) if edit.expect is not UNSET else None
            if cell and cell.get("t") == "s":
                text = cell.parts()[2]
                if text and text.strip().isdigit():
                    wanted.add(int(text))
        return wanted

    def _new_style(self, row: Row, column: int, like: tuple[int, int] | None) -> str:
        """The style of a cell to be created: its model's, else its row's, else its column's."""
        if like is not None and like[0] in self.survey.models:
            model = self.survey.models[like[0]].cell(like[1])
            if model:
                return model.get("s")
        own = attributes(row.tag)
        if own.get("customFormat") in ("1", "true"):
            return own.get("s", "")
        for node in self.survey.head_tree.all("cols"):
            for item in node.all("col"):
                if int(item.get("min", "0")) <= column + 1 <= int(item.get("max", "0")):
                    return item.get("style")
        return ""

    def _is_protected(self) -> bool:
        node = self.survey.tail_tree.find("sheetProtection")
        return node is not None and node.get("sheet") in ("1", "true") and not self.book.allow_locked

    def _shared_masters(self) -> set[tuple[int, int]]:
        """The first cells of shared formulas that may be written: every cell of theirs gets something else."""
        freed = set()
        for region in self.survey.regions:
            first, area = parse_cell(region.first), parse_range(region.ref)
            if region.kind != "shared" or first not in self.edits or not area or not replaces(area, self.edits):
                continue
            if all(place not in self._blocked and self._is_writable(place) for place in area.cells()):
                freed.add(first)
        return freed

    def _rename(self) -> dict[tuple[int, int], Refusal]:
        """Lets tables follow the edits of their header and totals rows; answers the cells that they refuse."""
        self._in_tables = {}
        refused: dict[tuple[int, int], Refusal] = {}
        for table in self.texts:
            edits = {
                place: edit.value
                for place, edit in self.edits.items()
                if (table.title_at(place) is not None or table.total_at(place) is not None)
                and not isinstance(edit.value, Cached)
                and self._would_be_written(place, edit)
            }
            if edits:
                change = self.renamings[table.part] = renaming(table, edits, self.book.used_in)
                refused |= change.refused
        return refused

    def _would_be_written(self, place: tuple[int, int], edit: CellEdit) -> bool:
        try:
            self._cell(self.survey.rows[place[0]], place[1], edit.value, edit.expect, edit.like)
        except Unwritable:
            return False
        return True

    def _is_writable(self, place: tuple[int, int]) -> bool:
        """Whether nothing speaks against an edit but the shared formula that its cell is part of."""
        row, edit = self.survey.rows[place[0]], self.edits[place]
        try:
            content(edit.value, self.book.date1904)
        except Unwritable:
            return False
        cell = row.cell(place[1])
        style = cell.get("s") if cell else ""
        if self._protected and style not in self.book.styles.unlocked:
            return False
        return edit.expect is UNSET or agrees(self._value(cell), edit.expect)

    def _append(self, row: Row, append: RowAppend) -> dict[int, Decided]:
        """A row is added whole or not at all."""
        model = self.survey.models.get(append.like or 0)
        decided: dict[int, Decided] = {}
        values = {column: value for column, value in append.values.items() if value is not None}
        for column in append.formula_cols:
            present = row.cell(column)
            if column in values or (present and present.parts()[0] is not None):
                continue
            formula = self._filled(column, row.number, append.like or 0, model)
            if formula:
                values[column] = Formula(formula)
        try:
            if any(cell.parts()[0] is None and self._has_content(cell) for cell in row.cells):
                raise Unwritable(X_ROW_TAKEN, found=row.number)
            styled = {cell.column for cell in model.cells} if model and not row.exists else set()
            for column in sorted(values.keys() | styled):
                like = (append.like, column) if append.like else None
                decided[column] = self._cell(row, column, values.get(column), UNSET, like)
        except Unwritable as no:
            for column in sorted(append.values):
                self._refuse(row.number, column, no)
            return {}
        self.appended.add(row.number)
        return decided

    def _has_content(self, cell: Cell) -> bool:
        return b"<" in cell.inner and (cell.parts()[2] not in (None, "") or b"is>" in cell.inner)

    def _filled(self, column: int, number: int, like: int, model: Row | None) -> str:
        """The formula filled down: the table's column formula where it has no own address, else the model's."""
        of_table = ""
        for table in self.tables:
            if table.ref.left <= column <= table.ref.right and table.ref.top <= like <= table.ref.bottom:
                of_table = table.formulas.get(table.columns[column - table.ref.left], "")
        if of_table and shift(of_table, 1, 0) == of_table:
            return of_table
        cell = model.cell(column) if model else None
        formula, text, _ = cell.parts() if cell else (None, "", None)
        if formula is None or formula.get("t") in ("array", "dataTable"):
            return of_table
        if not text and formula.get("t") == "shared":
            for region in self.survey.regions:
                first = parse_cell(region.first)
                if region.kind == "shared" and region.group == formula.get("si") and first:
                    return shift(region.text, number - first[0], column - first[1])
            return of_table
        return shift(text, number - like, 0)

    def _splice_row(self, row: Row, cells: dict[int, Decided]) -> None:
        fresh: list[tuple[int, int, bytes]] = []
        for column, (value, found, style) in cells.items():
            cell = row.cell(column)
            self.written[row.number, column] = value
            if cell is None:
                if found is not BLANK or style or row.number in self.appended:
                    fresh.append((row.place(column), column, self._new_cell(row.number, column, found, style)))
                continue
            if not (found.is_formula or found.keeps_formula) and cell.parts()[0] is not None:
                self.unchained.add(cell_name(row.number, column))
            self.splices.append((cell.start, cell.end, self._rewritten(cell, found, style)))
        if not fresh:
            return
        if not row.exists:
            self.created.add(row.number)
            body = b"".join(cell for _, _, cell in fresh)
            self.splices.append((row.start, row.start, self._new_row(row.number, body)))
            return
        tag = _with_span(row.tag, [column for _, column, _ in fresh])
        if row.tag.endswith(b"/>"):
            name = self.survey.prefix + b"row"
            body = b"".join(cell for _, _, cell in fresh)
            self.splices.append((row.start, row.opened, tag[:-2].rstrip() + b">" + body + b"</" + name + b">"))
            return
        if tag != row.tag:
            self.splices.append((row.start, row.opened, tag))
        self.splices.extend((at, at, cell) for at, _, cell in fresh)

    def _new_row(self, number: int, body: bytes) -> bytes:
        name = self.survey.prefix + b"row"
        tag = b"<" + name + b">"
        append = self.appends.get(number)
        model = self.survey.models.get(append.like or 0) if append and number in self.appended else None
        if model:
            tag = without(model.tag, _NOT_COPIED)
            tag = tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag
        start = len(b"<" + name)
        return tag[:start] + f' r="{number}"'.encode() + tag[start:] + body + b"</" + name + b">"

    def _new_cell(self, row: int, column: int, found: Content, style: str | None) -> bytes:
        tag = f'c r="{letters(column)}{row}"' + (f' s="{style}"' if style else "")
        return self._element(b"<" + self.survey.prefix + tag.encode(), found, b"")

    def _rewritten(self, cell: Cell, found: Content, style: str | None) -> bytes:
        tag = cell.tag if style is None else with_attribute(cell.tag, "s", style)
        tag = without(tag, _VALUE_ONLY if found.keeps_formula else _DROPPED)
        tag = tag[: -2 if tag.endswith(b"/>") else -1].rstrip()
        kept = b""
        if b"extLst" in cell.inner:
            opening = cell.inner.rindex(b"<", 0, cell.inner.index(b"extLst"))
            kept = cell.inner[opening : cell.inner.rindex(b">") + 1]
        return self._element(tag, found, kept, cell.formula() if found.keeps_formula else b"")

    def _element(self, tag: bytes, found: Content, kept: bytes, formula: bytes = b"") -> bytes:
        prefix = self.survey.prefix
        inner = found.inner
        if prefix and inner:
            inner = inner.replace(b"</", b"\0").replace(b"<", b"<" + prefix).replace(b"\0", b"</" + prefix)
        if found.kind:
            tag += f' t="{found.kind}"'.encode()
        inner = formula + inner + kept
        return tag + b">" + inner + b"</" + prefix + b"c>" if inner else tag + b"/>"

    def _grow(self) -> None:
        """The range of the data, if it grew; the end of filters, validations, formats."""
        node = self.survey.head_tree.find("dimension")
        area = parse_range(node.get("ref")) if node else None
        if node and area:
            filled = [place for place, value in self.written.items() if value not in (None, "")]
            rows, columns = [area.top, area.bottom], [area.left, area.right]
            rows += [row for row, _ in filled]
            columns += [column for _, column in filled]
            union = Range(min(rows), min(columns), max(rows), max(columns))
            if union != area:
                self.splices.append((node.start, node.opened, with_attribute(node.tag, "ref", str(union))))
        data = self.survey.data
        if data.tag.endswith(b"/>") and self.created:
            name = self.survey.prefix + b"sheetData"
            rows_in = [splice for splice in self.splices if splice[0] == data.opened]
            self.splices = [splice for splice in self.splices if splice[0] != data.opened]
            body = b"".join(splice[2] for splice in rows_in)
            self.splices.append((data.start, data.opened, data.tag[:-2].rstrip() + b">" + body + b"</" + name + b">"))
        if self.appended:
            runs = blocks(self.appended)
            self.splices += sheet_splices(self.survey.tail_tree, self.survey.tail, self.survey.tail_at, runs)


def _with_span(tag: bytes, columns: list[int]) -> bytes:
    """A row's start tag whose ``spans`` cover some more columns."""
    spans = attributes(tag).get("spans", "")
    first, colon, last = spans.partition(":")
    if not (colon and first.isdigit() and last.isdigit()):
        return tag
    wide = f"{min(int(first), min(columns) + 1)}:{max(int(last), max(columns) + 1)}"
    return tag if wide == spans else with_attribute(tag, "spans", wide)


def _shown(value: Any) -> str:
    return "" if value is None else str(value) if len(str(value)) <= 60 else f"{str(value)[:57]}..."
