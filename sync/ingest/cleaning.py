"""Raw rows under a recognised header become columns: blanks, totals, merged cells, forward fill."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.errors import Error
from sheets_schema.cells import CellError, clean
from sheets_schema.keys import all_plain, unguarded, unquoted
from sheets_schema.model import Report, Type
from sync.ingest.codes import I_CUT
from sync.ingest.columns import readable
from sync.ingest.raw import RawTab
from sync.ingest.recognise import Header

TOTALS = frozenset({"合计", "总计", "合计:", "总计:", "汇总", "小计", "total", "totals", "total:", "grandtotal"})
_TEXTS = (Type.TEXT, Type.ID, Type.DATE, Type.DATETIME)


_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_BLOCK = 16
"""Rows at a time in which spreadsheet programs leave out the last cells of a text file's lines, when all are blank."""


@dataclass
class Rows:
    """The data rows of a table: cells by field, and their line numbers.

    `longer` are lines with filled cells beyond the header, and how many; in a text file they are left out like the
    `shorter` ones (with their number of cells): nobody knows which cell is too many, or missing.
    """

    cells: dict[str, list[Any]]
    lines: list[int]
    longer: list[tuple[int, int]]
    shorter: list[tuple[int, int]] = field(default_factory=list)


def data_rows(tab: RawTab, header: Header, columns: Mapping[int, str], report: Report, file: str = "") -> Rows:
    """The rows below the header, without blank rows, totals and the header over again, as fields.

    Words that mean blank in this report become None; a vertically merged text serves all its rows;
    cells that the report writes on a group's first row only are repeated through the group.

    Raises:
        Error: I-031 where the last line of a text file breaks off.
    """
    first = header.index + header.depth
    rows, numbers = tab.rows[first:], tab.numbers[first:]
    rows = _unmerged(tab, rows, numbers, columns, report)
    width = len(header.titles)
    head = tab.rows[header.index]
    keep = [at for at, row in enumerate(rows) if row != head and not all(map(_blank, row))]
    keep = _without_totals(rows, keep, columns, report)
    shorter = _shorter(tab, rows, keep, header)
    if tab.cut and shorter and shorter[-1] == len(rows) - 1:
        raise Error(I_CUT, file=file or None, found=numbers[-1])
    beyond = [at for at in keep if len(rows[at]) > width]
    longer = {at: extra for at in beyond if (extra := sum(not _blank(cell) for cell in rows[at][width:]))}
    damaged = {*shorter, *(longer if tab.records else ())}
    taken = [at for at in keep if at not in damaged] if damaged else keep
    padded = [
        row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in map(rows.__getitem__, taken)
    ]
    upright = list(zip(*(row[:width] for row in padded), strict=True)) or [()] * width
    cells = {name: _cleaned(upright[column], report, report.by_name[name].type) for column, name in columns.items()}
    lines = [numbers[at] for at in taken]
    _forward_fill(cells, report, _gaps(lines, [*tab.swallowed, *(numbers[at] for at in damaged)]))
    return Rows(
        cells,
        lines,
        [(numbers[at], extra) for at, extra in longer.items()],
        [(numbers[at], len(rows[at])) for at in shorter],
    )


def _shorter(tab: RawTab, rows: Sequence[Sequence[Any]], keep: Sequence[int], header: Header) -> list[int]:
    """The rows of a text file that have fewer cells than the header has titles.

    A spreadsheet program that saves text leaves out the last cells of its lines where they are blank in 16
    rows, counted from the first: then every block of lines has one width, and nothing is missing.
    """
    if not tab.records:
        return []
    needed = max((at + 1 for at, title in enumerate(header.titles) if title), default=0)
    shorter = [at for at in keep if len(rows[at]) < needed]
    if not shorter:
        return []
    widths: dict[int, list[int]] = {}
    for record, row in zip(tab.records, tab.rows, strict=True):
        widths.setdefault(record // _BLOCK, []).append(len(row))
    saved = all(len(set(block)) == 1 and (block[0] >= needed or len(block) > 1) for block in widths.values())
    return [] if saved else shorter


def _gaps(lines: Sequence[int], missing: Sequence[int]) -> set[int]:
    """The rows before which a line is missing."""
    return {bisect_left(lines, line) for line in missing}


def _cleaned(values: Sequence[Any], report: Report, kind: Type) -> list[Any]:
    """A column with its texts cleaned: guards off, blank words None, cell errors and unreadable texts as such.

    ``NaN`` is a blank share or price (nothing divided by nothing), but no blank count.
    """
    texts = [value for value in set(values) if isinstance(value, str)]
    blanks = frozenset(word.casefold() for word in report.blanks if kind is not Type.INTEGER or word != "NaN")
    if all_plain(texts) and blanks.isdisjoint("\n".join(texts).casefold().split("\n")):
        return list(values)
    known = {value: _said(value, kind, blanks) for value in texts}
    return list(map(known.get, values, values))


def _said(value: str, kind: Type, blanks: frozenset[str]) -> str | None:
    text = clean(unquoted(clean(value))) if kind is Type.ID else value
    text = _bare(text)
    if not text or text.casefold() in blanks:
        return None
    if isinstance(value, CellError) or text in _ERRORS:
        return CellError(text)
    return text if text.isascii() and text.isprintable() else readable(text)


def _bare(value: str) -> str:
    text = clean(value)
    return clean(unguarded(text)) if text[:1] in ("=", "'", "`") else text


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell[:1].isalnum() and not _bare(cell))


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


def _forward_fill(cells: dict[str, list[Any]], report: Report, gaps: set[int]) -> None:
    """Repeats group cells down to the group's last row, never into the next group.

    The first field of `forward_fill` names the group: a blank or unchanged one continues it, unless a line is
    missing before it (`gaps`), which may have begun another.
    """
    names = [name for name in report.forward_fill if name in cells]
    if not names or names[0] != report.forward_fill[0]:
        return
    groups = cells[names[0]]
    current: dict[str, Any] = {}
    for at, group in enumerate(groups):
        if at in gaps:
            current = {}
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
