"""What a patch does to a file, judged by other readers and by the bytes."""

import re
import struct
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from rules.errors import Refused
from sheets_schema.cells import CellError
from sheets_schema.grid.edits import UNSET, CellEdit, Formula, NewTab, RowAppend
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.raw_rows import RawRows
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import EMPTY, MAIN, ROW, STRINGS, STYLES, WEIRD, build, members, part, sheet


def edit(address, value, expect=UNSET, tab="S", **more):
    place = openpyxl.utils.cell.coordinate_from_string(address)
    return CellEdit(tab, place[1], openpyxl.utils.column_index_from_string(place[0]) - 1, value, expect, **more)


def run(path, *edits, **more):
    target = path.with_name("out.xlsx")
    return target, patch(path, target, edits=edits, **more)


def codes(report):
    return {refusal.cell: refusal.code.id for refusal in report.refused}


def raw_records(path):
    """Local record and packed bytes of every member."""
    data = path.read_bytes()
    answer = {}
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            head = data[item.header_offset : item.header_offset + 30]
            start = item.header_offset + 30 + sum(struct.unpack("<2H", head[26:]))
            answer[item.filename] = data[item.header_offset : start + item.compress_size]
    return answer


@pytest.mark.parametrize("name", WEIRD)
def test_every_spelling_is_patched_and_nothing_else_changes(tmp_path, name):
    path = build(tmp_path / "w.xlsx", {"S": WEIRD[name]}, strings=STRINGS)
    target, report = run(path, edit("A1", "新<"), edit("C2", 7), edit("B9", True))
    assert (report.changed, report.refused) == (["S!A1", "S!C2", "S!B9"], [])
    with open_workbook(target) as book:
        grid = book.read("S")
    cells = {
        (n, c): v for n, row in zip(grid.numbers, grid.rows, strict=True) for c, v in enumerate(row) if v is not None
    }
    expected = {(1, 0): "新<", (2, 2): 7.0, (9, 1): True}
    assert cells == expected | ({} if name in EMPTY else {(1, 1): "甲", (2, 0): 2.0})
    before, after = raw_records(path), raw_records(target)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]


def test_only_the_cell_itself_is_spliced(tmp_path):
    rows = (
        '<row r="1" spans="1:2" ht="20"><c r="A1" s="3" cm="1" vm="1" t="s" ><v>0</v></c> <c r="B1" ><v>5</v></c></row>'
    )
    path = build(tmp_path / "s.xlsx", {"S": sheet(rows, head='<dimension ref="A1:B1"/>')}, strings=STRINGS)
    target, _ = run(path, edit("A1", 2.5), edit("D1", "x"))
    assert part(target) == part(path).replace(
        '<c r="A1" s="3" cm="1" vm="1" t="s" ><v>0</v></c>', '<c r="A1" s="3"><v>2.5</v></c>'
    ).replace("</row>", '<c r="D1" t="inlineStr"><is><t>x</t></is></c></row>').replace("1:2", "1:4").replace(
        "A1:B1", "A1:D1"
    )


