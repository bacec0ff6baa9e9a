"""Buttons that fill or check a table: SKUs, collisions, shipment notes, letters."""

from pathlib import Path

import pytest

from addin.commands.catalogue import COMMANDS
from addin.commands.command import apply, undo
from addin.registry.buttons import BUTTONS
from rules.errors import Error
from tests.addin.commands.desk import column, desk, in_memory, on_disk

HEAD = ["SKU", "品牌", "品名", "特性", "多个装", "站点"]
PRODUCTS = [
    HEAD,
    [None, "HIFILUZ", "球泡灯", "WIFI款", 8, "加拿大站"],
    ["HI-OLD-CA", "HIFILUZ", "射灯", None, None, "CA"],
    [None, "HIFILUZ", "射灯", None, None, "火星"],
    [None, "HIFILUZ", None, None, None, "CA"],
    [None, "光", "车灯", None, "1", "墨西哥"],
    ["  ", "HIMICAR", "车灯", None, "2", "MX"],
    ["=A2", "HIMICAR", "车灯", None, None, "MX"],
]


@pytest.fixture(params=["memory", "workbook"])
def store(request, tmp_path):
    def make(tabs):
        return in_memory(tabs) if request.param == "memory" else on_disk(tmp_path / "备货.xlsx", tabs)

    return make


def codes(preview):
    return [(item.code.id, item.cell) for item in preview.report.problems]


def test_skus_are_made_applied_and_taken_back(store):
    book = store({"产品": PRODUCTS})
    preview = COMMANDS["make_skus"].run(desk(book))
    assert [(change.place, change.after) for change in preview.report.changes] == [
        ("产品!A2", "HI-QPD-WiFi-8PCS-CA"),
        ("产品!A7", "HI-CD-2PCS-MX"),
    ]
    assert codes(preview) == [("F-103", "F4"), ("F-102", "B6")]
    assert preview.report.title.zh == "要填 2 个 SKU"
    assert [text.zh for text in preview.report.details] == ["2 行已有 SKU,没有动", "1 行的品牌、品名或站点还没填"]
    applied = apply(book, preview.plan)
    assert not applied.report.refused
    assert column(book, "产品", 0)[2] == "HI-QPD-WiFi-8PCS-CA"
    assert COMMANDS["make_skus"].run(desk(book)).plan.writes_nothing
    assert not undo(book, applied).refused
    assert column(book, "产品", 0).get(2) is None


def test_only_the_selected_rows_count(store):
    book = store({"产品": PRODUCTS})
    assert [edit.name for edit in COMMANDS["make_skus"].run(desk(book, "A3:B7")).plan.edits] == ["产品!A7"]
    assert len(COMMANDS["make_skus"].run(desk(book, "C5")).plan.edits) == 2, "a single cell means the table"
    assert len(COMMANDS["make_skus"].run(desk(book, "A1:A1048576")).plan.edits) == 2


def test_a_sku_of_another_product_is_not_given_again(store):
    rows = [
        HEAD,
        [None, "HIFILUZ", "玩具", None, None, "CA"],
        [None, "HIFILUZ", "文具", None, None, "CA"],
        [None, "HIFILUZ", "文具", None, None, "CA"],
        [None, "HIFILUZ", "玩具", None, None, "CA"],
        ["HI-CD-CA", "HIFILUZ", "床单", None, None, "CA"],
        [None, "HIFILUZ", "车灯", None, None, "CA"],
    ]
    preview = COMMANDS["make_skus"].run(desk(store({"产品": rows})))
    assert {edit.name: edit.value for edit in preview.plan.edits} == {"产品!A2": "HI-WJ-CA", "产品!A5": "HI-WJ-CA"}
    assert codes(preview) == [("K-022", "A3"), ("K-022", "A4"), ("K-022", "A7")]
    said = [item.message() for item in preview.report.problems]
    assert (
        said[0]
        == "按规则是 HI-WJ-CA,但 A2 玩具 也是这个 SKU(品名不同:玩具、文具)。可用 HI-WENJ-CA(词表 rules.sku.glossary 加 文具: WENJ)"
    )
    assert "A6 床单" in said[2]


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ([["随便", "写的"], [1, 2]], "K-010", "20 行"),
        ([["SKU", "品名"], ["A", "B"]], "K-011", "品牌、站点"),
        ([["品牌", "品名", "站点"]], "K-011", "SKU"),
        ([["SKU", "品牌", "品名", "站点", "站点"]], "K-012", "D1、E1"),
    ],
)
def test_a_wrong_sheet_says_what_it_needs(store, rows, code, said):
    with pytest.raises(Error) as caught:
        COMMANDS["make_skus"].run(desk(store({"表": rows})))
    assert caught.value.code.id == code
    assert said in caught.value.message()


def test_collisions_name_both_rows(store):
    rows = [
        ["序号", "领星SKU", "品名"],
        [1, "HI-WJ-CA", "玩具"],
        [2, "hi-wj-ca", "文具"],
        [3, "HI-WJ-CA", "玩具"],
        [4, None, "文具"],
    ]
    preview = COMMANDS["sku_collisions"].run(desk(store({"清单": rows}), "A3:C3"))
    assert codes(preview) == [("K-020", "B2"), ("K-021", "B3")]
    assert "hi-WENJ-ca" in preview.report.problems[1].message()
    assert preview.report.title.zh == "比较了 3 个 SKU,1 组撞名,涉及 2 行"
    assert not preview.needs_confirmation


