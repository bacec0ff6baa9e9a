"""Rows read many at a time: blanks at their ends are no cells, and their order is held."""

import pytest

from rules.errors import Error
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import build, sheet


def row(number, *cells):
    written = "".join(
        f'<c r="{letter}{number}" s="2"/>' if cell is None else f'<c r="{letter}{number}"><v>{cell}</v></c>'
        for letter, cell in zip("ABC", cells, strict=False)
    )
    return f'<row r="{number}">{written}</row>'


def read(path, rows):
    with open_workbook(build(path, {"S": sheet("".join(rows))})) as book:
        return book.read("S")


def test_blank_cells_at_the_end_of_some_rows(tmp_path):
    rows = [row(at, at, at, None if at % 3 else at) for at in range(1, 200)]
    grid = read(tmp_path / "b.xlsx", rows)
    assert grid.rows == [[at, at] if at % 3 else [at, at, at] for at in range(1, 200)]


@pytest.mark.parametrize("number", [1, 20, 39, 40])
def test_a_row_that_comes_again_behind_many_of_one_form(tmp_path, number):
    formula = f'<row r="{number}"><c r="A{number}"><f>B1</f><v>1</v></c></row>'
    with pytest.raises(Error, match=f"X-011.*row {number} after row 40"):
        read(tmp_path / "r.xlsx", [*(row(at, at, at) for at in range(1, 41)), formula])