VALUES = {
    "text": "甲 <&> \"'",
    "blanks": "  a\n b ",
    "control": "a\x0bb\x00\ufffe",
    "escape": "_x0041_",
    "return": "a\r\nb\rc",
    "zeros": "00123",
    "equals": "=1+1",
    "emoji": "📦",
    "integer": 7,
    "long integer": 123456789012345,
    "float": 0.1,
    "small": -2.5e-7,
    "large": 1e300,
    "true": True,
    "false": False,
    "day": date(2025, 4, 3),
    "moment": datetime(2025, 4, 3, 14, 5, 6),
    "error": CellError("#DIV/0!"),
    "blank": None,
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("address", ["A1", "C1", "B7"])
def test_values_read_back(tmp_path, name, address):
    value = VALUES[name]
    path = build(tmp_path / "v.xlsx", {"S": sheet(ROW)}, strings=STRINGS)
    target, report = run(path, edit(address, value))
    assert report.changed == [f"S!{address}"]
    with open_workbook(target) as book:
        grid = book.read("S")
    row = dict(zip(grid.numbers, grid.rows, strict=True)).get(int(address[1]), [])
    column = ord(address[0]) - 65
    mine = row[column] if column < len(row) else None
    assert mine == value
    assert type(mine) is type(value) or (isinstance(mine, float) and isinstance(value, int))
    found = openpyxl.load_workbook(target)["S"][address]
    if isinstance(value, date):
        assert found.value == (value if isinstance(value, datetime) else datetime(value.year, value.month, value.day))
        assert found.is_date
    elif name not in ("control", "escape"):  # openpyxl leaves _xHHHH_ undecoded in inline text
        assert found.value == value
        assert found.data_type == ("e" if name == "error" else "s" if isinstance(value, str) else found.data_type)
    if isinstance(value, str) and name not in ("error", "control", "escape"):
        sheet_rows = CalamineWorkbook.from_path(str(target)).get_sheet_by_name("S").to_python(skip_empty_area=False)
        assert sheet_rows[int(address[1]) - 1][column] == value


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x" * 32_768, "X-106"),
        ("📦" * 16_384, "X-106"),
        (float("nan"), "X-107"),
        (float("inf"), "X-107"),
        (10**400, "X-107"),
        (123456789012345678, "X-107"),
        ([1], "X-110"),
        ({"a": 1}, "X-110"),
        ("\ud800", "X-110"),
        (CellError("nonsense"), "X-110"),
        (Formula(" "), "X-110"),
        (date(1899, 12, 31), "X-111"),
    ],
)
def test_values_no_cell_can_hold(tmp_path, value, code):
    target, report = run(
        build(tmp_path / "v.xlsx", {"S": sheet(ROW)}, strings=STRINGS), edit("A1", value), edit("A2", 1)
    )
    assert (report.changed, codes(report)) == (["S!A2"], {"S!A1": code})
    target.unlink()
    _, report = run(tmp_path / "v.xlsx", edit("A1", value))
    assert not report.changed
    assert not target.exists()


def test_addresses_off_the_sheet(tmp_path):
    path = build(tmp_path / "a.xlsx", {"S": sheet(ROW)}, strings=STRINGS)
    _, report = run(path, CellEdit("S", 0, 0, 1), CellEdit("S", 1, 16384, 1), CellEdit("S", 1048577, 0, 1))
    assert [refusal.code.id for refusal in report.refused] == ["X-108"] * 3
    target, report = run(path, edit("XFD1048576", 1), edit("A1", 1), edit("A1", 2))
    assert report.changed == ["S!XFD1048576", "S!A1"]
    assert openpyxl.load_workbook(target)["S"]["A1"].value == 2


def test_cells_that_must_not_be_touched(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c><c r="B1"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c><c r="B2"><f>B1</f><v>1</v></c>'
        '<c r="C2" cm="1"><f t="array" ref="C2:C4">B1:B3</f><v>1</v></c></row>'
        '<row r="3"><c r="C3"><v>1</v></c></row><row r="6"><c r="E6"><f t="dataTable" ref="E6:F7" r1="B1"/><v>1</v></c></row>'
    )
    path = build(tmp_path / "f.xlsx", {"S": sheet(rows, tail='<mergeCells><mergeCell ref="H1:I2"/></mergeCells>')})
    cells = ["A1", "B2", "C2", "C3", "E6", "F7", "H1", "I1", "I2"]
    target, report = run(path, *(edit(cell, 9) for cell in cells))
    assert codes(report) == {
        "S!A1": "X-101", "S!C2": "X-102", "S!C3": "X-102",
        "S!E6": "X-103", "S!F7": "X-103", "S!I1": "X-104", "S!I2": "X-104",
    }  # fmt: skip
    assert report.changed == ["S!B2", "S!H1"]
    assert 'fullCalcOnLoad="1"' in part(target, "xl/workbook.xml")


