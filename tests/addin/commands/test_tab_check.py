"""A tab checked: what its rows may not say (tests/cases/tabs.yaml), and never an all-clear for what was not looked at."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.commands.sheet_checks import Elsewhere
from addin.commands.tab_check import TabCheck, check_tab
from rules.policy.loader import load, packaged
from sheets_schema.cells import CellError
from sheets_schema.grid.codes import X_ADDRESS
from sheets_schema.problems import Problem
from sheets_schema.sheets import SHEETS
from tests.addin.commands.desk import TODAY, in_memory
from tests.addin.commands.test_any_table import tables

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/tabs.yaml").read_text("utf-8"))


def grid_of(tab, rows):
    titles = list(dict.fromkeys(title for row in rows for title in row))
    cells = [[_cell(row.get(title)) for title in titles] for row in rows]
    return in_memory({tab: [titles, *cells]}).read(tab)


def _cell(written):
    if isinstance(written, str) and written.startswith("#"):
        return CellError(written)
    return written.isoformat() if isinstance(written, date) else written


def checked(tab, rows, config=None, **options):
    return check_tab(grid_of(tab, rows), config or packaged(), TODAY, Elsewhere(), **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_cases(case):
    answer = checked(case["tab"], case.get("rows") or [case["row"]])
    found = [f"{problem.code.id} {problem.column}" for problem in answer.problems if problem.code.id != "K-030"]
    assert Counter(found) == Counter(case.get("found", [])), [problem.text() for problem in answer.problems]
    why = [problem.code.id for problem in answer.unchecked if problem.code.id not in ("K-081", "K-085")]
    assert sorted(why) == sorted(case.get("unchecked", [])), [problem.text() for problem in answer.unchecked]
    assert answer.is_full is any(answer.tab in (sheet.name, *sheet.aliases) for sheet in SHEETS.values())
    for problem in (*answer.problems, *answer.unchecked):
        for lang in ("zh", "en"):
            assert "?" not in problem.message(lang), problem.message(lang)


def test_a_letters_name_without_end_leaves_the_next_one_to_be_checked():
    rows = [{"货件号": "FBA18SHTRFPP", "预约信名": name} for name in ("x" * 600, "y.pdf")]
    found = [
        (problem.row, problem.code.id)
        for problem in checked("货件预约及时间填写", rows).problems
        if problem.column == "预约信名"
    ]
    assert found[0] == (2, "K-089")
    assert [row for row, _ in found] == [2, 3]


LINKS = SHEETS["子-2链接负责人"]
GOOD = {
    "店铺": "S",
    "MSKU": "A-1",
    "SKU": "HI-QPD-WiFi-8PCS-CA",
    "运营负责人": "甲",
    "上架日期": date(2025, 4, 1),
    "产品阶段": "正常",
}
FULL = {column.title: GOOD.get(column.title) for column in LINKS.columns}


@pytest.fixture
def with_stores(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("site:\n  stores:\n    - {name: S}\n", "utf-8")
    return load(path)


def codes(answer):
    return [problem.code.id for problem in answer.unchecked]


def test_a_known_tab_without_problems_says_what_was_checked(with_stores):
    answer = checked("子-2链接负责人", [FULL], with_stores)
    assert answer.is_good
    assert answer.title.zh == "查了 1 行,没有问题"
    assert "键重复" in answer.scope.zh
    assert answer.scope.zh.startswith(f"查了 {len(FULL)} 列")
    assert not answer.unchecked


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "K-086"),
        ([["  ", None], [None, "　"]], "K-086"),
        ([["SKU", "品名"]], "K-087"),
        ([["随便"], ["写"]], "K-080"),
    ],
)
def test_a_tab_with_nothing_to_check_is_no_good_tab(rows, code):
    answer = check_tab(in_memory({"表": rows}).read("表"), packaged(), TODAY, Elsewhere())
    assert codes(answer) == [code]
    assert not answer.is_good
    assert bool(answer.left) is (code == "K-080"), "only content that was left matters"
    assert "没有问题" not in answer.title.zh
    assert "no problem" not in answer.title.en


def test_a_tab_of_this_program_is_told_by_its_header():
    ours = [["代码", "位置", "列", "值", "问题", "怎么办"], ["K-034", None, None, None, "x", None]]
    answer = check_tab(in_memory({"校验结果": ours}).read("校验结果"), packaged(), TODAY, Elsewhere())
    assert (codes(answer), answer.left) == (["K-088"], ())
    somebodys = check_tab(in_memory({"校验结果": [["我的"], [1]]}).read("校验结果"), packaged(), TODAY, Elsewhere())
    assert (codes(somebodys), bool(somebodys.left)) == (["K-080"], True)


def test_an_unknown_tab_is_never_without_problems():
    answer = checked("清单", [{"SKU": "HI-QPD-WiFi-CA", "想法": "补", "品牌": "H"}])
    assert not answer.problems
    assert not answer.is_good
    assert answer.left
    assert answer.title.zh == "查了 1 行,查过的没有发现错误;2 项没有检查"
    partly = next(item for item in answer.unchecked if item.code.id == "K-081")
    assert "SKU 写法" in partly.message()
    assert "想法、品牌" in partly.message()


def test_a_problem_names_the_lines_and_what_it_was_compared_with():
    row = {"更换标签": "YES", "产品标签": None, "销售-需要预约时间": "2025-04-13 13:30", "预约结束": "2025-04-13 13:00"}
    said = {item.column: item.message() for item in checked("货件预约", [row]).problems}
    assert said["产品标签"] == "更换标签=YES 时 产品标签 要填(L421、L424)。补上"
    assert "大于 销售-需要预约时间(2025-04-13 13:30)(L437)" in said["预约结束"]
    (free,) = checked("补货建议", [{"采纳": "采纳", "采纳数量": None}]).problems
    assert free.message() == "采纳=采纳 时 采纳数量 要填。补上"


def test_blank_columns_are_not_told(with_stores):
    answer = checked("子-2链接负责人", [{**FULL, "补货想法": None, "想法": "  "}], with_stores)
    assert not answer.unchecked


def test_columns_that_nobody_registered_are_told(with_stores):
    answer = checked("子-2链接负责人", [{**FULL, "补货想法": "不补", None: None}], with_stores)
    assert codes(answer) == ["K-085"]
    assert "补货想法" in answer.unchecked[0].message()
    assert answer.is_good, "a team's own columns are left alone"


def test_formulas_without_a_result_are_not_checked(with_stores):
    rows = [{**FULL, "上架日期": "=TODAY()"}, {**FULL, "MSKU": "A-2"}]
    answer = checked("子-2链接负责人", rows, with_stores)
    assert codes(answer) == ["K-083"]
    assert "1 格" in answer.unchecked[0].message()
    assert not answer.is_good


def test_rows_of_formulas_alone_are_rows():
    answer = check_tab(in_memory({"清单": [["SKU"], ["=A9"], ["=A10"]]}).read("清单"), packaged(), TODAY, Elsewhere())
    assert codes(answer) == ["K-083"]
    assert "2 格" in answer.title.zh
    assert answer.left


def test_rows_without_a_key_are_checked_but_compared_with_none(with_stores):
    rows = [FULL, {**FULL, "MSKU": None, "上架日期": "昨天"}]
    answer = checked("子-2链接负责人", rows, with_stores)
    assert codes(answer) == ["K-084"]
    assert [(item.code.id, item.cell) for item in answer.problems] == [("K-034", "K3")]


@pytest.mark.parametrize("word", ["合计", " 总计:", "Total"])
def test_sums_below_a_table_are_no_rows_of_it(with_stores, word):
    rows = [FULL, dict.fromkeys(FULL) | {"店铺": word, "上架日期": 12}]
    answer = checked("子-2链接负责人", rows, with_stores)
    assert (answer.rows, answer.problems, answer.unchecked) == (1, (), ())


def test_an_error_in_place_of_a_store_is_told_once(with_stores):
    answer = checked(
        "子-2链接负责人", [FULL, {**FULL, "店铺": "#N/A"}, {**FULL, "店铺": "X", "MSKU": "A-2"}], with_stores
    )
    assert [(item.code.id, item.cell) for item in answer.problems] == [("K-035", "A3"), ("K-036", "A4")]


def test_stocking_rows_that_the_stock_tab_lacks_are_a_note():
    row = {"MSKU": "A-9", "数量": 40, "箱规": 20, "目标销售月": "2025-06", "毛利率": 0.3}
    row |= {
        "7天日均": 1,
        "14天日均": 1,
        "30天日均": 1,
        "附件": "FNSKU标签、备货计划审批表",
        "产品标签码": "P",
        "包装": "盒",
    }
    grid = grid_of("备货", [row])
    answer = check_tab(grid, packaged(), TODAY, Elsewhere(averages={}, warranties=frozenset()))
    assert [(item.code.id, item.is_note) for item in answer.problems] == [("F-560", True)]
    assert answer.mistakes == 0
    assert "查过的没有发现错误,1 处提醒" in answer.title.zh
    assert "K-098" not in codes(answer)
    alone = check_tab(grid, packaged(), TODAY, Elsewhere())
    assert not alone.problems
    assert codes(alone).count("K-098") == 2


def test_a_gap_names_its_rule_and_lines():
    answer = checked("约仓", [{"约仓时间": "2025-04-16 13:30"}])
    assert "缺列 箱数:没有查 送仓窗口 R32(L400、L442)" in [item.message() for item in answer.unchecked]


def test_sums_alone_are_nothing_to_check(with_stores):
    answer = checked("子-2链接负责人", [dict.fromkeys(FULL) | {"店铺": "合计", "上架日期": 12}], with_stores)
    assert codes(answer) == ["K-087"]
    assert answer.title.zh.startswith("没有数据行可查")


@given(tables(), st.sampled_from(["表", "库存数据", "货件预约", "延保卡需求", "校验结果"]))
@settings(max_examples=150, deadline=None)
def test_never_an_all_clear_for_what_was_not_checked(rows, tab):
    answer = check_tab(in_memory({tab: rows}).read(tab), packaged(), TODAY, Elsewhere())
    said = {answer.title.zh, answer.title.en, answer.scope.zh, *(item.message() for item in answer.unchecked)}
    holds_something = any(cell not in (None, "", "　") for row in rows for cell in row)
    if any("没有问题" in text or "no problem" in text for text in said):
        assert answer.is_full
        assert answer.rows
        assert not answer.mistakes
        assert not answer.left
    elif holds_something and not answer.problems:
        assert answer.unchecked, "what was left is told"
    if answer.rows and not answer.is_full:
        assert answer.left, "content of a tab without a full schema was left"


def test_a_missing_list_of_stores_is_told():
    answer = checked("子-2链接负责人", [FULL])
    assert codes(answer) == ["K-099"]
    assert "店名" not in answer.scope.zh.split(":")[1].split("、")


def test_a_doubled_title_is_a_problem_and_its_checks_are_gaps():
    grid = in_memory({"约仓": [["预约时间", "预约时间", "箱数"], ["2025-04-10", "2025-04-11", 3]]}).read("约仓")
    answer = check_tab(grid, packaged(), TODAY, Elsewhere())
    assert [item.code.id for item in answer.problems] == ["K-012"]
    assert not answer.is_good


def test_long_texts_are_not_repeated():
    answer = checked("清单", [{"SKU": "-" * 32_767, "上架日期": "x" * 32_767}])
    (problem,) = answer.problems
    assert problem.code.id == "K-089"
    assert len(problem.text()) < 1000
    assert len(problem.value) < 400


def test_what_was_not_checked_never_reads_as_good():
    bad = TabCheck("表", rows=3, is_full=False)
    assert not bad.is_good
    assert not TabCheck("表", rows=0, is_full=True, unchecked=checked("表", [{"SKU": None}]).unchecked).is_good


def test_the_title_counts_mistakes_and_notes_apart():
    mistake, note = Problem(X_ADDRESS), Problem(X_ADDRESS, is_note=True)
    for problems, said in (
        ((), "查了 2 行,没有问题"),
        ((note,), "查了 2 行,没有问题,1 处提醒"),
        ((mistake, mistake), "查了 2 行,2 处问题"),
        ((mistake, mistake, note), "查了 2 行,2 处问题,1 处提醒"),
    ):
        assert TabCheck("S", 2, is_full=True, columns=3, problems=problems).title.zh == said


def test_what_was_checked_of_a_known_tab_is_said():
    rules = [rule.zh for rule in checked("货件预约及时间填写", [{"货件号": "FBA18SHTRFPP", "FBA仓": "MEX6"}]).rules]
    assert "类型、选项、必填" in rules
    assert "错误值" in rules


def test_a_part_that_is_too_long_leaves_the_next_ones_to_be_checked():
    rows = [{"货件号": "FBA18SHTRFPP", "FBA仓": written} for written in ("M" * 600, "MEX9", "MEX6")]
    found = [
        (problem.row, problem.code.id)
        for problem in checked("货件预约及时间填写", rows).problems
        if problem.column == "FBA仓" and problem.code.id[0] in "FK"
    ]
    assert ("K-089" in dict(found).values(), (3, "F-402") in found) == (True, True)
