"""The first pass over a sheet part: where the asked cells are, and everything that decides about them.

Offsets count bytes of the part in UTF-8. Only rows that somebody asked for are looked into; of all others
only the order of rows and cells is checked, so that 30 000 edits cost little more than one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from rules.errors import Error
from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW, letters, parse_cell
from sync.backends.workbook import xml
from sync.backends.workbook.cell_order import CellOrder
from sync.backends.workbook.codes import X_BROKEN_PART, X_BROKEN_ROWS
from sync.backends.workbook.limits import FORMULA, LONGEST_ROW, LONGEST_TAIL, check_weight, long_row, long_tail
from sync.backends.workbook.markup import Node, attributes, masked, scan
from sync.backends.workbook.survey_parts import Cell, Region, Row, Survey, doubtful_strings, patterns


def survey(
    chunks: Iterable[bytes], asked: dict[int, tuple[int, ...]], models: set[int], part: str, strings: int = 0
) -> Survey:
    """Looks at a sheet part. `asked` are columns by row; `models` rows whose cells will be imitated.

    `strings` is the number of the workbook's shared strings. What is well-formed but no sheet is refused for
    the same reasons as by `Book.read`.

    Raises:
        Error: X-011 rows or cells doubled or out of order, or a shared string that there is not; X-010 the
            rest is broken; X-017 too large.
    """
    return _Surveyor(asked, models, part, strings).run(chunks)


class _Surveyor:
    def __init__(self, asked: dict[int, tuple[int, ...]], models: set[int], part: str, strings: int) -> None:
        self.asked = asked
        self.models = models
        self.part = part
        self.strings = strings
        self.weight = 0
        self.order = CellOrder(b"")
        self.doubtful = doubtful_strings(len(str(strings)))
        self.hot = asked.keys() | models
        self.wanted = sorted(asked, reverse=True)
        self.answer = Survey()
        self.last = 0
        self.patterns = patterns(b"")

    def broken(self, found: str) -> Error:
        return Error(X_BROKEN_ROWS, found=found)

    def endless(self, tag: str) -> Error:
        return Error(X_BROKEN_PART, found=f"{self.part}: {tag} ?")

    def run(self, chunks: Iterable[bytes]) -> Survey:
        feed = iter(chunks)
        block, base = self._head(feed)
        if self.answer.data.tag.endswith(b"/>"):
            self._tail(feed, block, base)
            self._missing(base)
            return self.answer
        stop_tag = b"</" + self.patterns.prefix + b"sheetData"
        row_tag = b"<" + self.patterns.prefix + b"row"
        while True:
            seen = masked(block)
            aside = -1 if seen is block else max(seen.rfind(b"<!"), seen.rfind(b"<?"))
            visible = len(seen) if aside < 0 else aside
            stop = seen.find(stop_tag, 0, visible)
            cut = stop if stop >= 0 else max(seen.rfind(row_tag, 0, visible), 0)
            if cut:
                self._region(block, seen, cut, base)
                block, base = block[cut:], base + cut
            if stop >= 0:
                break
            more = next(feed, None)
            if more is None:
                raise self.endless("</sheetData>")
            if len(block) > LONGEST_ROW:
                raise long_row(self.part)
            block += more
        self._missing(base)
        self._tail(feed, block, base)
        return self.answer

    def _head(self, feed: Iterable[bytes]) -> tuple[bytes, int]:
        """Reads up to the rows; answers what was read behind their opening tag, and its offset."""
        block = b""
        opening = re.compile(rb"<((?:[^\s/<>!?\"'=:]+:)?)sheetData\s*(/?)>")
        for chunk in feed:
            block += chunk
            match = opening.search(masked(block))
            if match:
                break
            if len(block) > LONGEST_ROW:
                raise long_row(self.part)
        else:
            raise self.broken("<sheetData> ?")
        self.answer.prefix = match[1]
        self.patterns = patterns(match[1])
        self.order = CellOrder(match[1])
        self.answer.head = block[: match.start()]
        self.answer.data = Node("sheetData", match[0], match.start(), match.end())
        self.answer.head_tree = _opened(self.answer.head, self.part)
        if self.answer.head_tree.name != "worksheet":
            raise self.broken(f"<{self.answer.head_tree.name}>")
        return block[match.end() :], match.end()

    def _tail(self, feed: Iterable[bytes], block: bytes, base: int) -> None:
        answer = self.answer
        pieces = [block]
        length = 0
        for more in feed:
            pieces.append(more)
            length += len(more)
            if length > LONGEST_TAIL:
                raise long_tail(self.part)
        answer.tail, answer.tail_at = b"".join(pieces), base
        skip = 0 if answer.data.tag.endswith(b"/>") else answer.tail.find(b">") + 1
        answer.tail_tree = scan(answer.tail[skip:], self.part, root="worksheet")
        if any(node.name == "sheetData" for node in answer.tail_tree.children):
            raise self.broken("<worksheet> … <sheetData>")
        for node in answer.tail_tree.walk():
            node.start, node.opened = node.start + base + skip, node.opened + base + skip
            node.closing, node.end = node.closing + base + skip, node.end + base + skip

    def _region(self, block: bytes, seen: bytes, cut: int, base: int) -> None:
        """Looks at whole rows: those that begin before `cut`."""
        self._formulas(seen, cut)
        self._shared_strings(block, seen, cut)
        wanted, last = self.wanted, self.last
        found: list[tuple[int, re.Match[bytes]]] = []
        for match in self.patterns.row.finditer(seen, 0, cut):
            number = int(match[1]) if match[1] else self._written(match[0], last)
            if not last < number <= LAST_ROW:
                raise self.broken(f"row {number} after row {last}")
            last = number
            found.append((number, match))
            while wanted and wanted[-1] < number:
                at = base + match.start()
                missing = wanted.pop()
                self.answer.rows[missing] = Row(missing, at, at, at)
            if wanted and wanted[-1] == number:
                wanted.pop()
        self.last = last
        starts = [match.start() for _, match in found[1:]]
        self.order.look(seen)
        for (number, match), until in zip(found, [*starts, cut], strict=True):
            columns = self.order.columns(seen[match.end() : until], number)
            if number in self.hot:
                self._row(block, seen, number, match, until, base, columns)
            elif columns is None:
                columns = self.order.unaddressed(seen[match.end() : until])
                if columns is None:
                    columns = self._any_cells(block, seen, Row(number, 0, 0, 0), match.end(), until, base)
            self.weight += columns[-1] + 1 if columns else 0
        check_weight(self.weight, last)

    def _written(self, tag: bytes, last: int) -> int:
        """The number that a row's start tag gives it in any spelling; without one, that after the last."""
        written = attributes(tag).get("r")
        if written is None:
            return last + 1
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise self.broken(f"row {written[:20]!r}")
        return int(written)

    def _shared_strings(self, block: bytes, seen: bytes, cut: int) -> None:
        """Checks that cells refer to shared strings that exist: a look at each cell only where one is odd."""
        doubtful = self.doubtful.findall(seen, 0, cut)
        count = b"%d" % self.strings
        if set(map(len, doubtful)) <= {len(count)} and max(doubtful, default=b"") < count:
            return
        for match in self.patterns.cell.finditer(seen, 0, cut):
            opened = match.end() if match[1] is None else match.start(1)
            if attributes(seen[match.start() : opened]).get("t") == "s":
                text = (Cell(0, 0, 0, b"", block[opened : match.end()]).parts()[2] or "").strip()
                if text and not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) < self.strings):
                    raise self.broken(f"shared string {text[:20]!r}")

    def _missing(self, at: int) -> None:
        for number in self.wanted:
            self.answer.rows[number] = Row(number, at, at, at)

    def _formulas(self, seen: bytes, cut: int) -> None:
        opening = b"<" + self.patterns.prefix + b"f"
        if seen.find(opening, 0, cut) < 0:
            return
        self.answer.has_formulas = True
        self.weight += FORMULA * seen.count(opening, 0, cut)
        if seen.find(b"ref", 0, cut) < 0:
            return
        for match in self.patterns.formula.finditer(seen, 0, cut):
            if b"ref" not in match[1]:
                continue
            found = attributes(b"<f" + match[1] + b">")
            if "ref" in found:
                at = seen.rfind(b"<" + self.patterns.prefix + b"c", 0, match.start())
                first = attributes(seen[at : seen.find(b">", at) + 1]).get("r", "") if at >= 0 else ""
                text = xml.text((match[2] or b"").decode())
                self.answer.regions.append(
                    Region(found.get("t", "normal"), found["ref"], found.get("si", ""), first, text)
                )

    def _row(
        self,
        block: bytes,
        seen: bytes,
        number: int,
        match: re.Match[bytes],
        until: int,
        base: int,
        columns: list[int] | None,
    ) -> None:
        opened = match.end()
        if match[2]:
            row = Row(number, base + match.start(), base + opened, base + opened, match[0])
            row.insert = tuple((column, base + opened) for column in self.asked.get(number, ()))
        else:
            closing = next((m.start() for m in self.patterns.end.finditer(seen, opened, until)), -1)
            if closing < 0:
                raise self.endless(f"row {number}")
            row = Row(number, base + match.start(), base + opened, base + closing, match[0])
            self._cells(block, seen, row, opened, closing, base, columns)
        if number in self.asked:
            self.answer.rows[number] = row
        if number in self.models:
            self.answer.models[number] = row

    def _cells(
        self, block: bytes, seen: bytes, row: Row, start: int, stop: int, base: int, columns: list[int] | None
    ) -> None:
        """Finds the asked cells of a row."""
        if columns is None:
            self._any_cells(block, seen, row, start, stop, base)
            return
        digits = str(row.number).encode()
        prefix = self.patterns.prefix

        def place(column: int) -> int:
            return seen.find(b'<%sc r="%s%s"' % (prefix, letters(column).encode(), digits), start, stop)

        for column in columns if row.number in self.models else self.asked[row.number]:
            at = place(column)
            if at >= 0:
                match = self.patterns.cell.match(seen, at, stop)
                if not match:
                    raise self.broken(f"{letters(column)}{row.number}")
                _keep(block, row, column, match, base)
        self._inserts(row, columns, lambda column: base + place(column))

    def _any_cells(self, block: bytes, seen: bytes, row: Row, start: int, stop: int, base: int) -> list[int]:
        """The same for rows whose cells have no address or other attributes first; answers their columns."""
        columns: list[int] = []
        places: dict[int, int] = {}
        everything = row.number in self.models
        asked = self.asked.get(row.number, ())
        for match in self.patterns.cell.finditer(seen, start, stop):
            opened = match.end() if match[1] is None else match.start(1)
            address = attributes(seen[match.start() : opened]).get("r")
            place = parse_cell(address) if address is not None else (row.number, columns[-1] + 1 if columns else 0)
            if place is None or place[0] != row.number:
                raise self.broken(f"{(address or '')[:20]} in row {row.number}")
            columns.append(place[1])
            places[place[1]] = base + match.start()
            if everything or place[1] in asked:
                _keep(block, row, place[1], match, base)
        for before, column in pairwise([-1, *columns]):
            if not before < column <= LAST_COLUMN:
                raise self.broken(f"{letters(column)}{row.number}")
        self._inserts(row, columns, places.__getitem__)
        return columns

    def _inserts(self, row: Row, columns: list[int], place: Callable[[int], int]) -> None:
        for column in self.asked.get(row.number, ()):
            if row.cell(column) is None:
                following = next((other for other in columns if other > column), None)
                row.insert += ((column, row.closing if following is None else place(following)),)


def _keep(block: bytes, row: Row, column: int, match: re.Match[bytes], base: int) -> None:
    start, end = match.span()
    opened, closing = (end, end) if match[1] is None else match.span(1)
    row.cells.append(Cell(column, base + start, base + end, block[start:opened], block[opened:closing]))


def _opened(head: bytes, part: str) -> Node:
    """The root element of the part's beginning, as far as it goes."""
    first = re.search(rb"<([^\s/<>!?\"'=]+)", masked(head))
    tree = scan(head + b"</" + (first[1] if first else b"") + b">", part)
    return tree.children[0]
