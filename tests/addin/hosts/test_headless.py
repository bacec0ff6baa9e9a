"""Our formulas in a closed workbook: answered, patched in, everything else as it was."""

import json
from datetime import date

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from addin.functions.evaluate import context, evaluate
from addin.functions.literals import literal
from addin.functions.recalculation import Left, Sheets
from addin.hosts.headless import compute
from addin.registry.catalogue import ENTRIES
from console.cli import main
from rules.errors import Busy
from rules.policy.loader import packaged
from sheets_schema.cells import CellError
from sheets_schema.grid.edits import Formula
from sync.backends.memory import MemoryStore
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import build, members, part, sheet

NAMES = {
    "Ours": "S!$A$1:$A$3",
    "Others": "'S'!$B$1:$B$9",
    "Rate": "1.5",
    "Moving": "OFFSET(S!$A$1,0,0,3)",
}
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
            "A1": "=LEADTIME('备 货'!A1,'备 货'!C1)+'备 货'!B2*2",
            "A2": '=ADDWORKDAYS(A3,2,"CN")',
            "A3": date(2025, 4, 3),
            "A4": '="共"&LEADTIME("车机","快线")&"天"',
            "A5": "=LEADTIME(Z9,1)",
            "A6": "=LEADTIME('备 货'!A1,'备 货'!C1)>10",
            "A7": '=ADDWORKDAYS(A3,2,"CN")-A3',
            "A8": '=ADDWORKDAYS(A3,2,"CN")+0.25',
        },
    }
    found, grids = answered(tmp_path, tabs)
    assert (found.formulas, found.answered, found.left, found.faults) == (9, 9, (), ())
    assert [value(grids, f"A{row}") for row in (1, 2, 4, 5, 6, 7, 8)] == [
        71 + 94 * 2,
        date(2025, 4, 8),
        "共71天",
        None,
        True,
        5.0,
        45755.25,
    ]
    assert not found.recalculates


def test_a_formula_without_a_function_of_ours_keeps_its_value(tmp_path):
    """Stored values that we would not write, right or not, and none: they stay, and each formula is listed."""
    rows = """<row r="1"><c r="A1" s="1"><v>45760</v></c><c r="B1"><v>0.1</v></c><c r="C1" t="inlineStr"><is><t>车机</t></is></c></row>
    <row r="2"><c r="A2" t="b"><f>A1&lt;46000</f><v>1</v></c><c r="B2" s="1"><f>A1+14/24</f><v>45760.583333333336</v></c>
    <c r="C2" t="str"><f>A1&amp;""</f><v>45760</v></c><c r="D2" t="b"><f>Z1=""</f><v>1</v></c><c r="E2" t="str"><f>1/3&amp;""</f><v>0.333333333333333</v></c>
    <c r="F2"><f>SUM(B1:B1)</f><v>77</v></c><c r="G2"><f>B1+0.2</f><v>99</v></c><c r="H2"><f>B1*2</f></c><c r="I2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>
    <row r="3"><c r="A3"><f>LEADTIME(C1,"快线")</f></c></row>"""
    path = build(tmp_path / "in.xlsx", {"S": sheet(rows)})
    before = part(path)
    found = compute(path, RULES, TODAY, out=tmp_path / "out.xlsx")
    assert (found.formulas, found.answered, found.changed, found.recalculates) == (10, 1, ("S!A3",), False)
    assert part(tmp_path / "out.xlsx") == before.replace(
        "</f></c></row></sheetData>", "</f><v>71</v></c></row></sheetData>"
    )
    assert {item.cell: (item.why.code.id, item.outdated) for item in found.left} == {
        **{f"S!{letter}2": ("F-605", False) for letter in "ABCDEHI"},
        "S!F2": ("H-080", False),
        "S!G2": ("F-606", False),
    }


