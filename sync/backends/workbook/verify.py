"""The proof after a patch: both files are read again, by other means than those that wrote.

Untouched members: compressed bytes and local records equal. Touched sheets: rows nobody asked for equal
byte for byte; in asked rows every other cell equal, and asked cells, through an XML parser, what was asked.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from rules.errors import Error, Refused
from sheets_schema.grid.address import cell_name, parse_cell
from sheets_schema.grid.edits import Cached, Formula
from sync.backends.workbook import xml
from sync.backends.workbook.archive import part_key
from sync.backends.workbook.cell_says import formula_of, holds, is_blank, shows
from sync.backends.workbook.codes import X_BROKEN_ZIP, X_VERIFY
from sync.backends.workbook.package import as_utf8_bytes
from sync.backends.workbook.raw_rows import Aside, RawRows, cell_and_rest, is_cut_late
from sync.backends.workbook.reader import WorkbookFile, open_workbook
from sync.backends.workbook.tables import Renaming

_DIMENSION = re.compile(rb"<(?:[\w.-]+:)?dimension\b[^<>]*>")
_REFERENCE = re.compile(rb"""\s(?:sq)?ref\s*=\s*(?:"[^"]*"|'[^']*')|(?<=sqref>)[^<]*""")
_BATCH = 500
"""Cells parsed at a time."""


@dataclass(frozen=True)
class TabCheck:
    """What one touched sheet must hold: the written values, rows appended, rows that did not exist."""

    tab: str
    part: str
    written: Mapping[tuple[int, int], Any]
    appended: set[int]
    created: set[int]
    renamings: Mapping[str, Renaming] = field(default_factory=dict)


def verify(
    book: WorkbookFile,
    target: Path,
    checks: Iterable[TabCheck],
    touched: set[str],
    removed: set[str],
    added: Iterable[str],
) -> None:
    """Compares `target` with the book it was made from.

    Raises:
        Error: X-201 when anything else changed or an asked cell is not as asked; X-010 when the sheet was not
            well-formed to begin with.
    """
    checks = list(checks)
    try:
        _compare_members(book, target, touched, removed, len(list(added)))
        with open_workbook(target) as made:
            for key in touched - removed:
                if not any(part_key(check.part) == key for check in checks):
                    made.tree(key)
            for check in checks:
                _Sheet(book, made, check).compare()
                for part, change in check.renamings.items():
                    _compare_table(book, made, part, change)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Refused(X_BROKEN_ZIP, file=book.path, found=error) from None
    except Error as error:
        if error.code is X_VERIFY:
            raise
        for check in checks:
            book.refuse_malformed(check.part)
        raise _failed(target, error.text("en")) from error


def _failed(target: object, found: str) -> Refused:
    return Refused(X_VERIFY, file=target, found=found)


def _compare_members(book: WorkbookFile, target: Path, touched: set[str], removed: set[str], added: int) -> None:
    """Members pair by their place: programs differ in how they read a name that is not ASCII."""
    keys = [member.key for member in book.archive.members]
    with closing(zipfile.ZipFile(book.path)) as old, closing(zipfile.ZipFile(target)) as new:
        kept = [(key, item) for key, item in zip(keys, old.infolist(), strict=True) if key not in removed]
        made = new.infolist()
        made = made[: len(made) - added]
        if [item.filename for _, item in kept] != [item.filename for item in made] or old.comment != new.comment:
            raise _failed(target, "names of members")
        with book.path.open("rb") as one, target.open("rb") as two:
            for (key, before), after in zip(kept, made, strict=True):
                if key in touched:
                    continue
                blocks = zip_longest(_raw(one, before), _raw(two, after))
                if before.CRC != after.CRC or any(left != right for left, right in blocks):
                    raise _failed(target, before.filename)


