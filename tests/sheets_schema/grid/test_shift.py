"""A moved formula reads what lies as far from it as before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW, Corner, parse_corner
from sheets_schema.grid.shift import shift


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "moved"),
    [
        ("A1", 0, 0, "A1"),
        ("a1+$b$2", 1, 1, "B2+$B$2"),
        ("A$1:$B2", 2, 2, "C$1:$B4"),
        ("A:$C+2:$3", 1, 1, "B:$C+3:$3"),
        ("XFD1048576", 0, 0, "XFD1048576"),
        ("XFC1048575", 1, 1, "XFD1048576"),
        ("XFD1+B1048576", 1, 0, "XFD2+#REF!"),
        ("XFD1+A1", 0, 1, "#REF!+B1"),
        ("A1+B2", -1, -1, "#REF!+A1"),
        ("A1:B2", -1, 0, "#REF!"),
        ("B:C+2:3", -1, -1, "A:B+1:2"),
        ("A:C", 0, -1, "#REF!"),
        ("1:3", -1, 0, "#REF!"),
        ("XFE1+A1048577+A0", 1, 1, "XFE1+A1048577+A0"),
        ("名称+T1[A1]+'A1'!A1+A1!A1", 1, 0, "名称+T1[A1]+'A1'!A2+A1!A2"),
        ('"A1"&LOG10(A1)&#REF!&A1#', 1, 0, '"A1"&LOG10(A2)&#REF!&A2#'),
    ],
)
def test_where_a_formula_goes(formula, rows, columns, moved):
    assert shift(formula, rows, columns) == moved


@given(st.integers(1, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_there_and_back(row, column, down, right):
    formula = f'SUM({"ABCDEFG"[column % 7]}{row}:$Z${row},H{row + column})&"A1"'
    assert shift(shift(formula, down, right), -down, -right) == formula


def test_corners():
    assert parse_corner("XFD$1048576") == Corner(LAST_COLUMN, LAST_ROW, False, True)
    assert parse_corner("$AB") == Corner(27, None, True, False)
    assert parse_corner("$12") == Corner(None, 12, False, True)
    assert parse_corner("xfd1048576").is_on_sheet
    assert not any(parse_corner(text).is_on_sheet for text in ("XFE1", "A1048577", "A0"))
    for text in ("", "$", "A1:B2", "ABCD1", "1A", "A 1"):
        with pytest.raises(ValueError, match=rf"^{text.replace('$', '[$]')}$"):
            parse_corner(text)
