"""Many calls at once answer what single formulas answer, once per distinct call, and touch nothing."""

import ast
import sys
from datetime import date
from pathlib import Path

import pytest

from addin.functions import batch
from addin.functions.batch import evaluate_batch
from addin.functions.evaluate import evaluate
from addin.functions.formula import parse
from addin.functions.tree import Array, Call, Constant
from addin.registry.catalogue import ENTRIES
from rules.policy.loader import packaged

POLICY = packaged().rules
DAY = date(2025, 4, 3)
ROOT = Path(__file__).parents[3]
CLOCKS = ("now", "utcnow", "monotonic", "perf_counter")


def cells_of(node):
    if isinstance(node, Constant):
        return node.value
    return [list(row) for row in node.rows] if isinstance(node, Array) else evaluate(node.text, POLICY, DAY).value


def call_of(formula):
    node = parse(formula)
    assert isinstance(node, Call)
    return node.name, [cells_of(argument) for argument in node.arguments]


def without_formula(formula):
    told = evaluate(formula, POLICY, DAY).as_json()
    return {key: value for key, value in told.items() if key != "formula"}


EXAMPLES = [entry.example for entry in ENTRIES if entry.name != "EXPLAIN"]


@pytest.mark.parametrize("formula", EXAMPLES)
def test_a_batch_answers_what_the_formula_answers(formula):
    (outcome,) = evaluate_batch([call_of(formula)], POLICY, DAY)
    assert outcome.as_json() == without_formula(formula)


def test_every_function_in_one_batch_in_order():
    outcomes = evaluate_batch([call_of(formula) for formula in EXAMPLES], POLICY, DAY)
    assert [outcome.as_json() for outcome in outcomes] == [without_formula(formula) for formula in EXAMPLES]


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        (("NOSUCH", []), "#NAME?", "F-003"),
        (("LEADTIME", []), "#VALUE!", "F-004"),
        (("LEADTIME", ["车机", "月球"]), "#N/A", "F-205"),
        (("COVERDAYS", ["many", 1]), "#VALUE!", "F-011"),
        (("COVERDAYS", [[[1], [2]], [[1], [2], [3]]]), "#VALUE!", "F-005"),
    ],
)
def test_a_wrong_call_is_one_faulty_outcome_beside_good_ones(call, error, code):
    good, wrong = evaluate_batch([("COVERDAYS", [10, 2]), call], POLICY, DAY)
    assert good.value == 5
    assert (wrong.as_json()["error"], wrong.as_json()["code"]) == (error, code)


def test_an_answer_without_end_is_an_error():
    (outcome,) = evaluate_batch([("COVERDAYS", [1.0, 5e-324])], packaged().rules, date(2025, 4, 3))
    assert (outcome.value, outcome.fault.kind, outcome.fault.code.id) == (None, "#NUM!", "F-009")


def test_a_blank_is_a_blank_and_a_faulty_cell_stays_in_its_place():
    blank, column = evaluate_batch([("COVERDAYS", [None, 2]), ("COVERDAYS", [[[10], ["x"], [None]], 2])], POLICY, DAY)
    assert blank.value is None
    assert column.as_json()["value"] == [[5], ["#VALUE!"], [None]]
    assert column.as_json()["code"] == "F-011"


def test_equal_calls_are_answered_once(monkeypatch):
    asked = []
    real = batch.answer_cell
    monkeypatch.setattr(
        batch, "answer_cell", lambda entry, here, cells: asked.append(cells) or real(entry, here, cells)
    )
    outcomes = evaluate_batch([("COVERDAYS", [10, 2]), ("COVERDAYS", [10, True]), ("COVERDAYS", [10, 2])], POLICY, DAY)
    assert len(asked) == 2
    assert outcomes[0] is outcomes[2]
    assert outcomes[1].fault is not None, "TRUE is not the number 1"


def test_a_batch_touches_no_file_and_no_network():
    calls = [call_of(formula) for formula in EXAMPLES]
    evaluate_batch(calls, POLICY, DAY)
    touched = []
    watching = True

    def hook(event, arguments):
        if watching and event.split(".")[0] in ("open", "socket", "os", "subprocess", "urllib", "sqlite3"):
            touched.append((event, arguments))

    sys.addaudithook(hook)
    try:
        evaluate_batch(calls, POLICY, DAY)
    finally:
        watching = False
    assert not touched


@pytest.mark.parametrize(
    "room",
    ["rules", "addin/registry", "addin/functions/calls.py", "addin/functions/batch.py", "addin/functions/evaluate.py"],
)
def test_rules_and_functions_never_read_a_clock(room):
    path = ROOT / room
    for module in [path] if path.is_file() else path.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called.split(".")[-1] not in CLOCKS, f"{module}:{node.lineno} {called}"
                assert called not in ("date.today", "datetime.today", "time.time"), f"{module}:{node.lineno} {called}"


def test_a_column_with_a_row_does_not_make_a_square_without_end():
    column, row = [["车机"]] * 2000, [["快线"] * 2000]
    (outcome,) = evaluate_batch([("LEADTIME", [column, row])], packaged().rules, date(2025, 4, 3))
    assert outcome.fault.code.id == "F-008"