def test_the_copy_is_made_when_nothing_changes(tmp_path):
    cells = {"B2": 3, "C2": "=COVERDAYS(A2,B2)", "D2": "=C2+1", "E2": '=C2=""', "F2": "=COVERDAYS(A2,B2)+1"}
    path = made(tmp_path / "in.xlsx", {"S": {name: cells[name] for name in ("B2", "C2", "D2", "E2")}})
    found = compute(path, RULES, TODAY, out=tmp_path / "out.xlsx")
    assert (found.answered, found.changed, [item.cell for item in found.left]) == (1, (), ["S!D2", "S!E2"])
    assert (tmp_path / "out.xlsx").read_bytes() == path.read_bytes()
    found, grids = answered(tmp_path, {"S": cells})
    assert value(grids, "F2") == CellError("#VALUE!"), "a blank answer is the empty text to an operator"


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("=COVERDAYS(B1,3)", 40.0),
        ("=COVERDAYS(B2,3)", 40.0),
        ("=COVERDAYS(B3,3)", "H-083"),
        ("=COVERDAYS(B4,3)", "H-083"),
        ("=COVERDAYS(B5,3)", 71 / 3),
        ("=COVERDAYS(B7+30,3)", 10.0),
        ("=COVERDAYS(B8,1)", 60 / 7),
    ],
)
def test_a_plain_formula_is_read_where_its_value_is_certain(tmp_path, formula, answer):
    rows = f"""<row r="1"><c r="A1"><v>60</v></c><c r="B1"><f>A1*2</f><v>120</v></c></row>
    <row r="2"><c r="B2"><f>A1*2</f></c></row>
    <row r="3"><c r="B3"><f>A1*2</f><v>100</v></c></row>
    <row r="4"><c r="B4"><f>SUM(A1,A1)</f><v>120</v></c></row>
    <row r="5"><c r="A5"><f>LEADTIME("车机","快线")</f><v>70</v></c><c r="B5"><f>A5+0</f><v>70</v></c></row>
    <row r="6"><c r="A6"><f>{formula[1:]}</f></c></row>
    <row r="7"><c r="B7"><f>Z9</f></c></row><row r="8"><c r="B8"><f>A1/7</f><v>8.5714285714</v></c></row>"""
    path = build(tmp_path / "in.xlsx", {"S": sheet(rows)})
    found = compute(path, RULES, TODAY)
    with open_workbook(path) as book:
        shown = book.read("S").value(6, 0)
    left = {item.cell: item.why.code.id for item in found.left}
    assert left.get("S!A6", shown) == (pytest.approx(answer) if isinstance(answer, float) else answer)


def test_a_cell_with_the_empty_text_is_not_blank(tmp_path):
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><f>COVERDAYS(120,3)+A1</f></c><c r="D1"><f>COVERDAYS(120,3)+B1</f></c></row>'
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t></t></si></sst>'
    path = build(tmp_path / "in.xlsx", {"S": sheet(rows)}, strings=strings)
    compute(path, RULES, TODAY)
    with open_workbook(path) as book:
        assert book.read("S").rows == [["", None, CellError("#VALUE!"), 40.0]]


def test_what_has_no_exact_meaning_here_is_left(tmp_path):
    cells = {
        "A1": '=COVERDAYS(120,3)+"5月"', "A2": '=PINYIN("车机")<"b-c"', "A3": "=COVERDAYS(120,3)+B1:B3",
        "A4": "=COVERDAYS(+B1:B3,3)", "A5": f"=COVERDAYS(120,3){'+1' * 600}", "A6": f"=COVERDAYS(120,3){'+1' * 10_000}",
        "A7": "=IF(COVERDAYS(120,3)>1,1,2)", "A8": "=COVERDAYS({1,2}+{1,2,3},3)", "A9": "=COVERDAYS(120,3)",
        "B1": 1, "B2": 2, "B3": 3,
    }  # fmt: skip
    found, grids = answered(tmp_path, {"S": cells})
    assert [(item.cell, item.why.code.id) for item in found.left] == [
        ("S!A1", "F-602"), ("S!A2", "F-602"), ("S!A3", "F-607"), ("S!A4", "F-607"), ("S!A5", "F-601"), ("S!A6", "F-601"),
        ("S!A7", "H-080"), ("S!A8", "F-602"),
    ]  # fmt: skip
    assert value(grids, "A9") == 40.0
    assert "S!B1:B3" in found.left[2].why.message("en")


def test_days_of_a_1904_workbook_are_never_mixed_with_numbers(tmp_path):
    rows = """<row r="1"><c r="A1" s="1"><v>44298</v></c><c r="B1"><v>44298</v></c>
    <c r="C1"><f>ADDWORKDAYS(A1,2,"CN")</f></c><c r="D1"><f>ADDWORKDAYS(A1,2,"CN")-A1</f></c><c r="E1"><f>ADDWORKDAYS(B1,2,"CN")</f></c></row>"""
    path = build(tmp_path / "in.xlsx", {"S": sheet(rows)}, workbook='<workbookPr date1904="1"/>')
    found = compute(path, RULES, TODAY)
    assert [(item.cell, item.why.code.id) for item in found.left] == [("S!D1", "F-602"), ("S!E1", "F-602")]
    with open_workbook(path) as book:
        assert book.read("S").value(1, 2) == date(2025, 4, 15)


def test_formulas_stay_and_so_does_everything_else(tmp_path):
    path = made(tmp_path / "in.xlsx", {"S": {"A1": '=LEADTIME("车机","快线")', "B1": "<text>"}})
    out = tmp_path / "out.xlsx"
    assert compute(path, RULES, TODAY, out=out).changed == ("S!A1",)
    assert '<f>LEADTIME("车机","快线")</f><v>71</v>' in part(out)
    before, after = members(path), members(out)
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    again = compute(out, RULES, TODAY)
    assert (again.answered, again.changed, (tmp_path / ".qlc-backups").exists()) == (1, (), False)


