"""The buttons of 帮助: a function found and inserted, a cell explained, guide, settings, a report."""

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from addin.commands import user_files
from addin.commands.command import Desk, Selection, apply, undo
from addin.commands.explain_cell import COMMAND as EXPLAIN
from addin.commands.function_guide import COMMAND as GUIDE
from addin.commands.insert_function import COMMAND as INSERT
from addin.commands.report_problem import COMMAND as REPORT
from addin.commands.settings import COMMAND as SETTINGS
from addin.commands.sync_now import COMMAND as SYNC
from addin.registry.catalogue import ENTRIES
from addin.registry.search import search
from rules.errors import Error
from rules.policy import loader
from rules.policy.kept import in_force
from rules.policy.loader import load, packaged
from sheets_schema.grid.edits import ArrayFormula, DatedFormula, Formula
from sync.backends.memory import MemoryStore
from sync.round.round import run_round
from sync.state.database import State
from sync.tab.adopt import Adoption
from tests.fakes.document import OpenDocument
from tests.scenarios.office import STOCK, Office, item

DAY = date(2025, 6, 15)
TAB = "备货"
ROWS = [["品类", "渠道", "需求日期", "周期", "备注"], ["车机", "快线", date(2025, 9, 1), None, "急"], ["车灯", "慢线"]]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The user's own folder."""
    folder = tmp_path / "home"
    for module in (user_files, loader):
        monkeypatch.setattr(module, "user_folder", lambda: folder)
    monkeypatch.setattr("addin.commands.settings.user_folder", lambda: folder)
    return folder


def at(row, column, rows=ROWS, tab=TAB):
    return MemoryStore({tab: rows}), Selection(tab, row, column, row, column)


def press(command, store, selection, config=None, file="", **answers):
    return command.run(Desk(store, selection, config or packaged(), DAY, file, answers))


def lines(report, lang="zh"):
    return "\n".join(detail.say(lang) for detail in report.details)


# insert a function


def test_a_function_is_found_chosen_and_filled_from_the_row():
    store, cell = at(2, 3)
    first = press(INSERT, store, cell)
    assert [question.name for question in first.questions] == ["words"]
    second = press(INSERT, store, cell, words="备货周期")
    (which,) = second.questions
    assert which.default == "LEADTIME"
    preview = press(INSERT, store, cell, words="备货周期", function="LEADTIME")
    (change,) = preview.report.changes
    assert (change.place, change.before, change.after) == (f"{TAB}!D2", None, "=LEADTIME(A2,B2)")
    assert "现在的答案:71" in lines(preview.report)
    applied = apply(store, preview.plan)
    assert store.read(TAB).formulas == {(2, 3): "LEADTIME(A2,B2)"}
    undo(store, applied)
    assert not store.read(TAB).formulas


def test_a_date_is_shown_as_one():
    store, cell = at(2, 3)
    preview = press(INSERT, store, cell, words="最晚下单", function="ORDERBY")
    (edit,) = preview.plan.edits
    assert isinstance(edit.value, DatedFormula)
    assert edit.value == "ORDERBY(C2,A2,B2)"


def test_arguments_without_a_header_are_asked_for():
    store, cell = at(2, 3)
    asked = press(INSERT, store, cell, words="加工作日", function="ADDWORKDAYS")
    assert [question.name for question in asked.questions] == [
        "ADDWORKDAYS.day",
        "ADDWORKDAYS.n",
        "ADDWORKDAYS.calendar",
    ]
    given = {"ADDWORKDAYS.day": "$C$2", "ADDWORKDAYS.n": "3", "ADDWORKDAYS.calendar": "CN"}
    preview = press(INSERT, store, cell, words="加工作日", function="ADDWORKDAYS", **given)
    assert preview.plan.edits[0].value == 'ADDWORKDAYS($C$2,3,"CN")'
    assert "2025-09-04" in lines(preview.report)


@pytest.mark.parametrize(
    ("written", "argument"),
    [
        ("A2", "A2"),
        ("'备 货'!A2:A9", "'备 货'!A2:A9"),
        ("12.5", "12.5"),
        ("2025-04-03", '"2025-04-03"'),
        ('说"急"', '"说""急"""'),
        ('"车机"', '"车机"'),
        ('"车机', '"""车机"'),
        ('7"', '"7"""'),
        ("{1;2}", "{1;2}"),
        ("", ""),
        (None, ""),
        ("=HYPERLINK(1)", '"=HYPERLINK(1)"'),
    ],
)
def test_an_argument_is_a_reference_a_number_or_text(written, argument):
    store, cell = at(9, 5)
    preview = press(INSERT, store, cell, words="sku", function="SKUCHECK", **{"SKUCHECK.sku": written})
    assert preview.plan.edits[0].value == f"SKUCHECK({argument})"


