"""A computed workbook, opened by a LibreOffice that does not know our functions: it shows what we wrote."""

from datetime import date

import openpyxl

from addin.hosts.headless import compute
from addin.registry.catalogue import SPELLINGS
from rules.policy.loader import packaged
from sheets_schema.cells import CellError
from sheets_schema.formulas import neutral
from sync.backends.workbook.reader import open_workbook
from tests.office import need_office, recomputed


def test_it_shows_the_values_and_keeps_the_formulas(tmp_path):
    need_office()
    cells = {
        "A1": "车机",
        "B1": '=LEADTIME(A1,"快线")',
        "B2": '=ADDWORKDAYS("2025-04-03",2,"CN")',
        "B3": '=LEADTIME(A1,"月球")',
        "B4": '=SKU("HIFILUZ","前排灯",,,"MX")&"<"',
        "B5": '=LEADTIME(A1,"快线")>70',
        "B6": "=SUM(B1,1)",
        "B7": "=LEADTIME(A9)",
    }
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    book.save(tmp_path / "in.xlsx")
    found = compute(tmp_path / "in.xlsx", packaged().rules, date(2025, 4, 3), out=tmp_path / "out.xlsx")
    assert [item.cell for item in found.left] == ["Sheet!B6"]
    with open_workbook(recomputed(tmp_path / "out.xlsx", tmp_path / "lo")) as made:
        grid = made.read("Sheet")
    shown = [grid.value(row, 1) for row in range(1, 8)]
    again = CellError("#NAME?")  # what shows an error, a truth value or nothing it computes anew, without the name
    assert shown == [71.0, date(2025, 4, 8), again, "HI-QPD-MX<", again, 72.0, again]
    formulas = {place: neutral(formula, SPELLINGS) for place, formula in grid.formulas.items()}
    assert formulas == {(int(place[1]), 1): text[1:] for place, text in cells.items() if place[0] == "B"}
