"""The containers ERPs write: plain xlsx with merged headers, GBK csv, HTML named .xls, Amazon's text.

The xlsx writer knows values and merged ranges only, as ERPs' do: the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from html import escape
from pathlib import Path
from xml.sax.saxutils import escape as xml

Cell = str | int | float | None
Row = Sequence[Cell]

SHANGHAI = timezone(timedelta(hours=8))
_STAMP = (2026, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PKG = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True)
class Sheet:
    """One tab: its rows from row 1, and merged ranges (``A1:A2``)."""

    name: str
    rows: Sequence[Row]
    merged: Sequence[str] = ()


def titles(text: str) -> list[str]:
    """Column titles written with commas between them."""
    return text.split(",")


def letters(column: int) -> str:
    """The letters of a 0-based column.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    answer = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        answer = chr(65 + rest) + answer
    return answer


def write_xlsx(path: Path, sheets: Sequence[Sheet], *, shared: bool = True) -> None:
    """Writes tabs; texts as shared strings, or inline as some ERPs do."""
    table: dict[str, int] | None = {} if shared else None
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet_xml(sheet, table) for n, sheet in enumerate(sheets, 1)}
    numbers = range(1, len(sheets) + 1)
    overrides = [f'<Override PartName="/{name}" ContentType="{_type("worksheet")}"/>' for name in parts]
    relations = [_relation(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    if table is not None:
        items = "".join(f'<si><t xml:space="preserve">{xml(text)}</t></si>' for text in table)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}" uniqueCount="{len(table)}">{items}</sst>'
        overrides.append(f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_type("sharedStrings")}"/>')
        relations.append(_relation(len(sheets) + 1, "sharedStrings", "sharedStrings.xml"))
    names = "".join(f'<sheet name="{xml(sheets[n - 1].name)}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    parts["xl/workbook.xml"] = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = _relations(relations)
    parts["_rels/.rels"] = _relations([_relation(1, "officeDocument", "xl/workbook.xml")])
    overrides.append(f'<Override PartName="/xl/workbook.xml" ContentType="{_type("sheet.main")}"/>')
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{_PKG}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{''.join(overrides)}</Types>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, _HEAD + parts[name])


def _type(kind: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{target}"/>'


def _relations(items: Sequence[str]) -> str:
    return f'<Relationships xmlns="{_PKG}/relationships">{"".join(items)}</Relationships>'


def _sheet_xml(sheet: Sheet, table: dict[str, int] | None) -> str:
    body = [f'<worksheet xmlns="{_MAIN}"><sheetData>']
    names = [letters(n) for n in range(max(map(len, sheet.rows), default=0))]
    for number, row in enumerate(sheet.rows, 1):
        body.append(f'<row r="{number}">')
        for name, value in zip(names, row, strict=False):
            if value is None:
                continue
            place = f"{name}{number}"
            if not isinstance(value, str):
                body.append(f'<c r="{place}"><v>{value!r}</v></c>')
            elif table is not None:
                body.append(f'<c r="{place}" t="s"><v>{table.setdefault(value, len(table))}</v></c>')
            else:
                body.append(f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{xml(value)}</t></is></c>')
        body.append("</row>")
    body.append("</sheetData>")
    if sheet.merged:
        ranges = "".join(f'<mergeCell ref="{place}"/>' for place in sheet.merged)
        body.append(f'<mergeCells count="{len(sheet.merged)}">{ranges}</mergeCells>')
    return "".join([*body, "</worksheet>"])


def write_csv(path: Path, rows: Iterable[Row], *, encoding: str, delimiter: str = ",") -> None:
    """Delimited text with CRLF line ends, as Windows programs write it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


@dataclass(frozen=True)
class Span:
    """A cell of an HTML table that covers several rows."""

    text: str
    rows: int


def write_html_xls(path: Path, rows: Iterable[Sequence[Cell | Span]]) -> None:
    """An HTML table under an .xls name; ids carry Excel's text format, blanks are ``&nbsp;``."""
    body = ["<tr>" + "".join(map(_html_cell, row)) + "</tr>" for row in rows]
    path.write_bytes(
        (
            '<html xmlns:x="urn:schemas-microsoft-com:office:excel">\r\n<head><meta http-equiv="Content-Type" '
            'content="text/html; charset=utf-8">\r\n<style>br {mso-data-placement:same-cell;}</style></head>\r\n'
            f'<body><table border="1">\r\n{chr(10).join(body)}\r\n</table></body></html>\r\n'
        ).encode()
    )


def _html_cell(cell: Cell | Span) -> str:
    if isinstance(cell, Span):
        return f'<td rowspan="{cell.rows}" style="mso-number-format:\'\\@\'">{escape(cell.text)}</td>'
    if isinstance(cell, str) and cell:
        return f"<td style=\"mso-number-format:'\\@'\">{escape(cell)}</td>"
    return f"<td>{'&nbsp;' if cell is None or cell == '' else cell}</td>"


def saved_at(path: Path, day: date, hour: int, minute: int) -> Path:
    """Gives a file the modification time of a moment in Shanghai."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).timestamp()
    os.utime(path, (moment, moment))
    return path
