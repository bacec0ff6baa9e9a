"""Reading a workbook: sparse, exact, values and formulas, in about the time of a native reader."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

from rules.errors import Error
from sheets_schema.grid.address import Range, parse_range
from sheets_schema.grid.contents import Grid, TableInfo
from sync.backends.workbook import xml
from sync.backends.workbook.archive import part_key
from sync.backends.workbook.codes import X_BROKEN_ROWS
from sync.backends.workbook.files import understood
from sync.backends.workbook.limits import check_arrays, too_long
from sync.backends.workbook.links import Relation
from sync.backends.workbook.package import Package, TabInfo
from sync.backends.workbook.row_feed import RowFeed, fast_sheet
from sync.backends.workbook.rows import Cells, PartContext, slow_rows
from sync.backends.workbook.second_look import Look, Stale
from sync.backends.workbook.strings import Unusual, count_strings, shared_strings

SLOW_LIMIT = 1 << 25
"""Bytes of a part that is read element by element."""


_LARGE_PART, _PACKS_WELL = 64 << 20, 30
"""Size of a tab, and how many times smaller it is packed, from which its cells are counted first: people's pack to a tenth."""


def open_workbook(path: Path | str) -> WorkbookFile:
    """Opens a workbook for reading; `Error` X-001 … X-010, X-014 … X-022 when it can't be read or is hostile."""
    return WorkbookFile(Path(path))


class WorkbookFile(Package):
    """An open workbook: `tabs`, `date1904`, `sha256`, `defined_names`, and `read`."""

    def __enter__(self) -> WorkbookFile:
        return self

    @cached_property
    def sha256(self) -> str:
        """The hash of the file as it was opened."""
        return self.archive.sha256()

    @cached_property
    def defined_names(self) -> dict[str, str]:
        """Names of the whole workbook and what they stand for; a tab's own as ``Tab!Name``."""
        names = {}
        for item in self.workbook.iterfind("definedNames/definedName"):
            name, scope = item.get("name", ""), item.get("localSheetId", "")
            if scope.isdigit() and int(scope) < len(self.tabs):
                name = f"{self.tabs[int(scope)].name}!{name}"
            names[name] = item.text or ""
        return names

    def cells_if_packed(self, name: str) -> int:
        """The cells of a tab that unpacks to far more than people's tabs do, counted without reading it; else 0."""
        member = self.archive.by_key.get(part_key(self.tab(name).part))
        if member is None or member.size < _LARGE_PART or member.size < _PACKS_WELL * member.packed:
            return 0
        return sum(chunk.count(b"<c") for chunk in self.archive.chunks(member))

    @cached_property
    def awaits_calculation(self) -> bool:
        """Whether the file asks whoever opens it to compute its formulas."""
        asked = self.workbook.find("calcPr")
        return asked is not None and asked.get("fullCalcOnLoad") in ("1", "true")

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        part = self.related(self.workbook_part, "sharedStrings")
        if part is None:
            return []
        return shared_strings(xml.well_formed(self.chunks(part)[1], part), self.slow_chunks(part), part)

    def count_strings(self) -> int:
        """How many shared strings there are."""
        part = self.related(self.workbook_part, "sharedStrings")
        if part is None:
            return 0
        return count_strings(xml.well_formed(self.chunks(part)[1], part), self.slow_chunks(part), part)

    def read(self, name: str, look: Look | None = None) -> Grid:
        """The contents of a worksheet; with a look, rows that are as they were when it was last used are not parsed.

        Raises:
            Error: X-010 not well-formed, X-011 rows or cells doubled or out of order or array formulas without
                measure, X-012 no such tab, X-013 not a worksheet, X-017 too large, X-021 beyond understanding.
        """
        with understood(self.path):
            try:
                return self._read(self.tab(name), look)
            except Error as error:
                error.tab = error.tab or name
                raise

    def _read(self, tab: TabInfo, look: Look | None) -> Grid:
        context = PartContext(self.strings, self.styles.dates, self.date1904, str(self.path), tab.name)
        try:
            try:
                cells, around = self._fast(tab, context, look)
            except Unusual:
                cells = slow_rows(self.slow_chunks(tab.part), tab.part, context)
                around = xml.parse(self.slow_chunks(tab.part), tab.part, without="sheetData")
        except Error as error:
            if error.code is X_BROKEN_ROWS:
                self.refuse_malformed(tab.part)
            raise
        check_arrays(cells.arrays.values())
        merged = (parse_range(item.get("ref", "")) for item in around.iterfind("mergeCells/mergeCell"))
        autofilter = around.find("autoFilter")
        return Grid(
            tab.name,
            cells.numbers,
            cells.rows,
            cells.formulas,
            cells.arrays,
            tuple(item for item in merged if item),
            tuple(self.tables(tab)),
            parse_range(autofilter.get("ref", "")) if autofilter is not None else None,
            tab.state != "visible",
            self.awaits_calculation,
        )

    def _fast(self, tab: TabInfo, context: PartContext, look: Look | None) -> tuple[Cells, Element]:
        """By patterns, what is known of the rows taken over; `Unusual` where the parser has to look at them."""
        if look is not None:
            again = look.begin(context)
            try:
                around = fast_sheet(self.chunks(tab.part)[1], tab.part, again)
                return look.keep(again), around
            except Unusual:
                look.forget()
                raise
            except (Stale, Error):  # a whole reading says what is wrong
                look.forget()
        feed = RowFeed(context)
        around = fast_sheet(self.chunks(tab.part)[1], tab.part, feed)
        return feed.cells, around

    def tables(self, tab: TabInfo) -> Iterator[TableInfo]:
        """The table objects of a tab."""
        for relation in self.table_relations(tab):
            answer = table_info(self.tree(relation.target))
            if answer:
                yield answer

    def table_relations(self, tab: TabInfo) -> list[Relation]:
        """The relationships of a tab that lead to table objects."""
        return [relation for relation in self.relations(tab.part) if relation.kind == "table" and relation.target]

    def refuse_malformed(self, part: str) -> None:
        """Raises X-010 when a part is not well-formed: that is said before anything else about it."""
        with understood(self.path):
            for _ in xml.well_formed(self.chunks(part)[1], part):
                pass

    def slow_chunks(self, part: str) -> Iterator[bytes]:
        """A part for reading it element by element; X-017 when that would take too long."""
        length = 0
        for chunk in self.chunks(part)[1]:
            length += len(chunk)
            if length > SLOW_LIMIT:
                raise too_long(part, "写法特殊的内容", "the unusual XML", SLOW_LIMIT)
            yield chunk


def table_info(tree: Element) -> TableInfo | None:
    """A table part; None when its range can't be read."""
    ref: Range | None = parse_range(tree.get("ref", ""))
    if tree.tag != "table" or ref is None:
        return None
    columns = tree.findall("tableColumns/tableColumn")
    formulas = {
        column.get("name", ""): formula.text
        for column in columns
        if (formula := column.find("calculatedColumnFormula")) is not None and formula.text
    }
    return TableInfo(
        tree.get("displayName", tree.get("name", "")),
        ref,
        tuple(xml.unescape(column.get("name", "")) for column in columns),
        formulas,
        tree.get("headerRowCount", "1") != "0",
        tree.get("totalsRowCount", "0") not in ("", "0"),
    )
