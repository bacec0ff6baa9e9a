"""A workbook of one tab, as small as can be: made, and read again, without the code that is tested."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

TAB = "库存数据"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NS = f"{{{_MAIN}}}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIXED = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    f'<sheet name="{TAB}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


@dataclass(frozen=True)
class Formula:
    """A formula, without its ``=``."""

    text: str


Cell = float | str | Formula | None
Row = dict[str, Cell]


@dataclass
class Sheet:
    """Titles in order, and rows by title; blank cells are left out, a blank row is empty."""

    titles: list[str]
    rows: list[Row] = field(default_factory=list)

    def copy(self) -> Sheet:
        return Sheet(list(self.titles), [dict(row) for row in self.rows])

    def grid(self) -> tuple[object, ...]:
        """What is shown, row by row, trailing blank rows left out."""
        rows = [tuple(row.get(title) for title in self.titles) for row in self.rows]
        while rows and not any(cell is not None for cell in rows[-1]):
            rows.pop()
        return (tuple(self.titles), *rows)


def save(path: Path, sheet: Sheet, number: int) -> None:
    """As Excel saves: into another file that takes the place of the first. `number` makes its bytes new."""
    lines = [_row(1, list(sheet.titles))]
    lines += [_row(at, [row.get(title) for title in sheet.titles]) for at, row in enumerate(sheet.rows, 2) if row]
    data = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet><!-- {number} -->'
    temporary = path.with_name("B1A2C3D4")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for name, text in {**_FIXED, "xl/worksheets/sheet1.xml": data}.items():
            archive.writestr(zipfile.ZipInfo(name), _HEAD + text)
    temporary.replace(path)


def _row(number: int, cells: list[Cell]) -> str:
    texts = "".join(_cell(f"{chr(65 + at)}{number}", cell) for at, cell in enumerate(cells) if cell is not None)
    return f'<row r="{number}">{texts}</row>'


def _cell(place: str, cell: Cell) -> str:
    if isinstance(cell, Formula):
        return f'<c r="{place}"><f>{escape(cell.text)}</f><v>7</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def shown(path: Path) -> Sheet:
    """What a workbook file shows."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
        names = set(archive.namelist())
        shared = _shared(archive.read("xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
    lines: dict[int, dict[int, Cell]] = {}
    for row in root.iter(f"{_NS}row"):
        found = lines.setdefault(int(row.attrib["r"]), {})
        for cell in row.iter(f"{_NS}c"):
            value = _value(cell, shared)
            if value is not None:
                found[ord(re.sub(r"\d", "", cell.attrib["r"])) - 65] = value
    head = lines.pop(1)
    titles = [str(head[at]) for at in range(len(head))]
    rows = [{titles[at]: value for at, value in lines.get(number, {}).items()} for number in _numbers(lines)]
    return Sheet(titles, rows)


def _numbers(lines: dict[int, dict[int, Cell]]) -> range:
    return range(2, max((number for number, cells in lines.items() if cells), default=1) + 1)


def _shared(data: bytes) -> list[str]:
    return ["".join(item.itertext()) for item in ElementTree.fromstring(data)]  # noqa: S314 - our own file


def _value(cell: ElementTree.Element, shared: list[str]) -> Cell:
    formula, value, kind = cell.find(f"{_NS}f"), cell.findtext(f"{_NS}v"), cell.attrib.get("t")
    if formula is not None:
        return Formula(formula.text or "")
    if kind == "inlineStr":
        return "".join(cell.itertext()) or None
    if value is None:
        return None
    return shared[int(value)] if kind == "s" else value if kind == "str" else float(value)
