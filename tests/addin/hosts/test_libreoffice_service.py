"""LibreOffice whose Python cannot import the product: the same functions, answered by `qlc serve`."""

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from console.bench.office import office
from tests.addin.service.serving import serving
from tests.office import need_session

DRIVER = "tests.addin.hosts.libreoffice_sessions"
FORMULAS = {
    "D1": ('=LEADTIME("车机","快线")', 71),
    "D2": ('=TESTSTAGE("2025-04-03",,"2025-04-15")', None),
    "D3": ('=ORDERBY("2025-11-01","车灯","快线")', 45858),
    "D4": ('=LEADTIME(A9,"快线")', ""),
    "D5": ('=LEADTIME("车机","月球")', {"error": 32767}),
    "D6": ("=COVERDAYS(-1,8)", {"error": 503}),
}


def book(path):
    made = openpyxl.Workbook()
    sheet = made.active
    for row, name in enumerate(("车机", "车灯", None), 1):
        sheet.cell(row, 1, name)
    for cell, (formula, _) in FORMULAS.items():
        sheet[cell] = formula
    sheet["E1"] = ArrayFormula("E1:E3", '=LEADTIME(A1:A3,"快线")')
    made.save(path)


def test_cells_are_answered_by_the_service(tmp_path):
    need_session()
    book(tmp_path / "in.xlsx")
    areas = [*FORMULAS, "E1:E3"]
    with serving(tmp_path) as running:
        settings = {"python": "2.7", "service": {"url": f"http://127.0.0.1:{running.port}", "token": running.token}}
        with office(settings=settings) as program:
            found = program.run(DRIVER, action="recompute", path=str(tmp_path / "in.xlsx"), areas=areas)["values"]
    assert found.pop("E1:E3") == [[71], [94], [""]]
    for cell, (_, expected) in FORMULAS.items():
        if expected is not None:
            assert found[cell] == [[expected]], cell
    assert isinstance(found["D2"][0][0], str)
    assert found["D2"][0][0]


def test_without_anything_that_answers_cells_show_an_error(tmp_path):
    need_session()
    book(tmp_path / "in.xlsx")
    with office(settings={}) as program:
        found = program.run(DRIVER, action="recompute", path=str(tmp_path / "in.xlsx"), areas=["D1", "D4"])["values"]
    assert found == {"D1": [[{"error": 525}]], "D4": [[{"error": 525}]]}
