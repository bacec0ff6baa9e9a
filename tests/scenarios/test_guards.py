"""Each guard: what it refuses, and the harm that is done when it is lifted (or can't be)."""

import fcntl

import openpyxl
import pytest

from tests.scenarios.office import FBA, STOCK, item

SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "7日均", "备注", "同步状态"]
MANY = 30


def rows(change=0, count=MANY):
    return [item(f"M{number:02}", 100 + number + change) for number in range(count)]


@pytest.fixture
def started(quick):
    """Thirty agreed rows."""
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": f"M{n:02}", "FBA可售": 100 + n} for n in range(MANY)], SHEET)
    quick.export(rows())
    quick.adopt()
    return quick


def codes(document):
    book = document["workbooks"][0]
    found = [*document["held"], *document["problems"], *book["details"]["refused"], *book["details"]["problems"]]
    return {finding["code"] for finding in found}


def test_an_empty_file_is_not_taken(started):
    started.export([])
    document = started.qlc("sync", "once")
    assert "G-001" in codes(document)
    assert started.code in (1, 3)
    assert document["workbooks"][0]["marks"] == 0


def test_a_shrunken_file_marks_nothing_unless_lifted(started):
    started.export(rows()[:10])
    document = started.qlc("sync", "plan")
    assert "G-002" in codes(document)
    assert document["workbooks"][0]["marks"] == 0
    lifted = started.qlc("sync", "plan", "--force", "G-002", "--force", "G-007")
    assert lifted["workbooks"][0]["marks"] == 20


def test_a_stale_file_is_not_taken(started):
    started.export(rows(change=5), hours=1)
    started.once("--force", "G-006")
    started.export(rows(change=-50), name="last-week.csv", hours=-100)
    document = started.qlc("sync", "once")
    assert "G-003" in codes(document)
    assert started.by_msku()["M00"]["FBA可售"] == 105


def test_header_drift_holds_the_file(started):
    titles = ("店铺", "MSKU", "FNSKU", "ASIN", "SKU", "FBA可售")
    started.export(rows(change=5), titles)
    document = started.qlc("sync", "once")
    assert "G-004" in codes(document)
    assert document["workbooks"][0]["writes"] == 0
    lifted = started.qlc("sync", "plan", "--force", "G-004", "--force", "G-006")
    assert lifted["workbooks"][0]["writes"] > 0


def test_duplicate_keys_refuse_the_tab_and_cannot_be_lifted(started):
    started.edit({"B3": "M00"})
    started.export(rows(change=1))
    before = started.sha()
    document = started.qlc("sync", "once", ok=(3, 1))
    assert "G-005" in codes(document)
    assert started.sha() == before
    started.qlc("sync", "once", "--force", "G-005", ok=(2,))


def test_a_row_that_lost_its_key_is_left_alone_and_not_appended_again(started):
    started.edit({"B3": None, "F3": "给 M01 补货"})
    started.export([*rows(change=5), item("NEW", 7)])
    document = started.qlc("sync", "once", "--force", "G-006")
    assert {"G-014", "G-025"} <= codes(document)
    sheet = started.rows()
    assert sheet[1] == {
        **dict.fromkeys(SHEET),
        "店铺": "LOMEESS-CA",
        "FBA可售": 101,
        "FBA入库中": 0,
        "备注": "给 M01 补货",
    }
    assert started.by_msku()["M00"]["FBA可售"] == 105
    assert [row["MSKU"] for row in sheet[MANY:]] == ["NEW"], "others are appended, M01 is not"
    started.edit({"B3": "M01"})
    assert "G-025" not in codes(started.qlc("sync", "once"))
    assert started.by_msku()["M01"]["FBA可售"] == 106


def test_a_key_with_marks_that_nobody_sees_is_the_same_key(started):
    started.edit({"B3": "\u200eM01", "B4": "\u2060Ｍ02\u00a0", "B5": "`M03", "B6": "'M04"})
    started.export(rows(change=5))
    book = started.once("--force", "G-006")
    assert (book["writes"], book["appends"]) == (MANY, 0)


def test_a_look_alike_key_is_appended_and_told(started):
    started.export([*rows(), item("М01", 7)])  # a Cyrillic М
    document = started.qlc("sync", "once")
    assert document["workbooks"][0]["appends"] == 1
    (told,) = [item for item in document["workbooks"][0]["details"]["problems"] if item["code"] == "G-026"]
    assert told["row"] == 3


