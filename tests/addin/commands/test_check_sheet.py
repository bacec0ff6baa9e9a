"""检查本表: what is found, where, and the tab that lists it."""

from collections import Counter
from datetime import date, datetime

import openpyxl
import pytest

from addin.commands.catalogue import COMMANDS
from addin.commands.check_sheet import MOST
from addin.commands.command import apply, undo
from rules.errors import Error
from rules.policy.loader import load
from sheets_schema.cells import CellError
from sheets_schema.grid.edits import CellEdit, Formula
from sheets_schema.sheets import SHEETS
from tests.addin.commands.desk import desk, in_memory, on_disk
from tests.office import recomputed

LINKS = [
    ["店铺", "MSKU", "SKU", "品名", "上架日期", "运营负责人"],
    ["LOMEESS", "A-1", "HI-QPD-WIFI-CA", "球泡灯", date(2025, 4, 1), "张"],
    ["LOMEESS", "A-1", "HI-QPD-WiFi-CA", "球泡灯", "上个月", "张"],
    ["LOMEESS", None, "HI-SD-CA", "射灯", "2025/4/1", "李"],
    ["乱写店", "A-3", "old sku", "射灯", date(2024, 1, 1), "李"],
    ["LOMEESS", "A-4", CellError("#N/A"), "射灯", None, "李"],
]


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("site:\n  stores:\n    - {name: LOMEESS, site: CA}\n", "utf-8")
    return load(path)


LEFT = {"K-080", "K-081", "K-083"}
"""What was not checked stands before the problems."""


def found(preview):
    """The problems in the order of the sheet; the report has the worst first."""
    told = [item for item in preview.report.problems if item.code.id not in LEFT]
    told.sort(key=lambda item: (item.row or 0, len(item.cell or ""), item.cell or ""))
    return [(item.code.id, item.cell) for item in told]


def check(book, cells="A1", **options):
    return COMMANDS["check_sheet"].run(desk(book, cells, **options))


EXPECTED = [
    ("K-030", None),
    ("F-128", "C2"),
    ("K-033", "B3"),
    ("K-034", "E3"),
    ("K-032", "B4"),
    ("K-036", "A5"),
    ("K-035", "C6"),
]


def test_a_sheet_of_ours_is_checked_against_its_schema(config):
    preview = check(in_memory({"子-2链接负责人": LINKS}), config=config)
    assert [item for item in found(preview) if item[0] != "K-030"] == EXPECTED[1:]
    missing = {item.facts["expected"] for item in preview.report.problems if item.code.id == "K-030"}
    assert "ASIN" in missing
    assert "校验" not in missing, "a computed column may be absent"
    shown = {item.code.id: item.as_json()["value"] for item in preview.report.problems}
    assert shown["K-035"] == "#N/A"


def test_only_selected_rows_but_duplicates_of_the_whole_table(config):
    preview = check(in_memory({"子-2链接负责人": LINKS}), "A3:F3", config=config)
    assert [item for item in found(preview) if item[1]] == [("K-033", "B3"), ("K-034", "E3")]


def test_the_result_tab_is_made_then_rewritten(config, tmp_path):
    book = on_disk(
        tmp_path / "b.xlsx", {"子-2链接负责人": [[cell if cell != "#N/A" else None for cell in row] for row in LINKS]}
    )
    first = check(book, config=config)
    assert first.plan.new_tabs[0].name == "校验结果"
    apply(book, first.plan)
    grid = book.read("校验结果")
    assert grid.rows[0] == ["代码", "位置", "列", "值", "问题", "怎么办"]
    row = next(number for number in grid.numbers if grid.value(number, 0) == "K-034")
    assert grid.formulas[row, 1] == 'HYPERLINK("#\'子-2链接负责人\'!E3","子-2链接负责人!E3")'
    assert [grid.value(row, at) for at in (2, 3, 4, 5)] == ["上架日期", "上个月", "“上个月”不是日期", "改正"]
    again = check(book, config=config)
    assert again.plan.writes_nothing, "nothing has changed"
    fewer = check(book, "A3:F3", config=config)
    applied = apply(book, fewer.plan)
    assert not applied.report.refused
    grid = book.read("校验结果")
    rows = [number for number in grid.numbers[1:] if grid.value(number, 0) and (number, 1) in grid.formulas]
    assert len(rows) == len(fewer.report.problems)
    assert not undo(book, applied).refused
    assert check(book, config=config).plan.writes_nothing


