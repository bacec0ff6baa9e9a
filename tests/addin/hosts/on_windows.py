"""xlwings' own server of functions, imported with stand-ins for Windows: run by test_excel_server in its own process."""

import io
import types
from datetime import UTC, date, datetime

import numpy  # noqa: F401 - these are loaded before the platform is called Windows
import pandas  # noqa: F401
import pytest

import addin.commands.catalogue  # noqa: F401
from addin.functions.evaluate import evaluate
from addin.registry.catalogue import ENTRIES
from rules.policy.loader import packaged
from tests.fakes import windows
from tests.fakes.windows import MISSING, FakeRange

MODULE = "addin.hosts.excel.functions"
NA, DIV0 = -2146826246, -2146826281
WORKBOOK = types.SimpleNamespace(Name="quanliucheng.xlam")


@pytest.fixture(scope="module", autouse=True)
def xlwings():
    windows.install()
    import xlwings

    assert xlwings.has_pywin32
    return xlwings


@pytest.fixture(scope="module")
def call(xlwings):
    """One call as VBA makes it: XLPy.CallUDF(module, name, Array(…))."""
    from xlwings.com_server import XLPython

    server = XLPython()
    return lambda name, *given: server.CallUDF(MODULE, name, given)


@pytest.fixture(scope="module")
def functions(xlwings):
    from addin.hosts.excel import functions

    return functions


def test_every_function_is_registered(functions):
    published = {name: value.__xlfunc__ for name, value in vars(functions).items() if hasattr(value, "__xlfunc__")}
    assert published.keys() == {entry.name for entry in ENTRIES} | {"references", "with_values"}
    for entry in ENTRIES:
        told = published[entry.name]
        assert told["name"] == entry.name
        assert told["category"] == "全流程"
        assert told["ret"]["doc"] == f"{entry.alias_zh}: {entry.zh}"
        assert [(arg["name"], arg["doc"]) for arg in told["args"]] == [(arg.name, arg.zh) for arg in entry.args]
        firm = next((place for place, arg in enumerate(entry.args) if arg.optional), len(entry.args))
        assert ["optional" in arg for arg in told["args"]] == [place >= firm for place in range(len(entry.args))]


def test_xlwings_generates_a_wrapper_for_each(functions):
    from xlwings.udfs import generate_vba_wrapper

    text = io.StringIO()
    generate_vba_wrapper(MODULE, functions, text, WORKBOOK)
    for entry in ENTRIES:
        assert f"Function {entry.name}(" in text.getvalue()
        assert f'XLPy.CallUDF("{MODULE}", "{entry.name}"' in text.getvalue()


def test_scalars(call):
    assert call("LEADTIME", "车机", "快线", "expected") == 71
    assert call("LEADTIME", "", "快线", "expected") == ""
    assert call("LEADTIME", None, "快线", "expected") == ""
    assert call("COVERDAYS", 100.0, 8.0) == 12.5


def test_missing_arguments(call):
    assert call("LEADTIME", "车机", "快线", MISSING) == 71
    assert call("LEADTIME", "车机", MISSING, MISSING) == call("LEADTIME", "车机", "混合", MISSING)


def test_ranges(call):
    column, row = (("车机",), ("车灯",), (None,)), (("车机", "车灯"),)
    assert call("LEADTIME", column, "快线", MISSING) == [[71.0], [94.0], [""]]
    assert call("LEADTIME", row, "快线", MISSING) == [71.0, 94.0]
    assert call("LEADTIME", ("车机", "车灯"), "快线", MISSING) == [71.0, 94.0]
    assert call("LEADTIME", column, (("快线",), ("快线",)), MISSING) == "#VALUE!"
    assert call("SHAREOVER", ((100.0,), (130.0,)), ((30.0,), (10.0,)), MISSING) == 0.25


def test_ranges_that_come_as_objects(call):
    assert call("LEADTIME", FakeRange((("车机",), ("车灯",))), FakeRange("快线"), MISSING) == [[71.0], [94.0]]


def test_dates_in_and_out(call):
    expected = datetime(2025, 5, 8, tzinfo=UTC)
    for start in (45777.0, "2025-04-30", datetime(2025, 4, 30), datetime(2025, 4, 30, tzinfo=UTC), date(2025, 4, 30)):
        assert call("ADDWORKDAYS", start, 3.0, "CN") == expected


