"""Our formulas in a closed workbook: answered, patched in, everything else as it was."""

import json
from datetime import date

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from addin.evaluate import evaluate
from addin.hosts.headless import compute
from addin.literals import literal
from addin.registry.catalogue import ENTRIES
from console.cli import main
from rules.errors import Busy
from rules.policy.loader import packaged
from sheets_schema.cells import CellError
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import build, members, part, sheet

TODAY = date(2025, 4, 3)
RULES = packaged().rules


def made(path, tabs):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in tabs.items():
        tab = book.create_sheet(name)
        for place, value in cells.items():
            tab[place.partition(":")[0]] = ArrayFormula(place, value) if ":" in place else value
    book.save(path)
    return path


def answered(tmp_path, tabs, **cells):
    path = made(tmp_path / "in.xlsx", tabs if isinstance(tabs, dict) else {"S": cells})
    out = tmp_path / "out.xlsx"
    found = compute(path, RULES, TODAY, out=out)
    with open_workbook(out if out.exists() else path) as book:
        grids = {tab.name: book.read(tab.name) for tab in book.tabs}
    return found, grids


def value(grids, place, tab="S"):
    return grids[tab].value(*openpyxl.utils.cell.coordinate_to_tuple(place)[:1], ord(place[0]) - 65)


def test_calls_operators_tabs_and_dates(tmp_path):
    tabs = {
        "备 货": {"A1": "车机", "A2": "车灯", "B1": "=LEADTIME(A1,$C$1)", "B2": "=LEADTIME(A2,$C$1)", "C1": "快线"},
        "S": {
            "A1": "='备 货'!B1+'备 货'!B2*2",
            "A2": '=ADDWORKDAYS(A3,2,"CN")',
            "A3": date(2025, 4, 3),
            "A4": '="共"&A1&"天"',
            "A5": "=LEADTIME(Z9,1)",
            "A6": "=A1>10",
        },
    }
    found, grids = answered(tmp_path, tabs)
    assert (found.formulas, found.answered, found.left, found.faults) == (7, 7, (), ())
    assert [value(grids, f"A{row}") for row in (1, 2, 4, 5, 6)] == [
        71 + 94 * 2,
        date(2025, 4, 8),
        "共259天",
        None,
        True,
    ]
    assert not found.recalculates


def test_formulas_stay_and_so_does_everything_else(tmp_path):
    path = made(tmp_path / "in.xlsx", {"S": {"A1": '=LEADTIME("车机","快线")', "B1": "<text>"}})
    out = tmp_path / "out.xlsx"
    assert compute(path, RULES, TODAY, out=out).changed == ("S!A1",)
    assert '<f>LEADTIME("车机","快线")</f><v>71</v>' in part(out)
    before, after = members(path), members(out)
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    again = compute(out, RULES, TODAY, out=tmp_path / "never.xlsx")
    assert (again.answered, again.changed, (tmp_path / "never.xlsx").exists()) == (1, (), False)


def test_arrays_ranges_and_spills(tmp_path):
    cells = {
        "A1": "车机", "A2": "车灯", "A3": "月球", "B1": "快线",
        "C1:C4": "=LEADTIME(A1:A4,B1)",
        "E1:I2": '=LEADTIMEPLAN("2025-04-03","车机","快线")',
        "K1": "=LEADTIME(A1:A2,B1)",
        "L1": "=SHAREOVER(M1:M2,C1:C2,1)", "M1": 2, "M2": 1,
        "N1": "=SHAREOVER(M1:M2,C1:C3)",
        "O1": "=C2+1", "P1": "=SHAREOVER(M:M,C:C,1)", "Q1": "=SHAREOVER($M1:M$2,$1:$1)",
    }  # fmt: skip
    found, grids = answered(tmp_path, {"S": cells})
    assert [value(grids, f"C{row}") for row in range(1, 5)] == [71, 94, 94, None]
    assert value(grids, "E1") == "下单"
    assert value(grids, "K1") == 71
    assert value(grids, "L1") == pytest.approx(71 / 165)
    assert value(grids, "O1") == 95
    assert value(grids, "P1") == value(grids, "L1")
    assert [item.cell for item in found.left] == ["S!Q1"]
    assert found.left[0].why.code.id == "H-082"


def test_errors_travel(tmp_path):
    cells = {
        "A1": '=LEADTIME("车机","月球")', "A2": "=A1+1", "A3": "=LEADTIME(A1)", "A4": "=SHAREOVER(A1:A2,B1:B2)",
        "A5": "=LEADTIME(A1:A2)", "A6": '=LEADTIME("车机")/0', "A7": "=1/0", "A8": '="a"+1', "B1": 1, "B2": 2,
    }  # fmt: skip
    found, grids = answered(tmp_path, {"S": cells})
    assert [value(grids, f"A{row}") for row in range(1, 7)] == [CellError("#N/A")] * 5 + [CellError("#DIV/0!")]
    assert {cell: fault.code.id for cell, fault in found.faults if cell in ("S!A1", "S!A6")} == {
        "S!A1": "F-205",
        "S!A6": "F-022",
    }
    assert [item.cell for item in found.left] == ["S!A7", "S!A8"]


