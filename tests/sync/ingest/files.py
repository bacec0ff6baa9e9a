"""Export files as ERPs write them, made for one test each."""

import os
from datetime import datetime
from html import escape

import openpyxl


def csv_file(folder, rows, name="export.csv", encoding="utf-8", separator=",", newline="\n"):
    """Rows as text, nothing quoted."""
    path = folder / name
    text = newline.join(separator.join("" if cell is None else str(cell) for cell in row) for row in rows) + newline
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder, tabs, name="export.xlsx", merged=()):
    """`tabs` maps tab names to rows; `merged` ranges of the first tab."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in tabs.items():
        tab = book.create_sheet(title)
        for row in rows:
            tab.append(list(row))
    for item in merged:
        book.worksheets[0].merge_cells(item)
    path = folder / name
    book.save(path)
    return path


def html_file(folder, rows, name="export.xls", encoding="utf-8", charset=None):
    """A table; a cell may be (text, rowspan, colspan)."""
    body = []
    for row in rows:
        cells = []
        for cell in row:
            text, down, across = cell if isinstance(cell, tuple) else (cell, 1, 1)
            shown = "" if text is None else escape(str(text))
            cells.append(f'<td rowspan="{down}" colspan="{across}" style="mso-number-format:\\@">{shown}</td>')
        body.append(f"<tr>{''.join(cells)}</tr>")
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    path = folder / name
    path.write_bytes(f"<html><head>{meta}</head><body><table>{''.join(body)}</table></body></html>".encode(encoding))
    return path


def xml_file(folder, rows, name="export.xls", doctype="", encoding="utf-8"):
    """SpreadsheetML 2003; a cell may be (text, rows, columns), None stands under a wider one."""

    def written(at, cell):
        text, down, across = cell if isinstance(cell, tuple) else (cell, 1, 1)
        merged = f' ss:MergeDown="{down - 1}" ss:MergeAcross="{across - 1}"' if isinstance(cell, tuple) else ""
        return f'<Cell ss:Index="{at}"{merged}><Data ss:Type="String">{escape(str(text))}</Data></Cell>'

    body = "".join(
        f"<Row>{''.join(written(at, cell) for at, cell in enumerate(row, 1) if cell is not None)}</Row>" for row in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path = folder / name
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="Sheet1"><Table>{body}</Table></Worksheet></Workbook>'
    )
    path.write_bytes(text.encode(encoding))
    return path


def at(path, *moment):
    """The same file, saved at a local moment."""
    stamp = datetime(*moment).timestamp()
    os.utime(path, (stamp, stamp))
    return path
