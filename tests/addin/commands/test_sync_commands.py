"""The buttons of 同步, on a small office and on the demo company: previewed, confirmed, taken back."""

import shutil
from dataclasses import replace
from datetime import date

import pytest

from addin.commands.command import Desk, Selection
from addin.commands.conflicts import COMMAND as CONFLICTS
from addin.commands.preview_sync import COMMAND as PREVIEW
from addin.commands.sync_now import COMMAND as SYNC
from addin.commands.syncing import place_of, workbook_of
from addin.commands.undo_sync import COMMAND as UNDO
from console.demo.build import BOOK as DEMO_BOOK
from console.demo.build import make, second_week
from console.demo.rounds import run_round as demo_round
from rules.errors import Busy, Error
from rules.policy.loader import load, packaged
from sheets_schema.grid.edits import CellEdit
from sync.backends.file import FileStore
from sync.backends.memory import MemoryStore
from sync.state.database import State
from sync.tab.adopt import Adoption
from tests.fakes.document import OpenDocument
from tests.scenarios.office import STOCK, Office, item

SHEET = ["店铺", "MSKU", "FBA可售", "备注"]
HERE = Selection(STOCK, 2, 2, 2, 2)


class Desktop:
    """An operator's program with the office's workbook open; `press` a button, `confirm` what it shows."""

    def __init__(self, folder):
        self.office = Office(folder)
        self.office.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "ABC"], SHEET)
        self.sells(10, 10, 10)
        demo_round(folder / "config.yaml", Adoption())
        self.document = OpenDocument(self.office.book)

    def sells(self, *counts):
        self.office.export([item(msku, count) for msku, count in zip("ABCDEF", counts, strict=False)])

    def desk(self, file=None, **answers):
        config = load(self.office.folder / "config.yaml")
        return Desk(self.document, HERE, config, date(2026, 11, 20), file or str(self.office.book), answers)

    def press(self, command, file=None, **answers):
        return command.run(self.desk(file, **answers))

    def shown(self):
        return {line[1]: line[2] for line in self.document.read(STOCK).rows[1:] if line}


@pytest.fixture
def desktop(tmp_path):
    return Desktop(tmp_path)


def said(report):
    return [(change.place, change.before, change.after) for change in report.changes]


def test_the_preview_shows_the_cells_and_writes_nothing(desktop):
    desktop.sells(11, 10, 10, 4)
    before = desktop.document.version()
    preview = desktop.press(PREVIEW)
    assert said(preview.report)[0] == (f"{STOCK}!C2", 10.0, 11)
    assert preview.report.changes[-1].place == f"{STOCK}!A5"
    assert "MSKU D" in preview.report.changes[-1].after
    assert not preview.needs_confirmation
    assert preview.report.title.zh.startswith("会写 1 格,追加 1 行")
    assert "库存明细" in preview.report.details[0].zh
    assert desktop.document.version() == before


def test_places_name_the_workbook_where_several_are_synced(desktop):
    config = desktop.desk().config
    (book,) = config.site.workbooks
    assert place_of(config, book.name, STOCK, "C2") == f"{STOCK}!C2"
    two = replace(config, site=config.site.model_copy(update={"workbooks": (book, book)}))
    assert place_of(two, book.name, STOCK, "C2") == f"《{book.name}》{STOCK}!C2"


def test_sync_writes_what_was_shown_into_the_open_document(desktop):
    desktop.sells(11, 10, 10, 4)
    file = desktop.office.sha()
    preview = desktop.press(SYNC)
    assert desktop.shown()["A"] == 10
    done = preview.finish()
    assert said(done) == said(preview.report)
    assert desktop.shown() == {"A": 11, "B": 10, "C": 10, "D": 4}
    assert desktop.office.sha() == file
    assert "保存后才算数" in done.details[-1].zh
    desktop.document.save()
    assert not desktop.press(SYNC).report.changes


def test_sync_from_another_document_runs_on_the_files(desktop, tmp_path):
    desktop.sells(11, 10, 10)
    for file in ("", "别的.xlsx", str(tmp_path / "别的.xlsx")):
        assert "全部工作簿" in desktop.press(PREVIEW, file or "x.xlsx").report.details[0].zh
    desktop.press(SYNC, "别的.xlsx").finish()
    assert desktop.office.by_msku()["A"]["FBA可售"] == 11
    assert desktop.shown()["A"] == 10


