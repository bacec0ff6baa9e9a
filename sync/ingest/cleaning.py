"""Raw rows under a recognised header become columns: blanks, totals, merged cells, forward fill."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_schema.cells import CellError, clean
from sheets_schema.model import Report, Type
from sync.ingest.raw import RawTab
from sync.ingest.recognise import Header

TOTALS = frozenset({"合计", "总计", "合计:", "总计:", "汇总", "小计", "total", "totals", "total:", "grandtotal"})
_TEXTS = (Type.TEXT, Type.ID, Type.DATE, Type.DATETIME)


@dataclass
class Rows:
    """The data rows of a table: cells by field, and their line numbers."""

    cells: dict[str, list[Any]]
    lines: list[int]
    longer: list[tuple[int, int]]
    """Line and number of cells beyond the header, for rows that have such cells."""


def data_rows(tab: RawTab, header: Header, columns: Mapping[int, str], report: Report) -> Rows:
    """The rows below the header, without blank rows and totals, as fields.

    Words that mean blank in this report become None; a vertically merged text serves all its rows;
    cells that the report writes on a group's first row only are repeated through the group.
    """
    first = header.index + header.depth
    rows, numbers = tab.rows[first:], tab.numbers[first:]
    rows = _unmerged(tab, rows, numbers, columns, report)
    width = len(header.titles)
    blanks = {word.casefold() for word in report.blanks}
    known: dict[str, Any] = {}
    keep = [at for at, row in enumerate(rows) if any(not _blank(cell) for cell in row)]
    cut = _without_totals(rows, keep, columns, report)
    longer = []
    for at in cut:
        extra = sum(not _blank(cell) for cell in rows[at][width:])
        if extra:
            longer.append((numbers[at], extra))
    padded = [row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in map(rows.__getitem__, cut)]
    upright = list(zip(*(row[:width] for row in padded), strict=True)) or [()] * width
    cells = {name: _unblanked(upright[column], blanks, known) for column, name in columns.items()}
    lines = [numbers[at] for at in cut]
    _forward_fill(cells, report)
    return Rows(cells, lines, longer)


def _unblanked(values: Sequence[Any], blanks: set[str], known: dict[str, Any]) -> list[Any]:
    """Texts cleaned once each: blank words and cell errors become None."""
    for value in set(values):
        if isinstance(value, str) and value not in known:
            text = clean(value)
            gone = not text or text.casefold() in blanks or isinstance(value, CellError)
            known[value] = None if gone else text
    return [known[value] if isinstance(value, str) else value for value in values]


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace() or not clean(cell)))


def is_total(cell: Any) -> bool:
    """Whether a cell names a row of totals: 合计, 总计, Total …"""
    return isinstance(cell, str) and "".join(clean(cell).split()).casefold() in TOTALS


def _without_totals(
    rows: Sequence[Sequence[Any]], keep: list[int], columns: Mapping[int, str], report: Report
) -> list[int]:
    """The rows that are no totals: those at the end, and one directly under the header."""
    keys = [at for at, name in columns.items() if name in (*report.key, *report.pair)]

    def sums(row: Sequence[Any]) -> bool:
        filled = [cell for cell in row if not _blank(cell)]
        key_cells = [row[at] for at in keys if at < len(row) and not _blank(row[at])]
        return bool(filled) and is_total(filled[0]) and all(map(is_total, key_cells))

    while keep and sums(rows[keep[-1]]):
        keep.pop()
    if keep and sums(rows[keep[0]]):
        keep.pop(0)
    return keep


def _unmerged(
    tab: RawTab, rows: list[list[Any]], numbers: list[int], columns: Mapping[int, str], report: Report
) -> list[list[Any]]:
    """Rows with vertically merged texts repeated; a merged number stays once, it would be counted twice."""
    if not any(bottom > top for top, _, bottom, _ in tab.merged):
        return rows
    position = {number: at for at, number in enumerate(numbers)}
    answer = list(rows)
    copied: set[int] = set()
    for top, left, bottom, _ in tab.merged:
        name = columns.get(left)
        if bottom == top or name is None or top not in position or report.by_name[name].type not in _TEXTS:
            continue
        source = answer[position[top]]
        if left >= len(source) or _blank(source[left]):
            continue
        for number in range(top + 1, min(bottom, numbers[-1]) + 1):
            at = position.get(number)
            if at is None:
                continue
            if at not in copied:
                answer[at] = list(answer[at])
                copied.add(at)
            row = answer[at]
            row += [None] * (left + 1 - len(row))
            row[left] = source[left] if row[left] is None else row[left]
    return answer


def _forward_fill(cells: dict[str, list[Any]], report: Report) -> None:
    """Repeats group cells down to the group's last row, never into the next group.

    The first field of `forward_fill` names the group: a blank or unchanged one continues it.
    """
    names = [name for name in report.forward_fill if name in cells]
    if not names or names[0] != report.forward_fill[0]:
        return
    groups = cells[names[0]]
    current: dict[str, Any] = {}
    for at, group in enumerate(groups):
        if group is not None and group != current.get(names[0]):
            current = {name: cells[name][at] for name in names}
            continue
        for name in names:
            if cells[name][at] is None:
                cells[name][at] = current.get(name)
            else:
                current[name] = cells[name][at]


_SPOILED = re.compile(r"\d(?:\.\d+)?E\+?\d{2}", re.IGNORECASE)


def spoiled_id(value: Any) -> bool:
    """Whether a spreadsheet program ate an id's digits: ``1.23457E+17``, or a number past 15 digits.

    >>> spoiled_id("1.23457E+17"), spoiled_id(123456789012345680.0), spoiled_id("12E3"), spoiled_id(12345.0)
    (True, True, False, False)
    """
    if isinstance(value, str):
        return bool(_SPOILED.fullmatch(value)) and "." in value
    return isinstance(value, float) and abs(value) >= 1e15