def test_arrays_ranges_and_spills(tmp_path):
    cells = {
        "A1": "车机", "A2": "车灯", "A3": "月球", "B1": "快线",
        "C1:C4": "=LEADTIME(A1:A4,B1)",
        "E1:I2": '=LEADTIMEPLAN("2025-04-03","车机","快线")',
        "K1": "=LEADTIME(A1:A2,B1)",
        "L1": "=SHAREOVER(M1:M2,C1:C2,1)", "M1": 2, "M2": 1,
        "N1": "=SHAREOVER(M1:M2,C1:C3)",
        "O1": "=COVERDAYS(C2,2)*2+1", "P1": "=SHAREOVER(M:M,C:C,1)", "Q1": "=SHAREOVER($M1:M$2,$1:$1)",
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
        "A1": '=LEADTIME("车机","月球")', "A2": '=A1+COVERDAYS("x",1)', "A3": "=LEADTIME(A1)",
        "A4": "=SHAREOVER(A1:A2,B1:B2)", "A5": "=LEADTIME(A1:A2)", "A6": '=LEADTIME("车机")/0', "A7": "=1/0", "A8": "=A1+1",
        "A9": "=COVERDAYS(A8,1)", "B1": 1, "B2": 2,
    }  # fmt: skip
    found, grids = answered(tmp_path, {"S": cells})
    assert [value(grids, f"A{row}") for row in range(1, 7)] == [CellError("#N/A")] * 5 + [CellError("#DIV/0!")]
    assert (value(grids, "A7"), value(grids, "A8"), value(grids, "A9")) == (None, None, CellError("#N/A"))
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
    ("other", "asked"),
    [
        ("SUM(A1:A9)", True), ("SUM(B1:B9)", False), ("INDIRECT(B1)", True), ("SUM(B1)+Total", True), ("A1+1", True),
        ("B1+1", False), ("E1*2", True), ("F1*2", False), ("SUM(A:A)", True), ("SUM(1:1)", True), ("SUM(2:2)", False),
        ("T!A1", True), ("SUM(T!A:A)", True), ("OFFSET(B1,0,0)", True), ("SUM(Ours)", True), ("SUM(Others)", False),
        ("SUM(ours)", True), ("Ours+0", True), ("Rate*B1", False), ("SUM(Moving)", True), ("SUM(Tafel[Zahl])", False),
        ("'[1]x'!A1", False), ("[1]!Ours", False), ("Sheet1:Sheet3!A1", True), ("A1#", True), ('B1&"A1"', False),
    ],
)  # fmt: skip
def test_other_formulas_are_computed_again_only_when_they_read_ours(tmp_path, other, asked):
    cells = {
        "A1": '=LEADTIME("车机")',
        "D1": f"={other}",
        "B1": 1,
        "E1": "=SUM(A1,1)",
        "F1": "=SUM(B1,1)",
        "B20": "Zahl",
        "B21": 4,
    }
    path = made(tmp_path / "in.xlsx", {"S": cells, "T": {"A1": "=SUM(S!A1)"}})
    book = openpyxl.load_workbook(path)
    for name, meant in NAMES.items():
        book.defined_names[name] = DefinedName(name, attr_text=meant)
    book["S"].add_table(Table(displayName="Tafel", ref="B20:B21"))
    book.calculation.fullCalcOnLoad = False
    book.save(path)
    found = compute(path, RULES, TODAY, out=tmp_path / "out.xlsx")
    assert found.recalculates
    by_cell = {item.cell: item for item in found.left}
    assert by_cell["S!E1"].outdated, by_cell["T!A1"].outdated
    assert (by_cell["S!D1"].outdated, by_cell["S!F1"].outdated) == (asked, False)
    assert 'fullCalcOnLoad="1"' in part(tmp_path / "out.xlsx", "xl/workbook.xml")


def test_a_file_whose_plain_formulas_read_nothing_that_changed_is_not_computed_again(tmp_path):
    path = made(tmp_path / "in.xlsx", {"S": {"A1": '=LEADTIME("车机")', "B1": 1, "C1": "=B1+1", "D1": "=SUM(B1:C1)"}})
    book = openpyxl.load_workbook(path)
    book.calculation.fullCalcOnLoad = False
    book.save(path)
    found = compute(path, RULES, TODAY)
    assert (found.changed, found.recalculates) == (("S!A1",), False)
    assert 'fullCalcOnLoad="1"' not in part(path, "xl/workbook.xml")


