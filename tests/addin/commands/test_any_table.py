"""Whatever people have in their cells: a button answers or says why not, and its undo leaves nothing behind."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Ask, apply, undo
from addin.registry.headers import TITLES
from rules.errors import Error
from sheets_schema.cells import CellError
from sheets_schema.grid.edits import Formula
from sheets_schema.sheets import SHEETS
from tests.addin.commands.desk import desk, in_memory

IDS = [
    "check_sheet",
    "sku_collisions",
    "make_skus",
    "fill_formula",
    "turnover",
    "shipment_notes",
    "formulas_to_values",
    "values_to_formulas",
]
TITLE = st.sampled_from(
    sorted({word for words in TITLES.values() for word in words} | {"随便", "", "数量(个)"})
    + [column.title for sheet in SHEETS.values() for column in sheet.columns]
)
CELL = st.one_of(
    st.none(),
    st.sampled_from(
        ["HIFILUZ", "球泡灯", "WIFI款", "CA", "车机", "快线", "FBA18SHTRFPP", "MEX6", "5YDIA35G", "是", "14:00"]
    ),
    st.sampled_from(
        [CellError("#N/A"), True, date(2025, 4, 3), datetime(2025, 4, 10, 8, 0), "2025-04-03", "　", "合计"]
    ),
    st.floats(-10, 1e6).map(lambda number: round(number, 2)),
    st.text(max_size=8),
    st.sampled_from([Formula("LEADTIME(A2,B2)"), Formula("SKU(A2,B2,,,C2)"), Formula("A2+1"), Formula("SUM(A1:A9)")]),
)


KNOWN = [
    ["SKU", "品牌", "品名", "特性", "多个装", "站点"],
    ["渠道", "采购天数", "日期", "数量"],
    ["货件号", "FBA仓", "追踪编号", "货件备注"],
    ["品类", "渠道", "预约时间", "箱数"],
    ["数量", "目标销售月", "毛利率", "延保", "7日均"],
    *([column.title for column in sheet.columns][:7] for sheet in SHEETS.values()),
]


@st.composite
def tables(draw):
    header = draw(st.one_of(st.sampled_from(KNOWN).flatmap(st.permutations), st.lists(TITLE, min_size=1, max_size=7)))
    header = [*header, *draw(st.lists(TITLE, max_size=2))]
    row = st.lists(CELL, min_size=len(header), max_size=len(header))
    above = draw(st.lists(row, max_size=2))
    return [*above, header, *draw(st.lists(row, max_size=6))]


def state(store):
    grids = {tab: store.read(tab) for tab in store.tabs() if tab not in ("校验结果", "_公式")}
    return {
        tab: (
            {
                (number, at): cell
                for number, row in zip(grid.numbers, grid.rows, strict=True)
                for at, cell in enumerate(row)
                if cell is not None
            },
            grid.formulas,
            grid.arrays,
        )
        for tab, grid in grids.items()
    }


def pressed(id, store, cells, data):
    answers = {}
    while True:
        preview = COMMANDS[id].run(desk(store, cells, **answers))
        if not preview.questions:
            return preview
        for question in preview.questions:
            assert question.kind is Ask.CHOICE
            answers[question.name] = data.draw(st.sampled_from([value for value, _ in question.choices]))


@pytest.mark.parametrize("id", IDS)
@given(tables(), st.sampled_from(["A1", "A1:C3", "B2:B9", "A1:XFD1048576"]), st.data())
@settings(max_examples=60, deadline=None)
def test_an_answer_or_a_reason(id, rows, cells, data):
    store = in_memory({"表": rows})
    before = state(store)
    try:
        preview = pressed(id, store, cells, data)
    except Error:
        return
    for problem in preview.report.problems:
        assert problem.text("zh")
        assert problem.text("en")
    if preview.plan is not None and not preview.plan.writes_nothing:
        applied = apply(store, preview.plan)
        assert not applied.report.refused
        assert not undo(store, applied).refused
        assert state(store) == before