def test_notes_are_made_in_a_new_column(store):
    rows = [
        ["货件单号", "FBA仓库", "货件追踪编号"],
        ["FBA18SHTRFPP", "MEX6", "5YDIA35G"],
        ["fba18shtrfpp", "mex 1", "5ydia35g"],
        ["FBA18SHTRFPP", "MEX9", "5YDIA35G"],
        ["FBA18SHTRFPP", None, None],
    ]
    book = store({"备货单": rows})
    preview = COMMANDS["shipment_notes"].run(desk(book))
    assert codes(preview) == [("F-402", "B4")]
    applied = apply(book, preview.plan)
    grid = book.read("备货单")
    assert [grid.value(number, 3) for number in (1, 2, 3, 4)] == [
        "货件备注",
        "FBA18SHTRFPP-MEX6-5YDIA35G",
        "FBA18SHTRFPP-MEX1-5YDIA35G",
        None,
    ]
    undo(book, applied)
    assert book.read("备货单").value(1, 3) is None


def test_a_note_that_says_otherwise_is_left_alone(store):
    rows = [
        ["货件号", "FBA仓", "追踪编号", "货件备注"],
        ["FBA18SHTRFPP", "MEX6", "5YDIA35G", "FBA18SHTRFPP-MEX5-5YDIA35G"],
        ["FBA18SHTRFPP", "MEX6", "5YDIA35G", "FBA18SHTRFPP-MEX6-5YDIA35G"],
        ["FBA18SHTRFPP", "MEX6", "5YDIA35G", None],
    ]
    preview = COMMANDS["shipment_notes"].run(desk(store({"备货单": rows})))
    assert codes(preview) == [("K-023", "D2")]
    assert [edit.name for edit in preview.plan.edits] == ["备货单!D4"]


LOOSE = "18boxes-amz-himicar amazon schedule date 14.00-14.30 february 6.pdf"
GOOD = "18 Boxes-AMZ-HIMICAR Amazon schedule date 14：00 - 14：30 AM February 6.pdf"


@pytest.mark.parametrize(
    ("rows", "title", "details"),
    [
        ([["SKU", "品名", "品牌", "特性"]], "没有可以比较的 SKU", []),
        (
            [["SKU", "品名", "品牌", "特性"], ["HI-WJ-CA", None, "H", None]],
            "没有可以比较的 SKU",
            ["1 行没有 SKU 或品名,没有比较"],
        ),
        (
            [["SKU", "品名"], ["HI-WJ-CA", "玩具"], ["HI-DD-CA", None]],
            "比较了 1 个 SKU,没有撞名",
            ["1 行没有 SKU 或品名,没有比较", "没有品牌、特性列,只差在这里的撞名没有查"],
        ),
    ],
)
def test_collisions_say_what_was_not_compared(rows, title, details):
    report = COMMANDS["sku_collisions"].run(desk(in_memory({"清单": rows}))).report
    assert (report.title.zh, [text.zh for text in report.details]) == (title, details)


def test_letters_are_renamed_after_confirmation(tmp_path):
    book = in_memory({"空": []})
    first = COMMANDS["letter_names"].run(desk(book))
    assert [question.name for question in first.questions] == ["folder"]
    for name in (LOOSE, "别的.pdf"):
        (tmp_path / name).write_bytes(b"%PDF")
    preview = COMMANDS["letter_names"].run(desk(book, folder=str(tmp_path)))
    assert [(change.before, change.after) for change in preview.report.changes] == [(LOOSE, GOOD)]
    assert [item.code.id for item in preview.report.problems] == ["F-414"]
    assert (tmp_path / LOOSE).exists()
    assert preview.finish().title.zh == "改了 1 个文件名"
    assert (tmp_path / GOOD).exists()
    assert not COMMANDS["letter_names"].run(desk(book, folder=str(tmp_path))).needs_confirmation


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(Error, match="K-024"):
        COMMANDS["letter_names"].run(desk(in_memory({"空": []}), folder=str(tmp_path / "没有")))


@pytest.mark.parametrize("id", ["make_skus", "sku_collisions"])
def test_ten_thousand_rows(id):
    rows = [
        [None if row % 2 else f"HI-QPD{row}-CA", "HIFILUZ", f"球泡灯{row}", None, None, "CA"] for row in range(10_000)
    ]
    preview = COMMANDS[id].run(desk(in_memory({"产品": [HEAD, *rows]})))
    assert len(preview.report.changes) == (5_000 if id == "make_skus" else 0)


@pytest.mark.parametrize("page", ["buttons.md", "buttons.zh-CN.md"])
def test_the_guide_names_every_button_of_these_groups(page):
    text = (Path(__file__).parents[3] / "docs" / page).read_text("utf-8")
    labels = [button.label.zh for button in BUTTONS if button.group in ("check", "compute", "documents")]
    assert len(labels) == 10
    assert [label for label in labels if f"**{label}**" not in text] == []
    assert {button.id for button in BUTTONS if button.group in ("check", "compute", "documents")} <= COMMANDS.keys()