def test_links_open_and_show_in_libreoffice(config, tmp_path):
    book = on_disk(tmp_path / "b.xlsx", {"库存 '1'": [["SKU"], ["HI-QPD-WIFI-CA"]]})
    apply(book, check(book).plan)
    made = openpyxl.load_workbook(recomputed(book.path, tmp_path / "out"), data_only=True)["校验结果"]
    shown = {row[0].value: (row[1].value, row[4].value) for row in made.iter_rows(min_row=2)}
    assert shown["F-128"] == ("库存 '1'!A2", "特性“WIFI”应写作“WiFi”")
    assert shown["K-081"][1].startswith("没有检查:不认识这张表")


def test_notes_beside_the_results_stay():
    store = in_memory({"库存": [["SKU"], ["HI-QPD-WIFI-CA"], ["-bad"]]})
    apply(store, check(store).plan)
    notes = [CellEdit("校验结果", 2, 6, "已问小王"), CellEdit("校验结果", 9, 7, Formula("1+1"))]
    store.apply(edits=[*notes, CellEdit("库存", 3, 0, None)], expected=store.version())
    apply(store, check(store).plan)
    grid = store.read("校验结果")
    assert grid.value(2, 6) == "已问小王"
    assert (9, 7) in grid.formulas
    assert grid.value(5, 0) == "F-128"
    assert grid.value(6, 0) is None


def test_a_tab_of_that_name_with_another_header_is_left_alone():
    with pytest.raises(Error, match="K-013"):
        check(in_memory({"清单": [["SKU"], ["x"]], "校验结果": [["我的"], [1]]}))


def test_a_clean_tab_of_ours_says_so_and_what_was_checked(config):
    titles = [column.title for column in SHEETS["子-2链接负责人"].columns]
    row = {"店铺": "LOMEESS", "MSKU": "A-1", "运营负责人": "张", "产品阶段": "正常"}
    book = in_memory({"子-2链接负责人": [titles, [row.get(title) for title in titles]]})
    preview = check(book, config=config)
    assert preview.report.title.zh == "子-2链接负责人:查了 1 行,没有问题"
    assert "键重复" in preview.report.details[0].zh
    assert not preview.report.problems
    assert preview.plan.writes_nothing


@pytest.mark.parametrize("rows", [[["备注", "品牌"], ["x", "y"]], [["想法"], ["x"]], [["SKU"]], []])
def test_no_all_clear_for_what_was_not_checked(rows):
    preview = check(in_memory({"表": rows}))
    texts = [preview.report.title, *preview.report.details]
    assert not any("没有问题" in text.zh or "no problem" in text.en for text in texts)
    assert bool(preview.report.problems) is (len(rows) > 1), "content that was not checked is a finding"


def test_the_closing_message_says_the_same(config):
    preview = check(in_memory({"子-2链接负责人": LINKS}), config=config)
    closing = preview.finish()
    assert closing.title == preview.report.title
    assert all(text in preview.report.details for text in closing.details)


def test_notes_and_slots():
    rows = [
        ["货件备注", "预约时间", "箱数"],
        ["FBA18SHTRFPP-MEX7-5YDIA35G", datetime(2025, 4, 10, 9, 0), 31],
        ["FBA18SHTRFPP-MEX6-5YDIA35G", "2025-04-10 08:00", "31"],
        [None, "下周", 31],
        [None, "2025-04-10 08:00", "很多"],
        [None, datetime(2025, 1, 9, 13, 0), 29],
        [None, None, None],
        [None, "2025-04-11", 0],
    ]
    assert found(check(in_memory({"约仓": rows}))) == [
        ("F-402", "A2"),
        ("F-446", "B2"),
        ("F-012", "B4"),
        ("F-011", "C5"),
        ("F-443", "C8"),
    ]


