import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Error
from sheets_schema.cells import CellError
from sync.backends.workbook.reader import open_workbook
from sync.backends.workbook.rows import PartContext, slow_rows
from tests.sync.backends.packages import EMPTY, MAIN, ROW, STRINGS, WEIRD, build, sheet


def read(path, tab="S"):
    with open_workbook(path) as book:
        return book.read(tab)


def code(path, tab="S"):
    with pytest.raises(Error) as caught:
        read(path, tab)
    assert caught.value.file
    return caught.value.code.id


@pytest.mark.parametrize("name", WEIRD)
def test_every_spelling_reads_the_same(tmp_path, name):
    grid = read(build(tmp_path / "w.xlsx", {"S": WEIRD[name]}, strings=STRINGS))
    assert (grid.numbers, grid.rows) == (([], []) if name in EMPTY else ([1, 2], [[1.0, "甲"], [2.0]]))


def test_values(tmp_path):
    cells = (
        '<c r="A5" s="1"><v>45750</v></c><c r="B5" s="2"><v>45750.5</v></c><c r="C5" s="4"><v>45750</v></c>'
        '<c r="D5" t="b"><v>1</v></c><c r="E5" t="e"><v>#DIV/0!</v></c><c r="F5" t="str"><v>00123</v></c>'
        '<c r="G5" t="d"><v>2025-04-03T00:00:00</v></c><c r="I5" t="inlineStr"><is><r><t>x</t></r><r><t> y</t></r></is></c>'
        '<c r="J5" s="1"/><c r="K5"><f>A5+1</f></c><c r="L5" t="n"><f>1/4</f><v>0.25</v></c><c r="M5" t="s"><v>1</v></c>'
        '<c r="N5" t="s"><v>2</v></c><c r="O5" t="s"><v>3</v></c><c r="P5" t="s"><v>4</v></c><c r="Q5" s="1"><v>-3</v></c>'
    )
    grid = read(build(tmp_path / "v.xlsx", {"S": sheet(f'<row r="5">{cells}</row>')}, strings=STRINGS))
    assert grid.numbers == [5]
    assert grid.rows[0] == [
        date(2025, 4, 3), datetime(2025, 4, 3, 12), date(2025, 4, 3), True, CellError("#DIV/0!"), "00123",
        date(2025, 4, 3), None, "x y", None, None, 0.25, " 乙 ", "", "rich text", "a\x0bb &_x0041_", -3.0,
    ]  # fmt: skip
    assert isinstance(grid.rows[0][4], CellError)
    assert grid.formulas == {(5, 10): "A5+1", (5, 11): "1/4"}


def test_a_truth_value_that_is_none_and_a_moment_with_its_zone(tmp_path):
    cells = (
        '<c r="A1" t="b"><v>2</v></c><c r="B1" t="b"><v>yes</v></c><c r="C1" t="d"><v>2026-04-27T20:00:00.000Z</v></c>'
    )
    (row,) = read(build(tmp_path / "v.xlsx", {"S": sheet(f'<row r="1">{cells}</row>')})).rows
    assert row == ["2", "yes", "2026-04-27T20:00:00.000Z"]
    assert [isinstance(cell, CellError) for cell in row] == [True, True, False]


def test_rows_that_are_only_formatted_down_to_the_last_are_no_long_row(tmp_path, monkeypatch):
    monkeypatch.setattr("sync.backends.workbook.row_feed.LONGEST_ROW", 1 << 20)
    blank = "".join(f'<row r="{number}" spans="1:3" ht="15.75" customHeight="1"/>' for number in range(3, 60_000))
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row>{blank}<row r="60000"><c r="A60000"><v>2</v></c></row>'
    grid = read(build(tmp_path / "v.xlsx", {"S": sheet(rows)}))
    assert (grid.numbers, grid.rows) == ([1, 60000], [[1.0], [2.0]])
    grid = read(build(tmp_path / "w.xlsx", {"S": sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + blank)}))
    assert (grid.numbers, grid.rows) == ([1], [[1.0]])


