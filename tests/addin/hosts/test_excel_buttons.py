"""Buttons in an open Excel: the conversation with the person, on a named stand-in for the workbook."""

from dataclasses import replace
from datetime import date

import pytest

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Ask, ButtonReport, Command, Desk, Plan, Preview, Question, Selection, ShownChange
from addin.hosts.excel.book import ExcelStore, full_name, selected
from addin.hosts.excel.dialogue import LONGEST_IN_LIST, MOST, Dialogue, report_text
from rules.errors import Code, Error, Text
from rules.policy.loader import packaged
from sheets_schema.cells import CellError
from sheets_schema.grid.address import Range
from sheets_schema.grid.edits import ArrayFormula, CellEdit, DatedFormula, Formula, NewTab, RowAppend
from tests.fakes.excel import FakeBook, FakeComError

TAB = "新品"
ROWS = [
    ["品牌", "品名", "特性", "装数", "站点", "SKU"],
    ["HIMICAR", "球泡灯", "12V", 2, "CA", None],
    ["HIMICAR", "雾灯", None, None, "MX", None],
]


@pytest.fixture
def book():
    found = FakeBook({TAB: ROWS, "空": []})
    found.select(TAB, 2, 1, 3, 6)
    return found


def desk(book):
    tab, area = selected(book)
    store = ExcelStore(book)
    return Desk(store, Selection(tab, *area), packaged(), date(2025, 4, 3), book.fullname)


def dialogue(run, **more):
    return Dialogue({"test": Command("test", run), **more})


def edits_of(desk, *edits, title="改"):
    report = ButtonReport(Text(title, title), tuple(ShownChange(edit.name, None, edit.value) for edit in edits))
    return Preview(report, Plan(desk.store.version(), edits))


def test_the_selection_of_the_open_book(book):
    assert selected(book) == (TAB, Range(2, 0, 3, 5))
    book.selection = None
    assert selected(book) == (TAB, Range(1, 0, 1, 0))


def test_a_real_button_previews_writes_and_is_taken_back(book):
    talk = Dialogue(COMMANDS)
    reply = talk.press("make_skus", desk(book))
    assert reply.kind == "confirm", reply.text
    assert f"{TAB}!F2" in reply.text
    assert book.shows(TAB, 2, 6) is None, "a preview writes nothing"
    said = talk.confirm()
    assert said.kind == "tell"
    assert "写了 2 处" in said.text
    made = book.shows(TAB, 2, 6)
    assert made.startswith("HI-")
    assert made.endswith("-CA")
    assert "撤销了 2 处" in talk.take_back().text
    assert book.shows(TAB, 2, 6) is None
    assert "H-005" in talk.take_back().text, "once"


def test_only_the_last_step_is_taken_back(book):
    talk = Dialogue(
        {
            **COMMANDS,
            "other": Command(
                "other",
                lambda found: Preview(ButtonReport(Text("", "")), finish=lambda: ButtonReport(Text("同步了", ""))),
            ),
        }
    )
    talk.press("make_skus", desk(book))
    talk.confirm()
    talk.press("other", desk(book))
    assert talk.confirm().text == "同步了"
    assert "H-005" in talk.take_back().text
    assert book.shows(TAB, 2, 6) is not None


def test_no_formula_goes_where_no_tab_can_be_added(book, monkeypatch):
    book.sheets[0].cell(2, 6).enter("=SKU(A2,B2,C2,D2,E2)")
    monkeypatch.setattr(book.sheets, "add", lambda *_, **__: (_ for _ in ()).throw(FakeComError("protected")))
    talk = Dialogue(COMMANDS)
    talk.press("formulas_to_values", desk(book))
    assert talk.confirm().text.startswith("H-004")
    assert book.shows(TAB, 2, 6) == "=SKU(A2,B2,C2,D2,E2)"


def test_a_workbook_in_the_cloud_has_its_address(monkeypatch):
    def nowhere(_):
        raise FakeComError("no folder of this computer")

    book = FakeBook({TAB: ROWS})
    assert full_name(book) == book.fullname
    monkeypatch.setattr(FakeBook, "fullname", property(nowhere, lambda *_: None), raising=False)
    book.api.FullName = "https://example.sharepoint.com/全流程数据.xlsx"
    assert full_name(book) == book.api.FullName


