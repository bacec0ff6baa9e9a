"""What a PC and its server tell each other comes out as it went in."""

import json
from datetime import date, datetime

import pytest

from addin.commands import wire
from addin.commands.command import Ask, ButtonReport, Preview, Question, ShownChange
from addin.commands.server_codes import V_ROLE
from rules.errors import Busy, Error, Refused, Remote, Text
from sheets_schema.cells import CellError
from sheets_schema.grid.address import Range
from sheets_schema.grid.codes import X_CHANGED
from sheets_schema.grid.contents import Grid, TableInfo
from sheets_schema.grid.edits import ArrayFormula, CellEdit, DatedFormula, Formula, RowAppend
from sheets_schema.problems import Problem


def there_and_back(document):
    return json.loads(json.dumps(document))


def test_a_tab_is_read_as_it_was():
    rows = [["店铺", None, True], [1.5, "00123", CellError("#N/A"), date(2026, 4, 27), datetime(2026, 4, 27, 14, 5, 1)]]
    table = TableInfo("表1", Range(1, 0, 9, 4), ("店铺", "数量"), {"数量": "A1*2"}, has_totals=True)
    grid = Grid(
        "库存", [1, 4], rows, {(4, 0): "B1", (9, 2): "C1:C2"}, {(9, 2): "C9:C10"}, (Range(1, 0, 1, 2),), (table,),
        Range(1, 0, 4, 4), hidden=True, awaits_calculation=True,
    )  # fmt: skip
    found = wire.grid_of("库存", there_and_back(wire.grid_json(grid)))
    assert found == grid
    assert [type(cell) for cell in found.rows[1]] == [type(cell) for cell in rows[1]]
    plain = Grid("空", [], [])
    assert wire.grid_of("空", there_and_back(wire.grid_json(plain))) == plain


@pytest.mark.parametrize("numbers", [[0], [2, 1], [1, 1], [1, 2]])
def test_rows_that_can_not_be_are_refused(numbers):
    document = wire.grid_json(Grid("x", [1], [["a"]])) | {"numbers": numbers}
    with pytest.raises(wire.BAD):
        wire.grid_of("x", document)


@pytest.mark.parametrize(
    "value", [None, "a", 3, 1.5, True, CellError("#REF!"), date(2026, 1, 2), datetime(2026, 1, 2, 3), Formula("A1")]
)
def test_an_edit_is_read_as_it_was(value):
    for edit in (CellEdit("t", 2, 3, value, value, (1, 3)), CellEdit("t", 2, 3, value)):
        found = wire.edit_of(there_and_back(wire.edit_json(edit)))
        assert found == edit
        assert type(found.value) is type(value)


def test_formulas_keep_what_they_answer_and_where():
    dated = wire.value_of(there_and_back(wire.value_json(DatedFormula("TODAY()", 1))))
    assert (str(dated), dated.dated) == ("TODAY()", 1)
    array = wire.value_of(there_and_back(wire.value_json(ArrayFormula("A1:A2", "B1:B2"))))
    assert (str(array), array.ref) == ("A1:A2", "B1:B2")
    row = RowAppend("t", 7, {0: "a", 3: 1.5}, 6, (4, 5))
    assert wire.append_of(there_and_back(wire.append_json(row))) == row


def test_a_preview_is_read_in_both_languages():
    problem = Problem(X_CHANGED, "f.xlsx", "t", "C2", 2, "列", 3, {"found": Text("甲", "one"), "expected": 2}, True)
    change = ShownChange("t!C2", date(2026, 4, 27), Formula("A1"), Text("为何", "why"))
    report = ButtonReport(Text("题", "title"), (change, ShownChange("x", None, 2)), (problem,), (Text("细", "more"),))
    ask = Question("which", Text("哪些", "which"), Ask.MANY, (("a", Text("甲", "one")),), ["a"])
    found = wire.preview_of(there_and_back(wire.preview_json(Preview(report, questions=(ask,)))))
    assert found.questions == (ask,)
    assert found.report.problems == (problem,)
    assert found.report.problems[0].message("en") == problem.message("en")
    assert found.report.changes == (ShownChange("t!C2", "2026-04-27", "=A1", Text("为何", "why")), change_of(2))
    assert (found.report.title, found.report.details) == (report.title, report.details)


def change_of(after):
    return ShownChange("x", None, after)


@pytest.mark.parametrize("kind", [Error, Refused, Busy, Remote])
def test_an_error_keeps_its_kind_code_and_words(kind):
    error = kind(V_ROLE, file="f", tab="t", cell="A1", found="小王", expected=Text("主管", "lead"))
    found = wire.error_of(there_and_back(wire.error_json(error)))
    assert type(found) is kind
    assert [found.text(lang) for lang in ("zh", "en")] == [error.text(lang) for lang in ("zh", "en")]


def test_what_a_newer_server_says_is_shown_as_it_says_it():
    told = wire.error_json(Refused(V_ROLE, found="a", expected="b")) | {"code": "V-999"}
    found = wire.error_of(told)
    assert (type(found), found.code.id) == (Refused, "K-100")
    assert "V-999 a 不能做这一步" in found.message("zh")
    assert "V-999 a may not do this" in found.message("en")
    bare = wire.error_of({"code": "V-030", "message": "服务正忙"})
    assert "V-030 服务正忙" in bare.message()