def test_a_sheet_that_changed_after_the_preview_is_not_written(desktop):
    desktop.sells(11, 10, 10)
    preview = desktop.press(SYNC)
    desktop.document.type_in(STOCK, 2, 2, 99)
    done = preview.finish()
    assert [problem.code.id for problem in done.problems] == ["G-018"]
    assert desktop.shown()["A"] == 99


def test_nothing_new_asks_for_no_confirmation(desktop):
    preview = desktop.press(SYNC)
    assert not preview.needs_confirmation
    assert preview.report.title.zh.startswith("没有要写的格子")


def test_a_running_round_is_named(desktop):
    with State(desktop.office.folder / "state") as state, state.lease(), pytest.raises(Busy) as busy:
        desktop.press(SYNC)
    assert busy.value.code.id == "G-012"


@pytest.mark.parametrize("command", [PREVIEW, SYNC, CONFLICTS, UNDO])
def test_without_a_configuration_of_its_own_there_is_nothing_to_sync(command):
    desk = Desk(MemoryStore({STOCK: [SHEET]}), HERE, packaged(), date(2026, 11, 20))
    with pytest.raises(Error) as error:
        command.run(desk)
    assert error.value.code.id == "K-060"


def test_undo_puts_back_what_still_stands(desktop):
    desktop.sells(11, 12, 10, 4)
    desktop.press(SYNC).finish()
    desktop.document.type_in(STOCK, 3, 2, 99)
    preview = desktop.press(UNDO)
    assert said(preview.report)[0] == (f"{STOCK}!C2", 11, 10)
    assert said(preview.report)[-1][2] is None
    assert [(problem.code.id, problem.cell) for problem in preview.report.problems] == [("K-061", "C3")]
    assert preview.report.problems[0].message() == "同步之后改过,现在是 99,保持不动。要退回就自己改"
    done = preview.finish()
    assert desktop.shown() == {"A": 10, "B": 99, "C": 10}
    assert "恢复 1 格,清空 1 行" in done.title.zh


def test_undo_without_a_round(tmp_path):
    desktop = Desktop(tmp_path)
    with pytest.raises(Error) as error:
        desktop.press(UNDO)
    assert error.value.code.id == "T-020"


def test_conflicts_are_settled_one_by_one_or_by_column(desktop):
    for row, value in ((2, 98), (3, 99)):
        desktop.document.type_in(STOCK, row, 2, value)
    desktop.sells(11, 12, 10)
    desktop.press(SYNC).finish()
    first = desktop.press(CONFLICTS)
    assert said(first.report) == [(f"{STOCK}!C2", 98, 11), (f"{STOCK}!C3", 99, 12)]
    which, use = first.questions
    values = [value for value, _ in which.choices]
    assert values[0].startswith("column:")
    assert len(values) == 3
    assert use.default == "erp"
    manual = desktop.press(CONFLICTS, which=[values[1]], use="manual")
    assert [question.name for question in manual.questions] == ["value"]
    desktop.press(CONFLICTS, which=[values[1]], use="manual", value="50").finish()
    whys = [change.why.zh for change in desktop.press(CONFLICTS).report.changes]
    assert ["已选 手工" in why for why in whys] == [True, False], "what was chosen stays listed until a round has run"
    rest = desktop.press(CONFLICTS, which=[values[0]], use="erp")
    assert said(rest.report) == [(f"{STOCK}!C3", 99, 12)], "the whole column, but for what was chosen one by one"
    rest.finish()
    assert "2 个已选,等下一轮执行" in desktop.press(CONFLICTS).report.title.zh
    preview = desktop.press(SYNC)
    preview.finish()
    assert desktop.shown() == {"A": 50, "B": 12, "C": 10}
    desktop.document.save()
    desktop.press(SYNC).finish()
    assert desktop.press(CONFLICTS).report.title.zh == "没有待处理的冲突"