def test_what_changed_since_then_is_not_taken_back(book):
    talk = Dialogue(COMMANDS)
    talk.press("make_skus", desk(book))
    talk.confirm()
    book.sheets[0].cell(3, 6).enter("我的")
    said = talk.take_back().text
    assert "撤销了 1 处" in said
    assert "X-109" in said
    assert book.shows(TAB, 3, 6) == "我的"


def test_what_changed_since_the_preview_stops_the_writing(book):
    talk = Dialogue(COMMANDS)
    talk.press("make_skus", desk(book))
    book.sheets[0].cell(2, 2).enter("尾灯")
    assert "K-001" in talk.confirm().text
    assert book.shows(TAB, 2, 6) is None


def test_a_wrong_sheet_is_told(book):
    book.select("空", 1, 1)
    reply = Dialogue(COMMANDS).press("make_skus", desk(book))
    assert (reply.kind, reply.text[:5]) == ("tell", "K-010")


def test_questions_are_asked_one_after_the_other(book):
    questions = (
        Question("name", Text("名称", "name"), default="甲"),
        Question(
            "how",
            Text("方式", "how"),
            Ask.CHOICE,
            (("a", Text("公式", "formulas")), ("b", Text("数值", "values"))),
            "b",
        ),
        Question(
            "which", Text("哪些", "which"), Ask.MANY, (("x", Text("一", "one")), ("y", Text("二", "two"))), ["x", "y"]
        ),
        Question("folder", Text("文件夹", "folder"), Ask.FOLDER),
    )
    seen = []

    def run(found):
        seen.append(dict(found.answers))
        if not found.answers:
            return Preview(ButtonReport(Text("", "")), questions=questions)
        return Preview(ButtonReport(Text("好了", "done")))

    talk = dialogue(run)
    assert talk.press("test", desk(book)).row() == [["text", "名称", "甲"]]
    reply = talk.answer(" 乙 ")
    assert reply.row() == [["choice", "方式\n1  公式\n2  数值", "2"]]
    again = talk.answer("9")
    assert again.text.startswith("没有这个选项")
    assert talk.answer("公式").default == "1,2"
    assert talk.answer("1,3").text.startswith("没有这个选项")
    assert talk.answer("2,1").kind == "folder"
    assert talk.answer("D:\\预约信").row() == [["tell", "好了", ""]]
    assert seen[-1] == {"name": "乙", "how": "a", "which": ["y", "x"], "folder": "D:\\预约信"}
    assert "H-005" in talk.answer("再").text


def test_all_of_many(book):
    question = Question("which", Text("哪些", "which"), Ask.MANY, (("x", Text("一", "one")), ("y", Text("二", "two"))))

    def run(found):
        if "which" not in found.answers:
            return Preview(ButtonReport(Text("", "")), questions=(question,))
        return Preview(ButtonReport(Text("、".join(found.answers["which"]), "")))

    talk = dialogue(run)
    talk.press("test", desk(book))
    assert talk.answer("全部").text == "x、y"


def test_finish_and_its_mistakes_are_told(book):
    code = Code("H-999", "不行", "no")

    def broken():
        raise Error(code)

    reports = iter([lambda: ButtonReport(Text("改名 3 个", "")), broken])
    talk = dialogue(lambda found: Preview(ButtonReport(Text("要改名", "")), finish=next(reports)))
    assert talk.press("test", desk(book)).kind == "confirm"
    assert talk.confirm().text == "改名 3 个"
    talk.press("test", desk(book))
    assert talk.confirm().text.startswith("H-999")
    assert "H-005" in talk.confirm().text


def test_a_file_that_fails_is_told(book):
    def full():
        raise OSError(28, "No space left on device", "state.sqlite")

    talk = dialogue(lambda found: Preview(ButtonReport(Text("同步", "")), finish=full))
    talk.press("test", desk(book))
    assert talk.confirm().text.startswith("H-007 state.sqlite: ")
    assert dialogue(lambda found: full()).press("test", desk(book)).text.startswith("H-007")


def test_a_page_to_open_is_handed_over(book):
    talk = dialogue(lambda found: Preview(ButtonReport(Text("打开", "")), open="C:\\说明.html"))
    assert talk.press("test", desk(book)).row() == [["open", "打开", "C:\\说明.html"]]


