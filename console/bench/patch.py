"""`qlc bench patch`: 1 % of the cells of a 100 000 × 30 workbook, against python-calamine reading it.

With the proof it is also held against WolfXL writing the same cells without one, where that is installed (it is no
requirement of ours); where not, its line is no pass.
"""

from __future__ import annotations

import random
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from console.bench import measure
from sheets_schema.grid.address import letters

ROWS, COLUMNS, SHARE = 100_000, 30, 100
TAB = "库存数据"
CPU_LIMIT, VERIFIED_LIMIT, MEMORY_LIMIT_MB = 1.5, 2.5, 64
WOLFXL_LIMIT = 1.0

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_READ = """
import sys
from python_calamine import CalamineWorkbook
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
"""
_PATCH = """
import random, sys
from pathlib import Path
from sheets_schema.grid.edits import CellEdit
from sync.backends.workbook.patcher import patch
source, target, rows, columns, count, check = Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:])
choose = random.Random(7)
values = (1, 2.5, "新值", True, None)
edits = [
    CellEdit("库存数据", choose.randint(2, rows + 1), choose.randrange(columns), values[at % 5]) for at in range(count)
]
report = patch(source, target, edits=edits, check=bool(check))
assert report.changed and not report.refused
"""
_WOLFXL = """
import random, sys
from wolfxl import load_workbook
source, target, rows, columns, count = *sys.argv[1:3], *map(int, sys.argv[3:6])
choose = random.Random(7)
values = (1, 2.5, "新值", True, None)
book = load_workbook(source, modify=True)
tab = book["库存数据"]
for at in range(count):
    tab.cell(choose.randint(2, rows + 1), choose.randrange(columns) + 1).value = values[at % 5]
book.save(target)
"""


def run() -> list[dict[str, Any]]:
    """CPU time with and without the verifying read, as a ratio to calamine's, and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.xlsx"), Path(folder, "out.xlsx")
        write_workbook(source, ROWS, COLUMNS)
        arguments = [str(source), str(target), str(ROWS), str(COLUMNS), str(ROWS * COLUMNS // SHARE)]
        baseline = measure.run(["-c", _READ, str(source)])
        plain = measure.run(["-c", _PATCH, *arguments, "0"])
        verified = measure.run(["-c", _PATCH, *arguments, "1"])
        wolfxl = measure.run(["-c", _WOLFXL, *arguments]) if find_spec("wolfxl") else None
    peak = max(plain.peak_mb, verified.peak_mb)
    return [
        _row("patch: CPU s", plain.cpu, baseline.cpu, CPU_LIMIT),
        _row("patch + verify: CPU s", verified.cpu, baseline.cpu, VERIFIED_LIMIT),
        _against_wolfxl(verified.cpu, wolfxl),
        {
            "name": "patch: peak MB",
            "value": peak,
            "baseline": None,
            "ratio": None,
            "limit": MEMORY_LIMIT_MB,
            "ok": peak <= MEMORY_LIMIT_MB,
        },
    ]


def _row(name: str, value: float, baseline: float, limit: float) -> dict[str, Any]:
    ratio = value / baseline
    return {"name": name, "value": value, "baseline": baseline, "ratio": ratio, "limit": limit, "ok": ratio <= limit}


def _against_wolfxl(value: float, wolfxl: measure.Usage | None) -> dict[str, Any]:
    if wolfxl is not None:
        return _row(f"patch + verify: CPU s / WolfXL ({wolfxl.peak_mb:.0f} MB)", value, wolfxl.cpu, WOLFXL_LIMIT)
    name = "patch + verify: CPU s / WolfXL (not installed)"
    return {"name": name, "value": value, "baseline": None, "ratio": None, "limit": WOLFXL_LIMIT, "ok": False}


def write_workbook(path: Path, rows: int, columns: int) -> None:
    """An operator's large tab: two key columns, eight of repeated words, the rest numbers."""
    words = ["HI-QPD-WiFi-8PCS-CA", "运营", "墨西哥", *(f"备注{number}" for number in range(5000))]
    keys = 2 * rows
    tabs = f'<sheets><sheet name="{TAB}" sheetId="1" r:id="rId1"/></sheets>'
    relations = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
        f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main'
        f'+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/><Override '
        f'PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'{relations}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{tabs}</workbook>',
        "xl/_rels/workbook.xml.rels": f'{relations}<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/'
        f'sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open("xl/sharedStrings.xml", "w") as file:
            file.write(f'<sst xmlns="{_MAIN}">'.encode())
            texts = [
                *(f"K{key % 2}-{key // 2:06d}" for key in range(keys)),
                *words,
                *(f"列{c}" for c in range(columns)),
            ]
            file.write("".join(f"<si><t>{text}</t></si>" for text in texts).encode() + b"</sst>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as file:
            file.write(
                f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:{letters(columns - 1)}{rows + 1}"/><sheetData>'.encode()
            )
            for row in _rows(rows, columns, keys, len(words)):
                file.write(row.encode())
            file.write(b"</sheetData></worksheet>")


def _rows(rows: int, columns: int, keys: int, words: int) -> Iterator[str]:
    choose = random.Random(1)  # noqa: S311 - the same workbook each time
    names = [letters(column) for column in range(columns)]
    head = "".join(f'<c r="{name}1" t="s"><v>{keys + words + at}</v></c>' for at, name in enumerate(names))
    yield f'<row r="1" spans="1:{columns}">{head}</row>'
    for number in range(2, rows + 2):
        cells = []
        for at, name in enumerate(names):
            if at < 2:
                cells.append(f'<c r="{name}{number}" t="s"><v>{2 * (number - 2) + at}</v></c>')
            elif at < 10:
                cells.append(f'<c r="{name}{number}" t="s"><v>{keys + choose.randrange(words)}</v></c>')
            else:
                value = choose.randint(0, 5000)
                cells.append(f'<c r="{name}{number}"><v>{value if at < 20 else value / 100}</v></c>')
        yield f'<row r="{number}" spans="1:{columns}">{"".join(cells)}</row>'