def test_what_is_left_and_why(tmp_path):
    cells = {
        "A1": "=SUM(B1:B2)", "A2": "=A1+1", "A3": "=Foo", "A4": "='[1]other'!A1", "A5": "=NoTab!A1", "A6": "=A1#",
        "A7": "=IF(LEADTIME(B1)>1,1,2)", "A8": "=A8+1", "A9": "=A10", "A10": "=LEADTIME(A9)", "A11": "=A10+1",
        "A12": "=Sheet1:Sheet3!B1", "A13": "=T[列]", "A14": "=(B1,B2)", "A15": "={=1}",
    }  # fmt: skip
    found, _ = answered(tmp_path, {"S": cells})
    why = {item.cell.removeprefix("S!"): item.why.code.id for item in found.left}
    assert found.answered == 0
    assert why == {
        "A1": "H-080", "A2": "H-083", "A3": "H-081", "A4": "H-085", "A5": "H-085", "A6": "H-081", "A7": "H-080",
        "A8": "H-082", "A9": "H-082", "A10": "H-082", "A11": "H-083", "A12": "H-081", "A13": "H-081", "A14": "F-001",
        "A15": "F-001",
    }  # fmt: skip
    assert all(item.why.message(lang) for item in found.left for lang in ("zh", "en"))


def test_a_range_without_measure_is_left(tmp_path):
    found, _ = answered(tmp_path, {"S": {"A1": "=LEADTIME(A2:XFD1048576)", "XFD1048576": 1, "A2": '=LEADTIME("车机")'}})
    assert [(item.cell, item.why.code.id) for item in found.left] == [("S!A1", "F-008")]
    assert found.answered == 1


@pytest.mark.parametrize(
    ("other", "asked"), [("SUM(A1:A9)", True), ("SUM(B1:B9)", False), ("INDIRECT(B1)", True), ("SUM(B1)+Total", True)]
)
def test_other_formulas_are_computed_again_only_when_they_read_ours(tmp_path, other, asked):
    found, _ = answered(tmp_path, {"S": {"A1": '=LEADTIME("车机")', "D1": f"={other}", "B1": 1}})
    assert found.recalculates == asked
    assert ("fullCalcOnLoad" in part(tmp_path / "out.xlsx", "xl/workbook.xml")) == (
        asked or "fullCalcOnLoad" in part(tmp_path / "in.xlsx", "xl/workbook.xml")
    )


def test_explaining_a_cell_and_a_call(tmp_path):
    cells = {"A1": "车机", "A2": '=LEADTIME(A1,"快线")', "A3": "=EXPLAIN(A2)", "A4": '=EXPLAIN(LEADTIME(A1,"快线"))'}
    _, grids = answered(tmp_path, {"S": cells})
    for place in ("A3", "A4"):
        assert "R10" in value(grids, place)
        assert "71" in value(grids, place)


def test_every_spelling_of_the_names(tmp_path):
    cells = {
        "A1": '=[1]!LEADTIME("车机","快线")',
        "A2": '=_xldudf_QUANLIUCHENG_LEADTIME("车机","快线")',
        "A3": '=\'C:\\x\\quanliucheng.xlam\'!leadtime("车机","快线")',
        "A4": '=CN.QUANLIUCHENG.FUNCTIONS.LEADTIME("车机","快线")',
        "A5": '=备货周期("车机","快线")',
    }
    _, grids = answered(tmp_path, {"S": cells})
    assert [row[0] for row in grids["S"].rows] == [71.0] * 5


def test_shared_formulas_and_long_chains(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><f t="shared" ref="A2:A3000" si="0">A1+1</f></c></row>'
    rows += "".join(f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>' for n in range(3, 3001))
    path = build(tmp_path / "in.xlsx", {"S": sheet(rows)})
    found = compute(path, RULES, TODAY)
    assert (found.answered, len(found.changed)) == (2999, 2999)
    with open_workbook(path) as book:
        assert book.read("S").rows[-1] == [3000.0]
    assert list((tmp_path / ".qlc-backups").iterdir())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_example_is_what_it_is_elsewhere(tmp_path, entry):
    expected = evaluate(entry.example, RULES, TODAY)
    path = made(tmp_path / "in.xlsx", {"S": {"A1": entry.example}})
    found = compute(path, RULES, TODAY)
    assert found.answered == 1
    with open_workbook(path) as book:
        shown = book.read("S").value(1, 0)
    wanted = expected.fault.kind if expected.value is None and expected.fault else expected.value
    wanted = wanted[0][0] if isinstance(wanted, list) else wanted
    assert literal(shown) == literal(wanted or None)


def test_an_open_workbook_is_busy(tmp_path):
    path = made(tmp_path / "in.xlsx", {"S": {"A1": '=LEADTIME("车机")'}})
    (tmp_path / "~$in.xlsx").touch()
    with pytest.raises(Busy):
        compute(path, RULES, TODAY)


def test_the_command(tmp_path, capsys):
    path = made(tmp_path / "in.xlsx", {"S": {"A1": '=LEADTIME("车机","快线")', "A2": '=LEADTIME("车机","月球")'}})
    assert main(["compute", str(path), "--out", str(tmp_path / "o.xlsx"), "--today", "2025-04-03", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["formulas"], told["answered"], told["changed"], told["left"]) == (2, 2, ["S!A1", "S!A2"], [])
    assert [(item["cell"], item["error"], item["code"]) for item in told["errors"]] == [("S!A2", "#N/A", "F-205")]
    assert main(["compute", str(path), "--out", str(path)]) == 2
    assert "X-205" in capsys.readouterr().err
    made(path, {"S": {"A1": "=SUM(B1)", "A2": '=LEADTIME("车机")'}})
    assert main(["compute", str(path), "--lang", "en"]) == 0
    assert "left to a spreadsheet program" in capsys.readouterr().out