def test_columns_of_tables_are_read_by_their_names(tmp_path):
    cells = {
        "A1": "品类", "B1": "周期", "C1": "两倍", "A2": "车机", "B2": '=LEADTIME(A2,"快线")', "C2": "=Eigen[[#This Row],[周期]]*2",
        "A3": "车灯", "B3": '=LEADTIME(A3,"快线")', "C3": "=[周期]*2", "E1": "=SUM(Eigen[周期])", "E2": "=SUM(Fremd[x])",
        "G1": "x", "G2": "=[x]+1",
    }  # fmt: skip
    path = made(tmp_path / "in.xlsx", {"S": cells})
    book = openpyxl.load_workbook(path)
    book["S"].add_table(Table(displayName="Eigen", ref="A1:C3"))
    book["S"].add_table(Table(displayName="Fremd", ref="G1:G2"))
    book.save(path)
    found = compute(path, RULES, TODAY)
    assert {item.cell.removeprefix("S!"): item.outdated for item in found.left} == {
        "C2": True, "C3": True, "E1": True, "E2": False, "G2": False,
    }  # fmt: skip


def test_chains_of_plain_formulas_in_any_direction(tmp_path):
    cells = {"A1": '=LEADTIME("车机")', "Z1": 1}
    cells |= {f"B{row}": f"=B{row + 1}+1" for row in range(1, 300)} | {"B300": "=A1", "B301": "=Z1"}
    cells |= {f"C{row}": f"=SUM(C$1:C{row - 1})" for row in range(2, 300)} | {"C1": "=B1"}
    path = made(tmp_path / "in.xlsx", {"S": cells})
    found = compute(path, RULES, TODAY, out=tmp_path / "out.xlsx")
    assert {item.cell for item in found.left if not item.outdated} == {"S!B301"}
    assert len(found.left) == 600


def test_explaining_a_cell_and_a_call(tmp_path):
    cells = {"A1": "车机", "A2": '=LEADTIME(A1,"快线")', "A3": "=EXPLAIN(A2)", "A4": '=EXPLAIN(LEADTIME(A1,"快线"))'}
    _, grids = answered(tmp_path, {"S": cells})
    for place in ("A3", "A4"):
        assert "R10" in value(grids, place)
        assert "71" in value(grids, place)


def test_explaining_a_cell_whose_inputs_nobody_computed_is_left(tmp_path):
    cells = {
        "A1": "=SUM(B1)",
        "A2": "=COVERDAYS(A1,2)",
        "A3": "=EXPLAIN(A2)",
        "A4": '=IF(1,LEADTIME("车机"))',
        "A5": "=EXPLAIN(A4)",
    }
    found, grids = answered(tmp_path, {"S": cells})
    assert {item.cell: item.why.code.id for item in found.left} == {
        "S!A1": "H-080", "S!A2": "H-083", "S!A3": "H-083", "S!A4": "H-080",
    }  # fmt: skip
    assert "F-003" in value(grids, "A5")


def test_a_range_that_every_row_reads_is_looked_through_once(monkeypatch):
    asked = []
    real = Sheets._is_left
    monkeypatch.setattr(Sheets, "_is_left", lambda self, place: asked.append(place) or real(self, place))
    rows = 300
    tabs = {
        "S": [[Formula(f'LEADTIME("品类{row}","快线")'), Formula(f"SHAREOVER(A:A,A:A,{row})")] for row in range(rows)]
    }
    sheets = Sheets({"S": MemoryStore(tabs).read("S")}, context(RULES, TODAY))
    sheets.solve()
    assert len(asked) < 5 * rows
    assert not any(isinstance(answer, Left) for answer in sheets.answers.values())


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
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><f t="shared" ref="A2:A3000" si="0">COVERDAYS(A1,1)+1</f></c></row>'
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
    assert told["recalculates"] is False
    assert [(item["cell"], item["error"], item["code"]) for item in told["errors"]] == [("S!A2", "#N/A", "F-205")]
    assert main(["compute", str(path), "--out", str(path)]) == 2
    assert "X-205" in capsys.readouterr().err
    made(path, {"S": {"A1": "=SUM(B1)", "A2": '=LEADTIME("车机")'}})
    assert main(["compute", str(path), "--lang", "en"]) == 0
    assert "left to a spreadsheet program" in capsys.readouterr().out
    made(path, {"S": {"A1": "=SUM(A2)", "A2": '=LEADTIME("车机")', "A3": "=B1+1"}})
    assert main(["compute", str(path), "--lang", "en", "--out", str(tmp_path / "o2.xlsx")]) == 0
    told = capsys.readouterr().out
    assert "1 formulas that were left read changed cells and still show old values: S!A1" in told
    assert "#NAME?" in told
    assert main(["compute", str(path), "--json", "--out", str(tmp_path / "o2.xlsx")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(item["cell"], item["code"], item["outdated"]) for item in told["left"]] == [
        ("S!A1", "H-080", True),
        ("S!A3", "F-605", False),
    ]
    assert told["recalculates"] is True
