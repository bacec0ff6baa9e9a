"""What every host must do: read a table with its types, answer as the rules do, patch, undo, and know the names."""

import itertools
from datetime import date, datetime

import pytest

from addin.commands.command import Selection
from addin.functions.batch import evaluate_batch
from addin.functions.evaluate import evaluate
from addin.functions.formula import parse
from addin.functions.tree import Array, Call, Constant, Operation
from addin.registry.catalogue import ENTRIES, SPELLINGS
from rules.errors import Busy
from rules.policy.loader import packaged
from sheets_schema.cells import CellError
from sheets_schema.formulas import for_host, neutral
from sheets_schema.grid.edits import CellEdit, Formula
from tests.contracts.hosts import HOSTS, TODAY, same, shown

RULES = packaged().rules


@pytest.fixture(scope="module", params=HOSTS, ids=lambda host: host.__name__)
def host(request, tmp_path_factory):
    with request.param(tmp_path_factory.mktemp(request.param.__name__)) as found:
        yield found


def test_reads_a_table_with_its_types(host):
    tab = "库存 数据"
    rows = [
        ["MSKU", "数量", "日期", "时间", "是否", "错误", "公式"],
        ["00123", 3, date(2025, 4, 3), datetime(2025, 4, 3, 14, 30), True, CellError("#N/A"), Formula("B2*2")],
        ["１２ 个", 4.5, None, None, False, None, Formula('LEADTIME("车机",A2)')],
    ]
    store = host.document({tab: rows, "空": []})
    assert store.tabs() == [tab, "空"]
    grid = store.read(tab)
    assert grid.numbers == [1, 2, 3]
    assert grid.rows[0] == rows[0]
    assert grid.rows[1][:6] == ["00123", 3.0, date(2025, 4, 3), datetime(2025, 4, 3, 14, 30), True, "#N/A"]
    assert isinstance(grid.rows[1][5], CellError)
    assert grid.rows[2][:5] == ["１２ 个", 4.5, None, None, False]
    assert [type(cell) for cell in grid.rows[2][:2]] == [str, float]
    formulas = {place: neutral(text, SPELLINGS) for place, text in grid.formulas.items()}
    assert formulas == {(2, 6): "B2*2", (3, 6): 'LEADTIME("车机",A2)'}
    assert store.read("空").rows == []


def calls_of(entry):
    """The calls of an example whose arguments are constants."""
    node = parse(entry.example)
    known = isinstance(node, Call) and all(
        isinstance(arg, (Constant, Array)) or (isinstance(arg, Operation) and len(arg.operands) == 1)
        for arg in node.arguments
    )
    if not known:
        return []
    values = []
    for arg in node.arguments:
        if isinstance(arg, Array):
            values.append([list(row) for row in arg.rows])
        elif isinstance(arg, Constant):
            values.append(arg.value)
        else:
            values.append(-arg.operands[0].value)
    return [(node.name, values)]


def test_every_function_answers_as_qlc_eval_does(host):
    calls = [call for entry in ENTRIES for call in calls_of(entry)]
    assert len({name for name, _ in calls}) > 35
    expected = [shown(outcome.fault if outcome.value is None and outcome.fault else outcome.value)
                for outcome in evaluate_batch(calls, RULES, TODAY)]  # fmt: skip
    found = host.answers(calls)
    wrong = [
        (call, one, other) for call, one, other in zip(calls, found, expected, strict=True) if not same(one, other)
    ]
    assert not wrong


