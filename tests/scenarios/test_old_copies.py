"""An older copy of the workbook comes back (a restored backup, a late save): asked once, and both answers exact."""

import itertools
import shutil

import openpyxl
import pytest

from console.demo.build import WORKBOOK
from sync.round.round import run_round as sync_round
from sync.state.database import State
from tests.scenarios.office import STOCK, agreed, item, process

SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注", "同步状态"]
MANY = 14
SELLABLE = "FBA可售"
counter = itertools.count()


def cells(path):
    book = openpyxl.load_workbook(path)
    return {
        (tab.title, cell.coordinate): cell.value
        for tab in book
        for row in tab.iter_rows()
        for cell in row
        if cell.value is not None
    }


def newest_backup(office):
    return max((office.book.parent / ".qlc-backups").iterdir())


def test_a_restored_backup_is_brought_up_to_date(demo):
    final, known = cells(demo.book), agreed(demo.folder)
    conflicts = len(demo.conflicts())
    shutil.copy2(newest_backup(demo), demo.book)
    old = demo.sha()
    asked = process(demo, "sync", "once", ok=(3,))["workbooks"][0]
    assert [error["code"] for error in asked["details"]["refused"]] == ["G-040"]
    assert demo.sha() == old
    book = process(demo, "sync", "once", "--old-copy", "update")["workbooks"][0]
    assert (len(demo.conflicts()), cells(demo.book), agreed(demo.folder)) == (conflicts, final, known)
    assert book["writes"] + book["computed"] + book["marks"] == len(book["cells"]) - book["appends"]
    assert demo.once()["cells"] == []


def test_a_restored_backup_is_gone_back_to(demo):
    conflicts = {(found["key"][-1], found["column"]) for found in demo.conflicts()}
    shutil.copy2(newest_backup(demo), demo.book)
    old = demo.sha()
    assert process(demo, "sync", "once", "--old-copy", "back")["workbooks"][0]["cells"] == []
    assert (demo.sha(), agreed(demo.folder)) == (old, demo.agreed_first)
    assert {(found["key"][-1], found["column"]) for found in demo.conflicts()} == conflicts
    assert demo.once()["cells"] == []