def test_errors(call):
    assert call("LEADTIME", "车机", "月球", MISSING) == "#N/A"
    assert call("COVERDAYS", "许多", 8.0) == "#VALUE!"
    assert call("LEADTIME", NA, "快线", MISSING) == "#N/A"
    assert call("COVERDAYS", 100.0, DIV0) == "#DIV/0!"
    assert call("LEADTIME", (("车机",), (NA,), ("车灯",)), "快线", MISSING)[1] == ["#N/A"]


def test_a_table_spills(call):
    rows = call("LEADTIMEPLAN", "2025-04-03", "车机", MISSING)
    assert rows[0][0] == "下单"
    assert rows[0][2] == datetime(2025, 4, 3, tzinfo=UTC)
    assert {len(row) for row in rows} == {5}


def test_explain_a_cell(call):
    formula = "=quanliucheng.xlam!LEADTIME(A2,$B$2)"
    assert call("references", formula) == "A2\n$B$2"
    assert call("references", '=LEADTIME("A2")') == ""
    filled = call("with_values", formula, ("车机", "快线"))
    assert filled == '=LEADTIME("车机","快线")'
    assert "71" in call("EXPLAIN", filled)
    assert "R10" in call("EXPLAIN", filled)


def test_every_example_answers_as_the_command_line_does(call, functions):
    """The arguments of each example, taken from its own formula, through the server and through `evaluate`."""
    from addin.functions.formula import parse
    from addin.functions.tree import Array, Call, Constant
    from addin.hosts.excel.values import to_excel

    def given(node):
        if isinstance(node, Array):
            return node.rows
        return node.value if isinstance(node, Constant) else None

    compared = 0
    for entry in ENTRIES:
        node = parse(entry.example)
        if not isinstance(node, Call) or not all(isinstance(arg, Constant | Array) for arg in node.arguments):
            continue
        cells = [MISSING if given(arg) is None else given(arg) for arg in node.arguments]
        cells += [MISSING] * (len(entry.args) - len(cells))
        result = evaluate(entry.example, packaged().rules, functions.live_policy().today())
        expected = to_excel(result.fault if result.value is None and result.fault else result.value)
        assert plain(call(entry.name, *cells)) == squeezed(expected), entry.example
        compared += 1
    assert compared >= len(ENTRIES) - 3


def squeezed(value):
    """As CallUDF hands over: one cell alone, one row as a row."""
    if not isinstance(value, list):
        return plain(value)
    rows = plain(value)
    return (rows[0][0] if len(rows[0]) == 1 else rows[0]) if len(rows) == 1 else rows


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


def test_a_button_through_the_server(xlwings, monkeypatch):
    from xlwings.com_server import XLPython

    from tests.fakes.excel import FakeBook

    book = FakeBook({"新品": [["品牌", "品名", "站点", "SKU"], ["HIMICAR", "雾灯", "MX", None]]})
    book.select("新品", 2, 1)
    monkeypatch.setattr(xlwings, "Book", lambda impl: book)
    server = XLPython()

    def press(name, *given):
        return server.CallUDF("addin.hosts.excel.buttons", name, given)

    kind, text, default = press("press", FakeRange("the workbook as COM hands it over"), "make_skus")
    assert (kind, default) == ("confirm", "")
    assert "新品!D2" in text
    assert press("whole_list", "")[1] == ["位置", "现在", "改成", "说明"]
    assert "H-005" in press("go_on", "confirm", "")[1]
    press("press", FakeRange(""), "make_skus")
    assert "写了 1 处" in press("go_on", "confirm", "")[1]
    assert book.shows("新品", 2, 4).endswith("-MX")
    assert "撤销了 1 处" in press("go_on", "take_back", "")[1]
    assert "H-005" in press("go_on", "answer", "1")[1]


def test_what_a_button_opens_is_opened(xlwings, monkeypatch):
    from addin.hosts.excel import buttons
    from addin.hosts.excel.dialogue import Reply

    opened = []
    monkeypatch.setattr(buttons.os, "startfile", opened.append, raising=False)
    assert buttons.shown(Reply("open", "说明", "C:\\说明.html")) == [["tell", "说明", ""]]
    assert opened == ["C:\\说明.html"]

    def missing(path):
        raise OSError(2, "not found")

    monkeypatch.setattr(buttons.os, "startfile", missing, raising=False)
    assert "H-006" in buttons.shown(Reply("open", "说明", "C:\\说明.html"))[0][1]