def test_a_key_formula_without_a_value_refuses_the_tab(started):
    started.edit({"B3": '="M"&"01"'})
    document = started.qlc("sync", "once", ok=(3, 1))
    assert "G-016" in codes(document)


def test_too_many_changes_are_refused_until_lifted(started):
    started.site["guards"] = {"max_change_percent": 10}
    started.write_config()
    started.export(rows(change=1))
    before = started.sha()
    document = started.qlc("sync", "once", ok=(3, 1))
    assert "G-006" in codes(document)
    assert started.sha() == before
    assert started.once("--force", "G-006")["writes"] == MANY


def test_too_many_marks_are_refused_until_lifted(started):
    started.export([*rows()[:1], *[item(f"N{n}", n) for n in range(40)]])
    document = started.qlc("sync", "plan", "--force", "G-002", ok=(3, 1))
    assert "G-007" in codes(document)
    lifted = started.qlc("sync", "plan", "--force", "G-002", "--force", "G-007")
    assert lifted["workbooks"][0]["marks"] == MANY - 1


def test_an_unknown_owner_is_refused(started):
    started.site["workbooks"][0]["tabs"] = {"不认识的表": "不认识的表"}
    started.write_config()
    document = started.qlc("sync", "once")
    assert "G-008" in codes(document)
    started.qlc("sync", "once", "--force", "G-008", ok=(2,))


def test_a_lost_base_refuses_and_lifted_asks_instead_of_overwriting(started):
    import sqlite3

    with sqlite3.connect(started.folder / "state" / "qlc.sqlite") as database:
        database.execute("UPDATE bases SET blob = x'00' WHERE tab = ?", (STOCK,))
    started.export(rows(change=1))
    before = started.sha()
    document = started.qlc("sync", "once", ok=(3, 1))
    assert "G-009" in codes(document)
    assert started.sha() == before
    book = started.once("--force", "G-009")
    assert (book["writes"], book["marks"], book["conflicts"]) == (0, 0, MANY)


@pytest.mark.parametrize("name", ["~$全流程数据.xlsx", ".~lock.全流程数据.xlsx#"])
def test_an_open_workbook_is_busy(started, name):
    started.export(rows(change=1))
    (started.book.parent / name).write_text("x")
    before = started.sha()
    started.qlc("sync", "once", ok=(4,))
    assert started.sha() == before
    (started.book.parent / name).unlink()
    assert started.once()["writes"] == MANY


def test_a_second_round_waits_its_turn(started):
    with (started.folder / "state" / "round.lock").open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        document = started.qlc("sync", "once", ok=(4,))
    assert document["error"]["code"] == "G-012"


def test_another_workbook_goes_on_when_one_is_broken(started):
    broken = started.folder / "workbooks" / "坏的.xlsx"
    broken.write_bytes(b"not a workbook")
    started.site["workbooks"].insert(0, {"name": "坏的", "path": "workbooks/坏的.xlsx", "tabs": {STOCK: STOCK}})
    started.write_config()
    started.export(rows(change=1))
    document = started.qlc("sync", "once")
    bad, good = document["workbooks"]
    assert bad["refused"] == 1
    assert good["writes"] == MANY
    assert started.code == 1


def test_a_dropped_column_is_reported_once_and_its_base_kept(started):
    book = openpyxl.load_workbook(started.book)
    book[STOCK].delete_cols(3)
    book.save(started.book)
    first = started.qlc("sync", "once")
    again = started.qlc("sync", "once")
    assert "S-011" in codes(first)
    assert "S-011" not in codes(again)


def test_a_broken_config_keeps_the_last_good_one(started):
    path = started.folder / "config.yaml"
    path.write_text(path.read_text("utf-8").replace("stores:", "storse:"), "utf-8")
    started.export(rows(change=1))
    assert started.once()["writes"] == MANY


def test_a_file_of_no_known_kind_is_a_finding_and_the_rest_goes_on(started):
    (started.folder / "inbox" / "杂.csv").write_text("a,b\n1,2\n", "utf-8")
    started.export(rows(change=1), FBA)
    document = started.qlc("sync", "once")
    assert any(code.startswith("I-") for code in codes(document))
    assert document["workbooks"][0]["writes"] == MANY
    assert started.code == 1


def test_mode_and_backup_are_kept(started):
    started.book.chmod(0o640)
    started.export(rows(change=1))
    before = started.book.read_bytes()
    book = started.once()
    assert started.book.stat().st_mode & 0o777 == 0o640
    assert (started.folder / book["backup"]).read_bytes() == before
