"""What is held is let through once, by name, and as it was held; anything else is held again."""

import pytest

from sync.state.audit_check import check
from sync.state.database import State
from tests.scenarios.office import item

SHEET = ["店铺", "MSKU", "FBA可售", "备注"]
MANY = 30
BOOK = "全流程数据"


def rows(change=0):
    return [item(f"M{number:02}", 100 + number + change) for number in range(MANY)]


@pytest.fixture
def held(quick):
    """Thirty agreed rows that the ERP changed all at once: G-006."""
    quick.site["guards"] = {"max_change_percent": 10}
    quick.write_config()
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": f"M{n:02}", "FBA可售": 100 + n} for n in range(MANY)], SHEET)
    quick.export(rows())
    quick.adopt()
    quick.export(rows(5))
    assert codes(quick.once()) == {"G-006"}
    return quick


def codes(book):
    return {finding["code"] for finding in book["details"]["refused"]}


def status(office):
    return office.qlc("sync", "status")["workbooks"][0]


def kinds(office):
    with State(office.folder / "state") as state:
        assert check(state).wrong == []
        return [line.kind for line in state.audit.lines()]


def test_the_very_plan_goes_through_once(held):
    assert (status(held)["held"], status(held)["approved"]) == (["G-006"], [])
    before = held.sha()
    assert codes(held.once()) == {"G-006"}, "still held, by the same plan"
    answer = held.qlc("sync", "approve", BOOK, ok=(0,))
    assert answer == {"approved": [{"workbook": BOOK, "tab": "库存数据", "code": "G-006"}]}
    assert held.sha() == before
    assert status(held)["approved"] == ["G-006"]
    plan = held.qlc("sync", "plan")["workbooks"][0]
    done = held.once()
    assert (plan["writes"], done["writes"], done["plan_id"]) == (MANY, MANY, plan["plan_id"])
    assert (status(held)["held"], status(held)["approved"]) == (None, [])
    assert held.by_msku()["M07"]["FBA可售"] == 112
    held.export(rows(9))
    assert codes(held.once()) == {"G-006"}, "the approval is used up"
    found = kinds(held)
    assert (found.count("approve"), found.count("approved")) == (1, 1)


def test_another_plan_is_held_again_and_the_approval_is_void(held):
    held.qlc("sync", "approve", BOOK, "--code", "G-006", ok=(0,))
    held.export(rows(6))
    assert codes(held.once()) == {"G-006"}
    assert status(held)["approved"] == []
    assert held.by_msku()["M07"]["FBA可售"] == 107
    held.qlc("sync", "approve", BOOK, ok=(0,))
    assert held.once()["writes"] == MANY


def test_a_row_that_moved_is_the_same_plan_and_a_typed_cell_is_another(held):
    held.qlc("sync", "approve", BOOK, ok=(0,))
    held.edit({"D5": "人写的"})
    assert held.once()["writes"] == MANY, "what people write elsewhere changes no plan"
    held.export(rows(20))
    held.once()
    held.qlc("sync", "approve", BOOK, ok=(0,))
    held.edit({"C5": 1})
    assert codes(held.once()) == {"G-006"}
    assert held.by_msku()["M03"]["FBA可售"] == 1


def test_an_approval_waits_for_a_workbook_that_is_open(held):
    held.qlc("sync", "approve", BOOK, ok=(0,))
    lock = held.book.with_name(f".~lock.{held.book.name}#")
    lock.write_text(",someone,pc,;", "utf-8")
    held.once(ok=(0, 1, 4))
    assert status(held)["approved"] == ["G-006"]
    lock.unlink()
    assert held.once()["writes"] == MANY


def test_nothing_held_and_what_is_never_let_through(held):
    held.qlc("sync", "approve", BOOK, "--code", "G-010", ok=(2,))
    assert "T-047" in held.said
    held.qlc("sync", "approve", BOOK, "--code", "G-005", ok=(2,))
    assert "C-010" in held.said
    held.qlc("sync", "approve", "别的", ok=(2,))
    held.edit({"B3": "M00"})
    assert codes(held.once()) == {"G-005"}
    assert [hold["may_be_approved"] for hold in status(held)["holds"]] == [False]
    held.qlc("sync", "approve", BOOK, ok=(3,))
    assert "T-048" in held.said


def test_first_contact_that_is_let_through_fills_blanks_and_asks_the_rest(quick):
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": m, "FBA可售": n} for m, n in (("A", 1), ("B", None))], SHEET)
    quick.export([item("A", 5), item("B", 6)])
    assert "G-013" in codes(quick.once())
    quick.qlc("sync", "approve", BOOK, "--code", "G-013", ok=(0,))
    done = quick.once()
    assert (done["conflicts"], quick.by_msku()["A"]["FBA可售"], quick.by_msku()["B"]["FBA可售"]) == (1, 1, 6)


def test_an_older_copy_that_is_none_is_let_through(held):
    held.qlc("sync", "approve", BOOK, ok=(0,))
    old = held.book.read_bytes()
    held.once()
    held.book.write_bytes(old)
    answer = held.once(ok=(3,))
    assert codes(answer) == {"G-040"}
    assert status(held)["held"] == ["G-040"]
    held.qlc("sync", "approve", BOOK, ok=(0,))
    done = held.once()
    assert "G-040" not in codes(done)
    assert done["conflicts"] == MANY, "what stood there before is now a person's word"
    kinds(held)
