"""The value that a formula shows, written without touching the formula."""

from datetime import date

import pytest

from sheets_schema.cells import CellError
from sheets_schema.grid.edits import Cached, CellEdit, Formula
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import MAIN, build, part, sheet

ROWS = (
    '<row r="1"><c r="A1" s="3" t="e"><f>LEADTIME("a &amp; b")</f><v>#NAME?</v></c>'
    '<c r="B1" cm="1" vm="2"><f t="array" ref="B1:C1">X(1)</f><v>0</v></c><c r="C1"><v>0</v></c><c r="D1"><v>4</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2+1</f></c></row>'
    '<row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>old</v><extLst><ext uri="u"/></extLst></c></row>'
)
VALUES = {"A1": 71.0, "B1": "是<", "C1": None, "A2": True, "A3": CellError("#N/A")}


def edits(values):
    columns = {"A": 0, "B": 1, "C": 2, "D": 3, "E": 4}
    return [CellEdit("S", int(name[1:]), columns[name[0]], Cached(value)) for name, value in values.items()]


@pytest.fixture
def book(tmp_path):
    return build(tmp_path / "in.xlsx", {"S": sheet(ROWS)}, workbook='<calcPr calcId="1"/>')


def test_values_change_and_formulas_stay(book, tmp_path):
    target = tmp_path / "out.xlsx"
    report = patch(book, target, edits=edits(VALUES), recalculate=False)
    assert (report.changed, report.refused) == ([f"S!{name}" for name in VALUES], [])
    text = part(target)
    for piece in (
        '<c r="A1" s="3"><f>LEADTIME("a &amp; b")</f><v>71</v></c>',
        '<c r="B1" cm="1" t="str"><f t="array" ref="B1:C1">X(1)</f><v>是&lt;</v></c><c r="C1" t="str"><v></v></c>',
        '<c r="A2" t="b"><f t="shared" ref="A2:A3" si="0">B2+1</f><v>1</v></c>',
        '<c r="A3" t="e"><f t="shared" si="0"/><v>#N/A</v><extLst><ext uri="u"/></extLst></c>',
    ):
        assert piece in text
    assert part(target, "xl/workbook.xml") == part(book, "xl/workbook.xml")
    with open_workbook(book) as one, open_workbook(target) as two:
        before, after = one.read("S"), two.read("S")
    assert after.formulas == before.formulas
    assert after.rows == [[71.0, "是<", None, 4.0], [True], [CellError("#N/A")]]


def test_a_day_looks_like_a_day(book, tmp_path):
    target = tmp_path / "out.xlsx"
    patch(book, target, edits=edits({"A2": date(2025, 4, 3)}))
    with open_workbook(target) as made:
        assert made.read("S").value(2, 0) == date(2025, 4, 3)
    assert "fullCalcOnLoad" in part(target, "xl/workbook.xml")


def test_where_no_formula_stands_nothing_is_written(book, tmp_path):
    report = patch(book, tmp_path / "out.xlsx", edits=edits({"D1": 1, "E1": 1, "A1": Formula("1+1")}))
    assert {item.cell: item.code.id for item in report.refused} == {
        "S!D1": "X-116",
        "S!E1": "X-116",
        "S!A1": "X-110",
    }
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?><!-- <sheetData> -->'])
def test_prefixes_and_comments(tmp_path, head):
    text = (
        f'{head}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:f>B1</x:f><x:v>0</x:v>'
        "</x:c></x:row></x:sheetData></x:worksheet>"
    )
    book = build(tmp_path / "in.xlsx", {"S": text}, strings=f'<sst xmlns="{MAIN}"><si><t>a</t></si></sst>')
    target = tmp_path / "out.xlsx"
    assert patch(book, target, edits=edits({"A1": " a b"})).changed == ["S!A1"]
    assert '<x:c r="A1" t="str"><x:f>B1</x:f><x:v xml:space="preserve"> a b</x:v></x:c>' in part(target)
    with open_workbook(target) as made:
        assert made.read("S").rows == [[" a b"]]
