"""周转测算: three columns by formulas or values, and the share above 120 days."""

from datetime import date

import pytest

from addin.commands.catalogue import COMMANDS
from addin.commands.command import apply, undo
from addin.functions.evaluate import evaluate
from rules.errors import Error
from rules.policy.loader import packaged
from tests.addin.commands.desk import TODAY, desk, in_memory, on_disk

ROWS = [
    ["渠道", "采购天数", "日期", "数量", "合计"],
    ["快线", 30, date(2025, 6, 15), 30, None],
    ["空运", 7, "2025-03-01", 70, None],
    ["月球", 30, date(2025, 6, 15), 1, None],
    ["快线", None, date(2025, 6, 15), 1, None],
    ["快线", 30, date(2024, 6, 15), 1, None],
    ["快线", 30, date(2025, 6, 15), None, 999],
]


def run(store, how):
    return COMMANDS["turnover"].run(desk(store, how=how))


@pytest.fixture(params=["memory", "workbook"])
def store(request, tmp_path):
    return in_memory({"货": ROWS}) if request.param == "memory" else on_disk(tmp_path / "b.xlsx", {"货": ROWS})


def test_asks_first(store):
    assert [question.name for question in COMMANDS["turnover"].run(desk(store)).questions] == ["how"]


def test_values(store):
    preview = run(store, "values")
    assert preview.report.title.zh == "6 行,2 行超过 120 天,3 行算不出来"
    assert [text.zh for text in preview.report.details] == [
        "超过 120 天的数量占 30.0%",
        "最长 131 天,最短 61 天",
        "1 行 SOP未规定",
        "2 行缺数据或有错,没有算",
    ]
    assert [(item.code.id, item.cell) for item in preview.report.problems] == [("F-205", "A4")]
    applied = apply(store, preview.plan)
    grid = store.read("货")
    assert [grid.value(1, at) for at in (4, 5, 6)] == ["合计", "五段周转", "超120"]
    assert [grid.value(2, at) for at in (4, 5, 6)] == [131, "采购 30 / 国内 7 / 在途 45 / 海外 14 / 平台 35", "是"]
    assert [grid.value(3, at) for at in (4, 6)] == [61, "否"]
    assert [grid.value(6, at) for at in (4, 5, 6)] == ["SOP未规定", None, None]
    assert grid.value(7, 4) == 999
    assert not undo(store, applied).refused
    assert store.read("货").rows[0] == ROWS[0]


def test_formulas_say_the_same(store):
    apply(store, run(store, "formulas").plan)
    grid = store.read("货")
    assert grid.formulas[2, 4] == "TURNOVERTOTAL(B2,A2,C2)"
    assert grid.formulas[2, 6] == 'IF(ISNUMBER(E2),IF(E2>120,"是","否"),"")'
    written = grid.formulas[2, 5]
    assert written.startswith('IF(OR(B2="",A2="",C2=""),"",')
    assert written.endswith(")")
    inside = written.removeprefix('IF(OR(B2="",A2="",C2=""),"",')[:-1]
    formula = inside.replace("A2", '"快线"').replace("B2", "30").replace("C2", '"2025-06-15"')
    assert evaluate(f"={formula}", packaged().rules, TODAY).value == "采购 30 / 国内 7 / 在途 45 / 海外 14 / 平台 35"


def test_a_wrong_sheet_says_what_it_needs():
    with pytest.raises(Error) as caught:
        run(in_memory({"表": [["渠道", "数量"], ["快线", 1]]}), "values")
    assert caught.value.code.id == "K-011"
    assert "采购天数、日期" in caught.value.message()


def test_ten_thousand_rows():
    rows = [["快线", row % 40, date(2025, 6, 15), 1] for row in range(10_000)]
    preview = run(in_memory({"货": [ROWS[0][:4], *rows]}), "values")
    assert len(preview.plan.edits) == 30_003


def test_days_of_cover_are_something_else(tmp_path):
    """合计 and >120 of 库存数据 are days of cover: turnover days go into columns of their own there."""
    head = ["店铺", "MSKU", "FBA可售", "FBA待调仓", "FBA在途", "7日均", "14日均", "30日均", "五段周转", "合计", ">120"]
    row = ["LOMEESS-CA", "A", 9, 0, 0, 1, 1, 1, None, None, None]
    stock = in_memory({"库存数据": [[*head, "渠道", "采购天数", "日期"], [*row, "快线", 30, date(2025, 6, 15)]]})
    apply(stock, run(stock, "values").plan)
    grid = stock.read("库存数据")
    assert grid.rows[1][8:11] == [None, None, None]
    assert grid.rows[0][14:] == ["周转天数", "周转天数合计", "周转天数超120"]
    assert grid.rows[1][15:] == [131, "是"]