def test_the_whole_list_has_every_change(book):
    edits = [CellEdit(TAB, row, 7, Formula("A1") if row == 4 else "长" * 300) for row in range(4, 34)]
    talk = dialogue(lambda found: edits_of(found, *edits, title="三十处"))
    reply = talk.press("test", desk(book))
    assert f"…… 一共 {len(edits)} 处" in reply.text
    assert reply.text.count("→") == MOST
    rows = talk.list_rows()
    assert rows[0][0] == "三十处"
    assert rows[2] == [f"{TAB}!H4", "∅", "=A1", ""]
    assert len(rows) == 2 + len(edits)
    assert len(rows[3][2]) == LONGEST_IN_LIST
    assert "H-005" in talk.list_rows()[0][0]
    assert "H-005" in talk.confirm().text, "the list ends the preview"


def test_a_message_says_the_first_problems(book):
    assert report_text(ButtonReport(Text("没有问题", "none"), details=(Text("一", "one"),))) == "没有问题\n一"


def apply(book, *edits, appends=(), new_tabs=()):
    store = ExcelStore(book)
    return store.apply(edits=edits, appends=appends, new_tabs=new_tabs, expected=store.version())


@pytest.mark.parametrize(
    "text",
    [
        "00123",
        "1E5",
        "3-4",
        "MAR-1",
        "=1+1",
        " =A",
        "＝SUM(A)",
        "+86",
        "-5",
        "@x",
        "#N/A",
        "TRUE",
        "false",
        "'quoted",
        "2025-04-03",
        "12%",
    ],
)
def test_text_stays_text(book, text):
    apply(book, CellEdit(TAB, 9, 0, text))
    assert book.shows(TAB, 9, 1) == text
    assert ExcelStore(book).read(TAB).value(9, 0) == text


def test_dates_look_like_dates_where_the_cell_has_no_look(book):
    book.sheets[0].cell(10, 2).number_format = "m/d"
    apply(book, CellEdit(TAB, 9, 0, date(2025, 4, 3)), CellEdit(TAB, 10, 1, date(2025, 4, 3)))
    assert book.sheets[0].cell(9, 1).value == 45750.0
    assert book.sheets[0].cell(9, 1).number_format == "yyyy/m/d"
    assert book.sheets[0].cell(10, 2).number_format == "m/d"
    old = FakeBook({TAB: []}, date1904=True)
    apply(old, CellEdit(TAB, 1, 0, date(2025, 4, 3)))
    assert old.sheets[0].cell(1, 1).value == 44288.0


def test_formulas_spill_where_excel_knows_it(book):
    apply(book, CellEdit(TAB, 9, 0, Formula("LEADTIME(A2)")), CellEdit(TAB, 9, 1, DatedFormula("ETA(A2,B2)", 1)))
    assert book.spilling == 2
    assert book.sheets[0].cell(9, 2).number_format == "yyyy/m/d"
    old = FakeBook({TAB: []}, modern=False)
    apply(old, CellEdit(TAB, 1, 0, Formula("LEADTIME(A2)")))
    assert old.shows(TAB, 1, 1) == "=LEADTIME(A2)"


def test_a_formula_stays_one_in_cells_formatted_as_text(book):
    for row, look in ((9, "@"), (10, "@"), (12, "@"), (13, "0")):
        book.sheets[0].cell(row, 1).number_format = look
    apply(book, *(CellEdit(TAB, row, 0, Formula("1+1")) for row in (9, 10, 12, 13)))
    apply(book, CellEdit(TAB, 9, 0, Formula("1+1")))
    assert set(ExcelStore(book).read(TAB).formulas) == {(9, 0), (10, 0), (12, 0), (13, 0)}
    assert book.sheets[0].cell(13, 1).number_format == "0"


@pytest.mark.parametrize(("visible", "hidden"), [(True, False), (-1, False), (0, True), (2, True), (False, True)])
def test_a_sheet_that_excel_does_not_show_is_hidden(book, visible, hidden):
    next(sheet for sheet in book.sheets if sheet.name == TAB).visible = visible
    assert ExcelStore(book).read(TAB).hidden is hidden


def test_errors_are_written_and_read(book):
    apply(book, CellEdit(TAB, 9, 0, CellError("#N/A")))
    assert ExcelStore(book).read(TAB).value(9, 0) == CellError("#N/A")