def _raw(file: Any, item: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's local record and compressed bytes."""
    file.seek(item.header_offset)
    head = file.read(30)
    names = file.read(sum(struct.unpack("<2H", head[26:30])))
    yield head + names
    left = item.compress_size
    at = item.header_offset + len(head) + len(names)
    while left:
        file.seek(at)
        block = file.read(min(left, 1 << 18))
        if not block:
            return
        at, left = at + len(block), left - len(block)
        yield block


def _compare_table(old: WorkbookFile, new: WorkbookFile, part: str, change: Renaming) -> None:
    """A table whose titles followed its cells: they are as asked, and all else but its ranges is as before."""
    before, after = _tree(old, part), _tree(new, part)
    asked = [("name", index, title) for index, title in change.titles.items()]
    asked += [("totalsRowLabel", index, word or "") for index, word in change.totals.items()]
    columns = [tree.findall("tableColumns/tableColumn") for tree in (before, after)]
    for name, index, text in asked:
        if xml.unescape(columns[1][index].get(name, "")) != text:
            raise _failed(new.path, f"{part}: {name} {text!r}")
        for column in columns:
            column[index].attrib.pop(name, None)
    for tree in (before, after):
        for node in tree.iter():
            node.attrib.pop("ref", None)
    if _flat(before) != _flat(after):
        raise _failed(new.path, part)


class _Sheet:
    """The comparison of one sheet before and after."""

    def __init__(self, old: WorkbookFile, new: WorkbookFile, check: TabCheck) -> None:
        self.old = old
        self.new = new
        self.check = check
        self._noted: list[tuple[tuple[int, int], bytes, bytes]] = []
        self.asked: dict[int, tuple[int, ...]] = {}
        for row, column in check.written:
            self.asked[row] = (*self.asked.get(row, ()), column)

    def values(self, row: int) -> dict[int, Any]:
        """The asked values of a row, which is then done with."""
        return {column: self.check.written[row, column] for column in self.asked.pop(row, ())}

    def fail(self, found: str) -> Refused:
        return Refused(X_VERIFY, file=self.new.path, tab=self.check.tab, found=found)

    def compare(self) -> None:
        """Walks both streams side by side; sheets with comments or CDATA go through the parser whole."""
        part = self.check.part
        try:
            self._walk(RawRows(self.old.chunks(part)[1]), RawRows(self._well_formed(part)))
        except Aside:
            self._compare_trees()

    def _well_formed(self, part: str) -> Iterator[bytes]:
        """The new stream, parsed on the way."""
        encoding, chunks = self.new.chunks(part)
        if encoding != "utf-8":
            raise Aside
        yield from xml.well_formed(chunks, part)

    def _walk(self, one: RawRows, two: RawRows) -> None:
        rows = iter(one)
        before = next(rows, None)
        for number, after in two:
            if before is not None and before[0] == number:
                if number in self.asked:
                    self._row(number, before[1], after)
                elif before[1] != after:
                    raise self._odd(before[1], f"row {number}")
                before = next(rows, None)
            elif number in self.check.created and (before is None or before[0] > number):
                self._compare_rows({}, {number: _row_tree(after)}, {number: self.values(number)})
            else:
                raise self._odd(after, f"row {number}")
        if before is not None:
            raise self._odd(before[1], f"row {before[0]} is gone")
        self._check_cells()
        for number in list(self.asked):
            self._rest_blank(number, self.values(number))
        if _DIMENSION.sub(b"", one.head) != _DIMENSION.sub(b"", two.head):
            raise self.fail("what stands before the rows")
        tails = (one.tail, two.tail)
        if self.check.appended:
            tails = (_REFERENCE.sub(b"", one.tail), _REFERENCE.sub(b"", two.tail))
        if tails[0] != tails[1]:
            raise self.fail("what stands behind the rows")

    def _odd(self, row: bytes, found: str) -> Exception:
        """The failure, unless the row was cut wrongly."""
        return Aside() if is_cut_late(row) else self.fail(found)

    def _row(self, number: int, before: bytes, after: bytes) -> None:
        """An asked row: cell by cell as bytes where the cells are the same ones, else through the parser."""
        if is_cut_late(after):
            raise Aside
        asked = self.values(number)
        if not self._pieces(number, before, after, asked):
            self._compare_rows({number: _row_tree(before)}, {number: _row_tree(after)}, {number: asked})

    def _pieces(self, number: int, before: bytes, after: bytes, asked: Mapping[int, Any]) -> bool:
        """Notes the asked cells for `_check_cells`; False when the rows are not the same bytes around them."""
        noted = []
        old = new = 0
        for column in sorted(asked):
            start = b'<c r="%s"' % cell_name(number, column).encode()
            was_at, now_at = before.find(start, old), after.find(start, new)
            if was_at < 0 and now_at < 0 and is_blank(asked[column]):
                continue
            if was_at < 0 or now_at < 0 or before[old:was_at] != after[new:now_at]:
                return False
            was_cell, old = _cell_of(before, was_at)
            cell, new = _cell_of(after, now_at)
            noted.append(((number, column), was_cell, cell))
        if before[old:] != after[new:]:
            return False
        self._noted += noted
        if len(self._noted) > _BATCH:
            self._check_cells()
        return True

    def _check_cells(self) -> None:
        """Parses the noted cells, before and after, and compares them."""
        noted, self._noted = self._noted, []
        cells = (b"<c " + cell for _, was, now in noted for cell in (was, now))
        tree = iter(xml.parse_plain(b"<row>" + b"".join(cells) + b"</row>", "row"))
        for place, _, _ in noted:
            was, now = next(tree), next(tree)
            self._cell(place, now, was, self.check.written[place])

    def _rest_blank(self, number: int, left: Mapping[int, Any]) -> None:
        for column, value in left.items():
            if not is_blank(value):
                raise self.fail(cell_name(number, column))

    def _cell(self, place: tuple[int, int], now: Element, was: Element | None, value: Any) -> None:
        free = {"t", "cm", "vm"}
        if isinstance(value, Cached):
            if formula_of(now) != (formula_of(was) if was is not None else []):
                raise self.fail(f"{cell_name(*place)}: formula")
            value, held, free = value.value, shows(now, value.value, self.new.date1904), {"t", "vm"}
        else:
            held = holds(now, value, self.new.date1904)
        if not held:
            raise self.fail(f"{cell_name(*place)} does not hold {value!r}"[:200])
        if was is not None:
            free |= {"s"} if isinstance(value, date) or (isinstance(value, Formula) and value.dated) else set()
            if {k: v for k, v in was.items() if k not in free} != {k: v for k, v in now.items() if k not in free}:
                raise self.fail(f"{cell_name(*place)}: attributes")

    def _compare_rows(
        self, old: Mapping[int, Element], new: Mapping[int, Element], asked: Mapping[int, Mapping[int, Any]]
    ) -> None:
        """Rows as trees, cell by cell."""
        for number in old.keys() | new.keys():
            was, now = old.get(number), new.get(number)
            if now is None or (was is None and number not in self.check.created):
                raise self.fail(f"row {number}")
            if was is not None and _without_spans(was) != _without_spans(now):
                raise self.fail(f"row {number}: attributes")
            before = _cells(was, number) if was is not None else {}
            after = _cells(now, number)
            wanted = dict(asked.get(number, {}))
            for column in before.keys() | after.keys():
                if column in wanted and column in after:
                    self._cell((number, column), after[column], before.get(column), wanted.pop(column))
                elif column not in after or column not in before or _flat(before[column]) != _flat(after[column]):
                    raise self.fail(cell_name(number, column))
            self._rest_blank(number, wanted)

    def _compare_trees(self) -> None:
        old, new = (_tree(book, self.check.part) for book in (self.old, self.new))
        rows = [_rows_of(tree) for tree in (old, new)]
        asked: dict[int, dict[int, Any]] = {}
        for (row, column), value in self.check.written.items():
            asked.setdefault(row, {})[column] = value
        self._compare_rows(rows[0], rows[1], asked)
        for tree in (old, new):
            for child in list(tree):
                if child.tag in ("dimension", "sheetData"):
                    tree.remove(child)
            for node in tree.iter() if self.check.appended else ():
                node.attrib.pop("ref", None)
                node.attrib.pop("sqref", None)
                node.text = "" if node.tag == "sqref" else node.text
        if _flat(old) != _flat(new):
            raise self.fail("what stands around the rows")


def _cell_of(row: bytes, at: int) -> tuple[bytes, int]:
    """The cell of a row that begins at `at`, without its ``<c ``, and where it ends."""
    begin = at + len(b"<c ")
    following = row.find(b"<c ", begin)
    cell, _ = cell_and_rest(row[begin : following if following >= 0 else len(row)])
    return cell, begin + len(cell)


def _row_tree(row: bytes) -> Element:
    """A row that was cut off its end tag."""
    tag = row[: row.find(b">") + 1]
    name = re.match(rb"<([^\s/>]+)", tag)
    closing = b"" if tag.endswith(b"/>") or name is None else b"</" + name[1] + b">"
    return xml.parse(row + closing, "row")


def _rows_of(tree: Element) -> dict[int, Element]:
    rows: dict[int, Element] = {}
    number = 0
    for row in tree.iterfind("sheetData/row"):
        number = int(row.get("r", number + 1))
        rows[number] = row
    return rows


def _tree(book: WorkbookFile, part: str) -> Element:
    return xml.parse(as_utf8_bytes(book.archive.read(part), part), part)


def _cells(row: Element, number: int) -> dict[int, Element]:
    cells: dict[int, Element] = {}
    column = -1
    for cell in row:
        if cell.tag != "c":
            continue
        place = parse_cell(cell.get("r", ""))
        column = place[1] if place and place[0] == number else column + 1
        cells[column] = cell
    return cells


def _without_spans(row: Element) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != "spans"}


def _flat(node: Element) -> list[Any]:
    return [
        (item.tag, sorted(item.items()), (item.text or "").strip(), (item.tail or "").strip()) for item in node.iter()
    ]