def test_a_late_save_with_a_persons_edits_is_known_by_its_cells(demo):
    final, known = cells(demo.book), agreed(demo.folder)
    conflicts = len(demo.conflicts())
    book = openpyxl.load_workbook(newest_backup(demo))
    titles = {cell.value: cell.column for cell in book[STOCK][1]}
    row = next(
        row for row in range(2, 15) if (STOCK, f"H{row}") in final and str(book[STOCK].cell(row, 8).value).isdigit()
    )
    book[STOCK].cell(row, titles["备注"]).value = "晚存的备注"
    typed = book[STOCK].cell(row, 8).coordinate
    book[STOCK][typed] = 4711
    book.save(demo.book)
    assert demo.once(ok=(3,))["details"]["refused"][0]["code"] == "G-040"
    demo.once("--old-copy", "update")
    after, line = cells(demo.book), f"{row}"
    assert {"晚存的备注", 4711} <= {value for (_, cell), value in after.items() if cell.endswith(line)}
    for shown in (after, final):  # of the typed row, computed cells follow what was typed
        for place in [
            place for place in shown if place[0] == STOCK and place[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == line
        ]:
            shown.pop(place)
    assert after == final
    assert agreed(demo.folder) == known
    assert len(demo.conflicts()) - conflicts in (0, 1), "the typed cell may have been one already"
    assert typed in {found["cell"] for found in demo.conflicts()}


def rows(change=0):
    """What the ERP says, in bytes of its own each time."""
    version = f"第{next(counter)}版"
    return [item(f"M{number:02}", 100 + number + change, 品名=version) for number in range(MANY)]


@pytest.fixture
def started(quick):
    """Agreed on 100…113, then two rounds that wrote 1 and 2 more; the workbook before each is kept aside."""
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": f"M{n:02}", SELLABLE: 100 + n} for n in range(MANY)], SHEET)
    quick.export(rows())
    quick.adopt()
    quick.before = []
    for change in (1, 2):
        quick.before.append(quick.book.read_bytes())
        quick.export(rows(change))
        quick.once()
    return quick


def sellable(office):
    return {int(msku[1:]): row[SELLABLE] for msku, row in office.by_msku().items()}


def test_the_moment_that_a_copy_is_of_is_found_over_several_rounds(started):
    known = agreed(started.folder)
    for change, content in enumerate(started.before):
        started.book.write_bytes(content)
        started.edit({"E2": "后来写的"})
        (error,) = started.once(ok=(3,))["details"]["refused"]
        assert f"第 {change + 2} 轮" in error["message"]
        assert str(MANY) in error["message"]
    started.book.write_bytes(started.before[0])
    started.edit({"E2": "后来写的", "C3": 7})
    assert started.once("--old-copy", "back")["cells"] == []
    assert sellable(started) == {n: 100 + n for n in range(MANY)} | {1: 7}
    was = {cell: value for cell, value in known.items() if cell[1] == SELLABLE}
    now = {cell: value for cell, value in agreed(started.folder).items() if cell[1] == SELLABLE}
    assert now == {cell: value - 2 for cell, value in was.items()}
    (found,) = started.conflicts()
    assert (found["cell"], found["last_agreed"], found["sheet"], found["erp"]) == ("C3", 101, 7, 103)
    for change in (2, 1):
        started.export(rows(change))
        assert started.once()["writes"] == 0, "what went back stays back"
    started.export(rows(3))
    assert started.once()["writes"] == MANY - 1
    assert started.qlc("sync", "undo")["restored"] == MANY - 1
    assert started.qlc("sync", "undo")["undone"] == 1, "rounds 2 and 3 are taken back already"


def test_an_undone_round_and_a_manual_choice_are_brought_up_to_date_too(started):
    started.edit({"C2": 999})
    started.once()
    (found,) = started.conflicts()
    started.qlc("sync", "resolve", found["id"], "--use", "手工", "--value", "55")
    started.once()
    copy = started.book.read_bytes()
    started.qlc("sync", "undo", "3")
    assert sellable(started) == {n: 101 + n for n in range(MANY)} | {0: 55}
    started.book.write_bytes(copy)
    assert started.once("--old-copy", "update")["writes"] == MANY - 1
    assert sellable(started) == {n: 101 + n for n in range(MANY)} | {0: 55}
    started.book.write_bytes(started.before[1])
    started.once("--old-copy", "update")
    assert sellable(started) == {n: 101 + n for n in range(MANY)} | {0: 55}
    assert started.conflicts() == []


def test_appended_rows_of_a_lost_round_come_back_or_stay_out(started):
    started.before.append(started.book.read_bytes())
    started.export([*rows(2), item("NEU", 5)])
    assert started.once()["appends"] == 1
    started.book.write_bytes(started.before[2])
    other = started.copy_to(started.folder.parent / "other")
    assert started.once("--old-copy", "update")["appends"] == 1
    assert other.once("--old-copy", "back")["appends"] == 0
    assert other.once()["appends"] == 0
    other.export([*rows(2), item("NEU", 6)])
    assert other.once()["appends"] == 1


def test_what_people_type_is_no_older_copy(started):
    for count in (3, MANY // 2):
        started.edit({f"C{row}": 100 + row - 2 for row in range(2, 2 + count)})
        assert started.once()["conflicts"] == count, "some cells typed back are conflicts"
    started.edit({f"C{row}": 100 + row - 2 for row in range(2, 2 + MANY)})
    assert started.once(ok=(3,))["details"]["refused"][0]["code"] == "G-040"
    assert started.once("--force", "G-040")["conflicts"] == MANY, "people may have typed all that"


def test_an_unsaved_round_that_brings_old_values_back_is_no_older_copy(started):
    from rules.policy.loader import load
    from sync.backends.document import DocumentStore
    from tests.fakes.document import OpenDocument

    document = OpenDocument(started.book)
    config = load(started.folder / "config.yaml")
    for change in (1, 2, 1):
        started.export(rows(change))
        with State(started.folder / "state") as state:
            (book,) = sync_round(config, state, stores={WORKBOOK: DocumentStore(document, started.book.name)}).workbooks
        assert book.error is None
    assert [line[2] for line in document.read(STOCK).rows[1:]] == [101 + n for n in range(MANY)]


def test_the_button_asks_what_becomes_of_an_older_copy(started):
    from datetime import date

    from addin.commands.command import Desk, Selection
    from addin.commands.sync_now import COMMAND
    from rules.policy.loader import load
    from sync.backends.file import FileStore

    started.book.write_bytes(started.before[1])

    def press(**answers):
        here = Selection(STOCK, 2, 2, 2, 2)
        config = load(started.folder / "config.yaml")
        return COMMAND.run(Desk(FileStore(started.book), here, config, date(2026, 11, 20), str(started.book), answers))

    (question,) = press().questions
    assert [name for name, _ in question.choices] == ["update", "back"]
    preview = press(old_copy="update")
    assert len(preview.report.changes) == MANY
    preview.finish()
    assert sellable(started) == {n: 102 + n for n in range(MANY)}
    started.book.write_bytes(started.before[1])
    press(old_copy="back").finish()
    assert sellable(started) == {n: 101 + n for n in range(MANY)}
    assert not press().questions
