"""Product lists as people keep them: a csv or a workbook, the header somewhere in the first rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from addin.registry.headers import TITLES
from rules.errors import Code, Error
from sheets_schema.cells import meaning
from sheets_schema.grid.address import cell_name
from sheets_schema.keys import clean_key
from sheets_schema.model import Type
from sync.ingest.codes import I_LOST_TEXT, I_SWALLOWED
from sync.ingest.container import bytes_of, open_file
from sync.ingest.encodings import LOST
from sync.ingest.raw import RawTab

C_NO_LIST = Code(
    "C-032",
    "前 {found} 行里没有表头:要有 {expected}",
    "no header in the first {found} rows: {expected} is needed",
    "检查文件或用 --tab 指定表",
    "check the file, or name the tab with --tab",
)
C_NO_TAB = Code("C-033", "没有表“{found}”", "no tab “{found}”", "已有:{expected}", "there are: {expected}")

HEADER_ROWS = 20
_FIELDS = ("sku", "product", "brand", "feature", "pack", "site", "made", "restocked")

_FIELD_OF = {"".join(title.split()).casefold(): name for name in _FIELDS for title in TITLES[name]}


@dataclass(frozen=True)
class Row:
    """One product: where it stands (``产品图册!5``, ``第5行`` without tabs), and its cells by field.

    Blank cells are empty text.
    """

    place: str
    cells: dict[str, str]

    def get(self, name: str) -> str:
        """One cell, empty when the list has no such column."""
        return self.cells.get(name, "")

    def day(self, name: str) -> date | None:
        """A cell as a day; None when it is none."""
        value = meaning(self.get(name), Type.DATE)
        return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


@dataclass(frozen=True)
class ProductList:
    """The rows of one tab, all-blank ones left out."""

    tab: str
    fields: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Lists:
    """The tabs of a file that are lists, and those that hold something and are none."""

    lists: tuple[ProductList, ...]
    others: tuple[str, ...]


def read_lists(path: Path, needed: Sequence[str], tab: str | None = None) -> Lists:
    """Every tab that has the needed columns, or the named one.

    Raises C-032 when there is none, C-033 for an unknown tab, I-028 and I-030 for what can't be read in it, and
    what reading the file raises.
    """
    raw = open_file(path, bytes_of(path), lambda candidate: len(_header(candidate)[1]))
    if tab is not None and tab not in {item.name for item in raw.tabs}:
        raise Error(C_NO_TAB, file=path, found=tab, expected=", ".join(item.name for item in raw.tabs))
    meant = [item for item in raw.tabs if tab in (None, item.name)]
    lists = tuple(_list(item, path) for item in meant if set(needed) <= set(_header(item)[1].values()))
    if not lists:
        wanted = ", ".join(TITLES[name][0] for name in needed)
        raise Error(C_NO_LIST, file=path, tab=tab, found=HEADER_ROWS, expected=wanted)
    known = {item.tab for item in lists}
    return Lists(lists, tuple(item.name for item in meant if item.name not in known and any(map(any, item.rows))))


def _text(cell: Any) -> str:
    value = meaning(cell, Type.ID)
    return "" if value is None else str(value)


def _header(tab: RawTab) -> tuple[int, dict[int, str]]:
    """Row index and the known columns of the header: the row that names most fields, a field's first column."""
    best: tuple[int, dict[int, str]] = (0, {})
    for index, row in enumerate(tab.rows[:HEADER_ROWS]):
        found: dict[int, str] = {}
        for column, cell in enumerate(row):
            title = "".join(clean_key(cell).split()).casefold().lstrip("*") if isinstance(cell, str) else ""
            name = _FIELD_OF.get(title)
            if name and name not in found.values():
                found[column] = name
        if len(found) > len(best[1]):
            best = (index, found)
    return best


def _list(tab: RawTab, path: Path) -> ProductList:
    start, columns = _header(tab)
    if tab.swallowed:
        raise Error(I_SWALLOWED, file=path, row=tab.swallowed[0])
    rows = []
    for number, row in zip(tab.numbers[start + 1 :], tab.rows[start + 1 :], strict=True):
        cells = {name: _text(row[column]) for column, name in columns.items() if column < len(row)}
        lost = next((name for name, text in cells.items() if LOST in text), None)
        if lost is not None:
            place = {
                "tab": tab.name or None,
                "cell": cell_name(number, next(at for at in columns if columns[at] == lost)),
            }
            raise Error(I_LOST_TEXT, file=path, **place, column=TITLES[lost][0], value=cells[lost])
        if any(cells.values()):
            rows.append(Row(f"{tab.name}!{number}" if tab.name else f"第{number}行", cells))
    return ProductList(tab.name, tuple(columns.values()), tuple(rows))