def test_content_is_replaced_only_as_a_visible_change():
    store, cell = at(2, 4)
    preview = press(INSERT, store, cell, words="备货周期", function="LEADTIME")
    assert preview.report.changes[0].before == "急"
    assert "会被换掉" in lines(preview.report)
    assert preview.plan.edits[0].expect == "急"


def test_a_formula_is_replaced_and_comes_back():
    rows = [*ROWS, ["车机", "快线", None, Formula("1+1")]]
    store, cell = at(4, 3, rows)
    preview = press(INSERT, store, cell, words="备货周期", function="LEADTIME")
    assert preview.report.changes[0].before == "=1+1"
    undo(store, apply(store, preview.plan))
    assert store.read(TAB).formulas == {(4, 3): "1+1"}


def test_an_answer_of_several_cells_needs_room():
    rows = [["SKU"], ["HI-QPD-WiFi-8PCS-CA"], ["HI-QPD-CA", None, None, "满"]]
    store, cell = at(2, 1, rows)
    edit = press(INSERT, store, cell, words="拆分", function="SKUPARSE").plan.edits[0]
    assert isinstance(edit.value, ArrayFormula)
    assert edit.value.ref == "B2:F2"
    store, cell = at(3, 1, rows)
    with pytest.raises(Error) as error:
        press(INSERT, store, cell, words="拆分", function="SKUPARSE")
    assert error.value.code.id == "K-067"


def test_a_tab_without_a_header_and_words_without_a_function():
    store, cell = at(1, 0, [["随便"]])
    assert "LEADTIME.category" in [
        q.name for q in press(INSERT, store, cell, words="周期", function="LEADTIME").questions
    ]
    with pytest.raises(Error) as error:
        press(INSERT, store, cell, words="天气预报")
    assert error.value.code.id == "K-066"
    assert "天气预报" in error.value.text()


def test_a_function_that_the_new_words_do_not_find_is_asked_again():
    store, cell = at(2, 3)
    preview = press(INSERT, store, cell, words="断货", function="LEADTIME")
    assert preview.questions[0].default == "STOCKOUT"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_function_is_found_by_its_names(entry):
    for word in (entry.name, entry.alias_zh, entry.name.lower()):
        assert search(word)[0] is entry


def test_search_without_words_lists_all():
    assert search("  ") == list(ENTRIES)
    assert search("仓库什么时候截止")
    assert not search("qqqq")


# explain a cell


def test_a_formula_is_explained_with_the_values_of_its_cells():
    store, cell = at(2, 3, [ROWS[0], ["车机", "快线", None, Formula('IF(A2="","",备货周期(A2,B2))')]])
    report = press(EXPLAIN, store, cell).report
    text = lines(report)
    assert 'LEADTIME(A2,B2)\n=LEADTIME("车机","快线") → 71' in text
    assert "R10 备货周期" in text
    assert "SOP" in lines(report, "en") or "L307" in lines(report, "en")
    assert not report.problems


def test_a_formula_of_another_host_and_other_tabs():
    written = Formula("'C:\\加载项\\quanliucheng.xlam'!LEADTIME('参 数'!A1,\"快线\")")
    store = MemoryStore({TAB: [[written]], "参 数": [["车机"]]})
    report = press(EXPLAIN, store, Selection(TAB, 1, 0, 1, 0)).report
    assert '=LEADTIME("车机","快线") → 71' in lines(report)


def test_a_call_that_reads_other_functions_is_said():
    store, cell = at(1, 0, [[Formula("LEADTIME(VLOOKUP(B1,C:D,2,0),B2)")]])
    report = press(EXPLAIN, store, cell).report
    assert [(problem.code.id, problem.cell) for problem in report.problems] == [("H-080", "A1")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (Formula("SUM(B1:B3)"), "自带的公式"),
        ("急", "不在配置的 site.workbooks 里"),
        (None, "空的"),
        (3.5, "这里不知道"),
    ],
)
def test_other_cells_are_said_to_be_what_they_are(content, said):
    store, cell = at(1, 0, [[content, 1]])
    assert said in lines(press(EXPLAIN, store, cell).report)


def test_an_error_is_explained():
    store, cell = at(1, 0, [[Formula('LEADTIME("车机","月球")')]])
    assert "#N/A" in lines(press(EXPLAIN, store, cell).report)


@pytest.fixture
def office(tmp_path):
    folder = tmp_path / "office"
    folder.mkdir()
    office = Office(folder)
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10}], ["店铺", "MSKU", "FBA可售", "备注"])
    office.export([item("A", 10)])
    config = load(folder / "config.yaml")
    with State(config.folder / config.site.state) as state:
        run_round(config, state, adopt=Adoption())
    office.export([item("A", 11)])
    return office