STOCKING = [
    "MSKU",
    "数量",
    "箱规",
    "产品阶段",
    "目标销售月",
    "毛利率",
    "7天日均",
    "14天日均",
    "30天日均",
    "延保",
    "下单日期",
]


def test_stocking_rows_know_the_other_tabs():
    tabs = {
        "亚马逊实时备货单": [
            STOCKING,
            ["A-1", 40, 20, "正常", "2025-06", 0.3, 1, 2, 3, "是", date(2025, 4, 1)],
            ["A-2", 50, 20, "淘汰", None, None, 1, 2, 4, "不需要", date(2025, 4, 1)],
            ["A-3", 40, 20, "正常", None, None, None, None, None, "是", date(2024, 4, 1)],
        ],
        "库存数据": [["店铺", "MSKU", "7日均", "14日均", "30日均"], ["S", "A-1", 1, 2, 3], ["S", "A-2", 1, 2, 3]],
        "延保卡需求": [["MSKU", "数量"], ["A-1", 1]],
    }
    assert found(check(in_memory(tabs))) == [
        ("F-553", "B3"),
        ("F-502", "D3"),
        ("F-555", "E3"),
        ("F-556", "F3"),
        ("F-559", "I3"),
        ("F-561", "J4"),
    ]


def test_ten_thousand_rows(config):
    rows = [["LOMEESS", f"A-{row}", "HI-QPD-WIFI-CA", "球泡灯", "昨天", "张"] for row in range(10_000)]
    preview = check(in_memory({"子-2链接负责人": [LINKS[0], *rows]}), config=config)
    assert len(preview.report.problems) > 20_000
    (tab,) = preview.plan.new_tabs
    assert len(tab.rows) <= MOST + 2
    assert tab.rows[-1][4].startswith("还有 ")


def test_the_worst_stands_first_each_kind_once_with_its_count(config):
    rows = [["LOMEESS", f"A-{row}", "HI-QPD-WIFI-CA", "球泡灯", "昨天", "张"] for row in range(5)]
    preview = check(
        in_memory({"子-2链接负责人": [LINKS[0], *rows, ["乱写店", "A-9", *rows[0][2:4], None, "张"]]}), config=config
    )
    (tab,) = preview.plan.new_tabs
    told = [(row[0], row[4]) for row in tab.rows[1:]]
    assert told[0][1] == preview.report.title.zh.partition(":")[2]
    kinds = list(dict.fromkeys(code for code, _ in told if code))
    assert kinds == ["K-030", "F-128", "K-034", "K-036"], "whole columns, then the most frequent"
    count = Counter(item.code.id for item in preview.report.problems)
    assert (count["F-128"], count["K-034"]) == (6, 5)
    assert ("K-034", "共 5 处,前 3 处如下") in told
    assert ("F-128", "共 6 处,前 3 处如下") in told
    left = count["K-030"] - 3 + 3 + 2
    rest = [text for _, text in told].index(f"其余 {left} 处:")
    assert Counter(code for code, _ in told[rest + 1 :]) == {"K-030": count["K-030"] - 3, "F-128": 3, "K-034": 2}


def test_a_thousand_products_under_one_sku_are_named_in_part():
    rows = [["HI-WJ-CA", f"玩具{number}号"] for number in range(300)]
    preview = check(in_memory({"清单": [["SKU", "品名"], *rows]}))
    longest = max(len(problem.text()) for problem in preview.report.problems)
    assert longest < 900, "the first rows are named, the others counted"


@pytest.mark.parametrize("text", ["\x00\x1b[31m", "\u202e\u2066", "\ud800x", "'x", "x" * 32_767])
def test_whatever_a_cell_holds_the_list_is_written(tmp_path, text):
    preview = check(in_memory({"清单": [["SKU"], [text]]}))
    book = on_disk(tmp_path / "b.xlsx", {"别的": [[1]]})
    (tab,) = preview.plan.new_tabs
    assert not book.apply(new_tabs=[tab], expected=book.version()).refused
    assert any(str(row[0]).startswith(("F-", "K-089")) for row in book.read("校验结果").rows)