def test_a_shared_formula_stays_whole_where_one_of_its_cells_can_not_be_written(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    path = build(tmp_path / "f.xlsx", {"S": sheet(rows)})
    _, report = run(path, edit("A1", 1), edit("A2", float("nan")))
    assert (report.changed, codes(report)) == ([], {"S!A1": "X-101", "S!A2": "X-107"})
    _, report = run(path, edit("A1", 1), edit("A2", 2))
    assert (report.changed, codes(report)) == (["S!A1", "S!A2"], {})


def test_what_stands_behind_the_rows_may_be_longer_than_what_is_read_at_a_time(tmp_path):
    tail = f'<mergeCells><mergeCell ref="H1:I2"/></mergeCells><extLst><ext uri="u">{"x" * 600_000}</ext></extLst>'
    path = build(tmp_path / "t.xlsx", {"S": sheet('<row r="1"><c r="A1"><v>1</v></c></row>', tail=tail)})
    target, report = run(path, edit("A1", 2), edit("I2", 3))
    assert (report.changed, codes(report)) == (["S!A1"], {"S!I2": "X-104"})
    assert part(target, "xl/worksheets/sheet1.xml").endswith(f"</sheetData>{tail}</worksheet>")


def test_a_formula_that_many_cells_share_goes_as_a_whole(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1*2</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>4</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>6</v></c></row>'
    )
    path = build(tmp_path / "s.xlsx", {"S": sheet(rows)})
    cells = ("A1", "A2", "A3")
    target, report = run(path, *(edit(cell, index) for index, cell in enumerate(cells)))
    assert not report.refused
    assert part(target, "xl/worksheets/sheet1.xml").count("<f") == 0
    for wrong in ({"expect": 99}, {"value": "x" * 40_000}):
        edits = [edit(cell, 1) for cell in cells[:2]] + [
            CellEdit("S", 3, 0, wrong.get("value", 1), wrong.get("expect", 6))
        ]
        _, report = run(path, *edits)
        assert sorted(codes(report)) == ["S!A1", "S!A3"], "the text of the formula stays for the cell that keeps it"


def test_locked_cells(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="3"><v>1</v></c></row><row r="2" s="3" customFormat="1"/>'
    tail = '<sheetProtection sheet="1" objects="1"/>'
    path = build(
        tmp_path / "l.xlsx", {"S": sheet(rows, tail=tail, head='<cols><col min="4" max="4" style="3"/></cols>')}
    )
    asked = [edit(cell, 9) for cell in ("A1", "B1", "C1", "D1", "A2", "D9")]
    _, report = run(path, *asked)
    assert codes(report) == {"S!A1": "X-105", "S!C1": "X-105"}
    assert not run(path, *asked, allow_locked=True)[1].refused


def test_expected_old_values(tmp_path):
    rows = (
        '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>1200</v></c><c r="C1" s="1"><v>45750</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1"><f>B1</f><v>5</v></c>'
        '<c r="G1" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    path = build(tmp_path / "e.xlsx", {"S": sheet(rows)}, strings=STRINGS)
    right = [
        ("A1", "乙"),
        ("B1", 1200),
        ("C1", date(2025, 4, 3)),
        ("D1", True),
        ("E1", CellError("#N/A")),
        ("F1", 5),
        ("G1", "x"),
        ("H1", None),
    ]
    assert not run(path, *(edit(cell, 0, expect) for cell, expect in right))[1].refused
    wrong = [
        ("A1", "甲"),
        ("B1", 1),
        ("C1", date(2025, 4, 4)),
        ("D1", None),
        ("E1", "#N/A"),
        ("F1", 6),
        ("G1", None),
        ("H1", 0),
    ]
    _, report = run(path, *(edit(cell, 0, expect) for cell, expect in wrong))
    assert codes(report) == {f"S!{cell}": "X-109" for cell, _ in wrong}
    assert report.refused[0].facts == {"found": " 乙 ", "expected": "甲"}


def test_dates_take_a_date_format_of_the_cells_own_style(tmp_path):
    rows = '<row r="1"><c r="A1" s="3"><v>1</v></c><c r="B1" s="2"><v>1</v></c></row>'
    path = build(tmp_path / "d.xlsx", {"S": sheet(rows)})
    day = date(2025, 4, 3)
    target, _ = run(path, edit("A1", day), edit("B1", day), edit("C1", day), edit("D1", datetime(2025, 4, 3, 8)))
    assert '<c r="A1" s="5"><v>45750</v></c><c r="B1" s="2"><v>45750</v></c>' in part(target)
    cells = openpyxl.load_workbook(target)["S"][1]
    assert [cell.number_format for cell in cells] == ["mm-dd-yy", 'yyyy"年"m"月"', "mm-dd-yy", "m/d/yy h:mm"]
    assert not cells[0].protection.locked
    bare = build(tmp_path / "n.xlsx", {"S": sheet(rows)}, styles=None)
    assert codes(run(bare, edit("A1", day))[1]) == {"S!A1": "X-112"}


CHAIN = f'<calcChain xmlns="{MAIN}"><c r="A1" i="1" l="1"/><c r="B1"/><c r="A1" i="2"/><c r="C1" i="1"/></calcChain>'
FORMULAS = '<row r="1"><c r="A1"><f>1</f><v>1</v></c><c r="B1"><f>2</f><v>2</v></c><c r="C1"><f>3</f><v>3</v></c></row>'


def test_calculation_chain(tmp_path):
    path = build(tmp_path / "c.xlsx", {"S": sheet(FORMULAS), "T": sheet(FORMULAS)}, chain=CHAIN)
    target, _ = run(path, edit("A1", 5))
    kept = '<c r="B1" i="1"/><c r="A1" i="2"/><c r="C1" i="1"/></calcChain>'
    assert part(target, "xl/calcChain.xml").endswith(f'main">{kept}')
    target, _ = run(path, edit("A1", Formula("4")), edit("D1", 1))
    assert part(target, "xl/calcChain.xml") == CHAIN
    target, _ = run(path, edit("A1", 5), edit("B1", 5), edit("C1", 5), edit("A1", 5, tab="T"))
    names = members(target)
    assert "xl/calcChain.xml" not in names
    assert b"calcChain" not in names["[Content_Types].xml"] + names["xl/_rels/workbook.xml.rels"]
    assert openpyxl.load_workbook(target)["S"]["C1"].value == 5


def test_recalculation_is_asked_for_only_where_formulas_are(tmp_path):
    plain = build(tmp_path / "p.xlsx", {"S": sheet(ROW)}, strings=STRINGS)
    target, _ = run(plain, edit("A1", 5))
    assert raw_records(target)["xl/workbook.xml"] == raw_records(plain)["xl/workbook.xml"]
    elsewhere = build(
        tmp_path / "q.xlsx", {"S": sheet(ROW), "T": sheet(FORMULAS)}, strings=STRINGS, workbook='<calcPr calcId="1"/>'
    )
    target, _ = run(elsewhere, edit("A1", 5))
    assert '<calcPr calcId="1" fullCalcOnLoad="1"/>' in part(target, "xl/workbook.xml")


TABLE = (
    f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:D2"><autoFilter ref="A1:D2"/><tableColumns count="4">'
    '<tableColumn id="1" name="a"/><tableColumn id="2" name="b"/><tableColumn id="3" name="c"><calculatedColumnFormula>'
    'T[[#This Row],[b]]*2</calculatedColumnFormula></tableColumn><tableColumn id="4" name="d"/></tableColumns></table>'
)
GROWING = (
    '<autoFilter ref="A1:D2"/><conditionalFormatting sqref="B2 D1:D9"><cfRule type="expression" priority="1"><formula>1'
    '</formula></cfRule></conditionalFormatting><dataValidations count="1"><dataValidation type="list" sqref="A2:A2 C2">'
    '<formula1>"x"</formula1></dataValidation></dataValidations><tableParts count="1"><tablePart r:id="rId9"/></tableParts>'
    '<extLst><ext xmlns:x14="y" uri="u"><x14:dataValidations xmlns:xm="m"><x14:dataValidation><xm:sqref>B2</xm:sqref>'
    "</x14:dataValidation></x14:dataValidations><x14:sparklineGroups><xm:sqref xmlns:xm='m'>D2</xm:sqref></x14:sparklineGroups></ext></extLst>"
)


def growing(
    path,
    rows='<row r="2" ht="30" hidden="1" x="1"><c r="A2" s="3"><v>1</v></c><c r="C2"><f>B2*2</f></c><c r="D2" s="1"><f>$A$1+A2+A1</f></c></row>',
):
    return build(
        path,
        {
            "S": sheet(
                f'<row r="1"><c r="A1" t="str"><v>a</v></c></row>{rows}', head='<dimension ref="A1:D2"/>', tail=GROWING
            )
        },
        extra={"xl/tables/t.xml": TABLE},
        relations={1: {"rId9": ("table", "/xl/tables/t.xml")}},
        workbook='<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">\'S\'!$A$1:$D$2</definedName></definedNames>',
    )


@pytest.mark.filterwarnings("ignore:Unknown extension")
def test_appended_rows(tmp_path):
    path = growing(tmp_path / "g.xlsx")
    appends = [RowAppend("S", row, {0: f"新{row}", 1: row}, like=2, formula_cols=(2, 3)) for row in (4, 3)]
    target, report = run(path, appends=appends)
    assert (report.refused, report.changed) == ([], [f"S!{letter}{row}" for row in (3, 4) for letter in "ABCD"])
    text = part(target)
    assert (
        '<row r="4" ht="30" x="1"><c r="A4" s="3" t="inlineStr"><is><t>新4</t></is></c><c r="B4"><v>4</v></c>'
        '<c r="C4"><f>T[[#This Row],[b]]*2</f></c><c r="D4" s="1"><f>$A$1+A4+A3</f></c></row></sheetData>'
    ) in text
    for grown in (
        '<dimension ref="A1:D4"/>', '<autoFilter ref="A1:D4"/>', 'sqref="B2:B4 D1:D9"', 'sqref="A2:A4 C2:C4"',
        "<xm:sqref>B2:B4</xm:sqref>", "<xm:sqref xmlns:xm='m'>D2</xm:sqref>",
    ):  # fmt: skip
        assert grown in text
    assert 'ref="A1:D4"><autoFilter ref="A1:D4"/>' in part(target, "xl/tables/t.xml")
    assert "'S'!$A$1:$D$4<" in part(target, "xl/workbook.xml")
    again = openpyxl.load_workbook(target)["S"]
    assert again.tables["T"].ref == "A1:D4"
    assert [cell.value for cell in again[3]] == ["新3", 3, "=T[[#This Row],[b]]*2", "=$A$1+A3+A2"]


def test_append_onto_prepared_and_taken_rows(tmp_path):
    more = '<row r="3" hidden="1"><c r="A3" s="1"/><c r="D3"><f>A3</f><v/></c></row><row r="4"><c r="C4"><v>1</v></c></row>'
    path = growing(tmp_path / "g.xlsx", '<row r="2"><c r="A2"/><c r="D2"><f>A2</f></c></row>' + more)
    appends = [RowAppend("S", row, {0: "新"}, like=2, formula_cols=(3,)) for row in (3, 4)]
    target, report = run(path, appends=appends)
    assert (report.changed, codes(report)) == (["S!A3"], {"S!A4": "X-113"})
    assert (
        '<row r="3" hidden="1"><c r="A3" s="1" t="inlineStr"><is><t>新</t></is></c><c r="D3"><f>A3</f><v/></c></row>'
        in part(target)
    )


def test_an_append_with_a_bad_cell_is_refused_whole(tmp_path):
    _, report = run(growing(tmp_path / "g.xlsx"), appends=[RowAppend("S", 3, {0: "新", 1: "x" * 40_000}, like=2)])
    assert codes(report) == {"S!A3": "X-106", "S!B3": "X-106"}


def test_new_tabs(tmp_path):
    path = build(
        tmp_path / "t.xlsx",
        {"S": sheet(ROW)},
        strings=STRINGS,
        workbook='<definedNames><definedName name="QLC_log">#REF!</definedName></definedNames>',
    )
    rows = [["时间", "数"], [datetime(2025, 4, 3, 8, 30), 5], [None, "=1"]]
    tabs = [NewTab("日志 'a' & b", rows, (20, 8.5), "qlc_log"), NewTab("空", []), NewTab("s", []), NewTab("a/b", [])]
    target, report = run(path, new_tabs=tabs)
    assert (report.changed, codes(report)) == (["日志 'a' & b", "空"], {"s": "X-114", "a/b": "X-114"})
    workbook = openpyxl.load_workbook(target)
    assert workbook.sheetnames == ["S", "日志 'a' & b", "空"]
    tab = workbook["日志 'a' & b"]
    assert [[cell.value for cell in row] for row in tab.rows] == rows
    assert (tab["A1"].font.b, tab["A2"].is_date, tab.column_dimensions["A"].width, tab.freeze_panes) == (
        True,
        True,
        20,
        "A2",
    )
    assert workbook.defined_names["qlc_log"].attr_text == "'日志 ''a'' & b'!$A$1"
    assert workbook.defined_names["qlc_log"].hidden
    assert len(workbook.defined_names) == 1
    assert raw_records(target)["xl/worksheets/sheet1.xml"] == raw_records(path)["xl/worksheets/sheet1.xml"]
    locked = build(
        tmp_path / "l.xlsx", {"S": sheet(ROW)}, strings=STRINGS, workbook='<workbookProtection lockStructure="1"/>'
    )
    assert codes(run(locked, new_tabs=[NewTab("N", [])])[1]) == {"N": "X-115"}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ('<row r="2"/><row r="1"/>', "X-011"),
        ('<row r="1"/><row r="1"/>', "X-011"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "X-011"),
        ('<row r="1"><c r="A1"/><c r="A1"/></row>', "X-011"),
        ('<row r="1"><c r="A2"/></row>', "X-011"),
        ('<row r="1"><c r="A1"><v>1</c></row>', "X-010"),
        ('<row r="1"><c r="A1"><v>1</v></c>', "X-010"),
        ('<row r="1"><c r="A1"/></row><row r="5"><c r="A5"><v>&bad;</v></c></row>', "X-010"),
    ],
)
def test_broken_sheets_are_refused(tmp_path, rows, code):
    path = build(tmp_path / "b.xlsx", {"S": sheet(rows)})
    with pytest.raises(Refused) as caught:
        run(path, edit("A1", 1))
    assert caught.value.code.id == code
    assert not (tmp_path / "out.xlsx").exists()


def test_files_that_must_not_be_touched(tmp_path):
    def refusal(tab="S", **more):
        path = build(tmp_path / "r.xlsx", {"S": sheet(ROW)}, strings=STRINGS, **more)
        with pytest.raises(Refused) as caught:
            run(path, edit("A1", 1, tab=tab))
        return caught.value.code.id

    assert refusal(extra={"_xmlsignatures/origin.sigs": b""}) == "X-008"
    assert refusal(extra={"xl/revisions/revisionHeaders.xml": "<headers/>"}) == "X-009"
    assert refusal("T") == "X-012"
    assert refusal(extra={"xl/theme/theme1.xml": "<!DOCTYPE a><a/>"}) == "X-005"


@pytest.mark.parametrize("kind", ["descriptor", "stored", "prefix", "comment", "zip64"])
def test_archives_of_every_kind(tmp_path, kind):
    path = tmp_path / "z.xlsx"
    extra = {"xl/media/i.png": b"\x89PNG" * 50}
    options = {"stored": {"compression": zipfile.ZIP_STORED}, "comment": {"comment": b"a comment"}}.get(kind, {})
    build(path, {"S": sheet(ROW)}, strings=STRINGS, extra=extra, **options)
    if kind in ("descriptor", "zip64"):
        contents = members(path)

        class Pipe:
            def __init__(self, file):
                self.write, self.flush = file.write, file.flush

        with (
            path.open("wb") as file,
            zipfile.ZipFile(Pipe(file) if kind == "descriptor" else file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name, data in contents.items():
                with archive.open(name, "w", force_zip64=kind == "zip64") as member:
                    member.write(data)
    if kind == "prefix":
        path.write_bytes(b"MZ stub" + path.read_bytes())
    target, report = run(path, edit("A1", "新"))
    assert report.changed == ["S!A1"]
    with zipfile.ZipFile(target) as archive, zipfile.ZipFile(path) as before:
        assert archive.testzip() is None
        assert (archive.namelist(), archive.comment) == (before.namelist(), before.comment)
    assert openpyxl.load_workbook(target)["S"]["A1"].value == "新"
    old, new = raw_records(path), raw_records(target)
    assert [name for name in old if old[name] != new[name]] == ["xl/worksheets/sheet1.xml"]


value = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=12), st.dates(date(1900, 3, 1), date(9999, 12, 30)),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([None, 1, "a", "b&", True]), max_size=5), max_size=6),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 6), value), min_size=1, max_size=12),
)
def test_any_edits_of_any_sheet(tmp_path_factory, rows, asked):
    path = tmp_path_factory.mktemp("h") / "h.xlsx"
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    target, report = run(path, *(CellEdit("Sheet", *item) for item in asked))
    assert not report.refused
    with open_workbook(path) as book:
        before = _cells(book.read("Sheet"))
    with open_workbook(target) as book:
        after = _cells(book.read("Sheet"))
    for row, column, wanted in asked:
        before.pop((row, column), None)
        if wanted is not None and wanted != "":
            before[row, column] = wanted
    assert after == before
    found = openpyxl.load_workbook(target).active
    for (row, column), wanted in before.items():
        if isinstance(wanted, (bool, int)):
            assert found.cell(row, column + 1).value == wanted


