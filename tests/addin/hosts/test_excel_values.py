"""Cells across the COM boundary, and formulas with values in place of references."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from addin.hosts.excel.references import references, with_values
from addin.hosts.excel.values import LONGEST_TEXT, from_excel, to_excel, with_faults
from rules.answer import Fault
from sheets_schema.cells import CellError


@pytest.mark.parametrize(
    ("given", "cell"),
    [
        (None, None),
        ("", ""),
        ("车机", "车机"),
        (True, True),
        (5, 5.0),
        (5.5, 5.5),
        (Decimal("1.25"), 1.25),
        (datetime(2025, 4, 3, tzinfo=UTC), date(2025, 4, 3)),
        (datetime(2025, 4, 3, 14, 0, tzinfo=UTC), datetime(2025, 4, 3, 14, 0)),
        (date(2025, 4, 3), date(2025, 4, 3)),
        (-2146826281, CellError("#DIV/0!")),
        (-2146826246, CellError("#N/A")),
        (-2146826259, CellError("#NAME?")),
        (-2146826288, CellError("#NULL!")),
        (-2146826252, CellError("#NUM!")),
        (-2146826265, CellError("#REF!")),
        (-2146826273, CellError("#VALUE!")),
        (-2146826243, CellError("#VALUE!")),
        (-2146828289, -2146828289.0),
    ],
)
def test_cells_come_in(given, cell):
    found = from_excel(given)
    assert (type(found), found) == (type(cell), cell)


def test_ranges_come_in():
    assert from_excel(((1.0,), (2.0,))) == [[1.0], [2.0]]
    assert from_excel(("a", "b")) == [["a", "b"]]
    assert from_excel([]) == [[]]


def test_errors_of_a_range_are_answers_of_their_cells():
    rows = with_faults(from_excel((("a", -2146826281),)))
    assert rows[0][0] == "a"
    assert isinstance(rows[0][1], Fault)
    assert to_excel(rows) == [["a", "#DIV/0!"]]
    assert with_faults("#N/A") == "#N/A"


def test_answers_go_out():
    assert to_excel(None) == ""
    assert to_excel(True) is True
    assert len(to_excel("长" * 40_000)) == LONGEST_TEXT
    assert to_excel("长" * LONGEST_TEXT) == "长" * LONGEST_TEXT


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("=LEADTIME(A2,B2)", ["A2", "B2"]),
        ("=LEADTIME($A2,B$2)+LEADTIME($A2,1)", ["$A2", "B$2"]),
        ('=LEADTIME("A2",B2)', ["B2"]),
        ("=SHAREOVER(A:A,Sheet1!$B:$B)", ["A:A", "Sheet1!$B:$B"]),
        ("=SHAREOVER('库存 数据'!A2:A9,表1!B2:B9)", ["'库存 数据'!A2:A9", "表1!B2:B9"]),
        ("=SKU1(A2)+XAB12C+ABCD12", ["A2"]),
        ("=SKU12(3)", []),
        ("='C:\\x\\quanliucheng.xlam'!LEADTIME(A2)", ["A2"]),
        ("=quanliucheng.xlam!LEADTIME(A2)", ["A2"]),
        ("=1+2", []),
    ],
)
def test_references_are_found(formula, found):
    assert references(formula) == found


def test_values_take_their_place():
    assert with_values("=SHAREOVER(A1:A2,B1:B2)", [((100.0,), (130.5,)), ((30.0,), (None,))]) == (
        "=SHAREOVER({100;130.5},{30;})"
    )
    assert with_values("=SKU(A1,B1,C1)", ['8" 灯', True, -2146826246]) == '=SKU("8"" 灯",TRUE,"#N/A")'
    assert with_values("='quanliucheng.xlam'!ADDWORKDAYS(A1,3,B1)", [45777.0, "CN"]) == '=ADDWORKDAYS(45777,3,"CN")'
