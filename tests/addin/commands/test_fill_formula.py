"""填充公式: which functions are offered, and a column of formulas, one array, or values."""

from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.styles.numbers import is_date_format

from addin.commands.catalogue import COMMANDS
from addin.commands.command import apply, undo
from addin.registry.catalogue import ENTRIES
from addin.registry.headers import TITLES, titles_of
from rules.errors import Error
from tests.addin.commands.desk import column, desk, in_memory, on_disk
from tests.office import recomputed

HEAD = ["品类", "渠道", "发货日期", "备货周期"]
ROWS = [
    HEAD,
    ["车机", "快线", date(2025, 3, 1), None],
    ["车灯", "整柜", date(2025, 3, 1), 99],
    [None, None, None, None],
    ["车灯", "月球", "2025-03-02", None],
    ["车灯", None, None, None],
]


@pytest.fixture(params=["memory", "workbook"])
def store(request, tmp_path):
    rows = {"货": ROWS}
    return in_memory(rows) if request.param == "memory" else on_disk(tmp_path / "b.xlsx", rows)


def fill(store, function="LEADTIME", how="formulas", column="auto", cells="A1"):
    return COMMANDS["fill_formula"].run(desk(store, cells, function=function, how=how, column=column))


def test_functions_are_offered_best_first(store):
    preview = COMMANDS["fill_formula"].run(desk(store))
    function, how, where = preview.questions
    names = [name for name, _ in function.choices]
    assert names[0] == function.default == "LEADTIME", "its own column is there"
    assert {"ETA", "BUYER", "TRANSITSTATE"} <= set(names)
    assert not {"SKU", "EXPLAIN", "SHAREOVER", "NEXTSLOT", "REPORTDUE"} & set(names)
    assert function.choices[0][1].zh == "备货周期 LEADTIME(品类、渠道)"
    assert how.default == "formulas"
    assert [value for value, _ in where.choices] == ["auto", "new", "B", "C", "D"]


def test_formulas_go_into_the_empty_cells_of_the_named_column(store):
    preview = fill(store)
    assert [(change.place, change.after) for change in preview.report.changes] == [
        ("货!D2", "=LEADTIME(A2,B2)"),
        ("货!D5", "=LEADTIME(A5,B5)"),
        ("货!D6", "=LEADTIME(A6,B6)"),
    ]
    assert preview.report.details[0].zh == "1 行已有内容,没有动"
    applied = apply(store, preview.plan)
    assert store.read("货").formulas[2, 3] == "LEADTIME(A2,B2)"
    assert fill(store).plan.writes_nothing
    undo(store, applied)
    assert not store.read("货").formulas
    assert store.read("货").value(3, 3) == 99


def test_values_are_answers_and_faults_are_problems(store):
    preview = fill(store, how="values")
    assert {edit.name: edit.value for edit in preview.plan.edits} == {"货!D2": 71, "货!D6": 102.5}
    assert [(item.code.id, item.cell) for item in preview.report.problems] == [("F-205", "B5")]


def test_one_array_needs_an_empty_column(store):
    with pytest.raises(Error, match="K-016"):
        fill(store, how="array")
    preview = fill(store, how="array", column="new")
    assert [(change.place, change.after) for change in preview.report.changes] == [
        ("货!E1", "备货周期"),
        ("货!E2:E6", "{=LEADTIME(A2:A6,B2:B6)}"),
    ]
    applied = apply(store, preview.plan)
    assert store.read("货").arrays == {(2, 4): "E2:E6"}
    assert not undo(store, applied).refused
    assert store.read("货").arrays == {}


def test_dates_are_shown_as_dates(tmp_path):
    book = on_disk(tmp_path / "d.xlsx", {"货": [["预约时间", "是否换标"], [date(2025, 4, 13), "是"]]})
    apply(book, fill(book, "INSTRUCTBY").plan)
    tab = openpyxl.load_workbook(book.path)["货"]
    assert tab["C2"].value == "=INSTRUCTBY(A2,B2)"
    assert is_date_format(tab["C2"].number_format)
    assert "h" in tab["C2"].number_format
    with pytest.raises(Error, match="K-017"):
        fill(book, "INSTRUCTBY", "array", "new")
    book = on_disk(tmp_path / "v.xlsx", {"货": [["预约时间", "是否换标"], [date(2025, 4, 13), "是"]]})
    apply(book, fill(book, "INSTRUCTBY", "values").plan)
    assert column(book, "货", 2) == {2: datetime(2025, 4, 9, 14, 0)}


def test_optional_arguments_in_between_are_left_out():
    book = in_memory({"货": [["发货日", "渠道", "物流确认天数"], [date(2025, 3, 1), "快线", 40]]})
    assert fill(book, "TRANSITSTATE").plan.edits[1].value == "TRANSITSTATE(A2,B2,,,C2)"
    book = in_memory({"货": [["品牌", "品名", "站点"], ["HIFILUZ", "射灯", "CA"]]})
    assert fill(book, "SKU").plan.edits[1].value == "SKU(A2,B2,,,C2)"


@pytest.mark.parametrize(
    "answers",
    [
        ("NOTHING", "formulas", "auto"),
        ("LEADTIME", "x", "auto"),
        ("LEADTIME", "formulas", "A"),
        ("LEADTIME", "formulas", "Z"),
    ],
)
def test_answers_that_were_not_offered(store, answers):
    with pytest.raises(Error, match="K-018"):
        fill(store, *answers)


def test_a_tab_whose_headers_make_no_function():
    with pytest.raises(Error, match="K-015"):
        fill(in_memory({"表": [["备注", "数量"], ["x", 1]]}))


def test_a_doubled_title_only_hinders_its_own_functions():
    preview = COMMANDS["fill_formula"].run(
        desk(in_memory({"货": [["品类", "渠道", "渠道", "品名"], ["车机", 1, 2, "灯"]]}))
    )
    assert {name for name, _ in preview.questions[0].choices} == {"BUYER", "PINYIN"}


def test_every_argument_has_titles_or_is_a_range():
    lacking = [
        f"{entry.name}.{arg.name}"
        for entry in ENTRIES
        for arg in entry.args
        if not arg.is_range and not titles_of(entry, arg) and arg.name not in ("formula", "limit")
    ]
    assert lacking == []
    names = {name for entry in ENTRIES for arg in entry.args for name in (arg.name, f"{entry.name}.{arg.name}")}
    assert {name for name in TITLES if "." in name} <= names


@pytest.mark.parametrize("how", ["formulas", "array", "values"])
def test_ten_thousand_rows(how):
    rows = [["车机" if row % 2 else "车灯", "快线", date(2025, 3, 1)] for row in range(10_000)]
    preview = fill(in_memory({"货": [HEAD[:3], *rows]}), how=how)
    assert len(preview.plan.edits) == (2 if how == "array" else 10_001)


def test_libreoffice_keeps_an_array_and_a_formula_that_answers_dates(tmp_path):
    book = on_disk(tmp_path / "b.xlsx", {"货": ROWS})
    apply(book, fill(book, how="array", column="new").plan)
    apply(book, fill(book, "ETA").plan)
    tab = openpyxl.load_workbook(recomputed(book.path, tmp_path / "out"))["货"]
    assert (tab["E2"].value.ref, tab["E2"].value.text) == ("E2:E6", "=leadtime(A2:A6,B2:B6)")
    assert tab["F2"].value.lower() == "=eta(c2,b2)"
    assert is_date_format(tab["F2"].number_format)
