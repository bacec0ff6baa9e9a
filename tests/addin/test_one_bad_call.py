"""One bad call never spoils the others: a rule that breaks down is a coded error of its own cell, in every host."""

from datetime import UTC, date, datetime

import pytest

from addin.commands.rows import RowFunction
from addin.commands.tables import read_table
from addin.functions.batch import evaluate_batch
from addin.functions.calls import F_BROKEN
from addin.functions.evaluate import evaluate
from addin.hosts.excel import functions as excel
from addin.hosts.headless import compute
from addin.hosts.libreoffice.functions import Functions
from addin.hosts.libreoffice.values import ERRORS
from addin.registry.catalogue import ENTRIES, find
from rules import cover
from rules.policy.loader import packaged
from sheets_schema.cells import CellError
from sync.backends.workbook.reader import open_workbook
from tests.addin.commands.desk import desk, in_memory
from tests.addin.hosts.test_headless import made
from tests.fakes.fixed_policy import FixedPolicy

POLICY = packaged().rules
DAY = date(2025, 4, 3)


@pytest.fixture
def broken(monkeypatch):
    """COVERDAYS breaks down for a stock of 13, and only then."""
    real = cover.cover_days

    def cover_days(*facts):
        return real(*facts) if 13 not in facts else {}["no such key"]

    monkeypatch.setattr(cover, "cover_days", cover_days)


@pytest.mark.usefixtures("broken")
def test_in_a_batch_and_in_a_range():
    calls = [("COVERDAYS", [10, 2]), ("COVERDAYS", [13, 2]), ("COVERDAYS", [[[10], [13], [20]], 2])]
    good, bad, column = evaluate_batch(calls, POLICY, DAY)
    assert good.value == 5
    assert (bad.value, bad.fault.kind, bad.fault.code) == (None, "#VALUE!", F_BROKEN)
    message = bad.as_json("en")["message"]
    for piece in ("COVERDAYS(13,2)", "KeyError", "no such key", "test_one_bad_call.py:"):
        assert piece in message
    assert column.as_json()["value"] == [[5], ["#VALUE!"], [10]]


@pytest.mark.usefixtures("broken")
def test_in_a_formula_and_its_explanation():
    assert evaluate("=COVERDAYS(13,2)+1", POLICY, DAY).as_json()["code"] == "F-603"
    assert "F-603" in evaluate("=EXPLAIN(COVERDAYS(13,2))", POLICY, DAY).value


@pytest.mark.usefixtures("broken")
def test_in_a_closed_workbook(tmp_path):
    cells = {"A1": 13, "B1": "=COVERDAYS(A1,2)", "C1": "=COVERDAYS(120,3)", "D1": "=EXPLAIN(A1)", "E1": "=EXPLAIN(B1)"}
    path = made(tmp_path / "in.xlsx", {"S": cells})
    found = compute(path, POLICY, DAY)
    assert [(cell, fault.code.id) for cell, fault in found.faults] == [("S!B1", "F-603"), ("S!D1", "F-604")]
    with open_workbook(path) as book:
        row = book.read("S").rows[0]
    assert row[1:4] == [CellError("#VALUE!"), 40.0, CellError("#VALUE!")]
    assert "F-603" in row[4]


@pytest.mark.usefixtures("broken")
def test_in_the_spreadsheet_programs(monkeypatch):
    office = Functions(FixedPolicy(DAY))
    assert office.answer("COVERDAYS", (13.0, 2.0)) is ERRORS["#VALUE!"]
    assert office.answer("COVERDAYS", (10.0, 2.0)) == 5
    monkeypatch.setattr(excel, "live_policy", lambda: FixedPolicy(DAY))
    entry = find("COVERDAYS")
    assert (excel.answer(entry, (13, 2)), excel.answer(entry, (10, 2))) == ("#VALUE!", 5)


def test_around_the_functions(monkeypatch):
    """What breaks before or behind a function, in a host's own work, is an error as well."""

    def breaks(*_):
        raise KeyError("here")

    office = Functions(FixedPolicy(DAY))
    monkeypatch.setattr("addin.hosts.libreoffice.functions.to_calc", breaks)
    assert office.answer("COVERDAYS", (10.0, 2.0)) is ERRORS["#VALUE!"]
    assert "F-603" in office.answer("EXPLAIN", ("=COVERDAYS(10,2)",))
    monkeypatch.setattr(excel, "live_policy", lambda: FixedPolicy(DAY))
    monkeypatch.setattr(excel, "to_excel", breaks)
    assert excel.answer(find("COVERDAYS"), (10, 2)) == "#VALUE!"
    assert "F-603" in excel.answer(find("EXPLAIN"), ("=COVERDAYS(10,2)",))
    monkeypatch.setattr("addin.functions.batch.applied", breaks)
    (outcome,) = evaluate_batch([("COVERDAYS", [[[1]], 2])], POLICY, DAY)
    assert outcome.fault.code.id == "F-603"
    monkeypatch.setattr("addin.functions.evaluate.parse", breaks)
    assert evaluate("=1", POLICY, DAY).fault.code.id == "F-603"


@pytest.mark.usefixtures("broken")
def test_in_the_rows_of_a_table():
    table = read_table(desk(in_memory({"货": [["库存", "日均销量"], [13, 2], [10, 2]]})))
    function = RowFunction(find("COVERDAYS"), (0, 1))
    answers = [function.answer(line, desk(in_memory({"货": []})).here) for line in table.lines]
    assert (answers[0].code.id, answers[1].value) == ("F-603", 5)


ODD = [
    5,
    5.5,
    True,
    date(2025, 4, 3),
    datetime(2025, 4, 3, 14),
    CellError("#N/A"),
    None,
    "",
    "=",
    "x",
    "=1/0",
    [[1, None]],
]


@pytest.mark.parametrize("cell", ODD, ids=repr)
def test_explain_of_anything_answers_or_is_a_coded_error(cell):
    (outcome, good) = evaluate_batch([("EXPLAIN", [cell]), ("COVERDAYS", [10, 2])], POLICY, DAY)
    assert good.value == 5
    assert outcome.fault is None or outcome.fault.code.id == "F-604"
    assert outcome.value is None or isinstance(outcome.value, (str, list))


def test_even_a_cell_that_no_host_has_is_told():
    (outcome,) = evaluate_batch([("COVERDAYS", [10**5000, 2])], POLICY, DAY)
    assert "COVERDAYS(int,2)" in outcome.as_json()["message"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_function_answers_odd_cells_in_every_place(entry):
    for cell in [*ODD, "1" * 400, datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "\ud800", float("1e308")]:
        for place in range(len(entry.args)):
            cells = [None] * len(entry.args)
            cells[place] = cell
            (outcome,) = evaluate_batch([(entry.name, cells)], POLICY, DAY)
            assert outcome.fault is None or outcome.fault.code is not F_BROKEN, outcome.fault.message("en")
            outcome.as_json()