def test_dates_blanks_and_errors_as_arguments(host):
    calls = [
        ("ADDWORKDAYS", [date(2025, 4, 3), 2, "CN"]),
        ("ADDWORKDAYS", [45750, 2, "CN"]),
        ("ADDWORKDAYS", ["2025年4月3日", 2, "CN"]),
        ("INSTRUCTBY", [datetime(2025, 4, 9, 14, 0), "YES"]),
        ("LEADTIME", [None, "快线"]),
        ("LEADTIME", [CellError("#DIV/0!"), "快线"]),
        ("LEADTIME", ["车机", "月球"]),
        ("COVERDAYS", ["很多", 8]),
        ("COVERDAYS", [-1, 8]),
        ("TRANSITSTATE", ["2025-03-01", "快线"]),
    ]
    found = host.answers(calls)
    day = date(2025, 4, 8)
    moment = evaluate('=INSTRUCTBY("2025-04-09 14:00","YES")', RULES, TODAY).value
    state = evaluate('=TRANSITSTATE("2025-03-01","快线")', RULES, TODAY).value
    expected = [day, day, day, moment, None, *map(CellError, ("#DIV/0!", "#N/A", "#VALUE!", "#NUM!")), state]
    for call, one, other in zip(calls, found, expected, strict=True):
        assert same(one, other), (call, one, other)


PRODUCTS = [["SKU", "品牌", "品名", "站点"], [None, "HIFILUZ", "前排灯", "MX"], ["自己写的", "HIFILUZ", "灯", "CA"]]


def test_a_button_patches_and_is_taken_back(host):
    store = host.document({"新品": PRODUCTS})
    before = store.read("新品")
    report, token = host.press(store, "make_skus", Selection("新品", 2, 0, 3, 3), {})
    assert (report.changed, report.refused) == (["新品!A2"], [])
    after = store.read("新品")
    assert [row[0] for row in after.rows] == ["SKU", "HI-QPD-MX", "自己写的"]
    assert [row[1:] for row in after.rows] == [row[1:] for row in before.rows]
    assert host.take_back(store, token).changed == ["新品!A2"]
    assert (store.read("新品").rows, store.read("新品").numbers) == (before.rows, before.numbers)


def test_what_a_person_wrote_meanwhile_stays(host):
    store = host.document({"新品": PRODUCTS})
    version = store.version()
    store.apply(edits=[CellEdit("新品", 3, 0, "人改的", expect="自己写的")], expected=version)
    with pytest.raises(Busy):
        store.apply(edits=[CellEdit("新品", 3, 0, "机器")], expected=version)
    report = store.apply(edits=[CellEdit("新品", 3, 0, "机器", expect="自己写的")], expected=store.version())
    assert [item.code.id for item in report.refused] == ["X-109"]
    assert store.read("新品").rows[2][0] == "人改的"
    _, token = host.press(store, "make_skus", Selection("新品", 2, 0, 3, 3), {})
    store.apply(edits=[CellEdit("新品", 2, 0, "人又改的")], expected=store.version())
    host.take_back(store, token)
    assert store.read("新品").rows[1][0] == "人又改的"


def test_names_of_functions_go_through_the_host_and_back(host):
    formulas = [f"{entry.name}(A1)" for entry in ENTRIES]
    stored = [for_host(formula, host.spelling, SPELLINGS) for formula in formulas]
    store = host.document({"S": [["x"], *([Formula(formula)] for formula in stored)]})
    grid = store.read("S")
    found = [neutral(grid.formulas[row, 0], SPELLINGS) for row in range(2, len(formulas) + 2)]
    assert found == formulas
    edit = CellEdit("S", 2, 0, Formula(for_host('IF(LEADTIME(A1),"LEADTIME()",1)', host.spelling, SPELLINGS)))
    assert store.apply(edits=[edit], expected=store.version()).changed == ["S!A2"]
    assert neutral(store.read("S").formulas[2, 0], SPELLINGS) == 'IF(LEADTIME(A1),"LEADTIME()",1)'


def test_a_formula_of_any_host_can_be_explained(host):
    written = for_host('LEADTIME("车机","快线")', host.spelling, SPELLINGS)
    quoted = itertools.repeat(f"={written}", 1)
    (text,) = host.answers([("EXPLAIN", list(quoted))])
    assert "R10" in text
    assert "71" in text