def test_a_synced_cell_tells_where_its_value_came_from(office):
    document, config = OpenDocument(office.book), load(office.folder / "config.yaml")
    cell = Selection(STOCK, 2, 2, 2, 2)
    SYNC.run(Desk(document, cell, config, DAY, str(office.book))).finish()
    assert "同步写入:10 → 11" in lines(press(EXPLAIN, document, cell, config, str(office.book)).report)
    document.save()
    SYNC.run(Desk(document, cell, config, DAY, str(office.book))).finish()
    text = lines(press(EXPLAIN, document, cell, config, str(office.book)).report)
    assert "库存数据 · LOMEESS-CA / A · FBA可售,负责:ERP" in text
    assert "表格值 11,上次一致值 11,ERP值 11" in text
    assert "同步写入:10 → 11" in text
    assert "ERP值来自 export-" in text
    remark = Selection(STOCK, 9, 9, 9, 9)
    assert "空的" in lines(press(EXPLAIN, document, remark, config, str(office.book)).report)


# guide, settings, report


def test_the_guide_is_written_once_and_opened(home):
    preview = press(GUIDE, *at(1, 0))
    page = Path(preview.open)
    assert page.parent == home / "guide"
    assert "LEADTIME" in page.read_text("utf-8")
    before = page.stat().st_mtime_ns
    press(GUIDE, *at(1, 0))
    assert page.stat().st_mtime_ns == before
    assert sorted(path.name for path in page.parent.iterdir()) == ["function-guide.html", "函数说明.html"]


def test_a_folder_that_cannot_be_written_is_said(home):
    home.write_text("a file", "utf-8")
    with pytest.raises(Error) as error:
        press(GUIDE, *at(1, 0))
    assert error.value.code.id == "K-068"


def test_settings_of_the_shipped_configuration_offer_a_copy(home):
    preview = press(SETTINGS, *at(1, 0))
    assert preview.open is None
    assert "随产品发布" in lines(preview.report)
    done = preview.finish()
    own = home / "config.yaml"
    assert str(own) in done.title.zh
    assert load(own).rules == packaged().rules
    own.write_text("rules: {}\n", "utf-8")
    again = press(SETTINGS, *at(1, 0))
    assert (again.open, again.finish) == (str(own), None)
    assert "已经有了" in preview.finish().title.zh
    assert own.read_text("utf-8") == "rules: {}\n", "never written over"


def test_settings_of_an_installation(office):
    config = load(office.folder / "config.yaml")
    preview = press(SETTINGS, *at(1, 0), config, str(office.book))
    text = lines(preview.report)
    assert preview.open == str(office.folder / "config.yaml")
    assert "配置没有错误" in text
    assert "工作簿《全流程数据》" in text
    assert "Python 3" in text
    assert not preview.needs_confirmation


def test_explaining_a_cell_says_that_the_last_good_configuration_counts(office):
    path = office.folder / "config.yaml"
    assert press(EXPLAIN, *at(1, 0), in_force(path)).report.problems == ()
    path.write_text("rules: [\n", "utf-8")
    report = press(EXPLAIN, *at(1, 0), in_force(path)).report
    assert "不是本产品的公式" in lines(report)
    (problem,) = report.problems
    assert problem.code.id == "P-004"
    assert "起的那一份" in problem.text()


def test_settings_show_why_a_broken_file_does_not_count(office):
    path = office.folder / "config.yaml"
    in_force(path)
    path.write_text("rules: [\n", "utf-8")
    text = lines(press(SETTINGS, *at(1, 0), in_force(path)).report)
    assert "上次好的一份" in text
    assert "起的那一份" in text
    assert "P-002" in text


def test_a_report_holds_codes_and_counts_but_no_cell(office, home):
    config = load(office.folder / "config.yaml")
    with State(config.folder / config.site.state) as state:
        run_round(config, state)
    document = OpenDocument(office.book)
    asked = press(REPORT, document, Selection(STOCK, 2, 2, 2, 2), config, str(office.book))
    assert "没有:单元格内容" in lines(asked.report)
    preview = press(REPORT, document, Selection(STOCK, 2, 2, 2, 2), config, str(office.book), what="同步很慢")
    assert preview.open == str(home / "reports")
    (path,) = (home / "reports").iterdir()
    with zipfile.ZipFile(path) as packed:
        text = packed.read("report.json").decode()
        assert "没有:单元格内容" in packed.read("README.txt").decode()
    document = json.loads(text)
    assert document["what"] == "同步很慢"
    assert document["config"]["state"] == "the configuration is good"
    assert [book["cells"] for item in document["sync"]["rounds"] for book in item["workbooks"]]
    assert document["sync"]["files"][0]["report"] == "FBA库存明细"
    for secret in ("LOMEESS", "HI-A", "球泡灯", str(Path.home())):
        assert secret not in text


def test_a_report_where_nothing_is_configured(home):
    press(REPORT, *at(1, 0), what="")
    (path,) = (home / "reports").iterdir()
    with zipfile.ZipFile(path) as packed:
        document = json.loads(packed.read("report.json"))
    assert document["sync"] == {"error": "K-060"}
    assert document["config"]["packaged"] is True