def _cells(grid):
    return {
        (n, c): v for n, row in zip(grid.numbers, grid.rows, strict=True) for c, v in enumerate(row) if v is not None
    }


def test_styles_are_only_added_to(tmp_path):
    path = build(tmp_path / "d.xlsx", {"S": sheet(ROW)}, strings=STRINGS)
    target, _ = run(path, edit("A1", date(2025, 4, 3)))
    was = re.sub(r'cellXfs count="\d+"', "", STYLES)
    now = re.sub(r'cellXfs count="\d+"', "", part(target, "xl/styles.xml"))
    assert now.replace('<xf numFmtId="14" applyNumberFormat="1"/></cellXfs>', "</cellXfs>") == was


def test_rows_between_pretty_printed_rows(tmp_path):
    rows = '\n  <row r="1">\n    <c r="A1"><v>1</v></c>\n  </row>\n  <row r="5">\n    <c r="A5"/>\n  </row>\n'
    path = build(tmp_path / "p.xlsx", {"S": sheet(rows)})
    target, report = run(path, edit("A3", 1), edit("B3", 2), edit("A2", 0))
    assert report.changed == ["S!A3", "S!B3", "S!A2"]
    new = '<row r="2"><c r="A2"><v>0</v></c></row><row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>2</v></c></row>'
    assert part(target) == part(path).replace('<row r="5">', new + '<row r="5">')


def test_bytes_that_are_no_text_are_refused(tmp_path):
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>\udcff</t></is></c></row>'
    path = build(tmp_path / "b.xlsx", {"S": sheet(cells).encode("utf-8", "surrogateescape")})
    with pytest.raises(Refused, match="X-010"):
        patch(path, tmp_path / "o.xlsx", edits=[CellEdit("S", 1, 0, "x", expect="y")])
    assert not (tmp_path / "o.xlsx").exists()


def test_the_proof_needs_no_more_than_a_piece_of_rows_without_end_tags():
    text = "".join(f'<row r="{number}" ht="15"/>' for number in range(1, 5001)).encode()
    part = b"<worksheet><sheetData>" + text + b'<row r="5001"><c r="A5001"/></row></sheetData></worksheet>'
    read = 0

    def chunks():
        nonlocal read
        for at in range(0, len(part), 500):
            read += 1
            yield part[at : at + 500]

    rows = iter(RawRows(chunks()))
    assert [next(rows)[0] for _ in range(100)] == list(range(1, 101))
    assert read < 10
    assert [number for number, _ in rows] == list(range(101, 5002))
