"""A tab read as a table: its header, its columns, the rows that are meant, which sheet of ours it is."""

from datetime import date

import pytest

from addin.commands.tables import table_of
from rules.errors import Error
from rules.policy.loader import load, packaged
from sheets_schema.sheets import SHEETS
from tests.addin.commands.desk import in_memory, selected


def table(rows, tab="表", cells=None, config=None):
    grid = in_memory({tab: rows}).read(tab)
    return table_of(grid, config or packaged(), "备货.xlsx", selected(tab, cells) if cells else None)


@pytest.fixture
def configured(tmp_path):
    def make(text):
        path = tmp_path / "config.yaml"
        path.write_text(text, "utf-8")
        return load(path)

    return make


def test_the_header_is_the_row_that_names_most_columns():
    rows = [["2025年采购计划"], [None], ["填表人", "SKU"], ["＊ｓｋｕ", " 品　名\n", "数量(个)"], ["HI-A-CA", "灯", 3]]
    found = table(rows)
    assert (found.header_row, [line.number for line in found.lines]) == (4, [5])
    assert [found.column(name) for name in ("product", "quantity", "brand")] == [1, 2, None]


def test_a_header_stands_within_the_first_twenty_rows():
    rows = [["x"]] * 19 + [["SKU"], ["A"]]
    assert table(rows).header_row == 20
    with pytest.raises(Error, match="K-010"):
        table([["x"], *rows])


def test_the_first_title_of_a_field_wins():
    found = table([["FBA仓库", "FBA仓", "渠道(成本)", "渠道"], ["MEX1", "MEX2", 1, "快线"]])
    assert found.column("fc") == 1
    assert found.column("lane") == 3


def test_blank_rows_are_no_rows_and_formulas_are_no_blanks():
    found = table([["SKU", "品名"], [None, "　"], ["=B3", "灯"], [None, "灯"]])
    assert [line.number for line in found.lines] == [3, 4]
    assert [found.is_empty(number, 0) for number in (3, 4)] == [False, True]
    assert found.free_column == 2


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (None, [2, 3, 4]),
        ("B3", [2, 3, 4]),
        ("B3:C3", [3]),
        ("A1:B1", [2, 3, 4]),
        ("A3:A1048576", [3, 4]),
        ("A9:B9", [2, 3, 4]),
    ],
)
def test_the_rows_of_the_selection_are_meant(cells, numbers):
    found = table([["SKU"], ["A"], ["B"], ["C"]], cells=cells)
    assert [line.number for line in found.lines] == numbers
    assert len(found.all_lines) == 3


def test_registered_titles_count_everywhere(configured):
    config = configured("site:\n  column_aliases:\n    子-2链接负责人: {品名: [货名]}\n")
    assert table([["SKU", "货名"], ["A", "灯"]], config=config).column("product") == 1
    assert table([["SKU", "货名"], ["A", "灯"]]).column("product") is None


def test_sheets_of_ours_are_known_by_name_and_by_titles(configured):
    titles = [column.title for column in SHEETS["在途"].columns]
    assert table([["SKU"]], tab="库存数据").sheet is SHEETS["库存数据"]
    assert table([titles, ["FBA1", "A"]], tab="Sheet1").sheet is SHEETS["在途"]
    assert table([["店铺", "MSKU", "SKU"]], tab="我的表").sheet is None
    text = "site:\n  workbooks:\n    - {name: 全流程数据, path: a.xlsx, tabs: {库存数据: 库存}}\n"
    assert table([["SKU"]], tab="库存", config=configured(text)).sheet is SHEETS["库存数据"]


def test_an_alias_of_our_sheet_is_its_column():
    found = table([["店铺名称", "卖家SKU", "7天日均"], ["A", "B", 1]], tab="库存数据")
    assert [found.columns[word] for word in ("店铺", "msku", "7日均")] == [(0,), (1,), (2,)]


def test_a_problem_names_cell_column_and_value():
    found = table([["SKU", "上架日期"], ["A", date(2025, 4, 3)]])
    from addin.commands.column_check import K_TYPE

    problem = found.problem(K_TYPE, 2, 1, "x", expected="日期")
    assert (problem.cell, problem.column, problem.row, problem.tab) == ("B2", "上架日期", 2, "表")