def test_a_column_is_written_at_once(book):
    count = 0
    target = type(book.sheets[0].range((1, 1)))
    plain = target.raw_value

    def counted(self, rows):
        nonlocal count
        count += 1
        plain.fset(self, rows)

    target.raw_value = plain.setter(counted)
    try:
        apply(book, *(CellEdit(TAB, row, 8, float(row)) for row in range(1, 5001)))
    finally:
        target.raw_value = plain
    assert count == 1
    assert book.shows(TAB, 5000, 9) == 5000.0


def test_what_excel_refuses_is_told_and_the_rest_is_written(book):
    report = apply(book, CellEdit(TAB, 9, 0, Formula("SUM(1")), CellEdit(TAB, 10, 0, Formula("SUM(1)")))
    assert [item.code.id for item in report.refused] == ["H-004"]
    assert report.changed == [f"{TAB}!A10"]


def test_merged_and_locked_cells_are_refused(book):
    sheet = book.sheets[0]
    sheet.merged.append(Range(5, 0, 6, 1))
    sheet.cell(5, 1).enter("合并")
    sheet.cell(6, 2).enter(None)
    sheet.cell(7, 3).enter(1.0)
    sheet.api.ProtectContents = True
    sheet.cell(8, 1).locked = False
    report = apply(book, *(CellEdit(TAB, row, col, "字") for row, col in ((5, 1), (8, 0), (9, 0))))
    assert report.changed == [f"{TAB}!A8"]
    assert [(item.cell, item.code.id) for item in report.refused] == [(f"{TAB}!B5", "X-104"), (f"{TAB}!A9", "X-105")]
    assert ExcelStore(book).read(TAB).merged == (Range(5, 0, 6, 1),)


def test_an_array_needs_room(book):
    report = apply(book, CellEdit(TAB, 1, 7, ArrayFormula("A1:A3", "H1:H3")), CellEdit(TAB, 2, 7, None))
    assert report.changed[0] == f"{TAB}!H1"
    refused = apply(book, CellEdit(TAB, 1, 0, ArrayFormula("F1:F3", "A1:A3"))).refused
    assert [item.code.id for item in refused] == ["X-109"]


def test_rows_take_the_look_of_their_model_and_new_tabs_theirs(book):
    book.sheets[0].cell(3, 4).number_format = "0.00"
    apply(
        book,
        appends=[RowAppend(TAB, 4, {0: "HIMICAR", 3: 5}, like=3)],
        new_tabs=[NewTab("校验结果", [["位置"], [1]], (20,), "_qlc_check", hidden=True)],
    )
    assert book.sheets[0].cell(4, 4).number_format == "0.00"
    assert book.sheets[-1].name == "校验结果"
    assert book.sheets[-1].visible is False
    assert book.names["_qlc_check"].refers_to == "='校验结果'!$A$1"
    assert book.names["_qlc_check"].api.Visible is False
    assert book.sheets.active.name == TAB


def test_the_version_sees_what_is_not_saved(book):
    store = ExcelStore(book)
    before = store.version()
    assert store.version() == before
    book.sheets[1].cell(1, 1).enter("x")
    assert store.version() != before


def test_every_command_of_the_catalogue_can_be_pressed(book):
    """Each answers with a reply: a question, a preview, or what is wrong; never with a bare exception."""
    for button in COMMANDS:
        reply = Dialogue(COMMANDS).press(button, replace(desk(book)))
        assert reply.kind in ("tell", "text", "choice", "folder", "confirm", "open"), button
        assert reply.text, button


USED = {
    "Range": "api clear_contents column column_width copy font formula formula2 formula_array has_array merge_area "
    "merge_cells number_format paste raw_value row shape",
    "Sheet": "activate api name range used_range visible",
    "Sheets": "active add",
    "Names": "add",
    "Book": "api app fullname names selection sheets",
}
"""What the host asks of xlwings."""


@pytest.mark.parametrize("kind", USED)
def test_the_stand_in_offers_nothing_that_xlwings_lacks(kind, book):
    import xlwings.main

    fake = {
        "Range": book.selection,
        "Sheet": book.sheets[0],
        "Sheets": book.sheets,
        "Names": book.names,
        "Book": book,
    }[kind]
    for name in USED[kind].split():
        assert hasattr(getattr(xlwings.main, kind), name), name
        assert hasattr(fake, name), name
