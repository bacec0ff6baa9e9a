"""`qlc bench read`: a stock list of 100,000 × 30 as xlsx and CSV, of 20,000 × 30 as HTML and XML, against the plainest reading.

The plain reading makes rows of cells and nothing else: python-calamine for the workbook, the standard library's
`csv` for text. Ours also finds encoding and header, types every cell and names what is wrong.
"""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from console.bench import measure
from console.bench.files import Cell, write_workbook

ROWS, FEW = 100_000, 20_000
TEXTS = ("店铺", "MSKU", "FNSKU", "ASIN", "父ASIN", "SKU", "品名", "所属仓库", "负责人", "品牌")
COUNTS = (
    *(
        "FBA可售",
        "FBA待调仓",
        "FBA调仓中",
        "FBA入库中",
        "FBA标发在途",
        "FBA总库存",
        "FBA可用库存",
        "FBA预留",
        "FBA待发货",
    ),
    *("FBA计划入库", "FBA实际在途", "FBA不可售", "FBA调查中", "0-30", "31-60", "61-90", "91-180", "181-270"),
)
CODES = ("utf-8", "gb18030")
PRICES = ("单位采购成本", "单位头程费用")
MEMORY_LIMIT_MB = 512

_OURS = "import sys; from sync.ingest.read import read; export = read(sys.argv[1]); assert not export.problems"
_CALAMINE = """
import sys
from python_calamine import CalamineWorkbook
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
"""
_CSV = "import csv, sys; rows = list(csv.reader(open(sys.argv[1], encoding=sys.argv[2], newline='')))"


def run() -> list[dict[str, Any]]:
    """CPU seconds per container as a ratio to the plain reading, and the highest peak memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure.run(["-c", f"from console.bench.read import make; make({name!r})"], repeat=1)
        calamine = measure.run(["-c", _CALAMINE, str(folder / "stock.xlsx")], repeat=2)
        plain = [measure.run(["-c", _CSV, str(folder / f"{code}.csv"), code], repeat=2) for code in CODES]
        cases = [
            ("read xlsx", "stock.xlsx", calamine, 6.0),
            *((f"read csv {code}", f"{code}.csv", usage, 10.0) for code, usage in zip(CODES, plain, strict=True)),
            ("read HTML .xls", "page.xls", None, None),
            ("read XML .xls", "xml.xls", None, None),
        ]
        usages = [measure.run(["-c", _OURS, str(folder / file)], repeat=2) for _, file, _, _ in cases]
    rows = [
        _row(f"{case[0]}: CPU s", usage.cpu, case[2].cpu if case[2] else None, case[3])
        for case, usage in zip(cases, usages, strict=True)
    ]
    peak = max(usage.peak_mb for usage in usages)
    rows.append(_row("read: peak MB", peak, None, MEMORY_LIMIT_MB))
    return rows


def _row(name: str, value: float, baseline: float | None, limit: float | None) -> dict[str, Any]:
    ratio = None if baseline is None else value / baseline
    judged = value if ratio is None else ratio
    ok = limit is None or judged <= limit
    return {"name": name, "value": value, "baseline": baseline, "ratio": ratio, "limit": limit, "ok": ok}


def make(folder: str) -> None:
    """The same list in every container, in a process of its own, whose memory is not counted as a child's."""
    here = Path(folder)
    rows = list(_rows())
    write_workbook(here / "stock.xlsx", {"Sheet1": rows})
    for code in CODES:
        with (here / f"{code}.csv").open("w", encoding=code, newline="") as file:
            csv.writer(file).writerows(rows)
    few = rows[: FEW + 1]
    _write(
        here / "page.xls",
        ("<html><head><meta charset='utf-8'></head><table>", "<tr>{}</tr>", "<td>{}</td>", "</table>"),
        few,
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    head = f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="S"><Table>'
    cell = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    _write(here / "xml.xls", (head, "<Row>{}</Row>", cell, "</Table></Worksheet></Workbook>"), few)


def _write(path: Path, markup: tuple[str, str, str, str], rows: Sequence[Sequence[Cell]]) -> None:
    """A table in some markup: what stands before, around a row, around a cell, and behind."""
    before, row, cell, behind = markup
    with path.open("w", encoding="utf-8") as file:
        file.write(before)
        file.writelines(row.format("".join(cell.format(escape(str(item))) for item in items)) for items in rows)
        file.write(behind)


def _rows() -> Iterator[list[Cell]]:
    chance = random.Random(7)  # noqa: S311 - benchmark data
    yield [*TEXTS, *COUNTS, *PRICES]
    for at in range(ROWS):
        texts = [f"STORE{at % 5}-CA", f"HI-M{at}", f"X00{at:07d}", f"B0{at:08d}", f"B1{at // 5:08d}", f"HI-S{at // 2}"]
        texts += [f"球泡灯 WiFi款 {at % 997}个装", "FBA仓", f"负责人{at % 9}", "HIFILUZ"]
        counts = [chance.randint(0, 900) for _ in COUNTS]
        yield [*texts, *counts, *(round(chance.random() * 90, 2) for _ in PRICES)]