def test_a_choice_written_into_a_document_that_nobody_saved_is_carried_out_again(desktop):
    for row, value in ((2, 98), (3, 99)):
        desktop.document.type_in(STOCK, row, 2, value)
    desktop.document.save()
    desktop.sells(11, 12, 10)
    desktop.press(SYNC).finish()
    picks = [value for value, _ in desktop.press(CONFLICTS).questions[0].choices]
    desktop.press(CONFLICTS, which=[picks[1]], use="manual", value="50").finish()
    desktop.press(CONFLICTS, which=[picks[2]], use="erp").finish()
    desktop.press(SYNC).finish()
    assert desktop.shown() == {"A": 50, "B": 12, "C": 10}
    again = desktop.press(SYNC)
    assert not [problem for problem in again.report.problems if problem.code.id == "T-021"]
    assert not again.report.changes
    desktop.document = OpenDocument(desktop.office.book)  # closed without saving
    preview = desktop.press(SYNC, "别的.xlsx")
    preview.finish()
    rows = desktop.office.by_msku()
    assert (rows["A"]["FBA可售"], rows["B"]["FBA可售"]) == (50, 12)
    assert desktop.press(CONFLICTS, "别的.xlsx").report.title.zh == "没有待处理的冲突"


def test_the_sheet_counts_in_a_column_for_good(desktop):
    for row, value in ((2, 98), (3, 99)):
        desktop.document.type_in(STOCK, row, 2, value)
    desktop.sells(11, 12, 10)
    desktop.press(SYNC).finish()
    column = desktop.press(CONFLICTS).questions[0].choices[0][0]
    assert "2 个" in desktop.press(CONFLICTS, which=[column], use="always").finish().title.zh
    desktop.sells(13, 14, 15)
    desktop.press(SYNC).finish()
    assert desktop.shown() == {"A": 98, "B": 99, "C": 15}, "a cell that nobody typed into follows the ERP"
    assert desktop.press(CONFLICTS).report.title.zh == "没有待处理的冲突"


def test_conflicts_stand_where_their_rows_are_now_and_name_a_person(desktop):
    desktop.document.type_in(STOCK, 2, 2, 98)
    desktop.sells(11, 10, 10)
    desktop.press(SYNC).finish()
    (change,) = desktop.press(CONFLICTS).report.changes
    assert (change.place, change.why.zh.split(" · ")[0]) == (f"{STOCK}!C2", "新")
    first, second = ([desktop.document.read(STOCK).value(row, at) for at in range(3)] for row in (2, 3))
    for at in range(3):
        desktop.document.type_in(STOCK, 2, at, second[at])
        desktop.document.type_in(STOCK, 3, at, first[at])
    people = "子-2链接负责人"
    titles = {cell: at for at, cell in enumerate(desktop.document.read(people).rows[0])}
    for title, value in {"店铺": "LOMEESS-CA", "MSKU": "A", "运营负责人": "小李"}.items():
        desktop.document.type_in(people, 2, titles[title], value)
    (change,) = desktop.press(CONFLICTS).report.changes
    assert change.place == f"{STOCK}!C3"
    assert change.why.zh.startswith("FBA可售")
    assert change.why.zh.endswith("小李")


def test_a_whole_column_is_settled_for_the_sheet(desktop):
    for row, value in ((2, 98), (3, 99)):
        desktop.document.type_in(STOCK, row, 2, value)
    desktop.sells(11, 12, 10)
    desktop.press(SYNC).finish()
    column = desktop.press(CONFLICTS).questions[0].choices[0][0]
    assert "2 个" in desktop.press(CONFLICTS, which=[column], use="sheet").finish().title.zh
    preview = desktop.press(SYNC)
    assert preview.needs_confirmation
    assert not preview.report.changes
    preview.finish()
    assert desktop.shown() == {"A": 98, "B": 99, "C": 10}
    assert not desktop.press(SYNC).needs_confirmation


def test_new_conflicts_are_shown_and_the_others_counted(desktop, monkeypatch):
    for row in (2, 3, 4):
        desktop.document.type_in(STOCK, row, 2, 90 + row)

    def shown():
        return [line.zh for line in desktop.press(PREVIEW).report.details if "冲突" in line.zh]

    assert [line.partition(":")[0] for line in shown()] == [f"新冲突 {STOCK}!C{row} FBA可售" for row in (2, 3, 4)]
    assert shown()[0].endswith("上次一致值 10,表格值 92,ERP值 10(ERP)")
    monkeypatch.setattr("addin.commands.syncing.LISTED", 2)
    assert [line.partition(" ")[0] for line in shown()] == ["新冲突", "新冲突", "另有"]
    assert shown()[-1] == "另有 1 个冲突,点“冲突”看全部"
    desktop.sells(10, 10, 10, 4)
    desktop.press(SYNC).finish()
    assert shown() == ["另有 3 个冲突,点“冲突”看全部"], "they are known by now"