def test_1904_dates(tmp_path):
    path = build(tmp_path / "d.xlsx", {"S": sheet('<row r="1"><c r="A1" s="1"><v>44288</v></c></row>')})
    text = path.read_bytes()
    assert read(path).rows == [[date(2021, 4, 2)]]
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace(
        b"<sheets>", b'<workbookPr date1904="1"/><sheets>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    assert text != path.read_bytes()
    assert read(path).rows == [[date(2025, 4, 3)]]


def test_shared_and_array_formulas(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:B2" si="0">$C1+D$1</f><v>1</v></c><c r="B1"><f t="shared" si="0"/></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/></c><c r="C2"><f t="array" ref="C2:C3">{1;2}</f><v>1</v></c></row>'
    )
    grid = read(build(tmp_path / "f.xlsx", {"S": sheet(rows)}))
    assert grid.formulas == {(1, 0): "$C1+D$1", (1, 1): "$C1+E$1", (2, 1): "$C2+E$1", (2, 2): "{1;2}"}
    assert grid.arrays == {(2, 2): "C2:C3"}


def test_a_stray_cell_costs_nothing_and_the_dimension_is_not_believed(tmp_path):
    rows = ROW + '<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>'
    grid = read(build(tmp_path / "x.xlsx", {"S": sheet(rows, head='<dimension ref="A1"/>')}, strings=STRINGS))
    assert grid.numbers == [1, 2, 1048576]
    assert grid.rows[2][16383] == 9.0


def test_what_stands_around_the_rows(tmp_path):
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:B3"><autoFilter ref="A1:B3"/><tableColumns count="2">'
        '<tableColumn id="1" name="甲"/><tableColumn id="2" name="乙"><calculatedColumnFormula>T[甲]*2'
        "</calculatedColumnFormula></tableColumn></tableColumns></table>"
    )
    path = build(
        tmp_path / "t.xlsx",
        {"S": sheet(ROW, tail='<autoFilter ref="A1:B2"/><mergeCells><mergeCell ref="C1:D2"/></mergeCells>')},
        strings=STRINGS,
        extra={"xl/tables/t1.xml": table},
        relations={1: {"rId9": ("table", "../tables/t1.xml")}},
        workbook='<definedNames><definedName name="qlc">S!$A$1</definedName><definedName name="L" localSheetId="0">1</definedName></definedNames>',
    )
    grid = read(path)
    assert (str(grid.autofilter), [str(area) for area in grid.merged]) == ("A1:B2", ["C1:D2"])
    assert (grid.tables[0].name, grid.tables[0].columns, grid.tables[0].formulas) == (
        "T",
        ("甲", "乙"),
        {"乙": "T[甲]*2"},
    )
    with open_workbook(path) as book:
        assert book.defined_names == {"qlc": "S!$A$1", "S!L": "1"}
        assert len(book.sha256) == 64


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<row r="2"/><row r="1"/><row r="3"><c r="A3"/></row>', "X-011"),
        ('<row r="2"><c r="A2"/></row><row r="2"><c r="A2"/></row>', "X-011"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "X-011"),
        ('<row r="1"><c r="A1"/><c r="A1"/></row>', "X-011"),
        ('<row r="1"><c r="A2"><f>1</f></c></row>', "X-011"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "X-011"),
        ('<row r="1"><c r="A1"><v>1</c></row>', "X-010"),
        ('<row r="1"><c r="A1"><v>1</v></c>', "X-010"),
        ('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">1</f></c></row>', "X-011"),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t>\udcff</t></is></c></row>', "X-010"),
    ],
)
def test_broken_rows(tmp_path, rows, expected):
    assert code(build(tmp_path / "b.xlsx", {"S": sheet(rows).encode("utf-8", "surrogateescape")})) == expected


def test_hostile_and_unreadable_files(tmp_path):
    path = tmp_path / "h.xlsx"
    evil = '<!DOCTYPE worksheet [<!ENTITY a "b">]>'
    assert code(build(path, {"S": sheet(ROW, before=evil)})) == "X-005"
    assert code(build(path, {"S": sheet(ROW)}, extra={"docProps/x.xml": f"<!-- -->{evil}<a/>"})) == "X-005"
    with pytest.warns(UserWarning, match="Duplicate"):
        build(path, {"S": sheet(ROW)}, extra={"xl/worksheets/sheet1.xml": sheet(ROW)})
    assert code(path) == "X-006"
    assert code(build(path, {"S": sheet(" " * (80 << 20))})) == "X-004"
    path.write_bytes(b"hello")
    assert code(path) == "X-001"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert code(path) == "X-002"
    whole = build(path, {"S": sheet(ROW)}, strings=STRINGS).read_bytes()
    assert code(path, "T") == "X-012"
    at = whole.index(b"xl/worksheets/sheet1.xml") + 30
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
    assert code(path) == "X-003"
    path.write_bytes(whole[: len(whole) // 2])
    assert code(path) == "X-001"


def test_missing_parts(tmp_path):
    assert code(build(tmp_path / "m.xlsx", {"S": sheet(ROW)})) == "X-011"  # a shared string, but no shared strings
    plain = '<row r="1"><c r="A1" s="7"><v>1</v></c></row>'
    assert read(build(tmp_path / "n.xlsx", {"S": sheet(plain)}, styles=None)).rows == [[1.0]]


cell = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.text("a<&\"'中 \n_x0041", max_size=8),
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cell, max_size=6), max_size=8))
def test_reads_what_openpyxl_wrote_and_both_ways_agree(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("p") / "o.xlsx"
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(["=" if isinstance(value, str) and value.startswith("=") else value for value in row])
    workbook.save(path)
    again = openpyxl.load_workbook(path).active
    with open_workbook(path) as book:
        grid = book.read("Sheet")
        part = book.tabs[0].part
        context = PartContext(book.strings, book.styles.dates, book.date1904, "", "")
        slow = slow_rows(book.chunks(part)[1], part, context)
    assert (slow.numbers, slow.rows, slow.formulas) == (grid.numbers, grid.rows, grid.formulas)
    found = {
        (n, c): v for n, row in zip(grid.numbers, grid.rows, strict=True) for c, v in enumerate(row) if v is not None
    }
    for (row, column), item in again._cells.items():
        value = item.value.date() if isinstance(item.value, datetime) else item.value
        mine = found.pop((row, column - 1), None)
        if not isinstance(value, str) or "_x" not in value:  # openpyxl does not decode escapes
            assert mine == value or (mine in (None, "") and value in (None, ""))
    assert not [value for value in found.values() if value != ""]