def test_answers_that_name_no_open_conflict_are_asked_again(desktop):
    desktop.document.type_in(STOCK, 2, 2, 98)
    desktop.sells(11, 10, 10)
    desktop.press(SYNC).finish()
    assert desktop.press(CONFLICTS, which=["column:gone"], use="erp").questions
    none = desktop.press(CONFLICTS, which=(), use="erp")
    assert len(none.report.changes) == 1
    assert not none.questions
    assert not none.needs_confirmation
    assert desktop.press(CONFLICTS, which=[desktop.press(CONFLICTS).questions[0].choices[0][0]], use="x").questions


def test_first_contact_is_held_and_says_what_to_do(tmp_path):
    office = Office(tmp_path)
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A"}], SHEET)
    office.export([item("A", 10)])
    document = OpenDocument(office.book)
    desk = Desk(document, HERE, load(tmp_path / "config.yaml"), date(2026, 11, 20), str(office.book))
    preview = SYNC.run(desk)
    assert "G-013" in [problem.code.id for problem in preview.report.problems]
    preview.finish()
    assert document.read(STOCK).rows[1] == ["LOMEESS-CA", "A"]


def test_the_demo_company_through_the_buttons(tmp_path):
    folder = tmp_path / "demo"
    company = make(folder, 30, 3)
    demo_round(folder / "config.yaml", Adoption())
    second_week(folder, company)
    config = load(folder / "config.yaml")
    book = folder / DEMO_BOOK
    shutil.copy(book, tmp_path / "open.xlsx")
    document = FileStore(tmp_path / "open.xlsx")
    lock = book.with_name(f"~${book.name}")
    lock.write_bytes(b"open in Excel")
    here = Selection(STOCK, 2, 0, 2, 0)
    desk = Desk(document, here, config, date(2026, 11, 20), str(book))
    seen = PREVIEW.run(desk).report
    assert seen.changes
    file, before = book.read_bytes(), {tab: document.read(tab).rows for tab in document.tabs()}
    done = SYNC.run(desk).finish()
    assert said(done) == said(seen)
    assert book.read_bytes() == file
    assert {tab: document.read(tab).rows for tab in document.tabs()} != before
    undone = UNDO.run(desk)
    assert len(undone.report.changes) == len(seen.changes)
    undone.finish()
    assert {tab: [row for row in document.read(tab).rows if row] for tab in document.tabs()} == before
    lock.unlink()
    (tmp_path / "open.xlsx").replace(book)  # the person saves and closes
    closed = Desk(document, here, config, date(2026, 11, 20))
    assert not PREVIEW.run(closed).report.changes


def test_a_cell_edit_of_a_person_between_two_rounds_survives(desktop):
    desktop.document.apply(edits=[CellEdit(STOCK, 2, 3, "催货")], expected=desktop.document.version())
    desktop.sells(11, 10, 10)
    desktop.press(SYNC).finish()
    assert desktop.document.read(STOCK).rows[1] == ["LOMEESS-CA", "A", 11.0, "催货"]


def test_a_file_that_no_program_has_open_is_written_as_a_file(desktop):
    desktop.document = FileStore(desktop.office.book)
    desktop.sells(11, 10, 10)
    done = desktop.press(SYNC).finish()
    assert desktop.office.by_msku()["A"]["FBA可售"] == 11
    assert any(detail.zh.startswith("备份") for detail in done.details)
    assert not any("保存后才算数" in detail.zh for detail in done.details)


def test_a_file_is_known_where_it_is_however_its_program_names_it(desktop, tmp_path, monkeypatch):
    book = desktop.office.book
    here, config = Selection(STOCK, 2, 0, 2, 0), load(desktop.office.folder / "config.yaml")
    monkeypatch.chdir(tmp_path)

    def known(store, file):
        found = workbook_of(Desk(store, here, config, date(2026, 11, 20), file))
        return found.name if found else None

    name = config.site.workbooks[0].name
    assert known(FileStore(book), book.name) == name
    assert known(FileStore(book), str(book.absolute())) == name
    assert known(desktop.document, str(book.absolute())) == name
    assert known(desktop.document, book.name) is None, "a title alone is no place"
    other = tmp_path / "other.xlsx"
    shutil.copy(book, other)
    assert known(FileStore(other), book.name) is None
